//! The cycles of an account book (核销周期): which day lies in which, and what a cycle left behind.
//!
//! The totals of a book are those of its current cycle, so posting and the rules are what they are
//! for a handbook. When a cycle is accepted, what took effect in it is taken out of them and what it
//! left becomes the opening of the next one. A cycle that was accepted is not kept as figures but
//! computed from the lists like any statement as of a day: nothing of it can change any more.

pub(crate) mod assess; // What a count means at the end of a cycle,
pub(crate) mod settle; // what is to be done about it,
mod ahead; // what else is to be looked at,
pub(crate) mod plan; // and when the next one is due.

use std::collections::BTreeSet;

use unit_consumption::{Quantity, Total};

use crate::book::Book;
use crate::ids::{Date, HandbookNo};
use crate::ledger::Ledger;
use crate::list::{Line, List, ListState};
use crate::statement::Cycle;
use crate::sums::{Basis, MaterialSums, ProductSums, Sums};

/// The cycles of an account book that were reported or accepted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cycles {
    /// The last days of the accepted cycles, in order.
    pub(crate) ends: Vec<Date>,
    /// The last day of a cycle that was reported and is not decided.
    pub(crate) reported: Option<Date>,
    /// Per accepted cycle: what it left of each material.
    pub(crate) left: Vec<Vec<Left>>,
    /// Booked in all accepted cycles.
    pub(crate) past: Sums,
    /// Booked in the last accepted cycle.
    pub(crate) last: Sums,
}

/// What a cycle leaves of a material, and the next one opens with.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Left {
    pub(crate) remaining: Total,
    pub(crate) scrap: Total,
}

/// A cycle as far as a day: what a statement is of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Which, from 0.
    pub(crate) cycle: usize,
    /// The last day of the cycle before it.
    pub(crate) after: Option<Date>,
    /// The last day that counts; none: all that is recorded.
    pub(crate) until: Option<Date>,
}

impl Cycles {
    /// A material is added: earlier cycles know nothing of it.
    pub(crate) fn add_material(&mut self) {
        for left in &mut self.left {
            left.push(Left::default());
        }
        if !self.ends.is_empty() {
            self.past.materials.push(MaterialSums::default());
            self.last.materials.push(MaterialSums::default());
        }
    }

    /// The same for a product.
    pub(crate) fn add_product(&mut self) {
        if !self.ends.is_empty() {
            self.past.products.push(ProductSums::default());
            self.last.products.push(ProductSums::default());
        }
    }
}

/// What frozen cycles tell of: by index, versions by name.
#[derive(Debug, Default)]
pub(crate) struct Frozen {
    pub(crate) materials: BTreeSet<u16>,
    pub(crate) products: BTreeSet<u16>,
    pub(crate) versions: BTreeSet<(u16, Box<str>)>,
}

impl Frozen {
    fn lines(&mut self, book: &Book, list: &List, lines: &[Line]) {
        for line in lines {
            if !list.movement.is_product() {
                self.materials.insert(line.item);
                continue;
            }
            self.products.insert(line.item);
            let version = &book.versions[line.version as usize];
            self.versions.insert((line.item, version.name.clone()));
        }
    }
}

impl Book {
    fn accepted(&self) -> &[Date] {
        self.cycles.as_ref().map_or(&[], |it| &it.ends)
    }

    /// The current cycle, from 0.
    pub(crate) fn current_cycle(&self) -> usize {
        self.accepted().len()
    }

    /// The last day of the cycle that is reported and not decided.
    pub(crate) fn reported_cycle(&self) -> Option<Date> {
        self.cycles.as_ref().and_then(|it| it.reported)
    }

    /// The last day of the last accepted cycle.
    pub(crate) fn accepted_until(&self) -> Option<Date> {
        self.accepted().last().copied()
    }

    /// The day up to which nothing changes any more: of the reported cycle, or the last accepted.
    pub(crate) fn frozen_until(&self) -> Option<Date> {
        self.reported_cycle().or(self.accepted_until())
    }

    /// The cycle that holds a day, from 0.
    pub(crate) fn cycle_of(&self, day: Date) -> usize {
        self.accepted().partition_point(|end| *end < day)
    }

    /// The first day of a cycle.
    pub(crate) fn cycle_from(&self, cycle: usize) -> Date {
        let before = cycle
            .checked_sub(1)
            .and_then(|it| self.accepted().get(it).copied());
        before.map_or(self.valid_from, |end| end.succ_opt().unwrap_or(end))
    }

    /// The last day of a cycle, where it is known.
    pub(crate) fn cycle_to(&self, cycle: usize) -> Option<Date> {
        let accepted = self.accepted().get(cycle).copied();
        accepted.or_else(|| {
            self.reported_cycle()
                .filter(|_| cycle == self.current_cycle())
        })
    }

    /// A cycle as far as a day, or as far as it is recorded.
    pub(crate) fn span(&self, cycle: usize, as_of: Option<Date>) -> Span {
        let end = self.accepted().get(cycle).copied();
        Span {
            cycle,
            after: cycle
                .checked_sub(1)
                .and_then(|it| self.accepted().get(it).copied()),
            until: match (as_of, end) {
                (Some(day), Some(end)) => Some(day.min(end)),
                (day, end) => day.or(end),
            },
        }
    }

    /// How a statement tells it.
    pub(crate) fn told_cycle(&self, cycle: usize) -> Cycle {
        let state = match (cycle < self.current_cycle(), self.reported_cycle()) {
            (true, _) => "accepted",
            (false, Some(_)) => "reported",
            (false, None) => "current",
        };
        Cycle {
            from: self.cycle_from(cycle),
            to: self.cycle_to(cycle),
            state,
        }
    }

    /// What a material opens a cycle with, as far as a day.
    pub(crate) fn opening_in(&self, material: u16, span: Span) -> Left {
        let of = self.materials.get(material);
        let left = self.left_by(span.cycle, material);
        if span.after.is_some_and(|end| of.added <= end) {
            return left;
        }
        // What an item brought along is there from the day on that added it; entries need not be in
        // the order of their days, so that it may have moved in an earlier cycle.
        let there = span.until.is_none_or(|day| of.added <= day);
        let opening = if there { of.opening } else { Quantity::ZERO };
        Left {
            remaining: opening.total() + left.remaining,
            ..left
        }
    }

    /// What the cycle before this one left of a material.
    fn left_by(&self, cycle: usize, material: u16) -> Left {
        let left = self.cycles.as_ref().zip(cycle.checked_sub(1));
        let left = left.and_then(|(it, before)| it.left.get(before)?.get(usize::from(material)));
        left.copied().unwrap_or_default()
    }

    fn opening_now(&self, material: u16) -> Left {
        match &self.cycles {
            None => Left {
                remaining: self.materials.get(material).opening.total(),
                scrap: Total::ZERO,
            },
            Some(_) => self.opening_in(material, self.span(self.current_cycle(), None)),
        }
    }

    /// What a material opens the current cycle with.
    pub(crate) fn opening(&self, material: u16) -> Total {
        self.opening_now(material).remaining
    }

    /// The same for its scrap.
    pub(crate) fn scrap_opening(&self, material: u16) -> Total {
        self.opening_now(material).scrap
    }

    /// What moved in all cycles: for the rules that look at all of them.
    pub(crate) fn all_of_material(&self, material: u16) -> MaterialSums {
        let at = usize::from(material);
        let now = self.sums.materials[at];
        let past = self
            .cycles
            .as_ref()
            .and_then(|it| it.past.materials.get(at));
        past.map_or(now, |past| now.and(past))
    }

    /// The same of a product.
    pub(crate) fn all_of_product(&self, product: u16) -> ProductSums {
        let at = usize::from(product);
        let now = self.sums.products[at];
        let past = self.cycles.as_ref().and_then(|it| it.past.products.get(at));
        past.map_or(now, |past| now.and(past))
    }

    /// What counts against the approved quantity of a material, in all cycles (rule 1).
    #[inline]
    pub(crate) fn material_counted(&self, material: u16) -> Total {
        let at = usize::from(material);
        let now = self.sums.materials[at].counted(self.materials.get(material).used);
        match &self.cycles {
            None => now,
            Some(cycles) => {
                let past = cycles.past.materials.get(at);
                now + past.map_or(Total::ZERO, |it| it.counted(Quantity::ZERO))
            }
        }
    }

    /// The same of a product.
    #[inline]
    pub(crate) fn product_counted(&self, product: u16) -> Total {
        let at = usize::from(product);
        let now = self.sums.products[at].counted(self.products.get(product).used);
        match &self.cycles {
            None => now,
            Some(cycles) => {
                let past = cycles.past.products.get(at);
                now + past.map_or(Total::ZERO, |it| it.counted(Quantity::ZERO))
            }
        }
    }

    /// What a cycle leaves of each material, by what was booked in it.
    pub(crate) fn left_in(&self, sums: &Sums, span: Span) -> Vec<Left> {
        let of = |material: u16| {
            let opening = self.opening_in(material, span);
            let folds = [Basis::Q, Basis::S, Basis::D];
            let folded: Total = folds
                .map(|it| self.fold(sums, material, it))
                .into_iter()
                .sum();
            Left {
                remaining: sums.materials[usize::from(material)].available(opening.remaining)
                    - folded,
                scrap: opening.scrap + self.scrap_arisen(sums, material),
            }
        };
        (0..self.materials.len() as u16).map(of).collect()
    }

    /// The cycle that ends on this day is accepted: what it left opens the next one.
    pub(crate) fn accept_cycle(&mut self, end: Date, mut booked: Sums) {
        let span = self.span(self.current_cycle(), Some(end));
        let left = self.left_in(&booked, span);
        self.sums.take_out_booked(&booked);
        self.folds = None;
        self.slack.forget();
        let (materials, products) = (self.materials.len(), self.products.len());
        let cycles = self.cycles.get_or_insert_default();
        cycles.reported = None;
        cycles.ends.push(end);
        cycles.left.push(left);
        cycles
            .past
            .materials
            .resize(materials, MaterialSums::default());
        cycles
            .past
            .products
            .resize(products, ProductSums::default());
        // Nobody asks for the versions of an earlier cycle.
        booked.versions = Vec::new();
        cycles.past.put_in_booked(&booked);
        cycles.last = booked;
    }
}

impl Ledger {
    /// Every cycle of an account book, the current one last; `None` where there is no such book,
    /// empty for a handbook.
    pub fn cycles(&self, handbook: HandbookNo) -> Option<Vec<Cycle>> {
        let book = self.book(self.book_at(handbook)?);
        let count = match book.number.is_account_book() {
            true => book.current_cycle() + 1,
            false => 0,
        };
        Some((0..count).map(|it| book.told_cycle(it)).collect())
    }

    /// The last day of the current cycle of an account book on which its stock was counted (盘点).
    pub fn last_count(&self, handbook: HandbookNo) -> Option<Date> {
        let book = self.book(self.book_at(handbook)?);
        let from = book.cycle_from(book.current_cycle());
        let days = book.counts.iter().map(|it| it.date);
        days.filter(|it| *it >= from).max()
    }

    /// What was booked in a cycle as far as its span, with what is pending on a day, or now.
    pub(crate) fn sums_in(&self, book: &Book, span: Span, as_of: Option<Date>) -> Sums {
        let mut sums = Sums::of_size(book);
        for &list in &book.lists {
            let list = self.list(list);
            let then = match span.until {
                Some(day) => list.as_of(day),
                None => list.now(),
            };
            if let Some((true, lines)) = then {
                sums.apply(list.movement, true, lines, false);
            }
            if let Some((true, lines)) = span.after.and_then(|day| list.as_of(day)) {
                sums.apply(list.movement, true, lines, true);
            }
            let pending = match as_of {
                Some(day) if span.until == Some(day) => then,
                Some(day) => list.as_of(day),
                None => (list.state == ListState::Pending).then(|| (false, list.lines())),
            };
            if let Some((false, lines)) = pending {
                sums.apply(list.movement, false, lines, false);
            }
        }
        self.put_takings(book, &mut sums, span.until, false);
        if let Some(day) = span.after {
            self.put_takings(book, &mut sums, Some(day), true);
        }
        let within = |day: Date| {
            span.after.is_none_or(|end| end < day) && span.until.is_none_or(|end| day <= end)
        };
        for adjustment in book.adjustments.iter().filter(|it| within(it.date)) {
            sums.materials[usize::from(adjustment.material)].adjusted +=
                adjustment.quantity.total();
        }
        sums
    }

    /// What was booked in a cycle, without what is pending.
    pub(crate) fn booked_in(&self, book: &Book, span: Span) -> Sums {
        let mut sums = self.sums_in(book, span, None);
        sums.forget_pending();
        sums
    }

    /// What frozen cycles of a book tell of: it neither changes nor goes.
    pub(crate) fn frozen(&self, book: &Book) -> Frozen {
        let mut frozen = Frozen::default();
        let Some(cycles) = &book.cycles else {
            return frozen;
        };
        let ends: Vec<Date> = cycles.ends.iter().copied().chain(cycles.reported).collect();
        for list in book.lists.iter().map(|&it| self.list(it)) {
            for end in &ends {
                if let Some((true, lines)) = list.as_of(*end) {
                    frozen.lines(book, list, lines);
                }
            }
            // What is booked later and settles the cycle was folded at its end, too.
            let settles = list.details.as_ref().and_then(|it| it.settles);
            let settles = settles.is_some_and(|day| ends.contains(&day));
            if let Some((_, lines)) = list.now().filter(|_| settles) {
                frozen.lines(book, list, lines);
            }
        }
        let until = book.frozen_until();
        // An earlier count is what a statement of the days after it shows as counted.
        let counts = book.counts.iter();
        let counts = counts.filter(|it| until.is_some_and(|end| it.date <= end));
        for (product, version, _) in counts.flat_map(|it| &it.products) {
            frozen.versions.insert((*product, version.clone()));
        }
        let adjusted = book.adjustments.iter();
        let adjusted = adjusted.filter(|it| until.is_some_and(|end| it.date <= end));
        frozen.materials.extend(adjusted.map(|it| it.material));
        let takings = book
            .takings
            .iter()
            .filter(|it| until.is_some_and(|end| it.date <= end));
        let taken = takings.flat_map(|it| &it.materials);
        frozen
            .materials
            .extend(taken.map(|(material, ..)| *material));
        frozen
    }

    /// Finds again what accepted cycles took out of the totals: after a snapshot was read, which
    /// holds their last days only.
    pub(crate) fn find_cycles(&mut self, at: u32) {
        let Some(cycles) = self.books[at as usize].cycles.take() else {
            return;
        };
        for end in cycles.ends {
            let book = self.book(at);
            let booked = self.booked_in(book, book.span(book.current_cycle(), Some(end)));
            self.books[at as usize].accept_cycle(end, booked);
        }
        if let Some(end) = cycles.reported {
            let book = &mut self.books[at as usize];
            book.cycles.get_or_insert_default().reported = Some(end);
        }
    }
}
