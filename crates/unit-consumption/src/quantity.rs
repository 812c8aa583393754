//! The exact numbers of the trade. Each has one fallible door (decimal text) and no operator that
//! could overflow or mix units silently.

use std::fmt;
use std::str::FromStr;

use crate::decimal::{self, DecimalError};

/// The most integer digits of a quantity (the Single Window's entry page accepts 13).
pub const DIGITS_INTEGER: u32 = 13;
/// The decimals of a quantity: customs' `decimal(19,5)`.
pub const DIGITS_QUANTITY: u32 = 5;
/// The decimals of rates and shares: customs' `decimal(19,9)`.
pub const DIGITS_RATE: u32 = 9;
/// The most integer digits of a net consumption: customs' `decimal(19,9)`.
pub const DIGITS_NET: u32 = 10;

const _: () = assert!(
    DIGITS_INTEGER + DIGITS_QUANTITY <= 18,
    "a quantity fits in an i64"
);
const _: () = assert!(
    DIGITS_NET + DIGITS_RATE <= 19,
    "a net consumption fits in a u64"
);

/// A declared quantity (数量) in one unit of its item, exact to 5 decimals, at most 13 integer
/// digits. It may be negative where the contract allows it (an opening, an adjustment).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Quantity(i64);

/// A computed total (合计) of quantities of one item, exact to 5 decimals.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Total(i128);

/// A net consumption (净耗) per unit of product: above 0, at most 9 decimals and 10 integer digits.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Net(u64);

/// A percentage (百分比) from 0 to 100 with at most 9 decimals: loss rates, bonded shares.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Percent(u64);

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity(0);

    /// From a count of 1/100,000 of the unit; `None` beyond 13 integer digits.
    pub const fn from_raw(raw: i64) -> Option<Quantity> {
        const LIMIT: u64 = 10_u64.pow(DIGITS_INTEGER + DIGITS_QUANTITY);
        if raw.unsigned_abs() < LIMIT {
            Some(Quantity(raw))
        } else {
            None
        }
    }

    /// A whole number of units; `None` beyond 13 integer digits.
    pub const fn whole(units: i64) -> Option<Quantity> {
        match units.checked_mul(10_i64.pow(DIGITS_QUANTITY)) {
            Some(raw) => Quantity::from_raw(raw),
            None => None,
        }
    }

    /// The count of 1/100,000 of the unit.
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// As a total.
    pub const fn total(self) -> Total {
        Total(self.0 as i128)
    }
}

impl Total {
    /// Nothing.
    pub const ZERO: Total = Total(0);

    /// From a count of 1/100,000 of the unit.
    pub const fn from_raw(raw: i128) -> Total {
        Total(raw)
    }

    /// The count of 1/100,000 of the unit.
    pub const fn raw(self) -> i128 {
        self.0
    }

    /// How far it is from 0.
    pub const fn abs(self) -> Total {
        Total(self.0.abs())
    }

    /// True for exactly 0.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// Totals stay below 10^38 by the limits on quantities, lists and consumptions (see
/// `bonded_ledger::limits`), so plain addition of a few of them cannot overflow an `i128`;
/// should that ever be wrong, saturating keeps the figure visibly absurd instead of wrapping.
impl std::ops::Add for Total {
    type Output = Total;
    fn add(self, rhs: Total) -> Total {
        Total(self.0.saturating_add(rhs.0))
    }
}

impl std::ops::Sub for Total {
    type Output = Total;
    fn sub(self, rhs: Total) -> Total {
        Total(self.0.saturating_sub(rhs.0))
    }
}

impl std::ops::AddAssign for Total {
    fn add_assign(&mut self, rhs: Total) {
        *self = *self + rhs;
    }
}

impl std::ops::SubAssign for Total {
    fn sub_assign(&mut self, rhs: Total) {
        *self = *self - rhs;
    }
}

impl std::ops::Neg for Total {
    type Output = Total;
    fn neg(self) -> Total {
        Total(self.0.saturating_neg())
    }
}

impl std::iter::Sum for Total {
    fn sum<I: Iterator<Item = Total>>(iter: I) -> Total {
        iter.fold(Total::ZERO, |sum, it| sum + it)
    }
}

impl From<Quantity> for Total {
    fn from(quantity: Quantity) -> Total {
        quantity.total()
    }
}

impl Net {
    /// From a count of 10^-9 of the unit; `None` for 0 and beyond 10 integer digits.
    pub const fn from_raw(raw: u64) -> Option<Net> {
        if raw > 0 && raw < 10_u64.pow(DIGITS_NET + DIGITS_RATE) {
            Some(Net(raw))
        } else {
            None
        }
    }

    /// The count of 10^-9 of the unit.
    pub const fn raw(self) -> u64 {
        self.0
    }
}

impl Percent {
    /// 0 %.
    pub const ZERO: Percent = Percent(0);
    /// 100 %.
    pub const HUNDRED: Percent = Percent(Percent::RAW_MAX);
    pub(crate) const RAW_MAX: u64 = 100 * 10_u64.pow(DIGITS_RATE);

    /// From a count of 10^-9 percent; `None` above 100 %.
    pub const fn from_raw(raw: u64) -> Option<Percent> {
        if raw <= Percent::RAW_MAX {
            Some(Percent(raw))
        } else {
            None
        }
    }

    /// The count of 10^-9 percent.
    pub const fn raw(self) -> u64 {
        self.0
    }
}

impl FromStr for Quantity {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Quantity, DecimalError> {
        let raw = decimal::parse(text, DIGITS_INTEGER, DIGITS_QUANTITY)?;
        i64::try_from(raw)
            .map(Quantity)
            .map_err(|_| DecimalError::IntegerDigits {
                max: DIGITS_INTEGER,
            })
    }
}

impl FromStr for Net {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Net, DecimalError> {
        let raw = decimal::parse(text, DIGITS_NET, DIGITS_RATE)?;
        u64::try_from(raw)
            .ok()
            .and_then(Net::from_raw)
            .ok_or(DecimalError::OutOfRange {
                min: "0.000000001",
                max: "9999999999.999999999",
            })
    }
}

impl FromStr for Percent {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Percent, DecimalError> {
        let raw = decimal::parse(text, 9, DIGITS_RATE)?;
        u64::try_from(raw)
            .ok()
            .and_then(Percent::from_raw)
            .ok_or(DecimalError::OutOfRange {
                min: "0",
                max: "100",
            })
    }
}

macro_rules! decimal_text {
    ($($name:ident: $scale:expr),*) => {$(
        impl fmt::Display for $name {
            /// Decimal text without trailing zeros.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                decimal::write(f, i128::from(self.0), $scale)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}
decimal_text!(
    Quantity: DIGITS_QUANTITY,
    Total: DIGITS_QUANTITY,
    Net: DIGITS_RATE,
    Percent: DIGITS_RATE
);

macro_rules! decimal_from_text {
    ($($name:ident),*) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
decimal_from_text!(Quantity, Net, Percent);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_without_trailing_zeros() {
        let text = |raw| Total::from_raw(raw).to_string();
        assert_eq!(text(0), "0");
        assert_eq!(text(1_250_000), "12.5");
        assert_eq!(text(-1), "-0.00001");
        assert_eq!(text(100_000_000), "1000");
        assert_eq!(text(100_000), "1");
        assert_eq!(text(10), "0.0001");
        assert_eq!(text(-1_200_340), "-12.0034");
        assert_eq!(text(i128::MAX), "1701411834604692317316873037158841.05727");
        assert_eq!(text(i128::MIN), "-1701411834604692317316873037158841.05728");
        assert_eq!(format!("{:>8}|", Total::from_raw(1_250_000)), "    12.5|");
    }

    #[test]
    fn a_net_of_nothing_and_a_rate_above_hundred_are_refused() {
        assert!("0".parse::<Net>().is_err());
        assert!("-1".parse::<Net>().is_err());
        assert!("100.000000001".parse::<Percent>().is_err());
        assert_eq!("100.0".parse::<Percent>(), Ok(Percent::HUNDRED));
        assert_eq!(
            "-0.5".parse::<Percent>().unwrap_err().to_string(),
            "outside 0 to 100"
        );
    }
}
