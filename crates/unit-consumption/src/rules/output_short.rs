use crate::Total;
use crate::declaration::Defects;
use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact};

pub(super) static RULE: Rule = Rule {
    code: "output_short",
    severity: Severity::Warning,
    title: "more left than the records made",
    text: "Products that left under a version (exported, carried out, exempted, less what came back) are more than the good ones that its records made; or all that left, sold at home and destroyed too, is more than they made: good ones, and rejected ones where these are folded back or nobody said. The records are incomplete, rejects left as good ones, or goods of another version or of other origin left under it.",
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
        let made = version.tally.made;
        let all = match version.version.defects {
            Some(Defects::InLoss) => exact(made.good),
            _ => exact(made.good + made.rejected),
        };
        let gone = left.quantity + left.sold + left.destroyed;
        let short = |left: Total, made: &Exact| (&Exact::from(left) - made, left, made.clone());
        let (difference, left, made) =
            short(left.quantity, &exact(made.good)).max(short(gone, &all));
        if difference <= Exact::zero() {
            continue;
        }
        let message = format!(
            "{}: {left} left, the records made {}: {} without a record",
            version.text(),
            made.round5(),
            difference.round5()
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(version.version.product, &version.version.name)
                .with("left", left)
                .with("made", made.round5())
                .differing(difference.round5()),
        );
    }
}
