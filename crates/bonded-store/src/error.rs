//! Why a store did not do what it was asked.

use std::error::Error;
use std::fmt;

use crate::hash::Head;

/// An error of a store: what kind it is decides what can be done; the message is for people.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What can be done about it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Somebody else appended: the journal ends at this head. Read on and try again.
    Moved(Head),
    /// Somebody else writes for longer than we wait. Nothing was stored; try again.
    Busy,
    /// There is no room. Nothing was stored; make room and try again.
    Full,
    /// It may not be written. Nothing was stored.
    ReadOnly,
    /// It is not there, or nobody answers. Nothing was stored.
    Unavailable,
    /// Nobody can say whether the last append was stored. Open again and look: posting the same
    /// entries again is safe, what is there is a duplicate.
    InDoubt,
    /// What is stored contradicts itself: it was changed behind our back, or the medium has failed.
    Damaged,
    /// It is something else than a store of ours, or one of a newer version.
    Foreign,
    /// Anything else. Nothing was stored.
    Other,
}

impl StoreErrorKind {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            StoreErrorKind::Moved(_) => "store_moved",
            StoreErrorKind::Busy => "store_busy",
            StoreErrorKind::Full => "store_full",
            StoreErrorKind::ReadOnly => "store_read_only",
            StoreErrorKind::Unavailable => "store_unavailable",
            StoreErrorKind::InDoubt => "store_in_doubt",
            StoreErrorKind::Damaged => "store_damaged",
            StoreErrorKind::Foreign => "store_foreign",
            StoreErrorKind::Other => "store_failed",
        }
    }
}

impl StoreErrorKind {
    /// One of each, in the order of their declaration.
    pub const ALL: [StoreErrorKind; 9] = [
        StoreErrorKind::Moved(Head::EMPTY),
        StoreErrorKind::Busy,
        StoreErrorKind::Full,
        StoreErrorKind::ReadOnly,
        StoreErrorKind::Unavailable,
        StoreErrorKind::InDoubt,
        StoreErrorKind::Damaged,
        StoreErrorKind::Foreign,
        StoreErrorKind::Other,
    ];

    /// What it means, and what to do.
    pub fn explained(self) -> (&'static str, &'static str) {
        match self {
            StoreErrorKind::Moved(_) => (
                "Somebody else appended at the same place. Nothing was stored.",
                "Post again.",
            ),
            StoreErrorKind::Busy => (
                "Somebody else writes for longer than was waited. Nothing was stored.",
                "Post again, or wait longer (--wait).",
            ),
            StoreErrorKind::Full => (
                "There is no room. Nothing was stored.",
                "Make room, then post the same entries again.",
            ),
            StoreErrorKind::ReadOnly => (
                "It may not be written: permissions, a read-only medium, a standby server. Nothing was \
                 stored.",
                "See who may write it.",
            ),
            StoreErrorKind::Unavailable => (
                "It is not there, or nobody answers, or lets us in. Nothing was stored.",
                "Check the name, the address, the password, and whether the server runs; then post the \
                 same entries again.",
            ),
            StoreErrorKind::InDoubt => (
                "Nobody can say whether the last entries were stored: the answer to the commit, or to \
                 the flush, was lost. They are there whole or not at all.",
                "Post the same entries again: what is there is told as duplicate.",
            ),
            StoreErrorKind::Damaged => (
                "What is stored contradicts itself: it was changed behind the ledger's back, or the \
                 medium has failed. Nothing is left out silently.",
                "Look at it with `bonded verify`; restore a copy whose head is one that was kept.",
            ),
            StoreErrorKind::Foreign => (
                "It is something else than a ledger of bonded, or one of another version. It was not \
                 touched.",
                "Name another file or database; take the version of the program that it says; `bonded \
                 setup` makes the tables of a server.",
            ),
            StoreErrorKind::Other => (
                "The store did not do it, for a reason that it says. Nothing was stored.",
                "Read what it says.",
            ),
        }
    }
}

impl StoreError {
    /// An error with what a person should know: what was found, what was expected, what to do.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> StoreError {
        StoreError {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// The same with what the system said.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
        self.source = Some(source.into());
        self
    }

    /// Somebody else appended.
    pub fn moved(expected: Head, found: Head) -> StoreError {
        let message = format!(
            "somebody else appended: expected {} records, found {}",
            expected.position, found.position
        );
        StoreError::new(StoreErrorKind::Moved(found), message)
    }

    /// What is stored contradicts itself.
    pub fn damaged(message: impl Into<String>) -> StoreError {
        StoreError::new(StoreErrorKind::Damaged, message)
    }

    /// What can be done about it.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|it| it as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manual says of each what `bonded explain` says.
    #[test]
    fn every_code_is_in_the_manual() {
        let page = include_str!("../../../docs/reliability.md");
        for kind in StoreErrorKind::ALL {
            let (means, way_out) = kind.explained();
            let row = format!("| `{}` | {means} | {way_out} |", kind.code());
            assert!(page.contains(&row), "not in docs/reliability.md: {row}");
        }
        let rows = page.lines().filter(|it| it.starts_with("| `store_"));
        assert_eq!(rows.count(), StoreErrorKind::ALL.len());
    }

    #[test]
    fn codes_differ() {
        let codes = StoreErrorKind::ALL.map(StoreErrorKind::code);
        let apart: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(apart.len(), codes.len());
    }
}
