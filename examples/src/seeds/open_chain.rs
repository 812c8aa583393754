//! A chain that does not close, with every reason there is.

use bonded_ledger::{
    ConsumptionDeclared, EntryKind, ItemRef, Outsource, OutsourcedGoods, PassedLine, Role,
};

use super::Seed;
use super::catalogue::{
    HS_BARE, bare_wafer, finished_chip, packaged_chip, processed_wafer, strip, tested_wafer,
};
use super::expected::Expected;
use super::goods::*;
use super::journal::{Journal, Side, book, day, handbook, list};
use super::parties::party;

const FAB: &str = "C222626A0031";
const DESIGN: &str = "C222626A0032";
const PACKAGING: &str = "C222626A0033";
const CHAIN: &str = "open-2026";

pub(crate) fn seed() -> Seed {
    let mut journal = Journal::new("open-chain");
    open_books(&mut journal);
    fab(&mut journal);
    wafers_to_packaging(&mut journal);
    chips(&mut journal);
    let last_day = day("2026-08-31");
    let refused = [FAB, DESIGN, PACKAGING].map(|it| journal.report(last_day, it));
    let expected = Expected::new(
        "A chain that does not close: every reason, with scrap left, an open exchange, goods at a contractor and an expired book",
        "in and out of each material, by hand",
        DESIGN,
    );
    let expected = refused
        .into_iter()
        .fold(expected, |it, at| it.refused(at, "not_closable"));
    let expected = expected
        .warns(&["carry_over_no_longer_fits", "carry_over_no_longer_fits"])
        .warns(&["shortage", "after_validity"])
        .row(
            FAB,
            1,
            "imported=500 exchanged_out=10 exchanged_in=6 consumed=375 remaining=121",
        )
        .row(FAB, 1, "loss_tangible=15 scrap_sold=5 scrap=10")
        .row(
            DESIGN,
            1,
            "carried_in=358 consumed=200 remaining=158 pending_in=0",
        )
        .row(
            DESIGN,
            2,
            "carried_in=1000000 consumed=1100000 remaining=-100000",
        )
        .row(
            PACKAGING,
            1,
            "carried_in=300 consumed=0 remaining=300 pending_in=50",
        )
        .row(PACKAGING, 2, "imported=4000 consumed=0 remaining=4000")
        .because(FAB, &["carry_over_differs", "remaining_not_zero"])
        .because(
            DESIGN,
            &[
                "list_pending",
                "carry_over_differs",
                "carry_over_receiving_only",
            ],
        )
        .because(DESIGN, &["remaining_not_zero", "remaining_not_zero"])
        .because(
            PACKAGING,
            &[
                "list_pending",
                "carry_over_receiving_only",
                "consumption_missing",
            ],
        )
        .because(PACKAGING, &["remaining_not_zero", "remaining_not_zero"])
        .chain(
            CHAIN,
            false,
            "matched=3 differs=1 receiving_only=1 pending=1",
            "1100000",
        );
    Seed {
        path: "seeds/open-chain/journal.jsonl".into(),
        journal,
        expected: Some(("seeds/open-chain/expected.json".into(), expected)),
    }
}

fn open_books(journal: &mut Journal) {
    let mut fab = handbook(FAB, party(31, "金桥示例晶圆制造有限公司"));
    fab.role = Some(Role::WaferFabrication);
    fab.valid_until = day("2026-06-30");
    fab.materials = vec![material(1, bare_wafer().limited_to(500))];
    fab.products = vec![product(1, processed_wafer().limited_to(480))];
    fab.consumptions = vec![consumption(1, 1, "1", "4")];

    let mut design = handbook(DESIGN, party(32, "金桥示例集成电路设计有限公司"));
    design.role = Some(Role::IcDesign);
    design.materials = vec![
        material(1, processed_wafer().limited_to(480)),
        material(2, packaged_chip().limited_to(3_000_000)),
    ];
    design.products = vec![
        product(1, tested_wafer().limited_to(480)),
        product(2, finished_chip().limited_to(3_000_000)),
    ];
    design.consumptions = vec![consumption(1, 1, "1", "0"), consumption(2, 2, "1", "0")];

    let mut packaging = handbook(PACKAGING, party(33, "金桥示例封装测试有限公司"));
    packaging.role = Some(Role::PackagingTest);
    packaging.consumption_declared = ConsumptionDeclared::BeforeClosure;
    packaging.materials = vec![
        material(1, tested_wafer().limited_to(480)),
        material(2, strip().limited_to(9_600)),
    ];
    packaging.products = vec![product(1, packaged_chip().limited_to(3_000_000))];
    for mut opened in [fab, design, packaging] {
        opened.chain = Some(CHAIN.into());
        journal.open(day("2026-01-05"), opened);
    }
}

/// Ten faulty wafers go back and six come; of 120 processed ones only 118 arrive.
fn fab(journal: &mut Journal) {
    let bare = |quantity| vec![line(1, 1, quantity).priced("42").origin("JPN")];
    journal.through(day("2026-01-12"), list("F-BARE-01", FAB, IMPORT, bare(500)));
    journal.through(
        day("2026-01-19"),
        list("F-EXCHANGE-OUT-01", FAB, EXCHANGE_OUT, bare(10)),
    );
    journal.through(
        day("2026-02-02"),
        list("F-EXCHANGE-IN-01", FAB, EXCHANGE_IN, bare(6)),
    );
    let sending = Side::sending("F-WAFER-01", FAB, 1, 240, "450");
    let arriving = Side::receiving("D-WAFER-IN-01", DESIGN, 1, 240, "450");
    journal.carry_over(day("2026-02-09"), sending, arriving);

    let (delivered, declared) = (day("2026-02-16"), day("2026-02-17"));
    let arriving = Side::receiving("D-WAFER-IN-02", DESIGN, 1, 120, "450");
    journal.declare(declared, arriving.declared(FAB, None, delivered));
    let sending = Side::sending("F-WAFER-02", FAB, 1, 120, "450");
    journal.declare(
        declared,
        sending.declared(DESIGN, Some("D-WAFER-IN-02"), delivered),
    );
    let passed = PassedLine {
        line: 1,
        quantity: qty(118),
        legal_quantity: Some(qty(118)),
    };
    journal.deduct_as_passed(day("2026-02-19"), "D-WAFER-IN-02", vec![passed]);
    journal.deduct(day("2026-02-19"), "F-WAFER-02");
}

/// 200 wafers arrive as they should, 100 that nobody has sent, 50 are under way.
fn wafers_to_packaging(journal: &mut Journal) {
    let sending = Side::sending("D-WAFER-OUT-01", DESIGN, 1, 200, "470");
    let arriving = Side::receiving("A-WAFER-IN-01", PACKAGING, 1, 200, "470");
    journal.carry_over(day("2026-03-02"), sending, arriving);

    let delivered = day("2026-03-09");
    let arriving = Side::receiving("A-WAFER-IN-02", PACKAGING, 1, 100, "470");
    journal.through(delivered, arriving.declared(DESIGN, None, delivered));

    let (delivered, declared) = (day("2026-03-16"), day("2026-03-17"));
    let arriving = Side::receiving("A-WAFER-IN-03", PACKAGING, 1, 50, "470");
    journal.declare(declared, arriving.declared(DESIGN, None, delivered));
    let sending = Side::sending("D-WAFER-OUT-02", DESIGN, 1, 50, "470");
    journal.declare(
        declared,
        sending.declared(PACKAGING, Some("A-WAFER-IN-03"), delivered),
    );
}

/// A million chips come back and 1,100,000 leave; nobody has declared what a chip consumes.
fn chips(journal: &mut Journal) {
    let strips = vec![line(1, 2, 4_000).priced("1.15").origin("MYS")];
    journal.through(
        day("2026-03-23"),
        list("A-STRIP-01", PACKAGING, IMPORT, strips),
    );
    for (date, dispatched, returned) in [("2026-04-07", 250_000, 0), ("2026-04-13", 0, 200_000)] {
        let chips = |quantity| OutsourcedGoods {
            item: ItemRef::Product(product_seq(1)),
            quantity: qty(quantity),
        };
        let some = |quantity| {
            (quantity > 0)
                .then(|| chips(quantity))
                .into_iter()
                .collect()
        };
        let memo = Outsource {
            handbook: book(PACKAGING),
            contractor: party(4, "临港示例电镀有限公司"),
            dispatched: some(dispatched),
            returned: some(returned),
            all_processes: None,
        };
        let kind = EntryKind::Outsource(Box::new(memo));
        journal.post(day(date), format!("outsource {date}"), kind);
    }
    let sending = Side::sending("A-CHIP-01", PACKAGING, 1, 1_000_000, "0.095");
    let arriving = Side::receiving("D-CHIP-IN-01", DESIGN, 2, 1_000_000, "0.095");
    journal.carry_over(day("2026-04-20"), sending, arriving);
    let lines = vec![line(1, 2, 1_100_000).priced("0.16")];
    journal.through(
        day("2026-05-11"),
        list("D-EXPORT-01", DESIGN, EXPORT, lines),
    );
    let broken = vec![line(1, 1, 5).presented(HS_BARE, "碎晶圆", "0.265")];
    journal.through(
        day("2026-07-20"),
        list("F-SCRAP-01", FAB, SELL_SCRAP, broken),
    );
}
