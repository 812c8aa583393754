//! Two books that count the same goods in different units.

use bonded_ledger::{AmendList, EntryKind};

use super::super::Seed;
use super::super::catalogue::{packaged_chip, processed_wafer, tested_wafer};
use super::super::goods::*;
use super::super::journal::{Journal, Side, day, list};
use super::{answers, case, opened, simple};

/// E11: 950 片 here are 8,208,000 个 there; only a legal quantity that both give can tell.
pub(super) fn unit_mismatch() -> Seed {
    const SENDER: &str = "C222626E1101";
    const RECEIVER: &str = "C222626E1102";
    const WAFERS: u64 = 950;
    const DIES: u64 = 8_640 * WAFERS;
    let mut journal = Journal::new("E11");
    let dies = item("TD-LD8", "8542390000", "集成电路晶圆（以个计）", PIECE);
    for (number, of, into) in [
        (SENDER, processed_wafer(), tested_wafer()),
        (RECEIVER, dies, packaged_chip()),
    ] {
        let mut book = simple(number, of, into);
        book.consumptions = vec![consumption(1, 1, "1", "0")];
        journal.open(opened(), book);
    }
    let import = list("S-IMPORT-01", SENDER, IMPORT, vec![line(1, 1, WAFERS)]);
    journal.through(day("2026-01-12"), import);

    let date = day("2026-02-02");
    let receiving = |lines| Side {
        list: "R-IN-01",
        handbook: RECEIVER,
        way: CARRY_IN,
        lines,
    };
    let sending = |line| {
        let side = Side {
            list: "S-OUT-01",
            handbook: SENDER,
            way: CARRY_OUT,
            lines: vec![line],
        };
        side.declared(RECEIVER, Some("R-IN-01"), date)
    };
    journal.declare(
        date,
        receiving(vec![line(1, 1, DIES)]).declared(SENDER, None, date),
    );
    let no_legal = journal.declare(date, sending(line(1, 1, WAFERS)));
    let amended = EntryKind::AmendList(AmendList {
        list: "R-IN-01".into(),
        lines: vec![line(1, 1, DIES).legal(DIES)],
        document: None,
    });
    journal.post(day("2026-02-03"), "amend R-IN-01", amended);
    let differs = journal.declare(day("2026-02-03"), sending(line(1, 1, WAFERS).legal(WAFERS)));
    journal.declare(day("2026-02-03"), sending(line(1, 1, WAFERS).legal(DIES)));
    for list in ["R-IN-01", "S-OUT-01"] {
        journal.deduct(day("2026-02-05"), list);
    }
    let title = "950 片 carried over as 8,208,000 个: refused without legal quantities, refused while they differ, matched when both lists give 8,208,000";
    let expected = answers(11, title, RECEIVER)
        .refused(no_legal, "legal_quantity_missing")
        .refused(differs, "carry_over_differs")
        .row(SENDER, 1, "imported=950 consumed=950 remaining=0")
        .row(RECEIVER, 1, "carried_in=8208000 remaining=8208000")
        .chain(SENDER, false, "matched=1", "0");
    case(11, journal, expected)
}
