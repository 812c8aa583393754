//! `bonded tax guarantee`: what stands behind a book.

use bonded_tax::{GuaranteeView, Need};
use serde::Serialize;

use super::{explained, inputs};
use crate::args::{RowsFormat, TaxGuarantee};
use crate::commands::told::lines;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone, grouped};

#[derive(Serialize)]
struct Guarantees {
    guarantees: Vec<GuaranteeView>,
    /// Rows of the files that name what is not in the ledger.
    unmatched: Vec<inputs::Unmatched>,
}

pub(crate) fn guarantee(args: &TaxGuarantee, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let inputs::Read {
        books,
        inputs,
        unmatched,
    } = inputs::read(&args.of, console)?;
    let on = args.on.unwrap_or(console.today);
    let numbers = match args.of.handbook {
        Some(only) => vec![only],
        None => books.ledger().handbooks(),
    };
    let each = numbers
        .into_iter()
        .map(|it| bonded_tax::guarantee(&books, &inputs, it, on));
    let guarantees = Guarantees {
        guarantees: inputs::all(each, console)?,
        unmatched,
    };
    match args.format {
        RowsFormat::Json => {
            serde_json::to_writer(&mut *console.out, &guarantees)?;
            writeln!(console.out)?;
        }
        RowsFormat::Csv => {
            let mut csv = Csv::new(console.out);
            csv.record([
                "handbook",
                "need",
                "amount",
                "until",
                "on_file",
                "on_file_until",
                "lasts",
                "missing",
            ])?;
            for it in &guarantees.guarantees {
                let missing = it.missing.as_ref().map(ToString::to_string);
                csv.record(row(it).into_iter().chain([missing.unwrap_or_default()]))?;
            }
        }
        RowsFormat::Table => write(&guarantees, args.explain, console)?,
    }
    Ok(Outcome::Yes)
}

fn row(it: &GuaranteeView) -> [String; 7] {
    let on_file = it.on_file.as_ref();
    [
        it.handbook.to_string(),
        it.need.value.as_str().to_owned(),
        it.amount
            .as_ref()
            .map(|it| it.value.to_string())
            .unwrap_or_default(),
        it.until.value.to_string(),
        on_file
            .map(|it| format!("{} {}", it.amount, it.currency))
            .unwrap_or_default(),
        on_file
            .map(|it| it.valid_until.to_string())
            .unwrap_or_default(),
        it.lasts.map(|it| it.to_string()).unwrap_or_default(),
    ]
}

fn write(all: &Guarantees, explain: bool, console: &mut Console<'_>) -> Result<(), Error> {
    let mut table = Table::new(&[
        Column::new("handbook", "手册", Align::Code),
        Column::new("guarantee", "担保", Align::Code),
        Column::new("at most, CNY", "最高金额", Align::Right),
        Column::new("until", "有效期", Align::Code),
        Column::new("on file", "已有", Align::Right),
        Column::new("until", "有效期", Align::Code),
        Column::new("lasts", "足期", Align::Code),
    ]);
    for it in &all.guarantees {
        let mut cells = row(it);
        cells[2] = match cells[2].as_str() {
            "" => "not known".to_owned(),
            amount => grouped(amount),
        };
        table.row(cells);
        let tone = match it.need.value {
            Need::None => Tone::Good,
            Need::MayBeAsked => Tone::Doubtful,
            Need::Required => Tone::Bad,
        };
        table.tone(5, tone);
    }
    table.write(console.out, console.paint)?;
    for it in &all.guarantees {
        for step in &it.need.because {
            lines(&format!("  {}: ", it.handbook), &step.text, None, console)?;
        }
        if let Some(missing) = &it.missing {
            let first = format!("  {}: {}: ", it.handbook, missing.code());
            lines(&first, &missing.to_string(), Some(Tone::Faint), console)?;
        }
    }
    if explain {
        writeln!(console.out)?;
        explained::write(all, console)?;
    }
    Ok(())
}
