use std::collections::BTreeMap;

use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::production::Cause;
use crate::view::{VersionView, View, exact};

pub(super) static RULE: Rule = Rule {
    code: "not_process_loss",
    severity: Severity::Warning,
    title: "losses that are no process loss",
    text: "Rows with one of six causes are no process loss: a power, water or gas cut or another human cause; loss or breakage; force majeure; use beyond the contract's quality or specification; non-bonded materials for compounding; consumables. They are left out of actual consumption and add nothing to what may be declared.",
    way_out: "Deal with these quantities by a disposal of their own: domestic sale with tax, destruction, return; after force majeure with customs' acceptance.",
    law: &[sources::UC_NO_LOSS],
    passes: "
        P1<M1*1
        2026-02-01 P1:100 M1:100
    ",
    fails: "
        P1<M1*1
        2026-02-01 P1:100 M1:100 M1:3!breakage
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        let declared = version.version.lines.iter().zip(&version.tally.lines);
        let mut tallies: BTreeMap<u16, _> =
            declared.map(|(line, it)| (line.material, it)).collect();
        tallies.extend(version.tally.undeclared.iter().map(|(&seq, it)| (seq, it)));
        for (seq, tally) in tallies {
            for cause in Cause::ALL {
                let of_cause = tally.causes[cause as usize];
                if cause.is_no_process_loss() && of_cause.rows > 0 {
                    found.push(finding(view, &version, seq, cause, of_cause));
                }
            }
        }
    }
}

fn finding(
    view: &View<'_>,
    version: &VersionView<'_>,
    material: u16,
    cause: Cause,
    of_cause: crate::tally::CauseTally,
) -> Finding {
    let used = exact(of_cause.used).round5();
    let message = format!(
        "{}, {}: {used} in {} by {} ({}), left out of the actual consumption",
        version.text(),
        view.material_text(material),
        super::rows(of_cause.rows),
        cause.as_str(),
        cause.chinese()
    );
    Finding::new(&RULE, view, message)
        .of_version(version.version.product, &version.version.name)
        .of_material(material)
        .with("cause", cause.as_str())
        .with("rows", of_cause.rows)
        .with("used", used)
        .with("scrap", exact(of_cause.scrap).round5())
        .differing(used)
}
