//! What was seen not long ago: memory that does not grow with what streams by.

use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many recent records are remembered to recognise one that comes twice.
pub const REPEATS_WINDOW: usize = 65_536;

/// Digests of the last [`REPEATS_WINDOW`] things that differ.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recent {
    seen: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Recent {
    /// True where an equal one was seen not long ago.
    pub(crate) fn repeats(&mut self, it: &impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        it.hash(&mut hasher);
        let digest = hasher.finish();
        if !self.seen.insert(digest) {
            return true;
        }
        self.order.push_back(digest);
        if self.order.len() > REPEATS_WINDOW
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        false
    }
}
