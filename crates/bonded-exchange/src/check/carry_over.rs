//! A carry-over declaration (流转申报表): two sides that agree.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use bonded_ledger::Item;

use super::doc::{Doc, Found, Row, or_nothing};
use super::lines::{self, LINES_MISSING, NOT_ABOVE_ZERO};
use super::{Check, OURS, SCHEMA, filed, flags};
use crate::figure::Figure;
use crate::problem::Severity::{Error, Warning};

pub(super) static ONE_SIDE: Check = Check {
    code: "one_side",
    severity: Error,
    title: "goods that leave one book and enter none, or enter twice",
    text: "In a carry-over declaration rotateDclSeqno pairs a line out of one book with a line into the other.",
    way_out: "Add the missing line, or correct rotateDclSeqno.",
    source: SCHEMA,
    passes: "BHL101",
    fails: "BHL101\n-RotateDclDt[2]",
};

pub(super) static SIDES_DIFFER: Check = Check {
    code: "sides_differ",
    severity: Error,
    title: "two sides that do not agree",
    text: "What leaves and what enters has one commodity code, and the same quantity: the declared one where both declare in one measure, else the legal one.",
    way_out: "Agree with the other side on code, unit and quantity.",
    source: "GACC 2018 No. 52 item 2: codes and legal quantities of both sides agree (secondary)",
    passes: "BHL101",
    fails: "BHL101\nRotateDclDt[2]/dclQty=51",
};

pub(super) static SAME_BOOK: Check = Check {
    code: "same_book",
    severity: Error,
    title: "carried over from a book into itself",
    text: "A carry-over goes from one book to another.",
    way_out: "Correct one of the books.",
    source: OURS,
    passes: "BHL101",
    fails: "BHL101\nRotateDclBsc/trfinOriactNo=C520726A0001",
};

pub(super) static CARRY_OVER_EXPIRED: Check = Check {
    code: "carry_over_expired",
    severity: Warning,
    title: "a carry-over declaration that is past its day",
    text: "dclTbValidTime is the last day on which goods may be carried over by this declaration.",
    way_out: "Set a later day.",
    source: OURS,
    passes: "BHL101",
    fails: "BHL101\nRotateDclBsc/dclTbValidTime=2026-01-31",
};

pub(super) static ALL: &[&Check] = &[&ONE_SIDE, &SIDES_DIFFER, &SAME_BOOK, &CARRY_OVER_EXPIRED];

const LINES: &[&str] = &["RotateDclDt"];

pub(super) fn check(doc: &Doc<'_>, found: &mut Found<'_>) {
    flags::change(doc, found);
    let (from, to) = (doc.get("trfoutOriactNo"), doc.get("trfinOriactNo"));
    if from.is_some() && from == to {
        found.at(
            &SAME_BOOK,
            doc.head,
            "trfinOriactNo",
            or_nothing(to),
            "another book",
        );
    }
    let until = doc.get("dclTbValidTime").and_then(crate::values::day);
    if let Some(until) = until.filter(|&it| it < doc.context.date) {
        let expected = format!("{} or later", doc.context.date);
        found.at(
            &CARRY_OVER_EXPIRED,
            doc.head,
            "dclTbValidTime",
            until.to_string(),
            expected,
        );
    }
    let mut pairs: BTreeMap<u32, Vec<Row<'_>>> = BTreeMap::new();
    for row in doc.rows(LINES) {
        for name in ["DclQty", "LawfQty"] {
            if doc.declares() && row.figure(name) == Some(Figure::ZERO) {
                found.at(&NOT_ABOVE_ZERO, row, name, "0", "more than 0");
            }
        }
        lines::legal(row, "LawfUnitcd", "LawfQty", "FstSfVal", doc, found);
        if let Some(number) = row.whole("rotateDclSeqno") {
            pairs.entry(number).or_default().push(row);
        }
    }
    if doc.rows(LINES).next().is_none() && doc.declares() {
        found.whole(&LINES_MISSING, "0 lines", "1 or more");
    }
    for (number, rows) in &pairs {
        match rows.as_slice() {
            [a, b] if a.get("trfinTrfoutMarkcd") != b.get("trfinTrfoutMarkcd") => {
                agree(*a, *b, doc, found);
            }
            rows => {
                let Some(&row) = rows.last() else {
                    continue;
                };
                let marks = rows
                    .iter()
                    .map(|it| or_nothing(it.get("trfinTrfoutMarkcd")));
                let marks: Vec<String> = marks.collect();
                let had = format!("{number}: {} lines, {}", rows.len(), marks.join(", "));
                if doc.declares() {
                    found.at(
                        &ONE_SIDE,
                        row,
                        "rotateDclSeqno",
                        had,
                        "one line out and one line in",
                    );
                }
            }
        }
    }
    own_side(doc, found);
}

fn agree(a: Row<'_>, b: Row<'_>, doc: &Doc<'_>, found: &mut Found<'_>) {
    if a.get("gdecd") != b.get("gdecd") {
        let (had, expected) = (or_nothing(b.get("gdecd")), or_nothing(a.get("gdecd")));
        found.at(&SIDES_DIFFER, b, "gdecd", had, expected);
        return;
    }
    let measure = |unit: &str, quantity: &str| {
        let (from, to) = (b.get(unit)?, a.get(unit)?);
        let (times, over) = doc.context.codes.factor(from, to)?;
        let (times, over) = (Figure::parse(times)?, Figure::parse(over)?);
        Some((
            b.figure(quantity)?.times(times)?,
            a.figure(quantity)?.times(over)?,
        ))
    };
    let told = measure("dclUnitcd", "dclQty").map(|it| ("dclQty", it));
    let told = told.or_else(|| measure("lawfUnitcd", "lawfQty").map(|it| ("lawfQty", it)));
    let Some((name, (theirs, ours))) = told else {
        return;
    };
    if theirs.compare(ours) != Some(Ordering::Equal) {
        let had = or_nothing(b.get(name));
        let expected = format!("{}, as line {}", or_nothing(a.get(name)), a.number);
        found.at(&SIDES_DIFFER, b, name, had, expected);
    }
}

/// The side whose book is on file.
fn own_side(doc: &Doc<'_>, found: &mut Found<'_>) {
    let Some(on_file) = doc.context.on_file else {
        return;
    };
    for (name, marks, names) in [
        (
            "trfoutOriactNo",
            ["E", "O", "2"],
            ["trfoutEtpsno", "trfoutEtpsSccd", "trfoutEtpsNm"],
        ),
        (
            "trfinOriactNo",
            ["I", "I", "1"],
            ["trfinEtpsno", "trfinEtpsSccd", "trfinEtpsNm"],
        ),
    ] {
        // The other side's book is mostly not here.
        let number = doc.get(name).and_then(|it| it.parse().ok());
        let Some(book) = number.and_then(|it| on_file.handbook(it)) else {
            continue;
        };
        let opened = &book.opened;
        filed::valid(doc, name, book, found);
        filed::open(doc, name, opened.number, found);
        filed::party(doc, names, &opened.operator, found);
        let out = name == "trfoutOriactNo";
        let materials = opened
            .materials
            .iter()
            .map(|it| (u32::from(it.seq.get()), &it.item));
        let materials: HashMap<u32, &Item> = materials.collect();
        let products = opened
            .products
            .iter()
            .map(|it| (u32::from(it.seq.get()), &it.item));
        let products: HashMap<u32, &Item> = products.collect();
        for row in doc.rows(LINES) {
            let side = row
                .get("trfinTrfoutMarkcd")
                .is_some_and(|it| marks.contains(&it));
            let Some(seq) = row.whole("oriactGdsSeqno").filter(|_| side) else {
                continue;
            };
            let (material, product) = (materials.get(&seq), products.get(&seq));
            // What leaves is a product, or a leftover material; what enters is a material.
            let items: Vec<&Item> = match out {
                true => product.into_iter().chain(material).copied().collect(),
                false => material.into_iter().copied().collect(),
            };
            let told = row.get("gdecd");
            let same = items.iter().find(|it| told == Some(it.hs.as_str()));
            match same.or(items.first()) {
                Some(item) => filed::goods(row, item, "gdsSpcfModelDesc", found),
                None => {
                    let expected = format!("an item of {}", opened.number);
                    found.at(
                        &filed::ITEM_NOT_ON_FILE,
                        row,
                        "oriactGdsSeqno",
                        seq.to_string(),
                        expected,
                    );
                }
            }
        }
    }
}
