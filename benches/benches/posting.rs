//! Posting from memory, beside the same integer checks in SQLite (in memory, one transaction a
//! list): `cargo bench -p benches --bench posting`.

use std::hint::black_box;

use benches::{LINES, MATERIALS, PRODUCTS, entries, handbook, ledger, lists};
use bonded_ledger::{Entry, EntryKind, Goods, Ledger};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rusqlite::{Connection, params};

const LISTS: u64 = 300;

/// What an integrator writes first: a row per item with its limit, a row per line.
struct Tables {
    connection: Connection,
}

impl Tables {
    fn open() -> Tables {
        let connection = Connection::open_in_memory().expect("SQLite opens in memory");
        connection
            .execute_batch(
                "create table item (kind integer, seq integer, approved integer, counted integer,
                     booked integer, primary key (kind, seq)) without rowid;
                 create table line (list text, line integer, kind integer, seq integer,
                     quantity integer, state integer);
                 create index line_of on line (list);",
            )
            .expect("the schema is valid");
        for (kind, count) in [(0, MATERIALS as i64), (1, PRODUCTS as i64)] {
            for seq in 1..=count {
                connection
                    .execute(
                        "insert into item values (?1, ?2, 999999999999900000, 0, 0)",
                        params![kind, seq],
                    )
                    .expect("an item is a row");
            }
        }
        Tables { connection }
    }

    fn post(&mut self, entry: &Entry) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        match entry.kind() {
            EntryKind::DeclareList { list } => {
                let kind = i64::from(list.goods == Goods::Product);
                let mut check = transaction.prepare_cached(
                    "update item set counted = counted + ?3
                     where kind = ?1 and seq = ?2 and counted + ?3 <= approved",
                )?;
                let mut add = transaction
                    .prepare_cached("insert into line values (?1, ?2, ?3, ?4, ?5, 0)")?;
                for line in &list.lines {
                    let quantity = line.quantity.raw();
                    assert_eq!(check.execute(params![kind, line.seq, quantity])?, 1);
                    add.execute(params![list.number, line.line, kind, line.seq, quantity])?;
                }
            }
            EntryKind::BookList(list) => {
                transaction
                    .prepare_cached(
                        "update item set booked = booked + (select sum(quantity) from line
                             where list = ?1 and line.kind = item.kind and line.seq = item.seq)
                         where (kind, seq) in (select kind, seq from line where list = ?1)",
                    )?
                    .execute(params![list.list])?;
                transaction
                    .prepare_cached("update line set state = 1 where list = ?1")?
                    .execute(params![list.list])?;
            }
            _ => {}
        }
        transaction.commit()
    }
}

fn posting(criterion: &mut Criterion) {
    // With goods in stock, as a factory has them.
    const BEFORE: u64 = 1_500;
    let posted = entries(&lists(BEFORE, LISTS));
    let text: Vec<String> = lists(BEFORE, LISTS)
        .iter()
        .map(ToString::to_string)
        .collect();
    let bytes: usize = text.iter().map(|it| it.len() + 1).sum();
    let stocked = ledger(BEFORE);

    let mut group = criterion.benchmark_group("posting");
    group
        .throughput(Throughput::Elements(LISTS * LINES))
        .sample_size(20);
    let run = |mut ledger: Ledger, told: bool| {
        for entry in &posted {
            let result = if told {
                ledger.post(entry)
            } else {
                ledger.replay(entry)
            };
            black_box(result.map(|it| it.moved.len()).unwrap_or_default());
        }
        ledger
    };
    group.bench_function("bonded, lines declared and deducted", |bencher| {
        bencher.iter_batched(
            || stocked.clone(),
            |it| run(it, false),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("bonded, telling what moved", |bencher| {
        bencher.iter_batched(
            || stocked.clone(),
            |it| run(it, true),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("SQLite, the same checks", |bencher| {
        bencher.iter_batched(
            Tables::open,
            |mut tables| {
                for entry in &posted {
                    tables.post(entry).expect("the tables take the entry");
                }
                tables
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();

    let mut group = criterion.benchmark_group("reading");
    group
        .throughput(Throughput::Bytes(bytes as u64))
        .sample_size(20);
    group.bench_function("bonded, lines to entries", |bencher| {
        bencher.iter(|| {
            text.iter()
                .filter(|it| Entry::from_json(it).is_ok())
                .count()
        });
    });
    group.bench_function("serde_json, lines to values", |bencher| {
        let read = |it: &&String| serde_json::from_str::<serde_json::Value>(it).is_ok();
        bencher.iter(|| text.iter().filter(read).count());
    });
    group.finish();

    let mut group = criterion.benchmark_group("statement");
    for lines in [1_000, 200_000] {
        let ledger = ledger(lines / LINES);
        group.bench_function(format!("after {lines} lines"), |bencher| {
            bencher.iter(|| black_box(ledger.statement()));
        });
    }
    group.finish();
    black_box(handbook());
}

criterion_group!(all, posting);
criterion_main!(all);
