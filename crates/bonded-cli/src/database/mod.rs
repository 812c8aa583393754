//! A ledger in a database: an SQLite file, or a PostgreSQL server. What it says and how it answers is
//! the same as of a journal file.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use bonded_ledger::{Entry, Ledger};
use bonded_sqlite::{Access, Settings, SqliteStore};
use bonded_store::{Answers, DurableLedger, Head, Store, StoreError, StoreErrorKind, VerifyError};

use crate::error::Error;

/// Where a database is.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// A file.
    Sqlite(PathBuf),
    /// `postgres://…`.
    Postgres(String),
}

/// How entries that are posted together hang together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Together {
    /// Each for itself.
    Each,
    /// Up to the first that is refused.
    UntilRefused,
    /// All or none.
    Whole,
}

/// What every SQLite file begins with.
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// So many records behind the last snapshot are worth another one: they cost a second to read.
const RECORDS_WORTH_A_SNAPSHOT: u64 = 50_000;

impl Address {
    /// The database that a LEDGER means; none for a journal file.
    pub(crate) fn of(ledger: &Path) -> Option<Address> {
        let text = ledger.to_string_lossy();
        if ["postgres://", "postgresql://"]
            .iter()
            .any(|it| text.starts_with(it))
        {
            return Some(Address::Postgres(text.into_owned()));
        }
        let named = [".db", ".sqlite", ".sqlite3"]
            .iter()
            .any(|it| text.ends_with(it));
        (named || begins_like_sqlite(ledger)).then(|| Address::Sqlite(ledger.to_owned()))
    }

    /// As it may be shown to anybody.
    pub(crate) fn name(&self) -> String {
        match self {
            Address::Sqlite(path) => path.display().to_string(),
            Address::Postgres(text) => match (text.split_once("://"), text.rsplit_once('@')) {
                (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
                _ => text.clone(),
            },
        }
    }

    /// Whether there is something to read.
    pub(crate) fn exists(&self) -> bool {
        match self {
            Address::Sqlite(path) => path.exists(),
            Address::Postgres(_) => true,
        }
    }

    /// Opens it to look at it.
    pub(crate) fn open(&self) -> Result<Box<dyn Books>, Error> {
        match self {
            Address::Sqlite(path) => {
                let opened = SqliteStore::open_read_only(path).and_then(boxed);
                opened.map_err(|it| self.failed(it))
            }
            Address::Postgres(_) => Err(self.no_postgres()),
        }
    }

    /// Opens it to verify it: that it is damaged is a finding.
    pub(crate) fn open_or_damage(&self) -> Result<Result<Box<dyn Books>, String>, Error> {
        let opened = match self {
            Address::Sqlite(path) => SqliteStore::open_read_only(path).and_then(boxed),
            Address::Postgres(_) => return Err(self.no_postgres()),
        };
        match opened {
            Ok(books) => Ok(Ok(books)),
            Err(it) if it.kind() == StoreErrorKind::Damaged => Ok(Err(it.to_string())),
            Err(it) => Err(self.failed(it)),
        }
    }

    /// Opens it to post to it; a file that is not there comes into being.
    pub(crate) fn open_to_post(&self, wait: std::time::Duration) -> Result<Box<dyn Books>, Error> {
        match self {
            Address::Sqlite(path) => {
                let settings = Settings::waiting(wait);
                let store = SqliteStore::open_with(path, Access::Create, settings);
                store.and_then(boxed).map_err(|it| self.failed(it))
            }
            Address::Postgres(_) => Err(self.no_postgres()),
        }
    }

    fn no_postgres(&self) -> Error {
        Error::not_supported_yet(
            format!("a PostgreSQL server as ledger ({})", self.name()),
            "use a database file, such as books.db, or the crate bonded-postgres",
        )
    }

    /// What a store says, with the name of the ledger.
    pub(crate) fn failed(&self, source: StoreError) -> Error {
        Error::store(self.name(), source, String::new())
    }
}

fn boxed(store: SqliteStore) -> Result<Box<dyn Books>, StoreError> {
    Ok(Box::new(DurableLedger::open(store)?))
}

fn begins_like_sqlite(path: &Path) -> bool {
    let mut start = [0; 16];
    File::open(path).is_ok_and(|mut it| it.read_exact(&mut start).is_ok()) && &start == SQLITE_MAGIC
}

/// A ledger in any database.
pub(crate) trait Books {
    /// What it says.
    fn ledger(&self) -> &Ledger;
    /// The same, and nothing else.
    fn into_ledger(self: Box<Self>) -> Ledger;
    /// The head of its journal.
    fn head(&self) -> Head;
    /// Whether receipts say what moved.
    fn tell(&mut self, telling: bool);
    /// Posts entries.
    fn post(&mut self, entries: &[Entry], together: Together) -> Result<Answers, StoreError>;
    /// Reads what others have posted.
    fn sync(&mut self) -> Result<(), StoreError>;
    /// Reads everything again; a head that was kept elsewhere must be one of its own.
    fn verify(&mut self, kept: Option<Head>) -> Result<(), VerifyError>;
    /// Its records, in order.
    fn records(
        &mut self,
        each: &mut dyn FnMut(&str) -> Result<(), Error>,
        failed: &dyn Fn(StoreError) -> Error,
    ) -> Result<(), Error>;
    /// After posting: what may follow behind the journal catches up.
    fn settle(&mut self) -> Result<(), StoreError>;
}

impl Books for DurableLedger<SqliteStore> {
    fn ledger(&self) -> &Ledger {
        DurableLedger::ledger(self)
    }

    fn into_ledger(self: Box<Self>) -> Ledger {
        DurableLedger::into_ledger(*self)
    }

    fn head(&self) -> Head {
        DurableLedger::head(self)
    }

    fn tell(&mut self, telling: bool) {
        DurableLedger::tell(self, telling);
    }

    fn post(&mut self, entries: &[Entry], together: Together) -> Result<Answers, StoreError> {
        match together {
            Together::Each => self.post_all(entries),
            Together::UntilRefused => self.post_until_refused(entries),
            Together::Whole => self.post_atomically(entries),
        }
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        DurableLedger::sync(self)
    }

    fn verify(&mut self, kept: Option<Head>) -> Result<(), VerifyError> {
        DurableLedger::verify(self, kept).map(|_| ())
    }

    fn records(
        &mut self,
        each: &mut dyn FnMut(&str) -> Result<(), Error>,
        failed: &dyn Fn(StoreError) -> Error,
    ) -> Result<(), Error> {
        let mut position = 0;
        loop {
            let batches = self.store().read(position, 8 << 20).map_err(failed)?;
            if batches.is_empty() {
                return Ok(());
            }
            for batch in batches {
                for record in batch.records().filter(|it| it.position > position) {
                    each(record.line)?;
                }
                position = batch.end().position;
            }
        }
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        if self.head().position >= self.snapshot_at() + RECORDS_WORTH_A_SNAPSHOT {
            self.snapshot()?;
        }
        bonded_sqlite::sync_tables(self)
    }
}
