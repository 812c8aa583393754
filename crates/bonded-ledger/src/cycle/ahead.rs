//! What speaks for or against a report beside the differences.

use unit_consumption::{Quantity, Total};

use crate::book::{Book, Count, Status};
use crate::cycle::Span;
use crate::ids::Date;
use crate::ledger::Ledger;
use crate::rules::closing::{REASON_CLOSED, REASON_REPORTED};
use crate::rules::cycles::{CYCLE_WITHOUT_CONSUMPTION, REASON_CYCLE_REPORTED, TAKEN_IN_NEXT_CYCLE};
use crate::rules::{Reason, Warning};
use crate::sums::{Qsd, Sums};

/// A report would be refused whatever the count says.
pub(super) fn takes_no_report(book: &Book) -> Option<Reason> {
    let number = book.number;
    match (book.status, book.reported_cycle()) {
        (Status::Reported, _) => {
            Some(REASON_REPORTED.reason(format!("book {number} is reported for closure (已报核)")))
        }
        (Status::Closed, _) => {
            Some(REASON_CLOSED.reason(format!("book {number} is closed (已结案)")))
        }
        (Status::Open, Some(end)) => Some(REASON_CYCLE_REPORTED.reason(format!(
            "cycle {} of book {number}, to {end}, is reported (已报核) and not decided",
            book.current_cycle() + 1
        ))),
        (Status::Open, None) => None,
    }
}

impl Ledger {
    /// Goods that left in the cycle, of which a consumption list tells after its last day, or one of
    /// the cycle that is withdrawn after it.
    pub(super) fn taken_otherwise(&self, book: &Book, span: Span, end: Date) -> Vec<Warning> {
        let within = |day: Date| day <= end && span.after.is_none_or(|after| after < day);
        let mut warnings = Vec::new();
        for taking in &book.takings {
            let message = match (within(taking.date), taking.withdrawn) {
                (true, Some(day)) if day > end => format!(
                    "consumption list {} counts in this cycle, as it was withdrawn only on {day}: in the next one its goods count by unit consumption, less what it says",
                    taking.number
                ),
                (false, None) if taking.date > end => {
                    let lists = taking.lists.iter().map(|&it| self.list(it));
                    let lists = lists.filter(|it| it.booked().is_some_and(within));
                    let names: Vec<&str> = lists.map(|it| &*it.number).collect();
                    if names.is_empty() {
                        continue;
                    }
                    format!(
                        "consumption list {} of {} covers {}, booked by {end}: in this cycle the goods count by unit consumption, the difference in the next one",
                        taking.number,
                        taking.date,
                        names.join(", ")
                    )
                }
                _ => continue,
            };
            warnings.push(TAKEN_IN_NEXT_CYCLE.warn(message));
        }
        warnings
    }
}

/// Versions of which goods left in the cycle or settle it, or were counted, and that have no unit
/// consumption: they consume nothing.
pub(super) fn without_consumption(
    book: &Book,
    sums: &[&Sums],
    count: Option<&Count>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |product: u16, version: &str, quantity: Total, how: &str| {
        let message = format!(
            "{} version {version}: {quantity} {how}, no unit consumption on file",
            book.product_text(product)
        );
        let seq = book.products.get(product).seq;
        warnings.push(
            CYCLE_WITHOUT_CONSUMPTION
                .warn(message)
                .with("product", seq)
                .with("quantity", quantity)
                .differing(quantity),
        );
    };
    for (version, of) in book.versions.iter().enumerate() {
        if !of.lines.is_empty() {
            continue;
        }
        let sum = |of: fn(&Qsd) -> Total| -> Total {
            sums.iter().map(|it| of(&it.versions[version].booked)).sum()
        };
        let left = sum(|it| it.q);
        let gone = [
            (left, "left"),
            (sum(|it| it.s), "sold"),
            (sum(|it| it.d), "destroyed"),
        ];
        for (quantity, how) in gone.iter().filter(|it| !it.0.is_zero()) {
            warn(of.product, &of.name, *quantity, how);
        }
    }
    for (product, version, quantity) in count.iter().flat_map(|it| &it.products) {
        let known = book.find_version(*product, version);
        let lines = known.map_or(0, |it| book.versions[it as usize].lines.len());
        if lines == 0 && *quantity != Quantity::ZERO {
            warn(*product, version, quantity.total(), "counted");
        }
    }
    warnings
}
