//! What a record says, asked by the customs' names in either dialect.

use bonded_ledger::{Amount, Date, Ext, Quantity};
use serde_json::{Map, Value as Json};

use crate::dialect::counterpart;
use crate::fields::RecordKind;
use crate::record::Record;
use crate::values::Unreadable;

/// The value of an element by its name on the customs' side.
pub(super) fn get<'r>(record: &'r Record, name: &str) -> Option<&'r str> {
    record.get(counterpart(record.kind(), name).unwrap_or(name))
}

/// The same where a record may be missing.
pub(super) fn of<'r>(record: Option<&'r Record>, name: &str) -> Option<&'r str> {
    get(record?, name)
}

macro_rules! typed {
    ($($name:ident: $type:ty),*) => {$(
        pub(super) fn $name(record: &Record, name: &str) -> Result<Option<$type>, Unreadable> {
            record.$name(counterpart(record.kind(), name).unwrap_or(name))
        }
    )*};
}
typed!(quantity: Quantity, amount: Amount, day: Date, whole: u32);

/// `ext.customs`: every value of a record but those that the journal has a field for, by the customs'
/// names (a name that only the client has begins with a small letter, as theirs do).
pub(super) fn carried_along(
    record: &Record,
    customs: &'static RecordKind,
    taken: &[&str],
) -> Option<Ext> {
    let mut values = Map::new();
    for (name, value) in record.values() {
        let name = match counterpart(customs, name) {
            Some(name) => name.to_owned(),
            None => small(name),
        };
        let value = value.trim();
        if !value.is_empty() && !taken.contains(&name.as_str()) {
            values.insert(name, Json::from(value));
        }
    }
    if values.is_empty() {
        return None;
    }
    let mut ext = Map::new();
    ext.insert("customs".into(), Json::Object(values));
    Some(ext)
}

fn small(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}
