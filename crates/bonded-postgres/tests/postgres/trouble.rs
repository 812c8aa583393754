//! When something goes wrong: a clear error, and no loss.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bonded_ledger::{Entry, Uuid};
use bonded_postgres::{PostgresLedger, PostgresStore};
use bonded_store::{Batch, DurableLedger, PostError, Store as _, StoreError, StoreErrorKind};

use crate::cluster;
use crate::ledger::{chain, entries, journals};

fn batch(store: &mut PostgresStore, line: &str) -> Batch {
    let mut batch = Batch::new(store.head().expect("a head"));
    batch.push(line);
    batch
}

fn terminate_all(owner: &mut postgres::Client) {
    let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    owner.query(terminate, &[]).expect("terminated");
    std::thread::sleep(Duration::from_millis(100));
}

#[test]
fn a_wrong_password_is_said_and_not_shown() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let nobody = database
        .address_of("nobody_of_that_name")
        .replace("secret", "s3cr3t");
    for error in [
        PostgresLedger::connect(&nobody).expect_err("nobody"),
        PostgresStore::connect(&nobody, "journal").expect_err("nobody"),
        PostgresLedger::connect("postgres://erp:s3cr3t@127.0.0.1:1/books")
            .expect_err("nobody there"),
        PostgresLedger::connect("postgres://erp:s3cr3t@%zz").expect_err("no address"),
    ] {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
        assert!(
            !format!("{error} {error:?}").contains("s3cr3t"),
            "{error:?}"
        );
    }
}

#[test]
fn that_there_is_no_tls_is_said() {
    let Some(server) = cluster::server() else {
        return;
    };
    let address = server.database().role("factory");
    // Over TCP: a socket in the file system has no TLS.
    let address = address.replacen("host=/", "hostaddr=127.0.0.1 host=/", 1);
    let error = PostgresLedger::connect(&format!("{address} sslmode=require"));
    let error = error.expect_err("without TLS");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("TLS"), "{error}");
}

#[test]
fn a_real_wrong_password() {
    let Some(cluster) = cluster::own_cluster() else {
        return;
    };
    let database = cluster.server.database();
    let address = database.role("factory");
    cluster.ask_for_passwords();
    let right = PostgresLedger::connect(&address);
    right.expect("the right one");
    let wrong = address.replace("password=secret", "password=s3cr3t");
    let error = PostgresLedger::connect(&wrong).expect_err("the wrong one");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("password"), "{error}");
    assert!(
        !format!("{error} {error:?}").contains("s3cr3t"),
        "{error:?}"
    );
}

#[test]
fn a_connection_lost_within_a_transaction_stores_nothing() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let mut owner = database.client();
    let mut store = PostgresStore::connect(&address, "journal").expect("opened");
    let first = batch(&mut store, "1");
    store.append(&first).expect("appended");
    let second = batch(&mut store, "2");
    store.lock().expect("locked");
    terminate_all(&mut owner);
    let error = store.append(&second).expect_err("gone");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert_eq!(store.head().expect("connected again"), first.end());
    store.append(&second).expect("appended");

    // One that was lost while nobody looked is made again at once.
    let mut books = PostgresLedger::connect(&address).expect("opened");
    let journal = chain();
    books.post(&journal[0]).expect("accepted");
    terminate_all(&mut owner);
    books.post(&journal[1]).expect("connected again");
    terminate_all(&mut owner);
    store.lock().expect("connected again");
    store.release();
}

#[test]
fn a_lost_connection_within_the_callers_transaction() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let mut owner = database.client();
    let mut books = PostgresLedger::connect(&address).expect("opened");
    let journal = chain();
    let mut client = postgres::Client::connect(&address, postgres::NoTls).expect("connected");
    let mut transaction = client.transaction().expect("begun");
    books
        .post_in(&mut transaction, &journal[..2])
        .expect("answered");
    terminate_all(&mut owner);
    let error = books
        .post_in(&mut transaction, &journal[2..3])
        .expect_err("gone");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    drop(transaction);
    books.sync().expect("connected again");
    assert_eq!(books.ledger().entries(), 0);
    books.post(&journal[0]).expect("accepted");
}

#[test]
fn a_read_only_database_is_read() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let journal = chain();
    PostgresLedger::connect(&address)
        .expect("opened")
        .post_all(&journal[..9])
        .expect("posted");
    let read_only = format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        database.name
    );
    database
        .client()
        .batch_execute(&read_only)
        .expect("read-only");
    let mut books = PostgresLedger::connect(&address).expect("opened");
    assert_eq!(books.ledger().entries(), 9);
    match books.post(&journal[9]) {
        Err(PostError::Store(it)) => assert_eq!(it.kind(), StoreErrorKind::ReadOnly, "{it}"),
        other => panic!("{other:?}"),
    }
    assert!(books.post(&journal[8]).is_ok_and(|it| it.duplicate) || books.sync().is_ok());
    books.verify(&BTreeMap::new()).expect("sound");
    let mut store = PostgresStore::connect(&address, "journal").expect("opened");
    let batch = batch(&mut store, "1");
    let error = store.append(&batch).expect_err("read-only");
    assert_eq!(error.kind(), StoreErrorKind::ReadOnly, "{error}");
}

/// A server that was put back to an older state is told, not overwritten.
#[test]
fn an_older_backup_is_noticed() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let mut books = PostgresLedger::connect(&address).expect("opened");
    let script = entries("book A M1:10 P1\nimport L1 A M1:8\nimport L2 A M1:1");
    books.post_all(&script[..1]).expect("posted");
    let mut owner = database.client();
    let rows = "SELECT position, head_hash, tick FROM bonded.handbook";
    let old = owner.query_one(rows, &[]).expect("one");
    books.post(&script[1]).expect("accepted");
    let (position, hash, tick): (i64, Vec<u8>, i64) = (old.get(0), old.get(1), old.get(2));
    owner
        .batch_execute(
            "DELETE FROM bonded.record_batch WHERE first > 1; \
             DELETE FROM bonded.list_name; DELETE FROM bonded.entry_id WHERE id = \
             (SELECT max(id::text)::uuid FROM bonded.entry_id)",
        )
        .expect("put back");
    let put = "UPDATE bonded.handbook SET position = $1, head_hash = $2, tick = $3";
    owner
        .execute(put, &[&position, &hash, &tick])
        .expect("put back");
    match books.post(&script[2]) {
        Err(PostError::Store(it)) => assert_eq!(it.kind(), StoreErrorKind::Damaged, "{it}"),
        other => panic!("{other:?}"),
    }
    // Told once; then it goes on from what is there.
    books.sync().expect("read anew");
    assert_eq!(books.ledger().entries(), 1);
}

/// Killed and started again under load: what was acknowledged is there, once.
#[test]
fn a_server_that_dies_under_load_loses_nothing_acknowledged() {
    let Some(cluster) = cluster::own_cluster() else {
        return;
    };
    let database = cluster.server.database();
    let address = database.role("factory");
    let books: String = ["A", "B", "C", "D"]
        .map(|it| format!("book {it} M1 P1\n"))
        .concat();
    let open = entries(&books);
    PostgresLedger::connect(&address)
        .expect("opened")
        .post_all(&open)
        .expect("posted");
    let heads = PostgresLedger::connect(&address).expect("opened").heads();
    let numbers: Vec<_> = heads.keys().copied().collect();
    let acknowledged = Mutex::new(BTreeSet::<Uuid>::new());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..6_usize {
            let (address, numbers) = (&address, &numbers);
            let (acknowledged, stop) = (&acknowledged, &stop);
            scope.spawn(move || {
                let mut books = PostgresLedger::connect(address).expect("opened");
                for turn in 1.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let book = numbers[(writer + turn) % numbers.len()];
                    let id = Uuid::from_u128((writer as u128 + 1) << 64 | turn as u128);
                    let entry = Entry::from_json(&format!(
                        "{{\"id\":\"{id}\",\"date\":\"2026-03-01\",\"entry\":\"adjust_book\",\
                         \"handbook\":\"{book}\",\"material\":1,\"quantity\":\"1\",\
                         \"ground\":\"disaster\",\"document\":\"d\"}}"
                    ))
                    .expect("an entry");
                    // Until it is known to be there.
                    loop {
                        match books.post(&entry) {
                            Ok(_) => break,
                            Err(PostError::Store(error)) => may_be_tried_again(&error),
                            Err(error) => panic!("{error}"),
                        }
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                    }
                    acknowledged.lock().expect("no panic").insert(id);
                }
            });
        }
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(500));
            cluster.stop_immediately();
            std::thread::sleep(Duration::from_millis(100));
            cluster.begin();
        }
        std::thread::sleep(Duration::from_millis(500));
        stop.store(true, Ordering::Relaxed);
    });
    let acknowledged = acknowledged.into_inner().expect("no panic");
    let kept: Vec<Uuid> = journals(&database)
        .values()
        .flatten()
        .map(Entry::id)
        .collect();
    let once: BTreeSet<Uuid> = kept.iter().copied().collect();
    assert_eq!(kept.len(), once.len(), "nothing twice");
    assert!(acknowledged.is_subset(&once), "nothing lost");
    assert!(acknowledged.len() > 50, "{}", acknowledged.len());
    let mut books = PostgresLedger::connect(&address).expect("opened");
    assert_eq!(books.ledger().entries(), once.len() as u64);
    books.verify(&heads).expect("sound");
}

fn may_be_tried_again(error: &StoreError) {
    use StoreErrorKind::{Busy, InDoubt, Unavailable};
    assert!(
        matches!(error.kind(), Busy | InDoubt | Unavailable),
        "{error}"
    );
    std::thread::sleep(Duration::from_millis(20));
}

#[test]
fn a_whole_journal_survives_the_server() {
    let Some(cluster) = cluster::own_cluster() else {
        return;
    };
    let database = cluster.server.database();
    let address = database.role("factory");
    let store = PostgresStore::connect(&address, "journal").expect("opened");
    let mut books = DurableLedger::open(store).expect("opened");
    let journal = chain();
    let mut next = 0;
    for _ in 0..2 {
        for entry in &journal[next..next + 20] {
            books.post(entry).expect("accepted");
        }
        next += 20;
        let head = books.head();
        cluster.stop_immediately();
        match books.post(&journal[next]) {
            Err(PostError::Store(it)) => assert_eq!(it.kind(), StoreErrorKind::Unavailable, "{it}"),
            other => panic!("{other:?}"),
        }
        cluster.begin();
        books.sync().expect("connected again");
        assert_eq!(books.head(), head);
    }
    assert_eq!(
        books.verify(&[books.head()]).expect("sound").head.position,
        40
    );
}

/// Who holds a handbook for too long is not waited for without end.
#[test]
fn a_handbook_that_is_held_is_busy() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let mut books = PostgresLedger::connect(&address).expect("opened");
    let script = entries("book A M1:10 P1\nimport L1 A M1:8");
    books.post(&script[0]).expect("accepted");
    books.lock_timeout(Duration::from_millis(50));
    let mut owner = database.client();
    let mut holder = owner.transaction().expect("begun");
    holder
        .query("SELECT 1 FROM bonded.handbook FOR UPDATE", &[])
        .expect("held");
    match books.post(&script[1]) {
        Err(PostError::Store(it)) => assert_eq!(it.kind(), StoreErrorKind::Busy, "{it}"),
        other => panic!("{other:?}"),
    }
    holder.rollback().expect("given back");
    books.post(&script[1]).expect("accepted");
}
