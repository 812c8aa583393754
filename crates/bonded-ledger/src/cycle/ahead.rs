//! What speaks for or against a report beside the differences.

use unit_consumption::{Quantity, Total};

use crate::book::{Book, Count, Status};
use crate::rules::closing::{REASON_CLOSED, REASON_REPORTED};
use crate::rules::cycles::{CYCLE_WITHOUT_CONSUMPTION, REASON_CYCLE_REPORTED};
use crate::rules::{Reason, Warning};
use crate::sums::Sums;

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

/// Versions of which goods left in the cycle, or were counted, and that have no unit consumption:
/// they consume nothing.
pub(super) fn without_consumption(book: &Book, sums: &Sums, count: Option<&Count>) -> Vec<Warning> {
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
        let left = sums.versions[version].booked.q;
        if !left.is_zero() && of.lines.is_empty() {
            warn(of.product, &of.name, left, "left");
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
