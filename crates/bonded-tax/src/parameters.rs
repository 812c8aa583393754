//! The numbers of the law, as dated rows: what is shipped, and what a user's file adds.

use std::collections::BTreeMap;

use bonded_ledger::{Date, Law, parse_date};
use rust_decimal::Decimal;
use unit_consumption::Exact;

use crate::dated::{Dated, Row};
use crate::error::{TaxError, codes};
use crate::explained::RowRef;
use crate::law;
use crate::source::Source;

/// A number that the rules take.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// How a file names it.
    pub name: &'static str,
    /// In what.
    pub unit: &'static str,
    /// What it is.
    pub title: &'static str,
    rows: &'static [Shipped],
}

#[derive(Clone, Copy, Debug)]
struct Shipped(&'static str, Option<&'static str>, &'static str, Law);

const fn since(from: &'static str, value: &'static str, law: Law) -> Shipped {
    Shipped(from, None, value, law)
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $unit:literal, $title:literal, [$($row:expr),* $(,)?];)*) => {
        $($(#[$doc])* pub static $name: Parameter = Parameter { name: $text, unit: $unit, title: $title, rows: &[$($row),*] };)*
        /// All of them, in the order of the manual.
        pub static ALL: &[&Parameter] = &[$(&$name),*];
    };
}

parameters! {
    /// 缓税利息率.
    INTEREST_RATE = "interest_rate", "percent a year", "rate of the interest on deferred duty", [
        since("2008-11-27", "0.36", law::INTEREST_RATE_2009),
        since("2011-02-09", "0.40", law::INTEREST_RATE_BANK),
        since("2011-04-06", "0.50", law::INTEREST_RATE_BANK),
        since("2012-06-08", "0.40", law::INTEREST_RATE_BANK),
        since("2012-07-06", "0.35", law::INTEREST_RATE_BANK),
    ];
    /// Days of a year of interest.
    INTEREST_YEAR = "interest_year", "days", "a year of interest", [since("2008-11-27", "360", law::INTEREST)];
    /// 1 where both the first and the last day count, 0 where the first does not.
    INTEREST_FIRST_DAY = "interest_first_day", "days", "whether the first day counts (1) or not (0)", [since("2008-11-27", "0", law::INTEREST_DAYS)];
    /// Below it nothing is collected.
    INTEREST_MINIMUM = "interest_minimum", "CNY an entry", "interest below it is not collected", [since("2008-11-27", "50", law::INTEREST_MINIMUM)];
    /// 许可证件.
    LICENCE_SHARE = "licence_share", "percent", "surplus without a licence: of the value of all imports", [since("2004-07-01", "3", law::LICENCE)];
    /// 许可证件.
    LICENCE_AMOUNT = "licence_amount", "CNY", "surplus without a licence: in all", [since("2004-07-01", "10000", law::LICENCE)];
    /// 集中内销.
    COLLECTIVE_DAY = "collective_day", "day of the following month", "collective declaration by", [since("2020-01-01", "15", law::COLLECTIVE_MONTH)];
    /// 集中内销, 按季度.
    COLLECTIVE_QUARTER_DAY = "collective_quarter_day", "day after the quarter", "quarterly collective declaration by", [since("2020-07-01", "15", law::COLLECTIVE_QUARTER)];
    /// 缴纳税款.
    PAYMENT_DAYS = "payment_days", "days after the declaration", "tax is paid within", [since("2024-12-01", "15", law::PAYMENT)];
    /// 保函.
    GUARANTEE_DAYS = "guarantee_days", "days beyond expiry", "a letter of guarantee is valid for", [since("2018-03-01", "80", law::GUARANTEE_TERM)];
    /// 延期.
    GUARANTEE_EXTENSIONS = "guarantee_extensions", "times", "a handbook extended so often may need a guarantee", [since("2014-03-12", "2", law::GUARANTEE_MAY)];
    /// 报核.
    REPORT_DAYS = "report_days", "days", "report after expiry or the last export", [since("2014-03-12", "30", law::REPORT)];
    /// 核销.
    ACCEPTANCE_DAYS = "acceptance_days", "days after the report", "customs writes off within", [since("2014-03-12", "30", law::REPORT_CUSTOMS)];
    /// 结转.
    CARRY_OVER_MONTHS = "carry_over_months", "months after delivery", "carry-over declared by the end of the month", [since("2023-11-14", "1", law::CARRY_OVER)];
    /// 核销.
    REFUND_MONTH = "refund_month", "month of the following year", "refund write-off is applied for in", [since("2012-07-01", "4", law::REFUND_WRITE_OFF)];
    /// 核销.
    REFUND_DAY = "refund_day", "day of that month", "refund write-off is applied for by", [since("2012-07-01", "20", law::REFUND_WRITE_OFF)];
    /// 分配率.
    REFUND_DECIMALS = "refund_decimals", "decimals", "the actual rate is rounded to", [since("2012-07-01", "6", law::REFUND_RATE)];
    /// 差异说明.
    REFUND_USD_DIFFERENCE = "refund_usd_difference", "USD", "a claim may differ from the declaration by", [since("2012-07-01", "1", law::REFUND_CHECKS)];
    /// 差异说明.
    REFUND_USD_SHARE = "refund_usd_share", "percent", "or by", [since("2012-07-01", "5", law::REFUND_CHECKS)];
}

/// The shipped rows and the user's.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters(BTreeMap<&'static str, Dated<Decimal>>);

impl Parameters {
    /// What is shipped.
    pub fn builtin() -> Parameters {
        let table = |it: &&Parameter| (it.name, shipped(it.rows));
        Parameters(ALL.iter().map(table).collect())
    }

    /// All rows of a parameter.
    pub fn rows(&self, parameter: &Parameter) -> &[Row<Decimal>] {
        self.0.get(parameter.name).map_or(&[], Dated::rows)
    }

    pub(crate) fn add(&mut self, name: &'static str, row: Row<Decimal>) -> Option<Row<Decimal>> {
        self.0.entry(name).or_default().add(row)
    }

    /// The number in force on a day, with its row.
    ///
    /// # Errors
    /// `parameter_missing` before the first row.
    pub fn on(&self, parameter: &Parameter, day: Date) -> Result<(Exact, RowRef), TaxError> {
        let row = self.0.get(parameter.name).and_then(|it| it.on(day));
        let row = row.ok_or_else(|| {
            TaxError::new(
                &codes::PARAMETER_MISSING,
                format!("{} ({}) is not known on {day}", parameter.name, parameter.title),
                format!(
                    "add {{\"name\":\"{}\",\"from\":\"{day}\",\"value\":\"…\",\"source\":\"…\"}} to \"parameters\"",
                    parameter.name
                ),
            )
        })?;
        let value = row.value.normalize();
        let told = RowRef {
            name: parameter.name.to_owned(),
            value: value.to_string(),
            from: row.from,
            source: row.source.clone(),
        };
        Ok((Exact::from(value), told))
    }

    /// A number of days, of months: a whole one.
    pub(crate) fn whole(
        &self,
        parameter: &Parameter,
        day: Date,
    ) -> Result<(u32, RowRef), TaxError> {
        let (_, row) = self.on(parameter, day)?;
        // Checked when the file was read.
        let whole = row.value.parse().unwrap_or_default();
        Ok((whole, row))
    }
}

/// The parameter of a name.
pub fn find(name: &str) -> Option<&'static Parameter> {
    ALL.iter().copied().find(|it| it.name == name)
}

impl Parameter {
    /// The least and the most of a whole number; none where it is an amount or a percentage.
    pub(crate) fn range(&self) -> Option<(u32, u32)> {
        match self.name {
            "interest_year" => Some((1, 366)),
            "interest_first_day" => Some((0, 1)),
            "refund_month" => Some((1, 12)),
            "collective_day" | "collective_quarter_day" | "refund_day" => Some((1, 28)),
            "refund_decimals" => Some((0, 9)),
            "payment_days"
            | "guarantee_days"
            | "report_days"
            | "acceptance_days"
            | "guarantee_extensions"
            | "carry_over_months" => Some((0, 1_000)),
            _ => None,
        }
    }
}

fn shipped(rows: &[Shipped]) -> Dated<Decimal> {
    let mut dated = Dated::default();
    for Shipped(from, until, value, law) in rows {
        dated.add(Row {
            from: parse_date(from).unwrap_or_default(),
            until: until.and_then(parse_date),
            value: value.parse().unwrap_or_default(),
            source: Source::of(law),
        });
    }
    dated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_row_reads() {
        let built = Parameters::builtin();
        for parameter in ALL {
            assert_eq!(
                built.rows(parameter).len(),
                parameter.rows.len(),
                "{}",
                parameter.name
            );
            let amount = parameter.unit.contains("percent")
                || parameter.unit.contains("CNY")
                || parameter.unit == "USD";
            assert_eq!(parameter.range().is_none(), amount, "{}", parameter.name);
            for (Shipped(from, _, value, _), row) in
                parameter.rows.iter().zip(built.rows(parameter))
            {
                assert_eq!(row.from.to_string(), *from);
                assert_eq!(row.value.to_string(), *value);
                let (_, told) = built.on(parameter, row.from).unwrap();
                let range = parameter.range();
                let within =
                    |it: u32| range.is_some_and(|(least, most)| (least..=most).contains(&it));
                assert!(range.is_none() || told.value.parse().is_ok_and(within));
            }
        }
    }

    #[test]
    fn the_rate_changes_on_its_day_and_is_unknown_before_the_first() {
        let built = Parameters::builtin();
        let on = |day: &str| built.on(&INTEREST_RATE, parse_date(day).unwrap());
        assert_eq!(on("2012-07-05").unwrap().1.value, "0.4");
        assert_eq!(on("2012-07-06").unwrap().1.value, "0.35");
        assert_eq!(on("2008-11-26").unwrap_err().code(), "parameter_missing");
    }
}
