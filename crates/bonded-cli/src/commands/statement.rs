//! `bonded statement`: the balances.

use bonded_exchange::codes::Codes;
use bonded_exchange::workbook::{self, Balances};
use bonded_ledger::{ClosureReport, Date, HandbookNo, Ledger, ListFilter, Statement, Status};
use serde::Serialize;
use serde_json::Value;

use super::{files, known_handbook, statement_table};
use crate::args::{self, StatementFormat};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Csv, Paint};

#[derive(Serialize)]
struct Closure {
    handbooks: Vec<ClosureReport>,
}

pub(crate) fn statement(
    args: &args::Statement,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    let workbook = args.format == StatementFormat::Xlsx;
    if workbook && args.output.is_none() && console.terminal {
        return Err(Error::workbook_on_terminal());
    }
    if args.format == StatementFormat::Closure && args.as_of.is_some() {
        let instead = "a closure report is of all that is recorded: leave --as-of out";
        return Err(Error::not_supported_yet(
            "--format closure with --as-of",
            instead,
        ));
    }
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let handbook = known_handbook(&ledger, args.handbook)?;
    if let Some(cycle) = args.cycle {
        let found = ledger.statement_in(handbook, args.as_of, args.cycle);
        if found.handbooks.is_empty() {
            let none = no_cycle(&ledger, handbook, cycle, args.as_of);
            // Of one book it was asked for; of all it is what they have.
            match handbook {
                Some(_) => return Err(none),
                None => console.warn(format_args!("{none}")),
            }
        }
    }
    let Some(path) = &args.output else {
        write(args, &ledger, handbook, console)?;
        return Ok(Outcome::Yes);
    };
    let mut bytes = Vec::new();
    let mut console = Console {
        out: &mut bytes,
        err: &mut *console.err,
        terminal: false,
        paint: Paint::Plain,
        progress: console.progress,
        today: console.today,
    };
    write(args, &ledger, handbook, &mut console)?;
    files::write(path, &bytes)?;
    Ok(Outcome::Yes)
}

fn write(
    args: &args::Statement,
    ledger: &Ledger,
    handbook: Option<HandbookNo>,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let statement = || ledger.statement_in(handbook, args.as_of, args.cycle);
    match args.format {
        StatementFormat::Closure => {
            let closure = Closure {
                handbooks: closures(ledger, handbook, args.cycle),
            };
            serde_json::to_writer_pretty(&mut *console.out, &closure)?;
            writeln!(console.out)?;
        }
        StatementFormat::Json => {
            serde_json::to_writer(&mut *console.out, &statement())?;
            writeln!(console.out)?;
        }
        StatementFormat::Csv => csv(&statement(), console)?,
        StatementFormat::Table => {
            statement_table::write(ledger, &statement(), console)?;
        }
        StatementFormat::Xlsx => workbook(args, ledger, handbook, console)?,
    }
    Ok(())
}

fn closures(
    ledger: &Ledger,
    handbook: Option<HandbookNo>,
    cycle: Option<u32>,
) -> Vec<ClosureReport> {
    let numbers = handbook.map_or_else(|| ledger.handbooks(), |it| vec![it]);
    let reports = numbers.into_iter();
    reports
        .filter_map(|it| ledger.closure_report_in(it, cycle))
        .collect()
}

fn workbook(
    args: &args::Statement,
    ledger: &Ledger,
    handbook: Option<HandbookNo>,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let statement = ledger.statement_in(handbook, args.as_of, args.cycle);
    // A closure report is of all that is recorded.
    let closures = match args.as_of {
        None => closures(ledger, handbook, args.cycle),
        Some(_) => Vec::new(),
    };
    let lists = ledger.lists(&ListFilter {
        handbook,
        ..ListFilter::default()
    });
    // Nothing in it depends on the day on which it is written.
    let open = (statement.handbooks.iter()).filter(|it| it.status == Status::Open);
    let advice = open.map(|it| {
        let advice = ledger.closing_advice(it.handbook, args.as_of);
        (it.handbook, advice.unwrap_or_default())
    });
    let balances = Balances {
        statement: &statement,
        closures: &closures,
        lists: &lists,
        advice: &advice.collect::<Vec<_>>(),
    };
    let bytes = workbook::statement(&balances, &Codes::builtin()).map_err(Error::unwritten)?;
    console.out.write_all(&bytes)?;
    Ok(())
}

/// A cycle that no book has, or not yet on the day.
fn no_cycle(
    ledger: &Ledger,
    handbook: Option<HandbookNo>,
    cycle: u32,
    as_of: Option<Date>,
) -> Error {
    let books = handbook.map_or_else(|| ledger.handbooks(), |it| vec![it]);
    let cycles = books
        .iter()
        .map(|it| ledger.cycles(*it).unwrap_or_default());
    let last = cycles.max_by_key(Vec::len).unwrap_or_default();
    let nearest = last
        .last()
        .map(|it| format!("cycle {}, from {}", last.len(), it.from));
    let what = match handbook {
        Some(handbook) => format!("{cycle} of {handbook}"),
        None => cycle.to_string(),
    };
    let there = last.get(cycle as usize - 1).zip(as_of);
    if let Some((begins, day)) = there.filter(|(it, day)| it.from > *day) {
        return Error::cycle_begins_later(what, begins.from, day);
    }
    Error::unknown("cycle", &what, nearest)
}

/// The columns of CSV: those of materials, then those that only products have.
const COLUMNS: [&str; 39] = [
    "handbook",
    "kind",
    "seq",
    "code",
    "hs",
    "name",
    "unit",
    "approved",
    "opening",
    "imported",
    "carried_in",
    "leftover_in",
    "exchanged_in",
    "adjusted",
    "exchanged_out",
    "consumed",
    "consumed_net",
    "loss_tangible",
    "loss_intangible",
    "chain_out",
    "leftover_out",
    "re_exported",
    "domestic_sale",
    "destroyed",
    "remaining",
    "scrap_opening",
    "scrap_sold",
    "scrap_re_exported",
    "scrap_destroyed",
    "scrap",
    "by_product",
    "pending_in",
    "pending_out",
    "counted",
    "exported",
    "carried_out",
    "exempted",
    "returned_in",
    "returned_out",
];

fn csv(statement: &Statement, console: &mut Console<'_>) -> Result<(), Error> {
    let mut csv = Csv::new(console.out);
    csv.record(COLUMNS)?;
    for book in &statement.handbooks {
        let number = book.handbook.as_str();
        for row in &book.materials {
            csv.record(record(number, "material", &serde_json::to_value(row)?))?;
        }
        for row in &book.products {
            csv.record(record(number, "product", &serde_json::to_value(row)?))?;
        }
    }
    Ok(())
}

/// The fields of a row of JSON, in the order of the columns.
fn record(handbook: &str, kind: &str, row: &Value) -> Vec<String> {
    let field = |name: &&str| match (*name, row.get(name)) {
        ("handbook", _) => handbook.to_owned(),
        ("kind", _) => kind.to_owned(),
        (_, None | Some(Value::Null)) => String::new(),
        (_, Some(Value::String(text))) => text.clone(),
        (_, Some(other)) => other.to_string(),
    };
    COLUMNS.iter().map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_json_is_one_of_csv() {
        let (ledger, refused) = crate::read_journal(super::super::demo::JOURNAL.as_bytes());
        assert_eq!(refused, 0);
        let statement = ledger.statement();
        let book = &statement.handbooks[0];
        let material = serde_json::to_value(&book.materials[0]).expect("JSON");
        let product = serde_json::to_value(&book.products[0]).expect("JSON");
        let fields = [material, product].map(|it| it.as_object().expect("an object").clone());
        let names: Vec<&String> = fields.iter().flat_map(|it| it.keys()).collect();
        for name in &names {
            assert!(COLUMNS.contains(&name.as_str()), "{name} is no column");
        }
        for column in &COLUMNS[2..] {
            assert!(names.iter().any(|it| it == column), "{column} is no field");
        }
    }
}
