//! Through a carry-over to where the sender had the goods from.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use unit_consumption::{Place, Total};

use super::Source;
use super::walk::{Piece, Walk, Wanted};
use crate::ids::MaterialSeq;
use crate::ledger::Ledger;
use crate::limits::{SOURCES_MAX, UPSTREAM_MAX};
use crate::list::{List, ListState};
use crate::modes::Movement;

pub(super) struct Tracer<'l> {
    ledger: &'l Ledger,
    /// Receiving lists that are being followed upstream: where books were booked in another order
    /// than goods can flow, a list may seem to be its own upstream and is not followed again.
    path: Vec<u32>,
    /// Per book: a walk that keeps the moves of all its sending lists.
    walks: BTreeMap<u32, Rc<Walk>>,
    laid: BTreeMap<u32, Rc<Laid>>,
    /// Upstream sources told so far.
    rows: usize,
    /// More would have been told.
    pub(super) truncated: bool,
}

impl<'l> Tracer<'l> {
    pub(super) fn new(ledger: &'l Ledger) -> Tracer<'l> {
        Tracer {
            ledger,
            path: Vec::new(),
            walks: BTreeMap::new(),
            laid: BTreeMap::new(),
            rows: 0,
            truncated: false,
        }
    }

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
        let mut places: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for piece in pieces {
            let place = *places.entry(piece.lot).or_insert(groups.len());
            if place == groups.len() {
                groups.push((piece.lot, Vec::new()));
            }
            groups[place].1.push(*piece);
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
            self.rows += usize::from(upstream_of.is_some());
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
        if self.path.contains(&receiving) || ledger.list(sending).state != ListState::Booked {
            return Vec::new();
        }
        if self.path.len() >= UPSTREAM_MAX || self.rows >= SOURCES_MAX {
            self.truncated = true;
            return Vec::new();
        }
        let walk = self.walk_of(ledger.list(sending).book);
        let (from, to) = (self.laid(sending), self.laid(receiving));
        let measure = if from.legal && to.legal {
            Measure::Legal
        } else {
            Measure::Declared
        };
        let Some((group, place)) = to.find(line) else {
            return Vec::new();
        };
        let (start, whole) = place.of(measure);
        let book = ledger.book(ledger.list(sending).book);
        // What the intervals take of each sending line, material by material.
        let mut cuts: BTreeMap<MaterialSeq, (u16, Vec<Piece>)> = BTreeMap::new();
        for piece in pieces {
            // From the receiving line's own quantity to the measure of both sides, exactly: what is
            // cut at is rounded once, on what the sender took.
            let place_at = |part: i128, begin: i128| Place {
                offset: Total::from_raw(start - begin),
                part: Total::from_raw(part),
                of: Total::from_raw(place.quantity),
                whole: Total::from_raw(whole),
            };
            let within = |part: i128| place_at(part, 0).on(Total::from_raw(1), Total::from_raw(1));
            let (low, high) = (within(piece.from).raw() - 1, within(piece.to).raw() + 1);
            for sent in from.between(group, measure, low, high) {
                let (begin, size) = sent.of(measure);
                if size <= 0 {
                    continue;
                }
                for it in walk.moves_of(sending, sent.line) {
                    let all: i128 = it.pieces.iter().map(|it| it.to - it.from).sum();
                    let at = |part: i128| {
                        let on =
                            place_at(part, begin).on(Total::from_raw(all), Total::from_raw(size));
                        on.raw().clamp(0, all)
                    };
                    let cut = cut(&it.pieces, at(piece.from), at(piece.to));
                    if cut.is_empty() {
                        continue;
                    }
                    let seq = book.materials.get(it.material).seq;
                    cuts.entry(seq)
                        .or_insert((it.material, Vec::new()))
                        .1
                        .extend(cut);
                }
            }
        }
        let sender = ledger.list(sending).book;
        let mut sources = Vec::new();
        self.path.push(receiving);
        for (material, pieces) in cuts.into_values() {
            sources.extend(self.sources(sender, &walk, material, &pieces, sign));
        }
        self.path.pop();
        sources
    }

    fn laid(&mut self, list: u32) -> Rc<Laid> {
        let ledger = self.ledger;
        let laid = self.laid.entry(list);
        laid.or_insert_with(|| Rc::new(Laid::of(ledger, ledger.list(list))))
            .clone()
    }

    fn walk_of(&mut self, book: u32) -> Rc<Walk> {
        if let Some(walk) = self.walks.get(&book) {
            return walk.clone();
        }
        let of = self.ledger.book(book);
        let sends = |at: &u32| {
            let list = self.ledger.list(*at);
            list.carry.as_ref().is_some_and(|it| it.kept) && !list.movement.is_receiving()
        };
        let lists: BTreeSet<u32> = of.lists.iter().copied().filter(sends).collect();
        let walk = Rc::new(Walk::through(self.ledger, of, &Wanted::Lists(&lists)));
        self.walks.insert(book, walk.clone());
        walk
    }
}

/// In what both sides of a carry-over are measured.
#[derive(Clone, Copy)]
enum Measure {
    Declared,
    Legal,
}

/// A line of one side, in its place.
struct Placed {
    line: u32,
    quantity: i128,
    /// Begin and size by declared and by legal quantity.
    declared: (i128, i128),
    legal: (i128, i128),
}

impl Placed {
    fn of(&self, measure: Measure) -> (i128, i128) {
        match measure {
            Measure::Declared => self.declared,
            Measure::Legal => self.legal,
        }
    }
}

/// One side of a carry-over, laid end to end per group.
pub(super) struct Laid {
    groups: BTreeMap<String, Vec<Placed>>,
    /// Where a line stands: group and index.
    places: BTreeMap<u32, (String, usize)>,
    legal: bool,
}

impl Laid {
    fn of(ledger: &Ledger, list: &List) -> Laid {
        let book = ledger.book(list.book);
        let leftover = matches!(list.movement, Movement::LeftoverIn | Movement::LeftoverOut);
        let mut laid = Laid {
            groups: BTreeMap::new(),
            places: BTreeMap::new(),
            legal: list.lines().iter().all(|it| it.legal().is_some()),
        };
        for line in list.lines() {
            let item = match list.movement.is_product() {
                true => &book.products.get(line.item).item,
                false => &book.materials.get(line.item).item,
            };
            let group = match leftover {
                true => format!("{} {}", item.unit, item.name),
                false => item.hs.to_string(),
            };
            let quantity = line.quantity.total().raw();
            let legal = line.legal().unwrap_or_default().total().raw();
            let lines = laid.groups.entry(group.clone()).or_default();
            let end = |it: (i128, i128)| it.0 + it.1;
            let declared_from = lines.last().map_or(0, |it| end(it.declared));
            let legal_from = lines.last().map_or(0, |it| end(it.legal));
            laid.places.insert(line.line, (group, lines.len()));
            lines.push(Placed {
                line: line.line,
                quantity,
                declared: (declared_from, quantity),
                legal: (legal_from, legal),
            });
        }
        laid
    }

    fn find(&self, line: u32) -> Option<(&str, &Placed)> {
        let (group, at) = self.places.get(&line)?;
        Some((group, self.groups.get(group)?.get(*at)?))
    }

    /// The lines of a group that reach into an interval.
    fn between(
        &self,
        group: &str,
        measure: Measure,
        low: i128,
        high: i128,
    ) -> impl Iterator<Item = &Placed> {
        let lines = self
            .groups
            .get(group)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let first = lines.partition_point(|it| it.of(measure).0 + it.of(measure).1 <= low);
        lines[first..]
            .iter()
            .take_while(move |it| it.of(measure).0 < high)
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
