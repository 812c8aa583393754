//! A file of any earlier version becomes one of this, with all that stood in it.

mod common;

use std::path::Path;

use bonded_sqlite::{Access, Settings, SqliteStore, sync_tables};
use bonded_store::{Batch, DurableLedger, Head, Store as _};
use common::{journal, open};
use rusqlite::Connection;

/// The SQL of each step as it was released. What was released is never changed: a file made by it is
/// somewhere.
const RELEASED: [&str; 2] = [
    include_str!("data/version-1.sql"),
    include_str!("data/version-2.sql"),
];

/// A file as the program of that version left it, with a few records.
fn of_version(version: usize, path: &Path) -> Head {
    let connection = Connection::open(path).expect("opened");
    connection
        .execute_batch("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = 0x426e644c;")
        .expect("made");
    for (step, sql) in RELEASED[..version].iter().enumerate() {
        connection.execute_batch(sql).expect("made");
        let row = (step as i64 + 1, "bonded-sqlite 0.0.1");
        connection
            .execute("INSERT INTO migration VALUES (?1, ?2)", row)
            .expect("made");
    }
    connection
        .pragma_update(None, "user_version", version as i64)
        .expect("made");
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .expect("made");
    let mut head = Head::EMPTY;
    for entry in journal(5) {
        let mut batch = Batch::new(head);
        batch.push(&entry.line());
        let hash = batch.end().hash;
        let row = (
            batch.end().position,
            batch.start().position + 1,
            hash.as_bytes(),
            batch.encode(),
        );
        connection
            .execute(
                "INSERT INTO batch (last, first, hash, body) VALUES (?1, ?2, ?3, ?4)",
                row,
            )
            .expect("written");
        let row = (batch.end().position, hash.as_bytes());
        connection
            .execute("UPDATE head SET position = ?1, hash = ?2", row)
            .expect("written");
        head = batch.end();
    }
    head
}

fn schema(path: &Path) -> Vec<(String, Option<String>)> {
    let connection = Connection::open(path).expect("opened");
    let mut statement = connection
        .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
        .expect("SQL");
    let rows = statement
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows");
    rows.map(|it| it.expect("a row")).collect()
}

#[test]
fn what_was_released_is_not_changed() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema");
    for (name, released) in ["1-journal.sql", "2-tables.sql"].iter().zip(RELEASED) {
        let now = std::fs::read_to_string(src.join(name)).expect("read");
        assert_eq!(now, released, "add a step, and keep this one");
    }
    assert_eq!(
        std::fs::read_dir(src).expect("a folder").count(),
        RELEASED.len()
    );
}

#[test]
fn every_earlier_version_becomes_this_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let fresh = folder.path().join("fresh.db");
    drop(open(&fresh));
    for version in 1..=RELEASED.len() {
        let path = folder.path().join(format!("{version}.db"));
        let head = of_version(version, &path);
        // Who only reads changes nothing, and reads it.
        let reader = SqliteStore::open_read_only(&path).expect("opened");
        let reader = DurableLedger::open(reader).expect("opened");
        assert_eq!(reader.head(), head);
        drop(reader);
        assert_eq!(
            schema(&path).len() == schema(&fresh).len(),
            version == RELEASED.len()
        );

        let mut books = open(&path);
        assert_eq!(books.head(), head);
        books.verify(&[head]).expect("sound");
        books.post_all(&journal(9)).expect("stored");
        sync_tables(&mut books).expect("written");
        assert_eq!(books.store().lag().expect("read"), 0);
        drop(books);
        assert_eq!(schema(&path), schema(&fresh), "from version {version}");
        let connection = Connection::open(&path).expect("opened");
        let number = |sql: &str| {
            connection
                .query_row(sql, (), |row| row.get::<_, i64>(0))
                .expect(sql)
        };
        assert_eq!(number("PRAGMA user_version"), RELEASED.len() as i64);
        assert_eq!(
            number("SELECT count(*) FROM migration"),
            RELEASED.len() as i64
        );
        assert_eq!(number("SELECT count(*) FROM list"), 9);
        assert_eq!(number("PRAGMA application_id"), 0x426e_644c);
    }
}

/// A step that fails leaves the file as it was.
#[test]
fn a_step_is_taken_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let head = of_version(1, &path);
    let other = Connection::open(&path).expect("opened");
    // In the way of the step's last statement.
    other.execute_batch("CREATE TABLE lag (a)").expect("made");
    let before = schema(&path);
    SqliteStore::open(&path).expect_err("it is in the way");
    assert_eq!(schema(&path), before);
    other
        .execute_batch("DROP TABLE lag")
        .expect("out of the way");
    assert_eq!(open(&path).head(), head);
}

#[test]
fn many_begin_one_journal_at_once() {
    for _ in 0..60 {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.db");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let settings = Settings::waiting(std::time::Duration::from_secs(30));
                    let store = SqliteStore::open_with(&path, Access::Create, settings);
                    let mut store = store.unwrap_or_else(|error| panic!("{error}"));
                    assert_eq!(store.head().expect("a head").position, 0);
                });
            }
        });
    }
}
