//! A material ledger of an ERP system that posts beside the bonded one: both, or neither.
//!
//! The ERP's document number gives the id of the entry, so a document that is sent twice (after a
//! crash, say) is posted once.

use std::collections::BTreeMap;

use bonded_ledger::{
    Date, DeclareList, Direction, Entry, EntryKind, Goods, Ledger, ListLine, Receipt, Refusal,
    Uuid, parse_date,
};

type Anything = Box<dyn std::error::Error>;

const NAMESPACE: Uuid = Uuid::from_u128(0x2f1c_86f0_4f6d_4c5b_9d0e_33b1_72a5_e001);
const BOOK: &str = "C222626A0001";
const WAREHOUSE: &str = "bonded warehouse";

/// A movement document of the ERP.
struct Document {
    number: &'static str,
    date: &'static str,
    /// Receipts are above 0, issues below.
    quantity: i64,
}

/// Stock by place: what the ERP keeps for itself.
#[derive(Clone, Default)]
struct Stock(BTreeMap<&'static str, i64>);

/// Why a document was not posted. Nothing has changed in either ledger.
#[derive(Debug)]
enum NotPosted {
    Stock { short_by: i64 },
    Customs(Refusal),
    Unreadable(Anything),
}

impl Stock {
    fn post(&mut self, document: &Document) -> Result<(), NotPosted> {
        let on_hand = self.0.entry(WAREHOUSE).or_default();
        let left = *on_hand + document.quantity;
        if left < 0 {
            return Err(NotPosted::Stock { short_by: -left });
        }
        *on_hand = left;
        Ok(())
    }
}

struct Erp {
    stock: Stock,
    bonded: Ledger,
}

impl Erp {
    /// The ERP's own posting is tried on a copy, which is kept only when the bonded ledger agrees.
    fn post(&mut self, document: &Document) -> Result<Receipt, NotPosted> {
        let entry = entry_of(document).map_err(NotPosted::Unreadable)?;
        let mut stock = self.stock.clone();
        // A stock that would fall short refuses only documents that are new to the bonded ledger.
        let own = stock.post(document);
        let mut bonded = self.bonded.clone();
        let receipt = bonded.post(&entry).map_err(NotPosted::Customs)?;
        if receipt.duplicate {
            return Ok(receipt);
        }
        own?;
        (self.stock, self.bonded) = (stock, bonded);
        Ok(receipt)
    }
}

/// An import list or an export list, under the id that belongs to the document.
fn entry_of(document: &Document) -> Result<Entry, Anything> {
    let (direction, mode) = match document.quantity > 0 {
        true => (Direction::Import, "0615"),
        false => (Direction::Export, "0664"),
    };
    let quantity = document.quantity.abs().to_string().parse()?;
    let list = DeclareList {
        number: format!("LIST-{}", document.number),
        handbook: BOOK.parse()?,
        direction,
        goods: Goods::Material,
        mode: mode.parse()?,
        counterpart: None,
        delivered: None,
        reference: Some(document.number.into()),
        settles: None,
        customs_declaration: None,
        lines: vec![ListLine::new(1, 1, quantity)],
        ext: None,
    };
    let id = Uuid::new_v5(&NAMESPACE, document.number.as_bytes());
    Ok(Entry::new(
        id,
        date(document.date)?,
        EntryKind::DeclareList { list },
    ))
}

fn date(text: &str) -> Result<Date, Anything> {
    parse_date(text).ok_or_else(|| format!("{text} is not a date").into())
}

fn main() -> Result<(), Anything> {
    let handbook = include_str!("../../../crates/bonded-ledger/tests/data/first.jsonl");
    let open = handbook.lines().next().ok_or("an empty journal")?;
    let mut bonded = Ledger::new();
    bonded.post(&Entry::from_json(open)?)?;
    let stock = Stock::default();
    let mut erp = Erp { stock, bonded };

    for document in [
        Document {
            number: "GR-260001",
            date: "2026-01-12",
            quantity: 600,
        },
        Document {
            number: "GR-260001",
            date: "2026-01-12",
            quantity: 600,
        },
        Document {
            number: "GR-260002",
            date: "2026-02-02",
            quantity: 500,
        },
        Document {
            number: "GI-260003",
            date: "2026-02-09",
            quantity: -700,
        },
        Document {
            number: "GR-260004",
            date: "2026-12-07",
            quantity: 400,
        },
    ] {
        print!("{} {:>5}: ", document.number, document.quantity);
        match erp.post(&document) {
            Ok(receipt) if receipt.duplicate => println!("was here already"),
            Ok(receipt) => {
                println!("posted in both");
                for it in &receipt.moved {
                    println!("  {} by {}", it.column, it.quantity);
                }
                for warning in &receipt.warnings {
                    println!("  {}: {warning}", warning.code());
                }
            }
            Err(NotPosted::Customs(it)) => println!("in neither, {}: {it}", it.code()),
            Err(NotPosted::Stock { short_by }) => println!("in neither, stock short by {short_by}"),
            Err(NotPosted::Unreadable(error)) => return Err(error),
        }
    }
    let pending = erp
        .bonded
        .material(BOOK.parse()?, 1)
        .ok_or("no such material")?
        .pending_in;
    println!(
        "on hand {}, pending at customs {pending}",
        erp.stock.0[WAREHOUSE]
    );
    Ok(())
}
