//! What moved: the columns of the touched items before and after.

use unit_consumption::Total;

use crate::book::Book;
use crate::ledger::{Moved, Posting};
use crate::list::Line;
use crate::modes::Movement;
use crate::sums::Basis;

/// The touched items and their columns before the change.
pub(crate) struct Before {
    materials: Vec<(u16, Vec<(&'static str, Total)>)>,
    products: Vec<(u16, Vec<(&'static str, Total)>)>,
}

fn material_columns(book: &Book, at: u16) -> Vec<(&'static str, Total)> {
    let sums = &book.sums.materials[usize::from(at)];
    let fold = |basis| book.current_fold(at, basis);
    let mut columns = Vec::with_capacity(16);
    for movement in Movement::ALL.into_iter().filter(|it| !it.is_product()) {
        let folded = match movement {
            Movement::DomesticSale => fold(Basis::S),
            Movement::Destroyed => fold(Basis::D),
            _ => Total::ZERO,
        };
        columns.push((movement.column(), sums.booked(movement) + folded));
    }
    columns.push(("consumed", fold(Basis::Q)));
    columns.push(("adjusted", sums.adjusted));
    columns.push(("by_product", sums.by_product));
    columns
}

fn product_columns(book: &Book, at: u16) -> Vec<(&'static str, Total)> {
    let sums = &book.sums.products[usize::from(at)];
    let products = Movement::ALL.into_iter().filter(|it| it.is_product());
    products.map(|it| (it.column(), sums.booked(it))).collect()
}

impl Before {
    /// Of the items that lines of a movement touch; nothing where nobody asks.
    pub(crate) fn lines(
        posting: &Posting<'_>,
        book: &mut Book,
        movement: Movement,
        lines: &[&[Line]],
    ) -> Before {
        let mut before = Before {
            materials: Vec::new(),
            products: Vec::new(),
        };
        if !posting.tell {
            if movement.is_product() {
                book.folds = None;
            }
            return before;
        }
        if movement.is_product() {
            book.keep_folds();
        }
        let lines = || lines.iter().copied().flatten();
        let mut items: Vec<u16> = lines().map(|it| it.item).collect();
        let mut materials = Vec::new();
        if movement.is_product() {
            for line in lines() {
                let consumed = &book.versions[line.version as usize].lines;
                materials.extend(consumed.iter().map(|(material, _)| *material));
            }
        } else {
            materials = std::mem::take(&mut items);
        }
        for all in [&mut items, &mut materials] {
            all.sort_unstable();
            all.dedup();
        }
        before.materials = materials
            .into_iter()
            .map(|at| (at, material_columns(book, at)))
            .collect();
        before.products = items
            .into_iter()
            .map(|at| (at, product_columns(book, at)))
            .collect();
        before
    }

    /// Of all materials of a book.
    pub(crate) fn all_materials(posting: &Posting<'_>, book: &Book) -> Before {
        let all = if posting.tell {
            book.materials.len() as u16
        } else {
            0
        };
        Before {
            materials: (0..all)
                .map(|at| (at, material_columns(book, at)))
                .collect(),
            products: Vec::new(),
        }
    }

    /// Of one material.
    pub(crate) fn material(posting: &Posting<'_>, book: &Book, at: u16) -> Before {
        let materials = if posting.tell {
            vec![(at, material_columns(book, at))]
        } else {
            Vec::new()
        };
        Before {
            materials,
            products: Vec::new(),
        }
    }

    /// Tells the differences.
    pub(crate) fn tell(self, posting: &mut Posting<'_>, book: &Book) {
        if !posting.tell {
            return;
        }
        let handbook = book.number;
        for (at, before) in self.products {
            let of = book.products.get(at);
            for ((column, was), (_, is)) in before.into_iter().zip(product_columns(book, at)) {
                if was != is {
                    posting.moved.push(Moved {
                        handbook,
                        material: None,
                        product: Some(of.seq),
                        column,
                        quantity: is - was,
                        remaining: None,
                    });
                }
            }
        }
        for (at, before) in self.materials {
            let of = book.materials.get(at);
            let remaining = book.remaining(at);
            for ((column, was), (_, is)) in before.into_iter().zip(material_columns(book, at)) {
                if was != is {
                    posting.moved.push(Moved {
                        handbook,
                        material: Some(of.seq),
                        product: None,
                        column,
                        quantity: is - was,
                        remaining: Some(remaining),
                    });
                }
            }
        }
    }
}
