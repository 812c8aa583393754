//! The declared figures that reproduce an actual consumption.

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

use crate::{Consumption, Fraction, Net, Percent, Quantity, Total, round5};

/// How far from the wanted net consumption (in 10^-9) every value is tried before any value is
/// taken that works.
const NEIGHBOURS: u64 = 20_000;

/// A net consumption and a process loss rate that reproduce an actual total exactly.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fit {
    /// Net consumption (净耗): the wanted one, or the nearest found that works.
    pub net: Net,
    /// Process loss rate (工艺损耗率), percent of the material consumed; tangible and intangible
    /// together: how it splits is for the process to say.
    pub loss: Percent,
}

/// Why no declaration reproduces the total.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// An output or a use of nothing (or less) says nothing about a unit.
    #[error("output and used must be above 0")]
    NotPositive,
    /// No pair of a net consumption and a loss rate with 9 decimals gives the total to 5 decimals.
    #[error(
        "no net consumption and loss rate of at most 9 decimals reproduce {used} over {output}"
    )]
    NoneExists {
        /// The actual total consumption.
        used: Quantity,
        /// The actual output.
        output: Quantity,
    },
}

/// Finds a net consumption and a loss rate, of at most 9 decimals each, with
/// `round5(output × net / (1 − loss)) = used`.
///
/// The wanted `net` (from the drawing, the wafer map) is kept where a loss rate fits it; else the
/// nearest net consumption that works is taken (within 0.00002), else any that works: compare
/// [`Fit::net`] with the wanted one where that matters. Declaring
/// figures that were fitted to the facts is lawful where unit consumption is declared before
/// write-off; the facts have to be true.
///
/// ```
/// use unit_consumption::fit;
/// // 950 wafers gave 7,554,438 chips; the wafer map says 8,640 dies a wafer.
/// let fit = fit("0.000115741".parse()?, "950".parse()?, "7554438".parse()?)?;
/// assert_eq!(fit.net.to_string(), "0.000115741");
/// assert_eq!(fit.loss.to_string(), "7.962294");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When `used` or `output` is not above 0, or when **no** pair exists (it is decided, not guessed:
/// the fraction with the smallest denominator in the interval is computed).
pub fn fit(net: Net, used: Quantity, output: Quantity) -> Result<Fit, FitError> {
    if used.raw() <= 0 || output.raw() <= 0 {
        return Err(FitError::NotPositive);
    }
    let target = Target::new(used, output);
    for distance in 0..=NEIGHBOURS {
        let candidates = [
            net.raw().checked_add(distance),
            net.raw().checked_sub(distance),
        ];
        let candidates = if distance == 0 {
            &candidates[..1]
        } else {
            &candidates[..]
        };
        for net in candidates
            .iter()
            .flatten()
            .filter_map(|&it| Net::from_raw(it))
        {
            if let Some(loss) = target
                .loss_for(net)
                .filter(|&it| reproduces(net, it, used, output))
            {
                return Ok(Fit { net, loss });
            }
        }
    }
    target
        .any_near(net)
        .filter(|it| reproduces(it.net, it.loss, used, output))
        .ok_or(FitError::NoneExists { used, output })
}

fn reproduces(net: Net, loss: Percent, used: Quantity, output: Quantity) -> bool {
    Consumption::new(net, loss, Percent::ZERO, Percent::HUNDRED).is_ok_and(|line| {
        let gross: &Fraction = line.bonded_gross();
        round5([(output.total(), gross)].into_iter()) == Total::from(used)
    })
}

/// gross = 100 × net / kept, both as counts of 10^-9, must lie in [low, high) = (used ∓ ½·10^-5) /
/// output: so net / kept lies in [low/100, high/100).
struct Target {
    /// 2·used − 1 and 2·used + 1, over `under`.
    low: BigUint,
    high: BigUint,
    /// 200 · output.
    under: BigUint,
}

impl Target {
    fn new(used: Quantity, output: Quantity) -> Target {
        let (used, output) = (used.raw().unsigned_abs(), output.raw().unsigned_abs());
        Target {
            low: BigUint::from(2 * used - 1),
            high: BigUint::from(2 * used + 1),
            under: BigUint::from(output) * 200_u32,
        }
    }

    /// The loss rate for this net consumption: of those that work, the one with the fewest decimals.
    fn loss_for(&self, net: Net) -> Option<Percent> {
        // kept in (net·under/high, net·under/low].
        let over = BigUint::from(net.raw()) * &self.under;
        let most = (&over / &self.low)
            .to_u64()
            .unwrap_or(u64::MAX)
            .min(Percent::RAW_MAX);
        let least = (&over / &self.high).to_u64()?.checked_add(1)?;
        if least > most {
            return None;
        }
        // The roundest figure inside: the fewest decimals that fit.
        let mut step = 10_u64.pow(11);
        while step > 1 {
            let round = most / step * step;
            if round >= least && round > 0 {
                return Percent::from_raw(Percent::RAW_MAX - round);
            }
            step /= 10;
        }
        Percent::from_raw(Percent::RAW_MAX - most)
    }

    /// The simplest fraction net/kept of the interval, widened to a net near the wanted one.
    fn any_near(&self, wanted: Net) -> Option<Fit> {
        let (net, kept) = simplest(&self.low, &self.high, &self.under);
        let (net, kept) = (net.to_u64()?, kept.to_u64()?);
        let most = Percent::RAW_MAX.checked_div(kept)?;
        let times = (wanted.raw() / net.max(1)).clamp(1, most.max(1));
        let kept = kept.checked_mul(times)?;
        let loss = Percent::from_raw(Percent::RAW_MAX.checked_sub(kept)?)?;
        Some(Fit {
            net: Net::from_raw(net.checked_mul(times)?)?,
            loss,
        })
    }
}

/// The fraction with the smallest denominator in [low/under, high/under), by continued fractions.
fn simplest(low: &BigUint, high: &BigUint, under: &BigUint) -> (BigUint, BigUint) {
    simplest_between(
        (low.clone(), under.clone(), true),
        (high.clone(), under.clone(), false),
    )
}

/// An end of an interval: numerator, denominator (0 for infinity), whether the end belongs to it.
type End = (BigUint, BigUint, bool);

fn simplest_between(low: End, high: End) -> (BigUint, BigUint) {
    let (whole, rest) = low.0.div_rem(&low.1);
    if rest.is_zero() && low.2 {
        return (whole, BigUint::one());
    }
    let next = &whole + 1_u8;
    let below_high = high.1.is_zero() || {
        let reach = &next * &high.1;
        reach < high.0 || (reach == high.0 && high.2)
    };
    if below_high {
        return (next, BigUint::one());
    }
    // Both ends have the same whole part: take it off and look at the reciprocals, swapped.
    let flip = |end: End| (end.1.clone(), end.0 - &whole * &end.1, end.2);
    let (numerator, denominator) = simplest_between(flip(high), flip(low));
    (whole * &numerator + denominator, numerator)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(net: &str, used: &str, output: &str) -> Result<Fit, FitError> {
        fit(
            net.parse().unwrap(),
            used.parse().unwrap(),
            output.parse().unwrap(),
        )
    }

    #[test]
    fn the_worked_example_is_reproduced() {
        for (net, used, output) in [
            ("1", "1000", "960"),
            ("0.000115741", "950", "7554438"),
            ("0.0025", "19000", "7554438"),
            ("0.0002", "1540", "7554438"),
            ("0.000058", "730", "7554438"),
        ] {
            let fit = found(net, used, output).unwrap();
            assert_eq!(fit.net.to_string(), net);
        }
        assert_eq!(found("1", "1000", "960").unwrap().loss.to_string(), "4");
    }

    #[test]
    fn a_net_above_the_gross_gives_way() {
        // 1 % less was used than the wanted net says: the loss cannot be negative.
        let fit = found("0.5", "99", "200").unwrap();
        assert!(reproduces(
            fit.net,
            fit.loss,
            "99".parse().unwrap(),
            "200".parse().unwrap()
        ));
    }

    #[test]
    fn where_nothing_fits_it_says_so() {
        // A hundred-millionth of a gram per unit is below what 9 decimals can say.
        assert!(matches!(
            found("1", "0.00001", "9999999999999"),
            Err(FitError::NoneExists { .. })
        ));
        assert_eq!(found("1", "0", "5"), Err(FitError::NotPositive));
    }

    proptest! {
        #[test]
        fn what_is_found_reproduces(
            net in 1_u64..10_u64.pow(12),
            used in 1_i64..10_i64.pow(13),
            output in 1_i64..10_i64.pow(13),
        ) {
            let (used, output) =
                (Quantity::from_raw(used).unwrap(), Quantity::from_raw(output).unwrap());
            if let Ok(fit) = fit(Net::from_raw(net).unwrap(), used, output) {
                prop_assert!(reproduces(fit.net, fit.loss, used, output));
            }
        }

        #[test]
        fn the_simplest_fraction_is_inside(low in 1_u64..10_000, width in 1_u64..50, under in 1_u64..10_000) {
            let (n, d) = simplest(&low.into(), &(low + width).into(), &under.into());
            prop_assert!(&n * under >= BigUint::from(low) * &d);
            prop_assert!(n * under < BigUint::from(low + width) * d);
        }
    }
}
