//! A JSON value as it stands in a text: nothing lost, duplicate keys refused. Values are read from
//! it, so that an error can name the field, what was found and what was expected; and contents are
//! compared through it.

use std::borrow::Cow;
use std::fmt;
use std::hash::Hasher as _;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use siphasher::sip128::{Hasher128 as _, SipHasher13};

/// The deepest nesting of a JSON value.
pub const DEPTH_MAX: usize = 64;

/// A JSON value as it stands in a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number of 64 bits.
    Integer(i64),
    /// A number with `.` or `e`, or beyond 64 bits: carried along in [`Ext`](crate::Ext), refused
    /// everywhere else. It is never computed with.
    Inexact(serde_json::Number),
    /// A text, borrowed where it has no escapes.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object, its fields as they come; no name stands twice.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

pub(crate) const DUPLICATE: &str = "duplicate field";

impl<'a> Json<'a> {
    /// Reads a text that holds one JSON value and nothing else.
    ///
    /// # Errors
    /// When it does not, when an object has a field twice, and when the value is nested deeper than
    /// [`DEPTH_MAX`].
    pub fn parse(text: &'a str) -> Result<Json<'a>, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = Depth(0).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(value)
    }

    /// In words, shortened: for messages.
    pub fn describe(&self) -> String {
        match self {
            Json::Null => "null".into(),
            Json::Bool(it) => it.to_string(),
            Json::Integer(it) => it.to_string(),
            Json::Inexact(it) => format!("the number {it}"),
            Json::String(it) => format!("{:?}", shorten(it)),
            Json::Array(_) => "an array".into(),
            Json::Object(_) => "an object".into(),
        }
    }

    /// The same value, as serde_json has it.
    pub fn to_value(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Json::Null => Value::Null,
            Json::Bool(it) => Value::Bool(*it),
            Json::Integer(it) => Value::from(*it),
            Json::Inexact(it) => Value::Number(it.clone()),
            Json::String(it) => Value::String(it.clone().into_owned()),
            Json::Array(it) => Value::Array(it.iter().map(Json::to_value).collect()),
            Json::Object(it) => {
                let pairs = it
                    .iter()
                    .map(|(key, value)| (key.clone().into_owned(), value.to_value()));
                Value::Object(pairs.collect())
            }
        }
    }

    /// The same value, from serde_json's.
    pub fn from_value(value: &'a serde_json::Value) -> Json<'a> {
        use serde_json::Value;
        match value {
            Value::Null => Json::Null,
            Value::Bool(it) => Json::Bool(*it),
            Value::Number(it) => match it.as_i64() {
                Some(it) => Json::Integer(it),
                None => Json::Inexact(it.clone()),
            },
            Value::String(it) => Json::String(Cow::Borrowed(it)),
            Value::Array(it) => Json::Array(it.iter().map(Json::from_value).collect()),
            Value::Object(it) => Json::Object(
                it.iter()
                    .map(|(key, it)| (Cow::Borrowed(&**key), Json::from_value(it)))
                    .collect(),
            ),
        }
    }

    /// Feeds the value to a digest: equal for equal JSON values, whatever the order of keys.
    fn feed(&self, hasher: &mut SipHasher13) {
        match self {
            Json::Null => hasher.write_u8(0),
            Json::Bool(it) => hasher.write(&[1, u8::from(*it)]),
            Json::Integer(it) => {
                hasher.write_u8(2);
                hasher.write_u64(*it as u64);
            }
            Json::Inexact(it) => {
                hasher.write_u8(3);
                hasher.write(it.to_string().as_bytes());
            }
            Json::String(it) => {
                hasher.write_u8(4);
                hasher.write(it.as_bytes());
            }
            Json::Array(items) => {
                hasher.write_u8(5);
                hasher.write_u64(items.len() as u64);
                for item in items {
                    item.feed(hasher);
                    hasher.write_u8(0xff);
                }
            }
            Json::Object(fields) => {
                hasher.write_u8(6);
                hasher.write(&digest_fields(fields, None).to_le_bytes());
            }
        }
    }

    #[cfg(test)]
    fn digest(&self) -> u128 {
        let mut hasher = SipHasher13::new();
        self.feed(&mut hasher);
        hasher.finish128().as_u128()
    }
}

/// A 128-bit digest of an object's fields in any order, but for the field `without`: equal for equal
/// JSON values, the same in every process.
pub fn digest_fields(fields: &[(Cow<'_, str>, Json<'_>)], without: Option<&str>) -> u128 {
    let digest = |(key, value): &(Cow<'_, str>, Json<'_>)| {
        let mut hasher = SipHasher13::new();
        hasher.write(key.as_bytes());
        hasher.write_u8(0xff);
        value.feed(&mut hasher);
        hasher.finish128().as_u128()
    };
    fields
        .iter()
        .filter(|(key, _)| without != Some(&**key))
        .fold(0_u128, |sum, field| sum.wrapping_add(digest(field)))
}

/// At most 60 characters of a text: for messages.
pub fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        None => Cow::Borrowed(text),
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
    }
}

/// Reads one value, so many levels down.
struct Depth(usize);

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Json<'de>;
    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        if self.0 > DEPTH_MAX {
            return Err(de::Error::custom(format_args!(
                "nested deeper than {DEPTH_MAX} levels"
            )));
        }
        deserializer.deserialize_any(self)
    }
}

/// A key, borrowed from the input where it has no escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;
    fn deserialize<D: de::Deserializer<'de>>(self, it: D) -> Result<Cow<'de, str>, D::Error> {
        it.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_borrowed_str<E>(self, it: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(it))
    }
    fn visit_str<E>(self, it: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(it.into()))
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Json<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }
    fn visit_none<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, it: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(it))
    }
    fn visit_i64<E>(self, it: i64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(it))
    }
    fn visit_u64<E>(self, it: u64) -> Result<Json<'de>, E> {
        Ok(i64::try_from(it).map_or_else(|_| Json::Inexact(it.into()), Json::Integer))
    }
    // What serde calls a number that is no integer; it is only carried along.
    fn visit_f64<E: de::Error>(self, it: f64) -> Result<Json<'de>, E> {
        let number = serde_json::Number::from_f64(it);
        number
            .map(Json::Inexact)
            .ok_or_else(|| de::Error::custom("not a number"))
    }
    fn visit_borrowed_str<E>(self, it: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(it)))
    }
    fn visit_str<E>(self, it: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(it.into())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Depth(self.0 + 1))? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Json<'de>, A::Error> {
        let mut object: Vec<(Cow<'de, str>, Json<'de>)> = Vec::with_capacity(4);
        let mut seen = std::collections::BTreeSet::new();
        while let Some(key) = pairs.next_key_seed(Key)? {
            // Small objects are compared field by field, hostile ones by a set.
            let repeated = if object.len() < 32 {
                object.iter().any(|(it, _)| *it == key)
            } else {
                if seen.is_empty() {
                    seen.extend(object.iter().map(|(it, _)| it.clone()));
                }
                !seen.insert(key.clone())
            };
            if repeated {
                return Err(de::Error::custom(format_args!(
                    "{DUPLICATE} {:?}",
                    shorten(&key)
                )));
            }
            let value = pairs.next_value_seed(Depth(self.0 + 1))?;
            object.push((key, value));
        }
        Ok(Json::Object(object))
    }
}

impl<'de> de::Deserialize<'de> for Json<'de> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Json<'de>, D::Error> {
        Depth(0).deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(text: &str) -> u128 {
        Json::parse(text).unwrap().digest()
    }

    #[test]
    fn contents_are_compared_as_json_values() {
        let one = digest(r#"{"a": 1, "b": {"c": "x", "d": [1, 2]}}"#);
        assert_eq!(one, digest(r#" {"b":{"d":[1,2],"c":"\u0078"},"a":1}"#));
        assert_ne!(one, digest(r#"{"a": "1", "b": {"c": "x", "d": [1, 2]}}"#));
        assert_ne!(one, digest(r#"{"a": 1, "b": {"c": "x", "d": [2, 1]}}"#));
        assert_ne!(digest(r#"{"a": null}"#), digest("{}"));
        assert_ne!(digest(r#"{"": "a"}"#), digest(r#"{"": "b"}"#));
    }

    #[test]
    fn a_repeated_key_is_an_error_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"x":[{"b":1,"c":2,"b":3}]}"#] {
            let error = Json::parse(text).unwrap_err().to_string();
            assert!(error.contains(DUPLICATE), "{error}");
        }
        let many: Vec<String> = (0..100).map(|it| format!("\"k{}\":1", it % 99)).collect();
        assert!(Json::parse(&format!("{{{}}}", many.join(","))).is_err());
    }

    #[test]
    fn hostile_depth_is_refused() {
        let deep = "[".repeat(100_000);
        assert!(Json::parse(&deep).is_err());
    }
}
