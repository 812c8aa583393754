//! `bonded exchange import`: messages and workbooks into entries.

use std::time::Duration;

use super::intake::{Fate, Intake};
use super::shelf::Shelf;
use super::source::Told;
use crate::args::ExchangeImport;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;

pub(crate) fn import(args: &ExchangeImport, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let shelf = match &args.ledger {
        None => Shelf::empty(),
        Some(path) if args.dry_run => Shelf::read_if_there(path, console)?,
        Some(path) => Shelf::open(path, Duration::from_secs(args.wait), console)?,
    };
    let prints = args.ledger.is_none();
    let told = Told::of(&args.told, console.today);
    let mut intake = Intake::new(shelf, told)
        .complete(args.complete)
        .printing(prints);
    let (mut all, mut read) = (true, true);
    intake.all(args.files.clone(), console, &mut |taken, console| {
        all &= matches!(taken.status, Fate::Taken | Fate::Known);
        read &= taken.status != Fate::Unread;
        if prints {
            for line in taken.lines() {
                writeln!(console.out, "{line}")?;
            }
        } else {
            serde_json::to_writer(&mut *console.out, taken)?;
            writeln!(console.out)?;
        }
        for note in &taken.notes {
            console.note(format_args!("{}: {note}", taken.file.display()));
        }
        for warning in taken.warnings() {
            console.warn(format_args!("{}: {warning}", taken.file.display()));
        }
        for reason in taken.reasons().lines() {
            let file = taken.file.display();
            match taken.status {
                Fate::Taken | Fate::Known => console.warn(format_args!("{file}: {reason}")),
                Fate::Waits => console.note(format_args!("{file} waits: {reason}")),
                Fate::Held => console.problem(format_args!("{file}: {reason}")),
                // It names the file itself.
                Fate::Unread => console.problem(reason),
            }
        }
        Ok(())
    })?;
    intake.settle()?;
    match read {
        true => Ok(Outcome::of(all)),
        false => Err(Error::unread_files()),
    }
}
