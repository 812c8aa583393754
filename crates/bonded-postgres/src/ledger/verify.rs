//! Is what is kept what was written?

use std::collections::BTreeMap;

use bonded_ledger::{Entry, HandbookNo, Ledger, ListFilter, Uuid};
use bonded_store::{Batch, Hash, Head, StoreError};
use postgres::Client;
use postgres::fallible_iterator::FallibleIterator;

use crate::connection::{End, Sql};
use crate::fault::Fault;
use crate::ledger::PostgresLedger;
use crate::plan::{Standing, new_name};
use crate::replica::{Replica, handbook, standings, tails};
use crate::snapshots::hash;

mod spread;

/// What a verification has seen.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// Where the journal of each handbook ends.
    pub heads: BTreeMap<HandbookNo, Head>,
    /// How many entries the snapshot that is kept stands for.
    pub snapshot: Option<u64>,
    /// Ids and names of lists that are reserved and have no entry: of entries that are being posted,
    /// or whose posting was broken off between two servers. Whoever posts such an entry gets them.
    pub reserved: u64,
}

/// Why a database is not sound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record is not the one that was written.
    #[error("handbook {handbook}, record {position}: {what}")]
    Record {
        /// Whose journal.
        handbook: HandbookNo,
        /// The first one, from 1.
        position: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The journal of a handbook is not the one whose head was kept elsewhere.
    #[error("handbook {handbook}: the head that was kept is not in its journal: {what}")]
    Head {
        /// Whose journal.
        handbook: HandbookNo,
        /// What was found.
        what: String,
    },
    /// The tables beside the journals say something else than they do.
    #[error("the table {table} says something else than the journals: {what}")]
    Table {
        /// Which one.
        table: &'static str,
        /// What was found.
        what: String,
    },
    /// The snapshot says something else than the records.
    #[error(
        "the snapshot of {entries} entries says something else than they do; the records are sound: \
         take a new snapshot"
    )]
    Snapshot {
        /// How many entries it stands for.
        entries: u64,
    },
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Wrong {
        Wrong::Fault(fault)
    }
}

/// Found wrong while reading; the connection is fine.
enum Wrong {
    Fault(Fault),
    Found(Box<VerifyError>),
}

impl From<VerifyError> for Wrong {
    fn from(found: VerifyError) -> Wrong {
        Wrong::Found(Box::new(found))
    }
}

const BATCHES: &str = "SELECT count(*) FROM bonded.record_batch WHERE tenant = $1";
const IDS: &str = "SELECT id, handbook FROM bonded.entry_id WHERE tenant = $1 ORDER BY id";
const NAMES: &str =
    "SELECT name_hash, handbook FROM bonded.list_name WHERE tenant = $1 ORDER BY name_hash";

impl PostgresLedger {
    /// Reads all journals again from their first records on, in one transaction that only reads: each
    /// record is the one that its successor carries the hash of, the ledger accepts each in the order
    /// of ticks, each journal ends where its row says, the tables of ids and names say the same, the
    /// snapshot says the same, and the heads that were `kept` elsewhere are the journals'.
    ///
    /// # Errors
    /// The first thing that is not sound.
    pub fn verify(&mut self, kept: &BTreeMap<HandbookNo, Head>) -> Result<Verified, VerifyError> {
        if self.servers.count() > 1 {
            return self.verify_spread(kept);
        }
        let tenant = self.servers.first.tenant()?;
        let verified = self.servers.first.transact(true, |sql| {
            let seen = match verify(sql, &tenant, kept) {
                Ok(verified) => Ok(verified),
                Err(Wrong::Found(found)) => Err(*found),
                Err(Wrong::Fault(fault)) => return Err(fault),
            };
            Ok((seen, End::Rollback))
        });
        verified.map_err(|it| self.servers.first.told(it))?
    }
}

struct Reading<'k> {
    ledger: Ledger,
    standings: BTreeMap<HandbookNo, Standing>,
    kept: &'k BTreeMap<HandbookNo, Head>,
    batches: i64,
    ids: Vec<(Uuid, HandbookNo)>,
    names: Vec<(Hash, HandbookNo)>,
}

fn verify(
    sql: &mut Sql<'_, Client>,
    tenant: &str,
    kept: &BTreeMap<HandbookNo, Head>,
) -> Result<Verified, Wrong> {
    let present = standings(sql, tenant)?;
    let snapshot = Replica::restored(sql, tenant)?;
    let mut reading = Reading {
        ledger: Ledger::new(),
        standings: BTreeMap::new(),
        kept,
        batches: 0,
        ids: Vec::new(),
        names: Vec::new(),
    };
    // First up to the snapshot: what it stands for was all that there was at one moment.
    let nothing = BTreeMap::new();
    tails(
        sql,
        tenant,
        &nothing,
        &snapshot.known,
        |handbook, tick, batch| reading.take(handbook, tick, batch),
    )?;
    let entries = snapshot.ledger.entries();
    let snapshot_is_sound = entries == 0 || same(&snapshot.ledger, &reading.ledger);
    let known = reading.standings.clone();
    tails(sql, tenant, &known, &present, |handbook, tick, batch| {
        reading.take(handbook, tick, batch)
    })?;
    let heads = reading.end(&present)?;
    let rows = sql.query(BATCHES, &[&tenant]).map_err(Fault::from)?;
    let found = rows
        .first()
        .map_or(Ok(0), |it| it.try_get::<_, i64>(0))
        .map_err(Fault::from)?;
    if found != reading.batches {
        let expected = reading.batches;
        let what = format!("{found} batches, expected {expected}; some are of no journal");
        let table = "record_batch";
        return Err(VerifyError::Table { table, what }.into());
    }
    reading.check_ids(sql, tenant)?;
    reading.check_names(sql, tenant)?;
    // Last, as it is said that the records are sound.
    if !snapshot_is_sound {
        return Err(VerifyError::Snapshot { entries }.into());
    }
    Ok(Verified {
        heads,
        snapshot: (entries > 0).then_some(entries),
        reserved: 0,
    })
}

impl Reading<'_> {
    fn take(&mut self, handbook: HandbookNo, tick: i64, batch: &Batch) -> Result<(), Wrong> {
        let wrong = |position: u64, what: String| {
            Wrong::from(VerifyError::Record {
                handbook,
                position,
                what,
            })
        };
        let known = self.standings.get(&handbook).copied();
        let mut head = known.map_or(Head::EMPTY, |it| it.head);
        let next = head.position + 1;
        let start = batch.start().position;
        if start != head.position {
            return Err(wrong(
                next,
                format!("expected, the next one is record {}", start + 1),
            ));
        }
        if let Some(before) = known.map(|it| it.tick).filter(|it| *it >= tick) {
            return Err(wrong(
                next,
                format!("its tick is {tick}, expected more than {before}"),
            ));
        }
        for record in batch.records() {
            let position = record.position;
            if record.previous != head.hash {
                // The hash that it carries is of what stood before it when it was written.
                let what = match position {
                    1 => "it carries the hash of a predecessor".to_owned(),
                    at => format!("changed, as record {at} carries another hash of it"),
                };
                return Err(wrong((position - 1).max(1), what));
            }
            let entry = Entry::from_json(record.line);
            let entry = entry.map_err(|it| wrong(position, format!("it is no entry: {it}")))?;
            match self.ledger.replay(&entry) {
                Ok(receipt) if receipt.duplicate => {
                    return Err(wrong(position, "it is there twice".to_owned()));
                }
                Ok(_) => {}
                Err(it) => return Err(wrong(position, format!("the ledger refuses it: {it}"))),
            }
            self.note(&entry, handbook);
            head = head.followed_by(record.line);
            let kept = self
                .kept
                .get(&handbook)
                .filter(|it| it.position == head.position);
            if let Some(kept) = kept.filter(|it| **it != head) {
                let what = format!("expected {kept}, found {head}");
                return Err(VerifyError::Head { handbook, what }.into());
            }
        }
        if batch.end() != head {
            let what = format!("changed, as its batch ends with {}", batch.end().hash);
            return Err(wrong(head.position, what));
        }
        self.batches += 1;
        self.standings.insert(handbook, Standing { head, tick });
        Ok(())
    }

    fn note(&mut self, entry: &Entry, handbook: HandbookNo) {
        self.ids.push((entry.id(), handbook));
        let name = new_name(entry).map(|it| (it, handbook));
        self.names.extend(name);
    }

    /// The journals end where their rows and the heads that were kept say.
    fn end(
        &self,
        present: &BTreeMap<HandbookNo, Standing>,
    ) -> Result<BTreeMap<HandbookNo, Head>, Wrong> {
        let read = |it: &HandbookNo| self.standings.get(it).map_or(Head::EMPTY, |it| it.head);
        for (&handbook, row) in present {
            let (read, told) = (read(&handbook), row.head);
            if read != told {
                let what =
                    format!("expected, as the row of the handbook tells {told}; found {read}");
                let position = read.position + 1;
                return Err(VerifyError::Record {
                    handbook,
                    position,
                    what,
                }
                .into());
            }
        }
        for (&handbook, kept) in self.kept {
            let read = read(&handbook);
            if read.position < kept.position {
                let what = format!("only {} records, expected {kept}", read.position);
                return Err(VerifyError::Head { handbook, what }.into());
            }
        }
        let written = self.standings.iter().map(|(it, row)| (*it, row.head));
        Ok(written.collect())
    }

    fn check_ids(&mut self, sql: &mut Sql<'_, Client>, tenant: &str) -> Result<(), Wrong> {
        self.ids.sort_unstable();
        let mut expected = self.ids.iter();
        let mut rows = sql.stream(IDS, &[&tenant]).map_err(Fault::from)?;
        while let Some(row) = rows.next().map_err(Fault::from)? {
            let found: (Uuid, HandbookNo) =
                (row.try_get(0).map_err(Fault::from)?, handbook(&row, 1)?);
            differs("entry_id", Some(&found), expected.next())?;
        }
        differs("entry_id", None, expected.next())
    }

    fn check_names(&mut self, sql: &mut Sql<'_, Client>, tenant: &str) -> Result<(), Wrong> {
        self.names.sort_unstable();
        let mut expected = self.names.iter();
        let mut rows = sql.stream(NAMES, &[&tenant]).map_err(Fault::from)?;
        while let Some(row) = rows.next().map_err(Fault::from)? {
            let found = (
                hash(row.try_get(0).map_err(Fault::from)?)?,
                handbook(&row, 1)?,
            );
            differs("list_name", Some(&found), expected.next())?;
        }
        differs("list_name", None, expected.next())
    }
}

fn differs<T: PartialEq + std::fmt::Debug>(
    table: &'static str,
    found: Option<&T>,
    expected: Option<&T>,
) -> Result<(), Wrong> {
    if found == expected {
        return Ok(());
    }
    let what = format!("found {found:?}, expected {expected:?}");
    Err(VerifyError::Table { table, what }.into())
}

/// Do two ledgers say the same? Lists and carry-overs of different handbooks may stand in another
/// order: nobody says which came first.
pub(crate) fn same(one: &Ledger, other: &Ledger) -> bool {
    let lists = |it: &Ledger| {
        let mut lists = it.lists(&ListFilter::default());
        lists.sort_by(|a, b| a.number.cmp(&b.number));
        lists
    };
    let chains = |it: &Ledger| {
        let mut chains = it.chains().chains;
        for chain in &mut chains {
            chain.carry_overs.sort_by_key(|it| format!("{it:?}"));
        }
        chains
    };
    one.entries() == other.entries()
        && one.statement() == other.statement()
        && lists(one) == lists(other)
        && chains(one) == chains(other)
}
