//! What a document says and the journal has no field for: kept in `ext.customs` under the official
//! names of the elements, so that nothing of it is lost and a document written later finds it again.

use serde_json::{Map, Value as Json, json};

use super::row::{Context, Row};
use super::values::key;
use crate::codes::{CodeTable, Codes};
use crate::fields::{self, RecordKind};

/// The field of `ext` that holds them.
pub(crate) const CUSTOMS: &str = "customs";
/// The field of a handbook's `ext` that holds those of its unit consumption, which has none itself.
pub(crate) const CUSTOMS_CONSUMPTIONS: &str = "customs_consumptions";

/// Columns of items: their field, and their element.
const ITEM: &[(&str, &str)] = &[
    ("dclTotalAmt", "dclTotalAmt"),
    ("natcd", "natcd"),
    ("lvyrlfModecd", "lvyrlfModecd"),
    ("adjmtrMarkcd", "adjmtrMarkcd"),
    ("attribute", "gdsAtrcd"),
    ("quantity_control", "qtyCntrMarkcd"),
    ("modification", "modfMarkcd"),
    ("enterprise_state", "etpsExeMarkcd"),
    ("customs_state", "cusmExeMarkcd"),
    ("apprMaxSurpQty", "apprMaxSurpQty"),
    ("ucnsTqsnFlag", "ucnsTqsnFlag"),
    ("csttnFlag", "csttnFlag"),
    ("rmk", "rmk"),
];

/// Columns of unit consumption.
const CONSUMPTION: &[(&str, &str)] = &[
    ("ucnsQty", "ucnsQty"),
    ("declaration_state", "ucnsDclStucd"),
    ("modification", "modfMarkcd"),
    ("enterprise_state", "etpsExeMarkcd"),
    ("finishValidDate", "finishValidDate"),
    ("rmk", "rmk"),
];

/// Names that the tables of codes do not have.
const ALIASES: &[(&str, &str, &str)] = &[
    ("adjmtrMarkcd", "非主料", "2"),
    // As the exports call it; the table has another name.
    ("natcd", "台澎金马关税区", "143"),
    ("qtyCntrMarkcd", "控制", "1"),
    ("qtyCntrMarkcd", "不控制", "2"),
];

/// The record of an item of this book.
pub(crate) fn item_record(account_book: bool) -> &'static RecordKind {
    match account_book {
        true => &fields::EMS_PUTREC_DT,
        false => &fields::EML_PUTREC_DT,
    }
}

/// Those of an item's row.
pub(crate) fn of_item(row: &Row<'_>, context: &Context<'_>) -> Map<String, Json> {
    let record = item_record(context.account_book);
    let mut map = of_row(row, ITEM, record, context);
    // The handbook has it; only another one would be news.
    if let Some(number) = row.kept("etpsPreentNo")
        && context.unified_number.as_ref() != Some(&number)
    {
        map.insert("etpsPreentNo".to_owned(), json!(number));
    }
    map
}

/// Those of a row of unit consumption.
pub(crate) fn of_consumption(row: &Row<'_>, context: &Context<'_>) -> Map<String, Json> {
    let record = match context.account_book {
        true => &fields::EMS_PUTREC_UCNS_DT,
        false => &fields::EML_PUTREC_UCNS_DT,
    };
    of_row(row, CONSUMPTION, record, context)
}

fn of_row(
    row: &Row<'_>,
    columns: &[(&str, &str)],
    record: &RecordKind,
    context: &Context<'_>,
) -> Map<String, Json> {
    let mut map = Map::new();
    for (field, element) in columns {
        if let Some(text) = row.kept(field) {
            let value = coded(record, element, &text, context.codes);
            map.insert((*element).to_owned(), json!(value));
        }
    }
    map
}

/// The code of a value where a table knows its name; else the value as it stands.
pub(crate) fn coded(record: &RecordKind, element: &str, text: &str, codes: &Codes) -> String {
    let known = record.field(element).map_or(&[][..], |it| it.codes);
    // As exports write it, which needs no other form.
    if let Some((code, _)) = known.iter().find(|it| it.0 == text || it.1 == text) {
        return (*code).to_owned();
    }
    let name = key(text);
    let code = known
        .iter()
        .find(|(code, meaning)| *code == name || key(meaning) == name)
        .map(|it| it.0);
    let alias = || {
        let same = |it: &&(&str, &str, &str)| it.0 == element && it.1 == name;
        ALIASES.iter().find(same).map(|it| it.2)
    };
    if let Some(code) = code.or_else(alias) {
        return code.to_owned();
    }
    let found = match element {
        _ if element.ends_with("Currcd") => codes.currency(text).map(|it| it.code.as_str()),
        _ if element.ends_with("nitcd") => codes.unit(text).map(|it| it.code.as_str()),
        "supvModecd" => codes.supervision_mode(text).map(|it| it.code.as_str()),
        "masterCuscd" | "impexpPortcd" => named(codes, CodeTable::CustomsDistricts, text),
        "rcvgdEtpsDtcd" => named(codes, CodeTable::DomesticDistricts, text),
        "natcd" | "destinationNatcd" => named(codes, CodeTable::Countries, text),
        "reduNatrcd" => named(codes, CodeTable::LevyNatures, text),
        "lvyrlfModecd" => named(codes, CodeTable::LevyModes, text),
        _ => None,
    };
    found.unwrap_or(text).to_owned()
}

/// The code of a name; none where several codes have it.
fn named<'c>(codes: &'c Codes, table: CodeTable, name: &str) -> Option<&'c str> {
    let mut found = codes.rows(table).iter().filter(|it| *it.name == *name);
    let code = &found.next()?.code;
    found.all(|it| it.code == *code).then_some(code)
}

/// Puts them where they belong: into `ext.customs` of the object.
pub(crate) fn keep(object: &mut Map<String, Json>, customs: Map<String, Json>) {
    if !customs.is_empty() {
        let ext = object.entry("ext").or_insert_with(|| json!({}));
        if let Some(ext) = ext.as_object_mut() {
            ext.insert(CUSTOMS.to_owned(), Json::Object(customs));
        }
    }
}

/// The particulars of the whole table of unit consumption: in `every` what all of its lines have in
/// common, in `lines` the rest, line by line.
#[derive(Debug, Default)]
pub(crate) struct Consumptions {
    lines: Vec<(Key, Map<String, Json>)>,
}

/// Product, material, version.
pub(crate) type Key = (u32, u32, String);

impl Consumptions {
    pub(crate) fn add(&mut self, key: Key, customs: Map<String, Json>) {
        self.lines.push((key, customs));
    }

    /// `None` where there are none.
    pub(crate) fn into_json(self) -> Option<Json> {
        let mut every = self.lines.first()?.1.clone();
        for (_, customs) in &self.lines {
            every.retain(|element, value| customs.get(element) == Some(value));
        }
        let mut lines = Vec::new();
        for ((product, material, version), mut customs) in self.lines {
            customs.retain(|element, _| !every.contains_key(element));
            if !customs.is_empty() {
                lines.push(json!({
                    "product": product,
                    "material": material,
                    "version": version,
                    "customs": customs,
                }));
            }
        }
        if every.is_empty() && lines.is_empty() {
            return None;
        }
        let mut whole = Map::new();
        if !every.is_empty() {
            whole.insert("every".to_owned(), Json::Object(every));
        }
        if !lines.is_empty() {
            whole.insert("lines".to_owned(), Json::Array(lines));
        }
        Some(Json::Object(whole))
    }
}

/// An element of `ext.customs`, in either case of its letters.
pub(crate) fn particular<'e>(ext: Option<&'e Map<String, Json>>, element: &str) -> Option<&'e str> {
    let customs = ext?.get(CUSTOMS)?.as_object()?;
    let exact = customs.get(element);
    let alike = || {
        let mut all = customs.iter();
        all.find(|it| it.0.eq_ignore_ascii_case(element))
            .map(|it| it.1)
    };
    let text = exact.or_else(alike)?.as_str()?;
    (!text.trim().is_empty()).then_some(text)
}
