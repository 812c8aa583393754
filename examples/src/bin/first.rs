//! The first example: a handbook, an import, an export, a refusal, a balance.

use bonded_ledger::{BookList, DeclareList, Entry, Item, Ledger, Movement, OpenHandbook, Party};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let fab = Party::new("91310115000000019M", "3122200001", "示例晶圆制造有限公司")?;
    let bare = Item::new("BW-200", "3818001900", "裸晶圆", "020")?.approved("1000")?;
    let processed = Item::new("PW-200", "8542390000", "集成电路晶圆", "020")?;
    let handbook = OpenHandbook::new("C222626A0001", fab, "2026-01-01", "2026-12-31")?
        .material(1, bare)?
        .product(1, processed)?
        .consumption(1, 1, "1", "5")?; // one wafer a wafer, 5 % of them are lost
    let list = |number, movement| DeclareList::new(number, "C222626A0001", movement);

    let mut ledger = Ledger::new();
    ledger.post(&Entry::of("2026-01-05", handbook)?)?;
    let import = list("IMPORT-01", Movement::Imported)?.line(1, "1000")?;
    ledger.post(&Entry::of("2026-01-12", import)?)?;
    ledger.post(&Entry::of("2026-01-14", BookList::new("IMPORT-01"))?)?;
    let export = list("EXPORT-01", Movement::Exported)?.line(1, "912")?;
    ledger.post(&Entry::of("2026-03-02", export)?)?;
    ledger.post(&Entry::of("2026-03-04", BookList::new("EXPORT-01"))?)?;

    let more = list("IMPORT-02", Movement::Imported)?.line(1, "25")?;
    if let Err(refusal) = ledger.post(&Entry::of("2026-03-09", more)?) {
        println!("refused ({}): {refusal}", refusal.code());
    }
    let wafers = ledger
        .material("C222626A0001".parse()?, 1)
        .ok_or("no such material")?;
    println!(
        "{} in, {} consumed, {} remain",
        wafers.imported, wafers.consumed, wafers.remaining
    );
    Ok(())
}
