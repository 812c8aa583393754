//! `bonded cycle show`: all cycles side by side.

use bonded_ledger::{HandbookNo, HandbookStatement, MaterialRow, Total};
use serde::Serialize;

use super::books;
use crate::args::{self, RowsFormat};
use crate::commands::units::Units;
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone, counted, grouped};

/// A book and its cycles, as `statement` tells each.
#[derive(Serialize)]
struct Shown {
    handbook: HandbookNo,
    cycles: Vec<HandbookStatement>,
}

#[derive(Serialize)]
struct AllShown {
    books: Vec<Shown>,
}

pub(crate) fn show(args: &args::CycleShow, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let books = books(&ledger, args.handbook)?.into_iter().map(|handbook| {
        let count = ledger.cycles(handbook).map_or(0, |it| it.len() as u32);
        let of = |cycle| {
            ledger
                .statement_in(Some(handbook), None, Some(cycle))
                .handbooks
        };
        Shown {
            handbook,
            cycles: (1..=count).flat_map(of).collect(),
        }
    });
    let shown = AllShown {
        books: books.collect(),
    };
    match args.format {
        RowsFormat::Json => {
            serde_json::to_writer(&mut *console.out, &shown)?;
            writeln!(console.out)?;
        }
        RowsFormat::Csv => csv(&shown, console)?,
        RowsFormat::Table => {
            for (at, book) in shown.books.iter().enumerate() {
                if at > 0 {
                    writeln!(console.out)?;
                }
                side_by_side(book, console)?;
            }
            if shown.books.is_empty() {
                writeln!(console.out, "no account book is open here")?;
            }
        }
    }
    Ok(Outcome::Yes)
}

/// A column: its name in both languages, and where it comes from.
type Figure = (&'static str, &'static str, fn(&MaterialRow) -> Total);

/// What a cycle made of a material: one row of the table and of CSV.
const FIGURES: [Figure; 8] = [
    ("opening", "期初", |it| it.opening),
    ("in", "进", |it| it.total_in() - it.opening - it.adjusted),
    ("adjusted", "核增减", |it| it.adjusted),
    ("consumed", "耗用", |it| it.consumed),
    ("other out", "其他出", |it| it.total_out() - it.consumed),
    ("remaining", "剩余", |it| it.remaining),
    ("scrap", "边角料", |it| it.scrap),
    ("counted", "实盘", |it| it.counted.unwrap_or_default()),
];

fn days(book: &HandbookStatement) -> (String, String, &'static str) {
    let cycle = book.cycle.as_ref();
    let text = |day: Option<bonded_ledger::Date>| day.map_or_else(String::new, |it| it.to_string());
    (
        text(cycle.map(|it| it.from)),
        text(cycle.and_then(|it| it.to)),
        cycle.map_or("", |it| it.state),
    )
}

fn side_by_side(book: &Shown, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let number = paint.tone(Tone::Title, book.handbook.to_string());
    let count = counted(book.cycles.len() as u64, "cycle", "cycles");
    writeln!(console.out, "{number} · {count}")?;
    let last = book.cycles.last().and_then(|it| it.cycle.as_ref());
    if let Some((end, _)) =
        last.and_then(|it| Some((it.to?, (it.state == "reported").then_some(())?)))
    {
        writeln!(
            console.out,
            "  what is booked after {end} counts in the next cycle, which opens on acceptance"
        )?;
    }
    let mut columns = vec![
        Column::new("cycle", "周期", Align::Right),
        Column::new("from", "自", Align::Code),
        Column::new("to", "至", Align::Code),
        Column::new("state", "状态", Align::Code),
    ];
    columns.extend(FIGURES.map(|(name, chinese, _)| Column::new(name, chinese, Align::Right)));
    let units = Units::new();
    let last = book.cycles.last().into_iter().flat_map(|it| &it.materials);
    for material in last {
        writeln!(
            console.out,
            "\n  material {} {} {}, {}",
            material.seq,
            material.code,
            material.name,
            units.name(material.unit)
        )?;
        let mut table = Table::new(&columns);
        for (at, cycle) in book.cycles.iter().enumerate() {
            let row = cycle.materials.iter().find(|it| it.seq == material.seq);
            let Some(row) = row else { continue };
            let (from, to, state) = days(cycle);
            let head = [(at + 1).to_string(), from, to, state.to_owned()];
            let figures = FIGURES.map(|(name, _, of)| match (name, row.counted) {
                ("counted", None) => "-".to_owned(),
                _ => grouped(of(row)),
            });
            table.row(head.into_iter().chain(figures));
        }
        for name in ["adjusted", "other out", "scrap", "counted"] {
            table.drop_empty(name);
        }
        table.write(console.out, paint)?;
    }
    Ok(())
}

fn csv(shown: &AllShown, console: &mut Console<'_>) -> Result<(), Error> {
    let mut csv = Csv::new(console.out);
    let head = [
        "handbook", "cycle", "from", "to", "state", "material", "code", "name", "unit",
    ];
    let names = FIGURES.map(|(name, _, _)| name.replace(' ', "_"));
    csv.record(head.into_iter().map(str::to_owned).chain(names))?;
    for book in &shown.books {
        for (at, cycle) in book.cycles.iter().enumerate() {
            let (from, to, state) = days(cycle);
            for row in &cycle.materials {
                let head = [
                    book.handbook.to_string(),
                    (at + 1).to_string(),
                    from.clone(),
                    to.clone(),
                    state.to_owned(),
                    row.seq.to_string(),
                    row.code.clone(),
                    row.name.clone(),
                    row.unit.to_string(),
                ];
                let figures = FIGURES.map(|(name, _, of)| match (name, row.counted) {
                    ("counted", None) => String::new(),
                    _ => of(row).to_string(),
                });
                csv.record(head.into_iter().chain(figures))?;
            }
        }
    }
    Ok(())
}
