//! JSON objects read field by field: exact values, errors that say where.
//!
//! A text becomes a tree that has lost nothing ([`Json`]): no key stands twice, no number was
//! rounded. A type reads itself from it ([`FromJson`]), an object by the names of its fields
//! ([`Fields`]), and an [`Error`] names the field, what was found, what was expected and what to do.
//!
//! ```
//! use exact_json::{Date, Error, Fields, FromJson, Json, Path};
//!
//! #[derive(Debug)]
//! struct Letter {
//!     date: Date,
//!     pages: Vec<String>,
//! }
//!
//! impl FromJson for Letter {
//!     fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Letter, Error> {
//!         let fields = Fields::of(json, path, &["date", "pages"])?;
//!         Ok(Letter {
//!             date: fields.required("date")?,
//!             pages: fields.list("pages")?,
//!         })
//!     }
//! }
//!
//! let read = |text| Letter::from_json(&Json::parse(text).unwrap(), &Path::Root);
//! assert!(read(r#"{"date":"2026-03-31","pages":["Dear"]}"#).is_ok());
//!
//! let error = read(r#"{"date":"2026-03-31","pages":["Dear",2]}"#).unwrap_err();
//! assert_eq!(error.to_string(), "pages[1]: found 2, expected a text");
//!
//! let error = read(r#"{"date":"2026-03-31","page":[]}"#).unwrap_err();
//! assert_eq!(error.to_string(), r#"page: unknown field, did you mean "pages"?"#);
//! ```
//!
//! No floating point takes part in any figure, no I/O, no clock: the same text gives the same values
//! everywhere.
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic)]

mod json; // A text becomes a tree;
mod path; // a place in it has a name,
mod error; // which an error tells.
mod fields; // Objects are read by their fields,
mod values; // fields hold values,
mod date; // some of them dates.

pub use crate::date::{Date, parse_date};
pub use crate::error::{Error, invalid, nearest, unknown, wrong_type};
pub use crate::fields::{Fields, FromJson};
pub use crate::json::{DEPTH_MAX, Json, digest_fields, shorten};
pub use crate::path::Path;
pub use crate::values::{Ext, TEXT_MAX, decimal, text, whole};
