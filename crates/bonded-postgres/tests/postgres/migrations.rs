//! Tables of every earlier version are brought up to date, with what is in them.

use std::collections::BTreeMap;

use bonded_postgres::{
    PostgresLedger, PostgresStore, SCHEMA_VERSION, grant_tenant, migrate, migrate_to,
};
use bonded_store::{Batch, Head, Store as _, StoreErrorKind};

use crate::cluster;
use crate::ledger::chain;

#[test]
fn each_step_keeps_what_is_there() {
    let Some(server) = cluster::server() else {
        return;
    };
    for version in 0..=SCHEMA_VERSION {
        let database = server.empty_database();
        let mut owner = database.client();
        migrate_to(&mut owner, version).expect("an old one");
        let role = format!("{}_old", database.name);
        owner
            .batch_execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'"))
            .expect("a role");
        let address = database.address_of(&role);
        let mut batch = Batch::new(Head::EMPTY);
        batch.push("{\"a\":1}");
        if version > 0 {
            grant_tenant(&mut owner, &role, "factory").expect("let in");
            let hash = batch.end().hash.as_bytes().to_vec();
            let put = "INSERT INTO bonded.batch VALUES ('factory', 'journal', 1, 1, $1, 9, $2)";
            owner.execute(put, &[&hash, &batch.encode()]).expect("put");
            let put = "INSERT INTO bonded.stream VALUES ('factory', 'journal', 1, $1)";
            owner.execute(put, &[&hash]).expect("put");
        }
        if version < SCHEMA_VERSION {
            let error = PostgresLedger::connect(&address).expect_err("too old");
            let expected = match version {
                0 => [StoreErrorKind::Foreign, StoreErrorKind::Unavailable],
                _ => [StoreErrorKind::Foreign; 2],
            };
            assert!(expected.contains(&error.kind()), "{error}");
            assert!(error.to_string().contains("migrate"), "{error}");
        }
        migrate(&mut owner).expect("brought up to date");
        migrate(&mut owner).expect("nothing to do");
        grant_tenant(&mut owner, &role, "factory").expect("let in");
        let mut store = PostgresStore::connect(&address, "journal").expect("opened");
        let expected = if version > 0 {
            batch.end()
        } else {
            Head::EMPTY
        };
        assert_eq!(store.head().expect("a head"), expected);
        assert_eq!(
            store.read(0, 1).expect("read").len(),
            usize::from(version > 0)
        );
        let mut books = PostgresLedger::connect(&address).expect("opened");
        books.post_all(&chain()[..20]).expect("posted");
        books.verify(&BTreeMap::new()).expect("sound");
    }
}

#[test]
fn newer_tables_and_foreign_ones_are_left_alone() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let mut owner = database.client();
    let mut store = PostgresStore::connect(&address, "journal").expect("opened");
    owner
        .execute("INSERT INTO bonded.schema_version VALUES (99)", &[])
        .expect("newer");
    for error in [
        migrate(&mut owner).expect_err("newer"),
        PostgresStore::connect(&address, "journal").expect_err("newer"),
        PostgresLedger::connect(&address).expect_err("newer"),
    ] {
        assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
        assert!(error.to_string().contains("99"), "{error}");
    }
    // Who was connected goes on.
    assert_eq!(store.head().expect("a head"), Head::EMPTY);

    let database = server.empty_database();
    let mut owner = database.client();
    owner
        .batch_execute("CREATE SCHEMA bonded; CREATE TABLE bonded.james (agent int)")
        .expect("something else");
    let error = migrate(&mut owner).expect_err("foreign");
    assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
    let error = PostgresStore::connect(&database.owner, "journal").expect_err("foreign");
    assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
}
