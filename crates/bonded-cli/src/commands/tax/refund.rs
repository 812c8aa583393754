//! `bonded tax refund`: planned and actual rate, and what changes.

use bonded_tax::{
    AtRate, Fen, Held, ModeTotal, Refund, RefundRow, TaxError, refund_books, refund_rows,
};
use serde::Serialize;

use super::{explained, inputs};
use crate::args::{RowsFormat, TaxRefund};
use crate::commands::told::lines;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone, grouped};

#[derive(Serialize)]
struct Refunds {
    refunds: Vec<Refunded>,
    /// Rows of the files that name what is not in the ledger.
    unmatched: Vec<inputs::Unmatched>,
}

#[derive(Serialize)]
struct Refunded {
    #[serde(flatten)]
    refund: Refund,
    rows: Vec<RefundRow>,
}

pub(crate) fn refund(args: &TaxRefund, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let inputs::Read {
        books,
        inputs,
        unmatched,
    } = inputs::read(&args.of, console)?;
    let numbers = match args.of.handbook {
        Some(only) => vec![only],
        None => refund_books(&books),
    };
    let each = numbers.into_iter().map(|it| {
        let refunds = bonded_tax::refunds(&books, &inputs, it, args.cycle)?.into_iter();
        let handed_over = refunds.map(|refund| {
            let rows = refund_rows(&books, &inputs, &refund)?;
            Ok(Refunded { refund, rows })
        });
        handed_over.collect::<Result<Vec<_>, TaxError>>()
    });
    let refunds = Refunds {
        refunds: inputs::all(each, console)?.into_iter().flatten().collect(),
        unmatched,
    };
    match args.format {
        RowsFormat::Json => {
            serde_json::to_writer(&mut *console.out, &refunds)?;
            writeln!(console.out)?;
        }
        RowsFormat::Csv => csv(&refunds, console)?,
        RowsFormat::Table => {
            if refunds.refunds.is_empty() {
                writeln!(
                    console.out,
                    "no handbook of imported materials has an export that customs has deducted"
                )?;
            }
            for (at, it) in refunds.refunds.iter().enumerate() {
                if at > 0 {
                    writeln!(console.out)?;
                }
                one(&it.refund, args.explain, console)?;
            }
        }
    }
    Ok(Outcome::Yes)
}

fn one(refund: &Refund, explain: bool, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let title = paint.tone(Tone::Title, refund.handbook.to_string());
    let stands = match (refund.written_off, &refund.apply_by) {
        (Some(day), Some(by)) => {
            format!(
                "written off on {day}, the write-off is applied for by {}",
                by.value
            )
        }
        _ => "not written off: the actual rate is provisional".to_owned(),
    };
    let [from, until] = refund.cycle;
    let cycle = refund.cycle_number.map_or_else(String::new, |number| {
        format!(" · cycle {number} (核销周期) from {from} to {until}\n ")
    });
    writeln!(console.out, "{title}{cycle} · {stands}")?;
    totals(refund).write(console.out, paint)?;
    let rate = refund.actual_rate.as_ref();
    let rate = rate.map_or_else(|| none(refund), |it| it.value.as_str());
    writeln!(
        console.out,
        "  imports {} ÷ exports {} = actual rate (实际分配率) {rate}",
        grouped(&refund.import_total.value),
        grouped(&refund.export_total.value)
    )?;
    for group in &refund.groups {
        writeln!(
            console.out,
            "\n  FOB CNY {} · VAT {} % · refund {} %",
            grouped(group.fob.value),
            group.vat,
            group.refund
        )?;
        let mut table = Table::new(&[
            Column::new("at", "", Align::Code),
            Column::new("rate", "分配率", Align::Right),
            Column::new("composite price", "组成计税价格", Align::Right),
            Column::new("not creditable", "不得免抵", Align::Right),
            Column::new("offset", "抵减额", Align::Right),
            Column::new("refund", "免抵退税额", Align::Right),
        ]);
        let mut row = |at: &str, it: &AtRate| {
            table.row([
                at.to_owned(),
                it.rate.value.clone(),
                grouped(it.composite.value),
                grouped(it.non_creditable.value),
                grouped(it.refund_offset.value),
                grouped(it.refund.value),
            ]);
        };
        row("planned 计划", &group.planned);
        if let Some(actual) = &group.actual {
            row("actual 实际", actual);
        }
        table.write(console.out, paint)?;
    }
    let signed = |it: Fen| match it > Fen::ZERO {
        true => format!("+{}", grouped(it)),
        false => grouped(it),
    };
    if let (Some(refunded), Some(non_creditable)) =
        (&refund.adjustment, &refund.adjustment_non_creditable)
    {
        writeln!(
            console.out,
            "\n  adjustment (核销调整): refund {} · not creditable {}",
            signed(refunded.value),
            signed(non_creditable.value)
        )?;
    }
    writeln!(console.out)?;
    checks(refund, console)?;
    if explain {
        writeln!(console.out)?;
        explained::write(refund, console)?;
    }
    Ok(())
}

/// Why there is no rate.
fn none(refund: &Refund) -> &'static str {
    let total = refund.export_total.value.as_str();
    // Something was exported: it is the imports.
    if !total.starts_with('-') && total != "0.00" {
        return match refund.import_total.value.starts_with('-') {
            true if refund.cycle_number.is_none() => {
                "none, as more went back than came in: it is of what the book opened with"
            }
            true => "none, as more went back than came in: it is of another cycle's stock",
            false => "none, as nothing came in: the cycle lives on its stock",
        };
    }
    let nothing = |it: &ModeTotal| it.of != "export" || it.usd.value == "0.00";
    match (total.starts_with('-'), refund.totals.iter().all(nothing)) {
        (true, _) => "none, as more came back than was exported",
        (false, true) => "none, as nothing was exported",
        (false, false) => "none, as all that was exported came back",
    }
}

fn totals(refund: &Refund) -> Table {
    let mut table = Table::new(&[
        Column::new("total", "合计", Align::Code),
        Column::new("of", "", Align::Code),
        Column::new("", "", Align::Code),
        Column::new("USD", "美元", Align::Right),
    ]);
    for it in refund.totals.iter().filter(|it| it.usd.value != "0.00") {
        let of = match it.of {
            "import" => "imports 进口",
            _ => "exports 出口",
        };
        table.row([it.mode, of, it.sign, &grouped(&it.usd.value)]);
    }
    table
}

/// What the tax office compares, one by one.
fn checks(refund: &Refund, console: &mut Console<'_>) -> Result<(), Error> {
    writeln!(console.out, "  the tax office compares (比对):")?;
    for it in &refund.checks {
        let tone = match it.held {
            Held::Holds => Tone::Good,
            Held::Fails => Tone::Bad,
            Held::NotKnown => Tone::Doubtful,
        };
        let held = match it.held {
            Held::Holds => "holds",
            Held::Fails => "fails",
            Held::NotKnown => "not known",
        };
        let held = console.paint.tone(tone, held);
        let text = format!("{held}: {}: {}", it.title, it.text);
        lines("    - ", &text, None, console)?;
    }
    Ok(())
}

const COLUMNS: [&str; 19] = [
    "record",
    "handbook",
    "name",
    "item",
    "goods",
    "date",
    "customs_declaration",
    "list",
    "line",
    "hs",
    "quantity",
    "unit",
    "amount",
    "currency",
    "usd",
    "cny",
    "returned",
    "value",
    "cycle",
];

/// `line`: a line of a declaration; `total`: one of the totals; `rate`: a rate, a day, an amount.
fn csv(refunds: &Refunds, console: &mut Console<'_>) -> Result<(), Error> {
    let mut csv = Csv::new(console.out);
    csv.record(COLUMNS)?;
    let none = String::new;
    for Refunded { refund, rows } in &refunds.refunds {
        let cycle = refund.cycle_number.map(|it| it.to_string());
        let cycle = cycle.unwrap_or_default();
        for it in rows {
            csv.record([
                "line".to_owned(),
                it.handbook.to_string(),
                it.total.clone(),
                it.item.to_string(),
                it.goods.to_owned(),
                it.date.to_string(),
                it.customs_declaration.clone().unwrap_or_default(),
                it.list.clone(),
                it.line.to_string(),
                it.hs.clone(),
                it.quantity.to_string(),
                it.unit.clone(),
                it.amount.clone().unwrap_or_default(),
                it.currency.clone().unwrap_or_default(),
                it.usd.clone().unwrap_or_default(),
                it.cny.map(|it| it.to_string()).unwrap_or_default(),
                it.returned.map(|it| it.to_string()).unwrap_or_default(),
                none(),
                cycle.clone(),
            ])?;
        }
        for it in &refund.totals {
            let mut row = vec![
                "total".to_owned(),
                refund.handbook.to_string(),
                it.mode.to_owned(),
            ];
            row.resize_with(14, none);
            row.push(it.usd.value.clone());
            row.resize_with(COLUMNS.len() - 1, none);
            row.push(cycle.clone());
            csv.record(row)?;
        }
        let mut values = vec![
            ("import_total", refund.import_total.value.clone()),
            ("export_total", refund.export_total.value.clone()),
        ];
        values.extend(
            refund
                .groups
                .iter()
                .map(|it| ("planned_rate", it.planned.rate.value.clone())),
        );
        values.extend(
            refund
                .actual_rate
                .iter()
                .map(|it| ("actual_rate", it.value.clone())),
        );
        let [from, until] = refund.cycle;
        values.push(("cycle_from", from.to_string()));
        values.push(("cycle_until", until.to_string()));
        values.extend(refund.written_off.map(|it| ("written_off", it.to_string())));
        values.extend(
            refund
                .apply_by
                .iter()
                .map(|it| ("apply_by", it.value.to_string())),
        );
        values.extend(
            refund
                .adjustment
                .iter()
                .map(|it| ("adjustment", it.value.to_string())),
        );
        for (name, value) in values {
            let mut row = vec![
                "rate".to_owned(),
                refund.handbook.to_string(),
                name.to_owned(),
            ];
            row.resize_with(COLUMNS.len() - 2, none);
            row.push(value);
            row.push(cycle.clone());
            csv.record(row)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bonded_tax::cases::Case;

    use super::*;

    /// What is said where a rate would stand, of these movements.
    fn said(moved: &str) -> &'static str {
        let case = Case::read(&format!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 8542390000 untested
             P1 8542390000 tested
             P1<M1*1
             2026-02-02 in L1 0615 M1:1000=95USD
             {moved}
             {{\"exchange_rates\":[{{\"currency\":\"USD\",\"from\":\"2026-01-01\",\"cny\":\"7\",\"source\":\"s\"}}],
               \"refund\":[{{\"handbook\":\"C222626A0001\",\"from\":\"2026-01-01\",\"planned_rate\":\"0.7\",\"source\":\"s\"}}],
               \"tariff\":[{{\"hs\":\"8542\",\"from\":\"2026-01-01\",\"duty\":\"0\",\"vat\":\"13\",\"refund\":\"13\",\"source\":\"s\"}}]}}"
        ))
        .unwrap_or_else(|it| panic!("{moved}: {it}"));
        let book = "C222626A0001".parse().unwrap();
        let refunds = bonded_tax::refunds(&case.books, &case.inputs, book, None);
        let refund = refunds.unwrap().remove(0);
        assert!(refund.actual_rate.is_none(), "{moved}");
        none(&refund)
    }

    #[test]
    fn why_there_is_no_rate_is_said_as_it_is() {
        assert_eq!(said(""), "none, as nothing was exported");
        let out = "2026-03-02 out X1 0615 P1:100=160USD";
        let back = |usd: &str| format!("{out}\n2026-04-01 in R1 4600 P1:100={usd}USD");
        assert_eq!(
            said(&back("160")),
            "none, as all that was exported came back"
        );
        assert_eq!(
            said(&back("160.01")),
            "none, as more came back than was exported"
        );
    }
}
