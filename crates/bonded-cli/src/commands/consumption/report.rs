//! The self-verification report (自核报告) as a page to read: for the enterprise, customs, an auditor.

use unit_consumption::declaration::Declaration;
use unit_consumption::eligibility::{Condition, Eligibility};
use unit_consumption::verify::{
    DISCLOSURE_CONDITIONS, Disclosure, Finding, HandbookReport, Report, Severity, Verdict,
};

use super::tables::{self, Names};
use super::verify::Verified;
use super::words;
use crate::commands::told::{Telling, grouped_by_rule, lines};
use crate::commands::units::Units;
use crate::console::Console;
use crate::error::Error;
use crate::text::{Tone, counted, grouped};

/// How many handbooks, and how many versions, are named in one paragraph.
pub(super) const NAMED_MAX: usize = 20;

pub(super) fn write(
    verified: &Verified,
    declarations: &[Declaration],
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let report = &verified.report;
    head(verified, console)?;
    let units = Units::new();
    let (idle, told): (Vec<_>, Vec<_>) = report.handbooks.iter().partition(|it| is_idle(it));
    for book in told {
        let of = declarations.iter().find(|it| it.handbook == book.handbook);
        let declaration = of.ok_or_else(|| Error::bug("a report on what was not declared"))?;
        let names = Names {
            declaration,
            units: &units,
        };
        writeln!(console.out)?;
        handbook(book, &names, console)?;
    }
    if !idle.is_empty() {
        let named = idle.iter().take(NAMED_MAX).map(|it| it.handbook.as_str());
        let named = named.collect::<Vec<_>>().join(", ");
        let text = format!("{named}{}", and_more(idle.len()));
        writeln!(console.out)?;
        lines(
            "no production, nothing left: ",
            &text,
            Some(Tone::Faint),
            console,
        )?;
    }
    Ok(())
}

/// Of which there is nothing to say.
fn is_idle(book: &HandbookReport) -> bool {
    book.records == 0 && book.verdicts.is_empty() && book.findings.is_empty()
}

/// What was read, and what was found in all.
fn head(verified: &Verified, console: &mut Console<'_>) -> Result<(), Error> {
    let report = &verified.report;
    let books = counted(report.handbooks.len() as u64, "handbook", "handbooks");
    let records = counted(report.records, "record", "records");
    let count = |wanted: Severity| {
        let found = report.findings().filter(|it| it.severity() == wanted);
        found.count() as u64
    };
    let found = words::SEVERITIES.map(|it| (it, count(it)));
    let found = found.iter().filter(|(_, count)| *count > 0);
    let mut found: Vec<String> = found
        .map(|(severity, count)| {
            let (word, _, tone) = words::severity(*severity);
            let text = counted(*count, word, &format!("{word}s"));
            console.paint.tone(tone, text)
        })
        .collect();
    if report.records_elsewhere > 0 {
        let records = counted(report.records_elsewhere, "record", "records");
        found.push(
            console
                .paint
                .tone(Tone::Bad, format!("{records} elsewhere")),
        );
    }
    let found = match found.is_empty() {
        true => console.paint.tone(Tone::Good, "nothing found"),
        false => found.join(", "),
    };
    let title = console
        .paint
        .tone(Tone::Title, "self-verification (自核报告)");
    writeln!(console.out, "{title} · {books}, {records} · {found}")?;
    for it in &report.limits {
        let text = format!(
            "{}: deviation {} %, scrap {} %, order {} %, mass {} %, yield {} %, drift {} %, {} months a step ({})",
            it.from,
            it.deviation,
            it.scrap,
            it.outlier,
            it.mass,
            it.stage_yield,
            it.drift,
            it.step_months,
            it.source
        );
        lines("  limits (容差) from ", &text, Some(Tone::Faint), console)?;
    }
    if verified.skipped > 0 {
        let skipped = counted(verified.skipped, "record", "records");
        writeln!(
            console.out,
            "  {skipped} of other handbooks skipped (--handbook)"
        )?;
    }
    elsewhere(report, console)
}

/// Records that name what is not verified here.
fn elsewhere(report: &Report, console: &mut Console<'_>) -> Result<(), Error> {
    if report.records_elsewhere == 0 {
        return Ok(());
    }
    let named = report.elsewhere.iter().take(NAMED_MAX).map(|it| {
        let records = counted(it.records, "record", "records");
        format!("{} ({records})", it.handbook)
    });
    let text = format!(
        "{} of handbooks that are not declared here: {}{}; correct the number, give the ledger that \
         has them, or choose one handbook (--handbook)",
        counted(report.records_elsewhere, "record", "records"),
        named.collect::<Vec<_>>().join(", "),
        and_more(report.elsewhere.len()),
    );
    lines("  ", &text, Some(Tone::Bad), console)
}

fn and_more(count: usize) -> String {
    match count.saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {} more", grouped(more)),
    }
}

fn handbook(
    book: &HandbookReport,
    names: &Names<'_>,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let mut about = vec![console.paint.tone(Tone::Title, &book.handbook)];
    match (book.from, book.to) {
        (Some(from), Some(to)) if from != to => about.push(format!("{from} to {to}")),
        (Some(day), _) => about.push(day.to_string()),
        _ => {}
    }
    about.push(match book.records {
        0 => "no record of production".to_owned(),
        records => format!(
            "{}, {}",
            counted(records, "record", "records"),
            counted(book.rows, "row", "rows")
        ),
    });
    writeln!(console.out, "{}", about.join(" · "))?;
    let stage = words::stage(book.stage);
    writeln!(
        console.out,
        "  consumption is declared (单耗申报环节): {stage}"
    )?;
    eligibility(&book.eligibility, console)?;
    for verdict in &book.verdicts {
        version(book, verdict, names, console)?;
    }
    unused(book, names, console)?;
    let mut told: Vec<&[&str]> = Vec::new();
    for disclosure in book.verdicts.iter().filter_map(|it| it.disclosure.as_ref()) {
        if !told.contains(&disclosure.conditions) {
            told.push(disclosure.conditions);
            conditions(disclosure, console)?;
        }
    }
    for severity in words::SEVERITIES {
        findings(book, severity, names, console)?;
    }
    Ok(())
}

/// May the enterprise verify itself?
fn eligibility(eligibility: &Eligibility, console: &mut Console<'_>) -> Result<(), Error> {
    const ABOUT: &str = "  self-verification (自核资格): ";
    let conditions = &eligibility.conditions;
    let all = conditions.len() as u64;
    let count = |wanted: Option<bool>| {
        let found = conditions.iter().filter(|it| it.holds == wanted);
        found.count() as u64
    };
    let (text, tone) = match eligibility.eligible {
        Some(true) => {
            let all = counted(all, "condition holds", "conditions hold");
            (format!("eligible, {all}"), Tone::Good)
        }
        Some(false) => {
            let failing = counted(count(Some(false)), "condition fails", "conditions fail");
            (format!("not eligible, {failing}"), Tone::Bad)
        }
        None if all == 0 => {
            let text = "not certain, nothing is asked for on that day";
            (text.to_owned(), Tone::Doubtful)
        }
        None => {
            let unknown = counted(count(None), "condition", "conditions");
            (format!("not certain, {unknown} not known"), Tone::Doubtful)
        }
    };
    writeln!(console.out, "{ABOUT}{}", console.paint.tone(tone, text))?;
    for it in conditions.iter().filter(|it| it.holds == Some(false)) {
        lines("    - ", &it.text, None, console)?;
        let source = it.law.to_string();
        lines("      source: ", &source, Some(Tone::Faint), console)?;
    }
    let unknown: Vec<&str> = conditions
        .iter()
        .filter(|it| it.holds.is_none())
        .map(|it| Condition::from_word(it.condition).map_or(it.condition, Condition::in_dossier))
        .collect();
    if !unknown.is_empty() {
        let text = format!(
            "where it is so, say in the dossier (--dossier), under \"enterprise\": {} (`bonded consumption explain limits` has the sources)",
            unknown.join(", ")
        );
        lines("    - not known: ", &text, None, console)?;
    }
    Ok(())
}

/// The verdict on a version, its lines, and what to do about them.
fn version(
    book: &HandbookReport,
    verdict: &Verdict,
    names: &Names<'_>,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let paint = console.paint;
    let title = words::version(names.declaration, verdict.product, &verdict.version);
    let (word, tone) = words::verdict(verdict.verdict);
    let (title, word) = (paint.tone(Tone::Title, title), paint.tone(tone, word));
    writeln!(console.out, "\n  {title} · {word}")?;
    lines("    ", &verdict.text, None, console)?;
    lines("    ", &facts(verdict, names), Some(Tone::Faint), console)?;
    let of_version = |product: u16, version: &str| {
        (product, version) == (verdict.product, verdict.version.as_str())
    };
    let rows = book
        .lines
        .iter()
        .filter(|it| of_version(it.product, &it.version));
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        tables::lines(&rows, verdict, names).write(console.out, paint)?;
    }
    if !verdict.suggested.is_empty() {
        writeln!(
            console.out,
            "\n    to declare (建议申报), it reproduces what was used:"
        )?;
        tables::suggestions(&verdict.suggested, names).write(console.out, paint)?;
    }
    if let Some(disclosure) = &verdict.disclosure {
        writeln!(
            console.out,
            "\n    to disclose (主动披露), of bonded material:"
        )?;
        tables::disclosed(&disclosure.materials, names).write(console.out, paint)?;
    }
    Ok(())
}

/// How much was made and left, and where the declaration stands.
fn facts(verdict: &Verdict, names: &Names<'_>) -> String {
    let product = names.declaration.product(verdict.product);
    let unit = product.map_or_else(String::new, |it| names.units.short(&it.unit));
    let mut facts = vec![
        format!("made {} {unit}", grouped(verdict.good))
            .trim_end()
            .to_owned(),
    ];
    if !verdict.rejected.is_zero() {
        facts.push(format!("rejected (残次品) {}", grouped(verdict.rejected)));
    }
    facts.push(format!("left {}", grouped(verdict.left)));
    facts.push(words::status(verdict.status).to_owned());
    facts.join(" · ")
}

/// Versions of which there is nothing to say.
fn unused(
    book: &HandbookReport,
    names: &Names<'_>,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    if book.unused.is_empty() {
        return Ok(());
    }
    let named = book.unused.iter().take(NAMED_MAX);
    let named = named.map(|it| words::version(names.declaration, it.product, &it.version));
    let text = format!(
        "{}{}",
        named.collect::<Vec<_>>().join(", "),
        and_more(book.unused.len())
    );
    writeln!(console.out)?;
    lines(
        "  not made, nothing left: ",
        &text,
        Some(Tone::Faint),
        console,
    )
}

/// When disclosure is not punished, or what is known where more was used than is written off.
fn conditions(disclosure: &Disclosure, console: &mut Console<'_>) -> Result<(), Error> {
    let about = match disclosure.conditions == DISCLOSURE_CONDITIONS {
        true => "disclosure (主动披露) is not punished where",
        false => "disclosure (主动披露) of what was used and is not written off",
    };
    writeln!(console.out, "\n  {about}")?;
    for condition in disclosure.conditions {
        lines("    - ", condition, None, console)?;
    }
    let law: Vec<String> = disclosure.law.iter().map(ToString::to_string).collect();
    lines("    source: ", &law.join("; "), Some(Tone::Faint), console)
}

fn findings(
    book: &HandbookReport,
    severity: Severity,
    names: &Names<'_>,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let found = book.findings.iter().filter(|it| it.severity() == severity);
    let told: Vec<(Telling, String)> = found
        .map(|it| (Telling::of_consumption(it.rule), message(it, names)))
        .collect();
    let (word, _, tone) = words::severity(severity);
    let told = told.iter().map(|(rule, text)| (*rule, text.as_str()));
    grouped_by_rule(told, &format!("{word}: "), tone, console)
}

/// What a finding says. The figures of a line that is marked stand in its table already.
fn message(finding: &Finding, names: &Names<'_>) -> String {
    match (
        finding.code(),
        finding.product,
        &finding.version,
        finding.material,
    ) {
        ("declared_differs", Some(product), Some(version), Some(material)) => {
            let of = words::version(names.declaration, product, version);
            let material = words::material(names.declaration, material);
            format!("{of}, {material}: the line marked ! above")
        }
        _ => finding.message.clone(),
    }
}
