//! Posting to a database: a group of entries at a time, each with one wait for the disk.

use std::collections::HashSet;

use bonded_ledger::{Entry, Ledger};
use bonded_store::{StoreError, StoreErrorKind, Together};

use super::answer::{Answer, Fate, Place};
use super::teller::Teller;
use super::{Counts, GROUP_ANSWERS, GROUP_BYTES, PostOptions, input, tell};
use crate::console::Console;
use crate::database::{Address, Books};
use crate::error::Error;
use crate::journal::{self, Batches, Next, NotAnEntry, Refused};
use crate::outcome::Outcome;

/// A line of the input.
struct Pending {
    place: Place,
    entry: Result<Entry, NotAnEntry>,
}

struct Poster<'a> {
    options: &'a PostOptions,
    address: &'a Address,
    books: Box<dyn Books>,
    teller: Teller<'a>,
    counts: Counts,
}

/// Posts files of entries to a database.
///
/// # Errors
/// When the input cannot be read, or the database cannot be read or written. What was acknowledged
/// before is in it; the error says how far that is.
pub(super) fn post(
    address: &Address,
    options: &PostOptions,
    total: Option<u64>,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    let mut books = address.open_to_post(options.wait)?;
    books.tell(!options.quiet);
    let bar = journal::progress(console, total, "posting");
    let mut poster = Poster {
        options,
        address,
        books,
        teller: Teller::new(&options.files, options.quiet, &mut *console.out),
        counts: Counts::default(),
    };
    let posted = poster.files(&bar);
    let (mut books, counts) = (poster.books, poster.counts);
    bar.finish_and_clear();
    posted?;
    // The journal has everything: what follows behind it may be made up for at any time.
    if let Err(error) = books.settle() {
        console.warn(format_args!(
            "{}: the entries are posted, and the tables for reports stay behind: {error}",
            address.name()
        ));
    }
    tell(options, &counts, console);
    Ok(match counts.refused {
        0 => Outcome::Yes,
        _ => Outcome::No,
    })
}

impl Poster<'_> {
    fn files(&mut self, bar: &indicatif::ProgressBar) -> Result<(), Error> {
        let before = match self.options.atomic {
            true => "nothing was posted (--atomic)",
            false => "what came before it was posted",
        };
        let at_once = match self.options.stop_on_refusal && !self.options.atomic {
            true => self.books.at_once_until_refused().min(GROUP_ANSWERS),
            false => GROUP_ANSWERS,
        };
        let mut pending = Vec::new();
        let mut bytes = 0;
        let mut read = 0;
        for (file, path) in self.options.files.iter().enumerate() {
            let unread = |it| Error::io_advised(path, "read", it, before);
            let mut batches = Batches::read(input(path)?).map_err(unread)?;
            while !self.counts.stopped {
                let mut batch = match batches.poll().map_err(unread)? {
                    Next::Batch(batch) => batch,
                    Next::End => break,
                    Next::NotYet => {
                        self.post(&mut pending)?;
                        match batches.wait().map_err(unread)? {
                            Some(batch) => batch,
                            None => break,
                        }
                    }
                };
                bar.set_position(read + batch.end);
                bytes += batch.bytes.len();
                for line in std::mem::take(&mut batch.lines) {
                    let place = Place {
                        file,
                        line: line.number,
                    };
                    pending.push(Pending {
                        place,
                        entry: line.entry,
                    });
                    if pending.len() >= at_once {
                        self.post(&mut pending)?;
                    }
                }
                if bytes >= GROUP_BYTES {
                    self.post(&mut pending)?;
                    bytes = 0;
                }
            }
            read = bar.position();
        }
        match self.options.atomic {
            true => self.post_whole(&pending),
            false => self.post(&mut pending),
        }
    }

    /// Posts what is pending and answers. A run that is all or none waits for its end.
    fn post(&mut self, pending: &mut Vec<Pending>) -> Result<(), Error> {
        if self.options.atomic || pending.is_empty() || self.counts.stopped {
            return Ok(());
        }
        let stops = self.options.stop_on_refusal;
        let mut places = Vec::with_capacity(pending.len());
        let mut entries = Vec::with_capacity(pending.len());
        for Pending { place, entry } in pending.drain(..) {
            match entry {
                Ok(entry) => {
                    places.push((place, Ok(entry.id())));
                    entries.push(entry);
                }
                Err(error) => {
                    places.push((place, Err(error)));
                    if stops {
                        break;
                    }
                }
            }
        }
        let together = match stops {
            true => Together::UntilRefused,
            false => Together::Each,
        };
        let posted = self.books.post(&entries, together);
        let mut answers = posted
            .map_err(|it| self.not_posted(it))?
            .answers
            .into_iter();
        let mut told = Vec::with_capacity(places.len());
        for (place, of) in places {
            let (id, fate) = match of {
                Err(error) => (error.id(), self.refused(Refused::NotAnEntry(error))),
                Ok(id) => match answers.next() {
                    None => break,
                    Some(Err(refusal)) => (Some(id), self.refused(Refused::Entry(refusal))),
                    Some(Ok(receipt)) if receipt.duplicate => {
                        self.counts.duplicate += 1;
                        (Some(id), Fate::Duplicate)
                    }
                    Some(Ok(receipt)) => {
                        self.counts.accepted += 1;
                        (Some(id), Fate::Accepted(receipt))
                    }
                },
            };
            told.push(Answer { place, id, fate });
            if stops && self.counts.refused > 0 {
                self.counts.stopped = true;
                break;
            }
        }
        self.answer(&told)
    }

    fn refused(&mut self, refused: Refused) -> Fate {
        self.counts.refused += 1;
        Fate::Refused(refused)
    }

    /// All or none.
    fn post_whole(&mut self, pending: &[Pending]) -> Result<(), Error> {
        let entries = pending.iter().map(|it| it.entry.clone().ok());
        let entries: Option<Vec<Entry>> = entries.collect();
        // What was missing may be posted by somebody else before it is found out what is missing.
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let told = self.try_whole(entries.as_deref(), pending)?;
            let holds = told.iter().all(|it| !matches!(it.fate, Fate::Refused(_)));
            let not_posted = |it: &Answer| matches!(it.fate, Fate::NotPosted(_));
            if !(holds && told.iter().any(not_posted)) {
                return self.answer(&told);
            }
            self.counts = Counts::default();
        }
        let busy = "others post what this run waits for, again and again; nothing of it was stored, \
                    post the same files again";
        Err(self.not_posted(StoreError::new(StoreErrorKind::Busy, busy)))
    }

    fn try_whole(
        &mut self,
        entries: Option<&[Entry]>,
        pending: &[Pending],
    ) -> Result<Vec<Answer>, Error> {
        if let Some(entries) = entries {
            let posted = self.books.post(entries, Together::Whole);
            let posted = posted.map_err(|it| self.not_posted(it))?;
            if posted.stored {
                let told = pending.iter().zip(posted.answers).map(|(pending, answer)| {
                    let fate = match answer {
                        Ok(receipt) if receipt.duplicate => Fate::Duplicate,
                        Ok(receipt) => Fate::Accepted(receipt),
                        Err(refusal) => Fate::Refused(Refused::Entry(refusal)),
                    };
                    let id = pending.entry.as_ref().ok().map(Entry::id);
                    let place = pending.place;
                    Answer { place, id, fate }
                });
                let told: Vec<Answer> = told.collect();
                for answer in &told {
                    match answer.fate {
                        Fate::Duplicate => self.counts.duplicate += 1,
                        _ => self.counts.accepted += 1,
                    }
                }
                return Ok(told);
            }
        }
        // It does not hold. What would have become of each entry is found out aside.
        let synced = self.books.sync();
        synced.map_err(|it| self.not_posted(it))?;
        Ok(self.tried(self.books.ledger().clone(), pending))
    }

    fn tried(&mut self, mut ledger: Ledger, pending: &[Pending]) -> Vec<Answer> {
        let mut brought = HashSet::new();
        let mut told = Vec::with_capacity(pending.len());
        for Pending { place, entry } in pending {
            let (id, fate) = match entry {
                Err(error) => {
                    let refused = Refused::NotAnEntry(error.clone());
                    (error.id(), self.refused(refused))
                }
                Ok(entry) => {
                    let fate = match ledger.replay(entry) {
                        Err(refusal) => self.refused(Refused::Entry(refusal)),
                        // What this run brings is in the ledger only if the run is.
                        Ok(it) if it.duplicate && !brought.contains(&entry.id()) => {
                            self.counts.duplicate += 1;
                            Fate::Duplicate
                        }
                        Ok(_) => {
                            brought.insert(entry.id());
                            Fate::NotPosted(None)
                        }
                    };
                    (Some(entry.id()), fate)
                }
            };
            let place = *place;
            told.push(Answer { place, id, fate });
            if self.options.stop_on_refusal && self.counts.refused > 0 {
                self.counts.stopped = true;
                break;
            }
        }
        told
    }

    fn answer(&mut self, answers: &[Answer]) -> Result<(), Error> {
        let told = self.teller.answer(answers);
        told.map_err(|source| {
            let until = self.teller.until(&self.address.name());
            Error::untold(source, format!("{until}; post the rest of the files again"))
        })
    }

    fn not_posted(&self, error: StoreError) -> Error {
        let doubt = match error.kind() {
            StoreErrorKind::InDoubt => " for certain",
            _ => "",
        };
        let advice = format!(
            "{}{doubt}; then post the same files again: what is there already is a duplicate",
            self.teller.until(&self.address.name())
        );
        Error::store(self.address.name(), error, advice)
    }
}
