//! The IC chain of `seeds/`: posted from its journal, and printed.

use std::path::Path;

use bonded_ledger::{Entry, Ledger};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/ic-chain/journal.jsonl");
    let mut ledger = Ledger::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let receipt = ledger.post(&Entry::from_json(line)?)?;
        for warning in receipt.warnings {
            println!("{}: {warning}", warning.code());
        }
    }
    for book in ledger.statement().handbooks {
        println!("{} ({:?})", book.handbook, book.status);
        for row in &book.materials {
            println!(
                "  {:>2} in {:>8}  consumed {:>8}  other outs {:>7}  remaining {}  scrap {}  {}",
                row.seq,
                row.total_in(),
                row.consumed,
                row.total_out() - row.consumed,
                row.remaining,
                row.scrap,
                row.name,
            );
        }
    }
    for chain in ledger.chains().chains {
        let closed = if chain.closed { "closed" } else { "open" };
        println!(
            "{}: {} carry-overs, {closed}",
            chain.chain,
            chain.carry_overs.len()
        );
        for it in chain.re_export {
            println!(
                "  {} re-exported {} of product {}",
                it.handbook, it.quantity, it.product
            );
        }
    }
    Ok(())
}
