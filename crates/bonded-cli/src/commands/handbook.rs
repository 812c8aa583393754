//! `bonded handbook import` and `bonded handbook plan`.

use std::path::Path;

use bonded_ledger::{Entry, EntryKind, OpenHandbook};
use serde::Serialize;

use super::files::{each_entry, read};
use super::units::Units;
use crate::args;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::plan::{self, Plan, PlannedMaterial};
use crate::text::{Align, Column, Csv, Table, Tone, grouped};
use bonded_exchange::codes::Codes;
use bonded_exchange::workbook::{self, ImportOptions, Limits, read_handbook};

/// How the workbooks of before 2007 begin.
const OLD_WORKBOOK: &[u8] = b"\xD0\xCF\x11\xE0";

pub(crate) fn import(args: &args::Import, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let text = |it: Option<bonded_ledger::Date>| it.map(|it| it.to_string());
    let options = ImportOptions {
        date: text(args.date),
        valid_from: text(args.valid_from),
        valid_until: text(args.valid_until),
        number: args.number.map(|it| it.to_string()),
        trade: args.trade.map(|it| match it {
            args::Trade::SuppliedMaterials => workbook::Trade::SuppliedMaterials,
            args::Trade::ImportedMaterials => workbook::Trade::ImportedMaterials,
        }),
        consumption_declared: args.consumption_declared.map(|it| match it {
            args::ConsumptionDeclared::BeforeExport => workbook::ConsumptionDeclared::BeforeExport,
            args::ConsumptionDeclared::BeforeClosure => {
                workbook::ConsumptionDeclared::BeforeClosure
            }
        }),
        particulars: false,
        limits: Limits::default(),
    };
    let bytes = read(&args.file)?;
    if !bytes.starts_with(workbook::MAGIC) {
        let old = bytes.starts_with(OLD_WORKBOOK);
        let found = if old {
            "this is an .xls workbook of before 2007"
        } else {
            "this is no workbook"
        };
        let advice = "save it as .xlsx (Excel or WPS: 另存为) and import that";
        return Err(Error::file(&args.file, found, advice));
    }
    let entry = imported(&args.file, &bytes, &options, console)?;
    serde_json::to_writer(&mut *console.out, &entry)?;
    writeln!(console.out)?;
    Ok(Outcome::Yes)
}

/// A workbook as an entry, its fields in the order of the contract; notes go to people.
fn imported(
    path: &Path,
    bytes: &[u8],
    options: &ImportOptions,
    console: &mut Console<'_>,
) -> Result<Entry, Error> {
    let imported = read_handbook(bytes, &Codes::builtin(), options);
    let imported = imported.map_err(|it| Error::workbook(path, it))?;
    for note in &imported.notes {
        console.note(note);
    }
    Entry::from_json(&imported.entry.to_string()).map_err(|error| {
        let advice = "correct it in the workbook and import it again";
        Error::file(path, format!("{}: {error}", error.code()), advice)
    })
}

#[derive(Serialize)]
struct Plans {
    handbooks: Vec<Plan>,
}

pub(crate) fn plan(args: &args::Plan, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let path = &args.file;
    let entries = openings(path, console)?;
    let plans: Vec<Plan> = entries
        .iter()
        .filter_map(opened)
        .map(|it| plan::plan(it).map_err(|error| Error::plan(path, error)))
        .collect::<Result<_, Error>>()?;
    if plans.is_empty() {
        let advice = "name a workbook (.xlsx) or a file with an open_handbook entry";
        return Err(Error::file(path, "no handbook is opened in it", advice));
    }
    let equal = plans.iter().all(|it| it.all_equal);
    match args.format {
        args::RowsFormat::Json => {
            serde_json::to_writer(&mut *console.out, &Plans { handbooks: plans })?;
            writeln!(console.out)?;
        }
        args::RowsFormat::Csv => csv(&plans, console)?,
        args::RowsFormat::Table => {
            for (at, plan) in plans.iter().enumerate() {
                if at > 0 {
                    writeln!(console.out)?;
                }
                table(plan, console)?;
            }
        }
    }
    Ok(Outcome::of(equal))
}

fn opened(entry: &Entry) -> Option<&OpenHandbook> {
    match entry.kind() {
        EntryKind::OpenHandbook { handbook } => Some(handbook),
        _ => None,
    }
}

/// The entries of a file that open handbooks: of a workbook, a journal, or one entry on many lines.
fn openings(path: &Path, console: &mut Console<'_>) -> Result<Vec<Entry>, Error> {
    let bytes = read(path)?;
    if bytes.starts_with(workbook::MAGIC) {
        return Ok(vec![imported(
            path,
            &bytes,
            &ImportOptions::default(),
            console,
        )?]);
    }
    let mut entries = Vec::new();
    let mut amended = false;
    let expected = "expected a workbook (.xlsx) or a file of entries, one a line";
    each_entry(path, &bytes, expected, &mut |_, entry| {
        amended |= matches!(entry.kind(), EntryKind::AmendHandbook(_));
        if opened(entry).is_some() {
            entries.push(entry.clone());
        }
        Ok(())
    })?;
    if amended {
        console.note("the file amends handbooks too; the plan is of each as it was opened");
    }
    Ok(entries)
}

fn csv(plans: &[Plan], console: &mut Console<'_>) -> Result<(), Error> {
    let mut csv = Csv::new(console.out);
    csv.record([
        "handbook",
        "seq",
        "code",
        "name",
        "unit",
        "approved",
        "required",
        "rounded",
        "difference",
        "bonded",
        "equal",
    ])?;
    for plan in plans {
        for it in &plan.materials {
            csv.record([
                plan.handbook.to_string(),
                it.seq.to_string(),
                it.code.clone(),
                it.name.clone(),
                it.unit.to_string(),
                it.approved.map(|it| it.to_string()).unwrap_or_default(),
                it.required.to_string(),
                it.rounded.to_string(),
                it.difference.map(|it| it.to_string()).unwrap_or_default(),
                it.bonded.to_string(),
                it.equal.map(|it| it.to_string()).unwrap_or_default(),
            ])?;
        }
    }
    Ok(())
}

fn table(plan: &Plan, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let units = Units::new();
    let mut table = Table::new(&[
        Column::new("no", "", Align::Right),
        Column::new("material", "料件", Align::Left),
        Column::new("unit", "单位", Align::Left),
        Column::new("approved", "备案", Align::Right),
        Column::new("required", "应备", Align::Right),
        Column::new("difference", "差额", Align::Right),
        Column::new("bonded", "保税", Align::Right),
        Column::new("equal", "相符", Align::Code),
    ]);
    for it in &plan.materials {
        let PlannedMaterial { equal, .. } = it;
        table.row([
            it.seq.to_string(),
            format!("{} {}", it.code, it.name),
            units.name(it.unit),
            it.approved.map_or_else(|| "-".to_owned(), grouped),
            grouped(it.required),
            it.difference.map_or_else(|| "-".to_owned(), grouped),
            grouped(it.bonded),
            match equal {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "not limited",
            }
            .to_owned(),
        ]);
        table.tone(
            0,
            if *equal == Some(false) {
                Tone::Bad
            } else {
                Tone::Good
            },
        );
    }
    let number = paint.tone(Tone::Title, plan.handbook.to_string());
    writeln!(
        console.out,
        "{number} · approved materials beside what the products need"
    )?;
    table.write(console.out, paint)?;
    let count = |wanted: Option<bool>| {
        plan.materials
            .iter()
            .filter(|it| it.equal == wanted)
            .count()
    };
    let limited = plan.materials.len() - count(None);
    writeln!(
        console.out,
        "{} of {limited} limited materials are approved with exactly what is needed (at the decimals \
         approved)",
        count(Some(true)),
    )?;
    for note in &plan.notes {
        writeln!(console.out, "note: {note}")?;
    }
    Ok(())
}
