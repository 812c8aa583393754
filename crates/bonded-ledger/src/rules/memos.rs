//! Adjustments, counts and memos.

use super::rules;
use crate::law::{OUTSOURCING, OUTSOURCING_GUARANTEE, SUBSTITUTION, journal};

rules! {
    QUANTITY_ZERO = Refusal "quantity_zero" {
        "an adjustment of nothing",
        "adjust_book (核增、核减) adds a signed quantity that is not 0.",
        "Correct the quantity.",
        [journal("adjust_book")], "
            book A M1
            adjust A M1:0 -> refused quantity_zero
        ",
    }
    ROWS_MISSING = Refusal "rows_missing" {
        "a count without rows",
        "A count (盘点) has one row at least.",
        "Add what was counted; 0 is a count.",
        [journal("count_stock")], "
            book A M1
            count A M1:0
            count A -> refused rows_missing
        ",
    }
    ROW_REPEATED = Refusal "row_repeated" {
        "an item is counted twice in one count",
        "A row is the whole count of an item (a product: of an item and version).",
        "Add the rows up.",
        [journal("count_stock")], "
            book A M1
            count A M1:1 M1:2 -> refused row_repeated
        ",
    }
    SUBSTITUTION_BARRED = Warning "substitution_barred" {
        "supplied materials may not be substituted",
        "串料 is for bought materials: same enterprise, kind, specification and quantity, with consent and no profit; 来料加工 materials may not be exchanged.",
        "Check customs' consent.",
        [SUBSTITUTION], "
            book A M1
            substitute A M1:5
            book B kind=B M1
            substitute B M1:5 -> ok warns substitution_barred
        ",
    }
    OUTSOURCED_WHOLLY = Warning "outsourced_wholly" {
        "all processes are outsourced without a guarantee",
        "Outsourcing every process (全工序外发) needs a guarantee.",
        "Give the guarantee and record it.",
        [OUTSOURCING_GUARANTEE], "
            book A M1
            outsource A M1:5
            outsource A M1:5 all -> ok warns outsourced_wholly
        ",
    }
    RETURNED_MORE = Warning "returned_more" {
        "more has come back from the contractor than was sent",
        "Goods out at a contractor are what was dispatched less what was returned.",
        "Look for a dispatch not recorded, or goods that were made at the contractor's.",
        [OUTSOURCING], "
            book A M1
            outsource A M1:5
            outsource A back:M1:6 -> ok warns returned_more
        ",
    }
}
