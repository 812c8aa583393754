//! Where the goods of a list came from: first in, first out.
//!
//! The contract's paragraph on `trace` leaves room. The readings taken here:
//!
//! 1. **Order.** Openings first, then `adjust_book` and `book_list` entries in journal order, whatever
//!    their dates; the lines of a list in the order in which they stand in it. Withdrawn lists are
//!    as if they had never been; amended lines stand in their list's place; consumptions, openings
//!    and items are today's.
//! 2. **In.** A positive opening, a positive adjustment, and every line of `imported`, `carried_in`,
//!    `leftover_in`, `exchanged_in` is a layer. The date of a layer is that of its `book_list` or
//!    `adjust_book` entry, of an opening the handbook's `valid_from`. `list` and `line` of openings
//!    and adjustments are `null`, and `column` says which it is.
//! 3. **Out.** Material lines take their quantity; product lines take the difference of the rounded
//!    running totals of the fold before and after the line, one running total each for Q, for
//!    products sold at home and for products destroyed (as the statement rounds them), anew in each
//!    cycle of an account book. A negative
//!    adjustment and a negative opening take too. Movements of 0 are left out.
//! 4. **Shortage** is a source whose `list`, `line`, `column` and `date` are all `null`. It is never
//!    made good: what comes in later serves what leaves later.
//! 5. **A product returned** has a negative movement (the difference of the running totals is
//!    negative) and negative sources. It gives back, last taken first, what the lines of its product
//!    and version under Q took, of that material; the goods return to the layers they were taken
//!    from and are the oldest again. A shortage given back is no shortage any more. What exceeds all
//!    that was taken (goods exported before the book was taken over; a last digit of rounding) is
//!    given back to no list. Goods returned and sent out again take from the oldest like any other.
//! 6. **Parts of one layer** taken by one line are one source. A layer is consumed from its beginning
//!    to its end, so that a source is an interval of a line, which the next reading needs.
//! 7. **Upstream.** Both sides of a carry-over are laid end to end per `hs` (leftovers: name and
//!    unit), measured in legal quantities where every line has one, otherwise in quantities. The
//!    interval that a source takes of the receiving side is the same interval of the sending side;
//!    what a sending line took is cut in proportion, at rounded positions, so that all cuts of a line
//!    add up to what it took. The sources of these cuts are the upstream sources, in the sending
//!    handbook's materials and units. Only booked sending lists have any; a list that is its own
//!    upstream is not followed again.
//! 8. **The other way.** A line of an import has `uses` in place of `materials`: one row for each
//!    movement that took from it (negative: gave back).
//! 9. A line that names a material has `material` in place of `product` and `version`. A list that is
//!    not booked, and a line of scrap, has no movements.

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};
use serde_json::{Value, json};

use super::books::{
    Book, Exact, Goods, INTO_MATERIAL, Line, List, OUT_OF_MATERIAL, Products, State, books, exact,
    find, fold, lists, must, number, print, quantity, round5, rows, sending_of, sign_in_q, takings,
    text, whole, zero,
};

struct Layer {
    list: Option<String>,
    line: Option<u64>,
    column: &'static str,
    date: String,
    /// Intervals of what it brought that are still there.
    free: Vec<(Exact, Exact)>,
}

/// An interval of a layer; without a layer, a shortage.
#[derive(Clone)]
struct Piece {
    layer: Option<usize>,
    from: Exact,
    to: Exact,
}

impl Piece {
    fn size(&self) -> Exact {
        &self.to - &self.from
    }
}

struct Move {
    list: Option<String>,
    line: Option<u64>,
    column: &'static str,
    date: String,
    material: u64,
    /// Negative where goods are given back.
    quantity: Exact,
    pieces: Vec<Piece>,
}

#[derive(Default)]
struct Walk {
    layers: BTreeMap<u64, Vec<Layer>>,
    moves: Vec<Move>,
    /// What the lines of a product and version took of a material and did not give back.
    taken: BTreeMap<(u64, u64, String), Vec<Piece>>,
}

/// Who moves: list, line, column, date.
type Mover<'a> = (Option<&'a str>, Option<u64>, &'static str, &'a str);

impl Walk {
    fn of(book: &Book, entries: &[Value], lists: &[List]) -> Self {
        let mut walk = Self::default();
        for (m, item) in &book.materials {
            walk.signed(*m, &item.opening, (None, None, "opening", &book.valid_from));
        }
        // Per cycle: products that left, were sold at home, were destroyed.
        let mut running: BTreeMap<usize, [Products; 3]> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            if must(entry, "entry") == "adjust_book" && must(entry, "handbook") == book.number {
                let mover = (None, None, "adjusted", must(entry, "date"));
                walk.signed(number(entry, "material"), &exact(&entry["quantity"]), mover);
            }
            let counting = takings(entries, Some(&book.number), None);
            if counting.iter().any(|it| it["id"] == entry["id"]) {
                for row in rows(entry, "materials") {
                    let quantity = exact(&row["net"]) + quantity(row, "scrap").unwrap_or_else(zero);
                    let mover = (text(entry, "number"), None, "consumed", must(entry, "date"));
                    let pieces = walk.take(number(row, "seq"), &quantity);
                    walk.note(number(row, "seq"), quantity, pieces, mover);
                }
            }
            let here = lists.iter().find(|list| {
                list.handbook == book.number
                    && list.covered.is_none()
                    && list.state == State::Booked
                    && list.booked.as_ref().is_some_and(|it| it.0 == place)
            });
            for (list, line) in here
                .iter()
                .flat_map(|list| list.lines.iter().map(move |it| (list, it)))
            {
                let column = list.column_of(line);
                let mover = (
                    Some(list.number.as_str()),
                    Some(line.line),
                    column,
                    must(entry, "date"),
                );
                if list.goods == Goods::Material {
                    if INTO_MATERIAL.contains(&column) {
                        walk.bring(line.seq, &line.quantity, mover);
                    } else if OUT_OF_MATERIAL.contains(&column) {
                        let pieces = walk.take(line.seq, &line.quantity);
                        walk.note(line.seq, line.quantity.clone(), pieces, mover);
                    }
                    continue;
                }
                let [q, sold, destroyed] = running
                    .entry(book.cycle_of(must(entry, "date")))
                    .or_default();
                let running = match column {
                    "domestic_sale" => sold,
                    "destroyed" => destroyed,
                    _ => q,
                };
                let sign = if sign_in_q(column) == 0 {
                    1
                } else {
                    sign_in_q(column)
                };
                let before = running.clone();
                *running
                    .entry((line.seq, line.version.clone()))
                    .or_insert_with(zero) += &line.quantity * whole(sign);
                for m in book.materials.keys() {
                    let quantity = fold(book, running, *m) - fold(book, &before, *m);
                    let key = (*m, line.seq, line.version.clone());
                    let pieces = if quantity.is_negative() {
                        walk.give_back(&key, &-&quantity)
                    } else {
                        let pieces = walk.take(*m, &quantity);
                        if sign_in_q(column) != 0 {
                            walk.taken
                                .entry(key)
                                .or_default()
                                .extend(pieces.iter().cloned());
                        }
                        pieces
                    };
                    walk.note(*m, quantity, pieces, mover);
                }
            }
        }
        walk
    }

    fn signed(&mut self, m: u64, quantity: &Exact, mover: Mover<'_>) {
        if quantity.is_negative() {
            let pieces = self.take(m, &-quantity);
            self.note(m, -quantity, pieces, mover);
        } else if !quantity.is_zero() {
            self.bring(m, quantity, mover);
        }
    }

    fn bring(&mut self, m: u64, quantity: &Exact, (list, line, column, date): Mover<'_>) {
        self.layers.entry(m).or_default().push(Layer {
            list: list.map(str::to_owned),
            line,
            column,
            date: date.to_owned(),
            free: vec![(zero(), quantity.clone())],
        });
    }

    /// From the oldest that is left; what is not there is a piece without a layer.
    fn take(&mut self, m: u64, quantity: &Exact) -> Vec<Piece> {
        let mut left = quantity.clone();
        let mut pieces = Vec::new();
        for (place, layer) in self.layers.entry(m).or_default().iter_mut().enumerate() {
            while left.is_positive() && !layer.free.is_empty() {
                let (from, end) = layer.free.remove(0);
                let to = end.clone().min(&from + &left);
                if to < end {
                    layer.free.insert(0, (to.clone(), end));
                }
                left -= &to - &from;
                // A line passed with 0 brought an empty interval.
                if from < to {
                    pieces.push(Piece {
                        layer: Some(place),
                        from,
                        to,
                    });
                }
            }
        }
        if left.is_positive() {
            pieces.push(Piece {
                layer: None,
                from: zero(),
                to: left,
            });
        }
        pieces
    }

    fn give_back(&mut self, key: &(u64, u64, String), quantity: &Exact) -> Vec<Piece> {
        let taken = self.taken.entry(key.clone()).or_default();
        let mut left = quantity.clone();
        let mut pieces = Vec::new();
        while left.is_positive() {
            let Some(last) = taken.pop() else {
                pieces.push(Piece {
                    layer: None,
                    from: zero(),
                    to: left,
                });
                break;
            };
            let cut = last.from.clone().max(&last.to - &left);
            if cut > last.from {
                taken.push(Piece {
                    to: cut.clone(),
                    ..last.clone()
                });
            }
            let piece = Piece { from: cut, ..last };
            left -= piece.size();
            if let Some(place) = piece.layer {
                let free = &mut self
                    .layers
                    .get_mut(&key.0)
                    .expect("it was taken from there")[place]
                    .free;
                free.push((piece.from.clone(), piece.to.clone()));
                free.sort();
            }
            pieces.push(piece);
        }
        pieces
    }

    fn note(&mut self, material: u64, quantity: Exact, pieces: Vec<Piece>, mover: Mover<'_>) {
        if !quantity.is_zero() {
            let (list, line, column, date) = mover;
            let (list, date) = (list.map(str::to_owned), date.to_owned());
            self.moves.push(Move {
                list,
                line,
                column,
                date,
                material,
                quantity,
                pieces,
            });
        }
    }

    fn moves_of<'a>(&'a self, list: &'a str, line: u64) -> impl Iterator<Item = &'a Move> {
        self.moves
            .iter()
            .filter(move |it| it.list.as_deref() == Some(list) && it.line == Some(line))
    }
}

struct Tracer {
    books: BTreeMap<String, Book>,
    lists: Vec<List>,
    walks: BTreeMap<String, Walk>,
}

pub fn trace(entries: &[Value], name: &str) -> Value {
    let books = books(entries);
    let lists = lists(entries, None);
    let walks = books
        .values()
        .map(|it| (it.number.clone(), Walk::of(it, entries, &lists)))
        .collect();
    let tracer = Tracer {
        books,
        lists,
        walks,
    };
    let Some(list) = find(&tracer.lists, name) else {
        return Value::Null;
    };
    let walk = &tracer.walks[&list.handbook];

    let lines: Vec<Value> = list
        .lines
        .iter()
        .map(|line| {
            let mut row = json!({"line": line.line, "quantity": print(&line.quantity)});
            if let Some(covered) = &list.covered {
                row["consumption_list"] = json!(covered);
            }
            if list.goods == Goods::Product {
                row["product"] = json!(line.seq);
                row["version"] = json!(line.version);
            } else {
                row["material"] = json!(line.seq);
            }
            if list.goods == Goods::Material && INTO_MATERIAL.contains(&list.column) {
                row["uses"] = uses(walk, list, line);
                return row;
            }
            let materials: Vec<Value> = walk
                .moves_of(&list.number, line.line)
                .map(|it| {
                    let pieces: Vec<_> = it
                        .pieces
                        .iter()
                        .map(|piece| (it.material, piece.clone()))
                        .collect();
                    let sign = if it.quantity.is_negative() { -1 } else { 1 };
                    json!({
                        "material": it.material,
                        "quantity": print(&it.quantity),
                        "sources": tracer.sources(&list.handbook, &pieces, sign, &mut Vec::new()),
                    })
                })
                .collect();
            row["materials"] = json!(materials);
            row
        })
        .collect();
    json!({"list": list.number, "lines": lines})
}

fn uses(walk: &Walk, list: &List, line: &Line) -> Value {
    let mut rows = Vec::new();
    for it in walk.moves.iter().filter(|it| it.material == line.seq) {
        let from_here = |piece: &&Piece| {
            piece.layer.is_some_and(|place| {
                let layer = &walk.layers[&it.material][place];
                layer.list.as_ref() == Some(&list.number) && layer.line == Some(line.line)
            })
        };
        let size = it
            .pieces
            .iter()
            .filter(from_here)
            .fold(zero(), |sum, piece| sum + piece.size());
        if !size.is_zero() {
            let signed = if it.quantity.is_negative() {
                -size
            } else {
                size
            };
            rows.push(
                json!({"list": it.list, "line": it.line, "quantity": print(&signed),
                             "column": it.column, "date": it.date}),
            );
        }
    }
    json!(rows)
}

impl Tracer {
    /// Pieces of materials of a handbook, one source for each layer, in the order of their taking.
    fn sources(
        &self,
        handbook: &str,
        pieces: &[(u64, Piece)],
        sign: i64,
        path: &mut Vec<String>,
    ) -> Value {
        let mut groups: Vec<(u64, Option<usize>, Vec<Piece>)> = Vec::new();
        for (m, piece) in pieces {
            match groups
                .iter_mut()
                .find(|it| it.0 == *m && it.1 == piece.layer)
            {
                Some(group) => group.2.push(piece.clone()),
                None => groups.push((*m, piece.layer, vec![piece.clone()])),
            }
        }
        let mut rows = Vec::new();
        for (m, layer, pieces) in groups {
            let size = pieces.iter().fold(zero(), |sum, piece| sum + piece.size()) * whole(sign);
            let quantity = print(&size);
            rows.push(match layer {
                None => json!({"list": null, "line": null, "quantity": quantity, "column": null,
                               "date": null, "sources": []}),
                Some(place) => {
                    let layer = &self.walks[handbook].layers[&m][place];
                    json!({"list": layer.list, "line": layer.line, "quantity": quantity,
                           "column": layer.column, "date": layer.date,
                           "sources": self.upstream(layer, &pieces, sign, path)})
                }
            });
        }
        json!(rows)
    }

    fn upstream(
        &self,
        layer: &Layer,
        pieces: &[Piece],
        sign: i64,
        path: &mut Vec<String>,
    ) -> Value {
        let receiving = layer.list.as_ref().and_then(|name| find(&self.lists, name));
        let Some(receiving) = receiving.filter(|list| list.is_receiving() && !list.external) else {
            return json!([]);
        };
        let sending = sending_of(&self.lists, receiving).filter(|it| it.state == State::Booked);
        let Some(sending) = sending.filter(|_| !path.contains(&receiving.number)) else {
            return json!([]);
        };
        let line = receiving
            .lines
            .iter()
            .find(|it| Some(it.line) == layer.line);
        let line = line.expect("the layer came from this line");
        let legal = [receiving, sending]
            .iter()
            .all(|list| list.lines.iter().all(|it| it.legal.is_some()));
        let measure = |line: &Line| {
            if legal {
                line.legal.clone().unwrap_or_else(zero)
            } else {
                line.quantity.clone()
            }
        };
        let group = self.group(receiving, line);

        let mut offset = zero();
        for earlier in receiving.lines.iter().take_while(|it| it.line != line.line) {
            if self.group(receiving, earlier) == group {
                offset += measure(earlier);
            }
        }
        let mut found = Vec::new();
        for piece in pieces {
            let start = &offset + &piece.from / &line.quantity * measure(line);
            let end = &offset + &piece.to / &line.quantity * measure(line);
            let mut begin = zero();
            for theirs in sending
                .lines
                .iter()
                .filter(|it| self.group(sending, it) == group)
            {
                let size = measure(theirs);
                let low = start.clone().max(begin.clone());
                let high = end.clone().min(&begin + &size);
                if low < high {
                    for it in self.walks[&sending.handbook].moves_of(&sending.number, theirs.line) {
                        let cut = |at: &Exact| round5(&((at - &begin) / &size * &it.quantity));
                        for part in between(&it.pieces, &cut(&low), &cut(&high)) {
                            found.push((it.material, part));
                        }
                    }
                }
                begin += size;
            }
        }
        path.push(receiving.number.clone());
        let rows = self.sources(&sending.handbook, &found, sign, path);
        path.pop();
        rows
    }

    /// What the two sides of a carry-over are compared by.
    fn group(&self, list: &List, line: &Line) -> (String, String) {
        let item = &self.books[&list.handbook].items(list.goods)[&line.seq];
        if list.is_leftover() {
            (item.name.clone(), item.unit.clone())
        } else {
            (item.hs.clone(), String::new())
        }
    }
}

/// The part of a row of pieces, laid end to end, that lies between two positions.
fn between(pieces: &[Piece], low: &Exact, high: &Exact) -> Vec<Piece> {
    let mut begin = zero();
    let mut parts = Vec::new();
    for piece in pieces {
        let end = &begin + piece.size();
        let (from, to) = (
            low.clone().max(begin.clone()),
            high.clone().min(end.clone()),
        );
        if from < to {
            parts.push(Piece {
                layer: piece.layer,
                from: &piece.from + (&from - &begin),
                to: &piece.from + (&to - &begin),
            });
        }
        begin = end;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::books::Period;
    use super::*;

    /// What is left in the layers, less the shortage that was never made good, is what remains.
    pub fn layers_agree(entries: &[Value]) {
        let books = books(entries);
        let lists = lists(entries, None);
        for book in books.values() {
            let walk = Walk::of(book, entries, &lists);
            for m in book.materials.keys() {
                let free = walk
                    .layers
                    .get(m)
                    .into_iter()
                    .flatten()
                    .flat_map(|layer| &layer.free)
                    .fold(zero(), |sum, (from, to)| sum + to - from);
                let mut short = zero();
                for it in walk.moves.iter().filter(|it| it.material == *m) {
                    let sum = it
                        .pieces
                        .iter()
                        .fold(zero(), |sum, piece| sum + piece.size());
                    assert_eq!(sum, it.quantity.abs());
                    for piece in it.pieces.iter().filter(|piece| piece.layer.is_none()) {
                        let sign = whole(if it.quantity.is_negative() { -1 } else { 1 });
                        short += piece.size() * sign;
                    }
                }
                let columns = Period::current(book, entries).columns(book, entries, *m);
                assert_eq!(free - short, columns["remaining"], "{} {m}", book.number);
            }
        }
    }

    #[test]
    fn layers_and_remaining_agree() {
        for seed in 0..10 {
            let mut auditor = super::super::Auditor::new();
            for entry in super::super::journals::random_journal(seed, 120) {
                auditor.post(&entry);
            }
            layers_agree(&auditor.accepted);
        }
    }
}
