//! The forms in which unit consumption is filed, today's and the older ones, and how one becomes the
//! other.

use crate::exact::Exact;
use crate::{Consumption, ConsumptionError, Net, Percent};

/// The forms in which unit consumption was and is filed. None is ever guessed from another.
///
/// The form of 2011 (GACC 2011 No. 77) has one column 单耗/净耗 and one loss rate: with a net the rate
/// must be given, with a gross it must be empty; and it states the share that is **not** bonded
/// (非保税料件比例). Today's message states the share that is (保税料件比例).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Filed {
    /// 净耗, or
    pub net: Option<Net>,
    /// 单耗.
    pub gross: Option<Net>,
    /// 损耗率, tangible.
    pub tangible_loss: Option<Percent>,
    /// 损耗率, intangible.
    pub intangible_loss: Option<Percent>,
    /// Which share.
    pub share: Share,
}

/// The two ways to state one share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Share {
    /// 保税料件比例.
    Bonded(Percent),
    /// 非保税料件比例, the older form.
    NonBonded(Percent),
}

/// Why a filed form is no unit consumption.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FiledError {
    /// Both columns.
    #[error("net and gross are both given, expected one of them (GACC 2011 No. 77)")]
    Both,
    /// Neither column.
    #[error("neither net nor gross is given, expected one of them (GACC 2011 No. 77)")]
    Neither,
    /// A rate beside a gross.
    #[error(
        "a loss rate stands beside a gross, expected none: the gross contains it (GACC 2011 No. 77)"
    )]
    RateBesideGross,
    /// A net without a rate.
    #[error("a net without a loss rate, expected one, 0 where nothing is lost (GACC 2011 No. 77)")]
    RateMissing,
    /// A gross alone says nothing of net and loss.
    #[error(
        "a gross alone says nothing of net and loss: say which rates it contains (Filed::of_gross)"
    )]
    GrossAlone,
    /// gross × (1 − rate) has more than 9 decimals.
    #[error("the net that belongs to this gross and these rates has more than 9 decimals")]
    NotExact,
    /// The four figures do not go together.
    #[error(transparent)]
    Consumption(#[from] ConsumptionError),
}

impl Share {
    /// 保税料件比例.
    pub fn bonded(self) -> Percent {
        match self {
            Share::Bonded(percent) => percent,
            // Within 0 and 100 as the other is.
            Share::NonBonded(percent) => {
                Percent::from_raw(Percent::HUNDRED.raw() - percent.raw()).unwrap_or_default()
            }
        }
    }
}

impl Filed {
    /// The form as a consumption, exactly.
    ///
    /// ```
    /// use unit_consumption::declaration::{Filed, Share};
    /// // Gold wire, one fifth of it bought at home: the form of 2011.
    /// let filed = Filed {
    ///     net: Some("0.0002".parse()?),
    ///     gross: None,
    ///     tangible_loss: Some("1.9".parse()?),
    ///     intangible_loss: None,
    ///     share: Share::NonBonded("20".parse()?),
    /// };
    /// assert_eq!(filed.consumption()?.bonded_share().to_string(), "80");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When both or neither of net and gross are given, a rate where none belongs or none where one
    /// does; and for a gross alone, from which net and loss could only be guessed.
    pub fn consumption(&self) -> Result<Consumption, FiledError> {
        let rates = (self.tangible_loss, self.intangible_loss);
        match (self.net, self.gross, rates) {
            (Some(_), Some(_), _) => Err(FiledError::Both),
            (None, None, _) => Err(FiledError::Neither),
            (None, Some(_), (None, None)) => Err(FiledError::GrossAlone),
            (None, Some(_), _) => Err(FiledError::RateBesideGross),
            (Some(_), None, (None, None)) => Err(FiledError::RateMissing),
            (Some(net), None, (tangible, intangible)) => Ok(Consumption::new(
                net,
                tangible.unwrap_or_default(),
                intangible.unwrap_or_default(),
                self.share.bonded(),
            )?),
        }
    }

    /// A gross-only form with the rates that it contains, said by somebody who knows:
    /// net = gross × (1 − rate), which has to end within 9 decimals.
    ///
    /// # Errors
    /// When the net has more decimals, nothing would be left, or the figures do not go together.
    pub fn of_gross(
        gross: Net,
        tangible_loss: Percent,
        intangible_loss: Percent,
        share: Share,
    ) -> Result<Consumption, FiledError> {
        let kept = Percent::HUNDRED
            .raw()
            .checked_sub(tangible_loss.raw() + intangible_loss.raw())
            .ok_or(ConsumptionError::LossTooHigh)?;
        let product = u128::from(gross.raw()) * u128::from(kept);
        let hundred = u128::from(Percent::HUNDRED.raw());
        if product % hundred != 0 {
            return Err(FiledError::NotExact);
        }
        let net = u64::try_from(product / hundred)
            .ok()
            .and_then(Net::from_raw)
            .ok_or(ConsumptionError::LossTooHigh)?;
        Ok(Consumption::new(
            net,
            tangible_loss,
            intangible_loss,
            share.bonded(),
        )?)
    }

    /// True where the form says the same as a consumption on file. A gross alone is compared as a
    /// gross, rounded to its 9 decimals (half away from zero), as customs' field holds it.
    ///
    /// # Errors
    /// When the form breaks its own rules.
    pub fn agrees_with(&self, on_file: &Consumption) -> Result<bool, FiledError> {
        match self.consumption() {
            Ok(filed) => Ok(filed == *on_file),
            Err(FiledError::GrossAlone) => {
                let share = self.share.bonded() == on_file.bonded_share();
                let gross = Exact::of(&on_file.gross()).rounded_text(9);
                Ok(share && self.gross.is_some_and(|it| it.to_string() == gross))
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filed(net: &str, gross: &str, loss: &str, share: Share) -> Filed {
        let read = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        Filed {
            net: read(net),
            gross: read(gross),
            tangible_loss: (!loss.is_empty()).then(|| loss.parse().unwrap()),
            intangible_loss: None,
            share,
        }
    }

    fn percent(text: &str) -> Percent {
        text.parse().unwrap()
    }

    #[test]
    fn the_form_of_2011_has_net_with_a_rate_or_gross_without() {
        let all = Share::Bonded(Percent::HUNDRED);
        let error = |net, gross, loss| filed(net, gross, loss, all).consumption().unwrap_err();
        assert_eq!(error("1", "1", "2"), FiledError::Both);
        assert_eq!(error("", "", "2"), FiledError::Neither);
        assert_eq!(error("", "1", "2"), FiledError::RateBesideGross);
        assert_eq!(error("", "1", ""), FiledError::GrossAlone);
        assert_eq!(error("1", "", ""), FiledError::RateMissing);
        assert!(filed("1", "", "0", all).consumption().is_ok());
    }

    #[test]
    fn a_share_that_is_not_bonded_is_the_rest() {
        assert_eq!(Share::NonBonded(percent("20")).bonded(), percent("80"));
        assert_eq!(Share::NonBonded(percent("0")).bonded(), percent("100"));
        assert_eq!(Share::Bonded(percent("20")).bonded(), percent("20"));
    }

    #[test]
    fn a_gross_becomes_a_net_only_exactly() {
        let of = |gross: &str, tangible, intangible| {
            let all = Share::Bonded(Percent::HUNDRED);
            Filed::of_gross(
                gross.parse().unwrap(),
                percent(tangible),
                percent(intangible),
                all,
            )
        };
        let line = of("1.25", "16", "4").unwrap();
        assert_eq!(line.net().to_string(), "1");
        assert_eq!(line.gross().to_string(), "5/4");
        // 0.000000001 × 0.5 has ten decimals.
        assert_eq!(of("0.000000001", "50", "0"), Err(FiledError::NotExact));
        let nothing = FiledError::Consumption(ConsumptionError::LossTooHigh);
        assert_eq!(of("1", "60", "40"), Err(nothing));
        assert_eq!(of("1", "100", "40"), Err(nothing));
    }

    #[test]
    fn a_gross_alone_is_compared_as_a_gross() {
        let on_file = Filed::of_gross(
            "1.25".parse().unwrap(),
            percent("20"),
            percent("0"),
            Share::Bonded(percent("80")),
        );
        let on_file = on_file.unwrap();
        let agrees = |gross, share| filed("", gross, "", share).agrees_with(&on_file);
        assert_eq!(agrees("1.25", Share::Bonded(percent("80"))), Ok(true));
        assert_eq!(agrees("1.25", Share::NonBonded(percent("20"))), Ok(true));
        assert_eq!(agrees("1.25", Share::NonBonded(percent("80"))), Ok(false));
        assert_eq!(
            agrees("1.250000001", Share::Bonded(percent("80"))),
            Ok(false)
        );
        let net = filed("1", "", "20", Share::Bonded(percent("80")));
        assert_eq!(net.agrees_with(&on_file), Ok(true));
        let both = filed("1", "1.25", "20", Share::Bonded(percent("80")));
        assert_eq!(both.agrees_with(&on_file), Err(FiledError::Both));
    }
}
