//! The report as one table for spreadsheets.

use unit_consumption::declaration::Declaration;
use unit_consumption::verify::{
    Disclosed, Finding, HandbookReport, LineReport, Suggestion, Verdict,
};

use super::report::NAMED_MAX;
use super::verify::Verified;
use crate::console::Console;
use crate::error::Error;
use crate::text::{Csv, counted};

const FIELDS: [&str; 17] = [
    "kind",
    "handbook",
    "product",
    "version",
    "material",
    "code",
    "severity",
    "declared",
    "actual",
    "units",
    "used",
    "expected",
    "difference",
    "percent",
    "money",
    "currency",
    "message",
];

/// Of each handbook its verdicts (each with what to declare and to disclose), its lines, its findings.
pub(super) fn write(
    verified: &Verified,
    declarations: &[Declaration],
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let report = &verified.report;
    let mut csv = Csv::new(console.out);
    csv.record(FIELDS)?;
    for book in &report.handbooks {
        for it in &book.verdicts {
            csv.record(verdict(book, it))?;
            for suggested in &it.suggested {
                csv.record(suggestion(book, it, suggested))?;
            }
            for told in it.disclosure.iter().flat_map(|it| &it.materials) {
                csv.record(disclosed(book, it, told))?;
            }
        }
        for it in &book.lines {
            csv.record(line(book, it))?;
        }
        let declaration = declarations.iter().find(|it| it.handbook == book.handbook);
        for it in &book.findings {
            csv.record(finding(it, declaration))?;
        }
    }
    // What no row stands for.
    if verified.skipped > 0 {
        let skipped = counted(verified.skipped, "record", "records");
        console.note(format_args!(
            "{skipped} of other handbooks skipped (--handbook)"
        ));
    }
    for it in report.elsewhere.iter().take(NAMED_MAX) {
        let records = counted(it.records, "record names", "records name");
        console.warn(format_args!(
            "{records} handbook {}, which is not declared here",
            it.handbook
        ));
    }
    let told: u64 = report
        .elsewhere
        .iter()
        .take(NAMED_MAX)
        .map(|it| it.records)
        .sum();
    if report.records_elsewhere > told {
        let more = counted(report.records_elsewhere - told, "record", "records");
        console.warn(format_args!(
            "{more} name other handbooks that are not declared here"
        ));
    }
    Ok(())
}

fn verdict(book: &HandbookReport, it: &Verdict) -> [String; 17] {
    let mut row: [String; 17] = Default::default();
    row[0] = "verdict".into();
    row[1] = book.handbook.clone();
    row[2] = it.product.to_string();
    row[3] = it.version.clone();
    row[5] = it.verdict.as_str().into();
    row[16] = it.text.clone();
    row
}

/// What to declare: the gross stands under `actual`, the rest in words.
fn suggestion(book: &HandbookReport, of: &Verdict, it: &Suggestion) -> [String; 17] {
    let mut row = verdict(book, of);
    row[0] = "suggested".into();
    row[4] = it.material.to_string();
    row[8] = it.gross.clone();
    let since = it.since.as_ref().map(|it| format!(", since {it}"));
    row[16] = format!(
        "net {}, tangible loss {} %, intangible loss {} %, bonded share {} %{}",
        it.net,
        it.tangible_loss,
        it.intangible_loss,
        it.bonded_share,
        since.unwrap_or_default()
    );
    row
}

/// What was written off and not used stands under `difference`; below 0 it was used and not written off.
fn disclosed(book: &HandbookReport, of: &Verdict, it: &Disclosed) -> [String; 17] {
    let mut row = verdict(book, of);
    row[0] = "disclosed".into();
    row[4] = it.material.to_string();
    row[7] = it.declared.clone();
    row[8] = it.actual.clone();
    row[9] = it.units.to_string();
    row[12] = it.quantity.to_string();
    row[14] = it.money.clone().unwrap_or_default();
    row[15] = it.currency.clone().unwrap_or_default();
    row[16] = String::new();
    row
}

fn line(book: &HandbookReport, it: &LineReport) -> [String; 17] {
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    [
        "line".into(),
        book.handbook.clone(),
        it.product.to_string(),
        it.version.clone(),
        it.material.to_string(),
        String::new(),
        String::new(),
        it.declared.clone(),
        text(&it.actual),
        it.units.to_string(),
        it.used.to_string(),
        it.expected.to_string(),
        it.difference.to_string(),
        text(&it.percent),
        text(&it.money),
        text(&it.currency),
        String::new(),
    ]
}

/// Its figures stand under the columns of their names.
fn finding(it: &Finding, declaration: Option<&Declaration>) -> [String; 17] {
    let mut row = FIELDS.map(|name| it.figure(name).unwrap_or_default().to_owned());
    let number = |it: Option<u16>| it.map(|it| it.to_string()).unwrap_or_default();
    row[0] = "finding".into();
    row[1] = it.handbook.clone();
    row[2] = number(it.product);
    row[3] = it.version.clone().unwrap_or_default();
    row[4] = number(it.material);
    row[5] = it.code().into();
    row[6] = it.severity().as_str().into();
    row[12] = it.difference.clone().unwrap_or_default();
    if it.figure("money").is_some() {
        let material = it.material.and_then(|seq| declaration?.material(seq));
        row[15] = material
            .and_then(|it| it.currency.clone())
            .unwrap_or_default();
    }
    row[16] = it.message.clone();
    row
}
