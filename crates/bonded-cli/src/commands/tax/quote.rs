//! `bonded tax quote`: the ways out of a handbook, side by side.

use bonded_ledger::{HandbookNo, Status};
use bonded_tax::{Books, Inputs, Quote, WayOut};
use serde::Serialize;

use super::{explained, inputs};
use crate::args::{RowsFormat, TaxQuote};
use crate::commands::told::lines;
use crate::commands::units::Units;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone, grouped};

#[derive(Serialize)]
struct Quotes {
    quotes: Vec<Quote>,
    /// Rows of the files that name what is not in the ledger.
    unmatched: Vec<inputs::Unmatched>,
}

pub(crate) fn quote(args: &TaxQuote, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let inputs::Read {
        books,
        inputs,
        unmatched,
    } = inputs::read(&args.of, console)?;
    let on = args.on.unwrap_or(console.today);
    let numbers = match args.of.handbook {
        Some(only) => vec![only],
        None => open(&books),
    };
    let each = |it: HandbookNo, inputs: &Inputs| bonded_tax::quote(&books, inputs, it, on);
    let quotes = inputs::all(numbers.into_iter().map(|it| each(it, &inputs)), console)?;
    let quotes = Quotes { quotes, unmatched };
    match args.format {
        RowsFormat::Json => {
            serde_json::to_writer(&mut *console.out, &quotes)?;
            writeln!(console.out)?;
        }
        RowsFormat::Csv => csv(&quotes, console)?,
        RowsFormat::Table => {
            if quotes.quotes.is_empty() {
                writeln!(console.out, "no open handbook, nothing to quote")?;
            }
            for (at, it) in quotes.quotes.iter().enumerate() {
                if at > 0 {
                    writeln!(console.out)?;
                }
                one(it, args.explain, console)?;
            }
        }
    }
    Ok(Outcome::Yes)
}

fn open(books: &Books) -> Vec<HandbookNo> {
    let statement = books.ledger().statement();
    let open = statement.handbooks.into_iter();
    open.filter(|it| it.status == Status::Open)
        .map(|it| it.handbook)
        .collect()
}

fn one(quote: &Quote, explain: bool, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let title = paint.tone(Tone::Title, quote.handbook.to_string());
    if quote.materials.is_empty() {
        writeln!(console.out, "{title} · nothing remains")?;
        return Ok(());
    }
    writeln!(console.out, "{title} · as if done on {}", quote.on)?;
    let units = Units::new();
    for row in &quote.materials {
        writeln!(
            console.out,
            "  {} {}: {} {} {}",
            row.material,
            row.name,
            grouped(row.remaining),
            units.short(row.unit.as_str()),
            match row.remaining < bonded_ledger::Total::ZERO {
                true => "too many have left",
                false => "remain",
            }
        )?;
        ways(&row.ways, console)?;
    }
    if let Some(together) = &quote.together {
        writeln!(console.out, "  all that remains, on one list")?;
        ways(std::slice::from_ref(together), console)?;
    }
    if explain {
        writeln!(console.out)?;
        explained::write(quote, console)?;
    }
    Ok(())
}

fn ways(ways: &[WayOut], console: &mut Console<'_>) -> Result<(), Error> {
    table(ways).write(console.out, console.paint)?;
    for way in ways {
        for step in &way.because {
            lines(
                &format!("      {}: ", way.way),
                &step.text,
                Some(Tone::Faint),
                console,
            )?;
        }
        if let Some(missing) = &way.missing {
            lines(
                &format!("      {}: ", missing.code()),
                &missing.to_string(),
                Some(Tone::Bad),
                console,
            )?;
        }
    }
    Ok(())
}

fn cost(way: &WayOut) -> String {
    match (&way.cost, way.possible) {
        (Some(cost), true) => grouped(cost.value),
        (_, false) => "not possible".to_owned(),
        (None, true) => "not known".to_owned(),
    }
}

fn table(ways: &[WayOut]) -> Table {
    let mut table = Table::new(&[
        Column::new("way out", "处置", Align::Code),
        Column::new("mode", "监管方式", Align::Code),
        Column::new("duty", "关税", Align::Right),
        Column::new("VAT", "增值税", Align::Right),
        Column::new("interest", "缓税利息", Align::Right),
        Column::new("to customs, CNY", "合计", Align::Right),
        Column::new("licence", "许可证件", Align::Code),
    ])
    .indented("    ");
    for way in ways {
        let words = match way.way {
            "sell" => "sell 内销",
            "carry_over" => "carry over 余料结转",
            "re_export" => "re-export 复出",
            "destroy" => "destroy 销毁",
            _ => "pay afterwards 补税",
        };
        let sale = way.sale.as_deref();
        let part = |of: fn(&bonded_tax::SaleTax) -> bonded_tax::Fen| {
            sale.map_or_else(|| "-".to_owned(), |it| grouped(of(it)))
        };
        table.row([
            words.to_owned(),
            way.mode.to_owned(),
            part(|it| it.goods.iter().map(|it| it.levies.duty.value).sum()),
            part(|it| it.goods.iter().map(|it| it.levies.vat.value).sum()),
            part(|it| it.interest.value),
            cost(way),
            sale.map_or_else(|| "-".to_owned(), |it| it.licence.value.as_str().to_owned()),
        ]);
    }
    table
}

fn csv(quotes: &Quotes, console: &mut Console<'_>) -> Result<(), Error> {
    let mut csv = Csv::new(console.out);
    csv.record([
        "handbook",
        "on",
        "material",
        "name",
        "unit",
        "remaining",
        "way",
        "mode",
        "possible",
        "cost",
        "missing",
    ])?;
    for quote in &quotes.quotes {
        let mut record = |goods: [String; 4], way: &WayOut| {
            let head = [quote.handbook.to_string(), quote.on.to_string()];
            let cost = way.cost.as_ref().map(|it| it.value.to_string());
            let missing = way.missing.as_ref().map(ToString::to_string);
            let told = [
                way.way.to_owned(),
                way.mode.to_owned(),
                way.possible.to_string(),
                cost.unwrap_or_default(),
                missing.unwrap_or_default(),
            ];
            csv.record(head.into_iter().chain(goods).chain(told))
        };
        for row in &quote.materials {
            let goods = [
                row.material.to_string(),
                row.name.clone(),
                row.unit.to_string(),
                row.remaining.to_string(),
            ];
            for way in &row.ways {
                record(goods.clone(), way)?;
            }
        }
        // All of them on one list: of no one material.
        if let Some(together) = &quote.together {
            record(Default::default(), together)?;
        }
    }
    Ok(())
}
