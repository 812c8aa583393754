//! Tables: the row of column names is found by its content, then every row is read by names.

use super::error::{Problem, Problems, WorkbookError};
use super::import::Limits;
use super::notes::Notes;
use super::sheet::{Book, Value};
use super::values::{Decimal, a1, key, letters, nearest, quoted};

/// A column that is looked for.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its field in the journal, or an English name.
    pub(crate) field: &'static str,
    /// Its Chinese names; the first is the usual one.
    pub(crate) names: &'static [&'static str],
    pub(crate) required: bool,
    pub(crate) kept: bool,
}

/// A column that is looked for.
pub(crate) const fn column(
    field: &'static str,
    names: &'static [&'static str],
    required: bool,
) -> Column {
    Column {
        field,
        names,
        required,
        kept: false,
    }
}

/// A column whose values are kept and not read: nothing is wrong with any of them.
pub(crate) const fn kept(field: &'static str, names: &'static [&'static str]) -> Column {
    Column {
        kept: true,
        ..column(field, names, false)
    }
}

/// A column that a layout does not name: an element of the list's head or of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Other {
    pub(crate) head: bool,
    pub(crate) element: String,
}

/// A kind of sheet.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) sheets: &'static [&'static str],
    pub(crate) english: &'static str,
    pub(crate) columns: &'static [Column],
    /// An account book may leave these out though a handbook must have them.
    pub(crate) optional_in_account_book: &'static [&'static str],
    /// What a column of another name is. Where it is given, a column that is nothing is a problem;
    /// where not, such columns are passed over.
    pub(crate) others: Option<fn(&str) -> Option<Other>>,
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
    /// Whether what the journal has no field for is kept.
    pub(crate) particulars: bool,
    /// The pre-entry number of the head (预录入统一编号).
    pub(crate) unified_number: Option<String>,
    pub(crate) problems: &'a mut Problems,
    pub(crate) notes: &'a mut Notes,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        limits: &'a Limits,
        codes: &'a crate::codes::Codes,
        problems: &'a mut Problems,
        notes: &'a mut Notes,
    ) -> Context<'a> {
        Context {
            limits,
            codes,
            account_book: false,
            particulars: false,
            unified_number: None,
            problems,
            notes,
        }
    }
}

/// A row of a table: the values of the known columns.
pub(crate) struct Row<'a> {
    pub(crate) sheet: &'a str,
    pub(crate) number: u32,
    layout: &'static Layout,
    header: &'a Header,
    values: Vec<Option<Value>>,
    others: Vec<Option<Value>>,
}

/// Where the columns stand.
#[derive(Debug, Default)]
pub(crate) struct Header {
    places: Vec<Option<u32>>,
    others: Vec<(u32, Other)>,
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

impl Column {
    /// `申报数量 (quantity)`.
    pub(crate) fn title(&self) -> String {
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
        let place = self.index(field).and_then(|i| self.header.places.get(i));
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
        let problem = self.wrong(field, expected, advice);
        context.problems.push(problem);
    }

    /// What is wrong with a cell, not yet noted.
    pub(crate) fn wrong(&self, field: &str, expected: &str, advice: &str) -> Problem {
        let column = self.index(field).and_then(|i| self.layout.columns.get(i));
        let (code, found) = match self.value(field) {
            Some(value) => ("cell_invalid", value.shown()),
            None => ("cell_missing", "a blank cell".to_owned()),
        };
        Problem {
            code,
            sheet: self.sheet.to_owned(),
            cell: self.cell(field),
            column: column.map(Column::title).unwrap_or_default(),
            found,
            expected: expected.to_owned(),
            advice: advice.to_owned(),
        }
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

    /// What stands there, for whoever keeps it and does not read it.
    pub(crate) fn kept(&self, field: &str) -> Option<String> {
        self.value(field)?.kept()
    }

    /// What stands in the columns that the layout does not name.
    pub(crate) fn others(&self) -> impl Iterator<Item = (&Other, String)> {
        let all = self.header.others.iter().zip(&self.others);
        all.filter_map(|((_, other), value)| Some((other, value.as_ref()?.kept()?)))
    }

    /// A day. Blank is `None`.
    pub(crate) fn day(
        &self,
        field: &str,
        context: &mut Context<'_>,
    ) -> Option<bonded_ledger::Date> {
        let day = self.value(field)?.day();
        let day = day.and_then(|it| bonded_ledger::parse_date(&it));
        if day.is_none() {
            let advice = "correct the cell";
            self.problem(context, field, "a date (YYYY-MM-DD)", advice);
        }
        day
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
        let place = self.index(field).and_then(|i| self.header.places.get(i))?;
        place.map(letters)
    }
}
