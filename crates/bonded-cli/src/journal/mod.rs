//! A ledger as a journal file: JSON Lines, appended to and never changed.
//!
//! # What holds
//! - An entry that was acknowledged is on the disk. One that was not is there whole or not at all.
//! - Two processes never interleave: who appends holds the file's exclusive lock.
//! - Who reads sees whole lines only, whatever is being appended meanwhile.

use std::path::Path;

use bonded_ledger::Refusal;
use serde::Serialize;

use crate::error::Error;

mod chunks; // Bytes become lines,
mod parse; // lines become entries;
mod tail; // the last line may be cut off,
mod undo; // and an atomic run may have been.
mod seal; // Hashes stand beside it,
mod file; // for appending to a journal,
mod load; // and reading one.

pub(crate) use chunks::{Chunk, Chunks, Content};
pub(crate) use file::{AppendError, Journal};
pub use load::read_journal;
pub(crate) use load::{
    Loaded, WORTH_A_BAR, load, load_again, load_for_posting, load_sealed, only_accepted, progress,
};
pub(crate) use parse::{Batch, Batches, Next, NotAnEntry, without_line_end};
pub(crate) use seal::Seal;

/// Why a line changed nothing.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Refused {
    /// It is not an entry.
    NotAnEntry(NotAnEntry),
    /// The ledger refuses it.
    Entry(Refusal),
}

impl Refused {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Refused::NotAnEntry(it) => it.code(),
            Refused::Entry(it) => it.code(),
        }
    }

    /// With the figures.
    pub(crate) fn message(&self) -> String {
        match self {
            Refused::NotAnEntry(it) => it.message(),
            Refused::Entry(it) => it.to_string(),
        }
    }
}

/// Refuses what only another store could be.
pub(crate) fn check_is_journal(ledger: &Path) -> Result<(), Error> {
    let text = ledger.to_string_lossy();
    let database = [".db", ".sqlite", ".sqlite3"]
        .iter()
        .any(|it| text.ends_with(it))
        || ["postgres://", "postgresql://"]
            .iter()
            .any(|it| text.starts_with(it));
    match database {
        true => Err(Error::not_supported_yet(
            format!("a database as ledger ({})", without_password(&text)),
            "use a .jsonl journal, such as books.jsonl",
        )),
        false => Ok(()),
    }
}

/// A connection string without what stands before its `@`.
fn without_password(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => text.to_owned(),
    }
}
