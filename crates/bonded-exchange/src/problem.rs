//! What is wrong with a document, all of it at once.

use std::fmt;

/// Where a problem lies.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// In the document as a whole.
    Whole,
    /// In an element of a message: `InvtListType[3]/DclQty`, lines counted from 1.
    Element(String),
    /// In a sheet of a workbook; `cell` in A1 notation, empty where it is a column or a whole sheet.
    Cell {
        /// The sheet's name.
        sheet: String,
        /// `C7`.
        cell: String,
        /// The column's or label's Chinese name.
        column: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole => Ok(()),
            Place::Element(path) => write!(f, "{path}: "),
            Place::Cell {
                sheet,
                cell,
                column,
            } => {
                f.write_str(sheet)?;
                if !cell.is_empty() {
                    write!(f, "!{cell}")?;
                }
                f.write_str(": ")?;
                if !column.is_empty() {
                    write!(f, "{column}: ")?;
                }
                Ok(())
            }
        }
    }
}

/// Whether a problem keeps a document back.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// It wants a look; the document goes out.
    Warning,
    /// The document does not go out.
    Error,
}

/// One thing wrong with a document, and what to do about it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Problem {
    /// Stable: never changed, never used for anything else.
    pub code: &'static str,
    /// Whether it keeps the document back.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// What was found, with its figures.
    pub found: String,
    /// What was expected, with the difference where there is one.
    pub expected: String,
    /// What to do.
    pub advice: String,
    /// What it rests on, and how sure we are: `read`, `secondary`, `unverified`.
    pub source: &'static str,
}

impl Problem {
    /// A problem that keeps the document back.
    pub fn error(
        code: &'static str,
        place: Place,
        found: impl Into<String>,
        expected: impl Into<String>,
        advice: impl Into<String>,
        source: &'static str,
    ) -> Problem {
        Problem {
            code,
            severity: Severity::Error,
            place,
            found: found.into(),
            expected: expected.into(),
            advice: advice.into(),
            source,
        }
    }

    /// The same, but the document goes out.
    #[must_use]
    pub fn as_warning(mut self) -> Problem {
        self.severity = Severity::Warning;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}found {}, expected {}; {}",
            self.place, self.found, self.expected, self.advice
        )
    }
}
