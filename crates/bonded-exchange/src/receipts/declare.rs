//! A list that the ledger does not have, as the journal declares it.

use bonded_ledger::{
    Counterpart, Date, DeclareList, Direction, Goods, HandbookNo, ListLine, Mode, Movement,
    OpenHandbook, modes,
};

use super::copy::ListCopy;
use super::get::{carried_along, get};
use super::line::Reading;
use super::told::{Answer, SOURCE};
use crate::fields::BOND_INVT_BSC;
use crate::problem::{Place, Problem};
use crate::record::Record;

/// What the journal has a field for, of every head.
const TAKEN: [&str; 4] = [
    "putrecNo",
    "impexpMarkcd",
    "mtpckEndprdMarkcd",
    "supvModecd",
];

/// What a head says of the movement.
pub(super) struct Moves {
    pub(super) direction: Direction,
    pub(super) goods: Goods,
    pub(super) mode: Mode,
    pub(super) movement: Option<Movement>,
}

impl Moves {
    pub(super) fn of(
        head: &Record,
        trade: bonded_ledger::Trade,
        answer: &mut Answer<'_, '_>,
    ) -> Option<Moves> {
        let direction = match get(head, "impexpMarkcd") {
            Some("I") => Some(Direction::Import),
            Some("E") => Some(Direction::Export),
            found => code(head, "impexpMarkcd", found, "I (进口) or E (出口)", answer),
        };
        let goods = match get(head, "mtpckEndprdMarkcd") {
            Some("I") => Some(Goods::Material),
            Some("E") => Some(Goods::Product),
            found => code(
                head,
                "mtpckEndprdMarkcd",
                found,
                "I (料件) or E (成品)",
                answer,
            ),
        };
        let mode: Option<Mode> = match get(head, "supvModecd").map(|it| (it, it.parse())) {
            Some((_, Ok(mode))) => Some(mode),
            found => code(
                head,
                "supvModecd",
                found.map(|it| it.0),
                "a supervision mode of 4 characters (监管方式)",
                answer,
            ),
        };
        let (direction, goods, mode) = (direction?, goods?, mode?);
        let row = |it: &(
            Movement,
            &str,
            Option<bonded_ledger::Trade>,
            Direction,
            Goods,
        )| {
            it.1 == mode.as_str()
                && it.2.is_none_or(|it| it == trade)
                && (it.3, it.4) == (direction, goods)
        };
        // Where none fits the ledger says what would.
        let movement = modes::table().find(row).map(|it| it.0);
        Some(Moves {
            direction,
            goods,
            mode,
            movement,
        })
    }

    pub(super) fn is_scrap(&self) -> bool {
        self.movement.is_some_and(Movement::is_scrap)
    }
}

fn code<T>(
    head: &Record,
    element: &str,
    found: Option<&str>,
    expected: &str,
    answer: &mut Answer<'_, '_>,
) -> Option<T> {
    match found {
        None => answer.missing(head.name(), element, expected),
        Some(found) => answer.faulty(Problem::error(
            "code_unknown",
            Place::Element(format!("{}/{element}", head.name())),
            found,
            expected,
            "correct the message, or post declare_list by hand",
            SOURCE,
        )),
    }
    None
}

impl ListCopy<'_> {
    /// Its lines as the journal has them; `None` where it has none, or where they cannot be read.
    pub(crate) fn lines_of(
        &self,
        book: &OpenHandbook,
        answer: &mut Answer<'_, '_>,
    ) -> Option<Vec<ListLine>> {
        let head = self.head.filter(|_| self.is_whole())?;
        let moves = Moves::of(head, book.trade, answer)?;
        self.lines_under(&moves, book, answer)
    }

    pub(super) fn lines_under(
        &self,
        moves: &Moves,
        book: &OpenHandbook,
        answer: &mut Answer<'_, '_>,
    ) -> Option<Vec<ListLine>> {
        let reading = Reading {
            book,
            goods: moves.goods,
            scrap: moves.is_scrap(),
        };
        let lines = reading.lines(&self.lines, answer);
        (!answer.is_faulty() && lines.len() == self.lines.len()).then_some(lines)
    }

    /// The declaration, and its date. The number is one's own (企业内部清单编号) where there is one,
    /// so that a document and its receipt declare the same list, whichever comes first.
    pub(super) fn declaration(
        &self,
        handbook: HandbookNo,
        answer: &mut Answer<'_, '_>,
    ) -> Option<(Date, DeclareList)> {
        let head = self.head?;
        let filed = answer.books.on_file.handbook(handbook)?;
        let moves = Moves::of(head, filed.opened.trade, answer)?;
        let number = self.free_number(answer)?;
        let mut taken = TAKEN.to_vec();
        let counterpart = self.counterpart(head, &moves, &mut taken, answer);
        let reference = self.inner.filter(|it| *it != number);
        if self.inner.is_some() {
            taken.push("etpsInnerInvtNo");
        }
        let customs_declaration = declaration_number(head, &mut taken);
        let lines = self.lines_under(&moves, &filed.opened, answer)?;
        let Some(date) = self.declared.or(self.handled) else {
            answer.missing(
                head.name(),
                "invtDclTime",
                "the day of declaration (清单申报日期)",
            );
            return None;
        };
        for other in [
            "BondInvtDtSimple",
            "InvtGoodsType",
            "BondInvtAcmpFormDt",
            "SasCentDclStock",
            "InvtWarehouseType",
            "InvtCbecBill",
        ] {
            let count = self.message.records(other).count();
            if count > 0 {
                answer.note(format!(
                    "{count} records {other} have no place in the journal: keep the message"
                ));
            }
        }
        let list = DeclareList {
            number: number.into(),
            handbook,
            direction: moves.direction,
            goods: moves.goods,
            mode: moves.mode,
            counterpart,
            delivered: None,
            reference: reference.map(Into::into),
            settles: None,
            customs_declaration,
            lines,
            ext: carried_along(head, &BOND_INVT_BSC, &taken),
        };
        Some((date, list))
    }

    /// The first of its numbers that names no list yet: a list that was returned keeps its own for good.
    fn free_number(&self, answer: &mut Answer<'_, '_>) -> Option<&str> {
        let all = [self.inner, self.preent, self.bond];
        let mut all = all.into_iter().flatten();
        let free = all.find(|it| answer.books.on_file.list(it).is_none());
        if free.is_none() {
            answer.contradicts(
                "list_without_number",
                self.called(),
                "a number that no list has: 企业内部清单编号, 预录入编号 or 清单编号",
                "give the list an etpsInnerInvtNo of its own, by which its receipts find it",
            );
        }
        free
    }

    fn counterpart(
        &self,
        head: &Record,
        moves: &Moves,
        taken: &mut Vec<&str>,
        answer: &mut Answer<'_, '_>,
    ) -> Option<Counterpart> {
        let movement = moves.movement.filter(|it| it.is_carry_over())?;
        let Some(text) = get(head, "rltPutrecNo") else {
            answer.missing(
                head.name(),
                "rltPutrecNo",
                "the other side's book (关联备案编号)",
            );
            return None;
        };
        let handbook: HandbookNo = match text.parse() {
            Ok(number) => number,
            Err(_) => {
                answer.faulty(Problem::error(
                    "code_unknown",
                    Place::Element(format!("{}/rltPutrecNo", head.name())),
                    text,
                    HandbookNo::EXPECTED,
                    "correct the message, or post declare_list by hand",
                    SOURCE,
                ));
                return None;
            }
        };
        taken.push("rltPutrecNo");
        if movement.is_receiving() {
            // The receiving side declares first: it knows no list of the other's.
            return Some(Counterpart {
                handbook,
                list: None,
            });
        }
        let theirs = get(head, "rltInvtNo");
        let on_file = answer.books.on_file;
        let ours = theirs.and_then(|it| {
            let mut lists = on_file.lists_of_key(it);
            lists.find(|it| it.declared.handbook == handbook)
        });
        if on_file.handbook(handbook).is_some() && ours.is_none() {
            answer.waits(
                "receiving_list_unknown",
                format!("{} of {handbook}", theirs.unwrap_or("no list (rltInvtNo)")),
                "the receiving list, declared before the sending one (结转, 转入先报)",
                "deliver the receiving list first",
            );
            return None;
        }
        taken.push("rltInvtNo");
        let list = ours.map(|it| it.declared.number.clone());
        Some(Counterpart {
            handbook,
            list: list.or(theirs.map(Into::into)),
        })
    }
}

/// 报关单编号: of the corresponding declaration (对应报关), else of the related one (关联报关).
pub(super) fn declaration_number(head: &Record, taken: &mut Vec<&str>) -> Option<String> {
    for element in ["entryNo", "rltEntryNo"] {
        let digits = |it: &&str| it.len() == 18 && it.bytes().all(|it| it.is_ascii_digit());
        if let Some(number) = get(head, element).filter(digits) {
            taken.push(match element {
                "entryNo" => "entryNo",
                _ => "rltEntryNo",
            });
            return Some(number.into());
        }
    }
    None
}
