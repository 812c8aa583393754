//! A list as a message has it, held against the list on file.

use bonded_ledger::{
    AmendList, BookList, Date, DeclareList, Direction, EntryKind, Goods, HandbookNo, ListLine,
    ListState, Mode, OpenHandbook,
};

use super::copy::{ListCopy, Step};
use super::declare::{Moves, declaration_number};
use super::line::{Lines, compare, keep_ours, quantities};
use super::told::{Answer, customs_ext, id, reasons};
use crate::message::Message;
use crate::on_file::FiledList;

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

/// Where a list stands.
struct Standing<'b> {
    handbook: HandbookNo,
    number: String,
    book: &'b OpenHandbook,
    declared: Date,
    state: ListState,
    withdrawn: Option<Date>,
    change: u32,
    list: DeclareList,
}

impl<'b> Standing<'b> {
    fn of(list: &FiledList, book: &'b OpenHandbook) -> Standing<'b> {
        Standing {
            handbook: list.declared.handbook,
            number: list.declared.number.clone(),
            book,
            declared: list.date,
            state: list.state,
            withdrawn: list.withdrawn,
            change: list.change,
            list: list.declared.clone(),
        }
    }

    fn meaning<'s>(&'s self, what: &'s str) -> [&'s str; 3] {
        [what, self.handbook.as_str(), &self.number]
    }

    fn known(&self, what: &str, answer: &mut Answer<'_, '_>) {
        answer.known(format!("list {}: {what}", self.number));
    }

    /// A day that is not before the declaration.
    fn on(&self, day: Option<Date>, element: &str, answer: &mut Answer<'_, '_>) -> Option<Date> {
        let Some(day) = day else {
            answer.missing("HdeApprResult", element, "a day");
            return None;
        };
        if day < self.declared {
            let days = (self.declared - day).num_days();
            answer.contradicts(
                "before_declaration",
                format!("list {}: {element} {day}", self.number),
                format!(
                    "{} or later, when it was declared; {days} days less",
                    self.declared
                ),
                "look up when the list was declared",
            );
            return None;
        }
        Some(day)
    }

    /// The message's lines; `None` where it has none, or where they cannot be read.
    fn lines(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) -> Option<Vec<ListLine>> {
        let head = copy.head.filter(|_| copy.is_whole())?;
        let moves = Moves::of(head, self.book.trade, answer)?;
        let own = (self.list.direction, self.list.goods, self.list.mode);
        let theirs = (moves.direction, moves.goods, moves.mode);
        if theirs != own {
            let told =
                |it: (Direction, Goods, Mode)| format!("{} of {} under {}", it.0, it.1, it.2);
            answer.contradicts(
                "movement_differs",
                format!("list {}: {}", self.number, told(theirs)),
                format!("{}, as on file", told(own)),
                "look the list up at the Single Window; a list of another mode is withdrawn and declared anew",
            );
            return None;
        }
        copy.lines_under(&moves, self.book, answer)
    }

    /// Whether the quantities are those on file; says it where they are not.
    fn agrees(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        let Some(lines) = self.lines(copy, answer) else {
            return;
        };
        let found = match compare(&lines, &self.list.lines) {
            Lines::Same => return,
            Lines::Passed(passed) => quantities(&passed, &self.list.lines),
            Lines::Other(what) => what,
        };
        answer.contradicts(
            "quantities_differ",
            format!("list {}: {found}", self.number),
            "the lines on file",
            "look the list up at the Single Window; post amend_list where customs is right",
        );
    }

    /// Whether an earlier change has not come yet.
    fn is_ahead(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) -> bool {
        let Some(change) = copy.change.filter(|it| *it > self.change) else {
            return false;
        };
        answer.waits(
            "change_missing",
            format!(
                "list {}: a receipt of change {change} (变更次数)",
                self.number
            ),
            format!("change {} first, which is not here", self.change + 1),
            "deliver the receipt of the change, or post its amend_list",
        );
        true
    }

    fn is_current(&self, copy: &ListCopy<'_>) -> bool {
        copy.change.is_none_or(|it| it == self.change)
    }

    fn sent(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        match self.state {
            ListState::Pending if self.is_current(copy) => self.agrees(copy, answer),
            ListState::Withdrawn if copy.declared > self.withdrawn => {
                let day = copy.declared.map_or_else(String::new, |it| it.to_string());
                answer.contradicts(
                    "list_withdrawn",
                    format!("list {}: declared on {day}", self.number),
                    "a list that was not withdrawn",
                    "a list that is declared again needs another number: give it another etpsInnerInvtNo",
                );
            }
            _ => {}
        }
        self.known("declared already", answer);
    }

    fn pre_deducted(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        if self.state == ListState::Pending && !self.is_ahead(copy, answer) && self.is_current(copy)
        {
            self.agrees(copy, answer);
        }
        self.known("pre-deducted (预核扣): pending, or more, already", answer);
    }

    fn deducted(&mut self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        let day = copy.deducted.or(copy.handled);
        match self.state {
            ListState::Booked => {
                if self.is_current(copy) {
                    self.agrees(copy, answer);
                }
                self.known("booked (已核扣) already", answer);
            }
            ListState::Withdrawn => {
                let returned = id(&self.meaning("withdraw_list, returned"));
                let returned = answer.books.ledger.has_entry(returned);
                if returned || day > self.withdrawn {
                    answer.contradicts(
                        "deducted_after_withdrawal",
                        format!("list {}: deducted (已核扣)", self.number),
                        "no deduction: the list was withdrawn (退单, 删单)",
                        "look the list up at the Single Window; where it counts declare it anew under customs' number",
                    );
                }
                self.known("deducted before it was withdrawn: counts no more", answer);
            }
            ListState::Pending => {
                if self.is_ahead(copy, answer) {
                    return;
                }
                self.book(copy, day, self.is_current(copy), answer);
            }
        }
    }

    /// Books it; `current`: the message's lines are those that passed, not another change's.
    fn book(
        &mut self,
        copy: &ListCopy<'_>,
        day: Option<Date>,
        current: bool,
        answer: &mut Answer<'_, '_>,
    ) {
        let Some(day) = self.on(day, "formalVrfdedTime", answer) else {
            return;
        };
        let mut booked = BookList::new(self.number.clone());
        if current && let Some(lines) = self.lines(copy, answer) {
            match compare(&lines, &self.list.lines) {
                Lines::Same => {}
                Lines::Passed(passed) => {
                    answer.note(format!(
                        "list {}: other quantities passed: {}",
                        self.number,
                        quantities(&passed, &self.list.lines)
                    ));
                    booked.lines = passed;
                }
                Lines::Other(what) => {
                    answer.contradicts(
                        "quantities_differ",
                        format!("list {}: {what}", self.number),
                        "the lines on file",
                        "look the list up at the Single Window; post amend_list, then book_list",
                    );
                    return;
                }
            }
        }
        let number = copy.bond.filter(|it| *it != self.number);
        booked.customs_number = number.map(Into::into);
        let declaration = copy
            .head
            .and_then(|it| declaration_number(it, &mut Vec::new()));
        let same = declaration == self.list.customs_declaration;
        booked.customs_declaration = declaration.filter(|_| !same);
        answer.note(format!("list {}: booked (已核扣) on {day}", self.number));
        answer.post(&self.meaning("book_list"), day, booked, None);
        self.state = ListState::Booked;
    }

    fn returned(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        match self.state {
            ListState::Withdrawn => self.known("withdrawn already", answer),
            ListState::Booked => answer.contradicts(
                "returned_although_booked",
                format!("list {}: returned (退单)", self.number),
                "no return: the list is booked (已核扣), and a return ranks below it",
                "look the list up at the Single Window; withdraw it there (删单), or post withdraw_list",
            ),
            ListState::Pending => {
                self.withdraw("withdraw_list, returned", "returned (退单)", copy, answer);
            }
        }
    }

    fn deleted(&mut self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        if self.state == ListState::Withdrawn {
            self.known("withdrawn already", answer);
            return;
        }
        // Whether a deletion counts as a change (变更次数) is not known: only other lines say that one is
        // missing. Where none will come the list goes as it is.
        let ahead = copy.change.is_some_and(|it| it > self.change);
        if ahead && !answer.books.nothing_else_comes {
            let lines = self.lines(copy, answer);
            let same = |it: Vec<ListLine>| matches!(compare(&it, &self.list.lines), Lines::Same);
            if !lines.is_none_or(same) {
                self.is_ahead(copy, answer);
                return;
            }
        }
        if self.state == ListState::Pending && copy.is_deducted() && copy.deducted.is_some() {
            self.book(copy, copy.deducted, self.is_current(copy), answer);
        }
        self.withdraw("withdraw_list", "deleted (删单)", copy, answer);
    }

    fn withdraw(
        &self,
        meaning: &str,
        what: &str,
        copy: &ListCopy<'_>,
        answer: &mut Answer<'_, '_>,
    ) {
        let day = copy.handled.or(copy.deducted);
        let Some(day) = self.on(day, "manageDate", answer) else {
            return;
        };
        answer.note(format!("list {}: {what} on {day}", self.number));
        let list = self.number.clone();
        answer.post(
            &self.meaning(meaning),
            day,
            EntryKind::WithdrawList { list },
            None,
        );
    }

    fn changed(&mut self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        if self.state == ListState::Withdrawn {
            self.known("changed before it was withdrawn: counts no more", answer);
            return;
        }
        let change = copy.change.filter(|it| *it > 0);
        if change.is_some_and(|it| it < self.change) {
            self.known("changed again since", answer);
            return;
        }
        if change.is_some_and(|it| it > self.change + 1) {
            self.is_ahead(copy, answer);
            return;
        }
        if !copy.is_whole() {
            if change == Some(self.change) {
                self.known("changed already", answer);
                return;
            }
            answer.waits(
                "change_without_lines",
                format!(
                    "list {}: a change was accepted (改单), without its lines",
                    self.number
                ),
                "head and lines",
                "ask for the receipt again (INV141), or post the amend_list of the change",
            );
            return;
        }
        let Some(mut lines) = self.lines(copy, answer) else {
            return;
        };
        keep_ours(&mut lines, &self.list);
        let same = matches!(compare(&lines, &self.list.lines), Lines::Same);
        if change == Some(self.change) || (change.is_none() && same) {
            // Of a list that was deducted since, other quantities may have passed.
            if copy.is_deducted() || self.state == ListState::Pending {
                self.agrees(copy, answer);
            }
            self.known("changed already", answer);
            self.follow(copy, answer);
            return;
        }
        let Some(day) = self.on(copy.handled, "manageDate", answer) else {
            return;
        };
        // Deducted before the change was accepted: in that order.
        let pending = self.state == ListState::Pending && copy.is_deducted();
        if pending && let Some(deducted) = copy.deducted.filter(|it| *it <= day) {
            self.book(copy, Some(deducted), false, answer);
        }
        self.change += 1;
        let number = self.change.to_string();
        let amended = AmendList {
            list: self.number.clone(),
            lines: lines.clone(),
            document: None,
        };
        answer.note(format!("list {}: changed (改单) on {day}", self.number));
        let ext = customs_ext(&[("chgTmsCnt", &number)]);
        let meaning = ["amend_list", self.handbook.as_str(), &self.number, &number];
        answer.post(&meaning, day, amended, ext);
        self.list.lines = lines;
        self.follow(copy, answer);
    }

    /// A receipt of a change that also says that the list is deducted.
    fn follow(&mut self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        if self.state == ListState::Pending && copy.is_deducted() {
            self.book(copy, copy.deducted.or(copy.handled), true, answer);
        }
    }
}
