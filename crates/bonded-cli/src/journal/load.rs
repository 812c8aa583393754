//! Reading a whole journal.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use bonded_ledger::{Ledger, limits};
use bonded_store::Head;
use indicatif::ProgressBar;

use super::chunks::Chunks;
use super::file::{Journal, check_is_file, not_a_journal};
use super::parse::parse;
use super::seal::{self, Seal};
use super::tail::{self, Tail};
use super::undo::{self, Undo};
use super::{Batches, Refused};
use crate::console::Console;
use crate::database::Address;
use crate::error::Error;

/// How many refused lines are named; the rest is counted.
const NAMED_MAX: usize = 20;

/// What a journal says.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Everything that counts.
    pub(crate) ledger: Ledger,
    /// The file up to where it counts, in bytes.
    pub(crate) bytes: u64,
    /// Lines that are not empty.
    pub(crate) lines: u64,
    /// Lines that change nothing as the same entry stands before.
    pub(crate) duplicates: u64,
    /// The first of them.
    pub(crate) first_duplicate: Option<u64>,
    /// Lines that are refused.
    pub(crate) refused: u64,
    /// The first of them.
    pub(crate) first_refused: Option<(u64, Refused)>,
    /// Bytes of a last line that is cut off.
    pub(crate) torn: u64,
    /// Its records against the hashes beside it, where they were asked for.
    pub(crate) seal: Option<Seal>,
}

/// Reads a journal for looking at it. Entries that are refused are left out, loudly.
pub(crate) fn load(path: &Path, console: &mut Console<'_>) -> Result<Loaded, Error> {
    load_with(path, None, console)
}

/// The same, with its records compared with the hashes beside it,
/// and a head that was kept elsewhere looked for.
pub(crate) fn load_sealed(
    path: &Path,
    kept: Option<Head>,
    console: &mut Console<'_>,
) -> Result<Loaded, Error> {
    let seal = match path.canonicalize() {
        Ok(canonical) => {
            let unread = |it| Error::io(&seal::path_of(path), "read", it);
            Seal::read(&canonical).map_err(unread)?
        }
        // A journal that is not there is told by who opens it.
        Err(_) => Seal::default(),
    };
    load_with(path, Some(seal.wanting(kept)), console)
}

fn load_with(path: &Path, seal: Option<Seal>, console: &mut Console<'_>) -> Result<Loaded, Error> {
    if let Some(address) = Address::of(path) {
        let ledger = address.open()?.into_ledger();
        let lines = ledger.entries();
        return Ok(Loaded {
            ledger,
            lines,
            ..Loaded::default()
        });
    }
    if !check_is_file(path)? {
        let found = "there is no such file";
        let advice = "check the name; a journal comes into being when entries are posted to it";
        return Err(Error::file(path, found, advice));
    }
    let mut file = File::open(path).map_err(|it| Error::io(path, "opened", it))?;
    let (bytes, torn) = snapshot(path, &mut file, console)?;
    let mut loaded = replay(path, &file, bytes, seal, console)?;
    loaded.torn = torn;
    Ok(loaded)
}

/// Reads the same part of the same journal again, without a word.
pub(crate) fn load_again(
    path: &Path,
    first: &Loaded,
    console: &mut Console<'_>,
) -> Result<Loaded, Error> {
    let file = File::open(path).map_err(|it| Error::io(path, "opened", it))?;
    replay_silently(path, &file, first.bytes, console)
}

/// The lines of the same part of the same journal again, without their ends.
pub(crate) fn lines_again(
    path: &Path,
    first: &Loaded,
    each: &mut dyn FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let unread = |it| Error::io(path, "read", it);
    let file = File::open(path).map_err(unread)?;
    let mut batches = Batches::read(file.take(first.bytes)).map_err(unread)?;
    while let Some(batch) = batches.wait().map_err(unread)? {
        for line in &batch.lines {
            let line = batch.bytes[line.range.clone()].trim_ascii();
            // Every line was an entry.
            each(std::str::from_utf8(line).unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Reads a journal that is about to be appended to: every line of it must be accepted.
pub(crate) fn load_for_posting(
    journal: &Journal,
    console: &mut Console<'_>,
) -> Result<Loaded, Error> {
    let path = journal.path();
    let file = File::open(path).map_err(|it| Error::io(path, "opened", it))?;
    let unread = |it| Error::io(&seal::path_of(path), "read", it);
    let seal = Seal::read(journal.canonical()).map_err(unread)?;
    let loaded = replay_telling(
        path,
        &file,
        journal.good(),
        Some(seal),
        console,
        |_, _, _| {},
    )?;
    only_accepted(path, loaded)
}

/// An error for a journal with a refused line: nothing is appended behind it.
pub(crate) fn only_accepted(path: &Path, loaded: Loaded) -> Result<Loaded, Error> {
    match &loaded.first_refused {
        None => Ok(loaded),
        Some((line, refused)) => {
            let advice = format!(
                "nothing is appended to a journal that is refused itself; look at it with \
                 `bonded verify`, correct or remove the line, and post again ({} refused in all)",
                loaded.refused
            );
            Err(Error::line(
                path,
                *line,
                refused.code(),
                refused.message(),
                advice,
            ))
        }
    }
}

/// Up to where the journal counts now, and how much of a broken write stands behind it.
///
/// The shared lock is held for a moment only: what is appended later lies behind what we read. While
/// somebody posts, his lines are seen up to the last whole one.
fn snapshot(path: &Path, file: &mut File, console: &mut Console<'_>) -> Result<(u64, u64), Error> {
    let unread = |it| Error::io(path, "read", it);
    let (alone, locked) = match file.try_lock_shared() {
        Ok(()) => (true, true),
        Err(TryLockError::WouldBlock) => (false, false),
        // A file system without locks has nobody who posts under one.
        Err(TryLockError::Error(_)) => (true, false),
    };
    let canonical = path.canonicalize().map_err(unread)?;
    let (undo, mut length) = undo_and_length(&canonical, file)?;
    if let Undo::To(to) = undo
        && to < length
    {
        if alone {
            console.warn(format_args!(
                "{}: an --atomic run broke off in the middle; its {} bytes are left out",
                path.display(),
                length - to
            ));
        }
        length = to;
    }
    let counts = if alone {
        look(path, file, length, console)
    } else {
        tail::end_of_lines(file, length)
            .map(|it| (it, 0))
            .map_err(unread)
    };
    if locked {
        file.unlock()
            .map_err(|it| Error::io(path, "unlocked", it))?;
    }
    counts
}

/// Both as of one moment. An atomic run that is under way has its file beside the journal; one that
/// begins or ends between two looks changes the length.
fn undo_and_length(path: &Path, file: &File) -> Result<(Undo, u64), Error> {
    /// Somebody who posts without end is not atomic: then any whole lines will do.
    const LOOKS_MAX: usize = 16;
    let length = || {
        file.metadata()
            .map(|it| it.len())
            .map_err(|it| Error::io(path, "read", it))
    };
    let mut before = length()?;
    for look in 1.. {
        let undo = undo::read(path).map_err(|it| Error::io(&undo::path_of(path), "read", it))?;
        let after = length()?;
        if undo != Undo::None || before == after || look == LOOKS_MAX {
            return Ok((undo, after));
        }
        before = after;
    }
    Ok((Undo::None, before))
}

fn look(
    path: &Path,
    file: &mut File,
    length: u64,
    console: &mut Console<'_>,
) -> Result<(u64, u64), Error> {
    match tail::look(file, length).map_err(|it| Error::io(path, "read", it))? {
        Tail::Ended | Tail::Whole => Ok((length, 0)),
        Tail::Torn {
            like_an_entry: false,
            ..
        } => Err(not_a_journal(path)),
        Tail::Torn { at, .. } => {
            console.warn(format_args!(
                "{}: the last line is cut off in the middle of a write; its {} bytes are left out",
                path.display(),
                length - at
            ));
            Ok((at, length - at))
        }
    }
}

fn replay(
    path: &Path,
    file: &File,
    bytes: u64,
    seal: Option<Seal>,
    console: &mut Console<'_>,
) -> Result<Loaded, Error> {
    let mut named = 0;
    let loaded = replay_telling(
        path,
        file,
        bytes,
        seal,
        console,
        |console, line, refused| {
            named += 1;
            if named <= NAMED_MAX {
                console.warn(format_args!(
                    "{}, line {line}: {}: {}; the line is LEFT OUT",
                    path.display(),
                    refused.code(),
                    refused.message()
                ));
            }
        },
    )?;
    if loaded.refused > NAMED_MAX as u64 {
        let more = loaded.refused - NAMED_MAX as u64;
        let name = path.display();
        console.warn(format_args!(
            "{name}: {more} more lines are refused and LEFT OUT"
        ));
    }
    Ok(loaded)
}

fn replay_silently(
    path: &Path,
    file: &File,
    bytes: u64,
    console: &mut Console<'_>,
) -> Result<Loaded, Error> {
    replay_telling(path, file, bytes, None, console, |_, _, _| {})
}

fn replay_telling(
    path: &Path,
    file: &File,
    bytes: u64,
    seal: Option<Seal>,
    console: &mut Console<'_>,
    mut refused: impl FnMut(&mut Console<'_>, u64, &Refused),
) -> Result<Loaded, Error> {
    let unread = |it| Error::io(path, "read", it);
    let mut reader = file.try_clone().map_err(unread)?;
    reader.seek(SeekFrom::Start(0)).map_err(unread)?;
    let mut batches = Batches::read(reader.take(bytes)).map_err(unread)?;
    let mut loaded = Loaded {
        bytes,
        seal,
        ..Loaded::default()
    };
    let bar = progress(console, Some(bytes), "reading");
    while let Some(batch) = batches.wait().map_err(unread)? {
        for line in &batch.lines {
            loaded.lines += 1;
            if let Some(seal) = &mut loaded.seal {
                seal.record(&batch.bytes[line.range.clone()], line.number);
            }
            let posted = match &line.entry {
                Ok(entry) => loaded.ledger.replay(entry).map_err(Refused::Entry),
                Err(not_an_entry) => Err(Refused::NotAnEntry(not_an_entry.clone())),
            };
            match posted {
                Ok(receipt) if receipt.duplicate => {
                    loaded.duplicates += 1;
                    loaded.first_duplicate.get_or_insert(line.number);
                }
                Ok(_) => {}
                Err(why) => {
                    refused(console, line.number, &why);
                    loaded.refused += 1;
                    loaded.first_refused.get_or_insert((line.number, why));
                }
            }
        }
        bar.set_position(batch.end);
    }
    bar.finish_and_clear();
    Ok(loaded)
}

/// Reads a journal that is in memory: what it says, and how many of its lines are refused. Does what
/// the commands do with a file, without threads.
pub fn read_journal(bytes: &[u8]) -> (Ledger, u64) {
    let mut ledger = Ledger::new();
    let mut refused = 0;
    // Reading from memory does not fail.
    for chunk in Chunks::new(bytes, limits::ENTRY_BYTES_MAX).map_while(Result::ok) {
        for line in &parse(chunk).lines {
            let posted = line.entry.as_ref().ok().map(|it| ledger.replay(it));
            refused += u64::from(!matches!(posted, Some(Ok(_))));
        }
    }
    (ledger, refused)
}

/// Below so many bytes nobody waits.
pub(crate) const WORTH_A_BAR: u64 = 32 << 20;

/// A bar on standard error, where a person looks at it.
pub(crate) fn progress(
    console: &Console<'_>,
    bytes: Option<u64>,
    doing: &'static str,
) -> ProgressBar {
    if !console.progress || bytes.is_some_and(|it| it < WORTH_A_BAR) {
        return ProgressBar::hidden();
    }
    let (bar, template) = match bytes {
        Some(bytes) => (
            ProgressBar::new(bytes),
            "{msg} {bytes}/{total_bytes} {bar:40} {bytes_per_sec}, {eta} to go",
        ),
        None => (ProgressBar::no_length(), "{msg} {bytes} {bytes_per_sec}"),
    };
    match indicatif::ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style).with_message(doing),
        Err(_) => bar,
    }
}
