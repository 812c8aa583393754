//! The SQLite store beside plain SQLite, on a disk: `cargo bench -p benches --bench store`.
//!
//! `LISTS=200000 LINES=50` sets the size of the ledger that is opened (default 20,000 lists of 50 lines:
//! one million lines), `FOLDER` where the files are, `PART` one of `batches`, `singles`, `opening`.

use std::path::Path;
use std::time::{Duration, Instant};

use benches::{MATERIALS, PRODUCTS, entries, handbook, lists_of};
use bonded_ledger::{Entry, EntryKind, Goods};
use bonded_sqlite::{SqliteStore, sync_tables};
use bonded_store::{DurableLedger, Store as _};
use rusqlite::{Connection, params};

fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.and_then(|it| it.parse().ok()).unwrap_or(default)
}

/// What an integrator writes first: a row per item with its limit, a row per line; log, flushes and
/// cache as the store has them.
struct Tables {
    connection: Connection,
}

impl Tables {
    fn create(path: &Path) -> Tables {
        let connection = Connection::open(path).expect("SQLite opens");
        connection
            .execute_batch(
                "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16000;
                 pragma wal_autocheckpoint = 4000;
                 create table item (kind integer, seq integer, approved integer, counted integer,
                     booked integer, primary key (kind, seq)) without rowid;
                 create table list (id integer primary key, number text unique, state integer);
                 create table line (list integer, line integer, kind integer, seq integer,
                     quantity integer, primary key (list, line)) without rowid;
                 create table entry (position integer primary key, id text, body text);",
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

    /// All of them in one transaction.
    fn post_all(&mut self, entries: &[Entry]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        for entry in entries {
            match entry.kind() {
                EntryKind::DeclareList { list } => {
                    let kind = i64::from(list.goods == Goods::Product);
                    let mut check = transaction.prepare_cached(
                        "update item set counted = counted + ?3
                         where kind = ?1 and seq = ?2 and counted + ?3 <= approved",
                    )?;
                    transaction
                        .prepare_cached("insert into list (number, state) values (?1, 0)")?
                        .execute([&list.number])?;
                    let id = transaction.last_insert_rowid();
                    let mut add = transaction
                        .prepare_cached("insert into line values (?1, ?2, ?3, ?4, ?5)")?;
                    for line in &list.lines {
                        let quantity = line.quantity.raw();
                        assert_eq!(check.execute(params![kind, line.seq, quantity])?, 1);
                        add.execute(params![id, line.line, kind, line.seq, quantity])?;
                    }
                }
                EntryKind::BookList(list) => {
                    let id: i64 = transaction
                        .prepare_cached("update list set state = 1 where number = ?1 returning id")?
                        .query_row([&list.list], |row| row.get(0))?;
                    let mut lines = transaction
                        .prepare_cached("select kind, seq, quantity from line where list = ?1")?;
                    let mut book = transaction.prepare_cached(
                        "update item set booked = booked + ?3 where kind = ?1 and seq = ?2",
                    )?;
                    let mut rows = lines.query([id])?;
                    while let Some(row) = rows.next()? {
                        let (kind, seq, quantity): (i64, i64, i64) =
                            (row.get(0)?, row.get(1)?, row.get(2)?);
                        book.execute([kind, seq, quantity])?;
                    }
                }
                _ => {}
            }
        }
        transaction.commit()
    }

    /// A row a commit, nothing checked.
    fn insert(&mut self, entry: &Entry) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        transaction
            .prepare_cached("insert into entry (id, body) values (?1, ?2)")?
            .execute(params![entry.id().to_string(), entry.line()])?;
        transaction.commit()
    }
}

fn ledger(path: &Path) -> DurableLedger<SqliteStore> {
    let store = SqliteStore::open(path).unwrap_or_else(|error| panic!("{error}"));
    let mut books = DurableLedger::open(store).unwrap_or_else(|error| panic!("{error}"));
    books.tell(false);
    books
}

fn post(books: &mut DurableLedger<SqliteStore>, entries: &[Entry]) {
    let answers = books
        .post_all(entries)
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(
        answers.answers.iter().all(Result::is_ok),
        "all are accepted"
    );
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = run();
    (done, start.elapsed())
}

fn per_second(count: u64, time: Duration) -> u128 {
    u128::from(count) * 1_000_000_000 / time.as_nanos().max(1)
}

/// How often the first fits into the second, in hundredths.
fn ratio(one: u128, other: u128) -> String {
    let hundredths = one * 100 / other.max(1);
    format!("{}.{:02} x", hundredths / 100, hundredths % 100)
}

fn batches(folder: &Path, lists: u64) {
    const LINES: u64 = 50;
    const BATCH: u64 = 160;
    let mut books = ledger(&folder.join("batches.db"));
    post(&mut books, &entries(&[handbook()]));
    let mut tables = Tables::create(&folder.join("batches-plain.db"));
    let posted = entries(&lists_of(LINES, 0, lists));
    let batch = BATCH as usize * 2;
    let ((), ours) = timed(|| posted.chunks(batch).for_each(|it| post(&mut books, it)));
    books.tell(true);
    let told = entries(&lists_of(LINES, lists, lists / 10));
    let ((), telling) = timed(|| told.chunks(batch).for_each(|it| post(&mut books, it)));
    let some = &posted[..posted.len() / 10];
    let ((), plain) = timed(|| {
        some.chunks(batch)
            .for_each(|it| tables.post_all(it).expect("the tables take them"));
    });
    let ours = per_second(lists * LINES, ours);
    let telling = per_second(lists / 10 * LINES, telling);
    let plain = per_second(lists / 10 * LINES, plain);
    println!("batches of {} lines, declared and deducted:", BATCH * LINES);
    println!("  bonded         {ours:>9} lines/s  {}", ratio(ours, plain));
    println!(
        "  and telling    {telling:>9} lines/s  {}",
        ratio(telling, plain)
    );
    println!("  plain SQLite   {plain:>9} lines/s");
    let head = books.head();
    let bytes = std::fs::metadata(folder.join("batches.db")).map_or(0, |it| it.len());
    println!(
        "  {} records, {} bytes a line",
        head.position,
        bytes / (lists * LINES).max(1)
    );
    let ((), tables) = timed(|| sync_tables(&mut books).expect("written"));
    println!("  tables of reports written anew in {tables:?}");
}

fn singles(folder: &Path, count: u64) {
    let mut books = ledger(&folder.join("singles.db"));
    books.tell(true);
    post(&mut books, &entries(&[handbook()]));
    let mut tables = Tables::create(&folder.join("singles-plain.db"));
    let posted = entries(&lists_of(3, 0, count / 2));
    let (mut ours, mut plain) = (Duration::ZERO, Duration::ZERO);
    // In turns, so that both have the same disk.
    for some in posted.chunks(200) {
        ours += timed(|| {
            for entry in some {
                books.post(entry).unwrap_or_else(|error| panic!("{error}"));
            }
        })
        .1;
        plain += timed(|| {
            for entry in some {
                tables.insert(entry).expect("a row");
            }
        })
        .1;
    }
    let ours = per_second(count, ours);
    let plain = per_second(count, plain);
    println!("one entry (3 lines, or a deduction) a commit:");
    println!(
        "  bonded         {ours:>9} entries/s  {}",
        ratio(ours, plain)
    );
    println!("  plain SQLite   {plain:>9} entries/s, a row a commit, nothing checked");
    let ((), compacted) = timed(|| books.compact().expect("compacted"));
    println!("  compacted in {compacted:?}");
}

fn opening(folder: &Path, lists: u64, lines: u64) {
    let path = folder.join("opening.db");
    let mut books = ledger(&path);
    post(&mut books, &entries(&[handbook()]));
    let mut from = 0;
    while from < lists {
        let some = (lists - from).min(10_000);
        for batch in entries(&lists_of(lines, from, some)).chunks(320) {
            post(&mut books, batch);
        }
        from += some;
    }
    let ((), kept) = timed(|| books.snapshot().expect("kept"));
    let head = books.head();
    let ((), dropped) = timed(|| drop(books));
    println!(
        "a ledger of {} lines, {} records:",
        lists * lines,
        head.position
    );
    println!("  snapshot made and kept in {kept:?}, all closed in {dropped:?}");
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let (books, time) = timed(|| ledger(&path));
            assert_eq!(books.head(), head);
            time
        })
        .collect();
    times.sort_unstable();
    let (snapshot, read) = timed(|| {
        let mut store = SqliteStore::open(&path).expect("opened");
        store
            .snapshot()
            .expect("read")
            .map_or(0, |it| it.bytes.len())
    });
    println!("  opened in {:?} (the best {:?})", times[2], times[0]);
    println!("  of it read {read:?}, {snapshot} bytes");
}

fn main() {
    // cargo test runs benches without arguments: a look is enough.
    let measure = std::env::args().any(|it| it == "--bench");
    let folder = match std::env::var("FOLDER") {
        Ok(folder) => tempfile::tempdir_in(folder),
        Err(_) => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder");
    let (batched, single, lists, lines) = match measure {
        true => (
            20_000,
            20_000,
            setting("LISTS", 20_000),
            setting("LINES", 50),
        ),
        false => (200, 40, 100, 20),
    };
    let part = std::env::var("PART").unwrap_or_default();
    let wanted = |name: &str| part.is_empty() || part == name;
    if wanted("batches") {
        batches(folder.path(), batched);
    }
    if wanted("singles") {
        singles(folder.path(), single);
    }
    if wanted("opening") {
        opening(folder.path(), lists, lines);
    }
}
