//! What a field may hold.

use std::fmt::Display;
use std::str::FromStr;

use uuid::Uuid;

use crate::date::{Date, parse_date};
use crate::error::{Error, invalid, wrong_type};
use crate::fields::FromJson;
use crate::json::Json;
use crate::path::Path;

/// The most characters of a text.
pub const TEXT_MAX: usize = 4_000;

/// Whatever a writer wants to carry along: kept, never read.
pub type Ext = serde_json::Map<String, serde_json::Value>;

/// A text as it stands; how long it may be is for the caller to say.
///
/// # Errors
/// `wrong_type` when it is no text.
#[inline]
pub fn text<'j>(json: &'j Json<'_>, path: &Path<'_>, expected: &str) -> Result<&'j str, Error> {
    match json {
        Json::String(text) => Ok(text),
        _ => Err(wrong_type(json, path, expected)),
    }
}

/// A whole number of 0 or more.
///
/// # Errors
/// `wrong_type` when it is no whole number, `invalid_value` when it is below 0.
#[inline]
pub fn whole(json: &Json<'_>, path: &Path<'_>, expected: &str) -> Result<u64, Error> {
    match json {
        Json::Integer(it) => u64::try_from(*it).map_err(|_| invalid(json, path, expected)),
        _ => Err(wrong_type(json, path, expected)),
    }
}

/// Decimal text, or a JSON integer. A JSON number with `.` or `e` is refused: who wrote it may have
/// rounded it.
///
/// # Errors
/// `wrong_type` when it is neither; `digits_exceeded` when the text is a decimal with too many digits,
/// which `is_digits` tells, and else `invalid_value`.
pub fn decimal<T: FromStr>(
    json: &Json<'_>,
    path: &Path<'_>,
    is_digits: impl Fn(&T::Err) -> bool,
) -> Result<T, Error>
where
    T::Err: Display,
{
    const EXPECTED: &str = "a decimal in quotes, such as \"12.5\"";
    let read = |text: &str| {
        text.parse().map_err(|error: T::Err| {
            let code = if is_digits(&error) {
                "digits_exceeded"
            } else {
                "invalid_value"
            };
            Error::new(code, path, format!("found {}: {error}", json.describe()))
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

impl FromJson for String {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<String, Error> {
        let text = text(json, path, "a text")?;
        if text.len() > TEXT_MAX && text.chars().count() > TEXT_MAX {
            let mut message = format!(
                "a text of {} characters, expected at most {TEXT_MAX}",
                text.chars().count()
            );
            if path.has_ext() {
                message.push_str("; put longer data into \"ext\"");
            }
            return Err(Error::new("limit_exceeded", path, message));
        }
        Ok(text.into())
    }
}

impl FromJson for bool {
    #[inline]
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<bool, Error> {
        match json {
            Json::Bool(it) => Ok(*it),
            _ => Err(wrong_type(json, path, "true or false")),
        }
    }
}

impl FromJson for Ext {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Ext, Error> {
        match json.to_value() {
            serde_json::Value::Object(it) => Ok(it),
            _ => Err(wrong_type(json, path, "an object")),
        }
    }
}

impl FromJson for Date {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Date, Error> {
        const EXPECTED: &str = "a date such as \"2026-03-31\"";
        parse_date(text(json, path, EXPECTED)?).ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

impl FromJson for Uuid {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Uuid, Error> {
        const EXPECTED: &str = "a UUID such as \"6f1c2d3e-0000-4000-8000-000000000001\"";
        Uuid::try_parse(text(json, path, EXPECTED)?).map_err(|_| invalid(json, path, EXPECTED))
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Vec<T>, Error> {
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
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Box<T>, Error> {
        T::from_json(json, path).map(Box::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: Path<'static> = Path::Root;

    fn json(text: &str) -> Json<'_> {
        Json::parse(text).unwrap()
    }

    #[test]
    fn a_decimal_is_text_or_a_whole_number() {
        // Of integers, which refuse what is too large otherwise than what is none.
        let read = |text| {
            let digits = |error: &std::num::ParseIntError| {
                *error.kind() == std::num::IntErrorKind::PosOverflow
            };
            decimal::<i8>(&json(text), &ROOT, digits).map_err(|it| it.code())
        };
        assert_eq!(read(r#""12""#), Ok(12));
        assert_eq!(read("-12"), Ok(-12));
        assert_eq!(read(r#""128""#), Err("digits_exceeded"));
        assert_eq!(read(r#""a dozen""#), Err("invalid_value"));
        for text in ["12.0", "1e1", "true", "[]", "18446744073709551615"] {
            assert_eq!(read(text), Err("wrong_type"), "{text}");
        }
    }

    #[test]
    fn a_whole_number_is_not_below_0() {
        let read = |text| whole(&json(text), &ROOT, "a count").map_err(|it| it.to_string());
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("-1"), Err("found -1, expected a count".into()));
        let message = "found the number 1.0, expected a count";
        assert_eq!(read("1.0"), Err(message.into()));
    }

    #[test]
    fn a_text_has_an_end() {
        let read = |count, root: &Path<'_>| {
            // Three bytes each: characters are counted.
            let text = Json::String("长".repeat(count).into());
            String::from_json(&text, root).map_err(|it| (it.code(), it.to_string()))
        };
        assert!(read(TEXT_MAX, &ROOT).is_ok());
        let message = "a text of 4001 characters, expected at most 4000";
        assert_eq!(
            read(TEXT_MAX + 1, &ROOT),
            Err(("limit_exceeded", message.into()))
        );
        assert_eq!(
            read(TEXT_MAX + 1, &Path::RootWithExt),
            Err((
                "limit_exceeded",
                format!("{message}; put longer data into \"ext\"")
            ))
        );
    }
}
