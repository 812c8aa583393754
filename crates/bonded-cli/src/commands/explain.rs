//! `bonded explain`: what the ledger's words mean.

use bonded_ledger::{Movement, Rule, RuleKind, Trade, modes, parameters, rules};
use bonded_store::StoreErrorKind;

use super::{consumption, nearest};
use crate::args::Explain;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Table, Tone, WIDTH, dotted, wrapped};
use bonded_exchange::check;
use bonded_exchange::codes::Codes;

mod checks;

pub(crate) fn explain(args: &Explain, console: &mut Console<'_>) -> Result<Outcome, Error> {
    match args.what.as_deref() {
        None => codes(console)?,
        Some("modes") => supervision_modes(console)?,
        Some("parameters") => dated_parameters(console)?,
        Some("checks") => checks::list(console)?,
        Some(code) if check::find(code).is_some() => {
            if let Some(check) = check::find(code) {
                checks::explained(check, console)?;
            }
        }
        Some(code) if store_errors().any(|it| it.code() == code) => {
            for kind in store_errors().filter(|it| it.code() == code) {
                let (means, way_out) = kind.explained();
                let title = console.paint.tone(Tone::Title, code);
                writeln!(console.out, "{title} · what a store of the ledger says")?;
                writeln!(console.out)?;
                paragraph("  ", means, console)?;
                paragraph("  What to do: ", way_out, console)?;
            }
        }
        Some(code) => {
            let found: Vec<&Rule> = rules::all().filter(|it| it.code == code).collect();
            let of_consumption = unit_consumption::rules::find(code);
            if let Some(rule) = bonded_tax::rules::find(code) {
                return of_tax(rule, console);
            }
            let of_figure = bonded_tax::codes::ALL.iter().find(|it| it.code == code);
            if found.is_empty() && of_consumption.is_none() {
                if let Some(figure) = of_figure {
                    return of_missing(figure, console);
                }
                let words = rules::all()
                    .map(|it| it.code)
                    .chain(consumption::codes())
                    .chain(bonded_tax::rules::all().map(|it| it.code))
                    .chain(bonded_tax::codes::ALL.iter().map(|it| it.code))
                    .chain(store_errors().map(StoreErrorKind::code))
                    .chain(check::codes().map(|it| it.code))
                    .chain(["modes", "parameters", "checks"]);
                let near = nearest(code, words).map(|it| format!("bonded explain {it}"));
                return Err(Error::unknown_code(code, near));
            }
            let both = !found.is_empty() && of_consumption.is_some();
            for (at, rule) in found.into_iter().enumerate() {
                if at > 0 {
                    writeln!(console.out)?;
                }
                explained(rule, console)?;
            }
            if both {
                writeln!(console.out)?;
            }
            if let Some(rule) = of_consumption {
                consumption::explained(rule, console)?;
            }
            if let Some(figure) = of_figure {
                writeln!(console.out)?;
                of_missing(figure, console)?;
            }
        }
    }
    Ok(Outcome::Yes)
}

/// A rule by which money is computed.
fn of_tax(rule: &bonded_tax::rules::Rule, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let code = console.paint.tone(Tone::Title, rule.code);
    writeln!(console.out, "{code} · a rule of tax (bonded tax)\n")?;
    paragraph("  ", &sentence(rule.title), console)?;
    paragraph("  ", rule.text, console)?;
    for law in rule.law {
        paragraph("  Source: ", &law.to_string(), console)?;
    }
    Ok(Outcome::Yes)
}

/// A figure of money that cannot be had.
fn of_missing(figure: &bonded_tax::Code, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let code = console.paint.tone(Tone::Title, figure.code);
    writeln!(console.out, "{code} · what bonded tax cannot compute\n")?;
    paragraph("  ", &sentence(figure.title), console)?;
    paragraph(
        "  What to do: ",
        "Add what the message names: a row to a file of --inputs, or an entry to the ledger.",
        console,
    )?;
    Ok(Outcome::Yes)
}

fn store_errors() -> impl Iterator<Item = StoreErrorKind> {
    StoreErrorKind::ALL.into_iter()
}

fn kind(kind: RuleKind) -> (&'static str, &'static str, Tone) {
    match kind {
        RuleKind::Refusal => (
            "refusal",
            "the entry is refused and changes nothing",
            Tone::Bad,
        ),
        RuleKind::Warning => (
            "warning",
            "the entry is accepted; somebody should look",
            Tone::Doubtful,
        ),
        RuleKind::Reason => (
            "reason",
            "the handbook is not ready to close",
            Tone::Doubtful,
        ),
    }
}

fn explained(rule: &Rule, console: &mut Console<'_>) -> Result<(), Error> {
    let paint = console.paint;
    let (kind, means, tone) = kind(rule.kind);
    let code = paint.tone(Tone::Title, rule.code);
    writeln!(console.out, "{code} · {}: {means}", paint.tone(tone, kind))?;
    writeln!(console.out)?;
    paragraph("  ", &sentence(rule.title), console)?;
    paragraph("  ", rule.text, console)?;
    paragraph("  What to do: ", rule.way_out, console)?;
    for law in rule.law {
        paragraph("  Source: ", &law.to_string(), console)?;
    }
    let script = rule.script.trim();
    if !script.is_empty() {
        writeln!(console.out, "\n  The smallest example, one line an entry:")?;
        for line in script.lines() {
            writeln!(console.out, "    {}", line.trim())?;
        }
    }
    Ok(())
}

pub(super) fn paragraph(first: &str, text: &str, console: &mut Console<'_>) -> Result<(), Error> {
    for line in wrapped(first, text, WIDTH) {
        writeln!(console.out, "{line}")?;
    }
    Ok(())
}

/// With a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

fn codes(console: &mut Console<'_>) -> Result<(), Error> {
    for wanted in [RuleKind::Refusal, RuleKind::Warning, RuleKind::Reason] {
        let (name, means, _) = kind(wanted);
        let title = console.paint.tone(Tone::Title, format!("{name}s"));
        writeln!(console.out, "{title}: {means}")?;
        let mut table = Table::new(&[
            Column::new("code", "", Align::Code),
            Column::new("meaning", "", Align::Left),
        ]);
        for rule in rules::all().filter(|it| it.kind == wanted) {
            table.row([rule.code, rule.title]);
        }
        table.write(console.out, console.paint)?;
        writeln!(console.out)?;
    }
    writeln!(
        console.out,
        "bonded explain CODE tells more; see also: bonded explain modes, parameters\n\
         the rules of self-verification (企业自核单耗): bonded consumption explain\n\
         the checks of documents before they are sent: bonded explain checks\n\
         the rules of tax: docs/reference/tax, and bonded explain CODE"
    )?;
    Ok(())
}

/// One paragraph for each movement: its column, and the modes that move it.
fn supervision_modes(console: &mut Console<'_>) -> Result<(), Error> {
    let names = Codes::builtin();
    let mut movements: Vec<(Movement, &str, &str, Vec<String>)> = Vec::new();
    for (movement, code, trade, direction, goods) in modes::table() {
        let trade = match trade {
            Some(Trade::SuppliedMaterials) => "来料",
            Some(Trade::ImportedMaterials) => "进料",
            None => "both",
        };
        let name = names.supervision_mode(code).map(|it| it.name.as_str());
        let mode = format!("{trade} {code} {}", name.unwrap_or_default());
        let (direction, goods) = (direction.as_str(), goods.as_str());
        let same = |it: &&mut (Movement, &str, &str, Vec<String>)| {
            (it.0, it.1, it.2) == (movement, direction, goods)
        };
        match movements.iter_mut().find(same) {
            Some((.., modes)) => modes.push(mode),
            None => movements.push((movement, direction, goods, vec![mode])),
        }
    }
    for (movement, direction, goods, modes) in movements {
        let column = console.paint.tone(Tone::Title, movement.column());
        writeln!(
            console.out,
            "{column} · {direction} {goods}: {}",
            movement.describe()
        )?;
        for line in dotted("    ", &modes, WIDTH) {
            writeln!(console.out, "{line}")?;
        }
    }
    Ok(())
}

fn dated_parameters(console: &mut Console<'_>) -> Result<(), Error> {
    for parameter in parameters::ALL {
        let title = console.paint.tone(Tone::Title, parameter.name);
        writeln!(console.out, "{title}")?;
        for row in parameter.rows {
            writeln!(
                console.out,
                "  from {}: {} {}",
                row.from, row.value, parameter.unit
            )?;
            for line in wrapped("    source: ", &row.law.to_string(), WIDTH) {
                writeln!(console.out, "{line}")?;
            }
        }
    }
    Ok(())
}
