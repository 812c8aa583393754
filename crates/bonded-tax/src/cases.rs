//! The smallest cases, in a few words: for the manual, and for tests.
//!
//! | line | says |
//! | --- | --- |
//! | `book C222626A0001 2026-01-05..2026-12-31` | a book: its number (`B` supplied, else imported materials) and validity; `credit=dishonest`, `guarantee=180000CNY..2026-12-31` |
//! | `M1 3907300090 compound` | material 1 of the book above, its code and name; `approved=750`, `opening=20`, `price=9.2USD` |
//! | `P1 8542390000 chip` | product 1 |
//! | `P1<M1*0.8/loss=20` | its unit consumption: net, percent lost; `share=80` percent bonded |
//! | `2026-02-02 in L1 0615 M1:750=6900USD` | list L1, declared and deducted on that day: what came in, what it cost; `from=` the other book of a carry-over, `@` whose list it is (else the first book's) |
//! | `2026-03-02 out X1 0615 P1:950=152USD` | what left |
//! | `2026-06-01 sell S1 M1:20` | sold at home; `declare`: declared and not deducted yet |
//! | `2026-06-01 scrap S1 M1:15=1200CNY/3915909000` | scrap sold, with the code as which it is presented; `/by_product` behind it |
//! | `2026-04-01 destroy D1 P1:50` | destroyed |
//! | `amend 2026-05-01 M2 3907300090 resin` | what an amendment of the last book adds |
//! | `report C222626A0001 2026-10-01`, `close C222626A0001 2026-10-20` | reported; reported and accepted on that day |
//! | `count BOOK DAY M1:900` | what was counted in stock |
//! | `cycle BOOK END DAY`, `accept BOOK DAY` | the cycle of an account book that ends then is reported; customs writes it off; a list says `settles=END` |
//! | `? quote BOOK DAY`, `? refund BOOK`, `? deadlines DAY`, `? guarantee BOOK DAY` | what is asked; where nothing is, what each sale costs |
//! | `{…}` | the rest is the file of rates and prices |

use std::fmt::Display;

use bonded_ledger::{
    Date, Direction, Entry, Goods, HandbookNo, Movement, Trade, modes, parse_date,
};
use serde_json::{Map, Value, json};

use crate::told::{Said, told};
use crate::{Books, Inputs, deadlines, guarantee, quote, refunds, sale_lists, sale_tax};

/// Runs a case; what is said comes back, step by step.
///
/// # Errors
/// The first line that is not one of the language, an entry that the ledger refuses, a figure that
/// cannot be had.
pub fn run(script: &str) -> Result<Vec<Said>, String> {
    let case = Case::read(script)?;
    let (books, inputs) = (&case.books, &case.inputs);
    let answer = match case.asked.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let lists = sale_lists(books, None).into_iter();
            let taxes = lists.map(|it| sale_tax(books, inputs, it, None));
            let taxes: Result<Vec<_>, _> = taxes.collect();
            told(&taxes.map_err(text)?)
        }
        ["quote", book, day] => {
            told(&quote(books, inputs, number(book)?, date(day)?).map_err(text)?)
        }
        ["refund", book] => told(&refunds(books, inputs, number(book)?, None).map_err(text)?),
        ["guarantee", book, day] => {
            told(&guarantee(books, inputs, number(book)?, date(day)?).map_err(text)?)
        }
        ["deadlines", day] => told(&deadlines(books, inputs, None, date(day)?).map_err(text)?),
        _ => return Err(format!("? {}: not a question", case.asked.join(" "))),
    };
    answer.map_err(text)
}

/// A case: books and a file.
#[derive(Debug)]
pub struct Case {
    /// What was posted.
    pub books: Books,
    /// What the file says.
    pub inputs: Inputs,
    asked: Vec<String>,
}

fn text(error: impl Display) -> String {
    error.to_string()
}

fn number(text: &str) -> Result<HandbookNo, String> {
    text.parse().map_err(|it| format!("{it}"))
}

fn date(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| format!("{text:?} is no date"))
}

impl Case {
    /// Reads a case and posts its entries.
    ///
    /// # Errors
    /// As [`run`], but for what is asked.
    pub fn read(script: &str) -> Result<Case, String> {
        let (lines, file) = match script.find('{') {
            Some(at) => script.split_at(at),
            None => (script, "{}"),
        };
        let mut case = Case {
            books: Books::default(),
            inputs: Inputs::from_json(file).map_err(text)?,
            asked: Vec::new(),
        };
        let mut clerk = Clerk::default();
        let lines = lines.lines().map(str::trim).filter(|it| !it.is_empty());
        for line in lines {
            match line.strip_prefix("? ") {
                Some(asked) => case.asked = asked.split_whitespace().map(str::to_owned).collect(),
                None => clerk.line(line).map_err(|it| format!("{line}: {it}"))?,
            }
        }
        for entry in clerk.entries() {
            let read =
                Entry::from_json(&entry.to_string()).map_err(|it| format!("{entry}: {it}"))?;
            case.books
                .post(&read)
                .map_err(|it| format!("{entry}: {it}"))?;
        }
        Ok(case)
    }
}

#[derive(Default)]
struct Clerk {
    books: Vec<Map<String, Value>>,
    moves: Vec<Value>,
}

fn money(text: &str) -> Option<(&str, &str)> {
    let at = text.len().checked_sub(3)?;
    text.is_char_boundary(at).then(|| text.split_at(at))
}

impl Clerk {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["book", number, period, ref rest @ ..] => self.book(number, period, rest),
            ["report", book, day] => {
                self.closure("report_closure", book, day);
                Ok(())
            }
            ["amend", day, item, hs, name, ref rest @ ..] => {
                let (field, value) = Self::said(item, hs, name, rest)?;
                let book = self.books.last().ok_or("no book yet")?;
                self.moves.push(json!({
                    "date": day, "entry": "amend_handbook", "handbook": book["number"],
                    "by": "customs", field: [value],
                }));
                Ok(())
            }
            ["count", book, day, counted] => {
                let (item, quantity) = counted.split_once(':').ok_or("expected M1:QUANTITY")?;
                let seq: u16 = item.get(1..).unwrap_or_default().parse().map_err(text)?;
                self.moves.push(json!({
                    "date": day, "entry": "count_stock", "handbook": book,
                    "materials": [{"seq": seq, "quantity": quantity}],
                }));
                Ok(())
            }
            ["cycle", book, end, day] => {
                self.moves.push(json!({
                    "date": day, "entry": "report_cycle", "handbook": book, "cycle_end": end,
                }));
                Ok(())
            }
            ["accept", book, day] => {
                self.closure("accept_cycle", book, day);
                Ok(())
            }
            ["close", book, day] => {
                self.closure("report_closure", book, day);
                self.closure("accept_closure", book, day);
                Ok(())
            }
            [first, ..] if first.contains('<') => self.consumption(first),
            [item, hs, name, ref rest @ ..] if item.starts_with(['M', 'P']) => {
                self.item(item, hs, name, rest)
            }
            [day, verb, list, ref rest @ ..] => self.list(day, verb, list, rest),
            _ => Err("not a line of the language".to_owned()),
        }
    }

    fn book(&mut self, number: &str, period: &str, rest: &[&str]) -> Result<(), String> {
        let (from, until) = period.split_once("..").ok_or("expected FROM..UNTIL")?;
        let party = json!({
            "uscc": "91350100M000100Y43", "customs_code": "3501900001", "name": "示例公司",
        });
        let trade = match number.starts_with('B') {
            true => Trade::SuppliedMaterials,
            false => Trade::ImportedMaterials,
        };
        let mut book = json!({
            "number": number, "trade": trade.as_str(), "operator": party, "processor": party,
            "valid_from": from, "valid_until": until, "consumption_declared": "before_closure",
            "materials": [], "products": [], "consumptions": [],
        });
        for word in rest {
            match word.split_once('=') {
                Some(("guarantee", it)) => {
                    let (amount, until) = it.split_once("..").ok_or("expected AMOUNT..UNTIL")?;
                    let (amount, currency) = money(amount).ok_or("expected an amount")?;
                    book["guarantee"] = json!({
                        "kind": "letter", "amount": amount, "currency": currency, "valid_until": until,
                    });
                }
                Some((field, value)) => book[field] = json!(value),
                None => return Err(format!("{word}: expected FIELD=VALUE")),
            }
        }
        self.books.extend(book.as_object().cloned());
        Ok(())
    }

    fn push(&mut self, field: &str, value: Value) -> Result<(), String> {
        let book = self.books.last_mut().ok_or("no book yet")?;
        let items = book.get_mut(field).and_then(Value::as_array_mut);
        items.ok_or("no such field")?.push(value);
        Ok(())
    }

    fn item(&mut self, item: &str, hs: &str, name: &str, rest: &[&str]) -> Result<(), String> {
        let (field, value) = Self::said(item, hs, name, rest)?;
        self.push(field, value)
    }

    /// An item, and where it stands.
    fn said(
        item: &str,
        hs: &str,
        name: &str,
        rest: &[&str],
    ) -> Result<(&'static str, Value), String> {
        let seq: u16 = item[1..].parse().map_err(text)?;
        let mut value = json!({"seq": seq, "code": item, "hs": hs, "name": name, "unit": "035"});
        for word in rest {
            let (field, it) = word.split_once('=').ok_or("expected FIELD=VALUE")?;
            match field {
                "approved" => value["quantity"] = json!(it),
                "price" => {
                    let (price, currency) = money(it).ok_or("expected a price")?;
                    value["price"] = json!(price);
                    value["currency"] = json!(currency);
                }
                _ => value[field] = json!(it),
            }
        }
        let field = if item.starts_with('M') {
            "materials"
        } else {
            "products"
        };
        Ok((field, value))
    }

    fn consumption(&mut self, line: &str) -> Result<(), String> {
        let mut parts = line.split('/');
        let first = parts.next().unwrap_or_default();
        let (product, rest) = first.split_once('<').ok_or("expected P1<M1*NET")?;
        let (material, net) = rest.split_once('*').ok_or("expected P1<M1*NET")?;
        let seq = |it: &str| it.get(1..).and_then(|it| it.parse::<u16>().ok());
        let mut value = json!({"product": seq(product), "material": seq(material), "net": net});
        for part in parts {
            match part.split_once('=') {
                Some(("loss", it)) => value["tangible_loss"] = json!(it),
                Some(("share", it)) => value["bonded_share"] = json!(it),
                Some(("version", it)) => value["version"] = json!(it),
                _ => return Err(format!("{part}: expected loss=, share= or version=")),
            }
        }
        self.push("consumptions", value)
    }

    fn list(&mut self, day: &str, verb: &str, list: &str, rest: &[&str]) -> Result<(), String> {
        let first = self.books.first().and_then(|it| it["number"].as_str());
        let mut book = first.ok_or("no book yet")?.to_owned();
        let (mut mode, mut from, mut lines, mut product) = (None, None, Vec::new(), false);
        let mut settles = None;
        for word in rest {
            if let Some(end) = word.strip_prefix("settles=") {
                settles = Some(end);
                continue;
            }
            match (word.strip_prefix('@'), word.strip_prefix("from=")) {
                (Some(it), _) => book = it.to_owned(),
                (_, Some(it)) => from = Some(it),
                _ if word.contains(':') => {
                    product = word.starts_with('P');
                    let number = lines.len() + 1;
                    lines.push(line(number, word)?);
                }
                _ => mode = Some(*word),
            }
        }
        let trade = match book.starts_with('B') {
            true => Trade::SuppliedMaterials,
            false => Trade::ImportedMaterials,
        };
        let named = |movement| modes::mode_of(movement, trade);
        let (code, direction, goods) = match (verb, product) {
            ("in", _) => (
                mode.ok_or("expected a mode")?,
                Direction::Import,
                goods(product),
            ),
            ("out", _) => (
                mode.ok_or("expected a mode")?,
                Direction::Export,
                goods(product),
            ),
            ("sell" | "declare", false) => named(Movement::DomesticSale).ok_or("no mode")?,
            ("sell" | "declare", true) => named(Movement::ProductSale).ok_or("no mode")?,
            ("scrap", _) => named(Movement::ScrapSold).ok_or("no mode")?,
            ("destroy", false) => named(Movement::Destroyed).ok_or("no mode")?,
            ("destroy", true) => named(Movement::ProductDestroyed).ok_or("no mode")?,
            _ => return Err(format!("{verb}: not a verb of the language")),
        };
        let mut declared = json!({
            "number": list, "handbook": book, "direction": direction.as_str(),
            "goods": goods.as_str(), "mode": code, "lines": lines,
        });
        if let Some(end) = settles {
            declared["settles"] = json!(end);
        }
        let carried = ["0654", "0255", "0657", "0258"].contains(&code);
        if carried {
            let other = from.unwrap_or("C222626X0009");
            declared["counterpart"] = json!({"handbook": other});
            declared["delivered"] = json!(day);
        }
        self.moves
            .push(json!({"date": day, "entry": "declare_list", "list": declared}));
        if verb != "declare" {
            self.moves
                .push(json!({"date": day, "entry": "book_list", "list": list}));
        }
        Ok(())
    }

    fn closure(&mut self, kind: &str, book: &str, day: &str) {
        self.moves
            .push(json!({"date": day, "entry": kind, "handbook": book}));
    }

    fn entries(self) -> Vec<Value> {
        let opened = self.books.into_iter().map(
            |book| json!({"date": book["valid_from"], "entry": "open_handbook", "handbook": book}),
        );
        let all = opened.chain(self.moves).zip(1..);
        all.map(|(mut entry, at)| {
            entry["id"] = json!(format!("00000000-0000-4000-8000-{at:012}"));
            entry
        })
        .collect()
    }
}

fn goods(product: bool) -> Goods {
    if product {
        Goods::Product
    } else {
        Goods::Material
    }
}

/// `M1:15=1200CNY/3915909000/by_product`.
fn line(number: usize, word: &str) -> Result<Value, String> {
    let mut parts = word.split('/');
    let first = parts.next().unwrap_or_default();
    let (item, rest) = first.split_once(':').ok_or("expected ITEM:QUANTITY")?;
    let seq: u16 = item
        .get(1..)
        .and_then(|it| it.parse().ok())
        .ok_or("expected M1 or P1")?;
    let (quantity, amount) = match rest.split_once('=') {
        Some((quantity, amount)) => (quantity, Some(amount)),
        None => (rest, None),
    };
    let mut line = json!({"line": number, "seq": seq, "quantity": quantity});
    if let Some((amount, currency)) = amount.and_then(money) {
        line["amount"] = json!(amount);
        line["currency"] = json!(currency);
    }
    if let Some(hs) = parts.next() {
        line["presented"] = json!({"hs": hs, "name": "scrap", "unit": "035", "quantity": quantity});
    }
    if parts.next() == Some("by_product") {
        line["by_product"] = json!(true);
    }
    Ok(line)
}
