//! Rounding, versions, bonded shares, and one wafer that becomes three products.

use bonded_ledger::{ConsumptionLine, Version};

use super::super::Seed;
use super::super::catalogue::{gold, packaged_chip, tested_wafer};
use super::super::goods::*;
use super::super::journal::{Journal, after, day, list};
use super::{answers, case, chip_of_wafer, opened, simple};

const PACKAGED: u64 = 7_554_438;
const REEL: u64 = 2_500;

/// E1: every reel is a line of its own; rounded per line to 5 decimals the sum would be 949.98569.
pub(super) fn rounding_per_line() -> Seed {
    const BOOK: &str = "C222626E0101";
    let mut journal = Journal::new("E1");
    let mut packaging = simple(BOOK, tested_wafer(), packaged_chip());
    packaging.consumptions = vec![fitted(1, "0.000115741", 950, PACKAGED)];
    journal.open(opened(), packaging);
    journal.through(
        day("2026-01-12"),
        list("IMPORT-01", BOOK, IMPORT, vec![line(1, 1, 950)]),
    );
    let reels: Vec<u64> = std::iter::repeat_n(REEL, (PACKAGED / REEL) as usize)
        .chain([PACKAGED % REEL])
        .collect();
    for (at, reels) in (0..).zip(reels.chunks(100)) {
        let lines = (1..)
            .zip(reels)
            .map(|(at, &reel)| line(at, 1, reel))
            .collect();
        let export = list(&format!("EXPORT-{:02}", at + 1), BOOK, EXPORT, lines);
        journal.through(after(day("2026-02-02"), 7 * at), export);
    }
    let title = "1/7952.04 wafer a chip in 3,022 lines: the sum is rounded once, the book closes";
    let expected = answers(1, title, BOOK).row(BOOK, 1, "imported=950 consumed=950 remaining=0");
    case(1, journal, expected)
}

fn of_version(name: &str, line: ConsumptionLine) -> ConsumptionLine {
    ConsumptionLine {
        version: Version::new(name),
        ..line
    }
}

/// E2: the yield rises from 92.5 % to 94 %, which is a new version.
pub(super) fn versions() -> Seed {
    const BOOK: &str = "C222626E0201";
    let mut journal = Journal::new("E2");
    let mut packaging = simple(BOOK, tested_wafer(), packaged_chip());
    packaging.consumptions = vec![
        of_version("1", chip_of_wafer()),
        // 8640 × 0.94 × 0.995 = 8080.992 chips a wafer.
        of_version("2", fitted(1, "0.000115741", 100_000, 808_099_200)),
    ];
    journal.open(opened(), packaging);
    journal.through(
        day("2026-01-12"),
        list("IMPORT-01", BOOK, IMPORT, vec![line(1, 1, 950)]),
    );
    for (number, date, version, quantity) in [
        ("EXPORT-01", "2026-02-02", "1", 3_600_000),
        ("EXPORT-02", "2026-05-11", "2", PACKAGED - 3_600_000),
    ] {
        let mut line = line(1, 1, quantity);
        line.version = Version::new(version);
        journal.through(day(date), list(number, BOOK, EXPORT, vec![line]));
    }
    let title = "Two versions: 942.064585 wafers to 5 decimals, the surplus of 7.935415 is stock";
    let expected = answers(2, title, BOOK)
        .row(BOOK, 1, "consumed=942.06459 remaining=7.93541")
        .row_on(
            Some(day("2026-03-31")),
            BOOK,
            1,
            "consumed=452.71402 remaining=497.28598",
        );
    case(2, journal, expected)
}

/// E3: a fifth of the gold is not bonded.
pub(super) fn mixed_with_non_bonded() -> Seed {
    const BOOK: &str = "C222626E0301";
    let mut journal = Journal::new("E3");
    let mut packaging = simple(BOOK, gold(), packaged_chip());
    let mut line_of_gold = fitted(1, "0.0002", 1_540, PACKAGED);
    line_of_gold.bonded_share = "80".parse().ok();
    packaging.consumptions = vec![line_of_gold];
    journal.open(opened(), packaging);
    journal.through(
        day("2026-01-12"),
        list("IMPORT-01", BOOK, IMPORT, vec![line(1, 1, 1_232)]),
    );
    journal.through(
        day("2026-03-02"),
        list("EXPORT-01", BOOK, EXPORT, vec![line(1, 1, PACKAGED)]),
    );
    let title = "80 % of 1,540 g of gold is bonded: 1,232 g leave the book, not 1,540 and not 308";
    let figures = "imported=1232 consumed=1232 consumed_net=1208.71008 remaining=0";
    case(3, journal, answers(3, title, BOOK).row(BOOK, 1, figures))
}

/// E10: 6,000 dies of 2 mm², 2,000 of 4 and 4,000 of 1 on one wafer, shared by area. With 4 % loss
/// the shares are exact: 0.00008 / 0.96 = 1/12000.
pub(super) fn shared_wafer() -> Seed {
    const BOOK: &str = "C222626E1001";
    let mut journal = Journal::new("E10");
    let mut fab = simple(BOOK, tested_wafer(), packaged_chip());
    let dies = [
        ("A", "0.00008", 6_000),
        ("B", "0.00016", 2_000),
        ("C", "0.00004", 4_000),
    ];
    let numbered = || (1..).zip(dies);
    let chip = |name: &str| item(&format!("DIE-{name}"), "8542390000", "集成电路", PIECE);
    fab.products = numbered()
        .map(|(seq, (name, ..))| product(seq, chip(name)))
        .collect();
    fab.consumptions = numbered()
        .map(|(seq, (_, net, _))| consumption(seq, 1, net, "4"))
        .collect();
    journal.open(opened(), fab);
    journal.through(
        day("2026-01-12"),
        list("IMPORT-01", BOOK, IMPORT, vec![line(1, 1, 100)]),
    );
    for (at, wafers) in (0..).zip([25, 75]) {
        let of_these = |(at, (_, _, dies)): (u16, (_, _, u64))| line(at.into(), at, dies * wafers);
        let export = list(
            &format!("EXPORT-{:02}", at + 1),
            BOOK,
            EXPORT,
            numbered().map(of_these).collect(),
        );
        journal.through(after(day("2026-02-02"), 28 * at), export);
    }
    let title = "One wafer, three products: 1/12000 + 1/6000 + 1/24000 by area take exactly one wafer a wafer, not three";
    let expected = answers(10, title, BOOK)
        .row(
            BOOK,
            1,
            "imported=100 consumed=100 loss_tangible=4 remaining=0",
        )
        .row_on(Some(day("2026-02-27")), BOOK, 1, "consumed=25 remaining=75");
    case(10, journal, expected)
}
