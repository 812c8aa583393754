//! `bonded lists`: the lists of a ledger.

use bonded_ledger::{ListFilter, ListSummary};
use serde::Serialize;

use super::known_handbook;
use crate::args::{Lists, RowsFormat};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone, WIDTH, dotted};

#[derive(Serialize)]
struct Found<'a> {
    lists: &'a [ListSummary],
}

/// The columns of CSV, which are the fields of JSON.
const FIELDS: [&str; 12] = [
    "number",
    "customs_number",
    "handbook",
    "mode",
    "column",
    "state",
    "declared",
    "booked",
    "lines",
    "reference",
    "counterpart",
    "customs_declaration",
];

pub(crate) fn lists(args: &Lists, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let loaded = journal::load(&args.ledger, console)?;
    let found = loaded.ledger.lists(&ListFilter {
        handbook: known_handbook(&loaded.ledger, args.handbook)?,
        state: args.state.map(Into::into),
        reference: args.reference.as_deref(),
    });
    match args.format {
        RowsFormat::Json => {
            serde_json::to_writer(&mut *console.out, &Found { lists: &found })?;
            writeln!(console.out)?;
        }
        RowsFormat::Csv => {
            let mut csv = Csv::new(console.out);
            csv.record(FIELDS)?;
            for it in &found {
                csv.record(fields(it))?;
            }
        }
        RowsFormat::Table => table(&found, console)?,
    }
    Ok(Outcome::Yes)
}

fn fields(it: &ListSummary) -> [String; 12] {
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    [
        it.number.clone(),
        text(&it.customs_number),
        it.handbook.to_string(),
        it.mode.to_string(),
        it.column.to_owned(),
        it.state.to_owned(),
        it.declared.map(|it| it.to_string()).unwrap_or_default(),
        it.booked.map(|it| it.to_string()).unwrap_or_default(),
        it.lines.to_string(),
        text(&it.reference),
        it.counterpart.map(|it| it.to_string()).unwrap_or_default(),
        text(&it.customs_declaration),
    ]
}

fn table(found: &[ListSummary], console: &mut Console<'_>) -> Result<(), Error> {
    if found.is_empty() {
        writeln!(console.out, "no list")?;
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::new("list", "清单", Align::Code),
        Column::new("handbook", "手册", Align::Code),
        Column::new("mode", "监管", Align::Code),
        Column::new("column", "", Align::Left),
        Column::new("state", "状态", Align::Code),
        Column::new("declared", "申报", Align::Code),
        Column::new("booked", "核扣", Align::Code),
        Column::new("lines", "行", Align::Right),
    ]);
    for it in found {
        let [
            number,
            customs,
            handbook,
            mode,
            column,
            state,
            declared,
            booked,
            lines,
            reference,
            other,
            declaration,
        ] = fields(it);
        table.row([
            &number, &handbook, &mode, &column, &state, &declared, &booked, &lines,
        ]);
        let tone = match it.state {
            "booked" => Tone::Good,
            "pending" => Tone::Doubtful,
            _ => Tone::Faint,
        };
        table.tone(3, tone);
        let way = if it.column.ends_with("_in") {
            "from"
        } else {
            "to"
        };
        let more = [
            (way, other),
            (
                "also",
                if customs == number {
                    String::new()
                } else {
                    customs
                },
            ),
            ("reference", reference),
            ("declaration", declaration),
        ];
        let more = more.into_iter().filter(|(_, it)| !it.is_empty());
        let more: Vec<String> = more.map(|(label, it)| format!("{label} {it}")).collect();
        for line in dotted("      ", &more, WIDTH) {
            table.across(line);
        }
    }
    table.drop_empty("booked");
    table.write(console.out, console.paint)?;
    Ok(())
}
