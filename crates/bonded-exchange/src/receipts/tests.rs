//! Receipts of our own making, written from the field tables.

pub(crate) mod books;
mod lists;
mod orders;
pub(crate) mod support;
