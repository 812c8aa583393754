//! The values of elements as what they mean: exact decimals, dates.

use bonded_ledger::{Amount, Date, Quantity, parse_date};

use crate::record::Record;

/// A day, from any of the forms that the interface writes: `yyyy-MM-dd`, `yyyyMMdd`, with or without a
/// time behind it.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let head = text
        .get(..10)
        .filter(|it| it.as_bytes().get(4) == Some(&b'-'));
    if let Some(head) = head {
        let rest = &text[10..];
        let time = rest.is_empty() || rest.starts_with([' ', 'T']);
        return time.then(|| parse_date(head)).flatten();
    }
    let head = text.get(..8)?;
    let plain = head.bytes().all(|it| it.is_ascii_digit());
    let rest = &text[8..];
    if !plain || !(rest.is_empty() || rest.starts_with([' ', 'T'])) {
        return None;
    }
    parse_date(&format!("{}-{}-{}", &head[..4], &head[4..6], &head[6..]))
}

/// A decimal as the journal writes it: no trailing zeros behind the point, no zeros before it, no plus.
/// `None` where it is no plain decimal.
pub fn plain_decimal(text: &str) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    Some(match (whole, fraction) {
        ("0", "") => "0".into(),
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    })
}

/// Why a value was not read: what stood there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unreadable {
    /// The element.
    pub element: String,
    /// What stood there.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
}

impl Record {
    fn read<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Unreadable> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        read(text).map(Some).ok_or_else(|| Unreadable {
            element: name.into(),
            found: text.into(),
            expected,
        })
    }

    /// A quantity: at most 13 integer digits and 5 decimals.
    pub fn quantity(&self, name: &str) -> Result<Option<Quantity>, Unreadable> {
        let expected = "a decimal of at most 13 integer digits and 5 decimals";
        self.read(name, expected, |it| plain_decimal(it)?.parse().ok())
    }

    /// An amount of money or a price.
    pub fn amount(&self, name: &str) -> Result<Option<Amount>, Unreadable> {
        self.read(name, "a decimal", |it| plain_decimal(it)?.parse().ok())
    }

    /// A day, in any of the interface's forms.
    pub fn day(&self, name: &str) -> Result<Option<Date>, Unreadable> {
        self.read(name, "a date (yyyy-MM-dd or yyyyMMdd)", day)
    }

    /// A whole number.
    pub fn whole(&self, name: &str) -> Result<Option<u32>, Unreadable> {
        // Some senders write 1.00000.
        self.read(name, "a whole number", |it| plain_decimal(it)?.parse().ok())
    }
}
