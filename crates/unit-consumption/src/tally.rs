//! What is kept of production records while they stream by: totals, months, a few examples. Its size
//! depends on the declaration and on the months, never on the number of orders; and no total depends
//! on the order of the records.

use std::collections::BTreeMap;

use chrono::Datelike;

use crate::declaration::{Declaration, Defects, Stage, Version};
use crate::exact::Exact;
use crate::policy::Policy;
use crate::production::{Issue, Record};
use crate::recent::Recent;
use crate::{Date, Percent, Total};

/// How many names that nobody declared are told one by one.
pub const UNKNOWN_MAX: usize = 1_000;
/// How many of the most extreme orders are named.
pub const OUTLIERS_NAMED: usize = 5;

/// All records of one handbook.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) records: u64,
    pub(crate) rows: u64,
    pub(crate) first: Option<Date>,
    pub(crate) last: Option<Date>,
    /// As the declaration's versions.
    pub(crate) versions: Vec<VersionTally>,
    pub(crate) unknown: BTreeMap<Unknown, Sample>,
    /// Records with an unknown name beyond those told.
    pub(crate) unknown_records: u64,
    pub(crate) repeated: Sample,
    recent: Recent,
    /// Product, version and its index, sorted.
    names: Vec<(u16, String, usize)>,
    found_last: usize,
    /// True for the numbers that are on file.
    materials: Vec<bool>,
    products: Vec<bool>,
}

/// What a record names and the declaration does not.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Unknown {
    Product(u16),
    Version(u16, String),
    Material(u16),
}

/// How often, how much, and the first of them by date and order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Sample {
    pub(crate) records: u64,
    pub(crate) quantity: i128,
    pub(crate) first: Option<(Date, String)>,
}

/// All records of a version.
#[derive(Clone, Debug, Default)]
pub(crate) struct VersionTally {
    pub(crate) records: u64,
    pub(crate) made: Made,
    pub(crate) months: Months<Made>,
    /// As the version's lines.
    pub(crate) lines: Vec<LineTally>,
    /// Materials issued that the version does not declare.
    pub(crate) undeclared: BTreeMap<u16, LineTally>,
    /// Orders before the version was on file or valid, and after it was replaced.
    pub(crate) early: Sample,
    pub(crate) late: Sample,
    /// Index + 1 of the line of a material.
    line_of: Vec<u32>,
    measures: Vec<Measure>,
    /// As the lines: the stages of its yield chain, none where it has none.
    stages: Vec<Vec<String>>,
    /// While a record is counted: what it used, line by line.
    used: Vec<(usize, i128)>,
    defects: Option<Defects>,
    from: Option<Date>,
    until: Option<Date>,
}

/// Units made, counted in 1/100,000.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Made {
    pub(crate) good: i128,
    pub(crate) rejected: i128,
}

/// All rows of a material in a version, counted in 1/100,000.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineTally {
    /// Rows of process consumption.
    pub(crate) rows: u64,
    /// Issued less returned, without what a cause excludes.
    pub(crate) used: i128,
    pub(crate) scrap: i128,
    pub(crate) causes: [CauseTally; 7],
    pub(crate) months: Months<Taken>,
    /// As the stages of the line's yield chain; what names no stage of it went in at the first.
    pub(crate) stages: Vec<Taken>,
    pub(crate) outliers: Outliers,
    /// Used by records that made nothing.
    pub(crate) nothing_made: Sample,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct CauseTally {
    pub(crate) rows: u64,
    pub(crate) used: i128,
    pub(crate) scrap: i128,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Taken {
    pub(crate) rows: u64,
    pub(crate) used: i128,
    pub(crate) scrap: i128,
}

/// Orders far from what is declared.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Outliers {
    pub(crate) orders: u64,
    /// The farthest first; ties by order and date.
    pub(crate) farthest: Vec<Outlier>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Outlier {
    pub(crate) order: String,
    pub(crate) date: Date,
    pub(crate) used: i128,
    pub(crate) units: i128,
    /// Used less expected, rounded down.
    pub(crate) difference: i128,
}

/// Values by month, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Months<T> {
    all: Vec<(i32, T)>,
    found_last: usize,
}

/// The declared gross of a line, ready to be compared with one order.
#[derive(Clone, Debug)]
struct Measure {
    gross: Exact,
    words: Option<(u64, u64)>,
    limit: Percent,
}

/// The month of a day, as one number; see [`month_text`].
fn month(day: Date) -> i32 {
    day.year() * 12 + day.month0() as i32
}

/// `2026-03`.
pub(crate) fn month_text(month: i32) -> String {
    format!(
        "{:04}-{:02}",
        month.div_euclid(12),
        month.rem_euclid(12) + 1
    )
}

impl<T: Default> Months<T> {
    fn of(&mut self, month: i32) -> &mut T {
        if self.all.get(self.found_last).is_none_or(|it| it.0 != month) {
            self.found_last = match self.all.binary_search_by_key(&month, |it| it.0) {
                Ok(at) => at,
                Err(at) => {
                    self.all.insert(at, (month, T::default()));
                    at
                }
            };
        }
        &mut self.all[self.found_last].1
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (i32, &T)> {
        self.all.iter().map(|(month, it)| (*month, it))
    }
}

impl Sample {
    fn add(&mut self, record: &Record, quantity: i128) {
        self.records += 1;
        self.quantity += quantity;
        let earlier = self.first.as_ref().is_none_or(|(date, order)| {
            (record.date, record.order.as_str()) < (*date, order.as_str())
        });
        if earlier {
            self.first = Some((record.date, record.order.clone()));
        }
    }

    pub(crate) fn total(&self) -> Total {
        Total::from_raw(self.quantity)
    }
}

impl Measure {
    /// Used less what the units need, rounded down, where it is farther from 0 than the limit and
    /// what so many rows are known to (one of the last digit each) together.
    fn outlies(&self, used: i128, units: i128, rows: i128) -> Option<i128> {
        let exactly = || {
            let expected = Exact::from(Total::from_raw(units)) * self.gross.clone();
            let difference = Exact::from(Total::from_raw(used)) - expected.clone();
            let limit = expected.percent(self.limit) + Exact::from(Total::from_raw(rows));
            (difference.abs() > limit, difference)
        };
        let Some((over, under)) = self.words else {
            let (beyond, difference) = exactly();
            return beyond.then(|| difference.round5().raw());
        };
        // Rounded down, so at most 1 above the truth; the comparison is exact where that could tell.
        let expected = match (u64::try_from(units), u32::try_from(over)) {
            (Ok(units), Ok(small)) if units.checked_mul(u64::from(small)).is_some() => {
                i128::from(units * u64::from(small) / under)
            }
            // At most 61 and 64 bits.
            _ => units * i128::from(over) / i128::from(under),
        };
        let difference = used - expected;
        let hundred = i128::from(Percent::HUNDRED.raw());
        let slack = hundred * 4;
        let scaled = difference.abs().checked_mul(hundred);
        let limit = expected
            .checked_mul(i128::from(self.limit.raw()))
            .and_then(|it| it.checked_add(rows.checked_mul(hundred)?));
        if let (Some(scaled), Some(limit)) = (scaled, limit) {
            if scaled > limit.saturating_add(slack) {
                return Some(difference);
            }
            if difference == 0 || scaled.saturating_add(slack) < limit {
                return None;
            }
        }
        exactly().0.then_some(difference)
    }
}

impl Outliers {
    fn add(&mut self, outlier: Outlier) {
        self.orders += 1;
        let key = |it: &Outlier| {
            let order = it.order.clone();
            (
                -it.difference.abs(),
                it.date,
                order,
                it.difference,
                it.units,
            )
        };
        if self.farthest.len() == OUTLIERS_NAMED
            && self
                .farthest
                .last()
                .is_some_and(|it| it.difference.abs() > outlier.difference.abs())
        {
            return;
        }
        let at = self.farthest.partition_point(|it| key(it) <= key(&outlier));
        self.farthest.insert(at, outlier);
        self.farthest.truncate(OUTLIERS_NAMED);
    }
}

impl LineTally {
    fn of_stages(stages: usize) -> LineTally {
        LineTally {
            stages: vec![Taken::default(); stages],
            ..LineTally::default()
        }
    }

    /// Tells what was used, where it is process consumption.
    fn add(&mut self, issue: &Issue, month: i32, stage: Option<usize>) -> Option<i128> {
        let used = i128::from(issue.issued.raw()) - i128::from(issue.returned.raw());
        let scrap = i128::from(issue.scrap.raw());
        if let Some(cause) = issue.cause {
            let tally = &mut self.causes[cause as usize];
            tally.rows += 1;
            tally.used += used;
            tally.scrap += scrap;
            if cause.is_no_process_loss() {
                return None;
            }
        }
        self.rows += 1;
        self.used += used;
        self.scrap += scrap;
        let taken = |it: &mut Taken| {
            it.rows += 1;
            it.used += used;
            it.scrap += scrap;
        };
        taken(self.months.of(month));
        if let Some(of_stage) = self.stages.get_mut(stage.unwrap_or(0)) {
            taken(of_stage);
        }
        Some(used)
    }
}

impl VersionTally {
    fn of(declaration: &Declaration, version: &Version, policy: &Policy) -> VersionTally {
        let limits = policy.on(version.on_file.or(declaration.valid_from));
        let highest = version
            .lines
            .iter()
            .map(|it| it.material)
            .max()
            .unwrap_or(0);
        let mut line_of = vec![0; usize::from(highest) + 1];
        for (at, line) in version.lines.iter().enumerate() {
            line_of[usize::from(line.material)] = at as u32 + 1;
        }
        let measure = |it: &crate::declaration::Line| {
            let gross = it.consumption.gross();
            Measure {
                words: gross.words(),
                gross: Exact::of(&gross),
                limit: limits.outlier,
            }
        };
        let stages = |it: &crate::declaration::Line| {
            let chain = declaration.yield_chain(version, it.material);
            let stages = chain.map_or(&[][..], |chain| &chain.stages);
            stages.iter().map(|it| it.stage.clone()).collect()
        };
        let stages: Vec<Vec<String>> = version.lines.iter().map(stages).collect();
        VersionTally {
            lines: stages
                .iter()
                .map(|it| LineTally::of_stages(it.len()))
                .collect(),
            stages,
            measures: version.lines.iter().map(measure).collect(),
            line_of,
            defects: version.defects,
            // On a book that declares before closure, a version comes on file after its production.
            from: match declaration.stage {
                Stage::BeforeClosure => version.valid_from,
                _ => version.valid_from.max(version.on_file),
            },
            until: version.valid_until,
            ..VersionTally::default()
        }
    }

    fn add(&mut self, record: &Record) {
        let month = month(record.date);
        let good = i128::from(record.good.raw());
        let rejected = i128::from(record.rejected.raw());
        self.records += 1;
        for made in [&mut self.made, self.months.of(month)] {
            made.good += good;
            made.rejected += rejected;
        }
        if self.from.is_some_and(|from| record.date < from) {
            self.early.add(record, good);
        }
        if self.until.is_some_and(|until| record.date > until) {
            self.late.add(record, good);
        }
        let mut used = std::mem::take(&mut self.used);
        for issue in &record.materials {
            let line = self.line_of.get(usize::from(issue.material)).copied();
            let Some(line) = line.and_then(|it| it.checked_sub(1)).map(|it| it as usize) else {
                let tally = self.undeclared.entry(issue.material).or_default();
                tally.add(issue, month, None);
                continue;
            };
            let stages = &self.stages[line];
            let stage = stages
                .iter()
                .position(|it| Some(it) == issue.stage.as_ref());
            if let Some(taken) = self.lines[line].add(issue, month, stage) {
                used.push((line, taken));
            }
        }
        // An order is judged once for each material, by all its rows.
        used.sort_unstable_by_key(|it| it.0);
        for rows in used.chunk_by(|a, b| a.0 == b.0) {
            let used = rows.iter().map(|it| it.1).sum();
            self.judge(record, rows[0].0, used, rows.len() as i128);
        }
        used.clear();
        self.used = used;
    }

    /// One order against what its units need of a material.
    fn judge(&mut self, record: &Record, line: usize, used: i128, rows: i128) {
        let good = i128::from(record.good.raw());
        let rejected = i128::from(record.rejected.raw());
        let tally = &mut self.lines[line];
        if good == 0 && rejected == 0 {
            if used > 0 {
                tally.nothing_made.add(record, used);
            }
            return;
        }
        let measure = &self.measures[line];
        let difference = match self.defects {
            Some(Defects::InLoss) => measure.outlies(used, good, rows),
            Some(Defects::Folded) => measure.outlies(used, good + rejected, rows),
            // Nobody said where rejects are accounted for: an order that fits either way fits.
            None if rejected == 0 => measure.outlies(used, good, rows),
            None => measure
                .outlies(used, good, rows)
                .and_then(|it| measure.outlies(used, good + rejected, rows).map(|_| it)),
        };
        if let Some(difference) = difference {
            tally.outliers.add(Outlier {
                order: record.order.clone(),
                date: record.date,
                used,
                units: good,
                difference,
            });
        }
    }
}

fn by_number(numbers: impl Iterator<Item = u16> + Clone) -> Vec<bool> {
    let highest = numbers.clone().max().unwrap_or(0);
    let mut on_file = vec![false; usize::from(highest) + 1];
    for number in numbers {
        on_file[usize::from(number)] = true;
    }
    on_file
}

fn has(on_file: &[bool], number: u16) -> bool {
    on_file.get(usize::from(number)) == Some(&true)
}

impl Tally {
    pub(crate) fn of(declaration: &Declaration, policy: &Policy) -> Tally {
        let versions = declaration.versions.iter();
        let mut names: Vec<(u16, String, usize)> = versions
            .clone()
            .enumerate()
            .map(|(at, it)| (it.product, it.name.clone(), at))
            .collect();
        names.sort();
        let materials = declaration.materials.iter().map(|it| it.seq);
        let products = declaration.products.iter().map(|it| it.seq);
        Tally {
            records: 0,
            rows: 0,
            first: None,
            last: None,
            versions: versions
                .map(|it| VersionTally::of(declaration, it, policy))
                .collect(),
            unknown: BTreeMap::new(),
            unknown_records: 0,
            repeated: Sample::default(),
            recent: Recent::default(),
            names,
            found_last: 0,
            materials: by_number(materials),
            products: by_number(products),
        }
    }

    pub(crate) fn add(&mut self, record: &Record) {
        self.records += 1;
        self.rows += record.materials.len() as u64;
        self.first = Some(self.first.map_or(record.date, |it| it.min(record.date)));
        self.last = self.last.max(Some(record.date));
        if self.recent.repeats(record) {
            self.repeated.add(record, i128::from(record.good.raw()));
        }
        for (at, issue) in record.materials.iter().enumerate() {
            let again = record.materials[..at.min(64)]
                .iter()
                .any(|it| it.material == issue.material);
            if !has(&self.materials, issue.material) && !again {
                let rows = record.materials[at..].iter();
                let used = rows
                    .filter(|it| it.material == issue.material)
                    .map(|it| i128::from(it.issued.raw()) - i128::from(it.returned.raw()))
                    .sum();
                self.unknown(Unknown::Material(issue.material), record, used);
            }
        }
        match self.version(record) {
            Some(at) => self.versions[at].add(record),
            None => {
                let unknown = match has(&self.products, record.product) {
                    false => Unknown::Product(record.product),
                    true => Unknown::Version(record.product, record.version.clone()),
                };
                self.unknown(unknown, record, i128::from(record.good.raw()));
            }
        }
    }

    fn version(&mut self, record: &Record) -> Option<usize> {
        let asked = (record.product, record.version.as_str());
        let is = |(product, name, _): &(u16, String, usize)| (*product, name.as_str()).cmp(&asked);
        if self
            .names
            .get(self.found_last)
            .is_none_or(|it| is(it).is_ne())
        {
            self.found_last = self.names.binary_search_by(is).ok()?;
        }
        Some(self.names[self.found_last].2)
    }

    /// The smallest names are told one by one: which they are does not depend on the order of the
    /// records, and none of them was ever left out, so its count is whole.
    fn unknown(&mut self, name: Unknown, record: &Record, quantity: i128) {
        self.unknown_records += 1;
        self.unknown.entry(name).or_default().add(record, quantity);
        if self.unknown.len() > UNKNOWN_MAX {
            self.unknown.pop_last();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cases;

    fn outliers(script: &str) -> Vec<String> {
        let report = cases::run(script).unwrap();
        let found = report.findings().filter(|it| it.code() == "outlier");
        found.map(ToString::to_string).collect()
    }

    #[test]
    fn the_rows_of_an_order_are_judged_together() {
        let apart = "P1<M1*1
            P1<M2*1
            2026-02-01 P1:100 M1:50@a M2:30 M1:40!substitution M1:70!breakage M2:70@b M1:10@c";
        assert_eq!(outliers(apart), [""; 0]);
        let far = apart.replace("M1:10@c", "M1:35@c");
        let says = "product 1 version 0, material 1: 1 order beyond 20 % of 1 a unit: WO-1 of 2026-02-01 (125 for 100 units)";
        assert_eq!(outliers(&far), [says]);
    }

    /// What is expected times the limit has more than 128 bits here.
    #[test]
    fn an_order_of_absurd_quantities_is_judged_too() {
        let script = "P1<M1*9999999999
            2026-02-01 P1:9999999999999 M1:1";
        assert_eq!(outliers(script).len(), 1);
    }
}
