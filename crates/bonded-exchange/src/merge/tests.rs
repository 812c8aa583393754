use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use super::*;
use crate::fields::record_kind;

fn record(kind: &str, values: &[(&str, &str)]) -> Record {
    let mut record = Record::new(record_kind(kind).expect("a kind"));
    for (name, value) in values {
        assert!(record.set(name, Some(value)), "{name}");
    }
    record
}

fn head(goods: &str) -> Record {
    let values = [
        ("MtpckEndprdMarkcd", goods),
        ("DclcusFlag", "1"),
        ("GenDecFlag", "1"),
    ];
    record("InvtHeadType", &values)
}

/// Commodity code, quantity, total; all else alike.
fn line(code: &str, quantity: &str, total: &str) -> Record {
    let values = [
        ("Gdecd", code),
        ("GdsNm", "硅片"),
        ("DclUnitcd", "020"),
        ("LawfUnitcd", "035"),
        ("Natcd", "116"),
        ("DestinationNatcd", "142"),
        ("DclCurrcd", "502"),
        ("DclQty", quantity),
        ("LawfQty", quantity),
        ("DclTotalAmt", total),
    ];
    record("InvtListType", &values)
}

fn given(mut record: Record, number: &str) -> Record {
    record.set("EntryGdsSeqno", Some(number));
    record
}

fn merged(lines: &[Record]) -> Merge {
    merge(&head("I"), lines, &ExportDuties::default())
        .unwrap_or_else(|it| panic!("{it:?}"))
        .expect("merged")
}

fn codes(lines: &[Record]) -> Vec<&'static str> {
    let refused = merge(&head("I"), lines, &ExportDuties::default()).expect_err("refused");
    refused.iter().map(|it| it.code).collect()
}

#[test]
fn lines_of_one_key_become_one_line() {
    let mut lines = [
        line("3818001900", "100", "4250"),
        line("7408190090", "50", "450"),
        line("3818001900", "0.5", "21.25"),
    ];
    let merge = merged(&lines);
    assert_eq!(merge.numbers, [1, 2, 1]);
    let first = &merge.lines[0];
    assert_eq!(first.from, [0, 2]);
    assert_eq!(
        [
            &first.quantity,
            &first.legal_quantity,
            &first.total,
            &first.price
        ],
        ["100.5", "100.5", "4271.25", "42.5"]
    );
    assert_eq!(first.legal_quantity_2, "");
    merge.write_back(&mut lines);
    let numbers: Vec<_> = lines.iter().map(|it| it.get("EntryGdsSeqno")).collect();
    assert_eq!(numbers, [Some("1"), Some("2"), Some("1")]);
    // What was merged is honoured when it is merged again.
    assert_eq!(merged(&lines), merge);
}

#[test]
fn sums_and_prices_are_rounded_to_the_even_digit() {
    for (lines, quantity, total, price) in [
        // 0.125 and 0.375 to two decimals.
        (&[("1", "0.12"), ("1", "0.005")][..], "2", "0.12", "0.06"),
        (&[("1", "0.37"), ("1", "0.005")], "2", "0.38", "0.19"),
        // 100 ÷ 3.
        (&[("3", "100")], "3", "100", "33.3333"),
        // 1 ÷ 16 = 0.0625; 1 ÷ 32 = 0.03125, which ends in a tie.
        (&[("16", "1")], "16", "1", "0.0625"),
        (&[("32", "1")], "32", "1", "0.0312"),
        (&[("32", "3")], "32", "3", "0.0938"),
        // First to 5, then to 4: 0.044449 would be 0.0444, and 0.0444496 is 0.04445, then 0.0444.
        (&[("20000", "888.99")], "20000", "888.99", "0.0444"),
        // 1.00005 - rounded twice: 0.99995 is a tie at the fourth.
        (&[("2000", "1999.9")], "2000", "1999.9", "1"),
        (
            &[("0.00001", "0.01"), ("0.000005", "0")],
            "0.00002",
            "0.01",
            "500",
        ),
        (
            &[("9999999999999.99999", "1.10")],
            "9999999999999.99999",
            "1.1",
            "0",
        ),
    ] {
        let lines: Vec<Record> = lines
            .iter()
            .map(|it| line("3818001900", it.0, it.1))
            .collect();
        let merge = merged(&lines);
        let it = &merge.lines[0];
        assert_eq!(
            (&*it.quantity, &*it.total, &*it.price),
            (quantity, total, price)
        );
    }
}

#[test]
fn long_figures_do_not_overflow() {
    let most = ("99999999999999.99999", "99999999999999999999.99");
    let lines = vec![line("3818001900", most.0, most.1); 10_000];
    let merge = merged(&lines);
    assert_eq!(merge.lines[0].quantity, "999999999999999999.9");
    assert_eq!(merge.lines[0].total, "999999999999999999999900");
    let too_long = [line("3818001900", "1", "123456789012345678901")];
    assert_eq!(codes(&too_long), ["merge_unreadable"]);
}

#[test]
fn what_must_stand_alone_does() {
    let duties: ExportDuties = ["7408"].into_iter().collect();
    assert!(duties.carries("7408190090") && !duties.carries("7409"));
    let lines = [line("7408190090", "1", "1"), line("7408190090", "1", "1")];
    let of = |goods: &str| {
        let merge = merge(&head(goods), &lines, &duties)
            .expect("merged")
            .expect("merged");
        merge.numbers
    };
    assert_eq!(
        of("E"),
        [1, 2],
        "a finished product that carries export duty"
    );
    assert_eq!(of("I"), [1, 1], "a material does not");
    let mut key_goods = line("3818001900", "1", "1");
    key_goods.set("Param1", Some("1"));
    let lines = [
        line("3818001900", "1", "1"),
        key_goods.clone(),
        line("3818001900", "1", "1"),
    ];
    assert_eq!(merged(&lines).numbers, [1, 2, 1]);
    let lines = [
        given(key_goods.clone(), "1"),
        given(line("3818001900", "1", "1"), "1"),
    ];
    assert_eq!(codes(&lines), ["merge_alone"]);
}

#[test]
fn numbers_that_were_given_are_honoured() {
    let a = || line("3818001900", "1", "1");
    let b = || line("7408190090", "1", "1");
    // Kept apart though their key is one; a line without a number joins the first of its key.
    let lines = [given(a(), "1"), given(a(), "2"), b(), a()];
    assert_eq!(merged(&lines).numbers, [1, 2, 3, 1]);
    for (lines, expected) in [
        (vec![given(a(), "2")], vec!["merge_number_gap"]),
        (
            vec![given(a(), "1"), given(b(), "3")],
            vec!["merge_number_gap"],
        ),
        (vec![given(a(), "0")], vec!["merge_number_gap"]),
        (vec![given(a(), "x")], vec!["merge_number_gap"]),
        (
            vec![given(a(), "2"), given(b(), "1")],
            vec!["merge_number_gap"; 2],
        ),
        (
            vec![given(a(), "1"), given(b(), "1")],
            vec!["merge_number_reused"],
        ),
    ] {
        assert_eq!(codes(&lines), expected);
    }
}

#[test]
fn a_declaration_has_at_most_fifty_lines() {
    let lines: Vec<Record> = (0..51)
        .map(|it| line(&format!("38180019{it:02}"), "1", "1"))
        .collect();
    assert_eq!(merged(&lines[..50]).lines.len(), 50);
    assert_eq!(codes(&lines), ["merge_over_limit"]);
}

#[test]
fn a_country_may_be_missing_and_is_part_of_the_key() {
    let mut other = line("3818001900", "1", "1");
    other.set("Natcd", None);
    assert_eq!(
        merged(&[line("3818001900", "1", "1"), other]).numbers,
        [1, 2]
    );
}

#[test]
fn only_a_list_whose_declaration_is_generated_is_merged() {
    let lines = [line("3818001900", "1", "1")];
    for (flag, generated, merges) in [("1", "1", true), ("1", "2", false), ("2", "2", false)] {
        let mut head = head("I");
        head.set("DclcusFlag", Some(flag));
        head.set("GenDecFlag", Some(generated));
        let merged = merge(&head, &lines, &ExportDuties::default()).expect("no problem");
        assert_eq!(merged.is_some(), merges);
    }
    let customs = record("BondInvtBsc", &[("dclcusFlag", "1")]);
    let lines = [lines[0].translate(record_kind("BondInvtDt").expect("a kind"))];
    let merged = merge(&customs, &lines, &ExportDuties::default()).expect("no problem");
    assert_eq!(merged.expect("merged").lines[0].code, "3818001900");
}

#[test]
fn problems_come_all_at_once_with_their_place() {
    let mut legal = line("3818001900", "1", "1");
    legal.set("LawfUnitcd", Some("011"));
    let lines = [
        line("3818001900", "1", "1"),
        legal,
        line("3818001900", "-1", "many"),
    ];
    let problems = merge(&head("I"), &lines, &ExportDuties::default()).expect_err("refused");
    let told: Vec<String> = problems
        .iter()
        .map(|it| format!("{} {}", it.code, it.place))
        .collect();
    assert_eq!(
        told,
        [
            "merge_units_differ InvtListType[2]/LawfUnitcd: ",
            "merge_unreadable InvtListType[3]/DclQty: ",
            "merge_unreadable InvtListType[3]/DclTotalAmt: ",
            "merge_unreadable InvtListType[3]/LawfQty: ",
        ]
    );
}

/// What stands in a reference line: key, places, quantity, legal quantity, total.
type Slow = (Vec<String>, Vec<usize>, Decimal, Decimal, Decimal);

/// Slow and obvious, on other decimals.
fn reference(lines: &[Record]) -> Vec<Slow> {
    let mut found: Vec<Slow> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let key: Vec<String> = KEY
            .iter()
            .map(|it| line.get(it).unwrap_or("").to_owned())
            .collect();
        let figure = |name| {
            line.get(name)
                .unwrap_or("0")
                .parse::<Decimal>()
                .expect("a decimal")
        };
        let alone = line.get("Param1") == Some("1");
        let place = found
            .iter()
            .position(|it| it.0 == key && !alone && lines[it.1[0]].get("Param1") != Some("1"));
        let (quantity, legal, total) = (figure("DclQty"), figure("LawfQty"), figure("DclTotalAmt"));
        match place {
            Some(place) => {
                let slow = &mut found[place];
                slow.1.push(at);
                slow.2 += quantity;
                slow.3 += legal;
                slow.4 += total;
            }
            None => found.push((key, vec![at], quantity, legal, total)),
        }
    }
    found
}

fn even(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven)
}

fn any_line() -> impl Strategy<Value = Record> {
    let codes = prop::sample::select(vec!["3818001900", "7408190090"]);
    let countries = prop::sample::select(vec!["116", "142"]);
    (
        codes,
        countries,
        1u32..999_999_999,
        0u32..999_999_999,
        0u32..6,
        any::<u8>(),
    )
        .prop_map(|(code, country, quantity, total, decimals, more)| {
            let quantity = Decimal::new(i64::from(quantity), decimals);
            // Totals of the customs side have up to five decimals.
            let total = Decimal::new(i64::from(total), u32::from(more) % 6);
            let mut line = line(code, &quantity.to_string(), &total.to_string());
            line.set("Natcd", Some(country));
            if more < 25 {
                line.set("Param1", Some("1"));
            }
            line
        })
}

proptest! {
    #[test]
    fn merging_agrees_with_the_reference(lines in prop::collection::vec(any_line(), 1..40)) {
        let slow = reference(&lines);
        prop_assume!(slow.iter().all(|it| even(it.2, 5) > Decimal::ZERO));
        let merge = merged(&lines);
        prop_assert_eq!(merge.lines.len(), slow.len());
        for (line, (key, from, quantity, legal, total)) in merge.lines.iter().zip(&slow) {
            let own = [&line.code, &line.name, &line.unit, &line.country, &line.destination, &line.currency];
            prop_assert!(own.into_iter().eq(key.iter()));
            prop_assert_eq!(&line.from, from);
            let (quantity, total) = (even(*quantity, 5), even(*total, 2));
            prop_assert_eq!(&line.quantity, &quantity.normalize().to_string());
            prop_assert_eq!(&line.legal_quantity, &even(*legal, 5).normalize().to_string());
            prop_assert_eq!(&line.total, &total.normalize().to_string());
            let price = even(even(total / quantity, 5), 4);
            prop_assert_eq!(&line.price, &price.normalize().to_string());
        }
    }

    /// Every line of the list is in one line of the declaration, and nothing is lost but by the
    /// documented rounding: none of quantities, at most half a cent of each total.
    #[test]
    fn merging_is_a_partition_and_conserves(lines in prop::collection::vec(any_line(), 1..40)) {
        let sum = |name| -> Decimal {
            lines.iter().map(|it| it.get(name).unwrap().parse::<Decimal>().unwrap()).sum()
        };
        let merge = merged(&lines);
        let mut places: Vec<usize> = merge.lines.iter().flat_map(|it| it.from.clone()).collect();
        for line in &merge.lines {
            prop_assert!(line.from.is_sorted());
            for &at in &line.from {
                prop_assert_eq!(merge.numbers[at], line.number);
            }
        }
        let firsts: Vec<usize> = merge.lines.iter().map(|it| it.from[0]).collect();
        prop_assert!(firsts.is_sorted(), "the order of the list");
        places.sort_unstable();
        prop_assert!(places.into_iter().eq(0..lines.len()));
        let quantity: Decimal = merge.lines.iter().map(|it| it.quantity.parse::<Decimal>().unwrap()).sum();
        prop_assert_eq!(quantity, sum("DclQty"));
        let total: Decimal = merge.lines.iter().map(|it| it.total.parse::<Decimal>().unwrap()).sum();
        let off = (total - sum("DclTotalAmt")).abs();
        prop_assert!(off <= Decimal::new(5, 3) * Decimal::from(merge.lines.len()));
    }
}
