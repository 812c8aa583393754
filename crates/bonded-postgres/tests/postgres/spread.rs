//! One ledger over two servers: two databases here, as it is all the same to it.

use std::collections::BTreeMap;

use bonded_ledger::{Entry, Ledger, Uuid};
use bonded_postgres::{PostgresLedger, VerifyError};
use bonded_store::{PostError, StoreErrorKind};

use crate::cluster::{self, Database};
use crate::ledger::{chain, entries, plain, text};

pub(crate) struct Spread {
    pub(crate) databases: Vec<Database>,
    pub(crate) addresses: Vec<String>,
}

pub(crate) fn spread_of(databases: Vec<Database>) -> Spread {
    let addresses = databases.iter().map(|it| it.role("factory")).collect();
    Spread {
        databases,
        addresses,
    }
}

pub(crate) fn pair() -> Option<Spread> {
    let server = cluster::server()?;
    Some(spread_of(vec![server.database(), server.database()]))
}

impl Spread {
    pub(crate) fn open(&self) -> PostgresLedger {
        PostgresLedger::connect_all(&self.addresses).expect("opened")
    }

    /// How many records each server has.
    pub(crate) fn records(&self) -> Vec<i64> {
        let sum = "SELECT coalesce(sum(last - first + 1), 0)::bigint FROM bonded.record_batch";
        let records = self
            .databases
            .iter()
            .map(|it| it.client().query_one(sum, &[]).expect("read").get(0));
        records.collect()
    }

    /// On which server a handbook is.
    pub(crate) fn server_of(&self, handbook: &str) -> usize {
        let has = "SELECT 1 FROM bonded.handbook WHERE handbook = $1";
        let found = |it: &Database| {
            !it.client()
                .query(has, &[&handbook])
                .expect("read")
                .is_empty()
        };
        let found: Vec<bool> = self.databases.iter().map(found).collect();
        match found[..] {
            [true, false] => 0,
            [false, true] => 1,
            _ => panic!("{handbook}: {found:?}"),
        }
    }

    /// Roles may not (or may again) write records on a server: a posting gets that far and no further.
    pub(crate) fn records_may_be_written(&self, server: usize, may: bool) {
        let mut owner = self.databases[server].client();
        let address: postgres::Config = self.addresses[server].parse().expect("an address");
        let role = address.get_user().expect("a user");
        let change = match may {
            true => format!("GRANT INSERT ON bonded.record_batch TO {role}"),
            false => format!("REVOKE INSERT ON bonded.record_batch FROM {role}"),
        };
        owner.batch_execute(&change).expect("changed");
    }
}

/// Handbooks that carry over to each other: A and E are on the second server, B, C and D on the first.
pub(crate) fn across(more: &str) -> Vec<Entry> {
    let book = |it: &str| {
        format!(
            "book {it} role=wafer_fabrication chain=X M1:90000/hs=8542310000/opening=9000 \
             P1:90000/hs=8542310000 P1<M1*1\n"
        )
    };
    entries(&(["A", "B", "C", "D", "E"].map(book).concat() + more))
}

pub(crate) fn post_each(books: &mut PostgresLedger, entries: &[Entry]) {
    for entry in entries {
        let line = entry.line();
        let receipt = books
            .post(entry)
            .unwrap_or_else(|it| panic!("{line}: {it}"));
        assert!(!receipt.duplicate, "{line}");
    }
}

pub(crate) fn is_sound(books: &mut PostgresLedger, reserved: u64) {
    let heads = books.heads();
    let verified = books.verify(&heads).expect("sound");
    assert_eq!((&verified.heads, verified.reserved), (&heads, reserved));
}

#[test]
fn the_chain_over_two_servers_is_the_chain() {
    let Some(pair) = pair() else { return };
    let journal = chain();
    let (mut one, mut two) = (pair.open(), pair.open());
    for (at, part) in journal.chunks(3).enumerate() {
        let books = if at % 2 == 0 { &mut one } else { &mut two };
        let answers = books.post_all(part).expect("answered");
        assert!(answers.stored && answers.answers.iter().all(Result::is_ok));
        if at == 40 {
            one.snapshot().expect("kept");
        }
    }
    let records = pair.records();
    println!("{records:?} records on the servers");
    assert!(records.iter().all(|it| *it > 50), "{records:?}");
    assert_eq!(records.iter().sum::<i64>(), journal.len() as i64);
    one.sync().expect("read");
    two.sync().expect("read");
    let expected = text(&plain(&journal));
    assert_eq!(text(one.ledger()), expected);
    assert_eq!(text(two.ledger()), expected);
    assert_eq!(one.heads(), two.heads());
    let mut again = pair.open();
    assert_eq!(text(again.ledger()), expected);
    assert_eq!(again.heads(), one.heads());
    is_sound(&mut again, 0);
    assert!(
        again
            .verify(&BTreeMap::new())
            .expect("sound")
            .snapshot
            .is_some()
    );
    // Whatever was posted before is a duplicate, whoever is asked.
    let answers = two.post_all(&journal).expect("answered");
    assert!(
        answers
            .answers
            .iter()
            .all(|it| it.as_ref().is_ok_and(|it| it.duplicate))
    );
    // A list of addresses with commas is the same; so is a whole read without the snapshot.
    let drop = "DELETE FROM bonded.ledger_snapshot";
    pair.databases[0]
        .client()
        .execute(drop, &[])
        .expect("dropped");
    assert_eq!(text(pair.open().ledger()), expected);
}

#[test]
fn a_server_knows_which_one_it_is() {
    let Some(pair) = pair() else { return };
    let [first, second] = [0, 1].map(|it| pair.addresses[it].clone());
    let foreign = |addresses: &[&str], says: &str| {
        let error = PostgresLedger::connect_all(addresses).expect_err(says);
        assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
        assert!(error.to_string().contains(says), "{error}");
    };
    foreign(&[&first, &first], "expected another one");
    let mut books = pair.open();
    post_each(&mut books, &across(""));
    foreign(&[&second, &first], "server 2 of 2, expected server 1 of 2");
    foreign(&[&first], "server 1 of the 2");
    foreign(&[&second], "server 2 of the 2");
    let third = cluster::server().expect("a server").database();
    let third = third.role("factory");
    foreign(
        &[&first, &second, &third],
        "server 1 of 2, expected server 1 of 3",
    );
    foreign(&[&first, &third, &second], "expected");
    // Of another ledger, and of one with a single server.
    let other = self::pair().expect("a server");
    let _ = other.open();
    foreign(&[&first, &other.addresses[1]], "another ledger");
    let mut alone = PostgresLedger::connect(&third).expect("unused until now");
    alone.post_all(&across("")).expect("posted");
    foreign(&[&third, &second], "has one server");
    let neighbour = pair.databases[1].role("neighbour");
    foreign(&[&first, &neighbour], "neighbour");
    let none: [&str; 0] = [];
    assert!(PostgresLedger::connect_all(&none).is_err());
}

/// Nothing is committed by two servers together, and it is not pretended that it is.
#[test]
fn all_or_none_is_within_one_server() {
    let Some(pair) = pair() else { return };
    let mut books = pair.open();
    let script =
        across("import L1 A M1:5\nimport L2 B M1:5\nimport L3 C M1:5\nimport L4 E M1:1000000");
    let error = books.post_atomically(&script).expect_err("two servers");
    assert!(error.to_string().contains("several servers"), "{error}");
    assert_eq!(pair.records(), [0, 0]);
    post_each(&mut books, &script[..5]);
    let answers = books.post_atomically(&script[6..8]).expect("one server");
    assert!(answers.stored);
    let refused = [script[5].clone(), script[8].clone()];
    let answers = books.post_atomically(&refused).expect("one server");
    assert!(!answers.stored && answers.answers[1].is_err());
    books.sync().expect("read");
    assert_eq!(books.ledger().entries(), 7);
    let mut client = pair.databases[0].client();
    let mut transaction = client.transaction().expect("begun");
    let error = books
        .post_in(&mut transaction, &script[5..6])
        .expect_err("spread");
    assert!(error.to_string().contains("several servers"), "{error}");
    is_sound(&mut books, 0);
    is_sound(&mut pair.open(), 0);
}

/// A posting that ends between its reservations and its records: whoever posts the entry again, or
/// another one with its name, gets what was reserved.
#[test]
fn what_was_reserved_and_never_used_is_taken_over() {
    let Some(pair) = pair() else { return };
    let (mut one, mut two) = (pair.open(), pair.open());
    let mut script = "carry_in L0 B M1:9 with=A\n".to_owned();
    for at in 1..9 {
        script.push_str(&format!("import L{at} A M1:5\n"));
    }
    script.push_str("carry_out L10 A P1:9 with=B list=L0\n");
    let script = across(&script);
    post_each(&mut one, &script[..6]);
    let a = 1;
    assert_eq!(pair.server_of("C222226A0001"), a);
    // What is reserved by the server that is not written stays; the rest is rolled back.
    pair.records_may_be_written(a, false);
    for entry in &script[6..] {
        match one.post(entry) {
            Err(PostError::Store(it)) => assert_eq!(it.kind(), StoreErrorKind::ReadOnly, "{it}"),
            other => panic!("{other:?}"),
        }
    }
    let reserved = one.verify(&BTreeMap::new()).expect("sound").reserved;
    assert!(reserved > 5, "{reserved} of 18");
    println!("{reserved} orphans");
    // Other handbooks go on, the one that was looked at, too.
    post_each(&mut two, &entries_behind("import L20 B M1:1", 100));
    pair.records_may_be_written(a, true);
    // The same names for another handbook, on the other server; some of the ids as well.
    let taken = entries_behind("import L1 B M1:5\nimport L2 E M1:5", 200);
    post_each(&mut two, &taken);
    let line = script[8].line().replace("C222226A0001", "C222226A0002");
    let stolen = Entry::from_json(&line).expect("an entry");
    post_each(&mut two, &[stolen]);
    for (at, entry) in script.iter().enumerate().skip(6) {
        match (at, one.post(entry)) {
            (6 | 7, Err(PostError::Refused(it))) => assert_eq!(it.code(), "list_exists"),
            (8, Err(PostError::Refused(it))) => assert_eq!(it.code(), "id_reused"),
            (9.., Ok(it)) => assert!(!it.duplicate),
            (at, other) => panic!("{at}: {other:?}"),
        }
    }
    two.sync().expect("read");
    assert_eq!(text(one.ledger()), text(two.ledger()));
    // The ids of the two that were refused.
    let reserved = two.verify(&two.heads()).expect("sound").reserved;
    assert!(reserved <= 2, "{reserved}");
    is_sound(&mut pair.open(), reserved);
    // A record without its id is found.
    let delete = "DELETE FROM bonded.entry_id WHERE id = $1";
    let id = script[9].id();
    for database in &pair.databases {
        database.client().execute(delete, &[&id]).expect("deleted");
    }
    let error = one.verify(&BTreeMap::new()).expect_err("no id");
    let table = matches!(
        error,
        VerifyError::Table {
            table: "entry_id",
            ..
        }
    );
    assert!(
        table && error.to_string().contains(&id.to_string()),
        "{error}"
    );
}

/// Entries of handbooks that are there, with other ids than those of other scripts.
pub(crate) fn entries_behind(more: &str, behind: u128) -> Vec<Entry> {
    let entries = across(more).split_off(5);
    let numbered = entries.iter().zip(behind..).map(|(entry, id)| {
        let (old, new) = (entry.id().to_string(), Uuid::from_u128(id).to_string());
        Entry::from_json(&entry.line().replace(&old, &new)).expect("an entry")
    });
    numbered.collect()
}

/// Who looks at a handbook of another server is waited for, although no lock is held there any more.
#[test]
fn whoever_was_looked_at_waits_for_what_is_written() {
    let Some(pair) = pair() else { return };
    let (mut one, mut two) = (pair.open(), pair.open());
    post_each(&mut one, &across("carry_in L1 B M1:9 with=A"));
    two.sync().expect("read");
    one.lock_timeout(std::time::Duration::from_secs(60));
    two.lock_timeout(std::time::Duration::from_secs(60));
    // A's server does not take records for a while: the reservations and the need are committed.
    let mut owner = pair.databases[1].client();
    let mut holder = owner.transaction().expect("begun");
    holder
        .batch_execute("LOCK TABLE bonded.record_batch IN EXCLUSIVE MODE")
        .expect("held");
    let send = entries_behind("carry_out L2 A P1:9 with=B list=L1", 100);
    let withdraw = across("carry_in L1 B M1:9 with=A\nwithdraw L1").split_off(6);
    let (mut sending, mut withdrawing) = (one, two);
    let sent = std::thread::spawn(move || sending.post(&send[0]).map(|_| sending));
    std::thread::sleep(std::time::Duration::from_millis(400));
    let needs = "SELECT needs FROM bonded.handbook WHERE handbook = 'C222226A0002'";
    let needs: String = pair.databases[0]
        .client()
        .query_one(needs, &[])
        .expect("B")
        .get(0);
    assert!(needs.contains("C222226A0001:2"), "{needs}");
    let withdrawn = std::thread::spawn(move || withdrawing.post(&withdraw[0]).map(|_| withdrawing));
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert!(!sent.is_finished() && !withdrawn.is_finished());
    // Who only reads does not wait.
    assert_eq!(pair.open().ledger().entries(), 6);
    holder.rollback().expect("given back");
    let mut sender = sent.join().expect("no panic").expect("sent");
    let withdrawer = withdrawn.join().expect("no panic").expect("withdrawn");
    let said = |it: &Ledger| text(it);
    assert!(
        said(withdrawer.ledger()).contains("Differs"),
        "{}",
        said(withdrawer.ledger())
    );
    sender.sync().expect("read");
    assert_eq!(said(sender.ledger()), said(withdrawer.ledger()));
    is_sound(&mut pair.open(), 0);
}

/// B's closing looks at B alone, and at whether its carry-overs agree: somebody who is withdrawing the
/// other side on A's server has to be waited for, or a journal would come to be that cannot be read.
#[test]
fn a_closing_waits_for_the_other_side_of_a_carry_over() {
    let Some(pair) = pair() else { return };
    let (mut one, mut two) = (pair.open(), pair.open());
    let script = entries(
        "book A role=wafer_fabrication chain=X M1:9000/opening=100 P1:9000/hs=8542310000 P1<M1*1\n\
         book B role=ic_design chain=X M1:9000/hs=8542310000 P1 P1<M1*1\n\
         carry_in L1 B M1:100 with=A\ncarry_out L2 A P1:100 with=B list=L1\ndeduct L1\ndeduct L2\n\
         export L3 B P1:100\ndeduct L3\nwithdraw L2\nreport B",
    );
    post_each(&mut one, &script[..8]);
    two.sync().expect("read");
    let mut closed = plain(&script[..8]);
    closed.post(&script[9]).expect("without the withdrawal");
    closed.post(&script[8]).expect("and that behind it");
    one.lock_timeout(std::time::Duration::from_secs(60));
    two.lock_timeout(std::time::Duration::from_secs(60));
    let mut owner = pair.databases[1].client();
    let mut holder = owner.transaction().expect("begun");
    let hold = "LOCK TABLE bonded.record_batch IN EXCLUSIVE MODE";
    holder.batch_execute(hold).expect("held");
    let (withdraw, report) = (script[8].clone(), script[9].clone());
    let withdrawn = std::thread::spawn(move || one.post(&withdraw).map(|_| one));
    std::thread::sleep(std::time::Duration::from_millis(400));
    let reported = std::thread::spawn(move || two.post(&report).map(|_| ()));
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert!(!withdrawn.is_finished() && !reported.is_finished());
    holder.rollback().expect("given back");
    let mut books = withdrawn.join().expect("no panic").expect("withdrawn");
    let reported = reported.join().expect("no panic");
    let expected = plain(&script[..9]).post(&script[9]).map(|_| ());
    match (&reported, &expected) {
        (Err(PostError::Refused(it)), Err(expected)) => assert_eq!(it.code(), expected.code()),
        _ => panic!("{reported:?} {expected:?}"),
    }
    is_sound(&mut books, 0);
    assert_eq!(text(pair.open().ledger()), text(books.ledger()));
}

/// One server that was put back to an older state is told, not overwritten.
#[test]
fn an_older_backup_of_one_server_is_noticed() {
    let Some(pair) = pair() else { return };
    let mut books = pair.open();
    let script = across(
        "carry_in L1 B M1:9 with=A\ncarry_out L2 A P1:9 with=B list=L1\nwithdraw L1\nimport L3 A M1:1",
    );
    post_each(&mut books, &script[..6]);
    let mut owner = pair.databases[1].client();
    let row = "SELECT position, head_hash, tick, needs FROM bonded.handbook \
         WHERE handbook = 'C222226A0001'";
    let old = owner.query_one(row, &[]).expect("a row");
    post_each(&mut books, &script[6..8]);
    let delete = "DELETE FROM bonded.record_batch WHERE handbook = 'C222226A0001' AND first > 1";
    assert_eq!(owner.execute(delete, &[]).expect("put back"), 1);
    let put = "UPDATE bonded.handbook SET position = $1, head_hash = $2, tick = $3, needs = $4 \
         WHERE handbook = 'C222226A0001'";
    let (position, hash): (i64, Vec<u8>) = (old.get(0), old.get(1));
    let (tick, needs): (i64, String) = (old.get(2), old.get(3));
    let parameters: [&(dyn postgres::types::ToSql + Sync); 4] = [&position, &hash, &tick, &needs];
    owner.execute(put, &parameters).expect("put back");
    match books.post(&script[8]) {
        Err(PostError::Store(it)) => assert_eq!(it.kind(), StoreErrorKind::Damaged, "{it}"),
        other => panic!("{other:?}"),
    }
    let error = PostgresLedger::connect_all(&pair.addresses).expect_err("without its cause");
    assert_eq!(error.kind(), StoreErrorKind::Damaged, "{error}");
    assert!(error.to_string().contains("older backup"), "{error}");
}
