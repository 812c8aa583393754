use super::sale::compound;
use super::{Rule, rules};
use crate::law;

rules! {
    DEFERRED_INTEREST = "deferred_interest",
        "interest on deferred duty: tax × days × rate ÷ 360",
        "On duty, consumption tax and VAT of an entry (list), scrap left out, rounded once to the fen. The rate is the one in force on the day of the payment letter (the demand-deposit rate, 活期存款利率), for all the days. The last day counts, the first does not (`interest_first_day` says otherwise, if customs does).",
        [law::INTEREST, law::SOLD_AT_HOME, law::INTEREST_DAYS],
        compound!("2026-06-01 sell SALE-1 M1:700", "\"sales\":[{\"list\":\"SALE-1\",\"letter\":\"2026-12-01\"}],");
    INTEREST_DATES = "interest_dates",
        "from the first import, or the last write-off, to the payment letter",
        "Handbook: from the day of the first materials imported or carried in under it. Account book: from the day on which customs last wrote it off, and before there is one from the first import. What the book opened with came in before the journal begins: `interest_begins` in a file says when, of the book or of one material; the earliest counts. Until the day of the payment letter (`letter` in `sales`, else the day of the formalities).",
        [law::INTEREST_DATES],
        compound!("2026-06-01 sell SALE-1 M1:700", "");
    INTEREST_WAIVED = "interest_waived",
        "no interest on days of a waiver",
        "What is declared on a day of a dated waiver bears no interest. Shipped: 2020-04-15 to 2020-12-31, and 2022; a waiver of 2021 could not be confirmed and is not shipped. A file adds others.",
        [law::WAIVER_2020, law::WAIVER_2022],
        compound!("2026-06-01 sell SALE-1 M1:700", "\"interest_waivers\":[{\"from\":\"2026-06-01\",\"until\":\"2026-06-30\",\"source\":\"an example\"}],");
    INTEREST_SMALL = "interest_minimum",
        "interest below CNY 50 is not collected",
        "Below CNY 50 an entry nothing is collected; exactly CNY 50 is.",
        [law::INTEREST_MINIMUM],
        compound!("2026-06-01 sell SALE-1 M1:20", "");
    SCRAP_BEARS_NONE = "scrap_interest",
        "scrap bears no interest",
        "Scrap (边角料) is free of interest. By-products bear it.",
        [law::INTEREST_SCRAP],
        compound!("2026-03-01 out X1 0615 P1:100=1600USD
             2026-06-01 scrap SCRAP-1 M1:15=1200CNY/3915909000", "");
}
