use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(crate) static RULE: Rule = Rule {
    code: "declared_differs",
    severity: Severity::Error,
    title: "what is declared is not what was used",
    text: "Σ (issued − returned) over all records of a version against Σ units × gross, without what a cause excludes. Units are the good ones, and the rejected ones too where these are folded back; where nobody said which, the nearer reading counts. Found where the difference is beyond the limit for deviations (percent of what was expected) and the rounding of the records (0.00001 a row) together. A material whose every row has a cause was not used for the goods: found, but not of a consumable that was used as one.",
    way_out: "See the verdict of the version: amend it before anything leaves, add a new version for what follows, or disclose what left with a wrong value.",
    law: &[
        sources::UC_DEFINITION,
        sources::PENALTY_18_5,
        sources::PRUDENCE,
    ],
    passes: "
        P1<M1*1 loss=4
        2026-02-01 P1:960 M1:1000~40
    ",
    fails: "
        M1 price=40.4321
        P1<M1*1.087
        version P1 left=147200 status=declared
        2026-02-01 P1:147200 M1:150880
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        // Never issued is a finding of its own.
        if !line.was_issued() || line.was_consumed_only() || !line.of.made_something() {
            continue;
        }
        let judged = line.judged();
        // Less than the last digit of a record is no difference either.
        if !judged.beyond || judged.difference.round5().is_zero() {
            continue;
        }
        let percent = judged.percent().map(|it| it.rounded_text(4));
        let actual = judged.actual().map(|it| it.rounded_text(9));
        let declared = line.gross.rounded_text(9);
        let less = judged.difference.is_negative();
        let mut message = format!(
            "{}: declared {declared} a unit, actual {}; {} used for {} units, {} expected: {} {}",
            line.text(),
            actual.as_deref().unwrap_or("not known"),
            judged.used.round5(),
            judged.units.round5(),
            judged.expected.round5(),
            judged.difference.abs().round5(),
            if less { "less" } else { "more" },
        );
        let mut finding = Finding::new(&RULE, view, "")
            .of_version(line.of.version.product, &line.of.version.name)
            .of_material(line.line.material)
            .with("declared", &declared)
            .with("units", judged.units.round5())
            .with("used", judged.used.round5())
            .with("expected", judged.expected.round5())
            .with("limit", line.of.limits.deviation);
        if let Some(actual) = actual {
            finding = finding.with("actual", actual);
        }
        if let Some(percent) = percent {
            message += &format!(" ({percent} %)");
            finding = finding.with("percent", percent);
        }
        if let Some((money, currency)) = money(&line, &judged.difference) {
            message += format!(
                ", worth {} {}",
                money.trim_start_matches('-'),
                currency_text(&currency)
            )
            .trim_end();
            finding = finding.with("money", money);
            if !currency.is_empty() {
                finding = finding.with("currency", currency);
            }
        }
        finding.message = message;
        found.push(finding.differing(judged.difference.round5()));
    }
}

/// Customs' three digits say that they are a currency.
fn currency_text(currency: &str) -> String {
    if currency.bytes().all(|it| it.is_ascii_digit()) && !currency.is_empty() {
        format!("(currency {currency})")
    } else {
        currency.to_string()
    }
}

/// What the bonded part of a difference is worth, with its sign, rounded once to 2 decimals.
pub(crate) fn money(
    line: &crate::view::LineView<'_>,
    quantity: &Exact,
) -> Option<(String, String)> {
    let material = line.material()?;
    let bonded = quantity.percent(line.line.consumption.bonded_share());
    let money = bonded * Exact::from(material.price?);
    Some((
        money.rounded_text(2),
        material.currency.clone().unwrap_or_default(),
    ))
}
