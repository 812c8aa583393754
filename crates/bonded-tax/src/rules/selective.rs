use super::{Rule, rules};
use crate::law;

/// Packaged chips out of a zone: compound has a duty, the chip has none.
macro_rules! zone {
    ($extra:literal) => {
        concat!(
            "book E222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             P1 8542390000 packaged
             P1<M1*0.8/loss=20
             2026-02-02 in L1 0615 M1:750=6900USD
             2026-06-01 sell SALE-1 P1:100=30000CNY
             {",
            $extra,
            "\"zones\":[{\"handbook\":\"E222626A0001\",\"from\":\"2026-01-01\",\"source\":\"an example\"}],
              \"exchange_rates\":[{\"currency\":\"USD\",\"from\":\"2026-06-01\",\"cny\":\"7.10\",\"source\":\"an example\"}],
              \"tariff\":[{\"hs\":\"3907\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"an example\"},
                        {\"hs\":\"8542\",\"from\":\"2026-01-01\",\"duty\":\"0\",\"vat\":\"13\",\"source\":\"an example\"}]}"
        )
    };
}

rules! {
    CHEAPER = "selective_taxation",
        "in a zone: by the materials or as presented, whichever is cheaper",
        "An enterprise in a comprehensive bonded zone chooses, sale by sale, whether duty is on the materials or on the product as it is presented. Import VAT and consumption tax are on the product as presented either way; duty by materials bears interest. Both ways are computed; the one with the smaller sum is chosen, and as presented where they are equal. A book is in a zone where `zones` says so.",
        [law::SELECTIVE, law::SELECTIVE_PILOT],
        zone!("");
    BY_MATERIALS = "duty_by_materials",
        "duty on the materials in the product",
        "The product is folded to materials; each has the value of its imports and its own rate. VAT is then on the product's value and this duty.",
        [law::SELECTIVE, law::FOLDED, law::VALUE],
        zone!("");
    EXCLUDED = "selective_exclusion",
        "goods that are always taxed by their materials",
        "Where a material of the product is on the list, there is no choice. Shipped: sugar, since 2024-07-01 (as heading 1701). A file adds others (`exclusions`), such as those of a place.",
        [law::SUGAR],
        zone!("\"exclusions\":[{\"hs\":\"3907\",\"from\":\"2026-01-01\",\"source\":\"an example\"}],");
}
