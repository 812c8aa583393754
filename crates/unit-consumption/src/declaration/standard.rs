//! Published unit-consumption standards (单耗标准) and what customs writes off by them.

use crate::exact::Exact;
use crate::{Consumption, Date, Fraction, Net};

/// A published unit-consumption standard (单耗标准): Decree 155 arts. 7 to 11. It applies outside the
/// special zones, and is compared with gross × bonded share.
#[derive(Clone, Debug, PartialEq)]
pub struct Standard {
    /// The first digits of the product's 商品编码.
    pub product: String,
    /// The first digits of the material's 商品编码.
    pub material: String,
    /// 最高上限值: materials for one unit of product at most.
    pub upper: Net,
    /// 最低下限值: for products with export duty.
    pub lower: Option<Net>,
    /// In force from.
    pub from: Date,
    /// In force until.
    pub until: Option<Date>,
    /// The announcement.
    pub source: String,
}

/// What customs writes off (核销) of a declared consumption.
#[derive(Clone, Debug, PartialEq)]
pub enum WriteOff {
    /// Within the standard: the declared value.
    Declared,
    /// Beyond the upper limit: the limit. The excess per unit is not bonded.
    AtUpper {
        /// Per unit of product.
        excess: Exact,
    },
    /// Below the lower limit: the limit.
    AtLower {
        /// Per unit of product.
        missing: Exact,
    },
}

impl Standard {
    /// True where it is in force on a day for these codes.
    pub fn applies(&self, product: &str, material: &str, day: Date) -> bool {
        product.starts_with(&self.product)
            && material.starts_with(&self.material)
            && self.from <= day
            && self.until.is_none_or(|until| day <= until)
    }

    /// What is written off: gross × bonded share against the limits (Decree 155 art. 11).
    pub fn write_off(&self, consumption: &Consumption) -> WriteOff {
        let bonded: &Fraction = consumption.bonded_gross();
        let bonded = Exact::of(bonded);
        let upper = Exact::from(self.upper);
        if bonded > upper {
            return WriteOff::AtUpper {
                excess: bonded - upper,
            };
        }
        match self.lower.map(Exact::from) {
            Some(lower) if bonded < lower => WriteOff::AtLower {
                missing: lower - bonded,
            },
            _ => WriteOff::Declared,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Percent, parse_date};

    fn standard() -> Standard {
        Standard {
            product: "6203".into(),
            material: "52".into(),
            upper: "1.2".parse().unwrap(),
            lower: Some("1".parse().unwrap()),
            from: parse_date("2011-07-15").unwrap(),
            until: parse_date("2020-12-31"),
            source: "GACC 2011 No. 38".into(),
        }
    }

    fn written_off(net: &str, loss: &str, share: &str) -> WriteOff {
        let rate = |text: &str| text.parse::<Percent>().unwrap();
        let line = Consumption::new(net.parse().unwrap(), rate(loss), rate("0"), rate(share));
        standard().write_off(&line.unwrap())
    }

    #[test]
    fn beyond_a_limit_the_limit_is_written_off() {
        assert_eq!(written_off("1.2", "0", "100"), WriteOff::Declared);
        assert_eq!(written_off("1", "0", "100"), WriteOff::Declared);
        // The bonded part is compared: 1.5 × 80 % = 1.2.
        assert_eq!(written_off("1.5", "0", "80"), WriteOff::Declared);
        let excess = Exact::whole(1) / Exact::whole(20);
        assert_eq!(written_off("1.2", "4", "100"), WriteOff::AtUpper { excess });
        let missing = Exact::whole(1) / Exact::whole(5);
        assert_eq!(written_off("1", "0", "80"), WriteOff::AtLower { missing });
    }

    #[test]
    fn a_standard_has_its_goods_and_its_days() {
        let applies = |product, material, day| {
            standard().applies(product, material, parse_date(day).unwrap())
        };
        assert!(applies("6203429000", "5208110000", "2011-07-15"));
        assert!(applies("6203429000", "5208110000", "2020-12-31"));
        assert!(!applies("6203429000", "5208110000", "2011-07-14"));
        assert!(!applies("6203429000", "5208110000", "2021-01-01"));
        assert!(!applies("6204429000", "5208110000", "2015-01-01"));
        assert!(!applies("6203429000", "5508110000", "2015-01-01"));
    }
}
