use serde_json::{Value as Json, json};

use super::support::{Book, Cell, account_book, handbook, read};
use crate::workbook::{ConsumptionDeclared, ImportOptions, Trade};

fn without_id(mut entry: Json) -> Json {
    entry["id"] = json!("");
    entry
}

fn as_journal_line(mut entry: Json) -> String {
    entry["id"] = json!("00000000-0000-4000-8000-000000000000");
    let entry = bonded_ledger::Entry::from_json(&entry.to_string()).expect("an entry");
    serde_json::to_string(&entry).expect("a line")
}

#[test]
fn a_handbook_becomes_an_entry_in_the_order_of_the_contract() {
    let imported = handbook().imported();
    let expected = concat!(
        r#"{"id":"00000000-0000-4000-8000-000000000000","date":"2026-01-05","entry":"open_handbook","handbook":{"number":"C520726A0001","#,
        r#""trade":"imported_materials","#,
        r#""operator":{"uscc":"91441900000000001W","customs_code":"4419900001","name":"示例甲有限公司"},"#,
        r#""processor":{"uscc":"914419000000000020","customs_code":"4419900002","name":"示例乙有限公司"},"#,
        r#""valid_from":"2026-01-05","valid_until":"2027-01-05","consumption_declared":"before_closure","#,
        r#""self_verification":true,"materials":["#,
        r#"{"seq":1,"code":"M-1","hs":"8542319000","name":"晶圆","spec":"8英寸","unit":"020","#,
        r#""legal_unit":"007","legal_unit_2":"035","quantity":"1000.5","price":"28.5","currency":"USD"},"#,
        r#"{"seq":2,"code":"M-2","hs":"0901210000","name":"咖啡","unit":"035","legal_unit":"035","#,
        r#""quantity":"20","price":"0.00001","currency":"CNY","consumable":true}],"products":["#,
        r#"{"seq":1,"code":"P-1","hs":"8542329000","name":"存储器","unit":"007","legal_unit":"007","#,
        r#""legal_unit_2":"035","quantity":"50000","price":"3","currency":"EUR"}],"consumptions":["#,
        r#"{"product":1,"material":1,"version":"0","net":"0.02","tangible_loss":"0.05","#,
        r#""intangible_loss":"0","bonded_share":"100"},"#,
        r#"{"product":1,"material":2,"version":"0","net":"0.000000001","tangible_loss":"0","#,
        r#""intangible_loss":"1.5","bonded_share":"0"}],"#,
        r#""ext":{"changes":3,"unified_number":"202600000000000001"}}}"#,
    );
    assert_eq!(as_journal_line(imported.entry), expected);
    assert_eq!(imported.notes.len(), 1, "{:?}", imported.notes);
    assert!(imported.notes[0].contains("录入日期"));
}

#[test]
fn the_same_bytes_have_the_same_id() {
    let bytes = handbook().bytes();
    let id = |bytes: &[u8]| {
        read(bytes, &ImportOptions::default())
            .expect("an entry")
            .entry["id"]
            .clone()
    };
    assert_eq!(id(&bytes), id(&bytes));
    let mut other = handbook();
    other.set("料件", "申报数量", 0, "1000.6");
    assert_ne!(id(&bytes), id(&other.bytes()));
}

#[test]
fn an_account_book_becomes_an_entry() {
    let options = ImportOptions {
        valid_from: Some("2026-02-01".to_owned()),
        ..ImportOptions::default()
    };
    let imported = read(&account_book().bytes(), &options).expect("an entry");
    let book = &imported.entry["handbook"];
    assert_eq!(book["number"], "E5207B6A0001");
    assert_eq!(book["trade"], "imported_materials", "from 监管方式");
    assert_eq!(book["valid_from"], "2026-02-01");
    let materials = book["materials"].as_array().expect("materials");
    let seqs: Vec<&Json> = materials.iter().map(|m| &m["seq"]).collect();
    assert_eq!(seqs, [1, 2, 4], "material 3 is out of use");
    let openings: Vec<&Json> = materials.iter().map(|m| &m["opening"]).collect();
    assert_eq!(openings, ["12.5", "-3", "0"]);
    let quantities: Vec<Option<&Json>> = materials.iter().map(|m| m.get("quantity")).collect();
    assert_eq!(quantities, [None, None, Some(&json!("8"))]);
    assert!(book["products"][0].get("quantity").is_none());
    assert_eq!(book["consumptions"].as_array().map(Vec::len), Some(1));
    assert_eq!(book["consumptions"][0]["version"], "26010501");
    let notes = imported.notes.join("\n");
    for part in [
        "停用) were left out (料件!M5)",
        "items that were left out was left out (单耗!B4)",
        "not limited (料件!K4)",
        "不控制数量) were left out (料件!K3)",
        "海关执行标志), which the ledger holds for whole handbooks only (料件!N6 \"暂停进口\")",
    ] {
        assert!(notes.contains(part), "{part} in {notes}");
    }
}

#[test]
fn the_trade_of_an_account_book_comes_from_what_there_is() {
    let mut book = account_book();
    book.head("监管方式", "");
    assert_eq!(
        book.entry()["handbook"]["trade"],
        "imported_materials",
        "from 征免性质"
    );
    book.head("征免性质", "");
    let problem = book.problem();
    assert!(
        problem.contains("表头!B7") && problem.contains("option trade"),
        "{problem}"
    );
    let options = ImportOptions {
        trade: Some(Trade::SuppliedMaterials),
        ..ImportOptions::default()
    };
    let entry = read(&book.bytes(), &options).expect("an entry").entry;
    assert_eq!(entry["handbook"]["trade"], "supplied_materials");
    book.head("账册类型", "来料加工账册");
    assert_eq!(book.entry()["handbook"]["trade"], "supplied_materials");
    book.head("监管方式", "0615");
    assert!(book.problem().contains("option trade"), "the two disagree");
}

#[test]
fn columns_are_found_by_name_in_any_order_and_extra_ones_are_ignored() {
    let mut book = handbook();
    let expected = without_id(book.entry());
    for name in ["料件", "成品", "单损耗"] {
        for row in &mut book.sheet(name)[1..] {
            row.reverse();
            row.insert(3, Cell::from("其他"));
        }
        book.sheet(name).remove(0);
    }
    // Rows above the names, and labels somewhere else.
    book.sheet("料件")
        .insert(0, vec![Cell::from("打印时间"), Cell::from("2026")]);
    for row in book.sheet("表头") {
        row.insert(0, Cell::Blank);
        row.insert(0, Cell::from("说明"));
    }
    book.sheet("表头").reverse();
    book.0.reverse();
    assert_eq!(without_id(book.entry()), expected);
}

#[test]
fn optional_columns_may_be_missing() {
    let mut book = handbook();
    for name in [
        "规格型号",
        "法定计量单位",
        "法定第二计量单位",
        "申报单价",
        "币制",
        "商品属性",
        "修改标志",
    ] {
        book.rename("料件", name, "其他");
    }
    book.rename("单损耗", "单耗版本号", "其他");
    let entry = book.entry();
    let first = json!({"seq": 1, "code": "M-1", "hs": "8542319000", "name": "晶圆", "unit": "020", "quantity": "1000.5"});
    assert_eq!(entry["handbook"]["materials"][0], first);
    assert_eq!(entry["handbook"]["consumptions"][0]["version"], "0");
}

#[test]
fn the_import_template_has_codes_and_other_column_names() {
    let mut book = account_book();
    for sheet in ["料件", "成品"] {
        for name in ["申报计量单位", "法定计量单位", "法定第二计量单位"] {
            book.rename(sheet, name, &format!("{name}代码"));
        }
        book.set(sheet, "申报计量单位代码", 0, "011");
        book.set(sheet, "币制", 0, "502");
        book.set(sheet, "修改标志", 0, "3");
    }
    book.rename("单耗", "有形损耗率", "有形损耗率(%)");
    book.rename("单耗", "无形损耗率", "无形损耗率（％）");
    book.rename("单耗", "保税料件比例", "* 保税料件比例(%)");
    book.set("料件", "修改标志", 1, "2");
    let entry = book.entry();
    let materials = &entry["handbook"]["materials"];
    assert_eq!(
        (&materials[0]["unit"], &materials[0]["currency"]),
        (&json!("011"), &json!("USD"))
    );
    assert_eq!(materials[1]["seq"], 4, "2 is deleted, 3 out of use");
}

#[test]
fn numeric_cells_become_exact_decimals() {
    let mut book = handbook();
    book.set("料件", "序号", 0, 1.0);
    book.set("料件", "料号", 0, 20_240_001.0);
    book.set("料件", "商品编码", 0, 6_815_992_090.0);
    book.set("料件", "申报数量", 0, 168_105.57);
    book.set("料件", "申报单价", 0, 0.1 + 0.2);
    book.set("料件", "申报数量", 1, 0.1 + 0.2);
    book.set("料件", "申报计量单位", 1, 35.0);
    book.set("料件", "币制", 1, 502.0);
    book.set("单损耗", "成品序号", 0, 1.0);
    book.set("单损耗", "料件料号", 0, 20_240_001.0);
    book.set("单损耗", "净耗", 0, 0.20192);
    book.set("单损耗", "净耗", 1, 1e-9);
    book.set("单损耗", "单耗版本号", 1, 26_010_501.0);
    book.head("有效期", 20_270_105.0);
    book.head("录入日期", Cell::Date(2026, 1, 5));
    let imported = book.imported();
    let handbook = &imported.entry["handbook"];
    assert_eq!(handbook["valid_until"], "2027-01-05");
    assert_eq!(handbook["valid_from"], "2026-01-05");
    let first = &handbook["materials"][0];
    assert_eq!(first["seq"], 1);
    assert_eq!(first["code"], "20240001");
    assert_eq!(first["hs"], "6815992090");
    assert_eq!(first["quantity"], "168105.57");
    assert_eq!(first["price"], "0.3");
    let second = &handbook["materials"][1];
    assert_eq!(
        (&second["quantity"], &second["unit"], &second["currency"]),
        (&json!("0.3"), &json!("035"), &json!("USD"))
    );
    let consumptions = &handbook["consumptions"];
    assert_eq!(consumptions[0]["net"], "0.20192");
    assert_eq!(consumptions[1]["net"], "0.000000001");
    assert_eq!(consumptions[1]["version"], "26010501");
    let notes = imported.notes.join("\n");
    assert!(notes.contains("15 digits"), "{notes}");
    assert!(notes.contains("料件!J3, 料件!L4"), "{notes}");
}

#[test]
fn white_space_and_width_do_not_matter() {
    let mut book = handbook();
    book.set("料件", "申报数量", 0, "\u{3000}１０００．５０ ");
    book.set("料件", "申报计量单位", 0, "　片\u{a0}");
    book.set("料件", "申报单价", 0, "2.85E+1");
    book.set("料件", "商品编码", 0, "８５４２３１９０００\n");
    book.set("料件", "商品名称", 0, " 晶圆　");
    book.rename("料件", "申报数量", " 申报　数量");
    book.rename("表头", "有效期", "有效期：");
    book.head("有效期：", "2027/1/5 00:00:00");
    assert_eq!(without_id(book.entry()), without_id(handbook().entry()));
}

#[test]
fn labels_may_be_merged_over_several_columns() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let book = handbook();
    for (name, rows) in &book.0 {
        let wide = if name == "表头" { 3 } else { 1 };
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (r, row) in rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                let Cell::Text(text) = cell else { continue };
                let (r, c) = (r as u32, c as u16 * wide);
                if wide == 1 {
                    sheet.write_string(r, c, text).expect("a cell");
                } else {
                    let format = rust_xlsxwriter::Format::new();
                    sheet
                        .merge_range(r, c, r, c + 2, text, &format)
                        .expect("a merged cell");
                }
            }
        }
    }
    let bytes = workbook.save_to_buffer().expect("a workbook");
    let entry = read(&bytes, &ImportOptions::default())
        .expect("an entry")
        .entry;
    assert_eq!(without_id(entry), without_id(book.entry()));
}

#[test]
fn rows_deleted_are_left_out_with_a_note() {
    let mut book = handbook();
    book.set("料件", "修改标志", 1, "删除");
    book.set("单损耗", "企业执行标志", 0, "停用");
    let imported = book.imported();
    assert_eq!(
        imported.entry["handbook"]["materials"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(imported.entry["handbook"]["consumptions"], json!([]));
    let notes = imported.notes.join("\n");
    for part in [
        "删除) were left out (料件!Q4)",
        "停用) were left out (单损耗!R3)",
        "(单损耗!B4)",
    ] {
        assert!(notes.contains(part), "{part} in {notes}");
    }
}

#[test]
fn options_go_before_the_workbook() {
    let mut book = handbook();
    book.head("加工贸易手册编号", "");
    book.head("单耗申报环节代码", "");
    book.head("录入日期", "");
    book.head("申报日期", "");
    assert_eq!(book.problems().len(), 2);
    let options = ImportOptions {
        number: Some("b520726a0001".to_owned()),
        date: Some("2026-03-01".to_owned()),
        valid_from: Some("20260215".to_owned()),
        valid_until: Some("2026-12-31".to_owned()),
        consumption_declared: Some(ConsumptionDeclared::BeforeExport),
        ..ImportOptions::default()
    };
    book.head("手册类型", "来料加工");
    book.head("监管方式", "来料加工");
    book.head("征免性质", "502");
    let imported = read(&book.bytes(), &options).expect("an entry");
    assert_eq!(imported.notes, Vec::<String>::new());
    let handbook = &imported.entry["handbook"];
    assert_eq!(imported.entry["date"], "2026-03-01");
    assert_eq!(handbook["number"], "B520726A0001");
    assert_eq!(handbook["trade"], "supplied_materials");
    assert_eq!(handbook["valid_from"], "2026-02-15");
    assert_eq!(handbook["valid_until"], "2026-12-31");
    assert_eq!(handbook["consumption_declared"], "before_export");
}

#[test]
fn doubtful_heads_are_noted() {
    let mut book: Book = handbook();
    for row in [4, 5, 6] {
        book.head(
            ["加工单位编码", "加工单位社会信用代码", "加工单位名称"][row - 4],
            "",
        );
    }
    book.head("经营单位社会信用代码", "91441900000000001X");
    book.head("暂停进出口标记", "暂停进口");
    book.head("自核资格标记", "待定");
    book.head("单耗申报环节代码", "");
    let imported = book.imported();
    let handbook = &imported.entry["handbook"];
    assert_eq!(handbook["processor"], handbook["operator"]);
    assert_eq!(handbook["operator"]["uscc"], "91441900000000001X");
    assert_eq!(handbook["self_verification"], false);
    let notes = imported.notes.join("\n");
    for part in [
        "GB 32100",
        "suspend_handbook",
        "待定",
        "customs' default",
        "operator was taken",
    ] {
        assert!(notes.contains(part), "{part} in {notes}");
    }
}
