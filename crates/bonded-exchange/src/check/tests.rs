use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::meaning::{self, Meaning};
use super::{Check, cases, codes, records};
use crate::fields::{Field, RecordKind, Type};
use crate::message::Message;
use crate::problem::{Place, Problem, Severity};

fn run(script: &str) -> Vec<Problem> {
    cases::run(script).unwrap_or_else(|it| panic!("{script}: {it}"))
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|it| format!("{}: {it}", it.code))
        .collect()
}

#[test]
fn every_check_finds_its_failing_case_and_passes_the_other() {
    for check in codes() {
        let of = |it: &&Problem| it.code == check.code;
        let fails = run(check.fails);
        assert!(
            fails.iter().any(|it| of(&it)),
            "{}: {:?}",
            check.code,
            told(&fails)
        );
        let passes = run(check.passes);
        assert!(
            !passes.iter().any(|it| of(&it)),
            "{}: {:?}",
            check.code,
            told(&passes)
        );
        let errors: Vec<&Problem> = passes
            .iter()
            .filter(|it| it.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", check.code);
    }
}

#[test]
fn codes_are_unique_and_every_check_has_a_source_and_a_way_out() {
    let all: Vec<&Check> = codes().collect();
    let names: BTreeSet<&str> = all.iter().map(|it| it.code).collect();
    assert_eq!(names.len(), all.len());
    for check in &all {
        let certain = ["(read)", "(secondary)", "(unverified)"];
        let certain = certain.iter().any(|it| check.source.contains(it));
        assert!(certain, "{}: how sure is {}?", check.code, check.source);
        assert!(check.way_out.ends_with('.'), "{}", check.code);
        assert!(check.text.ends_with('.'), "{}", check.code);
    }
    let elsewhere = bonded_ledger::rules::all().map(|it| it.code);
    let elsewhere = elsewhere.chain(unit_consumption::rules::ALL.iter().map(|it| it.code));
    for code in elsewhere {
        assert!(!names.contains(code), "{code} means something else already");
    }
}

#[test]
fn documents_that_are_right_have_no_problem() {
    for script in BASES {
        let problems = run(script);
        assert!(problems.is_empty(), "{script}: {:?}", told(&problems));
    }
}

const BASES: [&str; 9] = [
    "INV101",
    "INV101 product",
    "INV101 customs",
    "NPTS001",
    "EML111",
    "EML121",
    "EMS121",
    "BHL101",
    "CMB101",
];

/// What a value that can be nothing is told by.
fn spoilt(kind: &'static RecordKind, field: &'static Field) -> (String, &'static [&'static str]) {
    let text = |it: &str| it.to_owned();
    match field.holds {
        Type::Whole(_) | Type::Decimal(..) => (text("1e5"), &["number_malformed"]),
        Type::Date | Type::Time | Type::Day => (text("20261332"), &["date_malformed"]),
        Type::Exactly(_) | Type::UpTo(_) => match meaning::of(kind, field) {
            Meaning::Plain if !field.codes.is_empty() => {
                (text("☃"), &["choice_unknown", "choice_new"])
            }
            Meaning::Plain if matches!(field.holds, Type::Exactly(_)) => {
                (text("☃☃☃☃"), &["text_length"])
            }
            Meaning::Plain => ("☃".repeat(5000), &["text_too_long"]),
            Meaning::Book => (text("☃"), &["book_number"]),
            Meaning::List => (text("☃"), &["list_number"]),
            Meaning::PreEntry => (text("☃"), &["pre_entry_number"]),
            Meaning::Declaration => (text("☃"), &["declaration_number"]),
            Meaning::Credit => (text("☃"), &["credit_code"]),
            Meaning::Enterprise(_) => (text("☃"), &["customs_code"]),
            Meaning::Commodity => (text("☃"), &["commodity_code"]),
            Meaning::Table(_) => (text("☃"), &["code_form"]),
        },
    }
}

/// Each element that holds something, spoilt alone, is told by its code and at its place.
#[test]
fn one_spoilt_element_is_told_where_it_is() {
    for base in BASES {
        let case = cases::read(base).expect("a case");
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for at in 0..case.records.len() {
            let kind = case.records[at].kind();
            let number = numbers.entry(kind.name).or_default();
            *number += 1;
            for field in kind.fields {
                if case.records[at].get(field.name).is_none() {
                    continue;
                }
                let (value, codes) = spoilt(kind, field);
                let mut spoilt = case.records.clone();
                spoilt[at].set(field.name, Some(&value));
                let problems = records(&case.code, &spoilt, &case.context());
                let place = match at {
                    0 => format!("{}/{}", kind.name, field.name),
                    _ => format!("{}[{number}]/{}", kind.name, field.name),
                };
                let found = problems.iter().any(|it| {
                    codes.contains(&it.code) && it.place == Place::Element(place.clone())
                });
                assert!(found, "{base} {place}: {codes:?} of {:?}", told(&problems));
            }
        }
    }
}

/// A required element that is missing is told at its place; the client's table says which.
#[test]
fn what_is_required_is_missed() {
    for base in [
        "INV101",
        "INV101 product",
        "INV101 customs",
        "NPTS001",
        "EML111",
    ] {
        let case = cases::read(base).expect("a case");
        for at in 0..case.records.len() {
            for field in case.records[at]
                .kind()
                .fields
                .iter()
                .filter(|it| it.required)
            {
                let mut spoilt = case.records.clone();
                assert!(
                    spoilt[at].get(field.name).is_some(),
                    "{base}: {} is there",
                    field.name
                );
                spoilt[at].set(field.name, None);
                let problems = records(&case.code, &spoilt, &case.context());
                let missed = problems.iter().any(|it| {
                    it.code.starts_with("required_to_")
                        && it.place.to_string().contains(&format!("/{}:", field.name))
                });
                assert!(missed, "{base} {}: {:?}", field.name, told(&problems));
            }
        }
    }
}

#[test]
fn a_draft_may_be_incomplete() {
    let case = |more: &str| format!("INV101\nsave\n{more}");
    for element in [
        "BizopEtpsNm",
        "TrspModecd",
        "DecType",
        "DclcusTypecd",
        "InputTime",
    ] {
        let problems = run(&case(&format!("InvtHeadType/{element}=")));
        assert!(problems.is_empty(), "{element}: {:?}", told(&problems));
    }
    for element in [
        "InvtType",
        "PutrecNo",
        "BizopEtpsno",
        "MtpckEndprdMarkcd",
        "DclcusFlag",
        "GenDecFlag",
        "SupvModecd",
    ] {
        let problems = run(&case(&format!("InvtHeadType/{element}=")));
        let codes: Vec<&str> = problems.iter().map(|it| it.code).collect();
        assert!(codes.contains(&"required_to_save"), "{element}: {codes:?}");
    }
}

/// The figures of the interface's page (formats): digits and lengths at their limits.
#[test]
fn limits_of_the_page() {
    let codes = |script: &str| -> Vec<&str> { run(script).iter().map(|it| it.code).collect() };
    for (element, fits, over) in [
        ("DclUprcAmt", "12345678901234.1234", "12345678901234.12345"),
        ("DclTotalAmt", "123456789012345.12", "123456789012345.123"),
        ("DclQty", "1234567890123.12345", "12345678901234"),
        ("GrossWt", "1234567890123.12345", "1234567890123.123456"),
    ] {
        for base in ["INV101\nInvtListType", "INV101 customs\nBondInvtDt"] {
            let script = |value| format!("{base}[1]/{element}={value}");
            assert!(
                !codes(&script(fits)).contains(&"number_too_long"),
                "{element} {fits}"
            );
            assert!(
                codes(&script(over)).contains(&"number_too_long"),
                "{element} {over}"
            );
        }
    }
    // A name has 512, and a Chinese character is two.
    for (name, long) in [
        ("字*256", false),
        ("字*257", true),
        ("n*512", false),
        ("n*513", true),
    ] {
        let script = format!("INV101\nInvtHeadType/DclEtpsNm={name}");
        assert_eq!(codes(&script).contains(&"text_too_long"), long, "{name}");
    }
    let spec = |count| format!("INV101 customs\nBondInvtDt[1]/GdsSpcfModelDesc=s*{count}");
    assert!(!codes(&spec(255)).contains(&"text_too_long"));
    assert!(codes(&spec(256)).contains(&"text_too_long"));
}

#[test]
fn units_are_converted_exactly() {
    let of = |unit: &str, quantity: &str, legal: &str, told: &str| -> bool {
        let script = format!(
            "INV101\nInvtListType[2]/DclUnitcd={unit}\nInvtListType[2]/DclQty={quantity}\nInvtListType[2]/LawfUnitcd={legal}\nInvtListType[2]/LawfQty={told}"
        );
        !run(&script)
            .iter()
            .any(|it| it.code == "legal_quantity_differs")
    };
    for (unit, quantity, legal, told, right) in [
        ("070", "1.5", "035", "1500", true),
        ("070", "1.5", "035", "1.5", false),
        ("036", "1", "035", "0.001", true),
        // 1 lb is 0.45359237 kg: the fifth decimal either way.
        ("076", "1", "035", "0.45359", true),
        ("076", "1", "035", "0.4536", true),
        ("076", "1", "035", "0.45361", false),
        ("054", "2.5", "007", "2500", true),
        ("054", "2.5", "008", "1", true), // 个 and 只 are of no one measure.
        ("035", "50", "035", "50", true),
        ("035", "50", "035", "50.00001", false),
    ] {
        assert_eq!(
            of(unit, quantity, legal, told),
            right,
            "{quantity} of {unit}, {told} of {legal}"
        );
    }
    let factor = |told: &str| {
        let script =
            format!("INV101\nInvtListType[1]/FstSfVal=1.2\nInvtListType[1]/LawfQty={told}");
        run(&script)
            .iter()
            .any(|it| it.code == "legal_quantity_differs")
    };
    assert!(!factor("120") && factor("118"));
}

#[test]
fn an_unknown_code_is_an_error_in_a_table_that_is_whole() {
    let severity = |day: &str| {
        let problems = run(&format!("INV101\non {day}\nInvtListType[1]/Natcd=998"));
        problems
            .iter()
            .find(|it| it.code == "code_unknown")
            .map(|it| it.severity)
    };
    assert_eq!(severity("2018-08-01"), Some(Severity::Error));
    assert_eq!(severity("2018-08-02"), Some(Severity::Warning));
}

#[test]
fn problems_are_told_in_the_callers_cells() {
    let case = cases::read("INV101\nInvtListType[2]/LawfQty=x").expect("a case");
    let places = |kind: &str, number: usize, element: &str| {
        (kind == "InvtListType" && element == "LawfQty").then(|| Place::Cell {
            sheet: "表体".into(),
            cell: format!("N{}", number + 1),
            column: "法定数量".into(),
        })
    };
    let context = super::Context {
        places: Some(&places),
        ..case.context()
    };
    let problems = records(&case.code, &case.records, &context);
    let told: Vec<String> = problems
        .iter()
        .map(|it| format!("{} {}", it.code, it.place))
        .collect();
    assert_eq!(
        told,
        [
            "number_malformed 表体!N3: 法定数量: ",
            "merge_unreadable 表体!N3: 法定数量: "
        ]
    );
}

#[test]
fn a_message_is_checked_as_its_flag_says() {
    let case = cases::read("INV101\nInvtHeadType/TrspModecd=").expect("a case");
    for (declares, missing) in [(true, 1), (false, 0)] {
        let kind = crate::message_type("INV101").expect("a type");
        let message = Message::for_client(
            kind,
            &crate::Envelope::default(),
            case.records.clone(),
            Vec::new(),
            declares,
        );
        let message = Message::read(message.write().as_bytes()).expect("readable");
        let context = super::Context {
            purpose: None,
            ..case.context()
        };
        let problems = super::message(&message, &context);
        assert_eq!(problems.len(), missing, "{:?}", told(&problems));
    }
}

proptest! {
    /// A list that is built from the book, whatever its size and figures, has no problem.
    #[test]
    fn a_list_built_from_the_book_has_no_problem(
        lines in prop::collection::vec((1u32..1_000_000, 1u32..100_000, any::<bool>()), 1..30),
    ) {
        let mut case = cases::read("INV101").expect("a case");
        let (first, second) = (case.records[1].clone(), case.records[2].clone());
        case.records.truncate(1);
        for (at, (quantity, price, of_second)) in lines.into_iter().enumerate() {
            let mut line = if of_second { second.clone() } else { first.clone() };
            let (quantity, price) = (Decimal::new(quantity.into(), 3), Decimal::new(price.into(), 4));
            let total = (quantity * price).round_dp(2).max(Decimal::new(1, 2));
            let price = if total == Decimal::new(1, 2) { (total / quantity).round_dp(4) } else { price };
            prop_assume!(!price.is_zero());
            let legal = if of_second { quantity } else { quantity * Decimal::new(12, 1) };
            for (name, value) in [
                ("GdsSeqno", Decimal::from(at + 1)),
                ("DclQty", quantity),
                ("LawfQty", legal),
                ("DclUprcAmt", price),
                ("DclTotalAmt", total),
                ("GrossWt", legal),
                ("NetWt", legal),
            ] {
                line.set(name, Some(&value.normalize().to_string()));
            }
            case.records.push(line);
        }
        let problems = case.check();
        prop_assert!(problems.is_empty(), "{:?}", told(&problems));
    }

    /// No text makes a check panic.
    #[test]
    fn any_text_is_checked(texts in prop::collection::vec(".{0,20}", 40), base in 0..BASES.len()) {
        let mut case = cases::read(BASES[base]).expect("a case");
        let mut texts = texts.iter().cycle();
        for record in &mut case.records {
            for field in record.kind().fields.iter().step_by(3) {
                record.set(field.name, texts.next().map(String::as_str));
            }
        }
        let _ = case.check();
    }
}

/// No look-up grows with the lines: twice as many lines, a book with as many items.
#[test]
fn ten_thousand_lines_are_checked() {
    let mut case = cases::read("INV101").expect("a case");
    let line = case.records[1].clone();
    case.records.truncate(1);
    for at in 1..=10_000 {
        let mut line = line.clone();
        line.set("GdsSeqno", Some(&at.to_string()));
        case.records.push(line);
    }
    let begun = std::time::Instant::now();
    let problems = case.check();
    let took = begun.elapsed();
    println!("10,000 lines checked in {took:?}");
    assert!(problems.is_empty(), "{:?}", told(&problems));
    // A debug build on a machine that others use; release takes a small part of it.
    assert!(took.as_secs() < 20, "{took:?}");
}
