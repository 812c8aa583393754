use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(crate) static RULE: Rule = Rule {
    code: "never_issued",
    severity: Severity::Error,
    title: "declared, but never issued",
    text: "Production made goods of the version and never issued a material that its consumption declares: bonded material would be written off that was not used.",
    way_out: "Find the missing issues; otherwise the material does not belong into the version.",
    law: &[sources::UC_DEFINITION, sources::PENALTY_18_5],
    passes: "
        P1<M1*1
        P1<M2*2
        2026-02-01 P1:10 M1:10 M2:20
    ",
    fails: "
        P1<M1*1
        P1<M2*2
        2026-02-01 P1:10 M1:10
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        // What has a cause was issued, and is told by it.
        if line.was_issued() || !line.of.made_something() {
            continue;
        }
        let judged = line.judged();
        let most = line.of.units(line.of.tally.made).into_iter().max();
        // Less than the last digit of a record.
        if (most.unwrap_or_default() * line.gross.clone())
            .round5()
            .is_zero()
        {
            continue;
        }
        let message = format!(
            "{}: declared {} a unit, {} expected, never issued",
            line.text(),
            line.gross.rounded_text(9),
            judged.expected.round5()
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("declared", line.gross.rounded_text(9))
                .with("expected", judged.expected.round5())
                .with("used", "0")
                .differing(judged.difference.round5()),
        );
    }
}
