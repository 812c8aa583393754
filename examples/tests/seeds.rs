//! Every journal of `seeds/` comes to its right answers, and none is stale.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bonded_ledger::{Entry, HandbookNo, Ledger, Total};
use examples::seeds::{self, Expected, Figure};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A posted journal: the ledger, what was refused, the codes of the warnings.
struct Posted {
    ledger: Ledger,
    refused: Vec<(usize, String)>,
    warnings: Vec<String>,
}

fn post(path: &str) -> Posted {
    let mut posted = Posted {
        ledger: Ledger::new(),
        refused: Vec::new(),
        warnings: Vec::new(),
    };
    for (at, line) in read(path).lines().enumerate() {
        let place = format!("{path}:{}", at + 1);
        let entry = Entry::from_json(line).unwrap_or_else(|error| panic!("{place}: {error}"));
        match posted.ledger.post(&entry) {
            Ok(receipt) => {
                assert!(!receipt.duplicate, "{place}: a duplicate");
                let codes = receipt.warnings.iter().map(|it| it.code().to_string());
                posted.warnings.extend(codes);
            }
            Err(refusal) => posted.refused.push((at + 1, refusal.code().into())),
        }
        for book in posted.ledger.statement().handbooks {
            for row in book.materials {
                assert!(
                    row.is_conserved(),
                    "{place}: {} material {}",
                    book.handbook,
                    row.seq
                );
            }
        }
    }
    posted
}

fn number(text: &str) -> HandbookNo {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// A column of a statement by its name, as it is printed.
fn column(ledger: &Ledger, figure: &Figure) -> String {
    let statement = ledger.statement_of(Some(number(&figure.handbook)), figure.as_of);
    let rows = statement.handbooks.into_iter().flat_map(|it| it.materials);
    let row = rows.into_iter().find(|it| it.seq.get() == figure.material);
    let row =
        serde_json::to_value(row.expect("a material of the handbook")).expect("a row is JSON");
    match &row[&figure.column] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn check(journal: &str, expected: &str) {
    let posted = post(journal);
    let expected: Expected =
        serde_json::from_str(&read(expected)).unwrap_or_else(|error| panic!("{expected}: {error}"));
    let refused: Vec<(usize, String)> = expected
        .refused
        .iter()
        .map(|it| (it.line, it.code.clone()))
        .collect();
    assert_eq!(posted.refused, refused, "{journal}: refused");
    assert_eq!(posted.warnings, expected.warnings, "{journal}: warnings");
    for it in &expected.expect {
        let found = column(&posted.ledger, it);
        let what = format!(
            "{journal}: {} material {} {}",
            it.handbook, it.material, it.column
        );
        assert_eq!(found, it.value, "{what}");
    }
    let reasons: Vec<(String, String)> = posted
        .ledger
        .statement()
        .handbooks
        .iter()
        .filter(|it| it.status == bonded_ledger::Status::Open)
        .flat_map(|book| {
            let code = |it: &bonded_ledger::Reason| (book.handbook.to_string(), it.code().into());
            book.reasons.iter().map(code).collect::<Vec<_>>()
        })
        .collect();
    if !expected.reasons.is_empty() {
        let wanted = expected
            .reasons
            .iter()
            .map(|it| (it.handbook.clone(), it.code.clone()));
        assert_eq!(reasons, wanted.collect::<Vec<_>>(), "{journal}: reasons");
    }
    if let Some(wanted) = expected.chain {
        let chains = posted.ledger.chains().chains;
        let found = chains.iter().find(|it| it.chain == wanted.chain);
        let found = found.unwrap_or_else(|| panic!("{journal}: no chain {}", wanted.chain));
        let mut states = BTreeMap::new();
        for it in &found.carry_overs {
            let state = serde_json::to_value(it.state).expect("a state is JSON");
            *states
                .entry(state.as_str().unwrap_or_default().to_string())
                .or_insert(0) += 1;
        }
        let re_export: Total = found.re_export.iter().map(|it| it.quantity).sum();
        assert_eq!(found.closed, wanted.closed, "{journal}: closed");
        assert_eq!(states, wanted.carry_overs, "{journal}: carry-overs");
        assert_eq!(
            re_export.to_string(),
            wanted.re_export,
            "{journal}: re-export"
        );
    }
}

#[test]
fn no_seed_is_stale() {
    for file in seeds::all() {
        let same = read(&file.path) == file.content;
        assert!(
            same,
            "{} is stale; run cargo run -p examples --bin make-seeds",
            file.path
        );
    }
}

#[test]
fn the_ic_chain_closes_at_zero() {
    check(
        "seeds/ic-chain/journal.jsonl",
        "seeds/ic-chain/expected.json",
    );
}

#[test]
fn a_chain_of_wafers_made_abroad_closes() {
    check(
        "seeds/chain-carry-over/journal.jsonl",
        "seeds/chain-carry-over/expected.json",
    );
}

#[test]
fn a_chain_stays_open_for_every_reason() {
    check(
        "seeds/open-chain/journal.jsonl",
        "seeds/open-chain/expected.json",
    );
}

#[test]
fn one_book_of_a_chain_closes_alone() {
    check(
        "seeds/design-alone/journal.jsonl",
        "seeds/design-alone/expected.json",
    );
}

#[test]
fn edge_cases_come_out_right() {
    for number in 1..=11 {
        let path = |end: &str| format!("seeds/edge-cases/E{number}{end}");
        check(&path(".jsonl"), &path(".expected.json"));
    }
}
