//! 账册周期报核, 周期核销通过, 周期报核退单.

use chrono::{Days, Months};
use unit_consumption::Total;

use crate::book::Book;
use crate::cycle::assess::{Band, CycleCheck};
use crate::ids::{Date, HandbookNo};
use crate::ledger::{Ledger, Posting};
use crate::parameters::{CYCLE_MONTHS, CYCLE_REPORT_DAYS};
use crate::post::told::Before;
use crate::rules::Refusal;
use crate::rules::cycles::*;

pub(crate) fn report(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    number: HandbookNo,
    end: Date,
) -> Result<(), Refusal> {
    let at = account_book(ledger, number)?;
    ledger.book_takes_entries(at)?;
    let book = ledger.book(at);
    check_none_reported(book)?;
    let from = book.cycle_from(book.current_cycle());
    if end < from || posting.date < end {
        let message = match end < from {
            true => format!(
                "{end} lies {} days before {from}, the first day of the current cycle",
                (from - end).num_days()
            ),
            false => format!(
                "{end} lies {} days after the entry's date {}",
                (end - posting.date).num_days(),
                posting.date
            ),
        };
        return Err(CYCLE_END_OUT_OF_RANGE.refuse(format!("book {number}: cycle_end {message}")));
    }
    let check = ledger.assess(at, end);
    if !check.ready {
        return Err(not_ready(check));
    }
    warn(ledger.book(at), posting, &check);
    posting.warnings.extend(check.warnings);
    let book = &mut ledger.books[at as usize];
    book.cycles.get_or_insert_default().reported = Some(end);
    Ok(())
}

fn not_ready(check: CycleCheck) -> Refusal {
    let count = check.reasons.len();
    let first: Vec<&str> = check
        .reasons
        .iter()
        .take(3)
        .map(|it| it.message())
        .collect();
    let message = format!(
        "cycle {} of book {} ({} to {}) cannot be reported, {count} {}: {}{}",
        check.cycle,
        check.handbook,
        check.from,
        check.to,
        if count == 1 { "reason" } else { "reasons" },
        first.join("; "),
        match count {
            0..=3 => String::new(),
            _ => format!("; and {} more", count - 3),
        }
    );
    CYCLE_NOT_READY.refuse(message).because(check.reasons)
}

/// What customs will see, or ask about.
fn warn(book: &Book, posting: &mut Posting<'_>, check: &CycleCheck) {
    for row in &check.materials {
        let taken_off = book.cycle_over(row.seq, check.from, check.to);
        // Nobody counted where the adjustment left nothing: that alone makes it no smaller.
        let short = row.difference.is_none_or(|it| it < Total::ZERO);
        if short && taken_off < Total::ZERO {
            let message = format!(
                "material {} ({}): {} taken off by cycle_over",
                row.seq, row.name, -taken_off
            );
            posting
                .warnings
                .push(SHORTAGE_TAKEN_OFF.warn(message).differing(-taken_off));
        }
        let Some(difference) = row.difference.filter(|it| !it.is_zero()) else {
            continue;
        };
        let message = format!("material {} ({}): {}", row.seq, row.name, row.judged_text());
        posting.warnings.push(
            CYCLE_DIFFERS
                .warn(message)
                .with("material", row.seq)
                .with("book", row.book)
                .with("difference", difference)
                .with("basis", row.basis)
                .differing(difference),
        );
    }
    debug_assert!(
        check
            .materials
            .iter()
            .all(|it| it.judged != Band::NotCounted)
    );
    let months = CYCLE_MONTHS.on(check.to);
    let longest = check.from.checked_add_months(Months::new(months));
    if let Some(next) = longest.filter(|next| *next <= check.to) {
        let days = (check.to - next).num_days() + 1;
        let message = format!(
            "book {}: the cycle from {} to {} is {days} days longer than {months} months",
            check.handbook, check.from, check.to
        );
        posting
            .warnings
            .push(CYCLE_TOO_LONG.warn(message).differing(days));
    }
    let days = CYCLE_REPORT_DAYS.on(check.to);
    let due = check.to.checked_add_days(Days::new(days.into()));
    if let Some(due) = due.filter(|due| *due < posting.date) {
        let late = (posting.date - due).num_days();
        let message = format!(
            "book {}: the cycle ended on {}, its report was due by {due}, {late} days late",
            check.handbook, check.to
        );
        posting
            .warnings
            .push(CYCLE_OVERDUE.warn(message).differing(late));
    }
}

/// Acceptance and return are customs' decisions, whatever their date.
pub(crate) fn accept(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    number: HandbookNo,
) -> Result<(), Refusal> {
    let (at, end) = reported(ledger, number)?;
    let book = ledger.book(at);
    let booked = ledger.booked_in(book, book.span(book.current_cycle(), Some(end)));
    let book = &mut ledger.books[at as usize];
    let told = Before::of_folds(posting, book);
    book.accept_cycle(end, booked.clone());
    told.tell_of_cycle(posting, book, &booked);
    Ok(())
}

pub(crate) fn give_back(ledger: &mut Ledger, number: HandbookNo) -> Result<(), Refusal> {
    let (at, _) = reported(ledger, number)?;
    let book = &mut ledger.books[at as usize];
    if let Some(cycles) = &mut book.cycles {
        cycles.reported = None;
    }
    // A book of which no cycle was ever accepted is as if none had been reported.
    book.cycles.take_if(|it| it.ends.is_empty());
    Ok(())
}

fn account_book(ledger: &Ledger, number: HandbookNo) -> Result<u32, Refusal> {
    let at = ledger.known_book(number)?;
    if number.is_account_book() {
        return Ok(at);
    }
    Err(NOT_ACCOUNT_BOOK.refuse(format!(
        "{number} is a handbook (手册), which has no cycles"
    )))
}

pub(crate) fn check_none_reported(book: &Book) -> Result<(), Refusal> {
    match book.reported_cycle() {
        None => Ok(()),
        Some(end) => Err(CYCLE_REPORTED.refuse(format!(
            "cycle {} of book {}, to {end}, is reported (已报核) and not decided",
            book.current_cycle() + 1,
            book.number
        ))),
    }
}

fn reported(ledger: &Ledger, number: HandbookNo) -> Result<(u32, Date), Refusal> {
    let at = account_book(ledger, number)?;
    ledger.book_takes_entries(at)?;
    match ledger.book(at).reported_cycle() {
        Some(end) => Ok((at, end)),
        None => {
            Err(CYCLE_NOT_REPORTED.refuse(format!("no cycle of book {number} is reported (报核)")))
        }
    }
}
