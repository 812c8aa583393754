//! A closure: of a handbook (EML121), of an account book (EMS121).

use std::collections::{HashMap, HashSet};

use bonded_ledger::ListState;

use super::doc::{Doc, Found, Row};
use super::filed;
use super::{Check, OURS, SCHEMA};
use crate::figure::Figure;
use crate::on_file::FiledHandbook;
use crate::problem::Severity::{Error, Warning};

pub(super) static COUNT_DIFFERS: Check = Check {
    code: "count_differs",
    severity: Error,
    title: "the head counts otherwise than there are lines",
    text: "The head of a closure counts its lists of imports and of exports (I or E in their number), its materials and its products.",
    way_out: "Count again, or add what is missing.",
    source: SCHEMA,
    passes: "EML121",
    fails: "EML121\nEmlChgoffBsc/impInvtTotalCnt=2",
};

pub(super) static BOOKS_DIFFER: Check = Check {
    code: "books_differ",
    severity: Error,
    title: "records of different books in one document",
    text: "Every record of a closure or a sheet names the book, and it is the head's; in a cycle of an account book also the number of the report.",
    way_out: "Correct it.",
    source: SCHEMA,
    passes: "EML121",
    fails: "EML121\nEmlChgoffMtpck[1]/emlNo=C520726A0002",
};

pub(super) static TOLD_TWICE: Check = Check {
    code: "told_twice",
    severity: Error,
    title: "a list or an item told twice",
    text: "A closure or a sheet names each list once, and each item once.",
    way_out: "Take one of them out, or add them up.",
    source: OURS,
    passes: "EML121",
    fails: "EML121\n+EmlChgoffMtpck\nEmlChgoffBsc/chgoffMtpckTotalCnt=2",
};

pub(super) static LISTS_OF_BOOK: Check = Check {
    code: "lists_of_book",
    severity: Error,
    title: "the lists of the closure are not those of the book",
    text: "A closure of a handbook names every list of it that customs has deducted (已核扣), and no other.",
    way_out: "Add the list, or take it out; a list that is still pending is waited for or withdrawn.",
    source: "the closure report of a handbook as the ledger has it (docs/closure.md) (unverified)",
    passes: "EML121",
    fails: "EML121\n-EmlChgoffInvt[2]\nEmlChgoffBsc/expInvtTotalCnt=0",
};

pub(super) static CLOSED_ITEM: Check = Check {
    code: "closed_item",
    severity: Error,
    title: "an item of the closure that the book does not have, or has otherwise",
    text: "Materials and products of a closure are those of the book, by number and commodity code.",
    way_out: "Correct the number or the code.",
    source: SCHEMA,
    passes: "EML121",
    fails: "EML121\nEmlChgoffMtpck[1]/gdecd=3818001100",
};

pub(super) static CLOSURE_BALANCE: Check = Check {
    code: "closure_balance",
    severity: Warning,
    title: "what remains does not follow from the columns",
    text: "Remaining = imported + carried over in − sold − re-exported − destroyed − carried over out − consumed. Whether imports contain what was carried over in, and where scrap counts, is not known for sure: either reading passes.",
    way_out: "Compare with the statement of the ledger.",
    source: "columns by the schemas, signs by a processing-trade program; the official ones were not found (unverified)",
    passes: "EML121",
    fails: "EML121\nEmlChgoffMtpck[1]/remainMtpckQty=1",
};

pub(super) static CLOSURE_FIGURE: Check = Check {
    code: "closure_figure",
    severity: Error,
    title: "another figure than the ledger's",
    text: "The columns of a handbook's closure are the ledger's, to the last digit.",
    way_out: "Take the ledger's figure; where customs has another, find the list that is missing.",
    source: "the ledger's closure report (docs/closure.md); which column is which is a deduction (unverified)",
    passes: "EML121",
    fails: "EML121\nEmlChgoffMtpck[1]/impTotalQty=101\nEmlChgoffMtpck[1]/remainMtpckQty=86",
};

pub(super) static PERIOD: Check = Check {
    code: "period",
    severity: Error,
    title: "a period that ends before it begins, or has not ended",
    text: "The period of a cycle or a consumption sheet begins, ends, and is over on the day of the document.",
    way_out: "Correct the days, or wait.",
    source: OURS,
    passes: "EMS121",
    fails: "EMS121\nEmsChgoffBsc/chgoffDueTime=2025-12-31",
};

pub(super) static DIFFERENCE: Check = Check {
    code: "difference",
    severity: Warning,
    title: "the difference is not that of what should and what does remain",
    text: "In a cycle of an account book the difference is between what should remain and what really remains; its sign is not known for sure, its size is.",
    way_out: "Compute it again.",
    source: OURS,
    passes: "EMS121\nEmsChgoffDt[1]/dsmlQty=-1\nEmsChgoffDt[1]/actlRemainQty=6",
    fails: "EMS121\nEmsChgoffDt[1]/dsmlQty=3",
};

pub(super) static ALL: &[&Check] = &[
    &COUNT_DIFFERS,
    &BOOKS_DIFFER,
    &TOLD_TWICE,
    &LISTS_OF_BOOK,
    &CLOSED_ITEM,
    &CLOSURE_BALANCE,
    &CLOSURE_FIGURE,
    &PERIOD,
    &DIFFERENCE,
];

/// Of the ledger's totals.
const DECIMALS: u32 = 5;

pub(super) fn check(doc: &Doc<'_>, found: &mut Found<'_>) {
    let of_handbook = doc.head.record.kind().name == "EmlChgoffBsc";
    let (number, lists, rows): (&str, &[&str], &[&str]) = match of_handbook {
        true => (
            "emlNo",
            &["EmlChgoffInvt"],
            &["EmlChgoffMtpck", "EmlChgoffEndprd"],
        ),
        false => ("emsNo", &["EmsChgoffInvtLt"], &["EmsChgoffDt"]),
    };
    same_book(doc, number, &[lists, rows].concat(), found);
    once(doc, lists, &["bondInvtNo"], found);
    for kind in rows {
        once(doc, std::slice::from_ref(kind), &["typecd", "seqno"], found);
    }
    let counted = |way: &str| {
        let numbers = doc.rows(lists).filter_map(|it| it.get("bondInvtNo"));
        numbers.filter(|it| it.get(8..9) == Some(way)).count()
    };
    count(doc, "impInvtTotalCnt", counted("I"), found);
    count(doc, "expInvtTotalCnt", counted("E"), found);
    if of_handbook {
        count(
            doc,
            "chgoffMtpckTotalCnt",
            doc.rows(&["EmlChgoffMtpck"]).count(),
            found,
        );
        count(
            doc,
            "chgoffEndprdTotalCnt",
            doc.rows(&["EmlChgoffEndprd"]).count(),
            found,
        );
        for row in doc.rows(&["EmlChgoffMtpck"]) {
            balance(row, found);
        }
    } else {
        period(doc, "chgoffBeginTime", "chgoffDueTime", found);
        for row in doc.rows(&["EmsChgoffDt"]) {
            difference(row, found);
        }
    }
    let Some(book) = filed::book(doc, number, found) else {
        return;
    };
    let opened = &book.opened;
    filed::party(
        doc,
        ["bizopEtpsno", "bizopEtpsSccd", "bizopEtpsNm"],
        &opened.operator,
        found,
    );
    if of_handbook {
        filed::party(
            doc,
            ["ownerEtpsno", "ownerEtpsSccd", "ownerEtpsNm"],
            &opened.processor,
            found,
        );
        items(doc, book, found);
        lists_of_book(doc, book, found);
        figures(doc, book, found);
    }
}

/// Every record names the head's book.
pub(super) fn same_book(doc: &Doc<'_>, name: &str, kinds: &[&str], found: &mut Found<'_>) {
    for name in [name, "chgoffTmsCnt", "cmbNo"] {
        let Some(own) = doc.get(name) else {
            continue;
        };
        for row in doc.rows(kinds) {
            if let Some(other) = row.get(name).filter(|it| *it != own) {
                found.at(&BOOKS_DIFFER, row, name, other, own);
            }
        }
    }
}

/// No two records of a kind have the same.
pub(super) fn once(doc: &Doc<'_>, kinds: &[&str], names: &[&str], found: &mut Found<'_>) {
    let mut seen: HashMap<Vec<Option<&str>>, usize> = HashMap::new();
    for row in doc.rows(kinds) {
        let key: Vec<Option<&str>> = names.iter().map(|it| row.get(it)).collect();
        let (Some(name), Some(Some(last))) = (names.last(), key.last()) else {
            continue;
        };
        let last = (*last).to_owned();
        if let Some(before) = seen.insert(key, row.number) {
            let had = format!("{last}, as record {before}");
            found.at(&TOLD_TWICE, row, name, had, "once");
        }
    }
}

fn count(doc: &Doc<'_>, name: &str, counted: usize, found: &mut Found<'_>) {
    let told = doc.head.whole(name);
    if let Some(told) = told.filter(|&it| it as usize != counted) {
        let off = (told as usize).abs_diff(counted);
        found.at(
            &COUNT_DIFFERS,
            doc.head,
            name,
            told.to_string(),
            format!("{counted}: {off} off"),
        );
    }
}

fn balance(row: Row<'_>, found: &mut Found<'_>) {
    let sum = |start: Figure, names: &[&str]| {
        let mut left = Some(start);
        for name in names {
            left = left.and_then(|it| it.minus(row.or_zero(name)));
        }
        left
    };
    let out = [
        "sdinQty",
        "reexpQty",
        "mtpckDstryQty",
        "remainCrdwQty",
        "csmTotalQty",
    ];
    let Some(told) = row.figure("remainMtpckQty") else {
        return;
    };
    let imported = row.or_zero("impTotalQty");
    let both = imported.plus(row.or_zero("dprcsCrdwImpQty"));
    let readings = [both.and_then(|it| sum(it, &out)), sum(imported, &out)];
    if readings.contains(&Some(told)) {
        return;
    }
    let Some(expected) = readings.into_iter().flatten().next() else {
        return;
    };
    let off = told
        .minus(expected)
        .map_or(String::new(), |it| format!(": {} off", it.abs()));
    found.at(
        &CLOSURE_BALANCE,
        row,
        "remainMtpckQty",
        told.to_string(),
        format!("{expected}{off}"),
    );
}

/// Begins, ends, and is over.
pub(super) fn period(doc: &Doc<'_>, from: &str, to: &str, found: &mut Found<'_>) {
    let day = |name| doc.get(name).and_then(crate::values::day);
    let (Some(begins), Some(ends)) = (day(from), day(to)) else {
        return;
    };
    if ends < begins {
        found.at(
            &PERIOD,
            doc.head,
            to,
            ends.to_string(),
            format!("{begins} or later"),
        );
    } else if ends > doc.context.date {
        let expected = format!("{} or earlier", doc.context.date);
        found.at(&PERIOD, doc.head, to, ends.to_string(), expected);
    }
}

fn difference(row: Row<'_>, found: &mut Found<'_>) {
    let told = row.figure("dsmlQty").map(Figure::abs);
    let pair = row.figure("shdRemainQty").zip(row.figure("actlRemainQty"));
    let is = pair
        .and_then(|(should, does)| should.minus(does))
        .map(Figure::abs);
    if let (Some(told), Some(is)) = (told, is)
        && told != is
    {
        found.at(
            &DIFFERENCE,
            row,
            "dsmlQty",
            told.to_string(),
            is.to_string(),
        );
    }
}

fn items(doc: &Doc<'_>, book: &FiledHandbook, found: &mut Found<'_>) {
    let opened = &book.opened;
    let materials = opened
        .materials
        .iter()
        .map(|it| (u32::from(it.seq.get()), it.item.hs));
    let products = opened
        .products
        .iter()
        .map(|it| (u32::from(it.seq.get()), it.item.hs));
    let sides = [
        ("EmlChgoffMtpck", materials.collect::<HashMap<_, _>>()),
        ("EmlChgoffEndprd", products.collect::<HashMap<_, _>>()),
    ];
    for (kind, filed) in sides {
        for row in doc.rows(&[kind]) {
            let Some(seq) = row.whole("seqno") else {
                continue;
            };
            match (filed.get(&seq), row.get("gdecd")) {
                (None, _) => {
                    let expected = format!("an item of {}", opened.number);
                    found.at(&CLOSED_ITEM, row, "seqno", seq.to_string(), expected);
                }
                (Some(code), Some(told)) if told != code.as_str() => {
                    found.at(&CLOSED_ITEM, row, "gdecd", told, code.as_str());
                }
                _ => {}
            }
        }
    }
}

fn lists_of_book(doc: &Doc<'_>, book: &FiledHandbook, found: &mut Found<'_>) {
    let Some(on_file) = doc.context.on_file else {
        return;
    };
    let number = book.opened.number;
    let mut named = HashSet::new();
    for row in doc.rows(&["EmlChgoffInvt"]) {
        let Some(text) = row.get("bondInvtNo") else {
            continue;
        };
        match on_file
            .list(text)
            .filter(|it| it.declared.handbook == number)
        {
            Some(list) if list.state == ListState::Booked => {
                named.insert(list.declared.number.as_str());
            }
            Some(list) => {
                let had = format!("{text}, {}", state(list.state));
                found.at(
                    &LISTS_OF_BOOK,
                    row,
                    "bondInvtNo",
                    had,
                    "a list that is booked",
                );
            }
            None => {
                found.at(
                    &LISTS_OF_BOOK,
                    row,
                    "bondInvtNo",
                    text,
                    format!("a list of {number}"),
                );
            }
        }
    }
    let booked = on_file.lists().filter(|it| it.state == ListState::Booked);
    for list in booked.filter(|it| it.declared.handbook == number) {
        if !named.contains(list.declared.number.as_str()) {
            let name = list
                .customs_number
                .as_ref()
                .unwrap_or(&list.declared.number);
            found.whole(&LISTS_OF_BOOK, "nothing", format!("list {name}"));
        }
    }
}

fn state(state: ListState) -> &'static str {
    match state {
        ListState::Pending => "pending",
        ListState::Booked => "booked",
        ListState::Withdrawn => "withdrawn",
    }
}

fn figures(doc: &Doc<'_>, book: &FiledHandbook, found: &mut Found<'_>) {
    let report = doc
        .context
        .ledger
        .and_then(|it| it.closure_report(book.opened.number));
    let Some(report) = report else {
        return;
    };
    let mut compare = |row: Row<'_>, figures: &[(&str, bonded_ledger::Total)]| {
        for (name, total) in figures {
            let own = Figure::new(total.raw(), DECIMALS);
            let Some(told) = row.figure(name).filter(|it| *it != own) else {
                continue;
            };
            let off = told
                .minus(own)
                .map_or(String::new(), |it| format!(": {} off", it.abs()));
            found.at(
                &CLOSURE_FIGURE,
                row,
                name,
                told.to_string(),
                format!("{own}{off}"),
            );
        }
    };
    let materials = report
        .materials
        .iter()
        .map(|it| (u32::from(it.seqno.get()), it));
    let materials: HashMap<u32, _> = materials.collect();
    for row in doc.rows(&["EmlChgoffMtpck"]) {
        if let Some(it) = row.whole("seqno").and_then(|it| materials.get(&it)) {
            compare(
                row,
                &[
                    ("impTotalQty", it.imp_total_qty),
                    ("dprcsCrdwImpQty", it.dprcs_crdw_imp_qty),
                    ("sdinQty", it.sdin_qty),
                    ("reexpQty", it.reexp_qty),
                    ("mtpckDstryQty", it.mtpck_dstry_qty),
                    ("lfmtQty", it.lfmt_qty),
                    ("remainCrdwQty", it.remain_crdw_qty),
                    ("csmTotalQty", it.csm_total_qty),
                    ("remainMtpckQty", it.remain_mtpck_qty),
                ],
            );
        }
    }
    let products = report
        .products
        .iter()
        .map(|it| (u32::from(it.seqno.get()), it));
    let products: HashMap<u32, _> = products.collect();
    for row in doc.rows(&["EmlChgoffEndprd"]) {
        if let Some(it) = row.whole("seqno").and_then(|it| products.get(&it)) {
            compare(
                row,
                &[
                    ("expTotalQty", it.exp_total_qty),
                    ("dprcsCrdwExpQty", it.dprcs_crdw_exp_qty),
                    ("endprdRetnExchImpQty", it.endprd_retn_exch_imp_qty),
                    ("endprdRetnExchExpQty", it.endprd_retn_exch_exp_qty),
                ],
            );
        }
    }
}
