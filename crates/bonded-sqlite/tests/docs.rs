//! `docs/sqlite.md` says what is in the file, and its queries run.

mod common;

use std::collections::BTreeMap;

use bonded_ledger::testkit;
use common::open;
use rusqlite::Connection;

const PAGE: &str = include_str!("../../../docs/sqlite.md");

/// Name and type of each column, by table.
type Tables = BTreeMap<String, Vec<(String, String)>>;

/// What the page says: a heading with the name, a table with a row a column.
fn documented() -> Tables {
    let mut tables = Tables::new();
    let mut table = None;
    for line in PAGE.lines() {
        if let Some(name) = line.strip_prefix("### `") {
            table = Some(name.trim_end_matches('`').to_owned());
        }
        let (Some(table), Some(row)) = (&table, line.strip_prefix("| `")) else {
            continue;
        };
        let mut cells = row.split(" | ");
        let name = cells
            .next()
            .expect("a name")
            .trim_end_matches('`')
            .to_owned();
        let kind = cells.next().expect("a type").to_owned();
        let what = cells.next().expect("what it is").trim_end_matches(" |");
        assert!(!what.is_empty(), "{table}.{name} says nothing");
        let columns = tables.entry(table.clone()).or_default();
        match kind.as_str() {
            "figure" => {
                columns.push((name.clone(), "TEXT".to_owned()));
                columns.push((format!("{name}_e5"), "INTEGER".to_owned()));
            }
            _ => columns.push((name, kind)),
        }
    }
    tables
}

fn there(connection: &Connection) -> Tables {
    let sql = "SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_xinfo(m.name) c
               WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'
               ORDER BY m.name, c.cid";
    let mut statement = connection.prepare(sql).expect("SQL");
    let mut rows = statement.query(()).expect("rows");
    let mut tables = Tables::new();
    while let Some(row) = rows.next().expect("a row") {
        let text = |at| row.get::<_, String>(at).expect("text");
        tables.entry(text(0)).or_default().push((text(1), text(2)));
    }
    tables
}

#[test]
fn the_page_says_what_is_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    drop(open(&path));
    let connection = Connection::open(&path).expect("opened");
    let (documented, mut there) = (documented(), there(&connection));
    // A view computes some columns, and SQLite knows no type of those.
    for (table, columns) in &mut there {
        for (at, (name, kind)) in columns.iter_mut().enumerate() {
            if kind.is_empty() {
                let said = documented.get(table).and_then(|it| it.get(at));
                *kind = said.unwrap_or_else(|| panic!("{table}.{name}")).1.clone();
            }
        }
    }
    for (table, columns) in &there {
        assert_eq!(documented.get(table), Some(columns), "{table}");
    }
    assert_eq!(documented.len(), there.len());
    let version = format!("`user_version` the version of the schema: {}", 2);
    let now: i64 = connection
        .query_row("PRAGMA user_version", (), |row| row.get(0))
        .expect("read");
    assert!(
        PAGE.contains(&version) && now == 2,
        "the page says the version"
    );
}

#[test]
fn its_queries_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let mut books = open(&path);
    let script = "book A M1:1000 P1:1000 P1<M1*1.25
        import L1 A M1:7.5
        deduct L1
        export L2 A P1:2
        deduct L2
        import L3 A M1:1";
    let entries = testkit::entries(script).expect("a script");
    books.post_all(&entries).expect("stored");
    bonded_sqlite::sync_tables(&mut books).expect("written");
    let connection = Connection::open(&path).expect("opened");
    let queries: Vec<&str> = PAGE
        .split("```sql\n")
        .skip(1)
        .map(|it| it.split("```").next().expect("an end"))
        .collect();
    let found: Vec<Vec<String>> = queries
        .iter()
        .map(|sql| {
            let mut statement = connection.prepare(sql).expect(sql);
            let columns = statement.column_count();
            let rows = statement.query_map((), |row| {
                let cells = (0..columns).map(|at| {
                    let cell: rusqlite::types::Value = row.get(at)?;
                    Ok(match cell {
                        rusqlite::types::Value::Text(it) => it,
                        rusqlite::types::Value::Integer(it) => it.to_string(),
                        _ => "-".to_owned(),
                    })
                });
                let cells: Result<Vec<String>, rusqlite::Error> = cells.collect();
                Ok(cells?.join(" "))
            });
            rows.expect("rows").map(|it| it.expect("a row")).collect()
        })
        .collect();
    assert_eq!(queries.len(), 3);
    assert_eq!(found[0].len(), 1);
    assert!(
        found[0][0].ends_with(" 5 0"),
        "7.5 - 2 x 1.25: {:?}",
        found[0]
    );
    assert_eq!(found[1].len(), 3);
    assert!(
        found[1][0].contains("booked") && found[1][0].contains("7.5"),
        "{:?}",
        found[1]
    );
    assert_eq!(
        found[2].len(),
        2,
        "one list is pending, something remains: {:?}",
        found[2]
    );
}
