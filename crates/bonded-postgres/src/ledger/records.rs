//! All records, for whoever copies them.

use std::collections::BTreeMap;

use bonded_ledger::HandbookNo;
use bonded_store::{Batch, StoreError};

use crate::connection::End;
use crate::fault::Fault;
use crate::ledger::PostgresLedger;
use crate::replica::{standings, tails};

impl PostgresLedger {
    /// Hands on each record with its handbook, in the order in which a ledger reads them: posted in
    /// this order to another ledger they are accepted there. As of one moment, whoever posts meanwhile.
    ///
    /// # Errors
    /// What the database says; what was handed on until then was not all.
    pub fn records(&mut self, mut each: impl FnMut(HandbookNo, &str)) -> Result<(), StoreError> {
        let mut take = |handbook: HandbookNo, batch: &Batch| {
            for record in batch.records() {
                each(handbook, record.line);
            }
        };
        if self.servers.count() > 1 {
            return self.records_spread(&mut take);
        }
        let connection = &mut self.servers.first;
        let tenant = connection.tenant()?;
        let read = connection.transact(true, |sql| {
            let present = standings(sql, &tenant)?;
            let nothing = BTreeMap::new();
            tails(sql, &tenant, &nothing, &present, |handbook, _, batch| {
                take(handbook, batch);
                Ok::<_, Fault>(())
            })?;
            Ok(((), End::Rollback))
        });
        read.map_err(|it| connection.told(it))
    }
}
