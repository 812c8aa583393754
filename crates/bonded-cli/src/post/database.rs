//! Posting to a database: a group of entries at a time, each with one wait for the disk.

use std::collections::HashSet;
use std::path::Path;

use bonded_ledger::{Entry, Ledger};
use bonded_store::{StoreError, StoreErrorKind};

use super::answer::{Answer, Fate, Place};
use super::{Counts, GROUP_ANSWERS, GROUP_BYTES, PostOptions, input, tell};
use crate::console::Console;
use crate::database::{Address, Books, Together};
use crate::error::Error;
use crate::journal::{self, Batches, Next, NotAnEntry, Refused};
use crate::outcome::Outcome;
use crate::text::counted;

/// A line of the input.
struct Pending {
    place: Place,
    entry: Result<Entry, NotAnEntry>,
}

struct Poster<'a, 'c> {
    options: &'a PostOptions,
    address: &'a Address,
    books: Box<dyn Books>,
    console: &'a mut Console<'c>,
    counts: Counts,
    /// The last line that was answered.
    last: Option<Place>,
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
        console,
        counts: Counts::default(),
        last: None,
    };
    let posted = poster.files(&bar);
    bar.finish_and_clear();
    posted?;
    // The journal has everything: what follows behind it may be made up for at any time.
    if let Err(error) = poster.books.settle() {
        poster.console.warn(format_args!(
            "{}: the entries are posted, and the tables for reports stay behind: {error}",
            address.name()
        ));
    }
    let counts = poster.counts;
    tell(options, &counts, console);
    Ok(match counts.refused {
        0 => Outcome::Yes,
        _ => Outcome::No,
    })
}

impl Poster<'_, '_> {
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
        let mut text = Vec::new();
        for answer in answers {
            self.last = Some(answer.place);
            if !self.options.quiet || answer.wants_attention() {
                let name = self.options.files.get(answer.place.file);
                let name = name.map_or(Path::new("-"), |it| it).to_string_lossy();
                answer.write(&name, &mut text)?;
            }
        }
        let told = self.console.out.write_all(&text);
        let told = told.and_then(|()| self.console.out.flush());
        told.map_err(|source| {
            let until = self.until();
            Error::untold(source, format!("{until}; post the rest of the files again"))
        })
    }

    /// "3 entries of this run are in LEDGER, up to FILE line 17".
    fn until(&self) -> String {
        let verb = if self.counts.accepted == 1 {
            "is"
        } else {
            "are"
        };
        let place = self.last.filter(|_| self.counts.accepted > 0);
        let place = place.map(|it| {
            let file = self.options.files.get(it.file);
            let file = file.map_or(Path::new("-"), |it| it).display();
            format!(", up to {file} line {}", it.line)
        });
        format!(
            "{} of this run {verb} in {}{}",
            counted(self.counts.accepted, "entry", "entries"),
            self.address.name(),
            place.unwrap_or_default()
        )
    }

    fn not_posted(&self, error: StoreError) -> Error {
        let least = match error.kind() {
            StoreErrorKind::InDoubt => "at least ",
            _ => "",
        };
        let advice = format!(
            "{least}{}; then post the same files again: what is there already is a duplicate",
            self.until()
        );
        Error::store(self.address.name(), error, advice)
    }
}
