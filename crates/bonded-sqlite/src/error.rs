//! What SQLite says, as what can be done about it.

use std::path::Path;

use bonded_store::{StoreError, StoreErrorKind};
use rusqlite::{Error, ErrorCode, ffi};

/// Any statement but the end of a transaction: nothing was stored.
pub(crate) fn failed(path: &Path, doing: &str, error: Error) -> StoreError {
    use StoreErrorKind::*;
    let (kind, what) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            Busy,
            "somebody else writes for longer than we wait; nothing was stored, try again",
        ),
        Some(ErrorCode::DiskFull) => (
            Full,
            "there is no room; nothing was stored, make room and try again",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => (
            ReadOnly,
            "it may not be written; nothing was stored, see who may write the file and its folder",
        ),
        Some(ErrorCode::CannotOpen) => (
            Unavailable,
            "the file or one beside it (-wal, -shm) cannot be opened; nothing was stored",
        ),
        Some(ErrorCode::DatabaseCorrupt) => (
            Damaged,
            "SQLite finds the file damaged; keep it and restore it from a backup",
        ),
        Some(ErrorCode::NotADatabase) => (
            Foreign,
            "this is no SQLite file, or its beginning was overwritten; it was not touched",
        ),
        Some(ErrorCode::SystemIoFailure) if is_reading(&error) => (
            Damaged,
            "it cannot be read back; keep it, look at the disk and restore it from a backup",
        ),
        Some(ErrorCode::SystemIoFailure) => (
            Other,
            "the disk failed; nothing was stored, look at it before you try again",
        ),
        // Tables of ours that hold what we never write, or are not there.
        None => (
            Damaged,
            "its tables hold what is never written; restore it from a backup",
        ),
        Some(ErrorCode::Unknown | ErrorCode::SchemaChanged) => (
            Damaged,
            "its tables are not the ones it was made with; restore it from a backup",
        ),
        Some(_) => (Other, "SQLite refused; nothing was stored"),
    };
    let message = format!("{}: {doing}: {what}", path.display());
    StoreError::new(kind, message).caused_by(error)
}

/// The end of a transaction: where the disk failed then, nobody can say.
pub(crate) fn failed_to_commit(path: &Path, error: Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::ReadOnly
            | ErrorCode::ConstraintViolation,
        ) => failed(path, "storing", error),
        _ => {
            let message = format!(
                "{}: the disk failed while storing, and nobody can say whether it was stored; open \
                 it again and post the same entries once more: what is there is told as duplicate",
                path.display()
            );
            StoreError::new(StoreErrorKind::InDoubt, message).caused_by(error)
        }
    }
}

fn is_reading(error: &Error) -> bool {
    let code = error.sqlite_error().map(|it| it.extended_code);
    matches!(
        code,
        Some(ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_CORRUPTFS)
    )
}
