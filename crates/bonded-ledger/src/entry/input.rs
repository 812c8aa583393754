//! Why a line is not an entry, and the values of the trade as they stand in one.

use std::fmt;

use exact_json::{Error, FromJson, Json, Path, decimal, invalid, text, whole};
use unit_consumption::DecimalError;
use uuid::Uuid;

use crate::entry::{Amount, Version};
use crate::ids::ParseCodeError;

/// Why a line is not an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InputError {
    error: Error,
    id: Option<Uuid>,
}

impl InputError {
    pub(crate) fn new(error: Error, id: Option<Uuid>) -> InputError {
        InputError { error, id }
    }

    pub(crate) fn syntax(error: &serde_json::Error) -> InputError {
        let expected = "an entry such as {\"id\":…,\"date\":…,\"entry\":…} on a line of its own";
        InputError::new(Error::syntax(error, expected), None)
    }

    /// The stable code: `missing_field`, `unknown_field`, `wrong_type` and so on.
    pub fn code(&self) -> &'static str {
        self.error.code()
    }

    /// The field, as a path (`list.lines[2].quantity`); empty for the whole line.
    pub fn field(&self) -> &str {
        self.error.field()
    }

    /// The entry's id, where it has one.
    pub fn id(&self) -> Option<Uuid> {
        self.id
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for InputError {}

impl FromJson for Version {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Version, Error> {
        const EXPECTED: &str = "a version of 1 to 8 characters";
        Version::new(text(json, path, EXPECTED)?).ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

impl FromJson for Amount {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Amount, Error> {
        decimal(json, path, DecimalError::is_digits)
    }
}

macro_rules! from_code {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, Error> {
                text(json, path, <$name>::EXPECTED)?
                    .parse()
                    .map_err(|error: ParseCodeError| invalid(json, path, error.expected()))
            }
        }
    )*};
}
from_code!(
    crate::ids::HandbookNo,
    crate::ids::HsCode,
    crate::ids::Unit,
    crate::ids::Currency,
    crate::ids::Mode,
    crate::ids::CustomsCode,
    crate::ids::Uscc
);

macro_rules! from_word {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, Error> {
                let expected = || format!("one of {}", <$name>::WORDS.join(", "));
                <$name>::from_word(text(json, path, &expected())?)
                    .ok_or_else(|| invalid(json, path, &expected()))
            }
        }
    )*};
}
from_word!(
    crate::entry::Trade,
    crate::entry::Role,
    crate::entry::Credit,
    crate::entry::ConsumptionDeclared,
    crate::entry::GuaranteeKind,
    crate::entry::By,
    crate::entry::Direction,
    crate::entry::Goods,
    crate::entry::Scope,
    crate::entry::Ground,
    crate::entry::TakenBy
);

macro_rules! from_seq {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, Error> {
                const EXPECTED: &str = "an item number from 1 to 9999";
                <$name>::new(whole(json, path, EXPECTED)?)
                    .ok_or_else(|| invalid(json, path, EXPECTED))
            }
        }
    )*};
}
from_seq!(crate::ids::MaterialSeq, crate::ids::ProductSeq);
