//! `bonded tax deadlines`: everything that is due.

use bonded_ledger::Date;
use bonded_tax::{Deadline, calendar};
use serde::Serialize;

use super::{explained, inputs};
use crate::args::{CalendarFormat, TaxDeadlines};
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone};

#[derive(Serialize)]
struct Deadlines {
    on: Date,
    deadlines: Vec<Deadline>,
    /// Rows of the files that name what is not in the ledger.
    unmatched: Vec<inputs::Unmatched>,
}

pub(crate) fn deadlines(args: &TaxDeadlines, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let inputs::Read {
        books,
        inputs,
        unmatched,
    } = inputs::read(&args.of, console)?;
    let on = args.on.unwrap_or(console.today);
    let found = bonded_tax::deadlines(&books, &inputs, args.of.handbook, on);
    let deadlines = Deadlines {
        on,
        deadlines: found.map_err(inputs::failed)?,
        unmatched,
    };
    let overdue = deadlines.deadlines.iter().any(|it| it.overdue);
    match args.format {
        CalendarFormat::Json => {
            serde_json::to_writer(&mut *console.out, &deadlines)?;
            writeln!(console.out)?;
        }
        CalendarFormat::Ics => write!(console.out, "{}", calendar(&deadlines.deadlines, on))?,
        CalendarFormat::Csv => {
            let mut csv = Csv::new(console.out);
            csv.record(["due", "handbook", "kind", "list", "what", "overdue"])?;
            for it in &deadlines.deadlines {
                csv.record([
                    it.due.to_string(),
                    it.handbook.to_string(),
                    it.kind.to_owned(),
                    it.list.clone().unwrap_or_default(),
                    it.what.clone(),
                    it.overdue.to_string(),
                ])?;
            }
        }
        CalendarFormat::Table => write(&deadlines, args.explain, console)?,
    }
    Ok(Outcome::of(!overdue))
}

fn write(deadlines: &Deadlines, explain: bool, console: &mut Console<'_>) -> Result<(), Error> {
    if deadlines.deadlines.is_empty() {
        writeln!(console.out, "nothing is due")?;
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::new("due", "期限", Align::Code),
        Column::new("days", "天", Align::Right),
        Column::new("handbook", "手册", Align::Code),
        Column::new("what", "事项", Align::Left),
    ]);
    for it in &deadlines.deadlines {
        let days = (it.due - deadlines.on).num_days();
        table.row([
            it.due.to_string(),
            days.to_string(),
            it.handbook.to_string(),
            it.what.clone(),
        ]);
        if it.overdue {
            table.tone(3, Tone::Bad);
            table.tone(2, Tone::Bad);
        }
    }
    table.write(console.out, console.paint)?;
    if explain {
        writeln!(console.out)?;
        explained::write(deadlines, console)?;
    }
    Ok(())
}
