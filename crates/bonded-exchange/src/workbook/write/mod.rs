//! Workbooks written: templates to fill in, and statements to hand on. The same content gives the same
//! bytes: no clock, no name of a machine.

mod account_book;
mod body;
mod cells;
mod lists;
mod production;
mod statement;
mod table;

use bonded_ledger::{Date, DeclareList};
use unit_consumption::production::Record;

pub use statement::{Balances, statement};

use crate::codes::Codes;
use crate::on_file::FiledHandbook;

/// Why a workbook was not written: more rows than a sheet has, or a text longer than a cell may hold.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written: {0}")]
pub struct WriteError(String);

impl From<rust_xlsxwriter::XlsxError> for WriteError {
    fn from(error: rust_xlsxwriter::XlsxError) -> WriteError {
        WriteError(error.to_string())
    }
}

/// A template, empty or filled.
#[derive(Debug, Clone, Copy)]
pub enum Template<'a> {
    /// Ours for lists: one row a line, many lists in one sheet. With the lists that stand in it, each
    /// with its date. Of an `ext`, what is a text is written: particulars under the names of their
    /// elements, the integrator's own under `ext.…`.
    Lists(&'a [(Date, &'a DeclareList)]),
    /// Ours for production records, with the columns of their CSV.
    Production(&'a [Record]),
    /// The 27 columns of a list's body (清单表体), as the Single Window imports them. Names, codes and
    /// units come from the line's `ext.customs`, else from the book.
    ListBody {
        /// The list whose lines stand in it.
        list: Option<&'a DeclareList>,
        /// Its book.
        book: Option<&'a FiledHandbook>,
    },
    /// The three sheets of an account book's items and unit consumption (账册导入模板).
    AccountBook(Option<&'a FiledHandbook>),
}

/// Writes a template as a workbook. What is written is read again as the same.
///
/// ```
/// use bonded_exchange::codes::Codes;
/// use bonded_exchange::workbook::{Template, template};
///
/// let bytes = template(&Template::Lists(&[]), &Codes::builtin())?;
/// assert!(bytes.starts_with(b"PK")); // an empty one, to be filled in
/// # Ok::<(), bonded_exchange::workbook::WriteError>(())
/// ```
///
/// # Errors
/// Where there are more rows than a sheet has, or a text is longer than a cell may hold.
pub fn template(of: &Template<'_>, codes: &Codes) -> Result<Vec<u8>, WriteError> {
    match of {
        Template::Lists(lists) => lists::write(lists),
        Template::Production(records) => production::write(records),
        Template::ListBody { list, book } => body::write(*list, *book, codes),
        Template::AccountBook(book) => account_book::write(*book, codes),
    }
}

/// The same as CSV, of our own templates; `None` of the Single Window's, which are workbooks.
pub fn template_csv(of: &Template<'_>) -> Option<String> {
    match of {
        Template::Lists(lists) => Some(lists::csv(lists)),
        Template::Production(records) => Some(production::csv(records)),
        Template::ListBody { .. } | Template::AccountBook(_) => None,
    }
}
