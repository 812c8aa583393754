//! The steps by which a file becomes what this program reads. A step that was released never changes.

use std::path::Path;

use bonded_store::{StoreError, StoreErrorKind};
use rusqlite::{Connection, TransactionBehavior};

use crate::error::failed;

/// `BndL`, in the header of every file of ours.
pub(crate) const APPLICATION_ID: i32 = 0x426e_644c;

/// The SQL of each step, from version 0 (an empty file) on.
const STEPS: [&str; 2] = [
    include_str!("schema/1-journal.sql"),
    include_str!("schema/2-tables.sql"),
];

/// The version that this program writes.
pub(crate) const VERSION: i64 = STEPS.len() as i64;

/// Makes an empty file one of ours, and takes the steps that an older one lacks, each in a
/// transaction.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let wrong = |error| failed(path, "preparing its tables", error);
    // Whoever opens one of this version waits for nobody.
    while check(connection, path)? < VERSION {
        // What another process does at the same time is seen here or waits there.
        let it = connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let it = it.map_err(wrong)?;
        let version = check(&it, path)?;
        let Some(step) = usize::try_from(version).ok().and_then(|at| STEPS.get(at)) else {
            return Ok(());
        };
        if version == 0 {
            it.pragma_update(None, "application_id", APPLICATION_ID)
                .map_err(wrong)?;
        }
        it.execute_batch(step).map_err(wrong)?;
        let program = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
        let row = (version + 1, program);
        it.execute("INSERT INTO migration VALUES (?1, ?2)", row)
            .map_err(wrong)?;
        it.pragma_update(None, "user_version", version + 1)
            .map_err(wrong)?;
        it.commit().map_err(wrong)?;
    }
    Ok(())
}

/// The version of a file, from 0 for an empty one.
///
/// # Errors
/// `Foreign` where another program made it, or a newer version of this one.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let wrong = |error| failed(path, "reading which version it is of", error);
    // Read as of one moment: between two of these another process may have made the file one of ours.
    let moment = match connection.is_autocommit() {
        true => Some(connection.unchecked_transaction().map_err(wrong)?),
        false => None,
    };
    let number = |sql: &str| connection.query_row(sql, (), |row| row.get::<_, i64>(0));
    let tables = number("SELECT count(*) FROM sqlite_schema").map_err(wrong)?;
    let version = number("PRAGMA user_version").map_err(wrong)?;
    let application = number("PRAGMA application_id").map_err(wrong)?;
    drop(moment);
    if tables == 0 && version == 0 && application == 0 {
        return Ok(0);
    }
    if application != i64::from(APPLICATION_ID) {
        return Err(of_another(path, application));
    }
    if version > VERSION {
        let program = connection.query_row(
            "SELECT program FROM migration ORDER BY step DESC LIMIT 1",
            (),
            |row| row.get::<_, String>(0),
        );
        let program = program.unwrap_or_else(|_| "a newer version".to_owned());
        let message = format!(
            "{}: its tables are of version {version}, made by {program}; this program ({} {}) knows \
             versions up to {VERSION}: use that version or a newer one",
            path.display(),
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
        );
        return Err(StoreError::new(StoreErrorKind::Foreign, message));
    }
    if version < 1 {
        let message = format!(
            "{}: it says that its tables are of version {version}, expected 1 to {VERSION}; restore \
             it from a backup",
            path.display()
        );
        return Err(StoreError::damaged(message));
    }
    Ok(version)
}

/// The file is SQLite's and another program's.
pub(crate) fn of_another(path: &Path, application: i64) -> StoreError {
    let message = format!(
        "{}: an SQLite file of another program (application_id {application:#010x}, expected \
         {APPLICATION_ID:#010x}); it was not touched: name another file",
        path.display()
    );
    StoreError::new(StoreErrorKind::Foreign, message)
}
