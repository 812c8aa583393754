//! A ledger in an SQLite file.

use bonded_ledger::{Entry, Ledger};
use bonded_sqlite::SqliteStore;
use bonded_store::{Answers, DurableLedger, Head, Store, StoreError, StoreErrorKind, VerifyError};

use super::{Books, EachRecord, Found, KeptHead, RECORDS_WORTH_A_SNAPSHOT, Together};
use crate::error::Error;

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

    fn has_heads_like(&self, head: &KeptHead) -> bool {
        head.handbook.is_none()
    }

    fn tell(&mut self, telling: bool) {
        DurableLedger::tell(self, telling);
    }

    fn post(&mut self, entries: &[Entry], together: Together) -> Result<Answers, StoreError> {
        match together {
            Together::Each => self.post_all(entries),
            Together::UntilRefused => self.post_until_refused(entries),
            Together::Whole => self.post_atomically(entries),
        }
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        DurableLedger::sync(self)
    }

    fn verify(&mut self, kept: &[KeptHead]) -> Result<Found, StoreError> {
        let heads = kept.iter().map(|it| Some(it.head));
        let heads: Vec<Option<Head>> = match kept.is_empty() {
            true => vec![None],
            false => heads.collect(),
        };
        for head in heads {
            match DurableLedger::verify(self, head) {
                Ok(_) => {}
                Err(VerifyError::Store(it)) if it.kind() != StoreErrorKind::Damaged => {
                    return Err(it);
                }
                Err(found) => return Ok(Found::Wrong(found.to_string())),
            }
        }
        Ok(Found::Sound)
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
