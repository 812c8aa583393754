//! Cases that break naive ledgers, each as a small journal with its right answer.

use bonded_ledger::{ConsumptionLine, Date, OpenHandbook};

use super::Seed;
use super::expected::Expected;
use super::goods::*;
use super::journal::{Journal, day, handbook};
use super::parties::party;

mod consumption; // What a product takes,
mod returned; // what comes back or is bad,
mod stock; // what is on hand,
mod carried; // and what two books call it.

pub(crate) fn seeds() -> Vec<Seed> {
    vec![
        consumption::rounding_per_line(),
        consumption::versions(),
        consumption::mixed_with_non_bonded(),
        returned::returned_goods(),
        stock::received_before_declared(),
        stock::part_of_a_lot_sold(),
        returned::repair(),
        returned::defects_counted_twice(),
        stock::band(),
        consumption::shared_wafer(),
        carried::unit_mismatch(),
    ]
}

/// One case: E1 is `seeds/edge-cases/E1.jsonl` with `E1.expected.json` beside it.
fn case(number: u32, journal: Journal, expected: Expected) -> Seed {
    let path = |end: &str| format!("seeds/edge-cases/E{number}{end}");
    Seed {
        path: path(".jsonl"),
        journal,
        expected: Some((path(".expected.json"), expected)),
    }
}

fn answers(number: u32, title: &str, handbook: &str) -> Expected {
    Expected::new(
        title,
        &format!("edge case E{number} of the IC chain"),
        handbook,
    )
}

fn opened() -> Date {
    day("2026-01-05")
}

/// A book with one material and one product, for one to be made of the other.
fn simple(number: &str, of: bonded_ledger::Item, into: bonded_ledger::Item) -> OpenHandbook {
    let mut simple = handbook(number, party(50, "示例集成电路有限公司"));
    simple.materials = vec![material(1, of)];
    simple.products = vec![product(1, into)];
    simple
}

/// A chip of 8,640 on a wafer, 92.5 % of them good, 99.5 % of these packaged well: 1/7952.04
/// wafer, so finely that the sum of any realistic output is right to 5 decimals.
fn chip_of_wafer() -> ConsumptionLine {
    fitted(1, "0.000115741", 100_000, 795_204_000)
}
