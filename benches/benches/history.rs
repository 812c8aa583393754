//! Does posting slow down with history, does a statement, and what does a line weigh? Prints ratios
//! of one run: `cargo bench -p benches --bench history`.
//!
//! `LISTS=500000` sets the length of the history (default 50,000 lists of 20 lines: one million).

use std::time::{Duration, Instant};

use benches::{LINES, entries, ledger, lists};
use bonded_ledger::Ledger;

/// The input is made before the clock starts.
fn post(ledger: &mut Ledger, from: u64, count: u64) -> Duration {
    let entries = entries(&lists(from, count));
    let start = Instant::now();
    for entry in &entries {
        ledger
            .replay(entry)
            .unwrap_or_else(|refusal| panic!("{refusal}"));
    }
    start.elapsed()
}

/// In small portions, so that what is weighed is the ledger and not the input beside it.
fn weigh(count: u64) -> u64 {
    let mut ledger = ledger(0);
    let before = resident();
    let mut from = 0;
    while from < count {
        post(&mut ledger, from, 250);
        from += 250;
    }
    let grown = resident().saturating_sub(before);
    std::hint::black_box(ledger.entries());
    grown / (from * LINES)
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

fn statement(ledger: &Ledger) -> Duration {
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(ledger.statement());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[10]
}

fn per_second(lines: u64, time: Duration) -> u64 {
    (u128::from(lines) * 1_000_000_000 / time.as_nanos().max(1)) as u64
}

fn main() {
    let total: u64 = std::env::var("LISTS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(50_000);
    let step = total / 10;
    let weight = weigh(step);
    let short = ledger(50);
    let mut long = ledger(0);
    let mut times = Vec::new();
    for at in 0..10 {
        let time = post(&mut long, at * step, step);
        println!(
            "lines {:>10} to {:>10}: {:>9} lines a second",
            at * step * LINES,
            (at + 1) * step * LINES,
            per_second(step * LINES, time)
        );
        times.push(time);
    }
    let ratio = |a: Duration, b: Duration| {
        let thousandths = a.as_nanos() * 1000 / b.as_nanos().max(1);
        format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
    };
    println!(
        "posting, last tenth against first: {}",
        ratio(times[9], times[0])
    );
    println!("memory per posted line: {weight} bytes");
    let (few, many) = (statement(&short), statement(&long));
    println!("statement after {} lines: {few:?}", 50 * LINES);
    println!("statement after {} lines: {many:?}", total * LINES);
    println!("statement, long against short: {}", ratio(many, few));
}
