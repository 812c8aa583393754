//! What is not written is found again as it was: seen from inside, where a ledger keeps it.

use proptest::prelude::*;

use crate::ledger::Ledger;
use crate::testkit::journal;

/// Everything but what only makes answers faster.
fn inside(ledger: &Ledger) -> String {
    let mut books = ledger.books.clone();
    for book in &mut books {
        (book.slack, book.folds) = (Default::default(), None);
    }
    let lists = &ledger.lists;
    let ids: Vec<_> = ledger.ids.in_order().collect();
    let mut numbers: Vec<_> = books.iter().map(|it| ledger.book_at(it.number)).collect();
    numbers.sort_unstable();
    let names = lists
        .iter()
        .flat_map(|it| [Some(&it.number), it.customs_number.as_ref()]);
    let names: Vec<_> = names.flatten().map(|it| ledger.list_at(it)).collect();
    format!(
        "{books:#?}\n{lists:#?}\n{ids:?}\n{numbers:?}\n{names:?}\n{}",
        ledger.entries
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_not_written_is_found_again(entries in journal(80)) {
        let mut ledger = Ledger::new();
        for entry in &entries {
            let _ = ledger.post(entry);
        }
        let restored = Ledger::restore(&ledger.snapshot()).unwrap();
        let (found, was) = (inside(&restored), inside(&ledger));
        if found != was {
            let differ = found.lines().zip(was.lines()).find(|(one, other)| one != other);
            prop_assert!(false, "{differ:?}");
        }
    }
}
