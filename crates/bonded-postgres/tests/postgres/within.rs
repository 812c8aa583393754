//! The caller's rows and the entries are there together or not at all.

use std::collections::BTreeMap;

use bonded_ledger::{Entry, EntryKind};
use bonded_postgres::PostgresLedger;
use bonded_store::StoreErrorKind;
use postgres::{Client, IsolationLevel, NoTls};

use crate::cluster::{self, Database};
use crate::ledger::{entries, plain, text};

struct Erp {
    address: String,
    client: Client,
    books: PostgresLedger,
}

fn erp(database: &Database) -> Erp {
    let address = database.role("factory");
    let mut owner = database.client();
    owner
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS shipment (note text); GRANT ALL ON shipment TO PUBLIC",
        )
        .expect("a table");
    Erp {
        client: Client::connect(&address, NoTls).expect("connected"),
        books: PostgresLedger::connect(&address).expect("opened"),
        address,
    }
}

fn shipments(client: &mut Client) -> i64 {
    client
        .query_one("SELECT count(*) FROM shipment", &[])
        .expect("read")
        .get(0)
}

fn script() -> Vec<Entry> {
    entries(
        "book A role=wafer_fabrication chain=X M1:100 P1:100/hs=8542310000 P1<M1*1\n\
         book B role=ic_design chain=X M1/hs=8542310000 P1\nimport L1 A M1:50\ndeduct L1\n\
         carry_in L2 B M1:20 with=A\ncarry_out L3 A P1:20 with=B list=L2\nimport L4 A M1:70",
    )
}

#[test]
fn both_are_committed_or_none() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let Erp {
        address,
        mut client,
        mut books,
    } = erp(&database);
    let script = script();

    let mut transaction = client.transaction().expect("begun");
    transaction
        .execute("INSERT INTO shipment VALUES ('one')", &[])
        .expect("inserted");
    let answers = books
        .post_in(&mut transaction, &script[..3])
        .expect("answered");
    assert!(answers.answers.iter().all(Result::is_ok));
    // Several times within one transaction.
    let answers = books
        .post_in(&mut transaction, &script[3..4])
        .expect("answered");
    assert_eq!(answers.answers[0].as_ref().expect("booked").moved.len(), 1);
    assert_eq!(books.ledger().entries(), 0, "nothing is committed");
    transaction.rollback().expect("rolled back");
    books.sync().expect("read");
    assert_eq!(books.ledger().entries(), 0);
    assert_eq!(shipments(&mut client), 0);

    // The same again, and this time it stays.
    let mut transaction = client.transaction().expect("begun");
    transaction
        .execute("INSERT INTO shipment VALUES ('one')", &[])
        .expect("inserted");
    let answers = books
        .post_in(&mut transaction, &script[..4])
        .expect("answered");
    assert!(
        answers
            .answers
            .iter()
            .all(|it| it.as_ref().is_ok_and(|it| !it.duplicate))
    );
    assert_eq!(books.ledger().entries(), 0, "nothing is committed");
    transaction.commit().expect("committed");
    assert_eq!(books.ledger().entries(), 0, "until the next look");
    books.sync().expect("read");
    assert_eq!(books.ledger().entries(), 4);
    assert_eq!(shipments(&mut client), 1);

    // A refusal leaves the transaction usable, and says why.
    let mut transaction = client.transaction().expect("begun");
    let answers = books
        .post_in(&mut transaction, &script[4..])
        .expect("answered");
    assert!(answers.answers[..2].iter().all(Result::is_ok));
    assert_eq!(
        answers.answers[2].as_ref().expect_err("refused").code(),
        "quota_exceeded"
    );
    transaction
        .execute("INSERT INTO shipment VALUES ('two')", &[])
        .expect("inserted");
    transaction.commit().expect("committed");
    let mut again = PostgresLedger::connect(&address).expect("opened");
    assert_eq!(again.ledger().entries(), 6);
    books.sync().expect("read");
    assert_eq!(text(books.ledger()), text(&plain(&script)));
    assert_eq!(text(again.ledger()), text(&plain(&script)));
    again.verify(&books.heads()).expect("sound");

    // What is posted outside and within in turn is the same journal.
    let more = entries(&format!("{}\nimport L5 A M1:5\ndeduct L5\ndeduct L2", MORE));
    let more: Vec<&Entry> = more
        .iter()
        .filter(|it| !matches!(it.kind(), EntryKind::OpenHandbook { .. }))
        .collect();
    books.post(more[0]).expect("accepted");
    let mut transaction = client.transaction().expect("begun");
    let one = more[1].clone();
    assert!(
        books
            .post_in(&mut transaction, &[one])
            .expect("answered")
            .answers[0]
            .is_ok()
    );
    transaction.commit().expect("committed");
    books.post(more[2]).expect("accepted");
    assert_eq!(books.ledger().entries(), 9);
    again.verify(&books.heads()).expect("sound");
}

/// Sets the clerk's count of ids behind those of the script.
const MORE: &str = "book C M1 P1\nbook D M1 P1\nbook E M1 P1\nbook F M1 P1\nbook G M1 P1\n\
                    book H M1 P1\nbook I M1 P1";

#[test]
fn an_id_that_another_has_taken_meanwhile_is_a_duplicate() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let Erp {
        address,
        mut client,
        mut books,
    } = erp(&database);
    let mut other = PostgresLedger::connect(&address).expect("opened");
    let script = script();
    for entry in &script[..2] {
        other.post(entry).expect("accepted");
    }
    let mut transaction = client.transaction().expect("begun");
    assert!(
        books
            .post_in(&mut transaction, &script[2..3])
            .expect("answered")
            .answers[0]
            .is_ok()
    );
    // The other one waits for the handbook, and is told what became of it.
    let entry = script[2].clone();
    let waiting = std::thread::spawn(move || other.post(&entry));
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(!waiting.is_finished());
    transaction.commit().expect("committed");
    assert!(waiting.join().expect("no panic").expect("there").duplicate);
    let mut transaction = client.transaction().expect("begun");
    let answers = books
        .post_in(&mut transaction, &script[2..3])
        .expect("answered");
    assert!(answers.answers[0].as_ref().expect("there").duplicate);
    drop(transaction);

    // A stricter transaction sees what was when it began; it is told to begin anew.
    let mut transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::Serializable)
        .start()
        .expect("begun");
    transaction
        .query("SELECT count(*) FROM shipment", &[])
        .expect("read");
    let mut other = PostgresLedger::connect(&address).expect("opened");
    other.post(&script[3]).expect("accepted");
    let error = books.post_in(&mut transaction, &script[4..5]);
    let kind = error.as_ref().map_err(bonded_store::StoreError::kind);
    assert!(
        matches!(kind, Ok(_) | Err(StoreErrorKind::Busy)),
        "{error:?}"
    );
    let error = books.post_in(&mut transaction, &script[6..]);
    assert_eq!(error.expect_err("A has moved").kind(), StoreErrorKind::Busy);
    drop(transaction);
    books.sync().expect("read");
    books.verify(&BTreeMap::new()).expect("sound");
}

#[test]
fn a_transaction_of_another_tenant_is_not_written() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let Erp { mut books, .. } = erp(&database);
    let mut client = Client::connect(&database.role("neighbour"), NoTls).expect("connected");
    let mut transaction = client.transaction().expect("begun");
    let error = books
        .post_in(&mut transaction, &script()[..1])
        .expect_err("another tenant");
    assert!(error.to_string().contains("neighbour"), "{error}");
}
