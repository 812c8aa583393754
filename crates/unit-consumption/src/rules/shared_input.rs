use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "shared_input",
    severity: Severity::Error,
    title: "the shares of a wafer among its products do not add up to 1",
    text: "Where one unit of a material becomes several products (a shuttle wafer), Σ pieces × net over these products has to be 1, whatever key divides it (area, count): E10. The nets have 9 decimals, so the sum may be off by half of the last digit for each piece.",
    way_out: "Divide one unit of the material among all its products by one key, and declare those nets.",
    law: &[sources::IC_MODEL],
    passes: "
        P1<M1*0.000083333
        P2<M1*0.000166667
        P3<M1*0.000041667
        share M1 P1:6000 P2:2000 P3:4000
    ",
    fails: "
        P1<M1*0.000166667
        P2<M1*0.0005
        P3<M1*0.00025
        share M1 P1:6000 P2:2000 P3:4000
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for shared in &view.declaration.shared {
        let mut sum = Exact::zero();
        let mut pieces = Exact::zero();
        let mut missing = Vec::new();
        for part in &shared.parts {
            let line = view
                .version(part.product, &part.version)
                .and_then(|it| it.line(shared.material));
            let per_unit = Exact::from(part.per_unit);
            match line {
                Some(line) => {
                    sum = sum + Exact::from(line.line.consumption.net()) * per_unit.clone()
                }
                None => missing.push(format!("product {} version {}", part.product, part.version)),
            }
            pieces = pieces + per_unit;
        }
        let difference = &sum - &Exact::whole(1);
        let rounding = pieces * (Exact::whole(5) / Exact::whole(10_000_000_000));
        if missing.is_empty() && difference.abs() <= rounding {
            continue;
        }
        let mut message = format!(
            "{}: the shares of its products add up to {} of it, expected 1",
            view.material_text(shared.material),
            sum.rounded_text(9)
        );
        if !missing.is_empty() {
            message += &format!(
                "; no consumption of it is on file for {}",
                missing.join(", ")
            );
        }
        found.push(
            Finding::new(&RULE, view, message)
                .of_material(shared.material)
                .with("shares", sum.rounded_text(9))
                .with("expected", "1")
                .differing(difference.rounded_text(9)),
        );
    }
}
