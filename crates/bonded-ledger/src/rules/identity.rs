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
        "Written down and not built yet: what goods took by work order (工单).",
        "Declare what the orders took as a consumption list, or keep the entry until it is supported; nothing was changed.",
        [journal("Account books: cycles"), ACCOUNT_BOOKS], "
            book A kind=E M1:10/opening=10 P1 P1<M1*1
            export L1 A P1:1
            deduct L1
            take A H1 L1 M1:1 way=work_order -> refused not_supported_yet
        ",
    }
}
