//! What a count means at the end of a cycle (差异核算): per material the difference between count and
//! book, whether it lies within the band, how it was settled, and what is still to be done.
//!
//! The same computation refuses a report that is not ready and tells `bonded cycle check` beforehand.

use serde::Serialize;
use unit_consumption::{Quantity, Total};

use crate::book::{Adjustment, Book};
use crate::cycle::ahead::{takes_no_report, without_consumption};
use crate::cycle::settle::ToSettle;
use crate::entry::Ground;
use crate::ids::{Date, HandbookNo, MaterialSeq, Unit};
use crate::ledger::Ledger;
use crate::list::{Line, List, ListState};
use crate::modes::Movement;
use crate::parameters::CYCLE_BAND_PERCENT;
use crate::post::open::is_dishonest;
use crate::rules::cycles::*;
use crate::rules::{Reason, Warning};
use crate::statement::counted;
use crate::sums::{Basis, Sums};
use crate::units::Named;

/// What a count comes to at the end of a cycle.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CycleCheck {
    /// 账册编号.
    pub handbook: HandbookNo,
    /// Which cycle, from 1.
    pub cycle: u32,
    /// Its first day.
    pub from: Date,
    /// Its last day: that of the count.
    pub to: Date,
    /// Every material, in order of number.
    pub materials: Vec<CycleMaterial>,
    /// Nothing keeps the cycle from being reported.
    pub ready: bool,
    /// Everything that keeps it from being reported.
    pub reasons: Vec<Reason>,
    /// What somebody should look at before it is: the cycle can be reported all the same.
    pub warnings: Vec<Warning>,
}

/// How the count of a material stands to the book.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Not counted, though something remains.
    NotCounted,
    /// 账实相符.
    Equal,
    /// A difference within ±1 % of opening and imports.
    WithinBand,
    /// 盘盈 outside the band.
    Over,
    /// 盘亏 outside the band.
    Short,
}

impl Band {
    /// `not_counted`, `equal`, `within_band`, `over` or `short`.
    pub fn as_str(self) -> &'static str {
        match self {
            Band::NotCounted => "not_counted",
            Band::Equal => "equal",
            Band::WithinBand => "within_band",
            Band::Over => "over",
            Band::Short => "short",
        }
    }
}

/// One material at the end of a cycle. Quantities in the units of the item, exact to 5 decimals.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CycleMaterial {
    /// 序号.
    pub seq: MaterialSeq,
    /// 料号.
    pub code: String,
    /// 商品名称.
    pub name: String,
    /// 申报单位.
    pub unit: Unit,
    /// 应剩余: `remaining` at the last day, before anything was settled.
    pub book: Total,
    /// 实际剩余; `None` where it was not counted.
    pub counted: Option<Total>,
    /// counted − book; negative: short.
    pub difference: Option<Total>,
    /// opening + imported + carried_in + leftover_in + exchanged_in of the cycle: what the band is
    /// measured by.
    pub basis: Total,
    /// The largest difference that lies within the band, rounded down to 5 decimals; `None` where
    /// the band is not open (a dishonest operator, or nothing came in).
    pub allowed: Option<Total>,
    /// How it is judged.
    pub judged: Band,
    /// Adjustments of this cycle that settle (`cycle_over`, `customs_decision`).
    pub adjusted: Total,
    /// Lists that settle this cycle: booked by its last day, pending, or booked later.
    pub settled_by_lists: Total,
    /// What is still to be settled: above 0 the book has too little, below 0 too much. What is to be
    /// done about it: `to_do`.
    pub open: Total,
    /// What is still to be done.
    pub to_do: ToSettle,
    /// Adjustments with `cycle_over` dated after the last day: they count in the next cycle.
    pub adjusted_later: Total,
    /// The documents of what settles and carries no note, where a note is asked for.
    pub without_note: Vec<String>,
}

/// What settles a cycle, by material.
struct Settling {
    /// Booked in the cycle: what `remaining` knows already.
    booked: Sums,
    /// Pending, or booked after the last day.
    later: Sums,
}

impl Ledger {
    /// What the count of a day means for the current cycle of an account book, if it ended on that
    /// day: nothing is reported. `None` where there is no such account book, or the day does not lie
    /// in its current cycle.
    pub fn cycle_check(&self, handbook: HandbookNo, end: Date) -> Option<CycleCheck> {
        let at = self.book_at(handbook)?;
        let book = self.book(at);
        let asked = book.number.is_account_book() && book.cycle_from(book.current_cycle()) <= end;
        asked.then(|| self.assess(at, end))
    }

    pub(crate) fn assess(&self, at: u32, end: Date) -> CycleCheck {
        let book = self.book(at);
        let span = book.span(book.current_cycle(), Some(end));
        let sums = self.booked_in(book, span);
        let left = book.left_in(&sums, span);
        let settling = self.settling(book, end);
        // As if nothing had been settled yet: the folds are rounded without it.
        let mut before = sums.clone();
        before.take_out_booked(&settling.booked);
        let count = book.counts.iter().find(|it| it.date == end);
        let counts = count.map(|it| counted(book, it));
        let mut materials = Vec::new();
        let mut reasons = self.still_pending(book, end);
        let mut uncounted = Vec::new();
        let mut unsettled = Vec::new();
        for (material, of) in book.materials.present() {
            let at = usize::from(material);
            let remaining = left[at].remaining;
            let adjusted = settled_by_adjusting(book, material, span.after, end);
            let domestic = |sums: &Sums| {
                sums.materials[at].booked(Movement::DomesticSale)
                    + book.fold(sums, material, Basis::S)
            };
            let already = domestic(&sums) - domestic(&before);
            let later = domestic(&settling.later);
            let counted = counts.as_ref().and_then(|it| it[at]);
            let ours = remaining - adjusted + already;
            let basis = book.opening_in(material, span).remaining + sums.materials[at].came_in();
            let (difference, allowed) = (counted.map(|it| it - ours), allowed(book, basis, end));
            let judged = match difference {
                None if remaining.is_zero() => Band::Equal,
                None => Band::NotCounted,
                Some(it) if it.is_zero() => Band::Equal,
                Some(it) if allowed.is_some_and(|most| it.abs() <= most) => Band::WithinBand,
                Some(it) if it > Total::ZERO => Band::Over,
                Some(_) => Band::Short,
            };
            // Where nothing remains and nobody counted, nothing was counted: 0.
            let there = counted.or(remaining.is_zero().then_some(Total::ZERO));
            let open = there.map_or(Total::ZERO, |it| it - (remaining - later));
            let without_note = match judged {
                Band::Over | Band::Short => self.without_note(book, material, span.after, end),
                _ => Vec::new(),
            };
            let mut row = CycleMaterial {
                seq: of.seq,
                code: of.item.code.clone(),
                name: of.item.name.clone(),
                unit: of.item.unit,
                book: ours,
                counted,
                difference,
                basis,
                allowed,
                judged,
                adjusted,
                settled_by_lists: already + later,
                open,
                to_do: ToSettle::default(),
                adjusted_later: adjusted_after(book, material, end),
                without_note,
            };
            row.to_do = row.to_settle();
            if row.judged == Band::NotCounted {
                uncounted.push(not_counted(book, material, &row, remaining, end));
            }
            unsettled.extend(row.reasons(book, material, end));
            materials.push(row);
        }
        reasons.extend(uncounted);
        reasons.extend(unsettled);
        reasons.extend(takes_no_report(book));
        let mut warnings = without_consumption(book, &[&sums, &settling.later], count);
        warnings.extend(self.taken_otherwise(book, span, end));
        warnings.extend(self.settled_otherwise(book, end));
        CycleCheck {
            handbook: book.number,
            cycle: book.current_cycle() as u32 + 1,
            from: book.cycle_from(book.current_cycle()),
            to: end,
            materials,
            ready: reasons.is_empty(),
            reasons,
            warnings,
        }
    }

    /// Lists dated by then that customs has not deducted.
    fn still_pending(&self, book: &Book, end: Date) -> Vec<Reason> {
        let pending = book.pending.iter().map(|&it| self.list(it));
        let of = |list: &List| {
            let declared = list.declared().filter(|it| *it <= end)?;
            Some(CYCLE_LIST_PENDING.reason(format!(
                "list {} of {declared} is pending (预核扣): {}",
                list.number,
                list.movement.describe()
            )))
        };
        pending.filter_map(of).collect()
    }

    fn settling(&self, book: &Book, end: Date) -> Settling {
        let mut settling = Settling {
            booked: Sums::of_size(book),
            later: Sums::of_size(book),
        };
        let span = book.span(book.current_cycle(), Some(end));
        for list in self.settling_lists(book, end) {
            let booked = |day| list.as_of(day).filter(|(booked, _)| *booked);
            if let Some((_, lines)) = booked(end) {
                settling.booked.apply(list.movement, true, lines, false);
                if let Some((_, lines)) = span.after.and_then(booked) {
                    settling.booked.apply(list.movement, true, lines, true);
                }
            } else if let Some((_, lines)) = list.now() {
                settling.later.apply(list.movement, true, lines, false);
            }
        }
        settling
    }

    /// The lists that settle the cycle that ends on this day.
    fn settling_lists<'l>(&'l self, book: &'l Book, end: Date) -> impl Iterator<Item = &'l List> {
        let settles = move |list: &&List| {
            let details = list.details.as_ref();
            details.is_some_and(|it| it.settles == Some(end))
        };
        book.lists.iter().map(|&it| self.list(it)).filter(settles)
    }

    /// What settles a material and carries no reason that customs could read.
    fn without_note(
        &self,
        book: &Book,
        material: u16,
        after: Option<Date>,
        end: Date,
    ) -> Vec<String> {
        let mut found: Vec<String> = adjustments_without_note(book, material, after, end)
            .into_iter()
            .map(|it| format!("the adjustment of {} dated {}", it.quantity, it.date))
            .collect();
        for list in self.settling_lists(book, end) {
            let noted = list.details.as_ref().is_some_and(|it| it.noted);
            let names = |line: &Line| match list.movement.is_product() {
                false => line.item == material,
                true => book.versions[line.version as usize]
                    .lines
                    .iter()
                    .any(|(it, line)| *it == material && !line.bonded_gross().is_zero()),
            };
            let settles = settling_lines(list, end).iter();
            let settles = settles.filter(|it| it.quantity != Quantity::ZERO);
            if settles.into_iter().any(names) && !noted {
                found.push(match list.state {
                    ListState::Withdrawn => format!(
                        "list {} (withdrawn later, so that none can be given: end the cycle on a later day)",
                        list.number
                    ),
                    _ => format!("list {}", list.number),
                });
            }
        }
        found
    }

    /// Lists that were booked by the last day, settle the cycle as they were then, and are otherwise
    /// now: the difference counts in the next cycle.
    fn settled_otherwise(&self, book: &Book, end: Date) -> Vec<Warning> {
        let lists = self.settling_lists(book, end);
        let changed = lists.filter(|list| {
            let then = list.as_of(end).filter(|(booked, _)| *booked);
            then.is_some_and(|(_, lines)| list.now().map(|it| it.1) != Some(lines))
        });
        let told = changed.map(|list| {
            let message = format!(
                "list {} settles the cycle to {end} with what it held then; it was amended or withdrawn later, and that counts in the next cycle",
                list.number
            );
            SETTLED_OTHERWISE.warn(message)
        });
        told.collect()
    }
}

/// What of a list settles a cycle: as booked by its last day, else as it stands; of a list withdrawn
/// before it was booked nothing.
fn settling_lines(list: &List, end: Date) -> &[Line] {
    let booked = list.as_of(end).filter(|(booked, _)| *booked);
    booked.or_else(|| list.now()).map_or(&[], |it| it.1)
}

fn not_counted(
    book: &Book,
    material: u16,
    row: &CycleMaterial,
    remaining: Total,
    end: Date,
) -> Reason {
    let message = format!(
        "{}: {} {} remain on {end} and no count (盘点) of that day names it",
        book.material_text(material),
        remaining,
        Named(row.unit)
    );
    NOT_COUNTED
        .reason(message)
        .with("material", row.seq)
        .with("remaining", remaining)
        .differing(remaining)
}

/// The largest difference within the band: 1 % of what opened and came in, rounded down. `None`
/// for a dishonest operator and where nothing came in.
fn allowed(book: &Book, basis: Total, end: Date) -> Option<Total> {
    let percent = i128::from(CYCLE_BAND_PERCENT.on(end));
    let open = basis > Total::ZERO && !is_dishonest(book.credit);
    open.then(|| Total::from_raw(basis.raw() * percent / 100))
}

fn settling_adjustments(
    book: &Book,
    material: u16,
    after: Option<Date>,
    end: Date,
) -> impl Iterator<Item = &Adjustment> {
    book.adjustments.iter().filter(move |it| {
        it.material == material
            && it.date <= end
            && after.is_none_or(|day| day < it.date)
            && matches!(it.ground, Ground::CycleOver | Ground::CustomsDecision)
    })
}

/// Adjustments that give no reason. One that was forgotten can be taken back: the same quantity the
/// other way, with a note, excuses it.
fn adjustments_without_note(
    book: &Book,
    material: u16,
    after: Option<Date>,
    end: Date,
) -> Vec<&Adjustment> {
    let settling = settling_adjustments(book, material, after, end);
    let mut open: Vec<&Adjustment> = Vec::new();
    for it in settling.filter(|it| it.ground == Ground::CycleOver) {
        if !it.noted {
            open.push(it);
            continue;
        }
        let taken_back = open
            .iter()
            .position(|open| open.quantity.raw() == -it.quantity.raw());
        if let Some(at) = taken_back {
            open.remove(at);
        }
    }
    open
}

impl Book {
    /// What adjustments of a cycle with `cycle_over` came to.
    pub(crate) fn cycle_over(&self, seq: MaterialSeq, from: Date, to: Date) -> Total {
        let of = |it: &&Adjustment| {
            self.materials.get(it.material).seq == seq
                && (from..=to).contains(&it.date)
                && it.ground == Ground::CycleOver
        };
        let adjustments = self.adjustments.iter().filter(of);
        adjustments.map(|it| it.quantity.total()).sum()
    }
}

/// Adjustments that were meant for the cycle and dated too late.
fn adjusted_after(book: &Book, material: u16, end: Date) -> Total {
    let later = book
        .adjustments
        .iter()
        .filter(|it| it.material == material && it.date > end && it.ground == Ground::CycleOver);
    later.map(|it| it.quantity.total()).sum()
}

fn settled_by_adjusting(book: &Book, material: u16, after: Option<Date>, end: Date) -> Total {
    settling_adjustments(book, material, after, end)
        .map(|it| it.quantity.total())
        .sum()
}
