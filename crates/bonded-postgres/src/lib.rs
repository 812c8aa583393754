//! The journal of bonded goods in PostgreSQL.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod fault; // What the server says,
mod connection; // over one connection,
mod schema; // of which tables,
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
pub use crate::store::PostgresStore;
