//! Rule 6: exchange brings in no more than went out, and the other way round.

use unit_consumption::Total;

use super::{Refusal, Warning, rules, validity};
use crate::book::Book;
use crate::ids::Date;
use crate::law::{MODES, PRODUCT_EXCHANGE, journal};
use crate::list::Line;
use crate::modes::Movement;

rules! {
    EXCHANGE_EXCEEDED = Refusal "exchange_exceeded" {
        "more is exchanged than went the other way",
        "Materials (料件退换): what comes in replaces what went out. Products (成品退换): what is returned had left, and what leaves again was returned; per product, whatever the version.",
        "Post and deduct the first leg; goods beyond it are an ordinary import or export.",
        [PRODUCT_EXCHANGE, MODES, journal("Rules of the lists, 6")], "
            book A M1:10/opening=10
            exchange_out L1 A M1:4
            deduct L1
            exchange_in L2 A M1:4
            exchange_in L3 A M1:1 -> refused exchange_exceeded
        ",
    }
    EXCHANGE_UNCOVERED = Warning "exchange_uncovered" {
        "an exchange is no longer covered by its first leg",
        "The list that went first was amended, deducted for less, or withdrawn.",
        "Correct the second leg as well.",
        [PRODUCT_EXCHANGE, journal("Rules of the lists, 6")], "
            book A M1:10/opening=10
            exchange_out L1 A M1:4
            deduct L1
            exchange_in L2 A M1:4
            withdraw L1 -> ok warns exchange_uncovered
        ",
    }
    EXCHANGE_LATE = Warning "exchange_late" {
        "an exchange begins shortly before its time limit",
        "An exchange within a handbook is completed within its validity: what is returned leaves again, and what was sent back is replaced, before the book expires.",
        "Complete it at once, or have the validity extended; the rest is dealt with as defectives or leftovers.",
        [PRODUCT_EXCHANGE, journal("Warnings")], "
            book A until=2026-12-31 M1:10/opening=10 P1 P1<M1*1
            export L1 A P1:5
            deduct L1
            return_in L2 A P1:2 on=2026-11-01
            return_in L3 A P1:2 on=2026-12-15 -> ok warns exchange_late
        ",
    }
}

/// What comes second, already in the sums, is covered by what was booked first.
pub(crate) fn check(book: &Book, moved: Movement, lines: &[Line]) -> Result<(), Refusal> {
    for line in lines {
        let (what, left, right) = match moved {
            Movement::ExchangedIn => {
                let sums = book.all_of_material(line.item);
                let out = sums.booked(Movement::ExchangedOut);
                (book.material_text(line.item), sums.declared(moved), out)
            }
            Movement::ReturnedIn => {
                let sums = book.all_of_product(line.item);
                let used = book.products.get(line.item).used.total();
                (
                    book.product_text(line.item),
                    sums.declared(moved),
                    sums.left() + used,
                )
            }
            Movement::ReturnedOut => {
                let sums = book.all_of_product(line.item);
                let back = sums.booked(Movement::ReturnedIn);
                (book.product_text(line.item), sums.declared(moved), back)
            }
            _ => return Ok(()),
        };
        let over = left - right;
        if over > Total::ZERO {
            let message = format!(
                "line {}: {what}: {} would reach {left}, {right} went the other way (booked), over by {over}",
                line.line,
                moved.column()
            );
            return Err(EXCHANGE_EXCEEDED
                .refuse(message)
                .with("reached", left)
                .with("covered", right)
                .differing(over));
        }
    }
    Ok(())
}

/// The first leg comes so late that the book may expire before the second.
pub(crate) fn warn(book: &Book, date: Date, moved: Movement, warnings: &mut Vec<Warning>) {
    let first_leg = matches!(moved, Movement::ExchangedOut | Movement::ReturnedIn);
    if let Some(left) = validity::expires_in(book, date).filter(|_| first_leg) {
        let message = format!(
            "{} declared {left} days before handbook {} expires on {}",
            moved.describe(),
            book.number,
            book.valid_until
        );
        warnings.push(EXCHANGE_LATE.warn(message).differing(left));
    }
}
