//! The commands that answer questions: check, chain, trace, lists, verify.

mod support;

use expect_test::expect;
use serde_json::{Value, json};
use support::{
    BOOK, Folder, assert_legible, booked, closable, entry, jsonl, list, not_closable, opening,
};

/// Two handbooks of one chain: a carry-over that is matched, one that waits.
fn chain() -> Vec<Value> {
    const OTHER: &str = "C222626A0002";
    let side = |n: u64, number: &str, book: &str, way: &str, quantity: &str, counterpart: Value| {
        let goods = if way == "import" {
            "material"
        } else {
            "product"
        };
        entry(
            n,
            "2026-03-02",
            "declare_list",
            json!({"list": {
                "number": number, "handbook": book, "direction": way, "goods": goods, "mode": "0654",
                "counterpart": counterpart,
                "lines": [{"line": 1, "seq": 1, "quantity": quantity}],
            }}),
        )
    };
    let mut first = opening(1, BOOK);
    let mut second = opening(2, OTHER);
    first["handbook"]["chain"] = json!("NOVA");
    second["handbook"]["chain"] = json!("NOVA");
    second["handbook"]["role"] = json!("ic_design");
    second["handbook"]["materials"][0]["hs"] = json!("8542390000");
    vec![
        first,
        second,
        list(3, "L1", "import", "1000"),
        booked(4, "L1"),
        side(5, "IN-1", OTHER, "import", "480", json!({"handbook": BOOK})),
        side(
            6,
            "OUT-1",
            BOOK,
            "export",
            "480",
            json!({"handbook": OTHER, "list": "IN-1"}),
        ),
        entry(
            7,
            "2026-03-03",
            "book_list",
            json!({"list": "IN-1", "customs_number": "QD222626I000000001"}),
        ),
        entry(8, "2026-03-03", "book_list", json!({"list": "OUT-1"})),
        side(9, "IN-2", OTHER, "import", "480", json!({"handbook": BOOK})),
    ]
}

#[test]
fn what_is_not_there_is_told_with_the_nearest() {
    let folder = Folder::with_journal(&chain());
    let lines = [
        "statement books.jsonl --handbook C222626A0011",
        "statement books.jsonl --handbook C2226",
        "statement books.jsonl --as-of 2026-2-1",
        "statement books.jsonl --cycle 1 --handbook C222626A0001",
        "check books.jsonl --handbook C222626A0003",
        "chain books.jsonl --chain NOVVA",
        "trace books.jsonl --list OUT1",
        "trace books.jsonl --list OUT-1 --line 7",
        "lists books.jsonl --handbook C222626A0009",
    ];
    let mut text = String::new();
    for line in lines {
        let ran = folder.run(line);
        assert_eq!((ran.status(), ran.out().as_str()), (Some(2), ""), "{line}");
        text += &format!("$ bonded {line}\n{}", ran.err());
    }
    expect![[r#"
        $ bonded statement books.jsonl --handbook C222626A0011
        error: handbook C222626A0011 is not in this ledger; did you mean C222626A0001?
        $ bonded statement books.jsonl --handbook C2226
        error: invalid value 'C2226' for '--handbook <NO>': found "C2226", expected 12 characters of 0-9 and A-Z, such as C222626A0001

        For more information, try '--help'.
        $ bonded statement books.jsonl --as-of 2026-2-1
        error: invalid value '2026-2-1' for '--as-of <DATE>': expected a date such as 2026-03-31

        For more information, try '--help'.
        $ bonded statement books.jsonl --cycle 1 --handbook C222626A0001
        error: cycle 1 of C222626A0001 is not in this ledger; the ledger is empty, or nothing in it comes near
        $ bonded check books.jsonl --handbook C222626A0003
        error: handbook C222626A0003 is not in this ledger; did you mean C222626A0001?
        $ bonded chain books.jsonl --chain NOVVA
        error: chain NOVVA is not in this ledger; did you mean NOVA?
        $ bonded trace books.jsonl --list OUT1
        error: list OUT1 is not in this ledger; did you mean OUT-1?
        $ bonded trace books.jsonl --list OUT-1 --line 7
        error: line 7 of list OUT-1 is not in this ledger; did you mean line 1?
        $ bonded lists books.jsonl --handbook C222626A0009
        error: handbook C222626A0009 is not in this ledger; did you mean C222626A0001?
    "#]].assert_eq(&text);
}

#[test]
fn check_says_every_reason_with_its_source_and_the_way_out() {
    let folder = Folder::with_journal(&not_closable());
    let ran = folder.run("check books.jsonl --on 2027-03-01");
    assert_legible(&ran.out());
    expect![[r#"
        C222626A0001 · not ready to close: 2 reasons

          list_pending: a list is pending
            - list L3 is pending (预核扣) since 2026-02-01: export of products (成品出口)
            source: bonded journal contract Closable, 1 (read)
            do:     Post its deduction, or its withdrawal.

          remaining_not_zero: something remains, or too much has left
            - material 1 (裸晶圆): 100 slices (片) remain, expected 0
            source: Customs Law (海关法) art. 33, in force from 2021-04-29 (read); Regulation on Customs
                    Administrative Penalties (海关行政处罚实施条例) art. 18(1) (read); bonded journal
                    contract Closable, 4 (read)
            do:     Above 0: carry over, re-export, sell or destroy it. Below 0: find the missing import, or
                    correct the unit consumption.

          worth a look: scrap_left: scrap is not settled
            - material 1 (裸晶圆): scrap (边角料) of 36 slices (片) is not settled
            source: bonded journal contract Closable (read)
            do:     Deal with the scrap, and post the list.

          worth a look: report_overdue: the book expired more than 30 days ago
            - handbook C222626A0001 expired on 2026-12-31, 60 days ago; the report is due within 30 days
            source: GACC Decree 219 (海关加工贸易货物监管办法) (report within 30 days, 报核), in force from
                    2014-03-12 (secondary)
            do:     Report at once; expect a question.
        = 1
    "#]].assert_eq(&ran.transcript());
    let json = folder.run("check books.jsonl --on 2027-03-01 --format json");
    assert_eq!(json.status(), Some(1));
    let checked: Value = serde_json::from_str(&json.out()).expect("JSON");
    let book = &checked["handbooks"][0];
    assert_eq!(book["ready"], false);
    let codes: Vec<&Value> = book["reasons"]
        .as_array()
        .expect("reasons")
        .iter()
        .map(|it| &it["code"])
        .collect();
    assert_eq!(codes, ["list_pending", "remaining_not_zero"]);
    assert_eq!(book["reasons"][1]["difference"], "100");
    for told in book["reasons"]
        .as_array()
        .expect("reasons")
        .iter()
        .chain(book["warnings"].as_array().expect("warnings"))
    {
        assert!(
            told["law"][0].is_string() && told["way_out"].is_string(),
            "{told}"
        );
    }
}

#[test]
fn check_says_yes_when_all_are_ready_reported_or_closed() {
    let mut lines = closable();
    let folder = Folder::with_journal(&lines);
    let ran = folder.run("check books.jsonl --on 2026-03-01");
    expect![[r#"
        C222626A0001 · ready to close (可报核)

          worth a look: scrap_left: scrap is not settled
            - material 1 (裸晶圆): scrap (边角料) of 40 slices (片) is not settled
            source: bonded journal contract Closable (read)
            do:     Deal with the scrap, and post the list.
        = 0
    "#]]
    .assert_eq(&ran.transcript());
    lines.push(entry(
        6,
        "2026-03-01",
        "report_closure",
        json!({"handbook": BOOK}),
    ));
    folder.write("books.jsonl", jsonl(&lines));
    expect![[r#"
        C222626A0001 · reported for closure (已报核)
        = 0
    "#]]
    .assert_eq(&folder.run("check books.jsonl").transcript());
    lines.push(entry(
        7,
        "2026-03-02",
        "accept_closure",
        json!({"handbook": BOOK}),
    ));
    folder.write("books.jsonl", jsonl(&lines));
    expect![[r#"
        C222626A0001 · closed (已结案)
        = 0
    "#]]
    .assert_eq(&folder.run("check books.jsonl").transcript());
}

#[test]
fn a_chain_says_what_keeps_it_open() {
    let folder = Folder::with_journal(&chain());
    let ran = folder.run("chain books.jsonl");
    assert_legible(&ran.out());
    expect![[r#"
        chain NOVA · not closed (链条未闭合)
          handbook      role                        status  ready to close
          手册          角色                        状态    可否报核
          C222626A0001  wafer_fabrication 晶圆制造  open    no
          C222626A0002  ic_design 设计              open    no

          carried over from  to            goods         matched  receiving only
          转出               转入          货物             一致          未转出
          C222626A0001       C222626A0002  product 成品        1               1

          not settled     from          list  to            list
          未闭合          转出          清单  转入          清单
          receiving_only  C222626A0001  -     C222626A0002  IN-2
        = 0
    "#]]
    .assert_eq(&ran.transcript());
    let json = folder.run("chain books.jsonl --chain NOVA --format json");
    expect![[r#"
        {"chains":[{"chain":"NOVA","closed":false,"handbooks":[{"handbook":"C222626A0001","role":"wafer_fabrication","status":"open","closable":false},{"handbook":"C222626A0002","role":"ic_design","status":"open","closable":false}],"carry_overs":[{"from":"C222626A0001","to":"C222626A0002","goods":"product","receiving_list":"IN-1","sending_list":"OUT-1","state":"matched"},{"from":"C222626A0001","to":"C222626A0002","goods":"product","receiving_list":"IN-2","sending_list":null,"state":"receiving_only"}],"re_export":[]}]}
    "#]].assert_eq(&json.out());
}

#[test]
fn goods_are_traced_both_ways() {
    let folder = Folder::with_journal(
        &[
            &chain()[..],
            &[
                {
                    let mut export = list(10, "L2", "export", "48");
                    export["list"]["handbook"] = json!("C222626A0002");
                    export
                },
                booked(11, "L2"),
            ],
        ]
        .concat(),
    );
    let mut text = folder.run("trace books.jsonl --list L2").transcript();
    text += &folder
        .run("trace books.jsonl --list L1 --line 1")
        .transcript();
    text += &folder
        .run("trace books.jsonl --list QD222626I000000001")
        .transcript();
    assert_legible(&text);
    expect![[r#"
        list L2
          line 1: product 1 version 0, 48
            material 1: 50, first in, first out
              50 ← carried_in, list IN-1 line 1, 2026-03-03
                52.08333 ← C222626A0001 material 1: imported, list L1 line 1, 2026-02-03
        = 0
        list L1
          line 1: material 1, 1,000
            500 → carried_out, list OUT-1 line 1, 2026-03-03
            500 left
        = 0
        list IN-1
          line 1: material 1, 480
            50 → exported, list L2 line 1, 2026-02-03
            430 left
        = 0
    "#]]
    .assert_eq(&text);
    let json = folder.run("trace books.jsonl --list L2 --format json");
    let trace: Value = serde_json::from_str(&json.out()).expect("JSON");
    assert_eq!(
        trace["lines"][0]["materials"][0]["sources"][0]["sources"][0]["list"],
        "L1"
    );
}

#[test]
fn lists_are_found() {
    let mut lines = chain();
    lines[2]["list"]["reference"] = json!("PO-4711");
    let folder = Folder::with_journal(&lines);
    let ran = folder.run("lists books.jsonl");
    assert_legible(&ran.out());
    expect![[r#"
          list   handbook      mode  column       state    declared    booked      lines
          清单   手册          监管               状态     申报        核扣           行
          L1     C222626A0001  0615  imported     booked   2026-02-01  2026-02-03      1
              reference PO-4711
          IN-1   C222626A0002  0654  carried_in   booked   2026-03-02  2026-03-03      1
              from C222626A0001 · also QD222626I000000001
          OUT-1  C222626A0001  0654  carried_out  booked   2026-03-02  2026-03-03      1
              to C222626A0002
          IN-2   C222626A0002  0654  carried_in   pending  2026-03-02                  1
              from C222626A0001
        = 0
    "#]]
    .assert_eq(&ran.transcript());
    expect![[r#"
        {"lists":[{"number":"L1","customs_number":null,"handbook":"C222626A0001","mode":"0615","column":"imported","state":"booked","declared":"2026-02-01","booked":"2026-02-03","lines":1,"reference":"PO-4711","counterpart":null,"customs_declaration":null}]}
    "#]].assert_eq(
        &folder
            .run("lists books.jsonl --reference PO-4711 --format json")
            .out(),
    );
    expect![[r#"
        number,customs_number,handbook,mode,column,state,declared,booked,lines,reference,counterpart,customs_declaration
        IN-2,,C222626A0002,0654,carried_in,pending,2026-03-02,,1,,C222626A0001,
    "#]].assert_eq(
        &folder
            .run("lists books.jsonl --state pending --format csv")
            .out()
            .replace('\r', ""),
    );
    assert_eq!(
        folder.run("lists books.jsonl --state withdrawn").out(),
        "no list\n"
    );
}

#[test]
fn verify_says_the_first_thing_that_is_wrong() {
    let folder = Folder::with_journal(&chain());
    expect![[r#"
        9 entries, 2 handbooks, 4 lists, 2,922 bytes
        head 9:c3b55e96e270e7d6694789638f8ef98e43b6a1e70f7a0fa01ee65f5f77a37b7c
        sound: every line is accepted, every balance conserved, all computations agree; no hash is kept beside it, so 9 records are taken as found
        = 0
    "#]]
    .assert_eq(&folder.run("verify books.jsonl").transcript());
    let refused = [&closable()[..], &[booked(6, "L9"), booked(7, "L8")]].concat();
    folder.write("books.jsonl", jsonl(&refused));
    expect![[r#"
        5 entries, 1 handbook, 2 lists, 1,600 bytes
        head 7:a8f14bd8d3c906cf5b7827fe0ef49096214fa66cd44980414725e7198c48994a
        NOT SOUND: 2 lines are refused, first line 6: list_unknown: no list "L9" is here
        ! warning: books.jsonl, line 6: list_unknown: no list "L9" is here; the line is LEFT OUT
        ! warning: books.jsonl, line 7: list_unknown: no list "L8" is here; the line is LEFT OUT
        = 1
    "#]]
    .assert_eq(&folder.run("verify books.jsonl").transcript());
    let twice = [&closable()[..], &closable()[1..2]].concat();
    folder.write("books.jsonl", jsonl(&twice));
    expect![[r#"
        5 entries, 1 handbook, 2 lists, 1,643 bytes
        head 6:3a94ca059909b3cb35026d8f7858c6d5e2ec5d9313b87da5839d311debf37175
        NOT SOUND: 1 entry stands in the journal twice, first in line 6
        = 1
    "#]]
    .assert_eq(&folder.run("verify books.jsonl").transcript());
}

#[test]
fn who_reads_leaves_out_what_is_refused_loudly() {
    let mut lines = closable();
    lines.insert(1, booked(9, "L9"));
    let mut text = jsonl(&lines);
    text.push_str("not an entry\n");
    let folder = Folder::new();
    folder.write("books.jsonl", text);
    let ran = folder.run("statement books.jsonl --format json");
    assert!(ran.out().contains("\"entries\":5"));
    assert_eq!(ran.status(), Some(0));
    expect![[r#"
        warning: books.jsonl, line 2: list_unknown: no list "L9" is here; the line is LEFT OUT
        warning: books.jsonl, line 7: invalid_json: not one JSON object: expected ident (column 2); expected an entry such as {"id":…,"date":…,"entry":…} on a line of its own; the line is LEFT OUT
    "#]].assert_eq(&ran.err());
    folder.write("books.jsonl", "nonsense\n".repeat(1_000));
    let ran = folder.run("statement books.jsonl");
    assert_eq!(ran.err().lines().count(), 21);
    assert!(
        ran.err()
            .ends_with("980 more lines are refused and LEFT OUT\n"),
        "{}",
        ran.err()
    );
}

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::with_journal(&not_closable());
    for line in [
        "statement books.jsonl",
        "check books.jsonl",
        "chain books.jsonl",
        "demo",
    ] {
        assert!(!folder.run(line).out().contains('\u{1b}'), "{line}");
    }
}
