//! Money: computed exactly, rounded once, to the fen.

use std::fmt;

use unit_consumption::Exact;

/// An amount of renminbi, in fen (分). What is printed on a payment letter is one of these; what it
/// was computed from is an [`Exact`].
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fen(i128);

impl Fen {
    /// Nothing.
    pub const ZERO: Fen = Fen(0);

    /// From a count of fen.
    pub const fn from_raw(fen: i128) -> Fen {
        Fen(fen)
    }

    /// The count of fen.
    pub const fn raw(self) -> i128 {
        self.0
    }

    /// The one rounding of money: yuan to fen, half away from zero (四舍五入至分).
    ///
    /// ```
    /// use bonded_tax::Fen;
    /// use unit_consumption::Exact;
    /// assert_eq!(Fen::round(&(Exact::whole(2) / Exact::whole(3))).to_string(), "0.67");
    /// assert_eq!(Fen::round(&(Exact::whole(-1) / Exact::whole(200))).to_string(), "-0.01");
    /// ```
    pub fn round(yuan: &Exact) -> Fen {
        // `round5` rounds to 1/100,000: of a thousandth, that is a hundredth.
        let thousandth = yuan / &Exact::whole(1_000);
        Fen(thousandth.round5().raw())
    }

    /// In yuan, exactly.
    pub fn yuan(self) -> Exact {
        Exact::whole(self.0) / Exact::whole(100)
    }
}

/// Amounts stay far below 2^127 fen by the limits on what is read; should that ever be wrong,
/// saturating keeps the figure visibly absurd instead of wrapping.
impl std::ops::Add for Fen {
    type Output = Fen;
    fn add(self, rhs: Fen) -> Fen {
        Fen(self.0.saturating_add(rhs.0))
    }
}

impl std::ops::Sub for Fen {
    type Output = Fen;
    fn sub(self, rhs: Fen) -> Fen {
        Fen(self.0.saturating_sub(rhs.0))
    }
}

impl std::iter::Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(iter: I) -> Fen {
        iter.fold(Fen::ZERO, |sum, it| sum + it)
    }
}

/// `1612.11`, always with two decimals.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (magnitude, sign) = (self.0.unsigned_abs(), if self.0 < 0 { "-" } else { "" });
        f.pad(&format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100))
    }
}

impl serde::Serialize for Fen {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_with_two_decimals() {
        for (fen, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (-105, "-1.05"),
            (161_211, "1612.11"),
        ] {
            assert_eq!(Fen::from_raw(fen).to_string(), text);
        }
        assert_eq!(format!("{:>8}|", Fen::from_raw(161)), "    1.61|");
    }

    #[test]
    fn ties_go_away_from_zero() {
        let thousandths = |it| Exact::whole(it) / Exact::whole(1_000);
        for (mils, fen) in [(4, 0), (5, 1), (14, 1), (15, 2), (-5, -1), (-4, 0)] {
            assert_eq!(Fen::round(&thousandths(mils)).raw(), fen, "{mils}");
        }
    }
}
