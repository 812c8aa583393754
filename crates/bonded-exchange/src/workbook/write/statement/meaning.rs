//! What every column means, which supervision modes count in it, and what it rests on.

use bonded_ledger::Law;

use super::super::table::{Cell, Table};
use super::closure::{self, Figure};
use super::columns::{Column, MATERIALS, PRODUCTS};
use super::{head, wide};

pub(super) fn table() -> Table {
    let mut rows = Vec::new();
    figures("料件 Materials", MATERIALS, &mut rows);
    figures("成品 Products", PRODUCTS, &mut rows);
    official("报核料件 Closure M", closure::MATERIALS, &mut rows);
    official("报核成品 Closure P", closure::PRODUCTS, &mut rows);
    Table {
        title: "各列含义及依据 What the columns mean, and what they rest on".to_owned(),
        heads: vec![
            head("表", "sheet"),
            head("列", "column"),
            head("字段", "field"),
            wide("含义", "meaning"),
            head("监管方式（来料 / 进料）", "supervision modes"),
            wide("依据及确定程度", "source and its certainty"),
        ],
        rows,
        frozen: 2,
        ..Table::default()
    }
}

fn figures<R>(sheet: &str, columns: &[Column<R>], rows: &mut Vec<Vec<Cell>>) {
    for it in columns {
        let law: Vec<String> = it.law.iter().map(Law::to_string).collect();
        rows.push(vec![
            Cell::text(sheet),
            Cell::text(it.chinese),
            Cell::text(it.field),
            Cell::text(it.meaning),
            Cell::text(it.modes),
            Cell::text(law.join("\n")),
        ]);
    }
}

fn official<R>(sheet: &str, figures: &[Figure<R>], rows: &mut Vec<Vec<Cell>>) {
    for (element, chinese, ours, certainty, _) in figures {
        rows.push(vec![
            Cell::text(sheet),
            Cell::text(chinese),
            Cell::text(element),
            Cell::text(ours),
            Cell::Blank,
            Cell::text(format!("docs/closure.md: {certainty}")),
        ]);
    }
}
