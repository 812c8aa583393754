//! The body of a list (清单表体) in the 27 columns that the Single Window imports: the lines of one list,
//! whose head is told beside it.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{
    Counterpart, Date, DeclareList, Direction, Entry, Goods, HandbookNo, ListLine, Mode,
};
use serde_json::{Map, Value as Json, json};

use super::super::customs;
use super::super::error::{Problem, Problems, WorkbookError};
use super::super::import::{Limits, guarded};
use super::super::notes::Notes;
use super::super::row::{Context, Row};
use super::super::table::read_table;
use super::layout::{BODY, elements};
use super::line::{self, Against};
use super::{entry, open};
use crate::codes::Codes;
use crate::fields::BOND_INVT_DT;
use crate::on_file::{FiledHandbook, OnFile};

/// The head of a list, which the body does not tell.
#[derive(Debug, Clone)]
pub struct ListHead<'a> {
    /// Its number: ours, or the official one.
    pub number: String,
    /// When it is declared.
    pub date: Date,
    /// 手(账)册编号.
    pub handbook: HandbookNo,
    /// 进出口标志.
    pub direction: Direction,
    /// 料件成品标志.
    pub goods: Goods,
    /// 监管方式.
    pub mode: Mode,
    /// The other side of a carry-over.
    pub counterpart: Option<Counterpart>,
    /// When the goods were delivered.
    pub delivered: Option<Date>,
    /// The ERP's document number.
    pub reference: Option<String>,
    /// 报关单号.
    pub customs_declaration: Option<String>,
    /// What else a document of it needs, by the official names of the elements: kept in the list's
    /// `ext.customs`.
    pub customs: BTreeMap<String, String>,
    /// The books on file: an item without a number (备案序号) is found by its code (料号), and what the
    /// body only repeats of the book is not kept again.
    pub on_file: Option<&'a OnFile>,
    /// How much is read.
    pub limits: Limits,
}

impl ListHead<'_> {
    /// A head of what every list has.
    pub fn new(
        number: impl Into<String>,
        date: Date,
        handbook: HandbookNo,
        (direction, goods, mode): (Direction, Goods, Mode),
    ) -> Self {
        ListHead {
            number: number.into(),
            date,
            handbook,
            direction,
            goods,
            mode,
            counterpart: None,
            delivered: None,
            reference: None,
            customs_declaration: None,
            customs: BTreeMap::new(),
            on_file: None,
            limits: Limits::default(),
        }
    }
}

/// A list read.
#[derive(Debug, Clone)]
pub struct ImportedList {
    /// The `declare_list` entry. Its `id` comes of the list's number.
    pub entry: Entry,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Reads the body of one list, as a workbook or as CSV, into the entry that declares it. Columns that
/// the journal has no field for (征免方式, 毛重, 最终目的国 and so on) are kept in the `ext.customs` of the
/// line.
///
/// # Errors
/// As [`read_lists`](super::read_lists).
pub fn read_list_body(
    bytes: &[u8],
    codes: &Codes,
    head: &ListHead<'_>,
) -> Result<ImportedList, WorkbookError> {
    guarded(|| {
        let mut book = open(bytes, &head.limits)?;
        let mut problems = Problems::default();
        let mut notes = Notes::default();
        let mut context = Context::new(&head.limits, codes, &mut problems, &mut notes);
        let filed = head.on_file.and_then(|it| it.handbook(head.handbook));
        let mut lines: Vec<ListLine> = Vec::new();
        let mut numbers = BTreeSet::new();
        let mut place: Option<Problem> = None;
        let most = head.limits.consumptions;
        read_table(&mut book, &BODY, most, &mut context, |row, context| {
            let whole = || row.wrong("seq", "a list that a journal can hold", "correct its rows");
            place.get_or_insert_with(whole);
            let against = Against {
                handbook: Some(head.handbook),
                goods: Some(head.goods),
                on_file: head.on_file,
                next: numbers.last().map_or(1, |it: &u32| it.saturating_add(1)),
            };
            let Some(mut line) = line::read(row, &against, context) else {
                return;
            };
            if !numbers.insert(line.line) {
                let expected = "a number that no other line has";
                row.problem(context, "line", expected, "number the lines anew");
            }
            let known = Known::of(filed, head.goods, &line);
            line::keep(&mut line, particulars(row, &known, context), Map::new());
            lines.push(line);
        })?;
        if lines.is_empty() && problems.is_empty() {
            let expected = "at least one row, a line of the list";
            problems.general(
                "cell_missing",
                "",
                "",
                "no row",
                expected,
                "fill in the sheet",
            );
        }
        let customs = head.customs.iter();
        let customs = customs.map(|(name, value)| (name.clone(), json!(value)));
        let list = DeclareList {
            number: head.number.clone(),
            handbook: head.handbook,
            direction: head.direction,
            goods: head.goods,
            mode: head.mode,
            counterpart: head.counterpart.clone(),
            delivered: head.delivered,
            reference: head.reference.clone(),
            settles: None,
            customs_declaration: head.customs_declaration.clone(),
            lines,
            ext: line::ext(customs.collect(), Map::new()),
        };
        let entry = place.and_then(|place| match problems.is_empty() {
            true => entry(head.date, list, place, &mut problems),
            false => None,
        });
        problems.into_result()?;
        let entry = entry.ok_or_else(|| WorkbookError::NotAWorkbook("no line in it".to_owned()))?;
        Ok(ImportedList {
            entry,
            notes: notes.into_lines(),
        })
    })
}

/// What the columns of the body hold beside the journal's own fields, less what the book says anyway.
fn particulars(row: &Row<'_>, known: &Known<'_>, context: &Context<'_>) -> Map<String, Json> {
    let mut map = Map::new();
    let fields = elements().map(|it| (it.field, it.field));
    for (field, element) in fields.chain([("code", "gdsMtno")]) {
        let Some(text) = row.kept(field) else {
            continue;
        };
        let value = customs::coded(&BOND_INVT_DT, element, &text, context.codes);
        if known.value(element).as_deref() != Some(value.as_str()) {
            map.insert(element.to_owned(), json!(value));
        }
    }
    map
}

/// What the book and the line itself say of the body's columns: written into it where nothing else is
/// said, and not kept where it is read again.
pub(crate) struct Known<'b> {
    item: Option<(&'b bonded_ledger::Item, Option<&'b Map<String, Json>>)>,
    price: Option<String>,
}

impl<'b> Known<'b> {
    pub(crate) fn of(book: Option<&'b FiledHandbook>, goods: Goods, line: &ListLine) -> Known<'b> {
        let item = book.and_then(|book| match goods {
            Goods::Material => (book.opened.materials.iter())
                .find(|it| it.seq.get() == line.seq)
                .map(|it| &it.item),
            Goods::Product => (book.opened.products.iter())
                .find(|it| it.seq.get() == line.seq)
                .map(|it| &it.item),
        });
        Known {
            item: item.map(|it| (it, it.ext.as_ref())),
            price: unit_price(line),
        }
    }

    pub(crate) fn value(&self, element: &str) -> Option<String> {
        if element == "dclUprcAmt" {
            return self.price.clone();
        }
        let (item, ext) = self.item?;
        let unit = |it: Option<bonded_ledger::Unit>| it.map(|it| it.to_string());
        match element {
            "gdsMtno" => Some(item.code.clone()),
            "gdecd" => Some(item.hs.to_string()),
            "gdsNm" => Some(item.name.clone()),
            "gdsSpcfModelDesc" => item.spec.clone(),
            "dclUnitcd" => unit(Some(item.unit)),
            "lawfUnitcd" => unit(item.legal_unit),
            "secdLawfUnitcd" => unit(item.legal_unit_2),
            // What an item's filing says of levy goes for its goods; its remarks do not.
            "lvyrlfModecd" => customs::particular(ext, element).map(str::to_owned),
            _ => None,
        }
    }
}

/// The price of one, where the amount gives it exactly in the 4 decimals that the page takes.
fn unit_price(line: &ListLine) -> Option<String> {
    let amount = line.details.as_ref()?.amount?.decimal();
    let quantity: rust_decimal::Decimal = line.quantity.to_string().parse().ok()?;
    let price = amount.checked_div(quantity)?.normalize();
    let exact = price.scale() <= 4 && price.checked_mul(quantity)? == amount;
    exact.then(|| price.to_string())
}
