//! `bonded tax deadlines`: everything that is due. A line whose day is not known is a finding, as is one
//! that is overdue.

use bonded_ledger::Date;
use bonded_tax::{Deadline, TaxError, calendar};
use serde::Serialize;

use super::{explained, inputs};
use crate::args::{CalendarFormat, TaxDeadlines};
use crate::commands::told::lines;
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
    let finding = |it: &Deadline| it.overdue || it.due.is_none();
    let found = deadlines.deadlines.iter().any(finding);
    match args.format {
        CalendarFormat::Json => {
            serde_json::to_writer(&mut *console.out, &deadlines)?;
            writeln!(console.out)?;
        }
        CalendarFormat::Ics => {
            for (it, missing) in without_a_day(&deadlines.deadlines) {
                console.warn(format_args!(
                    "{}: {} is not in the calendar: {}: {missing}",
                    it.handbook,
                    it.kind,
                    missing.code()
                ));
            }
            write!(console.out, "{}", calendar(&deadlines.deadlines, on))?;
        }
        CalendarFormat::Csv => {
            let mut csv = Csv::new(console.out);
            csv.record([
                "due", "handbook", "kind", "list", "what", "overdue", "missing",
            ])?;
            for it in &deadlines.deadlines {
                csv.record([
                    it.due.map(|it| it.to_string()).unwrap_or_default(),
                    it.handbook.to_string(),
                    it.kind.to_owned(),
                    it.list.clone().unwrap_or_default(),
                    it.what.clone(),
                    it.overdue.to_string(),
                    it.missing
                        .as_ref()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                ])?;
            }
        }
        CalendarFormat::Table => write(&deadlines, args.explain, console)?,
    }
    Ok(Outcome::of(!found))
}

/// Those whose day is not known, and why.
fn without_a_day(deadlines: &[Deadline]) -> impl Iterator<Item = (&Deadline, &TaxError)> {
    deadlines
        .iter()
        .filter_map(|it| Some((it, it.missing.as_ref()?)))
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
        let unknown = || "?".to_owned();
        let days = it.due.map(|due| (due - deadlines.on).num_days());
        table.row([
            it.due.map_or_else(unknown, |it| it.to_string()),
            days.map_or_else(unknown, |it| it.to_string()),
            it.handbook.to_string(),
            it.what.clone(),
        ]);
        if it.overdue {
            table.tone(3, Tone::Bad);
            table.tone(2, Tone::Bad);
        }
        if it.due.is_none() {
            table.tone(3, Tone::Doubtful);
        }
    }
    table.write(console.out, console.paint)?;
    for (it, missing) in without_a_day(&deadlines.deadlines) {
        let text = format!(
            "{}: {}: {}: {missing}",
            it.handbook,
            it.kind,
            missing.code()
        );
        lines("  ? ", &text, Some(Tone::Faint), console)?;
    }
    if explain {
        writeln!(console.out)?;
        explained::write(deadlines, console)?;
    }
    Ok(())
}
