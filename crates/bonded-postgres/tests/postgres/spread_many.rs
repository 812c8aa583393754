//! Many at once over several servers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Barrier, Mutex};
use std::time::Instant;

use bonded_ledger::Entry;
use bonded_store::PostError;

use crate::cluster;
use crate::ledger::text;
use crate::spread::{across, entries_behind, is_sound, pair, post_each, spread_of};

/// Carry-overs back and forth over three servers, while somebody reads and verifies.
#[test]
fn many_over_three_servers_are_read_the_same_by_all() {
    let Some(server) = cluster::server() else {
        return;
    };
    let pair = spread_of((0..3).map(|_| server.database()).collect());
    let mut all = pair.open();
    let names = ["A", "B", "C", "E"];
    let (mut script, mut lists) = (String::new(), 0);
    for round in 0..3 {
        for one in names {
            for other in names.iter().filter(|it| **it != one) {
                lists += 2;
                script.push_str(&format!(
                    "carry_in L{lists} {other} M1:{q} with={one}\n\
                     carry_out L{} {one} P1:{q} with={other} list=L{lists}\ndeduct L{lists}\n{}\n",
                    lists + 1,
                    match round % 3 {
                        0 => format!("deduct L{}", lists + 1),
                        1 => format!("withdraw L{lists}"),
                        _ => format!("amend {one} M1:{}/hs=8542310000", 90000 + round),
                    },
                    q = 5 + round,
                ));
            }
        }
    }
    let script = across(&script);
    post_each(&mut all, &script[..5]);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let start = Instant::now();
    std::thread::scope(|scope| {
        let (pair, stop) = (&pair, &stop);
        let reader = scope.spawn(move || {
            let mut books = pair.open();
            let mut read = 0;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                match read % 4 {
                    0 => drop(books.verify(&BTreeMap::new()).expect("sound")),
                    _ => books.sync().expect("read"),
                }
                read += 1;
            }
            read
        });
        let writers: Vec<_> = (0..6)
            .map(|writer| {
                let mine = script[5..].chunks(4).skip(writer).step_by(6);
                let mine: Vec<Entry> = mine.flatten().cloned().collect();
                scope.spawn(move || {
                    let mut books = pair.open();
                    for part in mine.chunks(1 + writer % 3) {
                        let answers = books.post_all(part).expect("answered");
                        for (entry, answer) in part.iter().zip(answers.answers) {
                            assert!(answer.is_ok(), "{}: {answer:?}", entry.line());
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("no panic");
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        println!("{} times read meanwhile", reader.join().expect("no panic"));
    });
    let rate = script.len() as u128 * 1000 / start.elapsed().as_millis().max(1);
    println!("{} entries by 6 writers, {rate} a second", script.len());
    all.sync().expect("read");
    assert_eq!(all.ledger().entries(), script.len() as u64);
    let mut again = pair.open();
    assert_eq!(text(all.ledger()), text(again.ledger()));
    is_sound(&mut again, 0);
}

#[test]
fn an_id_and_a_number_are_one_entrys_over_all_servers() {
    let Some(pair) = pair() else { return };
    let mut all = pair.open();
    post_each(&mut all, &across(""));
    for round in 0..8_u128 {
        let answers = Mutex::new(Vec::new());
        let barrier = Barrier::new(6);
        std::thread::scope(|scope| {
            for (writer, book) in ["A", "B", "C", "A", "B", "E"].into_iter().enumerate() {
                // The first three the same id, the others the same number.
                let (id, number) = match writer {
                    0..3 => (0, round * 100 + writer as u128 + 1),
                    _ => (writer as u128, round * 100 + 50),
                };
                let entry = entries_behind(
                    &format!("import L{number} {book} M1:1"),
                    1000 + round * 100 + id,
                );
                let (pair, answers, barrier) = (&pair, &answers, &barrier);
                scope.spawn(move || {
                    let mut books = pair.open();
                    barrier.wait();
                    let answer = match books.post(&entry[0]) {
                        Ok(_) => "accepted",
                        Err(PostError::Refused(it)) => it.code(),
                        Err(error) => panic!("{error}"),
                    };
                    answers.lock().expect("no panic").push((writer / 3, answer));
                });
            }
        });
        let mut answers = answers.into_inner().expect("no panic");
        answers.sort_unstable();
        let mut expected = vec![(0, "accepted"), (0, "id_reused"), (0, "id_reused")];
        expected.extend([(1, "accepted"), (1, "list_exists"), (1, "list_exists")]);
        assert_eq!(answers, expected);
    }
    all.sync().expect("read");
    assert_eq!(all.ledger().entries(), 5 + 16);
    all.verify(&all.heads()).expect("sound");
    let kept: BTreeSet<_> = all.heads().into_keys().collect();
    assert_eq!(kept.len(), 5);
}

/// Run by hand, in release: `… --test postgres rates_over -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn rates_over_one_server_and_two() {
    let Some(server) = cluster::server() else {
        return;
    };
    for count in 1..=3 {
        let pair = spread_of((0..count).map(|_| server.database()).collect());
        post_each(&mut pair.open(), &across(""));
        let run = |what: &str, base: u128, scripts: Vec<String>, together: usize| {
            let scripts = scripts.iter().zip(1..);
            let scripts = scripts.map(|(it, at)| entries_behind(it, (base * 100 + at) << 32));
            let scripts: Vec<Vec<Entry>> = scripts.collect();
            let entries: usize = scripts.iter().map(Vec::len).sum();
            let start = Instant::now();
            std::thread::scope(|scope| {
                for script in &scripts {
                    let pair = &pair;
                    scope.spawn(move || {
                        let mut books = pair.open();
                        for part in script.chunks(together) {
                            let answers = books.post_all(part).expect("answered").answers;
                            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
                        }
                    });
                }
            });
            let rate = entries as u128 * 1_000_000 / start.elapsed().as_micros().max(1);
            println!("{count} servers, {what}: {rate} entries a second");
        };
        let imports = |from: usize, to: usize, book: &str| -> String {
            let lines = (from..to).map(|it| format!("import L{it} {book} M1:1\n"));
            lines.collect()
        };
        run("one by one", 1, vec![imports(1000, 1400, "A")], 1);
        run("500 at once", 2, vec![imports(2000, 6000, "A")], 500);
        let of_books = ["A", "B", "C", "E"].iter().zip(7..);
        let each = of_books.map(|(book, at)| imports(at * 1000, at * 1000 + 200, book));
        run("4 writers on 4 handbooks, one by one", 3, each.collect(), 1);
        let carry = (20_000..20_200).step_by(2).map(|it| {
            let sent = it + 1;
            format!("carry_in L{it} B M1:1 with=A\ncarry_out L{sent} A P1:1 with=B list=L{it}\n")
        });
        run(
            "carry-overs between A and B, one by one",
            4,
            vec![carry.collect()],
            1,
        );
    }
}
