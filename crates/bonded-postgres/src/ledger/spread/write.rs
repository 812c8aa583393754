//! What one posting writes to each of several servers.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{HandbookNo, Uuid};
use bonded_store::{Hash, StoreError, StoreErrorKind};
use postgres::Client;
use postgres::types::ToSql;

use crate::connection::Sql;
use crate::fault::Fault;
use crate::ledger::spread::rows::{Need, Needs, Row, written};
use crate::plan::{Plan, Standing};
use crate::replica::handbook;
use crate::servers::Servers;
use crate::snapshots::{hash, kept};

const RESERVE_IDS: &str = "INSERT INTO bonded.entry_id (tenant, id, handbook) \
     SELECT $1, * FROM unnest($2::uuid[], $3::text[]) \
     ON CONFLICT (tenant, id) DO NOTHING RETURNING id";
const OWNERS_OF_IDS: &str = "SELECT id, handbook FROM bonded.entry_id \
     WHERE tenant = $1 AND id = ANY($2) ORDER BY id FOR UPDATE";
const TAKE_IDS: &str = "UPDATE bonded.entry_id SET handbook = new.handbook \
     FROM unnest($2::uuid[], $3::text[]) AS new (entry, handbook) \
     WHERE tenant = $1 AND id = new.entry";
const RESERVE_NAMES: &str = "INSERT INTO bonded.list_name (tenant, name_hash, handbook, entry) \
     SELECT $1, * FROM unnest($2::bytea[], $3::text[], $4::uuid[]) \
     ON CONFLICT (tenant, name_hash) DO NOTHING RETURNING name_hash";
const OWNERS_OF_NAMES: &str = "SELECT name_hash, handbook FROM bonded.list_name \
     WHERE tenant = $1 AND name_hash = ANY($2) ORDER BY name_hash FOR UPDATE";
const TAKE_NAMES: &str = "UPDATE bonded.list_name SET handbook = new.handbook, entry = new.entry \
     FROM unnest($2::bytea[], $3::text[], $4::uuid[]) AS new (name, handbook, entry) \
     WHERE tenant = $1 AND name_hash = new.name";
const MOVE: &str = "UPDATE bonded.handbook \
     SET position = new.position, head_hash = new.hash, tick = new.tick, needs = new.needs \
     FROM unnest($2::text[], $3::bigint[], $4::bytea[], $5::bigint[], $6::text[]) \
          AS new (number, position, hash, tick, needs) \
     WHERE tenant = $1 AND handbook = new.number";
const RECORDS: &str = "INSERT INTO bonded.record_batch \
     (tenant, handbook, first, last, tick, end_hash, body) \
     SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], \
                              $6::bytea[], $7::bytea[])";

/// A plan, to be written on the servers.
pub(super) struct Work<'p> {
    plan: &'p Plan,
    rows: BTreeMap<HandbookNo, (Standing, Needs)>,
    /// Handbooks that nobody relies on before this is written: their reservations may be taken over.
    held: BTreeSet<HandbookNo>,
}

type Others = BTreeSet<HandbookNo>;

impl<'p> Work<'p> {
    /// `more`: handbooks that are locked although no entry looks at them.
    pub(super) fn of(
        plan: &'p Plan,
        locked: &BTreeMap<HandbookNo, Row>,
        more: &BTreeSet<HandbookNo>,
    ) -> Work<'p> {
        let of = |it: &HandbookNo| {
            let needs = locked.get(it).map(|it| it.needs.clone());
            let mut needs = needs.unwrap_or_default();
            for (other, need) in &mut needs {
                // What a locked journal does not have by now it never gets: nobody need wait for it.
                if let Some(row) = locked.get(other) {
                    need.position = need.position.min(row.standing.head.position);
                }
            }
            needs
        };
        let standings = plan.standings().into_iter();
        let rows = standings.map(|(it, standing)| (it, (standing, of(&it))));
        let mut rows: BTreeMap<_, _> = rows.collect();
        let written: BTreeSet<HandbookNo> = plan.batches.iter().map(|it| it.handbook).collect();
        let mut looks = plan.looks.clone();
        for it in more.difference(&written) {
            // As if it was looked at: so whoever locks it waits for what is written.
            if let Some(row) = locked.get(it) {
                let mut standing = row.standing;
                standing.tick += 1;
                rows.entry(*it).or_insert((standing, of(it)));
            }
            looks.extend(written.iter().map(|own| (*own, *it)));
        }
        for (own, other) in &looks {
            let looked = plan.looks.contains(&(*own, *other));
            let tick = rows.get(other).filter(|_| looked).map_or(0, |it| it.0.tick);
            let mut need = |of, it: HandbookNo, tick| {
                if let Some((_, needs)) = rows.get_mut(of) {
                    let position = plan.end_of(it);
                    needs.entry(it).or_default().and(Need { position, tick });
                }
            };
            // Committed with the records: whoever has looked at the other one up to here is known.
            need(own, *other, tick);
            // Committed before them: the tick may come to nothing, and says nothing.
            need(other, *own, 0);
        }
        let held = written.union(more).copied().collect();
        Work { plan, rows, held }
    }

    /// On a server that is looked at: nothing of it counts before [`Work::decide`]. Answers the
    /// handbooks of others that have an id or a name.
    pub(super) fn prepare(
        &self,
        servers: &mut Servers,
        at: usize,
        tenant: &str,
    ) -> Result<Others, StoreError> {
        let others = self.reserve(servers, at, tenant)?;
        if !others.is_empty() {
            return Ok(others);
        }
        self.move_rows(servers, at, tenant)?;
        servers.at(at).commit().map_err(|it| match it.kind() {
            // Whether or not: nothing of it counts.
            StoreErrorKind::InDoubt => StoreError::new(
                StoreErrorKind::Unavailable,
                format!(
                    "PostgreSQL at {} does not answer any more; nothing was stored, try again",
                    servers.place_of(at)
                ),
            )
            .caused_by(it),
            _ => it,
        })?;
        Ok(Others::new())
    }

    /// On the server that is written, after all others.
    pub(super) fn decide(
        &self,
        servers: &mut Servers,
        at: usize,
        tenant: &str,
    ) -> Result<Others, StoreError> {
        let others = self.reserve(servers, at, tenant)?;
        if others.is_empty() {
            self.write_records(servers, at, tenant)?;
            self.move_rows(servers, at, tenant)?;
            servers.at(at).commit()?;
        }
        Ok(others)
    }

    fn reserve(
        &self,
        servers: &mut Servers,
        at: usize,
        tenant: &str,
    ) -> Result<Others, StoreError> {
        let ids = self.plan.ids.iter().filter(|it| servers.of_id(it.0) == at);
        let ids: BTreeMap<Uuid, HandbookNo> = ids.copied().collect();
        let names = self.plan.names.iter();
        let names = names.filter(|it| servers.of_name(&it.0) == at);
        let names = names.map(|it| (it.0, (it.1, it.2)));
        let names: BTreeMap<Hash, (HandbookNo, Uuid)> = names.collect();
        servers.at(at).ask(|sql| {
            let mut others = self.reserve_ids(sql, tenant, &ids)?;
            others.extend(self.reserve_names(sql, tenant, &names)?);
            Ok(others)
        })
    }

    /// What is reserved for handbooks that are held, and the ledger does not know, are orphans.
    fn reserve_ids(
        &self,
        sql: &mut Sql<'_, Client>,
        tenant: &str,
        wanted: &BTreeMap<Uuid, HandbookNo>,
    ) -> Result<Others, Fault> {
        if wanted.is_empty() {
            return Ok(Others::new());
        }
        // Sorted, so that two who insert the same ones never wait for each other.
        let ids: Vec<&Uuid> = wanted.keys().collect();
        let books: Vec<&str> = wanted.values().map(HandbookNo::as_str).collect();
        let new = sql.query(RESERVE_IDS, &[&tenant, &ids, &books])?;
        if new.len() == wanted.len() {
            return Ok(Others::new());
        }
        let mut left = wanted.clone();
        for row in &new {
            left.remove(&row.try_get(0)?);
        }
        let ids: Vec<&Uuid> = left.keys().collect();
        let mut others = Others::new();
        for row in sql.query(OWNERS_OF_IDS, &[&tenant, &ids])? {
            others.insert(handbook(&row, 1)?);
        }
        others.retain(|it| !self.held.contains(it));
        if others.is_empty() {
            let books: Vec<&str> = left.values().map(HandbookNo::as_str).collect();
            sql.execute(TAKE_IDS, &[&tenant, &ids, &books])?;
        }
        Ok(others)
    }

    fn reserve_names(
        &self,
        sql: &mut Sql<'_, Client>,
        tenant: &str,
        wanted: &BTreeMap<Hash, (HandbookNo, Uuid)>,
    ) -> Result<Others, Fault> {
        if wanted.is_empty() {
            return Ok(Others::new());
        }
        let columns = |of: &BTreeMap<Hash, (HandbookNo, Uuid)>| {
            let names: Vec<Vec<u8>> = of.keys().map(|it| it.as_bytes().to_vec()).collect();
            let books: Vec<String> = of.values().map(|it| it.0.to_string()).collect();
            let entries: Vec<Uuid> = of.values().map(|it| it.1).collect();
            (names, books, entries)
        };
        let (names, books, entries) = columns(wanted);
        let new = sql.query(RESERVE_NAMES, &[&tenant, &names, &books, &entries])?;
        if new.len() == wanted.len() {
            return Ok(Others::new());
        }
        let mut left = wanted.clone();
        for row in &new {
            left.remove(&hash(row.try_get(0)?)?);
        }
        let (names, books, entries) = columns(&left);
        let mut others = Others::new();
        for row in sql.query(OWNERS_OF_NAMES, &[&tenant, &names])? {
            others.insert(handbook(&row, 1)?);
        }
        others.retain(|it| !self.held.contains(it));
        if others.is_empty() {
            sql.execute(TAKE_NAMES, &[&tenant, &names, &books, &entries])?;
        }
        Ok(others)
    }

    /// The rows that change.
    fn move_rows(&self, servers: &mut Servers, at: usize, tenant: &str) -> Result<(), StoreError> {
        let rows = self.rows.iter().filter(|it| servers.of_book(*it.0) == at);
        let (mut numbers, mut positions, mut heads) = (Vec::new(), Vec::new(), Vec::new());
        let (mut ticks, mut needs) = (Vec::new(), Vec::new());
        for (number, (standing, needed)) in rows {
            numbers.push(number.as_str());
            positions.push(kept(standing.head.position));
            heads.push(&standing.head.hash.as_bytes()[..]);
            ticks.push(standing.tick);
            needs.push(written(needed));
        }
        if numbers.is_empty() {
            return Ok(());
        }
        let changed = servers.at(at).ask(|sql| {
            let parameters: [&(dyn ToSql + Sync); 6] =
                [&tenant, &numbers, &positions, &heads, &ticks, &needs];
            Ok(sql.execute(MOVE, &parameters)?)
        })?;
        if changed != numbers.len() as u64 {
            let expected = numbers.len();
            let message = format!("{changed} rows of handbooks were changed, expected {expected}");
            return Err(StoreError::damaged(message));
        }
        Ok(())
    }

    fn write_records(
        &self,
        servers: &mut Servers,
        at: usize,
        tenant: &str,
    ) -> Result<(), StoreError> {
        let batches = &self.plan.batches;
        let handbooks: Vec<&str> = batches.iter().map(|it| it.handbook.as_str()).collect();
        let first = batches.iter().map(|it| kept(it.batch.start().position) + 1);
        let first: Vec<i64> = first.collect();
        let last = batches.iter().map(|it| kept(it.batch.end().position));
        let last: Vec<i64> = last.collect();
        let ticks: Vec<i64> = batches.iter().map(|it| it.tick).collect();
        let ends: Vec<_> = batches.iter().map(|it| it.batch.end().hash).collect();
        let ends: Vec<&[u8]> = ends.iter().map(|it| &it.as_bytes()[..]).collect();
        let bodies: Vec<Vec<u8>> = batches.iter().map(|it| it.batch.encode()).collect();
        servers.at(at).ask(|sql| {
            let parameters: [&(dyn ToSql + Sync); 7] =
                [&tenant, &handbooks, &first, &last, &ticks, &ends, &bodies];
            sql.execute(RECORDS, &parameters)?;
            Ok(())
        })
    }
}
