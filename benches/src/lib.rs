//! A handbook of the size of a large manufacturer's, and lists on it: 50 materials × 200 products,
//! 50 consumptions each.

use bonded_ledger::{Entry, Ledger, Uuid};
use serde_json::{Value, json};

pub mod production;

/// Materials of the handbook.
pub const MATERIALS: u64 = 50;
/// Products of the handbook.
pub const PRODUCTS: u64 = 200;
/// Lines of a list.
pub const LINES: u64 = 20;

/// A small generator of numbers: the same on every machine.
pub struct Numbers(u64);

impl Numbers {
    /// From a seed.
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    /// A number below a limit (splitmix64).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}

fn id(count: u64) -> String {
    Uuid::from_u128(u128::from(count) + (0x4000_u128 << 64)).to_string()
}

/// The handbook, as the JSON of its opening.
pub fn handbook() -> Value {
    let mut numbers = Numbers::new(7);
    let party =
        json!({"uscc": "91350100M000100Y43", "customs_code": "3122260001", "name": "甲公司"});
    let item = |seq: u64, name: &str| {
        json!({"seq": seq, "code": format!("{name}{seq}"), "hs": "8542390000",
            "name": format!("{name}{seq}"), "unit": "035", "quantity": "9999999999999"})
    };
    let materials: Vec<Value> = (1..=MATERIALS).map(|seq| item(seq, "料件")).collect();
    let products: Vec<Value> = (1..=PRODUCTS).map(|seq| item(seq, "成品")).collect();
    let rates = ["0", "3", "4.5", "7.9625", "10", "13"];
    let mut consumptions = Vec::new();
    for product in 1..=PRODUCTS {
        for material in 1..=MATERIALS {
            let net = format!("0.{:09}", 1_000 + numbers.below(900_000_000));
            let rate = rates[(numbers.below(6)) as usize];
            consumptions.push(json!({"product": product, "material": material,
                "net": net, "tangible_loss": rate}));
        }
    }
    json!({"id": id(0), "date": "2026-01-01", "entry": "open_handbook", "handbook": {
        "number": "C222226A0001", "trade": "imported_materials", "operator": party,
        "processor": party, "valid_from": "2026-01-01", "valid_until": "2027-12-31",
        "consumption_declared": "before_export",
        "materials": materials, "products": products, "consumptions": consumptions}})
}

/// The entries of `lists` lists, declared and deducted: one import for each two exports.
pub fn lists(from: u64, lists: u64) -> Vec<Value> {
    lists_of(LINES, from, lists)
}

/// The same with so many lines each.
pub fn lists_of(lines: u64, from: u64, lists: u64) -> Vec<Value> {
    let mut numbers = Numbers::new(from + 11);
    let mut entries = Vec::with_capacity(lists as usize * 2);
    for at in from..from + lists {
        let import = at % 3 == 0;
        let items = if import { MATERIALS } else { PRODUCTS };
        let lines: Vec<Value> = (1..=lines)
            .map(|line| {
                let quantity = if import {
                    format!(
                        "{}.{:05}",
                        60_000 + numbers.below(9_000),
                        numbers.below(100_000)
                    )
                } else {
                    format!("{}", 1 + numbers.below(90))
                };
                json!({"line": line, "seq": 1 + numbers.below(items), "quantity": quantity})
            })
            .collect();
        let number = format!("QD2222{}{:09}", if import { "26I" } else { "26E" }, at);
        entries.push(
            json!({"id": id(at * 2 + 1), "date": "2026-03-01", "entry": "declare_list",
            "list": {"number": number, "handbook": "C222226A0001",
                "direction": if import { "import" } else { "export" },
                "goods": if import { "material" } else { "product" },
                "mode": "0615", "lines": lines}}),
        );
        entries.push(
            json!({"id": id(at * 2 + 2), "date": "2026-03-02", "entry": "book_list",
            "list": number}),
        );
    }
    entries
}

/// Entries from JSON.
///
/// # Panics
/// When the generator makes something that is not an entry.
pub fn entries(values: &[Value]) -> Vec<Entry> {
    let read = |value: &Value| Entry::from_json(&value.to_string());
    values
        .iter()
        .map(|it| read(it).unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

/// A ledger with the handbook and so many lists.
///
/// # Panics
/// When an entry is refused.
pub fn ledger(with: u64) -> Ledger {
    ledger_of(LINES, with)
}

/// The same with so many lines each.
///
/// # Panics
/// When an entry is refused.
pub fn ledger_of(lines: u64, with: u64) -> Ledger {
    let mut ledger = Ledger::new();
    for entry in entries(&[handbook()]) {
        ledger
            .replay(&entry)
            .unwrap_or_else(|refusal| panic!("{refusal}"));
    }
    let mut from = 0;
    while from < with {
        let some = (with - from).min(20_000);
        for entry in entries(&lists_of(lines, from, some)) {
            ledger
                .replay(&entry)
                .unwrap_or_else(|refusal| panic!("{refusal}"));
        }
        from += some;
    }
    ledger
}
