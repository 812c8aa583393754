//! Customs value (完税价格): what the goods cost when they came in.

use std::collections::BTreeMap;

use bonded_ledger::{Date, HandbookNo, Movement, Total, Trade};
use unit_consumption::Exact;

use crate::desk::Desk;
use crate::error::{TaxError, codes};
use crate::explained::{RowRef, Step};
use crate::inputs::{Inputs, Use, letters};
use crate::money::Fen;
use crate::papers::{LinePapers, ListPapers, Within};
use crate::rules::sale::{CUSTOMS_VALUE, EXCHANGE_RATE, VALUE_CARRIED, VALUE_SUPPLIED};

/// What one unit costs, by currency: weighted over lots in several, it has several parts.
#[derive(Clone, Debug)]
pub(crate) struct UnitPrice {
    /// For one unit.
    parts: BTreeMap<String, Exact>,
    because: Vec<Step>,
}

/// A price and its currency.
pub(crate) type Paid = (Exact, String);

impl UnitPrice {
    fn of(price: Exact, currency: String, step: Step) -> UnitPrice {
        UnitPrice {
            parts: BTreeMap::from([(currency, price)]),
            because: vec![step],
        }
    }

    /// In yuan, exactly, with the exchange rates of a day.
    pub(crate) fn in_yuan(
        &self,
        inputs: &Inputs,
        day: Date,
    ) -> Result<(Exact, Vec<RowRef>), TaxError> {
        let (mut yuan, mut rows) = (Exact::zero(), Vec::new());
        for (currency, price) in &self.parts {
            let (rate, row) = inputs.exchange(currency, Use::Customs, day)?;
            yuan = yuan + price.clone() * rate;
            rows.extend(row);
        }
        Ok((yuan, rows))
    }

    /// In US dollars, exactly: what is in another currency by the rates of a day.
    pub(crate) fn in_usd(&self, inputs: &Inputs, day: Date) -> Result<Exact, TaxError> {
        let parts = self.parts.iter();
        parts
            .map(|(currency, price)| usd(inputs, price.clone(), currency, day))
            .sum()
    }

    fn text(&self) -> String {
        let parts = self.parts.iter();
        let parts: Vec<String> = parts
            .map(|(currency, price)| format!("{} {currency}", price.rounded_text(9)))
            .collect();
        parts.join(" + ")
    }

    /// The value of a quantity, to the fen.
    pub(crate) fn value(
        &self,
        quantity: Total,
        inputs: &Inputs,
        day: Date,
    ) -> Result<(Fen, Vec<Step>), TaxError> {
        let (yuan, rows) = self.in_yuan(inputs, day)?;
        let value = Fen::round(&(yuan * Exact::from(quantity)));
        let mut because = self.because.clone();
        let rates: Vec<String> = rows
            .iter()
            .map(|it| format!("{} {}", it.name, it.value))
            .collect();
        let rates = match rates.is_empty() {
            true => String::new(),
            false => format!(" at {}", rates.join(", ")),
        };
        let text = format!("{quantity} × {}{rates} = CNY {value}", self.text());
        because.push(
            rows.into_iter()
                .fold(Step::new(&EXCHANGE_RATE, text), Step::row),
        );
        Ok((value, because))
    }
}

/// A value in US dollars: as it is, or by the rates of a day.
pub(crate) fn usd(
    inputs: &Inputs,
    value: Exact,
    currency: &str,
    day: Date,
) -> Result<Exact, TaxError> {
    if letters(currency) == "USD" {
        return Ok(value);
    }
    let (rate, _) = inputs.exchange(currency, Use::Refund, day)?;
    let (dollar, _) = inputs.exchange("USD", Use::Refund, day)?;
    Ok(value * rate / dollar)
}

/// What a unit of a line cost: by its amount, else by a row of the file.
pub(crate) fn line_price(
    list: &ListPapers,
    line: &LinePapers,
    inputs: &Inputs,
) -> Result<(Paid, Option<RowRef>), TaxError> {
    let quantity = Exact::from(line.quantity);
    if let Some((amount, currency)) = line.paid()
        && !quantity.is_zero()
    {
        return Ok(((Exact::from(amount) / quantity, currency), None));
    }
    // What a frozen list cannot be amended to say, a file says.
    if let (Some((amount, currency)), false) = (
        inputs.sale(list, Some(line.line))?.amount,
        quantity.is_zero(),
    ) {
        let price = Exact::from(amount) / quantity;
        return Ok(((price, letters(currency.as_str())), None));
    }
    let Some(material) = line.material() else {
        return Err(TaxError::new(
            &codes::PRICE_MISSING,
            format!("list {} line {} has no amount", list.number, line.line),
            format!(
                "post the amount with the list, or add {{\"list\":\"{}\",\"line\":{},\"amount\":\"…\",\"currency\":\"…\"}} to \"sales\"",
                list.number, line.line
            ),
        ));
    };
    let row = inputs.price_of(list, material)?;
    let Some(row) = row else {
        let (handbook, number, day) = (list.handbook, &list.number, list.declared);
        return Err(TaxError::new(
            &codes::PRICE_MISSING,
            format!("list {number} line {} has no amount", line.line),
            format!(
                "post the amount with the list, or add {{\"handbook\":\"{handbook}\",\"material\":{material},\"list\":\"{number}\",\"from\":\"{day}\",\"price\":\"…\",\"currency\":\"…\",\"source\":\"…\"}} to \"prices\""
            ),
        ));
    };
    let told = RowRef {
        name: format!("price of material {material}"),
        value: format!("{} {}", row.value.price.normalize(), row.value.currency),
        from: row.from,
        source: row.source.clone(),
    };
    let currency = letters(row.value.currency.as_str());
    Ok(((Exact::from(row.value.price), currency), Some(told)))
}

/// The price of one lot, where it is known which one the goods came from (对应).
pub(crate) fn of_lot(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    (list, number): (&str, u32),
) -> Result<UnitPrice, TaxError> {
    let papers = books.list(list)?;
    let line = papers.lines.iter().find(|it| {
        it.line == number
            && it.material() == Some(material)
            && papers.handbook == handbook
            && papers.movement.is_material_in()
            && !papers.withdrawn
    });
    let line = line.ok_or_else(|| {
        TaxError::new(
            &codes::LINE_UNKNOWN,
            format!("list {list} line {number} brought no material {material} into handbook {handbook}"),
            "name the line of an import of this material as the lot, or leave \"lot\" out: then the weighted average counts",
        )
    })?;
    let ((price, currency), row) = line_price(papers, line, inputs)?;
    let text = format!(
        "the lot is known: {} of material {material} at {} {currency} each",
        line.quantity,
        price.rounded_text(9)
    );
    let step = Step::new(carried_or_bought(papers), text).lines([papers.at(line)]);
    let step = row.into_iter().fold(step, Step::row);
    Ok(UnitPrice::of(price, currency, step))
}

fn carried_or_bought(list: &ListPapers) -> &'static crate::rules::Rule {
    match list.movement {
        Movement::CarriedIn => &VALUE_CARRIED,
        _ => &CUSTOMS_VALUE,
    }
}

/// The price of a material of a book on a day: the weighted average of what came in under the same
/// item, name and code within validity, or within the cycle that holds `within`; of supplied materials,
/// what a file says.
pub(crate) fn unit_price(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    day: Date,
    within: Within,
) -> Result<UnitPrice, TaxError> {
    let compute = || average(books, inputs, handbook, material, day, within);
    books.price((handbook, material, day, within), compute)
}

fn average(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    day: Date,
    within: Within,
) -> Result<UnitPrice, TaxError> {
    let book = books.book(handbook)?;
    if book.trade == Trade::SuppliedMaterials {
        let (price, row) = price_row(inputs, handbook, material, day).ok_or_else(|| {
            missing(
                handbook,
                material,
                day,
                "supplied materials have no import price: their value is that of the same or similar bonded goods imported at about the same time",
            )
        })?;
        let (price, currency) = price;
        let text = format!(
            "supplied materials: same or similar goods at about the same time, {} {currency} each",
            price.rounded_text(9)
        );
        return Ok(UnitPrice::of(
            price,
            currency,
            Step::new(&VALUE_SUPPLIED, text).row(row),
        ));
    }
    let from = book.cycle_begins(within.day);
    let ended = within.ends.or(book.cycle_ended(within.day));
    let until = ended.unwrap_or(day).min(day);
    let (item, opening) = book.materials.get(&material).ok_or_else(|| {
        TaxError::new(
            &codes::LINE_UNKNOWN,
            format!("handbook {handbook} has no material {material}"),
            "check the number",
        )
    })?;
    let lots = books.received(handbook, material, from, until);
    let others = lots.len();
    let lots: Vec<_> = lots
        .into_iter()
        .filter(|(_, line, _)| line.hs == item.hs && line.name == item.name)
        .collect();
    let mut sum = Sum::default();
    for (list, line, quantity) in &lots {
        let ((price, currency), row) = line_price(list, line, inputs)?;
        sum.add(*quantity, price, currency);
        sum.rows.extend(row);
        sum.carried |= list.movement == Movement::CarriedIn;
        sum.bought |= list.movement != Movement::CarriedIn;
    }
    // The opening is of the cycle that holds the day from which it counts.
    let opens = book.opens_on(material);
    if opening.total() > Total::ZERO && from <= opens && opens <= until {
        let (paid, row) = opening_price(inputs, handbook, material, day)?;
        sum.add(opening.total(), paid.0, paid.1);
        sum.rows.push(row);
        sum.bought = true;
    }
    if sum.quantity <= Total::ZERO {
        return match price_row(inputs, handbook, material, day) {
            Some(((price, currency), row)) => {
                let text = format!(
                    "nothing came in from {from} to {until}: by the file, {} {currency} each",
                    price.rounded_text(9)
                );
                Ok(UnitPrice::of(
                    price,
                    currency,
                    Step::new(&CUSTOMS_VALUE, text).row(row),
                ))
            }
            None if others > 0 => Err(TaxError::new(
                &codes::ITEM_CHANGED,
                format!(
                    "handbook {handbook} material {material}: no import has its present name and code ({}, {})",
                    item.name, item.hs
                ),
                row_to_add(handbook, material, day),
            )),
            None => {
                let why = format!("nothing came in from {from} to {until}");
                Err(missing(handbook, material, day, &why))
            }
        };
    }
    let quantity = Exact::from(sum.quantity);
    let parts: BTreeMap<String, Exact> = sum
        .paid
        .iter()
        .map(|(currency, paid)| (currency.clone(), paid / &quantity))
        .collect();
    let paid: Vec<String> = sum
        .paid
        .iter()
        .map(|(currency, paid)| format!("{} {currency}", paid.rounded_text(5)))
        .collect();
    let rule = match (sum.carried, sum.bought) {
        (true, false) => &VALUE_CARRIED,
        _ => &CUSTOMS_VALUE,
    };
    let price = UnitPrice {
        parts,
        because: Vec::new(),
    };
    let text = format!(
        "weighted average of {} from {from} to {until}: {} ÷ {} = {} each",
        counted(sum.lots),
        paid.join(" + "),
        sum.quantity,
        price.text()
    );
    let lines = lots.iter().map(|(list, line, _)| list.at(line));
    let step = Step::new(rule, text).lines(lines);
    let step = sum.rows.into_iter().fold(step, Step::row);
    Ok(UnitPrice {
        because: vec![step],
        ..price
    })
}

#[derive(Default)]
struct Sum {
    quantity: Total,
    paid: BTreeMap<String, Exact>,
    rows: Vec<RowRef>,
    carried: bool,
    bought: bool,
    lots: usize,
}

impl Sum {
    fn add(&mut self, quantity: Total, price: Exact, currency: String) {
        self.quantity += quantity;
        let paid = self.paid.entry(currency).or_default();
        *paid = &*paid + &(price * Exact::from(quantity));
        self.lots += 1;
    }
}

fn counted(lots: usize) -> String {
    match lots {
        1 => "1 lot".to_owned(),
        _ => format!("{lots} lots"),
    }
}

/// What a material cost with which the book opened.
pub(crate) fn opening_price(
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    day: Date,
) -> Result<(Paid, RowRef), TaxError> {
    price_row(inputs, handbook, material, day).ok_or_else(|| {
        let why = "what the opening was imported for is not in the journal";
        missing(handbook, material, day, why)
    })
}

fn price_row(
    inputs: &Inputs,
    handbook: HandbookNo,
    material: u16,
    day: Date,
) -> Option<(Paid, RowRef)> {
    let row = inputs.price(handbook, material, day)?;
    let currency = letters(row.value.currency.as_str());
    let told = RowRef {
        name: format!("price of material {material}"),
        value: format!("{} {currency}", row.value.price.normalize()),
        from: row.from,
        source: row.source.clone(),
    };
    Some(((Exact::from(row.value.price), currency), told))
}

fn row_to_add(handbook: HandbookNo, material: u16, day: Date) -> String {
    format!(
        "add {{\"handbook\":\"{handbook}\",\"material\":{material},\"from\":\"{day}\",\"price\":\"…\",\"currency\":\"…\",\"source\":\"…\"}} to \"prices\""
    )
}

fn missing(handbook: HandbookNo, material: u16, day: Date, why: &str) -> TaxError {
    TaxError::new(
        &codes::PRICE_MISSING,
        format!("handbook {handbook} material {material}: {why}"),
        row_to_add(handbook, material, day),
    )
}
