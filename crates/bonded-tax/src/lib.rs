//! What bonded goods cost: tax on domestic sale (内销征税), interest on deferred duty (缓税利息),
//! selective taxation in zones (选择性征收关税), guarantees (担保), export refund (进料加工免抵退税) and
//! the days on which all that is due.
//!
//! A ledger keeps quantities; its journal says amounts, too. [`Books`] keeps both. What neither says
//! (rates of the tariff, exchange rates, prices) is in a file of the user ([`Inputs`]); what is missing
//! is an error that says what to add and where, and never assumed.
//!
//! ```
//! use bonded_ledger::Entry;
//! use bonded_tax::{Books, Inputs, sale_tax};
//! # let journal = include_str!("../../../seeds/edge-cases/E6.jsonl");
//! let mut books = Books::default();
//! for line in journal.lines() {
//!     books.post(&Entry::from_json(line)?)?;
//! }
//! let inputs = Inputs::from_json(
//!     r#"{"exchange_rates":[{"currency":"USD","from":"2026-06-01","cny":"7.10","source":"customs"}],
//!         "tariff":[{"hs":"8542","from":"2026-01-01","duty":"0","vat":"13","source":"tariff of 2026"}]}"#,
//! )?;
//! let sale = sale_tax(&books, &inputs, "SALE-01", None)?;
//! assert_eq!(sale.goods[0].value.value.to_string(), "1612.11");
//! assert_eq!(sale.goods[0].levies.vat.value.to_string(), "209.57");
//! let why = &sale.goods[0].value.because[0];
//! assert!(why.text.starts_with("weighted average of 2 lots"));
//! assert_eq!(why.lines[0].to_string(), "CHIP-IN-01 line 1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every figure is [`Explained`]: by rules with their articles, by lines of lists, by dated rows. Money is
//! exact until it is rounded, once, to the fen ([`Fen`]). No I/O, no clock, no floating point.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod money; // Money is rounded once,
mod source; // rows have sources,
mod dated; // and days;
mod law; // rules have articles,
pub mod rules; // one page each,
mod explained; // and explain a figure.
mod error; // What is missing is said.
pub mod parameters; // Numbers of the law,
mod inputs; // and what the user knows,
mod papers; // what a journal says of money,
mod books; // beside the balances:
mod span; // cycle by cycle;
mod desk; // looked at once
mod value; // for what goods cost,
mod levy; // what is levied on it,
mod interest; // and for how long it was deferred.
mod licence;
mod sale; // All of it for one sale;
mod selective; // both ways in a zone;
mod quote; // and for what remains, side by side.
mod collective; // When it is declared,
mod guarantee; // what stands behind it,
mod refund; // what comes back,
mod deadlines; // and until when,
mod ics; // in a calendar.
mod told; // Why, step by step.
pub mod cases; // All of it in a few words.

pub use crate::books::Books;
pub use crate::collective::{Collective, collective, collective_due};
pub use crate::dated::{Dated, Row};
pub use crate::deadlines::{Deadline, deadlines};
pub use crate::error::{Code, TaxError, codes};
pub use crate::explained::{Explained, LineRef, RowRef, Step};
pub use crate::guarantee::{GuaranteeView, Need, guarantee};
pub use crate::ics::calendar;
pub use crate::inputs::{Claim, Fact, Inputs, Kind, Period, Producer, Tariff, Unmatched};
pub use crate::interest::{interest, interest_begins, interest_days};
pub use crate::levy::{Levies, consumption_tax, duty, vat};
pub use crate::licence::Licence;
pub use crate::money::Fen;
pub use crate::quote::{Quote, QuoteRow, WayOut, quote};
pub use crate::refund::{
    AtRate, Check, Group, Held, ModeTotal, Refund, RefundRow, apply_by, refund_books, refund_rows,
    refunds,
};
pub use crate::sale::{
    GoodsTax, SaleTax, sale_lists, sale_mode, sale_tax, sale_taxes, surplus_tax,
};
pub use crate::selective::{Choice, Selective, Way};
pub use crate::source::Source;
pub use crate::told::{Said, told};
