//! The lists of a ledger, as one asks for them.

use serde::Serialize;

use crate::ids::{Date, HandbookNo, Mode};
use crate::ledger::Ledger;
use crate::list::ListState;

/// A list in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ListSummary {
    /// Its number.
    pub number: String,
    /// 清单编号, once customs has given it.
    pub customs_number: Option<String>,
    /// 手册编号.
    pub handbook: HandbookNo,
    /// 监管方式.
    pub mode: Mode,
    /// The column it counts in.
    pub column: &'static str,
    /// `pending`, `booked` or `withdrawn`.
    pub state: &'static str,
    /// When it was declared.
    pub declared: Option<Date>,
    /// When it was booked.
    pub booked: Option<Date>,
    /// How many lines.
    pub lines: usize,
    /// The ERP's document number.
    pub reference: Option<String>,
    /// The other side of a carry-over.
    pub counterpart: Option<HandbookNo>,
    /// 报关单号.
    pub customs_declaration: Option<String>,
}

/// Which lists are asked for. Every condition that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct ListFilter<'a> {
    /// Of this handbook.
    pub handbook: Option<HandbookNo>,
    /// In this state.
    pub state: Option<ListState>,
    /// With this ERP document number.
    pub reference: Option<&'a str>,
}

impl Ledger {
    /// Lists in the order of their declaration.
    pub fn lists(&self, filter: &ListFilter<'_>) -> Vec<ListSummary> {
        let lists = self.lists.iter().filter(|list| {
            let details = list.details.as_deref();
            let reference = details.and_then(|it| it.reference.as_deref());
            filter
                .handbook
                .is_none_or(|it| self.book(list.book).number == it)
                && filter.state.is_none_or(|it| list.state == it)
                && filter.reference.is_none_or(|it| reference == Some(it))
        });
        let text = |it: &Option<Box<str>>| it.as_deref().map(str::to_string);
        lists
            .map(|list| ListSummary {
                number: list.number.to_string(),
                customs_number: text(&list.customs_number),
                handbook: self.book(list.book).number,
                mode: list.mode,
                column: list.movement.column(),
                state: list.state.as_str(),
                declared: list.declared(),
                booked: list.booked(),
                lines: list.lines().len(),
                reference: list.details.as_ref().and_then(|it| text(&it.reference)),
                counterpart: list.carry.as_ref().map(|it| it.handbook),
                customs_declaration: list
                    .details
                    .as_ref()
                    .and_then(|it| text(&it.customs_declaration)),
            })
            .collect()
    }
}
