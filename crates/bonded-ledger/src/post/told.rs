//! What moved: the columns that a posting can change, before and after.

use unit_consumption::Total;

use crate::book::Book;
use crate::ledger::{Moved, Posting};
use crate::list::Line;
use crate::modes::Movement;
use crate::sums::{Basis, Sums};

/// A column of the statement that a posting can change.
#[derive(Clone, Copy)]
enum Column {
    Booked(Movement),
    /// What products took: consumed, sold at home or destroyed.
    Folded(Basis),
    Adjusted,
    ByProduct,
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Column::Booked(movement) => movement.column(),
            Column::Folded(Basis::Q) => "consumed",
            Column::Folded(Basis::S) => Movement::DomesticSale.column(),
            Column::Folded(Basis::D) => Movement::Destroyed.column(),
            Column::Adjusted => "adjusted",
            Column::ByProduct => "by_product",
        }
    }

    fn of_material(self, book: &Book, at: u16) -> Total {
        let sums = &book.sums.materials[usize::from(at)];
        match self {
            Column::Booked(movement) => sums.booked(movement),
            Column::Folded(Basis::Q) => book.current_fold(at, Basis::Q) + sums.taken(),
            Column::Folded(basis) => book.current_fold(at, basis),
            Column::Adjusted => sums.adjusted,
            Column::ByProduct => sums.by_product,
        }
    }
}

/// The touched items and their columns before the change.
#[derive(Default)]
pub(crate) struct Before {
    columns: Vec<Column>,
    /// As many for each material as there are columns.
    materials: Vec<(u16, Vec<Total>)>,
    movement: Option<Movement>,
    products: Vec<(u16, Total)>,
}

impl Before {
    fn of_materials(book: &Book, columns: Vec<Column>, all: impl Iterator<Item = u16>) -> Before {
        let values = |at| columns.iter().map(|it| it.of_material(book, at)).collect();
        let materials = all.map(|at| (at, values(at))).collect();
        Before {
            columns,
            materials,
            ..Before::default()
        }
    }

    /// Of the items that lines of a movement touch; nothing where nobody asks.
    pub(crate) fn lines(
        posting: &Posting<'_>,
        book: &mut Book,
        movement: Movement,
        lines: &[&[Line]],
    ) -> Before {
        let lines = || lines.iter().copied().flatten();
        let items = || sorted(lines().map(|it| it.item));
        if !movement.is_product() {
            if !posting.tell {
                return Before::default();
            }
            let columns = match movement.is_scrap() {
                true => vec![Column::Booked(movement), Column::ByProduct],
                false => vec![Column::Booked(movement)],
            };
            return Before::of_materials(book, columns, items().into_iter());
        }
        if !posting.tell {
            book.folds = None;
            return Before::default();
        }
        book.keep_folds();
        let consumed = |line: &Line| &book.versions[line.version as usize].lines;
        let materials = sorted(lines().flat_map(consumed).map(|(material, _)| *material));
        let columns = vec![Column::Folded(movement.basis().0)];
        let mut before = Before::of_materials(book, columns, materials.into_iter());
        before.movement = Some(movement);
        let booked = |at: u16| book.sums.products[usize::from(at)].booked(movement);
        before.products = items().into_iter().map(|at| (at, booked(at))).collect();
        before
    }

    /// Of all materials of a book, as far as consumptions can change them.
    pub(crate) fn consumptions(posting: &Posting<'_>, book: &mut Book) -> Before {
        if !posting.tell {
            return Before::default();
        }
        book.keep_folds();
        let columns = [Basis::Q, Basis::S, Basis::D].map(Column::Folded).to_vec();
        Before::of_materials(book, columns, 0..book.materials.len() as u16)
    }

    /// The same before a cycle is accepted.
    pub(crate) fn of_folds(posting: &Posting<'_>, book: &mut Book) -> Before {
        Before::consumptions(posting, book)
    }

    /// What acceptance changes: the goods of two cycles were rounded together, and are rounded each
    /// by themselves now. `before` was of both.
    pub(crate) fn tell_of_cycle(self, posting: &mut Posting<'_>, book: &mut Book, accepted: &Sums) {
        if !posting.tell {
            return;
        }
        book.keep_folds();
        for (at, before) in self.materials {
            for (column, was) in self.columns.iter().zip(before) {
                let Column::Folded(basis) = column else {
                    continue;
                };
                let of_accepted = match basis {
                    Basis::Q => book.consumed(accepted, at),
                    other => book.fold(accepted, at, *other),
                };
                let quantity = of_accepted + column.of_material(book, at) - was;
                if !quantity.is_zero() {
                    posting.moved.push(Moved {
                        handbook: book.number,
                        material: Some(book.materials.get(at).seq),
                        product: None,
                        column: column.name(),
                        quantity,
                        remaining: Some(book.remaining(at)),
                    });
                }
            }
        }
    }

    /// Of one material that is adjusted.
    pub(crate) fn adjusted(posting: &Posting<'_>, book: &Book, at: u16) -> Before {
        if !posting.tell {
            return Before::default();
        }
        Before::of_materials(book, vec![Column::Adjusted], [at].into_iter())
    }

    /// Tells the differences.
    pub(crate) fn tell(mut self, posting: &mut Posting<'_>, book: &Book) {
        let handbook = book.number;
        self.products
            .sort_unstable_by_key(|(at, _)| book.products.get(*at).seq);
        self.materials
            .sort_unstable_by_key(|(at, _)| book.materials.get(*at).seq);
        for (at, was) in self.products {
            let Some(movement) = self.movement else {
                continue;
            };
            let is = book.sums.products[usize::from(at)].booked(movement);
            if was != is {
                posting.moved.push(Moved {
                    handbook,
                    material: None,
                    product: Some(book.products.get(at).seq),
                    column: movement.column(),
                    quantity: is - was,
                    remaining: None,
                });
            }
        }
        for (at, before) in self.materials {
            for (column, was) in self.columns.iter().zip(before) {
                let is = column.of_material(book, at);
                if was != is {
                    posting.moved.push(Moved {
                        handbook,
                        material: Some(book.materials.get(at).seq),
                        product: None,
                        column: column.name(),
                        quantity: is - was,
                        remaining: Some(book.remaining(at)),
                    });
                }
            }
        }
    }
}

fn sorted(items: impl Iterator<Item = u16>) -> Vec<u16> {
    let mut items: Vec<u16> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}
