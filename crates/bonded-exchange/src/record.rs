//! A record of a message: values by the names of its elements, nothing that stood there lost.

use compact_str::CompactString;

use crate::fields::{Dialect, RecordKind};
use crate::tree::{Attributes, Element};

/// A head or a line of a message.
///
/// Values are kept as the text that stood there; [`crate::values`] reads them. Absent, empty and nil
/// mean the same and are written again as they were. Elements that the table does not know are kept
/// in their place.
#[derive(Clone, Debug)]
pub struct Record {
    kind: &'static RecordKind,
    /// The element as it was spelt, where that is not the kind's own spelling.
    pub(crate) spelt: Option<Box<str>>,
    pub(crate) attributes: Attributes,
    pub(crate) cells: Vec<Cell>,
}

/// An element of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// One of the table's, spelt as the table has it.
    Field(u16, Value),
    /// One of the table's, spelt otherwise or with attributes.
    Spelt(u16, Box<Element>),
    /// One that the table does not know.
    Other(Box<Element>),
}

/// What an element holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Value {
    Text(CompactString),
    Empty,
}

impl Value {
    fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Empty => None,
        }
    }
}

impl Record {
    /// A record without a value. On the customs' side every element is present, empty.
    pub fn new(kind: &'static RecordKind) -> Record {
        let cells = match kind.dialect {
            Dialect::Client => Vec::new(),
            Dialect::Customs => {
                let all = 0..kind.fields.len() as u16;
                all.map(|at| Cell::Field(at, Value::Empty)).collect()
            }
        };
        Record {
            cells,
            ..Record::empty(kind)
        }
    }

    pub(crate) fn empty(kind: &'static RecordKind) -> Record {
        Record {
            kind,
            spelt: None,
            attributes: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// Where each element stands in the table, in the order in which they stand here.
    pub(crate) fn order(&self) -> Vec<u16> {
        let at = |it: &Cell| match it {
            Cell::Field(at, _) | Cell::Spelt(at, _) => *at,
            Cell::Other(_) => u16::MAX,
        };
        self.cells.iter().map(at).collect()
    }

    /// What it is a record of.
    pub fn kind(&self) -> &'static RecordKind {
        self.kind
    }

    /// The value of an element, in either case of its name; `None` where it is absent, empty or nil.
    /// Spaces around it do not count.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = match self.kind.position(name) {
            Some(at) => self.at(at),
            None => self.other(name),
        };
        found.map(str::trim).filter(|it| !it.is_empty())
    }

    fn at(&self, at: usize) -> Option<&str> {
        let is = |cell: &&Cell| matches!(cell, Cell::Field(it, _) | Cell::Spelt(it, _) if usize::from(*it) == at);
        // Mostly the elements stand in the table's order.
        let guess = self.cells.get(at).filter(is);
        match guess.or_else(|| self.cells.iter().find(is))? {
            Cell::Field(_, value) => value.text(),
            Cell::Spelt(_, element) | Cell::Other(element) => element.text(),
        }
    }

    fn other(&self, name: &str) -> Option<&str> {
        self.cells.iter().find_map(|it| match it {
            Cell::Other(element) if element.is(name) => element.text(),
            _ => None,
        })
    }

    /// Sets an element of the table; `None` takes its value away. Answers whether the table has it.
    pub fn set(&mut self, name: &str, value: Option<&str>) -> bool {
        let Some(at) = self
            .kind
            .position(name)
            .and_then(|it| u16::try_from(it).ok())
        else {
            return false;
        };
        let index = |it: &Cell| match it {
            Cell::Field(index, _) | Cell::Spelt(index, _) => Some(*index),
            Cell::Other(_) => None,
        };
        let present = self.cells.iter().position(|it| index(it) == Some(at));
        let value = value.filter(|it| !it.is_empty());
        match (present, value) {
            (Some(place), Some(text)) => {
                self.cells[place] = Cell::Field(at, Value::Text(text.into()));
            }
            (Some(place), None) if self.kind.dialect == Dialect::Customs => {
                self.cells[place] = Cell::Field(at, Value::Empty);
            }
            (Some(place), None) => drop(self.cells.remove(place)),
            (None, Some(text)) => {
                let behind = |it: &Cell| index(it).is_some_and(|it| it > at);
                let place = self.cells.iter().position(behind);
                let place = place.unwrap_or(self.cells.len());
                let cell = Cell::Field(at, Value::Text(text.into()));
                self.cells.insert(place, cell);
            }
            (None, None) => {}
        }
        true
    }

    /// The same, to write a record in one expression.
    ///
    /// # Panics
    /// In debug builds, where the table does not have the element.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<str>) -> Record {
        let known = self.set(name, Some(value.as_ref()));
        debug_assert!(known, "{} has no {name}", self.kind.name);
        self
    }

    /// Every element that holds a value, by its name as the table or the file spells it.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cells.iter().filter_map(|it| match it {
            Cell::Field(at, value) => {
                let field = self.kind.fields.get(usize::from(*at))?;
                Some((field.name, value.text()?))
            }
            Cell::Spelt(_, element) | Cell::Other(element) => {
                Some((element.local_name(), element.text()?))
            }
        })
    }

    /// The names of the elements that the table does not know.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().filter_map(|it| match it {
            Cell::Other(element) => Some(element.local_name()),
            _ => None,
        })
    }

    /// The record's element as it is written.
    pub fn name(&self) -> &str {
        self.spelt.as_deref().unwrap_or(self.kind.name)
    }

    /// The same values as a record of the other dialect: what both tables have, under their names
    /// there. Dates are written as the dialect writes them.
    pub fn translate(&self, kind: &'static RecordKind) -> Record {
        let mut there = Record::new(kind);
        for field in kind.fields {
            let here = crate::dialect::counterpart(self.kind, field.name);
            if let Some(value) = here.and_then(|name| self.get(name)) {
                let value = crate::dialect::written(value, field.holds);
                there.set(field.name, Some(&value));
            }
        }
        there
    }
}

impl PartialEq for Record {
    /// Same kind, same elements in the same order with the same values; absent, empty and nil are
    /// alike.
    fn eq(&self, other: &Record) -> bool {
        self.kind.name == other.kind.name && self.values().eq(other.values())
    }
}
