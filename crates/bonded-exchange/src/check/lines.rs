//! The lines of a list, each by itself and all together.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::doc::{Doc, Found, Row};
use super::{Check, NOTES, OURS, PAGE};
use crate::figure::Figure;
use crate::merge;
use crate::problem::Severity::{Error, Warning};
use crate::record::Record;

pub(super) static LINES_MISSING: Check = Check {
    code: "document_without_lines",
    severity: Error,
    title: "a document without a line",
    text: "A list, handbook or declaration has at least one line.",
    way_out: "Add the lines.",
    source: PAGE,
    passes: "INV101",
    fails: "INV101\n-InvtListType\n-InvtListType",
};

pub(super) static LINE_NUMBERS: Check = Check {
    code: "line_numbers",
    severity: Error,
    title: "line numbers that do not run 1, 2, 3",
    text: "GdsSeqno runs from 1 without gaps.",
    way_out: "Number the lines anew.",
    source: PAGE,
    passes: "INV101",
    fails: "INV101\nInvtListType[2]/GdsSeqno=3",
};

pub(super) static NOT_ABOVE_ZERO: Check = Check {
    code: "not_above_zero",
    severity: Error,
    title: "0 where something must be",
    text: "Declared and legal quantity, price and total of a line are above 0; the net consumption of a product is too.",
    way_out: "Fill in the figure, or take the line out.",
    source: PAGE,
    passes: "INV101\nInvtListType[1]/GrossWt=0\nInvtListType[1]/NetWt=0",
    fails: "INV101\nInvtListType[1]/LawfQty=0",
};

pub(super) static SECOND_QUANTITY: Check = Check {
    code: "second_quantity",
    severity: Error,
    title: "a second legal unit without its quantity, or the other way round",
    text: "Where the commodity code has a second legal unit, its quantity is declared too, above 0; where it has none there is no quantity.",
    way_out: "Fill in SecdLawfQty, or leave both empty.",
    source: NOTES,
    passes: "INV101\nInvtListType[1]/SecdLawfUnitcd=036\nInvtListType[1]/SecdLawfQty=120000",
    fails: "INV101\nInvtListType[1]/SecdLawfUnitcd=036",
};

pub(super) static TOTAL_DIFFERS: Check = Check {
    code: "total_differs",
    severity: Error,
    title: "price × quantity is not the total",
    text: "The total is price × quantity to its last digit; or the price is total ÷ quantity to its last digit, as merged lines have it. The last digit of a list's total is the second, of its price the fourth.",
    way_out: "Correct price, quantity or total.",
    source: OURS,
    passes: "INV101\nInvtListType[1]/DclQty=3\nInvtListType[1]/LawfQty=3\nInvtListType[1]/DclTotalAmt=100\nInvtListType[1]/DclUprcAmt=33.3333",
    fails: "INV101\nInvtListType[1]/DclTotalAmt=4250.02",
};

pub(super) static LEGAL_QUANTITY_DIFFERS: Check = Check {
    code: "legal_quantity_differs",
    severity: Error,
    title: "the legal quantity is not the declared one in the legal unit",
    text: "Where both units are of one measure (kg and t, 个 and 千个) the legal quantity is the declared one converted, to the fifth decimal. Else, where the line has a factor (FstSfVal, SecdSfVal), it is the declared quantity × factor; else it only has to be above 0.",
    way_out: "Correct the quantity, the unit or the factor.",
    source: OURS,
    passes: "INV101\nInvtListType[2]/LawfUnitcd=036\nInvtListType[2]/LawfQty=50000",
    fails: "INV101\nInvtListType[2]/LawfUnitcd=036\nInvtListType[2]/LawfQty=50",
};

pub(super) static NET_OVER_GROSS: Check = Check {
    code: "net_over_gross",
    severity: Warning,
    title: "heavier without packing than with it",
    text: "Net weight is at most gross weight.",
    way_out: "Correct the weights.",
    source: OURS,
    passes: "INV101",
    fails: "INV101\nInvtListType[1]/NetWt=121",
};

pub(super) static VERSION_MISSING: Check = Check {
    code: "version_missing",
    severity: Error,
    title: "products come back to an account book without their version",
    text: "In an account book (E) an import by exchange of products (4400, 4600) names the version of unit consumption in every line.",
    way_out: "Fill in UcnsVerno.",
    source: PAGE,
    passes: "INV101 product\nInvtHeadType/PutrecNo=E520726B0002\nInvtHeadType/ImpexpMarkcd=I\nInvtHeadType/DecType=1\nInvtHeadType/SupvModecd=4600\nInvtListType[1]/UcnsVerno=26010101",
    fails: "INV101 product\nInvtHeadType/PutrecNo=E520726B0002\nInvtHeadType/ImpexpMarkcd=I\nInvtHeadType/DecType=1\nInvtHeadType/SupvModecd=4600\nInvtListType[1]/UcnsVerno=",
};

pub(super) static APPLICATION_LINE: Check = Check {
    code: "application_line",
    severity: Warning,
    title: "an application without its line",
    text: "A list of a carry-over names the carry-over declaration in ApplyNo and, in each line, its line there in ApplyTbSeqno.",
    way_out: "Fill in ApplyTbSeqno.",
    source: NOTES,
    passes: "INV101\nInvtHeadType/ApplyNo=S1\nInvtListType[1]/ApplyTbSeqno=1\nInvtListType[2]/ApplyTbSeqno=2",
    fails: "INV101\nInvtHeadType/ApplyNo=S1",
};

pub(super) static LINE_MARK: Check = Check {
    code: "line_mark",
    severity: Error,
    title: "a line is marked otherwise than what is applied for",
    text: "In a change (DclTypecd 2) no line of a list may be added: lines are marked 0, 1 or 2. At first filing every line is new: 3.",
    way_out: "Set ModfMarkcd to 3 at first filing, to 1 in a change.",
    source: PAGE,
    passes: "INV101\nInvtHeadType/DclTypecd=2\nInvtHeadType/ChgTmsCnt=1\nInvtHeadType/SeqNo=202600000122717119\nInvtListType[1]/ModfMarkcd=1\nInvtListType[2]/ModfMarkcd=1",
    fails: "INV101\nInvtListType[1]/ModfMarkcd=1",
};

pub(super) static ALL: &[&Check] = &[
    &LINES_MISSING,
    &LINE_NUMBERS,
    &NOT_ABOVE_ZERO,
    &SECOND_QUANTITY,
    &TOTAL_DIFFERS,
    &LEGAL_QUANTITY_DIFFERS,
    &NET_OVER_GROSS,
    &VERSION_MISSING,
    &APPLICATION_LINE,
    &LINE_MARK,
];

pub(super) const LINES: &[&str] = &["InvtListType", "BondInvtDt"];

pub(super) fn check(doc: &Doc<'_>, found: &mut Found<'_>) {
    let mut expected = 0;
    let account_return = doc.get("PutrecNo").is_some_and(|it| it.starts_with('E'))
        && doc.is("ImpexpMarkcd", "I")
        && matches!(doc.get("SupvModecd"), Some("4400" | "4600"));
    let applied = doc.get("ApplyNo").is_some() && !doc.is("InvtType", "9");
    for row in doc.rows(LINES) {
        expected += 1;
        if let Some(number) = row.whole("GdsSeqno").filter(|&it| it != expected) {
            found.at(
                &LINE_NUMBERS,
                row,
                "GdsSeqno",
                number.to_string(),
                expected.to_string(),
            );
        }
        amounts(row, doc, Last { price: 4, total: 2 }, found);
        quantities(row, doc, found);
        if account_return && row.get("UcnsVerno").is_none() {
            found.at(&VERSION_MISSING, row, "UcnsVerno", "nothing", "the version");
        }
        if applied && doc.declares() && row.get("ApplyTbSeqno").is_none() {
            found.at(
                &APPLICATION_LINE,
                row,
                "ApplyTbSeqno",
                "nothing",
                "the line of the application",
            );
        }
        mark(row, doc, found);
    }
    if expected == 0 && doc.declares() {
        found.whole(&LINES_MISSING, "0 lines", "1 or more");
    }
    merging(doc, found);
}

/// The last digits of a price and a total.
#[derive(Clone, Copy)]
pub(super) struct Last {
    pub(super) price: u32,
    pub(super) total: u32,
}

/// Price × quantity = total.
pub(super) fn amounts(row: Row<'_>, doc: &Doc<'_>, last: Last, found: &mut Found<'_>) {
    for name in ["DclQty", "DclUprcAmt", "DclTotalAmt"] {
        above_zero(row, name, doc, found);
    }
    let (Some(quantity), Some(price), Some(total)) = (
        row.figure("DclQty"),
        row.figure("DclUprcAmt"),
        row.figure("DclTotalAmt"),
    ) else {
        return;
    };
    let product = price.times(quantity);
    let off = product.and_then(|it| it.minus(total)).map(Figure::abs);
    let digit = |places| Figure::new(1, places);
    let within = |most: Option<Figure>| {
        let pair = off.zip(most);
        pair.and_then(|(off, most)| off.compare(most))
            .is_some_and(Ordering::is_le)
    };
    // A price to its last digit is as far off as a digit, for every unit of the quantity.
    if within(Some(digit(last.total))) || within(digit(last.price).times(quantity)) {
        return;
    }
    let had = format!("{total}");
    let expected = match (product, off) {
        (Some(product), Some(off)) => {
            let shown = product.round_half_even(last.total).unwrap_or(product);
            format!("{price} × {quantity} = {shown}: {off} off")
        }
        _ => format!("{price} × {quantity}, which is far more"),
    };
    found.at(&TOTAL_DIFFERS, row, "DclTotalAmt", had, expected);
}

fn above_zero(row: Row<'_>, name: &str, doc: &Doc<'_>, found: &mut Found<'_>) {
    let zero = row.figure(name).is_some_and(|it| it == Figure::ZERO);
    if zero && doc.declares() {
        found.at(&NOT_ABOVE_ZERO, row, name, "0", "more than 0");
    }
}

fn quantities(row: Row<'_>, doc: &Doc<'_>, found: &mut Found<'_>) {
    above_zero(row, "LawfQty", doc, found);
    legal(row, "LawfUnitcd", "LawfQty", "FstSfVal", doc, found);
    let (unit, quantity) = (row.get("SecdLawfUnitcd"), row.figure("SecdLawfQty"));
    match (unit, quantity) {
        (Some(_), None) if doc.declares() && row.get("SecdLawfQty").is_none() => {
            found.at(
                &SECOND_QUANTITY,
                row,
                "SecdLawfQty",
                "nothing",
                "the quantity in the second unit",
            );
        }
        (Some(_), Some(it)) if it == Figure::ZERO && doc.declares() => {
            found.at(&SECOND_QUANTITY, row, "SecdLawfQty", "0", "more than 0");
        }
        // Some senders write 0 where there is none.
        (None, Some(it)) if it.is_positive() => {
            found.at(
                &SECOND_QUANTITY,
                row,
                "SecdLawfQty",
                it.to_string(),
                "nothing: there is no second unit",
            );
        }
        _ => {}
    }
    legal(
        row,
        "SecdLawfUnitcd",
        "SecdLawfQty",
        "SecdSfVal",
        doc,
        found,
    );
    if let (Some(net), Some(gross)) = (row.figure("NetWt"), row.figure("GrossWt"))
        && gross.is_positive()
        && net.compare(gross) == Some(Ordering::Greater)
    {
        found.at(
            &NET_OVER_GROSS,
            row,
            "NetWt",
            net.to_string(),
            format!("at most {gross}"),
        );
    }
}

/// The declared quantity in a legal unit.
pub(super) fn legal(
    row: Row<'_>,
    unit: &str,
    quantity: &str,
    factor: &str,
    doc: &Doc<'_>,
    found: &mut Found<'_>,
) {
    let (Some(declared), Some(legal)) = (row.figure("DclQty"), row.figure(quantity)) else {
        return;
    };
    let (Some(from), Some(to)) = (row.get("DclUnitcd"), row.get(unit)) else {
        return;
    };
    let measured = doc.context.codes.factor(from, to);
    let measured = measured.and_then(|(a, b)| Some((Figure::parse(a)?, Figure::parse(b)?)));
    let given = row.figure(factor).filter(|it| it.is_positive());
    let (times, over, how) = match (measured, given) {
        (Some((times, over)), _) => (times, over, format!("in {to} for {from}")),
        (None, Some(it)) => (it, Figure::new(1, 0), format!("with the factor {it}")),
        (None, None) => return,
    };
    let Some(exact) = declared.times(times) else {
        return;
    };
    // To the last digit: what is off is less than one of the fifth decimal.
    let back = legal
        .times(over)
        .and_then(|it| it.minus(exact))
        .map(Figure::abs);
    let most = over.times(Figure::new(1, 5));
    let near = back.zip(most).and_then(|(it, most)| it.compare(most));
    if near.is_some_and(Ordering::is_lt) {
        return;
    }
    let Some(expected) = exact.over(over, 5) else {
        return;
    };
    let off = legal
        .minus(expected)
        .map_or(String::new(), |it| format!(": {} off", it.abs()));
    found.at(
        &LEGAL_QUANTITY_DIFFERS,
        row,
        quantity,
        legal.to_string(),
        format!("{declared} is {expected} {how}{off}"),
    );
}

fn mark(row: Row<'_>, doc: &Doc<'_>, found: &mut Found<'_>) {
    let Some(mark) = row.get("ModfMarkcd") else {
        return;
    };
    match doc.get("DclTypecd") {
        Some("1") if mark != "3" => found.at(&LINE_MARK, row, "ModfMarkcd", mark, "3"),
        Some("2") if mark == "3" => {
            found.at(
                &LINE_MARK,
                row,
                "ModfMarkcd",
                mark,
                "1: no line may be added",
            );
        }
        _ => {}
    }
}

/// What merging would say; the numbers may be missing.
fn merging(doc: &Doc<'_>, found: &mut Found<'_>) {
    let lines: Vec<&Record> = doc.rows(LINES).map(|it| it.record).collect();
    if lines.is_empty() || !doc.declares() {
        return;
    }
    let none = merge::ExportDuties::default();
    let duties = doc.context.duties.unwrap_or(&none);
    let Err(problems) = merge::merge_of(doc.head.record, &lines, duties) else {
        return;
    };
    // The same place may be told in the caller's cells.
    let rows: HashMap<usize, Row<'_>> = doc.rows(LINES).map(|it| (it.number, it)).collect();
    for mut problem in problems {
        if let crate::problem::Place::Element(path) = &problem.place {
            let within = path.split_once('[').and_then(|it| it.1.split_once("]/"));
            let at = within.and_then(|(number, name)| Some((number.parse().ok()?, name)));
            if let Some((row, name)) = at.and_then(|(it, name)| Some((*rows.get(&it)?, name))) {
                problem.place = found.place(row, name);
            }
        }
        found.problems.push(problem);
    }
}
