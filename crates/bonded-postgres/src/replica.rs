//! The ledger of a whole tenant in memory, brought up to what the database has.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{Entry, HandbookNo, Ledger};
use bonded_store::{Batch, Hash, Head, StoreError};
use postgres::fallible_iterator::FallibleIterator;
use postgres::{GenericClient, Row};

use crate::connection::Sql;
use crate::fault::Fault;
use crate::places::{Places, Touched};
use crate::plan::Standing;
use crate::snapshots::{hash, kept, latest_whole, position};
use crate::store::decoded;

const STANDINGS: &str =
    "SELECT handbook, position, head_hash, tick FROM bonded.handbook WHERE tenant = $1";
/// What stands between what is known of each handbook and how it stands, in the order of ticks.
pub(crate) const TAILS: &str = "SELECT b.handbook, b.tick, b.body \
     FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS behind (handbook, known, present) \
     JOIN bonded.record_batch b ON b.tenant = $1 AND b.handbook = behind.handbook \
     AND b.first > behind.known AND b.last <= behind.present \
     ORDER BY b.tick, b.handbook";
const SNAPSHOT: &str = "SELECT entries, part, whole, body FROM bonded.ledger_snapshot \
     WHERE tenant = $1 ORDER BY entries DESC, part";

/// What a snapshot begins with: the format of what stands before the ledger's own bytes.
const MAGIC: [u8; 8] = *b"BONDPG01";

#[derive(Clone, Debug, Default)]
pub(crate) struct Replica {
    pub(crate) ledger: Ledger,
    pub(crate) places: Places,
    /// How each handbook stood when it was read, or written.
    pub(crate) known: BTreeMap<HandbookNo, Standing>,
    /// It is read from several servers, at several moments: the ticks in `known` are those of what was
    /// read that wrote or looked at a handbook, and what comes behind has larger ones.
    pub(crate) spread: bool,
}

/// Why a replica cannot go on from where it is.
#[derive(Debug)]
pub(crate) enum Stale {
    /// What it has read is not what is there: it was rolled back, or the database was put back.
    Other(HandbookNo, Standing, Standing),
    /// It has read batches in an order that does not do.
    Order(StoreError),
    Fault(Fault),
}

impl<E: Into<Fault>> From<E> for Stale {
    fn from(error: E) -> Stale {
        Stale::Fault(error.into())
    }
}

impl Stale {
    pub(crate) fn fault(self) -> Fault {
        match self {
            Stale::Fault(fault) => fault,
            Stale::Order(error) => error.into(),
            Stale::Other(handbook, known, found) => StoreError::damaged(format!(
                "handbook {handbook} had {} when it was read, and has {} now: records are missing \
                 or others stand in their place; was an older backup restored?",
                known.head, found.head
            ))
            .into(),
        }
    }
}

pub(crate) fn handbook(row: &Row, column: usize) -> Result<HandbookNo, Fault> {
    let text: &str = row.try_get(column)?;
    let number = text.parse().map_err(|error| {
        StoreError::damaged(format!("a row names the handbook {text:?}: {error}"))
    })?;
    Ok(number)
}

/// A row of (handbook, position, head_hash, tick).
pub(crate) fn standing(row: &Row) -> Result<(HandbookNo, Standing), Fault> {
    let head = Head {
        position: position(row.try_get(1)?)?,
        hash: hash(row.try_get(2)?)?,
    };
    let tick = row.try_get(3)?;
    Ok((handbook(row, 0)?, Standing { head, tick }))
}

/// How all handbooks of a tenant stand, at one moment.
pub(crate) fn standings<C: GenericClient>(
    sql: &mut Sql<'_, C>,
    tenant: &str,
) -> Result<BTreeMap<HandbookNo, Standing>, Fault> {
    let rows = sql.query(STANDINGS, &[&tenant])?;
    rows.iter().map(standing).collect()
}

/// Hands on the batches between two standings of all handbooks, in the order of ticks.
pub(crate) fn tails<C: GenericClient, E: From<Fault>>(
    sql: &mut Sql<'_, C>,
    tenant: &str,
    known: &BTreeMap<HandbookNo, Standing>,
    present: &BTreeMap<HandbookNo, Standing>,
    mut each: impl FnMut(HandbookNo, i64, &Batch) -> Result<(), E>,
) -> Result<(), E> {
    let mut handbooks = Vec::new();
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for (handbook, there) in present {
        let here = known.get(handbook).map_or(0, |it| it.head.position);
        if there.head.position > here {
            handbooks.push(handbook.to_string());
            from.push(kept(here));
            to.push(kept(there.head.position));
        }
    }
    if handbooks.is_empty() {
        return Ok(());
    }
    let fault = |it: postgres::Error| Fault::from(it);
    let mut rows = sql
        .stream(TAILS, &[&tenant, &handbooks, &from, &to])
        .map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        let number = handbook(&row, 0)?;
        let tick = row.try_get(1).map_err(fault)?;
        let batch = row.try_get(2).map_err(fault)?;
        let batch = decoded(batch).map_err(Fault::from)?;
        each(number, tick, &batch)?;
    }
    Ok(())
}

impl Replica {
    /// The latest snapshot that can be read; empty where there is none.
    pub(crate) fn restored<C: GenericClient>(
        sql: &mut Sql<'_, C>,
        tenant: &str,
    ) -> Result<Replica, Fault> {
        let found = latest_whole(sql.stream(SNAPSHOT, &[&tenant])?)?;
        let replica = found.and_then(|(_, bytes)| Replica::from_bytes(&bytes));
        // A snapshot of another version costs time and nothing else.
        Ok(replica.unwrap_or_default())
    }

    /// As a snapshot: how each handbook stands, and the ledger.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let ledger = self.ledger.snapshot();
        let mut bytes = Vec::with_capacity(ledger.len() + self.known.len() * 60 + 16);
        bytes.extend(MAGIC);
        bytes.extend((self.known.len() as u64).to_le_bytes());
        for (handbook, Standing { head, tick }) in &self.known {
            bytes.extend(handbook.as_str().as_bytes());
            bytes.extend(head.position.to_le_bytes());
            bytes.extend(head.hash.as_bytes());
            bytes.extend(tick.to_le_bytes());
        }
        bytes.extend(ledger);
        bytes
    }

    /// Reads what [`Replica::to_bytes`] wrote; `None` where it is something else.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Replica> {
        let mut rest = bytes.strip_prefix(&MAGIC)?;
        let count = u64::from_le_bytes(take(&mut rest)?);
        let mut known = BTreeMap::new();
        for _ in 0..count {
            let handbook: [u8; 12] = take(&mut rest)?;
            let handbook = std::str::from_utf8(&handbook).ok()?.parse().ok()?;
            let position = u64::from_le_bytes(take(&mut rest)?);
            let hash = Hash::from_bytes(take(&mut rest)?);
            let tick = i64::from_le_bytes(take(&mut rest)?);
            let head = Head { position, hash };
            known.insert(handbook, Standing { head, tick });
        }
        let ledger = Ledger::restore(rest).ok()?;
        let places = Places::of(&ledger);
        Some(Replica {
            ledger,
            places,
            known,
            spread: false,
        })
    }

    /// Reads what is new. After an error the replica may have read a part of it.
    pub(crate) fn read_on<C: GenericClient>(
        &mut self,
        sql: &mut Sql<'_, C>,
        tenant: &str,
    ) -> Result<(), Stale> {
        let present = standings(sql, tenant)?;
        let nothing = Standing::default();
        for handbook in self.known.keys() {
            self.followed_by(*handbook, present.get(handbook).unwrap_or(&nothing))?;
        }
        self.read_up_to(sql, tenant, &present)
    }

    /// Can what was found of a handbook be what became of what is known?
    pub(crate) fn followed_by(&self, handbook: HandbookNo, found: &Standing) -> Result<(), Stale> {
        let known = self.known.get(&handbook).copied().unwrap_or_default();
        let (here, there) = (known.head, found.head);
        if there.position < here.position || (there.position == here.position && there != here) {
            return Err(Stale::Other(handbook, known, *found));
        }
        Ok(())
    }

    /// Reads up to how the handbooks stand; what is there must follow what is here.
    pub(crate) fn read_up_to<C: GenericClient>(
        &mut self,
        sql: &mut Sql<'_, C>,
        tenant: &str,
        present: &BTreeMap<HandbookNo, Standing>,
    ) -> Result<(), Stale> {
        let before = self.known.clone();
        tails(sql, tenant, &before, present, |handbook, tick, batch| {
            self.take(handbook, tick, batch)
        })?;
        for (handbook, there) in present {
            let here = self.known.get(handbook).map_or(Head::EMPTY, |it| it.head);
            if here.position < there.head.position {
                return Err(missing(*handbook, there.head, here).into());
            }
            if here == there.head {
                self.known.insert(*handbook, *there);
            }
        }
        Ok(())
    }

    /// One batch that was read.
    pub(crate) fn take(
        &mut self,
        handbook: HandbookNo,
        tick: i64,
        batch: &Batch,
    ) -> Result<(), Stale> {
        let known = self.known.get(&handbook);
        let head = known.map_or(Head::EMPTY, |it| it.head);
        if batch.start() != head {
            let here = Standing { head, tick };
            let head = batch.start();
            return Err(Stale::Other(handbook, here, Standing { head, tick }));
        }
        batch.check_chain().map_err(|it| match it.position {
            Some(at) => StoreError::damaged(format!(
                "handbook {handbook}: record {at} is not the one that its successor carries the \
                 hash of"
            )),
            None => StoreError::damaged(format!("handbook {handbook}: {it}")),
        })?;
        let mut touched = BTreeSet::new();
        for record in batch.records() {
            let wrong = |it: String| {
                let position = record.position;
                StoreError::damaged(format!("handbook {handbook}, record {position}: {it}"))
            };
            let entry = Entry::from_json(record.line);
            let entry = entry.map_err(|it| wrong(format!("it is no entry: {it}")))?;
            if self.spread {
                for it in self.places.touched(&entry).iter().flat_map(Touched::all) {
                    let before = self.known.get(&it).map_or(0, |it| it.tick);
                    if touched.insert(it) && before >= tick {
                        let message =
                            format!("handbook {it} was at tick {before} before its {tick}");
                        return Err(Stale::Order(wrong(message)));
                    }
                }
            }
            match self.ledger.replay(&entry) {
                Ok(receipt) if receipt.duplicate => {
                    return Err(Stale::Order(wrong("it is there twice".to_owned())));
                }
                Ok(_) => self.places.accepted(&entry),
                Err(refusal) => {
                    let message = format!("the ledger refuses it: {refusal}");
                    return Err(Stale::Order(wrong(message)));
                }
            }
        }
        for it in touched {
            self.known.entry(it).or_default().tick = tick;
        }
        let head = batch.end();
        self.known.insert(handbook, Standing { head, tick });
        Ok(())
    }
}

/// A row tells of more records than there are.
pub(crate) fn missing(handbook: HandbookNo, told: Head, found: Head) -> StoreError {
    StoreError::damaged(format!(
        "handbook {handbook} has {} records as its row tells, and {} were found",
        told.position, found.position
    ))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*taken)
}
