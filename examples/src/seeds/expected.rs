//! What a journal must come to: written beside it.

use bonded_ledger::Date;
use serde::{Deserialize, Serialize};

/// The right answers of a journal.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub title: String,
    /// Where the answers come from.
    pub source: String,
    /// The handbook that is looked at.
    pub handbook: String,
    pub expect: Vec<Figure>,
    /// Lines of the journal that are refused, and why; all others are accepted.
    #[serde(default)]
    pub refused: Vec<Refused>,
    /// Codes of the warnings, in the order in which they are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Why handbooks are not closable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Why>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<ChainExpected>,
}

/// A figure of the statement.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    pub handbook: String,
    pub material: u16,
    pub column: String,
    pub value: String,
    /// At the end of a day, instead of the end of the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
}

/// A refused line.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub line: usize,
    pub code: String,
}

/// A reason why a handbook is not closable.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    pub handbook: String,
    pub code: String,
}

/// The chain at the end of the journal.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChainExpected {
    pub chain: String,
    pub closed: bool,
    /// Carry-overs by their state.
    pub carry_overs: std::collections::BTreeMap<String, usize>,
    /// What was re-exported, all products together.
    pub re_export: String,
}

impl Expected {
    pub(crate) fn new(title: &str, source: &str, handbook: &str) -> Expected {
        Expected {
            title: title.into(),
            source: source.into(),
            handbook: handbook.into(),
            expect: Vec::new(),
            refused: Vec::new(),
            warnings: Vec::new(),
            reasons: Vec::new(),
            chain: None,
        }
    }

    /// `handbook material column=value column=value …`
    pub(crate) fn row(self, handbook: &str, material: u16, figures: &str) -> Expected {
        self.row_on(None, handbook, material, figures)
    }

    /// The same at the end of a day.
    pub(crate) fn row_on(
        mut self,
        as_of: Option<Date>,
        handbook: &str,
        material: u16,
        figures: &str,
    ) -> Expected {
        for figure in figures.split_whitespace() {
            let (column, value) = figure.split_once('=').expect("column=value");
            self.expect.push(Figure {
                handbook: handbook.into(),
                material,
                column: column.into(),
                value: value.into(),
                as_of,
            });
        }
        self
    }

    pub(crate) fn refused(mut self, line: usize, code: &str) -> Expected {
        let code = code.into();
        self.refused.push(Refused { line, code });
        self
    }

    pub(crate) fn warns(mut self, codes: &[&str]) -> Expected {
        self.warnings.extend(codes.iter().map(ToString::to_string));
        self
    }

    pub(crate) fn because(mut self, handbook: &str, codes: &[&str]) -> Expected {
        self.reasons.extend(codes.iter().map(|code| Why {
            handbook: handbook.into(),
            code: (*code).into(),
        }));
        self
    }

    /// `state=number state=number …`
    pub(crate) fn chain(
        mut self,
        chain: &str,
        closed: bool,
        states: &str,
        re_export: &str,
    ) -> Expected {
        let count = |it: &str| {
            let (state, number) = it.split_once('=').expect("state=number");
            (state.to_string(), number.parse().expect("a number"))
        };
        self.chain = Some(ChainExpected {
            chain: chain.into(),
            closed,
            carry_overs: states.split_whitespace().map(count).collect(),
            re_export: re_export.into(),
        });
        self
    }

    pub(crate) fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("right answers are JSON") + "\n"
    }
}
