//! The head of a list: flags that go together, and what each of them asks for.

use super::doc::{Doc, Found, or_nothing};
use super::{Check, NOTES, PAGE, SEEN};
use crate::problem::Severity::{Error, Warning};

pub(super) static DECLARATION_KIND_MISSING: Check = Check {
    code: "declaration_kind_missing",
    severity: Error,
    title: "declared, but not of which kind",
    text: "A list that is declared (DclcusFlag 1) says whether its declaration is related (关联, DclcusTypecd 1) or its own (对应, 2).",
    way_out: "Set DclcusTypecd to 1 or 2.",
    source: NOTES,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/DclcusTypecd=",
};

pub(super) static NOT_DECLARED: Check = Check {
    code: "declaration_of_undeclared",
    severity: Error,
    title: "not declared, but with a declaration",
    text: "A list that is not declared (DclcusFlag 2) has no kind of declaration (DclcusTypecd is left empty), and none is generated (GenDecFlag 2).",
    way_out: "Leave DclcusTypecd empty and set GenDecFlag to 2, or set DclcusFlag to 1.",
    source: PAGE,
    passes: "INV101\nInvtHeadType/DclcusFlag=2\nInvtHeadType/DclcusTypecd=\nInvtHeadType/GenDecFlag=2\nInvtHeadType/DecType=\nInvtHeadType/CorrEntryDclEtpsNo=\nInvtHeadType/CorrEntryDclEtpsSccd=\nInvtHeadType/CorrEntryDclEtpsNm=",
    fails: "INV101\nInvtHeadType/DclcusFlag=2",
};

pub(super) static DECLARATION_TYPE_MISSING: Check = Check {
    code: "declaration_type_missing",
    severity: Error,
    title: "a declaration is generated, but not of which type",
    text: "Where a declaration is generated (GenDecFlag 1), DecType says which: 1 import, 2 export, 3 and 4 a record of entry or exit, and so on.",
    way_out: "Set DecType.",
    source: PAGE,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/DecType=",
};

pub(super) static DECLARATION_TYPE: Check = Check {
    code: "declaration_type",
    severity: Error,
    title: "a type of declaration that there is not, or of the other direction",
    text: "The types are 1 to 6, B, C, F to V, X and Y; each but F is for imports or for exports. A list's own declaration (DclcusTypecd 2) goes the way the list goes.",
    way_out: "Choose the type of the list's direction.",
    source: NOTES,
    passes: "INV101\nInvtHeadType/DecType=3",
    fails: "INV101\nInvtHeadType/DecType=2",
};

pub(super) static RELATED_MISSING: Check = Check {
    code: "related_missing",
    severity: Error,
    title: "a related declaration without its enterprises",
    text: "A related declaration (DclcusTypecd 1) is that of another enterprise: consignee, consumer and declarant are named in the RltEntry elements.",
    way_out: "Fill in the six RltEntry elements; NO where there is no customs code.",
    source: NOTES,
    passes: "INV101\nInvtHeadType/DclcusTypecd=1\nInvtHeadType/CorrEntryDclEtpsNo=\nInvtHeadType/CorrEntryDclEtpsSccd=\nInvtHeadType/CorrEntryDclEtpsNm=\nInvtHeadType/RltEntryBizopEtpsno=NO\nInvtHeadType/RltEntryBizopEtpsNm=NO\nInvtHeadType/RltEntryRcvgdEtpsno=NO\nInvtHeadType/RltEntryRcvgdEtpsNm=NO\nInvtHeadType/RltEntryDclEtpsno=NO\nInvtHeadType/RltEntryDclEtpsNm=NO",
    fails: "INV101\nInvtHeadType/DclcusTypecd=1",
};

pub(super) static CORRESPONDING_MISSING: Check = Check {
    code: "corresponding_missing",
    severity: Error,
    title: "an own declaration without its declarant",
    text: "A list's own declaration (对应报关, DclcusTypecd 2) names who declares it, in the CorrEntryDclEtps elements; mostly that is the operator.",
    way_out: "Fill in CorrEntryDclEtpsNo, CorrEntryDclEtpsSccd and CorrEntryDclEtpsNm.",
    source: NOTES,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/CorrEntryDclEtpsNm=",
};

pub(super) static OTHER_DECLARANT: Check = Check {
    code: "other_declarant",
    severity: Warning,
    title: "enterprises of the other kind of declaration",
    text: "A related declaration has no CorrEntry elements, an own one no RltEntry elements; the page blanks them.",
    way_out: "Leave them empty.",
    source: PAGE,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/RltEntryDclEtpsno=3302960001",
};

pub(super) static TWO_STEP_NUMBER: Check = Check {
    code: "two_step_number",
    severity: Error,
    title: "a two-step declaration without its number",
    text: "With a two-step declaration (DecType X or Y) the declaration is there before the list: its number stands in EntryNo (own) or RltEntryNo (related).",
    way_out: "Fill in the number of the declaration.",
    source: NOTES,
    passes: "INV101\nInvtHeadType/DecType=X\nInvtHeadType/EntryNo=520720261000000001",
    fails: "INV101\nInvtHeadType/DecType=X",
};

pub(super) static RELATED_BOOK_MISSING: Check = Check {
    code: "related_book_missing",
    severity: Error,
    title: "goods between books without the other book",
    text: "Other transport (9) within China (142) with an own declaration, a mode of 1200, 5000, 5100, 5300, 1371 or 1300 and a zone's or warehouse's book (H, T, L): the goods come from or go to another book, which RltPutrecNo names.",
    way_out: "Fill in RltPutrecNo.",
    source: PAGE,
    passes: "INV101\nInvtHeadType/PutrecNo=H52072000001\nInvtHeadType/SupvModecd=5000\nInvtHeadType/TrspModecd=9\nInvtHeadType/StshipTrsarvNatcd=142\nInvtHeadType/RltPutrecNo=C520726A0002",
    fails: "INV101\nInvtHeadType/PutrecNo=H52072000001\nInvtHeadType/SupvModecd=5000\nInvtHeadType/TrspModecd=9\nInvtHeadType/StshipTrsarvNatcd=142",
};

pub(super) static OLD_BOOK_TYPE: Check = Check {
    code: "old_book_type",
    severity: Error,
    title: "an old book with a declaration of the wrong type",
    text: "Where the other book is an old one (B, C, D, E with a digit as 8th character) or none (null…), the declaration is a two-in-one record: DecType 5 or 6.",
    way_out: "Set DecType to 5 (entry) or 6 (exit).",
    source: PAGE,
    passes: "INV101\nInvtHeadType/PutrecNo=H52072000001\nInvtHeadType/SupvModecd=5000\nInvtHeadType/TrspModecd=9\nInvtHeadType/StshipTrsarvNatcd=142\nInvtHeadType/RltPutrecNo=C52079153896\nInvtHeadType/DecType=5",
    fails: "INV101\nInvtHeadType/PutrecNo=H52072000001\nInvtHeadType/SupvModecd=5000\nInvtHeadType/TrspModecd=9\nInvtHeadType/StshipTrsarvNatcd=142\nInvtHeadType/RltPutrecNo=C52079153896",
};

pub(super) static LIST_TYPE_FLAGS: Check = Check {
    code: "list_type_flags",
    severity: Error,
    title: "flags that do not fit the type of list",
    text: "E-commerce (InvtType 8) is not declared: DclcusFlag 2, GenDecFlag 2. The sale of a taxable enterprise's products (9) is: DclcusFlag 1, GenDecFlag 1, DclcusTypecd 2, ListType Y, and ApplyNo names the application.",
    way_out: "Set the flags as the type of list asks.",
    source: PAGE,
    passes: "INV101\nInvtHeadType/InvtType=9\nInvtHeadType/ListType=Y\nInvtHeadType/ApplyNo=A1",
    fails: "INV101\nInvtHeadType/InvtType=8",
};

pub(super) static SIMPLE_GOODS_MISSING: Check = Check {
    code: "simple_goods_missing",
    severity: Error,
    title: "simple processing without its materials",
    text: "A list of simple processing (InvtType 4) carries the materials of its goods in lines of their own (InvtGoodsType).",
    way_out: "Add the lines.",
    source: PAGE,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/InvtType=4",
};

pub(super) static SLIPS_MISSING: Check = Check {
    code: "slips_missing",
    severity: Warning,
    title: "a collective list without warehouse slips",
    text: "The lines of a collective list (集报, InvtType 1) come from warehouse slips (出入库单); the page lets nobody add one by hand.",
    way_out: "Name the slips (InvtWarehouseType, SasCentDclStock).",
    source: PAGE,
    passes: "INV101\nInvtHeadType/InvtType=1\n+InvtWarehouseType\nInvtWarehouseType[1]/SasStockNo=X5207I260302000001",
    fails: "INV101\nInvtHeadType/InvtType=1",
};

pub(super) static CARRY_OVER_TYPE: Check = Check {
    code: "carry_over_type",
    severity: Warning,
    title: "the type of carry-over does not fit the supervision mode",
    text: "A deep-processing carry-over (0255, 0654) has ListType A, a leftover carry-over (0258, 0657) B; lists of other modes of a handbook have none.",
    way_out: "Set ListType to A or B, or leave it empty.",
    source: "ListType as the client's notes have it; which mode goes with which is ours (unverified)",
    passes: "INV101\nInvtHeadType/SupvModecd=0654\nInvtHeadType/ListType=A\nInvtHeadType/ApplyNo=S1\nInvtListType[1]/ApplyTbSeqno=1\nInvtListType[2]/ApplyTbSeqno=2\nInvtHeadType/RltPutrecNo=C520726A0002",
    fails: "INV101\nInvtHeadType/SupvModecd=0654",
};

pub(super) static CARRY_OVER_BOOK_MISSING: Check = Check {
    code: "carry_over_book_missing",
    severity: Error,
    title: "a carry-over without the other book",
    text: "A list of a carry-over (ListType A to E) names the other side's book in RltPutrecNo.",
    way_out: "Fill in RltPutrecNo.",
    source: NOTES,
    passes: "INV101\nInvtHeadType/SupvModecd=0654\nInvtHeadType/ListType=A\nInvtHeadType/RltPutrecNo=C520726A0002",
    fails: "INV101\nInvtHeadType/SupvModecd=0654\nInvtHeadType/ListType=A",
};

pub(super) static CHANGE_COUNT: Check = Check {
    code: "change_count",
    severity: Error,
    title: "the number of the change does not fit what is applied for",
    text: "At first filing (DclTypecd 1) ChgTmsCnt is 0; a change (2) has the number of the change, from 1.",
    way_out: "Count the changes that customs has accepted, and add 1.",
    source: NOTES,
    passes: "INV101",
    fails: "INV101\nInvtHeadType/ChgTmsCnt=1",
};

pub(super) static CHANGE_OF_WHAT: Check = Check {
    code: "change_of_what",
    severity: Error,
    title: "a change or a deletion of nothing",
    text: "A change (DclTypecd 2) or deletion (3) names what is changed: the pre-entry number that the first answer gave, or the document's number.",
    way_out: "Fill in SeqNo (of a handbook also EmlNo), as the Single Window's answer gave it.",
    source: NOTES,
    passes: "INV101\nInvtHeadType/DclTypecd=3\nInvtHeadType/SeqNo=202600000122717119",
    fails: "INV101\nInvtHeadType/DclTypecd=3",
};

pub(super) static DECLARANT_NOT_CARD: Check = Check {
    code: "declarant_not_card",
    severity: Error,
    title: "declared by somebody else than the card's holder",
    text: "Who declares (DclEtpsno) is who holds the card with which the client signs.",
    way_out: "Declare with the declarant's card, or correct DclEtpsno.",
    source: PAGE,
    passes: "INV101\ncard 3302960001",
    fails: "INV101\ncard 3302960002",
};

pub(super) static NUMBER_OTHER_WAY: Check = Check {
    code: "number_other_way",
    severity: Error,
    title: "a list's number of the other direction",
    text: "The ninth character of a list's number is I or E, as the list is of imports or exports.",
    way_out: "Correct the number or the direction.",
    source: SEEN,
    passes: "INV101\nInvtHeadType/BondInvtNo=QD520726I000000001",
    fails: "INV101\nInvtHeadType/BondInvtNo=QD520726E000000001",
};

pub(super) static MODE_NOT_OF_BOOK: Check = Check {
    code: "mode_not_of_book",
    severity: Error,
    title: "a supervision mode that moves nothing in this book",
    text: "In a handbook of supplied (B) or imported (C) materials each supervision mode goes with one direction and with materials or products: 0615 imports materials or exports products of a C book, 0644 sells its materials.",
    way_out: "Choose the mode of the trade, or correct the direction or materials/products.",
    source: "the supervision modes of the journal contract (read)",
    passes: "INV101",
    fails: "INV101\nInvtHeadType/SupvModecd=0214",
};

pub(super) static CARRY_OVER_TRANSPORT: Check = Check {
    code: "carry_over_transport",
    severity: Warning,
    title: "a carry-over that crosses a border",
    text: "Goods that are carried over stay in China: other transport (9), from or to China (142).",
    way_out: "Set TrspModecd to 9 and StshipTrsarvNatcd to 142.",
    source: "a real declaration of a carry-over, 2019 (secondary); for lists it is ours",
    passes: "INV101",
    fails: "INV101\nInvtHeadType/SupvModecd=0654\nInvtHeadType/ListType=A\nInvtHeadType/RltPutrecNo=C520726A0002\nInvtHeadType/TrspModecd=2",
};

pub(super) static ALL: &[&Check] = &[
    &DECLARATION_KIND_MISSING,
    &NOT_DECLARED,
    &DECLARATION_TYPE_MISSING,
    &DECLARATION_TYPE,
    &RELATED_MISSING,
    &CORRESPONDING_MISSING,
    &OTHER_DECLARANT,
    &TWO_STEP_NUMBER,
    &RELATED_BOOK_MISSING,
    &OLD_BOOK_TYPE,
    &LIST_TYPE_FLAGS,
    &SIMPLE_GOODS_MISSING,
    &SLIPS_MISSING,
    &CARRY_OVER_TYPE,
    &CARRY_OVER_BOOK_MISSING,
    &CHANGE_COUNT,
    &CHANGE_OF_WHAT,
    &DECLARANT_NOT_CARD,
    &NUMBER_OTHER_WAY,
    &MODE_NOT_OF_BOOK,
    &CARRY_OVER_TRANSPORT,
];

const RELATED: &[&str] = &[
    "RltEntryBizopEtpsno",
    "RltEntryBizopEtpsNm",
    "RltEntryRcvgdEtpsno",
    "RltEntryRcvgdEtpsNm",
    "RltEntryDclEtpsno",
    "RltEntryDclEtpsNm",
];
const RELATED_CREDIT: &[&str] = &[
    "RltEntryBizopEtpsSccd",
    "RltEntryRvsngdEtpsSccd",
    "RltEntryDclEtpsSccd",
];
const CORRESPONDING: &[&str] = &[
    "CorrEntryDclEtpsNo",
    "CorrEntryDclEtpsSccd",
    "CorrEntryDclEtpsNm",
];

pub(super) fn check(doc: &Doc<'_>, found: &mut Found<'_>) {
    declaration(doc, found);
    related_book(doc, found);
    list_type(doc, found);
    carry_over(doc, found);
    change(doc, found);
    mode(doc, found);
    let (card, declarant) = (doc.context.card, doc.get("DclEtpsno"));
    if let (Some(card), Some(declarant)) = (card, declarant)
        && doc.declares()
        && card != declarant
    {
        found.at(&DECLARANT_NOT_CARD, doc.head, "DclEtpsno", declarant, card);
    }
    let way = doc
        .get("BondInvtNo")
        .filter(|it| crate::on_file::bonded_number(it));
    if let (Some(number), Some(way)) = (way, doc.get("ImpexpMarkcd")) {
        let other = number.get(8..9).is_some_and(|it| it != way);
        if other && matches!(way, "I" | "E") {
            found.at(
                &NUMBER_OTHER_WAY,
                doc.head,
                "BondInvtNo",
                number,
                format!("{way} in its 9th place"),
            );
        }
    }
}

fn declaration(doc: &Doc<'_>, found: &mut Found<'_>) {
    let head = doc.head;
    let declared = doc.is("DclcusFlag", "1");
    if declared && doc.declares() && doc.get("DclcusTypecd").is_none() {
        found.at(
            &DECLARATION_KIND_MISSING,
            head,
            "DclcusTypecd",
            "nothing",
            "1 or 2",
        );
    }
    if doc.is("DclcusFlag", "2") {
        if let Some(kind) = doc.get("DclcusTypecd") {
            found.at(&NOT_DECLARED, head, "DclcusTypecd", kind, "nothing");
        }
        if doc.is("GenDecFlag", "1") {
            found.at(&NOT_DECLARED, head, "GenDecFlag", "1", "2");
        }
    }
    let kind = doc.get("DecType");
    if doc.is("GenDecFlag", "1") && doc.declares() && kind.is_none() {
        found.at(
            &DECLARATION_TYPE_MISSING,
            head,
            "DecType",
            "nothing",
            "a type of declaration",
        );
    }
    if let Some(kind) = kind {
        let way = match kind {
            "1" | "3" | "5" | "B" | "G" | "I" | "K" | "O" | "Q" | "S" | "X" | "Y" => Some("I"),
            "2" | "4" | "6" | "C" | "H" | "J" | "L" | "M" | "N" | "P" | "R" | "T" | "U" | "V" => {
                Some("E")
            }
            _ => None,
        };
        let list = doc
            .get("ImpexpMarkcd")
            .filter(|_| doc.is("DclcusTypecd", "2"));
        match (way, list) {
            (None, _) if kind != "F" => {
                found.at(
                    &DECLARATION_TYPE,
                    head,
                    "DecType",
                    kind,
                    "1 to 6, B, C, F to V, X or Y",
                );
            }
            (Some(way), Some(list)) if way != list && matches!(list, "I" | "E") => {
                let direction = |it| if it == "I" { "imports" } else { "exports" };
                let had = format!("{kind}, of {}", direction(way));
                found.at(
                    &DECLARATION_TYPE,
                    head,
                    "DecType",
                    had,
                    format!("one of {}", direction(list)),
                );
            }
            _ => {}
        }
    }
    if !declared || !doc.declares() {
        return;
    }
    let missing = |all: &[&'static str]| -> Vec<&'static str> {
        let asked = all.iter().copied().filter(|it| head.has(it));
        asked.filter(|it| head.get(it).is_none()).collect()
    };
    let present = |all: &[&'static str]| -> Vec<&'static str> {
        all.iter()
            .copied()
            .filter(|it| head.get(it).is_some())
            .collect()
    };
    let (asked, other, check) = match doc.get("DclcusTypecd") {
        Some("1") => (missing(RELATED), present(CORRESPONDING), &RELATED_MISSING),
        Some("2") => {
            let other = [present(RELATED), present(RELATED_CREDIT)].concat();
            (missing(CORRESPONDING), other, &CORRESPONDING_MISSING)
        }
        _ => return,
    };
    for name in asked {
        found.at(
            check,
            head,
            name,
            "nothing",
            "the enterprise of the declaration",
        );
    }
    for name in other {
        found.at(
            &OTHER_DECLARANT,
            head,
            name,
            or_nothing(head.get(name)),
            "nothing",
        );
    }
    let number = match doc.get("DclcusTypecd") {
        Some("1") => "RltEntryNo",
        _ => "EntryNo",
    };
    if matches!(kind, Some("X" | "Y")) && doc.get(number).is_none() {
        found.at(
            &TWO_STEP_NUMBER,
            head,
            number,
            "nothing",
            "the number of the declaration",
        );
    }
}

fn related_book(doc: &Doc<'_>, found: &mut Found<'_>) {
    let modes = ["1200", "5000", "5100", "5300", "1371", "1300"];
    let between = doc.is("TrspModecd", "9")
        && doc.is("StshipTrsarvNatcd", "142")
        && doc.is("DclcusTypecd", "2")
        && doc.get("SupvModecd").is_some_and(|it| modes.contains(&it))
        && doc
            .get("PutrecNo")
            .is_some_and(|it| it.starts_with(['H', 'T', 'L']));
    if !between {
        return;
    }
    let Some(book) = doc.get("RltPutrecNo") else {
        found.at(
            &RELATED_BOOK_MISSING,
            doc.head,
            "RltPutrecNo",
            "nothing",
            "the other book",
        );
        return;
    };
    let eighth = book.as_bytes().get(7).is_some_and(u8::is_ascii_digit);
    let old = book.starts_with(['B', 'C', 'D', 'E']) && eighth;
    let null = book
        .get(..4)
        .is_some_and(|it| it.eq_ignore_ascii_case("null"));
    let kind = doc.get("DecType");
    if (old || null) && doc.head.has("DecType") && !matches!(kind, Some("5" | "6")) {
        found.at(
            &OLD_BOOK_TYPE,
            doc.head,
            "DecType",
            or_nothing(kind),
            "5 or 6",
        );
    }
}

fn list_type(doc: &Doc<'_>, found: &mut Found<'_>) {
    let asked: &[(&str, &str)] = match doc.get("InvtType") {
        Some("8") => &[("DclcusFlag", "2"), ("GenDecFlag", "2")],
        Some("9") => &[
            ("DclcusFlag", "1"),
            ("GenDecFlag", "1"),
            ("DclcusTypecd", "2"),
            ("ListType", "Y"),
        ],
        _ => &[],
    };
    for (name, value) in asked.iter().filter(|it| doc.head.has(it.0)) {
        if !doc.is(name, value) {
            found.at(
                &LIST_TYPE_FLAGS,
                doc.head,
                name,
                or_nothing(doc.get(name)),
                *value,
            );
        }
    }
    if doc.is("InvtType", "9") && doc.get("ApplyNo").is_none() {
        found.at(
            &LIST_TYPE_FLAGS,
            doc.head,
            "ApplyNo",
            "nothing",
            "the application's number",
        );
    }
    if !doc.declares() {
        return;
    }
    let none = |names: &[&str]| doc.rows(names).next().is_none();
    if doc.is("InvtType", "4") && none(&["InvtGoodsType", "BondInvtDtSimple"]) {
        found.whole(&SIMPLE_GOODS_MISSING, "0 lines", "1 or more");
    }
    if doc.is("InvtType", "1") && none(&["InvtWarehouseType", "SasCentDclStock"]) {
        found.whole(&SLIPS_MISSING, "0 slips", "1 or more");
    }
}

fn carry_over(doc: &Doc<'_>, found: &mut Found<'_>) {
    if !doc.head.has("ListType") {
        return;
    }
    let mode = doc.get("SupvModecd");
    let kind = doc.get("ListType");
    let expected = match mode {
        Some("0255" | "0654") => Some("A"),
        Some("0258" | "0657") => Some("B"),
        _ => None,
    };
    let of_handbook = doc
        .get("PutrecNo")
        .is_some_and(|it| it.starts_with(['B', 'C', 'E']));
    let wrong = match expected {
        Some(it) => kind != Some(it),
        None => of_handbook && matches!(kind, Some("A" | "B")),
    };
    if wrong {
        let had = format!("{} with mode {}", or_nothing(kind), or_nothing(mode));
        found.at(
            &CARRY_OVER_TYPE,
            doc.head,
            "ListType",
            had,
            expected.unwrap_or("nothing"),
        );
    }
    let carries = matches!(kind, Some("A" | "B" | "C" | "D" | "E"));
    if carries && doc.declares() && doc.get("RltPutrecNo").is_none() {
        found.at(
            &CARRY_OVER_BOOK_MISSING,
            doc.head,
            "RltPutrecNo",
            "nothing",
            "the other book",
        );
    }
    if expected.is_some() {
        for (name, value) in [("TrspModecd", "9"), ("StshipTrsarvNatcd", "142")] {
            if let Some(other) = doc.get(name).filter(|it| *it != value) {
                found.at(&CARRY_OVER_TRANSPORT, doc.head, name, other, value);
            }
        }
    }
}

/// Of lists and handbooks alike.
pub(super) fn change(doc: &Doc<'_>, found: &mut Found<'_>) {
    let kind = doc.get("DclTypecd");
    if let Some(count) = doc.head.whole("ChgTmsCnt") {
        match kind {
            Some("1") if count != 0 => {
                found.at(&CHANGE_COUNT, doc.head, "ChgTmsCnt", count.to_string(), "0");
            }
            Some("2") if count == 0 => {
                found.at(&CHANGE_COUNT, doc.head, "ChgTmsCnt", "0", "1 or more");
            }
            _ => {}
        }
    }
    let names: Vec<&str> = ["SeqNo", "BondInvtNo", "EmlNo", "EtpsPreentNo"]
        .into_iter()
        .filter(|it| doc.head.has(it))
        .collect();
    let named = ["SeqNo", "BondInvtNo", "EmlNo"]
        .iter()
        .any(|it| doc.get(it).is_some());
    if matches!(kind, Some("2" | "3")) && !named {
        let name = names.first().copied().unwrap_or("SeqNo");
        found.at(
            &CHANGE_OF_WHAT,
            doc.head,
            name,
            "nothing",
            "the number of what is changed",
        );
    }
}

fn mode(doc: &Doc<'_>, found: &mut Found<'_>) {
    use bonded_ledger::{Direction, Goods, Trade, modes};
    let (Some(mode), Some(way), Some(goods), Some(book)) = (
        doc.get("SupvModecd"),
        doc.get("ImpexpMarkcd"),
        doc.get("MtpckEndprdMarkcd"),
        doc.get("PutrecNo"),
    ) else {
        return;
    };
    let trade = match book.as_bytes().first() {
        Some(b'B') => Some(Trade::SuppliedMaterials),
        Some(b'C') => Some(Trade::ImportedMaterials),
        Some(b'E') => {
            let number = book.parse().ok();
            let filed = doc.context.on_file.zip(number);
            filed
                .and_then(|(it, number)| it.handbook(number))
                .map(|it| it.opened.trade)
        }
        _ => None,
    };
    let Some(trade) = trade else {
        return;
    };
    let direction = match way {
        "I" => Direction::Import,
        "E" => Direction::Export,
        _ => return,
    };
    let goods = match goods {
        "I" => Goods::Material,
        "E" => Goods::Product,
        _ => return,
    };
    let of_trade = |it: &Option<Trade>| it.is_none_or(|it| it == trade);
    let mut fitting: Vec<&str> = Vec::new();
    let mut uses: Vec<String> = Vec::new();
    for (_, code, _, to, what) in modes::table().filter(|it| of_trade(&it.2)) {
        if (to, what) == (direction, goods) {
            fitting.push(code);
        }
        if code == mode {
            uses.push(format!("{to} {what}"));
        }
    }
    if fitting.contains(&mode) {
        return;
    }
    fitting.dedup();
    let had = format!("{mode}, {direction} {goods}, in a book of {trade}");
    let expected = match uses.is_empty() {
        true => format!("one of {}", fitting.join(", ")),
        false => format!(
            "one of {}; {mode} is {}",
            fitting.join(", "),
            uses.join(" or ")
        ),
    };
    found.at(&MODE_NOT_OF_BOOK, doc.head, "SupvModecd", had, expected);
}
