//! Messages in (回执): what a document or a receipt of customs says becomes the entries that make a
//! journal say the same.
//!
//! Nothing is posted here. A receipt may come twice, late or out of order: it is held against what the
//! ledger has, and answered as new, known, waiting for another, or contradicting. Whoever delivers a
//! set of receipts again and again until nothing is new ends with the same ledger, whatever the order.
//!
//! Dates are the receipt's own, never a clock's: a list is declared on 清单申报日期 (`invtDclTime`),
//! booked on 正式核扣时间 (`formalVrfdedTime`), a book is opened on 备案批准日期 (`putrecApprTime`) and
//! changed on 变更批准日期 (`chgApprTime`); everything else, and each of these where it is empty, is of
//! 处理日期 (`manageDate`).

mod told; // What is answered,
mod get; // what a record says in either dialect,
mod copy; // a list as the message has it,
mod line; // and its lines,
mod declare; // as the journal declares them,
mod lists; // held against the list on file,
mod standing; // where it stands;
mod book; // a book as the message has it,
mod rows; // its items and unit consumption,
mod books; // held against the book on file.

pub use told::{Books, Names, Outcome, Told};

pub(crate) use book::{BookCopy, PARTIES, Pause};
pub(crate) use copy::{ListCopy, Step};
pub(crate) use line::{Lines, compare as compare_lines, told_otherwise};
pub(crate) use told::{Answer, id};

use crate::message::Message;

/// What a message says that a journal should say.
///
/// Of the documents that an enterprise sends INV101 (either dialect) becomes `declare_list`; of the
/// receipts INV201 and INV211 become `declare_list`, `book_list`, `amend_list` and `withdraw_list`,
/// EML211 and EMS211 `open_handbook` and `amend_handbook`, EML221 `accept_closure` and
/// `return_closure`, EML241 and EMS241 `suspend_handbook` and `resume_handbook`, EML301
/// `open_handbook`. All others are told in words.
///
/// ```
/// use bonded_exchange::receipts::{Books, Names, Outcome, read};
/// use bonded_exchange::{Message, OnFile};
/// use bonded_ledger::Ledger;
/// let receipt = Message::read(b"<INV201><HdeApprResult><etpsPreentNo>202600000000000001\
///     </etpsPreentNo><typecd>1</typecd><manageResult>1</manageResult>\
///     <manageDate>2026-03-02 09:00:00</manageDate></HdeApprResult></INV201>")?;
/// let (ledger, on_file, names) = (Ledger::new(), OnFile::default(), Names::default());
/// let told = read(&receipt, &Books::new(&ledger, &on_file, &names));
/// assert_eq!(told.outcome, Outcome::Waits);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(message: &Message, books: &Books<'_>) -> Told {
    let mut answer = Answer::new(books);
    let code = message.code().unwrap_or_default().to_ascii_uppercase();
    if let Some((record, element)) = told::repeated(message) {
        answer.repeated(&record, &element);
        return answer.tell();
    }
    if let Some(parts) = told::parts(message) {
        answer.in_parts(&parts);
        return answer.tell();
    }
    match code.as_str() {
        "COMMONRESPONEMESSAGE" => told::first_answer(message, &mut answer),
        "INV101" | "INV201" | "INV211" => lists::read(message, &code, &mut answer),
        "EML211" | "EML221" | "EML241" | "EML301" | "EMS211" | "EMS221" | "EMS241" | "EMS301" => {
            books::read(message, &code, &mut answer);
        }
        "EML111" | "NPTS001" | "EMS111" => books::sent(message, &mut answer),
        "INV202" => told::declaration_made(message, &mut answer),
        "SAS221" | "SAS223" => told::gate(message, &code, &mut answer),
        _ if code.ends_with("200") => told::taken_in(message, &code, &mut answer),
        "" => answer.unknown_message(),
        _ => answer.not_of_books(&code),
    }
    answer.tell()
}

#[cfg(test)]
pub(crate) mod tests;
