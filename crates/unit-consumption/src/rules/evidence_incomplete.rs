use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "evidence_incomplete",
    severity: Severity::Note,
    title: "something is missing of what stands behind a version",
    text: "Who verifies his own consumption keeps for every version what its figures were taken from (basis), who approved it, and the hash of the evidence. Told for versions that were made or left where the dossier says some of it and not all; where it says nothing, nothing is told.",
    way_out: "Complete the dossier; keep the evidence for three years after the write-off.",
    law: &[sources::house(
        "(evidence; our own, no article asks for it)",
    )],
    passes: "
        P1<M1*1
        version P1 basis=drawing approver=L evidence=5e
        2026-02-01 P1:10 M1:10
    ",
    fails: "
        P1<M1*1
        version P1 basis=drawing approver=L
        2026-02-01 P1:10 M1:10
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        let of = version.version;
        let left = of.left.quantity + of.left.sold + of.left.destroyed;
        if version.tally.records == 0 && left.is_zero() {
            continue;
        }
        let parts = [
            ("basis", of.basis.is_some()),
            ("approver", of.approver.is_some()),
            ("evidence", of.evidence.is_some()),
        ];
        let missing: Vec<&str> = parts
            .iter()
            .filter(|it| !it.1)
            .map(|(name, _)| *name)
            .collect();
        if missing.is_empty() || missing.len() == parts.len() {
            continue;
        }
        let message = format!(
            "{}: the dossier lacks {}",
            version.text(),
            missing.join(" and ")
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(of.product, &of.name)
                .with("missing", missing.join(", ")),
        );
    }
}
