//! The lists that customs told of against those of the ledger.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{HandbookNo, ListState};

use super::{Difference, Likely, Reconciliation, Subject};
use crate::message::Message;
use crate::on_file::FiledList;
use crate::receipts::{Answer, Books, Lines, ListCopy, Step, compare_lines, read, told_otherwise};

/// Holds the lists of receipts (INV201, INV211, heads with or without lines) against the ledger: their
/// state, and their quantities where the receipt has lines. Of several receipts of one list the one
/// that says most counts.
///
/// `all_of`: the messages are all lists of this book, so that a list that none names is a difference.
/// The entries that are offered are those of [`read`].
pub fn lists(
    messages: &[Message],
    books: &Books<'_>,
    all_of: Option<HandbookNo>,
) -> Reconciliation {
    let mut told = Reconciliation {
        handbook: all_of,
        differences: Vec::new(),
        entries: Vec::new(),
        notes: Vec::new(),
        problems: Vec::new(),
    };
    let mut latest: BTreeMap<String, ListCopy<'_>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for message in messages {
        let code = message.code().unwrap_or_default().to_ascii_uppercase();
        if !matches!(code.as_str(), "INV201" | "INV211") {
            told.notes
                .push(format!("{code}: not a list's receipt, left out"));
            continue;
        }
        let mut answer = Answer::new(books);
        let copy = ListCopy::read(message, &code, &mut answer);
        told.problems.extend(answer.tell().problems);
        let Some(copy) = copy.filter(|it| !matches!(it.step, Step::Informs(_))) else {
            continue;
        };
        let found = copy.find(&Answer::new(books));
        let key = found
            .map_or(copy.called(), |it| &it.declared.number)
            .to_owned();
        match latest.get(&key) {
            Some(other) if rank(other) >= rank(&copy) => {}
            _ => drop(latest.insert(key, copy)),
        }
    }
    for (name, copy) in &latest {
        let found = copy.find(&Answer::new(books));
        let kept = |it: &str| it.parse().is_ok_and(|it: HandbookNo| it.is_processing());
        match found {
            Some(list) => {
                seen.insert(list.declared.number.as_str());
                differences(copy, list, books, &mut told);
            }
            None if copy.book().is_some_and(|it| !kept(it)) => {
                told.notes
                    .push(format!("list {name}: of no processing handbook, left out"));
            }
            None => {
                let offer = offer(copy, books, &mut told);
                told.differences.push(Difference {
                    subject: Subject::List { list: name.clone() },
                    field: "present",
                    ours: None,
                    customs: Some(state(copy).as_str().into()),
                    likely: Likely::Customs,
                    mended: offer,
                    advice:
                        "declare the list here: read its INV101, or its receipt with head and lines"
                            .into(),
                });
            }
        }
    }
    let here = |it: &&FiledList| {
        Some(it.declared.handbook) == all_of
            && it.state != ListState::Withdrawn
            && !seen.contains(it.declared.number.as_str())
    };
    for list in books.on_file.lists().filter(here) {
        told.differences.push(Difference {
            subject: Subject::List {
                list: list.declared.number.clone(),
            },
            field: "present",
            ours: Some(list.state.as_str().into()),
            customs: None,
            likely: Likely::Unclear,
            mended: false,
            advice: "no receipt names it: send it (INV101), ask for its receipts (INV141), or withdraw it here".into(),
        });
    }
    told
}

/// Which of two receipts says more: the later change, then the later step, then the later day.
fn rank(copy: &ListCopy<'_>) -> (u32, u8, Option<bonded_ledger::Date>) {
    let step = match copy.step {
        Step::Informs(_) | Step::Sent => 0,
        Step::Changed if copy.is_deducted() => 3,
        Step::PreDeducted | Step::Changed => 1,
        Step::Returned => 2,
        Step::Deducted => 3,
        Step::Deleted => 4,
    };
    (
        copy.change.unwrap_or_default(),
        step,
        copy.handled.or(copy.deducted),
    )
}

fn state(copy: &ListCopy<'_>) -> ListState {
    match copy.step {
        Step::Deducted => ListState::Booked,
        Step::Changed if copy.is_deducted() => ListState::Booked,
        Step::Returned | Step::Deleted => ListState::Withdrawn,
        Step::Changed | Step::PreDeducted | Step::Sent | Step::Informs(_) => ListState::Pending,
    }
}

/// The entries that reading the receipt gives; answers whether there are any.
fn offer(copy: &ListCopy<'_>, books: &Books<'_>, told: &mut Reconciliation) -> bool {
    let entries = read(copy.message, books).entries;
    let any = !entries.is_empty();
    told.entries.extend(entries);
    any
}

fn differences(
    copy: &ListCopy<'_>,
    list: &FiledList,
    books: &Books<'_>,
    told: &mut Reconciliation,
) {
    let name = &list.declared.number;
    let mut found = Vec::new();
    let mut differs = |subject, field, ours: Option<String>, customs: Option<String>| {
        found.push(Difference {
            subject,
            field,
            ours,
            customs,
            likely: Likely::Customs,
            mended: false,
            advice: String::new(),
        });
    };
    let of_list = || Subject::List { list: name.clone() };
    let theirs = state(copy);
    if theirs != list.state {
        let values = (list.state.as_str().into(), theirs.as_str().into());
        differs(of_list(), "state", Some(values.0), Some(values.1));
    }
    if let (Some(own), Some(bond)) = (&list.customs_number, copy.bond)
        && own != bond
    {
        differs(
            of_list(),
            "customs_number",
            Some(own.clone()),
            Some(bond.into()),
        );
    }
    let book = books.on_file.handbook(list.declared.handbook);
    let mut answer = Answer::new(books);
    let lines = book.and_then(|it| copy.lines_of(&it.opened, &mut answer));
    let problems = answer.tell().problems;
    told.problems.extend(
        problems
            .into_iter()
            .filter(|_| theirs != ListState::Withdrawn),
    );
    let mut otherwise = Vec::new();
    if let Some(lines) = lines.filter(|_| theirs != ListState::Withdrawn) {
        otherwise = told_otherwise(&lines, &list.declared.lines);
        match compare_lines(&lines, &list.declared.lines) {
            Lines::Same => {}
            Lines::Passed(passed) => {
                for line in passed {
                    let own = list.declared.lines.iter().find(|it| it.line == line.line);
                    let subject = Subject::Line {
                        list: name.clone(),
                        line: line.line,
                    };
                    let same = own.is_some_and(|it| it.quantity == line.quantity);
                    let (field, own, their) = match same {
                        false => ("quantity", own.map(|it| it.quantity), Some(line.quantity)),
                        true => (
                            "legal_quantity",
                            own.and_then(|it| it.legal_quantity),
                            line.legal_quantity,
                        ),
                    };
                    differs(
                        subject,
                        field,
                        own.map(|it| it.to_string()),
                        their.map(|it| it.to_string()),
                    );
                }
            }
            Lines::Other(what) => differs(of_list(), "lines", None, Some(what)),
        }
    }
    let otherwise = otherwise
        .into_iter()
        .map(|(line, field, own, their)| Difference {
            subject: Subject::Line {
                list: name.clone(),
                line,
            },
            field,
            ours: Some(own),
            customs: Some(their),
            likely: Likely::Customs,
            mended: false,
            advice: "it moves no book; post amend_list where customs is right".into(),
        });
    told.differences.extend(otherwise);
    if found.is_empty() {
        return;
    }
    let mended = offer(copy, books, told);
    let advice = match mended {
        true => "read its receipts: the entries offered are theirs",
        false => {
            "no receipt alone makes it equal: read all its receipts, or look the list up at the Single Window"
        }
    };
    told.differences
        .extend(found.into_iter().map(|it| Difference {
            mended,
            advice: advice.into(),
            ..it
        }));
}
