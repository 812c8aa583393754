use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact};

pub(super) static RULE: Rule = Rule {
    code: "scrap_excess",
    severity: Severity::Error,
    title: "more scrap than material was lost",
    text: "What was used and is not in the products (used − units × net) is the observed loss; scrap is its tangible part and cannot be more. Beyond the limit for scrap, in percent of the declared loss or of the observed one, whichever is larger: the net is too high, or scrap of other goods is among it.",
    way_out: "Check the net against the drawing; weigh scrap by order.",
    law: &[
        sources::SCRAP_DEFECTIVES,
        sources::UC_LOSS,
        sources::PRUDENCE,
    ],
    passes: "
        P1<M1*1 loss=4
        2026-02-01 P1:960 M1:1000~40
    ",
    fails: "
        P1<M1*1 loss=4
        2026-02-01 P1:960 M1:1000~50
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        if line.tally.rows == 0 || !line.of.made_something() {
            continue;
        }
        let judged = line.judged();
        let net = &judged.units * &Exact::from(line.line.consumption.net());
        let lost = &judged.used - &net;
        let declared = &judged.expected - &net;
        let scrap = exact(line.tally.scrap);
        let excess = &scrap - &lost.clone().max(Exact::zero());
        let limit = lost.clone().max(declared).percent(line.of.limits.scrap);
        let rounding = exact(i128::from(line.tally.rows));
        if excess <= limit || excess <= rounding || scrap.is_zero() {
            continue;
        }
        let message = format!(
            "{}: {} used, {} in the products: {} lost, but {} scrap",
            line.text(),
            judged.used.round5(),
            net.round5(),
            lost.round5(),
            scrap.round5()
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("used", judged.used.round5())
                .with("net", net.round5())
                .with("lost", lost.round5())
                .with("scrap", scrap.round5())
                .with("limit", line.of.limits.scrap)
                .differing(excess.round5()),
        );
    }
}
