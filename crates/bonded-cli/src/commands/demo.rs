//! `bonded demo`: an IC chain from import to closure.

use bonded_ledger::{Chains, Entry, Ledger, Statement};
use serde::Serialize;

use super::units::Units;
use super::{chain, statement_table};
use crate::args::{Demo, Format};
use crate::console::Console;
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
    let ledger = posted()?;
    let (chains, statement) = (ledger.chains(), ledger.statement());
    if args.format == Format::Json {
        serde_json::to_writer(&mut *console.out, &Shown { chains, statement })?;
        writeln!(console.out)?;
        return Ok(Outcome::Yes);
    }
    writeln!(
        console.out,
        "An IC chain (集成电路全产业链): {} of {}, posted in memory (seeds/ic-chain).",
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
    Ok(Outcome::Yes)
}

/// The embedded journal, posted.
fn posted() -> Result<Ledger, Error> {
    let mut ledger = Ledger::new();
    for (at, line) in JOURNAL.lines().enumerate() {
        let failed =
            |it: &dyn std::fmt::Display| Error::bug(format!("line {} of the demo: {it}", at + 1));
        let entry = Entry::from_json(line).map_err(|it| failed(&it))?;
        ledger.replay(&entry).map_err(|it| failed(&it))?;
    }
    Ok(ledger)
}
