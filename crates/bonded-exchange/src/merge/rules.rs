//! What merging refuses.

use bonded_ledger::parameters::{Parameter, Row};
use bonded_ledger::{Certainty, Law};

use crate::check::{Check, PAGE};
use crate::problem::Severity;

/// The most lines a declaration takes (报关单商品项数).
pub static DECLARATION_LINES: Parameter = Parameter {
    name: "lines of a declaration",
    unit: "lines",
    rows: &[Row {
        from: "2018-08-01",
        value: 50,
        law: Law::new(
            "the Single Window's page of lists, 2018 to 2021",
            "",
            Certainty::Secondary,
            None,
        ),
    }],
};

pub(crate) static MERGE_UNREADABLE: Check = Check {
    code: "merge_unreadable",
    severity: Severity::Error,
    title: "a figure that cannot be added up",
    text: "Quantities and totals of merged lines are added up exactly; one of them is missing, negative, no decimal, or a quantity of 0 stands under a price.",
    way_out: "Write the figure as a plain decimal.",
    source: PAGE,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/DclQty=many",
};

pub(crate) static MERGE_NUMBER_GAP: Check = Check {
    code: "merge_number_gap",
    severity: Severity::Error,
    title: "numbers of declaration lines with a gap or out of order",
    text: "A number given in EntryGdsSeqno is honoured. The numbers begin with 1 and follow each other in natural order, as the lines of the list first name them, without gaps.",
    way_out: "Number the lines anew, or leave all numbers out: they are given by merging.",
    source: PAGE,
    passes: "INV101\nInvtListType[1]/EntryGdsSeqno=1\nInvtListType[2]/EntryGdsSeqno=2",
    fails: "INV101\nInvtListType[1]/EntryGdsSeqno=1\nInvtListType[2]/EntryGdsSeqno=3",
};

pub(crate) static MERGE_NUMBER_REUSED: Check = Check {
    code: "merge_number_reused",
    severity: Severity::Error,
    title: "one number for lines that cannot be one",
    text: "Lines with the same EntryGdsSeqno become one line of the declaration: they must have the same commodity code, name, unit, country of origin, country of destination and currency.",
    way_out: "Give one of them another number, or make them alike.",
    source: PAGE,
    passes: "INV101\nInvtListType[1]/EntryGdsSeqno=1\nInvtListType[2]/EntryGdsSeqno=2",
    fails: "INV101\nInvtListType[1]/EntryGdsSeqno=1\nInvtListType[2]/EntryGdsSeqno=1",
};

pub(crate) static MERGE_ALONE: Check = Check {
    code: "merge_alone",
    severity: Severity::Error,
    title: "merged, though it must stand alone",
    text: "A line of key goods (param1 1, 重点料件) and a finished product whose code carries export duty are never merged: their line of the declaration has no other.",
    way_out: "Give the line a number of its own, or none.",
    source: PAGE,
    passes: "INV101\n+InvtListType\nInvtListType[3]/Param1=1",
    fails: "INV101\n+InvtListType\nInvtListType[3]/Param1=1\nInvtListType[1]/EntryGdsSeqno=1\nInvtListType[2]/EntryGdsSeqno=2\nInvtListType[3]/EntryGdsSeqno=2",
};

pub(crate) static MERGE_UNITS_DIFFER: Check = Check {
    code: "merge_units_differ",
    severity: Severity::Error,
    title: "merged lines count in different legal units",
    text: "A commodity code has one legal unit (and one second), so lines of one code that name different ones contradict each other, and their legal quantities cannot be added.",
    way_out: "Look up the legal units of the code, and correct the line that differs.",
    source: "what an addition needs; the page adds without looking (unverified)",
    passes: "INV101\n+InvtListType",
    fails: "INV101\n+InvtListType\nInvtListType[3]/LawfUnitcd=011",
};

pub(crate) static MERGE_OVER_LIMIT: Check = Check {
    code: "merge_over_limit",
    severity: Severity::Error,
    title: "more lines than a declaration takes",
    text: "A declaration has at most 50 lines after merging.",
    way_out: "Split the list.",
    source: PAGE,
    passes: "INV101\n*InvtListType 50",
    fails: "INV101\n*InvtListType 51",
};

pub(crate) static ALL: &[&Check] = &[
    &MERGE_UNREADABLE,
    &MERGE_NUMBER_GAP,
    &MERGE_NUMBER_REUSED,
    &MERGE_ALONE,
    &MERGE_UNITS_DIFFER,
    &MERGE_OVER_LIMIT,
];
