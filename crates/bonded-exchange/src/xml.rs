//! XML, read into records and written again.
//!
//! What is read is bounded: how long a file is, how deep its elements nest. No entity is expanded but
//! the five that XML itself has; a document type is refused.

mod read;
mod write;

pub use read::{Limits, read};
pub use write::write;
