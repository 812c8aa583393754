//! Rule 2: within the validity of the book.

use super::{Refusal, Warning, rules};
use crate::book::Book;
use crate::ids::Date;
use crate::law::{GUARANTEE, REPORT_30_DAYS, VALIDITY, journal};
use crate::modes::Movement;
use crate::parameters::EXPIRY_NOTICE_DAYS;

rules! {
    OUTSIDE_VALIDITY = Refusal "outside_validity" {
        "outside the validity of the book",
        "A list is declared between valid_from and valid_until, both inclusive. Movements that wind a book up (re-export of materials, domestic sale, leftover out, destruction, scrap, 9700) are accepted after it with a warning, never before it.",
        "Have the validity extended first (延期), or use another handbook.",
        [journal("Rules of the lists, 2"), VALIDITY], "
            book A until=2026-12-31 M1
            import L1 A M1:1 on=2026-12-31
            import L2 A M1:1 on=2027-01-01 -> refused outside_validity
        ",
    }
    AFTER_VALIDITY = Warning "after_validity" {
        "winding up after the validity of the book",
        "What is left was to be dealt with within the validity; the report is due 30 days after it.",
        "Finish and report at once; an overdue handbook keeps the enterprise from new ones.",
        [VALIDITY, REPORT_30_DAYS], "
            book A until=2026-12-31 M1:10/opening=10
            re_export L1 A M1:1 on=2026-11-01
            re_export L2 A M1:1 on=2027-01-01 -> ok warns after_validity
        ",
    }
    EXPIRY_SOON = Warning "expiry_soon" {
        "the book expires within 30 days",
        "Extension must be applied for, and leftovers dealt with, within the validity.",
        "Plan the winding up, or apply for the extension now.",
        [journal("Warnings"), VALIDITY], "
            book A until=2026-12-31 M1
            import L1 A M1:1 on=2026-11-30
            import L2 A M1:1 on=2026-12-01 -> ok warns expiry_soon
        ",
    }
    GUARANTEE_EXPIRED = Warning "guarantee_expired" {
        "the guarantee has expired",
        "Goods move under a guarantee that is no longer valid.",
        "Have the guarantee renewed and amend the book.",
        [GUARANTEE], "
            book A guarantee=2027-06-30 M1
            import L1 A M1:1 on=2026-06-30
            amend A guarantee=2026-07-31 until=2026-12-31
            import L2 A M1:1 on=2026-08-01 -> ok warns guarantee_expired
        ",
    }
}

/// By the date of the declaration.
pub(crate) fn check(
    book: &Book,
    date: Date,
    moved: Movement,
    warnings: &mut Vec<Warning>,
) -> Result<(), Refusal> {
    let (from, until) = (book.valid_from, book.valid_until);
    let after = date > until;
    if date < from || (after && !moved.winds_up()) {
        let days = if after {
            (date - until).num_days()
        } else {
            (from - date).num_days()
        };
        let side = if after { "after" } else { "before" };
        let message = format!(
            "dated {date}, handbook {} is valid from {from} to {until}: {days} days {side} it",
            book.number
        );
        return Err(OUTSIDE_VALIDITY.refuse(message).differing(days));
    }
    if after {
        let days = (date - until).num_days();
        let message = format!(
            "{} dated {date}, {days} days after handbook {} expired on {until}",
            moved.describe(),
            book.number
        );
        warnings.push(AFTER_VALIDITY.warn(message).differing(days));
    }
    Ok(())
}

/// Days until the book expires, where it is so near that one warns.
pub(crate) fn expires_in(book: &Book, date: Date) -> Option<i64> {
    let left = (book.valid_until - date).num_days();
    let notice = i64::from(EXPIRY_NOTICE_DAYS.on(date));
    (0..=notice).contains(&left).then_some(left)
}

/// The book or its guarantee ends soon, or has ended.
pub(crate) fn warn(book: &Book, date: Date, warnings: &mut Vec<Warning>) {
    if let Some(left) = expires_in(book, date) {
        let message = format!(
            "handbook {} expires on {}, in {left} days",
            book.number, book.valid_until
        );
        warnings.push(EXPIRY_SOON.warn(message).differing(left));
    }
    if let Some(guarantee) = book.guarantee.as_ref().filter(|it| it.valid_until < date) {
        let message = format!(
            "handbook {}: the guarantee ended on {}, the list is dated {date}",
            book.number, guarantee.valid_until
        );
        warnings.push(GUARANTEE_EXPIRED.warn(message));
    }
}
