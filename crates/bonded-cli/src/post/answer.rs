//! What is said of one entry: one line of JSON.

use bonded_ledger::{Moved, Uuid, Warning};
use serde::Serialize;

use crate::journal::Refused;

/// What became of an entry.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// It is in the ledger now.
    Accepted,
    /// It was there before.
    Duplicate,
    /// It is not there, and nothing else has changed.
    Refused,
    /// It would be accepted, and is not there: a dry run, or an atomic run that does not hold.
    NotPosted,
}

/// In the contract's order.
#[derive(Debug, Serialize)]
pub(super) struct Answer<'a> {
    file: &'a str,
    line: u64,
    pub(super) id: Option<Uuid>,
    pub(super) status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moved: Option<&'a [Moved]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) warnings: Option<&'a [Warning]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a Refused>,
}

impl<'a> Answer<'a> {
    /// A refusal, until it is known better.
    pub(super) fn of(file: &'a str, line: u64) -> Answer<'a> {
        Answer {
            file,
            line,
            id: None,
            status: Status::Refused,
            moved: None,
            warnings: None,
            error: None,
        }
    }

    pub(super) fn write(&self, answers: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(&mut *answers, self)?;
        answers.push(b'\n');
        Ok(())
    }
}
