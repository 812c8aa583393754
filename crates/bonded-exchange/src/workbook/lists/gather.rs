//! Rows become lists: what the rows of one have in common is read from the first of them, and must
//! agree in all others.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bonded_ledger::{
    Counterpart, Date, DeclareList, Direction, Entry, Goods, HandbookNo, ListLine, Mode,
};
use serde_json::{Map, Value as Json};

use super::super::error::{Problem, Problems};
use super::super::row::{Context, Row};
use super::super::sheet::Value;
use super::super::values::quoted;
use super::line::{self, Against, Others};
use super::{ListsOptions, direction, entry, goods, handbook, mode};

pub(super) struct Gathered<'a> {
    options: &'a ListsOptions<'a>,
    pub(super) lists: Vec<Open>,
    index: HashMap<String, usize>,
}

/// A list whose rows are being read.
pub(super) struct Open {
    number: String,
    /// Its first row, for what is wrong with it as a whole.
    place: Problem,
    head: Head,
    lines: Vec<ListLine>,
    numbers: BTreeSet<u32>,
    customs: Map<String, Json>,
    others: Map<String, Json>,
    /// What stood last in the cells of the head, and in which row: most rows repeat it.
    seen: BTreeMap<&'static str, (Value, u32)>,
}

#[derive(Clone, Default, PartialEq)]
struct Head {
    date: Option<Date>,
    handbook: Option<HandbookNo>,
    direction: Option<Direction>,
    goods: Option<Goods>,
    mode: Option<Mode>,
    counterpart_handbook: Option<HandbookNo>,
    counterpart_list: Option<String>,
    delivered: Option<Date>,
    reference: Option<String>,
    settles: Option<Date>,
    customs_declaration: Option<String>,
}

const HEAD: [&str; 11] = [
    "date",
    "handbook",
    "direction",
    "goods",
    "mode",
    "counterpart_handbook",
    "counterpart_list",
    "delivered",
    "reference",
    "settles",
    "customs_declaration",
];
/// Those that the first row of a list must have.
const REQUIRED: [&str; 4] = ["handbook", "direction", "goods", "mode"];

impl<'a> Gathered<'a> {
    pub(super) fn new(options: &'a ListsOptions<'a>) -> Gathered<'a> {
        Gathered {
            options,
            lists: Vec::new(),
            index: HashMap::new(),
        }
    }

    pub(super) fn row(&mut self, row: &Row<'_>, context: &mut Context<'_>) {
        let Some(number) = row.required("number", context) else {
            return;
        };
        let at = match self.index.get(&number) {
            Some(at) => *at,
            None => {
                for field in REQUIRED {
                    row.filled(field, context);
                }
                if self.options.date.is_none() {
                    row.filled("date", context);
                }
                self.index.insert(number.clone(), self.lists.len());
                self.lists.push(Open::new(number, row, self.options.date));
                self.lists.len() - 1
            }
        };
        if let Some(open) = self.lists.get_mut(at) {
            open.row(row, self.options, context);
        }
    }
}

impl Open {
    fn new(number: String, row: &Row<'_>, date: Option<Date>) -> Open {
        let expected = "a list that a journal can hold";
        Open {
            number,
            place: row.wrong("number", expected, "correct the rows of this list"),
            head: Head {
                date,
                ..Head::default()
            },
            lines: Vec::new(),
            numbers: BTreeSet::new(),
            customs: Map::new(),
            others: Map::new(),
            seen: BTreeMap::new(),
        }
    }

    fn row(&mut self, row: &Row<'_>, options: &ListsOptions<'_>, context: &mut Context<'_>) {
        for field in HEAD {
            let Some(value) = row.value(field) else {
                continue;
            };
            match self.seen.get(field) {
                Some((there, _)) if there == value => {}
                Some((there, first)) => {
                    let (there, first) = (there.shown(), first + 1);
                    if !self.head.agrees(field, row, context) {
                        let expected = format!("{there}, as in row {first} of the same list");
                        let advice = "correct it, or leave the cell blank";
                        row.problem(context, field, &expected, advice);
                    }
                }
                None => {
                    self.head.read(field, row, context);
                    self.seen.insert(field, (value.clone(), row.number));
                }
            }
        }
        let others = Others::of(row);
        for (element, value) in others.head.0 {
            differing(&mut self.customs, element, value, row, context);
        }
        for (name, value) in others.head.1 {
            differing(&mut self.others, name, value, row, context);
        }
        let against = Against {
            handbook: self.head.handbook,
            goods: self.head.goods,
            on_file: options.on_file,
            next: self.numbers.last().map_or(1, |it| it.saturating_add(1)),
        };
        let Some(mut line) = line::read(row, &against, context) else {
            return;
        };
        line::keep(&mut line, others.line.0, others.line.1);
        if !self.numbers.insert(line.line) {
            let expected = "a number that no other line of the list has";
            let advice = "number the lines anew, or leave all of the numbers out";
            row.problem(context, "line", expected, advice);
        }
        self.lines.push(line);
    }

    /// `None` where something of the list is wrong.
    pub(super) fn into_entry(self, problems: &mut Problems) -> Option<Entry> {
        let head = self.head;
        let counterpart = head.counterpart_handbook.map(|handbook| Counterpart {
            handbook,
            list: head.counterpart_list.clone(),
        });
        if counterpart.is_none() && head.counterpart_list.is_some() {
            problems.push(Problem {
                found: "a counterpart_list without a counterpart_handbook".to_owned(),
                expected: "the handbook of the other side (对方手册编号)".to_owned(),
                ..self.place.clone()
            });
        }
        let list = DeclareList {
            number: self.number,
            handbook: head.handbook?,
            direction: head.direction?,
            goods: head.goods?,
            mode: head.mode?,
            counterpart,
            delivered: head.delivered,
            reference: head.reference,
            settles: head.settles,
            customs_declaration: head.customs_declaration,
            lines: self.lines,
            ext: line::ext(self.customs, self.others),
        };
        // Without a line that could be read the problems say so already.
        if list.lines.is_empty() {
            return None;
        }
        entry(head.date?, list, self.place, problems)
    }
}

/// Keeps a particular of the head, which must be the same wherever it stands.
fn differing(
    kept: &mut Map<String, Json>,
    name: String,
    value: Json,
    row: &Row<'_>,
    context: &mut Context<'_>,
) {
    match kept.get(&name) {
        Some(there) if *there != value => {
            let found = quoted(value.as_str().unwrap_or_default());
            let there = quoted(there.as_str().unwrap_or_default());
            context.problems.push(Problem {
                column: format!("list.{name}"),
                found,
                expected: format!("{there}, as in an earlier row of the same list"),
                advice: "correct it, or leave the cell blank".to_owned(),
                ..row.wrong("number", "", "")
            });
        }
        Some(_) => {}
        None => {
            kept.insert(name, value);
        }
    }
}

impl Head {
    /// Whether a cell, which may be written in another way, means what stands there already. One that
    /// means nothing has been noted.
    fn agrees(&self, field: &str, row: &Row<'_>, context: &mut Context<'_>) -> bool {
        let before = context.problems.len();
        let mut other = self.clone();
        other.read(field, row, context);
        context.problems.len() > before || other == *self
    }

    fn read(&mut self, field: &str, row: &Row<'_>, context: &mut Context<'_>) {
        match field {
            "date" => self.date = row.day(field, context),
            "handbook" => self.handbook = read_handbook(field, row, context),
            "direction" => {
                let expected = "import or export (进口 I, 出口 E)";
                self.direction = word(field, expected, direction, row, context);
            }
            "goods" => {
                let expected = "material or product (料件 I, 成品 E)";
                self.goods = word(field, expected, goods, row, context);
            }
            "mode" => {
                let expected = "a supervision mode (监管方式), 4 characters such as 0615";
                let codes = context.codes;
                self.mode = word(field, expected, |it| mode(it, codes), row, context);
            }
            "counterpart_handbook" => {
                self.counterpart_handbook = read_handbook(field, row, context);
            }
            "counterpart_list" => self.counterpart_list = row.text(field, context),
            "delivered" => self.delivered = row.day(field, context),
            "reference" => self.reference = row.text(field, context),
            "settles" => self.settles = row.day(field, context),
            _ => {
                let expected = "the number of a customs declaration (报关单号), 18 digits";
                let digits = |it: &str| {
                    let it = super::super::values::narrow(it);
                    (it.len() == 18 && it.bytes().all(|it| it.is_ascii_digit())).then_some(it)
                };
                self.customs_declaration = word(field, expected, digits, row, context);
            }
        }
    }
}

fn read_handbook(field: &str, row: &Row<'_>, context: &mut Context<'_>) -> Option<HandbookNo> {
    let expected = "the number of a handbook (手册编号), 12 characters such as C222626A0001";
    word(field, expected, handbook, row, context)
}

fn word<T>(
    field: &str,
    expected: &str,
    read: impl FnOnce(&str) -> Option<T>,
    row: &Row<'_>,
    context: &mut Context<'_>,
) -> Option<T> {
    let text = row.text(field, context)?;
    let value = read(&text);
    if value.is_none() {
        row.problem(context, field, expected, "correct the cell");
    }
    value
}
