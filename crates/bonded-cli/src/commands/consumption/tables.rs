//! The tables of a report: declared beside actual, what to declare, what to disclose.

use unit_consumption::Total;
use unit_consumption::declaration::Declaration;
use unit_consumption::verify::{Disclosed, LineReport, Suggestion, Verdict};

use crate::commands::units::Units;
use crate::text::{Align, Column, Table, Tone, grouped};

/// Under the line of a version.
const INDENT: &str = "    ";

const NUMBER: Column = Column::new("no", "", Align::Right);
const MATERIAL: Column = Column::new("material", "料件", Align::Left);
const UNIT: Column = Column::new("unit", "单位", Align::Code);
const DECLARED: Column = Column::new("declared", "申报单耗", Align::Right);
const ACTUAL: Column = Column::new("actual", "实际单耗", Align::Right);
const VALUE: Column = Column::new("value", "金额", Align::Right);
const CURRENCY: Column = Column::new("in", "币制", Align::Code);

/// What tables take names from.
pub(super) struct Names<'a> {
    pub(super) declaration: &'a Declaration,
    pub(super) units: &'a Units,
}

impl Names<'_> {
    fn material(&self, seq: u16) -> String {
        let material = self.declaration.material(seq);
        material.map_or_else(String::new, |it| it.name.clone())
    }

    fn unit(&self, seq: u16) -> String {
        let material = self.declaration.material(seq);
        material.map_or_else(String::new, |it| self.units.short(&it.unit))
    }

    fn currency(&self, currency: Option<&String>) -> String {
        currency.map_or_else(String::new, |it| self.units.currency(it))
    }
}

/// Declared beside actual. A line beyond the limit is marked, and told what it is worth.
pub(super) fn lines(lines: &[&LineReport], of: &Verdict, names: &Names<'_>) -> Table {
    let mut table = Table::new(&[
        NUMBER,
        MATERIAL,
        UNIT,
        DECLARED,
        ACTUAL,
        Column::new("used", "实耗", Align::Right),
        Column::new("expected", "应耗", Align::Right),
        Column::new("diff.", "差额", Align::Right),
        Column::new("%", "", Align::Right),
    ])
    .indented(INDENT);
    for line in lines {
        table.row([
            match line.beyond {
                true => format!("! {}", line.material),
                false => line.material.to_string(),
            },
            names.material(line.material),
            names.units.short(&line.unit),
            grouped(&line.declared),
            line.actual.as_ref().map_or_else(|| "-".to_owned(), grouped),
            grouped(line.used),
            grouped(line.expected),
            grouped(line.difference),
            line.percent.clone().unwrap_or_default(),
        ]);
        if line.beyond {
            for at in [0, 1] {
                table.tone(at, Tone::Bad);
            }
        }
        let details = details(line, of, names);
        if !details.is_empty() {
            table.across(format!("{INDENT}      {}", details.join(" · ")));
        }
    }
    for name in ["diff.", "%"] {
        table.drop_empty(name);
    }
    table
}

fn details(line: &LineReport, of: &Verdict, names: &Names<'_>) -> Vec<String> {
    let mut details = Vec::new();
    if line.beyond {
        details.push(format!("! beyond the limit (容差) of {} %", line.limit));
        if let Some(money) = &line.money {
            let currency = names.currency(line.currency.as_ref());
            let worth = format!(
                "worth {} {currency}",
                grouped(money.trim_start_matches('-'))
            );
            details.push(worth.trim_end().to_owned());
        }
    }
    if line.units != of.good {
        // Rejects that are folded back took material too.
        let units = grouped(line.units);
        details.push(format!("for {units} units, good and rejected"));
    }
    details
}

/// Figures that reproduce what was used.
pub(super) fn suggestions(suggested: &[Suggestion], names: &Names<'_>) -> Table {
    let mut table = Table::new(&[
        NUMBER,
        MATERIAL,
        Column::new("since", "起始", Align::Code),
        Column::new("net", "净耗", Align::Right),
        Column::new("tangible", "有形损耗%", Align::Right),
        Column::new("intangible", "无形损耗%", Align::Right),
        Column::new("bonded", "保税%", Align::Right),
        Column::new("gross", "单耗", Align::Right),
    ])
    .indented(INDENT);
    for it in suggested {
        table.row([
            it.material.to_string(),
            names.material(it.material),
            it.since.clone().unwrap_or_default(),
            grouped(it.net),
            it.tangible_loss.to_string(),
            it.intangible_loss.to_string(),
            it.bonded_share.to_string(),
            grouped(&it.gross),
        ]);
    }
    table.drop_empty("since");
    table
}

/// What was written off wrongly.
pub(super) fn disclosed(materials: &[Disclosed], names: &Names<'_>) -> Table {
    let mut table = Table::new(&[
        NUMBER,
        MATERIAL,
        UNIT,
        Column::new("units", "成品数量", Align::Right),
        DECLARED,
        ACTUAL,
        Column::new("too much", "多核销", Align::Right),
        Column::new("too little", "少核销", Align::Right),
        VALUE,
        CURRENCY,
    ])
    .indented(INDENT);
    for it in materials {
        let less = it.quantity < Total::ZERO;
        let quantity = grouped(it.quantity.abs());
        let (much, little) = match less {
            true => (String::new(), quantity),
            false => (quantity, String::new()),
        };
        let value = it.money.as_deref().map(|it| it.trim_start_matches('-'));
        table.row([
            it.material.to_string(),
            names.material(it.material),
            names.unit(it.material),
            grouped(it.units),
            grouped(&it.declared),
            grouped(&it.actual),
            much,
            little,
            value.map_or_else(String::new, grouped),
            names.currency(it.currency.as_ref().filter(|_| value.is_some())),
        ]);
        table.tone(if less { 2 } else { 3 }, Tone::Bad);
    }
    for name in ["too much", "too little", "value", "in"] {
        table.drop_empty(name);
    }
    table
}
