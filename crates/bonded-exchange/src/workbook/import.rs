//! The whole workbook into one entry.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::archive::inspect;
use super::customs::CUSTOMS_CONSUMPTIONS;
use super::error::{Problems, WorkbookError};
use super::header::{self, Head};
use super::notes::Notes;
use super::row::Context;
use super::sheet::Book;
use super::{consumptions, items};
use crate::codes::Codes;

/// What the workbook does not say, or should be overruled.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The entry's date (`YYYY-MM-DD`); else the date of input (录入日期) or declaration (申报日期).
    pub date: Option<String>,
    /// The first day of validity (`YYYY-MM-DD`); a workbook has only the last one, so the date of
    /// input is taken, with a note.
    pub valid_from: Option<String>,
    /// The last day of validity (`YYYY-MM-DD`); else 有效期.
    pub valid_until: Option<String>,
    /// The handbook's number, where the workbook was exported before it had one.
    pub number: Option<String>,
    /// The trade of an account book whose workbook does not say it.
    pub trade: Option<Trade>,
    /// When unit consumption must be on file; else 单耗申报环节代码, else before export.
    pub consumption_declared: Option<ConsumptionDeclared>,
    /// Whether what the journal has no field for is kept: columns and labels such as 征免方式 or 主管海关,
    /// in `ext.customs` of items and of the handbook, under the official names of the elements, as codes
    /// where a table knows the name; those of unit consumption in the handbook's
    /// `ext.customs_consumptions`. Documents written from the journal find them there.
    pub particulars: bool,
    /// How much is read.
    pub limits: Limits,
}

/// The trade (来料加工 or 进料加工).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    /// 来料加工.
    SuppliedMaterials,
    /// 进料加工.
    ImportedMaterials,
}

impl Trade {
    /// As the journal writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SuppliedMaterials => "supplied_materials",
            Self::ImportedMaterials => "imported_materials",
        }
    }
}

/// When unit consumption must be on file (单耗申报环节).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsumptionDeclared {
    /// 出口前.
    BeforeExport,
    /// 报核前.
    BeforeClosure,
}

impl ConsumptionDeclared {
    /// As the journal writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeExport => "before_export",
            Self::BeforeClosure => "before_closure",
        }
    }
}

/// How much of a workbook is read before it is refused. The defaults are above what a handbook may
/// hold and keep memory within some hundreds of megabytes, whatever the file says of itself.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The file.
    pub file_bytes: u64,
    /// Parts in the container.
    pub parts: usize,
    /// All sheets together, inflated.
    pub sheet_bytes: u64,
    /// The table of strings, inflated.
    pub string_bytes: u64,
    /// Any other part, inflated.
    pub part_bytes: u64,
    /// Characters in a cell.
    pub cell_characters: usize,
    /// Rows of materials, and of products.
    pub items: usize,
    /// Rows of unit consumption; also lines of lists, and rows of production records.
    pub consumptions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 32 << 20,
            parts: 2_000,
            sheet_bytes: 256 << 20,
            string_bytes: 32 << 20,
            part_bytes: 8 << 20,
            cell_characters: 32_767,
            items: 9_999,
            consumptions: 200_000,
        }
    }
}

/// A workbook read.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The `open_handbook` entry.
    pub entry: Json,
    /// What the reader should know: lines left out, dates supplied, doubtful values.
    pub notes: Vec<String>,
}

/// Reads a handbook's or account book's workbook. The same bytes always give an entry of the same
/// `id`, so that posting it twice has no effect.
///
/// # Errors
/// Where the file is no workbook, is too large, or does not say what an entry needs; then all of its
/// problems are given.
pub fn read_handbook(
    bytes: &[u8],
    codes: &Codes,
    options: &ImportOptions,
) -> Result<Imported, WorkbookError> {
    inspect(bytes, &options.limits)?;
    guarded(|| {
        let mut book = Book::open(bytes)?;
        read(&mut book, id(bytes), codes, options)
    })
}

/// The parser overflows on absurd cell references, which panics where overflow is checked. Nothing
/// outlives the closure but its result.
pub(crate) fn guarded<T>(
    read: impl FnOnce() -> Result<T, WorkbookError>,
) -> Result<T, WorkbookError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        let why = "its contents are malformed".to_owned();
        Err(WorkbookError::NotAWorkbook(why))
    })
}

fn id(bytes: &[u8]) -> Uuid {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, b"bonded handbook workbook");
    Uuid::new_v5(&namespace, bytes)
}

fn read(
    book: &mut Book<'_>,
    id: Uuid,
    codes: &Codes,
    options: &ImportOptions,
) -> Result<Imported, WorkbookError> {
    let mut problems = Problems::default();
    let mut notes = Notes::default();
    let mut context = Context::new(&options.limits, codes, &mut problems, &mut notes);
    context.particulars = options.particulars;
    let head = header::read(book, options, &mut context)?;
    let materials = items::read(book, &items::MATERIALS, &mut context)?;
    let products = items::read(book, &items::PRODUCTS, &mut context)?;
    let consumptions = consumptions::read(book, &materials, &products, &mut context)?;
    problems.into_result()?;
    let Head {
        date,
        number,
        trade,
        operator,
        processor,
        valid_from,
        valid_until,
        consumption_declared,
        self_verification,
        mut ext,
    } = head;
    if let Some(customs) = consumptions.particulars.into_json() {
        ext.insert(CUSTOMS_CONSUMPTIONS.to_owned(), customs);
    }
    let mut handbook = Map::new();
    let mut put = |field: &str, value: Json| handbook.insert(field.to_owned(), value);
    put("number", json!(number));
    put("trade", json!(trade.map(Trade::as_str)));
    put("operator", operator);
    put("processor", processor);
    put("valid_from", json!(valid_from));
    put("valid_until", json!(valid_until));
    put("consumption_declared", json!(consumption_declared.as_str()));
    put("self_verification", json!(self_verification));
    put("materials", Json::Array(materials.list));
    put("products", Json::Array(products.list));
    put("consumptions", Json::Array(consumptions.list));
    if !ext.is_empty() {
        put("ext", Json::Object(ext));
    }
    let entry = json!({
        "id": id.to_string(),
        "date": date,
        "entry": "open_handbook",
        "handbook": handbook,
    });
    Ok(Imported {
        entry,
        notes: notes.into_lines(),
    })
}
