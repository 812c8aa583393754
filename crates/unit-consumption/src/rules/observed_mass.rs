use super::mass_balance::{declared, holds, material_weight};
use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{VersionView, View, exact, rounding};

pub(super) static RULE: Rule = Rule {
    code: "observed_mass",
    severity: Severity::Error,
    title: "kilograms in are not kilograms out",
    text: "Over all records of a version: Σ used × weight against units × the product's weight + Σ scrap × weight + the declared intangible loss. Judged where all weights are known and the declared nets balance (mass_balance), by the limit for deviations in percent of what went in.",
    way_out: "Something vanished, or something is not in the records: an issue, a return, scrap that was not weighed.",
    law: &[sources::UC_LOSS, sources::RECORDS, sources::PRUDENCE],
    passes: "
        P1 unit=035
        P1<M1*0.6 loss=4 intangible=1
        P1<M2*0.4
        2026-02-01 P1:95 M1:60~2.4 M2:38
    ",
    fails: "
        P1 unit=035
        P1<M1*0.6 loss=4 intangible=1
        P1<M2*0.4
        2026-02-01 P1:95 M1:60~0.4 M2:38
    ",
    check,
};

struct Flow {
    used: Exact,
    product: Exact,
    scrap: Exact,
    intangible: Exact,
    /// A row is known to one of the last digit of its unit, which weighs what the material weighs.
    rounding: Exact,
}

/// By the reading of the units that lies nearer; one for all materials.
fn flow(version: &VersionView<'_>) -> Option<Flow> {
    let (product, nets) = declared(version)?;
    if !holds(version, &product, &nets) || !version.made_something() {
        return None;
    }
    let mut used = Exact::zero();
    let mut scrap = Exact::zero();
    let mut intangible_rate = Exact::zero();
    let mut known_to = Exact::zero();
    for line in version.lines() {
        let material = line.material().filter(|it| !it.consumable);
        let Some(material) = material else { continue };
        let weight = material_weight(material)?;
        if line.tally.rows == 0 {
            return None;
        }
        used = used + exact(line.tally.used) * weight.clone();
        known_to = known_to + rounding(line.tally.rows) * weight.clone();
        scrap = scrap + exact(line.tally.scrap) * weight.clone();
        let rate = Exact::from(line.line.consumption.intangible_loss()) / Exact::whole(100);
        intangible_rate = intangible_rate + line.gross.clone() * rate * weight;
    }
    let of = |units: Exact| Flow {
        used: used.clone(),
        product: &units * &product,
        scrap: scrap.clone(),
        intangible: units * intangible_rate.clone(),
        rounding: known_to.clone(),
    };
    let flows = version.units(version.tally.made).into_iter().map(of);
    flows.min_by(|a, b| a.difference().abs().cmp(&b.difference().abs()))
}

impl Flow {
    /// In less out.
    fn difference(&self) -> Exact {
        let out = &(&self.product + &self.scrap) + &self.intangible;
        &self.used - &out
    }
}

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        let Some(flow) = flow(&version) else { continue };
        let difference = flow.difference();
        let limit = flow.used.percent(version.limits.deviation);
        if difference.abs() <= limit + flow.rounding.clone() {
            continue;
        }
        let message = format!(
            "{}: {} kg in; {} kg in products, {} kg scrap, {} kg intangible loss: {} kg {}",
            version.text(),
            flow.used.round5(),
            flow.product.round5(),
            flow.scrap.round5(),
            flow.intangible.round5(),
            difference.abs().round5(),
            if difference.is_negative() {
                "too many"
            } else {
                "missing"
            }
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(version.version.product, &version.version.name)
                .with("in", flow.used.round5())
                .with("products", flow.product.round5())
                .with("scrap", flow.scrap.round5())
                .with("intangible", flow.intangible.round5())
                .differing(difference.round5()),
        );
    }
}
