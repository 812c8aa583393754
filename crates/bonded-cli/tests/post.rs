//! `bonded post`: what it answers.

mod support;

use expect_test::{Expect, expect};
use serde_json::json;
use support::{BOOK, Folder, Ran, booked, closable, entry, id, jsonl, list, opening};

fn check(ran: &Ran, expected: Expect) {
    expected.assert_eq(&ran.transcript());
}

#[test]
fn every_entry_is_answered_in_the_order_of_the_contract() {
    let folder = Folder::new();
    folder.write("in.jsonl", jsonl(&closable()));
    check(
        &folder.run("post books.jsonl in.jsonl"),
        expect![[r#"
        {"file":"in.jsonl","line":1,"id":"00000000-0000-4000-8000-000000000001","status":"accepted","moved":[],"warnings":[]}
        {"file":"in.jsonl","line":2,"id":"00000000-0000-4000-8000-000000000002","status":"accepted","moved":[],"warnings":[]}
        {"file":"in.jsonl","line":3,"id":"00000000-0000-4000-8000-000000000003","status":"accepted","moved":[{"handbook":"C222626A0001","material":1,"column":"imported","quantity":"1000","remaining":"1000"}],"warnings":[]}
        {"file":"in.jsonl","line":4,"id":"00000000-0000-4000-8000-000000000004","status":"accepted","moved":[],"warnings":[]}
        {"file":"in.jsonl","line":5,"id":"00000000-0000-4000-8000-000000000005","status":"accepted","moved":[{"handbook":"C222626A0001","product":1,"column":"exported","quantity":"960","remaining":null},{"handbook":"C222626A0001","material":1,"column":"consumed","quantity":"1000","remaining":"0"}],"warnings":[]}
        = 0
    "#]],
    );
    let again = folder.run("post books.jsonl in.jsonl");
    assert_eq!(again.fates(), ["duplicate"; 5]);
    assert_eq!(again.status(), Some(0));
    assert_eq!(
        folder.read("books.jsonl"),
        jsonl(&closable()),
        "the input's own bytes"
    );
}

#[test]
fn a_refused_entry_says_why_and_those_after_it_are_tried() {
    let folder = Folder::new();
    let lines = [
        opening(1, BOOK),
        list(2, "L1", "import", "1000.5"),
        list(3, "L1", "import", "1000"),
        entry(3, "2026-02-03", "book_list", json!({"list": "L1"})),
        booked(4, "L1"),
    ];
    check(
        &folder.run_with("post books.jsonl -", jsonl(&lines)),
        expect![[r#"
            {"file":"-","line":1,"id":"00000000-0000-4000-8000-000000000001","status":"accepted","moved":[],"warnings":[]}
            {"file":"-","line":2,"id":"00000000-0000-4000-8000-000000000002","status":"refused","error":{"code":"quota_exceeded","message":"line 1: material 1 (裸晶圆): approved 1000, would reach 1000.5, over by 0.5 slices (片)","law":["bonded journal contract Rules of the lists, 1 (read)","Golden Customs II (金关二期) practice (imports within the filed quantity) (secondary)"],"figures":{"approved":"1000","reached":"1000.5"},"difference":"0.5"}}
            {"file":"-","line":3,"id":"00000000-0000-4000-8000-000000000003","status":"accepted","moved":[],"warnings":[]}
            {"file":"-","line":4,"id":"00000000-0000-4000-8000-000000000003","status":"refused","error":{"code":"id_reused","message":"id 00000000-0000-4000-8000-000000000003 was used for an entry with other content","law":["bonded journal contract Envelope (read)"]}}
            {"file":"-","line":5,"id":"00000000-0000-4000-8000-000000000004","status":"accepted","moved":[{"handbook":"C222626A0001","material":1,"column":"imported","quantity":"1000","remaining":"1000"}],"warnings":[]}
            ! note: 3 entries accepted, 0 duplicate, 2 refused
            = 1
        "#]],
    );
    let kept = [&lines[0], &lines[2], &lines[4]]
        .map(|it| format!("{it}\n"))
        .concat();
    assert_eq!(folder.read("books.jsonl"), kept);
}

#[test]
fn warnings_are_told() {
    let folder = Folder::new();
    let lines = [opening(1, BOOK), list(2, "L1", "export", "96")];
    let ran = folder.run_with("post books.jsonl -", jsonl(&lines));
    let answers = ran.answers();
    assert_eq!(answers[1]["warnings"][0]["code"], "shortage");
    assert_eq!(answers[1]["moved"], json!([]), "it is only declared");
    let quiet = Folder::new().run_with("post --quiet books.jsonl -", jsonl(&lines));
    assert_eq!(quiet.answers().len(), 1, "only the one with a warning");
    assert_eq!(quiet.status(), Some(0));
}

#[test]
fn a_dry_run_answers_and_writes_nothing() {
    let folder = Folder::new();
    let mut lines = closable();
    lines.insert(1, list(9, "L9", "import", "1001"));
    let ran = folder.run_with("post --dry-run books.jsonl -", jsonl(&lines));
    let expected = [
        "accepted",
        "refused quota_exceeded",
        "accepted",
        "accepted",
        "accepted",
        "accepted",
    ];
    assert_eq!(ran.fates(), expected, "the answers are those of the run");
    assert_eq!(ran.answers()[3]["moved"][0]["remaining"], "1000");
    assert_eq!(ran.status(), Some(1));
    expect![[r#"
        note: dry run, nothing was written: 5 entries would be accepted, 0 duplicate, 1 refused
    "#]]
    .assert_eq(&ran.err());
    assert!(!folder.path("books.jsonl").exists());

    folder.write("books.jsonl", jsonl(&closable()[..1]));
    let ran = folder.run_with("post --dry-run books.jsonl -", jsonl(&closable()));
    assert_eq!(
        ran.fates(),
        ["duplicate", "accepted", "accepted", "accepted", "accepted"]
    );
    assert_eq!(ran.status(), Some(0));
    assert_eq!(folder.read("books.jsonl"), jsonl(&closable()[..1]));
}

#[test]
fn an_atomic_run_is_accepted_whole_or_not_at_all() {
    let folder = Folder::with_journal(&closable()[..1]);
    let mut lines = closable();
    lines.push(lines[1].clone());
    let bad = list(9, "L9", "import", "1");
    let with_bad = [&lines[..], &[bad, list(10, "L10", "export", "1")]].concat();
    let ran = folder.run_with("post --atomic books.jsonl -", jsonl(&with_bad));
    assert_eq!(
        ran.fates(),
        [
            "duplicate",
            "not_posted",
            "not_posted",
            "not_posted",
            "not_posted",
            "not_posted",
            "refused quota_exceeded",
            "not_posted"
        ],
        "a duplicate of what this run brings is not in the ledger either"
    );
    assert!(
        ran.answers()
            .iter()
            .all(|it| it["status"] != "not_posted" || it.get("moved").is_none())
    );
    assert_eq!(ran.status(), Some(1));
    expect![[r#"
        warning: nothing was posted (--atomic): 1 entry refused
    "#]]
    .assert_eq(&ran.err());
    assert_eq!(folder.read("books.jsonl"), jsonl(&closable()[..1]));

    let ran = folder.run_with("post --atomic books.jsonl -", jsonl(&lines));
    assert_eq!(
        ran.fates(),
        [
            "duplicate",
            "accepted",
            "accepted",
            "accepted",
            "accepted",
            "duplicate"
        ]
    );
    assert_eq!(ran.status(), Some(0));
    assert_eq!(folder.read("books.jsonl"), jsonl(&closable()));
    assert!(!folder.path("books.jsonl.undo").exists());
}

#[test]
fn after_the_first_refusal_it_can_stop() {
    let folder = Folder::new();
    let lines = [
        opening(1, BOOK),
        booked(2, "L1"),
        list(3, "L1", "import", "1"),
    ];
    let ran = folder.run_with("post --stop-on-refusal books.jsonl -", jsonl(&lines));
    assert_eq!(ran.fates(), ["accepted", "refused list_unknown"]);
    assert_eq!(ran.status(), Some(1));
    expect![[r#"
        note: 1 entry accepted, 0 duplicate, 1 refused; what came after it was not tried (--stop-on-refusal)
    "#]].assert_eq(&ran.err());
    assert_eq!(folder.read("books.jsonl"), jsonl(&lines[..1]));

    let folder = Folder::new();
    let ran = folder.run_with(
        "post --stop-on-refusal --atomic books.jsonl -",
        jsonl(&lines),
    );
    assert_eq!(ran.fates(), ["not_posted", "refused list_unknown"]);
    expect![[r#"
        warning: nothing was posted (--atomic): 1 entry refused; what came after it was not tried (--stop-on-refusal)
    "#]].assert_eq(&ran.err());
    assert_eq!(folder.read("books.jsonl"), "");
}

#[test]
fn several_files_are_one_run() {
    let folder = Folder::new();
    folder.write("a.jsonl", jsonl(&closable()[..2]));
    folder.write("empty.jsonl", "\n\n");
    folder.write("b.jsonl", jsonl(&closable()[2..]));
    let ran = folder.run("post books.jsonl a.jsonl empty.jsonl b.jsonl");
    let places: Vec<String> = ran
        .answers()
        .iter()
        .map(|it| format!("{}:{}", it["file"].as_str().expect("a name"), it["line"]))
        .collect();
    assert_eq!(
        places,
        [
            "a.jsonl:1",
            "a.jsonl:2",
            "b.jsonl:1",
            "b.jsonl:2",
            "b.jsonl:3"
        ]
    );
    assert_eq!(ran.status(), Some(0));
    assert_eq!(folder.read("books.jsonl"), jsonl(&closable()));
}

#[test]
fn an_entry_in_a_pipe_is_answered_before_the_next_one_comes() {
    use std::io::{BufRead, BufReader, Write};
    let folder = Folder::new();
    let mut command = folder.bonded(["post", "books.jsonl", "-"]);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for (n, line) in closable().iter().enumerate() {
        writeln!(stdin, "{line}").expect("written");
        let answer = answers.next().expect("an answer").expect("read");
        assert!(
            answer.contains(&id(n as u64 + 1)) && answer.contains("\"accepted\""),
            "{answer}"
        );
        assert_eq!(
            folder.read("books.jsonl"),
            jsonl(&closable()[..=n]),
            "acknowledged is on the disk"
        );
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_journal_that_is_refused_itself_is_not_appended_to() {
    let folder = Folder::with_journal(&[
        opening(1, BOOK),
        booked(2, "L1"),
        list(3, "L1", "import", "1"),
    ]);
    let before = folder.read("books.jsonl");
    check(
        &folder.run_with("post books.jsonl -", jsonl(&closable())),
        expect![[r#"
            ! error: books.jsonl, line 2: list_unknown: no list "L1" is here; nothing is appended to a journal that is refused itself; look at it with `bonded verify`, correct or remove the line, and post again (1 refused in all)
            = 2
        "#]],
    );
    let dry = folder.run_with("post --dry-run books.jsonl -", jsonl(&closable()));
    assert_eq!(dry.status(), Some(2));
    assert_eq!(folder.read("books.jsonl"), before);
}

#[test]
fn a_file_that_is_no_journal_does_not_lose_a_byte() {
    let folder = Folder::new();
    for bytes in [
        &b"PK\x03\x04 a workbook"[..],
        b"{\n  \"id\": 1\n}\n{",
        b"\x89PNG\r\n\x1a\n\0\0{\"",
        b"17",
    ] {
        folder.write("books.jsonl", bytes);
        let ran = folder.run_with("post books.jsonl -", jsonl(&closable()));
        assert_eq!(ran.status(), Some(2), "{bytes:?}: {}", ran.err());
        assert!(ran.err().contains("books.jsonl"), "{}", ran.err());
        assert_eq!(
            std::fs::read(folder.path("books.jsonl")).expect("read"),
            bytes
        );
    }
}

#[test]
fn what_cannot_be_a_ledger_is_said_at_once() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("folder")).expect("a folder");
    folder.write("in.jsonl", jsonl(&closable()));
    folder.write("handbook.xlsx", b"PK\x03\x04");
    let lines = [
        "statement postgresql://me:secret@host/books",
        "post folder in.jsonl",
        "post missing/books.jsonl in.jsonl",
        "statement missing.jsonl",
        "check folder",
        "post books.jsonl missing.jsonl in.jsonl",
        "post books.jsonl folder",
        "post books.jsonl in.jsonl handbook.xlsx",
    ];
    let mut text = String::new();
    for line in lines {
        let ran = folder.run(line);
        assert_eq!(ran.status(), Some(2), "{line}");
        text += &format!("$ bonded {line}\n{}", ran.transcript());
    }
    expect![[r#"
        $ bonded statement postgresql://me:secret@host/books
        ! error: postgresql://…@host/books: store_unavailable: PostgreSQL at me@host:5432/books does not answer: is the address right, and does it run? (error connecting to server)
        = 2
        $ bonded post folder in.jsonl
        ! error: folder: this is a directory; expected a journal file, such as books.jsonl
        = 2
        $ bonded post missing/books.jsonl in.jsonl
        ! error: missing/books.jsonl: could not be opened for appending: No such file or directory (os error 2); check the name
        = 2
        $ bonded statement missing.jsonl
        ! error: missing.jsonl: there is no such file; check the name; a journal comes into being when entries are posted to it
        = 2
        $ bonded check folder
        ! error: folder: this is a directory; expected a journal file, such as books.jsonl
        = 2
        $ bonded post books.jsonl missing.jsonl in.jsonl
        ! error: missing.jsonl: could not be opened: No such file or directory (os error 2); check the name
        = 2
        $ bonded post books.jsonl folder
        ! error: folder: this is a directory; name the files in it, such as its *.jsonl; nothing was posted
        = 2
        $ bonded post books.jsonl in.jsonl handbook.xlsx
        ! error: handbook.xlsx: this is a workbook; a workbook becomes an entry by `bonded handbook import`; nothing was posted
        = 2
    "#]].assert_eq(&text);
    assert!(!folder.path("books.jsonl").exists(), "nothing was posted");
}
