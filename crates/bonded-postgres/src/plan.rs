//! What one transaction writes: batches with their ticks.
//!
//! A tick is a clock after Lamport. Two batches that have a handbook in common, be it written or only
//! read, have different ticks, the later one the larger; so whoever reads all batches in the order of
//! (tick, handbook) reads each entry after everything that it looked at.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{Entry, EntryKind, HandbookNo, Uuid};
use bonded_store::{Batch, Hash, Head, StoreError, StoreErrorKind};

use crate::places::Touched;

/// A row of the table of handbooks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Standing {
    pub(crate) head: Head,
    pub(crate) tick: i64,
}

/// A batch of one handbook.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) handbook: HandbookNo,
    pub(crate) tick: i64,
    pub(crate) batch: Batch,
}

#[derive(Clone, Copy, Debug)]
struct Clock {
    tick: i64,
    /// Which batch of the plan set it.
    by: Option<usize>,
}

/// The name that an entry gives a list, by its hash.
pub(crate) fn new_name(entry: &Entry) -> Option<Hash> {
    let name = match entry.kind() {
        EntryKind::DeclareList { list } => Some(&list.number),
        // Customs may give a list the number that it has.
        EntryKind::BookList(it) => it.customs_number.as_ref().filter(|name| **name != it.list),
        _ => None,
    };
    name.map(|it| Hash::of(it.as_bytes()))
}

/// Grows entry by entry.
#[derive(Debug)]
pub(crate) struct Plan {
    clocks: BTreeMap<HandbookNo, Clock>,
    heads: BTreeMap<HandbookNo, Head>,
    /// The last batch of each handbook, which may take more.
    open: BTreeMap<HandbookNo, usize>,
    pub(crate) batches: Vec<Planned>,
    pub(crate) ids: Vec<(Uuid, HandbookNo)>,
    pub(crate) names: Vec<(Hash, HandbookNo, Uuid)>,
    /// Who was written, and whom the entry looked at.
    pub(crate) looks: BTreeSet<(HandbookNo, HandbookNo)>,
    bytes: usize,
}

/// A message to the server holds a gigabyte.
const BYTES_MAX: usize = 512 << 20;

impl Plan {
    /// On the rows that are locked.
    pub(crate) fn new(locked: &BTreeMap<HandbookNo, Standing>) -> Plan {
        let clock = |it: &Standing| Clock {
            tick: it.tick,
            by: None,
        };
        Plan {
            clocks: locked.iter().map(|(it, row)| (*it, clock(row))).collect(),
            heads: locked.iter().map(|(it, row)| (*it, row.head)).collect(),
            open: BTreeMap::new(),
            batches: Vec::new(),
            ids: Vec::new(),
            names: Vec::new(),
            looks: BTreeSet::new(),
            bytes: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Adds an accepted entry. `touched`: its handbooks, all of them locked.
    pub(crate) fn push(
        &mut self,
        entry: &Entry,
        touched: Option<&Touched>,
    ) -> Result<(), StoreError> {
        let locked = touched.filter(|it| it.all().all(|it| self.clocks.contains_key(&it)));
        let Some(touched) = locked else {
            // A kind of a newer core than this crate knows, or a mistake of ours: nothing is stored.
            let message = format!(
                "entry {} was accepted and it is not known which handbooks it looks at; nothing was \
                 stored, update bonded-postgres",
                entry.id()
            );
            return Err(StoreError::new(StoreErrorKind::Other, message));
        };
        let line = entry.line();
        self.bytes += line.len();
        if self.bytes > BYTES_MAX {
            let advice = "the entries are too many for one transaction; post fewer at once";
            return Err(StoreError::new(StoreErrorKind::Other, advice));
        }
        let at = self.batch_for(touched, line.len());
        let Planned { batch, tick, .. } = &mut self.batches[at];
        batch.push(&line);
        let (tick, end) = (*tick, batch.end());
        let clock = Clock { tick, by: Some(at) };
        self.clocks.extend(touched.all().map(|it| (it, clock)));
        self.heads.insert(touched.own, end);
        self.ids.push((entry.id(), touched.own));
        if let Some(hash) = new_name(entry) {
            self.names.push((hash, touched.own, entry.id()));
        }
        let looks = touched.others.iter().map(|it| (touched.own, *it));
        self.looks.extend(looks);
        Ok(())
    }

    /// Where the journal of a handbook that is locked ends after it.
    pub(crate) fn end_of(&self, handbook: HandbookNo) -> u64 {
        self.heads.get(&handbook).map_or(0, |it| it.position)
    }

    /// The batch that takes the entry: the open one of its handbook, unless something that the entry
    /// looks at was written with the same or a later tick since.
    fn batch_for(&mut self, touched: &Touched, bytes: usize) -> usize {
        let clocks = || touched.all().filter_map(|it| self.clocks.get(&it));
        if let Some(&at) = self.open.get(&touched.own) {
            let tick = self.batches[at].tick;
            let before = |it: &Clock| it.tick < tick || it.by == Some(at);
            if clocks().all(before) && self.batches[at].batch.has_room(bytes) {
                return at;
            }
        }
        let tick = 1 + clocks().map(|it| it.tick).max().unwrap_or(0);
        let head = self.heads.get(&touched.own).copied();
        let at = self.batches.len();
        self.batches.push(Planned {
            handbook: touched.own,
            tick,
            batch: Batch::new(head.unwrap_or(Head::EMPTY)),
        });
        self.open.insert(touched.own, at);
        at
    }

    /// How the rows stand after it, those that change.
    pub(crate) fn standings(&self) -> BTreeMap<HandbookNo, Standing> {
        let changed = self.clocks.iter().filter(|(_, clock)| clock.by.is_some());
        let standing = |(it, clock): (&HandbookNo, &Clock)| {
            let head = self.heads.get(it).copied().unwrap_or(Head::EMPTY);
            let tick = clock.tick;
            (*it, Standing { head, tick })
        };
        changed.map(standing).collect()
    }
}
