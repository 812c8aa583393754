//! An exact ledger of bonded goods under China's processing-trade handbooks (加工贸易手册).
//!
//! A manufacturer imports materials free of duty under a handbook, turns them into products and
//! must re-export all of them; at the end the handbook is written off (核销), and every gram has
//! to be accounted for through the unit consumption (单耗). This crate keeps that account: entries
//! go in ([`Entry`]), each is checked by the rules of the journal contract and the law behind
//! them, and balances come out ([`Statement`]), exact to the last digit.
//!
//! ```
//! use bonded_ledger::{Entry, Ledger};
//! # let journal = include_str!("../tests/data/first.jsonl");
//! # let (first, rest) = journal.split_once('\n').unwrap();
//! let mut ledger = Ledger::new();
//! ledger.post(&Entry::from_json(first)?)?; // {"entry":"open_handbook",…}
//! # for line in rest.lines() { ledger.post(&Entry::from_json(line)?)?; }
//! let statement = ledger.statement();
//! assert_eq!(statement.handbooks[0].materials[0].remaining.to_string(), "40");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No I/O, no clock, no random number, no thread, no floating point takes part in any figure: the
//! same journal gives the same bytes everywhere.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod ids; // Numbers and names of the trade,
mod entry; // read from a line of JSON, make an entry.
pub mod limits; // Everything has a limit.
mod law; // Rules have a source,
pub mod parameters; // numbers of the law have dates,
pub mod rules; // and every refusal says which.
mod units;
pub mod modes; // Supervision modes say what a list moves,
mod list; // a list moves it,
mod sums; // totals run,
mod book; // a book keeps them,
mod shortage;
mod taking; // what goods really took,
mod cycle; // written off cycle by cycle,
mod carry; // two books agree on what was carried over,
mod index; // found by name,
mod draft; // entries may be written in Rust,
mod ledger; // the ledger has one door,
mod post; // through which entries pass;
mod lists; // and then it can be asked
mod declared; // what unit consumption was declared,
mod closing; // whether a book is ready to close,
mod statement; // what its balances are,
mod closure_report; // how the report reads,
mod chain; // whether the chain is closed,
mod trace; // and where goods came from.
pub mod snapshot; // All of it as bytes, and back.
#[cfg(any(test, feature = "testkit"))]
pub mod testkit; // For test suites.

pub use crate::book::Status;
pub use crate::carry::CarryOverState;
pub use crate::chain::{CarryOver, Chain, ChainHandbook, Chains, ReExport};
pub use crate::closure_report::{
    ClosureHead, ClosureList, ClosureMaterial, ClosureProduct, ClosureReport,
};
pub use crate::cycle::assess::{Band, CycleCheck, CycleMaterial};
pub use crate::cycle::plan::{CyclePlan, Due};
pub use crate::cycle::settle::ToSettle;
pub use crate::entry::{
    AdjustBook, AmendHandbook, AmendList, Amount, BookList, By, ConsumptionDeclared,
    ConsumptionKey, ConsumptionLine, CountStock, CountedMaterial, CountedProduct, Counterpart,
    Credit, DeclareConsumption, DeclareList, Direction, ENTRY_KINDS, Entry, EntryKind, Ext, Goods,
    Ground, Guarantee, GuaranteeKind, InputError, Item, ItemRef, LineDetails, ListLine,
    MaterialItem, OpenHandbook, Outsource, OutsourcedGoods, Party, PassedLine, Presented,
    ProductItem, Removed, Role, Scope, TakenBy, TakenMaterial, Trade, Version,
};
pub use crate::ids::{
    Currency, CustomsCode, Date, HandbookNo, HsCode, MaterialSeq, Mode, ParseCodeError, ProductSeq,
    Unit, Uscc, parse_date,
};
pub use crate::law::{Certainty, Law};
pub use crate::ledger::{Ledger, Moved, Receipt};
pub use crate::list::ListState;
pub use crate::lists::{ListFilter, ListSummary, PresentLine};
pub use crate::modes::Movement;
pub use crate::rules::{Reason, Refusal, Rule, RuleKind, Warning};
pub use crate::snapshot::SnapshotError;
pub use crate::statement::{
    ConsumedBy, Cycle, HandbookStatement, MaterialRow, Outside, ProductRow, Statement,
};
pub use crate::taking::{ConsumptionList, ConsumptionListMaterial};
pub use crate::trace::{Source, Trace, TracedLine, TracedMaterial, Use};
pub use unit_consumption::{Net, Percent, Quantity, Total};
pub use uuid::Uuid;
