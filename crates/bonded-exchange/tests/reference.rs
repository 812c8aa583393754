//! The manual of the checks under `docs/reference/exchange` is generated from the code. This test fails
//! when it is stale; `BONDED_WRITE=1 cargo test -p bonded-exchange --test reference` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use bonded_exchange::Severity;
use bonded_exchange::check::{self, Check, cases};
use bonded_exchange::codes::{CodeTable, Codes};

fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/exchange"
    ))
}

fn severity(check: &Check) -> &'static str {
    match check.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn check_page(check: &Check) -> String {
    let found = cases::run(check.fails).unwrap_or_else(|it| panic!("{}: {it}", check.code));
    let mut page = format!(
        "# {}\n\n**{}: {}.** {}\n\n*What to do:* {}\n\nSource: {}\n\n\
         The smallest case that passes:\n\n```text\n{}\n```\n\n\
         The smallest case that it finds:\n\n```text\n{}\n```\n\nWhat is said:\n\n",
        check.code,
        severity(check),
        check.title,
        check.text,
        check.way_out,
        check.source,
        check.passes,
        check.fails
    );
    for problem in found.iter().filter(|it| it.code == check.code) {
        let _ = writeln!(page, "> {problem}\n");
    }
    page.push_str("[All checks](README.md) · [the language of the cases](README.md#cases)\n");
    page
}

fn index_page() -> String {
    let mut page = String::from(
        "# Checks of documents before they are sent\n\n\
         Generated from the code; `cargo test` fails when it is stale. How they are used: \
         [docs/exchange.md](../../exchange.md). An error keeps a document back, a warning does not.\n\n\
         | check | severity | finds |\n| --- | --- | --- |\n",
    );
    for check in check::codes() {
        let _ = writeln!(
            page,
            "| [`{0}`]({0}.md) | {1} | {2} |",
            check.code,
            severity(check),
            check.title
        );
    }
    page.push_str(
        "\n## Code tables\n\nA code that is not in its table is an error in a document up to the day to \
         which the table is whole, and a warning later. A newer table, or rows with their days, can be \
         loaded without a new release.\n\n\
         | table | | codes | form | whole until |\n| --- | --- | ---: | --- | --- |\n",
    );
    let codes = Codes::builtin();
    for table in CodeTable::ALL {
        let whole = codes.whole_until(table);
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            table.name(),
            table.chinese(),
            codes.rows(table).len(),
            table.form(),
            whole.map_or(String::new(), |it| it.to_string())
        );
    }
    page.push_str(
        "\nEvery message and record with its elements: [records.md](records.md).\n\n## Cases\n\n",
    );
    let language = include_str!("../src/check/cases.rs").lines();
    let language = language
        .map_while(|it| it.strip_prefix("//!"))
        .map(|it| it.strip_prefix(' ').unwrap_or(it))
        .skip(2);
    for line in language {
        let _ = writeln!(page, "{line}");
    }
    page
}

#[test]
fn the_manual_says_what_the_checks_do() {
    let mut pages: BTreeMap<String, String> = check::codes()
        .map(|it| (format!("{}.md", it.code), check_page(it)))
        .collect();
    pages.insert("README.md".into(), index_page());
    let write = std::env::var_os("BONDED_WRITE").is_some();
    let mut stale = Vec::new();
    for (name, page) in &pages {
        let path = folder().join(name);
        if std::fs::read_to_string(&path).ok().as_ref() == Some(page) {
            continue;
        }
        if write {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&path, page).unwrap();
        } else {
            stale.push(name.clone());
        }
    }
    // A page of a check that is no more.
    if let Ok(found) = std::fs::read_dir(folder()) {
        let names = found.filter_map(|it| it.ok()?.file_name().into_string().ok());
        // The page of all records has a test of its own.
        let ours = |it: &String| it != "records.md" && !pages.contains_key(it);
        stale.extend(names.filter(ours));
    }
    assert!(
        stale.is_empty(),
        "docs/reference/exchange is stale ({}); run: BONDED_WRITE=1 cargo test -p bonded-exchange --test reference",
        stale.join(", ")
    );
}
