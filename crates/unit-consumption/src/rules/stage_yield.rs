use crate::Percent;
use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact, rounding};

pub(super) static RULE: Rule = Rule {
    code: "stage_yield",
    severity: Severity::Warning,
    title: "a step yields something else than declared",
    text: "Along the steps of a yield chain, of one material: what went into a step is what was issued up to it less the scrap of the steps before; its yield is 1 − its scrap over that. Rows that name no step of the chain went in at the first. Not judged where an intangible loss is declared, as no record says at which step it goes up. Found where observed and declared yield differ by more than the limit for yields, in percentage points.",
    way_out: "Where the yield stays so, declare a new version with it.",
    law: &[sources::IC_MODEL, sources::UC_LOSS, sources::PRUDENCE],
    passes: "
        P1<M1*0.000115741 loss=7.9625
        yields P1<M1 sort=92.5 assembly=99.5
        2026-02-01 P1:7554438 M1:950~71.25@sort M1:0~4.39375@assembly
    ",
    fails: "
        P1<M1*0.000115741 loss=7.9625
        yields P1<M1 sort=92.5 assembly=99.5
        2026-02-01 P1:7554438 M1:950~60@sort M1:0~15.64375@assembly
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for chain in &view.declaration.yields {
        let version = view.version(chain.product, &chain.version);
        let Some((version, line)) = version.and_then(|it| Some((it, it.line(chain.material)?)))
        else {
            continue;
        };
        if line.line.consumption.intangible_loss() != Percent::ZERO {
            continue;
        }
        let limit = Exact::from(version.limits.stage_yield);
        let mut flowing = Exact::zero();
        let mut rows = 0;
        for (stage, taken) in chain.stages.iter().zip(&line.tally.stages) {
            rows += taken.rows;
            flowing = flowing + exact(taken.used);
            let scrap = exact(taken.scrap);
            let went_in = flowing.clone();
            flowing = &flowing - &scrap;
            if went_in <= Exact::zero() {
                continue;
            }
            let Some(observed) = flowing.percent_of(&went_in) else {
                continue;
            };
            let declared = Exact::from(stage.percent);
            let difference = &observed - &declared;
            let quantity = &difference * &went_in / Exact::whole(100);
            let limit = &limit * &went_in / Exact::whole(100);
            if quantity.abs() <= limit + rounding(rows) {
                continue;
            }
            let message = format!(
                "{}, {}: {} in, {} scrapped, yield {} %, declared {} %",
                line.text(),
                stage.stage,
                went_in.round5(),
                scrap.round5(),
                observed.rounded_text(4),
                stage.percent
            );
            found.push(
                Finding::new(&RULE, view, message)
                    .of_version(chain.product, &chain.version)
                    .of_material(chain.material)
                    .with("stage", &stage.stage)
                    .with("in", went_in.round5())
                    .with("scrap", scrap.round5())
                    .with("observed", observed.rounded_text(4))
                    .with("declared", stage.percent)
                    .differing(difference.rounded_text(4)),
            );
        }
    }
}
