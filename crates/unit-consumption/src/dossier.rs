//! What stands behind a declaration (单耗资料) and no customs message carries: status, basis and
//! evidence of versions, wafer maps, yields, weights, the forms as filed, the enterprise's standing.
//! The format is written down in `docs/consumption.md`.

use exact_json::{Error, Fields, FromJson, Json, Path, invalid, text, whole};
use rust_decimal::Decimal;

use crate::declaration::{
    Basis, Declaration, Defects, Enterprise, Filed, FiledLine, Share, Shared, SharedPart,
    StageYield, Status, WaferMap, YieldChain, amount,
};
use crate::production::read::{STAGE_MAX, Seq, Short, version};
use crate::{Date, DecimalError, Net, Percent, Quantity};

/// The dossier of one handbook. Everything in it may be left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Dossier {
    /// 手册编号.
    pub handbook: String,
    versions: Vec<VersionFacts>,
    wafer_maps: Vec<WaferMap>,
    shared: Vec<Shared>,
    yields: Vec<YieldChain>,
    filed: Vec<FiledLine>,
    materials: Vec<Weighed>,
    products: Vec<Weighed>,
    enterprise: Enterprise,
}

#[derive(Clone, Debug, PartialEq)]
struct VersionFacts {
    product: u16,
    version: String,
    status: Option<Status>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
    basis: Option<Basis>,
    approver: Option<String>,
    evidence: Option<String>,
    defects: Option<Defects>,
}

/// A material or product: kilograms in a unit, price and currency.
#[derive(Clone, Debug, PartialEq)]
struct Weighed {
    seq: u16,
    weight: Option<Decimal>,
    price: Option<Decimal>,
    currency: Option<String>,
}

impl Dossier {
    /// Reads one JSON object.
    ///
    /// ```
    /// use unit_consumption::dossier::Dossier;
    /// let dossier = Dossier::from_json(
    ///     r#"{"handbook":"C222626A0001",
    ///         "versions":[{"product":1,"status":"declared","basis":"wafer_map","defects":"in_loss"}],
    ///         "wafer_maps":[{"product":1,"material":1,"dies":8640}]}"#,
    /// )?;
    /// assert_eq!(dossier.handbook, "C222626A0001");
    /// # Ok::<(), exact_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// When it is not one JSON object with the fields of `docs/consumption.md`.
    pub fn from_json(json: &str) -> Result<Dossier, Error> {
        let expected = "a dossier such as {\"handbook\":…,\"versions\":[…]}";
        let json = Json::parse(json).map_err(|error| Error::syntax(&error, expected))?;
        Dossier::from_json_value(&json)
    }

    fn from_json_value(json: &Json<'_>) -> Result<Dossier, Error> {
        let fields = Fields::of(
            json,
            &Path::Root,
            &[
                "handbook",
                "versions",
                "wafer_maps",
                "shared",
                "yields",
                "filed",
                "materials",
                "products",
                "enterprise",
                "note",
                "ext",
            ],
        )?;
        fields.optional::<String>("note")?;
        fields.optional::<exact_json::Ext>("ext")?;
        let dossier = Dossier {
            handbook: fields.required::<Short<64>>("handbook")?.0,
            versions: fields.list("versions")?,
            wafer_maps: fields.list("wafer_maps")?,
            shared: fields.list("shared")?,
            yields: fields.list("yields")?,
            filed: fields.list("filed")?,
            materials: fields.list("materials")?,
            products: fields
                .list::<ProductWeighed>("products")?
                .into_iter()
                .map(|it| it.0)
                .collect(),
            enterprise: fields.optional("enterprise")?.unwrap_or_default(),
        };
        dossier.contradictions()?;
        Ok(dossier)
    }

    /// What stands twice would be read by chance.
    fn contradictions(&self) -> Result<(), Error> {
        once(
            "versions",
            self.versions
                .iter()
                .map(|it| (it.product, it.version.as_str(), 0)),
        )?;
        let key = |product, version, material| (product, version, material);
        let maps = self.wafer_maps.iter();
        once(
            "wafer_maps",
            maps.map(|it| key(it.product, it.version.as_str(), it.material)),
        )?;
        let yields = self.yields.iter();
        once(
            "yields",
            yields.map(|it| key(it.product, it.version.as_str(), it.material)),
        )?;
        once(
            "shared",
            self.shared.iter().map(|it| key(it.material, "", 0)),
        )?;
        once(
            "materials",
            self.materials.iter().map(|it| key(it.seq, "", 0)),
        )?;
        once(
            "products",
            self.products.iter().map(|it| key(it.seq, "", 0)),
        )?;
        let versions = Path::Field(&Path::Root, "versions");
        for (at, it) in self.versions.iter().enumerate() {
            if it
                .valid_from
                .zip(it.valid_until)
                .is_some_and(|(from, until)| from > until)
            {
                let path = Path::Index(&versions, at);
                let message = "\"valid_from\" lies after \"valid_until\"";
                return Err(Error::new("invalid_value", &path, message));
            }
        }
        Ok(())
    }
}

impl Declaration {
    /// Adds what a dossier says.
    ///
    /// # Errors
    /// When it names a product, version or material that is not on file; the declaration is then
    /// unchanged.
    pub fn complete(&mut self, dossier: Dossier) -> Result<(), Error> {
        let mut completed = self.clone();
        completed.add(dossier)?;
        *self = completed;
        Ok(())
    }

    fn add(&mut self, dossier: Dossier) -> Result<(), Error> {
        let root = &Path::Root;
        let at = Path::Field(root, "versions");
        for (index, facts) in dossier.versions.into_iter().enumerate() {
            let known = self.versions.iter_mut();
            let version = known
                .into_iter()
                .find(|it| it.product == facts.product && it.name == facts.version)
                .ok_or_else(|| {
                    let what = format!("product {} version {}", facts.product, facts.version);
                    not_on_file(&Path::Index(&at, index), &what)
                })?;
            version.status = facts.status.or(version.status);
            version.valid_from = facts.valid_from.or(version.valid_from);
            version.valid_until = facts.valid_until.or(version.valid_until);
            version.basis = facts.basis.or(version.basis);
            version.approver = facts.approver.or(version.approver.take());
            version.evidence = facts.evidence.or(version.evidence.take());
            version.defects = facts.defects.or(version.defects);
        }
        let at = Path::Field(root, "materials");
        for (index, known) in dossier.materials.into_iter().enumerate() {
            let found = self.materials.iter_mut().find(|it| it.seq == known.seq);
            let material = found.ok_or_else(|| {
                not_on_file(&Path::Index(&at, index), &format!("material {}", known.seq))
            })?;
            material.weight = known.weight.or(material.weight);
            material.price = known.price.or(material.price);
            material.currency = known.currency.or(material.currency.take());
        }
        let at = Path::Field(root, "products");
        for (index, known) in dossier.products.into_iter().enumerate() {
            let found = self.products.iter_mut().find(|it| it.seq == known.seq);
            let product = found.ok_or_else(|| {
                not_on_file(&Path::Index(&at, index), &format!("product {}", known.seq))
            })?;
            product.weight = known.weight.or(product.weight);
        }
        let lines = |it: &YieldChain| (it.product, it.version.clone(), it.material);
        let maps = dossier
            .wafer_maps
            .iter()
            .map(|it| (it.product, it.version.clone(), it.material));
        self.on_file("wafer_maps", maps)?;
        self.on_file("yields", dossier.yields.iter().map(lines))?;
        let shared = dossier.shared.iter().flat_map(|it| {
            it.parts
                .iter()
                .map(|part| (part.product, part.version.clone(), it.material))
        });
        self.on_file("shared", shared)?;
        // A filed line without a consumption on file is what its rule tells.
        self.wafer_maps.extend(dossier.wafer_maps);
        self.shared.extend(dossier.shared);
        self.yields.extend(dossier.yields);
        self.filed.extend(dossier.filed);
        let (known, said) = (&mut self.enterprise, dossier.enterprise);
        known.credit = said.credit.or(known.credit.take());
        known.self_verification = said.self_verification.or(known.self_verification);
        known.networked = said.networked.or(known.networked);
        known.internal_control = said.internal_control.or(known.internal_control);
        known.case_open = said.case_open.or(known.case_open);
        known.rectification = said.rectification.or(known.rectification);
        known.overdue = said.overdue.or(known.overdue);
        Ok(())
    }

    fn on_file(
        &self,
        field: &str,
        lines: impl Iterator<Item = (u16, String, u16)>,
    ) -> Result<(), Error> {
        for (product, version, material) in lines {
            let line = self
                .version(product, &version)
                .and_then(|it| it.line(material));
            if line.is_none() {
                let what = format!("product {product} version {version}, material {material}");
                return Err(not_on_file(&Path::Field(&Path::Root, field), &what));
            }
        }
        Ok(())
    }
}

fn once<'d>(field: &str, keys: impl Iterator<Item = (u16, &'d str, u16)>) -> Result<(), Error> {
    let mut seen = std::collections::BTreeSet::new();
    for (at, key) in keys.enumerate() {
        if !seen.insert(key) {
            let list = Path::Field(&Path::Root, field);
            let message = "an earlier one speaks of the same; say everything in one";
            return Err(Error::new(
                "duplicate_row",
                &Path::Index(&list, at),
                message,
            ));
        }
    }
    Ok(())
}

fn not_on_file(path: &Path<'_>, what: &str) -> Error {
    let message =
        format!("{what} is not on file in the handbook; correct the number, or leave it out");
    Error::new("not_on_file", path, message)
}

impl FromJson for VersionFacts {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<VersionFacts, Error> {
        let fields = Fields::of(
            json,
            path,
            &[
                "product",
                "version",
                "status",
                "valid_from",
                "valid_until",
                "basis",
                "approver",
                "evidence",
                "defects",
                "note",
            ],
        )?;
        fields.optional::<String>("note")?;
        Ok(VersionFacts {
            product: fields.required::<Seq>("product")?.0,
            version: version(fields.optional("version")?),
            status: fields.optional("status")?,
            valid_from: fields.optional("valid_from")?,
            valid_until: fields.optional("valid_until")?,
            basis: fields.optional("basis")?,
            approver: fields.optional("approver")?,
            evidence: fields.optional::<Evidence>("evidence")?.map(|it| it.0),
            defects: fields.optional("defects")?,
        })
    }
}

/// A hash of 256 bits.
struct Evidence(String);

impl FromJson for Evidence {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Evidence, Error> {
        const EXPECTED: &str = "the SHA-256 or BLAKE3 of the evidence, 64 hexadecimal digits";
        let hash = text(json, path, EXPECTED)?;
        if hash.len() == 64 && hash.bytes().all(|it| it.is_ascii_hexdigit()) {
            Ok(Evidence(hash.to_ascii_lowercase()))
        } else {
            Err(invalid(json, path, EXPECTED))
        }
    }
}

macro_rules! from_word {
    ($($name:ident),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<$name, Error> {
                let expected = || format!("one of {}", $name::WORDS.join(", "));
                $name::from_word(text(json, path, &expected())?)
                    .ok_or_else(|| invalid(json, path, &expected()))
            }
        }
    )*};
}
from_word!(Status, Basis, Defects);

impl FromJson for WaferMap {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<WaferMap, Error> {
        let fields = Fields::of(json, path, &["product", "version", "material", "dies"])?;
        Ok(WaferMap {
            product: fields.required::<Seq>("product")?.0,
            version: version(fields.optional("version")?),
            material: fields.required::<Seq>("material")?.0,
            dies: fields.required::<Count>("dies")?.0,
        })
    }
}

/// A whole number above 0.
struct Count(u32);

impl FromJson for Count {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Count, Error> {
        const EXPECTED: &str = "a whole number from 1 to 4294967295";
        u32::try_from(whole(json, path, EXPECTED)?)
            .ok()
            .filter(|it| *it > 0)
            .map(Count)
            .ok_or_else(|| invalid(json, path, EXPECTED))
    }
}

impl FromJson for Shared {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Shared, Error> {
        let fields = Fields::of(json, path, &["material", "products"])?;
        Ok(Shared {
            material: fields.required::<Seq>("material")?.0,
            parts: fields.required("products")?,
        })
    }
}

impl FromJson for SharedPart {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<SharedPart, Error> {
        let fields = Fields::of(json, path, &["product", "version", "per_unit"])?;
        Ok(SharedPart {
            product: fields.required::<Seq>("product")?.0,
            version: version(fields.optional("version")?),
            per_unit: fields.required::<AboveZero>("per_unit")?.0,
        })
    }
}

/// A quantity above 0.
struct AboveZero(Quantity);

impl FromJson for AboveZero {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<AboveZero, Error> {
        let quantity = Quantity::from_json(json, path)?;
        if quantity > Quantity::ZERO {
            Ok(AboveZero(quantity))
        } else {
            Err(invalid(json, path, "a quantity above 0"))
        }
    }
}

impl FromJson for YieldChain {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<YieldChain, Error> {
        let fields = Fields::of(json, path, &["product", "version", "material", "stages"])?;
        let chain = YieldChain {
            product: fields.required::<Seq>("product")?.0,
            version: version(fields.optional("version")?),
            material: fields.required::<Seq>("material")?.0,
            stages: fields.required("stages")?,
        };
        let repeated = |at: usize| {
            chain.stages[..at]
                .iter()
                .any(|it| it.stage == chain.stages[at].stage)
        };
        if let Some(second) = (1..chain.stages.len()).find(|&at| repeated(at)) {
            let stages = Path::Field(path, "stages");
            let message = "this stage stands in the chain already";
            return Err(Error::new(
                "duplicate_row",
                &Path::Index(&stages, second),
                message,
            ));
        }
        Ok(chain)
    }
}

impl FromJson for StageYield {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<StageYield, Error> {
        let fields = Fields::of(json, path, &["stage", "yield"])?;
        Ok(StageYield {
            stage: fields.required::<Short<STAGE_MAX>>("stage")?.0,
            percent: fields.required("yield")?,
        })
    }
}

impl FromJson for FiledLine {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<FiledLine, Error> {
        let fields = Fields::of(
            json,
            path,
            &[
                "product",
                "version",
                "material",
                "net",
                "gross",
                "loss",
                "tangible_loss",
                "intangible_loss",
                "bonded_share",
                "non_bonded_share",
            ],
        )?;
        let one = |names: [&str; 2], what: &str| {
            if fields.has(names[0]) && fields.has(names[1]) {
                let message = format!(
                    "{} and {} are both given, expected one of them: {what}",
                    names[0], names[1]
                );
                return Err(Error::new("invalid_value", path, message));
            }
            Ok(())
        };
        one(
            ["loss", "tangible_loss"],
            "the one rate of the form of 2011, or today's two",
        )?;
        one(
            ["bonded_share", "non_bonded_share"],
            "today's share, or that of the form of 2011",
        )?;
        let share = match fields.optional::<Percent>("non_bonded_share")? {
            Some(percent) => Share::NonBonded(percent),
            None => Share::Bonded(fields.optional("bonded_share")?.unwrap_or(Percent::HUNDRED)),
        };
        let tangible = match fields.optional::<Percent>("loss")? {
            Some(rate) => Some(rate),
            None => fields.optional("tangible_loss")?,
        };
        Ok(FiledLine {
            product: fields.required::<Seq>("product")?.0,
            version: version(fields.optional("version")?),
            material: fields.required::<Seq>("material")?.0,
            form: Filed {
                net: fields.optional::<Net>("net")?,
                gross: fields.optional::<Net>("gross")?,
                tangible_loss: tangible,
                intangible_loss: fields.optional("intangible_loss")?,
                share,
            },
        })
    }
}

/// A price or a weight.
struct Amount(Decimal);

impl FromJson for Amount {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Amount, Error> {
        exact_json::decimal(json, path, DecimalError::is_digits)
    }
}

impl std::str::FromStr for Amount {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Amount, DecimalError> {
        amount(text).map(Amount)
    }
}

impl FromJson for Weighed {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Weighed, Error> {
        let fields = Fields::of(json, path, &["seq", "weight", "price", "currency"])?;
        Ok(Weighed {
            seq: fields.required::<Seq>("seq")?.0,
            weight: fields.optional::<Amount>("weight")?.map(|it| it.0),
            price: fields.optional::<Amount>("price")?.map(|it| it.0),
            currency: fields.optional::<Short<3>>("currency")?.map(|it| it.0),
        })
    }
}

struct ProductWeighed(Weighed);

impl FromJson for ProductWeighed {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<ProductWeighed, Error> {
        let fields = Fields::of(json, path, &["seq", "weight"])?;
        Ok(ProductWeighed(Weighed {
            seq: fields.required::<Seq>("seq")?.0,
            weight: fields.optional::<Amount>("weight")?.map(|it| it.0),
            price: None,
            currency: None,
        }))
    }
}

impl FromJson for Enterprise {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<Enterprise, Error> {
        let fields = Fields::of(
            json,
            path,
            &[
                "credit",
                "self_verification",
                "networked",
                "internal_control",
                "case_open",
                "rectification",
                "overdue",
            ],
        )?;
        Ok(Enterprise {
            credit: fields.optional::<CreditLevel>("credit")?.map(|it| it.0),
            self_verification: fields.optional("self_verification")?,
            networked: fields.optional("networked")?,
            internal_control: fields.optional("internal_control")?,
            case_open: fields.optional("case_open")?,
            rectification: fields.optional("rectification")?,
            overdue: fields.optional("overdue")?,
        })
    }
}

/// The levels as the journal writes them.
struct CreditLevel(String);

impl FromJson for CreditLevel {
    fn from_json(json: &Json<'_>, path: &Path<'_>) -> Result<CreditLevel, Error> {
        const EXPECTED: &str =
            "one of advanced_certified, certified, regular, dishonest, seriously_dishonest";
        let word = text(json, path, EXPECTED)?;
        if EXPECTED["one of ".len()..].split(", ").any(|it| it == word) {
            Ok(CreditLevel(word.to_string()))
        } else {
            Err(invalid(json, path, EXPECTED))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    fn refused(text: &str) -> (&'static str, String) {
        let error = Dossier::from_json(text).unwrap_err();
        (error.code(), error.to_string())
    }

    #[test]
    fn what_a_dossier_says_is_added() {
        let (mut declaration, _) = cases::read("P1<M1*0.000115741 loss=7.9625").unwrap();
        let hash = "0F".repeat(32);
        let dossier = Dossier::from_json(&format!(
            r#"{{"handbook":"C222626A0001","versions":[{{"product":1,"version":"0","status":"determined",
            "valid_from":"2026-01-01","valid_until":"2026-06-30","basis":"wafer_map","approver":"李工",
            "evidence":"{hash}","defects":"in_loss"}}],
            "wafer_maps":[{{"product":1,"material":1,"dies":8640}}],
            "shared":[{{"material":1,"products":[{{"product":1,"per_unit":"8640"}}]}}],
            "yields":[{{"product":1,"material":1,"stages":[{{"stage":"sort","yield":"92.5"}}]}}],
            "filed":[{{"product":1,"material":1,"net":"0.000115741","loss":"7.9625","non_bonded_share":"0"}}],
            "materials":[{{"seq":1,"weight":"0.0315","price":"450","currency":"USD"}}],
            "products":[{{"seq":1,"weight":"0.0000742"}}],
            "enterprise":{{"credit":"regular","networked":true,"case_open":false}},"note":"n","ext":{{"a":1}}}}"#
        ))
        .unwrap();
        declaration.complete(dossier).unwrap();
        let version = &declaration.versions[0];
        assert_eq!(version.status, Some(Status::Determined));
        assert_eq!(version.basis, Some(Basis::WaferMap));
        assert_eq!(
            version.evidence.as_deref(),
            Some(hash.to_lowercase().as_str())
        );
        assert_eq!(version.valid_until, crate::parse_date("2026-06-30"));
        assert_eq!(declaration.materials[0].price.unwrap().to_string(), "450");
        assert_eq!(
            declaration.products[0].weight.unwrap().to_string(),
            "0.0000742"
        );
        assert_eq!(declaration.enterprise.networked, Some(true));
        assert_eq!(declaration.wafer_maps[0].dies, 8640);
        assert_eq!(
            (
                declaration.shared.len(),
                declaration.yields.len(),
                declaration.filed.len()
            ),
            (1, 1, 1)
        );
    }

    #[test]
    fn names_that_are_not_on_file_change_nothing() {
        for (part, says) in [
            (
                r#""versions":[{"product":2}]"#,
                "versions[0]: product 2 version 0 is not on file",
            ),
            (
                r#""materials":[{"seq":9}]"#,
                "materials[0]: material 9 is not on file",
            ),
            (
                r#""products":[{"seq":1,"weight":"1"},{"seq":9}]"#,
                "products[1]: product 9 is not on file",
            ),
            (
                r#""wafer_maps":[{"product":1,"material":9,"dies":1}]"#,
                "wafer_maps: product 1 version 0, material 9",
            ),
        ] {
            let (mut declaration, _) = cases::read("P1<M1*1").unwrap();
            let before = declaration.clone();
            let text = format!(r#"{{"handbook":"C222626A0001",{part}}}"#);
            let error = declaration
                .complete(Dossier::from_json(&text).unwrap())
                .unwrap_err();
            assert!(error.to_string().starts_with(says), "{error}");
            assert_eq!(declaration, before);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, code, says) in [
            (r#"{"versions":[]}"#, "missing_field", "handbook: missing"),
            (
                r#"{"handbook":"C","versions":[{"product":1,"evidence":"12"}]}"#,
                "invalid_value",
                "versions[0].evidence: found \"12\", expected the SHA-256",
            ),
            (
                r#"{"handbook":"C","versions":[{"product":1,"status":"final"}]}"#,
                "invalid_value",
                "versions[0].status: found \"final\", expected one of undeclared, declared, determined",
            ),
            (
                r#"{"handbook":"C","filed":[{"product":1,"material":1,"bonded_share":"1","non_bonded_share":"99"}]}"#,
                "invalid_value",
                "filed[0]: bonded_share and non_bonded_share are both given",
            ),
            (
                r#"{"handbook":"C","wafer_maps":[{"product":1,"material":1,"dies":0}]}"#,
                "invalid_value",
                "wafer_maps[0].dies: found 0",
            ),
            (
                r#"{"handbook":"C","yields":[{"product":1,"material":1,"stages":[{"stage":"a","yield":"1"},{"stage":"a","yield":"1"}]}]}"#,
                "duplicate_row",
                "yields[0].stages[1]: this stage",
            ),
            (
                r#"{"handbook":"C","versions":[{"product":1},{"product":1,"version":"0"}]}"#,
                "duplicate_row",
                "versions[1]: an earlier one",
            ),
            (
                r#"{"handbook":"C","wafer_maps":[{"product":1,"material":1,"dies":5},{"product":1,"material":1,"dies":7}]}"#,
                "duplicate_row",
                "wafer_maps[1]: an earlier one",
            ),
            (
                r#"{"handbook":"C","versions":[{"product":1,"valid_from":"2026-02-01","valid_until":"2026-01-31"}]}"#,
                "invalid_value",
                "versions[0]: \"valid_from\" lies after",
            ),
            (
                r#"{"handbook":"C","shared":[{"material":1,"products":[{"product":1,"per_unit":"-5"}]}]}"#,
                "invalid_value",
                "shared[0].products[0].per_unit: found \"-5\"",
            ),
            (
                r#"{"handbook":"C","enterprise":{"credit":"good"}}"#,
                "invalid_value",
                "enterprise.credit: found \"good\"",
            ),
            (
                r#"{"handbook":"C","wafer_map":[]}"#,
                "unknown_field",
                "wafer_map: unknown field, did you mean \"wafer_maps\"?",
            ),
        ] {
            let refused = refused(text);
            assert_eq!(refused.0, code, "{}", refused.1);
            assert!(refused.1.starts_with(says), "{}", refused.1);
        }
    }
}
