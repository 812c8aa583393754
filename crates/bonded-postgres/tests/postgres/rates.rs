//! How fast, beside plain SQL that keeps a row for each line and checks the same approved quantity.
//! Run by hand: `cargo test --release -p bonded-postgres --test postgres rates -- --ignored --nocapture`.

use std::time::Instant;

use bonded_ledger::{Entry, Uuid};
use bonded_postgres::PostgresLedger;
use postgres::{Client, NoTls};

use crate::cluster;
use crate::ledger::entries;

const MATERIALS: usize = 100;

fn list(number: usize, lines: usize, book: &str) -> Entry {
    let line = |it: usize| {
        let seq = it % MATERIALS + 1;
        format!(
            "{{\"line\":{},\"seq\":{seq},\"quantity\":\"{}.5\"}}",
            it + 1,
            it % 9 + 1
        )
    };
    let lines: Vec<String> = (0..lines).map(line).collect();
    let id = Uuid::from_u128((7 << 64) | number as u128);
    Entry::from_json(&format!(
        "{{\"id\":\"{id}\",\"date\":\"2026-03-01\",\"entry\":\"declare_list\",\"list\":{{\
         \"number\":\"R{number}\",\"handbook\":\"{book}\",\"direction\":\"import\",\
         \"goods\":\"material\",\"mode\":\"0615\",\"lines\":[{}]}}}}",
        lines.join(",")
    ))
    .expect("an entry")
}

fn told(what: &str, count: usize, since: Instant) {
    let micros = since.elapsed().as_micros().max(1);
    println!("{what}: {} a second", count as u128 * 1_000_000 / micros);
}

const NAIVE: &str = "
    CREATE TABLE naive_material (book text, seq int, approved numeric, used numeric NOT NULL,
        PRIMARY KEY (book, seq));
    CREATE TABLE naive_list (id uuid PRIMARY KEY, number text UNIQUE, book text, at timestamptz);
    CREATE TABLE naive_line (list uuid, line int, seq int, quantity numeric,
        PRIMARY KEY (list, line));
    INSERT INTO naive_material SELECT 'B', it, 1000000000, 0 FROM generate_series(1, 100) it;
    GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC;";

struct Line(i32, i32, String);

fn naive_lines(entry: &Entry) -> Vec<Line> {
    let bonded_ledger::EntryKind::DeclareList { list } = entry.kind() else {
        return Vec::new();
    };
    let lines = list.lines.iter();
    lines
        .map(|it| Line(it.line as i32, it.seq.into(), it.quantity.to_string()))
        .collect()
}

/// Row by row, as one writes it first.
fn naive_rows(client: &mut Client, entries: &[Entry]) {
    let list = client
        .prepare("INSERT INTO naive_list VALUES ($1, $2, 'B', now())")
        .expect("sql");
    let used = client
        .prepare(
            "UPDATE naive_material SET used = used + $2::text::numeric \
             WHERE book = 'B' AND seq = $1 AND used + $2::text::numeric <= approved",
        )
        .expect("sql");
    let line = client
        .prepare("INSERT INTO naive_line VALUES ($1, $2, $3, $4::text::numeric)")
        .expect("sql");
    let mut transaction = client.transaction().expect("begun");
    for entry in entries {
        let id = entry.id();
        transaction
            .execute(&list, &[&id, &id.to_string()])
            .expect("a list");
        for Line(number, seq, quantity) in naive_lines(entry) {
            assert_eq!(
                transaction
                    .execute(&used, &[&seq, &quantity])
                    .expect("used"),
                1
            );
            transaction
                .execute(&line, &[&id, &number, &seq, &quantity])
                .expect("a line");
        }
    }
    transaction.commit().expect("committed");
}

/// In sets: three statements a list, whatever it has of lines.
fn naive_sets(client: &mut Client, entries: &[Entry]) {
    let list = client
        .prepare("INSERT INTO naive_list VALUES ($1, $2, 'B', now())")
        .expect("sql");
    let used = client
        .prepare(
            "UPDATE naive_material m SET used = used + new.quantity FROM ( \
             SELECT seq, sum(quantity::numeric) AS quantity \
             FROM unnest($1::int[], $2::text[]) AS it (seq, quantity) GROUP BY seq) new \
             WHERE m.book = 'B' AND m.seq = new.seq AND used + new.quantity <= approved",
        )
        .expect("sql");
    let line = client
        .prepare(
            "INSERT INTO naive_line SELECT $1, line, seq, quantity::numeric \
             FROM unnest($2::int[], $3::int[], $4::text[]) AS it (line, seq, quantity)",
        )
        .expect("sql");
    let mut transaction = client.transaction().expect("begun");
    for entry in entries {
        let id = entry.id();
        transaction
            .execute(&list, &[&id, &id.to_string()])
            .expect("a list");
        let lines = naive_lines(entry);
        let numbers: Vec<i32> = lines.iter().map(|it| it.0).collect();
        let seqs: Vec<i32> = lines.iter().map(|it| it.1).collect();
        let quantities: Vec<&str> = lines.iter().map(|it| &*it.2).collect();
        transaction
            .execute(&used, &[&seqs, &quantities])
            .expect("used");
        transaction
            .execute(&line, &[&id, &numbers, &seqs, &quantities])
            .expect("lines");
    }
    transaction.commit().expect("committed");
}

#[test]
#[ignore = "a measurement"]
fn rates() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let materials: Vec<String> = (1..=MATERIALS)
        .map(|it| format!("M{it}:1000000000"))
        .collect();
    let open = entries(&format!("book A {} P1", materials.join(" ")));
    let mut books = PostgresLedger::connect(&address).expect("opened");
    books.post_all(&open).expect("posted");
    let book = books.heads().keys().next().expect("one").to_string();
    database.client().batch_execute(NAIVE).expect("made");
    let mut client = Client::connect(&address, NoTls).expect("connected");

    let single: Vec<Entry> = (0..3000).map(|it| list(it, 1, &book)).collect();
    for _ in 0..2 {
        let (now, since) = (single.len() / 2, Instant::now());
        let part = if books.ledger().entries() < 10 {
            &single[..now]
        } else {
            &single[now..]
        };
        for entry in part {
            books.post(entry).expect("accepted");
        }
        told("bonded, one entry a commit, entries", now, since);
        let since = Instant::now();
        for entry in part {
            naive_rows(&mut client, std::slice::from_ref(entry));
        }
        told("rows, one entry a commit, entries", now, since);
    }
    for (lists, lines) in [(80, 100), (8000, 1)] {
        let base = 100_000 * lists;
        let batches: Vec<Vec<Entry>> = (0..20)
            .map(|batch| {
                (0..lists)
                    .map(|it| list(base + batch * lists + it, lines, &book))
                    .collect()
            })
            .collect();
        let count = 20 * lists * lines;
        let since = Instant::now();
        for batch in &batches {
            let answers = books.post_all(batch).expect("posted");
            assert!(answers.answers.iter().all(Result::is_ok));
        }
        told(
            &format!("bonded, {lists} lists of {lines} lines a commit, lines"),
            count,
            since,
        );
        let since = Instant::now();
        for batch in &batches[..5] {
            naive_rows(&mut client, batch);
        }
        told(
            &format!("rows, {lists} lists of {lines} lines a commit, lines"),
            count / 4,
            since,
        );
        for batch in &batches {
            let delete = "DELETE FROM naive_list WHERE id = ANY($1)";
            let ids: Vec<Uuid> = batch.iter().map(Entry::id).collect();
            client.execute(delete, &[&ids]).expect("deleted");
            client
                .execute("DELETE FROM naive_line WHERE list = ANY($1)", &[&ids])
                .expect("deleted");
        }
        let since = Instant::now();
        for batch in &batches[..5] {
            naive_sets(&mut client, batch);
        }
        told(
            &format!("sets, {lists} lists of {lines} lines a commit, lines"),
            count / 4,
            since,
        );
    }
    let since = Instant::now();
    let again = PostgresLedger::connect(&address).expect("opened");
    println!(
        "opened {} entries in {:?}",
        again.ledger().entries(),
        since.elapsed()
    );
    books.snapshot().expect("kept");
    let since = Instant::now();
    PostgresLedger::connect(&address).expect("opened");
    println!("opened with a snapshot in {:?}", since.elapsed());
}
