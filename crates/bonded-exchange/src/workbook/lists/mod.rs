//! Lists (保税核注清单) from a table: our own template, many lists in one file, and the body that the
//! Single Window imports, one list.

pub(crate) mod body;
mod gather;
pub(crate) mod layout;
mod line;

use bonded_ledger::{
    Date, DeclareList, Direction, Entry, EntryKind, Goods, HandbookNo, Mode, Uuid,
};

pub use body::{ListHead, read_list_body};

use super::archive::{self, inspect};
use super::csv;
use super::error::{Problem, Problems, WorkbookError};
use super::import::{Limits, guarded};
use super::notes::Notes;
use super::row::Context;
use super::sheet::Book;
use super::table::read_table;
use crate::codes::Codes;
use crate::on_file::OnFile;
use gather::Gathered;

/// What a file of lists does not say, and against what it is read.
#[derive(Debug, Clone, Default)]
pub struct ListsOptions<'a> {
    /// The date of the lists whose rows have none.
    pub date: Option<Date>,
    /// The books on file: an item without a number (备案序号) is found by its code (料号).
    pub on_file: Option<&'a OnFile>,
    /// How much is read.
    pub limits: Limits,
}

/// Lists read.
#[derive(Debug, Clone)]
pub struct ImportedLists {
    /// One `declare_list` entry a list, in the order of their first rows. Its `id` comes of the list's
    /// number, so that the same file twice has no effect.
    pub entries: Vec<Entry>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Reads lists from our template, as a workbook (`.xlsx`) or as CSV: one row a line of a list, what
/// the lines of a list have in common in each of them or in the first. The rows of a list need not
/// stand together; what stands in several of them must agree.
///
/// ```
/// use bonded_exchange::codes::Codes;
/// use bonded_exchange::workbook::{ListsOptions, read_lists};
///
/// let csv = "number,date,handbook,direction,goods,mode,line,seq,quantity,grossWt\n\
///            IMP-1,2026-01-12,C222626A0001,import,material,0615,1,1,500,1.25\n\
///            IMP-1,,,,,,2,2,20.5,\n";
/// let lists = read_lists(csv.as_bytes(), &Codes::builtin(), &ListsOptions::default())?;
/// assert_eq!(lists.entries.len(), 1); // of two lines
/// # Ok::<(), bonded_exchange::workbook::WorkbookError>(())
/// ```
///
/// # Errors
/// Where the file is neither, is too large, or something in it is wrong; then all of its problems are
/// given, each with its row and cell (of a CSV, the row is the line of the file).
pub fn read_lists(
    bytes: &[u8],
    codes: &Codes,
    options: &ListsOptions<'_>,
) -> Result<ImportedLists, WorkbookError> {
    let limits = &options.limits;
    guarded(|| {
        let mut book = open(bytes, limits)?;
        let mut problems = Problems::default();
        let mut notes = Notes::default();
        let mut context = Context::new(limits, codes, &mut problems, &mut notes);
        let mut gathered = Gathered::new(options);
        let most = limits.consumptions;
        read_table(
            &mut book,
            &layout::LISTS,
            most,
            &mut context,
            |row, context| {
                gathered.row(row, context);
            },
        )?;
        let lists = gathered.lists;
        if lists.is_empty() && problems.is_empty() {
            let expected = "at least one row, a line of a list";
            problems.general(
                "cell_missing",
                "",
                "",
                "no row",
                expected,
                "fill in the template",
            );
        }
        let entries = lists
            .into_iter()
            .filter_map(|it| it.into_entry(&mut problems));
        let entries = entries.collect();
        problems.into_result()?;
        Ok(ImportedLists {
            entries,
            notes: notes.into_lines(),
        })
    })
}

/// A workbook or a CSV, whichever it is.
pub(super) fn open<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Book<'b>, WorkbookError> {
    if bytes.starts_with(super::MAGIC) || !csv::is_text(bytes) || archive::is_old(bytes) {
        inspect(bytes, limits)?;
        return Book::open(bytes);
    }
    archive::within(bytes, limits)?;
    Book::csv(bytes)
}

/// The `id` of the entry that declares a list: of its number, whatever file it came in.
pub fn list_entry_id(number: &str) -> Uuid {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, b"bonded declared list");
    Uuid::new_v5(&namespace, number.as_bytes())
}

/// The entry that declares a list; a list that no line of a journal may hold is a problem of the place.
fn entry(date: Date, list: DeclareList, place: Problem, problems: &mut Problems) -> Option<Entry> {
    let id = list_entry_id(&list.number);
    let entry = Entry::new(id, date, EntryKind::DeclareList { list });
    match entry.fault() {
        None => Some(entry),
        Some(fault) => {
            problems.push(Problem {
                found: fault.to_string(),
                ..place
            });
            None
        }
    }
}

/// The direction that a word or code names.
pub(super) fn direction(text: &str) -> Option<Direction> {
    match super::values::key(text).as_str() {
        "import" | "i" | "进口" | "进" => Some(Direction::Import),
        "export" | "e" | "出口" | "出" => Some(Direction::Export),
        _ => None,
    }
}

/// The goods that a word or code names.
pub(super) fn goods(text: &str) -> Option<Goods> {
    match super::values::key(text).as_str() {
        "material" | "i" | "料件" => Some(Goods::Material),
        "product" | "e" | "成品" => Some(Goods::Product),
        _ => None,
    }
}

/// The number of a handbook, its letters in either case.
pub(super) fn handbook(text: &str) -> Option<HandbookNo> {
    super::values::narrow(text).to_uppercase().parse().ok()
}

/// A supervision mode by its code or name.
pub(super) fn mode(text: &str, codes: &Codes) -> Option<Mode> {
    match codes.supervision_mode(text) {
        Some(mode) => mode.code.parse().ok(),
        // One that is not in the table yet; the ledger says what becomes of it.
        None => super::values::narrow(text).parse().ok(),
    }
}
