//! A consumption sheet (耗料单) of an account book.

use std::collections::HashSet;

use super::closure::{once, period, same_book};
use super::doc::{Doc, Found};
use super::lines::LINES_MISSING;
use super::{Check, SCHEMA, filed, flags};
use crate::problem::Severity::Error;

pub(super) static SHEET_BOOK: Check = Check {
    code: "sheet_book",
    severity: Error,
    title: "a consumption sheet of a handbook",
    text: "Consumption sheets are for account books that are written off by what was really consumed; a handbook is written off by its declared consumption.",
    way_out: "Correct the number of the book.",
    source: SCHEMA,
    passes: "CMB101",
    fails: "CMB101\nSasCmbBsc/emsNo=C520726A0001",
};

pub(super) static ALL: &[&Check] = &[&SHEET_BOOK];

pub(super) fn check(doc: &Doc<'_>, found: &mut Found<'_>) {
    flags::change(doc, found);
    let number = doc.get("emsNo");
    if let Some(number) = number.filter(|it| it.starts_with(['B', 'C', 'D'])) {
        found.at(
            &SHEET_BOOK,
            doc.head,
            "emsNo",
            number,
            "the number of an account book",
        );
    }
    period(doc, "cmBeginTime", "cmEndTime", found);
    same_book(
        doc,
        "emsNo",
        &["SasCmbInvt", "SasCmbImg", "SasCmbRbg"],
        found,
    );
    once(doc, &["SasCmbInvt"], &["bondInvtNo"], found);
    once(doc, &["SasCmbImg"], &["mtpckSeqno"], found);
    once(doc, &["SasCmbRbg"], &["mtpckSeqno"], found);
    if doc.rows(&["SasCmbImg"]).next().is_none() && doc.declares() {
        found.whole(&LINES_MISSING, "0 materials", "1 or more");
    }
    let Some(book) = filed::book(doc, "emsNo", found) else {
        return;
    };
    let opened = &book.opened;
    filed::open(doc, "emsNo", opened.number, found);
    filed::party(
        doc,
        ["bizopEtpsno", "bizopEtpsSccd", "bizopEtpsNm"],
        &opened.operator,
        found,
    );
    filed::party(
        doc,
        ["rcvgdEtpsno", "rvsngdEtpsSccd", "rcvgdEtpsNm"],
        &opened.processor,
        found,
    );
    let materials: HashSet<u32> = opened
        .materials
        .iter()
        .map(|it| it.seq.get().into())
        .collect();
    for row in doc.rows(&["SasCmbImg", "SasCmbRbg"]) {
        let Some(seq) = row.whole("mtpckSeqno") else {
            continue;
        };
        if !materials.contains(&seq) {
            let expected = format!("one of {} materials of {}", materials.len(), opened.number);
            found.at(
                &filed::ITEM_NOT_ON_FILE,
                row,
                "mtpckSeqno",
                seq.to_string(),
                expected,
            );
        }
    }
}
