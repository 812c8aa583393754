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

fn decimal(text: &str) -> bonded_ledger::Total {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part:0<5}");
    bonded_ledger::Total::from_raw(digits.parse().unwrap())
}

/// The rows of a handbook; of an account book those of every cycle.
fn rows(ledger: &Ledger, handbook: bonded_ledger::HandbookNo) -> Vec<serde_json::Value> {
    let cycles = ledger.cycles(handbook).unwrap().len() as u32;
    let statements: Vec<Statement> = match cycles {
        0 => vec![ledger.statement_of(Some(handbook), None)],
        // The current one with all that is recorded, also after the last day that was reported.
        _ => (1..cycles)
            .map(|it| ledger.statement_in(Some(handbook), None, Some(it)))
            .chain([ledger.statement_of(Some(handbook), None)])
            .collect(),
    };
    let books = statements.into_iter().flat_map(|it| it.handbooks);
    books
        .flat_map(|book| {
            let kinds = [
                ("material", serde_json::to_value(&book.materials).unwrap()),
                ("product", serde_json::to_value(&book.products).unwrap()),
            ];
            let rows = kinds.into_iter().flat_map(|(kind, rows)| {
                let rows = rows.as_array().unwrap().clone();
                rows.into_iter().map(move |mut row| {
                    row["kind"] = kind.into();
                    row
                })
            });
            rows.collect::<Vec<_>>()
        })
        .collect()
}

/// A statement of a cycle, without what is of the whole journal.
fn accepted_cycles(ledger: &Ledger) -> Vec<serde_json::Value> {
    let mut all = Vec::new();
    for handbook in ledger.handbooks() {
        let cycles = ledger.cycles(handbook).unwrap();
        for (at, _) in cycles
            .iter()
            .enumerate()
            .filter(|(_, it)| it.state == "accepted")
        {
            let statement = ledger.statement_in(Some(handbook), None, Some(at as u32 + 1));
            let mut value = serde_json::to_value(&statement.handbooks[0]).unwrap();
            for field in ["status", "valid_until", "suspended", "closable", "reasons"] {
                value.as_object_mut().unwrap().remove(field);
            }
            for kind in ["materials", "products"] {
                // An item that comes later stands in earlier cycles with nothing.
                let known = |row: &serde_json::Value| row["seq"] != 4;
                let rows = value[kind].as_array_mut().unwrap();
                rows.retain(known);
                for row in rows {
                    for field in [
                        "approved",
                        "name",
                        "unit",
                        "hs",
                        "code",
                        "pending_in",
                        "pending_out",
                    ] {
                        row.as_object_mut().unwrap().remove(field);
                    }
                }
            }
            all.push(value);
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn accepted_cycles_never_change(entries in journal(80)) {
        let mut ledger = Ledger::new();
        let mut before: Vec<serde_json::Value> = Vec::new();
        for entry in &entries {
            let _ = ledger.post(entry);
            let now = accepted_cycles(&ledger);
            prop_assert_eq!(&now[..before.len()], &before[..], "{}", entry.line());
            before = now;
        }
    }

    #[test]
    fn a_cycle_opens_with_what_the_one_before_left(entries in journal(80)) {
        let ledger = posted(&entries);
        for handbook in ledger.handbooks() {
            let cycles = ledger.cycles(handbook).unwrap();
            for pair in (1..=cycles.len() as u32).collect::<Vec<_>>().windows(2) {
                let of = |it| ledger.statement_in(Some(handbook), None, Some(it)).handbooks.remove(0);
                let (one, next) = (of(pair[0]), of(pair[1]));
                prop_assert!(one.cycle.unwrap().to.unwrap() < next.cycle.unwrap().from);
                for (row, opened) in one.materials.iter().zip(&next.materials) {
                    prop_assert!(row.is_conserved() && opened.is_conserved());
                    // Material 4 may come later, with an opening of its own.
                    if row.seq.get() != 4 {
                        prop_assert_eq!(row.remaining, opened.opening);
                        prop_assert_eq!(row.scrap, opened.scrap_opening);
                    }
                }
            }
        }
    }

    #[test]
    fn the_band_of_a_cycle_is_one_hundredth_to_the_last_digit(
        opening in 1_u64..40_000_000,
        imported in 1_u64..40_000_000,
        beside in -3_i128..=3,
        short in any::<bool>(),
        dishonest in prop::bool::weighted(0.1),
    ) {
        let text = |raw: i128| bonded_ledger::Total::from_raw(raw).to_string();
        let basis = i128::from(opening) + i128::from(imported);
        // The last digit within it, and its neighbours.
        let size = (basis / 100 + beside).max(0);
        let counted = basis + if short { -size } else { size };
        let credit = if dishonest { "\namend A credit=dishonest" } else { "" };
        let script = format!(
            "book A kind=E M1/opening={} on=2026-01-01{credit}
             import L1 A M1:{} on=2026-01-05
             deduct L1 on=2026-01-06
             count A M1:{} on=2026-01-31",
            text(opening.into()),
            text(imported.into()),
            text(counted)
        );
        let ledger = posted(&self::entries(&script).unwrap());
        let day = bonded_ledger::parse_date("2026-01-31").unwrap();
        let check = ledger.cycle_check("E222226A0001".parse().unwrap(), day).unwrap();
        // As the law has it, not as the ledger computes it: |difference| ÷ basis ≤ 1 ÷ 100.
        let expected = match (size, size * 100 <= basis && !dishonest, short) {
            (0, ..) => "equal",
            (_, true, _) => "within_band",
            (_, false, true) => "short",
            (_, false, false) => "over",
        };
        prop_assert_eq!(check.materials[0].judged.as_str(), expected, "{}", script);
        prop_assert_eq!(check.ready, size == 0);
    }

    #[test]
    fn cycle_by_cycle_is_one_long_cycle_up_to_a_rounding_each(
        parts in prop::collection::vec((1_u32..90_000, 1_u32..3_000), 2..7),
        net in 1_u64..2_000_000_000,
        loss in 0_u64..99_000_000_000,
        intangible in 0_u64..900_000_000,
    ) {
        let net = bonded_ledger::Net::from_raw(net).unwrap();
        let [loss, intangible] = [loss, intangible].map(|it| bonded_ledger::Percent::from_raw(it).unwrap());
        let open = format!(
            "book A kind=E M1/opening=7 P1 P1<M1*{net}/loss={loss}/intangible={intangible} on=2026-01-01"
        );
        let (mut long, mut short) = (open.clone(), open);
        for (month, (brought, left)) in parts.iter().enumerate() {
            let month = month + 1;
            let goods = format!(
                "\nimport I{month} A M1:{brought} on=2026-0{month}-05\ndeduct I{month} on=2026-0{month}-06\
                 \nexport E{month} A P1:{left}.00001 on=2026-0{month}-10\ndeduct E{month} on=2026-0{month}-11\
                 \nscrap_sell S{month} A M1:0.5 on=2026-0{month}-12\ndeduct S{month} on=2026-0{month}-12"
            );
            long.push_str(&goods);
            short.push_str(&goods);
            // Counted exactly what remains: nothing is over or short.
            let day = format!("2026-0{month}-28");
            let ledger = posted(&self::entries(&short).unwrap());
            let number = "E222226A0001".parse().unwrap();
            let row = ledger.material(number, 1).unwrap();
            let (held, undeclared) = match row.remaining < bonded_ledger::Total::ZERO {
                true => (bonded_ledger::Total::ZERO, -row.remaining),
                false => (row.remaining, bonded_ledger::Total::ZERO),
            };
            short.push_str(&format!(
                "\ncount A M1:{held}/in={undeclared} on={day}\nreport_cycle A {day} on={day}\naccept_cycle A on={day}"
            ));
        }
        let number = "E222226A0001".parse().unwrap();
        let (one, many) = (posted(&self::entries(&long).unwrap()), posted(&self::entries(&short).unwrap()));
        prop_assert_eq!(many.cycles(number).unwrap().len(), parts.len() + 1);
        let one = serde_json::to_value(one.material(number, 1)).unwrap();
        let rows = rows(&many, number);
        let sum = |column: &str| -> bonded_ledger::Total {
            let rows = rows.iter().filter(|it| it["kind"] == "material");
            rows.map(|it| decimal(it[column].as_str().unwrap())).sum()
        };
        for column in ["imported", "scrap_sold", "adjusted", "domestic_sale"] {
            prop_assert_eq!(sum(column).to_string(), one[column].as_str().unwrap(), "{}", column);
        }
        // Each rounding is off by half a step at most: so is the long one's.
        let steps = parts.len() as i128 + 1;
        for (column, roundings) in [("consumed", 1), ("consumed_net", 1), ("loss_tangible", 3), ("loss_intangible", 3)] {
            let off = (sum(column) - decimal(one[column].as_str().unwrap())).abs();
            prop_assert!(off.raw() * 2 <= steps * roundings, "{column} is off by {off}");
        }
        let last = many.material(number, 1).unwrap();
        let off = (last.remaining - decimal(one["remaining"].as_str().unwrap())).abs();
        prop_assert!(off.raw() * 2 <= steps, "remaining is off by {off}");
    }

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
            let mut total = bonded_ledger::Total::ZERO;
            // Of an account book, all cycles together.
            for row in rows(&ledger, handbook) {
                let of = |seq: Option<u16>| seq.map(|it| it.to_string());
                let same = match row["kind"].as_str() {
                    Some("material") => Some(row["seq"].to_string()) == of(material),
                    _ => Some(row["seq"].to_string()) == of(product),
                };
                if same {
                    total += decimal(row[column].as_str().unwrap());
                }
            }
            prop_assert_eq!(total, sum, "{} {:?}", column, item);
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
                // A cycle that was accepted later has ended all the same.
                let handbooks = |mut it: Statement| {
                    it.handbooks.retain(|it| !it.handbook.is_account_book());
                    columns(&it)
                };
                let found = handbooks(whole.statement_of(None, Some(day)));
                prop_assert_eq!(found, handbooks(posted(&cut).statement()));
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
    let mut cycles = 0;
    for _ in 0..200 {
        let entries = journal(60).new_tree(&mut runner).unwrap().current();
        let mut ledger = Ledger::new();
        for entry in &entries {
            match ledger.post(entry) {
                Ok(receipt) => {
                    accepted += 1;
                    let kind = entry.kind();
                    cycles +=
                        usize::from(matches!(kind, bonded_ledger::EntryKind::AcceptCycle { .. }));
                    columns.extend(receipt.moved.iter().map(|it| it.column));
                }
                Err(refusal) => {
                    refused.insert(refusal.code());
                }
            }
        }
    }
    assert!(accepted > 2_000, "{accepted} accepted");
    assert!(cycles > 60, "{cycles} cycles accepted");
    assert!(refused.len() > 12, "{refused:?}");
    assert!(columns.len() > 13, "{columns:?}");
}
