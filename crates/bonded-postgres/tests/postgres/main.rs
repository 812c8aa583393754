//! Against a real server: see `cluster.rs` for which.

mod cluster;
mod store;
