use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::tally::{LineTally, Made};
use crate::view::{View, exact};

pub(super) static RULE: Rule = Rule {
    code: "line_missing",
    severity: Severity::Error,
    title: "a version without a single line",
    text: "Goods of a version were made or left, and no consumption at all is on file for it: nothing would be written off.",
    way_out: "Declare the consumption of the version before it leaves.",
    law: &[sources::UC_DEFINITION, sources::UC_BEFORE_EXPORT],
    passes: "
        P1<M1*1
        2026-02-01 P1:10 M1:10
    ",
    fails: "
        P1<M1*1
        version P1 v=2
        2026-02-01 P1:10 v=2 M1:10
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        let left = version.version.left;
        let left = left.quantity + left.sold + left.destroyed;
        let made: Made = version.tally.made;
        let used = version.made_something() || !left.is_zero();
        if !version.version.lines.is_empty() || !used {
            continue;
        }
        let message = format!(
            "{}: {} made and {left} left, but no consumption is on file",
            version.text(),
            exact(made.good).round5()
        );
        let issued = version.tally.undeclared.values();
        let rows: u64 = issued.map(|it: &LineTally| it.rows).sum();
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(version.version.product, &version.version.name)
                .with("good", exact(made.good).round5())
                .with("left", left)
                .with("rows", rows),
        );
    }
}
