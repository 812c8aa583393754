//! Identity: the same `id` never means two things.

use super::rules;
use crate::law::{ACCOUNT_BOOKS, journal};

rules! {
    ID_REUSED = Refusal "id_reused" {
        "the id was used for an entry with other content",
        "The id is the idempotency key. The same id with equal content (compared as JSON values) is a duplicate without effect; with other content it is refused. A refused entry leaves its id unused.",
        "Give the new entry an id of its own; to correct an entry, post a correcting one.",
        [journal("Envelope")], "
            book A M1:100
            suspend A import
            again -> duplicate
            again note=other -> refused id_reused
        ",
    }
    NOT_SUPPORTED_YET = Refusal "not_supported_yet" {
        "not supported yet",
        "Account-book cycles (账册周期核销) are written down in the contract and not built yet. An account book opens, posts and states.",
        "Keep the entry and post it when cycles are supported; nothing was changed.",
        [journal("Account books: cycles"), ACCOUNT_BOOKS], "
            book A kind=E M1
            report_cycle A 2026-02-28 -> refused not_supported_yet
        ",
    }
}
