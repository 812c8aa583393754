//! The articles that money rests on, each with how sure we are of it.

use bonded_ledger::Certainty::{Read, Secondary, Unverified};
pub(crate) use bonded_ledger::Law;

const TARIFF_LAW: &str = "Tariff Law (关税法)";
const DECREE_111: &str = "GACC Decree 111 (边角料、剩余料件、残次品、副产品和受灾保税货物管理办法)";
const DECREE_211: &str = "GACC Decree 211 (审定内销保税货物完税价格办法)";
const DECREE_219: &str = "GACC Decree 219 (海关加工贸易货物监管办法)";
const TAX_FORMS: &str = "Shanghai tax bureau, instructions to the export-refund forms";

macro_rules! laws {
    ($($(#[$doc:meta])* $name:ident = ($instrument:expr, $article:literal, $certainty:expr, $from:expr);)*) => {
        $($(#[$doc])* pub(crate) const $name: Law = Law::new($instrument, $article, $certainty, $from);)*
    };
}

laws! {
    RATE_OF_THE_DAY = (TARIFF_LAW, "art. 21(1) (the rate in force on the day of the tax formalities)", Read, Some("2024-12-01"));
    EXCHANGE = (TARIFF_LAW, "art. 60 (计征汇率 of the day of the declaration)", Read, Some("2024-12-01"));
    SOLD_AT_HOME = (TARIFF_LAW, "art. 36 (domestic sale: duty and 缓税利息)", Read, Some("2024-12-01"));
    PAYMENT = (TARIFF_LAW, "art. 43 (15 days)", Read, Some("2024-12-01"));
    VAT = ("VAT Law (增值税法)", "arts. 10, 14 (组成计税价格 = value + duty + consumption tax)", Read, Some("2026-01-01"));
    CONSUMPTION_TAX = ("Consumption tax on imports (进口消费税)", "(组成计税价格 = (value + duty) ÷ (1 − rate))", Unverified, None);
    FOLDED = (DECREE_111, "(products and defectives are folded to materials; scrap and by-products are taxed as they stand)", Secondary, None);
    DISASTER = (DECREE_111, "(受灾保税货物: assessed value, rate of the material)", Read, None);
    LICENCE = (DECREE_111, "(surplus of at most 3 % and CNY 10,000: no licence)", Secondary, None);
    LICENCE_CYCLE = ("bonded tax rules", "(account books: the sums of a cycle, as the article speaks of a contract; openings count as imports)", Unverified, None);
    VALUE = (DECREE_211, "(original import price; else weighted average of the same item, name and code within validity or cycle)", Secondary, Some("2014-02-01"));
    VALUE_SUPPLIED = (DECREE_211, "(来料: same or similar bonded goods at about the same time)", Secondary, Some("2014-02-01"));
    VALUE_CARRIED = (DECREE_211, "(carried in: the carry-over price 结转价格)", Secondary, Some("2014-02-01"));
    VALUE_SOLD = (DECREE_211, "(scrap and by-products: the selling price; zones: the selling price)", Secondary, Some("2014-02-01"));
    MODES = ("Supervision modes (监管方式代码表)", "(0245/0644 内销, 0845/0844 边角料内销, also by-products)", Secondary, None);
    INTEREST = ("GACC 2009 No. 13", "(tax × days × rate ÷ 360)", Read, None);
    INTEREST_DATES = ("GACC 2009 No. 14", "(from the first import, or the last write-off, to the payment letter)", Read, None);
    INTEREST_DAYS = ("bonded tax rules", "(which of the two days counts could not be read: the first does not)", Unverified, None);
    INTEREST_SCRAP = (DECREE_111, "(scrap: no interest, 免征)", Secondary, None);
    INTEREST_MINIMUM = ("GACC (缓税利息)", "(below CNY 50 an entry: not collected; from which day could not be read)", Secondary, None);
    INTEREST_RATE_2009 = ("GACC 2009 No. 13", "(demand-deposit rate 活期存款利率, 0.36 % when issued; the day is the bank's)", Secondary, None);
    INTEREST_RATE_BANK = ("PBoC demand-deposit rate (人民银行活期存款基准利率)", "", Unverified, None);
    WAIVER_2020 = ("Ministry of Finance, GACC (暂免征收加工贸易企业内销税款缓税利息)", "2020", Read, Some("2020-04-15"));
    WAIVER_2022 = ("GACC (暂免征收加工贸易企业内销税款缓税利息)", "2022", Secondary, Some("2022-01-01"));
    SELECTIVE = ("MOF, GACC, SAT (综合保税区内销选择性征收关税)", "(all 综合保税区)", Read, Some("2020-04-15"));
    SELECTIVE_PILOT = ("MOF, GACC, SAT (内销选择性征收关税试点)", "(pilot zones only)", Secondary, Some("2016-09-01"));
    SUGAR = ("GACC 2024 No. 44", "(sugar: always by materials; that 1701 is its heading is unverified)", Read, Some("2024-07-01"));
    COLLECTIVE_MONTH = ("GACC 2019 No. 218", "item 6 (by the 15th of the following month, not past validity, not past the year)", Unverified, Some("2020-01-01"));
    COLLECTIVE_QUARTER = ("GACC 2020 No. 78", "(within 15 days of the quarter: 15 April, July, October, 31 December)", Read, Some("2020-07-01"));
    COLLECTIVE_CREDIT = ("GACC 2023 No. 166", "item 4 (no filing; not for dishonest enterprises)", Read, Some("2023-11-14"));
    COLLECTIVE_CONDITIONS = ("GACC 2013 No. 70", "(not with an open case, overdue handbooks or in rectification; whether it survives 2023 No. 166 was not found)", Secondary, None);
    COLLECTIVE_GUARANTEE = ("GACC 2013 No. 70", "(planned value × 22 % × 50 %; whether it survives 2023 No. 166 was not found)", Secondary, None);
    GUARANTEE_MUST = (DECREE_219, "art. 14 (must: case of smuggling, rectification)", Secondary, Some("2014-03-12"));
    GUARANTEE_MAY = (DECREE_219, "art. 15 (may: rented plant, first time, extended twice, elsewhere, open case)", Secondary, Some("2014-03-12"));
    GUARANTEE_DISHONEST = ("GACC Decree 251 (企业信用管理办法), since 2026-04-01 Decree 282", "(dishonest: full guarantee)", Unverified, None);
    GUARANTEE_OUTSOURCED = (DECREE_219, "(全工序外发: guarantee)", Unverified, Some("2014-03-12"));
    GUARANTEE_AMOUNT = ("Regulation on customs guarantees (海关事务担保条例)", "arts. 5(8), 14(2) (at most the possible tax)", Read, None);
    GUARANTEE_TERM = ("GACC 2018 No. 18", "(a letter is valid until expiry + 80 days)", Read, None);
    REFUND_COMPOSITE = ("Export refund, imported materials (进料加工免抵退税)", "(组成计税价格 = FOB × exchange rate × 计划分配率)", Secondary, None);
    REFUND_RATE = (TAX_FORMS, "(实际分配率: totals by supervision mode)", Secondary, None);
    REFUND_ADJUST = (TAX_FORMS, "(进料加工核销应调整…)", Secondary, None);
    REFUND_WRITE_OFF = ("Export refund, imported materials (进料加工业务免抵退税核销)", "(by 20 April for books written off in the previous year)", Secondary, None);
    REFUND_PRODUCER = ("SAT 2011 No. 18; 视同自产货物", "(whether a design enterprise counts as a producer)", Secondary, Some("2011-05-01"));
    REFUND_CHECKS = ("One tax system's procedure, of no legal force", "(what it compares)", Secondary, None);
    REPORT = (DECREE_219, "(report within 30 days, 报核)", Secondary, Some("2014-03-12"));
    REPORT_CUSTOMS = (DECREE_219, "(customs finishes within 30 days, once 30 more)", Secondary, Some("2014-03-12"));
    EXPIRY = ("GACC 2016 No. 56", "(validity of a handbook)", Read, Some("2016-09-01"));
    CARRY_OVER = ("GACC 2023 No. 166", "item 1 (until the end of the following month; handbooks: within validity)", Read, Some("2023-11-14"));
    LEFTOVER = (DECREE_111, "art. 5 (余料结转: four sames)", Secondary, None);
    LEFTOVER_GUARANTEE = ("GACC 2019 No. 218", "item 5 (leftover carry-over: no risk deposit any more)", Read, Some("2020-01-01"));
    RE_EXPORTED = (TARIFF_LAW, "art. 36 (re-exported bonded goods are free of duty)", Read, Some("2024-12-01"));
    DESTROYED = ("GACC 2014 Nos. 31, 33", "(销毁 without income: no tax; within validity)", Read, Some("2014-05-01"));
    HOUSE = ("bonded tax rules", "(arithmetic, no article)", Unverified, None);
}
