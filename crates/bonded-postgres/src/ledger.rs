//! The ledger of a tenant that many processes post to at once.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use bonded_ledger::{Entry, HandbookNo, Ledger, Receipt};
use bonded_store::{Answers, Hash, Head, PostError, StoreError, StoreErrorKind};

use crate::connection::End;
use crate::fault::Fault;
use crate::replica::{Replica, Stale};
use crate::servers::{Servers, addresses};
use crate::snapshots::{kept, parts};

mod post;
mod spread;
mod within;
mod verify;
mod records;

#[cfg(test)]
pub(crate) use verify::same;
pub use verify::{Verified, VerifyError};

/// A ledger in a PostgreSQL database that many processes post to at once: to different handbooks side
/// by side, to one handbook one after the other.
///
/// # Guarantees
/// - An entry that was acknowledged is in the database, once; one that was refused is not.
/// - Nobody overdraws a handbook: who posts holds the rows of the handbooks that the entry writes and
///   looks at, and has read everything that was posted to them.
/// - The same `id` from two at once is accepted once, the other is told that it is a duplicate; the
///   same holds for the number of a list, which the other is refused.
/// - A serialization failure, a deadlock or a lock that is not to be had is tried again inside, a few
///   times; then it is `Busy`, and nothing was stored.
/// - After an error the ledger in memory is read anew before it is used. Post the same entries again:
///   what had been stored is told as duplicate.
///
/// What is asked of [`ledger`](PostgresLedger::ledger) is as of the last posting or
/// [`sync`](PostgresLedger::sync).
///
/// # Example
/// ```no_run
/// use bonded_ledger::Entry;
/// use bonded_postgres::PostgresLedger;
///
/// let mut books = PostgresLedger::connect("postgres://erp:secret@db.example/bonded")?;
/// for line in std::fs::read_to_string("today.jsonl")?.lines() {
///     let receipt = books.post(&Entry::from_json(line)?)?;
///     println!("{} moved", receipt.moved.len());
/// }
/// println!("{:?}", books.ledger().statement());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PostgresLedger {
    servers: Servers,
    replica: Replica,
    /// The replica says what the database says. Else it is read anew before it is used.
    fresh: bool,
    /// With what was posted within a caller's transaction: nobody knows yet what becomes of it.
    tentative: Option<Box<Replica>>,
    snapshot_at: u64,
}

const DROP_SNAPSHOTS: &str =
    "DELETE FROM bonded.ledger_snapshot WHERE tenant = $1 AND entries <= $2";
const KEEP_SNAPSHOT: &str = "INSERT INTO bonded.ledger_snapshot \
     (tenant, entries, part, whole, body) VALUES ($1, $2, $3, $4, $5)";

impl fmt::Debug for PostgresLedger {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.replica.ledger.entries();
        let places = self.servers.places();
        write!(f, "PostgresLedger({places}, {entries} entries)")
    }
}

impl PostgresLedger {
    /// Opens the ledger of the tenant that the address's role belongs to
    /// (`postgres://USER:PASSWORD@HOST:PORT/DATABASE`, or `host=… user=…`): the latest snapshot and
    /// the records behind it, each checked against the hash that its successor carries. Several
    /// addresses with commas between (`postgres://…,postgres://…`) are as
    /// [`connect_all`](PostgresLedger::connect_all).
    ///
    /// # Errors
    /// `Unavailable` where nobody answers, the password is wrong or the role has no tenant; `Foreign`
    /// where the tables are not there or of another version; `Damaged` where a record is not what was
    /// written.
    pub fn connect(address: &str) -> Result<PostgresLedger, StoreError> {
        PostgresLedger::connect_all(&addresses(address))
    }

    /// Opens a ledger that is spread over several servers: each handbook's journal is on one of them,
    /// by its number. The first time the servers are empty, and learn which one each of them is;
    /// from then on the addresses are given in the same order.
    ///
    /// # Guarantees
    /// Those of a [`PostgresLedger`], with these differences:
    /// - Entries that are posted together are stored together as far as their handbooks are on one
    ///   server: [`post_all`](PostgresLedger::post_all) stores them in runs of one server, in order.
    ///   After an error the runs before may be stored; post all again.
    /// - [`post_atomically`](PostgresLedger::post_atomically) takes entries of the handbooks of one
    ///   server, [`post_in`](PostgresLedger::post_in) none.
    /// - Where a server does not answer, entries that look at no handbook of it, and whose ids and
    ///   names of lists are not kept there, are posted as ever; others are `Unavailable`.
    ///
    /// # Errors
    /// As [`PostgresLedger::connect`]; `Foreign` where a server is another one than expected.
    pub fn connect_all<A: AsRef<str>>(addresses: &[A]) -> Result<PostgresLedger, StoreError> {
        let mut opened = PostgresLedger {
            servers: Servers::all(addresses)?,
            replica: Replica::default(),
            fresh: false,
            tentative: None,
            snapshot_at: 0,
        };
        opened.sync()?;
        Ok(opened)
    }

    /// How long others are waited for, each time that a handbook is locked: 10 seconds unless it is
    /// told. It is tried a few times before it is `Busy`.
    pub fn lock_timeout(&mut self, timeout: Duration) {
        self.servers.each().for_each(|it| it.lock_timeout = timeout);
    }

    /// What the ledger says, as of the last posting or [`sync`](PostgresLedger::sync). After an error it
    /// is empty where the database cannot be read.
    pub fn ledger(&self) -> &Ledger {
        &self.replica.ledger
    }

    /// The head of each handbook's journal that the ledger stands at. Kept elsewhere, they prove all
    /// before them.
    pub fn heads(&self) -> BTreeMap<HandbookNo, Head> {
        let known = self.replica.known.iter();
        let written = known.filter(|(_, it)| it.head.position > 0);
        written.map(|(it, standing)| (*it, standing.head)).collect()
    }

    /// Reads what others have posted.
    ///
    /// # Errors
    /// As [`PostgresLedger::connect`].
    pub fn sync(&mut self) -> Result<(), StoreError> {
        if self.servers.count() > 1 {
            return self.sync_spread();
        }
        let tenant = self.servers.first.tenant()?;
        if self.fresh {
            // Until all is read it is not what the database says.
            self.fresh = false;
            let replica = &mut self.replica;
            let mut out_of_order = false;
            self.servers
                .first
                .ask(|sql| match replica.read_on(sql, &tenant) {
                    // Batches came in an order that the ledger refuses: it is read in the right one.
                    Err(Stale::Order(_)) => {
                        out_of_order = true;
                        Ok(())
                    }
                    read => read.map_err(Stale::fault),
                })?;
            if !out_of_order {
                self.fresh = true;
                return Ok(());
            }
        }
        self.read_anew(&tenant)
    }

    /// From the latest snapshot; from the first record where that does not fit.
    fn read_anew(&mut self, tenant: &str) -> Result<(), StoreError> {
        self.replica = Replica::default();
        self.tentative = None;
        (self.replica, self.snapshot_at) = self.servers.first.ask(|sql| {
            let mut restored = Replica::restored(sql, tenant)?;
            let entries = restored.ledger.entries();
            match restored.read_on(sql, tenant) {
                Ok(()) => return Ok((restored, entries)),
                Err(Stale::Order(_)) => {}
                Err(stale) => return Err(stale.fault()),
            }
            let mut whole = Replica::default();
            whole.read_on(sql, tenant).map_err(Stale::fault)?;
            Ok((whole, 0))
        })?;
        self.fresh = true;
        Ok(())
    }

    /// Posts an entry and waits until the database has it.
    ///
    /// # Errors
    /// The ledger's refusal, or what the database says; after the latter the entry may be posted
    /// again.
    pub fn post(&mut self, entry: &Entry) -> Result<Receipt, PostError> {
        let mut answers = self.post_all(std::slice::from_ref(entry))?;
        match answers.answers.pop() {
            Some(answer) => Ok(answer?),
            None => Err(StoreError::new(StoreErrorKind::Other, "an entry has no answer").into()),
        }
    }

    /// Posts entries, each for itself: those that the ledger accepts are stored together, in one
    /// transaction, whatever their handbooks are.
    ///
    /// # Errors
    /// What the database says: then none of them is acknowledged.
    pub fn post_all(&mut self, entries: &[Entry]) -> Result<Answers, StoreError> {
        let posted = self.post_together(entries, false);
        self.forget_what_is_not_stored();
        posted
    }

    /// Nobody reads from memory what the database does not have: the ledger is read anew, and where
    /// nobody answers it says nothing until somebody does.
    fn forget_what_is_not_stored(&mut self) {
        if !self.fresh && self.sync().is_err() {
            self.replica = Replica::default();
            self.fresh = false;
        }
    }

    /// Posts entries all or none: where the ledger refuses one, none is stored and the rest is not
    /// tried.
    ///
    /// # Errors
    /// As [`PostgresLedger::post_all`].
    pub fn post_atomically(&mut self, entries: &[Entry]) -> Result<Answers, StoreError> {
        let posted = self.post_together(entries, true);
        self.forget_what_is_not_stored();
        posted
    }

    /// Posts entries in order up to the first that the ledger refuses: those behind it are not tried,
    /// and have no answer. One transaction each.
    ///
    /// # Errors
    /// As [`PostgresLedger::post_all`], of the first that is not acknowledged; those before it are.
    pub fn post_until_refused(&mut self, entries: &[Entry]) -> Result<Answers, StoreError> {
        let mut answers = Vec::with_capacity(entries.len());
        for entry in entries {
            let answer = self.post_all(std::slice::from_ref(entry))?.answers;
            let refused = answer.iter().any(Result::is_err);
            answers.extend(answer);
            if refused {
                break;
            }
        }
        Ok(Answers::new(answers, true))
    }

    /// What the ledger says, without the connection.
    pub fn into_ledger(self) -> Ledger {
        self.replica.ledger
    }

    /// How many entries the latest snapshot that is known here stands for.
    pub fn snapshot_at(&self) -> u64 {
        self.snapshot_at
    }

    /// Keeps a snapshot of the ledger as it is, so that opening need not read the whole journal.
    ///
    /// # Errors
    /// What the database says; nothing but the shortcut is lost.
    pub fn snapshot(&mut self) -> Result<(), StoreError> {
        self.sync()?;
        let connection = &mut self.servers.first;
        let tenant = connection.tenant()?;
        let bytes = self.replica.to_bytes();
        let entries = kept(self.replica.ledger.entries());
        let whole = Hash::of(&bytes);
        let whole = &whole.as_bytes()[..];
        let kept = connection.transact(false, |sql| {
            sql.execute(DROP_SNAPSHOTS, &[&tenant, &entries])?;
            for (part, body) in (0_i32..).zip(parts(&bytes)) {
                sql.execute(KEEP_SNAPSHOT, &[&tenant, &entries, &part, &whole, &body])?;
            }
            Ok(((), End::Commit))
        });
        kept.map_err(|it: Fault| connection.told(it))?;
        self.snapshot_at = self.replica.ledger.entries();
        Ok(())
    }
}
