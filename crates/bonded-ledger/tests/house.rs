//! The rules of the house, executed: a rule that is not decays.

use std::collections::BTreeSet;
use std::process::Command;

fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn dependencies(package: &str) -> BTreeSet<String> {
    let arguments = [
        "tree", "-p", package, "-e", "normal", "--prefix", "none", "--depth", "1",
    ];
    let tree = run(env!("CARGO"), &arguments).expect("cargo tree runs");
    tree.lines()
        .filter_map(|it| it.split(' ').next())
        .map(Into::into)
        .collect()
}

/// ARCHITECTURE.md: the core does no I/O and knows no SQL, XML, files, terminal. What it may depend
/// on is listed; a new name here is a decision.
#[test]
fn the_core_depends_on_nothing_else() {
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|it| (*it).to_string())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        dependencies("exact-json"),
        set(&[
            "exact-json",
            "chrono",
            "serde",
            "serde_json",
            "siphasher",
            "strsim",
            "uuid"
        ])
    );
    assert_eq!(
        dependencies("unit-consumption"),
        set(&[
            "unit-consumption",
            "chrono",
            "csv-core",
            "exact-json",
            "num-bigint",
            "num-integer",
            "num-rational",
            "num-traits",
            "rust_decimal",
            "serde",
            "thiserror"
        ])
    );
    assert_eq!(
        dependencies("bonded-ledger"),
        set(&[
            "bonded-ledger",
            "chrono",
            "exact-json",
            "rust_decimal",
            "serde",
            "serde_json",
            "siphasher",
            "strsim",
            "thiserror",
            "unit-consumption",
            "uuid"
        ])
    );
    assert_eq!(
        dependencies("bonded-tax"),
        set(&[
            "bonded-tax",
            "bonded-ledger",
            "chrono",
            "exact-json",
            "rust_decimal",
            "serde",
            "serde_json",
            "unit-consumption"
        ])
    );
}

/// No I/O, no clock, no randomness, no thread in the core's sources.
#[test]
fn the_core_asks_nobody() {
    let banned = [
        "std::fs",
        "std::io",
        "std::net",
        "std::env",
        "std::thread",
        "std::time",
        "println!",
    ];
    for folder in [
        "exact-json",
        "unit-consumption",
        "bonded-ledger",
        "bonded-tax",
    ] {
        let pattern = format!("crates/{folder}/src");
        let Some(files) = run("git", &["ls-files", "--", &pattern]) else {
            println!("skipped the_core_asks_nobody: not a git checkout");
            return;
        };
        for file in files.lines().filter(|it| it.ends_with(".rs")) {
            let path = format!("{}/../../{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap_or_default();
            for word in banned {
                assert!(!text.contains(word), "{file} names {word}");
            }
        }
    }
}

/// What is stored, and in which order, depends on no clock: one that is set back changes nothing.
#[test]
fn no_store_reads_the_clock() {
    for folder in ["bonded-store", "bonded-sqlite", "bonded-postgres"] {
        let pattern = format!("crates/{folder}/src");
        let Some(files) = run("git", &["ls-files", "--", &pattern]) else {
            println!("skipped no_store_reads_the_clock: not a git checkout");
            return;
        };
        for file in files.lines() {
            let path = format!("{}/../../{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path)
                .unwrap_or_default()
                .to_lowercase();
            // When tables were made is noted for people, and never read.
            let text = text.replace("applied timestamptz not null default now()", "");
            for word in [
                "::now(",
                " now()",
                "(now()",
                "current_timestamp",
                "current_date",
                "clock_timestamp",
            ] {
                assert!(!text.contains(word), "{file} asks {word:?}");
            }
        }
    }
}

/// The project speaks of itself only.
#[test]
fn no_path_of_a_machine_is_in_the_project() {
    let Some(files) = run("git", &["ls-files"]) else {
        println!("skipped no_path_of_a_machine_is_in_the_project: not a git checkout");
        return;
    };
    // Taken apart, so that this file does not hold what it looks for.
    let words = [
        ["/wo", "rk/"],
        ["/ro", "ot/"],
        ["../sha", "red"],
        ["index.crates", ".io"],
    ];
    let words: Vec<String> = words.iter().map(|it| it.concat()).collect();
    for file in files
        .lines()
        .filter(|it| !it.starts_with(".ci/") && *it != "Cargo.lock")
    {
        let path = format!("{}/../../{file}", env!("CARGO_MANIFEST_DIR"));
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        for word in &words {
            assert!(!text.contains(word.as_str()), "{file} holds {word}");
        }
    }
}

/// Every crate denies what the workspace denies.
#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let Some(files) = run("git", &["ls-files", "--", "*/Cargo.toml"]) else {
        println!("skipped every_crate_takes_the_lints_of_the_workspace: not a git checkout");
        return;
    };
    for file in files.lines().filter(|it| !it.starts_with("fuzz/")) {
        let path = format!("{}/../../{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            text.contains("[lints]\nworkspace = true"),
            "{file} has lints of its own"
        );
    }
}
