use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "nothing_made",
    severity: Severity::Warning,
    title: "orders that used material and made nothing",
    text: "Records with neither good nor rejected units used a material and give no cause. Either the order is not finished, or a lot was lost; a lot lost to an operator, a power cut, breakage or force majeure is no process loss and may not enter the unit consumption.",
    way_out: "Give finished records; give a lost lot its cause and deal with it by a disposal of its own.",
    law: &[sources::UC_NO_LOSS, sources::RECORDS],
    passes: "
        P1<M1*1
        2026-02-01 P1:100 M1:100
        2026-02-02 P1:0 M1:1!power_cut
    ",
    fails: "
        P1<M1*1
        2026-02-01 P1:1000 M1:1000
        2026-02-02 P1:0 M1:1 order=B7
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        let sample = &line.tally.nothing_made;
        let Some((date, order)) = &sample.first else {
            continue;
        };
        let message = format!(
            "{}: {} used by {} that made nothing, the first is order {order} of {date}",
            line.text(),
            sample.total(),
            super::records(sample.records)
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("records", sample.records)
                .with("used", sample.total()),
        );
    }
}
