//! What the tests share.
#![allow(dead_code, reason = "no test uses all of it")]

use std::path::Path;

use bonded_ledger::{Entry, testkit};
use bonded_sqlite::SqliteStore;
use bonded_store::DurableLedger;

/// A handbook and lists on it, all of them accepted.
pub(crate) fn journal(lists: usize) -> Vec<Entry> {
    let mut script = String::from("book A M1:1000000 P1:1000000 P1<M1*1");
    for list in 0..lists {
        script.push_str(&format!("\nimport L{list} A M1:{}.5", list + 1));
    }
    testkit::entries(&script).expect("a script")
}

pub(crate) fn open(path: &Path) -> DurableLedger<SqliteStore> {
    let store = SqliteStore::open(path).unwrap_or_else(|error| panic!("{error}"));
    DurableLedger::open(store).unwrap_or_else(|error| panic!("{error}"))
}

/// The bytes of the file and of what stands beside it.
pub(crate) fn all_bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).expect("a folder");
    let mut all: Vec<(String, Vec<u8>)> = files
        .map(|it| it.expect("a file"))
        .filter(|it| it.path().is_file())
        .map(|it| {
            let name = it.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(it.path()).expect("readable"))
        })
        .collect();
    all.sort();
    all
}
