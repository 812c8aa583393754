//! An ERP's material ledger posting beside the bonded one: both, or neither.
//!
//! The id of an entry is derived from the number of the ERP's document. So the ERP may crash
//! between the two postings: the document is sent again, the bonded ledger says that it was here
//! already, and the ERP posts its own half.

use std::collections::BTreeSet;

use bonded_ledger::{
    BookList, DeclareList, Entry, EntryKind, InputError, Item, Ledger, Movement, OpenHandbook,
    Party, Receipt, Refusal, Uuid, parse_date,
};

type Anything = Box<dyn std::error::Error>;

const NAMESPACE: Uuid = Uuid::from_u128(0x2f1c_86f0_4f6d_4c5b_9d0e_33b1_72a5_e001);
const BOOK: &str = "C222626A0001";

/// A movement of the ERP.
struct Transaction {
    document: &'static str,
    date: &'static str,
    kind: Kind,
}

enum Kind {
    /// Wafers arrive at the port, and are declared.
    Arrival { list: &'static str, wafers: i64 },
    /// Customs has released them: they enter the warehouse.
    Release { list: &'static str, wafers: i64 },
    /// Processed wafers are made of so many, and declared for export.
    Shipment {
        list: &'static str,
        processed: i64,
        used: i64,
    },
    /// They have left.
    Departure { list: &'static str },
}

/// What the ERP keeps for itself.
#[derive(Default)]
struct Stock {
    at_port: i64,
    on_hand: i64,
    posted: BTreeSet<&'static str>,
}

/// Why neither ledger has posted.
enum Neither {
    Short { by: i64 },
    Refused(Refusal),
}

struct Erp {
    stock: Stock,
    bonded: Ledger,
}

impl Transaction {
    fn id(&self) -> Uuid {
        Uuid::new_v5(&NAMESPACE, self.document.as_bytes())
    }

    fn entry(&self) -> Result<Entry, InputError> {
        let declared = |number, movement, quantity: i64| {
            let list = DeclareList::new(number, BOOK, movement)?.line(1, &quantity.to_string())?;
            Ok(EntryKind::from(list.reference(self.document)))
        };
        let kind = match self.kind {
            Kind::Arrival { list, wafers } => declared(list, Movement::Imported, wafers)?,
            Kind::Shipment {
                list, processed, ..
            } => declared(list, Movement::Exported, processed)?,
            Kind::Release { list, .. } | Kind::Departure { list } => BookList::new(list).into(),
        };
        Ok(Entry::new(
            self.id(),
            parse_date(self.date).unwrap_or_default(),
            kind,
        ))
    }
}

impl Stock {
    /// What would be at the port and on hand.
    fn after(&self, transaction: &Transaction) -> Result<(i64, i64), Neither> {
        let (at_port, on_hand) = match transaction.kind {
            Kind::Arrival { wafers, .. } => (self.at_port + wafers, self.on_hand),
            Kind::Release { wafers, .. } => (self.at_port - wafers, self.on_hand + wafers),
            Kind::Shipment { used, .. } => (self.at_port, self.on_hand - used),
            Kind::Departure { .. } => (self.at_port, self.on_hand),
        };
        match at_port.min(on_hand) {
            short if short < 0 => Err(Neither::Short { by: -short }),
            _ => Ok((at_port, on_hand)),
        }
    }
}

impl Erp {
    /// The ERP looks first whether it could post, the bonded ledger posts, and what the ERP then
    /// does cannot fail. `None`: both have it already.
    fn post(&mut self, of: &Transaction, entry: &Entry) -> Result<Option<Receipt>, Neither> {
        if self.stock.posted.contains(of.document) {
            return Ok(None);
        }
        let (at_port, on_hand) = self.stock.after(of)?;
        let receipt = self.bonded.post(entry).map_err(Neither::Refused)?;
        (self.stock.at_port, self.stock.on_hand) = (at_port, on_hand);
        self.stock.posted.insert(of.document);
        Ok(Some(receipt))
    }
}

fn main() -> Result<(), Anything> {
    let fab = Party::new("91310115000000019M", "3122200001", "示例晶圆制造有限公司")?;
    let bare = Item::new("BW-200", "3818001900", "裸晶圆", "020")?.approved("1000")?;
    let processed = Item::new("PW-200", "8542390000", "集成电路晶圆", "020")?;
    let handbook = OpenHandbook::new(BOOK, fab, "2026-01-01", "2026-12-31")?
        .material(1, bare)?
        .product(1, processed)?
        .consumption(1, 1, "1", "4")?;
    let (mut bonded, stock) = (Ledger::new(), Stock::default());
    bonded.post(&Entry::of("2026-01-05", handbook)?)?;

    let at = |document, date, kind| Transaction {
        document,
        date,
        kind,
    };
    let arrival = |list, wafers| Kind::Arrival { list, wafers };
    let shipment = |list, processed, used| Kind::Shipment {
        list,
        processed,
        used,
    };
    let release = Kind::Release {
        list: "IN-1",
        wafers: 600,
    };
    let transactions = [
        at("GR-260001", "2026-01-12", arrival("IN-1", 600)),
        at("GR-260002", "2026-01-14", release),
        at("GR-260003", "2026-02-02", arrival("IN-2", 500)), // above what is approved
        at("GI-260004", "2026-03-02", shipment("OUT-1", 480, 503)), // 3 more than declared
        at("GI-260005", "2026-03-04", Kind::Departure { list: "OUT-1" }),
        at("GI-260005", "2026-03-04", Kind::Departure { list: "OUT-1" }), // sent again
        at("GI-260006", "2026-03-09", shipment("OUT-2", 96, 100)),        // more than is on hand
        at("GR-260007", "2026-12-07", arrival("IN-3", 300)),              // soon before the expiry
    ];
    // A crash in the middle of the first one: only the bonded ledger has it.
    bonded.post(&transactions[0].entry()?)?;

    let mut erp = Erp { stock, bonded };
    for it in &transactions {
        print!("{}: ", it.document);
        match erp.post(it, &it.entry()?) {
            Ok(None) => println!("was in both already"),
            Ok(Some(receipt)) => tell(&receipt),
            Err(Neither::Short { by }) => println!("in neither: stock would be short by {by}"),
            Err(Neither::Refused(it)) => println!("in neither: {} ({it})", it.code()),
        }
    }
    let wafers = erp
        .bonded
        .material(BOOK.parse()?, 1)
        .ok_or("no such material")?;
    let (at_port, on_hand) = (erp.stock.at_port, erp.stock.on_hand);
    println!("ERP: {on_hand} on hand, {at_port} at the port");
    println!(
        "bonded: {} remain, {} pending",
        wafers.remaining, wafers.pending_in
    );
    Ok(())
}

fn tell(receipt: &Receipt) {
    println!(
        "{}",
        if receipt.duplicate {
            "was in the bonded ledger only"
        } else {
            "in both"
        }
    );
    for it in &receipt.moved {
        let remaining = it
            .remaining
            .map(|it| format!(", {it} remain"))
            .unwrap_or_default();
        println!("  {} by {}{remaining}", it.column, it.quantity);
    }
    for warning in &receipt.warnings {
        println!("  {}: {warning}", warning.code());
    }
}
