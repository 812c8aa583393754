//! Figures of a document as exact decimals: what documents are checked and merged with.

use std::cmp::Ordering;
use std::fmt;

/// At most so many integer digits, and decimals, are read.
const INTEGER_DIGITS: usize = 20;
const DECIMALS: usize = 10;

/// A decimal: `digits` divided by 10 to the power of `scale`. Every operation is exact, or says that it
/// does not fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    digits: i128,
    scale: u32,
}

impl Figure {
    pub(crate) const ZERO: Figure = Figure {
        digits: 0,
        scale: 0,
    };

    pub(crate) const fn new(digits: i128, scale: u32) -> Figure {
        Figure { digits, scale }
    }

    /// `None` where it is no plain decimal, or a longer one than any field takes.
    pub(crate) fn parse(text: &str) -> Option<Figure> {
        let text = crate::values::plain_decimal(text)?;
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.as_str()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.len() > INTEGER_DIGITS || fraction.len() > DECIMALS {
            return None;
        }
        let mut value = 0i128;
        for digit in whole.bytes().chain(fraction.bytes()) {
            value = value * 10 + i128::from(digit - b'0');
        }
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Figure::new(sign * value, scale))
    }

    pub(crate) fn is_positive(self) -> bool {
        self.digits > 0
    }

    pub(crate) fn is_negative(self) -> bool {
        self.digits < 0
    }

    pub(crate) fn abs(self) -> Figure {
        Figure::new(self.digits.saturating_abs(), self.scale)
    }

    fn at(self, scale: u32) -> Option<i128> {
        let up = scale.checked_sub(self.scale)?;
        self.digits.checked_mul(10i128.checked_pow(up)?)
    }

    fn both(self, other: Figure) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        Some((self.at(scale)?, other.at(scale)?, scale))
    }

    pub(crate) fn plus(self, other: Figure) -> Option<Figure> {
        let (a, b, scale) = self.both(other)?;
        Some(Figure::new(a.checked_add(b)?, scale))
    }

    pub(crate) fn minus(self, other: Figure) -> Option<Figure> {
        self.plus(Figure::new(other.digits.checked_neg()?, other.scale))
    }

    pub(crate) fn times(self, other: Figure) -> Option<Figure> {
        let (a, b) = (self.short(), other.short());
        Some(Figure::new(
            a.digits.checked_mul(b.digits)?,
            a.scale.checked_add(b.scale)?,
        ))
    }

    pub(crate) fn compare(self, other: Figure) -> Option<Ordering> {
        let (a, b) = (self.short(), other.short());
        let (a, b, _) = a.both(b)?;
        Some(a.cmp(&b))
    }

    /// To so many decimals, a tie to the even digit (HALF_EVEN).
    pub(crate) fn round_half_even(self, places: u32) -> Option<Figure> {
        self.over(Figure::new(1, 0), places)
    }

    /// Divided by another, rounded once to so many decimals, a tie to the even digit. `None` where the
    /// divisor is 0.
    pub(crate) fn over(self, other: Figure, places: u32) -> Option<Figure> {
        let (a, b) = (self.short(), other.short());
        // a/10^s ÷ b/10^t, in units of 10^-places.
        let up = places.checked_add(b.scale)?;
        let ten = |power: u32| 10i128.checked_pow(power);
        let (top, bottom) = match up.checked_sub(a.scale) {
            Some(up) => (a.digits.checked_mul(ten(up)?)?, b.digits),
            None => (a.digits, b.digits.checked_mul(ten(a.scale - up)?)?),
        };
        let (whole, rest) = (top.checked_div(bottom)?, top.checked_rem(bottom)?);
        let twice = rest.unsigned_abs().checked_mul(2)?;
        let away = match twice.cmp(&bottom.unsigned_abs()) {
            Ordering::Less => false,
            Ordering::Equal => whole % 2 != 0,
            Ordering::Greater => true,
        };
        let sign = if (top < 0) == (bottom < 0) { 1 } else { -1 };
        let whole = if away {
            whole.checked_add(sign)?
        } else {
            whole
        };
        Some(Figure::new(whole, places))
    }

    /// Without zeros at the end.
    pub(crate) fn short(mut self) -> Figure {
        while self.scale > 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }
}

/// Equal as numbers.
impl PartialEq for Figure {
    fn eq(&self, other: &Figure) -> bool {
        let (a, b) = (self.short(), other.short());
        (a.digits, a.scale) == (b.digits, b.scale)
    }
}

/// Trailing zeros are cut.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.short();
        let digits = short.digits.unsigned_abs().to_string();
        let scale = short.scale as usize;
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        if short.digits < 0 {
            f.write_str("-")?;
        }
        f.write_str(whole)?;
        if !fraction.is_empty() {
            write!(f, ".{fraction}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(text: &str) -> Figure {
        Figure::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn ties_go_to_the_even_digit() {
        for (text, places, expected) in [
            ("0.125", 2, "0.12"),
            ("0.135", 2, "0.14"),
            ("0.1250000001", 2, "0.13"),
            ("-0.125", 2, "-0.12"),
            ("-0.135", 2, "-0.14"),
            ("2.5", 0, "2"),
            ("3.5", 0, "4"),
            ("7.10", 5, "7.1"),
        ] {
            let rounded = figure(text).round_half_even(places).unwrap();
            assert_eq!(rounded.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn a_quotient_is_rounded_once() {
        let over =
            |a: &str, b: &str, places| figure(a).over(figure(b), places).map(|it| it.to_string());
        assert_eq!(over("100", "3", 5).as_deref(), Some("33.33333"));
        assert_eq!(over("1", "8", 2).as_deref(), Some("0.12"));
        assert_eq!(over("-1", "3", 1).as_deref(), Some("-0.3"));
        assert_eq!(over("1", "0", 2), None);
        let most = "99999999999999999999.99999";
        assert_eq!(over(most, "1", 2).as_deref(), Some("100000000000000000000"));
    }

    #[test]
    fn what_does_not_fit_is_not_answered() {
        assert!(Figure::parse("123456789012345678901").is_none());
        assert!(Figure::parse("0.12345678901").is_none());
        assert!(Figure::parse("1e5").is_none());
        let most = figure("99999999999999999999.9999999999");
        assert!(most.times(most).is_none());
        assert_eq!(
            most.plus(most).unwrap().to_string(),
            "199999999999999999999.9999999998"
        );
        assert_eq!(figure("1.50"), figure("1.5"));
    }
}
