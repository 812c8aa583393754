use super::support::{Cell, account_book, handbook, read};
use crate::workbook::{ImportOptions, Limits, WorkbookError};

#[test]
fn an_unknown_unit_names_the_nearest() {
    let mut book = handbook();
    book.set("料件", "申报计量单位", 0, "仟克");
    book.set("成品", "法定计量单位", 0, "999");
    let problems = book.problems();
    assert_eq!(
        problems[0].to_string(),
        "料件!G3: 申报计量单位 (unit): found \"仟克\", expected a unit of measure (nearest: 035 千克, kilogram); \
         correct the cell, or add the unit to the table of units"
    );
    assert_eq!(problems[1].cell, "H3");
    assert_eq!(problems.len(), 2);
}

#[test]
fn an_unknown_currency_names_the_nearest() {
    let mut book = handbook();
    book.set("料件", "币制", 0, "美园");
    let problem = book.problem();
    assert!(problem.starts_with("料件!K3: 币制 (currency)"), "{problem}");
    assert!(problem.contains("nearest: USD 美元"), "{problem}");
}

#[test]
fn a_missing_sheet_is_named() {
    let mut book = handbook();
    book.0.retain(|(name, _)| name != "成品");
    let problem = book.problem();
    assert!(
        problem.starts_with("成品: found no such sheet among \"表头\", \"料件\", \"单损耗\""),
        "{problem}"
    );
    let mut book = handbook();
    book.0.retain(|(name, _)| name != "表头");
    assert!(book.problem().starts_with("表头: "));
}

#[test]
fn a_sheet_name_may_have_more_to_it() {
    let mut book = handbook();
    book.0[1].0 = "料件表体".to_owned();
    book.0[3].0 = "1.单损耗".to_owned();
    assert_eq!(book.entry()["handbook"]["materials"][0]["seq"], 1);
}

#[test]
fn a_missing_column_is_named() {
    let mut book = handbook();
    book.rename("料件", "申报数量", "数量");
    let problem = book.problem();
    assert!(
        problem.starts_with("料件: 申报数量 (quantity): found no such column in row 2"),
        "{problem}"
    );
    assert!(problem.contains("\"数量\""), "{problem}");
    let mut book = handbook();
    book.rename("单损耗", "净耗", "耗");
    assert!(book.problem().starts_with("单损耗: 净耗 (net)"));
    let mut book = account_book();
    book.rename("料件", "申报数量", "数量");
    assert!(
        book.read().is_ok(),
        "an account book need not limit quantities"
    );
}

#[test]
fn no_column_names_at_all() {
    let mut book = handbook();
    book.sheet("料件").remove(1);
    let problem = book.problem();
    assert!(
        problem.starts_with("料件: found no row of column names"),
        "{problem}"
    );
}

#[test]
fn a_column_twice_is_a_problem() {
    let mut book = handbook();
    book.rename("料件", "申报总价", "申报数量");
    let problem = book.problem();
    assert!(
        problem.starts_with("料件!M2: 申报数量: found the column a second time (first: L2)"),
        "{problem}"
    );
}

#[test]
fn bad_numbers_are_told_with_their_cell() {
    for text in [
        "abc",
        "1,000",
        "1 000",
        "-1",
        "1.",
        ".5",
        "1e",
        "0x1",
        "12345678901234",
        "0.000001",
        "1千克",
        "3%",
        "NaN",
        "∞",
    ] {
        let mut book = handbook();
        book.set("料件", "申报数量", 0, text);
        let problem = book.problem();
        assert!(
            problem.starts_with(&format!("料件!L3: 申报数量 (quantity): found \"{text}\"")),
            "{problem}"
        );
    }
    for number in [-1.0, 1e14, f64::from(1u32 << 31) * 1e9, 1e300, 0.000001] {
        let mut book = handbook();
        book.set("料件", "申报数量", 0, number);
        assert!(book.problem().starts_with("料件!L3"));
    }
}

#[test]
fn all_problems_come_at_once() {
    let mut book = handbook();
    book.head("有效期", "20260230");
    book.head("经营单位编码", "123");
    book.head("加工单位名称", "");
    book.set("料件", "序号", 0, "0");
    book.set("料件", "商品编码", 1, 901_210_000.0);
    book.set("料件", "料号", 1, "");
    book.set("成品", "申报数量", 0, "");
    book.set("单损耗", "净耗", 0, "0");
    book.set("单损耗", "有形损耗率", 1, "98.5");
    book.set("单损耗", "保税料件比例", 1, "100.1");
    let problems = book.problems();
    let cells: Vec<String> = problems
        .iter()
        .map(|p| format!("{}!{}", p.sheet, p.cell))
        .collect();
    let expected = [
        "表头!B4",
        "表头!F5",
        "表头!B8",
        "料件!A3",
        "料件!C4",
        "料件!D4",
        "成品!L3",
        "单损耗!F3",
        "单损耗!L3",
        "单损耗!M4",
        "单损耗!P4",
    ];
    assert_eq!(cells, expected, "{problems:#?}");
    let text = book.read().expect_err("problems").to_string();
    assert!(
        text.starts_with("the workbook has 11 problems:\n  表头!B4: 经营单位编码"),
        "{text}"
    );
    assert!(text.contains("leading zeros"), "{text}");
}

#[test]
fn bad_dates_are_told() {
    for text in [
        "20261301",
        "20270229",
        "2027",
        "tomorrow",
        "27-01-05",
        "2027-1-",
        "20270105x",
    ] {
        let mut book = handbook();
        book.head("有效期", text);
        let problem = book.problem();
        assert!(
            problem.starts_with("表头!B8: 有效期 (valid until): found "),
            "{problem}"
        );
    }
    let mut book = handbook();
    book.head("有效期", "20260104");
    assert!(
        book.problem()
            .contains("not before the first day of validity, 2026-01-05")
    );
    book.head("有效期", "");
    assert!(book.problem().contains("a blank cell"));
    book.rename("表头", "有效期", "其他");
    assert!(book.problem().contains("no such label"));
}

#[test]
fn numbers_and_trades_that_do_not_fit() {
    for number in ["D520726A0001", "C52072", "C52A726A0001", "C520726A000é"] {
        let mut book = handbook();
        book.head("加工贸易手册编号", number);
        let problem = book.problem();
        assert!(
            problem.starts_with("表头!D2: 加工贸易手册编号 (number)"),
            "{problem}"
        );
    }
    let mut book = handbook();
    book.head("加工贸易手册编号", "B520726A0001");
    assert!(book.problem().contains("supplied_materials"));
    let options = ImportOptions {
        date: Some("today".to_owned()),
        ..ImportOptions::default()
    };
    let error = read(&handbook().bytes(), &options).expect_err("a bad option");
    assert!(
        error.to_string().contains("option date: found \"today\""),
        "{error}"
    );
}

#[test]
fn items_and_consumptions_must_be_there_once() {
    let mut book = handbook();
    book.set("料件", "序号", 1, "1");
    book.set("单损耗", "料件序号", 1, "1");
    book.set("单损耗", "成品序号", 0, "7");
    let problems = book.problems();
    let cells: Vec<&str> = problems.iter().map(|p| p.cell.as_str()).collect();
    assert_eq!(cells, ["A4", "B3"], "{problems:#?}");
    let mut book = handbook();
    book.set("单损耗", "料件序号", 1, "1");
    let problem = book.problem();
    assert!(
        problem.contains("one row for each product, material and version"),
        "{problem}"
    );
    let notes = {
        let mut book = handbook();
        book.set("单损耗", "料件料号", 1, "M-9");
        book.imported().notes.join("\n")
    };
    assert!(notes.contains("(单损耗!G4)"), "{notes}");
}

#[test]
fn too_many_rows_and_too_long_texts_are_refused() {
    let limited = |items, consumptions, cell_characters| ImportOptions {
        limits: Limits {
            items,
            consumptions,
            cell_characters,
            ..Limits::default()
        },
        ..ImportOptions::default()
    };
    let bytes = handbook().bytes();
    assert!(read(&bytes, &limited(2, 2, 100)).is_ok());
    for options in [limited(1, 2, 100), limited(2, 1, 100), limited(2, 2, 5)] {
        let error = read(&bytes, &options).expect_err("a limit");
        assert!(matches!(error, WorkbookError::Invalid { .. }), "{error}");
    }
}

#[test]
fn problems_beyond_a_thousand_are_counted() {
    let mut book = handbook();
    let row = book.sheet("单损耗")[2].clone();
    for _ in 0..1_500 {
        let mut row = row.clone();
        row[11] = Cell::from("?");
        row[9] = Cell::from("a version that is too long");
        book.sheet("单损耗").push(row);
    }
    match book.read() {
        Err(WorkbookError::Invalid { problems, more }) => {
            assert_eq!((problems.len(), more), (1_000, 2_000));
        }
        other => panic!("{other:?}"),
    }
}
