//! The tables that reports read, brought up to what the journal says.

mod rows;

use std::collections::BTreeSet;

use bonded_ledger::{Entry, EntryKind, HandbookNo, Ledger, ListFilter};
use bonded_store::{DurableLedger, Head, Store as _, StoreError, StoreErrorKind};

use crate::batches::head_of;
use crate::store::SqliteStore;
use rows::Tables;

/// How much of the journal is read at once.
const READ_BYTES: usize = 8 << 20;

/// Reads what others have posted and brings the tables up to it.
///
/// # Errors
/// What the store says; the tables are then what they were.
pub fn sync_tables(books: &mut DurableLedger<SqliteStore>) -> Result<(), StoreError> {
    let (store, ledger, head) = books.synced()?;
    store.sync_tables(ledger, head)
}

/// What has to be written anew.
#[derive(Debug)]
enum Touched {
    /// Only these, by number.
    Some {
        handbooks: BTreeSet<HandbookNo>,
        lists: BTreeSet<String>,
    },
    All,
}

impl SqliteStore {
    /// Brings the tables up to a ledger of this journal that stands at `head`: what the records since
    /// the last time have touched is written anew, in one transaction. Where the tables are further
    /// already, nothing is done.
    ///
    /// # Errors
    /// `Other` where `head` is none of this journal's; else what SQLite says. The tables are then what
    /// they were.
    pub fn sync_tables(&mut self, ledger: &Ledger, head: Head) -> Result<(), StoreError> {
        if !self.has(head)? {
            let message = format!(
                "{}: the ledger stands at {head}, which is no record of this journal: open it from \
                 this file",
                self.path.display()
            );
            return Err(StoreError::new(StoreErrorKind::Other, message));
        }
        loop {
            let state = self.reading(|it| it.tables_state())?;
            let known = self.has(state)?;
            if state == head || (known && state.position > head.position) {
                return Ok(());
            }
            let touched = match known {
                true => self.touched(ledger, state, head)?,
                false => Touched::All,
            };
            let written = self.writing("writing the tables of reports", |it| {
                // Somebody else may have brought them further.
                if it.tables_state()? != state {
                    return Ok(false);
                }
                let written = it.write_tables(ledger, &touched, head);
                written.map_err(|error| it.failed("writing the tables of reports", error))?;
                Ok(true)
            })?;
            if written {
                return Ok(());
            }
        }
    }

    /// By how many records the tables are behind the journal.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn lag(&mut self) -> Result<u64, StoreError> {
        self.reading(|it| {
            let lag = "SELECT records_behind FROM lag";
            let lag = it.connection.query_row(lag, (), |row| row.get(0));
            lag.map_err(|error| it.failed("reading how far the tables are behind", error))
        })
    }

    fn tables_state(&self) -> Result<Head, StoreError> {
        let sql = "SELECT position, hash FROM tables_state WHERE one = 1";
        let state = self.connection.query_row(sql, (), head_of);
        state.map_err(|error| self.failed("reading how far the tables are", error))
    }

    /// Whether this journal has, or had, this head.
    fn has(&mut self, head: Head) -> Result<bool, StoreError> {
        if head.position == 0 {
            return Ok(head == Head::EMPTY);
        }
        let batches = self.reading(|it| match it.stored_head()?.position < head.position {
            true => Ok(Vec::new()),
            false => it.read_batches(head.position - 1, 0),
        })?;
        Ok(batches.first().is_some_and(|it| {
            let at = it
                .after(head.position)
                .map_or(it.end(), |rest| rest.start());
            at == head
        }))
    }

    /// Which handbooks and lists the records between two heads touch.
    fn touched(&mut self, ledger: &Ledger, from: Head, to: Head) -> Result<Touched, StoreError> {
        // Most of it is new: asking the ledger for all is less work than reading it.
        if to.position - from.position > from.position {
            return Ok(Touched::All);
        }
        let (mut handbooks, mut lists) = (BTreeSet::new(), BTreeSet::new());
        let mut amended = BTreeSet::new();
        let mut position = from.position;
        while position < to.position {
            let batches = self.read(position, READ_BYTES)?;
            for record in batches.iter().flat_map(|it| it.records()) {
                if record.position <= position || record.position > to.position {
                    continue;
                }
                let entry = Entry::from_json(record.line).map_err(|error| {
                    let what = format!("record {} is no entry", record.position);
                    StoreError::damaged(what).caused_by(error)
                })?;
                let list = match entry.kind() {
                    EntryKind::OpenHandbook { handbook } => {
                        handbooks.insert(handbook.number);
                        continue;
                    }
                    EntryKind::AmendHandbook(it) => {
                        amended.insert(it.handbook);
                        continue;
                    }
                    EntryKind::DeclareList { list } => &list.number,
                    EntryKind::BookList(it) => &it.list,
                    EntryKind::AmendList(it) => &it.list,
                    EntryKind::WithdrawList { list }
                    | EntryKind::ConfirmCounterpart { list, .. } => list,
                    EntryKind::AdjustBook(it) => {
                        handbooks.insert(it.handbook);
                        continue;
                    }
                    EntryKind::CountStock(it) => {
                        handbooks.insert(it.handbook);
                        continue;
                    }
                    EntryKind::DeclareConsumption(it) => {
                        handbooks.insert(it.handbook);
                        continue;
                    }
                    EntryKind::Outsource(it) => {
                        handbooks.insert(it.handbook);
                        continue;
                    }
                    EntryKind::SuspendHandbook { handbook, .. }
                    | EntryKind::ResumeHandbook { handbook, .. }
                    | EntryKind::Substitute { handbook, .. }
                    | EntryKind::ReportClosure { handbook }
                    | EntryKind::AcceptClosure { handbook }
                    | EntryKind::ReturnClosure { handbook }
                    | EntryKind::ReportCycle { handbook, .. }
                    | EntryKind::AcceptCycle { handbook }
                    | EntryKind::ReturnCycle { handbook }
                    | EntryKind::WithdrawConsumption { handbook, .. } => {
                        handbooks.insert(*handbook);
                        continue;
                    }
                    // A kind that is newer than this list.
                    _ => return Ok(Touched::All),
                };
                let Some(summary) = ledger.list_summary(list) else {
                    return Ok(Touched::All);
                };
                // What one side of a carry-over does decides whether the other can close.
                handbooks.insert(summary.handbook);
                handbooks.extend(summary.counterpart);
                lists.insert(summary.number);
            }
            let Some(last) = batches.last() else { break };
            position = last.end().position;
        }
        // Whether both sides of a carry-over agree depends on the names of the items, too.
        for handbook in amended {
            let filter = ListFilter {
                handbook: Some(handbook),
                ..ListFilter::default()
            };
            handbooks.insert(handbook);
            handbooks.extend(ledger.lists(&filter).iter().filter_map(|it| it.counterpart));
        }
        Ok(Touched::Some { handbooks, lists })
    }

    fn write_tables(
        &mut self,
        ledger: &Ledger,
        touched: &Touched,
        head: Head,
    ) -> rusqlite::Result<()> {
        let mut tables = Tables::new(&self.connection)?;
        match touched {
            Touched::All => {
                tables.clear()?;
                for handbook in ledger.statement().handbooks {
                    tables.handbook(&handbook)?;
                }
                for list in ledger.list_numbers() {
                    tables.list(ledger, list)?;
                }
            }
            Touched::Some { handbooks, lists } => {
                for handbook in handbooks {
                    tables.clear_handbook(*handbook)?;
                    let statement = ledger.statement_of(Some(*handbook), None);
                    for handbook in &statement.handbooks {
                        tables.handbook(handbook)?;
                    }
                }
                for list in lists {
                    tables.clear_list(list)?;
                    tables.list(ledger, list)?;
                }
            }
        }
        let sql = "UPDATE tables_state SET position = ?1, hash = ?2 WHERE one = 1";
        let row = (head.position, head.hash.as_bytes());
        self.connection.execute(sql, row).map(|_| ())
    }
}
