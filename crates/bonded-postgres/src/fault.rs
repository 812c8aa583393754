//! What PostgreSQL says, as what can be done about it.

use bonded_store::{StoreError, StoreErrorKind};
use postgres::error::{Severity, SqlState};

/// Something failed inside: told to the caller by [`Fault::told`].
#[derive(Debug)]
pub(crate) enum Fault {
    Sql(postgres::Error),
    Store(StoreError),
}

impl From<postgres::Error> for Fault {
    fn from(error: postgres::Error) -> Fault {
        Fault::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault::Store(error)
    }
}

impl Fault {
    fn state(&self) -> Option<&SqlState> {
        match self {
            Fault::Sql(error) => error.code(),
            Fault::Store(_) => None,
        }
    }

    /// Somebody else has the id or the name already.
    pub(crate) fn is_taken(&self) -> bool {
        self.state() == Some(&SqlState::UNIQUE_VIOLATION)
    }

    /// The same again may work: somebody was in the way.
    pub(crate) fn is_in_the_way(&self) -> bool {
        match self {
            Fault::Sql(error) => error
                .code()
                .is_some_and(|it| kind(it) == StoreErrorKind::Busy),
            Fault::Store(error) => error.kind() == StoreErrorKind::Busy,
        }
    }

    /// The connection is of no use any more.
    pub(crate) fn is_of_the_connection(&self) -> bool {
        match self {
            Fault::Sql(error) => match error.as_db_error() {
                Some(it) => {
                    matches!(
                        it.parsed_severity(),
                        Some(Severity::Fatal | Severity::Panic)
                    ) || kind(it.code()) == StoreErrorKind::Unavailable
                }
                None => error.is_closed() || is_io(error),
            },
            Fault::Store(_) => false,
        }
    }

    /// For the caller; `place` says which server, never the password.
    pub(crate) fn told(self, place: &str) -> StoreError {
        let error = match self {
            Fault::Store(error) => return error,
            Fault::Sql(error) => error,
        };
        let Some(code) = error.code().cloned() else {
            if error.to_string().contains("TLS") {
                let message = format!(
                    "PostgreSQL at {place}: TLS is required and not supported yet; expected an \
                     address without sslmode=require, over a tunnel or a network of your own"
                );
                return StoreError::new(StoreErrorKind::Unavailable, message).caused_by(error);
            }
            let message = match error.is_closed() || is_io(&error) {
                true => format!(
                    "PostgreSQL at {place} does not answer: is the address right, and does it run?"
                ),
                false => format!("PostgreSQL at {place} could not be asked"),
            };
            let kind = match error.is_closed() || is_io(&error) {
                true => StoreErrorKind::Unavailable,
                false => StoreErrorKind::Other,
            };
            return StoreError::new(kind, message).caused_by(error);
        };
        let advice = advice(&code);
        let said = said(&error);
        StoreError::new(
            kind(&code),
            format!("PostgreSQL at {place}: {advice}: {said}"),
        )
    }

    /// The same while the server was told to commit: unless it says that it did not, nobody knows.
    pub(crate) fn told_of_commit(self, place: &str) -> StoreError {
        let lost = self.is_of_the_connection() || self.state().is_none();
        match self {
            Fault::Sql(error) if lost => StoreError::new(
                StoreErrorKind::InDoubt,
                format!(
                    "PostgreSQL at {place} did not answer whether it has committed; post the same \
                     entries again: what is there is told as duplicate"
                ),
            )
            .caused_by(error),
            fault => fault.told(place),
        }
    }
}

fn is_io(error: &postgres::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(it) = source {
        if it.is::<std::io::Error>() {
            return true;
        }
        source = it.source();
    }
    // A time that ran out while connecting has no source.
    error.to_string().contains("timeout") || error.to_string().contains("connecting")
}

/// What the server said, in its words: they name roles and tables, never a password.
pub(crate) fn said(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(it) => format!("{} [{}]", it.message(), it.code().code()),
        None => error.to_string(),
    }
}

fn kind(state: &SqlState) -> StoreErrorKind {
    match state.code() {
        // Lock timeout, serialization failure, deadlock, cancelled.
        "55P03" | "40001" | "40P01" | "57014" => StoreErrorKind::Busy,
        "53100" => StoreErrorKind::Full,
        "25006" | "42501" => StoreErrorKind::ReadOnly,
        // Unknown schema, table, column, function.
        "3F000" | "42P01" | "42703" | "42883" => StoreErrorKind::Foreign,
        "XX001" | "XX002" => StoreErrorKind::Damaged,
        // No such database, too many connections, idle in a transaction for too long.
        "3D000" | "53300" | "25P03" => StoreErrorKind::Unavailable,
        // Connection, authentication, shutting down or starting up.
        it if it.starts_with("08") || it.starts_with("28") || it.starts_with("57P") => {
            StoreErrorKind::Unavailable
        }
        _ => StoreErrorKind::Other,
    }
}

fn advice(state: &SqlState) -> &'static str {
    match kind(state) {
        StoreErrorKind::Busy => "others are in the way, nothing was stored; try again",
        StoreErrorKind::Full => "the server's disk is full, nothing was stored; make room",
        StoreErrorKind::ReadOnly if state.code() == "42501" => {
            "this role may not do that; the owner of the tables lets it in (`bonded setup … --role \
             --tenant`, or `grant_tenant`), and needs CREATE on the database itself"
        }
        StoreErrorKind::ReadOnly => {
            "it is read-only (a standby, or default_transaction_read_only); expected the primary"
        }
        StoreErrorKind::Foreign => {
            "the tables of bonded are not there as expected; the owner runs `migrate`"
        }
        StoreErrorKind::Damaged => "the server says that its files are damaged; restore a backup",
        StoreErrorKind::Unavailable if state.code().starts_with("28") => {
            "it does not let us in; check user, password and pg_hba.conf"
        }
        StoreErrorKind::Unavailable => "it does not serve us now, nothing was stored; try again",
        _ => "it refused what was asked",
    }
}
