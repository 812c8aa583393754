//! Where a row of a table comes from, and how sure we are of it.

use std::fmt;

use bonded_ledger::{Certainty, Law};
use serde::Serialize;

/// The source of a dated row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// The instrument and article, or whatever the user wrote.
    pub text: String,
    /// `read`, `secondary`, `unverified`, or `given`: by the user, who answers for it.
    pub certainty: &'static str,
}

impl Source {
    /// Of a row of a file, which does not say how sure one is of it.
    pub const GIVEN: &'static str = "given";

    pub(crate) fn of(law: &Law) -> Source {
        let mut text = law.instrument.to_owned();
        if !law.article.is_empty() {
            text = format!("{text} {}", law.article);
        }
        Source {
            text,
            certainty: law.certainty.as_str(),
        }
    }

    pub(crate) fn given(text: String, certainty: Option<Certainty>) -> Source {
        Source {
            text,
            certainty: certainty.map_or(Source::GIVEN, Certainty::as_str),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text, self.certainty)
    }
}
