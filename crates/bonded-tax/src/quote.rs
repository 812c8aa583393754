//! What it would cost to sell, carry over, re-export or destroy what remains: when a handbook cannot
//! close.

use bonded_ledger::{Date, HandbookNo, Movement, Total, Unit, modes};
use serde::Serialize;

use crate::books::Books;
use crate::desk::Desk;
use crate::error::{TaxError, codes};
use crate::explained::{Explained, Step};
use crate::inputs::Inputs;
use crate::money::Fen;
use crate::rules::disposal::{CARRY_OVER, DESTRUCTION, RE_EXPORT, SHORTAGE};
use crate::rules::sale::SALE_TOTAL;
use crate::sale::{SaleTax, surplus, surpluses};

/// The ways out of a book, material by material.
#[derive(Clone, Debug, Serialize)]
pub struct Quote {
    /// The book.
    pub handbook: HandbookNo,
    /// As if done on this day.
    pub on: Date,
    /// Materials of which something remains, or too much has left; each as if it were dealt with alone.
    pub materials: Vec<QuoteRow>,
    /// All that remains sold on one list, where it is more than one material: the interest has one
    /// minimum, and one value is held against the limits of the licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub together: Option<WayOut>,
}

/// The ways out for one material.
#[derive(Clone, Debug, Serialize)]
pub struct QuoteRow {
    /// The material.
    pub material: u16,
    /// 商品名称.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// What remains; below 0 where too much has left.
    pub remaining: Total,
    /// Side by side.
    pub ways: Vec<WayOut>,
}

/// One way out.
#[derive(Clone, Debug, Serialize)]
pub struct WayOut {
    /// `sell`, `carry_over`, `re_export`, `destroy` or, of a shortage, `pay`.
    pub way: &'static str,
    /// Under which supervision mode.
    pub mode: &'static str,
    /// Whether it can be done as the ledger stands.
    pub possible: bool,
    /// What is paid to customs.
    pub cost: Option<Explained<Fen>>,
    /// Why, and on what conditions.
    pub because: Vec<Step>,
    /// What a sale costs, part by part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sale: Option<Box<SaleTax>>,
    /// Why the cost cannot be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<TaxError>,
}

/// Compares the ways out of a book on a day.
///
/// # Errors
/// `handbook_unknown`. A price or a rate that is missing is told beside the way that needs it.
pub fn quote(
    books: &Books,
    inputs: &Inputs,
    handbook: HandbookNo,
    day: Date,
) -> Result<Quote, TaxError> {
    let books = &Desk::of(books);
    books.book(handbook)?;
    let statement = books.ledger().statement_of(Some(handbook), None);
    let rows = statement.handbooks.into_iter().flat_map(|it| it.materials);
    let mut materials = Vec::new();
    let mut remaining = Vec::new();
    for row in rows.filter(|it| !it.remaining.is_zero()) {
        let material = row.seq.get();
        if row.remaining > Total::ZERO {
            remaining.push((material, row.remaining));
        }
        let ways = match row.remaining > Total::ZERO {
            true => vec![
                sell(books, inputs, handbook, material, row.remaining, day),
                carry_over(books, handbook, &row.name, row.unit, day)?,
                re_export(books, handbook)?,
                destroy(),
            ],
            false => vec![pay(
                books,
                inputs,
                handbook,
                material,
                row.remaining.abs(),
                day,
            )],
        };
        materials.push(QuoteRow {
            material,
            name: row.name,
            unit: row.unit,
            remaining: row.remaining,
            ways,
        });
    }
    let together = (remaining.len() > 1).then(|| {
        let mode = mode(books, handbook, Movement::DomesticSale);
        let text = format!(
            "what remains of {} materials sold at home on one list",
            remaining.len()
        );
        let tax = surpluses(books, inputs, handbook, &remaining, day);
        taxed("sell", mode, tax, Step::new(&SALE_TOTAL, text))
    });
    Ok(Quote {
        handbook,
        on: day,
        materials,
        together,
    })
}

fn taxed(
    way: &'static str,
    mode: &'static str,
    tax: Result<SaleTax, TaxError>,
    why: Step,
) -> WayOut {
    let (cost, sale, missing) = match tax {
        Ok(tax) => (Some(tax.total.clone()), Some(Box::new(tax)), None),
        Err(missing) => (None, None, Some(missing)),
    };
    WayOut {
        way,
        mode,
        possible: true,
        cost,
        because: vec![why],
        sale,
        missing,
    }
}

fn sell(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    remaining: Total,
    day: Date,
) -> WayOut {
    let mode = mode(books, handbook, Movement::DomesticSale);
    let text = format!("{remaining} sold at home: duty, VAT and interest");
    let tax = surplus(books, inputs, handbook, material, remaining, day);
    taxed("sell", mode, tax, Step::new(&SALE_TOTAL, text))
}

fn pay(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    short: Total,
    day: Date,
) -> WayOut {
    let text = format!(
        "{short} have left that never came in: tax is paid afterwards, after the cause is found"
    );
    let tax = surplus(books, inputs, handbook, material, short, day);
    taxed("pay", "9700", tax, Step::new(&SHORTAGE, text))
}

fn mode(books: &Books, handbook: HandbookNo, movement: Movement) -> &'static str {
    let trade = books.book(handbook).map(|it| it.trade);
    let found = trade.ok().and_then(|it| modes::mode_of(movement, it));
    found.map_or("", |it| it.0)
}

/// Into which other books it could go: same operator, processor, trade and material.
fn carry_over(
    books: &Books,
    handbook: HandbookNo,
    name: &str,
    unit: Unit,
    day: Date,
) -> Result<WayOut, TaxError> {
    let from = books.book(handbook)?;
    let others = books.papers().books.iter().filter(|(number, it)| {
        **number != handbook
            && it.operator.uscc == from.operator.uscc
            && it.processor.uscc == from.processor.uscc
            && it.trade == from.trade
            && it.reported.is_none()
            && (it.valid_from..=it.valid_until).contains(&day)
            && it
                .materials
                .values()
                .any(|(item, _)| item.name == name && item.unit == unit)
    });
    let others: Vec<String> = others.map(|(number, _)| number.to_string()).collect();
    let possible = !others.is_empty();
    let text = match possible {
        true => format!("into {}, within what is approved there", others.join(" or ")),
        false => "no other book here has the same operator, processor, trade and material; open one, or amend one".to_owned(),
    };
    let step = Step::new(&CARRY_OVER, text);
    let none = Step::new(
        &CARRY_OVER,
        "the goods stay bonded: no tax, no risk deposit",
    );
    Ok(WayOut {
        way: "carry_over",
        mode: mode(books, handbook, Movement::LeftoverOut),
        possible,
        cost: possible.then(|| Explained::by(Fen::ZERO, none)),
        because: vec![step],
        sale: None,
        missing: None,
    })
}

fn re_export(books: &Books, handbook: HandbookNo) -> Result<WayOut, TaxError> {
    let mode = mode(books, handbook, Movement::ReExported);
    if mode.is_empty() {
        return Err(TaxError::new(
            &codes::HANDBOOK_UNKNOWN,
            "no such mode",
            "please report it",
        ));
    }
    let text = "back abroad as it came: no tax; freight is not counted here";
    Ok(free("re_export", mode, Step::new(&RE_EXPORT, text)))
}

fn destroy() -> WayOut {
    let text = "destroyed without income: no tax; the waste firm's fee is not counted here. With income it is a sale of scrap as it stands";
    free("destroy", "0200", Step::new(&DESTRUCTION, text))
}

fn free(way: &'static str, mode: &'static str, step: Step) -> WayOut {
    WayOut {
        way,
        mode,
        possible: true,
        cost: Some(Explained::by(Fen::ZERO, step.clone())),
        because: vec![step],
        sale: None,
        missing: None,
    }
}
