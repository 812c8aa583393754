//! Posting within the caller's own transaction.

use bonded_ledger::{Entry, HandbookNo};
use bonded_store::{Answers, StoreError, StoreErrorKind};
use postgres::Transaction;

use crate::connection::Sql;
use crate::fault::Fault;
use crate::ledger::PostgresLedger;
use crate::ledger::post::{Results, TRIES, in_the_way, lock, post_all, write};
use crate::replica::{Replica, Stale, standings};

const TENANT: &str = "SELECT tenant FROM bonded.tenant_role WHERE role = current_user";

/// One try within a savepoint.
enum Tried {
    Answers(Answers),
    /// What was kept of earlier postings within transactions is not what is there.
    Stale,
    /// Other handbooks are looked at by now, or somebody else has the id or the name.
    Again,
}

impl PostgresLedger {
    /// Posts entries, each for itself, within a transaction of the caller: the caller's own rows and
    /// these entries are committed together or rolled back together. It goes over the caller's
    /// connection, to the same database, as a role of the same tenant.
    ///
    /// Nothing is acknowledged before the caller has committed: the answers are what will be, if he
    /// does. [`ledger`](PostgresLedger::ledger) has the entries after the next
    /// [`sync`](PostgresLedger::sync) or posting behind the commit. Within one transaction it may be
    /// called several times.
    ///
    /// The handbooks that the entries look at are locked until the transaction ends, so post late and
    /// commit soon; the caller's `lock_timeout` says how long others are waited for. READ COMMITTED,
    /// the default, is the isolation level to use: a stricter one only fails more often.
    ///
    /// # Errors
    /// `Other` for a ledger that is spread over several servers. Else
    /// what the database says: nothing of these entries is in the transaction then. After `Busy` or
    /// `Unavailable` roll it back and begin anew.
    ///
    /// # Example
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let entry = bonded_ledger::Entry::from_json("")?;
    /// let address = "postgres://erp:secret@db.example/erp";
    /// let mut books = bonded_postgres::PostgresLedger::connect(address)?;
    /// let mut client = postgres::Client::connect(address, postgres::NoTls)?;
    ///
    /// let mut transaction = client.transaction()?;
    /// transaction.execute("UPDATE shipment SET declared = true WHERE id = 7", &[])?;
    /// let answers = books.post_in(&mut transaction, &[entry])?;
    /// if answers.answers.iter().all(Result::is_ok) {
    ///     transaction.commit()?; // Both, or
    /// } // neither.
    /// # Ok(())
    /// # }
    /// ```
    pub fn post_in(
        &mut self,
        transaction: &mut Transaction<'_>,
        entries: &[Entry],
    ) -> Result<Answers, StoreError> {
        if self.servers.count() > 1 {
            let message = "the ledger is spread over several servers, and one transaction of yours is on \
                 one of them; post without it, before or after (posting again is safe)";
            return Err(StoreError::new(StoreErrorKind::Other, message));
        }
        for _ in 0..TRIES {
            match self.try_to_post_in(transaction, entries) {
                Ok(Tried::Answers(answers)) => return Ok(answers),
                Ok(Tried::Stale) => self.tentative = None,
                Ok(Tried::Again) => {
                    self.tentative = None;
                    self.sync()?;
                }
                Err(fault) => {
                    self.tentative = None;
                    return Err(self.servers.first.told(fault));
                }
            }
        }
        Err(in_the_way(self.servers.first.place()))
    }

    fn try_to_post_in(
        &mut self,
        transaction: &mut Transaction<'_>,
        entries: &[Entry],
    ) -> Result<Tried, Fault> {
        if !self.fresh {
            self.sync()?;
        }
        let tenant = self.servers.first.tenant()?;
        let mut savepoint = transaction.transaction()?;
        let mut replica = match self.tentative.take() {
            Some(replica) => replica,
            None => Box::new(self.replica.clone()),
        };
        {
            let mut sql = Sql::new(&mut savepoint);
            let found = sql.query(TENANT, &[])?;
            let found = found
                .first()
                .map(|it| it.try_get::<_, String>(0))
                .transpose()?;
            if found.as_deref() != Some(&*tenant) {
                let message = format!(
                    "the transaction's role is of tenant {found:?}, expected {tenant:?}, which this \
                     ledger is of"
                );
                return Err(StoreError::new(StoreErrorKind::Other, message).into());
            }
            if !self.follows(&mut sql, &tenant, &mut replica)? {
                return Ok(Tried::Stale);
            }
        }
        // Rows to lock are made over our own connection: they are there whatever the caller does.
        let (wanted, _) = replica.places.touched_by(entries);
        let new = wanted.iter().filter(|it| !replica.known.contains_key(it));
        let new: Vec<HandbookNo> = new.copied().collect();
        self.make_rows(&new)?;
        let mut sql = Sql::new(&mut savepoint);
        let locked = lock(&mut sql, &tenant, &wanted)?;
        let is_known = |replica: &Replica| {
            let mut rows = locked.iter();
            rows.all(|(it, row)| replica.known.get(it) == Some(row))
        };
        if !is_known(&replica) && !self.follows(&mut sql, &tenant, &mut replica)? {
            return Ok(Tried::Stale);
        }
        let (all, _) = replica.places.touched_by(entries);
        if !is_known(&replica) || !all.iter().all(|it| locked.contains_key(it)) {
            return Ok(Tried::Again);
        }
        let mut results = Results::with_capacity(entries.len());
        let plan = post_all(&mut replica, &locked, entries, false, &mut results)?;
        if !plan.is_empty() {
            match write(&mut sql, &tenant, &plan) {
                Err(fault) if fault.is_taken() => return Ok(Tried::Again),
                written => written?,
            }
            savepoint.commit()?;
            replica.known.extend(plan.standings());
        }
        self.tentative = Some(replica);
        Ok(Tried::Answers(Answers::new(results, true)))
    }

    /// Reads what the caller's transaction sees; false where what was kept of earlier postings within
    /// transactions is not there (they were rolled back).
    fn follows(
        &self,
        sql: &mut Sql<'_, Transaction<'_>>,
        tenant: &str,
        replica: &mut Replica,
    ) -> Result<bool, Fault> {
        let present = standings(sql, tenant)?;
        for (handbook, here) in &replica.known {
            let there = present.get(handbook);
            let same = there
                .is_some_and(|it| it.head.position > here.head.position || it.head == here.head);
            // A stricter isolation level sees less than what was read over our own connection.
            let committed = self
                .replica
                .known
                .get(handbook)
                .is_some_and(|it| it.head == here.head);
            if !same && !committed {
                return Ok(false);
            }
        }
        match replica.read_up_to(sql, tenant, &present) {
            Ok(()) => Ok(true),
            Err(Stale::Other(..) | Stale::Order(_)) => Ok(false),
            Err(Stale::Fault(fault)) => Err(fault),
        }
    }
}
