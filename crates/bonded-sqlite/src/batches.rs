//! Batches as rows, and rows as batches.

use bonded_store::{Batch, Hash, Head, StoreError};
use rusqlite::{Connection, Row};

use crate::store::SqliteStore;

impl SqliteStore {
    pub(crate) fn insert(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let body = batch.encode();
        put_batch(&self.connection, batch, &body)
            .and_then(|()| {
                let sql = "UPDATE head SET position = ?1, hash = ?2 WHERE one = 1";
                let end = batch.end();
                let row = (end.position, end.hash.as_bytes());
                self.connection.prepare_cached(sql)?.execute(row)
            })
            .map_err(|error| self.failed("storing", error))
            .and_then(|rows| match rows {
                1 => Ok(()),
                _ => Err(StoreError::damaged(format!(
                    "{}: it tells no end of the journal; restore it from a backup",
                    self.path.display()
                ))),
            })
    }

    pub(crate) fn read_batches(
        &self,
        position: u64,
        bytes_max: usize,
    ) -> Result<Vec<Batch>, StoreError> {
        let doing = format!("reading the records behind {position}");
        let wrong = |error| self.failed(&doing, error);
        let sql = "SELECT last, hash, first, body FROM batch WHERE last > ?1 ORDER BY last";
        let mut statement = self.connection.prepare_cached(sql).map_err(wrong)?;
        let mut rows = statement.query([position]).map_err(wrong)?;
        let mut read = Vec::new();
        let mut bytes = 0;
        while let Some(row) = rows.next().map_err(wrong)? {
            let (end, first) = head_of(row)
                .and_then(|it| Ok((it, row.get::<_, u64>(2)?)))
                .map_err(wrong)?;
            let body = row.get_ref(3).map_err(wrong)?;
            let body = body.as_blob().map_err(|it| wrong(it.into()))?;
            let decoded = Batch::decode(body).map_err(|it| it.to_string());
            let decoded = decoded.and_then(|it| {
                let told = (it.start().position + 1, it.end());
                match told == (first, end) {
                    true => Ok(it),
                    false => Err("it is another one than its row says".to_owned()),
                }
            });
            read.push(decoded.map_err(|what| {
                StoreError::damaged(format!(
                    "{}: records {first} to {}: {what}; keep the file and restore it from a backup",
                    self.path.display(),
                    end.position
                ))
            })?);
            bytes += body.len();
            if bytes >= bytes_max {
                return Ok(read);
            }
        }
        let head = self.stored_head()?;
        if read.is_empty() && position < head.position {
            return Err(StoreError::damaged(format!(
                "{}: no record is behind {position}, and its head tells {}: records were lost; keep \
                 the file and restore it from a backup",
                self.path.display(),
                head.position
            )));
        }
        Ok(read)
    }
}

pub(crate) fn put_batch(
    connection: &Connection,
    batch: &Batch,
    body: &[u8],
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO batch (last, first, hash, body) VALUES (?1, ?2, ?3, ?4)";
    let (start, end) = (batch.start(), batch.end());
    let first = start.position + 1;
    let row = (end.position, first, end.hash.as_bytes(), body);
    connection.prepare_cached(sql)?.execute(row).map(|_| ())
}

pub(crate) fn head_of(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        position: row.get(0)?,
        hash: Hash::from_bytes(row.get(1)?),
    })
}
