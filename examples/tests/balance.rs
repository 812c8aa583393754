//! How a test suite asserts a handbook's balance: the journal that an ERP would send, and figures.

use bonded_ledger::testkit::{assert_balanced, check};
use bonded_ledger::{Entry, Ledger};

fn posted(journal: &str) -> Ledger {
    let mut ledger = Ledger::new();
    for line in journal.lines() {
        let entry = Entry::from_json(line).unwrap();
        ledger.post(&entry).unwrap();
    }
    ledger
}

#[test]
fn the_first_journal_leaves_forty_wafers() {
    let journal = include_str!("../../crates/bonded-ledger/tests/data/first.jsonl");
    assert_balanced!(posted(journal), "C222626A0001", {
        M1: { imported: "1000", consumed: "960", loss_tangible: "48", remaining: "40" },
        P1: { exported: "912", pending_out: "0" },
    });
}

#[test]
#[should_panic(expected = "M1     remaining                            41                   40")]
fn a_wrong_balance_is_told_apart() {
    let journal = include_str!("../../crates/bonded-ledger/tests/data/first.jsonl");
    assert_balanced!(posted(journal), "C222626A0001", { M1: { remaining: "41" } });
}

#[test]
fn or_in_the_clerk_s_language() {
    check(
        "book A M1:1000 P1 P1<M1*1/loss=5
         import I-1 A M1:1000
         deduct I-1
         export E-1 A P1:912
         deduct E-1
         import I-2 A M1:25 -> refused quota_exceeded
         ? A M1 remaining = 40",
    );
}
