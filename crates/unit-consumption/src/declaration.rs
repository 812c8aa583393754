//! What an enterprise declares as its unit consumption (单耗申报), and what stands behind it.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::law::Law;
use crate::{Consumption, Date, DecimalError, Percent, Total, sources};

mod filed; // The figures, in any form,
mod standard; // and what customs makes of them.

pub use filed::{Filed, FiledError, Share};
pub use standard::{Standard, WriteOff};

/// When unit consumption is declared (单耗申报环节): GACC Decree 155 art. 14 and its execution
/// announcement (secondary).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 备案时: with the filing, for simple and stable products.
    AtFiling,
    /// 出口前: before export, carry-over or domestic sale; the rule.
    BeforeExport,
    /// 报核前: before the report for closure; the exception, with customs' consent.
    BeforeClosure,
}

/// Where the declaration of a version stands (单耗申报状态); the Single Window's codes 1, 2, 3.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 未申报: filed, not declared.
    Undeclared,
    /// 已申报: declared; the default of the Single Window.
    Declared,
    /// 已确定: determined by customs (核定).
    Determined,
}

/// What a declared figure was taken from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// 图纸: drawings, design data, a bill of materials.
    Drawing,
    /// 晶圆图: the map of the dies on a wafer.
    WaferMap,
    /// 工单: production orders.
    ProductionOrders,
    /// 试生产: a trial run.
    TrialRun,
}

/// Where rejected products (残次品) are accounted for. Either is lawful, never both for the same
/// piece.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Defects {
    /// Inside the loss rate: their material is scrap (边角料).
    InLoss,
    /// Outside it: they are folded back to materials (折料) and sold, returned or destroyed.
    Folded,
}

/// All that one handbook declares (单耗表), with the goods that left under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// 手册编号.
    pub handbook: String,
    /// 来料加工: the materials belong to the foreign party; none of them may be substituted.
    pub supplied_materials: bool,
    /// 单耗申报环节.
    pub stage: Stage,
    /// The first day of validity.
    pub valid_from: Option<Date>,
    /// The handbook was reported for closure or closed (已报核, 已结案): nothing is declared any more.
    pub reported: bool,
    /// 料件.
    pub materials: Vec<Material>,
    /// 成品.
    pub products: Vec<Product>,
    /// 单耗版本.
    pub versions: Vec<Version>,
    /// 串料: what was substituted with customs' consent.
    pub substitutions: Vec<Substitution>,
    /// What is known of wafers.
    pub wafer_maps: Vec<WaferMap>,
    /// Materials that several products share piece by piece.
    pub shared: Vec<Shared>,
    /// The yields behind loss rates.
    pub yields: Vec<YieldChain>,
    /// Figures as they were filed in an older form.
    pub filed: Vec<FiledLine>,
    /// What is known of the enterprise, for its eligibility.
    pub enterprise: Enterprise,
}

/// A material (料件), as far as consumption reads it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Material {
    /// 料件序号.
    pub seq: u16,
    /// 料号.
    pub code: String,
    /// 商品编码.
    pub hs: String,
    /// 商品名称.
    pub name: String,
    /// 申报计量单位, customs' three digits.
    pub unit: String,
    /// 申报单价, where known: differences are then given in money too.
    pub price: Option<Decimal>,
    /// 币制.
    pub currency: Option<String>,
    /// 消耗性物料: not in the product; its loss is no process loss.
    pub consumable: bool,
    /// Kilograms in one unit, where known; 1 for a unit that is the kilogram.
    pub weight: Option<Decimal>,
}

/// A product (成品), as far as consumption reads it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Product {
    /// 成品序号.
    pub seq: u16,
    /// 料号.
    pub code: String,
    /// 商品编码.
    pub hs: String,
    /// 商品名称.
    pub name: String,
    /// 申报计量单位, customs' three digits.
    pub unit: String,
    /// Kilograms in one unit, where known; 1 for a unit that is the kilogram.
    pub weight: Option<Decimal>,
}

/// A version (单耗版本号) of a product's consumption table.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号.
    pub name: String,
    /// Its lines, in order of material.
    pub lines: Vec<Line>,
    /// The day on which it came on file.
    pub on_file: Option<Date>,
    /// The goods that left under it.
    pub left: Left,
    /// 单耗申报状态; `None` where nobody said.
    pub status: Option<Status>,
    /// From when on it is made by (inclusive).
    pub valid_from: Option<Date>,
    /// Until when it is made by (inclusive): the next version replaces it then.
    pub valid_until: Option<Date>,
    /// What its figures were taken from.
    pub basis: Option<Basis>,
    /// Who approved it in the enterprise.
    pub approver: Option<String>,
    /// The SHA-256 or BLAKE3 of the evidence, as 64 hexadecimal digits.
    pub evidence: Option<String>,
    /// Where its rejects are accounted for; `None` where nobody said.
    pub defects: Option<Defects>,
}

/// One line of a version: how much of a material.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// 料件序号.
    pub material: u16,
    /// Net, loss rates and bonded share.
    pub consumption: Consumption,
}

/// Goods of a version that left: deducted by customs, from the ledger.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Left {
    /// Q: exported, carried out, exempted, returned again, less what came back.
    pub quantity: Total,
    /// S: sold at home, folded (0245, 0644).
    pub sold: Total,
    /// D: destroyed, folded (0200).
    pub destroyed: Total,
    /// The first day on which a list of them was declared.
    pub first: Option<Date>,
    /// A list by which it is exported or carried out was declared, whatever has come back since.
    pub exported: bool,
}

/// A substitution (串料) that is on file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Substitution {
    /// 料件序号.
    pub material: u16,
    /// How much.
    pub quantity: Total,
    /// Customs' consent.
    pub document: Option<String>,
}

/// The dies of one wafer (晶圆图), counted by the enterprise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WaferMap {
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号.
    pub version: String,
    /// The wafer's 料件序号.
    pub material: u16,
    /// Gross dies on one wafer.
    pub dies: u32,
}

/// A material of which one unit becomes several products: a shuttle wafer, a sheet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shared {
    /// 料件序号.
    pub material: u16,
    /// What one unit of it becomes.
    pub parts: Vec<SharedPart>,
}

/// So many of a product.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SharedPart {
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号.
    pub version: String,
    /// Units of the product from one unit of the material, before any loss.
    pub per_unit: crate::Quantity,
}

/// The yields of the steps through which a material goes (良率): line, sort, assembly, final test.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct YieldChain {
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号.
    pub version: String,
    /// 料件序号.
    pub material: u16,
    /// In the order of the process.
    pub stages: Vec<StageYield>,
}

/// The yield of one step.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StageYield {
    /// The step's name, as production records write it.
    pub stage: String,
    /// Good of what went in, percent.
    pub percent: Percent,
}

/// A figure as it was filed in some form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FiledLine {
    /// 成品序号.
    pub product: u16,
    /// 单耗版本号.
    pub version: String,
    /// 料件序号.
    pub material: u16,
    /// The form.
    pub form: Filed,
}

/// What is known of the enterprise; `None` where nobody said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Enterprise {
    /// Its credit level (信用等级) as the ledger writes it: `regular`, `dishonest` and so on.
    pub credit: Option<String>,
    /// 自核资格 stands on the handbook.
    pub self_verification: Option<bool>,
    /// Its records are networked with customs (联网).
    pub networked: Option<bool>,
    /// Its internal management is in order: pilot of 2018.
    pub internal_control: Option<bool>,
    /// It is under case investigation (立案调查).
    pub case_open: Option<bool>,
    /// It has a period of rectification (整改).
    pub rectification: Option<bool>,
    /// A handbook of it is overdue for its report (逾期未报核).
    pub overdue: Option<bool>,
}

/// Why a declared version may not be changed or withdrawn any more (Decree 155 art. 18).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Frozen {
    /// The bonded product was declared for export, or carried over.
    Exported,
    /// Domestic sale was applied for.
    SoldAtHome,
    /// Customs determined (核定) the consumption.
    Determined,
    /// The enterprise is under case investigation.
    CaseOpen,
    /// The handbook was reported for closure: nothing can be declared on it.
    Reported,
}

impl Frozen {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Frozen::Exported => "products of it were declared for export or carried over",
            Frozen::SoldAtHome => "products of it were declared for domestic sale",
            Frozen::Determined => "customs has determined it (已确定)",
            Frozen::CaseOpen => "the enterprise is under case investigation (立案调查)",
            Frozen::Reported => "the handbook was reported for closure (已报核)",
        }
    }

    /// Its source.
    pub fn law(self) -> Law {
        sources::UC_FROZEN
    }
}

impl Declaration {
    /// A material by its number.
    pub fn material(&self, seq: u16) -> Option<&Material> {
        self.materials.iter().find(|it| it.seq == seq)
    }

    /// A product by its number.
    pub fn product(&self, seq: u16) -> Option<&Product> {
        self.products.iter().find(|it| it.seq == seq)
    }

    /// A version by product and name.
    pub fn version(&self, product: u16, name: &str) -> Option<&Version> {
        self.versions
            .iter()
            .find(|it| it.product == product && it.name == name)
    }

    pub(crate) fn yield_chain(&self, version: &Version, material: u16) -> Option<&YieldChain> {
        self.yields.iter().find(|it| {
            it.product == version.product && it.version == version.name && it.material == material
        })
    }

    /// Where the declaration of a version stands. Where nobody said: what is on file is declared
    /// (the Single Window's default), but on a book that declares before closure only its report
    /// declares it.
    pub fn status(&self, version: &Version) -> Status {
        version.status.unwrap_or(match self.stage {
            Stage::BeforeClosure if !self.reported => Status::Undeclared,
            _ => Status::Declared,
        })
    }

    /// All reasons why a version may not be changed any more; none where it may.
    ///
    /// Goods that left freeze what was declared before them; on a book that declares before closure
    /// an undeclared version can still be declared truthfully.
    pub fn frozen(&self, version: &Version) -> Vec<Frozen> {
        let declarable = self.stage == Stage::BeforeClosure && !self.reported;
        let declared = !declarable || self.status(version) != Status::Undeclared;
        let reasons = [
            (declared && version.left.exported, Frozen::Exported),
            (
                declared && version.left.sold != Total::ZERO,
                Frozen::SoldAtHome,
            ),
            (
                self.status(version) == Status::Determined,
                Frozen::Determined,
            ),
            (self.enterprise.case_open == Some(true), Frozen::CaseOpen),
            (self.reported, Frozen::Reported),
        ];
        reasons
            .into_iter()
            .filter_map(|(holds, reason)| holds.then_some(reason))
            .collect()
    }
}

impl Version {
    /// The line of a material.
    pub fn line(&self, material: u16) -> Option<&Line> {
        self.lines.iter().find(|it| it.material == material)
    }
}

macro_rules! words {
    ($($name:ident: $($variant:ident = $word:literal),+;)*) => {$(
        impl $name {
            /// Every word, as it stands in a file.
            pub const WORDS: &[&str] = &[$($word),+];

            /// The word, as it stands in a file.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// From its word.
            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    )*};
}
words! {
    Stage: AtFiling = "at_filing", BeforeExport = "before_export", BeforeClosure = "before_closure";
    Status: Undeclared = "undeclared", Declared = "declared", Determined = "determined";
    Basis: Drawing = "drawing", WaferMap = "wafer_map", ProductionOrders = "production_orders", TrialRun = "trial_run";
    Defects: InLoss = "in_loss", Folded = "folded";
}

/// Reads a price or a weight: plain decimal text of at most 28 digits.
///
/// # Errors
/// When it is no plain decimal, below 0, or has more digits.
pub fn amount(text: &str) -> Result<Decimal, DecimalError> {
    let (integer, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let leads_with_zero = integer.len() > 1 && integer.starts_with('0');
    if !digits(integer) || !digits(fraction) || leads_with_zero {
        return Err(DecimalError::Malformed);
    }
    Decimal::from_str_exact(text).map_err(|_| DecimalError::IntegerDigits { max: 28 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    fn frozen(script: &str) -> Vec<Frozen> {
        let (declaration, _) = cases::read(script).unwrap();
        declaration.frozen(&declaration.versions[0])
    }

    #[test]
    fn each_reason_of_article_18_freezes() {
        let with = |facts: &str| frozen(&format!("P1<M1*1\nversion P1 {facts}"));
        assert_eq!(with("status=declared"), []);
        assert_eq!(with("left=1"), [Frozen::Exported]);
        // What came back does not thaw it.
        assert_eq!(with("left=0"), [Frozen::Exported]);
        assert_eq!(with("sold=1"), [Frozen::SoldAtHome]);
        assert_eq!(with("destroyed=1"), []);
        assert_eq!(with("status=determined"), [Frozen::Determined]);
        assert_eq!(
            with("status=determined left=1 sold=1"),
            [Frozen::Exported, Frozen::SoldAtHome, Frozen::Determined]
        );
        assert_eq!(frozen("book reported\nP1<M1*1"), [Frozen::Reported]);
        let (mut declaration, _) = cases::read("P1<M1*1").unwrap();
        declaration.enterprise.case_open = Some(true);
        assert_eq!(
            declaration.frozen(&declaration.versions[0]),
            [Frozen::CaseOpen]
        );
    }

    #[test]
    fn before_closure_what_is_undeclared_can_still_be_declared() {
        let status = |script: &str| {
            let (declaration, _) = cases::read(script).unwrap();
            declaration.status(&declaration.versions[0])
        };
        assert_eq!(status("P1<M1*1"), Status::Declared);
        assert_eq!(status("book before_closure\nP1<M1*1"), Status::Undeclared);
        assert_eq!(status("book at_filing\nP1<M1*1"), Status::Declared);
        let reported = "book before_closure reported\nP1<M1*1";
        assert_eq!(status(reported), Status::Declared);
        let said = "book before_closure\nP1<M1*1\nversion P1 status=declared";
        assert_eq!(status(said), Status::Declared);
        assert_eq!(
            frozen("book before_closure\nP1<M1*1\nversion P1 left=5"),
            []
        );
    }

    #[test]
    fn prices_and_weights_are_plain_decimals() {
        assert_eq!(
            amount("0.0000742").map(|it| it.to_string()),
            Ok("0.0000742".into())
        );
        for text in ["", "-1", "1e3", "01", "1.", ".5", "1,000"] {
            assert_eq!(amount(text), Err(DecimalError::Malformed), "{text}");
        }
        let long = "9".repeat(30);
        assert_eq!(amount(&long), Err(DecimalError::IntegerDigits { max: 28 }));
    }
}
