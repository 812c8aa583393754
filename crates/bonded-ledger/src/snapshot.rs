//! A snapshot (快照): a whole [`Ledger`] as bytes, so that a program that starts need not read a long
//! journal again.
//!
//! The journal stays the truth. A snapshot is made from it, can be made from it again, and may be
//! thrown away at any time; whoever keeps one keeps with it up to where in which journal it reaches.
//! It is of one format, [`VERSION`]: another version of this crate may refuse it, and then the
//! journal is read. It says that bytes were damaged where that shows, and never panics on them; that
//! they are the bytes that were written is for a checksum beside them to say.
//!
//! What is not in it: what follows from the rest (totals, indexes, who names what) is found again
//! when it is restored, so that it cannot disagree; what only makes the next answer faster comes
//! back with that answer; and `ext` of items, which the ledger never reads, stays in the journal.
//!
//! ```
//! use bonded_ledger::{Entry, Ledger};
//! # let journal = include_str!("../tests/data/first.jsonl");
//! let mut ledger = Ledger::new();
//! for line in journal.lines() {
//!     ledger.post(&Entry::from_json(line)?)?;
//! }
//! let bytes = ledger.snapshot();
//! let restored = Ledger::restore(&bytes)?;
//! assert_eq!(restored.statement(), ledger.statement());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod codec;
mod books;
mod lists;
#[cfg(all(test, feature = "testkit"))]
mod tests;

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::book::{Book, Booked};
use crate::index::Spread as _;
use crate::ledger::Ledger;
use crate::list::{List, ListState};
use codec::{Codec, Reader, put_count};

/// What every snapshot begins with.
pub const MAGIC: [u8; 8] = *b"BONDSNAP";

/// The format. It is another one after every change of what is written or of what it means: also
/// when posting the same journal leaves another state behind than before.
pub const VERSION: u32 = 2;

/// Why bytes are not a ledger. The way out is always the same: read the journal.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// They do not begin with [`MAGIC`].
    #[error("not a snapshot of a ledger; read the journal")]
    NotASnapshot,
    /// Written by another version of this crate.
    #[error("a snapshot of format {found}, expected {expected}; read the journal")]
    OtherVersion {
        /// The format of these bytes.
        found: u32,
        /// The format that is read here: [`VERSION`].
        expected: u32,
    },
    /// Cut off, too long, or something that no ledger writes.
    #[error("the snapshot is damaged at byte {at}: {what}; read the journal")]
    Damaged {
        /// How far it was read.
        at: usize,
        /// What is not as it must be.
        what: &'static str,
    },
}

impl Ledger {
    /// The whole ledger as bytes: the same for the same journal, on any machine.
    pub fn snapshot(&self) -> Vec<u8> {
        let Ledger {
            books,
            by_number: _, // From the books,
            lists: all,
            by_name: _, // from the lists,
            ids,
            entries, // as many as there are ids.
        } = self;
        let mut out = Vec::with_capacity(self.snapshot_size());
        out.extend_from_slice(&MAGIC);
        VERSION.put(&mut out);
        put_count(books.len(), &mut out);
        for book in books {
            book.put(&mut out);
        }
        put_count(all.len(), &mut out);
        for list in all {
            lists::put(list, &mut out);
        }
        // What names lists stands behind them.
        for book in books {
            book.booked.put(&mut out);
            book.unsettled.put(&mut out);
        }
        entries.put(&mut out);
        for (id, digest) in ids.in_order() {
            out.extend_from_slice(id.as_bytes());
            digest.put(&mut out);
        }
        out
    }

    /// About as many bytes as a snapshot has: most of it are lines and ids.
    fn snapshot_size(&self) -> usize {
        let of = |list: &List| {
            let lines = list.changes.iter().filter_map(|it| it.lines.as_deref());
            lines.map(<[_]>::len).sum::<usize>() * lists::LINE + 160
        };
        let lists: usize = self.lists.iter().map(of).sum();
        let of = |book: &Book| {
            let lines: usize = book.versions.iter().map(|it| it.lines.len()).sum();
            (book.materials.len() + book.products.len() + 2) * 256 + lines * 36
        };
        let books: usize = self.books.iter().map(of).sum();
        lists + books + self.entries as usize * ID
    }

    /// The ledger of a snapshot: it answers, and takes or refuses further entries, as the one that
    /// was written.
    ///
    /// # Errors
    /// When the bytes are not a snapshot, of another format, or damaged. Whatever the bytes, it does
    /// not panic, nor does the ledger that comes out of them, and it takes no more memory than a
    /// small multiple of their length.
    pub fn restore(bytes: &[u8]) -> Result<Ledger, SnapshotError> {
        let Some(rest) = bytes.strip_prefix(&MAGIC) else {
            return Err(SnapshotError::NotASnapshot);
        };
        let mut from = Reader::new(bytes, bytes.len() - rest.len());
        let found = u32::read(&mut from)?;
        if found != VERSION {
            return Err(SnapshotError::OtherVersion {
                found,
                expected: VERSION,
            });
        }
        let mut ledger = Ledger::new();
        ledger.read_books(&mut from)?;
        ledger.read_lists(&mut from)?;
        for book in 0..ledger.books.len() {
            ledger.read_course(book, &mut from)?;
        }
        ledger.read_ids(&mut from)?;
        match from.left() {
            0 => Ok(ledger),
            _ => Err(from.damaged("more bytes than a ledger")),
        }
    }

    fn read_books(&mut self, from: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let count = from.count()?;
        self.books = from.room_for(count);
        for at in 0..count as u32 {
            let book = books::read(from)?;
            if self.by_number.insert(book.number, at).is_some() {
                return Err(from.damaged("a handbook stands twice"));
            }
            self.books.push(book);
        }
        Ok(())
    }

    /// Lists, and what follows from them: their books' totals, who is named, names.
    fn read_lists(&mut self, from: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let count = from.count()?;
        self.lists = from.room_for(count);
        self.by_name.reserve(self.lists.capacity());
        for at in 0..count as u32 {
            let list = lists::read(from, &self.books, count)?;
            let names = [Some(&list.number), list.customs_number.as_ref()];
            for name in names.into_iter().flatten() {
                if self.by_name.get::<str>(name).is_some_and(|it| *it != at) {
                    return Err(from.damaged("two lists of one name"));
                }
                self.by_name.insert::<str>(name.clone(), at);
            }
            let book = &mut self.books[list.book as usize];
            book.lists.push(at);
            if list.state == ListState::Pending {
                book.pending.insert(at);
            }
            if list.state != ListState::Withdrawn {
                let booked = list.state == ListState::Booked;
                book.sums.apply(list.movement, booked, list.lines(), false);
                book.name(list.movement, list.lines(), false);
            }
            self.lists.push(list);
        }
        Ok(())
    }

    /// In which order a book's lists and adjustments were booked, and which carry-overs are open.
    fn read_course(&mut self, book: usize, from: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let booked = Vec::<Booked>::read(from)?;
        let adjustments = self.books[book].adjustments.len();
        let known = |it: &Booked| match *it {
            Booked::List(at) => {
                let list = self.lists.get(at as usize);
                list.is_some_and(|it| it.book as usize == book)
            }
            Booked::Adjusted(at) => (at as usize) < adjustments,
            Booked::Taken(at) => (at as usize) < self.books[book].takings.len(),
        };
        if !booked.iter().all(known) {
            return Err(from.damaged("what was booked is not there"));
        }
        let unsettled = BTreeSet::<u32>::read(from)?;
        if unsettled.iter().any(|it| *it as usize >= self.lists.len()) {
            return Err(from.damaged("a carry-over of no list"));
        }
        let mut covered = self.books[book].takings.iter().flat_map(|it| &it.lists);
        let own = |it: &u32| {
            let list = self.lists.get(*it as usize);
            list.is_some_and(|it| it.book as usize == book && it.movement.is_product())
        };
        if !covered.all(own) {
            return Err(from.damaged("a consumption list of no list"));
        }
        let mut sums = std::mem::take(&mut self.books[book].sums);
        self.put_takings(&self.books[book], &mut sums, None, false);
        self.books[book].sums = sums;
        let of = &mut self.books[book];
        (of.booked, of.unsettled) = (booked, unsettled);
        self.find_cycles(book as u32);
        Ok(())
    }

    fn read_ids(&mut self, from: &mut Reader<'_>) -> Result<(), SnapshotError> {
        self.entries = u64::read(from)?;
        let size = usize::try_from(self.entries).unwrap_or(usize::MAX);
        let (rows, _) = from.bytes(size.saturating_mul(ID))?.as_chunks::<ID>();
        self.ids.reserve(rows.len());
        let mut last = None;
        for row in rows {
            let id = Uuid::from_bytes(codec::part(row, 0));
            let place = Some((id.table(), id));
            if place <= last {
                return Err(from.damaged("ids are not in order"));
            }
            last = place;
            let digest = u128::from_le_bytes(codec::part(row, 16));
            self.ids.insert::<Uuid>(id, digest);
        }
        Ok(())
    }
}

/// Bytes of an id with the digest of its entry.
const ID: usize = 32;
