//! Which quantities of materials have to be approved for given quantities of products
//! (备案数量的测算).

use crate::{Consumption, Fraction, Percent, Quantity, Total, round5};

/// What the approved products need of one material.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Requirement {
    /// Σ product quantity × gross unit consumption, bonded or not, rounded once to 5 decimals.
    /// A real approved handbook obeys exactly this for all of its materials.
    pub required: Total,
    /// The bonded part of it (× bonded share), rounded once to 5 decimals.
    pub bonded: Total,
}

/// The requirement of one material, from every product line that consumes it.
///
/// ```
/// use unit_consumption::{Consumption, require};
/// let yarn = Consumption::new("0.76".parse()?, "3".parse()?, "0".parse()?, "100".parse()?)?;
/// let needed = require([("24000".parse()?, &yarn)]);
/// assert_eq!(needed.required.to_string(), "18804.12371");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn require<'a>(lines: impl IntoIterator<Item = (Quantity, &'a Consumption)>) -> Requirement {
    let lines: Vec<(Total, &Consumption, Fraction)> = lines
        .into_iter()
        .map(|(it, line)| (it.total(), line, line.gross()))
        .collect();
    let gross = lines.iter().map(|(quantity, _, gross)| (*quantity, gross));
    let bonded = lines
        .iter()
        .map(|(quantity, line, _)| (*quantity, line.bonded_gross()));
    let bonded_only = lines
        .iter()
        .all(|(_, line, _)| line.bonded_share() == Percent::HUNDRED);
    let required = round5(gross);
    Requirement {
        required,
        bonded: if bonded_only {
            required
        } else {
            round5(bonded)
        },
    }
}
