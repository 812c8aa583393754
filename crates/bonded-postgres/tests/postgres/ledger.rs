//! One after the other: what is posted is there, whoever looks.

use std::collections::BTreeMap;

use bonded_ledger::{Entry, HandbookNo, Ledger, testkit};
use bonded_postgres::{PostgresLedger, VerifyError};
use bonded_store::{Batch, PostError};

use crate::cluster::{self, Database};

pub(crate) fn entries(script: &str) -> Vec<Entry> {
    testkit::entries(script).expect("the clerk's language")
}

pub(crate) fn chain() -> Vec<Entry> {
    let lines = include_str!("../../../../seeds/ic-chain/journal.jsonl").lines();
    lines
        .map(|it| Entry::from_json(it).expect("an entry"))
        .collect()
}

pub(crate) fn plain(entries: &[Entry]) -> Ledger {
    let mut ledger = Ledger::new();
    for entry in entries {
        let _ = ledger.post(entry);
    }
    ledger
}

/// Statement and chains in order of name: the order in which lists of different handbooks were
/// declared is nobody's.
pub(crate) fn text(ledger: &Ledger) -> String {
    let mut chains = ledger.chains().chains;
    for chain in &mut chains {
        chain.carry_overs.sort_by_key(|it| format!("{it:?}"));
    }
    format!("{:?} {chains:?}", ledger.statement())
}

/// The journals as the database has them, each batch checked.
pub(crate) fn journals(database: &Database) -> BTreeMap<HandbookNo, Vec<Entry>> {
    let rows = database.client().query(
        "SELECT handbook, body FROM bonded.record_batch ORDER BY handbook, first",
        &[],
    );
    let mut journals = BTreeMap::<HandbookNo, Vec<Entry>>::new();
    for row in rows.expect("read") {
        let handbook: String = row.get(0);
        let batch = Batch::decode(row.get(1)).expect("a batch");
        batch.check_chain().expect("sound");
        let of = journals
            .entry(handbook.parse().expect("a number"))
            .or_default();
        assert_eq!(batch.start().position, of.len() as u64);
        of.extend(
            batch
                .records()
                .map(|it| Entry::from_json(it.line).expect("an entry")),
        );
    }
    journals
}

#[test]
fn what_is_posted_is_there_for_everybody() {
    let Some(server) = cluster::server() else {
        return;
    };
    let address = server.database().role("factory");
    let journal = chain();
    let mut one = PostgresLedger::connect(&address).expect("opened");
    let mut two = PostgresLedger::connect(&address).expect("opened");
    for (at, entry) in journal.iter().enumerate() {
        let (first, second) = match at % 2 {
            0 => (&mut one, &mut two),
            _ => (&mut two, &mut one),
        };
        assert!(!first.post(entry).expect("accepted").duplicate);
        if at % 16 == 0 {
            assert!(second.post(entry).expect("there").duplicate);
        }
        if at == 100 {
            one.snapshot().expect("kept");
        }
    }
    one.sync().expect("read");
    two.sync().expect("read");
    assert_eq!(one.heads(), two.heads());
    let expected = text(&plain(&journal));
    assert_eq!(text(one.ledger()), expected);
    assert_eq!(text(two.ledger()), expected);
    let mut again = PostgresLedger::connect(&address).expect("opened");
    assert_eq!(text(again.ledger()), expected);
    let verified = again.verify(&one.heads()).expect("sound");
    assert_eq!(
        (&verified.heads, verified.snapshot),
        (&one.heads(), Some(101))
    );
    let refused = journal[1].clone().with_note("other content");
    assert!(
        matches!(again.post(&refused), Err(PostError::Refused(it)) if it.code() == "id_reused")
    );
}

#[test]
fn many_entries_at_once_are_answered_one_by_one() {
    let Some(server) = cluster::server() else {
        return;
    };
    let address = server.database().role("factory");
    let journal = chain();
    let mut books = PostgresLedger::connect(&address).expect("opened");
    let mut ledger = Ledger::new();
    for part in journal.chunks(50) {
        // Some of it for the second time.
        let mut part = part.to_vec();
        part.extend_from_within(..3);
        let answers = books.post_all(&part).expect("answered");
        assert!(answers.stored);
        let expected: Vec<_> = part.iter().map(|it| ledger.post(it)).collect();
        assert_eq!(answers.answers, expected);
    }
    assert_eq!(text(books.ledger()), text(&ledger));
    let mut again = PostgresLedger::connect(&address).expect("opened");
    assert_eq!(text(again.ledger()), text(&ledger));
    again.verify(&books.heads()).expect("sound");
    assert!(books.post_all(&[]).expect("nothing").answers.is_empty());
}

#[test]
fn all_or_none() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let mut books = PostgresLedger::connect(&address).expect("opened");
    let script = entries("book A M1:10 P1\nimport L1 A M1:8\nimport L2 A M1:8\nimport L3 A M1:2");
    let answers = books.post_atomically(&script).expect("answered");
    assert!(!answers.stored);
    assert_eq!(answers.answers.len(), 3, "the rest is not tried");
    assert!(journals(&database).is_empty());
    books.sync().expect("read");
    assert_eq!(books.ledger().entries(), 0);
    let answers = books.post_all(&script).expect("answered");
    assert!(answers.stored && answers.answers[2].is_err());
    assert_eq!(books.ledger().entries(), 3);
    let mut again = PostgresLedger::connect(&address).expect("opened");
    assert_eq!(again.ledger().entries(), 3);
    again.verify(&BTreeMap::new()).expect("sound");
}

#[test]
fn a_list_is_found_that_somebody_else_has_declared() {
    let Some(server) = cluster::server() else {
        return;
    };
    let address = server.database().role("factory");
    let mut one = PostgresLedger::connect(&address).expect("opened");
    let mut two = PostgresLedger::connect(&address).expect("opened");
    let script = entries(
        "book A M1:10 P1\nbook B M1:10 P1\nimport L1 A M1:8\ndeduct L1 customs_number=Q1\n\
         import L1 B M1:1\nimport Q1 B M1:1\nwithdraw Q1\ndeduct L9",
    );
    for (at, entry) in script.iter().enumerate() {
        let books = if at % 2 == 0 { &mut one } else { &mut two };
        let answer = books.post(entry);
        match (at, answer) {
            (4 | 5, Err(PostError::Refused(it))) => assert_eq!(it.code(), "list_exists", "{it}"),
            (7, Err(PostError::Refused(it))) => assert_eq!(it.code(), "list_unknown", "{it}"),
            (_, answer) => {
                answer.unwrap_or_else(|it| panic!("{}: {it}", entry.line()));
            }
        }
    }
    one.verify(&BTreeMap::new()).expect("sound");
}

/// Two handbooks were read at different moments, as it may be with two servers: the one that comes
/// late does not fit what was read, and the ledger is read anew in the order of ticks.
#[test]
fn what_comes_late_is_put_in_its_place() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let mut one = PostgresLedger::connect(&address).expect("opened");
    let mut two = PostgresLedger::connect(&address).expect("opened");
    let script = entries(
        "book A role=wafer_fabrication chain=X M1/opening=50 P1/hs=8542310000 P1<M1*1\n\
         book B chain=X M1/hs=8542310000 P1\ncarry_in L1 B M1:9 with=A\n\
         carry_out L2 A P1:9 with=B list=L1\nwithdraw L1",
    );
    for entry in &script[..3] {
        one.post(entry).expect("accepted");
    }
    two.sync().expect("read");
    let mut owner = database.client();
    let row = |it: &mut postgres::Client| {
        it.query_one(
            "SELECT handbook, position, head_hash, tick FROM bonded.handbook \
             WHERE handbook LIKE '%A0001'",
            &[],
        )
        .expect("a row")
    };
    let before = row(&mut owner);
    one.post(&script[3]).expect("accepted");
    let after = row(&mut owner);
    one.post(&script[4]).expect("accepted");
    let mut put = |row: &postgres::Row| {
        let (handbook, position): (String, i64) = (row.get(0), row.get(1));
        let (hash, tick): (Vec<u8>, i64) = (row.get(2), row.get(3));
        let put = "UPDATE bonded.handbook SET position = $2, head_hash = $3, tick = $4 \
             WHERE handbook = $1";
        owner
            .execute(put, &[&handbook, &position, &hash, &tick])
            .expect("put")
    };
    put(&before);
    two.sync().expect("without what A has sent");
    assert_eq!(two.ledger().entries(), 4);
    put(&after);
    two.sync().expect("with it");
    assert_eq!(two.ledger().entries(), 5);
    assert_eq!(text(two.ledger()), text(one.ledger()));
}

#[test]
fn tampering_is_found_and_named() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let mut books = PostgresLedger::connect(&address).expect("opened");
    for part in chain()[..60].chunks(7) {
        books.post_all(part).expect("answered");
    }
    books.snapshot().expect("kept");
    for entry in &chain()[60..80] {
        books.post(entry).expect("accepted");
    }
    let heads = books.heads();
    books.verify(&heads).expect("sound");
    let (&book, &head) = heads.iter().max_by_key(|it| it.1.position).expect("one");
    let mut wrong = heads.clone();
    wrong.insert(book, head.followed_by("x"));
    assert!(matches!(
        books.verify(&wrong),
        Err(VerifyError::Head { .. })
    ));

    let mut owner = database.client();
    let mut tamper = |change: &str, found: fn(&VerifyError) -> bool| {
        let mut transaction = owner.transaction().expect("begun");
        let changed = transaction.execute(change, &[]).expect("changed");
        assert!(changed > 0, "{change}");
        transaction.commit().expect("committed");
        let error = books.verify(&heads).expect_err(change);
        assert!(found(&error), "{change}: {error}");
        error.to_string()
    };
    let record = |it: &VerifyError| matches!(it, VerifyError::Record { .. });
    let table = |it: &VerifyError| matches!(it, VerifyError::Table { .. });
    tamper(
        "DELETE FROM bonded.entry_id WHERE id = (SELECT min(id::text)::uuid FROM bonded.entry_id)",
        table,
    );
    tamper(
        "UPDATE bonded.list_name SET name_hash = sha256(name_hash)",
        table,
    );
    tamper(
        "INSERT INTO bonded.record_batch SELECT tenant, handbook, 9999, 9999, tick, end_hash, body \
         FROM bonded.record_batch LIMIT 1",
        |it| {
            matches!(
                it,
                VerifyError::Table {
                    table: "record_batch",
                    ..
                }
            )
        },
    );
    let changed = tamper(
        "UPDATE bonded.record_batch SET body = set_byte(body, length(body) - 20, 35) \
         WHERE first = (SELECT max(first) FROM bonded.record_batch WHERE first < 9999)",
        |it| matches!(it, VerifyError::Record { .. } | VerifyError::Store(_)),
    );
    assert!(
        changed.contains("damaged") || changed.contains("record"),
        "{changed}"
    );
    tamper(
        "DELETE FROM bonded.record_batch WHERE first > 1 AND first < 9999",
        record,
    );
}

#[test]
fn a_snapshot_that_says_something_else_is_named() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let mut books = PostgresLedger::connect(&database.role("factory")).expect("opened");
    let mut owner = database.client();
    let mut snapshot = |books: &mut PostgresLedger| -> Vec<u8> {
        books.snapshot().expect("kept");
        let body = "SELECT body FROM bonded.ledger_snapshot ORDER BY entries DESC LIMIT 1";
        owner.query_one(body, &[]).expect("one").get(0)
    };
    books.post_all(&chain()[..40]).expect("posted");
    let old = snapshot(&mut books);
    books.post_all(&chain()[40..50]).expect("posted");
    let new = snapshot(&mut books);
    books.verify(&BTreeMap::new()).expect("sound");
    // The standings of the new one, the ledger of the old one.
    let at = |it: &[u8]| {
        it.windows(8)
            .position(|it| it == b"BONDSNAP")
            .expect("a ledger")
    };
    let mut mixed = new[..at(&new)].to_vec();
    mixed.extend(&old[at(&old)..]);
    let whole = bonded_store::Hash::of(&mixed).as_bytes().to_vec();
    let put = "UPDATE bonded.ledger_snapshot SET body = $1, whole = $2";
    database
        .client()
        .execute(put, &[&mixed, &whole])
        .expect("put");
    let error = books.verify(&BTreeMap::new()).expect_err("mixed");
    assert!(
        matches!(error, VerifyError::Snapshot { entries: 40 }),
        "{error}"
    );
    // One that is not whole is as none.
    let put = "UPDATE bonded.ledger_snapshot SET body = substr(body, 2)";
    database.client().execute(put, &[]).expect("put");
    let verified = books
        .verify(&BTreeMap::new())
        .expect("the records are sound");
    assert_eq!(verified.snapshot, None);
}
