//! The trade's own checks before a document is sent: what the Single Window, customs or the book on
//! file would refuse, all of it at once.
//!
//! [`message`] looks at a whole message, in either dialect. What it says rests on the interface's field
//! tables and the Single Window's own page (both `secondary`); where neither says anything, on what the
//! figures need (`unverified`). A missing context is no problem: without [`Context::on_file`] nothing is
//! compared with the book.

use std::collections::HashMap;

use bonded_ledger::{Date, Ledger};

use crate::codes::Codes;
use crate::merge::ExportDuties;
use crate::message::Message;
use crate::on_file::OnFile;
use crate::problem::{Place, Problem, Severity};
use crate::record::Record;

pub mod cases;
mod carry_over; // of a carry-over,
mod closure; // of a closure,
mod doc; // A document is a head and lines,
mod filed; // as the book has it;
mod flags; // whose parts fit together,
mod form; // each element of its form,
mod handbook; // of a handbook,
mod lines; // line by line,
mod meaning; // numbers, codes and names that mean something,
mod sheet; // of a consumption sheet.
#[cfg(test)]
mod tests;

use doc::{Doc, Found};

/// The Single Window's own page.
pub(crate) const PAGE: &str = "the Single Window's page of lists, 2018 to 2021 (secondary)";
/// The notes of the client's interface.
pub(crate) const NOTES: &str = "the notes of the client's interface, 2018 to 2020 (secondary)";
/// The schemas of the customs' side.
pub(crate) const SCHEMA: &str = "the customs side's schemas of 2017 (secondary)";
/// Numbers as they stand in real documents.
pub(crate) const SEEN: &str = "numbers of real documents, 2018 to 2024 (secondary)";
/// What one integrator asks for before sending.
pub(crate) const PRACTICE: &str = "what an integrator asks for before sending, 2024 (secondary)";
/// Filed data.
pub(crate) const FILED: &str =
    "GACC 2018 No. 23: the list posts the book, so its goods are the book's (secondary)";
/// Ours.
pub(crate) const OURS: &str = "what the figures of a document need; no text was found (unverified)";

/// One check: what it looks at, what to do, where it comes from. The manual under
/// `docs/reference/exchange` is generated from these, and the two cases are their tests.
#[derive(Debug)]
#[non_exhaustive]
pub struct Check {
    /// Stable: never changed, never used for anything else.
    pub code: &'static str,
    /// Whether what it finds keeps the document back. `code_unknown` is a warning where the table is
    /// not known to be whole.
    pub severity: Severity,
    /// In a few words, what it finds.
    pub title: &'static str,
    /// What is asked, and why.
    pub text: &'static str,
    /// What to do.
    pub way_out: &'static str,
    /// What it rests on, and how sure we are.
    pub source: &'static str,
    /// The smallest case that passes: see [`cases`].
    pub passes: &'static str,
    /// The smallest case that it finds.
    pub fails: &'static str,
}

impl Check {
    pub(crate) fn problem(
        &self,
        place: Place,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Problem {
        // In the middle of a sentence.
        let advice = self.way_out.strip_suffix('.').unwrap_or(self.way_out);
        let mut letters = advice.chars();
        let first = letters.next().map(|it| it.to_ascii_lowercase());
        let advice: String = first.into_iter().chain(letters).collect();
        let problem = Problem::error(self.code, place, found, expected, advice, self.source);
        match self.severity {
            Severity::Error => problem,
            Severity::Warning => problem.as_warning(),
        }
    }
}

/// Whether a document is to be declared, or only saved (暂存).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// 暂存: a draft may be incomplete.
    Save,
    /// 申报.
    Declare,
}

/// Where an element of a record stands in the caller's own sheet: the record's element
/// (`InvtListType`), its number from 1, the element's name.
pub type Places<'a> = dyn Fn(&str, usize, &str) -> Option<Place> + 'a;

/// What a document is checked against.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Today, for whom it matters: codes in use, validity of the book.
    pub date: Date,
    /// The code tables.
    pub codes: &'a Codes,
    /// What is on file; nothing is compared where there is none.
    pub on_file: Option<&'a OnFile>,
    /// The ledger, for what is closed and for the figures of a closure.
    pub ledger: Option<&'a Ledger>,
    /// Saved or declared; `None`: as the message's `DelcareFlag` says, and declared where it says
    /// nothing.
    pub purpose: Option<Purpose>,
    /// Commodity codes that carry export duty: [`crate::merge`].
    pub duties: Option<&'a ExportDuties>,
    /// The customs code of the card's holder (操作员卡): who declares.
    pub card: Option<&'a str>,
    /// Where the caller's own cells are; problems are told there.
    pub places: Option<&'a Places<'a>>,
}

impl<'a> Context<'a> {
    /// With nothing but the day and the code tables.
    pub fn new(date: Date, codes: &'a Codes) -> Context<'a> {
        Context {
            date,
            codes,
            on_file: None,
            ledger: None,
            purpose: None,
            duties: None,
            card: None,
            places: None,
        }
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("date", &self.date)
            .field("on_file", &self.on_file.is_some())
            .field("ledger", &self.ledger.is_some())
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// Everything that is wrong with a message, in the order of the document. Empty: it can be sent.
pub fn message(message: &Message, context: &Context<'_>) -> Vec<Problem> {
    let purpose = context.purpose.unwrap_or(match message.declare_flag() {
        Some("0") => Purpose::Save,
        _ => Purpose::Declare,
    });
    let records: Vec<&Record> = message.root().records().collect();
    check(
        message.code().unwrap_or_default(),
        &records,
        purpose,
        context,
    )
}

/// The same for the records of a message that is not written yet: its type (`INV101`), and its records
/// in their order.
pub fn records(code: &str, records: &[Record], context: &Context<'_>) -> Vec<Problem> {
    let purpose = context.purpose.unwrap_or(Purpose::Declare);
    check(code, &records.iter().collect::<Vec<_>>(), purpose, context)
}

/// The types of message that are looked at, with the head of each in both dialects.
const TYPES: &[(&str, &[&str])] = &[
    ("INV101", &["InvtHeadType", "BondInvtBsc"]),
    ("NPTS001", &["NptsEmlHead"]),
    ("EML111", &["EmlPutrecBsc"]),
    ("EML121", &["EmlChgoffBsc"]),
    ("EMS121", &["EmsChgoffBsc"]),
    ("BHL101", &["RotateDclBsc"]),
    ("CMB101", &["SasCmbBsc"]),
];

fn check(code: &str, records: &[&Record], purpose: Purpose, context: &Context<'_>) -> Vec<Problem> {
    let mut found = Found::new(context);
    let heads = TYPES.iter().find(|it| it.0.eq_ignore_ascii_case(code));
    let Some((code, heads)) = heads else {
        found.whole(
            &doc::TYPE_NOT_CHECKED,
            code,
            "INV101, NPTS001, EML111, EML121, EMS121, BHL101 or CMB101",
        );
        return found.problems;
    };
    let mut kinds: HashMap<&'static str, Vec<&Record>> = HashMap::new();
    for record in records {
        kinds.entry(record.kind().name).or_default().push(record);
    }
    let heads = heads.iter().filter_map(|it| kinds.get(it)).flatten();
    let heads: Vec<&Record> = heads.copied().collect();
    let &[head] = heads.as_slice() else {
        found.whole(&doc::HEAD_NOT_ONE, heads.len().to_string(), "1");
        return found.problems;
    };
    let doc = Doc::new(head, kinds, purpose, context);
    form::check(records, &doc, &mut found);
    match *code {
        "INV101" => {
            flags::check(&doc, &mut found);
            lines::check(&doc, &mut found);
            filed::check_list(&doc, &mut found);
        }
        "NPTS001" | "EML111" => handbook::check(&doc, &mut found),
        "EML121" | "EMS121" => closure::check(&doc, &mut found),
        "BHL101" => carry_over::check(&doc, &mut found),
        _ => sheet::check(&doc, &mut found),
    }
    found.problems
}

/// All checks, those of every document first.
pub fn codes() -> impl Iterator<Item = &'static Check> {
    [
        doc::ALL,
        form::ALL,
        meaning::ALL,
        flags::ALL,
        lines::ALL,
        crate::merge::rules::ALL,
        filed::ALL,
        handbook::ALL,
        closure::ALL,
        carry_over::ALL,
        sheet::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The check of a code.
pub fn find(code: &str) -> Option<&'static Check> {
    codes().find(|it| it.code == code)
}
