//! The seeds with production records come to the right verdicts.

use std::path::Path;

use bonded_ledger::{Entry, Ledger};
use unit_consumption::Policy;
use unit_consumption::dossier::Dossier;
use unit_consumption::production::CsvReader;
use unit_consumption::verify::{Report, VerdictKind, Verifier};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../seeds")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn verify(journal: &str, production: &str, dossiers: &str) -> Report {
    let mut ledger = Ledger::new();
    for line in read(journal).lines() {
        ledger.post(&Entry::from_json(line).unwrap()).unwrap();
    }
    let dossiers = read(dossiers);
    let mut declarations = Vec::new();
    for number in ledger.handbooks() {
        let mut declaration = ledger.consumption_declaration(number).unwrap();
        for line in dossiers.lines() {
            let dossier = Dossier::from_json(line).unwrap();
            if dossier.handbook == declaration.handbook {
                declaration.complete(dossier).unwrap();
            }
        }
        declarations.push(declaration);
    }
    let mut verifier = Verifier::new(declarations, Policy::builtin());
    let mut reader = CsvReader::new();
    let mut add = |record: Result<_, _>| verifier.add(&record.unwrap());
    reader.feed(read(production).as_bytes(), &mut add);
    reader.finish(&mut add);
    verifier.report(None)
}

#[test]
fn the_whole_chain_is_confirmed() {
    let report = verify(
        "ic-chain/journal.jsonl",
        "ic-chain/production.csv",
        "ic-chain/dossier.jsonl",
    );
    let told: Vec<String> = report.findings().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{told:#?}");
    assert_eq!(report.handbooks.len(), 3);
    for book in &report.handbooks {
        // Only the fab's handbook carries the mark of self-verification.
        let eligible = Some(book.handbook == "C222626A0001");
        assert_eq!(
            book.eligibility.eligible, eligible,
            "{:?}",
            book.eligibility
        );
        for verdict in &book.verdicts {
            assert_eq!(verdict.verdict, VerdictKind::Confirmed, "{}", verdict.text);
        }
    }
    let chips = &report.handbooks[2].lines[0];
    assert_eq!(chips.units.to_string(), "7554438");
    assert_eq!(
        (chips.used.to_string(), chips.expected.to_string()),
        ("950".into(), "950".into())
    );
}

#[test]
fn the_case_of_2025_is_9126_4_kilograms() {
    let report = verify(
        "self-verification/penalty-2025.jsonl",
        "self-verification/penalty-2025.production.csv",
        "self-verification/penalty-2025.dossier.json",
    );
    let verdict = &report.handbooks[0].verdicts[0];
    assert_eq!(verdict.verdict, VerdictKind::Disclose);
    let told = &verdict.disclosure.as_ref().unwrap().materials[0];
    assert_eq!(told.quantity.to_string(), "9126.4");
    assert_eq!(told.units.to_string(), "147200");
    assert_eq!(
        (told.declared.as_str(), told.actual.as_str()),
        ("1.087", "1.025")
    );
    assert_eq!(told.money.as_deref(), Some("368999.52"));
}

#[test]
fn a_yield_that_rises_is_a_new_version() {
    let report = verify(
        "self-verification/yield-step.jsonl",
        "self-verification/yield-step.production.csv",
        "self-verification/yield-step.dossier.json",
    );
    let verdict = &report.handbooks[0].verdicts[0];
    assert_eq!(verdict.verdict, VerdictKind::NewVersion, "{verdict:#?}");
    let suggested = &verdict.suggested[0];
    assert_eq!(suggested.since.as_deref(), Some("2026-04"));
    assert_eq!(suggested.net.to_string(), "0.000115741");
    // 1 − 0.94 × 0.995 = 6.47 %, less what the net's ninth decimal gives.
    assert_eq!(suggested.tangible_loss.to_string(), "6.469787");
}
