//! What an opened book must be (手册设立 / 账册设立).

use super::rules;
use crate::law::{
    ACCOUNT_BOOK_CREDIT, CREDIT_LEVELS, GUARANTEE, GUARANTEE_TERM, SELF_VERIFICATION, SETUP,
    UC_DEFINITION, UC_FORMULA, VALIDITY, journal,
};

rules! {
    HANDBOOK_EXISTS = Refusal "handbook_exists" {
        "a book of this number is open here already",
        "The number of a handbook names one book for good.",
        "Check the number; to change the book, amend it.",
        [journal("open_handbook"), SETUP], "
            book A M1
            book A M1 -> refused handbook_exists
        ",
    }
    TRADE_MISMATCH = Refusal "trade_mismatch" {
        "the trade does not agree with the number",
        "B is 来料加工 (supplied materials), C is 进料加工 (imported materials).",
        "Correct the trade or the number.",
        [journal("open_handbook"), SETUP], "
            book A kind=B M1
            book B kind=C trade=supplied_materials M1 -> refused trade_mismatch
        ",
    }
    INVALID_PERIOD = Refusal "invalid_period" {
        "the validity ends before it begins",
        "valid_from and valid_until are dates of the validity, both inclusive.",
        "Correct the dates.",
        [journal("open_handbook"), VALIDITY], "
            book A from=2026-01-01 until=2026-01-01 M1
            book B from=2026-01-02 until=2026-01-01 M1 -> refused invalid_period
        ",
    }
    CREDIT_TOO_LOW = Refusal "credit_too_low" {
        "not open to an enterprise of this credit level",
        "A dishonest or seriously dishonest enterprise (失信、严重失信) may neither keep an account book nor verify its own unit consumption (自核单耗).",
        "Open a handbook without self-verification, or correct the level.",
        [ACCOUNT_BOOK_CREDIT, CREDIT_LEVELS, SELF_VERIFICATION], "
            book A credit=dishonest guarantee=2027-12-31 M1
            book B credit=regular self=yes M1
            book C credit=dishonest guarantee=2027-12-31 self=yes M1 -> refused credit_too_low
        ",
    }
    ITEM_REPEATED = Refusal "item_repeated" {
        "two items of one kind share a number",
        "Materials and products are numbered each on their own; a number stands once.",
        "Number the items anew.",
        [journal("open_handbook")], "
            book A M1 P1
            book B M1 M1 -> refused item_repeated
        ",
    }
    CONSUMPTION_REPEATED = Refusal "consumption_repeated" {
        "two consumption lines share product, material and version",
        "One line says how much of a material a version of a product takes.",
        "Keep one of them, or give one another version.",
        [journal("open_handbook"), UC_DEFINITION], "
            book A M1 P1 P1<M1*1 P1<M1*2/v=2
            book B M1 P1 P1<M1*1 P1<M1*2 -> refused consumption_repeated
        ",
    }
    LOSS_RATE_OUT_OF_RANGE = Refusal "loss_rate_out_of_range" {
        "tangible and intangible loss add up to 100 % or more",
        "The loss rates (有形、无形损耗率) are shares of the material consumed; something must be left: 0 ≤ t, 0 ≤ i, t + i < 100.",
        "Check whether the rate was taken of the net instead of the gross, or written as a fraction of 1.",
        [journal("Arithmetic"), UC_FORMULA], "
            book A M1 P1 P1<M1*1/loss=99.99
            book B M1 P1 P1<M1*1/loss=60/intangible=40 -> refused loss_rate_out_of_range
        ",
    }
    APPROVED_BELOW_COUNTED = Warning "approved_below_counted" {
        "less is approved than is counted already",
        "A running book taken over, or customs' own amendment, may say so: it is a fact.",
        "Nothing more may be declared of the item until more is approved.",
        [journal("Rules of the lists, 1")], "
            book A M1:100/used=100
            book B M1:100/used=130 -> ok warns approved_below_counted
        ",
    }
    GUARANTEE_MISSING = Warning "guarantee_missing" {
        "a guarantee is missing",
        "An enterprise of a low credit level gives a full guarantee (全额担保).",
        "Record the guarantee when customs has it.",
        [GUARANTEE, CREDIT_LEVELS], "
            book A credit=dishonest guarantee=2027-12-31 M1
            book B credit=dishonest M1 -> ok warns guarantee_missing
        ",
    }
    GUARANTEE_TOO_SHORT = Warning "guarantee_too_short" {
        "the guarantee ends too early",
        "A letter of guarantee is valid to the expiry of the handbook and 80 days more.",
        "Have the guarantee extended with the handbook.",
        [GUARANTEE_TERM], "
            book A until=2026-12-31 guarantee=2027-03-21 M1
            book B until=2026-12-31 guarantee=2027-03-20 M1 -> ok warns guarantee_too_short
        ",
    }
    SELF_VERIFICATION_LOST = Warning "self_verification_lost" {
        "self-verification no longer fits the credit level",
        "The level was lowered; a lower level is always recorded. Self-verification (自核资格) is not for the dishonest.",
        "Amend the book with self_verification false, and declare unit consumption to customs.",
        [CREDIT_LEVELS, SELF_VERIFICATION], "
            book A self=yes M1
            amend A credit=certified
            amend A credit=dishonest guarantee=2027-12-31 -> ok warns self_verification_lost
        ",
    }
}
