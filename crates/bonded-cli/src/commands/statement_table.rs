//! The balances as a page to look at.

use std::collections::BTreeMap;

use bonded_ledger::{
    HandbookNo, HandbookStatement, ItemRef, Ledger, MaterialRow, ProductRow, Role, Statement,
    Status, Total,
};

use super::role_text;
use super::units::Units;
use crate::console::Console;
use crate::error::Error;
use crate::text::{Align, Column, Table, Tone, WIDTH, counted, dotted, grouped};

/// Under the number of an item.
const INDENT: &str = "      ";

pub(super) fn write(
    ledger: &Ledger,
    statement: &Statement,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let entries = counted(statement.entries, "entry", "entries");
    let books = counted(statement.handbooks.len() as u64, "handbook", "handbooks");
    match statement.as_of {
        Some(day) => writeln!(
            console.out,
            "{books} as of {day}, of a journal of {entries}"
        )?,
        None => writeln!(console.out, "{books}, {entries}")?,
    }
    let roles = roles(ledger);
    let units = Units::new();
    for book in &statement.handbooks {
        writeln!(console.out)?;
        handbook(book, roles.get(&book.handbook).copied(), &units, console)?;
    }
    Ok(())
}

/// The roles of the handbooks that are part of a chain.
pub(super) fn roles(ledger: &Ledger) -> BTreeMap<HandbookNo, Role> {
    let chains = ledger.chains().chains.into_iter();
    let handbooks = chains.flat_map(|it| it.handbooks);
    handbooks
        .filter_map(|it| Some((it.handbook, it.role?)))
        .collect()
}

/// One handbook: title, materials, products.
pub(super) fn handbook(
    book: &HandbookStatement,
    role: Option<Role>,
    units: &Units,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let paint = console.paint;
    let (ready, tone) = readiness(book);
    let mut about = vec![format!("valid until {}", book.valid_until)];
    if let Some(role) = role {
        about.insert(0, role_text(role));
    }
    writeln!(
        console.out,
        "{} · {} · {}",
        paint.tone(Tone::Title, book.handbook.to_string()),
        about.join(" · "),
        paint.tone(tone, ready)
    )?;
    if let Some(cycle) = &book.cycle {
        let to = cycle.to.map(|it| format!(" to {it}")).unwrap_or_default();
        let cycle = format!("  {} cycle (核销周期) from {}{to}", cycle.state, cycle.from);
        writeln!(console.out, "{cycle}")?;
    }
    if !book.suspended.is_empty() {
        let suspended = format!("  suspended (暂停): {}", book.suspended.join(", "));
        writeln!(console.out, "{}", paint.tone(Tone::Doubtful, suspended))?;
    }
    if !book.materials.is_empty() {
        materials(&book.materials, units).write(console.out, paint)?;
    }
    if !book.products.is_empty() {
        writeln!(console.out)?;
        products(&book.products, units).write(console.out, paint)?;
    }
    for it in &book.outside {
        let what = match it.item {
            ItemRef::Material(seq) => format!("material {seq}"),
            ItemRef::Product(seq) => format!("product {seq}"),
        };
        let quantity = grouped(it.quantity);
        writeln!(
            console.out,
            "  out at contractor (外发) {}: {what}, {quantity}",
            it.contractor
        )?;
    }
    Ok(())
}

fn readiness(book: &HandbookStatement) -> (String, Tone) {
    match (book.status, book.closable) {
        (Status::Closed, _) => ("closed 已结案".into(), Tone::Good),
        (Status::Reported, _) => ("reported 已报核".into(), Tone::Good),
        (Status::Open, true) => ("open, ready to close".into(), Tone::Good),
        (Status::Open, false) => {
            let reasons = counted(book.reasons.len() as u64, "reason", "reasons");
            (
                format!("open, not ready to close: {reasons}"),
                Tone::Doubtful,
            )
        }
    }
}

fn materials(rows: &[MaterialRow], units: &Units) -> Table {
    let mut table = Table::new(&[
        Column::new("no", "", Align::Right),
        Column::new("material", "料件", Align::Left),
        Column::new("unit", "单位", Align::Left),
        Column::new("approved", "备案", Align::Right),
        Column::new("in", "进", Align::Right),
        Column::new("consumed", "耗用", Align::Right),
        Column::new("other out", "其他出", Align::Right),
        Column::new("remaining", "剩余", Align::Right),
        Column::new("scrap", "边角料", Align::Right),
    ]);
    for row in rows {
        let approved = row.approved.map_or_else(|| "-".to_owned(), grouped);
        let other_out = row.total_out() - row.consumed;
        table.row([
            row.seq.to_string(),
            format!("{} {}", row.code, row.name),
            units.name(row.unit),
            approved,
            grouped(row.total_in()),
            grouped(row.consumed),
            grouped(other_out),
            grouped(row.remaining),
            grouped(row.scrap),
        ]);
        if !row.remaining.is_zero() {
            table.tone(
                1,
                if row.remaining < Total::ZERO {
                    Tone::Bad
                } else {
                    Tone::Doubtful
                },
            );
        }
        for line in dotted(INDENT, &material_details(row), WIDTH) {
            table.across(line);
        }
    }
    for name in ["approved", "consumed", "other out", "scrap"] {
        table.drop_empty(name);
    }
    table
}

/// What the figures of the table are made of, where that is not plain.
fn material_details(row: &MaterialRow) -> Vec<String> {
    let groups = [
        (
            "in:",
            vec![
                ("opening", row.opening),
                ("imported", row.imported),
                ("carried in", row.carried_in),
                ("leftover in", row.leftover_in),
                ("exchanged in", row.exchanged_in),
                ("adjusted", row.adjusted),
            ],
        ),
        (
            "consumed:",
            match row.consumed == row.consumed_net {
                true => Vec::new(),
                false => vec![
                    ("net", row.consumed_net),
                    ("tangible loss", row.loss_tangible),
                    ("intangible loss", row.loss_intangible),
                ],
            },
        ),
        (
            "consumed by:",
            row.consumed_by
                .map(|it| {
                    [
                        ("unit consumption (单耗)", it.unit_consumption),
                        ("consumption list (耗料清单)", it.consumption_list),
                    ]
                })
                .into_iter()
                .flatten()
                .collect(),
        ),
        (
            "out:",
            vec![
                ("exchanged out", row.exchanged_out),
                ("chain carry-over", row.chain_out),
                ("leftover carried over", row.leftover_out),
                ("re-exported", row.re_exported),
                ("domestic sale", row.domestic_sale),
                ("destroyed", row.destroyed),
            ],
        ),
        (
            "scrap:",
            vec![
                ("opening", row.scrap_opening),
                ("sold", row.scrap_sold),
                ("re-exported", row.scrap_re_exported),
                ("destroyed", row.scrap_destroyed),
            ],
        ),
        ("by-product:", vec![("disposed of", row.by_product)]),
        (
            "pending:",
            vec![("in", row.pending_in), ("out", row.pending_out)],
        ),
        (
            "counted:",
            row.counted.map(|it| ("", it)).into_iter().collect(),
        ),
    ];
    let texts = groups.into_iter().filter_map(|(label, parts)| {
        // A count of 0 is a count; a movement of 0 is none.
        let shown = parts
            .into_iter()
            .filter(|(name, it)| name.is_empty() || !it.is_zero());
        let parts: Vec<String> = shown
            .map(|(name, it)| format!("{name} {}", grouped(it)).trim().to_owned())
            .collect();
        (!parts.is_empty()).then(|| format!("{label} {}", parts.join(" + ")))
    });
    texts.collect()
}

fn products(rows: &[ProductRow], units: &Units) -> Table {
    let mut table = Table::new(&[
        Column::new("no", "", Align::Right),
        Column::new("product", "成品", Align::Left),
        Column::new("unit", "单位", Align::Left),
        Column::new("approved", "备案", Align::Right),
        Column::new("exported", "出口", Align::Right),
        Column::new("carried out", "结转", Align::Right),
        Column::new("exempted", "减免", Align::Right),
        Column::new("ret. in", "退换进", Align::Right),
        Column::new("ret. out", "退换出", Align::Right),
        Column::new("home sale", "内销", Align::Right),
        Column::new("destroyed", "销毁", Align::Right),
        Column::new("pending", "预核扣", Align::Right),
    ]);
    for row in rows {
        table.row([
            row.seq.to_string(),
            format!("{} {}", row.code, row.name),
            units.name(row.unit),
            row.approved.map_or_else(|| "-".to_owned(), grouped),
            grouped(row.exported),
            grouped(row.carried_out),
            grouped(row.exempted),
            grouped(row.returned_in),
            grouped(row.returned_out),
            grouped(row.domestic_sale),
            grouped(row.destroyed),
            grouped(row.pending_out),
        ]);
    }
    let droppable = [
        "approved",
        "exported",
        "carried out",
        "exempted",
        "ret. in",
        "ret. out",
        "home sale",
        "destroyed",
        "pending",
    ];
    for name in droppable {
        table.drop_empty(name);
    }
    table
}
