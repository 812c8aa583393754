//! How every figure was had, for people: by rule, lines and rows.

use bonded_ledger::Law;
use bonded_tax::{Said, told};
use serde::Serialize;

use crate::commands::told::lines;
use crate::console::Console;
use crate::error::Error;
use crate::text::Tone;

/// So many lines of lists are named; the rest is counted. JSON has all.
const LINES_NAMED: usize = 6;

/// Every step of an answer, under the figure that it explains.
pub(super) fn write<T: Serialize>(answer: &T, console: &mut Console<'_>) -> Result<(), Error> {
    let mut figure = None;
    for said in told(answer)? {
        if figure.as_ref() != Some(&said.figure) {
            let value = match said.value.as_str() {
                "" => String::new(),
                value => format!(" = {value}"),
            };
            writeln!(console.out, "    {}{value}", said.figure)?;
        }
        step(&said, console)?;
        figure = Some(said.figure);
    }
    Ok(())
}

fn step(said: &Said, console: &mut Console<'_>) -> Result<(), Error> {
    lines(
        &format!("      {}: ", said.rule.code),
        &said.text,
        None,
        console,
    )?;
    if !said.lines.is_empty() {
        let mut named = said.lines[..said.lines.len().min(LINES_NAMED)].join("; ");
        if said.lines.len() > LINES_NAMED {
            named = format!("{named}; and {} more", said.lines.len() - LINES_NAMED);
        }
        lines("        lines:  ", &named, Some(Tone::Faint), console)?;
    }
    for row in &said.rows {
        lines("        row:    ", row, Some(Tone::Faint), console)?;
    }
    let sources: Vec<String> = said.rule.law.iter().map(Law::to_string).collect();
    lines(
        "        source: ",
        &sources.join("; "),
        Some(Tone::Faint),
        console,
    )
}
