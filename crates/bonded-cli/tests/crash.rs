//! A process that posts is killed at any moment: what it acknowledged is there, nothing is there
//! twice, and the ledger is sound.
//!
//! `BONDED_CRASHES=1000 cargo test --release -p bonded-cli --test crash -- --nocapture` kills as often,
//! for hours by hand; `docs/reliability.md` says what came of it. `BONDED_SEEDS=7` other moments.

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{BOOK, Folder, id, jsonl, lists, opening};

const ROUNDS_A_LEDGER: u64 = 25;

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn number(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |it| it.parse().expect("a number"))
}

/// The ids that stand in a ledger, in order.
fn ids(folder: &Folder, ledger: &str) -> Vec<String> {
    let copy = "copy.jsonl";
    for name in [copy, "copy.jsonl.chain"] {
        let _ = std::fs::remove_file(folder.path(name));
    }
    let ran = folder.run(&format!("convert {ledger} {copy}"));
    assert_eq!(ran.status(), Some(0), "{}", ran.transcript());
    let parse = |line: &str| -> String {
        let entry: Value = serde_json::from_str(line).expect("JSON");
        entry["id"].as_str().expect("an id").to_owned()
    };
    folder.read(copy).lines().map(parse).collect()
}

/// Posts entries and kills the process at some moment; the ids that were acknowledged before.
fn post_and_kill(
    folder: &Folder,
    ledger: &str,
    (first, count): (u64, u64),
    dice: &mut Dice,
) -> Vec<String> {
    let input = lists(first, count);
    let mut args = vec!["post", ledger, "-"];
    if dice.below(5) == 0 {
        args.insert(1, "--atomic");
    }
    let mut child = folder
        .bonded(&args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // In pieces, so that groups are of any size.
    let piece = 1 + dice.below(40) as usize;
    let writer = std::thread::spawn(move || {
        let lines: Vec<&str> = input.split_inclusive('\n').collect();
        for lines in lines.chunks(piece) {
            if stdin.write_all(lines.concat().as_bytes()).is_err() {
                return;
            }
        }
        // The pipe stays open until the process is gone.
        std::thread::sleep(Duration::from_millis(3));
    });
    let answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let heard = Arc::new(AtomicU64::new(0));
    let hears = heard.clone();
    let reader = std::thread::spawn(move || {
        let mut acknowledged = Vec::new();
        for answer in answers.map_while(Result::ok) {
            // The last one may be cut off.
            let Ok(answer) = serde_json::from_str::<Value>(&answer) else {
                break;
            };
            if matches!(answer["status"].as_str(), Some("accepted" | "duplicate")) {
                acknowledged.push(answer["id"].as_str().expect("an id").to_owned());
                hears.fetch_add(1, Ordering::Relaxed);
            }
        }
        acknowledged
    });
    // After so many answers, and then at some moment of what it does next: an atomic run answers at
    // its end only, and a run may end before.
    let after = dice.below(count);
    let began = Instant::now();
    while heard.load(Ordering::Relaxed) < after && began.elapsed() < Duration::from_millis(60) {
        std::thread::yield_now();
    }
    std::thread::sleep(Duration::from_micros(dice.below(2_000)));
    child.kill().expect("killed");
    child.wait().expect("it ends");
    writer.join().expect("written");
    reader.join().expect("read")
}

fn crash(ledger: &str) {
    let rounds = number("BONDED_CRASHES", 12);
    let mut dice = Dice(number("BONDED_SEEDS", 1) * 0x9e37_79b9 + 1);
    let mut folder = Folder::new();
    let mut acknowledged = BTreeSet::new();
    let (mut next, mut unheard, mut killed, mut all) = (2, 0, 0, 0);
    for round in 0..rounds {
        if round % ROUNDS_A_LEDGER == 0 {
            // What is read again after each round does not grow without end.
            folder = Folder::new();
            let first = folder.run_with(&format!("post {ledger} -"), jsonl(&[opening(1, BOOK)]));
            assert_eq!(first.fates(), ["accepted"]);
            all += acknowledged.len();
            acknowledged = BTreeSet::from([id(1)]);
            next = 2;
        }
        let count = 1 + dice.below(300);
        let told = post_and_kill(&folder, ledger, (next, count), &mut dice);
        killed += u64::from(told.len() < count as usize);
        acknowledged.extend(told);
        let there = ids(&folder, ledger);
        let known: BTreeSet<String> = there.iter().cloned().collect();
        assert_eq!(
            known.len(),
            there.len(),
            "round {round}: something is there twice"
        );
        let lost: Vec<&String> = acknowledged.difference(&known).collect();
        assert!(
            lost.is_empty(),
            "round {round}: acknowledged and lost: {lost:?}"
        );
        let strange = there.iter().find(|it| {
            let number: Option<u64> = it.rsplit('-').next().and_then(|it| it.parse().ok());
            number.is_none_or(|it| it >= next + count)
        });
        assert_eq!(strange, None, "round {round}: nobody posted it");
        let verified = folder.run(&format!("verify {ledger}"));
        assert_eq!(
            verified.status(),
            Some(0),
            "round {round}: {}",
            verified.transcript()
        );
        // What was stored and not heard of is a duplicate for who posts it again.
        unheard += known.len() - acknowledged.len();
        acknowledged = known;
        next += count;
    }
    println!(
        "{ledger}: {rounds} rounds, {killed} killed before the last answer, {} acknowledged, {unheard} \
         stored and not heard of, none lost, none twice",
        all + acknowledged.len()
    );
    // A test that never kills in the middle proves nothing.
    assert!(rounds < 10 || killed > 0);
}

#[test]
fn a_journal_loses_nothing() {
    crash("books.jsonl");
}

#[test]
fn a_database_file_loses_nothing() {
    crash("books.db");
}
