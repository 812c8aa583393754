//! Lines of a list become lines of a customs declaration (归并).
//!
//! The Single Window merges when a declaration is generated (its page of 2018 to 2021, `secondary`):
//! lines of one commodity code, name, unit, country of origin, country of destination and currency
//! are added up, and what was added is rounded once, a tie to the even digit. Here it is done before
//! sending, with the mapping kept: which line of the list went into which line of the declaration.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::figure::Figure;
use crate::message::Message;
use crate::problem::{Place, Problem};
use crate::record::Record;
use crate::tree::{Element, Node};

pub(crate) mod rules;
#[cfg(test)]
mod tests;

pub use rules::DECLARATION_LINES;
use rules::{
    MERGE_ALONE, MERGE_NUMBER_GAP, MERGE_NUMBER_REUSED, MERGE_OVER_LIMIT, MERGE_UNITS_DIFFER,
    MERGE_UNREADABLE,
};

/// Commodity codes that carry export duty (出口关税): finished products of these are never merged. The
/// table is the caller's; the tariff changes every year.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ExportDuties(HashSet<Box<str>>);

impl ExportDuties {
    /// Whether a code carries export duty: it, or a heading above it, is in the table.
    pub fn carries(&self, code: &str) -> bool {
        // A table may name whole headings.
        (2..=code.len()).any(|to| code.get(..to).is_some_and(|it| self.0.contains(it)))
    }
}

impl<T: Into<Box<str>>> FromIterator<T> for ExportDuties {
    fn from_iter<I: IntoIterator<Item = T>>(codes: I) -> ExportDuties {
        ExportDuties(codes.into_iter().map(Into::into).collect())
    }
}

/// A line of the declaration.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DeclarationLine {
    /// 报关单商品序号, from 1.
    pub number: u32,
    /// The lines of the list that went into it: their places, from 0, in their order.
    pub from: Vec<usize>,
    /// 商品编码.
    pub code: String,
    /// 商品名称.
    pub name: String,
    /// 申报计量单位.
    pub unit: String,
    /// 原产国; blank only in a collective list (集报).
    pub country: String,
    /// 最终目的国.
    pub destination: String,
    /// 币制.
    pub currency: String,
    /// 申报数量: the sum to 5 decimals.
    pub quantity: String,
    /// 法定计量单位.
    pub legal_unit: String,
    /// 法定数量: the sum to 5 decimals; blank where no line has one.
    pub legal_quantity: String,
    /// 法定第二计量单位; may be blank.
    pub legal_unit_2: String,
    /// 第二法定数量: the sum to 5 decimals; blank where no line has one.
    pub legal_quantity_2: String,
    /// 总价: the sum to 2 decimals.
    pub total: String,
    /// 单价: total ÷ quantity, to 5 and then to 4 decimals.
    pub price: String,
}

/// How the lines of a list were merged.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Merge {
    /// The lines of the declaration, 1..n.
    pub lines: Vec<DeclarationLine>,
    /// Of each line of the list, in their order: the number of the declaration's line it went into.
    pub numbers: Vec<u32>,
}

impl Merge {
    /// Writes the numbers back into the lines of the list (`EntryGdsSeqno`).
    pub fn write_back(&self, lines: &mut [Record]) {
        for (record, number) in lines.iter_mut().zip(&self.numbers) {
            record.set("EntryGdsSeqno", Some(&number.to_string()));
        }
    }
}

/// Whether the lines of a list with this head are merged at all: it is declared (`DclcusFlag` 1) and
/// the declaration is generated (`GenDecFlag` 1). The customs side has no `GenDecFlag`: there the first
/// decides.
pub fn merges(head: &Record) -> bool {
    let generated =
        head.kind().field("GenDecFlag").is_none() || head.get("GenDecFlag") == Some("1");
    head.get("DclcusFlag") == Some("1") && generated
}

/// Merges the lines of a list, of either dialect. `None` where they are not merged: [`merges`].
///
/// A number that a line already has (`EntryGdsSeqno`) is honoured. A line without one goes to the
/// first line of the declaration with its key, else to a new one behind all others.
///
/// # Errors
/// All problems at once: figures that cannot be read, numbers with gaps or used twice, more lines than
/// a declaration takes.
pub fn merge(
    head: &Record,
    lines: &[Record],
    duties: &ExportDuties,
) -> Result<Option<Merge>, Vec<Problem>> {
    merge_of(head, &lines.iter().collect::<Vec<_>>(), duties)
}

pub(crate) fn merge_of(
    head: &Record,
    lines: &[&Record],
    duties: &ExportDuties,
) -> Result<Option<Merge>, Vec<Problem>> {
    if !merges(head) {
        return Ok(None);
    }
    let of_products = head.get("MtpckEndprdMarkcd") == Some("E");
    let mut merging = Merging::default();
    for (at, record) in lines.iter().enumerate() {
        let code = record.get("Gdecd").unwrap_or_default();
        let alone = record.get("Param1") == Some("1") || (of_products && duties.carries(code));
        merging.take(at, record, alone);
    }
    merging.finish(lines)
}

/// Merges the lines of a message and writes the numbers back into it; see [`merge`].
///
/// # Errors
/// As [`merge`]; the message is left as it was.
pub fn merge_message(
    message: &mut Message,
    duties: &ExportDuties,
) -> Result<Option<Merge>, Vec<Problem>> {
    let head = ["InvtHeadType", "BondInvtBsc"]
        .into_iter()
        .find_map(|it| message.record(it));
    let Some(head) = head else {
        return Ok(None);
    };
    let kind = line_kind(head);
    let lines: Vec<&Record> = message.records(kind).collect();
    let merged = merge_of(head, &lines, duties)?;
    if let Some(merged) = &merged {
        let mut numbers = merged.numbers.iter();
        number(message.root_mut(), kind, &mut numbers);
    }
    Ok(merged)
}

fn line_kind(head: &Record) -> &'static str {
    match head.kind().name {
        "InvtHeadType" => "InvtListType",
        _ => "BondInvtDt",
    }
}

fn number(element: &mut Element, kind: &str, numbers: &mut std::slice::Iter<'_, u32>) {
    for node in &mut element.children {
        match node {
            Node::Record(record) if record.kind().name == kind => {
                if let Some(number) = numbers.next() {
                    record.set("EntryGdsSeqno", Some(&number.to_string()));
                }
            }
            Node::Element(element) => number(element, kind, numbers),
            _ => {}
        }
    }
}

/// What lines must have in common: code, name, unit, countries, currency.
type Key<'a> = [&'a str; 6];

const KEY: [&str; 6] = [
    "Gdecd",
    "GdsNm",
    "DclUnitcd",
    "Natcd",
    "DestinationNatcd",
    "DclCurrcd",
];

struct Group<'a> {
    key: Key<'a>,
    /// Its only line is never merged.
    alone: bool,
    /// Given by the list, where it was.
    given: Option<u32>,
    from: Vec<usize>,
    legal_unit: &'a str,
    legal_unit_2: &'a str,
    quantity: Figure,
    legal: Option<Figure>,
    legal_2: Option<Figure>,
    total: Figure,
}

#[derive(Default)]
struct Merging<'a> {
    groups: Vec<Group<'a>>,
    /// The first group of a key that others may join.
    by_key: HashMap<Key<'a>, usize>,
    by_number: HashMap<u32, usize>,
    /// Lines without a number: they find their place when all given numbers are known.
    waiting: Vec<(usize, &'a Record, bool)>,
    problems: Vec<Problem>,
}

impl<'a> Merging<'a> {
    fn take(&mut self, at: usize, record: &'a Record, alone: bool) {
        let Some(text) = record.get("EntryGdsSeqno") else {
            self.waiting.push((at, record, alone));
            return;
        };
        let number = record.whole("EntryGdsSeqno").ok().flatten();
        let Some(number) = number.filter(|&it| it > 0) else {
            let place = place(record, at, "EntryGdsSeqno");
            self.problems
                .push(MERGE_NUMBER_GAP.problem(place, text, "a number from 1"));
            return;
        };
        let key = key(record);
        match self.by_number.get(&number) {
            None => {
                self.by_number.insert(number, self.groups.len());
                self.open(at, record, key, alone, Some(number));
            }
            Some(&group) => {
                let other = &self.groups[group];
                let place = place(record, at, "EntryGdsSeqno");
                let first = other.from.first().map_or(0, |it| it + 1);
                if alone || other.alone {
                    self.problems.push(MERGE_ALONE.problem(
                        place,
                        format!("{number}, as line {first}"),
                        "a number of its own: it carries export duty or is a key good (param1 1)",
                    ));
                } else if other.key != key {
                    let differs = KEY.iter().zip(key.iter().zip(other.key));
                    let differs: Vec<String> = differs
                        .filter(|(_, (here, there))| *here != there)
                        .map(|(name, (here, there))| format!("{name} {here:?} for {there:?}"))
                        .collect();
                    self.problems.push(MERGE_NUMBER_REUSED.problem(
                        place,
                        format!("{number}, as line {first}, with {}", differs.join(", ")),
                        "another number",
                    ));
                } else {
                    self.join(group, at, record);
                }
            }
        }
    }

    fn open(
        &mut self,
        at: usize,
        record: &'a Record,
        key: Key<'a>,
        alone: bool,
        given: Option<u32>,
    ) {
        let group = self.groups.len();
        self.groups.push(Group {
            key,
            alone,
            given,
            from: Vec::new(),
            legal_unit: record.get("LawfUnitcd").unwrap_or_default(),
            legal_unit_2: record.get("SecdLawfUnitcd").unwrap_or_default(),
            quantity: Figure::ZERO,
            legal: None,
            legal_2: None,
            total: Figure::ZERO,
        });
        if !alone {
            self.by_key.entry(key).or_insert(group);
        }
        self.join(group, at, record);
    }

    fn join(&mut self, group: usize, at: usize, record: &'a Record) {
        let legal_unit = record.get("LawfUnitcd").unwrap_or_default();
        let legal_unit_2 = record.get("SecdLawfUnitcd").unwrap_or_default();
        let Some(of) = self.groups.get_mut(group) else {
            return;
        };
        for (element, here, there) in [
            ("LawfUnitcd", legal_unit, of.legal_unit),
            ("SecdLawfUnitcd", legal_unit_2, of.legal_unit_2),
        ] {
            if here != there {
                let first = of.from.first().map_or(0, |it| it + 1);
                self.problems.push(MERGE_UNITS_DIFFER.problem(
                    place(record, at, element),
                    format!("{here:?}"),
                    format!("{there:?}, as line {first} of the same commodity code"),
                ));
            }
        }
        of.from.push(at);
        for (element, needed) in [
            ("DclQty", true),
            ("DclTotalAmt", true),
            ("LawfQty", false),
            ("SecdLawfQty", false),
        ] {
            let text = record.get(element);
            let figure = text.map(Figure::parse);
            let sum = match (figure, element) {
                (None, _) if !needed => continue,
                (Some(Some(it)), _) if it.is_negative() => None,
                (Some(Some(it)), "DclQty") => of.quantity.plus(it).map(|it| of.quantity = it),
                (Some(Some(it)), "DclTotalAmt") => of.total.plus(it).map(|it| of.total = it),
                (Some(Some(it)), "LawfQty") => {
                    let sum = of.legal.unwrap_or(Figure::ZERO).plus(it);
                    sum.map(|it| of.legal = Some(it))
                }
                (Some(Some(it)), _) => {
                    let sum = of.legal_2.unwrap_or(Figure::ZERO).plus(it);
                    sum.map(|it| of.legal_2 = Some(it))
                }
                _ => None,
            };
            if sum.is_none() {
                self.problems.push(MERGE_UNREADABLE.problem(
                    place(record, at, element),
                    text.unwrap_or("nothing"),
                    "a decimal that is not negative",
                ));
            }
        }
    }

    fn finish(mut self, lines: &[&'a Record]) -> Result<Option<Merge>, Vec<Problem>> {
        self.look_at_numbers(lines);
        for (at, record, alone) in std::mem::take(&mut self.waiting) {
            let key = key(record);
            match self.by_key.get(&key).copied().filter(|_| !alone) {
                Some(group) => self.join(group, at, record),
                None => self.open(at, record, key, alone, None),
            }
        }
        let mut merged = Merge {
            lines: Vec::with_capacity(self.groups.len()),
            numbers: vec![0; lines.len()],
        };
        // Given numbers are 1..n by now, and those without one stand behind them.
        self.groups.sort_by_key(|it| it.given.unwrap_or(u32::MAX));
        for (group, number) in self.groups.iter_mut().zip(1..) {
            group.from.sort_unstable();
            for &at in &group.from {
                if let Some(of_line) = merged.numbers.get_mut(at) {
                    *of_line = number;
                }
            }
            match group.declared(number) {
                Some(line) => merged.lines.push(line),
                None => self.problems.push(MERGE_UNREADABLE.problem(
                    Place::Whole,
                    format!(
                        "declaration line {number}: {} for a quantity of {}",
                        group.total, group.quantity
                    ),
                    "a quantity above 0 and figures that fit",
                )),
            }
        }
        let rows = DECLARATION_LINES.rows.last();
        let most = rows.map_or(0, |it| it.value as usize);
        if self.groups.len() > most {
            self.problems.push(MERGE_OVER_LIMIT.problem(
                Place::Whole,
                format!("{} lines of a declaration", self.groups.len()),
                format!("at most {most}: {} too many", self.groups.len() - most),
            ));
        }
        match self.problems.is_empty() {
            true => Ok(Some(merged)),
            false => Err(self.problems),
        }
    }

    /// Given numbers begin with 1, in natural order and without gaps.
    fn look_at_numbers(&mut self, lines: &[&Record]) {
        let given: BTreeSet<u32> = self.by_number.keys().copied().collect();
        let mut expected = 1;
        for group in &self.groups {
            let (Some(number), Some(&at)) = (group.given, group.from.first()) else {
                continue;
            };
            if number != expected {
                let Some(record) = lines.get(at) else {
                    continue;
                };
                let missing = !given.contains(&expected);
                let why = if missing {
                    "no line has it"
                } else {
                    "it comes later"
                };
                self.problems.push(MERGE_NUMBER_GAP.problem(
                    place(record, at, "EntryGdsSeqno"),
                    number.to_string(),
                    format!("{expected}: {why}"),
                ));
                // One gap is one problem.
                expected = number;
            }
            expected = expected.saturating_add(1);
        }
    }
}

impl Group<'_> {
    fn declared(&self, number: u32) -> Option<DeclarationLine> {
        let quantity = self.quantity.round_half_even(5)?;
        let total = self.total.round_half_even(2)?;
        let price = total.over(quantity, 5)?.round_half_even(4)?;
        let text = |it: Option<Figure>| match it {
            Some(it) => it.round_half_even(5).map(|it| it.to_string()),
            None => Some(String::new()),
        };
        let [code, name, unit, country, destination, currency] = self.key.map(str::to_owned);
        Some(DeclarationLine {
            number,
            from: self.from.clone(),
            code,
            name,
            unit,
            country,
            destination,
            currency,
            quantity: quantity.to_string(),
            legal_unit: self.legal_unit.into(),
            legal_quantity: text(self.legal)?,
            legal_unit_2: self.legal_unit_2.into(),
            legal_quantity_2: text(self.legal_2)?,
            total: total.to_string(),
            price: price.to_string(),
        })
    }
}

fn key(record: &Record) -> Key<'_> {
    KEY.map(|it| record.get(it).unwrap_or_default())
}

fn place(record: &Record, at: usize, element: &str) -> Place {
    let kind = record.kind();
    let name = kind.field(element).map_or(element, |it| it.name);
    Place::Element(format!("{}[{}]/{name}", kind.name, at + 1))
}
