//! `bonded cycle plan`: by when.

use bonded_ledger::CyclePlan;
use serde::Serialize;

use super::open_books;
use crate::args::{self, Format};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Table, Tone};

#[derive(Serialize)]
struct Planned {
    plans: Vec<CyclePlan>,
}

pub(crate) fn plan(args: &args::CyclePlan, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let on = args.on.unwrap_or(console.today);
    let mut planned = Planned { plans: Vec::new() };
    let mut later = None;
    for book in open_books(&ledger, args.handbook)? {
        let current = ledger.cycles(book).and_then(|mut it| it.pop());
        if let (Some(end), Some(cycle)) = (args.end, current.filter(|it| it.to.is_none()))
            && end < cycle.from
        {
            let error = Error::before_the_cycle(end, book, cycle.from);
            if args.handbook.is_some() {
                return Err(error);
            }
            console.warn(format_args!("{error}"));
            later = later.or(Some(error));
            continue;
        }
        planned.plans.extend(ledger.cycle_plan(book, on, args.end));
    }
    // Not one of them could end then.
    if let Some(error) = later.filter(|_| planned.plans.is_empty()) {
        return Err(error);
    }
    let mut due = planned.plans.iter().flat_map(|it| &it.due);
    let in_time = due.all(|it| it.days_left >= 0);
    if args.format == Format::Json {
        serde_json::to_writer(&mut *console.out, &planned)?;
        writeln!(console.out)?;
        return Ok(Outcome::of(in_time));
    }
    for (at, plan) in planned.plans.iter().enumerate() {
        if at > 0 {
            writeln!(console.out)?;
        }
        let number = console.paint.tone(Tone::Title, plan.handbook.to_string());
        let until = match plan.reported {
            Some(end) => format!("reported to {end}, customs decides"),
            None => format!("ends by {}, reported by {}", plan.ends_by, plan.report_by),
        };
        writeln!(
            console.out,
            "{number} · cycle {} from {} · {until}",
            plan.cycle, plan.from
        )?;
        let mut table = Table::new(&[
            Column::new("by", "期限", Align::Code),
            Column::new("days", "天", Align::Right),
            Column::new("what", "事项", Align::Left),
        ]);
        for due in &plan.due {
            table.row([
                due.by.to_string(),
                due.days_left.to_string(),
                due.what.clone(),
            ]);
            if due.days_left < 0 {
                table.tone(1, Tone::Bad);
            }
        }
        if !table.is_empty() {
            table.write(console.out, console.paint)?;
        }
    }
    if planned.plans.is_empty() {
        writeln!(console.out, "no account book is open here")?;
    }
    Ok(Outcome::of(in_time))
}
