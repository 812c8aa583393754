//! `bonded consumption`: an enterprise verifies its unit consumption itself (企业自核单耗).

mod inputs; // What is declared is read,
mod verify; // production beside it,
mod report; // and what comes of it is told to people,
mod tables;
mod rows; // or to spreadsheets.
mod fit; // What should be declared,
mod explain; // and what the rules mean.
mod words; // In both languages.

pub(crate) use explain::explain;
pub(super) use explain::{codes, explained};
pub(crate) use fit::fit;
pub(crate) use verify::verify;
