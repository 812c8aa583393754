//! `bonded demo`: an IC chain from import to closure.

use std::path::Path;
use std::time::Duration;

use bonded_ledger::{Chains, Entry, Ledger, Statement};
use bonded_store::Together;
use serde::Serialize;

use super::units::Units;
use super::{chain, statement_table};
use crate::args::{Demo, Format};
use crate::console::Console;
use crate::database::Address;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::counted;

/// The journal of the worked example.
pub(super) const JOURNAL: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../seeds/ic-chain/journal.jsonl"
));

#[derive(Serialize)]
struct Shown {
    chains: Chains,
    statement: Statement,
}

pub(crate) fn demo(args: &Demo, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = posted(args.keep.as_deref())?;
    let (chains, statement) = (ledger.chains(), ledger.statement());
    if args.format == Format::Json {
        serde_json::to_writer(&mut *console.out, &Shown { chains, statement })?;
        writeln!(console.out)?;
        return Ok(Outcome::Yes);
    }
    writeln!(
        console.out,
        "An IC chain (集成电路全产业链): {} of {}, read from an SQLite file.",
        counted(statement.handbooks.len() as u64, "handbook", "handbooks"),
        counted(statement.entries, "entry", "entries"),
    )?;
    writeln!(console.out)?;
    chain::write(&chains, console)?;
    let roles = statement_table::roles(&ledger);
    let units = Units::new();
    for book in &statement.handbooks {
        writeln!(console.out)?;
        statement_table::handbook(book, roles.get(&book.handbook).copied(), &units, console)?;
    }
    let rows = || statement.handbooks.iter().flat_map(|it| &it.materials);
    let settled = rows()
        .filter(|it| it.remaining.is_zero() && it.scrap.is_zero())
        .count();
    writeln!(console.out)?;
    writeln!(
        console.out,
        "{settled} of {} materials end at exactly 0, and so does their scrap (边角料).",
        rows().count()
    )?;
    if let Some(path) = &args.keep {
        let path = path.display();
        writeln!(
            console.out,
            "It is in {path}: try `bonded check {path}`, `bonded verify {path}`, or SQL."
        )?;
    }
    Ok(Outcome::Yes)
}

/// The embedded journal, posted to a database file; what is said is read from the file.
fn posted(keep: Option<&Path>) -> Result<Ledger, Error> {
    let entries = JOURNAL.lines().enumerate().map(|(at, line)| {
        let failed = |it| Error::bug(format!("line {} of the demo: {it}", at + 1));
        Entry::from_json(line).map_err(failed)
    });
    let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
    let folder = tempfile::tempdir()?;
    let path = match keep {
        Some(path) if path.exists() => {
            let advice = "name a file that is not there yet; nothing was changed";
            return Err(Error::file(path, "there is such a file already", advice));
        }
        Some(path) if matches!(Address::of(path), Some(Address::Sqlite(_))) => path.to_owned(),
        Some(path) => {
            let advice = "expected a name ending in .db, .sqlite or .sqlite3; nothing was changed";
            return Err(Error::file(
                path,
                "this is no name of a database file",
                advice,
            ));
        }
        None => folder.path().join("demo.db"),
    };
    let address = Address::Sqlite(path);
    let failed = |it| address.failed(it);
    let mut books = address.open_to_post(Duration::ZERO)?;
    let answers = books.post(&entries, Together::Whole).map_err(failed)?;
    if let Some(refusal) = answers.answers.into_iter().find_map(Result::err) {
        return Err(Error::bug(format!("the demo is refused: {refusal}")));
    }
    books.settle().map_err(failed)?;
    drop(books);
    Ok(address.open()?.into_ledger())
}
