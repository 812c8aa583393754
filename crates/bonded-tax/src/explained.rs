//! A figure, and why it is that one.

use serde::Serialize;

use crate::rules::Rule;
use crate::source::Source;

/// A figure with everything it rests on: the rules and their articles, the lines of the ledger, the
/// rows of the tables.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained<T> {
    /// The figure.
    pub value: T,
    /// How it was had, in order.
    pub because: Vec<Step>,
}

/// One step of a computation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The rule, whose article it rests on.
    #[serde(flatten)]
    pub rule: &'static Rule,
    /// The step with its figures.
    pub text: String,
    /// The lines it was had from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineRef>,
    /// The dated rows that were in force.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowRef>,
}

/// A line of a list (清单表体).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct LineRef {
    /// The list.
    pub list: String,
    /// Its line.
    pub line: u32,
}

/// A row of a dated table, as it was in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowRef {
    /// The table, and what the row is for.
    pub name: String,
    /// Its value.
    pub value: String,
    /// In force from.
    pub from: bonded_ledger::Date,
    /// Where it comes from.
    pub source: Source,
}

impl<T> Explained<T> {
    /// A figure that one step explains.
    pub fn by(value: T, step: Step) -> Explained<T> {
        Explained {
            value,
            because: vec![step],
        }
    }
}

impl Step {
    /// A step of a rule.
    pub fn new(rule: &'static Rule, text: impl Into<String>) -> Step {
        Step {
            rule,
            text: text.into(),
            lines: Vec::new(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn lines(mut self, lines: impl IntoIterator<Item = LineRef>) -> Step {
        self.lines.extend(lines);
        self
    }

    pub(crate) fn row(mut self, row: RowRef) -> Step {
        self.rows.push(row);
        self
    }
}

impl std::fmt::Display for LineRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} line {}", self.list, self.line)
    }
}

impl std::fmt::Display for RowRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let RowRef {
            name,
            value,
            from,
            source,
        } = self;
        write!(f, "{name} {value} from {from}: {source}")
    }
}
