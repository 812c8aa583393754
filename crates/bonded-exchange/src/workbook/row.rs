//! Columns and rows: what a layout looks for, and a row of it, read by names.

use super::error::{Problem, Problems};
use super::import::Limits;
use super::notes::Notes;
use super::sheet::Value;
use super::table::Header;
use super::values::{Decimal, a1, key, letters};

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
    pub(super) layout: &'static Layout,
    pub(super) header: &'a Header,
    pub(super) values: Vec<Option<Value>>,
    pub(super) others: Vec<Option<Value>>,
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
        match self.value(field) {
            None => false,
            Some(Value::Text(text)) => {
                // Only what holds a digit, of either width, can be a code.
                let digit = |it: char| it.is_ascii_digit() || ('０'..='９').contains(&it);
                text.contains(word) || (text.contains(digit) && key(text) == code)
            }
            Some(value) => value.text().is_some_and(|it| key(&it) == code),
        }
    }

    /// The column's letters, for notes about a whole column.
    pub(crate) fn column_letters(&self, field: &str) -> Option<String> {
        let place = self.index(field).and_then(|i| self.header.places.get(i))?;
        place.map(letters)
    }
}
