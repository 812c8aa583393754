//! What an amendment (变更) may not do to goods that have moved already.

use super::rules;
use crate::law::{CHANGE, UC_FROZEN, UNIT_EQUAL, VALIDITY, journal};

rules! {
    HANDBOOK_UNKNOWN = Refusal "handbook_unknown" {
        "no book of this number is open here",
        "An entry about a handbook stands after the one that opens it.",
        "Check the number; post the opening first.",
        [journal("Entries")], "
            book A M1
            suspend A import
            suspend B import -> refused handbook_unknown
        ",
    }
    HANDBOOK_CLOSED = Refusal "handbook_closed" {
        "the book is closed",
        "After acceptance (结案) a book is closed for good and takes no entry at all.",
        "Later documents belong to another handbook, or to customs' after-the-fact audit.",
        [journal("report_closure / accept_closure / return_closure")], "
            book A M1
            report A
            accept A
            import L1 A M1:1 -> refused handbook_closed
        ",
    }
    HANDBOOK_REPORTED = Refusal "handbook_reported" {
        "the book is reported for closure",
        "A reported handbook (报核) takes no entry but acceptance or return.",
        "Ask customs to return the report (退单), post return_closure, then this entry.",
        [journal("report_closure / accept_closure / return_closure")], "
            book A M1
            report A
            import L1 A M1:1 -> refused handbook_reported
        ",
    }
    CONSUMPTION_UNKNOWN = Refusal "consumption_unknown" {
        "no such consumption line to remove",
        "What is removed must be on file.",
        "Check product, material and version.",
        [journal("amend_handbook")], "
            book A M1 P1 P1<M1*1
            amend A drop=P1<M1
            amend A drop=P1<M1 -> refused consumption_unknown
        ",
    }
    CONSUMPTION_FROZEN = Refusal "consumption_frozen" {
        "the consumption of a version whose goods were declared cannot change",
        "On a before_export book a consumption may not be added, changed or removed by the enterprise once a list of products names its version: decree 155 art. 18, not after export, carry-over or domestic sale was declared.",
        "Declare a new version for what leaves from now on; a wrong one is for customs to change.",
        [UC_FROZEN], "
            book A M1:10 P1 P1<M1*1
            export L1 A P1:1
            amend A P1<M1*2/v=2
            amend A by=customs P1<M1*3
            amend A P1<M1*2 -> refused consumption_frozen
        ",
    }
    ITEM_IN_USE = Refusal "item_in_use" {
        "the item cannot be removed while goods or consumptions name it",
        "A list (not withdrawn, its present lines) or a remaining consumption names it, or it has an opening, a used quantity or adjustments that are not 0: removing it would make goods vanish from the book.",
        "Withdraw the lists or remove the consumptions first; what is left is carried over, sold, re-exported or destroyed.",
        [journal("amend_handbook"), CHANGE], "
            book A M1 M2
            import L1 A M1:1
            amend A drop=M2
            amend A drop=M1 -> refused item_in_use
        ",
    }
    UNIT_IN_USE = Refusal "unit_in_use" {
        "the unit cannot change while quantities are counted in it",
        "The declared unit is the filed unit; a list (not withdrawn) or a consumption of the item is in the old one.",
        "Add a new item in the other unit.",
        [UNIT_EQUAL, CHANGE], "
            book A M1 M2
            import L1 A M1:1
            amend A M2/unit=036
            amend A M1/unit=036 -> refused unit_in_use
        ",
    }
    OPENING_CHANGED = Refusal "opening_changed" {
        "the opening or used quantity of an item is fixed",
        "What a running book brought along is recorded once; left out means kept.",
        "Correct a wrong opening by adjust_book with customs' document.",
        [journal("amend_handbook")], "
            book A M1:100/opening=5
            amend A M1:200/opening=5
            amend A M1:200/opening=6 -> refused opening_changed
        ",
    }
    VALIDITY_SHORTENED = Warning "validity_shortened" {
        "the validity was shortened",
        "Lists dated after the new last day will be refused, but for winding up.",
        "Check the date.",
        [VALIDITY], "
            book A until=2026-12-31 M1
            amend A until=2027-06-30
            amend A until=2026-11-30 -> ok warns validity_shortened
        ",
    }
}
