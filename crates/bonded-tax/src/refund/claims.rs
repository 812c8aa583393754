//! What was claimed, held against what was declared.

use std::collections::BTreeMap;

use bonded_ledger::Movement;
use unit_consumption::Exact;

use super::checks::check;
use super::{Check, Held, Refund, deducted, value_usd};
use crate::desk::Desk;
use crate::error::TaxError;
use crate::inputs::{Claim, Inputs};
use crate::papers::ListPapers;
use crate::parameters::{REFUND_USD_DIFFERENCE, REFUND_USD_SHARE};

/// Claims of this book's exports, of an account book those of the cycle.
pub(super) fn claims<'a>(inputs: &'a Inputs, books: &Desk<'_>, refund: &Refund) -> Vec<&'a Claim> {
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

pub(super) fn claimed(
    books: &Desk<'_>,
    inputs: &Inputs,
    refund: &Refund,
) -> Result<Check, TaxError> {
    const TITLE: &str = "no more is claimed of a declaration than was exported";
    let mut left: BTreeMap<(&str, u32), Exact> = BTreeMap::new();
    // What went out again for goods that came back is claimed anew.
    let leaves =
        |it: &&ListPapers| matches!(it.movement, Movement::Exported | Movement::ReturnedOut);
    for list in deducted(books, refund.handbook, refund.span).filter(leaves) {
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
            let list = books.papers().list(&claim.list);
            let is = match list.filter(leaves) {
                Some(list) if list.booked.is_none() => "is not deducted by customs yet",
                Some(_) => "is not there: the list has no such line",
                None => "is no export of this book",
            };
            let text = format!("{} line {} {is}", claim.list, claim.line);
            return Ok(check("claimed", TITLE, Held::Fails, text));
        };
        *left = &*left - &Exact::from(claim.quantity);
    }
    // Which export came back no list says, and it may be of an earlier cycle: of each product, what
    // stayed out until the end of this one.
    let mut stayed: BTreeMap<u16, Exact> = BTreeMap::new();
    let all: Vec<&Claim> = inputs.claims.iter().collect();
    for list in deducted_until(books, refund) {
        for (line, quantity) in books.present(list) {
            let Some(product) = line.product() else {
                continue;
            };
            let mut quantity = Exact::from(quantity);
            match list.movement {
                Movement::Exported | Movement::ReturnedOut => {
                    let of = |it: &&&Claim| {
                        let claimed = books.papers().list(&it.list);
                        claimed.is_some_and(|it| it.number == list.number) && it.line == line.line
                    };
                    let claimed = all.iter().filter(of);
                    let claimed: Exact = claimed.map(|it| Exact::from(it.quantity)).sum();
                    // More than the line had is told of the line.
                    let within = if claimed > quantity {
                        quantity.clone()
                    } else {
                        claimed
                    };
                    quantity = quantity - within;
                }
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
        (None, _) if beyond.is_some() => {
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

/// The lists of the book that customs has deducted, of this cycle and the earlier ones.
fn deducted_until<'b>(books: &'b Desk<'_>, refund: &Refund) -> Vec<&'b ListPapers> {
    let book = books.book(refund.handbook).ok();
    let lists = books.papers().lists_of(refund.handbook);
    let until = |it: &&ListPapers| book.is_some_and(|book| refund.span.reaches(book, it));
    lists
        .filter(|it| it.booked.is_some())
        .filter(until)
        .collect()
}

/// What was taken back is exactly what was claimed before, one claim each.
pub(super) fn reversal(inputs: &Inputs, books: &Desk<'_>, refund: &Refund) -> Check {
    const TITLE: &str = "a reversal takes back exactly what was claimed";
    let claims = claims(inputs, books, refund);
    let is_back = |it: &Claim| it.quantity.is_sign_negative() && !it.quantity.is_zero();
    let own = claims.iter().filter(|it| !it.agent);
    let (mut back, mut open): (Vec<&Claim>, Vec<&Claim>) = own.copied().partition(|it| is_back(it));
    // What says its yuan has fewer to choose from.
    back.sort_by_key(|it| it.cny.is_none());
    open.sort_by_key(|it| it.cny.is_none());
    let number = |it: &Claim| books.papers().list(&it.list).map(|it| it.number.clone());
    for it in &back {
        let reverses = |of: &&Claim| {
            let yuan = of.cny.zip(it.cny).is_none_or(|(of, it)| of == -it);
            (number(of), of.line) == (number(it), it.line)
                && of.quantity == -it.quantity
                && of.usd == -it.usd
                && yuan
        };
        match open.iter().position(reverses) {
            Some(at) => drop(open.remove(at)),
            None => {
                let yuan = it.cny.map(|it| format!(", CNY {}", -it));
                let text = format!(
                    "{} line {}: no claim of {}, USD {}{} is left to take back",
                    it.list,
                    it.line,
                    -it.quantity,
                    -it.usd,
                    yuan.unwrap_or_default()
                );
                return check("reversal", TITLE, Held::Fails, text);
            }
        }
    }
    let text = format!("{} reversals", back.len());
    check("reversal", TITLE, Held::Holds, text)
}

/// The product code claimed and the one declared agree as far as the shorter goes.
pub(super) fn product_code(books: &Desk<'_>, inputs: &Inputs, refund: &Refund) -> Check {
    const TITLE: &str = "product codes claimed and declared agree, on the shorter length";
    let told = |held, text| check("product_code", TITLE, held, text);
    let claims = claims(inputs, books, refund);
    let mut compared = 0;
    for claim in claims.iter().filter(|it| !it.agent) {
        let list = books.papers().list(&claim.list);
        let present = list.into_iter().flat_map(|it| books.present(it));
        let line = present.map(|it| it.0).find(|it| it.line == claim.line);
        let (Some(code), Some(line)) = (&claim.hs, line) else {
            continue;
        };
        compared += 1;
        let declared = line.hs.as_str();
        let shorter = code.len().min(declared.len());
        if code.get(..shorter) != declared.get(..shorter) {
            let text = format!(
                "{} line {}: {code} claimed, {declared} declared",
                claim.list, claim.line
            );
            return told(Held::Fails, text);
        }
    }
    match compared {
        0 => told(
            Held::NotKnown,
            "no claim in the file says its code (\"hs\")".to_owned(),
        ),
        many => told(Held::Holds, format!("{many} claims")),
    }
}

/// What is claimed in dollars lies near what was declared.
pub(super) fn dollars(
    books: &Desk<'_>,
    inputs: &Inputs,
    refund: &Refund,
) -> Result<Check, TaxError> {
    const TITLE: &str = "dollars claimed and declared differ by little";
    let claims = claims(inputs, books, refund);
    let mut compared = 0;
    for claim in claims.iter().filter(|it| !it.agent) {
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
        compared += 1;
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
    Ok(match compared {
        0 => check(
            "dollars",
            TITLE,
            Held::NotKnown,
            "no claim is in the file (\"claims\")".to_owned(),
        ),
        many => check("dollars", TITLE, Held::Holds, format!("{many} claims")),
    })
}
