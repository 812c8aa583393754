//! One book's goods, walked through in order: lots that come in, intervals that are taken.

use std::collections::{BTreeMap, BTreeSet};

use unit_consumption::{RunningSum, Total, round5};

use crate::book::{Book, Booked};
use crate::ids::Date;
use crate::ledger::Ledger;
use crate::list::{Line, List, ListState};
use crate::modes::Movement;
use crate::sums::Basis;

pub(super) struct Lot {
    pub(super) list: Option<u32>,
    pub(super) line: Option<u32>,
    pub(super) column: &'static str,
    pub(super) date: Date,
    /// Intervals that are still there, in order.
    pub(super) free: Vec<(i128, i128)>,
}

/// An interval of a lot; without a lot, a shortage.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) lot: Option<usize>,
    pub(super) from: i128,
    pub(super) to: i128,
}

/// Who moves.
#[derive(Clone, Copy)]
pub(super) struct Mover {
    pub(super) list: Option<u32>,
    pub(super) line: Option<u32>,
    /// A consumption list, in place of a list.
    pub(super) taking: Option<u32>,
    pub(super) column: &'static str,
    pub(super) date: Date,
}

pub(super) struct Move {
    pub(super) mover: Mover,
    pub(super) material: u16,
    pub(super) back: bool,
    pub(super) pieces: Vec<Piece>,
}

/// One book's goods, walked through in order.
pub(super) struct Walk {
    pub(super) lots: Vec<Vec<Lot>>,
    /// Per material: the first lot that may have something left.
    heads: Vec<usize>,
    /// Of the lists that are asked for.
    pub(super) moves: Vec<Move>,
    /// The moves of a list's line.
    places: BTreeMap<(u32, u32), Vec<usize>>,
    /// What lines of a version under Q took of a material and did not give back.
    taken: BTreeMap<(u32, u16), Vec<Piece>>,
}

/// Which moves are kept.
pub(super) enum Wanted<'a> {
    Lists(&'a BTreeSet<u32>),
    LotsOf(u32),
}

impl Walk {
    pub(super) fn through(ledger: &Ledger, book: &Book, wanted: &Wanted<'_>) -> Walk {
        let materials = book.materials.len();
        let mut walk = Walk {
            lots: (0..materials).map(|_| Vec::new()).collect(),
            heads: vec![0; materials],
            moves: Vec::new(),
            places: BTreeMap::new(),
            taken: BTreeMap::new(),
        };
        for (at, of) in book.materials.present() {
            let mover = Mover {
                list: None,
                line: None,
                taking: None,
                column: "opening",
                date: book.valid_from,
            };
            walk.signed(at, of.opening.total(), mover, wanted);
        }
        // Movements are rounded within each cycle of an account book.
        let mut running = BTreeMap::new();
        for booked in &book.booked {
            match *booked {
                Booked::Adjusted(at) => {
                    let it = &book.adjustments[at as usize];
                    let mover = Mover {
                        list: None,
                        line: None,
                        taking: None,
                        column: "adjusted",
                        date: it.date,
                    };
                    walk.signed(it.material, it.quantity.total(), mover, wanted);
                }
                Booked::Taken(at) => walk.taking(book, at, wanted),
                Booked::List(at) => {
                    let list = ledger.list(at);
                    // What covered goods took is told by their consumption list.
                    if list.state == ListState::Booked && book.taking_of(at).is_none() {
                        let cycle = list.booked().map_or(0, |day| book.cycle_of(day));
                        let running = running.entry(cycle).or_insert_with(|| Running::of(book));
                        walk.list(book, at, list, running, wanted);
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
                taking: None,
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

    fn taking(&mut self, book: &Book, at: u32, wanted: &Wanted<'_>) {
        let taking = &book.takings[at as usize];
        if taking.withdrawn.is_some() {
            return;
        }
        let mover = Mover {
            list: None,
            line: None,
            taking: Some(at),
            column: "consumed",
            date: taking.date,
        };
        for (material, net, scrap) in &taking.materials {
            let pieces = self.take(*material, (net.total() + scrap.total()).raw());
            self.note(mover, *material, false, pieces, wanted);
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
                ..
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
            if let (Some(list), Some(line)) = (mover.list, mover.line) {
                self.places
                    .entry((list, line))
                    .or_default()
                    .push(self.moves.len());
            }
            self.moves.push(Move {
                mover,
                material,
                back,
                pieces,
            });
        }
    }

    pub(super) fn moves_of(&self, list: u32, line: u32) -> impl Iterator<Item = &Move> {
        let places = self.places.get(&(list, line)).map(Vec::as_slice);
        places.unwrap_or_default().iter().map(|&at| &self.moves[at])
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
