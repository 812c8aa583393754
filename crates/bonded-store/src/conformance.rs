//! What every store is held to: [`store_conformance!`](crate::store_conformance) makes a test of each
//! check, by name.
//!
//! A check is given a door: a function that opens the same journal again, as another process would.
//! The journal is empty at the beginning.

use std::collections::BTreeSet;
use std::time::Duration;

use bonded_ledger::Entry;

use crate::batch::Batch;
use crate::durable::{DurableLedger, PostError};
use crate::error::StoreErrorKind;
use crate::hash::Head;
use crate::store::{Snapshot, Store};

/// Makes a test of each check.
///
/// The argument is an expression that makes a fresh journal and gives a function that opens it:
/// ```
/// # use bonded_store::{MemoryStore, store_conformance};
/// store_conformance!({
///     let store = MemoryStore::new();
///     move || store.clone()
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! store_conformance {
    ($fresh:expr) => {
        $crate::store_conformance!(@ $fresh;
            a_new_journal_is_empty
            what_was_appended_is_read
            a_stale_append_stores_nothing
            an_empty_batch_stores_nothing
            reading_begins_anywhere_and_gives_all
            any_text_comes_back_as_it_was
            another_door_sees_what_was_appended
            a_lock_is_given_back
            who_has_the_lock_is_alone
            appends_at_once_lose_nothing
            a_snapshot_is_kept
            compacting_changes_no_record
            a_ledger_over_it_goes_on_after_a_restart
            two_ledgers_over_it_agree
        );
    };
    (@ $fresh:expr; $($check:ident)*) => {
        $(
            #[test]
            fn $check() {
                $crate::conformance::$check($fresh);
            }
        )*
    };
}

fn append<S: Store>(store: &mut S, lines: &[&str]) -> Head {
    let mut batch = Batch::new(store.head().expect("a head"));
    lines.iter().for_each(|it| batch.push(it));
    store.append(&batch).expect("appended");
    batch.end()
}

/// All lines, with the chain checked.
fn lines<S: Store>(store: &mut S) -> Vec<String> {
    let mut all = Vec::new();
    let mut head = Head::EMPTY;
    loop {
        let batches = store.read(head.position, 1 << 20).expect("read");
        if batches.is_empty() {
            assert_eq!(
                store.head().expect("a head"),
                head,
                "the head is the last record's"
            );
            return all;
        }
        for batch in batches {
            assert_eq!(batch.start(), head, "each batch follows the one before");
            batch.check_chain().expect("a chain");
            all.extend(batch.records().map(|it| it.line.to_owned()));
            head = batch.end();
        }
    }
}

/// Guarantee 5, at its edge.
pub fn a_new_journal_is_empty<S: Store>(open: impl Fn() -> S) {
    let mut store = open();
    assert_eq!(store.head().expect("a head"), Head::EMPTY);
    assert_eq!(store.read(0, 1 << 20).expect("read"), []);
    assert_eq!(store.read(7, 1 << 20).expect("read"), []);
    assert_eq!(store.snapshot().expect("none"), None);
}

/// Guarantees 1 and 5.
pub fn what_was_appended_is_read<S: Store>(open: impl Fn() -> S) {
    let mut store = open();
    append(&mut store, &["{\"a\":1}"]);
    let head = append(&mut store, &["{\"b\":2}", "{\"c\":3}"]);
    assert_eq!(head.position, 3);
    let all = ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"];
    assert_eq!(lines(&mut store), all);
    drop(store);
    assert_eq!(lines(&mut open()), all, "after a restart");
}

/// Guarantee 3.
pub fn a_stale_append_stores_nothing<S: Store>(open: impl Fn() -> S) {
    let mut store = open();
    let first = append(&mut store, &["1"]);
    let now = append(&mut store, &["2"]);
    let other = Head::EMPTY.followed_by("x").followed_by("2");
    let ahead = now.followed_by("3");
    for stale in [Head::EMPTY, first, other, ahead] {
        let mut batch = Batch::new(stale);
        batch.push("never");
        let error = store.append(&batch).expect_err("stale");
        assert_eq!(error.kind(), StoreErrorKind::Moved(now), "{error}");
    }
    assert_eq!(lines(&mut store), ["1", "2"]);
    append(&mut store, &["3"]);
    assert_eq!(lines(&mut open()), ["1", "2", "3"]);
}

/// Nothing is nothing, wherever it would stand.
pub fn an_empty_batch_stores_nothing<S: Store>(open: impl Fn() -> S) {
    let mut store = open();
    store.append(&Batch::new(Head::EMPTY)).expect("nothing");
    append(&mut store, &["1"]);
    let head = store.head().expect("a head");
    store.append(&Batch::new(head)).expect("nothing");
    assert_eq!(lines(&mut store), ["1"]);
}

/// Guarantee 5.
pub fn reading_begins_anywhere_and_gives_all<S: Store>(open: impl Fn() -> S) {
    let mut store = open();
    let all: Vec<String> = (0..300).map(|it| format!("{{\"n\":{it}}}")).collect();
    for batch in all.chunks(7) {
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        append(&mut store, &batch);
    }
    for bytes_max in [0, 1, 500, 1 << 20] {
        for from in [0, 1, 6, 7, 8, 150, 299, 300, 301, u64::MAX >> 1] {
            let mut read = Vec::new();
            let mut at: u64 = from;
            loop {
                let batches = store.read(at, bytes_max).expect("read");
                if batches.is_empty() {
                    break;
                }
                for batch in batches {
                    let batch = batch.after(at).expect("something new");
                    assert_eq!(batch.start().position, at);
                    read.extend(batch.records().map(|it| it.line.to_owned()));
                    at = batch.end().position;
                }
            }
            let expected = all.get(from.min(300) as usize..).unwrap_or_default();
            assert_eq!(read, expected, "from {from}, {bytes_max} bytes at once");
        }
    }
}

/// Guarantee 5.
pub fn any_text_comes_back_as_it_was<S: Store>(open: impl Fn() -> S) {
    let mut store = open();
    let long = format!("{{\"long\":\"{}\"}}", "晶圆0123".repeat(200_000));
    let texts = [
        "",
        " ",
        "{}",
        "'\"\\$1?;--",
        "\u{0}\u{1f}",
        "四川\u{1F980}",
        &*long,
    ];
    append(&mut store, &texts);
    for text in texts {
        append(&mut store, &[text]);
    }
    let read = lines(&mut open());
    assert_eq!(read[..7], texts);
    assert_eq!(read[7..], texts);
}

/// Guarantees 2 and 3, for two who take turns.
pub fn another_door_sees_what_was_appended<S: Store>(open: impl Fn() -> S) {
    let (mut one, mut two) = (open(), open());
    let stale = two.head().expect("a head");
    append(&mut one, &["1"]);
    assert_eq!(lines(&mut two), ["1"]);
    let mut batch = Batch::new(stale);
    batch.push("never");
    assert!(two.append(&batch).is_err());
    append(&mut two, &["2"]);
    append(&mut one, &["3"]);
    assert_eq!(lines(&mut one), ["1", "2", "3"]);
    assert_eq!(lines(&mut two), ["1", "2", "3"]);
}

/// `release` and every answer of `append` give the lock back.
pub fn a_lock_is_given_back<S: Store>(open: impl Fn() -> S) {
    let (mut one, mut two) = (open(), open());
    one.release();
    one.lock().expect("the lock");
    one.release();
    append(&mut two, &["1"]);
    one.lock().expect("the lock");
    append(&mut one, &["2"]);
    append(&mut two, &["3"]);
    one.lock().expect("the lock");
    let mut stale = Batch::new(Head::EMPTY);
    stale.push("never");
    assert!(one.append(&stale).is_err());
    append(&mut two, &["4"]);
    let head = one.lock().expect("the lock");
    one.append(&Batch::new(head)).expect("nothing");
    append(&mut two, &["5"]);
    // Who goes away gives it back, too.
    one.lock().expect("the lock");
    drop(one);
    append(&mut two, &["6"]);
    assert_eq!(lines(&mut two), ["1", "2", "3", "4", "5", "6"]);
}

/// While one has the lock the other waits or is told `Busy`; a store without a lock finds its append
/// `Moved`. Nothing of the one who has it is lost.
pub fn who_has_the_lock_is_alone<S: Store + Send>(open: impl Fn() -> S) {
    let (mut one, mut two) = (open(), open());
    let head = one.lock().expect("the lock");
    let mut mine = Batch::new(head);
    mine.push("mine");
    let mut theirs = Batch::new(head);
    theirs.push("theirs");
    let (mine_stored, theirs_stored) = std::thread::scope(|scope| {
        let other = scope.spawn(move || {
            let locked = two.lock().map(|now| now == head);
            matches!(locked, Ok(true)) && two.append(&theirs).is_ok()
        });
        std::thread::sleep(Duration::from_millis(50));
        let mine = one.append(&mine).is_ok();
        (mine, other.join().expect("no panic"))
    });
    let read = lines(&mut open());
    assert_eq!(read.len(), 1, "{read:?}");
    assert_ne!(
        mine_stored, theirs_stored,
        "one of them was told that it is stored"
    );
    assert_eq!(read[0], if mine_stored { "mine" } else { "theirs" });
}

/// Guarantees 2 and 3, for many at once.
pub fn appends_at_once_lose_nothing<S: Store + Send>(open: impl Fn() -> S) {
    const WRITERS: usize = 4;
    const EACH: usize = 25;
    let stores: Vec<S> = (0..WRITERS).map(|_| open()).collect();
    std::thread::scope(|scope| {
        for (writer, mut store) in stores.into_iter().enumerate() {
            scope.spawn(move || {
                let mut next = 0;
                let mut tries = 0;
                while next < EACH {
                    tries += 1;
                    assert!(tries < 100_000, "nobody gets forward");
                    if tries > EACH {
                        // On a machine that is busy the one who has the lock needs its turn.
                        std::thread::sleep(Duration::from_micros(500));
                    }
                    let head = match store.lock() {
                        Ok(head) => head,
                        Err(error) if error.kind() == StoreErrorKind::Busy => continue,
                        Err(error) => panic!("{error}"),
                    };
                    let mut batch = Batch::new(head);
                    batch.push(&format!("{writer} {next} first"));
                    batch.push(&format!("{writer} {next} second"));
                    match store.append(&batch) {
                        Ok(()) => next += 1,
                        Err(error) if matches!(error.kind(), StoreErrorKind::Moved(_)) => {}
                        Err(error) if error.kind() == StoreErrorKind::Busy => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    let read = lines(&mut open());
    assert_eq!(read.len(), WRITERS * EACH * 2);
    assert_eq!(read.iter().collect::<BTreeSet<_>>().len(), read.len());
    for pair in read.chunks(2) {
        assert_eq!(
            pair[0].replace("first", "second"),
            pair[1],
            "a batch is whole"
        );
    }
    for writer in 0..WRITERS {
        let mine = read.iter().filter(|it| it.starts_with(&writer.to_string()));
        let turns: Vec<usize> = mine
            .filter_map(|it| it.split(' ').nth(1)?.parse().ok())
            .collect();
        assert!(
            turns.is_sorted(),
            "in the order in which they were appended"
        );
    }
}

/// Guarantee 6.
pub fn a_snapshot_is_kept<S: Store>(open: impl Fn() -> S) {
    let mut store = open();
    let head = append(&mut store, &["1", "2"]);
    let mut large = vec![0_u8; 3 << 20];
    for (at, byte) in large.iter_mut().enumerate() {
        *byte = (at % 251) as u8;
    }
    for bytes in [vec![1, 2, 3], Vec::new(), large] {
        let snapshot = Snapshot { head, bytes };
        store.keep_snapshot(&snapshot).expect("kept");
        assert_eq!(store.snapshot().expect("read"), Some(snapshot.clone()));
        assert_eq!(open().snapshot().expect("read"), Some(snapshot));
    }
    let later = Snapshot {
        head: append(&mut store, &["3"]),
        bytes: vec![7],
    };
    store.keep_snapshot(&later).expect("kept");
    assert_eq!(open().snapshot().expect("read"), Some(later));
    assert_eq!(lines(&mut store), ["1", "2", "3"]);
}

/// Compacting is seen by nobody but the disk.
pub fn compacting_changes_no_record<S: Store>(open: impl Fn() -> S) {
    let mut store = open();
    store.compact().expect("nothing to do");
    let all: Vec<String> = (0..500).map(|it| format!("{{\"n\":{it}}}")).collect();
    for line in &all[..400] {
        append(&mut store, &[line]);
    }
    let mut other = open();
    let head = other.head().expect("a head");
    store.compact().expect("compacted");
    store.compact().expect("nothing more to do");
    assert_eq!(store.head().expect("a head"), head);
    assert_eq!(lines(&mut store), all[..400]);
    assert_eq!(lines(&mut other), all[..400]);
    let rest = other.read(123, 0).expect("read");
    let rest = rest[0].after(123).expect("more");
    assert_eq!(rest.records().next().expect("one").line, all[123]);
    for line in &all[400..] {
        append(&mut other, &[line]);
    }
    store.compact().expect("compacted");
    drop(store);
    assert_eq!(lines(&mut open()), all);
}

/// A small journal: a handbook, and lists that are declared and booked.
pub fn journal() -> Vec<Entry> {
    let lines = include_str!("../../bonded-ledger/tests/data/first.jsonl").lines();
    lines
        .map(|it| Entry::from_json(it).expect("an entry"))
        .collect()
}

/// What a [`DurableLedger`] promises, over this store.
pub fn a_ledger_over_it_goes_on_after_a_restart<S: Store>(open: impl Fn() -> S) {
    let journal = journal();
    for (at, entry) in journal.iter().enumerate() {
        let mut books = DurableLedger::open(open()).expect("opened");
        assert_eq!(books.ledger().entries(), at as u64);
        assert!(!books.post(entry).expect("accepted").duplicate);
        assert!(books.post(entry).expect("there").duplicate);
        if at == 2 {
            books.snapshot().expect("kept");
        }
    }
    let mut books = DurableLedger::open(open()).expect("opened");
    let refused = journal[1].clone().with_note("other content");
    assert!(matches!(books.post(&refused), Err(PostError::Refused(_))));
    let head = books.head();
    let verified = books.verify(&[head]).expect("sound");
    assert_eq!((verified.head, verified.snapshot), (head, Some(3)));
    assert!(books.verify(&[head.followed_by("x")]).is_err());
    books.compact().expect("compacted");
    assert_eq!(books.verify(&[head]).expect("sound").head, head);
    let mut plain = bonded_ledger::Ledger::new();
    for entry in &journal {
        plain.post(entry).expect("accepted");
    }
    let again = DurableLedger::open(open()).expect("opened");
    let text = |it: &bonded_ledger::Ledger| format!("{:?}", it.statement());
    assert_eq!(text(again.ledger()), text(&plain));
}

/// The same `id` twice is one entry, whoever posts it.
pub fn two_ledgers_over_it_agree<S: Store>(open: impl Fn() -> S) {
    let journal = journal();
    let mut one = DurableLedger::open(open()).expect("opened");
    let mut two = DurableLedger::open(open()).expect("opened");
    for (at, entry) in journal.iter().enumerate() {
        let (first, second) = match at % 2 {
            0 => (&mut one, &mut two),
            _ => (&mut two, &mut one),
        };
        assert!(!first.post(entry).expect("accepted").duplicate);
        assert!(second.post(entry).expect("there").duplicate);
    }
    assert_eq!(one.head(), two.head());
    assert_eq!(one.head().position, journal.len() as u64);
    let whole = one.post_atomically(&journal).expect("there");
    assert!(
        whole
            .answers
            .iter()
            .all(|it| it.as_ref().is_ok_and(|it| it.duplicate))
    );
    // All or none: the second is refused, and the first is not there.
    let new = journal[0].clone().with_note("x");
    let answers = two
        .post_atomically(&[journal[0].clone(), new])
        .expect("answered");
    assert!(!answers.stored && answers.answers[1].is_err());
    assert_eq!(two.head(), one.head());
}
