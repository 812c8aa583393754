//! What is looked up by key: ids and names. Walked through only in the order of the keys. In many small tables, so that
//! one of them grows at a time and posting never waits for a large one to be built anew.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};

use siphasher::sip::SipHasher13;
use uuid::Uuid;

/// Keys are hashed the same way in every process: the ledger draws no random number.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<SipHasher13>>;

const TABLES: usize = 256;

/// Which table a key belongs to. Any spread will do: within a table keys are hashed properly.
pub(crate) trait Spread {
    fn table(&self) -> usize;
}

impl Spread for Uuid {
    fn table(&self) -> usize {
        let bytes = self.as_bytes();
        usize::from(bytes[15] ^ bytes[3])
    }
}

impl Spread for str {
    fn table(&self) -> usize {
        let fold = |sum: u8, byte: &u8| sum.wrapping_mul(31).wrapping_add(*byte);
        usize::from(self.as_bytes().iter().rev().take(6).fold(0, fold))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Index<K, V> {
    tables: Vec<Map<K, V>>,
}

impl<K, V> Default for Index<K, V> {
    fn default() -> Index<K, V> {
        Index {
            tables: (0..TABLES).map(|_| Map::default()).collect(),
        }
    }
}

impl<K: Eq + Hash, V> Index<K, V> {
    pub(crate) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + Spread + ?Sized,
    {
        self.tables[key.table()].get(key)
    }

    pub(crate) fn insert<Q>(&mut self, key: K, value: V)
    where
        K: Borrow<Q>,
        Q: Spread + ?Sized,
    {
        let table = key.borrow().table();
        self.tables[table].insert(key, value);
    }

    /// Makes room for so many, spread as they mostly are.
    pub(crate) fn reserve(&mut self, count: usize) {
        let each = count / TABLES;
        for table in &mut self.tables {
            table.reserve(each + each / 8);
        }
    }
}

impl<K: Copy + Ord, V: Copy> Index<K, V> {
    /// All of them, table by table, in the order of the keys: it depends on nothing else.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (K, V)> {
        self.tables.iter().flat_map(|table| {
            let mut all: Vec<(K, V)> = table.iter().map(|(key, value)| (*key, *value)).collect();
            all.sort_unstable_by_key(|(key, _)| *key);
            all
        })
    }
}
