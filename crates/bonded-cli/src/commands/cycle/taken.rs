//! `bonded cycle taken`: what goods really took, by consumption list.

use bonded_ledger::ConsumptionList;
use serde::Serialize;

use super::books;
use crate::args::{self, RowsFormat};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone, grouped};

#[derive(Serialize)]
struct Taken {
    consumption_lists: Vec<ConsumptionList>,
}

pub(crate) fn taken(args: &args::CycleTaken, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let mut found = Vec::new();
    for book in books(&ledger, args.handbook)? {
        found.extend(ledger.consumption_lists(Some(book)));
    }
    match args.format {
        RowsFormat::Json => {
            let taken = Taken {
                consumption_lists: found,
            };
            serde_json::to_writer(&mut *console.out, &taken)?;
            writeln!(console.out)?;
        }
        RowsFormat::Csv => csv(&found, console)?,
        RowsFormat::Table if found.is_empty() => {
            writeln!(console.out, "no consumption list (耗料清单)")?;
        }
        RowsFormat::Table => table(&found, console)?,
    }
    Ok(Outcome::Yes)
}

/// Whether it counts.
fn state(list: &ConsumptionList) -> String {
    match list.withdrawn {
        None => "counts".into(),
        Some(day) => format!("withdrawn {day}"),
    }
}

fn table(found: &[ConsumptionList], console: &mut Console<'_>) -> Result<(), Error> {
    let mut table = Table::new(&[
        Column::new("account book", "账册", Align::Code),
        Column::new("cycle", "周期", Align::Right),
        Column::new("consumption list", "耗料清单", Align::Left),
        Column::new("from", "自", Align::Code),
        Column::new("state", "状态", Align::Left),
        Column::new("material", "料件", Align::Right),
        Column::new("net", "净耗", Align::Right),
        Column::new("scrap", "边角料", Align::Right),
    ]);
    for list in found {
        let head = [
            list.handbook.to_string(),
            list.cycle.to_string(),
            list.number.clone(),
            list.date.to_string(),
            state(list),
        ];
        for (at, row) in list.materials.iter().enumerate() {
            // Its name stands once.
            let head = head
                .clone()
                .map(|it| if at == 0 { it } else { String::new() });
            let figures = [
                row.seq.to_string(),
                grouped(row.net.total()),
                grouped(row.scrap.total()),
            ];
            table.row(head.into_iter().chain(figures));
            if at == 0 && list.withdrawn.is_some() {
                table.tone(4, Tone::Faint);
            }
        }
        table.across(format!("      of {}", list.lists.join(", ")));
    }
    table.write(console.out, console.paint)?;
    Ok(())
}

fn csv(found: &[ConsumptionList], console: &mut Console<'_>) -> Result<(), Error> {
    let mut csv = Csv::new(console.out);
    csv.record([
        "handbook",
        "cycle",
        "number",
        "date",
        "withdrawn",
        "lists",
        "material",
        "net",
        "scrap",
    ])?;
    for list in found {
        for row in &list.materials {
            csv.record([
                list.handbook.to_string(),
                list.cycle.to_string(),
                list.number.clone(),
                list.date.to_string(),
                list.withdrawn.map(|it| it.to_string()).unwrap_or_default(),
                list.lists.join(" "),
                row.seq.to_string(),
                row.net.to_string(),
                row.scrap.to_string(),
            ])?;
        }
    }
    Ok(())
}
