//! Rule 2: within the validity of the book.

use super::rules;
use crate::law::{GUARANTEE, REPORT_30_DAYS, VALIDITY, journal};

rules! {
    OUTSIDE_VALIDITY = Refusal "outside_validity" {
        "outside the validity of the book",
        "A list is declared between valid_from and valid_until, both inclusive. Movements that wind a book up (re-export of materials, domestic sale, leftover out, destruction, scrap, 9700) are accepted after it with a warning, never before it.",
        "Have the validity extended first (延期), or use another handbook.",
        [journal("Rules of the lists, 2"), VALIDITY], "
            book A until=2026-12-31 M1
            import L1 A M1:1 on=2026-12-31
            import L2 A M1:1 on=2027-01-01 -> refused outside_validity
        ",
    }
    AFTER_VALIDITY = Warning "after_validity" {
        "winding up after the validity of the book",
        "What is left was to be dealt with within the validity; the report is due 30 days after it.",
        "Finish and report at once; an overdue handbook keeps the enterprise from new ones.",
        [VALIDITY, REPORT_30_DAYS], "
            book A until=2026-12-31 M1:10/opening=10
            re_export L1 A M1:1 on=2026-11-01
            re_export L2 A M1:1 on=2027-01-01 -> ok warns after_validity
        ",
    }
    EXPIRY_SOON = Warning "expiry_soon" {
        "the book expires within 30 days",
        "Extension must be applied for, and leftovers dealt with, within the validity.",
        "Plan the winding up, or apply for the extension now.",
        [VALIDITY], "
            book A until=2026-12-31 M1
            import L1 A M1:1 on=2026-11-30
            import L2 A M1:1 on=2026-12-01 -> ok warns expiry_soon
        ",
    }
    GUARANTEE_EXPIRED = Warning "guarantee_expired" {
        "the guarantee has expired",
        "Goods move under a guarantee that is no longer valid.",
        "Have the guarantee renewed and amend the book.",
        [GUARANTEE], "
            book A guarantee=2027-06-30 M1
            import L1 A M1:1 on=2026-06-30
            amend A guarantee=2026-07-31 until=2026-12-31
            import L2 A M1:1 on=2026-08-01 -> ok warns guarantee_expired
        ",
    }
}
