//! Production records (生产记录) from a sheet with the columns of their CSV (`docs/production.md`). Every
//! row goes through the reader of the CSV, so that one rule decides in both.

use unit_consumption::Date;
use unit_consumption::production::{CSV_HEADER, CsvReader, Record, RecordError};

use super::csv;
use super::error::{Problem, Problems, WorkbookError};
use super::import::{Limits, guarded};
use super::sheet::Value;
use super::values::{a1, key};

/// The Chinese names of the CSV's columns, in its order.
pub(crate) const CHINESE: [&str; 13] = [
    "工单号",
    "完工日期",
    "手册编号",
    "成品序号",
    "单耗版本号",
    "合格数",
    "残次品",
    "料件序号",
    "领料",
    "退料",
    "边角料",
    "原因",
    "工序",
];

/// The names of its sheet.
pub(crate) const SHEETS: &[&str] = &["生产记录", "production"];

/// Reads production records from a workbook (`.xlsx`) or a CSV with the columns of
/// [`CSV_HEADER`], by their English or Chinese names, in any order. In a workbook, dates may be dates
/// and quantities numbers.
///
/// For files of any length there is [`CsvReader`], which takes them piece by piece; here the file is
/// read whole.
///
/// # Errors
/// Where the file is neither, is too large, or a row is wrong; then all of its problems are given, each
/// with its row and cell.
pub fn read_production(bytes: &[u8], limits: &Limits) -> Result<Vec<Record>, WorkbookError> {
    guarded(|| {
        let mut book = super::lists::open(bytes, limits)?;
        let Some(sheet) = book.find(SHEETS) else {
            let mut problems = Problems::default();
            super::table::missing_sheet(&book, SHEETS[0], "production records", &mut problems);
            return problems.into_result().map(|()| Vec::new());
        };
        let mut reading = Reading::new(&sheet, limits);
        book.rows(&sheet, limits, |row, cells| reading.row(row, cells))?;
        reading.finish()
    })
}

struct Reading<'a> {
    sheet: &'a str,
    limits: &'a Limits,
    reader: CsvReader,
    /// Where the columns stand, by their English names as far as they are known.
    columns: Option<Vec<(u32, String)>>,
    /// The row of each line that the reader was given, from its first.
    rows: Vec<u32>,
    records: Vec<Record>,
    errors: Vec<RecordError>,
    problems: Problems,
}

impl<'a> Reading<'a> {
    fn new(sheet: &'a str, limits: &'a Limits) -> Reading<'a> {
        Reading {
            sheet,
            limits,
            reader: CsvReader::new(),
            columns: None,
            rows: Vec::new(),
            records: Vec::new(),
            errors: Vec::new(),
            problems: Problems::default(),
        }
    }

    fn row(&mut self, row: u32, cells: Vec<(u32, Value)>) -> bool {
        if self.rows.len() > self.limits.consumptions {
            let most = self.limits.consumptions;
            self.problems.general(
                "limit_exceeded",
                self.sheet,
                "",
                &format!("more than {most} rows"),
                &format!("at most {most} rows"),
                "split the file, or write it as CSV, which has no limit",
            );
            return false;
        }
        let line = match &self.columns {
            None => {
                // Titles above the names.
                let known = cells.iter().filter(|it| english(&it.1).is_some()).count();
                if known < 3 && row < 50 {
                    return true;
                }
                let columns: Vec<(u32, String)> = cells.iter().map(named).collect();
                let line = joined(columns.iter().map(|it| it.1.as_str()));
                self.columns = Some(columns);
                line
            }
            Some(columns) => {
                let mut texts = Vec::with_capacity(columns.len());
                for (column, name) in columns {
                    let value = cells.iter().find(|it| it.0 == *column);
                    texts.push(value.map_or(String::new(), |it| text(name, &it.1)));
                }
                let again = cells.iter().filter(|it| english(&it.1).is_some()).count();
                if texts.iter().all(String::is_empty) || again >= 3 {
                    return true;
                }
                let nameless = |it: &&(u32, Value)| columns.iter().all(|there| there.0 != it.0);
                for (column, value) in cells.iter().filter(nameless) {
                    let problem = super::table::nameless(self.sheet, row, *column, value);
                    self.problems.push(problem);
                }
                joined(texts.iter().map(String::as_str))
            }
        };
        self.rows.push(row);
        let (records, errors) = (&mut self.records, &mut self.errors);
        self.reader.feed(line.as_bytes(), &mut |it| match it {
            Ok(record) => records.push(record),
            Err(error) => errors.push(error),
        });
        true
    }

    fn finish(mut self) -> Result<Vec<Record>, WorkbookError> {
        let (records, errors) = (&mut self.records, &mut self.errors);
        self.reader.finish(&mut |it| match it {
            Ok(record) => records.push(record),
            Err(error) => errors.push(error),
        });
        if self.rows.is_empty() {
            let expected = format!("a row with the columns {CSV_HEADER}");
            let advice = "begin with the template";
            (self.problems).general(
                "column_missing",
                self.sheet,
                "",
                "no row of column names",
                &expected,
                advice,
            );
        }
        for error in std::mem::take(&mut self.errors) {
            let problem = self.problem(&error);
            self.problems.push(problem);
        }
        self.problems.into_result()?;
        Ok(self.records)
    }

    /// An error of the reader, in its cell.
    fn problem(&self, error: &RecordError) -> Problem {
        let line = usize::try_from(error.line()).unwrap_or_default();
        let row = line.checked_sub(1).and_then(|it| self.rows.get(it));
        let columns = self.columns.as_deref().unwrap_or_default();
        let column = columns.iter().find(|it| it.1 == error.field());
        let cell = match (row, column) {
            (Some(row), Some((column, _))) => a1(*row, *column),
            _ => String::new(),
        };
        let message = error.message();
        let message = match (row, cell.is_empty()) {
            (Some(row), true) => format!("row {}: {message}", row + 1),
            _ => message,
        };
        Problem {
            code: error.code(),
            sheet: self.sheet.to_owned(),
            cell,
            column: match CSV_HEADER.split(',').position(|it| it == error.field()) {
                Some(at) => format!("{} ({})", CHINESE[at], error.field()),
                None => error.field().to_owned(),
            },
            found: message,
            expected: "a production record (docs/production.md)".to_owned(),
            advice: "correct the row; a record with a wrong row is left out whole".to_owned(),
        }
    }
}

/// The English name of a column.
fn english(value: &Value) -> Option<&'static str> {
    let Value::Text(text) = value else {
        return None;
    };
    let name = key(text);
    let mut all = CSV_HEADER.split(',').zip(CHINESE);
    all.find(|(english, chinese)| *english == name || *chinese == name)
        .map(|it| it.0)
}

fn named((column, value): &(u32, Value)) -> (u32, String) {
    let name = english(value).map(str::to_owned);
    let name = name.or_else(|| value.kept()).unwrap_or_default();
    (*column, name)
}

/// A cell as the CSV has it.
fn text(column: &str, value: &Value) -> String {
    let day = (column == "date").then(|| value.day()).flatten();
    if let Some(day) = day.filter(|it| it.parse::<Date>().is_ok()) {
        return day;
    }
    // What cannot be used is told as such by the reader.
    value.kept().unwrap_or_else(|| value.shown())
}

/// A line of the CSV; what would be a line end within a cell is a space, so that lines are rows.
fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut line = String::new();
    for (at, text) in texts.enumerate() {
        if at > 0 {
            line.push(',');
        }
        let text = text.replace(['\n', '\r'], " ");
        line.push_str(&csv::cell(&text));
    }
    line.push('\n');
    line
}
