//! Many entries posted together are what they are one by one, on however many threads.

use bonded_ledger::{Entry, testkit};
use bonded_store::{DurableLedger, MemoryStore, Store as _};

/// Lists of many lines, some of which the ledger refuses, some of which are there twice.
fn entries() -> Vec<Entry> {
    let mut script = String::from("book A M1:1000000 M2:400 P1:1000000 P1<M1*1");
    for list in 0..900 {
        let lines = " M1:1.5".repeat(1 + list % 40);
        script.push_str(&format!("\nimport L{list} A{lines}"));
        if list % 3 == 0 {
            script.push_str(&format!("\ndeduct L{list}"));
        }
        if list > 300 && list % 97 == 90 {
            script.push_str(&format!("\nimport X{list} A M2:401"));
        }
    }
    let mut entries = testkit::entries(&script).expect("a script");
    entries.insert(800, entries[300].clone());
    entries
}

fn ledger() -> DurableLedger<MemoryStore> {
    DurableLedger::open(MemoryStore::new()).expect("opened")
}

#[test]
fn together_they_are_what_they_are_one_by_one() {
    let entries = entries();
    let text: usize = entries.iter().map(|it| it.line().len()).sum();
    assert!(text > 500_000, "enough for another thread");
    let (mut together, mut single) = (ledger(), ledger());
    let answers = together.post_all(&entries).expect("stored").answers;
    assert_eq!(answers.len(), entries.len());
    let mut refused = 0;
    for (entry, answer) in entries.iter().zip(&answers) {
        match (single.post(entry), answer) {
            (Ok(one), Ok(other)) => assert_eq!(one, *other),
            (Err(one), Err(other)) => {
                refused += 1;
                assert_eq!(one.to_string(), other.to_string());
            }
            (one, other) => panic!("{one:?} and {other:?}"),
        }
    }
    assert_eq!(refused, 6);
    assert_eq!(together.head(), single.head());
    together.verify(&[single.head()]).expect("sound");
    assert_eq!(together.store().read(0, usize::MAX).expect("read").len(), 1);
}

#[test]
fn a_refusal_far_behind_keeps_out_what_it_should() {
    let entries = entries();
    let mut single = ledger();
    let first = entries.iter().position(|it| single.post(it).is_err());
    let first = first.expect("one is refused");
    let before: usize = entries[..first].iter().map(|it| it.line().len()).sum();
    assert!(before > 100_000, "another thread has long begun");

    let mut until = ledger();
    let answers = until.post_until_refused(&entries).expect("stored");
    assert!(answers.stored);
    assert_eq!(answers.answers.len(), first + 1);
    assert_eq!(until.head().position, first as u64);

    let mut whole = ledger();
    let answers = whole.post_atomically(&entries).expect("answered");
    assert!(!answers.stored);
    assert_eq!(answers.answers.len(), first + 1);
    assert_eq!(whole.head().position, 0);
    let answers = whole.post_atomically(&entries[..first]).expect("answered");
    assert!(answers.stored);
    assert_eq!(whole.head(), until.head());
    whole.verify(&[]).expect("sound");
}
