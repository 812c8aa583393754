//! A list as a message has it, held against the list on file.

use bonded_ledger::{EntryKind, HandbookNo, ListState};

use super::copy::{ListCopy, Step};
use super::standing::Standing;
use super::told::{Answer, reasons};
use crate::message::Message;

/// INV101, INV201, INV211.
pub(super) fn read(message: &Message, code: &str, answer: &mut Answer<'_, '_>) {
    reasons(message, answer);
    let Some(copy) = ListCopy::read(message, code, answer) else {
        return;
    };
    for number in [copy.bond, copy.preent] {
        answer.same(number, copy.inner.or(copy.preent));
    }
    let called = copy.called();
    if [copy.bond, copy.preent, copy.inner]
        .iter()
        .all(Option::is_none)
    {
        answer.missing(
            code,
            "invtPreentNo",
            "a number of the list: 清单编号, 预录入编号 or 企业内部清单编号",
        );
        return;
    }
    if let Some(other) = copy.book().and_then(other_account) {
        let book = copy.book().unwrap_or_default();
        answer.note(format!(
            "list {called}: {book} is {other}, no processing handbook: moves no book"
        ));
        return;
    }
    if let Step::Informs(what) = copy.step {
        answer.note(format!("list {called}: {what}"));
        return;
    }
    if let Some(lists) = copy.ambiguous(answer) {
        return answer.contradicts(
            "list_ambiguous",
            format!("list {called}: {} carry that number", lists.join(", ")),
            "a number that one list carries",
            "send lists with an etpsInnerInvtNo of their own; book this one by hand",
        );
    }
    let found = copy.find(answer);
    let mut standing = match found {
        Some(list) => {
            let Some(book) = answer.books.on_file.handbook(list.declared.handbook) else {
                return;
            };
            Standing::of(list, &book.opened)
        }
        None => match unknown(&copy, answer) {
            Some(standing) => standing,
            None => return,
        },
    };
    let new = found.is_none();
    match copy.step {
        Step::Informs(_) => {}
        Step::Sent | Step::PreDeducted if new => {}
        Step::Sent => standing.sent(&copy, answer),
        Step::PreDeducted => standing.pre_deducted(&copy, answer),
        Step::Deducted => standing.deducted(&copy, answer),
        Step::Returned => standing.returned(&copy, answer),
        // Declared with the lines of its change.
        Step::Changed if new => standing.follow(&copy, answer),
        Step::Changed => standing.changed(&copy, answer),
        Step::Deleted => standing.deleted(&copy, answer),
    }
}

/// What a number that is no processing handbook's is of.
fn other_account(number: &str) -> Option<&'static str> {
    if number
        .parse()
        .is_ok_and(|it: HandbookNo| it.is_processing())
    {
        return None;
    }
    match number.as_bytes().first() {
        Some(b'T') => Some("a logistics account (物流账册)"),
        Some(b'L') => Some("an account of a bonded logistics centre (保税物流中心)"),
        Some(b'H') => Some("an account of a zone's enterprise (特殊区域账册)"),
        Some(b'D') => Some("a handbook of equipment (不作价设备)"),
        Some(b'B' | b'C' | b'E') => None,
        _ => Some("another account"),
    }
}

/// A list that is not on file: declared from the message where it has all of it.
fn unknown<'b>(copy: &ListCopy<'_>, answer: &mut Answer<'_, 'b>) -> Option<Standing<'b>> {
    let called = copy.called();
    let Some(text) = copy.book() else {
        answer.waits(
            "list_unknown",
            format!("list {called}, which is not here"),
            "a list that is on file",
            "deliver its INV101 or a receipt with head and lines first, or post its declare_list",
        );
        return None;
    };
    let handbook: Option<HandbookNo> = text.parse().ok();
    let books = *answer.books;
    let on_file = handbook.and_then(|it| books.on_file.handbook(it));
    let (Some(handbook), Some(filed)) = (handbook, on_file) else {
        answer.waits(
            "handbook_unknown",
            format!("list {called} of {text}, which is not here"),
            "a book that is open here",
            "deliver its EML211 or EML301 first, import its workbook, or post its open_handbook",
        );
        return None;
    };
    let first = copy.change.is_none_or(|it| it == 0) && copy.step != Step::Changed;
    let undone = matches!(copy.step, Step::Returned | Step::Deleted);
    if undone && books.nothing_else_comes {
        answer.known(format!(
            "list {called} never came into the books: nothing to undo"
        ));
        return None;
    }
    if undone || !copy.is_whole() || !(first || books.nothing_else_comes) {
        answer.waits(
            "list_unknown",
            format!("list {called} of {handbook}, which is not here"),
            "a list that is on file",
            "deliver its INV101 or the receipt of its declaration first, or post its declare_list",
        );
        return None;
    }
    let (date, list) = copy.declaration(handbook, answer)?;
    let standing = Standing {
        handbook,
        number: list.number.clone(),
        book: &filed.opened,
        declared: date,
        state: ListState::Pending,
        withdrawn: None,
        change: copy.change.unwrap_or_default(),
        list: list.clone(),
    };
    answer.note(format!("list {}: declared on {date}", list.number));
    let meaning = ["declare_list", handbook.as_str(), &standing.number];
    answer.post(&meaning, date, EntryKind::DeclareList { list }, None);
    Some(standing)
}
