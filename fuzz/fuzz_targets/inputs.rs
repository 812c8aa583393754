//! Any bytes as a file of rates, prices and what is known of sales: read or refused. With what is read
//! every question is answered or refused, and what is due is always listed.
#![no_main]

use std::sync::LazyLock;

use bonded_ledger::{HandbookNo, parse_date};
use bonded_tax::cases::Case;
use bonded_tax::{
    Inputs, calendar, collective, deadlines, guarantee, quote, refund_rows, refunds, sale_tax, told,
};
use libfuzzer_sys::fuzz_target;

/// Books that ask for every table: lots, an opening, scrap, a product sold, goods that came back.
const CASE: &str = "
    book C222626A0001 2026-01-05..2026-12-31 guarantee=180000CNY..2026-12-31
    M1 3907300090 compound approved=5000
    M2 1701990000 sugar opening=20
    P1 8542390000 chip
    P1<M1*0.8/loss=20
    2026-02-02 in L1 0615 M1:750=6900USD
    2026-02-03 in L2 0615 M1:100
    2026-03-02 out X1 0615 P1:500=15200USD
    2026-03-20 in R1 4600 P1:5=150USD
    2026-06-01 sell S1 M1:20 M2:1
    2026-06-02 declare S2 P1:10
    2026-06-03 scrap S3 M1:15=60CNY/3915909000
    book E222626A0001 2026-01-01..2026-12-31
    M1 3907300090 compound
    P1 8542390000 chip
    P1<M1*1
    2026-01-10 in I1 0615 M1:10000=100000CNY @E222626A0001
    2026-03-02 out O1 0615 P1:9000=200000CNY @E222626A0001
    2026-04-03 sell S4 P1:100 @E222626A0001
    ? deadlines 2026-06-20
";

static BOOKS: LazyLock<Case> = LazyLock::new(|| Case::read(CASE).expect("it is a case"));

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(inputs) = Inputs::from_json(text) else {
        return;
    };
    // The same file again says things twice, or nothing that could be said twice.
    let _ = inputs.clone().add_json(text);
    let books = &BOOKS.books;
    for it in inputs.unmatched(books) {
        assert!(!it.message.is_empty() && !it.to_do.is_empty());
    }
    for list in ["S1", "S2", "S3", "S4"] {
        if let Ok(tax) = sale_tax(books, &inputs, list, None) {
            told(&tax).expect("it is JSON");
        }
    }
    let today = parse_date("2026-06-20").expect("a date");
    for book in ["C222626A0001", "E222626A0001"] {
        let book: HandbookNo = book.parse().expect("a number");
        let _ = quote(books, &inputs, book, today);
        let _ = guarantee(books, &inputs, book, today);
        let _ = collective(books, &inputs, book, today);
        for refund in refunds(books, &inputs, book, None).unwrap_or_default() {
            let _ = refund_rows(books, &inputs, &refund);
        }
    }
    let due =
        deadlines(books, &inputs, None, today).expect("a day that is not known stops nothing");
    calendar(&due, today);
});
