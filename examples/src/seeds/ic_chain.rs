//! The worked example: 1,000 bare wafers become 7,400,000 re-exported chips, and all three books
//! close at exactly 0.
//!
//! ```text
//! fab        1,000 bare wafers in (0615)      → 960 processed wafers, 40 scrapped in process
//! design       960 in (0654) → wafer sort     → 950 tested wafers out (0654), 10 rejected
//! packaging    950 in (0654) + strips, gold   → 7,554,438 packaged chips out (0654)
//! design 7,554,438 in (0654) → final test     → 7,400,000 exported, 2,310 sold, 152,128 rejected
//! ```

use bonded_ledger::{
    Amount, ConsumptionDeclared, CountStock, CountedProduct, Credit, EntryKind, Guarantee,
    GuaranteeKind, ItemRef, ListLine, Outsource, OutsourcedGoods, Role,
};

use super::Seed;
use super::catalogue::*;
use super::expected::Expected;
use super::goods::*;
use super::journal::{Journal, Side, after, amendment, book, day, handbook, list};
use super::parties::party;

const FAB: &str = "C222626A0001";
const DESIGN: &str = "C222626A0002";
const PACKAGING: &str = "C222626A0003";
const CHAIN: &str = "zhangjiang-2026";

const BARE: u64 = 1_000;
const BOX: u64 = 25;
const PROCESSED: u64 = BARE * 96 / 100;
const REJECTED_WAFERS: u64 = 10;
const TESTED: u64 = PROCESSED - REJECTED_WAFERS;
/// From the wafer map.
const DIES: u64 = 8_640;
const ATTACHED: u64 = TESTED * DIES * 925 / 1_000;
const PACKAGED: u64 = ATTACHED * 995 / 1_000;
const REEL: u64 = 2_500;
const EXPORTED: u64 = 2_960 * REEL;
const SOLD: u64 = 2_310;
const REJECTED_CHIPS: u64 = PACKAGED - EXPORTED - SOLD;
const _: () = assert!(ATTACHED == 7_592_400 && PACKAGED == 7_554_438 && REJECTED_CHIPS == 152_128);

pub(crate) fn seed() -> Seed {
    let mut journal = Journal::new("ic-chain");
    open_books(&mut journal);
    wafers(&mut journal);
    packaging_materials(&mut journal);
    chips(&mut journal);
    journal.sort();
    count(&mut journal);
    journal.sort();
    wind_up(&mut journal);
    journal.sort();
    journal.number_lists();
    Seed {
        path: "seeds/ic-chain/journal.jsonl".into(),
        journal,
        expected: Some(("seeds/ic-chain/expected.json".into(), right_answers())),
    }
}

fn open_books(journal: &mut Journal) {
    let mut fab = handbook(FAB, party(1, "张江示例晶圆制造有限公司"));
    fab.role = Some(Role::WaferFabrication);
    fab.credit = Some(Credit::AdvancedCertified);
    fab.self_verification = Some(true);
    fab.materials = vec![material(1, bare_wafer().limited_to(BARE))];
    fab.products = vec![product(1, processed_wafer().limited_to(PROCESSED))];
    fab.consumptions = vec![consumption(1, 1, "1", "4")];

    let mut design = handbook(DESIGN, party(2, "张江示例集成电路设计有限公司"));
    design.role = Some(Role::IcDesign);
    design.guarantee = Some(Guarantee {
        kind: GuaranteeKind::Letter,
        amount: "180000".parse::<Amount>().expect("an amount"),
        currency: "CNY".parse().expect("a currency"),
        valid_until: day("2027-03-31"),
    });
    let chips = packaged_chip().limited_to(7_600_000);
    design.materials = vec![
        material(1, processed_wafer().limited_to(PROCESSED)),
        material(2, chips),
    ];
    design.products = vec![
        product(1, tested_wafer().limited_to(PROCESSED)),
        product(2, finished_chip().limited_to(7_500_000)),
    ];
    design.consumptions = vec![consumption(1, 1, "1", "0"), consumption(2, 2, "1", "0")];

    let mut packaging = handbook(PACKAGING, party(3, "张江示例封装测试有限公司"));
    packaging.role = Some(Role::PackagingTest);
    packaging.credit = Some(Credit::Certified);
    packaging.consumption_declared = ConsumptionDeclared::BeforeClosure;
    packaging.materials = vec![
        material(1, tested_wafer().limited_to(PROCESSED)),
        material(2, strip().limited_to(18_000)),
        material(3, gold().limited_to(1_600)),
        material(4, compound().limited_to(750)),
    ];
    packaging.products = vec![product(1, packaged_chip().limited_to(7_600_000))];
    for mut opened in [fab, design, packaging] {
        opened.chain = Some(CHAIN.into());
        journal.open(day("2026-01-05"), opened);
    }
}

/// Lots of 24 good wafers from boxes of 25, two lots a week; every second week one is rejected.
fn wafers(journal: &mut Journal) {
    for month in 0..5 {
        let boxes = (1..=8).map(|it| {
            let kilograms = "1.325"; // 53 g each
            let mut line = line(it, 1, BOX).legal(BOX).priced("42").origin("JPN");
            line.details.get_or_insert_default().legal_quantity_2 = Some(qty(kilograms));
            line
        });
        let number = format!("HF-BARE-{:02}", month + 1);
        let mut import = list(&number, FAB, IMPORT, boxes.collect());
        import.reference = Some(format!("PO-26{:04}", 11 + month));
        journal.through(after(day("2026-01-12"), 28 * month), import);
    }
    let (mut made, mut tested) = (0, 0);
    for week in 1..=20 {
        let lot = 2 * (BOX - 1);
        let delivered = after(day("2026-02-02"), 7 * week);
        let (sent, received) = (
            format!("HF-WAFER-{week:02}"),
            format!("HD-WAFER-IN-{week:02}"),
        );
        let sending = Side::sending(&sent, FAB, 1, lot, "450");
        let receiving = Side::receiving(&received, DESIGN, 1, lot, "450");
        journal.carry_over(delivered, sending, receiving);
        made += lot;

        let good = lot - u64::from(week % 2 == 0);
        let delivered = after(delivered, 8);
        let (sent, received) = (
            format!("HD-WAFER-OUT-{week:02}"),
            format!("HA-WAFER-IN-{week:02}"),
        );
        let sending = Side::sending(&sent, DESIGN, 1, good, "470");
        let receiving = Side::receiving(&received, PACKAGING, 1, good, "470");
        journal.carry_over(delivered, sending, receiving);
        tested += good;
    }
    assert_eq!((made, tested), (PROCESSED, TESTED));
}

fn packaging_materials(journal: &mut Journal) {
    let mut more_strips = amendment(PACKAGING);
    more_strips.materials = vec![material(2, strip().limited_to(19_200))];
    more_strips.document = Some("变更申请 2026-05".into());
    journal.amend(day("2026-05-18"), more_strips);
    for (at, (date, strips, grams, kilograms)) in (1..).zip([
        ("2026-02-02", 4_800, 800, 250),
        ("2026-04-13", 4_800, 0, 250),
        ("2026-05-11", 4_800, 800, 0),
        ("2026-05-25", 4_800, 0, 250),
    ]) {
        let goods = [
            (2, strips, "1.15", "MYS"),
            (3, grams, "138.5", "SGP"),
            (4, kilograms, "9.2", "JPN"),
        ];
        let lines = (1..).zip(goods.into_iter().filter(|it| it.1 > 0));
        let lines = lines.map(|(at, (seq, quantity, price, origin))| {
            line(at, seq, quantity).priced(price).origin(origin)
        });
        let number = format!("HA-MAT-{at:02}");
        journal.through(day(date), list(&number, PACKAGING, IMPORT, lines.collect()));
    }
    plating(journal);
}

/// A memo each way: the leads are plated at a contractor's.
fn plating(journal: &mut Journal) {
    let chips = OutsourcedGoods {
        item: ItemRef::Product(product_seq(1)),
        quantity: qty(100 * REEL),
    };
    for (date, dispatched, returned) in [
        ("2026-04-20", vec![chips.clone()], vec![]),
        ("2026-04-24", vec![], vec![chips]),
    ] {
        let memo = Outsource {
            handbook: book(PACKAGING),
            contractor: party(4, "临港示例电镀有限公司"),
            dispatched,
            returned,
            all_processes: None,
        };
        let name = format!("outsource {date}");
        journal.post(day(date), &name, EntryKind::Outsource(Box::new(memo)));
        journal.note(&name, "引脚镀锡外发");
    }
}

/// Chips come back untested in lists of 100 reels and leave in lists of 80.
fn chips(journal: &mut Journal) {
    let (per_list, start) = (100 * REEL, day("2026-03-16"));
    for at in 0..=PACKAGED / per_list {
        let quantity = per_list.min(PACKAGED - at * per_list);
        let (sent, received) = (
            format!("HA-CHIP-{:02}", at + 1),
            format!("HD-CHIP-IN-{:02}", at + 1),
        );
        let sending = Side::sending(&sent, PACKAGING, 1, quantity, "0.095");
        let receiving = Side::receiving(&received, DESIGN, 2, quantity, "0.095");
        journal.carry_over(after(start, 5 * at), sending, receiving);
    }
    let per_list = 80 * REEL;
    for at in 0..EXPORTED / per_list {
        let lines = (1..=2).map(|it| ListLine {
            line: it,
            ..goods_line(2, per_list / 2, "0.16")
        });
        let number = format!("HD-EXPORT-{:02}", at + 1);
        let mut export = list(&number, DESIGN, EXPORT, lines.collect());
        export.reference = Some(format!("SO-26{:04}", 101 + at));
        journal.through(after(day("2026-03-30"), 4 * at), export);
    }
}

/// The design enterprise counts at the end of June, and finds what the book says.
fn count(journal: &mut Journal) {
    let date = day("2026-06-30");
    let statement = journal
        .ledger()
        .statement_of(DESIGN.parse().ok(), Some(date));
    let on_hand = |at: usize| statement.handbooks[0].materials[at].remaining;
    // Wafers sorted but not yet sent count as products.
    let sorted = 20;
    let waiting = on_hand(0) - qty(sorted).total();
    let count = CountStock {
        handbook: book(DESIGN),
        materials: vec![counted(1, waiting), counted(2, on_hand(1))],
        products: vec![CountedProduct {
            seq: product_seq(1),
            version: None,
            quantity: qty(sorted),
        }],
    };
    journal.post(date, "count", EntryKind::CountStock(count));
}

fn wind_up(journal: &mut Journal) {
    let broken = line(1, 1, BARE - PROCESSED).presented(HS_BARE, "碎晶圆", "2.12");
    journal.through(
        day("2026-07-06"),
        list("HF-SCRAP-01", FAB, DESTROY_SCRAP, vec![broken]),
    );
    journal.close(day("2026-07-13"), day("2026-07-27"), FAB);

    let wafers = vec![line(1, 1, REJECTED_WAFERS)];
    journal.through(
        day("2026-07-15"),
        list("HD-DESTROY-01", DESIGN, DESTROY_PRODUCT, wafers),
    );
    journal.note("declare HD-DESTROY-01", "中测不合格晶圆，按1:1折料销毁");
    let sold = vec![line(1, 2, SOLD).priced("0.16")];
    journal.through(
        day("2026-08-27"),
        list("HD-SALE-01", DESIGN, SELL_PRODUCT, sold),
    );
    let chips = vec![line(1, 2, REJECTED_CHIPS)];
    journal.through(
        day("2026-09-03"),
        list("HD-DESTROY-02", DESIGN, DESTROY_PRODUCT, chips),
    );
    journal.note("declare HD-DESTROY-02", "终测不合格品，按1:1折料销毁");

    packaging_leftovers(journal);
    declare_consumption(journal);
    journal.sort();
    packaging_scrap(journal);
    journal.close(day("2026-09-28"), day("2026-10-14"), PACKAGING);
    journal.close(day("2026-09-30"), day("2026-10-20"), DESIGN);
}

/// 200 strips go back, 60 g of wire are sold, 20 kg of compound have expired.
fn packaging_leftovers(journal: &mut Journal) {
    for (number, way, lines) in [
        (
            "HA-RETURN-01",
            RE_EXPORT,
            vec![line(1, 2, 200).priced("1.15").origin("MYS")],
        ),
        (
            "HA-SALE-01",
            SELL_MATERIAL,
            vec![line(1, 3, 60).priced("138.5")],
        ),
        ("HA-DESTROY-01", DESTROY_MATERIAL, vec![line(1, 4, 20)]),
    ] {
        journal.through(day("2026-09-07"), list(number, PACKAGING, way, lines));
    }
}

/// The actual consumption, fitted to 9 decimals: die map, sites of a strip and weights are the
/// net; the loss is what makes the books close.
fn declare_consumption(journal: &mut Journal) {
    let mut declared = amendment(PACKAGING);
    declared.consumptions = vec![
        fitted(1, "0.000115741", TESTED, PACKAGED), // 1/8640
        fitted(2, "0.0025", 19_000, PACKAGED),      // 400 sites a strip
        fitted(3, "0.0002", 1_540, PACKAGED),       // 0.20 mg a chip
        fitted(4, "0.000058", 730, PACKAGED),       // 58 mg a chip
    ];
    declared.document = Some("单耗申报 2026-09".into());
    journal.amend(day("2026-09-14"), declared);
}

/// In units of the material, as the ledger has it, and in kilograms as it stands.
fn packaging_scrap(journal: &mut Journal) {
    for (seq, way, hs, name, kilograms) in [
        (1, DESTROY_SCRAP, HS_CHIP, "不良芯片", "1.37248"), // 653,562 dies of 2.1 mg
        (2, DESTROY_SCRAP, "7404000090", "废引线框架", "1.36686"),
        (3, SELL_SCRAP, "7112911000", "废金丝", "0.02911"),
        (4, DESTROY_SCRAP, "3915909000", "固化塑封料", "291.8426"),
    ] {
        let scrap = journal.material(PACKAGING, seq).scrap;
        let lines = vec![line(1, seq, scrap).presented(hs, name, kilograms)];
        let number = format!("HA-SCRAP-{seq:02}");
        journal.through(day("2026-09-16"), list(&number, PACKAGING, way, lines));
    }
}

fn right_answers() -> Expected {
    Expected::new(
        "The whole chain: three books close at 0, 7,400,000 chips are re-exported",
        "worked example M1: in, used, other outs, close and scrap of each material",
        DESIGN,
    )
    .row(
        FAB,
        1,
        "imported=1000 consumed=1000 remaining=0 scrap_destroyed=40 scrap=0",
    )
    .row(
        DESIGN,
        1,
        "carried_in=960 consumed=950 destroyed=10 remaining=0 scrap=0",
    )
    .row(
        DESIGN,
        2,
        "carried_in=7554438 consumed=7400000 domestic_sale=2310 destroyed=152128",
    )
    .row(DESIGN, 2, "remaining=0 scrap=0")
    .row_on(
        Some(day("2026-06-30")),
        DESIGN,
        1,
        "remaining=57 counted=57",
    )
    .row_on(
        Some(day("2026-06-30")),
        DESIGN,
        2,
        "remaining=650000 counted=650000",
    )
    // 75.64375 with the exact net of 1/8640; with 9 decimals, 0.000115741:
    .row(
        PACKAGING,
        1,
        "carried_in=950 consumed=950 remaining=0 scrap_destroyed=75.64179 scrap=0",
    )
    .row(
        PACKAGING,
        2,
        "imported=19200 consumed=19000 re_exported=200 remaining=0",
    )
    .row(PACKAGING, 2, "scrap_destroyed=113.905 scrap=0")
    .row(
        PACKAGING,
        3,
        "imported=1600 consumed=1540 domestic_sale=60 remaining=0",
    )
    .row(PACKAGING, 3, "scrap_sold=29.1124 scrap=0")
    .row(
        PACKAGING,
        4,
        "imported=750 consumed=730 destroyed=20 remaining=0",
    )
    .row(PACKAGING, 4, "scrap_destroyed=291.8426 scrap=0")
    .chain(CHAIN, true, "matched=71", "7400000")
}
