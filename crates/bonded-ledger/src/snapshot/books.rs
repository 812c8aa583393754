//! A book as bytes: what was approved and noted. What its lists moved is found again from them.

use std::collections::{BTreeMap, BTreeSet};

use super::SnapshotError;
use super::codec::{Codec, Reader, put_count, records};
use crate::book::{
    Adjustment, Book, Booked, Count, Items, Material, Numbered, Outsourced, Product, Substituted,
    VersionOf,
};
use crate::cycle::Cycles;
use crate::entry::{Guarantee, Item, ItemRef, Party};
use crate::ids::{MaterialSeq, ProductSeq};
use crate::sums::Sums;
use crate::taking::Taking;

records! {
    // `ext` is kept in the journal and never read.
    Item {
        code, hs, name, spec, unit, legal_unit, legal_unit_2, quantity, price, currency;
        ext = None
    }
    Party { uscc, customs_code, name }
    Guarantee { kind, amount, currency, valid_until }
    // Who is named is found again from the lists, who uses what from the consumption table.
    Material {
        seq, item, eligible, consumable, opening, added, used, removed;
        named = 0, users = Vec::new()
    }
    Product { seq, item, used, removed; named = 0, versions = BTreeMap::new() }
    VersionOf { product, name, lines, on_file; named = 0 }
    Adjustment { date, material, quantity, ground, noted }
    Count { date, materials, products }
    Taking { number, date, withdrawn, lists, materials }
    Outsourced { date, contractor, item, quantity }
    Substituted { material, quantity, document }
    // What accepted cycles booked and left is found again from the lists: their last days are enough.
    Cycles {
        ends, reported;
        left = Vec::new(), past = Sums::default(), last = Sums::default()
    }
    // `sums`, `lists` and `pending` are found again from the lists; `unsettled` and `booked` name
    // lists and stand behind them. `slack` and `folds` only make answers faster: both stand for
    // exact figures that follow from the sums, and come back when they are asked for.
    Book {
        number, trade, role, chain, operator, processor, credit, guarantee, valid_from, valid_until,
        consumption_declared, self_verification, opened, status, import_suspended,
        export_suspended, materials, products, versions, adjustments, counts, outsourced,
        substituted, takings, cycles;
        sums = Sums::default(), lists = Vec::new(), pending = BTreeSet::new(),
        unsettled = BTreeSet::new(), booked = Vec::new(), slack = Default::default(), folds = None
    }
}

impl Codec for Booked {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Booked::List(at) => (0_u8, *at).put(out),
            Booked::Adjusted(at) => (1_u8, *at).put(out),
            Booked::Taken(at) => (2_u8, *at).put(out),
        }
    }
    fn read(from: &mut Reader<'_>) -> Result<Booked, SnapshotError> {
        Ok(match Codec::read(from)? {
            (0_u8, at) => Booked::List(at),
            (1, at) => Booked::Adjusted(at),
            (2, at) => Booked::Taken(at),
            _ => return Err(from.damaged("not something that is booked")),
        })
    }
}

impl Codec for ItemRef {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            ItemRef::Material(seq) => (false, *seq).put(out),
            ItemRef::Product(seq) => (true, *seq).put(out),
        }
    }
    fn read(from: &mut Reader<'_>) -> Result<ItemRef, SnapshotError> {
        Ok(match bool::read(from)? {
            false => ItemRef::Material(MaterialSeq::read(from)?),
            true => ItemRef::Product(ProductSeq::read(from)?),
        })
    }
}

impl<T: Codec + Numbered> Codec for Items<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        self.all().iter().for_each(|it| it.put(out));
    }
    /// In the order they came: their numbers find them as before.
    fn read(from: &mut Reader<'_>) -> Result<Items<T>, SnapshotError> {
        let count = from.count()?;
        let mut items = Items::default();
        for _ in 0..count {
            let item = T::read(from)?;
            if items.is_full() || items.find(item.seq()).is_some() {
                return Err(from.damaged("an item stands twice"));
            }
            items.push(item);
        }
        Ok(items)
    }
}

/// A book without its lists, with what follows from the rest.
pub(super) fn read(from: &mut Reader<'_>) -> Result<Book, SnapshotError> {
    let mut book = Book::read(from)?;
    check(&book).map_err(|what| from.damaged(what))?;
    for (at, version) in book.versions.iter().enumerate() {
        let versions = &mut book.products.get_mut(version.product).versions;
        if versions.insert(version.name.clone(), at as u32).is_some() {
            return Err(from.damaged("a version stands twice"));
        }
    }
    book.index_users();
    book.sums = Sums::of_size(&book);
    for it in &book.adjustments {
        book.sums.materials[usize::from(it.material)].adjusted += it.quantity.total();
    }
    Ok(book)
}

/// One after the other, from the first day on.
fn sound(book: &Book, cycles: &Cycles) -> bool {
    let ends = || cycles.ends.iter().chain(&cycles.reported);
    book.number.is_account_book()
        && ends().is_sorted_by(|one, next| one < next)
        && ends().next().is_some_and(|it| *it >= book.valid_from)
}

/// Nothing names an item that is not there.
fn check(book: &Book) -> Result<(), &'static str> {
    let material = |at: u16| usize::from(at) < book.materials.len();
    let product = |at: u16| usize::from(at) < book.products.len();
    let version = |it: &VersionOf| {
        product(it.product)
            && it.lines.iter().all(|it| material(it.0))
            && it.lines.is_sorted_by(|one, next| one.0 < next.0)
    };
    let count = |it: &Count| {
        it.materials.iter().all(|it| material(it.0)) && it.products.iter().all(|it| product(it.0))
    };
    let checks = [
        (
            book.versions.iter().all(version),
            "a version of items that are not there",
        ),
        (
            book.adjustments.iter().all(|it| material(it.material)),
            "an adjustment of no material",
        ),
        (
            book.counts.iter().all(count),
            "a count of items that are not there",
        ),
        (
            book.cycles.as_deref().is_none_or(|it| sound(book, it)),
            "cycles that no account book has",
        ),
        (
            book.takings
                .iter()
                .all(|it| it.materials.iter().all(|it| material(it.0))),
            "a consumption list of no material",
        ),
        (
            book.substituted.iter().all(|it| material(it.material)),
            "a substitution of no material",
        ),
    ];
    let failed = checks.into_iter().find(|(holds, _)| !holds);
    failed.map_or(Ok(()), |(_, what)| Err(what))
}
