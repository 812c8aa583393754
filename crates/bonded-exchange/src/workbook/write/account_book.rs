//! The three sheets of an account book's items and unit consumption. Codes are codes, every cell is a
//! text.

use bonded_ledger::{ConsumptionLine, Item, Percent, Version};
use rust_xlsxwriter::{IgnoreError, Worksheet};

use super::WriteError;
use super::cells::{self, Widths};
use crate::codes::Codes;
use crate::on_file::FiledHandbook;
use crate::workbook::book_template::{Particulars, particular};

const MATERIALS: [&str; 17] = [
    "序号",
    "料号",
    "商品编码",
    "商品名称",
    "规格型号",
    "申报计量单位代码",
    "法定计量单位代码",
    "法定第二计量单位代码",
    "申报数量",
    "申报单价",
    "币制",
    "征免方式",
    "主料标志",
    "企业执行标志",
    "修改标志",
    "批准最大余数量",
    "备注",
];
const PRODUCTS: [&str; 15] = [
    "序号",
    "料号",
    "商品编码",
    "商品名称",
    "规格型号",
    "申报计量单位代码",
    "法定计量单位代码",
    "法定第二计量单位代码",
    "申报数量",
    "申报单价",
    "币制",
    "征免方式",
    "企业执行标志",
    "修改标志",
    "备注",
];
const CONSUMPTIONS: [&str; 12] = [
    "序号",
    "成品序号",
    "料件序号",
    "单耗版本号",
    "净耗",
    "有形损耗率(%)",
    "无形损耗率(%)",
    "单耗申报状态代码",
    "保税料件比例(%)",
    "修改标志",
    "单耗有效期",
    "备注",
];

pub(super) fn write(book: Option<&FiledHandbook>, codes: &Codes) -> Result<Vec<u8>, WriteError> {
    let mut workbook = cells::workbook("账册导入模板")?;
    let opened = book.map(|it| &it.opened);
    let materials = opened.map_or(&[][..], |it| &it.materials);
    let products = opened.map_or(&[][..], |it| &it.products);
    let consumptions = opened.map_or(&[][..], |it| &it.consumptions);
    let ext = opened.and_then(|it| it.ext.as_ref());
    let particulars = Particulars::of(ext);
    let rows: Vec<_> = materials
        .iter()
        .map(|it| {
            let flags: &[&str] = &[
                "lvyrlfModecd",
                "adjmtrMarkcd",
                "etpsExeMarkcd",
                "modfMarkcd",
                "apprMaxSurpQty",
                "rmk",
            ];
            item(u32::from(it.seq.get()), &it.item, flags, codes)
        })
        .collect();
    let sheet = workbook.add_worksheet();
    sheet.set_name("料件")?;
    sheet_of_texts(sheet, &MATERIALS, &rows)?;
    let rows: Vec<_> = products
        .iter()
        .map(|it| {
            let flags: &[&str] = &["lvyrlfModecd", "etpsExeMarkcd", "modfMarkcd", "rmk"];
            item(u32::from(it.seq.get()), &it.item, flags, codes)
        })
        .collect();
    let sheet = workbook.add_worksheet();
    sheet.set_name("成品")?;
    sheet_of_texts(sheet, &PRODUCTS, &rows)?;
    let rows: Vec<_> = (1..)
        .zip(consumptions)
        .map(|(at, it)| consumption(at, it, &particulars))
        .collect();
    let sheet = workbook.add_worksheet();
    sheet.set_name("单耗")?;
    sheet_of_texts(sheet, &CONSUMPTIONS, &rows)?;
    cells::bytes(workbook)
}

fn item(seq: u32, item: &Item, flags: &[&str], codes: &Codes) -> Vec<String> {
    let unit = |it: Option<bonded_ledger::Unit>| it.map_or(String::new(), |it| it.to_string());
    let ext = item.ext.as_ref();
    let currency = item.currency.map(|it| {
        let code = codes.currency(it.as_str()).map(|it| it.code.clone());
        code.unwrap_or_else(|| it.to_string())
    });
    // The template cannot say that customs does not control a quantity: only 0 means that.
    let declared = particular(ext, "dclQty");
    let unlimited = if declared == "0" { declared } else { "" };
    let quantity = item.quantity.map(|it| it.to_string());
    let mut row = vec![
        seq.to_string(),
        item.code.clone(),
        item.hs.to_string(),
        item.name.clone(),
        item.spec.clone().unwrap_or_default(),
        unit(Some(item.unit)),
        unit(item.legal_unit),
        unit(item.legal_unit_2),
        quantity.unwrap_or_else(|| unlimited.to_owned()),
        item.price.map_or(String::new(), |it| it.to_string()),
        currency.unwrap_or_default(),
    ];
    row.extend(flags.iter().map(|it| particular(ext, it).to_owned()));
    row
}

fn consumption(at: usize, line: &ConsumptionLine, particulars: &Particulars<'_>) -> Vec<String> {
    let version = Version::or_default(line.version.as_ref());
    let key = (line.product.get(), line.material.get(), version);
    let kept = |element| particulars.get(key, element).unwrap_or_default().to_owned();
    let percent = |it: Option<Percent>, default: &str| {
        it.map_or_else(|| default.to_owned(), |it| it.to_string())
    };
    vec![
        at.to_string(),
        line.product.to_string(),
        line.material.to_string(),
        version.to_owned(),
        line.net.to_string(),
        percent(line.tangible_loss, "0"),
        percent(line.intangible_loss, "0"),
        kept("ucnsDclStucd"),
        percent(line.bonded_share, "100"),
        kept("modfMarkcd"),
        kept("finishValidDate"),
        kept("rmk"),
    ]
}

/// Names in the first row, then rows of texts: nothing that an import could stumble over.
pub(super) fn sheet_of_texts(
    sheet: &mut Worksheet,
    names: &[&str],
    rows: &[Vec<String>],
) -> Result<(), WriteError> {
    let mut widths = Widths::default();
    for (column, name) in (0..).zip(names) {
        sheet.write_string_with_format(0, column, *name, &cells::name(true))?;
        sheet.set_column_format(column, &cells::text())?;
        widths.see(column, cells::width(name));
    }
    let text = cells::text();
    for (row, values) in (1..).zip(rows) {
        for (column, value) in (0..).zip(values) {
            if !value.is_empty() {
                sheet.write_string_with_format(row, column, value, &text)?;
                widths.see(column, cells::width(value));
            }
        }
    }
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX).max(1);
    let columns = u16::try_from(names.len()).unwrap_or(u16::MAX);
    // Numbers are texts here on purpose.
    sheet.ignore_error_range(
        1,
        0,
        last,
        columns.saturating_sub(1),
        IgnoreError::NumberStoredAsText,
    )?;
    widths.set(sheet, 6, 30)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}
