//! `bonded statement`, in every format.

mod support;

use bonded_cli::args::Cli;
use bonded_cli::{Console, Paint, run};
use bonded_ledger::Date;
use clap::Parser;
use expect_test::expect;
use serde_json::{Value, json};
use support::{BOOK, Folder, assert_legible, closable, not_closable};

#[test]
fn a_statement_is_a_page_to_look_at() {
    let folder = Folder::with_journal(&not_closable());
    let page = folder.run("statement books.jsonl").transcript();
    assert_legible(&page);
    expect![[r#"
        1 handbook, 6 entries

        C222626A0001 · valid until 2026-12-31 · open, not ready to close: 2 reasons
          no  material       unit      approved     in  consumed  remaining   scrap
              料件           单位          备案     进      耗用       剩余  边角料
           1  BW-200 裸晶圆  片 slice     1,000  1,000       900        100      36
              in: imported 1,000 · consumed: net 864 + tangible loss 36

          no  product          unit      exported  pending
              成品             单位          出口   预核扣
           1  PW-200 加工晶圆  片 slice       864     12.5
        = 0
    "#]]
    .assert_eq(&page);
    let as_of = folder.run("statement books.jsonl --as-of 2026-02-02");
    expect![[r#"
        1 handbook as of 2026-02-02, of a journal of 6 entries

        C222626A0001 · valid until 2026-12-31 · open, not ready to close: 2 reasons
          no  material       unit      approved  in  remaining
              料件           单位          备案  进       剩余
           1  BW-200 裸晶圆  片 slice     1,000   0          0
              pending: in 1,000

          no  product          unit      pending
              成品             单位       预核扣
           1  PW-200 加工晶圆  片 slice    876.5
        = 0
    "#]]
    .assert_eq(&as_of.transcript());
}

#[test]
fn a_statement_in_json_is_the_contract() {
    let folder = Folder::with_journal(&closable());
    let ran = folder.run("statement books.jsonl --format json");
    expect![[r#"
        {"as_of":null,"entries":5,"handbooks":[{"handbook":"C222626A0001","status":"open","valid_until":"2026-12-31","suspended":[],"cycle":null,"closable":true,"reasons":[],"outside":[],"materials":[{"seq":1,"code":"BW-200","hs":"3818001900","name":"裸晶圆","unit":"020","approved":"1000","opening":"0","imported":"1000","carried_in":"0","leftover_in":"0","exchanged_in":"0","adjusted":"0","exchanged_out":"0","consumed":"1000","consumed_net":"960","loss_tangible":"40","loss_intangible":"0","chain_out":"0","leftover_out":"0","re_exported":"0","domestic_sale":"0","destroyed":"0","remaining":"0","scrap_opening":"0","scrap_sold":"0","scrap_re_exported":"0","scrap_destroyed":"0","scrap":"40","by_product":"0","pending_in":"0","pending_out":"0","counted":null}],"products":[{"seq":1,"code":"PW-200","hs":"8542390000","name":"加工晶圆","unit":"020","approved":null,"exported":"960","carried_out":"0","exempted":"0","returned_in":"0","returned_out":"0","domestic_sale":"0","destroyed":"0","pending_out":"0"}]}]}
    "#]].assert_eq(&ran.out());
    let one = folder.run("statement books.jsonl --format json --handbook C222626A0001");
    assert_eq!(one.out(), ran.out());
}

#[test]
fn a_statement_in_csv_has_one_row_an_item() {
    let mut lines = closable();
    lines[0]["handbook"]["materials"][0]["name"] = json!("裸晶圆, \"P\"");
    let folder = Folder::with_journal(&lines);
    expect![[r#"
        handbook,kind,seq,code,hs,name,unit,approved,opening,imported,carried_in,leftover_in,exchanged_in,adjusted,exchanged_out,consumed,consumed_net,loss_tangible,loss_intangible,chain_out,leftover_out,re_exported,domestic_sale,destroyed,remaining,scrap_opening,scrap_sold,scrap_re_exported,scrap_destroyed,scrap,by_product,pending_in,pending_out,counted,exported,carried_out,exempted,returned_in,returned_out␍
        C222626A0001,material,1,BW-200,3818001900,"裸晶圆, ""P""",020,1000,0,1000,0,0,0,0,0,1000,960,40,0,0,0,0,0,0,0,0,0,0,0,40,0,0,0,,,,,,␍
        C222626A0001,product,1,PW-200,8542390000,加工晶圆,020,,,,,,,,,,,,,,,,0,0,,,,,,,,,0,,960,0,0,0,0␍
    "#]].assert_eq(
        &folder
            .run("statement books.jsonl --format csv")
            .out()
            .replace('\r', "␍"),
    );
}

#[test]
fn a_statement_has_the_names_of_the_closure_report() {
    let folder = Folder::with_journal(&closable());
    let ran = folder.run("statement books.jsonl --format closure");
    let report: Value = serde_json::from_str(&ran.out()).expect("JSON");
    let book = &report["handbooks"][0];
    assert_eq!(book["EmlChgoffBsc"]["emlNo"], BOOK);
    assert_eq!(book["EmlChgoffMtpck"][0]["csmTotalQty"], "1000");
    assert_eq!(book["EmlChgoffEndprd"][0]["expTotalQty"], "960");
    assert!(
        ran.out().starts_with("{\n  \"handbooks\": ["),
        "to be read by people too"
    );
}

#[test]
fn a_statement_is_a_workbook_to_hand_on() {
    let folder = Folder::with_journal(&not_closable());
    let bytes = |name: &str| std::fs::read(folder.path(name)).expect("a workbook");
    for name in ["first.xlsx", "second.xlsx"] {
        let ran = folder.run(&format!(
            "statement books.jsonl --format xlsx --output {name}"
        ));
        assert_eq!(ran.transcript(), "= 0\n");
    }
    assert!(bytes("first.xlsx").starts_with(b"PK"));
    assert_eq!(bytes("first.xlsx"), bytes("second.xlsx"), "no clock in it");
    // Sent on, it is the same.
    let piped = folder.run("statement books.jsonl --format xlsx");
    assert_eq!(piped.0.stdout, bytes("first.xlsx"));
    let day = "statement books.jsonl --format xlsx -o first.xlsx --as-of 2026-02-02";
    assert_eq!(folder.run(day).transcript(), "= 0\n");
    assert_ne!(bytes("first.xlsx"), bytes("second.xlsx"));
    let missing = folder.run("statement books.jsonl --format xlsx -o no/such/folder.xlsx");
    expect![[r#"
        ! error: no/such/folder.xlsx: could not be written: No such file or directory (os error 2); check the name
        = 2
    "#]]
    .assert_eq(&missing.transcript());
}

#[test]
fn every_format_goes_to_a_file() {
    let folder = Folder::with_journal(&closable());
    for format in ["table", "json", "csv", "closure"] {
        let line = format!("statement books.jsonl --format {format}");
        let ran = folder.run(&format!("{line} --output out.txt"));
        assert_eq!(ran.transcript(), "= 0\n");
        assert_eq!(folder.read("out.txt"), folder.run(&line).out());
    }
}

#[test]
fn a_workbook_is_nothing_for_a_terminal() {
    let folder = Folder::with_journal(&closable());
    let journal = folder.path("books.jsonl");
    let args = [
        "bonded",
        "statement",
        journal.to_str().expect("a path"),
        "--format",
        "xlsx",
    ];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        terminal: true,
        paint: Paint::Plain,
        progress: false,
        today: Date::default(),
    };
    let error = run(Cli::parse_from(args), &mut console).expect_err("refused");
    assert_eq!(
        error.to_string(),
        "a workbook is nothing for a terminal; name a file with --output FILE, or send it on: > FILE"
    );
    assert!(out.is_empty());
}
