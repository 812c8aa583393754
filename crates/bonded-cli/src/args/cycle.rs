//! The arguments of `bonded cycle`.

use std::path::PathBuf;

use bonded_ledger::{Date, HandbookNo};
use clap::{Args, Subcommand};

use super::values::{Format, RowsFormat, date};

/// The cycles of account books (账册核销周期)
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "each argument group says what it is for")]
pub enum Cycle {
    Check(CycleCheck),
    Plan(CyclePlan),
    Show(CycleShow),
    Taken(CycleTaken),
}

/// Say what a count would mean if the cycle ended on its day
///
/// Nothing is reported. For every material the book, the count, the difference, whether it lies within
/// ±1 % of what opened and came in, and what is still to be done before `report_cycle` is accepted.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded cycle check books.jsonl                    by the last count of each account book
  bonded cycle check books.jsonl --handbook E222626A0001 --end 2026-03-31

Exit status: 0 every cycle could be reported; 1 some could not; 2 the ledger could not be read.")]
pub struct CycleCheck {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Only this account book
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// The last day of the cycle (default: the day of the last count in it; of a reported one its last)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub end: Option<Date>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// Say by when the current cycle must end and be reported, and what is due
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded cycle plan books.jsonl
  bonded cycle plan books.jsonl --handbook E222626A0001 --end 2026-03-31

Exit status: 0 nothing is overdue; 1 something is; 2 the ledger could not be read.")]
pub struct CyclePlan {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Only this account book
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// The day on which the cycle shall end (default: as late as it may)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub end: Option<Date>,
    /// The day from which days are counted (default: today in China)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// Print all cycles of an account book side by side
///
/// One row a material and cycle: what it opened with, what came in, what products consumed, what else
/// left, what remained and what was counted.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded cycle show books.jsonl --handbook E222626A0001
  bonded cycle show books.jsonl --handbook E222626A0001 --format csv > cycles.csv")]
pub struct CycleShow {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Only this account book
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}

/// List what goods really took: consumption lists (耗料清单)
///
/// Each with the lists that it covers, what their goods took of each material, the cycle in which it
/// counts and whether it was withdrawn.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded cycle taken books.jsonl
  bonded cycle taken books.jsonl --handbook E222626A0001 --format csv > taken.csv")]
pub struct CycleTaken {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Only this account book
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}
