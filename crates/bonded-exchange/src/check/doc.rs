//! A document as the checks see it: one head, lines of several kinds, names of either dialect.

use std::collections::HashMap;

use super::{Check, Context, OURS, Purpose};
use crate::fields::RecordKind;
use crate::figure::Figure;
use crate::problem::{Place, Problem, Severity};
use crate::record::Record;

pub(super) static TYPE_NOT_CHECKED: Check = Check {
    code: "type_not_checked",
    severity: Severity::Warning,
    title: "a message of a type that is not looked at",
    text: "Checked are lists, handbooks, closures, carry-over declarations and consumption sheets. Nothing was looked at in this message.",
    way_out: "Look at it yourself, or correct message_type.",
    source: OURS,
    passes: "INV101",
    fails: "SAS121",
};

pub(super) static HEAD_NOT_ONE: Check = Check {
    code: "head_not_one",
    severity: Severity::Error,
    title: "no head, or several",
    text: "A message carries one document: one head, and its lines.",
    way_out: "Send a message for each document.",
    source: super::SCHEMA,
    passes: "INV101",
    fails: "INV101\n-InvtHeadType",
};

pub(super) static ALL: &[&Check] = &[&TYPE_NOT_CHECKED, &HEAD_NOT_ONE];

/// A record and its number among those of its kind, from 1; a head has none.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) record: &'a Record,
    pub(super) number: usize,
}

impl<'a> Row<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.record.get(element(self.record.kind(), name)?)
    }

    /// A figure that can be read; what cannot is told by the form.
    pub(super) fn figure(&self, name: &str) -> Option<Figure> {
        Figure::parse(self.get(name)?)
    }

    /// The same, with 0 where there is none.
    pub(super) fn or_zero(&self, name: &str) -> Figure {
        self.figure(name).unwrap_or(Figure::ZERO)
    }

    pub(super) fn whole(&self, name: &str) -> Option<u32> {
        self.figure(name)?.to_string().parse().ok()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        element(self.record.kind(), name).is_some()
    }
}

/// The element of a record that holds what the client calls `name`.
pub(super) fn element(kind: &'static RecordKind, name: &str) -> Option<&'static str> {
    let own = kind.field(name).map(|it| it.name);
    own.or_else(|| crate::dialect::counterpart(kind, name).filter(|it| kind.field(it).is_some()))
}

pub(super) struct Doc<'a> {
    pub(super) head: Row<'a>,
    pub(super) kinds: HashMap<&'static str, Vec<&'a Record>>,
    pub(super) purpose: Purpose,
    pub(super) context: &'a Context<'a>,
}

impl<'a> Doc<'a> {
    pub(super) fn new(
        head: &'a Record,
        kinds: HashMap<&'static str, Vec<&'a Record>>,
        purpose: Purpose,
        context: &'a Context<'a>,
    ) -> Doc<'a> {
        Doc {
            head: Row {
                record: head,
                number: 0,
            },
            kinds,
            purpose,
            context,
        }
    }

    pub(super) fn declares(&self) -> bool {
        self.purpose == Purpose::Declare
    }

    /// Of the head.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.head.get(name)
    }

    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }

    /// The records of a kind, whichever dialect's name it is given by.
    pub(super) fn rows<'s>(&'s self, names: &'s [&'s str]) -> impl Iterator<Item = Row<'a>> + 's {
        let all = names.iter().filter_map(|it| self.kinds.get(it));
        all.flat_map(|it| it.iter().zip(1..))
            .map(|(record, number)| Row { record, number })
    }
}

pub(super) struct Found<'a> {
    context: &'a Context<'a>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Found<'a> {
    pub(super) fn new(context: &'a Context<'a>) -> Found<'a> {
        Found {
            context,
            problems: Vec::new(),
        }
    }

    pub(super) fn place(&self, row: Row<'_>, name: &str) -> Place {
        let kind = row.record.kind();
        let name = element(kind, name).unwrap_or(name);
        let own = self.context.places;
        if let Some(place) = own.and_then(|it| it(kind.name, row.number.max(1), name)) {
            return place;
        }
        Place::Element(match row.number {
            0 => format!("{}/{name}", kind.name),
            number => format!("{}[{number}]/{name}", kind.name),
        })
    }

    /// Something is wrong with an element.
    pub(super) fn at(
        &mut self,
        check: &Check,
        row: Row<'_>,
        name: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let place = self.place(row, name);
        self.problems.push(check.problem(place, found, expected));
    }

    /// Something is wrong with the whole.
    pub(super) fn whole(
        &mut self,
        check: &Check,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.problems
            .push(check.problem(Place::Whole, found, expected));
    }
}

/// What was found, or that nothing was.
pub(super) fn or_nothing(text: Option<&str>) -> String {
    text.unwrap_or("nothing").to_owned()
}
