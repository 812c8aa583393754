//! What the tax office compares.

use std::collections::BTreeMap;

use bonded_ledger::{MaterialRow, Movement};
use rust_decimal::Decimal;
use serde::Serialize;
use unit_consumption::Exact;

use super::{Producer, Refund, deducted, value_usd};
use crate::dated::Row;
use crate::desk::Desk;
use crate::error::TaxError;
use crate::inputs::{Claim, Inputs};
use crate::parameters::{REFUND_USD_DIFFERENCE, REFUND_USD_SHARE};

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

/// Claims of this book's exports, of an account book those of the cycle.
fn claims<'a>(inputs: &'a Inputs, books: &Desk<'_>, refund: &Refund) -> Vec<&'a Claim> {
    let here = |it: &&Claim| {
        let list = books.papers().list(&it.list);
        list.is_some_and(|list| {
            let book = books.book(list.handbook);
            let here = book.is_ok_and(|it| refund.span.holds(it, list));
            list.handbook == refund.handbook && here
        })
    };
    inputs.claims.iter().filter(here).collect()
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
        it.rate.is_some() && it.rate != expected
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

fn claimed(books: &Desk<'_>, inputs: &Inputs, refund: &Refund) -> Result<Check, TaxError> {
    const TITLE: &str = "no more is claimed of a declaration than was exported";
    let mut left: BTreeMap<(&str, u32), Exact> = BTreeMap::new();
    for list in
        deducted(books, refund.handbook, refund.span).filter(|it| it.movement == Movement::Exported)
    {
        for (line, quantity) in books.present(list) {
            left.insert((&list.number, line.line), Exact::from(quantity));
        }
    }
    let claims = claims(inputs, books, refund);
    for claim in &claims {
        let number = books
            .papers()
            .list(&claim.list)
            .map(|it| it.number.as_str());
        let Some(left) = number.and_then(|it| left.get_mut(&(it, claim.line))) else {
            let text = format!(
                "{} line {} is no export of this book",
                claim.list, claim.line
            );
            return Ok(check("claimed", TITLE, Held::Fails, text));
        };
        *left = &*left - &Exact::from(claim.quantity);
    }
    // Which export came back no list says: of each product, what stayed out.
    let mut stayed: BTreeMap<u16, Exact> = BTreeMap::new();
    for list in deducted(books, refund.handbook, refund.span) {
        for (line, quantity) in books.present(list) {
            let Some(product) = line.product() else {
                continue;
            };
            let mut quantity = Exact::from(quantity);
            match list.movement {
                Movement::Exported => {
                    let of = |it: &&&Claim| {
                        let claimed = books.papers().list(&it.list);
                        claimed.is_some_and(|it| it.number == list.number) && it.line == line.line
                    };
                    let claimed = claims.iter().filter(of);
                    quantity = quantity - claimed.map(|it| Exact::from(it.quantity)).sum();
                }
                Movement::ReturnedOut => {}
                Movement::ReturnedIn => quantity = -quantity,
                _ => continue,
            }
            let stays = stayed.entry(product).or_default();
            *stays = &*stays + &quantity;
        }
    }
    let beyond = stayed.iter().find(|it| it.1.is_negative());
    let over = left.iter().find(|it| it.1.is_negative());
    Ok(match (over, claims.len()) {
        (Some(((list, line), left)), _) => {
            let text = format!(
                "{list} line {line}: {} too much",
                left.abs().rounded_text(5)
            );
            check("claimed", TITLE, Held::Fails, text)
        }
        (None, many) if many > 0 && beyond.is_some() => {
            let (product, left) = beyond.map_or((0, Exact::zero()), |it| (*it.0, it.1.abs()));
            let text = format!(
                "product {product}: {} claimed that came back (4600)",
                left.rounded_text(5)
            );
            check("claimed", TITLE, Held::Fails, text)
        }
        (None, 0) => {
            let text = "no claim is in the file (\"claims\")".to_owned();
            check("claimed", TITLE, Held::NotKnown, text)
        }
        (None, many) => check("claimed", TITLE, Held::Holds, format!("{many} claims")),
    })
}

/// What was taken back is exactly what was claimed before.
fn reversal(inputs: &Inputs, books: &Desk<'_>, refund: &Refund) -> Check {
    const TITLE: &str = "a reversal takes back exactly what was claimed";
    let claims = claims(inputs, books, refund);
    let back = claims
        .iter()
        .filter(|it| it.quantity.is_sign_negative() && !it.quantity.is_zero());
    let odd = back.clone().find(|back| {
        !claims.iter().any(|it| {
            (it.list == back.list && it.line == back.line)
                && it.quantity == -back.quantity
                && it.usd == -back.usd
        })
    });
    match (odd, back.count()) {
        (Some(odd), _) => {
            let text = format!(
                "{} line {}: no claim of {}",
                odd.list, odd.line, -odd.quantity
            );
            check("reversal", TITLE, Held::Fails, text)
        }
        (None, many) => check("reversal", TITLE, Held::Holds, format!("{many} reversals")),
    }
}

/// What is claimed in dollars lies near what was declared.
fn dollars(books: &Desk<'_>, inputs: &Inputs, refund: &Refund) -> Result<Check, TaxError> {
    const TITLE: &str = "dollars claimed and declared differ by little";
    let claims = claims(inputs, books, refund);
    for claim in &claims {
        let Some(list) = books.papers().list(&claim.list) else {
            continue;
        };
        let present = books.present(list).find(|(it, _)| it.line == claim.line);
        let Some((line, quantity)) = present else {
            continue;
        };
        let all = Exact::from(quantity);
        if all.is_zero() {
            continue;
        }
        let declared = value_usd(books, inputs, list, line, quantity)?;
        let declared = declared * Exact::from(claim.quantity) / all;
        let difference = (&Exact::from(claim.usd) - &declared).abs();
        let (most, _) = inputs
            .parameters
            .on(&REFUND_USD_DIFFERENCE, list.declared)?;
        let (share, _) = inputs.parameters.on(&REFUND_USD_SHARE, list.declared)?;
        let percent = declared.abs() * share / Exact::whole(100);
        if difference > most && difference > percent {
            let text = format!(
                "{} line {}: {} claimed, {} declared; an explanation form is needed",
                claim.list,
                claim.line,
                claim.usd,
                declared.rounded_text(2)
            );
            return Ok(check("dollars", TITLE, Held::Fails, text));
        }
    }
    Ok(match claims.len() {
        0 => check(
            "dollars",
            TITLE,
            Held::NotKnown,
            "no claim is in the file (\"claims\")".to_owned(),
        ),
        many => check("dollars", TITLE, Held::Holds, format!("{many} claims")),
    })
}

fn check(check: &'static str, title: &'static str, held: Held, text: String) -> Check {
    Check {
        check,
        title,
        held,
        text,
    }
}
