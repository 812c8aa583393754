//! A copy while the journal is in use.

use std::fs::{self, OpenOptions};
use std::path::Path;

use bonded_store::{StoreError, StoreErrorKind};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::failed;
use crate::file::{self, Access, beside};
use crate::store::SqliteStore;

impl SqliteStore {
    /// Copies the journal as it is now to a new file, while others read and write. The copy is there
    /// whole or not at all, and needs nothing beside it.
    ///
    /// # Errors
    /// `Other` where the file is there already; else what the disk says.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let to = std::path::absolute(to).map_err(|error| {
            let message = format!("{:?} names no file", to.display().to_string());
            StoreError::new(StoreErrorKind::Unavailable, message).caused_by(error)
        })?;
        let exists = |error: Option<std::io::Error>| {
            let message = format!("{}: the backup", to.display());
            let error = error.unwrap_or_else(|| std::io::ErrorKind::AlreadyExists.into());
            StoreError::new(StoreErrorKind::Other, message).caused_by(error)
        };
        // What is there is never written over.
        if fs::symlink_metadata(&to).is_ok() {
            return Err(exists(None));
        }
        let part = beside(&to, ".part");
        let made = OpenOptions::new().write(true).create_new(true).open(&part);
        made.map_err(|error| exists(Some(error)))?;
        let copied = self.copy_to(&part).and_then(|()| {
            // It has no log, so it is all there is.
            fs::rename(&part, &to).map_err(|error| exists(Some(error)))
        });
        if copied.is_err() {
            let _ = fs::remove_file(&part);
            let _ = fs::remove_file(beside(&part, "-journal"));
        }
        copied?;
        flush_folder(&to);
        Ok(())
    }

    fn copy_to(&self, part: &Path) -> Result<(), StoreError> {
        // Its own door, so that it sees what is stored and not what is under way here.
        let from = file::open(&self.path, Access::ReadOnly, self.settings())?.connection;
        let wrong = |error| failed(part, "copying", error);
        let mut copy = Connection::open(part).map_err(wrong)?;
        copy.execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;")
            .map_err(wrong)?;
        let backup = Backup::new(&from, &mut copy).map_err(wrong)?;
        // In one step, as of one moment: writers go on behind it, and it never has to begin anew.
        match backup.step(-1).map_err(wrong)? {
            StepResult::Done => {}
            _ => {
                let message = format!("{}: somebody else has it", part.display());
                return Err(StoreError::new(StoreErrorKind::Busy, message));
            }
        }
        drop(backup);
        copy.close().map_err(|(_, error)| wrong(error))
    }
}

/// The name of a new file is kept by its folder. Where a folder cannot be flushed nothing is lost but
/// the name, and the caller still has the journal.
fn flush_folder(of: &Path) {
    if let Some(folder) = of.parent().and_then(|it| fs::File::open(it).ok()) {
        let _ = folder.sync_all();
    }
}
