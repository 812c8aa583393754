//! The reference passes what every store is held to.

use bonded_store::{MemoryStore, store_conformance};

store_conformance!({
    let store = MemoryStore::new();
    move || store.clone()
});
