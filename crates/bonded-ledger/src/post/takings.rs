//! 耗料清单: what goods really took, declared and withdrawn.

use std::collections::BTreeSet;

use crate::book::{Book, Booked};
use crate::entry::{DeclareConsumption, TakenBy};
use crate::ids::HandbookNo;
use crate::ledger::{Ledger, Posting};
use crate::list::Line;
use crate::post::lists::negative;
use crate::post::memos::find_material;
use crate::post::told::Before;
use crate::rules::Refusal;
use crate::rules::cycles::{CYCLE_FROZEN, NOT_ACCOUNT_BOOK};
use crate::rules::identity::NOT_SUPPORTED_YET;
use crate::rules::lists::DATE_BEFORE_DECLARATION;
use crate::rules::memos::{ROW_REPEATED, ROWS_MISSING};
use crate::rules::takings::*;
use crate::taking::Taking;

pub(crate) fn declare(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    entry: &DeclareConsumption,
) -> Result<(), Refusal> {
    let at = ledger.open_book(entry.handbook, posting.date)?;
    let number = &entry.number;
    if !entry.handbook.is_account_book() {
        return Err(NOT_ACCOUNT_BOOK.refuse(format!(
            "{} is a handbook (手册): it is accounted for by unit consumption",
            entry.handbook
        )));
    }
    match entry.way {
        None | Some(TakenBy::ConsumptionList) => {}
        Some(TakenBy::UnitConsumption) => {
            return Err(WAY_NEEDS_NO_LIST.refuse(format!(
                "consumption list {number}: by unit consumption (单耗) nothing is declared beside amend_handbook"
            )));
        }
        Some(TakenBy::WorkOrder) => {
            return Err(NOT_SUPPORTED_YET.refuse(format!(
                "consumption list {number}: by work order (工单); declare what the orders took as a consumption list"
            )));
        }
    }
    let book = ledger.book(at);
    if book.takings.iter().any(|it| *it.number == **number) {
        return Err(CONSUMPTION_LIST_EXISTS.refuse(format!(
            "number {number:?} names another consumption list of book {}",
            book.number
        )));
    }
    if entry.lists.is_empty() || entry.materials.is_empty() {
        return Err(ROWS_MISSING.refuse(format!(
            "consumption list {number} covers a list and tells of a material at least"
        )));
    }
    let lists = covered(ledger, book, posting, entry)?;
    let mut seen = BTreeSet::new();
    let mut materials = Vec::with_capacity(entry.materials.len());
    for row in &entry.materials {
        let material = find_material(book, row.seq)?;
        if !seen.insert(material) {
            return Err(ROW_REPEATED.refuse(format!("material {} stands twice", row.seq)));
        }
        materials.push((material, row.net, row.scrap.unwrap_or_default()));
    }
    let taking = Taking {
        number: number.as_str().into(),
        date: posting.date,
        withdrawn: None,
        lists,
        materials,
    };
    let index = book.takings.len() as u32;
    apply(ledger, posting, at, &taking, false);
    let book = &mut ledger.books[at as usize];
    book.booked.push(Booked::Taken(index));
    book.takings.push(taking);
    Ok(())
}

/// The lists that it covers: of this book, booked by its date, of goods that left, told of by no other.
fn covered(
    ledger: &Ledger,
    book: &Book,
    posting: &Posting<'_>,
    entry: &DeclareConsumption,
) -> Result<Vec<u32>, Refusal> {
    let mut lists = Vec::with_capacity(entry.lists.len());
    for name in &entry.lists {
        let at = ledger.known_list(name)?;
        let list = ledger.list(at);
        if ledger.book(list.book).number != book.number || !ledger.is_coverable(at) {
            return Err(LIST_NOT_COVERABLE.refuse(format!(
                "list {name}: {} of book {}, {}; expected a booked list of products that left book {}",
                list.movement.describe(),
                ledger.book(list.book).number,
                list.state.as_str(),
                book.number
            )));
        }
        let Some(booked) = list.booked() else {
            continue;
        };
        if booked > posting.date {
            let days = (booked - posting.date).num_days();
            let message = format!(
                "dated {}, {days} days before list {name} was booked on {booked}",
                posting.date
            );
            return Err(DATE_BEFORE_DECLARATION.refuse(message).differing(days));
        }
        if book.frozen_until().is_some_and(|end| booked <= end) {
            return Err(CYCLE_FROZEN.refuse(format!(
                "list {name} was booked on {booked}, in a cycle that was reported or accepted"
            )));
        }
        if let Some(other) = book.taking_of(at) {
            return Err(LIST_COVERED.refuse(format!(
                "list {name} is covered by consumption list {}",
                other.number
            )));
        }
        if lists.contains(&at) {
            return Err(ROW_REPEATED.refuse(format!("list {name} stands twice")));
        }
        lists.push(at);
    }
    Ok(lists)
}

pub(crate) fn withdraw(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    number: HandbookNo,
    name: &str,
) -> Result<(), Refusal> {
    let at = ledger.open_book(number, posting.date)?;
    let book = ledger.book(at);
    let index = book
        .takings
        .iter()
        .position(|it| *it.number == *name && it.withdrawn.is_none());
    let Some(index) = index else {
        return Err(CONSUMPTION_LIST_UNKNOWN.refuse(format!(
            "book {number} has no consumption list {name:?} that counts"
        )));
    };
    let taking = book.takings[index].clone();
    if posting.date < taking.date {
        let days = (taking.date - posting.date).num_days();
        let message = format!(
            "dated {}, {days} days before consumption list {name} of {}",
            posting.date, taking.date
        );
        return Err(DATE_BEFORE_DECLARATION.refuse(message).differing(days));
    }
    if book.frozen_until().is_some_and(|end| taking.date <= end) {
        return Err(CYCLE_FROZEN.refuse(format!(
            "consumption list {name} of {} tells of a cycle that was reported or accepted",
            taking.date
        )));
    }
    apply(ledger, posting, at, &taking, true);
    ledger.books[at as usize].takings[index].withdrawn = Some(posting.date);
    Ok(())
}

/// Puts it into the totals, or takes it out of them.
fn apply(ledger: &mut Ledger, posting: &mut Posting<'_>, at: u32, taking: &Taking, back: bool) {
    let covered = taking.lists.iter().flat_map(|&it| ledger.list(it).lines());
    let lines: Vec<Line> = covered.copied().collect();
    let book = &mut ledger.books[at as usize];
    let told = Before::consumptions(posting, book);
    book.sums.cover(&lines, back);
    book.sums.take(taking, back);
    book.folds = None;
    book.slack.forget();
    if posting.tell {
        book.keep_folds();
        told.tell(posting, book);
    }
    for (material, ..) in &taking.materials {
        posting.warnings.extend(negative(book, *material));
    }
}
