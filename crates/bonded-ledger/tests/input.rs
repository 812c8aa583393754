//! Bad input is an error that names the field, what was found, what was expected: never a panic,
//! never a guess.

use bonded_ledger::{Entry, Refusal};
use proptest::prelude::*;

const ID: &str = "6f1c2d3e-0000-4000-8000-000000000001";

fn refusal(line: &str) -> (String, String, String) {
    let error = Entry::from_json(line).expect_err(line);
    let refusal = Refusal::of_input(&error);
    assert_eq!(refusal.code(), error.code());
    assert!(!refusal.law().is_empty());
    (error.code().into(), error.field().into(), error.to_string())
}

fn refused(line: &str, code: &str, field: &str, says: &str) {
    let found = refusal(line);
    assert_eq!(
        (found.0.as_str(), found.1.as_str()),
        (code, field),
        "{line}: {}",
        found.2
    );
    assert!(found.2.contains(says), "{line}: {}", found.2);
}

/// A list with one line, as given.
fn list(line: &str) -> String {
    format!(
        r#"{{"id":"{ID}","date":"2026-03-01","entry":"declare_list","list":{{"number":"L1","handbook":"C222226A0001","direction":"import","goods":"material","mode":"0615","lines":[{line}]}}}}"#
    )
}

fn suspend(extra: &str) -> String {
    format!(
        r#"{{"id":"{ID}","date":"2026-03-01","entry":"suspend_handbook","handbook":"C222226A0001","scope":"import"{extra}}}"#
    )
}

#[test]
fn a_line_must_be_one_json_object() {
    refused("", "invalid_json", "", "not one JSON object");
    refused("{", "invalid_json", "", "column");
    refused("nonsense", "invalid_json", "", "column 2");
    refused("[]", "wrong_type", "", "an array");
    refused("7", "wrong_type", "", "an object");
    refused(&(suspend("") + " {}"), "invalid_json", "", "trailing");
    refused(&"[".repeat(5_000), "invalid_json", "", "");
    refused(
        &suspend(r#","scope":"both""#),
        "duplicate_field",
        "",
        "scope",
    );
    refused(
        &suspend(r#","ext":{"a":{"b":1,"b":2}}"#),
        "duplicate_field",
        "",
        "\"b\"",
    );
}

#[test]
fn fields_are_known_and_there() {
    refused(
        &suspend(r#","reasn":"x""#),
        "unknown_field",
        "reasn",
        "did you mean \"reason\"",
    );
    refused(
        &suspend(r#","colour":"x""#),
        "unknown_field",
        "colour",
        "ext",
    );
    refused(
        &list(r#"{"line":1,"seq":1,"quantiy":"5"}"#),
        "unknown_field",
        "list.lines[0].quantiy",
        "\"quantity\"",
    );
    refused(
        &list(r#"{"line":1,"seq":1}"#),
        "missing_field",
        "list.lines[0].quantity",
        "required",
    );
    refused(
        &list(r#"{"line":1,"seq":1,"quantity":null}"#),
        "missing_field",
        "list.lines[0].quantity",
        "required",
    );
    refused(
        &suspend("").replace(r#""scope":"import""#, r#""scope":"all""#),
        "invalid_value",
        "scope",
        "import, export, both",
    );
    refused(
        &suspend("").replace("suspend_handbook", "suspend_handbok"),
        "invalid_value",
        "entry",
        "\"suspend_handbook\"",
    );
    refused(
        r#"{"id":"6f1c2d3e-0000-4000-8000-000000000001","date":"2026-03-01"}"#,
        "missing_field",
        "entry",
        "open_handbook",
    );
    assert!(
        Entry::from_json(&suspend(
            r#","reason":null,"note":"x","ext":{"any":[1.5,"thing"]}"#
        ))
        .is_ok()
    );
}

#[test]
fn values_have_their_form() {
    let with = |from: &str, to: &str| suspend("").replace(from, to);
    refused(&with(ID, "6f1c2d3e"), "invalid_value", "id", "UUID");
    refused(
        &with("2026-03-01", "2026-02-30"),
        "invalid_value",
        "date",
        "2026-03-31",
    );
    refused(
        &with("2026-03-01", "01/03/2026"),
        "invalid_value",
        "date",
        "01/03/2026",
    );
    refused(
        &with("C222226A0001", "C2222"),
        "invalid_value",
        "handbook",
        "12 characters",
    );
    refused(
        &with("\"C222226A0001\"", "12"),
        "wrong_type",
        "handbook",
        "found 12",
    );
    refused(
        &suspend(r#","recorded_at":"yesterday""#),
        "invalid_value",
        "recorded_at",
        "T08:00",
    );
    refused(
        &suspend(&format!(r#","note":"{}""#, "长".repeat(4_001))),
        "limit_exceeded",
        "note",
        "4001 characters",
    );
    assert!(Entry::from_json(&suspend(&format!(r#","note":"{}""#, "长".repeat(4_000)))).is_ok());
}

#[test]
fn numbers_are_exact_or_refused() {
    let quantity = |text: &str| list(&format!(r#"{{"line":1,"seq":1,"quantity":{text}}}"#));
    let field = "list.lines[0].quantity";
    for text in [
        "\"NaN\"",
        "\"inf\"",
        "\"1e3\"",
        "\"1,000\"",
        "\" 1\"",
        "\"+1\"",
        "\"01\"",
        "\"1.\"",
        "\"\"",
        "\"１\"",
    ] {
        refused(&quantity(text), "invalid_value", field, "plain decimal");
    }
    refused(&quantity("1.5"), "wrong_type", field, "not exact");
    refused(&quantity("1e3"), "wrong_type", field, "not exact");
    refused(&quantity("true"), "wrong_type", field, "found true");
    refused(
        &quantity("\"0.000001\""),
        "digits_exceeded",
        field,
        "more than 5 decimals",
    );
    refused(
        &quantity(&format!("\"{}\"", "9".repeat(40))),
        "digits_exceeded",
        field,
        "13 integer digits",
    );
    refused(&quantity(&"9".repeat(40)), "wrong_type", field, "not exact");
    refused(
        &quantity("12345678901234"),
        "digits_exceeded",
        field,
        "13 integer digits",
    );
    for text in [
        "5",
        "\"5\"",
        "\"5.00000000\"",
        "\"9999999999999.99999\"",
        "\"-1\"",
        "0",
    ] {
        assert!(Entry::from_json(&quantity(text)).is_ok(), "{text}");
    }
    refused(
        &list(r#"{"line":0,"seq":1,"quantity":"5"}"#),
        "invalid_value",
        "list.lines[0].line",
        "from 1",
    );
    refused(
        &list(r#"{"line":1,"seq":10000,"quantity":"5"}"#),
        "invalid_value",
        "list.lines[0].seq",
        "9999",
    );
    refused(
        &list(r#"{"line":"1","seq":1,"quantity":"5"}"#),
        "wrong_type",
        "list.lines[0].line",
        "\"1\"",
    );
}

#[test]
fn an_error_keeps_the_id_where_there_is_one() {
    let error = Entry::from_json(&suspend(r#","reasn":1"#)).unwrap_err();
    assert_eq!(error.id().map(|it| it.to_string()).as_deref(), Some(ID));
    assert_eq!(Entry::from_json("{}").unwrap_err().id(), None);
}

#[test]
fn limits_are_refused_with_their_own_code() {
    let lines: Vec<String> = (1..=10_000)
        .map(|it| format!(r#"{{"line":{it},"seq":1,"quantity":"1"}}"#))
        .collect();
    refused(
        &list(&lines.join(",")),
        "limit_exceeded",
        "list.lines",
        "1 too many",
    );
    assert!(Entry::from_json(&list(&lines[1..].join(","))).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = Entry::from_json(&text);
    }

    #[test]
    fn no_damage_makes_it_panic(at in any::<prop::sample::Index>(), byte in any::<char>()) {
        let line = list(r#"{"line":1,"seq":1,"quantity":"5","version":"0","ext":{"a":[1,2.5,null]}}"#);
        let mut chars: Vec<char> = line.chars().collect();
        let place = at.index(chars.len());
        chars[place] = byte;
        let _ = Entry::from_json(&chars.into_iter().collect::<String>());
    }
}

/// A store keeps lines: what is read back must be the same content, or the entry posted again would
/// be another one under the same id.
#[test]
fn an_entry_keeps_the_line_it_was_read_from() {
    let line = concat!(
        r#"{"id":"6f0c2c1e-0000-4000-8000-000000000001","date":"2026-01-05","entry":"adjust_book","#,
        r#""handbook":"C222626A0001","material":1,"quantity":"10.0","ground":"residue","document":"D"}"#
    );
    let entry = Entry::from_json(&format!("  {line}\r")).unwrap();
    assert_eq!(entry.line(), line);
    let spread = line.replace(r#","entry""#, ",\n  \"entry\"");
    let spread = Entry::from_json(&spread).unwrap();
    assert!(!spread.line().contains('\n'));
    let by_serde: Entry = serde_json::from_str(line).unwrap();
    for other in [&spread, &by_serde] {
        assert_eq!(Entry::from_json(&other.line()).unwrap(), entry);
    }
    // Written anew it is its shortest form, and other content than before.
    let noted = entry.clone().with_note("seen");
    assert!(noted.line().contains(r#""quantity":"10","#));
    assert_eq!(Entry::from_json(&noted.line()).unwrap(), noted);
}
