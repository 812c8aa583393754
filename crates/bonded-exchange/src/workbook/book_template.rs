//! The account-book import template (账册导入模板: 料件, 成品, 单耗), which has no head: parts of a book, of
//! which an entry opens or amends one.

use bonded_ledger::{Date, HandbookNo, Uuid};
use serde_json::{Map, Value as Json, json};

use super::customs::{self, CUSTOMS, CUSTOMS_CONSUMPTIONS};
use super::error::{Problems, WorkbookError};
use super::import::{Limits, guarded};
use super::notes::Notes;
use super::row::Context;
use super::{consumptions, items};
use crate::codes::Codes;

/// The parts of a book, in the journal's form.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct BookParts {
    /// 料件, less those marked as deleted or out of use.
    pub materials: Vec<Json>,
    /// 成品.
    pub products: Vec<Json>,
    /// 单耗.
    pub consumptions: Vec<Json>,
    /// What the rows marked as deleted (修改标志 2) take away: numbers of materials and of products, and
    /// the keys of unit consumption. Empty where nothing is.
    pub removed: Map<String, Json>,
    /// What a document wants of the unit consumption and the journal has no field for: the handbook's
    /// `ext.customs_consumptions`.
    pub particulars: Option<Json>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Reads the template of an account book's items and unit consumption. Numbers of items in the sheet
/// of unit consumption are checked against the sheets of items; with `amendment`, they may also be of
/// items that the book has and the template leaves out.
///
/// # Errors
/// Where the file is no workbook, is too large, or something in it is wrong; then all of its problems
/// are given.
pub fn read_book_template(
    bytes: &[u8],
    codes: &Codes,
    amendment: bool,
    limits: &Limits,
) -> Result<BookParts, WorkbookError> {
    super::archive::inspect(bytes, limits)?;
    guarded(|| {
        let mut book = super::sheet::Book::open(bytes)?;
        let mut problems = Problems::default();
        let mut notes = Notes::default();
        let mut context = Context::new(limits, codes, &mut problems, &mut notes);
        context.account_book = true;
        context.particulars = true;
        let mut materials = items::read(&mut book, &items::MATERIALS, &mut context)?;
        let mut products = items::read(&mut book, &items::PRODUCTS, &mut context)?;
        // Items that are not here are the book's; whether they are there, the ledger says.
        materials.others_exist |= amendment;
        products.others_exist |= amendment;
        let table = consumptions::read(&mut book, &materials, &products, &mut context)?;
        problems.into_result()?;
        let mut removed = Map::new();
        let mut remove = |field: &str, all: Vec<Json>| {
            if !all.is_empty() {
                removed.insert(field.to_owned(), Json::Array(all));
            }
        };
        let numbers =
            |all: &std::collections::BTreeSet<u32>| all.iter().map(|it| json!(it)).collect();
        remove("materials", numbers(&materials.deleted));
        remove("products", numbers(&products.deleted));
        let keys = table.deleted.into_iter().map(|(product, material, version)| {
            json!({"product": product, "material": material, "version": version})
        });
        remove("consumptions", keys.collect());
        Ok(BookParts {
            materials: materials.list,
            products: products.list,
            consumptions: table.list,
            removed,
            particulars: table.particulars.into_json(),
            notes: notes.into_lines(),
        })
    })
}

impl BookParts {
    /// The entry that amends a book by these parts: items and unit consumption are added or replaced
    /// whole, what is marked as deleted is removed. Its `id` comes of the book, the date and the parts.
    pub fn amend(&self, handbook: HandbookNo, date: Date) -> Json {
        let mut entry = Map::new();
        let mut put = |field: &str, value: Json| entry.insert(field.to_owned(), value);
        put("date", json!(date));
        put("entry", json!("amend_handbook"));
        put("handbook", json!(handbook));
        for (field, rows) in [
            ("materials", &self.materials),
            ("products", &self.products),
            ("consumptions", &self.consumptions),
        ] {
            if !rows.is_empty() {
                put(field, json!(rows));
            }
        }
        if !self.removed.is_empty() {
            put("removed", json!(self.removed));
        }
        if let Some(particulars) = &self.particulars {
            // An amendment has no handbook to keep them in; the entry itself has an `ext`.
            put("ext", json!({ CUSTOMS_CONSUMPTIONS: particulars }));
        }
        with_id(entry)
    }

    /// The entry that opens a book of these parts; `head` has every other field of `handbook`
    /// (`number`, `trade`, `operator` and so on). What is marked as deleted is not in it.
    pub fn open(&self, mut head: Map<String, Json>, date: Date) -> Json {
        head.insert("materials".to_owned(), json!(self.materials));
        head.insert("products".to_owned(), json!(self.products));
        head.insert("consumptions".to_owned(), json!(self.consumptions));
        if let Some(particulars) = &self.particulars {
            let ext = head.entry("ext").or_insert_with(|| json!({}));
            if let Some(ext) = ext.as_object_mut() {
                ext.insert(CUSTOMS_CONSUMPTIONS.to_owned(), particulars.clone());
            }
        }
        let mut entry = Map::new();
        entry.insert("date".to_owned(), json!(date));
        entry.insert("entry".to_owned(), json!("open_handbook"));
        entry.insert("handbook".to_owned(), Json::Object(head));
        with_id(entry)
    }
}

/// The `id` is of the content, so that the same template twice has no effect.
fn with_id(mut entry: Map<String, Json>) -> Json {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, b"bonded book template");
    let content = Json::Object(entry.clone()).to_string();
    let id = Uuid::new_v5(&namespace, content.as_bytes());
    entry.insert("id".to_owned(), json!(id));
    Json::Object(entry)
}

/// The elements of a row of unit consumption, as the writer looks them up.
pub(crate) struct Particulars<'e> {
    every: Option<&'e Map<String, Json>>,
    lines: std::collections::BTreeMap<(u64, u64, &'e str), &'e Json>,
}

impl<'e> Particulars<'e> {
    pub(crate) fn of(ext: Option<&'e Map<String, Json>>) -> Particulars<'e> {
        let whole = ext.and_then(|it| it.get(CUSTOMS_CONSUMPTIONS));
        let lines = whole
            .and_then(|it| it.get("lines"))
            .and_then(Json::as_array);
        let key = |it: &'e Json| {
            let key = (
                it["product"].as_u64()?,
                it["material"].as_u64()?,
                it["version"].as_str()?,
            );
            Some((key, it.get(CUSTOMS)?))
        };
        Particulars {
            every: whole
                .and_then(|it| it.get("every"))
                .and_then(Json::as_object),
            lines: lines.into_iter().flatten().filter_map(key).collect(),
        }
    }

    pub(crate) fn get(&self, key: (u16, u16, &str), element: &str) -> Option<&'e str> {
        let key = (u64::from(key.0), u64::from(key.1), key.2);
        let own = self.lines.get(&key).and_then(|it| it.get(element));
        own.or_else(|| self.every?.get(element))?.as_str()
    }
}

/// An element of an item's or handbook's `ext.customs`.
pub(crate) fn particular<'e>(ext: Option<&'e Map<String, Json>>, element: &str) -> &'e str {
    customs::particular(ext, element).unwrap_or_default()
}
