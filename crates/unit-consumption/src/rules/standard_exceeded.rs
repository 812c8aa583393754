use crate::declaration::{Standard, WriteOff};
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{LineView, View};

pub(super) static RULE: Rule = Rule {
    code: "standard_exceeded",
    severity: Severity::Error,
    title: "more than the published standard allows",
    text: "Outside the special zones a declared consumption beyond the upper limit of a published standard (单耗标准) is written off at the limit; the excess is not bonded. Compared is gross × bonded share, with the standard in force on the day the version came on file.",
    way_out: "Declare within the standard; on the excess duty and VAT are due.",
    law: &[sources::UC_STANDARD, sources::UC_STANDARD_SHARE],
    passes: "
        P1 hs=6203429000
        M1 hs=5208110000
        P1<M1*1.2 share=80
        standard 6203<5208 upper=1
    ",
    fails: "
        P1 hs=6203429000
        M1 hs=5208110000
        P1<M1*1.2 loss=4
        version P1 left=100
        standard 6203<5208 upper=1.2
    ",
    check,
};

/// The standard of a line, where there is one.
pub(super) fn standard<'v>(view: &View<'v>, line: &LineView<'v>) -> Option<&'v Standard> {
    let (product, material) = (line.of.product()?, line.material()?);
    let day = line.of.version.on_file.or(view.declaration.valid_from);
    view.policy.standard(&product.hs, &material.hs, day)
}

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        let Some(standard) = standard(view, &line) else {
            continue;
        };
        let WriteOff::AtUpper { excess } = standard.write_off(&line.line.consumption) else {
            continue;
        };
        let declared = crate::exact::Exact::of(line.line.consumption.bonded_gross());
        let left = crate::exact::Exact::from(line.of.version.left.quantity);
        let amount = &excess * &left;
        let message = format!(
            "{}: declared {} of bonded material a unit, at most {} ({}): {} a unit not bonded, {} on {} that left",
            line.text(),
            declared.rounded_text(9),
            standard.upper,
            standard.source,
            excess.rounded_text(9),
            amount.round5(),
            left.round5()
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("declared", declared.rounded_text(9))
                .with("upper", standard.upper)
                .with("left", left.round5())
                .with("not_bonded", amount.round5())
                .differing(excess.rounded_text(9)),
        );
    }
}
