//! Our template for lists, as a workbook and as CSV.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{Date, DeclareList, Ext, ListLine, Version};
use rust_xlsxwriter::{DataValidation, Worksheet};
use serde_json::Value as Json;

use super::WriteError;
use super::cells::{self, Widths, exact};
use crate::fields::{BOND_INVT_BSC, BOND_INVT_DT, INVT_HEAD_TYPE};
use crate::workbook::csv::cell;
use crate::workbook::customs::CUSTOMS;
use crate::workbook::lists::layout::{LISTS, element};
use crate::workbook::row::Other;

/// How far down an empty sheet is prepared.
const PREPARED: u32 = 2_000;

/// Columns whose cells are numbers where they can be.
const NUMBERS: [&str; 9] = [
    "line",
    "seq",
    "quantity",
    "legal_quantity",
    "legal_quantity_2",
    "amount",
    "usd_amount",
    "presented_quantity",
    "code",
];

pub(super) fn write(lists: &[(Date, &DeclareList)]) -> Result<Vec<u8>, WriteError> {
    let mut workbook = cells::workbook("保税核注清单 lists")?;
    let sheet = workbook.add_worksheet();
    sheet.set_name("清单")?;
    let table = Table::of(lists);
    let mut widths = Widths::default();
    for (column, it) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, &it.name, &cells::name(true))?;
        sheet.write_string_with_format(1, column, &it.chinese, &cells::name(false))?;
        widths.see(
            column,
            cells::width(&it.name).max(cells::width(&it.chinese)),
        );
        // Otherwise a spreadsheet takes 0615 for 615.
        if !it.number {
            sheet.set_column_format(column, &cells::text())?;
        }
    }
    for (row, values) in (2..).zip(&table.rows) {
        for (column, (value, it)) in (0..).zip(values.iter().zip(&table.columns)) {
            if value.is_empty() {
                continue;
            }
            widths.see(column, cells::width(value));
            match exact(value).filter(|_| it.number) {
                Some(number) => sheet.write_number(row, column, number)?,
                None => sheet.write_string_with_format(row, column, value, &cells::text())?,
            };
        }
    }
    choices(sheet, &table, "direction", &["import", "export"])?;
    choices(sheet, &table, "goods", &["material", "product"])?;
    widths.set(sheet, 6, 30)?;
    sheet.set_freeze_panes(2, 1)?;
    cells::printed(sheet, (0, 1))?;
    explained(workbook.add_worksheet())?;
    cells::bytes(workbook)
}

pub(super) fn csv(lists: &[(Date, &DeclareList)]) -> String {
    let table = Table::of(lists);
    let mut text = String::new();
    let names: Vec<_> = table.columns.iter().map(|it| cell(&it.name)).collect();
    text.push_str(&names.join(","));
    text.push('\n');
    for row in &table.rows {
        let cells: Vec<_> = row.iter().map(|it| cell(it)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// A list to choose from; other ways to write it are read all the same.
fn choices(
    sheet: &mut Worksheet,
    table: &Table,
    name: &str,
    words: &[&str],
) -> Result<(), WriteError> {
    let column = table.columns.iter().position(|it| it.name == name);
    let Some(column) = column.and_then(|it| u16::try_from(it).ok()) else {
        return Ok(());
    };
    let last = PREPARED.max(
        u32::try_from(table.rows.len())
            .unwrap_or(u32::MAX)
            .saturating_add(2),
    );
    let validation = DataValidation::new()
        .allow_list_strings(words)?
        .set_error_style(rust_xlsxwriter::DataValidationErrorStyle::Warning);
    sheet.add_data_validation(2, column, last, column, &validation)?;
    Ok(())
}

struct Column {
    name: String,
    chinese: String,
    number: bool,
}

struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn of(lists: &[(Date, &DeclareList)]) -> Table {
        let mut others: BTreeSet<String> = BTreeSet::new();
        for (_, list) in lists {
            others.extend(extras(list.ext.as_ref(), "list.").into_keys());
            for line in &list.lines {
                others.extend(extras(ext(line), "").into_keys());
            }
        }
        let mut columns: Vec<Column> = LISTS
            .columns
            .iter()
            .map(|it| Column {
                name: it.field.to_owned(),
                chinese: it.names.first().copied().unwrap_or_default().to_owned(),
                number: NUMBERS.contains(&it.field) && it.field != "code",
            })
            .collect();
        columns.extend(others.iter().map(|it| Column {
            name: it.clone(),
            chinese: chinese(it),
            number: false,
        }));
        let mut rows = Vec::new();
        for (date, list) in lists {
            let head = head(*date, list);
            let heads = extras(list.ext.as_ref(), "list.");
            for line in &list.lines {
                let own = self::line(line);
                let lines = extras(ext(line), "");
                let value = |it: &Column| {
                    let name = it.name.as_str();
                    let known = head.get(name).or_else(|| own.get(name));
                    let other = || heads.get(name).or_else(|| lines.get(name));
                    known.or_else(other).cloned().unwrap_or_default()
                };
                rows.push(columns.iter().map(value).collect());
            }
        }
        Table { columns, rows }
    }
}

fn head(date: Date, list: &DeclareList) -> BTreeMap<&'static str, String> {
    let DeclareList {
        number,
        handbook,
        direction,
        goods,
        mode,
        counterpart,
        delivered,
        reference,
        settles,
        customs_declaration,
        lines: _,
        ext: _,
    } = list;
    let mut all = BTreeMap::from([
        ("number", number.clone()),
        ("date", date.to_string()),
        ("handbook", handbook.to_string()),
        ("direction", direction.to_string()),
        ("goods", goods.to_string()),
        ("mode", mode.to_string()),
    ]);
    let mut put = |name, value: Option<String>| {
        if let Some(value) = value {
            all.insert(name, value);
        }
    };
    if let Some(other) = counterpart {
        put("counterpart_handbook", Some(other.handbook.to_string()));
        put("counterpart_list", other.list.clone());
    }
    put("delivered", delivered.map(|it| it.to_string()));
    put("reference", reference.clone());
    put("settles", settles.map(|it| it.to_string()));
    put("customs_declaration", customs_declaration.clone());
    all
}

fn line(it: &ListLine) -> BTreeMap<&'static str, String> {
    let mut all = BTreeMap::from([
        ("line", it.line.to_string()),
        ("seq", it.seq.to_string()),
        ("quantity", it.quantity.to_string()),
    ]);
    let mut put = |name, value: Option<String>| {
        if let Some(value) = value {
            all.insert(name, value);
        }
    };
    put("legal_quantity", it.legal_quantity.map(|it| it.to_string()));
    let version = it.version.as_ref().map(Version::as_str);
    put("version", version.map(str::to_owned));
    put("by_product", it.by_product.map(|it| it.to_string()));
    if let Some(details) = &it.details {
        let quantity = details.legal_quantity_2.map(|it| it.to_string());
        put("legal_quantity_2", quantity);
        put("amount", details.amount.map(|it| it.to_string()));
        put("currency", details.currency.map(|it| it.to_string()));
        put("usd_amount", details.usd_amount.map(|it| it.to_string()));
        put("origin", details.origin.clone());
        if let Some(goods) = &details.presented {
            put("presented_hs", Some(goods.hs.to_string()));
            put("presented_name", Some(goods.name.clone()));
            put("presented_unit", Some(goods.unit.to_string()));
            put("presented_quantity", Some(goods.quantity.to_string()));
        }
    }
    all
}

fn ext(line: &ListLine) -> Option<&Ext> {
    line.details.as_ref()?.ext.as_ref()
}

/// The texts of an `ext`, by the columns that they have.
fn extras(ext: Option<&Ext>, prefix: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (name, value) in ext.into_iter().flatten() {
        match value {
            Json::String(text) => {
                all.insert(format!("{prefix}ext.{name}"), text.clone());
            }
            Json::Object(customs) if name == CUSTOMS => {
                let texts = customs.iter();
                let texts = texts.filter_map(|it| Some((it.0, it.1.as_str()?)));
                all.extend(texts.map(|(name, text)| (column_of(prefix, name), text.to_owned())));
            }
            _ => {}
        }
    }
    all
}

/// The column of an element: its name alone where that is read as the same again.
fn column_of(prefix: &str, name: &str) -> String {
    let plain = format!("{prefix}{name}");
    let read = element(&plain);
    let same = |it: Other| it.element == name && it.head != prefix.is_empty();
    match read.is_some_and(same) {
        true => plain,
        false => format!("{prefix}customs.{name}"),
    }
}

fn chinese(column: &str) -> String {
    let (prefix, kinds, name) = match column.strip_prefix("list.") {
        Some(name) => ("表头 ", [&BOND_INVT_BSC, &INVT_HEAD_TYPE], name),
        None => ("", [&BOND_INVT_DT, &BOND_INVT_DT], column),
    };
    let field = kinds.iter().find_map(|it| it.field(name));
    field.map_or_else(
        || format!("{prefix}自定义"),
        |it| format!("{prefix}{}", it.chinese),
    )
}

/// What may stand in the columns, in both languages.
const EXPLAINED: &[(&str, &str, &str)] = &[
    (
        "number",
        "a row for every line of a list; rows of the same number are one list. Import the file again and nothing happens twice",
        "每行一条表体；清单编号相同的各行为一份清单。重复导入不会重复记账",
    ),
    (
        "date",
        "when the list is declared, YYYY-MM-DD",
        "清单申报日期",
    ),
    (
        "handbook",
        "number of the handbook or account book, 12 characters",
        "手册、账册编号，12 位",
    ),
    (
        "direction",
        "import or export (also I / E, 进口 / 出口)",
        "进口或出口",
    ),
    (
        "goods",
        "material or product (also I / E, 料件 / 成品): what seq counts",
        "料件或成品：备案序号属于哪一表",
    ),
    (
        "mode",
        "supervision mode: 4 digits or its name",
        "监管方式代码或名称",
    ),
    (
        "counterpart_handbook, counterpart_list",
        "of a carry-over: the other side; the receiving side declares first and names no list",
        "结转时填写对方；转入方先申报，不填对方清单",
    ),
    (
        "delivered",
        "when the goods were delivered, of a carry-over",
        "结转货物实际收发货日期",
    ),
    ("reference", "the ERP's document number", "企业内部单据号"),
    (
        "settles",
        "last day of the cycle whose shortage is settled, account books only",
        "账册：本清单所补核销周期的截止日",
    ),
    ("customs_declaration", "18 digits", "报关单号，18 位"),
    (
        "line",
        "number of the line; left out: counted from 1",
        "序号；不填则自动编号",
    ),
    (
        "seq",
        "the item's number in the book; or leave it out and fill in code",
        "备案序号；也可只填料号",
    ),
    (
        "code",
        "the item's code; read where seq is blank",
        "料号；备案序号空白时按料号查找",
    ),
    (
        "quantity",
        "in the declared unit, above 0, at most 5 decimals",
        "申报数量，大于 0，至多 5 位小数",
    ),
    (
        "legal_quantity, legal_quantity_2",
        "in the legal units",
        "法定数量、第二法定数量",
    ),
    (
        "amount, currency, usd_amount",
        "kept, not computed with",
        "总价、币制、美元总价",
    ),
    (
        "version",
        "of the product's unit consumption; left out: 0",
        "成品的单耗版本号，不填为 0",
    ),
    (
        "by_product, presented_…",
        "scrap only: a by-product (true), the goods as they stand",
        "仅边角料：是否副产品、报验状态",
    ),
    (
        "grossWt, netWt, lvyrlfModecd …",
        "any element of the official message, under its name; of the head with list. before it (list.trspModecd); your own under ext.…",
        "报文中的其他字段，用其英文名；表头字段前加 list.；自定义字段前加 ext.",
    ),
];

fn explained(sheet: &mut Worksheet) -> Result<(), WriteError> {
    sheet.set_name("说明 README")?;
    for (column, (name, width)) in (0..).zip([("column", 34), ("meaning", 70), ("说明", 60)]) {
        sheet.write_string_with_format(0, column, name, &cells::name(true))?;
        sheet.set_column_width(column, width)?;
    }
    for (row, (name, english, chinese)) in (1..).zip(EXPLAINED) {
        for (column, text) in (0..).zip([name, english, chinese]) {
            sheet.write_string_with_format(row, column, *text, &cells::wrapped())?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    cells::printed(sheet, (0, 0))
}
