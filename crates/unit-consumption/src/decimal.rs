//! Decimal text to scaled integers and back: `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, nothing else.

/// Why a text is not a decimal of the wanted size. The text itself is named by the caller, who
/// knows the field it stands in.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecimalError {
    /// Not of the form `-?(0|[1-9][0-9]*)(\.[0-9]+)?`.
    #[error("not a plain decimal, expected digits such as \"1000\" or \"0.00125\"")]
    Malformed,
    /// More integer digits than the field holds.
    #[error("more than {max} integer digits")]
    IntegerDigits {
        /// The most integer digits of this field.
        max: u32,
    },
    /// More decimals than the field holds (trailing zeros do not count).
    #[error("more than {max} decimals")]
    Decimals {
        /// The most decimals of this field.
        max: u32,
    },
    /// Below 0 where only 0 or more makes sense.
    #[error("below 0")]
    Negative,
    /// Outside the range of the field.
    #[error("outside {min} to {max}")]
    OutOfRange {
        /// The smallest value allowed.
        min: &'static str,
        /// The largest value allowed.
        max: &'static str,
    },
}

impl DecimalError {
    /// True when the text is a decimal, but has more digits than the field holds.
    pub fn is_digits(&self) -> bool {
        matches!(self, Self::IntegerDigits { .. } | Self::Decimals { .. })
    }
}

/// Parses `text` as an integer count of 10^-`scale`.
pub(crate) fn parse(text: &str, integer_max: u32, scale: u32) -> Result<i128, DecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (integer, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(DecimalError::Malformed),
        Some(parts) => parts,
        None => (digits, ""),
    };
    let plain = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    let leads_with_zero = integer.len() > 1 && integer.starts_with('0');
    if integer.is_empty() || leads_with_zero || !plain(integer) || !plain(fraction) {
        return Err(DecimalError::Malformed);
    }
    if integer.len() > integer_max as usize {
        return Err(DecimalError::IntegerDigits { max: integer_max });
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > scale as usize {
        return Err(DecimalError::Decimals { max: scale });
    }
    // At most `integer_max` + `scale` digits, which no caller lets exceed 19: they fit in 64 bits.
    let digits = integer.bytes().chain(fraction.bytes());
    let value = digits.fold(0_u64, |value, it| value * 10 + u64::from(it - b'0'));
    let value = i128::from(value * 10_u64.pow(scale - fraction.len() as u32));
    Ok(if negative { -value } else { value })
}

/// Writes an integer count of 10^-`scale` as the shortest decimal text.
pub(crate) fn write(f: &mut std::fmt::Formatter<'_>, value: i128, scale: u32) -> std::fmt::Result {
    // 39 digits of a u128, a point, a sign, and the zeros before a small fraction.
    let mut text = [b'0'; 64];
    let mut at = text.len();
    let mut magnitude = value.unsigned_abs();
    let mut digits = 0;
    let mut nonzero = false;
    while magnitude > 0 || digits <= scale {
        if digits == scale && nonzero {
            at -= 1;
            text[at] = b'.';
        }
        // Dividing 64 bits is one instruction, 128 bits a call.
        let digit = match u64::try_from(magnitude) {
            Ok(small) => {
                magnitude = u128::from(small / 10);
                (small % 10) as u8
            }
            Err(_) => {
                let digit = (magnitude % 10) as u8;
                magnitude /= 10;
                digit
            }
        };
        // Trailing zeros of the fraction are left out.
        nonzero |= digits < scale && digit > 0;
        if nonzero || digits >= scale {
            at -= 1;
            text[at] = b'0' + digit;
        }
        digits += 1;
    }
    if value < 0 {
        at -= 1;
        text[at] = b'-';
    }
    f.pad(std::str::from_utf8(&text[at..]).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_decimals_are_read_exactly() {
        assert_eq!(parse("0", 13, 5), Ok(0));
        assert_eq!(parse("-0", 13, 5), Ok(0));
        assert_eq!(parse("1000", 13, 5), Ok(100_000_000));
        assert_eq!(parse("0.00125", 13, 5), Ok(125));
        assert_eq!(parse("-12.5", 13, 5), Ok(-1_250_000));
        assert_eq!(
            parse("9999999999999.99999", 13, 5),
            Ok(999_999_999_999_999_999)
        );
        assert_eq!(
            parse("1.2000000000000000000000000000000000000000", 13, 5),
            Ok(120_000)
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "+1", "01", "1e3", "1_000", "1,000", "NaN", "inf", " 1",
            "１", "--1", "1.-5", "0x1",
        ] {
            assert_eq!(parse(text, 13, 5), Err(DecimalError::Malformed), "{text:?}");
        }
        assert_eq!(
            parse("0.000001", 13, 5),
            Err(DecimalError::Decimals { max: 5 })
        );
        assert_eq!(
            parse("10000000000000", 13, 5),
            Err(DecimalError::IntegerDigits { max: 13 })
        );
        let forty = "1".repeat(40);
        assert_eq!(
            parse(&forty, 13, 5),
            Err(DecimalError::IntegerDigits { max: 13 })
        );
    }
}
