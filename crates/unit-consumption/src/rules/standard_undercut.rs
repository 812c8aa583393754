use crate::declaration::WriteOff;
use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "standard_undercut",
    severity: Severity::Error,
    title: "less than the published standard asks for",
    text: "For products that bear export duty a standard (单耗标准) has a lower limit too: what is declared below it is written off at the limit. Compared is gross × bonded share.",
    way_out: "Declare within the standard; bonded material beside it is not what the product was made of.",
    law: &[sources::UC_STANDARD, sources::UC_STANDARD_SHARE],
    passes: "
        P1 hs=7202110000
        M1 hs=2602000000
        P1<M1*2
        standard 7202<2602 upper=2.6 lower=2
    ",
    fails: "
        P1 hs=7202110000
        M1 hs=2602000000
        P1<M1*1.5
        standard 7202<2602 upper=2.6 lower=2
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        let Some(standard) = super::standard_exceeded::standard(view, &line) else {
            continue;
        };
        let WriteOff::AtLower { missing } = standard.write_off(&line.line.consumption) else {
            continue;
        };
        let declared = Exact::of(line.line.consumption.bonded_gross());
        let lower = standard.lower.map(|it| it.to_string()).unwrap_or_default();
        let message = format!(
            "{}: declared {} of bonded material a unit, at least {lower} ({})",
            line.text(),
            declared.rounded_text(9),
            standard.source
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("declared", declared.rounded_text(9))
                .with("lower", lower)
                .differing((-missing).rounded_text(9)),
        );
    }
}
