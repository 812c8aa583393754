//! A ledger on a PostgreSQL server answers as a journal does, and loses nothing when processes and
//! servers are killed. Without a server each test says by name that it skips.

#[allow(dead_code, reason = "the other tests take the rest")]
#[path = "../../bonded-postgres/tests/postgres/cluster.rs"]
mod cluster;
mod support;

use support::crash::{Power, crash};
use support::{Folder, closable, jsonl, list, lists, not_closable};

/// `host=… port=… user=…` as an address of the command line.
fn url(address: &str) -> String {
    let part = |name: &str| {
        let mut parts = address.split(' ').filter_map(|it| it.split_once('='));
        parts.find(|it| it.0 == name).map_or("", |it| it.1)
    };
    let host = match part("host") {
        // A directory with a socket; the server of the tests listens here, too.
        host if host.starts_with('/') => "127.0.0.1",
        host => host,
    };
    let (user, port, name) = (part("user"), part("port"), part("dbname"));
    match part("password") {
        "" => format!("postgres://{user}@{host}:{port}/{name}"),
        password => format!("postgres://{user}:{password}@{host}:{port}/{name}"),
    }
}

fn ledger() -> Option<String> {
    let database = cluster::server()?.database();
    Some(url(&database.role("factory")))
}

/// What is compared: without the name of the ledger, and heads, of which a server has one a handbook.
fn told(folder: &Folder, ledger: &str, line: &str, input: Option<&String>) -> String {
    let line = line.replace("LEDGER", ledger);
    let ran = match input {
        Some(input) => folder.run_with(&line, input),
        None => folder.run(&line),
    };
    ran.transcript().replace(ledger, "LEDGER")
}

#[test]
fn every_question_has_the_same_answer() {
    let Some(ledger) = ledger() else { return };
    let folder = Folder::new();
    let mut lines = not_closable();
    let twice = lines[2].clone();
    lines.insert(3, twice);
    lines.insert(4, list(20, "L20", "import", "5000"));
    let mixed = format!("{}no entry\n{{}}\n", jsonl(&lines));
    let more = lists(30, 3);
    let commands = [
        ("post --dry-run LEDGER -", Some(jsonl(&closable()))),
        ("post --atomic LEDGER -", Some(mixed.clone())),
        ("post --stop-on-refusal LEDGER -", Some(mixed.clone())),
        ("post LEDGER -", Some(mixed.clone())),
        ("post --quiet LEDGER -", Some(mixed)),
        ("post --atomic LEDGER -", Some(more.clone())),
        ("post --atomic LEDGER -", Some(more)),
        ("statement LEDGER", None),
        ("statement LEDGER --format json", None),
        ("statement LEDGER --format csv --as-of 2026-02-02", None),
        ("lists LEDGER --state pending", None),
        ("check LEDGER --on 2026-03-01", None),
        ("chain LEDGER --format json", None),
        ("trace LEDGER --list L2", None),
        ("tax quote LEDGER --on 2026-03-01", None),
        ("tax deadlines LEDGER --on 2026-03-01 --format json", None),
    ];
    for (line, input) in &commands {
        let journal = told(&folder, "books.jsonl", line, input.as_ref());
        let server = told(&folder, &ledger, line, input.as_ref());
        assert_eq!(journal, server, "{line}");
    }
}

#[test]
fn a_ledger_is_copied_to_a_server_and_back() {
    let Some(ledger) = ledger() else { return };
    let folder = Folder::new();
    let seeds = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../seeds/ic-chain/journal.jsonl"
    );
    folder.write("chain.jsonl", std::fs::read(seeds).expect("read"));
    let there = folder.run(&format!("convert chain.jsonl {ledger}"));
    assert_eq!(there.status(), Some(0), "{}", there.transcript());
    assert!(!there.out().contains("secret"), "{}", there.out());
    let back = folder.run(&format!("convert {ledger} back.db"));
    assert_eq!(back.status(), Some(0), "{}", back.transcript());
    let heads: Vec<String> = there
        .out()
        .lines()
        .filter_map(|it| Some(it.strip_prefix("head ")?.to_owned()))
        .collect();
    assert_eq!(heads.len(), 3, "one for each handbook");
    let verify = |heads: &[String]| {
        let heads: String = heads.iter().map(|it| format!(" --head {it}")).collect();
        folder.run(&format!("verify {ledger}{heads}"))
    };
    assert_eq!(
        verify(&heads).status(),
        Some(0),
        "{}",
        verify(&heads).transcript()
    );
    let mut other = heads.clone();
    other[1] = other[1].replace('a', "b");
    assert_eq!(
        verify(&other).status(),
        Some(1),
        "{}",
        verify(&other).transcript()
    );
    assert_eq!(
        verify(&["3:".to_owned() + &"0".repeat(64)]).status(),
        Some(2),
        "a head of another form cannot be compared"
    );
    let again = folder.run(&format!("convert chain.jsonl {ledger}"));
    assert_eq!(again.status(), Some(2));
    assert!(
        again.err().contains("412 entries already"),
        "{}",
        again.err()
    );
}

#[test]
fn a_server_is_set_up_and_what_is_wrong_is_said() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.empty_database();
    let folder = Folder::new();
    let owner = url(&database.owner);
    let role = format!("{}_setup", database.name);
    let made = format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'");
    database.client().batch_execute(&made).expect("a role");
    let address = url(&database.address_of(&role));
    let before = folder.run(&format!("statement {address}"));
    assert_eq!(before.status(), Some(2));
    assert!(!before.err().contains("secret"), "{}", before.err());
    for _ in 0..2 {
        let ran = folder.run(&format!("setup {owner} --role {role} --tenant factory"));
        assert_eq!(ran.status(), Some(0), "{}", ran.transcript());
    }
    let posted = folder.run_with(&format!("post {address} -"), jsonl(&closable()));
    assert_eq!(posted.fates(), ["accepted"; 5]);
    assert_eq!(folder.run("setup books.db").status(), Some(2));
    let nobody = folder.run("statement postgres://me:secret@127.0.0.1:1/books");
    assert_eq!(nobody.status(), Some(2));
    assert!(
        nobody.err().contains("store_unavailable"),
        "{}",
        nobody.err()
    );
    assert!(!nobody.err().contains("secret"), "{}", nobody.err());
}

/// Processes are killed, and now and then the server is stopped as if the power failed.
#[test]
fn a_server_loses_nothing() {
    let Some(cluster) = cluster::own_cluster() else {
        return;
    };
    let power = Power {
        goes: &|| cluster.stop_immediately(),
        comes: &|| cluster.begin(),
    };
    let ledger = || url(&cluster.server.database().role("factory"));
    crash("PostgreSQL", 8, ledger, Some(&power));
}
