use super::{Rule, rules};
use crate::law;

/// Two lots of a chip in, some sold: E6 of the IC chain.
macro_rules! two_lots {
    ($rest:literal) => {
        concat!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 8542390000 chips
             P1 8542390000 tested
             P1<M1*1
             2026-02-02 in CHIP-1 0654 M1:4000000=380000USD
             2026-03-02 in CHIP-2 0654 M1:3554438=362552.68USD
             ",
            $rest,
            "
             {\"exchange_rates\":[{\"currency\":\"USD\",\"from\":\"2026-06-01\",\"cny\":\"7.10\",\"source\":\"an example\"}],
              \"tariff\":[{\"hs\":\"8542\",\"from\":\"2026-01-01\",\"duty\":\"0\",\"vat\":\"13\",\"source\":\"an example\"}]}"
        )
    };
}

/// Compound with a duty, sold as it is or as scrap.
macro_rules! compound {
    ($rest:literal, $extra:literal) => {
        concat!(
            "book C222626A0001 2026-01-05..2026-12-31
             M1 3907300090 compound
             P1 8542390000 packaged
             P1<M1*0.8/loss=20
             2026-02-02 in L1 0615 M1:750=6900USD
             ",
            $rest,
            "
             {",
            $extra,
            "\"exchange_rates\":[{\"currency\":\"USD\",\"from\":\"2026-06-01\",\"cny\":\"7.10\",\"source\":\"an example\"}],
              \"tariff\":[{\"hs\":\"3907\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"an example\"},
                        {\"hs\":\"3915\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"an example\"}]}"
        )
    };
}
pub(crate) use compound;

rules! {
    TAXABLE_QUANTITY = "taxable_quantity",
        "what is taxed of a sale",
        "Surplus materials: what is declared. Products and defectives: folded to materials (折料), quantity × gross unit consumption × bonded share, summed over the lines of the list and rounded once per material, to 5 decimals. Scrap and by-products: the goods as they stand (报验状态), in the unit and under the code of `presented`.",
        [law::FOLDED],
        compound!("2026-06-01 sell SALE-1 P1:100", "");
    CUSTOMS_VALUE = "customs_value",
        "original import price, or the weighted average of what came in",
        "Materials, products and defectives have the price at which the material was imported: of its lot, where `sales` names the lot; else the weighted average of what came in under the same item number, name and code within the validity of the handbook or the cycle of the account book, until the day of the formalities (direct imports, carried in, leftovers carried in; an opening by the price of the file). A line's amount counts, else a row of `prices`; what passed in another quantity than declared counts at the same unit price.",
        [law::VALUE],
        compound!("2026-06-01 sell SALE-1 M1:20", "");
    VALUE_CARRIED = "carry_over_price",
        "goods that were carried in have the carry-over price",
        "Where all that came in was carried in (深加工结转), the price is that of the carry-over (结转价格); several lots are averaged as imports are.",
        [law::VALUE_CARRIED, law::VALUE],
        two_lots!("2026-06-01 sell SALE-1 M1:2310");
    VALUE_SUPPLIED = "supplied_value",
        "supplied materials have the price of the same or similar goods",
        "Supplied materials (来料加工) were not bought: their value is the import price of the same or similar bonded goods imported at about the time of the sale. It is not in the journal, so it comes from a row of `prices`.",
        [law::VALUE_SUPPLIED],
        "book B222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         2026-02-02 in L1 0214 M1:750
         2026-06-01 sell SALE-1 M1:20
         {\"prices\":[{\"handbook\":\"B222626A0001\",\"material\":1,\"from\":\"2026-05-01\",\"price\":\"65\",\"currency\":\"CNY\",\"source\":\"an import of May\"}],
          \"tariff\":[{\"hs\":\"3907\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"an example\"}]}";
    SELLING_PRICE = "selling_price",
        "scrap and by-products have their selling price",
        "Scrap (边角料) and by-products (副产品) are valued at what they are sold for, without VAT: the amount of the line, or of the row in `sales`. So are products of a zone.",
        [law::VALUE_SOLD],
        compound!("2026-03-01 out X1 0615 P1:100=1600USD
             2026-06-01 scrap SCRAP-1 M1:15=1200CNY/3915909000", "");
    DISASTER = "disaster_goods",
        "disaster goods: the assessed value, at the rate of the material",
        "Goods damaged by force majeure (受灾保税货物) that have lost their use but can be used still are taxed on the value at which they were assessed, at the rate of the original material, with interest and without a licence. `sales` says that they are `disaster` goods, and the value.",
        [law::DISASTER],
        compound!("2026-06-01 sell SALE-1 M1:20", "\"sales\":[{\"list\":\"SALE-1\",\"line\":1,\"kind\":\"disaster\",\"amount\":\"300\",\"currency\":\"CNY\"}],");
    LOST = "lost_goods",
        "lost or wholly useless goods: no tax",
        "Goods that force majeure has destroyed or made wholly useless are written off free of tax (免税核销); `sales` says that they are `lost`.",
        [law::DISASTER],
        compound!("2026-06-01 sell SALE-1 M1:20", "\"sales\":[{\"list\":\"SALE-1\",\"kind\":\"lost\"}],");
    RATE_OF_THE_DAY = "rate_of_the_day",
        "the rates in force on the day of the formalities",
        "Duty, consumption tax and VAT have the rates in force on the day on which the formalities of the sale are done, not those of the day of import. That day is `on` in `sales`, else the one of the command line, else the day of the list.",
        [law::RATE_OF_THE_DAY, law::SOLD_AT_HOME],
        compound!("2026-06-01 sell SALE-1 M1:20", "\"sales\":[{\"list\":\"SALE-1\",\"on\":\"2026-06-15\"}],");
    EXCHANGE_RATE = "exchange_rate",
        "the exchange rate of the day of the formalities",
        "Foreign currency becomes yuan at the rate for duties (计征汇率) of that day; the value is rounded once, to the fen.",
        [law::EXCHANGE],
        two_lots!("2026-06-01 sell SALE-1 M1:2310");
    DUTY = "duty",
        "duty is its rate of the value",
        "value × duty rate, rounded to the fen. Only rates by value: duty by quantity, quotas and trade remedies are not computed.",
        [law::SOLD_AT_HOME, law::RATE_OF_THE_DAY],
        compound!("2026-06-01 sell SALE-1 M1:20", "");
    CONSUMPTION_TAX = "consumption_tax",
        "consumption tax is in its own price",
        "(value + duty) ÷ (1 − rate) × rate, rounded to the fen; nothing where the tariff row has no consumption tax.",
        [law::CONSUMPTION_TAX],
        "book C222626A0001 2026-01-05..2026-12-31
         M1 2710122000 solvent
         2026-02-02 in L1 0615 M1:1000=2000USD
         2026-06-01 sell SALE-1 M1:100
         {\"exchange_rates\":[{\"currency\":\"USD\",\"from\":\"2026-06-01\",\"cny\":\"7\",\"source\":\"an example\"}],
          \"tariff\":[{\"hs\":\"2710\",\"from\":\"2026-01-01\",\"duty\":\"6\",\"vat\":\"13\",\"consumption\":\"20\",\"source\":\"an example, not a rate of the law\"}]}";
    VAT = "vat",
        "VAT on value, duty and consumption tax",
        "(value + duty + consumption tax) × rate, rounded to the fen.",
        [law::VAT],
        two_lots!("2026-06-01 sell SALE-1 M1:2310");
    SALE_MODE = "sale_mode",
        "the supervision mode follows from the kind of goods",
        "Surplus, products, defectives and disaster goods: 0644 (进料) or 0245 (来料), in units of the material. Scrap and by-products: 0844 or 0845. Tax afterwards: 9700.",
        [law::MODES],
        compound!("2026-06-01 sell SALE-1 M1:20", "");
    LICENCE = "licence",
        "little surplus needs no licence",
        "Surplus, products and defectives need no import licence while all that was sold of them is worth at most 3 % of what came into the handbook **and** at most CNY 10,000, both ends included; beyond either, goods under licence need theirs. Of an account book the sums are those of the cycle. Each sale counts as it was worth on the day of its own formalities, by the averages and exchange rates of that day; imports, and what the book opened with, by the exchange rates of the day that is asked for. The share is compared before anything is rounded. Scrap needs none, nor do disaster goods; a by-product under licence does.",
        [law::LICENCE, law::LICENCE_CYCLE],
        two_lots!("2026-06-01 sell SALE-1 M1:2310");
    SALE_TOTAL = "sale_total",
        "the sum of the rounded parts",
        "Each duty, tax and interest is rounded to the fen by itself, as it stands on its payment letter; the total is their sum. A sale in two lists can differ from one list by the rounding of its parts.",
        [law::HOUSE],
        two_lots!("2026-06-01 sell SALE-1 M1:2310");
}
