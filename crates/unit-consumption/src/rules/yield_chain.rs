use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "yield_chain",
    severity: Severity::Error,
    title: "the declared loss is not that of the declared yields",
    text: "A material that goes through several steps (line, sort, assembly, final test) keeps the product of their yields: loss = 1 − Π yield. The declared loss rate, tangible and intangible, has to agree with it to the limit for yields, in percentage points.",
    way_out: "Declare the loss of the steps; a step whose rejects are folded (残次品折料) has no place in it.",
    law: &[sources::IC_MODEL, sources::UC_LOSS],
    passes: "
        P1<M1*0.000115741 loss=7.9625
        yields P1<M1 sort=92.5 assembly=99.5
    ",
    fails: "
        P1<M1*0.000115741 loss=10
        yields P1<M1 sort=92.5 assembly=99.5
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
        let yields = chain
            .stages
            .iter()
            .map(|it| Exact::from(it.percent) / Exact::whole(100));
        let kept = yields.fold(Exact::whole(1), |product, it| product * it);
        let expected = (Exact::whole(1) - kept) * Exact::whole(100);
        let consumption = &line.line.consumption;
        let declared =
            Exact::from(consumption.tangible_loss()) + Exact::from(consumption.intangible_loss());
        let difference = &declared - &expected;
        if difference.abs() <= Exact::from(version.limits.stage_yield) {
            continue;
        }
        let stages: Vec<String> = chain
            .stages
            .iter()
            .map(|it| format!("{} {} %", it.stage, it.percent))
            .collect();
        let message = format!(
            "{}: declared loss {} %, the yields ({}) give {} %",
            line.text(),
            declared.rounded_text(9),
            stages.join(", "),
            expected.rounded_text(4)
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(chain.product, &chain.version)
                .of_material(chain.material)
                .with("declared_loss", declared.rounded_text(9))
                .with("expected_loss", expected.rounded_text(9))
                .differing(difference.rounded_text(9)),
        );
    }
}
