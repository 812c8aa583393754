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
