//! A whole journal: what every store is held to.

use bonded_postgres::PostgresStore;
use bonded_store::store_conformance;

use crate::cluster;

store_conformance!({
    let Some(server) = cluster::server() else {
        return;
    };
    let address = server.database().role("factory");
    move || PostgresStore::connect(&address, "journal").expect("connected")
});
