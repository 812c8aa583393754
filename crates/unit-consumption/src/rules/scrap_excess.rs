use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact, rounding};

pub(super) static RULE: Rule = Rule {
    code: "scrap_excess",
    severity: Severity::Error,
    title: "used less scrap does not reach the net",
    text: "What was used and did not become scrap is in the products, or went up in intangible loss: used − scrap cannot be below units × net. Found where it is, beyond the limit for scrap (percent of the loss, declared or observed, whichever is larger) and beyond the limit for deviations (percent of what was expected). There is more scrap than material was lost, or the net is too high. Units are the good ones where nobody said that rejects are folded.",
    way_out: "Check the net against the drawing; weigh scrap by order.",
    law: &[
        sources::SCRAP_DEFECTIVES,
        sources::UC_LOSS,
        sources::PRUDENCE,
    ],
    passes: "
        P1<M1*1 loss=4
        2026-02-01 P1:960 M1:1000~50
    ",
    fails: "
        P1<M1*1 loss=4
        2026-02-01 P1:960 M1:1000~60
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        if line.tally.rows == 0 || !line.of.made_something() {
            continue;
        }
        let units = line.fewest_units();
        let net = &units * &Exact::from(line.line.consumption.net());
        let expected = units * line.gross.clone();
        let used = exact(line.tally.used);
        let scrap = exact(line.tally.scrap);
        let lost = &used - &net;
        let excess = &scrap - &lost;
        let loss = (&expected - &net).max(lost.clone());
        let limits = line.of.limits;
        let limit = loss
            .percent(limits.scrap)
            .max(expected.percent(limits.deviation));
        if excess <= &limit + &rounding(line.tally.rows) {
            continue;
        }
        let message = format!(
            "{}: {} used and {} in the products, so {} lost; but {} scrap",
            line.text(),
            used.round5(),
            net.round5(),
            lost.round5(),
            scrap.round5()
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("used", used.round5())
                .with("net", net.round5())
                .with("lost", lost.round5())
                .with("scrap", scrap.round5())
                .with("limit", limit.round5())
                .differing(excess.round5()),
        );
    }
}
