//! Where goods came from and where they went: first in, first out (先进先出), computed when asked.
//!
//! Openings come first, then what was booked and adjusted, in journal order; the lines of a list in
//! their order. Every line that comes in is a *lot*; what leaves takes intervals of the oldest lots
//! that have any left. What was not there is a shortage, never made good later. A product returned
//! gives back what its product and version took last.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use unit_consumption::{Quantity, RunningSum, Total, round5};

use crate::book::{Basis, Book, Booked};
use crate::carry::CarryOverState;
use crate::ids::{Date, HandbookNo, MaterialSeq, ProductSeq};
use crate::ledger::Ledger;
use crate::list::{Line, List, ListState};
use crate::modes::Movement;

/// Where the goods of a list came from, or where its imports went.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trace {
    /// The list's number.
    pub list: String,
    /// Its lines.
    pub lines: Vec<TracedLine>,
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
    /// The list that took them; `null` for an adjustment.
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

struct Lot {
    list: Option<u32>,
    line: Option<u32>,
    column: &'static str,
    date: Date,
    /// Intervals that are still there, in order.
    free: Vec<(i128, i128)>,
}

/// An interval of a lot; without a lot, a shortage.
#[derive(Clone, Copy)]
struct Piece {
    lot: Option<usize>,
    from: i128,
    to: i128,
}

/// Who moves.
#[derive(Clone, Copy)]
struct Mover {
    list: Option<u32>,
    line: Option<u32>,
    column: &'static str,
    date: Date,
}

struct Move {
    mover: Mover,
    material: u16,
    back: bool,
    pieces: Vec<Piece>,
}

/// One book's goods, walked through in order.
struct Walk {
    lots: Vec<Vec<Lot>>,
    /// Per material: the first lot that may have something left.
    heads: Vec<usize>,
    /// Of the lists that are asked for.
    moves: Vec<Move>,
    /// What lines of a version under Q took of a material and did not give back.
    taken: BTreeMap<(u32, u16), Vec<Piece>>,
}

/// Which moves are kept.
enum Wanted<'a> {
    Lists(&'a BTreeSet<u32>),
    LotsOf(u32),
}

impl Walk {
    fn through(ledger: &Ledger, book: &Book, wanted: &Wanted<'_>) -> Walk {
        let materials = book.materials.len();
        let mut walk = Walk {
            lots: (0..materials).map(|_| Vec::new()).collect(),
            heads: vec![0; materials],
            moves: Vec::new(),
            taken: BTreeMap::new(),
        };
        for (at, of) in book.materials.present() {
            let mover = Mover {
                list: None,
                line: None,
                column: "opening",
                date: book.valid_from,
            };
            walk.signed(at, of.opening.total(), mover, wanted);
        }
        let mut running = Running::of(book);
        for booked in &book.booked {
            match *booked {
                Booked::Adjusted(at) => {
                    let it = &book.adjustments[at as usize];
                    let mover = Mover {
                        list: None,
                        line: None,
                        column: "adjusted",
                        date: it.date,
                    };
                    walk.signed(it.material, it.quantity.total(), mover, wanted);
                }
                Booked::List(at) => {
                    let list = ledger.list(at);
                    if list.state == ListState::Booked {
                        walk.list(book, at, list, &mut running, wanted);
                    }
                }
            }
        }
        walk
    }

    fn list(
        &mut self,
        book: &Book,
        at: u32,
        list: &List,
        running: &mut Running,
        wanted: &Wanted<'_>,
    ) {
        let (moved, date) = (list.movement, list.booked().unwrap_or(book.opened));
        for line in list.lines() {
            let mover = Mover {
                list: Some(at),
                line: Some(line.line),
                column: moved.column(),
                date,
            };
            if moved.is_material_in() {
                self.bring(line.item, line.quantity.total().raw(), mover);
            } else if moved.is_material_out() {
                let pieces = self.take(line.item, line.quantity.total().raw());
                self.note(mover, line.item, false, pieces, wanted);
            } else if moved.is_product() {
                self.product_line(book, moved, line, mover, running, wanted);
            }
        }
    }

    fn product_line(
        &mut self,
        book: &Book,
        moved: Movement,
        line: &Line,
        mover: Mover,
        running: &mut Running,
        wanted: &Wanted<'_>,
    ) {
        let (basis, returns) = moved.basis();
        for (material, difference) in running.add(book, line, basis, returns) {
            let key = (line.version, material);
            if difference > 0 {
                let pieces = self.take(material, difference);
                if basis == Basis::Q {
                    let taken = self.taken.entry(key).or_default();
                    for piece in &pieces {
                        push_joined(taken, *piece);
                    }
                }
                self.note(mover, material, false, pieces, wanted);
            } else if difference < 0 {
                let pieces = self.give_back(key, -difference);
                self.note(mover, material, true, pieces, wanted);
            }
        }
    }

    fn signed(&mut self, material: u16, quantity: Total, mover: Mover, wanted: &Wanted<'_>) {
        if quantity > Total::ZERO {
            self.bring(material, quantity.raw(), mover);
        } else if quantity < Total::ZERO {
            let pieces = self.take(material, -quantity.raw());
            self.note(mover, material, false, pieces, wanted);
        }
    }

    fn bring(&mut self, material: u16, quantity: i128, mover: Mover) {
        if quantity > 0 {
            let Mover {
                list,
                line,
                column,
                date,
            } = mover;
            let lot = Lot {
                list,
                line,
                column,
                date,
                free: vec![(0, quantity)],
            };
            self.lots[usize::from(material)].push(lot);
        }
    }

    fn take(&mut self, material: u16, quantity: i128) -> Vec<Piece> {
        let lots = &mut self.lots[usize::from(material)];
        let head = &mut self.heads[usize::from(material)];
        let mut wanted = quantity;
        let mut pieces = Vec::new();
        while wanted > 0 {
            let Some(lot) = lots.get_mut(*head) else {
                pieces.push(Piece {
                    lot: None,
                    from: 0,
                    to: wanted,
                });
                break;
            };
            let Some((from, to)) = lot.free.first_mut() else {
                *head += 1;
                continue;
            };
            let size = wanted.min(*to - *from);
            pieces.push(Piece {
                lot: Some(*head),
                from: *from,
                to: *from + size,
            });
            wanted -= size;
            *from += size;
            if from == to {
                lot.free.remove(0);
            }
        }
        pieces
    }

    fn give_back(&mut self, key: (u32, u16), quantity: i128) -> Vec<Piece> {
        let mut wanted = quantity;
        let mut pieces = Vec::new();
        let taken = self.taken.entry(key).or_default();
        while wanted > 0 {
            let Some(last) = taken.last_mut() else {
                pieces.push(Piece {
                    lot: None,
                    from: 0,
                    to: wanted,
                });
                break;
            };
            let size = wanted.min(last.to - last.from);
            let piece = Piece {
                from: last.to - size,
                ..*last
            };
            last.to -= size;
            if last.from == last.to {
                taken.pop();
            }
            wanted -= size;
            pieces.push(piece);
            if let Some(at) = piece.lot {
                let material = usize::from(key.1);
                let free = &mut self.lots[material][at].free;
                let place = free.partition_point(|(from, _)| *from < piece.from);
                free.insert(place, (piece.from, piece.to));
                join(free);
                self.heads[material] = self.heads[material].min(at);
            }
        }
        pieces
    }

    fn note(
        &mut self,
        mover: Mover,
        material: u16,
        back: bool,
        pieces: Vec<Piece>,
        wanted: &Wanted<'_>,
    ) {
        let keep = match wanted {
            Wanted::Lists(lists) => mover.list.is_some_and(|it| lists.contains(&it)),
            Wanted::LotsOf(list) => {
                let lots = &self.lots[usize::from(material)];
                pieces
                    .iter()
                    .filter_map(|it| it.lot)
                    .any(|at| lots[at].list == Some(*list))
            }
        };
        if keep && !pieces.is_empty() {
            self.moves.push(Move {
                mover,
                material,
                back,
                pieces,
            });
        }
    }

    fn moves_of(&self, list: u32, line: u32) -> impl Iterator<Item = &Move> {
        self.moves
            .iter()
            .filter(move |it| it.mover.list == Some(list) && it.mover.line == Some(line))
    }
}

/// Adds a piece, as one with the last where it continues it.
fn push_joined(pieces: &mut Vec<Piece>, piece: Piece) {
    if let Some(last) = pieces.last_mut()
        && last.lot == piece.lot
        && (last.to == piece.from || piece.lot.is_none())
    {
        last.to += piece.to - piece.from;
        return;
    }
    pieces.push(piece);
}

/// Joins intervals that touch.
fn join(free: &mut Vec<(i128, i128)>) {
    free.dedup_by(|next, last| {
        let touches = last.1 == next.0;
        if touches {
            last.1 = next.1;
        }
        touches
    });
}

/// The rounded running totals of the folds, line by line.
struct Running {
    quantities: Vec<[Total; 3]>,
    sums: Vec<[RunningSum; 3]>,
    rounded: Vec<[Total; 3]>,
}

impl Running {
    fn of(book: &Book) -> Running {
        Running {
            quantities: vec![Default::default(); book.versions.len()],
            sums: vec![Default::default(); book.materials.len()],
            rounded: vec![Default::default(); book.materials.len()],
        }
    }

    /// What a line takes of each material: differences of the rounded totals.
    fn add(&mut self, book: &Book, line: &Line, basis: Basis, returns: bool) -> Vec<(u16, i128)> {
        let of = basis as usize;
        let quantity = line.quantity.total();
        let quantity = if returns { -quantity } else { quantity };
        self.quantities[line.version as usize][of] += quantity;
        let mut differences = Vec::new();
        for (material, consumption) in &book.versions[line.version as usize].lines {
            let at = usize::from(*material);
            let sum = &mut self.sums[at][of];
            sum.add(quantity, consumption.bonded_gross());
            let rounded = sum.rounded().unwrap_or_else(|| {
                let quantities = &self.quantities;
                let users = book.users(*material);
                round5(users.map(|(version, line)| (quantities[version][of], line.bonded_gross())))
            });
            let before = std::mem::replace(&mut self.rounded[at][of], rounded);
            differences.push((*material, (rounded - before).raw()));
        }
        differences
    }
}

struct Tracer<'l> {
    ledger: &'l Ledger,
    /// Receiving lists that are being followed upstream: where books were booked in another order
    /// than goods can flow, a list may seem to be its own upstream and is not followed again.
    path: Vec<u32>,
    /// Per book: a walk that keeps the moves of all its sending lists.
    walks: BTreeMap<u32, std::rc::Rc<Walk>>,
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
        let mut tracer = Tracer {
            ledger: self,
            path: Vec::new(),
            walks: BTreeMap::new(),
        };
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
                traced.uses = Some(self.uses(&walk, at, line));
                traced.left = Some(left(&walk, at, line));
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
            traced.materials = Some(materials.collect());
            traced
        });
        let lines = lines.collect();
        Some(Trace {
            list: list.number.to_string(),
            lines,
        })
    }

    fn uses(&self, walk: &Walk, list: u32, line: &Line) -> Vec<Use> {
        let lots = &walk.lots[usize::from(line.item)];
        let mine = |piece: &&Piece| {
            let lot = piece.lot.map(|at| &lots[at]);
            lot.is_some_and(|lot| lot.list == Some(list) && lot.line == Some(line.line))
        };
        let moves = walk.moves.iter().filter(|it| it.material == line.item);
        let uses = moves.map(|it| {
            let size: i128 = it
                .pieces
                .iter()
                .filter(mine)
                .map(|it| it.to - it.from)
                .sum();
            Use {
                list: it.mover.list.map(|it| self.list(it).number.to_string()),
                line: it.mover.line,
                quantity: Total::from_raw(if it.back { -size } else { size }),
                column: it.mover.column,
                date: it.mover.date,
            }
        });
        uses.filter(|it| !it.quantity.is_zero()).collect()
    }
}

fn left(walk: &Walk, list: u32, line: &Line) -> Total {
    let lots = walk.lots[usize::from(line.item)].iter();
    let mine = lots.filter(|it| it.list == Some(list) && it.line == Some(line.line));
    Total::from_raw(
        mine.flat_map(|it| &it.free)
            .map(|(from, to)| to - from)
            .sum(),
    )
}

impl Tracer<'_> {
    /// Pieces of a material, one source for each lot, in the order of their taking.
    fn sources(
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
        if self.path.contains(&receiving)
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
