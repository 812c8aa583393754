//! One connection to one server: made when it is needed, made again after it was lost.

use std::collections::HashMap;
use std::time::Duration;

use bonded_store::{StoreError, StoreErrorKind};
use postgres::config::Host;
use postgres::types::ToSql;
use postgres::{Client, Config, GenericClient, NoTls, Row, RowIter, Statement};

use crate::fault::{Fault, said};
use crate::schema;

/// How long others are waited for.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// `SET LOCAL`, so that it works behind a pool that gives each transaction another connection.
const BEGIN_WRITING: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
     SET LOCAL idle_in_transaction_session_timeout = '5min'";
const BEGIN_READING: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(crate) struct Connection {
    config: Config,
    place: String,
    live: Option<Live>,
    in_transaction: bool,
    pub(crate) lock_timeout: Duration,
}

struct Live {
    client: Client,
    prepared: Prepared,
    tenant: String,
    /// The role or the database switched off waiting for the disk; nobody does that to a journal.
    asynchronous: bool,
}

pub(crate) type Prepared = HashMap<&'static str, Statement>;

/// How a transaction ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    Commit,
    Rollback,
}

/// A connection, or the caller's transaction, that statements are given to.
pub(crate) struct Sql<'c, C> {
    client: &'c mut C,
    /// None where nobody knows whether it is the same connection as last time.
    prepared: Option<&'c mut Prepared>,
}

impl<'c, C: GenericClient> Sql<'c, C> {
    pub(crate) fn new(client: &'c mut C) -> Sql<'c, C> {
        Sql {
            client,
            prepared: None,
        }
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement, postgres::Error> {
        if let Some(it) = self.prepared.as_ref().and_then(|it| it.get(sql)) {
            return Ok(it.clone());
        }
        let statement = self.client.prepare(sql)?;
        if let Some(prepared) = &mut self.prepared {
            prepared.insert(sql, statement.clone());
        }
        Ok(statement)
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, postgres::Error> {
        let statement = self.statement(sql)?;
        self.client.query(&statement, parameters)
    }

    pub(crate) fn execute(
        &mut self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, postgres::Error> {
        let statement = self.statement(sql)?;
        self.client.execute(&statement, parameters)
    }

    /// Row by row, as they come: for what may be large.
    pub(crate) fn stream(
        &mut self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<RowIter<'_>, postgres::Error> {
        let statement = self.statement(sql)?;
        let parameters = parameters.iter().map(|it| *it as &dyn ToSql);
        let parameters: Vec<&dyn ToSql> = parameters.collect();
        self.client.query_raw(&statement, parameters)
    }
}

impl Connection {
    /// Reads an address; connects only when something is asked.
    pub(crate) fn new(address: &str) -> Result<Connection, StoreError> {
        // The reader's own message may repeat pieces of a password with a sign in it.
        let config: Config = address.parse().map_err(|_| {
            StoreError::new(
                StoreErrorKind::Unavailable,
                "the address is not one of a PostgreSQL server; expected \
                 postgres://USER:PASSWORD@HOST:PORT/DATABASE, where a sign of the password that is \
                 neither letter nor digit is written as % and two hexadecimal digits",
            )
        })?;
        Ok(Connection::of(config))
    }

    pub(crate) fn of(mut config: Config) -> Connection {
        if config.get_application_name().is_none() {
            config.application_name("bonded");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        // A server that has vanished without a word is given up after a minute, not after hours.
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(60));
        }
        config.keepalives_idle(config.get_keepalives_idle().min(Duration::from_secs(30)));
        let place = place(&config);
        Connection {
            config,
            place,
            live: None,
            in_transaction: false,
            lock_timeout: LOCK_TIMEOUT,
        }
    }

    /// Which server, for messages: never with a password.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn told(&self, fault: Fault) -> StoreError {
        fault.told(&self.place)
    }

    /// The tenant that the role belongs to.
    pub(crate) fn tenant(&mut self) -> Result<String, StoreError> {
        Ok(self.live()?.tenant.clone())
    }

    fn live(&mut self) -> Result<&mut Live, StoreError> {
        let lost = self.live.as_ref().is_some_and(|it| it.client.is_closed());
        if lost {
            let within = self.in_transaction;
            self.lose();
            if within {
                // Going on over another connection would be without the locks.
                return Err(StoreError::new(
                    StoreErrorKind::Unavailable,
                    format!(
                        "PostgreSQL at {} has gone in the middle of a transaction; nothing was \
                         stored, try again",
                        self.place
                    ),
                ));
            }
        }
        let live = match self.live.take() {
            Some(live) => live,
            None => connect(&self.config, &self.place)?,
        };
        Ok(self.live.insert(live))
    }

    fn lose(&mut self) {
        self.live = None;
        self.in_transaction = false;
    }

    /// What a statement is given to. Connects where there is no connection.
    pub(crate) fn sql(&mut self) -> Result<Sql<'_, Client>, StoreError> {
        let live = self.live()?;
        Ok(Sql {
            client: &mut live.client,
            prepared: Some(&mut live.prepared),
        })
    }

    /// Asks something outside of a transaction or within the one that is open. After an error the
    /// transaction is over. Outside it is asked again where the connection was lost while nobody
    /// looked: what is asked there may be asked twice.
    pub(crate) fn ask<T>(
        &mut self,
        mut work: impl FnMut(&mut Sql<'_, Client>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let again = !self.in_transaction;
        let mut sql = self.sql()?;
        match work(&mut sql) {
            Err(fault) if again && fault.is_of_the_connection() => self.lose(),
            done => return done.map_err(|fault| self.failed(fault)),
        }
        let mut sql = self.sql()?;
        work(&mut sql).map_err(|fault| self.failed(fault))
    }

    /// Forgets a connection that is of no use, ends a transaction that has failed.
    pub(crate) fn failed(&mut self, fault: Fault) -> StoreError {
        if fault.is_of_the_connection() {
            self.lose();
        } else {
            self.rollback();
        }
        self.told(fault)
    }

    pub(crate) fn begin(&mut self, reading: bool) -> Result<(), StoreError> {
        self.rollback();
        let lock_timeout = self.lock_timeout.as_millis().clamp(1, i32::MAX as u128);
        // A connection that was lost while nobody looked is made again once: nothing was asked yet.
        for last in [false, true] {
            let live = self.live()?;
            let mut text = match reading {
                true => BEGIN_READING.to_owned(),
                false => format!("{BEGIN_WRITING}; SET LOCAL lock_timeout = {lock_timeout}"),
            };
            if live.asynchronous && !reading {
                text.push_str("; SET LOCAL synchronous_commit = on");
            }
            match live.client.batch_execute(&text).map_err(Fault::from) {
                Ok(()) => break,
                Err(fault) if fault.is_of_the_connection() && !last => self.lose(),
                Err(fault) => return Err(self.failed(fault)),
            }
        }
        self.in_transaction = true;
        Ok(())
    }

    /// Whether a transaction is open.
    pub(crate) fn in_transaction(&self) -> bool {
        self.in_transaction
    }

    /// Ends a transaction, answers when the server has it.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        if !std::mem::take(&mut self.in_transaction) {
            return Ok(());
        }
        let Some(live) = &mut self.live else {
            let message = "the connection was lost before the commit; nothing was stored";
            return Err(StoreError::new(StoreErrorKind::Unavailable, message));
        };
        live.client.batch_execute("COMMIT").map_err(|error| {
            let fault = Fault::from(error);
            if fault.is_of_the_connection() {
                self.lose();
            }
            fault.told_of_commit(&self.place)
        })
    }

    pub(crate) fn rollback(&mut self) {
        if !std::mem::take(&mut self.in_transaction) {
            return;
        }
        let ended = self
            .live
            .as_mut()
            .map(|it| it.client.batch_execute("ROLLBACK"));
        if !matches!(ended, Some(Ok(()))) {
            // The server ends it when the connection goes.
            self.lose();
        }
    }

    /// Does something in a transaction of its own, and ends it as the work says. The fault is the
    /// caller's to look at, and to tell.
    pub(crate) fn transact<T>(
        &mut self,
        reading: bool,
        work: impl FnOnce(&mut Sql<'_, Client>) -> Result<(T, End), Fault>,
    ) -> Result<T, Fault> {
        self.begin(reading)?;
        let mut sql = self.sql()?;
        match work(&mut sql) {
            Ok((done, End::Commit)) => {
                self.commit()?;
                Ok(done)
            }
            Ok((done, End::Rollback)) => {
                self.rollback();
                Ok(done)
            }
            Err(fault) => {
                if fault.is_of_the_connection() {
                    self.lose();
                } else {
                    self.rollback();
                }
                Err(fault)
            }
        }
    }
}

fn connect(config: &Config, place: &str) -> Result<Live, StoreError> {
    let mut client = config
        .connect(NoTls)
        .map_err(|error| Fault::from(error).told(place))?;
    let tenant = schema::check(&mut client, place)?;
    let asked = client.query_one("SELECT current_setting('synchronous_commit') = 'off'", &[]);
    let asynchronous = asked.and_then(|it| it.try_get(0));
    let asynchronous = asynchronous.map_err(|error| {
        let message = format!("PostgreSQL at {place}: {}", said(&error));
        StoreError::new(StoreErrorKind::Unavailable, message)
    })?;
    Ok(Live {
        client,
        prepared: Prepared::new(),
        tenant,
        asynchronous,
    })
}

pub(crate) fn place(config: &Config) -> String {
    let user = config.get_user().unwrap_or("(the user of the system)");
    let host = match config.get_hosts().first() {
        // A password with an `@` in it that was not written as %40 is read as a part of the host.
        Some(Host::Tcp(host)) => host.rsplit('@').next().unwrap_or(host).to_owned(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        _ => config
            .get_hostaddrs()
            .first()
            .map_or("localhost".to_owned(), ToString::to_string),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let database = config.get_dbname().unwrap_or(user);
    format!("{user}@{host}:{port}/{database}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_shows_a_password() {
        for address in [
            "postgres://erp:s3cr3t@db.example:6000/books",
            "host=db.example port=6000 user=erp password=s3cr3t dbname=books",
        ] {
            let connection = Connection::new(address).expect("an address");
            assert_eq!(connection.place(), "erp@db.example:6000/books");
        }
        for wrong in [
            "postgres://erp:s3cr3t?x=s3cr3t@db",
            "postgres://erp:a@b:s3cr3t@db",
            "s3cr3t",
            "password=s3cr3t s3cr3t",
        ] {
            if let Err(error) = Connection::new(wrong) {
                assert!(!error.to_string().contains("s3cr3t"), "{error}");
                assert_eq!(error.kind(), StoreErrorKind::Unavailable);
            }
        }
    }
}
