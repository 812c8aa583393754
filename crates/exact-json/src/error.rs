//! Why a value could not be read: where, what was found, what was expected, what to do.

use std::fmt;

use crate::json::{DUPLICATE, Json, shorten};
use crate::path::Path;

/// Why a value could not be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug, Eq, PartialEq)]
struct Details {
    code: &'static str,
    field: String,
    message: String,
}

impl Error {
    /// An error at a place. The code is stable, the message is for people.
    pub fn new(code: &'static str, path: &Path<'_>, message: impl Into<String>) -> Error {
        Error(Box::new(Details {
            code,
            field: path.to_string(),
            message: message.into(),
        }))
    }

    /// Why a text is not one JSON object: `duplicate_field` or `invalid_json`. What was expected
    /// instead is said in words.
    pub fn syntax(error: &serde_json::Error, expected: &str) -> Error {
        let text = error.to_string();
        let duplicate = text.contains(DUPLICATE);
        let text = match text.rsplit_once(" at line ") {
            Some((text, _)) => format!("{text} (column {})", error.column()),
            None => text,
        };
        let (code, message) = if duplicate {
            (
                "duplicate_field",
                format!("{text}; a field may stand only once in an object"),
            )
        } else {
            (
                "invalid_json",
                format!("not one JSON object: {text}; expected {expected}"),
            )
        };
        Error::new(code, &Path::Root, message)
    }

    /// The stable code: `missing_field`, `unknown_field`, `wrong_type` and so on.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The field, as a path (`list.lines[2].quantity`); empty for the whole value.
    pub fn field(&self) -> &str {
        &self.0.field
    }

    /// What was found, what was expected, what to do; without the field.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.field.is_empty() {
            write!(f, "{}: ", self.0.field)?;
        }
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

/// `wrong_type`: another kind of JSON value stands there than the one expected.
pub fn wrong_type(json: &Json<'_>, path: &Path<'_>, expected: &str) -> Error {
    let message = format!("found {}, expected {expected}", json.describe());
    Error::new("wrong_type", path, message)
}

/// `invalid_value`: the right kind of JSON value, but not one of those expected.
pub fn invalid(json: &Json<'_>, path: &Path<'_>, expected: &str) -> Error {
    let message = format!("found {}, expected {expected}", json.describe());
    Error::new("invalid_value", path, message)
}

/// "unknown field, did you mean …?", or which ones there are.
pub fn unknown(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("unknown field, did you mean \"{nearest}\"?"),
        None => format!("unknown field, expected one of {}", known.join(", ")),
    }
}

/// The name that is closest to one, where that is close: no more than half of it is different.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let name = shorten(name);
    let distances = known
        .into_iter()
        .map(|it| (strsim::damerau_levenshtein(&name, it), it));
    let nearest = distances.min();
    let close = nearest.filter(|(distance, it)| *distance <= it.len().max(3) / 2);
    close.map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_else_all() {
        let known = ["number", "lines"];
        assert_eq!(
            unknown("numbr", &known),
            "unknown field, did you mean \"number\"?"
        );
        assert_eq!(
            unknown("colour", &known),
            "unknown field, expected one of number, lines"
        );
    }

    #[test]
    fn a_text_that_is_no_object_says_in_which_column() {
        let syntax = |text| {
            let error = Error::syntax(&Json::parse(text).unwrap_err(), "a letter");
            assert_eq!(error.field(), "");
            (error.code(), error.to_string())
        };
        let (code, message) = syntax("{\"a\" 1}");
        assert_eq!(code, "invalid_json");
        assert_eq!(
            message,
            "not one JSON object: expected `:` (column 6); expected a letter"
        );
        let (code, message) = syntax(r#"{"a":1,"a":2}"#);
        assert_eq!(code, "duplicate_field");
        assert_eq!(
            message,
            "duplicate field \"a\" (column 10); a field may stand only once in an object"
        );
    }
}
