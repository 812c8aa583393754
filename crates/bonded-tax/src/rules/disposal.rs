use super::{Rule, rules};
use crate::law;

/// 20 kg remain; the same enterprise has another book, or has not.
macro_rules! remains {
    ($other:literal, $moves:literal) => {
        concat!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             P1 8542390000 packaged
             P1<M1*1
             ",
            $other,
            "
             2026-02-02 in L1 0615 M1:750=6900USD
             ",
            $moves,
            "
             ? quote C222626A0001 2026-11-01
             {\"exchange_rates\":[{\"currency\":\"USD\",\"from\":\"2026-06-01\",\"cny\":\"7.10\",\"source\":\"an example\"}],
              \"tariff\":[{\"hs\":\"3907\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"an example\"}]}"
        )
    };
}

rules! {
    CARRY_OVER = "leftover_carry_over",
        "carried over, the goods stay bonded",
        "Leftovers go into another book of the same operator, processor and trade that has the same material (余料结转, 四同); no tax, and no risk deposit since 2020. The books of this ledger that would take them are named; whether their approved quantity holds them is for the ledger to say when it is posted.",
        [law::LEFTOVER, law::LEFTOVER_GUARANTEE],
        remains!("book C222626A0002 2026-06-01..2027-05-31
             M1 3907300090 compound", "2026-03-01 out X1 0615 P1:730=11680USD");
    RE_EXPORT = "re_export_free",
        "re-exported goods are free of duty",
        "Materials go back abroad as they came (料件复出); no tax. Freight and what the supplier takes them back for are not counted.",
        [law::RE_EXPORTED],
        remains!("", "2026-03-01 out X1 0615 P1:730=11680USD");
    DESTRUCTION = "destruction_free",
        "destroyed without income: no tax",
        "By a qualified waste firm, within the validity of the handbook; with income it is a sale of scrap as it stands after destruction.",
        [law::DESTROYED],
        remains!("", "2026-03-01 out X1 0615 P1:730=11680USD");
    SHORTAGE = "shortage_paid",
        "a shortage that is explained is taxed as a sale",
        "Where more has left than came in, tax is paid afterwards (9700), valued as surplus is, once customs accepts the explanation; without one there is a penalty first.",
        [law::SOLD_AT_HOME],
        remains!("", "2026-03-01 out X1 0615 P1:760=12160USD");
}
