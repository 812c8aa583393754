//! The lines of a list, as the journal has them.

use bonded_ledger::{
    Currency, DeclareList, Goods, Item, LineDetails, ListLine, OpenHandbook, PassedLine, Presented,
    Version,
};

use super::get::{amount, carried_along, get, quantity, whole};
use super::told::{Answer, SOURCE};
use crate::fields::BOND_INVT_DT;
use crate::problem::{Place, Problem};
use crate::record::Record;

/// What the journal has a field for, of every line.
const TAKEN: [&str; 9] = [
    "bondInvtNo",
    "gdsSeqno",
    "putrecSeqno",
    "dclQty",
    "lawfQty",
    "secdLawfQty",
    "dclTotalAmt",
    "usdStatTotalAmt",
    "natcd",
];

/// What lines are read against.
#[derive(Clone, Copy)]
pub(super) struct Reading<'b> {
    pub(super) book: &'b OpenHandbook,
    pub(super) goods: Goods,
    /// 边角料: the goods may stand otherwise than on file.
    pub(super) scrap: bool,
}

impl<'b> Reading<'b> {
    fn item(&self, seq: u16) -> Option<&'b Item> {
        match self.goods {
            Goods::Material => {
                let mut all = self.book.materials.iter();
                all.find(|it| it.seq.get() == seq).map(|it| &it.item)
            }
            Goods::Product => {
                let mut all = self.book.products.iter();
                all.find(|it| it.seq.get() == seq).map(|it| &it.item)
            }
        }
    }

    pub(super) fn lines(&self, records: &[&Record], answer: &mut Answer<'_, '_>) -> Vec<ListLine> {
        let all = records.iter().enumerate();
        all.filter_map(|(at, record)| self.line(at, record, answer))
            .collect()
    }

    fn line(&self, at: usize, record: &Record, answer: &mut Answer<'_, '_>) -> Option<ListLine> {
        let place = format!("{}[{}]", record.name(), at + 1);
        let read = || {
            Ok::<_, crate::values::Unreadable>((
                whole(record, "gdsSeqno")?,
                whole(record, "putrecSeqno")?,
                quantity(record, "dclQty")?,
                quantity(record, "lawfQty")?,
                LineDetails {
                    legal_quantity_2: quantity(record, "secdLawfQty")?,
                    amount: amount(record, "dclTotalAmt")?,
                    currency: None,
                    usd_amount: amount(record, "usdStatTotalAmt")?,
                    origin: get(record, "natcd").map(Into::into),
                    presented: None,
                    ext: None,
                },
            ))
        };
        let (line, seq, dcl_qty, legal_quantity, details) = match read() {
            Ok(values) => values,
            Err(found) => {
                answer.unreadable(&place, found);
                return None;
            }
        };
        let mut given = |found: bool, element: &str, expected: &str| {
            if !found {
                answer.missing(&place, element, expected);
            }
        };
        given(line.is_some(), "gdsSeqno", "the line's number (商品序号)");
        given(seq.is_some(), "putrecSeqno", "the item's number (备案序号)");
        given(dcl_qty.is_some(), "dclQty", "a quantity (申报数量)");
        let (line, seq, quantity) = (line?, seq?, dcl_qty?);
        let Some(item) = u16::try_from(seq).ok().and_then(|it| self.item(it)) else {
            answer.waits(
                "item_unknown",
                format!("{place}: {} {seq} of {}", self.goods, self.book.number),
                "an item on file",
                "deliver the change of the book first (EML211), or reconcile it with a copy (EML301)",
            );
            return None;
        };
        let mut found = ListLine::new(line, u16::try_from(seq).ok()?, quantity);
        found.legal_quantity = legal_quantity;
        let mut taken = TAKEN.to_vec();
        let mut details = details;
        if let Some(currency) = get(record, "dclCurrcd").and_then(|it| it.parse::<Currency>().ok())
        {
            details.currency = Some(currency);
            taken.push("dclCurrcd");
        }
        if self.goods == Goods::Product
            && let Some(version) = get(record, "ucnsVerno").and_then(Version::new)
        {
            found.version = Some(version);
            taken.push("ucnsVerno");
        }
        details.presented = self.presented(&place, record, item, &found, answer);
        details.ext = carried_along(record, &BOND_INVT_DT, &taken);
        found.details = Some(Box::new(details));
        Some(found)
    }

    /// Looks at the goods of a line beside those on file; scrap that stands otherwise is presented.
    fn presented(
        &self,
        place: &str,
        record: &Record,
        item: &Item,
        line: &ListLine,
        answer: &mut Answer<'_, '_>,
    ) -> Option<Presented> {
        let unit = get(record, "dclUnitcd").unwrap_or(item.unit.as_str());
        if unit != item.unit.as_str() {
            let advice = match self.scrap {
                true => {
                    "post declare_list by hand: quantity in the unit on file, the goods as they stand in presented"
                }
                false => {
                    "a quantity in another unit is another quantity: correct the list, or the book's unit"
                }
            };
            answer.faulty(Problem::error(
                "unit_differs",
                Place::Element(format!("{place}/dclUnitcd")),
                unit,
                format!("{}, the unit of item {}", item.unit, line.seq),
                advice,
                "docs/journal.md (read)",
            ));
            return None;
        }
        let hs = get(record, "gdecd").unwrap_or(item.hs.as_str());
        let name = get(record, "gdsNm").unwrap_or(&item.name);
        if !self.scrap {
            if hs != item.hs.as_str() {
                answer.warn(Problem::error(
                    "hs_differs",
                    Place::Element(format!("{place}/gdecd")),
                    hs,
                    format!("{}, the code of item {}", item.hs, line.seq),
                    "change the book first where the item's code has changed (变更)",
                    SOURCE,
                ));
            }
            return None;
        }
        if hs == item.hs.as_str() && name == item.name {
            return None;
        }
        Some(Presented {
            hs: hs.parse().ok()?,
            name: name.into(),
            unit: item.unit,
            quantity: line.quantity,
        })
    }
}

/// How lines of a receipt stand to those on file.
#[derive(Debug)]
pub(crate) enum Lines {
    /// Quantities agree.
    Same,
    /// Only quantities differ.
    Passed(Vec<PassedLine>),
    /// Other lines, items or versions: what differs.
    Other(String),
}

/// A value of a line that moves nothing: which line, which field, ours and customs'.
pub(crate) type Told = (u32, &'static str, String, String);

/// What both sides say of a line beside the quantities that count, where it differs: no entry of a
/// receipt carries it.
pub(crate) fn told_otherwise(theirs: &[ListLine], ours: &[ListLine]) -> Vec<Told> {
    let mut found = Vec::new();
    for line in theirs {
        let own = ours.iter().find(|it| it.line == line.line);
        let (Some(own), Some(their)) = (own.and_then(|it| it.details.as_ref()), &line.details)
        else {
            continue;
        };
        let mut differs = |field, own: Option<String>, their: Option<String>| {
            if let (Some(own), Some(their)) = (own, their)
                && own != their
            {
                found.push((line.line, field, own, their));
            }
        };
        let plain = |it: &bonded_ledger::Amount| it.decimal().normalize().to_string();
        differs(
            "amount",
            own.amount.as_ref().map(plain),
            their.amount.as_ref().map(plain),
        );
        let usd = (own.usd_amount.as_ref(), their.usd_amount.as_ref());
        differs("usd_amount", usd.0.map(plain), usd.1.map(plain));
        differs("origin", own.origin.clone(), their.origin.clone());
        let second = (own.legal_quantity_2, their.legal_quantity_2);
        let text = |it: bonded_ledger::Quantity| it.to_string();
        differs("legal_quantity_2", second.0.map(text), second.1.map(text));
    }
    found
}

pub(crate) fn compare(theirs: &[ListLine], ours: &[ListLine]) -> Lines {
    let mut passed = Vec::new();
    for line in theirs {
        let Some(own) = ours.iter().find(|it| it.line == line.line) else {
            return Lines::Other(format!("line {} is not on file", line.line));
        };
        let version = |it: &ListLine| Version::or_default(it.version.as_ref()).to_owned();
        if own.seq != line.seq || version(own) != version(line) {
            return Lines::Other(format!(
                "line {}: item {} version {}, on file item {} version {}",
                line.line,
                line.seq,
                version(line),
                own.seq,
                version(own)
            ));
        }
        let legal =
            matches!((line.legal_quantity, own.legal_quantity), (Some(a), Some(b)) if a != b);
        if own.quantity != line.quantity || legal {
            passed.push(PassedLine {
                line: line.line,
                quantity: line.quantity,
                legal_quantity: line.legal_quantity,
            });
        }
    }
    let absent = |it: &&ListLine| !theirs.iter().any(|line| line.line == it.line);
    if let Some(own) = ours.iter().find(absent) {
        return Lines::Other(format!("line {} is missing", own.line));
    }
    match passed.is_empty() {
        true => Lines::Same,
        false => Lines::Passed(passed),
    }
}

/// In words.
pub(crate) fn quantities(passed: &[PassedLine], ours: &[ListLine]) -> String {
    let told = passed.iter().take(3).map(|it| {
        let own = ours.iter().find(|own| own.line == it.line);
        let own = own.map_or_else(String::new, |it| it.quantity.to_string());
        format!("line {}: {}, on file {own}", it.line, it.quantity)
    });
    let mut text = told.collect::<Vec<_>>().join("; ");
    if passed.len() > 3 {
        text.push_str(&format!("; and {} more", passed.len() - 3));
    }
    text
}

/// What a change of a list keeps of the line on file, as the interface has no element for it.
pub(super) fn keep_ours(lines: &mut [ListLine], declared: &DeclareList) {
    for line in lines {
        let own = declared.lines.iter().find(|it| it.line == line.line);
        line.by_product = own.and_then(|it| it.by_product);
    }
}
