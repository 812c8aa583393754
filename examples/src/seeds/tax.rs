//! Rates and prices beside the IC chain: assumed ones, so that what it costs and what comes back can be
//! computed.

use super::SeedFile;

pub(crate) fn files() -> Vec<SeedFile> {
    vec![SeedFile {
        path: "seeds/tax/inputs.json".into(),
        content: INPUTS.into(),
    }]
}

/// The worked example's exchange rate, planned rate and tax rates; no rate here is one of the law.
const INPUTS: &str = r#"{
  "note": "assumed rates of the worked example: FX 7.10, VAT and refund 13 %, planned rate 0.70; not rates of the law",
  "exchange_rates": [
    {"currency": "USD", "from": "2026-01-01", "cny": "7.10", "source": "assumed in the worked example", "certainty": "unverified"}
  ],
  "tariff": [
    {"hs": "8542", "from": "2026-01-01", "duty": "0", "vat": "13", "refund": "13", "source": "tariff of 2014 for the duty; VAT of the list of 8541", "certainty": "unverified"},
    {"hs": "3818", "from": "2026-01-01", "duty": "0", "vat": "13", "refund": "13", "source": "tariff of 2014", "certainty": "unverified"},
    {"hs": "7108", "from": "2026-01-01", "duty": "0", "vat": "13", "source": "tariff of 2014", "certainty": "unverified"},
    {"hs": "7112", "from": "2026-01-01", "duty": "0", "vat": "13", "source": "assumed", "certainty": "unverified"},
    {"hs": "3907", "from": "2026-01-01", "duty": "6.5", "vat": "13", "source": "tariff of 2014", "certainty": "unverified"}
  ],
  "sales": [
    {"list": "HA-SCRAP-03", "line": 1, "amount": "15000", "currency": "CNY", "source": "assumed: 29.11 g of gold scrap"}
  ],
  "refund": [
    {"handbook": "C222626A0002", "from": "2026-01-05", "planned_rate": "0.70", "producer": "deemed", "source": "assumed in the worked example"}
  ]
}
"#;
