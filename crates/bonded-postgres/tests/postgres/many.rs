//! Many at once: what was accepted is there, once; nothing is overdrawn; each handbook's history is one
//! that could have happened one entry after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Instant;

use bonded_ledger::{Entry, HandbookNo, Ledger, Quantity, Total, Uuid};
use bonded_postgres::PostgresLedger;
use bonded_store::PostError;

use crate::cluster;
use crate::ledger::{entries, journals, text};

const WRITERS: usize = 32;
const BOOKS: usize = 8;
const EACH: usize = 14;
const APPROVED: u32 = 600;

/// What became of one call.
struct Call {
    asked: Instant,
    answered: Instant,
    entry: Entry,
    handbook: HandbookNo,
    answer: Answer,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    Accepted,
    Duplicate,
    Refused,
}

fn books() -> Vec<Entry> {
    let letters = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let books = letters.map(|it| format!("book {it} M1:{APPROVED} P1\n"));
    entries(&books.concat())
}

fn number(book: &Entry) -> HandbookNo {
    match book.kind() {
        bonded_ledger::EntryKind::OpenHandbook { handbook } => handbook.number,
        _ => panic!("a book"),
    }
}

/// Writers in pairs post the same entries: each is accepted once.
fn of_pair(pair: usize, turn: usize, books: &[HandbookNo]) -> (Entry, HandbookNo) {
    let book = books[(pair * 3 + turn / 2) % BOOKS];
    let id = Uuid::from_u128((pair as u128 + 1) << 64 | (turn as u128 + 1));
    let list = format!("P{pair}-{}", turn / 2);
    let body = match turn % 2 {
        0 => format!(
            "\"entry\":\"declare_list\",\"list\":{{\"number\":\"{list}\",\"handbook\":\"{book}\",\
             \"direction\":\"import\",\"goods\":\"material\",\"mode\":\"0615\",\
             \"lines\":[{{\"line\":1,\"seq\":1,\"quantity\":\"{}\"}}]}}",
            40 + (pair * 7 + turn * 5) % 60
        ),
        _ => format!("\"entry\":\"book_list\",\"list\":\"{list}\""),
    };
    let line = format!("{{\"id\":\"{id}\",\"date\":\"2026-03-01\",{body}}}");
    (Entry::from_json(&line).expect("an entry"), book)
}

#[test]
fn many_writers_lose_nothing_and_overdraw_nothing() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let open = books();
    let numbers: Vec<HandbookNo> = open.iter().map(number).collect();
    PostgresLedger::connect(&address)
        .expect("opened")
        .post_all(&open)
        .expect("posted");

    let calls = Mutex::new(Vec::new());
    let start = Instant::now();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (address, numbers, calls) = (&address, &numbers, &calls);
            scope.spawn(move || {
                let mut books = PostgresLedger::connect(address).expect("opened");
                for turn in 0..EACH {
                    let (entry, handbook) = of_pair(writer / 2, turn, numbers);
                    let asked = Instant::now();
                    let answer = match books.post(&entry) {
                        Ok(it) if it.duplicate => Answer::Duplicate,
                        Ok(_) => Answer::Accepted,
                        Err(PostError::Refused(_)) => Answer::Refused,
                        Err(error) => panic!("{error}"),
                    };
                    let answered = Instant::now();
                    let call = Call {
                        asked,
                        answered,
                        entry,
                        handbook,
                        answer,
                    };
                    calls.lock().expect("no panic").push(call);
                }
            });
        }
    });
    let took = start.elapsed();
    let calls = calls.into_inner().expect("no panic");
    assert_eq!(calls.len(), WRITERS * EACH);
    let of = |answer| calls.iter().filter(move |it| it.answer == answer);
    let (accepted, refused) = (of(Answer::Accepted).count(), of(Answer::Refused).count());
    let rate = calls.len() as u128 * 1000 / took.as_millis().max(1);
    println!("{accepted} accepted, {refused} refused, {rate} calls a second");
    assert!(accepted > 60 && refused > 20, "{accepted} {refused}");

    let mut books = PostgresLedger::connect(&address).expect("opened");
    books.verify(&BTreeMap::new()).expect("sound");
    let journals = journals(&database);
    // Acknowledged is there, once; and nothing else is.
    let kept: Vec<Uuid> = journals.values().flatten().map(Entry::id).collect();
    let acknowledged: BTreeSet<Uuid> = of(Answer::Accepted).map(|it| it.entry.id()).collect();
    assert_eq!(acknowledged.len(), accepted, "accepted once");
    assert_eq!(kept.len(), accepted + BOOKS);
    let kept: BTreeSet<Uuid> = kept.into_iter().collect();
    assert!(acknowledged.is_subset(&kept));
    for call in of(Answer::Duplicate) {
        assert!(acknowledged.contains(&call.entry.id()));
    }
    // The sum of what was accepted is what the statement says, and not more than was approved.
    for row in books.ledger().statement().handbooks {
        let mut sum = Total::ZERO;
        for entry in &journals[&row.handbook] {
            if let bonded_ledger::EntryKind::DeclareList { list } = entry.kind() {
                sum += list
                    .lines
                    .iter()
                    .map(|it| it.quantity.total())
                    .sum::<Total>();
            }
        }
        let material = &row.materials[0];
        assert_eq!(material.imported + material.pending_in, sum);
        assert!(
            sum <= APPROVED
                .to_string()
                .parse::<Quantity>()
                .expect("one")
                .total()
        );
    }
    for (handbook, journal) in &journals {
        linearizable(*handbook, journal, &calls);
    }
}

/// The journal of a handbook is an order of its calls that keeps to real time, and each refusal is
/// right at some moment between its question and its answer.
fn linearizable(handbook: HandbookNo, journal: &[Entry], calls: &[Call]) {
    let at: BTreeMap<Uuid, usize> = journal.iter().map(Entry::id).zip(1..).collect();
    let mine = calls.iter().filter(|it| it.handbook == handbook);
    let mine: Vec<&Call> = mine.collect();
    let accepted: Vec<(&Call, usize)> = mine
        .iter()
        .filter(|it| it.answer == Answer::Accepted)
        .map(|it| (*it, at[&it.entry.id()]))
        .collect();
    for (one, before) in &accepted {
        for (other, behind) in &accepted {
            assert!(
                one.answered >= other.asked || before < behind,
                "{handbook}: {before} was answered before {behind} was asked"
            );
        }
    }
    let prefixes: Vec<Ledger> = (0..=journal.len())
        .map(|count| {
            let mut ledger = Ledger::new();
            for entry in &journal[..count] {
                ledger.post(entry).expect("accepted");
            }
            ledger
        })
        .collect();
    for call in mine {
        let before = accepted.iter().filter(|it| it.0.answered < call.asked);
        let first = before.map(|it| it.1).max().unwrap_or(1);
        let behind = accepted.iter().filter(|it| it.0.asked > call.answered);
        let last = behind.map(|it| it.1 - 1).min().unwrap_or(journal.len());
        let mut moments = first..=last;
        let right = match call.answer {
            Answer::Accepted => true,
            Answer::Duplicate => at[&call.entry.id()] <= last,
            Answer::Refused => moments.any(|it| prefixes[it].clone().post(&call.entry).is_err()),
        };
        assert!(
            right,
            "{handbook}: {:?} of {}",
            call.answer,
            call.entry.line()
        );
    }
}

/// The same id, and the same number of a list, at once and for different handbooks: one has it.
#[test]
fn an_id_and_a_number_are_one_entrys() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let open = books();
    PostgresLedger::connect(&address)
        .expect("opened")
        .post_all(&open)
        .expect("posted");
    let numbers: Vec<HandbookNo> = open.iter().map(number).collect();
    for round in 0..10 {
        let list = |handbook: HandbookNo, id: u128, number: &str| {
            let id = Uuid::from_u128(id);
            Entry::from_json(&format!(
                "{{\"id\":\"{id}\",\"date\":\"2026-03-01\",\"entry\":\"declare_list\",\"list\":{{\
                 \"number\":\"{number}\",\"handbook\":\"{handbook}\",\"direction\":\"import\",\
                 \"goods\":\"material\",\"mode\":\"0615\",\
                 \"lines\":[{{\"line\":1,\"seq\":1,\"quantity\":\"1\"}}]}}}}"
            ))
            .expect("an entry")
        };
        let base = 1000 + round * 100;
        let answers = Mutex::new(Vec::new());
        let barrier = std::sync::Barrier::new(BOOKS);
        std::thread::scope(|scope| {
            for (writer, &book) in numbers.iter().enumerate() {
                let (address, answers, barrier) = (&address, &answers, &barrier);
                // The first half the same id, the second the same number.
                let entry = match writer % 2 {
                    0 => list(book, base, &format!("R{round}-{writer}")),
                    _ => list(book, base + 1 + writer as u128, &format!("R{round}")),
                };
                scope.spawn(move || {
                    let mut books = PostgresLedger::connect(address).expect("opened");
                    barrier.wait();
                    let answer = match books.post(&entry) {
                        Ok(_) => "accepted",
                        Err(PostError::Refused(it)) => it.code(),
                        Err(error) => panic!("{error}"),
                    };
                    answers.lock().expect("no panic").push((writer % 2, answer));
                });
            }
        });
        let mut answers = answers.into_inner().expect("no panic");
        answers.sort_unstable();
        let mut expected = vec![(0, "accepted"), (1, "accepted")];
        expected.extend([(0, "id_reused"); 3]);
        expected.extend([(1, "list_exists"); 3]);
        expected.sort_unstable();
        assert_eq!(answers, expected);
    }
    PostgresLedger::connect(&address)
        .expect("opened")
        .verify(&BTreeMap::new())
        .expect("sound");
}

/// Carry-overs back and forth, posted at once: whoever looks at another's handbook waits for it, nobody
/// waits in a circle, and all read the same.
#[test]
fn carry_overs_at_once_are_read_the_same_by_all() {
    let Some(server) = cluster::server() else {
        return;
    };
    let database = server.database();
    let address = database.role("factory");
    let book = |it: &str| {
        format!(
            "book {it} role=wafer_fabrication chain=X M1:90000/hs=8542310000/opening=9000 \
             P1:90000/hs=8542310000 P1<M1*1\n"
        )
    };
    let names = ["A", "B", "C", "D"];
    let mut script = names.map(book).concat();
    let mut lists = 0;
    for round in 0..6 {
        for one in names {
            for other in names.iter().filter(|it| **it != one) {
                lists += 2;
                script.push_str(&format!(
                    "carry_in L{lists} {other} M1:{q} with={one}\n\
                     carry_out L{} {one} P1:{q} with={other} list=L{lists}\n\
                     deduct L{lists}\n{}\n",
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
    let script = entries(&script);
    let (open, rest) = script.split_at(4);
    let mut all = PostgresLedger::connect(&address).expect("opened");
    all.post_all(open).expect("posted");
    std::thread::scope(|scope| {
        for writer in 0..6 {
            let address = &address;
            let mine: Vec<Entry> = rest
                .chunks(4)
                .skip(writer)
                .step_by(6)
                .flatten()
                .cloned()
                .collect();
            scope.spawn(move || {
                let mut books = PostgresLedger::connect(address).expect("opened");
                for part in mine.chunks(1 + writer % 3) {
                    let answers = books.post_all(part).expect("answered");
                    for (entry, answer) in part.iter().zip(answers.answers) {
                        if let Err(refusal) = answer {
                            panic!("{}: {refusal}", entry.line());
                        }
                    }
                }
            });
        }
    });
    all.sync().expect("read");
    assert_eq!(all.ledger().entries(), script.len() as u64);
    let mut again = PostgresLedger::connect(&address).expect("opened");
    assert_eq!(text(all.ledger()), text(again.ledger()));
    again.verify(&all.heads()).expect("sound");
}
