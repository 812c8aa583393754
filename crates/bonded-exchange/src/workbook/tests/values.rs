use crate::workbook::uscc_is_valid;
use crate::workbook::values::{a1, at_15_digits, date, decimal, key, shortest};

#[test]
fn decimals_are_exact() {
    let text = |s: &str| decimal(s).map(|d| d.text);
    for (given, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("000.500", "0.5"),
        ("+12.", ""),
        ("+12.0", "12"),
        ("-12.30", "-12.3"),
        ("1E-7", "0.0000001"),
        ("1.50e2", "150"),
        ("12E-1", "1.2"),
        ("１２．５", "12.5"),
        ("", ""),
        ("-", ""),
        (".", ""),
        ("1.2.3", ""),
        ("1e999", ""),
        ("e5", ""),
        ("1_0", ""),
        ("٣", ""),
        (
            "9999999999999999999999.123456789",
            "9999999999999999999999.123456789",
        ),
    ] {
        assert_eq!(
            text(given),
            Some(expected.to_owned()).filter(|e| !e.is_empty()),
            "{given}"
        );
    }
    let exact = decimal("-0012.3400").expect("a decimal");
    assert_eq!(
        (exact.negative, exact.integer_digits, exact.decimals),
        (true, 2, 2)
    );
    assert_eq!(decimal("0.05").map(|d| d.integer_digits), Some(0));
}

#[test]
fn doubles_become_their_shortest_text() {
    let text = |n: f64| shortest(n).map(|d| d.text);
    assert_eq!(text(168_105.57).as_deref(), Some("168105.57"));
    assert_eq!(text(6_815_992_090.0).as_deref(), Some("6815992090"));
    assert_eq!(text(1e-9).as_deref(), Some("0.000000001"));
    assert_eq!(text(0.1 + 0.2).as_deref(), Some("0.30000000000000004"));
    assert_eq!(text(-0.0).as_deref(), Some("0"));
    assert_eq!(text(f64::NAN), None);
    assert_eq!(text(f64::INFINITY), None);
    assert!(text(f64::MAX).is_some() && text(f64::MIN_POSITIVE).is_some());
    assert_eq!(
        at_15_digits(0.1 + 0.2).map(|d| d.text).as_deref(),
        Some("0.3")
    );
}

#[test]
fn dates_in_the_forms_that_occur() {
    for text in [
        "20270105",
        "2027-01-05",
        "2027/1/5",
        "2027.01.05",
        "2027年1月5日",
        "2027-01-05T10:00:00",
        "20270105 08:00",
        "２０２７０１０５",
    ] {
        assert_eq!(date(text).as_deref(), Some("2027-01-05"), "{text}");
    }
    assert_eq!(date("20240229").as_deref(), Some("2024-02-29"));
    for text in [
        "20230229",
        "21000229",
        "00000101",
        "2027-1",
        "",
        "2027-01-05-06",
        "20271305",
    ] {
        assert_eq!(date(text), None, "{text}");
    }
}

#[test]
fn names_are_compared_without_their_accidents() {
    assert_eq!(key("＊ 有形损耗率（％）"), "有形损耗率");
    assert_eq!(key("\u{feff}有效 期："), "有效期");
    assert_eq!(key("*Net*"), "net");
}

#[test]
fn cells_are_named_as_spreadsheets_do() {
    assert_eq!(a1(0, 0), "A1");
    assert_eq!(a1(9, 25), "Z10");
    assert_eq!(a1(0, 26), "AA1");
    assert_eq!(a1(1_048_575, 16_383), "XFD1048576");
}

#[test]
fn the_check_character_of_a_credit_code() {
    assert!(uscc_is_valid("91441900000000001W"));
    assert!(uscc_is_valid("914419000000000020"));
    for code in [
        "914419000000000011",
        "91441900000000001w",
        "9144190000000001W",
        "91441900000000001WW",
        "",
        "9144190000000000IW",
        "税",
    ] {
        assert!(!uscc_is_valid(code), "{code}");
    }
}
