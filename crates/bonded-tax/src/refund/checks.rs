//! What the tax office compares.

use bonded_ledger::{HandbookNo, MaterialRow, Movement};
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
        stock(books, refund.handbook, refund.cycle_number),
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
            format!(
                "{} lists, each with its declaration, which is made from the list of this book",
                exports().count()
            ),
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
pub(super) fn stock(books: &Desk<'_>, handbook: HandbookNo, cycle: Option<u32>) -> Check {
    const TITLE: &str = "nothing was in stock at the beginning and nothing remains: the formula of the rate has no place for either";
    let told = |held, text: &str| check("stock", TITLE, held, text.to_owned());
    let ledger = books.ledger();
    let statement = ledger.statement_in(Some(handbook), None, cycle);
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
        (Some(_), None) => "written off, and there is no actual rate".to_owned(),
        (None, _) => "not written off: the newest planned rate counts".to_owned(),
    };
    let planned = inputs.planned.get(&refund.handbook);
    let planned = planned.map_or(&[][..], |it| it.rows());
    let actual = refund
        .actual_rate
        .as_ref()
        .filter(|_| refund.written_off.is_some());
    let actual: Option<Decimal> = actual.and_then(|it| it.value.parse().ok());
    let claims = claims(inputs, books, refund);
    // A claim has no day: it may have been made at any rate in force since the export.
    let stale = claims.iter().filter(|it| !it.agent).filter(|claim| {
        let exported = books.papers().list(&claim.list).map(|it| it.declared);
        let of_then = |it: &&Row<Decimal>| {
            let over = it
                .until
                .zip(exported)
                .is_some_and(|(until, day)| until < day);
            it.from <= refund.span.until && !over
        };
        let last_before = planned
            .iter()
            .rposition(|it| exported.is_none_or(|day| it.from <= day));
        let since = planned.iter().skip(last_before.unwrap_or_default());
        let mut accepted = since.filter(of_then).map(|it| it.value).chain(actual);
        claim
            .rate
            .is_some_and(|rate| !accepted.any(|it| it == rate))
    });
    let stale = stale.count();
    let earlier = claims.iter().filter(|it| {
        let counts = match refund.written_off {
            Some(_) => actual,
            None => planned
                .iter()
                .rfind(|it| it.from <= refund.span.until)
                .map(|it| it.value),
        };
        !it.agent && it.rate.is_some() && it.rate != counts
    });
    let text = match (stale, earlier.count()) {
        (0, 0) => rate,
        (0, many) => format!(
            "{rate}; {many} claims at an earlier or a planned rate: the adjustment settles them"
        ),
        (stale, _) => format!(
            "{rate}; {stale} claims were made at a rate that was never in force since the export"
        ),
    };
    let held = match stale {
        0 => Held::Holds,
        _ => Held::Fails,
    };
    let title = "claims are made at the newest planned rate, once the book is written off at the actual one";
    check("rate", title, held, text)
}

pub(super) fn check(check: &'static str, title: &'static str, held: Held, text: String) -> Check {
    Check {
        check,
        title,
        held,
        text,
    }
}
