//! What must hold for every journal.

use bonded_ledger::testkit::{entries, journal, lawful_journal};
use bonded_ledger::{Date, Entry, Ledger, Statement};
use proptest::prelude::*;

fn posted(entries: &[Entry]) -> Ledger {
    let mut ledger = Ledger::new();
    for entry in entries {
        let _ = ledger.post(entry);
    }
    ledger
}

fn bytes(ledger: &Ledger) -> String {
    let parts = [
        serde_json::to_string(&ledger.statement()),
        serde_json::to_string(&ledger.chains()),
        serde_json::to_string(&ledger.lists(&Default::default())),
    ];
    parts.map(Result::unwrap).join("\n")
}

/// The columns that movements fill, as of the whole journal or of a day.
fn columns(statement: &Statement) -> Vec<String> {
    let rows = statement.handbooks.iter().flat_map(|book| {
        let materials = book
            .materials
            .iter()
            .map(|it| serde_json::to_value(it).unwrap());
        let products = book
            .products
            .iter()
            .map(|it| serde_json::to_value(it).unwrap());
        materials.chain(products).collect::<Vec<_>>()
    });
    let plain = rows.map(|mut row| {
        let fields = row.as_object_mut().unwrap();
        // These are of the whole journal, not of the day.
        for name in ["approved", "unit", "name", "hs", "code", "counted"] {
            fields.remove(name);
        }
        row.to_string()
    });
    plain.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_material_is_conserved_after_every_entry(entries in journal(60)) {
        let mut ledger = Ledger::new();
        for entry in &entries {
            let _ = ledger.post(entry);
            for book in ledger.statement().handbooks {
                for row in book.materials {
                    prop_assert!(row.is_conserved(), "{row:?}");
                }
            }
        }
    }

    #[test]
    fn a_refused_entry_leaves_no_trace(entries in journal(60)) {
        let mut ledger = Ledger::new();
        for entry in &entries {
            let before = bytes(&ledger);
            if ledger.post(entry).is_err() {
                prop_assert_eq!(&before, &bytes(&ledger));
                // Its id is unused: the same entry is refused again, not a duplicate.
                prop_assert!(ledger.post(entry).is_err());
            } else {
                prop_assert!(ledger.post(entry).unwrap().duplicate);
            }
        }
    }

    #[test]
    fn the_same_journal_gives_the_same_bytes(entries in journal(60)) {
        let ledger = posted(&entries);
        prop_assert_eq!(bytes(&ledger), bytes(&posted(&entries)));
        // Read again from its own text, and without telling what moved.
        let mut again = Ledger::new();
        for entry in &entries {
            let line = serde_json::to_string(entry).unwrap();
            let read = Entry::from_json(&line).unwrap();
            prop_assert_eq!(&serde_json::to_string(&read).unwrap(), &line);
            let _ = again.replay(&read);
        }
        prop_assert_eq!(bytes(&ledger), bytes(&again));
    }

    #[test]
    fn what_moved_adds_up_to_the_statement(entries in journal(60)) {
        let mut ledger = Ledger::new();
        let mut moved = std::collections::BTreeMap::new();
        for entry in &entries {
            let Ok(receipt) = ledger.post(entry) else { continue };
            for it in receipt.moved {
                let item = (it.handbook, it.material.map(|it| it.get()), it.product.map(|it| it.get()));
                let sum: &mut bonded_ledger::Total = moved.entry((item, it.column)).or_default();
                *sum += it.quantity;
                if let (Some(material), Some(remaining)) = (it.material, it.remaining) {
                    let row = ledger.material(it.handbook, material.get()).unwrap();
                    prop_assert_eq!(row.remaining, remaining);
                }
            }
        }
        for ((item, column), sum) in moved {
            let (handbook, material, product) = item;
            let row = match (material, product) {
                (Some(seq), _) => serde_json::to_value(ledger.material(handbook, seq)).unwrap(),
                (_, seq) => serde_json::to_value(ledger.product(handbook, seq.unwrap())).unwrap(),
            };
            prop_assert_eq!(row[column].as_str().unwrap(), sum.to_string(), "{} {:?}", column, item);
        }
    }

    #[test]
    fn a_lawful_journal_is_accepted_whole(entries in lawful_journal(60)) {
        let mut ledger = Ledger::new();
        for entry in &entries {
            let result = ledger.post(entry);
            prop_assert!(result.is_ok(), "{result:?}");
        }
    }

    #[test]
    fn as_of_a_day_is_the_journal_cut_after_it(entries in lawful_journal(80)) {
        let whole = posted(&entries);
        for day in ["2026-01-05", "2026-02-10", "2026-03-01", "2026-03-19", "2026-03-20"] {
            let day: Date = bonded_ledger::parse_date(day).unwrap();
            let cut: Vec<Entry> = entries.iter().filter(|it| it.date() <= day).cloned().collect();
            // Consumptions are those of the whole journal: without amendments they are the same.
            let amended = entries.iter().any(|it| it.date() > day
                && matches!(it.kind(), bonded_ledger::EntryKind::AmendHandbook(_)));
            if !amended {
                let found = columns(&whole.statement_of(None, Some(day)));
                prop_assert_eq!(found, columns(&posted(&cut).statement()));
            }
        }
    }

    #[test]
    fn withdrawing_undoes(entries in lawful_journal(60), pick in any::<prop::sample::Index>()) {
        let mut ledger = posted(&entries);
        let before = columns(&ledger.statement());
        let script = "
            book A M1
            import X1 A M1:10
            deduct X1
            withdraw X1
        ";
        // A list declared, deducted and withdrawn leaves the columns as they were.
        let verb = pick.get(&["import X1 A M1:7", "export X1 A P1:3", "exempt X1 A P1:2/v=2"]);
        let script = script.replace("import X1 A M1:10", verb).replace("book A M1", "suspend A both");
        let added: Vec<Entry> = entries_with_ids(&script);
        let mut all_accepted = true;
        for entry in &added[1..] {
            all_accepted &= ledger.post(entry).is_ok();
        }
        if all_accepted {
            prop_assert_eq!(before, columns(&ledger.statement()));
        }
    }

    #[test]
    fn splitting_lists_never_changes_a_total(
        parts in prop::collection::vec(1_u32..100_000, 1..40),
        net in 1_u64..2_000_000_000,
        loss in 0_u64..99_000_000_000,
    ) {
        let (net, loss) = (
            bonded_ledger::Net::from_raw(net).unwrap(),
            bonded_ledger::Percent::from_raw(loss).unwrap(),
        );
        let open = format!("book A M1 P1 P1<M1*{net}/loss={loss}");
        let whole: u64 = parts.iter().map(|it| u64::from(*it)).sum();
        let one = format!("{open}\nexport L1 A P1:{whole}\ndeduct L1");
        let mut many = open;
        for (at, part) in parts.iter().enumerate() {
            many.push_str(&format!("\nexport L{at} A P1:{part}\ndeduct L{at}"));
        }
        let row = |script: &str| {
            posted(&entries(script).unwrap()).material("C222226A0001".parse().unwrap(), 1).unwrap()
        };
        prop_assert_eq!(row(&one), row(&many));
    }
}

/// Entries of a script whose ids do not meet those of generated journals.
fn entries_with_ids(script: &str) -> Vec<Entry> {
    let all = entries(script).unwrap();
    let line = |entry: &Entry| serde_json::to_string(entry).unwrap();
    let moved = all
        .iter()
        .map(|it| line(it).replace("00000000-0000-4000", "00000000-1111-4000"));
    moved.map(|it| Entry::from_json(&it).unwrap()).collect()
}

/// The strategies make journals that say something: most of the kinds of events are accepted.
#[test]
fn the_journals_are_not_idle() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut accepted, mut refused) = (0, std::collections::BTreeSet::new());
    let mut columns = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let entries = journal(60).new_tree(&mut runner).unwrap().current();
        let mut ledger = Ledger::new();
        for entry in &entries {
            match ledger.post(entry) {
                Ok(receipt) => {
                    accepted += 1;
                    columns.extend(receipt.moved.iter().map(|it| it.column));
                }
                Err(refusal) => {
                    refused.insert(refusal.code());
                }
            }
        }
    }
    assert!(accepted > 2_000, "{accepted} accepted");
    assert!(refused.len() > 12, "{refused:?}");
    assert!(columns.len() > 13, "{columns:?}");
}
