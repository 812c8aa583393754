use std::collections::BTreeSet;

use super::{Check, cases, codes};
use crate::problem::{Problem, Severity};

fn run(script: &str) -> Vec<Problem> {
    cases::run(script).unwrap_or_else(|it| panic!("{script}: {it}"))
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|it| format!("{}: {it}", it.code))
        .collect()
}

#[test]
fn every_check_finds_its_failing_case_and_passes_the_other() {
    for check in codes() {
        let of = |it: &&Problem| it.code == check.code;
        let fails = run(check.fails);
        assert!(
            fails.iter().any(|it| of(&it)),
            "{}: {:?}",
            check.code,
            told(&fails)
        );
        let passes = run(check.passes);
        assert!(
            !passes.iter().any(|it| of(&it)),
            "{}: {:?}",
            check.code,
            told(&passes)
        );
        let errors: Vec<&Problem> = passes
            .iter()
            .filter(|it| it.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", check.code);
    }
}

/// What is found is the smallest: nothing is told but that, and what cannot be but with it.
#[test]
fn codes_are_unique_and_every_check_has_a_source_and_a_way_out() {
    let all: Vec<&Check> = codes().collect();
    let names: BTreeSet<&str> = all.iter().map(|it| it.code).collect();
    assert_eq!(names.len(), all.len());
    for check in &all {
        let certain = ["(read)", "(secondary)", "(unverified)"];
        let certain = certain.iter().any(|it| check.source.contains(it));
        assert!(certain, "{}: how sure is {}?", check.code, check.source);
        assert!(check.way_out.ends_with('.'), "{}", check.code);
        assert!(check.text.ends_with('.'), "{}", check.code);
    }
    let elsewhere = bonded_ledger::rules::all().map(|it| it.code);
    let elsewhere = elsewhere.chain(unit_consumption::rules::ALL.iter().map(|it| it.code));
    for code in elsewhere {
        assert!(!names.contains(code), "{code} means something else already");
    }
}

#[test]
fn documents_that_are_right_have_no_problem() {
    for script in [
        "INV101",
        "INV101 product",
        "INV101 customs",
        "NPTS001",
        "EML111",
        "EML121",
        "EMS121",
        "BHL101",
        "CMB101",
    ] {
        let problems = run(script);
        assert!(problems.is_empty(), "{script}: {:?}", told(&problems));
    }
}
