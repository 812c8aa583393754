//! The lists that belong together: of a handbook all of them, of an account book those of one cycle
//! (核销周期).

use bonded_ledger::{Date, HandbookNo};

use crate::books::Books;
use crate::error::TaxError;
use crate::papers::{BookPapers, ListPapers};

/// One cycle of an account book, or all of a handbook.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Span {
    /// How many cycles were reported before it.
    at: usize,
    /// Which cycle, from 1; none of a handbook.
    pub(crate) cycle: Option<u32>,
    pub(crate) from: Date,
    pub(crate) until: Date,
    /// When customs wrote it off.
    pub(crate) written_off: Option<Date>,
}

impl Span {
    /// True where a list belongs to it: by the cycle that it settles, else by its day.
    pub(crate) fn holds(&self, book: &BookPapers, list: &ListPapers) -> bool {
        book.cycle_of(list) == self.at
    }
}

impl Books {
    /// The cycles of an account book in their order: those that are accepted, one that is reported, and
    /// the current one. Of a handbook one span, its validity.
    pub(crate) fn spans(&self, handbook: HandbookNo) -> Result<Vec<Span>, TaxError> {
        let book = self.book(handbook)?;
        let number = |at: usize| {
            let cycle = handbook.is_account_book().then(|| u32::try_from(at + 1));
            cycle.and_then(Result::ok)
        };
        let mut spans = Vec::new();
        let mut from = book.valid_from;
        for (at, until) in book.ends().enumerate() {
            spans.push(Span {
                at,
                cycle: number(at),
                from,
                until,
                written_off: book.written_off.get(at).copied(),
            });
            from = until.succ_opt().unwrap_or(until);
        }
        // Customs decides on a reported cycle before the next one begins; lists may be dated in it already.
        let at = spans.len();
        let current = Span {
            at,
            cycle: number(at),
            from,
            until: self.last_day(handbook, book, from),
            written_off: book.accepted,
        };
        let mut lists = self.papers().lists_of(handbook);
        if at == book.cycle_ends.len() || lists.any(|it| current.holds(book, it)) {
            spans.push(current);
        }
        Ok(spans)
    }

    /// The last day of the cycle that begins on a day and is not reported; of a handbook, of its validity.
    fn last_day(&self, handbook: HandbookNo, book: &BookPapers, from: Date) -> Date {
        let plan = self.ledger().cycle_plan(handbook, from, None);
        let plan = plan.filter(|it| it.reported.is_none());
        plan.map_or(book.valid_until, |it| it.ends_by.min(book.valid_until))
    }
}

impl BookPapers {
    /// The last days of the cycles that are accepted or reported, in order.
    fn ends(&self) -> impl Iterator<Item = Date> {
        self.cycle_ends.iter().chain(&self.cycle_reported).copied()
    }

    /// How many cycles ended before the one that a list belongs to: the one that it settles, else the one
    /// that holds its day. What settles a day on which no cycle ends is an ordinary sale.
    pub(crate) fn cycle_of(&self, list: &ListPapers) -> usize {
        let settled = list.settles.filter(|day| self.ends().any(|it| it == *day));
        let day = settled.unwrap_or(list.declared);
        self.ends().filter(|it| *it < day).count()
    }
}
