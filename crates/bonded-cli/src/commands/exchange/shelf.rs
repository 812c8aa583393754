//! A ledger with what is on file in it, to read documents against and to post what they say.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bonded_exchange::{FiledHandbook, OnFile};
use bonded_ledger::{Entry, EntryKind, HandbookNo, Ledger, Receipt, Refusal};
use bonded_store::{StoreError, StoreErrorKind, Together};

use crate::console::Console;
use crate::database::{Address, Books};
use crate::error::Error;
use crate::journal::{self, Journal};

/// What became of each entry.
pub(super) type Answers = Vec<Result<Receipt, Refusal>>;

/// A ledger and the particulars of its books and lists.
pub(super) struct Shelf {
    door: Door,
    pub(super) on_file: OnFile,
    /// Books as they were before their last amendment.
    pub(super) before: HashMap<HandbookNo, FiledHandbook>,
}

/// What is on file, as it is read.
#[derive(Default)]
struct Filing {
    on_file: OnFile,
    before: HashMap<HandbookNo, FiledHandbook>,
}

impl Filing {
    fn record(&mut self, entry: &Entry) {
        if let EntryKind::AmendHandbook(change) = entry.kind()
            && let Some(book) = self.on_file.handbook(change.handbook)
        {
            self.before.insert(change.handbook, book.clone());
        }
        self.on_file.record(entry);
    }

    fn shelf(self, door: Door) -> Shelf {
        Shelf {
            door,
            on_file: self.on_file,
            before: self.before,
        }
    }
}

/// Where entries go.
enum Door {
    /// In memory only.
    Nowhere(Ledger),
    Journal(Box<Journal>, Ledger),
    Database(Address, Box<dyn Books>),
}

impl Shelf {
    /// Nothing is on file.
    pub(super) fn empty() -> Shelf {
        Filing::default().shelf(Door::Nowhere(Ledger::new()))
    }

    /// The same where there may be nothing yet.
    pub(super) fn read_if_there(path: &Path, console: &mut Console<'_>) -> Result<Shelf, Error> {
        let exists = match Address::of(path) {
            Some(address) => address.exists(),
            None => !matches!(path.try_exists(), Ok(false)),
        };
        match exists {
            true => Shelf::read(path, console),
            false => Ok(Shelf::empty()),
        }
    }

    /// To look at; what is posted changes memory only.
    pub(super) fn read(path: &Path, console: &mut Console<'_>) -> Result<Shelf, Error> {
        let mut filing = Filing::default();
        let ledger = match Address::of(path) {
            Some(address) => {
                let mut books = address.open()?;
                records(&mut *books, &address, &mut filing)?;
                books.into_ledger()
            }
            None => {
                let loaded = journal::only_accepted(path, journal::load(path, console)?)?;
                accepted(path, &loaded, &mut filing)?;
                loaded.ledger
            }
        };
        let door = Door::Nowhere(ledger);
        Ok(filing.shelf(door))
    }

    /// To post to.
    pub(super) fn open(
        path: &Path,
        wait: Duration,
        console: &mut Console<'_>,
    ) -> Result<Shelf, Error> {
        let mut filing = Filing::default();
        if let Some(address) = Address::of(path) {
            let mut books = address.open_to_post(wait)?;
            records(&mut *books, &address, &mut filing)?;
            let door = Door::Database(address, books);
            return Ok(filing.shelf(door));
        }
        let mut journal = Journal::open(path, wait, console)?;
        let mut loaded = journal::load_for_posting(&journal, console)?;
        accepted(path, &loaded, &mut filing)?;
        let seal = loaded.seal.take().unwrap_or_default();
        journal.cut_torn(seal.missing() > 0, console)?;
        journal.seal(seal, console)?;
        let door = Door::Journal(Box::new(journal), loaded.ledger);
        Ok(filing.shelf(door))
    }

    /// What the ledger says.
    pub(super) fn ledger(&self) -> &Ledger {
        match &self.door {
            Door::Nowhere(ledger) | Door::Journal(_, ledger) => ledger,
            Door::Database(_, books) => books.ledger(),
        }
    }

    /// Posts what one document says: all of it, or nothing. Answers when it is durable.
    pub(super) fn post(&mut self, entries: &[Entry]) -> Result<Answers, Error> {
        let answers = match &mut self.door {
            Door::Nowhere(ledger) => whole(ledger, entries),
            Door::Journal(journal, ledger) => {
                let answers = whole(ledger, entries);
                let mut lines = Vec::new();
                for (entry, answer) in entries.iter().zip(&answers) {
                    if answer.as_ref().is_ok_and(|it| !it.duplicate) {
                        lines.extend_from_slice(entry.line().as_bytes());
                        lines.push(b'\n');
                    }
                }
                if answers.iter().all(Result::is_ok) && !lines.is_empty() {
                    let appended = journal.append_atomically(&lines);
                    appended.map_err(|it| Error::io(journal.path(), "written", it.source))?;
                }
                answers
            }
            Door::Database(address, books) => {
                let posted = books.post(entries, Together::Whole);
                let posted = posted.map_err(|it| address.failed(it))?;
                let held = posted
                    .answers
                    .iter()
                    .all(|it| it.as_ref().is_ok_and(|it| it.duplicate));
                if !posted.stored && !held && posted.answers.iter().all(Result::is_ok) {
                    let busy = "others post to it at this moment; nothing of the file was stored, run again";
                    return Err(address.failed(StoreError::new(StoreErrorKind::Busy, busy)));
                }
                posted.answers
            }
        };
        if answers.iter().all(Result::is_ok) {
            for (entry, answer) in entries.iter().zip(&answers) {
                if answer.as_ref().is_ok_and(|it| !it.duplicate) {
                    self.on_file.record(entry);
                }
            }
        }
        Ok(answers)
    }

    /// After posting: what may follow behind the journal catches up.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        match &mut self.door {
            Door::Database(address, books) => books.settle().map_err(|it| address.failed(it)),
            _ => Ok(()),
        }
    }
}

/// All of them, or none; the answers are those that they had.
fn whole(ledger: &mut Ledger, entries: &[Entry]) -> Answers {
    if let [entry] = entries {
        return vec![ledger.post(entry)];
    }
    let before = ledger.clone();
    let mut answers = Vec::with_capacity(entries.len());
    for entry in entries {
        let answer = ledger.post(entry);
        let refused = answer.is_err();
        answers.push(answer);
        if refused {
            *ledger = before;
            break;
        }
    }
    answers
}

fn records(books: &mut dyn Books, address: &Address, filing: &mut Filing) -> Result<(), Error> {
    let name = PathBuf::from(address.name());
    books.records(
        &mut |_, line| {
            let entry = Entry::from_json(line);
            filing.record(&entry.map_err(|it| unread(&name, &it.to_string()))?);
            Ok(())
        },
        &|it| address.failed(it),
    )
}

fn accepted(path: &Path, loaded: &journal::Loaded, filing: &mut Filing) -> Result<(), Error> {
    if loaded.bytes == 0 {
        return Ok(());
    }
    let mut seen = HashSet::new();
    journal::lines_again(path, loaded, &mut |line| {
        let entry = Entry::from_json(line).map_err(|it| unread(path, &it.to_string()))?;
        // A line that stands twice has no effect the second time.
        if loaded.duplicates == 0 || seen.insert(entry.id()) {
            filing.record(&entry);
        }
        Ok(())
    })
}

fn unread(path: &Path, why: &str) -> Error {
    Error::file(path, why, "look at it with `bonded verify`")
}
