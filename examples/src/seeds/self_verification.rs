//! Production beside what is declared: the IC chain confirmed, the case punished in 2025, a yield that
//! rises.

use std::fmt::Write as _;

use bonded_ledger::{ConsumptionDeclared, Date};
use unit_consumption::production::CSV_HEADER;
use unit_consumption::{Exact, Quantity, Total};

use super::SeedFile;
use super::catalogue::{packaged_chip, tested_wafer};
use super::goods::*;
use super::journal::{Journal, after, day, handbook, list};
use super::parties::party;

pub(crate) fn files() -> Vec<SeedFile> {
    [ic_chain(), penalty(), yield_step()]
        .into_iter()
        .flatten()
        .collect()
}

fn file(path: &str, content: String) -> SeedFile {
    SeedFile {
        path: path.into(),
        content,
    }
}

/// Production records as CSV.
struct Production {
    rows: String,
    orders: u32,
    prefix: &'static str,
}

/// One material of an order: issued, scrap, stage.
struct Row(u16, Total, Total, &'static str);

impl Production {
    fn new(prefix: &'static str) -> Production {
        Production {
            rows: format!("{CSV_HEADER}\n"),
            orders: 0,
            prefix,
        }
    }

    fn order(&mut self, date: Date, handbook: &str, product: u16, made: (u64, u64), rows: &[Row]) {
        self.orders += 1;
        let (good, rejected) = made;
        for Row(material, issued, scrap, stage) in rows {
            let _ = writeln!(
                self.rows,
                "{}-{:04},{date},{handbook},{product},0,{good},{rejected},{material},{issued},0,{scrap},,{stage}",
                self.prefix, self.orders
            );
        }
    }
}

fn units(text: &str) -> Exact {
    Exact::from(text.parse::<Quantity>().expect("a quantity"))
}

/// So many lots take a total: what 5 decimals leave over is in the last one.
fn lots(total: &str, count: i128) -> Vec<Total> {
    let total = units(total);
    let one = (total.clone() / Exact::whole(count)).round5();
    let mut lots = vec![one; count as usize];
    let rest = total - Exact::from(one) * Exact::whole(count - 1);
    if let Some(last) = lots.last_mut() {
        *last = rest.round5();
    }
    lots
}

/// Every lot of the chain of `seeds/ic-chain`: fab, sort, assembly, final test.
fn ic_chain() -> Vec<SeedFile> {
    let mut production = Production::new("WO");
    let whole = |it: u64| Exact::whole(it.into()).round5();
    // 40 lots of 25 bare wafers, one of each breaks on the line.
    for lot in 0..40 {
        let rows = [Row(1, whole(25), whole(1), "line")];
        production.order(
            after(day("2026-01-19"), 3 * lot),
            "C222626A0001",
            1,
            (24, 0),
            &rows,
        );
    }
    // 960 processed wafers are probed; the 10 whole wafers rejected are folded back as defectives.
    for lot in 0..10 {
        let rows = [Row(1, whole(96), Total::ZERO, "")];
        production.order(
            after(day("2026-02-09"), 10 * lot),
            "C222626A0002",
            1,
            (95, 1),
            &rows,
        );
    }
    // 950 wafers in 38 lots become 7,554,438 packaged chips.
    let [strips, strip_scrap] = [lots("19000", 38), lots("113.905", 38)];
    let [gold, gold_scrap] = [lots("1540", 38), lots("29.1124", 38)];
    let [compound, compound_scrap] = [lots("730", 38), lots("291.8426", 38)];
    let [sort_scrap, assembly_scrap] = [lots("71.25", 38), lots("4.39375", 38)];
    for lot in 0..38 {
        let rows = [
            Row(1, whole(25), sort_scrap[lot], "sort"),
            Row(1, Total::ZERO, assembly_scrap[lot], "assembly"),
            Row(2, strips[lot], strip_scrap[lot], "assembly"),
            Row(3, gold[lot], gold_scrap[lot], "assembly"),
            Row(4, compound[lot], compound_scrap[lot], "assembly"),
        ];
        let date = after(day("2026-03-02"), 4 * lot as u64);
        production.order(date, "C222626A0003", 1, (198_801, 0), &rows);
    }
    // Final test: 7,402,310 good, 152,128 rejected and folded back.
    for lot in 0..38_u64 {
        let (good, rejected) = match lot {
            37 => (7_402_310 - 37 * 194_797, 152_128 - 37 * 4_004),
            _ => (194_797, 4_004),
        };
        let rows = [Row(2, whole(good + rejected), Total::ZERO, "final_test")];
        production.order(
            after(day("2026-03-09"), 4 * lot),
            "C222626A0002",
            2,
            (good, rejected),
            &rows,
        );
    }
    let dossier = r#"{"handbook":"C222626A0001","versions":[{"product":1,"version":"0","basis":"production_orders","approver":"李工","evidence":"1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e1f2e","defects":"in_loss"}],"enterprise":{"networked":true,"internal_control":true,"case_open":false,"rectification":false,"overdue":false}}
{"handbook":"C222626A0002","versions":[{"product":1,"version":"0","basis":"drawing","approver":"王工","evidence":"3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c","defects":"folded"},{"product":2,"version":"0","basis":"drawing","approver":"王工","evidence":"3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c3d4c","defects":"folded"}],"enterprise":{"networked":true,"internal_control":true,"case_open":false,"rectification":false,"overdue":false}}
{"handbook":"C222626A0003","versions":[{"product":1,"version":"0","basis":"wafer_map","approver":"陈工","evidence":"5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a5b6a","defects":"in_loss"}],"wafer_maps":[{"product":1,"material":1,"dies":8640}],"yields":[{"product":1,"material":1,"stages":[{"stage":"sort","yield":"92.5"},{"stage":"assembly","yield":"99.5"}]}],"enterprise":{"networked":true,"internal_control":true,"case_open":false,"rectification":false,"overdue":false}}
"#;
    vec![
        file("seeds/ic-chain/production.csv", production.rows),
        file("seeds/ic-chain/dossier.jsonl", dossier.into()),
    ]
}

/// The case of 2025: 1.087 declared, 1.025 used, 147,200 units exported: 9,126.4 kg written off and
/// not used, worth CNY 369,000.
fn penalty() -> Vec<SeedFile> {
    const BOOK: &str = "C222625A0117";
    let mut journal = Journal::new("penalty-2025");
    let mut book = handbook(BOOK, party(117, "示例加工有限公司"));
    (book.valid_from, book.valid_until) = (day("2025-01-02"), day("2025-12-31"));
    book.consumption_declared = ConsumptionDeclared::BeforeClosure;
    let mut goods = item("RM-117", "3907610000", "示例料件", KILOGRAM).price("40.4321");
    goods.currency = Some("CNY".parse().expect("a currency"));
    book.materials = vec![material(1, goods)];
    book.products = vec![product(1, item("FG-117", "3923300000", "示例成品", PIECE))];
    // 1.00004 ÷ (1 − 8 %) = 1.087.
    book.consumptions = vec![consumption(1, 1, "1.00004", "8")];
    journal.open(day("2025-01-02"), book);
    journal.through(
        day("2025-01-13"),
        list("IMPORT-01", BOOK, IMPORT, vec![line(1, 1, "160006.4")]),
    );
    let mut production = Production::new("PO");
    for month in 0..8_u64 {
        let date = after(day("2025-02-10"), 28 * month);
        let rows = [Row(1, units("18860").round5(), units("459").round5(), "")];
        production.order(date, BOOK, 1, (18_400, 0), &rows);
        let export = list(
            &format!("EXPORT-{:02}", month + 1),
            BOOK,
            EXPORT,
            vec![line(1, 1, 18_400)],
        );
        journal.through(after(date, 7), export);
    }
    let dossier = format!(
        "{{\"handbook\":\"{BOOK}\",\"versions\":[{{\"product\":1,\"version\":\"0\",\"status\":\"declared\",\"basis\":\"trial_run\",\"defects\":\"in_loss\"}}]}}\n"
    );
    vec![
        file("seeds/self-verification/penalty-2025.jsonl", journal.text()),
        file(
            "seeds/self-verification/penalty-2025.production.csv",
            production.rows,
        ),
        file("seeds/self-verification/penalty-2025.dossier.json", dossier),
    ]
}

/// E2: the sort yields 94 % instead of 92.5 % from April on; what left was made before.
fn yield_step() -> Vec<SeedFile> {
    const BOOK: &str = "C222626A0201";
    let mut journal = Journal::new("yield-step");
    let mut book = handbook(BOOK, party(4, "示例封装测试有限公司"));
    book.materials = vec![material(1, tested_wafer())];
    book.products = vec![product(1, packaged_chip())];
    book.consumptions = vec![consumption(1, 1, "0.000115741", "7.9625")];
    journal.open(day("2026-01-05"), book);
    journal.through(
        day("2026-01-12"),
        list("IMPORT-01", BOOK, IMPORT, vec![line(1, 1, 950)]),
    );
    let mut production = Production::new("LOT");
    let (map, assembly) = (Exact::whole(8640), units("99.5") / Exact::whole(100));
    for month in 1..=6_u32 {
        let (chips, sort) = match month {
            1..=3 => (1_200_000_u64, units("92.5")),
            _ => (1_318_146, units("94")),
        };
        let sort = sort / Exact::whole(100);
        let attached = Exact::whole(chips.into()) / assembly.clone();
        let wafers = attached.clone() / (map.clone() * sort.clone());
        let sort_scrap = &wafers - &(attached.clone() / map.clone());
        let assembly_scrap = (attached - Exact::whole(chips.into())) / map.clone();
        let rows = [
            Row(1, wafers.round5(), sort_scrap.round5(), "sort"),
            Row(1, Total::ZERO, assembly_scrap.round5(), "assembly"),
        ];
        let date = day(&format!("2026-{month:02}-20"));
        production.order(date, BOOK, 1, (chips, 0), &rows);
        if month <= 3 {
            let number = format!("EXPORT-{month:02}");
            let export = list(&number, BOOK, EXPORT, vec![line(1, 1, chips)]);
            journal.through(after(date, 5), export);
        }
    }
    let dossier = format!(
        "{{\"handbook\":\"{BOOK}\",\"versions\":[{{\"product\":1,\"version\":\"0\",\"basis\":\"wafer_map\",\"defects\":\"in_loss\"}}],\"wafer_maps\":[{{\"product\":1,\"material\":1,\"dies\":8640}}],\"yields\":[{{\"product\":1,\"material\":1,\"stages\":[{{\"stage\":\"sort\",\"yield\":\"92.5\"}},{{\"stage\":\"assembly\",\"yield\":\"99.5\"}}]}}]}}\n"
    );
    vec![
        file("seeds/self-verification/yield-step.jsonl", journal.text()),
        file(
            "seeds/self-verification/yield-step.production.csv",
            production.rows,
        ),
        file("seeds/self-verification/yield-step.dossier.json", dossier),
    ]
}
