use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::tally::Sample;
use crate::view::{VersionView, View};

pub(super) static RULE: Rule = Rule {
    code: "version_not_valid",
    severity: Severity::Warning,
    title: "made by a version before it was on file, or after it was replaced",
    text: "Orders are dated before the day from which a version is valid (on a book that declares before closure: only where its validity is given; else also before it came on file), or after the day on which another one replaced it. The goods then carry the consumption of a process that is not the one that made them.",
    way_out: "Give these orders the version that they were made by, or correct its validity.",
    law: &[sources::UC_BEFORE_EXPORT, sources::house("(versions)")],
    passes: "
        P1<M1*1
        version P1 until=2026-02-28
        2026-02-28 P1:10 M1:10
    ",
    fails: "
        P1<M1*1
        version P1 until=2026-02-28
        2026-03-01 P1:10 M1:10
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        tell(
            view,
            &version,
            &version.tally.early,
            "before the version was on file and valid",
            found,
        );
        tell(
            view,
            &version,
            &version.tally.late,
            "after the version was replaced",
            found,
        );
    }
}

fn tell(
    view: &View<'_>,
    version: &VersionView<'_>,
    sample: &Sample,
    when: &str,
    found: &mut Vec<Finding>,
) {
    let Some((date, order)) = &sample.first else {
        return;
    };
    let message = format!(
        "{}: {} made {when}, {} in all, the first in order {order} of {date}",
        version.text(),
        sample.total(),
        super::records(sample.records)
    );
    found.push(
        Finding::new(&RULE, view, message)
            .of_version(version.version.product, &version.version.name)
            .with("good", sample.total())
            .with("records", sample.records)
            .with("first", date),
    );
}
