//! What the journal has no field for is kept under the official names.

use serde_json::{Value as Json, json};

use super::support::{Book, account_book, handbook, read};
use crate::workbook::ImportOptions;

fn kept(book: &Book) -> Json {
    let options = ImportOptions {
        particulars: true,
        valid_from: Some("2026-02-01".to_owned()),
        ..ImportOptions::default()
    };
    read(&book.bytes(), &options).expect("an entry").entry["handbook"].clone()
}

#[test]
fn a_handbook_loses_nothing() {
    let mut book = handbook();
    book.set("料件", "备注", 0, "首批");
    book.set("料件", "商品属性", 1, "消耗性物料,其他");
    book.set("料件", "统一编号", 0, "202600000000000001");
    book.set("成品", "磋商标志", 0, "磋商");
    book.set("单损耗", "备注", 1, "试产");
    book.set("单损耗", "单耗申报状态", 1, "未申报");
    let handbook = kept(&book);
    let material = |at: usize| &handbook["materials"][at]["ext"]["customs"];
    assert_eq!(
        material(0),
        &json!({
            "dclTotalAmt": "1", "natcd": "142", "lvyrlfModecd": "3", "adjmtrMarkcd": "1",
            "modfMarkcd": "0", "cusmExeMarkcd": "1", "rmk": "首批",
        }),
        "{:#}",
        handbook["materials"][0]
    );
    assert_eq!(material(1)["gdsAtrcd"], "消耗性物料,其他");
    assert_eq!(material(1)["adjmtrMarkcd"], "2");
    assert_eq!(material(1)["etpsPreentNo"], "1");
    assert_eq!(
        handbook["products"][0]["ext"]["customs"],
        json!({
            "dclTotalAmt": "1", "natcd": "142", "lvyrlfModecd": "3", "modfMarkcd": "0",
            "ucnsTqsnFlag": "0", "cusmExeMarkcd": "1", "csttnFlag": "1", "etpsPreentNo": "1",
        })
    );
    assert_eq!(
        handbook["ext"],
        json!({
            "changes": 3,
            "unified_number": "202600000000000001",
            "customs": {
                "seqNo": "202600000000000001", "etpsPreentNo": "T-1", "masterCuscd": "5207",
                "dclTypecd": "1", "rcvgdEtpsDtcd": "44199", "dclEtpsTypecd": "1",
                "dclTime": "20260110", "supvModecd": "0615", "reduNatrcd": "503",
                "produceTypecd": "其他", "pauseImpexpMarkcd": "未暂停", "inputTime": "20260105",
                "chgTmsCnt": "3",
            },
            "customs_consumptions": {
                "every": {"modfMarkcd": "0", "etpsExeMarkcd": "1"},
                "lines": [
                    {"product": 1, "material": 1, "version": "0", "customs": {"ucnsDclStucd": "2"}},
                    {"product": 1, "material": 2, "version": "0",
                     "customs": {"ucnsDclStucd": "1", "rmk": "试产"}},
                ],
            },
        })
    );
}

#[test]
fn an_account_book_loses_nothing() {
    let mut book = account_book();
    book.set("料件", "批准最大余数量", 0, "77.5");
    let book = kept(&book);
    let first = &book["materials"][0];
    assert!(first.get("quantity").is_none());
    assert_eq!(
        first["ext"]["customs"],
        json!({
            "lvyrlfModecd": "3", "adjmtrMarkcd": "1", "qtyCntrMarkcd": "2", "modfMarkcd": "0",
            "etpsExeMarkcd": "1", "cusmExeMarkcd": "1", "apprMaxSurpQty": "77.5", "dclQty": "1000",
        })
    );
    assert_eq!(book["ext"]["customs"]["emsTypecd"], "企业为单元");
    let consumptions = &book["ext"]["customs_consumptions"];
    assert_eq!(consumptions["every"]["finishValidDate"], "20270105");
    assert!(consumptions.get("lines").is_none());
}

#[test]
fn without_particulars_the_entry_is_what_it_was() {
    let mut plain = handbook().entry()["handbook"].clone();
    let mut whole = kept(&handbook());
    for book in [&mut plain, &mut whole] {
        book["valid_from"] = json!(null);
        for list in ["materials", "products"] {
            for item in book[list].as_array_mut().expect("items") {
                item.as_object_mut().expect("an item").remove("ext");
            }
        }
        let ext = book["ext"].as_object_mut().expect("an ext");
        ext.retain(|name, _| !name.starts_with("customs"));
    }
    assert_eq!(plain, whole);
    let text = handbook().entry().to_string();
    assert!(!text.contains("customs\":{"), "{text}");
}

#[test]
fn an_entry_with_particulars_can_be_posted() {
    for (book, day) in [(handbook(), "2026-01-05"), (account_book(), "2026-02-01")] {
        let options = ImportOptions {
            particulars: true,
            valid_from: Some(day.to_owned()),
            ..ImportOptions::default()
        };
        let mut entry = read(&book.bytes(), &options).expect("an entry").entry;
        for party in ["operator", "processor"] {
            entry["handbook"][party]["uscc"] = json!("91350100M000100Y43");
        }
        let entry = bonded_ledger::Entry::from_json(&entry.to_string()).expect("an entry");
        bonded_ledger::Ledger::new().post(&entry).expect("accepted");
    }
}

#[test]
fn remarks_twice_are_no_problem() {
    let mut book = handbook();
    book.rename("料件", "商品属性", "备注");
    assert_eq!(kept(&book)["materials"][0]["seq"], 1);
}
