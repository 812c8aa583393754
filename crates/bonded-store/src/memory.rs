//! The reference: a store in memory, shared by all its clones.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::batch::Batch;
use crate::error::StoreError;
use crate::hash::Head;
use crate::store::{Snapshot, Store};

/// A store in memory. Clones are doors to the same journal. It lasts as long as they do: for tests,
/// and to try things out.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    /// As bytes, so that what is read went through the form of the disk.
    batches: Vec<(Head, Vec<u8>)>,
    head: Head,
    snapshot: Option<Snapshot>,
}

impl MemoryStore {
    /// An empty journal.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing here panics in the middle of a change.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn head(&mut self) -> Result<Head, StoreError> {
        Ok(self.kept().head)
    }

    fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut kept = self.kept();
        if batch.is_empty() {
            return Ok(());
        }
        if batch.start() != kept.head {
            return Err(StoreError::moved(batch.start(), kept.head));
        }
        kept.batches.push((batch.end(), batch.encode()));
        kept.head = batch.end();
        Ok(())
    }

    fn read(&mut self, position: u64, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
        let kept = self.kept();
        let from = kept.batches.partition_point(|it| it.0.position <= position);
        let mut read = Vec::new();
        let mut bytes = 0;
        for (_, batch) in &kept.batches[from..] {
            let decoded = Batch::decode(batch);
            read.push(decoded.map_err(|it| StoreError::damaged(it.to_string()))?);
            bytes += batch.len();
            if bytes >= bytes_max {
                break;
            }
        }
        Ok(read)
    }

    fn snapshot(&mut self) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.kept().snapshot.clone())
    }

    fn keep_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.kept().snapshot = Some(snapshot.clone());
        Ok(())
    }

    fn compact(&mut self) -> Result<(), StoreError> {
        let mut kept = self.kept();
        let mut whole = Batch::new(Head::EMPTY);
        for (_, batch) in &kept.batches {
            Batch::decode(batch)
                .and_then(|it| whole.join(&it))
                .map_err(|it| StoreError::damaged(it.to_string()))?;
        }
        if !whole.is_empty() {
            kept.batches = vec![(whole.end(), whole.encode())];
        }
        Ok(())
    }
}
