//! What is declared, what stands behind it, and within which limits it is true.

use std::collections::BTreeSet;
use std::path::Path;

use bonded_ledger::{Entry, EntryKind, HandbookNo, Ledger};
use unit_consumption::Policy;
use unit_consumption::declaration::Declaration;
use unit_consumption::dossier::Dossier;

use crate::args::ConsumptionVerify;
use crate::commands::files::{each_entry, read, read_text, values};
use crate::commands::{known_handbook, nearest};
use crate::console::Console;
use crate::error::Error;
use crate::journal;
use bonded_exchange::workbook;

const NOTHING: &str = "nothing was verified";

/// What the handbooks that are asked for declare, with what the dossier adds.
pub(super) fn declarations(
    args: &ConsumptionVerify,
    console: &mut Console<'_>,
) -> Result<Vec<Declaration>, Error> {
    let ledger = match (&args.ledger, &args.declaration) {
        (Some(ledger), _) => {
            // What left decides the verdict: with a line left out it would be another one.
            let loaded = journal::load(ledger, console)?;
            if let Some((line, refused)) = &loaded.first_refused {
                let advice = "nothing is verified on a ledger with a refused line, as what left decides \
                              the verdict; look at it with `bonded verify`";
                let (code, message) = (refused.code(), refused.message());
                return Err(Error::line(ledger, *line, code, message, advice));
            }
            let ledger = loaded.ledger;
            known_handbook(&ledger, args.handbook)?;
            ledger
        }
        (None, Some(path)) => {
            let ledger = opened(path)?;
            check_opened(path, &ledger, args.handbook)?;
            ledger
        }
        (None, None) => return Err(Error::bug("neither a ledger nor a declaration")),
    };
    let numbers = ledger.handbooks().into_iter();
    let mut declarations: Vec<Declaration> = numbers
        .filter_map(|it| ledger.consumption_declaration(it))
        .collect();
    if let Some(path) = &args.dossier {
        complete(path, &mut declarations)?;
    }
    if let Some(only) = args.handbook {
        declarations.retain(|it| it.handbook == only.as_str());
    }
    Ok(declarations)
}

/// The handbooks that a file opens and amends.
fn opened(path: &Path) -> Result<Ledger, Error> {
    let bytes = read(path)?;
    if bytes.starts_with(workbook::MAGIC) {
        let advice = "a workbook becomes an entry by `bonded handbook import`; give that";
        return Err(Error::file(path, "this is a workbook", advice));
    }
    let mut ledger = Ledger::new();
    let expected = "expected entries that open handbooks (open_handbook), one a line";
    each_entry(path, &bytes, expected, &mut |line, entry| {
        let declares = matches!(
            entry.kind(),
            EntryKind::OpenHandbook { .. } | EntryKind::AmendHandbook(_)
        );
        if !declares {
            let found = format!("line {line} is a {} entry", kind(entry));
            let advice = "--declaration takes open_handbook and amend_handbook entries only; a whole \
                          journal is given as LEDGER";
            return Err(Error::file(path, found, advice));
        }
        let posted = ledger.post(entry);
        posted
            .map(|_| ())
            .map_err(|it| Error::line(path, line, it.code(), it.to_string(), NOTHING))
    })?;
    match ledger.handbooks().is_empty() {
        true => Err(Error::file(path, "no handbook is opened in it", expected)),
        false => Ok(ledger),
    }
}

/// The word of an entry's kind.
fn kind(entry: &Entry) -> String {
    let json = serde_json::to_value(entry).unwrap_or_default();
    json["entry"].as_str().unwrap_or("different").to_owned()
}

fn check_opened(path: &Path, ledger: &Ledger, asked: Option<HandbookNo>) -> Result<(), Error> {
    let known = ledger.handbooks();
    let Some(asked) = asked.filter(|it| !known.contains(it)) else {
        return Ok(());
    };
    let found = format!("handbook {asked} is not opened in it");
    let near = nearest(asked.as_str(), known.iter().map(HandbookNo::as_str));
    Err(Error::file(path, found, did_you_mean(near)))
}

fn did_you_mean(near: Option<String>) -> String {
    match near {
        Some(near) => format!("did you mean {near}?"),
        None => "there is none".to_owned(),
    }
}

/// Adds the dossiers of a file. They are checked for all handbooks that are here, whichever of them is
/// asked for: one file serves them all.
fn complete(path: &Path, declarations: &mut [Declaration]) -> Result<(), Error> {
    let text = read_text(path)?;
    let mut completed = BTreeSet::new();
    let values = values(path, &text)?;
    for (line, text) in &values {
        let dossier = Dossier::from_json(text)
            .map_err(|it| Error::line(path, *line, it.code(), it.to_string(), NOTHING))?;
        let number = dossier.handbook.clone();
        let known = declarations.iter_mut().find(|it| it.handbook == number);
        let Some(declaration) = known else {
            let names = declarations.iter().map(|it| it.handbook.as_str());
            let advice = did_you_mean(nearest(&number, names));
            let message = format!("handbook: {number} is not verified here");
            return Err(Error::line(
                path,
                *line,
                "unknown_handbook",
                message,
                advice,
            ));
        };
        if !completed.insert(number.clone()) {
            let message = format!("handbook: {number} has a dossier in this file already");
            let advice = "write all that is known of a handbook into one";
            return Err(Error::line(
                path,
                *line,
                "duplicate_dossier",
                message,
                advice,
            ));
        }
        declaration
            .complete(dossier)
            .map_err(|it| Error::line(path, *line, it.code(), it.to_string(), NOTHING))?;
    }
    match values.is_empty() {
        true => {
            let advice = "expected a JSON object such as {\"handbook\":…,\"versions\":[…]}";
            Err(Error::file(path, "no dossier in it", advice))
        }
        false => Ok(()),
    }
}

/// The limits shipped, or those of a file.
pub(super) fn policy(path: Option<&Path>) -> Result<Policy, Error> {
    let Some(path) = path else {
        return Ok(Policy::builtin());
    };
    let text = read_text(path)?;
    let [(line, text)] = values(path, &text)?[..] else {
        let advice = "expected one JSON object such as {\"limits\":[…],\"standards\":[…]}";
        return Err(Error::file(path, "it is not one policy", advice));
    };
    Policy::from_json(text)
        .map_err(|it| Error::line(path, line, it.code(), it.to_string(), NOTHING))
}
