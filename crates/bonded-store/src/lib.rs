//! Where a journal of bonded goods is kept, so that an acknowledged entry is never lost, never there
//! twice and never there by half.
//!
//! A [`Store`] keeps the records of one journal; what it promises stands there, and the conformance
//! suite (feature `testkit`) holds every adapter to it. A [`DurableLedger`] is a ledger over any
//! store: it answers only after the store has what it says.
//!
//! ```
//! use bonded_store::{DurableLedger, MemoryStore};
//! use bonded_ledger::Entry;
//! # let journal = include_str!("../../bonded-ledger/tests/data/first.jsonl");
//! let store = MemoryStore::new();
//! let mut books = DurableLedger::open(store.clone())?;
//! for line in journal.lines() {
//!     books.post(&Entry::from_json(line)?)?;
//! }
//! // Whoever opens the store again finds all of it.
//! let again = DurableLedger::open(store)?;
//! assert_eq!(again.ledger().entries(), books.ledger().entries());
//! assert_eq!(again.head(), books.head());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each record carries the BLAKE3 hash of its predecessor ([`Head`]): whoever keeps the hash of the
//! last one elsewhere can prove that nothing before it was changed, removed, inserted or moved.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod hash; // Records are chained,
mod batch; // written together,
mod error;
mod store; // kept,
mod memory; // in memory here, in files elsewhere,
mod durable; // and a ledger is over them.
#[cfg(any(test, feature = "testkit"))]
pub mod conformance; // What every store is held to,
#[cfg(any(test, feature = "testkit"))]
pub mod faulty; // and one that fails.

pub use crate::batch::{Batch, DamagedBatch, Record};
pub use crate::durable::{
    Answers, DurableLedger, PostError, Together, Verified, VerifyError, verify_store,
};
pub use crate::error::{StoreError, StoreErrorKind};
pub use crate::hash::{Hash, Head, ParseHashError};
pub use crate::memory::MemoryStore;
pub use crate::store::{Snapshot, Store};
