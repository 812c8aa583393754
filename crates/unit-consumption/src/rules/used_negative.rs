use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact};

pub(super) static RULE: Rule = Rule {
    code: "used_negative",
    severity: Severity::Error,
    title: "more was returned than issued",
    text: "Over all records of a version more of a material came back to the store than was issued. One order may return what another took; the sum may not be below 0.",
    way_out: "Look for issues that are missing, or returns that belong to another version.",
    law: &[sources::RECORDS],
    passes: "
        P1<M1*1
        2026-02-01 P1:10 M1:12-2
    ",
    fails: "
        P1<M1*1
        2026-02-01 P1:10 M1:10-12
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines().filter(|it| it.tally.used < 0) {
        let used = exact(line.tally.used).round5();
        let message = format!("{}: issued less returned is {used}", line.text());
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("used", used)
                .differing(used),
        );
    }
}
