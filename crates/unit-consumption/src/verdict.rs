//! What to do about a version: confirm it, amend it, add a new one, disclose, or explain.

use serde::Serialize;

use crate::declaration::{Defects, Frozen, Status};
use crate::exact::Exact;
use crate::finding::{Finding, Severity};
use crate::law::{Law, sources};
use crate::rules::{DECLARED_DIFFERS, NEVER_ISSUED, Step, first_off, step};
use crate::tally::{LineTally, Made, month_text};
use crate::view::{Judged, LineView, VersionView, exact, rounding};
use crate::{Consumption, Net, Percent, Quantity, Total, fit};

/// What a version comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// What is declared is what was used.
    Confirmed,
    /// It differs and may still be changed (变更).
    Amend,
    /// It differs, it is used and may not be changed: what follows needs a version of its own.
    NewVersion,
    /// Goods left with a wrong value: tell customs (主动披露).
    Disclose,
    /// The value is not refuted, but something has to be explained.
    Explain,
}

/// The verdict on a version.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号.
    pub version: String,
    /// What it comes to.
    pub verdict: VerdictKind,
    /// Why, in words.
    pub text: String,
    /// 单耗申报状态.
    pub status: Status,
    /// Why it may not be changed any more.
    pub frozen: Vec<Frozen>,
    /// Good units in the records.
    pub good: Total,
    /// Rejected units in the records.
    pub rejected: Total,
    /// Units that left: exported, carried out and so on; sold at home; destroyed.
    pub left: Total,
    /// What to declare, where the value differs.
    pub suggested: Vec<Suggestion>,
    /// What was written off wrongly, where goods left with a wrong value.
    pub disclosure: Option<Disclosure>,
}

/// A consumption that reproduces what was used (`fit`).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// 料件序号.
    pub material: u16,
    /// From this month on (`2026-03`), where it differs only since.
    pub since: Option<String>,
    /// 净耗.
    pub net: Net,
    /// 有形损耗率, percent.
    pub tangible_loss: Percent,
    /// 无形损耗率, percent.
    pub intangible_loss: Percent,
    /// 保税料件比例, percent, as declared.
    pub bonded_share: Percent,
    /// 单耗, rounded to 9 decimals.
    pub gross: String,
}

/// What customs has to be told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disclosure {
    /// For each material.
    pub materials: Vec<Disclosed>,
    /// When it is not punished; where more was used than is written off, what is known of that.
    pub conditions: &'static [&'static str],
    /// Sources.
    pub law: &'static [Law],
}

/// How much of a material was written off wrongly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disclosed {
    /// 料件序号.
    pub material: u16,
    /// Units that left with the wrong value.
    pub units: Total,
    /// The declared gross, rounded to 9 decimals.
    pub declared: String,
    /// The actual one, rounded to 9 decimals.
    pub actual: String,
    /// Bonded material written off and not used; below 0: used and not written off.
    pub quantity: Total,
    /// Its value, rounded to 2 decimals, where a price is known.
    pub money: Option<String>,
    /// In this currency.
    pub currency: Option<String>,
}

/// When voluntary disclosure of a wrong unit consumption is not punished (GACC 2023 No. 127; a
/// renewal after 2025-10-10 was not checked).
pub const DISCLOSURE_CONDITIONS: &[&str] = &[
    "the actual consumption is below the declared one because the process improved, or the non-bonded share was wrong",
    "the surplus is not disposed of, or it was re-exported under processing trade",
    "the enterprise tells customs itself, in writing, before customs finds it",
    "in force from 2023-10-11 until 2025-10-10; whether it was renewed has to be checked",
];

/// The same where more was used of a material than is written off.
pub const DISCLOSURE_CONDITIONS_LESS: &[&str] = &[
    "more was used of a material than is written off: its handbook will show a remainder that is not there; the announcement speaks of consumption that was declared too high, so ask customs",
    "what is told before customs finds it is judged by the general rules of voluntary disclosure, which were not read",
];

impl VerdictKind {
    /// `confirmed`, `amend`, `new_version`, `disclose` or `explain`.
    pub fn as_str(self) -> &'static str {
        match self {
            VerdictKind::Confirmed => "confirmed",
            VerdictKind::Amend => "amend",
            VerdictKind::NewVersion => "new_version",
            VerdictKind::Disclose => "disclose",
            VerdictKind::Explain => "explain",
        }
    }
}

/// What a line really took, and of how many units that left the declared value is wrong.
struct Wrong {
    material: u16,
    declared: Exact,
    actual: Exact,
    share: Percent,
    units: Exact,
    /// Goods were made by it with the right value, before a step.
    made_before: bool,
    suggestion: Option<Suggestion>,
    /// What one value for all of the version would be.
    over_all: Option<Suggestion>,
    /// The value of a quantity and its currency.
    price: Option<(Exact, Option<String>)>,
}

/// The verdict on a version, from its findings; `None` where it was not made and nothing left.
pub(crate) fn verdict(version: &VersionView<'_>, findings: &[Finding]) -> Option<Verdict> {
    let left = version.version.left;
    let gone = left.quantity + left.sold + left.destroyed;
    let untouched = version.tally.records == 0 && gone.is_zero();
    if untouched && findings.is_empty() {
        return None;
    }
    let frozen = version.declaration.frozen(version.version);
    let wrong = wrong_lines(version, findings, gone);
    let exported: Vec<&Wrong> = wrong.iter().filter(|it| !it.units.is_zero()).collect();
    let differs = "what is declared is not what was used";
    let (kind, text) = if untouched && frozen.is_empty() {
        let text = format!(
            "not made yet; correct it before it is used: {}",
            codes(findings, |_| true)
        );
        (VerdictKind::Amend, text)
    } else if wrong.is_empty() {
        without_difference(version, findings)
    } else if exported.is_empty() && wrong.iter().all(|it| it.made_before) {
        let text = format!(
            "{differs} any more, and it was before: declare a new version for what follows"
        );
        (VerdictKind::NewVersion, text)
    } else if frozen.is_empty() {
        let text =
            format!("{differs}; nothing keeps it from being amended: declare the suggested values");
        (VerdictKind::Amend, text)
    } else {
        let because: Vec<&str> = frozen.iter().map(|it| it.as_str()).collect();
        let because = because.join("; ");
        let follows = match () {
            () if frozen.contains(&Frozen::Reported) => {
                "ask for the return (退单) of the report before anything else"
            }
            () if frozen.contains(&Frozen::CaseOpen) => {
                "answer in the investigation: nothing can be declared meanwhile"
            }
            () => "declare a new version for what follows",
        };
        match exported.is_empty() {
            true => (
                VerdictKind::NewVersion,
                format!("{differs}, and it may not be changed ({because}): {follows}"),
            ),
            false => (
                VerdictKind::Disclose,
                format!(
                    "{differs}, and goods left with it ({because}): tell customs, and {follows}"
                ),
            ),
        }
    };
    let too_much = exported.iter().all(|it| it.declared > it.actual);
    let disclosure = (kind == VerdictKind::Disclose).then(|| Disclosure {
        materials: exported.iter().map(|it| it.disclosed()).collect(),
        conditions: match too_much {
            true => DISCLOSURE_CONDITIONS,
            false => DISCLOSURE_CONDITIONS_LESS,
        },
        law: match too_much {
            true => &[sources::DISCLOSURE, sources::PENALTY_18_5],
            false => &[sources::PENALTY_18_5],
        },
    });
    Some(Verdict {
        product: version.version.product,
        version: version.version.name.clone(),
        verdict: kind,
        text,
        status: version.declaration.status(version.version),
        frozen,
        good: exact(version.tally.made.good).round5(),
        rejected: exact(version.tally.made.rejected).round5(),
        left: gone,
        suggested: wrong
            .into_iter()
            .filter_map(|it| match kind {
                // A version has one value.
                VerdictKind::Amend => it.over_all,
                _ => it.suggestion,
            })
            .collect(),
        disclosure,
    })
}

/// What may stand beside a confirmed value: single orders, excluded losses, notes.
const BESIDE: [&str; 4] = [
    "outlier",
    "nothing_made",
    "not_process_loss",
    "evidence_incomplete",
];

fn without_difference(version: &VersionView<'_>, findings: &[Finding]) -> (VerdictKind, String) {
    let errors = codes(findings, |it| it.severity() == Severity::Error);
    let others = codes(findings, |it| !BESIDE.contains(&it.code()));
    if !errors.is_empty() {
        let text = format!("the value is not refuted, but has to be explained: {others}");
        (VerdictKind::Explain, text)
    } else if version.tally.records == 0 {
        let text = "goods left, and there is no record of their production".to_string();
        (VerdictKind::Explain, text)
    } else if !others.is_empty() {
        let text = format!("within the limits so far, but to be explained: {others}");
        (VerdictKind::Explain, text)
    } else {
        let text = "what is declared is what was used, within the limits".to_string();
        (VerdictKind::Confirmed, text)
    }
}

/// Their codes, each once.
fn codes(findings: &[Finding], told: impl Fn(&Finding) -> bool) -> String {
    let mut codes = Vec::new();
    for finding in findings.iter().filter(|it| told(it)) {
        if !codes.contains(&finding.code()) {
            codes.push(finding.code());
        }
    }
    codes.join(", ")
}

fn wrong_lines(version: &VersionView<'_>, findings: &[Finding], gone: Total) -> Vec<Wrong> {
    let has = |code: &str, material: u16| {
        findings
            .iter()
            .any(|it| it.code() == code && it.material == Some(material))
    };
    let mut wrong = Vec::new();
    for line in version.lines().filter(LineView::is_bonded) {
        let material = line.line.material;
        let differs = has(DECLARED_DIFFERS.code, material) || has(NEVER_ISSUED.code, material);
        let step = step(&line);
        if !differs && step.is_none() {
            continue;
        }
        let Some(time) = wrong_time(&line, step, gone) else {
            continue;
        };
        // Where the whole fits, what is off since a step has to be missing (or too much) in the whole:
        // else it was issued in another month than it was used in.
        if differs || time.since.is_some() && is_missing(&line, &time) {
            wrong.push(wrong_line(&line, time));
        }
    }
    for (&material, tally) in &version.tally.undeclared {
        if has("not_declared", material) {
            wrong.extend(undeclared_line(version, material, tally, gone));
        }
    }
    wrong.sort_by_key(|it| it.material);
    wrong
}

fn price(line: Option<&crate::declaration::Material>) -> Option<(Exact, Option<String>)> {
    let material = line?;
    Some((Exact::from(material.price?), material.currency.clone()))
}

/// Since when a value is wrong, and of how many units that left.
struct Time {
    judged: Judged,
    units: Exact,
    /// From a month on; before it was right.
    since: Option<i32>,
}

/// Goods leave in the order in which they were made: what was made before a step left first, with the
/// right value. `None` where no unit was made: nobody knows what one takes.
fn wrong_time(line: &LineView<'_>, step: Option<Step>, gone: Total) -> Option<Time> {
    let limit = line.of.limits.deviation;
    let reading = line.reading();
    for step in step.into_iter().chain(first_off(line)) {
        let before = (step.used_before, step.made_before, step.rows_before);
        let before = line.judge_by(reading, before.0, before.1, before.2, limit);
        let after = line.judge_by(reading, step.used, step.made, step.rows, limit);
        // Where more came back than was taken, that is of what was made before.
        let made = !before.units.is_zero() && !after.units.is_zero() && !after.used.is_negative();
        if made && !before.beyond && after.beyond {
            return Some(Time {
                units: (Exact::from(gone) - before.units).max(Exact::zero()),
                judged: after,
                since: Some(step.month),
            });
        }
    }
    let judged = line.judged();
    (!judged.units.is_zero()).then(|| Time {
        judged,
        units: Exact::from(gone),
        since: None,
    })
}

/// Whether the whole lacks what a time lacks: in the same direction, and beyond the limit of what was
/// expected in that time.
fn is_missing(line: &LineView<'_>, time: &Time) -> bool {
    let (whole, part) = (line.judged().difference, &time.judged);
    let limit = part.expected.percent(line.of.limits.deviation) + rounding(line.tally.rows);
    whole.is_negative() == part.difference.is_negative() && whole.abs() > limit
}

fn wrong_line(line: &LineView<'_>, time: Time) -> Wrong {
    let consumption = &line.line.consumption;
    let Time {
        judged,
        units,
        since,
    } = time;
    let suggest = |judged: &Judged, since: Option<i32>| {
        let since = since.map(month_text);
        let material = line.line.material;
        suggestion(material, consumption, &judged.used, &judged.units, since)
    };
    Wrong {
        material: line.line.material,
        declared: line.gross.clone(),
        // What came back beyond what was taken is of other goods.
        actual: judged.actual().unwrap_or_default().max(Exact::zero()),
        share: consumption.bonded_share(),
        units,
        made_before: since.is_some(),
        suggestion: suggest(&judged, since),
        over_all: suggest(&line.judged(), None),
        price: price(line.material()),
    }
}

/// A material that the version does not declare: since it is issued, and what was made before has none
/// of it. `None` where no unit was made.
fn undeclared_line(
    version: &VersionView<'_>,
    material: u16,
    tally: &LineTally,
    gone: Total,
) -> Option<Wrong> {
    let units_of = |made: Made| match version.version.defects {
        Some(Defects::Folded) => exact(made.good + made.rejected),
        _ => exact(made.good),
    };
    let months = version.months_of(tally);
    let first = months.iter().position(|it| it.taken.used != 0)?;
    let mut before = Made::default();
    for month in &months[..first] {
        before.good += month.made.good;
        before.rejected += month.made.rejected;
    }
    let (before, whole) = (units_of(before), units_of(version.tally.made));
    let units = &whole - &before;
    if units <= Exact::zero() {
        return None;
    }
    let since = (!before.is_zero()).then(|| months[first].month);
    let used = exact(tally.used);
    let suggest = |units: &Exact, since: Option<i32>| {
        let net: Net = (&used / units).rounded_text(9).parse().ok()?;
        let guess = Consumption::new(net, Percent::ZERO, Percent::ZERO, Percent::HUNDRED).ok()?;
        suggestion(material, &guess, &used, units, since.map(month_text))
    };
    Some(Wrong {
        material,
        declared: Exact::zero(),
        actual: (&used / &units).max(Exact::zero()),
        share: Percent::HUNDRED,
        suggestion: suggest(&units, since),
        over_all: suggest(&whole, None),
        units: (Exact::from(gone) - before).max(Exact::zero()),
        made_before: since.is_some(),
        price: price(version.declaration.material(material)),
    })
}

/// The declared net and the intangible loss are kept where they can be; the tangible loss takes the
/// rest.
fn suggestion(
    material: u16,
    declared: &Consumption,
    used: &Exact,
    units: &Exact,
    since: Option<String>,
) -> Option<Suggestion> {
    let quantity = |it: &Exact| -> Option<Quantity> {
        i64::try_from(it.round5().raw())
            .ok()
            .and_then(Quantity::from_raw)
    };
    let fitted = fit(declared.net(), quantity(used)?, quantity(units)?).ok()?;
    let intangible = declared.intangible_loss().min(fitted.loss);
    let tangible = Percent::from_raw(fitted.loss.raw() - intangible.raw())?;
    let share = declared.bonded_share();
    let consumption = Consumption::new(fitted.net, tangible, intangible, share).ok()?;
    Some(Suggestion {
        material,
        since,
        net: fitted.net,
        tangible_loss: tangible,
        intangible_loss: intangible,
        bonded_share: share,
        gross: Exact::of(&consumption.gross()).rounded_text(9),
    })
}

impl Wrong {
    fn disclosed(&self) -> Disclosed {
        let per_unit = (&self.declared - &self.actual).percent(self.share);
        let quantity = &self.units * &per_unit;
        let money = self
            .price
            .as_ref()
            .map(|(price, _)| (price * &quantity).rounded_text(2));
        Disclosed {
            material: self.material,
            units: self.units.round5(),
            declared: self.declared.rounded_text(9),
            actual: self.actual.rounded_text(9),
            quantity: quantity.round5(),
            money,
            currency: self.price.as_ref().and_then(|it| it.1.clone()),
        }
    }
}
