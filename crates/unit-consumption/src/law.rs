//! Where a rule comes from: instrument, article, how sure we are, from when it is in force.

use std::fmt;

/// How sure we are of a statement of law.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Certainty {
    /// Read in the text of the instrument.
    Read,
    /// Read on a secondary page (customs hotline, lawyer, software), or in an older version.
    Secondary,
    /// From general knowledge; to be confirmed by a person before anyone relies on it.
    Unverified,
}

/// A source of a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Law {
    /// The instrument, by its usual name: decree, announcement, law; or the journal contract.
    pub instrument: &'static str,
    /// The article or item; empty where none could be read.
    pub article: &'static str,
    /// How sure we are.
    pub certainty: Certainty,
    /// In force from (`YYYY-MM-DD`), where known.
    pub in_force: Option<&'static str>,
}

impl Certainty {
    /// `read`, `secondary` or `unverified`.
    pub fn as_str(self) -> &'static str {
        match self {
            Certainty::Read => "read",
            Certainty::Secondary => "secondary",
            Certainty::Unverified => "unverified",
        }
    }
}

impl Law {
    /// A source, its fields in the order in which they are read out.
    pub const fn new(
        instrument: &'static str,
        article: &'static str,
        certainty: Certainty,
        in_force: Option<&'static str>,
    ) -> Law {
        Law {
            instrument,
            article,
            certainty,
            in_force,
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.instrument)?;
        if !self.article.is_empty() {
            write!(f, " {}", self.article)?;
        }
        if let Some(date) = self.in_force {
            write!(f, ", in force from {date}")?;
        }
        write!(f, " ({})", self.certainty.as_str())
    }
}

impl serde::Serialize for Law {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The sources that speak of unit consumption (单耗).
pub mod sources {
    use super::Certainty::{Read, Secondary, Unverified};
    use super::Law;

    /// The decree on unit consumption, by its usual name.
    pub const DECREE_155: &str = "GACC Decree 155 (海关加工贸易单耗管理办法)";
    /// The decree on goods of the processing trade, by its usual name.
    pub const DECREE_219: &str = "GACC Decree 219 (海关加工贸易货物监管办法)";

    /// Customs Law art. 33: bonded goods are re-exported or written off; consumption is determined
    /// by customs.
    pub const CUSTOMS_LAW_33: Law =
        Law::new("Customs Law (海关法)", "art. 33", Read, Some("2021-04-29"));
    /// Administrative penalties: disposal, shortage, untrue records, untruthful unit consumption.
    pub const PENALTY_18: Law = Law::new(
        "Regulation on Customs Administrative Penalties (海关行政处罚实施条例)",
        "art. 18(1)",
        Read,
        None,
    );
    /// What unit consumption is: net consumption (净耗) plus process loss (工艺损耗).
    pub const UC_DEFINITION: Law = Law::new(DECREE_155, "art. 3", Read, Some("2007-03-01"));
    /// Unit consumption as a figure.
    pub const UC_FORMULA: Law = Law::new(
        DECREE_155,
        "(formula: net ÷ (1 − loss rate))",
        Secondary,
        Some("2007-03-01"),
    );
    /// Unit consumption is declared before the product is exported.
    pub const UC_BEFORE_EXPORT: Law = Law::new(DECREE_155, "art. 14(1)", Read, Some("2007-03-01"));
    /// Declared unit consumption is not changed after export, carry-over or domestic sale was
    /// declared.
    pub const UC_FROZEN: Law = Law::new(DECREE_155, "art. 18", Read, Some("2007-03-01"));
    /// An enterprise verifies its unit consumption itself (企业自核单耗), in the IC chain.
    pub const SELF_VERIFICATION: Law = Law::new(
        "沪府办发〔2016〕21号",
        "part five (1) (企业自核单耗)",
        Read,
        Some("2016-05-25"),
    );
    /// One material stands in for another (串料), with customs' consent.
    pub const SUBSTITUTION: Law =
        Law::new(DECREE_219, "art. 33 (串料)", Unverified, Some("2014-03-12"));

    /// Our own rules of verification: what arithmetic or prudence asks for, not an article.
    pub const fn house(section: &'static str) -> Law {
        Law::new("bonded consumption rules", section, Unverified, None)
    }

    /// The limits of the policy: the law names no tolerance for unit consumption.
    pub const PRUDENCE: Law = house("(limits of the policy; prudence, no law)");
    /// Net is what is in the product; process loss is what normal processing takes beyond it,
    /// tangible and intangible, as a share of the material consumed.
    pub const UC_LOSS: Law = Law::new(
        DECREE_155,
        "(definitions of 净耗, 工艺损耗, 工艺损耗率)",
        Secondary,
        Some("2007-03-01"),
    );
    /// The six things that are no process loss.
    pub const UC_NO_LOSS: Law = Law::new(
        DECREE_155,
        "art. 16 (six things that are no process loss; the number of the article unverified)",
        Secondary,
        Some("2007-03-01"),
    );
    /// Standards: an upper limit, and for products with export duty a lower one; beyond it customs
    /// writes off at the limit.
    pub const UC_STANDARD: Law = Law::new(DECREE_155, "arts. 7, 10, 11", Read, Some("2007-03-01"));
    /// A standard is compared with gross × bonded share; the excess is not bonded.
    pub const UC_STANDARD_SHARE: Law = Law::new(
        "GACC 2007 (execution announcement of Decree 155)",
        "(单耗 × 保税料件比例; 超出部分,不予保税)",
        Secondary,
        Some("2007-03-01"),
    );
    /// With consent, unit consumption is declared before the report for closure.
    pub const UC_BEFORE_CLOSURE: Law = Law::new(DECREE_155, "art. 14(2)", Read, Some("2007-03-01"));
    /// The form with one column for net or gross and the share that is not bonded.
    pub const UC_FORM_2011: Law = Law::new(
        "GACC 2011 No. 77",
        "(单耗/净耗, 损耗率, 非保税料件比例)",
        Read,
        None,
    );
    /// What scrap (边角料) and defectives (残次品) are: scrap lies within the unit consumption.
    pub const SCRAP_DEFECTIVES: Law = Law::new(
        "GACC Decree 111 (边角料、剩余料件、残次品、副产品和受灾保税货物管理办法)",
        "(definitions of 边角料, 残次品; text of 2004)",
        Read,
        None,
    );
    /// Voluntary disclosure: what was declared too high is not punished while the surplus is not
    /// disposed of, or was re-exported under processing trade.
    pub const DISCLOSURE: Law = Law::new(
        "GACC 2023 No. 127",
        "(主动披露; in force until 2025-10-10, renewal not checked)",
        Read,
        Some("2023-10-11"),
    );
    /// Goods serve their own purpose (专料专用): what leaves is what was made of what came in.
    pub const RECORDS: Law = Law::new(
        "Regulation on Customs Administrative Penalties (海关行政处罚实施条例)",
        "art. 18(1)(3) (records that are not true, 记录不真实)",
        Read,
        None,
    );
    /// Declaring unit consumption untruthfully: 5 to 30 % of the value of the goods.
    pub const PENALTY_18_5: Law = Law::new(
        "Regulation on Customs Administrative Penalties (海关行政处罚实施条例)",
        "art. 18(1)(5) (未如实申报单耗)",
        Read,
        None,
    );
    /// Dies, wafers, yields: published figures of the trade and our own construction.
    pub const IC_MODEL: Law = Law::new(
        "bonded consumption rules",
        "(integrated circuits: our own construction, no published standard was found)",
        Unverified,
        None,
    );
}
