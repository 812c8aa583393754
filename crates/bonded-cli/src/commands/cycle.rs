//! `bonded cycle`: what a count means, what is due, and all cycles side by side.

use bonded_ledger::{
    Band, CycleCheck, CycleMaterial, CyclePlan, HandbookNo, HandbookStatement, Ledger, MaterialRow,
    Total,
};
use serde::Serialize;

use super::known_handbook;
use super::told::{Telling, grouped_by_rule};
use super::units::Units;
use crate::args::{self, Format, RowsFormat};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone, counted, grouped};

/// The account books that are asked for.
fn books(ledger: &Ledger, asked: Option<HandbookNo>) -> Result<Vec<HandbookNo>, Error> {
    match known_handbook(ledger, asked)? {
        Some(number) if number.is_account_book() => Ok(vec![number]),
        Some(number) => {
            let mut books = ledger.handbooks().into_iter();
            let nearest = books.find(HandbookNo::is_account_book);
            Err(Error::unknown(
                "account book",
                number.as_str(),
                nearest.map(|it| it.to_string()),
            ))
        }
        None => {
            let books = ledger.handbooks().into_iter();
            Ok(books.filter(HandbookNo::is_account_book).collect())
        }
    }
}

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
    for book in books(&ledger, args.handbook)? {
        let end = args.end.or_else(|| ledger.last_count(book));
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
            Some(end) => format!("{end} does not lie in its current cycle"),
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
    grouped_by_rule(reasons, "", Tone::Bad, console)
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
    let basis = format!("opening and imports {}", grouped(row.basis));
    let settle = match row.open {
        it if it > Total::ZERO => format!("add {} (核增)", grouped(it)),
        it if it < Total::ZERO => format!("sell {} with tax (内销补税)", grouped(it.abs())),
        _ if row.difference.is_none_or(|it| it.is_zero()) => return None,
        _ => "settled".into(),
    };
    let note = match row.judged {
        Band::Over | Band::Short => ", with the reason",
        _ => "",
    };
    Some(format!("{settle}{note} · {basis}"))
}

#[derive(Serialize)]
struct Planned {
    plans: Vec<CyclePlan>,
}

pub(crate) fn plan(args: &args::CyclePlan, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let on = args.on.unwrap_or(console.today);
    let plans = books(&ledger, args.handbook)?.into_iter();
    let plans = plans.filter_map(|it| ledger.cycle_plan(it, on, args.end));
    let planned = Planned {
        plans: plans.collect(),
    };
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
