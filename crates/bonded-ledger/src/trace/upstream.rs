//! Through a carry-over to where the sender had the goods from.

use std::collections::{BTreeMap, BTreeSet};

use unit_consumption::Total;

use super::Source;
use super::walk::{Piece, Walk, Wanted};
use crate::carry::CarryOverState;
use crate::ledger::Ledger;
use crate::limits::UPSTREAM_MAX;
use crate::list::{Line, List, ListState};
use crate::modes::Movement;

pub(super) struct Tracer<'l> {
    pub(super) ledger: &'l Ledger,
    /// Receiving lists that are being followed upstream: where books were booked in another order
    /// than goods can flow, a list may seem to be its own upstream and is not followed again.
    pub(super) path: Vec<u32>,
    /// Per book: a walk that keeps the moves of all its sending lists.
    pub(super) walks: BTreeMap<u32, std::rc::Rc<Walk>>,
}

impl Tracer<'_> {
    /// Pieces of a material, one source for each lot, in the order of their taking.
    pub(super) fn sources(
        &mut self,
        book: u32,
        walk: &Walk,
        material: u16,
        pieces: &[Piece],
        sign: i128,
    ) -> Vec<Source> {
        let mut groups: Vec<(Option<usize>, Vec<Piece>)> = Vec::new();
        for piece in pieces {
            match groups.iter_mut().find(|it| it.0 == piece.lot) {
                Some(group) => group.1.push(*piece),
                None => groups.push((piece.lot, vec![*piece])),
            }
        }
        let ledger = self.ledger;
        let upstream_of = (!self.path.is_empty()).then(|| {
            let book = ledger.book(book);
            (book.number, book.materials.get(material).seq)
        });
        let mut sources = Vec::with_capacity(groups.len());
        for (lot, pieces) in groups {
            let size: i128 = pieces.iter().map(|it| it.to - it.from).sum();
            let mut source = Source {
                list: None,
                line: None,
                quantity: Total::from_raw(sign * size),
                column: None,
                date: None,
                handbook: upstream_of.map(|it| it.0),
                material: upstream_of.map(|it| it.1),
                sources: Vec::new(),
            };
            if let Some(at) = lot {
                let lot = &walk.lots[usize::from(material)][at];
                source.list = lot.list.map(|it| ledger.list(it).number.to_string());
                source.line = lot.line;
                source.column = Some(lot.column);
                source.date = Some(lot.date);
                if let (Some(list), Some(line)) = (lot.list, lot.line) {
                    source.sources = self.upstream(list, line, &pieces, sign);
                }
            }
            sources.push(source);
        }
        sources
    }

    /// What the sender's lines took for these intervals of a receiving line.
    fn upstream(&mut self, receiving: u32, line: u32, pieces: &[Piece], sign: i128) -> Vec<Source> {
        let ledger = self.ledger;
        let list = ledger.list(receiving);
        let kept = list
            .carry
            .as_ref()
            .filter(|it| it.kept && list.movement.is_receiving());
        let Some(sending) = kept.and_then(|it| it.other) else {
            return Vec::new();
        };
        let settled = ledger.carry_over_state(receiving) != Some(CarryOverState::ReceivingOnly);
        if self.path.len() >= UPSTREAM_MAX
            || self.path.contains(&receiving)
            || !settled
            || ledger.list(sending).state != ListState::Booked
        {
            return Vec::new();
        }
        let walk = self.walk_of(ledger.list(sending).book);
        let (sender, receiver) = (ledger.list(sending), list);
        let (from, to) = (Laid::of(ledger, sender), Laid::of(ledger, receiver));
        let legal = from.legal && to.legal;
        let Some((group, start, whole)) = to.find(line, legal) else {
            return Vec::new();
        };
        let book = ledger.book(sender.book);
        // What the intervals take of each sending line, material by material.
        let mut cuts: Vec<(u16, Vec<Piece>)> = Vec::new();
        for (number, begin, size) in from.lines_of(&group, legal) {
            for piece in pieces {
                // From the receiving line's own quantity to the measure of both sides.
                let lot: i128 = to.quantity_of(line);
                let low = start + share(whole, piece.from, lot);
                let high = start + share(whole, piece.to, lot);
                let (low, high) = (low.max(begin) - begin, high.min(begin + size) - begin);
                if low >= high {
                    continue;
                }
                for it in walk.moves_of(sending, number) {
                    let all: i128 = it.pieces.iter().map(|it| it.to - it.from).sum();
                    let cut = cut(&it.pieces, share(all, low, size), share(all, high, size));
                    match cuts
                        .iter_mut()
                        .find(|(material, _)| *material == it.material)
                    {
                        Some((_, pieces)) => pieces.extend(cut),
                        None => cuts.push((it.material, cut)),
                    }
                }
            }
        }
        cuts.sort_by_key(|(material, _)| book.materials.get(*material).seq);
        let mut sources = Vec::new();
        self.path.push(receiving);
        for (material, pieces) in cuts {
            sources.extend(self.sources(sender.book, &walk, material, &pieces, sign));
        }
        self.path.pop();
        sources
    }

    fn walk_of(&mut self, book: u32) -> std::rc::Rc<Walk> {
        if let Some(walk) = self.walks.get(&book) {
            return walk.clone();
        }
        let of = self.ledger.book(book);
        let sends = |at: &u32| {
            let list = self.ledger.list(*at);
            list.carry.as_ref().is_some_and(|it| it.kept) && !list.movement.is_receiving()
        };
        let lists: BTreeSet<u32> = of.lists.iter().copied().filter(sends).collect();
        let walk = std::rc::Rc::new(Walk::through(self.ledger, of, &Wanted::Lists(&lists)));
        self.walks.insert(book, walk.clone());
        walk
    }
}

/// One side of a carry-over, laid end to end per group.
struct Laid {
    /// Line, group, quantity, legal quantity.
    lines: Vec<(u32, String, i128, i128)>,
    legal: bool,
}

impl Laid {
    fn of(ledger: &Ledger, list: &List) -> Laid {
        let book = ledger.book(list.book);
        let leftover = matches!(list.movement, Movement::LeftoverIn | Movement::LeftoverOut);
        let line = |line: &Line| {
            let item = match list.movement.is_product() {
                true => &book.products.get(line.item).item,
                false => &book.materials.get(line.item).item,
            };
            let group = match leftover {
                true => format!("{} {}", item.unit, item.name),
                false => item.hs.to_string(),
            };
            let legal = line.legal().unwrap_or_default().total().raw();
            (line.line, group, line.quantity.total().raw(), legal)
        };
        Laid {
            lines: list.lines().iter().map(line).collect(),
            legal: list.lines().iter().all(|it| it.legal().is_some()),
        }
    }

    /// Group, begin and size of a line, in the measure of both sides.
    fn find(&self, line: u32, legal: bool) -> Option<(String, i128, i128)> {
        let group = self.lines.iter().find(|it| it.0 == line)?.1.clone();
        let (_, begin, size) = self
            .lines_of(&group, legal)
            .into_iter()
            .find(|(number, ..)| *number == line)?;
        Some((group, begin, size))
    }

    fn lines_of(&self, group: &str, legal: bool) -> Vec<(u32, i128, i128)> {
        let mut begin = 0;
        let mut lines = Vec::new();
        for (line, _, quantity, measure) in self.lines.iter().filter(|it| it.1 == group) {
            let size = if legal { *measure } else { *quantity };
            lines.push((*line, begin, size));
            begin += size;
        }
        lines
    }

    fn quantity_of(&self, line: u32) -> i128 {
        self.lines
            .iter()
            .find(|it| it.0 == line)
            .map_or(1, |it| it.2)
    }
}

/// all × part / whole, rounded; only ever a place to cut at.
fn share(all: i128, part: i128, whole: i128) -> i128 {
    if whole <= 0 || part == whole {
        return all;
    }
    let (mut left, mut right) = (part, whole);
    loop {
        if let Some(product) = all.checked_mul(left).and_then(|it| it.checked_mul(2)) {
            return (product + right) / (2 * right);
        }
        // Beyond 128 bits a few last digits of the place do not matter.
        left >>= 1;
        right = (right >> 1).max(1);
    }
}

/// The part of pieces, laid end to end, between two places.
fn cut(pieces: &[Piece], from: i128, to: i128) -> Vec<Piece> {
    let mut begin = 0;
    let mut parts = Vec::new();
    for piece in pieces {
        let end = begin + piece.to - piece.from;
        let (low, high) = (from.max(begin), to.min(end));
        if low < high {
            let (low, high) = (piece.from + low - begin, piece.from + high - begin);
            parts.push(Piece {
                lot: piece.lot,
                from: low,
                to: high,
            });
        }
        begin = end;
    }
    parts
}
