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

use bonded_ledger::{Ledger, Receipt, Uuid};
use indicatif::ProgressBar;

use crate::console::Console;
use crate::database::Address;
use crate::error::Error;
use crate::journal::{self, Batch, Batches, Journal, Loaded, Next, Refused};
use crate::outcome::Outcome;

mod answer; // What is said of each entry,
mod teller; // and to whom,
mod commit; // once it is on the disk,
mod database; // in a file or in a database.

use answer::{Answer, Fate, Place};
use commit::{Committer, Group};
use teller::Teller;

/// What is posted where, and how.
#[derive(Clone, Debug)]
pub(crate) struct PostOptions {
    /// The journal.
    pub(crate) ledger: PathBuf,
    /// Files of entries; `-` is standard input.
    pub(crate) files: Vec<PathBuf>,
    /// Post in memory only.
    pub(crate) dry_run: bool,
    /// All or nothing.
    pub(crate) atomic: bool,
    /// Try nothing after the first refusal.
    pub(crate) stop_on_refusal: bool,
    /// Tell only what somebody has to look at.
    pub(crate) quiet: bool,
    /// How long to wait for the journal's lock.
    pub(crate) wait: Duration,
}

/// A group is handed over at this size, even if more lines are waiting.
const GROUP_BYTES: usize = 4 << 20;
/// Likewise.
const GROUP_ANSWERS: usize = 8_192;
/// The most groups that wait for the disk.
const GROUPS_WAITING_MAX: usize = 2;

/// Posts files of entries to a journal.
///
/// # Errors
/// When the input cannot be read, or the journal cannot be read or written. What was acknowledged
/// before is in the journal; the error says how far that is.
pub(crate) fn post(options: &PostOptions, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let sizes = options
        .files
        .iter()
        .map(|it| check_is_input(it))
        .collect::<Result<Vec<_>, _>>()?;
    let total = sizes
        .iter()
        .try_fold(0_u64, |sum, it| it.map(|it| sum + it));
    if let Some(address) = Address::of(&options.ledger).filter(|_| !options.dry_run) {
        return database::post(&address, options, total, console);
    }
    let (mut journal, ledger) = open(options, console)?;
    let bar = journal::progress(console, total, "posting");

    let (hand_over, groups) = sync_channel(GROUPS_WAITING_MAX);
    let mut poster = Poster::new(options, ledger, hand_over, bar);
    let committer = Committer {
        journal: journal.as_mut(),
        teller: Teller::new(&options.files, options.quiet, &mut *console.out),
    };
    let (posted, committed) = std::thread::scope(|scope| {
        let committed = scope.spawn(move || committer.all(&groups));
        let posted = poster.files(&options.files);
        let counts = poster.finish(&posted);
        (posted.map(|()| counts), committed.join())
    });
    committed.map_err(|_| Error::bug("the thread that writes has panicked"))??;
    let counts = posted?;
    tell(options, &counts, console);
    Ok(match counts.refused {
        0 => Outcome::Yes,
        _ => Outcome::No,
    })
}

/// The journal (none for a dry run) and what it says.
fn open(
    options: &PostOptions,
    console: &mut Console<'_>,
) -> Result<(Option<Journal>, Ledger), Error> {
    let path = &options.ledger;
    if options.dry_run {
        let exists = match Address::of(path) {
            Some(address) => address.exists(),
            None => !matches!(path.try_exists(), Ok(false)),
        };
        let loaded = match exists {
            false => Loaded::default(),
            _ => journal::only_accepted(path, journal::load(path, console)?)?,
        };
        return Ok((None, loaded.ledger));
    }
    let mut journal = Journal::open(path, options.wait, console)?;
    let mut loaded = journal::load_for_posting(&journal, console)?;
    let seal = loaded.seal.take().unwrap_or_default();
    journal.cut_torn(seal.missing() > 0, console)?;
    journal.seal(seal, console)?;
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
    if metadata.is_file() && begins_like_a_workbook(path)? {
        let advice = "a workbook becomes an entry by `bonded handbook import`; nothing was posted";
        return Err(Error::file(path, "this is a workbook", advice));
    }
    Ok(metadata.is_file().then_some(metadata.len()))
}

fn begins_like_a_workbook(path: &Path) -> Result<bool, Error> {
    let mut file = File::open(path).map_err(|it| Error::io(path, "opened", it))?;
    let mut start = Vec::new();
    let read = file.by_ref().take(4).read_to_end(&mut start);
    read.map_err(|it| Error::io(path, "read", it))?;
    Ok(start == bonded_exchange::workbook::MAGIC)
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
    let rest = if *stopped {
        "; what came after it was not tried (--stop-on-refusal)"
    } else {
        ""
    };
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
    /// Of an atomic run: the entries it brings.
    brought: HashSet<Uuid>,
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
            brought: HashSet::new(),
        }
    }

    /// Whether nothing is written before everything is known.
    fn holds_back(&self) -> bool {
        self.options.atomic && !self.options.dry_run
    }

    fn is_over(&self) -> bool {
        self.counts.stopped || self.hand_over.is_none()
    }

    fn files(&mut self, files: &[PathBuf]) -> Result<(), Error> {
        let before = match (self.options.dry_run, self.options.atomic) {
            (true, _) => "nothing was written",
            (false, true) => "nothing was posted (--atomic)",
            (false, false) => "what came before it was posted",
        };
        let mut read = 0;
        for (file, path) in files.iter().enumerate() {
            let unread = |it| Error::io_advised(path, "read", it, before);
            let mut batches = Batches::read(input(path)?).map_err(unread)?;
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
                self.bar.set_position(read + batch.end);
                self.batch(file, &batch);
                if self.group.lines.len() >= GROUP_BYTES
                    || self.group.answers.len() >= GROUP_ANSWERS
                {
                    self.hand_over();
                }
            }
            read = self.bar.position();
        }
        Ok(())
    }

    fn batch(&mut self, file: usize, batch: &Batch) {
        for line in &batch.lines {
            let (id, posted) = match &line.entry {
                Err(not_an_entry) => {
                    let refused = Refused::NotAnEntry(not_an_entry.clone());
                    (not_an_entry.id(), Err(refused))
                }
                Ok(entry) => {
                    let posted = match self.options.quiet {
                        true => self.ledger.replay(entry),
                        false => self.ledger.post(entry),
                    };
                    (Some(entry.id()), posted.map_err(Refused::Entry))
                }
            };
            let fate = self.fate(id, posted);
            if matches!(fate, Fate::Accepted(_)) {
                self.group
                    .lines
                    .extend_from_slice(&batch.bytes[line.range.clone()]);
                self.group.lines.push(b'\n');
            }
            let place = Place {
                file,
                line: line.number,
            };
            self.group.answers.push(Answer { place, id, fate });
            if self.options.stop_on_refusal && self.counts.refused > 0 {
                self.counts.stopped = true;
                return;
            }
        }
    }

    fn fate(&mut self, id: Option<Uuid>, posted: Result<Receipt, Refused>) -> Fate {
        match posted {
            Err(refused) => {
                self.counts.refused += 1;
                Fate::Refused(refused)
            }
            Ok(receipt) if receipt.duplicate => {
                self.counts.duplicate += 1;
                Fate::Duplicate
            }
            Ok(receipt) => {
                self.counts.accepted += 1;
                if self.holds_back() {
                    self.brought.extend(id);
                }
                match self.options.dry_run {
                    true => Fate::NotPosted(Some(receipt)),
                    false => Fate::Accepted(receipt),
                }
            }
        }
    }

    /// Hands the group over to the disk. A run that holds back waits for its end.
    fn hand_over(&mut self) {
        if self.holds_back() || self.group.answers.is_empty() {
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
                self.take_back();
            }
        }
        if let Some(hand_over) = self.hand_over.take() {
            let _ = hand_over.send(std::mem::take(&mut self.group));
        }
        self.bar.finish_and_clear();
        self.counts
    }

    /// An atomic run that does not hold: nothing of it is posted.
    fn take_back(&mut self) {
        self.group.lines = Vec::new();
        for answer in &mut self.group.answers {
            // A duplicate of what this run brings is in the ledger only if the run is.
            let brought = answer.id.is_some_and(|it| self.brought.contains(&it));
            if matches!(answer.fate, Fate::Accepted(_))
                || (matches!(answer.fate, Fate::Duplicate) && brought)
            {
                answer.fate = Fate::NotPosted(None);
            }
        }
    }
}
