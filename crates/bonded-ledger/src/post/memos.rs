//! Suspension, adjustments, counts and memos.

use std::collections::BTreeSet;

use unit_consumption::{Quantity, Total};

use crate::book::{Adjustment, Book, Booked, Count, Outsourced, Substituted};
use crate::entry::{
    AdjustBook, CountStock, CountedMaterial, CountedProduct, ItemRef, Outsource, Scope, Trade,
    Version,
};
use crate::ids::{HandbookNo, MaterialSeq};
use crate::ledger::{Ledger, Posting};
use crate::post::lists::negative;
use crate::post::told::Before;
use crate::rules::Refusal;
use crate::rules::form::ITEM_UNKNOWN;
use crate::rules::memos::*;

pub(crate) fn suspend(
    ledger: &mut Ledger,
    posting: &Posting<'_>,
    number: HandbookNo,
    scope: Scope,
) -> Result<(), Refusal> {
    let at = ledger.open_book(number, posting.date)?;
    let book = &mut ledger.books[at as usize];
    book.import_suspended |= matches!(scope, Scope::Import | Scope::Both);
    book.export_suspended |= matches!(scope, Scope::Export | Scope::Both);
    Ok(())
}

pub(crate) fn resume(
    ledger: &mut Ledger,
    posting: &Posting<'_>,
    number: HandbookNo,
) -> Result<(), Refusal> {
    let at = ledger.open_book(number, posting.date)?;
    let book = &mut ledger.books[at as usize];
    book.import_suspended = false;
    book.export_suspended = false;
    Ok(())
}

pub(crate) fn find_material(book: &Book, seq: MaterialSeq) -> Result<u16, Refusal> {
    book.materials.find(seq.get()).ok_or_else(|| {
        ITEM_UNKNOWN.refuse(format!("handbook {} has no material {seq}", book.number))
    })
}

fn find_item(book: &Book, item: ItemRef) -> Result<u16, Refusal> {
    match item {
        ItemRef::Material(seq) => find_material(book, seq),
        ItemRef::Product(seq) => book.products.find(seq.get()).ok_or_else(|| {
            ITEM_UNKNOWN.refuse(format!("handbook {} has no product {seq}", book.number))
        }),
    }
}

pub(crate) fn adjust(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    entry: &AdjustBook,
) -> Result<(), Refusal> {
    let at = ledger.open_book(entry.handbook, posting.date)?;
    let book = &mut ledger.books[at as usize];
    let material = find_material(book, entry.material)?;
    if entry.quantity == Quantity::ZERO {
        return Err(QUANTITY_ZERO.refuse("an adjustment (核增、核减) of 0"));
    }
    let told = Before::adjusted(posting, book, material);
    book.sums.materials[usize::from(material)].adjusted += entry.quantity.total();
    book.booked
        .push(Booked::Adjusted(book.adjustments.len() as u32));
    book.adjustments.push(Adjustment {
        date: posting.date,
        material,
        quantity: entry.quantity,
        ground: entry.ground,
        noted: posting.has_note(),
    });
    book.slack.forget();
    told.tell(posting, book);
    posting.warnings.extend(negative(book, material));
    Ok(())
}

pub(crate) fn count(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    entry: &CountStock,
) -> Result<(), Refusal> {
    let at = ledger.open_book(entry.handbook, posting.date)?;
    let book = &mut ledger.books[at as usize];
    if entry.materials.is_empty() && entry.products.is_empty() {
        return Err(ROWS_MISSING.refuse("a count (盘点) has one row at least"));
    }
    let find = |row: &CountedMaterial| find_material(book, row.seq);
    let found: Vec<u16> = entry.materials.iter().map(find).collect::<Result<_, _>>()?;
    let find = |row: &CountedProduct| find_item(book, ItemRef::Product(row.seq));
    let found_products: Vec<u16> = entry.products.iter().map(find).collect::<Result<_, _>>()?;
    let mut materials = BTreeSet::new();
    if let Some(row) = entry.materials.iter().find(|it| !materials.insert(it.seq)) {
        return Err(ROW_REPEATED.refuse(format!("material {} is counted twice", row.seq)));
    }
    let version = |it: &Option<Version>| Version::or_default(it.as_ref()).to_string();
    let mut products = BTreeSet::new();
    let repeated = entry
        .products
        .iter()
        .find(|it| !products.insert((it.seq, version(&it.version))));
    if let Some(row) = repeated {
        return Err(ROW_REPEATED.refuse(format!(
            "product {} version {} is counted twice",
            row.seq,
            version(&row.version)
        )));
    }
    let of = |it: Option<Quantity>| it.unwrap_or_default().total();
    let count = Count {
        date: posting.date,
        materials: found
            .into_iter()
            .zip(&entry.materials)
            .map(|(at, it)| {
                (
                    at,
                    it.quantity.total() - of(it.undeclared_in) + of(it.undeclared_out),
                )
            })
            .collect(),
        products: found_products
            .into_iter()
            .zip(&entry.products)
            .map(|(at, it)| (at, version(&it.version).into(), it.quantity))
            .collect(),
    };
    book.counts.retain(|it| it.date != posting.date);
    book.counts.push(count);
    Ok(())
}

pub(crate) fn outsource(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    entry: &Outsource,
) -> Result<(), Refusal> {
    let at = ledger.open_book(entry.handbook, posting.date)?;
    let book = &mut ledger.books[at as usize];
    for goods in entry.dispatched.iter().chain(&entry.returned) {
        find_item(book, goods.item)?;
    }
    let contractor = entry.contractor.uscc;
    let rows = |goods: &[crate::entry::OutsourcedGoods], back: bool| -> Vec<Outsourced> {
        goods
            .iter()
            .map(|it| Outsourced {
                date: posting.date,
                contractor,
                item: it.item,
                quantity: if back {
                    -it.quantity.total()
                } else {
                    it.quantity.total()
                },
            })
            .collect()
    };
    let (dispatched, returned) = (rows(&entry.dispatched, false), rows(&entry.returned, true));
    book.outsourced.extend(dispatched);
    book.outsourced.extend(returned);
    if entry.all_processes == Some(true) && book.guarantee.is_none() {
        posting.warnings.push(OUTSOURCED_WHOLLY.warn(format!(
            "handbook {}: all processes go to contractor {contractor} and no guarantee is on record",
            book.number
        )));
    }
    let mut seen = BTreeSet::new();
    for goods in entry.returned.iter().filter(|it| seen.insert(it.item)) {
        let mine = |it: &&Outsourced| it.contractor == contractor && it.item == goods.item;
        let out: Total = book
            .outsourced
            .iter()
            .filter(mine)
            .map(|it| it.quantity)
            .sum();
        if out < Total::ZERO {
            let message = format!(
                "contractor {contractor}: {} more has come back than was sent",
                -out
            );
            posting
                .warnings
                .push(RETURNED_MORE.warn(message).differing(-out));
        }
    }
    Ok(())
}

pub(crate) fn substitute(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    number: HandbookNo,
    material: MaterialSeq,
    quantity: Quantity,
    document: &str,
) -> Result<(), Refusal> {
    let at = ledger.open_book(number, posting.date)?;
    let book = &mut ledger.books[at as usize];
    let material = find_material(book, material)?;
    if book.trade == Trade::SuppliedMaterials {
        posting.warnings.push(SUBSTITUTION_BARRED.warn(format!(
            "{} of handbook {} is supplied (来料加工)",
            book.material_text(material),
            book.number
        )));
    }
    book.substituted.push(Substituted {
        material,
        quantity,
        document: document.into(),
    });
    Ok(())
}
