//! The journal of bonded goods in PostgreSQL (15 or later), for many processes and more than one
//! machine.
//!
//! Two levels:
//!
//! - [`PostgresStore`]: one whole journal under a name, a [`Store`](bonded_store::Store) like any
//!   other. Who writes locks the whole journal.
//! - [`PostgresLedger`]: a journal for each handbook. Many processes post at once, one handbook at a
//!   time; entries may be posted [within the caller's own transaction](PostgresLedger::post_in), so
//!   that an ERP's rows and its entries are committed or rolled back together.
//!
//! The owner of the database makes the tables and lets roles in; a role belongs to one tenant, and
//! row-level security keeps tenants apart:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bonded_postgres::{PostgresLedger, grant_tenant, migrate};
//! use postgres::{Client, NoTls};
//!
//! // Once, as the owner:
//! let mut owner = Client::connect("postgres://owner:secret@db.example/bonded", NoTls)?;
//! migrate(&mut owner)?;
//! grant_tenant(&mut owner, "erp_zhangjiang", "zhangjiang")?;
//!
//! // Whoever posts:
//! let mut books = PostgresLedger::connect("postgres://erp_zhangjiang:secret@db.example/bonded")?;
//! # let entry = bonded_ledger::Entry::from_json("")?;
//! let receipt = books.post(&entry)?;
//! println!("{} moved, {} warnings", receipt.moved.len(), receipt.warnings.len());
//! # Ok(())
//! # }
//! ```
//!
//! # How many post at once
//!
//! An entry writes one handbook, and through a carry-over it looks at another one at most (amending a
//! handbook: at all that it has carry-overs with). Its transaction locks the rows of these handbooks
//! in order of number, reads what others have written, asks the ledger in memory, and writes: the
//! entry at the end of its own handbook's journal, and its id and the number of its list into tables
//! where they are unique. Each batch of entries carries a *tick*, a clock after Lamport that is later
//! than that of everything it looked at; so whoever reads all journals in the order of (tick,
//! handbook) reads each entry after everything that it depends on. Entries without a handbook in
//! common may be read in either order.
//!
//! The handbooks of one tenant may be spread over [several servers](PostgresLedger::connect_all); this
//! holds there unchanged, and `ledger/spread.rs` says how.
//!
//! # What it does not do
//!
//! TLS: addresses that require it are refused. Let a tunnel or a local proxy (stunnel, PgBouncer, a
//! service mesh) do it, or a network that nobody else is on. No compaction of the journals of
//! handbooks: a commit stays a row.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod fault; // What the server says,
mod connection; // over one connection,
mod servers; // or several,
mod schema; // of which tables,
mod setup;
mod snapshots;
mod store; // keeps whole journals.
mod places; // Or: an entry looks at few handbooks,
mod plan; // is written with a clock,
mod replica; // and read in its order,
mod ledger; // so that many post at once.
#[cfg(test)]
mod order_tests;

pub use crate::ledger::{PostgresLedger, Verified, VerifyError};
#[doc(hidden)]
pub use crate::schema::migrate_to;
pub use crate::schema::{SCHEMA_VERSION, grant_tenant, migrate};
pub use crate::setup::setup;
pub use crate::store::PostgresStore;
