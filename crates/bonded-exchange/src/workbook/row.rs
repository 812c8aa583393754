//! Tables: the row of column names is found by its content, then every row is read by names.

use std::io::{Read, Seek};

use super::error::{Problem, Problems, WorkbookError};
use super::import::Limits;
use super::notes::Notes;
use super::sheet::{Book, Value};
use super::values::{Decimal, a1, key, letters, quoted};

/// A column that is looked for.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its field in the journal, or an English name.
    pub(crate) field: &'static str,
    /// Its Chinese names; the first is the usual one.
    pub(crate) names: &'static [&'static str],
    pub(crate) required: bool,
}

/// A kind of sheet.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) sheets: &'static [&'static str],
    pub(crate) english: &'static str,
    pub(crate) columns: &'static [Column],
    /// An account book may leave these out though a handbook must have them.
    pub(crate) optional_in_account_book: &'static [&'static str],
}

/// How far down the row of column names may stand.
const HEADER_ROWS: u32 = 50;
/// A row with this many known names is the row of column names.
const HEADER_NAMES: usize = 3;

/// What reading needs at every turn.
pub(crate) struct Context<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) codes: &'a crate::codes::Codes,
    pub(crate) account_book: bool,
    pub(crate) problems: &'a mut Problems,
    pub(crate) notes: &'a mut Notes,
}

/// A row of a table: the values of the known columns.
pub(crate) struct Row<'a> {
    pub(crate) sheet: &'a str,
    pub(crate) number: u32,
    layout: &'static Layout,
    places: &'a [Option<u32>],
    values: Vec<Option<Value>>,
}

/// Reads a table. Returns the fields of the columns it has, or `None` where it cannot be read (the
/// problem has been noted).
pub(crate) fn read_table<R: Read + Seek>(
    book: &mut Book<R>,
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
    let mut places: Option<Vec<Option<u32>>> = None;
    let mut looked_at = 0;
    let mut rows = 0;
    book.rows(&sheet, limits, |number, cells| match &places {
        None => {
            looked_at += 1;
            places = header(layout, &sheet, number, &cells, context);
            looked_at < HEADER_ROWS || places.is_some()
        }
        Some(places) => {
            let mut values: Vec<Option<Value>> = vec![None; places.len()];
            for (column, value) in cells {
                let index = places.iter().position(|p| *p == Some(column));
                if let Some(slot) = index.and_then(|i| values.get_mut(i)) {
                    *slot = Some(value);
                }
            }
            if values.iter().all(Option::is_none) {
                return true;
            }
            rows += 1;
            if rows > limit {
                let found = format!("more than {limit} rows");
                let advice = "split the workbook or check that it is the right one";
                let expected = format!("at most {limit} rows");
                (context.problems).general(&sheet, "", &found, &expected, advice);
                return false;
            }
            let row = Row {
                sheet: &sheet,
                number,
                layout,
                places,
                values,
            };
            visit(&row, context);
            true
        }
    })?;
    let Some(places) = places else {
        let names: Vec<&str> = required(layout, context.account_book)
            .filter_map(|c| c.names.first().copied())
            .collect();
        context.problems.general(
            &sheet,
            "",
            "no row of column names",
            &format!("a row with the columns {}", names.join(", ")),
            "export the sheet again with its column names",
        );
        return Ok(None);
    };
    let present = layout.columns.iter().zip(&places);
    let present = present.filter(|(_, place)| place.is_some());
    Ok(Some(present.map(|(column, _)| column.field).collect()))
}

/// Notes a sheet that is not there.
pub(crate) fn missing_sheet<R: Read + Seek>(
    book: &Book<R>,
    name: &str,
    english: &str,
    problems: &mut Problems,
) {
    let names: Vec<String> = book
        .sheet_names()
        .iter()
        .take(20)
        .map(|n| quoted(n))
        .collect();
    problems.general(
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
) -> Option<Vec<Option<u32>>> {
    let mut places: Vec<Option<u32>> = vec![None; layout.columns.len()];
    let mut others = Vec::new();
    let mut twice = Vec::new();
    for (column, value) in cells {
        let Value::Text(text) = value else { continue };
        let name = key(text);
        let index = (layout.columns.iter()).position(|c| c.names.iter().any(|n| *n == name));
        match index.and_then(|i| places.get_mut(i)) {
            Some(place @ None) => *place = Some(*column),
            Some(Some(first)) => twice.push((*first, *column, text)),
            None => others.push(text.as_str()),
        }
    }
    if places.iter().flatten().count() < HEADER_NAMES {
        return None;
    }
    for (first, second, text) in twice {
        context.problems.push(Problem {
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
        let names: Vec<String> = others.iter().take(40).map(|n| quoted(n)).collect();
        let found = match names.is_empty() {
            true => format!("no such column in row {}", number + 1),
            false => format!(
                "no such column in row {} (it also has {})",
                number + 1,
                names.join(", ")
            ),
        };
        context.problems.general(
            sheet,
            &column.title(),
            &found,
            &format!("a column named {}", column.names.join(" or ")),
            "export the sheet again with this column, or name it so",
        );
    }
    Some(places)
}

impl Column {
    /// `申报数量 (quantity)`.
    fn title(&self) -> String {
        let name = self.names.first().copied().unwrap_or_default();
        format!("{name} ({})", self.field.replace('_', " "))
    }
}

/// What a decimal must satisfy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digits {
    pub(crate) integer: usize,
    pub(crate) decimals: usize,
    pub(crate) signed: bool,
}

impl Row<'_> {
    fn index(&self, field: &str) -> Option<usize> {
        self.layout.columns.iter().position(|c| c.field == field)
    }

    /// The value of a column, unless it is blank or the column is not there.
    pub(crate) fn value(&self, field: &str) -> Option<&Value> {
        self.values.get(self.index(field)?)?.as_ref()
    }

    /// `料件!F5`, or `料件 row 5`.
    pub(crate) fn place(&self, field: &str) -> String {
        match self.cell(field) {
            cell if cell.is_empty() => format!("{} row {}", self.sheet, self.number + 1),
            cell => format!("{}!{cell}", self.sheet),
        }
    }

    fn cell(&self, field: &str) -> String {
        let place = self.index(field).and_then(|i| self.places.get(i));
        match place.copied().flatten() {
            Some(column) => a1(self.number, column),
            None => String::new(),
        }
    }

    pub(crate) fn problem(
        &self,
        context: &mut Context<'_>,
        field: &str,
        expected: &str,
        advice: &str,
    ) {
        let column = self.index(field).and_then(|i| self.layout.columns.get(i));
        let found = match self.value(field) {
            Some(value) => value.shown(),
            None => "a blank cell".to_owned(),
        };
        context.problems.push(Problem {
            sheet: self.sheet.to_owned(),
            cell: self.cell(field),
            column: column.map(Column::title).unwrap_or_default(),
            found,
            expected: expected.to_owned(),
            advice: advice.to_owned(),
        });
    }

    /// A text, a code or a name. Blank is `None`; what is no text is a problem.
    pub(crate) fn text(&self, field: &str, context: &mut Context<'_>) -> Option<String> {
        let value = self.value(field)?;
        let text = value.text();
        if text.is_none() {
            let expected = "a text, or a number of at most 15 digits";
            let advice = "correct the cell; format it as text if it is a long number";
            self.problem(context, field, expected, advice);
        }
        text
    }

    /// As [`Row::text`]; blank is a problem where the column is there.
    pub(crate) fn required(&self, field: &str, context: &mut Context<'_>) -> Option<String> {
        self.filled(field, context);
        self.text(field, context)
    }

    /// Blank is a problem where the column is there (a column that is not has been noted).
    pub(crate) fn filled(&self, field: &str, context: &mut Context<'_>) {
        if self.value(field).is_none() && !self.cell(field).is_empty() {
            self.problem(context, field, "a value", "fill in the cell");
        }
    }

    /// A number of an item.
    pub(crate) fn sequence(&self, field: &str, context: &mut Context<'_>) -> Option<u32> {
        let Some(value) = self.value(field) else {
            self.filled(field, context);
            return None;
        };
        let seq = value.decimal().and_then(|d| d.text.parse().ok());
        let seq = seq.filter(|n| (1..=9_999).contains(n));
        if seq.is_none() {
            let advice = "correct the serial number";
            self.problem(context, field, "a whole number from 1 to 9999", advice);
        }
        seq
    }

    /// An exact decimal within its digits. Blank is `None`.
    pub(crate) fn decimal(
        &self,
        field: &str,
        digits: Digits,
        context: &mut Context<'_>,
    ) -> Option<Decimal> {
        let value = self.value(field)?;
        let fits = |d: &Decimal| {
            d.decimals <= digits.decimals
                && d.integer_digits <= digits.integer
                && (digits.signed || !d.negative)
        };
        if let Some(decimal) = value.decimal().filter(fits) {
            return Some(decimal);
        }
        // 0.1 + 0.2 in a formula leaves 0.30000000000000004, shown as 0.3.
        if let Some(decimal) = value.shown_decimal().filter(fits) {
            let note = "computed numbers were taken with the 15 digits that a spreadsheet shows";
            context.notes.at(note, || self.place(field));
            return Some(decimal);
        }
        let least = if digits.signed { "" } else { ", not negative" };
        let expected = format!(
            "a plain decimal number with at most {} digits before and {} after the point{least}",
            digits.integer, digits.decimals
        );
        let advice = "correct the cell; write no thousands separators, units or spaces";
        self.problem(context, field, &expected, advice);
        None
    }

    /// Whether a flag column says this code or a text with this word.
    pub(crate) fn says(&self, field: &str, code: &str, word: &str) -> bool {
        let text = self.value(field).and_then(Value::text);
        text.is_some_and(|t| key(&t) == code || t.contains(word))
    }

    /// The column's letters, for notes about a whole column.
    pub(crate) fn column_letters(&self, field: &str) -> Option<String> {
        let place = self.index(field).and_then(|i| self.places.get(i))?;
        place.map(letters)
    }
}
