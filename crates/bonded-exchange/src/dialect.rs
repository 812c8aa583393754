//! One thing, two names: how the customs' side and the client spell what a record holds.

use std::borrow::Cow;

use crate::fields::{RecordKind, Type};

/// Pairs that differ by more than the case of a letter.
const ALIASES: &[(&str, &str, &str)] = &[
    // client's record, its element, the customs' element
    ("InvtHeadType", "SeqNo", "invtPreentNo"),
    ("InvtHeadType", "InvtType", "bondInvtTypecd"),
    ("InvtHeadType", "ListStat", "invtStucd"),
    ("NptsEmlHead", "SeqNo", "etpsPreentNo"),
];

/// The element of `kind` that holds what `name` holds in the other dialect.
pub(crate) fn counterpart(kind: &'static RecordKind, name: &str) -> Option<&'static str> {
    for (record, client, customs) in ALIASES {
        if kind.name == *record && name == *customs {
            return Some(client);
        }
        if kind.name != *record && name == *client && kind.position(customs).is_some() {
            return Some(customs);
        }
    }
    kind.field(name).map(|it| it.name)
}

/// A value as an element of this type is written: dates change their form, all else stays.
pub(crate) fn written(value: &str, holds: Type) -> Cow<'_, str> {
    let day = crate::values::day(value);
    match (holds, day) {
        (Type::Day, Some(day)) => day.format("%Y%m%d").to_string().into(),
        (Type::Date, Some(day)) => day.to_string().into(),
        (Type::Time, Some(day)) if !value.contains(':') => format!("{day} 00:00:00").into(),
        (Type::Time, Some(_)) => value.replace('T', " ").into(),
        _ => value.into(),
    }
}
