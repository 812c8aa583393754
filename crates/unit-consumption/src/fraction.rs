//! A non-negative fraction in lowest terms.

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, ToPrimitive};

/// An exact fraction ≥ 0 in lowest terms: how much of a material one unit of a product takes.
///
/// Almost every fraction of a real handbook fits in two 64-bit words; the rest is kept as big
/// integers, with the same results.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Fraction(Repr);

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Repr {
    Small { numerator: u64, denominator: u64 },
    Big(Box<(BigUint, BigUint)>),
}

impl Fraction {
    /// 0.
    pub const ZERO: Fraction = Fraction(Repr::Small {
        numerator: 0,
        denominator: 1,
    });

    /// The quotient of two products; the second must not be 0 (0 is taken as 1, which no caller
    /// in this crate can reach: every denominator is a power of ten or a kept share above 0).
    pub(crate) fn of(numerators: &[u64], denominators: &[u64]) -> Fraction {
        let product = |factors: &[u64]| {
            factors
                .iter()
                .fold(BigUint::one(), |product, &it| product * BigUint::from(it))
        };
        if let Some(small) = Fraction::small(numerators, denominators) {
            return small;
        }
        let (numerator, mut denominator) = (product(numerators), product(denominators));
        if denominator == BigUint::default() {
            denominator = BigUint::one();
        }
        let divisor = numerator.gcd(&denominator);
        let (numerator, denominator) = (numerator / &divisor, denominator / &divisor);
        match (numerator.to_u64(), denominator.to_u64()) {
            (Some(numerator), Some(denominator)) => Fraction(Repr::Small {
                numerator,
                denominator,
            }),
            _ => Fraction(Repr::Big(Box::new((numerator, denominator)))),
        }
    }

    /// The same within 128 bits, which is where all but hostile input stays.
    fn small(numerators: &[u64], denominators: &[u64]) -> Option<Fraction> {
        let product = |factors: &[u64]| {
            factors
                .iter()
                .try_fold(1_u128, |product, &it| product.checked_mul(u128::from(it)))
        };
        let (numerator, denominator) = (product(numerators)?, product(denominators)?);
        let divisor = numerator.gcd(&denominator).max(1);
        let numerator = u64::try_from(numerator / divisor).ok()?;
        let denominator = u64::try_from(denominator / divisor).ok()?;
        (denominator > 0).then_some(Fraction(Repr::Small {
            numerator,
            denominator,
        }))
    }

    /// Numerator and denominator, where both fit in 64 bits.
    #[inline]
    pub fn words(&self) -> Option<(u64, u64)> {
        match self.0 {
            Repr::Small {
                numerator,
                denominator,
            } => Some((numerator, denominator)),
            Repr::Big(_) => None,
        }
    }

    /// Numerator and denominator.
    pub(crate) fn parts(&self) -> (BigUint, BigUint) {
        match &self.0 {
            Repr::Small {
                numerator,
                denominator,
            } => (BigUint::from(*numerator), BigUint::from(*denominator)),
            Repr::Big(parts) => (parts.0.clone(), parts.1.clone()),
        }
    }

    /// True for exactly 0.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small { numerator: 0, .. })
    }
}

impl std::fmt::Display for Fraction {
    /// `25/24`, or `2` where the denominator is 1.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (numerator, denominator) = self.parts();
        if denominator.is_one() {
            return write!(f, "{numerator}");
        }
        write!(f, "{numerator}/{denominator}")
    }
}
