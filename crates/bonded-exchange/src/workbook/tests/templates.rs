//! The Single Window's templates, and ours for production, written and read again.

use std::collections::BTreeMap;

use bonded_ledger::{Direction, Entry, EntryKind, Goods, parse_date};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use unit_consumption::production::{CSV_HEADER, Cause, Issue, Record};

use super::support::{Book, Cell};
use crate::codes::Codes;
use crate::on_file::{FiledHandbook, OnFile};
use crate::workbook::sheet::{Book as Opened, Value};
use crate::workbook::{
    BookParts, Limits, ListHead, Template, read_book_template, read_list_body, read_production,
    template, template_csv,
};

/// The rows of a sheet as texts.
fn texts(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book = Opened::open(bytes).expect("a workbook");
    let mut rows = Vec::new();
    book.rows(sheet, &Limits::default(), |_, cells| {
        let texts = cells.iter().map(|(_, value)| match value {
            Value::Text(text) => text.clone(),
            other => panic!("{other:?} in a sheet of texts"),
        });
        rows.push(texts.collect());
        true
    })
    .expect("a sheet");
    rows
}

fn head() -> ListHead<'static> {
    let date = parse_date("2026-02-01").expect("a date");
    let handbook = "C520719A9901".parse().expect("a number");
    let mode = "0615".parse().expect("a mode");
    ListHead::new(
        "EXP-1",
        date,
        handbook,
        (Direction::Export, Goods::Product, mode),
    )
}

const BODY: &str = "序号,备案序号,商品料号,报关单商品序号,流转申报表序号,商品编码,商品名称,规格型号,币制,申报计量单位代码,\
                    法定计量单位代码,法定第二计量单位代码,申报数量,法定数量,第二法定数量,企业申报单价,企业申报总价,\
                    原产国(地区）,最终目的国（地区）,重量比例因子,第一比例因子,第二比例因子,毛重,净重,征免方式,\
                    单耗版本号,备注";

#[test]
fn the_templates_have_the_single_windows_columns() {
    let body = Template::ListBody {
        list: None,
        book: None,
    };
    let bytes = template(&body, &Codes::builtin()).expect("a workbook");
    assert_eq!(
        texts(&bytes, "表体(成品)"),
        [BODY.split(',').collect::<Vec<_>>()]
    );
    assert_eq!(
        texts(&bytes, "保税电商清单"),
        [["保税电商清单编号", "物流单号"]]
    );
    let bytes = template(&Template::AccountBook(None), &Codes::builtin()).expect("a workbook");
    let names = |sheet: &str| texts(&bytes, sheet)[0].join(",");
    assert_eq!(
        names("料件"),
        "序号,料号,商品编码,商品名称,规格型号,申报计量单位代码,法定计量单位代码,法定第二计量单位代码,申报数量,申报单价,\
         币制,征免方式,主料标志,企业执行标志,修改标志,批准最大余数量,备注"
    );
    assert_eq!(
        names("成品"),
        "序号,料号,商品编码,商品名称,规格型号,申报计量单位代码,法定计量单位代码,法定第二计量单位代码,申报数量,申报单价,\
         币制,征免方式,企业执行标志,修改标志,备注"
    );
    assert_eq!(
        names("单耗"),
        "序号,成品序号,料件序号,单耗版本号,净耗,有形损耗率(%),无形损耗率(%),单耗申报状态代码,保税料件比例(%),修改标志,\
         单耗有效期,备注"
    );
}

#[test]
fn the_body_of_a_list_becomes_its_lines() {
    let rows = [
        BODY.split(',').map(Cell::from).collect(),
        "1,3,P-3,1,,8542329000,存储器,DDR4,502,007,007,035,1000,1000,0.5,3.5,3500,142,502,,,,0.6,0.5,3,0,急"
            .split(',')
            .map(Cell::from)
            .collect(),
    ];
    let book = Book(vec![("表体(成品)".to_owned(), rows.to_vec())]);
    let mut head = head();
    head.customs = BTreeMap::from([("trspModecd".to_owned(), "4".to_owned())]);
    head.reference = Some("SO-1".to_owned());
    let read = read_list_body(&book.bytes(), &Codes::builtin(), &head).expect("a list");
    let entry: Json = serde_json::from_str(&read.entry.line()).expect("JSON");
    assert_eq!(
        entry["list"],
        json!({
            "number": "EXP-1", "handbook": "C520719A9901", "direction": "export", "goods": "product",
            "mode": "0615", "reference": "SO-1",
            "lines": [{
                "line": 1, "seq": 3, "quantity": "1000", "legal_quantity": "1000", "version": "0",
                "legal_quantity_2": "0.5", "amount": "3500", "currency": "USD", "origin": "142",
                "ext": {"customs": {
                    "gdsMtno": "P-3", "entryGdsSeqno": "1", "gdecd": "8542329000", "gdsNm": "存储器",
                    "gdsSpcfModelDesc": "DDR4", "dclUnitcd": "007", "lawfUnitcd": "007",
                    "secdLawfUnitcd": "035", "destinationNatcd": "502", "grossWt": "0.6",
                    "netWt": "0.5", "lvyrlfModecd": "3", "rmk": "急",
                }},
            }],
            "ext": {"customs": {"trspModecd": "4"}},
        })
    );
}

#[test]
fn a_body_with_mistakes_is_told_whole() {
    let rows = [
        "序号,备案序号,申报数量,币制"
            .split(',')
            .map(Cell::from)
            .collect(),
        "1,,5,美元".split(',').map(Cell::from).collect(),
        "1,1,x,美园".split(',').map(Cell::from).collect(),
    ];
    let book = Book(vec![("表体".to_owned(), rows.to_vec())]);
    let error = read_list_body(&book.bytes(), &Codes::builtin(), &head()).expect_err("problems");
    let cells: Vec<&str> = error.problems().iter().map(|it| it.cell.as_str()).collect();
    assert_eq!(cells, ["B2", "C3", "D3"], "{error}");
}

fn open() -> impl Strategy<Value = Json> {
    let digits =
        |most: u64| (1..most).prop_map(|it| format!("{}.{:05}", it / 100_000, it % 100_000));
    let plain = move |most: u64| {
        digits(most).prop_map(|it| crate::values::plain_decimal(&it).expect("a decimal"))
    };
    let flag = |codes: &'static str| {
        proptest::option::of(proptest::sample::select(
            codes.split(',').collect::<Vec<_>>(),
        ))
    };
    let item = (
        (
            "[A-Z0-9-]{1,9}",
            "[0-9]{10}",
            "[一二三a-z0-9]{1,12}",
            proptest::option::of("[a-z英寸0-9]{1,8}"),
        ),
        (
            flag("020,035"),
            flag("007"),
            proptest::option::of(plain(1_000_000_000_000)),
        ),
        (proptest::option::of(plain(10_000_000_000)), flag("USD,CNY")),
        (
            flag("1,3"),
            flag("1,2"),
            flag("0,1,3"),
            proptest::option::of("[a-z备注]{1,8}"),
        ),
    );
    let item = item.prop_map(
        |((code, hs, name, spec), units, (price, currency), flags)| {
            let mut item = json!({"code": code, "hs": hs, "name": name, "unit": "020"});
            let mut put = |field: &str, value: Option<String>| {
                if let Some(value) = value {
                    item[field] = json!(value);
                }
            };
            put("spec", spec);
            put("legal_unit", units.0.map(Into::into));
            put("legal_unit_2", units.1.map(Into::into));
            put("quantity", units.2);
            put("price", price);
            put("currency", currency.map(Into::into));
            let mut customs = serde_json::Map::new();
            for (element, value) in [
                ("lvyrlfModecd", flags.0),
                ("etpsExeMarkcd", Some("1")),
                ("modfMarkcd", flags.2),
            ] {
                if let Some(value) = value {
                    customs.insert(element.into(), json!(value));
                }
            }
            if let Some(rmk) = flags.3 {
                customs.insert("rmk".into(), json!(rmk));
            }
            item["ext"] = json!({ "customs": customs });
            item
        },
    );
    let numbered = |items: Vec<Json>| -> Vec<Json> {
        let number = |(at, mut it): (usize, Json)| {
            it["seq"] = json!(at * 3 + 1);
            it
        };
        items.into_iter().enumerate().map(number).collect()
    };
    let items = || proptest::collection::vec(item.clone(), 1..5).prop_map(numbered);
    (items(), items(), plain(99_999), plain(9_999_999), flag("19052201,0")).prop_map(
        |(materials, products, net, loss, version)| {
            let mut consumptions = Vec::new();
            for (at, (product, material)) in products.iter().zip(&materials).enumerate() {
                consumptions.push(json!({
                    "product": product["seq"], "material": material["seq"],
                    "version": version.unwrap_or("0"), "net": net,
                    "tangible_loss": if at % 2 == 0 { loss.clone() } else { "0".into() },
                    "intangible_loss": "0", "bonded_share": "100",
                }));
            }
            json!({
                "id": "6f0a8f5e-6f53-5c43-9a54-5d0e8c2a1b01", "date": "2026-01-05",
                "entry": "open_handbook",
                "handbook": {
                    "number": "E520719A9901", "trade": "imported_materials",
                    "operator": {"uscc": "91330200MA0000001L", "customs_code": "3302960001", "name": "甲"},
                    "processor": {"uscc": "91330200MA0000001L", "customs_code": "3302960001", "name": "甲"},
                    "valid_from": "2026-01-05", "valid_until": "2026-12-31",
                    "consumption_declared": "before_export",
                    "materials": materials, "products": products, "consumptions": consumptions,
                    "ext": {"customs_consumptions": {"every": {"ucnsDclStucd": "2", "modfMarkcd": "3"}}},
                },
            })
        },
    )
}

fn filed(entry: &Json) -> FiledHandbook {
    let entry = Entry::from_json(&entry.to_string()).expect("an entry");
    let mut on_file = OnFile::default();
    on_file.record(&entry);
    on_file.handbooks().next().expect("a book").clone()
}

fn parts(bytes: &[u8]) -> BookParts {
    read_book_template(bytes, &Codes::builtin(), false, &Limits::default()).expect("parts")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_account_book_is_written_and_read_as_the_same(entry in open()) {
        let book = filed(&entry);
        let bytes = template(&Template::AccountBook(Some(&book)), &Codes::builtin()).expect("a workbook");
        let parts = parts(&bytes);
        let opened = &entry["handbook"];
        prop_assert_eq!(json!(parts.materials), opened["materials"].clone());
        prop_assert_eq!(json!(parts.products), opened["products"].clone());
        prop_assert_eq!(json!(parts.consumptions), opened["consumptions"].clone());
        prop_assert_eq!(json!(parts.particulars), opened["ext"]["customs_consumptions"].clone());
        prop_assert!(parts.removed.is_empty());
        // What it opens is written as the same bytes.
        let mut head = opened.as_object().expect("a handbook").clone();
        head.remove("ext");
        let again = parts.open(head, parse_date("2026-01-05").expect("a date"));
        let again = template(&Template::AccountBook(Some(&filed(&again))), &Codes::builtin());
        prop_assert_eq!(again.expect("a workbook"), bytes);
    }

    #[test]
    fn a_body_is_written_and_read_as_the_same(
        entry in open(),
        quantities in proptest::collection::vec((1_u64..1_000_000_000, 1_u64..100_000, any::<bool>()), 1..4),
    ) {
        let book = filed(&entry);
        let mut on_file = OnFile::default();
        on_file.record(&Entry::from_json(&entry.to_string()).expect("an entry"));
        let mut lines = Vec::new();
        for (at, (quantity, price, kept)) in quantities.into_iter().enumerate() {
            let mut line = json!({
                "line": at + 1, "seq": 1, "quantity": format!("{quantity}"),
                "amount": format!("{}", u128::from(quantity) * u128::from(price)), "currency": "USD",
                "origin": "142", "version": "0",
            });
            if kept {
                line["ext"] = json!({"customs": {
                    "gdsNm": "另一名称", "dclUprcAmt": "7.5", "grossWt": "1.5", "rmk": "x", "lvyrlfModecd": "6",
                }});
            }
            lines.push(line);
        }
        let mut head = head();
        head.handbook = book.opened.number;
        head.on_file = Some(&on_file);
        let list = json!({
            "number": head.number, "handbook": head.handbook, "direction": "export", "goods": "product",
            "mode": "0615", "lines": lines,
        });
        let entry = json!({
            "id": crate::workbook::list_entry_id(&head.number), "date": "2026-02-01",
            "entry": "declare_list", "list": list,
        });
        let declared = Entry::from_json(&entry.to_string()).expect("a list");
        let EntryKind::DeclareList { list } = declared.kind() else { panic!("a list") };
        let of = Template::ListBody { list: Some(list), book: Some(&book) };
        let bytes = template(&of, &Codes::builtin()).expect("a workbook");
        // Against the book nothing is added and nothing lost.
        let read = read_list_body(&bytes, &Codes::builtin(), &head).expect("a list");
        prop_assert_eq!(&read.entry, &declared);
        // Without it everything is kept, and written again as it was.
        head.on_file = None;
        let whole = read_list_body(&bytes, &Codes::builtin(), &head).expect("a list").entry;
        let EntryKind::DeclareList { list } = whole.kind() else { panic!("a list") };
        let of = Template::ListBody { list: Some(list), book: None };
        prop_assert_eq!(template(&of, &Codes::builtin()).expect("a workbook"), bytes);
    }

    #[test]
    fn production_records_are_written_and_read_as_the_same(
        orders in proptest::collection::vec((1_u64..100_000_000_000, 0_u64..500_000, 1_u16..100, any::<bool>()), 1..6),
    ) {
        let quantity = |it: u64| format!("{}.{:05}", it / 100_000, it % 100_000).parse().expect("a quantity");
        let records: Vec<Record> = orders.iter().enumerate().map(|(at, (issued, scrap, material, caused))| Record {
            order: format!("WO, \"{at}\""),
            date: parse_date("2026-02-01").expect("a date"),
            handbook: "C222626A0003".into(),
            product: 1,
            version: "0".into(),
            good: quantity(*issued),
            rejected: quantity(*scrap),
            materials: vec![
                Issue { material: *material, issued: quantity(*issued), returned: quantity(0),
                        scrap: quantity(*scrap), cause: None, stage: Some("sort".into()) },
                Issue { material: *material, issued: quantity(1), returned: quantity(0), scrap: quantity(0),
                        cause: caused.then_some(Cause::Breakage), stage: None },
            ],
        }).collect();
        let of = Template::Production(&records);
        let bytes = template(&of, &Codes::builtin()).expect("a workbook");
        prop_assert_eq!(&read_production(&bytes, &Limits::default()).expect("records"), &records);
        let text = template_csv(&of).expect("a CSV");
        prop_assert_eq!(&read_production(text.as_bytes(), &Limits::default()).expect("records"), &records);
    }
}

#[test]
fn an_amendment_removes_what_is_deleted() {
    let mut book = super::support::account_book();
    book.0.remove(0);
    book.set("料件", "修改标志", 1, "2");
    book.set("单耗", "修改标志", 0, "删除");
    book.set("单耗", "料件序号", 1, "77");
    let read = |amendment| {
        read_book_template(
            &book.bytes(),
            &Codes::builtin(),
            amendment,
            &Limits::default(),
        )
    };
    assert!(
        read(false)
            .expect_err("no item 77")
            .to_string()
            .contains("单耗!F4")
    );
    let parts = read(true).expect("parts");
    let number = "E5207B6A0001".parse().expect("a number");
    let day = parse_date("2026-03-01").expect("a date");
    let entry = parts.amend(number, day);
    assert_eq!(entry, parts.amend(number, day), "the same id");
    assert_eq!(
        entry["removed"],
        json!({
            "materials": [2],
            "consumptions": [{"product": 1, "material": 1, "version": "26010501"}],
        })
    );
    let seqs: Vec<&Json> = (entry["materials"].as_array().expect("materials").iter())
        .map(|it| &it["seq"])
        .collect();
    assert_eq!(seqs, [1, 4], "3 is out of use");
    assert_eq!(entry["consumptions"][0]["material"], 77);
    let entry = Entry::from_json(&entry.to_string()).expect("an entry");
    assert!(matches!(entry.kind(), EntryKind::AmendHandbook(_)));
}

#[test]
fn wrong_production_records_are_told_with_their_cells() {
    let header: Vec<Cell> = "工单号,完工日期,手册编号,成品序号,合格数,料件序号,领料,边角料"
        .split(',')
        .map(Cell::from)
        .collect();
    let row = |cells: &str| cells.split(',').map(Cell::from).collect::<Vec<_>>();
    let mut dated = row("WO-4,,C1,1,960,1,1000,");
    dated[1] = Cell::Date(2026, 2, 1);
    dated[4] = Cell::Number(960.5);
    let rows = vec![
        row("生产记录"),
        header,
        row("WO-1,2026-02-01,C1,1,960,1,-1,"),
        row("WO-2,tomorrow,C1,1,960,1,1000,"),
        row("WO-3,2026-02-01,C1,1,960,1,,"),
        dated,
    ];
    let book = Book(vec![("生产记录".to_owned(), rows.clone())]);
    let error = read_production(&book.bytes(), &Limits::default()).expect_err("problems");
    let told: Vec<(&str, &str)> = error
        .problems()
        .iter()
        .map(|it| (it.cell.as_str(), it.code))
        .collect();
    assert_eq!(
        told,
        [
            ("G3", "negative_quantity"),
            ("B4", "invalid_value"),
            ("G5", "missing_field")
        ],
        "{error}"
    );
    let good = vec![rows[1].clone(), rows[5].clone()];
    let book = Book(vec![("Sheet1 production".to_owned(), good.clone())]);
    let records = read_production(&book.bytes(), &Limits::default()).expect("a record");
    assert_eq!(records[0].good.to_string(), "960.5");
    assert_eq!(records[0].date.to_string(), "2026-02-01");
    let mut extra = good.clone();
    extra[1].push(Cell::from("lost"));
    let book = Book(vec![("production".to_owned(), extra)]);
    let error =
        read_production(&book.bytes(), &Limits::default()).expect_err("a value without a name");
    assert_eq!(error.problems()[0].cell, "I2", "{error}");
    let mut unknown = good;
    unknown[0][7] = Cell::from("scarp");
    let book = Book(vec![("production".to_owned(), unknown)]);
    let error = read_production(&book.bytes(), &Limits::default()).expect_err("a typo");
    assert!(
        error.to_string().contains("did you mean \"scrap\""),
        "{error}"
    );
    assert_eq!(error.problems()[0].cell, "H1", "{error}");
    assert!(read_production(b"\n", &Limits::default()).is_err());
    let bytes = template(&Template::Production(&[]), &Codes::builtin()).expect("a workbook");
    assert_eq!(
        read_production(&bytes, &Limits::default()).expect("none"),
        []
    );
    assert_eq!(
        template_csv(&Template::Production(&[])).as_deref(),
        Some(format!("{CSV_HEADER}\n").as_str())
    );
}
