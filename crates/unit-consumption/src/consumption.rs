//! One line of the consumption table (单耗表): how much of a material one unit of a product takes.

use crate::{DIGITS_NET, DIGITS_RATE, Fraction, Net, Percent};

/// The gross unit consumption stays below this, as customs' field `decimal(19,9)` does.
pub const GROSS_MAX: u64 = 10_u64.pow(DIGITS_NET);

/// Net consumption (净耗), tangible and intangible loss rate (有形/无形损耗率) and bonded share
/// (保税料件比例) of one product, version and material.
///
/// The loss rate is a share of the material **consumed**, not of the net (GACC Decree 155; the
/// formula in secondary sources).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Consumption {
    net: Net,
    tangible_loss: Percent,
    intangible_loss: Percent,
    bonded_share: Percent,
    bonded_gross: Fraction,
    bonded_net: Fraction,
    bonded_intangible: Fraction,
}

/// Why four lawful numbers do not make a consumption.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsumptionError {
    /// Nothing would be left of the material.
    #[error(
        "tangible and intangible loss add up to {} % or more, expected less than 100 %",
        Percent::HUNDRED
    )]
    LossTooHigh,
    /// The gross unit consumption does not fit in customs' field.
    #[error("the gross unit consumption reaches {GROSS_MAX} or more, expected less")]
    GrossTooHigh,
}

impl Consumption {
    /// The four figures of a filed line.
    ///
    /// # Errors
    /// When the two rates add up to 100 % or more, or the gross reaches [`GROSS_MAX`].
    pub fn new(
        net: Net,
        tangible_loss: Percent,
        intangible_loss: Percent,
        bonded_share: Percent,
    ) -> Result<Consumption, ConsumptionError> {
        let kept = kept(tangible_loss, intangible_loss).ok_or(ConsumptionError::LossTooHigh)?;
        // gross = net/10^9 × 10^11/kept; compared without dividing.
        let gross = u128::from(net.raw()) * 100;
        if gross >= u128::from(GROSS_MAX) * u128::from(kept) {
            return Err(ConsumptionError::GrossTooHigh);
        }
        let (net_raw, share) = (net.raw(), bonded_share.raw());
        const UNIT: u64 = 10_u64.pow(DIGITS_RATE);
        Ok(Consumption {
            net,
            tangible_loss,
            intangible_loss,
            bonded_share,
            bonded_gross: Fraction::of(&[net_raw, share], &[UNIT, kept]),
            bonded_net: Fraction::of(&[net_raw, share], &[UNIT, Percent::RAW_MAX]),
            bonded_intangible: Fraction::of(
                &[net_raw, share, intangible_loss.raw()],
                &[UNIT, kept, Percent::RAW_MAX],
            ),
        })
    }

    /// 净耗.
    pub fn net(&self) -> Net {
        self.net
    }

    /// 有形损耗率, percent of the material consumed.
    pub fn tangible_loss(&self) -> Percent {
        self.tangible_loss
    }

    /// 无形损耗率, percent of the material consumed.
    pub fn intangible_loss(&self) -> Percent {
        self.intangible_loss
    }

    /// 保税料件比例, percent.
    pub fn bonded_share(&self) -> Percent {
        self.bonded_share
    }

    /// 单耗: net / (1 − rate), of bonded and other material together.
    pub fn gross(&self) -> Fraction {
        Fraction::of(&[self.net.raw(), 100], &[self.kept()])
    }

    /// The bonded part of the gross: what a product takes from the books.
    pub fn bonded_gross(&self) -> &Fraction {
        &self.bonded_gross
    }

    /// The bonded part of the net.
    pub fn bonded_net(&self) -> &Fraction {
        &self.bonded_net
    }

    /// The bonded part of the intangible loss: gross × i × bonded share.
    pub fn bonded_intangible(&self) -> &Fraction {
        &self.bonded_intangible
    }

    /// The bonded part of the tangible loss: gross × t × bonded share.
    pub fn bonded_tangible(&self) -> Fraction {
        Fraction::of(
            &[
                self.net.raw(),
                self.bonded_share.raw(),
                self.tangible_loss.raw(),
            ],
            &[10_u64.pow(DIGITS_RATE), self.kept(), Percent::RAW_MAX],
        )
    }

    fn kept(&self) -> u64 {
        Percent::RAW_MAX - self.tangible_loss.raw() - self.intangible_loss.raw()
    }
}

/// What is left of 100 % after both losses, in 10^-9 percent; `None` when nothing is.
fn kept(tangible: Percent, intangible: Percent) -> Option<u64> {
    Percent::RAW_MAX
        .checked_sub(tangible.raw() + intangible.raw())
        .filter(|&it| it > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(net: &str, tangible: &str, intangible: &str, share: &str) -> Consumption {
        let rate = |text: &str| text.parse().unwrap();
        Consumption::new(
            net.parse().unwrap(),
            rate(tangible),
            rate(intangible),
            rate(share),
        )
        .unwrap()
    }

    #[test]
    fn gross_is_a_fraction_in_lowest_terms() {
        assert_eq!(line("1", "4", "0", "100").gross().to_string(), "25/24");
        assert_eq!(line("0.5", "30", "20", "100").gross().to_string(), "1");
        assert_eq!(line("1", "4", "0", "80").bonded_gross().to_string(), "5/6");
        assert_eq!(
            line("1", "4", "0", "100").bonded_tangible().to_string(),
            "1/24"
        );
        assert!(line("1", "4", "0", "0").bonded_gross().is_zero());
    }

    #[test]
    fn nothing_left_and_absurd_grosses_are_refused() {
        let new = |net: &str, t: &str, i: &str| {
            let hundred = Percent::HUNDRED;
            Consumption::new(
                net.parse().unwrap(),
                t.parse().unwrap(),
                i.parse().unwrap(),
                hundred,
            )
        };
        assert_eq!(new("1", "60", "40"), Err(ConsumptionError::LossTooHigh));
        assert_eq!(new("1", "100", "100"), Err(ConsumptionError::LossTooHigh));
        assert_eq!(
            new("0.1", "99.999999999", "0"),
            Err(ConsumptionError::GrossTooHigh)
        );
        assert!(new("0.099999999", "99.999999999", "0").is_ok());
    }

    #[test]
    fn fractions_beyond_64_bits_stay_exact() {
        let line = line(
            "999999999.999999999",
            "0.333333331",
            "0.000000007",
            "99.999999999",
        );
        assert_eq!(line.bonded_intangible().words(), None);
        let product = line.bonded_gross();
        assert!(product.to_string().contains('/'));
    }
}
