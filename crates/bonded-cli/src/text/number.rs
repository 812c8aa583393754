//! Numbers as people read them.

use std::fmt;

/// Plain decimal text with commas between thousands. Only tables show it: every other output keeps
/// the plain text.
pub(crate) fn grouped(number: impl fmt::Display) -> String {
    let plain = number.to_string();
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain.as_str()),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// `1 entry`, `2 entries`.
pub(crate) fn counted(count: u64, one: &str, more: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{} {more}", grouped(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_off_and_decimals_are_not() {
        for (plain, read) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-123456.12345", "-123,456.12345"),
            ("7400000", "7,400,000"),
        ] {
            assert_eq!(grouped(plain), read);
        }
    }
}
