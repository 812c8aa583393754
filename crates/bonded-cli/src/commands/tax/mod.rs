//! `bonded tax`: what bonded goods cost.

mod inputs; // A ledger with its amounts, and files of rates,
mod explained; // every figure explained:
mod sale; // of sales,
mod quote; // of what remains,
mod refund; // of exports,
mod guarantee; // of what stands behind them,
mod deadlines; // and until when.

pub(crate) use deadlines::deadlines;
pub(crate) use guarantee::guarantee;
pub(crate) use quote::quote;
pub(crate) use refund::refund;
pub(crate) use sale::sale;
