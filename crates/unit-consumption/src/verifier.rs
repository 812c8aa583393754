//! Declarations and records in, a report out.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::declaration::{Declaration, Stage};
use crate::eligibility::{Eligibility, eligibility};
use crate::finding::{Finding, Severity};
use crate::policy::{Limits, Policy};
use crate::production::Record;
use crate::rules;
use crate::tally::{Tally, UNKNOWN_MAX};
use crate::verdict::{Verdict, verdict};
use crate::view::{LineView, View, exact};
use crate::{Date, Percent, Total};

/// Verifies production records against declarations while they stream by. Its memory depends on the
/// declarations and on the number of months, not on the number of records; the report does not depend
/// on their order.
///
/// ```
/// use unit_consumption::verify::Verifier;
/// use unit_consumption::{Policy, cases};
///
/// // The case punished in 2025: declared 1.087, actual 1.025, 147,200 units exported.
/// let (declaration, records) = cases::read(
///     "P1<M1*1.087
///      version P1 left=147200 status=declared
///      2025-06-30 P1:147200 M1:150880",
/// )?;
/// let mut verifier = Verifier::new(vec![declaration], Policy::builtin());
/// for record in &records {
///     verifier.add(record);
/// }
/// let report = verifier.report(None);
/// let verdict = &report.handbooks[0].verdicts[0];
/// let told = verdict.disclosure.as_ref().ok_or("nothing to disclose")?;
/// assert_eq!(told.materials[0].quantity.to_string(), "9126.4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    declarations: Vec<Declaration>,
    tallies: Vec<Tally>,
    policy: Policy,
    found_last: usize,
    elsewhere: BTreeMap<String, u64>,
    records_elsewhere: u64,
}

/// The self-verification report (自核报告).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The limits by which it was made, in order of their days.
    pub limits: Vec<Limits>,
    /// All records read.
    pub records: u64,
    /// In order of their numbers.
    pub handbooks: Vec<HandbookReport>,
    /// Handbooks that records name and nobody declared, with the number of records: the first 1,000.
    pub elsewhere: Vec<Elsewhere>,
    /// Records of such handbooks.
    pub records_elsewhere: u64,
}

/// Records of a handbook that is not verified here.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Elsewhere {
    /// 手册编号, as the records write it.
    pub handbook: String,
    /// How many.
    pub records: u64,
}

/// The report on one handbook.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HandbookReport {
    /// 手册编号.
    pub handbook: String,
    /// 单耗申报环节.
    pub stage: Stage,
    /// Records of it.
    pub records: u64,
    /// Their rows of materials.
    pub rows: u64,
    /// The first day of the records.
    pub from: Option<Date>,
    /// The last day of the records.
    pub to: Option<Date>,
    /// May the enterprise verify itself?
    pub eligibility: Eligibility,
    /// One for each version that was made or left, by product and version.
    pub verdicts: Vec<Verdict>,
    /// By product, version, material and rule.
    pub findings: Vec<Finding>,
    /// Every line of the versions that were made: declared beside actual.
    pub lines: Vec<LineReport>,
    /// Versions on file of which nothing was made and nothing left.
    pub unused: Vec<Unused>,
}

/// A version without production.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Unused {
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号.
    pub version: String,
}

/// Declared beside actual, of one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LineReport {
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号.
    pub version: String,
    /// 料件序号.
    pub material: u16,
    /// 申报计量单位 of the material.
    pub unit: String,
    /// The declared gross, rounded to 9 decimals.
    pub declared: String,
    /// The actual one, rounded to 9 decimals.
    pub actual: Option<String>,
    /// The units it was used for.
    pub units: Total,
    /// Issued less returned, without what a cause excludes.
    pub used: Total,
    /// Units × declared gross, rounded once.
    pub expected: Total,
    /// Used less expected, rounded once.
    pub difference: Total,
    /// In percent of expected, rounded to 4 decimals.
    pub percent: Option<String>,
    /// The limit for it.
    pub limit: Percent,
    /// Beyond the limit.
    pub beyond: bool,
    /// The difference's value, rounded to 2 decimals, where a price is known.
    pub money: Option<String>,
    /// In this currency.
    pub currency: Option<String>,
    /// Scrap recorded.
    pub scrap: Total,
    /// Scrap that the declared tangible loss means, rounded once.
    pub scrap_expected: Total,
}

impl Verifier {
    /// Nothing read yet. Of two declarations of one handbook the first counts.
    pub fn new(mut declarations: Vec<Declaration>, policy: Policy) -> Verifier {
        declarations.sort_by(|a, b| a.handbook.cmp(&b.handbook));
        declarations.dedup_by(|a, b| a.handbook == b.handbook);
        let tallies = declarations.iter().map(|it| Tally::of(it, &policy));
        Verifier {
            tallies: tallies.collect(),
            declarations,
            policy,
            found_last: 0,
            elsewhere: BTreeMap::new(),
            records_elsewhere: 0,
        }
    }

    /// Counts one record.
    pub fn add(&mut self, record: &Record) {
        let found = |it: &Declaration| it.handbook == record.handbook;
        if !self.declarations.get(self.found_last).is_some_and(found) {
            let at = self
                .declarations
                .binary_search_by(|it| it.handbook.as_str().cmp(&record.handbook));
            let Ok(at) = at else {
                self.records_elsewhere += 1;
                *self.elsewhere.entry(record.handbook.clone()).or_default() += 1;
                if self.elsewhere.len() > UNKNOWN_MAX {
                    self.elsewhere.pop_last();
                }
                return;
            };
            self.found_last = at;
        }
        self.tallies[self.found_last].add(record);
    }

    /// Records counted so far.
    pub fn records(&self) -> u64 {
        self.tallies.iter().map(|it| it.records).sum::<u64>() + self.records_elsewhere
    }

    /// What all of it comes to. Eligibility is judged on the day that is given, else on the last day
    /// of each handbook's records.
    pub fn report(&self, on: Option<Date>) -> Report {
        let both = self.declarations.iter().zip(&self.tallies);
        let handbooks = both.map(|(declaration, tally)| {
            let view = View {
                declaration,
                tally,
                policy: &self.policy,
            };
            report(&view, on)
        });
        let elsewhere = self.elsewhere.iter().map(|(handbook, &records)| Elsewhere {
            handbook: handbook.clone(),
            records,
        });
        Report {
            limits: self.policy.limits().to_vec(),
            records: self.records(),
            handbooks: handbooks.collect(),
            elsewhere: elsewhere.collect(),
            records_elsewhere: self.records_elsewhere,
        }
    }
}

fn report(view: &View<'_>, on: Option<Date>) -> HandbookReport {
    let mut findings = Vec::new();
    for rule in rules::ALL {
        (rule.check)(view, &mut findings);
    }
    findings.sort_by(|a, b| a.place().cmp(&b.place()));
    let mut verdicts = Vec::new();
    let mut unused = Vec::new();
    let mut lines = Vec::new();
    let mut versions: Vec<_> = view.versions().collect();
    versions.sort_by(|a, b| {
        let key = |it: &crate::view::VersionView<'_>| (it.version.product, it.version.name.clone());
        key(a).cmp(&key(b))
    });
    for version in versions {
        let (product, name) = (version.version.product, version.version.name.as_str());
        let of_version: Vec<Finding> = findings
            .iter()
            .filter(|it| match (&it.version, it.material) {
                (Some(of), _) => it.product == Some(product) && of == name,
                // What concerns a material concerns the versions that it goes into.
                (None, Some(material)) => {
                    version.line(material).is_some()
                        || version.tally.undeclared.contains_key(&material)
                }
                (None, None) => false,
            })
            .cloned()
            .collect();
        match verdict(&version, &of_version) {
            Some(verdict) => verdicts.push(verdict),
            None => unused.push(Unused {
                product,
                version: name.to_string(),
            }),
        }
        if version.tally.records > 0 {
            lines.extend(version.lines().map(|it| line_report(&it)));
        }
    }
    HandbookReport {
        handbook: view.declaration.handbook.clone(),
        stage: view.declaration.stage,
        records: view.tally.records,
        rows: view.tally.rows,
        from: view.tally.first,
        to: view.tally.last,
        eligibility: eligibility(
            &view.declaration.enterprise,
            &view.policy.eligibility,
            on.or(view.tally.last),
        ),
        verdicts,
        findings,
        lines,
        unused,
    }
}

fn line_report(line: &LineView<'_>) -> LineReport {
    let judged = line.judged();
    let money = crate::rules::money(line, &judged.difference);
    let (money, currency) = money.unzip();
    let tangible = line.line.consumption.tangible_loss();
    LineReport {
        product: line.of.version.product,
        version: line.of.version.name.clone(),
        material: line.line.material,
        unit: line.unit().to_string(),
        declared: line.gross.rounded_text(9),
        actual: judged.actual().map(|it| it.rounded_text(9)),
        units: judged.units.round5(),
        used: judged.used.round5(),
        expected: judged.expected.round5(),
        difference: judged.difference.round5(),
        percent: judged.percent().map(|it| it.rounded_text(4)),
        limit: line.of.limits.deviation,
        beyond: judged.beyond,
        money,
        currency: currency.filter(|it| !it.is_empty()),
        scrap: exact(line.tally.scrap).round5(),
        scrap_expected: judged.expected.percent(tangible).round5(),
    }
}

impl Report {
    /// True where a finding is an error, or records name a handbook that is not verified here.
    pub fn has_errors(&self) -> bool {
        self.records_elsewhere > 0 || self.findings().any(|it| it.severity() == Severity::Error)
    }

    /// All findings of all handbooks.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.handbooks.iter().flat_map(|it| &it.findings)
    }
}
