//! Bad input: an answer with line, field and the way out; never a panic.

mod support;

use expect_test::expect;
use serde_json::json;
use support::{BOOK, Folder, closable, id, jsonl, list, opening};

/// Posts one line to an empty ledger and gives the code, the field and the message.
fn told(line: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    let ran = folder.run_with("post books.jsonl -", line);
    assert_eq!(ran.status(), Some(1), "{}{}", ran.out(), ran.err());
    assert_eq!(folder.read("books.jsonl"), "", "nothing is kept of it");
    let answers = ran.answers();
    let [answer] = answers.as_slice() else {
        panic!("one answer: {answers:?}")
    };
    let error = &answer["error"];
    assert!(
        error["law"].as_array().is_some_and(|it| !it.is_empty()),
        "{error}"
    );
    let text = |it: &serde_json::Value| it.as_str().unwrap_or_default().to_owned();
    let known = if answer["id"].is_null() {
        "no id"
    } else {
        "id"
    };
    format!(
        "{known}; {}; {}; {}",
        text(&error["code"]),
        text(&error["figures"]["field"]),
        text(&error["message"])
    )
}

/// A list with a change to its text.
fn changed(from: &str, to: &str) -> String {
    let line = list(7, "L1", "import", "12.5").to_string();
    assert!(line.contains(from), "{from} in {line}");
    line.replace(from, to)
}

#[test]
fn a_line_that_is_not_an_entry_is_refused_by_name() {
    let quantity = r#""quantity":"12.5""#;
    let digits = "1234567890".repeat(4);
    let cases = [
        ("not JSON", "hello".to_owned()),
        ("an array", "[1,2]".to_owned()),
        ("cut off", changed("}}", "")),
        (
            "two on a line",
            format!("{}{}", changed("", ""), changed("", "")),
        ),
        (
            "an unknown field",
            changed(r#""mode""#, r#""mod":"0615","mode""#),
        ),
        ("a missing field", changed(r#""mode":"0615","#, "")),
        ("a wrong type", changed(quantity, r#""quantity":[1]"#)),
        ("a JSON float", changed(quantity, r#""quantity":12.5"#)),
        ("an exponent", changed(quantity, r#""quantity":"1e3""#)),
        ("NaN in quotes", changed(quantity, r#""quantity":"NaN""#)),
        ("NaN", changed(quantity, r#""quantity":NaN"#)),
        ("infinity", changed(quantity, r#""quantity":"Infinity""#)),
        (
            "40 digits",
            changed(quantity, &format!(r#""quantity":"{digits}""#)),
        ),
        (
            "a JSON integer of 40 digits",
            changed(quantity, &format!(r#""quantity":{digits}"#)),
        ),
        (
            "40 decimals",
            changed(quantity, &format!(r#""quantity":"0.{digits}""#)),
        ),
        (
            "a thousands separator",
            changed(quantity, r#""quantity":"1,000""#),
        ),
        (
            "full-width digits",
            changed(quantity, r#""quantity":"１２""#),
        ),
        (
            "a field twice",
            changed(quantity, r#""quantity":"12.5","quantity":"12.5""#),
        ),
        ("no such day", changed("2026-02-01", "2026-02-30")),
        ("no UUID", changed(&id(7), "7")),
        ("no such kind", changed("declare_list", "declare_lists")),
    ];
    let text: String = cases
        .iter()
        .map(|(name, line)| format!("{name}: {}\n", told(line)))
        .collect();
    expect![[r#"
        not JSON: no id; invalid_json; ; not one JSON object: expected value (column 1); expected an entry such as {"id":…,"date":…,"entry":…} on a line of its own
        an array: no id; wrong_type; ; found an array, expected an object with id, date, entry
        cut off: no id; invalid_json; ; not one JSON object: EOF while parsing an object (column 236); expected an entry such as {"id":…,"date":…,"entry":…} on a line of its own
        two on a line: no id; invalid_json; ; not one JSON object: trailing characters (column 239); expected an entry such as {"id":…,"date":…,"entry":…} on a line of its own
        an unknown field: id; unknown_field; list.mod; list.mod: unknown field, did you mean "mode"? What you want to carry along goes into "ext"
        a missing field: id; missing_field; list.mode; list.mode: missing, this field is required
        a wrong type: id; wrong_type; list.lines[0].quantity; list.lines[0].quantity: found an array, expected a decimal in quotes, such as "12.5"
        a JSON float: id; wrong_type; list.lines[0].quantity; list.lines[0].quantity: found the number 12.5, expected a decimal in quotes, such as "12.5" (a JSON number with "." or "e" is not exact)
        an exponent: id; invalid_value; list.lines[0].quantity; list.lines[0].quantity: found "1e3": not a plain decimal, expected digits such as "1000" or "0.00125"
        NaN in quotes: id; invalid_value; list.lines[0].quantity; list.lines[0].quantity: found "NaN": not a plain decimal, expected digits such as "1000" or "0.00125"
        NaN: no id; invalid_json; ; not one JSON object: expected value (column 193); expected an entry such as {"id":…,"date":…,"entry":…} on a line of its own
        infinity: id; invalid_value; list.lines[0].quantity; list.lines[0].quantity: found "Infinity": not a plain decimal, expected digits such as "1000" or "0.00125"
        40 digits: id; digits_exceeded; list.lines[0].quantity; list.lines[0].quantity: found "1234567890123456789012345678901234567890": more than 13 integer digits
        a JSON integer of 40 digits: id; wrong_type; list.lines[0].quantity; list.lines[0].quantity: found the number 1.2345678901234567e+39, expected a decimal in quotes, such as "12.5" (a JSON number with "." or "e" is not exact)
        40 decimals: id; digits_exceeded; list.lines[0].quantity; list.lines[0].quantity: found "0.1234567890123456789012345678901234567890": more than 5 decimals
        a thousands separator: id; invalid_value; list.lines[0].quantity; list.lines[0].quantity: found "1,000": not a plain decimal, expected digits such as "1000" or "0.00125"
        full-width digits: id; invalid_value; list.lines[0].quantity; list.lines[0].quantity: found "１２": not a plain decimal, expected digits such as "1000" or "0.00125"
        a field twice: no id; duplicate_field; ; duplicate field "quantity" (column 209); a field may stand only once in an object
        no such day: id; invalid_value; date; date: found "2026-02-30", expected a date such as "2026-03-31"
        no UUID: no id; invalid_value; id; id: found "7", expected a UUID such as "6f1c2d3e-0000-4000-8000-000000000001"
        no such kind: id; invalid_value; entry; entry: unknown kind of entry, did you mean "declare_list"?
    "#]].assert_eq(&text);
}

#[test]
fn other_encodings_are_named_with_the_way_out() {
    let mut gbk = br#"{"id":"00000000-0000-4000-8000-000000000007","note":""#.to_vec();
    gbk.extend_from_slice(b"\xbe\xa7\xd4\xb2\"}\n");
    let utf_16: Vec<u8> = "\u{feff}{}\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut text = told(&gbk) + "\n";
    // The line end of UTF-16 is two bytes: the second stands on a line of its own.
    let folder = Folder::new();
    let ran = folder.run_with("post books.jsonl -", &utf_16);
    text += ran.answers()[0]["error"]["message"]
        .as_str()
        .expect("a message");
    text += "\n";
    expect![[r#"
        no id; invalid_utf8; ; byte 0xBE at column 54 is not UTF-8, the file is probably GBK (GB 18030); convert it and post it again: iconv -f GB18030 -t UTF-8 in.jsonl > out.jsonl
        the file is UTF-16, expected UTF-8; convert it and post it again: iconv -f UTF-16 -t UTF-8 in.jsonl > out.jsonl
    "#]].assert_eq(&text);
}

#[test]
fn line_ends_of_windows_empty_lines_and_a_byte_order_mark_are_tolerated() {
    let folder = Folder::new();
    let text = jsonl(&closable()).replace('\n', "\r\n\r\n  \t\r\n");
    let ran = folder.run_with("post books.jsonl -", format!("\u{feff}{text}"));
    assert_eq!(ran.fates(), ["accepted"; 5]);
    let lines: Vec<u64> = ran
        .answers()
        .iter()
        .filter_map(|it| it["line"].as_u64())
        .collect();
    assert_eq!(lines, [1, 4, 7, 10, 13]);
    assert_eq!(folder.read("books.jsonl"), jsonl(&closable()));

    // A journal that somebody saved so is read the same way, and appended to.
    let folder = Folder::new();
    let start = jsonl(&closable()[..2]).replace('\n', "\r\n");
    folder.write("books.jsonl", format!("\u{feff}{start}"));
    assert_eq!(
        folder
            .run_with("post books.jsonl -", jsonl(&closable()))
            .fates()[..3],
        ["duplicate", "duplicate", "accepted"]
    );
    assert_eq!(folder.run("check books.jsonl").status(), Some(0));
}

#[test]
fn a_line_of_ten_megabytes_is_an_entry_and_one_beyond_the_limit_is_not() {
    let folder = Folder::new();
    let mut long = opening(1, BOOK);
    long["ext"] = json!({"long": "x".repeat(10_000_000)});
    let lines = jsonl(&[long, list(2, "L1", "import", "1")]);
    assert_eq!(
        folder.run_with("post books.jsonl -", &lines).fates(),
        ["accepted"; 2]
    );
    assert_eq!(folder.read("books.jsonl"), lines);

    let folder = Folder::new();
    let too_long = format!("{{\"note\":\"{}\"}}\n", "x".repeat(64 << 20));
    let ran = folder.run_with("post books.jsonl -", too_long + &jsonl(&closable()[..1]));
    assert_eq!(ran.fates(), ["refused line_too_long", "accepted"]);
    let answers = ran.answers();
    assert!(answers[0]["id"].is_null());
    assert_eq!(answers[1]["line"], 2);
    expect!["the line has 67108875 bytes, expected at most 67108864; write every entry on a line of its own, and add the consumptions of a very large handbook by amendments"].assert_eq(answers[0]["error"]["message"].as_str().expect("a message"));
}

#[test]
fn deep_nesting_is_refused_and_overflows_nothing() {
    let deep = format!(
        "{{\"ext\":{}{}}}\n",
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    assert!(told(deep).contains("invalid_json"));
}

#[test]
fn empty_files_are_no_mistake() {
    let folder = Folder::new();
    folder.write("empty.jsonl", "");
    let ran = folder.run("post books.jsonl empty.jsonl");
    assert_eq!((ran.out().as_str(), ran.status()), ("", Some(0)));
    for line in [
        "statement books.jsonl",
        "check books.jsonl",
        "chain books.jsonl",
        "verify books.jsonl",
        "lists books.jsonl",
    ] {
        assert_eq!(folder.run(line).status(), Some(0), "{line}");
    }
}

#[test]
fn any_bytes_at_all_are_answered() {
    // A small generator with a fixed seed: what fails can be run again.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let good = jsonl(&closable());
    for round in 0..40 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..=random() % 40 {
            let at = (random() % bytes.len() as u64) as usize;
            bytes[at] = (random() & 0xFF) as u8;
        }
        let folder = Folder::new();
        let ran = folder.run_with("post books.jsonl -", &bytes);
        assert!(
            matches!(ran.status(), Some(0 | 1)),
            "round {round}: {}",
            ran.err()
        );
        let verified = folder.run("verify books.jsonl");
        assert_eq!(
            verified.status(),
            Some(0),
            "round {round}: {}",
            verified.out()
        );
        // The same bytes as a journal: read, or said why not, but no panic.
        folder.write("other.jsonl", &bytes);
        let ran = folder.run("statement other.jsonl");
        assert!(
            matches!(ran.status(), Some(0 | 2)),
            "round {round}: {}",
            ran.err()
        );
    }
}
