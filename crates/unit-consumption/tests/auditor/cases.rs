//! Random cases in the language of `unit_consumption::cases`, so that one that disagrees can be read,
//! shortened and run again by hand. Lines that begin with `!` say what the language has no word for:
//!
//! - `!limits FROM deviation scrap outlier mass stage_yield drift step_months`
//! - `!case_open`; `!undated` (the handbook has no first day); `!unfiled P1 v=0` (the version has none)
//! - `!shared_version M1 P1 v=1`: a part of the shared material is of that version

use std::collections::BTreeMap;

use chrono::NaiveDate;
use num_traits::{Signed, ToPrimitive};
use unit_consumption::declaration::{Declaration, Standard};
use unit_consumption::policy::{Limits, Policy};
use unit_consumption::production::Record;
use unit_consumption::{cases, parse_date};

use super::figures::{Figure, digit, read, whole, written};

/// A case, or what is wrong with its lines.
pub fn load(lines: &[String]) -> Result<(Declaration, Vec<Record>, Policy), String> {
    let plain: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .filter(|it| !it.starts_with('!'))
        .collect();
    let (mut declaration, records) = cases::read(&plain.join("\n"))?;
    let builtin = Policy::builtin();
    let mut limits = Vec::new();
    for line in lines.iter().filter(|it| it.starts_with('!')) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[0] {
            "!limits" => limits.push(limits_of(&words[1..])),
            "!case_open" => declaration.enterprise.case_open = Some(true),
            "!undated" => declaration.valid_from = None,
            "!unfiled" => {
                let version = version_of(&mut declaration, &words[1..]);
                version.ok_or("no such version")?.on_file = None;
            }
            _ => {
                let shared = declaration.shared.iter_mut();
                let part = shared
                    .filter(|it| format!("M{}", it.material) == words[1])
                    .flat_map(|it| &mut it.parts)
                    .find(|it| format!("P{}", it.product) == words[2]);
                part.ok_or("no such part")?.version = words[3].replace("v=", "");
            }
        }
    }
    if limits.is_empty() {
        limits = builtin.limits().to_vec();
    }
    let standards = plain.iter().filter(|it| it.starts_with("standard "));
    let standards = standards.map(|it| standard(it).ok_or(format!("{it}: no standard")));
    let standards = standards.collect::<Result<_, _>>()?;
    let policy = Policy::new(limits, standards, builtin.eligibility);
    Ok((declaration, records, policy.map_err(|it| it.to_string())?))
}

fn version_of<'d>(
    declaration: &'d mut Declaration,
    words: &[&str],
) -> Option<&'d mut unit_consumption::declaration::Version> {
    let versions = declaration.versions.iter_mut();
    let name = words[1].replace("v=", "");
    versions
        .filter(|it| format!("P{}", it.product) == words[0])
        .find(|it| it.name == name)
}

fn limits_of(words: &[&str]) -> Limits {
    let percent = |at: usize| words[at].parse().expect("a percentage");
    Limits {
        from: parse_date(words[0]).expect("a date"),
        deviation: percent(1),
        scrap: percent(2),
        outlier: percent(3),
        mass: percent(4),
        stage_yield: percent(5),
        drift: percent(6),
        step_months: words[7].parse().expect("months"),
        source: "a test".into(),
    }
}

fn standard(line: &str) -> Option<Standard> {
    let words: Vec<&str> = line.split(' ').collect();
    let (product, material) = words.get(1)?.split_once('<')?;
    let word = |key: &str| words.iter().find_map(|it| it.strip_prefix(key));
    Some(Standard {
        product: product.into(),
        material: material.into(),
        upper: word("upper=")?.parse().ok()?,
        lower: word("lower=").and_then(|it| it.parse().ok()),
        from: word("from=").and_then(parse_date).unwrap_or_default(),
        until: word("until=").and_then(parse_date),
        source: "a test".into(),
    })
}

/// Splitmix64.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    pub fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize].clone()
    }
}

/// A row of a record; quantities counted in 1/100,000.
#[derive(Clone)]
struct Row {
    material: u16,
    issued: i64,
    returned: i64,
    scrap: i64,
    cause: &'static str,
    stage: String,
}

#[derive(Clone)]
struct Order {
    date: NaiveDate,
    product: u16,
    version: String,
    number: String,
    good: i64,
    rejected: i64,
    rows: Vec<Row>,
}

/// A line of the consumption table that is being made up.
#[derive(Clone)]
struct Planned {
    material: u16,
    /// Counted in 10^-9.
    net: u64,
    tangible: String,
    intangible: String,
    share: String,
    stages: Vec<(String, String)>,
}

struct PlannedVersion {
    product: u16,
    name: String,
    defects: &'static str,
    lines: Vec<Planned>,
}

impl Planned {
    fn gross(&self) -> Figure {
        let kept = whole(100) - read(&self.tangible) - read(&self.intangible);
        Figure::from_integer(self.net.into()) * digit(9) * whole(100) / kept
    }
}

fn decimals(raw: i64) -> String {
    written(&(whole(raw) * digit(5)), 5)
}

fn nine(raw: u64) -> String {
    written(&(Figure::from_integer(raw.into()) * digit(9)), 9)
}

/// As a count of 1/100,000, rounded down.
fn floor(figure: &Figure) -> i64 {
    let scaled = (figure / digit(5)).floor().to_integer();
    scaled.to_i64().unwrap_or(0)
}

fn rounded(figure: &Figure) -> i64 {
    let scaled = (figure / digit(5)).round().to_integer();
    scaled.to_i64().unwrap_or(0)
}

/// The count next to a figure on which a limit lies: exactly it where it ends there, or one of the
/// last digit off.
fn edge(dice: &mut Dice, figure: &Figure) -> i64 {
    let sign = if figure.is_negative() { -1 } else { 1 };
    sign * (floor(&figure.abs()) + dice.pick(&[-1, 0, 0, 0, 1, 1, 2]))
}

pub struct Maker {
    dice: Dice,
    lines: Vec<String>,
    orders: Vec<Order>,
    materials: u16,
    units: BTreeMap<String, &'static str>,
    /// Kilograms in one unit, where known.
    weights: BTreeMap<String, String>,
    consumables: Vec<u16>,
}

/// The lines of a case.
pub fn random_case(seed: u64) -> Vec<String> {
    let mut maker = Maker {
        dice: Dice::new(seed),
        lines: Vec::new(),
        orders: Vec::new(),
        materials: 0,
        units: BTreeMap::new(),
        weights: BTreeMap::new(),
        consumables: Vec::new(),
    };
    maker.case();
    maker.lines
}

impl Maker {
    fn case(&mut self) {
        self.book();
        self.materials = 1 + self.dice.below(3) as u16;
        for seq in 1..=self.materials {
            self.item('M', seq);
        }
        let products = 1 + self.dice.below(2) as u16;
        let mut versions = Vec::new();
        for seq in 1..=products {
            self.item('P', seq);
            for name in 0..1 + self.dice.below(2) {
                versions.push(self.version(seq, &name.to_string()));
            }
        }
        for version in &versions {
            self.production(version);
        }
        for version in &versions {
            for _ in 0..self.dice.below(3) {
                self.sharpen(version);
            }
        }
        self.odd_orders();
        for version in &versions {
            self.facts(version);
            self.forms(version);
        }
        self.shared(&versions);
        self.substituted();
        self.shuffle();
        let orders = std::mem::take(&mut self.orders);
        self.lines.extend(orders.iter().map(Order::line));
    }

    fn book(&mut self) {
        let mut line = "book".to_string();
        for (word, many) in [("supplied", 6), ("reported", 6)] {
            if self.dice.one_in(many) {
                line = format!("{line} {word}");
            }
        }
        line += self
            .dice
            .pick(&["", "", "", " before_closure", " at_filing"]);
        line += self.dice.pick(&["", "", " from=2026-02-15"]);
        self.lines.push(line);
        if self.dice.one_in(4) {
            self.lines
                .push("!limits 2020-01-01 1 5 20 0.01 1 2 2".into());
            let later = self.dice.pick(&[
                "!limits 2026-01-10 2 10 50 0.1 0.5 4 3",
                "!limits 2026-02-15 0 0 0 0 0 0 1",
                "!limits 2026-01-01 0.5 2.5 10 100 100 1 1",
            ]);
            self.lines.push(later.into());
        }
        for (word, many) in [("!case_open", 8), ("!undated", 8)] {
            if self.dice.one_in(many) {
                self.lines.push(word.into());
            }
        }
    }

    fn item(&mut self, letter: char, seq: u16) {
        let name = format!("{letter}{seq}");
        let product = letter == 'P';
        let unit = match product {
            true => self.dice.pick(&["007", "007", "035", "020"]),
            false => self.dice.pick(&["035", "035", "020", "036", "007", "070"]),
        };
        let mut line = format!("{name} unit={unit}");
        let hs = self
            .dice
            .pick(&["8542390000", "3818001900", "6203429000", "5208110000"]);
        line += &format!(" hs={hs}");
        let known = match unit {
            "036" => Some("0.001"),
            "070" => Some("1000"),
            "035" => None,
            _ if product => self.dice.pick(&[None, Some("0.5"), Some("1")]),
            _ => self.dice.pick(&[None, Some("0.125"), Some("2")]),
        };
        if let Some(weight) = known {
            line += &format!(" weight={weight}");
        }
        let weight = known.or((unit == "035").then_some("1"));
        if let Some(weight) = weight {
            self.weights.insert(name.clone(), weight.into());
        }
        if !product {
            line += self.dice.pick(&["", "", " price=40.4321", " price=0.005"]);
            if self.dice.one_in(8) {
                line += " consumable";
                self.consumables.push(seq);
            }
        }
        self.units.insert(name, unit);
        self.lines.push(line);
    }

    fn rates(&mut self) -> (String, String) {
        let tangible = self.dice.pick(&[
            "0",
            "0",
            "4",
            "20",
            "50",
            "10",
            "1.9",
            "7.9625",
            "0.5",
            "0.4",
            "33.333333333",
        ]);
        let intangible = self
            .dice
            .pick(&["0", "0", "0", "1", "0.5", "30", "0.000000001"]);
        (tangible.into(), intangible.into())
    }

    fn version(&mut self, product: u16, name: &str) -> PlannedVersion {
        let mut lines = Vec::new();
        let none = self.dice.one_in(16);
        for material in 1..=self.materials {
            if none || self.dice.one_in(5) {
                continue;
            }
            let nets = [
                1_000_000_000,
                500_000_000,
                960_000_000,
                2_000_000_000,
                1_087_000_000,
                115_741,
                200_000,
                2_500_000,
                400_000_000,
                1,
                600_000_000,
            ];
            let mut net = self.dice.pick(&nets);
            if self.dice.one_in(3) {
                let digits = 1 + self.dice.below(10) as u32;
                net = 1 + self.dice.below(10_u64.pow(digits));
            }
            let (tangible, intangible) = self.rates();
            let share = self.dice.pick(&["100", "100", "80", "0", "99.999999999"]);
            lines.push(Planned {
                material,
                net,
                tangible,
                intangible,
                share: share.into(),
                stages: Vec::new(),
            });
        }
        self.weigh(product, &mut lines);
        self.maps(product, name, &mut lines);
        let defects = self
            .dice
            .pick(&["", "", " defects=in_loss", " defects=folded"]);
        let version = PlannedVersion {
            product,
            name: name.into(),
            defects,
            lines,
        };
        let mut texts = Vec::new();
        for it in &version.lines {
            texts.push(format!(
                "P{product}<M{}*{} loss={} intangible={} share={} v={name}",
                it.material,
                nine(it.net),
                it.tangible,
                it.intangible,
                it.share
            ));
            if !it.stages.is_empty() {
                let stages = it
                    .stages
                    .iter()
                    .map(|(stage, yields)| format!(" {stage}={yields}"));
                let stages: String = stages.collect();
                texts.push(format!(
                    "yields P{product}<M{} v={name}{stages}",
                    it.material
                ));
            }
        }
        self.lines.extend(texts);
        version
    }

    /// Nets that add up to the product's weight, or miss it by the limit or a little more.
    fn weigh(&mut self, product: u16, lines: &mut [Planned]) {
        let Some(weight) = self.weights.get(&format!("P{product}")).map(read) else {
            return;
        };
        let of =
            |maker: &Maker, it: &Planned| maker.weights.get(&format!("M{}", it.material)).map(read);
        let counted: Vec<usize> = (0..lines.len())
            .filter(|&at| !self.consumables.contains(&lines[at].material))
            .collect();
        let Some((&last, others)) = counted.split_last() else {
            return;
        };
        if self.dice.one_in(4) {
            return;
        }
        let mut rest = weight.clone();
        for &at in others {
            let Some(each) = of(self, &lines[at]) else {
                return;
            };
            let part = rest.clone() * whole(1 + self.dice.below(6) as i64) / whole(10);
            let net = (part / &each / digit(9)).floor().to_integer().to_u64();
            lines[at].net = net.unwrap_or(1).max(1);
            rest -= Figure::from_integer(lines[at].net.into()) * digit(9) * each;
        }
        let Some(each) = of(self, &lines[last]) else {
            return;
        };
        let limit = weight / whole(10_000);
        let off = self.dice.pick(&[0, 0, 0, 1, -1, 2]);
        let off = limit * whole(off) + digit(9) * whole(self.dice.pick(&[0, 0, 1, -1]));
        let net = ((rest + off) / each / digit(9))
            .round()
            .to_integer()
            .to_u64();
        lines[last].net = net.unwrap_or(1).max(1);
    }

    /// Wafer maps and yield chains, right or a little off.
    fn maps(&mut self, product: u16, name: &str, lines: &mut [Planned]) {
        for it in lines {
            let material = it.material;
            if self.dice.one_in(6) {
                let dies = self.dice.pick(&[8640, 3, 7, 100, 6, 0, 1, 1024, 2048]);
                if dies > 0 && !self.dice.one_in(3) {
                    let right = 1_000_000_000 / dies;
                    it.net = (right + self.dice.below(3)).saturating_sub(1).max(1);
                }
                self.lines
                    .push(format!("map P{product}<M{material} v={name} dies={dies}"));
            }
            if self.dice.one_in(4) {
                let chains: [&[(&str, &str)]; 4] = [
                    &[("sort", "92.5"), ("assembly", "99.5")],
                    &[("sort", "90")],
                    &[
                        ("line", "96"),
                        ("sort", "92.5"),
                        ("assembly", "99.5"),
                        ("test", "98"),
                    ],
                    &[("sort", "100"), ("assembly", "50")],
                ];
                let chain = self.dice.pick(&chains);
                let own = |(stage, yields): &(&str, &str)| (stage.to_string(), yields.to_string());
                it.stages = chain.iter().map(own).collect();
                let kept = chain.iter().fold(whole(1), |kept, (_, yields)| {
                    kept * read(yields) / whole(100)
                });
                let off = self.dice.pick(&[0, 0, 0, 1, -1]);
                let off = whole(off) + digit(9) * whole(self.dice.pick(&[0, 0, 1, -1]));
                let lost = (whole(1) - kept) * whole(100) + off;
                if !self.dice.one_in(4) && !lost.is_negative() {
                    it.tangible = written(&lost, 9);
                    it.intangible = "0".into();
                }
            }
        }
    }

    /// Months of orders that follow the declaration more or less.
    fn production(&mut self, version: &PlannedVersion) {
        if self.dice.one_in(12) {
            return;
        }
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        let first = first + chrono::Months::new(self.dice.below(4) as u32);
        let months = self.dice.pick(&[1, 2, 3, 4, 6]);
        let size = self
            .dice
            .pick(&[100, 960, 10_000, 1_000_000, 100_000_000, 25_000_000_000]);
        let modes: Vec<(u64, i64, u64)> = version
            .lines
            .iter()
            .map(|_| {
                let per_thousand = self.dice.pick(&[4, 5, 6, 9, 10, 11, 20, 50, 210]);
                let sign = self.dice.pick(&[1, -1]);
                let from = self.dice.below(months);
                (self.dice.below(21), sign * per_thousand, from)
            })
            .collect();
        for month in 0..months {
            if months > 2 && self.dice.one_in(10) {
                continue;
            }
            for _ in 0..1 + self.dice.below(3) {
                let date = first + chrono::Months::new(month as u32);
                let date = date + chrono::Days::new(self.dice.below(28));
                let good = (1 + self.dice.below(100)) as i64 * size;
                let rejected = match self.dice.below(4) {
                    0 => self.dice.below(20) as i64 * size / 10,
                    1 => good / 50,
                    _ => 0,
                };
                let mut order = Order {
                    date,
                    product: version.product,
                    version: version.name.clone(),
                    number: format!("W{}", self.orders.len() + 1),
                    good,
                    rejected,
                    rows: Vec::new(),
                };
                if self.dice.one_in(40) {
                    (order.good, order.rejected) = (0, if self.dice.one_in(2) { 0 } else { size });
                }
                for (line, mode) in version.lines.iter().zip(&modes) {
                    self.issue(&mut order, version, line, *mode, month);
                }
                self.causes(&mut order);
                if !order.rows.is_empty() {
                    self.orders.push(order);
                }
            }
        }
    }

    fn issue(
        &mut self,
        order: &mut Order,
        version: &PlannedVersion,
        line: &Planned,
        (mode, per_thousand, from): (u64, i64, u64),
        month: u64,
    ) {
        let all = order.good + order.rejected;
        let units = match version.defects {
            " defects=in_loss" => order.good,
            " defects=folded" => all,
            _ => *[order.good, all]
                .get(version.name.len() % 2)
                .unwrap_or(&all),
        };
        let expected = whole(units) * digit(5) * line.gross();
        let off = match mode {
            0..=7 => 0,
            // Always, since a month, more and more, any way.
            8 | 9 => per_thousand,
            10..=13 if month >= from => per_thousand,
            14 | 15 => per_thousand * month as i64 / 2,
            16 | 17 => per_thousand * (self.dice.below(3) as i64 - 1),
            18 if self.dice.one_in(4) => self.dice.pick(&[-1000, -500, 500, 1000, 9000]),
            // Now and then none, or none at all.
            19 if self.dice.one_in(4) => return,
            20 => return,
            _ => 0,
        };
        let used = rounded(&(expected.clone() * whole(1000 + off) / whole(1000)));
        let mut row = Row {
            material: line.material,
            issued: used,
            returned: 0,
            scrap: 0,
            cause: "",
            stage: String::new(),
        };
        if self.dice.one_in(5) {
            row.returned = self.dice.pick(&[1, 100_000, used / 10]);
            row.issued += row.returned;
        }
        let scrap = expected * read(&line.tangible) / whole(100);
        let scrap = scrap * whole(self.dice.pick(&[100, 100, 100, 100, 95, 105, 0, 200]));
        row.scrap = rounded(&(scrap / whole(100)));
        if line.stages.is_empty() || self.dice.one_in(6) {
            if self.dice.one_in(8) {
                row.stage = self.dice.pick(&["sort", "nowhere"]).into();
            }
            order.rows.push(row);
            return;
        }
        // Each stage with its scrap; a part of the material goes in later.
        let mut flowing = whole(0);
        let later = self.dice.one_in(4) && line.stages.len() > 1;
        for (at, (stage, yields)) in line.stages.iter().enumerate() {
            let issued = match (at, later) {
                (0, true) => used - used / 3,
                (0, false) => used,
                (1, true) => used / 3,
                _ => 0,
            };
            flowing += whole(issued) * digit(5);
            let off = self.dice.pick(&[0, 0, 0, 0, 10, -10, 11, 30]);
            let lost = whole(100) - read(yields) + Figure::new(off.into(), 10.into());
            let lost = (flowing.clone() * lost / whole(100)).max(whole(0));
            let scrap = rounded(&lost);
            flowing -= whole(scrap) * digit(5);
            let mut of_stage = row.clone();
            (of_stage.issued, of_stage.returned) = (issued, 0);
            of_stage.scrap = scrap;
            of_stage.stage = stage.clone();
            order.rows.push(of_stage);
        }
    }

    /// Rows with a cause, and of materials that the version does not declare or nobody knows.
    fn causes(&mut self, order: &mut Order) {
        const CAUSES: [&str; 7] = [
            "power_cut",
            "breakage",
            "force_majeure",
            "off_contract",
            "non_bonded_ingredient",
            "consumable",
            "substitution",
        ];
        if self.dice.one_in(8) && !order.rows.is_empty() {
            let mut row = self.dice.pick(&order.rows);
            row.cause = self.dice.pick(&CAUSES);
            row.issued = self.dice.pick(&[100_000, 1, 0, row.issued / 2]);
            row.returned = self.dice.pick(&[0, 0, 1]);
            order.rows.push(row);
        }
        if self.dice.one_in(8) && !order.rows.is_empty() {
            // Some of it was another material of the same kind.
            let at = self.dice.below(order.rows.len() as u64) as usize;
            let mut row = order.rows[at].clone();
            let part = row.issued / 3;
            order.rows[at].issued -= part;
            (row.issued, row.returned, row.scrap) = (part, 0, 0);
            row.cause = "substitution";
            order.rows.push(row);
        }
        if self.dice.one_in(12) {
            let material = 1 + self.dice.below(u64::from(self.materials) + 1) as u16;
            let issued = self.dice.pick(&[0, 1, 500_000]);
            let rows = 1 + self.dice.below(2);
            for at in 0..rows {
                order.rows.push(Row {
                    material,
                    issued,
                    returned: self.dice.pick(&[0, 0, 500_000]),
                    scrap: 0,
                    cause: self.dice.pick(&["", "", "breakage", "substitution"]),
                    stage: ["", "assembly"][at as usize].into(),
                });
            }
        }
    }

    /// Moves one row so that a sum lies on a limit, or one of the last digit beside it.
    fn sharpen(&mut self, version: &PlannedVersion) {
        if version.lines.is_empty() {
            return;
        }
        let line = self.dice.pick(&version.lines);
        let key = (version.product, &version.name);
        let own: Vec<usize> = (0..self.orders.len())
            .filter(|&at| (self.orders[at].product, &self.orders[at].version) == key)
            .filter(|&at| self.orders[at].row(line.material).is_some())
            .collect();
        let Some(&last) = own.last() else { return };
        let month = self.orders[last].date.format("%Y-%m").to_string();
        let kind = self.dice.below(7);
        let among: Vec<usize> = own
            .iter()
            .copied()
            .filter(|&at| match kind {
                1 => self.orders[at].date.format("%Y-%m").to_string() == month,
                2 => at == last,
                _ => true,
            })
            .collect();
        let orders = || among.iter().map(|&at| &self.orders[at]);
        let all_units = orders().map(|it| it.good + it.rejected).sum::<i64>();
        let good_units = orders().map(|it| it.good).sum::<i64>();
        let units = match version.defects {
            " defects=in_loss" => good_units,
            " defects=folded" => all_units,
            _ => [good_units, all_units][self.orders.len() % 2],
        };
        let rows = || {
            let rows = orders().flat_map(|it| &it.rows);
            rows.filter(|it| it.material == line.material && it.counts())
        };
        let used: i64 = rows().map(|it| it.issued - it.returned).sum();
        let scrap: i64 = rows().map(|it| it.scrap).sum();
        let expected = whole(units) * digit(5) * line.gross();
        let sign = self.dice.pick(&[1, -1]);
        let of_expected = |percent: i64| expected.clone() * whole(percent) / whole(100);
        let lost = expected.clone() * read(&line.tangible) / whole(100);
        let in_products = whole(units) * digit(9) * digit(5) * whole(line.net as i64);
        let observed = whole(used) * digit(5) - &in_products;
        let (target, of_scrap) = match kind {
            0 | 1 => (of_expected(100 + sign), false),
            2 => (of_expected(100 + 20 * sign), false),
            3 => (lost * whole(95) / whole(100), true),
            4 => (observed.clone() * whole(105) / whole(100), true),
            5 => {
                let declared = expected.clone() - &in_products;
                (observed + declared * whole(5) / whole(100), true)
            }
            // What went in less 1 % is what came out, where the weights are known.
            _ => {
                let out = of_expected(100) - lost;
                let weighed = whole(used) * digit(5) * whole(100 + sign) / whole(100);
                (weighed - out, true)
            }
        };
        let target = edge(&mut self.dice, &target);
        let row = self.orders[last].row(line.material).expect("it has one");
        let row = &mut self.orders[last].rows[row];
        if of_scrap {
            row.scrap = (row.scrap + target - scrap).max(0);
        } else {
            let more = target - used;
            if more > 0 {
                row.issued += more;
            } else {
                row.returned -= more;
            }
        }
    }

    /// Orders that make nothing, return what others took, come twice, or name what nobody knows.
    fn odd_orders(&mut self) {
        for _ in 0..self.dice.below(3) {
            if self.orders.is_empty() {
                return;
            }
            let mut order = self.dice.pick(&self.orders);
            match self.dice.below(9) {
                0 => {}
                1 => {
                    order.number += "b";
                    (order.good, order.rejected) = (0, 0);
                }
                2 => {
                    order.number += "r";
                    (order.good, order.rejected) = (0, 0);
                    for row in &mut order.rows {
                        (row.returned, row.issued) = (row.issued / 100, 0);
                        row.scrap = 0;
                    }
                }
                3 => {
                    (order.good, order.rejected) = (0, 0);
                    order.date = order.date + chrono::Months::new(1 + self.dice.below(3) as u32);
                    order.number += "m";
                }
                4 => order.product = 9,
                5 => order.version = "x".into(),
                6 => {
                    order.date = self.dice.pick(&[
                        NaiveDate::from_ymd_opt(2025, 12, 31).expect("a day"),
                        NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day"),
                        NaiveDate::from_ymd_opt(2026, 8, 31).expect("a day"),
                    ]);
                }
                7 => (order.good, order.rejected) = (0, order.good.max(1)),
                _ => {
                    for row in &mut order.rows {
                        row.issued = 0;
                        row.returned += 100_000;
                    }
                }
            }
            self.orders.push(order);
        }
    }

    fn facts(&mut self, version: &PlannedVersion) {
        if self.dice.one_in(5) && version.defects.is_empty() {
            return;
        }
        let key = (version.product, &version.name);
        let of = |it: &&Order| (it.product, &it.version) == key;
        let good: i64 = self.orders.iter().filter(of).map(|it| it.good).sum();
        let rejected: i64 = self.orders.iter().filter(of).map(|it| it.rejected).sum();
        let mut line = format!("version P{} v={}{}", key.0, key.1, version.defects);
        let mut left = false;
        match self.dice.below(8) {
            0 => {}
            1 => (left, line) = (true, format!("{line} left={}", decimals(good))),
            2 => {
                (left, line) = (true, format!("{line} left={}", decimals(good)));
                if rejected > 0 {
                    let word = self.dice.pick(&["sold", "destroyed"]);
                    line += &format!(" {word}={}", decimals(rejected));
                }
            }
            3 => (left, line) = (true, format!("{line} left={}", decimals(good / 3))),
            4 => {
                let most = good + rejected + self.dice.pick(&[0, 1, 100_000]);
                (left, line) = (true, format!("{line} left={}", decimals(most)));
            }
            5 => line += &format!(" sold={}", decimals(good / 2)),
            6 => line += &format!(" destroyed={}", decimals(good / 4 + 1)),
            _ => (left, line) = (true, format!("{line} left=0")),
        }
        if left && !self.dice.one_in(4) {
            let first = self
                .dice
                .pick(&["2026-01-01", "2025-12-31", "2026-02-01", "2026-03-10"]);
            line += &format!(" first={first}");
        }
        line += self
            .dice
            .pick(&["", "", " on_file=2026-02-01", " on_file=2026-01-10"]);
        line += self
            .dice
            .pick(&["", "", "", " from=2026-02-15", " from=2025-12-01"]);
        line += self
            .dice
            .pick(&["", "", "", " until=2026-03-15", " until=2026-08-31"]);
        line += self.dice.pick(&[
            "",
            "",
            " status=declared",
            " status=undeclared",
            " status=determined",
        ]);
        if self.dice.one_in(6) {
            for word in [" basis=drawing", " approver=L", " evidence=5e"] {
                line += if self.dice.one_in(2) { word } else { "" };
            }
        }
        self.lines.push(line);
        if self.dice.one_in(10) {
            self.lines.push(format!("!unfiled P{} v={}", key.0, key.1));
        }
    }

    /// Filed forms and standards, right or a little off.
    fn forms(&mut self, version: &PlannedVersion) {
        for line in &version.lines {
            let place = format!("P{}<M{} v={}", version.product, line.material, version.name);
            if self.dice.one_in(6) {
                let off = self.dice.pick(&[0, 0, 0, 1]);
                let mut form = match self.dice.below(5) {
                    0 | 1 => format!("net={} loss={}", nine(line.net + off), line.tangible),
                    2 => {
                        let gross = line.gross() + digit(9) * whole(off as i64);
                        match written(&gross, 9).as_str() {
                            "0" => "gross=0.000000001".into(),
                            gross => format!("gross={gross}"),
                        }
                    }
                    3 => format!("net={}", nine(line.net)),
                    _ => self
                        .dice
                        .pick(&["gross=1 loss=4", "net=1 gross=1", "loss=4"])
                        .into(),
                };
                if !self.dice.one_in(3) && line.intangible != "0" && !form.contains("gross") {
                    form += &format!(" intangible={}", line.intangible);
                }
                let other = written(&(whole(100) - read(&line.share)), 9);
                form += &match self.dice.below(4) {
                    0 | 1 => format!(" bonded={}", line.share),
                    2 => format!(" non_bonded={other}"),
                    _ => format!(" bonded={other}"),
                };
                self.lines.push(format!("filed {place} {form}"));
            }
            if self.dice.one_in(6) {
                let bonded = line.gross() * read(&line.share) / whole(100);
                let near = |off: i64| {
                    let near = written(&(bonded.clone() + digit(9) * whole(off)), 9);
                    if near == "0" || near.starts_with('-') {
                        "0.000000001".to_string()
                    } else {
                        near
                    }
                };
                let upper = near(self.dice.pick(&[0, 0, 1, -1, 100_000_000]));
                let mut text = format!("upper={upper}");
                if self.dice.one_in(2) {
                    text += &format!(" lower={}", near(self.dice.pick(&[0, 0, 1, -1])));
                }
                text += self.dice.pick(&[
                    "",
                    "",
                    " from=2026-02-01",
                    " until=2026-01-31",
                    " until=2026-01-10",
                ]);
                let codes = self
                    .dice
                    .pick(&["<", "85<", "8542<3818", "<3818", "6203<52"]);
                self.lines.push(format!("standard {codes} {text}"));
            }
        }
        if self.dice.one_in(20) {
            self.lines.push("filed P1<M7 gross=1".into());
        }
    }

    /// A material of which one unit becomes a piece count of every product that declares it.
    fn shared(&mut self, versions: &[PlannedVersion]) {
        if !self.dice.one_in(4) {
            return;
        }
        let material = 1 + self.dice.below(u64::from(self.materials)) as u16;
        let mut line = format!("share M{material}");
        let mut of_versions = Vec::new();
        let mut rest = whole(1);
        for version in versions {
            let declared = version.lines.iter().find(|it| it.material == material);
            let Some(declared) = declared.filter(|_| !self.dice.one_in(3)) else {
                continue;
            };
            let net = Figure::from_integer(declared.net.into()) * digit(9);
            let pieces = floor(&(rest.clone() / &net)) + self.dice.below(2) as i64;
            let pieces = match self.dice.one_in(2) {
                true => pieces,
                false => pieces / 2,
            };
            // A quantity has 13 integer digits, and nothing that is left is no part.
            if !(1..100_000_000_000_000_000).contains(&pieces) {
                continue;
            }
            rest -= whole(pieces) * digit(5) * net;
            line += &format!(" P{}:{}", version.product, decimals(pieces));
            if version.name != "0" {
                of_versions.push(format!(
                    "!shared_version M{material} P{} v={}",
                    version.product, version.name
                ));
            }
        }
        self.lines.push(line);
        self.lines.extend(of_versions);
    }

    fn substituted(&mut self) {
        let mut quantities: BTreeMap<u16, i64> = BTreeMap::new();
        for row in self.orders.iter().flat_map(|it| &it.rows) {
            if row.cause == "substitution" {
                *quantities.entry(row.material).or_default() += row.issued - row.returned;
            }
        }
        for (material, quantity) in quantities {
            let covered = (quantity + self.dice.pick(&[0, 0, 0, -1, 1])).max(0);
            let document = self
                .dice
                .pick(&[" document=S-1", " document=S-1", " document=S-1", ""]);
            self.lines.push(format!(
                "substituted M{material}:{}{document}",
                decimals(covered)
            ));
        }
    }

    fn shuffle(&mut self) {
        for at in (1..self.orders.len()).rev() {
            let other = self.dice.below(at as u64 + 1) as usize;
            self.orders.swap(at, other);
        }
    }
}

impl Row {
    fn counts(&self) -> bool {
        self.cause.is_empty() || self.cause == "substitution"
    }
}

impl Order {
    fn row(&self, material: u16) -> Option<usize> {
        self.rows
            .iter()
            .position(|it| it.material == material && it.cause.is_empty())
    }

    fn line(&self) -> String {
        let mut line = format!("{} P{}:{}", self.date, self.product, decimals(self.good));
        if self.rejected > 0 {
            line += &format!("-{}", decimals(self.rejected));
        }
        line += &format!(" v={} order={}", self.version, self.number);
        for row in &self.rows {
            line += &format!(" M{}:{}", row.material, decimals(row.issued));
            if row.returned != 0 {
                line += &format!("-{}", decimals(row.returned));
            }
            if row.scrap != 0 {
                line += &format!("~{}", decimals(row.scrap));
            }
            if !row.cause.is_empty() {
                line += &format!("!{}", row.cause);
            }
            if !row.stage.is_empty() {
                line += &format!("@{}", row.stage);
            }
        }
        line
    }
}
