//! How long it takes to write a ledger down and to restore it, from and to memory:
//! `cargo bench -p benches --bench snapshot`.
//!
//! `LISTS=200000 LINES=50` sets its size (default 20,000 lists of 50 lines: one million lines).

use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::ledger_of;
use bonded_ledger::Ledger;

fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.and_then(|it| it.parse().ok()).unwrap_or(default)
}

/// The shortest and the middle of seven.
fn measured(mut run: impl FnMut()) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..7)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[0], times[3])
}

fn main() {
    // cargo test runs benches without arguments: a look is enough.
    let measure = std::env::args().any(|it| it == "--bench");
    let (lists, lines) = match measure {
        true => (setting("LISTS", 20_000), setting("LINES", 50)),
        false => (100, 50),
    };
    let start = Instant::now();
    let ledger = ledger_of(lines, lists);
    println!(
        "{lists} lists of {lines} lines, {} entries, made in {:?}",
        ledger.entries(),
        start.elapsed()
    );
    let bytes = ledger.snapshot();
    let each = bytes.len() as u64 / (lists * lines).max(1);
    println!("{} bytes, {each} a line", bytes.len());
    let (best, middle) = measured(|| {
        black_box(ledger.snapshot());
    });
    println!("written   in {middle:?}, at best {best:?}");
    let statement = ledger.statement();
    drop(ledger);
    let (best, middle) = measured(|| {
        black_box(Ledger::restore(&bytes).is_ok());
    });
    println!("restored  in {middle:?}, at best {best:?}, and dropped");
    let start = Instant::now();
    let restored = Ledger::restore(&bytes).unwrap_or_else(|error| panic!("{error}"));
    println!("restored  in {:?}", start.elapsed());
    assert_eq!(restored.statement(), statement);
    assert!(restored.snapshot() == bytes, "written again it is the same");
}
