//! A ledger over two servers of which one dies: what does not need it goes on, and nothing that was
//! acknowledged is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bonded_ledger::{Entry, Ledger, Uuid};
use bonded_postgres::PostgresLedger;
use bonded_store::{PostError, StoreErrorKind};

use crate::cluster::{self, Cluster};
use crate::ledger::{journals, text};
use crate::spread::{Spread, across, entries_behind, spread_of};

fn clusters() -> Option<([Cluster; 2], Spread)> {
    let clusters = [cluster::own_cluster()?, cluster::own_cluster()?];
    let pair = spread_of(clusters.iter().map(|it| it.server.database()).collect());
    Some((clusters, pair))
}

/// What needs only the server that lives is posted; the rest is told, with the name of the other one.
#[test]
fn what_does_not_need_a_dead_server_goes_on() {
    let Some((clusters, pair)) = clusters() else {
        return;
    };
    let mut books = pair.open();
    let open = across("");
    books.post_all(&open).expect("posted");
    let send = across("carry_in L1 B M1:9 with=A\ncarry_out L2 A P1:9 with=B list=L1").split_off(5);
    books.post(&send[0]).expect("accepted");
    let mut other = pair.open();
    // B's and C's server lives, A's is dead.
    clusters[1].stop_immediately();
    let (mut accepted, mut unavailable) = (0, 0);
    for at in 0..20_u32 {
        let book = if at % 2 == 0 { "C" } else { "D" };
        let entry = entries_behind(
            &format!("import L{} {book} M1:1", 10 + at),
            300 + u128::from(at),
        );
        match books.post(&entry[0]) {
            Ok(it) => accepted += u32::from(!it.duplicate),
            Err(PostError::Store(it)) => {
                assert_eq!(it.kind(), StoreErrorKind::Unavailable, "{it}");
                let dead = &pair.databases[1].name;
                assert!(it.to_string().contains(&format!("/{dead}")), "{it}");
                assert!(!format!("{it:?}").contains("secret"), "{it:?}");
                unavailable += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    println!("{accepted} accepted while a server was down, {unavailable} not");
    assert!(accepted > 1 && unavailable > 1, "{accepted} {unavailable}");
    match other.post(&send[1]) {
        Err(PostError::Store(it)) => assert_eq!(it.kind(), StoreErrorKind::Unavailable, "{it}"),
        other => panic!("{other:?}"),
    }
    assert!(other.sync().is_err() && PostgresLedger::connect_all(&pair.addresses).is_err());
    clusters[1].begin();
    other.post(&send[1]).expect("sent");
    books.sync().expect("read");
    other.sync().expect("read");
    assert_eq!(books.ledger().entries(), 7 + u64::from(accepted));
    assert_eq!(text(books.ledger()), text(other.ledger()));
    books.verify(&other.heads()).expect("sound");

    // The server of the handbook that is looked at dies between what it has committed and the record.
    let declared = entries_behind(
        "carry_in L3 B M1:9 with=A\ncarry_out L4 A P1:9 with=B list=L3",
        400,
    );
    books.post(&declared[0]).expect("accepted");
    other.sync().expect("read");
    books.lock_timeout(Duration::from_secs(60));
    other.lock_timeout(Duration::from_secs(60));
    let mut owner = pair.databases[1].client();
    let mut holder = owner.transaction().expect("begun");
    let hold = "LOCK TABLE bonded.record_batch IN EXCLUSIVE MODE";
    holder.batch_execute(hold).expect("held");
    let sent = std::thread::spawn(move || books.post(&declared[1]).map(|_| books));
    std::thread::sleep(Duration::from_millis(500));
    clusters[0].stop_immediately();
    clusters[0].begin();
    let withdraw = entries_behind("carry_in L3 B M1:9 with=A\nwithdraw L3", 500).split_off(1);
    let withdrawn = std::thread::spawn(move || other.post(&withdraw[0]).map(|_| other));
    std::thread::sleep(Duration::from_millis(500));
    assert!(!sent.is_finished() && !withdrawn.is_finished());
    holder.rollback().expect("given back");
    let mut sender = sent.join().expect("no panic").expect("sent");
    let withdrawer = withdrawn.join().expect("no panic").expect("withdrawn");
    assert!(text(withdrawer.ledger()).contains("Differs"));
    sender.sync().expect("read");
    assert_eq!(text(sender.ledger()), text(withdrawer.ledger()));
    let mut again = pair.open();
    assert_eq!(text(again.ledger()), text(sender.ledger()));
    again.verify(&sender.heads()).expect("sound");
}

/// Carry-overs between handbooks of both servers, one or the other of which is killed and started again.
#[test]
fn a_server_of_two_that_dies_under_load_loses_nothing_acknowledged() {
    let Some((clusters, pair)) = clusters() else {
        return;
    };
    let open = across("");
    pair.open().post_all(&open).expect("posted");
    let acknowledged = Mutex::new(Vec::<Entry>::new());
    let (errors, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let kills: u32 = std::env::var("BONDED_KILLS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(4);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for writer in 0..6_u32 {
            let (pair, acknowledged) = (&pair, &acknowledged);
            let (errors, stop) = (&errors, &stop);
            scope.spawn(move || {
                let mut books = pair.open();
                for turn in 0.. {
                    for entry in carry_over(writer, turn) {
                        // Until it is known to be there.
                        loop {
                            match books.post(&entry) {
                                Ok(_) => break,
                                Err(PostError::Store(error)) => {
                                    use StoreErrorKind::{Busy, InDoubt, Unavailable};
                                    let kind = error.kind();
                                    let again = matches!(kind, Busy | InDoubt | Unavailable);
                                    assert!(again, "{error}");
                                    errors.fetch_add(1, Ordering::Relaxed);
                                    std::thread::sleep(Duration::from_millis(20));
                                }
                                Err(error) => panic!("{}: {error}", entry.line()),
                            }
                            if stop.load(Ordering::Relaxed) {
                                return;
                            }
                        }
                        acknowledged.lock().expect("no panic").push(entry);
                    }
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        for kill in 0..kills {
            std::thread::sleep(Duration::from_millis(700));
            // Mostly the one that keeps one side of every carry-over.
            let dying = &clusters[usize::from(kill % 4 != 3)];
            dying.stop_immediately();
            std::thread::sleep(Duration::from_millis(100));
            dying.begin();
        }
        std::thread::sleep(Duration::from_millis(700));
        stop.store(true, Ordering::Relaxed);
    });
    let took = start.elapsed();
    let acknowledged = acknowledged.into_inner().expect("no panic");
    let kept = pair.databases.iter().map(journals);
    let kept: BTreeMap<Uuid, Entry> = {
        let kept: Vec<Entry> = kept.flatten().flat_map(|it| it.1).collect();
        let count = kept.len();
        let kept: BTreeMap<_, _> = kept.into_iter().map(|it| (it.id(), it)).collect();
        assert_eq!(kept.len(), count, "nothing twice");
        kept
    };
    for entry in &acknowledged {
        assert!(kept.contains_key(&entry.id()), "lost: {}", entry.line());
    }
    let mut books = pair.open();
    assert_eq!(books.ledger().entries(), kept.len() as u64);
    let verified = books.verify(&books.heads()).expect("sound");
    println!(
        "{} acknowledged in {took:?} over {kills} kills, {} stored, {} errors told, {} orphans, \
         records {:?}",
        acknowledged.len(),
        kept.len() - open.len(),
        errors.into_inner(),
        verified.reserved,
        pair.records()
    );
    assert!(acknowledged.len() > 40, "{}", acknowledged.len());
    // The chain is the one that follows from what was acknowledged, and from the few entries whose
    // writer was stopped before he was told.
    let mut ledger = Ledger::new();
    for entry in &open {
        ledger.post(entry).expect("accepted");
    }
    let told: BTreeSet<Uuid> = acknowledged.iter().map(Entry::id).collect();
    let opened: BTreeSet<Uuid> = open.iter().map(Entry::id).collect();
    let untold = kept
        .values()
        .filter(|it| !told.contains(&it.id()) && !opened.contains(&it.id()));
    let untold: Vec<&Entry> = untold.collect();
    assert!(untold.len() <= 6, "{}", untold.len());
    for entry in acknowledged.iter().chain(untold) {
        ledger
            .post(entry)
            .unwrap_or_else(|it| panic!("{}: {it}", entry.line()));
    }
    assert_eq!(sorted(&ledger), sorted(books.ledger()));
}

/// Lists in order of number: those of different handbooks stand in nobody's order.
fn sorted(ledger: &Ledger) -> String {
    let mut lists = ledger.lists(&bonded_ledger::ListFilter::default());
    lists.sort_by(|a, b| a.number.cmp(&b.number));
    format!("{} {lists:?}", text(ledger))
}

/// One carry-over of a writer, to and fro over the servers, and what becomes of it.
fn carry_over(writer: u32, turn: u32) -> Vec<Entry> {
    let pairs = [
        ("A", "B"),
        ("B", "A"),
        ("E", "C"),
        ("C", "A"),
        ("D", "E"),
        ("C", "B"),
    ];
    let (from, to) = pairs[((writer + turn) % 6) as usize];
    let number = 1000 * (writer + 1) + 2 * turn;
    let (one, other) = (number, number + 1);
    let last = match turn % 3 {
        0 => format!("deduct L{other}"),
        1 => format!("withdraw L{one}"),
        _ => format!("withdraw L{other}"),
    };
    let middle = if turn.is_multiple_of(3) {
        format!("deduct L{one}\n")
    } else {
        String::new()
    };
    let script = format!(
        "carry_in L{one} {to} M1:3 with={from}\ncarry_out L{other} {from} P1:3 with={to} list=L{one}\n\
         {middle}{last}"
    );
    entries_behind(
        &script,
        u128::from(writer + 1) << 64 | u128::from(turn) << 8,
    )
}
