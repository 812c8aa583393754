//! It passes what every store is held to.

use bonded_sqlite::SqliteStore;
use bonded_store::store_conformance;

store_conformance!({
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    move || {
        let _ = &folder;
        SqliteStore::open(&path).expect("opened")
    }
});
