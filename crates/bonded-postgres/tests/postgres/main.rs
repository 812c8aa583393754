//! Against a real server: see `cluster.rs` for which.

mod cluster;
mod store; // A whole journal.
mod ledger; // Journals of handbooks,
mod within; // written within the caller's transaction,
mod many; // by many at once,
mod tenants; // each tenant for itself,
mod trouble; // when something goes wrong,
mod migrations; // with tables of any age,
mod spread; // spread over servers,
mod spread_many;
mod severed; // of which one dies.
mod rates; // How fast.
