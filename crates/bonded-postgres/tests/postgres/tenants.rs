//! A role of one tenant neither reads nor writes anything of another's, whatever it tries.

use bonded_postgres::{PostgresLedger, PostgresStore, grant_tenant};
use bonded_store::{Batch, Head, Store as _};
use postgres::{Client, NoTls};

use crate::cluster;
use crate::ledger::{chain, text};

const TABLES: [&str; 8] = [
    "stream",
    "batch",
    "snapshot",
    "handbook",
    "record_batch",
    "entry_id",
    "list_name",
    "ledger_snapshot",
];

fn rows(client: &mut Client, table: &str) -> Result<i64, postgres::Error> {
    let row = client.query_one(&format!("SELECT count(*) FROM bonded.{table}"), &[])?;
    row.try_get(0)
}

#[test]
fn another_tenants_rows_are_neither_seen_nor_written() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let mine = database.role("factory");
    let theirs = database.role("neighbour");
    let mut books = PostgresLedger::connect(&mine).expect("opened");
    books.post_all(&chain()[..40]).expect("posted");
    books.snapshot().expect("kept");
    let mut store = PostgresStore::connect(&mine, "journal").expect("opened");
    let mut batch = Batch::new(Head::EMPTY);
    batch.push("{}");
    store.append(&batch).expect("appended");
    let head = store.head().expect("a head");
    let snapshot = bonded_store::Snapshot {
        head,
        bytes: vec![1],
    };
    store.keep_snapshot(&snapshot).expect("kept");

    let mut spy = Client::connect(&theirs, NoTls).expect("connected");
    let mut owner = database.client();
    let before: Vec<i64> = TABLES
        .iter()
        .map(|it| rows(&mut owner, it).expect("read"))
        .collect();
    assert!(before.iter().all(|it| *it > 0), "{before:?}");
    let pretend = [
        "SELECT 1",
        "SET bonded.tenant = 'factory'",
        "SET row_security = off",
        "SET search_path = bonded, public",
    ];
    for pretend in pretend {
        let _ = spy.batch_execute(pretend);
        for table in TABLES {
            match rows(&mut spy, table) {
                Ok(seen) => assert_eq!(seen, 0, "{table} after {pretend}"),
                // `row_security = off` makes it an error in place of an empty answer.
                Err(error) => assert!(pretend.contains("row_security"), "{table}: {error}"),
            }
            for statement in [
                format!("UPDATE bonded.{table} SET tenant = 'neighbour'"),
                format!("UPDATE bonded.{table} SET tenant = tenant WHERE tenant = 'factory'"),
                format!("DELETE FROM bonded.{table} WHERE tenant = 'factory'"),
                format!("INSERT INTO bonded.{table} SELECT * FROM bonded.{table}"),
                format!("TRUNCATE bonded.{table}"),
                format!("ALTER TABLE bonded.{table} DISABLE ROW LEVEL SECURITY"),
            ] {
                let done = spy.execute(&statement, &[]);
                assert!(
                    matches!(done, Err(_) | Ok(0)),
                    "{statement} after {pretend}"
                );
            }
        }
        spy.batch_execute("RESET ALL").expect("reset");
    }
    // Rows in the other's name.
    for statement in [
        "INSERT INTO bonded.stream VALUES ('factory', 'x', 0, '')",
        "INSERT INTO bonded.batch VALUES ('factory', 'journal', 2, 2, '', 0, '')",
        "INSERT INTO bonded.snapshot VALUES ('factory', 'journal', 9, 0, '', '', '')",
        "INSERT INTO bonded.handbook VALUES ('factory', 'C222226A0099', 0, '', 0)",
        "INSERT INTO bonded.record_batch VALUES ('factory', 'C222226A0001', 99, 99, 9, '', '')",
        "INSERT INTO bonded.entry_id VALUES ('factory', gen_random_uuid(), 'C222226A0001')",
        "INSERT INTO bonded.list_name VALUES ('factory', 'x', 'C222226A0001', gen_random_uuid())",
        "INSERT INTO bonded.ledger_snapshot VALUES ('factory', 99, 0, '', '')",
        "INSERT INTO bonded.tenant_role VALUES (current_user, 'factory')",
        "UPDATE bonded.tenant_role SET tenant = 'factory'",
        "DELETE FROM bonded.tenant_role",
        "INSERT INTO bonded.schema_version VALUES (99)",
        "UPDATE bonded.schema_version SET version = 99",
    ] {
        assert!(spy.execute(statement, &[]).is_err(), "{statement}");
    }
    let seen = spy
        .query("SELECT tenant FROM bonded.tenant_role", &[])
        .expect("its own");
    assert_eq!(seen.len(), 1);
    // The partitions, each by its name.
    for table in ["handbook", "record_batch", "entry_id", "list_name"] {
        for part in 0..8 {
            for statement in [
                format!("SELECT * FROM bonded.{table}_{part}"),
                format!("DELETE FROM bonded.{table}_{part}"),
                format!("INSERT INTO bonded.{table}_{part} SELECT * FROM bonded.{table}"),
            ] {
                assert!(spy.query(&statement, &[]).is_err(), "{statement}");
            }
            // Even a role that was let in by mistake sees nothing there.
            let grant = format!("GRANT ALL ON bonded.{table}_{part} TO PUBLIC");
            owner.batch_execute(&grant).expect("granted");
            assert_eq!(rows(&mut spy, &format!("{table}_{part}")).expect("read"), 0);
            let delete = format!("DELETE FROM bonded.{table}_{part}");
            assert_eq!(spy.execute(&delete, &[]).expect("none"), 0);
        }
    }
    let after: Vec<i64> = TABLES
        .iter()
        .map(|it| rows(&mut owner, it).expect("read"))
        .collect();
    assert_eq!(before, after);

    // Two tenants may have the same ids, names and handbooks.
    let mut neighbour = PostgresLedger::connect(&theirs).expect("opened");
    assert_eq!(neighbour.ledger().entries(), 0);
    neighbour.post_all(&chain()[..40]).expect("posted");
    assert_eq!(text(neighbour.ledger()), text(books.ledger()));
    let mut store = PostgresStore::connect(&theirs, "journal").expect("opened");
    assert_eq!(store.head().expect("empty"), Head::EMPTY);
    books.verify(&books.heads().clone()).expect("sound");
}

#[test]
fn a_tenants_own_records_are_not_changed_either() {
    let Some(server) = cluster::server() else {
        return;
    };
    let address = server.database().role("factory");
    let mut books = PostgresLedger::connect(&address).expect("opened");
    books.post_all(&chain()[..10]).expect("posted");
    let mut client = Client::connect(&address, NoTls).expect("connected");
    for statement in [
        "UPDATE bonded.record_batch SET tick = tick",
        "DELETE FROM bonded.record_batch",
        "DELETE FROM bonded.entry_id",
        "DELETE FROM bonded.handbook",
    ] {
        let error = client.execute(statement, &[]).expect_err(statement);
        assert_eq!(
            error.code().map(postgres::error::SqlState::code),
            Some("42501")
        );
    }
}

#[test]
fn a_role_belongs_to_one_tenant() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let role = format!("{}_none\"; x", database.name);
    let mut owner = database.client();
    let quoted = format!("\"{}\"", role.replace('"', "\"\""));
    owner
        .batch_execute(&format!("CREATE ROLE {quoted} LOGIN PASSWORD 'secret'"))
        .expect("a role");
    grant_tenant(&mut owner, &role, "factory").expect("let in");
    grant_tenant(&mut owner, &role, "factory").expect("again");
    let error = grant_tenant(&mut owner, &role, "neighbour").expect_err("of another");
    assert!(error.to_string().contains("factory"), "{error}");
    // Who is not let in at all is told what to do.
    let stranger = format!("{}_stranger", database.name);
    owner
        .batch_execute(&format!("CREATE ROLE {stranger} LOGIN PASSWORD 'secret'"))
        .expect("a role");
    let error = PostgresLedger::connect(&database.address_of(&stranger)).expect_err("a stranger");
    assert!(error.to_string().contains("grant_tenant"), "{error}");
    drop(PostgresLedger::connect(&address).expect("opened"));
}
