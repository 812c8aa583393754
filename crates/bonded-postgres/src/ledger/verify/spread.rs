//! The same over several servers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use bonded_ledger::{HandbookNo, Ledger};
use bonded_store::{Batch, Head, StoreError, StoreErrorKind};
use postgres::Row;
use postgres::fallible_iterator::FallibleIterator;

use super::{BATCHES, IDS, NAMES, Reading, Verified, VerifyError, Wrong, same};
use crate::connection::End;
use crate::fault::Fault;
use crate::ledger::PostgresLedger;
use crate::ledger::spread::{all_rows, merged, settled, unmet};
use crate::plan::Standing;
use crate::replica::{Replica, handbook};
use crate::servers::Servers;
use crate::snapshots::hash;

/// How often the servers are looked at again, until they are seen as of one moment.
const PASSES: u32 = 100;

impl PostgresLedger {
    pub(in crate::ledger) fn verify_spread(
        &mut self,
        kept: &BTreeMap<HandbookNo, Head>,
    ) -> Result<Verified, VerifyError> {
        let servers = &mut self.servers;
        let verified = verify(servers, kept);
        servers.rollback();
        match verified {
            Ok(verified) => Ok(verified),
            Err(Wrong::Found(found)) => Err(*found),
            Err(Wrong::Fault(fault)) => Err(fault.told("one of the servers").into()),
        }
    }
}

impl PostgresLedger {
    /// Each batch of all servers, in the order in which a ledger reads them, as of one moment.
    pub(in crate::ledger) fn records_spread(
        &mut self,
        take: &mut dyn FnMut(HandbookNo, &Batch),
    ) -> Result<(), StoreError> {
        let servers = &mut self.servers;
        let read = all_batches(servers, take);
        servers.rollback();
        match read {
            Ok(()) => Ok(()),
            Err(Wrong::Fault(fault)) => Err(fault.told("one of the servers")),
            Err(Wrong::Found(found)) => Err(StoreError::damaged(found.to_string())),
        }
    }
}

fn all_batches(
    servers: &mut Servers,
    take: &mut dyn FnMut(HandbookNo, &Batch),
) -> Result<(), Wrong> {
    let tenant = servers.tenant.clone();
    let present = as_of_one_moment(servers, &tenant)?;
    let nothing = BTreeMap::new();
    let read = merged(servers, &tenant, &nothing, &present, |of, _, batch| {
        take(of, batch);
        Ok::<_, Wrong>(())
    });
    read.map_err(|it| it.told(servers))
}

fn verify(servers: &mut Servers, kept: &BTreeMap<HandbookNo, Head>) -> Result<Verified, Wrong> {
    let tenant = servers.tenant.clone();
    let present = as_of_one_moment(servers, &tenant)?;
    let restored = servers.first.ask(|sql| Replica::restored(sql, &tenant));
    let snapshot = restored.map_err(Fault::from)?;
    let mut reading = Reading {
        ledger: Ledger::new(),
        standings: BTreeMap::new(),
        kept,
        batches: 0,
        ids: Vec::new(),
        names: Vec::new(),
    };
    let nothing = BTreeMap::new();
    let read = merged(
        servers,
        &tenant,
        &nothing,
        &snapshot.known,
        |of, tick, batch| reading.take(of, tick, batch),
    );
    read.map_err(|it| it.told(servers))?;
    let entries = snapshot.ledger.entries();
    let snapshot_is_sound = entries == 0 || same(&snapshot.ledger, &reading.ledger);
    let known = reading.standings.clone();
    let read = merged(servers, &tenant, &known, &present, |of, tick, batch| {
        reading.take(of, tick, batch)
    });
    read.map_err(|it| it.told(servers))?;
    let heads = reading.end(&present)?;
    let mut batches = 0;
    for server in servers.each() {
        let found = server.ask(|sql| {
            let rows = sql.query(BATCHES, &[&tenant])?;
            let count = rows.first().map(|it| it.try_get::<_, i64>(0)).transpose()?;
            Ok(count.unwrap_or(0))
        });
        batches += found.map_err(Fault::from)?;
    }
    if batches != reading.batches {
        let expected = reading.batches;
        let what = format!("{batches} batches, expected {expected}; some are of no journal");
        let table = "record_batch";
        return Err(VerifyError::Table { table, what }.into());
    }
    // As of now: a reservation is older than its record, and its server may have been looked at first.
    servers.rollback();
    let reserved = reading.check_reservations(servers, &tenant)?;
    if !snapshot_is_sound {
        return Err(VerifyError::Snapshot { entries }.into());
    }
    Ok(Verified {
        heads,
        snapshot: (entries > 0).then_some(entries),
        reserved,
    })
}

/// Begins transactions that read on all servers, until what they see could have been one moment: no
/// effect without its cause. What is needed and not there, twice, is being posted or never will be.
fn as_of_one_moment(
    servers: &mut Servers,
    tenant: &str,
) -> Result<BTreeMap<HandbookNo, Standing>, Fault> {
    let mut before = BTreeSet::new();
    for _ in 0..PASSES {
        for server in servers.each() {
            server.begin(true)?;
        }
        let present = all_rows(servers, tenant)?;
        let unmet = unmet(&present, &BTreeMap::new());
        if settled(&unmet, &before, &present)? {
            let standings = present.into_iter().map(|(it, row)| (it, row.standing));
            return Ok(standings.collect());
        }
        before = unmet;
    }
    let message =
        "the servers could not be read as of one moment, others post all the time; try again";
    Err(StoreError::new(StoreErrorKind::Busy, message).into())
}

impl Reading<'_> {
    /// Each entry has its id and its name; answers how many there are without an entry.
    fn check_reservations(&mut self, servers: &mut Servers, tenant: &str) -> Result<u64, Wrong> {
        self.ids.sort_unstable();
        self.names.sort_unstable();
        let mut reserved = 0;
        for at in 0..servers.count() {
            let ids = self.ids.iter().filter(|it| servers.of_id(it.0) == at);
            let ids: Vec<_> = ids.copied().collect();
            let names = self.names.iter().filter(|it| servers.of_name(&it.0) == at);
            let names: Vec<_> = names.copied().collect();
            let id = |row: &Row| Ok((row.try_get(0)?, handbook(row, 1)?));
            let name = |row: &Row| Ok((hash(row.try_get(0)?)?, handbook(row, 1)?));
            reserved += check(servers, at, tenant, "entry_id", IDS, &ids, id)?;
            reserved += check(servers, at, tenant, "list_name", NAMES, &names, name)?;
        }
        Ok(reserved)
    }
}

/// Both are sorted.
fn check<K: Copy + Debug + Ord>(
    servers: &mut Servers,
    at: usize,
    tenant: &str,
    table: &'static str,
    rows: &'static str,
    expected: &[(K, HandbookNo)],
    read: impl Fn(&Row) -> Result<(K, HandbookNo), Fault>,
) -> Result<u64, Wrong> {
    let server = servers.at(at);
    let seen = server.transact(true, |sql| {
        let mut expected = expected.iter().copied().peekable();
        let mut orphans = 0;
        let mut missing = None;
        let mut found = sql.stream(rows, &[&tenant])?;
        while let Some(row) = found.next()? {
            let (key, handbook) = read(&row)?;
            missing = expected.next_if(|it| it.0 < key);
            if missing.is_some() {
                break;
            }
            match expected.next_if(|it| it.0 == key) {
                Some(it) if it.1 == handbook => {}
                Some(it) => {
                    let what = format!("found {:?}, expected {it:?}", (key, handbook));
                    return Ok((Err(what), End::Rollback));
                }
                None => orphans += 1,
            }
        }
        let seen = match missing.or_else(|| expected.next()) {
            Some(it) => Err(format!(
                "nothing was found of {it:?}, which is in a journal"
            )),
            None => Ok(orphans),
        };
        Ok((seen, End::Rollback))
    });
    let seen = seen.map_err(|it| Fault::from(server.told(it)))?;
    Ok(seen.map_err(|what| VerifyError::Table { table, what })?)
}
