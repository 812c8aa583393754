//! `bonded tax sale`: what domestic sales cost.

use bonded_tax::{Books, Fen, SaleTax, Selective, Way, sale_lists, sale_taxes};
use serde::Serialize;

use super::{explained, inputs};
use crate::args::{RowsFormat, TaxSale};
use crate::commands::units::Units;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Csv, Table, Tone, grouped};

#[derive(Serialize)]
struct Sales {
    sales: Vec<SaleTax>,
    /// Of all lists: the sum of their totals.
    total: Fen,
    /// Rows of the files that name what is not in the ledger.
    unmatched: Vec<inputs::Unmatched>,
}

pub(crate) fn sale(args: &TaxSale, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let inputs::Read {
        books,
        inputs,
        unmatched,
    } = inputs::read(&args.of, console)?;
    let lists = match &args.list {
        Some(list) => vec![list.as_str()],
        None => sale_lists(&books, args.of.handbook),
    };
    let taxes = sale_taxes(&books, &inputs, &lists, args.on);
    let sales = inputs::all(taxes.into_iter(), console)?;
    let total = sales.iter().map(|it| it.total.value).sum();
    let sales = Sales {
        sales,
        total,
        unmatched,
    };
    match args.format {
        RowsFormat::Json => {
            serde_json::to_writer(&mut *console.out, &sales)?;
            writeln!(console.out)?;
        }
        RowsFormat::Csv => csv(&sales, console)?,
        RowsFormat::Table => write(&books, &sales, args.explain, console)?,
    }
    Ok(Outcome::Yes)
}

fn write(
    books: &Books,
    sales: &Sales,
    explain: bool,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    if sales.sales.is_empty() {
        let entries = books.ledger().entries();
        writeln!(console.out, "nothing is sold at home in {entries} entries")?;
    }
    for (at, sale) in sales.sales.iter().enumerate() {
        if at > 0 {
            writeln!(console.out)?;
        }
        one(sale, explain, console)?;
    }
    if sales.sales.len() > 1 {
        let total = grouped(sales.total);
        writeln!(
            console.out,
            "\nall lists: CNY {total}, the sum of their totals"
        )?;
    }
    Ok(())
}

/// One sale as a page to look at.
pub(super) fn one(sale: &SaleTax, explain: bool, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let list = sale.list.as_deref().unwrap_or("not sold yet");
    let title = paint.tone(Tone::Title, list);
    writeln!(
        console.out,
        "{title} · {} · {} · formalities {} · payment letter {}",
        sale.handbook, sale.mode.value, sale.on.value, sale.letter
    )?;
    if !sale.goods.is_empty() {
        goods(sale).write(console.out, paint)?;
    }
    for line in &sale.selective {
        selective(line).write(console.out, paint)?;
        writeln!(console.out, "    {}", line.choice.because[0].text)?;
    }
    writeln!(
        console.out,
        "  licence (许可证件): {} · interest (缓税利息): {} · total: CNY {}",
        sale.licence.value.as_str(),
        grouped(sale.interest.value),
        grouped(sale.total.value)
    )?;
    if explain {
        writeln!(console.out)?;
        explained::write(sale, console)?;
    }
    Ok(())
}

fn goods(sale: &SaleTax) -> Table {
    let units = Units::new();
    let mut table = Table::new(&[
        Column::new("kind", "种类", Align::Code),
        Column::new("no", "", Align::Right),
        Column::new("goods", "商品", Align::Left),
        Column::new("quantity", "数量", Align::Right),
        Column::new("unit", "单位", Align::Code),
        Column::new("value", "完税价格", Align::Right),
        Column::new("duty", "关税", Align::Right),
        Column::new("consumption tax", "消费税", Align::Right),
        Column::new("VAT", "增值税", Align::Right),
    ]);
    let mut taxed = false;
    for it in &sale.goods {
        let consumption = it.levies.consumption_tax.value;
        taxed |= consumption != Fen::ZERO;
        table.row([
            format!("{} {}", it.kind.as_str(), it.kind.chinese()),
            it.material.to_string(),
            it.name.clone(),
            grouped(it.quantity.value),
            units.short(it.unit.as_str()),
            grouped(it.value.value),
            grouped(it.levies.duty.value),
            match consumption {
                Fen::ZERO => "-".to_owned(),
                some => grouped(some),
            },
            grouped(it.levies.vat.value),
        ]);
    }
    if !taxed {
        table.drop_empty("consumption tax");
    }
    table
}

fn selective(line: &Selective) -> Table {
    let mut table = Table::new(&[
        Column::new("product", "成品", Align::Code),
        Column::new("taxed", "计征方式", Align::Code),
        Column::new("value", "完税价格", Align::Right),
        Column::new("duty", "关税", Align::Right),
        Column::new("consumption tax", "消费税", Align::Right),
        Column::new("VAT", "增值税", Align::Right),
        Column::new("interest", "缓税利息", Align::Right),
        Column::new("total", "合计", Align::Right),
    ]);
    let mut row = |words: &str, way: &Way| {
        table.row([
            line.product.to_string(),
            words.to_owned(),
            grouped(way.value.value),
            grouped(way.levies.duty.value),
            grouped(way.levies.consumption_tax.value),
            grouped(way.levies.vat.value),
            grouped(way.interest.value),
            grouped(way.total),
        ]);
    };
    row("by materials 按料件", &line.by_materials);
    if let Some(way) = &line.as_presented {
        row("as presented 按状态", way);
    }
    table
}

const COLUMNS: [&str; 19] = [
    "handbook",
    "list",
    "mode",
    "on",
    "letter",
    "kind",
    "item",
    "name",
    "hs",
    "unit",
    "quantity",
    "value",
    "duty",
    "consumption_tax",
    "vat",
    "interest",
    "total",
    "licence",
    "choice",
];

/// One row a material (or in a zone a way), and one a list, of the kind `list`, with its interest and
/// total.
fn csv(sales: &Sales, console: &mut Console<'_>) -> Result<(), Error> {
    let mut csv = Csv::new(console.out);
    csv.record(COLUMNS)?;
    for sale in &sales.sales {
        let head = [
            sale.handbook.to_string(),
            sale.list.clone().unwrap_or_default(),
            sale.mode.value.to_string(),
            sale.on.value.to_string(),
            sale.letter.to_string(),
        ];
        let none = String::new;
        for it in &sale.goods {
            let row = [
                it.kind.as_str().to_owned(),
                it.material.to_string(),
                it.name.clone(),
                it.hs.to_string(),
                it.unit.to_string(),
                it.quantity.value.to_string(),
                it.value.value.to_string(),
                it.levies.duty.value.to_string(),
                it.levies.consumption_tax.value.to_string(),
                it.levies.vat.value.to_string(),
                none(),
                it.levies.total().to_string(),
                none(),
                none(),
            ];
            csv.record(head.iter().chain(&row))?;
        }
        for line in &sale.selective {
            let ways = [
                ("by_materials", Some(&line.by_materials)),
                ("as_presented", line.as_presented.as_ref()),
            ];
            for (word, way) in ways {
                let Some(way) = way else { continue };
                let chosen = match line.choice.value.as_str() == word {
                    true => "chosen",
                    false => "",
                };
                let row = [
                    word.to_owned(),
                    line.product.to_string(),
                    none(),
                    none(),
                    none(),
                    line.quantity.to_string(),
                    way.value.value.to_string(),
                    way.levies.duty.value.to_string(),
                    way.levies.consumption_tax.value.to_string(),
                    way.levies.vat.value.to_string(),
                    way.interest.value.to_string(),
                    way.total.to_string(),
                    none(),
                    chosen.to_owned(),
                ];
                csv.record(head.iter().chain(&row))?;
            }
        }
        let mut row = vec!["list".to_owned()];
        row.resize_with(10, none);
        row.push(sale.interest.value.to_string());
        row.push(sale.total.value.to_string());
        row.push(sale.licence.value.as_str().to_owned());
        row.push(none());
        csv.record(head.iter().chain(&row))?;
    }
    Ok(())
}
