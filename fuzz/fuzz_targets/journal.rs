//! Any bytes as a journal: lines are entries or refused, and whatever is accepted is conserved.
#![no_main]

use bonded_ledger::{Entry, Ledger, Refusal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut ledger = Ledger::new();
    for line in data.split(|it| *it == b'\n') {
        let Ok(line) = std::str::from_utf8(line) else { continue };
        match Entry::from_json(line) {
            Ok(entry) => {
                let accepted = ledger.post(&entry).is_ok();
                // The same entry again: a duplicate, or refused again.
                assert_eq!(ledger.post(&entry).is_ok_and(|it| it.duplicate), accepted);
            }
            Err(error) => {
                assert!(!Refusal::of_input(&error).message().is_empty());
            }
        }
    }
    for book in ledger.statement().handbooks {
        assert!(book.materials.iter().all(|it| it.is_conserved()));
    }
    let _ = ledger.chains();
    for list in ledger.lists(&Default::default()) {
        let _ = ledger.trace(&list.number, None);
    }
});
