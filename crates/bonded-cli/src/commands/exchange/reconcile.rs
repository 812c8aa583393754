//! `bonded exchange reconcile`: what customs has, beside what is here.

use bonded_exchange::Message;
use bonded_exchange::receipts::{Books, Names};
use bonded_exchange::reconcile::{self, Reconciliation};
use serde::Serialize;

use super::shelf::Shelf;
use super::source::read_message;
use super::told;
use crate::args::{ExchangeReconcile, Format};
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Table, Tone, counted};

#[derive(Serialize)]
struct Reconciled<'a> {
    reconciliations: &'a [Reconciliation],
}

pub(crate) fn reconcile(
    args: &ExchangeReconcile,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    let shelf = Shelf::read(&args.ledger, console)?;
    let names = Names::default();
    let books = Books::new(shelf.ledger(), &shelf.on_file, &names);
    let mut told = Vec::new();
    let mut lists: Vec<Message> = Vec::new();
    for path in &args.files {
        let message = read_message(path)?;
        match message.code().unwrap_or_default().get(..3) {
            Some("EML" | "EMS") => told.push(reconcile::book(&message, &books, console.today)),
            _ => lists.push(message),
        }
    }
    if !lists.is_empty() {
        told.push(reconcile::lists(&lists, &books, None));
    }
    let equal = told.iter().all(Reconciliation::is_equal);
    match args.format {
        Format::Json => {
            let reconciliations = &told;
            serde_json::to_writer(&mut *console.out, &Reconciled { reconciliations })?;
            writeln!(console.out)?;
        }
        Format::Table => {
            for it in &told {
                table(it, console)?;
            }
        }
    }
    Ok(Outcome::of(equal))
}

fn table(told: &Reconciliation, console: &mut Console<'_>) -> Result<(), Error> {
    let of = match told.handbook {
        Some(number) => number.to_string(),
        None => "lists (核注清单)".to_owned(),
    };
    told::tell(&of, &told.problems, console);
    for note in &told.notes {
        console.note(format_args!("{of}: {note}"));
    }
    if told.is_equal() {
        let equal = console.paint.tone(Tone::Good, "nothing differs");
        writeln!(console.out, "{of}: {equal}")?;
        return Ok(());
    }
    let found = counted(told.differences.len() as u64, "difference", "differences");
    writeln!(console.out, "{of}: {found}")?;
    let columns = [
        Column::new("of", "对象", Align::Left),
        Column::new("field", "字段", Align::Left),
        Column::new("ours", "本方", Align::Left),
        Column::new("customs'", "海关", Align::Left),
        Column::new("likely right", "较可信", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for it in &told.differences {
        let told = |it: &Option<String>| it.clone().unwrap_or_else(|| "–".to_owned());
        table.row([
            it.subject.to_string(),
            it.field.to_owned(),
            told(&it.ours),
            told(&it.customs),
            it.likely.as_str().to_owned(),
        ]);
    }
    table.write(console.out, console.paint)?;
    if !told.entries.is_empty() {
        writeln!(
            console.out,
            "\nThese entries make equal what customs has right (post them with `bonded post`):"
        )?;
        for entry in &told.entries {
            writeln!(console.out, "{}", entry.line())?;
        }
    }
    Ok(())
}
