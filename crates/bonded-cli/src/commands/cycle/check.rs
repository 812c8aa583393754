//! `bonded cycle check`: what a count means.

use bonded_ledger::{Band, CycleCheck, CycleMaterial, HandbookNo, Status};
use serde::Serialize;

use super::open_books;
use crate::args::{self, Format};
use crate::commands::told::{Telling, grouped_by_rule};
use crate::commands::units::Units;
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Table, Tone, counted, grouped};

#[derive(Serialize)]
struct Checked {
    cycles: Vec<CycleCheck>,
    /// Account books that were not counted in their current cycle.
    not_counted: Vec<HandbookNo>,
}

pub(crate) fn check(args: &args::CycleCheck, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let mut checked = Checked {
        cycles: Vec::new(),
        not_counted: Vec::new(),
    };
    for book in open_books(&ledger, args.handbook)? {
        let current = ledger.cycles(book).and_then(|mut it| it.pop());
        let end = args.end.or(current.as_ref().and_then(|it| it.to));
        let end = end.or_else(|| ledger.last_count(book));
        // That a book is closed is told whatever was counted.
        let first = current.filter(|_| ledger.status(book) != Some(Status::Open));
        let end = end.or(first.map(|it| it.from));
        match end.and_then(|end| ledger.cycle_check(book, end)) {
            Some(check) => checked.cycles.push(check),
            None => checked.not_counted.push(book),
        }
    }
    let ready = checked.not_counted.is_empty() && checked.cycles.iter().all(|it| it.ready);
    if args.format == Format::Json {
        serde_json::to_writer(&mut *console.out, &checked)?;
        writeln!(console.out)?;
        return Ok(Outcome::of(ready));
    }
    let mut first = true;
    for check in &checked.cycles {
        if !std::mem::take(&mut first) {
            writeln!(console.out)?;
        }
        write_check(check, console)?;
    }
    for book in &checked.not_counted {
        if !std::mem::take(&mut first) {
            writeln!(console.out)?;
        }
        let why = match args.end {
            Some(end) => {
                let current = ledger.cycles(*book).and_then(|mut it| it.pop());
                let from =
                    current.map_or(String::new(), |it| format!(", which begins on {}", it.from));
                format!("{end} does not lie in its current cycle{from}")
            }
            None => "not counted (盘点) in its current cycle".into(),
        };
        let number = console.paint.tone(Tone::Title, book.to_string());
        writeln!(
            console.out,
            "{number} · {}",
            console.paint.tone(Tone::Bad, why)
        )?;
    }
    if first {
        writeln!(console.out, "no account book is open here")?;
    }
    Ok(Outcome::of(ready))
}

fn write_check(check: &CycleCheck, console: &mut Console<'_>) -> Result<(), Error> {
    let (paint, units) = (console.paint, Units::new());
    let (verdict, tone) = match check.ready {
        true => ("could be reported (可报核)".to_owned(), Tone::Good),
        false => {
            let reasons = counted(check.reasons.len() as u64, "reason", "reasons");
            (format!("cannot be reported: {reasons}"), Tone::Bad)
        }
    };
    writeln!(
        console.out,
        "{} · cycle {} from {} to {} · {}",
        paint.tone(Tone::Title, check.handbook.to_string()),
        check.cycle,
        check.from,
        check.to,
        paint.tone(tone, verdict)
    )?;
    let mut table = Table::new(&[
        Column::new("no", "", Align::Right),
        Column::new("material", "料件", Align::Left),
        Column::new("unit", "单位", Align::Left),
        Column::new("book", "应剩余", Align::Right),
        Column::new("counted", "实际剩余", Align::Right),
        Column::new("difference", "差异", Align::Right),
        Column::new("band ±", "区间", Align::Right),
        Column::new("settled", "已处置", Align::Right),
        Column::new("is", "结论", Align::Left),
    ]);
    for row in &check.materials {
        table.row([
            row.seq.to_string(),
            format!("{} {}", row.code, row.name),
            units.name(row.unit),
            grouped(row.book),
            row.counted.map_or_else(|| "-".into(), grouped),
            row.difference.map_or_else(|| "-".into(), grouped),
            row.allowed.map_or_else(|| "-".into(), grouped),
            grouped(row.adjusted - row.settled_by_lists),
            band_text(row.judged).into(),
        ]);
        let tone = match row.judged {
            Band::Equal => None,
            Band::WithinBand => Some(Tone::Doubtful),
            _ => Some(Tone::Bad),
        };
        if let Some(tone) = tone {
            table.tone(0, tone);
        }
        if let Some(line) = to_do(row) {
            table.across(format!("      {line}"));
        }
    }
    table.drop_empty("settled");
    if !table.is_empty() {
        table.write(console.out, paint)?;
    }
    let reasons = check.reasons.iter();
    let reasons = reasons.map(|it| (Telling::of(it.rule()), it.message()));
    grouped_by_rule(reasons, "", Tone::Bad, console)?;
    let warnings = check.warnings.iter();
    let warnings = warnings.map(|it| (Telling::of(it.rule()), it.message()));
    grouped_by_rule(warnings, "warning: ", Tone::Doubtful, console)
}

fn band_text(band: Band) -> &'static str {
    match band {
        Band::NotCounted => "not counted 未盘",
        Band::Equal => "equal 相符",
        Band::WithinBand => "within band 区间内",
        Band::Over => "over 盘盈",
        Band::Short => "short 盘亏",
    }
}

/// What has to be done, and what it rests on.
fn to_do(row: &CycleMaterial) -> Option<String> {
    let to_do = row.to_do;
    if to_do.is_none() && row.difference.is_none_or(|it| it.is_zero()) {
        return None;
    }
    let steps = [
        (to_do.add, "add", "in the cycle (核增)"),
        (to_do.take_back, "take back", "of what was adjusted"),
        (to_do.sell, "sell", "with tax (内销补税)"),
        (to_do.sold_too_much, "take", "off the lists that settle"),
    ];
    let mut said: Vec<String> = steps
        .iter()
        .filter(|(quantity, ..)| !quantity.is_zero())
        .map(|(quantity, verb, how)| format!("{verb} {} {how}", grouped(*quantity)))
        .collect();
    let outside = matches!(row.judged, Band::Over | Band::Short);
    if said.is_empty() {
        said.push("settled".into());
    }
    if !row.without_note.is_empty() {
        said.push("the reason (note) is missing".into());
    } else if outside {
        said.push("with the reason".into());
    }
    let basis = grouped(row.basis);
    Some(format!("{} · opening and imports {basis}", said.join(", ")))
}
