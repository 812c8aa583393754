//! What goes wrong is told with what to do, and loses nothing.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bonded_sqlite::{Access, Settings, SqliteStore};
use bonded_store::{
    Batch, DurableLedger, Head, PostError, Snapshot, Store as _, StoreError, StoreErrorKind,
    VerifyError,
};
use common::{all_bytes, journal, open};
use rusqlite::Connection;
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    (folder, path)
}

fn error<T>(result: Result<T, StoreError>) -> StoreError {
    result.err().expect("an error")
}

fn batch(at: Head, line: &str) -> Batch {
    let mut batch = Batch::new(at);
    batch.push(line);
    batch
}

#[test]
fn a_file_that_is_full_takes_what_fits_and_loses_nothing() {
    let (_folder, path) = place();
    let mut settings = Settings::waiting(Duration::from_secs(1));
    settings.bytes_max = Some(400_000);
    let mut store = SqliteStore::open_with(&path, Access::Create, settings).expect("opened");
    let long = "x".repeat(3_000);
    let mut head = Head::EMPTY;
    let full = loop {
        // Not to be compressed to nothing.
        let noise: String = (0..700)
            .map(|it| format!("{}", (it * it + 7919 * head.position) % 9973))
            .collect();
        let next = batch(head, &format!("{} {noise} {long}", head.position));
        match store.append(&next) {
            Ok(()) => head = next.end(),
            Err(error) => break error,
        }
        assert!(head.position < 10_000, "it is never full");
    };
    assert_eq!(full.kind(), StoreErrorKind::Full, "{full}");
    assert!(
        full.to_string().contains("make room and try again"),
        "{full}"
    );
    assert!(head.position > 20);
    assert_eq!(store.head().expect("a head"), head);
    let snapshot = Snapshot {
        head,
        bytes: (0..600_000_u32).flat_map(u32::to_le_bytes).collect(),
    };
    let full = error(store.keep_snapshot(&snapshot));
    assert_eq!(full.kind(), StoreErrorKind::Full, "{full}");
    assert_eq!(store.snapshot().expect("none"), None);
    drop(store);
    // With more room it goes on.
    let mut store = SqliteStore::open(&path).expect("opened");
    assert_eq!(store.head().expect("a head"), head);
    store.append(&batch(head, "more")).expect("appended");
    store.keep_snapshot(&snapshot).expect("kept");
}

#[test]
fn who_may_only_read_reads_while_another_writes() {
    let (_folder, path) = place();
    let missing = error(SqliteStore::open_read_only(&path));
    assert_eq!(missing.kind(), StoreErrorKind::Unavailable, "{missing}");
    assert_eq!(
        error(SqliteStore::open_existing(&path)).kind(),
        StoreErrorKind::Unavailable
    );
    assert!(!path.exists(), "looking makes nothing");
    let mut books = open(&path);
    let entries = journal(4);
    books.post_all(&entries[..2]).expect("stored");
    let mut reader = SqliteStore::open_read_only(&path).expect("opened");
    assert_eq!(reader.head().expect("a head"), books.head());
    books.post_all(&entries[2..]).expect("stored");
    assert_eq!(reader.head().expect("a head"), books.head());
    let head = reader.head().expect("a head");
    for refused in [
        error(reader.append(&batch(head, "x"))),
        error(reader.lock()),
        error(reader.compact()),
        error(reader.keep_snapshot(&Snapshot {
            head,
            bytes: vec![1],
        })),
    ] {
        assert_eq!(refused.kind(), StoreErrorKind::ReadOnly, "{refused}");
        assert!(
            refused.to_string().contains("nothing was stored"),
            "{refused}"
        );
    }
    let mut reader = DurableLedger::open(reader).expect("opened");
    assert_eq!(reader.head(), books.head());
    assert!(matches!(reader.post(&entries[0]), Err(PostError::Store(_))));
    reader.verify(&[head]).expect("sound");
}

/// A medium that nobody writes: no file can be made beside the journal.
#[test]
#[cfg(target_os = "linux")]
fn a_read_only_file_system_is_read() {
    let (folder, path) = place();
    let mut books = open(&path);
    books.post_all(&journal(5)).expect("stored");
    let head = books.head();
    drop(books);
    let mount = |arguments: &[&str]| {
        let run = Command::new("mount").args(arguments).output();
        run.is_ok_and(|it| it.status.success())
    };
    let name = folder.path().to_str().expect("a name");
    let mounted = mount(&["--bind", name, name]) && mount(&["-o", "remount,bind,ro", name]);
    if !mounted {
        println!("SKIPPED a_read_only_file_system_is_read: this user may not mount");
        let _ = Command::new("umount").args(["-l", name]).output();
        return;
    }
    let read = SqliteStore::open_read_only(&path).and_then(DurableLedger::open);
    let refused = SqliteStore::open_existing(&path).err();
    let unmounted = Command::new("umount").args(["-l", name]).status();
    assert!(unmounted.is_ok_and(|it| it.success()), "unmounted");
    let mut read = read.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read.head(), head);
    let refused = refused.expect("it may not be written");
    assert_eq!(refused.kind(), StoreErrorKind::ReadOnly, "{refused}");
    // It is written after all: who cannot see the log says so.
    let mut books = open(&path);
    books.post_all(&journal(7)).expect("stored");
    let error = error(read.sync());
    assert!(error.to_string().contains("somebody writes it"), "{error}");
}

#[test]
fn a_file_that_is_locked_is_waited_for_and_then_told() {
    let (_folder, path) = place();
    let mut books = open(&path);
    books.post_all(&journal(1)).expect("stored");
    let head = books.head();
    let settings = Settings::waiting(Duration::from_millis(60));
    let mut store = SqliteStore::open_with(&path, Access::Existing, settings).expect("opened");
    let other = Connection::open(&path).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    for busy in [
        error(store.append(&batch(head, "x"))),
        error(store.lock()),
        error(store.keep_snapshot(&Snapshot {
            head,
            bytes: vec![1],
        })),
    ] {
        assert_eq!(busy.kind(), StoreErrorKind::Busy, "{busy}");
        assert!(busy.to_string().contains("try again"), "{busy}");
    }
    assert_eq!(store.head().expect("readers wait for nobody"), head);
    other.execute_batch("ROLLBACK").expect("released");
    store.append(&batch(head, "x")).expect("appended");
    assert_eq!(store.head().expect("a head").position, head.position + 1);
}

#[test]
fn what_is_no_file_of_ours_is_not_touched() {
    let (folder, path) = place();
    let refused = |path: &Path, what: &str| {
        let before = all_bytes(folder.path());
        for access in [Access::Create, Access::Existing, Access::ReadOnly] {
            let settings = Settings::waiting(Duration::from_millis(50));
            let error = error(SqliteStore::open_with(path, access, settings));
            assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
        assert!(all_bytes(folder.path()) == before, "{what}: it was touched");
    };
    for text in ["{\"id\":1}\n", "SQLite format 3\0", "x"] {
        std::fs::write(&path, text).expect("written");
        refused(&path, "SQLite file");
    }
    let mut zeros = vec![0; 8_192];
    std::fs::write(&path, &zeros).expect("written");
    refused(&path, "its beginning was overwritten");
    zeros[..16].copy_from_slice(b"SQLite format 3\0");
    std::fs::write(&path, &zeros).expect("written");
    refused(&path, "another program");
    refused(folder.path(), "a folder");

    // Another program's, while that program has a log beside it.
    std::fs::remove_file(&path).expect("removed");
    let other = Connection::open(&path).expect("opened");
    let sql = "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);";
    other.execute_batch(sql).expect("written");
    refused(
        &path,
        "another program (application_id 0x00000000, expected 0x426e644c)",
    );
    drop(other);
    refused(&path, "another program");
    let other = Connection::open(&path).expect("opened");
    let rows: i64 = other
        .query_row("SELECT count(*) FROM t", (), |row| row.get(0))
        .expect("read");
    assert_eq!(rows, 1);
}

#[test]
fn a_newer_file_says_which_program_it_needs() {
    let (folder, path) = place();
    let mut books = open(&path);
    books.post_all(&journal(1)).expect("stored");
    drop(books);
    let newer = Connection::open(&path).expect("opened");
    newer
        .execute_batch(
            "BEGIN; INSERT INTO migration VALUES (99, 'bonded-sqlite 7.5.0');
             PRAGMA user_version = 99; COMMIT;",
        )
        .expect("written");
    drop(newer);
    let before = std::fs::read(&path).expect("read");
    for access in [Access::Create, Access::Existing, Access::ReadOnly] {
        let settings = Settings::waiting(Duration::from_millis(50));
        let error = error(SqliteStore::open_with(&path, access, settings));
        assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
        assert!(
            error
                .to_string()
                .contains("version 99, made by bonded-sqlite 7.5.0"),
            "{error}"
        );
    }
    assert!(std::fs::read(&path).expect("read") == before);
    drop(folder);
}

#[test]
fn a_file_that_is_no_longer_there_takes_nothing() {
    let (folder, path) = place();
    let mut books = open(&path);
    let entries = journal(4);
    books.post_all(&entries[..2]).expect("stored");
    let aside = folder.path().join("aside.db");
    for suffix in ["", "-wal"] {
        let name = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        std::fs::rename(name(&path), name(&aside)).expect("moved");
    }
    let gone = books.post(&entries[2]);
    assert!(
        matches!(&gone, Err(PostError::Store(it)) if it.kind() == StoreErrorKind::Unavailable),
        "{gone:?}"
    );
    // Another one took its name.
    std::fs::write(&path, b"").expect("written");
    assert!(books.post(&entries[2]).is_err());
    assert_eq!(std::fs::read(&path).expect("read"), b"");
    drop(books);
    assert_eq!(open(&aside).head().position, 2);
}

/// A file with everything in it, closed.
fn sound(path: &Path) -> Head {
    let mut books = open(path);
    let entries = journal(400);
    for (at, some) in entries.chunks(5).enumerate() {
        books.post_all(some).expect("stored");
        match at {
            11 => books.compact().expect("compacted"),
            20 => books.snapshot().expect("kept"),
            _ => {}
        }
    }
    books.head()
}

/// Opens and verifies: the head, or what was told.
fn looked_at(path: &Path) -> Result<Head, String> {
    let told = |it: StoreError| {
        let damage = [StoreErrorKind::Damaged, StoreErrorKind::Foreign];
        assert!(damage.contains(&it.kind()), "{}: {it}", it.code());
        it.to_string()
    };
    let store = SqliteStore::open_existing(path).map_err(told)?;
    let mut books = DurableLedger::open(store).map_err(told)?;
    match books.verify(&[]) {
        Ok(it) => Ok(it.head),
        Err(VerifyError::Store(it)) => Err(told(it)),
        Err(it) => Err(it.to_string()),
    }
}

#[test]
fn a_damaged_file_says_so_and_never_less() {
    let (folder, path) = place();
    let head = sound(&path);
    assert_eq!(looked_at(&path), Ok(head));
    let whole = std::fs::read(&path).expect("read");
    let copy = folder.path().join("copy.db");
    let mut told = 0;
    let cases = 300;
    for case in 0..cases {
        // Spread over the file, of several lengths and kinds.
        let at = whole.len() * case / cases + (case * 977) % 311;
        let length = [1, 8, 64, 700, 5_000][case % 5];
        let mut bytes = whole.clone();
        let end = (at + length).min(bytes.len());
        for (nth, byte) in bytes[at.min(end)..end].iter_mut().enumerate() {
            *byte = match case % 3 {
                0 => 0,
                1 => !*byte,
                _ => (nth * 31 + case) as u8,
            };
        }
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", copy.display()));
        }
        std::fs::write(&copy, &bytes).expect("written");
        match looked_at(&copy) {
            // Room that nothing stands in, or a table of reports.
            Ok(found) => assert_eq!(found, head, "case {case} at {at}"),
            Err(_) => told += 1,
        }
    }
    assert!(told > cases / 3, "{told} of {cases} were told");
}

#[test]
fn a_file_that_is_cut_off_says_so() {
    let (folder, path) = place();
    let head = sound(&path);
    let whole = std::fs::read(&path).expect("read");
    let copy = folder.path().join("copy.db");
    for part in 1..60 {
        let length = whole.len() * part / 60;
        std::fs::write(&copy, &whole[..length]).expect("written");
        let found = looked_at(&copy);
        assert!(
            found.is_err(),
            "cut at {length} of {}: {found:?}",
            whole.len()
        );
    }
    assert_eq!(looked_at(&path), Ok(head));
}

/// Whoever changes a record by SQL, or takes the last ones away, is found.
#[test]
fn what_is_changed_by_sql_is_found() {
    let (_folder, path) = place();
    let head = sound(&path);
    bonded_sqlite::sync_tables(&mut open(&path)).expect("written");
    let changed = |sql: &str| {
        let copy = path.with_extension("copy");
        std::fs::copy(&path, &copy).expect("copied");
        let other = Connection::open(&copy).expect("opened");
        other.execute_batch(sql).expect(sql);
        drop(other);
        looked_at(&copy)
    };
    assert_eq!(
        changed("UPDATE material SET remaining = '1000000'"),
        Ok(head)
    );
    let removed = changed("DELETE FROM batch WHERE last = (SELECT max(last) FROM batch)");
    assert!(removed.is_err_and(|it| it.contains("its head tells")));
    let removed = changed("DELETE FROM batch WHERE last = (SELECT min(last) FROM batch)");
    assert!(removed.is_err());
    let both = changed(
        "DELETE FROM batch WHERE last > 60;
         UPDATE head SET position = (SELECT max(last) FROM batch),
             hash = (SELECT hash FROM batch ORDER BY last DESC LIMIT 1)",
    );
    assert!(both.is_err_and(|it| it.contains("snapshot was taken of")));
    for sql in [
        "UPDATE head SET position = position + 1",
        "UPDATE head SET hash = zeroblob(32)",
        "DELETE FROM head",
        "UPDATE batch SET body = zeroblob(100) WHERE last > 120",
        "UPDATE batch SET body = 'text'",
        "UPDATE batch SET first = first - 1 WHERE first > 110",
        "DROP TABLE batch",
        "DROP TABLE snapshot",
    ] {
        assert!(changed(sql).is_err(), "{sql}");
    }
    // A snapshot that is not whole is none.
    for sql in [
        "UPDATE snapshot_part SET body = zeroblob(length(body))",
        "DELETE FROM snapshot_part",
        "UPDATE snapshot SET bytes = -1",
        "UPDATE snapshot SET hash = 'text'",
        "UPDATE snapshot SET digest = zeroblob(7)",
    ] {
        assert_eq!(changed(sql), Ok(head), "{sql}");
    }
}

/// The log is lost, or the file is copied without it: what is there is an earlier state, and the head
/// that was kept elsewhere shows it.
#[test]
fn a_file_without_its_log_is_an_earlier_state() {
    let (folder, path) = place();
    let entries = journal(30);
    let mut books = open(&path);
    books.post_all(&entries[..10]).expect("stored");
    let early = books.head();
    books.compact().expect("the log is brought home");
    books.post_all(&entries[10..]).expect("stored");
    let head = books.head();
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).expect("copied");
    // With the log it is all there.
    let both = folder.path().join("both.db");
    std::fs::copy(&path, &both).expect("copied");
    let log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    std::fs::copy(log(&path), log(&both)).expect("copied");
    assert_eq!(open(&both).head(), head);

    let mut without = open(&copy);
    assert_eq!(without.head(), early);
    without.verify(&[early]).expect("sound");
    let told = without.verify(&[head]).expect_err("an earlier state");
    assert!(matches!(told, VerifyError::Head { .. }), "{told}");
    // It goes on from there, and what is posted again is not there twice.
    without.post_all(&entries).expect("stored");
    assert_eq!(without.head(), head);
}

/// Run by the test below in a process of its own, whose files may not become larger.
#[test]
fn a_disk_that_fails() {
    let Ok(path) = std::env::var("BONDED_FAILING_DISK") else {
        return;
    };
    let mut books = open(Path::new(&path));
    let entries = journal(400);
    let mut acknowledged = 0;
    for entry in &entries {
        match books.post(entry) {
            Ok(_) => acknowledged += 1,
            Err(PostError::Store(error)) => {
                println!("\ntold {} {error}", error.code());
                break;
            }
            Err(error) => panic!("{error}"),
        }
    }
    // Whoever asks again is told what is there.
    let there = books.sync().map(|()| books.head().position);
    println!("acknowledged {acknowledged} there {there:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn after_a_failed_write_all_that_was_acknowledged_is_there() {
    let program = std::env::current_exe().expect("this program");
    for kilobytes in [100, 200, 333, 500] {
        let (_folder, path) = place();
        // So that a write that is too large fails instead of ending the process.
        let script = format!(
            "trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" --exact a_disk_that_fails --nocapture"
        );
        let run = Command::new("bash")
            .arg("-c")
            .arg(script)
            .arg(&program)
            .env("BONDED_FAILING_DISK", &path)
            .output()
            .expect("bash runs");
        let text = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(run.status.success(), "{text}");
        assert!(text.contains("told store_in_doubt"), "{text}");
        assert!(text.contains("post the same entries once more"), "{text}");
        let acknowledged = text
            .split("acknowledged ")
            .nth(1)
            .and_then(|it| it.split(' ').next())
            .and_then(|it| it.parse::<u64>().ok())
            .expect("a number");
        assert!(acknowledged > 5, "{text}");
        let mut books = open(&path);
        let found = books.head().position;
        assert!(
            found == acknowledged || found == acknowledged + 1,
            "{found}: {text}"
        );
        books.verify(&[]).expect("sound");
        books.post_all(&journal(400)).expect("stored");
        assert_eq!(books.head().position, 401);
    }
}
