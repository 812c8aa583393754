//! One thread, many clients, a disk that fails, and the auditor beside it; everything by a seed.
//!
//! Each step a client posts (one entry, several, all or none, an old one again), opens again, takes a
//! snapshot or verifies, or the power goes. After each crash, and at the end, on a disk that works
//! again: what was acknowledged is there once, nothing that nobody posted is there, the journal
//! verifies, the ledger says what the auditor says.
//!
//! `BONDED_SEEDS=0..100000 BONDED_STEPS=300 cargo test --release -p bonded-store --test simulation`
//! runs other worlds than the default ones; `BONDED_SEEDS=77..78` one again.

#[path = "../../bonded-ledger/tests/auditor/mod.rs"]
mod auditor;

use std::collections::{BTreeMap, BTreeSet};

use auditor::{Auditor, Verdict};
use bonded_ledger::{Entry, Uuid};
use bonded_store::faulty::{Dice, Faults, FaultyDisk, FaultyStore};
use bonded_store::{DurableLedger, Head, Store, StoreError, StoreErrorKind, VerifyError};
use serde_json::Value;

type Books = DurableLedger<FaultyStore>;

struct World {
    disk: FaultyDisk,
    dice: Dice,
    entries: Vec<Entry>,
    /// How far each client has come; none where it is not running.
    clients: Vec<(usize, Option<Books>)>,
    acknowledged: BTreeSet<Uuid>,
    /// Entries that nobody can say of whether they are there.
    doubtful: BTreeSet<Uuid>,
    /// Entries of which it was said that they are not there, and that nobody tried since.
    kept_out: BTreeSet<Uuid>,
    /// Heads that were told to somebody outside.
    kept: Vec<Head>,
    counts: BTreeMap<&'static str, u64>,
}

fn faults(dice: &mut Dice) -> Faults {
    let mut some = |most: u64| dice.below(most) as u32;
    Faults {
        torn_write: some(80),
        failed_flush: some(80),
        short_read: some(300),
        failed_read: some(20),
        lying_flush: 0,
    }
}

impl World {
    fn new(seed: u64) -> World {
        let mut dice = Dice::new(seed);
        let entries = auditor::journals::random_journal(seed, 60);
        let entries = entries.iter().map(|it| it.to_string());
        let faults = faults(&mut dice);
        World {
            disk: FaultyDisk::new(seed ^ 0x5eed, faults),
            entries: entries
                .filter_map(|it| Entry::from_json(&it).ok())
                .collect(),
            clients: (0..3).map(|_| (0, None)).collect(),
            acknowledged: BTreeSet::new(),
            doubtful: BTreeSet::new(),
            kept_out: BTreeSet::new(),
            kept: Vec::new(),
            counts: BTreeMap::new(),
            dice,
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// An error may be any but a lie: nothing is damaged here, only unreachable.
    fn failed(&mut self, error: &StoreError) {
        let damaged = matches!(
            error.kind(),
            StoreErrorKind::Damaged | StoreErrorKind::Foreign
        );
        assert!(!damaged, "{error}");
        self.count(error.code());
    }

    fn books(&mut self, client: usize) -> Option<Books> {
        if let Some(books) = self.clients[client].1.take() {
            return Some(books);
        }
        match DurableLedger::open(FaultyStore::open(&self.disk)) {
            Ok(books) => Some(books),
            Err(error) => {
                self.failed(&error);
                None
            }
        }
    }

    fn post(&mut self, client: usize) {
        let Some(mut books) = self.books(client) else {
            return;
        };
        let (at, _) = self.clients[client];
        // Now and then something from before, as somebody does who did not hear the answer.
        let at = match self.dice.falls(200) {
            true => self.dice.below(at as u64 + 1) as usize,
            false => at,
        };
        let size = [1, 1, 3, 8][self.dice.below(4) as usize];
        let whole = size > 1 && self.dice.falls(300);
        let entries = &self.entries[at.min(self.entries.len())..];
        let entries = entries[..size.min(entries.len())].to_vec();
        let posted = match whole {
            true => books.post_atomically(&entries),
            false => books.post_all(&entries),
        };
        // What is told from memory is what is stored.
        assert_eq!(books.ledger().entries(), books.head().position);
        for entry in &entries {
            self.kept_out.remove(&entry.id());
        }
        let nobody =
            |it: &World, id: &Uuid| !it.acknowledged.contains(id) && !it.doubtful.contains(id);
        match posted {
            Ok(answers) => {
                if answers.stored {
                    for (entry, answer) in entries.iter().zip(&answers.answers) {
                        if answer.is_ok() {
                            self.acknowledged.insert(entry.id());
                        }
                    }
                    self.kept.push(books.head());
                }
                for (entry, answer) in entries.iter().zip(&answers.answers) {
                    let refused = answer.is_err() || !answers.stored;
                    let told_there = matches!(answer, Ok(it) if it.duplicate);
                    if refused && !told_there && nobody(self, &entry.id()) {
                        self.kept_out.insert(entry.id());
                    }
                }
                self.count(if answers.stored { "stored" } else { "kept out" });
                self.clients[client].0 = self.clients[client].0.max(at + entries.len());
                self.clients[client].1 = Some(books);
            }
            Err(error) => {
                self.failed(&error);
                for entry in &entries {
                    match error.kind() {
                        StoreErrorKind::InDoubt => {
                            self.doubtful.insert(entry.id());
                        }
                        // Nothing was stored, it says.
                        _ if nobody(self, &entry.id()) => {
                            self.kept_out.insert(entry.id());
                        }
                        _ => {}
                    }
                }
                // Half of them go on with what they have, half begin anew.
                self.clients[client].1 = self.dice.falls(500).then_some(books);
            }
        }
    }

    fn step(&mut self) {
        let client = self.dice.below(self.clients.len() as u64) as usize;
        match self.dice.below(100) {
            0..80 => self.post(client),
            80..84 => self.clients[client].1 = None,
            84..90 => {
                if let Some(mut books) = self.books(client) {
                    let kept = match self.dice.falls(500) {
                        true => books.snapshot(),
                        false => books.compact(),
                    };
                    if let Err(error) = kept {
                        self.failed(&error);
                    }
                    self.clients[client].1 = Some(books);
                }
            }
            90..93 => {
                if let Some(mut books) = self.books(client) {
                    let kept = self.kept.clone();
                    match books.verify(&kept) {
                        Ok(_) => self.count("verified"),
                        Err(VerifyError::Store(error)) => self.failed(&error),
                        Err(error) => panic!("{error}"),
                    }
                    self.clients[client].1 = Some(books);
                }
            }
            93..95 => {
                let room = self.disk.length() + self.dice.below(4_000) as usize;
                self.disk.set_capacity(room);
            }
            95..97 => {
                self.disk.set_capacity(usize::MAX);
                let faults = faults(&mut self.dice);
                self.disk.set_faults(faults);
            }
            _ => self.crash(),
        }
    }

    fn crash(&mut self) {
        self.count("crash");
        self.clients.iter_mut().for_each(|it| it.1 = None);
        self.disk.crash();
        self.check();
    }

    fn check(&mut self) {
        self.disk.set_faults(Faults::default());
        self.disk.set_capacity(usize::MAX);
        let mut books = DurableLedger::open(FaultyStore::open(&self.disk)).expect("it opens");
        let verified = books.verify(&[]).expect("it is sound");
        assert_eq!(verified.head, books.head());
        books.verify(&self.kept).expect("what was told is there");
        // All heads are on one line: the last says all.
        self.kept = vec![books.head()];
        let mut ids = BTreeSet::new();
        let mut auditor = Auditor::new();
        for batch in books.store().read(0, usize::MAX).expect("read") {
            for record in batch.records() {
                let value: Value = serde_json::from_str(record.line).expect("JSON");
                let id = value["id"].as_str().and_then(|it| it.parse().ok());
                assert!(ids.insert(id.expect("an id")), "twice: {}", record.line);
                assert_eq!(auditor.post(&value), Verdict::Accepted, "{}", record.line);
            }
        }
        let lost: Vec<&Uuid> = self.acknowledged.difference(&ids).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let stored: Vec<&Uuid> = self.kept_out.intersection(&ids).collect();
        assert!(
            stored.is_empty(),
            "said not to be there, and there: {stored:?}"
        );
        // What was in doubt is known now.
        self.doubtful.clear();
        self.acknowledged = ids.clone();
        let posted: BTreeSet<Uuid> = self.entries.iter().map(Entry::id).collect();
        assert!(ids.is_subset(&posted), "there is what nobody posted");
        let mut statement = serde_json::to_value(books.ledger().statement()).expect("JSON");
        for handbook in statement["handbooks"].as_array_mut().expect("handbooks") {
            handbook
                .as_object_mut()
                .expect("an object")
                .remove("reasons");
        }
        let mut audited = auditor.statement(None);
        for handbook in audited["handbooks"].as_array_mut().expect("handbooks") {
            handbook
                .as_object_mut()
                .expect("an object")
                .remove("reasons");
        }
        assert_eq!(statement, audited);
        let faults = faults(&mut self.dice);
        self.disk.set_faults(faults);
    }
}

fn seeds() -> std::ops::Range<u64> {
    let text = std::env::var("BONDED_SEEDS").unwrap_or_else(|_| "0..60".into());
    let (from, to) = text.split_once("..").expect("BONDED_SEEDS is FROM..TO");
    from.parse().expect("a number")..to.parse().expect("a number")
}

#[test]
fn nothing_acknowledged_is_lost_in_any_world() {
    let seeds = seeds();
    println!("seeds {}..{}", seeds.start, seeds.end);
    let steps = std::env::var("BONDED_STEPS").ok();
    let steps: u64 = steps.map_or(120, |it| it.parse().expect("BONDED_STEPS is a number"));
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for seed in seeds.clone() {
        let world = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            (0..steps).for_each(|_| world.step());
            world.crash();
            world.counts
        });
        let Ok(told) = world else {
            panic!(
                "replay: BONDED_SEEDS={seed}..{} BONDED_STEPS={steps} cargo test -p bonded-store \
                 --test simulation",
                seed + 1
            );
        };
        for (what, times) in told {
            *counts.entry(what).or_default() += times;
        }
    }
    println!("{counts:?}");
    if seeds.end - seeds.start >= 50 && steps >= 100 {
        // A world in which nothing goes wrong proves nothing.
        for what in [
            "crash",
            "kept out",
            "store_failed",
            "store_full",
            "store_in_doubt",
            "store_unavailable",
            "stored",
            "verified",
        ] {
            assert!(
                counts.contains_key(what),
                "{what} never happened: {counts:?}"
            );
        }
    }
}

/// No store survives a disk that says it has flushed and has not. A head that is kept elsewhere makes
/// it evident.
#[test]
fn a_lying_disk_is_found_out_by_a_head_that_was_kept() {
    let faults = Faults {
        lying_flush: 1_000,
        ..Faults::default()
    };
    let mut found = 0;
    for seed in 0..40 {
        let disk = FaultyDisk::new(seed, faults);
        let mut books = DurableLedger::open(FaultyStore::open(&disk)).expect("opened");
        for entry in bonded_store::conformance::journal() {
            books.post(&entry).expect("it says");
        }
        let kept = books.head();
        drop(books);
        disk.crash();
        let opened = DurableLedger::open(FaultyStore::open(&disk));
        let verified = opened.map(|mut it| it.verify(&[kept]));
        match verified {
            Ok(Ok(it)) => assert_eq!(it.head, kept),
            Ok(Err(VerifyError::Head { .. })) | Err(_) => found += 1,
            Ok(Err(error)) => panic!("{error}"),
        }
    }
    assert!(found > 20, "{found}");
}

/// Each byte of the log that is changed behind the ledger's back is told, by the record.
#[test]
fn a_changed_record_is_named() {
    let disk = FaultyDisk::new(1, Faults::default());
    let mut books = DurableLedger::open(FaultyStore::open(&disk)).expect("opened");
    let journal = bonded_store::conformance::journal();
    books.post_all(&journal).expect("stored");
    let kept = books.head();
    let length = disk.length();
    for at in 0..length {
        let disk = FaultyDisk::new(1, Faults::default());
        let mut books = DurableLedger::open(FaultyStore::open(&disk)).expect("opened");
        books.post_all(&journal).expect("stored");
        disk.tamper(|bytes| bytes[at] ^= 0x20);
        let mut books = DurableLedger::open(FaultyStore::open(&disk)).expect("a torn end");
        // The log's own hash makes the batch one that never was; the kept head tells.
        assert!(matches!(
            books.verify(&[kept]),
            Err(VerifyError::Head { .. })
        ));
    }
}
