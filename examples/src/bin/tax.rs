//! What bonded goods cost: the sales of the IC chain, and the refund of its design enterprise.

use bonded_ledger::Entry;
use bonded_tax::{Books, Inputs, deadlines, refund_books, refunds, sale_lists, sale_tax, told};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The ledger keeps quantities; the same entries say what they cost.
    let mut books = Books::default();
    for line in include_str!("../../../seeds/ic-chain/journal.jsonl").lines() {
        books.post(&Entry::from_json(line)?)?;
    }
    // What no journal says: rates of the tariff, exchange rates, selling prices.
    let inputs = Inputs::from_json(include_str!("../../../seeds/tax/inputs.json"))?;

    for list in sale_lists(&books, None) {
        let tax = sale_tax(&books, &inputs, list, None)?;
        println!("{list}: {} in all", tax.total.value);
        for goods in &tax.goods {
            let (value, levies) = (goods.value.value, goods.levies.total());
            println!(
                "  {} of {}: value {value}, tax {levies}",
                goods.quantity.value, goods.name
            );
        }
    }
    // Without a rate there is no figure, but a word on what to add.
    if let Err(missing) = sale_tax(&books, &Inputs::builtin(), "HD-SALE-01", None) {
        println!("{}: {}", missing.code(), missing.add());
    }

    for book in refund_books(&books) {
        // Of an account book, one a cycle.
        let refunds = refunds(&books, &inputs, book, None)?;
        for said in told(&refunds)? {
            if ["refund_actual_rate", "refund_adjustment"].contains(&said.rule.code) {
                println!("{book}: {}", said.text);
            }
        }
    }
    let today = bonded_ledger::parse_date("2026-11-01").ok_or("a date")?;
    for due in deadlines(&books, &inputs, None, today)? {
        let day = due.due.map_or_else(|| "?".to_owned(), |it| it.to_string());
        println!("{day} {}: {}", due.handbook, due.what);
    }
    Ok(())
}
