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

    /// The same of it and the cycles before it.
    pub(crate) fn reaches(&self, book: &BookPapers, list: &ListPapers) -> bool {
        book.cycle_of(list) <= self.at
    }
}

impl Books {
    /// The cycles of an account book in their order: those that are accepted, one that is reported, and
    /// the current one. Of a handbook one span, its validity.
    pub(crate) fn spans(&self, handbook: HandbookNo) -> Result<Vec<Span>, TaxError> {
        let book = self.book(handbook)?;
        let ended = 0..book.ends().count();
        let ended = ended.map(|at| self.span_at(handbook, at));
        let mut spans = ended.collect::<Result<Vec<_>, _>>()?;
        // Customs decides on a reported cycle before the next one begins; lists may be dated in it already.
        let current = self.span_at(handbook, spans.len())?;
        let mut lists = self.papers().lists_of(handbook);
        // Nor does one begin after the book has ended.
        let begun = current.at == book.cycle_ends.len() && current.from <= book.valid_until;
        if begun || lists.any(|it| current.holds(book, it)) {
            spans.push(current);
        }
        Ok(spans)
    }

    /// The cycle that a list belongs to.
    pub(crate) fn span_of(&self, list: &ListPapers) -> Result<Span, TaxError> {
        let at = self.book(list.handbook)?.cycle_of(list);
        self.span_at(list.handbook, at)
    }

    /// The cycle that holds a day.
    pub(crate) fn span_on(&self, handbook: HandbookNo, day: Date) -> Result<Span, TaxError> {
        let at = self.book(handbook)?.ends().filter(|it| *it < day).count();
        self.span_at(handbook, at)
    }

    fn span_at(&self, handbook: HandbookNo, at: usize) -> Result<Span, TaxError> {
        let book = self.book(handbook)?;
        let mut ends = book.ends().skip(at.saturating_sub(1));
        let before = ends.next().filter(|_| at > 0);
        let from = before.map_or(book.valid_from, |it| it.succ_opt().unwrap_or(it));
        let ended = book.ends().nth(at);
        Ok(Span {
            at,
            cycle: handbook
                .is_account_book()
                .then(|| u32::try_from(at + 1))
                .and_then(Result::ok),
            from,
            until: ended.unwrap_or_else(|| self.last_day(handbook, book, from)),
            written_off: match ended {
                Some(_) => book.written_off.get(at).copied(),
                None => book.accepted,
            },
        })
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
        let settled = self.settled_end(list);
        let settled = settled.filter(|day| self.ends().any(|it| it == *day));
        let day = settled.unwrap_or(list.declared);
        self.ends().filter(|it| *it < day).count()
    }
}
