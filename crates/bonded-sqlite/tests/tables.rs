//! The tables that reports read, looked at as an ERP would: plain SQL on the file.

use std::path::Path;

use bonded_ledger::{Entry, Ledger, ListFilter, testkit};
use bonded_sqlite::{SqliteStore, sync_tables};
use bonded_store::DurableLedger;
use proptest::prelude::*;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value as Json};

fn look(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opened")
}

/// All rows of a query, by the names of their columns.
fn rows(connection: &Connection, sql: &str) -> Vec<Map<String, Json>> {
    let mut statement = connection.prepare(sql).expect("SQL");
    let names: Vec<String> = statement
        .column_names()
        .iter()
        .map(|it| it.to_string())
        .collect();
    let row = |row: &rusqlite::Row<'_>| {
        let mut object = Map::new();
        for (at, name) in names.iter().enumerate() {
            let value = match row.get_ref(at)? {
                ValueRef::Null => Json::Null,
                ValueRef::Integer(it) => it.into(),
                ValueRef::Text(it) => String::from_utf8_lossy(it).into(),
                other => panic!("{name} is {other:?}"),
            };
            object.insert(name.clone(), value);
        }
        Ok(object)
    };
    let rows = statement.query_map((), row).expect("rows");
    rows.map(|it| it.expect("a row")).collect()
}

/// Each figure of a row of the statement stands in the row of the view, as text and as an integer.
fn assert_row(found: &Map<String, Json>, expected: &Json) {
    for (name, expected) in expected.as_object().expect("an object") {
        assert_eq!(found[name], *expected, "{name}");
        let whole = format!("{name}_e5");
        let Some(whole) = found.get(&whole) else {
            let texts = ["seq", "code", "hs", "name", "unit"];
            assert!(texts.contains(&name.as_str()), "{name} has no integer");
            continue;
        };
        let raw = expected.as_str().map(raw);
        assert_eq!(*whole, raw.map_or(Json::Null, Json::from), "{name}");
    }
}

/// Decimal text in 1/100000, the long way round.
fn raw(text: &str) -> i64 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |it| (-1, it));
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let raw: i64 = format!("{integer}{fraction:0<5}").parse().expect("digits");
    sign * raw
}

fn assert_tables_say(path: &Path, ledger: &Ledger) {
    let connection = look(path);
    let statement = ledger.statement();
    let handbooks = rows(&connection, "SELECT * FROM handbook ORDER BY number");
    assert_eq!(handbooks.len(), statement.handbooks.len());
    for (found, book) in handbooks.iter().zip(&statement.handbooks) {
        let json = serde_json::to_value(book).expect("JSON");
        assert_eq!(found["number"], json["handbook"]);
        assert_eq!(found["status"], json["status"]);
        assert_eq!(found["valid_until"], json["valid_until"]);
        assert_eq!(found["closable"], i64::from(book.closable));
        let is = |it| i64::from(book.suspended.contains(&it));
        assert_eq!(found["import_suspended"], is("import"));
        assert_eq!(found["export_suspended"], is("export"));
        let of = |view: &str, order: &str| {
            let number = book.handbook;
            rows(
                &connection,
                &format!("SELECT * FROM {view} WHERE handbook = '{number}' ORDER BY {order}"),
            )
        };
        let reasons = of("reason", "number");
        assert_eq!(reasons.len(), book.reasons.len());
        for (found, reason) in reasons.iter().zip(&book.reasons) {
            assert_eq!(found["code"], reason.code());
            assert_eq!(found["message"], reason.message());
        }
        let outside = of("outside", "contractor, goods, seq");
        assert_eq!(outside.len(), book.outside.len());
        let materials = of("statement", "seq");
        assert_eq!(materials.len(), book.materials.len());
        for (found, row) in materials.iter().zip(&book.materials) {
            assert_row(found, &serde_json::to_value(row).expect("JSON"));
            assert_eq!(found["handbook_status"], json["status"]);
        }
        let products = of("statement_product", "seq");
        assert_eq!(products.len(), book.products.len());
        for (found, row) in products.iter().zip(&book.products) {
            assert_row(found, &serde_json::to_value(row).expect("JSON"));
        }
    }
    let mut lists = ledger.lists(&ListFilter::default());
    lists.sort_by(|one, other| one.number.cmp(&other.number));
    let found = rows(&connection, "SELECT * FROM list ORDER BY number");
    assert_eq!(found.len(), lists.len());
    for (found, list) in found.iter().zip(&lists) {
        for (name, value) in serde_json::to_value(list)
            .expect("JSON")
            .as_object()
            .expect("one")
        {
            let name = if name == "column" { "movement" } else { name };
            assert_eq!(found[name], *value, "{name}");
        }
        let sql = format!(
            "SELECT * FROM list_with_lines WHERE number = '{}' ORDER BY line",
            list.number
        );
        let mut lines = ledger.list_lines(&list.number).expect("a list");
        lines.sort_by_key(|it| it.line);
        let found = rows(&connection, &sql);
        assert_eq!(found.len(), lines.len());
        for (found, line) in found.iter().zip(&lines) {
            let json = serde_json::to_value(line).expect("JSON");
            let goods = found["goods"].as_str().expect("text");
            assert_eq!(found["seq"], json[goods]);
            for name in ["line", "version", "quantity", "legal_quantity"] {
                assert_eq!(found[name], json[name], "{name}");
            }
            assert_eq!(found["quantity_e5"], line.quantity.raw());
            assert_eq!(found["by_product"], i64::from(line.by_product));
        }
    }
}

/// Everything that a file says to reports.
fn all_tables(path: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let connection = look(path);
    let tables = [
        "tables_state",
        "handbook",
        "reason",
        "outside",
        "material",
        "product",
        "list",
        "list_line",
    ];
    let read = |table: &str| {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("SQL");
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect();
        let rows = statement.query_map((), row).expect("rows");
        rows.collect::<Result<_, _>>().expect("rows")
    };
    tables
        .iter()
        .map(|it| ((*it).to_owned(), read(it)))
        .collect()
}

fn records_behind(path: &Path) -> i64 {
    let sql = "SELECT records_behind FROM lag";
    look(path)
        .query_row(sql, (), |row| row.get(0))
        .expect("a row")
}

fn posted(books: &mut DurableLedger<SqliteStore>, entries: &[Entry]) {
    // What is refused is not there; the tables know of nothing else.
    books.post_all(entries).expect("the store has it");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn tables_say_what_the_ledger_says_however_they_came_there(
        journal in testkit::journal(60), step in 1_usize..20,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let [by_and_by, at_once] = ["by-and-by.db", "at-once.db"].map(|it| folder.path().join(it));
        let mut books = DurableLedger::open(SqliteStore::open(&by_and_by).expect("opened")).expect("opened");
        for some in journal.chunks(step) {
            posted(&mut books, some);
            let behind = books.store().lag().expect("read");
            prop_assert_eq!(records_behind(&by_and_by), behind as i64);
            sync_tables(&mut books).expect("written");
            prop_assert_eq!(records_behind(&by_and_by), 0);
        }
        assert_tables_say(&by_and_by, books.ledger());

        let mut whole = DurableLedger::open(SqliteStore::open(&at_once).expect("opened")).expect("opened");
        posted(&mut whole, &journal);
        sync_tables(&mut whole).expect("written");
        prop_assert_eq!(whole.head(), books.head());
        prop_assert!(all_tables(&by_and_by) == all_tables(&at_once));
    }
}

/// Sales of one handbook alone are written into the tables that are there, not all anew.
#[test]
fn what_no_record_touches_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let mut books = DurableLedger::open(SqliteStore::open(&path).expect("opened")).expect("opened");
    let script = "book A M1:100 P1:100 P1<M1*1
        book B M1:100 P1:100 P1<M1*1
        import L1 A M1:50
        deduct L1
        import L2 B M1:7
        deduct L2";
    posted(&mut books, &testkit::entries(script).expect("a script"));
    sync_tables(&mut books).expect("written");
    let other = Connection::open(&path).expect("opened");
    other
        .execute("UPDATE material SET remaining = 'untouched'", ())
        .expect("changed");
    let more =
        testkit::entries(&format!("{script}\nexport L3 A P1:3\ndeduct L3")).expect("a script");
    posted(&mut books, &more);
    assert_eq!(books.store().lag().expect("read"), 2);
    sync_tables(&mut books).expect("written");
    let remaining = rows(&other, "SELECT remaining FROM statement ORDER BY handbook");
    let remaining: Vec<&Json> = remaining.iter().map(|it| &it["remaining"]).collect();
    assert_eq!(remaining, ["47", "untouched"]);
}

#[test]
fn tables_are_not_written_from_another_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, two] = ["one.db", "two.db"].map(|it| folder.path().join(it));
    let open =
        |path| DurableLedger::open(SqliteStore::open(path).expect("opened")).expect("opened");
    let (mut one, mut two) = (open(&one), open(&two));
    posted(
        &mut one,
        &testkit::entries("book A M1:100").expect("a script"),
    );
    posted(
        &mut two,
        &testkit::entries("book B M1:100").expect("a script"),
    );
    let (_, ledger, head) = two.synced().expect("read");
    let error = one
        .store()
        .sync_tables(ledger, head)
        .expect_err("another journal");
    assert!(
        error.to_string().contains("no record of this journal"),
        "{error}"
    );
    // A ledger that stands further back than the tables changes nothing.
    let before = Ledger::new();
    sync_tables(&mut one).expect("written");
    one.store()
        .sync_tables(&before, bonded_store::Head::EMPTY)
        .expect("nothing to do");
    let path = one.store().path().to_owned();
    assert_tables_say(&path, one.ledger());
}
