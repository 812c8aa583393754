//! `bonded check`: ready to close?

use bonded_ledger::{HandbookNo, Reason, Status, Warning};
use serde::Serialize;

use super::known_handbook;
use super::told::{Telling, grouped_by_rule};
use crate::args::{Check, Format};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use crate::outcome::Outcome;
use crate::text::{Tone, counted};

#[derive(Serialize)]
struct Checked {
    handbooks: Vec<CheckedHandbook>,
}

#[derive(Serialize)]
struct CheckedHandbook {
    handbook: HandbookNo,
    status: Status,
    /// Closable, or reported or closed already.
    ready: bool,
    reasons: Vec<Told<Reason>>,
    warnings: Vec<Told<Warning>>,
}

/// With what to do about it.
#[derive(Serialize)]
struct Told<T> {
    #[serde(flatten)]
    told: T,
    way_out: &'static str,
}

pub(crate) fn check(args: &Check, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let ledger = journal::load(&args.ledger, console)?.ledger;
    let handbook = known_handbook(&ledger, args.handbook)?;
    let on = args.on.unwrap_or(console.today);
    let books = ledger.statement_of(handbook, None).handbooks.into_iter();
    let handbooks: Vec<CheckedHandbook> = books
        .map(|book| CheckedHandbook {
            handbook: book.handbook,
            status: book.status,
            ready: book.closable || book.status != Status::Open,
            warnings: match book.status {
                Status::Open => ledger
                    .closing_advice(book.handbook, Some(on))
                    .unwrap_or_default(),
                _ => Vec::new(),
            }
            .into_iter()
            .map(|told| Told {
                way_out: told.rule().way_out,
                told,
            })
            .collect(),
            reasons: book
                .reasons
                .into_iter()
                .map(|told| Told {
                    way_out: told.rule().way_out,
                    told,
                })
                .collect(),
        })
        .collect();
    let ready = handbooks.iter().all(|it| it.ready);
    match args.format {
        Format::Json => {
            serde_json::to_writer(&mut *console.out, &Checked { handbooks })?;
            writeln!(console.out)?;
        }
        Format::Table => {
            for (at, book) in handbooks.iter().enumerate() {
                if at > 0 {
                    writeln!(console.out)?;
                }
                write(book, console)?;
            }
            if handbooks.is_empty() {
                writeln!(console.out, "no handbook is open here")?;
            }
        }
    }
    Ok(Outcome::of(ready))
}

fn write(book: &CheckedHandbook, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let (verdict, tone) = match (book.status, book.ready) {
        (Status::Closed, _) => ("closed (已结案)".to_owned(), Tone::Good),
        (Status::Reported, _) => ("reported for closure (已报核)".to_owned(), Tone::Good),
        (Status::Open, true) => ("ready to close (可报核)".to_owned(), Tone::Good),
        (Status::Open, false) => {
            let reasons = counted(book.reasons.len() as u64, "reason", "reasons");
            (format!("not ready to close: {reasons}"), Tone::Bad)
        }
    };
    let number = paint.tone(Tone::Title, book.handbook.to_string());
    writeln!(console.out, "{number} · {}", paint.tone(tone, verdict))?;
    if book.status == Status::Open {
        let reasons = book
            .reasons
            .iter()
            .map(|it| (Telling::of(it.told.rule()), it.told.message()));
        grouped_by_rule(reasons, "", Tone::Bad, console)?;
        let warnings = book
            .warnings
            .iter()
            .map(|it| (Telling::of(it.told.rule()), it.told.message()));
        grouped_by_rule(warnings, "worth a look: ", Tone::Doubtful, console)?;
    }
    Ok(())
}
