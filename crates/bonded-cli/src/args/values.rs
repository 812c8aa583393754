//! The words that options take.

use bonded_ledger::{Date, ListState, parse_date};
use clap::ValueEnum;

/// For people or for programs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

/// For people, programs or spreadsheets.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum RowsFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// For people, programs, spreadsheets or calendars.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum CalendarFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
    /// For calendars (RFC 5545)
    Ics,
}

/// How a statement is printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum StatementFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets, one row an item
    Csv,
    /// The closure report's own names (手册报核)
    Closure,
    /// A workbook to hand on, with reasons, lists and what each column means
    Xlsx,
}

/// How production records are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum ProductionFormat {
    /// JSON Lines, one record a line
    Jsonl,
    /// One row an order and material, under a header
    Csv,
}

/// How a list stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum State {
    /// 预核扣: declared, not deducted yet
    Pending,
    /// 已核扣: customs has deducted it
    Booked,
    /// 已删单
    Withdrawn,
}

/// The trade.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Trade {
    /// 来料加工
    SuppliedMaterials,
    /// 进料加工
    ImportedMaterials,
}

/// When unit consumption must be on file (单耗申报环节).
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum ConsumptionDeclared {
    /// 出口前
    BeforeExport,
    /// 报核前
    BeforeClosure,
}

impl From<State> for ListState {
    fn from(state: State) -> ListState {
        match state {
            State::Pending => ListState::Pending,
            State::Booked => ListState::Booked,
            State::Withdrawn => ListState::Withdrawn,
        }
    }
}

pub(super) fn date(text: &str) -> Result<Date, &'static str> {
    parse_date(text).ok_or("expected a date such as 2026-03-31")
}
