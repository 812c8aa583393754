//! Why a file was not read.

use std::fmt;

/// A file that could not be read as what it should be. Nothing of it was taken.
#[derive(Debug)]
pub struct ExchangeError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: &'static str,
    place: String,
    line: u64,
    found: String,
    expected: String,
    advice: &'static str,
}

impl ExchangeError {
    pub(crate) fn new(
        code: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
        advice: &'static str,
    ) -> ExchangeError {
        ExchangeError(Box::new(Inner {
            code,
            place: String::new(),
            line: 0,
            found: found.into(),
            expected: expected.into(),
            advice,
        }))
    }

    pub(crate) fn at(mut self, line: u64, place: impl Into<String>) -> ExchangeError {
        self.0.line = line;
        self.0.place = place.into();
        self
    }

    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The line of the file, from 1; `None` where it is the file as a whole.
    pub fn line(&self) -> Option<u64> {
        (self.0.line > 0).then_some(self.0.line)
    }

    /// The element, as a path from the root; empty where it is the file as a whole.
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// What was found.
    pub fn found(&self) -> &str {
        &self.0.found
    }

    /// What was expected.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        self.0.advice
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.line > 0 {
            write!(f, "line {}: ", self.0.line)?;
        }
        if !self.0.place.is_empty() {
            write!(f, "{}: ", self.0.place)?;
        }
        write!(
            f,
            "found {}, expected {}; {}",
            self.0.found, self.0.expected, self.0.advice
        )
    }
}

impl std::error::Error for ExchangeError {}
