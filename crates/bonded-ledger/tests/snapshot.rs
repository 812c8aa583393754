//! A ledger that was written down and restored is the same ledger.

use std::hash::Hasher as _;

use bonded_ledger::testkit::{entries, journal, run};
use bonded_ledger::{Entry, Ledger, SnapshotError, parse_date, rules, snapshot};
use proptest::prelude::*;
use siphasher::sip128::{Hasher128 as _, SipHasher13};

fn json(answer: &impl serde::Serialize) -> String {
    serde_json::to_string(answer).unwrap()
}

/// Everything that can be asked.
fn answers(ledger: &Ledger) -> String {
    let mut all = vec![
        json(&ledger.statement()),
        json(&ledger.chains()),
        json(&ledger.lists(&Default::default())),
        format!("{} {:?}", ledger.entries(), ledger.handbooks()),
    ];
    for day in ["2026-01-05", "2026-03-01", "2026-12-31"] {
        all.push(json(&ledger.statement_of(None, parse_date(day))));
    }
    for handbook in ledger.handbooks() {
        all.push(json(&ledger.closure_report(handbook)));
        all.push(json(&ledger.reasons(handbook)));
        let day = parse_date("2027-12-31");
        all.push(json(&ledger.closing_advice(handbook, day)));
        all.push(format!("{:?}", ledger.consumption_declaration(handbook)));
        for seq in 0..6 {
            all.push(json(&ledger.material(handbook, seq)));
            all.push(json(&ledger.product(handbook, seq)));
        }
    }
    for list in ledger.lists(&Default::default()) {
        all.push(json(&ledger.trace(&list.number, None)));
        let name = list.customs_number.unwrap_or_default();
        all.push(json(&ledger.trace(&name, Some(1))));
    }
    all.join("\n")
}

/// What an entry does to a ledger, to the last figure.
fn outcome(ledger: &mut Ledger, entry: &Entry, tell: bool) -> String {
    format!(
        "{:?}",
        match tell {
            true => ledger.post(entry),
            false => ledger.replay(entry),
        }
    )
}

fn posted(entries: &[Entry]) -> Ledger {
    let mut ledger = Ledger::new();
    for entry in entries {
        let _ = ledger.post(entry);
    }
    ledger
}

fn restored(ledger: &Ledger) -> Ledger {
    let bytes = ledger.snapshot();
    let restored = Ledger::restore(&bytes).unwrap();
    assert!(
        restored.snapshot() == bytes,
        "written again it is other bytes"
    );
    restored
}

/// Cuts a journal: both the ledger and the one restored from it go on, and come to the same.
fn goes_on_equally(entries: &[Entry], cut: usize, tell: bool) {
    let mut ledger = posted(&entries[..cut]);
    let mut again = restored(&ledger);
    assert_eq!(answers(&ledger), answers(&again), "cut at {cut}");
    for entry in &entries[cut..] {
        let expected = outcome(&mut ledger, entry, tell);
        assert_eq!(
            outcome(&mut again, entry, tell),
            expected,
            "cut at {cut}: {entry:?}"
        );
    }
    for entry in entries {
        // Now most of them are duplicates.
        let expected = outcome(&mut ledger, entry, tell);
        assert_eq!(outcome(&mut again, entry, tell), expected);
    }
    assert_eq!(
        answers(&ledger),
        answers(&again),
        "went on from a cut at {cut}"
    );
    assert!(
        ledger.snapshot() == again.snapshot(),
        "both are written down alike"
    );
}

/// `BONDED_CASES=20000` runs more of them.
fn config() -> ProptestConfig {
    let cases = std::env::var("BONDED_CASES").ok();
    ProptestConfig::with_cases(cases.and_then(|it| it.parse().ok()).unwrap_or(96))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_restored_ledger_goes_on_equally(
        entries in journal(70),
        cut in any::<prop::sample::Index>(),
        tell in any::<bool>(),
    ) {
        goes_on_equally(&entries, cut.index(entries.len() + 1), tell);
    }

    #[test]
    fn the_same_journal_gives_the_same_snapshot(entries in journal(60)) {
        let bytes = posted(&entries).snapshot();
        // Without those that are refused, and without telling what moved.
        let mut again = Ledger::new();
        let mut accepted = Vec::new();
        for entry in &entries {
            if again.replay(entry).is_ok() {
                accepted.push(entry.clone());
            }
        }
        prop_assert!(bytes == again.snapshot());
        prop_assert!(bytes == posted(&accepted).snapshot());
    }

    #[test]
    fn damage_never_panics(
        entries in journal(40),
        cut in any::<prop::sample::Index>(),
        damages in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..4),
    ) {
        let cut = cut.index(entries.len() + 1);
        let mut bytes = posted(&entries[..cut]).snapshot();
        for (at, byte, kind) in damages {
            let at = at.index(bytes.len());
            match kind {
                0 | 1 => bytes[at] ^= byte,
                2 => bytes.truncate(at + 1),
                _ => bytes.insert(at, byte),
            }
        }
        survives(&bytes, &entries[cut..]);
    }
}

/// Bytes are refused, or are a ledger that is written as these bytes and works.
fn survives(bytes: &[u8], entries: &[Entry]) -> bool {
    let Ok(mut ledger) = Ledger::restore(bytes) else {
        return false;
    };
    assert!(
        ledger.snapshot() == bytes,
        "two ways to write the same ledger"
    );
    answers(&ledger);
    for entry in entries {
        let _ = ledger.post(entry);
    }
    answers(&ledger);
    true
}

/// A journal with something of every part of a ledger.
const EVERYTHING: &str = "
    book A role=wafer_fabrication chain=X operator=other M1:2500/opening=40 M2 M3/unit=036/ineligible \
P1:4000/hs=8542310000 P2 P1<M1*1/loss=4 P1<M2*0.0025/loss=0.5995/share=80 \
P1<M1*1.01/v=2/loss=3.3 P2<M3*0.7/intangible=1.9
    book B role=ic_design chain=X M1:9000/hs=8542310000 P1 P1<M1*1
    import L1 A M1:900/legal=1.5 M2:50 M3:8.5 reference=DOC-1
    deduct L1 1=890/legal=1.4 customs_number=QD1
    export L2 A P1:100 P1:20/v=2
    deduct L2
    carry_in L3 B M1:30 with=A
    carry_out L4 A P1:30 with=B list=L3
    deduct L3
    carry_in L5 B M1:5 with=A
    import L6 A M1:10
    relist L6 M1:11
    import L7 A M2:1
    withdraw L7
    scrap_sell L8 A M1:1/by_product
    deduct L8
    carry_in L9 B M1:1 with=C999999A0009 delivered=2026-01-02
    confirm L9 list=T9
    adjust A M1:-3.5
    count A M1:5/in=1 P1:3
    outsource A M1:5 back:P1:2
    substitute A M1:5
    suspend B import
    amend A P1<M1*1.5/v=3/loss=2
    amend A M4:10
    amend A drop=M4
    amend A M4:11
    amend A by=customs drop=P1<M2 credit=certified until=2028-01-31 guarantee=2028-12-31
    book E kind=E M1/opening=100 M2 P1 P1<M1*1.5/loss=3.3 on=2026-01-01
    export L21 E P1:7 on=2026-01-10
    deduct L21 on=2026-01-11
    export L22 E P1:3 on=2026-01-12
    deduct L22 on=2026-01-13
    take E H1 L21 M1:9/scrap=0.25 M2:0.00001 on=2026-01-20
    count E M1:86 M2:0/in=0.00001 on=2026-01-31
    adjust E M1:-0.09643 ground=cycle_over note=lost on=2026-01-31
    report_cycle E 2026-01-31
    accept_cycle E
    sell L23 E M1:1 settles=2026-02-28 note=spilt on=2026-02-10
    export L24 E P1:1 on=2026-02-11
    deduct L24 on=2026-02-12
    count E M1:1 P1:2 on=2026-02-15
    amend E M3/opening=4 on=2026-03-05
";

/// What may come after it.
const AFTER: &str = "
    deduct L4
    deduct L5
    deduct L6
    deduct L9
    relist L1 M1:10
    relist L2 P1:10
    withdraw L1
    withdraw L2
    withdraw L3
    withdraw L4
    withdraw L5
    withdraw L6
    withdraw L8
    withdraw L9
    resume B
    export L10 A P1:100 P2:3 P1:7/v=3
    deduct L10
    amend A by=customs P1<M1*1.02/loss=4
    amend A drop=M3
    return_in L11 A P1:1
    deduct L11
    report A
    accept A
    report B
    untake E H1
    take E H2 L24 M1:2
    relist L24 P1:2
    deduct L23
    count E M1:82.43072 M2:0/in=0.00001 on=2026-03-01
    adjust E M1:1 ground=cycle_over on=2026-03-01
    report_cycle E 2026-03-01
    accept_cycle E
    report E
";

fn everything() -> (Vec<Entry>, usize) {
    let before = entries(EVERYTHING).unwrap().len();
    let all = entries(&format!("{EVERYTHING}{AFTER}")).unwrap();
    // What the clerk has no words for.
    let more = |entry: &Entry| {
        let line = serde_json::to_string(entry).unwrap();
        let item = r#""unit":"036","legal_unit":"035","legal_unit_2":"007","spec":"6 inch","price":"-0.50","currency":"USD","ext":{"bin":1.5}"#;
        let line = line.replace(r#""unit":"036""#, item);
        let details = r#""reference":"DOC-1","customs_declaration":"222220261000000001""#;
        let line = line.replace(r#""reference":"DOC-1""#, details);
        Entry::from_json(&line).unwrap()
    };
    (all.iter().map(more).collect(), before)
}

#[test]
fn every_part_of_a_ledger_comes_back() {
    let (all, before) = everything();
    let mut ledger = Ledger::new();
    for entry in &all[..before] {
        let result = ledger.post(entry);
        assert!(result.is_ok(), "{entry:?}: {result:?}");
    }
    for cut in 0..=all.len() {
        goes_on_equally(&all, cut, cut % 2 == 0);
    }
}

/// The smallest journals of all rules, cut everywhere.
#[test]
fn every_rule_holds_as_well_afterwards() {
    let mut cuts = 0;
    for rule in rules::all() {
        let Ok(steps) = run(rule.script) else {
            continue;
        };
        let read = |json: &String| Entry::from_json(json).ok();
        let all: Vec<Entry> = steps.iter().filter_map(|it| read(&it.json)).collect();
        for cut in 0..=all.len() {
            goes_on_equally(&all, cut, true);
            cuts += 1;
        }
    }
    assert!(cuts > 300, "{cuts}");
}

fn seed(path: &str) -> Vec<Entry> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds/");
    let text = std::fs::read_to_string(format!("{root}{path}")).unwrap();
    let read = |line: &str| Entry::from_json(line).unwrap();
    text.lines().map(read).collect()
}

#[test]
fn the_seeds_come_back() {
    let seeds = ["ic-chain", "chain-carry-over", "open-chain", "design-alone"];
    for name in seeds {
        let all = seed(&format!("{name}/journal.jsonl"));
        for cut in [0, all.len() / 3, all.len() / 2, all.len()] {
            goes_on_equally(&all, cut, true);
        }
    }
}

/// Every byte, in turn, is another one; every four are the largest number, or nothing. One kind of
/// damage at each place, with `BONDED_CASES` all of them.
#[test]
fn no_damaged_byte_panics() {
    let (all, before) = everything();
    let bytes = posted(&all[..before]).snapshot();
    let after = &all[before..];
    let thorough = std::env::var("BONDED_CASES").is_ok();
    let mut accepted = 0;
    for at in 0..bytes.len() {
        let mut kinds = vec![at % 6];
        if thorough {
            kinds = (0..6).collect();
        }
        for kind in kinds {
            let mut damaged = bytes.clone();
            let four = at..bytes.len().min(at + 4);
            match [0x01, 0x02, 0x80, 0xff].get(kind) {
                Some(mask) => damaged[at] ^= mask,
                None => damaged[four].fill(if kind == 4 { 0xff } else { 0 }),
            }
            accepted += u32::from(survives(&damaged, after));
        }
        assert!(Ledger::restore(&bytes[..at]).is_err(), "cut off at {at}");
    }
    // Names and quantities may be others; that is for a checksum to tell.
    assert!(accepted > 0);
}

#[test]
fn what_is_wrong_is_said() {
    let bytes = posted(&everything().0).snapshot();
    let error = |bytes: &[u8]| Ledger::restore(bytes).unwrap_err();
    assert_eq!(error(b""), SnapshotError::NotASnapshot);
    assert_eq!(error(b"{\"id\":1}"), SnapshotError::NotASnapshot);
    let mut other = bytes.clone();
    other[8] += 1;
    let (found, expected) = (snapshot::VERSION + 1, snapshot::VERSION);
    assert_eq!(
        error(&other),
        SnapshotError::OtherVersion { found, expected }
    );
    let mut longer = bytes.clone();
    longer.push(0);
    let at = bytes.len();
    let what = "more bytes than a ledger";
    assert_eq!(error(&longer), SnapshotError::Damaged { at, what });
    assert_eq!(
        error(&bytes[..20]).to_string(),
        "the snapshot is damaged at byte 16: it ends too early; read the journal"
    );
    assert!(Ledger::restore(&Ledger::new().snapshot()).is_ok());
}

fn digest(bytes: &[u8]) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    format!("{:032x}", hasher.finish128().as_u128())
}

/// A snapshot of this version is read by every build of this version.
#[test]
fn the_format_changes_with_its_version() {
    let chain = posted(&seed("ic-chain/journal.jsonl")).snapshot();
    let (all, before) = everything();
    let found = (
        snapshot::VERSION,
        digest(&chain),
        digest(&posted(&all[..before]).snapshot()),
    );
    let expected = (
        2,
        "105c1ba56d0259680f9b915f93de0c87".to_string(),
        "4dadd01044a89ead3d18eff16b1e5da5".to_string(),
    );
    assert_eq!(
        found, expected,
        "a snapshot has other bytes than before: raise `snapshot::VERSION` (or programs will take \
         old snapshots for new ones), then put the new digests here. Only where the journals \
         themselves have changed (the seed, the script above) does the version stay"
    );
}
