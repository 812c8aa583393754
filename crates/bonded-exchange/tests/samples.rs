//! Real messages, as they were sent and received: read, written again, and equal element by element.
//! They lie in the folder that `BONDED_SAMPLES` names; without it the test says that it skips.

use std::path::{Path, PathBuf};

use bonded_exchange::{Element, Message, Node};

fn samples() -> Option<Vec<PathBuf>> {
    let Some(folder) = std::env::var_os("BONDED_SAMPLES") else {
        println!("SKIPPED real messages: BONDED_SAMPLES names no folder");
        return None;
    };
    let folder = Path::new(&folder).join("samples");
    let mut found = Vec::new();
    for kind in ["inv", "sas"] {
        let files = std::fs::read_dir(folder.join(kind)).expect("the folder of samples");
        found.extend(files.map(|it| it.expect("an entry").path()));
    }
    found.retain(|it| it.extension().is_some_and(|it| it == "xml"));
    found.sort();
    assert!(found.len() >= 20, "found only {found:?}");
    Some(found)
}

/// Every leaf of a file by a reader that shares nothing with ours: its path and its text.
fn leaves(xml: &str) -> Vec<(String, String)> {
    let mut path: Vec<String> = Vec::new();
    let mut found: Vec<(String, String)> = Vec::new();
    let mut leaf = false;
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let text = rest[..at].trim().to_owned();
        let end = at + rest[at..].find('>').expect("a tag that ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            if leaf {
                found.push((path.join("/"), text));
            }
            assert_eq!(path.pop().as_deref(), Some(name));
            leaf = false;
            continue;
        }
        let name = tag
            .trim_end_matches('/')
            .split_whitespace()
            .next()
            .expect("a name");
        path.push(name.to_owned());
        leaf = true;
        if tag.ends_with('/') {
            found.push((path.join("/"), String::new()));
            path.pop();
            leaf = false;
        }
    }
    found
}

#[test]
fn real_messages_are_written_as_they_were_read() {
    for path in samples().unwrap_or_default() {
        let text = std::fs::read_to_string(&path).expect("readable");
        let message = Message::read(text.as_bytes()).unwrap_or_else(|it| panic!("{path:?}: {it}"));
        let written = message.write();
        assert_eq!(leaves(&written), leaves(&text), "{path:?}");
        let again = Message::read(written.as_bytes()).expect("what we write");
        assert_eq!(again, message, "{path:?}");
        assert!(message.code().is_some(), "{path:?}");
        println!(
            "{}: {} {:?} unknown: {:?}",
            path.file_name().unwrap().display(),
            message.code().unwrap_or("?"),
            message.dialect(),
            unknown(message.root())
        );
    }
}

fn unknown(element: &Element) -> Vec<String> {
    let mut found = Vec::new();
    for child in &element.children {
        match child {
            Node::Record(record) => {
                found.extend(record.unknown().map(|it| format!("{}/{it}", record.name())))
            }
            Node::Element(element) => found.extend(unknown(element)),
            Node::Text(_) => {}
        }
    }
    found.dedup();
    found
}

/// All of them are of zones and logistics accounts: each is told, none moves a book.
#[test]
fn real_messages_are_told_and_move_no_book() {
    use bonded_exchange::receipts::{Books, Names, Outcome, read};
    use bonded_exchange::{OnFile, Severity};
    let (ledger, on_file, names) = Default::default();
    let names: Names = names;
    let on_file: OnFile = on_file;
    let books = Books::new(&ledger, &on_file, &names);
    for path in samples().unwrap_or_default() {
        let bytes = std::fs::read(&path).expect("readable");
        let message = Message::read(&bytes).expect("a message");
        let told = read(&message, &books);
        let name = path.file_name().unwrap().display();
        println!(
            "{name}: {:?} {:?} {:?}",
            told.outcome, told.notes, told.problems
        );
        assert!(told.entries.is_empty(), "{path:?}");
        assert!(
            matches!(told.outcome, Outcome::Informs | Outcome::Waits),
            "{path:?}: {told:?}"
        );
        let error = |it: &bonded_exchange::Problem| it.severity == Severity::Error;
        assert!(!told.problems.iter().any(error), "{path:?}: {told:?}");
    }
}
