//! Numbers that have a pattern, and codes that stand in a table.

use bonded_ledger::{HandbookNo, Uscc};

use super::doc::{Doc, Found, Row};
use super::{Check, NOTES, PAGE, SCHEMA, SEEN};
use crate::codes::{CodeTable, Standing};
use crate::fields::{Field, RecordKind};
use crate::problem::Severity::{Error, Warning};

pub(super) static BOOK_NUMBER: Check = Check {
    code: "book_number",
    severity: Error,
    title: "not the number of a book",
    text: "The number of a handbook or account book has 12 characters of 0-9 and A-Z; that of a processing handbook begins with B, C or E and the four digits of its customs district.",
    way_out: "Correct it.",
    source: PAGE,
    passes: "INV101\nInvtHeadType/RltPutrecNo=H52072000001",
    fails: "INV101\nInvtHeadType/RltPutrecNo=C5207",
};

pub(super) static LIST_NUMBER: Check = Check {
    code: "list_number",
    severity: Error,
    title: "not the number of a list",
    text: "The number of a list is QD, 4 digits of the district, 2 of the year, I or E and 9 digits; before customs has given it, the 18 digits of the pre-entry number stand there.",
    way_out: "Correct it, or leave it out until customs has given it.",
    source: SEEN,
    passes: "INV101\nInvtHeadType/RltInvtNo=QD520726E000000001",
    fails: "INV101\nInvtHeadType/RltInvtNo=QD5207E1",
};

pub(super) static PRE_ENTRY_NUMBER: Check = Check {
    code: "pre_entry_number",
    severity: Error,
    title: "not a pre-entry number",
    text: "The pre-entry number (预录入统一编号) that the Single Window gives has 18 digits and begins with the year.",
    way_out: "Leave it empty when the document is saved for the first time; later take it from the answer.",
    source: SEEN,
    passes: "INV101\nInvtHeadType/SeqNo=202600000122717119",
    fails: "INV101\nInvtHeadType/SeqNo=2026",
};

pub(super) static DECLARATION_NUMBER: Check = Check {
    code: "declaration_number",
    severity: Error,
    title: "not the number of a customs declaration",
    text: "The number of a customs declaration has 18 digits: 4 of the district, 4 of the year, 1 for import or 0 for export, and 9.",
    way_out: "Correct it; a pre-entry number (I or E and 17 digits) is not it.",
    source: SEEN,
    passes: "INV101\nInvtHeadType/EntryNo=520720261000000001",
    fails: "INV101\nInvtHeadType/EntryNo=I20260001310220743",
};

pub(super) static CREDIT_CODE: Check = Check {
    code: "credit_code",
    severity: Error,
    title: "not a credit code",
    text: "A unified social credit code (统一社会信用代码) has 18 characters, of which the last is the check character of the first 17.",
    way_out: "Compare it with the business licence.",
    source: "GB 32100-2015 (read)",
    passes: "INV101",
    fails: "INV101\nInvtHeadType/DclEtpsSccd=91330200MA0000001X",
};

pub(super) static CUSTOMS_CODE: Check = Check {
    code: "customs_code",
    severity: Error,
    title: "not the customs code of an enterprise",
    text: "A customs code (海关编码) has 10 characters of 0-9 and A-Z. The three enterprises of a related declaration may be the word NO.",
    way_out: "Correct it.",
    source: PAGE,
    passes: "INV101\nInvtHeadType/DclcusTypecd=1\nInvtHeadType/CorrEntryDclEtpsNo=\nInvtHeadType/CorrEntryDclEtpsSccd=\nInvtHeadType/CorrEntryDclEtpsNm=\nInvtHeadType/RltEntryBizopEtpsno=NO\nInvtHeadType/RltEntryBizopEtpsNm=NO\nInvtHeadType/RltEntryRcvgdEtpsno=NO\nInvtHeadType/RltEntryRcvgdEtpsNm=NO\nInvtHeadType/RltEntryDclEtpsno=NO\nInvtHeadType/RltEntryDclEtpsNm=NO",
    fails: "INV101\nInvtHeadType/DclEtpsno=NO",
};

pub(super) static COMMODITY_CODE: Check = Check {
    code: "commodity_code",
    severity: Error,
    title: "not a commodity code",
    text: "A commodity code (商品编码) has 10 digits.",
    way_out: "Write all 10 digits, without points.",
    source: SCHEMA,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/Gdecd=38180019",
};

pub(super) static CODE_FORM: Check = Check {
    code: "code_form",
    severity: Error,
    title: "no code of its table looks so",
    text: "Documents carry the codes of customs: three digits for units, currencies and countries (502, not USD; 142, not CHN), four for districts and supervision modes, one for ways of transport and of levy.",
    way_out: "Write the code in place of the name or the ISO letters.",
    source: NOTES,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/DclCurrcd=USD",
};

pub(super) static CODE_UNKNOWN: Check = Check {
    code: "code_unknown",
    severity: Error,
    title: "a code that is not in its table",
    text: "An error where the table is known to have every code there was on the day of the document, a warning where it may have become longer since: the tables shipped are those of 2018. A newer table can be loaded, or rows be added.",
    way_out: "Correct the code, or load a newer table.",
    source: "the parameter tables of the merged declaration of 2018 (secondary)",
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/Natcd=998",
};

pub(super) static CODE_NOT_IN_USE: Check = Check {
    code: "code_not_in_use",
    severity: Error,
    title: "a code that was not in use on the day",
    text: "The row of the table has days, and the day of the document is not among them.",
    way_out: "Use the code that came in its place.",
    source: "the dated rows of the table that was loaded (secondary)",
    passes: "INV101",
    fails: "INV101\ncodes currencies\ncode,letters,name,valid_until\n502,USD,美元,2026-01-31\n142,CNY,人民币,\n.",
};

pub(super) static ALL: &[&Check] = &[
    &BOOK_NUMBER,
    &LIST_NUMBER,
    &PRE_ENTRY_NUMBER,
    &DECLARATION_NUMBER,
    &CREDIT_CODE,
    &CUSTOMS_CODE,
    &COMMODITY_CODE,
    &CODE_FORM,
    &CODE_UNKNOWN,
    &CODE_NOT_IN_USE,
];

/// What an element means, where that says more than its length.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Meaning {
    Plain,
    Book,
    List,
    PreEntry,
    Declaration,
    Credit,
    /// Whether it may be `NO`.
    Enterprise(bool),
    Commodity,
    Table(CodeTable),
}

pub(super) fn of(kind: &'static RecordKind, field: &Field) -> Meaning {
    let name = field.name.to_ascii_lowercase();
    let handbook_head = ["EmlPutrecBsc", "NptsEmlHead"].contains(&kind.name);
    match name.as_str() {
        "putrecno" | "rltputrecno" | "emlno" | "emsno" | "trfoutoriactno" | "trfinoriactno" => {
            Meaning::Book
        }
        "bondinvtno" | "rltinvtno" => Meaning::List,
        "entryno" | "rltentryno" => Meaning::Declaration,
        "seqno" if kind.name.starts_with("Invt") || kind.name.starts_with("Npts") => {
            Meaning::PreEntry
        }
        "invtpreentno" => Meaning::PreEntry,
        "gdecd" | "endprdgdecd" | "mtpckgdecd" => Meaning::Commodity,
        "inputcreditcode" => Meaning::Credit,
        "inputcode" => Meaning::Enterprise(false),
        "natcd" | "destinationnatcd" | "stshiptrsarvnatcd" => Meaning::Table(CodeTable::Countries),
        // A handbook may name several ports.
        "impexpportcd" if handbook_head => Meaning::Plain,
        "impexpportcd" | "dclplccuscd" | "mastercuscd" | "trfoutplccuscd" | "trfinplccuscd" => {
            Meaning::Table(CodeTable::CustomsDistricts)
        }
        "rcvgdetpsdtcd" | "trfoutdstcd" | "trfindstcd" => {
            Meaning::Table(CodeTable::DomesticDistricts)
        }
        "supvmodecd" => Meaning::Table(CodeTable::SupervisionModes),
        "trspmodecd" => Meaning::Table(CodeTable::TransportModes),
        "lvyrlfmodecd" => Meaning::Table(CodeTable::LevyModes),
        "redunatrcd" => Meaning::Table(CodeTable::LevyNatures),
        _ if name.ends_with("sccd") => Meaning::Credit,
        _ if name.ends_with("etpsno") => Meaning::Enterprise(name.starts_with("rltentry")),
        _ if name.ends_with("unitcd") => Meaning::Table(CodeTable::Units),
        _ if name.ends_with("currcd") => Meaning::Table(CodeTable::Currencies),
        _ => Meaning::Plain,
    }
}

pub(super) fn check(
    text: &str,
    meaning: Meaning,
    name: &str,
    row: Row<'_>,
    doc: &Doc<'_>,
    found: &mut Found<'_>,
) {
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let (check, fits, expected) = match meaning {
        Meaning::Plain => return,
        // An old book without a number is written null00000000.
        Meaning::Book => {
            let null = text
                .get(..4)
                .is_some_and(|it| it.eq_ignore_ascii_case("null"));
            let number = text.parse::<HandbookNo>();
            let fits = number
                .is_ok_and(|it| !matches!(it.letter(), 'B' | 'C' | 'E') || it.is_processing());
            (&BOOK_NUMBER, fits || null, HandbookNo::EXPECTED)
        }
        Meaning::List => {
            let fits = crate::on_file::bonded_number(text) || (text.len() == 18 && digits(text));
            (&LIST_NUMBER, fits, "such as QD520726I000000001")
        }
        Meaning::PreEntry => {
            let year = text.starts_with("20");
            let fits = text.len() == 18 && digits(text) && year;
            (
                &PRE_ENTRY_NUMBER,
                fits,
                "18 digits that begin with the year",
            )
        }
        Meaning::Declaration => {
            let way = matches!(text.as_bytes().get(8), Some(b'0' | b'1'));
            let fits = text.len() == 18 && digits(text) && way;
            (
                &DECLARATION_NUMBER,
                fits,
                "18 digits, of which the 9th is 1 or 0",
            )
        }
        Meaning::Credit => (&CREDIT_CODE, text.parse::<Uscc>().is_ok(), Uscc::EXPECTED),
        Meaning::Enterprise(may_be_no) => {
            let fits = text.parse::<bonded_ledger::CustomsCode>().is_ok();
            let fits = fits || (may_be_no && text == "NO");
            (&CUSTOMS_CODE, fits, bonded_ledger::CustomsCode::EXPECTED)
        }
        Meaning::Commodity => {
            let fits = text.len() == 10 && digits(text);
            (&COMMODITY_CODE, fits, "10 digits, such as 3818001900")
        }
        Meaning::Table(table) => return in_table(text, table, name, row, doc, found),
    };
    if !fits {
        found.at(check, row, name, text, expected);
    }
}

fn in_table(
    text: &str,
    table: CodeTable,
    name: &str,
    row: Row<'_>,
    doc: &Doc<'_>,
    found: &mut Found<'_>,
) {
    let codes = doc.context.codes;
    match codes.standing(table, text, doc.context.date) {
        Standing::InUse(_) => {}
        Standing::Malformed => {
            // The letters or the name of a code that is there.
            let meant = codes
                .rows(table)
                .iter()
                .find(|it| *it.letters == *text || *it.name == *text);
            let expected = match meant {
                Some(it) => format!("{} ({})", it.code, it.name),
                None => format!("{}, a code of {}", table.form(), table.chinese()),
            };
            found.at(&CODE_FORM, row, name, text, expected);
        }
        Standing::NotInUse(it) => {
            let day =
                |it: Option<bonded_ledger::Date>| it.map_or("…".into(), |it| it.to_string());
            let had = format!("{text} ({}) on {}", it.name, doc.context.date);
            let (from, until) = (day(it.valid_from), day(it.valid_until));
            found.at(
                &CODE_NOT_IN_USE,
                row,
                name,
                had,
                format!("a day from {from} to {until}"),
            );
        }
        Standing::Unknown { whole } => {
            let until = codes.whole_until(table);
            let until = until.map_or("of an unknown day".into(), |it| format!("whole until {it}"));
            let expected = format!("a code of {} ({}, {until})", table.chinese(), table.name());
            found.at(&CODE_UNKNOWN, row, name, text, expected);
            if let (false, Some(last)) = (whole, found.problems.last_mut()) {
                last.severity = Warning;
            }
        }
    }
}
