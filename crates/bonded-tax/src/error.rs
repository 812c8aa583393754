//! What cannot be computed, and what to add where.

use std::fmt;

use serde::Serialize;

/// A kind of [`TaxError`].
#[derive(Debug, Eq, PartialEq)]
pub struct Code {
    /// Stable.
    pub code: &'static str,
    /// In one line.
    pub title: &'static str,
}

/// Why a figure cannot be had. Nothing is assumed in its place.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct TaxError {
    #[serde(serialize_with = "code_only", rename = "code")]
    kind: &'static Code,
    message: String,
    add: String,
}

fn code_only<S: serde::Serializer>(kind: &&'static Code, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind.code)
}

impl TaxError {
    pub(crate) fn new(
        kind: &'static Code,
        message: impl Into<String>,
        add: impl Into<String>,
    ) -> TaxError {
        TaxError {
            kind,
            message: message.into(),
            add: add.into(),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.kind.code
    }

    /// What is missing or cannot be.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to add, and where.
    pub fn add(&self) -> &str {
        &self.add
    }
}

impl fmt::Display for TaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.add)
    }
}

impl std::error::Error for TaxError {}

/// Every code there is.
pub mod codes {
    use super::Code;

    macro_rules! codes {
        ($($name:ident = $code:literal, $title:literal;)*) => {
            $(#[doc = $title] pub static $name: Code = Code { code: $code, title: $title };)*
            /// All of them.
            pub static ALL: &[&Code] = &[$(&$name),*];
        };
    }

    codes! {
        HANDBOOK_UNKNOWN = "handbook_unknown", "the handbook is not in this ledger";
        LIST_UNKNOWN = "list_unknown", "the list is not in this ledger";
        LINE_UNKNOWN = "line_unknown", "the list has no such line";
        NOT_A_SALE = "not_a_sale", "the list is no domestic sale";
        PARAMETER_MISSING = "parameter_missing", "a number of the law is not known on that day";
        EXCHANGE_RATE_MISSING = "exchange_rate_missing", "no exchange rate for that day";
        TARIFF_MISSING = "tariff_missing", "no tariff rates for that code on that day";
        REFUND_RATE_MISSING = "refund_rate_missing", "no refund rate for that code on that day";
        PRICE_MISSING = "price_missing", "neither the journal nor a file says what the goods cost";
        PRESENTED_MISSING = "presented_missing", "scrap is taxed as it stands, and the line does not say how it stands";
        CONSUMPTION_MISSING = "consumption_missing", "products cannot be folded to materials without a consumption";
        ITEM_CHANGED = "item_changed", "no import has the item's present name and code";
        IMPORT_MISSING = "import_missing", "nothing was imported before that day";
        PLANNED_RATE_MISSING = "planned_rate_missing", "no planned rate for the handbook on that day";
        SUPPLIED_MATERIALS = "supplied_materials", "supplied materials are not refunded by a rate";
        CYCLE_UNKNOWN = "cycle_unknown", "the book has no such cycle";
        ROW_REPEATED = "row_repeated", "the same thing is said twice, once under each number of a list";
        KIND_DIFFERS = "kind_differs", "the kind of goods does not go with the list's mode";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::codes::ALL;

    #[test]
    fn codes_are_unique() {
        let codes: BTreeSet<&str> = ALL.iter().map(|it| it.code).collect();
        assert_eq!(codes.len(), ALL.len());
    }
}
