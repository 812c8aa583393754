//! Exact rational numbers for what decides: differences, ratios, limits. Nothing is rounded until it
//! is written, once, half away from zero.

use std::ops::{Add, Div, Mul, Neg, Sub};

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{Pow, Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;

use crate::{Fraction, Net, Percent, Quantity, Total};

/// An exact rational number.
///
/// ```
/// use unit_consumption::{Exact, Quantity};
/// let used = Exact::from("1000".parse::<Quantity>()?);
/// let made = Exact::from("960".parse::<Quantity>()?);
/// assert_eq!((used / made).rounded_text(9), "1.041666667");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Exact(BigRational);

impl Exact {
    /// 0.
    pub fn zero() -> Exact {
        Exact::default()
    }

    /// A whole number.
    pub fn whole(number: i128) -> Exact {
        Exact(BigRational::from_integer(number.into()))
    }

    /// A fraction of this crate.
    pub fn of(fraction: &Fraction) -> Exact {
        let (over, under) = fraction.parts();
        let signed = |it| BigInt::from_biguint(Sign::Plus, it);
        Exact(BigRational::new(signed(over), signed(under)))
    }

    fn decimal(raw: BigInt, decimals: u32) -> Exact {
        Exact(BigRational::new(raw, BigInt::from(10_u8).pow(decimals)))
    }

    /// How far it is from 0.
    pub fn abs(&self) -> Exact {
        Exact(self.0.abs())
    }

    /// True for exactly 0.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// True below 0.
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// In percent of another; `None` of 0.
    pub fn percent_of(&self, whole: &Exact) -> Option<Exact> {
        (!whole.is_zero()).then(|| Exact(&self.0 / &whole.0 * BigInt::from(100_u8)))
    }

    /// So many percent of it.
    pub fn percent(&self, percent: Percent) -> Exact {
        self * &Exact::from(percent) / Exact::whole(100)
    }

    /// As a total: the one rounding, half away from zero, to 5 decimals.
    pub fn round5(&self) -> Total {
        let scaled = (&self.0 * BigInt::from(100_000_u32)).round().to_integer();
        Total::from_raw(scaled.to_i128().unwrap_or(if self.is_negative() {
            i128::MIN
        } else {
            i128::MAX
        }))
    }

    /// As decimal text, rounded once, half away from zero, without trailing zeros.
    pub fn rounded_text(&self, decimals: u32) -> String {
        let scale = BigInt::from(10_u8).pow(decimals);
        let scaled = (&self.0 * &scale).round().to_integer();
        let digits = scaled.magnitude().to_string();
        let width = decimals as usize + 1;
        let digits = format!("{digits:0>width$}");
        let (whole, rest) = digits.split_at(digits.len() - decimals as usize);
        let rest = rest.trim_end_matches('0');
        let sign = if scaled.is_negative() { "-" } else { "" };
        if rest.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{rest}")
        }
    }
}

impl From<Total> for Exact {
    fn from(total: Total) -> Exact {
        Exact::decimal(total.raw().into(), crate::DIGITS_QUANTITY)
    }
}

impl From<Quantity> for Exact {
    fn from(quantity: Quantity) -> Exact {
        quantity.total().into()
    }
}

impl From<Net> for Exact {
    fn from(net: Net) -> Exact {
        Exact::decimal(net.raw().into(), crate::DIGITS_RATE)
    }
}

impl From<Percent> for Exact {
    /// The number before the percent sign.
    fn from(percent: Percent) -> Exact {
        Exact::decimal(percent.raw().into(), crate::DIGITS_RATE)
    }
}

impl From<Decimal> for Exact {
    fn from(decimal: Decimal) -> Exact {
        Exact::decimal(decimal.mantissa().into(), decimal.scale())
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $operator:tt),*) => {$(
        impl $trait for Exact {
            type Output = Exact;
            fn $method(self, rhs: Exact) -> Exact {
                &self $operator &rhs
            }
        }

        impl<'a> $trait<&'a Exact> for &'a Exact {
            type Output = Exact;
            fn $method(self, rhs: &Exact) -> Exact {
                Exact::$method(self, rhs)
            }
        }
    )*};
}
operators!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Exact {
    fn add(&self, rhs: &Exact) -> Exact {
        Exact(&self.0 + &rhs.0)
    }

    fn sub(&self, rhs: &Exact) -> Exact {
        Exact(&self.0 - &rhs.0)
    }

    fn mul(&self, rhs: &Exact) -> Exact {
        Exact(&self.0 * &rhs.0)
    }

    /// A quotient by 0 is 0: no caller divides by what it has not looked at, and data may never
    /// bring the process down.
    fn div(&self, rhs: &Exact) -> Exact {
        if rhs.is_zero() {
            debug_assert!(false, "division by 0");
            return Exact::zero();
        }
        Exact(&self.0 / &rhs.0)
    }
}

impl Neg for Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        Exact(-self.0)
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(iter: I) -> Exact {
        iter.fold(Exact::zero(), |sum, it| sum + it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(over: i128, under: i128) -> Exact {
        Exact::whole(over) / Exact::whole(under)
    }

    #[test]
    fn written_once_half_away_from_zero() {
        assert_eq!(ratio(2, 3).rounded_text(4), "0.6667");
        assert_eq!(ratio(-1, 2).rounded_text(0), "-1");
        assert_eq!(ratio(-1, 3).rounded_text(0), "0");
        assert_eq!(ratio(5, 2).rounded_text(3), "2.5");
        assert_eq!(ratio(-1, 200_000).round5(), Total::from_raw(-1));
        assert_eq!(Exact::zero().rounded_text(2), "0");
    }

    #[test]
    fn percentages() {
        let part = ratio(62, 1000).percent_of(&ratio(1087, 1000)).unwrap();
        assert_eq!(part.rounded_text(4), "5.7038");
        assert_eq!(ratio(1, 1).percent_of(&Exact::zero()), None);
        let one = ratio(200, 1).percent("0.5".parse().unwrap());
        assert_eq!(one, Exact::whole(1));
    }
}
