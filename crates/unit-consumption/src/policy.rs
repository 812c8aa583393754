//! What an enterprise takes for equal: dated limits, and the published standards. The law names no
//! tolerance for unit consumption; these are prudence, and a user replaces them in a file.

use crate::declaration::Standard;
use crate::eligibility::{self, Asked};
use crate::{Date, Percent};

mod file;

/// The limits of the rules from a day on (容差). All but `step_months` are percent.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Limits {
    /// In force from.
    pub from: Date,
    /// Declared against actual: of the declared consumption.
    pub deviation: Percent,
    /// Scrap against declared loss: of the declared loss.
    pub scrap: Percent,
    /// One order against the declared consumption.
    pub outlier: Percent,
    /// Net consumptions against the product's weight.
    pub mass: Percent,
    /// The yield of a step, observed against declared: percentage points.
    pub stage_yield: Percent,
    /// Accumulated drift: of the largest month's declared consumption.
    pub drift: Percent,
    /// How many months in a row make a step.
    pub step_months: u32,
    /// Where they come from.
    pub source: String,
}

/// Dated limits and standards.
///
/// The limits that count for a version are those in force on the day on which it came on file, so
/// that a later rule does not judge an earlier declaration, and no later order changes the measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// In order of time, at least one; the first counts before its day too.
    limits: Vec<Limits>,
    /// Published unit-consumption standards.
    pub standards: Vec<Standard>,
    /// What is asked of an enterprise that verifies itself.
    pub eligibility: Vec<Asked>,
}

impl Policy {
    /// Limits in order of their days, and standards.
    ///
    /// # Errors
    /// When there are no limits.
    pub fn new(
        mut limits: Vec<Limits>,
        standards: Vec<Standard>,
        eligibility: Vec<Asked>,
    ) -> Result<Policy, NoLimits> {
        limits.sort_by_key(|it| it.from);
        if limits.is_empty() {
            return Err(NoLimits);
        }
        Ok(Policy {
            limits,
            standards,
            eligibility,
        })
    }

    /// The limits shipped: prudence, no law (the only band of the law, ±1 % of GACC 2024 No. 49, is
    /// for what a count of an account book finds).
    pub fn builtin() -> Policy {
        let percent =
            |thousandths: u64| Percent::from_raw(thousandths * 1_000_000).unwrap_or_default();
        let from = Date::from_ymd_opt(2007, 3, 1).unwrap_or_default();
        Policy {
            limits: vec![Limits {
                from,
                deviation: percent(1_000),
                scrap: percent(5_000),
                outlier: percent(20_000),
                mass: percent(10),
                stage_yield: percent(1_000),
                drift: percent(2_000),
                step_months: 2,
                source: BUILTIN_SOURCE.to_string(),
            }],
            standards: Vec::new(),
            eligibility: eligibility::builtin(),
        }
    }

    /// The limits in force on a day; the first ones before it.
    pub fn on(&self, day: Option<Date>) -> &Limits {
        let day = day.unwrap_or(Date::MAX);
        let in_force = self.limits.iter().take_while(|it| it.from <= day).last();
        in_force.unwrap_or(&self.limits[0])
    }

    /// All of them, in order of their days.
    pub fn limits(&self) -> &[Limits] {
        &self.limits
    }

    /// The standard for a product and a material on a day: the most particular one.
    pub fn standard(&self, product: &str, material: &str, day: Option<Date>) -> Option<&Standard> {
        let day = day.unwrap_or(Date::MAX);
        self.standards
            .iter()
            .filter(|it| it.applies(product, material, day))
            .max_by_key(|it| (it.product.len() + it.material.len(), it.from))
    }
}

/// A policy without limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a policy needs at least one row of limits")]
pub struct NoLimits;

/// What the shipped limits say of themselves.
pub const BUILTIN_SOURCE: &str =
    "prudence, no law: the law names no tolerance for unit consumption";
