//! A ledger, and what its journal says beside the balances.

use std::collections::BTreeMap;

use bonded_ledger::{Date, Entry, HandbookNo, Ledger, Receipt, Refusal, Total};
use unit_consumption::declaration::Declaration;
use unit_consumption::{Consumption, Exact};

use crate::error::{TaxError, codes};
use crate::papers::{BookPapers, LinePapers, ListPapers, Papers};

/// Quantities and what they cost: a ledger whose entries passed by here.
///
/// The ledger keeps no money, so it is not enough: the same entries say amounts, dates and parties.
///
/// ```
/// use bonded_tax::Books;
/// use bonded_ledger::Entry;
/// # let journal = include_str!("../../../seeds/edge-cases/E6.jsonl");
/// let mut books = Books::default();
/// for line in journal.lines() {
///     books.post(&Entry::from_json(line)?)?;
/// }
/// assert_eq!(books.ledger().entries(), 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Books {
    ledger: Ledger,
    papers: Papers,
}

impl Books {
    /// Posts an entry to the ledger, and takes what it says beside quantities.
    ///
    /// # Errors
    /// Where the ledger refuses it.
    pub fn post(&mut self, entry: &Entry) -> Result<Receipt, Refusal> {
        let receipt = self.ledger.replay(entry)?;
        if !receipt.duplicate {
            self.papers.take(entry);
        }
        Ok(receipt)
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn papers(&self) -> &Papers {
        &self.papers
    }

    pub(crate) fn book(&self, handbook: HandbookNo) -> Result<&BookPapers, TaxError> {
        self.papers.books.get(&handbook).ok_or_else(|| {
            TaxError::new(
                &codes::HANDBOOK_UNKNOWN,
                format!("handbook {handbook} is not in this ledger"),
                "check the number, or post its open_handbook first",
            )
        })
    }

    pub(crate) fn list(&self, name: &str) -> Result<&ListPapers, TaxError> {
        self.papers.list(name).ok_or_else(|| {
            TaxError::new(
                &codes::LIST_UNKNOWN,
                format!("no list {name:?} is in this ledger"),
                "check the number, or post its declare_list first",
            )
        })
    }

    /// The lines of a list, each with the quantity that counts now.
    pub(crate) fn present<'b>(
        &'b self,
        list: &'b ListPapers,
    ) -> impl Iterator<Item = (&'b LinePapers, Total)> {
        let lines = self.ledger.list_lines(&list.number).unwrap_or_default();
        let quantities: BTreeMap<u32, Total> = lines
            .iter()
            .map(|it| (it.line, it.quantity.total()))
            .collect();
        let lines = list.lines.iter();
        lines.filter_map(move |it| Some((it, *quantities.get(&it.line)?)))
    }

    /// What a book declares as its unit consumption.
    pub(crate) fn declaration(&self, handbook: HandbookNo) -> Result<Declaration, TaxError> {
        self.book(handbook)?;
        self.ledger
            .consumption_declaration(handbook)
            .ok_or_else(|| {
                TaxError::new(
                    &codes::HANDBOOK_UNKNOWN,
                    format!("handbook {handbook} is not in this ledger"),
                    "check the number",
                )
            })
    }

    /// Receiving lists of a book that name a material, declared from a day to a day; with the quantity
    /// that counts.
    pub(crate) fn received(
        &self,
        handbook: HandbookNo,
        material: u16,
        from: Date,
        until: Date,
    ) -> Vec<(&ListPapers, &LinePapers, Total)> {
        use bonded_ledger::Movement::{CarriedIn, Imported, LeftoverIn};
        let lists = self.papers.received(handbook, material);
        let lists = lists.filter(|it| {
            matches!(it.movement, Imported | CarriedIn | LeftoverIn)
                && (from..=until).contains(&it.declared)
        });
        let mut lots = Vec::new();
        for list in lists {
            for (line, quantity) in self.present(list) {
                if line.material() == Some(material) {
                    lots.push((list, line, quantity));
                }
            }
        }
        lots
    }
}

/// Products folded to their materials (折料): of each material, how much is in them, exactly.
pub(crate) fn folded<'d>(
    declaration: &'d Declaration,
    product: u16,
    version: &str,
) -> Result<Vec<(u16, &'d Consumption)>, TaxError> {
    let found = declaration
        .versions
        .iter()
        .find(|it| it.product == product && it.name == version && !it.lines.is_empty());
    let found = found.ok_or_else(|| {
        TaxError::new(
            &codes::CONSUMPTION_MISSING,
            format!(
                "handbook {}: product {product} version {version} has no unit consumption on file",
                declaration.handbook
            ),
            "declare it: amend_handbook with \"consumptions\"",
        )
    })?;
    let lines = found.lines.iter();
    Ok(lines.map(|it| (it.material, &it.consumption)).collect())
}

/// So much of a consumption's material for so many products.
pub(crate) fn taken(quantity: Total, consumption: &Consumption) -> Exact {
    Exact::from(quantity) * Exact::of(consumption.bonded_gross())
}
