//! Materials (料件) and products (成品).

use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

use super::customs;
use super::error::WorkbookError;
use super::row::{Column, Context, Digits, Layout, Row, column, kept};
use super::sheet::{Book, Value};
use super::table::read_table;
use super::values::{narrow, quoted};

/// Quantities: customs' decimal(19,5), entered with at most 13 digits before the point.
pub(crate) const QUANTITY: Digits = Digits {
    integer: 13,
    decimals: 5,
    signed: false,
};
const OPENING: Digits = Digits {
    signed: true,
    ..QUANTITY
};
/// Prices: customs' decimal(25,5); more decimals are let through, since nothing is computed from them.
pub(crate) const PRICE: Digits = Digits {
    integer: 20,
    decimals: 9,
    signed: false,
};

const COLUMNS: &[Column] = &[
    column("seq", &["序号", "商品序号", "备案序号"], true),
    column("code", &["料号", "商品料号"], true),
    column("hs", &["商品编码", "商品编号"], true),
    column("name", &["商品名称"], true),
    column("spec", &["规格型号", "商品规格型号"], false),
    column("unit", &["申报计量单位", "申报计量单位代码"], true),
    column("legal_unit", &["法定计量单位", "法定计量单位代码"], false),
    column(
        "legal_unit_2",
        &[
            "法定第二计量单位",
            "法定第二计量单位代码",
            "第二法定计量单位",
            "第二法定计量单位代码",
        ],
        false,
    ),
    column("quantity", &["申报数量", "备案数量"], true),
    column("price", &["申报单价", "企业申报单价"], false),
    column("currency", &["币制", "币制代码", "申报币制"], false),
    column("opening", &["期初数量", "核销周期初始数量"], false),
    column("quantity_control", &["数量控制标志", "数量控制标记"], false),
    column("attribute", &["商品属性"], false),
    column("modification", &["修改标志", "修改标记"], false),
    column("enterprise_state", &["企业执行标志", "企业执行标记"], false),
    column("customs_state", &["海关执行标志", "海关执行标记"], false),
    kept("etpsPreentNo", &["统一编号"]),
    kept("dclTotalAmt", &["申报总价"]),
    kept("natcd", &["产销国(地区)", "产销国", "国别"]),
    kept("lvyrlfModecd", &["征免方式", "征减免方式"]),
    kept("adjmtrMarkcd", &["主料标志", "主料标记"]),
    kept("apprMaxSurpQty", &["批准最大余数量"]),
    kept("ucnsTqsnFlag", &["单耗质疑标志"]),
    kept("csttnFlag", &["磋商标志"]),
    kept("rmk", &["备注"]),
];

const FLAGS: &[&str] = &[
    "quantity_control",
    "attribute",
    "modification",
    "enterprise_state",
    "customs_state",
    "declaration_state",
];

/// The sheet of materials.
pub(crate) static MATERIALS: Layout = Layout {
    sheets: &["料件"],
    english: "materials",
    columns: COLUMNS,
    optional_in_account_book: &["quantity"],
    others: None,
};

/// The sheet of products.
pub(crate) static PRODUCTS: Layout = Layout {
    sheets: &["成品"],
    english: "products",
    columns: COLUMNS,
    optional_in_account_book: &["quantity"],
    others: None,
};

/// The items of one kind.
#[derive(Debug, Default)]
pub(crate) struct Items {
    pub(crate) list: Vec<Json>,
    /// The codes (料号) of the items, and of rows with a problem, by number.
    pub(crate) codes: BTreeMap<u32, String>,
    pub(crate) left_out: BTreeSet<u32>,
    /// Of those, the ones marked as deleted.
    pub(crate) deleted: BTreeSet<u32>,
    /// The book has more items than the sheet: references to them are no problem.
    pub(crate) others_exist: bool,
    /// Whether the sheet could be read; if not, nothing is said about references to it.
    pub(crate) read: bool,
}

/// Reads a sheet of items.
pub(crate) fn read(
    book: &mut Book<'_>,
    layout: &'static Layout,
    context: &mut Context<'_>,
) -> Result<Items, WorkbookError> {
    let mut items = Items::default();
    let materials = layout.english == MATERIALS.english;
    let limit = context.limits.items;
    let columns = read_table(book, layout, limit, context, |row, context| {
        item(row, materials, &mut items, context);
    })?;
    let Some(columns) = columns else {
        return Ok(items);
    };
    items.read = columns.contains(&"seq");
    if items.list.is_empty() && items.codes.is_empty() {
        let sheet = layout.sheets.first().copied().unwrap_or_default();
        context
            .notes
            .add(format!("{sheet}: no {} in it", layout.english));
    }
    Ok(items)
}

fn item(row: &Row<'_>, materials: bool, items: &mut Items, context: &mut Context<'_>) {
    let Some(seq) = row.sequence("seq", context) else {
        return;
    };
    if left_out(row, context) {
        items.left_out.insert(seq);
        if is_deleted(row) {
            items.deleted.insert(seq);
        }
        return;
    }
    if items.codes.contains_key(&seq) {
        let advice = "give every item of a sheet its own number, or remove the row";
        row.problem(context, "seq", "a number that no other row has", advice);
    }
    let code = row.required("code", context);
    items.codes.insert(seq, code.clone().unwrap_or_default());
    if row.value("customs_state").is_some()
        && !row.says("customs_state", "1", "正常执行")
        && !row.says("customs_state", "2", "恢复执行")
    {
        let note = "customs has suspended items (海关执行标志), which the ledger holds for whole handbooks only";
        context.notes.at(note, || {
            let state = row.value("customs_state").map(Value::shown);
            format!(
                "{} {}",
                row.place("customs_state"),
                state.unwrap_or_default()
            )
        });
    }
    let mut item = Map::new();
    let mut put = |field: &str, value: Json| item.insert(field.to_owned(), value);
    put("seq", json!(seq));
    put("code", json!(code));
    put("hs", json!(required_hs(row, context)));
    put("name", json!(row.required("name", context)));
    if let Some(spec) = row.text("spec", context) {
        put("spec", json!(spec));
    }
    row.filled("unit", context);
    for field in ["unit", "legal_unit", "legal_unit_2"] {
        if let Some(unit) = unit(row, field, context) {
            put(field, json!(unit));
        }
    }
    if let Some(quantity) = quantity(row, context) {
        put("quantity", json!(quantity));
    }
    if let Some(price) = row.decimal("price", PRICE, context) {
        put("price", json!(price.text));
    }
    if let Some(currency) = currency(row, context) {
        put("currency", json!(currency));
    }
    // gdsAtrcd 1 消耗性物料; several attributes may stand in the cell.
    if materials && row.says("attribute", "1", "消耗性物料") {
        put("consumable", json!(true));
    }
    if materials && let Some(opening) = row.decimal("opening", OPENING, context) {
        put("opening", json!(opening.text));
    }
    if context.particulars {
        let mut customs = customs::of_item(row, context);
        // What customs does not control the journal does not limit; it was declared all the same.
        if let Some(declared) = row
            .kept("quantity")
            .filter(|_| !item.contains_key("quantity"))
        {
            customs.insert("dclQty".to_owned(), json!(declared));
        }
        customs::keep(&mut item, customs);
    }
    items.list.push(Json::Object(item));
}

/// modfMarkcd 2 删除.
pub(crate) fn is_deleted(row: &Row<'_>) -> bool {
    row.says("modification", "2", "删除")
}

/// Deleted, or out of use: etpsExeMarkcd 2 停用.
pub(crate) fn left_out(row: &Row<'_>, context: &mut Context<'_>) -> bool {
    for flag in FLAGS {
        // For the problem of a cell that cannot be used.
        if !matches!(row.value(flag), None | Some(Value::Text(_))) {
            row.text(flag, context);
        }
    }
    let (field, note) = if is_deleted(row) {
        (
            "modification",
            "rows marked as deleted (修改标志 删除) were left out",
        )
    } else if row.says("enterprise_state", "2", "停用") {
        (
            "enterprise_state",
            "rows out of use (企业执行标志 停用) were left out",
        )
    } else {
        return false;
    };
    context.notes.at(note, || row.place(field));
    true
}

fn required_hs(row: &Row<'_>, context: &mut Context<'_>) -> Option<String> {
    row.filled("hs", context);
    hs(row, "hs", context)
}

/// A commodity code. Blank is `None`.
pub(crate) fn hs(row: &Row<'_>, field: &str, context: &mut Context<'_>) -> Option<String> {
    let code = narrow(&row.text(field, context)?);
    if code.len() == 10 && code.bytes().all(|b| b.is_ascii_digit()) {
        return Some(code);
    }
    let advice = match row.value(field) {
        Some(Value::Number(_)) if code.len() < 10 => {
            "a number cell loses its leading zeros: format the cell as text and write all 10 digits"
        }
        _ => "write the full commodity code",
    };
    row.problem(context, field, "a commodity code of 10 digits", advice);
    None
}

/// The code of a unit of measure. Blank is `None`.
pub(crate) fn unit(row: &Row<'_>, field: &str, context: &mut Context<'_>) -> Option<String> {
    let text = row.text(field, context)?;
    if let Some(unit) = context.codes.unit(&text) {
        return Some(unit.code.clone());
    }
    let expected = match context.codes.nearest_unit(&text) {
        Some(near) => format!(
            "a unit of measure (nearest: {} {}, {})",
            near.code, near.name, near.english
        ),
        None => "a unit of measure, by name or three-digit code".to_owned(),
    };
    let advice = "correct the cell, or add the unit to the table of units";
    row.problem(context, field, &expected, advice);
    None
}

/// The letters of a currency. Blank is `None`.
pub(crate) fn currency(row: &Row<'_>, context: &mut Context<'_>) -> Option<String> {
    let text = row.text("currency", context)?;
    if let Some(currency) = context.codes.currency(&text) {
        return Some(currency.letters.clone());
    }
    let expected = match context.codes.nearest_currency(&text) {
        Some(near) => format!(
            "a currency (nearest: {} {}, {})",
            near.letters, near.name, near.english
        ),
        None => format!(
            "a currency, by name, letters or digits, not {}",
            quoted(&text)
        ),
    };
    let advice = "correct the cell, or add the currency to the table of currencies";
    row.problem(context, "currency", &expected, advice);
    None
}

/// qtyCntrMarkcd 1 控制数量, 2 不控制数量. A handbook's quantities are always controlled.
fn quantity(row: &Row<'_>, context: &mut Context<'_>) -> Option<String> {
    let quantity = row.decimal("quantity", QUANTITY, context);
    if !context.account_book {
        row.filled("quantity", context);
        return quantity.map(|q| q.text);
    }
    if row.says("quantity_control", "2", "不控制") {
        if quantity.as_ref().is_some_and(|q| !q.is_zero()) {
            let note =
                "quantities that customs does not control (数量控制标志 不控制数量) were left out";
            context.notes.at(note, || row.place("quantity"));
        }
        return None;
    }
    if row.says("quantity_control", "1", "控制") {
        row.filled("quantity", context);
        return quantity.map(|q| q.text);
    }
    // An account book without the mark: what is not declared is not limited.
    let quantity = quantity.filter(|q| !q.is_zero());
    if quantity.is_none() {
        let note = "no approved quantity in the account book: not limited";
        context.notes.at(note, || row.place("quantity"));
    }
    quantity.map(|q| q.text)
}
