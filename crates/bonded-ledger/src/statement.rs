//! The statement (核销平衡表): every column of the contract, per handbook, material and product.

use serde::Serialize;
use unit_consumption::{Consumption, Percent, Quantity, Total};

use crate::book::{Book, Count, Status};
use crate::closing::outside;
use crate::cycle::Span;
use crate::entry::ItemRef;
use crate::ids::{Date, HandbookNo, HsCode, MaterialSeq, ProductSeq, Unit, Uscc};
use crate::ledger::Ledger;
use crate::modes::Movement;
use crate::rules::Reason;
use crate::sums::{Basis, Sums};

/// Balances of all handbooks, or of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Statement {
    /// The day, where one was asked for.
    pub as_of: Option<Date>,
    /// Accepted entries of the whole journal.
    pub entries: u64,
    /// In order of number.
    pub handbooks: Vec<HandbookStatement>,
}

/// One handbook.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HandbookStatement {
    /// 手册编号.
    pub handbook: HandbookNo,
    /// Open, reported or closed.
    pub status: Status,
    /// 有效期.
    pub valid_until: Date,
    /// Directions that are suspended.
    pub suspended: Vec<&'static str>,
    /// The cycle of an account book.
    pub cycle: Option<Cycle>,
    /// Ready to be reported?
    pub closable: bool,
    /// Every reason why not.
    pub reasons: Vec<Reason>,
    /// Goods out at contractors (外发加工).
    pub outside: Vec<Outside>,
    /// 料件.
    pub materials: Vec<MaterialRow>,
    /// 成品.
    pub products: Vec<ProductRow>,
}

/// A cycle of an account book (核销周期).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cycle {
    /// The first day.
    pub from: Date,
    /// The last day, where it is known.
    pub to: Option<Date>,
    /// `current`, `reported` or `accepted`.
    pub state: &'static str,
}

/// Goods out at a contractor.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outside {
    /// Its credit code.
    pub contractor: Uscc,
    /// What.
    #[serde(flatten)]
    pub item: ItemRef,
    /// Dispatched − returned.
    pub quantity: Total,
}

/// One material: what came in, what it became, what left, what remains. In the units of the item,
/// exact to 5 decimals; the figures named in the contract's arithmetic are rounded once each.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(
    missing_docs,
    reason = "the contract's columns; the glossary says what they are"
)]
#[non_exhaustive]
pub struct MaterialRow {
    pub seq: MaterialSeq,
    pub code: String,
    pub hs: HsCode,
    pub name: String,
    pub unit: Unit,
    pub approved: Option<Quantity>,
    pub opening: Total,
    pub imported: Total,
    pub carried_in: Total,
    pub leftover_in: Total,
    pub exchanged_in: Total,
    pub adjusted: Total,
    pub exchanged_out: Total,
    pub consumed: Total,
    pub consumed_net: Total,
    pub loss_tangible: Total,
    pub loss_intangible: Total,
    pub chain_out: Total,
    pub leftover_out: Total,
    pub re_exported: Total,
    pub domestic_sale: Total,
    pub destroyed: Total,
    pub remaining: Total,
    pub scrap_opening: Total,
    pub scrap_sold: Total,
    pub scrap_re_exported: Total,
    pub scrap_destroyed: Total,
    pub scrap: Total,
    pub by_product: Total,
    pub pending_in: Total,
    pub pending_out: Total,
    pub counted: Option<Total>,
    /// How `consumed` was had, in books that have consumption lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed_by: Option<ConsumedBy>,
}

/// How what products took is known: the two add up to `consumed`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConsumedBy {
    /// 单耗: computed from what is on file, rounded once.
    pub unit_consumption: Total,
    /// 耗料清单: as declared.
    pub consumption_list: Total,
}

/// One product.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(
    missing_docs,
    reason = "the contract's columns; the glossary says what they are"
)]
#[non_exhaustive]
pub struct ProductRow {
    pub seq: ProductSeq,
    pub code: String,
    pub hs: HsCode,
    pub name: String,
    pub unit: Unit,
    pub approved: Option<Quantity>,
    pub exported: Total,
    pub carried_out: Total,
    pub exempted: Total,
    pub returned_in: Total,
    pub returned_out: Total,
    pub domestic_sale: Total,
    pub destroyed: Total,
    pub pending_out: Total,
}

impl MaterialRow {
    /// What came in.
    pub fn total_in(&self) -> Total {
        self.opening
            + self.imported
            + self.carried_in
            + self.leftover_in
            + self.exchanged_in
            + self.adjusted
    }

    /// What left, as products or as it was.
    pub fn total_out(&self) -> Total {
        self.exchanged_out
            + self.consumed
            + self.chain_out
            + self.leftover_out
            + self.re_exported
            + self.domestic_sale
            + self.destroyed
    }

    /// Conservation: in = out + remaining, consumed = net + tangible + intangible loss, and scrap
    /// adds up. Exactly. It is always true; a figure of ours that breaks it is a bug.
    pub fn is_conserved(&self) -> bool {
        let scrap = self.scrap_opening + self.loss_tangible
            - self.scrap_sold
            - self.scrap_re_exported
            - self.scrap_destroyed;
        self.total_in() == self.total_out() + self.remaining
            && self.consumed == self.consumed_net + self.loss_tangible + self.loss_intangible
            && self.scrap == scrap
    }
}

impl Ledger {
    /// Balances of all handbooks as the whole journal says; of an account book its current cycle.
    pub fn statement(&self) -> Statement {
        self.statement_of(None, None)
    }

    /// Balances as of a day, of one handbook or of all. Counts what has taken effect on or before
    /// the day; approved quantities, consumptions, status and reasons are those of the whole
    /// journal; a handbook opened later is left out. Of an account book, the cycle that holds the
    /// day.
    pub fn statement_of(&self, handbook: Option<HandbookNo>, as_of: Option<Date>) -> Statement {
        self.statement_in(handbook, as_of, None)
    }

    /// The same of the Nth cycle (from 1) of account books: as it stands at its end (of a reported one
    /// the last day that was reported), or on a day within it. Books that have no such cycle, and
    /// cycles that begin after the day, are left out.
    pub fn statement_in(
        &self,
        handbook: Option<HandbookNo>,
        as_of: Option<Date>,
        cycle: Option<u32>,
    ) -> Statement {
        let mut books: Vec<(HandbookNo, u32)> = match handbook {
            Some(number) => self
                .book_at(number)
                .map(|at| (number, at))
                .into_iter()
                .collect(),
            None => (0..self.books.len() as u32)
                .map(|at| (self.book(at).number, at))
                .collect(),
        };
        books.retain(|(_, at)| as_of.is_none_or(|day| self.book(*at).opened <= day));
        books.sort_unstable();
        let handbooks = books
            .into_iter()
            .filter_map(|(_, at)| self.handbook_statement(at, as_of, cycle));
        Statement {
            as_of,
            entries: self.entries,
            handbooks: handbooks.collect(),
        }
    }

    /// One material's row.
    pub fn material(&self, handbook: HandbookNo, seq: u16) -> Option<MaterialRow> {
        let book = self.book(self.book_at(handbook)?);
        let at = book.materials.find(seq)?;
        let span = book.span(book.current_cycle(), None);
        let mut row = material_row(book, &book.sums, at, span);
        let count = latest_count(book, None).map(|it| counted(book, it));
        row.counted = count.and_then(|it| it[usize::from(at)]);
        Some(row)
    }

    /// Whether a book is open, reported for closure or closed; `None` where it is not here.
    pub fn status(&self, handbook: HandbookNo) -> Option<Status> {
        self.book_at(handbook).map(|at| self.book(at).status)
    }

    /// What a material brought along (期初), and since when: what the book opened with, or the amendment
    /// that added it.
    pub fn brought(&self, handbook: HandbookNo, seq: u16) -> Option<(Date, Quantity)> {
        let book = self.book(self.book_at(handbook)?);
        let of = book.materials.get(book.materials.find(seq)?);
        Some((of.added, of.opening))
    }

    /// One product's row.
    pub fn product(&self, handbook: HandbookNo, seq: u16) -> Option<ProductRow> {
        let book = self.book(self.book_at(handbook)?);
        Some(product_row(book, &book.sums, book.products.find(seq)?))
    }

    fn handbook_statement(
        &self,
        at: u32,
        as_of: Option<Date>,
        cycle: Option<u32>,
    ) -> Option<HandbookStatement> {
        let book = self.book(at);
        let span = book.asked_span(as_of, cycle)?;
        let dated = span.until.map(|_| self.sums_in(book, span, as_of));
        let sums = dated.as_ref().unwrap_or(&book.sums);
        let reasons = self.closing_reasons(at);
        let count = latest_count(book, span.until).map(|it| counted(book, it));
        let suspended = [
            ("export", book.export_suspended),
            ("import", book.import_suspended),
        ]
        .into_iter();
        let outside = outside(book, span.until).into_iter();
        Some(HandbookStatement {
            handbook: book.number,
            status: book.status,
            valid_until: book.valid_until,
            suspended: suspended
                .filter(|(_, is)| *is)
                .map(|(name, _)| name)
                .collect(),
            cycle: (book.number.is_account_book()).then(|| book.told_cycle(span.cycle)),
            closable: reasons.is_empty(),
            reasons,
            outside: outside
                .map(|(contractor, item, quantity)| Outside {
                    contractor,
                    item,
                    quantity,
                })
                .collect(),
            materials: book
                .materials
                .present()
                .map(|(at, _)| MaterialRow {
                    counted: count.as_ref().and_then(|it| it[usize::from(at)]),
                    ..material_row(book, sums, at, span)
                })
                .collect(),
            products: book
                .products
                .present()
                .map(|(at, _)| product_row(book, sums, at))
                .collect(),
        })
    }
}

impl Book {
    /// The cycle that is asked for, as far as a day; `None` where there is no such cycle then.
    fn asked_span(&self, as_of: Option<Date>, cycle: Option<u32>) -> Option<Span> {
        let held = as_of.map_or(self.current_cycle(), |day| self.cycle_of(day));
        let Some(cycle) = cycle else {
            return Some(self.span(held, as_of));
        };
        let cycle = (cycle as usize).checked_sub(1)?;
        let there = self.number.is_account_book() && cycle <= held;
        // What is booked after the last day of a reported cycle waits for the next one.
        let until = [as_of, self.cycle_to(cycle)].into_iter().flatten().min();
        there.then(|| self.span(cycle, until))
    }
}

fn material_row(book: &Book, sums: &Sums, at: u16, span: Span) -> MaterialRow {
    use Movement::*;
    let of = book.materials.get(at);
    let moved = &sums.materials[usize::from(at)];
    let booked = |movement| moved.booked(movement);
    let opening = book.opening_in(at, span);
    let folded = book.fold(sums, at, Basis::Q);
    let consumed = folded + moved.taken();
    let sold = book.fold(sums, at, Basis::S);
    let destroyed = book.fold(sums, at, Basis::D);
    let (consumed_net, loss_tangible, loss_intangible) = book.losses(sums, at);
    MaterialRow {
        seq: of.seq,
        code: of.item.code.clone(),
        hs: of.item.hs,
        name: of.item.name.clone(),
        unit: of.item.unit,
        approved: of.item.quantity,
        opening: opening.remaining,
        imported: booked(Imported),
        carried_in: booked(CarriedIn),
        leftover_in: booked(LeftoverIn),
        exchanged_in: booked(ExchangedIn),
        adjusted: moved.adjusted,
        exchanged_out: booked(ExchangedOut),
        consumed,
        consumed_net,
        loss_tangible,
        loss_intangible,
        chain_out: booked(ChainOut),
        leftover_out: booked(LeftoverOut),
        re_exported: booked(ReExported),
        domestic_sale: booked(DomesticSale) + sold,
        destroyed: booked(Destroyed) + destroyed,
        remaining: moved.available(opening.remaining) - folded - sold - destroyed,
        scrap_opening: opening.scrap,
        scrap_sold: booked(ScrapSold),
        scrap_re_exported: booked(ScrapReExported),
        scrap_destroyed: booked(ScrapDestroyed),
        scrap: opening.scrap + loss_tangible
            - booked(ScrapSold)
            - booked(ScrapReExported)
            - booked(ScrapDestroyed),
        by_product: moved.by_product,
        pending_in: moved.pending_in(),
        pending_out: moved.pending_out(),
        counted: None,
        consumed_by: (!book.takings.is_empty()).then(|| ConsumedBy {
            unit_consumption: folded,
            consumption_list: moved.taken(),
        }),
    }
}

fn product_row(book: &Book, sums: &Sums, at: u16) -> ProductRow {
    let of = book.products.get(at);
    let moved = &sums.products[usize::from(at)];
    ProductRow {
        seq: of.seq,
        code: of.item.code.clone(),
        hs: of.item.hs,
        name: of.item.name.clone(),
        unit: of.item.unit,
        approved: of.item.quantity,
        exported: moved.booked(Movement::Exported),
        carried_out: moved.booked(Movement::CarriedOut),
        exempted: moved.booked(Movement::Exempted),
        returned_in: moved.booked(Movement::ReturnedIn),
        returned_out: moved.booked(Movement::ReturnedOut),
        domestic_sale: moved.booked(Movement::ProductSale),
        destroyed: moved.booked(Movement::ProductDestroyed),
        pending_out: moved.pending_out(),
    }
}

pub(crate) fn latest_count(book: &Book, as_of: Option<Date>) -> Option<&Count> {
    let counts = book
        .counts
        .iter()
        .filter(|it| as_of.is_none_or(|day| it.date <= day));
    counts.max_by_key(|it| it.date)
}

/// counted = what was counted of the material + what the counted products contain of it; of all
/// materials at once.
pub(crate) fn counted(book: &Book, count: &Count) -> Vec<Option<Total>> {
    let mut own: Vec<Option<Total>> = vec![None; book.materials.len()];
    for (material, quantity) in &count.materials {
        own[usize::from(*material)] = Some(*quantity);
    }
    let mut terms: Vec<Vec<(Total, &Consumption)>> = vec![Vec::new(); book.materials.len()];
    for (product, version, quantity) in &count.products {
        if *quantity == Quantity::ZERO {
            continue;
        }
        let version = book.find_version(*product, version);
        for (material, line) in version
            .iter()
            .flat_map(|it| &book.versions[*it as usize].lines)
        {
            if line.bonded_share() != Percent::ZERO {
                terms[usize::from(*material)].push((quantity.total(), line));
            }
        }
    }
    let all = own.into_iter().zip(terms);
    all.map(|(own, terms)| {
        let none = own.is_none() && terms.is_empty();
        (!none).then(|| own.unwrap_or_default() + unit_consumption::fold(terms))
    })
    .collect()
}
