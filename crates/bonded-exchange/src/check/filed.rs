//! A list against the book on file: the goods of a line are the goods of its item.

use std::collections::{HashMap, HashSet};

use bonded_ledger::{HandbookNo, Item, Version};

use super::doc::{Doc, Found, Row, or_nothing};
use super::lines::LINES;
use super::{Check, FILED, OURS, PAGE};
use crate::on_file::FiledHandbook;
use crate::problem::Severity::{Error, Warning};

pub(super) static BOOK_NOT_ON_FILE: Check = Check {
    code: "book_not_on_file",
    severity: Error,
    title: "a book that is not here",
    text: "The document names a book of which nothing is on file; none of its goods can be compared. A zone's or warehouse's book is not kept here and is not asked for.",
    way_out: "Correct the number, or open the book first.",
    source: FILED,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/PutrecNo=C520726A0009",
};

pub(super) static BOOK_EXPIRED: Check = Check {
    code: "book_expired",
    severity: Error,
    title: "a book that is no longer valid",
    text: "The book's validity (有效期) ended before the day of the document.",
    way_out: "Extend the book, or report it.",
    source: "GACC Decree 219 (change within validity) (unverified)",
    passes: "INV101\non 2026-12-31",
    fails: "INV101\non 2027-01-01",
};

pub(super) static BOOK_EXPIRES: Check = Check {
    code: "book_expires",
    severity: Warning,
    title: "a book that is valid for a few days only",
    text: "The goods have to pass while the book is valid; what is declared in its last days may come too late. The number of days is prudence, not law: the ledger's notice before expiry.",
    way_out: "Extend the book in time.",
    source: OURS,
    passes: "INV101\non 2026-12-01",
    fails: "INV101\non 2026-12-02",
};

pub(super) static BOOK_CLOSED: Check = Check {
    code: "book_closed",
    severity: Error,
    title: "a document of a book that is closed",
    text: "Once a book is reported or closed its lists can be neither declared, amended nor withdrawn.",
    way_out: "Leave the list as it is; what is wrong is told to customs.",
    source: "the rule of GACC 2018 No. 23 on amending, read in a copy (secondary)",
    passes: "INV101\nInvtHeadType/PutrecNo=C520726A0003",
    fails: "INV101\nInvtHeadType/PutrecNo=C520726A0003\nclose C520726A0003",
};

pub(super) static ENTERPRISE_DIFFERS: Check = Check {
    code: "enterprise_differs",
    severity: Error,
    title: "another enterprise than the book's",
    text: "Operator and processor of a document are those of the book: customs code, credit code and name.",
    way_out: "Correct the enterprise, or amend the book.",
    source: FILED,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/BizopEtpsno=3302960002",
};

pub(super) static ITEM_NOT_ON_FILE: Check = Check {
    code: "item_not_on_file",
    severity: Error,
    title: "an item that the book does not have",
    text: "The number in the book (备案序号) is none of its materials, or products.",
    way_out: "Correct the number, or amend the book first.",
    source: FILED,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/PutrecSeqno=9",
};

pub(super) static PART_NUMBER_DIFFERS: Check = Check {
    code: "part_number_differs",
    severity: Error,
    title: "another part number than the item's",
    text: "The part number (料号) of a line is that of its item on file.",
    way_out: "Correct the part number or the item.",
    source: FILED,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/GdsMtno=W-9",
};

pub(super) static COMMODITY_DIFFERS: Check = Check {
    code: "commodity_differs",
    severity: Error,
    title: "another commodity code, name or specification than the item's",
    text: "Commodity code, name and specification of a line are those of its item on file. Scrap (0844, 0845, 5200, 0400, 0864, 0865) is declared as what it is.",
    way_out: "Take them from the book, or amend the book first.",
    source: PAGE,
    passes: "INV101\nInvtHeadType/SupvModecd=0844\nInvtListType[1]/GdsNm=硅废料",
    fails: "INV101\nInvtListType[1]/GdsNm=硅废料",
};

pub(super) static UNIT_DIFFERS: Check = Check {
    code: "unit_differs",
    severity: Error,
    title: "another unit than the item's",
    text: "Declared and legal units of a line are those of its item on file, where the book names them. The declared quantity is posted to the book as it stands: in another unit it would be another quantity. Scrap may have its own.",
    way_out: "Convert the quantity to the item's unit.",
    source: PAGE,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/DclUnitcd=011",
};

pub(super) static VERSION_NOT_ON_FILE: Check = Check {
    code: "version_not_on_file",
    severity: Error,
    title: "a version that the product does not have",
    text: "The version of unit consumption (单耗版本号) that a line of products names, or 0 where it names none, is on file for the product, as soon as any is.",
    way_out: "Name a version that is on file, or file its consumption first.",
    source: FILED,
    passes: "INV101 product",
    fails: "INV101 product\nInvtListType[1]/UcnsVerno=7",
};

pub(super) static ALL: &[&Check] = &[
    &BOOK_NOT_ON_FILE,
    &BOOK_EXPIRED,
    &BOOK_EXPIRES,
    &BOOK_CLOSED,
    &ENTERPRISE_DIFFERS,
    &ITEM_NOT_ON_FILE,
    &PART_NUMBER_DIFFERS,
    &COMMODITY_DIFFERS,
    &UNIT_DIFFERS,
    &VERSION_NOT_ON_FILE,
];

/// Scrap is declared as what it is.
const SCRAP: &[&str] = &["0844", "0845", "5200", "0400", "0864", "0865"];

/// The book that an element of the head names, where it is on file.
pub(super) fn book<'a>(
    doc: &Doc<'a>,
    name: &str,
    found: &mut Found<'_>,
) -> Option<&'a FiledHandbook> {
    let on_file = doc.context.on_file?;
    let text = doc.get(name)?;
    let number: HandbookNo = text.parse().ok()?;
    if !number.is_processing() {
        return None;
    }
    let book = on_file.handbook(number);
    if book.is_none() {
        found.at(&BOOK_NOT_ON_FILE, doc.head, name, text, "a book on file");
    }
    book
}

/// Whether the book still takes documents.
pub(super) fn open(doc: &Doc<'_>, name: &str, number: HandbookNo, found: &mut Found<'_>) {
    let Some(ledger) = doc.context.ledger else {
        return;
    };
    let statement = ledger.statement_of(Some(number), None);
    let status = statement.handbooks.first().map(|it| it.status.as_str());
    if let Some(status) = status.filter(|it| *it != "open") {
        found.at(
            &BOOK_CLOSED,
            doc.head,
            name,
            format!("{number} is {status}"),
            "an open book",
        );
    }
}

pub(super) fn valid(doc: &Doc<'_>, name: &str, book: &FiledHandbook, found: &mut Found<'_>) {
    let (today, until) = (doc.context.date, book.opened.valid_until);
    let left = (until - today).num_days();
    let notice = i64::from(bonded_ledger::parameters::EXPIRY_NOTICE_DAYS.on(today));
    if left < 0 {
        let had = format!("{today}, {} days after {until}", -left);
        found.at(
            &BOOK_EXPIRED,
            doc.head,
            name,
            had,
            format!("at most {until}"),
        );
    } else if left < notice {
        let had = format!("{left} days until {until}");
        found.at(
            &BOOK_EXPIRES,
            doc.head,
            name,
            had,
            format!("{notice} days or more"),
        );
    }
}

/// Operator or processor, by the elements that name them.
pub(super) fn party(
    doc: &Doc<'_>,
    names: [&str; 3],
    party: &bonded_ledger::Party,
    found: &mut Found<'_>,
) {
    let filed = [
        party.customs_code.as_str(),
        party.uscc.as_str(),
        &party.name,
    ];
    for (name, filed) in names.into_iter().zip(filed) {
        if let Some(text) = doc.get(name).filter(|it| *it != filed) {
            found.at(&ENTERPRISE_DIFFERS, doc.head, name, text, filed);
        }
    }
}

pub(super) fn check_list(doc: &Doc<'_>, found: &mut Found<'_>) {
    let Some(book) = book(doc, "PutrecNo", found) else {
        return;
    };
    let opened = &book.opened;
    valid(doc, "PutrecNo", book, found);
    open(doc, "PutrecNo", opened.number, found);
    party(
        doc,
        ["BizopEtpsno", "BizopEtpsSccd", "BizopEtpsNm"],
        &opened.operator,
        found,
    );
    party(
        doc,
        ["RcvgdEtpsno", "RvsngdEtpsSccd", "RcvgdEtpsNm"],
        &opened.processor,
        found,
    );
    let of_products = match doc.get("MtpckEndprdMarkcd") {
        Some("E") => true,
        Some("I") => false,
        _ => return,
    };
    let items: HashMap<u32, &Item> = match of_products {
        true => opened
            .products
            .iter()
            .map(|it| (it.seq.get().into(), &it.item))
            .collect(),
        false => opened
            .materials
            .iter()
            .map(|it| (it.seq.get().into(), &it.item))
            .collect(),
    };
    let mut versions: HashSet<(u32, &str)> = HashSet::new();
    let mut with_version: HashSet<u32> = HashSet::new();
    for line in &opened.consumptions {
        let product = line.product.get().into();
        versions.insert((product, Version::or_default(line.version.as_ref())));
        with_version.insert(product);
    }
    let scrap = doc.get("SupvModecd").is_some_and(|it| SCRAP.contains(&it));
    let what = if of_products { "product" } else { "material" };
    for row in doc.rows(LINES) {
        let Some(seq) = row.whole("PutrecSeqno") else {
            continue;
        };
        let Some(item) = items.get(&seq) else {
            let had = format!("{what} {seq}");
            found.at(
                &ITEM_NOT_ON_FILE,
                row,
                "PutrecSeqno",
                had,
                format!("one of {} {what}s of {}", items.len(), opened.number),
            );
            continue;
        };
        if !scrap {
            goods(row, item, "GdsSpcfModelDesc", found);
        }
        let part = row.get("GdsMtno").filter(|it| *it != item.code);
        if let Some(part) = part {
            found.at(
                &PART_NUMBER_DIFFERS,
                row,
                "GdsMtno",
                part,
                item.code.as_str(),
            );
        }
        let version = row.get("UcnsVerno").unwrap_or(Version::DEFAULT);
        let known = !with_version.contains(&seq) || versions.contains(&(seq, version));
        if of_products && !known {
            found.at(
                &VERSION_NOT_ON_FILE,
                row,
                "UcnsVerno",
                version,
                format!("a version of product {seq}"),
            );
        }
    }
}

/// Commodity code, name, specification and units of a line, as the book has them.
pub(super) fn goods(row: Row<'_>, item: &Item, spec: &str, found: &mut Found<'_>) {
    let filed = [
        ("Gdecd", Some(item.hs.as_str())),
        ("GdsNm", Some(item.name.as_str())),
        (spec, item.spec.as_deref()),
    ];
    for (name, filed) in filed {
        let (Some(filed), Some(text)) = (filed, row.get(name)) else {
            continue;
        };
        if text != filed.trim() {
            found.at(&COMMODITY_DIFFERS, row, name, text, filed);
        }
    }
    let legal_2 = item.legal_unit_2.as_ref().map(|it| it.as_str());
    let units = [
        ("DclUnitcd", Some(item.unit.as_str())),
        ("LawfUnitcd", item.legal_unit.as_ref().map(|it| it.as_str())),
        ("SecdLawfUnitcd", legal_2),
    ];
    for (name, filed) in units {
        let Some(filed) = filed.filter(|_| row.has(name)) else {
            continue;
        };
        let text = row.get(name);
        // A missing unit is told as missing, but for the second, which nobody requires.
        if text != Some(filed) && (text.is_some() || name == "SecdLawfUnitcd") {
            found.at(&UNIT_DIFFERS, row, name, or_nothing(text), filed);
        }
    }
}
