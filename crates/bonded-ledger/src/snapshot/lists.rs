//! A list as bytes. Lines are most of a ledger: they are flat rows of one width.

use unit_consumption::Quantity;

use super::SnapshotError;
use super::codec::{Codec, Reader, part, put_count, records};
use crate::book::Book;
use crate::list::{Carry, Change, ChangeKind, Line, List, ListDetails};
use crate::modes::Movement;

records! {
    ListDetails { delivered, reference, settles, noted, customs_declaration }
    Carry { handbook, kept, named, other }
}

/// Bytes of a line.
pub(super) const LINE: usize = 28;
const BY_PRODUCT: u16 = 1;
const LEGAL: u16 = 2;

/// How many items and versions a book has that lines may name.
#[derive(Clone, Copy)]
struct Known {
    items: usize,
    versions: usize,
}

impl Known {
    fn of(book: &Book, movement: Movement) -> Known {
        match movement.is_product() {
            true => Known {
                items: book.products.len(),
                versions: book.versions.len(),
            },
            // Of a material it is 0.
            false => Known {
                items: book.materials.len(),
                versions: 1,
            },
        }
    }
}

pub(super) fn put(list: &List, out: &mut Vec<u8>) {
    let List {
        number,
        customs_number,
        book,
        movement,
        mode,
        direction,
        state,
        carry,
        details,
        changes,
    } = list;
    number.put(out);
    customs_number.put(out);
    book.put(out);
    movement.put(out);
    mode.put(out);
    direction.put(out);
    state.put(out);
    carry.put(out);
    details.put(out);
    put_count(changes.len(), out);
    for Change { kind, date, lines } in changes {
        kind.put(out);
        date.put(out);
        lines.is_some().put(out);
        if let Some(lines) = lines {
            put_lines(lines, out);
        }
    }
}

/// A list of one of these books, and one of so many lists.
pub(super) fn read(
    from: &mut Reader<'_>,
    books: &[Book],
    lists: usize,
) -> Result<List, SnapshotError> {
    let (number, customs_number) = (Codec::read(from)?, Codec::read(from)?);
    let at = u32::read(from)?;
    let Some(book) = books.get(at as usize) else {
        return Err(from.damaged("a list of no handbook"));
    };
    let movement = Movement::read(from)?;
    let known = Known::of(book, movement);
    let list = List {
        number,
        customs_number,
        book: at,
        movement,
        mode: Codec::read(from)?,
        direction: Codec::read(from)?,
        state: Codec::read(from)?,
        carry: Codec::read(from)?,
        details: Codec::read(from)?,
        changes: read_changes(from, known)?,
    };
    let other = list.carry.as_ref().and_then(|it| it.other);
    if other.is_some_and(|it| it as usize >= lists) {
        return Err(from.damaged("a carry-over to no list"));
    }
    Ok(list)
}

fn read_changes(from: &mut Reader<'_>, known: Known) -> Result<Vec<Change>, SnapshotError> {
    let count = from.count()?;
    let mut changes: Vec<Change> = from.room_for(count);
    for _ in 0..count {
        let (kind, date) = (ChangeKind::read(from)?, Codec::read(from)?);
        let lines = bool::read(from)?.then(|| read_lines(from, known));
        changes.push(Change {
            kind,
            date,
            lines: lines.transpose()?,
        });
    }
    let declared = |it: &Change| it.kind == ChangeKind::Declared && it.lines.is_some();
    if !changes.first().is_some_and(declared) {
        return Err(from.damaged("a list that was not declared"));
    }
    Ok(changes)
}

fn put_lines(lines: &[Line], out: &mut Vec<u8>) {
    put_count(lines.len(), out);
    for line in lines {
        let legal = line.legal();
        let mut flags = 0;
        if line.by_product {
            flags |= BY_PRODUCT;
        }
        if legal.is_some() {
            flags |= LEGAL;
        }
        line.quantity.put(out);
        legal.unwrap_or_default().put(out);
        line.line.put(out);
        line.version.put(out);
        line.item.put(out);
        flags.put(out);
    }
}

fn read_lines(from: &mut Reader<'_>, known: Known) -> Result<Box<[Line]>, SnapshotError> {
    let count = from.count()?;
    let (rows, _) = from.bytes(count.saturating_mul(LINE))?.as_chunks::<LINE>();
    // What is wrong is looked for in all at once: the loop has no way out of it.
    let mut sound = true;
    let lines = rows.iter().map(|row| {
        let (line, fits) = read_line(row, known);
        sound &= fits;
        line
    });
    let lines = lines.collect();
    match sound {
        true => Ok(lines),
        false => Err(from.damaged("a line that fits no item or has no quantity")),
    }
}

#[inline(always)]
fn read_line(row: &[u8; LINE], known: Known) -> (Line, bool) {
    let quantity = i64::from_le_bytes(part(row, 0));
    let legal = i64::from_le_bytes(part(row, 8));
    let version = u32::from_le_bytes(part(row, 20));
    let item = u16::from_le_bytes(part(row, 24));
    let flags = u16::from_le_bytes(part(row, 26));
    // No list holds less than nothing.
    let amount = |raw: i64| Quantity::from_raw(raw).filter(|it| *it >= Quantity::ZERO);
    let (amount, legal_amount) = (amount(quantity), amount(legal));
    let fits = amount.is_some()
        & legal_amount.is_some()
        & ((version as usize) < known.versions)
        & (usize::from(item) < known.items)
        & (flags <= BY_PRODUCT | LEGAL)
        & (flags & LEGAL != 0 || legal == 0);
    let number = u32::from_le_bytes(part(row, 16));
    let mut line = Line::new(number, item, version, amount.unwrap_or_default());
    line.by_product = flags & BY_PRODUCT != 0;
    let legal = (flags & LEGAL != 0).then_some(legal_amount.unwrap_or_default());
    (line.with_legal(legal), fits)
}
