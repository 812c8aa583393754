//! The 27 columns of a list's body. Every cell is a text, as in the Single Window's own sheets.

use bonded_ledger::{DeclareList, Goods, ListLine, Version};

use super::WriteError;
use super::account_book::sheet_of_texts;
use super::cells;
use crate::codes::Codes;
use crate::on_file::FiledHandbook;
use crate::workbook::customs::particular;
use crate::workbook::lists::body::Known;
use crate::workbook::lists::layout::{BODY, BODY_HEADERS};

pub(super) fn write(
    list: Option<&DeclareList>,
    book: Option<&FiledHandbook>,
    codes: &Codes,
) -> Result<Vec<u8>, WriteError> {
    let mut workbook = cells::workbook("保税核注清单表体")?;
    let lines = list.map_or(&[][..], |it| &it.lines);
    let goods = list.map_or(Goods::Product, |it| it.goods);
    let rows: Vec<Vec<String>> = lines.iter().map(|it| row(it, goods, book, codes)).collect();
    let sheet = workbook.add_worksheet();
    sheet.set_name(match goods {
        Goods::Material => "表体(料件)",
        Goods::Product => "表体(成品)",
    })?;
    sheet_of_texts(sheet, &BODY_HEADERS, &rows)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name("保税电商清单")?;
    sheet_of_texts(sheet, &["保税电商清单编号", "物流单号"], &[])?;
    cells::bytes(workbook)
}

fn row(line: &ListLine, goods: Goods, book: Option<&FiledHandbook>, codes: &Codes) -> Vec<String> {
    let known = Known::of(book, goods, line);
    let details = line.details.as_deref();
    let ext = details.and_then(|it| it.ext.as_ref());
    let element = |name: &str| {
        let own = particular(ext, name).map(str::to_owned);
        own.or_else(|| known.value(name))
    };
    let columns = BODY.columns.iter().map(|it| match it.field {
        "line" => Some(line.line.to_string()),
        "seq" => Some(line.seq.to_string()),
        "code" => element("gdsMtno"),
        "quantity" => Some(line.quantity.to_string()),
        "legal_quantity" => line.legal_quantity.map(|it| it.to_string()),
        "legal_quantity_2" => details?.legal_quantity_2.map(|it| it.to_string()),
        "amount" => details?.amount.map(|it| it.to_string()),
        "currency" => {
            let written = details?.currency?.to_string();
            let code = codes.currency(&written).map(|it| it.code.clone());
            Some(code.unwrap_or(written))
        }
        "origin" => details?.origin.clone(),
        "version" => line
            .version
            .as_ref()
            .map(|it| Version::as_str(it).to_owned()),
        name => element(name),
    });
    columns.map(Option::unwrap_or_default).collect()
}
