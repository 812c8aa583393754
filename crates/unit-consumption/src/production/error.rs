//! Why something is no production record.

use std::fmt;

use exact_json::Error;

/// Why a line or a row is no production record: where, what was found, what was expected, what to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecordError {
    line: u64,
    error: Box<Error>,
}

impl RecordError {
    pub(crate) fn new(line: u64, error: Error) -> RecordError {
        RecordError {
            line,
            error: Box::new(error),
        }
    }

    /// The stable code: `missing_field`, `unknown_field`, `wrong_type`, `invalid_value`,
    /// `digits_exceeded`, `negative_quantity`, `duplicate_row`, `invalid_json`, `invalid_csv` and so on.
    pub fn code(&self) -> &'static str {
        self.error.code()
    }

    /// The field as a path (`materials[1].issued`), or the column; empty for the whole line.
    pub fn field(&self) -> &str {
        self.error.field()
    }

    /// The line of the input, from 1; 0 where it is not known.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The same on a line.
    pub fn on_line(mut self, line: u64) -> RecordError {
        self.line = line;
        self
    }

    /// In words, without the line.
    pub fn message(&self) -> String {
        self.error.to_string()
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        self.error.fmt(f)
    }
}

impl std::error::Error for RecordError {}
