//! A ledger in a database: an SQLite file, or a PostgreSQL server. What it says and how it answers is
//! the same as of a journal file.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bonded_ledger::{Entry, HandbookNo, Ledger};
use bonded_postgres::PostgresLedger;
use bonded_sqlite::{Access, Settings, SqliteStore};
use bonded_store::{Answers, DurableLedger, Head, StoreError, StoreErrorKind, Together};

use crate::error::Error;

mod sqlite; // One file,
mod postgres; // or a server.

/// Where a database is.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// A file.
    Sqlite(PathBuf),
    /// `postgres://…`.
    Postgres(String),
}

/// What every SQLite file begins with.
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// So many records behind the last snapshot are worth another one: they cost a second to read.
pub(crate) const RECORDS_WORTH_A_SNAPSHOT: u64 = 50_000;

impl Address {
    /// The database that a LEDGER means; none for a journal file.
    pub(crate) fn of(ledger: &Path) -> Option<Address> {
        let text = ledger.to_string_lossy();
        if is_server(&text) && !ledger.exists() {
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
            Address::Postgres(text) => without_secrets(text),
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
            Address::Postgres(address) => connected(address, None).map_err(|it| self.failed(it)),
        }
    }

    /// Reads everything again; heads that were kept elsewhere must be its own.
    ///
    /// # Errors
    /// Where it cannot be read, or heads of another form were kept.
    pub(crate) fn verify(&self, kept: &[KeptHead]) -> Result<Verification, Error> {
        let of_handbooks = matches!(self, Address::Postgres(_));
        if let Some(other) = kept.iter().find(|it| it.handbook.is_some() != of_handbooks) {
            let found = format!("{other} is another form of head than this ledger has");
            let advice = "expected POSITION:HASH of a file, HANDBOOK=POSITION:HASH of a server";
            return Err(Error::file(Path::new(&self.name()), found, advice));
        }
        let verified = match self {
            Address::Sqlite(path) => sqlite::verify(path, kept),
            Address::Postgres(address) => postgres::verify(address, kept),
        };
        match verified {
            // That it is damaged is a finding.
            Err(it) if it.kind() == StoreErrorKind::Damaged => Ok(Verification {
                wrong: Some(it.to_string()),
                books: None,
            }),
            verified => verified.map_err(|it| self.failed(it)),
        }
    }

    /// Opens it to post to it; a file that is not there comes into being.
    pub(crate) fn open_to_post(&self, wait: Duration) -> Result<Box<dyn Books>, Error> {
        match self {
            Address::Sqlite(path) => {
                let settings = Settings::waiting(wait);
                let store = SqliteStore::open_with(path, Access::Create, settings);
                store.and_then(boxed).map_err(|it| self.failed(it))
            }
            Address::Postgres(address) => {
                connected(address, Some(wait)).map_err(|it| self.failed(it))
            }
        }
    }

    /// What a store says, with the name of the ledger.
    pub(crate) fn failed(&self, source: StoreError) -> Error {
        Error::store(self.name(), source, String::new())
    }
}

fn connected(address: &str, wait: Option<Duration>) -> Result<Box<dyn Books>, StoreError> {
    let mut books = PostgresLedger::connect(address)?;
    if let Some(wait) = wait {
        books.lock_timeout(wait);
    }
    Ok(Box::new(books))
}

fn boxed(store: SqliteStore) -> Result<Box<dyn Books>, StoreError> {
    Ok(Box::new(DurableLedger::open(store)?))
}

fn begins_like_sqlite(path: &Path) -> bool {
    let mut start = [0; 16];
    File::open(path).is_ok_and(|mut it| it.read_exact(&mut start).is_ok()) && &start == SQLITE_MAGIC
}

/// A head that was kept elsewhere: of the whole journal, or of a handbook's where each has its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeptHead {
    /// Whose journal it is, where each handbook has its own.
    pub handbook: Option<HandbookNo>,
    /// The head.
    pub head: Head,
}

impl std::fmt::Display for KeptHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.handbook {
            Some(handbook) => write!(f, "{handbook}={}", self.head),
            None => write!(f, "{}", self.head),
        }
    }
}

impl std::str::FromStr for KeptHead {
    type Err = String;

    fn from_str(text: &str) -> Result<KeptHead, String> {
        let (handbook, head) = match text.split_once('=') {
            Some((handbook, head)) => {
                let handbook = handbook.parse().map_err(|it| format!("{it}"))?;
                (Some(handbook), head)
            }
            None => (None, text),
        };
        let head = head.parse().map_err(|it| format!("{it}"))?;
        Ok(KeptHead { handbook, head })
    }
}

/// What a verification has found.
pub(crate) struct Verification {
    /// The first thing that is not as it was written.
    pub(crate) wrong: Option<String>,
    /// What it says, where it can be opened.
    pub(crate) books: Option<Box<dyn Books>>,
}

/// `postgres://…`, or the other form that the servers' own programs take (`host=… password=…`).
fn is_server(text: &str) -> bool {
    let scheme = text.split_once("://").map(|it| it.0.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("postgres" | "postgresql"))
        || text.starts_with("host=")
        || text.contains("password=")
}

/// A name as it may be shown to anybody: whatever may be an address loses user, password and settings.
pub(crate) fn without_secrets(text: &str) -> String {
    let shown = match text.split_once("://") {
        Some((scheme, rest)) => {
            let rest = rest.split_once('?').map_or(rest, |it| it.0);
            match rest.rsplit_once('@') {
                Some((_, host)) => format!("{scheme}://…@{host}"),
                None => format!("{scheme}://{rest}"),
            }
        }
        None => text.to_owned(),
    };
    if !is_server(text) || text.contains("://") && !shown.contains("password=") {
        return shown;
    }
    let told = |it: &&str| {
        ["host=", "port=", "dbname="]
            .iter()
            .any(|of| it.starts_with(of))
    };
    text.split_whitespace()
        .filter(told)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What is done with each record; with its handbook where each has a journal of its own.
pub(crate) type EachRecord<'e> = dyn FnMut(Option<HandbookNo>, &str) -> Result<(), Error> + 'e;

/// A ledger in any database.
pub(crate) trait Books {
    /// What it says.
    fn ledger(&self) -> &Ledger;
    /// The same, and nothing else.
    fn into_ledger(self: Box<Self>) -> Ledger;
    /// The head of its journal; of each handbook's where each has its own.
    fn heads(&self) -> Vec<KeptHead>;
    /// Whether receipts say what moved.
    fn tell(&mut self, telling: bool);
    /// Posts entries.
    fn post(&mut self, entries: &[Entry], together: Together) -> Result<Answers, StoreError>;
    /// Reads what others have posted.
    fn sync(&mut self) -> Result<(), StoreError>;
    /// How many entries are best posted at once where they are to end at the first refusal.
    fn at_once_until_refused(&self) -> usize;
    /// Its records, in an order in which a ledger accepts them; with their handbook where each has a
    /// journal of its own.
    fn records(
        &mut self,
        each: &mut EachRecord<'_>,
        failed: &dyn Fn(StoreError) -> Error,
    ) -> Result<(), Error>;
    /// After posting: what may follow behind the journal catches up.
    fn settle(&mut self) -> Result<(), StoreError>;
}
