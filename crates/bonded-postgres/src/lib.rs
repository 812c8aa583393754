//! The journal of bonded goods in PostgreSQL.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod fault;
mod connection;
mod schema;
mod snapshots;
mod store;

#[doc(hidden)]
pub use crate::schema::migrate_to;
pub use crate::schema::{SCHEMA_VERSION, grant_tenant, migrate};
pub use crate::store::PostgresStore;
