//! The command line, and the help that teaches it.

use std::path::PathBuf;

use bonded_ledger::{Date, HandbookNo};

use crate::database::KeptHead;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

mod consumption;
mod cycle;
mod exchange;
mod tax;
mod values;

pub use consumption::{Consumption, ConsumptionExplain, ConsumptionFit, ConsumptionVerify};
pub use cycle::{Cycle, CycleCheck, CyclePlan, CycleShow, CycleTaken};
pub use exchange::{
    Dialect, Exchange, ExchangeCheck, ExchangeExport, ExchangeImport, ExchangeReconcile,
    ExchangeTemplate, ExchangeWatch, Kind, ListDirection, ListGoods, TemplateKind, Told,
};
pub use tax::{Tax, TaxDeadlines, TaxGuarantee, TaxInputs, TaxQuote, TaxRefund, TaxSale};
use values::date;
pub use values::{
    CalendarFormat, ConsumptionDeclared, Format, ProductionFormat, RowsFormat, State,
    StatementFormat, Trade,
};

const ABOUT: &str =
    "An exact ledger of bonded goods under China's processing-trade handbooks (加工贸易手册)";

const LONG_ABOUT: &str = "\
An exact ledger of bonded goods under China's processing-trade handbooks (加工贸易手册).

A ledger is a journal: entries, one JSON object a line. `bonded post` checks entries by the rules \
of customs and appends those that it accepts; everything else is computed from the journal, exactly, \
and the same journal always gives the same answer. A journal is kept in a text file (books.jsonl), in \
a database file (books.db) or on a PostgreSQL server (postgres://…): every command takes any of them.";

const EXAMPLES: &str = "\
Examples:
  bonded demo                                       an IC chain from import to closure
  bonded handbook import C222626A0001.xlsx > open.jsonl
  bonded post books.jsonl open.jsonl                open the handbook
  bonded post books.jsonl lists.jsonl               declare and book its lists (核注清单)
  bonded statement books.jsonl                      what came in, was consumed, left, remains
  bonded check books.jsonl                          is it ready to close (可否报核), and if not, why
  bonded consumption verify books.jsonl --production orders.csv     is unit consumption true (自核单耗)
  bonded exchange import --ledger books.jsonl Receipt_INV211.xml     what customs says (回执)
  bonded exchange export books.jsonl --kind list --list LIST-7       a list for the client (单一窗口)
  bonded tax sale books.jsonl --inputs rates.json   what domestic sales cost (内销征税)
  bonded explain balance_exceeded                   what a refusal means and what to do

Exit status: 0 yes (accepted, ready, sound), 1 no (refused, not ready, not sound), 2 not done.";

/// The command line of `bonded`.
#[derive(Debug, Parser)]
#[command(name = "bonded", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "each argument group says what it is for")]
#[non_exhaustive]
pub enum Command {
    Post(Post),
    Lists(Lists),
    Statement(Statement),
    Check(Check),
    #[command(subcommand)]
    Cycle(Cycle),
    Chain(Chain),
    Trace(Trace),
    Verify(Verify),
    Convert(Convert),
    Setup(Setup),
    #[command(subcommand)]
    Handbook(Handbook),
    #[command(subcommand)]
    Consumption(Consumption),
    #[command(subcommand)]
    Exchange(Exchange),
    #[command(subcommand)]
    Tax(Tax),
    Demo(Demo),
    Explain(Explain),
    Completions(Completions),
}

/// Append entries to a ledger
///
/// Every entry is checked by the rules of the ledger. One JSON object an entry goes to standard
/// output, in order: accepted (with what it moved and what remains after it), duplicate, refused (with
/// code, figures and the article). A refused entry changes nothing; those after it are still tried.
///
/// An entry is acknowledged once it is on the disk. The same entries may be posted again at any time:
/// what is there already is a duplicate and has no effect.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded post books.jsonl open.jsonl january.jsonl  two files, in this order
  erp-export | bonded post books.jsonl -            from a pipe; each entry is answered as it comes
  bonded post --dry-run books.jsonl february.jsonl  would they be accepted?
  bonded post --atomic books.jsonl february.jsonl   all of them or none

Exit status: 0 all accepted or duplicate, 1 some refused, 2 input or ledger could not be read or written.")]
pub struct Post {
    /// The ledger: a journal (.jsonl) or a database file (.db), created if it is not there; or
    /// postgres://…
    pub ledger: PathBuf,
    /// Files of entries, one JSON object a line; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Check everything, write nothing: the answers are those of the run, the ledger stays as it is
    #[arg(long)]
    pub dry_run: bool,
    /// Accept all entries or none of them (they are held in memory until the end)
    #[arg(long)]
    pub atomic: bool,
    /// Try nothing after the first refusal
    #[arg(long)]
    pub stop_on_refusal: bool,
    /// Answer only refusals and warnings: several times faster for a large journal
    #[arg(long)]
    pub quiet: bool,
    /// How long to wait for another process that is posting to the same journal
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub wait: u64,
}

/// List the lists (保税核注清单) of a ledger
///
/// In the order of their declaration. All conditions that are given must hold.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded lists books.jsonl --state pending          what customs has not deducted yet (预核扣)
  bonded lists books.jsonl --reference PO-4711      by the ERP's document number")]
pub struct Lists {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Of this handbook
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// In this state
    #[arg(long)]
    pub state: Option<State>,
    /// With this document number of the ERP
    #[arg(long)]
    pub reference: Option<String>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}

/// Print the balances (核销平衡表)
///
/// For every material what came in, what products consumed, what else left and what remains; for every
/// product how it left. Exact to 5 decimals; each figure is rounded once, after its sum.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded statement books.jsonl
  bonded statement books.jsonl --handbook C222626A0001 --as-of 2026-06-30
  bonded statement books.jsonl --format csv > balances.csv
  bonded statement books.jsonl --format xlsx --output balances.xlsx
  bonded statement books.jsonl --cycle 2            the second cycle of every account book
  bonded statement books.jsonl --format closure     under the names of the closure report (报核)")]
pub struct Statement {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Only this handbook
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// What had taken effect on or before this day (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,
    /// The Nth cycle of account books, from 1; else the current one, or with --as-of the one of the day
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub cycle: Option<u32>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: StatementFormat,
    /// Write to this file, not to standard output; one that is there is replaced
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Say whether handbooks are ready to close (可否报核), and if not, why
///
/// Every reason with its figures, its source and the way out; then what is only warned of.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded check books.jsonl
  bonded check books.jsonl --handbook C222626A0001 && echo ready

Exit status: 0 all are ready, reported or closed; 1 some are not; 2 the ledger could not be read.")]
pub struct Check {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Only this handbook
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// The day by which the report is overdue or not (default: today in China)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// Show the IC chains (集成电路全产业链) and whether they are closed
///
/// A chain is closed when every carry-over (结转) is matched or external and every handbook is
/// closable, reported or closed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded chain books.jsonl
  bonded chain books.jsonl --chain NOVA --format json")]
pub struct Chain {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Only the chain of this name
    #[arg(long, value_name = "NAME")]
    pub chain: Option<String>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// Trace goods: where those of a list came from, or where its imports went
///
/// First in, first out (先进先出), per material, through carry-overs into the sender's handbook where
/// that is kept here too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded trace books.jsonl --list QD222626E000000001            an export: whence its materials
  bonded trace books.jsonl --list QD222626I000000001 --line 3   an import: who used its line 3")]
pub struct Trace {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// The list, by any of its numbers
    #[arg(long, value_name = "NO")]
    pub list: String,
    /// Only this line of it
    #[arg(long, value_name = "N")]
    pub line: Option<u32>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// Check the integrity of a ledger
///
/// Reads the journal twice and recomputes every balance from the history of the lists. Every line must
/// be accepted and none be there twice, every balance must be conserved, and all computations must
/// agree to the byte. The first difference is told.
///
/// Each record carries the hash (BLAKE3) of its predecessor; for a journal the hashes stand in a file
/// beside it (books.jsonl.chain). The first record that was changed, removed, inserted or moved is
/// named. The head that is printed proves everything before it: keep it elsewhere, and check it later.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded verify books.jsonl                         is it sound?
  bonded verify books.jsonl --head 327:1f0c…        and is it still the ledger whose head I kept?

Exit status: 0 sound, 1 not sound, 2 the ledger could not be read.")]
pub struct Verify {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// A head that was printed earlier and kept elsewhere: it must be one of this ledger's (on a
    /// PostgreSQL server each handbook has its own)
    #[arg(long, value_name = "[HANDBOOK=]POSITION:HASH")]
    pub head: Vec<KeptHead>,
}

/// Copy a ledger to another place, and prove the copy
///
/// From a journal to a database, from one database to another, or back; between files the copy is the
/// same to the byte and has the same head. On a server each handbook has a journal and a head of its
/// own: take new heads where you move to or from one. The copy is read again and compared: the same records (by the head of their hashes),
/// and the same statement, chains and lists.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded convert books.jsonl books.db               from a journal to a database file
  bonded convert books.db copy.jsonl                and back

Exit status: 0 copied and proved, 2 it could not be done (what stands at the target is no copy).")]
pub struct Convert {
    /// A ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub from: PathBuf,
    /// Where nothing is yet: a name ending in .db, .sqlite or .sqlite3 is a database, postgres://… a
    /// server, anything else a journal
    pub to: PathBuf,
    /// How long to wait for another process that is posting to the target
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub wait: u64,
}

/// Make the tables of a PostgreSQL ledger, or bring them up to date
///
/// Run it with the address of the role that shall own the tables. Each enterprise is a tenant; a role
/// belongs to one tenant, and sees nothing of the others. Running it again does nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  bonded setup postgres://owner:…@db.example/bonded --role erp_zhangjiang --tenant zhangjiang
  bonded post postgres://erp_zhangjiang:…@db.example/bonded lists.jsonl")]
pub struct Setup {
    /// The owner's address, postgres://…
    #[arg(value_name = "postgres://…")]
    pub address: PathBuf,
    /// A role that exists already, to be let in
    #[arg(long, requires = "tenant")]
    pub role: Option<String>,
    /// The tenant that the role belongs to
    #[arg(long, requires = "role")]
    pub tenant: Option<String>,
}

/// Handbooks as customs' Single Window exports them
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "each argument group says what it is for")]
pub enum Handbook {
    Import(Import),
    Plan(Plan),
}

/// Read a handbook's workbook (.xlsx) into an entry
///
/// Reads what the Single Window (单一窗口) exports for a handbook (手册) or an account book (账册) and
/// prints one open_handbook entry. Sheets and columns are found by their Chinese names. The same file
/// always gives the same entry.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded handbook import C222626A0001.xlsx > open.jsonl
  bonded handbook import draft.xlsx --number C222626A0001 --valid-from 2026-01-05 | bonded post books.jsonl -")]
pub struct Import {
    /// The workbook
    #[arg(value_name = "FILE.xlsx")]
    pub file: PathBuf,
    /// The entry's date; else that of input (录入日期) or declaration (申报日期)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub date: Option<Date>,
    /// The first day of validity; else the date of input
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub valid_from: Option<Date>,
    /// The last day of validity; else 有效期
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub valid_until: Option<Date>,
    /// The number, where the workbook was exported before there was one
    #[arg(long, value_name = "NO")]
    pub number: Option<HandbookNo>,
    /// The trade of an account book whose workbook does not say it
    #[arg(long)]
    pub trade: Option<Trade>,
    /// When unit consumption must be on file; else 单耗申报环节, else before export
    #[arg(long)]
    pub consumption_declared: Option<ConsumptionDeclared>,
}

/// Compare approved materials with what the products need (备案数量的测算)
///
/// For every material: Σ approved product quantity × net ÷ (1 − loss rate), rounded once, beside what
/// was approved.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded handbook plan C222626A0001.xlsx
  bonded handbook plan open.jsonl --format csv

Exit status: 0 every limited material is approved with exactly what is needed, 1 some are not, 2 no plan.")]
pub struct Plan {
    /// A workbook, or a file of entries that opens handbooks
    pub file: PathBuf,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: RowsFormat,
}

/// Post an IC chain to a database file and print it
///
/// Three handbooks, from 1,000 bare wafers to 7,400,000 re-exported chips: fab, design enterprise,
/// packaging and test. Everything carried over is matched, and everything closes at 0.
#[derive(Debug, Args)]
pub struct Demo {
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
    /// Keep the database in this file, to look around in it (otherwise it is removed)
    #[arg(long, value_name = "FILE.db")]
    pub keep: Option<PathBuf>,
}

/// Explain a refusal, a warning, a reason, a rule or a check of documents
///
/// Its meaning, the way out, the law and the smallest example; or the supervision modes (监管方式), or
/// the dated parameters of the law.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded explain                                    all codes
  bonded explain quota_exceeded
  bonded explain checks                             what is checked before a document goes out
  bonded explain modes                              what each supervision mode moves
  bonded explain parameters                         deadlines and thresholds, with their sources")]
pub struct Explain {
    /// A code, or: modes, parameters
    #[arg(value_name = "CODE|modes|parameters")]
    pub what: Option<String>,
}

/// Print the completions of a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded completions bash > ~/.local/share/bash-completion/completions/bonded
  bonded completions zsh > ~/.zfunc/_bonded")]
pub struct Completions {
    /// Which shell
    pub shell: Shell,
}
