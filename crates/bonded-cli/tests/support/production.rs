//! Production for the tests of `bonded consumption`: a maker of cable and what it declares.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{BOOK, booked, entry, list};

/// Copper 1.087 kg a metre (net 1.00004, 8 % lost), insulation 0.15, reels 0.002.
pub(crate) fn cable(n: u64, number: &str, declared: &str) -> Value {
    let party = json!({"uscc": "91350100M000100Y43", "customs_code": "3501900001", "name": "示例线缆有限公司"});
    entry(
        n,
        "2025-01-05",
        "open_handbook",
        json!({"handbook": {
            "number": number, "trade": "imported_materials", "operator": party, "processor": party,
            "valid_from": "2025-01-01", "valid_until": "2026-12-31",
            "consumption_declared": declared, "self_verification": true,
            "materials": [
                {"seq": 1, "code": "CU-8", "hs": "7408110000", "name": "精炼铜丝", "unit": "035",
                 "price": "40.4321", "currency": "CNY"},
                {"seq": 2, "code": "PVC-70", "hs": "3904220000", "name": "聚氯乙烯绝缘料", "unit": "035",
                 "price": "1.15", "currency": "502"},
                {"seq": 3, "code": "REEL-630", "hs": "4415200000", "name": "木制电缆盘", "unit": "007"},
            ],
            "products": [{"seq": 1, "code": "CABLE-1", "hs": "8544491100", "name": "低压电缆", "unit": "030"}],
            "consumptions": [
                {"product": 1, "material": 1, "net": "1.00004", "tangible_loss": "8"},
                {"product": 1, "material": 2, "net": "0.147", "tangible_loss": "1.5", "intangible_loss": "0.5"},
                {"product": 1, "material": 3, "net": "0.002"},
            ],
        }}),
    )
}

/// Of the cable, all materials in.
pub(crate) fn imports() -> Vec<Value> {
    let materials = [(1, "170000"), (2, "24000"), (3, "320")];
    let lists = materials.into_iter().flat_map(|(seq, quantity)| {
        let number = format!("IN-{seq}");
        let mut declared = list(10 + 2 * seq, &number, "import", quantity);
        declared["list"]["lines"][0]["seq"] = json!(seq);
        [declared, booked(11 + 2 * seq, &number)]
    });
    lists.collect()
}

/// Cable out, by one list.
pub(crate) fn export(n: u64, number: &str, quantity: &str) -> Vec<Value> {
    vec![list(n, number, "export", quantity), booked(n + 1, number)]
}

/// One order: good units, and of copper, insulation and reels what was issued; copper's scrap.
pub(crate) struct Order {
    pub(crate) date: &'static str,
    pub(crate) good: &'static str,
    pub(crate) issued: [&'static str; 3],
    pub(crate) scrap: [&'static str; 2],
}

/// What was declared is what was used.
pub(crate) const TRUE: [Order; 2] = [
    Order {
        date: "2025-03-10",
        good: "73600",
        issued: ["80003.2", "11040", "147.2"],
        scrap: ["6400.256", "165.6"],
    },
    Order {
        date: "2025-04-10",
        good: "73600",
        issued: ["80003.2", "11040", "147.2"],
        scrap: ["6400.256", "165.6"],
    },
];

/// Copper was 1.025 a metre and not 1.087: the case of 2025.
pub(crate) const SAVED: [Order; 3] = [
    Order {
        date: "2025-03-10",
        good: "73600",
        issued: ["75440", "11040", "147"],
        scrap: ["1837.056", "165.6"],
    },
    Order {
        date: "2025-04-10",
        good: "36800",
        issued: ["37720", "5520", "74"],
        scrap: ["918.528", "82.8"],
    },
    Order {
        date: "2025-05-12",
        good: "36800",
        issued: ["37720", "5520", "73.4"],
        scrap: ["918.528", "82.8"],
    },
];

/// From April on copper is 1.025.
pub(crate) const STEP: [Order; 3] = [
    Order {
        date: "2025-03-10",
        good: "73600",
        issued: ["80003.2", "11040", "147.2"],
        scrap: ["6400.256", "165.6"],
    },
    Order {
        date: "2025-04-10",
        good: "36800",
        issued: ["37720", "5520", "73.6"],
        scrap: ["918.528", "82.8"],
    },
    Order {
        date: "2025-05-12",
        good: "36800",
        issued: ["37720", "5520", "73.6"],
        scrap: ["918.528", "82.8"],
    },
];

/// As lines of JSON, of a handbook.
pub(crate) fn records(book: &str, orders: &[Order]) -> String {
    let record = |(at, it): (usize, &Order)| {
        let materials: Vec<Value> = rows(it)
            .map(|(seq, issued, scrap)| json!({"material": seq, "issued": issued, "scrap": scrap}))
            .collect();
        let record = json!({"order": format!("WO-{}", at + 1), "date": it.date, "handbook": book,
            "product": 1, "good": it.good, "materials": materials});
        format!("{record}\n")
    };
    orders.iter().enumerate().map(record).collect()
}

/// The same as CSV.
pub(crate) fn rows_of(book: &str, orders: &[Order]) -> String {
    let mut text = "order,date,handbook,product,good,material,issued,scrap\n".to_owned();
    for (at, it) in orders.iter().enumerate() {
        for (seq, issued, scrap) in rows(it) {
            let (order, date, good) = (at + 1, it.date, it.good);
            let _ = writeln!(
                text,
                "WO-{order},{date},{book},1,{good},{seq},{issued},{scrap}"
            );
        }
    }
    text
}

fn rows(order: &Order) -> impl Iterator<Item = (usize, &'static str, &'static str)> {
    let scrap = [order.scrap[0], order.scrap[1], "0"];
    let both = order.issued.into_iter().zip(scrap).enumerate();
    both.map(|(at, (issued, scrap))| (at + 1, issued, scrap))
}

/// What stands behind the cable's handbook; its status is given.
pub(crate) fn dossier(status: &str) -> String {
    let dossier = json!({
        "handbook": BOOK,
        "versions": [{"product": 1, "status": status, "basis": "production_orders", "defects": "in_loss"}],
        "enterprise": {"networked": true, "internal_control": true, "case_open": false,
            "rectification": false, "overdue": false},
    });
    format!("{dossier:#}\n")
}
