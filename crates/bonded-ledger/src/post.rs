//! What each kind of entry does: check first, then apply what cannot fail.

pub(crate) mod open;
pub(crate) mod amend;
pub(crate) mod declare;
pub(crate) mod lists;
pub(crate) mod memos;
pub(crate) mod cycles;
pub(crate) mod closing;
pub(crate) mod takings;
pub(crate) mod told;
