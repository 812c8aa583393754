use crate::declaration::Defects;
use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{LineView, View, exact, rounding};

pub(super) static RULE: Rule = Rule {
    code: "defect_counted_twice",
    severity: Severity::Error,
    title: "rejects are inside the loss rate and folded back as well",
    text: "A rejected product is either inside the loss rate (its material is scrap) or a defective (残次品) that is folded to materials, never both (E8). Products of a version that the handbook folds (destroyed, sold at home) and that cannot have been good ones (all that left is more than the good units made) are rejects. Found where rejects are inside the loss; where nobody said, as soon as what was used does not cover good and rejected units together, by more than the limit for deviations: then the loss rate contains the rejects already.",
    way_out: "Choose one: with the loss inside, deal with rejects as scrap (0400, 0844); with defectives folded (0200, 0644), take their loss out of the rate.",
    law: &[sources::SCRAP_DEFECTIVES, sources::UC_LOSS],
    passes: "
        P1<M1*1
        version P1 left=98 destroyed=2 defects=folded
        2026-02-01 P1:98-2 M1:100
    ",
    fails: "
        P1<M1*0.98 loss=3.96
        version P1 left=98 destroyed=2
        2026-02-01 P1:98-2 M1:100
    ",
    check,
};

/// What was used does not reach what good and rejected units need together.
fn rejects_not_covered(line: &LineView<'_>) -> bool {
    let made = line.of.tally.made;
    let needed = exact(made.good + made.rejected) * line.gross.clone();
    let missing = &needed - &exact(line.tally.used);
    made.rejected > 0
        && line.tally.rows > 0
        && missing > needed.percent(line.of.limits.deviation) + rounding(line.tally.rows)
}

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        let left = version.version.left;
        let folded = left.sold + left.destroyed;
        let gone = Exact::from(left.quantity + folded);
        // What was good may be sold at home or destroyed as well.
        let rejects = (gone - exact(version.tally.made.good)).min(folded.into());
        if rejects <= Exact::zero() || version.tally.records == 0 {
            continue;
        }
        for line in version.lines().filter(LineView::is_bonded) {
            let twice = match version.version.defects {
                Some(Defects::InLoss) => true,
                Some(Defects::Folded) => false,
                None => rejects_not_covered(&line),
            };
            if !twice {
                continue;
            }
            let amount = &rejects * &Exact::of(line.line.consumption.bonded_gross());
            let message = format!(
                "{}: {} rejects folded back to materials, and their loss is inside the gross {}: {} taken from the handbook twice",
                line.text(),
                rejects.round5(),
                line.gross.rounded_text(9),
                amount.round5()
            );
            found.push(
                Finding::new(&RULE, view, message)
                    .of_version(version.version.product, &version.version.name)
                    .of_material(line.line.material)
                    .with("folded", folded)
                    .with("rejects", rejects.round5())
                    .with("gross", line.gross.rounded_text(9))
                    .differing(amount.round5()),
            );
        }
    }
}
