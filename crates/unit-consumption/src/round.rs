//! The one rounding: a whole sum, once, half away from zero, to 5 decimals.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::{Consumption, Fraction, Total};

/// `fold(q, m)` of the contract: Σ quantity × gross × bonded share over the lines of **one**
/// material, rounded once. Quantities may be negative (more returned than left).
///
/// ```
/// use unit_consumption::{Consumption, fold};
/// let third = Consumption::new("1".parse()?, "70".parse()?, "0".parse()?, "100".parse()?)?;
/// let one: unit_consumption::Total = "1".parse::<unit_consumption::Quantity>()?.into();
/// assert_eq!(fold([(one, &third)]).to_string(), "3.33333");
/// // Rounded after the sum, not per line: three lines make 10, not 9.99999.
/// assert_eq!(fold([(one, &third), (one, &third), (one, &third)]).to_string(), "10");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fold<'a, Q, I>(lines: I) -> Total
where
    Q: Into<Total>,
    I: IntoIterator<Item = (Q, &'a Consumption)>,
{
    let terms: Vec<(Total, &Fraction)> = lines
        .into_iter()
        .map(|(quantity, line)| (quantity.into(), line.bonded_gross()))
        .collect();
    round5(terms.iter().copied())
}

/// Σ quantity × fraction, rounded once, half away from zero, to 5 decimals.
///
/// The sum is first taken with 64 bits after the point, which decides all but ties and near ties
/// (closer than 2⁻⁶⁴ per term); those are decided by exact fractions. The result is always the
/// exactly rounded one.
pub fn round5<'a, I>(terms: I) -> Total
where
    I: Iterator<Item = (Total, &'a Fraction)> + Clone,
{
    let sum: RunningSum = terms.clone().collect();
    sum.rounded()
        .unwrap_or_else(|| Total::from_raw(exactly_rounded(terms)))
}

/// True when Σ quantity × fraction is exactly 0.
pub fn is_zero<'a, I>(terms: I) -> bool
where
    I: Iterator<Item = (Total, &'a Fraction)> + Clone,
{
    if terms
        .clone()
        .all(|(quantity, fraction)| quantity.is_zero() || fraction.is_zero())
    {
        return true;
    }
    let sum: RunningSum = terms.clone().collect();
    sum.certainly_zero()
        .unwrap_or_else(|| exact_sum(terms).0.is_zero())
}

/// A place on a length that is measured in two ways: `offset + part × whole ÷ of`, exactly. Where a
/// carry-over is declared in one unit by its sender and in another by its receiver, a place on the one
/// side is cut on the other by it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Where the stretch begins.
    pub offset: Total,
    /// How far into the stretch, in the measure
    pub part: Total,
    /// in which the stretch is so long; 0 is no stretch, and the place is its beginning.
    pub of: Total,
    /// How long the stretch is in the measure of the offset.
    pub whole: Total,
}

impl Place {
    /// Where it falls on `all`, of which `size` is the length in the measure of the offset: `all ×
    /// place ÷ size`, rounded once, half away from zero, to 5 decimals. All of it where size is 0.
    ///
    /// ```
    /// use unit_consumption::{Place, Quantity, Total};
    /// let total = |text: &str| text.parse::<Quantity>().map(Total::from);
    /// // A third of 1 kg that the other side has as 3 pieces, of 10 that were taken for 3 pieces.
    /// let place = Place {
    ///     offset: total("0")?, part: total("1")?, of: total("3")?, whole: total("1")?,
    /// };
    /// assert_eq!(place.on(total("10")?, total("1")?).to_string(), "3.33333");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on(&self, all: Total, size: Total) -> Total {
        if size.is_zero() {
            return all;
        }
        let stretch = match self.of.is_zero() {
            true => (BigInt::zero(), BigInt::from(1)),
            false => (
                BigInt::from(self.part.raw()) * self.whole.raw(),
                BigInt::from(self.of.raw()),
            ),
        };
        let over = (stretch.0 + &stretch.1 * self.offset.raw()) * all.raw();
        let under = stretch.1 * size.raw();
        let magnitude: BigInt = (over.abs() * 2 + under.abs()) / (under.abs() * 2);
        // Beyond an i128 only if the limits on quantities were broken.
        let magnitude = magnitude.to_i128().unwrap_or(i128::MAX);
        Total::from_raw(match over.is_negative() != under.is_negative() {
            true => -magnitude,
            false => magnitude,
        })
    }
}

/// `quantity × 10^digits / 100,000` rounded half away from zero: a total at fewer decimals.
/// For display beside a figure that was approved at fewer decimals; never fed back into a sum.
pub fn scaled(total: Total, decimals: u32) -> Total {
    let unit = 10_i128.pow(5_u32.saturating_sub(decimals));
    let magnitude = total.raw().unsigned_abs() as i128;
    let rounded = (magnitude + unit / 2) / unit * unit;
    Total::from_raw(if total.raw() < 0 { -rounded } else { rounded })
}

/// A sum of quantities × fractions that is added to and read again and again, with 64 bits after
/// the point: at or below the truth by less than 2⁻⁶⁴ for each term.
///
/// ```
/// use unit_consumption::{Consumption, Quantity, RunningSum};
/// let third = Consumption::new("1".parse()?, "70".parse()?, "0".parse()?, "100".parse()?)?;
/// let mut sum = RunningSum::default();
/// sum.add("1".parse::<Quantity>()?.total(), third.bonded_gross());
/// assert_eq!(sum.rounded().unwrap().to_string(), "3.33333");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct RunningSum {
    floor: i128,
    fraction: u64,
    inexact: u64,
    /// A term left 128 bits: only exact fractions can tell.
    lost: bool,
}

impl RunningSum {
    /// Adds quantity × fraction. The quantity may be negative.
    #[inline]
    pub fn add(&mut self, quantity: Total, fraction: &Fraction) {
        let quantity = quantity.raw();
        if quantity == 0 || fraction.is_zero() {
            return;
        }
        match term(quantity, fraction) {
            Some((whole, rest, denominator)) => self.add_parts(whole, rest, denominator),
            None => self.lost = true,
        }
    }

    #[inline]
    fn add_parts(&mut self, whole: i128, rest: u64, denominator: u64) {
        let mut whole = whole;
        if rest != 0 {
            let shifted = u128::from(rest) << 64;
            let part = (shifted / u128::from(denominator)) as u64;
            let exact = u128::from(part) * u128::from(denominator) == shifted;
            let (sum, carried) = self.fraction.overflowing_add(part);
            self.fraction = sum;
            whole += i128::from(carried);
            self.inexact += u64::from(!exact);
        }
        match self.floor.checked_add(whole) {
            Some(floor) => self.floor = floor,
            None => self.lost = true,
        }
    }

    /// The sum rounded half away from zero to 5 decimals, or `None` where only exact fractions can
    /// tell (a tie, or nearer to one than the bits reach): then take [`round5`] of the terms.
    #[inline]
    pub fn rounded(&self) -> Option<Total> {
        const HALF: u64 = 1 << 63;
        if self.lost {
            return None;
        }
        let up = || self.floor.checked_add(1).map(Total::from_raw);
        if self.inexact == 0 && self.fraction == HALF {
            // A true tie: away from zero.
            return if self.floor >= 0 {
                up()
            } else {
                Some(Total::from_raw(self.floor))
            };
        }
        if self.fraction >= HALF {
            // The truth is above the half; should it pass the next whole number, it still rounds
            // to it.
            return if self.inexact < HALF { up() } else { None };
        }
        let highest = self.fraction.checked_add(self.inexact)?;
        (highest <= HALF).then_some(Total::from_raw(self.floor))
    }

    /// `None` when 64 bits after the point cannot tell.
    fn certainly_zero(self) -> Option<bool> {
        if self.lost {
            return None;
        }
        if self.inexact == 0 {
            return Some(self.floor == 0 && self.fraction == 0);
        }
        if self.floor >= 0 {
            // The truth is strictly above the approximation, which is not below 0.
            return Some(false);
        }
        let reaches_zero = self.floor == -1 && self.fraction.checked_add(self.inexact).is_none();
        (!reaches_zero).then_some(false)
    }
}

impl<'a> FromIterator<(Total, &'a Fraction)> for RunningSum {
    fn from_iter<I: IntoIterator<Item = (Total, &'a Fraction)>>(terms: I) -> RunningSum {
        let mut sum = RunningSum::default();
        for (quantity, fraction) in terms {
            sum.add(quantity, fraction);
        }
        sum
    }
}

/// One term as whole part, rest and denominator; `None` beyond 128 bits.
#[inline]
fn term(quantity: i128, fraction: &Fraction) -> Option<(i128, u64, u64)> {
    let (numerator, denominator) = fraction.words()?;
    if denominator == 1 {
        return Some((quantity.checked_mul(i128::from(numerator))?, 0, 1));
    }
    // Small products divide in one machine instruction instead of a library call.
    if let (Ok(magnitude), Ok(small)) = (u64::try_from(quantity), u32::try_from(numerator))
        && let Some(product) = magnitude.checked_mul(u64::from(small))
    {
        return Some((
            i128::from(product / denominator),
            product % denominator,
            denominator,
        ));
    }
    let product = quantity.checked_mul(i128::from(numerator))?;
    let (whole, rest) = split(product, denominator);
    Some((whole, rest, denominator))
}

/// Quotient rounded down, and the remainder: one division of 128 bits instead of two.
fn split(product: i128, denominator: u64) -> (i128, u64) {
    let (magnitude, divisor) = (product.unsigned_abs(), u128::from(denominator));
    let quotient = magnitude / divisor;
    // Below the denominator, so it fits.
    let rest = (magnitude - quotient * divisor) as u64;
    // At most 2^127, and only if the denominator is 1, which is taken care of before.
    let quotient = quotient as i128;
    match (product < 0, rest) {
        (false, _) => (quotient, rest),
        (true, 0) => (-quotient, 0),
        (true, _) => (-quotient - 1, denominator - rest),
    }
}

/// Numerator and denominator of the sum, in units of 10^-5.
fn exact_sum<'a>(terms: impl Iterator<Item = (Total, &'a Fraction)>) -> (BigInt, BigUint) {
    let mut sum = BigInt::zero();
    let mut denominator = BigUint::from(1_u8);
    for (quantity, fraction) in terms {
        let (over, under) = fraction.parts();
        let common = denominator.lcm(&under);
        sum *= BigInt::from_biguint(Sign::Plus, &common / &denominator);
        sum += BigInt::from(quantity.raw())
            * BigInt::from_biguint(Sign::Plus, over * (&common / &under));
        denominator = common;
    }
    (sum, denominator)
}

fn exactly_rounded<'a>(terms: impl Iterator<Item = (Total, &'a Fraction)>) -> i128 {
    let (sum, denominator) = exact_sum(terms);
    let magnitude = (sum.abs().magnitude() * 2_u8 + &denominator) / (denominator * 2_u8);
    // Beyond an i128 only if the limits on quantities and consumptions were broken.
    let magnitude = magnitude.to_i128().unwrap_or(i128::MAX);
    if sum.is_negative() {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use num_rational::BigRational;
    use proptest::prelude::*;

    use super::*;

    fn rounded_by_rationals(terms: &[(i64, u64, u64)]) -> i128 {
        let sum: BigRational = terms
            .iter()
            .map(|&(q, n, d)| BigRational::new(BigInt::from(q) * BigInt::from(n), BigInt::from(d)))
            .sum();
        sum.round().to_integer().to_i128().unwrap()
    }

    fn agree(terms: &[(i64, u64, u64)]) {
        let fractions: Vec<_> = terms
            .iter()
            .map(|&(_, n, d)| Fraction::of(&[n], &[d]))
            .collect();
        let lines = terms.iter().zip(&fractions);
        let lines: Vec<_> = lines
            .map(|(&(q, ..), it)| (Total::from_raw(i128::from(q)), it))
            .collect();
        assert_eq!(
            round5(lines.iter().copied()).raw(),
            rounded_by_rationals(terms),
            "{terms:?}"
        );
        let exactly = exact_sum(lines.iter().copied()).0.is_zero();
        assert_eq!(is_zero(lines.iter().copied()), exactly, "{terms:?}");
    }

    #[test]
    fn ties_go_away_from_zero() {
        agree(&[(1, 1, 2)]);
        agree(&[(-1, 1, 2)]);
        agree(&[(3, 1, 2)]);
        // A tie whose denominator is no power of two, below 0 and above.
        agree(&[(-5, 1, 10)]);
        agree(&[(5, 1, 10)]);
        agree(&[(-15, 1, 30), (7, 2, 1)]);
        // Thirds that add up to a tie: only exact fractions can tell.
        agree(&[(1, 1, 6), (1, 1, 3)]);
        agree(&[(-1, 1, 6), (-1, 1, 3)]);
        agree(&[(1, 1, 3), (1, 1, 3), (1, 1, 3)]);
        agree(&[(1, 1, 3), (-1, 2, 6)]);
        agree(&[(-1, 1, 3), (-1, 1, 3), (2, 1, 3)]);
    }

    #[test]
    fn a_total_is_shown_at_fewer_decimals() {
        assert_eq!(
            scaled(Total::from_raw(16_810_556_701), 2).to_string(),
            "168105.57"
        );
        assert_eq!(scaled(Total::from_raw(-500), 2).to_string(), "-0.01");
        assert_eq!(scaled(Total::from_raw(499), 2).to_string(), "0");
    }

    proptest! {
        #[test]
        fn agrees_with_rationals(
            terms in prop::collection::vec(
                (-1_000_000_i64..1_000_000, 0_u64..2_000, 1_u64..200), 0..8)
        ) {
            agree(&terms);
        }

        #[test]
        fn agrees_with_rationals_on_wide_numbers(
            terms in prop::collection::vec((any::<i64>(), any::<u64>(), 1_u64..), 0..8)
        ) {
            agree(&terms);
        }
    }
}
