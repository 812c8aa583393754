//! What can be wrong with a workbook.

use std::fmt;

/// How many problems are listed; the rest is counted.
const LISTED: usize = 1_000;

/// Why a workbook gave no entry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkbookError {
    /// The file is not an `.xlsx` workbook, or is damaged.
    #[error("this is not a readable .xlsx workbook: {0}")]
    NotAWorkbook(String),
    /// The file is not CSV, or is damaged.
    #[error("this is not readable CSV: {0}")]
    NotCsv(String),
    /// The file is larger than what is read.
    #[error("it is too large: {what} is more than {limit} bytes")]
    TooLarge {
        /// The file, or the part of it.
        what: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The workbook was read and does not say what an entry needs.
    #[error("{}", Listed { problems, more: *more })]
    Invalid {
        /// The problems in the order in which they were met (at most 1,000).
        problems: Vec<Problem>,
        /// How many more there are.
        more: usize,
    },
}

impl WorkbookError {
    /// The problems of a workbook that could be read; else none.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid { problems, .. } => problems,
            _ => &[],
        }
    }
}

/// One thing wrong in a workbook, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Stable: `sheet_missing`, `column_missing`, `column_unknown`, `column_repeated`, `cell_missing`,
    /// `cell_invalid`, `label_missing`, `limit_exceeded`, `option_invalid`; of production records the
    /// code of the record's error.
    pub code: &'static str,
    /// The sheet's name; empty where the problem lies outside of the sheets (an option).
    pub sheet: String,
    /// The cell in A1 notation; empty where there is none (a missing column).
    pub cell: String,
    /// The column or label, Chinese name first.
    pub column: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match (self.sheet.is_empty(), self.cell.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("{}: ", self.sheet),
            (false, false) => format!("{}!{}: ", self.sheet, self.cell),
        };
        let column = match self.column.is_empty() {
            true => String::new(),
            false => format!("{}: ", self.column),
        };
        write!(
            f,
            "{place}{column}found {}, expected {}; {}",
            self.found, self.expected, self.advice
        )
    }
}

impl From<Problem> for crate::Problem {
    fn from(it: Problem) -> crate::Problem {
        let place = match it.sheet.is_empty() && it.column.is_empty() {
            true => crate::Place::Whole,
            false => crate::Place::Cell {
                sheet: it.sheet,
                cell: it.cell,
                column: it.column,
            },
        };
        let source = "layouts of the Single Window (secondary), and our own (read)";
        crate::Problem::error(it.code, place, it.found, it.expected, it.advice, source)
    }
}

/// The problems of one workbook, as they are gathered.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    more: usize,
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        if self.list.len() < LISTED {
            self.list.push(problem);
        } else {
            self.more += 1;
        }
    }

    /// A problem of a whole sheet, or (with an empty sheet) of an option.
    pub(crate) fn general(
        &mut self,
        code: &'static str,
        sheet: &str,
        column: &str,
        found: &str,
        expected: &str,
        advice: &str,
    ) {
        self.push(Problem {
            code,
            sheet: sheet.to_owned(),
            cell: String::new(),
            column: column.to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
            advice: advice.to_owned(),
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len() + self.more
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn into_result(self) -> Result<(), WorkbookError> {
        if self.list.is_empty() {
            return Ok(());
        }
        Err(WorkbookError::Invalid {
            problems: self.list,
            more: self.more,
        })
    }
}

struct Listed<'a> {
    problems: &'a [Problem],
    more: usize,
}

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len() + self.more;
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "the workbook has {count} {noun}:")?;
        for problem in self.problems {
            write!(f, "\n  {problem}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}
