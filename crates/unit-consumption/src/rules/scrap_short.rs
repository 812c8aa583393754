use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact};

pub(super) static RULE: Rule = Rule {
    code: "scrap_short",
    severity: Severity::Error,
    title: "less scrap than the declared tangible loss",
    text: "Tangible loss becomes scrap (边角料) that stays under customs control. Σ scrap of the records is below Σ units × gross × tangible loss rate by more than the limit for scrap, in percent of that loss: the rate is too high, or scrap is missing.",
    way_out: "Find the scrap; otherwise lower the tangible loss rate, or declare as intangible what really evaporates.",
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
        2026-02-01 P1:960 M1:1000~30
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        if line.tally.rows == 0 || !line.of.made_something() {
            continue;
        }
        // Where nobody said where rejects are accounted for: by the reading that asks for less.
        let units = line.fewest_units();
        let tangible = Exact::from(line.line.consumption.tangible_loss()) / Exact::whole(100);
        let expected = units * line.gross.clone() * tangible;
        let scrap = exact(line.tally.scrap);
        let missing = &expected - &scrap;
        let rounding = exact(i128::from(line.tally.rows));
        if missing <= expected.percent(line.of.limits.scrap) || missing <= rounding {
            continue;
        }
        let message = format!(
            "{}: tangible loss {} % means {} scrap, recorded {}: {} missing",
            line.text(),
            line.line.consumption.tangible_loss(),
            expected.round5(),
            scrap.round5(),
            missing.round5()
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("tangible_loss", line.line.consumption.tangible_loss())
                .with("expected", expected.round5())
                .with("scrap", scrap.round5())
                .with("limit", line.of.limits.scrap)
                .differing((-missing).round5()),
        );
    }
}
