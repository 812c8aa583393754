//! What customs has against what the ledger has (对账): a copy of a book, or the heads of its lists,
//! item by item, field by field, with what would make them equal.

mod book; // Books are compared
mod head; // by their heads
mod rows; // and their rows,
mod lists; // lists by their receipts;
mod table; // told as a table.

pub use lists::lists;

pub(crate) use book::{Compared, bare, compare};

use std::fmt;

use bonded_ledger::{Date, Entry, EntryKind, HandbookNo, Scope, Uuid};
use serde::Serialize;

use crate::message::Message;
use crate::problem::Problem;
use crate::receipts::{Answer, BookCopy, Books};

/// What a difference is of.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// The head of a book.
    Head,
    /// A material (料件).
    Material {
        /// 序号.
        seq: u16,
    },
    /// A product (成品).
    Product {
        /// 序号.
        seq: u16,
    },
    /// A line of the consumption table (单耗).
    Consumption {
        /// 成品序号.
        product: u16,
        /// 料件序号.
        material: u16,
        /// 单耗版本号.
        version: String,
    },
    /// A list (核注清单).
    List {
        /// Its number here, or at customs where it is not here.
        list: String,
    },
    /// A line of a list.
    Line {
        /// Its number here.
        list: String,
        /// 商品序号.
        line: u32,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Head => f.write_str("head"),
            Subject::Material { seq } => write!(f, "material {seq}"),
            Subject::Product { seq } => write!(f, "product {seq}"),
            Subject::Consumption {
                product,
                material,
                version,
            } => write!(f, "consumption {product}/{material} version {version}"),
            Subject::List { list } => write!(f, "list {list}"),
            Subject::Line { list, line } => write!(f, "list {list} line {line}"),
        }
    }
}

/// Who is probably right. A guess, from whose change is the later one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Likely {
    /// Customs': its copy is of the same change as what is on file, or of a later one.
    Customs,
    /// Ours: the copy is of an earlier change.
    Ours,
    /// It cannot be told.
    Unclear,
}

/// One difference.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Of what.
    #[serde(flatten)]
    pub subject: Subject,
    /// Which field, as the journal names it; `present` where the whole of it is on one side only.
    pub field: &'static str,
    /// Ours; `None` where there is nothing.
    pub ours: Option<String>,
    /// Customs'; `None` where there is nothing.
    pub customs: Option<String>,
    /// Who is probably right.
    pub likely: Likely,
    /// The entries that are offered make it equal.
    pub mended: bool,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |it: &Option<String>| it.clone().unwrap_or_else(|| "–".into());
        write!(
            f,
            "{} {}: ours {}, customs' {}",
            self.subject,
            self.field,
            told(&self.ours),
            told(&self.customs)
        )
    }
}

/// What came of holding one against the other.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Reconciliation {
    /// The book; `None` for lists of several.
    pub handbook: Option<HandbookNo>,
    /// Every difference, in order.
    pub differences: Vec<Difference>,
    /// What would make equal what is `mended`, in this order. Nothing is posted here.
    pub entries: Vec<Entry>,
    /// What the reader should know.
    pub notes: Vec<String>,
    /// What could not be read, and was not compared.
    #[serde(serialize_with = "as_text")]
    pub problems: Vec<Problem>,
}

fn as_text<S: serde::Serializer>(problems: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(problems.iter().map(ToString::to_string))
}

impl Reconciliation {
    /// Nothing differs, and everything could be read.
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty() && self.problems.is_empty()
    }
}

/// Holds a full copy of a book (EML301, EMS301, or an EML211 that has it whole) against the ledger and
/// what is on file. `on` dates the entries that are offered.
///
/// A field that the copy leaves empty is told where we have a value, and left as it is.
pub fn book(message: &Message, books: &Books<'_>, on: Date) -> Reconciliation {
    let mut answer = Answer::new(books);
    let copy = BookCopy::read(message, &mut answer);
    let mut told = Reconciliation {
        handbook: copy.as_ref().map(|it| it.number),
        differences: Vec::new(),
        entries: Vec::new(),
        notes: Vec::new(),
        problems: Vec::new(),
    };
    if let Some(copy) = copy {
        match books.on_file.handbook(copy.number) {
            Some(filed) => {
                let compared = compare(&copy, filed, books, true);
                let pause = pause(&copy, books);
                told.differences = compared.differences;
                told.notes = compared.notes;
                if let Some(amendment) = compared.amendment {
                    let kind = EntryKind::AmendHandbook(Box::new(amendment));
                    told.entries.push(offered(on, kind));
                }
                told.entries
                    .extend(pause.into_iter().map(|it| offered(on, it)));
            }
            None => {
                let difference = Difference {
                    subject: Subject::Head,
                    field: "present",
                    ours: None,
                    customs: Some(copy.number.to_string()),
                    likely: Likely::Customs,
                    mended: false,
                    advice: "read the copy as a receipt: it opens the book".into(),
                };
                told.differences.push(difference);
            }
        }
    }
    let answer = answer.tell();
    told.notes.extend(answer.notes);
    told.problems = answer.problems;
    told
}

/// An entry by its content: offered again it is the same.
fn offered(on: Date, kind: EntryKind) -> Entry {
    let content = serde_json::to_string(&(on, &kind)).unwrap_or_default();
    Entry::new(offered_id(&content), on, kind)
}

fn offered_id(content: &str) -> Uuid {
    crate::receipts::id(&["reconcile", content])
}

/// The entries that suspend exactly what customs has suspended.
fn pause(copy: &BookCopy<'_>, books: &Books<'_>) -> Vec<EntryKind> {
    let Some((scope, now)) = head::suspension(copy, books) else {
        return Vec::new();
    };
    let handbook = copy.number;
    let mut entries = Vec::new();
    if !now.is_empty() {
        entries.push(EntryKind::ResumeHandbook {
            handbook,
            reason: None,
        });
    }
    entries.extend(scope.map(|scope: Scope| EntryKind::SuspendHandbook {
        handbook,
        scope,
        reason: None,
    }));
    entries
}

#[cfg(test)]
mod tests;
