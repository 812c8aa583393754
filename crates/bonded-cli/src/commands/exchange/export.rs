//! `bonded exchange export`: documents for customs.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use bonded_exchange::check::{self, Context};
use bonded_exchange::documents::{self, Action, CycleList, CycleReport, Document, Options, Period};
use bonded_exchange::{Envelope, Particulars, Place, Problem, archive, client};
use bonded_ledger::{Direction, HandbookNo, ListState, Status};

use super::shelf::Shelf;
use super::told;
use crate::args::{Dialect, ExchangeExport, Kind};
use crate::commands::files::read_text;
use crate::commands::known_handbook;
use crate::console::{Console, now};
use crate::error::Error;
use crate::outcome::Outcome;

pub(crate) fn export(args: &ExchangeExport, console: &mut Console<'_>) -> Result<Outcome, Error> {
    let shelf = Shelf::read(&args.ledger, console)?;
    let particulars = particulars(args, &shelf)?;
    let (options, id) = options(args, console);
    let written = match write(args, &shelf, &particulars, &options)? {
        Ok(document) => checked(document, &shelf, &options),
        Err(problems) => Err(problems),
    };
    let name = subject(args);
    let (document, warnings) = match written {
        Ok(written) => written,
        Err(problems) => {
            told::tell(&name, &problems, console);
            console.note("nothing was written");
            return Ok(Outcome::No);
        }
    };
    told::tell(&name, &warnings, console);
    put(args, &document, &id, console)?;
    Ok(Outcome::Yes)
}

/// Of the document, by what it is: of its mode, of its book, of itself.
fn particulars(args: &ExchangeExport, shelf: &Shelf) -> Result<Particulars, Error> {
    let Some(path) = &args.particulars else {
        return Ok(Particulars::default());
    };
    let text = read_text(path)?;
    let list = args.list.as_deref().and_then(|it| shelf.on_file.list(it));
    let list = list.map(|it| &it.declared);
    let mode = list.map(|it| it.mode.to_string());
    let handbook = args.handbook.or(list.map(|it| it.handbook));
    let handbook = handbook.map(|it| it.to_string());
    let names = [
        mode.as_deref(),
        handbook.as_deref(),
        list.map(|it| it.number.as_str()),
    ];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    Particulars::from_json(&text, &names).map_err(|it| Error::exchange(path, &it))
}

/// What the document is of.
fn subject(args: &ExchangeExport) -> String {
    let handbook = args.handbook.map(|it| it.to_string());
    args.list.clone().or(handbook).unwrap_or_default()
}

fn options(args: &ExchangeExport, console: &Console<'_>) -> (Options, String) {
    let day = args.date.unwrap_or(console.today);
    // A day that was given makes the same document again; else it is of this moment.
    let time = match args.date {
        Some(_) => "00:00:00".to_owned(),
        None => time_in_china(),
    };
    let once = format!("{}{}", day.format("%Y%m%d"), time.replace(':', ""));
    let kind = match args.kind {
        Kind::List => "INV101",
        Kind::Handbook => "NPTS001",
        Kind::Closure => "DCR",
        Kind::ConsumptionSheet => "CMB101",
        Kind::CarryOver => "BHL101",
    };
    let id = args.id.clone();
    let id = id.unwrap_or_else(|| client::outbox_name(kind, &subject(args), &once));
    let envelope = Envelope {
        message_id: id.clone(),
        file_name: format!("{id}.zip"),
        sender: args.sender.clone().unwrap_or_default(),
        receiver: args.receiver.clone().unwrap_or_default(),
        sent: format!("{day}T{time}"),
        card: args.card.clone(),
    };
    let options = match args.dialect {
        Dialect::Client => Options::client(envelope, day),
        Dialect::Customs => Options::customs(envelope, day),
    };
    let options = options.action(match (args.change, args.delete) {
        (true, _) => Action::Change,
        (_, true) => Action::Delete,
        _ => Action::File,
    });
    match args.declare {
        true => (options, id),
        false => (options.saved(), id),
    }
}

fn time_in_china() -> String {
    let seconds = now() + 8 * 3_600;
    let of_day = seconds % 86_400;
    format!(
        "{:02}:{:02}:{:02}",
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    )
}

type Written = Result<Document, Vec<Problem>>;

fn write(
    args: &ExchangeExport,
    shelf: &Shelf,
    particulars: &Particulars,
    options: &Options,
) -> Result<Written, Error> {
    let handbook = || -> Result<HandbookNo, Error> {
        match known_handbook(shelf.ledger(), args.handbook)? {
            Some(number) => Ok(number),
            None => Err(missing(args, "--handbook NO")),
        }
    };
    let list = || {
        args.list
            .as_deref()
            .ok_or_else(|| missing(args, "--list NO"))
    };
    let on_file = &shelf.on_file;
    Ok(match args.kind {
        Kind::List => documents::list(on_file, list()?, particulars, options),
        Kind::CarryOver => documents::carry_over(on_file, list()?, particulars, options),
        Kind::Handbook => {
            let number = handbook()?;
            let Some(book) = on_file.handbook(number) else {
                return Err(Error::bug(format!("{number} is open and not on file")));
            };
            match (args.change, shelf.before.get(&number)) {
                (true, Some(before)) => {
                    documents::handbook_change(before, book, particulars, options)
                }
                _ => documents::handbook(book, particulars, options),
            }
        }
        Kind::Closure => {
            let number = handbook()?;
            match number.is_account_book() {
                true => return cycle(number, shelf, particulars, options),
                false => match shelf.ledger().closure_report(number) {
                    Some(_) if !not_closable(number, shelf).is_empty() => {
                        Err(not_closable(number, shelf))
                    }
                    Some(report) => documents::closure(&report, particulars, options),
                    None => return Err(Error::bug(format!("{number} has no closure report"))),
                },
            }
        }
        Kind::ConsumptionSheet => {
            let handbook = handbook()?;
            let from = args.from.ok_or_else(|| missing(args, "--from DATE"))?;
            let to = args.to.ok_or_else(|| missing(args, "--to DATE"))?;
            let period = Period { handbook, from, to };
            documents::consumption_sheet(shelf.ledger(), on_file, period, particulars, options)
        }
    })
}

/// What keeps an open book from being reported.
fn not_closable(number: HandbookNo, shelf: &Shelf) -> Vec<Problem> {
    let statement = shelf.ledger().statement_of(Some(number), None);
    let open = statement.handbooks.into_iter();
    let open = open.filter(|it| it.status == Status::Open && !it.closable);
    let reasons = open.flat_map(|it| it.reasons);
    let problem = |it: bonded_ledger::Reason| {
        Problem::error(
            it.code(),
            Place::Whole,
            it.to_string(),
            "a book that is ready to close",
            "see `bonded check`",
            "the journal contract, Closable (read)",
        )
    };
    reasons.map(problem).collect()
}

/// The present cycle of an account book, as far as it is booked.
fn cycle(
    number: HandbookNo,
    shelf: &Shelf,
    particulars: &Particulars,
    options: &Options,
) -> Result<Written, Error> {
    let as_of = |day| {
        let statement = shelf.ledger().statement_of(Some(number), day);
        statement.handbooks.into_iter().next()
    };
    // Of a reported cycle what it came to on its last day: later lists are not in the report.
    let now = as_of(None);
    let until = now.as_ref().and_then(|it| it.cycle.as_ref()?.to);
    let (Some(statement), Some(book)) = (
        until.map_or(now, |day| as_of(Some(day))),
        shelf.on_file.handbook(number),
    ) else {
        return Err(Error::bug(format!("{number} is open and not on file")));
    };
    let from = statement.cycle.as_ref().map(|it| it.from);
    let booked = shelf.on_file.lists().filter(|it| {
        it.declared.handbook == number
            && it.state == ListState::Booked
            && it.booked >= from
            && (until.is_none() || it.booked <= until)
    });
    let lists: Vec<CycleList<'_>> = booked
        .map(|it| CycleList {
            number: it.customs_number.as_deref().unwrap_or(&it.declared.number),
            direction: match it.declared.direction {
                Direction::Import => Direction::Import,
                Direction::Export => Direction::Export,
            },
        })
        .collect();
    let cycles = shelf.ledger().cycles(number).map_or(1, |it| it.len());
    let report = CycleReport {
        book: &book.opened,
        statement: &statement,
        number: u32::try_from(cycles).unwrap_or(u32::MAX),
        lists: &lists,
    };
    Ok(documents::cycle_closure(&report, particulars, options))
}

fn missing(args: &ExchangeExport, option: &str) -> Error {
    let found = format!("{option} is missing");
    let advice = "this kind of document is written of it: add it to the command";
    Error::file(&args.ledger, found, advice)
}

/// The document, and all that wants a look; or everything that keeps it back.
fn checked(
    document: Document,
    shelf: &Shelf,
    options: &Options,
) -> Result<(Document, Vec<Problem>), Vec<Problem>> {
    let mut context = Context::new(options.day, &options.codes);
    context.on_file = Some(&shelf.on_file);
    context.ledger = Some(shelf.ledger());
    let mut problems = document.warnings.clone();
    problems.extend(check::message(&document.message, &context));
    match told::keep_back(&problems) {
        true => Err(problems),
        false => Ok((document, problems)),
    }
}

fn put(
    args: &ExchangeExport,
    document: &Document,
    id: &str,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let xml = document.message.write();
    let packed = || {
        let name = format!("{id}.xml");
        let path = Path::new(&name);
        archive::pack(&name, &xml).map_err(|it| Error::exchange(path, &it))
    };
    let (path, bytes): (PathBuf, Vec<u8>) = match (&args.output, &args.outbox) {
        (Some(path), _)
            if path
                .extension()
                .is_some_and(|it| it.eq_ignore_ascii_case("zip")) =>
        {
            (path.clone(), packed()?)
        }
        (Some(path), _) => (path.clone(), xml.into_bytes()),
        (None, Some(folder)) => (folder.join(format!("{id}.zip")), packed()?),
        (None, None) => {
            console.out.write_all(xml.as_bytes())?;
            return Ok(());
        }
    };
    place(&path, &bytes)?;
    console.note(format_args!("{} was written", path.display()));
    Ok(())
}

/// Whole or not at all: the client takes whatever it finds under the name.
fn place(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |it| Error::io(path, "written", it);
    if path.exists() {
        let advice = "it is not overwritten; name another file, or take it away";
        return Err(Error::file(path, "there is such a file already", advice));
    }
    let mut hidden = path.as_os_str().to_owned();
    hidden.push(".part");
    let written = fs::File::create(&hidden).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(failed)?;
    fs::rename(&hidden, path).map_err(failed)
}
