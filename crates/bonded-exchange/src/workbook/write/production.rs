//! Our template for production records, as a workbook and as CSV.

use unit_consumption::Quantity;
use unit_consumption::production::{CSV_HEADER, Issue, Record};

use super::WriteError;
use super::cells::{self, Widths, exact};
use crate::workbook::csv::cell;
use crate::workbook::production::{CHINESE, SHEETS};

/// Columns whose cells are numbers where they can be.
const NUMBERS: [&str; 7] = [
    "product", "good", "rejected", "material", "issued", "returned", "scrap",
];

pub(super) fn write(records: &[Record]) -> Result<Vec<u8>, WriteError> {
    let mut workbook = cells::workbook("生产记录 production records")?;
    let sheet = workbook.add_worksheet();
    sheet.set_name(SHEETS.first().copied().unwrap_or_default())?;
    let mut widths = Widths::default();
    let names: Vec<&str> = CSV_HEADER.split(',').collect();
    for (column, (name, chinese)) in (0..).zip(names.iter().zip(CHINESE)) {
        sheet.write_string_with_format(0, column, *name, &cells::name(true))?;
        sheet.write_string_with_format(1, column, chinese, &cells::name(false))?;
        widths.see(column, cells::width(name).max(cells::width(chinese)));
        if !NUMBERS.contains(name) {
            sheet.set_column_format(column, &cells::text())?;
        }
    }
    for (row, values) in (2..).zip(records.iter().flat_map(rows)) {
        for (column, (value, name)) in (0..).zip(values.iter().zip(&names)) {
            if value.is_empty() {
                continue;
            }
            widths.see(column, cells::width(value));
            match exact(value).filter(|_| NUMBERS.contains(name)) {
                Some(number) => sheet.write_number(row, column, number)?,
                None => sheet.write_string_with_format(row, column, value, &cells::text())?,
            };
        }
    }
    widths.set(sheet, 6, 24)?;
    sheet.set_freeze_panes(2, 1)?;
    cells::printed(sheet, (0, 1))?;
    cells::bytes(workbook)
}

pub(super) fn csv(records: &[Record]) -> String {
    let mut text = format!("{CSV_HEADER}\n");
    for row in records.iter().flat_map(rows) {
        let cells: Vec<_> = row.iter().map(|it| cell(it)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// A row for each material; what is 0 by default is left blank.
fn rows(record: &Record) -> impl Iterator<Item = [String; 13]> + '_ {
    let some = |it: Quantity| match it == Quantity::ZERO {
        true => String::new(),
        false => it.to_string(),
    };
    record.materials.iter().map(move |issue| {
        let Issue {
            material,
            issued,
            returned,
            scrap,
            cause,
            stage,
        } = issue;
        [
            record.order.clone(),
            record.date.to_string(),
            record.handbook.clone(),
            record.product.to_string(),
            record.version.clone(),
            record.good.to_string(),
            some(record.rejected),
            material.to_string(),
            issued.to_string(),
            some(*returned),
            some(*scrap),
            cause.map_or(String::new(), |it| it.as_str().to_owned()),
            stage.clone().unwrap_or_default(),
        ]
    })
}
