//! Whether surplus that is sold at home needs an import licence (许可证件).

use std::collections::BTreeSet;

use bonded_ledger::{Date, HandbookNo, Movement, Total};
use rust_decimal::Decimal;
use serde::Serialize;
use unit_consumption::Exact;

use crate::books::{folded, taken};
use crate::desk::Desk;
use crate::error::TaxError;
use crate::explained::{Explained, Step};
use crate::inputs::{Inputs, Kind, Use};
use crate::money::Fen;
use crate::papers::ListPapers;
use crate::parameters::{LICENCE_AMOUNT, LICENCE_SHARE};
use crate::rules::sale::LICENCE;
use crate::span::Span;
use crate::value::{line_price, of_lot, opening_price, unit_price};

/// Whether a licence is needed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Licence {
    /// None.
    Exempt,
    /// One, if the goods are under licence.
    IfControlled,
    /// A figure is missing; the explanation says which.
    Unknown,
}

impl Licence {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Licence::Exempt => "exempt",
            Licence::IfControlled => "if_controlled",
            Licence::Unknown => "unknown",
        }
    }
}

/// Goods of a book that are sold on a day, and whose neighbours in the same cycle count with them.
#[derive(Clone, Copy)]
pub(crate) struct Selling<'a> {
    pub(crate) handbook: HandbookNo,
    pub(crate) span: Span,
    /// The day of the formalities.
    pub(crate) day: Date,
    /// The last day of the cycle that the sale settles, reported or not.
    pub(crate) settles: Option<Date>,
    pub(crate) goods: Goods<'a>,
}

impl Selling<'_> {
    /// The last day that counts: the cycle ends with what the sale settles.
    fn last(&self) -> Date {
        self.settles.map_or(self.day, |end| end.min(self.day))
    }
}

/// What is sold.
#[derive(Clone, Copy)]
pub(crate) enum Goods<'a> {
    /// By a list.
    List(&'a ListPapers),
    /// By none yet: what it is worth in yuan.
    Worth(&'a Exact),
}

pub(crate) fn licence(
    books: &Desk<'_>,
    inputs: &Inputs,
    of: Selling<'_>,
    kind: Kind,
) -> Explained<Licence> {
    let told = |need, text: &str| Explained::by(need, Step::new(&LICENCE, text));
    match kind {
        Kind::Scrap => told(Licence::Exempt, "scrap needs no licence"),
        Kind::Disaster | Kind::Lost => told(Licence::Exempt, "disaster goods need no licence"),
        Kind::ByProduct => told(
            Licence::IfControlled,
            "a by-product that is under licence needs one",
        ),
        Kind::Surplus | Kind::Product | Kind::Defective => by_value(books, inputs, of)
            .unwrap_or_else(|missing| {
                told(Licence::Unknown, &format!("cannot be told: {missing}"))
            }),
    }
}

/// Of goods of several kinds on one list: what the strictest of them needs, and why each.
pub(crate) fn licences(
    books: &Desk<'_>,
    inputs: &Inputs,
    of: Selling<'_>,
    kinds: &BTreeSet<Kind>,
) -> Explained<Licence> {
    let strictness = |it: Licence| match it {
        Licence::Exempt => 0,
        Licence::Unknown => 1,
        Licence::IfControlled => 2,
    };
    let mut all = kinds.iter().map(|it| licence(books, inputs, of, *it));
    let first = all
        .next()
        .unwrap_or_else(|| licence(books, inputs, of, Kind::Surplus));
    all.fold(first, |mut strictest, next| {
        if strictness(next.value) > strictness(strictest.value) {
            strictest.value = next.value;
        }
        for step in next.because {
            if !strictest.because.contains(&step) {
                strictest.because.push(step);
            }
        }
        strictest
    })
}

fn by_value(
    books: &Desk<'_>,
    inputs: &Inputs,
    of: Selling<'_>,
) -> Result<Explained<Licence>, TaxError> {
    let (before, imports) = books
        .values((of.handbook, of.span.from, of.day, of.settles), || {
            Ok((sold(books, inputs, of)?, imports(books, inputs, of)?))
        })?;
    let sold = match of.goods {
        Goods::Worth(value) => before + value.clone(),
        // Its own day need not be the one that is asked for.
        Goods::List(list) => {
            let own = own_day(inputs, list)?;
            let counted = match own <= of.day {
                true => worth(books, inputs, list, own)?,
                false => Exact::zero(),
            };
            before - counted + worth(books, inputs, list, of.day)?
        }
    };
    let (share, share_row) = inputs.parameters.on(&LICENCE_SHARE, of.day)?;
    let (amount, amount_row) = inputs.parameters.on(&LICENCE_AMOUNT, of.day)?;
    // Both ends included; an amount of money is one to the fen.
    let within_share = &sold * &Exact::whole(100) <= &imports.known * &share;
    let within_amount = Fen::round(&sold).yuan() <= amount;
    let need = match (within_share, within_amount, imports.missing) {
        (true, true, _) => Licence::Exempt,
        // With the opening the share is smaller: who knows whether small enough.
        (false, true, Some(missing)) => return Err(missing),
        _ => Licence::IfControlled,
    };
    let percent = told_share(&sold, &imports.known, &share, within_share);
    let (sold, imports) = (Fen::round(&sold), Fen::round(&imports.known));
    let within = match of.span.cycle {
        Some(cycle) => format!(" in cycle {cycle}"),
        None => String::new(),
    };
    let text = format!(
        "surplus sold{within} {sold} is {percent} % of {imports} imported; without a licence up to {} % and CNY {}",
        share_row.value, amount_row.value
    );
    let step = Step::new(&LICENCE, text);
    Ok(Explained::by(need, step.row(share_row).row(amount_row)))
}

/// A share as text that does not contradict what was compared: 3.00001 is no 3.
fn told_share(sold: &Exact, imports: &Exact, most: &Exact, within: bool) -> String {
    let Some(percent) = sold.percent_of(imports) else {
        return "-".to_owned();
    };
    let rounded = percent.rounded_text(4);
    let reads = rounded.parse::<Decimal>().map(Exact::from);
    match (reads.is_ok_and(|it| it <= *most), within) {
        (true, false) => format!("just above {}", most.rounded_text(9)),
        (false, true) => format!("just below {}", most.rounded_text(9)),
        _ => rounded,
    }
}

fn is_surplus(list: &ListPapers) -> bool {
    use Movement::{DomesticSale, ProductSale};
    matches!(list.movement, DomesticSale | ProductSale)
}

/// The day of a sale's formalities, by the file or by its list.
fn own_day(inputs: &Inputs, list: &ListPapers) -> Result<Date, TaxError> {
    Ok(inputs.sale(list, None)?.on.unwrap_or(list.declared))
}

/// The value of surplus materials, products and defectives of the cycle that were sold until a day, each
/// list at its own day: what is sold later changes nothing of it.
fn sold(books: &Desk<'_>, inputs: &Inputs, of: Selling<'_>) -> Result<Exact, TaxError> {
    let book = books.book(of.handbook)?;
    let mut value = Exact::zero();
    for list in books.papers().lists_of(of.handbook) {
        let within = list.declared <= of.last() || book.settled_end(list) == of.settles;
        if !is_surplus(list) || !of.span.holds(book, list) || !within {
            continue;
        }
        let own = own_day(inputs, list)?;
        if own <= of.day {
            value = value + worth(books, inputs, list, own)?;
        }
    }
    Ok(value)
}

/// What a list sells, in yuan, by the averages and the exchange rates of a day.
fn worth(
    books: &Desk<'_>,
    inputs: &Inputs,
    list: &ListPapers,
    day: Date,
) -> Result<Exact, TaxError> {
    let handbook = list.handbook;
    let within = list.within(books.book(handbook)?, day);
    let yuan = |material| -> Result<Exact, TaxError> {
        let price = unit_price(books, inputs, handbook, material, day, within)?;
        Ok(price.in_yuan(inputs, day)?.0)
    };
    let mut value = Exact::zero();
    if !is_surplus(list) {
        return Ok(value);
    }
    for (line, quantity) in books.present(list) {
        let facts = inputs.sale(list, Some(line.line))?;
        if matches!(facts.kind, Some(Kind::Disaster | Kind::Lost)) {
            continue;
        }
        match (line.material(), line.product(), &facts.lot) {
            (Some(material), _, Some((lot, at))) => {
                let price = of_lot(books, inputs, handbook, material, (lot, *at))?;
                value = value + price.in_yuan(inputs, day)?.0 * Exact::from(quantity);
            }
            (Some(material), _, None) => value = value + yuan(material)? * Exact::from(quantity),
            (_, Some(product), _) => {
                let declaration = books.declaration(handbook)?;
                for (material, consumption) in folded(&declaration, product, &line.version)? {
                    if !consumption.bonded_gross().is_zero() {
                        value = value + yuan(material)? * taken(quantity, consumption);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(value)
}

/// What came in.
#[derive(Clone)]
pub(crate) struct Imports {
    known: Exact,
    /// The row that says what the book opened with cost, where there is none.
    missing: Option<TaxError>,
}

/// The value of all materials that came in in the cycle until a day (实际进口料件总额), and of what the book
/// opened with, in yuan at the rates of that day.
fn imports(books: &Desk<'_>, inputs: &Inputs, of: Selling<'_>) -> Result<Imports, TaxError> {
    let book = books.book(of.handbook)?;
    let mut imports = Imports {
        known: Exact::zero(),
        missing: None,
    };
    let mut add = |(price, currency): (Exact, String), quantity| -> Result<(), TaxError> {
        let (rate, _) = inputs.exchange(&currency, Use::Customs, of.day)?;
        imports.known = imports.known.clone() + price * rate * Exact::from(quantity);
        Ok(())
    };
    let lists = books.papers().lists_of(of.handbook);
    let received = lists.filter(|it| {
        matches!(
            it.movement,
            Movement::Imported | Movement::CarriedIn | Movement::LeftoverIn
        ) && it.declared <= of.last()
            && of.span.holds(book, it)
    });
    for list in received {
        for (line, quantity) in books.present(list) {
            add(line_price(list, line, inputs)?.0, quantity)?;
        }
    }
    let mut missing = None;
    let last = of.last();
    for (&material, (_, opening)) in &book.materials {
        let opens = book.opens_on(material);
        let opening = opening.total();
        if opening <= Total::ZERO || opens < of.span.from || opens > last {
            continue;
        }
        match opening_price(inputs, of.handbook, material, of.day) {
            Ok((paid, _)) => add(paid, opening)?,
            Err(error) => missing = missing.or(Some(error)),
        }
    }
    imports.missing = missing;
    Ok(imports)
}
