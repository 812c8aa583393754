//! Verify declared unit consumption against production, as an ERP would every night.

use unit_consumption::Policy;
use unit_consumption::production::CsvReader;
use unit_consumption::verify::Verifier;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut ledger = bonded_ledger::Ledger::new();
    let journal = include_str!("../../../seeds/self-verification/yield-step.jsonl");
    for line in journal.lines() {
        ledger.post(&bonded_ledger::Entry::from_json(line)?)?;
    }
    let handbook = "C222626A0201".parse()?;
    let declaration = ledger
        .consumption_declaration(handbook)
        .ok_or("no such handbook")?;

    let mut verifier = Verifier::new(vec![declaration], Policy::builtin());
    let mut reader = CsvReader::new();
    let mut problems = Vec::new();
    let mut count = |record: Result<_, _>| match record {
        Ok(record) => verifier.add(&record),
        Err(problem) => problems.push(problem),
    };
    let production = include_str!("../../../seeds/self-verification/yield-step.production.csv");
    reader.feed(production.as_bytes(), &mut count); // in pieces of any size
    reader.finish(&mut count);
    // A report on a part of the records would not be true.
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem.into());
    }

    let report = verifier.report(None);
    for finding in report.findings() {
        println!(
            "{} {}: {finding}",
            finding.severity().as_str(),
            finding.code()
        );
    }
    for verdict in &report.handbooks[0].verdicts {
        println!("{}: {}", verdict.verdict.as_str(), verdict.text);
        for it in &verdict.suggested {
            let since = it.since.as_deref().unwrap_or("the beginning");
            println!("since {since}: net {}, loss {} %", it.net, it.tangible_loss);
        }
    }
    Ok(())
}
