//! The manual of the rules under `docs/reference/tax` is generated from the code. This test fails when
//! it is stale; `BONDED_WRITE=1 cargo test -p bonded-tax --test reference` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use bonded_tax::rules::{self, Rule};
use bonded_tax::{Inputs, Said, cases, codes, parameters};

fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/tax"
    ))
}

fn script(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    format!("```text\n{}\n```\n", lines.collect::<Vec<_>>().join("\n"))
}

fn rule_page(rule: &Rule) -> String {
    let said = cases::run(rule.case).unwrap_or_else(|it| panic!("{}: {it}", rule.code));
    let mut page = format!(
        "# {}\n\n**{}.** {}\n\nSource:\n\n",
        rule.code, rule.title, rule.text
    );
    for law in rule.law {
        let _ = writeln!(page, "- {law}");
    }
    let _ = write!(
        page,
        "\nThe smallest case:\n\n{}\nWhat is said:\n\n",
        script(rule.case)
    );
    let own: Vec<&Said> = said.iter().filter(|it| it.rule == rule).collect();
    for it in own {
        let _ = writeln!(page, "> {}", it.text);
        if !it.lines.is_empty() {
            let _ = writeln!(page, ">\n> *lines:* {}", it.lines.join("; "));
        }
        if !it.rows.is_empty() {
            let _ = writeln!(page, ">\n> *rows:* {}", it.rows.join("; "));
        }
        page.push('\n');
    }
    page.push_str("[All rules](README.md) · [the language of the cases](README.md#cases)\n");
    page
}

fn index_page() -> String {
    let mut page = String::from(
        "# Rules of tax (内销征税、缓税利息、出口退税)\n\n\
         Generated from the code; `cargo test` fails when it is stale. How they work together, and the \
         files of rates and prices: [docs/tax.md](../../tax.md).\n\n\
         | rule | computes |\n| --- | --- |\n",
    );
    for rule in rules::all() {
        let _ = writeln!(page, "| [`{0}`]({0}.md) | {1} |", rule.code, rule.title);
    }
    page.push_str(
        "\n## Parameters shipped\n\nA row of `parameters` in a file that begins on the same day takes the \
         place of one; a later one follows it.\n\n| parameter | from | value | what it is | source |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    let shipped = Inputs::builtin();
    for parameter in parameters::ALL {
        for row in shipped.parameters.rows(parameter) {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} {} | {} | {} |",
                parameter.name, row.from, row.value, parameter.unit, parameter.title, row.source
            );
        }
    }
    page.push_str("\n## Other rows shipped\n\n| table | from | until | what | source |\n| --- | --- | --- | --- | --- |\n");
    for (table, what, row) in shipped.shipped_rows() {
        let until = row.until.map(|it| it.to_string()).unwrap_or_default();
        let _ = writeln!(
            page,
            "| `{table}` | {} | {until} | {what} | {} |",
            row.from, row.source
        );
    }
    page.push_str("\n## What cannot be computed\n\nEach says what to add, and where.\n\n| code | |\n| --- | --- |\n");
    for code in codes::ALL {
        let _ = writeln!(page, "| `{}` | {} |", code.code, code.title);
    }
    page.push_str("\n## Cases\n\nThe smallest cases are written in a few words:\n\n");
    let language = include_str!("../src/cases.rs").lines();
    let table = language
        .map_while(|it| it.strip_prefix("//!"))
        .map(str::trim)
        .skip_while(|it| !it.starts_with('|'));
    for line in table {
        let _ = writeln!(page, "{line}");
    }
    page
}

#[test]
fn the_manual_says_what_the_rules_do() {
    let mut pages: BTreeMap<String, String> = rules::all()
        .map(|rule| (format!("{}.md", rule.code), rule_page(rule)))
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
    // A page of a rule that is no more.
    if let Ok(found) = std::fs::read_dir(folder()) {
        let names = found.filter_map(|it| it.ok()?.file_name().into_string().ok());
        stale.extend(names.filter(|it| !pages.contains_key(it)));
    }
    assert!(
        stale.is_empty(),
        "docs/reference/tax is stale ({}); run: BONDED_WRITE=1 cargo test -p bonded-tax --test reference",
        stale.join(", ")
    );
}
