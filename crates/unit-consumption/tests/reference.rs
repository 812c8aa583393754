//! The manual of the rules under `docs/reference/consumption` is generated from the code. This test
//! fails when it is stale; `BONDED_WRITE=1 cargo test -p unit-consumption --test reference` writes it
//! anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use unit_consumption::verify::Rule;
use unit_consumption::{Policy, cases, eligibility, rules};

fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/consumption"
    ))
}

fn script(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    format!("```text\n{}\n```\n", lines.collect::<Vec<_>>().join("\n"))
}

fn rule_page(rule: &Rule) -> String {
    let report = cases::run(rule.fails).unwrap_or_else(|it| panic!("{}: {it}", rule.code));
    let mut page = format!(
        "# {}\n\n**{}: {}.** {}\n\n*What to do:* {}\n\nSource:\n\n",
        rule.code,
        rule.severity.as_str(),
        rule.title,
        rule.text,
        rule.way_out
    );
    for law in rule.law {
        let _ = writeln!(page, "- {law}");
    }
    let _ = write!(
        page,
        "\nThe smallest case that passes:\n\n{}\nThe smallest case that it finds:\n\n{}\nWhat is said:\n\n",
        script(rule.passes),
        script(rule.fails)
    );
    for finding in report.findings().filter(|it| it.code() == rule.code) {
        let _ = writeln!(page, "> {finding}\n");
        if !finding.figures.is_empty() {
            page.push_str("| figure | |\n| --- | --- |\n");
            for (name, figure) in &finding.figures {
                let _ = writeln!(page, "| {name} | {figure} |");
            }
            if let Some(difference) = &finding.difference {
                let _ = writeln!(page, "| difference | {difference} |");
            }
            page.push('\n');
        }
    }
    for verdict in &report.handbooks[0].verdicts {
        let kind = verdict.verdict.as_str();
        let _ = writeln!(
            page,
            "Verdict on product {} version {}: **{kind}**, {}.\n",
            verdict.product, verdict.version, verdict.text
        );
    }
    page.push_str("[All rules](README.md) · [the language of the cases](README.md#cases)\n");
    page
}

fn index_page() -> String {
    let mut page = String::from(
        "# Rules of self-verification (企业自核单耗)\n\n\
         Generated from the code; `cargo test` fails when it is stale. How they work together, and the \
         verdicts: [docs/consumption.md](../../consumption.md).\n\n\
         | rule | severity | finds |\n| --- | --- | --- |\n",
    );
    for rule in rules::ALL {
        let _ = writeln!(
            page,
            "| [`{0}`]({0}.md) | {1} | {2} |",
            rule.code,
            rule.severity.as_str(),
            rule.title
        );
    }
    page.push_str("\n## Limits shipped\n\n| limit | value |\n| --- | --- |\n");
    let policy = Policy::builtin();
    let limits = policy.on(None);
    for (name, value) in [
        ("deviation", limits.deviation),
        ("scrap", limits.scrap),
        ("outlier", limits.outlier),
        ("mass", limits.mass),
        ("stage_yield", limits.stage_yield),
        ("drift", limits.drift),
    ] {
        let _ = writeln!(page, "| `{name}` | {value} % |");
    }
    let _ = writeln!(page, "| `step_months` | {} |", limits.step_months);
    let _ = writeln!(page, "\nIn force from {}: {}.", limits.from, limits.source);
    page.push_str(
        "\n## Eligibility\n\n| condition | from | asks for | source |\n| --- | --- | --- | --- |\n",
    );
    for asked in eligibility::builtin() {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} |",
            asked.condition.as_str(),
            asked.from,
            asked.condition.title(),
            asked.condition.law()
        );
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
    let mut pages: BTreeMap<String, String> = rules::ALL
        .iter()
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
        "docs/reference/consumption is stale ({}); run: BONDED_WRITE=1 cargo test -p unit-consumption --test reference",
        stale.join(", ")
    );
}
