//! Any bytes as a message against a small ledger: told, never a panic; what is offered can be read
//! again, and once it is posted the same message is not new.
#![no_main]

use std::sync::LazyLock;

use bonded_exchange::receipts::{Books, Names, Outcome, read};
use bonded_exchange::{Message, OnFile, reconcile};
use bonded_ledger::{Entry, Ledger};
use libfuzzer_sys::fuzz_target;

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let lines = include_str!("receipt.jsonl").lines();
    lines.map(|it| Entry::from_json(it).expect("an entry")).collect()
});

fuzz_target!(|data: &[u8]| {
    let Ok(message) = Message::read(data) else { return };
    // With the list, without it, without the book.
    for count in 0..=ENTRIES.len() {
        let (mut ledger, mut on_file, mut names) = (Ledger::new(), OnFile::default(), Names::default());
        for entry in &ENTRIES[..count] {
            ledger.post(entry).expect("accepted");
            on_file.record(entry);
        }
        let mut books = Books::new(&ledger, &on_file, &names);
        books.nothing_else_comes = data.len() % 2 == 1;
        let last = books.nothing_else_comes;
        let told = read(&message, &books);
        assert_eq!(told.outcome == Outcome::New, !told.entries.is_empty());
        let on = bonded_ledger::parse_date("2026-06-01").expect("a day");
        let copy = reconcile::book(&message, &books, on);
        assert!(serde_json::to_string(&copy).is_ok());
        let _ = reconcile::lists(std::slice::from_ref(&message), &books, None);
        names.learn(&told);
        let mut accepted = true;
        for entry in &told.entries {
            let again = Entry::from_json(&entry.line()).expect("what is offered is an entry");
            accepted &= ledger.post(&again).is_ok();
            if !accepted {
                break;
            }
            on_file.record(&again);
        }
        if accepted && told.outcome == Outcome::New {
            let mut books = Books::new(&ledger, &on_file, &names);
            books.nothing_else_comes = last;
            let again = read(&message, &books);
            assert_ne!(again.outcome, Outcome::New, "{:?} {:?}", told.entries, again.entries);
        }
    }
});
