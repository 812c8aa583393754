//! A second verification, slow and obvious, to compare the real one with.
//!
//! It keeps all records and nothing else: whatever is asked is added up from the first record on.
//! Figures are read from the decimal text that declarations and records write of themselves and stay
//! fractions to the end. It follows the texts of the rules and `docs/consumption.md`; where these
//! leave room, a comment says what was taken.

// Every test that takes something from here leaves something else.
#![allow(dead_code, unreachable_pub)]

pub mod cases;
pub mod figures;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use unit_consumption::declaration::{
    Declaration, Defects, Line, Material, Share, Stage, Standard, Status, Version, WaferMap,
    YieldChain,
};
use unit_consumption::policy::{Limits, Policy};
use unit_consumption::production::{Cause, Issue, Record};

use figures::{Figure, digit, nearer_to_zero, percent, q, read, sum, whole, written, zero};

/// What is found, as far as both sides have to say the same.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Found {
    pub code: &'static str,
    pub product: Option<u16>,
    pub version: Option<String>,
    pub material: Option<u16>,
    /// The difference and what else the finding names.
    pub figures: Vec<(&'static str, String)>,
}

impl Found {
    fn new(code: &'static str) -> Found {
        Found {
            code,
            product: None,
            version: None,
            material: None,
            figures: Vec::new(),
        }
    }

    fn product(mut self, seq: u16) -> Found {
        self.product = Some(seq);
        self
    }

    fn version(mut self, version: &Version) -> Found {
        self.version = Some(version.name.clone());
        self.product(version.product)
    }

    fn material(mut self, seq: u16) -> Found {
        self.material = Some(seq);
        self
    }

    fn with(mut self, name: &'static str, figure: impl ToString) -> Found {
        self.figures.push((name, figure.to_string()));
        self
    }

    fn differing(self, text: String) -> Found {
        self.with("difference", text)
    }
}

/// All records of one handbook, its declaration and the limits.
#[derive(Clone, Copy)]
pub struct Auditor<'a> {
    pub declaration: &'a Declaration,
    pub records: &'a [Record],
    pub policy: &'a Policy,
}

/// What was taken of a material.
#[derive(Clone)]
pub struct Taken {
    pub rows: i64,
    pub used: Figure,
    pub scrap: Figure,
}

/// Good and rejected units.
#[derive(Clone)]
pub struct Made {
    pub good: Figure,
    pub rejected: Figure,
}

impl Made {
    fn something(&self) -> bool {
        self.good.clone() + &self.rejected > zero()
    }
}

/// Which units a material was used for.
#[derive(Clone, Copy)]
pub enum Reading {
    Good,
    All,
}

impl Reading {
    pub fn units(self, made: &Made) -> Figure {
        match self {
            Reading::Good => made.good.clone(),
            Reading::All => made.good.clone() + &made.rejected,
        }
    }
}

/// Used against expected.
#[derive(Clone)]
pub struct Judged {
    pub units: Figure,
    pub used: Figure,
    pub expected: Figure,
    pub difference: Figure,
    pub beyond: bool,
}

/// The last months, all of them off in one direction.
pub struct Step {
    pub month: i32,
    pub months: usize,
    pub before: Judged,
    pub since: Judged,
}

fn month(record: &Record) -> i32 {
    record.date.year() * 12 + record.date.month0() as i32
}

pub fn month_text(month: i32) -> String {
    format!(
        "{:04}-{:02}",
        month.div_euclid(12),
        month.rem_euclid(12) + 1
    )
}

/// Rows without a cause, or with the cause `substitution`.
fn is_consumption(row: &Issue) -> bool {
    row.cause.is_none_or(|it| it == Cause::Substitution)
}

fn used(row: &Issue) -> Figure {
    read(row.issued) - read(row.returned)
}

fn taken<'r>(rows: impl Iterator<Item = &'r Issue>) -> Taken {
    let rows: Vec<&Issue> = rows.collect();
    let issued = sum(rows.iter().map(|it| it.issued));
    Taken {
        rows: rows.len() as i64,
        used: issued - sum(rows.iter().map(|it| it.returned)),
        scrap: sum(rows.iter().map(|it| it.scrap)),
    }
}

fn made<'r>(records: impl Iterator<Item = &'r Record>) -> Made {
    let records: Vec<&Record> = records.collect();
    Made {
        good: sum(records.iter().map(|it| it.good)),
        rejected: sum(records.iter().map(|it| it.rejected)),
    }
}

/// Records have 5 decimals: each row adds 0.00001 to what a difference has to pass.
pub(super) fn rounding(rows: i64) -> Figure {
    whole(rows) * digit(5)
}

fn net(line: &Line) -> Figure {
    read(line.consumption.net())
}

fn tangible(line: &Line) -> Figure {
    read(line.consumption.tangible_loss())
}

fn intangible(line: &Line) -> Figure {
    read(line.consumption.intangible_loss())
}

/// net ÷ (1 − tangible − intangible), of bonded and other material together.
pub fn gross(line: &Line) -> Figure {
    net(line) * whole(100) / (whole(100) - tangible(line) - intangible(line))
}

fn bonded_gross(line: &Line) -> Figure {
    percent(&gross(line), line.consumption.bonded_share())
}

fn is_bonded(line: &Line) -> bool {
    read(line.consumption.bonded_share()) > zero()
}

impl<'a> Auditor<'a> {
    /// Records of the handbook. Their order is nobody's concern.
    fn own(&self) -> impl Iterator<Item = &'a Record> + use<'a> {
        let handbook = self.declaration.handbook.as_str();
        self.records
            .iter()
            .filter(move |it| it.handbook == handbook)
    }

    fn of(&self, version: &'a Version) -> impl Iterator<Item = &'a Record> + use<'a> {
        let key = (version.product, version.name.as_str());
        self.own()
            .filter(move |it| (it.product, it.version.as_str()) == key)
    }

    fn material(&self, seq: u16) -> Option<&'a Material> {
        self.declaration.materials.iter().find(|it| it.seq == seq)
    }

    fn line(&self, product: u16, version: &str, material: u16) -> Option<(&'a Version, &'a Line)> {
        let versions = &self.declaration.versions;
        let version = versions
            .iter()
            .find(|it| it.product == product && it.name == version)?;
        let line = version.lines.iter().find(|it| it.material == material)?;
        Some((version, line))
    }

    fn every_line(&self) -> Vec<(&'a Version, &'a Line)> {
        let versions = self.declaration.versions.iter();
        versions
            .flat_map(|version| version.lines.iter().map(move |line| (version, line)))
            .filter(|(_, line)| is_bonded(line))
            .collect()
    }

    /// In force on the day on which the version came on file, else on the handbook's first day; the
    /// first ones count before their day, and the last ones where no day is known.
    pub fn limits(&self, version: &Version) -> &'a Limits {
        let all = self.policy.limits();
        let Some(day) = version.on_file.or(self.declaration.valid_from) else {
            return &all[all.len() - 1];
        };
        all.iter()
            .rev()
            .find(|it| it.from <= day)
            .unwrap_or(&all[0])
    }

    pub fn made(&self, version: &'a Version) -> Made {
        made(self.of(version))
    }

    pub fn taken(&self, version: &'a Version, material: u16) -> Taken {
        taken(self.rows(version, material).filter(|it| is_consumption(it)))
    }

    fn rows(&self, version: &'a Version, seq: u16) -> impl Iterator<Item = &'a Issue> + use<'a> {
        let rows = self.of(version).flat_map(|it| &it.materials);
        rows.filter(move |it| it.material == seq)
    }

    /// The units for which material was used, by each reading that is open: good ones, or all.
    fn readings(&self, version: &Version) -> &'static [Reading] {
        match version.defects {
            Some(Defects::InLoss) => &[Reading::Good],
            Some(Defects::Folded) => &[Reading::All],
            None => &[Reading::Good, Reading::All],
        }
    }

    fn judge_by(
        &self,
        reading: Reading,
        version: &Version,
        line: &Line,
        made: &Made,
        taken: &Taken,
    ) -> Judged {
        let units = reading.units(made);
        let expected = units.clone() * gross(line);
        let difference = taken.used.clone() - &expected;
        let limit = percent(&expected, self.limits(version).deviation);
        let beyond = difference.abs_beyond(&(limit + rounding(taken.rows)));
        Judged {
            units,
            used: taken.used.clone(),
            expected,
            difference,
            beyond,
        }
    }

    /// What fits either way fits; else the nearer reading counts.
    fn judge(&self, version: &Version, line: &Line, made: &Made, taken: &Taken) -> Judged {
        let mut best: Option<Judged> = None;
        for reading in self.readings(version) {
            let judged = self.judge_by(*reading, version, line, made, taken);
            let better = best.as_ref().is_none_or(|best| {
                (best.beyond && !judged.beyond)
                    || (best.beyond == judged.beyond
                        && nearer_to_zero(&judged.difference, &best.difference))
            });
            if better {
                best = Some(judged);
            }
        }
        best.expect("one reading at least")
    }

    /// The one reading that gives the figures of a line: the nearer one, before a step where there is
    /// one and something good was made before it, else over all.
    fn reading(&self, version: &'a Version, line: &Line) -> Reading {
        let since = self.step_since(version, line).map(|it| it.0);
        let (made, taken) = self.part(version, line, |month| since.is_none_or(|it| month < it));
        let (made, taken) = match since.is_some() && made.good == zero() {
            true => self.part(version, line, |_| true),
            false => (made, taken),
        };
        let mut nearest = self.readings(version)[0];
        for reading in self.readings(version) {
            let off = |it: Reading| taken.used.clone() - it.units(&made) * gross(line);
            if nearer_to_zero(&off(*reading), &off(nearest)) {
                nearest = *reading;
            }
        }
        nearest
    }

    /// All of it. Beyond the limit is what is beyond it by every reading.
    pub fn judged(&self, version: &'a Version, line: &Line) -> Judged {
        let (made, taken) = self.part(version, line, |_| true);
        let mut judged = self.judge_by(self.reading(version, line), version, line, &made, &taken);
        judged.beyond = is_bonded(line) && self.judge(version, line, &made, &taken).beyond;
        judged
    }

    /// What was made and taken in some months.
    fn part(&self, version: &'a Version, line: &Line, of: impl Fn(i32) -> bool) -> (Made, Taken) {
        self.part_of(version, line.material, of)
    }

    fn part_of(
        &self,
        version: &'a Version,
        material: u16,
        of: impl Fn(i32) -> bool,
    ) -> (Made, Taken) {
        let records: Vec<&Record> = self.of(version).filter(|it| of(month(it))).collect();
        let rows = records.iter().flat_map(|it| &it.materials);
        let rows = rows.filter(|it| it.material == material && is_consumption(it));
        (made(records.iter().copied()), taken(rows))
    }

    /// The months in which something was made: a good unit, or any where rejects are folded. What was
    /// taken in another month was taken for the goods of the last of these before it, or of the first
    /// of all. Where there is none, all is one month.
    fn months(&self, version: &'a Version, line: &Line) -> Vec<(i32, Made, Taken)> {
        self.months_of(version, line.material)
    }

    pub fn months_of(&self, version: &'a Version, material: u16) -> Vec<(i32, Made, Taken)> {
        let fewest = self.readings(version)[0];
        let makes = |of: i32| {
            let records = self.of(version).filter(|it| month(it) == of);
            fewest.units(&made(records)) > zero()
        };
        let all: BTreeSet<i32> = self.of(version).map(month).collect();
        let with_goods: Vec<i32> = all.iter().copied().filter(|it| makes(*it)).collect();
        let belongs_to = |of: i32| {
            let before = with_goods.iter().rev().find(|it| **it <= of);
            before.or(with_goods.first()).copied()
        };
        let months = match with_goods.is_empty() {
            true => all.first().into_iter().copied().collect(),
            false => with_goods.clone(),
        };
        let months = months.into_iter().map(|of| {
            let counts = |month: i32| belongs_to(month).is_none_or(|it| it == of);
            let (made, taken) = self.part_of(version, material, counts);
            (of, made, taken)
        });
        months.collect()
    }

    /// The first of the last months that are off in one direction, and how many they are.
    fn step_since(&self, version: &'a Version, line: &Line) -> Option<(i32, usize)> {
        if self.taken(version, line.material).rows == 0 || !self.made(version).something() {
            return None;
        }
        let months = self.months(version, line);
        let mut since: Vec<(i32, bool)> = Vec::new();
        for (month, made, taken) in months.iter().rev() {
            let judged = self.judge(version, line, made, taken);
            let more = judged.difference > zero();
            if !judged.beyond || since.last().is_some_and(|last| last.1 != more) {
                break;
            }
            since.push((*month, more));
        }
        let enough = since.len() >= self.limits(version).step_months as usize;
        since
            .last()
            .filter(|_| enough)
            .map(|it| (it.0, since.len()))
    }

    pub fn step(&self, version: &'a Version, line: &Line) -> Option<Step> {
        let (since, months) = self.step_since(version, line)?;
        Some(self.split(version, line, since, months))
    }

    /// The first month that is off, and all after it.
    pub fn first_off(&self, version: &'a Version, line: &Line) -> Option<Step> {
        let months = self.months(version, line);
        let off = |it: &(i32, Made, Taken)| self.judge(version, line, &it.1, &it.2).beyond;
        let at = months.iter().position(off)?;
        Some(self.split(version, line, months[at].0, months.len() - at))
    }

    fn split(&self, version: &'a Version, line: &Line, since: i32, months: usize) -> Step {
        let reading = self.reading(version, line);
        // What was taken ahead of the first goods belongs to them.
        let goods = self.months(version, line);
        let is_first = goods.first().is_some_and(|it| it.0 == since);
        let judged =
            |(made, taken): (Made, Taken)| self.judge_by(reading, version, line, &made, &taken);
        Step {
            month: since,
            months,
            before: judged(self.part(version, line, |month| !is_first && month < since)),
            since: judged(self.part(version, line, |month| is_first || month >= since)),
        }
    }

    /// By handbook, product, version and material.
    pub fn findings(&self) -> Vec<Found> {
        let rules: [fn(&Auditor<'a>, &mut Vec<Found>); 30] = [
            Auditor::unknown_item,
            Auditor::record_repeated,
            Auditor::filed_form,
            Auditor::line_missing,
            Auditor::never_issued,
            Auditor::not_declared,
            Auditor::mass_balance,
            Auditor::wafer_map,
            Auditor::wafer_unit,
            Auditor::shared_input,
            Auditor::yield_chain,
            Auditor::standard_exceeded,
            Auditor::standard_undercut,
            Auditor::declaration_missing,
            Auditor::version_not_valid,
            Auditor::evidence_incomplete,
            Auditor::output_short,
            Auditor::defect_counted_twice,
            Auditor::used_negative,
            Auditor::declared_differs,
            Auditor::consumption_step,
            Auditor::consumption_drift,
            Auditor::outlier,
            Auditor::nothing_made,
            Auditor::scrap_short,
            Auditor::scrap_excess,
            Auditor::observed_mass,
            Auditor::stage_yield,
            Auditor::not_process_loss,
            Auditor::substitution,
        ];
        let mut found = Vec::new();
        for rule in rules {
            rule(self, &mut found);
        }
        found.sort();
        found
    }

    fn unknown_item(&self, found: &mut Vec<Found>) {
        let products: BTreeSet<u16> = self.declaration.products.iter().map(|it| it.seq).collect();
        type Name = (Option<u16>, Option<String>, Option<u16>);
        let mut names: BTreeMap<Name, (usize, Figure)> = BTreeMap::new();
        for record in self.own() {
            let mut name = |key, quantity: Figure| {
                let entry = names.entry(key).or_insert((0, zero()));
                entry.0 += 1;
                entry.1 += quantity;
            };
            let versions = &self.declaration.versions;
            let version = || Some(record.version.clone());
            if !products.contains(&record.product) {
                name((Some(record.product), None, None), read(record.good));
            } else if !versions
                .iter()
                .any(|it| (it.product, &it.name) == (record.product, &record.version))
            {
                name((Some(record.product), version(), None), read(record.good));
            }
            // A record names a material once, in however many rows.
            let materials: BTreeSet<u16> = record.materials.iter().map(|it| it.material).collect();
            for seq in materials {
                if self.material(seq).is_none() {
                    let rows = record.materials.iter().filter(|it| it.material == seq);
                    name((None, None, Some(seq)), rows.map(used).sum());
                }
            }
        }
        for ((product, version, material), (records, quantity)) in names {
            let mut it = Found::new("unknown_item")
                .with("records", records)
                .with("quantity", q(&quantity));
            (it.product, it.version, it.material) = (product, version, material);
            found.push(it);
        }
    }

    fn record_repeated(&self, found: &mut Vec<Found>) {
        let records: Vec<&Record> = self.own().collect();
        let repeated = (0..records.len())
            .filter(|&at| records[..at].contains(&records[at]))
            .count();
        if repeated > 0 {
            found.push(Found::new("record_repeated").with("records", repeated));
        }
    }

    fn filed_form(&self, found: &mut Vec<Found>) {
        for filed in &self.declaration.filed {
            let form = &filed.form;
            let bonded = match form.share {
                Share::Bonded(share) => read(share),
                Share::NonBonded(share) => whole(100) - read(share),
            };
            let rates = [form.tangible_loss, form.intangible_loss];
            let rate = |at: usize| rates[at].map_or(zero(), read);
            let on_file = self.line(filed.product, &filed.version, filed.material);
            let says_the_same = |line: &Line| {
                bonded == read(line.consumption.bonded_share())
                    && match (form.net, form.gross) {
                        // A net with its rate; 2011 knew one rate, which is the tangible one.
                        (Some(filed), None) => {
                            rates.iter().any(Option::is_some)
                                && read(filed) == net(line)
                                && rate(0) == tangible(line)
                                && rate(1) == intangible(line)
                        }
                        // A gross without one.
                        (None, Some(filed)) => {
                            rates.iter().all(Option::is_none)
                                && written(&gross(line), 9) == written(&read(filed), 9)
                        }
                        _ => false,
                    }
            };
            if !on_file.is_some_and(|(_, line)| says_the_same(line)) {
                let mut it = Found::new("filed_form").product(filed.product);
                it.version = Some(filed.version.clone());
                found.push(it.material(filed.material));
            }
        }
    }

    fn line_missing(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            let left = version.left;
            let left = [left.quantity, left.sold, left.destroyed];
            let used = self.made(version).something() || left.iter().any(|it| !it.is_zero());
            if version.lines.is_empty() && used {
                found.push(Found::new("line_missing").version(version));
            }
        }
    }

    /// What has a cause was issued: then declared_differs tells that nothing of it was used.
    fn never_issued(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let never = self.rows(version, line.material).next().is_none();
            // Units by the reading that counts the most; what cannot be written is not missing.
            let readings = self.readings(version);
            let most = readings[readings.len() - 1].units(&self.made(version)) * gross(line);
            let never = never && q(&most) != q(&zero());
            if never && self.made(version).something() {
                let judged = self.judged(version, line);
                let it = Found::new("never_issued").version(version);
                let it = it.material(line.material);
                found.push(it.differing(q(&judged.difference)));
            }
        }
    }

    /// Materials issued for a version that does not declare them, and that are on file.
    pub fn undeclared(&self, version: &'a Version) -> Vec<&'a Material> {
        let used: BTreeSet<u16> = self
            .of(version)
            .flat_map(|it| it.materials.iter().map(|row| row.material))
            .collect();
        let undeclared = used.into_iter().filter(|&seq| version.line(seq).is_none());
        undeclared.filter_map(|seq| self.material(seq)).collect()
    }

    /// Used and returned to the last gram is not used.
    fn not_declared(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            for material in self.undeclared(version) {
                let taken = self.taken(version, material.seq);
                let used = taken.used;
                if !material.consumable && used.abs_beyond(&rounding(taken.rows)) {
                    let it = Found::new("not_declared").version(version);
                    found.push(it.material(material.seq).differing(q(&used)));
                }
            }
        }
    }

    /// Net consumptions and the product's weight, where all weights are known.
    fn masses(&self, version: &Version) -> Option<(Figure, Figure)> {
        let weight = |known: Option<String>, unit: &str| match known {
            Some(weight) => Some(read(weight)),
            None => (unit == "035").then(|| whole(1)),
        };
        let products = &self.declaration.products;
        let product = products.iter().find(|it| it.seq == version.product)?;
        let product = weight(product.weight.map(|it| it.to_string()), &product.unit)?;
        let mut nets = zero();
        for line in &version.lines {
            let material = self.material(line.material)?;
            if !material.consumable {
                nets += net(line) * self.weight(material)?;
            }
        }
        (!version.lines.is_empty()).then_some((nets, product))
    }

    fn weight(&self, material: &Material) -> Option<Figure> {
        match material.weight {
            Some(weight) => Some(read(weight)),
            None => (material.unit == "035").then(|| whole(1)),
        }
    }

    /// To the limit for masses, in percent of the product's weight.
    fn balances(&self, version: &Version, nets: &Figure, product: &Figure) -> bool {
        let limit = percent(product, self.limits(version).mass);
        !(nets - product).abs_beyond(&limit)
    }

    fn mass_balance(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            if let Some((nets, product)) = self.masses(version)
                && !self.balances(version, &nets, &product)
            {
                let it = Found::new("mass_balance").version(version);
                found.push(it.differing(written(&(nets - product), 9)));
            }
        }
    }

    fn one_unit(&self, version: &Version, line: &Line) -> bool {
        let products = &self.declaration.products;
        let product = products.iter().find(|it| it.seq == version.product);
        let material = self.material(line.material);
        product.zip(material).is_some_and(|(a, b)| a.unit == b.unit)
    }

    /// A map without dies says nothing.
    fn wafer_map(&self, found: &mut Vec<Found>) {
        for map in &self.declaration.wafer_maps {
            let Some((version, line)) = self.line(map.product, &map.version, map.material) else {
                continue;
            };
            if self.one_unit(version, line) || map.dies == 0 {
                continue;
            }
            let difference = net(line) - whole(1) / whole(map.dies.into());
            // Half of the last of 9 decimals.
            if difference.abs_beyond(&(digit(9) / whole(2))) {
                let it = Found::new("wafer_map").version(version);
                let it = it.material(map.material);
                found.push(it.differing(written(&difference, 9)));
            }
        }
    }

    /// Where a wafer map counts both sides in one unit, any net but 1 is that of the map.
    fn wafer_unit(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let products = &self.declaration.products;
            let product = products.iter().find(|it| it.seq == version.product);
            let Some((product, material)) = product.zip(self.material(line.material)) else {
                continue;
            };
            let of_line = |it: &&WaferMap| {
                (it.product, it.version.as_str(), it.material)
                    == (version.product, version.name.as_str(), line.material)
            };
            let mapped = self.declaration.wafer_maps.iter().any(|it| of_line(&it));
            let mixed = mapped && product.unit == material.unit && net(line) != whole(1);
            let slices = material.unit == "020"
                && (material.hs.starts_with("3818") || material.hs.starts_with("8542"));
            let chip = product.unit == "007" && product.hs.starts_with("8542");
            if mixed || (chip && slices && net(line) * whole(2) >= whole(1)) {
                let it = Found::new("wafer_unit").version(version);
                found.push(it.material(line.material));
            }
        }
    }

    fn shared_input(&self, found: &mut Vec<Found>) {
        for shared in &self.declaration.shared {
            let (mut sum, mut pieces, mut missing) = (zero(), zero(), false);
            for part in &shared.parts {
                let of = self.line(part.product, &part.version, shared.material);
                match of {
                    Some((_, line)) => sum += net(line) * read(part.per_unit),
                    None => missing = true,
                }
                pieces += read(part.per_unit);
            }
            let difference = sum - whole(1);
            if missing || difference.abs_beyond(&(pieces * digit(9) / whole(2))) {
                let it = Found::new("shared_input").material(shared.material);
                found.push(it.differing(written(&difference, 9)));
            }
        }
    }

    fn yield_chain(&self, found: &mut Vec<Found>) {
        for chain in &self.declaration.yields {
            let of = self.line(chain.product, &chain.version, chain.material);
            let Some((version, line)) = of else { continue };
            let mut kept = whole(1);
            for stage in &chain.stages {
                kept *= read(stage.percent) / whole(100);
            }
            let lost = (whole(1) - kept) * whole(100);
            let difference = tangible(line) + intangible(line) - lost;
            if difference.abs_beyond(&read(self.limits(version).stage_yield)) {
                let it = Found::new("yield_chain").version(version);
                let it = it.material(chain.material);
                found.push(it.differing(written(&difference, 9)));
            }
        }
    }

    /// The most particular standard in force on the day on which the version came on file; of two
    /// for the same codes the later one.
    fn standard(&self, version: &Version, line: &Line) -> Option<&'a Standard> {
        let products = &self.declaration.products;
        let product = products.iter().find(|it| it.seq == version.product)?;
        let material = self.material(line.material)?;
        let day = version.on_file.or(self.declaration.valid_from);
        let in_force = |it: &&Standard| match day {
            Some(day) => it.from <= day && it.until.is_none_or(|until| day <= until),
            None => it.until.is_none(),
        };
        let applies = |it: &&Standard| {
            product.hs.starts_with(&it.product) && material.hs.starts_with(&it.material)
        };
        let mut best: Option<&Standard> = None;
        for it in self
            .policy
            .standards
            .iter()
            .filter(applies)
            .filter(in_force)
        {
            let key = |it: &Standard| (it.product.len() + it.material.len(), it.from);
            if best.is_none_or(|best| key(it) >= key(best)) {
                best = Some(it);
            }
        }
        best
    }

    fn standard_exceeded(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let Some(standard) = self.standard(version, line) else {
                continue;
            };
            let excess = bonded_gross(line) - read(standard.upper);
            if excess > zero() {
                let it = Found::new("standard_exceeded").version(version);
                found.push(it.material(line.material).differing(written(&excess, 9)));
            }
        }
    }

    /// Beyond the upper limit of a standard whose limits cross, only that is told.
    fn standard_undercut(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let Some(standard) = self.standard(version, line) else {
                continue;
            };
            let Some(lower) = standard.lower else {
                continue;
            };
            let difference = bonded_gross(line) - read(lower);
            if difference < zero() && bonded_gross(line) <= read(standard.upper) {
                let it = Found::new("standard_undercut").version(version);
                let it = it.material(line.material);
                found.push(it.differing(written(&difference, 9)));
            }
        }
    }

    /// Goods left: a list of them was declared on some day, whatever has come back since.
    fn declaration_missing(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            let left = &version.left;
            let gone = left.exported || left.first.is_some() || self.gone(version) != zero();
            let undeclared = version.status == Some(Status::Undeclared);
            let before = version.on_file.zip(left.first);
            let missing = match self.declaration.stage {
                Stage::BeforeClosure => self.declaration.reported && undeclared,
                _ => undeclared || before.is_some_and(|(on_file, first)| first < on_file),
            };
            if gone && missing {
                found.push(Found::new("declaration_missing").version(version));
            }
        }
    }

    fn version_not_valid(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            let on_file = match self.declaration.stage {
                Stage::BeforeClosure => None,
                _ => version.on_file,
            };
            let early = |it: &Record| {
                [on_file, version.valid_from]
                    .iter()
                    .flatten()
                    .any(|from| it.date < *from)
            };
            let late = |it: &Record| version.valid_until.is_some_and(|until| it.date > until);
            let tests: [&dyn Fn(&Record) -> bool; 2] = [&early, &late];
            for test in tests {
                let records: Vec<&Record> = self.of(version).filter(|it| test(it)).collect();
                if !records.is_empty() {
                    let good = made(records.iter().copied()).good;
                    let it = Found::new("version_not_valid").version(version);
                    let it = it.with("records", records.len());
                    found.push(it.with("good", q(&good)));
                }
            }
        }
    }

    /// Some of the three is known, and not all.
    fn evidence_incomplete(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            let parts = [
                version.basis.is_some(),
                version.approver.is_some(),
                version.evidence.is_some(),
            ];
            let known = parts.iter().filter(|it| **it).count();
            let used = self.of(version).next().is_some() || self.gone(version) != zero();
            if used && (1..3).contains(&known) {
                found.push(Found::new("evidence_incomplete").version(version));
            }
        }
    }

    pub fn gone(&self, version: &Version) -> Figure {
        let left = version.left;
        read(left.quantity) + read(left.sold) + read(left.destroyed)
    }

    fn output_short(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            let made = self.made(version);
            let all = match version.defects {
                Some(Defects::InLoss) => made.good.clone(),
                _ => made.good.clone() + &made.rejected,
            };
            let exported = read(version.left.quantity) - made.good;
            let difference = exported.max(self.gone(version) - all);
            if difference > zero() {
                let it = Found::new("output_short").version(version);
                found.push(it.differing(q(&difference)));
            }
        }
    }

    /// "Does not cover" is meant as everywhere: to the limit for deviations and the rounding.
    fn defect_counted_twice(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let folded = read(version.left.sold) + read(version.left.destroyed);
            let made = self.made(version);
            let rejects = (self.gone(version) - &made.good).min(folded);
            if rejects <= zero() || self.of(version).next().is_none() {
                continue;
            }
            let taken = self.taken(version, line.material);
            let needed = (made.good + &made.rejected) * gross(line);
            let missing = needed.clone() - &taken.used;
            let limit = percent(&needed, self.limits(version).deviation);
            let uncovered = missing > limit + rounding(taken.rows);
            let twice = match version.defects {
                Some(Defects::InLoss) => true,
                Some(Defects::Folded) => false,
                None => made.rejected > zero() && taken.rows > 0 && uncovered,
            };
            if twice {
                let it = Found::new("defect_counted_twice").version(version);
                let amount = q(&(rejects * bonded_gross(line)));
                found.push(it.material(line.material).differing(amount));
            }
        }
    }

    /// Of the materials that the version declares; another one is told by not_declared.
    fn used_negative(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let used = self.taken(version, line.material).used;
            if used < zero() {
                let it = Found::new("used_negative").version(version);
                found.push(it.material(line.material).differing(q(&used)));
            }
        }
    }

    /// Where no row names the material never_issued tells. What is used as a consumable is no
    /// consumption and was not meant to be, where the material is one.
    fn declared_differs(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let consumable = self.material(line.material).is_some_and(|it| it.consumable);
            let meant = |it: &&Issue| consumable && it.cause == Some(Cause::Consumable);
            let mut rows = self.rows(version, line.material);
            let named = rows.any(|it| !meant(&it));
            let judged = self.judged(version, line);
            let written = q(&judged.difference) != q(&zero());
            if named && self.made(version).something() && judged.beyond && written {
                let it = Found::new("declared_differs").version(version);
                let it = it.material(line.material);
                found.push(it.differing(q(&judged.difference)));
            }
        }
    }

    fn consumption_step(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            if let Some(step) = self.step(version, line) {
                let it = Found::new("consumption_step").version(version);
                let it = it.material(line.material);
                let it = it.with("since", month_text(step.month));
                let it = it.with("months", step.months);
                found.push(it.differing(q(&step.since.difference)));
            }
        }
    }

    /// A month counts by the reading that lies nearer.
    fn consumption_drift(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let limits = self.limits(version);
            let all = self.taken(version, line.material);
            if all.rows == 0 || !self.made(version).something() {
                continue;
            }
            let mut months = Vec::new();
            for (month, made, taken) in self.months(version, line) {
                let readings = self.readings(version).iter().map(|it| {
                    let expected = it.units(&made) * gross(line);
                    (taken.used.clone() - &expected, expected)
                });
                let mut readings: Vec<(Figure, Figure)> = readings.collect();
                if readings.len() == 2 && nearer_to_zero(&readings[1].0, &readings[0].0) {
                    readings.swap(0, 1);
                }
                let (difference, expected) = readings.swap_remove(0);
                months.push((month, difference, expected));
            }
            let Some(largest) = months.iter().map(|it| &it.2).max() else {
                continue;
            };
            let alarm = percent(largest, limits.drift);
            for (more, sign) in [("more", whole(1)), ("less", whole(-1))] {
                let (mut sum, mut since) = (zero(), None);
                for (month, difference, expected) in &months {
                    let half = percent(expected, limits.deviation) / whole(2);
                    sum += difference.clone() * &sign - half;
                    if sum <= zero() {
                        (sum, since) = (zero(), None);
                        continue;
                    }
                    since = since.or(Some(*month));
                    if sum > alarm.clone() + rounding(all.rows) {
                        let it = Found::new("consumption_drift").version(version);
                        let it = it.material(line.material);
                        let it = it.with("since", month_text(since.unwrap_or(*month)));
                        let it = it.with("reached", month_text(*month));
                        let it = it.with("direction", more);
                        found.push(it.differing(q(&sum)));
                        break;
                    }
                }
            }
        }
    }

    /// An order is a record. One that has no row of a material says nothing of it.
    fn outlier(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let limit = self.limits(version).outlier;
            let mut orders = 0;
            for record in self.of(version) {
                let rows = record.materials.iter();
                let taken =
                    taken(rows.filter(|it| it.material == line.material && is_consumption(it)));
                let made = made(std::iter::once(record));
                let far = |reading: &Reading| {
                    let expected = reading.units(&made) * gross(line);
                    let difference = taken.used.clone() - &expected;
                    difference.abs_beyond(&(percent(&expected, limit) + rounding(taken.rows)))
                };
                let judged = taken.rows > 0 && made.something();
                if judged && self.readings(version).iter().all(far) {
                    orders += 1;
                }
            }
            if orders > 0 {
                let it = Found::new("outlier").version(version);
                found.push(it.material(line.material).with("orders", orders));
            }
        }
    }

    /// "Give no cause": none of the six; a substitution is a use.
    fn nothing_made(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let (mut records, mut sum) = (0, zero());
            for record in self.of(version) {
                let rows = record.materials.iter();
                let taken =
                    taken(rows.filter(|it| it.material == line.material && is_consumption(it)));
                if !made(std::iter::once(record)).something() && taken.used > zero() {
                    records += 1;
                    sum += taken.used;
                }
            }
            if records > 0 {
                let it = Found::new("nothing_made").version(version);
                let it = it.material(line.material).with("records", records);
                found.push(it.with("used", q(&sum)));
            }
        }
    }

    /// Without production, and of what was never issued, there is nothing to compare scrap with.
    /// "By both readings": missing by each of them.
    fn scrap_short(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let taken = self.taken(version, line.material);
            let made = self.made(version);
            if taken.rows == 0 || !made.something() {
                continue;
            }
            let limit = self.limits(version).scrap;
            let mut least: Option<Figure> = None;
            let mut by_all = true;
            for reading in self.readings(version) {
                let units = reading.units(&made);
                let needed = units.clone() * gross(line);
                let declared = needed.clone() * tangible(line) / whole(100);
                let gone = needed * intangible(line) / whole(100);
                let shown = taken.used.clone() - units * net(line) - gone;
                let missing = declared.clone().min(shown) - &taken.scrap;
                by_all &= missing > percent(&declared, limit) + rounding(taken.rows);
                if least.as_ref().is_none_or(|it| missing < *it) {
                    least = Some(missing);
                }
            }
            if let Some(missing) = least.filter(|_| by_all) {
                let it = Found::new("scrap_short").version(version);
                found.push(it.material(line.material).differing(q(&-missing)));
            }
        }
    }

    /// Units are the good ones where nobody said that rejects are folded.
    fn scrap_excess(&self, found: &mut Vec<Found>) {
        for (version, line) in self.every_line() {
            let taken = self.taken(version, line.material);
            let made = self.made(version);
            if taken.rows == 0 || !made.something() {
                continue;
            }
            let units = self.readings(version)[0].units(&made);
            let needed = units.clone() * gross(line);
            let in_products = units * net(line);
            let observed = taken.used - &in_products;
            let declared = needed.clone() - &in_products;
            let excess = taken.scrap - &observed;
            let limits = self.limits(version);
            let loss = percent(&observed.max(declared), limits.scrap);
            let limit = loss.max(percent(&needed, limits.deviation));
            if excess > limit + rounding(taken.rows) {
                let it = Found::new("scrap_excess").version(version);
                found.push(it.material(line.material).differing(q(&excess)));
            }
        }
    }

    /// One reading of the units for all materials, the nearer one. Consumables are not in the
    /// product; where a material was never issued, never_issued tells. A row is known to 0.00001 of
    /// its material's unit, which weighs what the material weighs.
    fn observed_mass(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            let made = self.made(version);
            let Some((nets, product)) = self.masses(version) else {
                continue;
            };
            if !self.balances(version, &nets, &product) || !made.something() {
                continue;
            }
            let (mut went_in, mut scrap, mut vanishing) = (zero(), zero(), zero());
            let (mut known_to, mut never) = (zero(), false);
            for line in &version.lines {
                let Some(material) = self.material(line.material).filter(|it| !it.consumable)
                else {
                    continue;
                };
                let weight = self.weight(material).unwrap_or_default();
                let taken = self.taken(version, line.material);
                never |= taken.rows == 0;
                known_to += rounding(taken.rows) * &weight;
                went_in += taken.used * &weight;
                scrap += taken.scrap * &weight;
                vanishing += gross(line) * intangible(line) / whole(100) * weight;
            }
            let differences = self.readings(version).iter().map(|it| {
                let units = it.units(&made);
                went_in.clone() - units.clone() * &product - &scrap - units * &vanishing
            });
            let mut differences: Vec<Figure> = differences.collect();
            if differences.len() == 2 && nearer_to_zero(&differences[1], &differences[0]) {
                differences.swap(0, 1);
            }
            let difference = &differences[0];
            let limit = percent(&went_in, self.limits(version).deviation);
            if !never && difference.abs_beyond(&(limit + known_to)) {
                let it = Found::new("observed_mass").version(version);
                found.push(it.differing(q(difference)));
            }
        }
    }

    pub fn chain(&self, version: &Version, line: &Line) -> Option<&'a YieldChain> {
        let key = (version.product, &version.name, line.material);
        let mut chains = self.declaration.yields.iter();
        chains.find(|it| (it.product, &it.version, it.material) == key)
    }

    /// What went into each step: issued up to it less the scrap of the steps before. Rows that name
    /// no step of the chain went in at the first.
    pub fn steps(&self, version: &'a Version, chain: &YieldChain) -> Vec<(Figure, Taken)> {
        let place = |row: &Issue| {
            let mut stages = chain.stages.iter();
            let named = stages.position(|it| Some(&it.stage) == row.stage.as_ref());
            named.unwrap_or(0)
        };
        let mut flowing = zero();
        let mut steps = Vec::new();
        for at in 0..chain.stages.len() {
            let rows = self.rows(version, chain.material);
            let taken = taken(rows.filter(|it| is_consumption(it) && place(it) == at));
            let went_in = flowing + &taken.used;
            flowing = went_in.clone() - &taken.scrap;
            steps.push((went_in, taken));
        }
        steps
    }

    /// Nothing that went into a step yields nothing to compare. The rows up to a step say how well
    /// its yield is known.
    fn stage_yield(&self, found: &mut Vec<Found>) {
        for chain in &self.declaration.yields {
            let of = self.line(chain.product, &chain.version, chain.material);
            let Some((version, line)) = of else { continue };
            if intangible(line) != zero() {
                continue;
            }
            let mut rows = 0;
            let steps = self.steps(version, chain);
            for (stage, (went_in, taken)) in chain.stages.iter().zip(steps) {
                rows += taken.rows;
                if went_in <= zero() {
                    continue;
                }
                let observed = whole(100) - taken.scrap * whole(100) / &went_in;
                let difference = observed - read(stage.percent);
                let quantity = difference.clone() * &went_in / whole(100);
                let limit = read(self.limits(version).stage_yield) * &went_in / whole(100);
                if quantity.abs_beyond(&(limit + rounding(rows))) {
                    let it = Found::new("stage_yield").version(version);
                    let it = it.material(line.material).with("stage", &stage.stage);
                    found.push(it.differing(written(&difference, 4)));
                }
            }
        }
    }

    fn not_process_loss(&self, found: &mut Vec<Found>) {
        for version in &self.declaration.versions {
            let mut causes: BTreeMap<(u16, Cause), Vec<&Issue>> = BTreeMap::new();
            for row in self.of(version).flat_map(|it| &it.materials) {
                if let Some(cause) = row.cause.filter(|_| !is_consumption(row)) {
                    causes.entry((row.material, cause)).or_default().push(row);
                }
            }
            for ((seq, cause), rows) in causes {
                let taken = taken(rows.into_iter());
                let it = Found::new("not_process_loss").version(version);
                let it = it.material(seq).with("cause", cause.as_str());
                let it = it.with("rows", taken.rows);
                found.push(it.differing(q(&taken.used)));
            }
        }
    }

    /// All versions of the handbook together; only a memo with a document covers.
    fn substitution(&self, found: &mut Vec<Found>) {
        let mut substituted: BTreeMap<u16, Figure> = BTreeMap::new();
        for version in &self.declaration.versions {
            for row in self.of(version).flat_map(|it| &it.materials) {
                if row.cause == Some(Cause::Substitution) {
                    *substituted.entry(row.material).or_insert_with(zero) += used(row);
                }
            }
        }
        for (seq, quantity) in substituted {
            let memos = self.declaration.substitutions.iter();
            let covered: Figure = memos
                .filter(|it| it.material == seq && it.document.is_some())
                .map(|it| read(it.quantity))
                .sum();
            let supplied = self.declaration.supplied_materials;
            if supplied || quantity > covered {
                let difference = if supplied {
                    quantity
                } else {
                    quantity - covered
                };
                let it = Found::new("substitution").material(seq);
                found.push(it.differing(q(&difference)));
            }
        }
    }
}

trait Beyond {
    /// Farther from 0; a difference of exactly the limit is not beyond it.
    fn abs_beyond(&self, limit: &Figure) -> bool;
}

impl Beyond for Figure {
    fn abs_beyond(&self, limit: &Figure) -> bool {
        use num_traits::Signed;
        self.abs() > *limit
    }
}
