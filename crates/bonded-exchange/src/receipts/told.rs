//! What is answered, and the receipts that only inform.

use std::collections::BTreeMap;

use bonded_ledger::{Date, Entry, EntryKind, Ext, Ledger, Uuid};
use serde_json::{Map, Value as Json};

use super::get::{get, of};
use crate::message::Message;
use crate::on_file::OnFile;
use crate::problem::{Place, Problem};
use crate::values::Unreadable;

/// What the meaning of receipts rests on.
pub(crate) const SOURCE: &str =
    "field tables and receipts of the interface, 2017 to 2024 (secondary)";

/// What a receipt is held against.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Books<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// What is on file, of the same journal.
    pub on_file: &'a OnFile,
    /// What earlier answers said of names; see [`Names`].
    pub names: &'a Names,
    /// Nothing else will come: a list whose first declaration is not here is declared as the receipt
    /// of its change has it, in place of waiting.
    pub nothing_else_comes: bool,
}

impl<'a> Books<'a> {
    /// Books that other receipts may still come for.
    pub fn new(ledger: &'a Ledger, on_file: &'a OnFile, names: &'a Names) -> Books<'a> {
        Books {
            ledger,
            on_file,
            names,
            nothing_else_comes: false,
        }
    }
}

/// Which numbers are of one document: 清单编号 and 预录入编号 on one side, the enterprise's own on the
/// other. A short receipt names a list by the number that the Single Window gave, which only another
/// message holds beside one's own.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Takes what an answer says. Answers whether it was new.
    pub fn learn(&mut self, told: &Told) -> bool {
        let mut new = false;
        for (number, own) in &told.names {
            if !self.0.contains_key(number) {
                self.0.insert(number.clone(), own.clone());
                new = true;
            }
        }
        new
    }

    /// Takes two numbers of one document: the one that was given, and the enterprise's own. The first
    /// that was learnt of a number stands.
    pub fn insert(&mut self, number: &str, own: &str) {
        let known = self.0.entry(number.to_owned());
        known.or_insert_with(|| own.to_owned());
    }

    /// The enterprise's own number for one that customs or the Single Window gave.
    pub fn own(&self, number: &str) -> Option<&str> {
        self.0.get(number).map(String::as_str)
    }
}

/// What became of a receipt.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It says what the ledger does not have: there are entries.
    New,
    /// The ledger has it already.
    Known,
    /// What it speaks of is not here yet: to be tried again after others.
    Waits,
    /// It says other than the ledger: nothing is offered, the problems say what differs.
    Contradicts,
    /// It moves no book.
    Informs,
    /// Its values cannot be what they should be: nothing is offered.
    Faulty,
}

/// The answer to a receipt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Told {
    /// What to post, in this order; each relies on those before it.
    pub entries: Vec<Entry>,
    /// What it says, in words, the reasons that customs gave among them.
    pub notes: Vec<String>,
    /// What is wrong, or what it waits for.
    pub problems: Vec<Problem>,
    /// Numbers of one document; see [`Names::learn`].
    pub names: Vec<(String, String)>,
    /// What became of it.
    pub outcome: Outcome,
}

/// An answer under way.
pub(crate) struct Answer<'b, 'a> {
    pub(crate) books: &'b Books<'a>,
    told: Told,
}

/// An id that is the same whenever a receipt means the same.
pub(crate) fn id(meaning: &[&str]) -> Uuid {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, b"bonded receipt");
    let mut text = String::new();
    for part in meaning {
        // A length before each part: no two meanings are one text.
        text.push_str(&format!("{}:{part};", part.len()));
    }
    Uuid::new_v5(&namespace, text.as_bytes())
}

impl<'b, 'a> Answer<'b, 'a> {
    pub(crate) fn new(books: &'b Books<'a>) -> Answer<'b, 'a> {
        Answer {
            books,
            told: Told {
                entries: Vec::new(),
                notes: Vec::new(),
                problems: Vec::new(),
                names: Vec::new(),
                outcome: Outcome::Informs,
            },
        }
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.told.notes.push(note.into());
    }

    /// Two numbers of one document.
    pub(crate) fn same(&mut self, number: Option<&str>, own: Option<&str>) {
        if let (Some(number), Some(own)) = (number, own)
            && number != own
        {
            self.told.names.push((number.into(), own.into()));
        }
    }

    pub(crate) fn warn(&mut self, problem: Problem) {
        self.told.problems.push(problem.as_warning());
    }

    pub(crate) fn faulty(&mut self, problem: Problem) {
        self.told.outcome = Outcome::Faulty;
        self.told.problems.push(problem);
    }

    pub(crate) fn unreadable(&mut self, record: &str, found: Unreadable) {
        self.faulty(Problem::error(
            "value_unreadable",
            Place::Element(format!("{record}/{}", found.element)),
            format!("{:?}", found.found),
            found.expected,
            "ask for the receipt again, or correct the message",
            SOURCE,
        ));
    }

    pub(crate) fn repeated(&mut self, record: &str, element: &str) {
        self.faulty(Problem::error(
            "element_repeated",
            Place::Element(format!("{record}/{element}")),
            "two values",
            "one",
            "ask for the receipt again, or correct the message",
            SOURCE,
        ));
    }

    pub(crate) fn missing(&mut self, record: &str, element: &str, expected: &str) {
        self.faulty(Problem::error(
            "value_missing",
            Place::Element(format!("{record}/{element}")),
            "nothing",
            expected,
            "ask for the receipt again, or correct the message",
            SOURCE,
        ));
    }

    pub(crate) fn is_faulty(&self) -> bool {
        self.told.outcome == Outcome::Faulty
    }

    pub(crate) fn contradicts(
        &mut self,
        code: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
        advice: &str,
    ) {
        if !self.is_faulty() {
            self.told.outcome = Outcome::Contradicts;
        }
        let problem = Problem::error(code, Place::Whole, found, expected, advice, SOURCE);
        self.told.problems.push(problem);
    }

    pub(crate) fn waits(
        &mut self,
        code: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
        advice: &str,
    ) {
        if !matches!(self.told.outcome, Outcome::Faulty | Outcome::Contradicts) {
            self.told.outcome = Outcome::Waits;
        }
        let problem = Problem::error(code, Place::Whole, found, expected, advice, SOURCE);
        self.told.problems.push(problem.as_warning());
    }

    pub(crate) fn known(&mut self, note: impl Into<String>) {
        if self.told.outcome == Outcome::Informs {
            self.told.outcome = Outcome::Known;
        }
        self.note(note);
    }

    /// An entry to post. What its fields may not hold is a problem.
    pub(crate) fn post(
        &mut self,
        meaning: &[&str],
        date: Date,
        kind: impl Into<EntryKind>,
        ext: Option<Ext>,
    ) {
        let entry = Entry::new(id(meaning), date, kind.into());
        let entry = match ext {
            Some(ext) => entry.with_ext(ext),
            None => entry,
        };
        if let Some(fault) = entry.fault() {
            self.faulty(Problem::error(
                "value_not_kept",
                Place::Whole,
                fault.to_string(),
                "values that a journal may hold",
                "correct the message, or post the entry by hand",
                "docs/journal.md (read)",
            ));
            return;
        }
        self.told.entries.push(entry);
        if matches!(self.told.outcome, Outcome::Informs | Outcome::Known) {
            self.told.outcome = Outcome::New;
        }
    }

    pub(crate) fn in_parts(&mut self, parts: &str) {
        let advice =
            "put the parts together (they have one pocket_id), or ask for the receipt again";
        self.waits("message_in_parts", parts, "a message of one part", advice);
    }

    pub(crate) fn unknown_message(&mut self) {
        self.faulty(Problem::error(
            "message_unknown",
            Place::Whole,
            "a message that does not say what it is",
            "a message_type in EnvelopInfo, or a known element at the root",
            "look at the file: it may be no message of the interface",
            SOURCE,
        ));
    }

    pub(crate) fn not_of_books(&mut self, code: &str) {
        let chinese = crate::message::message_type(code).map_or("", |it| it.chinese);
        self.note(format!("{code} {chinese}: moves no book"));
    }

    pub(crate) fn tell(mut self) -> Told {
        if matches!(
            self.told.outcome,
            Outcome::Faulty | Outcome::Contradicts | Outcome::Waits
        ) {
            self.told.entries.clear();
        }
        self.told
    }
}

/// `ext.customs` of an entry.
pub(super) fn customs_ext(values: &[(&str, &str)]) -> Option<Ext> {
    let filled = values.iter().filter(|it| !it.1.is_empty());
    let values: Map<String, Json> = filled
        .map(|(name, value)| ((*name).into(), Json::from(*value)))
        .collect();
    if values.is_empty() {
        return None;
    }
    let mut ext = Map::new();
    ext.insert("customs".into(), Json::Object(values));
    Some(ext)
}

/// An element that a record has twice, with different values: which one counts nobody can say.
pub(super) fn repeated(message: &Message) -> Option<(String, String)> {
    message.root().records().find_map(|record| {
        if record.kind().name == "CheckInfo" {
            return None;
        }
        let mut values: Vec<(&str, &str)> = record.values().collect();
        values.sort_unstable();
        values.dedup();
        let twice = values
            .windows(2)
            .find(|it| it[0].0.eq_ignore_ascii_case(it[1].0));
        twice.map(|it| (record.name().to_owned(), it[0].0.to_owned()))
    })
}

/// A message that is one part of several is not the whole list.
pub(super) fn parts(message: &Message) -> Option<String> {
    let pocket = message.record("PocketInfo")?;
    let total = pocket.get("total_pocket_qty")?;
    let at = pocket.get("cur_pocket_no").unwrap_or("?");
    (total.parse::<u64>().is_ok_and(|it| it > 1)).then(|| format!("part {at} of {total}"))
}

pub(super) fn reasons(message: &Message, answer: &mut Answer<'_, '_>) {
    for note in message.notes() {
        answer.note(format!("customs: {note}"));
    }
    if let Some(note) = of(message.record("HdeApprResult"), "rmk") {
        answer.note(format!("customs: {note}"));
    }
}

/// CommonResponeMessage: whether the Single Window took the message in, and its number of it.
pub(super) fn first_answer(message: &Message, answer: &mut Answer<'_, '_>) {
    let Some(record) = message.record("CommonResponeMessage") else {
        return;
    };
    let seq = record.get("SeqNo");
    let own = record.get("EtpsPreentNo");
    answer.same(seq, own);
    let text = record.get("CheckInfo").unwrap_or_default();
    let (seq, own) = (seq.unwrap_or("?"), own.unwrap_or("?"));
    match record.get("DealFlag") {
        Some("0") => answer.note(format!(
            "{own} was taken in by the Single Window under {seq}. {text}"
        )),
        flag => answer.warn(Problem::error(
            "import_failed",
            Place::Element("CommonResponeMessage/DealFlag".into()),
            format!("{}: {text}", flag.unwrap_or("nothing")),
            "0",
            "nothing was declared: correct the message and send it again",
            SOURCE,
        )),
    }
}

/// INV200, EML200 …: whether customs took the message in.
pub(super) fn taken_in(message: &Message, code: &str, answer: &mut Answer<'_, '_>) {
    let record = message.record("MsgReceResult");
    let what = of(record, "etpsPreentNo")
        .or(of(record, "bizNo"))
        .unwrap_or("?");
    match of(record, "manageResult") {
        Some("1") => answer.note(format!("{code}: {what} was taken in (入库成功)")),
        result => {
            let rmk = of(record, "rmk").unwrap_or_default();
            answer.warn(Problem::error(
                "not_taken_in",
                Place::Element("MsgReceResult/manageResult".into()),
                format!("{what}: {} {rmk}", result.unwrap_or("nothing")),
                "1 (入库成功)",
                "customs does not have the document: correct it and send it again",
                SOURCE,
            ));
        }
    }
}

/// INV202: the draft of a declaration that was made of a list. Its number is not yet the declaration's.
pub(super) fn declaration_made(message: &Message, answer: &mut Answer<'_, '_>) {
    let record = message.record("InvApprResult");
    let list = of(record, "businessId").or(of(record, "invPreentNo"));
    let list = list.unwrap_or("?");
    match of(record, "manageResult") {
        Some("1") => answer.note(format!(
            "list {list}: declaration drafted under {} (报关单统一编号); its own number comes when the list is booked",
            of(record, "entrySeqNo").unwrap_or("?")
        )),
        result => answer.warn(Problem::error(
            "declaration_not_made",
            Place::Element("InvApprResult/manageResult".into()),
            format!(
                "list {list}: {} {}",
                result.unwrap_or("nothing"),
                of(record, "reason").unwrap_or_default()
            ),
            "1 (生成成功)",
            "make the declaration by hand, or correct the list",
            SOURCE,
        )),
    }
}

/// SAS221, SAS223: a pass (核放单) was approved, or went through the gate.
pub(super) fn gate(message: &Message, code: &str, answer: &mut Answer<'_, '_>) {
    reasons(message, answer);
    let result = message.record("HdeApprResult");
    let pass = message.record("SasPassportBsc");
    let number = pass.and_then(|it| get(it, "passportNo"));
    let number = number.or(of(result, "businessId")).unwrap_or("?");
    let said = match (code, of(result, "manageResult").unwrap_or_default()) {
        ("SAS223", "1") => "went through the gate (已过卡)",
        ("SAS223", "2") => "did not go through the gate (未过卡)",
        (_, "1") => "was approved (通过)",
        (_, "2") => "is looked at by hand (转人工)",
        (_, "3") => "was returned (退单)",
        _ => "was answered",
    };
    let lists = of(pass, "rltNo").map(|it| format!(", lists {}", it.replace('\\', ", ")));
    let lists = lists.unwrap_or_default();
    answer.note(format!("pass {number} {said}{lists}: moves no book"));
}
