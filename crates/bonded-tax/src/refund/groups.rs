//! Exports at the planned and at the actual rate.

use std::collections::BTreeMap;

use bonded_ledger::{Date, HandbookNo, Movement};
use rust_decimal::Decimal;
use unit_consumption::Exact;

use super::{AtRate, Group, deducted};
use crate::desk::Desk;
use crate::error::{TaxError, codes};
use crate::explained::{Explained, LineRef, RowRef, Step};
use crate::inputs::{Inputs, Use, letters};
use crate::money::Fen;
use crate::papers::ListPapers;
use crate::rules::refund::{COMPOSITE_PRICE, NON_CREDITABLE, PLANNED_RATE, REFUND};
use crate::span::Span;
use crate::value::line_price;

/// Exports of one planned rate, VAT and refund rate, in yuan.
#[derive(Default)]
struct Sum {
    fob: Exact,
    lines: Vec<LineRef>,
    /// How many of them are of goods that came back or went out again for them.
    returned: usize,
    rows: Vec<RowRef>,
}

/// The day whose rates goods that came back were claimed at: no list says which export they were of, so it
/// is the last one of the product before; where there is none, the day of the list.
fn claimed_on(books: &Desk<'_>, list: &ListPapers, product: Option<u16>) -> Date {
    let lists = books.papers().lists_of(list.handbook);
    let exports = lists.filter(|it| {
        it.movement == Movement::Exported && it.booked.is_some() && it.declared <= list.declared
    });
    let of_it = exports.filter(|it| books.present(it).any(|it| it.0.product() == product));
    let last = of_it.map(|it| it.declared).max();
    last.unwrap_or(list.declared)
}

/// How a movement of products counts in FOB: exports, less what came back.
fn sign(movement: Movement) -> i8 {
    match movement {
        Movement::Exported | Movement::ReturnedOut => 1,
        Movement::ReturnedIn => -1,
        _ => 0,
    }
}

pub(super) fn groups(
    books: &Desk<'_>,
    inputs: &Inputs,
    handbook: HandbookNo,
    span: Span,
    actual: Option<&Explained<String>>,
) -> Result<Vec<Group>, TaxError> {
    let mut sums: BTreeMap<(Decimal, Decimal, Decimal), Sum> = BTreeMap::new();
    let mut planned_rows: BTreeMap<Decimal, RowRef> = BTreeMap::new();
    // What came back (4600) was claimed and is taken back; what went out again for it is claimed anew.
    let exports = deducted(books, handbook, span).filter(|it| sign(it.movement) != 0);
    for list in exports {
        let returns = list.movement != Movement::Exported;
        for (line, quantity) in books.present(list) {
            // A claim is taken back as it was made.
            let day = match returns {
                true => claimed_on(books, list, line.product()),
                false => list.declared,
            };
            let (planned, row) = planned_rate(inputs, handbook, day)?;
            planned_rows.entry(planned).or_insert(row);
            let hs = line.hs.as_str();
            let (tariff, tariff_row) = inputs.tariff(hs, day)?;
            let refund = tariff.refund.ok_or_else(|| {
                TaxError::new(
                    &codes::REFUND_RATE_MISSING,
                    format!("no refund rate for {hs} on {day}"),
                    format!(
                        "say \"refund\" in the row of {} in \"tariff\"",
                        tariff_row.hs
                    ),
                )
            })?;
            let ((price, currency), _) = line_price(list, line, inputs)?;
            let (rate, exchange_row) = inputs.exchange(&letters(&currency), Use::Refund, day)?;
            let sum = sums.entry((planned, tariff.vat, refund)).or_default();
            let fob = price * rate * Exact::from(quantity);
            sum.fob = match sign(list.movement) < 0 {
                true => &sum.fob - &fob,
                false => &sum.fob + &fob,
            };
            sum.returned += usize::from(returns);
            sum.lines.push(list.at(line));
            let rows = [
                tariff_row.told("refund", refund),
                tariff_row.told("VAT", tariff.vat),
            ];
            for row in rows.into_iter().chain(exchange_row) {
                if !sum.rows.contains(&row) {
                    sum.rows.push(row);
                }
            }
        }
    }
    let mut groups = Vec::new();
    for ((planned, vat, refund), sum) in sums {
        let fob = Fen::round(&sum.fob);
        let exported = lines(sum.lines.len() - sum.returned);
        let text = match sum.returned {
            0 => format!("{exported} exported: FOB CNY {fob}"),
            many => format!(
                "{exported} exported, net of {} of returned goods (4600), at the rates of the last export of the product before them: FOB CNY {fob}",
                lines(many)
            ),
        };
        let step = sum
            .rows
            .into_iter()
            .fold(Step::new(&COMPOSITE_PRICE, text), Step::row);
        let text = format!("{} planned", planned.normalize());
        let step_of_plan = planned_rows
            .get(&planned)
            .cloned()
            .into_iter()
            .fold(Step::new(&PLANNED_RATE, text), Step::row);
        let rate = Explained::by(planned.normalize().to_string(), step_of_plan);
        let at = |rate: &Explained<String>| at_rate(&sum.fob, rate.clone(), vat, refund);
        groups.push(Group {
            vat: vat.normalize().to_string(),
            refund: refund.normalize().to_string(),
            planned: at(&rate),
            actual: actual.map(at),
            fob: Explained::by(fob, step.lines(sum.lines.clone())),
        });
    }
    Ok(groups)
}

fn lines(count: usize) -> String {
    match count {
        1 => "1 line".to_owned(),
        many => format!("{many} lines"),
    }
}

fn planned_rate(
    inputs: &Inputs,
    handbook: HandbookNo,
    day: Date,
) -> Result<(Decimal, RowRef), TaxError> {
    let row = inputs.planned.get(&handbook).and_then(|it| it.on(day));
    let row = row.ok_or_else(|| {
        TaxError::new(
            &codes::PLANNED_RATE_MISSING,
            format!("no planned rate (计划分配率) for handbook {handbook} on {day}"),
            format!("add {{\"handbook\":\"{handbook}\",\"from\":\"{day}\",\"planned_rate\":\"…\",\"source\":\"…\"}} to \"refund\""),
        )
    })?;
    let told = RowRef {
        name: "planned rate".to_owned(),
        value: row.value.normalize().to_string(),
        from: row.from,
        source: row.source.clone(),
    };
    Ok((row.value, told))
}

/// Each figure from the exact FOB value, rounded once.
fn at_rate(fob: &Exact, rate: Explained<String>, vat: Decimal, refund: Decimal) -> AtRate {
    let value: Decimal = rate.value.parse().unwrap_or_default();
    let percent = |it: Decimal| Exact::from(it) / Exact::whole(100);
    let exact = fob * &Exact::from(value);
    let composite = Fen::round(&exact);
    let fen = |of: &Exact, by: Decimal| Fen::round(&(of * &percent(by)));
    let own = fob - &exact;
    let told = |rule, value: Fen, text: String| Explained::by(value, Step::new(rule, text));
    let shown = Fen::round(fob);
    let rest = vat - refund;
    let non_creditable_offset = fen(&exact, rest);
    let non_creditable = fen(&own, rest);
    let refund_offset = fen(&exact, refund);
    let refunded = fen(&own, refund);
    let (rest, of) = (rest.normalize(), refund.normalize());
    AtRate {
        composite: told(
            &COMPOSITE_PRICE,
            composite,
            format!("{shown} × {value} = {composite}"),
        ),
        non_creditable_offset: told(
            &NON_CREDITABLE,
            non_creditable_offset,
            format!("{composite} × {rest} % = {non_creditable_offset}"),
        ),
        non_creditable: told(
            &NON_CREDITABLE,
            non_creditable,
            format!("{shown} × {rest} % − {non_creditable_offset} = {non_creditable}"),
        ),
        refund_offset: told(
            &REFUND,
            refund_offset,
            format!("{composite} × {of} % = {refund_offset}"),
        ),
        refund: told(
            &REFUND,
            refunded,
            format!("{shown} × {of} % − {refund_offset} = {refunded}"),
        ),
        rate,
    }
}
