//! Goods returned, repaired, and defects that are counted twice.

use bonded_ledger::{Direction, Goods};

use super::super::Seed;
use super::super::catalogue::{finished_chip, packaged_chip, tested_wafer};
use super::super::goods::*;
use super::super::journal::{Journal, day, list};
use super::{answers, case, chip_of_wafer, opened, simple};

/// E4: what is returned and sent out again is no new export and no new material.
pub(super) fn returned_goods() -> Seed {
    const BOOK: &str = "C222626E0401";
    let mut journal = Journal::new("E4");
    let mut packaging = simple(BOOK, tested_wafer(), packaged_chip());
    packaging.consumptions = vec![chip_of_wafer()];
    journal.open(opened(), packaging);
    for (number, date, way, quantity) in [
        ("IMPORT-01", "2026-01-12", IMPORT, 13),
        ("EXPORT-01", "2026-02-02", EXPORT, 100_000),
        ("RETURN-IN-01", "2026-04-13", RETURN_IN, 12_000),
        ("RETURN-OUT-01", "2026-05-11", RETURN_OUT, 11_500),
        ("DESTROY-01", "2026-05-18", DESTROY_PRODUCT, 500),
    ] {
        journal.through(
            day(date),
            list(number, BOOK, way, vec![line(1, 1, quantity)]),
        );
    }
    let title = "100,000 exported, 12,000 returned, 11,500 sent out again, 500 destroyed: 12.57538946 wafers, to 5 decimals";
    let expected = answers(4, title, BOOK)
        .row_on(
            Some(day("2026-02-28")),
            BOOK,
            1,
            "consumed=12.57539 remaining=0.42461",
        )
        .row_on(
            Some(day("2026-04-30")),
            BOOK,
            1,
            "consumed=11.06634 remaining=1.93366",
        )
        .row(
            BOOK,
            1,
            "consumed=12.51251 destroyed=0.06288 remaining=0.42461",
        );
    case(4, journal, expected)
}

/// E7: no repair in a processing handbook; own exports that come back are an exchange.
pub(super) fn repair() -> Seed {
    const BOOK: &str = "C222626E0701";
    const REPAIR: Way = Way(Direction::Import, Goods::Product, "1371");
    let mut journal = Journal::new("E7");
    let module = item("PM-12V", "8504409999", "电源模块", PIECE).spec("输出12伏，含集成电路1个");
    let mut maker = simple(BOOK, finished_chip(), module);
    maker.consumptions = vec![consumption(1, 1, "1", "0")];
    journal.open(opened(), maker);
    for (number, date, way) in [
        ("IMPORT-01", "2026-01-12", IMPORT),
        ("EXPORT-01", "2026-02-02", EXPORT),
    ] {
        journal.through(day(date), list(number, BOOK, way, vec![line(1, 1, 5_000)]));
    }
    let repair = list("REPAIR-01", BOOK, REPAIR, vec![line(1, 1, 5_000)]);
    let refused = journal.declare(day("2026-04-13"), repair);
    for (number, date, way, quantity) in [
        ("RETURN-IN-01", "2026-04-13", RETURN_IN, 5_000),
        ("IMPORT-02", "2026-04-20", IMPORT, 5_000),
        ("RETURN-OUT-01", "2026-05-11", RETURN_OUT, 4_900),
        ("DESTROY-01", "2026-05-18", DESTROY_PRODUCT, 100), // beyond repair
        ("BAD-01", "2026-05-18", RE_EXPORT, 4_900),         // taken out of the repaired
        ("BAD-02", "2026-05-18", DESTROY_MATERIAL, 50),     // new ones that failed
        ("SPARE-01", "2026-05-25", RE_EXPORT, 50),
    ] {
        journal.through(
            day(date),
            list(number, BOOK, way, vec![line(1, 1, quantity)]),
        );
    }
    let title = "5,000 modules for repair: mode 1371 is not kept here; own exports exchanged under 4600, bad chips and new ones both counted";
    let expected = answers(7, title, BOOK)
        .refused(refused, "mode_not_kept")
        .row(
            BOOK,
            1,
            "imported=10000 consumed=4900 destroyed=150 re_exported=4950 remaining=0",
        );
    case(7, journal, expected)
}

/// E8: the rejects of the final test are inside the loss, or folded as defectives; never both.
pub(super) fn defects_counted_twice() -> Seed {
    const INSIDE: &str = "C222626E0801";
    const FOLDED: &str = "C222626E0802";
    const TWICE: &str = "C222626E0803";
    const IN: u64 = 7_554_438;
    const GOOD: u64 = 7_402_310;
    const BAD: u64 = IN - GOOD;
    let mut journal = Journal::new("E8");
    for (book, consumption) in [
        (INSIDE, fitted(1, "1", IN, GOOD)),
        (FOLDED, consumption(1, 1, "1", "0")),
        (TWICE, fitted(1, "1", IN, GOOD)),
    ] {
        let mut tester = simple(book, packaged_chip(), finished_chip());
        tester.consumptions = vec![consumption];
        journal.open(opened(), tester);
    }
    let mut through = |book, number, date, way, quantity| {
        journal.through(
            day(date),
            list(number, book, way, vec![line(1, 1, quantity)]),
        );
    };
    through(INSIDE, "A-IMPORT-01", "2026-01-12", IMPORT, IN);
    through(INSIDE, "A-EXPORT-01", "2026-03-02", EXPORT, GOOD);
    through(FOLDED, "B-IMPORT-01", "2026-01-12", IMPORT, IN);
    through(FOLDED, "B-EXPORT-01", "2026-03-02", EXPORT, GOOD);
    through(FOLDED, "B-DESTROY-01", "2026-03-09", DESTROY_PRODUCT, BAD);
    through(TWICE, "C-IMPORT-01", "2026-01-12", IMPORT, IN);
    through(TWICE, "C-DESTROY-01", "2026-02-23", DESTROY_MATERIAL, BAD);
    through(TWICE, "C-EXPORT-01", "2026-03-02", EXPORT, GOOD);
    // No loss rate of 9 decimals fits a net of 1; with 1.000000008 the scrap is a little less.
    let scrap = vec![line(1, 1, journal.material(INSIDE, 1).scrap)];
    journal.through(
        day("2026-03-09"),
        list("A-SCRAP-01", INSIDE, DESTROY_SCRAP, scrap),
    );
    let bad = vec![line(1, 1, BAD)];
    let again = list("A-DESTROY-01", INSIDE, DESTROY_MATERIAL, bad);
    let refused = journal.declare(day("2026-03-16"), again);
    let title = "152,128 rejects inside the loss (book 1) or folded 1:1 (book 2) close at 0; both is refused, or with the destruction first short by 152,128 and warned of (book 3)";
    let expected = answers(8, title, INSIDE)
        .refused(refused, "balance_exceeded")
        .warns(&["shortage"])
        .row(INSIDE, 1, "consumed=7554438 destroyed=0 remaining=0")
        .row(INSIDE, 1, "scrap_destroyed=152127.94078 scrap=0")
        .row(FOLDED, 1, "consumed=7402310 destroyed=152128 remaining=0")
        .row(TWICE, 1, "consumed=7554438 destroyed=152128")
        .row(TWICE, 1, "remaining=-152128");
    case(8, journal, expected)
}
