//! What rules say, for people: each rule once, with every case, its source and the way out.

use bonded_ledger::{Law, Rule};
use unit_consumption::rules;

use crate::console::Console;
use crate::error::Error;
use crate::text::{Tone, WIDTH, wrapped};

/// Of a rule, what is told beside its cases.
#[derive(Clone, Copy)]
pub(super) struct Telling {
    code: &'static str,
    title: &'static str,
    law: &'static [Law],
    way_out: &'static str,
}

impl Telling {
    /// Of a rule of the ledger.
    pub(super) fn of(rule: &'static Rule) -> Telling {
        Telling {
            code: rule.code,
            title: rule.title,
            law: rule.law,
            way_out: rule.way_out,
        }
    }

    /// Of a rule of self-verification.
    pub(super) fn of_consumption(rule: &'static rules::Rule) -> Telling {
        Telling {
            code: rule.code,
            title: rule.title,
            law: rule.law,
            way_out: rule.way_out,
        }
    }
}

/// What one rule says stands together: its title, every case, the source and the way out once.
pub(super) fn grouped_by_rule<'t>(
    told: impl Iterator<Item = (Telling, &'t str)>,
    prefix: &str,
    tone: Tone,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let mut groups: Vec<(Telling, Vec<&str>)> = Vec::new();
    for (rule, message) in told {
        match groups.iter_mut().find(|(it, _)| it.code == rule.code) {
            Some((_, messages)) => messages.push(message),
            None => groups.push((rule, vec![message])),
        }
    }
    let paint = console.paint;
    for (rule, messages) in groups {
        writeln!(console.out)?;
        let code = paint.tone(tone, rule.code);
        writeln!(console.out, "  {prefix}{code}: {}", rule.title)?;
        for message in messages {
            lines("    - ", message, None, console)?;
        }
        let sources: Vec<String> = rule.law.iter().map(Law::to_string).collect();
        let sources = sources.join("; ");
        lines("    source: ", &sources, Some(Tone::Faint), console)?;
        lines("    do:     ", rule.way_out, None, console)?;
    }
    Ok(())
}

/// A paragraph.
pub(super) fn lines(
    first: &str,
    text: &str,
    tone: Option<Tone>,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    for line in wrapped(first, text, WIDTH) {
        match tone {
            Some(tone) => writeln!(console.out, "{}", console.paint.tone(tone, line))?,
            None => writeln!(console.out, "{line}")?,
        }
    }
    Ok(())
}
