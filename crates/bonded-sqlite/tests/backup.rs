//! A copy is made while others write.

mod common;

use std::sync::atomic::{AtomicBool, Ordering};

use bonded_sqlite::SqliteStore;
use common::{all_bytes, journal, open};

#[test]
fn a_copy_made_while_another_writes_is_a_part_of_the_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let entries = journal(3_000);
    let mut books = open(&path);
    books.post_all(&entries[..1_000]).expect("stored");
    books.snapshot().expect("kept");
    let done = AtomicBool::new(false);
    let copies: Vec<_> = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut writer = open(&path);
            for some in entries[1_000..].chunks(2) {
                writer.post_all(some).expect("stored");
                if done.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let door = SqliteStore::open_existing(&path).expect("opened");
        let copies = (0..8).map(|at| {
            let to = folder.path().join(format!("copy-{at}.db"));
            door.backup(&to).unwrap_or_else(|error| panic!("{error}"));
            to
        });
        let copies = copies.collect();
        done.store(true, Ordering::Relaxed);
        copies
    });
    let mut last = 0;
    for copy in copies {
        let mut found = open(&copy);
        let head = found.head();
        assert!(head.position >= last, "each is as of a later moment");
        last = head.position;
        found.verify(&[head]).expect("sound");
        books.verify(&[head]).expect("a part of the journal");
        // It goes on by itself.
        found.post_all(&entries).expect("stored");
    }
    assert!(last >= 1_000);
}

#[test]
fn a_copy_replaces_nothing_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let mut books = open(&path);
    books.post_all(&journal(3)).expect("stored");
    let to = folder.path().join("copy.db");
    std::fs::write(&to, "mine").expect("written");
    let before = all_bytes(folder.path());
    let error = books.store().backup(&to).expect_err("it is there");
    assert!(error.to_string().contains("copy.db"), "{error}");
    let nowhere = folder.path().join("no-folder").join("copy.db");
    books
        .store()
        .backup(&nowhere)
        .expect_err("there is no such folder");
    books.store().backup(&path).expect_err("itself");
    assert!(all_bytes(folder.path()) == before);
    std::fs::remove_file(&to).expect("removed");
    books.store().backup(&to).expect("copied");
    let names: Vec<String> = all_bytes(folder.path())
        .into_iter()
        .map(|it| it.0)
        .collect();
    assert_eq!(
        names,
        ["copy.db", "journal.db", "journal.db-shm", "journal.db-wal"]
    );
}
