//! Small cases in a few words: for the examples of the rules, and for tests.
//!
//! | line | means |
//! | --- | --- |
//! | `book supplied before_closure reported from=2026-01-01` | the handbook (all words optional) |
//! | `M1 name=金线 unit=035 hs=… price=2 consumable weight=0.001` | a material; `P1 unit=007 …` a product |
//! | `P1<M1*0.96 loss=4 intangible=1 share=80 v=0` | a line of the consumption table |
//! | `version P1 v=0 left=10 sold=… destroyed=… first=DATE on_file=DATE from=DATE until=DATE status=… defects=… basis=… approver=… evidence=…` | what is known of a version |
//! | `map P1<M1 dies=8640` | a wafer map; `share M1 P1:6000 P2:2000` a shared wafer |
//! | `yields P1<M1 sort=92.5 assembly=99.5` | the yields of its steps |
//! | `filed P1<M1 net=… gross=… loss=… bonded=… non_bonded=…` | a figure in the form in which it was filed |
//! | `standard 6203<5208 upper=1.2 lower=1` | a published standard |
//! | `substituted M1:5 document=S-1` | a substitution on file |
//! | `2026-02-01 P1:960-40 v=0 order=A M1:1000-5~35@sort M2:3!breakage` | a record: good − rejected; issued − returned, `~` scrap, `!` cause, `@` stage |
//!
//! Items come into being when they are named: materials in kilograms (035), products in pieces (007).

use std::collections::BTreeMap;

use crate::declaration::*;
use crate::policy::Policy;
use crate::production::{Cause, Issue, Record};
use crate::verify::{Report, Verifier};
use crate::{Consumption, Date, Net, Percent, Quantity, Total, parse_date};

/// The handbook of every case.
pub const HANDBOOK: &str = "C222626A0001";

/// A declaration and records.
///
/// # Errors
/// The line that could not be read, and why.
pub fn read(script: &str) -> Result<(Declaration, Vec<Record>), String> {
    let mut case = Case::default();
    for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
        case.line(line)
            .map_err(|problem| format!("{line}: {problem}"))?;
    }
    let (declaration, records, _) = case.done();
    Ok((declaration, records))
}

/// The report on a case, by the limits shipped and the case's standards.
///
/// # Errors
/// The line that could not be read, and why.
pub fn run(script: &str) -> Result<Report, String> {
    let mut case = Case::default();
    for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
        case.line(line)
            .map_err(|problem| format!("{line}: {problem}"))?;
    }
    let (declaration, records, standards) = case.done();
    let mut policy = Policy::builtin();
    policy.standards = standards;
    let mut verifier = Verifier::new(vec![declaration], policy);
    for record in &records {
        verifier.add(record);
    }
    Ok(verifier.report(None))
}

#[derive(Default)]
struct Case {
    supplied: bool,
    stage: Option<Stage>,
    reported: bool,
    from: Option<Date>,
    materials: BTreeMap<u16, Material>,
    products: BTreeMap<u16, Product>,
    versions: BTreeMap<(u16, String), Version>,
    substitutions: Vec<Substitution>,
    wafer_maps: Vec<WaferMap>,
    shared: Vec<Shared>,
    yields: Vec<YieldChain>,
    filed: Vec<FiledLine>,
    standards: Vec<Standard>,
    records: Vec<Record>,
}

type Read<T> = Result<T, String>;

fn number<T: std::str::FromStr>(text: &str) -> Read<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| format!("{text:?}: {error}"))
}

fn date(text: &str) -> Read<Date> {
    parse_date(text).ok_or_else(|| format!("{text:?} is no date"))
}

fn seq(text: &str, letter: char) -> Read<u16> {
    let digits = text
        .strip_prefix(letter)
        .ok_or_else(|| format!("{text:?}, expected {letter} and a number"))?;
    number(digits)
}

/// `P1<M1`.
fn pair(text: &str) -> Read<(u16, u16)> {
    let (product, material) = text
        .split_once('<')
        .ok_or_else(|| format!("{text:?}, expected P1<M1"))?;
    Ok((seq(product, 'P')?, seq(material, 'M')?))
}

/// The words of a line: `key=value`, or bare.
struct Words<'w>(Vec<(&'w str, &'w str)>);

impl<'w> Words<'w> {
    fn of(words: &[&'w str]) -> Words<'w> {
        Words(
            words
                .iter()
                .map(|it| it.split_once('=').unwrap_or((it, "")))
                .collect(),
        )
    }

    fn get(&self, key: &str) -> Option<&'w str> {
        self.0.iter().find(|it| it.0 == key).map(|it| it.1)
    }

    fn read<T: std::str::FromStr>(&self, key: &str) -> Read<Option<T>>
    where
        T::Err: std::fmt::Display,
    {
        self.get(key).map(number).transpose()
    }

    fn date(&self, key: &str) -> Read<Option<Date>> {
        self.get(key).map(date).transpose()
    }

    fn known(&self, known: &[&str]) -> Read<()> {
        match self.0.iter().find(|it| !known.contains(&it.0)) {
            Some((word, _)) => Err(format!("{word:?} is not known here")),
            None => Ok(()),
        }
    }
}

impl Case {
    fn line(&mut self, line: &str) -> Read<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (first, rest) = (words[0], &words[1..]);
        match first {
            "book" => self.book(&Words::of(rest)),
            "version" => self.version_facts(rest),
            "map" | "yields" | "filed" => self.of_pair(first, rest),
            "share" => self.shared(rest),
            "standard" => self.standard(rest),
            "substituted" => self.substituted(rest),
            _ if first.contains('<') => self.consumption(first, &Words::of(rest)),
            _ if first.starts_with('M') => self.material_facts(seq(first, 'M')?, &Words::of(rest)),
            _ if first.starts_with('P') => self.product_facts(seq(first, 'P')?, &Words::of(rest)),
            _ => self.record(date(first)?, rest),
        }
    }

    fn book(&mut self, words: &Words<'_>) -> Read<()> {
        words.known(&[
            "supplied",
            "before_closure",
            "at_filing",
            "reported",
            "from",
        ])?;
        self.supplied = words.get("supplied").is_some();
        self.reported = words.get("reported").is_some();
        self.stage = words.0.iter().find_map(|it| Stage::from_word(it.0));
        self.from = words.date("from")?;
        Ok(())
    }

    fn material(&mut self, seq: u16) -> &mut Material {
        self.materials.entry(seq).or_insert_with(|| Material {
            seq,
            code: format!("M{seq}"),
            hs: "3818001900".into(),
            name: String::new(),
            unit: "035".into(),
            price: None,
            currency: None,
            consumable: false,
            weight: None,
        })
    }

    fn product(&mut self, seq: u16) -> &mut Product {
        self.products.entry(seq).or_insert_with(|| Product {
            seq,
            code: format!("P{seq}"),
            hs: "8542390000".into(),
            name: String::new(),
            unit: "007".into(),
            weight: None,
        })
    }

    fn version(&mut self, product: u16, words: &Words<'_>) -> &mut Version {
        self.product(product);
        let name = words.get("v").unwrap_or("0").to_string();
        let key = (product, name.clone());
        self.versions.entry(key).or_insert_with(|| Version {
            product,
            name,
            lines: Vec::new(),
            on_file: parse_date("2026-01-01"),
            left: Left::default(),
            status: None,
            valid_from: None,
            valid_until: None,
            basis: None,
            approver: None,
            evidence: None,
            defects: None,
        })
    }

    fn material_facts(&mut self, seq: u16, words: &Words<'_>) -> Read<()> {
        words.known(&["name", "unit", "hs", "price", "consumable", "weight"])?;
        let amount = |key| {
            words
                .get(key)
                .map(|it| amount(it).map_err(|it| it.to_string()))
                .transpose()
        };
        let (price, weight) = (amount("price")?, amount("weight")?);
        let material = self.material(seq);
        material.price = price;
        material.weight = weight;
        material.consumable = words.get("consumable").is_some();
        material.name = words.get("name").unwrap_or_default().to_string();
        if let Some(unit) = words.get("unit") {
            material.unit = unit.to_string();
        }
        if let Some(hs) = words.get("hs") {
            material.hs = hs.to_string();
        }
        Ok(())
    }

    fn product_facts(&mut self, seq: u16, words: &Words<'_>) -> Read<()> {
        words.known(&["name", "unit", "hs", "weight"])?;
        let weight = words
            .get("weight")
            .map(|it| amount(it).map_err(|it| it.to_string()));
        let weight = weight.transpose()?;
        let product = self.product(seq);
        product.weight = weight;
        product.name = words.get("name").unwrap_or_default().to_string();
        if let Some(unit) = words.get("unit") {
            product.unit = unit.to_string();
        }
        if let Some(hs) = words.get("hs") {
            product.hs = hs.to_string();
        }
        Ok(())
    }

    fn consumption(&mut self, first: &str, words: &Words<'_>) -> Read<()> {
        words.known(&["loss", "intangible", "share", "v"])?;
        let (of, net) = first.split_once('*').ok_or("expected P1<M1*NET")?;
        let (product, material) = pair(of)?;
        let rate = |key| words.read::<Percent>(key);
        let consumption = Consumption::new(
            number::<Net>(net)?,
            rate("loss")?.unwrap_or_default(),
            rate("intangible")?.unwrap_or_default(),
            rate("share")?.unwrap_or(Percent::HUNDRED),
        )
        .map_err(|error| error.to_string())?;
        self.material(material);
        let version = self.version(product, words);
        version.lines.push(Line {
            material,
            consumption,
        });
        version.lines.sort_by_key(|it| it.material);
        Ok(())
    }

    fn version_facts(&mut self, rest: &[&str]) -> Read<()> {
        let (first, rest) = rest.split_first().ok_or("expected a product")?;
        let words = Words::of(rest);
        words.known(&[
            "v",
            "left",
            "sold",
            "destroyed",
            "first",
            "on_file",
            "from",
            "until",
            "status",
            "defects",
            "basis",
            "approver",
            "evidence",
        ])?;
        let total = |key| -> Read<Total> {
            Ok(words
                .read::<Quantity>(key)?
                .map_or(Total::ZERO, Total::from))
        };
        let left = Left {
            quantity: total("left")?,
            sold: total("sold")?,
            destroyed: total("destroyed")?,
            first: words.date("first")?,
            exported: words.get("left").is_some(),
        };
        let on_file = words.date("on_file")?;
        let (from, until) = (words.date("from")?, words.date("until")?);
        let version = self.version(seq(first, 'P')?, &words);
        version.left = left;
        version.on_file = on_file.or(version.on_file);
        (version.valid_from, version.valid_until) = (from, until);
        version.status = words.get("status").and_then(Status::from_word);
        version.defects = words.get("defects").and_then(Defects::from_word);
        version.basis = words.get("basis").and_then(Basis::from_word);
        version.approver = words.get("approver").map(Into::into);
        version.evidence = words.get("evidence").map(Into::into);
        Ok(())
    }

    fn of_pair(&mut self, kind: &str, rest: &[&str]) -> Read<()> {
        let (first, rest) = rest.split_first().ok_or("expected P1<M1")?;
        let (product, material) = pair(first)?;
        let words = Words::of(rest);
        let version = words.get("v").unwrap_or("0").to_string();
        match kind {
            "map" => self.wafer_maps.push(WaferMap {
                product,
                version,
                material,
                dies: words.read("dies")?.ok_or("expected dies=N")?,
            }),
            "yields" => {
                let stages = words.0.iter().filter(|it| it.0 != "v");
                let stages = stages.map(|(stage, percent)| {
                    Ok(StageYield {
                        stage: (*stage).to_string(),
                        percent: number(percent)?,
                    })
                });
                let stages = stages.collect::<Read<Vec<_>>>()?;
                self.yields.push(YieldChain {
                    product,
                    version,
                    material,
                    stages,
                });
            }
            _ => {
                let share = match (words.read("bonded")?, words.read("non_bonded")?) {
                    (_, Some(percent)) => Share::NonBonded(percent),
                    (percent, None) => Share::Bonded(percent.unwrap_or(Percent::HUNDRED)),
                };
                let form = Filed {
                    net: words.read("net")?,
                    gross: words.read("gross")?,
                    tangible_loss: words.read("loss")?,
                    intangible_loss: words.read("intangible")?,
                    share,
                };
                self.filed.push(FiledLine {
                    product,
                    version,
                    material,
                    form,
                });
            }
        }
        Ok(())
    }

    fn shared(&mut self, rest: &[&str]) -> Read<()> {
        let (first, rest) = rest.split_first().ok_or("expected a material")?;
        let part = |it: &&str| -> Read<SharedPart> {
            let (product, per_unit) = it.split_once(':').ok_or("expected P1:6000")?;
            Ok(SharedPart {
                product: seq(product, 'P')?,
                version: "0".into(),
                per_unit: number(per_unit)?,
            })
        };
        self.shared.push(Shared {
            material: seq(first, 'M')?,
            parts: rest.iter().map(part).collect::<Read<Vec<_>>>()?,
        });
        Ok(())
    }

    fn standard(&mut self, rest: &[&str]) -> Read<()> {
        let (first, rest) = rest.split_first().ok_or("expected 6203<5208")?;
        let (product, material) = first.split_once('<').ok_or("expected 6203<5208")?;
        let words = Words::of(rest);
        words.known(&["upper", "lower", "from", "until"])?;
        self.standards.push(Standard {
            product: product.into(),
            material: material.into(),
            upper: words.read("upper")?.ok_or("expected upper=N")?,
            lower: words.read("lower")?,
            from: words.date("from")?.unwrap_or_default(),
            until: words.date("until")?,
            source: "a published standard".into(),
        });
        Ok(())
    }

    fn substituted(&mut self, rest: &[&str]) -> Read<()> {
        let (first, rest) = rest.split_first().ok_or("expected M1:5")?;
        let (material, quantity) = first.split_once(':').ok_or("expected M1:5")?;
        let words = Words::of(rest);
        self.substitutions.push(Substitution {
            material: seq(material, 'M')?,
            quantity: number::<Quantity>(quantity)?.into(),
            document: words.get("document").map(Into::into),
        });
        Ok(())
    }

    fn record(&mut self, date: Date, rest: &[&str]) -> Read<()> {
        let (first, rest) = rest.split_first().ok_or("expected P1:GOOD")?;
        let (product, made) = first.split_once(':').ok_or("expected P1:GOOD-REJECTED")?;
        let (good, rejected) = made.split_once('-').unwrap_or((made, "0"));
        let mut record = Record {
            order: format!("WO-{}", self.records.len() + 1),
            date,
            handbook: HANDBOOK.into(),
            product: seq(product, 'P')?,
            version: "0".into(),
            good: number(good)?,
            rejected: number(rejected)?,
            materials: Vec::new(),
        };
        for word in rest {
            match word.split_once('=') {
                Some(("v", version)) => record.version = version.into(),
                Some(("order", order)) => record.order = order.into(),
                _ => {
                    let issue = issue(word)?;
                    record.materials.push(issue);
                }
            }
        }
        self.records.push(record);
        Ok(())
    }

    fn done(self) -> (Declaration, Vec<Record>, Vec<Standard>) {
        let declaration = Declaration {
            handbook: HANDBOOK.into(),
            supplied_materials: self.supplied,
            stage: self.stage.unwrap_or(Stage::BeforeExport),
            valid_from: self.from.or_else(|| parse_date("2026-01-01")),
            reported: self.reported,
            materials: self.materials.into_values().collect(),
            products: self.products.into_values().collect(),
            versions: self.versions.into_values().collect(),
            substitutions: self.substitutions,
            wafer_maps: self.wafer_maps,
            shared: self.shared,
            yields: self.yields,
            filed: self.filed,
            enterprise: Enterprise::default(),
        };
        (declaration, self.records, self.standards)
    }
}

/// `M1:issued-returned~scrap!cause@stage`.
fn issue(word: &str) -> Read<Issue> {
    let (word, stage) = match word.split_once('@') {
        Some((word, stage)) => (word, Some(stage.to_string())),
        None => (word, None),
    };
    let (word, cause) = match word.split_once('!') {
        Some((word, cause)) => {
            let cause = Cause::from_word(cause).ok_or_else(|| format!("{cause:?} is no cause"))?;
            (word, Some(cause))
        }
        None => (word, None),
    };
    let (word, scrap) = word.split_once('~').unwrap_or((word, "0"));
    let (material, quantity) = word
        .split_once(':')
        .ok_or_else(|| format!("{word:?}, expected M1:ISSUED"))?;
    let (issued, returned) = quantity.split_once('-').unwrap_or((quantity, "0"));
    Ok(Issue {
        material: seq(material, 'M')?,
        issued: number(issued)?,
        returned: number(returned)?,
        scrap: number(scrap)?,
        cause,
        stage,
    })
}
