//! Snapshots, in parts: each is stored by itself, so that nobody waits long for who writes one.

use bonded_store::{Hash, Head, Snapshot, StoreError, StoreErrorKind};
use rusqlite::OptionalExtension as _;

use crate::store::{SqliteStore, head_of};

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
        self.sweep_snapshots()?;
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
        let written = self.write_parts(id, &snapshot.bytes);
        // An error here is told by the next one; it is the writing's that matters.
        let swept = self.sweep_snapshots();
        written.and(swept)
    }

    fn write_parts(&mut self, id: i64, bytes: &[u8]) -> Result<(), StoreError> {
        let doing = "keeping a snapshot";
        for (part, body) in bytes.chunks(PART).enumerate() {
            self.writing(doing, |it| {
                let sql = "INSERT INTO snapshot_part (snapshot, part, body) VALUES (?1, ?2, ?3)";
                let statement = it.connection.prepare_cached(sql);
                let inserted = statement.and_then(|mut row| row.execute((id, part as i64, body)));
                inserted
                    .map(|_| ())
                    .map_err(|error| it.failed(doing, error))
            })?;
        }
        self.writing(doing, |it| {
            let parts = "SELECT count(*) FROM snapshot_part WHERE snapshot = ?1";
            let parts = it
                .connection
                .query_row(parts, [id], |row| row.get::<_, u64>(0));
            let parts = parts.map_err(|error| it.failed(doing, error))?;
            let there = it
                .connection
                .execute("UPDATE snapshot SET whole = 1 WHERE id = ?1", [id])
                .map_err(|error| it.failed(doing, error))?;
            if there == 1 && parts == bytes.chunks(PART).len() as u64 {
                return Ok(());
            }
            let message = format!(
                "{}: somebody else keeps a snapshot at the same time; nothing is lost, theirs does \
                 as well",
                it.path.display()
            );
            Err(StoreError::new(StoreErrorKind::Busy, message))
        })
    }

    /// Takes away what is not whole and what is too old, part by part. One that another process is
    /// just writing goes as well: it is told.
    pub(crate) fn sweep_snapshots(&mut self) -> Result<(), StoreError> {
        let doing = "taking old snapshots away";
        let old = "SELECT id FROM snapshot WHERE whole = 0 OR id NOT IN
                   (SELECT id FROM snapshot WHERE whole = 1 ORDER BY id DESC LIMIT ?1) LIMIT 1";
        let lost = "SELECT id FROM snapshot_part WHERE snapshot NOT IN
                    (SELECT id FROM snapshot) LIMIT 1";
        loop {
            let next = self
                .connection
                .query_row(old, [KEPT as i64], |row| row.get::<_, i64>(0));
            let next = next.optional().map_err(|error| self.failed(doing, error))?;
            let Some(id) = next else { break };
            self.writing(doing, |it| {
                // From here on nobody reads it, whatever becomes of the rest.
                let it_goes = it
                    .connection
                    .execute("DELETE FROM snapshot WHERE id = ?1", [id]);
                it_goes.map(|_| ()).map_err(|error| it.failed(doing, error))
            })?;
        }
        loop {
            let next = self
                .connection
                .query_row(lost, (), |row| row.get::<_, i64>(0));
            let next = next.optional().map_err(|error| self.failed(doing, error))?;
            let Some(id) = next else { return Ok(()) };
            self.writing(doing, |it| {
                let sql = "DELETE FROM snapshot_part WHERE id = ?1";
                let it_goes = it.connection.execute(sql, [id]);
                it_goes.map(|_| ()).map_err(|error| it.failed(doing, error))
            })?;
        }
    }
}
