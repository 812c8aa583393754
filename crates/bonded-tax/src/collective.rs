//! Collective declaration of domestic sale (集中办理内销征税): until when, and who may not.

use bonded_ledger::{Credit, Date, HandbookNo};
use chrono::{Datelike, Days, Months};
use serde::Serialize;

use crate::books::Books;
use crate::error::TaxError;
use crate::explained::{Explained, Step};
use crate::inputs::{Fact, Inputs, Period};
use crate::parameters::{COLLECTIVE_DAY, COLLECTIVE_QUARTER_DAY};
use crate::rules::collective::{COLLECTIVE_DOUBT, COLLECTIVE_LAST_DAY, COLLECTIVE_MAY};

/// How goods that were sold on a day are declared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Collective {
    /// Monthly, quarterly, or each sale by itself.
    pub period: Explained<Period>,
    /// The last day; none where each sale is declared by itself, before the goods leave.
    pub due: Option<Explained<Date>>,
}

/// The day after the last of the month that holds a day.
pub(crate) fn next_month(day: Date) -> Option<Date> {
    day.with_day(1)?.checked_add_months(Months::new(1))
}

/// The last day for goods sold on a day: the 15th of the month after the month or quarter, but never
/// in another year, and never after the end of validity or cycle.
pub fn collective_due(
    sold: Date,
    period: Period,
    until_day: u32,
    valid_until: Option<Date>,
) -> Option<Date> {
    let begins_after = match period {
        Period::None => return None,
        Period::Monthly => next_month(sold)?,
        Period::Quarterly => {
            let months = 3 - sold.month0() % 3;
            sold.with_day(1)?.checked_add_months(Months::new(months))?
        }
    };
    let due = begins_after.checked_add_days(Days::new(u64::from(until_day).saturating_sub(1)))?;
    // Never across a year: what was sold in December is declared in December.
    let year_ends = Date::from_ymd_opt(sold.year(), 12, 31)?;
    let due = due.min(year_ends);
    Some(valid_until.map_or(due, |it| due.min(it)))
}

/// How often the sales of a book on a day are declared together.
pub(crate) fn period(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    sold: Date,
) -> Result<Explained<Period>, TaxError> {
    let book = books.book(handbook)?;
    let dishonest = matches!(book.credit, Credit::Dishonest | Credit::SeriouslyDishonest);
    let said = inputs.collective.get(&handbook);
    let said = said.and_then(|it| it.on(sold));
    let cases = inputs.standing.get(&handbook).into_iter().flatten();
    let cases = cases.filter(|it| it.holds(sold)).filter_map(|it| {
        let case = match it.value {
            Fact::SmugglingCase => "a case of smuggling is open (涉嫌走私)",
            Fact::ViolationCase => "a case of violation is open (涉嫌违规)",
            Fact::Rectification => "management is being rectified (限期整改)",
            Fact::RentedPlant | Fact::FirstTime | Fact::Elsewhere => return None,
        };
        let text = format!(
            "{case}, by {}: ask customs whether it is allowed",
            it.source
        );
        Some(Step::new(&COLLECTIVE_DOUBT, text))
    });
    let (period, text) = match (dishonest, said) {
        (true, _) => (
            Period::None,
            format!("the operator is {}: no collective declaration", book.credit),
        ),
        (false, Some(row)) => (row.value, format!("as the file says: {}", row.source)),
        (false, None) => (
            Period::Monthly,
            "monthly, the earlier of the two, as the file says nothing".to_owned(),
        ),
    };
    let mut period = Explained::by(period, Step::new(&COLLECTIVE_MAY, text));
    if period.value != Period::None {
        period.because.extend(cases);
    }
    Ok(period)
}

/// How and until when a sale of a book on a day is declared.
///
/// # Errors
/// Where the handbook is not here, or a number of the law is not known on that day.
pub fn collective(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    sold: Date,
) -> Result<Collective, TaxError> {
    let book = books.book(handbook)?;
    let period = period(books, inputs, handbook, sold)?;
    if period.value == Period::None {
        return Ok(Collective { period, due: None });
    }
    let parameter = match period.value {
        Period::Quarterly => &COLLECTIVE_QUARTER_DAY,
        _ => &COLLECTIVE_DAY,
    };
    let (day, row) = inputs.parameters.whole(parameter, sold)?;
    // A day past the end of the longest cycle belongs to the next, even if this one is not reported yet.
    let cycle_ends = Some(books.span_on(handbook, sold)?.until).filter(|it| *it >= sold);
    let until = cycle_ends.map_or(book.valid_until, |it| it.min(book.valid_until));
    let due = collective_due(sold, period.value, day, Some(until));
    let due = due.map(|due| {
        let text = format!(
            "sold on {sold}: by the {day}th after the {}, within the year and until {}: {due}",
            match period.value {
                Period::Quarterly => "quarter",
                _ => "month",
            },
            until
        );
        Explained::by(due, Step::new(&COLLECTIVE_LAST_DAY, text).row(row))
    });
    Ok(Collective { period, due })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_across_a_year_or_validity() {
        let day = |it: &str| bonded_ledger::parse_date(it).unwrap();
        for (sold, period, valid, due) in [
            ("2026-01-01", Period::Monthly, "2027-12-31", "2026-02-15"),
            ("2026-01-31", Period::Monthly, "2027-12-31", "2026-02-15"),
            ("2026-11-30", Period::Monthly, "2027-12-31", "2026-12-15"),
            ("2026-12-01", Period::Monthly, "2027-12-31", "2026-12-31"),
            ("2026-12-31", Period::Monthly, "2027-12-31", "2026-12-31"),
            ("2026-01-01", Period::Quarterly, "2027-12-31", "2026-04-15"),
            ("2026-03-31", Period::Quarterly, "2027-12-31", "2026-04-15"),
            ("2026-04-01", Period::Quarterly, "2027-12-31", "2026-07-15"),
            ("2026-09-30", Period::Quarterly, "2027-12-31", "2026-10-15"),
            ("2026-10-01", Period::Quarterly, "2027-12-31", "2026-12-31"),
            ("2026-12-31", Period::Quarterly, "2027-12-31", "2026-12-31"),
            ("2026-06-10", Period::Monthly, "2026-07-15", "2026-07-15"),
            ("2026-06-10", Period::Monthly, "2026-07-14", "2026-07-14"),
            ("2026-06-10", Period::Quarterly, "2026-07-01", "2026-07-01"),
        ] {
            let found = collective_due(day(sold), period, 15, Some(day(valid)));
            assert_eq!(found, Some(day(due)), "{sold} {period:?} {valid}");
        }
        assert_eq!(
            collective_due(day("2026-01-01"), Period::None, 15, None),
            None
        );
        assert_eq!(collective_due(Date::MAX, Period::Monthly, 15, None), None);
    }
}
