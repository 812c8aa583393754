//! What the accepted entries say: the handbooks, the lists, and the figures of the contract's
//! "Arithmetic", each computed anew from the first entry on.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use serde_json::Value;

pub type Exact = BigRational;
pub type Code = &'static str;
/// Product, version, material.
pub type ConsumptionKey = (u64, String, u64);
/// Quantities per product and version.
pub type Products = BTreeMap<(u64, String), Exact>;

/// A field that stands there; `null` means left out (readings, 2).
pub fn given<'a>(of: &'a Value, field: &str) -> Option<&'a Value> {
    of.get(field).filter(|value| !value.is_null())
}

pub fn text<'a>(of: &'a Value, field: &str) -> Option<&'a str> {
    given(of, field).and_then(Value::as_str)
}

pub fn must<'a>(of: &'a Value, field: &str) -> &'a str {
    text(of, field).unwrap_or("")
}

pub fn rows<'a>(of: &'a Value, field: &str) -> &'a [Value] {
    given(of, field)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

pub fn number(of: &Value, field: &str) -> u64 {
    of[field].as_u64().unwrap_or(0)
}

pub fn version(of: &Value) -> String {
    text(of, "version").unwrap_or("0").to_owned()
}

pub fn zero() -> Exact {
    Exact::zero()
}

pub fn whole(n: i64) -> Exact {
    Exact::from_integer(BigInt::from(n))
}

pub fn decimal(text: &str) -> Exact {
    let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{integer}{fraction}").parse().unwrap_or_default();
    Exact::new(digits, BigInt::from(10).pow(fraction.len() as u32))
}

pub fn exact(value: &Value) -> Exact {
    match value {
        Value::String(text) => decimal(text),
        Value::Number(number) => decimal(&number.to_string()),
        _ => zero(),
    }
}

pub fn quantity(of: &Value, field: &str) -> Option<Exact> {
    given(of, field).map(exact)
}

/// To 5 decimals, half away from zero.
pub fn round5(x: &Exact) -> Exact {
    let scale = whole(100_000);
    let half = Exact::new(BigInt::one(), BigInt::from(2));
    let rounded = (x.abs() * &scale + half).floor() / scale;
    if x.is_negative() { -rounded } else { rounded }
}

/// Plain decimal without trailing zeros.
pub fn print(x: &Exact) -> String {
    let mut places = 0;
    let mut scaled = x.clone();
    while !scaled.is_integer() {
        scaled *= whole(10);
        places += 1;
        assert!(places <= 30, "{x} is no finite decimal");
    }
    let digits = format!(
        "{:0>width$}",
        scaled.abs().to_integer().to_string(),
        width = places + 1
    );
    let (integer, fraction) = digits.split_at(digits.len() - places);
    let sign = if x.is_negative() { "-" } else { "" };
    if places == 0 {
        format!("{sign}{integer}")
    } else {
        format!("{sign}{integer}.{fraction}")
    }
}

#[derive(Clone, Debug)]
pub struct Item {
    pub code: String,
    pub hs: String,
    pub name: String,
    pub unit: String,
    pub approved: Option<Exact>,
    pub opening: Exact,
    pub used: Exact,
    pub eligible: bool,
    /// The date of the entry that added it: its opening takes effect then.
    pub added: String,
    /// Which entry added it: what was recorded before names an earlier item of this number.
    pub place: usize,
}

impl Item {
    /// `amend_handbook` replaces an item whole, but a left-out `opening` or `used` is kept.
    fn read(row: &Value, before: Option<&Item>, date: &str, place: usize) -> Self {
        let kept = |field, old: fn(&Item) -> &Exact| {
            quantity(row, field)
                .or_else(|| before.map(old).cloned())
                .unwrap_or_else(zero)
        };
        Self {
            code: must(row, "code").to_owned(),
            hs: must(row, "hs").to_owned(),
            name: must(row, "name").to_owned(),
            unit: must(row, "unit").to_owned(),
            approved: quantity(row, "quantity"),
            opening: kept("opening", |item| &item.opening),
            used: kept("used", |item| &item.used),
            eligible: given(row, "carry_over_eligible").is_none_or(|it| it == &Value::Bool(true)),
            added: before.map_or(date, |it| it.added.as_str()).to_owned(),
            place: before.map_or(place, |it| it.place),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Consumption {
    pub net: Exact,
    /// Rates and share as they are declared: percent.
    pub tangible: Exact,
    pub intangible: Exact,
    pub bonded_share: Exact,
}

impl Consumption {
    pub fn read(row: &Value) -> Self {
        Self {
            net: exact(&row["net"]),
            tangible: quantity(row, "tangible_loss").unwrap_or_else(zero),
            intangible: quantity(row, "intangible_loss").unwrap_or_else(zero),
            bonded_share: quantity(row, "bonded_share").unwrap_or_else(|| whole(100)),
        }
    }

    pub fn key(row: &Value) -> ConsumptionKey {
        (
            number(row, "product"),
            version(row),
            number(row, "material"),
        )
    }

    /// Whether the formula below means anything.
    pub fn in_range(&self) -> bool {
        let hundred = whole(100);
        !self.tangible.is_negative()
            && !self.intangible.is_negative()
            && &self.tangible + &self.intangible < hundred
            && !self.bonded_share.is_negative()
            && self.bonded_share <= hundred
    }

    /// 单耗 = 净耗 / (1 − 工艺损耗率)
    pub fn gross(&self) -> Exact {
        &self.net / (Exact::one() - (&self.tangible + &self.intangible) / whole(100))
    }

    fn share(&self) -> Exact {
        &self.bonded_share / whole(100)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goods {
    Material,
    Product,
}

#[derive(Clone, Debug)]
pub struct Book {
    pub number: String,
    pub opened: String,
    pub trade: String,
    pub role: Option<String>,
    pub chain: Option<String>,
    /// `uscc` of operator and processor.
    pub operator: String,
    pub processor: String,
    pub credit: String,
    pub self_verification: bool,
    pub before_export: bool,
    pub valid_from: String,
    pub valid_until: String,
    pub materials: BTreeMap<u64, Item>,
    pub products: BTreeMap<u64, Item>,
    pub consumptions: BTreeMap<ConsumptionKey, Consumption>,
    pub status: &'static str,
    /// The last days of accepted cycles; that of the one that is reported.
    pub ends: Vec<String>,
    pub reported: Option<String>,
    pub suspended: BTreeSet<&'static str>,
}

impl Book {
    pub fn open(entry: &Value) -> Self {
        let row = &entry["handbook"];
        let owned = |field| text(row, field).map(str::to_owned);
        let mut book = Self {
            number: must(row, "number").to_owned(),
            opened: must(entry, "date").to_owned(),
            trade: must(row, "trade").to_owned(),
            role: owned("role"),
            chain: owned("chain"),
            operator: must(&row["operator"], "uscc").to_owned(),
            processor: must(&row["processor"], "uscc").to_owned(),
            credit: text(row, "credit").unwrap_or("regular").to_owned(),
            self_verification: row["self_verification"] == Value::Bool(true),
            before_export: must(row, "consumption_declared") == "before_export",
            valid_from: must(row, "valid_from").to_owned(),
            valid_until: must(row, "valid_until").to_owned(),
            materials: BTreeMap::new(),
            products: BTreeMap::new(),
            consumptions: BTreeMap::new(),
            status: "open",
            ends: Vec::new(),
            reported: None,
            suspended: BTreeSet::new(),
        };
        // What a book brings along opens its first cycle, whenever it is recorded.
        let day = must(entry, "date").min(must(row, "valid_from"));
        book.put_items(row, day, 0);
        book.put_consumptions(row);
        book
    }

    pub fn items(&self, goods: Goods) -> &BTreeMap<u64, Item> {
        match goods {
            Goods::Material => &self.materials,
            Goods::Product => &self.products,
        }
    }

    pub fn is_account_book(&self) -> bool {
        self.number.starts_with('E')
    }

    /// The cycle that holds a day.
    pub fn cycle_of(&self, day: &str) -> usize {
        self.ends.iter().filter(|end| end.as_str() < day).count()
    }

    /// The first day of a cycle.
    pub fn cycle_from(&self, cycle: usize) -> String {
        if cycle == 0 {
            return self.valid_from.clone();
        }
        let end: chrono::NaiveDate = self.ends[cycle - 1].parse().expect("a date");
        end.succ_opt().expect("a date").to_string()
    }

    /// The last day of which nothing changes any more.
    pub fn frozen(&self) -> Option<&String> {
        self.reported.as_ref().or(self.ends.last())
    }

    // The steps of `amend_handbook` in the contract's order of application.

    pub fn remove_consumptions(&mut self, entry: &Value) {
        for row in rows(&entry["removed"], "consumptions") {
            self.consumptions.remove(&Consumption::key(row));
        }
    }

    pub fn remove_items(&mut self, entry: &Value) {
        for seq in rows(&entry["removed"], "materials") {
            self.materials.remove(&seq.as_u64().unwrap_or(0));
        }
        for seq in rows(&entry["removed"], "products") {
            self.products.remove(&seq.as_u64().unwrap_or(0));
        }
    }

    pub fn put_items(&mut self, of: &Value, date: &str, place: usize) {
        for (field, items) in [
            ("materials", &mut self.materials),
            ("products", &mut self.products),
        ] {
            for row in rows(of, field) {
                let seq = number(row, "seq");
                let item = Item::read(row, items.get(&seq), date, place);
                items.insert(seq, item);
            }
        }
    }

    pub fn put_consumptions(&mut self, of: &Value) {
        for row in rows(of, "consumptions") {
            self.consumptions
                .insert(Consumption::key(row), Consumption::read(row));
        }
    }

    pub fn put_rest(&mut self, entry: &Value) {
        if let Some(date) = text(entry, "valid_until") {
            self.valid_until = date.to_owned();
        }
        if let Some(credit) = text(entry, "credit") {
            self.credit = credit.to_owned();
        }
        if let Some(allowed) = given(entry, "self_verification") {
            self.self_verification = allowed == &Value::Bool(true);
        }
        if let Some(role) = text(entry, "role") {
            self.role = Some(role.to_owned());
        }
        if let Some(chain) = text(entry, "chain") {
            self.chain = Some(chain.to_owned());
        }
    }
}

/// The handbooks as the whole journal leaves them.
pub fn books(entries: &[Value]) -> BTreeMap<String, Book> {
    let mut books: BTreeMap<String, Book> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        let kind = must(entry, "entry");
        if kind == "open_handbook" {
            let book = Book::open(entry);
            books.insert(book.number.clone(), book);
            continue;
        }
        let Some(book) = text(entry, "handbook").and_then(|number| books.get_mut(number)) else {
            continue;
        };
        match kind {
            "amend_handbook" => {
                book.remove_consumptions(entry);
                book.remove_items(entry);
                book.put_items(entry, must(entry, "date"), place);
                book.put_consumptions(entry);
                book.put_rest(entry);
            }
            "suspend_handbook" => match must(entry, "scope") {
                "import" => book.suspended.extend(["import"]),
                "export" => book.suspended.extend(["export"]),
                _ => book.suspended.extend(["export", "import"]),
            },
            "resume_handbook" => book.suspended.clear(),
            "report_cycle" => book.reported = text(entry, "cycle_end").map(str::to_owned),
            "accept_cycle" => book.ends.extend(book.reported.take()),
            "return_cycle" => book.reported = None,
            "report_closure" => book.status = "reported",
            "accept_closure" => book.status = "closed",
            "return_closure" => book.status = "open",
            _ => {}
        }
    }
    books
}

/// 来料 codes, 进料 codes, direction, goods, column.
type Mode = (
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
    Goods,
    &'static str,
);

/// The contract's table of supervision modes, row by row.
const MODES: [Mode; 24] = {
    use Goods::{Material as M, Product as P};
    [
        (&["0214"], &["0615", "0715"], "import", M, "imported"),
        (&["0214"], &["0615", "0715"], "export", P, "exported"),
        (&["0255"], &["0654"], "import", M, "carried_in"),
        (&["0255"], &["0654"], "export", P, "carried_out"),
        (&["0255"], &["0654"], "export", M, "chain_out"),
        (&["0258"], &["0657"], "import", M, "leftover_in"),
        (&["0258"], &["0657"], "export", M, "leftover_out"),
        (&["0265"], &["0664"], "export", M, "re_exported"),
        (&["0300"], &["0700"], "export", M, "exchanged_out"),
        (&["0300"], &["0700"], "import", M, "exchanged_in"),
        (&["0245"], &["0644"], "import", M, "domestic_sale"),
        (&["0245"], &["0644"], "import", P, "domestic_sale"),
        (&["9700"], &["9700"], "import", M, "domestic_sale"),
        (&["0200"], &["0200"], "import", M, "destroyed"),
        (&["0200"], &["0200"], "export", M, "destroyed"),
        (&["0200"], &["0200"], "import", P, "destroyed"),
        (&["0200"], &["0200"], "export", P, "destroyed"),
        (&["0845"], &["0844"], "import", M, "scrap_sold"),
        (&["0865"], &["0864"], "export", M, "scrap_re_exported"),
        (&["0400"], &["0400"], "import", M, "scrap_destroyed"),
        (&["0400"], &["0400"], "export", M, "scrap_destroyed"),
        (&["4400"], &["4600"], "import", P, "returned_in"),
        (&["4400"], &["4600"], "export", P, "returned_out"),
        (&["0345"], &["0744"], "export", P, "exempted"),
    ]
};

/// Official supervision modes that no processing handbook keeps.
const KEPT_ELSEWHERE: &str = "0110 0130 0314 0320 0420 0444 0445 0446 0456 0466 0500 0513 0544 0545 \
    0642 0815 1039 1139 1200 1210 1215 1233 1234 1239 1300 1371 1427 1500 1523 1616 1741 1831 2025 \
    2210 2225 2439 2600 2700 2939 3010 3100 3339 3410 3422 3511 3611 3612 3910 4019 4039 4139 4200 \
    4239 4500 4539 4561 5000 5010 5014 5015 5033 5034 5100 5300 5335 5361 6033 9500 9600 9610 9639 \
    9739 9800 9839 9900";

/// The column a list moves, or why its mode does not fit.
pub fn column(
    trade: &str,
    direction: &str,
    goods: Goods,
    mode: &str,
) -> Result<&'static str, Code> {
    if !MODES
        .iter()
        .any(|row| row.0.contains(&mode) || row.1.contains(&mode))
    {
        let elsewhere = KEPT_ELSEWHERE.split_whitespace().any(|it| it == mode);
        return Err(if elsewhere {
            "mode_not_kept"
        } else {
            "mode_unknown"
        });
    }
    let supplied = trade == "supplied_materials";
    let of_trade: Vec<_> = MODES
        .iter()
        .filter(|row| {
            if supplied {
                row.0.contains(&mode)
            } else {
                row.1.contains(&mode)
            }
        })
        .collect();
    if of_trade.is_empty() {
        return Err("mode_trade_differs");
    }
    of_trade
        .iter()
        .find(|row| row.2 == direction && row.3 == goods)
        .map(|row| row.4)
        .ok_or("mode_direction_differs")
}

pub const INTO_MATERIAL: [&str; 4] = ["imported", "carried_in", "leftover_in", "exchanged_in"];
pub const OUT_OF_MATERIAL: [&str; 6] = [
    "exchanged_out",
    "chain_out",
    "leftover_out",
    "re_exported",
    "domestic_sale",
    "destroyed",
];
pub const SCRAP: [&str; 3] = ["scrap_sold", "scrap_re_exported", "scrap_destroyed"];
pub const PRODUCT_LEAVES: [&str; 6] = [
    "exported",
    "carried_out",
    "exempted",
    "returned_out",
    "domestic_sale",
    "destroyed",
];
pub const RECEIVING: [&str; 2] = ["carried_in", "leftover_in"];
pub const SENDING: [&str; 3] = ["carried_out", "chain_out", "leftover_out"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    Booked,
    Withdrawn,
}

pub const HELD: [State; 2] = [State::Pending, State::Booked];
pub const BOOKED: [State; 1] = [State::Booked];
pub const PENDING: [State; 1] = [State::Pending];

#[derive(Clone, Debug)]
pub struct Line {
    pub line: u64,
    pub seq: u64,
    pub version: String,
    pub quantity: Exact,
    pub legal: Option<Exact>,
    pub by_product: bool,
    /// The entry that gave the line.
    pub place: usize,
}

impl Line {
    pub fn read(row: &Value, place: usize) -> Self {
        Self {
            line: number(row, "line"),
            seq: number(row, "seq"),
            version: version(row),
            quantity: exact(&row["quantity"]),
            legal: quantity(row, "legal_quantity"),
            by_product: row["by_product"] == Value::Bool(true),
            place,
        }
    }
}

#[derive(Clone, Debug)]
pub struct List {
    pub number: String,
    /// The number, and the customs number once it is known.
    pub names: Vec<String>,
    pub handbook: String,
    pub direction: String,
    pub goods: Goods,
    pub column: &'static str,
    /// Handbook and list.
    pub counterpart: Option<(String, Option<String>)>,
    /// What `confirm_counterpart` says of an external carry-over.
    pub confirmed: Option<String>,
    pub external: bool,
    pub date: String,
    pub state: State,
    /// Place of the `book_list` entry in the journal, and its date.
    pub booked: Option<(usize, String)>,
    pub settles: Option<String>,
    /// Its declaration, or an amendment, has a note.
    pub noted: bool,
    /// A consumption list tells what its goods took.
    pub covered: Option<String>,
    pub lines: Vec<Line>,
}

impl List {
    /// Where a line counts: a by-product is no scrap.
    pub fn column_of(&self, line: &Line) -> &'static str {
        if line.by_product {
            "by_product"
        } else {
            self.column
        }
    }

    pub fn is_receiving(&self) -> bool {
        RECEIVING.contains(&self.column)
    }

    pub fn is_sending(&self) -> bool {
        SENDING.contains(&self.column)
    }

    pub fn is_leftover(&self) -> bool {
        self.column.starts_with("leftover")
    }
}

pub fn goods(list: &Value) -> Goods {
    if must(list, "goods") == "product" {
        Goods::Product
    } else {
        Goods::Material
    }
}

pub fn has_note(entry: &Value) -> bool {
    text(entry, "note").is_some_and(|it| !it.trim().is_empty())
}

pub fn takes_effect(entry: &Value, as_of: Option<&str>) -> bool {
    as_of.is_none_or(|day| must(entry, "date") <= day)
}

/// The lists as they stand on a day ("`statement --format json`"): the state follows the dates; the
/// lines are those of the last entry dated by then that gave lines, in recording order.
pub fn lists(entries: &[Value], as_of: Option<&str>) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    // The lines as recorded last, whatever the day: what a later `book_list` with lines refers to.
    let mut recorded: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    let mut trades: BTreeMap<&str, &str> = BTreeMap::new();

    for (place, entry) in entries.iter().enumerate() {
        let kind = must(entry, "entry");
        let effective = takes_effect(entry, as_of);
        if kind == "open_handbook" {
            trades.insert(
                must(&entry["handbook"], "number"),
                must(&entry["handbook"], "trade"),
            );
        } else if kind == "declare_list" {
            let row = &entry["list"];
            let handbook = must(row, "handbook");
            let counterpart = given(row, "counterpart").map(|it| {
                (
                    must(it, "handbook").to_owned(),
                    text(it, "list").map(str::to_owned),
                )
            });
            let list = List {
                number: must(row, "number").to_owned(),
                names: vec![must(row, "number").to_owned()],
                handbook: handbook.to_owned(),
                direction: must(row, "direction").to_owned(),
                goods: goods(row),
                column: column(
                    trades[handbook],
                    must(row, "direction"),
                    goods(row),
                    must(row, "mode"),
                )
                .expect("only fitting modes were accepted"),
                external: counterpart
                    .as_ref()
                    .is_some_and(|(other, _)| !trades.contains_key(other.as_str())),
                counterpart,
                confirmed: None,
                date: must(entry, "date").to_owned(),
                state: State::Pending,
                booked: None,
                settles: text(row, "settles").map(str::to_owned),
                noted: has_note(entry),
                covered: None,
                lines: rows(row, "lines")
                    .iter()
                    .map(|row| Line::read(row, place))
                    .collect(),
            };
            recorded.insert(list.number.clone(), list.lines.clone());
            lists.push(list);
        } else if let Some(name) = text(entry, "list") {
            let list = lists
                .iter_mut()
                .find(|list| list.names.iter().any(|it| it == name))
                .expect("only entries about known lists were accepted");
            let lines = recorded
                .get_mut(&list.number)
                .expect("every list has lines");
            let gives_lines = match kind {
                "amend_list" => {
                    list.noted |= has_note(entry);
                    *lines = rows(entry, "lines")
                        .iter()
                        .map(|row| Line::read(row, place))
                        .collect();
                    true
                }
                "book_list" => {
                    for passed in rows(entry, "lines") {
                        for line in lines.iter_mut() {
                            if line.line == number(passed, "line") {
                                line.quantity = exact(&passed["quantity"]);
                                line.legal =
                                    quantity(passed, "legal_quantity").or(line.legal.take());
                            }
                        }
                    }
                    list.names
                        .extend(text(entry, "customs_number").map(str::to_owned));
                    if effective {
                        list.booked = Some((place, must(entry, "date").to_owned()));
                        list.state = if list.state == State::Withdrawn {
                            list.state
                        } else {
                            State::Booked
                        };
                    }
                    !rows(entry, "lines").is_empty()
                }
                "withdraw_list" => {
                    if effective {
                        list.state = State::Withdrawn;
                    }
                    false
                }
                "confirm_counterpart" => {
                    list.confirmed = text(entry, "counterpart_list").map(str::to_owned);
                    false
                }
                _ => false,
            };
            if gives_lines && effective {
                list.lines = lines.clone();
            }
        }
    }
    for entry in takings(entries, None, as_of) {
        let names = rows(entry, "lists").iter().filter_map(Value::as_str);
        for name in names {
            let list = lists
                .iter_mut()
                .find(|it| it.names.iter().any(|it| it == name));
            if let Some(list) = list {
                list.covered = text(entry, "number").map(str::to_owned);
            }
        }
    }
    // Only now: a list that is not there yet still explains the entries that name it.
    lists.retain(|list| as_of.is_none_or(|day| list.date.as_str() <= day));
    lists
}

/// The consumption lists that count on a day.
pub fn takings<'a>(
    entries: &'a [Value],
    handbook: Option<&str>,
    as_of: Option<&str>,
) -> Vec<&'a Value> {
    let about = |entry: &Value, kind: &str| {
        must(entry, "entry") == kind
            && handbook.is_none_or(|it| must(entry, "handbook") == it)
            && takes_effect(entry, as_of)
    };
    let withdrawn = |taking: &Value| {
        entries.iter().any(|it| {
            about(it, "withdraw_consumption")
                && it["handbook"] == taking["handbook"]
                && it["number"] == taking["number"]
        })
    };
    entries
        .iter()
        .filter(|it| about(it, "declare_consumption") && !withdrawn(it))
        .collect()
}

/// What they say of a material: net, and scrap.
fn taken(entries: &[Value], book: &Book, as_of: Option<&str>, m: u64) -> (Exact, Exact) {
    let mut sums = (zero(), zero());
    for taking in takings(entries, Some(&book.number), as_of) {
        for row in rows(taking, "materials")
            .iter()
            .filter(|it| number(it, "seq") == m)
        {
            sums.0 += exact(&row["net"]);
            sums.1 += quantity(row, "scrap").unwrap_or_else(zero);
        }
    }
    sums
}

pub fn find<'a>(lists: &'a [List], name: &str) -> Option<&'a List> {
    lists
        .iter()
        .find(|list| list.names.iter().any(|it| it == name))
}

/// Sum of the lines of a handbook that name an item, in these columns and states.
pub fn total(
    lists: &[List],
    handbook: &str,
    goods: Goods,
    seq: u64,
    columns: &[&str],
    states: &[State],
) -> Exact {
    lists
        .iter()
        .filter(|list| list.handbook == handbook && list.goods == goods)
        .filter(|list| states.contains(&list.state))
        .flat_map(|list| list.lines.iter().map(move |line| (list, line)))
        .filter(|(list, line)| line.seq == seq && columns.contains(&list.column_of(line)))
        .fold(zero(), |sum, (_, line)| sum + &line.quantity)
}

/// The sign with which a product movement counts in Q.
pub fn sign_in_q(column: &str) -> i64 {
    match column {
        "exported" | "carried_out" | "exempted" | "returned_out" => 1,
        "returned_in" => -1,
        _ => 0,
    }
}

/// Σ of booked product lines per product and version, each column with its sign.
pub fn products(lists: &[List], handbook: &str, sign: impl Fn(&str) -> i64) -> Products {
    let mut sums = Products::new();
    for list in lists
        .iter()
        .filter(|it| it.handbook == handbook && it.state == State::Booked)
    {
        if list.goods == Goods::Product && sign(list.column) != 0 && list.covered.is_none() {
            for line in &list.lines {
                *sums
                    .entry((line.seq, line.version.clone()))
                    .or_insert_with(zero) += &line.quantity * whole(sign(list.column));
            }
        }
    }
    sums
}

/// Σ q · per(consumption) · bonded share, over the consumptions of material `m`; not yet rounded.
fn weighted(book: &Book, q: &Products, m: u64, per: impl Fn(&Consumption) -> Exact) -> Exact {
    let mut sum = zero();
    for ((product, version, material), consumption) in &book.consumptions {
        if *material == m
            && let Some(quantity) = q.get(&(*product, version.clone()))
        {
            sum += quantity * per(consumption) * consumption.share();
        }
    }
    sum
}

pub fn fold(book: &Book, q: &Products, m: u64) -> Exact {
    round5(&weighted(book, q, m, Consumption::gross))
}

pub type Columns = BTreeMap<&'static str, Exact>;

/// Σ of `adjust_book` per material.
pub fn adjusted(
    entries: &[Value],
    handbook: &str,
    m: u64,
    from: usize,
    as_of: Option<&str>,
) -> Exact {
    entries
        .iter()
        .skip(from)
        .filter(|entry| {
            must(entry, "entry") == "adjust_book" && must(entry, "handbook") == handbook
        })
        .filter(|entry| number(entry, "material") == m && takes_effect(entry, as_of))
        .fold(zero(), |sum, entry| sum + exact(&entry["quantity"]))
}

/// What one cycle of a book says as far as a day: its lists and what it began with. Of a handbook the
/// only one.
pub struct Period {
    /// Booked in it (what was booked before it counts with a minus), and all that is pending.
    pub lists: Vec<List>,
    /// The last day before it, and the last that counts.
    pub after: Option<String>,
    pub until: Option<String>,
    cycle: usize,
}

impl Period {
    /// `as_of`: the day that was asked for; else all that is recorded.
    pub fn of(book: &Book, entries: &[Value], cycle: usize, as_of: Option<&str>) -> Self {
        let after = cycle.checked_sub(1).map(|before| book.ends[before].clone());
        let end = book.ends.get(cycle).map(String::as_str);
        let until = [as_of, end].into_iter().flatten().min().map(str::to_owned);
        let own = |day: Option<&str>| {
            let mut lists = lists(entries, day);
            lists.retain(|list| list.handbook == book.number);
            for list in &mut lists {
                // Lines of lists withdrawn since may name an earlier item of the number (readings, 36).
                let items = book.items(list.goods);
                list.lines.retain(|line| {
                    items
                        .get(&line.seq)
                        .is_some_and(|it| it.place <= line.place)
                });
            }
            lists
        };
        let mut all = own(until.as_deref());
        all.retain(|list| list.state == State::Booked);
        if let Some(day) = &after {
            for mut list in own(Some(day)) {
                if list.state == State::Booked {
                    for line in &mut list.lines {
                        line.quantity = -line.quantity.clone();
                    }
                    all.push(list);
                }
            }
        }
        all.extend(
            own(as_of)
                .into_iter()
                .filter(|list| list.state == State::Pending),
        );
        Self {
            lists: all,
            after,
            until,
            cycle,
        }
    }

    /// What is pending is that of another day.
    pub fn pend(&mut self, book: &Book, entries: &[Value], day: Option<&str>) {
        self.lists.retain(|list| list.state != State::Pending);
        let pending = Self::of(book, entries, book.ends.len(), day).lists;
        let pending = pending.into_iter();
        self.lists
            .extend(pending.filter(|list| list.state == State::Pending));
    }

    pub fn current(book: &Book, entries: &[Value]) -> Self {
        Self::of(book, entries, book.ends.len(), None)
    }

    /// The adjustments of a material in it.
    pub fn adjustments<'a>(
        &'a self,
        book: &'a Book,
        entries: &'a [Value],
        m: u64,
    ) -> Vec<&'a Value> {
        let place = book.materials[&m].place;
        let of_it = entries.iter().skip(place).filter(|entry| {
            must(entry, "entry") == "adjust_book"
                && must(entry, "handbook") == book.number
                && number(entry, "material") == m
                && takes_effect(entry, self.until.as_deref())
                && self
                    .after
                    .as_deref()
                    .is_none_or(|day| must(entry, "date") > day)
        });
        of_it.collect()
    }

    /// remaining and scrap that a material begins with.
    fn opening(&self, book: &Book, entries: &[Value], m: u64) -> (Exact, Exact) {
        let item = &book.materials[&m];
        let left = match &self.after {
            Some(_) => {
                let before = Self::of(book, entries, self.cycle - 1, None);
                let columns = before.columns(book, entries, m);
                (columns["remaining"].clone(), columns["scrap"].clone())
            }
            None => (zero(), zero()),
        };
        let known = |day: &String| item.added <= *day;
        // Its opening is the first cycle's whose end knows it, "what has taken effect on or before".
        let earlier = self.after.as_ref().is_some_and(known);
        let not_yet = self.until.as_ref().is_some_and(|day| !known(day));
        match earlier || not_yet {
            true => left,
            false => (left.0 + &item.opening, left.1),
        }
    }

    pub fn columns(&self, book: &Book, entries: &[Value], m: u64) -> Columns {
        let adjusted = self.adjustments(book, entries, m);
        let adjusted = adjusted
            .iter()
            .fold(zero(), |sum, it| sum + exact(&it["quantity"]));
        let (mut net, mut scrap) = taken(entries, book, self.until.as_deref(), m);
        if let Some(day) = &self.after {
            let before = taken(entries, book, Some(day), m);
            (net, scrap) = (net - before.0, scrap - before.1);
        }
        let opening = self.opening(book, entries, m);
        material(book, &self.lists, m, opening, adjusted, (net, scrap))
    }
}

/// How a material stands at the end of a cycle ("Account books: cycles").
#[derive(Debug)]
pub struct Difference {
    pub remaining: Exact,
    pub counted: Option<Exact>,
    /// Settled: the count is what remains, less what is sold later.
    pub open: Exact,
    /// Something outside the band is settled without a note.
    pub note_missing: bool,
    /// Adjustments that have none.
    pub unexplained: Vec<Value>,
}

pub fn difference(book: &Book, entries: &[Value], end: &str, m: u64) -> Difference {
    let period = Period::of(book, entries, book.ends.len(), Some(end));
    let columns = period.columns(book, entries, m);
    let remaining = columns["remaining"].clone();
    let now = lists(entries, None);
    let settles =
        |list: &&List| list.handbook == book.number && list.settles.as_deref() == Some(end);
    let booked_then = lists(entries, Some(end));
    let is_booked_then =
        |list: &List| find(&booked_then, &list.number).is_some_and(|it| it.state == State::Booked);
    // Before anything was settled: without these lists and these adjustments.
    let without = Period {
        lists: period
            .lists
            .iter()
            .filter(|it| !settles(it))
            .cloned()
            .collect(),
        after: period.after.clone(),
        until: period.until.clone(),
        cycle: period.cycle,
    };
    let settling: Vec<&Value> = period
        .adjustments(book, entries, m)
        .into_iter()
        .filter(|it| ["cycle_over", "customs_decision"].contains(&must(it, "ground")))
        .collect();
    let adjusted = settling
        .iter()
        .fold(zero(), |sum, it| sum + exact(&it["quantity"]));
    let before = without.columns(book, entries, m)["remaining"].clone() - adjusted;
    let later: Vec<List> = now
        .iter()
        .filter(settles)
        .filter(|list| list.state != State::Withdrawn && !is_booked_then(list))
        .map(|list| List {
            state: State::Booked,
            ..list.clone()
        })
        .collect();
    let sold = products(&later, &book.number, |_| 1);
    let later_sum = total(
        &later,
        &book.number,
        Goods::Material,
        m,
        &["domestic_sale"],
        &BOOKED,
    ) + fold(book, &sold, m);
    let dated = entries.iter().any(|it| {
        must(it, "entry") == "count_stock"
            && must(it, "handbook") == book.number
            && must(it, "date") == end
    });
    let counted = counted(book, entries, m, Some(end)).filter(|_| dated);
    let basis = INTO_MATERIAL
        .iter()
        .chain(&["opening"])
        .fold(zero(), |sum, name| sum + &columns[name]);
    let dishonest = ["dishonest", "seriously_dishonest"].contains(&book.credit.as_str());
    let (mut open, mut note_missing) = (zero(), false);
    // Nothing is there, so nobody had to count it: still nothing may be sold of it later.
    if counted.is_none() && remaining.is_zero() {
        open = later_sum.clone();
    }
    if let Some(counted) = &counted {
        open = counted - (&remaining - &later_sum);
        let size = counted - &before;
        let hundredth = Exact::new(BigInt::one(), BigInt::from(100));
        let within = basis.is_positive() && !dishonest && (&size / &basis).abs() <= hundredth;
        if !size.is_zero() && !within {
            // What settles: as booked by the last day, else as it stands. Its note may have come later.
            let noted = |number: &str| find(&now, number).is_some_and(|it| it.noted);
            let booked = booked_then
                .iter()
                .filter(settles)
                .filter(|list| list.state == State::Booked);
            note_missing = !unexplained(&settling).is_empty()
                || booked
                    .chain(&later)
                    .any(|list| !noted(&list.number) && touches(book, list, m));
        }
    }
    Difference {
        unexplained: unexplained(&settling).into_iter().cloned().collect(),
        remaining,
        counted,
        open,
        note_missing,
    }
}

/// Adjustments with `cycle_over` without a note that no later one with a note takes back.
fn unexplained<'a>(settling: &[&'a Value]) -> Vec<&'a Value> {
    let mut left = Vec::new();
    for it in settling
        .iter()
        .filter(|it| must(it, "ground") == "cycle_over")
    {
        if !has_note(it) {
            left.push(*it);
        } else if let Some(place) = left
            .iter()
            .position(|open: &&Value| (exact(&open["quantity"]) + exact(&it["quantity"])).is_zero())
        {
            left.remove(place);
        }
    }
    left
}

fn touches(book: &Book, list: &List, m: u64) -> bool {
    let mut lines = list.lines.iter().filter(|it| !it.quantity.is_zero());
    lines.any(|line| match list.goods {
        Goods::Material => line.seq == m,
        Goods::Product => book
            .consumptions
            .get(&(line.seq, line.version.clone(), m))
            .is_some_and(|it| it.bonded_share.is_positive()),
    })
}

/// All figures of one material, after "Arithmetic".
fn material(
    book: &Book,
    lists: &[List],
    m: u64,
    (opening, scrap_opening): (Exact, Exact),
    adjusted: Exact,
    (taken_net, taken_scrap): (Exact, Exact),
) -> Columns {
    let sum = |columns: &[&str], states: &[State]| {
        total(lists, &book.number, Goods::Material, m, columns, states)
    };
    let booked = |column| sum(&[column], &BOOKED);
    let q = products(lists, &book.number, sign_in_q);
    let sold = products(lists, &book.number, |column| {
        i64::from(column == "domestic_sale")
    });
    let destroyed = products(lists, &book.number, |column| {
        i64::from(column == "destroyed")
    });

    let consumed = fold(book, &q, m);
    let consumed_net = round5(&weighted(book, &q, m, |it| it.net.clone()));
    let loss = &consumed - &consumed_net;
    let hundred = whole(100);
    let tangible = weighted(book, &q, m, |it| it.gross() * &it.tangible / &hundred);
    let intangible = weighted(book, &q, m, |it| it.gross() * &it.intangible / &hundred);
    let loss_tangible = if tangible.is_zero() {
        zero()
    } else {
        let (low, high) = if loss.is_negative() {
            (loss.clone(), zero())
        } else {
            (zero(), loss.clone())
        };
        (&loss - round5(&intangible)).clamp(low, high)
    };

    let mut columns = Columns::new();
    columns.insert("opening", opening);
    columns.insert("adjusted", adjusted);
    for column in INTO_MATERIAL {
        columns.insert(column, booked(column));
    }
    for column in [
        "exchanged_out",
        "chain_out",
        "leftover_out",
        "re_exported",
        "by_product",
    ] {
        columns.insert(column, booked(column));
    }
    for column in SCRAP {
        columns.insert(column, booked(column));
    }
    columns.insert(
        "domestic_sale",
        booked("domestic_sale") + fold(book, &sold, m),
    );
    columns.insert("destroyed", booked("destroyed") + fold(book, &destroyed, m));
    // What consumption lists say is added as it stands.
    columns.insert("by_list", &taken_net + &taken_scrap);
    columns.insert("by_unit", consumed.clone());
    let consumed = consumed + &taken_net + &taken_scrap;
    let consumed_net = consumed_net + &taken_net;
    columns.insert("loss_intangible", &loss - &loss_tangible);
    let loss_tangible = loss_tangible + &taken_scrap;
    columns.insert("consumed", consumed);
    columns.insert("consumed_net", consumed_net);
    columns.insert("loss_tangible", loss_tangible);
    columns.insert("pending_in", sum(&INTO_MATERIAL, &PENDING));
    columns.insert("pending_out", sum(&OUT_OF_MATERIAL, &PENDING));

    let plus = |names: &[&str]| names.iter().fold(zero(), |sum, name| sum + &columns[name]);
    let remaining = plus(&[
        "opening",
        "imported",
        "carried_in",
        "leftover_in",
        "exchanged_in",
        "adjusted",
    ]) - plus(&["exchanged_out", "consumed", "chain_out", "leftover_out"])
        - plus(&["re_exported", "domestic_sale", "destroyed"]);
    let scrap = &scrap_opening + &columns["loss_tangible"] - plus(&SCRAP);
    columns.insert("remaining", remaining);
    columns.insert("scrap_opening", scrap_opening);
    columns.insert("scrap", scrap);
    columns
}

/// `counted`: the count of the latest date; of one date, the one recorded last.
pub fn counted(book: &Book, entries: &[Value], m: u64, as_of: Option<&str>) -> Option<Exact> {
    let (place, count) = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| {
            must(entry, "entry") == "count_stock" && must(entry, "handbook") == book.number
        })
        .filter(|(_, entry)| takes_effect(entry, as_of))
        .max_by_key(|(_, entry)| must(entry, "date"))?;
    // An item that was removed and added again is another item (readings, 36).
    let same =
        |items: &BTreeMap<u64, Item>, seq| items.get(&seq).is_some_and(|item| item.place <= place);
    let mut found = Products::new();
    for row in rows(count, "products") {
        let quantity = exact(&row["quantity"]);
        if !quantity.is_zero() && same(&book.products, number(row, "seq")) {
            found.insert((number(row, "seq"), version(row)), quantity);
        }
    }
    let listed = rows(count, "materials")
        .iter()
        .find(|row| number(row, "seq") == m && same(&book.materials, m));
    let inside = book
        .consumptions
        .iter()
        .any(|((product, version, material), consumption)| {
            *material == m
                && consumption.bonded_share.is_positive()
                && found.contains_key(&(*product, version.clone()))
        });
    let on_hand = match listed {
        Some(row) => {
            exact(&row["quantity"]) - quantity(row, "undeclared_in").unwrap_or_else(zero)
                + quantity(row, "undeclared_out").unwrap_or_else(zero)
        }
        None if inside => zero(),
        None => return None,
    };
    Some(on_hand + fold(book, &found, m))
}

/// Rule 1: what counts against the approved quantity of an item.
pub fn counted_against(book: &Book, lists: &[List], goods: Goods, seq: u64) -> Exact {
    let sum = |columns: &[&str], states: &[State]| {
        total(lists, &book.number, goods, seq, columns, states)
    };
    let used = &book.items(goods)[&seq].used;
    match goods {
        Goods::Material => used + sum(&INTO_MATERIAL, &HELD) - sum(&["exchanged_out"], &BOOKED),
        Goods::Product => {
            used + sum(
                &["exported", "carried_out", "exempted", "returned_out"],
                &HELD,
            ) - sum(&["returned_in"], &BOOKED)
        }
    }
}

/// Whether the two sides of a carry-over agree ("Both sides here"): per `hs`, of leftovers per name
/// and unit; legal quantities where every line of both lists has one.
pub fn agree(books: &BTreeMap<String, Book>, one: &List, other: &List) -> Result<(), Code> {
    let sides = [one, other];
    let legal = sides
        .iter()
        .all(|list| list.lines.iter().all(|line| line.legal.is_some()));
    let mut sums: [BTreeMap<String, Exact>; 2] = [BTreeMap::new(), BTreeMap::new()];
    let mut units: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (side, list) in sides.iter().enumerate() {
        for line in &list.lines {
            let item = &books[&list.handbook].items(list.goods)[&line.seq];
            let group = if one.is_leftover() {
                format!("{} in {}", item.name, item.unit)
            } else {
                item.hs.clone()
            };
            units.entry(group.clone()).or_default().insert(&item.unit);
            let quantity = if legal {
                line.legal.as_ref().unwrap_or(&line.quantity)
            } else {
                &line.quantity
            };
            *sums[side].entry(group).or_insert_with(zero) += quantity;
        }
    }
    if !legal && units.values().any(|units| units.len() > 1) {
        return Err("legal_quantity_missing");
    }
    if sums[0] == sums[1] {
        Ok(())
    } else {
        Err("carry_over_differs")
    }
}

pub struct CarryOver<'a> {
    pub receiving: Option<&'a List>,
    pub sending: Option<&'a List>,
    pub state: &'static str,
}

impl CarryOver<'_> {
    /// Handbook it leaves and handbook it enters.
    pub fn ends(&self) -> (String, String) {
        let other = |list: &'_ List| list.counterpart.clone().unwrap_or_default().0;
        let from = self
            .sending
            .map(|it| it.handbook.clone())
            .or(self.receiving.map(other));
        let to = self
            .receiving
            .map(|it| it.handbook.clone())
            .or(self.sending.map(other));
        (from.unwrap_or_default(), to.unwrap_or_default())
    }

    /// The ends that are kept here; of an external one only its own, for good.
    pub fn kept_ends(&self) -> Vec<String> {
        let own = self
            .sending
            .or(self.receiving)
            .map(|list| list.handbook.clone());
        if self.state == "external" {
            own.into_iter().collect()
        } else {
            let (from, to) = self.ends();
            vec![from, to]
        }
    }
}

/// The carry-overs, in the order in which their first lists were declared.
pub fn carry_overs<'a>(books: &BTreeMap<String, Book>, lists: &'a [List]) -> Vec<CarryOver<'a>> {
    let mut found = Vec::new();
    for list in lists {
        if list.external {
            if list.state != State::Withdrawn {
                let (receiving, sending) = if list.is_receiving() {
                    (Some(list), None)
                } else {
                    (None, Some(list))
                };
                found.push(CarryOver {
                    receiving,
                    sending,
                    state: "external",
                });
            }
        } else if list.is_receiving() {
            let sending = sending_of(lists, list);
            let state = match sending {
                None if list.state == State::Withdrawn => continue,
                None => "receiving_only",
                Some(_) if list.state == State::Withdrawn => "differs",
                Some(sending) if agree(books, list, sending).is_err() => "differs",
                Some(sending) if list.state == State::Booked && sending.state == State::Booked => {
                    "matched"
                }
                Some(_) => "pending",
            };
            found.push(CarryOver {
                receiving: Some(list),
                sending,
                state,
            });
        }
    }
    found
}

/// The sending list, not withdrawn, that names this receiving list by any of its names.
pub fn sending_of<'a>(lists: &'a [List], receiving: &List) -> Option<&'a List> {
    lists.iter().find(|it| {
        it.is_sending()
            && !it.external
            && it.state != State::Withdrawn
            && it
                .counterpart
                .as_ref()
                .and_then(|(_, list)| list.as_ref())
                .is_some_and(|name| receiving.names.contains(name))
    })
}

/// "Closable", with the first reason against it.
pub fn closable(
    books: &BTreeMap<String, Book>,
    entries: &[Value],
    handbook: &str,
) -> Result<(), Code> {
    let lists = lists(entries, None);
    let book = &books[handbook];
    match book.status {
        "reported" => return Err("handbook_reported"),
        "closed" => return Err("handbook_closed"),
        _ => {}
    }
    if lists
        .iter()
        .any(|list| list.handbook == handbook && list.state == State::Pending)
    {
        return Err("list_pending");
    }
    for carry_over in carry_overs(books, &lists) {
        // Either side (readings, 12).
        if carry_over.kept_ends().iter().any(|it| it == handbook) {
            match carry_over.state {
                "receiving_only" => return Err("carry_over_receiving_only"),
                "differs" => return Err("carry_over_differs"),
                _ => {}
            }
        }
    }
    let period = Period::current(book, entries);
    for ((product, version), quantity) in products(&period.lists, handbook, sign_in_q) {
        let on_file = book
            .consumptions
            .keys()
            .any(|key| key.0 == product && key.1 == version);
        if !quantity.is_zero() && !on_file {
            return Err("consumption_missing");
        }
    }
    for m in book.materials.keys() {
        let columns = period.columns(book, entries, *m);
        if !columns["remaining"].is_zero() {
            return Err("remaining_not_zero");
        }
    }
    Ok(())
}

/// The modes and directions under which a column is moved in a trade.
pub fn modes_of(trade: &str, column: &str, goods: Goods) -> Vec<(&'static str, &'static str)> {
    let supplied = trade == "supplied_materials";
    MODES
        .iter()
        .filter(|row| row.4 == column && row.3 == goods)
        .flat_map(|row| {
            let modes = if supplied { row.0 } else { row.1 };
            modes.iter().map(|mode| (*mode, row.2))
        })
        .collect()
}
