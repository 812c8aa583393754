//! A durable journal of bonded goods in one SQLite file, with tables that an ERP's reports can read.
//!
//! ```
//! use bonded_ledger::Entry;
//! use bonded_sqlite::{SqliteStore, sync_tables};
//! use bonded_store::DurableLedger;
//! # let journal = include_str!("../../bonded-ledger/tests/data/first.jsonl");
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("bonded.db");
//! let mut books = DurableLedger::open(SqliteStore::open(&path)?)?;
//! for line in journal.lines() {
//!     books.post(&Entry::from_json(line)?)?; // on the disk when it answers
//! }
//! sync_tables(&mut books)?;
//!
//! // Any program that reads SQLite:
//! let reader = rusqlite::Connection::open(&path)?;
//! let sql = "SELECT remaining FROM statement WHERE handbook = 'C222626A0001' AND seq = 1";
//! let remaining: String = reader.query_row(sql, (), |row| row.get(0))?;
//! assert_eq!(remaining, "40");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The journal is the truth; the tables are written from it and may be some records behind
//! (`SELECT records_behind FROM lag`). What they hold stands in `docs/sqlite.md`.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod error; // What SQLite says,
mod schema; // what a file of ours looks like,
mod file; // how it is opened,
mod store; // keeps batches
mod batches; // as rows,
mod snapshots; // ledgers beside them,
mod compact; // in less room,
mod backup; // copied while in use,
mod tables; // and what reports read.

pub use crate::file::{Access, Settings};
pub use crate::store::{SqliteStore, WAIT};
pub use crate::tables::sync_tables;
