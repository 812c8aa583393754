//! A file and what it is: a message, a zip with one, a workbook, CSV.

use std::path::Path;

use bonded_exchange::codes::Codes;
use bonded_exchange::workbook::{
    self, ImportOptions, ListHead, ListsOptions, SheetKind, read_book_template, read_handbook,
    read_list_body, read_lists,
};
use bonded_exchange::{Message, OnFile, archive};
use bonded_ledger::{Date, Direction, Entry, Goods, HandbookNo, Mode};

use crate::args;
use crate::commands::files::read_within;
use crate::error::Error;

/// What a file does not say itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    given: args::Told,
    today: Date,
}

impl Told {
    pub(super) fn of(given: &args::Told, today: Date) -> Told {
        Told {
            given: given.clone(),
            today,
        }
    }
}

/// What a file holds.
pub(super) enum Content {
    /// A message of the interface.
    Message(Box<Message>),
    /// A workbook or CSV, as entries.
    Entries {
        document: &'static str,
        entries: Vec<Entry>,
        notes: Vec<String>,
    },
}

/// Reads a file.
pub(super) fn content(path: &Path, told: &Told, on_file: &OnFile) -> Result<Content, Error> {
    let most = bonded_exchange::xml::Limits::default().bytes as u64;
    let bytes = read_within(path, most)?;
    if bytes.starts_with(workbook::MAGIC) {
        return match workbook::sheet_kind(&bytes) {
            Some(kind) => sheets(path, &bytes, kind, told, on_file),
            None => {
                let packed = archive::unpack(&bytes, &archive::Limits::default());
                let packed = packed.map_err(|it| Error::exchange(path, &it))?;
                message(path, &packed.xml)
            }
        };
    }
    let is_csv = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("csv"));
    if is_csv {
        let kind = match told.given.list.is_some() {
            true => SheetKind::ListBody,
            false => SheetKind::Lists,
        };
        return sheets(path, &bytes, kind, told, on_file);
    }
    message(path, &bytes)
}

/// Reads a message, zipped or not.
pub(super) fn read_message(path: &Path) -> Result<Message, Error> {
    match content(path, &Told::default(), &OnFile::default())? {
        Content::Message(message) => Ok(*message),
        Content::Entries { .. } => {
            let advice = "expected a message (XML, or a zip with one)";
            Err(Error::file(path, "this is a workbook", advice))
        }
    }
}

fn message(path: &Path, xml: &[u8]) -> Result<Content, Error> {
    let message = Message::read(xml).map_err(|it| Error::exchange(path, &it))?;
    Ok(Content::Message(Box::new(message)))
}

fn sheets(
    path: &Path,
    bytes: &[u8],
    kind: SheetKind,
    told: &Told,
    on_file: &OnFile,
) -> Result<Content, Error> {
    let codes = Codes::builtin();
    let given = &told.given;
    let date = given.date.unwrap_or(told.today);
    let wrong = |it| Error::workbook(path, it);
    let as_entry = |json: serde_json::Value| {
        Entry::from_json(&json.to_string()).map_err(|error| {
            let advice = "correct it in the workbook and import it again";
            Error::file(path, format!("{}: {error}", error.code()), advice)
        })
    };
    match kind {
        SheetKind::Handbook => {
            let text = |it: Option<Date>| it.map(|it| it.to_string());
            let options = ImportOptions {
                date: text(given.date),
                valid_from: text(given.valid_from),
                valid_until: text(given.valid_until),
                number: given.handbook.map(|it| it.to_string()),
                particulars: true,
                ..ImportOptions::default()
            };
            let imported = read_handbook(bytes, &codes, &options).map_err(wrong)?;
            Ok(Content::Entries {
                document: "handbook",
                entries: vec![as_entry(imported.entry)?],
                notes: imported.notes,
            })
        }
        SheetKind::BookTemplate => {
            let number = wanted(path, given.handbook, "--handbook NO")?;
            let filed = on_file.handbook(number).is_some();
            let limits = workbook::Limits::default();
            let parts = read_book_template(bytes, &codes, filed, &limits).map_err(wrong)?;
            if !filed {
                let found = format!("{number} is not open in this ledger");
                let advice = "open it first; the template has no head, so it amends a book";
                return Err(Error::file(path, found, advice));
            }
            Ok(Content::Entries {
                document: "account_book_template",
                entries: vec![as_entry(parts.amend(number, date))?],
                notes: parts.notes,
            })
        }
        SheetKind::ListBody => {
            let mut head = list_head(path, given, date)?;
            head.on_file = Some(on_file);
            let imported = read_list_body(bytes, &codes, &head).map_err(wrong)?;
            Ok(Content::Entries {
                document: "list_body",
                entries: vec![imported.entry],
                notes: imported.notes,
            })
        }
        SheetKind::Lists => {
            let options = ListsOptions {
                date: given.date,
                on_file: Some(on_file),
                limits: workbook::Limits::default(),
            };
            let imported = read_lists(bytes, &codes, &options).map_err(wrong)?;
            Ok(Content::Entries {
                document: "lists",
                entries: imported.entries,
                notes: imported.notes,
            })
        }
        _ => {
            let advice = "production records are read by `bonded consumption verify --production`";
            Err(Error::file(
                path,
                "a workbook that declares nothing",
                advice,
            ))
        }
    }
}

fn wanted<T>(path: &Path, given: Option<T>, option: &str) -> Result<T, Error> {
    let found = format!("the workbook does not say it: {option} is missing");
    given.ok_or_else(|| Error::file(path, found, "add it to the command"))
}

fn list_head<'a>(path: &Path, given: &args::Told, date: Date) -> Result<ListHead<'a>, Error> {
    let number = wanted(path, given.list.clone(), "--list NO")?;
    let handbook: HandbookNo = wanted(path, given.handbook, "--handbook NO")?;
    let mode: Mode = wanted(path, given.mode, "--mode MODE")?;
    let direction = match wanted(path, given.direction, "--direction import|export")? {
        args::ListDirection::Import => Direction::Import,
        args::ListDirection::Export => Direction::Export,
    };
    let goods = match wanted(path, given.goods, "--goods material|product")? {
        args::ListGoods::Material => Goods::Material,
        args::ListGoods::Product => Goods::Product,
    };
    Ok(ListHead::new(
        number,
        date,
        handbook,
        (direction, goods, mode),
    ))
}
