//! Rule 4: a carry-over (结转) is two lists that must agree.

use chrono::{Datelike as _, Months, NaiveDate};

use super::{Warning, rules};
use crate::ids::Date;
use crate::law::{IC_CHAIN, LEFTOVER, LIST_TRANSFER, TRANSFER_MATCH, TRANSFER_TIME, journal};
use crate::parameters::CARRY_OVER_MONTHS;

rules! {
    COUNTERPART_SELF = Refusal "counterpart_self" {
        "a book does not carry over to itself",
        "The counterpart is another handbook.",
        "Correct counterpart.handbook.",
        [journal("Carry-over")], "
            book A M1
            carry_in L1 A M1:1 with=A -> refused counterpart_self
        ",
    }
    COUNTERPART_LIST_GIVEN = Refusal "counterpart_list_given" {
        "the receiving side declares first and cannot name a sending list",
        "The receiving list names the other handbook only; the sending list, declared after it, names the receiving list.",
        "Leave counterpart.list out.",
        [LIST_TRANSFER, journal("Carry-over")], "
            book A M1
            carry_in L1 A M1:1 with=C999999A0009
            carry_in L2 A M1:1 with=C999999A0009 list=X1 -> refused counterpart_list_given
        ",
    }
    COUNTERPART_LIST_MISSING = Refusal "counterpart_list_missing" {
        "the sending list must name the receiving list",
        "The other handbook is kept here, so its receiving list must be here already.",
        "Post the receiving list, then name it in counterpart.list.",
        [LIST_TRANSFER, journal("Carry-over")], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            carry_in L1 B M1:1 with=A
            carry_out L2 A P1:1 with=B -> refused counterpart_list_missing
        ",
    }
    COUNTERPART_LIST_UNKNOWN = Refusal "counterpart_list_unknown" {
        "no receiving list of this name is here",
        "The receiving side declares first.",
        "Check the name; post the receiving list first.",
        [LIST_TRANSFER, journal("Carry-over")], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            carry_out L2 A P1:1 with=B list=L1 -> refused counterpart_list_unknown
        ",
    }
    COUNTERPART_EXTERNAL = Refusal "counterpart_external" {
        "the receiving list was declared before this book was opened here",
        "A carry-over whose other side was not kept here when the list was declared is external for good: it is never the receiving list of another.",
        "Withdraw the receiving list and declare it anew.",
        [journal("Carry-over")], "
            book B M1/hs=8542310000
            carry_in L1 B M1:1 with=A
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            carry_out L2 A P1:1 with=B list=L1 -> refused counterpart_external
        ",
    }
    COUNTERPART_HANDBOOK_DIFFERS = Refusal "counterpart_handbook_differs" {
        "the receiving list is not one of these two books",
        "It must belong to counterpart.handbook and name the sending handbook.",
        "Correct counterpart.handbook or counterpart.list.",
        [journal("Carry-over")], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            book C M1
            carry_in L1 B M1:1 with=C
            carry_out L2 A P1:1 with=B list=L1 -> refused counterpart_handbook_differs
        ",
    }
    COUNTERPART_KIND_DIFFERS = Refusal "counterpart_kind_differs" {
        "the receiving list is not of the matching kind",
        "carried_in answers carried_out and chain_out, leftover_in answers leftover_out.",
        "Name a receiving list of the matching mode.",
        [journal("Carry-over")], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            leftover_in L1 B M1:1 with=A
            carry_out L2 A P1:1 with=B list=L1 -> refused counterpart_kind_differs
        ",
    }
    COUNTERPART_WITHDRAWN = Refusal "counterpart_withdrawn" {
        "the receiving list was withdrawn",
        "A withdrawn list (删单) receives nothing.",
        "Post the new receiving list and name it.",
        [journal("Carry-over")], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            carry_in L1 B M1:1 with=A
            withdraw L1
            carry_out L2 A P1:1 with=B list=L1 -> refused counterpart_withdrawn
        ",
    }
    COUNTERPART_TAKEN = Refusal "counterpart_taken" {
        "the receiving list has a sending list already",
        "One sending list answers one receiving list.",
        "Amend the other sending list, or withdraw it first.",
        [journal("Carry-over")], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            carry_in L1 B M1:1 with=A
            carry_out L2 A P1:1 with=B list=L1
            carry_out L3 A P1:1 with=B list=L1 -> refused counterpart_taken
        ",
    }
    LEFTOVER_PARTY_DIFFERS = Refusal "leftover_party_differs" {
        "leftovers stay with the same operator and the same processor",
        "余料结转 is between handbooks of the same operating enterprise and the same processing enterprise.",
        "Sell the leftovers to the other enterprise as a domestic sale, or carry over products.",
        [LEFTOVER], "
            book A M1:10/opening=10
            book B operator=2 M1
            leftover_in L1 B M1:1 with=A
            leftover_out L2 A M1:1 with=B list=L1 -> refused leftover_party_differs
        ",
    }
    LEFTOVER_TRADE_DIFFERS = Refusal "leftover_trade_differs" {
        "leftovers stay in the same trade",
        "来料 leftovers go to 来料 handbooks, 进料 to 进料.",
        "Re-export the leftovers or sell them at home.",
        [LEFTOVER], "
            book A M1:10/opening=10
            book B kind=B M1
            leftover_in L1 B M1:1 with=A
            leftover_out L2 A M1:1 with=B list=L1 -> refused leftover_trade_differs
        ",
    }
    LEGAL_QUANTITY_MISSING = Refusal "legal_quantity_missing" {
        "the two sides count in different units",
        "Legal quantities (法定数量) of both lists are compared per commodity code where every line has one; otherwise the declared quantities, where the units are the same.",
        "Give legal_quantity on every line of both lists.",
        [TRANSFER_MATCH], "
            book A M1:10/opening=10 P1/hs=8542310000/unit=007 P1<M1*1
            book B M1/hs=8542310000/unit=020
            carry_in L1 B M1:1 with=A
            carry_out L2 A P1:8640 with=B list=L1 -> refused legal_quantity_missing
        ",
    }
    CARRY_OVER_DISAGREES = Refusal "carry_over_differs" {
        "the two sides of the carry-over do not agree",
        "Per 10-digit commodity code (leftovers: per name and unit) the sums of both lists are equal, or customs returns both.",
        "Correct the quantity or the code on the side that is wrong.",
        [TRANSFER_MATCH], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            carry_in L1 B M1:2 M1:3 with=A
            carry_out L2 A P1:4 with=B list=L1 -> refused carry_over_differs
        ",
    }
    ROLE_MISSING = Refusal "role_missing" {
        "only an IC handbook carries materials over unprocessed",
        "Chain carry-over of materials (料件保税结转) is for handbooks of the IC chain: design, wafer fabrication, packaging and test.",
        "Record the role by amend_handbook, or carry over a product.",
        [IC_CHAIN], "
            book A M1:10/opening=10
            chain_out L1 A M1:1 with=C999999A0009 -> refused role_missing
        ",
    }
    NOT_ELIGIBLE = Refusal "not_eligible" {
        "the material may not be carried over bonded",
        "Only materials that import tax policy lets be carried bonded between handbooks (carry_over_eligible) flow along the chain.",
        "Re-export it, sell it at home, or correct the item if policy allows.",
        [IC_CHAIN], "
            book A role=ic_design chain=X M1:10/opening=10 M2:10/opening=10/ineligible
            chain_out L1 A M1:1 with=C999999A0009
            chain_out L2 A M2:1 with=C999999A0009 -> refused not_eligible
        ",
    }
    CHAIN_DIFFERS = Refusal "chain_differs" {
        "the two books do not belong to the same chain",
        "Materials flow within one IC chain: both handbooks name the same chain.",
        "Record the chain of both by amend_handbook.",
        [IC_CHAIN], "
            book A role=ic_design chain=X M1:10/opening=10/hs=8542310000
            book B role=packaging_test chain=Y M1/hs=8542310000
            carry_in L1 B M1:1 with=A
            chain_out L2 A M1:1 with=B list=L1 -> refused chain_differs
        ",
    }
    CARRY_OVER_LATE = Warning "carry_over_late" {
        "carry-over declared late",
        "A carry-over is declared by the end of the month following the delivery, and both sides on the same side of a New Year.",
        "Declare the other side at once; expect a question from customs.",
        [TRANSFER_TIME], "
            book A M1
            carry_in L1 A M1:1 with=C999999A0009 delivered=2026-02-01 on=2026-03-31
            carry_in L2 A M1:1 with=C999999A0009 delivered=2026-02-01 on=2026-04-01 -> ok warns carry_over_late
        ",
    }
    CARRY_OVER_NO_LONGER_FITS = Warning "carry_over_no_longer_fits" {
        "the list no longer fits its other side",
        "After an amendment, a deduction of other quantities or a withdrawal the carry-over stands as differs; neither handbook can close with it.",
        "Amend or withdraw the other side as well.",
        [TRANSFER_MATCH, journal("Carry-over")], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            carry_in L1 B M1:5 with=A
            carry_out L2 A P1:5 with=B list=L1
            relist L2 P1:4 -> ok warns carry_over_no_longer_fits
        ",
    }
    SENDING_FIRST = Warning "sending_deducted_first" {
        "the sending list was deducted before the receiving one",
        "The receiving side goes first, in declaration and in deduction.",
        "See that the receiving list is deducted.",
        [LIST_TRANSFER], "
            book A M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B M1/hs=8542310000
            carry_in L1 B M1:5 with=A
            carry_out L2 A P1:5 with=B list=L1
            deduct L2 -> ok warns sending_deducted_first
        ",
    }
    HS_DIFFERS = Warning "hs_differs" {
        "the leftovers have another commodity code in the receiving book",
        "Leftovers are the same material: same name and unit; another code may be a reclassification.",
        "Check which code is right.",
        [LEFTOVER], "
            book A M1:10/opening=10/hs=3818001900
            book B M1/hs=3818001100
            leftover_in L1 B M1:1 with=A
            leftover_out L2 A M1:1 with=B list=L1 -> ok warns hs_differs
        ",
    }
}

/// Declared after the end of the month following the delivery, or across a New Year.
pub(crate) fn late(date: Date, delivered: Date) -> Option<Warning> {
    let months = CARRY_OVER_MONTHS.on(date) + 1;
    let first = NaiveDate::from_ymd_opt(delivered.year(), delivered.month(), 1)?;
    let due = first.checked_add_months(Months::new(months))?.pred_opt()?;
    if date > due {
        let days = (date - due).num_days();
        let message =
            format!("delivered on {delivered}, due by {due}, declared on {date}: {days} days late");
        return Some(CARRY_OVER_LATE.warn(message).differing(days));
    }
    (date.year() != delivered.year()).then(|| {
        CARRY_OVER_LATE.warn(format!(
            "delivered on {delivered} and declared on {date}, on the other side of a New Year"
        ))
    })
}
