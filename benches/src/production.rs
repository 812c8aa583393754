//! A year of production: 20 versions, four materials an order, up to 2 % beside what is declared.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};

use unit_consumption::declaration::Declaration;
use unit_consumption::production::{CSV_HEADER, CsvReader, Issue, Record, RecordError};
use unit_consumption::verify::Verifier;
use unit_consumption::{Date, Policy, Quantity, cases};

use crate::Numbers;

/// Rows of an order.
pub const MATERIALS: u64 = 4;
const PRODUCTS: u64 = 10;
const VERSIONS: u64 = 2;
/// In the handbook; a version has [`MATERIALS`] of them.
const ON_FILE: u64 = 12;

/// A line of the consumption table: net in 10^-9, tangible loss in percent.
struct Line {
    material: u64,
    net: u64,
    loss: u64,
}

fn lines(product: u64, version: u64) -> Vec<Line> {
    let mut numbers = Numbers::new(product * VERSIONS + version);
    (0..MATERIALS)
        .map(|at| Line {
            material: (product + at * 3) % ON_FILE + 1,
            net: 50_000_000 + numbers.below(1_950_000_000),
            loss: numbers.below(9),
        })
        .collect()
}

/// What is declared.
///
/// # Panics
/// When the generator makes something that is no declaration.
pub fn declaration() -> Declaration {
    let mut script = String::new();
    for product in 1..=PRODUCTS {
        for version in 0..VERSIONS {
            for line in lines(product, version) {
                let (whole, rest) = (line.net / 1_000_000_000, line.net % 1_000_000_000);
                let (material, loss) = (line.material, line.loss);
                let _ = writeln!(
                    script,
                    "P{product}<M{material}*{whole}.{rest:09} loss={loss} v={version}"
                );
            }
            let _ = writeln!(script, "version P{product} v={version} defects=in_loss");
        }
    }
    let read = cases::read(&script);
    read.unwrap_or_else(|problem| panic!("{problem}")).0
}

/// One order, always the same.
pub fn order(at: u64) -> Record {
    let mut numbers = Numbers::new(at);
    let (product, version) = (1 + numbers.below(PRODUCTS), numbers.below(VERSIONS));
    let (month, day) = (numbers.below(12) as u32, numbers.below(28) as u32);
    let good = 100 + numbers.below(4_900);
    let quantity = |raw: u64| {
        let raw = i64::try_from(raw).ok().and_then(Quantity::from_raw);
        raw.unwrap_or_default()
    };
    let materials = lines(product, version).into_iter().map(|line| {
        // In 1/100,000: good × net ÷ (1 − loss), 2 % more or less.
        let needed = good * line.net / 100 / (100 - line.loss);
        let used = needed * (980 + numbers.below(41)) / 1_000;
        let returned = match numbers.below(10) {
            0 => used / 50,
            _ => 0,
        };
        Issue {
            material: line.material as u16,
            issued: quantity(used + returned),
            returned: quantity(returned),
            scrap: quantity(used * line.loss / 100),
            cause: None,
            stage: (line.material % 4 == 0).then(|| "assembly".to_string()),
        }
    });
    let materials = materials.collect();
    Record {
        order: format!("WO26-{at:08}"),
        date: Date::from_ymd_opt(2026, month + 1, day + 1).unwrap_or_default(),
        handbook: cases::HANDBOOK.to_string(),
        product: product as u16,
        version: version.to_string(),
        good: quantity(good * 100_000),
        rejected: quantity(numbers.below(20) * 100_000),
        materials,
    }
}

/// An order as a line of JSON.
pub fn as_json(record: &Record) -> String {
    let mut line = format!(
        r#"{{"order":"{}","date":"{}","handbook":"{}","product":{},"version":"{}","good":"{}","rejected":"{}","materials":["#,
        record.order,
        record.date,
        record.handbook,
        record.product,
        record.version,
        record.good,
        record.rejected
    );
    for (at, issue) in record.materials.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(
            line,
            r#"{comma}{{"material":{},"issued":"{}","returned":"{}","scrap":"{}""#,
            issue.material, issue.issued, issue.returned, issue.scrap
        );
        if let Some(stage) = &issue.stage {
            let _ = write!(line, r#","stage":"{stage}""#);
        }
        line.push('}');
    }
    line + "]}\n"
}

/// An order as rows of a CSV.
pub fn as_csv(record: &Record) -> String {
    let mut rows = String::new();
    for issue in &record.materials {
        let _ = writeln!(
            rows,
            "{},{},{},{},{},{},{},{},{},{},{},,{}",
            record.order,
            record.date,
            record.handbook,
            record.product,
            record.version,
            record.good,
            record.rejected,
            issue.material,
            issue.issued,
            issue.returned,
            issue.scrap,
            issue.stage.as_deref().unwrap_or_default()
        );
    }
    rows
}

/// The two formats.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// JSON Lines.
    Json,
    /// A CSV with a header.
    Csv,
}

/// Writes so many orders.
///
/// # Errors
/// When they cannot be written.
pub fn write(orders: u64, format: Format, out: &mut impl Write) -> std::io::Result<()> {
    if format == Format::Csv {
        writeln!(out, "{CSV_HEADER}")?;
    }
    for at in 0..orders {
        let text = match format {
            Format::Json => as_json(&order(at)),
            Format::Csv => as_csv(&order(at)),
        };
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Reads and verifies all of it.
///
/// # Errors
/// When it cannot be read.
///
/// # Panics
/// When a record is none: what [`write()`] writes are records.
pub fn verify(format: Format, input: impl Read) -> std::io::Result<Verifier> {
    let mut verifier = Verifier::new(vec![declaration()], Policy::builtin());
    let mut add = |read: Result<Record, RecordError>| match read {
        Ok(record) => verifier.add(&record),
        Err(error) => panic!("{error}"),
    };
    let mut input = BufReader::with_capacity(64 << 10, input);
    match format {
        Format::Json => {
            let mut line = String::new();
            while input.read_line(&mut line)? > 0 {
                add(Record::from_json(&line));
                line.clear();
            }
        }
        Format::Csv => {
            let mut reader = CsvReader::new();
            loop {
                let piece = input.fill_buf()?;
                if piece.is_empty() {
                    break;
                }
                reader.feed(piece, &mut add);
                let read = piece.len();
                input.consume(read);
            }
            reader.finish(&mut add);
        }
    }
    Ok(verifier)
}
