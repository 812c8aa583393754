//! Fields of a JSON object, read one by one with errors that say where, what was found, what was
//! expected and what to do.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use unit_consumption::{DecimalError, Net, Percent, Quantity};
use uuid::Uuid;

use crate::entry::{Amount, Ext, Version};
use crate::ids::{Date, ParseCodeError, parse_date};
use crate::json::{DUPLICATE, Json, shorten};
use crate::limits::TEXT_MAX;

/// Why a line is not an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InputError(Box<Details>);

#[derive(Clone, Debug, Eq, PartialEq)]
struct Details {
    code: &'static str,
    field: String,
    message: String,
    id: Option<Uuid>,
}

impl InputError {
    pub(crate) fn new(
        code: &'static str,
        path: &Path<'_>,
        message: impl Into<String>,
    ) -> InputError {
        let field = path.to_string();
        InputError(Box::new(Details {
            code,
            field,
            message: message.into(),
            id: None,
        }))
    }

    pub(crate) fn syntax(error: &serde_json::Error) -> InputError {
        let text = error.to_string();
        let code = if text.contains(DUPLICATE) {
            "duplicate_field"
        } else {
            "invalid_json"
        };
        let text = match text.rsplit_once(" at line ") {
            Some((text, _)) => format!("{text} (column {})", error.column()),
            None => text,
        };
        let message = if code == "invalid_json" {
            format!(
                "not one JSON object: {text}; expected an entry such as {{\"id\":…,\"date\":…,\"entry\":…}} on a line of its own"
            )
        } else {
            format!("{text}; a field may stand only once in an object")
        };
        InputError(Box::new(Details {
            code,
            field: String::new(),
            message,
            id: None,
        }))
    }

    pub(crate) fn with_id(mut self, id: Option<Uuid>) -> InputError {
        self.0.id = id;
        self
    }

    /// The stable code: `missing_field`, `unknown_field`, `wrong_type` and so on.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The field, as a path (`list.lines[2].quantity`); empty for the whole line.
    pub fn field(&self) -> &str {
        &self.0.field
    }

    /// The entry's id, where it has one.
    pub fn id(&self) -> Option<Uuid> {
        self.0.id
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.field.is_empty() {
            write!(f, "{}: ", self.0.field)?;
        }
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for InputError {}

/// Where in the entry we are; lives on the stack, costs nothing until an error needs it.
#[derive(Clone, Copy)]
pub(crate) enum Path<'p> {
    Root,
    Field(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Field(Path::Root, name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Index(parent, at) => write!(f, "{parent}[{at}]"),
        }
    }
}

/// A value that one JSON value holds.
pub(crate) trait FromJson: Sized {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, InputError>;
}

/// The fields of one object; all of them are known names.
pub(crate) struct Fields<'j, 'a, 'p> {
    fields: &'j [(Cow<'a, str>, Json<'a>)],
    path: &'p Path<'p>,
    next: std::cell::Cell<usize>,
}

impl<'j, 'a, 'p> Fields<'j, 'a, 'p> {
    pub(crate) fn of(
        json: &'j Json<'a>,
        path: &'p Path<'p>,
        known: &[&str],
    ) -> Result<Fields<'j, 'a, 'p>, InputError> {
        let Json::Object(fields) = json else {
            return Err(wrong_type(json, path, "an object"));
        };
        for (name, _) in fields {
            if !known.contains(&&**name) {
                let at = Path::Field(path, name);
                return Err(InputError::new("unknown_field", &at, unknown(name, known)));
            }
        }
        Ok(Fields {
            fields,
            path,
            next: std::cell::Cell::new(0),
        })
    }

    fn get(&self, name: &str) -> Option<&'j Json<'a>> {
        // Fields mostly come in the order of the contract: look where the last one was found.
        let start = self.next.get();
        let (before, after) = self.fields.split_at(start.min(self.fields.len()));
        let found = after
            .iter()
            .position(|(it, _)| it == name)
            .map(|at| start + at)
            .or_else(|| before.iter().position(|(it, _)| it == name))?;
        self.next.set(found + 1);
        match &self.fields[found].1 {
            Json::Null => None,
            value => Some(value),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn optional<T: FromJson>(&self, name: &str) -> Result<Option<T>, InputError> {
        let read = |json| T::from_json(json, &Path::Field(self.path, name));
        self.get(name).map(read).transpose()
    }

    pub(crate) fn required<T: FromJson>(&self, name: &str) -> Result<T, InputError> {
        self.optional(name)?.ok_or_else(|| {
            let at = Path::Field(self.path, name);
            InputError::new("missing_field", &at, "missing, this field is required")
        })
    }

    /// An array that may be left out.
    pub(crate) fn list<T: FromJson>(&self, name: &str) -> Result<Vec<T>, InputError> {
        Ok(self.optional(name)?.unwrap_or_default())
    }
}

/// "unknown field …, did you mean …?"
pub(crate) fn unknown(name: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|it| (strsim::damerau_levenshtein(&shorten(name), it), *it))
        .min()
        .filter(|(distance, it)| *distance <= it.len().max(3) / 2);
    match nearest {
        Some((_, nearest)) => format!(
            "unknown field, did you mean \"{nearest}\"? What you want to carry along goes into \"ext\""
        ),
        None => format!(
            "unknown field, expected one of {}; what you want to carry along goes into \"ext\"",
            known.join(", ")
        ),
    }
}

pub(crate) fn wrong_type(json: &Json<'_>, path: &Path<'_>, expected: &str) -> InputError {
    let message = format!("found {}, expected {expected}", json.describe());
    InputError::new("wrong_type", path, message)
}

fn text<'j>(json: &'j Json<'_>, path: &Path<'_>, expected: &str) -> Result<&'j str, InputError> {
    match json {
        Json::String(text) => Ok(text),
        _ => Err(wrong_type(json, path, expected)),
    }
}

pub(crate) fn invalid(json: &Json<'_>, path: &Path<'_>, expected: &str) -> InputError {
    let message = format!("found {}, expected {expected}", json.describe());
    InputError::new("invalid_value", path, message)
}

impl FromJson for String {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<String, InputError> {
        let text = text(json, path, "a text")?;
        if text.len() > TEXT_MAX && text.chars().count() > TEXT_MAX {
            let message = format!(
                "a text of {} characters, expected at most {TEXT_MAX}; put longer data into \"ext\"",
                text.chars().count()
            );
            return Err(InputError::new("limit_exceeded", path, message));
        }
        Ok(text.into())
    }
}

impl FromJson for bool {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<bool, InputError> {
        match json {
            Json::Bool(it) => Ok(*it),
            _ => Err(wrong_type(json, path, "true or false")),
        }
    }
}

impl FromJson for Ext {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Ext, InputError> {
        match json.to_value() {
            serde_json::Value::Object(it) => Ok(it),
            _ => Err(wrong_type(json, path, "an object")),
        }
    }
}

impl FromJson for Date {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Date, InputError> {
        const EXPECTED: &str = "a date such as \"2026-03-31\"";
        parse_date(text(json, path, EXPECTED)?).ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

impl FromJson for Uuid {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Uuid, InputError> {
        const EXPECTED: &str = "a UUID such as \"6f1c2d3e-0000-4000-8000-000000000001\"";
        Uuid::try_parse(text(json, path, EXPECTED)?).map_err(|_| invalid(json, path, EXPECTED))
    }
}

impl FromJson for Version {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Version, InputError> {
        const EXPECTED: &str = "a version of 1 to 8 characters";
        Version::new(text(json, path, EXPECTED)?).ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

/// Decimal text, or a JSON integer.
fn decimal<T: FromStr<Err = DecimalError>>(
    json: &Json<'_>,
    path: &Path<'_>,
) -> Result<T, InputError> {
    const EXPECTED: &str = "a decimal in quotes, such as \"12.5\"";
    let read = |text: &str| {
        text.parse().map_err(|error: DecimalError| {
            let code = if error.is_digits() {
                "digits_exceeded"
            } else {
                "invalid_value"
            };
            InputError::new(code, path, format!("found {}: {error}", json.describe()))
        })
    };
    match json {
        Json::String(text) => read(text),
        Json::Integer(it) => read(&it.to_string()),
        Json::Inexact(_) => Err(wrong_type(
            json,
            path,
            "a decimal in quotes, such as \"12.5\" (a JSON number with \".\" or \"e\" is not exact)",
        )),
        _ => Err(wrong_type(json, path, EXPECTED)),
    }
}

macro_rules! from_decimal {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, InputError> {
                decimal(json, path)
            }
        }
    )*};
}
from_decimal!(Quantity, Net, Percent, Amount);

macro_rules! from_code {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, InputError> {
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
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, InputError> {
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
    crate::entry::Ground
);

/// A whole number ≥ 0.
pub(crate) fn whole(json: &Json<'_>, path: &Path<'_>, expected: &str) -> Result<u64, InputError> {
    match json {
        Json::Integer(it) => u64::try_from(*it).map_err(|_| invalid(json, path, expected)),
        _ => Err(wrong_type(json, path, expected)),
    }
}

macro_rules! from_seq {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, InputError> {
                const EXPECTED: &str = "an item number from 1 to 9999";
                <$name>::new(whole(json, path, EXPECTED)?)
                    .ok_or_else(|| invalid(json, path, EXPECTED))
            }
        }
    )*};
}
from_seq!(crate::ids::MaterialSeq, crate::ids::ProductSeq);

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Vec<T>, InputError> {
        let Json::Array(items) = json else {
            return Err(wrong_type(json, path, "an array"));
        };
        let mut read = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            read.push(T::from_json(item, &Path::Index(path, at))?);
        }
        Ok(read)
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Box<T>, InputError> {
        T::from_json(json, path).map(Box::new)
    }
}
