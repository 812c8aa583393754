//! Unit consumption (单耗, 单损耗).

use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

use super::customs;
use super::error::WorkbookError;
use super::items::{Items, is_deleted, left_out};
use super::row::{Context, Digits, Layout, Row, column, kept};
use super::sheet::Book;
use super::table::read_table;
use super::values::{Decimal, narrow};

/// Customs' decimal(19,9).
const NET: Digits = Digits {
    integer: 10,
    decimals: 9,
    signed: false,
};
const PERCENT: Digits = Digits {
    integer: 3,
    decimals: 9,
    signed: false,
};

static CONSUMPTIONS: Layout = Layout {
    sheets: &["单损耗", "单耗"],
    english: "unit consumption",
    columns: &[
        column("product", &["成品序号"], true),
        column("product_code", &["成品料号"], false),
        column("material", &["料件序号"], true),
        column("material_code", &["料件料号"], false),
        column("version", &["单耗版本号"], false),
        column("net", &["净耗", "净耗数量"], true),
        column("tangible_loss", &["有形损耗率"], true),
        column("intangible_loss", &["无形损耗率"], true),
        column("bonded_share", &["保税料件比例"], true),
        column(
            "declaration_state",
            &["单耗申报状态", "单耗申报状态代码"],
            false,
        ),
        column("modification", &["修改标志", "修改标记"], false),
        column("enterprise_state", &["企业执行标志", "企业执行标记"], false),
        kept("ucnsQty", &["单耗", "单耗数量"]),
        kept("finishValidDate", &["单耗有效期"]),
        kept("rmk", &["备注"]),
    ],
    optional_in_account_book: &[],
    others: None,
};

/// The unit consumption.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) list: Vec<Json>,
    /// The lines that are marked as deleted.
    pub(crate) deleted: Vec<customs::Key>,
    pub(crate) particulars: customs::Consumptions,
}

/// Reads the sheet of unit consumption against the items read before.
pub(crate) fn read(
    book: &mut Book<'_>,
    materials: &Items,
    products: &Items,
    context: &mut Context<'_>,
) -> Result<Table, WorkbookError> {
    let mut table = Table::default();
    let mut seen = BTreeSet::new();
    let limit = context.limits.consumptions;
    read_table(book, &CONSUMPTIONS, limit, context, |row, context| {
        if left_out(row, context) {
            if is_deleted(row)
                && let Some(key) = key_of(row, context)
            {
                table.deleted.push(key);
            }
            return;
        }
        let product = reference(row, "product", "product_code", products, context);
        let material = reference(row, "material", "material_code", materials, context);
        let version = version(row, context);
        let rates = Rates::read(row, context);
        let (Some(product), Some(material), Some(version)) = (product, material, version) else {
            return;
        };
        if !product.kept || !material.kept {
            let note = "unit consumption of items that were left out was left out";
            context.notes.at(note, || row.place("product"));
            return;
        }
        if !seen.insert((product.seq, material.seq, version.clone())) {
            let expected = "one row for each product, material and version";
            row.problem(context, "product", expected, "remove one of the rows");
        }
        // ucnsDclStucd 1 未申报.
        if row.says("declaration_state", "1", "未申报") {
            let note =
                "unit consumption not yet declared (单耗申报状态 未申报) was taken all the same";
            context.notes.at(note, || row.place("declaration_state"));
        }
        let Some(rates) = rates else { return };
        if context.particulars {
            let key = (product.seq, material.seq, version.clone());
            let customs = customs::of_consumption(row, context);
            table.particulars.add(key, customs);
        }
        table.list.push(json!({
            "product": product.seq,
            "material": material.seq,
            "version": version,
            "net": rates.net,
            "tangible_loss": rates.tangible,
            "intangible_loss": rates.intangible,
            "bonded_share": rates.bonded_share,
        }));
    })?;
    Ok(table)
}

/// Product, material and version of a row that is to go.
fn key_of(row: &Row<'_>, context: &mut Context<'_>) -> Option<customs::Key> {
    let product = row.sequence("product", context);
    let material = row.sequence("material", context);
    let version = version(row, context);
    Some((product?, material?, version?))
}

struct Reference {
    seq: u32,
    kept: bool,
}

fn reference(
    row: &Row<'_>,
    field: &str,
    code_field: &str,
    items: &Items,
    context: &mut Context<'_>,
) -> Option<Reference> {
    let seq = row.sequence(field, context)?;
    let code = items.codes.get(&seq);
    let kept = code.is_some();
    let absent = !kept && !items.left_out.contains(&seq);
    if absent && items.read && !items.others_exist {
        let expected = format!("the number of a {field} of this workbook");
        let advice = "correct the number, or add the item to its sheet";
        row.problem(context, field, &expected, advice);
        return None;
    }
    if let (Some(code), Some(named)) = (code, row.text(code_field, context))
        && !code.is_empty()
        && *code != named
    {
        let note = "the item's code (料号) on its own sheet is another than in the unit consumption; \
                    the number (序号) was followed";
        context.notes.at(note, || row.place(code_field));
    }
    // Where the sheet of items could not be read, nothing is said about its items.
    Some(Reference {
        seq,
        kept: kept || !items.read || (absent && items.others_exist),
    })
}

fn version(row: &Row<'_>, context: &mut Context<'_>) -> Option<String> {
    if row.value("version").is_none() {
        return Some("0".to_owned());
    }
    let version = narrow(&row.text("version", context)?);
    if version.chars().count() > 8 {
        let advice = "correct the version";
        row.problem(context, "version", "a text of at most 8 characters", advice);
        return None;
    }
    Some(version)
}

struct Rates {
    net: String,
    tangible: String,
    intangible: String,
    bonded_share: String,
}

impl Rates {
    fn read(row: &Row<'_>, context: &mut Context<'_>) -> Option<Self> {
        row.filled("net", context);
        let net = row.decimal("net", NET, context);
        if net.as_ref().is_some_and(Decimal::is_zero) {
            let advice = "fill in the net consumption, or remove the row";
            row.problem(context, "net", "a net consumption above 0", advice);
        }
        let tangible = percent(row, "tangible_loss", "0", context);
        let intangible = percent(row, "intangible_loss", "0", context);
        let bonded_share = percent(row, "bonded_share", "100", context);
        let (tangible, intangible, bonded_share) = (tangible?, intangible?, bonded_share?);
        let sum = billionths(&tangible)?.checked_add(billionths(&intangible)?)?;
        if sum >= HUNDRED {
            let expected = "loss rates that together are below 100 %";
            row.problem(context, "tangible_loss", expected, "correct the rates");
        }
        if billionths(&bonded_share)? > HUNDRED {
            let expected = "a share of at most 100 %";
            row.problem(context, "bonded_share", expected, "correct the share");
        }
        Some(Self {
            net: net?.text,
            tangible,
            intangible,
            bonded_share,
        })
    }
}

fn percent(row: &Row<'_>, field: &str, blank: &str, context: &mut Context<'_>) -> Option<String> {
    if row.value(field).is_none() {
        if row.column_letters(field).is_some() {
            let note = format!(
                "blank cells of {} were taken as {blank} %",
                field.replace('_', " ")
            );
            context.notes.at(&note, || row.place(field));
        }
        return Some(blank.to_owned());
    }
    row.decimal(field, PERCENT, context).map(|d| d.text)
}

const HUNDRED: u64 = 100_000_000_000;

/// A percentage of at most three digits and nine decimals as a whole number.
fn billionths(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<9}").parse().ok()
}
