//! Random journals: plausible business, with unlawful entries strewn in.
//!
//! The same seed always writes the same journal. What was accepted so far is asked of the auditor,
//! so that most entries make sense where they stand.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use num_traits::{Signed, Zero};
use serde_json::{Value, json};

use super::Auditor;
use super::books::{
    Book, Columns, Exact, Goods, Item, Line, List, Period, SCRAP, State, books, carry_overs,
    closable, decimal, given, lists, modes_of, must, print, products, sign_in_q, text, total,
    whole, zero,
};

mod cycles;

pub fn random_journal(seed: u64, entries: usize) -> Vec<Value> {
    write(Writer::new(seed), entries)
}

/// Most of the business is done in account books, cycle by cycle.
pub fn journal_with_cycles(seed: u64, entries: usize) -> Vec<Value> {
    let mut writer = Writer::new(seed);
    writer.cycles = true;
    write(writer, entries)
}

fn write(mut writer: Writer, entries: usize) -> Vec<Value> {
    while writer.journal.len() < entries {
        let remaining = entries - writer.journal.len();
        writer.step(remaining * 10 < entries * 3);
    }
    writer.journal
}

/// splitmix64
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() {
            None
        } else {
            from.get(self.below(from.len() as u64) as usize).cloned()
        }
    }

    fn one_of(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len() as u64) as usize]
    }

    fn digits(&mut self, n: usize) -> String {
        (0..n)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    fn uuid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xfff,
            b >> 48 & 0x3fff | 0x8000,
            b & 0xffff_ffff_ffff
        )
    }
}

/// A unified social credit code with both its check characters: that of the organisation code inside
/// (GB 11714) and its own (GB 32100-2015).
pub fn uscc(organisation: &str) -> String {
    let inner = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = organisation
        .bytes()
        .zip(inner)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    };
    let body = format!("91310115{organisation}{check}");
    let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let outer = [
        1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
    ];
    let sum: usize = body
        .chars()
        .zip(outer)
        .map(|(letter, weight)| alphabet.find(letter).expect("a letter of the alphabet") * weight)
        .sum();
    let check = alphabet.as_bytes()[(31 - sum % 31) % 31];
    format!("{body}{}", char::from(check))
}

/// hs, name, unit
const GOODS: [(&str, &str, &str); 7] = [
    ("3818001900", "硅片", "007"),
    ("8542319000", "已加工晶圆", "007"),
    ("8542311900", "封装集成电路", "007"),
    ("8542900000", "引线框架", "011"),
    ("7108130000", "金丝", "036"),
    ("3907300001", "塑封料", "035"),
    ("8534001000", "基板", "007"),
];
const NETS: [&str; 8] = [
    "1",
    "1",
    "2",
    "0.5",
    "0.0025",
    "0.000115741",
    "1.333333333",
    "0.0002",
];
const RATES: [&str; 8] = [
    "0",
    "0",
    "4",
    "7.9625",
    "0.5995",
    "39.978437808",
    "1.890415584",
    "33.333333333",
];
const SHARES: [&str; 6] = ["100", "100", "100", "80", "20", "0"];
const NOWHERE: &str = "C22229999999";

/// What the journal says so far.
struct View {
    entries: Vec<Value>,
    books: BTreeMap<String, Book>,
    lists: Vec<List>,
}

impl View {
    fn with_status(&self, status: &str) -> Vec<Book> {
        self.books
            .values()
            .filter(|book| book.status == status)
            .cloned()
            .collect()
    }

    fn open(&self) -> Vec<Book> {
        self.with_status("open")
    }

    /// Lists of open handbooks.
    fn lists_in(&self, state: State) -> Vec<List> {
        self.lists
            .iter()
            .filter(|list| list.state == state && self.books[&list.handbook].status == "open")
            .cloned()
            .collect()
    }

    fn columns(&self, book: &Book, m: u64) -> Columns {
        Period::current(book, &self.entries).columns(book, &self.entries, m)
    }

    fn available(&self, book: &Book, m: u64) -> Exact {
        let columns = self.columns(book, m);
        &columns["remaining"] - &columns["pending_out"]
    }

    fn sum(
        &self,
        book: &Book,
        goods: Goods,
        seq: u64,
        columns: &[&str],
        states: &[State],
    ) -> Exact {
        total(&self.lists, &book.number, goods, seq, columns, states)
    }
}

/// A line to be: item, version, quantity, legal quantity.
type Wanted = (u64, Option<String>, Exact, Option<Exact>);

struct Writer {
    random: Random,
    auditor: Auditor,
    journal: Vec<Value>,
    day: NaiveDate,
    companies: Vec<Value>,
    /// Numbers of handbooks that may be opened later and be named as a counterpart before.
    planned: Vec<String>,
    lists_made: u64,
    /// Account books are written off by cycle; on which day each cycle shall end.
    cycles: bool,
    ends: BTreeMap<String, String>,
}

impl Writer {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed ^ 0x5eed_0000_0000_0000);
        let companies = ["设计", "晶圆", "封测"]
            .into_iter()
            .map(|trade| {
                json!({
                    "uscc": uscc(&random.digits(8)),
                    "customs_code": format!("3122{}", random.digits(6)),
                    "name": format!("{trade}有限公司"),
                })
            })
            .collect();
        Self {
            random,
            auditor: Auditor::new(),
            journal: Vec::new(),
            day: NaiveDate::from_ymd_opt(2026, 1, 5).expect("a date"),
            companies,
            planned: Vec::new(),
            lists_made: 0,
            cycles: false,
            ends: BTreeMap::new(),
        }
    }

    fn step(&mut self, winding_up: bool) {
        let entries = self.auditor.accepted.clone();
        let view = View {
            books: books(&entries),
            lists: lists(&entries, None),
            entries,
        };
        if self.random.chance(60) {
            self.day = self.day + Days::new(self.random.between(1, 4));
        }
        let lawful = self.random.chance(80);
        for _ in 0..40 {
            let draft = if view.open().len() < 2 && view.books.len() < 8 {
                self.open_handbook(&view)
            } else if self.cycles && self.random.chance(45) {
                self.cycle(&view)
            } else if lawful && winding_up && self.random.chance(70) {
                self.wind_up(&view)
            } else if lawful {
                self.lawful(&view)
            } else {
                self.unlawful(&view)
            };
            if let Some(draft) = draft {
                let entry = self.finish(draft);
                self.auditor.post(&entry);
                self.journal.push(entry);
                return;
            }
        }
    }

    /// The envelope around what a draft says.
    fn finish(&mut self, mut entry: Value) -> Value {
        if entry.get("id").is_none() {
            entry["id"] = json!(self.random.uuid());
        }
        if entry.get("date").is_none() {
            let late = if self.random.chance(6) {
                self.random.between(1, 25)
            } else {
                0
            };
            entry["date"] = json!((self.day - Days::new(late)).to_string());
        }
        if self.random.chance(5) {
            entry["author"] = json!("关务");
            entry["recorded_at"] = json!(format!("{}T08:30:00+08:00", self.day));
        }
        // Left out, said otherwise (readings, 2).
        if self.random.chance(2) && entry.get("note").is_none() {
            entry["note"] = Value::Null;
        }
        if self.random.chance(3) && entry.get("ext").is_none() {
            entry["ext"] = json!({"erp": self.random.digits(4), "tags": [1, {"a": null}]});
        }
        entry
    }

    fn date(&self, days: i64) -> String {
        let days_of = |n: i64| Days::new(n.unsigned_abs());
        let date = if days < 0 {
            self.day - days_of(days)
        } else {
            self.day + days_of(days)
        };
        date.to_string()
    }

    // Figures

    fn some_quantity(&mut self) -> Exact {
        let places = [0, 0, 0, 1, 3, 5][self.random.below(6) as usize];
        let scale = 10_i64.pow(places);
        Exact::new(
            (self.random.between(1, 1200 * scale as u64) as i64).into(),
            scale.into(),
        )
    }

    /// A part of it, at times all of it; 5 decimals at most.
    fn part_of(&mut self, most: &Exact) -> Option<Exact> {
        if self.random.chance(15) {
            return Some(truncated(most, 5)).filter(Signed::is_positive);
        }
        let share = Exact::new((self.random.between(5, 90) as i64).into(), 100.into());
        let places = [0, 2, 5][self.random.below(3) as usize];
        [places, 5]
            .into_iter()
            .map(|places| truncated(&(most * &share), places))
            .find(Signed::is_positive)
    }

    /// As text, at times with zeros that do not count, at times as a JSON integer.
    fn written(&mut self, x: &Exact) -> Value {
        let text = print(x);
        if x.is_integer() && self.random.chance(8) {
            return json!(text.parse::<i64>().expect("an integer"));
        }
        if self.random.chance(3) {
            let point = if x.is_integer() { "." } else { "" };
            if text
                .split_once('.')
                .is_none_or(|(_, places)| places.len() < 5)
            {
                return json!(format!("{text}{point}0"));
            }
        }
        json!(text)
    }

    // Handbooks

    fn item_row(&mut self, seq: u64, product: bool) -> Value {
        let (hs, name, unit) = GOODS[if product {
            self.random.between(1, 3) as usize
        } else {
            self.random.below(GOODS.len() as u64) as usize
        }];
        let unit = if self.random.chance(10) { "011" } else { unit };
        let name = if self.random.chance(8) {
            format!("{name}(旧)")
        } else {
            name.to_owned()
        };
        let mut row = json!({
            "seq": seq, "code": format!("P-{seq:03}"), "hs": hs, "name": name, "unit": unit,
        });
        if self.random.chance(40) {
            row["spec"] = json!("8英寸");
            row["legal_unit"] = json!("035");
            row["price"] = json!("12.5");
            row["currency"] = json!(self.random.one_of(&["USD", "502", "CNY"]));
        }
        if self.random.chance(35) {
            let quantity = self.some_quantity() + whole(1500);
            row["quantity"] = self.written(&quantity);
        }
        if self.random.chance(8) {
            row["used"] = json!(self.random.between(1, 300).to_string());
        }
        if !product {
            if self.random.chance(25) {
                let opening = self.some_quantity();
                let sign = if self.random.chance(20) { -1 } else { 1 };
                row["opening"] = self.written(&(opening * whole(sign)));
            }
            if self.random.chance(15) {
                row["carry_over_eligible"] = json!(self.random.chance(20));
            }
            if self.random.chance(8) {
                row["consumable"] = json!(true);
            }
        }
        row
    }

    fn consumption_row(&mut self, product: u64, version: &str, m: u64) -> Value {
        let tangible = self.random.one_of(&RATES);
        let mut row = json!({"product": product, "material": m, "net": self.random.one_of(&NETS)});
        if version != "0" || self.random.chance(30) {
            row["version"] = json!(version);
        }
        if tangible != "0" {
            row["tangible_loss"] = json!(tangible);
        }
        if self.random.chance(25) {
            row["intangible_loss"] = json!(self.random.one_of(&RATES));
        }
        if self.random.chance(50) {
            row["bonded_share"] = json!(self.random.one_of(&SHARES));
        }
        row
    }

    fn book_number(&mut self, letter: char) -> String {
        format!(
            "{letter}2222{}A{}",
            self.random.between(24, 26),
            self.random.digits(4)
        )
    }

    fn open_handbook(&mut self, view: &View) -> Option<Value> {
        let number = match self.planned.pop() {
            Some(number) if !view.books.contains_key(&number) => number,
            _ => {
                let letters = match self.cycles {
                    true => ['E', 'E', 'E', 'E', 'E', 'C'],
                    false => ['C', 'C', 'C', 'B', 'E', 'E'],
                };
                let letter = letters[self.random.below(6) as usize];
                self.book_number(letter)
            }
        };
        let trade = match &number[..1] {
            "B" => "supplied_materials",
            "C" => "imported_materials",
            _ => self
                .random
                .one_of(&["supplied_materials", "imported_materials"]),
        };
        let owner = self.random.below(2) as usize;
        let worker = if self.random.chance(75) { owner } else { 2 };
        let mut materials = Vec::new();
        let mut products = Vec::new();
        let mut consumptions = Vec::new();
        for seq in 1..=self.random.between(2, 4) {
            materials.push(self.item_row(seq, false));
        }
        for seq in 1..=self.random.between(1, 3) {
            products.push(self.item_row(seq * 2, true));
            let versions: &[&str] = if self.random.chance(30) {
                &["0", "V2"]
            } else {
                &["0"]
            };
            for version in versions {
                for m in 1..=materials.len() as u64 {
                    if self.random.chance(65) {
                        consumptions.push(self.consumption_row(seq * 2, version, m));
                    }
                }
            }
        }
        let (past, future) = (
            self.random.between(0, 30) as i64,
            self.random.between(60, 400) as i64,
        );
        let (from, until) = (self.date(-past), self.date(future));
        let mut handbook = json!({
            "number": number,
            "trade": trade,
            "operator": self.companies[owner],
            "processor": self.companies[worker],
            "valid_from": from,
            "valid_until": until,
            "consumption_declared": if self.random.chance(60) { "before_export" } else { "before_closure" },
            "materials": materials,
            "products": products,
        });
        if !consumptions.is_empty() || self.random.chance(50) {
            handbook["consumptions"] = json!(consumptions);
        }
        if self.random.chance(60) {
            handbook["role"] =
                json!(
                    self.random
                        .one_of(&["ic_design", "wafer_fabrication", "packaging_test"])
                );
        }
        if self.random.chance(55) {
            handbook["chain"] = json!(self.random.one_of(&["IC-1", "IC-1", "IC-1", "IC-2"]));
        }
        if self.random.chance(40) {
            handbook["credit"] =
                json!(
                    self.random
                        .one_of(&["advanced_certified", "certified", "regular"])
                );
            handbook["self_verification"] = json!(self.random.chance(50));
        } else if !number.starts_with('E') && self.random.chance(10) {
            handbook["credit"] = json!("dishonest");
        }
        if self.random.chance(20) {
            handbook["guarantee"] = json!({"kind": "letter", "amount": "500000", "currency": "CNY", "valid_until": until});
        }
        Some(json!({"entry": "open_handbook", "handbook": handbook}))
    }

    /// An item as an amendment would repeat it; opening and used left out, or as they are.
    fn repeated(&mut self, seq: u64, item: &Item) -> Value {
        let mut row = json!({
            "seq": seq, "code": item.code, "hs": item.hs, "name": item.name, "unit": item.unit,
        });
        if let Some(approved) = &item.approved {
            row["quantity"] = json!(print(approved));
        }
        if !item.eligible {
            row["carry_over_eligible"] = json!(false);
        }
        if self.random.chance(20) {
            row["used"] = json!(print(&item.used));
        }
        row
    }

    fn amend_handbook(&mut self, view: &View) -> Option<Value> {
        let book = self.random.pick(&view.open())?;
        let mut entry = json!({"entry": "amend_handbook", "handbook": book.number});
        let free =
            |items: &BTreeMap<u64, Item>| (1..).find(|seq| !items.contains_key(seq)).unwrap_or(1);
        let kept = |list: &&List| list.handbook == book.number && list.state != State::Withdrawn;
        let on_lists = |goods: Goods, seq: u64| {
            view.lists
                .iter()
                .filter(kept)
                .any(|list| list.goods == goods && list.lines.iter().any(|line| line.seq == seq))
        };
        match self.random.below(13) {
            0 => {
                let (seq, item) = self.random.pick(&pairs(&book.materials))?;
                let mut row = self.repeated(seq, &item);
                row["quantity"] = json!(self.random.between(3000, 90000).to_string());
                entry["materials"] = json!([row]);
            }
            1 => {
                let (seq, item) = self.random.pick(&pairs(&book.products))?;
                let mut row = self.repeated(seq, &item);
                row.as_object_mut()?.remove("quantity");
                entry["products"] = json!([row]);
            }
            2 => {
                let seq = free(&book.materials);
                let mut row = self.item_row(seq, false);
                row.as_object_mut()?.remove("used");
                entry["materials"] = json!([row]);
                entry["document"] = json!(self.random.digits(6));
            }
            3 => {
                let seq = free(&book.products);
                let mut row = self.item_row(seq, true);
                row.as_object_mut()?.remove("used");
                entry["products"] = json!([row]);
                let m = *book.materials.keys().next()?;
                entry["consumptions"] = json!([self.consumption_row(seq, "0", m)]);
            }
            4 | 5 => {
                let (product, _) = self.random.pick(&pairs(&book.products))?;
                let (m, _) = self.random.pick(&pairs(&book.materials))?;
                let version = format!("V{}", self.random.between(2, 6));
                entry["consumptions"] = json!([self.consumption_row(product, &version, m)]);
            }
            6 => {
                let (key, _) = self.random.pick(&pairs(&book.consumptions))?;
                entry["by"] = json!("customs");
                entry["consumptions"] = json!([self.consumption_row(key.0, &key.1, key.2)]);
            }
            7 => {
                let days = self.random.between(100, 300) as i64;
                entry["valid_until"] = json!(self.date(days));
            }
            8 => {
                entry["credit"] = json!(self.random.one_of(&[
                    "certified",
                    "regular",
                    "dishonest",
                    "seriously_dishonest"
                ]));
            }
            9 => {
                entry["role"] = json!(self.random.one_of(&[
                    "ic_design",
                    "wafer_fabrication",
                    "packaging_test"
                ]));
                entry["chain"] = json!("IC-1");
            }
            10 => {
                // An equal consumption is no change, even where the version is frozen.
                let (key, same) = self.random.pick(&pairs(&book.consumptions))?;
                entry["consumptions"] = json!([{
                    "product": key.0, "version": key.1, "material": key.2, "net": print(&same.net),
                    "tangible_loss": print(&same.tangible), "intangible_loss": print(&same.intangible),
                    "bonded_share": print(&same.bonded_share),
                }]);
            }
            11 => {
                let mut unused = pairs(&book.materials);
                unused.retain(|(seq, item)| {
                    !on_lists(Goods::Material, *seq)
                        && item.opening.is_zero()
                        && item.used.is_zero()
                });
                let (seq, _) = self.random.pick(&unused)?;
                let of_it: Vec<Value> = book
                    .consumptions
                    .keys()
                    .filter(|key| key.2 == seq)
                    .map(|key| json!({"product": key.0, "version": key.1, "material": key.2}))
                    .collect();
                entry["removed"] = json!({"materials": [seq], "consumptions": of_it});
            }
            _ => {
                let (seq, item) = self.random.pick(&pairs(&book.materials))?;
                let mut row = self.repeated(seq, &item);
                row["quantity"] = json!("1");
                entry["materials"] = json!([row]);
                entry["by"] = json!("customs");
            }
        }
        Some(entry)
    }

    // Lists

    fn list_number(&mut self, direction: &str) -> String {
        self.lists_made += 1;
        if self.random.chance(70) {
            format!("BZ26-{:05}", self.lists_made)
        } else {
            official(direction, self.lists_made)
        }
    }

    fn list(
        &mut self,
        book: &Book,
        column: &str,
        goods: Goods,
        wanted: &[Wanted],
    ) -> Option<Value> {
        let (mode, direction) = self.random.pick(&modes_of(&book.trade, column, goods))?;
        let lines: Vec<Value> = wanted
            .iter()
            .enumerate()
            .map(|(place, line)| self.line(place as u64 + 1, line))
            .collect();
        let number = self.list_number(direction);
        let mut list = json!({
            "number": number,
            "handbook": book.number,
            "direction": direction,
            "goods": if goods == Goods::Product { "product" } else { "material" },
            "mode": mode,
            "lines": lines,
        });
        if self.random.chance(12) {
            list["reference"] = json!(format!("SO-{}", self.random.digits(5)));
        }
        if self.random.chance(10) {
            let days = self.random.between(0, 50) as i64;
            list["delivered"] = json!(self.date(-days));
        }
        if self.random.chance(6) {
            list["customs_declaration"] = json!(self.random.digits(18));
        }
        Some(json!({"entry": "declare_list", "list": list}))
    }

    fn line(&mut self, number: u64, (seq, version, quantity, legal): &Wanted) -> Value {
        let mut line = json!({"line": number, "seq": seq, "quantity": self.written(quantity)});
        if let Some(version) = version
            && (version != "0" || self.random.chance(30))
        {
            line["version"] = json!(version);
        }
        if let Some(legal) = legal {
            line["legal_quantity"] = self.written(legal);
        }
        if self.random.chance(15) {
            line["amount"] = json!("1000.25");
            line["currency"] = json!("USD");
            line["usd_amount"] = json!("1000.25");
            line["origin"] = json!("JPN");
        }
        line
    }

    /// Open, and the day within its validity.
    fn running(&mut self, view: &View) -> Option<Book> {
        let today = self.day.to_string();
        let mut open = view.open();
        open.retain(|book| book.valid_from <= today && today <= book.valid_until);
        self.random.pick(&open)
    }

    fn legal_of(&mut self, quantity: &Exact, share: u64) -> Option<Exact> {
        self.random.chance(share).then(|| quantity.clone())
    }

    /// Lines of materials that come in; mostly within the approved quantity.
    fn bring_in(&mut self, book: &Book, at_most: usize) -> Vec<Wanted> {
        let items = pairs(&book.materials);
        let legal = self.random.below(3) * 50;
        (0..self.random.between(1, at_most as u64))
            .filter_map(|_| {
                let (seq, item) = self.random.pick(&items)?;
                let quantity = match &item.approved {
                    Some(approved) if self.random.chance(85) => {
                        self.part_of(&(approved / whole(3)))?
                    }
                    _ => self.some_quantity(),
                };
                let legal = self.legal_of(&quantity, legal);
                Some((seq, None, quantity, legal))
            })
            .collect()
    }

    /// A product version and a quantity of it; mostly what the materials are enough for.
    fn product_out(&mut self, view: &View, book: &Book) -> Option<Wanted> {
        let on_file: Vec<(u64, String)> = book
            .consumptions
            .keys()
            .map(|key| (key.0, key.1.clone()))
            .collect();
        let (product, version) = if on_file.is_empty() || self.random.chance(5) {
            (self.random.pick(&pairs(&book.products))?.0, "0".to_owned())
        } else {
            self.random.pick(&on_file)?
        };
        let mut most: Option<Exact> = None;
        for (key, consumption) in &book.consumptions {
            if key.0 == product && key.1 == version && consumption.bonded_share.is_positive() {
                let each = consumption.gross() * &consumption.bonded_share / whole(100);
                let enough = view.available(book, key.2) / each;
                most = Some(most.map_or(enough.clone(), |it| it.min(enough)));
            }
        }
        let quantity = match most {
            Some(most) if most.is_positive() && self.random.chance(90) => self.part_of(&most)?,
            Some(_) if self.random.chance(70) => return None,
            _ => self.some_quantity(),
        };
        let quantity = match &book.products[&product].approved {
            Some(approved) if self.random.chance(85) => {
                truncated(&quantity.min(approved / whole(3)), 5)
            }
            _ => quantity,
        };
        let legal = self.legal_of(&quantity, 50);
        Some((product, Some(version), quantity, legal)).filter(|it| it.2.is_positive())
    }

    /// A material of which something is left, and a part of it.
    fn material_out(&mut self, view: &View, book: &Book) -> Option<Wanted> {
        let (seq, _) = self.random.pick(&pairs(&book.materials))?;
        let quantity = self.part_of(&view.available(book, seq))?;
        let legal = self.legal_of(&quantity, 50);
        Some((seq, None, quantity, legal))
    }

    fn receiving(&mut self, view: &View, leftover: bool) -> Option<Value> {
        let book = self.running(view)?;
        let column = if leftover {
            "leftover_in"
        } else {
            "carried_in"
        };
        let mut others: Vec<(String, u64)> = Vec::new();
        for other in view.books.values().filter(|it| it.number != book.number) {
            for (seq, item) in &book.materials {
                let fits = if leftover {
                    other.operator == book.operator
                        && other.processor == book.processor
                        && other.trade == book.trade
                        && other
                            .materials
                            .values()
                            .any(|it| it.name == item.name && it.unit == item.unit)
                } else {
                    let chained =
                        other.role.is_some() && other.chain.is_some() && other.chain == book.chain;
                    other.products.values().any(|it| it.hs == item.hs)
                        || chained && other.materials.values().any(|it| it.hs == item.hs)
                };
                if fits {
                    others.push((other.number.clone(), *seq));
                }
            }
        }
        let (other, seq) = match self.random.below(20) {
            0 | 1 => ("H22226A00001".to_owned(), None),
            2 => {
                let number = self.book_number('C');
                self.planned.push(number.clone());
                (number, None)
            }
            3 => (
                view.books.keys().find(|it| **it != book.number)?.clone(),
                None,
            ),
            _ => {
                let (other, seq) = self.random.pick(&others)?;
                (other, Some(seq))
            }
        };
        let wanted = match seq {
            None => self.bring_in(&book, 2),
            Some(seq) => {
                let sender = &view.books[&other];
                let stock = sender
                    .materials
                    .keys()
                    .next()
                    .map(|m| view.available(sender, *m));
                let quantity = match stock {
                    Some(stock) if leftover => self.part_of(&stock)?,
                    Some(stock) if stock.is_positive() && self.random.chance(60) => {
                        self.part_of(&stock)?
                    }
                    _ => self.some_quantity(),
                };
                let legal = self.legal_of(&quantity, 50);
                let halves = self.random.chance(20);
                let half = truncated(&(&quantity / whole(2)), 5);
                if halves && legal.is_none() && half.is_positive() {
                    vec![
                        (seq, None, half.clone(), None),
                        (seq, None, quantity - half, None),
                    ]
                } else {
                    vec![(seq, None, quantity, legal)]
                }
            }
        };
        let mut entry = self.list(&book, column, Goods::Material, &wanted)?;
        entry["list"]["counterpart"] = json!({"handbook": other});
        Some(entry)
    }

    /// Receiving lists that wait for a sending list of an open handbook here.
    fn waiting(&self, view: &View) -> Vec<List> {
        carry_overs(&view.books, &view.lists)
            .iter()
            .filter(|it| it.state == "receiving_only")
            .filter_map(|it| it.receiving)
            .filter(|list| {
                let other = list
                    .counterpart
                    .as_ref()
                    .map(|it| it.0.as_str())
                    .unwrap_or_default();
                view.books
                    .get(other)
                    .is_some_and(|book| book.status == "open")
            })
            .cloned()
            .collect()
    }

    fn answer_any(&mut self, view: &View) -> Option<Value> {
        let waiting = self.waiting(view);
        let receiving = self.random.pick(&waiting)?;
        self.answer(view, &receiving)
    }

    /// The sending list that answers a receiving one.
    fn answer(&mut self, view: &View, receiving: &List) -> Option<Value> {
        let theirs = &view.books[&receiving.handbook];
        let (sender, _) = receiving.counterpart.clone()?;
        let book = view.books.get(&sender)?.clone();
        let all_legal = receiving.lines.iter().all(|line| line.legal.is_some());
        let fitting = |items: &BTreeMap<u64, Item>, line: &Line| -> Option<u64> {
            let item = &theirs.materials[&line.seq];
            items
                .iter()
                .find(|(_, it)| {
                    if receiving.is_leftover() {
                        it.name == item.name && it.unit == item.unit
                    } else {
                        it.hs == item.hs
                    }
                })
                .map(|(seq, _)| *seq)
        };
        let as_products = receiving
            .lines
            .iter()
            .all(|line| fitting(&book.products, line).is_some());
        let as_materials = receiving
            .lines
            .iter()
            .all(|line| fitting(&book.materials, line).is_some());
        let may_chain = book.role.is_some() && book.chain.is_some() && book.chain == theirs.chain;
        let (column, goods) = if receiving.is_leftover() {
            ("leftover_out", Goods::Material)
        } else if as_materials && (may_chain && self.random.chance(50) || !as_products) {
            ("chain_out", Goods::Material)
        } else {
            ("carried_out", Goods::Product)
        };
        let mut wanted: Vec<Wanted> = Vec::new();
        for line in &receiving.lines {
            let seq = fitting(book.items(goods), line)?;
            let versions: Vec<String> = book
                .consumptions
                .keys()
                .filter(|key| key.0 == seq)
                .map(|key| key.1.clone())
                .collect();
            let version = match goods {
                Goods::Product => Some(
                    self.random
                        .pick(&versions)
                        .unwrap_or_else(|| "0".to_owned()),
                ),
                Goods::Material => None,
            };
            let measured = if all_legal {
                line.legal.clone()?
            } else {
                line.quantity.clone()
            };
            if measured.is_zero() {
                return None;
            }
            wanted.push((
                seq,
                version,
                measured.clone(),
                all_legal.then_some(measured),
            ));
        }
        // Lines need not correspond one to one.
        if wanted.len() > 1 && wanted[0].0 == wanted[1].0 && wanted[0].1 == wanted[1].1 {
            let (_, _, quantity, legal) = wanted.remove(1);
            wanted[0].2 += quantity;
            wanted[0].3 = wanted[0]
                .3
                .take()
                .zip(legal)
                .map(|(one, other)| one + other);
        }
        let mut entry = self.list(&book, column, goods, &wanted)?;
        let name = self.random.pick(&receiving.names)?;
        entry["list"]["counterpart"] = json!({"handbook": receiving.handbook, "list": name});
        Some(entry)
    }

    fn scrap(&mut self, view: &View) -> Option<Value> {
        let book = self.random.pick(&view.open())?;
        let (seq, _) = self.random.pick(&pairs(&book.materials))?;
        let scrap = view.columns(&book, seq)["scrap"].clone();
        let quantity = match self.part_of(&scrap) {
            Some(part) => part,
            None if self.random.chance(20) => self.some_quantity(),
            None => return None,
        };
        let column = self.random.one_of(&SCRAP);
        let mut entry = self.list(
            &book,
            column,
            Goods::Material,
            &[(seq, None, quantity, None)],
        )?;
        if self.random.chance(40) {
            entry["list"]["lines"][0]["presented"] =
                json!({"hs": "7112912000", "name": "废金", "unit": "036", "quantity": "3.5"});
        }
        if self.random.chance(25) {
            entry["list"]["lines"][0]["by_product"] = json!(true);
        }
        Some(entry)
    }

    fn settled(&mut self, book: &Book, mut entry: Value) -> Value {
        if book.is_account_book() && self.random.chance(20) {
            entry["list"]["settles"] = json!(self.date(-3));
        }
        entry
    }

    fn material_movement(&mut self, view: &View, column: &str) -> Option<Value> {
        let winds_up = ["re_exported", "domestic_sale", "destroyed"].contains(&column);
        let book = if winds_up {
            self.random.pick(&view.open())?
        } else {
            self.running(view)?
        };
        let wanted = self.material_out(view, &book)?;
        let entry = self.list(&book, column, Goods::Material, &[wanted])?;
        Some(if column == "domestic_sale" {
            self.settled(&book, entry)
        } else {
            entry
        })
    }

    fn product_movement(&mut self, view: &View, column: &str) -> Option<Value> {
        let book = self.running(view)?;
        let mut wanted = vec![self.product_out(view, &book)?];
        if self.random.chance(25) {
            wanted.extend(self.product_out(view, &book));
        }
        let entry = self.list(&book, column, Goods::Product, &wanted)?;
        Some(if column == "domestic_sale" {
            self.settled(&book, entry)
        } else {
            entry
        })
    }

    /// An exchange, within what rule 6 leaves.
    fn exchange(&mut self, view: &View, column: &str) -> Option<Value> {
        let book = self.running(view)?;
        let (goods, before): (Goods, &[&str]) = match column {
            "exchanged_in" => (Goods::Material, &["exchanged_out"]),
            "returned_in" => (Goods::Product, &["exported", "carried_out", "exempted"]),
            _ => (Goods::Product, &["returned_in"]),
        };
        let both = [State::Pending, State::Booked];
        let mut possible = Vec::new();
        for (seq, item) in book.items(goods) {
            let used = if column == "returned_in" {
                item.used.clone()
            } else {
                zero()
            };
            let left = used + view.sum(&book, goods, *seq, before, &[State::Booked])
                - view.sum(&book, goods, *seq, &[column], &both);
            if left.is_positive() {
                possible.push((*seq, left));
            }
        }
        let (seq, left) = self.random.pick(&possible)?;
        let quantity = self.part_of(&left)?;
        let version = match goods {
            Goods::Material => None,
            Goods::Product => {
                let known: Vec<String> = book
                    .consumptions
                    .keys()
                    .filter(|key| key.0 == seq)
                    .map(|key| key.1.clone())
                    .collect();
                Some(self.random.pick(&known).unwrap_or_else(|| "0".to_owned()))
            }
        };
        self.list(&book, column, goods, &[(seq, version, quantity, None)])
    }

    fn a_name(&mut self, list: &List) -> String {
        self.random.pick(&list.names).unwrap_or_default()
    }

    fn book(&mut self, view: &View) -> Option<Value> {
        let pending = view.lists_in(State::Pending);
        let list = self.random.pick(&pending)?;
        Some(self.book_this(&list))
    }

    fn book_this(&mut self, list: &List) -> Value {
        let mut entry = json!({"entry": "book_list", "list": self.a_name(list)});
        if list.date > self.day.to_string() {
            entry["date"] = json!(list.date);
        }
        if self.random.chance(25) {
            self.lists_made += 1;
            entry["customs_number"] = json!(official(&list.direction, self.lists_made));
        }
        let share = if list.counterpart.is_some() { 6 } else { 20 };
        if self.random.chance(share)
            && let Some(line) = self.random.pick(&list.lines)
        {
            let passed = match self.random.below(8) {
                0 => zero(),
                1 => &line.quantity + whole(1),
                _ => self
                    .part_of(&line.quantity)
                    .unwrap_or_else(|| line.quantity.clone()),
            };
            let mut row = json!({"line": line.line, "quantity": self.written(&passed)});
            if line.legal.is_some() && self.random.chance(70) {
                row["legal_quantity"] = json!(print(&passed));
            }
            entry["lines"] = json!([row]);
        }
        entry
    }

    fn amend_list(&mut self, view: &View) -> Option<Value> {
        let state = if self.random.chance(50) {
            State::Pending
        } else {
            State::Booked
        };
        let list = self.random.pick(&view.lists_in(state))?;
        let book = &view.books[&list.handbook];
        let mut lines: Vec<Value> = Vec::new();
        let changed = self.random.below(list.lines.len() as u64) as usize;
        for (place, line) in list.lines.iter().enumerate() {
            let quantity = if place == changed || line.quantity.is_zero() {
                match self.random.below(4) {
                    0 => &line.quantity + whole(3),
                    _ => self.part_of(&line.quantity).unwrap_or_else(|| whole(1)),
                }
            } else {
                line.quantity.clone()
            };
            let version = (list.goods == Goods::Product).then(|| line.version.clone());
            let legal = line.legal.as_ref().map(|_| quantity.clone());
            let mut row = self.line(line.line, &(line.seq, version, quantity, legal));
            if line.by_product {
                row["by_product"] = json!(true);
            }
            lines.push(row);
        }
        if self.random.chance(15) {
            let (seq, _) = self.random.pick(&pairs(book.items(list.goods)))?;
            let quantity = self.some_quantity();
            let next = list.lines.iter().map(|line| line.line).max().unwrap_or(0) + 1;
            lines.push(self.line(next, &(seq, None, quantity, None)));
        }
        let mut entry = json!({"entry": "amend_list", "list": self.a_name(&list), "lines": lines});
        if self.random.chance(30) {
            entry["document"] = json!(self.random.digits(8));
        }
        Some(entry)
    }

    fn withdraw(&mut self, view: &View) -> Option<Value> {
        let state = if self.random.chance(60) {
            State::Pending
        } else {
            State::Booked
        };
        let list = self.random.pick(&view.lists_in(state))?;
        Some(json!({"entry": "withdraw_list", "list": self.a_name(&list)}))
    }

    // Memos and the rest

    fn adjust(&mut self, book: &Book, m: u64, quantity: &Exact) -> Value {
        json!({
            "entry": "adjust_book", "handbook": book.number, "material": m, "quantity": print(quantity),
            "ground": self.random.one_of(&["cycle_over", "disaster", "customs_decision", "residue"]),
            "document": format!("HZ{}", self.random.digits(6)),
        })
    }

    fn count(&mut self, view: &View) -> Option<Value> {
        let book = self.random.pick(&view.open())?;
        let mut materials = Vec::new();
        for m in book.materials.keys() {
            if self.random.chance(75) {
                let mut row =
                    json!({"seq": m, "quantity": self.random.between(0, 500).to_string()});
                if self.random.chance(20) {
                    row["undeclared_in"] = json!("12.5");
                }
                if self.random.chance(20) {
                    row["undeclared_out"] = json!("3.00001");
                }
                materials.push(row);
            }
        }
        let mut products = Vec::new();
        let mut seen = Vec::new();
        for key in book.consumptions.keys() {
            let version = (key.0, key.1.clone());
            if !seen.contains(&version) && self.random.chance(40) {
                let mut row =
                    json!({"seq": key.0, "quantity": self.random.between(0, 40).to_string()});
                if key.1 != "0" {
                    row["version"] = json!(key.1);
                }
                products.push(row);
                seen.push(version);
            }
        }
        if materials.is_empty() && products.is_empty() {
            return None;
        }
        let mut entry = json!({"entry": "count_stock", "handbook": book.number});
        if !materials.is_empty() {
            entry["materials"] = json!(materials);
        }
        if !products.is_empty() {
            entry["products"] = json!(products);
        }
        Some(entry)
    }

    fn memo(&mut self, view: &View) -> Option<Value> {
        let book = self.random.pick(&view.open())?;
        let (m, _) = self.random.pick(&pairs(&book.materials))?;
        if self.random.chance(25) {
            return Some(
                json!({"entry": "substitute", "handbook": book.number, "material": m,
                               "quantity": "5", "document": "CL-7"}),
            );
        }
        let contractor = self.random.pick(&self.companies.clone())?;
        let mut entry =
            json!({"entry": "outsource", "handbook": book.number, "contractor": contractor});
        let quantity = self.random.between(1, 9).to_string();
        if self.random.chance(65) {
            let mut sent = vec![json!({"material": m, "quantity": quantity})];
            if let (true, Some((product, _))) = (
                self.random.chance(40),
                self.random.pick(&pairs(&book.products)),
            ) {
                sent.push(json!({"product": product, "quantity": "2"}));
            }
            entry["dispatched"] = json!(sent);
        } else {
            entry["returned"] = json!([{"material": m, "quantity": quantity}]);
            entry["all_processes"] = json!(self.random.chance(50));
        }
        Some(entry)
    }

    /// One step towards the end of a handbook.
    fn wind_up(&mut self, view: &View) -> Option<Value> {
        let about = |kind: &str, book: &Book| Some(json!({"entry": kind, "handbook": book.number}));
        let reported = view.with_status("reported");
        if let Some(book) = self.random.pick(&reported) {
            let kind = if self.random.chance(70) {
                "accept_closure"
            } else {
                "return_closure"
            };
            return about(kind, &book);
        }
        let book = self.random.pick(&view.open())?;
        if closable(&view.books, &view.entries, &book.number).is_ok() {
            return about("report_closure", &book);
        }
        let pending = view
            .lists
            .iter()
            .find(|list| list.handbook == book.number && list.state == State::Pending);
        if let Some(list) = pending {
            return Some(self.book_this(list));
        }
        for carry_over in carry_overs(&view.books, &view.lists) {
            if !carry_over.kept_ends().contains(&book.number) {
                continue;
            }
            let answerable = self.waiting(view);
            let fix = match (carry_over.state, carry_over.receiving, carry_over.sending) {
                ("receiving_only", Some(receiving), _) => {
                    let waits = answerable.iter().any(|it| it.number == receiving.number);
                    if waits && self.random.chance(60) {
                        self.answer(view, receiving)
                    } else {
                        Some(json!({"entry": "withdraw_list", "list": receiving.number}))
                    }
                }
                ("differs", _, Some(sending)) => {
                    Some(json!({"entry": "withdraw_list", "list": sending.number}))
                }
                _ => continue,
            };
            return fix;
        }
        for ((product, version), quantity) in products(&view.lists, &book.number, sign_in_q) {
            if !quantity.is_zero()
                && !book
                    .consumptions
                    .keys()
                    .any(|key| key.0 == product && key.1 == version)
            {
                let m = *book.materials.keys().next()?;
                let row = self.consumption_row(product, &version, m);
                return Some(
                    json!({"entry": "amend_handbook", "handbook": book.number, "by": "customs",
                                   "consumptions": [row]}),
                );
            }
        }
        for m in book.materials.keys() {
            let remaining = view.columns(&book, *m)["remaining"].clone();
            if remaining.is_negative() || remaining.is_positive() && self.random.chance(20) {
                return Some(self.adjust(&book, *m, &-remaining));
            }
            if remaining.is_positive() {
                let column = self.random.one_of(&[
                    "domestic_sale",
                    "re_exported",
                    "destroyed",
                    "leftover_out",
                ]);
                let mut entry = self.list(
                    &book,
                    column,
                    Goods::Material,
                    &[(*m, None, remaining, None)],
                )?;
                if column == "leftover_out" {
                    entry["list"]["counterpart"] =
                        json!({"handbook": "C22226X00001", "list": "YL-1"});
                }
                return Some(entry);
            }
        }
        None
    }

    fn lawful(&mut self, view: &View) -> Option<Value> {
        // A suspension that lasts would leave little to do.
        if self.random.chance(12) {
            let mut suspended = view.open();
            suspended.retain(|book| !book.suspended.is_empty());
            if let Some(book) = self.random.pick(&suspended) {
                return Some(
                    json!({"entry": "resume_handbook", "handbook": book.number, "reason": "整改完毕"}),
                );
            }
        }
        match self.random.below(104) {
            0..14 => {
                let book = self.running(view)?;
                let wanted = self.bring_in(&book, 3);
                self.list(&book, "imported", Goods::Material, &wanted)
            }
            14..23 => self.product_movement(view, "exported"),
            23..30 => self.receiving(view, false),
            30..38 => self.answer_any(view),
            38 => {
                let mut entry = self.product_movement(view, "carried_out")?;
                entry["list"]["counterpart"] =
                    json!({"handbook": "H22226A00001", "list": "QD222226I000000001"});
                Some(entry)
            }
            39 => {
                let column = self.random.one_of(&["chain_out", "leftover_out"]);
                let mut entry = self.material_movement(view, column)?;
                entry["list"]["counterpart"] = json!({"handbook": "C22226A99999"});
                Some(entry)
            }
            40..43 => self.receiving(view, true),
            43..46 => {
                let column = self
                    .random
                    .one_of(&["re_exported", "domestic_sale", "destroyed"]);
                self.material_movement(view, column)
            }
            46..48 => self.material_movement(view, "exchanged_out"),
            48..51 => self.exchange(view, "exchanged_in"),
            51 => self.product_movement(view, "domestic_sale"),
            52 => self.product_movement(view, "destroyed"),
            53..56 => self.exchange(view, "returned_in"),
            56 | 57 => self.exchange(view, "returned_out"),
            58 => self.product_movement(view, "exempted"),
            59 | 60 => self.scrap(view),
            61..79 => self.book(view),
            79..83 => self.amend_list(view),
            83 => self.withdraw(view),
            84 => {
                let lists: Vec<_> = view
                    .lists_in(State::Booked)
                    .into_iter()
                    .filter(|list| list.external)
                    .collect();
                let list = self.random.pick(&lists)?;
                Some(
                    json!({"entry": "confirm_counterpart", "list": self.a_name(&list),
                            "counterpart_list": official("E", 77)}),
                )
            }
            85 => {
                let book = self.random.pick(&view.open())?;
                let scope = self.random.one_of(&["import", "export", "both"]);
                Some(json!({"entry": "suspend_handbook", "handbook": book.number, "scope": scope}))
            }
            86 | 87 => {
                let book = self.random.pick(&view.open())?;
                Some(json!({"entry": "resume_handbook", "handbook": book.number}))
            }
            88 => {
                let book = self.random.pick(&view.open())?;
                let (m, _) = self.random.pick(&pairs(&book.materials))?;
                let quantity =
                    self.some_quantity() * whole(if self.random.chance(50) { 1 } else { -1 });
                Some(self.adjust(&book, m, &(quantity / whole(4)))).filter(|it| {
                    // A quarter may need more decimals than a quantity has.
                    must(it, "quantity")
                        .split_once('.')
                        .is_none_or(|(_, places)| places.len() <= 5)
                })
            }
            89..91 => self.count(view),
            91..93 => self.memo(view),
            93..99 => self.amend_handbook(view),
            99 if view.books.len() < 8 => self.open_handbook(view),
            100 => self.journal.last().cloned(),
            _ => self.wind_up(view),
        }
    }

    // What must be refused

    /// Some lawful declaration, to be spoilt.
    fn declaration(&mut self, view: &View) -> Option<Value> {
        match self.random.below(6) {
            0 | 1 => {
                let book = self.running(view)?;
                let wanted = self.bring_in(&book, 2);
                self.list(&book, "imported", Goods::Material, &wanted)
            }
            2 => self.product_movement(view, "exported"),
            3 => self.receiving(view, false),
            4 => self.answer_any(view),
            _ => self.material_movement(view, "re_exported"),
        }
    }

    fn unlawful(&mut self, view: &View) -> Option<Value> {
        match self.random.below(14) {
            0 => self.bad_opening(view),
            1 | 2 => self.bad_amendment(view),
            3..6 => self.bad_declaration(view),
            6 | 7 => self.bad_quantity(view),
            8..11 => self.bad_carry_over(view),
            11 => self.bad_list_entry(view),
            12 => self.bad_memo(view),
            _ => self.bad_state(view),
        }
    }

    fn bad_opening(&mut self, view: &View) -> Option<Value> {
        let mut entry = self.open_handbook(view)?;
        let row = &mut entry["handbook"];
        let letter = &must(row, "number")[..1].to_owned();
        match self.random.below(9) {
            0 => row["number"] = json!(view.books.keys().next()?),
            1 if letter == "B" => row["trade"] = json!("imported_materials"),
            1 if letter == "C" => row["trade"] = json!("supplied_materials"),
            2 => row["valid_until"] = json!("2025-01-01"),
            3 => {
                row["credit"] = json!(self.random.one_of(&["dishonest", "seriously_dishonest"]));
                row["self_verification"] = json!(true);
            }
            4 => {
                let again = row["products"][0].clone();
                row["products"].as_array_mut()?.push(again);
            }
            5 => row["consumptions"] = json!([{"product": 9999, "material": 1, "net": "1"}]),
            6 => {
                let again = row.get("consumptions")?.get(0)?.clone();
                row["consumptions"].as_array_mut()?.push(again);
            }
            7 => {
                let first = row.get_mut("consumptions")?.get_mut(0)?;
                first["tangible_loss"] = json!("60");
                first["intangible_loss"] = json!("40");
            }
            8 => {
                let first = row.get_mut("consumptions")?.get_mut(0)?;
                first["net"] = json!("9999999999");
                first["tangible_loss"] = json!("50");
            }
            _ => return None,
        }
        Some(entry)
    }

    fn bad_amendment(&mut self, view: &View) -> Option<Value> {
        let book = self.random.pick(&view.open())?;
        let mut entry = json!({"entry": "amend_handbook", "handbook": book.number});
        let used: Vec<(u64, String)> = view
            .lists
            .iter()
            .filter(|it| it.handbook == book.number && it.goods == Goods::Product)
            .filter(|it| it.state != State::Withdrawn)
            .flat_map(|it| it.lines.iter().map(|line| (line.seq, line.version.clone())))
            .collect();
        match self.random.below(15) {
            0 => {
                entry["removed"] =
                    json!({"consumptions": [{"product": 1, "material": 1, "version": "NONE"}]});
            }
            1 => {
                let on_file: Vec<_> = book
                    .consumptions
                    .keys()
                    .filter(|key| used.contains(&(key.0, key.1.clone())))
                    .cloned()
                    .collect();
                let key = self.random.pick(&on_file)?;
                entry["removed"] = json!({"consumptions": [
                    {"product": key.0, "material": key.2, "version": key.1}]});
            }
            2 | 3 => {
                let (product, version) = self.random.pick(&used)?;
                let (m, _) = self.random.pick(&pairs(&book.materials))?;
                entry["consumptions"] = json!([self.consumption_row(product, &version, m)]);
            }
            4 => entry["removed"] = json!({"products": [8888]}),
            5 => {
                let (seq, _) = self.random.pick(&pairs(&book.materials))?;
                entry["removed"] = json!({"materials": [seq]});
            }
            6 => {
                let (seq, item) = self.random.pick(&pairs(&book.products))?;
                let mut row = self.repeated(seq, &item);
                row["unit"] = json!(if item.unit == "035" { "036" } else { "035" });
                entry["products"] = json!([row]);
            }
            7 => {
                let (seq, item) = self.random.pick(&pairs(&book.materials))?;
                let mut row = self.repeated(seq, &item);
                row["opening"] = json!(print(&(&item.opening + whole(7))));
                entry["materials"] = json!([row]);
            }
            8 => {
                let (seq, item) = self.random.pick(&pairs(&book.materials))?;
                let mut row = self.repeated(seq, &item);
                row["quantity"] = json!("0.5");
                entry["materials"] = json!([row]);
            }
            9 => {
                let mut row = self.item_row(77, false);
                row["quantity"] = json!("10");
                row["used"] = json!("11");
                entry["materials"] = json!([row]);
            }
            10 => {
                let (seq, item) = self.random.pick(&pairs(&book.products))?;
                let row = self.repeated(seq, &item);
                entry["products"] = json!([row, row]);
            }
            11 => {
                let (product, _) = self.random.pick(&pairs(&book.products))?;
                let (m, _) = self.random.pick(&pairs(&book.materials))?;
                let row = json!({"product": product, "material": m, "version": "NEW", "net": "1"});
                entry["consumptions"] = json!([row, row]);
            }
            12 => {
                let (product, _) = self.random.pick(&pairs(&book.products))?;
                let (m, _) = self.random.pick(&pairs(&book.materials))?;
                let mut row = json!({"product": product, "material": m, "version": "NEW", "net": "1",
                                     "tangible_loss": "99.5", "intangible_loss": "0.5"});
                match self.random.below(3) {
                    0 => {}
                    1 => row["material"] = json!(7777),
                    _ => {
                        row["tangible_loss"] = json!("0");
                        row["net"] = json!("9999999999.9");
                    }
                }
                entry["consumptions"] = json!([row]);
            }
            13 => entry["valid_until"] = json!("2020-02-29"),
            _ => {
                entry["credit"] = json!("dishonest");
                entry["self_verification"] = json!(true);
            }
        }
        Some(entry)
    }

    fn bad_declaration(&mut self, view: &View) -> Option<Value> {
        let mut entry = self.declaration(view)?;
        let list = &mut entry["list"];
        let book = &view.books[must(list, "handbook")];
        let line = json!({"line": 1, "seq": list["lines"][0]["seq"], "quantity": "2"});
        match self.random.below(19) {
            0 => list["number"] = json!(self.random.pick(&view.lists)?.names.last()),
            1 => list["mode"] = json!(self.random.one_of(&["0001", "9999", "0616"])),
            2 => list["mode"] = json!(self.random.one_of(&["1371", "0110", "0420", "5000"])),
            3 => {
                let supplied = book.trade == "supplied_materials";
                list["mode"] = json!(if supplied { "0615" } else { "0214" });
            }
            4 => {
                let import = must(list, "direction") == "import";
                list["direction"] = json!(if import { "export" } else { "import" });
            }
            5 => list["lines"] = json!([]),
            6 => list["lines"] = json!([line, line]),
            7 => list["lines"][0]["seq"] = json!(6666),
            8 => list["lines"][0]["quantity"] = json!("0"),
            9 => list["lines"][0]["by_product"] = json!(true),
            10 => {
                list["lines"][0]["presented"] =
                    json!({"hs": "7112912000", "name": "废金", "unit": "036", "quantity": "1"});
            }
            11 => {
                given(list, "counterpart")?;
                list.as_object_mut()?.remove("counterpart");
            }
            12 if given(list, "counterpart").is_none() => {
                list["counterpart"] = json!({"handbook": "H22226A00001"});
            }
            13 => list["settles"] = json!(self.date(-10)),
            14 => list["handbook"] = json!(NOWHERE),
            15 => {
                entry["date"] = json!(if self.random.chance(50) {
                    "2024-06-30"
                } else {
                    "2031-01-01"
                });
            }
            16 if must(list, "goods") == "product" => {
                list["lines"][0]["version"] = json!("NONE");
            }
            17 => {
                let ended: Vec<_> = view
                    .books
                    .values()
                    .filter(|it| it.status != "open")
                    .cloned()
                    .collect();
                list["handbook"] = json!(self.random.pick(&ended)?.number);
            }
            18 => {
                let suspended: Vec<_> = view
                    .open()
                    .into_iter()
                    .filter(|it| !it.suspended.is_empty())
                    .collect();
                let book = self.random.pick(&suspended)?;
                list["handbook"] = json!(book.number);
                list["direction"] = json!(book.suspended.first()?);
            }
            _ => return None,
        }
        Some(entry)
    }

    /// More than is approved, there, or to be exchanged.
    fn bad_quantity(&mut self, view: &View) -> Option<Value> {
        let book = self.running(view)?;
        let (seq, item) = self.random.pick(&pairs(&book.materials))?;
        match self.random.below(5) {
            0 => {
                let too_much = item.approved? + whole(1);
                self.list(
                    &book,
                    "imported",
                    Goods::Material,
                    &[(seq, None, too_much, None)],
                )
            }
            1 | 2 => {
                let available = view.available(&book, seq).max(zero());
                let over = decimal(self.random.one_of(&["0.00001", "1", "250"]));
                let column = self.random.one_of(&[
                    "re_exported",
                    "domestic_sale",
                    "destroyed",
                    "exchanged_out",
                ]);
                self.list(
                    &book,
                    column,
                    Goods::Material,
                    &[(seq, None, available + over, None)],
                )
            }
            3 => {
                let quantity = self.some_quantity();
                self.list(
                    &book,
                    "exchanged_in",
                    Goods::Material,
                    &[(seq, None, quantity, None)],
                )
            }
            _ => {
                let (product, _) = self.random.pick(&pairs(&book.products))?;
                let version = book
                    .consumptions
                    .keys()
                    .find(|key| key.0 == product)?
                    .1
                    .clone();
                let column = self.random.one_of(&["returned_in", "returned_out"]);
                let quantity = self.some_quantity() + whole(900);
                self.list(
                    &book,
                    column,
                    Goods::Product,
                    &[(product, Some(version), quantity, None)],
                )
            }
        }
    }

    fn bad_carry_over(&mut self, view: &View) -> Option<Value> {
        let kind = self.random.below(15);
        if kind < 2 {
            let leftover = self.random.chance(30);
            let mut entry = self.receiving(view, leftover)?;
            if kind == 0 {
                let own = entry["list"]["handbook"].clone();
                entry["list"]["counterpart"]["handbook"] = own;
            } else {
                entry["list"]["counterpart"]["list"] = json!("BZ26-00001");
            }
            return Some(entry);
        }
        if kind < 9 {
            let mut entry = self.answer_any(view)?;
            let list = &mut entry["list"];
            match kind {
                2 => {
                    list["counterpart"].as_object_mut()?.remove("list");
                }
                3 => list["counterpart"]["list"] = json!("NO-SUCH-LIST"),
                4 => {
                    let other = view.books.keys().find(|it| {
                        **it != must(list, "handbook")
                            && **it != must(&list["counterpart"], "handbook")
                    })?;
                    list["counterpart"]["handbook"] = json!(other);
                }
                5 => {
                    // The other kind of carry-over, where the goods are materials.
                    let (one, other) = if must(list, "mode").starts_with("06") {
                        ("0657", "0654")
                    } else {
                        ("0258", "0255")
                    };
                    let leftover = must(list, "mode") == one;
                    if must(list, "goods") == "product" {
                        return None;
                    }
                    list["mode"] = json!(if leftover { other } else { one });
                }
                6 => {
                    for line in list["lines"].as_array_mut()? {
                        line["quantity"] = json!("3.14159");
                        if line.get("legal_quantity").is_some() {
                            line["legal_quantity"] = json!("3.14159");
                        }
                    }
                }
                7 => {
                    for line in list["lines"].as_array_mut()? {
                        line.as_object_mut()?.remove("legal_quantity");
                    }
                }
                _ => {
                    // A list that only looks like the right one.
                    let import: Vec<_> = view
                        .lists
                        .iter()
                        .filter(|it| {
                            it.direction == "import"
                                && it.handbook == must(&list["counterpart"], "handbook")
                        })
                        .cloned()
                        .collect();
                    list["counterpart"]["list"] = json!(self.random.pick(&import)?.number);
                }
            }
            return Some(entry);
        }
        self.bad_answer(view, kind)
    }

    /// An answer to a receiving list that must not be answered.
    fn bad_answer(&mut self, view: &View, kind: u64) -> Option<Value> {
        let mut candidates: Vec<List> = Vec::new();
        for carry_over in carry_overs(&view.books, &view.lists) {
            let Some(receiving) = carry_over.receiving else {
                continue;
            };
            let fits = match kind {
                9 | 10 => carry_over.state == "external",
                11 => carry_over.sending.is_some(),
                // A party, trade, role, unit or chain that does not fit.
                _ => carry_over.state == "receiving_only",
            };
            if fits {
                candidates.push(receiving.clone());
            }
        }
        if kind == 12 {
            candidates = view
                .lists
                .iter()
                .filter(|list| {
                    list.is_receiving() && !list.external && list.state == State::Withdrawn
                })
                .cloned()
                .collect();
        }
        if kind == 9 {
            candidates = view
                .lists
                .iter()
                .filter(|it| it.external && it.is_receiving())
                .cloned()
                .collect();
        }
        if kind == 14 {
            return self.forced_pair(view);
        }
        let receiving = self.random.pick(&candidates)?;
        let (sender, _) = receiving.counterpart.clone()?;
        let book = match view.books.get(&sender) {
            Some(book) => book.clone(),
            None => self.random.pick(&view.open())?,
        };
        if book.number == receiving.handbook || book.status != "open" {
            return None;
        }
        let (column, goods) = match (receiving.is_leftover(), self.random.chance(50)) {
            (true, _) => ("leftover_out", Goods::Material),
            (_, true) => ("chain_out", Goods::Material),
            (_, false) => ("carried_out", Goods::Product),
        };
        let line = receiving.lines.first()?;
        let (seq, _) = self.random.pick(&pairs(book.items(goods)))?;
        let version = book
            .consumptions
            .keys()
            .find(|key| key.0 == seq)
            .map(|key| key.1.clone());
        let version = version.filter(|_| goods == Goods::Product);
        let quantity = if line.quantity.is_zero() {
            whole(1)
        } else {
            line.quantity.clone()
        };
        let mut entry = self.list(
            &book,
            column,
            goods,
            &[(seq, version, quantity, line.legal.clone())],
        )?;
        entry["list"]["counterpart"] =
            json!({"handbook": receiving.handbook, "list": self.a_name(&receiving)});
        Some(entry)
    }

    /// Half of a carry-over between handbooks that do not suit each other: a leftover receiving list
    /// from another party or trade, or goods of one heading in two units.
    fn forced_pair(&mut self, view: &View) -> Option<Value> {
        let book = self.running(view)?;
        let other = self.random.pick(&view.open())?;
        if other.number == book.number {
            return None;
        }
        if self.random.chance(50) {
            // Sent at once, without role, eligibility or chain where they are wanted.
            let wanted = self.material_out(view, &book)?;
            let mut entry = self.list(&book, "chain_out", Goods::Material, &[wanted])?;
            entry["list"]["counterpart"] = json!({"handbook": "H22226A00001"});
            return Some(entry);
        }
        let leftover = self.random.chance(60);
        let wanted = self.bring_in(&book, 1);
        let column = if leftover {
            "leftover_in"
        } else {
            "carried_in"
        };
        let mut entry = self.list(&book, column, Goods::Material, &wanted)?;
        entry["list"]["counterpart"] = json!({"handbook": other.number});
        Some(entry)
    }

    fn bad_list_entry(&mut self, view: &View) -> Option<Value> {
        let kind = self.random.one_of(&[
            "book_list",
            "amend_list",
            "withdraw_list",
            "confirm_counterpart",
        ]);
        let of = |list: &List| {
            let mut entry = json!({"entry": kind, "list": list.number});
            if kind == "amend_list" {
                entry["lines"] = json!([{"line": 1, "seq": 1, "quantity": "1"}]);
            }
            if kind == "confirm_counterpart" {
                entry["counterpart_list"] = json!("X-1");
            }
            entry
        };
        match self.random.below(8) {
            0 => {
                let mut list = self.random.pick(&view.lists)?;
                list.number = "NO-SUCH-LIST".to_owned();
                Some(of(&list))
            }
            1 => Some(of(&self.random.pick(&view.lists_in(State::Withdrawn))?)),
            2 => Some(json!({"entry": "book_list",
                             "list": self.random.pick(&view.lists_in(State::Booked))?.number})),
            3 => {
                let pending = view.lists_in(State::Pending);
                let list = self.random.pick(&pending)?;
                let mut entry = of(&list);
                entry["date"] = json!("2025-06-01");
                Some(entry).filter(|_| list.date.as_str() > "2025-06-01")
            }
            4 => {
                let list = self.random.pick(&view.lists_in(State::Pending))?;
                let line = if self.random.chance(50) {
                    900
                } else {
                    list.lines[0].line
                };
                let row = json!({"line": line, "quantity": "1"});
                let rows = if line == 900 {
                    json!([row])
                } else {
                    json!([row, row])
                };
                Some(json!({"entry": "book_list", "list": list.number, "lines": rows}))
            }
            5 => {
                let list = self.random.pick(&view.lists_in(State::Pending))?;
                Some(json!({"entry": "confirm_counterpart", "list": list.number, "counterpart_list": "X-1"}))
                    .filter(|_| !list.external)
            }
            6 => {
                let list = self.random.pick(&view.lists_in(State::Booked))?;
                let rows = match self.random.below(4) {
                    0 => json!([]),
                    1 => json!([{"line": 1, "seq": 5555, "quantity": "1"}]),
                    2 => json!([{"line": 1, "seq": list.lines[0].seq, "quantity": "0"}]),
                    _ => json!([{"line": 1, "seq": list.lines[0].seq, "quantity": "123456789.5"}]),
                };
                Some(json!({"entry": "amend_list", "list": list.number, "lines": rows}))
            }
            _ => {
                // A customs number that is another list's.
                let list = self.random.pick(&view.lists_in(State::Pending))?;
                let taken: Vec<String> = view
                    .lists
                    .iter()
                    .filter(|it| it.number != list.number)
                    .flat_map(|it| it.names.clone())
                    .filter(|name| name.starts_with("QD"))
                    .collect();
                Some(json!({"entry": "book_list", "list": list.number,
                            "customs_number": self.random.pick(&taken)?}))
            }
        }
    }

    fn bad_memo(&mut self, view: &View) -> Option<Value> {
        let book = self.random.pick(&view.open())?;
        let m = *book.materials.keys().next()?;
        let row = json!({"seq": m, "quantity": "1"});
        Some(match self.random.below(7) {
            0 => self.adjust(&book, 4444, &whole(1)),
            1 => self.adjust(&book, m, &zero()),
            2 => json!({"entry": "count_stock", "handbook": book.number}),
            3 => json!({"entry": "count_stock", "handbook": book.number, "materials": [row, row]}),
            4 => json!({"entry": "count_stock", "handbook": book.number,
                        "products": [{"seq": 4444, "quantity": "1"}]}),
            5 => {
                json!({"entry": "outsource", "handbook": book.number, "contractor": self.companies[2],
                        "dispatched": [{"product": 4444, "quantity": "1"}]})
            }
            _ => {
                json!({"entry": "substitute", "handbook": book.number, "material": 4444, "quantity": "1",
                        "document": "CL-8"})
            }
        })
    }

    fn bad_state(&mut self, view: &View) -> Option<Value> {
        match self.random.below(9) {
            0 => {
                let mut again = self.random.pick(&view.entries)?;
                again["note"] = json!(format!("{} (2)", text(&again, "note").unwrap_or("")));
                Some(again)
            }
            1 => {
                let book = self.random.pick(&view.open())?;
                if !book.is_account_book() || self.random.chance(70) {
                    return None;
                }
                let kind = self
                    .random
                    .one_of(&["report_cycle", "accept_cycle", "return_cycle"]);
                let mut entry = json!({"entry": kind, "handbook": book.number});
                if kind == "report_cycle" {
                    entry["cycle_end"] = json!(self.date(0));
                }
                Some(entry)
            }
            2 | 3 => {
                let book = self.random.pick(&view.open())?;
                Some(json!({"entry": "report_closure", "handbook": book.number}))
            }
            4 => {
                let book = self.random.pick(&view.open())?;
                let kind = self.random.one_of(&["accept_closure", "return_closure"]);
                Some(json!({"entry": kind, "handbook": book.number}))
            }
            5 => {
                let kind =
                    self.random
                        .one_of(&["resume_handbook", "report_closure", "accept_closure"]);
                Some(json!({"entry": kind, "handbook": NOWHERE}))
            }
            6 | 7 => {
                let ended: Vec<_> = view
                    .books
                    .values()
                    .filter(|it| it.status != "open")
                    .cloned()
                    .collect();
                let book = self.random.pick(&ended)?;
                let kind =
                    self.random
                        .one_of(&["resume_handbook", "report_closure", "return_closure"]);
                let may = kind == "return_closure" && book.status == "reported";
                Some(json!({"entry": kind, "handbook": book.number})).filter(|_| !may)
            }
            _ => {
                let ended: Vec<_> = view
                    .lists
                    .iter()
                    .filter(|it| view.books[&it.handbook].status != "open")
                    .cloned()
                    .collect();
                let list = self.random.pick(&ended)?;
                Some(json!({"entry": "withdraw_list", "list": list.number}))
            }
        }
    }
}

fn official(direction: &str, serial: u64) -> String {
    let letter = if direction.starts_with(['i', 'I']) {
        'I'
    } else {
        'E'
    };
    format!("QD222226{letter}{serial:09}")
}

fn pairs<K: Clone, V: Clone>(map: &BTreeMap<K, V>) -> Vec<(K, V)> {
    map.iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn truncated(x: &Exact, places: u32) -> Exact {
    let scale = whole(10_i64.pow(places));
    (x * &scale).trunc() / scale
}
