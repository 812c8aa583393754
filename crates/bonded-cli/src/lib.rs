//! The program `bonded`: an exact ledger of bonded goods (加工贸易手册) on the command line.
//!
//! Everything that is computed is computed by `bonded-ledger`; this crate knows files, the terminal
//! and the clock. It is a library so that tests and other programs can call what the commands do.
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

pub mod args; // What is asked,
mod run; // and who does it.
mod post; // Entries go into a journal
mod journal; // that loses none of them,
mod database; // or into a database;
mod production; // What was made streams by,
mod commands; // and questions are answered from both.
pub mod plan; // and are planned.
mod text; // People read tables,
mod console; // on a terminal or in a file,
mod error; // and what could not be done.
mod outcome;

pub use crate::console::{Console, date_in_china};
pub use crate::error::Error;
pub use crate::journal::read_journal;
pub use crate::outcome::Outcome;
pub use crate::run::run;
pub use crate::text::Paint;
