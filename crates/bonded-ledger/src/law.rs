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

const fn law(
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

use Certainty::{Read, Secondary, Unverified};

/// A rule of the journal itself, not of the law.
pub(crate) const fn journal(section: &'static str) -> Law {
    law("bonded journal contract", section, Read, None)
}

pub(crate) const DECREE_155: &str = "GACC Decree 155 (海关加工贸易单耗管理办法)";
pub(crate) const DECREE_219: &str = "GACC Decree 219 (海关加工贸易货物监管办法)";
pub(crate) const DECREE_111: &str =
    "GACC Decree 111 (边角料、剩余料件、残次品、副产品和受灾保税货物管理办法)";

/// Customs Law art. 33: bonded goods are re-exported or written off; consumption is determined by customs.
pub(crate) const CUSTOMS_LAW_33: Law =
    law("Customs Law (海关法)", "art. 33", Read, Some("2021-04-29"));
/// Administrative penalties: disposal, shortage, untrue records, untruthful unit consumption.
pub(crate) const PENALTY_18: Law = law(
    "Regulation on Customs Administrative Penalties (海关行政处罚实施条例)",
    "art. 18(1)",
    Read,
    None,
);
pub(crate) const UC_DEFINITION: Law = law(DECREE_155, "art. 3", Read, Some("2007-03-01"));
pub(crate) const UC_FORMULA: Law = law(
    DECREE_155,
    "(formula: net ÷ (1 − loss rate))",
    Secondary,
    Some("2007-03-01"),
);
pub(crate) const UC_BEFORE_EXPORT: Law = law(DECREE_155, "art. 14(1)", Read, Some("2007-03-01"));
pub(crate) const UC_FROZEN: Law = law(DECREE_155, "art. 18", Read, Some("2007-03-01"));
pub(crate) const SETUP: Law = law(DECREE_219, "(setup, 手册设立)", Read, Some("2014-03-12"));
pub(crate) const CHANGE: Law = law(
    DECREE_219,
    "(change within validity, 变更)",
    Unverified,
    Some("2014-03-12"),
);
pub(crate) const GUARANTEE: Law = law(
    DECREE_219,
    "arts. 14, 15 (guarantee, 担保)",
    Unverified,
    Some("2014-03-12"),
);
pub(crate) const GUARANTEE_TERM: Law = law(
    "GACC 2018 No. 18",
    "(letter valid to expiry + 80 days)",
    Read,
    None,
);
pub(crate) const VALIDITY: Law = law(
    "GACC 2016 No. 56",
    "(validity of a handbook)",
    Read,
    Some("2016-09-01"),
);
pub(crate) const REPORT_30_DAYS: Law = law(
    DECREE_219,
    "(report within 30 days, 报核)",
    Secondary,
    Some("2014-03-12"),
);
pub(crate) const LIST: Law = law(
    "GACC 2018 No. 23",
    "(保税核注清单 posts the ledger)",
    Read,
    Some("2018-07-01"),
);
pub(crate) const LIST_CHANGE: Law = law(
    "GACC 2018 No. 23",
    "arts. 6, 7 (change and withdrawal)",
    Read,
    Some("2018-07-01"),
);
pub(crate) const LIST_TRANSFER: Law = law(
    "GACC 2018 No. 23",
    "(the receiving side declares first)",
    Secondary,
    Some("2018-07-01"),
);
pub(crate) const TRANSFER_MATCH: Law = law(
    "GACC 2018 No. 52",
    "item 2 (codes and legal quantities of both sides agree)",
    Secondary,
    None,
);
pub(crate) const TRANSFER_TIME: Law = law(
    "GACC 2023 No. 166",
    "item 1 (end of the following month)",
    Read,
    Some("2023-11-14"),
);
pub(crate) const PRODUCT_EXCHANGE: Law = law(
    "GACC 2023 No. 166",
    "item 2 (成品退换)",
    Read,
    Some("2023-11-14"),
);
pub(crate) const ITEM_NO: Law = law(
    "Declaration rules (报关单填制规范)",
    "项号 (item numbers)",
    Secondary,
    None,
);
pub(crate) const UNIT_EQUAL: Law = law(
    "Declaration rules (报关单填制规范)",
    "(declared unit equals the filed unit)",
    Secondary,
    None,
);
pub(crate) const MODES: Law = law("Supervision modes (监管方式代码表)", "", Secondary, None);
pub(crate) const LEFTOVER: Law = law(DECREE_111, "art. 5 (余料结转: four sames)", Secondary, None);
pub(crate) const SCRAP: Law = law(DECREE_111, "art. 3", Read, None);
pub(crate) const DESTROYED: Law = law(
    "GACC 2014 No. 31",
    "(料件销毁 0200, 边角料销毁 0400)",
    Read,
    Some("2014-05-01"),
);
pub(crate) const IC_CHAIN: Law = law(
    "沪府办发〔2016〕21号",
    "part four (5) (IC chain)",
    Read,
    Some("2016-05-25"),
);
pub(crate) const CREDIT_LEVELS: Law = law(
    "GACC Decree 282 (企业信用管理办法)",
    "",
    Secondary,
    Some("2026-04-01"),
);
pub(crate) const ACCOUNT_BOOK_CREDIT: Law = law(
    "GACC (admission to account books)",
    "(not dishonest, 非失信)",
    Secondary,
    Some("2021-11-01"),
);
pub(crate) const ACCOUNT_BOOKS: Law = law(
    "GACC 2024 No. 66",
    "(account books are type E)",
    Read,
    Some("2024-07-01"),
);
pub(crate) const SELF_VERIFICATION: Law = law(
    "沪府办发〔2016〕21号",
    "part five (1) (企业自核单耗)",
    Read,
    Some("2016-05-25"),
);
pub(crate) const SUBSTITUTION: Law =
    law(DECREE_219, "art. 33 (串料)", Unverified, Some("2014-03-12"));
pub(crate) const OUTSOURCING_GUARANTEE: Law = law(
    DECREE_219,
    "art. 25 or so (全工序外发: guarantee)",
    Unverified,
    Some("2014-03-12"),
);
pub(crate) const QUOTA_CHECK: Law = law(
    "Golden Customs II (金关二期) practice",
    "(imports within the filed quantity)",
    Secondary,
    None,
);
pub(crate) const OUTSOURCING: Law = law(
    "GACC 2019 No. 218",
    "item 3 (外发加工)",
    Read,
    Some("2020-01-01"),
);
