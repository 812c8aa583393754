//! What `bonded consumption verify` reads: production in every form, declarations, dossiers, limits;
//! and what is wrong with them.

mod support;

use std::fmt::Write as _;

use expect_test::expect;
use serde_json::json;
use support::production::{SAVED, TRUE, cable, dossier, export, imports, records, rows_of};
use support::{BOOK, Folder, entry, jsonl, list};

/// The cable's ledger, all of it exported.
fn folder() -> Folder {
    let opened = vec![cable(1, BOOK, "before_closure")];
    let ledger = [opened, imports(), export(20, "OUT-1", "147200")];
    let folder = Folder::with_journal(&ledger.concat());
    folder.write("orders.jsonl", records(BOOK, &SAVED));
    folder.write("dossier.json", dossier("declared"));
    folder
}

/// What each command line says on standard error; nothing is reported.
fn refused(folder: &Folder, lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let ran = folder.run(&format!("consumption verify {line}"));
        assert_eq!((ran.status(), ran.out().as_str()), (Some(2), ""), "{line}");
        let _ = write!(text, "$ verify {line}\n{}", ran.err());
    }
    text
}

#[test]
fn lines_of_json_rows_and_pipes_say_the_same() {
    let folder = folder();
    folder.write("orders.csv", rows_of(BOOK, &SAVED));
    folder.write("orders.export", rows_of(BOOK, &SAVED));
    folder.write(
        "tabs.txt",
        format!("\u{feff}{}", rows_of(BOOK, &SAVED).replace(',', "\t")),
    );
    let verify = |files: &str, input: &str| {
        let line = format!(
            "consumption verify books.jsonl --dossier dossier.json --format json --production {files}"
        );
        let ran = folder.run_with(&line, input);
        assert_eq!(ran.err(), "", "{files}");
        ran
    };
    let lines = verify("orders.jsonl", "");
    for files in [
        "orders.csv",
        "orders.export",
        "tabs.txt",
        "orders.export --input csv",
    ] {
        assert_eq!(verify(files, "").out(), lines.out(), "{files}");
    }
    let blank = format!(
        "\u{feff}\r\n \n{}",
        records(BOOK, &SAVED).replace('\n', "\r\n\r\n")
    );
    for input in [rows_of(BOOK, &SAVED), records(BOOK, &SAVED), blank] {
        assert_eq!(verify("-", &input).out(), lines.out());
    }
    // In whatever order, and from several files.
    let (first, rest) = SAVED.split_at(1);
    folder.write("first.jsonl", records(BOOK, first));
    folder.write("rest.csv", rows_of(BOOK, rest).replace("WO-", "WO-B"));
    assert_eq!(verify("rest.csv first.jsonl", "").out(), lines.out());
}

#[test]
fn a_declaration_is_verified_before_it_is_filed() {
    let folder = Folder::new();
    let amended = entry(
        2,
        "2025-02-01",
        "amend_handbook",
        json!({"handbook": BOOK, "consumptions": [
            {"product": 1, "material": 1, "net": "1.00004", "tangible_loss": "2.43512"}]}),
    );
    folder.write(
        "open.json",
        format!("{:#}\n", cable(1, BOOK, "before_export")),
    );
    folder.write(
        "open.jsonl",
        jsonl(&[cable(1, BOOK, "before_export"), amended]),
    );
    folder.write("trial.csv", rows_of(BOOK, &SAVED));
    let ran = folder.run("consumption verify --declaration open.json --production trial.csv");
    assert!(ran.out().contains("· amend 变更\n"), "{}", ran.out());
    assert_eq!(ran.status(), Some(1));
    let ran = folder.run("consumption verify --declaration open.jsonl --production trial.csv");
    assert!(ran.out().contains("· confirmed 相符\n"), "{}", ran.out());
    assert_eq!(ran.status(), Some(0));
}

#[test]
fn everything_that_is_wrong_with_records_is_told_and_nothing_reported() {
    let folder = folder();
    let good = records(BOOK, &TRUE[..1]);
    let other = good.replace("\"issued\":\"11040\"", "\"issued\":11040.5");
    folder.write(
        "bad.jsonl",
        format!("{good}\n{{\"ordr\":1}}\nnonsense\n{other}"),
    );
    folder.write("gbk.jsonl", b"{\"order\":\"\xB9\xA4\xB5\xA5\"}\n");
    let rows = rows_of(BOOK, &TRUE).replace("2025-04-10", "2025-4-10");
    folder.write("bad.csv", format!("{rows}WO-3,2025-05-01,{BOOK},1,10,1\n"));
    folder.write("header.csv", "order,date,handbok\n");
    expect![[r#"
        $ verify books.jsonl --production orders.jsonl bad.jsonl bad.csv
        error: bad.jsonl, line 3: unknown_field: ordr: unknown field, did you mean "order"? What you want to carry along goes into "ext"
        error: bad.jsonl, line 4: invalid_json: not one JSON object: expected ident (column 2); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: bad.jsonl, line 5: wrong_type: materials[1].issued: found the number 11040.5, expected a decimal in quotes, such as "12.5" (a JSON number with "." or "e" is not exact)
        error: bad.csv, line 5: invalid_value: date: found "2025-4-10", expected a date such as "2026-03-31"
        error: bad.csv, line 8: invalid_csv: 6 cells, the header has 8 columns; quote a cell that contains the delimiter
        error: 5 problems in the production records; nothing is reported, as a report on part of them would be untrue: correct them and run again
        $ verify books.jsonl --production gbk.jsonl
        error: gbk.jsonl, line 1: invalid_utf8: byte 0xB9 at column 11 is not UTF-8, the file is probably GBK (GB 18030); convert it: iconv -f GB18030 -t UTF-8 IN > OUT
        error: 1 problem in the production records; nothing is reported, as a report on part of them would be untrue: correct them and run again
        $ verify books.jsonl --production header.csv --format json
        error: header.csv, line 1: unknown_field: handbok: unknown field, did you mean "handbook"?
        error: 1 problem in the production records; nothing is reported, as a report on part of them would be untrue: correct them and run again
        $ verify books.jsonl --production bad.csv --input jsonl
        error: bad.csv, line 1: invalid_json: not one JSON object: expected value (column 1); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: bad.csv, line 2: invalid_json: not one JSON object: expected value (column 1); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: bad.csv, line 3: invalid_json: not one JSON object: expected value (column 1); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: bad.csv, line 4: invalid_json: not one JSON object: expected value (column 1); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: bad.csv, line 5: invalid_json: not one JSON object: expected value (column 1); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: bad.csv, line 6: invalid_json: not one JSON object: expected value (column 1); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: bad.csv, line 7: invalid_json: not one JSON object: expected value (column 1); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: bad.csv, line 8: invalid_json: not one JSON object: expected value (column 1); expected a production record such as {"order":…,"date":…,"handbook":…}
        error: 8 problems in the production records; nothing is reported, as a report on part of them would be untrue: correct them and run again
    "#]].assert_eq(&refused(
        &folder,
        &[
            "books.jsonl --production orders.jsonl bad.jsonl bad.csv",
            "books.jsonl --production gbk.jsonl",
            "books.jsonl --production header.csv --format json",
            "books.jsonl --production bad.csv --input jsonl",
        ],
    ));
    folder.write("many.jsonl", "{}\n".repeat(1_234));
    let told = refused(&folder, &["books.jsonl --production many.jsonl"]);
    assert_eq!(told.lines().count(), 1 + 100 + 2);
    let last: Vec<&str> = told.lines().skip(100).collect();
    expect![[r#"
        error: many.jsonl, line 100: missing_field: order: missing, this field is required
        error: and 1,134 more
        error: 1,234 problems in the production records; nothing is reported, as a report on part of them would be untrue: correct them and run again"#]].assert_eq(&last.join("\n"));
    let piped = folder.run_with("consumption verify books.jsonl --production -", "{}");
    assert!(
        piped
            .err()
            .starts_with("error: standard input, line 1: missing_field: order: ")
    );
}

#[test]
fn a_line_without_end_is_told_and_not_held() {
    let folder = folder();
    folder.write(
        "long.jsonl",
        format!("{{\"order\":\"{}\"}}\n", "x".repeat(17 << 20)),
    );
    expect![[r#"
        $ verify books.jsonl --production long.jsonl
        error: long.jsonl, line 1: line_too_long: the line has 17825805 bytes, expected at most 16777216; write every record on a line of its own
        error: 1 problem in the production records; nothing is reported, as a report on part of them would be untrue: correct them and run again
    "#]].assert_eq(&refused(&folder, &["books.jsonl --production long.jsonl"]));
}

#[test]
fn files_that_are_something_else_are_told_at_once() {
    let folder = folder();
    folder.write("empty.jsonl", "\n \n");
    folder.write("empty.csv", "");
    folder.write("book.xlsx", b"PK\x03\x04....");
    folder.write("wide.csv", b"\xFF\xFEo\0r\0");
    std::fs::create_dir(folder.path("orders")).expect("created");
    expect![[r#"
        $ verify books.jsonl --production empty.jsonl
        error: empty.jsonl: no production record; nothing is reported, as nothing was read
        $ verify books.jsonl --production empty.csv
        error: empty.csv, line 1: invalid_csv: empty, expected a header such as order,date,handbook,product,version,good,rejected,material,issued,returned,scrap,cause,stage
        error: 1 problem in the production records; nothing is reported, as a report on part of them would be untrue: correct them and run again
        $ verify books.jsonl --production orders.jsonl book.xlsx
        error: book.xlsx: this is a workbook; save the sheet as "CSV UTF-8" and give that
        $ verify books.jsonl --production wide.csv
        error: wide.csv: this is UTF-16; convert it: iconv -f UTF-16 -t UTF-8 IN > OUT
        $ verify books.jsonl --production orders
        error: orders: this is a directory; name the files in it
        $ verify books.jsonl --production order.jsonl
        error: order.jsonl: could not be opened: No such file or directory (os error 2); check the name
        $ verify books.jsonl --production - -
        error: -: standard input is named twice; it can be read only once
        $ verify book.jsonl --production orders.jsonl
        error: book.jsonl: there is no such file; check the name; a journal comes into being when entries are posted to it
    "#]].assert_eq(&refused(
        &folder,
        &[
            "books.jsonl --production empty.jsonl",
            "books.jsonl --production empty.csv",
            "books.jsonl --production orders.jsonl book.xlsx",
            "books.jsonl --production wide.csv",
            "books.jsonl --production orders",
            "books.jsonl --production order.jsonl",
            "books.jsonl --production - -",
            "book.jsonl --production orders.jsonl",
        ],
    ));
}

#[test]
fn a_ledger_or_a_declaration_is_needed_and_nothing_else_declares() {
    let folder = folder();
    folder.write("open.jsonl", jsonl(&[cable(1, BOOK, "before_export")]));
    folder.write(
        "twice.jsonl",
        jsonl(&[
            cable(1, BOOK, "before_export"),
            cable(2, BOOK, "before_export"),
        ]),
    );
    folder.write(
        "list.jsonl",
        jsonl(&[
            cable(1, BOOK, "before_export"),
            list(2, "L1", "import", "1"),
        ]),
    );
    folder.write("wrong.json", "{\n  \"entry\": \"open_handbook\"\n}\n");
    folder.write("book.xlsx", b"PK\x03\x04....");
    folder.write("empty.jsonl", "");
    expect![[r#"
        $ verify --production orders.jsonl
        error: the following required arguments were not provided:
          <LEDGER|--declaration <FILE>>

        Usage: bonded consumption verify LEDGER --production FILE... [OPTIONS]
               bonded consumption verify --declaration FILE --production FILE... [OPTIONS]

        For more information, try '--help'.
        $ verify books.jsonl --declaration open.jsonl --production orders.jsonl
        error: the argument '[LEDGER]' cannot be used with '--declaration <FILE>'

        Usage: bonded consumption verify LEDGER --production FILE... [OPTIONS]
               bonded consumption verify --declaration FILE --production FILE... [OPTIONS]

        For more information, try '--help'.
        $ verify books.jsonl
        error: the following required arguments were not provided:
          --production <FILE>...

        Usage: bonded consumption verify LEDGER --production FILE... [OPTIONS]
               bonded consumption verify --declaration FILE --production FILE... [OPTIONS]

        For more information, try '--help'.
        $ verify --production orders.jsonl --declaration list.jsonl
        error: list.jsonl: line 2 is a declare_list entry; --declaration takes open_handbook and amend_handbook entries only; a whole journal is given as LEDGER
        $ verify --production orders.jsonl --declaration twice.jsonl
        error: twice.jsonl, line 2: handbook_exists: handbook C222626A0001 is open here already; nothing was verified
        $ verify --production orders.jsonl --declaration orders.jsonl
        error: orders.jsonl, line 1: missing_field: entry: missing, expected one of open_handbook, amend_handbook, declare_list, book_list, amend_list, withdraw_list, confirm_counterpart, suspend_handbook, resume_handbook, adjust_book, count_stock, outsource, substitute, report_closure, accept_closure, return_closure, report_cycle, accept_cycle, return_cycle, declare_consumption, withdraw_consumption; expected entries that open handbooks (open_handbook), one a line
        $ verify --production orders.jsonl --declaration wrong.json
        error: wrong.json, line 1: missing_field: id: missing, this field is required; expected entries that open handbooks (open_handbook), one a line
        $ verify --production orders.jsonl --declaration book.xlsx
        error: book.xlsx: this is a workbook; a workbook becomes an entry by `bonded handbook import`; give that
        $ verify --production orders.jsonl --declaration empty.jsonl
        error: empty.jsonl: no handbook is opened in it; expected entries that open handbooks (open_handbook), one a line
        $ verify --production orders.jsonl --declaration open.jsonl --handbook C222626A0002
        error: open.jsonl: handbook C222626A0002 is not opened in it; did you mean C222626A0001?
        $ verify books.jsonl --production orders.jsonl --handbook C222626A0002
        error: handbook C222626A0002 is not in this ledger; did you mean C222626A0001?
    "#]].assert_eq(&refused(
        &folder,
        &[
            "--production orders.jsonl",
            "books.jsonl --declaration open.jsonl --production orders.jsonl",
            "books.jsonl",
            "--production orders.jsonl --declaration list.jsonl",
            "--production orders.jsonl --declaration twice.jsonl",
            "--production orders.jsonl --declaration orders.jsonl",
            "--production orders.jsonl --declaration wrong.json",
            "--production orders.jsonl --declaration book.xlsx",
            "--production orders.jsonl --declaration empty.jsonl",
            "--production orders.jsonl --declaration open.jsonl --handbook C222626A0002",
            "books.jsonl --production orders.jsonl --handbook C222626A0002",
        ],
    ));
}

#[test]
fn a_dossier_is_of_a_handbook_that_is_verified() {
    let folder = folder();
    let of = |number: &str, more: &str| format!("{{\"handbook\":\"{number}\"{more}}}\n");
    folder.write("other.json", of("C222626A0002", ""));
    folder.write("twice.jsonl", of(BOOK, "") + "\n" + &of(BOOK, ""));
    folder.write(
        "version.json",
        of(BOOK, ",\"versions\":[{\"product\":1,\"version\":\"B\"}]"),
    );
    folder.write("field.json", of(BOOK, ",\n\"wafer_map\":[]"));
    folder.write("syntax.json", of(BOOK, ",\n\"versions\" []"));
    folder.write("empty.json", "\n");
    let lines = [
        "other.json",
        "twice.jsonl",
        "version.json",
        "field.json",
        "syntax.json",
        "empty.json",
    ];
    let lines = lines.map(|it| format!("books.jsonl --production orders.jsonl --dossier {it}"));
    expect![[r#"
        $ verify books.jsonl --production orders.jsonl --dossier other.json
        error: other.json, line 1: unknown_handbook: handbook: C222626A0002 is not verified here; did you mean C222626A0001?
        $ verify books.jsonl --production orders.jsonl --dossier twice.jsonl
        error: twice.jsonl, line 3: duplicate_dossier: handbook: C222626A0001 has a dossier in this file already; write all that is known of a handbook into one
        $ verify books.jsonl --production orders.jsonl --dossier version.json
        error: version.json, line 1: not_on_file: versions[0]: product 1 version B is not on file in the handbook; correct the number, or leave it out; nothing was verified
        $ verify books.jsonl --production orders.jsonl --dossier field.json
        error: field.json, line 1: unknown_field: wafer_map: unknown field, did you mean "wafer_maps"?; nothing was verified
        $ verify books.jsonl --production orders.jsonl --dossier syntax.json
        error: syntax.json, line 2: invalid_json: not JSON: expected `:` at line 2 column 12; expected one JSON object, or one a line
        $ verify books.jsonl --production orders.jsonl --dossier empty.json
        error: empty.json: no dossier in it; expected a JSON object such as {"handbook":…,"versions":[…]}
    "#]].assert_eq(&refused(&folder, &lines.each_ref().map(String::as_str)));
}

/// One file serves all handbooks of a ledger, whichever is asked for.
#[test]
fn the_dossier_of_another_handbook_is_no_mistake() {
    const OTHER: &str = "C222626A0002";
    let folder = Folder::with_journal(&[
        cable(1, BOOK, "before_export"),
        cable(2, OTHER, "before_export"),
    ]);
    folder.write("orders.jsonl", records(BOOK, &TRUE));
    let dossiers = format!("{}{{\"handbook\":\"{OTHER}\"}}", dossier("declared"));
    folder.write("dossiers.json", dossiers);
    let line = format!(
        "consumption verify books.jsonl --production orders.jsonl --dossier dossiers.json --handbook {BOOK}"
    );
    let ran = folder.run(&line);
    assert_eq!((ran.status(), ran.err().as_str()), (Some(0), ""));
}

#[test]
fn limits_of_a_file_take_the_place_of_those_shipped() {
    let folder = folder();
    let limits = json!({"limits": [{"from": "2007-03-01", "deviation": "10", "scrap": "100",
        "drift": "100", "source": "a trial"}]});
    folder.write("policy.json", format!("{limits:#}\n"));
    let ran = folder.run(
        "consumption verify books.jsonl --production orders.jsonl --dossier dossier.json --policy \
         policy.json",
    );
    assert!(ran.out().contains("· confirmed 相符\n"), "{}", ran.out());
    assert_eq!(ran.status(), Some(0));
    folder.write("unknown.json", "{\"limit\":[]}");
    folder.write("two.json", "{} {}");
    folder.write("none.json", "{\"limits\":[]}");
    let lines = ["unknown.json", "two.json", "none.json", "policy.jso"];
    let lines = lines.map(|it| format!("books.jsonl --production orders.jsonl --policy {it}"));
    expect![[r#"
        $ verify books.jsonl --production orders.jsonl --policy unknown.json
        error: unknown.json, line 1: unknown_field: limit: unknown field, did you mean "limits"?; nothing was verified
        $ verify books.jsonl --production orders.jsonl --policy two.json
        error: two.json: it is not one policy; expected one JSON object such as {"limits":[…],"standards":[…]}
        $ verify books.jsonl --production orders.jsonl --policy none.json
        error: none.json, line 1: invalid_value: limits: empty, expected at least one row, or nothing for what is shipped; nothing was verified
        $ verify books.jsonl --production orders.jsonl --policy policy.jso
        error: policy.jso: could not be opened: No such file or directory (os error 2); check the name
    "#]].assert_eq(&refused(&folder, &lines.each_ref().map(String::as_str)));
}

#[test]
fn eligibility_is_judged_on_a_day() {
    let folder = folder();
    let about = |more: &str| {
        let ran = folder.run(&format!(
            "consumption verify books.jsonl --production orders.jsonl {more}"
        ));
        let page = ran.out();
        let line = page
            .lines()
            .find(|it| it.contains("自核资格"))
            .map(|it| it.trim().to_owned());
        line.unwrap_or_default()
    };
    expect![[r#"
        self-verification (自核资格): not certain, 5 conditions not known
        self-verification (自核资格): not certain, nothing is asked for on that day
        self-verification (自核资格): eligible, 7 conditions hold"#]]
    .assert_eq(
        &["", "--on 2010-01-01", "--dossier dossier.json"]
            .map(about)
            .join("\n"),
    );
}

#[test]
fn production_that_would_count_twice_or_not_at_all_is_refused() {
    let folder = folder();
    folder.write("elsewhere.jsonl", records("C222626A0O01", &SAVED));
    let text = refused(
        &folder,
        &[
            "books.jsonl --production orders.jsonl ./orders.jsonl",
            &format!("books.jsonl --handbook {BOOK} --production elsewhere.jsonl"),
        ],
    );
    expect![[r#"
        $ verify books.jsonl --production orders.jsonl ./orders.jsonl
        error: ./orders.jsonl: this file is named twice; name it once
        $ verify books.jsonl --handbook C222626A0001 --production elsewhere.jsonl
        error: none of 3 production records names handbook C222626A0001: compare its number with the records'
    "#]].assert_eq(&text);
}
