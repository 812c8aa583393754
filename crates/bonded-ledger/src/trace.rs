//! Where goods came from and where they went: first in, first out (先进先出), computed when asked.
//!
//! Openings come first, then what was booked and adjusted, in journal order; the lines of a list in
//! their order. Every line that comes in is a *lot*; what leaves takes intervals of the oldest lots
//! that have any left. What was not there is a shortage, never made good later. A product returned
//! gives back what its product and version took last. The cycles of an account book are walked
//! through as one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use unit_consumption::{Quantity, Total};

use crate::book::Book;
use crate::ids::{Date, HandbookNo, MaterialSeq, ProductSeq};
use crate::ledger::Ledger;

mod walk; // Lots and who took them,
mod upstream; // and where the sender had them from.

use upstream::Tracer;
use walk::{Walk, Wanted};

/// Where the goods of a list came from, or where its imports went.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trace {
    /// The list's number.
    pub list: String,
    /// Its lines.
    pub lines: Vec<TracedLine>,
    /// More upstream sources there are than are told ([`crate::limits::SOURCES_MAX`]): trace the
    /// lists further up by themselves.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TracedLine {
    /// The line's number.
    pub line: u32,
    /// The product, or
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductSeq>,
    /// its version, or
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// the material that the line names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<MaterialSeq>,
    /// As it stands now.
    pub quantity: Quantity,
    /// What it took. Left out for lines that come in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materials: Option<Vec<TracedMaterial>>,
    /// The consumption list (耗料清单) that tells what its goods took; then there are no `materials`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumption_list: Option<String>,
    /// Who took from it. Left out for lines that go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<Vec<Use>>,
    /// What is left of it. Left out for lines that go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Total>,
}

/// How much of a material a line took, and from where.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TracedMaterial {
    /// The material.
    pub material: MaterialSeq,
    /// The difference of the rounded running totals; negative where goods came back.
    pub quantity: Total,
    /// They add up to the quantity.
    pub sources: Vec<Source>,
}

/// Where goods came from. All `null` but the quantity: they were not there (shortage).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Source {
    /// The list that brought them; `null` for openings, adjustments and shortages.
    pub list: Option<String>,
    /// Its line.
    pub line: Option<u32>,
    /// How much.
    pub quantity: Total,
    /// `opening`, `imported`, `carried_in`, `leftover_in`, `exchanged_in` or `adjusted`.
    pub column: Option<&'static str>,
    /// When it was booked.
    pub date: Option<Date>,
    /// Upstream only: the sending handbook, and its material.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handbook: Option<HandbookNo>,
    /// Upstream only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<MaterialSeq>,
    /// Where the sender had them from, for a carry-over whose sending list is kept here: in the
    /// sender's materials and units, cut in proportion.
    pub sources: Vec<Source>,
}

/// Who took goods of a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Use {
    /// The list that took them, or the consumption list (then without a line); `null` for an
    /// adjustment.
    pub list: Option<String>,
    /// Its line.
    pub line: Option<u32>,
    /// How much; negative where goods came back.
    pub quantity: Total,
    /// The column in which it counts.
    pub column: &'static str,
    /// When it was booked.
    pub date: Date,
}

impl Ledger {
    /// Where the goods of a list came from; of an import, where they went. The list by any of its
    /// names; `None` where there is none.
    pub fn trace(&self, list: &str, line: Option<u32>) -> Option<Trace> {
        let at = self.list_at(list)?;
        let list = self.list(at);
        let book = self.book(list.book);
        let asked = BTreeSet::from([at]);
        let into = list.movement.is_material_in();
        let wanted = if into {
            Wanted::LotsOf(at)
        } else {
            Wanted::Lists(&asked)
        };
        let walk = Walk::through(self, book, &wanted);
        let mut tracer = Tracer::new(self);
        let (mut uses, mut left) = (BTreeMap::new(), BTreeMap::new());
        if into {
            (uses, left) = (self.uses(book, &walk, at), left_of(&walk, at));
        }
        let lines = list
            .lines()
            .iter()
            .filter(|it| line.is_none_or(|line| it.line == line));
        let lines = lines.map(|line| {
            let mut traced = TracedLine {
                line: line.line,
                product: None,
                version: None,
                material: None,
                quantity: line.quantity,
                materials: None,
                consumption_list: book.taking_of(at).map(|it| it.number.to_string()),
                uses: None,
                left: None,
            };
            if list.movement.is_product() {
                traced.product = Some(book.products.get(line.item).seq);
                traced.version = Some(book.versions[line.version as usize].name.to_string());
            } else {
                traced.material = Some(book.materials.get(line.item).seq);
            }
            if into {
                traced.uses = Some(uses.remove(&line.line).unwrap_or_default());
                let left = left.get(&line.line).copied().unwrap_or_default();
                traced.left = Some(Total::from_raw(left));
                return traced;
            }
            let moves = walk.moves_of(at, line.line);
            let materials = moves.map(|it| {
                let size: i128 = it.pieces.iter().map(|it| it.to - it.from).sum();
                let sign = if it.back { -1 } else { 1 };
                TracedMaterial {
                    material: book.materials.get(it.material).seq,
                    quantity: Total::from_raw(sign * size),
                    sources: tracer.sources(list.book, &walk, it.material, &it.pieces, sign),
                }
            });
            let mut materials: Vec<TracedMaterial> = materials.collect();
            materials.sort_by_key(|it| it.material);
            traced.materials = Some(materials);
            traced
        });
        let lines = lines.collect();
        Some(Trace {
            list: list.number.to_string(),
            lines,
            truncated: tracer.truncated,
        })
    }

    /// Who took from the lines of a list, line by line.
    fn uses(&self, book: &Book, walk: &Walk, list: u32) -> BTreeMap<u32, Vec<Use>> {
        let mut uses: BTreeMap<u32, Vec<Use>> = BTreeMap::new();
        for it in &walk.moves {
            let lots = &walk.lots[usize::from(it.material)];
            let mut sizes: BTreeMap<u32, i128> = BTreeMap::new();
            for piece in &it.pieces {
                let lot = piece
                    .lot
                    .map(|at| &lots[at])
                    .filter(|lot| lot.list == Some(list));
                if let Some(line) = lot.and_then(|lot| lot.line) {
                    *sizes.entry(line).or_default() += piece.to - piece.from;
                }
            }
            for (line, size) in sizes {
                uses.entry(line).or_default().push(Use {
                    list: match it.mover.taking {
                        Some(at) => Some(book.takings[at as usize].number.to_string()),
                        None => it.mover.list.map(|it| self.list(it).number.to_string()),
                    },
                    line: it.mover.line,
                    quantity: Total::from_raw(if it.back { -size } else { size }),
                    column: it.mover.column,
                    date: it.mover.date,
                });
            }
        }
        uses
    }
}

/// What is left of the lines of a list.
fn left_of(walk: &Walk, list: u32) -> BTreeMap<u32, i128> {
    let mut left = BTreeMap::new();
    for lot in walk
        .lots
        .iter()
        .flatten()
        .filter(|it| it.list == Some(list))
    {
        let size: i128 = lot.free.iter().map(|(from, to)| to - from).sum();
        if let Some(line) = lot.line {
            *left.entry(line).or_default() += size;
        }
    }
    left
}
