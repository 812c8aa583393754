//! Verifies a file of production records as it streams by, and tells how long it took and the most
//! memory that the process had: `cargo run --release -p benches --bin verify-production -- FILE`
//! (`.csv`, or JSON Lines).

use std::fs::File;
use std::time::Instant;

use benches::production::{Format, MATERIALS, verify};

/// Kilobytes: what Linux says.
fn most_resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_string(), |it| it.trim().to_string())
}

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let format = match path.ends_with(".csv") {
        true => Format::Csv,
        false => Format::Json,
    };
    let start = Instant::now();
    let verifier = verify(format, File::open(path)?)?;
    let verified = start.elapsed();
    let report = verifier.report(None);
    let time = start.elapsed();
    let rows = report.records * MATERIALS;
    println!(
        "{rows} rows in {} ms, {} rows a second; of it {} ms for the report; {} findings; most memory {}",
        time.as_millis(),
        u128::from(rows) * 1_000_000 / time.as_micros().max(1),
        (time - verified).as_millis(),
        report.findings().count(),
        most_resident()
    );
    Ok(())
}
