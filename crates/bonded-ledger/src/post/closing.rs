//! 报核, 结案, 退单.

use crate::book::Status;
use crate::ids::HandbookNo;
use crate::ledger::{Ledger, Posting};
use crate::post::cycles::check_none_reported;
use crate::rules::Refusal;
use crate::rules::closing::{HANDBOOK_NOT_REPORTED, NOT_CLOSABLE};

pub(crate) fn report(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    number: HandbookNo,
) -> Result<(), Refusal> {
    let at = ledger.open_book(number, posting.date)?;
    check_none_reported(ledger.book(at))?;
    let reasons = ledger.closing_reasons(at);
    if !reasons.is_empty() {
        let count = reasons.len();
        let first: Vec<&str> = reasons.iter().take(3).map(|it| it.message()).collect();
        let more = if count > 3 {
            format!("; and {} more", count - 3)
        } else {
            String::new()
        };
        let message = format!(
            "handbook {number} is not closable, {count} {}: {}{more}",
            if count == 1 { "reason" } else { "reasons" },
            first.join("; ")
        );
        return Err(NOT_CLOSABLE.refuse(message).because(reasons));
    }
    let warnings = ledger.closing_warnings(at, Some(posting.date));
    posting.warnings.extend(warnings);
    ledger.books[at as usize].status = Status::Reported;
    Ok(())
}

pub(crate) fn accept(ledger: &mut Ledger, number: HandbookNo) -> Result<(), Refusal> {
    decide(ledger, number, Status::Closed)
}

pub(crate) fn give_back(ledger: &mut Ledger, number: HandbookNo) -> Result<(), Refusal> {
    decide(ledger, number, Status::Open)
}

fn decide(ledger: &mut Ledger, number: HandbookNo, status: Status) -> Result<(), Refusal> {
    let at = ledger.known_book(number)?;
    match ledger.book(at).status {
        Status::Reported => {
            ledger.books[at as usize].status = status;
            Ok(())
        }
        Status::Closed => ledger.book_takes_entries(at),
        Status::Open => Err(HANDBOOK_NOT_REPORTED.refuse(format!(
            "handbook {number} is open, no closure report (报核) was made"
        ))),
    }
}
