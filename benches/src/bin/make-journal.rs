//! Writes a journal of the handbook and so many lists (of 20 lines) to standard output:
//! `cargo run --release -p benches --bin make-journal -- 100000 > big.jsonl`.

use std::io::{BufWriter, Write as _};

use benches::{handbook, lists};

fn main() -> std::io::Result<()> {
    let count = std::env::args()
        .nth(1)
        .and_then(|it| it.parse().ok())
        .unwrap_or(1_000);
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{}", handbook())?;
    let mut from = 0;
    while from < count {
        let some = 10_000.min(count - from);
        for entry in lists(from, some) {
            writeln!(out, "{entry}")?;
        }
        from += some;
    }
    out.flush()
}
