//! What must hold for every declaration and all production.

mod auditor;

use std::collections::BTreeSet;

use auditor::cases::{Dice, load, random_case};
use auditor::figures::{Figure, digit, q, read, whole, written};
use auditor::{Auditor, gross};
use proptest::prelude::*;
use serde_json::Value;
use unit_consumption::declaration::*;
use unit_consumption::policy::{Limits, Policy};
use unit_consumption::production::{Cause, Issue, Record};
use unit_consumption::verify::{Report, VerdictKind, Verifier};
use unit_consumption::{Consumption, Date, Net, Percent, Quantity, Total, cases, parse_date};

/// What fails is told with its seed; nothing is written beside the sources. `BONDED_CASES=20000` tries
/// more by hand.
fn cases_of(count: u32) -> ProptestConfig {
    let asked = std::env::var("BONDED_CASES").ok();
    let count = asked.and_then(|it| it.parse().ok()).unwrap_or(count);
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(count)
    }
}

fn verified(declarations: Vec<Declaration>, policy: &Policy, records: &[Record]) -> Report {
    let mut verifier = Verifier::new(declarations, policy.clone());
    for record in records {
        verifier.add(record);
    }
    verifier.report(None)
}

fn run(script: &str) -> Report {
    let (declaration, records) = cases::read(script).unwrap_or_else(|it| panic!("{script}\n{it}"));
    verified(vec![declaration], &Policy::builtin(), &records)
}

fn raw(figure: &Figure) -> String {
    q(figure)
}

/// What a finding concerns.
type Place = (&'static str, Option<u16>, Option<String>, Option<u16>);

fn places(report: &Report) -> BTreeSet<Place> {
    let findings = report.findings();
    findings
        .map(|it| (it.code(), it.product, it.version.clone(), it.material))
        .collect()
}

fn verdicts(report: &Report) -> Vec<(u16, String, VerdictKind)> {
    let verdicts = report.handbooks.iter().flat_map(|it| &it.verdicts);
    verdicts
        .map(|it| (it.product, it.version.clone(), it.verdict))
        .collect()
}

// 1. What follows the declaration is confirmed.

/// How a material is counted: customs' unit and kilograms in it.
const UNITS: [&str; 4] = [
    "unit=035",
    "unit=036 weight=0.001",
    "unit=070 weight=1000",
    "unit=006",
];

#[derive(Clone, Debug)]
struct TrueLine {
    /// Counted in 10^-9.
    net: u64,
    /// Loss rates, counted in 10^-9 percent; or the yields of steps.
    tangible: u64,
    intangible: u64,
    share: u64,
    yields: Vec<u64>,
}

#[derive(Clone, Debug)]
struct TrueVersion {
    lines: Vec<Option<TrueLine>>,
    defects: Option<bool>,
    /// Where nobody said: by which of the two readings the orders went.
    folded: bool,
    /// Month, day, good and rejected counted in 1/100,000.
    orders: Vec<(u32, u32, u64, u64)>,
}

fn magnitudes(most: u32) -> impl Strategy<Value = u64> {
    (0..=most).prop_flat_map(|digits| 10_u64.pow(digits)..=10_u64.pow(digits + 1))
}

fn true_line() -> impl Strategy<Value = TrueLine> {
    let rate = |most: u64| prop_oneof![Just(0), Just(4_000_000_000), 0..most * 1_000_000_000];
    let yields = prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec(9_000_u64..=10_000, 1..4),
    ];
    let share = prop_oneof![Just(100_000_000_000), 0..100_000_000_000_u64];
    (magnitudes(9), rate(60), rate(30), share, yields).prop_map(
        |(net, tangible, intangible, share, yields)| TrueLine {
            net,
            tangible,
            intangible: if yields.is_empty() { intangible } else { 0 },
            share,
            yields,
        },
    )
}

fn true_version() -> impl Strategy<Value = TrueVersion> {
    let made = prop_oneof![
        magnitudes(10),
        magnitudes(2),
        (1..100_000_u64).prop_map(|it| it * 100_000)
    ];
    let rejected = prop_oneof![2 => Just(0), 1 => magnitudes(7)];
    let order = (1..=9_u32, 1..=28_u32, made, rejected);
    (
        prop::collection::vec(prop::option::weighted(0.8, true_line()), 3),
        any::<Option<bool>>(),
        any::<bool>(),
        prop::collection::vec(order, 0..8),
    )
        .prop_map(|(lines, defects, folded, orders)| TrueVersion {
            lines,
            defects,
            folded,
            orders,
        })
}

impl TrueLine {
    fn kept(&self) -> Figure {
        match self.yields.is_empty() {
            true => whole(1) - nine(self.tangible + self.intangible) / whole(100),
            false => self
                .yields
                .iter()
                .fold(whole(1), |kept, it| kept * two(*it) / whole(100)),
        }
    }

    fn gross(&self) -> Figure {
        nine(self.net) / self.kept()
    }

    /// Percent.
    fn tangible(&self) -> Figure {
        match self.yields.is_empty() {
            true => nine(self.tangible),
            false => (whole(1) - self.kept()) * whole(100),
        }
    }
}

fn nine(raw: u64) -> Figure {
    Figure::from_integer(raw.into()) * digit(9)
}

fn two(raw: u64) -> Figure {
    Figure::from_integer(raw.into()) * digit(2)
}

fn five(raw: u64) -> Figure {
    Figure::from_integer(raw.into()) * digit(5)
}

/// The case in words: every order takes exactly what is declared, rounded once.
fn true_script(units: &[usize], weighed: bool, versions: &[TrueVersion]) -> String {
    let mut script = String::new();
    for (at, unit) in units.iter().enumerate() {
        script += &format!("M{} {}\n", at + 1, UNITS[*unit]);
    }
    let weights = [whole(1), digit(3), whole(1000)];
    for (at, version) in versions.iter().enumerate() {
        let product = at + 1;
        let lines = || {
            let lines = version.lines.iter().enumerate();
            lines.filter_map(|(at, it)| Some((at, it.as_ref()?)))
        };
        let known = lines().all(|(at, _)| units[at] < 3);
        if weighed && known && lines().next().is_some() {
            let nets: Figure = lines()
                .map(|(at, it)| nine(it.net) * &weights[units[at]])
                .sum();
            script += &format!("P{product} unit=006 weight={}\n", written(&nets, 12));
        }
        let defects = match version.defects {
            Some(false) => " defects=in_loss",
            Some(true) => " defects=folded",
            None => "",
        };
        let folded = version.defects.unwrap_or(version.folded);
        script += &format!("version P{product} status=declared{defects}\n");
        for (at, line) in lines() {
            script += &format!(
                "P{product}<M{}*{} loss={} intangible={} share={}\n",
                at + 1,
                written(&nine(line.net), 9),
                written(&line.tangible(), 9),
                written(&nine(line.intangible), 9),
                written(&nine(line.share), 9)
            );
            if !line.yields.is_empty() {
                let stages = line.yields.iter().enumerate();
                let stages = stages.map(|(at, it)| format!(" s{at}={}", written(&two(*it), 2)));
                script += &format!(
                    "yields P{product}<M{}{}\n",
                    at + 1,
                    stages.collect::<String>()
                );
            }
        }
        if lines().next().is_none() {
            continue;
        }
        for (number, (month, day, good, rejected)) in version.orders.iter().enumerate() {
            script += &format!("2026-{month:02}-{day:02} P{product}:{}", raw(&five(*good)));
            if *rejected > 0 {
                script += &format!("-{}", raw(&five(*rejected)));
            }
            script += &format!(" order={product}-{number}");
            let units = five(if folded { good + rejected } else { *good });
            for (at, line) in lines() {
                let used = units.clone() * line.gross();
                if line.yields.is_empty() {
                    let scrap = used.clone() * line.tangible() / whole(100);
                    script += &format!(" M{}:{}~{}", at + 1, raw(&used), raw(&scrap));
                    continue;
                }
                let mut flowing = used.clone();
                for (stage, yields) in line.yields.iter().enumerate() {
                    let issued = if stage == 0 { raw(&used) } else { "0".into() };
                    let kept = flowing.clone() * two(*yields) / whole(100);
                    let scrap = raw(&(flowing - &kept));
                    script += &format!(" M{}:{issued}~{scrap}@s{stage}", at + 1);
                    flowing = kept;
                }
            }
            script.push('\n');
        }
    }
    script
}

proptest! {
    #![proptest_config(cases_of(400))]

    #[test]
    fn production_that_follows_the_declaration_is_confirmed(
        units in prop::collection::vec(0..4_usize, 3),
        weighed in any::<bool>(),
        versions in prop::collection::vec(true_version(), 1..3),
    ) {
        let script = true_script(&units, weighed, &versions);
        let report = run(&script);
        let found: Vec<String> = report.findings().map(|it| format!("{}: {it}", it.code())).collect();
        prop_assert!(found.is_empty(), "{script}\n{found:#?}");
        for (product, _, kind) in verdicts(&report) {
            prop_assert_eq!(kind, VerdictKind::Confirmed, "product {}: {}", product, script);
        }
        let made = versions.iter().filter(|it| it.lines.iter().any(Option::is_some));
        let made = made.filter(|it| !it.orders.is_empty()).count();
        prop_assert_eq!(verdicts(&report).len(), made);
    }
}

// 2. A unit is a matter of taste.

/// Quantities are whole hundreds of the last digit and large, so that no rounding of the records
/// decides anything; what is scaled is exact in every unit.
fn scaled_script(seed: u64, scaled: Option<(char, u16, u64)>) -> String {
    let mut dice = Dice::new(seed);
    let material = |seq: u16, figure: Figure| match scaled {
        Some(('M', of, by)) if of == seq => figure * whole(by as i64),
        _ => figure,
    };
    let product = |seq: u16, figure: Figure| match scaled {
        Some(('P', of, by)) if of == seq => figure * whole(by as i64),
        _ => figure,
    };
    let mut script = String::new();
    for seq in 1..=2 {
        let weight = whole(1) / material(seq, whole(1));
        let consumable = if dice.one_in(8) { " consumable" } else { "" };
        script += &format!(
            "M{seq} unit=006 weight={}{consumable}\n",
            written(&weight, 9)
        );
    }
    for seq in 1..=2 {
        let net = [1_000, 500, 600, 400];
        let nets = [dice.pick(&net), dice.pick(&net)];
        // So that they balance, mostly.
        let weight = whole(nets[0] + nets[1] + dice.pick(&[0, 0, 0, 1]));
        let weight =
            product(seq, weight * digit(3)) / product(seq, whole(1)) / product(seq, whole(1));
        script += &format!("P{seq} unit=007 weight={}\n", written(&weight, 9));
        for (at, net) in (1..).zip(nets) {
            let net = material(at, whole(net) * digit(3)) / product(seq, whole(1));
            let loss = dice.pick(&["0", "4", "20", "10", "7.9625"]);
            let intangible = dice.pick(&["0", "0", "1"]);
            let net = written(&net, 9);
            script += &format!("P{seq}<M{at}*{net} loss={loss} intangible={intangible}\n");
            if dice.one_in(3) {
                script += &format!("yields P{seq}<M{at} sort=92.5 assembly=99.5\n");
            }
        }
        let made = |units: u64| raw(&product(seq, whole(units as i64)));
        let defects = dice.pick(&["", " defects=in_loss", " defects=folded"]);
        let left = made(dice.below(9) * 1000);
        let destroyed = made(dice.below(2) * 500);
        script += &format!(
            "version P{seq}{defects} left={left} destroyed={destroyed} first=2026-02-01\n"
        );
        let step = dice.below(5) as u32;
        let off = dice.pick(&[0, 5, 9, 10, 11, -10, -11, 30, -300]);
        for order in 0..2 + dice.below(8) as u32 {
            let (month, day) = (1 + order / 2, 1 + dice.below(28));
            let units = 1000 + dice.below(3) * 500;
            let rejected = dice.below(8).saturating_sub(5) * 20;
            let (good, rejected) = if dice.one_in(20) {
                (0, rejected)
            } else {
                (units, rejected)
            };
            script += &format!(
                "2026-{month:02}-{day:02} P{seq}:{}-{}",
                made(good),
                made(rejected)
            );
            for (at, net) in (1..).zip(nets) {
                if dice.one_in(20) {
                    continue;
                }
                let of = |dice: &mut Dice, figure: u64| {
                    let rounded = figure / 10 * 10 + dice.below(2) * 10;
                    raw(&material(at, whole(rounded as i64) * digit(3)))
                };
                let off = if month > step { 1000 + off } else { 1000 };
                let used = units * net as u64 * 1087 / 1000 * off as u64 / 1000;
                let issued = of(&mut dice, used);
                let returned = of(&mut dice, used / 50);
                let scrap = of(&mut dice, used / 20);
                let words = [
                    "",
                    "",
                    "",
                    "@sort",
                    "@assembly",
                    "!substitution",
                    "!breakage",
                ];
                let word = dice.pick(&words);
                script += &format!(" M{at}:{issued}-{returned}~{scrap}{word}");
            }
            script.push('\n');
        }
    }
    for seq in 1..=2 {
        let quantity = raw(&material(seq, whole(dice.below(4000) as i64)));
        script += &format!("substituted M{seq}:{quantity} document=S-1\n");
    }
    // A record has a material at least.
    let lines = script
        .lines()
        .filter(|it| !it.starts_with("20") || it.contains(" M"));
    lines.collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(cases_of(100))]

    #[test]
    fn counting_in_another_unit_changes_no_finding_no_verdict_and_no_percentage(
        seed in any::<u64>(),
        product in any::<bool>(),
        seq in 1..=2_u16,
        by in prop::sample::select(vec![10_u64, 100, 1000]),
    ) {
        let letter = if product { 'P' } else { 'M' };
        let scripts = [scaled_script(seed, None), scaled_script(seed, Some((letter, seq, by)))];
        let [one, other] = scripts.each_ref().map(|it| run(it));
        let both = || scripts.join("\n\n");
        prop_assert_eq!(places(&one), places(&other), "{}", both());
        prop_assert_eq!(verdicts(&one), verdicts(&other), "{}", both());
        let percents = |report: &Report| -> Vec<Option<String>> {
            report.handbooks[0].lines.iter().map(|it| it.percent.clone()).collect()
        };
        prop_assert_eq!(percents(&one), percents(&other), "{}", both());
    }
}

// 3. A clean order never adds a finding.

/// An order exactly by the declaration of a version that was made, within its validity, with an order
/// number of its own and nothing rejected. Along a yield chain each step has the scrap that its yield
/// means.
///
/// `None` where the rules as they are written do not promise it:
/// - a material of the version was never issued: never_issued then speaks for the other rules, until
///   the order makes it silent;
/// - nets may miss the product's weight by more than what goes in may miss what comes out;
/// - nothing flowed into a step so far, which leaves its yield unjudged;
/// - material moved in months without units, which belongs to the goods of the month before: an order
///   in a month that had no units would take it to itself.
fn clean_order(auditor: &Auditor<'_>, dice: &mut Dice) -> Option<Record> {
    let (declaration, records) = (auditor.declaration, auditor.records);
    let made: Vec<&Record> = records
        .iter()
        .filter(|it| it.good.raw() + it.rejected.raw() > 0)
        .filter(|it| declaration.version(it.product, &it.version).is_some())
        .filter(|it| declaration.product(it.product).is_some())
        .collect();
    if made.is_empty() {
        return None;
    }
    let model = dice.pick(&made);
    let version = declaration.version(model.product, &model.version)?;
    let months = chrono::Months::new(dice.below(4) as u32);
    let date = match dice.below(3) {
        0 => model.date,
        1 => model.date.checked_add_months(months)?,
        _ => model.date.checked_sub_months(months)?,
    };
    let on_file = match declaration.stage {
        Stage::BeforeClosure => None,
        _ => version.on_file,
    };
    let date = version
        .valid_from
        .max(on_file)
        .map_or(date, |it| date.max(it));
    let replaced = version.valid_until.is_some_and(|it| date > it);
    let month = |day: Date| day.format("%Y-%m").to_string();
    let of_version = |it: &&Record| (it.product, &it.version) == (version.product, &version.name);
    let makes = |of: &str| {
        let of_month = records.iter().filter(of_version);
        let mut of_month = of_month.filter(|it| month(it.date) == of);
        of_month.any(|it| it.good.raw() > 0)
    };
    let mut months = records.iter().filter(of_version).map(|it| month(it.date));
    let idle = !makes(&month(date)) && months.any(|it| !makes(&it));
    let limits = auditor.limits(version);
    let unweighed = limits.mass > limits.deviation;
    if version.lines.is_empty() || replaced || idle || unweighed {
        return None;
    }
    let size = dice.pick(&[100_000, 10_000_000, 1_000_000_000, 100_000_000_000_000]);
    let good = Quantity::from_raw((1 + dice.below(999) as i64) * size)?;
    let quantity = |figure: &Figure| q(figure).parse::<Quantity>().ok();
    let mut materials = Vec::new();
    for line in &version.lines {
        if auditor.taken(version, line.material).rows == 0 {
            return None;
        }
        let used = read(good) * gross(line);
        let row = Issue {
            material: line.material,
            issued: quantity(&used)?,
            returned: Quantity::ZERO,
            scrap: quantity(&(used.clone() * read(line.consumption.tangible_loss()) / whole(100)))?,
            cause: None,
            stage: None,
        };
        let Some(chain) = auditor.chain(version, line) else {
            materials.push(row);
            continue;
        };
        // Where loss and yields contradict each other, no order can follow both.
        let stages = chain.stages.iter().map(|it| read(it.percent) / whole(100));
        let kept = stages.fold(whole(1), |kept, it| kept * it);
        let agree = (whole(1) - kept) * whole(100) == read(line.consumption.tangible_loss());
        if !agree
            || auditor
                .steps(version, chain)
                .iter()
                .any(|it| it.0 <= whole(0))
        {
            return None;
        }
        let mut flowing = used;
        for (at, stage) in chain.stages.iter().enumerate() {
            let kept = flowing.clone() * read(stage.percent) / whole(100);
            let mut row = row.clone();
            row.stage = Some(stage.stage.clone());
            row.scrap = quantity(&(flowing - &kept))?;
            if at > 0 {
                row.issued = Quantity::ZERO;
            }
            flowing = kept;
            materials.push(row);
        }
    }
    Some(Record {
        order: format!("clean {}", records.len()),
        date,
        good,
        rejected: Quantity::ZERO,
        materials,
        ..(*model).clone()
    })
}

proptest! {
    #![proptest_config(cases_of(300))]

    #[test]
    fn an_order_that_follows_the_declaration_never_adds_a_finding(seed in any::<u64>()) {
        let lines = random_case(seed);
        let (declaration, mut records, policy) = load(&lines).unwrap();
        let mut dice = Dice::new(!seed);
        let mut before = places(&verified(vec![declaration.clone()], &policy, &records));
        for _ in 0..6 {
            let auditor = Auditor { declaration: &declaration, records: &records, policy: &policy };
            let Some(clean) = clean_order(&auditor, &mut dice) else { continue };
            records.push(clean);
            let after = places(&verified(vec![declaration.clone()], &policy, &records));
            let added: Vec<&Place> = after.difference(&before).collect();
            prop_assert!(added.is_empty(), "{}\n{:?}\n{added:?}", lines.join("\n"), records.last());
            before = after;
        }
    }
}

// 4. to 5. What does not matter.

fn shuffled(records: &[Record], dice: &mut Dice) -> Vec<Record> {
    let mut records = records.to_vec();
    for at in (1..records.len()).rev() {
        records.swap(at, dice.below(at as u64 + 1) as usize);
    }
    records
}

fn bytes(report: &Report) -> String {
    serde_json::to_string(report).unwrap()
}

/// The figures of every line. Two records know a sum less exactly than one, so whether a difference is
/// beyond the limit is not among them.
fn figures(report: &Report) -> Vec<Value> {
    let lines = report.handbooks.iter().flat_map(|it| &it.lines);
    let figures = lines.map(|it| {
        let mut value = serde_json::to_value(it).unwrap();
        value.as_object_mut().unwrap().remove("beyond");
        value
    });
    figures.collect()
}

proptest! {
    #![proptest_config(cases_of(100))]

    #[test]
    fn the_order_of_the_records_does_not_matter(seed in any::<u64>()) {
        let lines = random_case(seed);
        let (declaration, mut records, policy) = load(&lines).unwrap();
        let mut dice = Dice::new(!seed);
        // Parts of one order: one number, one date, other quantities.
        for _ in 0..if records.is_empty() { 0 } else { dice.below(8) } {
            let mut part = dice.pick(&records);
            for row in &mut part.materials {
                let more = Quantity::from_raw(row.issued.raw() + dice.pick(&[0, 1, 10_000_000]));
                row.issued = more.unwrap_or_default();
                let more = Quantity::from_raw(row.returned.raw() + dice.pick(&[0, 1, 10_000_000]));
                row.returned = more.unwrap_or_default();
            }
            records.push(part);
        }
        let report = verified(vec![declaration.clone()], &policy, &records);
        for _ in 0..3 {
            let other = shuffled(&records, &mut dice);
            let other = verified(vec![declaration.clone()], &policy, &other);
            let told = |it: &Report| -> Vec<String> { it.findings().map(ToString::to_string).collect() };
            prop_assert_eq!(told(&report), told(&other), "{}", lines.join("\n"));
            prop_assert!(bytes(&report) == bytes(&other), "{}", lines.join("\n"));
            prop_assert!(report == other);
        }
    }

    #[test]
    fn an_order_told_in_two_parts_changes_no_figure_of_a_line(seed in any::<u64>()) {
        let lines = random_case(seed);
        let (mut declaration, mut records, policy) = load(&lines).unwrap();
        // The nearer of two readings may become the other one where a limit lies between them.
        for version in &mut declaration.versions {
            version.defects = version.defects.or(Some(Defects::InLoss));
        }
        let whole = verified(vec![declaration.clone()], &policy, &records);
        let mut dice = Dice::new(!seed);
        if records.is_empty() {
            return Ok(());
        }
        let at = dice.below(records.len() as u64) as usize;
        let part = |quantity: Quantity, of: u64| {
            let half = quantity.raw() / 2;
            Quantity::from_raw(if of == 0 { half } else { quantity.raw() - half }).unwrap()
        };
        let half = |of: u64| {
            let mut record = records[at].clone();
            record.good = part(record.good, of);
            record.rejected = part(record.rejected, of);
            for row in &mut record.materials {
                row.issued = part(row.issued, of);
                row.returned = part(row.returned, of);
                row.scrap = part(row.scrap, of);
            }
            record
        };
        let halves = [half(0), half(1)];
        records.splice(at..=at, halves);
        let split = verified(vec![declaration], &policy, &records);
        prop_assert_eq!(figures(&whole), figures(&split), "{}\n{}", lines.join("\n"), at);
    }

    #[test]
    fn handbooks_verified_together_are_those_verified_apart(seeds in prop::array::uniform3(any::<u64>())) {
        let (mut declarations, mut records) = (Vec::new(), Vec::new());
        for (at, seed) in seeds.iter().enumerate() {
            let lines: Vec<String> = random_case(*seed);
            // By the limits shipped, which hold for all of them.
            let (mut declaration, mut own, _) = load(&lines).unwrap();
            declaration.handbook = format!("C222626A000{at}");
            for record in &mut own {
                record.handbook.clone_from(&declaration.handbook);
            }
            declarations.push(declaration);
            records.extend(own);
        }
        let records = shuffled(&records, &mut Dice::new(seeds[0]));
        let policy = Policy::builtin();
        let together = verified(declarations.clone(), &policy, &records);
        prop_assert_eq!(together.records, records.len() as u64);
        for (at, declaration) in declarations.into_iter().enumerate() {
            let apart = verified(vec![declaration], &policy, &records);
            prop_assert!(apart.handbooks[0] == together.handbooks[at]);
            let elsewhere: u64 = apart.elsewhere.iter().map(|it| it.records).sum();
            prop_assert_eq!(elsewhere, apart.records_elsewhere);
            prop_assert_eq!(apart.handbooks[0].records + elsewhere, records.len() as u64);
        }
    }
}

// 6. to 7. Nothing brings it down, and whatever it says is plain decimal text.

/// Anything that the types can hold.
struct Hostile(Dice);

impl Hostile {
    fn total(&mut self) -> Total {
        let raw = self.0.pick(&[
            0,
            1,
            -1,
            i128::from(i64::MAX),
            i128::from(i64::MIN),
            10_i128.pow(37),
            i128::MAX,
            i128::MIN,
            12_345,
        ]);
        Total::from_raw(raw)
    }

    fn quantity(&mut self) -> Quantity {
        let most = 10_i64.pow(18) - 1;
        let any = self.0.next() as i64 % 1_000_000;
        let raw = self.0.pick(&[0, 0, 1, -1, most, -most, 100_000, any]);
        Quantity::from_raw(raw).unwrap()
    }

    fn percent(&mut self) -> Percent {
        let raw = self
            .0
            .pick(&[0, 0, 1, 50_000_000_000, 99_999_999_999, 100_000_000_000]);
        Percent::from_raw(raw).unwrap()
    }

    fn net(&mut self) -> Net {
        let any = 1 + self.0.next() % 10_000_000_000;
        let most = 10_u64.pow(19) - 1;
        let raw = self
            .0
            .pick(&[1, most, 1_000_000_000, 999_999_999_999_999_999, any]);
        Net::from_raw(raw).unwrap()
    }

    fn seq(&mut self) -> u16 {
        self.0.pick(&[1, 1, 1, 2, 2, 0, 9999, u16::MAX])
    }

    fn name(&mut self) -> String {
        self.0.pick(&["0", "0", "0", "1", "", "版本"]).into()
    }

    fn day(&mut self) -> Date {
        let near = parse_date("2026-02-01").unwrap();
        self.0.pick(&[
            near,
            near,
            Date::MIN,
            Date::MAX,
            parse_date("0000-01-01").unwrap(),
        ])
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Hostile) -> T) -> Option<T> {
        let some = !self.0.one_in(3);
        some.then(|| make(self))
    }

    fn many<T>(&mut self, most: u64, mut make: impl FnMut(&mut Hostile) -> T) -> Vec<T> {
        let count = self.0.below(most + 1);
        (0..count).map(|_| make(self)).collect()
    }

    fn amount(&mut self) -> Option<rust_decimal::Decimal> {
        let texts = [
            "0",
            "1",
            "0.000000000000000000001",
            "9999999999999999999999999999",
        ];
        let text = self.0.pick(&texts);
        self.maybe(|_| amount(text).unwrap())
    }

    fn unit(&mut self) -> String {
        self.0.pick(&["035", "020", "007", "", "035"]).into()
    }

    fn hs(&mut self) -> String {
        self.0
            .pick(&["8542390000", "3818001900", "", "6203"])
            .into()
    }

    fn consumption(&mut self) -> Consumption {
        loop {
            let (net, tangible, intangible, share) =
                (self.net(), self.percent(), self.percent(), self.percent());
            if let Ok(it) = Consumption::new(net, tangible, intangible, share) {
                return it;
            }
        }
    }

    fn version(&mut self) -> Version {
        let lines = self.many(4, |it| Line {
            material: it.seq(),
            consumption: it.consumption(),
        });
        Version {
            product: self.seq(),
            name: self.name(),
            lines,
            on_file: self.maybe(Hostile::day),
            left: Left {
                quantity: self.total(),
                sold: self.total(),
                destroyed: self.total(),
                first: self.maybe(Hostile::day),
                exported: self.0.one_in(2),
            },
            status: self.0.pick(&[
                None,
                Some(Status::Undeclared),
                Some(Status::Declared),
                Some(Status::Determined),
            ]),
            valid_from: self.maybe(Hostile::day),
            valid_until: self.maybe(Hostile::day),
            basis: None,
            approver: None,
            evidence: None,
            defects: self
                .0
                .pick(&[None, Some(Defects::InLoss), Some(Defects::Folded)]),
        }
    }

    fn filed(&mut self) -> FiledLine {
        FiledLine {
            product: self.seq(),
            version: self.name(),
            material: self.seq(),
            form: Filed {
                net: self.maybe(Hostile::net),
                gross: self.maybe(Hostile::net),
                tangible_loss: self.maybe(Hostile::percent),
                intangible_loss: self.maybe(Hostile::percent),
                share: match self.0.one_in(2) {
                    true => Share::Bonded(self.percent()),
                    false => Share::NonBonded(self.percent()),
                },
            },
        }
    }

    fn declaration(&mut self) -> Declaration {
        Declaration {
            handbook: self.0.pick(&["C222626A0001", "", "C222626A0002"]).into(),
            supplied_materials: self.0.one_in(2),
            stage: self
                .0
                .pick(&[Stage::AtFiling, Stage::BeforeExport, Stage::BeforeClosure]),
            valid_from: self.maybe(Hostile::day),
            reported: self.0.one_in(2),
            materials: self.many(4, |it| Material {
                seq: it.seq(),
                code: String::new(),
                hs: it.hs(),
                name: "\u{0}\"\\\n".into(),
                unit: it.unit(),
                price: it.amount(),
                currency: it.maybe(|_| "USD".into()),
                consumable: it.0.one_in(4),
                weight: it.amount(),
            }),
            products: self.many(3, |it| Product {
                seq: it.seq(),
                code: String::new(),
                hs: it.hs(),
                name: String::new(),
                unit: it.unit(),
                weight: it.amount(),
            }),
            versions: self.many(5, Hostile::version),
            substitutions: self.many(3, |it| Substitution {
                material: it.seq(),
                quantity: it.total(),
                document: it.maybe(|_| "S-1".into()),
            }),
            wafer_maps: self.many(3, |it| WaferMap {
                product: it.seq(),
                version: it.name(),
                material: it.seq(),
                dies: it.0.pick(&[0, 1, 8640, u32::MAX]),
            }),
            shared: self.many(2, |it| Shared {
                material: it.seq(),
                parts: it.many(3, |it| SharedPart {
                    product: it.seq(),
                    version: it.name(),
                    per_unit: it.quantity(),
                }),
            }),
            yields: self.many(3, |it| YieldChain {
                product: it.seq(),
                version: it.name(),
                material: it.seq(),
                stages: it.many(3, |it| StageYield {
                    stage: it.0.pick(&["a", "a", "b", ""]).into(),
                    percent: it.percent(),
                }),
            }),
            filed: self.many(3, Hostile::filed),
            enterprise: Enterprise {
                credit: self.maybe(|_| "dishonest".into()),
                case_open: self.maybe(|_| true),
                ..Enterprise::default()
            },
        }
    }

    fn record(&mut self) -> Record {
        Record {
            order: self.0.pick(&["A", "B", ""]).into(),
            date: self.day(),
            handbook: self
                .0
                .pick(&["C222626A0001", "C222626A0001", "", "C222626A0002", "X"])
                .into(),
            product: self.seq(),
            version: self.name(),
            good: self.quantity(),
            rejected: self.quantity(),
            materials: self.many(5, |it| Issue {
                material: it.seq(),
                issued: it.quantity(),
                returned: it.quantity(),
                scrap: it.quantity(),
                cause: it
                    .maybe(|it| it.0.pick(&Cause::ALL))
                    .filter(|_| it.0.one_in(2)),
                stage: it.maybe(|it| it.0.pick(&["a", "b", ""]).into()),
            }),
        }
    }

    fn policy(&mut self) -> Policy {
        let limits = Limits {
            from: self.day(),
            deviation: self.percent(),
            scrap: self.percent(),
            outlier: self.percent(),
            mass: self.percent(),
            stage_yield: self.percent(),
            drift: self.percent(),
            step_months: self.0.pick(&[0, 1, 2, u32::MAX]),
            source: String::new(),
        };
        let mut all = self.many(2, |it| {
            let from = it.day();
            Limits {
                from,
                ..limits.clone()
            }
        });
        all.push(limits);
        let standards = self.many(3, |it| Standard {
            product: it.0.pick(&["", "85"]).into(),
            material: it.0.pick(&["", "38"]).into(),
            upper: it.net(),
            lower: it.maybe(Hostile::net),
            from: it.day(),
            until: it.maybe(Hostile::day),
            source: String::new(),
        });
        Policy::new(all, standards, Policy::builtin().eligibility).unwrap()
    }
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?` without trailing zeros, and no sign before 0.
fn is_plain(text: &str) -> bool {
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (integer, decimals) = match magnitude.split_once('.') {
        Some((integer, decimals)) => (integer, Some(decimals)),
        None => (magnitude, None),
    };
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    digits(integer)
        && (integer == "0" || !integer.starts_with('0'))
        && decimals.is_none_or(|it| digits(it) && !it.ends_with('0'))
        && !(sign && magnitude == "0")
}

/// What stands among the figures and is none: days, months, directions, names and units.
const WORDS: [&str; 11] = [
    "currency",
    "missing",
    "cause",
    "stage",
    "since",
    "reached",
    "direction",
    "first",
    "first_left",
    "material_unit",
    "product_unit",
];

/// Whatever a report holds under these names, or under `figures`, is a figure.
const FIGURES: [&str; 26] = [
    "difference",
    "declared",
    "actual",
    "units",
    "used",
    "expected",
    "percent",
    "limit",
    "money",
    "scrap",
    "scrap_expected",
    "good",
    "rejected",
    "left",
    "net",
    "tangible_loss",
    "intangible_loss",
    "bonded_share",
    "gross",
    "quantity",
    "lost",
    "in",
    "products",
    "shares",
    "upper",
    "lower",
];

fn not_plain(name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) => {
                        let figure = name == "figures" && !WORDS.contains(&key.as_str());
                        if (figure || FIGURES.contains(&key.as_str())) && !is_plain(text) {
                            found.push(format!("{name}.{key}: {text:?}"));
                        }
                    }
                    other => not_plain(key, other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|it| not_plain(name, it, found)),
        _ => {}
    }
}

fn assert_plain(report: &Report) -> Result<(), TestCaseError> {
    let text = bytes(report);
    let value: Value = serde_json::from_str(&text).unwrap();
    prop_assert_eq!(&value, &serde_json::to_value(report).unwrap());
    let mut found = Vec::new();
    not_plain("", &value, &mut found);
    prop_assert!(found.is_empty(), "{found:?}");
    Ok(())
}

proptest! {
    #![proptest_config(cases_of(300))]

    #[test]
    fn hostile_declarations_and_records_bring_nothing_down(seed in any::<u64>()) {
        let mut hostile = Hostile(Dice::new(seed));
        let declarations = hostile.many(3, Hostile::declaration);
        let records = hostile.many(12, Hostile::record);
        let policy = hostile.policy();
        let on = hostile.maybe(Hostile::day);
        let mut verifier = Verifier::new(declarations, policy);
        for record in &records {
            verifier.add(record);
        }
        let report = verifier.report(on);
        prop_assert_eq!(report.records, records.len() as u64);
        assert_plain(&report)?;
    }

    #[test]
    fn a_report_is_json_and_every_figure_plain_decimal_text(seed in any::<u64>()) {
        let (declaration, records, policy) = load(&random_case(seed)).unwrap();
        assert_plain(&verified(vec![declaration], &policy, &records))?;
    }
}

/// Where only rejects came out there is nothing to divide by.
#[test]
fn a_figure_that_cannot_be_given_is_left_out() {
    for script in [
        "P1<M1*1\nversion P1 defects=in_loss\n2026-02-01 P1:0-10 M1:10",
        "P1<M1*1\nversion P1 defects=in_loss\n2026-02-01 P1:0-10 M1:10\n2026-03-01 P1:0-10 M1:10",
    ] {
        assert_plain(&run(script)).unwrap_or_else(|it| panic!("{script}\n{it}"));
    }
}

/// Two parts of an order, as far from what is declared in either direction.
#[test]
fn outliers_that_lie_equally_far_are_told_in_one_order() {
    let parts = [
        "2026-02-01 P1:10 M1:15 order=A",
        "2026-02-01 P1:10 M1:5 order=A",
    ];
    let told = |first: &str, second: &str| bytes(&run(&format!("P1<M1*1\n{first}\n{second}")));
    assert_eq!(told(parts[0], parts[1]), told(parts[1], parts[0]));
}

/// Item numbers are 16 bits wide.
#[test]
fn a_version_may_name_every_number_there_is() {
    let (mut declaration, records) = cases::read("P1<M1*1\n2026-02-01 P1:10 M1:10").unwrap();
    let line = declaration.versions[0].lines[0].clone();
    let lines = (0..=u16::MAX).map(|material| Line {
        material,
        ..line.clone()
    });
    declaration.versions[0].lines = lines.collect();
    let mut verifier = Verifier::new(vec![declaration], Policy::builtin());
    verifier.add(&records[0]);
    assert_eq!(verifier.records(), 1);
}

#[test]
fn nothing_at_all_is_verified_too() {
    let report = verified(Vec::new(), &Policy::builtin(), &[]);
    assert!(!report.has_errors());
    assert!(
        bytes(&report)
            .ends_with(r#""records":0,"handbooks":[],"elsewhere":[],"records_elsewhere":0}"#)
    );
}
