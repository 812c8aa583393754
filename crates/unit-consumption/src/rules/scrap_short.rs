use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact, rounding};

pub(super) static RULE: Rule = Rule {
    code: "scrap_short",
    severity: Severity::Error,
    title: "less scrap than material was lost",
    text: "Tangible loss becomes scrap (边角料) that stays under customs control. Σ scrap of the records is below the tangible loss: the declared one (units × gross × rate) or the one that production shows (used − units × net − the declared intangible loss), whichever is smaller, by more than the limit for scrap, in percent of the declared one. Where nobody said where rejects are accounted for: by both readings. A loss that is declared and did not happen is told by declared_differs.",
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
        let consumption = &line.line.consumption;
        let rate = |percent| Exact::from(percent) / Exact::whole(100);
        let scrap = exact(line.tally.scrap);
        let readings = line.of.units(line.of.tally.made).into_iter().map(|units| {
            let gross = &units * &line.gross;
            let declared = &gross * &rate(consumption.tangible_loss());
            let intangible = &gross * &rate(consumption.intangible_loss());
            let net = units * Exact::from(consumption.net());
            let shown = exact(line.tally.used) - net - intangible;
            let lost = declared.clone().min(shown);
            let missing = &lost - &scrap;
            (missing, lost, declared)
        });
        let is_missing = |(missing, _, declared): &(Exact, Exact, Exact)| {
            *missing > declared.percent(line.of.limits.scrap) + rounding(line.tally.rows)
        };
        let readings: Vec<(Exact, Exact, Exact)> = readings.collect();
        if !readings.iter().all(is_missing) {
            continue;
        }
        let Some((missing, lost, declared)) = readings.into_iter().min() else {
            continue;
        };
        let message = format!(
            "{}: {} lost (declared tangible loss {} %), {} recorded as scrap: {} missing",
            line.text(),
            lost.round5(),
            consumption.tangible_loss(),
            scrap.round5(),
            missing.round5()
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("tangible_loss", consumption.tangible_loss())
                .with("declared", declared.round5())
                .with("lost", lost.round5())
                .with("scrap", scrap.round5())
                .with("limit", line.of.limits.scrap)
                .differing((-missing).round5()),
        );
    }
}
