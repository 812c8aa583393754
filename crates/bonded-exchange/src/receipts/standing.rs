//! Where a list stands, and what a message makes of it.

use bonded_ledger::{
    AmendList, BookList, Date, DeclareList, Direction, EntryKind, Goods, HandbookNo, ListLine,
    ListState, Mode, OpenHandbook,
};

use super::copy::ListCopy;
use super::declare::{Moves, declaration_number};
use super::line::{Lines, compare, keep_ours, quantities, told_otherwise};
use super::told::{Answer, SOURCE, customs_ext, id};
use crate::on_file::FiledList;
use crate::problem::{Place, Problem};

/// Where a list stands.
pub(super) struct Standing<'b> {
    pub(super) handbook: HandbookNo,
    pub(super) number: String,
    pub(super) book: &'b OpenHandbook,
    pub(super) declared: Date,
    pub(super) state: ListState,
    pub(super) withdrawn: Option<Date>,
    pub(super) change: u32,
    pub(super) list: DeclareList,
}

impl<'b> Standing<'b> {
    pub(super) fn of(list: &FiledList, book: &'b OpenHandbook) -> Standing<'b> {
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
    /// Whether it was declared after it was withdrawn; of the same day, whether it has other lines.
    fn is_declared_again(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) -> bool {
        if copy.declared != self.withdrawn {
            return copy.declared > self.withdrawn;
        }
        let lines = self.lines(copy, answer);
        lines.is_some_and(|it| !matches!(compare(&it, &self.list.lines), Lines::Same))
    }

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

    /// Amounts, origins and second quantities that customs has otherwise: no entry takes them over.
    fn tell_otherwise(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        let Some(lines) = self.lines(copy, answer) else {
            return;
        };
        for (line, field, ours, theirs) in told_otherwise(&lines, &self.list.lines) {
            answer.warn(Problem::error(
                "value_differs",
                Place::Whole,
                format!("list {} line {line}: {field} {theirs}", self.number),
                format!("{ours}, as on file"),
                "it moves no book; post amend_list where customs is right",
                SOURCE,
            ));
        }
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

    pub(super) fn sent(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        match self.state {
            ListState::Pending if self.is_current(copy) => self.agrees(copy, answer),
            ListState::Withdrawn if self.is_declared_again(copy, answer) => {
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

    pub(super) fn pre_deducted(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        if self.state == ListState::Pending && !self.is_ahead(copy, answer) && self.is_current(copy)
        {
            self.agrees(copy, answer);
        }
        self.known("pre-deducted (预核扣): pending, or more, already", answer);
    }

    pub(super) fn deducted(&mut self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        let day = copy.deducted.or(copy.handled);
        if self.is_current(copy) && self.state != ListState::Withdrawn {
            self.tell_otherwise(copy, answer);
        }
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

    pub(super) fn returned(&self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
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

    pub(super) fn deleted(&mut self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
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

    pub(super) fn changed(&mut self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
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
    pub(super) fn follow(&mut self, copy: &ListCopy<'_>, answer: &mut Answer<'_, '_>) {
        if self.state == ListState::Pending && copy.is_deducted() {
            self.book(copy, copy.deducted.or(copy.handled), true, answer);
        }
    }
}
