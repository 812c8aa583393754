//! The store of the tests keeps its promises on a disk that does.

use bonded_store::faulty::{Faults, FaultyDisk, FaultyStore};
use bonded_store::store_conformance;

store_conformance!({
    let disk = FaultyDisk::new(
        1,
        Faults {
            short_read: 300,
            ..Faults::default()
        },
    );
    move || FaultyStore::open(&disk)
});
