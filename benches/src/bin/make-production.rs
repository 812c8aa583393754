//! Writes production records of so many orders (four rows each) to standard output:
//! `cargo run --release -p benches --bin make-production -- 250000 csv > production.csv`, or `jsonl`.

use std::io::{BufWriter, Write as _};

use benches::production::{Format, write};

fn main() -> std::io::Result<()> {
    let mut words = std::env::args().skip(1);
    let orders = words.next().and_then(|it| it.parse().ok()).unwrap_or(1_000);
    let format = match words.next().as_deref() {
        Some("csv") => Format::Csv,
        _ => Format::Json,
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    write(orders, format, &mut out)?;
    out.flush()
}
