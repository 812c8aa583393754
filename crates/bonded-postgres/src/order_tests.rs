//! What the locks and the ticks rest on, without a server: entries without a handbook in common may
//! stand in either order, and the order of ticks is one that does.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{Entry, HandbookNo, Ledger, testkit};
use bonded_store::{Batch, Head};
use proptest::prelude::*;

use crate::ledger::same;
use crate::places::Places;
use crate::plan::{Plan, Standing};
use crate::replica::Replica;

const SEEDS: [&str; 4] = [
    include_str!("../../../seeds/ic-chain/journal.jsonl"),
    include_str!("../../../seeds/chain-carry-over/journal.jsonl"),
    include_str!("../../../seeds/open-chain/journal.jsonl"),
    include_str!("../../../seeds/design-alone/journal.jsonl"),
];

fn seed(at: usize) -> Vec<Entry> {
    let lines = SEEDS[at % SEEDS.len()].lines();
    lines
        .map(|it| Entry::from_json(it).expect("an entry"))
        .collect()
}

/// The clerk's carry-overs between four handbooks, every entry that looks across among them.
fn carry_overs() -> impl Strategy<Value = Vec<Entry>> {
    let step = (0..12_u8, 0..4_usize, 0..4_usize, any::<u16>(), 1..400_u32);
    prop::collection::vec(step, 0..120).prop_map(|steps| {
        let books = ["A", "B", "C", "D"];
        let mut script = String::new();
        for book in &books[..3] {
            script.push_str(&format!(
                "book {book} role=wafer_fabrication chain=X M1:90000/hs=8542310000/opening=500 M2 \
                 P1:90000/hs=8542310000 P1<M1*1/loss=4\n"
            ));
        }
        let mut lists = 0_u32;
        for (what, one, other, pick, quantity) in steps {
            let (one, other) = (books[one], books[other]);
            let list = u32::from(pick) % lists.max(1) + 1;
            let line = match what {
                0..=2 => {
                    lists += 1;
                    format!("carry_in L{lists} {one} M1:{quantity} with={other}")
                }
                3..=5 => {
                    lists += 1;
                    format!("carry_out L{lists} {one} P1:{quantity} with={other} list=L{list}")
                }
                6..=7 => format!("deduct L{list}"),
                8 => format!("deduct L{list} 1={quantity}"),
                9 => format!("withdraw L{list}"),
                10 => format!("amend {one} P1:{quantity}0/hs=8542310000"),
                _ => match pick % 5 {
                    0 => "book D role=wafer_fabrication chain=X M1/hs=8542310000/opening=9 \
                          P1/hs=8542310000 P1<M1*1"
                        .to_owned(),
                    1 => format!("report {one}"),
                    2 => format!("return {one}"),
                    3 => format!("amend {one} M1:90000/hs=8542320000"),
                    _ => {
                        lists += 1;
                        format!("export L{lists} {one} P1:{quantity}")
                    }
                },
            };
            script.push_str(&line);
            script.push('\n');
        }
        testkit::entries(&script).expect("the clerk's language")
    })
}

fn journals() -> impl Strategy<Value = Vec<Entry>> {
    prop_oneof![
        6 => carry_overs(),
        2 => testkit::journal(80),
        1 => (0..SEEDS.len()).prop_map(seed),
    ]
}

/// A draw that depends on nothing but the seed.
fn next(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("BONDED_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(300)
    ))]

    #[test]
    fn entries_without_a_common_handbook_commute(journal in journals(), mut state in any::<u64>()) {
        let (mut ledger, mut places) = (Ledger::new(), Places::default());
        let mut accepted: Vec<(Entry, BTreeSet<HandbookNo>)> = Vec::new();
        for entry in journal {
            let touched = places.touched(&entry);
            if ledger.replay(&entry).is_ok_and(|it| !it.duplicate) {
                places.accepted(&entry);
                let touched = touched.expect("known").all().collect();
                accepted.push((entry, touched));
            }
        }
        let (mut other, mut left) = (Ledger::new(), accepted);
        while !left.is_empty() {
            let free = |at: &usize| left[..*at].iter().all(|it| it.1.is_disjoint(&left[*at].1));
            let free: Vec<usize> = (0..left.len()).filter(free).collect();
            let (entry, _) = left.remove(free[next(&mut state) % free.len()]);
            let answer = other.replay(&entry);
            prop_assert!(answer.is_ok(), "{}: {answer:?}", entry.line());
        }
        prop_assert!(same(&ledger, &other));
    }

    #[test]
    fn the_order_of_ticks_does(journal in journals(), mut state in any::<u64>()) {
        let (mut ledger, mut places) = (Ledger::new(), Places::default());
        let mut rows = BTreeMap::<HandbookNo, Standing>::new();
        let mut written: Vec<(i64, HandbookNo, Batch)> = Vec::new();
        let mut rest = &journal[..];
        while !rest.is_empty() {
            let (now, then) = rest.split_at((next(&mut state) % 30 + 1).min(rest.len()));
            rest = then;
            let nothing = Standing { head: Head::EMPTY, tick: 0 };
            let (wanted, _) = places.touched_by(now);
            let locked = wanted.into_iter().map(|it| (it, *rows.get(&it).unwrap_or(&nothing)));
            let mut plan = Plan::new(&locked.collect());
            for entry in now {
                let touched = places.touched(entry);
                if ledger.replay(entry).is_ok_and(|it| !it.duplicate) {
                    plan.push(entry, touched.as_ref()).expect("all of it is locked");
                    places.accepted(entry);
                }
            }
            rows.extend(plan.standings());
            let batches = plan.batches.into_iter();
            written.extend(batches.map(|it| (it.tick, it.handbook, it.batch)));
        }
        written.sort_by_key(|it| (it.0, it.1));
        // With the check that nothing comes late.
        let mut replica = Replica { spread: true, ..Replica::default() };
        for (tick, handbook, batch) in &written {
            let taken = replica.take(*handbook, *tick, batch);
            prop_assert!(taken.is_ok(), "{handbook} {tick}: {taken:?}");
        }
        prop_assert!(same(&ledger, &replica.ledger));
        let heads = |it: &BTreeMap<HandbookNo, Standing>| -> BTreeMap<_, _> {
            let written = it.iter().filter(|it| it.1.head.position > 0);
            written.map(|(it, row)| (*it, row.head)).collect()
        };
        prop_assert_eq!(heads(&replica.known), heads(&rows));
        let bytes = replica.to_bytes();
        let restored = Replica::from_bytes(&bytes).expect("restored");
        prop_assert!(same(&ledger, &restored.ledger));
        prop_assert_eq!(&restored.known, &replica.known);
        for entry in &journal {
            let (one, other) = (restored.places.touched(entry), replica.places.touched(entry));
            prop_assert_eq!(one, other);
        }
    }
}

/// Two entries of which one decides what becomes of the other have a handbook in common: so they wait
/// for each other. Every pair, in the states in which carry-overs stand.
#[test]
fn entries_that_do_not_commute_have_a_handbook_in_common() {
    let books = "book A role=wafer_fabrication chain=X M1:9000/opening=100 \
         P1:9000/hs=8542310000 P1<M1*1\n\
         book B role=ic_design chain=X M1:9000/hs=8542310000 P1 P1<M1*1\n";
    let declared = "carry_in L1 B M1:100 with=A\ncarry_out L2 A P1:100 with=B list=L1\n";
    let settled = "deduct L1\ndeduct L2\nexport L3 B P1:100\ndeduct L3\n";
    let states = [
        books.to_owned(),
        format!("{books}carry_in L1 B M1:100 with=A\n"),
        format!("{books}{declared}"),
        format!("{books}{declared}deduct L1\n"),
        format!("{books}{declared}{settled}"),
        format!("{books}{declared}{settled}report A\n"),
        format!("{books}{declared}withdraw L2\n"),
        format!("{books}carry_in L1 B M1:100 with=C\n"),
    ];
    let candidates = "report A\nreport B\nreturn A\nwithdraw L1\nwithdraw L2\nwithdraw L3\n\
         deduct L1\ndeduct L1 1=90\ndeduct L2\ndeduct L2 1=90\nrelist L1 M1:90\nrelist L2 P1:90\n\
         amend A P1:9000/hs=8542320000\namend B M1:9000/hs=8542320000\namend A chain=Y\n\
         amend B chain=Y\ncarry_in L4 B M1:5 with=A\ncarry_in L5 B M1:5 with=C\n\
         carry_out L6 A P1:100 with=B list=L1\nimport L7 A M1:5\nexport L8 B P1:1\n\
         book C role=packaging_test chain=X M1:9000/hs=8542310000 P1:9000/hs=8542310000 P1<M1*1\n\
         carry_out L9 A P1:1 with=C\nsuspend A export\nconfirm L1 their=Q1\n";
    let candidates: Vec<&str> = candidates.lines().collect();
    let (mut apart, mut together) = (0, 0);
    for state in states {
        for one in &candidates {
            for other in &candidates {
                let script = format!("{state}{one}\n{other}\n");
                let Ok(mut entries) = testkit::entries(&script) else {
                    continue; // A confirmation that the clerk does not say so.
                };
                let (second, first) = (entries.pop().expect("two"), entries.pop().expect("two"));
                let (mut ledger, mut places) = (Ledger::new(), Places::default());
                for entry in &entries {
                    ledger
                        .post(entry)
                        .unwrap_or_else(|it| panic!("{}: {it}", entry.line()));
                    places.accepted(entry);
                }
                let in_order = |order: [&Entry; 2]| {
                    let (mut ledger, mut places) = (ledger.clone(), places.clone());
                    let answers = order.map(|it| {
                        let touched = places.touched(it);
                        let accepted = ledger.post(it).is_ok();
                        if accepted {
                            places.accepted(it);
                        }
                        (accepted, touched)
                    });
                    (ledger, answers)
                };
                let (here, [(first_here, _), (second_here, touched)]) = in_order([&first, &second]);
                let (there, [(second_there, _), (first_there, touching)]) =
                    in_order([&second, &first]);
                let commute =
                    first_here == first_there && second_here == second_there && same(&here, &there);
                if commute {
                    apart += 1;
                    continue;
                }
                together += 1;
                let of = |it: Option<_>| -> BTreeSet<HandbookNo> {
                    it.iter().flat_map(crate::places::Touched::all).collect()
                };
                assert!(
                    !of(touched).is_disjoint(&of(touching)),
                    "{state}\n{one}\n{other}\nfirst {first_here} {first_there}, second {second_here} {second_there}"
                );
            }
        }
    }
    assert!(apart > 100 && together > 100, "{apart} {together}");
}
