//! Nobody changes what was posted without being found out.

mod support;

use expect_test::expect;
use support::{Folder, closable, jsonl};

fn posted() -> Folder {
    let folder = Folder::new();
    let ran = folder.run_with("post books.jsonl -", jsonl(&closable()));
    assert_eq!(ran.fates(), ["accepted"; 5]);
    folder
}

/// Lines of the journal in another order, some of them changed.
fn changed(change: impl FnOnce(&mut Vec<String>)) -> Folder {
    let folder = posted();
    let text = folder.read("books.jsonl");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    folder.write("books.jsonl", lines.join("\n") + "\n");
    folder
}

#[test]
fn what_was_posted_is_proved() {
    let folder = posted();
    expect![[r#"
        5 entries, 1 handbook, 2 lists, 1,404 bytes
        head 5:75a7199967c599540ccd49dcb30e53153851ba4f878e423be156159f83c5cc79
        sound: every line is accepted, every balance conserved, all computations agree, and every record is the one whose hash was kept
        = 0
    "#]].assert_eq(&folder.run("verify books.jsonl").transcript());
    let chain = folder.read("books.jsonl.chain");
    assert_eq!(chain.lines().count(), 5);
    let head = format!("5:{}", chain.lines().last().unwrap());
    let first = format!("1:{}", chain.lines().next().unwrap());
    for head in [&head, &first] {
        let ran = folder.run(&format!("verify books.jsonl --head {head}"));
        assert_eq!(ran.status(), Some(0), "{}", ran.transcript());
    }
    let other = head.replace("5:", "4:");
    expect![[r#"
        5 entries, 1 handbook, 2 lists, 1,404 bytes
        head 5:75a7199967c599540ccd49dcb30e53153851ba4f878e423be156159f83c5cc79
        NOT SOUND: this is not the ledger whose head was kept: its first 4 records end with 4215729dda9dcd5b8ac5e1f196e3508d18002d29d4784d5fd306a8b0a160209b, expected 75a7199967c599540ccd49dcb30e53153851ba4f878e423be156159f83c5cc79
        = 1
    "#]].assert_eq(
        &folder
            .run(&format!("verify books.jsonl --head {other}"))
            .transcript(),
    );
    let ahead = head.replace("5:", "7:");
    expect![[r#"
        5 entries, 1 handbook, 2 lists, 1,404 bytes
        head 5:75a7199967c599540ccd49dcb30e53153851ba4f878e423be156159f83c5cc79
        NOT SOUND: this is not the ledger whose head was kept: it has 5 records, expected 7 at least
        = 1
    "#]]
    .assert_eq(
        &folder
            .run(&format!("verify books.jsonl --head {ahead}"))
            .transcript(),
    );
    expect![[r#"
        ! error: invalid value '5' for '--head <[HANDBOOK=]POSITION:HASH>': "5" is no head, expected POSITION:HASH as `bonded verify` prints it
        ! 
        ! For more information, try '--help'.
        = 2
    "#]].assert_eq(&folder.run("verify books.jsonl --head 5").transcript());
}

#[test]
fn the_first_record_that_was_touched_is_named() {
    let verify = |folder: Folder| {
        let ran = folder.run("verify books.jsonl");
        assert_eq!(ran.status(), Some(1));
        ran.out().lines().last().unwrap_or_default().to_owned()
    };
    let quantity = changed(|lines| lines[1] = lines[1].replace("1000", "1001"));
    expect!["NOT SOUND: record 2 (line 2) is not the one that was posted: it was changed, or a record was removed, inserted or moved there"].assert_eq(&verify(quantity));
    // What changes no figure is a change all the same.
    let spaces = changed(|lines| lines[2] = lines[2].replacen(':', ": ", 1));
    expect!["NOT SOUND: record 3 (line 3) is not the one that was posted: it was changed, or a record was removed, inserted or moved there"].assert_eq(&verify(spaces));
    let removed = changed(|lines| drop(lines.remove(3)));
    expect!["NOT SOUND: record 4 (line 4) is not the one that was posted: it was changed, or a record was removed, inserted or moved there"].assert_eq(&verify(removed));
    let moved = changed(|lines| lines.swap(1, 3));
    expect!["NOT SOUND: record 2 (line 2) is not the one that was posted: it was changed, or a record was removed, inserted or moved there"].assert_eq(&verify(moved));
    let cut = changed(|lines| lines.truncate(3));
    expect!["NOT SOUND: record 4 is missing: 2 records were acknowledged, and the journal ends before them"].assert_eq(&verify(cut));
}

#[test]
fn nothing_is_appended_behind_a_changed_record() {
    let folder = changed(|lines| lines[1] = lines[1].replacen(':', ": ", 1));
    let before = folder.read("books.jsonl");
    expect![[r#"
        ! error: books.jsonl: record 2 (line 2) is not the one that was posted: it, or one before it, was changed, removed, inserted or moved; nothing is appended to it; restore it from a copy, or, if the change is meant, remove books.jsonl.chain
        = 2
    "#]].assert_eq(
        &folder
            .run_with("post books.jsonl -", jsonl(&closable()))
            .transcript(),
    );
    assert_eq!(folder.read("books.jsonl"), before);
}

#[test]
fn what_is_missing_at_the_end_is_told_and_can_be_posted_again() {
    let folder = changed(|lines| lines.truncate(3));
    let ran = folder.run_with("post books.jsonl -", jsonl(&closable()));
    expect![[r#"
        warning: books.jsonl: 2 records at the end, acknowledged before, are not there any more (the file was cut, or an older copy put in its place); post them again; their hashes are kept in books.jsonl.chain.lost
    "#]].assert_eq(&ran.err());
    assert_eq!(
        ran.fates(),
        [
            "duplicate",
            "duplicate",
            "duplicate",
            "accepted",
            "accepted"
        ]
    );
    assert_eq!(folder.run("verify books.jsonl").status(), Some(0));
    assert_eq!(folder.read("books.jsonl.chain.lost").lines().count(), 2);
}

#[test]
fn records_without_a_hash_are_taken_as_they_are_and_get_theirs() {
    let folder = Folder::new();
    folder.write("books.jsonl", jsonl(&closable()[..2]));
    let out = folder.run("verify books.jsonl");
    assert!(
        out.out().ends_with("so 2 records are taken as found\n"),
        "{}",
        out.out()
    );
    folder.run_with("post books.jsonl -", jsonl(&closable()[2..4]));
    let by_hand = folder.read("books.jsonl") + &jsonl(&closable()[4..]);
    folder.write("books.jsonl", by_hand);
    expect![[r#"
        5 entries, 1 handbook, 2 lists, 1,404 bytes
        head 5:75a7199967c599540ccd49dcb30e53153851ba4f878e423be156159f83c5cc79
        sound: every line is accepted, every balance conserved, all computations agree, and the first 4 records are those whose hashes were kept
        = 0
    "#]].assert_eq(&folder.run("verify books.jsonl").transcript());
    folder.run_with("post books.jsonl -", jsonl(&closable()));
    assert_eq!(folder.read("books.jsonl.chain").lines().count(), 5);
    assert_eq!(
        folder.read("books.jsonl.chain"),
        posted().read("books.jsonl.chain")
    );
}

#[test]
fn hashes_that_cannot_be_read_are_not_passed_over() {
    let folder = posted();
    let chain = folder.read("books.jsonl.chain");
    // A letter in the middle must not switch off what stands behind it.
    folder.write("books.jsonl.chain", format!("g{}", &chain[1..]));
    let verify = folder.run("verify books.jsonl");
    assert_eq!(verify.status(), Some(1), "{}", verify.transcript());
    assert!(
        verify.out().contains("line 1 of the hashes"),
        "{}",
        verify.out()
    );
    let post = folder.run_with("post books.jsonl -", jsonl(&closable()));
    assert_eq!(post.status(), Some(2), "{}", post.transcript());
    // Nor may what stands there be something else.
    std::fs::remove_file(folder.path("books.jsonl.chain")).unwrap();
    std::fs::create_dir(folder.path("books.jsonl.chain")).unwrap();
    for line in ["verify books.jsonl", "convert books.jsonl copy.db"] {
        let ran = folder.run(line);
        assert_eq!(ran.status(), Some(2), "{}", ran.transcript());
    }
}

#[test]
fn hashes_that_were_emptied_are_told() {
    let folder = posted();
    folder.write("books.jsonl.chain", "");
    let ran = folder.run_with("post books.jsonl -", jsonl(&closable()));
    assert!(
        ran.err().contains("5 records at the end had no hash"),
        "{}",
        ran.err()
    );
}

#[test]
fn a_loss_is_told_until_it_is_made_good() {
    let folder = changed(|lines| lines.truncate(3));
    let ran = folder.run_with("post books.jsonl -", "");
    assert!(ran.err().contains("2 records at the end"), "{}", ran.err());
    let verify = folder.run("verify books.jsonl");
    assert_eq!(verify.status(), Some(1), "{}", verify.transcript());
    assert!(
        verify.out().contains("2 records were acknowledged"),
        "{}",
        verify.out()
    );
    folder.run_with("post books.jsonl -", jsonl(&closable()));
    assert_eq!(folder.run("verify books.jsonl").status(), Some(0));
}
