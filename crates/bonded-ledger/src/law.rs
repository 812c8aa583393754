//! Where a rule comes from: instrument, article, how sure we are, from when it is in force.

pub use unit_consumption::{Certainty, Law};
// What unit consumption and this ledger both rest on.
pub(crate) use unit_consumption::sources::{
    CUSTOMS_LAW_33, DECREE_219, PENALTY_18, SELF_VERIFICATION, SUBSTITUTION, UC_BEFORE_EXPORT,
    UC_DEFINITION, UC_FORMULA, UC_FROZEN,
};

use Certainty::{Read, Secondary, Unverified};

/// A rule of the journal itself, not of the law.
pub(crate) const fn journal(section: &'static str) -> Law {
    Law::new("bonded journal contract", section, Read, None)
}

pub(crate) const DECREE_111: &str =
    "GACC Decree 111 (边角料、剩余料件、残次品、副产品和受灾保税货物管理办法)";

pub(crate) const SETUP: Law = Law::new(DECREE_219, "(setup, 手册设立)", Read, Some("2014-03-12"));
pub(crate) const CHANGE: Law = Law::new(
    DECREE_219,
    "(change within validity, 变更)",
    Unverified,
    Some("2014-03-12"),
);
pub(crate) const GUARANTEE: Law = Law::new(
    DECREE_219,
    "arts. 14, 15 (guarantee, 担保)",
    Unverified,
    Some("2014-03-12"),
);
pub(crate) const GUARANTEE_TERM: Law = Law::new(
    "GACC 2018 No. 18",
    "(letter valid to expiry + 80 days)",
    Read,
    None,
);
pub(crate) const VALIDITY: Law = Law::new(
    "GACC 2016 No. 56",
    "(validity of a handbook)",
    Read,
    Some("2016-09-01"),
);
pub(crate) const REPORT_30_DAYS: Law = Law::new(
    DECREE_219,
    "(report within 30 days, 报核)",
    Secondary,
    Some("2014-03-12"),
);
pub(crate) const LIST: Law = Law::new(
    "GACC 2018 No. 23",
    "(保税核注清单 posts the ledger)",
    Read,
    Some("2018-07-01"),
);
pub(crate) const LIST_CHANGE: Law = Law::new(
    "GACC 2018 No. 23",
    "arts. 6, 7 (change and withdrawal)",
    Read,
    Some("2018-07-01"),
);
pub(crate) const LIST_TRANSFER: Law = Law::new(
    "GACC 2018 No. 23",
    "(the receiving side declares first)",
    Secondary,
    Some("2018-07-01"),
);
pub(crate) const TRANSFER_MATCH: Law = Law::new(
    "GACC 2018 No. 52",
    "item 2 (codes and legal quantities of both sides agree)",
    Secondary,
    None,
);
pub(crate) const TRANSFER_TIME: Law = Law::new(
    "GACC 2023 No. 166",
    "item 1 (end of the following month)",
    Read,
    Some("2023-11-14"),
);
pub(crate) const PRODUCT_EXCHANGE: Law = Law::new(
    "GACC 2023 No. 166",
    "item 2 (成品退换)",
    Read,
    Some("2023-11-14"),
);
pub(crate) const ITEM_NO: Law = Law::new(
    "Declaration rules (报关单填制规范)",
    "项号 (item numbers)",
    Secondary,
    None,
);
pub(crate) const UNIT_EQUAL: Law = Law::new(
    "Declaration rules (报关单填制规范)",
    "(declared unit equals the filed unit)",
    Secondary,
    None,
);
pub(crate) const MODES: Law = Law::new("Supervision modes (监管方式代码表)", "", Secondary, None);
pub(crate) const LEFTOVER: Law =
    Law::new(DECREE_111, "art. 5 (余料结转: four sames)", Secondary, None);
pub(crate) const SCRAP: Law = Law::new(DECREE_111, "art. 3", Read, None);
pub(crate) const DESTROYED: Law = Law::new(
    "GACC 2014 No. 31",
    "(料件销毁 0200, 边角料销毁 0400)",
    Read,
    Some("2014-05-01"),
);
pub(crate) const IC_CHAIN: Law = Law::new(
    "沪府办发〔2016〕21号",
    "part four (5) (IC chain)",
    Read,
    Some("2016-05-25"),
);
pub(crate) const CREDIT_LEVELS: Law = Law::new(
    "GACC Decree 282 (企业信用管理办法)",
    "",
    Secondary,
    Some("2026-04-01"),
);
pub(crate) const ACCOUNT_BOOK_CREDIT: Law = Law::new(
    "GACC (admission to account books)",
    "(not dishonest, 非失信)",
    Secondary,
    Some("2021-11-01"),
);
pub(crate) const ACCOUNT_BOOKS: Law = Law::new(
    "GACC 2024 No. 66",
    "(account books are type E)",
    Read,
    Some("2024-07-01"),
);
pub(crate) const CYCLE_REPORT: Law = Law::new(
    "GACC 2018 No. 59",
    "(enterprise as the unit: it reports in, out and what is really there, 企业自主核报)",
    Secondary,
    Some("2018-07-01"),
);
pub(crate) const CONSUMPTION_LIST: Law = Law::new(
    "Consumption sheet (耗料单, CMB101)",
    "(lists, net quantities, scrap; its use by account books of type E could not be read)",
    Secondary,
    None,
);
pub(crate) const CYCLE_OUTCOME: Law = Law::new(
    "GACC 2023 No. 158",
    "(over with good reason: the book is raised; short with good reason: tax; without: a case)",
    Read,
    None,
);
pub(crate) const CYCLE_BAND: Law = Law::new(
    "GACC 2024 No. 49",
    "(±1 % of opening and imports, per item, ends included, account books, not dishonest)",
    Read,
    Some("2024-06-01"),
);
pub(crate) const CYCLE_DEADLINE: Law = Law::new(
    "GACC (account books)",
    "(a cycle of a year at most, reported within 30 days)",
    Unverified,
    None,
);
pub(crate) const CYCLE_TRANSFER: Law = Law::new(
    "GACC 2023 No. 166",
    "items 1, 2 (account books: carry-over and 成品退换 in the current or the next cycle)",
    Read,
    Some("2023-11-14"),
);
pub(crate) const OUTSOURCING_GUARANTEE: Law = Law::new(
    DECREE_219,
    "art. 25 or so (全工序外发: guarantee)",
    Unverified,
    Some("2014-03-12"),
);
pub(crate) const QUOTA_CHECK: Law = Law::new(
    "Golden Customs II (金关二期) practice",
    "(imports within the filed quantity)",
    Secondary,
    None,
);
pub(crate) const OUTSOURCING: Law = Law::new(
    "GACC 2019 No. 218",
    "item 3 (外发加工)",
    Read,
    Some("2020-01-01"),
);
