//! Wafers made abroad: the design enterprise imports them and carries them over unprocessed, as
//! materials (chain carry-over); the chips come back, and it re-exports them.
//!
//! ```text
//! design      250 wafers in (0615), 5 exchanged (0700), 10 sent back (0664)
//!             240 out as they are (0654, material) → packaging
//! packaging   240 in → 1,908,000 chips out
//! design      1,908,000 in → 1,875,000 exported, 33,000 rejected
//! ```

use bonded_ledger::{ConsumptionDeclared, Role};

use super::Seed;
use super::catalogue::{compound, finished_chip, packaged_chip, processed_wafer, strip};
use super::expected::Expected;
use super::goods::*;
use super::journal::{Journal, Side, after, amendment, day, handbook, list};
use super::parties::party;

const DESIGN: &str = "C222626A0021";
const PACKAGING: &str = "C222626A0022";
const CHAIN: &str = "lingang-2026";

const LOTS: u64 = 6;
const LOT: u64 = 40;
const CHIPS: u64 = 1_908_000;
const EXPORTED: u64 = 1_875_000;

pub(crate) fn seed() -> Seed {
    let mut journal = Journal::new("chain-carry-over");
    open_books(&mut journal);
    wafers(&mut journal);
    let refused = not_eligible(&mut journal);
    chips(&mut journal);
    wind_up(&mut journal);
    let expected = Expected::new(
        "Chain carry-over of materials: wafers made abroad pass through the design enterprise's book",
        "250 = 240 + 10; 5 out and 5 in for exchange; 1,908,000 = 1,875,000 + 33,000",
        DESIGN,
    )
    .refused(refused, "not_eligible")
    .row(DESIGN, 1, "imported=250 exchanged_out=5 exchanged_in=5 chain_out=240 re_exported=10")
    .row(DESIGN, 1, "consumed=0 remaining=0 scrap=0")
    .row(DESIGN, 2, "carried_in=1908000 consumed=1875000 destroyed=33000 remaining=0")
    .row(DESIGN, 3, "imported=50 chain_out=0 re_exported=50 remaining=0")
    .row(PACKAGING, 1, "carried_in=240 consumed=240 remaining=0 scrap=0")
    .row(PACKAGING, 2, "imported=4800 consumed=4800 consumed_net=4770 scrap_destroyed=30 scrap=0")
    .row(PACKAGING, 3, "carried_in=0 remaining=0")
    .chain(CHAIN, true, "matched=12", "1875000");
    Seed {
        path: "seeds/chain-carry-over/journal.jsonl".into(),
        journal,
        expected: Some(("seeds/chain-carry-over/expected.json".into(), expected)),
    }
}

fn open_books(journal: &mut Journal) {
    let mut design = handbook(DESIGN, party(21, "临港示例集成电路设计有限公司"));
    design.role = Some(Role::IcDesign);
    let mut barred = material(3, compound().limited_to(50));
    barred.carry_over_eligible = Some(false);
    design.materials = vec![
        material(1, processed_wafer().limited_to(250)),
        material(2, packaged_chip().limited_to(CHIPS)),
        barred,
    ];
    design.products = vec![product(1, finished_chip().limited_to(EXPORTED))];
    design.consumptions = vec![consumption(1, 2, "1", "0")];

    let mut packaging = handbook(PACKAGING, party(22, "临港示例封装测试有限公司"));
    packaging.role = Some(Role::PackagingTest);
    packaging.consumption_declared = ConsumptionDeclared::BeforeClosure;
    packaging.materials = vec![
        material(1, processed_wafer().limited_to(250)),
        material(2, strip().limited_to(4_800)),
        material(3, compound().limited_to(100)),
    ];
    packaging.products = vec![product(1, packaged_chip().limited_to(CHIPS))];
    for mut opened in [design, packaging] {
        opened.chain = Some(CHAIN.into());
        journal.open(day("2026-01-05"), opened);
    }
}

fn wafers(journal: &mut Journal) {
    let import = vec![
        line(1, 1, 250).legal(250).priced("450").origin("TWN"),
        line(2, 3, 50).priced("9.2").origin("JPN"),
    ];
    journal.through(
        day("2026-01-12"),
        list("D-IMPORT-01", DESIGN, IMPORT, import),
    );
    let faulty = || vec![line(1, 1, 5).legal(5).priced("450").origin("TWN")];
    journal.through(
        day("2026-01-19"),
        list("D-EXCHANGE-OUT-01", DESIGN, EXCHANGE_OUT, faulty()),
    );
    journal.through(
        day("2026-02-02"),
        list("D-EXCHANGE-IN-01", DESIGN, EXCHANGE_IN, faulty()),
    );
    for week in 1..=LOTS {
        let (sent, received) = (
            format!("D-WAFER-OUT-{week:02}"),
            format!("A-WAFER-IN-{week:02}"),
        );
        let sending = Side {
            way: CHAIN_OUT,
            ..Side::sending(&sent, DESIGN, 1, LOT, "450")
        };
        let receiving = Side::receiving(&received, PACKAGING, 1, LOT, "450");
        journal.carry_over(after(day("2026-02-02"), 7 * week), sending, receiving);
    }
}

/// What import tax policy does not let pass between books stays where it is.
fn not_eligible(journal: &mut Journal) -> usize {
    let date = day("2026-03-23");
    let (sent, received) = ("D-COMPOUND-OUT-01", "A-COMPOUND-IN-01");
    let receiving = Side::receiving(received, PACKAGING, 3, 50, "9.2");
    journal.declare(date, receiving.declared(DESIGN, None, date));
    let sending = Side {
        way: CHAIN_OUT,
        ..Side::sending(sent, DESIGN, 3, 50, "9.2")
    };
    let refused = journal.declare(date, sending.declared(PACKAGING, Some(received), date));
    journal.withdraw(day("2026-03-24"), received);
    let lines = vec![line(1, 3, 50).priced("9.2")];
    journal.through(
        day("2026-03-25"),
        list("D-RETURN-01", DESIGN, RE_EXPORT, lines),
    );
    refused
}

fn chips(journal: &mut Journal) {
    let strips = vec![line(1, 2, 4_800).priced("1.15").origin("MYS")];
    journal.through(
        day("2026-03-30"),
        list("A-IMPORT-01", PACKAGING, IMPORT, strips),
    );
    for week in 1..=LOTS {
        let delivered = after(day("2026-04-06"), 7 * week);
        let (sent, received) = (format!("A-CHIP-{week:02}"), format!("D-CHIP-IN-{week:02}"));
        let sending = Side::sending(&sent, PACKAGING, 1, CHIPS / LOTS, "0.095");
        let receiving = Side::receiving(&received, DESIGN, 2, CHIPS / LOTS, "0.095");
        journal.carry_over(delivered, sending, receiving);
    }
    for week in 1..=5 {
        let lines = vec![line(1, 1, EXPORTED / 5).legal(EXPORTED / 5).priced("0.16")];
        let export = list(&format!("D-EXPORT-{week:02}"), DESIGN, EXPORT, lines);
        journal.through(after(day("2026-05-25"), 7 * week), export);
    }
}

fn wind_up(journal: &mut Journal) {
    let spare = vec![line(1, 1, 10).legal(10).priced("450").origin("TWN")];
    journal.through(
        day("2026-07-06"),
        list("D-RETURN-02", DESIGN, RE_EXPORT, spare),
    );
    let rejects = vec![line(1, 1, CHIPS - EXPORTED)];
    journal.through(
        day("2026-07-06"),
        list("D-DESTROY-01", DESIGN, DESTROY_PRODUCT, rejects),
    );
    journal.close(day("2026-07-20"), day("2026-08-03"), DESIGN);

    let mut declared = amendment(PACKAGING);
    declared.consumptions = vec![
        fitted(1, "0.000115741", LOTS * LOT, CHIPS),
        fitted(2, "0.0025", 4_800, CHIPS),
    ];
    journal.amend(day("2026-07-20"), declared);
    let at = day("2026-07-22");
    for (seq, hs, name, kilograms) in [
        (1, "8542390000", "不良芯片", "0.34744"),
        (2, "7404000090", "废引线框架", "0.36"),
    ] {
        let scrap = journal.material(PACKAGING, seq).scrap;
        let lines = vec![line(1, seq, scrap).presented(hs, name, kilograms)];
        let number = format!("A-SCRAP-{seq:02}");
        journal.through(at, list(&number, PACKAGING, DESTROY_SCRAP, lines));
    }
    journal.close(day("2026-07-27"), day("2026-08-10"), PACKAGING);
}
