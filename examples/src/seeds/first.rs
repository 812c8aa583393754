//! The smallest journal: a handbook, an import, an export. 40 wafers remain.

use super::Seed;
use super::goods::*;
use super::journal::{Journal, day, handbook, list};
use super::parties::party;

pub(crate) fn seed() -> Seed {
    const FAB: &str = "C222626A0001";
    let mut journal = Journal::new("first");
    let mut fab = handbook(FAB, party(1, "示例晶圆制造有限公司"));
    (fab.valid_from, fab.valid_until) = (day("2026-01-01"), day("2026-12-31"));
    fab.materials = vec![material(
        1,
        item("BW-200", "3818001900", "裸晶圆", WAFER).limited_to(1000),
    )];
    fab.products = vec![product(
        1,
        item("PW-200", "8542390000", "已蚀刻未切割晶圆", WAFER).limited_to(950),
    )];
    fab.consumptions = vec![consumption(1, 1, "1", "5")];
    journal.open(day("2026-01-05"), fab);
    journal.declare(
        day("2026-01-12"),
        list("IMPORT-01", FAB, IMPORT, vec![line(1, 1, 1000)]),
    );
    journal.deduct(day("2026-01-14"), "IMPORT-01");
    journal.declare(
        day("2026-03-02"),
        list("EXPORT-01", FAB, EXPORT, vec![line(1, 1, 912)]),
    );
    journal.deduct(day("2026-03-04"), "EXPORT-01");
    Seed {
        path: "crates/bonded-ledger/tests/data/first.jsonl".into(),
        journal,
        expected: None,
    }
}
