//! When the current cycle of an account book must end and be reported, and what is due until then.

use chrono::{Days, Months};
use serde::Serialize;

use crate::book::Status;
use crate::cycle::assess::Band;
use crate::ids::{Date, HandbookNo};
use crate::ledger::Ledger;
use crate::parameters::{CYCLE_MONTHS, CYCLE_REPORT_DAYS};

/// What the current cycle of an account book asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CyclePlan {
    /// 账册编号.
    pub handbook: HandbookNo,
    /// Which cycle, from 1.
    pub cycle: u32,
    /// Its first day.
    pub from: Date,
    /// Its last day, where it is reported.
    pub reported: Option<Date>,
    /// The last day on which it may end: the longest cycle allowed, or the book's last day.
    pub ends_by: Date,
    /// The last day to report a cycle that ends on `ends_by`.
    pub report_by: Date,
    /// What is due, in order.
    pub due: Vec<Due>,
}

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Due {
    /// By when.
    pub by: Date,
    /// What to do.
    pub what: String,
    /// Days left on the day that was asked for; negative: overdue.
    pub days_left: i64,
}

impl Ledger {
    /// What the current cycle asks for, seen on a day, if it shall end on `end` (none: as late as it
    /// may). `None` where there is no such account book, or it is reported for closure or closed.
    pub fn cycle_plan(
        &self,
        handbook: HandbookNo,
        on: Date,
        end: Option<Date>,
    ) -> Option<CyclePlan> {
        let at = self.book_at(handbook)?;
        let book = self.book(at);
        if !book.number.is_account_book() || book.status != Status::Open {
            return None;
        }
        let cycle = book.current_cycle();
        let from = book.cycle_from(cycle);
        let longest = from
            .checked_add_months(Months::new(CYCLE_MONTHS.on(from)))
            .and_then(|it| it.pred_opt())
            .unwrap_or(book.valid_until);
        let ends_by = longest.min(book.valid_until).max(from);
        let report_after = |end: Date| {
            let days = Days::new(CYCLE_REPORT_DAYS.on(end).into());
            end.checked_add_days(days).unwrap_or(end)
        };
        let end = book.reported_cycle().or(end).unwrap_or(ends_by).max(from);
        let mut due = Vec::new();
        let mut add = |by: Date, what: String| {
            let days_left = (by - on).num_days();
            due.push(Due {
                by,
                what,
                days_left,
            });
        };
        if book.reported_cycle().is_none() {
            if end > ends_by {
                let days = (end - ends_by).num_days();
                let what =
                    format!("end the cycle (周期): {end} is {days} days later than it may end");
                add(ends_by, what);
            }
            if book.counts.iter().any(|it| it.date == end) {
                let rows = self.assess(at, end).materials;
                for row in rows.iter().filter(|it| it.judged == Band::NotCounted) {
                    let what = format!("count (盘点) material {} ({}), too", row.seq, row.name);
                    add(end, what);
                }
                let open = rows
                    .iter()
                    .filter(|it| !it.open.is_zero() || !it.without_note.is_empty());
                for row in open {
                    let what = format!(
                        "settle material {} ({}): {}",
                        row.seq,
                        row.name,
                        row.judged_text()
                    );
                    add(report_after(end), what);
                }
            } else {
                let what = "count the stock (盘点): materials, finished goods, work in progress";
                add(end, what.into());
            }
            for list in book.pending.iter().map(|&it| self.list(it)) {
                if list.declared().is_some_and(|it| it <= end) {
                    let what = format!("have list {} deducted or withdrawn", list.number);
                    add(end, what);
                }
            }
            add(
                report_after(end),
                format!("report the cycle (报核) that ends on {end}"),
            );
        }
        for list in book.pending.iter().map(|&it| self.list(it)) {
            let settles = list.details.as_ref().and_then(|it| it.settles);
            if let Some(day) = settles {
                let what = format!("pay the tax of list {}, which settles {day}", list.number);
                add(report_after(day), what);
            }
        }
        due.sort_by(|one, next| (one.by, &one.what).cmp(&(next.by, &next.what)));
        Some(CyclePlan {
            handbook,
            cycle: cycle as u32 + 1,
            from,
            reported: book.reported_cycle(),
            ends_by,
            report_by: report_after(ends_by),
            due,
        })
    }
}
