//! A handbook: its head, materials, products, consumption.

use std::collections::{HashMap, HashSet};

use super::doc::{Doc, Found, Row};
use super::lines::{self, LINES_MISSING};
use super::{Check, NOTES, OURS, flags};
use crate::figure::Figure;
use crate::problem::Severity::{Error, Warning};

pub(super) static HANDBOOK_TRADE: Check = Check {
    code: "handbook_trade",
    severity: Error,
    title: "the trade of a handbook told in two ways",
    text: "A handbook of supplied materials is of type B with mode 0214, one of imported materials of type C with 0615 or 0715; its number begins with the letter of its type, and its nature of levy is 502 or 503.",
    way_out: "Correct the type, the mode, the number or the nature of levy.",
    source: "types by the client's notes, modes and natures by their official names (secondary)",
    passes: "NPTS001",
    fails: "NPTS001\nNptsEmlHead/SupvModecd=0214",
};

pub(super) static VALIDITY_PAST: Check = Check {
    code: "validity_past",
    severity: Error,
    title: "valid until a day that is past",
    text: "The last day of a handbook's validity is the day of the document or later.",
    way_out: "Correct ValidDate.",
    source: OURS,
    passes: "NPTS001",
    fails: "NPTS001\nNptsEmlHead/ValidDate=20260301",
};

pub(super) static ITEM_NUMBERS: Check = Check {
    code: "item_numbers",
    severity: Error,
    title: "item numbers that are used twice or do not run 1, 2, 3",
    text: "Materials and products have numbers of their own; no number comes twice, and at first filing each runs from 1 without gaps.",
    way_out: "Number the items anew.",
    source: "numbering of real handbooks, 2019 (secondary)",
    passes: "NPTS001",
    fails: "NPTS001\nNptsEmlImg[2]/GdsSeqno=1",
};

pub(super) static ITEM_SIDE: Check = Check {
    code: "item_side",
    severity: Error,
    title: "a material among the products, or the other way round",
    text: "Lines of materials (NptsEmlImg) are marked I, lines of products (NptsEmlExg) E.",
    way_out: "Correct MtpckEndprdTypecd, or move the line.",
    source: NOTES,
    passes: "NPTS001",
    fails: "NPTS001\nNptsEmlExg[1]/MtpckEndprdTypecd=I",
};

pub(super) static HANDBOOK_TOTAL: Check = Check {
    code: "handbook_total",
    severity: Error,
    title: "price × quantity of an item is not its total",
    text: "The total of an item of a handbook is price × quantity, to five decimals.",
    way_out: "Correct price, quantity or total.",
    source: "checked on a real handbook of 2019 (secondary)",
    passes: "NPTS001",
    fails: "NPTS001\nNptsEmlImg[1]/DclTotalAmt=42500.5",
};

pub(super) static CONSUMPTION_ITEM: Check = Check {
    code: "consumption_item",
    severity: Error,
    title: "consumption of an item that the handbook does not have",
    text: "A line of consumption names a product and a material of the same document by their numbers; at first filing both are in it.",
    way_out: "Add the item, or correct the number.",
    source: NOTES,
    passes: "NPTS001",
    fails: "NPTS001\nNptsEmlConsume[1]/MtpckSeqno=9",
};

pub(super) static CONSUMPTION_TWICE: Check = Check {
    code: "consumption_twice",
    severity: Error,
    title: "consumption told twice",
    text: "For each product, version and material there is one line of consumption.",
    way_out: "Take one of the lines out.",
    source: OURS,
    passes: "NPTS001",
    fails: "NPTS001\n+NptsEmlConsume",
};

pub(super) static LOSS_RATES: Check = Check {
    code: "loss_rates",
    severity: Error,
    title: "loss of everything",
    text: "Tangible and intangible loss rates are percent of the gross consumption: together less than 100. The bonded share is percent: at most 100.",
    way_out: "Correct the rates: 3 is 3 %.",
    source: "the formula 单耗 = 净耗 ÷ (1 − 损耗率) (read)",
    passes: "NPTS001\nNptsEmlConsume[1]/TgblLossRate=99.99",
    fails: "NPTS001\nNptsEmlConsume[1]/TgblLossRate=60\nNptsEmlConsume[1]/IntgbLossRate=40",
};

pub(super) static HANDBOOK_VERSION: Check = Check {
    code: "handbook_version",
    severity: Warning,
    title: "a handbook with versions",
    text: "In a handbook the version of consumption is always 0; versions are for account books.",
    way_out: "Set UcnsVerno to 0.",
    source: NOTES,
    passes: "NPTS001",
    fails: "NPTS001\nNptsEmlConsume[1]/UcnsVerno=1",
};

pub(super) static PRODUCT_WITHOUT_CONSUMPTION: Check = Check {
    code: "product_without_consumption",
    severity: Warning,
    title: "a product of which no consumption is told",
    text: "Where consumption is declared before export (UcnsDclSegcd 1) it may follow later, but no product leaves before it.",
    way_out: "Add its consumption, or declare it in a change before export.",
    source: OURS,
    passes: "NPTS001",
    fails: "NPTS001\n-NptsEmlConsume[2]\n-NptsEmlConsume[1]",
};

pub(super) static ITEM_MARK: Check = Check {
    code: "item_mark",
    severity: Error,
    title: "a line of a new handbook that is not new",
    text: "At first filing (DclTypecd 1) every line is marked as added: ModfMarkcd 3.",
    way_out: "Set ModfMarkcd to 3.",
    source: NOTES,
    passes: "NPTS001",
    fails: "NPTS001\nNptsEmlImg[1]/ModfMarkcd=1",
};

pub(super) static ALL: &[&Check] = &[
    &HANDBOOK_TRADE,
    &VALIDITY_PAST,
    &ITEM_NUMBERS,
    &ITEM_SIDE,
    &HANDBOOK_TOTAL,
    &CONSUMPTION_ITEM,
    &CONSUMPTION_TWICE,
    &LOSS_RATES,
    &HANDBOOK_VERSION,
    &PRODUCT_WITHOUT_CONSUMPTION,
    &ITEM_MARK,
];

const CONSUMPTIONS: &[&str] = &["NptsEmlConsume", "EmlPutrecUcnsDt"];

pub(super) fn check(doc: &Doc<'_>, found: &mut Found<'_>) {
    flags::change(doc, found);
    trade(doc, found);
    let until = doc.get("ValidDate").and_then(crate::values::day);
    if let Some(until) = until.filter(|&it| it < doc.context.date) {
        let today = doc.context.date;
        found.at(
            &VALIDITY_PAST,
            doc.head,
            "ValidDate",
            until.to_string(),
            format!("{today} or later"),
        );
    }
    let first = doc.is("DclTypecd", "1");
    let [materials, products] = [("I", "NptsEmlImg"), ("E", "NptsEmlExg")].map(|(side, kind)| {
        let mut numbers = HashMap::new();
        let mut expected = 0;
        let both = doc.rows(&["EmlPutrecDt"]);
        let own: Vec<Row<'_>> = doc.rows(&[kind]).collect();
        for &row in &own {
            if let Some(other) = row.get("MtpckEndprdTypecd").filter(|it| *it != side) {
                found.at(&ITEM_SIDE, row, "MtpckEndprdTypecd", other, side);
            }
        }
        let shared = both.filter(|it| it.get("MtpckEndprdTypecd") == Some(side));
        for row in own.iter().copied().chain(shared) {
            expected += 1;
            item(row, doc, found);
            let Some(number) = row.whole("GdsSeqno") else {
                continue;
            };
            if let Some(before) = numbers.insert(number, row.number) {
                let had = format!("{number}, as line {before}");
                found.at(&ITEM_NUMBERS, row, "GdsSeqno", had, "a number of its own");
            } else if first && number != expected {
                found.at(
                    &ITEM_NUMBERS,
                    row,
                    "GdsSeqno",
                    number.to_string(),
                    expected.to_string(),
                );
            }
        }
        numbers
    });
    if materials.is_empty() && products.is_empty() && first && doc.declares() {
        found.whole(&LINES_MISSING, "0 materials and products", "1 or more");
    }
    consumptions(doc, &materials, &products, found);
}

fn trade(doc: &Doc<'_>, found: &mut Found<'_>) {
    let kind = doc.get("EmlType");
    let (modes, levy): (&[&str], &str) = match kind {
        Some("B") => (&["0214"], "502"),
        Some("C") => (&["0615", "0715"], "503"),
        _ => return,
    };
    let kind = kind.unwrap_or_default();
    let mut asked = |name: &str, fits: &dyn Fn(&str) -> bool, expected: String| {
        if let Some(text) = doc.get(name).filter(|it| !fits(it)) {
            let expected = format!("{expected} in a handbook of type {kind}");
            found.at(&HANDBOOK_TRADE, doc.head, name, text, expected);
        }
    };
    asked("SupvModecd", &|it| modes.contains(&it), modes.join(" or "));
    asked("ReduNatrcd", &|it| it == levy, levy.into());
    asked("EmlNo", &|it| it.starts_with(kind), format!("{kind}…"));
}

fn item(row: Row<'_>, doc: &Doc<'_>, found: &mut Found<'_>) {
    let mark = row.get("ModfMarkcd").filter(|it| *it != "3");
    if let Some(mark) = mark.filter(|_| doc.is("DclTypecd", "1")) {
        found.at(&ITEM_MARK, row, "ModfMarkcd", mark, "3");
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
    let digit = Figure::new(1, 5);
    let near = off.and_then(|it| it.compare(digit));
    if !near.is_some_and(std::cmp::Ordering::is_lt) {
        let shown = product.and_then(|it| it.round_half_even(5));
        let shown = shown.map_or("far more".into(), |it| it.to_string());
        let off = off.map_or(String::new(), |it| format!(": {it} off"));
        let expected = format!("{price} × {quantity} = {shown}{off}");
        found.at(
            &HANDBOOK_TOTAL,
            row,
            "DclTotalAmt",
            total.to_string(),
            expected,
        );
    }
}

fn consumptions(
    doc: &Doc<'_>,
    materials: &HashMap<u32, usize>,
    products: &HashMap<u32, usize>,
    found: &mut Found<'_>,
) {
    let first = doc.is("DclTypecd", "1");
    let mut told: HashMap<(u32, u32, &str), usize> = HashMap::new();
    let mut consuming: HashSet<u32> = HashSet::new();
    let hundred = Figure::new(100, 0);
    for row in doc.rows(CONSUMPTIONS) {
        let mark = row.get("ModfMarkcd").filter(|it| *it != "3");
        if let Some(mark) = mark.filter(|_| first) {
            found.at(&ITEM_MARK, row, "ModfMarkcd", mark, "3");
        }
        let (product, material) = (row.whole("EndprdSeqno"), row.whole("MtpckSeqno"));
        for (name, number, items) in [
            ("EndprdSeqno", product, products),
            ("MtpckSeqno", material, materials),
        ] {
            if let Some(number) = number.filter(|it| first && !items.contains_key(it)) {
                found.at(
                    &CONSUMPTION_ITEM,
                    row,
                    name,
                    number.to_string(),
                    "an item of this document",
                );
            }
        }
        let version = row.get("UcnsVerno").unwrap_or("0");
        if version != "0" {
            found.at(&HANDBOOK_VERSION, row, "UcnsVerno", version, "0");
        }
        if let (Some(product), Some(material)) = (product, material) {
            consuming.insert(product);
            if let Some(before) = told.insert((product, material, version), row.number) {
                let had = format!("product {product}, material {material}, as line {before}");
                found.at(&CONSUMPTION_TWICE, row, "MtpckSeqno", had, "one line");
            }
        }
        rates(row, hundred, doc, found);
    }
    if !first || !doc.declares() {
        return;
    }
    for row in doc.rows(&["NptsEmlExg", "EmlPutrecDt"]) {
        let number = row.whole("GdsSeqno");
        let product = row.get("MtpckEndprdTypecd") == Some("E");
        if let Some(number) = number.filter(|it| product && !consuming.contains(it)) {
            let had = format!("product {number}: no line");
            found.at(
                &PRODUCT_WITHOUT_CONSUMPTION,
                row,
                "GdsSeqno",
                had,
                "its consumption",
            );
        }
    }
}

fn rates(row: Row<'_>, hundred: Figure, doc: &Doc<'_>, found: &mut Found<'_>) {
    let zero = row
        .figure("NetUseupQty")
        .is_some_and(|it| it == Figure::ZERO);
    if zero && doc.declares() {
        found.at(
            &lines::NOT_ABOVE_ZERO,
            row,
            "NetUseupQty",
            "0",
            "more than 0",
        );
    }
    let loss = row
        .or_zero("TgblLossRate")
        .plus(row.or_zero("IntgbLossRate"));
    if let Some(loss) = loss
        && loss.compare(hundred).is_some_and(std::cmp::Ordering::is_ge)
    {
        found.at(
            &LOSS_RATES,
            row,
            "TgblLossRate",
            format!("{loss} together"),
            "less than 100",
        );
    }
    let share = row.figure("BondMtpckPrpr");
    if let Some(share) = share
        && share
            .compare(hundred)
            .is_some_and(std::cmp::Ordering::is_gt)
    {
        found.at(
            &LOSS_RATES,
            row,
            "BondMtpckPrpr",
            share.to_string(),
            "at most 100",
        );
    }
}
