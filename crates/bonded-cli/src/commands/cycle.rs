//! `bonded cycle`: what a count means, what is due, all cycles side by side, and consumption lists.

use bonded_ledger::{HandbookNo, Ledger, Status};

use super::known_handbook;
use crate::error::Error;

mod check;
mod plan;
mod show;
mod taken;

pub(crate) use check::check;
pub(crate) use plan::plan;
pub(crate) use show::show;
pub(crate) use taken::taken;

/// The account books that are asked for.
fn books(ledger: &Ledger, asked: Option<HandbookNo>) -> Result<Vec<HandbookNo>, Error> {
    match known_handbook(ledger, asked)? {
        Some(number) if number.is_account_book() => Ok(vec![number]),
        Some(number) => {
            let mut books = ledger.handbooks().into_iter();
            let nearest = books.find(HandbookNo::is_account_book);
            Err(Error::unknown(
                "account book",
                number.as_str(),
                nearest.map(|it| it.to_string()),
            ))
        }
        None => {
            let books = ledger.handbooks().into_iter();
            Ok(books.filter(HandbookNo::is_account_book).collect())
        }
    }
}

/// The same; of all, those that take entries: what is closed has nothing to count and nothing due.
fn open_books(ledger: &Ledger, asked: Option<HandbookNo>) -> Result<Vec<HandbookNo>, Error> {
    let mut books = books(ledger, asked)?;
    if asked.is_none() {
        books.retain(|it| ledger.status(*it) == Some(Status::Open));
    }
    Ok(books)
}
