//! Tables: the row of column names is found by its content, then every row is read by names.

use super::error::{Problem, Problems, WorkbookError};
use super::row::{Column, Context, Layout, Other, Row};
use super::sheet::{Book, Value};
use super::values::{a1, key, nearest, quoted};

/// How far down the row of column names may stand.
const HEADER_ROWS: u32 = 50;

/// A row with this many known names is the row of column names.
const HEADER_NAMES: usize = 3;

/// Where the columns stand.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(super) places: Vec<Option<u32>>,
    pub(super) others: Vec<(u32, Other)>,
    /// Columns that are a problem already.
    refused: Vec<u32>,
}

/// Reads a table. Returns the fields of the columns it has, or `None` where it cannot be read (the
/// problem has been noted).
pub(crate) fn read_table(
    book: &mut Book<'_>,
    layout: &'static Layout,
    limit: usize,
    context: &mut Context<'_>,
    mut visit: impl FnMut(&Row<'_>, &mut Context<'_>),
) -> Result<Option<Vec<&'static str>>, WorkbookError> {
    let usual = layout.sheets.first().copied().unwrap_or_default();
    let Some(sheet) = book.find(layout.sheets) else {
        missing_sheet(book, usual, layout.english, context.problems);
        return Ok(None);
    };
    let limits = context.limits;
    let mut found: Option<Header> = None;
    let mut looked_at = 0;
    let mut rows = 0;
    book.rows(&sheet, limits, |number, cells| match &found {
        None => {
            looked_at += 1;
            found = header(layout, &sheet, number, &cells, context);
            looked_at < HEADER_ROWS || found.is_some()
        }
        Some(header) => {
            let mut values: Vec<Option<Value>> = vec![None; header.places.len()];
            let mut others: Vec<Option<Value>> = vec![None; header.others.len()];
            for (column, value) in cells {
                let index = header.places.iter().position(|p| *p == Some(column));
                let other = || header.others.iter().position(|o| o.0 == column);
                let slot = match index {
                    Some(index) => values.get_mut(index),
                    None => other().and_then(|it| others.get_mut(it)),
                };
                match slot {
                    Some(slot) => *slot = Some(value),
                    None if layout.others.is_some() && !header.refused.contains(&column) => {
                        context
                            .problems
                            .push(nameless(&sheet, number, column, &value));
                    }
                    None => {}
                }
            }
            if header.is_again(layout, &values) {
                return true;
            }
            if values.iter().chain(&others).all(Option::is_none) {
                return true;
            }
            rows += 1;
            if rows > limit {
                let found = format!("more than {limit} rows");
                let advice = "split the workbook or check that it is the right one";
                let expected = format!("at most {limit} rows");
                (context.problems).general("limit_exceeded", &sheet, "", &found, &expected, advice);
                return false;
            }
            let row = Row {
                sheet: &sheet,
                number,
                layout,
                header,
                values,
                others,
            };
            visit(&row, context);
            true
        }
    })?;
    let Some(header) = found else {
        let names: Vec<&str> = required(layout, context.account_book)
            .filter_map(|c| c.names.first().copied())
            .collect();
        context.problems.general(
            "column_missing",
            &sheet,
            "",
            "no row of column names",
            &format!("a row with the columns {}", names.join(", ")),
            "export the sheet again with its column names",
        );
        return Ok(None);
    };
    let present = layout.columns.iter().zip(&header.places);
    let present = present.filter(|(_, place)| place.is_some());
    Ok(Some(present.map(|(column, _)| column.field).collect()))
}

/// Notes a sheet that is not there.
pub(crate) fn missing_sheet(book: &Book<'_>, name: &str, english: &str, problems: &mut Problems) {
    let names: Vec<String> = book
        .sheet_names()
        .iter()
        .take(20)
        .map(|n| quoted(n))
        .collect();
    problems.general(
        "sheet_missing",
        name,
        "",
        &format!("no such sheet among {}", names.join(", ")),
        &format!("a sheet {name} ({english})"),
        "export the whole workbook again, or rename the sheet",
    );
}

fn required(layout: &'static Layout, account_book: bool) -> impl Iterator<Item = &'static Column> {
    layout.columns.iter().filter(move |c| {
        c.required && !(account_book && layout.optional_in_account_book.contains(&c.field))
    })
}

fn header(
    layout: &'static Layout,
    sheet: &str,
    number: u32,
    cells: &[(u32, Value)],
    context: &mut Context<'_>,
) -> Option<Header> {
    let mut places: Vec<Option<u32>> = vec![None; layout.columns.len()];
    let mut others: Vec<(u32, &String)> = Vec::new();
    let mut twice = Vec::new();
    for (column, value) in cells {
        let Value::Text(text) = value else { continue };
        let name = key(text);
        let index = (layout.columns.iter()).position(|c| c.names.iter().any(|n| *n == name));
        match index.and_then(|i| places.get_mut(i)) {
            Some(place @ None) => *place = Some(*column),
            Some(Some(_)) if index.is_some_and(|i| layout.columns[i].kept) => {}
            Some(Some(first)) => twice.push((*first, *column, text)),
            None => others.push((*column, text)),
        }
    }
    if places.iter().flatten().count() < HEADER_NAMES {
        return None;
    }
    for (first, second, text) in twice {
        context.problems.push(Problem {
            code: "column_repeated",
            sheet: sheet.to_owned(),
            cell: a1(number, second),
            column: text.clone(),
            found: format!("the column a second time (first: {})", a1(number, first)),
            expected: "every column once".to_owned(),
            advice: "remove one of the two".to_owned(),
        });
    }
    for column in required(layout, context.account_book) {
        let index = (layout.columns.iter()).position(|c| c.field == column.field);
        if index
            .and_then(|i| places.get(i))
            .is_some_and(Option::is_some)
        {
            continue;
        }
        let names: Vec<String> = others.iter().take(40).map(|(_, n)| quoted(n)).collect();
        let found = match names.is_empty() {
            true => format!("no such column in row {}", number + 1),
            false => format!(
                "no such column in row {} (it also has {})",
                number + 1,
                names.join(", ")
            ),
        };
        context.problems.general(
            "column_missing",
            sheet,
            &column.title(),
            &found,
            &format!("a column named {}", column.names.join(" or ")),
            "export the sheet again with this column, or name it so",
        );
    }
    let (others, refused) = named_otherwise(layout, sheet, number, &others, context);
    Some(Header {
        places,
        others,
        refused,
    })
}

/// A value under no name, where nothing may be lost.
pub(crate) fn nameless(sheet: &str, row: u32, column: u32, value: &Value) -> Problem {
    Problem {
        code: "column_unknown",
        sheet: sheet.to_owned(),
        cell: a1(row, column),
        column: String::new(),
        found: value.shown(),
        expected: "no value in a column that has no name".to_owned(),
        advice: "name the column, or clear the cell".to_owned(),
    }
}

impl Header {
    /// A second row of column names, in the other language.
    fn is_again(&self, layout: &Layout, values: &[Option<Value>]) -> bool {
        let mut again = 0;
        for (column, value) in layout.columns.iter().zip(values) {
            match value {
                None => {}
                Some(Value::Text(text)) if column.names.contains(&key(text).as_str()) => again += 1,
                Some(_) => return false,
            }
        }
        again >= HEADER_NAMES
    }
}

/// The columns that the layout does not name, where it asks for them.
fn named_otherwise(
    layout: &'static Layout,
    sheet: &str,
    number: u32,
    others: &[(u32, &String)],
    context: &mut Context<'_>,
) -> (Vec<(u32, Other)>, Vec<u32>) {
    let mut named: Vec<(u32, Other)> = Vec::new();
    let mut refused = Vec::new();
    let Some(other) = layout.others else {
        return (named, refused);
    };
    for (column, text) in others {
        let (code, found, advice) = match other(text) {
            Some(it) if named.iter().any(|(_, there)| *there == it) => (
                "column_repeated",
                "the column a second time".to_owned(),
                "remove one of the two",
            ),
            Some(it) => {
                named.push((*column, it));
                continue;
            }
            None => (
                "column_unknown",
                "a column that is not known".to_owned(),
                "correct the name, or remove the column; what a document needs beside goes under the name \
                 of its element, such as grossWt or list.trspModecd, anything else under ext.…",
            ),
        };
        refused.push(*column);
        let known = layout.columns.iter().flat_map(|it| it.names);
        let nearest = nearest(text, known.copied());
        context.problems.push(Problem {
            code,
            sheet: sheet.to_owned(),
            cell: a1(number, *column),
            column: (*text).clone(),
            found,
            expected: match nearest {
                Some(name) => format!("a column of the template (nearest: {name})"),
                None => "a column of the template".to_owned(),
            },
            advice: advice.to_owned(),
        });
    }
    (named, refused)
}
