//! How a book ends (报核, 核销, 结案).

use super::rules;
use crate::law::{
    CUSTOMS_LAW_33, PENALTY_18, REPORT_30_DAYS, TRANSFER_MATCH, UC_BEFORE_EXPORT, journal,
};

rules! {
    NOT_CLOSABLE = Refusal "not_closable" {
        "the book cannot be reported for closure",
        "Every bonded gram must be accounted for first. The refusal lists all reasons.",
        "Settle each reason; bonded check lists them.",
        [CUSTOMS_LAW_33, journal("Closable")], "
            book A M1
            import L1 A M1:1
            report A -> refused not_closable
        ",
    }
    HANDBOOK_NOT_REPORTED = Refusal "handbook_not_reported" {
        "the book is not reported",
        "Customs accepts or returns a report that was made.",
        "Post report_closure first.",
        [journal("report_closure / accept_closure / return_closure")], "
            book A M1
            report A
            return A
            accept A -> refused handbook_not_reported
        ",
    }
    REASON_REPORTED = Reason "handbook_reported" {
        "the book is reported already",
        "Customs decides now.",
        "Wait for acceptance or return.",
        [journal("Closable")], "",
    }
    REASON_CLOSED = Reason "handbook_closed" {
        "the book is closed",
        "Nothing is left to do.",
        "Keep the records for three years.",
        [journal("Closable")], "",
    }
    REASON_PENDING = Reason "list_pending" {
        "a list is pending",
        "A pending list (预核扣) may still move goods.",
        "Post its deduction, or its withdrawal.",
        [journal("Closable, 1")], "
            book A M1
            import L1 A M1:1
            report A -> refused not_closable
        ",
    }
    REASON_RECEIVING_ONLY = Reason "carry_over_receiving_only" {
        "the sending side of a carry-over is missing",
        "Goods were received that nobody has sent.",
        "Have the sending list declared, or withdraw the receiving one.",
        [TRANSFER_MATCH, journal("Closable, 2")], "
            book A M1
            book B M1
            carry_in L1 B M1:1 with=A
            report A -> refused not_closable
        ",
    }
    REASON_DIFFERS = Reason "carry_over_differs" {
        "the two sides of a carry-over differ",
        "What was sent is not what was received.",
        "Amend the side that is wrong.",
        [TRANSFER_MATCH, journal("Closable, 2")], "
            book A M1/opening=5 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            carry_in L1 B M1:5 with=A
            carry_out L2 A P1:5 with=B list=L1
            deduct L1
            deduct L2 1=4
            report A -> refused not_closable
        ",
    }
    REASON_CONSUMPTION = Reason "consumption_missing" {
        "goods of a product version left without unit consumption on file",
        "Without it nobody knows what they consumed.",
        "Declare the unit consumption (before_closure: now at the latest).",
        [UC_BEFORE_EXPORT, journal("Closable, 3")], "
            book A point=before_closure M1 P1
            export L1 A P1:5
            deduct L1
            report A -> refused not_closable
        ",
    }
    REASON_REMAINING = Reason "remaining_not_zero" {
        "something remains, or too much has left",
        "At closure remaining of every material is exactly 0.",
        "Above 0: carry over, re-export, sell or destroy it. Below 0: find the missing import, or correct the unit consumption.",
        [CUSTOMS_LAW_33, PENALTY_18, journal("Closable, 4")], "
            book A M1/opening=5 P1 P1<M1*1
            export L1 A P1:4
            deduct L1
            report A -> refused not_closable
        ",
    }
    SCRAP_LEFT = Warning "scrap_left" {
        "scrap is not settled",
        "Scrap and by-products stay under customs control until sold, re-exported or destroyed. It does not keep the book from closing.",
        "Deal with the scrap, and post the list.",
        [journal("Closable")], "
            book A M1:10/opening=10 P1 P1<M1*9/loss=10
            export L1 A P1:1
            deduct L1
            report A -> ok warns scrap_left
        ",
    }
    EXCHANGE_OPEN = Warning "exchange_open" {
        "an exchange is not completed",
        "More went out for exchange than came back, or the other way round.",
        "Complete it, or have the rest treated as re-export or defectives.",
        [journal("Closable")], "
            book A M1:10/opening=4
            exchange_out L1 A M1:4
            deduct L1
            report A -> ok warns exchange_open
        ",
    }
    GOODS_OUTSIDE = Warning "goods_outside" {
        "goods are still out at a contractor",
        "Outsourced goods belong to the book until they are back or dealt with.",
        "Have them returned, or record what happened to them.",
        [journal("Closable")], "
            book A M1
            outsource A M1:5
            report A -> ok warns goods_outside
        ",
    }
    OVERDUE = Warning "report_overdue" {
        "the book expired more than 30 days ago",
        "The report is due 30 days after expiry (or after the last export).",
        "Report at once; expect a question.",
        [REPORT_30_DAYS], "
            book A until=2026-12-31 M1
            report A on=2027-01-31 -> ok warns report_overdue
        ",
    }
}
