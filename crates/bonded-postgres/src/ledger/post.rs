//! Posting in a transaction of our own.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{Entry, HandbookNo, Receipt, Refusal};
use bonded_store::{Answers, Hash, StoreError, StoreErrorKind};
use postgres::GenericClient;
use postgres::types::ToSql;

use crate::connection::{End, Sql};
use crate::fault::Fault;
use crate::ledger::PostgresLedger;
use crate::plan::{Plan, Standing};
use crate::replica::{Replica, Stale, standing};
use crate::snapshots::kept;

/// In the order of their numbers, so that two who lock several never wait for each other.
const LOCK: &str = "SELECT handbook, position, head_hash, tick FROM bonded.handbook \
     WHERE tenant = $1 AND handbook = ANY($2) ORDER BY handbook FOR UPDATE";
/// A row to lock, before anything is written of the handbook.
const NEW_ROWS: &str = "INSERT INTO bonded.handbook (tenant, handbook, position, head_hash, tick) \
     SELECT $1, handbook, 0, $3, 0 FROM unnest($2::text[]) AS new (handbook) \
     ON CONFLICT (tenant, handbook) DO NOTHING";
/// All of it in one statement: one way to the server and back while the rows are locked.
const WRITE: &str = "WITH batches AS (
        INSERT INTO bonded.record_batch (tenant, handbook, first, last, tick, end_hash, body)
        SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[],
                                 $6::bytea[], $7::bytea[])),
     ids AS (
        INSERT INTO bonded.entry_id (tenant, id, handbook)
        SELECT $1, * FROM unnest($8::uuid[], $9::text[])),
     names AS (
        INSERT INTO bonded.list_name (tenant, name_hash, handbook, entry)
        SELECT $1, * FROM unnest($10::bytea[], $11::text[], $12::uuid[]))
     UPDATE bonded.handbook SET position = new.position, head_hash = new.hash, tick = new.tick
     FROM unnest($13::text[], $14::bigint[], $15::bytea[], $16::bigint[])
          AS new (number, position, hash, tick)
     WHERE tenant = $1 AND handbook = new.number";

/// How often somebody may be in the way before it is `Busy`.
pub(super) const TRIES: u32 = 5;

pub(super) type Results = Vec<Result<Receipt, Refusal>>;

impl PostgresLedger {
    pub(super) fn post_together(
        &mut self,
        entries: &[Entry],
        whole: bool,
    ) -> Result<Answers, StoreError> {
        if self.servers.count() > 1 {
            return self.post_spread(entries, whole);
        }
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_to_post(entries, whole) {
                Ok(Some(answers)) => return Ok(answers),
                // Other handbooks than those that were locked are looked at by now.
                Ok(None) if tries < TRIES => {}
                Err(fault) if tries < TRIES && (fault.is_taken() || fault.is_in_the_way()) => {}
                Ok(None) => return Err(in_the_way(self.servers.first.place())),
                Err(fault) if fault.is_taken() => {
                    return Err(in_the_way(self.servers.first.place()));
                }
                Err(fault) => return Err(self.servers.first.told(fault)),
            }
        }
    }

    /// None where it is to be tried again.
    fn try_to_post(&mut self, entries: &[Entry], whole: bool) -> Result<Option<Answers>, Fault> {
        let wanted = self.prepare(entries)?;
        let tenant = self.servers.first.tenant()?;
        let PostgresLedger {
            servers,
            replica,
            fresh,
            ..
        } = self;
        let mut results = Results::with_capacity(entries.len());
        let mut stored = true;
        let mut changed = false;
        let written = servers.first.transact(false, |sql| {
            let locked = lock(sql, &tenant, &wanted)?;
            // Whoever has written something that these entries look at has changed a locked row.
            if locked
                .iter()
                .any(|(it, row)| replica.known.get(it) != Some(row))
            {
                *fresh = false;
                match replica.read_on(sql, &tenant) {
                    Err(Stale::Order(_)) => return Ok((None, End::Rollback)),
                    read => read.map_err(Stale::fault)?,
                }
                *fresh = true;
                let (all, _) = replica.places.touched_by(entries);
                if !all.iter().all(|it| locked.contains_key(it)) {
                    return Ok((None, End::Rollback));
                }
            }
            // From here on memory may be ahead of the database.
            *fresh = false;
            let plan = post_all(replica, &locked, entries, whole, &mut results)?;
            let refused = whole && results.last().is_some_and(Result::is_err);
            stored = !refused;
            changed = !plan.is_empty();
            if plan.is_empty() || refused {
                return Ok((Some(BTreeMap::new()), End::Rollback));
            }
            write(sql, &tenant, &plan)?;
            Ok((Some(plan.standings()), End::Commit))
        })?;
        let Some(standings) = written else {
            return Ok(None);
        };
        self.replica.known.extend(standings);
        self.fresh = stored || !changed;
        Ok(Some(Answers::new(results, stored)))
    }

    /// Which handbooks entries look at, as far as it is known here; each has a row to lock.
    pub(super) fn prepare(&mut self, entries: &[Entry]) -> Result<BTreeSet<HandbookNo>, Fault> {
        if !self.fresh {
            self.sync()?;
        }
        let (mut wanted, unknown) = self.replica.places.touched_by(entries);
        if unknown {
            // Perhaps somebody else has just declared the list.
            self.sync()?;
            wanted = self.replica.places.touched_by(entries).0;
        }
        let known = &self.replica.known;
        let new = wanted.iter().filter(|it| !known.contains_key(it)).copied();
        let new: Vec<HandbookNo> = new.collect();
        self.make_rows(&new)?;
        Ok(wanted)
    }

    /// Rows to lock, of handbooks that nobody has posted to. In a transaction of their own: they
    /// mean nothing, and whoever locks rows shall find all of them, to lock them in order.
    pub(super) fn make_rows(&mut self, new: &[HandbookNo]) -> Result<(), StoreError> {
        self.make_rows_on(0, new)
    }

    pub(super) fn make_rows_on(
        &mut self,
        server: usize,
        new: &[HandbookNo],
    ) -> Result<(), StoreError> {
        if new.is_empty() {
            return Ok(());
        }
        let connection = self.servers.at(server);
        let tenant = connection.tenant()?;
        let new: Vec<&str> = new.iter().map(HandbookNo::as_str).collect();
        let empty = &Hash::ZERO.as_bytes()[..];
        connection.ask(|sql| {
            sql.execute(NEW_ROWS, &[&tenant, &new, &empty])?;
            Ok(())
        })
    }
}

pub(super) fn in_the_way(place: &str) -> StoreError {
    let message = format!(
        "PostgreSQL at {place}: others were in the way {TRIES} times, nothing was stored; try again"
    );
    StoreError::new(StoreErrorKind::Busy, message)
}

pub(super) fn lock<C: GenericClient>(
    sql: &mut Sql<'_, C>,
    tenant: &str,
    wanted: &BTreeSet<HandbookNo>,
) -> Result<BTreeMap<HandbookNo, Standing>, Fault> {
    let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sql.query(LOCK, &[&tenant, &wanted])?;
    rows.iter().map(standing).collect()
}

/// Posts in memory, and plans what is written.
pub(super) fn post_all(
    replica: &mut Replica,
    locked: &BTreeMap<HandbookNo, Standing>,
    entries: &[Entry],
    whole: bool,
    results: &mut Results,
) -> Result<Plan, Fault> {
    let mut plan = Plan::new(locked);
    results.clear();
    for entry in entries {
        let touched = replica.places.touched(entry);
        let result = replica.ledger.post(entry);
        let refused = result.is_err();
        if matches!(&result, Ok(it) if !it.duplicate) {
            plan.push(entry, touched.as_ref())?;
            replica.places.accepted(entry);
        }
        results.push(result);
        if whole && refused {
            break;
        }
    }
    Ok(plan)
}

pub(super) fn write<C: GenericClient>(
    sql: &mut Sql<'_, C>,
    tenant: &str,
    plan: &Plan,
) -> Result<(), Fault> {
    let batches = &plan.batches;
    let handbooks: Vec<&str> = batches.iter().map(|it| it.handbook.as_str()).collect();
    let first = batches.iter().map(|it| kept(it.batch.start().position) + 1);
    let first: Vec<i64> = first.collect();
    let last: Vec<i64> = batches
        .iter()
        .map(|it| kept(it.batch.end().position))
        .collect();
    let ticks: Vec<i64> = batches.iter().map(|it| it.tick).collect();
    let ends: Vec<_> = batches.iter().map(|it| it.batch.end().hash).collect();
    let ends: Vec<&[u8]> = ends.iter().map(|it| &it.as_bytes()[..]).collect();
    let bodies: Vec<Vec<u8>> = batches.iter().map(|it| it.batch.encode()).collect();
    // Sorted, so that two who insert the same ones never wait for each other.
    let mut ids: Vec<_> = plan.ids.iter().collect();
    ids.sort_unstable();
    let id_books: Vec<&str> = ids.iter().map(|it| it.1.as_str()).collect();
    let ids: Vec<_> = ids.iter().map(|it| it.0).collect();
    let mut names: Vec<_> = plan.names.iter().collect();
    names.sort_unstable();
    let hashes: Vec<&[u8]> = names.iter().map(|it| &it.0.as_bytes()[..]).collect();
    let name_books: Vec<&str> = names.iter().map(|it| it.1.as_str()).collect();
    let name_ids: Vec<_> = names.iter().map(|it| it.2).collect();
    let standings = plan.standings();
    let numbers: Vec<&str> = standings.keys().map(HandbookNo::as_str).collect();
    let positions: Vec<i64> = standings
        .values()
        .map(|it| kept(it.head.position))
        .collect();
    let heads: Vec<&[u8]> = standings
        .values()
        .map(|it| &it.head.hash.as_bytes()[..])
        .collect();
    let clocks: Vec<i64> = standings.values().map(|it| it.tick).collect();
    let parameters: [&(dyn ToSql + Sync); 16] = [
        &tenant,
        &handbooks,
        &first,
        &last,
        &ticks,
        &ends,
        &bodies,
        &ids,
        &id_books,
        &hashes,
        &name_books,
        &name_ids,
        &numbers,
        &positions,
        &heads,
        &clocks,
    ];
    let changed = sql.execute(WRITE, &parameters)?;
    if changed != numbers.len() as u64 {
        let expected = numbers.len();
        let message = format!("{changed} rows of handbooks were changed, expected {expected}");
        return Err(StoreError::damaged(message).into());
    }
    Ok(())
}
