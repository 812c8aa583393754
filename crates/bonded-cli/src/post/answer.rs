//! What is said of one entry: one line of JSON.

use bonded_ledger::{Moved, Receipt, Uuid, Warning};
use serde::Serialize;

use crate::journal::Refused;

/// What became of an entry.
#[derive(Debug)]
pub(super) struct Answer {
    /// Which line it was.
    pub(super) place: Place,
    /// Its id, where it has one.
    pub(super) id: Option<Uuid>,
    /// What became of it.
    pub(super) fate: Fate,
}

/// A line of the input.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// The index of its file.
    pub(super) file: usize,
    /// From 1.
    pub(super) line: u64,
}

#[derive(Debug)]
pub(super) enum Fate {
    /// It is in the ledger now.
    Accepted(Receipt),
    /// It was there before.
    Duplicate,
    /// It is not there, and nothing else has changed.
    Refused(Refused),
    /// It would be accepted, and is not there: a dry run tells what would have moved, an atomic run
    /// that does not hold tells nothing.
    NotPosted(Option<Receipt>),
}

/// In the contract's order.
#[derive(Serialize)]
struct Wire<'a> {
    file: &'a str,
    line: u64,
    id: Option<Uuid>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<&'a [Moved]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<&'a [Warning]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Refused>,
}

impl Answer {
    /// Whether somebody has to look at it.
    pub(super) fn wants_attention(&self) -> bool {
        match &self.fate {
            Fate::Accepted(it) | Fate::NotPosted(Some(it)) => !it.warnings.is_empty(),
            Fate::Refused(_) => true,
            Fate::Duplicate | Fate::NotPosted(None) => false,
        }
    }

    /// As a line; `file` is the name of its file.
    pub(super) fn write(&self, file: &str, answers: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let (status, receipt, error) = match &self.fate {
            Fate::Accepted(receipt) => ("accepted", Some(receipt), None),
            Fate::Duplicate => ("duplicate", None, None),
            Fate::Refused(refused) => ("refused", None, Some(refused)),
            // A dry run answers as the run would; that nothing was written stands on standard error.
            Fate::NotPosted(Some(receipt)) => ("accepted", Some(receipt), None),
            Fate::NotPosted(None) => ("not_posted", None, None),
        };
        let wire = Wire {
            file,
            line: self.place.line,
            id: self.id,
            status,
            moved: receipt.map(|it| &*it.moved),
            warnings: receipt.map(|it| &*it.warnings),
            error,
        };
        serde_json::to_writer(&mut *answers, &wire)?;
        answers.push(b'\n');
        Ok(())
    }
}
