//! Lists from our template, as a workbook and as CSV.

use bonded_ledger::{
    Amount, DeclareList, Entry, EntryKind, Ledger, ListLine, Quantity, parse_date,
};
use proptest::prelude::*;
use serde_json::json;

use super::support::{Book, Cell};
use crate::codes::Codes;
use crate::on_file::OnFile;
use crate::workbook::{
    ImportedLists, Limits, ListsOptions, Template, WorkbookError, list_entry_id, read_lists,
    template, template_csv,
};

const HEAD: &str = "number,date,handbook,direction,goods,mode,line,seq,quantity";

fn csv(rows: &[&str]) -> Vec<u8> {
    rows.join("\n").into_bytes()
}

fn read(bytes: &[u8]) -> Result<ImportedLists, WorkbookError> {
    read_lists(bytes, &Codes::builtin(), &ListsOptions::default())
}

fn problems(rows: &[&str]) -> Vec<String> {
    let error = read(&csv(rows)).expect_err("problems");
    assert!(!error.problems().is_empty(), "{error}");
    error.problems().iter().map(ToString::to_string).collect()
}

fn list(entry: &Entry) -> &DeclareList {
    match entry.kind() {
        EntryKind::DeclareList { list } => list,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_rows_of_a_number_are_one_list() {
    let imported = read(&csv(&[
        "清单编号;申报日期;手册编号;进出口;料件成品标志;监管方式;序号;备案序号;申报数量;法定数量;币制;总价;毛重;list.trspModecd;ext.batch",
        "IMP-1;2026-01-12;C222626A0001;进口;料件;进料对口;;1;500;12.5;美元;21000.5;1.25;4;B-7",
        "EXP-1;2026/2/1;c222626a0001;E;E;0615;7;1;96;;;;;;",
        "IMP-1;;;;;0615;;2;0.00001;;;;;4;",
    ]))
    .expect("lists");
    assert_eq!(imported.notes, Vec::<String>::new());
    let lines: Vec<_> = imported.entries.iter().map(|it| it.line()).collect();
    assert_eq!(
        lines,
        [
            format!(
                r#"{{"id":"{}","date":"2026-01-12","entry":"declare_list","list":{{"number":"IMP-1","handbook":"C222626A0001","direction":"import","goods":"material","mode":"0615","lines":[{{"line":1,"seq":1,"quantity":"500","legal_quantity":"12.5","amount":"21000.5","currency":"USD","ext":{{"batch":"B-7","customs":{{"grossWt":"1.25"}}}}}},{{"line":2,"seq":2,"quantity":"0.00001"}}],"ext":{{"customs":{{"trspModecd":"4"}}}}}}}}"#,
                list_entry_id("IMP-1")
            ),
            format!(
                r#"{{"id":"{}","date":"2026-02-01","entry":"declare_list","list":{{"number":"EXP-1","handbook":"C222626A0001","direction":"export","goods":"product","mode":"0615","lines":[{{"line":7,"seq":1,"quantity":"96"}}]}}}}"#,
                list_entry_id("EXP-1")
            ),
        ]
    );
}

#[test]
fn importing_twice_is_harmless() {
    let mut ledger = Ledger::new();
    let opened = include_str!("../../../tests/data/open.json");
    let opened = Entry::from_json(opened).expect("an opening");
    ledger.post(&opened).expect("opened");
    let rows = [
        HEAD,
        "IMP-1,2026-01-12,C520719A9901,import,material,0615,1,1,500",
    ];
    for duplicate in [false, true] {
        let entry = read(&csv(&rows)).expect("a list").entries.remove(0);
        let receipt = ledger.post(&entry).expect("accepted");
        assert_eq!(receipt.duplicate, duplicate);
    }
    let other = rows[1].replace("500", "501");
    let entry = read(&csv(&[HEAD, &other]))
        .expect("a list")
        .entries
        .remove(0);
    let refusal = ledger.post(&entry).expect_err("another content");
    assert_eq!(refusal.code(), "id_reused");
}

#[test]
fn an_item_is_found_by_its_code() {
    let opened = include_str!("../../../tests/data/open.json");
    let mut on_file = OnFile::default();
    on_file.record(&Entry::from_json(opened).expect("an opening"));
    let options = ListsOptions {
        date: parse_date("2026-03-01"),
        on_file: Some(&on_file),
        limits: Limits::default(),
    };
    let read = |rows: &[&str]| read_lists(&csv(rows), &Codes::builtin(), &options);
    let head = "number,handbook,direction,goods,mode,code,quantity";
    let imported = read(&[
        head,
        "A,C520719A9901,import,material,0615,W-8,5",
        "B,C520719A9901,export,product,0615,IC-1,5",
    ])
    .expect("lists");
    assert_eq!(imported.entries[0].date().to_string(), "2026-03-01");
    assert_eq!(list(&imported.entries[0]).lines[0].seq, 1);
    assert_eq!(list(&imported.entries[1]).lines[0].seq, 1);
    let error = read(&[
        head,
        "A,C520719A9901,import,material,0615,IC-1,5",
        "B,C520719A9909,import,material,0615,W-8,5",
        "C,C520719A9901,import,material,0615,,5",
    ])
    .expect_err("no such items");
    let told: Vec<&str> = error.problems().iter().map(|it| it.cell.as_str()).collect();
    assert_eq!(told, ["F2", "", ""], "{error}");
    assert!(
        error.problems()[1].expected.contains("not on file here"),
        "{error}"
    );
}

#[test]
fn everything_wrong_is_told_with_its_cell() {
    let told = problems(&[
        HEAD,
        "A,2026-02-30,C2226,in,material,0615,1,1,5",
        "A,,,,,,1,0,5",
        "A,,,,,,2,1,0",
        "A,,,,,,3,1,1.000001",
        ",2026-01-01,C222626A0001,import,material,0615,1,1,5",
        "B,2026-01-01,C222626A0001,import,material,0615,1,1,5",
        "B,2026-01-02,C222626A0001,I,product,0615,2,1,5",
        "C,,,,,,1,1,5",
    ]);
    let places: Vec<&str> = told.iter().filter_map(|it| it.split(": ").next()).collect();
    let expected = [
        "CSV!B2", "CSV!C2", "CSV!D2", "CSV!H3", "CSV!I4", "CSV!I5", "CSV!A6", "CSV!B8", "CSV!E8",
        "CSV!C9", "CSV!D9", "CSV!E9", "CSV!F9", "CSV!B9",
    ];
    assert_eq!(places, expected, "{told:#?}");
    assert_eq!(
        told[7],
        "CSV!B8: 申报日期 (date): found \"2026-01-02\", expected \"2026-01-01\", as in row 7 of the same list; \
         correct it, or leave the cell blank"
    );
    let again = problems(&[
        HEAD,
        "A,2026-01-01,C222626A0001,I,I,0615,1,1,5",
        "A,,,,,,1,1,5",
    ]);
    assert!(again[0].starts_with("CSV!G3: 序号 (line): "), "{again:?}");
}

#[test]
fn a_typo_in_a_column_loses_nothing() {
    let head = format!("{HEAD},legal_quantiy,gross,grossWt,grosswt");
    let told = problems(&[&head, "A,2026-01-01,C222626A0001,I,I,0615,1,1,5,1,1,1,1,9"]);
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(told[0].starts_with("CSV!J1: legal_quantiy: "), "{told:?}");
    assert!(told[0].contains("nearest: legal_quantity"), "{told:?}");
    assert!(told[1].starts_with("CSV!K1: gross: "), "{told:?}");
    assert!(told[2].contains("a second time"), "{told:?}");
    assert!(told[3].starts_with("CSV!N2: found \"9\""), "{told:?}");
    let told = problems(&["number,date,handbook", "A,2026-01-01,C222626A0001"]);
    let missing = told
        .iter()
        .filter(|it| it.contains("no such column"))
        .count();
    assert_eq!(missing, 4, "{told:#?}");
}

#[test]
fn the_codes_of_problems_are_stable() {
    let head = format!("{HEAD},typo");
    let error = read(&csv(&[&head, "A,x,,I,I,0615,1,1,5,"])).expect_err("problems");
    let codes: Vec<&str> = error.problems().iter().map(|it| it.code).collect();
    assert_eq!(codes, ["column_unknown", "cell_missing", "cell_invalid"]);
    let problem = crate::Problem::from(error.problems()[2].clone());
    assert_eq!(problem.code, "cell_invalid");
    assert!(
        problem
            .to_string()
            .starts_with("CSV!B2: 申报日期 (date): found \"x\"")
    );
}

#[test]
fn lines_of_a_csv_are_lines_of_the_file() {
    let told = problems(&[
        "\u{feff}",
        HEAD,
        "\"A\nB\",2026-01-01,C222626A0001,I,I,0615,1,1,5\r",
        "C,2026-01-01,C222626A0001,I,I,0615,1,1,x",
    ]);
    assert!(told[0].starts_with("CSV!I5: "), "{told:?}");
    let text = |bytes: &[u8]| read(bytes).expect_err("no CSV").to_string();
    let gbk = [HEAD.as_bytes(), b"\n\xc7\xe5\xb5\xa5,"].concat();
    assert!(text(&gbk).contains("CSV UTF-8"), "{}", text(&gbk));
    assert!(text(b"number,\"date\n1,2").contains("line 1: a quotation mark is never closed"));
    assert!(text(b"number,date\n\"1\"x,2").contains("line 2: something stands behind"));
    assert!(text(b"").contains("empty"));
    assert!(text(&[HEAD.as_bytes(), b"\n"].concat()).contains("no row"));
    let wide = vec![b','; 5_000];
    assert!(text(&wide).contains("1024 cells"));
}

#[test]
fn a_workbook_may_hold_numbers_and_dates() {
    let row = vec![
        Cell::from("A"),
        Cell::Date(2026, 1, 12),
        Cell::from("C222626A0001"),
        Cell::from("import"),
        Cell::from("material"),
        // A spreadsheet has taken the zero away.
        Cell::Number(615.0),
        Cell::Number(1.0),
        Cell::Number(2.0),
        Cell::Number(0.3),
    ];
    let names = HEAD.split(',').map(Cell::from).collect();
    let book = Book(vec![("清单".to_owned(), vec![names, row])]);
    let entries = read(&book.bytes()).expect("a list").entries;
    let list = list(&entries[0]);
    assert_eq!(list.mode.as_str(), "0615");
    assert_eq!(list.lines[0].quantity.to_string(), "0.3");
    assert_eq!(entries[0].date().to_string(), "2026-01-12");
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (1_i64..10_000_000_000_000_000).prop_map(|it| {
        let text = format!("{}.{:05}", it / 100_000, it % 100_000);
        text.parse().expect("a quantity")
    })
}

prop_compose! {
    fn line()(
        quantities in (quantity(), proptest::option::of(quantity()), proptest::option::of(quantity())),
        seq in 1_u16..=9_999,
        amount in proptest::option::of(0_u64..1_000_000_000_000_000_000),
        currency in proptest::option::of(prop_oneof![Just("USD"), Just("CNY"), Just("JPY")]),
        version in proptest::option::of("[0-9A-Za-z]{1,8}"),
        origin in proptest::option::of("[0-9]{3}|[A-Z]{3}|中国"),
        by_product in proptest::option::of(any::<bool>()),
        customs in proptest::collection::btree_map(
            prop_oneof![Just("grossWt"), Just("lvyrlfModecd"), Just("rmk"), Just("GrossWt"), Just("trspModecd"), Just("new, one")],
            "[0-9]{1,9}|[a-z\",;一二三]{1,9}", 0..3),
        own in proptest::option::of("[ -~]{0,3}[!-~]"),
    ) -> serde_json::Value {
        let mut line = json!({"seq": seq, "quantity": quantities.0});
        let mut put = |name: &str, value: Option<serde_json::Value>| {
            if let Some(value) = value {
                line[name] = value;
            }
        };
        put("legal_quantity", quantities.1.map(|it| json!(it)));
        put("legal_quantity_2", quantities.2.map(|it| json!(it)));
        put("amount", amount.map(|it| json!(format!("{}.{:02}1", it / 100, it % 100))));
        put("currency", currency.map(|it| json!(it)));
        put("version", version.map(|it| json!(it)));
        put("origin", origin.map(|it| json!(it)));
        put("by_product", by_product.map(|it| json!(it)));
        let mut ext = serde_json::Map::new();
        if !customs.is_empty() {
            ext.insert("customs".into(), json!(customs));
        }
        // What surrounds a text is not kept.
        if let Some(own) = own.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()) {
            ext.insert("batch".into(), json!(own));
        }
        put("ext", (!ext.is_empty()).then(|| json!(ext)));
        line
    }
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let lines = proptest::collection::vec(line(), 1..5);
    proptest::collection::vec((lines, any::<bool>(), any::<bool>()), 1..5).prop_map(|lists| {
        let entry =
            |(at, (mut lines, carried, headed)): (usize, (Vec<serde_json::Value>, bool, bool))| {
                for (line, number) in lines.iter_mut().zip(1..) {
                    line["line"] = json!(number * 2);
                }
                let mut list = json!({
                    "number": format!("L-{at}"), "handbook": "C222626A0001", "direction": "import",
                    "goods": "material", "mode": "0654", "lines": lines,
                });
                if carried {
                    list["counterpart"] = json!({"handbook": "C222626A0002", "list": "X, \"Y\""});
                    list["delivered"] = json!("2026-01-31");
                    list["reference"] = json!("SO 1");
                }
                if headed {
                    list["ext"] =
                        json!({"customs": {"trspModecd": "4", "genDecFlag": "1", "rmk": "r", "unknownYet": "1"}, "who": "我们"});
                }
                let id = list_entry_id(list["number"].as_str().expect("a number"));
                let entry =
                    json!({"id": id, "date": "2026-02-01", "entry": "declare_list", "list": list});
                Entry::from_json(&entry.to_string()).expect("an entry")
            };
        lists.into_iter().enumerate().map(entry).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_as_the_same(entries in entries()) {
        let lists: Vec<_> = entries.iter().map(|it| (it.date(), list(it))).collect();
        let template_of = Template::Lists(&lists);
        let workbook = template(&template_of, &Codes::builtin()).expect("a workbook");
        let text = template_csv(&template_of).expect("a CSV");
        prop_assert_eq!(&read(&workbook).expect("lists").entries, &entries);
        prop_assert_eq!(&read(text.as_bytes()).expect("lists").entries, &entries);
        prop_assert_eq!(template(&template_of, &Codes::builtin()).expect("again"), workbook);
    }

    #[test]
    fn no_text_is_a_panic(text in "[ -~\n\r\t\"，清单编号]{0,200}") {
        let _ = read(text.as_bytes());
        let _ = read(format!("{HEAD}\n{text}").as_bytes());
    }
}

#[test]
fn an_amount_is_written_whole() {
    let amount: Amount = "9007199254740993.00000001".parse().expect("an amount");
    let mut line = ListLine::new(1, 1, "1".parse().expect("a quantity"));
    line.details = Some(Box::new(bonded_ledger::LineDetails {
        amount: Some(amount),
        ..Default::default()
    }));
    let entry = read(&csv(&[HEAD, "A,2026-01-12,C222626A0001,I,I,0615,1,1,1"])).expect("a list");
    let mut list = list(&entry.entries[0]).clone();
    list.lines = vec![line];
    let date = entry.entries[0].date();
    let bytes =
        template(&Template::Lists(&[(date, &list)]), &Codes::builtin()).expect("a workbook");
    let read = read(&bytes).expect("a list");
    let details = self::list(&read.entries[0]).lines[0].details.clone();
    assert_eq!(details.expect("details").amount, Some(amount));
}

#[test]
fn an_empty_template_has_all_columns_and_no_list() {
    let bytes = template(&Template::Lists(&[]), &Codes::builtin()).expect("a workbook");
    let error = read(&bytes).expect_err("no row").to_string();
    assert!(error.contains("no row"), "{error}");
    let text = template_csv(&Template::Lists(&[])).expect("a CSV");
    assert!(
        text.starts_with("number,date,handbook,direction,goods,mode,"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn limits_hold_for_lists_too() {
    let rows = [
        HEAD,
        "A,2026-01-12,C222626A0001,I,I,0615,1,1,1",
        "A,,,,,,2,1,1",
    ];
    let limited = |limits: Limits| {
        let options = ListsOptions {
            limits,
            ..ListsOptions::default()
        };
        read_lists(&csv(&rows), &Codes::builtin(), &options)
    };
    assert!(limited(Limits::default()).is_ok());
    let rows_only = limited(Limits {
        consumptions: 1,
        ..Limits::default()
    });
    assert_eq!(
        rows_only.expect_err("a row too many").problems()[0].code,
        "limit_exceeded"
    );
    let bytes_only = limited(Limits {
        file_bytes: 50,
        ..Limits::default()
    });
    assert!(matches!(bytes_only, Err(WorkbookError::TooLarge { .. })));
    let letters = limited(Limits {
        cell_characters: 9,
        ..Limits::default()
    });
    assert!(matches!(letters, Err(WorkbookError::Invalid { .. })));
}
