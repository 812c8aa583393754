//! `bonded convert`: the same ledger in another place, proved.

use std::path::Path;
use std::time::Duration;

use bonded_ledger::{Entry, Ledger, ListFilter};
use bonded_store::Hash;
use serde_json::Value;

use crate::args::Convert;
use crate::console::Console;
use crate::database::{Address, Books, KeptHead, Together};
use crate::error::Error;
use crate::journal::{self, Journal, Seal};
use crate::outcome::Outcome;
use crate::text::{Tone, counted};

/// Records that are written at once.
const AT_ONCE: usize = 8_192;

pub(crate) fn convert(args: &Convert, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let wait = Duration::from_secs(args.wait);
    // Nothing comes into being for the sake of what is not there.
    match Address::of(&args.from) {
        Some(address) => drop(address.open()?),
        None => drop(journal::load_sealed(&args.from, None, console)?),
    }
    let mut target = Target::begin(&args.to, wait, console)?;
    let (ledger, heads) = read(&args.from, &mut target, console)?;
    target.end()?;
    drop(target);
    // What is compared is read from what stands there now.
    let (copied, copied_heads) = read(&args.to, &mut Target::Nowhere, console)?;
    let told =
        |heads: &[KeptHead]| -> Vec<String> { heads.iter().map(ToString::to_string).collect() };
    // One journal for all and one for each handbook have heads of their own.
    let of_handbooks = |heads: &[KeptHead]| heads.iter().all(|it| it.handbook.is_some());
    let comparable = of_handbooks(&heads) == of_handbooks(&copied_heads);
    let same = match () {
        () if comparable && heads != copied_heads => Some(format!(
            "the copy ends with {}, expected {}",
            told(&copied_heads).join(", "),
            told(&heads).join(", ")
        )),
        () if records(&args.from, console)? != records(&args.to, console)? => {
            Some("the copy has other records than what it was copied from".to_owned())
        }
        () if answers(&ledger)? != answers(&copied)? => {
            Some("the copy gives other answers than what it was copied from".to_owned())
        }
        () => None,
    };
    if let Some(difference) = same {
        return Err(Error::bug(format!(
            "{}: {difference}; do not use the copy",
            args.to.display()
        )));
    }
    let name = |path: &Path| match Address::of(path) {
        Some(address) => address.name(),
        None => path.display().to_string(),
    };
    writeln!(
        console.out,
        "{} copied from {} to {}",
        counted(ledger.entries(), "entry", "entries"),
        name(&args.from),
        name(&args.to)
    )?;
    for head in told(&copied_heads) {
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

/// Where records are written.
enum Target<'a> {
    /// They are only read.
    Nowhere,
    /// They are compared with others.
    Seen(Vec<Hash>),
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
            Target::Nowhere => Ok(()),
            Target::Seen(hashes) => {
                hashes.push(Hash::of(line.as_bytes()));
                Ok(())
            }
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
            Target::Nowhere | Target::Seen(_) => Ok(()),
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

/// The records of a ledger, whatever their order: handbooks may be read one before the other.
fn records(from: &Path, console: &mut Console<'_>) -> Result<Vec<Hash>, Error> {
    let mut seen = Target::Seen(Vec::new());
    read(from, &mut seen, console)?;
    let Target::Seen(mut hashes) = seen else {
        return Ok(Vec::new());
    };
    hashes.sort_unstable();
    Ok(hashes)
}

/// Reads a ledger, and writes its records to a target.
fn read(
    from: &Path,
    target: &mut Target<'_>,
    console: &mut Console<'_>,
) -> Result<(Ledger, Vec<KeptHead>), Error> {
    if let Some(address) = Address::of(from) {
        let mut books = address.open()?;
        let failed = |it| address.failed(it);
        books.records(&mut |line| target.write(line), &failed)?;
        let heads = books.heads();
        return Ok((books.into_ledger(), heads));
    }
    let loaded = journal::only_accepted(from, journal::load_sealed(from, None, console)?)?;
    let seal = loaded.seal.as_ref();
    if let Some((position, line)) = seal.and_then(Seal::changed) {
        let found = format!("record {position} (line {line}) is not the one that was posted");
        let advice = "look at it with `bonded verify`; nothing was copied";
        return Err(Error::file(from, found, advice));
    }
    let head = seal.map(Seal::head).unwrap_or_default();
    let heads = vec![KeptHead {
        handbook: None,
        head,
    }];
    journal::lines_again(from, &loaded, &mut |line| target.write(line))?;
    Ok((loaded.ledger, heads))
}
