//! Lines and verdicts as `docs/consumption.md` tells them.

use serde_json::{Value, json};
use unit_consumption::declaration::{Declaration, Line, Stage, Status, Version};

use super::figures::{Figure, percent, q, read, whole, written, zero};
use super::{Auditor, Found, gross, month_text};

/// Of a line, and of how many units that left, the declared value is wrong.
struct Wrong {
    material: u16,
    since: Option<i32>,
    declared: Figure,
    used: Figure,
    /// For which it was used.
    for_units: Figure,
    /// The same over all.
    whole: (Figure, Figure),
    share: Figure,
    units: Figure,
}

/// What a suggestion has to reproduce.
pub struct Target {
    pub material: u16,
    pub used: Figure,
    pub units: Figure,
}

fn status(declaration: &Declaration, version: &Version) -> Status {
    let undeclared = declaration.stage == Stage::BeforeClosure && !declaration.reported;
    match version.status {
        Some(status) => status,
        None if undeclared => Status::Undeclared,
        None => Status::Declared,
    }
}

/// Decree 155 art. 18; what was never declared cannot be frozen by goods that left.
fn frozen(declaration: &Declaration, version: &Version) -> Vec<&'static str> {
    let status = status(declaration, version);
    let open = declaration.stage == Stage::BeforeClosure && !declaration.reported;
    let declared = !open || status != Status::Undeclared;
    let reasons = [
        (declared && version.left.exported, "exported"),
        (declared && !version.left.sold.is_zero(), "sold_at_home"),
        (status == Status::Determined, "determined"),
        (declaration.enterprise.case_open == Some(true), "case_open"),
        (declaration.reported, "reported"),
    ];
    let holding = reasons.iter().filter(|it| it.0);
    holding.map(|it| it.1).collect()
}

impl<'a> Auditor<'a> {
    /// Every line of the versions of which there are records, by product, version and material.
    pub fn lines(&self) -> Vec<Value> {
        let mut lines = Vec::new();
        for version in self.versions() {
            if self.of(version).next().is_none() {
                continue;
            }
            for line in &version.lines {
                lines.push(self.line_table(version, line));
            }
        }
        lines
    }

    fn versions(&self) -> Vec<&'a Version> {
        let mut versions: Vec<&Version> = self.declaration.versions.iter().collect();
        versions.sort_by_key(|it| (it.product, it.name.clone()));
        versions
    }

    fn line_table(&self, version: &'a Version, line: &Line) -> Value {
        let judged = self.judged(version, line);
        let ratio = |over: &Figure, under: &Figure| (*under != zero()).then(|| over / under);
        let off = ratio(&judged.difference, &judged.expected);
        let tangible = line.consumption.tangible_loss();
        let price = self.material(line.material).and_then(|it| it.price);
        let share = read(line.consumption.bonded_share());
        let bonded = judged.difference.clone() * share / whole(100);
        json!({
            "product": version.product,
            "version": version.name,
            "material": line.material,
            "declared": written(&gross(line), 9),
            "actual": ratio(&judged.used, &judged.units).map(|it| written(&it, 9)),
            "units": q(&judged.units),
            "used": q(&judged.used),
            "expected": q(&judged.expected),
            "difference": q(&judged.difference),
            "percent": off.map(|it| written(&(it * whole(100)), 4)),
            "beyond": judged.beyond,
            "money": price.map(|it| written(&(bonded * read(it)), 2)),
            "scrap": q(&self.taken(version, line.material).scrap),
            "scrap_expected": q(&percent(&judged.expected, tangible)),
        })
    }

    /// One for each version that was made or left; one that is wrong and not used yet is corrected
    /// before it is used. The names of the others.
    pub fn verdicts(&self, findings: &[Found]) -> (Vec<Value>, Vec<Value>) {
        let (mut verdicts, mut unused) = (Vec::new(), Vec::new());
        for version in self.versions() {
            let of_version = self.of_version(findings, version);
            let made = self.of(version).next().is_some();
            if made || self.gone(version) != zero() || !of_version.is_empty() {
                verdicts.push(self.verdict(version, &of_version));
            } else {
                unused.push(json!({"product": version.product, "version": version.name}));
            }
        }
        (verdicts, unused)
    }

    /// Materials that somebody has to suggest something for, in the order in which they are told.
    pub fn targets(&self, findings: &[Found], version: &'a Version) -> Vec<Target> {
        let of_version = self.of_version(findings, version);
        let wrong = self.wrong(version, &of_version);
        // What is amended has one value for all of it.
        let amended = self.verdict(version, &of_version)["verdict"] == "amend";
        let targets = wrong.into_iter().map(|it| {
            let (used, units) = match amended {
                true => it.whole,
                false => (it.used, it.for_units),
            };
            Target {
                material: it.material,
                used,
                units,
            }
        });
        targets.collect()
    }

    /// What names the version; and what names no version and a material that it declares or of which
    /// its records have a row.
    fn of_version<'f>(&self, findings: &'f [Found], version: &'a Version) -> Vec<&'f Found> {
        let concerns = |it: &&Found| match (&it.version, it.product, it.material) {
            (Some(name), product, _) => product == Some(version.product) && *name == version.name,
            (None, _, Some(seq)) => {
                version.line(seq).is_some() || self.rows(version, seq).next().is_some()
            }
            _ => false,
        };
        findings.iter().filter(concerns).collect()
    }

    fn wrong(&self, version: &'a Version, findings: &[&Found]) -> Vec<Wrong> {
        let gone = self.gone(version);
        let found = |code: &str, material: u16| {
            let mut findings = findings.iter();
            findings.any(|it| it.code == code && it.material == Some(material))
        };
        let mut wrong = Vec::new();
        let bonded = version.lines.iter().filter(|it| super::is_bonded(it));
        for line in bonded {
            let differs = found("declared_differs", line.material);
            let differs = differs || found("never_issued", line.material);
            let step = self.step(version, line);
            if !differs && step.is_none() {
                continue;
            }
            let over_all = self.judged(version, line);
            let (mut judged, mut units, mut since) = (over_all.clone(), gone.clone(), None);
            // What was made before a step left first; with the right value, if it was right then.
            // Where nothing was made since, or more came back than was taken, that is of what was
            // made before.
            let right_before = |it: &super::Step| {
                let made = it.before.units > zero() && it.since.units > zero();
                let made = made && it.since.used >= zero();
                made && !it.before.beyond && it.since.beyond
            };
            let steps = [step, self.first_off(version, line)];
            if let Some(step) = steps.into_iter().flatten().find(right_before) {
                units = (units - &step.before.units).max(zero());
                (judged, since) = (step.since, Some(step.month));
            }
            let limit = percent(&judged.expected, self.limits(version).deviation)
                + super::rounding(self.taken(version, line.material).rows);
            let direction = |it: &Figure| *it < zero();
            let missing = direction(&over_all.difference) == direction(&judged.difference)
                && (over_all.difference > limit || over_all.difference < -limit);
            // The whole fits: only where a time is wrong that was right before, and the whole misses
            // what that time misses, something else would be declared.
            if !differs && (since.is_none() || !missing) {
                continue;
            }
            // Of no unit at all nobody knows what one takes.
            if judged.units == zero() {
                continue;
            }
            wrong.push(Wrong {
                material: line.material,
                since,
                declared: gross(line),
                used: judged.used,
                for_units: judged.units,
                whole: (over_all.used, over_all.units),
                share: read(line.consumption.bonded_share()),
                units,
            });
        }
        for material in self.undeclared(version) {
            if found("not_declared", material.seq) {
                // Units as everywhere: where nobody said which, the good ones. What was made before
                // it was first used has none of it, and left first.
                let reading = self.readings(version)[0];
                let all = reading.units(&self.made(version));
                let months = self.months_of(version, material.seq);
                let of = |it: &(i32, super::Made, super::Taken)| reading.units(&it.1);
                let Some(first) = months.iter().position(|it| it.2.used != zero()) else {
                    continue;
                };
                let before: Figure = months[..first].iter().map(of).sum();
                let units = all.clone() - &before;
                if units <= zero() {
                    continue;
                }
                let used = self.taken(version, material.seq).used;
                wrong.push(Wrong {
                    material: material.seq,
                    since: (before > zero()).then_some(months[first].0),
                    declared: zero(),
                    used: used.clone(),
                    for_units: units,
                    whole: (used, all),
                    share: whole(100),
                    units: (gone.clone() - before).max(zero()),
                });
            }
        }
        wrong.sort_by_key(|it| it.material);
        wrong
    }

    fn verdict(&self, version: &'a Version, findings: &[&Found]) -> Value {
        let frozen = frozen(self.declaration, version);
        let wrong = self.wrong(version, findings);
        let left_wrong: Vec<&Wrong> = wrong.iter().filter(|it| it.units != zero()).collect();
        let unused = self.of(version).next().is_none() && self.gone(version) == zero();
        // The version is right for what was made before the step, also where nothing left yet.
        let right_before = wrong.iter().all(|it| it.since.is_some());
        let kind = if unused && frozen.is_empty() {
            "amend"
        } else if wrong.is_empty() {
            self.without_difference(version, findings)
        } else if left_wrong.is_empty() && right_before {
            "new_version"
        } else if frozen.is_empty() {
            "amend"
        } else if left_wrong.is_empty() {
            "new_version"
        } else {
            "disclose"
        };
        let made = self.made(version);
        let disclosed: Vec<Value> = left_wrong.iter().map(|it| self.disclosed(it)).collect();
        json!({
            "product": version.product,
            "version": version.name,
            "verdict": kind,
            "status": status(self.declaration, version).as_str(),
            "frozen": frozen,
            "good": q(&made.good),
            "rejected": q(&made.rejected),
            "left": q(&self.gone(version)),
            "since": wrong.iter().map(|it| it.since.map(month_text)).collect::<Vec<_>>(),
            "disclosure": (kind == "disclose").then_some(disclosed),
        })
    }

    /// Warnings about single orders or excluded losses may stand beside a confirmation, and notes.
    fn without_difference(&self, version: &'a Version, findings: &[&Found]) -> &'static str {
        const BESIDE: [&str; 4] = [
            "outlier",
            "nothing_made",
            "not_process_loss",
            "evidence_incomplete",
        ];
        let against = findings.iter().any(|it| !BESIDE.contains(&it.code));
        match against || self.of(version).next().is_none() {
            true => "explain",
            false => "confirmed",
        }
    }

    fn disclosed(&self, wrong: &Wrong) -> Value {
        // Where no unit came out there is nothing to divide by.
        let actual = match wrong.for_units == zero() {
            true => zero(),
            false => wrong.used.clone() / &wrong.for_units,
        };
        // What came back beyond what was taken is of other goods.
        let actual = actual.max(zero());
        let per_unit = (wrong.declared.clone() - &actual) * &wrong.share / whole(100);
        let quantity = wrong.units.clone() * per_unit;
        let material = self.material(wrong.material);
        let price = material.and_then(|it| it.price);
        json!({
            "material": wrong.material,
            "units": q(&wrong.units),
            "declared": written(&wrong.declared, 9),
            "actual": written(&actual, 9),
            "quantity": q(&quantity),
            "money": price.map(|it| written(&(quantity * read(it)), 2)),
        })
    }
}
