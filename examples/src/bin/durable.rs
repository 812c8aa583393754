//! A ledger that outlives the program: in one SQLite file, beside an ERP's own.
//!
//! Run it twice: the second run finds everything, and posts nothing twice. `cargo run -p examples
//! --bin durable FILE.db`; without a name it takes a file of its own and removes it.

use std::path::{Path, PathBuf};

use bonded_ledger::{
    BookList, DeclareList, Entry, EntryKind, InputError, Item, Movement, OpenHandbook, Party, Uuid,
    parse_date,
};
use bonded_sqlite::{SqliteStore, sync_tables};
use bonded_store::{DurableLedger, PostError};

type Anything = Box<dyn std::error::Error>;

const NAMESPACE: Uuid = Uuid::from_u128(0x2f1c_86f0_4f6d_4c5b_9d0e_33b1_72a5_e002);

/// The id is derived from the ERP's document: the same document sent again is the same entry.
fn entry(document: &str, date: &str, kind: impl Into<EntryKind>) -> Result<Entry, Anything> {
    let date = parse_date(date).ok_or("a date")?;
    let id = Uuid::new_v5(&NAMESPACE, document.as_bytes());
    Ok(Entry::new(id, date, kind.into()))
}

fn documents() -> Result<Vec<Entry>, Anything> {
    let fab = Party::new("91310115000000019M", "3122200001", "示例晶圆制造有限公司")?;
    let bare = Item::new("BW-200", "3818001900", "裸晶圆", "020")?.approved("1000")?;
    let processed = Item::new("PW-200", "8542390000", "集成电路晶圆", "020")?;
    let handbook = OpenHandbook::new("C222626A0001", fab, "2026-01-01", "2026-12-31")?
        .material(1, bare)?
        .product(1, processed)?
        .consumption(1, 1, "1", "5")?;
    let list = |number: &str, movement, quantity: &str| -> Result<DeclareList, InputError> {
        DeclareList::new(number, "C222626A0001", movement)?.line(1, quantity)
    };
    Ok(vec![
        entry("HB-1", "2026-01-05", handbook)?,
        entry(
            "PO-7",
            "2026-01-12",
            list("IMPORT-01", Movement::Imported, "1000")?,
        )?,
        entry("GR-7", "2026-01-14", BookList::new("IMPORT-01"))?,
        entry(
            "SO-3",
            "2026-03-02",
            list("EXPORT-01", Movement::Exported, "912")?,
        )?,
        entry(
            "PO-8",
            "2026-03-09",
            list("IMPORT-02", Movement::Imported, "25")?,
        )?,
    ])
}

fn run(path: &Path) -> Result<(), Anything> {
    let mut books = DurableLedger::open(SqliteStore::open(path)?)?;
    println!("{} entries were there", books.ledger().entries());
    for entry in documents()? {
        // The answer comes after the disk has it.
        match books.post(&entry) {
            Ok(receipt) if receipt.duplicate => println!("posted before"),
            Ok(receipt) => println!("posted, {} moved", receipt.moved.len()),
            Err(PostError::Refused(refusal)) => {
                println!("refused ({}): {refusal}", refusal.code());
            }
            Err(error) => return Err(error.into()),
        }
    }
    // Kept elsewhere, it proves later that nothing was changed.
    println!("head {}", books.head());
    // For reports, which read tables: they may follow behind the journal.
    sync_tables(&mut books)?;
    let remaining = books
        .ledger()
        .material("C222626A0001".parse()?, 1)
        .ok_or("no such material")?
        .remaining;
    println!("{remaining} wafers remain");
    Ok(())
}

fn main() -> Result<(), Anything> {
    match std::env::args_os().nth(1) {
        Some(path) => run(&PathBuf::from(path)),
        None => {
            let folder = std::env::temp_dir().join(format!("bonded-{}", std::process::id()));
            std::fs::create_dir_all(&folder)?;
            let ran = run(&folder.join("books.db"));
            std::fs::remove_dir_all(&folder)?;
            ran
        }
    }
}
