//! The numbers and names of the trade: each can only hold a well-formed value.

use std::fmt;

pub use exact_json::{Date, parse_date};

macro_rules! code {
    ($(#[$doc:meta])* $name:ident[$len:literal], $expected:literal, |$bytes:ident| $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name([u8; $len]);

        impl $name {
            /// What a well-formed value looks like, in words.
            pub const EXPECTED: &'static str = $expected;

            /// The text.
            pub fn as_str(&self) -> &str {
                // Only ASCII passes the door.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseCodeError;
            fn from_str(text: &str) -> Result<$name, ParseCodeError> {
                let error = || ParseCodeError { found: text.into(), expected: $expected };
                let $bytes: [u8; $len] = text.as_bytes().try_into().map_err(|_| error())?;
                if $valid { Ok($name($bytes)) } else { Err(error()) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

/// Why a text is not a number of this kind.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("found {found:?}, expected {expected}")]
pub struct ParseCodeError {
    found: String,
    expected: &'static str,
}

impl ParseCodeError {
    /// What a well-formed value looks like, in words.
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

fn upper_or_digit(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

code! {
    /// The number of a handbook or account book (手册/账册编号): 12 characters. One that is kept
    /// here begins with `B`, `C` or `E`; the other side of a carry-over may have any.
    HandbookNo[12], "12 characters of 0-9 and A-Z, such as C222626A0001",
    |bytes| bytes.iter().all(|&it| upper_or_digit(it))
}
code! {
    /// A commodity code (商品编码): 10 digits.
    HsCode[10], "10 digits, such as 3818001900", |bytes| bytes.iter().all(u8::is_ascii_digit)
}
code! {
    /// A unit of measure (计量单位), customs' code: 3 digits, such as `035` 千克.
    Unit[3], "a 3-digit customs unit code, such as 035 (千克, kilogram)",
    |bytes| bytes.iter().all(u8::is_ascii_digit)
}
code! {
    /// A currency (币制): customs' 3 digits or the 3 letters of ISO 4217.
    Currency[3], "3 digits or 3 letters, such as 502 or USD",
    |bytes| bytes.iter().all(u8::is_ascii_digit) || bytes.iter().all(u8::is_ascii_alphabetic)
}
code! {
    /// A supervision mode (监管方式): 4 digits, such as `0615` 进料对口.
    Mode[4], "4 characters, such as 0615", |bytes| bytes.iter().all(|&it| upper_or_digit(it))
}
code! {
    /// A customs registration code of an enterprise (海关编码): 10 of `0-9A-Z`.
    CustomsCode[10], "10 characters of 0-9 and A-Z", |bytes| bytes.iter().all(|&it| upper_or_digit(it))
}
code! {
    /// A unified social credit code (统一社会信用代码): 18 characters whose last is the check
    /// character of GB 32100-2015.
    Uscc[18], "18 characters with the check character of GB 32100-2015",
    |bytes| uscc_check(&bytes) == Some(bytes[17])
}

const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The check character that belongs to the first 17: weights 3^i modulo 31 (GB 32100-2015).
fn uscc_check(bytes: &[u8; 18]) -> Option<u8> {
    let mut weight = 1;
    let mut sum = 0;
    for byte in &bytes[..17] {
        sum += weight * USCC_ALPHABET.iter().position(|it| it == byte)?;
        weight = weight * 3 % 31;
    }
    Some(USCC_ALPHABET[(31 - sum % 31) % 31])
}

impl HandbookNo {
    /// `B`, `C`, `E` and so on.
    pub fn letter(&self) -> char {
        char::from(self.0[0])
    }

    /// True for a number that a handbook kept here may have: `B`, `C` or `E`, 4 digits of the
    /// customs district, 7 of `0-9A-Z`.
    pub fn is_processing(&self) -> bool {
        matches!(self.0[0], b'B' | b'C' | b'E') && self.0[1..5].iter().all(u8::is_ascii_digit)
    }

    /// True for an account book (账册).
    pub fn is_account_book(&self) -> bool {
        self.0[0] == b'E'
    }
}

macro_rules! seq {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(u16);

        impl $name {
            /// From 1 to [`crate::limits::ITEMS_MAX`]; `None` else.
            pub fn new(seq: u64) -> Option<$name> {
                let seq = u16::try_from(seq).ok()?;
                (1..=crate::limits::ITEMS_MAX).contains(&usize::from(seq)).then_some($name(seq))
            }

            /// The number.
            pub fn get(self) -> u16 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

seq! {
    /// The item number (序号) of a material of a handbook. A product's is another type.
    MaterialSeq
}
seq! {
    /// The item number (序号) of a product of a handbook. A material's is another type.
    ProductSeq
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_of_a_credit_code_is_looked_at() {
        // An example printed in the standard's explanations: 91350100M000100Y43.
        assert!("91350100M000100Y43".parse::<Uscc>().is_ok());
        assert!("91350100M000100Y44".parse::<Uscc>().is_err());
        assert!("91350100M000100I43".parse::<Uscc>().is_err());
    }

    #[test]
    fn the_message_names_what_was_expected() {
        let error = "C2226".parse::<HandbookNo>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "found \"C2226\", expected 12 characters of 0-9 and A-Z, such as C222626A0001"
        );
    }
}
