//! Whatever stands in a journal: what is written is read again as the same.

use bonded_exchange::documents::{self, Action, CycleList, CycleReport, Period};
use bonded_ledger::Direction;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Text with what XML has to escape, and with what it may not lose.
fn text(most: usize) -> impl Strategy<Value = String> {
    let plain = "[a-zA-Z0-9 <>&\"'\\]中文é；\t\n-]";
    proptest::string::string_regex(&format!("[a-z中]{plain}{{0,{most}}}[a-z>&]"))
        .expect("a pattern")
}

fn decimal(whole: u64, decimals: u32) -> impl Strategy<Value = String> {
    let unit = 10_u64.pow(decimals);
    (0..whole, 1..unit).prop_map(move |(whole, part)| {
        let text = format!("{whole}.{part:0>width$}", width = decimals as usize);
        text.trim_end_matches('0').to_owned()
    })
}

#[derive(Clone, Debug)]
struct Goods {
    code: String,
    name: String,
    spec: String,
    quantity: String,
    legal: String,
    cents: u32,
    version: bool,
    loss: u32,
}

fn goods() -> impl Strategy<Value = Goods> {
    let texts = (text(14), text(60), text(60));
    let figures = (
        decimal(9_000, 5),
        decimal(9_000, 5),
        100_000_u32..90_000_000,
    );
    (texts, figures, any::<bool>(), 0_u32..99).prop_map(|(texts, figures, version, loss)| Goods {
        code: texts.0,
        name: texts.1,
        spec: texts.2,
        quantity: figures.0,
        legal: figures.1,
        cents: figures.2,
        version,
        loss,
    })
}

/// Entries of a book with one material and one product for each of the goods, and a list of each kind.
fn journal(book: &str, other: &str, all: &[Goods]) -> Vec<Value> {
    let amount = |it: &Goods| format!("{}.{:02}", it.cents / 100, it.cents % 100);
    let version = |it: &Goods| if it.version { "v1" } else { "0" };
    let item = |at: usize, it: &Goods| {
        json!({"seq": at + 1, "code": it.code, "hs": "8542390000", "name": it.name,
            "spec": it.spec, "unit": "007", "legal_unit": "035", "price": "1.5", "currency": "USD"})
    };
    let items: Vec<Value> = all.iter().enumerate().map(|it| item(it.0, it.1)).collect();
    let lines = |product: bool| -> Vec<Value> {
        let line = |(at, it): (usize, &Goods)| {
            let mut line = json!({"line": at + 1, "seq": at + 1, "quantity": it.quantity,
                "legal_quantity": it.legal, "amount": amount(it), "currency": "502",
                "ext": {"customs": {"rmk": it.name}}});
            if product {
                line["version"] = version(it).into();
            } else {
                line["origin"] = "USA".into();
            }
            line
        };
        all.iter().enumerate().map(line).collect()
    };
    let uses = |(at, it): (usize, &Goods)| {
        json!({"product": at + 1, "material": at + 1, "version": version(it), "net": "0.5",
            "tangible_loss": it.loss.to_string(), "bonded_share": "100"})
    };
    let uses: Vec<Value> = all.iter().enumerate().map(uses).collect();
    let party = |name: &str| json!({"uscc": "91310115000000019M", "customs_code": "3122200001", "name": name});
    let open = |number: &str| {
        json!({"entry": "open_handbook", "handbook": {"number": number,
            "trade": "imported_materials", "operator": party(&all[0].name),
            "processor": party(&all[0].spec), "valid_from": "2026-01-05",
            "valid_until": "2026-12-31", "consumption_declared": "before_export",
            "materials": items, "products": items, "consumptions": uses}})
    };
    let list = |number: &str, direction: &str, goods: &str, mode: &str, more: Value| {
        let mut list = json!({"number": number, "handbook": book, "direction": direction,
            "goods": goods, "mode": mode, "lines": lines(goods == "product")});
        if let Value::Object(more) = more {
            list.as_object_mut().expect("an object").extend(more);
        }
        json!({"entry": "declare_list", "list": list})
    };
    let receiving = json!({"counterpart": {"handbook": book}, "handbook": other});
    let sending = json!({"counterpart": {"handbook": other, "list": "R"}});
    let booked = |list: &str, number: &str| json!({"entry": "book_list", "list": list, "customs_number": number});
    vec![
        open(book),
        open(other),
        list("I", "import", "material", "0615", Value::Null),
        booked("I", "QD222626I000000001"),
        list("E", "export", "product", "0615", Value::Null),
        booked("E", "QD222626E000000001"),
        list("R", "import", "material", "0654", receiving),
        list("S", "export", "product", "0654", sending),
        json!({"entry": "amend_list", "list": "I", "lines": lines(false)}),
    ]
}

fn worlds(book: &str, all: &[Goods]) -> World {
    let mut world = world([]);
    for (at, mut entry) in journal(book, "C222626A0009", all).into_iter().enumerate() {
        entry["id"] = format!("00000000-0000-4000-8000-{at:012}").into();
        entry["date"] = "2026-02-10".into();
        world.post(&entry.to_string());
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Every kind, in each of its dialects, of either kind of book.
    #[test]
    fn every_document_is_read_again_as_it_was_written(
        all in prop::collection::vec(goods(), 1..4),
        account_book: bool,
    ) {
        let number = if account_book { "E222626A0001" } else { "C222626A0001" };
        let world = worlds(number, &all);
        let World { ledger, on_file } = &world;
        let given = particulars(&["0615"]);
        let number = number.parse().expect("a number");
        let filed = on_file.handbook(number).expect("opened");
        let lines = |document: &Document, kind| document.message.records(kind).count();
        for action in [Action::File, Action::Change, Action::Delete] {
            for options in [client("1"), customs("1")] {
                let options = options.action(action);
                let document = sound(documents::list(on_file, "I", &given, &options));
                let kinds = lines(&document, "InvtListType") + lines(&document, "BondInvtDt");
                prop_assert_eq!(kinds, all.len());
                if action != Action::Change {
                    for list in ["E", "R", "S"] {
                        sound(documents::list(on_file, list, &given, &options));
                    }
                }
            }
        }
        let mut changed = filed.clone();
        changed.opened.materials.remove(0);
        for options in [client("1"), customs("1")] {
            if account_book && options.dialect == bonded_exchange::Dialect::Client {
                continue;
            }
            sound(documents::handbook(filed, &given, &options));
            sound(documents::handbook_change(filed, &changed, &given, &options));
        }
        sound(documents::carry_over(on_file, "S", &given, &customs("1")));
        if !account_book {
            let report = ledger.closure_report(number).expect("a handbook");
            sound(documents::closure(&report, &given, &customs("1")));
            return Ok(());
        }
        let mut statement = ledger.statement_of(Some(number), None).handbooks.remove(0);
        statement.cycle.as_mut().expect("a cycle").to = Some(day("2026-03-31"));
        let list = CycleList { number: "QD222626I000000001", direction: Direction::Import };
        let report = CycleReport {
            book: &filed.opened,
            statement: &statement,
            number: 1,
            lists: &[list],
        };
        sound(documents::cycle_closure(&report, &given, &customs("1")));
        let period = Period { handbook: number, from: day("2026-02-01"), to: day("2026-02-28") };
        sound(documents::consumption_sheet(ledger, on_file, period, &given, &customs("1")));
    }
}
