//! The Single Window's workbooks and messages (单一窗口), read and written for an exact ledger of bonded
//! goods.
//!
//! A message is read whole and loses nothing: [`Message::read`], then [`Message::write`] gives the same
//! elements again. Its heads and lines are [`Record`]s of a known [`RecordKind`], each element by its
//! official name, in either of the two dialects and in either case.
//!
//! No I/O, no clock: bytes and text go in and out; files are the caller's.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod error; // What was not read says where.
mod figure; // Figures are exact.
pub mod fields; // The official tables:
mod dialect; // one thing, two names.
mod record; // A head or a line,
pub mod values; // what its elements mean,
pub mod tree; // what stands around it,
pub mod xml; // as it is written,
pub mod codes; // Codes have names and dates,
pub mod workbook; // and come in workbooks too.
mod message; // as a whole.
mod problem; // What is wrong with it is said at once.
mod on_file; // What a journal tells beside figures
mod particulars; // and what it does not tell
pub mod documents; // go into documents:
pub mod merge; // lines become those of a declaration,
pub mod check; // all is looked at before it is sent,
pub mod archive; // zipped,
pub mod client; // in the client's folders.
pub mod receipts; // What customs answers becomes entries,
pub mod reconcile; // and what it has is held against ours.

pub use crate::error::ExchangeError;
pub use crate::fields::{Dialect, Field, RecordKind, Type, record_kind, record_kinds};
pub use crate::message::{Envelope, MESSAGE_TYPES, Message, MessageType, Way, message_type};
pub use crate::on_file::{FiledHandbook, FiledList, OnFile, bonded_number};
pub use crate::particulars::Particulars;
pub use crate::problem::{Place, Problem, Severity};
pub use crate::record::Record;
pub use crate::tree::{Element, Node};
