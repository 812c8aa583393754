use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact};

pub(super) static RULE: Rule = Rule {
    code: "output_short",
    severity: Severity::Warning,
    title: "more left than the records made",
    text: "Products that left under a version (exported, carried out, exempted, less what came back; sold at home or destroyed) are more than its records made, good and rejected. The records are incomplete, or goods of another version or of other origin left under it.",
    way_out: "Give the records of the whole time; otherwise find out what left.",
    law: &[sources::RECORDS],
    passes: "
        P1<M1*1
        version P1 left=10
        2026-02-01 P1:10 M1:10
    ",
    fails: "
        P1<M1*1
        version P1 left=12
        2026-02-01 P1:10 M1:10
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        let left = version.version.left;
        let gone = left.quantity + left.sold + left.destroyed;
        let made = exact(version.tally.made.good + version.tally.made.rejected);
        let difference = Exact::from(gone) - made.clone();
        if difference <= Exact::zero() {
            continue;
        }
        let message = format!(
            "{}: {gone} left, the records made {}: {} without a record",
            version.text(),
            made.round5(),
            difference.round5()
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(version.version.product, &version.version.name)
                .with("left", gone)
                .with("made", made.round5())
                .differing(difference.round5()),
        );
    }
}
