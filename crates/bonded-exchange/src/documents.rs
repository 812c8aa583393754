//! Documents to customs, written from what is on file and from the ledger's figures.
//!
//! Each function answers with a [`Document`], or with everything that is wrong with it at once; a
//! document with an error is not written. A value comes from the ledger where the ledger knows it, and
//! is then never overruled; else from what is given nearest to the line ([`Particulars`], `ext.customs`
//! of the journal); else from a default that `docs/exchange.md` names. Lengths and digits are checked
//! here; what the trade's rules say of the values is not.
//!
//! ```
//! use bonded_exchange::documents::{self, Options};
//! use bonded_exchange::{Envelope, OnFile, Particulars};
//! # use bonded_ledger::Entry;
//! # let mut on_file = OnFile::default();
//! # on_file.record(&Entry::from_json(include_str!("../tests/data/open.json"))?);
//! let envelope = Envelope { message_id: "EML-2026-0001".into(), ..Envelope::default() };
//! let options = Options::client(envelope, "2026-01-05".parse()?);
//! let book = on_file.handbook("C520719A9901".parse()?).expect("opened");
//! let written = documents::handbook(book, &Particulars::default(), &options);
//! let document = written.map_err(|problems| format!("{problems:?}"))?;
//! assert_eq!(document.message.code(), Some("NPTS001"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use bonded_ledger::{Date, Party};

use crate::codes::Codes;
use crate::fields::{self, Dialect, RecordKind};
use crate::message::{Envelope, Message, MessageType, message_type};
use crate::particulars::Particulars;
use crate::problem::{Place, Problem, Severity};
use crate::record::Record;
use crate::tree::{Element, Node};

mod fit; // Does a value fit?
mod form; // Where does it come from?
mod countries; // Codes,
mod money; // amounts;
mod handbook; // what is filed,
mod list; // what passes,
mod carry_over; // from book to book,
mod closure; // what is reported at the end,
mod cycle; // or of a cycle,
mod consumption_sheet; // and of a period.

pub use carry_over::carry_over;
pub use closure::closure;
pub use consumption_sheet::{Period, consumption_sheet};
pub use cycle::{CycleList, CycleReport, cycle_closure};
pub use handbook::{handbook, handbook_change};
pub use list::list;

use form::{Form, OURS, PAGE, TABLES};

/// A document that can be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// 加贸手册备案、变更.
    Handbook,
    /// 加贸账册备案、变更.
    AccountBook,
    /// 保税核注清单.
    List,
    /// 流转申报表.
    CarryOver,
    /// 手册报核.
    Closure,
    /// 账册报核.
    CycleClosure,
    /// 耗料单.
    ConsumptionSheet,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Kind] = &[
        Kind::Handbook,
        Kind::AccountBook,
        Kind::List,
        Kind::CarryOver,
        Kind::Closure,
        Kind::CycleClosure,
        Kind::ConsumptionSheet,
    ];

    /// One word, for a command line.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Handbook => "handbook",
            Kind::AccountBook => "account-book",
            Kind::List => "list",
            Kind::CarryOver => "carry-over",
            Kind::Closure => "closure",
            Kind::CycleClosure => "cycle-closure",
            Kind::ConsumptionSheet => "consumption-sheet",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|it| it.word() == word)
    }

    /// Its Chinese name.
    pub fn chinese(self) -> &'static str {
        match self {
            Kind::Handbook => "加贸手册备案、变更",
            Kind::AccountBook => "加贸账册备案、变更",
            Kind::List => "保税核注清单",
            Kind::CarryOver => "流转申报表",
            Kind::Closure => "手册报核",
            Kind::CycleClosure => "账册报核",
            Kind::ConsumptionSheet => "耗料单",
        }
    }

    /// The dialects in which it can be written. Where the client's is left out, its root there was not
    /// found.
    pub fn dialects(self) -> &'static [Dialect] {
        match self {
            Kind::Handbook | Kind::List => &[Dialect::Client, Dialect::Customs],
            _ => &[Dialect::Customs],
        }
    }

    /// The type of its message in a dialect.
    pub fn message_type(self, dialect: Dialect) -> Option<&'static MessageType> {
        let code = match (self, dialect) {
            (Kind::Handbook, Dialect::Client) => "NPTS001",
            (Kind::Handbook, Dialect::Customs) => "EML111",
            (Kind::List, _) => "INV101",
            (_, Dialect::Client) => return None,
            (Kind::AccountBook, _) => "EMS111",
            (Kind::CarryOver, _) => "BHL101",
            (Kind::Closure, _) => "EML121",
            (Kind::CycleClosure, _) => "EMS121",
            (Kind::ConsumptionSheet, _) => "CMB101",
        };
        message_type(code)
    }
}

/// What the document asks customs to do (申报类型).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// 1 备案: it is filed for the first time.
    File,
    /// 2 变更: what is filed is changed.
    Change,
    /// 3 删除: what is filed is taken back.
    Delete,
}

impl Action {
    /// `DclTypecd`.
    fn code(self) -> &'static str {
        match self {
            Action::File => "1",
            Action::Change => "2",
            Action::Delete => "3",
        }
    }

    /// `ModfMarkcd` of a line of a document that is filed, changed or taken back whole. Which mark the
    /// lines of a deletion carry was not found: 2 删除 (`unverified`).
    fn mark(self) -> &'static str {
        match self {
            Action::File => ADDED,
            Action::Change => CHANGED,
            Action::Delete => REMOVED,
        }
    }
}

const KEPT: &str = "0";
const CHANGED: &str = "1";
const REMOVED: &str = "2";
const ADDED: &str = "3";

/// How a document is to be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Who takes it.
    pub dialect: Dialect,
    /// What stands around it.
    pub envelope: Envelope,
    /// The day on which it is declared (申报日期).
    pub day: Date,
    /// What it asks for.
    pub action: Action,
    /// Whether the client is to declare it (`DelcareFlag` 1) or only to save it (0, 暂存).
    pub declare: bool,
    /// Whether customs' number of a handbook is written. Not before customs has given it.
    pub numbered: bool,
    /// The code tables.
    pub codes: Codes,
}

impl Options {
    /// For the OutBox of the Single Window's client: filed for the first time, to be declared.
    pub fn client(envelope: Envelope, day: Date) -> Options {
        Options::new(Dialect::Client, envelope, day)
    }

    /// In the dialect of the customs' side.
    pub fn customs(envelope: Envelope, day: Date) -> Options {
        Options::new(Dialect::Customs, envelope, day)
    }

    fn new(dialect: Dialect, envelope: Envelope, day: Date) -> Options {
        Options {
            dialect,
            envelope,
            day,
            action: Action::File,
            declare: true,
            numbered: true,
            codes: Codes::builtin(),
        }
    }

    /// The same as a change or deletion.
    #[must_use]
    pub fn action(mut self, action: Action) -> Options {
        self.action = action;
        self
    }

    /// The same, only to be saved (暂存).
    #[must_use]
    pub fn saved(mut self) -> Options {
        self.declare = false;
        self
    }

    /// The same for a handbook that customs has not numbered yet: the journal's number goes into the
    /// enterprise's own (`EtpsPreentNo`) alone.
    #[must_use]
    pub fn without_number(mut self) -> Options {
        self.numbered = false;
        self
    }

    fn currency(&self, text: &str) -> String {
        let known = self.codes.currency(text);
        known.map_or_else(|| text.to_owned(), |it| it.code.clone())
    }
}

/// A document that may go out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// What goes out.
    pub message: Message,
    /// What wants a look before it does.
    pub warnings: Vec<Problem>,
}

/// A document that is being written.
struct Paper<'o> {
    kind: Kind,
    options: &'o Options,
    records: Vec<Record>,
    beside: Vec<Node>,
    problems: Vec<Problem>,
}

impl<'o> Paper<'o> {
    fn new(kind: Kind, options: &'o Options) -> Paper<'o> {
        Paper {
            kind,
            options,
            records: Vec::new(),
            beside: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn add(&mut self, form: Form<'_, '_>) {
        let declare = self.options.declare;
        let record = form.finish(declare, &mut self.problems);
        self.records.push(record);
    }

    fn problem(
        &mut self,
        code: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
        advice: impl Into<String>,
        source: &'static str,
    ) {
        let problem = Problem::error(code, Place::Whole, found, expected, advice, source);
        self.problems.push(problem);
    }

    /// The whole, or everything that keeps it back.
    fn close(mut self) -> Result<Document, Vec<Problem>> {
        let dialect = self.options.dialect;
        self.envelope();
        let Some(kind) = self.kind.message_type(dialect) else {
            self.problem(
                "client_root_unknown",
                format!("{} for the client", self.kind.chinese()),
                "a root element and a number of the message, which were not found",
                "write it in the dialect of the customs' side, or key it in on the page",
                "formats that were looked through up to 2025 (unverified)",
            );
            return Err(self.problems);
        };
        if self
            .problems
            .iter()
            .any(|it| it.severity == Severity::Error)
        {
            return Err(self.problems);
        }
        let envelope = &self.options.envelope;
        let message = match dialect {
            Dialect::Customs => Message::for_customs(kind, envelope, self.records),
            Dialect::Client => {
                let declare = self.options.declare;
                Message::for_client(kind, envelope, self.records, self.beside, declare)
            }
        };
        Ok(Document {
            kind: self.kind,
            message,
            warnings: self.problems,
        })
    }

    /// What stands on the envelope fits too. The client needs the number of the message alone.
    fn envelope(&mut self) {
        let envelope = &self.options.envelope;
        let all = [
            ("message_id", envelope.message_id.as_str()),
            ("file_name", &envelope.file_name),
            ("sender_id", &envelope.sender),
            ("receiver_id", &envelope.receiver),
            ("send_time", &envelope.sent),
            ("Ic_Card", envelope.card.as_deref().unwrap_or_default()),
        ];
        for (name, value) in all {
            let place = Place::Element(format!("EnvelopInfo/{name}"));
            let needed = match self.options.dialect {
                Dialect::Client => name == "message_id",
                Dialect::Customs => name != "Ic_Card",
            };
            if value.trim().is_empty() {
                if needed {
                    let advice = "give the envelope; it is never made up";
                    let problem =
                        Problem::error("element_missing", place, "nothing", name, advice, TABLES);
                    self.problems.push(problem);
                }
                continue;
            }
            let Some(field) = fields::ENVELOP_INFO.field(name) else {
                continue;
            };
            if let Err(misfit) = fit::fit(field, None, fit::Width::Characters, value) {
                let (found, expected) = (misfit.found, misfit.expected);
                let advice = "change the envelope";
                let problem = Problem::error(misfit.code, place, found, expected, advice, TABLES);
                self.problems.push(problem);
            }
        }
    }

    /// What the client wants beside the records: who operates, and which system it is for.
    fn operator(&mut self, particulars: &Particulars, declarant: Option<&str>) {
        let given = particulars.head("OperCusRegCode").or(declarant);
        match given {
            Some(code) => {
                let code = code.trim();
                if code.chars().count() != 10 || !code.bytes().all(|it| it.is_ascii_alphanumeric())
                {
                    let found = format!("OperCusRegCode {code:?}");
                    let expected = "10 letters and digits, the card holder's customs code";
                    let advice = "give OperCusRegCode among the particulars of the head";
                    self.problem("length_differs", found, expected, advice, PAGE);
                }
                self.beside
                    .push(Node::Element(Element::of_text("OperCusRegCode", code)));
            }
            None => self.problem(
                "element_missing",
                "no OperCusRegCode",
                "the customs code of who declares",
                "give DclEtpsno or OperCusRegCode among the particulars of the head",
                PAGE,
            ),
        }
    }
}

/// Customs' code, credit code and name of a party.
fn party(of: &Party) -> [&str; 3] {
    [of.customs_code.as_str(), of.uscc.as_str(), &of.name]
}

/// The customs district (关区) in the number of a book.
fn district(number: &str) -> Option<&str> {
    let district = number.get(1..5)?;
    district
        .bytes()
        .all(|it| it.is_ascii_digit())
        .then_some(district)
}

/// The record of a dialect.
fn of_dialect(
    dialect: Dialect,
    customs: &'static RecordKind,
    client: &'static RecordKind,
) -> &'static RecordKind {
    match dialect {
        Dialect::Customs => customs,
        Dialect::Client => client,
    }
}

/// Says that a value wants a look.
fn warn(form: &mut Form<'_, '_>, code: &'static str, name: &str, found: String, advice: &str) {
    let problem = form.problem(code, name, found, "a look", advice, OURS);
    problem.severity = Severity::Warning;
}
