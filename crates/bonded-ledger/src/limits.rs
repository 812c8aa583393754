//! The most of everything, and how the limits depend on each other.

pub use exact_json::{DEPTH_MAX, TEXT_MAX};
use unit_consumption::{DIGITS_INTEGER, DIGITS_QUANTITY, GROSS_MAX};

/// The most materials, and the most products, of one handbook: the largest `seq`.
pub const ITEMS_MAX: usize = 9_999;
/// The most lines of the consumption table (单耗) of one handbook.
pub const CONSUMPTIONS_MAX: usize = 200_000;
/// The most lines of one list.
pub const LINES_MAX: usize = 9_999;
/// The most lists of one handbook.
pub const LISTS_MAX: usize = 10_000_000;
/// The largest line number of a list.
pub const LINE_NO_MAX: u32 = 999_999_999;
/// The most bytes of one line of a journal.
pub const ENTRY_BYTES_MAX: usize = 64 << 20;
/// How many carry-overs a trace follows upstream.
pub const UPSTREAM_MAX: usize = 64;
/// How many upstream sources a trace tells: they may double with every carry-over.
pub const SOURCES_MAX: usize = 100_000;
/// The total quantity that one item's column may reach, in 1/100,000 of the unit: 10¹⁷ units.
pub const TOTAL_MAX: i128 = 10_i128.pow(17 + DIGITS_QUANTITY);

const _: () = assert!(
    TEXT_MAX >= 4_000,
    "customs' longest field, 备注, holds 4,000 characters"
);
const _: () = assert!(ITEMS_MAX < u16::MAX as usize, "an item's index is a u16");
const _: () = assert!(
    CONSUMPTIONS_MAX < u32::MAX as usize,
    "a version's index is a u32"
);
const _: () = assert!(
    TOTAL_MAX >= 10_i128.pow(DIGITS_INTEGER + DIGITS_QUANTITY),
    "one line never reaches the limit of a column"
);
const _: () = assert!(
    // Every product at its limit, consuming the most of one material that can be declared.
    TOTAL_MAX < i128::MAX / (GROSS_MAX as i128) / (ITEMS_MAX as i128),
    "a fold never leaves an i128"
);
