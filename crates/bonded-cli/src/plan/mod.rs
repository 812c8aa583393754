//! The plan of a handbook (备案数量的测算): what its products need of every material, beside what
//! was approved.
//!
//! Needed is Σ over products of approved quantity × net ÷ (1 − (tangible + intangible) / 100), exact
//! and rounded once, half away from zero. An approved handbook obeys this to the digits that it
//! states.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{
    ConsumptionLine, HandbookNo, MaterialItem, MaterialSeq, OpenHandbook, Percent, ProductSeq,
    Quantity, Total, Unit, Version,
};
use serde::Serialize;
use unit_consumption::{Consumption, DIGITS_QUANTITY, require, scaled};

#[cfg(test)]
mod tests;

/// The least decimals at which a need is compared with what was approved.
const DECIMALS_MIN: u32 = 2;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct PlanError {
    /// Where in the entry, such as `handbook.consumptions[3].product`.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// What a handbook's products need.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The handbook's number.
    pub handbook: HandbookNo,
    /// Whether every limited material is approved with exactly what is needed.
    pub all_equal: bool,
    /// Its materials, in order of number.
    pub materials: Vec<PlannedMaterial>,
    /// What was left out of the sums.
    pub notes: Vec<String>,
}

/// What is needed of one material.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedMaterial {
    /// Its number.
    pub seq: MaterialSeq,
    /// Its code (料号).
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// Approved; `None` where it is not limited.
    pub approved: Option<Quantity>,
    /// Needed, at 5 decimals.
    pub required: Total,
    /// Needed, at as many decimals as `approved` states (at least 2).
    pub rounded: Total,
    /// `approved` − `required`.
    pub difference: Option<Total>,
    /// The bonded part of what is needed, at 5 decimals.
    pub bonded: Total,
    /// Whether `rounded` equals `approved`.
    pub equal: Option<bool>,
}

/// The plan of a handbook as it is opened.
///
/// # Errors
/// Where a consumption names an item that is not there or is none (losses of 100 %), or a product has
/// several versions: its approved quantity does not say how much of each.
pub fn plan(handbook: &OpenHandbook) -> Result<Plan, PlanError> {
    let known: BTreeSet<MaterialSeq> = handbook.materials.iter().map(|it| it.seq).collect();
    let products = handbook.products.iter();
    let quantities: BTreeMap<ProductSeq, Option<Quantity>> =
        products.map(|it| (it.seq, it.item.quantity)).collect();
    let unlimited = quantities.iter().filter(|(_, it)| it.is_none());
    let notes = unlimited
        .map(|(seq, _)| format!("product {seq} has no approved quantity: it counts as nothing"))
        .collect();

    let mut lines: BTreeMap<MaterialSeq, Vec<(Quantity, Consumption)>> = BTreeMap::new();
    let mut versions: BTreeMap<ProductSeq, &str> = BTreeMap::new();
    for (at, line) in handbook.consumptions.iter().enumerate() {
        let error = |field: &str, message: String| PlanError {
            path: format!("handbook.consumptions[{at}]{field}"),
            message,
        };
        if !known.contains(&line.material) {
            return Err(error(
                ".material",
                format!("material {} is not there", line.material),
            ));
        }
        let Some(quantity) = quantities.get(&line.product) else {
            return Err(error(
                ".product",
                format!("product {} is not there", line.product),
            ));
        };
        let version = Version::or_default(line.version.as_ref());
        let first = *versions.entry(line.product).or_insert(version);
        if first != version {
            let message = format!(
                "product {} has the versions {first} and {version}; its approved quantity does not \
                 say how much of each, a plan needs one",
                line.product
            );
            return Err(error(".version", message));
        }
        let consumption = consumption(line).map_err(|it| error("", it.to_string()))?;
        if let Some(quantity) = quantity {
            let of_material = lines.entry(line.material).or_default();
            of_material.push((*quantity, consumption));
        }
    }

    let mut sorted: Vec<&MaterialItem> = handbook.materials.iter().collect();
    sorted.sort_by_key(|it| it.seq);
    let planned = |it: &MaterialItem| {
        let lines = lines.get(&it.seq).map(Vec::as_slice).unwrap_or_default();
        planned(it, lines)
    };
    let materials: Vec<PlannedMaterial> = sorted.into_iter().map(planned).collect();
    Ok(Plan {
        handbook: handbook.number,
        all_equal: materials.iter().all(|it| it.equal != Some(false)),
        materials,
        notes,
    })
}

fn consumption(line: &ConsumptionLine) -> Result<Consumption, unit_consumption::ConsumptionError> {
    let tangible = line.tangible_loss.unwrap_or(Percent::ZERO);
    let intangible = line.intangible_loss.unwrap_or(Percent::ZERO);
    let share = line.bonded_share.unwrap_or(Percent::HUNDRED);
    Consumption::new(line.net, tangible, intangible, share)
}

fn planned(material: &MaterialItem, lines: &[(Quantity, Consumption)]) -> PlannedMaterial {
    let need = require(lines.iter().map(|(quantity, line)| (*quantity, line)));
    let item = &material.item;
    let approved = item.quantity;
    let rounded = scaled(need.required, approved.map_or(DECIMALS_MIN, decimals_of));
    PlannedMaterial {
        seq: material.seq,
        code: item.code.clone(),
        name: item.name.clone(),
        unit: item.unit,
        approved,
        required: need.required,
        rounded,
        difference: approved.map(|it| it.total() - need.required),
        bonded: need.bonded,
        equal: approved.map(|it| it.total() == rounded),
    }
}

/// The decimals that a quantity states, trailing zeros not counted, within 2 … 5.
fn decimals_of(quantity: Quantity) -> u32 {
    let stated = (0..DIGITS_QUANTITY).find(|&it| scaled(quantity.total(), it) == quantity.total());
    stated.unwrap_or(DIGITS_QUANTITY).max(DECIMALS_MIN)
}
