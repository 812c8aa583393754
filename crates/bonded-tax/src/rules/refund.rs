use super::{Rule, rules};
use crate::law;

/// Wafers in, some destroyed, chips out.
macro_rules! re_export {
    () => {
        "book C222626A0001 2026-01-05..2026-12-31
         M1 8542390000 untested
         P1 8542390000 tested
         P1<M1*1
         2026-02-02 in L1 0654 M1:1000=95USD
         2026-03-02 out X1 0615 P1:950=152USD
         2026-04-01 destroy D1 P1:50
         close C222626A0001 2026-10-20
         ? refund C222626A0001
         {\"refund\":[{\"handbook\":\"C222626A0001\",\"from\":\"2026-01-05\",\"planned_rate\":\"0.7\",\"producer\":\"deemed\",\"source\":\"an example\"}],
          \"exchange_rates\":[{\"currency\":\"USD\",\"from\":\"2026-01-01\",\"cny\":\"7.10\",\"source\":\"an example\"}],
          \"tariff\":[{\"hs\":\"8542\",\"from\":\"2026-01-01\",\"duty\":\"0\",\"vat\":\"13\",\"refund\":\"9\",\"source\":\"an example\"}]}"
    };
}

rules! {
    MODE_TOTALS = "refund_mode_totals",
        "totals by supervision mode, in US dollars",
        "Imports: I0615 + I0654 + I0657 + I0700 + I0715 + I1215 − E0657 − E0664 − E0700 − E0864 − E0200 − I0644 − I0844. Exports: E0615 + E0654 + E0715 + E1215 + E4600 − I4600. 0400 is not in the list. What customs has deducted counts, in US dollars: the line's own, else its amount. Products that were sold at home or destroyed count as the materials in them, at the price of their imports, and so do materials that left without an amount; destruction counts as E0200 whichever direction its list has.",
        [law::REFUND_RATE],
        re_export!();
    ACTUAL_RATE = "refund_actual_rate",
        "the actual rate: imports ÷ exports",
        "实际分配率 = import total ÷ export total, rounded to 6 decimals; none where the export total is 0 or below. Of an account book each cycle has its own: lists belong to the cycle that they settle, else to the one that holds their day. Before customs has written the book, or the cycle, off it is provisional and settles nothing. What is in stock at the beginning or at the end has no place in the formula: a check says where there is some.",
        [law::REFUND_RATE],
        re_export!();
    PLANNED_RATE = "refund_planned_rate",
        "the planned rate, until the book is written off",
        "计划分配率, as it was filed: the row of `refund` in force on the day of the export.",
        [law::REFUND_COMPOSITE],
        re_export!();
    COMPOSITE_PRICE = "refund_composite_price",
        "composite taxable price: what the bonded materials in the exports cost",
        "组成计税价格 = FOB × exchange rate × rate; each line by the rate of its day, the sum of all exports of one planned rate, VAT rate and refund rate rounded once.",
        [law::REFUND_COMPOSITE],
        re_export!();
    NON_CREDITABLE = "refund_non_creditable",
        "tax that may not be exempted and credited",
        "抵减额 = composite price × (VAT rate − refund rate); 不得免征和抵扣税额 = FOB × exchange rate × (VAT rate − refund rate) − 抵减额. 0 where both rates are equal.",
        [law::REFUND_COMPOSITE],
        re_export!();
    REFUND = "refund_amount",
        "exempted, credited and refunded tax",
        "抵减额 = composite price × refund rate; 免抵退税额 = FOB × exchange rate × refund rate − 抵减额. Whether a design enterprise counts as a producer at all is for the tax office to say; `producer` in the file keeps its answer.",
        [law::REFUND_COMPOSITE, law::REFUND_PRODUCER],
        re_export!();
    ADJUSTMENT = "refund_adjustment",
        "what the actual rate changes",
        "Once the book is written off: the same figures at the actual rate, less those at the planned one.",
        [law::REFUND_ADJUST],
        re_export!();
    WRITE_OFF = "refund_write_off",
        "the yearly write-off is applied for by 20 April",
        "For books, and cycles of account books, that customs wrote off in a year, by 20 April of the next; until then the enterprise's other refunds are held.",
        [law::REFUND_WRITE_OFF],
        re_export!();
}
