//! `bonded consumption explain`: what the rules look at, and within which limits.

use unit_consumption::eligibility::Asked;
use unit_consumption::policy::Limits;
use unit_consumption::rules::{self, Rule};
use unit_consumption::verify::Finding;
use unit_consumption::{Policy, cases};

use super::words;
use crate::args::ConsumptionExplain;
use crate::commands::explain::{paragraph, sentence};
use crate::commands::nearest;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::text::{Align, Column, Table, Tone, WIDTH, wrapped};

/// How a case is written, as far as most of them need it.
const LANGUAGE: &str = "M1: material 1. P1<M1*0.96 loss=4: product 1 takes net 0.96 of it, 4 % are lost. \
    P1:960-40: good and rejected units. M1:1000-5~35@sort!breakage: issued, returned, scrap, stage, cause.";

pub(crate) fn explain(
    args: &ConsumptionExplain,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    match args.what.as_deref() {
        None => all(console)?,
        Some("limits") => limits(console)?,
        Some(code) => match rules::find(code) {
            Some(rule) => explained(rule, console)?,
            None => return Err(unknown(code)),
        },
    }
    Ok(Outcome::Yes)
}

/// The codes of all rules.
pub(in crate::commands) fn codes() -> impl Iterator<Item = &'static str> {
    rules::ALL.iter().map(|it| it.code)
}

/// A code of the ledger is explained elsewhere.
fn unknown(code: &str) -> Error {
    let near = match bonded_ledger::rules::find(code) {
        Some(_) => Some(format!("bonded explain {code}")),
        None => nearest(code, codes().chain(["limits"]))
            .map(|it| format!("bonded consumption explain {it}")),
    };
    Error::unknown_code(code, near)
}

fn all(console: &mut Console<'_>) -> Result<(), Error> {
    for severity in words::SEVERITIES {
        let rules = rules::ALL.iter().filter(|it| it.severity == severity);
        let rules: Vec<_> = rules.collect();
        if rules.is_empty() {
            continue;
        }
        let (word, means, _) = words::severity(severity);
        let title = console.paint.tone(Tone::Title, format!("{word}s"));
        writeln!(console.out, "{title}: {means}")?;
        // A title that is too long for its line is no title that may be cut.
        let widest = codes().map(str::len).max().unwrap_or_default();
        for rule in rules {
            paragraph(&format!("  {:widest$}  ", rule.code), rule.title, console)?;
        }
        writeln!(console.out)?;
    }
    writeln!(
        console.out,
        "bonded consumption explain CODE tells more; see also: bonded consumption explain limits"
    )?;
    Ok(())
}

/// One rule, with the case that passes and the one that it finds.
pub(in crate::commands) fn explained(
    rule: &'static Rule,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let paint = console.paint;
    let (word, means, tone) = words::severity(rule.severity);
    let code = paint.tone(Tone::Title, rule.code);
    writeln!(console.out, "{code} · {}: {means}", paint.tone(tone, word))?;
    writeln!(console.out)?;
    paragraph("  ", &sentence(rule.title), console)?;
    paragraph("  ", rule.text, console)?;
    paragraph("  What to do: ", rule.way_out, console)?;
    for law in rule.law {
        paragraph("  Source: ", &law.to_string(), console)?;
    }
    writeln!(console.out, "\n  The smallest case that passes:")?;
    case(rule.passes, console)?;
    writeln!(
        console.out,
        "\n  The smallest case that it finds, and what is said of it:"
    )?;
    case(rule.fails, console)?;
    let report = cases::run(rule.fails).map_err(|it| Error::bug(format!("{}: {it}", rule.code)))?;
    let said: Vec<&Finding> = report
        .findings()
        .filter(|it| it.code() == rule.code)
        .collect();
    for it in said {
        for line in wrapped("    → ", &it.message, WIDTH) {
            writeln!(console.out, "{}", paint.tone(tone, line))?;
        }
    }
    writeln!(console.out)?;
    for line in wrapped("  ", LANGUAGE, WIDTH) {
        writeln!(console.out, "{}", paint.tone(Tone::Faint, line))?;
    }
    Ok(())
}

fn case(script: &str, console: &mut Console<'_>) -> Result<(), Error> {
    for line in script.trim().lines() {
        writeln!(console.out, "    {}", line.trim())?;
    }
    Ok(())
}

/// The limits shipped, and what is asked of an enterprise that verifies itself.
fn limits(console: &mut Console<'_>) -> Result<(), Error> {
    let policy = Policy::builtin();
    for limits in policy.limits() {
        let title = format!("limits (容差) from {}", limits.from);
        writeln!(console.out, "{}", console.paint.tone(Tone::Title, title))?;
        of_limits(limits).write(console.out, console.paint)?;
        paragraph("  source: ", &limits.source, console)?;
        writeln!(console.out)?;
    }
    let title = "standards (单耗标准)";
    writeln!(console.out, "{}", console.paint.tone(Tone::Title, title))?;
    let none = "none is shipped: put the published ones that apply to you into a policy (--policy)";
    paragraph("  ", none, console)?;
    writeln!(console.out)?;
    let title = "eligibility (自核资格): what is asked of an enterprise that verifies itself";
    writeln!(console.out, "{}", console.paint.tone(Tone::Title, title))?;
    for asked in &policy.eligibility {
        condition(asked, console)?;
    }
    writeln!(console.out)?;
    writeln!(
        console.out,
        "bonded consumption verify --policy FILE takes others in their place"
    )?;
    Ok(())
}

fn of_limits(limits: &Limits) -> Table {
    let mut table = Table::new(&[
        Column::new("limit", "", Align::Code),
        Column::new("is", "", Align::Right),
        Column::new("", "", Align::Left),
    ]);
    let percent = [
        (
            "deviation",
            limits.deviation,
            "of the declared consumption, over all records of a version",
        ),
        (
            "scrap",
            limits.scrap,
            "of the declared loss, between it and scrap (边角料)",
        ),
        (
            "outlier",
            limits.outlier,
            "of the declared consumption, for one order",
        ),
        (
            "mass",
            limits.mass,
            "of the product's weight, between it and the sum of the nets",
        ),
        (
            "drift",
            limits.drift,
            "of the largest month's consumption, for what adds up over months",
        ),
    ];
    for (name, limit, of) in percent {
        table.row([name.to_owned(), format!("{limit} %"), of.to_owned()]);
    }
    let points = limits.stage_yield.to_string();
    let of = "percentage points, between declared and observed yield of a step";
    table.row(["stage_yield", &points, of]);
    let months = limits.step_months.to_string();
    table.row(["step_months", &months, "months in a row that make a step"]);
    table
}

fn condition(asked: &Asked, console: &mut Console<'_>) -> Result<(), Error> {
    let until = asked
        .until
        .map(|it| format!(" until {it}"))
        .unwrap_or_default();
    let text = format!(
        "{}, from {}{until}: {}",
        asked.condition.as_str(),
        asked.from,
        asked.condition.title()
    );
    paragraph("  - ", &text, console)?;
    let source = asked.condition.law().to_string();
    for line in wrapped("    source: ", &source, WIDTH) {
        writeln!(console.out, "{}", console.paint.tone(Tone::Faint, line))?;
    }
    Ok(())
}
