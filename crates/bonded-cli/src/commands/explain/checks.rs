//! The checks of documents before they are sent.

use bonded_exchange::Severity;
use bonded_exchange::check::{self, Check, cases};

use super::{paragraph, sentence};
use crate::console::Console;
use crate::error::Error;
use crate::text::{Align, Column, Table, Tone, WIDTH, wrapped};

fn severity(check: &Check) -> (&'static str, &'static str, Tone) {
    match check.severity {
        Severity::Error => ("error", "the document is not sent", Tone::Bad),
        Severity::Warning => (
            "warning",
            "the document goes out; somebody should look",
            Tone::Doubtful,
        ),
    }
}

pub(super) fn explained(check: &Check, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let (word, means, tone) = severity(check);
    let code = paint.tone(Tone::Title, check.code);
    let word = paint.tone(tone, word);
    writeln!(console.out, "{code} · check of a document, {word}: {means}")?;
    writeln!(console.out)?;
    paragraph("  ", &sentence(check.title), console)?;
    paragraph("  ", check.text, console)?;
    paragraph("  What to do: ", check.way_out, console)?;
    paragraph("  Source: ", check.source, console)?;
    writeln!(console.out, "\n  The smallest case that passes:")?;
    case(check.passes, console)?;
    writeln!(
        console.out,
        "\n  The smallest case that it finds, and what is said of it:"
    )?;
    case(check.fails, console)?;
    let found =
        cases::run(check.fails).map_err(|it| Error::bug(format!("{}: {it}", check.code)))?;
    for it in found.iter().filter(|it| it.code == check.code) {
        for line in wrapped("    → ", &it.to_string(), WIDTH) {
            writeln!(console.out, "{}", paint.tone(tone, line))?;
        }
    }
    Ok(())
}

fn case(script: &str, console: &mut Console<'_>) -> Result<(), Error> {
    for line in script.lines() {
        writeln!(console.out, "    {line}")?;
    }
    Ok(())
}

pub(super) fn list(console: &mut Console<'_>) -> Result<(), Error> {
    let title = console.paint.tone(Tone::Title, "checks");
    writeln!(
        console.out,
        "{title}: what is looked at before a document is sent"
    )?;
    let mut table = Table::new(&[
        Column::new("code", "", Align::Code),
        Column::new("", "", Align::Left),
        Column::new("finds", "", Align::Left),
    ]);
    for check in check::codes() {
        table.row([check.code, severity(check).0, check.title]);
    }
    table.write(console.out, console.paint)?;
    Ok(())
}
