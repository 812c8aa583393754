//! `bonded convert`: the same ledger in another place, proved.

use std::path::Path;
use std::time::Duration;

use bonded_ledger::{Entry, HandbookNo, Ledger, ListFilter};
use bonded_store::{Hash, Head, Together};
use serde_json::Value;

use crate::args::Convert;
use crate::console::Console;
use crate::database::{Address, Books, KeptHead};
use crate::error::Error;
use crate::journal::{self, Journal, Loaded, Seal};
use crate::outcome::Outcome;
use crate::text::{Tone, counted};

/// Records that are written at once.
const AT_ONCE: usize = 8_192;

pub(crate) fn convert(args: &Convert, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let wait = Duration::from_secs(args.wait);
    // Nothing comes into being for the sake of what is not there, or cannot be copied.
    let source = Source::open(&args.from, console)?;
    let mut target = Target::begin(&args.to, wait, console)?;
    let original = source.read(&args.from, &mut |line| target.write(line))?;
    target.end()?;
    drop(target);
    // What is compared is read from what stands there now.
    let copy = Source::open(&args.to, console)?.read(&args.to, &mut |_| Ok(()))?;
    let name = |path: &Path| match Address::of(path) {
        Some(address) => address.name(),
        None => path.display().to_string(),
    };
    if let Some(difference) = difference(&original, &copy)? {
        return Err(Error::bug(format!(
            "{}: {difference}; do not use the copy",
            name(&args.to)
        )));
    }
    writeln!(
        console.out,
        "{} copied from {} to {}",
        counted(original.ledger.entries(), "entry", "entries"),
        name(&args.from),
        name(&args.to)
    )?;
    for head in &copy.heads {
        writeln!(console.out, "head {head}")?;
    }
    let paint = console.paint;
    writeln!(
        console.out,
        "{}: the same records, and the same statement, chains and lists",
        paint.tone(Tone::Good, "proved")
    )?;
    Ok(Outcome::Yes)
}

/// Where they are not the same.
fn difference(original: &Contents, copy: &Contents) -> Result<Option<String>, Error> {
    // One journal for all and one for each handbook have heads of their own.
    let of_handbooks = |it: &Contents| it.heads.iter().all(|it| it.handbook.is_some());
    if of_handbooks(original) == of_handbooks(copy) && original.heads != copy.heads {
        return Ok(Some("its head is another".to_owned()));
    }
    if original.hashes != copy.hashes {
        return Ok(Some("it has other records".to_owned()));
    }
    let same = answers(&original.ledger)? == answers(&copy.ledger)?;
    Ok((!same).then(|| "it gives other answers".to_owned()))
}

/// What a ledger contains, as of one moment: others may post to it meanwhile.
#[derive(Default)]
struct Contents {
    ledger: Ledger,
    heads: Vec<KeptHead>,
    /// Of the records, whatever their order: handbooks may be read one before the other.
    hashes: Vec<Hash>,
}

impl Contents {
    fn take(&mut self, handbook: Option<HandbookNo>, line: &str) -> Result<(), String> {
        let position = self.hashes.len() + 1;
        let wrong = |it: String| format!("record {position}: {it}");
        let entry = Entry::from_json(line).map_err(|it| wrong(it.to_string()))?;
        match self.ledger.replay(&entry) {
            Ok(receipt) if receipt.duplicate => return Err(wrong("it stands twice".to_owned())),
            Ok(_) => {}
            Err(refusal) => return Err(wrong(refusal.to_string())),
        }
        self.hashes.push(Hash::of(line.as_bytes()));
        let known = self.heads.iter_mut().find(|it| it.handbook == handbook);
        match known {
            Some(known) => known.head = known.head.followed_by(line),
            None => self.heads.push(KeptHead {
                handbook,
                head: Head::EMPTY.followed_by(line),
            }),
        }
        Ok(())
    }
}

/// Where records are read.
enum Source {
    Journal(Box<Loaded>),
    Database(Address, Box<dyn Books>),
}

impl Source {
    fn open(path: &Path, console: &mut Console<'_>) -> Result<Source, Error> {
        if let Some(address) = Address::of(path) {
            let books = address.open()?;
            return Ok(Source::Database(address, books));
        }
        let loaded = journal::only_accepted(path, journal::load_sealed(path, None, console)?)?;
        let advice = "look at it with `bonded verify`; nothing was copied";
        if let Some((position, line)) = loaded.seal.as_ref().and_then(Seal::changed) {
            let found = format!("record {position} (line {line}) is not the one that was posted");
            return Err(Error::file(path, found, advice));
        }
        if let Some(line) = loaded.first_duplicate {
            let found = format!("line {line} is an entry that stands before it already");
            return Err(Error::file(path, found, advice));
        }
        let mut split = None;
        journal::lines_again(path, &loaded, &mut |line| {
            if line.contains('\r') && split.is_none() {
                split = Some(line.chars().take(40).collect::<String>());
            }
            Ok(())
        })?;
        if let Some(line) = split {
            let found = format!("a carriage return stands within the line {line:?}");
            let advice = "write a space in its place, which changes no content; nothing was copied";
            return Err(Error::file(path, found, advice));
        }
        Ok(Source::Journal(Box::new(loaded)))
    }

    fn read(
        self,
        path: &Path,
        each: &mut dyn FnMut(&str) -> Result<(), Error>,
    ) -> Result<Contents, Error> {
        let mut contents = Contents::default();
        let wrong = |what: String| {
            let advice = "look at it with `bonded verify`; what was copied until here is no copy";
            Error::file(path, what, advice)
        };
        match self {
            Source::Journal(loaded) => journal::lines_again(path, &loaded, &mut |line| {
                contents.take(None, line).map_err(wrong)?;
                each(line)
            })?,
            Source::Database(address, mut books) => books.records(
                &mut |handbook, line| {
                    contents.take(handbook, line).map_err(wrong)?;
                    each(line)
                },
                &|it| address.failed(it),
            )?,
        }
        contents.hashes.sort_unstable();
        contents.heads.sort_by_key(|it| it.handbook);
        Ok(contents)
    }
}

/// Where records are written.
enum Target<'a> {
    Journal(Box<Journal>, Vec<u8>),
    Database(&'a Path, Address, Box<dyn Books>, Vec<Entry>),
}

impl Target<'_> {
    fn begin<'a>(
        path: &'a Path,
        wait: Duration,
        console: &mut Console<'_>,
    ) -> Result<Target<'a>, Error> {
        let occupied = |entries: u64| {
            let found = format!("it has {} already", counted(entries, "entry", "entries"));
            let advice =
                "expected a place where nothing is; to add entries to a ledger use `bonded post`";
            Error::file(path, found, advice)
        };
        let Some(address) = Address::of(path) else {
            let mut journal = Journal::open(path, wait, console)?;
            let loaded = journal::load_for_posting(&journal, console)?;
            if loaded.lines > 0 {
                return Err(occupied(loaded.lines));
            }
            journal.seal(loaded.seal.unwrap_or_default(), console)?;
            return Ok(Target::Journal(Box::new(journal), Vec::new()));
        };
        let mut books = address.open_to_post(wait)?;
        if books.ledger().entries() > 0 {
            return Err(occupied(books.ledger().entries()));
        }
        books.tell(false);
        Ok(Target::Database(path, address, books, Vec::new()))
    }

    fn write(&mut self, line: &str) -> Result<(), Error> {
        match self {
            Target::Journal(_, lines) => {
                lines.extend_from_slice(line.as_bytes());
                lines.push(b'\n');
                match lines.len() > 4 << 20 {
                    true => self.flush(),
                    false => Ok(()),
                }
            }
            Target::Database(path, _, _, entries) => {
                let entry = Entry::from_json(line);
                entries.push(entry.map_err(|it| Error::bug(format!("{}: {it}", path.display())))?);
                match entries.len() >= AT_ONCE {
                    true => self.flush(),
                    false => Ok(()),
                }
            }
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        match self {
            Target::Journal(journal, lines) => {
                let appended = journal.append(lines);
                appended.map_err(|it| Error::io(journal.path(), "written", it.source))?;
                lines.clear();
                Ok(())
            }
            Target::Database(path, address, books, entries) => {
                let posted = books.post(entries, Together::Each);
                let posted = posted.map_err(|it| address.failed(it))?;
                for answer in posted.answers {
                    let accepted = answer.as_ref().is_ok_and(|it| !it.duplicate);
                    if !accepted {
                        // It was accepted where it comes from.
                        let why = answer.err().map(|it| it.to_string());
                        return Err(Error::file(
                            path,
                            why.unwrap_or_else(|| "an entry was there already".to_owned()),
                            "somebody else may have posted to it; copy to a place of its own",
                        ));
                    }
                }
                entries.clear();
                Ok(())
            }
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        self.flush()?;
        match self {
            Target::Database(_, address, books, _) => {
                books.settle().map_err(|it| address.failed(it))
            }
            _ => Ok(()),
        }
    }
}

/// Everything that a ledger answers, whatever the order in which its handbooks were read.
fn answers(ledger: &Ledger) -> Result<Value, Error> {
    let lists = ledger.handbooks().into_iter().map(|it| {
        ledger.lists(&ListFilter {
            handbook: Some(it),
            ..ListFilter::default()
        })
    });
    let lists: Vec<_> = lists.collect();
    let mut chains = serde_json::to_value(ledger.chains())?;
    for chain in chains["chains"].as_array_mut().into_iter().flatten() {
        let carry_overs = chain["carry_overs"].as_array_mut();
        carry_overs
            .into_iter()
            .for_each(|it| it.sort_by_key(Value::to_string));
    }
    let statement = serde_json::to_value(ledger.statement())?;
    let lists = serde_json::to_value(lists)?;
    Ok(Value::Array(vec![statement, chains, lists]))
}
