//! Rule 1: not above the approved quantity.

use super::rules;
use crate::law::{SETUP, journal};

rules! {
    QUOTA_EXCEEDED = Refusal "quota_exceeded" {
        "more than the approved quantity",
        "Counted against a material: used + imported + carried_in + leftover_in + exchanged_in (pending and booked) − exchanged_out (booked); against a product: used + exported + carried_out + exempted + returned_out (pending and booked) − returned_in (booked). Pending lists count at once.",
        "Have the approved quantity raised first (变更), or declare less.",
        [journal("Rules of the lists, 1"), SETUP], "
            book A M1:1000
            import L1 A M1:950
            import L2 A M1:50
            import L3 A M1:0.00001 -> refused quota_exceeded
        ",
    }
    PASSED_ABOVE_APPROVED = Warning "passed_above_approved" {
        "more has passed than is approved",
        "What customs deducted is a fact; nothing more may be declared of the item.",
        "Have the approved quantity raised.",
        [journal("Rules of the lists, 1")], "
            book A M1:100
            import L1 A M1:100
            deduct L1 1=101 -> ok warns passed_above_approved
        ",
    }
}
