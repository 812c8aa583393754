//! `bonded tax`: what is asked of it.

use std::path::PathBuf;

use bonded_ledger::{Date, HandbookNo};
use clap::{Args, Subcommand};

use super::values::{CalendarFormat, RowsFormat, date};

/// What bonded goods cost: tax on domestic sale (内销征税), refund (出口退税), deadlines
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "each argument group says what it is for")]
pub enum Tax {
    Sale(TaxSale),
    Quote(TaxQuote),
    Refund(TaxRefund),
    Guarantee(TaxGuarantee),
    Deadlines(TaxDeadlines),
}

/// The ledger and the files that every command of tax reads.
#[derive(Debug, Args)]
pub struct TaxInputs {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Files of rates, prices and what is known of sales (docs/tax.md shows them); what is missing is
    /// named, with the row to add
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub inputs: Vec<PathBuf>,
    /// Only this handbook
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
}

/// Compute the tax of domestic sales (内销征税): duty, consumption tax, VAT, interest (缓税利息)
///
/// Of every list that sells goods at home: what is taxed (products folded to materials, scrap as it
/// stands), its value, what is levied at the rates of the day, interest since the first import, whether
/// a licence is needed. In a zone both ways of selective taxation, and the cheaper one. Nothing is
/// assumed: a rate or a price that is missing is an error that says what to add.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded tax sale books.jsonl --inputs rates.json
  bonded tax sale books.jsonl --inputs rates.json sales.json --list SALE-01 --explain
  bonded tax sale books.jsonl --inputs rates.json --format csv > tax.csv

Exit status: 0 computed, 2 a figure is missing or something could not be read.")]
pub struct TaxSale {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub of: TaxInputs,
    /// Only this list
    #[arg(long, value_name = "NO")]
    pub list: Option<String>,
    /// The day of the formalities, where the file says none (default: the day of the list)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// Below each table, how every figure was had: by which rule, from which lines and rows
    #[arg(long)]
    pub explain: bool,
    /// How to print; JSON has every explanation
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}

/// Compare what it costs to sell, carry over, re-export or destroy what remains
///
/// For a handbook that cannot close: of every material of which something remains the ways out, side by
/// side. Where too much has left: the tax that is paid afterwards.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded tax quote books.jsonl --inputs rates.json --handbook C222626A0001
  bonded tax quote books.jsonl --inputs rates.json --on 2026-11-30 --explain

Exit status: 0 compared, 2 something could not be read; a rate or price that is missing is told beside
the way that needs it.")]
pub struct TaxQuote {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub of: TaxInputs,
    /// As if done on this day (default: today in China)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// Below the table, how every figure was had
    #[arg(long)]
    pub explain: bool,
    /// How to print; JSON has every explanation
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}

/// Compute the export refund (进料加工免抵退税): planned and actual rate, adjustment, write-off
///
/// Totals by supervision mode, the rate that follows from them, what was claimed at the planned rate and
/// what is due at the actual one, what the tax office compares; of an account book cycle by cycle. Without
/// `--handbook` of every book of imported materials from which goods were exported. As CSV:
/// the lines, totals and rates that are handed over.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded tax refund books.jsonl --inputs rates.json
  bonded tax refund books.jsonl --inputs rates.json --handbook C222626A0002 --format csv > refund.csv
  bonded tax refund books.jsonl --inputs rates.json --handbook E222626A0001 --cycle 2

Exit status: 0 computed, 2 a figure is missing or something could not be read.")]
pub struct TaxRefund {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub of: TaxInputs,
    /// Only the Nth cycle (核销周期), from 1, of an account book
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), requires = "handbook")]
    pub cycle: Option<u32>,
    /// Below the tables, how every figure was had
    #[arg(long)]
    pub explain: bool,
    /// How to print; JSON has every explanation
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}

/// Say when a guarantee (担保) must be given or may be asked for, how much, until when
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded tax guarantee books.jsonl --inputs rates.json standing.json")]
pub struct TaxGuarantee {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub of: TaxInputs,
    /// As one sees it on this day (default: today in China)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// Below the table, how every figure was had
    #[arg(long)]
    pub explain: bool,
    /// How to print; JSON has every explanation
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}

/// List everything that is due, of every handbook, in order
///
/// Expiry, report for closure, carry-over, tax, collective declaration, refund write-off, guarantees. As
/// a calendar (.ics), too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded tax deadlines books.jsonl
  bonded tax deadlines books.jsonl --format ics > bonded.ics

Exit status: 0 nothing is overdue, 1 something is or its day is not known, 2 something could not be
read.")]
pub struct TaxDeadlines {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub of: TaxInputs,
    /// As one sees it on this day (default: today in China)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// Below the table, why each is due on its day
    #[arg(long)]
    pub explain: bool,
    /// How to print; JSON has every explanation
    #[arg(long, default_value = "table")]
    pub format: CalendarFormat,
}
