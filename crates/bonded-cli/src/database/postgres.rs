//! A ledger on a PostgreSQL server.

use std::collections::BTreeMap;

use bonded_ledger::{Entry, Ledger};
use bonded_postgres::{PostgresLedger, VerifyError};
use bonded_store::{Answers, StoreError, Together};

use super::{Books, EachRecord, KeptHead, RECORDS_WORTH_A_SNAPSHOT, Verification};
use crate::error::Error;

pub(super) fn verify(address: &str, kept: &[KeptHead]) -> Result<Verification, StoreError> {
    let mut books = PostgresLedger::connect(address)?;
    let heads = kept.iter().filter_map(|it| Some((it.handbook?, it.head)));
    let heads: BTreeMap<_, _> = heads.collect();
    let wrong = match books.verify(&heads) {
        Ok(_) => None,
        Err(VerifyError::Store(it)) => return Err(it),
        Err(found) => Some(found.to_string()),
    };
    let books: Option<Box<dyn Books>> = Some(Box::new(books));
    Ok(Verification { wrong, books })
}

impl Books for PostgresLedger {
    fn ledger(&self) -> &Ledger {
        PostgresLedger::ledger(self)
    }

    fn into_ledger(self: Box<Self>) -> Ledger {
        PostgresLedger::into_ledger(*self)
    }

    fn heads(&self) -> Vec<KeptHead> {
        let heads = PostgresLedger::heads(self).into_iter();
        let kept = heads.map(|(handbook, head)| KeptHead {
            handbook: Some(handbook),
            head,
        });
        kept.collect()
    }

    /// The way to the server takes longer than to tell what moved.
    fn tell(&mut self, _: bool) {}

    fn post(&mut self, entries: &[Entry], together: Together) -> Result<Answers, StoreError> {
        match together {
            Together::Each => self.post_all(entries),
            Together::UntilRefused => self.post_until_refused(entries),
            Together::Whole => self.post_atomically(entries),
        }
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        PostgresLedger::sync(self)
    }

    /// Each is a transaction: what was posted before an error must be told.
    fn at_once_until_refused(&self) -> usize {
        1
    }

    fn records(
        &mut self,
        each: &mut EachRecord<'_>,
        failed: &dyn Fn(StoreError) -> Error,
    ) -> Result<(), Error> {
        let mut result = Ok(());
        let read = PostgresLedger::records(self, |handbook, line| {
            if result.is_ok() {
                result = each(Some(handbook), line);
            }
        });
        read.map_err(failed)?;
        result
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        let entries = PostgresLedger::ledger(self).entries();
        if entries >= self.snapshot_at() + RECORDS_WORTH_A_SNAPSHOT {
            self.snapshot()?;
        }
        Ok(())
    }
}
