//! How a cycle of an account book ends (账册周期核销).

use unit_consumption::Total;

use super::{Refusal, Warning, rules};
use crate::book::Book;
use crate::ids::Date;
use crate::law::{
    ACCOUNT_BOOKS, CYCLE_BAND, CYCLE_DEADLINE, CYCLE_OUTCOME, CYCLE_REPORT, CYCLE_TRANSFER,
    PRODUCT_EXCHANGE, UC_BEFORE_EXPORT, journal,
};
use crate::list::{Line, List};
use crate::modes::Movement;

const SECTION: crate::law::Law = journal("Account books: cycles");

rules! {
    NOT_ACCOUNT_BOOK = Refusal "not_account_book" {
        "only an account book is written off by cycle",
        "A handbook (手册) is written off as a whole; an account book (账册, E) cycle by cycle.",
        "Report a handbook by report_closure.",
        [SECTION, ACCOUNT_BOOKS], "
            book E kind=E M1
            report_cycle E 2026-02-28
            book A M1
            report_cycle A 2026-02-28 -> refused not_account_book
        ",
    }
    CYCLE_REPORTED = Refusal "cycle_reported" {
        "a cycle of the book is reported and not decided",
        "Customs decides on one cycle at a time, and on the whole book only when no cycle is open.",
        "Post accept_cycle or return_cycle first.",
        [SECTION], "
            book A kind=E M1
            report_cycle A 2026-01-31
            report_cycle A 2026-02-28 -> refused cycle_reported
        ",
    }
    CYCLE_END_OUT_OF_RANGE = Refusal "cycle_end_out_of_range" {
        "the last day lies outside the cycle",
        "A cycle ends on or after its first day, and is reported on or after its last.",
        "Correct cycle_end or the date of the entry.",
        [SECTION], "
            book A kind=E M1
            report_cycle A 2026-03-01
            return_cycle A
            report_cycle A 2026-03-02 -> refused cycle_end_out_of_range
        ",
    }
    CYCLE_NOT_READY = Refusal "cycle_not_ready" {
        "the cycle cannot be reported",
        "Every list dated by then is deducted, every material of which something remains was counted on the last day, and every difference is settled exactly. The refusal lists all reasons.",
        "Settle each reason; bonded cycle check lists them.",
        [SECTION, CYCLE_OUTCOME], "
            book A kind=E M1:10/opening=10
            report_cycle A 2026-02-28 -> refused cycle_not_ready
            count A M1:10 on=2026-02-28
            report_cycle A 2026-02-28
        ",
    }
    CYCLE_NOT_REPORTED = Refusal "cycle_not_reported" {
        "no cycle of the book is reported",
        "Customs accepts or returns a report that was made.",
        "Post report_cycle first.",
        [SECTION], "
            book A kind=E M1
            report_cycle A 2026-02-28
            accept_cycle A
            return_cycle A -> refused cycle_not_reported
        ",
    }
    CYCLE_FROZEN = Refusal "cycle_frozen" {
        "the cycle is reported or accepted: nothing of it changes",
        "From the report on no entry is dated in the cycle, and no list that was booked in it or settles it is amended or withdrawn, for nobody: customs writes off what was reported. Lists dated later go on.",
        "Date the entry after the cycle: goods declared later belong to the next one. A mistake in a reported cycle: have it returned (退单) first; in an accepted one it is for customs (补充申报).",
        [SECTION, CYCLE_REPORT], "
            book A kind=E M1
            report_cycle A 2026-02-28
            import L1 A M1:1 on=2026-03-01
            import L2 A M1:1 on=2026-02-28 -> refused cycle_frozen
        ",
    }
    SETTLES_ACCEPTED = Refusal "settles_accepted" {
        "the list settles a cycle that is accepted",
        "settles names the last day of a cycle that is still to be accepted.",
        "Leave settles out, or name the last day of the current cycle.",
        [SECTION], "
            book A kind=E M1:10/opening=10
            count A M1:10 on=2026-02-28
            report_cycle A 2026-02-28
            accept_cycle A
            sell L1 A M1:1 settles=2026-02-28 -> refused settles_accepted
        ",
    }
    CYCLE_LIST_PENDING = Reason "cycle_list_pending" {
        "a list of the cycle is pending",
        "A list dated in the cycle may still move goods in it.",
        "Post its deduction, or its withdrawal.",
        [SECTION], "
            book A kind=E M1
            import L1 A M1:1 on=2026-02-10
            report_cycle A 2026-02-28 -> refused cycle_not_ready
        ",
    }
    NOT_COUNTED = Reason "not_counted" {
        "a material of which something remains was not counted on the last day",
        "The report says what is really there (实际剩余) on the last day of the cycle; finished goods and work in progress count as the materials in them.",
        "Post a count_stock dated the last day that names the material; 0 is a count.",
        [SECTION, CYCLE_REPORT], "
            book A kind=E M1/opening=10 M2/opening=1
            count A M1:10 on=2026-02-28
            report_cycle A 2026-02-28 -> refused cycle_not_ready
        ",
    }
    DIFFERENCE_OPEN = Reason "difference_open" {
        "the count differs from the book and is not settled exactly",
        "What is over is added to the book (核增); what is short is sold with tax (内销补税), also by a list booked in the next cycle. Within ±1 % of opening and imports, ends included, no reason is asked for; a dishonest operator has no such band.",
        "Over: adjust_book with ground cycle_over, dated in the cycle. Short: a domestic sale or 9700 with settles. Too much: amend or withdraw the list, or adjust back; what was booked by the last day is corrected by that day. Above all look for the cause: a missing list, goods in transit, a wrong unit consumption.",
        [CYCLE_BAND, CYCLE_OUTCOME, SECTION], "
            book A kind=E M1:10/opening=10
            count A M1:9 on=2026-02-28
            report_cycle A 2026-02-28 -> refused cycle_not_ready
            sell L1 A M1:1 settles=2026-02-28 note=spilt
            report_cycle A 2026-02-28
        ",
    }
    REASON_MISSING = Reason "note_missing" {
        "a difference outside the band is settled without a reason",
        "Outside ±1 % customs asks why; each settling entry (a decision of customs excepted) carries the reason in its note.",
        "Post the settling entry with a note.",
        [CYCLE_BAND, CYCLE_OUTCOME, SECTION], "
            book A kind=E M1:10/opening=10
            count A M1:9 on=2026-02-28
            sell L1 A M1:1 settles=2026-02-28
            report_cycle A 2026-02-28 -> refused cycle_not_ready
        ",
    }
    REASON_CYCLE_REPORTED = Reason "cycle_reported" {
        "the cycle is reported already",
        "Customs decides now.",
        "Wait for acceptance or return.",
        [SECTION], "",
    }
    CYCLE_WITHOUT_CONSUMPTION = Warning "cycle_without_consumption" {
        "goods of a product version without unit consumption left in the cycle that is reported, or were counted",
        "They consume nothing in this cycle, and once it is reported nothing of it changes.",
        "Declare the unit consumption, or a consumption list, before the cycle is reported.",
        [UC_BEFORE_EXPORT, SECTION], "
            book A kind=E point=before_closure M1 P1
            export L1 A P1:5 on=2026-02-01
            deduct L1 on=2026-02-02
            report_cycle A 2026-02-28 -> ok warns cycle_without_consumption
        ",
    }
    TAKEN_IN_NEXT_CYCLE = Warning "taken_in_next_cycle" {
        "a consumption list tells of goods of the cycle and is dated after it",
        "It counts from its date on: the cycle holds what the unit consumption says, the next one the difference.",
        "Withdraw it and declare it dated the last day of the cycle, before that is reported; its day at customs may be kept in document or ext.",
        [SECTION], "
            book A kind=E M1/opening=10 P1 P1<M1*1
            export L1 A P1:5 on=2026-02-01
            deduct L1 on=2026-02-02
            take A H1 L1 M1:4 on=2026-03-01
            count A M1:5 on=2026-02-28
            report_cycle A 2026-02-28 -> ok warns taken_in_next_cycle
        ",
    }
    CYCLE_DIFFERS = Warning "cycle_differs" {
        "count and book differed in the cycle that is reported",
        "It is settled, and customs will see it: outside the band with its reason.",
        "Keep the count sheets and the cause on file.",
        [CYCLE_BAND, CYCLE_OUTCOME], "
            book A kind=E M1/opening=100
            count A M1:99 on=2026-02-28
            sell L1 A M1:1 settles=2026-02-28
            report_cycle A 2026-02-28 -> ok warns cycle_differs
        ",
    }
    SHORTAGE_TAKEN_OFF = Warning "shortage_taken_off" {
        "a shortage was taken off the book without tax",
        "What is short is sold with tax; only customs decides otherwise.",
        "Post a domestic sale in its place, or give customs' decision as the ground.",
        [CYCLE_BAND, CYCLE_OUTCOME], "
            book A kind=E M1/opening=100
            count A M1:99 on=2026-02-28
            adjust A M1:-1 ground=cycle_over on=2026-02-28
            report_cycle A 2026-02-28 -> ok warns shortage_taken_off
        ",
    }
    SETTLED_OTHERWISE = Warning "settled_otherwise" {
        "a list that settles a reported cycle does not do so as reported",
        "The cycle was reported as settled by what the lists held then. A list declared for it later, or deducted with other quantities, leaves the difference in the next cycle.",
        "Have the report returned and made anew, or settle the rest in the next cycle.",
        [SECTION], "
            book A kind=E M1/opening=100
            count A M1:99 on=2026-02-28
            sell L1 A M1:1 settles=2026-02-28
            report_cycle A 2026-02-28
            deduct L1 1=2 -> ok warns settled_otherwise
        ",
    }
    CYCLE_TOO_LONG = Warning "cycle_too_long" {
        "the cycle is longer than a year",
        "The enterprise chooses its cycle by the rhythm of its production, a year at most.",
        "Report earlier; bonded cycle plan tells the last day.",
        [CYCLE_DEADLINE], "
            book A kind=E from=2025-01-01 M1
            report_cycle A 2026-01-01 -> ok warns cycle_too_long
        ",
    }
    CYCLE_OVERDUE = Warning "cycle_overdue" {
        "the cycle is reported late",
        "A cycle is reported within 30 days after its last day.",
        "Report at once; expect a question.",
        [CYCLE_DEADLINE], "
            book A kind=E M1
            report_cycle A 2026-01-29 -> ok warns cycle_overdue
        ",
    }
    CYCLE_CARRY_OVER_LATE = Warning "cycle_carry_over_late" {
        "a carry-over is declared more than one cycle after the delivery",
        "An account book may declare a carry-over in the cycle of the delivery or in the next one.",
        "Expect a question from customs; declare the other side at once.",
        [CYCLE_TRANSFER], "
            book A kind=E M1
            report_cycle A 2026-01-15
            accept_cycle A
            report_cycle A 2026-01-31
            accept_cycle A
            carry_in L1 A M1:1 with=C999999A0009 delivered=2026-01-20 on=2026-02-20
            carry_in L2 A M1:1 with=C999999A0009 delivered=2026-01-10 on=2026-02-20 -> ok warns cycle_carry_over_late
        ",
    }
    EXCHANGE_ACROSS = Warning "exchange_across_cycles" {
        "an exchange of products crosses more than one cycle",
        "Products return by the end of the cycle after the one in which they left, and leave again by the end of the cycle after the one in which they returned.",
        "The rest is dealt with as defectives; ask customs before it is declared.",
        [PRODUCT_EXCHANGE, CYCLE_TRANSFER], "
            book A kind=E point=before_closure M1 P1
            export L1 A P1:5 on=2026-01-05
            deduct L1 on=2026-01-06
            report_cycle A 2026-01-15
            accept_cycle A
            return_in L2 A P1:2 on=2026-01-20
            deduct L2 on=2026-01-20
            report_cycle A 2026-01-31
            accept_cycle A
            return_in L3 A P1:1 on=2026-02-20 -> ok warns exchange_across_cycles
        ",
    }
}

/// A list that was booked in a frozen cycle or settles it is neither amended nor withdrawn.
pub(crate) fn check_list(book: &Book, list: &List) -> Result<(), Refusal> {
    let Some(end) = book.frozen_until() else {
        return Ok(());
    };
    let settles = list.details.as_ref().and_then(|it| it.settles);
    let why = match (list.booked(), settles) {
        (Some(day), _) if day <= end => format!("was booked on {day}"),
        // A day that no cycle ended on is settled by nobody.
        (_, Some(day)) if is_end(book, day) => format!("settles the cycle that ended on {day}"),
        _ => return Ok(()),
    };
    Err(CYCLE_FROZEN.refuse(format!(
        "list {} {why}; nothing of book {} up to {end} changes any more",
        list.number, book.number
    )))
}

fn is_end(book: &Book, day: Date) -> bool {
    (0..=book.current_cycle()).any(|cycle| book.cycle_to(cycle) == Some(day))
}

/// Customs deducted another quantity of a list that settles a frozen cycle.
pub(crate) fn passed(book: &Book, list: &List) -> Option<Warning> {
    let settles = list.details.as_ref().and_then(|it| it.settles);
    let end = settles.filter(|day| is_end(book, *day))?;
    Some(SETTLED_OTHERWISE.warn(format!(
        "list {} settles the cycle that ended on {end} and was deducted with quantities of its own",
        list.number
    )))
}

/// Delivered more than one cycle ago.
pub(crate) fn carry_over_late(book: &Book, date: Date, delivered: Date) -> Option<Warning> {
    // A reported cycle has ended, though the next one opens only on acceptance.
    let of = |day| {
        let ended = book.reported_cycle().is_some_and(|end| end < day);
        book.cycle_of(day) + usize::from(ended)
    };
    let cycles = of(date).checked_sub(of(delivered))?;
    (cycles > 1).then(|| {
        CYCLE_CARRY_OVER_LATE.warn(format!(
            "delivered on {delivered} in cycle {}, declared on {date} in cycle {}",
            of(delivered) + 1,
            of(date) + 1
        ))
    })
}

/// Of a list that is declared: what it settles is reported already, or it exchanges too late.
pub(crate) fn warn(
    book: &Book,
    moved: Movement,
    lines: &[Line],
    settles: Option<Date>,
    warnings: &mut Vec<Warning>,
) {
    let Some(cycles) = &book.cycles else { return };
    if let Some(end) = settles.filter(|day| is_end(book, *day)) {
        let message = format!("the cycle that ended on {end} was reported without this list");
        warnings.push(SETTLED_OTHERWISE.warn(message));
    }
    if !matches!(moved, Movement::ReturnedIn | Movement::ReturnedOut) {
        return;
    }
    let mut seen = std::collections::BTreeSet::new();
    for line in lines.iter().filter(|it| seen.insert(it.item)) {
        let at = usize::from(line.item);
        let now = &book.sums.products[at];
        let last = cycles.last.products.get(at).copied().unwrap_or_default();
        let covered = match moved {
            // A book that was taken over brought what had left before into its first cycle.
            Movement::ReturnedIn if cycles.ends.len() == 1 => {
                now.left() + last.left() + book.products.get(line.item).used.total()
            }
            Movement::ReturnedIn => now.left() + last.left(),
            _ => now.booked(Movement::ReturnedIn) + last.booked(Movement::ReturnedIn),
        };
        let over = now.declared(moved) - covered;
        if over > Total::ZERO {
            let message = format!(
                "line {}: {}: {} in this cycle {}, {covered} went the other way in it and the one before, {over} are older",
                line.line,
                book.product_text(line.item),
                moved.column(),
                now.declared(moved)
            );
            warnings.push(EXCHANGE_ACROSS.warn(message).differing(over));
        }
    }
}
