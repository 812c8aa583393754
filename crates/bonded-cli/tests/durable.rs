//! What an acknowledgement is worth: torn lines, broken runs, full disks.

mod support;

use std::io::Write;
use std::process::{Command, Stdio};

use expect_test::expect;
use support::{BOOK, Folder, Ran, closable, jsonl, lists, opening};

#[test]
fn a_torn_last_line_is_left_out_by_readers_and_cut_by_post() {
    let folder = Folder::new();
    let whole = jsonl(&closable()[..2]);
    let third = closable()[2].to_string();
    folder.write("books.jsonl", format!("{whole}{}", &third[..40]));
    let read = folder.run("statement books.jsonl --format json");
    assert_eq!(read.status(), Some(0));
    assert!(read.out().contains("\"entries\":2"), "{}", read.out());
    expect![[r#"
        warning: books.jsonl: the last line is cut off in the middle of a write; its 40 bytes are left out
    "#]].assert_eq(&read.err());
    expect![[r#"
        2 entries, 1 handbook, 1 list, 971 bytes, and 40 bytes of a line cut off
        head 2:790c16ae869faa3aa9154d84716df9eef41d3836b58f12fc4bea1c79031d2b23
        sound: every line is accepted, every balance conserved, all computations agree; no hash is kept beside it, so 2 records are taken as found
        ! warning: books.jsonl: the last line is cut off in the middle of a write; its 40 bytes are left out
        = 0
    "#]].assert_eq(&folder.run("verify books.jsonl").transcript());
    let post = folder.run_with("post books.jsonl -", jsonl(&closable()[2..]));
    assert_eq!(post.fates(), ["accepted"; 3]);
    expect![[r#"
        warning: books.jsonl: the last line was cut off in the middle of a write; its 40 bytes were removed (the entry had not been acknowledged, post it again)
    "#]].assert_eq(&post.err());
    assert_eq!(folder.read("books.jsonl"), jsonl(&closable()));
}

#[test]
fn a_last_line_without_its_end_counts_and_gets_it() {
    let folder = Folder::new();
    let text = jsonl(&closable()[..2]);
    folder.write("books.jsonl", text.trim_end());
    let ran = folder.run("statement books.jsonl --format json");
    assert!(
        ran.out().contains("\"entries\":2") && ran.err().is_empty(),
        "{}",
        ran.err()
    );
    assert_eq!(
        folder
            .run_with("post books.jsonl -", jsonl(&closable()[..2]))
            .fates(),
        ["duplicate"; 2]
    );
    assert_eq!(
        folder.read("books.jsonl"),
        text.trim_end(),
        "nothing to append, nothing to end"
    );
    assert_eq!(
        folder
            .run_with("post books.jsonl -", jsonl(&closable()[2..]))
            .fates(),
        ["accepted"; 3]
    );
    assert_eq!(folder.read("books.jsonl"), jsonl(&closable()));
}

#[test]
fn every_cut_of_a_journal_can_be_read_and_appended_to() {
    let whole = jsonl(&closable());
    for cut in (0..whole.len()).step_by(7) {
        let folder = Folder::new();
        folder.write("books.jsonl", &whole.as_bytes()[..cut]);
        let read = folder.run("check books.jsonl");
        assert!(
            matches!(read.status(), Some(0 | 1)),
            "cut at {cut}: {}",
            read.err()
        );
        let post = folder.run_with("post books.jsonl -", &whole);
        assert_eq!(post.status(), Some(0), "cut at {cut}: {}", post.err());
        assert_eq!(folder.read("books.jsonl"), whole, "cut at {cut}");
    }
}

#[test]
fn an_atomic_run_that_broke_off_is_taken_back() {
    let folder = Folder::with_journal(&closable()[..2]);
    let good = folder.read("books.jsonl");
    let broken = format!("{good}{}{}", jsonl(&closable()[2..4]), "{\"id\":");
    folder.write("books.jsonl", &broken);
    folder.write("books.jsonl.undo", format!("{}\n", good.len()));
    let read = folder.run("statement books.jsonl --format json");
    assert!(read.out().contains("\"entries\":2"), "{}", read.out());
    expect![[r#"
        warning: books.jsonl: an --atomic run broke off in the middle; its 341 bytes are left out
    "#]]
    .assert_eq(&read.err());
    assert_eq!(
        folder.read("books.jsonl"),
        broken,
        "who reads changes nothing"
    );
    let post = folder.run_with("post books.jsonl -", jsonl(&closable()[..1]));
    expect![[r#"
        {"file":"-","line":1,"id":"00000000-0000-4000-8000-000000000001","status":"duplicate"}
        ! warning: books.jsonl: an --atomic run broke off in the middle; its 341 bytes were taken back, post the same files again
        = 0
    "#]].assert_eq(&post.transcript());
    assert_eq!(folder.read("books.jsonl"), good);
    assert!(!folder.path("books.jsonl.undo").exists());
}

#[test]
fn an_undo_file_that_was_not_finished_undoes_nothing() {
    for text in ["", "12", "\0\0\0\0"] {
        let folder = Folder::with_journal(&closable()[..2]);
        folder.write("books.jsonl.undo", text);
        let post = folder.run_with("post books.jsonl -", jsonl(&closable()));
        assert_eq!(post.status(), Some(0), "{}", post.err());
        assert_eq!(folder.read("books.jsonl"), jsonl(&closable()));
        assert!(!folder.path("books.jsonl.undo").exists());
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let folder = Folder::with_journal(&[opening(1, BOOK)]);
    folder.write("in.jsonl", lists(2, 2_000));
    // The shell's limit on the size of a file stands for the end of the disk: the write that goes
    // beyond it writes what fits, and the next one fails.
    for (round, blocks) in [40, 81, 300].into_iter().enumerate() {
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec '{}' post books.jsonl in.jsonl",
            env!("CARGO_BIN_EXE_bonded")
        );
        let before = folder.read("books.jsonl");
        let mut command = Command::new("sh");
        command
            .current_dir(folder.path(""))
            .args(["-c", &script])
            .stdin(Stdio::null());
        let ran = Ran(command.output().expect("a shell"));
        let after = folder.read("books.jsonl");
        assert_eq!(ran.status(), Some(2), "round {round}: {}", ran.err());
        assert!(after.starts_with(&before) && after.ends_with('\n'));
        let accepted = ran.fates().iter().filter(|it| *it == "accepted").count();
        assert_eq!(
            after.lines().count() - before.lines().count(),
            accepted,
            "round {round}"
        );
        for part in [
            "books.jsonl: could not be written: File too large",
            "of this run",
            "post the same files again",
        ] {
            assert!(ran.err().contains(part), "{part} in {}", ran.err());
        }
        assert_eq!(folder.run("verify books.jsonl").status(), Some(0));
    }
    let before = folder.read("books.jsonl");
    let script = format!(
        "trap '' XFSZ; ulimit -f 400; exec '{}' post --atomic books.jsonl in.jsonl",
        env!("CARGO_BIN_EXE_bonded")
    );
    let mut command = Command::new("sh");
    command
        .current_dir(folder.path(""))
        .args(["-c", &script])
        .stdin(Stdio::null());
    let ran = Ran(command.output().expect("a shell"));
    assert_eq!(ran.status(), Some(2), "{}", ran.err());
    assert!(
        ran.err().contains("nothing of this run is in books.jsonl"),
        "{}",
        ran.err()
    );
    assert_eq!(folder.read("books.jsonl"), before);
    assert!(!folder.path("books.jsonl.undo").exists());

    let last = folder.run("post books.jsonl in.jsonl");
    assert_eq!(last.status(), Some(0), "{}", last.err());
    assert_eq!(folder.read("books.jsonl").lines().count(), 2_001);
}

#[cfg(target_os = "linux")]
#[test]
fn a_real_disk_that_is_full_is_told() {
    let folder = Folder::new();
    folder.write(
        "in.jsonl",
        format!("{}\n{}", opening(1, BOOK), lists(2, 2_000)),
    );
    std::fs::create_dir(folder.path("small")).expect("a folder");
    let script = format!(
        "mount -t tmpfs -o size=96k tmpfs small || exit; '{0}' post small/books.jsonl in.jsonl > out; \
         echo $? > status; cp small/books.jsonl after; '{0}' verify small/books.jsonl > verified",
        env!("CARGO_BIN_EXE_bonded")
    );
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    let ran = command.current_dir(folder.path("")).output();
    if !folder.path("status").exists() {
        println!(
            "a_real_disk_that_is_full_is_told skipped: no file system of a test's own is permitted here"
        );
        return;
    }
    let err = String::from_utf8(ran.expect("ran").stderr).expect("UTF-8");
    assert_eq!(folder.read("status"), "2\n", "{err}");
    assert!(
        err.contains("No space left on device") && err.contains("make room"),
        "{err}"
    );
    let accepted = folder
        .read("out")
        .lines()
        .filter(|it| it.contains("\"accepted\""))
        .count();
    assert_eq!(folder.read("after").lines().count(), accepted);
    assert!(folder.read("verified").contains("sound: every line"));
}

#[cfg(unix)]
#[test]
fn answers_that_cannot_be_written_are_an_error_and_a_closed_pipe_is_none() {
    let folder = Folder::with_journal(&closable());
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("a full device")
    };
    for line in [
        "statement books.jsonl",
        "explain",
        "demo",
        "lists books.jsonl --format csv",
    ] {
        let mut command = folder.bonded(line.split_whitespace());
        let ran = Ran(command.stdout(full()).output().expect("it runs"));
        assert_eq!(ran.status(), Some(2), "{line}");
        assert_eq!(
            ran.err(),
            "error: standard output: No space left on device (os error 28)\n",
            "{line}"
        );
    }
    let folder = Folder::new();
    folder.write("in.jsonl", jsonl(&closable()));
    let mut command = folder.bonded(["post", "books.jsonl", "in.jsonl"]);
    let ran = Ran(command.stdout(full()).output().expect("it runs"));
    assert_eq!(ran.status(), Some(2));
    expect![[r#"
        error: standard output: No space left on device (os error 28); 5 entries of this run are in books.jsonl, up to in.jsonl line 5; post the rest of the files again
    "#]].assert_eq(&ran.err());

    for line in ["explain", "demo --format json", "demo"] {
        let mut command = folder.bonded(line.split_whitespace());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        drop(child.stdout.take());
        let ran = Ran(child.wait_with_output().expect("it ends"));
        assert_eq!((ran.status(), ran.err().as_str()), (Some(0), ""), "{line}");
    }
}

#[test]
fn posting_into_a_closed_pipe_says_how_far_it_came() {
    let folder = Folder::with_journal(&[opening(1, BOOK)]);
    let mut command = folder.bonded(["post", "books.jsonl", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    let _ = stdin.write_all(lists(2, 5).as_bytes());
    drop(stdin);
    let ran = Ran(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.status(), Some(2));
    expect![[r#"
        error: standard output: Broken pipe (os error 32); 5 entries of this run are in books.jsonl, up to - line 5; post the rest of the files again
    "#]].assert_eq(&ran.err());
    assert_eq!(folder.read("books.jsonl").lines().count(), 6);
}

#[test]
fn a_file_that_may_not_be_written_is_told() {
    let folder = Folder::with_journal(&closable()[..1]);
    let path = folder.path("books.jsonl");
    let mut permissions = std::fs::metadata(&path).expect("a file").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("set");
    if std::fs::OpenOptions::new().append(true).open(&path).is_ok() {
        println!("a_file_that_may_not_be_written_is_told skipped: this user may write any file");
        return;
    }
    let ran = folder.run_with("post books.jsonl -", jsonl(&closable()));
    assert_eq!(ran.status(), Some(2));
    expect![[r#"
        error: books.jsonl: could not be opened for appending: Permission denied (os error 13); check its permissions, and those of its folder
    "#]]
    .assert_eq(&ran.err());
    assert_eq!(
        folder.run("statement books.jsonl").status(),
        Some(0),
        "reading is another matter"
    );
}
