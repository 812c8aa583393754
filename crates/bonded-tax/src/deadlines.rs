//! Everything that is due, of every handbook, in order.

use bonded_ledger::{CarryOverState, Date, HandbookNo, Movement, Trade};
use chrono::{Datelike, Days, Months};
use serde::Serialize;

use crate::books::Books;
use crate::collective::{Collective, collective, next_month, period};
use crate::error::TaxError;
use crate::explained::{LineRef, Step};
use crate::guarantee::{Need, guarantee};
use crate::inputs::{Inputs, Period};
use crate::papers::{BookPapers, ListPapers};
use crate::parameters::{ACCEPTANCE_DAYS, CARRY_OVER_MONTHS, PAYMENT_DAYS, REPORT_DAYS};
use crate::refund::apply_by;
use crate::rules::Rule;
use crate::rules::collective::COLLECTIVE_LAST_DAY;
use crate::rules::deadlines::{
    ACCEPTANCE_DUE, CARRY_OVER_DUE, EXPIRY, GUARANTEE_ENDS, PAYMENT_DUE, REPORT_DUE,
};
use crate::rules::guarantee::GUARANTEE_MUST;
use crate::rules::refund::WRITE_OFF;
use crate::sale::sale_lists;
use crate::span::Span;

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Deadline {
    /// The last day; none where it cannot be had.
    pub due: Option<Date>,
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
    /// Why there is no day, and what to add.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<TaxError>,
    /// Why that day.
    pub because: Vec<Step>,
}

/// What is due of every book that is not done with, as one sees it on a day; by day, book and kind. What
/// has no day, as a number of the law is not known, comes first.
///
/// # Errors
/// Where a list is not in the ledger, which no posted entry brings about.
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

/// The last day and why, or what is missing.
type Last = Result<(Date, Vec<Step>), TaxError>;

impl Due {
    fn add(
        &mut self,
        last: Last,
        rule: &'static Rule,
        of: (HandbookNo, &'static str),
        what: String,
    ) {
        let (due, because, missing) = match last {
            Ok((due, because)) => (Some(due), because, None),
            Err(missing) => {
                let step = Step::new(rule, format!("the day is not known: {}", missing.message()));
                (None, vec![step], Some(missing))
            }
        };
        let (handbook, kind) = of;
        self.found.push(Deadline {
            due,
            handbook,
            kind,
            what,
            list: None,
            overdue: due.is_some_and(|it| it < self.today),
            missing,
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
            written_off(books, inputs, number, book, span, due);
        }
        return Ok(());
    }
    if let Some(reported) = book.reported {
        let days = inputs.parameters.whole(&ACCEPTANCE_DAYS, reported);
        let last = days.map(|(days, row)| {
            let text = format!("reported on {reported}: customs finishes within {days} days");
            let step = Step::new(&ACCEPTANCE_DUE, text).row(row);
            (later(reported, days), vec![step])
        });
        let what = "customs writes the book off (核销结案)".to_owned();
        due.add(last, &ACCEPTANCE_DUE, (number, "customs_writes_off"), what);
        return Ok(());
    }
    let until = book.valid_until;
    let text = format!("valid until {until}; import and export end on this day");
    let what = "the book expires: export, or extend it before (到期、延期)".to_owned();
    let last = Ok((until, vec![Step::new(&EXPIRY, text)]));
    due.add(last, &EXPIRY, (number, "expiry"), what);
    match number.is_account_book() {
        true => cycles(books, inputs, number, book, due)?,
        false => report(inputs, number, until, due),
    }
    sales(books, inputs, number, book, due)?;
    letter(books, inputs, number, due);
    Ok(())
}

/// A guarantee that is needed, or must last longer.
fn letter(books: &Books, inputs: &Inputs, number: HandbookNo, due: &mut Due) {
    let of = (number, "guarantee");
    let view = match guarantee(books, inputs, number, due.today) {
        Ok(view) => view,
        Err(missing) => {
            let what = "see whether a guarantee is needed, and lasts (担保)".to_owned();
            return due.add(Err(missing), &GUARANTEE_ENDS, of, what);
        }
    };
    let until = view.until;
    match view.on_file {
        Some(on_file) if view.lasts == Some(false) => {
            let ends = on_file.valid_until;
            let text = format!("on file until {ends}, needed until {}", until.value);
            let mut because = vec![Step::new(&GUARANTEE_ENDS, text)];
            because.extend(until.because);
            let what = format!("extend the guarantee until {} (担保)", until.value);
            due.add(Ok((ends, because)), &GUARANTEE_ENDS, of, what);
        }
        None if view.need.value == Need::Required => {
            let what = "give a guarantee (担保)".to_owned();
            let last = Ok((due.today, view.need.because));
            due.add(last, &GUARANTEE_MUST, of, what);
        }
        _ => {}
    }
}

/// A handbook is reported for closure once.
fn report(inputs: &Inputs, number: HandbookNo, until: Date, due: &mut Due) {
    let days = inputs.parameters.whole(&REPORT_DAYS, until);
    let last = days.map(|(days, row)| {
        let last = later(until, days);
        let text = format!("{until} + {days} days = {last}; earlier after the last export");
        (last, vec![Step::new(&REPORT_DUE, text).row(row)])
    });
    let what = "report for closure (报核)".to_owned();
    due.add(last, &REPORT_DUE, (number, "report"), what);
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
        let last = Ok((plan.report_by, vec![Step::new(&REPORT_DUE, text)]));
        due.add(last, &REPORT_DUE, (number, "report_cycle"), what);
    }
    for span in books.spans(number)? {
        written_off(books, inputs, number, book, span, due);
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
) {
    let Some(accepted) = span.written_off else {
        return;
    };
    let mut lists = books.papers().lists_of(number);
    let exported = lists
        .any(|it| it.movement == Movement::Exported && it.booked.is_some() && span.holds(book, it));
    if exported && book.trade == Trade::ImportedMaterials {
        let last = apply_by(inputs, accepted).map(|it| (it.value, it.because));
        let what = "apply for the refund write-off (进料加工业务免抵退税核销)".to_owned();
        due.add(last, &WRITE_OFF, (number, "refund_write_off"), what);
    }
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
        let declared = list.declared;
        let days = inputs.parameters.whole(&PAYMENT_DAYS, declared);
        let last = days.map(|(days, row)| {
            let last = later(declared, days);
            let text = format!("declared on {declared}: paid within {days} days, by {last}");
            let lines = list.lines.iter().map(|it| list.at(it));
            (
                last,
                vec![Step::new(&PAYMENT_DUE, text).lines(lines).row(row)],
            )
        });
        let what = format!("pay the tax of list {name} (缴纳税款)");
        due.add(last, &PAYMENT_DUE, (number, "payment"), what);
        due.of_list(list);
    }
    let today = due.today;
    let back = match period(books, inputs, number, today)?.value {
        Period::Quarterly => 3,
        _ => 1,
    };
    let before = today.checked_sub_months(Months::new(back));
    for sold in [before, Some(today)].into_iter().flatten() {
        if (book.valid_from..=book.valid_until).contains(&sold) {
            together(books, inputs, number, sold, due)?;
        }
    }
    Ok(())
}

/// The collective declaration of what was sold on a day, unless it has passed.
fn together(
    books: &Books,
    inputs: &Inputs,
    number: HandbookNo,
    sold: Date,
    due: &mut Due,
) -> Result<(), TaxError> {
    let of = match period(books, inputs, number, sold)?.value {
        Period::Quarterly => format!("Q{} {}", sold.quarter(), sold.year()),
        _ => format!("{}-{:02}", sold.year(), sold.month()),
    };
    let last = match collective(books, inputs, number, sold) {
        Ok(Collective {
            period,
            due: Some(last),
        }) if last.value >= due.today => {
            let mut because = period.because;
            because.extend(last.because);
            Ok((last.value, because))
        }
        Ok(_) => return Ok(()),
        Err(missing) => Err(missing),
    };
    let what = format!("declare the sales of {of} collectively (集中办理内销征税)");
    due.add(last, &COLLECTIVE_LAST_DAY, (number, "collective_tax"), what);
    Ok(())
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
        let months = inputs.parameters.whole(&CARRY_OVER_MONTHS, delivered);
        let last = months.map(|(months, row)| {
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
            (
                last,
                vec![Step::new(&CARRY_OVER_DUE, text).lines(at).row(row)],
            )
        });
        let what = format!(
            "declare the sending side of list {receiving} into {} (结转)",
            it.to
        );
        due.add(last, &CARRY_OVER_DUE, (it.from, "carry_over"), what);
        due.of_list(list);
    }
    Ok(())
}
