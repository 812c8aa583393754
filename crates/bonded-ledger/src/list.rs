//! The state of one list (核注清单) and its history.

use unit_consumption::Quantity;

use crate::entry::Direction;
use crate::ids::{Date, HandbookNo, Mode};
use crate::modes::Movement;

/// Where a list stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ListState {
    /// 预核扣.
    Pending,
    /// 已核扣.
    Booked,
    /// 已删单.
    Withdrawn,
}

impl ListState {
    /// `pending`, `booked` or `withdrawn`.
    pub fn as_str(self) -> &'static str {
        match self {
            ListState::Pending => "pending",
            ListState::Booked => "booked",
            ListState::Withdrawn => "withdrawn",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) number: Box<str>,
    pub(crate) customs_number: Option<Box<str>>,
    pub(crate) book: u32,
    pub(crate) movement: Movement,
    pub(crate) mode: Mode,
    pub(crate) direction: Direction,
    pub(crate) state: ListState,
    pub(crate) carry: Option<Box<Carry>>,
    pub(crate) details: Option<Box<ListDetails>>,
    /// Declared first; the last with lines holds the present lines.
    pub(crate) changes: Vec<Change>,
}

/// What most lists have nothing of.
#[derive(Clone, Debug, Default)]
pub(crate) struct ListDetails {
    pub(crate) delivered: Option<Date>,
    pub(crate) reference: Option<Box<str>>,
    pub(crate) settles: Option<Date>,
    /// Of a list that settles: its declaration or an amendment carries a note, the reason that
    /// customs asks for.
    pub(crate) noted: bool,
    pub(crate) customs_declaration: Option<Box<str>>,
}

/// The other side.
#[derive(Clone, Debug)]
pub(crate) struct Carry {
    pub(crate) handbook: HandbookNo,
    /// The other handbook was open here when this list was declared.
    pub(crate) kept: bool,
    /// The other list's name, as declared or confirmed.
    pub(crate) named: Option<Box<str>>,
    /// The other list: of a sending list its receiving one, of a receiving list its present
    /// sending one.
    pub(crate) other: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) kind: ChangeKind,
    pub(crate) date: Date,
    pub(crate) lines: Option<Box<[Line]>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ChangeKind {
    Declared,
    Booked,
    Amended,
    Withdrawn,
}

/// A line, as far as the balance reads it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Line {
    pub(crate) line: u32,
    /// Index of the version within the book; 0 for materials.
    pub(crate) version: u32,
    pub(crate) quantity: Quantity,
    legal: Quantity,
    /// Index of the item within the book.
    pub(crate) item: u16,
    pub(crate) by_product: bool,
    has_legal: bool,
}

const _: () = assert!(size_of::<Line>() <= 32, "a posted line stays small");

impl Line {
    pub(crate) fn new(line: u32, item: u16, version: u32, quantity: Quantity) -> Line {
        Line {
            line,
            version,
            quantity,
            legal: Quantity::ZERO,
            item,
            by_product: false,
            has_legal: false,
        }
    }

    /// The legal quantity (法定数量), where the line has one.
    pub(crate) fn legal(&self) -> Option<Quantity> {
        self.has_legal.then_some(self.legal)
    }

    pub(crate) fn with_legal(mut self, legal: Option<Quantity>) -> Line {
        (self.legal, self.has_legal) = (legal.unwrap_or_default(), legal.is_some());
        self
    }
}

impl List {
    /// The lines as they stand now.
    pub(crate) fn lines(&self) -> &[Line] {
        self.changes
            .iter()
            .rev()
            .find_map(|it| it.lines.as_deref())
            .unwrap_or_default()
    }

    /// State and lines now; `None` where it was withdrawn.
    pub(crate) fn now(&self) -> Option<(bool, &[Line])> {
        (self.state != ListState::Withdrawn)
            .then(|| (self.state == ListState::Booked, self.lines()))
    }

    /// State and lines as of a day; `None` where it was not declared yet or is gone.
    pub(crate) fn as_of(&self, day: Date) -> Option<(bool, &[Line])> {
        let effective = || self.changes.iter().filter(|it| it.date <= day);
        let has = |kind| effective().any(|it| it.kind == kind);
        if !has(ChangeKind::Declared) || has(ChangeKind::Withdrawn) {
            return None;
        }
        let lines = effective()
            .filter_map(|it| it.lines.as_deref())
            .next_back()?;
        Some((has(ChangeKind::Booked), lines))
    }

    pub(crate) fn declared(&self) -> Option<Date> {
        self.changes.first().map(|it| it.date)
    }

    pub(crate) fn booked(&self) -> Option<Date> {
        self.changes
            .iter()
            .find(|it| it.kind == ChangeKind::Booked)
            .map(|it| it.date)
    }

    pub(crate) fn is_external(&self) -> bool {
        self.carry.as_ref().is_some_and(|it| !it.kept)
    }
}
