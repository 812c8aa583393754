//! What the program could not do, as people read it: where, what was found, what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use bonded_ledger::{Date, HandbookNo};
use bonded_store::StoreError;

use crate::plan::PlanError;
use crate::text::counted;
use bonded_exchange::ExchangeError;
use bonded_exchange::workbook::{WorkbookError, WriteError};

/// Why a command could not do its work (exit status 2). An entry that is refused is no error: it is
/// an answer.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Kind>);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("{what} is not supported yet: {instead}")]
    NotSupportedYet { what: String, instead: String },
    #[error("{}: {found}; {advice}", path.display())]
    File {
        path: PathBuf,
        found: String,
        advice: String,
    },
    #[error("{}: could not be {done}: {source}; {advice}", path.display())]
    Io {
        path: PathBuf,
        done: &'static str,
        source: io::Error,
        advice: String,
    },
    #[error("{}, line {line}: {code}: {message}; {advice}", path.display())]
    Line {
        path: PathBuf,
        line: u64,
        code: &'static str,
        message: String,
        advice: String,
    },
    #[error("{what} {name} is not in this ledger{}", Nearest(nearest.as_deref()))]
    Unknown {
        what: &'static str,
        name: String,
        nearest: Option<String>,
    },
    #[error(
        "{} in the production records; nothing is reported, as a report on part of them would be \
         untrue: correct them and run again",
        counted(*problems, "problem", "problems")
    )]
    Records { problems: u64 },
    #[error(
        "some files could not be read; what the others said was taken, name these again when they are mended"
    )]
    UnreadFiles,
    #[error("{0}")]
    Figures(String),
    #[error("{files}: no production record; nothing is reported, as nothing was read")]
    NoRecords { files: String },
    #[error("nothing is called {code:?} here; the nearest is `{}`", nearest.as_deref().unwrap_or("bonded explain"))]
    UnknownCode {
        code: String,
        nearest: Option<String>,
    },
    #[error("{}: {source}", path.display())]
    Workbook {
        path: PathBuf,
        source: WorkbookError,
    },
    #[error("{0}; take --format csv, or one handbook at a time with --handbook")]
    Unwritten(WriteError),
    #[error(
        "a workbook is nothing for a terminal; name a file with --output FILE, or send it on: > FILE"
    )]
    WorkbookOnTerminal,
    #[error("cycle {cycle} begins on {from}, after --as-of {day}; give a day on or after it")]
    CycleBeginsLater {
        cycle: String,
        from: Date,
        day: Date,
    },
    #[error(
        "{end} lies before {from}, the first day of the current cycle of {book}; give a day on or after it"
    )]
    BeforeTheCycle {
        end: Date,
        book: HandbookNo,
        from: Date,
    },
    #[error("{}: {source}", path.display())]
    Plan { path: PathBuf, source: PlanError },
    #[error("{ledger}: {}: {message}{}", source.code(), Told(told))]
    Store {
        ledger: String,
        /// As the user calls the ledger.
        message: String,
        source: StoreError,
        told: String,
    },
    #[error("standard output: {source}")]
    Output { source: io::Error },
    #[error("standard output: {source}; {told}")]
    Untold { source: io::Error, told: String },
    #[error("this should not happen, please report it: {0}")]
    Bug(String),
}

impl Error {
    /// A part of the contract that is still to come.
    pub(crate) fn not_supported_yet(what: impl Into<String>, instead: impl Into<String>) -> Error {
        let (what, instead) = (what.into(), instead.into());
        Kind::NotSupportedYet { what, instead }.into()
    }

    /// A file that is not what it should be.
    pub(crate) fn file(path: &Path, found: impl Into<String>, advice: impl Into<String>) -> Error {
        let (path, found, advice) = (shown(path), found.into(), advice.into());
        let kind = Kind::File {
            path,
            found,
            advice,
        };
        kind.into()
    }

    /// A file of others that could not be read as what it should be.
    pub(crate) fn exchange(path: &Path, error: &ExchangeError) -> Error {
        let found = format!("{}: {error}", error.code());
        Error::file(path, found, "nothing of it was taken")
    }

    /// Somebody else posts to the ledger at this moment.
    pub(crate) fn is_busy(&self) -> bool {
        match &*self.0 {
            Kind::Store { source, .. } => source.kind() == bonded_store::StoreErrorKind::Busy,
            Kind::File { found, .. } => found.starts_with("another process has been posting"),
            _ => false,
        }
    }

    /// Some files could not be read; each was told.
    pub(crate) fn unread_files() -> Error {
        Kind::UnreadFiles.into()
    }

    /// What the system did not do with a file. `done`: "read", "opened", …
    pub(crate) fn io(path: &Path, done: &'static str, source: io::Error) -> Error {
        let advice = match source.kind() {
            io::ErrorKind::NotFound => "check the name",
            io::ErrorKind::PermissionDenied => "check its permissions, and those of its folder",
            io::ErrorKind::ReadOnlyFilesystem => "it lies on a read-only file system",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room and try again",
            _ => "try again, and look at the disk if it happens again",
        };
        Error::io_advised(path, done, source, advice)
    }

    /// The same, with advice of its own.
    pub(crate) fn io_advised(
        path: &Path,
        done: &'static str,
        source: io::Error,
        advice: impl Into<String>,
    ) -> Error {
        let (path, advice) = (shown(path), advice.into());
        let kind = Kind::Io {
            path,
            done,
            source,
            advice,
        };
        kind.into()
    }

    /// A line of a file that stops everything.
    pub(crate) fn line(
        path: &Path,
        line: u64,
        code: &'static str,
        message: String,
        advice: impl Into<String>,
    ) -> Error {
        let (path, advice) = (shown(path), advice.into());
        let kind = Kind::Line {
            path,
            line,
            code,
            message,
            advice,
        };
        kind.into()
    }

    /// Something that was asked for and is not there.
    pub(crate) fn unknown(what: &'static str, name: &str, nearest: Option<String>) -> Error {
        let name = name.into();
        let kind = Kind::Unknown {
            what,
            name,
            nearest,
        };
        kind.into()
    }

    /// A cycle that begins after the day that is asked for.
    pub(crate) fn cycle_begins_later(cycle: String, from: Date, day: Date) -> Error {
        Kind::CycleBeginsLater { cycle, from, day }.into()
    }

    /// A cycle cannot end on a day before its first.
    pub(crate) fn before_the_cycle(end: Date, book: HandbookNo, from: Date) -> Error {
        Kind::BeforeTheCycle { end, book, from }.into()
    }

    /// What a database did not do. `told` is what has become of the run.
    pub(crate) fn store(ledger: String, source: StoreError, told: String) -> Error {
        let message = source.to_string();
        let absolute = std::path::absolute(&ledger).map(|it| format!("{}: ", it.display()));
        let absolute = absolute.unwrap_or_default();
        let message = message.strip_prefix(&absolute).unwrap_or(&message).into();
        let kind = Kind::Store {
            ledger,
            message,
            source,
            told,
        };
        kind.into()
    }

    /// Production records with so many problems, each of them told before.
    pub(crate) fn records(problems: u64) -> Error {
        Kind::Records { problems }.into()
    }

    /// Files without a single production record.
    pub(crate) fn no_records(files: String) -> Error {
        Kind::NoRecords { files }.into()
    }

    /// Production records, none of which is of the handbook that was asked for.
    pub(crate) fn none_of_handbook(handbook: &str, records: u64) -> Error {
        Kind::Figures(format!(
            "none of {records} production records names handbook {handbook}: compare its number with the records'"
        ))
        .into()
    }

    /// Figures that say nothing.
    pub(crate) fn figures(what: String) -> Error {
        Kind::Figures(what).into()
    }

    /// A word that nothing explains.
    pub(crate) fn unknown_code(code: &str, nearest: Option<String>) -> Error {
        let code = code.into();
        Kind::UnknownCode { code, nearest }.into()
    }

    /// A workbook that gives no entry.
    pub(crate) fn workbook(path: &Path, source: WorkbookError) -> Error {
        let path = path.into();
        Kind::Workbook { path, source }.into()
    }

    /// A workbook that is too much for a sheet.
    pub(crate) fn unwritten(error: WriteError) -> Error {
        Kind::Unwritten(error).into()
    }

    /// Bytes that no terminal shows.
    pub(crate) fn workbook_on_terminal() -> Error {
        Kind::WorkbookOnTerminal.into()
    }

    /// A handbook that has no plan.
    pub(crate) fn plan(path: &Path, source: PlanError) -> Error {
        let path = path.into();
        Kind::Plan { path, source }.into()
    }

    /// Standard output failed after entries were posted: what became of them.
    pub(crate) fn untold(source: io::Error, told: String) -> Error {
        Kind::Untold { source, told }.into()
    }

    /// An invariant of ours is broken.
    pub(crate) fn bug(what: impl Into<String>) -> Error {
        Kind::Bug(what.into()).into()
    }

    /// True when nobody reads standard output any more and nothing else went wrong: the program
    /// ends without a word.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(&*self.0, Kind::Output { source } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Error {
        Error(Box::new(kind))
    }
}

/// Only standard output is written to with `?` alone; files go through `Error::io`.
impl From<io::Error> for Error {
    fn from(source: io::Error) -> Error {
        Kind::Output { source }.into()
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        match error.io_error_kind() {
            Some(_) => io::Error::from(error).into(),
            None => Error::bug(error.to_string()),
        }
    }
}

/// A file's name; of an address that was given in the place of one, what may be shown.
fn shown(path: &Path) -> PathBuf {
    crate::database::without_secrets(&path.to_string_lossy()).into()
}

/// Behind what was said, where there is more.
struct Told<'a>(&'a str);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => Ok(()),
            told => write!(f, "; {told}"),
        }
    }
}

struct Nearest<'a>(Option<&'a str>);

impl fmt::Display for Nearest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(nearest) => write!(f, "; did you mean {nearest}?"),
            None => f.write_str("; the ledger is empty, or nothing in it comes near"),
        }
    }
}
