//! Several processes at one journal, and some that are killed.

mod support;

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use expect_test::expect;
use support::{BOOK, Folder, Ran, id, lists, opening};

#[test]
fn who_finds_the_journal_locked_waits_and_says_so() {
    let folder = Folder::with_journal(&[opening(1, BOOK)]);
    let mut first = folder.bonded(["post", "books.jsonl", "-"]);
    first.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut first = first.spawn().expect("it runs");
    let mut stdin = first.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(first.stdout.take().expect("a pipe")).lines();
    write!(stdin, "{}", lists(2, 1)).expect("written");
    answers.next().expect("an answer").expect("read");

    let second = folder.run_with("post --wait 1 books.jsonl -", lists(3, 1));
    expect![[r#"
        ! note: waiting for books.jsonl: another process is posting to it (at most 1 s)
        ! error: books.jsonl: another process has been posting to it for 1 s; wait until it is done and post again, or wait longer with --wait SECONDS; nothing was posted
        = 2
    "#]].assert_eq(&second.transcript());
    let reader = folder.run("statement books.jsonl --format json");
    assert!(
        reader.out().contains("\"entries\":2"),
        "who reads does not wait: {}",
        reader.err()
    );
    assert_eq!(reader.err(), "");
    drop(stdin);
    assert!(first.wait().expect("it ends").success());
    assert_eq!(
        folder
            .run_with("post --wait 1 books.jsonl -", lists(3, 1))
            .fates(),
        ["accepted"]
    );
}

#[cfg(unix)]
#[test]
fn who_has_waited_does_not_post_to_a_file_that_was_moved_away() {
    let folder = Folder::with_journal(&[opening(1, BOOK)]);
    let post = |args: &[&str]| {
        let mut command = folder.bonded(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::piped()).spawn().expect("it runs")
    };
    let mut first = post(&["post", "books.jsonl", "-"]);
    let mut stdin = first.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(first.stdout.take().expect("a pipe")).lines();
    write!(stdin, "{}", lists(2, 1)).expect("written");
    answers.next().expect("an answer").expect("read");

    folder.write("in.jsonl", lists(3, 1));
    let mut second = post(&["post", "--wait", "60", "books.jsonl", "in.jsonl"]);
    let mut said = BufReader::new(second.stderr.take().expect("a pipe")).lines();
    let waiting = said.next().expect("a message").expect("read");
    assert!(waiting.contains("waiting for books.jsonl"), "{waiting}");
    std::fs::rename(folder.path("books.jsonl"), folder.path("old.jsonl")).expect("moved");
    folder.write("books.jsonl", format!("{}\n", opening(1, BOOK)));
    drop(stdin);
    assert!(first.wait().expect("it ends").success());
    assert!(second.wait().expect("it ends").success());
    assert_eq!(folder.read("old.jsonl").lines().count(), 2);
    assert_eq!(ids(&folder.read("books.jsonl")), [id(1), id(3)]);
}

#[test]
fn processes_that_post_at_once_do_not_interleave() {
    const PROCESSES: u64 = 6;
    const ENTRIES: u64 = 40;
    let folder = Folder::with_journal(&[opening(1, BOOK)]);
    let children: Vec<_> = (0..PROCESSES)
        .map(|n| {
            folder.write(&format!("in{n}.jsonl"), lists(100 + n * ENTRIES, ENTRIES));
            let mut command = folder.bonded([
                "post",
                "--wait",
                "60",
                "books.jsonl",
                &format!("in{n}.jsonl"),
            ]);
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it runs")
        })
        .collect();
    // Meanwhile somebody looks: never an error, never half a line.
    for _ in 0..10 {
        let ran = folder.run("statement books.jsonl --format json");
        assert_eq!((ran.status(), ran.err().as_str()), (Some(0), ""));
    }
    let mut acknowledged = HashSet::new();
    for child in children {
        let ran = Ran(child.wait_with_output().expect("it ends"));
        assert_eq!(ran.status(), Some(0), "{}", ran.err());
        acknowledged.extend(
            ran.answers()
                .iter()
                .filter_map(|it| it["id"].as_str().map(str::to_owned)),
        );
    }
    assert_eq!(acknowledged.len() as u64, PROCESSES * ENTRIES);
    let stored = ids(&folder.read("books.jsonl"));
    assert_eq!(
        stored.len() as u64,
        PROCESSES * ENTRIES + 1,
        "each exactly once"
    );
    let stored: HashSet<String> = stored.into_iter().collect();
    assert!(acknowledged.is_subset(&stored));
    assert_eq!(folder.run("verify books.jsonl").status(), Some(0));
}

fn ids(journal: &str) -> Vec<String> {
    let id = |line: &str| {
        let entry: serde_json::Value = serde_json::from_str(line).expect("a whole line");
        entry["id"].as_str().expect("an id").to_owned()
    };
    journal.lines().map(id).collect()
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let folder = Folder::with_journal(&[opening(1, BOOK)]);
    let mut acknowledged: HashSet<String> = HashSet::from([id(1)]);
    let (mut next, mut torn, mut undone) = (2, 0, 0);
    for round in 0_u64..20 {
        let atomic = round % 4 == 3;
        let args: &[&str] = match atomic {
            true => &["post", "--atomic", "books.jsonl", "in.jsonl"],
            false => &["post", "books.jsonl", "-"],
        };
        let count = if atomic { 10_000 } else { 200 };
        folder.write(
            "in.jsonl",
            if atomic {
                lists(next, count)
            } else {
                String::new()
            },
        );
        let mut command = folder.bonded(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let feeder = std::thread::spawn(move || {
            for n in (next..next + count).take_while(|_| !atomic) {
                if stdin.write_all(lists(n, 1).as_bytes()).is_err() {
                    return;
                }
            }
        });
        // An atomic run is hit while it appends: its file beside the journal says when.
        let hit = || !atomic || folder.path("books.jsonl.undo").exists();
        while !hit() && child.try_wait().expect("asked").is_none() {}
        let patience = if atomic {
            300 * round
        } else {
            10_000 + 7_000 * round
        };
        let until = Instant::now() + Duration::from_micros(patience);
        while Instant::now() < until && child.try_wait().expect("asked").is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        feeder.join().expect("fed");
        let output = child.wait_with_output().expect("it ends");
        let mut answers = String::from_utf8(output.stdout).expect("UTF-8");
        // The last answer may be cut off itself.
        answers.truncate(answers.rfind('\n').map_or(0, |it| it + 1));
        let before = acknowledged.len();
        acknowledged.extend(ids(&answers));
        let gained = acknowledged.len() - before;
        assert!(
            !atomic || gained == 0 || gained as u64 <= count,
            "round {round}"
        );

        // Whoever comes next reads it without an error, and can append.
        let read = folder.run("statement books.jsonl --format json");
        assert_eq!(read.status(), Some(0), "round {round}: {}", read.err());
        let post = folder.run_with("post books.jsonl -", lists(next + count, 1));
        assert_eq!(post.fates(), ["accepted"], "round {round}: {}", post.err());
        torn += u32::from(post.err().contains("was cut off"));
        undone += u32::from(post.err().contains("taken back"));
        let stored = ids(&folder.read("books.jsonl"));
        let once: HashSet<String> = stored.iter().cloned().collect();
        assert_eq!(
            stored.len(),
            once.len(),
            "round {round}: an entry stands twice"
        );
        assert!(
            acknowledged.is_subset(&once),
            "round {round}: an acknowledged entry is lost"
        );
        if atomic {
            let there = (next..next + count)
                .filter(|it| once.contains(&id(*it)))
                .count() as u64;
            assert!(
                there == 0 || there == count,
                "round {round}: {there} of {count} are there"
            );
        }
        acknowledged.insert(id(next + count));
        next += count + 1;
    }
    println!(
        "{} acknowledged, {torn} torn lines, {undone} runs undone",
        acknowledged.len()
    );
    assert_eq!(folder.run("verify books.jsonl").status(), Some(0));
}
