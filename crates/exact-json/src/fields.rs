//! Fields of a JSON object, read one by one.

use std::borrow::Cow;
use std::cell::Cell;

use crate::error::{Error, unknown, wrong_type};
use crate::json::Json;
use crate::path::Path;

/// A value that one JSON value holds.
pub trait FromJson: Sized {
    /// Reads the value that stands at this place.
    ///
    /// # Errors
    /// Names the place, what was found and what was expected.
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, Error>;
}

/// The fields of one object; all of them are known names. A `null` is a field left out.
#[derive(Debug)]
pub struct Fields<'j, 'a, 'p> {
    fields: &'j [(Cow<'a, str>, Json<'a>)],
    path: &'p Path<'p>,
    next: Cell<usize>,
}

impl<'j, 'a, 'p> Fields<'j, 'a, 'p> {
    /// The fields of an object that may have these and no others.
    ///
    /// # Errors
    /// `wrong_type` when it is no object, `unknown_field` when it has another one.
    #[inline]
    pub fn of(
        json: &'j Json<'a>,
        path: &'p Path<'p>,
        known: &[&str],
    ) -> Result<Fields<'j, 'a, 'p>, Error> {
        let Json::Object(fields) = json else {
            return Err(wrong_type(json, path, "an object"));
        };
        for (name, _) in fields {
            if !known.contains(&&**name) {
                return Err(unknown_field(name, path, known));
            }
        }
        Ok(Fields {
            fields,
            path,
            next: Cell::new(0),
        })
    }

    #[inline]
    fn get(&self, name: &str) -> Option<&'j Json<'a>> {
        // Fields mostly come in the order in which they are documented: look where the last one was
        // found.
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

    /// True when the field is there.
    #[inline]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A field that may be left out.
    ///
    /// # Errors
    /// When it is there and does not hold the value.
    pub fn optional<T: FromJson>(&self, name: &str) -> Result<Option<T>, Error> {
        let read = |json| T::from_json(json, &Path::Field(self.path, name));
        self.get(name).map(read).transpose()
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// `missing_field` when it is not; when it does not hold the value.
    pub fn required<T: FromJson>(&self, name: &str) -> Result<T, Error> {
        self.optional(name)?.ok_or_else(|| {
            let at = Path::Field(self.path, name);
            Error::new("missing_field", &at, "missing, this field is required")
        })
    }

    /// An array that may be left out.
    ///
    /// # Errors
    /// When it is there and does not hold the values.
    pub fn list<T: FromJson>(&self, name: &str) -> Result<Vec<T>, Error> {
        Ok(self.optional(name)?.unwrap_or_default())
    }
}

fn unknown_field(name: &str, path: &Path<'_>, known: &[&str]) -> Error {
    let mut message = unknown(name, known);
    if path.has_ext() {
        message.push_str(if message.ends_with('?') {
            " What you want to carry along goes into \"ext\""
        } else {
            "; what you want to carry along goes into \"ext\""
        });
    }
    Error::new("unknown_field", &Path::Field(path, name), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Point(String, Option<bool>, Vec<String>);

    impl FromJson for Point {
        fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Point, Error> {
            let fields = Fields::of(json, path, &["name", "seen", "notes"])?;
            Ok(Point(
                fields.required("name")?,
                fields.optional("seen")?,
                fields.list("notes")?,
            ))
        }
    }

    fn read(text: &str, root: &Path<'_>) -> Result<Vec<Point>, Error> {
        Vec::from_json(&Json::parse(text).unwrap(), root)
    }

    #[test]
    fn fields_come_in_any_order_and_null_is_none() {
        let expected = || Point("a".into(), Some(true), vec!["b".into()]);
        for text in [
            r#"[{"name":"a","seen":true,"notes":["b"]}]"#,
            r#"[{"notes":["b"],"seen":true,"name":"a"}]"#,
        ] {
            assert_eq!(read(text, &Path::Root), Ok(vec![expected()]));
        }
        let bare = Point("a".into(), None, Vec::new());
        let text = r#"[{"seen":null,"name":"a","notes":null}]"#;
        assert_eq!(read(text, &Path::Root), Ok(vec![bare]));
    }

    #[test]
    fn what_is_missing_or_of_another_type_is_named() {
        for (text, code, says) in [
            (r#"{}"#, "wrong_type", "found an object, expected an array"),
            (r#"[7]"#, "wrong_type", "[0]: found 7, expected an object"),
            (
                r#"[{"name":null}]"#,
                "missing_field",
                "[0].name: missing, this field is required",
            ),
            (
                r#"[{"name":"a","notes":["b",1]}]"#,
                "wrong_type",
                "[0].notes[1]: found 1, expected a text",
            ),
        ] {
            let error = read(text, &Path::Root).unwrap_err();
            assert_eq!((error.code(), &*error.to_string()), (code, says));
        }
    }

    #[test]
    fn the_way_out_is_told_only_where_there_is_one() {
        let near = r#"[{"name":"a","sen":true}]"#;
        let far = r#"[{"colour":"red"}]"#;
        let told = |text, root| read(text, root).unwrap_err().message().to_owned();
        assert_eq!(
            told(near, &Path::Root),
            "unknown field, did you mean \"seen\"?"
        );
        assert_eq!(
            told(near, &Path::RootWithExt),
            "unknown field, did you mean \"seen\"? What you want to carry along goes into \"ext\""
        );
        assert_eq!(
            told(far, &Path::Root),
            "unknown field, expected one of name, seen, notes"
        );
        assert_eq!(
            told(far, &Path::RootWithExt),
            "unknown field, expected one of name, seen, notes; what you want to carry along goes into \"ext\""
        );
    }
}
