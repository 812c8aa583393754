//! A line of a list, from a row of any layout that has one.

use bonded_ledger::{
    Amount, Currency, Ext, HandbookNo, LineDetails, ListLine, Presented, Quantity, Version,
};
use serde_json::{Map, Value as Json, json};

use super::super::customs::CUSTOMS;
use super::super::items::{PRICE, QUANTITY, currency, hs, unit};
use super::super::row::{Context, Digits, Row};
use super::super::values::{key, narrow};
use crate::on_file::OnFile;

use bonded_ledger::Goods;

/// What a line has to be seen against.
pub(super) struct Against<'a> {
    pub(super) handbook: Option<HandbookNo>,
    pub(super) goods: Option<Goods>,
    pub(super) on_file: Option<&'a OnFile>,
    /// The number that a line without one has.
    pub(super) next: u32,
}

/// Reads a line; `None` where something of it is wrong (the problem has been noted).
pub(super) fn read(
    row: &Row<'_>,
    against: &Against<'_>,
    context: &mut Context<'_>,
) -> Option<ListLine> {
    let line = match row.value("line") {
        None => Some(against.next),
        Some(_) => number(row, "line", u32::MAX, context),
    };
    let seq = item(row, against, context);
    row.filled("quantity", context);
    let quantity = quantity(row, "quantity", context);
    if quantity == Some(Quantity::ZERO) {
        let advice = "fill in the quantity, or remove the row";
        row.problem(context, "quantity", "a quantity above 0", advice);
    }
    let legal_quantity = self::quantity(row, "legal_quantity", context);
    let version = version(row, context);
    let by_product = by_product(row, context);
    let details = LineDetails {
        legal_quantity_2: self::quantity(row, "legal_quantity_2", context),
        amount: amount(row, "amount", context),
        currency: currency(row, context).and_then(|it| it.parse::<Currency>().ok()),
        usd_amount: amount(row, "usd_amount", context),
        origin: row.text("origin", context),
        presented: presented(row, context),
        ext: None,
    };
    Some(ListLine {
        legal_quantity,
        version,
        by_product,
        details: details_of(details),
        ..ListLine::new(line?, seq?, quantity?)
    })
}

/// Nothing where there is nothing in it.
pub(super) fn details_of(details: LineDetails) -> Option<Box<LineDetails>> {
    let LineDetails {
        legal_quantity_2,
        amount,
        currency,
        usd_amount,
        origin,
        presented,
        ext,
    } = &details;
    let none = legal_quantity_2.is_none()
        && amount.is_none()
        && currency.is_none()
        && usd_amount.is_none()
        && origin.is_none()
        && presented.is_none()
        && ext.is_none();
    (!none).then(|| Box::new(details))
}

/// Puts into a line's `ext` what it has no field for.
pub(super) fn keep(line: &mut ListLine, customs: Map<String, Json>, others: Map<String, Json>) {
    if let Some(ext) = ext(customs, others) {
        let mut details = line
            .details
            .take()
            .map_or_else(LineDetails::default, |it| *it);
        details.ext = Some(ext);
        line.details = Some(Box::new(details));
    }
}

/// An `ext` of what is kept under the names of elements, and under others.
pub(super) fn ext(customs: Map<String, Json>, mut others: Map<String, Json>) -> Option<Ext> {
    if !customs.is_empty() {
        others.insert(CUSTOMS.to_owned(), Json::Object(customs));
    }
    (!others.is_empty()).then_some(others)
}

/// The columns of other names: what goes to the head, and what to the line, each under the name of
/// its element and as the integrator's own.
#[derive(Default)]
pub(super) struct Others {
    pub(super) head: (Map<String, Json>, Map<String, Json>),
    pub(super) line: (Map<String, Json>, Map<String, Json>),
}

impl Others {
    pub(super) fn of(row: &Row<'_>) -> Others {
        let mut all = Others::default();
        for (other, text) in row.others() {
            let part = match other.head {
                true => &mut all.head,
                false => &mut all.line,
            };
            match other.element.strip_prefix("ext.") {
                Some(name) => part.1.insert(name.to_owned(), json!(text)),
                None => part.0.insert(other.element.clone(), json!(text)),
            };
        }
        all
    }
}

fn number(row: &Row<'_>, field: &str, most: u32, context: &mut Context<'_>) -> Option<u32> {
    let number = row.value(field)?.decimal();
    let number = number.and_then(|it| it.text.parse::<u32>().ok());
    let number = number.filter(|it| (1..=most).contains(it));
    if number.is_none() {
        row.problem(
            context,
            field,
            "a whole number from 1",
            "correct the number",
        );
    }
    number
}

/// By its number, or else by its code where the book is on file.
fn item(row: &Row<'_>, against: &Against<'_>, context: &mut Context<'_>) -> Option<u16> {
    if row.value("seq").is_some() {
        return row
            .sequence("seq", context)
            .and_then(|it| it.try_into().ok());
    }
    let Some(code) = row.text("code", context) else {
        row.problem(
            context,
            "seq",
            "the item's number in the book (备案序号)",
            "fill it in, or the item's code (料号) where the book is on file",
        );
        return None;
    };
    // Without a book or goods there is a problem already, which is not this row's.
    let (handbook, goods) = (against.handbook?, against.goods?);
    let Some(book) = against.on_file.and_then(|it| it.handbook(handbook)) else {
        let expected = format!("the item's number in the book; {handbook} is not on file here");
        row.problem(context, "seq", &expected, "fill in the number (备案序号)");
        return None;
    };
    let found: Vec<u16> = match goods {
        Goods::Material => (book.opened.materials.iter())
            .filter(|it| it.item.code == code)
            .map(|it| it.seq.get())
            .collect(),
        Goods::Product => (book.opened.products.iter())
            .filter(|it| it.item.code == code)
            .map(|it| it.seq.get())
            .collect(),
    };
    match found.as_slice() {
        [one] => Some(*one),
        none_or_many => {
            let expected = match none_or_many.len() {
                0 => format!("the code of a {goods} of {handbook}"),
                many => format!("a code that one {goods} of {handbook} has, not {many}"),
            };
            let advice = "correct the code (料号), or fill in the number (备案序号)";
            row.problem(context, "code", &expected, advice);
            None
        }
    }
}

fn quantity(row: &Row<'_>, field: &str, context: &mut Context<'_>) -> Option<Quantity> {
    row.decimal(field, QUANTITY, context)?.text.parse().ok()
}

fn amount(row: &Row<'_>, field: &str, context: &mut Context<'_>) -> Option<Amount> {
    let digits = Digits {
        integer: 19,
        ..PRICE
    };
    row.decimal(field, digits, context)?.text.parse().ok()
}

fn version(row: &Row<'_>, context: &mut Context<'_>) -> Option<Version> {
    let text = narrow(&row.text("version", context)?);
    let version = Version::new(&text);
    if version.is_none() {
        let expected = "a text of at most 8 characters";
        row.problem(context, "version", expected, "correct the version");
    }
    version
}

fn by_product(row: &Row<'_>, context: &mut Context<'_>) -> Option<bool> {
    let text = row.text("by_product", context)?;
    match key(&text).as_str() {
        "true" | "yes" | "1" | "y" | "是" => Some(true),
        "false" | "no" | "0" | "n" | "否" => Some(false),
        _ => {
            let expected = "true or false (是 or 否)";
            row.problem(context, "by_product", expected, "correct the cell");
            None
        }
    }
}

fn presented(row: &Row<'_>, context: &mut Context<'_>) -> Option<Presented> {
    let fields = [
        "presented_hs",
        "presented_name",
        "presented_unit",
        "presented_quantity",
    ];
    if fields.iter().all(|it| row.value(it).is_none()) {
        return None;
    }
    for field in fields {
        if row.value(field).is_none() {
            let advice = "fill in all four of the goods as they stand, or none";
            row.problem(context, field, "a value", advice);
        }
    }
    let hs = hs(row, "presented_hs", context);
    let name = row.text("presented_name", context);
    let unit = unit(row, "presented_unit", context);
    let quantity = quantity(row, "presented_quantity", context);
    Some(Presented {
        hs: hs?.parse().ok()?,
        name: name?,
        unit: unit?.parse().ok()?,
        quantity: quantity?,
    })
}
