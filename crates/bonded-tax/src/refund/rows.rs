//! What the ledger must hand over to the tax office, line by line.

use std::collections::BTreeMap;

use bonded_ledger::{Date, HandbookNo, Movement, Total};
use serde::Serialize;
use unit_consumption::Exact;

use super::{Refund, TOTALS, deducted, total_of, two, value_usd};
use crate::books::Books;
use crate::desk::Desk;
use crate::error::TaxError;
use crate::inputs::{Inputs, Use};
use crate::money::Fen;

/// A line of a declaration.
#[derive(Clone, Debug, Serialize)]
pub struct RefundRow {
    /// The book.
    pub handbook: HandbookNo,
    /// 项号.
    pub item: u16,
    /// `material` or `product`.
    pub goods: &'static str,
    /// In which total of the rate it counts; 0400 and the like count in none.
    pub total: String,
    /// The day of the declaration.
    pub date: Date,
    /// 报关单号.
    pub customs_declaration: Option<String>,
    /// 清单编号.
    pub list: String,
    /// Its line.
    pub line: u32,
    /// 商品编码.
    pub hs: String,
    /// What passed.
    pub quantity: Total,
    /// Its unit.
    pub unit: String,
    /// In the currency of the line.
    pub amount: Option<String>,
    /// The currency.
    pub currency: Option<String>,
    /// In US dollars, to the cent; of what counts in no total, where it is known.
    pub usd: Option<String>,
    /// In yuan, by the rate of the day.
    pub cny: Option<Fen>,
    /// Of an export: how much of the product has come back so far, in all of the handbook or the cycle.
    pub returned: Option<Total>,
}

/// The lines that a refund is of: all of a handbook, or of the cycle, that customs has deducted.
///
/// # Errors
/// What is missing, with what to add and where.
pub fn refund_rows(
    books: &Books,
    inputs: &Inputs,
    refund: &Refund,
) -> Result<Vec<RefundRow>, TaxError> {
    let books = &Desk::of(books);
    let handbook = refund.handbook;
    let deducted = deducted(books, handbook, refund.span);
    let mut back: BTreeMap<u16, Total> = BTreeMap::new();
    for list in deducted
        .clone()
        .filter(|it| it.movement == Movement::ReturnedIn)
    {
        for (line, quantity) in books.present(list) {
            *back.entry(line.product().unwrap_or_default()).or_default() += quantity;
        }
    }
    let mut rows = Vec::new();
    for list in deducted {
        let counts = TOTALS.iter().any(|it| it.0 == total_of(list));
        for (line, quantity) in books.present(list) {
            let usd = match counts {
                true => Some(value_usd(books, inputs, list, line, quantity)?),
                false => value_usd(books, inputs, list, line, quantity).ok(),
            };
            let declared = Exact::from(line.quantity);
            let own = line.paid().filter(|_| !declared.is_zero());
            let own = own.map(|(amount, currency)| {
                let amount = Exact::from(amount) / declared.clone() * Exact::from(quantity);
                (amount, currency)
            });
            let cny = match &own {
                Some((amount, currency)) => {
                    let rate = inputs.exchange(currency.as_str(), Use::Refund, list.declared);
                    rate.ok().map(|(rate, _)| Fen::round(&(amount * &rate)))
                }
                None => None,
            };
            let returned = match (list.movement, line.product()) {
                (Movement::Exported, Some(product)) => {
                    Some(back.get(&product).copied().unwrap_or_default())
                }
                _ => None,
            };
            rows.push(RefundRow {
                handbook,
                item: line.product().or(line.material()).unwrap_or_default(),
                goods: match line.product() {
                    Some(_) => "product",
                    None => "material",
                },
                total: total_of(list),
                date: list.declared,
                customs_declaration: list.customs_declaration.clone(),
                list: list.customs_number.as_ref().unwrap_or(&list.number).clone(),
                line: line.line,
                hs: line.hs.to_string(),
                quantity,
                unit: line.unit.to_string(),
                amount: own.as_ref().map(|it| two(&it.0)),
                currency: own.map(|it| it.1.to_string()),
                usd: usd.as_ref().map(two),
                cny,
                returned,
            });
        }
    }
    Ok(rows)
}
