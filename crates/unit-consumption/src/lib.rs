//! Exact arithmetic of unit consumption (单耗) in China's processing trade.
//!
//! Unit consumption is the quantity of a material consumed to make one unit of a finished product
//! under normal processing conditions: net consumption (净耗) plus process loss (工艺损耗), GACC
//! Decree 155, article 3. As a figure (secondary sources, see `docs/reference`):
//!
//! ```text
//! gross 单耗 = net 净耗 / (1 − (tangible 有形损耗率 + intangible 无形损耗率) / 100)
//! ```
//!
//! The quotient seldom ends, so it is never rounded here: it stays a fraction, and the **sum** over
//! all products is rounded once ([`fold`]).
//!
//! ```
//! use unit_consumption::{Consumption, Quantity, fold};
//!
//! // 1,000 bare wafers become 960 processed ones: net 1, loss 4 %.
//! let wafer = Consumption::new("1".parse()?, "4".parse()?, "0".parse()?, "100".parse()?)?;
//! let used = fold([("960".parse::<Quantity>()?, &wafer)]);
//! assert_eq!(used.to_string(), "1000");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No floating point, no I/O, no clock: the same input gives the same figures everywhere.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod decimal; // Decimal text, exactly,
mod quantity; // as quantities, totals, net consumptions and percentages,
mod input; // also in JSON;
mod fraction; // what is not a decimal stays a fraction,
mod round; // until a whole sum is rounded, once.
mod consumption; // One line of the consumption table,
mod fit; // the line that reproduces an actual consumption,
mod plan; // and what has to be approved for given products.
mod exact; // What decides is a rational number.
mod law; // Every rule has a source.
pub mod declaration; // What is declared,
pub mod policy; // within which limits it is true,
pub mod eligibility; // who may verify it,
pub mod production; // what was made,
mod recent; // told once,
pub mod dossier; // what stands behind it,
mod tally; // added up while it streams by;
mod view; // both side by side,
mod finding; // and what is found:
pub mod rules; // rule by rule,
mod verdict; // version by version,
mod verifier; // in one report.
pub mod cases; // All of it in a few words.

pub use crate::consumption::{Consumption, ConsumptionError, GROSS_MAX};
pub use crate::decimal::DecimalError;
pub use crate::exact::Exact;
pub use crate::fit::{Fit, FitError, fit};
pub use crate::fraction::Fraction;
pub use crate::law::{Certainty, Law, sources};
pub use crate::plan::{Requirement, require};
pub use crate::policy::Policy;
pub use crate::quantity::{
    DIGITS_INTEGER, DIGITS_NET, DIGITS_QUANTITY, DIGITS_RATE, Net, Percent, Quantity, Total,
};
pub use crate::round::{Place, RunningSum, fold, is_zero, round5, scaled};
pub use exact_json::{Date, parse_date};

/// Verifying production against declarations (自核单耗).
pub mod verify {
    pub use crate::finding::{Finding, Rule, Severity};
    pub use crate::recent::REPEATS_WINDOW;
    pub use crate::tally::{OUTLIERS_NAMED, UNKNOWN_MAX};
    pub use crate::verdict::{
        DISCLOSURE_CONDITIONS, DISCLOSURE_CONDITIONS_LESS, Disclosed, Disclosure, Suggestion,
        Verdict, VerdictKind,
    };
    pub use crate::verifier::{Elsewhere, HandbookReport, LineReport, Report, Unused, Verifier};
}
