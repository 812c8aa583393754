//! Any bytes as production records: records or errors, the same whatever the pieces; and whatever the
//! records say, they are verified.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use unit_consumption::declaration::Declaration;
use unit_consumption::production::{CsvReader, Record, RecordError};
use unit_consumption::verify::Verifier;
use unit_consumption::{Policy, cases};

/// A book with what the rules look at: yields, a map, a shared wafer, weights, standards' codes.
const CASE: &str = "
    M1 unit=035 price=2.5
    M2 unit=035 consumable
    P1 unit=007 weight=0.001
    P1<M1*0.96 loss=4 intangible=1
    P1<M2*0.5 share=80
    P1<M3*0.000115741 loss=7.9625
    P1<M1*1.087 v=2
    P2<M1*99999999 loss=99
    P2<M4*0.000000001
    version P1 left=9000 destroyed=2 on_file=2026-02-01 until=2026-06-30
    version P1 v=2 left=100 defects=in_loss status=determined
    version P2 sold=1 defects=folded
    map P1<M3 dies=8640
    share M1 P1:2 P2:3
    yields P1<M3 sort=92.5 assembly=99.5
    filed P1<M1 gross=1.010526316
    substituted M1:5 document=S-1
";

static DECLARED: LazyLock<Declaration> =
    LazyLock::new(|| cases::read(CASE).expect("it is a case").0);

type Read = Vec<Result<Record, RecordError>>;

fn rows(data: &[u8], piece: usize) -> Read {
    let mut reader = CsvReader::new();
    let mut read = Vec::new();
    for piece in data.chunks(piece.max(1)) {
        reader.feed(piece, &mut |it| read.push(it));
    }
    reader.finish(&mut |it| read.push(it));
    read
}

fn verify(records: &Read) {
    let mut verifier = Verifier::new(vec![DECLARED.clone()], Policy::builtin());
    let mut count = 0;
    for record in records {
        match record {
            Ok(record) => {
                assert!(!record.materials.is_empty());
                verifier.add(record);
                count += 1;
            }
            Err(error) => assert!(!error.message().is_empty()),
        }
    }
    let report = verifier.report(None);
    assert_eq!(report.records, count);
    serde_json::to_string(&report).expect("a report is JSON");
}

fuzz_target!(|data: &[u8]| {
    let whole = rows(data, data.len());
    // The last byte decides, so that the fuzzer can vary it beside the rest.
    let piece = 1 + usize::from(data.last().copied().unwrap_or_default()) % 100;
    assert_eq!(rows(data, piece), whole);
    verify(&whole);
    let lines = data.split(|it| *it == b'\n');
    let lines = lines.filter_map(|it| std::str::from_utf8(it).ok());
    verify(&lines.map(Record::from_json).collect());
});
