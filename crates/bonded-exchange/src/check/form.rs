//! Each element by itself: there, of its length, its digits, one of its codes.

use std::collections::{HashMap, HashSet};

use super::doc::{Doc, Found, Row, element};
use super::meaning::{self, Meaning};
use super::{Check, NOTES, OURS, PAGE, PRACTICE, SCHEMA};
use crate::fields::{self, Dialect, Field, RecordKind, Type};
use crate::problem::Severity::{Error, Warning};
use crate::record::Record;

pub(super) static ELEMENT_UNKNOWN: Check = Check {
    code: "element_unknown",
    severity: Warning,
    title: "an element that the record does not have",
    text: "The field table of the record does not know the element; the interface may skip it without a word.",
    way_out: "Correct its name, or take it out.",
    source: SCHEMA,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/?DclQt=5",
};

pub(super) static REQUIRED_TO_SAVE: Check = Check {
    code: "required_to_save",
    severity: Error,
    title: "missing, and not even a draft is taken without it",
    text: "To save a list (暂存) the page asks for its type, the book, the operator, materials or products, whether it is declared, whether a declaration is generated, and the supervision mode.",
    way_out: "Fill it in.",
    source: PAGE,
    passes: "INV101\nsave\nInvtHeadType/TrspModecd=",
    fails: "INV101\nsave\nInvtHeadType/PutrecNo=",
};

pub(super) static REQUIRED_TO_DECLARE: Check = Check {
    code: "required_to_declare",
    severity: Error,
    title: "missing, and nothing is declared without it",
    text: "The element is required to declare. What a handbook requires is known from a vendor's interface only.",
    way_out: "Fill it in, or save the document as a draft.",
    source: NOTES,
    passes: "INV101\nInvtListType[1]/SecdLawfUnitcd=",
    fails: "INV101\nInvtListType[1]/DclQty=",
};

pub(super) static REQUIRED_IN_REPORT: Check = Check {
    code: "required_in_report",
    severity: Error,
    title: "missing, and the document says nothing without it",
    text: "The schemas of closures, carry-over declarations and consumption sheets let nearly every element be empty. Asked for are those without which the document could not be understood: whose it is, of which book and item, and its figures.",
    way_out: "Fill it in; 0 where it is none.",
    source: OURS,
    passes: "EML121",
    fails: "EML121\nEmlChgoffMtpck[1]/seqno=",
};

pub(super) static WANTED: Check = Check {
    code: "wanted_to_declare",
    severity: Warning,
    title: "missing; an integrator would not send it so",
    text: "The page does not ask for it, but those who send lists every day do: credit codes beside customs codes, the day of input and of declaration, the legal unit, the mark of classification.",
    way_out: "Fill it in.",
    source: PRACTICE,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/BizopEtpsSccd=",
};

pub(super) static TEXT_TOO_LONG: Check = Check {
    code: "text_too_long",
    severity: Error,
    title: "longer than the element takes",
    text: "Length by the field table; where the page is stricter than the schema (specification and remark of a list: 255), by the page. In names a Chinese character counts two.",
    way_out: "Shorten it.",
    source: PAGE,
    passes: "INV101\nInvtHeadType/Rmk=字*255",
    fails: "INV101\nInvtHeadType/Rmk=字*256",
};

pub(super) static TEXT_LENGTH: Check = Check {
    code: "text_length",
    severity: Error,
    title: "not of its fixed length",
    text: "The element has a fixed number of characters.",
    way_out: "Correct it.",
    source: SCHEMA,
    passes: "EML121",
    fails: "EML121\nEmlChgoffBsc/dclTypeMarkcd=12",
};

pub(super) static NUMBER_MALFORMED: Check = Check {
    code: "number_malformed",
    severity: Error,
    title: "not a number",
    text: "Numbers are written as plain digits with a point, without separators or exponents; counts and item numbers without decimals.",
    way_out: "Write it as a plain number.",
    source: SCHEMA,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/GrossWt=1,000",
};

pub(super) static NUMBER_TOO_LONG: Check = Check {
    code: "number_too_long",
    severity: Error,
    title: "more digits than the element takes",
    text: "Digits before and behind the point by the field table. In a list the page is stricter than the schema: quantities 13 and 5, price 14 and 4, total 15 and 2.",
    way_out: "Round it to the digits that the element has.",
    source: PAGE,
    passes: "INV101\nInvtListType[1]/GrossWt=9999999999999.99999",
    fails: "INV101\nInvtListType[1]/GrossWt=1.000001",
};

pub(super) static NUMBER_NEGATIVE: Check = Check {
    code: "number_negative",
    severity: Error,
    title: "less than 0",
    text: "No quantity, price, weight or rate of a document is negative; differences and remainders of a closure may be.",
    way_out: "Correct it.",
    source: PAGE,
    passes: "INV101\nInvtListType[1]/GrossWt=120",
    fails: "INV101\nInvtListType[1]/GrossWt=-1",
};

pub(super) static DATE_MALFORMED: Check = Check {
    code: "date_malformed",
    severity: Error,
    title: "not a date",
    text: "The client takes yyyyMMdd, the customs side yyyy-MM-dd, with a time where the element has one.",
    way_out: "Write it as the element takes it.",
    source: NOTES,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/InputTime=20260230",
};

pub(super) static CHOICE_UNKNOWN: Check = Check {
    code: "choice_unknown",
    severity: Error,
    title: "none of the choices that the element has",
    text: "The page offers these choices and no others.",
    way_out: "Choose one of them.",
    source: NOTES,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/ImpexpMarkcd=X",
};

pub(super) static CHOICE_NEW: Check = Check {
    code: "choice_new",
    severity: Warning,
    title: "a code that was not seen in this element",
    text: "The codes of the element are known from vendors and real documents; others may have come since.",
    way_out: "Make sure that customs uses it.",
    source: NOTES,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/ListType=Q",
};

pub(super) static ALL: &[&Check] = &[
    &ELEMENT_UNKNOWN,
    &REQUIRED_TO_SAVE,
    &REQUIRED_TO_DECLARE,
    &REQUIRED_IN_REPORT,
    &WANTED,
    &TEXT_TOO_LONG,
    &TEXT_LENGTH,
    &NUMBER_MALFORMED,
    &NUMBER_TOO_LONG,
    &NUMBER_NEGATIVE,
    &DATE_MALFORMED,
    &CHOICE_UNKNOWN,
    &CHOICE_NEW,
];

/// What to save a list needs.
const TO_SAVE: &[&str] = &[
    "InvtType",
    "PutrecNo",
    "BizopEtpsno",
    "MtpckEndprdMarkcd",
    "DclcusFlag",
    "GenDecFlag",
    "SupvModecd",
];

/// What only integrators ask for.
const PRACTICE_ASKS: &[&str] = &[
    "EtpsInnerInvtNo",
    "BizopEtpsSccd",
    "RvsngdEtpsSccd",
    "DclEtpsSccd",
    "InputCreditCode",
    "InvtDclTime",
    "LawfUnitcd",
    "ClyMarkcd",
];

/// Beyond the fields that the client's tables mark.
const ALSO_TO_DECLARE: &[&str] = &["ChgTmsCnt", "InputTime"];

/// The client's record that says what is required in a record of the customs side.
const REQUIRED_AS: &[(&str, &str)] = &[
    ("BondInvtBsc", "InvtHeadType"),
    ("BondInvtDt", "InvtListType"),
    ("BondInvtDtSimple", "InvtGoodsType"),
    ("EmlPutrecBsc", "NptsEmlHead"),
    ("EmlPutrecDt", "NptsEmlImg"),
    ("EmlPutrecUcnsDt", "NptsEmlConsume"),
];

const REPORTS: &[(&str, &[&str])] = &[
    (
        "EmlChgoffBsc",
        &[
            "emlNo",
            "bizopEtpsno",
            "bizopEtpsNm",
            "ownerEtpsno",
            "ownerEtpsNm",
            "impInvtTotalCnt",
            "expInvtTotalCnt",
            "chgoffMtpckTotalCnt",
            "chgoffEndprdTotalCnt",
            "chgoffDclDate",
        ],
    ),
    ("EmlChgoffInvt", &["emlNo", "bondInvtNo"]),
    (
        "EmlChgoffMtpck",
        &[
            "emlNo",
            "seqno",
            "gdecd",
            "impTotalQty",
            "csmTotalQty",
            "remainMtpckQty",
        ],
    ),
    (
        "EmlChgoffEndprd",
        &["emlNo", "seqno", "gdecd", "expTotalQty"],
    ),
    (
        "EmsChgoffBsc",
        &[
            "emsNo",
            "chgoffTmsCnt",
            "chgoffTypecd",
            "chgoffBeginTime",
            "chgoffDueTime",
            "bizopEtpsno",
            "bizopEtpsNm",
            "impInvtTotalCnt",
            "expInvtTotalCnt",
            "chgoffMtpckTotalCnt",
            "chgoffEndprdTotalCnt",
        ],
    ),
    ("EmsChgoffDt", &["emsNo", "chgoffTmsCnt", "typecd", "seqno"]),
    ("EmsChgoffInvtLt", &["emsNo", "chgoffTmsCnt", "bondInvtNo"]),
    (
        "RotateDclBsc",
        &[
            "dclTypecd",
            "rotateTypecd",
            "trfoutOriactNo",
            "trfoutPlcCuscd",
            "trfoutEtpsno",
            "trfoutEtpsNm",
            "trfinOriactNo",
            "trfinPlcCuscd",
            "trfinEtpsno",
            "trfinEtpsNm",
        ],
    ),
    (
        "RotateDclDt",
        &[
            "trfinTrfoutMarkcd",
            "rotateDclSeqno",
            "oriactGdsSeqno",
            "gdecd",
            "gdsNm",
            "dclUnitcd",
            "dclQty",
        ],
    ),
    (
        "SasCmbBsc",
        &[
            "dclTypecd",
            "emsNo",
            "masterCuscd",
            "cmBeginTime",
            "cmEndTime",
            "bizopEtpsno",
            "bizopEtpsNm",
        ],
    ),
    ("SasCmbInvt", &["bondInvtNo"]),
    ("SasCmbImg", &["mtpckSeqno", "ucnsNetUseupQty"]),
    (
        "SasCmbRbg",
        &["mtpckSeqno", "gdecd", "gdsNm", "dclUnitcd", "dclQty"],
    ),
];

/// Elements whose choices the page itself closes.
const CLOSED: &[&str] = &[
    "InvtType",
    "bondInvtTypecd",
    "ImpexpMarkcd",
    "MtpckEndprdMarkcd",
    "MtpckEndprdTypecd",
    "DclcusFlag",
    "DclcusTypecd",
    "GenDecFlag",
    "DclTypecd",
    "ModfMarkcd",
    "EmlType",
    "UcnsDclSegcd",
    "UcnsDclStucd",
    "EtpsExeMarkcd",
    "AdjmtrMarkcd",
    "chgoffTypecd",
];

struct Plan {
    fields: Vec<Planned>,
    head: bool,
}

struct Planned {
    field: &'static Field,
    holds: Type,
    meaning: Meaning,
    missing: Option<&'static Check>,
    closed: bool,
    name: bool,
    may_be_negative: bool,
}

pub(super) fn check(records: &[&Record], doc: &Doc<'_>, found: &mut Found<'_>) {
    let mut plans: HashMap<&'static str, Plan> = HashMap::new();
    let mut numbers: HashMap<&'static str, usize> = HashMap::new();
    // What stands around the document is not the document's.
    let around: HashSet<&str> = ["EnvelopInfo", "PocketInfo", "ImportInfo"].into();
    for record in records {
        let kind = record.kind();
        if around.contains(kind.name) {
            continue;
        }
        let plan = plans.entry(kind.name).or_insert_with(|| plan(kind, doc));
        let number = numbers.entry(kind.name).or_default();
        *number += 1;
        let row = Row {
            record,
            number: if plan.head { 0 } else { *number },
        };
        for unknown in record.unknown() {
            found.at(
                &ELEMENT_UNKNOWN,
                row,
                unknown,
                unknown,
                format!("an element of {}", kind.name),
            );
        }
        for planned in &plan.fields {
            match record.get(planned.field.name) {
                None => {
                    if let Some(missing) = planned.missing.filter(|_| wanted(planned, row, doc)) {
                        let expected =
                            format!("{} ({})", planned.field.name, planned.field.chinese);
                        found.at(missing, row, planned.field.name, "nothing", expected);
                    }
                }
                Some(text) => value(text, planned, row, doc, found),
            }
        }
    }
}

/// A finished product's country of origin in a collective list may be missing.
fn wanted(planned: &Planned, row: Row<'_>, doc: &Doc<'_>) -> bool {
    let country = planned.field.name.eq_ignore_ascii_case("Natcd");
    let collective = row.record.kind().name != "NptsEmlImg" && doc.is("InvtType", "1");
    !(country && collective)
}

fn plan(kind: &'static RecordKind, doc: &Doc<'_>) -> Plan {
    let client = REQUIRED_AS.iter().find(|it| it.0 == kind.name);
    let client = client.and_then(|it| fields::record_kind(it.1));
    let list = ["InvtHeadType", "InvtListType", "BondInvtBsc", "BondInvtDt"].contains(&kind.name);
    let head = kind.name == doc.head.record.kind().name && list;
    let asked = |field: &'static Field| -> Option<&'static Check> {
        let named = |all: &[&str]| {
            all.iter()
                .any(|it| element(kind, it).is_some_and(|it| it == field.name))
        };
        if list && named(TO_SAVE) {
            return Some(&REQUIRED_TO_SAVE);
        }
        if !doc.declares() {
            return None;
        }
        let report = REPORTS.iter().find(|it| it.0 == kind.name);
        if report.is_some_and(|it| named(it.1)) {
            return Some(&REQUIRED_IN_REPORT);
        }
        let by_client = client.is_some_and(|it| {
            let there = crate::dialect::counterpart(it, field.name).and_then(|name| it.field(name));
            there.is_some_and(|it| it.required)
        });
        if field.required || by_client || (head && named(ALSO_TO_DECLARE)) {
            return Some(&REQUIRED_TO_DECLARE);
        }
        (list && named(PRACTICE_ASKS)).then_some(&WANTED)
    };
    let planned = |field: &'static Field| Planned {
        field,
        holds: tighter(kind, field),
        meaning: meaning::of(kind, field),
        missing: asked(field),
        closed: CLOSED.iter().any(|it| it.eq_ignore_ascii_case(field.name)),
        name: field.name.ends_with("Nm") || field.name == "InputName",
        may_be_negative: kind.name.contains("Chgoff"),
    };
    Plan {
        fields: kind.fields.iter().map(planned).collect(),
        head: kind.name == doc.head.record.kind().name,
    }
}

/// Where the page is stricter than the schema, what is sent keeps to the page.
fn tighter(kind: &'static RecordKind, field: &Field) -> Type {
    let list = [
        "InvtHeadType",
        "InvtListType",
        "InvtGoodsType",
        "BondInvtBsc",
        "BondInvtDt",
        "BondInvtDtSimple",
    ];
    if !list.contains(&kind.name) {
        return field.holds;
    }
    match field.name {
        "gdsSpcfModelDesc" | "GdsSpcfModelDesc" | "rmk" | "Rmk" => Type::UpTo(255),
        "dclUprcAmt" | "DclUprcAmt" => Type::Decimal(18, 4),
        "dclTotalAmt" | "DclTotalAmt" => Type::Decimal(17, 2),
        _ if field.holds == Type::Decimal(19, 5) => Type::Decimal(18, 5),
        _ => field.holds,
    }
}

fn value(text: &str, planned: &Planned, row: Row<'_>, doc: &Doc<'_>, found: &mut Found<'_>) {
    let name = planned.field.name;
    match planned.holds {
        Type::Whole(most) => number(text, u32::from(most), 0, planned, row, found),
        Type::Decimal(all, behind) => {
            let (all, behind) = (u32::from(all), u32::from(behind));
            number(text, all - behind, behind, planned, row, found);
        }
        Type::Date | Type::Time | Type::Day => {
            if crate::values::day(text).is_none() {
                let expected = match row.record.kind().dialect {
                    Dialect::Client => "a day, yyyyMMdd",
                    Dialect::Customs => "a day, yyyy-MM-dd",
                };
                found.at(&DATE_MALFORMED, row, name, text, expected);
            }
        }
        _ if planned.meaning != Meaning::Plain => {
            meaning::check(text, planned.meaning, name, row, doc, found)
        }
        _ if !planned.field.codes.is_empty() => choice(text, planned, row, found),
        Type::Exactly(length) => {
            let count = text.chars().count();
            if count != usize::from(length) {
                found.at(
                    &TEXT_LENGTH,
                    row,
                    name,
                    format!("{count} characters"),
                    format!("{length}"),
                );
            }
        }
        Type::UpTo(most) => {
            let count = match planned.name {
                true => text.chars().map(width).sum(),
                false => text.chars().count(),
            };
            if count > usize::from(most) {
                let over = count - usize::from(most);
                found.at(
                    &TEXT_TOO_LONG,
                    row,
                    name,
                    format!("{count} characters"),
                    format!("at most {most}: {over} too many"),
                );
            }
        }
    }
}

/// As the page counts: a character beyond ASCII is two.
fn width(letter: char) -> usize {
    if letter.is_ascii() { 1 } else { 2 }
}

fn number(
    text: &str,
    before: u32,
    behind: u32,
    planned: &Planned,
    row: Row<'_>,
    found: &mut Found<'_>,
) {
    let name = planned.field.name;
    let Some(plain) = crate::values::plain_decimal(text) else {
        let expected = match behind {
            0 => "a whole number",
            _ => "a plain decimal",
        };
        found.at(&NUMBER_MALFORMED, row, name, text, expected);
        return;
    };
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if behind == 0 && !fraction.is_empty() {
        found.at(&NUMBER_MALFORMED, row, name, text, "a whole number");
    } else if whole.len() > before as usize || fraction.len() > behind as usize {
        let had = format!(
            "{text}: {} digits and {} behind the point",
            whole.len(),
            fraction.len()
        );
        found.at(
            &NUMBER_TOO_LONG,
            row,
            name,
            had,
            format!("at most {before} and {behind}"),
        );
    }
    if plain.starts_with('-') && !planned.may_be_negative {
        found.at(&NUMBER_NEGATIVE, row, name, text, "0 or more");
    }
    if !planned.field.codes.is_empty() {
        choice(&plain, planned, row, found);
    }
}

fn choice(text: &str, planned: &Planned, row: Row<'_>, found: &mut Found<'_>) {
    let codes = planned.field.codes;
    if codes.iter().any(|it| it.0 == text) {
        return;
    }
    let check = if planned.closed {
        &CHOICE_UNKNOWN
    } else {
        &CHOICE_NEW
    };
    let expected: Vec<String> = codes
        .iter()
        .map(|it| format!("{} {}", it.0, it.1))
        .collect();
    found.at(check, row, planned.field.name, text, expected.join(", "));
}
