//! The verifier and the auditor on random cases: findings, lines, verdicts, disclosures. The auditor is
//! slow, obvious and shares no arithmetic with the crate.
//!
//! `BONDED_SEEDS=1000..200000` runs other cases than the default ones, for hours by hand;
//! `BONDED_SEEDS=77..78` one. Where both disagree, the case is shortened as long as they still
//! disagree on the same thing, and told in the language of `unit_consumption::cases`.

mod auditor;

use std::collections::BTreeMap;

use auditor::cases::{load, random_case};
use auditor::figures::{q, read, whole};
use auditor::{Auditor, Found};
use serde_json::Value;
use unit_consumption::rules;
use unit_consumption::verify::{Finding, HandbookReport, Suggestion, Verifier};

/// The figures on which both sides have to agree, by rule.
const FIGURES: [(&str, &[&str]); 10] = [
    ("unknown_item", &["records", "quantity"]),
    ("record_repeated", &["records"]),
    ("version_not_valid", &["records", "good"]),
    ("consumption_step", &["since", "months"]),
    ("consumption_drift", &["since", "reached", "direction"]),
    ("outlier", &["orders"]),
    ("nothing_made", &["records", "used"]),
    ("stage_yield", &["stage"]),
    ("not_process_loss", &["cause", "rows"]),
    ("declared_differs", &[]),
];

fn found(finding: &Finding) -> Found {
    let named = FIGURES.iter().find(|it| it.0 == finding.code());
    let mut figures: Vec<(&'static str, String)> = named
        .map_or(&[][..], |it| it.1)
        .iter()
        .map(|name| (*name, finding.figure(name).unwrap_or("none").to_string()))
        .collect();
    if let Some(difference) = &finding.difference {
        figures.push(("difference", difference.clone()));
    }
    Found {
        code: finding.code(),
        product: finding.product,
        version: finding.version.clone(),
        material: finding.material,
        figures,
    }
}

fn told(found: &Found) -> String {
    let (product, material) = (found.product.unwrap_or(0), found.material.unwrap_or(0));
    let version = found.version.as_deref().unwrap_or("-");
    let figures = found
        .figures
        .iter()
        .map(|(name, it)| format!(" {name}={it}"));
    let figures: String = figures.collect();
    format!("{} P{product} v={version} M{material}{figures}", found.code)
}

/// All on which both have to agree, as lines of text that begin with what they are about.
fn by_crate(report: &HandbookReport) -> Vec<String> {
    let mut findings: Vec<Found> = report.findings.iter().map(found).collect();
    findings.sort();
    let mut all: Vec<String> = findings.iter().map(told).collect();
    for line in &report.lines {
        let mut value = serde_json::to_value(line).unwrap();
        let fields = value.as_object_mut().unwrap();
        for name in ["unit", "limit", "currency"] {
            fields.remove(name);
        }
        all.push(format!("line {value}"));
    }
    for verdict in &report.verdicts {
        let mut value = serde_json::to_value(verdict).unwrap();
        let fields = value.as_object_mut().unwrap();
        fields.remove("text");
        fields.remove("suggested");
        let disclosed = fields
            .get_mut("disclosure")
            .and_then(|it| it.get_mut("materials"));
        let disclosed = disclosed.map_or(Value::Null, Value::take);
        fields.insert("disclosure".into(), disclosed);
        if let Some(materials) = value["disclosure"].as_array_mut() {
            for material in materials {
                material.as_object_mut().unwrap().remove("currency");
            }
        }
        all.push(format!("verdict {value}"));
    }
    for unused in &report.unused {
        all.push(format!("unused {}", serde_json::to_value(unused).unwrap()));
    }
    all
}

fn by_auditor(auditor: &Auditor<'_>) -> (Vec<String>, Vec<Found>) {
    let findings = auditor.findings();
    let mut all: Vec<String> = findings.iter().map(told).collect();
    all.extend(auditor.lines().iter().map(|it| format!("line {it}")));
    let (verdicts, unused) = auditor.verdicts(&findings);
    for mut verdict in verdicts {
        verdict.as_object_mut().unwrap().remove("since");
        all.push(format!("verdict {verdict}"));
    }
    all.extend(unused.iter().map(|it| format!("unused {it}")));
    (all, findings)
}

/// A suggestion reproduces what was used, keeps the net where a rate of 9 decimals fits it, and is
/// left out only where nothing was used or made, or no net and rate exist.
fn wrong_suggestions(
    auditor: &Auditor<'_>,
    findings: &[Found],
    report: &HandbookReport,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for version in &auditor.declaration.versions {
        let key = (version.product, version.name.as_str());
        let verdict = report
            .verdicts
            .iter()
            .find(|it| (it.product, it.version.as_str()) == key);
        let Some(verdict) = verdict else { continue };
        for target in auditor.targets(findings, version) {
            let suggested = verdict
                .suggested
                .iter()
                .find(|it| it.material == target.material);
            let nothing = target.used <= whole(0) || target.units <= whole(0);
            let fits = |it: &Suggestion| {
                let kept = whole(100) - read(it.tangible_loss) - read(it.intangible_loss);
                q(&(read(it.net) * whole(100) / kept * &target.units)) == q(&target.used)
            };
            let place = format!("P{} v={} M{}", key.0, key.1, target.material);
            match suggested {
                Some(it) if !fits(it) => {
                    wrong.push(format!("suggestion {place} does not reproduce"))
                }
                Some(_) if nothing => wrong.push(format!("suggestion {place} of nothing")),
                _ => {}
            }
            let line = version
                .lines
                .iter()
                .find(|it| it.material == target.material);
            let Some(line) = line.filter(|_| !nothing) else {
                continue;
            };
            if let Some(it) = suggested {
                let loss = read(it.tangible_loss) + read(it.intangible_loss);
                let intangible = read(line.consumption.intangible_loss());
                if read(it.intangible_loss) != loss.min(intangible) {
                    wrong.push(format!("suggestion {place} gives the intangible loss up"));
                }
            }
            let net = line.consumption.net();
            if rate_exists(&read(net), &target.used, &target.units)
                && suggested.is_none_or(|it| it.net != net)
            {
                wrong.push(format!("suggestion {place} gives the net up"));
            }
        }
    }
    wrong
}

/// A kept share of 9 decimals between 0 and 100 with round5(units × net / kept) = used.
fn rate_exists(
    net: &auditor::figures::Figure,
    used: &auditor::figures::Figure,
    units: &auditor::figures::Figure,
) -> bool {
    let half = auditor::figures::digit(5) / whole(2);
    let over = units * net * whole(100) / auditor::figures::digit(9);
    let most = (over.clone() / (used - &half)).floor();
    let least = (over / (used + half)).floor() + whole(1);
    // As a customs field, a gross stays below 10^9; all of these cases do.
    least <= most && least <= whole(100_000_000_000)
}

fn disagreements(lines: &[String]) -> Result<Vec<String>, String> {
    let (declaration, records, policy) = load(lines)?;
    let mut verifier = Verifier::new(vec![declaration.clone()], policy.clone());
    for record in &records {
        verifier.add(record);
    }
    let report = verifier.report(None);
    let report = &report.handbooks[0];
    let auditor = Auditor {
        declaration: &declaration,
        records: &records,
        policy: &policy,
    };
    let (audited, findings) = by_auditor(&auditor);
    let verified = by_crate(report);
    let mut all = Vec::new();
    let differ = |ours: &[String], theirs: &[String], who: &str, all: &mut Vec<String>| {
        let mut rest = theirs.to_vec();
        for it in ours {
            match rest.iter().position(|other| other == it) {
                Some(at) => drop(rest.swap_remove(at)),
                None => all.push(format!("{it} ({who})")),
            }
        }
    };
    differ(&verified, &audited, "only the crate", &mut all);
    differ(&audited, &verified, "only the auditor", &mut all);
    all.extend(wrong_suggestions(&auditor, &findings, report));
    Ok(all)
}

/// What a disagreement is about: its first word and whose it is.
fn about(disagreement: &str) -> String {
    let first = disagreement.split(' ').next().unwrap_or_default();
    if first == "suggestion" {
        return first.into();
    }
    let whose = disagreement.rsplit(" (").next().unwrap_or_default();
    format!("{first} ({whose}")
}

/// The shortest case that still disagrees about the same thing.
fn shorten(lines: &[String], on: &str) -> Vec<String> {
    let still = |lines: &[String]| {
        disagreements(lines).is_ok_and(|all| all.iter().any(|it| about(it) == on))
    };
    let mut lines = lines.to_vec();
    loop {
        let before = lines.clone();
        for at in (0..lines.len()).rev() {
            let mut fewer = lines.clone();
            fewer.remove(at);
            if still(&fewer) {
                lines = fewer;
            }
        }
        for at in 0..lines.len() {
            // A line with `!` stays whole.
            let words = match lines[at].starts_with('!') {
                true => 0,
                false => lines[at].split(' ').count(),
            };
            for word in (1..words).rev() {
                let mut fewer = lines.clone();
                let kept: Vec<&str> = lines[at].split(' ').collect();
                let kept = kept.iter().enumerate().filter(|it| it.0 != word);
                fewer[at] = kept.map(|it| *it.1).collect::<Vec<_>>().join(" ");
                if still(&fewer) {
                    lines = fewer;
                }
            }
        }
        if lines == before {
            return lines;
        }
    }
}

#[test]
fn the_verifier_agrees_with_the_auditor() {
    let seeds = std::env::var("BONDED_SEEDS").unwrap_or_else(|_| "0..500".into());
    let (from, to) = seeds.split_once("..").expect("BONDED_SEEDS is FROM..TO");
    let (from, to): (u64, u64) = (from.parse().unwrap(), to.parse().unwrap());
    println!("seeds {seeds}");
    // The first case of each kind of disagreement.
    let mut kinds: BTreeMap<String, (usize, u64, Vec<String>)> = BTreeMap::new();
    for seed in from..to {
        let lines = random_case(seed);
        let all = disagreements(&lines).unwrap_or_else(|it| panic!("seed {seed}: {it}"));
        for it in &all {
            let kind = kinds.entry(about(it)).or_insert((0, seed, lines.clone()));
            kind.0 += 1;
            if lines.len() < kind.2.len() {
                (kind.1, kind.2) = (seed, lines.clone());
            }
        }
    }
    let mut text = String::new();
    for (kind, (times, seed, lines)) in &kinds {
        let short = shorten(lines, kind);
        let all = disagreements(&short).unwrap_or_default();
        text += &format!(
            "\n{kind}: {times} times, for example seed {seed}:\n{}\n{}\n",
            short.join("\n"),
            all.join("\n")
        );
    }
    assert!(kinds.is_empty(), "{text}");
}

/// Small cases on which a verifier may well go wrong, and why.
const SHARP: [(&str, &str); 34] = [
    (
        "what came back in months in which nothing was made is of what was made before",
        "P1<M1*1
         version P1 left=1000 status=declared
         2026-01-10 P1:1000 M1:1000
         2026-02-10 P1:0 M1:0-30
         2026-03-10 P1:0 M1:0-20",
    ),
    (
        "a month in which a material was not issued is one of less: the good ones left first",
        "P1<M1*1
         version P1 left=1000 status=declared
         2026-01-10 P1:1000 M1:1000
         2026-02-10 P1:100
         2026-03-10 P1:100",
    ),
    (
        "a record that neither made nor took anything breaks no step",
        "P1<M1*1
         P1<M2*1
         2026-01-10 P1:1000 M1:1000 M2:1000
         2026-02-10 P1:100 M1:98 M2:100
         2026-03-10 P1:100 M1:98 M2:100
         2026-04-10 P1:0 M2:0",
    ),
    (
        "scrap that one of two readings finds is not missing by both",
        "P1<M1*0.9 loss=10
         2026-02-01 P1:1000-200 M1:1180.25~94.5",
    ),
    (
        "1/1024 ends with half of the last digit of a net, up and down",
        "M1 unit=020
         P1<M1*0.000976562
         P2<M1*0.000976563
         P3<M1*0.000976561
         map P1<M1 dies=1024
         map P2<M1 dies=1024
         map P3<M1 dies=1024",
    ),
    (
        "shares that are off by half of the last digit for each piece",
        "P1<M1*0.000976562
         share M1 P1:1024",
    ),
    (
        "a product that shares a wafer and has no consumption of it",
        "P1<M1*1
         P2<M2*1
         share M1 P1:1 P2:5",
    ),
    (
        "a drift of exactly the limit is none",
        "P1<M1*1
         2026-01-01 P1:1000 M1:1009
         2026-02-01 P1:1000 M1:1009
         2026-03-01 P1:1000 M1:1009
         2026-04-01 P1:1000 M1:1009
         2026-05-01 P1:1000 M1:1009",
    ),
    (
        "one kilogram in a hundred may be missing",
        "P1 unit=035
         P1<M1*1
         2026-02-01 P1:99 M1:100",
    ),
    (
        "one kilogram and a little more may not",
        "P1 unit=035
         P1<M1*1
         2026-02-01 P1:98.99998 M1:100",
    ),
    (
        "a material that only broke was not used: its declared value is wrong",
        "P1<M1*1
         P1<M2*2
         version P1 left=10 status=declared
         2026-02-01 P1:10 M1:10 M2:20!breakage",
    ),
    (
        "goods of a single month whose material came back in the next are disclosed",
        "P1<M1*1
         version P1 left=1000 status=declared
         2026-01-10 P1:1000 M1:1000
         2026-02-10 P1:0 M1:0-50",
    ),
    (
        "what an order that made nothing took is no value of what follows",
        "P1<M1*1
         2026-01-10 P1:1000 M1:1000
         2026-02-10 P1:0 M1:25",
    ),
    (
        "too much before and too little since make the whole right: there is nothing to disclose",
        "P1<M1*1
         version P1 left=2000 status=declared
         2026-01-10 P1:1000 M1:1050
         2026-02-10 P1:500 M1:475
         2026-03-10 P1:500 M1:475",
    ),
    (
        "where nothing was made nothing drifts",
        "P1<M1*1
         2026-02-01 P1:0 M1:5",
    ),
    (
        "what is sold at home or destroyed left too",
        "version P1 sold=10",
    ),
    (
        "a product that nobody declared consumption for was destroyed",
        "version P1 destroyed=10",
    ),
    (
        "units of an undeclared material are those of every other one",
        "M2
         P1<M1*1
         version P1 left=98 destroyed=2 defects=folded status=declared
         2026-02-01 P1:98-2 M1:100 M2:100",
    ),
    (
        "a record that names an unknown material in two rows is one record",
        "P1<M1*1
         2026-02-01 P1:10 M1:10 M9:1@a M9:1@b",
    ),
    (
        "tonnes are known to 0.00001 of a tonne",
        "M1 unit=070 weight=1000
         P1 weight=0.004
         P1<M1*0.000004
         2026-02-01 P1:1 M1:0
         2026-02-02 P1:1 M1:0",
    ),
    (
        "grams are known to 0.00001 of a gram",
        "M1 unit=036 weight=0.001
         P1 weight=0.001
         P1<M1*1
         2026-02-01 P1:1 M1:1.01001",
    ),
    (
        "a consumable has no part in the weights and none in their rounding",
        "M2 consumable
         P1 unit=035
         P1<M1*1
         P1<M2*1
         2026-02-01 P1:0.00001 M1:0.00003 M2:0.00001
         2026-02-02 P1:0.00001 M1:0.00001 M2:0.00001",
    ),
    (
        "a difference below the last digit written is no negative 0",
        "P1 hs=7202110000
         M1 hs=2602000000
         P1<M1*2 share=99.99999999
         standard 7202<2602 upper=2.6 lower=2",
    ),
    (
        "two rows are known to 0.00002",
        "P1<M1*0.00001
         2026-02-01 P1:2 M1:0.00002@a M1:0.00002@b",
    ),
    (
        "a yield is known no better than its rows",
        "P1<M1*0.00009 loss=10
         yields P1<M1 sort=90
         2026-02-01 P1:0.1 M1:0.00001@sort",
    ),
    (
        "what the rounding hides does not show that rejects are counted twice",
        "P1<M1*0.00001
         version P1 left=1 destroyed=0.5
         2026-02-01 P1:1-0.5 M1:0.00001",
    ),
    (
        "nothing left yet: what is made since a step needs a version of its own",
        "P1<M1*1
         2026-01-10 P1:1000 M1:1000
         2026-02-10 P1:100 M1:98
         2026-03-10 P1:100 M1:98",
    ),
    (
        "goods without a record speak against a confirmation",
        "P1<M1*1
         version P1 left=12
         2026-02-01 P1:10 M1:10",
    ),
    (
        "quantities at the end of their type are compared too",
        "P1<M1*999999999
         version P1 defects=folded
         2026-02-01 P1:9999999999999-9999999999999 M1:1",
    ),
    (
        "the nearer reading counts, and what fits either way fits",
        "P1<M1*0.9 loss=10
         2026-02-01 P1:10000-203 M1:10101~960",
    ),
    (
        "a step of one direction, a drift of the other",
        "P1<M1*1
         2026-01-10 P1:1000 M1:1030
         2026-02-10 P1:1000 M1:1030
         2026-03-10 P1:1000 M1:989
         2026-04-10 P1:1000 M1:989",
    ),
    (
        "the limits of the day on which a version came on file",
        "!limits 2026-01-01 1 5 20 0.01 1 2 2
         !limits 2026-02-01 3 5 20 0.01 1 2 2
         P1<M1*1
         P1<M1*1 v=1
         version P1 v=0 on_file=2026-01-31
         version P1 v=1 on_file=2026-02-01
         2026-03-01 P1:100 M1:102 v=0
         2026-03-01 P1:100 M1:102 v=1",
    ),
    (
        "a declaration before closure is none until the report",
        "book before_closure
         P1<M1*1
         version P1 left=100 first=2026-02-01
         2026-02-01 P1:100 M1:98",
    ),
    (
        "what came back leaves a version frozen and nothing to disclose",
        "P1<M1*1
         version P1 left=0 first=2026-02-01
         2026-02-01 P1:100 M1:98",
    ),
];

#[test]
fn the_verifier_agrees_with_the_auditor_on_sharp_cases() {
    let mut text = String::new();
    for (name, script) in SHARP {
        let lines: Vec<String> = script.lines().map(|it| it.trim().to_string()).collect();
        let all = disagreements(&lines).unwrap_or_else(|it| panic!("{name}: {it}"));
        if !all.is_empty() {
            text += &format!("\n{name}:\n{}\n{}\n", lines.join("\n"), all.join("\n"));
        }
    }
    assert!(text.is_empty(), "{text}");
}

/// Otherwise agreement would say little.
#[test]
fn the_cases_reach_every_rule_and_every_verdict() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..150 {
        let (declaration, records, policy) = load(&random_case(seed)).unwrap();
        let auditor = Auditor {
            declaration: &declaration,
            records: &records,
            policy: &policy,
        };
        let findings = auditor.findings();
        let verdicts = auditor.verdicts(&findings).0;
        let kinds = verdicts
            .iter()
            .map(|it| it["verdict"].as_str().unwrap().to_string());
        for it in findings.iter().map(|it| it.code.to_string()).chain(kinds) {
            *seen.entry(it).or_default() += 1;
        }
    }
    let kinds = ["confirmed", "amend", "new_version", "disclose", "explain"];
    for name in rules::ALL.iter().map(|it| it.code).chain(kinds) {
        assert!(seen.contains_key(name), "{name}: {seen:?}");
    }
    println!("{seen:?}");
}
