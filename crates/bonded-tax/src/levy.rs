//! Duty, consumption tax and VAT on one value (关税、消费税、增值税).

use bonded_ledger::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use unit_consumption::Exact;

use crate::error::TaxError;
use crate::explained::{Explained, Step};
use crate::inputs::{Inputs, Tariff};
use crate::money::Fen;
use crate::rules::sale::{CONSUMPTION_TAX, DUTY, VAT};

/// What is levied on one value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Levies {
    /// 关税.
    pub duty: Explained<Fen>,
    /// 消费税.
    pub consumption_tax: Explained<Fen>,
    /// 增值税.
    pub vat: Explained<Fen>,
}

impl Levies {
    /// All three.
    pub fn total(&self) -> Fen {
        self.duty.value + self.consumption_tax.value + self.vat.value
    }
}

/// Percent of an amount, to the fen.
fn percent(of: &Exact, rate: Decimal) -> Fen {
    Fen::round(&(of * &Exact::from(rate) / Exact::whole(100)))
}

/// Duty on a value.
pub fn duty(value: Fen, tariff: &Tariff) -> Fen {
    percent(&value.yuan(), tariff.duty)
}

/// Consumption tax: its rate of (value + duty) ÷ (1 − rate).
pub fn consumption_tax(value: Fen, duty: Fen, tariff: &Tariff) -> Fen {
    let kept = Exact::whole(1) - Exact::from(tariff.consumption) / Exact::whole(100);
    if kept <= Exact::zero() {
        // A file cannot say so; see `Inputs::from_json`.
        return Fen::ZERO;
    }
    percent(&((value + duty).yuan() / kept), tariff.consumption)
}

/// VAT on value + duty + consumption tax.
pub fn vat(value: Fen, duty: Fen, consumption_tax: Fen, tariff: &Tariff) -> Fen {
    percent(&(value + duty + consumption_tax).yuan(), tariff.vat)
}

/// All three on a value, at the rates of a day.
pub(crate) fn levies(inputs: &Inputs, hs: &str, value: Fen, day: Date) -> Result<Levies, TaxError> {
    let (tariff, _) = inputs.tariff(hs, day)?;
    levies_beside(inputs, hs, value, duty(value, tariff), Vec::new(), day)
}

/// Consumption tax and VAT on a value beside a duty that was had otherwise.
pub(crate) fn levies_beside(
    inputs: &Inputs,
    hs: &str,
    value: Fen,
    duty: Fen,
    mut how: Vec<Step>,
    day: Date,
) -> Result<Levies, TaxError> {
    let (tariff, row) = inputs.tariff(hs, day)?;
    let rate = |rate: Decimal| rate.normalize().to_string();
    if how.is_empty() {
        let text = format!("{value} × {} % = {duty}", rate(tariff.duty));
        how.push(Step::new(&DUTY, text).row(row.told("duty", tariff.duty)));
    }
    let consumed = consumption_tax(value, duty, tariff);
    let consumption_step = match tariff.consumption.is_zero() {
        true => Step::new(&CONSUMPTION_TAX, format!("none on {hs}")),
        false => {
            let of = rate(tariff.consumption);
            let text = format!("({value} + {duty}) ÷ (1 − {of} %) × {of} % = {consumed}");
            Step::new(&CONSUMPTION_TAX, text)
        }
    };
    let consumption_step = consumption_step.row(row.told("consumption tax", tariff.consumption));
    let vat = vat(value, duty, consumed, tariff);
    let text = format!(
        "({value} + {duty} + {consumed}) × {} % = {vat}",
        rate(tariff.vat)
    );
    let vat_step = Step::new(&VAT, text).row(row.told("VAT", tariff.vat));
    Ok(Levies {
        duty: Explained {
            value: duty,
            because: how,
        },
        consumption_tax: Explained::by(consumed, consumption_step),
        vat: Explained::by(vat, vat_step),
    })
}
