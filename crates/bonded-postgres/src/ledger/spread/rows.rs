//! How handbooks stand on several servers, read at several moments so that it could have been one; and
//! their journals, merged in the order of ticks.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::HandbookNo;
use bonded_store::{Batch, StoreError, StoreErrorKind};
use postgres::Client;
use postgres::RowIter;
use postgres::fallible_iterator::FallibleIterator;

use crate::connection::Sql;
use crate::fault::Fault;
use crate::plan::Standing;
use crate::replica::{Replica, Stale, TAILS, handbook, missing, standing};
use crate::servers::Servers;
use crate::snapshots::kept;
use crate::store::decoded;

const ROWS: &str =
    "SELECT handbook, position, head_hash, tick, needs FROM bonded.handbook WHERE tenant = $1";
const ROWS_OF: &str = "SELECT handbook, position, head_hash, tick, needs FROM bonded.handbook \
     WHERE tenant = $1 AND handbook = ANY($2)";
/// In the order of their numbers, so that two who lock several never wait for each other.
const LOCK: &str = "SELECT handbook, position, head_hash, tick, needs FROM bonded.handbook \
     WHERE tenant = $1 AND handbook = ANY($2) ORDER BY handbook FOR UPDATE";

/// How often rows are read again, each time because somebody posted over two servers meanwhile.
const PASSES: u32 = 100;

/// What has to be known of a handbook before another one is relied on.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::ledger) struct Need {
    /// So much of its journal.
    pub(super) position: u64,
    /// What has looked at it up to this tick; 0 where that does not matter.
    pub(super) tick: i64,
}

impl Need {
    pub(super) fn is_met_by(self, it: &Standing) -> bool {
        it.head.position >= self.position && it.tick >= self.tick
    }

    pub(super) fn and(&mut self, other: Need) {
        self.position = self.position.max(other.position);
        self.tick = self.tick.max(other.tick);
    }
}

pub(super) type Needs = BTreeMap<HandbookNo, Need>;

/// A row of the table of handbooks.
#[derive(Clone, Debug)]
pub(in crate::ledger) struct Row {
    pub(in crate::ledger) standing: Standing,
    pub(super) needs: Needs,
}

/// A need that is not met, and the row that has it, as of a tick.
pub(in crate::ledger) type Unmet = (HandbookNo, i64, HandbookNo, Need);

fn row(row: &postgres::Row) -> Result<(HandbookNo, Row), Fault> {
    let (handbook, standing) = standing(row)?;
    let text: &str = row.try_get(4)?;
    let needs = parsed(text).ok_or_else(|| {
        StoreError::damaged(format!(
            "the row of handbook {handbook} needs {text:?}, expected HANDBOOK:POSITION:TICK"
        ))
    })?;
    Ok((handbook, Row { standing, needs }))
}

fn parsed(text: &str) -> Option<Needs> {
    let need = |it: &str| {
        let mut parts = it.split(':');
        let handbook = parts.next()?.parse().ok()?;
        let position = parts.next()?.parse().ok()?;
        let tick = parts.next()?.parse().ok()?;
        Some((handbook, Need { position, tick }))
    };
    text.split_ascii_whitespace().map(need).collect()
}

pub(super) fn written(needs: &Needs) -> String {
    let one = |(it, need): (&HandbookNo, &Need)| format!("{it}:{}:{}", need.position, need.tick);
    let all: Vec<String> = needs.iter().map(one).collect();
    all.join(" ")
}

pub(super) fn lock(
    servers: &mut Servers,
    at: usize,
    tenant: &str,
    wanted: &BTreeSet<HandbookNo>,
) -> Result<Vec<(HandbookNo, Row)>, StoreError> {
    ask(servers, at, LOCK, tenant, wanted)
}

fn ask(
    servers: &mut Servers,
    at: usize,
    what: &'static str,
    tenant: &str,
    of: &BTreeSet<HandbookNo>,
) -> Result<Vec<(HandbookNo, Row)>, StoreError> {
    let of = of.iter().filter(|it| servers.of_book(**it) == at);
    let of: Vec<String> = of.map(ToString::to_string).collect();
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let ask =
        |sql: &mut Sql<'_, Client>| sql.query(what, &[&tenant, &of])?.iter().map(row).collect();
    servers.at(at).ask(ask)
}

/// All rows, one server after the other, the first one first.
pub(in crate::ledger) fn all_rows(
    servers: &mut Servers,
    tenant: &str,
) -> Result<BTreeMap<HandbookNo, Row>, StoreError> {
    let mut present = BTreeMap::new();
    for server in servers.each() {
        let rows: Vec<_> =
            server.ask(|sql| sql.query(ROWS, &[&tenant])?.iter().map(row).collect())?;
        present.extend(rows);
    }
    Ok(present)
}

/// The needs of rows that neither they nor what is known meet.
pub(in crate::ledger) fn unmet(
    present: &BTreeMap<HandbookNo, Row>,
    known: &BTreeMap<HandbookNo, Standing>,
) -> BTreeSet<Unmet> {
    let nothing = Standing::default();
    let is_met = |it: &HandbookNo, need: &Need| {
        let here = need.is_met_by(known.get(it).unwrap_or(&nothing));
        here || present
            .get(it)
            .is_some_and(|it| need.is_met_by(&it.standing))
    };
    let needs = present
        .iter()
        .flat_map(|(of, row)| row.needs.iter().map(move |(it, need)| (*of, row, it, need)));
    let unmet = needs.filter(|(_, _, it, need)| !is_met(it, need));
    unmet
        .map(|(of, row, it, need)| (of, row.standing.tick, *it, *need))
        .collect()
}

/// Is nothing to be looked at again? What a row needed already before all was read, and is still not
/// there, was not written when the row was read: it is being posted, or never will be, and nothing
/// that was read builds on it.
pub(in crate::ledger) fn settled(
    unmet: &BTreeSet<Unmet>,
    before: &BTreeSet<Unmet>,
    present: &BTreeMap<HandbookNo, Row>,
) -> Result<bool, StoreError> {
    if !unmet.is_subset(before) {
        return Ok(false);
    }
    for (of, _, it, need) in unmet {
        let tick = present.get(it).map_or(0, |it| it.standing.tick);
        // That one is committed before the row that needs it.
        if tick < need.tick {
            return Err(StoreError::damaged(format!(
                "handbook {of} was written when {it} was at tick {}, and {it} is at tick {tick}: was \
                 an older backup of one server restored?",
                need.tick
            )));
        }
    }
    Ok(true)
}

/// How handbooks stand: those of the scope and what they need, or all. No effect is among it without
/// its cause, although servers are asked one after the other: what is needed is looked at again.
pub(super) fn heads(
    servers: &mut Servers,
    tenant: &str,
    mut scope: Option<BTreeSet<HandbookNo>>,
    known: &BTreeMap<HandbookNo, Standing>,
) -> Result<BTreeMap<HandbookNo, Row>, StoreError> {
    let mut before = BTreeSet::new();
    for _ in 0..PASSES {
        let present = match &scope {
            None => all_rows(servers, tenant)?,
            Some(scope) => {
                let mut present = BTreeMap::new();
                for at in 0..servers.count() {
                    present.extend(ask(servers, at, ROWS_OF, tenant, scope)?);
                }
                present
            }
        };
        let unmet = unmet(&present, known);
        if settled(&unmet, &before, &present)? {
            return Ok(present);
        }
        if let Some(scope) = &mut scope {
            scope.extend(unmet.iter().map(|it| it.2));
        }
        before = unmet;
    }
    let message = format!(
        "the servers {} could not be read as of one moment, others post all the time; try again",
        servers.places()
    );
    Err(StoreError::new(StoreErrorKind::Busy, message))
}

/// What went wrong while journals were merged.
pub(in crate::ledger) enum Merged<E> {
    Server(usize, Fault),
    Each(E),
}

impl<E: From<Fault>> Merged<E> {
    /// Told with the name of the server.
    pub(in crate::ledger) fn told(self, servers: &mut Servers) -> E {
        match self {
            Merged::Server(at, fault) => Fault::from(servers.at(at).failed(fault)).into(),
            Merged::Each(error) => error,
        }
    }
}

struct Tail<'s> {
    at: usize,
    rows: RowIter<'s>,
    next: Option<(i64, HandbookNo, Batch)>,
}

impl Tail<'_> {
    fn step<E>(&mut self) -> Result<(), Merged<E>> {
        let next = || -> Result<_, Fault> {
            let Some(row) = self.rows.next()? else {
                return Ok(None);
            };
            let batch = decoded(row.try_get(2)?)?;
            Ok(Some((row.try_get(1)?, handbook(&row, 0)?, batch)))
        };
        let mut next = next;
        self.next = next().map_err(|it| Merged::Server(self.at, it))?;
        Ok(())
    }
}

/// Hands on the batches of all servers between two standings, in the order of (tick, handbook).
pub(in crate::ledger) fn merged<E>(
    servers: &mut Servers,
    tenant: &str,
    known: &BTreeMap<HandbookNo, Standing>,
    present: &BTreeMap<HandbookNo, Standing>,
    mut each: impl FnMut(HandbookNo, i64, &Batch) -> Result<(), E>,
) -> Result<(), Merged<E>> {
    let mut behind = vec![(Vec::new(), Vec::new(), Vec::new()); servers.count()];
    for (handbook, there) in present {
        let here = known.get(handbook).map_or(0, |it| it.head.position);
        let (numbers, from, to) = &mut behind[servers.of_book(*handbook)];
        if there.head.position > here {
            numbers.push(handbook.to_string());
            from.push(kept(here));
            to.push(kept(there.head.position));
        }
    }
    let mut connections = Vec::new();
    for (at, server) in servers.each().enumerate() {
        if !behind[at].0.is_empty() {
            let sql = server.sql().map_err(|it| Merged::Server(at, it.into()))?;
            connections.push((at, sql));
        }
    }
    let mut tails = Vec::new();
    for (at, sql) in &mut connections {
        let (numbers, from, to) = &behind[*at];
        let rows = sql.stream(TAILS, &[&tenant, numbers, from, to]);
        let rows = rows.map_err(|it| Merged::Server(*at, it.into()))?;
        let (at, next) = (*at, None);
        let mut tail = Tail { at, rows, next };
        tail.step()?;
        tails.push(tail);
    }
    let key = |it: &Tail<'_>| it.next.as_ref().map(|it| (it.0, it.1));
    loop {
        let waiting = tails.iter_mut().filter(|it| it.next.is_some());
        let Some(tail) = waiting.min_by_key(|it| key(it)) else {
            return Ok(());
        };
        if let Some((tick, handbook, batch)) = tail.next.take() {
            each(handbook, tick, &batch).map_err(Merged::Each)?;
        }
        tail.step()?;
    }
}

/// Reads up to how the handbooks stand. After an error a part of it may be read.
pub(super) fn advance(
    servers: &mut Servers,
    tenant: &str,
    replica: &mut Replica,
    present: &BTreeMap<HandbookNo, Row>,
) -> Result<(), Stale> {
    let present = present.iter().map(|(it, row)| (*it, row.standing));
    let present: BTreeMap<_, _> = present.collect();
    for (handbook, there) in &present {
        replica.followed_by(*handbook, there)?;
    }
    let before = replica.known.clone();
    let take = |handbook, tick, batch: &Batch| replica.take(handbook, tick, batch);
    merged(servers, tenant, &before, &present, take).map_err(|it| it.told(servers))?;
    for (handbook, there) in present {
        let here = replica.known.entry(handbook).or_default().head;
        if here.position < there.head.position {
            return Err(missing(handbook, there.head, here).into());
        }
    }
    Ok(())
}
