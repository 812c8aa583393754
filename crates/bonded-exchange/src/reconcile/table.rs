//! A reconciliation as a table.

use super::{Likely, Reconciliation};

impl Likely {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Likely::Customs => "customs",
            Likely::Ours => "ours",
            Likely::Unclear => "unclear",
        }
    }
}

impl Reconciliation {
    /// The names of the columns.
    pub const COLUMNS: [&'static str; 7] = [
        "of", "field", "ours", "customs", "likely", "mended", "advice",
    ];

    /// A row for each difference.
    pub fn rows(&self) -> impl Iterator<Item = [String; 7]> {
        self.differences.iter().map(|it| {
            [
                it.subject.to_string(),
                it.field.into(),
                it.ours.clone().unwrap_or_default(),
                it.customs.clone().unwrap_or_default(),
                it.likely.as_str().into(),
                if it.mended { "yes" } else { "no" }.into(),
                it.advice.clone(),
            ]
        })
    }
}
