//! `bonded exchange`: what is asked of it.

use std::path::PathBuf;

use bonded_ledger::{Date, HandbookNo};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::values::{Format, date};

/// Read and write the Single Window's own formats (单一窗口): messages, receipts, workbooks
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "each argument group says what it is for")]
pub enum Exchange {
    Import(ExchangeImport),
    Export(Box<ExchangeExport>),
    Check(ExchangeCheck),
    Watch(ExchangeWatch),
    Reconcile(ExchangeReconcile),
    Template(ExchangeTemplate),
}

/// Read messages, receipts (回执) and workbooks into entries
///
/// Takes XML, a zip with one XML in it, the Single Window's workbooks and our own templates (.xlsx, .csv).
/// Without a ledger what a workbook says is printed as entries. With --ledger it is posted: a message is read
/// against the books that it speaks of, the same receipt twice has no effect, and one that contradicts the
/// ledger is reported, not applied. Files are taken in any order: what waits for another is tried again
/// after it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded exchange import --ledger books.db INV101.xml     a list as it was sent → declare_list
  bonded exchange import --ledger books.db InBox/*.xml    receipts, in any order
  bonded exchange import --ledger books.db --dry-run Receipt_INV201.zip
  bonded exchange import lists.xlsx > lists.jsonl   our own template → declare_list entries

Exit status: 0 everything was taken, 1 something waits, contradicts or was refused, 2 not read.")]
pub struct ExchangeImport {
    /// Messages, receipts, workbooks
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Post the entries to this ledger: a journal (.jsonl), a database file (.db) or postgres://…
    #[arg(long, value_name = "LEDGER")]
    pub ledger: Option<PathBuf>,
    /// Post nothing: say what would be
    #[arg(long, requires = "ledger")]
    pub dry_run: bool,
    /// Nothing else will come: a list of which only a later receipt is here is declared from that
    #[arg(long, requires = "ledger")]
    pub complete: bool,
    /// What a file does not say itself.
    #[command(flatten)]
    pub told: Told,
    /// How long to wait for another process that is posting to the same ledger
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub wait: u64,
}

/// What a file does not say itself.
#[derive(Clone, Debug, Default, Args)]
pub struct Told {
    /// The entries' date, where the file has none
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub date: Option<Date>,
    /// The list's number, of a list whose workbook has only its body
    #[arg(long, value_name = "NO")]
    pub list: Option<String>,
    /// The book's number, where the file has none
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// The supervision mode (监管方式) of a list whose workbook has only its body
    #[arg(long, value_name = "MODE")]
    pub mode: Option<bonded_ledger::Mode>,
    /// import or export, of a list whose workbook has only its body
    #[arg(long, value_name = "DIRECTION")]
    pub direction: Option<ListDirection>,
    /// material or product, of a list whose workbook has only its body
    #[arg(long, value_name = "GOODS")]
    pub goods: Option<ListGoods>,
    /// The first day of validity of a book whose workbook does not say it
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub valid_from: Option<Date>,
    /// The last day of validity of a book whose workbook does not say it
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub valid_until: Option<Date>,
}

/// Which way goods go.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum ListDirection {
    /// 进口
    Import,
    /// 出口
    Export,
}

/// What goods a list has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum ListGoods {
    /// 料件
    Material,
    /// 成品
    Product,
}

/// Which document is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Kind {
    /// 保税核注清单 INV101
    List,
    /// 手册设立、变更 NPTS001 / EML111; of an account book EMS111
    Handbook,
    /// 报核: of a handbook EML121; of the present cycle of an account book EMS121
    Closure,
    /// 耗料单 CMB101
    ConsumptionSheet,
    /// 流转申报表 BHL101
    CarryOver,
}

/// Who is to read the document.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Dialect {
    /// The Single Window client, for its OutBox
    #[default]
    Client,
    /// The customs side
    Customs,
}

/// Write a document for customs
///
/// A list, a handbook, the closure report straight from the statement, a consumption sheet, a carry-over.
/// Everything is checked first, as customs and the client will; what does not fit is told all at once and
/// nothing is written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded exchange export books.db --kind closure --handbook C222626A0001 --dialect customs \\
      --sender E222601 --receiver CUS0000
  bonded exchange export books.db --kind list --list LIST-7 --particulars ours.json --declare
  bonded exchange export books.db --kind list --list LIST-7 \\
      --particulars ours.json --outbox ImpPath/Sas/OutBox

Particulars are what no ledger knows (ports, ways of transport, who declares), by
official names: for every document (*), a supervision mode, a book, a list:
  {\"*\": {\"head\": {\"DclEtpsno\": \"3122200001\"}}, \"0615\": {\"head\": {\"TrspModecd\": \"5\"}},
   \"LIST-7\": {\"lines\": {\"1\": {\"GrossWt\": \"12\"}}}}

Exit status: 0 written, 1 something keeps it back, 2 not done.")]
pub struct ExchangeExport {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Which document
    #[arg(long)]
    pub kind: Kind,
    /// The list, by any of its names
    #[arg(long, value_name = "NO")]
    pub list: Option<String>,
    /// The book
    #[arg(long, value_name = "NO")]
    pub handbook: Option<HandbookNo>,
    /// Who is to read it
    #[arg(long, default_value = "client")]
    pub dialect: Dialect,
    /// A file of particulars (JSON)
    #[arg(long, value_name = "FILE")]
    pub particulars: Option<PathBuf>,
    /// The client is to declare (申报), not only to save (暂存)
    #[arg(long)]
    pub declare: bool,
    /// A change of what customs has (变更), not a first filing
    #[arg(long, conflicts_with = "delete")]
    pub change: bool,
    /// A deletion (删除) of what customs has; of a list
    #[arg(long)]
    pub delete: bool,
    /// The day of the document (default: today)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub date: Option<Date>,
    /// The first day of a consumption sheet
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub from: Option<Date>,
    /// The last day of a consumption sheet
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub to: Option<Date>,
    /// Write to this file: .xml, or .zip with one XML in it (default: the XML on standard output)
    #[arg(long, value_name = "FILE", conflicts_with = "outbox")]
    pub output: Option<PathBuf>,
    /// Put a zip into this folder, the client's OutBox
    #[arg(long, value_name = "DIR")]
    pub outbox: Option<PathBuf>,
    /// Who sends (sender_id), as the Single Window knows you
    #[arg(long, value_name = "ID")]
    pub sender: Option<String>,
    /// Who receives (receiver_id)
    #[arg(long, value_name = "ID")]
    pub receiver: Option<String>,
    /// The card that signs (Ic_Card)
    #[arg(long, value_name = "NO")]
    pub card: Option<String>,
    /// The message's own number (报文编号); else made of what it is and the time
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
}

/// Check a message as customs and the client will, before it is sent
///
/// Required fields, digits, codes, number patterns, prices and totals; with --ledger also whether it
/// agrees with what is on file. All problems at once, each with its element.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded exchange check INV101.xml
  bonded exchange check INV101.xml --ledger books.db --format json

Exit status: 0 nothing keeps it back, 1 something does, 2 not read.")]
pub struct ExchangeCheck {
    /// Messages
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What is on file
    #[arg(long, value_name = "LEDGER")]
    pub ledger: Option<PathBuf>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// Watch a client's InBox and post each receipt once
///
/// Looks into the folder again and again, or once with --once. What was taken is moved to `taken`
/// beside the files, what cannot be read or contradicts the ledger to `held`, with the reasons in a
/// file of the same name; what waits for another file stays. It may be stopped at any moment and begun
/// again: what is posted already has no effect the second time.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded exchange watch books.db ImpPath/Sas/InBox
  bonded exchange watch books.db ImpPath/Sas/InBox --once

Exit status (--once): 0 everything was taken, 1 something waits or is held, 2 not done.")]
pub struct ExchangeWatch {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// The client's InBox
    #[arg(value_name = "DIR")]
    pub inbox: PathBuf,
    /// Take what is there and end
    #[arg(long)]
    pub once: bool,
    /// How often to look
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    pub every: u64,
    /// How long to wait for another process that is posting to the same ledger
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub wait: u64,
}

/// Compare what customs has with what is here, item by item
///
/// Takes a full copy of a handbook (手册同步 EML301) or account book (EMS301), or receipts of lists. Every
/// difference, with both values and the entry that would make them equal.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("told").multiple(true)))]
#[command(after_help = "\
Examples:
  bonded exchange reconcile books.db Receipt_EML301.xml
  bonded exchange reconcile books.db taken/*.xml --format json

Exit status: 0 nothing differs, 1 something does, 2 not read.")]
pub struct ExchangeReconcile {
    /// The ledger: a journal (.jsonl), a database file (.db) or postgres://…
    pub ledger: PathBuf,
    /// Messages of customs
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// Write an empty template, or one filled from a ledger
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bonded exchange template lists --output lists.xlsx
  bonded exchange template list-body --ledger books.db --list LIST-7 --output body.xlsx")]
pub struct ExchangeTemplate {
    /// Which
    pub kind: TemplateKind,
    /// Where to
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// Fill it from this ledger
    #[arg(long, value_name = "LEDGER")]
    pub ledger: Option<PathBuf>,
    /// With this list
    #[arg(long, value_name = "NO", requires = "ledger")]
    pub list: Option<String>,
    /// With this book
    #[arg(long, value_name = "NO", requires = "ledger")]
    pub handbook: Option<HandbookNo>,
}

/// A template.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum TemplateKind {
    /// Lists, one row a line: ours
    Lists,
    /// Production records (生产记录): ours
    Production,
    /// The body of a list (核注清单表体导入), 27 columns: the Single Window's
    ListBody,
    /// An account book (账册导入), three sheets: the Single Window's
    AccountBook,
}
