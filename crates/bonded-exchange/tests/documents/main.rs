//! Documents to customs: golden files, the seeds' chain as a whole, and what holds for any of them.

mod chain;
mod golden;
mod problems;
mod properties;
mod sheets;

use bonded_exchange::documents::{Document, Options};
use bonded_exchange::{Envelope, Message, OnFile, Particulars, Problem, Record};
use bonded_ledger::{Date, Entry, Ledger};

const CHAIN: &str = include_str!("../../../../seeds/ic-chain/journal.jsonl");
const PARTICULARS: &str = include_str!("../../../../seeds/exchange/particulars.json");
const ACCOUNT_BOOK: &str = include_str!("../data/account-book.jsonl");

type Written = Result<Document, Vec<Problem>>;

/// A journal, as the ledger and as what is on file.
struct World {
    ledger: Ledger,
    on_file: OnFile,
}

fn world<'a>(lines: impl IntoIterator<Item = &'a str>) -> World {
    let mut world = World {
        ledger: Ledger::new(),
        on_file: OnFile::default(),
    };
    for line in lines {
        world.post(line);
    }
    world
}

impl World {
    fn post(&mut self, line: &str) {
        let entry = Entry::from_json(line).unwrap_or_else(|it| panic!("{it}: {line}"));
        let posted = self.ledger.post(&entry);
        posted.unwrap_or_else(|it| panic!("{}: {line}", it.message()));
        self.on_file.record(&entry);
    }
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn envelope(id: &str) -> Envelope {
    Envelope {
        message_id: id.into(),
        file_name: format!("{id}.zip"),
        sender: "DXPENT0000000001".into(),
        receiver: "DXPEDCSAS0000001".into(),
        sent: "2026-09-30T09:30:00".into(),
        card: None,
    }
}

fn client(id: &str) -> Options {
    Options::client(envelope(id), day("2026-09-30"))
}

fn customs(id: &str) -> Options {
    Options::customs(envelope(id), day("2026-09-30"))
}

fn particulars(names: &[&str]) -> Particulars {
    Particulars::from_json(PARTICULARS, names).expect("the seed")
}

/// What was written, and it is read again as the same, its elements in the order of their tables.
fn sound(written: Written) -> Document {
    let document = written.unwrap_or_else(|problems| {
        let all: Vec<String> = problems
            .iter()
            .map(|it| format!("{}: {it}", it.code))
            .collect();
        panic!("{}", all.join("\n"))
    });
    let text = document.message.write();
    let again = Message::read(text.as_bytes()).unwrap_or_else(|it| panic!("{it}\n{text}"));
    assert_eq!(again, document.message);
    for record in again.root().records() {
        let places: Vec<Option<usize>> = record
            .values()
            .map(|it| record.kind().position(it.0))
            .collect();
        assert!(places.iter().all(Option::is_some), "{record:?}");
        assert!(places.is_sorted(), "{record:?}");
    }
    document
}

fn first<'a>(document: &'a Document, record: &'a str) -> &'a Record {
    let found = document.message.record(record);
    found.unwrap_or_else(|| panic!("no {record}"))
}

fn codes(written: Written) -> Vec<&'static str> {
    let problems = written.err().unwrap_or_default();
    problems.iter().map(|it| it.code).collect()
}
