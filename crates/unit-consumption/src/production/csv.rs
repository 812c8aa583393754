//! Records as rows of a CSV: one row an order and material, the rows of an order together.

use exact_json::{Error, FromJson, Json, Path, invalid, text, unknown};

use super::error::RecordError;
use super::read::{
    NotNegative, ORDER_MAX, ROWS_MAX, STAGE_MAX, Seen, Seq, Short, VERSION_MAX, not_negative,
    repeated_row, too_many_rows, version,
};
use super::rows::{Cells, Row, Rows, invalid_csv};
use super::{Cause, Issue, Record};
use crate::Date;
use crate::recent::Recent;

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

/// Reads a CSV that comes in pieces. A record of which a row is wrong is left out whole.
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
    rows: Rows,
    gathered: Gathered,
}

impl std::fmt::Debug for CsvReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvReader")
            .field("line", &self.rows.line())
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
            rows: Rows::new(),
            gathered: Gathered::default(),
        }
    }

    /// Reads the next piece; each record, or what is wrong with a row, goes to the sink.
    pub fn feed(&mut self, piece: &[u8], sink: Sink<'_>) {
        let gathered = &mut self.gathered;
        self.rows
            .feed(piece, &mut |line, row| gathered.row(line, row, sink));
    }

    /// The input has ended.
    pub fn finish(&mut self, sink: Sink<'_>) {
        let gathered = &mut self.gathered;
        self.rows
            .finish(&mut |line, row| gathered.row(line, row, sink));
        gathered.finish(sink);
    }
}

/// Rows, as far as they have become records.
#[derive(Default)]
struct Gathered {
    header: Option<Header>,
    /// The header was no header, or a row had no end: nothing else is read.
    ended: bool,
    open: Option<Open>,
    /// Of the last records, to recognise rows that come back.
    heads: Recent,
    /// The last head that was none: told once, not for each of its rows.
    wrong: Option<Head>,
    suspect: Suspect,
}

/// The record whose rows are being read.
struct Open {
    head: Head,
    /// `None` once one of its rows was wrong: half an order is an order with another consumption.
    record: Option<Record>,
    seen: Seen,
}

/// A wrong row spoils the open record, and the next one too if it may be a row of that.
#[derive(Default)]
enum Suspect {
    /// There was no wrong row, or it is known to be of the open record.
    #[default]
    None,
    /// It is of this order.
    Order(String),
    /// It does not say of which order it is.
    Any,
}

/// The text of the cells that the rows of a record have in common.
#[derive(Hash)]
struct Head {
    text: String,
    ends: [usize; HEAD],
}

/// Where each of [`COLUMNS`] stands, in rows of so many cells.
struct Header {
    columns: [Option<usize>; 13],
    width: usize,
}

impl Gathered {
    fn row(&mut self, line: u64, row: Row<'_>, sink: Sink<'_>) {
        if self.ended {
            return;
        }
        let read = match (row, &self.header) {
            (Row::Cells(cells), _) if cells.are_blank() => Ok(()),
            (Row::End(error), _) | (Row::Broken(error), None) => {
                self.end();
                Err(error)
            }
            (Row::Cells(cells), None) => {
                let header = Header::read(&cells).inspect_err(|_| self.end());
                header.map(|it| self.header = Some(it))
            }
            (Row::Broken(error), Some(_)) => {
                self.spoil(Suspect::Any);
                Err(error)
            }
            (Row::Cells(cells), Some(header)) => match header.row(&cells) {
                Ok(columns) => self.cells(&CsvRow { cells, columns }, sink),
                Err(error) => {
                    self.spoil(Suspect::Any);
                    Err(error)
                }
            },
        };
        if let Err(error) = read {
            sink(Err(RecordError::new(line, error)));
        }
    }

    fn finish(&mut self, sink: Sink<'_>) {
        if self.header.is_none() && !self.ended {
            let message = format!("empty, expected a header such as {CSV_HEADER}");
            sink(Err(RecordError::new(1, invalid_csv(message))));
        }
        self.close(sink);
        self.end();
    }

    /// What cannot be read any more may be a row of the open record.
    fn end(&mut self) {
        self.ended = true;
        self.open = None;
    }

    fn spoil(&mut self, suspect: Suspect) {
        if let Some(open) = &mut self.open {
            open.record = None;
        }
        self.suspect = suspect;
    }

    fn close(&mut self, sink: Sink<'_>) {
        if let Some(record) = self.open.take().and_then(|it| it.record) {
            sink(Ok(record));
        }
    }

    fn cells(&mut self, row: &CsvRow<'_>, sink: Sink<'_>) -> Result<(), Error> {
        if !self.open.as_ref().is_some_and(|it| it.head.is_of(row)) {
            match row.record() {
                Ok(record) => self.open(record, row, sink)?,
                Err(error) => return self.wrong_head(row, error, sink),
            }
        }
        self.suspect = Suspect::None;
        self.wrong = None;
        match &mut self.open {
            Some(open) => open.add(row).inspect_err(|_| open.record = None),
            None => Ok(()),
        }
    }

    fn open(&mut self, record: Record, row: &CsvRow<'_>, sink: Sink<'_>) -> Result<(), Error> {
        self.close(sink);
        let spoilt = match &self.suspect {
            Suspect::None => false,
            Suspect::Order(order) => *order == record.order,
            Suspect::Any => true,
        };
        let head = Head::of(row);
        let comes_back = self.heads.repeats(&head);
        self.open = Some(Open {
            head,
            record: Some(record).filter(|_| !spoilt && !comes_back),
            seen: Seen::default(),
        });
        if comes_back && !spoilt {
            // Its good units would count once more.
            let message = "the rows of this record stood further up already; the rows of a record stand together: sort the export by order, or give the second part its own date or number";
            let path = Path::Field(&Path::Root, "order");
            return Err(Error::new("duplicate_row", &path, message));
        }
        Ok(())
    }

    /// The row is of the order that it names, whatever else is wrong with it.
    fn wrong_head(&mut self, row: &CsvRow<'_>, error: Error, sink: Sink<'_>) -> Result<(), Error> {
        let order = row.cell(0);
        let suspect = match order {
            "" => Suspect::Any,
            _ => Suspect::Order(order.to_string()),
        };
        let of_open = |it: &Open| order.is_empty() || it.head.order() == order;
        if !self.open.as_ref().is_some_and(of_open) {
            self.close(sink);
        }
        self.spoil(suspect);
        if self.wrong.as_ref().is_some_and(|it| it.is_of(row)) {
            return row.issue().map(drop);
        }
        self.wrong = Some(Head::of(row));
        Err(error)
    }
}

impl Open {
    fn add(&mut self, row: &CsvRow<'_>) -> Result<(), Error> {
        let issue = row.issue()?;
        let Some(record) = &mut self.record else {
            return Ok(());
        };
        let rows = &mut record.materials;
        if rows.len() == ROWS_MAX {
            return Err(too_many_rows(&Path::Field(&Path::Root, "order")));
        }
        if self.seen.repeats(rows, &issue) {
            return Err(repeated_row(&Path::Field(&Path::Root, "material")));
        }
        rows.push(issue);
        Ok(())
    }
}

impl Head {
    fn of(row: &CsvRow<'_>) -> Head {
        let mut text = String::new();
        let ends = std::array::from_fn(|column| {
            text.push_str(row.cell(column));
            text.len()
        });
        Head { text, ends }
    }

    fn cell(&self, column: usize) -> &str {
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[column]]
    }

    fn order(&self) -> &str {
        self.cell(0)
    }

    fn is_of(&self, row: &CsvRow<'_>) -> bool {
        (0..HEAD).all(|column| self.cell(column) == row.cell(column))
    }
}

impl Header {
    fn read(cells: &Cells<'_>) -> Result<Header, Error> {
        let mut columns = [None; 13];
        for at in 0..cells.count() {
            let name = cells.get(at);
            let path = Path::Field(&Path::Root, name);
            if name.is_empty() {
                let message = format!(
                    "column {} of the header has no name; leave it out, in the rows too",
                    at + 1
                );
                return Err(invalid_csv(message));
            }
            let Some(column) = COLUMNS.iter().position(|it| *it == name) else {
                return Err(Error::new("unknown_field", &path, unknown(name, &COLUMNS)));
            };
            if columns[column].replace(at).is_some() {
                let message = "this column stands twice in the header";
                return Err(Error::new("duplicate_field", &path, message));
            }
        }
        for name in REQUIRED {
            let column = COLUMNS.iter().position(|it| *it == name);
            if column.is_none_or(|it| columns[it].is_none()) {
                let path = Path::Field(&Path::Root, name);
                let message = format!(
                    "missing, this column is required; expected a header such as {CSV_HEADER}"
                );
                return Err(Error::new("missing_field", &path, message));
            }
        }
        Ok(Header {
            columns,
            width: cells.count(),
        })
    }

    /// Where each of [`COLUMNS`] stands in this row.
    fn row(&self, cells: &Cells<'_>) -> Result<[Option<usize>; 13], Error> {
        if cells.count() == self.width {
            return Ok(self.columns);
        }
        Err(invalid_csv(format!(
            "{} cells, the header has {} columns; quote a cell that contains the delimiter",
            cells.count(),
            self.width
        )))
    }
}

/// One row, by the names of its columns.
struct CsvRow<'c> {
    cells: Cells<'c>,
    columns: [Option<usize>; 13],
}

impl<'c> CsvRow<'c> {
    fn cell(&self, column: usize) -> &'c str {
        self.columns[column].map_or("", |at| self.cells.get(at))
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
            let message = match COLUMNS[column] {
                "issued" => {
                    "empty, this cell is required; a material that was not used is issued 0"
                }
                _ => "empty, this cell is required",
            };
            Error::new("missing_field", &path, message)
        })
    }

    fn record(&self) -> Result<Record, Error> {
        Ok(Record {
            order: self.required::<Short<ORDER_MAX>>(0)?.0,
            date: self.required::<Date>(1)?,
            handbook: self.required::<Short<ORDER_MAX>>(2)?.0,
            product: self.required::<SeqCell>(3)?.0,
            version: version(self.optional::<Short<VERSION_MAX>>(4)?),
            good: self.required::<NotNegative>(5)?.0,
            rejected: not_negative(self.optional(6)?),
            materials: Vec::new(),
        })
    }

    fn issue(&self) -> Result<Issue, Error> {
        Ok(Issue {
            material: self.required::<SeqCell>(7)?.0,
            issued: self.required::<NotNegative>(8)?.0,
            returned: not_negative(self.optional(9)?),
            scrap: not_negative(self.optional(10)?),
            cause: self.optional::<Cause>(11)?,
            stage: self.optional::<Short<STAGE_MAX>>(12)?.map(|it| it.0),
        })
    }
}

/// An item number in digits: a cell has no types.
struct SeqCell(u16);

impl FromJson for SeqCell {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<SeqCell, Error> {
        let digits = text(json, path, Seq::EXPECTED)?;
        let plain = digits.bytes().all(|it| it.is_ascii_digit());
        match digits.parse().ok().filter(|_| plain) {
            Some(number) => Seq::from_json(&Json::Integer(number), path).map(|it| SeqCell(it.0)),
            None => Err(invalid(json, path, Seq::EXPECTED)),
        }
    }
}
