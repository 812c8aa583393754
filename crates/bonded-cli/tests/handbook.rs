//! `bonded handbook import` and `plan`.

mod support;

use expect_test::expect;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use support::{BOOK, Folder, jsonl, opening};

/// As the Single Window exports a handbook, as small as it can be.
fn workbook(quantity: &str) -> Vec<u8> {
    let sheets: [(&str, &[&str]); 4] = [
        (
            "表头",
            &[
                "加工贸易手册编号,C222626A0001,手册类型,进料加工,录入日期,20260105",
                "经营单位编码,3501900001,经营单位社会信用代码,91350100M000100Y43,经营单位名称,示例公司",
                "加工单位编码,3501900001,加工单位社会信用代码,91350100M000100Y43,加工单位名称,示例公司",
                "有效期,20261231,单耗申报环节代码,出口前,自核资格标记,具备",
            ],
        ),
        (
            "料件",
            &[
                "序号,料号,商品编码,商品名称,申报计量单位,法定计量单位,申报单价,币制,申报数量",
                &format!("1,BW-200,3818001900,裸晶圆,片,片,42,美元,{quantity}"),
            ],
        ),
        (
            "成品",
            &[
                "序号,料号,商品编码,商品名称,申报计量单位,法定计量单位,申报单价,币制,申报数量",
                "1,PW-200,8542390000,加工晶圆,片,片,450,美元,960",
            ],
        ),
        (
            "单损耗",
            &[
                "成品序号,料件序号,单耗版本号,净耗,有形损耗率,无形损耗率,保税料件比例",
                "1,1,0,1,4,0,100",
            ],
        ),
    ];
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.split(',').enumerate() {
                sheet
                    .write_string(row as u32, column as u16, cell)
                    .expect("a cell");
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

#[test]
fn a_workbook_becomes_an_entry_that_can_be_posted() {
    let folder = Folder::new();
    folder.write("book.xlsx", workbook("1000"));
    let ran = folder.run("handbook import book.xlsx --date 2026-01-06");
    let entry: Value = serde_json::from_str(&ran.out()).expect("JSON");
    assert_eq!(ran.out().lines().count(), 1);
    assert!(
        ran.out().starts_with("{\"id\":\"")
            && ran.out().contains(
                "\",\"date\":\"2026-01-06\",\"entry\":\"open_handbook\",\"handbook\":{\"number\":"
            )
    );
    assert_eq!(entry["handbook"]["materials"][0]["unit"], "020");
    expect![[r#"
        note: the workbook does not say from when the handbook is valid: 2026-01-05 (录入日期, date of input) was taken
    "#]].assert_eq(&ran.err());
    assert_eq!(
        folder
            .run("handbook import book.xlsx --date 2026-01-06")
            .out(),
        ran.out(),
        "always the same entry"
    );
    let posted = folder.run_with("post books.jsonl -", ran.out());
    assert_eq!(posted.fates(), ["accepted"]);
    let other = folder.run("handbook import book.xlsx --number C222626A0002 --valid-from 2026-02-01 --consumption-declared before_closure");
    let other: Value = serde_json::from_str(&other.out()).expect("JSON");
    assert_eq!(other["handbook"]["number"], "C222626A0002");
    assert_eq!(other["handbook"]["valid_from"], "2026-02-01");
    assert_eq!(other["handbook"]["consumption_declared"], "before_closure");
}

#[test]
fn what_is_no_workbook_or_says_too_little_is_told() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("folder")).expect("a folder");
    folder.write("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    folder.write("text.xlsx", "hello");
    folder.write("empty.xlsx", "");
    folder.write("zip.xlsx", b"PK\x03\x04 and no more");
    folder.write("bad.xlsx", workbook("many"));
    let mut text = String::new();
    for file in [
        "folder",
        "missing.xlsx",
        "old.xls",
        "text.xlsx",
        "empty.xlsx",
        "zip.xlsx",
        "bad.xlsx",
    ] {
        let ran = folder.run(&format!("handbook import {file}"));
        assert_eq!((ran.status(), ran.out().as_str()), (Some(2), ""), "{file}");
        text += &ran.err();
    }
    expect![[r#"
        error: folder: this is a directory; name the file in it
        error: missing.xlsx: could not be opened: No such file or directory (os error 2); check the name
        error: old.xls: this is an .xls workbook of before 2007; save it as .xlsx (Excel or WPS: 另存为) and import that
        error: text.xlsx: this is no workbook; save it as .xlsx (Excel or WPS: 另存为) and import that
        error: empty.xlsx: this is no workbook; save it as .xlsx (Excel or WPS: 另存为) and import that
        error: zip.xlsx: this is not a readable .xlsx workbook: it is no complete zip container (invalid Zip archive: Could not find EOCD)
        error: bad.xlsx: the workbook has 1 problem:
          料件!I2: 申报数量 (quantity): found "many", expected a plain decimal number with at most 13 digits before and 5 after the point, not negative; correct the cell; write no thousands separators, units or spaces
    "#]].assert_eq(&text);
}

#[test]
fn a_plan_says_what_should_have_been_approved() {
    let folder = Folder::new();
    folder.write("book.xlsx", workbook("1000"));
    expect![[r#"
        C222626A0001 · approved materials beside what the products need
          no  material       unit      approved  required  difference  bonded  equal
              料件           单位          备案      应备        差额    保税  相符
           1  BW-200 裸晶圆  片 slice     1,000     1,000           0   1,000  yes
        1 of 1 limited materials are approved with exactly what is needed (at the decimals approved)
        ! note: the workbook does not say from when the handbook is valid: 2026-01-05 (录入日期, date of input) was taken
        = 0
    "#]].assert_eq(&folder.run("handbook plan book.xlsx").transcript());
    let mut less = opening(1, BOOK);
    less["handbook"]["products"][0]["quantity"] = json!("1000");
    let mut unlimited = opening(2, "C222626A0002");
    unlimited["handbook"]["materials"][0]["quantity"] = Value::Null;
    folder.write("open.jsonl", jsonl(&[less.clone(), unlimited]));
    expect![[r#"
        C222626A0001 · approved materials beside what the products need
          no  material       unit      approved     required  difference       bonded  equal
              料件           单位          备案         应备        差额         保税  相符
           1  BW-200 裸晶圆  片 slice     1,000  1,041.66667   -41.66667  1,041.66667  NO
        0 of 1 limited materials are approved with exactly what is needed (at the decimals approved)

        C222626A0002 · approved materials beside what the products need
          no  material       unit      approved  required  difference  bonded  equal
              料件           单位          备案      应备        差额    保税  相符
           1  BW-200 裸晶圆  片 slice         -         0           -       0  not limited
        0 of 0 limited materials are approved with exactly what is needed (at the decimals approved)
        note: product 1 has no approved quantity: it counts as nothing
        = 1
    "#]]
    .assert_eq(&folder.run("handbook plan open.jsonl").transcript());
    expect![[r#"
        {"handbooks":[{"handbook":"C222626A0001","all_equal":false,"materials":[{"seq":1,"code":"BW-200","name":"裸晶圆","unit":"020","approved":"1000","required":"1041.66667","rounded":"1041.67","difference":"-41.66667","bonded":"1041.66667","equal":false}],"notes":[]},{"handbook":"C222626A0002","all_equal":true,"materials":[{"seq":1,"code":"BW-200","name":"裸晶圆","unit":"020","approved":null,"required":"0","rounded":"0","difference":null,"bonded":"0","equal":null}],"notes":["product 1 has no approved quantity: it counts as nothing"]}]}
        = 1
    "#]].assert_eq(
        &folder
            .run("handbook plan open.jsonl --format json")
            .transcript(),
    );
    expect![[r#"
        handbook,seq,code,name,unit,approved,required,rounded,difference,bonded,equal
        C222626A0001,1,BW-200,裸晶圆,020,1000,1041.66667,1041.67,-41.66667,1041.66667,false
        C222626A0002,1,BW-200,裸晶圆,020,,0,0,,0,
        = 1
    "#]]
    .assert_eq(
        &folder
            .run("handbook plan open.jsonl --format csv")
            .transcript()
            .replace('\r', ""),
    );
    // One entry on many lines, as people write it.
    folder.write(
        "open.json",
        serde_json::to_string_pretty(&less).expect("JSON"),
    );
    assert_eq!(folder.run("handbook plan open.json").status(), Some(1));
}

#[test]
fn what_has_no_plan_says_where() {
    let folder = Folder::new();
    let mut two = opening(1, BOOK);
    two["handbook"]["consumptions"][0]["material"] = json!(2);
    folder.write("unknown.jsonl", jsonl(&[two]));
    folder.write("nothing.jsonl", "");
    folder.write("text.jsonl", "hello\n");
    let mut text = String::new();
    for file in [
        "unknown.jsonl",
        "nothing.jsonl",
        "text.jsonl",
        "missing.jsonl",
    ] {
        let ran = folder.run(&format!("handbook plan {file}"));
        assert_eq!((ran.status(), ran.out().as_str()), (Some(2), ""), "{file}");
        text += &ran.err();
    }
    expect![[r#"
        error: unknown.jsonl: handbook.consumptions[0].material: material 2 is not there
        error: nothing.jsonl: no handbook is opened in it; name a workbook (.xlsx) or a file with an open_handbook entry
        error: text.jsonl, line 1: invalid_json: not one JSON object: expected value (column 1); expected an entry such as {"id":…,"date":…,"entry":…} on a line of its own; expected a workbook (.xlsx) or a file of entries, one a line
        error: missing.jsonl: could not be opened: No such file or directory (os error 2); check the name
    "#]].assert_eq(&text);
}

#[test]
fn the_real_figures_of_an_approved_handbook_are_reproduced() {
    let folder = Folder::new();
    let seed = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../seeds/handbook/open.json"
    );
    let ran = folder.run(&format!("handbook plan {seed}"));
    assert_eq!(ran.status(), Some(0));
    expect![[r#"
        C520719A9901 · approved materials beside what the products need
          no  material            unit       approved       required  difference         bonded  equal
              料件                单位           备案           应备        差额           保税  相符
           1  1 碳纤维丝          千克 kg  168,105.57  168,105.56701     0.00299  168,105.56701  yes
           2  2 碳纤维编织布      千克 kg   32,907.22   32,907.21649     0.00351   32,907.21649  yes
           3  3 玻璃纤维丝        千克 kg     2,226.8    2,226.80412    -0.00412    2,226.80412  yes
           4  4 环氧树脂A         千克 kg   33,399.69   33,399.68506     0.00494   33,399.68506  yes
           5  5 环氧树脂          千克 kg   79,028.54   79,028.53563     0.00437   79,028.53563  yes
           6  6 苯氧树脂          千克 kg    6,237.83    6,237.82529     0.00471    6,237.82529  yes
           7  7 硬化剂            千克 kg   10,051.16   10,051.15556     0.00444   10,051.15556  yes
           8  8 离型纸            千克 kg  242,852.83  242,852.82609     0.00391  242,852.82609  yes
           9  9 [内购]玻璃纤维丝  千克 kg      471.75      471.75258    -0.00258              0  yes
          10  10 [内购]PE膜       千克 kg   44,796.05   44,796.04804     0.00196              0  yes
          11  11 [内购]纸筒       千克 kg   38,142.56      38,142.56           0              0  yes
          12  12 [内购]纸箱       千克 kg    38,203.2       38,203.2           0              0  yes
          13  13 [内购]PE胶袋     千克 kg    2,455.92       2,455.92           0              0  yes
        13 of 13 limited materials are approved with exactly what is needed (at the decimals approved)
    "#]].assert_eq(&ran.out());
}
