use bonded_ledger::Date;
use proptest::prelude::*;

use crate::message::Message;
use crate::receipts::Books;
use crate::receipts::tests::books::Book;
use crate::receipts::tests::support::{BOOK, Desk, List};
use crate::reconcile::{Likely, Reconciliation, book, lists};

fn day() -> Date {
    bonded_ledger::parse_date("2026-06-01").expect("a day")
}

fn held(desk: &Desk, copy: &str) -> Reconciliation {
    let message = Message::read(copy.as_bytes()).unwrap_or_else(|it| panic!("{it}"));
    let books = Books::new(&desk.ledger, &desk.on_file, &desk.names);
    book(&message, &books, day())
}

fn shown(told: &Reconciliation) -> Vec<String> {
    told.differences.iter().map(ToString::to_string).collect()
}

#[test]
fn a_copy_of_the_book_on_file_does_not_differ() {
    let desk = Desk::new();
    let told = held(&desk, &Book::default().copy());
    assert!(told.is_equal() && told.entries.is_empty(), "{told:#?}");
}

#[test]
fn every_difference_is_told_and_the_amendment_makes_it_equal() {
    let mut desk = Desk::new();
    let more = "<EmlPutrecDt><gdsSeqno>3</gdsSeqno><mtpckEndprdTypecd>I</mtpckEndprdTypecd><gdsMtno>EP</gdsMtno><gdecd>3907300001</gdecd><gdsNm>环氧树脂</gdsNm><dclUnitcd>035</dclUnitcd><dclQty>10</dclQty></EmlPutrecDt>\
        <EmlPutrecUcnsDt><endprdSeqno>1</endprdSeqno><mtpckSeqno>3</mtpckSeqno><netUseupQty>0.02</netUseupQty></EmlPutrecUcnsDt>";
    let copy = Book {
        change: 1,
        valid: "2027-01-31",
        pause: "8",
        wafers: "900",
        net: "1.4",
        more,
        ..Book::default()
    };
    let copy = copy
        .copy()
        .replace("<dclUprcAmt>42.50000", "<dclUprcAmt>43.00000")
        .replace("<gdsNm>金线", "<gdsNm>键合金线");
    let copy = copy.replace("<bizopEtpsNm>示例企业", "<bizopEtpsNm>更名企业");
    let told = held(&desk, &copy);
    assert_eq!(
        shown(&told),
        [
            "head operator.name: ours 示例企业, customs' 更名企业",
            "head valid_until: ours 2026-12-31, customs' 2027-01-31",
            "head change: ours 0, customs' 1",
            "head suspended: ours –, customs' export",
            "material 1 quantity: ours 1000, customs' 900",
            "material 1 price: ours 42.5, customs' 43",
            "material 2 name: ours 金线, customs' 键合金线",
            "material 3 present: ours –, customs' 环氧树脂",
            "consumption 1/1 version 0 net: ours 1.5, customs' 1.4",
            "consumption 1/3 version 0 present: ours –, customs' net 0.02",
        ]
    );
    assert!(
        told.differences
            .iter()
            .all(|it| it.likely == Likely::Customs)
    );
    let json = serde_json::to_value(&told).expect("JSON");
    assert_eq!(json["differences"][4]["of"], "material");
    assert_eq!(json["differences"][4]["seq"], 1);
    assert_eq!(told.rows().count(), 10);
    for entry in &told.entries {
        desk.post(&entry.line());
    }
    let rest = held(&desk, &copy);
    assert_eq!(
        shown(&rest),
        ["head operator.name: ours 示例企业, customs' 更名企业"]
    );
    assert!(rest.entries.is_empty());
}

#[test]
fn what_only_we_have_is_told_and_removed_where_nothing_names_it() {
    let copy = Book::default().copy();
    let rows: Vec<&str> = copy.split("<EmlPutrecDt>").collect();
    let without = copy.replace(&format!("<EmlPutrecDt>{}", rows[2]), "");
    let mut desk = Desk::new();
    let told = held(&desk, &without);
    assert_eq!(shown(&told), ["material 2 present: ours 金线, customs' –"]);
    assert!(told.differences[0].mended);
    // A list names it: the ledger would not let it go.
    desk.deliver(&List::default().inv201("4", "2026-03-01"));
    let told = held(&desk, &without);
    assert!(
        !told.differences[0].mended && told.entries.is_empty(),
        "{told:#?}"
    );
}

#[test]
fn another_unit_of_what_is_in_use_cannot_be_amended() {
    let desk = Desk::new();
    let copy = Book {
        wafers: "2000",
        ..Book::default()
    }
    .copy()
    .replace("<dclUnitcd>020", "<dclUnitcd>035");
    let told = held(&desk, &copy);
    assert_eq!(told.differences.len(), 2);
    assert!(
        told.differences.iter().all(|it| !it.mended) && told.entries.is_empty(),
        "{told:#?}"
    );
}

#[test]
fn an_older_copy_is_probably_wrong() {
    let mut desk = Desk::new();
    let change = Book {
        change: 1,
        wafers: "1200",
        ..Book::default()
    };
    desk.deliver(&change.message("EML211", "1", "2026-04-02 09:00:00"));
    let told = held(&desk, &Book::default().copy());
    assert_eq!(
        shown(&told),
        ["material 1 quantity: ours 1200, customs' 1000"]
    );
    assert_eq!(told.differences[0].likely, Likely::Ours);
    assert_eq!(told.notes.len(), 1);
}

#[test]
fn an_account_book_is_held_against_its_copy() {
    const NUMBER: &str = "E520726B0001";
    let mut desk = Desk::empty();
    desk.post(&crate::receipts::tests::support::open(NUMBER));
    let copy = Book {
        number: NUMBER,
        ..Book::default()
    }
    .copy();
    let copy = copy
        .replace("EML301", "EMS301")
        .replace("EmlPutrec", "EmsPutrec")
        .replace("emlNo", "emsNo")
        .replace("validDate", "finishValidDate");
    let copy = copy.replacen(
        "<dclQty>500</dclQty>",
        "<dclQty>0</dclQty><qtyCntrMarkcd>2</qtyCntrMarkcd>",
        1,
    );
    let told = held(&desk, &copy);
    // 不控制数量.
    assert_eq!(shown(&told), ["material 2 quantity: ours 500, customs' –"]);
    for entry in &told.entries {
        desk.post(&entry.line());
    }
    assert!(held(&desk, &copy).is_equal());
}

#[test]
fn what_cannot_be_read_or_is_not_here_is_said() {
    let desk = Desk::new();
    let copy = Book::default()
        .copy()
        .replace("<dclQty>500</dclQty>", "<dclQty>many</dclQty>");
    let told = held(&desk, &copy);
    assert_eq!(told.problems.len(), 2);
    assert!(!told.is_equal());
    let other = Book {
        number: "C520726A0009",
        ..Book::default()
    }
    .copy();
    assert_eq!(
        shown(&held(&desk, &other)),
        ["head present: ours –, customs' C520726A0009"]
    );
}

#[test]
fn lists_are_held_against_the_latest_receipt_of_each() {
    let mut desk = Desk::new();
    desk.deliver(&List::default().client());
    let only_here = List {
        own: "ERP-5",
        ..List::default()
    };
    desk.deliver(&only_here.client());
    let only_there = List {
        bond: "QD520726I000000007",
        seq: "202600000000000007",
        own: "ERP-7",
        ..List::default()
    };
    let zone = List {
        bond: "QD520726I000000008",
        seq: "202600000000000008",
        book: "T3111W000076",
        ..List::default()
    };
    let messages: Vec<Message> = [
        List::default()
            .quantity(2, "20")
            .deducted()
            .inv201("1", "2026-03-02"),
        List::default().inv201("4", "2026-03-01"),
        only_there.inv201("4", "2026-03-01"),
        zone.inv201("4", "2026-03-01"),
        List::default().client(),
    ]
    .iter()
    .map(|it| Message::read(it.as_bytes()).expect("a message"))
    .collect();
    let number = BOOK.parse().expect("a number");
    let held = |desk: &Desk| {
        let books = Books::new(&desk.ledger, &desk.on_file, &desk.names);
        lists(&messages, &books, Some(number))
    };
    let told = held(&desk);
    assert_eq!(
        shown(&told),
        [
            "list ERP-1 state: ours pending, customs' booked",
            "list ERP-1 line 2 quantity: ours 20.5, customs' 20",
            "list QD520726I000000007 present: ours –, customs' pending",
            "list ERP-5 present: ours pending, customs' –",
        ]
    );
    assert_eq!(told.notes.len(), 2, "{:?}", told.notes);
    for entry in &told.entries {
        desk.post(&entry.line());
    }
    let rest = held(&desk);
    assert_eq!(
        shown(&rest),
        ["list ERP-5 present: ours pending, customs' –"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever customs has: what is said to be mended is, and nothing else changes.
    #[test]
    fn the_amendment_mends_what_it_says(
        quantity in 1..5000_u32,
        net in 1..3000_u32,
        hs in any::<bool>(),
        unit in any::<bool>(),
        dropped in proptest::option::of(1..4_usize),
        valid in prop_oneof![Just("2026-12-31"), Just("2027-12-31"), Just("2025-01-01")],
        list in any::<bool>(),
        pause in prop_oneof![Just("1"), Just("6"), Just("7"), Just("A")],
    ) {
        let mut desk = Desk::new();
        if list {
            desk.deliver(&List::default().inv201("4", "2026-03-01"));
        }
        let (quantity, net) = (quantity.to_string(), format!("1.{net:04}"));
        let mut copy = Book { change: 1, valid, pause, ..Book::default() }
            .copy()
            .replace("1000.00000", &quantity)
            .replace("1.500000000", &net);
        if hs {
            copy = copy.replace("3818001900", "3818001100");
        }
        if unit {
            copy = copy.replace("<dclUnitcd>036", "<dclUnitcd>035");
        }
        if let Some(at) = dropped {
            let row = copy.split("<EmlPutrecDt>").nth(at).expect("a row").to_owned();
            let end = row.find("</EmlPutrecDt>").expect("its end");
            copy = copy.replacen(&format!("<EmlPutrecDt>{}</EmlPutrecDt>", &row[..end]), "", 1);
            // What names it goes with it.
            if at != 2 {
                let from = copy.find("<EmlPutrecUcnsDt>").expect("a row");
                let to = copy.find("</EmlPutrecUcnsDt>").expect("its end") + "</EmlPutrecUcnsDt>".len();
                copy.replace_range(from..to, "");
            }
        }
        let told = held(&desk, &copy);
        for entry in &told.entries {
            desk.post(&entry.line());
        }
        let mut expected: Vec<_> = told.differences.iter().filter(|it| !it.mended).map(ToString::to_string).collect();
        let counted = "head change: ours 0, customs' 1";
        if told.entries.iter().any(|it| it.line().contains("amend_handbook")) {
            // Our amendment is counted as a change.
            expected.retain(|it| it != counted);
        }
        let rest = held(&desk, &copy);
        prop_assert_eq!(shown(&rest), expected);
        prop_assert!(rest.entries.is_empty());
    }
}
