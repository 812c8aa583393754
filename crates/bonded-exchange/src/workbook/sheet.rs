//! Cells of a sheet as a stream. A cell at XFD1048576 costs nothing: no dense grid is ever built. A CSV
//! is a workbook of one sheet.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

use super::csv;
use super::error::WorkbookError;
use super::import::Limits;
use super::values::{Decimal, at_15_digits, date, decimal, key, quoted, shortest, trim, ymd};

const LAST_ROW: u32 = 1_048_575;
const LAST_COLUMN: u32 = 16_383;

/// The value of a cell that is not blank.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Trimmed, not empty.
    Text(String),
    Number(f64),
    /// A number in a cell with a date format: the day, and the number.
    Date(String, f64),
    /// What cannot be used: a spreadsheet error, a text too long.
    Unusable(String),
}

impl Value {
    /// A text cell; `None` where it is blank.
    pub(crate) fn of_text(text: &str, limits: &Limits) -> Option<Self> {
        match trim(text) {
            "" => None,
            text if text.len() > limits.cell_characters
                && text.chars().count() > limits.cell_characters =>
            {
                let most = limits.cell_characters;
                let what = format!("a text of more than {most} characters");
                Some(Self::Unusable(what))
            }
            text => Some(Self::Text(text.to_owned())),
        }
    }

    fn new(data: &DataRef<'_>, limits: &Limits) -> Option<Self> {
        let text = |text: &str| Self::of_text(text, limits);
        match data {
            DataRef::Empty => None,
            DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => text(s),
            DataRef::SharedString(s) => text(s),
            DataRef::Int(n) => text(&n.to_string()),
            DataRef::Float(n) => Some(Self::Number(*n)),
            DataRef::Bool(b) => text(if *b { "TRUE" } else { "FALSE" }),
            DataRef::Error(e) => Some(Self::Unusable(format!("the spreadsheet error {e}"))),
            DataRef::DateTime(d) => {
                let serial = d.as_f64();
                // The span of the calendar that a spreadsheet knows; also keeps the conversion total.
                let day = (1.0..2_958_466.0).contains(&serial).then(|| {
                    let (year, month, day, ..) = d.to_ymd_hms_milli();
                    ymd(year, month, day)
                });
                Some(match day.flatten() {
                    Some(day) => Self::Date(day, serial),
                    None => Self::Number(serial),
                })
            }
        }
    }

    /// For a message.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Number(n) => match shortest(*n) {
                Some(exact) => format!("the number {}", quoted(&exact.text)),
                None => "a number out of range".to_owned(),
            },
            Self::Date(day, _) => format!("the date {day}"),
            Self::Unusable(what) => what.clone(),
        }
    }

    /// The exact decimal; of a number cell, the shortest that means the same number.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Text(text) => decimal(text),
            Self::Number(n) | Self::Date(_, n) => shortest(*n),
            Self::Unusable(_) => None,
        }
    }

    /// The decimal of a number cell at the precision that a spreadsheet shows.
    pub(crate) fn shown_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Number(n) | Self::Date(_, n) => at_15_digits(*n),
            _ => None,
        }
    }

    /// What stands there, for whoever keeps it and does not read it; `None` where it cannot be used.
    pub(crate) fn kept(&self) -> Option<String> {
        match self {
            Self::Date(day, _) => Some(day.clone()),
            Self::Number(n) => Some(at_15_digits(*n)?.text),
            value => value.text(),
        }
    }

    /// The day, of a date cell or in any of the usual ways to write one.
    pub(crate) fn day(&self) -> Option<String> {
        match self {
            Self::Date(day, _) => Some(day.clone()),
            value => date(&value.text()?),
        }
    }

    /// The text of a code or a name; a number cell must be whole and short enough to be exact.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(n) | Self::Date(_, n) => shortest(*n)
                .filter(|d| d.integer_digits + d.decimals <= 15)
                .map(|d| d.text),
            Self::Unusable(_) => None,
        }
    }
}

/// An opened workbook.
pub(crate) struct Book<'b> {
    source: Source<'b>,
    names: Vec<String>,
}

enum Source<'b> {
    Xlsx(Box<Xlsx<Cursor<&'b [u8]>>>),
    Csv(&'b str),
}

/// What the one sheet of a CSV is called.
const CSV: &str = "CSV";

impl<'b> Book<'b> {
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self, WorkbookError> {
        let xlsx = Xlsx::new(Cursor::new(bytes)).map_err(malformed)?;
        let names = xlsx.sheet_names();
        let source = Source::Xlsx(Box::new(xlsx));
        Ok(Self { source, names })
    }

    /// A CSV: its rows are counted by the lines of the file on which they begin.
    pub(crate) fn csv(bytes: &'b [u8]) -> Result<Self, WorkbookError> {
        Ok(Self {
            source: Source::Csv(csv::text(bytes)?),
            names: vec![CSV.to_owned()],
        })
    }

    pub(crate) fn sheet_names(&self) -> &[String] {
        &self.names
    }

    /// The sheet of one of these names; else the only one whose name holds one of them.
    pub(crate) fn find(&self, wanted: &[&str]) -> Option<String> {
        if let Source::Csv(_) = self.source {
            return Some(CSV.to_owned());
        }
        let exact = |name: &&String| wanted.iter().any(|w| key(name) == *w);
        let within = |name: &&String| wanted.iter().any(|w| key(name).contains(w));
        if let Some(name) = self.names.iter().find(exact) {
            return Some(name.clone());
        }
        let mut candidates = self.names.iter().filter(within);
        match (candidates.next(), candidates.next()) {
            (Some(name), None) => Some(name.clone()),
            _ => None,
        }
    }

    /// Gives every row that has a cell that is not blank to `visit`, in the order of the file, until it
    /// answers `false`.
    pub(crate) fn rows(
        &mut self,
        sheet: &str,
        limits: &Limits,
        mut visit: impl FnMut(u32, Vec<(u32, Value)>) -> bool,
    ) -> Result<(), WorkbookError> {
        let xlsx = match &mut self.source {
            Source::Csv(text) => return csv::rows(text, limits, visit),
            Source::Xlsx(xlsx) => xlsx,
        };
        let mut reader = xlsx.worksheet_cells_reader(sheet).map_err(malformed)?;
        let mut row = 0;
        let mut cells: Vec<(u32, Value)> = Vec::new();
        while let Some(cell) = reader.next_cell().map_err(malformed)? {
            let (at, column) = cell.get_position();
            if at > LAST_ROW || column > LAST_COLUMN {
                continue;
            }
            let Some(value) = Value::new(cell.get_value(), limits) else {
                continue;
            };
            if at != row && !cells.is_empty() && !visit(row, std::mem::take(&mut cells)) {
                return Ok(());
            }
            row = at;
            if cells.len() <= LAST_COLUMN as usize {
                cells.push((column, value));
            }
        }
        if !cells.is_empty() {
            visit(row, cells);
        }
        Ok(())
    }

    /// Where merged areas begin and in which column they end.
    pub(crate) fn merged(&mut self, sheet: &str) -> BTreeMap<(u32, u32), u32> {
        // A sheet whose merged areas cannot be read is read as if it had none.
        let Source::Xlsx(xlsx) = &mut self.source else {
            return BTreeMap::new();
        };
        let areas = xlsx.merge_cells_by_sheet_name(sheet).unwrap_or_default();
        areas.iter().map(|a| (a.start, a.end.1)).collect()
    }
}

fn malformed(error: calamine::XlsxError) -> WorkbookError {
    WorkbookError::NotAWorkbook(error.to_string())
}
