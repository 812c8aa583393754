//! `bonded exchange watch`: a client's InBox, each receipt once.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use bonded_exchange::receipts::Names;

use super::intake::{Fate, Intake, Taken};
use super::shelf::Shelf;
use super::source::Told;
use crate::args::ExchangeWatch;
use crate::console::{Console, now};
use crate::database::Address;
use crate::error::Error;
use crate::outcome::Outcome;

/// Beside the files: what was taken.
const TAKEN: &str = "taken";
/// Beside the files: what was not, with the reasons.
const HELD: &str = "held";
/// After so many looks, what waits is tried again though no file has come.
const LOOKS_UNTIL_AGAIN: u64 = 12;
/// A file that cannot be read may still be on its way: it is looked at again after so many seconds.
const SETTLES: i128 = 1;

pub(crate) fn watch(args: &ExchangeWatch, console: &mut Console<'_>) -> Result<Outcome, Error> {
    if !args.inbox.is_dir() {
        let advice = "expected the client's InBox, a folder";
        return Err(Error::file(&args.inbox, "this is no folder", advice));
    }
    if Address::of(&args.ledger).is_none_or(|it| matches!(it, Address::Sqlite(_)))
        && !args.ledger.exists()
    {
        let advice =
            "check the name; `bonded exchange import --ledger` or `bonded post` begins a ledger";
        return Err(Error::file(&args.ledger, "there is no such ledger", advice));
    }
    // What waited already is not told again before something has changed.
    let mut waiting: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut looks: u64 = 0;
    loop {
        let files = files(&args.inbox)?;
        waiting.retain(|path, _| files.contains(path));
        let is_new = files.iter().any(|it| !waiting.contains_key(it));
        // What waits may wait for what somebody posts by hand.
        let again = !waiting.is_empty() && looks.is_multiple_of(LOOKS_UNTIL_AGAIN);
        looks += 1;
        let mut held = false;
        if is_new || again || args.once {
            let left = match round(args, files, &mut held, console) {
                Ok(left) => left,
                // Somebody else posts: nothing is lost, the next look finds the same files.
                Err(error) if error.is_busy() && !args.once => {
                    console.note(format_args!("{error}; tried again at the next look"));
                    continue_after(args);
                    continue;
                }
                Err(error) => return Err(error),
            };
            for (path, why) in &left {
                if waiting.get(path) != Some(why) {
                    console.note(format_args!("{} waits: {why}", path.display()));
                }
            }
            waiting = left;
        }
        if args.once {
            return Ok(Outcome::of(waiting.is_empty() && !held));
        }
        console.out.flush()?;
        continue_after(args);
    }
}

fn continue_after(args: &ExchangeWatch) {
    std::thread::sleep(Duration::from_secs(args.every.max(1)));
}

/// Takes what is there; answers what stays, and why.
fn round(
    args: &ExchangeWatch,
    files: Vec<PathBuf>,
    held: &mut bool,
    console: &mut Console<'_>,
) -> Result<BTreeMap<PathBuf, String>, Error> {
    if files.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wait = Duration::from_secs(args.wait);
    let shelf = Shelf::open(&args.ledger, wait, console)?;
    let mut intake = Intake::new(shelf, Told::default()).with_names(remembered(&args.inbox)?);
    let mut left = BTreeMap::new();
    let folder = &args.inbox;
    intake.all(files, console, &mut |taken: &Taken, console| {
        let path = &taken.file;
        match taken.status {
            Fate::Waits => {
                left.insert(path.clone(), taken.reasons());
            }
            Fate::Unread if may_be_on_its_way(path) => {
                // Looked at again the next time; who looks once has to be told.
                if args.once {
                    left.insert(path.clone(), taken.reasons());
                }
            }
            Fate::Taken | Fate::Known => {
                answer(taken, console)?;
                remember(folder, taken)?;
                put_away(path, &folder.join(TAKEN), None)?;
            }
            Fate::Unread | Fate::Held => {
                *held = true;
                answer(taken, console)?;
                put_away(path, &folder.join(HELD), Some(&taken.reasons()))?;
                console.warn(format_args!(
                    "{} is held: {}",
                    path.display(),
                    taken.reasons().lines().next().unwrap_or_default()
                ));
            }
        }
        Ok(())
    })?;
    intake.settle()?;
    Ok(left)
}

fn answer(taken: &Taken, console: &mut Console<'_>) -> Result<(), Error> {
    serde_json::to_writer(&mut *console.out, taken)?;
    writeln!(console.out)?;
    for note in &taken.notes {
        console.note(format_args!("{}: {note}", taken.file.display()));
    }
    for warning in taken.warnings() {
        console.warn(format_args!("{}: {warning}", taken.file.display()));
    }
    Ok(())
}

/// Which numbers are of one document: kept beside what was taken, as a short receipt of a later day
/// needs what the first answer said.
const NAMES: &str = "names.jsonl";

fn remembered(folder: &Path) -> Result<Names, Error> {
    let path = folder.join(TAKEN).join(NAMES);
    let mut names = Names::default();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(error) => return Err(Error::io(&path, "read", error)),
    };
    // The last line may be cut off: its file was not moved then, and says it again.
    for line in text.lines() {
        if let Ok((number, own)) = serde_json::from_str::<(String, String)>(line) {
            names.insert(&number, &own);
        }
    }
    Ok(names)
}

/// Before the file is put away.
fn remember(folder: &Path, taken: &Taken) -> Result<(), Error> {
    if taken.names.is_empty() {
        return Ok(());
    }
    let folder = folder.join(TAKEN);
    fs::create_dir_all(&folder).map_err(|it| Error::io(&folder, "made", it))?;
    let path = folder.join(NAMES);
    let file = fs::OpenOptions::new().create(true).append(true).open(&path);
    let written = file.and_then(|mut file| {
        for names in &taken.names {
            // A line end first: what was cut off before stays a line of its own.
            file.write_all(format!("\n{}\n", serde_json::to_string(names)?).as_bytes())?;
        }
        file.sync_all()
    });
    written.map_err(|it| Error::io(&path, "written", it))
}

/// The messages of a folder, by name: not what it holds beside, not what is still being written under
/// a name of its own.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unread = |it: io::Error| Error::io(folder, "read", it);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        let extension = path.extension().and_then(|it| it.to_str());
        let is_message = extension
            .is_some_and(|it| it.eq_ignore_ascii_case("xml") || it.eq_ignore_ascii_case("zip"));
        let hidden = path
            .file_name()
            .is_some_and(|it| it.to_string_lossy().starts_with(['.', '~']));
        if is_message && !hidden && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// It was written a moment ago, or is gone: it may be whole the next time.
fn may_be_on_its_way(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|it| it.modified());
    match modified.map(|it| it.duration_since(UNIX_EPOCH)) {
        // One of the future has somebody's wrong clock: it is not waited for.
        Ok(Ok(since)) => (0..=SETTLES).contains(&(i128::from(now()) - i128::from(since.as_secs()))),
        Ok(Err(_)) => false,
        Err(_) => true,
    }
}

/// Moves a file; one of the same name that is there stays.
fn put_away(path: &Path, folder: &Path, reasons: Option<&str>) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|it| Error::io(folder, "made", it))?;
    let name = path.file_name().unwrap_or_default();
    let mut target = folder.join(name);
    let mut number = 1;
    while target.exists() {
        number += 1;
        let mut other = name.to_owned();
        other.push(format!(".{number}"));
        target = folder.join(other);
    }
    if let Some(reasons) = reasons {
        let mut beside = target.clone().into_os_string();
        beside.push(".txt");
        fs::write(&beside, format!("{reasons}\n"))
            .map_err(|it| Error::io(Path::new(&beside), "written", it))?;
    }
    match fs::rename(path, &target) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        moved => moved.map_err(|it| Error::io(path, "moved", it)),
    }
}
