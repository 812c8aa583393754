//! What verification finds, and the rules that find it.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::law::Law;
use crate::view::View;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// What is declared, or recorded, is not true or not lawful as it stands.
    Error,
    /// Somebody should look and be able to explain.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A rule of self-verification, with its source.
#[non_exhaustive]
pub struct Rule {
    /// Stable: never changed, never used again for anything else.
    pub code: &'static str,
    /// How grave its findings are.
    pub severity: Severity,
    /// In one line.
    pub title: &'static str,
    /// What it looks at, exactly, and why.
    pub text: &'static str,
    /// What to do.
    pub way_out: &'static str,
    /// Where it comes from.
    pub law: &'static [Law],
    /// The smallest case that passes, in the language of [`crate::cases`].
    pub passes: &'static str,
    /// The smallest case that it finds.
    pub fails: &'static str,
    pub(crate) check: fn(&View<'_>, &mut Vec<Finding>),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.code).finish()
    }
}

/// What a rule found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// 手册编号.
    pub handbook: String,
    /// 成品序号, where it concerns one.
    pub product: Option<u16>,
    /// 单耗版本号, where it concerns one.
    pub version: Option<String>,
    /// 料件序号, where it concerns one.
    pub material: Option<u16>,
    /// In words, with the figures.
    pub message: String,
    /// What it rests on, by name. Figures as decimal text: quantities in the item's unit, rounded once
    /// to 5 decimals, consumptions to 9, percentages to 4; beside them days, months (`2026-03`), names
    /// and units, as the rule needs them.
    pub figures: Vec<(&'static str, String)>,
    /// By how much, where there is a difference.
    pub difference: Option<String>,
}

impl Finding {
    pub(crate) fn new(rule: &'static Rule, view: &View<'_>, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            handbook: view.declaration.handbook.clone(),
            product: None,
            version: None,
            material: None,
            message: message.into(),
            figures: Vec::new(),
            difference: None,
        }
    }

    pub(crate) fn of_version(mut self, product: u16, version: &str) -> Finding {
        self.product = Some(product);
        self.version = Some(version.to_string());
        self
    }

    pub(crate) fn of_product(mut self, product: u16) -> Finding {
        self.product = Some(product);
        self
    }

    pub(crate) fn of_material(mut self, material: u16) -> Finding {
        self.material = Some(material);
        self
    }

    pub(crate) fn with(mut self, name: &'static str, figure: impl fmt::Display) -> Finding {
        self.figures.push((name, figure.to_string()));
        self
    }

    pub(crate) fn differing(mut self, difference: impl fmt::Display) -> Finding {
        self.difference = Some(difference.to_string());
        self
    }

    /// The stable code of its rule.
    pub fn code(&self) -> &'static str {
        self.rule.code
    }

    /// How grave it is.
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// A figure by its name.
    pub fn figure(&self, name: &str) -> Option<&str> {
        let found = self.figures.iter().find(|it| it.0 == name);
        found.map(|it| it.1.as_str())
    }

    /// Where it stands in a report: by handbook, product, version, material and rule.
    pub(crate) fn place(&self) -> impl Ord + '_ {
        (
            self.handbook.as_str(),
            self.product,
            self.version.as_deref(),
            self.material,
            crate::rules::place(self.rule),
            self.message.as_str(),
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl PartialEq for Finding {
    fn eq(&self, other: &Finding) -> bool {
        self.place_eq(other) && self.figures == other.figures && self.difference == other.difference
    }
}

impl Finding {
    fn place_eq(&self, other: &Finding) -> bool {
        self.code() == other.code()
            && self.handbook == other.handbook
            && self.product == other.product
            && self.version == other.version
            && self.material == other.material
            && self.message == other.message
    }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("severity", &self.severity())?;
        map.serialize_entry("handbook", &self.handbook)?;
        map.serialize_entry("product", &self.product)?;
        map.serialize_entry("version", &self.version)?;
        map.serialize_entry("material", &self.material)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("figures", &Figures(&self.figures))?;
        map.serialize_entry("difference", &self.difference)?;
        map.serialize_entry("law", self.rule.law)?;
        map.serialize_entry("way_out", self.rule.way_out)?;
        map.end()
    }
}

struct Figures<'a>(&'a [(&'static str, String)]);

impl Serialize for Figures<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, figure)| (name, figure)))
    }
}
