//! `bonded post`: entries go into the ledger, and an answer comes out for each.
//!
//! Three things happen at once: lines are read and parsed, entries are posted in memory, and what was
//! posted is written to the journal, waited for until it is on the disk, and only then acknowledged.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use bonded_ledger::{Ledger, Uuid};
use indicatif::ProgressBar;

use crate::console::Console;
use crate::error::Error;
use crate::journal::{self, Batch, Batches, Journal, Loaded, Next, Refused};
use crate::outcome::Outcome;

mod answer; // What is said of each entry,
mod commit; // once it is on the disk.

use answer::{Answer, Status};
use commit::{Group, Place};

/// What is posted where, and how.
#[derive(Clone, Debug)]
pub struct PostOptions {
    /// The journal.
    pub ledger: PathBuf,
    /// Files of entries; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// Post in memory only.
    pub dry_run: bool,
    /// All or nothing.
    pub atomic: bool,
    /// Try nothing after the first refusal.
    pub stop_on_refusal: bool,
    /// How long to wait for the journal's lock.
    pub wait: Duration,
}

/// A group is handed over at this size even if more lines are waiting.
const GROUP_BYTES: usize = 4 << 20;
/// The most groups that wait for the disk.
const GROUPS_WAITING_MAX: usize = 2;

/// Posts files of entries to a journal.
///
/// # Errors
/// When the input cannot be read, or the journal cannot be read or written. What was acknowledged
/// before is in the journal; the error says how far that is.
pub fn post(options: &PostOptions, console: &mut Console<'_>) -> Result<Outcome, Error> {
    journal::check_is_journal(&options.ledger)?;
    let sizes = options.files.iter().map(|it| check_is_input(it)).collect::<Result<Vec<_>, _>>()?;
    let (mut journal, ledger) = open(options, console)?;
    let total = sizes.iter().try_fold(0_u64, |sum, it| it.map(|it| sum + it));
    let bar = journal::progress(console, total, "posting");

    let (hand_over, groups) = sync_channel(GROUPS_WAITING_MAX);
    let mut poster = Poster::new(options, ledger, hand_over, bar);
    let (posted, committed) = {
        let (out, journal) = (&mut *console.out, journal.as_mut());
        let names = &options.files;
        std::thread::scope(|scope| {
            let committer = scope.spawn(move || commit::all(&groups, journal, names, out));
            let posted = poster.files(&options.files);
            let counts = poster.finish(&posted);
            (posted.map(|()| counts), committer.join())
        })
    };
    committed.map_err(|_| Error::bug("the thread that writes has panicked"))??;
    let counts = posted?;
    tell(options, &counts, console);
    Ok(match counts.refused {
        0 => Outcome::Yes,
        _ => Outcome::No,
    })
}

/// The journal (none for a dry run) and what it says.
fn open(options: &PostOptions, console: &mut Console<'_>) -> Result<(Option<Journal>, Ledger), Error> {
    let path = &options.ledger;
    if options.dry_run {
        let loaded = match path.try_exists() {
            Ok(false) => Loaded::default(),
            _ => journal::only_accepted(path, journal::load(path, console)?)?,
        };
        return Ok((None, loaded.ledger));
    }
    let mut journal = Journal::open(path, options.wait, console)?;
    let loaded = journal::load_for_posting(&journal, console)?;
    journal.cut_torn(console)?;
    Ok((Some(journal), loaded.ledger))
}

/// The size of an input, where it has one; an error for what cannot be read, before anything is
/// posted.
fn check_is_input(path: &Path) -> Result<Option<u64>, Error> {
    if path == Path::new("-") {
        return Ok(None);
    }
    let metadata = std::fs::metadata(path).map_err(|it| Error::io(path, "opened", it))?;
    if metadata.is_dir() {
        let advice = "name the files in it, such as its *.jsonl; nothing was posted";
        return Err(Error::file(path, "this is a directory", advice));
    }
    Ok(metadata.is_file().then(|| metadata.len()))
}

fn input(path: &Path) -> Result<Box<dyn Read + Send>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(path).map_err(|it| Error::io(path, "opened", it))?;
    Ok(Box::new(file))
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    accepted: u64,
    duplicate: u64,
    refused: u64,
    /// Not everything was tried.
    stopped: bool,
}

/// Tells a person how it went, where the answers alone do not.
fn tell(options: &PostOptions, counts: &Counts, console: &mut Console<'_>) {
    let Counts {
        accepted,
        duplicate,
        refused,
        stopped,
    } = counts;
    let entries = |count: &u64| if *count == 1 { "entry" } else { "entries" };
    let rest = if *stopped { "; what came after it was not tried (--stop-on-refusal)" } else { "" };
    if options.dry_run {
        console.note(format_args!(
            "dry run, nothing was written: {accepted} {} would be accepted, {duplicate} duplicate, \
             {refused} refused{rest}",
            entries(accepted)
        ));
    } else if options.atomic && *refused > 0 {
        console.warn(format_args!(
            "nothing was posted (--atomic): {refused} {} refused{rest}",
            entries(refused)
        ));
    } else if *refused > 0 || console.progress {
        console.note(format_args!(
            "{accepted} {} accepted, {duplicate} duplicate, {refused} refused{rest}",
            entries(accepted)
        ));
    }
}

/// Posts in memory, line by line.
struct Poster<'a> {
    options: &'a PostOptions,
    ledger: Ledger,
    hand_over: Option<SyncSender<Group>>,
    group: Group,
    counts: Counts,
    bar: ProgressBar,
    /// Of an atomic run: what was said of each entry, until it is known whether it holds.
    held: Vec<Held>,
    /// Of an atomic run: the entries it brings.
    brought: HashSet<Uuid>,
}

/// An answer that an atomic run holds back.
struct Held {
    place: Place,
    id: Option<Uuid>,
    status: Status,
    /// Where its text ends among the answers of the group.
    end: usize,
}

impl<'a> Poster<'a> {
    fn new(
        options: &'a PostOptions,
        ledger: Ledger,
        hand_over: SyncSender<Group>,
        bar: ProgressBar,
    ) -> Poster<'a> {
        Poster {
            options,
            ledger,
            hand_over: Some(hand_over),
            group: Group::default(),
            counts: Counts::default(),
            bar,
            held: Vec::new(),
            brought: HashSet::new(),
        }
    }

    fn holds_back(&self) -> bool {
        self.options.atomic && !self.options.dry_run
    }

    fn files(&mut self, files: &[PathBuf]) -> Result<(), Error> {
        let mut read = 0;
        for (at, path) in files.iter().enumerate() {
            let mut batches = Batches::read(input(path)?);
            let before = match (self.options.dry_run, self.options.atomic) {
                (true, _) => "nothing was written",
                (false, true) => "nothing was posted (--atomic)",
                (false, false) => "what came before it was posted",
            };
            let unread = |it| Error::io_advised(path, "read", it, before);
            while !self.is_over() {
                let batch = match batches.poll().map_err(unread)? {
                    Next::Batch(batch) => batch,
                    Next::End => break,
                    Next::NotYet => {
                        self.hand_over();
                        match batches.wait().map_err(unread)? {
                            Some(batch) => batch,
                            None => break,
                        }
                    }
                };
                let end = batch.end;
                self.batch(at, batch)?;
                self.bar.set_position(read + end);
                if self.group.size() >= GROUP_BYTES {
                    self.hand_over();
                }
            }
            read = self.bar.position();
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.counts.stopped || self.hand_over.is_none()
    }

    fn batch(&mut self, file: usize, batch: Batch) -> Result<(), Error> {
        let name = self.options.files.get(file).map(|it| it.to_string_lossy());
        let name = name.as_deref().unwrap_or_default();
        for line in batch.lines {
            let mut answer = Answer::of(name, line.number);
            let id;
            let (receipt, refused);
            match line.entry {
                Ok(entry) => {
                    id = Some(entry.id());
                    let posted = self.ledger.post(&entry);
                    (receipt, refused) = match posted {
                        Ok(receipt) => (Some(receipt), None),
                        Err(refusal) => (None, Some(Refused::Entry(refusal))),
                    };
                }
                Err(not_an_entry) => {
                    id = not_an_entry.id();
                    (receipt, refused) = (None, Some(Refused::NotAnEntry(not_an_entry)));
                }
            }
            answer.id = id;
            match &receipt {
                Some(receipt) if receipt.duplicate => {
                    self.counts.duplicate += 1;
                    answer.status = Status::Duplicate;
                }
                Some(receipt) => {
                    self.counts.accepted += 1;
                    let stored = !self.options.dry_run;
                    answer.status = if stored { Status::Accepted } else { Status::NotPosted };
                    answer.moved = Some(&receipt.moved);
                    answer.warnings = Some(&receipt.warnings);
                    if stored {
                        self.group.journal.extend_from_slice(&batch.bytes[line.range]);
                        self.group.journal.push(b'\n');
                    }
                    self.group.entries += 1;
                }
                None => {
                    self.counts.refused += 1;
                    answer.error = refused.as_ref();
                }
            }
            let place = Place { file, line: line.number };
            self.group.last = place;
            answer.write(&mut self.group.answers)?;
            if self.holds_back() {
                self.hold_back(place, id, answer.status);
            }
            if self.options.stop_on_refusal && self.counts.refused > 0 {
                self.counts.stopped = true;
                break;
            }
        }
        Ok(())
    }

    fn hold_back(&mut self, place: Place, id: Option<Uuid>, mut status: Status) {
        match (status, id) {
            (Status::Accepted, Some(id)) => {
                self.brought.insert(id);
            }
            // A duplicate of what this run brings is in the ledger only if the run is.
            (Status::Duplicate, Some(id)) if self.brought.contains(&id) => {
                status = Status::NotPosted;
            }
            _ => {}
        }
        let end = self.group.answers.len();
        self.held.push(Held {
            place,
            id,
            status,
            end,
        });
    }

    /// Hands the group over to the disk. A run that holds back waits for its end.
    fn hand_over(&mut self) {
        if self.holds_back() || self.group.size() == 0 {
            return;
        }
        let group = std::mem::take(&mut self.group);
        if let Some(hand_over) = &self.hand_over
            && hand_over.send(group).is_err()
        {
            // It has stopped, and will say why.
            self.hand_over = None;
        }
    }

    /// The last group, and the end.
    fn finish(&mut self, posted: &Result<(), Error>) -> Counts {
        if self.holds_back() {
            self.group.atomic = true;
            if self.counts.refused > 0 || posted.is_err() {
                self.withdraw();
            }
        }
        if let Some(hand_over) = self.hand_over.take()
            && self.group.size() > 0
        {
            let _ = hand_over.send(std::mem::take(&mut self.group));
        }
        self.bar.finish_and_clear();
        self.counts
    }

    /// The answers of an atomic run that does not hold: nothing of it was posted.
    fn withdraw(&mut self) {
        self.group.journal = Vec::new();
        self.group.entries = 0;
        let told = std::mem::take(&mut self.group.answers);
        let mut start = 0;
        for held in &self.held {
            let text = &told[start..held.end];
            start = held.end;
            if matches!(held.status, Status::Refused | Status::Duplicate) {
                self.group.answers.extend_from_slice(text);
                continue;
            }
            let name = self.options.files.get(held.place.file).map(|it| it.to_string_lossy());
            let mut answer = Answer::of(name.as_deref().unwrap_or_default(), held.place.line);
            answer.id = held.id;
            answer.status = Status::NotPosted;
            // Writing to memory cannot fail.
            let _ = answer.write(&mut self.group.answers);
        }
    }
}
