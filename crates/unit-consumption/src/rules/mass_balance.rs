use crate::declaration::{Material, Product};
use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{VersionView, View};

pub(super) static RULE: Rule = Rule {
    code: "mass_balance",
    severity: Severity::Error,
    title: "the net consumptions do not add up to the product's weight",
    text: "Net consumption is what is in the product. Where the weights of the product and of all its materials are known (a unit that is the kilogram weighs 1), Σ net × weight is the product's weight; in a real account book it is 1.0000 kg a kg for every product. Domestic materials (bonded share 0) belong to the sum. Consumables do not.",
    way_out: "Look for a missing or double line, a net that contains loss, or a wrong weight.",
    law: &[sources::UC_LOSS, sources::house("(mass balance)")],
    passes: "
        P1 unit=035
        P1<M1*0.6 loss=3
        P1<M2*0.4 loss=1
    ",
    fails: "
        P1 unit=035
        P1<M1*0.6 loss=3
        P1<M2*0.5 loss=1
    ",
    check,
};

const KILOGRAM: &str = "035";

pub(super) fn material_weight(material: &Material) -> Option<Exact> {
    weight(material.weight, &material.unit)
}

pub(super) fn product_weight(product: &Product) -> Option<Exact> {
    weight(product.weight, &product.unit)
}

fn weight(known: Option<rust_decimal::Decimal>, unit: &str) -> Option<Exact> {
    match known {
        Some(weight) => Some(weight.into()),
        None => (unit == KILOGRAM).then(|| Exact::whole(1)),
    }
}

/// The product's weight and that of its nets; `None` where a weight is not known.
pub(super) fn declared(version: &VersionView<'_>) -> Option<(Exact, Exact)> {
    if version.version.lines.is_empty() {
        return None;
    }
    let product = product_weight(version.product()?)?;
    let mut sum = Exact::zero();
    for line in version.lines() {
        let material = line.material()?;
        if !material.consumable {
            sum = sum + Exact::from(line.line.consumption.net()) * material_weight(material)?;
        }
    }
    Some((product, sum))
}

pub(super) fn holds(version: &VersionView<'_>, product: &Exact, sum: &Exact) -> bool {
    (sum - product).abs() <= product.percent(version.limits.mass)
}

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        let Some((product, sum)) = declared(&version) else {
            continue;
        };
        if holds(&version, &product, &sum) {
            continue;
        }
        let difference = &sum - &product;
        let message = format!(
            "{}: the nets weigh {} kg a unit, the product {} kg: {} kg {}",
            version.text(),
            sum.rounded_text(9),
            product.rounded_text(9),
            difference.abs().rounded_text(9),
            if difference.is_negative() {
                "too little"
            } else {
                "too much"
            }
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(version.version.product, &version.version.name)
                .with("nets", sum.rounded_text(9))
                .with("product", product.rounded_text(9))
                .differing(difference.rounded_text(9)),
        );
    }
}
