//! What goods really took, in place of their unit consumption (耗料清单).

use super::rules;
use crate::law::{CONSUMPTION_LIST, CYCLE_REPORT};

rules! {
    WAY_NEEDS_NO_LIST = Refusal "way_needs_no_list" {
        "goods accounted for by unit consumption need no consumption list",
        "By unit consumption (单耗) the ledger computes what goods took from what is on file.",
        "Leave the entry out, or leave way out.",
        [CONSUMPTION_LIST, CYCLE_REPORT], "
            book A kind=E M1:10/opening=10 P1 P1<M1*1
            export L1 A P1:1
            deduct L1
            take A H1 L1 M1:1 way=unit_consumption -> refused way_needs_no_list
        ",
    }
    CONSUMPTION_LIST_EXISTS = Refusal "consumption_list_exists" {
        "the number names another consumption list of the book",
        "A consumption list (耗料清单) has a number of its own in its book, also after it was withdrawn.",
        "Give it another number.",
        [CONSUMPTION_LIST], "
            book A kind=E M1:10/opening=10 P1 P1<M1*1
            export L1 A P1:1
            deduct L1
            take A H1 L1 M1:1
            untake A H1
            take A H1 L1 M1:1 -> refused consumption_list_exists
        ",
    }
    CONSUMPTION_LIST_UNKNOWN = Refusal "consumption_list_unknown" {
        "the book has no consumption list of this number that counts",
        "What is withdrawn was declared before, and not withdrawn yet.",
        "Check the number.",
        [CONSUMPTION_LIST], "
            book A kind=E M1:10/opening=10 P1 P1<M1*1
            untake A H1 -> refused consumption_list_unknown
        ",
    }
    LIST_NOT_COVERABLE = Refusal "list_not_coverable" {
        "a consumption list tells of goods that left, once they are booked",
        "It covers booked lists of products of its own book: exported, carried over, exempted, or sent out again. Returns, sales and destruction are folded by unit consumption.",
        "Name the lists that are booked; post their deduction first.",
        [CONSUMPTION_LIST], "
            book A kind=E M1:10/opening=10 P1 P1<M1*1
            export L1 A P1:1
            take A H1 L1 M1:1 -> refused list_not_coverable
        ",
    }
    LIST_COVERED = Refusal "list_covered" {
        "a consumption list tells what the goods of the list took",
        "Its quantities were said of the list as it stands: while it counts, no other covers the list, and the list is neither amended nor withdrawn.",
        "Withdraw the consumption list first, and declare it anew afterwards.",
        [CONSUMPTION_LIST], "
            book A kind=E M1:10/opening=10 P1 P1<M1*1
            export L1 A P1:1
            deduct L1
            take A H1 L1 M1:0.9/scrap=0.2
            ? A M1 consumed = 1.1
            ? A M1 loss_tangible = 0.2
            ? A M1 remaining = 8.9
            relist L1 P1:2 -> refused list_covered
        ",
    }
}
