use super::{Rule, rules};
use crate::law;

macro_rules! book {
    ($credit:literal, $rest:literal) => {
        concat!(
            "book C222626A0001 2026-01-05..2026-12-31 ",
            $credit,
            "
             M1 3907300090 compound approved=750 price=9.2USD
             ? guarantee C222626A0001 2026-06-01
             {",
            $rest,
            "\"exchange_rates\":[{\"currency\":\"USD\",\"from\":\"2026-06-01\",\"cny\":\"7.10\",\"source\":\"an example\"}],
              \"tariff\":[{\"hs\":\"3907\",\"from\":\"2026-01-01\",\"duty\":\"6.5\",\"vat\":\"13\",\"source\":\"an example\"}]}"
        )
    };
}

rules! {
    GUARANTEE_MUST = "guarantee_required",
        "when a guarantee must be given",
        "A case of smuggling is open; management is being rectified; the operator is dishonest; all processes are outsourced. Credit and outsourcing are in the ledger, the rest in `standing`.",
        [law::GUARANTEE_MUST, law::GUARANTEE_DISHONEST, law::GUARANTEE_OUTSOURCED],
        book!("credit=dishonest", "");
    GUARANTEE_MAY = "guarantee_may_be_asked",
        "when customs may ask for a guarantee",
        "Rented plant or equipment, first processing trade, processing elsewhere, an open case of violation (in `standing`); a handbook extended twice or more (in the ledger).",
        [law::GUARANTEE_MAY],
        book!("", "\"standing\":[{\"handbook\":\"C222626A0001\",\"from\":\"2026-01-01\",\"fact\":\"rented_plant\",\"source\":\"lease of 2025\"}],");
    GUARANTEE_AMOUNT = "guarantee_amount",
        "at most the tax that could fall due",
        "Duty, consumption tax and VAT on every material of the book: on what is approved at the filed price, where nothing limits the quantity on what came in. Customs may take less; for collective declaration of general-credit enterprises it once was 22 % × 50 % of the planned value, which is not computed: whether it still holds was not found.",
        [law::GUARANTEE_AMOUNT, law::COLLECTIVE_GUARANTEE],
        book!("", "");
    GUARANTEE_TERM = "guarantee_term",
        "a letter of guarantee outlasts the handbook",
        "Valid until expiry + 80 days; an extension of the handbook extends it.",
        [law::GUARANTEE_TERM],
        book!("", "");
}
