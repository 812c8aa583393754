//! A ledger in an SQLite file.

use std::path::Path;

use bonded_ledger::{Entry, Ledger};
use bonded_sqlite::SqliteStore;
use bonded_store::{
    Answers, DurableLedger, Head, Store, StoreError, Together, VerifyError, verify_store,
};

use super::{Books, EachRecord, KeptHead, RECORDS_WORTH_A_SNAPSHOT, Verification};
use crate::error::Error;

/// One pass over the file, before anything else is made of it: so the first record that is not sound is
/// named, whatever a snapshot says.
pub(super) fn verify(path: &Path, kept: &[KeptHead]) -> Result<Verification, StoreError> {
    let mut store = SqliteStore::open_read_only(path)?;
    let heads: Vec<Head> = kept.iter().map(|it| it.head).collect();
    let wrong = match verify_store(&mut store, &heads) {
        Ok(_) => None,
        Err(VerifyError::Store(it)) => return Err(it),
        Err(found @ VerifyError::Record { .. }) => {
            return Ok(Verification {
                wrong: Some(found.to_string()),
                books: None,
            });
        }
        Err(found) => Some(found.to_string()),
    };
    let books = Some(super::boxed(store)?);
    Ok(Verification { wrong, books })
}

impl Books for DurableLedger<SqliteStore> {
    fn ledger(&self) -> &Ledger {
        DurableLedger::ledger(self)
    }

    fn into_ledger(self: Box<Self>) -> Ledger {
        DurableLedger::into_ledger(*self)
    }

    fn heads(&self) -> Vec<KeptHead> {
        let head = self.head();
        let handbook = None;
        vec![KeptHead { handbook, head }]
    }

    fn tell(&mut self, telling: bool) {
        DurableLedger::tell(self, telling);
    }

    fn post(&mut self, entries: &[Entry], together: Together) -> Result<Answers, StoreError> {
        self.post_together(entries, together)
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        DurableLedger::sync(self)
    }

    fn at_once_until_refused(&self) -> usize {
        usize::MAX
    }

    fn records(
        &mut self,
        each: &mut EachRecord<'_>,
        failed: &dyn Fn(StoreError) -> Error,
    ) -> Result<(), Error> {
        let mut position = 0;
        loop {
            let batches = self.store().read(position, 8 << 20).map_err(failed)?;
            if batches.is_empty() {
                return Ok(());
            }
            for batch in batches {
                for record in batch.records().filter(|it| it.position > position) {
                    each(None, record.line)?;
                }
                position = batch.end().position;
            }
        }
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        if self.head().position >= self.snapshot_at() + RECORDS_WORTH_A_SNAPSHOT {
            self.snapshot()?;
        }
        bonded_sqlite::sync_tables(self)
    }
}
