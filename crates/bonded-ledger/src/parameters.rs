//! Numbers that a new announcement could change: dated rows, each with its source, never constants
//! in code.

use crate::ids::Date;
use crate::law::{self, Law};

/// One row of a dated parameter.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// In force from (`YYYY-MM-DD`).
    pub from: &'static str,
    /// The value.
    pub value: u32,
    /// Where it comes from.
    pub law: Law,
}

/// A number of the law and its history.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// What it is.
    pub name: &'static str,
    /// In what.
    pub unit: &'static str,
    /// In order of time.
    pub rows: &'static [Row],
}

impl Parameter {
    /// The value in force on a day, or the first row's before it: a document older than our
    /// knowledge is measured by the oldest rule we know, which only ever warns.
    pub fn on(&self, day: Date) -> u32 {
        let in_force =
            |row: &&Row| crate::ids::parse_date(row.from).is_some_and(|from| from <= day);
        let row = self
            .rows
            .iter()
            .take_while(in_force)
            .last()
            .or(self.rows.first());
        row.map_or(0, |row| row.value)
    }
}

/// How long after expiry a handbook must be reported (报核期限).
pub static REPORT_DAYS: Parameter = Parameter {
    name: "report after expiry",
    unit: "days",
    rows: &[Row {
        from: "2014-03-12",
        value: 30,
        law: law::REPORT_30_DAYS,
    }],
};

/// How long before expiry we begin to warn. Prudence, not law.
pub static EXPIRY_NOTICE_DAYS: Parameter = Parameter {
    name: "notice before expiry",
    unit: "days",
    rows: &[Row {
        from: "2014-03-12",
        value: 30,
        law: law::journal("Warnings"),
    }],
};

/// How long a guarantee outlasts the handbook. `from` is the day of the page on which the rule was
/// read; the day from which it is in force could not be.
pub static GUARANTEE_EXTRA_DAYS: Parameter = Parameter {
    name: "guarantee beyond expiry",
    unit: "days",
    rows: &[Row {
        from: "2018-03-01",
        value: 80,
        law: law::GUARANTEE_TERM,
    }],
};

/// Until the end of which month after delivery a carry-over is declared (1 = the following).
pub static CARRY_OVER_MONTHS: Parameter = Parameter {
    name: "carry-over declared until the end of the month",
    unit: "months after delivery",
    rows: &[Row {
        from: "2023-11-14",
        value: 1,
        law: law::TRANSFER_TIME,
    }],
};

/// How far a count may differ from the book without a reason (短溢区间): percent of what opened and
/// came in.
pub static CYCLE_BAND_PERCENT: Parameter = Parameter {
    name: "band of a count at the end of a cycle",
    unit: "percent",
    rows: &[Row {
        from: "2024-06-01",
        value: 1,
        law: law::CYCLE_BAND,
    }],
};

/// How long a cycle of an account book is at most. The article could not be read; `from` is the day
/// since when new account books are of type E.
pub static CYCLE_MONTHS: Parameter = Parameter {
    name: "longest cycle of an account book",
    unit: "months",
    rows: &[Row {
        from: "2024-07-01",
        value: 12,
        law: law::CYCLE_DEADLINE,
    }],
};

/// How long after its last day a cycle is reported. The same.
pub static CYCLE_REPORT_DAYS: Parameter = Parameter {
    name: "report of a cycle after its end",
    unit: "days",
    rows: &[Row {
        from: "2024-07-01",
        value: 30,
        law: law::CYCLE_DEADLINE,
    }],
};

/// The heading of the tariff under which integrated circuits stand (集成电路): wafers, dies, chips.
/// From the tariff of 2014 and the codes in use; a heading, so no row of a dated table.
pub const CHIP_HEADING: &str = "8542";

/// All of them, for the manual.
pub static ALL: &[&Parameter] = &[
    &REPORT_DAYS,
    &EXPIRY_NOTICE_DAYS,
    &GUARANTEE_EXTRA_DAYS,
    &CARRY_OVER_MONTHS,
    &CYCLE_BAND_PERCENT,
    &CYCLE_MONTHS,
    &CYCLE_REPORT_DAYS,
];
