//! Workbooks: a handbook of 9,999 materials and 9,999 products read, its template and lists written and
//! read: `cargo bench -p benches --bench workbook`.
//!
//! `ITEMS=9999 CONSUMPTIONS=50000 LINES=100000` sets the sizes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bonded_exchange::codes::Codes;
use bonded_exchange::workbook::{ImportOptions, ListsOptions, read_handbook, read_lists};
use rust_xlsxwriter::{Workbook, Worksheet};

fn setting(name: &str, default: u32) -> u32 {
    let value = std::env::var(name).ok();
    value.and_then(|it| it.parse().ok()).unwrap_or(default)
}

/// The shortest and the middle of five.
fn measured(mut run: impl FnMut()) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[0], times[2])
}

fn row(sheet: &mut Worksheet, row: u32, cells: &str) {
    for (column, cell) in (0..).zip(cells.split(',')) {
        if !cell.is_empty() {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
}

/// As the Single Window exports it: every cell a text, titles above the names.
fn handbook(items: u32, consumptions: u32) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("表头").expect("a name");
    for (at, cells) in (0..).zip([
        "表头",
        "预录入统一编号,202600000000000001,加工贸易手册编号,C520726A0001,企业内部编号,T-1",
        "主管海关,凤岗海关,手册类型,进料加工,申报类型,备案",
        "经营单位编码,3501900001,经营单位社会信用代码,91350100M000100Y43,经营单位名称,示例公司",
        "加工单位编码,3501900001,加工单位社会信用代码,91350100M000100Y43,加工单位名称,示例公司",
        "监管方式,进料对口,进口合同号,,出口合同号,",
        "有效期,20270105,征免性质,进料加工,加工种类,其他",
        "单耗申报环节代码,报核前,录入日期,20260105,自核资格标记,具备",
    ]) {
        row(sheet, at, cells);
    }
    for (name, more) in [("料件", "主料"), ("成品", "未磋商")] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        row(sheet, 0, name);
        let last = if name == "料件" {
            "主料标志"
        } else {
            "磋商标志"
        };
        row(
            sheet,
            1,
            &format!(
                "序号,统一编号,料号,商品编码,商品名称,规格型号,申报计量单位,法定计量单位,法定第二计量单位,申报单价,币制,\
                 申报数量,申报总价,产销国（地区）,征免方式,商品属性,修改标志,海关执行标志,备注,{last}"
            ),
        );
        for at in 1..=items {
            row(
                sheet,
                at + 1,
                &format!(
                    "{at},202600000000000001,MAT-{at:06},8542319090,处理器及控制器 {at},4|3|未封装|无型号,千克,千克,,\
                     12.34,美元,{at}.12345,1,中国,全免,,未修改,正常执行,,{more}"
                ),
            );
        }
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name("单损耗").expect("a name");
    row(sheet, 0, "单损耗");
    row(
        sheet,
        1,
        "序号,成品序号,成品料号,成品商品编码,成品商品名称,料件序号,料件料号,料件商品编码,料件商品名称,单耗版本号,单耗,净耗,\
         有形损耗率,无形损耗率,单耗申报状态,保税料件比例,修改标志,企业执行标志,备注",
    );
    for at in 0..consumptions {
        let (product, material) = (at % items + 1, (at / items * 7 + at) % items + 1);
        row(
            sheet,
            at + 2,
            &format!(
                "{at},{product},MAT-{product:06},8542319090,处理器及控制器 {product},{material},MAT-{material:06},\
                 8542319090,处理器及控制器 {material},0,,0.{:05},3,0.5,已申报,100,未修改,运行,",
                at % 99_999 + 1
            ),
        );
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn main() {
    // cargo test runs benches without arguments: a look is enough.
    let measure = std::env::args().any(|it| it == "--bench");
    let scale = if measure { 1 } else { 100 };
    let items = setting("ITEMS", 9_999) / scale;
    let consumptions = setting("CONSUMPTIONS", 50_000) / scale;
    let lines = setting("LINES", 100_000) / scale;
    let codes = Codes::builtin();
    let bytes = handbook(items, consumptions);
    let size = bytes.len() / 1_024;
    for particulars in [false, true] {
        let options = ImportOptions {
            particulars,
            ..ImportOptions::default()
        };
        let (best, middle) = measured(|| {
            let read = read_handbook(&bytes, &codes, &options);
            black_box(read.unwrap_or_else(|error| panic!("{error}")));
        });
        println!(
            "a handbook of {items} materials, {items} products, {consumptions} consumptions ({size} KiB), \
             particulars {particulars}: read in {middle:?}, at best {best:?}"
        );
    }
    let mut csv =
        "number,date,handbook,direction,goods,mode,line,seq,quantity,amount,currency\n".to_owned();
    for at in 0..lines {
        let (list, line) = (at / 50, at % 50 + 1);
        csv.push_str(&format!(
            "L-{list},2026-02-01,C222626A0001,import,material,0615,{line},{line},{at}.5,12.34,USD\n"
        ));
    }
    let (best, middle) = measured(|| {
        let read = read_lists(csv.as_bytes(), &codes, &ListsOptions::default());
        black_box(read.unwrap_or_else(|error| panic!("{error}")));
    });
    println!("{lines} lines of lists as CSV: read in {middle:?}, at best {best:?}");
}
