//! `bonded consumption verify`: is what is declared what was used?

use serde::Serialize;
use unit_consumption::verify::{Report, Verifier};

use super::{inputs, report, rows};
use crate::args::{ConsumptionVerify, RowsFormat};
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::production::Production;

/// What is printed as JSON.
#[derive(Serialize)]
pub(super) struct Verified {
    #[serde(flatten)]
    pub(super) report: Report,
    /// Records of handbooks that were not asked for.
    pub(super) skipped: u64,
}

pub(crate) fn verify(
    args: &ConsumptionVerify,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    let production = Production::of(&args.production, args.input)?;
    let policy = inputs::policy(args.policy.as_deref())?;
    let declarations = inputs::declarations(args, console)?;
    let mut verifier = Verifier::new(declarations.clone(), policy);
    let mut skipped = 0;
    production.read(console, &mut |record| match args.handbook {
        Some(only) if record.handbook != only.as_str() => skipped += 1,
        _ => verifier.add(record),
    })?;
    if let Some(only) = args
        .handbook
        .filter(|_| skipped > 0 && verifier.records() == 0)
    {
        return Err(Error::none_of_handbook(only.as_str(), skipped));
    }
    let verified = Verified {
        report: verifier.report(args.on),
        skipped,
    };
    match args.format {
        RowsFormat::Json => {
            serde_json::to_writer(&mut *console.out, &verified)?;
            writeln!(console.out)?;
        }
        RowsFormat::Csv => rows::write(&verified, &declarations, console)?,
        RowsFormat::Table => report::write(&verified, &declarations, console)?,
    }
    Ok(Outcome::of(!verified.report.has_errors()))
}
