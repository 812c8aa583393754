use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::tally::month_text;
use crate::view::{LineView, View, exact, rounding};

pub(super) static RULE: Rule = Rule {
    code: "consumption_drift",
    severity: Severity::Warning,
    title: "actual consumption drifts away from what is declared",
    text: "A cumulative sum (CUSUM) over the months in which units of a version were made, exactly (what moved in a month without units belongs to the one before): what each month used beyond (or short of) half the limit for deviations is added up, never below 0; found where the sum passes the limit for drift, in percent of what the largest month was expected to use. It finds small differences that stay, before the whole passes the limit.",
    way_out: "Look at the process since that month; where it stays so, declare a new version.",
    law: &[sources::UC_DEFINITION, sources::PRUDENCE],
    passes: "
        P1<M1*1
        2026-01-10 P1:1000 M1:1008
        2026-02-10 P1:1000 M1:992
        2026-03-10 P1:1000 M1:1008
        2026-04-10 P1:1000 M1:992
    ",
    fails: "
        P1<M1*1
        2026-01-10 P1:1000 M1:1000
        2026-02-10 P1:1000 M1:1009
        2026-03-10 P1:1000 M1:1009
        2026-04-10 P1:1000 M1:1009
        2026-05-10 P1:1000 M1:1009
        2026-06-10 P1:1000 M1:1009
        2026-07-10 P1:1000 M1:1009
    ",
    check,
};

struct Month {
    month: i32,
    difference: Exact,
    expected: Exact,
}

/// Each month by the reading that lies nearer to what was used.
fn months(line: &LineView<'_>) -> Vec<Month> {
    let read = |it: crate::view::Month| {
        let readings = line.of.units(it.made).into_iter().map(|units| {
            let expected = units * line.gross.clone();
            let difference = exact(it.taken.used) - expected.clone();
            (difference, expected)
        });
        let (difference, expected) = readings.min_by(|a, b| a.0.abs().cmp(&b.0.abs()))?;
        Some(Month {
            month: it.month,
            difference,
            expected,
        })
    };
    line.months().into_iter().filter_map(read).collect()
}

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    // Never issued, and nothing made, are findings of their own.
    let judged = |it: &LineView<'_>| it.tally.rows > 0 && it.of.made_something();
    for line in view.lines().filter(judged) {
        let months = months(&line);
        let Some(largest) = months.iter().map(|it| &it.expected).max() else {
            continue;
        };
        let limit = largest.percent(line.of.limits.drift);
        let alarm = &limit + &rounding(line.tally.rows);
        for more in [true, false] {
            let mut sum = Exact::zero();
            let mut since = None;
            for month in &months {
                let allowance = month.expected.percent(line.of.limits.deviation) / Exact::whole(2);
                let beyond = match more {
                    true => &month.difference - &allowance,
                    false => -month.difference.clone() - allowance,
                };
                sum = sum + beyond;
                if sum <= Exact::zero() {
                    sum = Exact::zero();
                    since = None;
                } else {
                    since.get_or_insert(month.month);
                }
                if sum > alarm {
                    let since = since.unwrap_or(month.month);
                    found.push(finding(view, &line, more, since, month.month, &sum, &limit));
                    break;
                }
            }
        }
    }
}

fn finding(
    view: &View<'_>,
    line: &LineView<'_>,
    more: bool,
    since: i32,
    reached: i32,
    sum: &Exact,
    limit: &Exact,
) -> Finding {
    let message = format!(
        "{}: from {} to {} {} than declared, {} beyond half the limit in all (alarm above {})",
        line.text(),
        month_text(since),
        month_text(reached),
        if more { "more" } else { "less" },
        sum.round5(),
        limit.round5(),
    );
    Finding::new(&RULE, view, message)
        .of_version(line.of.version.product, &line.of.version.name)
        .of_material(line.line.material)
        .with("since", month_text(since))
        .with("reached", month_text(reached))
        .with("direction", if more { "more" } else { "less" })
        .with("limit", limit.round5())
        .differing(sum.round5())
}
