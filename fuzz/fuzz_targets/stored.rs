//! Any bytes as what a store keeps: a batch or a snapshot, or an error. What is read is written again
//! as the same, and answers every question.
#![no_main]

use bonded_ledger::{Ledger, ListFilter};
use bonded_store::Batch;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(batch) = Batch::decode(bytes) {
        let again = Batch::decode(&batch.encode()).expect("it was written");
        assert_eq!(again, batch);
        let _ = batch.check_chain();
        let middle = batch.start().position.saturating_add(batch.len() as u64 / 2);
        let _ = batch.after(middle).map(|it| it.records().count());
    }
    if let Ok(mut ledger) = Ledger::restore(bytes) {
        assert_eq!(ledger.snapshot(), bytes);
        let _ = (ledger.statement(), ledger.chains());
        for list in ledger.lists(&ListFilter::default()).iter().take(20) {
            let _ = ledger.trace(&list.number, None);
        }
        let more = include_str!("../../crates/bonded-ledger/tests/data/first.jsonl").lines();
        for line in more {
            let entry = bonded_ledger::Entry::from_json(line).expect("an entry");
            let _ = ledger.post(&entry);
        }
        let _ = ledger.statement();
    }
});
