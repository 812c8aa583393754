//! Values that records and dossiers share, and what holds for the rows of a record in every format.

use std::collections::HashSet;

use exact_json::{Error, FromJson, Json, Path, invalid, text, whole};

use super::{Cause, Issue};
use crate::Quantity;

/// The most characters of an order's number.
pub(crate) const ORDER_MAX: usize = 64;
/// The most characters of a stage's name.
pub(crate) const STAGE_MAX: usize = 32;
/// The most characters of a version's name.
pub(crate) const VERSION_MAX: usize = 8;
/// The most rows of a record: one is kept whole while it is read.
pub(crate) const ROWS_MAX: usize = 65_536;

/// `"0"` where there is only one.
pub(crate) fn version(read: Option<Short<VERSION_MAX>>) -> String {
    read.map_or_else(|| "0".to_string(), |it| it.0)
}

/// A text of 1 to so many characters.
pub(crate) struct Short<const MAX: usize>(pub(crate) String);

impl<const MAX: usize> FromJson for Short<MAX> {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Self, Error> {
        let expected = || format!("a text of 1 to {MAX} characters");
        let read = text(json, path, "a text")?;
        let fits = !read.is_empty() && (read.len() <= MAX || read.chars().count() <= MAX);
        if fits {
            Ok(Short(read.to_string()))
        } else {
            Err(invalid(json, path, &expected()))
        }
    }
}

/// An item number.
pub(crate) struct Seq(pub(crate) u16);

impl Seq {
    pub(super) const EXPECTED: &str = "an item number from 1 to 9999";
}

impl FromJson for Seq {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Seq, Error> {
        u16::try_from(whole(json, path, Seq::EXPECTED)?)
            .ok()
            .filter(|it| (1..=9999).contains(it))
            .map(Seq)
            .ok_or_else(|| invalid(json, path, Seq::EXPECTED))
    }
}

/// A quantity that is not below 0.
pub(crate) struct NotNegative(pub(crate) Quantity);

impl FromJson for NotNegative {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<NotNegative, Error> {
        let quantity = Quantity::from_json(json, path)?;
        if quantity < Quantity::ZERO {
            let way_out = match path {
                Path::Field(_, "issued") => "; what came back goes into \"returned\"",
                _ => "",
            };
            let message = format!("found {quantity}, expected 0 or more{way_out}");
            return Err(Error::new("negative_quantity", path, message));
        }
        Ok(NotNegative(quantity))
    }
}

/// Left out is 0.
pub(super) fn not_negative(read: Option<NotNegative>) -> Quantity {
    read.map_or(Quantity::ZERO, |it| it.0)
}

/// Recognises a row that an earlier one of the record has already.
#[derive(Default)]
pub(super) struct Seen(HashSet<(u16, Option<Cause>, Option<String>)>);

impl Seen {
    /// True where one of the rows before it has the material, cause and stage of this one. To be
    /// asked of every row in turn.
    pub(super) fn repeats(&mut self, before: &[Issue], row: &Issue) -> bool {
        // Short records are looked through, long ones have a set.
        const SHORT: usize = 32;
        if before.len() < SHORT {
            let same = |it: &Issue| {
                it.material == row.material && it.cause == row.cause && it.stage == row.stage
            };
            return before.iter().any(same);
        }
        let key = |it: &Issue| (it.material, it.cause, it.stage.clone());
        if self.0.is_empty() {
            self.0.extend(before.iter().map(key));
        }
        !self.0.insert(key(row))
    }
}

pub(super) fn repeated_row(path: &Path<'_>) -> Error {
    let message = "this material stands in the record already with the same cause and stage; add the quantities up, or give the second part of the order its own date or number";
    Error::new("duplicate_row", path, message)
}

pub(super) fn too_many_rows(path: &Path<'_>) -> Error {
    let message = format!(
        "more than {ROWS_MAX} rows of one order; give its parts their own dates or numbers"
    );
    Error::new("limit_exceeded", path, message)
}
