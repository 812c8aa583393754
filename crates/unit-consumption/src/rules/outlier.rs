use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::{View, exact};

pub(super) static RULE: Rule = Rule {
    code: "outlier",
    severity: Severity::Warning,
    title: "orders far from what is declared",
    text: "One order against the declared gross: what it used of a material differs from what its units need by more than the limit for orders (20 %). Measured against the declaration, not against an average, so that one order never excuses or blames another. All are counted, the five farthest are named. An order without a row of a material says nothing of it; one that made nothing is told by nothing_made.",
    way_out: "Look at these orders: a wrong quantity, a loss that is no process loss and has no cause, material of another order.",
    law: &[sources::RECORDS, sources::PRUDENCE],
    passes: "
        P1<M1*1
        2026-02-01 P1:100 M1:100
        2026-02-02 P1:10 M1:11
    ",
    fails: "
        P1<M1*1
        2026-02-01 P1:1000 M1:1000
        2026-02-02 P1:10 M1:15 order=B7
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        let outliers = &line.tally.outliers;
        if outliers.orders == 0 {
            continue;
        }
        let told: Vec<String> = outliers
            .farthest
            .iter()
            .map(|it| {
                format!(
                    "{} of {} ({} for {} units)",
                    it.order,
                    it.date,
                    exact(it.used).round5(),
                    exact(it.units).round5()
                )
            })
            .collect();
        let more = outliers.orders - told.len() as u64;
        let more = if more > 0 {
            format!(", and {more} more")
        } else {
            String::new()
        };
        let message = format!(
            "{}: {} beyond {} % of {} a unit: {}{more}",
            line.text(),
            match outliers.orders {
                1 => "1 order".to_string(),
                many => format!("{many} orders"),
            },
            line.of.limits.outlier,
            line.gross.rounded_text(9),
            told.join(", ")
        );
        found.push(
            Finding::new(&RULE, view, message)
                .of_version(line.of.version.product, &line.of.version.name)
                .of_material(line.line.material)
                .with("orders", outliers.orders)
                .with("limit", line.of.limits.outlier),
        );
    }
}
