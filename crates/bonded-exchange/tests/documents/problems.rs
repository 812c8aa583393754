//! What does not fit is told before anything is written, all of it at once, each with its place.

use bonded_exchange::documents::{self, Action, Kind, Period};
use bonded_exchange::{Dialect, Place};

use super::*;

fn list(world: &World, given: &Particulars, options: &Options) -> Written {
    documents::list(&world.on_file, "HF-BARE-01", given, options)
}

fn chain() -> World {
    world(CHAIN.lines().take(30))
}

fn with(head: &[(&str, &str)], line: &[(&str, &str)]) -> Particulars {
    let mut given = particulars(&["0615"]);
    let texts = |it: &(&str, &str)| (it.0.to_owned(), it.1.to_owned());
    given.head.extend(head.iter().map(texts));
    given.line.extend(line.iter().map(texts));
    given
}

fn places(written: Written) -> Vec<String> {
    let problems = written.err().unwrap_or_default();
    let place = |it: &Problem| match &it.place {
        Place::Element(path) => format!("{path} {}", it.code),
        other => format!("{other}{}", it.code),
    };
    problems.iter().map(place).collect()
}

#[test]
fn everything_is_told_at_once_with_its_place() {
    let world = chain();
    let head = [
        ("TrspModecd", "12"),
        ("Rmk", &"x".repeat(256)),
        ("InputTime", "yesterday"),
    ];
    let given = with(&head, &[("GrossWt", "1.234567"), ("DclQty", "26")]);
    let mut options = client("INV-1");
    options.envelope.sender = "DXPENT00000000012".into();
    let told = places(list(&world, &given, &options));
    let mut expected = vec![
        "InvtHeadType/InputTime not_a_date".to_owned(),
        "InvtHeadType/TrspModecd length_differs".to_owned(),
        "InvtHeadType/Rmk length_exceeded".to_owned(),
    ];
    for line in 1..=8 {
        expected.push(format!(
            "InvtListType[{line}]/DclQty particular_contradicts"
        ));
        expected.push(format!("InvtListType[{line}]/GrossWt decimals_exceeded"));
    }
    expected.push("EnvelopInfo/sender_id length_exceeded".to_owned());
    assert_eq!(told, expected);
}

#[test]
fn what_is_needed_to_declare_is_not_needed_to_save() {
    let world = chain();
    let given = Particulars::default();
    let told = places(list(&world, &given, &client("INV-1")));
    let expected = [
        "InvtHeadType/ImpexpPortcd element_missing",
        "InvtHeadType/TrspModecd element_missing",
        "InvtHeadType/StshipTrsarvNatcd element_missing",
    ];
    assert_eq!(told, expected);
    // The other dialect asks for the same.
    let told = places(list(&world, &given, &customs("INV-1")));
    let expected = [
        "BondInvtBsc/impexpPortcd element_missing",
        "BondInvtBsc/trspModecd element_missing",
        "BondInvtBsc/stshipTrsarvNatcd element_missing",
    ];
    assert_eq!(told, expected);
    sound(list(&world, &given, &client("INV-1").saved()));
}

#[test]
fn a_slip_of_the_pen_is_no_particular() {
    let world = chain();
    let mut given = with(&[("TrspModcd", "5")], &[]);
    given.lines.insert(9, Default::default());
    let told = codes(list(&world, &given, &client("INV-1")));
    assert_eq!(told, ["particular_unknown", "particular_line_unknown"]);
    let told = Particulars::from_json("{\"*\":\n {\"haed\":{}}}", &[]).expect_err("no such part");
    assert_eq!(
        (told.code(), told.line()),
        ("particulars_malformed", Some(2))
    );
}

#[test]
fn the_nearest_particular_counts_and_the_ledger_before_all() {
    let world = chain();
    let mut given = with(
        &[("transport", "")],
        &[("GrossWt", "1"), ("NetWt", "1"), ("Rmk", "all")],
    );
    given.head.remove("transport");
    given.items.entry("BW-200-P".into()).or_default().extend([
        ("grossWt".to_owned(), "2".to_owned()),
        ("NetWt".to_owned(), "2".to_owned()),
    ]);
    given
        .lines
        .entry(2)
        .or_default()
        .insert("NETWT".into(), "3".into());
    // Said again as it is, the ledger's figure is no contradiction.
    given
        .lines
        .entry(2)
        .or_default()
        .insert("DclQty".into(), "25.000".into());
    let document = sound(list(&world, &given, &client("INV-1")));
    let lines: Vec<&Record> = document.message.records("InvtListType").collect();
    let of = |line: usize| ["GrossWt", "NetWt", "Rmk"].map(|it| lines[line - 1].get(it));
    assert_eq!(of(1), [Some("2"), Some("2"), Some("all")]);
    assert_eq!(of(2), [Some("2"), Some("3"), Some("all")]);
}

#[test]
fn parties_are_never_mixed() {
    let world = chain();
    let given = with(
        &[("DclEtpsno", "3122200009"), ("DclEtpsNm", "示例报关行")],
        &[],
    );
    let document = sound(list(&world, &given, &client("INV-1")));
    let head = first(&document, "InvtHeadType");
    let party = ["DclEtpsno", "DclEtpsSccd", "DclEtpsNm"].map(|it| head.get(it));
    assert_eq!(party, [Some("3122200009"), None, Some("示例报关行")]);
    let input = ["InputCode", "InputCreditCode", "InputName"].map(|it| head.get(it));
    assert_eq!(input, party);
    let operator = document.message.root().descendant("OperCusRegCode");
    assert_eq!(operator.and_then(|it| it.text()), Some("3122200009"));
}

#[test]
fn without_a_declaration_nothing_of_one_is_filled_in() {
    let world = chain();
    let given = with(&[("DclcusFlag", "2"), ("DclcusTypecd", "1")], &[]);
    let document = sound(list(&world, &given, &client("INV-1")));
    let head = first(&document, "InvtHeadType");
    let of = [
        "DclcusTypecd",
        "GenDecFlag",
        "DecType",
        "CorrEntryDclEtpsNo",
    ]
    .map(|it| head.get(it));
    assert_eq!(of, [None, Some("2"), None, None]);
}

#[test]
fn what_cannot_be_is_refused() {
    let world = chain();
    let given = particulars(&["0615"]);
    let on_file = &world.on_file;
    let number = "C222626A0001".parse().expect("a number");
    let book = on_file.handbook(number).expect("opened");
    let report = world.ledger.closure_report(number).expect("a handbook");
    let change = customs("1").action(Action::Change);
    let period = Period {
        handbook: number,
        from: day("2026-03-01"),
        to: day("2026-02-01"),
    };
    let told = [
        codes(documents::list(on_file, "HF-99", &given, &client("1"))),
        codes(list(&world, &given, &change)),
        codes(documents::handbook(book, &given, &change)),
        codes(documents::carry_over(
            on_file,
            "HF-BARE-01",
            &given,
            &customs("1"),
        )),
        codes(documents::carry_over(
            on_file,
            "HF-99",
            &given,
            &customs("1"),
        )),
        codes(documents::closure(&report, &given, &client("1"))),
        codes(documents::consumption_sheet(
            &world.ledger,
            on_file,
            period,
            &given,
            &customs("1"),
        )),
    ];
    let expected: [&[&str]; 7] = [
        &["list_unknown"],
        &["nothing_amended"],
        &["nothing_amended"],
        &["not_a_carry_over"],
        &["list_unknown"],
        &["client_root_unknown"],
        &["not_an_account_book", "period_empty"],
    ];
    assert_eq!(told.each_ref().map(Vec::as_slice), expected);
}

#[test]
fn a_price_that_vanishes_and_a_quantity_that_is_not_known() {
    let mut world = chain();
    world.post(
        r#"{"id":"00000000-0000-4000-8000-000000000009","date":"2026-03-10","entry":"declare_list",
        "list":{"number":"X-1","handbook":"C222626A0003","direction":"import","goods":"material",
        "mode":"0615","lines":[{"line":1,"seq":2,"quantity":"100","amount":"0.004",
        "currency":"USD","origin":"JAPAN"}]}}"#,
    );
    let mut given = particulars(&["0615"]);
    given.items.clear();
    let told = places(documents::list(&world.on_file, "X-1", &given, &client("1")));
    let expected = [
        "InvtListType[1]/LawfQty statutory_quantity_missing",
        "InvtListType[1]/DclUprcAmt price_rounds_to_zero",
        "InvtListType[1]/Natcd country_unknown",
        "InvtListType[1]/DclTotalAmt decimals_exceeded",
    ];
    assert_eq!(
        told.iter()
            .filter(|it| !expected.contains(&it.as_str()))
            .count(),
        0,
        "{told:?}"
    );
    assert_eq!(told.len(), expected.len());
}

#[test]
fn every_kind_has_a_word_and_a_message() {
    for &kind in Kind::ALL {
        assert_eq!(Kind::from_word(kind.word()), Some(kind));
        for dialect in [Dialect::Client, Dialect::Customs] {
            let can = kind.dialects().contains(&dialect);
            assert_eq!(kind.message_type(dialect).is_some(), can, "{kind:?}");
        }
    }
    assert_eq!(Kind::from_word("closures"), None);
}
