//! `bonded exchange template`: what people fill in.

use std::fs;

use bonded_exchange::FiledList;
use bonded_exchange::codes::Codes;
use bonded_exchange::workbook::{self, Template};
use bonded_ledger::{Date, DeclareList};

use super::shelf::Shelf;
use crate::args::{ExchangeTemplate, TemplateKind};
use crate::commands::known_handbook;
use crate::console::Console;
use crate::error::Error;
use crate::outcome::Outcome;

pub(crate) fn template(
    args: &ExchangeTemplate,
    console: &mut Console<'_>,
) -> Result<Outcome, Error> {
    let shelf = match &args.ledger {
        Some(path) => Shelf::read(path, console)?,
        None => Shelf::empty(),
    };
    let list = match &args.list {
        Some(name) => Some(shelf.on_file.list(name).ok_or_else(|| {
            let names = shelf.ledger().list_numbers();
            Error::unknown("list", name, crate::commands::nearest(name, names))
        })?),
        None => None,
    };
    let asked = known_handbook(shelf.ledger(), args.handbook)?;
    let number = asked.or(list.map(|it| it.declared.handbook));
    let book = number.and_then(|it| shelf.on_file.handbook(it));
    let lists = lists(&shelf, list, args);
    let template = match args.kind {
        TemplateKind::Lists => Template::Lists(&lists),
        TemplateKind::Production => Template::Production(&[]),
        TemplateKind::ListBody => Template::ListBody {
            list: list.map(|it| &it.declared),
            book,
        },
        TemplateKind::AccountBook => Template::AccountBook(book),
    };
    if args.output.exists() {
        let advice = "it is not overwritten; name another file, or take it away";
        return Err(Error::file(
            &args.output,
            "there is such a file already",
            advice,
        ));
    }
    let is_csv = args
        .output
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("csv"));
    let bytes = match is_csv {
        true => workbook::template_csv(&template).map(String::into_bytes),
        false => {
            let written = workbook::template(&template, &Codes::builtin());
            let failed = |it: workbook::WriteError| {
                Error::file(&args.output, it.to_string(), "it was not written")
            };
            Some(written.map_err(failed)?)
        }
    };
    let Some(bytes) = bytes else {
        let advice = "the Single Window takes it as a workbook only: name a file ending in .xlsx";
        return Err(Error::file(
            &args.output,
            "this template has no CSV",
            advice,
        ));
    };
    fs::write(&args.output, bytes).map_err(|it| Error::io(&args.output, "written", it))?;
    console.note(format_args!("{} was written", args.output.display()));
    Ok(Outcome::Yes)
}

/// The lists that fill a template: the one that is named, those of the book, or all.
fn lists<'a>(
    shelf: &'a Shelf,
    list: Option<&'a FiledList>,
    args: &ExchangeTemplate,
) -> Vec<(Date, &'a DeclareList)> {
    let wanted = |it: &&FiledList| match list {
        Some(list) => it.declared.number == list.declared.number,
        None => args
            .handbook
            .is_none_or(|number| it.declared.handbook == number),
    };
    let lists = shelf.on_file.lists().filter(wanted);
    lists.map(|it| (it.date, &it.declared)).collect()
}
