//! A handbook (手册) or account book (账册), as the Single Window exports it to a workbook (`.xlsx`),
//! read into one `open_handbook` journal entry.
//!
//! Sheets, columns and labels are found by their Chinese names, wherever they stand; extra ones are
//! ignored. Everything wrong with a workbook is reported at once, each with its sheet, cell and
//! column. A percentage column is taken as the number it holds: `3` is 3 %; a cell that *shows* 3 %
//! because of its format but holds 0.03 is read as 0.03 %.

mod archive;
mod book_template;
mod consumptions;
mod csv;
mod customs;
mod error;
mod header;
mod import;
mod items;
mod labels;
mod lists;
mod notes;
mod production;
mod row;
mod sheet;
mod table;
mod values;
mod write;

pub use book_template::{BookParts, read_book_template};
pub use error::{Problem, WorkbookError};
pub use import::{ConsumptionDeclared, ImportOptions, Imported, Limits, Trade, read_handbook};
pub use lists::{
    ImportedLists, ListHead, ListsOptions, body::ImportedList, list_entry_id, read_list_body,
    read_lists,
};
pub use production::read_production;
pub(crate) use values::key;
pub use values::uscc_is_valid;
pub use write::{Balances, Template, WriteError, statement, template, template_csv};

/// How an `.xlsx` workbook, a zip container, begins.
pub const MAGIC: &[u8] = b"PK\x03\x04";

/// What a workbook is, by the names of its sheets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SheetKind {
    /// A handbook or account book as the Single Window exports it: [`read_handbook`].
    Handbook,
    /// The Single Window's template of an account book: [`read_book_template`].
    BookTemplate,
    /// The Single Window's template of a list's body: [`read_list_body`].
    ListBody,
    /// Our template of lists: [`read_lists`].
    Lists,
    /// Our template of production records: [`read_production`].
    Production,
}

/// What a workbook is; `None` where it is none of these, or none at all.
pub fn sheet_kind(bytes: &[u8]) -> Option<SheetKind> {
    archive::inspect(bytes, &Limits::default()).ok()?;
    let book = import::guarded(|| sheet::Book::open(bytes)).ok()?;
    let kinds = [
        (&["表头"][..], SheetKind::Handbook),
        // Before the others: 表体(料件) holds their names.
        (&["表体"], SheetKind::ListBody),
        (&["料件"], SheetKind::BookTemplate),
        (&["成品"], SheetKind::BookTemplate),
        (&["清单", "lists"], SheetKind::Lists),
        (production::SHEETS, SheetKind::Production),
    ];
    let found = kinds.iter().find(|it| book.find(it.0).is_some());
    found.map(|it| it.1)
}

#[cfg(test)]
mod tests;
