//! What a balance must be, and how it differs.

use std::fmt::Write as _;

use serde_json::Value;

use crate::ledger::Ledger;

/// One figure that must hold.
#[derive(Clone, Debug)]
pub struct Expected {
    /// `M1` for material 1, `P2` for product 2.
    pub item: &'static str,
    /// The column of the statement.
    pub column: &'static str,
    /// Decimal text; `null` for a count that was not made.
    pub value: String,
}

/// A table of the figures that differ, or `None` where all hold.
pub fn difference(ledger: &Ledger, handbook: &str, expected: &[Expected]) -> Option<String> {
    let mut table = String::new();
    for Expected {
        item,
        column,
        value,
    } in expected
    {
        let found = match figure(ledger, handbook, item, column) {
            Ok(found) => found,
            Err(problem) => problem,
        };
        if found != *value {
            let _ = write!(table, "\n  {item:<6} {column:<18} {value:>20} {found:>20}");
        }
    }
    if table.is_empty() {
        return None;
    }
    let head = format!(
        "handbook {handbook} is not balanced as expected\n  {:<6} {:<18} {:>20} {:>20}",
        "item", "column", "expected", "found"
    );
    Some(head + &table)
}

pub(super) fn figure(
    ledger: &Ledger,
    handbook: &str,
    item: &str,
    column: &str,
) -> Result<String, String> {
    let number = handbook
        .parse()
        .map_err(|_| format!("{handbook} is no handbook number"))?;
    let seq: u16 = item
        .get(1..)
        .and_then(|it| it.parse().ok())
        .ok_or("no such item")?;
    let row = match item.as_bytes().first() {
        Some(b'M') => serde_json::to_value(ledger.material(number, seq)),
        _ => serde_json::to_value(ledger.product(number, seq)),
    };
    told(&row.unwrap_or_default(), column)
}

/// The same of a cycle, from 1, or as of a day.
pub(super) fn figure_in(
    ledger: &Ledger,
    handbook: &str,
    when: &str,
    item: &str,
    column: &str,
) -> Result<String, String> {
    let number = handbook
        .parse()
        .map_err(|_| format!("{handbook} is no handbook number"))?;
    let (cycle, day) = (when.parse().ok(), crate::ids::parse_date(when));
    let statement = ledger.statement_in(Some(number), day, cycle);
    let book = statement.handbooks.first().ok_or("no such cycle")?;
    if item == "cycle" {
        let cycle = serde_json::to_value(&book.cycle).unwrap_or_default();
        return told(&cycle, column);
    }
    let kind = if item.starts_with('M') {
        "materials"
    } else {
        "products"
    };
    let rows = serde_json::to_value(book).unwrap_or_default()[kind].take();
    let mut rows = rows.as_array().into_iter().flatten();
    let seq: Option<u64> = item.get(1..).and_then(|it| it.parse().ok());
    let row = rows.find(|it| it["seq"].as_u64() == seq);
    told(row.ok_or("no such item")?, column)
}

fn told(row: &Value, column: &str) -> Result<String, String> {
    match row.get(column) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Null) => Ok("null".into()),
        Some(other) => Ok(other.to_string()),
        None => Err("no such item or column".into()),
    }
}
