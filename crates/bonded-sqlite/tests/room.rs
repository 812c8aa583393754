//! Snapshots and compacting: what is kept, and how much room it takes.

mod common;

use bonded_sqlite::SqliteStore;
use bonded_store::{Batch, Head, Snapshot, Store as _, StoreErrorKind};
use common::{journal, open};
use rusqlite::Connection;

/// Bytes that nothing makes smaller.
fn noise(bytes: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let next = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

#[test]
fn a_snapshot_of_many_parts_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let mut store = SqliteStore::open(&path).expect("opened");
    let head = Head::EMPTY;
    for (seed, bytes) in [(1, 16 << 20), (2, (32 << 20) + 7), (3, 5)] {
        let snapshot = Snapshot {
            head,
            bytes: noise(bytes, seed),
        };
        store.keep_snapshot(&snapshot).expect("kept");
        assert!(store.snapshot().expect("read") == Some(snapshot));
    }
    let other = Connection::open(&path).expect("opened");
    let number = |sql: &str| {
        other
            .query_row(sql, (), |row| row.get::<_, i64>(0))
            .expect(sql)
    };
    assert_eq!(number("SELECT count(*) FROM snapshot"), 2, "the newest two");
    assert_eq!(number("SELECT count(*) FROM snapshot_part"), 3 + 1);
    // The newest is damaged: there is the one before it.
    let sql =
        "UPDATE snapshot_part SET body = x'00' WHERE id = (SELECT max(id) FROM snapshot_part)";
    other.execute_batch(sql).expect("changed");
    let found = store.snapshot().expect("read").expect("one");
    assert!(found.bytes == noise((32 << 20) + 7, 2));
}

/// Two keep one at the same time, others post meanwhile: one of them is kept, nobody is held up.
#[test]
fn who_keeps_a_snapshot_stops_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let entries = journal(60);
    open(&path).post_all(&entries[..1]).expect("stored");
    let snapshot = |seed| Snapshot {
        head: Head::EMPTY,
        bytes: noise(40 << 20, seed),
    };
    std::thread::scope(|scope| {
        for seed in [1, 2] {
            let mut store = SqliteStore::open(&path).expect("opened");
            scope.spawn(move || match store.keep_snapshot(&snapshot(seed)) {
                Ok(()) => {}
                Err(error) => assert_eq!(error.kind(), StoreErrorKind::Busy, "{error}"),
            });
        }
        let mut books = open(&path);
        for entry in &entries[1..] {
            books.post(entry).expect("accepted");
        }
    });
    let mut store = SqliteStore::open(&path).expect("opened");
    let kept = store.snapshot().expect("read").expect("one of them");
    assert!([1, 2].map(snapshot).contains(&kept));
    assert_eq!(store.head().expect("a head").position, 61);
    store.keep_snapshot(&snapshot(3)).expect("kept");
    assert!(store.snapshot().expect("read") == Some(snapshot(3)));
}

#[test]
fn compacting_joins_what_is_small_and_gives_room_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let mut store = SqliteStore::open(&path).expect("opened");
    let mut head = Head::EMPTY;
    for nth in 0..600_u32 {
        let mut batch = Batch::new(head);
        // Some are larger than what rows are joined up to.
        let bytes = if nth % 200 == 100 { 1_500_000 } else { 9_000 };
        let line: String = noise(bytes / 2, nth)
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect();
        batch.push(&line);
        store.append(&batch).expect("appended");
        head = batch.end();
    }
    for seed in 1..3 {
        let bytes = noise(20 << 20, seed);
        store
            .keep_snapshot(&Snapshot { head, bytes })
            .expect("kept");
    }
    for bytes in [vec![1], vec![2]] {
        store
            .keep_snapshot(&Snapshot { head, bytes })
            .expect("kept");
    }
    let mut reader = SqliteStore::open_read_only(&path).expect("opened");
    let before: Vec<Batch> = reader.read(0, usize::MAX).expect("read");
    assert_eq!(before.len(), 600);
    let size = || std::fs::metadata(&path).expect("a file").len();
    store.compact().expect("compacted");
    let compacted = size();
    assert!(compacted < 12 << 20, "{compacted} bytes");
    assert_eq!(store.head().expect("a head"), head);
    let after = reader.read(0, usize::MAX).expect("read");
    assert!(after.len() < 20, "{} batches", after.len());
    let text = |all: &[Batch]| {
        all.iter()
            .map(|it| it.text().to_owned())
            .collect::<String>()
    };
    assert!(text(&before) == text(&after));
    let largest = after.iter().map(|it| it.encode().len()).max();
    assert!(largest < Some(2 << 20));
    let log = std::fs::metadata(format!("{}-wal", path.display())).expect("a log");
    assert_eq!(log.len(), 0, "the log is brought home");
    store.compact().expect("nothing to do");
    assert_eq!(size(), compacted);
}

/// What was changed behind our back is not written anew as if it were sound.
#[test]
fn compacting_joins_nothing_that_is_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let mut books = open(&path);
    for entry in &journal(9) {
        books.post(entry).expect("accepted");
    }
    let other = Connection::open(&path).expect("opened");
    let swapped = "UPDATE batch SET body = cast(replace(cast(body AS TEXT), '5.5', '6.5') AS BLOB)
                   WHERE last = 6";
    other.execute_batch(swapped).expect("changed");
    let error = books.store().compact().expect_err("it is damaged");
    assert_eq!(error.kind(), StoreErrorKind::Damaged, "{error}");
    assert!(error.to_string().contains("record 6"), "{error}");
    let rows: i64 = other
        .query_row("SELECT count(*) FROM batch", (), |row| row.get(0))
        .expect("read");
    assert_eq!(rows, 10);
    let error = books.verify(&[]).expect_err("it is damaged");
    assert!(
        error.to_string().starts_with("record 6: changed"),
        "{error}"
    );
}
