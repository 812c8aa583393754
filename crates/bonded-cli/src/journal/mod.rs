//! A ledger as a journal file: JSON Lines, appended to and never changed.
//!
//! # What holds
//! - An entry that was acknowledged is on the disk. One that was not is there whole or not at all.
//! - Two processes never interleave: who appends holds the file's exclusive lock.
//! - Who reads sees whole lines only, whatever is being appended meanwhile.

use bonded_ledger::Refusal;
use serde::Serialize;

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
    Loaded, WORTH_A_BAR, lines_again, load, load_again, load_for_posting, load_sealed,
    only_accepted, progress,
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
