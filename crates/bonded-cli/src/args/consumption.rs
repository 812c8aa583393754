//! `bonded consumption`: what is asked of it.

use std::path::PathBuf;

use bonded_ledger::{Date, HandbookNo, Net, Quantity};
use clap::{ArgGroup, Args, Subcommand};

use super::values::{Format, ProductionFormat, RowsFormat, date};

/// Verify unit consumption (企业自核单耗) against production
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "each argument group says what it is for")]
pub enum Consumption {
    Verify(ConsumptionVerify),
    Fit(ConsumptionFit),
    Explain(ConsumptionExplain),
}

/// Print the self-verification report (自核报告): declared consumption beside what was really used
///
/// Reads production records (生产记录): of each order what was made, and of each material what was
/// issued, returned and scrapped. Judges every version of every handbook: confirmed, to be amended, a new
/// version, to be disclosed, to be explained; with every figure, the law and what to do. Records are
/// read as they stream by; a file of any length takes the same memory.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("declared").required(true)))]
#[command(override_usage = "\
bonded consumption verify LEDGER --production FILE... [OPTIONS]
       bonded consumption verify --declaration FILE --production FILE... [OPTIONS]")]
#[command(after_help = "\
Examples:
  bonded consumption verify books.jsonl --production orders.csv
  mes-export | bonded consumption verify books.jsonl --production -
  bonded consumption verify books.jsonl --production q1.jsonl q2.jsonl --dossier dossier.json
  bonded consumption verify books.jsonl --production orders.csv --handbook C222626A0003
  bonded consumption verify --declaration open.jsonl --production trial.csv     before it is filed

Production is JSON Lines ({\"order\":…,\"materials\":[…]}) or CSV, one row an order and material:
  order,date,handbook,product,version,good,rejected,material,issued,returned,scrap,cause,stage
  WO-1,2026-02-01,C222626A0001,1,0,960,0,1,1000,0,40,,

Exit status: 0 no finding is an error, 1 some are, 2 something could not be read: then nothing is
reported, as a report on part of the records would be untrue.")]
pub struct ConsumptionVerify {
    /// The journal (.jsonl) that says what was declared and what left
    #[arg(value_name = "LEDGER", group = "declared")]
    pub ledger: Option<PathBuf>,
    /// In place of a ledger: entries that open and amend handbooks (open_handbook, amend_handbook);
    /// nothing has left then
    #[arg(long, value_name = "FILE", group = "declared")]
    pub declaration: Option<PathBuf>,
    /// Files of production records; - is standard input
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub production: Vec<PathBuf>,
    /// The format of production (default: by the name of the file, else by how it begins)
    #[arg(long, value_name = "FORMAT")]
    pub input: Option<ProductionFormat>,
    /// Only this handbook; records of others are skipped and counted
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// What stands behind the declaration (单耗资料), one JSON object a handbook: status, basis and
    /// evidence of versions, wafer maps, yields, weights, prices, the enterprise's standing
    #[arg(long, value_name = "FILE")]
    pub dossier: Option<PathBuf>,
    /// Limits (容差), standards and conditions in place of those shipped; see: bonded consumption
    /// explain limits
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The day on which the enterprise has to be eligible (default: the last day of the records)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}

/// Find the net consumption and loss rate that reproduce an actual consumption
///
/// For a book that declares before closure (报核前): net ÷ (1 − loss) × output, rounded to 5 decimals, is
/// then exactly what was used. The net that is wanted is kept where a loss rate fits it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded consumption fit --net 0.000115741 --used 950 --output 7554438     # 8,640 dies a wafer
  bonded consumption fit --net 1 --used 1000 --output 960 --format json

Exit status: 0 found, 1 no figures of at most 9 decimals reproduce it, 2 the figures could not be read.")]
pub struct ConsumptionFit {
    /// The net consumption (净耗) of the drawing or the wafer map
    #[arg(long, value_name = "N")]
    pub net: Net,
    /// What was used of the material
    #[arg(long, value_name = "QUANTITY")]
    pub used: Quantity,
    /// What was made of it
    #[arg(long, value_name = "QUANTITY")]
    pub output: Quantity,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// Explain a rule of self-verification (自核规则)
///
/// What it looks at, what to do, the law, a case that passes and one that it finds; or the limits (容差)
/// within which a declaration is taken as true, and what is asked of an enterprise that verifies itself
/// (自核资格).
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded consumption explain                        all rules
  bonded consumption explain declared_differs
  bonded consumption explain limits                 limits and eligibility, with their sources")]
pub struct ConsumptionExplain {
    /// A code, or: limits
    #[arg(value_name = "CODE|limits")]
    pub what: Option<String>,
}
