//! What the tax office compares.

use bonded_ledger::{MaterialRow, Movement};
use rust_decimal::Decimal;
use serde::Serialize;

use super::claims::{claimed, claims, dollars, product_code, reversal};
use super::{Producer, Refund, deducted};
use crate::dated::Row;
use crate::desk::Desk;
use crate::error::TaxError;
use crate::inputs::Inputs;

/// Whether a check holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// Neither the ledger nor the file says it.
    NotKnown,
}

impl Held {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Held::Holds => "holds",
            Held::Fails => "fails",
            Held::NotKnown => "not_known",
        }
    }
}

/// One thing that the tax office compares.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Stable.
    pub check: &'static str,
    /// What is compared.
    pub title: &'static str,
    /// The outcome.
    pub held: Held,
    /// With the figures.
    pub text: String,
}

pub(super) fn checks(
    books: &Desk<'_>,
    inputs: &Inputs,
    refund: &Refund,
) -> Result<Vec<Check>, TaxError> {
    Ok(vec![
        producer(refund),
        handbook_number(books, refund),
        rate(inputs, books, refund),
        claimed(books, inputs, refund)?,
        reversal(inputs, books, refund),
        dollars(books, inputs, refund)?,
        product_code(books, inputs, refund),
        Check {
            check: "repair_mode",
            title: "mode 1300 (repair) goes with type XLXP, and the other way round",
            held: Held::Holds,
            text: "a processing handbook holds no list of mode 1300".to_owned(),
        },
        stock(books, refund),
    ])
}

fn producer(refund: &Refund) -> Check {
    let (held, text) = match refund.producer {
        Some(Producer::Own) => (Held::Holds, "it makes its goods itself, by the file"),
        Some(Producer::Deemed) => (
            Held::Holds,
            "its goods are deemed self-made (视同自产), by the file",
        ),
        Some(Producer::No) => (
            Held::Fails,
            "the tax office does not take it for a producer",
        ),
        None => (
            Held::NotKnown,
            "nobody but the tax office can say: add \"producer\" to \"refund\"",
        ),
    };
    Check {
        check: "producer",
        title: "the enterprise counts as a producer",
        held,
        text: text.to_owned(),
    }
}

fn handbook_number(books: &Desk<'_>, refund: &Refund) -> Check {
    let exports = || {
        let lists = deducted(books, refund.handbook, refund.span);
        lists.filter(|it| it.movement == Movement::Exported)
    };
    // The declaration's own number has 18 digits, with the item's three more.
    let long = exports().find(|it| {
        let number = it.customs_declaration.as_ref();
        number.is_some_and(|it| it.chars().count() > 21)
    });
    if let Some(long) = long {
        let number = long.customs_declaration.as_deref().unwrap_or_default();
        let text = format!(
            "list {}: declaration {number} has more than 21 characters",
            long.number
        );
        return check(
            "handbook_number",
            "0615 and 0715: the declaration's record number is the handbook's",
            Held::Fails,
            text,
        );
    }
    let without = exports()
        .filter(|it| it.customs_declaration.is_none())
        .count();
    let (held, text) = match without {
        0 => (
            Held::Holds,
            format!("{} lists, each with its declaration", exports().count()),
        ),
        _ => (
            Held::NotKnown,
            format!(
                "{without} of {} lists name no declaration (customs_declaration)",
                exports().count()
            ),
        ),
    };
    Check {
        check: "handbook_number",
        title: "0615 and 0715: the declaration's record number is the handbook's",
        held,
        text,
    }
}

/// The formula is of what came in and what left within the span: it holds no stock at either end.
fn stock(books: &Desk<'_>, refund: &Refund) -> Check {
    const TITLE: &str = "nothing was in stock at the beginning and nothing remains: the formula of the rate has no place for either";
    let told = |held, text: &str| check("stock", TITLE, held, text.to_owned());
    let ledger = books.ledger();
    let statement = ledger.statement_in(Some(refund.handbook), None, refund.cycle_number);
    let Some(of) = statement.handbooks.into_iter().next() else {
        let text = "the ledger has no balances of this cycle yet: the one before is not accepted";
        return told(Held::NotKnown, text);
    };
    let named = |has: fn(&MaterialRow) -> bool| {
        let rows = of.materials.iter().filter(|it| has(it));
        let rows: Vec<String> = rows.map(|it| it.seq.to_string()).collect();
        (!rows.is_empty()).then(|| format!("materials {}", rows.join(", ")))
    };
    let opening = named(|it| !it.opening.is_zero());
    let remaining = named(|it| !it.remaining.is_zero());
    let text = match (opening, remaining) {
        (None, None) => return told(Held::Holds, "no material has an opening or remains"),
        (Some(opening), None) => format!("{opening} have an opening"),
        (None, Some(remaining)) => format!("{remaining} remain"),
        (Some(opening), Some(remaining)) => {
            format!("{opening} have an opening, {remaining} remain")
        }
    };
    let text = format!("{text}; whether their value is taken in or out, the tax office has to say");
    told(Held::NotKnown, &text)
}

fn rate(inputs: &Inputs, books: &Desk<'_>, refund: &Refund) -> Check {
    let rate = match (refund.written_off, &refund.actual_rate) {
        (Some(_), Some(actual)) => format!("written off: the actual rate {} counts", actual.value),
        _ => "not written off: the newest planned rate counts".to_owned(),
    };
    let newest = inputs.planned.get(&refund.handbook);
    let of_span = |it: &&Row<Decimal>| it.from <= refund.span.until;
    let newest = newest.and_then(|it| it.rows().iter().rfind(of_span));
    let newest = newest.map(|it| it.value);
    let claims = claims(inputs, books, refund);
    let stale = claims.iter().filter(|it| {
        let expected = match (refund.written_off, &refund.actual_rate) {
            (Some(_), Some(actual)) => actual.value.parse().ok(),
            _ => newest,
        };
        !it.agent && it.rate.is_some() && it.rate != expected
    });
    let stale = stale.count();
    Check {
        check: "rate",
        title: "the rate is the actual one once the book is written off, before it the newest planned one",
        held: match stale {
            0 => Held::Holds,
            _ => Held::Fails,
        },
        text: match stale {
            0 => rate,
            _ => {
                format!("{rate}; {stale} claims were made at another: the adjustment settles them")
            }
        },
    }
}

pub(super) fn check(check: &'static str, title: &'static str, held: Held, text: String) -> Check {
    Check {
        check,
        title,
        held,
        text,
    }
}
