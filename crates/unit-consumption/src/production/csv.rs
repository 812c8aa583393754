//! Records as rows of a CSV: one row an order and material, the rows of an order together.

use csv_core::ReadRecordResult;
use exact_json::{Error, FromJson, Json, Path, unknown};

use super::error::RecordError;
use super::json::{REPEATED, repeated};
use super::read::{NotNegative, ORDER_MAX, STAGE_MAX, Seq, Short, VERSION_MAX, version};
use super::{Cause, Issue, Record};
use crate::{Date, Quantity};

/// The columns, as an exported file has them. Their order is free; `version`, `rejected`, `returned`,
/// `scrap`, `cause` and `stage` may be left out, and so may their cells.
pub const CSV_HEADER: &str =
    "order,date,handbook,product,version,good,rejected,material,issued,returned,scrap,cause,stage";

const COLUMNS: [&str; 13] = [
    "order", "date", "handbook", "product", "version", "good", "rejected", "material", "issued",
    "returned", "scrap", "cause", "stage",
];
const REQUIRED: [&str; 7] = [
    "order", "date", "handbook", "product", "good", "material", "issued",
];
/// What the rows of one record have in common: the first seven columns.
const HEAD: usize = 7;
/// A row longer than this is no row: a quote was never closed.
const ROW_MAX: usize = 64 * 1024;
const COLUMNS_MAX: usize = 256;

/// Reads a CSV that comes in pieces.
///
/// ```
/// use unit_consumption::production::CsvReader;
/// let mut reader = CsvReader::new();
/// let mut records = Vec::new();
/// let text = "order,date,handbook,product,good,material,issued\n\
///             WO-1,2026-02-01,C222626A0001,1,960,1,1000\n\
///             WO-1,2026-02-01,C222626A0001,1,960,2,1920\n";
/// reader.feed(text.as_bytes(), &mut |record| records.push(record));
/// reader.finish(&mut |record| records.push(record));
/// assert_eq!(records.len(), 1); // one order, two materials
/// assert_eq!(records[0].as_ref().unwrap().materials.len(), 2);
/// ```
pub struct CsvReader {
    core: Option<csv_core::Reader>,
    /// The first line, until its delimiter is known.
    first: Vec<u8>,
    output: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    ended: usize,
    /// Where each of [`COLUMNS`] stands; `None` until the header is read.
    columns: Option<[Option<usize>; 13]>,
    width: usize,
    line: u64,
    /// The header was no header: nothing else can be read.
    failed: bool,
    /// The record that is being gathered, the text of its head and its first line.
    open: Option<(Record, Vec<u8>, u64)>,
    head: Vec<u8>,
}

impl std::fmt::Debug for CsvReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvReader")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl Default for CsvReader {
    fn default() -> CsvReader {
        CsvReader::new()
    }
}

type Sink<'s> = &'s mut dyn FnMut(Result<Record, RecordError>);

impl CsvReader {
    /// Nothing read yet.
    pub fn new() -> CsvReader {
        CsvReader {
            core: None,
            first: Vec::new(),
            output: vec![0; 1024],
            filled: 0,
            ends: vec![0; COLUMNS_MAX],
            ended: 0,
            columns: None,
            width: 0,
            line: 1,
            failed: false,
            open: None,
            head: Vec::new(),
        }
    }

    /// Reads the next piece; each record, or what is wrong with a row, goes to the sink.
    pub fn feed(&mut self, piece: &[u8], sink: Sink<'_>) {
        if self.core.is_some() {
            return self.read(piece, sink);
        }
        self.first.extend_from_slice(piece);
        let complete = self.first.contains(&b'\n') || self.first.len() > ROW_MAX;
        if complete {
            self.begin(sink);
        }
    }

    /// The input has ended.
    pub fn finish(&mut self, sink: Sink<'_>) {
        if self.core.is_none() {
            self.begin(sink);
        }
        // csv-core takes an empty input as the end.
        self.read(&[], sink);
        if self.columns.is_none() && !self.failed {
            let message = format!("empty, expected a header such as {CSV_HEADER}");
            let error = Error::new("invalid_csv", &Path::Root, message);
            sink(Err(RecordError::new(1, error)));
            self.failed = true;
        }
        self.close(sink);
    }

    /// The delimiter is the one that the header has: spreadsheets write what their country does.
    fn begin(&mut self, sink: Sink<'_>) {
        let mut first = std::mem::take(&mut self.first);
        if first.starts_with(b"\xEF\xBB\xBF") {
            first.drain(..3);
        }
        let line = first.split(|it| *it == b'\n').next().unwrap_or_default();
        let count = |wanted: u8| line.iter().filter(|it| **it == wanted).count();
        let delimiter = [b',', b';', b'\t']
            .into_iter()
            .rev()
            .max_by_key(|it| count(*it))
            .unwrap_or(b',');
        self.core = Some(csv_core::ReaderBuilder::new().delimiter(delimiter).build());
        if !first.is_empty() {
            self.read(&first, sink);
        }
    }

    fn read(&mut self, piece: &[u8], sink: Sink<'_>) {
        let mut input = piece;
        loop {
            let Some(core) = self.core.as_mut().filter(|_| !self.failed) else {
                return;
            };
            let (result, read, written, ended) = core.read_record(
                input,
                &mut self.output[self.filled..],
                &mut self.ends[self.ended..],
            );
            input = &input[read..];
            self.filled += written;
            self.ended += ended;
            let too_long = match result {
                ReadRecordResult::InputEmpty if piece.is_empty() => return,
                ReadRecordResult::InputEmpty => {
                    if input.is_empty() {
                        return;
                    }
                    continue;
                }
                ReadRecordResult::OutputFull if self.output.len() < ROW_MAX => {
                    self.output.resize(self.output.len() * 2, 0);
                    continue;
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => true,
                ReadRecordResult::Record => false,
                ReadRecordResult::End => return,
            };
            if too_long {
                let message = format!(
                    "a row of more than {ROW_MAX} bytes or {COLUMNS_MAX} columns; is a quotation mark not closed?"
                );
                self.fail(message, sink);
                return;
            }
            let next = core.line();
            let row = (
                std::mem::take(&mut self.filled),
                std::mem::take(&mut self.ended),
            );
            let line = std::mem::replace(&mut self.line, next);
            self.row(row.0, row.1, line, sink);
        }
    }

    fn fail(&mut self, message: String, sink: Sink<'_>) {
        self.failed = true;
        let error = Error::new("invalid_csv", &Path::Root, message);
        sink(Err(RecordError::new(self.line, error)));
    }

    fn row(&mut self, filled: usize, ended: usize, line: u64, sink: Sink<'_>) {
        let output = std::mem::take(&mut self.output);
        let ends = std::mem::take(&mut self.ends);
        match std::str::from_utf8(&output[..filled]) {
            Ok(text) => {
                let cells = Cells {
                    text,
                    ends: &ends[..ended],
                };
                self.cells(&cells, line, sink);
            }
            Err(_) => {
                let message = "not UTF-8; save the sheet as \"CSV UTF-8\"";
                let error = Error::new("invalid_csv", &Path::Root, message);
                sink(Err(RecordError::new(line, error)));
            }
        }
        (self.output, self.ends) = (output, ends);
    }

    fn cells(&mut self, cells: &Cells<'_>, line: u64, sink: Sink<'_>) {
        let Some(columns) = self.columns else {
            match header(cells) {
                Ok(columns) => {
                    self.columns = Some(columns);
                    self.width = cells.ends.len();
                }
                Err(error) => {
                    self.failed = true;
                    sink(Err(RecordError::new(line, error)));
                }
            }
            return;
        };
        if cells.ends.len() != self.width {
            let message = format!(
                "{} cells, the header has {} columns; quote a cell that contains the delimiter",
                cells.ends.len(),
                self.width
            );
            let error = Error::new("invalid_csv", &Path::Root, message);
            sink(Err(RecordError::new(line, error)));
            return;
        }
        let row = Row {
            cells,
            columns: &columns,
        };
        let mut head = std::mem::take(&mut self.head);
        head.clear();
        for column in 0..HEAD {
            head.extend_from_slice(row.cell(column).as_bytes());
            head.push(0);
        }
        if self.open.as_ref().is_none_or(|(_, of, _)| *of != head) {
            self.close(sink);
            match row.record() {
                Ok(record) => self.open = Some((record, head.clone(), line)),
                Err(error) => {
                    sink(Err(RecordError::new(line, error)));
                    self.head = head;
                    return;
                }
            }
        }
        self.head = head;
        let Some((record, ..)) = &mut self.open else {
            return;
        };
        match row.issue() {
            Ok(issue) => {
                record.materials.push(issue);
                let rows = &record.materials;
                let last = &rows[rows.len() - 1];
                let same = |it: &Issue| {
                    it.material == last.material && it.cause == last.cause && it.stage == last.stage
                };
                let again = match rows.len() {
                    2..=32 => rows[..rows.len() - 1].iter().any(same),
                    // Longer ones are looked through once, when they are complete.
                    _ => false,
                };
                if again {
                    record.materials.pop();
                    sink(Err(RecordError::new(line, repeated_row())));
                }
            }
            Err(error) => sink(Err(RecordError::new(line, error))),
        }
    }

    fn close(&mut self, sink: Sink<'_>) {
        let Some((record, _, line)) = self.open.take() else {
            return;
        };
        if record.materials.len() > 32 && repeated(&record.materials).is_some() {
            return sink(Err(RecordError::new(line, repeated_row())));
        }
        // All of its rows were wrong, and told.
        if !record.materials.is_empty() {
            sink(Ok(record));
        }
    }
}

fn repeated_row() -> Error {
    Error::new(
        "duplicate_row",
        &Path::Field(&Path::Root, "material"),
        REPEATED,
    )
}

/// The cells of one row.
struct Cells<'c> {
    text: &'c str,
    ends: &'c [usize],
}

impl<'c> Cells<'c> {
    fn get(&self, at: usize) -> &'c str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..self.ends[at]).unwrap_or_default()
    }
}

fn header(cells: &Cells<'_>) -> Result<[Option<usize>; 13], Error> {
    let mut columns = [None; 13];
    for at in 0..cells.ends.len() {
        let name = cells.get(at).trim();
        let path = Path::Field(&Path::Root, name);
        let Some(column) = COLUMNS.iter().position(|it| *it == name) else {
            return Err(Error::new("unknown_field", &path, unknown(name, &COLUMNS)));
        };
        if columns[column].replace(at).is_some() {
            let message = "a column that stands twice";
            return Err(Error::new("duplicate_field", &path, message));
        }
    }
    for name in REQUIRED {
        let column = COLUMNS.iter().position(|it| *it == name);
        if column.is_none_or(|it| columns[it].is_none()) {
            let path = Path::Field(&Path::Root, name);
            let message =
                format!("missing, this column is required; expected a header such as {CSV_HEADER}");
            return Err(Error::new("missing_field", &path, message));
        }
    }
    Ok(columns)
}

/// One row, by the names of its columns.
struct Row<'c> {
    cells: &'c Cells<'c>,
    columns: &'c [Option<usize>; 13],
}

impl<'c> Row<'c> {
    fn cell(&self, column: usize) -> &'c str {
        self.columns[column].map_or("", |at| self.cells.get(at).trim_matches([' ', '\u{3000}']))
    }

    /// A cell is read as the same value in JSON would be: one set of errors for both.
    fn optional<T: FromJson>(&self, column: usize) -> Result<Option<T>, Error> {
        let text = self.cell(column);
        if text.is_empty() {
            return Ok(None);
        }
        let json = Json::String(text.into());
        T::from_json(&json, &Path::Field(&Path::Root, COLUMNS[column])).map(Some)
    }

    fn required<T: FromJson>(&self, column: usize) -> Result<T, Error> {
        self.optional(column)?.ok_or_else(|| {
            let path = Path::Field(&Path::Root, COLUMNS[column]);
            Error::new("missing_field", &path, "empty, this cell is required")
        })
    }

    fn seq(&self, column: usize) -> Result<u16, Error> {
        let text = self.cell(column);
        let path = Path::Field(&Path::Root, COLUMNS[column]);
        if text.is_empty() {
            return Err(Error::new(
                "missing_field",
                &path,
                "empty, this cell is required",
            ));
        }
        let json = match text.parse::<i64>() {
            Ok(number) if text.bytes().all(|it| it.is_ascii_digit()) => Json::Integer(number),
            _ => Json::String(text.into()),
        };
        Seq::from_json(&json, &path).map(|it| it.0)
    }

    fn record(&self) -> Result<Record, Error> {
        Ok(Record {
            order: self.required::<Short<ORDER_MAX>>(0)?.0,
            date: self.required::<Date>(1)?,
            handbook: self.required::<Short<ORDER_MAX>>(2)?.0,
            product: self.seq(3)?,
            version: version(self.optional::<Short<VERSION_MAX>>(4)?),
            good: self.required::<NotNegative>(5)?.0,
            rejected: self
                .optional::<NotNegative>(6)?
                .map_or(Quantity::ZERO, |it| it.0),
            materials: Vec::new(),
        })
    }

    fn issue(&self) -> Result<Issue, Error> {
        let quantity = |column| -> Result<Quantity, Error> {
            Ok(self
                .optional::<NotNegative>(column)?
                .map_or(Quantity::ZERO, |it| it.0))
        };
        Ok(Issue {
            material: self.seq(7)?,
            issued: self.required::<NotNegative>(8)?.0,
            returned: quantity(9)?,
            scrap: quantity(10)?,
            cause: self.optional::<Cause>(11)?,
            stage: self.optional::<Short<STAGE_MAX>>(12)?.map(|it| it.0),
        })
    }
}
