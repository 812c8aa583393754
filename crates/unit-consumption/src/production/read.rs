//! Values that records and dossiers share.

use exact_json::{Error, FromJson, Json, Path, invalid, text, whole};

use crate::Quantity;

/// The most characters of an order's number.
pub(crate) const ORDER_MAX: usize = 64;
/// The most characters of a stage's name.
pub(crate) const STAGE_MAX: usize = 32;
/// The most characters of a version's name.
pub(crate) const VERSION_MAX: usize = 8;

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

impl FromJson for Seq {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Seq, Error> {
        const EXPECTED: &str = "an item number from 1 to 9999";
        u16::try_from(whole(json, path, EXPECTED)?)
            .ok()
            .filter(|it| (1..=9999).contains(it))
            .map(Seq)
            .ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

/// A quantity that is not below 0.
pub(crate) struct NotNegative(pub(crate) Quantity);

impl FromJson for NotNegative {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<NotNegative, Error> {
        let quantity = Quantity::from_json(json, path)?;
        if quantity < Quantity::ZERO {
            let message =
                format!("found {quantity}, expected 0 or more; what came back is \"returned\"");
            return Err(Error::new("negative_quantity", path, message));
        }
        Ok(NotNegative(quantity))
    }
}
