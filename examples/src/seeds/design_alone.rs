//! The design enterprise keeps its own book here and nobody else's: every carry-over is external.

use bonded_ledger::{EntryKind, Role};

use super::Seed;
use super::catalogue::{finished_chip, packaged_chip, processed_wafer, tested_wafer};
use super::expected::Expected;
use super::goods::*;
use super::journal::{Journal, Side, after, day, handbook, list};
use super::parties::party;

const DESIGN: &str = "C222626A0041";
/// A book of a bonded zone.
const FAB: &str = "H222626A0041";
const PACKAGING: &str = "C222626A0043";

pub(crate) fn seed() -> Seed {
    let mut journal = Journal::new("design-alone");
    let mut design = handbook(DESIGN, party(2, "张江示例集成电路设计有限公司"));
    design.role = Some(Role::IcDesign);
    design.materials = vec![
        material(1, processed_wafer().limited_to(960)),
        material(2, packaged_chip().limited_to(7_600_000)),
    ];
    design.products = vec![
        product(1, tested_wafer().limited_to(960)),
        product(2, finished_chip().limited_to(7_500_000)),
    ];
    design.consumptions = vec![consumption(1, 1, "1", "0"), consumption(2, 2, "1", "0")];
    journal.open(day("2026-01-05"), design);

    for month in 0..4 {
        wafers(&mut journal, month);
        chips(&mut journal, month);
    }
    wind_up(&mut journal);
    journal.sort();
    let expected = Expected::new(
        "The design enterprise's ledger alone: the fab's and the packaging house's books are kept elsewhere",
        "worked example M1, the design enterprise's rows",
        DESIGN,
    )
    .row(DESIGN, 1, "carried_in=960 consumed=950 destroyed=10 remaining=0")
    .row(DESIGN, 2, "carried_in=7554438 consumed=7400000 domestic_sale=2310 destroyed=152128")
    .row(DESIGN, 2, "remaining=0 scrap=0")
    .chain(DESIGN, true, "external=12", "7400000");
    Seed {
        path: "seeds/design-alone/journal.jsonl".into(),
        journal,
        expected: Some(("seeds/design-alone/expected.json".into(), expected)),
    }
}

/// The fab tells its list afterwards; the packaging house's receiving list is known before.
fn wafers(journal: &mut Journal, month: u64) {
    let at = month + 1;
    let delivered = after(day("2026-02-02"), 28 * month);
    let arrived = format!("D-WAFER-IN-{at:02}");
    let arriving = Side::receiving(&arrived, DESIGN, 1, 240, "450");
    journal.through(after(delivered, 1), arriving.declared(FAB, None, delivered));
    confirm(
        journal,
        after(delivered, 7),
        &arrived,
        format!("QD222626E0000041{at:02}"),
    );

    let good = if month < 2 { 238 } else { 237 };
    let (delivered, sent) = (after(delivered, 14), format!("D-WAFER-OUT-{at:02}"));
    let theirs = format!("QD222626I0000043{at:02}");
    let sending = Side::sending(&sent, DESIGN, 1, good, "470");
    journal.through(
        after(delivered, 1),
        sending.declared(PACKAGING, Some(&theirs), delivered),
    );
}

fn chips(journal: &mut Journal, month: u64) {
    let at = month + 1;
    let delivered = after(day("2026-03-16"), 28 * month);
    let arrived = format!("D-CHIP-IN-{at:02}");
    let quantity = if month < 3 { 2_000_000 } else { 1_554_438 };
    let arriving = Side::receiving(&arrived, DESIGN, 2, quantity, "0.095");
    journal.through(
        after(delivered, 1),
        arriving.declared(PACKAGING, None, delivered),
    );
    confirm(
        journal,
        after(delivered, 7),
        &arrived,
        format!("QD222626E0000043{at:02}"),
    );

    let lines = vec![line(1, 2, 1_850_000).legal(1_850_000).priced("0.16")];
    let export = list(&format!("D-EXPORT-{at:02}"), DESIGN, EXPORT, lines);
    journal.through(after(delivered, 14), export);
}

fn confirm(journal: &mut Journal, date: bonded_ledger::Date, ours: &str, theirs: String) {
    let kind = EntryKind::ConfirmCounterpart {
        list: ours.into(),
        counterpart_list: theirs,
    };
    journal.post(date, format!("confirm {ours}"), kind);
}

fn wind_up(journal: &mut Journal) {
    for (number, way, lines) in [
        (
            "D-DESTROY-01",
            DESTROY_PRODUCT,
            vec![line(1, 1, 10), line(2, 2, 152_128)],
        ),
        (
            "D-SALE-01",
            SELL_PRODUCT,
            vec![line(1, 2, 2_310).priced("0.16")],
        ),
    ] {
        journal.through(day("2026-07-20"), list(number, DESIGN, way, lines));
    }
    journal.close(day("2026-08-03"), day("2026-08-17"), DESIGN);
}
