//! The store: a batch is a row.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bonded_store::{Batch, Head, Snapshot, Store, StoreError, StoreErrorKind};
use rusqlite::Connection;

use crate::batches::head_of;
use crate::error::{failed, failed_to_commit};
use crate::file::{self, Access, Opened, Settings, Stamp};

/// How long [`SqliteStore::open`] waits for another who writes.
pub const WAIT: Duration = Duration::from_secs(5);

/// A journal in one SQLite file.
///
/// # Guarantees
/// Those of [`Store`]. Also:
/// - A file that is not one of ours is not touched: no byte of it changes, nothing appears beside it.
/// - Many processes may have it open: one writes at a time, readers hold up nobody and see what was
///   stored when they asked.
/// - The end of the journal is kept twice, on different pages: a file that has lost its last records
///   says so.
///
/// While it is open, and after the end of a process that did not close it, what was stored last stands
/// in the file beside it (`-wal`). Copy both or neither: [`SqliteStore::backup`] makes a copy that is
/// whole.
#[derive(Debug)]
pub struct SqliteStore {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    pub(crate) access: Access,
    settings: Settings,
    /// The file that was opened, to tell it from another that took its name.
    file: Option<(u64, u64)>,
    /// Where nothing may be written: what the file looked like when it was opened.
    frozen: Option<Stamp>,
    /// Where the journal ends, while nobody else may append.
    locked: Option<Head>,
    /// Nobody can say whether the last append was stored.
    in_doubt: bool,
}

impl SqliteStore {
    /// Opens a journal to read and write, or begins one. Waits up to [`WAIT`] for another who writes.
    ///
    /// # Errors
    /// `Foreign` where the file is something else, or one of a newer version of this program.
    pub fn open(path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        SqliteStore::open_with(path, Access::Create, Settings::waiting(WAIT))
    }

    /// The same, but never begins one.
    ///
    /// # Errors
    /// As [`SqliteStore::open`], and `Unavailable` where there is none.
    pub fn open_existing(path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        SqliteStore::open_with(path, Access::Existing, Settings::waiting(WAIT))
    }

    /// Opens a journal to read only: also while others write, and on a medium that nobody writes.
    ///
    /// # Errors
    /// As [`SqliteStore::open_existing`].
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        SqliteStore::open_with(path, Access::ReadOnly, Settings::waiting(WAIT))
    }

    /// Opens a journal.
    ///
    /// # Errors
    /// As the others.
    pub fn open_with(
        path: impl AsRef<Path>,
        access: Access,
        settings: Settings,
    ) -> Result<SqliteStore, StoreError> {
        let path = path.as_ref();
        // So that no name means anything else to SQLite than a file.
        let path = std::path::absolute(path).map_err(|error| {
            let message = format!("{:?} names no file", path.display().to_string());
            StoreError::new(StoreErrorKind::Unavailable, message).caused_by(error)
        })?;
        let Opened { connection, frozen } = file::open(&path, access, &settings)?;
        let mut store = SqliteStore {
            file: fs::metadata(&path).ok().map(|it| file::identity(&it)),
            connection,
            path,
            access,
            settings,
            frozen,
            locked: None,
            in_doubt: false,
        };
        store.check_the_end()?;
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The journal ends where its head says.
    fn check_the_end(&mut self) -> Result<(), StoreError> {
        let (head, last) = self.reading(|it| {
            let last = "SELECT last, hash FROM batch ORDER BY last DESC LIMIT 1";
            let last = it.connection.prepare(last);
            let last = last.and_then(|mut it| it.query_map((), head_of)?.next().transpose());
            let last = last.map_err(|error| it.failed("reading its last records", error))?;
            Ok((it.stored_head()?, last.unwrap_or(Head::EMPTY)))
        })?;
        if head == last {
            return Ok(());
        }
        Err(StoreError::damaged(format!(
            "{}: its head tells {head}, and its last record is {last}: records were lost or changed; \
             keep it and restore it from a backup",
            self.path.display()
        )))
    }

    pub(crate) fn stored_head(&self) -> Result<Head, StoreError> {
        let sql = "SELECT position, hash FROM head WHERE one = 1";
        let statement = self.connection.prepare_cached(sql);
        let head = statement.and_then(|mut it| it.query_row((), head_of));
        head.map_err(|error| self.failed("reading where the journal ends", error))
    }

    pub(crate) fn failed(&self, doing: &str, error: rusqlite::Error) -> StoreError {
        failed(&self.path, doing, error)
    }

    /// What is read together is as of one moment.
    pub(crate) fn reading<T>(
        &mut self,
        read: impl FnOnce(&SqliteStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if !self.connection.is_autocommit() {
            return read(self);
        }
        if self.in_doubt {
            self.settle()?;
        }
        self.run("BEGIN", "beginning to read")?;
        let found = read(self);
        self.roll_back();
        let found = found?;
        self.still_frozen()?;
        Ok(found)
    }

    fn still_frozen(&self) -> Result<(), StoreError> {
        let Some(frozen) = &self.frozen else {
            return Ok(());
        };
        if Stamp::of(&self.path).as_ref() == Some(frozen) && !file::has_log(&self.path) {
            return Ok(());
        }
        let message = format!(
            "{}: somebody writes it, and this process may not see the log beside it; open it again \
             where it may, or when nobody writes",
            self.path.display()
        );
        Err(StoreError::new(StoreErrorKind::Unavailable, message))
    }

    fn run(&self, sql: &str, doing: &str) -> Result<(), StoreError> {
        let ran = self.connection.prepare_cached(sql);
        let ran = ran.and_then(|mut it| it.execute(()));
        ran.map(|_| ()).map_err(|error| self.failed(doing, error))
    }

    /// Begins to write, alone.
    pub(crate) fn begin(&mut self, doing: &str) -> Result<(), StoreError> {
        if self.access == Access::ReadOnly {
            let message = format!(
                "{}: it was opened to be read; nothing was stored, open it to be written",
                self.path.display()
            );
            return Err(StoreError::new(StoreErrorKind::ReadOnly, message));
        }
        self.is_there()?;
        if self.in_doubt {
            self.settle()?;
        }
        self.run("BEGIN IMMEDIATE", doing)
    }

    /// Ends what [`begin`](SqliteStore::begin) has begun.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        let ran = self.connection.prepare_cached("COMMIT");
        let error = match ran.and_then(|mut it| it.execute(())) {
            Ok(_) => return Ok(()),
            Err(error) => failed_to_commit(&self.path, error),
        };
        self.in_doubt = error.kind() == StoreErrorKind::InDoubt;
        self.roll_back();
        Err(error)
    }

    pub(crate) fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            // Where it fails SQLite has rolled back already, or does so when the file is closed.
            let _ = self.run("ROLLBACK", "giving up");
        }
    }

    /// Does something alone, whole or not at all.
    pub(crate) fn writing<T>(
        &mut self,
        doing: &str,
        write: impl FnOnce(&mut SqliteStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.locked.is_some() {
            let message = format!("{doing}: the lock is held; append or release first");
            return Err(StoreError::new(StoreErrorKind::Other, message));
        }
        self.begin(doing)?;
        match write(self) {
            Ok(done) => self.commit().map(|()| done),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// A file that was moved or replaced would take records that nobody finds again.
    fn is_there(&self) -> Result<(), StoreError> {
        let now = fs::metadata(&self.path).ok().map(|it| file::identity(&it));
        if now.is_some() && now == self.file {
            return Ok(());
        }
        let message = format!(
            "{}: the file that was opened is no longer there (moved, deleted or replaced); nothing \
             was stored, put it back or open the other one",
            self.path.display()
        );
        Err(StoreError::new(StoreErrorKind::Unavailable, message))
    }

    /// After a failed flush the log may hold what nobody was told: brought home or cut off, so that
    /// it cannot come back later.
    fn settle(&mut self) -> Result<(), StoreError> {
        let busy = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| {
                row.get::<_, i64>(0)
            });
        match busy {
            Ok(0) => {
                self.in_doubt = false;
                Ok(())
            }
            Ok(_) => {
                let message = format!(
                    "{}: after the disk failed its log is to be brought home, and somebody reads; \
                     nothing was stored, try again",
                    self.path.display()
                );
                Err(StoreError::new(StoreErrorKind::Busy, message))
            }
            Err(error) => Err(self.failed("bringing the log home", error)),
        }
    }

    /// How long it waits for another who writes.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }
}

impl Store for SqliteStore {
    fn head(&mut self) -> Result<Head, StoreError> {
        match self.locked {
            Some(head) => Ok(head),
            None => self.reading(|it| it.stored_head()),
        }
    }

    fn lock(&mut self) -> Result<Head, StoreError> {
        if let Some(head) = self.locked {
            return Ok(head);
        }
        self.begin("waiting for the lock")?;
        match self.stored_head() {
            Ok(head) => {
                self.locked = Some(head);
                Ok(head)
            }
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    fn release(&mut self) {
        self.locked = None;
        self.roll_back();
    }

    fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if batch.is_empty() {
            self.release();
            return Ok(());
        }
        let head = self.lock()?;
        // Whatever is answered, the lock is given back.
        self.locked = None;
        let inserted = match head == batch.start() {
            true => self.insert(batch),
            false => Err(StoreError::moved(batch.start(), head)),
        };
        match inserted {
            Ok(()) => self.commit(),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    fn read(&mut self, position: u64, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        self.reading(|it| it.read_batches(position, bytes_max))
    }

    fn snapshot(&mut self) -> Result<Option<Snapshot>, StoreError> {
        self.reading(SqliteStore::read_snapshot)
    }

    fn keep_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.write_snapshot(snapshot)
    }

    fn compact(&mut self) -> Result<(), StoreError> {
        self.join_batches()?;
        self.sweep_snapshots(false)?;
        self.give_back_room()
    }
}
