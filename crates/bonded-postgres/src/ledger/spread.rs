//! Posting to a ledger that is spread over several servers.
//!
//! An entry writes the journal of one handbook, so what is written is committed by one server; it may
//! look at handbooks of others. There is no two-phase commit, and none is needed:
//!
//! 1. The rows of all handbooks that the entries write or look at are locked, each on its server, in
//!    the order of (server, number), so that nobody waits in a circle. What is new is read.
//! 2. The entries are posted in memory.
//! 3. On each server but the one that is written: ids and names that are kept there are reserved, and
//!    each row that was looked at gets the new tick and a *need*: "before you rely on me, read that
//!    handbook up to the position that it will have". This is committed.
//! 4. The server that is written: reservations, records, rows, committed last. This decides.
//!
//! Behind (3) the rows that were looked at are not locked any more, and yet nobody relies on them
//! without what is written at (4): he finds the need, finds the journal not to be that long, and locks
//! the row of that handbook too, which whoever writes holds until the commit. So two entries with a
//! handbook in common are posted one after the other, on however many servers, and the order of (tick,
//! handbook) is an order in which each was accepted: `order_tests.rs` holds for it unchanged.
//!
//! **When something dies in between.** Before (4): a tick and a need are there and nothing is written.
//! Who finds the need has that handbook's row locked before he goes on; then the transaction that
//! could have fulfilled it is over, and what is not there will not be. Behind (4) all is there. A
//! server that dies within (3) or (4) takes the locks with it, but also the transaction whose commit
//! would have needed them: the handbook that is written is locked by the transaction that writes it,
//! and the needs outlive a crash. So also then no entry is accepted that does not know what stands
//! before it, and no journal comes to be that cannot be read.
//!
//! A reservation names the handbook whose journal will hold its entry. Where that handbook is locked
//! and read, and the ledger does not know the id or the name, the reservation is an orphan: it is
//! taken over. Else that handbook is locked as well, with a need as if it was looked at (so that it is
//! not given away between (3) and (4)), and the entries are tried again.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{Entry, HandbookNo};
use bonded_store::{Answers, StoreError, StoreErrorKind};

use crate::ledger::PostgresLedger;
use crate::ledger::post::{Results, TRIES, in_the_way};
use crate::plan::{Plan, Standing, new_name};
use crate::replica::{Replica, Stale};

mod rows;
mod write;

pub(super) use rows::{Row, all_rows, merged, settled, unmet};
use rows::{advance, heads, lock};
use write::Work;

/// How often more may have to be locked.
const ROUNDS: u32 = 12;

/// Entries whose handbooks are on one server.
enum Tried {
    Answered {
        results: Results,
        stored: bool,
    },
    /// To be tried again, with these handbooks locked as well.
    Again(BTreeSet<HandbookNo>),
}

impl PostgresLedger {
    pub(super) fn post_spread(
        &mut self,
        entries: &[Entry],
        whole: bool,
    ) -> Result<Answers, StoreError> {
        let mut answers = Results::with_capacity(entries.len());
        while answers.len() < entries.len() {
            let (results, stored) = self.post_run(&entries[answers.len()..], whole)?;
            answers.extend(results);
            if !stored {
                return Ok(Answers::new(answers, false));
            }
        }
        Ok(Answers::new(answers, true))
    }

    /// Posts the first entries, those whose handbooks are on one server; one at least.
    fn post_run(&mut self, entries: &[Entry], whole: bool) -> Result<(Results, bool), StoreError> {
        let mut more = BTreeSet::new();
        let mut busy = 0;
        for _ in 0..ROUNDS {
            let tried = self.try_run(entries, whole, &more);
            // Locks that are left, of a try that came to nothing or of rows that were only looked at.
            self.servers.rollback();
            match tried {
                Ok(Tried::Answered { results, stored }) => return Ok((results, stored)),
                Ok(Tried::Again(handbooks)) => more.extend(handbooks),
                Err(error) if error.kind() == StoreErrorKind::Busy => {
                    busy += 1;
                    if busy == TRIES {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(in_the_way(&self.servers.places()))
    }

    fn try_run(
        &mut self,
        entries: &[Entry],
        whole: bool,
        more: &BTreeSet<HandbookNo>,
    ) -> Result<Tried, StoreError> {
        if !self.fresh {
            self.sync()?;
        }
        let mut run = self.run(entries);
        if run.unknown {
            // Perhaps somebody else has just declared the list.
            self.sync()?;
            run = self.run(entries);
        }
        let Run { count, server, .. } = run;
        if whole && count < entries.len() {
            return Err(StoreError::new(
                StoreErrorKind::Other,
                format!(
                    "entries that are posted all or none write handbooks of several servers (the \
                     first {count} of {} those of {}), and no commit is over several; nothing was \
                     stored: post them together by server, or with `post_all`",
                    entries.len(),
                    self.servers.place_of(server)
                ),
            ));
        }
        let entries = &entries[..count];
        let (mut wanted, _) = self.replica.places.touched_by(entries);
        wanted.extend(more);
        self.make_spread_rows(&wanted)?;

        // Whoever does not answer is noticed here, before anything is done.
        let needed = self.servers_of(entries, &wanted, server);
        let tenant = self.servers.tenant.clone();
        let mut locked = BTreeMap::new();
        for &at in &needed {
            self.servers.at(at).begin(false)?;
            locked.extend(lock(&mut self.servers, at, &tenant, &wanted)?);
        }
        if let Some(gone) = wanted.iter().find(|it| !locked.contains_key(it)) {
            self.fresh = false;
            return Err(StoreError::damaged(format!(
                "the row of handbook {gone} is gone; was an older backup restored?"
            )));
        }
        if let Some(again) = self.read_what_is_behind(&locked)? {
            return Ok(again);
        }
        let (wanted, _) = self.replica.places.touched_by(entries);
        if !wanted.iter().all(|it| locked.contains_key(it)) {
            return Ok(Tried::Again(wanted));
        }

        // From here on memory may be ahead of the databases.
        self.fresh = false;
        let (plan, results) = self.post_in_memory(entries, whole, server, &locked)?;
        let refused = whole && results.last().is_some_and(Result::is_err);
        if plan.is_empty() || refused || (results.len() < count && (whole || results.is_empty())) {
            self.fresh = plan.is_empty();
            return Ok(
                match results.is_empty() || (whole && !refused && results.len() < count) {
                    true => Tried::Again(wanted),
                    false => Tried::Answered {
                        results,
                        stored: !refused,
                    },
                },
            );
        }
        let work = Work::of(&plan, &locked, more);
        for &at in needed.iter().filter(|it| **it != server) {
            let others = work.prepare(&mut self.servers, at, &tenant)?;
            if !others.is_empty() {
                return Ok(Tried::Again(others));
            }
        }
        let others = work.decide(&mut self.servers, server, &tenant)?;
        if !others.is_empty() {
            return Ok(Tried::Again(others));
        }
        self.replica.known.extend(plan.standings());
        self.fresh = true;
        Ok(Tried::Answered {
            results,
            stored: true,
        })
    }

    /// How many of the entries, from the first on, write handbooks of one server.
    fn run(&self, entries: &[Entry]) -> Run {
        let mut server = None;
        let (mut count, mut unknown) = (0, false);
        for owner in self.replica.places.owners(entries) {
            let at = owner.map(|it| self.servers.of_book(it));
            if server.is_some() && at.is_some() && at != server {
                break;
            }
            server = server.or(at);
            unknown |= at.is_none();
            count += 1;
        }
        let server = server.unwrap_or(0);
        Run {
            count,
            server,
            unknown,
        }
    }

    fn servers_of(
        &self,
        entries: &[Entry],
        wanted: &BTreeSet<HandbookNo>,
        server: usize,
    ) -> BTreeSet<usize> {
        let servers = &self.servers;
        let mut needed: BTreeSet<usize> = wanted.iter().map(|it| servers.of_book(*it)).collect();
        needed.insert(server);
        needed.extend(entries.iter().map(|it| servers.of_id(it.id())));
        let names = entries.iter().filter_map(new_name);
        needed.extend(names.map(|it| servers.of_name(&it)));
        needed
    }

    fn make_spread_rows(&mut self, wanted: &BTreeSet<HandbookNo>) -> Result<(), StoreError> {
        let known = &self.replica.known;
        let new = wanted.iter().filter(|it| !known.contains_key(it));
        let mut of_server = BTreeMap::<usize, Vec<HandbookNo>>::new();
        for &it in new {
            let at = self.servers.of_book(it);
            of_server.entry(at).or_default().push(it);
        }
        for (at, new) in of_server {
            self.make_rows_on(at, &new)?;
        }
        Ok(())
    }

    /// Brings memory up to what the locked rows say; answers where that takes more locks.
    fn read_what_is_behind(
        &mut self,
        locked: &BTreeMap<HandbookNo, Row>,
    ) -> Result<Option<Tried>, StoreError> {
        let known = &self.replica.known;
        let head = |it| known.get(it).map(|it| it.head).unwrap_or_default();
        let moved = locked.iter().any(|(it, row)| head(it) != row.standing.head);
        if !moved && not_read(&self.replica, locked).is_empty() {
            return Ok(None);
        }
        let tenant = self.servers.tenant.clone();
        let scope = locked.keys().copied().collect();
        let present = heads(&mut self.servers, &tenant, Some(scope), known)?;
        self.fresh = false;
        match advance(&mut self.servers, &tenant, &mut self.replica, &present) {
            Ok(()) => self.fresh = true,
            // All is read anew before the next try.
            Err(Stale::Order(_)) => return Ok(Some(Tried::Again(BTreeSet::new()))),
            Err(stale) => return Err(stale.told()),
        }
        let others = not_read(&self.replica, locked);
        Ok((!others.is_empty()).then_some(Tried::Again(others)))
    }

    /// Ends before an entry that looks at what is not locked, or that another server keeps: what is
    /// foreseen of entries that follow each other is not always what becomes of them.
    fn post_in_memory(
        &mut self,
        entries: &[Entry],
        whole: bool,
        server: usize,
        locked: &BTreeMap<HandbookNo, Row>,
    ) -> Result<(Plan, Results), StoreError> {
        let standings = locked.iter().map(|(it, row)| (*it, row.standing));
        let mut plan = Plan::new(&standings.collect());
        let mut results = Results::with_capacity(entries.len());
        for entry in entries {
            let replica = &mut self.replica;
            let touched = replica.places.touched(entry);
            let fits = touched.as_ref().is_none_or(|it| {
                self.servers.of_book(it.own) == server
                    && it.all().all(|it| locked.contains_key(&it))
            });
            if !fits {
                break;
            }
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
        Ok((plan, results))
    }

    /// Reads what others have posted, from all servers.
    pub(super) fn sync_spread(&mut self) -> Result<(), StoreError> {
        let tenant = self.servers.tenant.clone();
        self.servers.rollback();
        if self.fresh {
            let present = heads(&mut self.servers, &tenant, None, &self.replica.known)?;
            // Until all is read it is not what the databases say.
            self.fresh = false;
            for handbook in self.replica.known.keys() {
                if !present.contains_key(handbook) {
                    let gone = self.replica.followed_by(*handbook, &Standing::default());
                    gone.map_err(Stale::told)?;
                }
            }
            match advance(&mut self.servers, &tenant, &mut self.replica, &present) {
                Ok(()) => {
                    self.fresh = true;
                    return Ok(());
                }
                // A batch came late: all is read in the right order.
                Err(Stale::Order(_)) => {}
                Err(stale) => return Err(stale.told()),
            }
        }
        self.replica = Replica::default();
        let mut tries = 0;
        loop {
            tries += 1;
            let mut replica = match tries {
                // From the latest snapshot, and where that does not fit from the first record.
                1 => (self.servers.first).ask(|sql| Replica::restored(sql, &tenant))?,
                _ => Replica::default(),
            };
            replica.spread = true;
            let present = heads(&mut self.servers, &tenant, None, &replica.known)?;
            match advance(&mut self.servers, &tenant, &mut replica, &present) {
                Ok(()) => {
                    self.replica = replica;
                    self.fresh = true;
                    return Ok(());
                }
                Err(Stale::Order(_)) if tries < 5 => {}
                Err(stale) => return Err(stale.told()),
            }
        }
    }
}

struct Run {
    count: usize,
    server: usize,
    /// One of them names a list or handbook that is not known here.
    unknown: bool,
}

/// What locked rows need and memory has not, but what is locked itself: that is read, and what of it is
/// not there will not be.
fn not_read(replica: &Replica, locked: &BTreeMap<HandbookNo, Row>) -> BTreeSet<HandbookNo> {
    let nothing = Standing::default();
    let needs = locked.values().flat_map(|it| &it.needs);
    let unread = needs.filter(|(it, need)| {
        !locked.contains_key(it) && !need.is_met_by(replica.known.get(it).unwrap_or(&nothing))
    });
    unread.map(|it| *it.0).collect()
}

impl Stale {
    /// What is wrong with one server is told with its name already.
    fn told(self) -> StoreError {
        self.fault().told("one of the servers")
    }
}
