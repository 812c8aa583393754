//! Everything that is due, of every handbook, in order.

use bonded_ledger::{CarryOverState, Date, HandbookNo, Movement, Trade};
use chrono::{Days, Months};
use serde::Serialize;

use crate::books::Books;
use crate::collective::{collective, next_month};
use crate::error::TaxError;
use crate::explained::{LineRef, Step};
use crate::guarantee::{Need, guarantee};
use crate::inputs::{Inputs, Period};
use crate::papers::{BookPapers, ListPapers};
use crate::parameters::{ACCEPTANCE_DAYS, CARRY_OVER_MONTHS, PAYMENT_DAYS, REPORT_DAYS};
use crate::refund::apply_by;
use crate::rules::deadlines::{
    ACCEPTANCE_DUE, CARRY_OVER_DUE, EXPIRY, GUARANTEE_ENDS, PAYMENT_DUE, REPORT_DUE,
};
use crate::sale::sale_lists;
use crate::span::Span;

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Deadline {
    /// The last day.
    pub due: Date,
    /// Of which book.
    pub handbook: HandbookNo,
    /// `expiry`, `report`, `report_cycle`, `customs_writes_off`, `carry_over`, `collective_tax`, `payment`,
    /// `refund_write_off`, `guarantee`.
    pub kind: &'static str,
    /// What has to be done, in one line.
    pub what: String,
    /// The list it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The day has passed.
    pub overdue: bool,
    /// Why that day.
    pub because: Vec<Step>,
}

/// What is due of every book that is not done with, as one sees it on a day; by day, book and kind.
///
/// # Errors
/// Where a number of the law is not known on a day.
pub fn deadlines(
    books: &Books,
    inputs: &Inputs,
    handbook: Option<HandbookNo>,
    today: Date,
) -> Result<Vec<Deadline>, TaxError> {
    let mut due = Due {
        today,
        found: Vec::new(),
    };
    for (&number, book) in &books.papers().books {
        if handbook.is_some_and(|only| only != number) {
            continue;
        }
        of_book(books, inputs, number, book, &mut due)?;
    }
    carry_overs(books, inputs, handbook, &mut due)?;
    let mut found = due.found;
    found.sort_by(|a, b| {
        (a.due, a.handbook, a.kind, &a.list).cmp(&(b.due, b.handbook, b.kind, &b.list))
    });
    Ok(found)
}

struct Due {
    today: Date,
    found: Vec<Deadline>,
}

impl Due {
    fn add(
        &mut self,
        due: Date,
        handbook: HandbookNo,
        kind: &'static str,
        what: String,
        because: Vec<Step>,
    ) {
        self.found.push(Deadline {
            due,
            handbook,
            kind,
            what,
            list: None,
            overdue: due < self.today,
            because,
        });
    }

    fn of_list(&mut self, list: &ListPapers) {
        if let Some(last) = self.found.last_mut() {
            last.list = Some(list.number.clone());
        }
    }
}

fn later(day: Date, days: u32) -> Date {
    day.checked_add_days(Days::new(days.into()))
        .unwrap_or(Date::MAX)
}

fn of_book(
    books: &Books,
    inputs: &Inputs,
    number: HandbookNo,
    book: &BookPapers,
    due: &mut Due,
) -> Result<(), TaxError> {
    if book.accepted.is_some() {
        for span in books.spans(number)? {
            written_off(books, inputs, number, book, span, due)?;
        }
        return Ok(());
    }
    if let Some(reported) = book.reported {
        let (days, row) = inputs.parameters.whole(&ACCEPTANCE_DAYS, reported)?;
        let last = later(reported, days);
        let text = format!("reported on {reported}: customs finishes within {days} days");
        let what = "customs writes the book off (核销结案)".to_owned();
        due.add(
            last,
            number,
            "customs_writes_off",
            what,
            vec![Step::new(&ACCEPTANCE_DUE, text).row(row)],
        );
        return Ok(());
    }
    let until = book.valid_until;
    let text = format!("valid until {until}; import and export end on this day");
    let what = "the book expires: export, or extend it before (到期、延期)".to_owned();
    due.add(
        until,
        number,
        "expiry",
        what,
        vec![Step::new(&EXPIRY, text)],
    );
    match number.is_account_book() {
        true => cycles(books, inputs, number, book, due)?,
        false => report(inputs, number, until, due)?,
    }
    sales(books, inputs, number, book, due)?;
    let view = guarantee(books, inputs, number, due.today)?;
    if let Some(on_file) = &view.on_file
        && view.lasts == Some(false)
    {
        let text = format!(
            "on file until {}, needed until {}",
            on_file.valid_until, view.until.value
        );
        let mut because = vec![Step::new(&GUARANTEE_ENDS, text)];
        because.extend(view.until.because.clone());
        let what = format!("extend the guarantee until {} (担保)", view.until.value);
        due.add(on_file.valid_until, number, "guarantee", what, because);
    }
    if view.on_file.is_none() && view.need.value == Need::Required {
        let what = "give a guarantee (担保)".to_owned();
        due.add(due.today, number, "guarantee", what, view.need.because);
    }
    Ok(())
}

/// A handbook is reported for closure once.
fn report(inputs: &Inputs, number: HandbookNo, until: Date, due: &mut Due) -> Result<(), TaxError> {
    let (days, row) = inputs.parameters.whole(&REPORT_DAYS, until)?;
    let last = later(until, days);
    let text = format!("{until} + {days} days = {last}; earlier after the last export");
    let what = "report for closure (报核)".to_owned();
    due.add(
        last,
        number,
        "report",
        what,
        vec![Step::new(&REPORT_DUE, text).row(row)],
    );
    Ok(())
}

/// An account book is reported cycle by cycle, and its refund written off likewise.
fn cycles(
    books: &Books,
    inputs: &Inputs,
    number: HandbookNo,
    book: &BookPapers,
    due: &mut Due,
) -> Result<(), TaxError> {
    let plan = books.ledger().cycle_plan(number, due.today, None);
    if let Some(plan) = plan.filter(|it| it.reported.is_none()) {
        let text = format!(
            "cycle {} from {} ends by {}: reported by {}; earlier where it ends earlier",
            plan.cycle, plan.from, plan.ends_by, plan.report_by
        );
        let what = "report the cycle (账册报核)".to_owned();
        let because = vec![Step::new(&REPORT_DUE, text)];
        due.add(plan.report_by, number, "report_cycle", what, because);
    }
    for span in books.spans(number)? {
        written_off(books, inputs, number, book, span, due)?;
    }
    Ok(())
}

/// What is left once customs has written the book, or a cycle of it, off.
fn written_off(
    books: &Books,
    inputs: &Inputs,
    number: HandbookNo,
    book: &BookPapers,
    span: Span,
    due: &mut Due,
) -> Result<(), TaxError> {
    let Some(accepted) = span.written_off else {
        return Ok(());
    };
    let mut lists = books.papers().lists_of(number);
    let exported = lists
        .any(|it| it.movement == Movement::Exported && it.booked.is_some() && span.holds(book, it));
    if exported && book.trade == Trade::ImportedMaterials {
        let last = apply_by(inputs, accepted)?;
        let what = "apply for the refund write-off (进料加工业务免抵退税核销)".to_owned();
        due.add(last.value, number, "refund_write_off", what, last.because);
    }
    Ok(())
}

/// Tax of declared sales, and the next collective declarations.
fn sales(
    books: &Books,
    inputs: &Inputs,
    number: HandbookNo,
    book: &BookPapers,
    due: &mut Due,
) -> Result<(), TaxError> {
    for name in sale_lists(books, Some(number)) {
        let list = books.list(name)?;
        if list.booked.is_some() {
            continue;
        }
        let (days, row) = inputs.parameters.whole(&PAYMENT_DAYS, list.declared)?;
        let last = later(list.declared, days);
        let text = format!(
            "declared on {}: paid within {days} days, by {last}",
            list.declared
        );
        let lines = list.lines.iter().map(|it| list.at(it));
        let step = Step::new(&PAYMENT_DUE, text).lines(lines).row(row);
        let what = format!("pay the tax of list {name} (缴纳税款)");
        due.add(last, number, "payment", what, vec![step]);
        due.of_list(list);
    }
    let today = due.today;
    let before = previous(books, inputs, number, today)?;
    for sold in [before, Some(today)].into_iter().flatten() {
        if !(book.valid_from..=book.valid_until).contains(&sold) {
            continue;
        }
        let collective = collective(books, inputs, number, sold)?;
        let Some(last) = collective.due.filter(|it| it.value >= today) else {
            continue;
        };
        let mut because = collective.period.because;
        because.extend(last.because);
        let of = match collective.period.value {
            Period::Quarterly => "quarter",
            _ => "month",
        };
        let what =
            format!("declare the sales of the {of} of {sold} collectively (集中办理内销征税)");
        due.add(last.value, number, "collective_tax", what, because);
    }
    Ok(())
}

/// A day of the month or quarter before.
fn previous(
    books: &Books,
    inputs: &Inputs,
    number: HandbookNo,
    today: Date,
) -> Result<Option<Date>, TaxError> {
    let back = match collective(books, inputs, number, today)?.period.value {
        Period::Quarterly => 3,
        _ => 1,
    };
    Ok(today.checked_sub_months(Months::new(back)))
}

/// Carry-overs that were received and not sent yet, due of the sender; and lists that are delivered.
fn carry_overs(
    books: &Books,
    inputs: &Inputs,
    only: Option<HandbookNo>,
    due: &mut Due,
) -> Result<(), TaxError> {
    let chains = books.ledger().chains();
    // One is listed in the chain of either of its ends.
    let mut seen = std::collections::BTreeSet::new();
    for it in chains.chains.iter().flat_map(|it| &it.carry_overs) {
        let Some(receiving) = &it.receiving_list else {
            continue;
        };
        if it.state != CarryOverState::ReceivingOnly
            || only.is_some_and(|only| only != it.from)
            || !seen.insert(receiving.clone())
        {
            continue;
        }
        let list = books.list(receiving)?;
        let delivered = list.delivered.unwrap_or(list.declared);
        let (months, row) = inputs.parameters.whole(&CARRY_OVER_MONTHS, delivered)?;
        let end = next_month(delivered)
            .and_then(|it| it.checked_add_months(Months::new(months)))
            .and_then(|it| it.pred_opt())
            .unwrap_or(Date::MAX);
        let valid = books.book(it.from).map(|it| it.valid_until).unwrap_or(end);
        let last = match it.from.is_account_book() {
            true => end,
            false => end.min(valid),
        };
        let text =
            format!("delivered on {delivered}: declared by {end}, and within validity: {last}");
        let at: Vec<LineRef> = list.lines.iter().map(|it| list.at(it)).collect();
        let step = Step::new(&CARRY_OVER_DUE, text).lines(at).row(row);
        let what = format!(
            "declare the sending side of list {receiving} into {} (结转)",
            it.to
        );
        due.add(last, it.from, "carry_over", what, vec![step]);
        due.of_list(list);
    }
    Ok(())
}
