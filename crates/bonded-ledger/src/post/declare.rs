//! `declare_list`: 保税核注清单, checked by the rules in their order.

use unit_consumption::Total;

use crate::book::Book;
use crate::entry::DeclareList;
use crate::ids::Date;
use crate::ledger::{Ledger, Posting};
use crate::limits::{LISTS_MAX, TOTAL_MAX};
use crate::list::{Change, ChangeKind, Line, List, ListDetails, ListState};
use crate::modes::Movement;
use crate::rules::form::*;
use crate::rules::input::LIMIT_EXCEEDED;
use crate::rules::{Refusal, Warning};
use crate::rules::{balance, carry_over, consumption, cycles, exchange, quota, validity};

pub(crate) fn declare(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    list: &DeclareList,
) -> Result<(), Refusal> {
    let at = ledger.open_book(list.handbook, posting.date)?;
    check_suspended(ledger.book(at), list.direction)?;
    if ledger.list_at(&list.number).is_some() {
        return Err(LIST_EXISTS.refuse(format!(
            "number {:?} names another list; a number stays used for good",
            list.number
        )));
    }
    let moved = check_mode(ledger.book(at), list)?;
    let (lines, names) = check_lines(ledger.book(at), moved, &list.lines)?;
    check_belongings(ledger.book(at), moved, list)?;
    if ledger.book(at).lists.len() >= LISTS_MAX {
        return Err(LIMIT_EXCEEDED.refuse(format!("a handbook holds at most {LISTS_MAX} lists")));
    }

    let (carry, lines) = with_lines(ledger, at, moved, lines, &names, false, |ledger, lines| {
        check_quantities(
            ledger.book(at),
            posting.date,
            moved,
            lines,
            &mut posting.warnings,
        )?;
        let own = ledger.book(at);
        let counterpart = list.counterpart.as_ref();
        let carry = counterpart
            .map(|it| ledger.check_carry_over(own, moved, it, lines, &mut posting.warnings))
            .transpose()?;
        if moved == Movement::ChainOut {
            ledger.check_chain_out(own, lines, counterpart.map(|it| it.handbook))?;
        }
        check_balance(own, moved, lines)?;
        Ok(carry)
    })?;

    let book = &mut ledger.books[at as usize];
    book.warn_of_shortage(moved, &lines, &mut posting.warnings);
    let warnings = &mut posting.warnings;
    validity::warn(book, posting.date, warnings);
    exchange::warn(book, posting.date, moved, warnings);
    balance::warn(book, moved, &lines, warnings);
    if let Some(delivered) = list.delivered.filter(|_| moved.is_carry_over()) {
        warnings.extend(carry_over::late(posting.date, delivered));
        warnings.extend(cycles::carry_over_late(book, posting.date, delivered));
    }
    cycles::warn(book, moved, &lines, list.settles, warnings);
    book.name(moved, &lines, false);
    let index = ledger.lists.len() as u32;
    book.lists.push(index);
    book.pending.insert(index);
    let number: Box<str> = list.number.as_str().into();
    ledger.by_name.insert::<str>(number.clone(), index);
    let receiving = carry.as_ref().and_then(|it| it.other);
    let has_carry = carry.is_some();
    ledger.lists.push(List {
        number,
        customs_number: None,
        book: at,
        movement: moved,
        mode: list.mode,
        direction: list.direction,
        state: ListState::Pending,
        carry: carry.map(Box::new),
        details: details(posting, list),
        changes: vec![Change {
            kind: ChangeKind::Declared,
            date: posting.date,
            lines: Some(lines.into_boxed_slice()),
        }],
    });
    if let Some(receiving) = receiving
        && let Some(carry) = &mut ledger.lists[receiving as usize].carry
    {
        carry.other = Some(index);
    }
    if has_carry {
        ledger.refresh_carry_over(index);
    }
    Ok(())
}

fn details(posting: &Posting<'_>, list: &DeclareList) -> Option<Box<ListDetails>> {
    let text = |it: &Option<String>| it.as_deref().map(Into::into);
    let details = ListDetails {
        delivered: list.delivered,
        reference: text(&list.reference),
        settles: list.settles,
        noted: list.settles.is_some() && posting.has_note(),
        customs_declaration: text(&list.customs_declaration),
    };
    let none = details.delivered.is_none()
        && details.reference.is_none()
        && details.settles.is_none()
        && details.customs_declaration.is_none();
    (!none).then(|| Box::new(details))
}

/// Puts lines into the sums, so that the rules see the book as it would be; takes them out again
/// where one refuses. Versions that are named for the first time get their place only afterwards:
/// a refused list leaves no trace.
pub(crate) fn with_lines<T>(
    ledger: &mut Ledger,
    at: u32,
    moved: Movement,
    mut lines: Vec<Line>,
    names: &[NewVersion],
    booked: bool,
    check: impl FnOnce(&Ledger, &[Line]) -> Result<T, Refusal>,
) -> Result<(T, Vec<Line>), Refusal> {
    let book = &mut ledger.books[at as usize];
    let versions = book.versions.len();
    for new in names {
        let version = book.version(new.product, &new.name);
        lines[new.line].version = version;
    }
    book.sums.apply(moved, booked, &lines, false);
    match check(ledger, &lines) {
        Ok(found) => Ok((found, lines)),
        Err(refusal) => {
            let book = &mut ledger.books[at as usize];
            book.sums.apply(moved, booked, &lines, true);
            for version in book.versions.drain(versions..) {
                book.products
                    .get_mut(version.product)
                    .versions
                    .remove(&version.name);
            }
            book.sums.versions.truncate(versions);
            Err(refusal)
        }
    }
}

/// Rules 1 to 3, with the lines in the sums.
pub(crate) fn check_quantities(
    book: &Book,
    date: Date,
    moved: Movement,
    lines: &[Line],
    warnings: &mut Vec<Warning>,
) -> Result<(), Refusal> {
    let largest = book.sums.largest(moved, lines);
    if largest.raw() >= TOTAL_MAX {
        let message = format!(
            "a column of an item would reach {largest}, expected less than {}",
            Total::from_raw(TOTAL_MAX)
        );
        return Err(LIMIT_EXCEEDED.refuse(message));
    }
    quota::check(book, moved, lines)?;
    validity::check(book, date, moved, warnings)?;
    consumption::check(book, moved, lines)
}

/// Rules 5 and 6, with the lines in the sums.
pub(crate) fn check_balance(book: &Book, moved: Movement, lines: &[Line]) -> Result<(), Refusal> {
    balance::check(book, moved, lines)?;
    exchange::check(book, moved, lines)
}
