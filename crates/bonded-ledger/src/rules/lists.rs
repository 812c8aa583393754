//! What may happen to a list after it was declared.

use super::rules;
use crate::law::{LIST_CHANGE, journal};

rules! {
    LIST_UNKNOWN = Refusal "list_unknown" {
        "no list of this name is here",
        "A list is found by its number or by customs' number.",
        "Check the number; declare the list first.",
        [journal("book_list")], "
            book A M1
            import L1 A M1:1
            deduct L2 -> refused list_unknown
        ",
    }
    LIST_WITHDRAWN = Refusal "list_withdrawn" {
        "the list was withdrawn",
        "A withdrawn list (删单) is never afterwards booked or amended.",
        "Declare a new list.",
        [LIST_CHANGE], "
            book A M1
            import L1 A M1:1
            withdraw L1
            deduct L1 -> refused list_withdrawn
        ",
    }
    LIST_BOOKED = Refusal "list_booked" {
        "the list is booked already",
        "A pending list is deducted (已核扣) once.",
        "A receipt that comes twice needs no second entry; a change is an amend_list.",
        [journal("book_list")], "
            book A M1
            import L1 A M1:1
            deduct L1
            deduct L1 -> refused list_booked
        ",
    }
    DATE_BEFORE_DECLARATION = Refusal "date_before_declaration" {
        "dated before the list was declared",
        "A list is deducted, amended or withdrawn on or after the day of its declaration.",
        "Correct the date.",
        [journal("book_list")], "
            book A M1
            import L1 A M1:1 on=2026-03-02
            deduct L1 on=2026-03-01 -> refused date_before_declaration
        ",
    }
    LINE_UNKNOWN = Refusal "line_unknown" {
        "the list has no line of this number",
        "What really passed is told per line of the list as it stands.",
        "Correct the line number.",
        [journal("book_list")], "
            book A M1
            import L1 A M1:5
            deduct L1 2=4 -> refused line_unknown
        ",
    }
    NOT_EXTERNAL = Refusal "not_external" {
        "the list is not one side of an external carry-over",
        "Only where the other handbook is not kept here its list is confirmed by hand.",
        "Where both sides are here, post the other list; it finds its counterpart itself.",
        [journal("confirm_counterpart")], "
            book A M1
            carry_in L1 A M1:5 with=C999999A0009
            confirm L1 list=X1
            import L2 A M1:5
            confirm L2 list=X1 -> refused not_external
        ",
    }
}
