//! Entries written in Rust pass the same door as lines of a journal.

use bonded_ledger::testkit::entries;
use bonded_ledger::{
    AmendList, BookList, DeclareList, Entry, EntryKind, Ledger, ListLine, Movement, PassedLine,
    Quantity,
};

fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    for entry in entries("book A M1:100\nimport L1 A M1:10").unwrap() {
        ledger.post(&entry).unwrap();
    }
    ledger
}

fn refused(kind: impl Into<EntryKind>, code: &str) {
    let mut ledger = ledger();
    let before = ledger.statement();
    let refusal = ledger
        .post(&Entry::of("2026-03-02", kind).unwrap())
        .unwrap_err();
    assert_eq!(refusal.code(), code, "{refusal}");
    assert_eq!(before, ledger.statement());
}

#[test]
fn a_negative_passed_quantity_is_refused() {
    let quantity = "-7".parse().unwrap();
    let lines = vec![PassedLine {
        line: 1,
        quantity,
        legal_quantity: None,
    }];
    refused(
        BookList {
            lines,
            ..BookList::new("L1")
        },
        "invalid_value",
    );
}

#[test]
fn a_number_that_no_book_can_have_is_refused() {
    let mut entry = entries("book B M1").unwrap();
    let kind = entry.pop().unwrap().kind().clone();
    let EntryKind::OpenHandbook { mut handbook } = kind else {
        unreachable!()
    };
    handbook.number = "H22226A00001".parse().unwrap();
    refused(*handbook.clone(), "invalid_value");
    handbook.number = "C222226A0002".parse().unwrap();
    handbook.materials[0].used = Quantity::whole(-5);
    refused(*handbook, "invalid_value");
}

#[test]
fn more_lines_than_a_list_holds_are_refused() {
    let one = Quantity::whole(1).unwrap();
    let lines: Vec<ListLine> = (1..=10_000).map(|it| ListLine::new(it, 1, one)).collect();
    let list = DeclareList::new("L2", "C222226A0001", Movement::Imported).unwrap();
    refused(
        DeclareList {
            lines: lines.clone(),
            ..list
        },
        "limit_exceeded",
    );
    refused(
        AmendList {
            list: "L1".into(),
            lines,
            document: None,
        },
        "limit_exceeded",
    );
}

#[test]
fn the_same_content_twice_is_a_duplicate() {
    let mut ledger = ledger();
    let entry = Entry::of("2026-03-02", BookList::new("L1")).unwrap();
    assert!(!ledger.post(&entry).unwrap().duplicate);
    assert!(
        ledger
            .post(&Entry::of("2026-03-02", BookList::new("L1")).unwrap())
            .unwrap()
            .duplicate
    );
    let line = serde_json::to_string(&entry).unwrap();
    assert!(
        ledger
            .post(&Entry::from_json(&line).unwrap())
            .unwrap()
            .duplicate
    );
}
