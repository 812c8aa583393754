//! Whatever the order, however often: the same ledger.

use proptest::prelude::*;

use super::support::{BOOK, Desk, List};
use crate::receipts::Outcome;

/// What became of a list.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Pending,
    Deducted,
    Returned,
    Deleted,
    DeductedDeleted,
}

#[derive(Clone, Debug)]
struct Life {
    fate: Fate,
    /// Changed before it was deducted, after it, or never.
    changed: Option<bool>,
    passed: Option<&'static str>,
    /// The document was sent by the client, and the receipts are short.
    short: bool,
    /// INV201/1, INV211, or both tell of the deduction.
    by: (bool, bool),
}

fn lives() -> impl Strategy<Value = Life> {
    use Fate::*;
    let fate = prop_oneof![
        Just(Pending),
        Just(Deducted),
        Just(Returned),
        Just(Deleted),
        Just(DeductedDeleted)
    ];
    let passed = prop_oneof![Just(None), Just(Some("99.5")), Just(Some("101"))];
    let by = prop_oneof![Just((true, false)), Just((false, true)), Just((true, true))];
    (
        fate,
        proptest::option::of(any::<bool>()),
        passed,
        any::<bool>(),
        by,
    )
        .prop_map(|(fate, changed, passed, short, by)| Life {
            fate,
            changed,
            passed,
            short,
            by,
        })
}

impl Life {
    /// The messages in the order in which they arise.
    fn messages(&self) -> Vec<String> {
        let sent = List::default();
        let mut all = match self.short {
            true => vec![
                sent.client(),
                "<CommonResponeMessage><SeqNo>202600000000000001</SeqNo><EtpsPreentNo>ERP-1</EtpsPreentNo><DealFlag>0</DealFlag></CommonResponeMessage>".into(),
                sent.short("Y", "2026-03-01"),
                sent.short("4", "2026-03-01"),
            ],
            false => vec![sent.inv101(), sent.inv201("4", "2026-03-01")],
        };
        let deducted = matches!(self.fate, Fate::Deducted | Fate::DeductedDeleted);
        let changed = self
            .changed
            .filter(|_| !matches!(self.fate, Fate::Returned));
        let first = changed.is_some_and(|first| first || !deducted);
        // A list that was changed keeps the count in every later receipt.
        let mut now = List::default();
        if first {
            now = List { change: 1, ..now }.quantity(1, "80");
            all.push(
                List {
                    asked: "2",
                    ..now.clone()
                }
                .inv201("1", "2026-03-02"),
            );
        }
        if deducted {
            let mut booked = now.clone().deducted();
            // What passed is told by the receipt that has lines.
            if let Some(passed) = self.passed.filter(|_| self.by == (true, false)) {
                booked = booked.quantity(1, passed);
            }
            let list = List {
                change: now.change,
                ..booked
            };
            let tells = [
                self.by.0.then(|| list.inv201("1", "2026-03-02")),
                self.by.1.then(|| list.inv211()),
            ];
            all.extend(tells.into_iter().flatten());
            now = list;
        }
        if changed.is_some() && !first {
            now = List { change: 1, ..now }.quantity(1, "80");
            all.push(
                List {
                    asked: "2",
                    ..now.clone()
                }
                .inv201("1", "2026-03-04"),
            );
        }
        match self.fate {
            Fate::Returned if self.short => all.push(now.short("3", "2026-03-06")),
            Fate::Returned => all.push(now.inv201("3", "2026-03-06")),
            Fate::Deleted | Fate::DeductedDeleted => {
                all.push(
                    List {
                        asked: "3",
                        status: "3",
                        ..now
                    }
                    .inv201("1", "2026-03-06"),
                );
            }
            Fate::Pending | Fate::Deducted => {}
        }
        all
    }
}

/// Other lists of the same book: materials that leave again can only be declared once they came in.
fn others() -> Vec<String> {
    let import = List {
        bond: "QD520726I000000003",
        seq: "202600000000000003",
        own: "ERP-3",
        ..List::default()
    };
    let back = List {
        bond: "QD520726E000000004",
        seq: "202600000000000004",
        own: "ERP-4",
        way: "E",
        mode: "0664",
        ..List::default()
    };
    vec![
        import.client(),
        import.deducted().inv201("1", "2026-03-02"),
        back.inv201("4", "2026-03-03"),
        List {
            formal: "2026-03-04 09:00:00",
            ..back.deducted()
        }
        .inv211(),
    ]
}

fn cases() -> u32 {
    let given = std::env::var("BONDED_CASES").ok();
    given.and_then(|it| it.parse().ok()).unwrap_or(256)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn any_order_ends_in_the_same_ledger(
        life in lives(),
        more in any::<bool>(),
        seed in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..40),
        again in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut messages = life.messages();
        if more {
            messages.extend(others());
        }
        let mut in_order = Desk::new();
        let told = in_order.deliver_all(&messages);
        let settled = |it: &crate::receipts::Told| matches!(it.outcome, Outcome::Known | Outcome::Informs);
        prop_assert!(told.iter().all(settled), "{told:#?}");
        let lists = if more { 3 } else { 1 };
        prop_assert_eq!(in_order.ledger.list_numbers().len(), lists);

        let mut shuffled = messages.clone();
        for at in &again {
            shuffled.push(at.get(&messages).clone());
        }
        for (one, other) in &seed {
            let (one, other) = (one.index(shuffled.len()), other.index(shuffled.len()));
            shuffled.swap(one, other);
        }
        let mut desk = Desk::new();
        let told = desk.deliver_all(&shuffled);
        prop_assert!(told.iter().all(settled), "{told:#?}");
        prop_assert_eq!(desk.state(), in_order.state());
        let book = BOOK.parse().expect("a number");
        let statement = desk.ledger.statement_of(Some(book), None);
        prop_assert!(statement.handbooks[0].materials.iter().all(|it| it.is_conserved()));
    }

    #[test]
    fn what_cannot_be_true_is_told_in_every_order(
        by in any::<bool>(),
        turn in 0..3_usize,
        back in any::<bool>(),
    ) {
        // Returned by the first decision, and deducted.
        let deducted = List::default().deducted();
        let mut messages = vec![
            List::default().inv101(),
            List::default().inv201("3", "2026-03-06"),
            match by { true => deducted.inv201("1", "2026-03-02"), false => deducted.inv211() },
        ];
        messages.rotate_left(turn);
        if back {
            messages.reverse();
        }
        let mut desk = Desk::new();
        let told = desk.deliver_all(&messages);
        prop_assert!(told.iter().any(|it| it.outcome == Outcome::Contradicts), "{told:#?}");
    }
}
