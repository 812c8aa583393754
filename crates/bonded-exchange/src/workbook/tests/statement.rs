//! Balances as a workbook, read back.

use std::io::{Cursor, Read};

use bonded_ledger::{Entry, HandbookNo, Ledger, ListFilter, Statement, Warning, parse_date};
use serde_json::Value as Json;

use crate::codes::Codes;
use crate::workbook::sheet::{Book, Value};
use crate::workbook::{Balances, Limits, statement};

const OPEN_CHAIN: &str = include_str!("../../../../../seeds/open-chain/journal.jsonl");

fn ledger(journal: &str) -> Ledger {
    let mut ledger = Ledger::new();
    for line in journal.lines() {
        // The seed ends with reports that are refused.
        let _ = ledger.post(&Entry::from_json(line).expect("an entry"));
    }
    ledger
}

fn workbook(ledger: &Ledger, statement_of: &Statement) -> Vec<u8> {
    let closures: Vec<_> = (statement_of.handbooks.iter())
        .filter_map(|it| ledger.closure_report(it.handbook))
        .collect();
    let advice: Vec<(HandbookNo, Vec<Warning>)> = (statement_of.handbooks.iter())
        .map(|it| {
            (
                it.handbook,
                ledger.closing_advice(it.handbook, None).expect("a book"),
            )
        })
        .collect();
    let balances = Balances {
        statement: statement_of,
        closures: &closures,
        lists: &ledger.lists(&ListFilter::default()),
        advice: &advice,
    };
    statement(&balances, &Codes::builtin()).expect("a workbook")
}

/// The rows of a sheet below its names, every cell by the English name of its column.
fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<(String, Value)>> {
    let mut book = Book::open(bytes).expect("a workbook");
    let mut names: Vec<(u32, Value)> = Vec::new();
    let mut rows = Vec::new();
    book.rows(sheet, &Limits::default(), |row, cells| {
        match row {
            0..=3 => {}
            4 => names = cells,
            _ => rows.push(
                cells
                    .into_iter()
                    .map(|(column, value)| {
                        let name = names.iter().find(|it| it.0 == column).expect("a name");
                        (name.1.text().expect("a text"), value)
                    })
                    .collect(),
            ),
        }
        true
    })
    .expect("a sheet");
    rows
}

fn of<'r>(row: &'r [(String, Value)], name: &str) -> Option<&'r Value> {
    row.iter().find(|it| it.0 == name).map(|it| &it.1)
}

/// Every figure of the statement stands in its cell, to the last digit.
fn assert_figures(bytes: &[u8], statement: &Statement) {
    let json = serde_json::to_value(statement).expect("JSON");
    for (sheet, list) in [
        ("料件 Materials", "materials"),
        ("成品 Products", "products"),
    ] {
        let rows = rows(bytes, sheet);
        let mut rows = rows.iter();
        for book in json["handbooks"].as_array().expect("books") {
            for item in book[list].as_array().expect("items") {
                let row = rows.next().expect("a row");
                assert_eq!(
                    of(row, "handbook").and_then(Value::text).as_deref(),
                    book["handbook"].as_str()
                );
                for (field, figure) in item.as_object().expect("an item") {
                    let name = match field.as_str() {
                        "seq" | "code" | "hs" | "name" | "unit" => continue,
                        "consumed_net" => "net".to_owned(),
                        "loss_tangible" => "tangible loss".to_owned(),
                        "loss_intangible" => "intangible loss".to_owned(),
                        "re_exported" => "re-exported".to_owned(),
                        "scrap_re_exported" => "scrap re-exported".to_owned(),
                        "by_product" => "by-product".to_owned(),
                        other => other.replace('_', " "),
                    };
                    let cell = of(row, &name).and_then(Value::decimal).map(|it| it.text);
                    assert_eq!(cell.as_deref(), figure.as_str(), "{sheet} {field}");
                }
            }
        }
    }
}

#[test]
fn every_figure_stands_in_its_cell() {
    let ledger = ledger(OPEN_CHAIN);
    let statement = ledger.statement();
    let bytes = workbook(&ledger, &statement);
    assert_figures(&bytes, &statement);
    let reasons = rows(&bytes, "原因 Reasons");
    let text = |row: &[(String, Value)], name| of(row, name).and_then(Value::text);
    for book in &statement.handbooks {
        for reason in &book.reasons {
            let told = reasons.iter().find(|row| {
                text(row, "message, with its figures").as_deref() == Some(reason.message())
                    && text(row, "handbook").as_deref() == Some(book.handbook.as_str())
            });
            let told = told.expect("the reason");
            assert_eq!(text(told, "code").as_deref(), Some(reason.code()));
            let law = text(told, "source and its certainty").expect("a source");
            assert!(law.contains('('), "{law}");
            let difference = of(told, "difference")
                .and_then(Value::decimal)
                .map(|it| it.text);
            assert_eq!(difference.as_deref(), reason.difference());
        }
    }
    let lists = rows(&bytes, "清单 Lists");
    assert_eq!(lists.len(), ledger.list_numbers().len());
    let closure = rows(&bytes, "报核料件 Closure M");
    let report = serde_json::to_value(ledger.closure_report(statement.handbooks[0].handbook));
    let report: Json = report.expect("JSON");
    for (name, figure) in report["EmlChgoffMtpck"][0].as_object().expect("a row") {
        if name.ends_with("Qty") {
            let cell = of(&closure[0], name)
                .and_then(Value::decimal)
                .map(|it| it.text);
            assert_eq!(cell.as_deref(), figure.as_str(), "{name}");
        }
    }
}

#[test]
fn the_same_balances_are_the_same_bytes() {
    let ledger = ledger(OPEN_CHAIN);
    let statement = ledger.statement();
    let bytes = workbook(&ledger, &statement);
    assert_eq!(workbook(&ledger, &statement), bytes);
    let core = part(&bytes, "docProps/core.xml");
    assert_eq!(core.matches("2000-01-01T00:00:00Z").count(), 2, "{core}");
}

#[test]
fn a_day_leaves_out_what_came_later() {
    let ledger = ledger(OPEN_CHAIN);
    let statement = ledger.statement_of(None, parse_date("2026-02-17"));
    let bytes = workbook(&ledger, &statement);
    assert_figures(&bytes, &statement);
    let lists = rows(&bytes, "清单 Lists");
    let state = |number: &str| {
        let row = lists
            .iter()
            .find(|it| of(it, "number").and_then(Value::text).as_deref() == Some(number));
        row.map(|it| {
            (
                of(it, "state").and_then(Value::text),
                of(it, "booked").cloned(),
            )
        })
    };
    let pending = (Some("预核扣 pending".to_owned()), None);
    assert_eq!(
        state("F-WAFER-02"),
        Some(pending),
        "declared, not yet booked"
    );
    assert_eq!(
        state("F-WAFER-01").and_then(|it| it.0).as_deref(),
        Some("已核扣 booked")
    );
    assert_eq!(state("A-CHIP-01"), None, "not yet declared");
}

/// A handbook whose quantities are as long as a journal lets them be.
fn long(quantities: &[&str]) -> Ledger {
    let opened = include_str!("../../../tests/data/open.json");
    let mut opened: Json = serde_json::from_str(opened).expect("JSON");
    let item = opened["handbook"]["materials"][0].clone();
    let mut materials = Vec::new();
    for (seq, _) in (1..).zip(quantities) {
        let mut item = item.clone();
        item["seq"] = seq.into();
        item.as_object_mut().expect("an item").remove("quantity");
        materials.push(item);
    }
    opened["handbook"]["materials"] = materials.into();
    let mut ledger = Ledger::new();
    let entry = Entry::from_json(&opened.to_string()).expect("an entry");
    ledger.post(&entry).expect("opened");
    let id = "6f0a8f5e-6f53-5c43-9a54-5d0e8c2a1b0";
    let lines: Vec<String> = (1..)
        .zip(quantities)
        .map(|(at, it)| format!(r#"{{"line":{at},"seq":{at},"quantity":"{it}"}}"#))
        .collect();
    for line in [
        format!(
            r#"{{"id":"{id}2","date":"2026-02-01","entry":"declare_list","list":{{"number":"I","handbook":"C520719A9901","direction":"import","goods":"material","mode":"0615","lines":[{}]}}}}"#,
            lines.join(",")
        ),
        format!(r#"{{"id":"{id}3","date":"2026-02-02","entry":"book_list","list":"I"}}"#),
    ] {
        ledger
            .post(&Entry::from_json(&line).expect("an entry"))
            .expect("accepted");
    }
    ledger
}

#[test]
fn what_a_double_cannot_show_is_a_text() {
    let ledger = long(&["1234567890123.12345", "1234567890.12345", "0.00001", "5"]);
    let statement = ledger.statement();
    let bytes = workbook(&ledger, &statement);
    assert_figures(&bytes, &statement);
    let rows = rows(&bytes, "料件 Materials");
    let kinds: Vec<bool> = (rows.iter())
        .map(|it| matches!(of(it, "imported"), Some(Value::Number(_))))
        .collect();
    // The last row is the total of the four, which is too long as well.
    assert_eq!(kinds, [false, true, true, true, false]);
    let total = of(&rows[4], "imported").and_then(Value::text);
    assert_eq!(total.as_deref(), Some("1235802458018.24691"));
}

#[test]
fn totals_are_of_one_unit() {
    let opened = include_str!("../../../tests/data/open.json");
    let mut opened: Json = serde_json::from_str(opened).expect("JSON");
    let item = opened["handbook"]["materials"][0].clone();
    let units = ["020", "035", "020", "007", "035"];
    let quantities = [Some("1"), Some("0.5"), Some("2"), Some("9"), None];
    let materials = (1..)
        .zip(units.iter().zip(quantities))
        .map(|(seq, (unit, quantity))| {
            let mut item = item.clone();
            item["seq"] = seq.into();
            item["unit"] = (*unit).into();
            item["quantity"] = quantity.into();
            item
        });
    opened["handbook"]["materials"] = materials.collect::<Vec<Json>>().into();
    opened["handbook"]["consumptions"] = Json::Array(Vec::new());
    let mut ledger = Ledger::new();
    ledger
        .post(&Entry::from_json(&opened.to_string()).expect("an entry"))
        .expect("opened");
    let statement = ledger.statement();
    let rows = rows(&workbook(&ledger, &statement), "料件 Materials");
    let totals: Vec<(String, Option<String>)> = (rows[5..].iter())
        .map(|it| {
            let unit = of(it, "unit").and_then(Value::text).expect("a unit");
            (
                unit,
                of(it, "approved")
                    .and_then(Value::decimal)
                    .map(|it| it.text),
            )
        })
        .collect();
    let expected = [
        ("片 slice".to_owned(), Some("3".to_owned())),
        // One of them is not limited: there is no sum. Pieces have one item only.
        ("千克 kilogram".to_owned(), None),
    ];
    assert_eq!(totals, expected);
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut text = String::new();
    let mut part = archive.by_name(name).expect("a part");
    part.read_to_string(&mut text).expect("a text");
    text
}

#[test]
fn a_sheet_is_frozen_printed_and_no_wider_than_needed() {
    let ledger = ledger(OPEN_CHAIN);
    let bytes = workbook(&ledger, &ledger.statement());
    let materials = part(&bytes, "xl/worksheets/sheet2.xml");
    for expected in [
        r#"<pane xSplit="4" ySplit="5" topLeftCell="E6""#,
        r#"orientation="landscape""#,
        r#"fitToHeight="0""#,
        r#"paperSize="9""#,
        "fitToPage",
        "<autoFilter ref=",
        "hidden=\"1\"",
    ] {
        assert!(materials.contains(expected), "{expected}");
    }
    let names = part(&bytes, "xl/workbook.xml");
    assert!(names.contains("'料件 Materials'!$3:$5"), "{names}");
    let styles = part(&bytes, "xl/styles.xml");
    assert!(
        styles.contains("formatCode=\"#,##0;[Red]-#,##0;"),
        "{styles}"
    );
}
