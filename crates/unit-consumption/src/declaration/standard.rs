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
