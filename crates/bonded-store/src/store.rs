//! What a store promises.

use crate::batch::Batch;
use crate::error::StoreError;
use crate::hash::Head;

/// A place where the records of one journal are kept.
///
/// # Guarantees
/// Every adapter passes `conformance` (feature `testkit`) whole. In words:
///
/// 1. **Durable.** When [`append`](Store::append) has answered `Ok`, the records survive the end of
///    the process, of the machine, and of the power.
/// 2. **Whole.** A batch is there with all of its records or with none, at any moment, for anybody.
/// 3. **In its place.** A batch is appended only where the journal ends at its
///    [`start`](Batch::start); else `Moved`, and nothing was stored. So of two that append at the
///    same place one wins, and no record has two successors.
/// 4. **An error is an answer.** After any error but `InDoubt` nothing was stored. After `InDoubt`
///    the batch is there whole or not at all, and whoever opens the store again sees which.
/// 5. **Read as written.** [`read`](Store::read) gives the records in order, without a gap, the same
///    bytes; what the store kept and can no longer read is `Damaged`, never left out.
/// 6. **Snapshots are a shortcut.** Losing one loses nothing; one that is not whole is not given.
pub trait Store {
    /// Where the journal ends now.
    ///
    /// # Errors
    /// See [`StoreErrorKind`](crate::StoreErrorKind).
    fn head(&mut self) -> Result<Head, StoreError>;

    /// Where the journal ends now, and from here on nobody else appends until the next
    /// [`append`](Store::append) (whatever it answers) or [`release`](Store::release). A store that
    /// has no lock only answers the first half: then an append may find that the journal has moved.
    ///
    /// # Errors
    /// `Busy` where somebody else has it for longer than the store waits.
    fn lock(&mut self) -> Result<Head, StoreError> {
        self.head()
    }

    /// Gives back what [`lock`](Store::lock) took; without a lock nothing.
    fn release(&mut self) {}

    /// Appends the records of a batch, and answers when they are durable. An empty batch only
    /// releases.
    ///
    /// # Errors
    /// `Moved` where the journal does not end at the batch's start. See also
    /// [`StoreErrorKind`](crate::StoreErrorKind).
    fn append(&mut self, batch: &Batch) -> Result<(), StoreError>;

    /// The records behind the first `position` ones, as the batches in which they are kept (the first
    /// may begin earlier), about `bytes_max` bytes of them but one batch at least; empty at the end.
    ///
    /// # Errors
    /// `Damaged` where what is kept is not what was written.
    fn read(&mut self, position: u64, bytes_max: usize) -> Result<Vec<Batch>, StoreError>;

    /// The latest snapshot that is whole.
    ///
    /// # Errors
    /// See [`StoreErrorKind`](crate::StoreErrorKind).
    fn snapshot(&mut self) -> Result<Option<Snapshot>, StoreError>;

    /// Keeps a snapshot; earlier ones may go.
    ///
    /// # Errors
    /// See [`StoreErrorKind`](crate::StoreErrorKind). An error loses nothing but the shortcut.
    fn keep_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError>;

    /// Keeps the same records in fewer and larger batches, and gives back room that is not needed.
    /// The head stays what it is.
    ///
    /// # Errors
    /// See [`StoreErrorKind`](crate::StoreErrorKind); the journal is what it was.
    fn compact(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A ledger as it was at some head, so that nobody has to read the whole journal again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Snapshot {
    /// The head of the journal that it was taken at.
    pub head: Head,
    /// The ledger, as [`Ledger::snapshot`](bonded_ledger::Ledger::snapshot) writes it.
    pub bytes: Vec<u8>,
}

macro_rules! through_a_pointer {
    ($pointer:ty) => {
        impl<S: Store + ?Sized> Store for $pointer {
            fn head(&mut self) -> Result<Head, StoreError> {
                (**self).head()
            }
            fn lock(&mut self) -> Result<Head, StoreError> {
                (**self).lock()
            }
            fn release(&mut self) {
                (**self).release();
            }
            fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
                (**self).append(batch)
            }
            fn read(&mut self, position: u64, bytes_max: usize) -> Result<Vec<Batch>, StoreError> {
                (**self).read(position, bytes_max)
            }
            fn snapshot(&mut self) -> Result<Option<Snapshot>, StoreError> {
                (**self).snapshot()
            }
            fn keep_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
                (**self).keep_snapshot(snapshot)
            }
            fn compact(&mut self) -> Result<(), StoreError> {
                (**self).compact()
            }
        }
    };
}

through_a_pointer!(&mut S);
through_a_pointer!(Box<S>);
