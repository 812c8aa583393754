use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact, rounding};

pub(super) static RULE: Rule = Rule {
    code: "not_declared",
    severity: Severity::Error,
    title: "issued, but never declared",
    text: "Production used a material that the version's consumption does not declare: it is not written off, and stays in the handbook as a remainder that is not there. A consumable (消耗性物料) is not in the product and is left out, and so is what a record gives one of the six causes for.",
    way_out: "Declare the material for the version, or correct the records.",
    law: &[sources::UC_DEFINITION, sources::PENALTY_18_5],
    passes: "
        P1<M1*1
        2026-02-01 P1:10 M1:10
    ",
    fails: "
        P1<M1*1
        M2
        2026-02-01 P1:10 M1:10 M2:5
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        for (&seq, tally) in &version.tally.undeclared {
            let Some(material) = view.declaration.material(seq) else {
                continue;
            };
            if material.consumable || exact(tally.used).abs() <= rounding(tally.rows) {
                continue;
            }
            let used = exact(tally.used).round5();
            let message = format!(
                "{}, {}: {used} used in {}, not declared for this version",
                version.text(),
                view.material_text(seq),
                super::rows(tally.rows)
            );
            found.push(
                Finding::new(&RULE, view, message)
                    .of_version(version.version.product, &version.version.name)
                    .of_material(seq)
                    .with("declared", "0")
                    .with("used", used)
                    .differing(used),
            );
        }
    }
}
