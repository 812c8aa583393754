//! A process that posts is killed at any moment: what it acknowledged is there, nothing is there
//! twice, and the ledger is sound.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{BOOK, Folder, id, jsonl, lists, opening};

/// A new ledger now and then: what is read again after each round does not grow without end.
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

/// A server that the power can be taken from.
pub(crate) struct Power<'p> {
    pub(crate) goes: &'p dyn Fn(),
    pub(crate) comes: &'p dyn Fn(),
}

fn number(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |it| it.parse().expect("a number"))
}

/// Kills `BONDED_CRASHES` times (else `rounds`), at the moments of the seed `BONDED_SEEDS`.
pub(crate) fn crash(
    name: &str,
    rounds: u64,
    mut new_ledger: impl FnMut() -> String,
    power: Option<&Power<'_>>,
) {
    let rounds = number("BONDED_CRASHES", rounds);
    let mut dice = Dice(number("BONDED_SEEDS", 1) * 0x9e37_79b9 + 1);
    let (mut folder, mut ledger) = (Folder::new(), String::new());
    let mut acknowledged = BTreeSet::new();
    let (mut next, mut unheard, mut killed, mut dark, mut all) = (2, 0, 0, 0, 0);
    for round in 0..rounds {
        if round % ROUNDS_A_LEDGER == 0 {
            (folder, ledger) = (Folder::new(), new_ledger());
            let first = folder.run_with(&format!("post {ledger} -"), jsonl(&[opening(1, BOOK)]));
            assert_eq!(first.fates(), ["accepted"], "{}", first.err());
            all += acknowledged.len();
            acknowledged = BTreeSet::from([id(1)]);
            next = 2;
        }
        let count = 1 + dice.below(300);
        let goes_dark = power.filter(|_| dice.below(3) == 0);
        let atomic = dice.below(5) == 0;
        let new = (next, count, atomic);
        let told = post_and_kill(&folder, &ledger, new, goes_dark, &mut dice);
        killed += u64::from(told.len() < count as usize);
        dark += u64::from(goes_dark.is_some());
        acknowledged.extend(told);
        if let Some(power) = goes_dark {
            (power.comes)();
        }
        let there = ids(&folder, &ledger);
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
        let new = (next..next + count).filter(|it| known.contains(&id(*it)));
        let new = new.count() as u64;
        assert!(
            !atomic || new == 0 || new == count,
            "round {round}: {new} of {count}"
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
        "{name}: {rounds} rounds, {killed} killed before the last answer, in {dark} the power went, {} \
         acknowledged, {unheard} stored and not heard of, none lost, none twice",
        all + acknowledged.len()
    );
    // A test that never kills in the middle proves nothing.
    assert!(rounds < 12 || killed > 0);
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
    (first, count, atomic): (u64, u64, bool),
    power: Option<&Power<'_>>,
    dice: &mut Dice,
) -> Vec<String> {
    let input = lists(first, count);
    let mut args = vec!["post", ledger, "-"];
    if atomic {
        args.insert(1, "--atomic");
    }
    let mut child = folder
        .bonded(&args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
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
            // So that the run is not over before it can be killed.
            std::thread::sleep(Duration::from_millis(2));
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
    while heard.load(Ordering::Relaxed) < after && began.elapsed() < Duration::from_millis(100) {
        std::thread::yield_now();
    }
    std::thread::sleep(Duration::from_micros(dice.below(2_000)));
    if let Some(power) = power {
        (power.goes)();
    }
    let _ = child.kill();
    child.wait().expect("it ends");
    writer.join().expect("written");
    reader.join().expect("read")
}
