//! The file: whether it is one of ours is looked at before SQLite touches it.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bonded_store::{StoreError, StoreErrorKind};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::failed;
use crate::schema::{self, APPLICATION_ID};

/// How a file is opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// To read and write; made where there is none.
    Create,
    /// To read and write; an error where there is none.
    Existing,
    /// To read only, also while others write, and where nothing may be written at all.
    ReadOnly,
}

/// What is chosen when a file is opened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// How long to wait for another who writes, before `Busy`.
    pub wait: Duration,
    /// The file takes no more than about so many bytes, then it is `Full`; `None` is as many as the
    /// disk has.
    pub bytes_max: Option<u64>,
}

impl Settings {
    /// Waits so long for another who writes; as many bytes as the disk has.
    pub fn waiting(wait: Duration) -> Settings {
        Settings {
            wait,
            bytes_max: None,
        }
    }
}

/// Bytes of a page. Also the least that a commit writes.
const PAGE: u64 = 4096;
/// Bytes at the beginning that say what a file is: SQLite's header, and how many cells the first page
/// has.
const HEAD: usize = 108;
/// Pages that the log may have before they are brought home.
const LOG_PAGES: u32 = 4_000;

/// An open file.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    /// Where nothing may be written SQLite cannot notice others: what the file looked like then.
    pub(crate) frozen: Option<Stamp>,
}

/// Enough of a file's state to notice that somebody has written or replaced it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Stamp {
    bytes: u64,
    modified: Option<std::time::SystemTime>,
    file: (u64, u64),
}

impl Stamp {
    pub(crate) fn of(path: &Path) -> Option<Stamp> {
        fs::metadata(path).ok().map(|it| Stamp {
            bytes: it.len(),
            modified: it.modified().ok(),
            file: identity(&it),
        })
    }
}

/// Tells one file from another that has taken its name.
#[cfg(unix)]
pub(crate) fn identity(of: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (of.dev(), of.ino())
}

#[cfg(not(unix))]
pub(crate) fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// Opens a file of ours, or makes one.
pub(crate) fn open(path: &Path, access: Access, settings: &Settings) -> Result<Opened, StoreError> {
    let found = look(path)?;
    if found == Found::Nothing && access != Access::Create {
        let message = format!(
            "{}: there is no such file; check the name; one comes into being when entries are posted to it",
            path.display()
        );
        return Err(StoreError::new(StoreErrorKind::Unavailable, message));
    }
    if found == Found::Empty && access == Access::ReadOnly {
        let message = format!("{}: an empty file, expected a journal", path.display());
        return Err(StoreError::new(StoreErrorKind::Foreign, message));
    }
    match access {
        Access::ReadOnly => open_to_read(path, settings),
        Access::Create | Access::Existing => {
            let connection = open_to_write(path, found, settings)?;
            Ok(Opened {
                connection,
                frozen: None,
            })
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Found {
    Nothing,
    Empty,
    Ours,
}

/// Looks at the first bytes with nothing but reading: even opening a file would make SQLite bring its
/// log home, and a file of somebody else is not to be touched. What we make has our mark in the file
/// itself before it gets a log.
fn look(path: &Path) -> Result<Found, StoreError> {
    let foreign = |what: &str| {
        let message = format!(
            "{}: {what}, expected a journal of bonded goods in SQLite; it was not touched: name \
             another file",
            path.display()
        );
        StoreError::new(StoreErrorKind::Foreign, message)
    };
    let unreadable = |error: std::io::Error| {
        let message = format!("{}: cannot be read", path.display());
        StoreError::new(StoreErrorKind::Unavailable, message).caused_by(error)
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(unreadable(error)),
    };
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(foreign("a folder"));
    }
    let bytes = metadata.len();
    let mut head = Vec::with_capacity(HEAD);
    file.take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    if head.is_empty() {
        return Ok(Found::Empty);
    }
    if !head.starts_with(b"SQLite format 3\0") {
        return Err(foreign("no SQLite file, or its beginning was overwritten"));
    }
    let number = |at: usize| {
        let bytes = head.get(at..at + 4)?.try_into().ok()?;
        Some(i32::from_be_bytes(bytes))
    };
    let (Some(version), Some(application), Some(cells)) = (number(60), number(68), number(101))
    else {
        return Err(foreign("an SQLite file that is cut off"));
    };
    match application {
        APPLICATION_ID if is_cut_off(path, &head) => Err(StoreError::damaged(format!(
            "{}: it is shorter ({bytes} bytes) than its header says; keep it and restore it from a \
             backup",
            path.display()
        ))),
        APPLICATION_ID => Ok(Found::Ours),
        // One page without a table, as a file is for a moment while somebody makes it one of ours.
        0 if version == 0
            && bytes == PAGE
            && cells.to_be_bytes()[2..] == [0, 0]
            && !has_log(path) =>
        {
            Ok(Found::Empty)
        }
        other => Err(schema::of_another(path, i64::from(other))),
    }
}

/// Whether pages are missing behind the last that is there: SQLite tells only when it needs one. While
/// there is a log they may stand in it.
fn is_cut_off(path: &Path, head: &[u8]) -> bool {
    let number = |at: usize| {
        let bytes: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
        Some(u64::from(u32::from_be_bytes(bytes)))
    };
    // The size stands in 16 bits, 1 for 65,536.
    let page = number(16).map_or(0, |it| it >> 16);
    let page = if page == 1 { 65_536 } else { page };
    let expected = number(28).map_or(0, |pages| pages * page);
    // Looked at again, as somebody may be bringing the log home just now.
    (0..3).all(|_| !has_log(path) && fs::metadata(path).is_ok_and(|it| it.len() < expected))
}

fn open_to_write(path: &Path, found: Found, settings: &Settings) -> Result<Connection, StoreError> {
    let wrong = |error| failed(path, "opening", error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(wrong)?;
    connection.busy_timeout(settings.wait).map_err(wrong)?;
    // SQLite opens to read what it may not write, and says nothing.
    if connection.is_readonly(rusqlite::MAIN_DB).map_err(wrong)? {
        let message = format!(
            "{}: it may not be written; open it read-only, or see who may write it",
            path.display()
        );
        return Err(StoreError::new(StoreErrorKind::ReadOnly, message));
    }
    if found != Found::Ours {
        // The others have what they were made with.
        let making = format!("PRAGMA page_size = {PAGE}; PRAGMA auto_vacuum = INCREMENTAL;");
        connection.execute_batch(&making).map_err(wrong)?;
    }
    common(&connection).map_err(wrong)?;
    schema::migrate(&mut connection, path)?;
    let mode = keep_a_log(&connection, settings.wait).map_err(wrong)?;
    if mode != "wal" {
        let message = format!(
            "{}: SQLite keeps no write-ahead log there (found journal mode {mode}); put the file on \
             a disk of this machine",
            path.display()
        );
        return Err(StoreError::new(StoreErrorKind::Other, message));
    }
    if let Some(bytes_max) = settings.bytes_max {
        let pages = i64::try_from(bytes_max / PAGE).unwrap_or(i64::MAX);
        // It answers what it is now.
        connection
            .query_row(&format!("PRAGMA max_page_count = {pages}"), (), |_| Ok(()))
            .map_err(wrong)?;
    }
    Ok(connection)
}

/// Turns the write-ahead log on, where it is not; answers the journal mode.
///
/// For this one step SQLite does not wait for others by itself: two who begin one file at once would
/// otherwise meet here, and one of them be told that it is locked.
fn keep_a_log(connection: &Connection, wait: Duration) -> rusqlite::Result<String> {
    let pause = Duration::from_millis(2);
    let mut left = wait.as_millis() / pause.as_millis();
    loop {
        match connection.query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0)) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && left > 0 =>
            {
                left -= 1;
                std::thread::sleep(pause);
            }
            other => return other,
        }
    }
}

/// What is the same for all who open.
fn common(connection: &Connection) -> rusqlite::Result<()> {
    // As many as there are statements here.
    connection.set_prepared_statement_cache_capacity(64);
    // Durable also where the system would keep a flush back (macOS), not run by what a changed
    // schema says, damage noticed early.
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
         PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;
         PRAGMA wal_autocheckpoint = {LOG_PAGES};
         PRAGMA journal_size_limit = {}; PRAGMA cache_size = -16000;",
        u64::from(LOG_PAGES) * PAGE * 4
    ))
}

fn open_to_read(path: &Path, settings: &Settings) -> Result<Opened, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = |name: &Path, flags| {
        let connection = Connection::open_with_flags(name, flags)?;
        connection.busy_timeout(settings.wait)?;
        common(&connection)?;
        // Nothing is read before it is asked for.
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
        Ok(connection)
    };
    let stamp = Stamp::of(path);
    let (connection, frozen) = match open(path, flags) {
        Ok(connection) => (connection, None),
        // Where the files beside it may not be made, nobody can be writing through a log that is not
        // there: then the file itself is all there is.
        Err(_) if !has_log(path) => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            let connection = open(&as_it_is(path), flags);
            (
                connection.map_err(|it| failed(path, "opening to read", it))?,
                stamp,
            )
        }
        Err(error) => return Err(failed(path, "opening to read", error)),
    };
    if schema::check(&connection, path)? == 0 {
        let message = format!("{}: an empty file, expected a journal", path.display());
        return Err(StoreError::new(StoreErrorKind::Foreign, message));
    }
    Ok(Opened { connection, frozen })
}

/// Whether records may stand beside the file.
pub(crate) fn has_log(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|it| it.len() > 0)
}

/// The file of this name with something behind it.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The address under which SQLite reads a file and nothing beside it.
fn as_it_is(path: &Path) -> PathBuf {
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'/' | b'.' | b'-' | b'_' => {
                address.push(char::from(*byte));
            }
            _ => address.push_str(&format!("%{byte:02x}")),
        }
    }
    address.push_str("?immutable=1");
    address.into()
}
