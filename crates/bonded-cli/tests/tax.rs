//! `bonded tax`: what bonded goods cost, and until when.

mod support;

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::{Value, json};
use support::{BOOK, Folder, assert_legible, booked, entry, id, jsonl, list, opening};

fn seed(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds/");
    std::fs::read_to_string(format!("{root}{path}")).expect("a seed")
}

/// The journal of a seed, and the rates of the worked example.
fn folder(journal: &str) -> Folder {
    let folder = Folder::new();
    folder.write("books.jsonl", seed(journal));
    let inputs = match journal.starts_with("ic-chain") {
        true => seed("tax/inputs.json"),
        false => rates(),
    };
    folder.write("rates.json", inputs);
    folder
}

/// The rates of the worked example, without what is known of its own lists and handbooks.
fn rates() -> String {
    let mut inputs: Value = serde_json::from_str(&seed("tax/inputs.json")).expect("JSON");
    let tables = inputs.as_object_mut().expect("an object");
    tables.remove("sales");
    tables.remove("refund");
    inputs.to_string()
}

/// The design enterprise of the worked example: actual rate 0.693346, adjustment +7,271.70.
#[test]
fn the_refund_of_the_worked_example_is_a_page() {
    let folder = folder("ic-chain/journal.jsonl");
    let page = folder
        .run("tax refund books.jsonl --inputs rates.json")
        .transcript();
    assert_legible(&page);
    expect![[r#"
        C222626A0002 · written off on 2026-10-20, the write-off is applied for by 2027-04-20
          total  of                        USD
          合计                            美元
          I0654  imports 进口  +  1,149,671.61
          E0200  imports 进口  -     18,952.16
          I0644  imports 进口  -        219.45
          E0615  exports 出口  +  1,184,000.00
          E0654  exports 出口  +    446,500.00
          imports 1,130,500.00 ÷ exports 1,630,500.00 = actual rate (实际分配率) 0.693346

          FOB CNY 8,406,400.00 · VAT 13 % · refund 13 %
          at                rate  composite price  not creditable      offset      refund
                          分配率     组成计税价格        不得免抵      抵减额  免抵退税额
          planned 计划       0.7     5,884,480.00            0.00  764,982.40  327,849.60
          actual 实际   0.693346     5,828,543.81            0.00  757,710.70  335,121.30

          adjustment (核销调整): refund +7,271.70 · not creditable 0.00

          the tax office compares (比对):
            - holds: the enterprise counts as a producer: its goods are deemed self-made (视同自产), by the
              file
            - not known: 0615 and 0715: the declaration's record number is the handbook's: 37 of 37 lists
              name no declaration (customs_declaration)
            - holds: claims are made at the newest planned rate, once the book is written off at the actual
              one: written off: the actual rate 0.693346 counts
            - not known: no more is claimed of a declaration than was exported: no claim is in the file
              ("claims")
            - holds: a reversal takes back exactly what was claimed: 0 reversals
            - not known: dollars claimed and declared differ by little: no claim is in the file ("claims")
            - not known: product codes claimed and declared agree, on the shorter length: no claim in the
              file says its code ("hs")
            - holds: mode 1300 (repair) goes with type XLXP, and the other way round: a processing handbook
              holds no list of mode 1300
            - holds: nothing was in stock at the beginning and nothing remains: the formula of the rate has
              no place for either: no material has an opening or remains
        = 0
    "#]].assert_eq(&page);
}

#[test]
fn the_refund_is_handed_over_as_csv() {
    let folder = folder("ic-chain/journal.jsonl");
    let csv = folder
        .run("tax refund books.jsonl --inputs rates.json --format csv")
        .out();
    let rows: Vec<&str> = csv.lines().map(str::trim_end).collect();
    let columns = rows[0].split(',').count();
    for row in &rows {
        assert_eq!(row.split(',').count(), columns, "{row}");
    }
    let of = |start: &str| -> Vec<&str> {
        rows.iter()
            .copied()
            .filter(|it| it.starts_with(start))
            .collect()
    };
    assert_eq!(of("total,").len(), 19);
    expect![[r#"
        record,handbook,name,item,goods,date,customs_declaration,list,line,hs,quantity,unit,amount,currency,usd,cny,returned,value,cycle
        line,C222626A0002,I0654,1,material,2026-02-10,,QD222626I000000004,1,8542390000,48,020,21600.00,USD,21600.00,153360.00,,,
        line,C222626A0002,E0200,2,product,2026-09-03,,QD222626E000000111,1,8542390000,152128,007,,,14452.16,,,,
        148 lines
        rate,C222626A0002,import_total,,,,,,,,,,,,,,,1130500.00,
        rate,C222626A0002,export_total,,,,,,,,,,,,,,,1630500.00,
        rate,C222626A0002,planned_rate,,,,,,,,,,,,,,,0.7,
        rate,C222626A0002,actual_rate,,,,,,,,,,,,,,,0.693346,
        rate,C222626A0002,cycle_from,,,,,,,,,,,,,,,2026-01-05,
        rate,C222626A0002,cycle_until,,,,,,,,,,,,,,,2026-12-31,
        rate,C222626A0002,written_off,,,,,,,,,,,,,,,2026-10-20,
        rate,C222626A0002,apply_by,,,,,,,,,,,,,,,2027-04-20,
        rate,C222626A0002,adjustment,,,,,,,,,,,,,,,7271.70,
    "#]].assert_eq(&format!(
        "{}\n{}\n{}\n{} lines\n{}\n",
        rows[0],
        of("line,")[0],
        of("line,").last().expect("a line"),
        of("line,").len(),
        of("rate,").join("\n")
    ));
}

#[test]
fn a_sale_is_a_page_and_every_figure_of_it_is_explained() {
    let folder = folder("edge-cases/E6.jsonl");
    let page = folder
        .run("tax sale books.jsonl --inputs rates.json")
        .transcript();
    assert_legible(&page);
    expect![[r#"
        SALE-01 · C222626E0601 · 0644 · formalities 2026-06-01 · payment letter 2026-06-01
          kind              no  goods               quantity  unit     value  duty     VAT
          种类                  商品                    数量  单位  完税价格  关税  增值税
          surplus 剩余料件   1  集成电路（未终测）     2,310  个    1,612.11  0.00  209.57
          licence (许可证件): exempt · interest (缓税利息): 0.00 · total: CNY 209.57
        = 0
    "#]]
    .assert_eq(&page);
    let explained = folder
        .run("tax sale books.jsonl --inputs rates.json --explain")
        .out();
    assert_legible(&explained);
    for said in [
        "goods[0].value = 1612.11",
        "carry_over_price: weighted average of 2 lots",
        "lines:  CHIP-IN-01 line 1; CHIP-IN-02 line 1",
        "row:    CNY for 1 USD 7.1 from 2026-01-01: assumed in the worked example (unverified)",
        "source: Tariff Law (关税法) art. 60",
    ] {
        assert!(explained.contains(said), "{said}\n{explained}");
    }
}

#[test]
fn sales_in_csv_have_a_row_a_material_and_a_row_a_list() {
    let folder = folder("ic-chain/journal.jsonl");
    let ran = folder.run("tax sale books.jsonl --inputs rates.json --format csv");
    expect![[r#"
        handbook,list,mode,on,letter,kind,item,name,hs,unit,quantity,value,duty,consumption_tax,vat,interest,total,licence,choice
        C222626A0002,HD-SALE-01,0644,2026-08-27,2026-08-27,product,2,集成电路（未终测）,8542390000,007,2310,1558.10,0.00,0.00,202.55,,202.55,,
        C222626A0002,HD-SALE-01,0644,2026-08-27,2026-08-27,list,,,,,,,,,,0.00,202.55,exempt,
        C222626A0003,HA-SALE-01,0644,2026-09-07,2026-09-07,surplus,3,键合金丝,7108130000,036,60,59001.00,0.00,0.00,7670.13,,7670.13,,
        C222626A0003,HA-SALE-01,0644,2026-09-07,2026-09-07,list,,,,,,,,,,0.00,7670.13,if_controlled,
        C222626A0003,HA-SCRAP-03,0844,2026-09-16,2026-09-16,scrap,3,废金丝,7112911000,035,0.02911,15000.00,0.00,0.00,1950.00,,1950.00,,
        C222626A0003,HA-SCRAP-03,0844,2026-09-16,2026-09-16,list,,,,,,,,,,0.00,1950.00,exempt,
    "#]].assert_eq(&ran.out().replace('\r', ""));
}

/// Every object that has a figure has its reasons beside it.
fn unexplained(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                unexplained(item, format!("{path}[{at}]"), found);
            }
        }
        Value::Object(fields) => {
            let is_row = fields.contains_key("source") || fields.contains_key("certainty");
            if fields.get("value").is_some_and(|it| !it.is_object())
                && !is_row
                && !fields.contains_key("code")
            {
                let because = fields.get("because").and_then(Value::as_array);
                let laws = |it: &Value| it["law"].as_array().is_some_and(|it| !it.is_empty());
                if !because.is_some_and(|it| !it.is_empty() && it.iter().all(laws)) {
                    found.push(path.clone());
                }
            }
            for (name, field) in fields {
                // What is rows and lines is handed over, not computed.
                if !["rows", "lines"].contains(&name.as_str()) {
                    unexplained(field, format!("{path}.{name}"), found);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_figure_of_json_has_its_reasons() {
    let chain = folder("ic-chain/journal.jsonl");
    let lot = folder("edge-cases/E6.jsonl");
    for (folder, line) in [
        (
            &chain,
            "tax sale books.jsonl --inputs rates.json --format json",
        ),
        (
            &chain,
            "tax refund books.jsonl --inputs rates.json --format json",
        ),
        (
            &chain,
            "tax guarantee books.jsonl --inputs rates.json --format json --on 2026-06-01",
        ),
        (
            &lot,
            "tax quote books.jsonl --inputs rates.json --format json --on 2026-06-30",
        ),
        (
            &lot,
            "tax deadlines books.jsonl --inputs rates.json --format json --on 2026-06-30",
        ),
    ] {
        let ran = folder.run(line);
        assert_eq!(ran.status(), Some(0), "{line}: {}", ran.err());
        let json: Value = serde_json::from_str(&ran.out()).expect("JSON");
        let (mut found, mut figures) = (Vec::new(), 0);
        unexplained(&json, String::new(), &mut found);
        assert!(found.is_empty(), "{line}: {found:?}");
        figures += ran.out().matches("\"because\":[{").count();
        assert!(figures >= 3, "{line}: {figures}");
    }
}

/// What the table leaves no room for is in JSON: the amounts are text, never floats.
#[test]
fn amounts_in_json_are_text() {
    let folder = folder("edge-cases/E6.jsonl");
    let ran = folder.run("tax sale books.jsonl --inputs rates.json --format json");
    let json: Value = serde_json::from_str(&ran.out()).expect("JSON");
    assert_eq!(json["total"], "209.57");
    let goods = &json["sales"][0]["goods"][0];
    assert_eq!(goods["value"]["value"], "1612.11");
    assert_eq!(goods["vat"]["value"], "209.57");
    assert_eq!(goods["vat"]["because"][0]["rule"], "vat");
    assert_eq!(
        goods["value"]["because"][0]["lines"][1],
        json!({"list": "CHIP-IN-02", "line": 1})
    );
    assert_eq!(goods["kind"], "surplus");
}

/// 136 slices remain; another book of the same enterprise takes them, or none.
#[test]
fn the_ways_out_stand_side_by_side() {
    let mut lines = vec![
        opening(1, BOOK),
        list(2, "L1", "import", "1000"),
        booked(3, "L1"),
        list(4, "L2", "export", "864"),
        booked(5, "L2"),
    ];
    lines[1]["list"]["lines"][0]["amount"] = json!("42000");
    lines[1]["list"]["lines"][0]["currency"] = json!("USD");
    let folder = Folder::with_journal(&lines);
    folder.write("rates.json", rates());
    let run = "tax quote books.jsonl --inputs rates.json --on 2026-11-30";
    let page = folder.run(run).transcript();
    assert_legible(&page);
    expect![[r#"
        C222626A0001 · as if done on 2026-11-30
          1 裸晶圆: 100 片 remain
            way out              mode      duty       VAT  interest  to customs, CNY  licence
            处置                 监管方式  关税    增值税  缓税利息             合计  许可证件
            sell 内销            0644      0.00  3,876.60      0.00         3,876.60  if_controlled
            carry over 余料结转  0657         -         -         -     not possible  -
            re-export 复出       0664         -         -         -             0.00  -
            destroy 销毁         0200         -         -         -             0.00  -
              sell: 100 sold at home: duty, VAT and interest
              carry_over: no other book here has the same operator, processor, trade and material; open one,
                          or amend one
              re_export: back abroad as it came: no tax; freight is not counted here
              destroy: destroyed without income: no tax; the waste firm's fee is not counted here. With
                       income it is a sale of scrap as it stands
        = 0
    "#]].assert_eq(&page);
    lines.insert(1, opening(9, "C222626A0002"));
    folder.write("books.jsonl", jsonl(&lines));
    let page = folder.run(&format!("{run} --handbook {BOOK}")).out();
    assert!(page.contains("into C222626A0002"), "{page}");
    // What remains of two materials, on one list.
    let mut second = lines[0]["handbook"]["materials"][0].clone();
    second["seq"] = json!(2);
    second["code"] = json!("BW-2");
    let mut two = lines.clone();
    two[0]["handbook"]["materials"]
        .as_array_mut()
        .expect("materials")
        .push(second);
    let mut line = two[2]["list"]["lines"][0].clone();
    (line["line"], line["seq"]) = (json!(2), json!(2));
    two[2]["list"]["lines"]
        .as_array_mut()
        .expect("lines")
        .push(line);
    let of_two = Folder::with_journal(&two);
    of_two.write("rates.json", rates());
    let page = of_two.run(&format!("{run} --handbook {BOOK}")).out();
    assert_legible(&page);
    let (_, together) = page.split_once("all that remains").expect("a last table");
    expect![[r#"
        , on one list
            way out    mode      duty        VAT  interest  to customs, CNY  licence
            处置       监管方式  关税     增值税  缓税利息             合计  许可证件
            sell 内销  0644      0.00  42,642.60    125.20        42,767.80  if_controlled
              sell: what remains of 2 materials sold at home on one list
    "#]]
    .assert_eq(together);
    let csv = of_two
        .run(&format!("{run} --handbook {BOOK} --format csv"))
        .out();
    let last = csv.lines().last().expect("a row");
    expect!["C222626A0001,2026-11-30,,,,,sell,0644,true,42767.80,"].assert_eq(last);
    // A rate that is missing is told beside the way that needs it.
    let page = folder.run("tax quote books.jsonl --on 2026-11-30").out();
    assert!(
        page.contains("not known") && page.contains("exchange_rate_missing"),
        "{page}"
    );
}

#[test]
fn what_is_due_is_a_page_and_a_calendar() {
    let mut lines = vec![
        opening(1, BOOK),
        list(2, "L1", "import", "1000"),
        booked(3, "L1"),
    ];
    lines.push(entry(
        4,
        "2026-06-10",
        "declare_list",
        json!({"list": {"number": "SALE-01", "handbook": BOOK, "direction": "import",
            "goods": "material", "mode": "0644", "lines": [{"line": 1, "seq": 1, "quantity": "20"}]}}),
    ));
    let folder = Folder::with_journal(&lines);
    let page = folder
        .run("tax deadlines books.jsonl --on 2026-06-20")
        .transcript();
    assert_legible(&page);
    expect![[r#"
          due         days  handbook      what
          期限          天  手册          事项
          2026-06-25     5  C222626A0001  pay the tax of list SALE-01 (缴纳税款)
          2026-07-15    25  C222626A0001  declare the sales of 2026-06 collectively (集中办理内销征税)
          2026-12-31   194  C222626A0001  the book expires: export, or extend it before (到期、延期)
          2027-01-30   224  C222626A0001  report for closure (报核)
        = 0
    "#]].assert_eq(&page);
    // Past it, something is overdue.
    let late = folder.run("tax deadlines books.jsonl --on 2026-06-26");
    assert_eq!(late.status(), Some(1));
    let csv = folder
        .run("tax deadlines books.jsonl --on 2026-06-20 --format csv")
        .out();
    expect![[r#"
        due,handbook,kind,list,what,overdue,missing
        2026-06-25,C222626A0001,payment,SALE-01,pay the tax of list SALE-01 (缴纳税款),false,
        2026-07-15,C222626A0001,collective_tax,,declare the sales of 2026-06 collectively (集中办理内销征税),false,
        2026-12-31,C222626A0001,expiry,,"the book expires: export, or extend it before (到期、延期)",false,
        2027-01-30,C222626A0001,report,,report for closure (报核),false,
    "#]].assert_eq(&csv.replace('\r', ""));
    let ics = folder
        .run("tax deadlines books.jsonl --on 2026-06-20 --format ics")
        .out();
    let events = ics.matches("BEGIN:VEVENT\r\n").count();
    assert_eq!(events, csv.lines().count() - 1);
    assert!(
        ics.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && ics.ends_with("END:VCALENDAR\r\n")
    );
    let uids: BTreeSet<&str> = ics.lines().filter(|it| it.starts_with("UID:")).collect();
    assert_eq!(uids.len(), events);
}

#[test]
fn a_day_that_is_not_known_is_a_finding_and_the_others_are_shown() {
    let folder = folder("edge-cases/E6.jsonl");
    folder.write(
        "gone.json",
        r#"{"parameters":[{"name":"report_days","from":"2026-12-01","until":"2026-12-30","value":"30","source":"s"}]}"#,
    );
    let run = "tax deadlines books.jsonl --inputs gone.json --on 2026-06-20";
    let page = folder.run(run).transcript();
    assert_legible(&page);
    expect![[r#"
          due         days  handbook      what
          期限          天  手册          事项
          ?              ?  C222626E0601  report for closure (报核)
          2026-07-15    25  C222626E0601  declare the sales of 2026-06 collectively (集中办理内销征税)
          2026-12-31   194  C222626E0601  the book expires: export, or extend it before (到期、延期)
          ? C222626E0601: report: parameter_missing: report_days (report after expiry or the last export) is
            not known on 2026-12-31; add {"name":"report_days","from":"2026-12-31","value":"…","source":"…"}
            to "parameters"
        = 1
    "#]].assert_eq(&page);
    let json = folder.run(&format!("{run} --format json"));
    assert_eq!(json.status(), Some(1));
    let json: Value = serde_json::from_str(&json.out()).expect("JSON");
    let first = &json["deadlines"][0];
    assert!(first["due"].is_null() && first["overdue"] == false);
    assert_eq!(first["missing"]["code"], "parameter_missing");
    let add = first["missing"]["add"].as_str().expect("a row");
    assert!(add.contains(r#""name":"report_days""#), "{add}");
    assert_eq!(json["deadlines"][1]["due"], "2026-07-15");
    assert!(json["deadlines"][1].get("missing").is_none());
    let csv = folder.run(&format!("{run} --format csv")).out();
    let row = csv.lines().nth(1).expect("a row");
    assert!(row.starts_with(",C222626E0601,report,,") && row.contains("report_days"));
    // A calendar has no place for it.
    let ics = folder.run(&format!("{run} --format ics"));
    assert_eq!(ics.status(), Some(1));
    assert_eq!(
        ics.out().matches("BEGIN:VEVENT\r\n").count(),
        csv.lines().count() - 2
    );
    expect![[r#"
        warning: C222626E0601: report is not in the calendar: parameter_missing: report_days (report after expiry or the last export) is not known on 2026-12-31; add {"name":"report_days","from":"2026-12-31","value":"…","source":"…"} to "parameters"
    "#]].assert_eq(&ics.err());
}

#[test]
fn what_is_missing_is_named_and_nothing_is_assumed() {
    let folder = folder("edge-cases/E6.jsonl");
    expect![[r#"
        ! error: exchange_rate_missing: no exchange rate of USD on 2026-06-01 for customs; add {"currency":"USD","use":"customs","from":"2026-06-01","cny":"…","source":"…"} to "exchange_rates"
        ! error: a figure is missing; nothing is printed, as a part would be no answer: add what is named to a file of --inputs, others may follow
        = 2
    "#]].assert_eq(&folder.run("tax sale books.jsonl").transcript());
    for (file, says) in [
        (
            r#"{"tarif":[]}"#,
            r#"rates.json, line 1: unknown_field: tarif: unknown field, did you mean "tariff"?; nothing was computed"#,
        ),
        (
            r#"{"tariff":[{"hs":"8542","from":"2026-01-01","duty":0.5,"vat":"13","source":"s"}]}"#,
            "tariff[0].duty: found the number 0.5, expected a decimal in quotes",
        ),
        (
            "{}\n{\"exchange_rates\":7}",
            "rates.json, line 2: wrong_type: exchange_rates: found 7, expected an array",
        ),
        ("", "rates.json: nothing is in it"),
    ] {
        folder.write("rates.json", file);
        let ran = folder.run("tax sale books.jsonl --inputs rates.json");
        assert_eq!(ran.status(), Some(2));
        assert!(ran.err().contains(says), "{}", ran.err());
        assert_eq!(ran.out(), "");
    }
    let unknown = folder.run("tax deadlines books.jsonl --handbook C222626E0602");
    assert!(
        unknown.err().contains("did you mean C222626E0601?"),
        "{}",
        unknown.err()
    );
    let not_a_sale = folder.run("tax sale books.jsonl --list CHIP-IN-01");
    assert!(
        not_a_sale.err().contains("not_a_sale"),
        "{}",
        not_a_sale.err()
    );
}

/// Tax on a journal with a refused line would be of something else.
#[test]
fn a_refused_line_stops_everything() {
    let mut lines = vec![opening(1, BOOK)];
    lines.push(list(2, "L1", "import", "5000"));
    let folder = Folder::with_journal(&lines);
    let ran = folder.run("tax deadlines books.jsonl");
    assert_eq!(ran.status(), Some(2));
    assert!(ran.err().contains("quota_exceeded"), "{}", ran.err());
    // The same entry twice is nothing new.
    folder.write("books.jsonl", jsonl(&[opening(1, BOOK), opening(1, BOOK)]));
    assert_eq!(
        folder
            .run("tax deadlines books.jsonl --on 2026-02-01")
            .status(),
        Some(0)
    );
    assert_eq!(lines[0]["id"], id(1));
}

#[test]
fn a_ledger_in_a_database_costs_the_same() {
    let folder = folder("ic-chain/journal.jsonl");
    assert_eq!(folder.run("convert books.jsonl books.db").status(), Some(0));
    for line in [
        "tax refund LEDGER --inputs rates.json --format json",
        "tax sale LEDGER --inputs rates.json --format json",
        "tax deadlines LEDGER --on 2026-11-01",
    ] {
        let of = |ledger| folder.run(&line.replace("LEDGER", ledger)).transcript();
        assert_eq!(of("books.jsonl"), of("books.db"), "{line}");
    }
}

#[test]
fn every_rule_of_tax_is_explained_and_shares_no_code() {
    let folder = Folder::new();
    for rule in bonded_tax::rules::all() {
        assert!(
            bonded_ledger::rules::all().all(|it| it.code != rule.code),
            "{}",
            rule.code
        );
        assert!(
            unit_consumption::rules::find(rule.code).is_none(),
            "{}",
            rule.code
        );
    }
    let ran = folder.run("explain customs_value").transcript();
    assert_legible(&ran);
    assert!(
        ran.starts_with("customs_value · a rule of tax") && ran.contains("Decree 211"),
        "{ran}"
    );
}

/// An account book of two cycles, the first accepted: one refund after the other, or one of them.
#[test]
fn the_refund_of_an_account_book_is_a_page_a_cycle() {
    const ACCOUNT: &str = "E222626A0001";
    let mut lines = vec![
        opening(1, ACCOUNT),
        list(2, "I1", "import", "1000"),
        booked(3, "I1"),
        list(4, "X1", "export", "864"),
        booked(5, "X1"),
    ];
    for it in &mut lines[1..] {
        if let Some(list) = it.get_mut("list").and_then(Value::as_object_mut) {
            list["handbook"] = json!(ACCOUNT);
            list["lines"][0]["usd_amount"] = json!("42000");
        }
    }
    let rest = [
        (
            "2026-06-30",
            "count_stock",
            json!({"materials": [{"seq": 1, "quantity": "100"}]}),
        ),
        (
            "2026-07-02",
            "report_cycle",
            json!({"cycle_end": "2026-06-30"}),
        ),
        ("2026-07-05", "accept_cycle", json!({})),
    ];
    for ((day, kind, mut fields), at) in rest.into_iter().zip(6..) {
        fields["handbook"] = json!(ACCOUNT);
        lines.push(entry(at, day, kind, fields));
    }
    let folder = Folder::with_journal(&lines);
    let rates = r#"{"exchange_rates":[{"currency":"USD","from":"2026-01-01","cny":"7","source":"s"}],
        "tariff":[{"hs":"85","from":"2026-01-01","duty":"0","vat":"13","refund":"13","source":"s"}],
        "refund":[{"handbook":"E222626A0001","from":"2026-01-01","planned_rate":"0.5","source":"s"}]}"#;
    folder.write("rates.json", rates);
    let run = "tax refund books.jsonl --inputs rates.json";
    let page = folder.run(run).transcript();
    assert_legible(&page);
    let shown = page
        .lines()
        .filter(|it| it.contains("cycle ") || it.contains('÷') || it.starts_with("  ·"));
    let shown: Vec<&str> = shown.map(str::trim_end).collect();
    expect![[r#"
        E222626A0001 · cycle 1 (核销周期) from 2026-01-01 to 2026-06-30
          · written off on 2026-07-05, the write-off is applied for by 2027-04-20
          imports 42,000.00 ÷ exports 42,000.00 = actual rate (实际分配率) 1
        E222626A0001 · cycle 2 (核销周期) from 2026-07-01 to 2026-12-31
          · not written off: the actual rate is provisional
          imports 0.00 ÷ exports 0.00 = actual rate (实际分配率) none, as nothing was exported"#]]
    .assert_eq(&shown.join("\n"));
    let second = folder.run(&format!(
        "{run} --handbook {ACCOUNT} --cycle 2 --format csv"
    ));
    let rows = second.out();
    assert!(
        rows.lines().skip(1).all(|it| it.trim_end().ends_with(",2")),
        "{rows}"
    );
    let third = folder.run(&format!("{run} --handbook {ACCOUNT} --cycle 3"));
    assert_eq!(third.status(), Some(2));
    assert!(third.err().contains("cycle_unknown"), "{}", third.err());
}

/// A row that names nothing of the ledger is told, in every command, and changes no exit status.
#[test]
fn rows_that_match_nothing_are_told() {
    let folder = folder("edge-cases/E6.jsonl");
    let rows = r#"{"note":"two objects"}
{"sales":[{"list":"SALE-02","on":"2026-06-03"}],"zones":[{"handbook":"C222626E0602","from":"2026-01-01","source":"s"}]}"#;
    folder.write("sales.json", rows);
    let run = "--inputs rates.json sales.json";
    let page = folder
        .run(&format!("tax sale books.jsonl {run} --list SALE-01"))
        .transcript();
    expect![[r#"
        SALE-01 · C222626E0601 · 0644 · formalities 2026-06-01 · payment letter 2026-06-01
          kind              no  goods               quantity  unit     value  duty     VAT
          种类                  商品                    数量  单位  完税价格  关税  增值税
          surplus 剩余料件   1  集成电路（未终测）     2,310  个    1,612.11  0.00  209.57
          licence (许可证件): exempt · interest (缓税利息): 0.00 · total: CNY 209.57
        ! warning: sales.json, line 2: sales[0]: list SALE-02 is not in this ledger; did you mean SALE-01?
        ! warning: sales.json, line 2: zones[0]: handbook C222626E0602 is not in this ledger; did you mean C222626E0601?
        = 0
    "#]].assert_eq(&page);
    for command in ["sale", "quote", "refund", "guarantee", "deadlines"] {
        let on = match command {
            "sale" | "refund" => "",
            _ => "--on 2026-06-30",
        };
        let ran = folder.run(&format!(
            "tax {command} books.jsonl {run} {on} --format json"
        ));
        assert_eq!(ran.status(), Some(0), "{command}: {}", ran.err());
        let json: Value = serde_json::from_str(&ran.out()).expect("JSON");
        let unmatched = json["unmatched"].as_array().expect("rows");
        assert_eq!(unmatched.len(), 2, "{command}");
        assert_eq!(unmatched[0]["file"], "sales.json");
        assert_eq!(unmatched[0]["table"], "sales");
        assert_eq!(
            ran.err().matches("warning: ").count(),
            2,
            "{command}: {}",
            ran.err()
        );
    }
}
