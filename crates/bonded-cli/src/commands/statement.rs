//! `bonded statement`: the balances.

use bonded_ledger::{ClosureReport, Statement};
use serde::Serialize;
use serde_json::Value;

use super::{known_handbook, statement_table};
use crate::args::{self, StatementFormat};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::Csv;

#[derive(Serialize)]
struct Closure {
    handbooks: Vec<ClosureReport>,
}

pub(crate) fn statement(
    args: &args::Statement,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    if args.cycle.is_some() {
        let instead = "leave --cycle out: an account book shows its current cycle";
        return Err(Error::not_supported_yet("--cycle", instead));
    }
    if args.format == StatementFormat::Xlsx {
        let instead = "take --format csv, which every spreadsheet opens";
        return Err(Error::not_supported_yet("--format xlsx", instead));
    }
    if args.format == StatementFormat::Closure && args.as_of.is_some() {
        let instead = "a closure report is of the whole journal: leave --as-of out";
        return Err(Error::not_supported_yet(
            "--format closure with --as-of",
            instead,
        ));
    }
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let handbook = known_handbook(&ledger, args.handbook)?;
    match args.format {
        StatementFormat::Closure => {
            let numbers = handbook.map_or_else(|| ledger.handbooks(), |it| vec![it]);
            let reports = numbers
                .into_iter()
                .filter_map(|it| ledger.closure_report(it));
            let closure = Closure {
                handbooks: reports.collect(),
            };
            serde_json::to_writer_pretty(&mut *console.out, &closure)?;
            writeln!(console.out)?;
        }
        StatementFormat::Json => {
            serde_json::to_writer(
                &mut *console.out,
                &ledger.statement_of(handbook, args.as_of),
            )?;
            writeln!(console.out)?;
        }
        StatementFormat::Csv => csv(&ledger.statement_of(handbook, args.as_of), console)?,
        StatementFormat::Table | StatementFormat::Xlsx => {
            let statement = ledger.statement_of(handbook, args.as_of);
            statement_table::write(&ledger, &statement, console)?;
        }
    }
    Ok(Outcome::Yes)
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
