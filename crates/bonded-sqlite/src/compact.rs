//! The same records in fewer rows, and room given back.

use bonded_store::{Batch, StoreError};

use crate::batches::put_batch;
use crate::store::SqliteStore;

/// Rows are joined up to about so many bytes.
const ROW: u64 = 1 << 20;
/// How many bytes are freed at a time.
const STEP_PAGES: u32 = 4_096;

/// Neighbouring rows that become one: their keys.
type Run = std::ops::RangeInclusive<u64>;

impl SqliteStore {
    /// Each run by itself, so that nobody waits long: at any moment the file has the same records.
    pub(crate) fn join_batches(&mut self) -> Result<(), StoreError> {
        let mut behind = 0;
        while let Some(run) = self.next_run(behind)? {
            behind = *run.end();
            self.writing("joining batches", |it| it.join_run(&run))?;
        }
        Ok(())
    }

    /// The next rows that are small and stand together.
    fn next_run(&mut self, behind: u64) -> Result<Option<Run>, StoreError> {
        let doing = "looking for small batches";
        self.reading(|it| {
            let wrong = |error| it.failed(doing, error);
            // The length stands before the body: this reads no body.
            let sql = "SELECT last, length(body) FROM batch WHERE last > ?1 ORDER BY last";
            let mut statement = it.connection.prepare_cached(sql).map_err(wrong)?;
            let mut rows = statement.query([behind]).map_err(wrong)?;
            let mut run: Option<(u64, u64, u64)> = None;
            while let Some(row) = rows.next().map_err(wrong)? {
                let last: u64 = row.get(0).map_err(wrong)?;
                let bytes: u64 = row.get(1).map_err(wrong)?;
                run = match run {
                    Some((from, _, sum)) if sum + bytes <= ROW => Some((from, last, sum + bytes)),
                    Some((from, to, _)) if from < to => return Ok(Some(from..=to)),
                    // It stands alone between large ones.
                    _ => Some((last, last, bytes)),
                };
            }
            Ok(run.filter(|it| it.0 < it.1).map(|it| it.0..=it.1))
        })
    }

    fn join_run(&mut self, run: &Run) -> Result<(), StoreError> {
        let doing = "joining batches";
        let (from, to) = (*run.start(), *run.end());
        let mut joined: Option<Batch> = None;
        {
            let wrong = |error| self.failed(doing, error);
            let sql = "SELECT body FROM batch WHERE last BETWEEN ?1 AND ?2 ORDER BY last";
            let mut statement = self.connection.prepare_cached(sql).map_err(wrong)?;
            let mut rows = statement.query([from, to]).map_err(wrong)?;
            while let Some(row) = rows.next().map_err(wrong)? {
                let body = row.get_ref(0).map_err(wrong)?;
                let body = body.as_blob().map_err(|it| wrong(it.into()))?;
                let damaged = |it: bonded_store::DamagedBatch| {
                    let place = it.position.unwrap_or(*run.start());
                    StoreError::damaged(format!(
                        "{}: record {place}: {it}; nothing was joined, restore it from a backup",
                        self.path.display()
                    ))
                };
                let batch = Batch::decode(body).map_err(damaged)?;
                // What was changed is not to be written anew as if it were sound.
                batch.check_chain().map_err(damaged)?;
                match &mut joined {
                    None => joined = Some(batch),
                    Some(joined) => joined.join(&batch).map_err(damaged)?,
                }
            }
        }
        // Somebody may have joined them meanwhile.
        let Some(joined) = joined.filter(|it| it.end().position == *run.end()) else {
            return Ok(());
        };
        let sql = "DELETE FROM batch WHERE last BETWEEN ?1 AND ?2";
        let replaced = self.connection.execute(sql, [from, to]);
        replaced
            .and_then(|_| put_batch(&self.connection, &joined, &joined.encode()))
            .map_err(|error| self.failed(doing, error))
    }

    /// Where more than a quarter of the file is empty it is made smaller. A snapshot that comes needs
    /// about as much room as one that went, so less is left as it is.
    pub(crate) fn give_back_room(&mut self) -> Result<(), StoreError> {
        let doing = "giving room back";
        let pages = |it: &SqliteStore, name: &str| {
            let sql = format!("PRAGMA {name}");
            let count = it
                .connection
                .query_row(&sql, (), |row| row.get::<_, u64>(0));
            count.map_err(|error| it.failed(doing, error))
        };
        let worthwhile = pages(self, "freelist_count")? * 4 > pages(self, "page_count")?;
        while worthwhile && pages(self, "freelist_count")? > 0 {
            self.writing(doing, |it| {
                let sql = format!("PRAGMA incremental_vacuum({STEP_PAGES})");
                let mut step = it.connection.prepare(&sql);
                let freed = step.as_mut().map(|it| {
                    let mut rows = it.query(())?;
                    // Each step frees a page.
                    while rows.next()?.is_some() {}
                    Ok(())
                });
                match freed {
                    Ok(freed) => freed.map_err(|error| it.failed(doing, error)),
                    Err(_) => Ok(()),
                }
            })?;
        }
        // Others may be reading; then it is brought home later.
        let home = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()));
        home.map_err(|error| self.failed(doing, error))
    }
}
