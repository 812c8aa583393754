//! The goods of a sale: how much of what is taxed, at which value.

use std::collections::BTreeMap;

use bonded_ledger::{Date, HandbookNo, Movement, Total};
use unit_consumption::{Exact, declaration::Declaration};

use super::GoodsTax;
use crate::books::{folded, taken};
use crate::desk::Desk;
use crate::error::{TaxError, codes};
use crate::explained::{Explained, LineRef, Step};
use crate::inputs::{Inputs, Kind, SaleFacts, Use, letters};
use crate::levy::{Levies, levies};
use crate::money::Fen;
use crate::papers::{LinePapers, ListPapers, Within};
use crate::rules::sale::{DISASTER, LOST, SELLING_PRICE, TAXABLE_QUANTITY};
use crate::value::{of_lot, unit_price};

/// Goods to be taxed, before their value is known.
pub(super) struct Taxable<'b> {
    pub(super) kind: Kind,
    pub(super) material: u16,
    pub(super) quantity: Explained<Total>,
    /// The line that sells them, where they are not folded.
    pub(super) line: Option<&'b LinePapers>,
    pub(super) facts: SaleFacts,
}

/// The kind of a line's goods: what the file says, if it goes with the list.
fn kind_of(list: &ListPapers, line: &LinePapers, facts: &SaleFacts) -> Result<Kind, TaxError> {
    use Kind::*;
    let (own, fits): (Kind, &[Kind]) = match list.movement {
        Movement::ScrapSold if line.by_product => (ByProduct, &[ByProduct]),
        Movement::ScrapSold => (Scrap, &[Scrap]),
        Movement::ProductSale => (Product, &[Product, Defective]),
        _ => (Surplus, &[Surplus, Product, Defective, Disaster, Lost]),
    };
    let kind = facts.kind.unwrap_or(own);
    if fits.contains(&kind) {
        return Ok(kind);
    }
    let words: Vec<&str> = fits.iter().map(|it| it.as_str()).collect();
    Err(TaxError::new(
        &codes::KIND_DIFFERS,
        format!(
            "list {} line {}: {} does not go with {}",
            list.number,
            line.line,
            kind.as_str(),
            list.movement.describe()
        ),
        format!(
            "say one of {} in \"sales\"; disaster goods are declared as materials",
            words.join(", ")
        ),
    ))
}

/// The taxable quantities of a list: materials, scrap and by-products as they are declared; products
/// and defectives folded, each material rounded once for the whole list.
pub(super) fn taxables<'b>(
    books: &'b Desk<'_>,
    inputs: &Inputs,
    list: &'b ListPapers,
) -> Result<Vec<Taxable<'b>>, TaxError> {
    let mut goods = Vec::new();
    let mut sums = Sums::new();
    let declaration = match list.movement.is_product() {
        true => Some(books.declaration(list.handbook)?),
        false => None,
    };
    for (line, quantity) in books.present(list) {
        let facts = inputs.sale(list, Some(line.line))?;
        let kind = kind_of(list, line, &facts)?;
        match (&declaration, line.material(), line.product()) {
            (Some(declaration), _, Some(product)) => {
                fold_line(
                    &mut sums,
                    declaration,
                    list,
                    line,
                    (kind, product, quantity),
                )?;
            }
            (_, Some(material), _) => {
                let text = match kind.as_it_stands() {
                    true => format!("{} as it stands: {quantity} declared", kind.chinese()),
                    false => format!("{quantity} declared in units of material {material}"),
                };
                let step = Step::new(&TAXABLE_QUANTITY, text).lines([list.at(line)]);
                goods.push(Taxable {
                    kind,
                    material,
                    quantity: Explained::by(quantity, step),
                    line: Some(line),
                    facts,
                });
            }
            _ => {}
        }
    }
    for ((kind, material), (sum, lines, parts)) in sums {
        let quantity = sum.round5();
        let text = format!(
            "folded (折料): {} = {quantity} of material {material}",
            parts.join(" + ")
        );
        let step = Step::new(&TAXABLE_QUANTITY, text).lines(lines);
        goods.push(Taxable {
            kind,
            material,
            quantity: Explained::by(quantity, step),
            line: None,
            facts: SaleFacts::default(),
        });
    }
    Ok(goods)
}

type Sums = BTreeMap<(Kind, u16), (Exact, Vec<LineRef>, Vec<String>)>;

fn fold_line(
    sums: &mut Sums,
    declaration: &Declaration,
    list: &ListPapers,
    line: &LinePapers,
    (kind, product, quantity): (Kind, u16, Total),
) -> Result<(), TaxError> {
    for (material, consumption) in folded(declaration, product, &line.version)? {
        let taken = taken(quantity, consumption);
        if consumption.bonded_gross().is_zero() {
            continue;
        }
        let (sum, lines, parts) = sums.entry((kind, material)).or_default();
        *sum = &*sum + &taken;
        lines.push(list.at(line));
        parts.push(format!("{quantity} × {}", consumption.bonded_gross()));
    }
    Ok(())
}

pub(super) fn goods_tax(
    books: &Desk<'_>,
    inputs: &Inputs,
    list: &ListPapers,
    it: &Taxable<'_>,
    day: Date,
) -> Result<GoodsTax, TaxError> {
    let (Some(line), true) = (it.line, it.kind.as_it_stands()) else {
        return material_tax(
            books,
            inputs,
            list.handbook,
            it,
            day,
            list.within(books.book(list.handbook)?, day),
        );
    };
    let presented = line.presented.as_ref().ok_or_else(|| {
        TaxError::new(
            &codes::PRESENTED_MISSING,
            format!("list {} line {}: {} is taxed as it stands (报验状态)", list.number, line.line, it.kind.as_str()),
            "amend the list: \"presented\":{\"hs\":\"…\",\"name\":\"…\",\"unit\":\"…\",\"quantity\":\"…\"}",
        )
    })?;
    let quantity = presented.quantity.total();
    let text = format!(
        "{} as it stands: {} {quantity}",
        it.kind.chinese(),
        presented.name
    );
    let quantity = Explained::by(
        quantity,
        Step::new(&TAXABLE_QUANTITY, text).lines([list.at(line)]),
    );
    let value = selling_price(inputs, list, line, &it.facts, day)?;
    let levies = levies(inputs, presented.hs.as_str(), value.value, day)?;
    Ok(GoodsTax {
        kind: it.kind,
        material: it.material,
        name: presented.name.clone(),
        hs: presented.hs,
        unit: presented.unit,
        quantity,
        value,
        levies,
    })
}

/// What the goods are sold for: by the file, or by the line's amount.
pub(crate) fn selling_price(
    inputs: &Inputs,
    list: &ListPapers,
    line: &LinePapers,
    facts: &SaleFacts,
    day: Date,
) -> Result<Explained<Fen>, TaxError> {
    let by_file = facts
        .amount
        .as_ref()
        .map(|(amount, currency)| (*amount, letters(currency.as_str())));
    let Some((amount, currency)) = by_file.or_else(|| line.paid()) else {
        return Err(TaxError::new(
            &codes::PRICE_MISSING,
            format!(
                "list {} line {} has no amount: what were the goods sold for?",
                list.number, line.line
            ),
            format!(
                "post the amount with the list, or add {{\"list\":\"{}\",\"line\":{},\"amount\":\"…\",\"currency\":\"CNY\"}} to \"sales\"",
                list.number, line.line
            ),
        ));
    };
    let (rate, row) = inputs.exchange(&currency, Use::Customs, day)?;
    let value = Fen::round(&(Exact::from(amount) * rate));
    let text = format!("sold for {} {currency} = CNY {value}", amount.normalize());
    let step = Step::new(&SELLING_PRICE, text).lines([list.at(line)]);
    Ok(Explained::by(value, row.into_iter().fold(step, Step::row)))
}

/// What is levied on goods that are taxed as their material, imported in the cycle of `within`.
pub(super) fn material_tax(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    it: &Taxable<'_>,
    day: Date,
    within: Within,
) -> Result<GoodsTax, TaxError> {
    let book = books.book(handbook)?;
    let (item, _) = book.materials.get(&it.material).ok_or_else(|| {
        TaxError::new(
            &codes::LINE_UNKNOWN,
            format!("handbook {handbook} has no material {}", it.material),
            "check the number",
        )
    })?;
    let value = match it.kind {
        Kind::Lost => {
            let text = "lost or wholly useless: written off free of tax (免税核销)";
            Explained::by(Fen::ZERO, Step::new(&LOST, text))
        }
        Kind::Disaster => assessed(inputs, handbook, it, day)?,
        _ => {
            let price = match &it.facts.lot {
                Some((list, line)) => of_lot(books, inputs, handbook, it.material, (list, *line))?,
                None => unit_price(books, inputs, handbook, it.material, day, within)?,
            };
            let (value, because) = price.value(it.quantity.value, inputs, day)?;
            Explained { value, because }
        }
    };
    let levies = match it.kind {
        Kind::Lost => {
            let none = || Explained::by(Fen::ZERO, Step::new(&LOST, "no tax"));
            Levies {
                duty: none(),
                consumption_tax: none(),
                vat: none(),
            }
        }
        _ => levies(inputs, item.hs.as_str(), value.value, day)?,
    };
    Ok(GoodsTax {
        kind: it.kind,
        material: it.material,
        name: item.name.clone(),
        hs: item.hs,
        unit: item.unit,
        quantity: it.quantity.clone(),
        value,
        levies,
    })
}

/// Disaster goods: what they were assessed at.
fn assessed(
    inputs: &Inputs,
    handbook: HandbookNo,
    it: &Taxable<'_>,
    day: Date,
) -> Result<Explained<Fen>, TaxError> {
    let Some((amount, currency)) = it.facts.amount else {
        let at = it.quantity.because.iter().flat_map(|it| &it.lines).next();
        let (list, line) = at.map_or(("…", 1), |it| (&it.list, it.line));
        return Err(TaxError::new(
            &codes::PRICE_MISSING,
            format!(
                "handbook {handbook} material {}: what were the damaged goods assessed at?",
                it.material
            ),
            format!(
                "add {{\"list\":\"{list}\",\"line\":{line},\"kind\":\"disaster\",\"amount\":\"…\",\"currency\":\"CNY\"}} to \"sales\""
            ),
        ));
    };
    let currency = letters(currency.as_str());
    let (rate, row) = inputs.exchange(&currency, Use::Customs, day)?;
    let value = Fen::round(&(Exact::from(amount) * rate));
    let text = format!(
        "assessed at {} {currency} = CNY {value}",
        amount.normalize()
    );
    let step = Step::new(&DISASTER, text);
    Ok(Explained::by(value, row.into_iter().fold(step, Step::row)))
}
