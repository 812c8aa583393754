//! A ledger with the amounts of its journal, and the user's files.

use std::path::{Path, PathBuf};

use bonded_ledger::Entry;
use bonded_tax::{Books, Inputs, TaxError};
use serde::Serialize;

use crate::args::TaxInputs;
use crate::commands::files::{read_text, values};
use crate::commands::known_handbook;
use crate::console::Console;
use crate::database::Address;
use crate::error::Error;
use crate::journal;

const NOTHING: &str = "nothing was computed";

/// What a command reads.
pub(super) struct Read {
    pub(super) books: Books,
    pub(super) inputs: Inputs,
    pub(super) unmatched: Vec<Unmatched>,
}

/// A row of a file that names what is not in the ledger.
#[derive(Serialize)]
pub(super) struct Unmatched {
    file: String,
    line: u64,
    table: &'static str,
    row: usize,
    message: String,
    to_do: String,
}

/// The books and the files that a command names. Rows that name what is not in the ledger are told.
pub(super) fn read(of: &TaxInputs, console: &mut Console<'_>) -> Result<Read, Error> {
    let (inputs, objects) = inputs(&of.inputs)?;
    let books = books(&of.ledger, console)?;
    known_handbook(books.ledger(), of.handbook)?;
    let mut unmatched = Vec::new();
    for it in inputs.unmatched(&books) {
        let (file, line) = objects.get(it.object).cloned().unwrap_or_default();
        console.warn(format_args!(
            "{file}, line {line}: {}[{}]: {}; {}",
            it.table, it.row, it.message, it.to_do
        ));
        unmatched.push(Unmatched {
            file,
            line,
            table: it.table,
            row: it.row,
            message: it.message,
            to_do: it.to_do,
        });
    }
    Ok(Read {
        books,
        inputs,
        unmatched,
    })
}

/// Every entry passes by, as the amounts are in none of the ledger's balances.
fn books(path: &Path, console: &mut Console<'_>) -> Result<Books, Error> {
    let mut books = Books::default();
    let mut take = |line: &str| {
        let wrong = |it: String| Error::file(path, it, "look at it with `bonded verify`");
        let entry = Entry::from_json(line).map_err(|it| wrong(it.to_string()))?;
        books
            .post(&entry)
            .map_err(|it| wrong(format!("{}: {it}", it.code())))?;
        Ok(())
    };
    match Address::of(path) {
        Some(address) => {
            let mut opened = address.open()?;
            opened.records(&mut |_, line| take(line), &|it| address.failed(it))?;
        }
        None => {
            let loaded = journal::load(path, console)?;
            if let Some((line, refused)) = &loaded.first_refused {
                let advice = "nothing is computed on a ledger with a refused line; look at it with \
                              `bonded verify`";
                let (code, message) = (refused.code(), refused.message());
                return Err(Error::line(path, *line, code, message, advice));
            }
            journal::lines_again(path, &loaded, &mut |line| match line.is_empty() {
                true => Ok(()),
                false => take(line),
            })?;
        }
    }
    Ok(books)
}

/// What is shipped, and the rows of the files; where each object of them stands.
fn inputs(paths: &[PathBuf]) -> Result<(Inputs, Vec<(String, u64)>), Error> {
    let mut inputs = Inputs::builtin();
    let mut stands = Vec::new();
    for path in paths {
        let text = read_text(path)?;
        let objects = values(path, &text)?;
        if objects.is_empty() {
            let advice = "expected a JSON object such as {\"exchange_rates\":[…],\"tariff\":[…]}";
            return Err(Error::file(path, "nothing is in it", advice));
        }
        for (line, object) in objects {
            stands.push((path.display().to_string(), line));
            inputs
                .add_json(object)
                .map_err(|it| Error::line(path, line, it.code(), it.to_string(), NOTHING))?;
        }
    }
    Ok((inputs, stands))
}

/// All answers, or every figure that is missing, each once.
pub(super) fn all<T>(
    answers: impl Iterator<Item = Result<T, TaxError>>,
    console: &mut Console<'_>,
) -> Result<Vec<T>, Error> {
    let (mut found, mut missing) = (Vec::new(), Vec::<TaxError>::new());
    for answer in answers {
        match answer {
            Ok(it) => found.push(it),
            Err(it) if missing.contains(&it) => {}
            Err(it) => missing.push(it),
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    for it in &missing {
        console.problem(format_args!(
            "{}: {}; {}",
            it.code(),
            it.message(),
            it.add()
        ));
    }
    let asked = [
        "handbook_unknown",
        "list_unknown",
        "not_a_sale",
        "cycle_unknown",
    ];
    if missing.iter().all(|it| asked.contains(&it.code())) {
        return Err(Error::figures("nothing is printed".to_owned()));
    }
    let figures = match missing.len() {
        1 => "a figure is missing".to_owned(),
        many => format!("{many} figures are missing"),
    };
    Err(Error::figures(format!(
        "{figures}; nothing is printed, as a part would be no answer: add what is named to a file of --inputs, others may follow"
    )))
}

/// One figure that cannot be had.
pub(super) fn failed(error: TaxError) -> Error {
    Error::figures(format!(
        "{}: {}; {}",
        error.code(),
        error.message(),
        error.add()
    ))
}
