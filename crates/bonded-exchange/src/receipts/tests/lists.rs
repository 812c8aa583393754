use bonded_ledger::EntryKind;

use super::support::{BOND, BOOK, Desk, List, OWN, SEQ, codes, open, package};
use crate::receipts::Outcome;

#[test]
fn a_list_passes_from_its_document_to_its_deduction() {
    let mut desk = Desk::new();
    let told = desk.deliver(&List::default().client());
    assert_eq!(Desk::kinds(&told), ["declare_list"]);
    let list = desk.on_file.list(OWN).expect("declared");
    assert_eq!(list.date.to_string(), "2026-03-01");
    let line = &list.declared.lines[1];
    assert_eq!((line.seq, line.quantity.to_string().as_str()), (2, "20.5"));
    let details = line.details.as_ref().expect("details");
    assert_eq!(details.origin.as_deref(), Some("116"));
    assert_eq!(
        details.currency.map(|it| it.to_string()).as_deref(),
        Some("502")
    );
    // What the journal has no field for is not lost, by the customs' names.
    let customs = &details.ext.as_ref().expect("ext")["customs"];
    assert_eq!(customs["destinationNatcd"], "142");
    assert_eq!(customs["gdsNm"], "金线");
    let customs = &list.declared.ext.as_ref().expect("ext")["customs"];
    assert_eq!(customs["genDecFlag"], "1");
    assert_eq!(customs["bondInvtTypecd"], "0");
    assert!(customs.get("putrecNo").is_none());

    let told = desk.deliver(&List::default().inv201("4", "2026-03-01"));
    assert_eq!(told.outcome, Outcome::Known);
    let told = desk.deliver(&List::default().deducted().inv211());
    assert_eq!(Desk::kinds(&told), ["book_list"]);
    let list = desk
        .ledger
        .list_summary(BOND)
        .expect("customs' number names it");
    assert_eq!((list.number.as_str(), list.state), (OWN, "booked"));
    assert_eq!(
        list.booked.map(|it| it.to_string()).as_deref(),
        Some("2026-03-02")
    );
    assert_eq!(
        list.customs_declaration.as_deref(),
        Some("520720261520000001")
    );
    // The same deduction by the other receipt, and again.
    for again in [
        List::default().deducted().inv201("1", "2026-03-02"),
        List::default().deducted().inv211(),
    ] {
        assert_eq!(desk.deliver(&again).outcome, Outcome::Known);
    }
}

#[test]
fn both_receipts_of_a_deduction_are_one_entry() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().inv101());
    let one = desk.told(&List::default().deducted().inv201("1", "2026-03-02"));
    let other = desk.told(&List::default().deducted().inv211());
    assert_eq!(one.entries.len(), 1);
    assert_eq!(one.entries[0], other.entries[0]);
}

#[test]
fn a_whole_receipt_of_an_unknown_list_declares_and_books_it() {
    let mut desk = Desk::new();
    let told = desk.deliver(&List::default().deducted().inv201("1", "2026-03-02"));
    assert_eq!(Desk::kinds(&told), ["declare_list", "book_list"]);
    assert_eq!(
        desk.deliver(&List::default().client()).outcome,
        Outcome::Known
    );
    let material = desk
        .ledger
        .material(BOOK.parse().expect("a number"), 1)
        .expect("a material");
    assert_eq!(material.remaining.to_string(), "100");
}

#[test]
fn what_passed_otherwise_is_booked_so() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().inv101());
    let passed = List::default().quantity(1, "99.5").deducted();
    let told = desk.deliver(&passed.inv201("1", "2026-03-02"));
    let EntryKind::BookList(booked) = told.entries[0].kind() else {
        panic!("{told:?}");
    };
    assert_eq!(booked.lines.len(), 1);
    assert_eq!(booked.lines[0].quantity.to_string(), "99.5");
    // The document again says other than what passed: it was before.
    assert_eq!(
        desk.deliver(&List::default().inv101()).outcome,
        Outcome::Known
    );
    // Another receipt with a third quantity is a contradiction.
    let third = List::default().quantity(1, "98").deducted();
    let told = desk.deliver(&third.inv201("1", "2026-03-02"));
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Contradicts, vec!["quantities_differ"])
    );
    assert!(
        told.problems[0].found.contains("98, on file 99.5"),
        "{:?}",
        told.problems
    );
}

#[test]
fn a_pre_deduction_of_another_quantity_contradicts() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().inv101());
    let told = desk.deliver(&List::default().quantity(2, "20").inv201("4", "2026-03-01"));
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Contradicts, vec!["quantities_differ"])
    );
    let mut fewer = List::default();
    fewer.lines.pop();
    let told = desk.deliver(&fewer.deducted().inv201("1", "2026-03-02"));
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Contradicts, vec!["quantities_differ"])
    );
}

#[test]
fn returned_is_withdrawn_unless_it_was_booked() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().client());
    let told = desk.deliver(&List::default().short("3", "2026-03-03"));
    assert_eq!(
        told.outcome,
        Outcome::Waits,
        "no number that the ledger knows"
    );
    let first = "<CommonResponeMessage><SeqNo>202600000000000001</SeqNo><EtpsPreentNo>ERP-1</EtpsPreentNo><DealFlag>0</DealFlag></CommonResponeMessage>";
    assert_eq!(desk.deliver(first).outcome, Outcome::Informs);
    let told = desk.deliver(&List::default().short("3", "2026-03-03"));
    assert_eq!(Desk::kinds(&told), ["withdraw_list"]);
    // Deducted after it was returned: customs says two things.
    let told = desk.deliver(&List::default().deducted().inv211());
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Contradicts, vec!["deducted_after_withdrawal"])
    );

    let mut desk = Desk::new();
    desk.deliver(&List::default().deducted().inv201("1", "2026-03-02"));
    let told = desk.deliver(&List::default().inv201("3", "2026-03-03"));
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Contradicts, vec!["returned_although_booked"])
    );
    assert!(told.entries.is_empty());
}

#[test]
fn a_change_that_was_accepted_amends() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().inv101());
    let changed = List {
        change: 1,
        asked: "2",
        ..List::default()
    }
    .quantity(1, "80");
    // Asked for: nothing yet. The list, returned from its change, stands.
    assert_eq!(desk.deliver(&changed.inv101()).outcome, Outcome::Informs);
    assert_eq!(
        desk.deliver(&changed.inv201("3", "2026-03-04")).outcome,
        Outcome::Informs
    );
    let told = desk.deliver(&changed.inv201("1", "2026-03-05"));
    assert_eq!(Desk::kinds(&told), ["amend_list"]);
    assert_eq!(told.entries[0].date().to_string(), "2026-03-05");
    assert_eq!(
        desk.deliver(&changed.inv201("1", "2026-03-05")).outcome,
        Outcome::Known
    );
    // The receipt of the first declaration, late.
    assert_eq!(
        desk.deliver(&List::default().inv201("4", "2026-03-01"))
            .outcome,
        Outcome::Known
    );
    // The next change but one waits for the next.
    let third = List {
        change: 3,
        ..changed.clone()
    };
    let told = desk.deliver(&third.inv201("1", "2026-03-06"));
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Waits, vec!["change_missing"])
    );
    // A deduction of the list as changed.
    let told = desk.deliver(
        &List {
            change: 1,
            ..List::default()
        }
        .deducted()
        .inv211(),
    );
    assert_eq!(Desk::kinds(&told), ["book_list"]);
    let lines = desk.ledger.list_lines(OWN).expect("a list");
    assert_eq!(lines[0].quantity.to_string(), "80");
}

#[test]
fn a_change_without_its_lines_cannot_be_told() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().inv201("4", "2026-03-01"));
    let changed = List {
        change: 1,
        asked: "2",
        ..List::default()
    };
    let told = desk.deliver(&changed.short("1", "2026-03-05"));
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Waits, vec!["change_without_lines"])
    );
}

#[test]
fn a_change_of_a_list_that_was_never_here_is_declared_when_nothing_else_comes() {
    let mut desk = Desk::new();
    let changed = List {
        change: 2,
        asked: "2",
        ..List::default()
    }
    .deducted();
    let receipt = changed.inv201("1", "2026-03-05");
    assert_eq!(desk.deliver(&receipt).outcome, Outcome::Waits);
    desk.nothing_else = true;
    let told = desk.deliver(&receipt);
    assert_eq!(Desk::kinds(&told), ["declare_list", "book_list"]);
    assert_eq!(desk.deliver(&receipt).outcome, Outcome::Known);
}

#[test]
fn a_deletion_brings_the_deduction_before_it() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().inv101());
    let deleted = List {
        asked: "3",
        status: "3",
        ..List::default().deducted()
    };
    let told = desk.deliver(&deleted.inv201("1", "2026-03-08"));
    assert_eq!(Desk::kinds(&told), ["book_list", "withdraw_list"]);
    let list = desk.ledger.list_summary(OWN).expect("a list");
    assert_eq!((list.state, list.booked.is_some()), ("withdrawn", true));
    assert_eq!(
        desk.deliver(&List::default().deducted().inv211()).outcome,
        Outcome::Known
    );
}

#[test]
fn what_is_not_here_yet_waits() {
    let mut desk = Desk::empty();
    let told = desk.deliver(&List::default().inv101());
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Waits, vec!["handbook_unknown"])
    );
    desk.post(&open(BOOK));
    let told = desk.deliver(&List::default().deducted().inv211());
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Waits, vec!["list_unknown"])
    );
    let mut item = List::default();
    item.lines[1].1 = 7;
    let told = desk.deliver(&item.inv101());
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Waits, vec!["item_unknown"])
    );
}

#[test]
fn a_carry_over_is_declared_on_both_sides() {
    const OTHER: &str = "C520726A0002";
    let mut desk = Desk::new();
    desk.post(&open(OTHER));
    let receiving = List {
        mode: "0654",
        other: (OTHER, "IGNORED"),
        ..List::default()
    };
    let sending = List {
        book: OTHER,
        way: "E",
        mode: "0654",
        other: (BOOK, BOND),
        bond: "QD520726E000000002",
        seq: "202600000000000002",
        own: "ERP-2",
        ..List::default()
    };
    // 转入先报.
    let told = desk.deliver(&sending.inv101());
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Waits, vec!["receiving_list_unknown"])
    );
    let told = desk.deliver(&receiving.inv201("4", "2026-03-01"));
    let EntryKind::DeclareList { list } = told.entries[0].kind() else {
        panic!("{told:?}");
    };
    let counterpart = list.counterpart.as_ref().expect("a counterpart");
    assert_eq!(
        (counterpart.handbook.as_str(), &counterpart.list),
        (OTHER, &None)
    );
    let customs = &list.ext.as_ref().expect("ext")["customs"];
    assert_eq!(customs["rltInvtNo"], "IGNORED");
    let told = desk.told(&sending.inv101());
    let EntryKind::DeclareList { list } = told.entries[0].kind() else {
        panic!("{told:?}");
    };
    let counterpart = list.counterpart.as_ref().expect("a counterpart");
    assert_eq!(
        (counterpart.handbook.as_str(), counterpart.list.as_deref()),
        (BOOK, Some(OWN))
    );
}

#[test]
fn scrap_stands_as_it_is_presented() {
    let mut desk = Desk::new();
    let mut scrap = List {
        mode: "0844",
        ..List::default()
    };
    scrap.lines = vec![(1, 1, "3", "020", "废硅片", "3818009000")];
    let told = desk.told(&scrap.inv101());
    let EntryKind::DeclareList { list } = told.entries[0].kind() else {
        panic!("{told:?}");
    };
    let presented = list.lines[0].presented().expect("presented");
    assert_eq!(
        (presented.hs.as_str(), presented.name.as_str()),
        ("3818009000", "废硅片")
    );
    scrap.lines[0].3 = "035";
    let told = desk.deliver(&scrap.inv101());
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Faulty, vec!["unit_differs"])
    );
}

#[test]
fn values_that_cannot_be_are_all_told() {
    let mut desk = Desk::new();
    let mut list = List {
        way: "X",
        ..List::default()
    };
    let told = desk.deliver(&list.inv101());
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Faulty, vec!["code_unknown"])
    );
    list.way = "I";
    let list = list.quantity(1, "ten").quantity(2, "");
    let told = desk.deliver(&list.inv101());
    assert_eq!(codes(&told), ["value_unreadable", "value_missing"]);
    let places: Vec<_> = told
        .problems
        .iter()
        .map(|it| it.place.to_string())
        .collect();
    assert_eq!(places, ["BondInvtDt[1]/dclQty: ", "BondInvtDt[2]/dclQty: "]);
    let told = desk.deliver(&List::default().short("7", "2026-03-01"));
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Contradicts, vec!["result_unknown"])
    );
    let itself = List {
        asked: "2",
        ..List::default()
    }
    .inv201("1", "2026-03-02");
    let itself = itself.replacen("<typecd>2<", "<typecd>3<", 1);
    let told = desk.deliver(&itself);
    assert_eq!(codes(&told), ["receipt_contradicts_itself"]);
}

#[test]
fn a_deduction_before_the_declaration_contradicts() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().inv101());
    let early = List {
        formal: "2026-02-27 10:00:00",
        ..List::default().deducted()
    };
    let told = desk.deliver(&early.inv211());
    assert_eq!(
        (told.outcome, codes(&told)),
        (Outcome::Contradicts, vec!["before_declaration"])
    );
    assert!(told.problems[0].expected.contains("2 days less"));
}

#[test]
fn a_list_that_was_returned_is_declared_again_under_another_number() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().inv201("4", "2026-03-01"));
    desk.deliver(&List::default().inv201("3", "2026-03-02"));
    let again = List {
        seq: "202600000000000009",
        bond: "QD520726I000000009",
        ..List::default()
    };
    let told = desk.deliver(&again.inv201("4", "2026-03-05"));
    assert_eq!(Desk::kinds(&told), ["declare_list"]);
    let list = desk
        .on_file
        .list("202600000000000009")
        .expect("by its pre-entry number");
    assert_eq!(list.declared.reference.as_deref(), Some(OWN));
    // Each finds its own.
    assert_eq!(
        desk.deliver(&List::default().inv201("3", "2026-03-02"))
            .outcome,
        Outcome::Known
    );
    assert_eq!(
        Desk::kinds(&desk.told(&again.deducted().inv211())),
        ["book_list"]
    );
}

#[test]
fn other_accounts_and_words_move_no_book() {
    let mut desk = Desk::new();
    for book in ["T3111W000076", "L9013B19A008", "H520726A0001"] {
        let told = desk.deliver(
            &List {
                book,
                ..List::default()
            }
            .inv201("1", "2026-03-02"),
        );
        assert_eq!(told.outcome, Outcome::Informs, "{book}");
        assert!(
            told.problems.is_empty() && told.notes.iter().any(|it| it.contains(book)),
            "{told:?}"
        );
    }
    for (result, list) in [
        ("2", List::default()),
        ("Y", List::default()),
        ("Z", List::default()),
    ] {
        assert_eq!(
            desk.deliver(&list.short(result, "2026-03-01")).outcome,
            Outcome::Informs
        );
    }
    let made = package(
        "INV202",
        "<InvApprResult><businessId>QD520726I000000001</businessId><entrySeqNo>I20260000000000001</entrySeqNo><manageResult>1</manageResult></InvApprResult>",
    );
    let told = desk.deliver(&made);
    assert_eq!(told.outcome, Outcome::Informs);
    assert!(told.notes[0].contains("I20260000000000001"));
    let taken = package(
        "INV200",
        "<MsgReceResult><etpsPreentNo>1</etpsPreentNo><manageResult>2</manageResult><rmk>no</rmk></MsgReceResult>",
    );
    assert_eq!(codes(&desk.deliver(&taken)), ["not_taken_in"]);
    let gate = package(
        "SAS223",
        "<HdeApprResult><businessId>Z1</businessId><manageResult>1</manageResult></HdeApprResult>",
    );
    assert!(desk.deliver(&gate).notes[0].contains("已过卡"));
    let saved = List::default()
        .client()
        .replace("<DelcareFlag>1", "<DelcareFlag>0");
    assert_eq!(desk.deliver(&saved).outcome, Outcome::Informs);
    let parts = List::default()
        .inv201("4", "2026-03-01")
        .replace("<total_pocket_qty>1", "<total_pocket_qty>2");
    assert_eq!(codes(&desk.deliver(&parts)), ["message_in_parts"]);
    assert_eq!(codes(&desk.deliver("<nothing/>")), ["message_unknown"]);
}

#[test]
fn either_case_any_namespace_and_nil_are_alike() {
    let plain = List::default().deducted().inv201("1", "2026-03-02");
    let prefixed = plain
        .replace("<rltInvtNo></rltInvtNo>", "<rltInvtNo xsi:nil=\"true\"/>")
        .replace("<rltPutrecNo></rltPutrecNo>", "")
        .replace("<bondInvtNo>", "<BondInvtNo>")
        .replace("</bondInvtNo>", "</BondInvtNo>")
        .replace(
            " xmlns=",
            " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:ns2=",
        );
    let (one, other) = (Desk::new().told(&plain), Desk::new().told(&prefixed));
    assert_eq!(one.entries, other.entries);
    assert_eq!(one.entries.len(), 2);
    assert_eq!(SEQ.len(), 18);
}
