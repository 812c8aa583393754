//! Tests in the language of the clerk: the smallest journals, one line an entry.
//!
//! ```text
//! book A M1:1000 P1 P1<M1*1/loss=4     open handbook A: material 1 approved 1000, …
//! import L1 A M1:950                   declare list L1
//! deduct L1                            customs has deducted it
//! import L2 A M1:80 -> refused quota_exceeded
//! ? A M1 remaining = 950
//! ? A 1 M1 remaining = 950             of cycle 1; or as of a day
//! ```

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::carry::CarryOverState;
use crate::entry::Entry;
use crate::ledger::Ledger;
use crate::list::ListState;
use crate::modes::{Movement, mode_of};
use crate::rules::Refusal;
use crate::testkit::balanced::{figure, figure_in};

/// What became of an entry.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Accepted, with the codes and messages of its warnings.
    Accepted(Vec<(&'static str, String)>),
    /// Nothing new.
    Duplicate,
    /// Refused.
    Refused(Refusal),
}

/// One line of a script that is an entry.
#[derive(Clone, Debug)]
pub struct Step {
    /// The clerk's line.
    pub text: String,
    /// The entry, as a line of a journal.
    pub json: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// Runs a script; every line must come out as it says.
///
/// # Panics
/// With the line and what came out instead: this is an assertion.
pub fn check(script: &str) {
    if let Err(problem) = run(script) {
        panic!("{problem}");
    }
}

/// The entries of a script, whatever becomes of them: the smallest way to write a journal.
///
/// # Errors
/// The first line that is not the clerk's language.
pub fn entries(script: &str) -> Result<Vec<Entry>, String> {
    let mut clerk = Clerk::default();
    let mut entries = Vec::new();
    for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let value = clerk.entry(line).map_err(|it| format!("{line}: {it}"))?;
        let entry = Entry::from_json(&value.to_string()).map_err(|it| format!("{line}: {it}"))?;
        entries.push(entry);
        clerk.last = Some(value);
    }
    Ok(entries)
}

/// Runs a script and tells every entry.
///
/// # Errors
/// The first line that does not come out as it says, or that is not the clerk's language.
pub fn run(script: &str) -> Result<Vec<Step>, String> {
    let mut clerk = Clerk::default();
    let mut steps = Vec::new();
    for line in script
        .lines()
        .map(str::trim)
        .filter(|it| !it.is_empty() && !it.starts_with('#'))
    {
        if let Some(question) = line.strip_prefix('?') {
            clerk
                .ask(question.trim())
                .map_err(|it| format!("{line}: {it}"))?;
            continue;
        }
        let (text, wanted) = line.split_once("->").unwrap_or((line, "ok"));
        let value = clerk
            .entry(text.trim())
            .map_err(|it| format!("{line}: {it}"))?;
        let outcome = clerk.post(&value)?;
        matches(&outcome, wanted.trim()).map_err(|it| format!("{line}: {it}"))?;
        steps.push(Step {
            text: text.trim().into(),
            json: value.to_string(),
            outcome,
        });
        clerk.last = Some(value);
    }
    Ok(steps)
}

fn matches(outcome: &Outcome, wanted: &str) -> Result<(), String> {
    let words: Vec<&str> = wanted.split_whitespace().collect();
    match (outcome, words.as_slice()) {
        (Outcome::Accepted(_), ["ok"]) | (Outcome::Duplicate, ["duplicate"]) => Ok(()),
        (Outcome::Accepted(warnings), ["ok", "warns", code]) => {
            if warnings.iter().any(|(it, _)| it == code) {
                return Ok(());
            }
            Err(format!("expected the warning {code}, found {warnings:?}"))
        }
        (Outcome::Refused(refusal), ["refused", code]) if refusal.code() == *code => Ok(()),
        (Outcome::Refused(refusal), _) => Err(format!(
            "expected {wanted}, refused {}: {refusal}",
            refusal.code()
        )),
        (found, _) => Err(format!("expected {wanted}, found {found:?}")),
    }
}

#[derive(Default)]
struct Clerk {
    ledger: Ledger,
    numbers: BTreeMap<String, String>,
    trades: BTreeMap<String, &'static str>,
    count: u32,
    last: Option<Value>,
}

const CREDIT_CODES: [&str; 2] = ["91350100M000100Y43", "91999999000000000G"];

impl Clerk {
    fn post(&mut self, value: &Value) -> Result<Outcome, String> {
        let entry = match Entry::from_json(&value.to_string()) {
            Ok(entry) => entry,
            Err(error) => return Ok(Outcome::Refused(Refusal::of_input(&error))),
        };
        Ok(match self.ledger.post(&entry) {
            Ok(receipt) if receipt.duplicate => Outcome::Duplicate,
            Ok(receipt) => {
                let told = |it: &crate::rules::Warning| (it.code(), it.message().to_string());
                Outcome::Accepted(receipt.warnings.iter().map(told).collect())
            }
            Err(refusal) => Outcome::Refused(refusal),
        })
    }

    fn number(&self, name: &str) -> String {
        if name.len() == 12 {
            return name.into();
        }
        let at = name.bytes().next().unwrap_or(b'A').wrapping_sub(b'A');
        let default = || format!("C222226A{:04}", u32::from(at) + 1);
        self.numbers.get(name).cloned().unwrap_or_else(default)
    }

    /// One line to the JSON of an entry.
    fn entry(&mut self, line: &str) -> Result<Value, String> {
        let mut words = line.split_whitespace();
        let verb = words.next().ok_or("an empty line")?;
        let words: Vec<&str> = words.collect();
        if verb == "again" {
            let mut value = self.last.clone().ok_or("nothing to repeat")?;
            for (key, text) in words.iter().filter_map(|it| it.split_once('=')) {
                value[key] = json!(text);
            }
            return Ok(value);
        }
        self.count += 1;
        let words = Words::of(&words)?;
        let date = words.option("on").unwrap_or("2026-03-01");
        let id = format!("00000000-0000-4000-8000-{:012}", self.count);
        let (kind, payload) = self.payload(verb, &words)?;
        let mut value = json!({"id": id, "date": date, "entry": kind});
        if let (Value::Object(all), Value::Object(own)) = (&mut value, payload) {
            all.extend(own);
        }
        if let Some(note) = words.option("note") {
            value["note"] = json!(note);
        }
        Ok(value)
    }

    fn payload(&mut self, verb: &str, words: &Words<'_>) -> Result<(&'static str, Value), String> {
        let first = || words.names.first().copied().ok_or("the name is missing");
        let book = |clerk: &Clerk| first().map(|it| clerk.number(it));
        let handbook = |clerk: &Clerk| book(clerk).map(|it| json!({"handbook": it}));
        Ok(match verb {
            "book" => ("open_handbook", self.open(first()?, words)?),
            "amend" => ("amend_handbook", self.amend(words)?),
            "deduct" => ("book_list", deduct(words)?),
            "relist" => (
                "amend_list",
                json!({"list": first()?, "lines": lines(words)?}),
            ),
            "withdraw" => ("withdraw_list", json!({"list": first()?})),
            "confirm" => (
                "confirm_counterpart",
                json!({"list": first()?, "counterpart_list": words.option("list")}),
            ),
            "suspend" => (
                "suspend_handbook",
                json!({"handbook": book(self)?, "scope": words.names.get(1).copied().unwrap_or("both")}),
            ),
            "resume" => ("resume_handbook", handbook(self)?),
            "adjust" | "substitute" => {
                let item = words.items.first().ok_or("the material is missing")?;
                let mut value = json!({"handbook": book(self)?, "material": item.seq,
                    "quantity": item.quantity, "document": "联〔2026〕1号"});
                if verb == "substitute" {
                    ("substitute", value)
                } else {
                    value["ground"] = json!(words.option("ground").unwrap_or("customs_decision"));
                    ("adjust_book", value)
                }
            }
            "count" => ("count_stock", self.count_stock(&book(self)?, words)),
            "outsource" => ("outsource", outsource(&book(self)?, words)),
            "report" => ("report_closure", handbook(self)?),
            "accept" => ("accept_closure", handbook(self)?),
            "return" => ("return_closure", handbook(self)?),
            "report_cycle" => (
                "report_cycle",
                json!({"handbook": book(self)?, "cycle_end": words.names.get(1)}),
            ),
            "take" => ("declare_consumption", take(&book(self)?, words)),
            "untake" => (
                "withdraw_consumption",
                json!({"handbook": book(self)?, "number": words.names.get(1)}),
            ),
            "accept_cycle" => ("accept_cycle", handbook(self)?),
            "return_cycle" => ("return_cycle", handbook(self)?),
            movement => ("declare_list", self.declare(movement, words)?),
        })
    }

    fn open(&mut self, name: &str, words: &Words<'_>) -> Result<Value, String> {
        let kind = words.option("kind").unwrap_or("C");
        let at = name.bytes().next().unwrap_or(b'A').wrapping_sub(b'A');
        let number = format!("{kind}222226A{:04}", u32::from(at) + 1);
        let trade = words.option("trade").unwrap_or(match kind {
            "B" => "supplied_materials",
            _ => "imported_materials",
        });
        let party = |which: &str| {
            let other = words.option(which).is_some();
            json!({"uscc": CREDIT_CODES[usize::from(other)], "customs_code": "3122260001",
                "name": if other { "乙公司" } else { "甲公司" }})
        };
        let mut book = json!({
            "number": number, "trade": trade, "operator": party("operator"),
            "processor": party("processor"),
            "valid_from": words.option("from").unwrap_or("2026-01-01"),
            "valid_until": words.option("until").unwrap_or("2027-12-31"),
            "consumption_declared": words.option("point").unwrap_or("before_export"),
        });
        self.trades.insert(
            name.into(),
            if trade == "supplied_materials" {
                "B"
            } else {
                "C"
            },
        );
        self.numbers.insert(name.into(), number);
        let Value::Object(fields) = &mut book else {
            return Err("no object".into());
        };
        common(fields, words);
        fields.insert("materials".into(), items(words, 'M'));
        fields.insert("products".into(), items(words, 'P'));
        fields.insert("consumptions".into(), consumptions(words));
        Ok(json!({"handbook": book}))
    }

    fn amend(&self, words: &Words<'_>) -> Result<Value, String> {
        let name = words.names.first().ok_or("the handbook is missing")?;
        let mut value = json!({"handbook": self.number(name)});
        let Value::Object(fields) = &mut value else {
            return Err("no object".into());
        };
        common(fields, words);
        for (key, rows) in [
            ("materials", items(words, 'M')),
            ("products", items(words, 'P')),
            ("consumptions", consumptions(words)),
        ] {
            if rows.as_array().is_some_and(|it| !it.is_empty()) {
                fields.insert(key.into(), rows);
            }
        }
        for (option, field) in [("by", "by"), ("until", "valid_until")] {
            if let Some(text) = words.option(option) {
                fields.insert(field.into(), json!(text));
            }
        }
        let mut removed = Map::new();
        for drop in words
            .options
            .iter()
            .filter(|it| it.0 == "drop")
            .map(|it| it.1)
        {
            let seq = |text: &str| text.get(1..).and_then(|it| it.parse::<u16>().ok());
            let (key, row) = match drop.split_once('<') {
                Some((product, material)) => (
                    "consumptions",
                    json!({"product": seq(product), "material": seq(material)}),
                ),
                None if drop.starts_with('M') => ("materials", json!(seq(drop))),
                None => ("products", json!(seq(drop))),
            };
            let rows = removed.entry(key).or_insert_with(|| json!([]));
            rows.as_array_mut()
                .into_iter()
                .for_each(|it| it.push(row.clone()));
        }
        if !removed.is_empty() {
            fields.insert("removed".into(), Value::Object(removed));
        }
        Ok(value)
    }

    fn declare(&self, verb: &str, words: &Words<'_>) -> Result<Value, String> {
        let movement = movement(verb).ok_or_else(|| format!("no such verb: {verb}"))?;
        let [list, book, ..] = words.names[..] else {
            return Err("list or handbook missing".into());
        };
        let trade = match self.trades.get(book) {
            Some(&"B") => crate::entry::Trade::SuppliedMaterials,
            _ => crate::entry::Trade::ImportedMaterials,
        };
        let (mode, direction, goods) = mode_of(movement, trade).ok_or("no mode")?;
        let mut value = json!({
            "number": list, "handbook": self.number(book), "direction": direction, "goods": goods,
            "mode": words.option("mode").unwrap_or(mode), "lines": lines(words)?,
        });
        if let Some(with) = words.option("with") {
            value["counterpart"] = json!({"handbook": self.number(with)});
            if let Some(list) = words.option("list") {
                value["counterpart"]["list"] = json!(list);
            }
        }
        for key in ["delivered", "settles", "reference"] {
            if let Some(text) = words.option(key) {
                value[key] = json!(text);
            }
        }
        Ok(json!({"list": value}))
    }

    fn count_stock(&self, handbook: &str, words: &Words<'_>) -> Value {
        let mut value = json!({"handbook": handbook});
        for item in &words.items {
            let mut row = json!({"seq": item.seq, "quantity": item.quantity});
            for (short, field) in [
                ("in", "undeclared_in"),
                ("out", "undeclared_out"),
                ("v", "version"),
            ] {
                if let Some(text) = item.option(short) {
                    row[field] = json!(text);
                }
            }
            let key = if item.kind == 'M' {
                "materials"
            } else {
                "products"
            };
            push(&mut value, key, row);
        }
        value
    }

    fn ask(&self, question: &str) -> Result<(), String> {
        let (what, wanted) = question.split_once('=').ok_or("expected = and a value")?;
        let wanted = wanted.trim();
        let words: Vec<&str> = what.split_whitespace().collect();
        let found = match words[..] {
            [list, "state"] => self.state(list)?,
            [book, "closable"] => {
                let number = self.number(book).parse().map_err(|_| "no handbook")?;
                let statement = self.ledger.statement_of(Some(number), None);
                statement.handbooks.iter().any(|it| it.closable).to_string()
            }
            [book, item, column] => figure(&self.ledger, &self.number(book), item, column)?,
            // Of a cycle, by its number, or as of a day.
            [book, when, item, column] => {
                figure_in(&self.ledger, &self.number(book), when, item, column)?
            }
            _ => return Err("no such question".into()),
        };
        if found == wanted {
            Ok(())
        } else {
            Err(format!("expected {wanted}, found {found}"))
        }
    }

    fn state(&self, list: &str) -> Result<String, String> {
        let at = self.ledger.list_at(list).ok_or("no such list")?;
        let carry = self.ledger.carry_over_state(at).map(CarryOverState::as_str);
        Ok(carry
            .unwrap_or(ListState::as_str(self.ledger.list(at).state))
            .into())
    }
}

fn movement(verb: &str) -> Option<Movement> {
    use Movement::*;
    Some(match verb {
        "import" => Imported,
        "carry_in" => CarriedIn,
        "leftover_in" => LeftoverIn,
        "exchange_in" => ExchangedIn,
        "exchange_out" => ExchangedOut,
        "chain_out" => ChainOut,
        "leftover_out" => LeftoverOut,
        "re_export" => ReExported,
        "sell" => DomesticSale,
        "destroy" => Destroyed,
        "scrap_sell" => ScrapSold,
        "scrap_re_export" => ScrapReExported,
        "scrap_destroy" => ScrapDestroyed,
        "export" => Exported,
        "carry_out" => CarriedOut,
        "exempt" => Exempted,
        "return_in" => ReturnedIn,
        "return_out" => ReturnedOut,
        "sell_products" => ProductSale,
        "destroy_products" => ProductDestroyed,
        _ => return None,
    })
}

/// A word such as `M1:100/opening=5` or `P1<M1*2/loss=4`.
struct ItemWord<'a> {
    kind: char,
    seq: u16,
    quantity: Option<&'a str>,
    /// Of a consumption: material and net.
    takes: Option<(u16, &'a str)>,
    back: bool,
    options: Vec<(&'a str, &'a str)>,
}

impl<'a> ItemWord<'a> {
    fn parse(word: &'a str) -> Option<ItemWord<'a>> {
        let (back, word) = match word.strip_prefix("back:") {
            Some(rest) => (true, rest),
            None => (false, word),
        };
        let mut parts = word.split('/');
        let head = parts.next()?;
        let options = parts
            .map(|it| it.split_once('=').unwrap_or((it, "true")))
            .collect();
        let kind = head.chars().next().filter(|it| matches!(it, 'M' | 'P'))?;
        if let Some((product, takes)) = head.split_once('<') {
            let (material, net) = takes.split_once('*')?;
            let seq = product.get(1..)?.parse().ok()?;
            let takes = Some((material.get(1..)?.parse().ok()?, net));
            return Some(ItemWord {
                kind: 'C',
                seq,
                quantity: None,
                takes,
                back,
                options,
            });
        }
        let (name, quantity) = match head.split_once(':') {
            Some((name, quantity)) => (name, Some(quantity)),
            None => (head, None),
        };
        let seq = name.get(1..)?.parse().ok()?;
        Some(ItemWord {
            kind,
            seq,
            quantity,
            takes: None,
            back,
            options,
        })
    }

    fn option(&self, name: &str) -> Option<&'a str> {
        self.options.iter().find(|it| it.0 == name).map(|it| it.1)
    }
}

struct Words<'a> {
    names: Vec<&'a str>,
    items: Vec<ItemWord<'a>>,
    options: Vec<(&'a str, &'a str)>,
}

impl<'a> Words<'a> {
    fn of(words: &[&'a str]) -> Result<Words<'a>, String> {
        let mut all = Words {
            names: Vec::new(),
            items: Vec::new(),
            options: Vec::new(),
        };
        for &word in words {
            if let Some(item) = ItemWord::parse(word) {
                all.items.push(item);
            } else if let Some(option) = word.split_once('=') {
                all.options.push(option);
            } else {
                all.names.push(word);
            }
        }
        Ok(all)
    }

    fn option(&self, name: &str) -> Option<&'a str> {
        self.options.iter().find(|it| it.0 == name).map(|it| it.1)
    }
}

/// What opening and amendment share.
fn common(fields: &mut Map<String, Value>, words: &Words<'_>) {
    for key in ["role", "chain", "credit"] {
        if let Some(text) = words.option(key) {
            fields.insert(key.into(), json!(text));
        }
    }
    if let Some(wanted) = words.option("self") {
        fields.insert("self_verification".into(), json!(wanted == "yes"));
    }
    if let Some(until) = words.option("guarantee") {
        let guarantee =
            json!({"kind": "letter", "amount": "100000", "currency": "CNY", "valid_until": until});
        fields.insert("guarantee".into(), guarantee);
    }
}

fn items(words: &Words<'_>, kind: char) -> Value {
    let of = |item: &ItemWord<'_>| {
        let name = if kind == 'M' { "料件" } else { "成品" };
        let hs = if kind == 'M' {
            "3818001900"
        } else {
            "8542390000"
        };
        let mut row = json!({
            "seq": item.seq, "code": format!("{kind}{}", item.seq),
            "hs": item.option("hs").unwrap_or(hs),
            "name": item.option("name").map_or(format!("{name}{}", item.seq), Into::into),
            "unit": item.option("unit").unwrap_or("035"),
        });
        if let Some(quantity) = item.quantity {
            row["quantity"] = json!(quantity);
        }
        for key in ["opening", "used"] {
            if let Some(text) = item.option(key) {
                row[key] = json!(text);
            }
        }
        if item.option("ineligible").is_some() {
            row["carry_over_eligible"] = json!(false);
        }
        row
    };
    words
        .items
        .iter()
        .filter(|it| it.kind == kind)
        .map(of)
        .collect()
}

fn consumptions(words: &Words<'_>) -> Value {
    let of = |item: &ItemWord<'_>| {
        let (material, net) = item.takes?;
        let mut row = json!({"product": item.seq, "material": material, "net": net});
        for (short, field) in [
            ("v", "version"),
            ("loss", "tangible_loss"),
            ("intangible", "intangible_loss"),
            ("share", "bonded_share"),
        ] {
            if let Some(text) = item.option(short) {
                row[field] = json!(text);
            }
        }
        Some(row)
    };
    words.items.iter().filter_map(of).collect()
}

fn lines(words: &Words<'_>) -> Result<Value, String> {
    let mut rows = Vec::new();
    for (at, item) in words.items.iter().enumerate() {
        let line = item
            .option("line")
            .map_or(Ok(at + 1), str::parse)
            .map_err(|_| "no line")?;
        let mut row = json!({"line": line, "seq": item.seq, "quantity": item.quantity});
        for (short, field) in [("v", "version"), ("legal", "legal_quantity")] {
            if let Some(text) = item.option(short) {
                row[field] = json!(text);
            }
        }
        if item.option("by_product").is_some() {
            row["by_product"] = json!(true);
        }
        rows.push(row);
    }
    Ok(Value::Array(rows))
}

fn deduct(words: &Words<'_>) -> Result<Value, String> {
    let list = words.names.first().ok_or("the list is missing")?;
    let mut value = json!({"list": list});
    for (key, text) in &words.options {
        if let Ok(line) = key.parse::<u32>() {
            let (quantity, legal) = text.split_once("/legal=").unwrap_or((text, ""));
            let mut row = json!({"line": line, "quantity": quantity});
            if !legal.is_empty() {
                row["legal_quantity"] = json!(legal);
            }
            push(&mut value, "lines", row);
        } else if *key == "customs_number" {
            value["customs_number"] = json!(text);
        }
    }
    Ok(value)
}

fn take(handbook: &str, words: &Words<'_>) -> Value {
    let lists: Vec<&&str> = words.names.iter().skip(2).collect();
    let mut value = json!({"handbook": handbook, "number": words.names.get(1), "lists": lists,
        "materials": []});
    for item in &words.items {
        let mut row = json!({"seq": item.seq, "net": item.quantity});
        if let Some(scrap) = item.option("scrap") {
            row["scrap"] = json!(scrap);
        }
        push(&mut value, "materials", row);
    }
    if let Some(way) = words.option("way") {
        value["way"] = json!(way);
    }
    value
}

fn outsource(handbook: &str, words: &Words<'_>) -> Value {
    let mut value = json!({"handbook": handbook, "contractor": {
        "uscc": CREDIT_CODES[1], "customs_code": "3122260002", "name": "承揽公司"}});
    if words.names.contains(&"all") {
        value["all_processes"] = json!(true);
    }
    for item in &words.items {
        let kind = if item.kind == 'M' {
            "material"
        } else {
            "product"
        };
        let key = if item.back { "returned" } else { "dispatched" };
        push(
            &mut value,
            key,
            json!({kind: item.seq, "quantity": item.quantity}),
        );
    }
    value
}

fn push(value: &mut Value, key: &str, row: Value) {
    match value.get_mut(key).and_then(Value::as_array_mut) {
        Some(rows) => rows.push(row),
        None => value[key] = json!([row]),
    }
}
