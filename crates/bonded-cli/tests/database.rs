//! A database answers as a journal does.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use bonded_store::Batch;
use expect_test::expect;
use support::{BOOK, Folder, closable, jsonl, list, lists, not_closable, opening};

/// The same commands on both, with the name of the ledger taken out.
fn same(commands: &[(&str, Option<String>)]) {
    let told = |ledger: &str| -> Vec<String> {
        let folder = Folder::new();
        let run = |(line, input): &(&str, Option<String>)| {
            let line = line.replace("LEDGER", ledger);
            let ran = match input {
                Some(input) => folder.run_with(&line, input),
                None => folder.run(&line),
            };
            format!("{line}\n{}", ran.transcript()).replace(ledger, "LEDGER")
        };
        commands.iter().map(run).collect()
    };
    let (journal, database) = (told("books.jsonl"), told("books.db"));
    for (journal, database) in journal.iter().zip(&database) {
        assert_eq!(journal, database);
    }
}

#[test]
fn every_question_has_the_same_answer() {
    let all = jsonl(&not_closable());
    let questions = [
        "statement LEDGER",
        "statement LEDGER --format json",
        "statement LEDGER --format csv --as-of 2026-02-02",
        "statement LEDGER --format closure",
        "lists LEDGER --state pending",
        "check LEDGER --on 2026-03-01",
        "chain LEDGER --format json",
        "trace LEDGER --list L2",
        "trace LEDGER --list L9",
        "tax quote LEDGER --on 2026-03-01",
        "tax deadlines LEDGER --on 2026-03-01 --format json",
        "statement LEDGER --handbook C222626A0009",
    ];
    let mut commands = vec![("post LEDGER -", Some(all))];
    commands.extend(questions.map(|it| (it, None)));
    same(&commands);
}

#[test]
fn every_way_to_post_answers_the_same() {
    let mut lines = not_closable();
    let twice = lines[2].clone();
    lines.insert(3, twice);
    lines.insert(4, list(20, "L20", "import", "5000"));
    let mixed = format!("{}no entry\n{{}}\n", jsonl(&lines));
    let more = lists(30, 3);
    same(&[
        ("post --dry-run LEDGER -", Some(jsonl(&closable()))),
        ("post --atomic LEDGER -", Some(mixed.clone())),
        ("post --stop-on-refusal LEDGER -", Some(mixed.clone())),
        ("post LEDGER -", Some(mixed.clone())),
        ("post --quiet LEDGER -", Some(mixed.clone())),
        ("post --atomic LEDGER -", Some(more.clone())),
        ("post --atomic LEDGER -", Some(more.clone())),
        ("post --dry-run LEDGER -", Some(lists(40, 2))),
        (
            "post --atomic --stop-on-refusal LEDGER -",
            Some(format!("{mixed}{more}")),
        ),
        ("statement LEDGER --format json", None),
    ]);
}

#[test]
fn a_ledger_is_copied_and_the_copy_proved() {
    let folder = Folder::with_journal(&closable());
    expect![[r#"
        5 entries copied from books.jsonl to books.db
        head 5:75a7199967c599540ccd49dcb30e53153851ba4f878e423be156159f83c5cc79
        proved: the same records, and the same statement, chains and lists
        = 0
    "#]]
    .assert_eq(&folder.run("convert books.jsonl books.db").transcript());
    folder.run("convert books.db again.sqlite");
    folder.run("convert again.sqlite again.jsonl");
    assert_eq!(folder.read("again.jsonl"), folder.read("books.jsonl"));
    expect![[r#"
        5 entries, 1 handbook, 2 lists
        head 5:75a7199967c599540ccd49dcb30e53153851ba4f878e423be156159f83c5cc79
        sound: every line is accepted, every balance conserved, all computations agree, and every record is the one whose hash was kept
        = 0
    "#]].assert_eq(&folder.run("verify books.db").transcript());
    // What is there stays there.
    expect![[r#"
        ! error: books.db: it has 5 entries already; expected a place where nothing is; to add entries to a ledger use `bonded post`
        = 2
    "#]].assert_eq(&folder.run("convert again.sqlite books.db").transcript());
    expect![[r#"
        ! error: again.jsonl: it has 5 entries already; expected a place where nothing is; to add entries to a ledger use `bonded post`
        = 2
    "#]].assert_eq(&folder.run("convert books.db again.jsonl").transcript());
    expect![[r#"
        ! error: nowhere.db: store_unavailable: there is no such file; check the name; one comes into being when entries are posted to it
        = 2
    "#]]
    .assert_eq(&folder.run("convert nowhere.db x.db").transcript());
}

/// Puts other lines into the one batch of a database, behind everybody's back.
fn touch(folder: &Folder, cunning: bool, change: impl Fn(&str) -> String) {
    let connection = rusqlite::Connection::open(folder.path("books.db")).expect("opened");
    let body: Vec<u8> = connection
        .query_row("SELECT body FROM batch", [], |it| it.get(0))
        .expect("a batch");
    let batch = Batch::decode(&body).expect("a batch");
    let mut other = Batch::new(batch.start());
    batch.records().for_each(|it| other.push(&change(it.line)));
    let mut bytes = other.encode();
    if !cunning {
        // The hashes stay as they were.
        let of = |bytes: &[u8]| bytes[56..216].to_vec();
        bytes.splice(56..216, of(&body));
    }
    let update = "UPDATE batch SET body = ?";
    connection.execute(update, [bytes]).expect("touched");
    if cunning {
        for table in ["batch", "head"] {
            let update = format!("UPDATE {table} SET hash = ?");
            let hash = other.end().hash.as_bytes().to_vec();
            connection.execute(&update, [hash]).expect("touched");
        }
    }
}

fn head(folder: &Folder) -> String {
    let out = folder.run("verify books.db").out();
    let head = out.lines().find_map(|it| it.strip_prefix("head "));
    head.expect("a head").to_owned()
}

#[test]
fn a_database_that_was_touched_is_told() {
    let folder = Folder::with_journal(&closable());
    folder.run("convert books.jsonl books.db");
    touch(&folder, false, |it| it.replace("960", "961"));
    expect![[r#"
        NOT SOUND: record 4: it was changed, or a record was removed, inserted or moved behind it: record 5 carries another hash of its predecessor
        = 1
    "#]].assert_eq(&folder.run("verify books.db").transcript());
    assert_eq!(
        folder.run_with("post books.db -", lists(9, 1)).status(),
        Some(2)
    );
}

#[test]
fn who_touches_all_hashes_is_told_by_a_head_that_was_kept() {
    let folder = Folder::with_journal(&closable());
    folder.run("convert books.jsonl books.db");
    let kept = head(&folder);
    touch(&folder, true, |it| it.replace("960", "950"));
    assert_eq!(folder.run("verify books.db").status(), Some(0));
    expect![[r#"
        5 entries, 1 handbook, 2 lists
        head 5:d7a1299c95568009a8ab0418276096ed855bdc69df2b5ea3870567f0a9352c3a
        NOT SOUND: the journal does not contain the head that was kept: expected 5:75a7199967c599540ccd49dcb30e53153851ba4f878e423be156159f83c5cc79, found 5:d7a1299c95568009a8ab0418276096ed855bdc69df2b5ea3870567f0a9352c3a
        = 1
    "#]].assert_eq(
        &folder
            .run(&format!("verify books.db --head {kept}"))
            .transcript(),
    );
}

#[test]
fn a_head_that_was_kept_is_checked() {
    let folder = Folder::with_journal(&closable());
    folder.run("convert books.jsonl books.db");
    let head = head(&folder);
    folder.run_with("post books.db -", lists(9, 1));
    let verify = |head: &str| folder.run(&format!("verify books.db --head {head}"));
    assert_eq!(verify(&head).status(), Some(0));
    let other = verify(&head.replace("5:", "4:"));
    assert_eq!(other.status(), Some(1));
    assert!(
        other.out().contains("does not contain the head"),
        "{}",
        other.out()
    );
}

#[test]
fn two_who_post_at_once_are_both_heard() {
    let folder = Folder::new();
    folder.run_with("post books.db -", jsonl(&[opening(1, BOOK)]));
    let begin = |first: u64| {
        let mut command = folder.bonded(["post", "books.db", "-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        let stdin = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        (first, child, stdin, answers)
    };
    let mut both = [begin(100), begin(200)];
    let mut duplicates = 0;
    for turn in 0..20 {
        // Both are asked before either has answered: one of its own, and one that both bring.
        for (first, _, stdin, _) in &mut both {
            write!(stdin, "{}{}", lists(*first + turn, 1), lists(300 + turn, 1)).expect("written");
        }
        for (_, _, _, answers) in &mut both {
            for _ in 0..2 {
                let answer = answers.next().expect("an answer").expect("read");
                assert!(!answer.contains("refused"), "{answer}");
                duplicates += u32::from(answer.contains("\"duplicate\""));
            }
        }
    }
    for (_, mut child, stdin, _) in both {
        drop(stdin);
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(duplicates, 20, "each is accepted once");
    let out = folder.run("verify books.db");
    assert!(out.out().starts_with("61 entries"), "{}", out.transcript());
    assert_eq!(out.status(), Some(0));
}

#[test]
fn what_is_no_database_is_not_touched() {
    let folder = Folder::new();
    folder.write("text.db", jsonl(&closable()));
    let before = folder.read("text.db");
    expect![[r#"
        ! error: text.db: store_foreign: no SQLite file, or its beginning was overwritten, expected a journal of bonded goods in SQLite; it was not touched: name another file
        = 2
    "#]].assert_eq(
        &folder
            .run_with("post text.db -", lists(2, 1))
            .transcript()
            .replace(&folder.path("").display().to_string(), "/"),
    );
    assert_eq!(folder.read("text.db"), before);
    let other = rusqlite::Connection::open(folder.path("other.db")).expect("opened");
    other.execute_batch("CREATE TABLE t (a)").expect("made");
    drop(other);
    let ran = folder.run("statement other.db");
    assert_eq!(ran.status(), Some(2));
    assert!(ran.err().contains("store_foreign"), "{}", ran.err());
    assert!(
        folder
            .run("verify nowhere.db")
            .err()
            .contains("there is no such file")
    );
}

#[test]
fn the_demo_can_be_kept() {
    let folder = Folder::new();
    let ran = folder.run("demo --keep demo.db");
    assert_eq!(ran.status(), Some(0), "{}", ran.err());
    assert_eq!(folder.run("verify demo.db").status(), Some(0));
    assert_eq!(folder.run("demo --keep demo.db").status(), Some(2));
    let connection = rusqlite::Connection::open(folder.path("demo.db")).expect("opened");
    let open: i64 = connection
        .query_row(
            "SELECT count(*) FROM statement WHERE remaining <> '0'",
            [],
            |it| it.get(0),
        )
        .expect("a count");
    assert_eq!(open, 0, "everything closes at 0");
}

#[test]
fn a_password_is_never_shown() {
    let folder = Folder::with_journal(&closable());
    let addresses = [
        "postgres://erp:SECRET@127.0.0.1:1/bb",
        "Postgres://erp:SECRET@127.0.0.1:1/bb",
        "postgres://erp:SE@CRET@127.0.0.1:1/bb",
        "postgres://127.0.0.1:1/bb?user=u&password=SECRET",
        "postgresql://u:p@127.0.0.1:1/bb?password=SECRET",
    ];
    for address in addresses {
        for line in [
            format!("convert books.jsonl {address}"),
            format!("convert {address} copy.db"),
            format!("verify {address}"),
            format!("setup {address}"),
            format!("post {address} books.jsonl"),
            format!("post books.jsonl {address}"),
            format!("handbook import {address}"),
            format!("demo --keep {address}"),
        ] {
            let ran = folder.run(&line);
            let told = ran.transcript();
            assert_ne!(ran.status(), Some(0), "{line}: {told}");
            assert!(!told.contains("CRET"), "{line}: {told}");
        }
    }
    let keywords = "host=127.0.0.1 port=1 user=u password=SECRET dbname=bb";
    let output = folder
        .bonded(["post", keywords, "books.jsonl"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("store_unavailable") && !told.contains("SECRET"),
        "{told}"
    );
    assert_eq!(
        std::fs::read_dir(folder.path("")).unwrap().count(),
        1,
        "no file of that name"
    );
}

#[test]
fn a_ledger_that_is_posted_to_can_be_copied() {
    let folder = Folder::new();
    folder.run_with("post books.db -", jsonl(&[opening(1, BOOK)]));
    let mut child = folder
        .bonded(["post", "books.db", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || {
        for n in 2..200 {
            if stdin.write_all(lists(n, 1).as_bytes()).is_err() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    });
    for copy in ["one.db", "two.jsonl", "three.db"] {
        let ran = folder.run(&format!("convert books.db {copy}"));
        assert_eq!(ran.status(), Some(0), "{}", ran.transcript());
    }
    writer.join().expect("written");
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_journal_that_cannot_be_copied_exactly_is_refused_first() {
    let folder = Folder::new();
    let mut twice = closable();
    twice.push(twice[2].clone());
    folder.write("twice.jsonl", jsonl(&twice));
    folder.write(
        "return.jsonl",
        jsonl(&closable()).replacen("{\"date\"", "{\r \"date\"", 1),
    );
    for name in ["twice", "return"] {
        let ran = folder.run(&format!("convert {name}.jsonl {name}.db"));
        assert_eq!(ran.status(), Some(2), "{}", ran.transcript());
        assert!(ran.err().contains("nothing was copied"), "{}", ran.err());
        assert!(!folder.path(&format!("{name}.db")).exists());
    }
}
