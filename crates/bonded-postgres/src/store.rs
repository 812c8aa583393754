//! A whole journal in a database, by its name.

use std::fmt;

use bonded_store::{Batch, Head, Snapshot, Store, StoreError};
use postgres::Client;

use crate::connection::{Connection, End, Sql};
use crate::fault::Fault;
use crate::snapshots::{hash, kept, latest_whole, parts, position};

const HEAD: &str =
    "SELECT position, head_hash FROM bonded.stream WHERE tenant = $1 AND stream = $2";
const LOCKED_HEAD: &str =
    "SELECT position, head_hash FROM bonded.stream WHERE tenant = $1 AND stream = $2 FOR UPDATE";
const NEW_STREAM: &str = "INSERT INTO bonded.stream (tenant, stream, position, head_hash) \
     VALUES ($1, $2, 0, $3) ON CONFLICT (tenant, stream) DO NOTHING";
const APPEND: &str = "WITH appended AS (INSERT INTO bonded.batch \
     (tenant, stream, first, last, end_hash, bytes, body) VALUES ($1, $2, $3, $4, $5, $6, $7)) \
     UPDATE bonded.stream SET position = $4, head_hash = $5 WHERE tenant = $1 AND stream = $2";
/// The batch that holds the next record, and those behind it, up to so many bytes but one at least.
const READ: &str = "SELECT body FROM (
        SELECT body, first, sum(bytes) OVER (ORDER BY first) - bytes AS before FROM (
            SELECT body, first, bytes FROM bonded.batch
            WHERE tenant = $1 AND stream = $2 AND last > $3 AND first >= coalesce(
                (SELECT max(first) FROM bonded.batch
                 WHERE tenant = $1 AND stream = $2 AND first <= $3 + 1), 0)
            ORDER BY first LIMIT 1000) AS next) AS summed
     WHERE before = 0 OR before < $4 ORDER BY first";
const SNAPSHOT: &str = "SELECT position, part, whole, body, head_hash FROM bonded.snapshot \
     WHERE tenant = $1 AND stream = $2 ORDER BY position DESC, part";
const DROP_SNAPSHOTS: &str =
    "DELETE FROM bonded.snapshot WHERE tenant = $1 AND stream = $2 AND position <= $3";
const KEEP_SNAPSHOT: &str = "INSERT INTO bonded.snapshot \
     (tenant, stream, position, part, head_hash, whole, body) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SIZES: &str =
    "SELECT first, bytes FROM bonded.batch WHERE tenant = $1 AND stream = $2 ORDER BY first";
const TAKE_OUT: &str = "DELETE FROM bonded.batch \
     WHERE tenant = $1 AND stream = $2 AND first BETWEEN $3 AND $4 RETURNING first, body";
const PUT_IN: &str = "INSERT INTO bonded.batch \
     (tenant, stream, first, last, end_hash, bytes, body) VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// Batches are put together up to so many bytes.
const COMPACTED: i64 = 4 << 20;

/// One whole journal, kept in a PostgreSQL database under a name: a [`Store`] for a
/// [`DurableLedger`](bonded_store::DurableLedger). Who writes locks the whole journal; for many
/// writers at once there is [`PostgresLedger`](crate::PostgresLedger).
///
/// Nothing is connected before something is asked; a connection that was lost is made again by the
/// next call. [`lock`](Store::lock) keeps a transaction open until
/// [`append`](Store::append) or [`release`](Store::release).
pub struct PostgresStore {
    connection: Connection,
    stream: String,
}

impl fmt::Debug for PostgresStore {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PostgresStore { connection, stream } = self;
        write!(f, "PostgresStore({}, {stream:?})", connection.place())
    }
}

impl PostgresStore {
    /// The journal of that name in the database at `address`
    /// (`postgres://USER:PASSWORD@HOST:PORT/DATABASE`, or `host=… user=…`). It need not exist; a
    /// journal without records is empty.
    ///
    /// # Errors
    /// `Unavailable` where nobody answers or the password is wrong, `Foreign` where the tables are
    /// not there or of another version.
    pub fn connect(address: &str, stream: &str) -> Result<PostgresStore, StoreError> {
        let mut connection = Connection::new(address)?;
        connection.tenant()?;
        let stream = stream.to_owned();
        Ok(PostgresStore { connection, stream })
    }

    fn locked(&mut self) -> Result<Head, StoreError> {
        let tenant = self.connection.tenant()?;
        self.connection.begin(false)?;
        let stream = &self.stream;
        self.connection.ask(|sql| {
            if let Some(row) = sql.query(LOCKED_HEAD, &[&tenant, stream])?.first() {
                return head(row);
            }
            let empty = &Head::EMPTY.hash.as_bytes()[..];
            sql.execute(NEW_STREAM, &[&tenant, stream, &empty])?;
            match sql.query(LOCKED_HEAD, &[&tenant, stream])?.first() {
                Some(row) => head(row),
                None => Err(StoreError::damaged(format!(
                    "the row of the journal {stream:?} was written and is not there"
                ))
                .into()),
            }
        })
    }
}

fn head(row: &postgres::Row) -> Result<Head, Fault> {
    Ok(Head {
        position: position(row.try_get(0)?)?,
        hash: hash(row.try_get(1)?)?,
    })
}

pub(crate) fn decoded(body: &[u8]) -> Result<Batch, StoreError> {
    Batch::decode(body).map_err(|it| StoreError::damaged(it.to_string()))
}

fn put(
    sql: &mut Sql<'_, Client>,
    statement: &'static str,
    tenant: &str,
    stream: &str,
    batch: &Batch,
) -> Result<(), Fault> {
    let (first, last) = (kept(batch.start().position) + 1, kept(batch.end().position));
    let (end, body) = (batch.end(), batch.encode());
    let bytes = i32::try_from(body.len()).unwrap_or(i32::MAX);
    let hash = &end.hash.as_bytes()[..];
    sql.execute(
        statement,
        &[&tenant, &stream, &first, &last, &hash, &bytes, &body],
    )?;
    Ok(())
}

impl Store for PostgresStore {
    fn head(&mut self) -> Result<Head, StoreError> {
        let tenant = self.connection.tenant()?;
        let stream = &self.stream;
        self.connection.ask(|sql| {
            let rows = sql.query(HEAD, &[&tenant, stream])?;
            rows.first().map_or(Ok(Head::EMPTY), head)
        })
    }

    fn lock(&mut self) -> Result<Head, StoreError> {
        self.locked()
    }

    fn release(&mut self) {
        self.connection.rollback();
    }

    fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if batch.is_empty() {
            self.release();
            return Ok(());
        }
        let found = match self.connection.in_transaction() {
            true => self.head()?,
            false => self.locked()?,
        };
        if found != batch.start() {
            self.release();
            return Err(StoreError::moved(batch.start(), found));
        }
        let tenant = self.connection.tenant()?;
        let stream = &self.stream;
        self.connection
            .ask(|sql| put(sql, APPEND, &tenant, stream, batch))?;
        self.connection.commit()
    }

    fn read(&mut self, position: u64, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        let tenant = self.connection.tenant()?;
        let (stream, position) = (&self.stream, kept(position));
        let bytes_max = i64::try_from(bytes_max).unwrap_or(i64::MAX);
        self.connection.ask(|sql| {
            let rows = sql.query(READ, &[&tenant, stream, &position, &bytes_max])?;
            rows.iter()
                .map(|row| Ok(decoded(row.try_get(0)?)?))
                .collect()
        })
    }

    fn snapshot(&mut self) -> Result<Option<Snapshot>, StoreError> {
        let tenant = self.connection.tenant()?;
        let stream = &self.stream;
        self.connection.ask(|sql| {
            let found = latest_whole(sql.stream(SNAPSHOT, &[&tenant, stream])?)?;
            let snapshot = found.map(|(row, bytes)| {
                let head = Head {
                    position: position(row.try_get(0)?)?,
                    hash: hash(row.try_get(4)?)?,
                };
                Ok(Snapshot { head, bytes })
            });
            snapshot.transpose()
        })
    }

    fn keep_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let tenant = self.connection.tenant()?;
        let (stream, at) = (&self.stream, kept(snapshot.head.position));
        let head_hash = &snapshot.head.hash.as_bytes()[..];
        let whole = bonded_store::Hash::of(&snapshot.bytes);
        let whole = &whole.as_bytes()[..];
        let kept = self.connection.transact(false, |sql| {
            sql.execute(DROP_SNAPSHOTS, &[&tenant, stream, &at])?;
            for (part, body) in (0_i32..).zip(parts(&snapshot.bytes)) {
                let row: [&(dyn postgres::types::ToSql + Sync); 7] =
                    [&tenant, stream, &at, &part, &head_hash, &whole, &body];
                sql.execute(KEEP_SNAPSHOT, &row)?;
            }
            Ok(((), End::Commit))
        });
        kept.map_err(|it| self.connection.told(it))
    }

    fn compact(&mut self) -> Result<(), StoreError> {
        self.locked()?;
        let tenant = self.connection.tenant()?;
        let stream = &self.stream;
        self.connection.ask(|sql| {
            let rows = sql.query(SIZES, &[&tenant, stream])?;
            let mut group: (i64, i64, i64, u32) = (0, 0, 0, 0);
            let mut groups = Vec::new();
            for row in &rows {
                let (first, bytes): (i64, i32) = (row.try_get(0)?, row.try_get(1)?);
                let bytes = i64::from(bytes);
                if group.3 > 0 && group.2 + bytes <= COMPACTED {
                    group = (group.0, first, group.2 + bytes, group.3 + 1);
                } else {
                    groups.push(group);
                    group = (first, first, bytes, 1);
                }
            }
            groups.push(group);
            for (from, to, _, _) in groups.into_iter().filter(|it| it.3 > 1) {
                let rows = sql.query(TAKE_OUT, &[&tenant, stream, &from, &to])?;
                let batches = rows.iter().map(|row| Ok(decoded(row.try_get(1)?)?));
                let mut batches = batches.collect::<Result<Vec<Batch>, Fault>>()?;
                batches.sort_unstable_by_key(|it| it.start().position);
                let mut batches = batches.into_iter();
                let Some(mut whole) = batches.next() else {
                    continue;
                };
                for batch in batches {
                    let joined = whole.join(&batch);
                    joined.map_err(|it| StoreError::damaged(it.to_string()))?;
                }
                put(sql, PUT_IN, &tenant, stream, &whole)?;
            }
            Ok(())
        })?;
        self.connection.commit()
    }
}
