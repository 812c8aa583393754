//! Snapshots, in parts: each is stored by itself, so that nobody waits long for who writes one.

use bonded_store::{Hash, Head, Snapshot, StoreError, StoreErrorKind};
use rusqlite::OptionalExtension as _;

use crate::batches::head_of;
use crate::store::SqliteStore;

/// Bytes of a part.
const PART: usize = 16 << 20;
/// How many are kept, the newest ones: should one turn out not to be whole there is another.
const KEPT: usize = 2;

impl SqliteStore {
    /// The newest one that is whole: what was written is what is read.
    pub(crate) fn read_snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let wrong = |error| self.failed("reading the snapshots", error);
        let sql = "SELECT position, hash, id, bytes, digest FROM snapshot WHERE whole = 1
                   ORDER BY id DESC";
        let mut statement = self.connection.prepare_cached(sql).map_err(wrong)?;
        let rows = statement.query_map((), |row| {
            let digest = Hash::from_bytes(row.get(4)?);
            Ok((
                head_of(row)?,
                row.get::<_, i64>(2)?,
                row.get::<_, u64>(3)?,
                digest,
            ))
        });
        for row in rows.map_err(wrong)? {
            // One that cannot be read is lost, and loses nothing but time.
            let Ok((head, id, size, digest)) = row else {
                continue;
            };
            let bytes = self.read_parts(id, size);
            if let Some(bytes) = bytes.filter(|it| Hash::of(it) == digest) {
                return Ok(Some(Snapshot { head, bytes }));
            }
        }
        Ok(None)
    }

    /// All parts, where they have together the size that they should.
    fn read_parts(&self, snapshot: i64, size: u64) -> Option<Vec<u8>> {
        let sql = "SELECT id, length(body) FROM snapshot_part WHERE snapshot = ?1 ORDER BY part";
        let mut statement = self.connection.prepare_cached(sql).ok()?;
        let rows = statement.query_map([snapshot], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, u64>(1)?))
        });
        let parts: Vec<(i64, u64)> = rows.ok()?.collect::<Result<_, _>>().ok()?;
        let found = parts
            .iter()
            .try_fold(0_u64, |sum, it| sum.checked_add(it.1));
        if found != Some(size) {
            return None;
        }
        // Read into its place, without SQLite putting each part together first.
        let mut bytes = vec![0; usize::try_from(size).ok()?];
        let mut rest = bytes.as_mut_slice();
        for (id, length) in parts {
            let (here, behind) = rest.split_at_mut_checked(usize::try_from(length).ok()?)?;
            let main = rusqlite::MAIN_DB;
            let blob = self
                .connection
                .blob_open(main, "snapshot_part", "body", id, true);
            blob.ok()?.read_at_exact(here, 0).ok()?;
            rest = behind;
        }
        Some(bytes)
    }

    pub(crate) fn write_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
        // Also what another process has left unfinished, or is just writing: it is told, and whoever
        // begins last is sure to end.
        self.sweep_snapshots(true)?;
        let doing = "keeping a snapshot";
        let id = self.writing(doing, |it| {
            let sql = "INSERT INTO snapshot (position, hash, bytes, digest, whole)
                       VALUES (?1, ?2, ?3, ?4, 0)";
            let Head { position, hash } = snapshot.head;
            let digest = Hash::of(&snapshot.bytes);
            let size = snapshot.bytes.len() as u64;
            let row = (position, hash.as_bytes(), size, digest.as_bytes());
            let inserted = it.connection.execute(sql, row);
            inserted.map_err(|error| it.failed(doing, error))?;
            Ok(it.connection.last_insert_rowid())
        })?;
        match self.write_parts(id, &snapshot.bytes) {
            Ok(()) => self.sweep_snapshots(false),
            Err(error) => {
                // What cannot be taken away now the next one takes away.
                let _ = self
                    .take_away(id)
                    .and_then(|()| self.sweep_snapshots(false));
                Err(error)
            }
        }
    }

    fn write_parts(&mut self, id: i64, bytes: &[u8]) -> Result<(), StoreError> {
        let doing = "keeping a snapshot";
        for (part, body) in bytes.chunks(PART).enumerate() {
            self.writing(doing, |it| {
                let sql = "INSERT INTO snapshot_part (snapshot, part, body) SELECT id, ?2, ?3
                           FROM snapshot WHERE id = ?1";
                it.one_row(doing, sql, (id, part as i64, body))
            })?;
        }
        self.writing(doing, |it| {
            it.one_row(doing, "UPDATE snapshot SET whole = 1 WHERE id = ?1", [id])
        })
    }

    /// Changes the row that is being written; another process may have swept it out.
    fn one_row(
        &self,
        doing: &str,
        sql: &str,
        row: impl rusqlite::Params,
    ) -> Result<(), StoreError> {
        let statement = self.connection.prepare_cached(sql);
        match statement.and_then(|mut it| it.execute(row)) {
            Ok(1) => Ok(()),
            Ok(_) => {
                let message = format!(
                    "{}: somebody else keeps a snapshot at the same time; nothing is lost, theirs \
                     does as well",
                    self.path.display()
                );
                Err(StoreError::new(StoreErrorKind::Busy, message))
            }
            Err(error) => Err(self.failed(doing, error)),
        }
    }

    /// Takes away what is too old, and what is unfinished where that is asked for.
    pub(crate) fn sweep_snapshots(&mut self, unfinished: bool) -> Result<(), StoreError> {
        let old = "SELECT id FROM snapshot WHERE (whole = 1 OR ?2) AND id NOT IN
                   (SELECT id FROM snapshot WHERE whole = 1 ORDER BY id DESC LIMIT ?1) LIMIT 1";
        while let Some(id) = self.next_id(old, (KEPT as i64, unfinished))? {
            self.take_away(id)?;
        }
        // Part by part, so that nobody waits long.
        let lost = "SELECT id FROM snapshot_part WHERE snapshot NOT IN
                    (SELECT id FROM snapshot) LIMIT 1";
        while let Some(part) = self.next_id(lost, ())? {
            self.delete("DELETE FROM snapshot_part WHERE id = ?1", part)?;
        }
        Ok(())
    }

    /// From here on nobody reads it, whatever becomes of its parts.
    fn take_away(&mut self, id: i64) -> Result<(), StoreError> {
        self.delete("DELETE FROM snapshot WHERE id = ?1", id)
    }

    fn next_id(&self, sql: &str, row: impl rusqlite::Params) -> Result<Option<i64>, StoreError> {
        let next = self.connection.query_row(sql, row, |row| row.get(0));
        let next = next.optional();
        next.map_err(|error| self.failed("looking for old snapshots", error))
    }

    fn delete(&mut self, sql: &str, id: i64) -> Result<(), StoreError> {
        let doing = "taking old snapshots away";
        self.writing(doing, |it| {
            let gone = it.connection.execute(sql, [id]);
            gone.map(|_| ()).map_err(|error| it.failed(doing, error))
        })
    }
}
