//! The readers of production records: what is wrong is told with its line, its field, what was found
//! and what was expected; what is right is the same in both formats, however the bytes come.

use proptest::prelude::*;
use unit_consumption::production::{CSV_HEADER, Cause, CsvReader, Issue, Record, RecordError};
use unit_consumption::{Date, Quantity};

type Read = Vec<Result<Record, RecordError>>;

/// A CSV that comes whole.
fn csv(text: impl AsRef<[u8]>) -> Read {
    let mut reader = CsvReader::new();
    let mut read = Vec::new();
    reader.feed(text.as_ref(), &mut |it| read.push(it));
    reader.finish(&mut |it| read.push(it));
    read
}

/// A CSV that comes in pieces of these sizes, over and over.
fn csv_in_pieces(text: &[u8], sizes: &[usize]) -> Read {
    let mut reader = CsvReader::new();
    let mut read = Vec::new();
    let mut rest = text;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(rest.len().min(*size));
        reader.feed(piece, &mut |it| read.push(it));
        rest = after;
    }
    reader.finish(&mut |it| read.push(it));
    read
}

/// What the sink got, a line each: `ok ORDER (materials)`, or `code field | text`.
fn told(read: &Read) -> Vec<String> {
    let tell = |it: &Result<Record, RecordError>| match it {
        Ok(record) => format!("ok {} ({})", record.order, record.materials.len()),
        Err(error) => {
            let ends = [error.field(), ": ", error.message().as_str()].concat();
            assert!(error.field().is_empty() || error.message().starts_with(error.field()));
            assert!(!ends.is_empty());
            format!("{} {} | {error}", error.code(), error.field())
        }
    };
    read.iter().map(tell).collect()
}

const SHORT: &str = "order,date,handbook,product,good,material,issued\n";

/// One row under the short header, with some cells replaced.
fn row(changes: &[(usize, &str)]) -> String {
    let mut cells = [
        "WO-1",
        "2026-02-01",
        "C222626A0001",
        "1",
        "960",
        "1",
        "1000",
    ];
    for (at, cell) in changes {
        cells[*at] = cell;
    }
    cells.join(",") + "\n"
}

/// The rows of an order under the short header: its materials 1, 2 and so on.
fn order(name: &str, materials: usize) -> String {
    (1..=materials)
        .map(|it| row(&[(0, name), (5, &it.to_string())]))
        .collect()
}

/// What is wrong with the one row under the full header, in which some columns are replaced.
fn cell_error(column: &str, cell: &str) -> String {
    let value = |name: &str| match name {
        _ if name == column => cell.to_string(),
        "order" => "WO-1".into(),
        "date" => "2026-02-01".into(),
        "handbook" => "C222626A0001".into(),
        "product" | "material" => "1".into(),
        "good" | "issued" => "10".into(),
        _ => String::new(),
    };
    let cells: Vec<String> = CSV_HEADER.split(',').map(value).collect();
    let read = csv(format!("{CSV_HEADER}\n{}\n", cells.join(",")));
    let told = told(&read);
    assert_eq!(told.len(), 1, "{column} {cell}: {told:?}");
    told[0].clone()
}

/// What is wrong with a line of JSON, in which a text is replaced by another.
fn json_error(from: &str, to: &str) -> String {
    const LINE: &str = r#"{"order":"WO-1","date":"2026-02-01","handbook":"C222626A0001","product":1,"version":"0","good":"960","rejected":"3","materials":[{"material":1,"issued":"1000","scrap":"40"},{"material":2,"issued":"5","cause":"breakage","stage":"sort"}],"note":"n","ext":{"shift":2}}"#;
    assert!(LINE.contains(from), "{from}");
    let line = LINE.replacen(from, to, 1);
    let error = Record::from_json(&line).expect_err(&line);
    assert_eq!(error.line(), 0);
    let on_line = error.clone().on_line(7);
    assert_eq!(on_line.to_string(), format!("line 7: {error}"));
    format!("{} {} | {error}", error.code(), error.field())
}

#[test]
fn what_is_wrong_with_a_line_of_json_is_told() {
    let order_64 = "单".repeat(65);
    let shortened = "单".repeat(60);
    let note = format!(r#""note":"{}""#, "n".repeat(4_001));
    for (from, to, says) in [
        (
            r#""order":"WO-1","#,
            "",
            "missing_field order | order: missing, this field is required",
        ),
        (
            r#""date":"2026-02-01""#,
            r#""date":null"#,
            "missing_field date | date: missing, this field is required",
        ),
        (
            r#""issued":"1000","#,
            "",
            "missing_field materials[0].issued | materials[0].issued: missing, this field is required",
        ),
        (
            r#"[{"material":1,"issued":"1000","scrap":"40"},{"material":2,"issued":"5","cause":"breakage","stage":"sort"}]"#,
            "[]",
            "missing_field materials | materials: empty, a record has at least one material; a material that was not used is issued \"0\"",
        ),
        (
            r#""good""#,
            r#""goood""#,
            "unknown_field goood | goood: unknown field, did you mean \"good\"? What you want to carry along goes into \"ext\"",
        ),
        (
            r#""note""#,
            r#""Werk""#,
            "unknown_field Werk | Werk: unknown field, expected one of order, date, handbook, product, version, good, rejected, materials, note, ext; what you want to carry along goes into \"ext\"",
        ),
        (
            r#""stage""#,
            r#""stag""#,
            "unknown_field materials[1].stag | materials[1].stag: unknown field, did you mean \"stage\"? What you want to carry along goes into \"ext\"",
        ),
        (
            r#""good":"960""#,
            r#""good":960.5"#,
            "wrong_type good | good: found the number 960.5, expected a decimal in quotes, such as \"12.5\" (a JSON number with \".\" or \"e\" is not exact)",
        ),
        (
            r#""product":1"#,
            r#""product":"1""#,
            "wrong_type product | product: found \"1\", expected an item number from 1 to 9999",
        ),
        (
            r#""order":"WO-1""#,
            r#""order":7"#,
            "wrong_type order | order: found 7, expected a text",
        ),
        (
            r#""date":"2026-02-01""#,
            r#""date":20260201"#,
            "wrong_type date | date: found 20260201, expected a date such as \"2026-03-31\"",
        ),
        (
            r#"{"material":1,"issued":"1000","scrap":"40"}"#,
            "1",
            "wrong_type materials[0] | materials[0]: found 1, expected an object",
        ),
        (
            r#""ext":{"shift":2}"#,
            r#""ext":"2""#,
            "wrong_type ext | ext: found \"2\", expected an object",
        ),
        (
            r#""order":"WO-1""#,
            r#""order":"""#,
            "invalid_value order | order: found \"\", expected a text of 1 to 64 characters",
        ),
        (
            "WO-1",
            &order_64,
            &format!(
                "invalid_value order | order: found \"{shortened}…\", expected a text of 1 to 64 characters"
            ),
        ),
        (
            r#""version":"0""#,
            r#""version":"123456789""#,
            "invalid_value version | version: found \"123456789\", expected a text of 1 to 8 characters",
        ),
        (
            "sort",
            "a stage with a name of 33 letters",
            "invalid_value materials[1].stage | materials[1].stage: found \"a stage with a name of 33 letters\", expected a text of 1 to 32 characters",
        ),
        (
            "2026-02-01",
            "2026-02-30",
            "invalid_value date | date: found \"2026-02-30\", expected a date such as \"2026-03-31\"",
        ),
        (
            r#""product":1"#,
            r#""product":0"#,
            "invalid_value product | product: found 0, expected an item number from 1 to 9999",
        ),
        (
            r#""material":2"#,
            r#""material":10000"#,
            "invalid_value materials[1].material | materials[1].material: found 10000, expected an item number from 1 to 9999",
        ),
        (
            r#""material":2"#,
            r#""material":-2"#,
            "invalid_value materials[1].material | materials[1].material: found -2, expected an item number from 1 to 9999",
        ),
        (
            r#""scrap":"40""#,
            r#""scrap":"1,000""#,
            "invalid_value materials[0].scrap | materials[0].scrap: found \"1,000\": not a plain decimal, expected digits such as \"1000\" or \"0.00125\"",
        ),
        (
            "breakage",
            "broken",
            "invalid_value materials[1].cause | materials[1].cause: found \"broken\", expected one of power_cut, breakage, force_majeure, off_contract, non_bonded_ingredient, consumable, substitution",
        ),
        (
            r#""scrap":"40""#,
            r#""scrap":"40.000001""#,
            "digits_exceeded materials[0].scrap | materials[0].scrap: found \"40.000001\": more than 5 decimals",
        ),
        (
            r#""good":"960""#,
            r#""good":"10000000000000""#,
            "digits_exceeded good | good: found \"10000000000000\": more than 13 integer digits",
        ),
        (
            r#""rejected":"3""#,
            r#""rejected":"-3""#,
            "negative_quantity rejected | rejected: found -3, expected 0 or more",
        ),
        (
            r#""issued":"1000""#,
            r#""issued":-1000"#,
            "negative_quantity materials[0].issued | materials[0].issued: found -1000, expected 0 or more; what came back goes into \"returned\"",
        ),
        (
            r#"{"material":2,"issued":"5","cause":"breakage","stage":"sort"}"#,
            r#"{"material":1,"issued":"5"}"#,
            "duplicate_row materials[1] | materials[1]: this material stands in the record already with the same cause and stage; add the quantities up, or give the second part of the order its own date or number",
        ),
        (
            r#""date""#,
            r#""order""#,
            "duplicate_field  | duplicate field \"order\" (column 23); a field may stand only once in an object",
        ),
        (
            r#","ext":{"shift":2}}"#,
            "",
            "invalid_json  | not one JSON object: EOF while parsing an object (column 246); expected a production record such as {\"order\":…,\"date\":…,\"handbook\":…}",
        ),
        (
            "}}",
            "}}{}",
            "invalid_json  | not one JSON object: trailing characters (column 266); expected a production record such as {\"order\":…,\"date\":…,\"handbook\":…}",
        ),
        (
            r#""note":"n""#,
            &note,
            "limit_exceeded note | note: a text of 4001 characters, expected at most 4000; put longer data into \"ext\"",
        ),
    ] {
        assert_eq!(json_error(from, to), says);
    }
    for (line, says) in [
        ("[]", "wrong_type: found an array, expected an object"),
        (
            "",
            "invalid_json: not one JSON object: EOF while parsing a value (column 0); expected a production record such as {\"order\":…,\"date\":…,\"handbook\":…}",
        ),
    ] {
        let error = Record::from_json(line).unwrap_err();
        assert_eq!(format!("{}: {error}", error.code()), says);
    }
}

#[test]
fn what_is_wrong_with_a_cell_is_told_as_in_json() {
    let long = "W".repeat(65);
    let shortened = "W".repeat(60);
    for (column, cell, says) in [
        (
            "order",
            "",
            "missing_field order | line 2: order: empty, this cell is required",
        ),
        (
            "date",
            " ",
            "missing_field date | line 2: date: empty, this cell is required",
        ),
        (
            "product",
            "",
            "missing_field product | line 2: product: empty, this cell is required",
        ),
        (
            "issued",
            "",
            "missing_field issued | line 2: issued: empty, this cell is required; a material that was not used is issued 0",
        ),
        (
            "order",
            &long,
            &format!(
                "invalid_value order | line 2: order: found \"{shortened}…\", expected a text of 1 to 64 characters"
            ),
        ),
        (
            "handbook",
            &long,
            &format!(
                "invalid_value handbook | line 2: handbook: found \"{shortened}…\", expected a text of 1 to 64 characters"
            ),
        ),
        (
            "version",
            "2026-02-A1",
            "invalid_value version | line 2: version: found \"2026-02-A1\", expected a text of 1 to 8 characters",
        ),
        (
            "stage",
            "a stage with a name of 33 letters",
            "invalid_value stage | line 2: stage: found \"a stage with a name of 33 letters\", expected a text of 1 to 32 characters",
        ),
        (
            "date",
            "2026/2/1",
            "invalid_value date | line 2: date: found \"2026/2/1\", expected a date such as \"2026-03-31\"",
        ),
        (
            "product",
            "A",
            "invalid_value product | line 2: product: found \"A\", expected an item number from 1 to 9999",
        ),
        (
            "product",
            "+1",
            "invalid_value product | line 2: product: found \"+1\", expected an item number from 1 to 9999",
        ),
        (
            "material",
            "0",
            "invalid_value material | line 2: material: found 0, expected an item number from 1 to 9999",
        ),
        (
            "material",
            "99999999999999999999",
            "invalid_value material | line 2: material: found \"99999999999999999999\", expected an item number from 1 to 9999",
        ),
        (
            "good",
            "1E+05",
            "invalid_value good | line 2: good: found \"1E+05\": not a plain decimal, expected digits such as \"1000\" or \"0.00125\"",
        ),
        (
            "scrap",
            "\"1,000\"",
            "invalid_value scrap | line 2: scrap: found \"1,000\": not a plain decimal, expected digits such as \"1000\" or \"0.00125\"",
        ),
        (
            "cause",
            "串料",
            "invalid_value cause | line 2: cause: found \"串料\", expected one of power_cut, breakage, force_majeure, off_contract, non_bonded_ingredient, consumable, substitution",
        ),
        (
            "returned",
            "0.000001",
            "digits_exceeded returned | line 2: returned: found \"0.000001\": more than 5 decimals",
        ),
        (
            "good",
            "12345678901234",
            "digits_exceeded good | line 2: good: found \"12345678901234\": more than 13 integer digits",
        ),
        (
            "issued",
            "-4",
            "negative_quantity issued | line 2: issued: found -4, expected 0 or more; what came back goes into \"returned\"",
        ),
        (
            "returned",
            "-4",
            "negative_quantity returned | line 2: returned: found -4, expected 0 or more",
        ),
    ] {
        assert_eq!(cell_error(column, cell), says);
    }
}

#[test]
fn a_file_without_a_header_is_told_once() {
    const SUCH: &str = "expected a header such as order,date,handbook,product,version,good,rejected,material,issued,returned,scrap,cause,stage";
    let rows = order("WO-1", 2) + &order("WO-2", 1);
    for (header, says) in [
        (
            "",
            "unknown_field WO-1 | line 1: WO-1: unknown field, expected one of order, date, handbook, product, version, good, rejected, material, issued, returned, scrap, cause, stage",
        ),
        (
            "order,date,handbook,product,good,materials,issued\n",
            "unknown_field materials | line 1: materials: unknown field, did you mean \"material\"?",
        ),
        (
            "order,date,handbook,product,material,issued\n",
            &format!("missing_field good | line 1: good: missing, this column is required; {SUCH}"),
        ),
        (
            "order,date,handbook,product,good,material,issued,good\n",
            "duplicate_field good | line 1: good: this column stands twice in the header",
        ),
        (
            "order,date,handbook,product,good,material,issued,\n",
            "invalid_csv  | line 1: column 8 of the header has no name; leave it out, in the rows too",
        ),
    ] {
        assert_eq!(told(&csv(format!("{header}{rows}"))), [says], "{header}");
    }
    let empty = format!("invalid_csv  | line 1: empty, {SUCH}");
    for text in ["", "\u{feff}", "\n\n", "\r\n \r\n"] {
        // Spaces are a cell without a name.
        if !text.contains(' ') {
            assert_eq!(told(&csv(text)), [empty.as_str()], "{text:?}");
        }
    }
    // A spreadsheet's "Unicode text" is UTF-16.
    let utf16: Vec<u8> = format!("\u{feff}{SHORT}{rows}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        told(&csv(utf16)),
        [
            "invalid_csv  | line 1: not UTF-8; save the sheet as \"CSV UTF-8\", or convert it: iconv -f GB18030 -t UTF-8 IN > OUT"
        ]
    );
}

#[test]
fn a_header_alone_is_no_record() {
    for text in [
        SHORT,
        SHORT.trim_end(),
        CSV_HEADER,
        &format!("\u{feff}{CSV_HEADER}\r\n\r\n"),
    ] {
        assert_eq!(csv(text), [], "{text:?}");
    }
}

#[test]
fn a_row_that_is_no_row_is_told() {
    let before = order("WO-1", 2);
    let after = order("WO-3", 1);
    for (broken, says) in [
        (
            &b"WO-2,2026-02-01,C222626A0001,1,960,1\n"[..],
            "invalid_csv  | line 4: 6 cells, the header has 7 columns; quote a cell that contains the delimiter",
        ),
        (
            b"WO-2,2026-02-01,C222626A0001,1,1,960,1,1000\n",
            "invalid_csv  | line 4: 8 cells, the header has 7 columns; quote a cell that contains the delimiter",
        ),
        (
            b"WO-2,2026-02-01,\xB9\xA4,1,960,1,1000\n",
            "invalid_csv  | line 4: not UTF-8; save the sheet as \"CSV UTF-8\", or convert it: iconv -f GB18030 -t UTF-8 IN > OUT",
        ),
        // Each cell is half of a character: together they would be one.
        (
            b"WO-2,2026-02-01,\xE5\x9B,\xBD1,960,1,1000\n",
            "invalid_csv  | line 4: not UTF-8; save the sheet as \"CSV UTF-8\", or convert it: iconv -f GB18030 -t UTF-8 IN > OUT",
        ),
    ] {
        let text = [
            SHORT.as_bytes(),
            before.as_bytes(),
            broken,
            after.as_bytes(),
        ]
        .concat();
        let read = told(&csv(text));
        // Of whom the row is cannot be told, so its neighbours may lack it.
        assert_eq!(read, [says]);
    }
}

#[test]
fn a_quotation_mark_that_is_not_closed_is_told_where_its_row_begins() {
    let short = format!("{SHORT}{}\"WO-2,{}", order("WO-1", 2), order("WO-3", 3));
    let says = "invalid_csv  | line 4: a quotation mark is not closed, the file ends in its cell; nothing from this line on was read";
    assert_eq!(told(&csv(short)), [says]);
    // The last cell of the last row: all the others are there.
    let text = format!("{}\n{}", SHORT.trim_end(), row(&[(6, "\"1000")]));
    assert_eq!(
        told(&csv(text)),
        [
            "invalid_csv  | line 2: a quotation mark is not closed, the file ends in its cell; nothing from this line on was read"
        ]
    );
    // A quotation mark inside a cell is a letter like others.
    let text = format!("{SHORT}{}", row(&[(0, "5\" wafer")]));
    assert_eq!(told(&csv(text)), ["ok 5\" wafer (1)"]);
}

#[test]
fn a_row_without_an_end_ends_the_reading() {
    let text = format!("{SHORT}{}\"WO-2,{}", order("WO-1", 2), order("W", 3_000));
    let says = "invalid_csv  | line 4: a row of more than 65536 bytes or 256 columns, is a quotation mark not closed? Nothing from this line on was read";
    assert_eq!(told(&csv(&text)), [says]);
    assert_eq!(told(&csv_in_pieces(text.as_bytes(), &[4096])), [says]);
    let columns = format!("{SHORT}{}{}\n", order("WO-1", 1), ",".repeat(300));
    let says = says.replace("line 4", "line 3");
    assert_eq!(told(&csv(columns)), [says]);
}

/// Half an order would be an order with another consumption.
#[test]
fn an_order_with_a_wrong_row_is_left_out_whole() {
    let text = |rows: &[(&str, &[(usize, &str)])]| -> Vec<String> {
        let rows = rows.iter().map(|(name, changes)| {
            let mut all = vec![(0, *name)];
            all.extend_from_slice(changes);
            row(&all)
        });
        let rows: String = rows.collect();
        told(&csv(format!("{SHORT}{rows}{}", order("END", 1))))
    };
    let issued = "negative_quantity issued | line 3: issued: found -1, expected 0 or more; what came back goes into \"returned\"";
    let product = |line: u32| {
        format!(
            "invalid_value product | line {line}: product: found \"X\", expected an item number from 1 to 9999"
        )
    };
    // A wrong cell of its own,
    let read = text(&[
        ("A", &[(5, "1")]),
        ("A", &[(5, "2"), (6, "-1")]),
        ("A", &[(5, "3")]),
    ]);
    assert_eq!(read, [issued, "ok END (1)"]);
    // also in its last row;
    let read = text(&[("A", &[(5, "1")]), ("A", &[(5, "2"), (6, "-1")])]);
    assert_eq!(read, [issued, "ok END (1)"]);
    // a cell that all rows have in common: told once where they all have it,
    let read = text(&[
        ("A", &[(3, "X"), (5, "1")]),
        ("A", &[(3, "X"), (5, "2")]),
        ("A", &[(3, "X"), (5, "3")]),
    ]);
    assert_eq!(read, [product(2).as_str(), "ok END (1)"]);
    // and also where it is wrong in the first,
    let read = text(&[("A", &[(3, "X"), (5, "1")]), ("A", &[(5, "2")])]);
    assert_eq!(read, [product(2).as_str(), "ok END (1)"]);
    // a middle one
    let read = text(&[
        ("A", &[(5, "1")]),
        ("A", &[(3, "X"), (5, "2")]),
        ("A", &[(5, "3")]),
    ]);
    assert_eq!(read, [product(3).as_str(), "ok END (1)"]);
    // or the last of its rows;
    let read = text(&[("A", &[(5, "1")]), ("A", &[(3, "X"), (5, "2")])]);
    assert_eq!(read, [product(3).as_str(), "ok END (1)"]);
    // all that is wrong with it is told,
    let read = text(&[
        ("A", &[(3, "X"), (5, "1")]),
        ("A", &[(3, "X"), (5, "2"), (6, "-1")]),
    ]);
    assert_eq!(read, [product(2).as_str(), issued, "ok END (1)"]);
    // and its neighbours are as they were.
    let read = text(&[
        ("A", &[(5, "1")]),
        ("B", &[(3, "X"), (5, "1")]),
        ("B", &[(5, "2")]),
        ("C", &[(5, "1")]),
    ]);
    assert_eq!(
        read,
        ["ok A (1)", product(3).as_str(), "ok C (1)", "ok END (1)"]
    );
}

#[test]
fn a_row_of_nobody_spoils_what_it_may_belong_to() {
    let broken = "1,2,3\n";
    let says = |line: u32| {
        format!(
            "invalid_csv  | line {line}: 3 cells, the header has 7 columns; quote a cell that contains the delimiter"
        )
    };
    // Between two orders it may be the last row of one or the first of the other,
    let text = [
        SHORT,
        &order("A", 1),
        &order("B", 1),
        broken,
        &order("C", 1),
    ]
    .concat();
    let text = text + &order("D", 1);
    assert_eq!(told(&csv(text)), ["ok A (1)", &says(4), "ok D (1)"]);
    // within one it is of that one,
    let within = [
        SHORT,
        &row(&[(5, "1")]),
        broken,
        &row(&[(5, "2")]),
        &order("B", 1),
    ];
    assert_eq!(told(&csv(within.concat())), [&says(3), "ok B (1)"]);
    // and a row without an order is nobody's too.
    let text = [SHORT, &order("A", 1), &row(&[(0, "")]), &order("B", 1)].concat();
    assert_eq!(
        told(&csv(text)),
        ["missing_field order | line 3: order: empty, this cell is required"]
    );
}

#[test]
fn a_material_twice_in_an_order_is_told_in_its_row() {
    let says = |line: u32| {
        format!(
            "duplicate_row material | line {line}: material: this material stands in the record already with the same cause and stage; add the quantities up, or give the second part of the order its own date or number"
        )
    };
    for materials in [1, 2, 31, 32, 33, 500] {
        let rows = order("A", materials);
        let text = [SHORT, &rows, &row(&[(0, "A")]), &order("B", 1)].concat();
        let line = materials as u32 + 2;
        assert_eq!(told(&csv(text)), [&says(line), "ok B (1)"], "{materials}");
        let issue = |it: usize| format!(r#"{{"material":{it},"issued":1}}"#);
        let issues: Vec<String> = (1..=materials).chain([1]).map(issue).collect();
        let json = format!(
            r#"{{"order":"A","date":"2026-02-01","handbook":"C","product":1,"good":1,"materials":[{}]}}"#,
            issues.join(",")
        );
        let error = Record::from_json(&json).unwrap_err();
        assert_eq!(error.code(), "duplicate_row");
        assert_eq!(error.field(), format!("materials[{materials}]"));
    }
    // Another cause or another stage is another row.
    let text = format!(
        "{CSV_HEADER}\n{}",
        ["breakage,", ",sort", ",", "breakage,sort", "power_cut,"]
            .map(|it| format!("A,2026-02-01,C,1,,1,,1,1,,,{it}\n"))
            .concat()
    );
    assert_eq!(told(&csv(text)), ["ok A (5)"]);
}

/// One record is kept whole while its rows come.
#[test]
fn an_order_has_an_end() {
    let header = SHORT.replace("issued", "issued,stage");
    let rows = (1..=70_000_u32).map(|it| {
        let (material, stage) = (it % 9_999 + 1, it / 9_999);
        format!("A,2026-02-01,C,1,1,{material},1,{stage}\n")
    });
    let text = header + &rows.collect::<String>() + "B,2026-02-01,C,1,1,1,1,\n";
    let says = "limit_exceeded order | line 65538: order: more than 65536 rows of one order; give its parts their own dates or numbers";
    assert_eq!(told(&csv(text)), [says, "ok B (1)"]);
    let issues = vec![r#"{"material":1,"issued":1}"#; 65_537].join(",");
    let json = format!(
        r#"{{"order":"A","date":"2026-02-01","handbook":"C","product":1,"good":1,"materials":[{issues}]}}"#
    );
    let error = Record::from_json(&json).unwrap_err();
    let says =
        "materials: more than 65536 rows of one order; give its parts their own dates or numbers";
    assert_eq!(
        (error.code(), error.message().as_str()),
        ("limit_exceeded", says)
    );
}

#[test]
fn lines_are_those_of_an_editor() {
    let wrong = row(&[(0, "B"), (6, "x")]);
    let says = |line: u32| {
        format!(
            "invalid_value issued | line {line}: issued: found \"x\": not a plain decimal, expected digits such as \"1000\" or \"0.00125\""
        )
    };
    let second = row(&[(0, "A"), (5, "2")]);
    let text = [SHORT, &order("A", 1), "\n\n", &second, "\n", &wrong].concat();
    for end in ["\n", "\r\n", "\r"] {
        // Blank lines count and separate nothing;
        let text = text.replace('\n', end);
        let read = |text: String| {
            let read = csv(&text);
            // whatever the pieces.
            for size in [1, 2, 3] {
                assert_eq!(csv_in_pieces(text.as_bytes(), &[size]), read);
            }
            told(&read)
        };
        assert_eq!(read(text.clone()), ["ok A (2)", &says(7)], "{end:?}");
        // also before the header and after the last row,
        let shifted = format!("{end}{end}{text}{end}{end}");
        assert_eq!(read(shifted), ["ok A (2)", &says(9)], "{end:?}");
        // also lines of empty cells.
        let empty = format!(",,,,,,{end} ,,{end}{text}{end},,,,,,{end}");
        assert_eq!(read(empty), ["ok A (2)", &says(9)], "{end:?}");
        // A byte-order mark is no line;
        let marked = format!("\u{feff}{text}");
        assert_eq!(read(marked), ["ok A (2)", &says(7)], "{end:?}");
        // a line end within quotes is one of the cell and a line of the file.
        let quoted = format!("{SHORT}{}{wrong}", order("\"A\nx\"", 2)).replace('\n', end);
        let name = format!("ok A{end}x (2)");
        assert_eq!(read(quoted), [name, says(6)], "{end:?}");
    }
}

#[test]
fn columns_come_in_any_order_with_any_delimiter() {
    let expected = Record {
        order: "WO;1,\t\"a\"".into(),
        date: "2026-02-01".parse().unwrap(),
        handbook: "C222626A0001".into(),
        product: 1,
        version: "0".into(),
        good: "960".parse().unwrap(),
        rejected: Quantity::ZERO,
        materials: vec![Issue {
            material: 1,
            issued: "1000.5".parse().unwrap(),
            returned: Quantity::ZERO,
            scrap: "40".parse().unwrap(),
            cause: None,
            stage: None,
        }],
    };
    for delimiter in [",", ";", "\t"] {
        for spaces in ["", " ", "\u{3000}"] {
            let text = [
                [
                    "issued", "scrap", "order", "date", "handbook", "good", "product", "material",
                ],
                [
                    "1000.50",
                    "40",
                    "\"WO;1,\t\"\"a\"\"\"",
                    "2026-02-01",
                    "C222626A0001",
                    "960",
                    "01",
                    "1",
                ],
            ]
            .map(|cells| {
                let spaced = cells.map(|it| match it.starts_with('"') {
                    // A quotation mark is one only where the cell begins with it.
                    true => it.to_string(),
                    false => format!("{spaces}{it}{spaces}"),
                });
                spaced.join(delimiter)
            });
            assert_eq!(csv(text.join("\n")), [Ok(expected.clone())], "{text:?}");
        }
    }
}

/// A byte-order mark is one only at the beginning; elsewhere it is a letter that nobody sees.
#[test]
fn a_mark_is_passed_over_at_the_beginning_only() {
    let mark = "\u{feff}";
    let header = SHORT.replace(',', ";");
    let row = row(&[(0, "\"A\"")]).replace(',', ";");
    for (text, name) in [
        (format!("{mark}{header}{row}"), "A"),
        (format!("{mark}\n\r\n{header}{row}"), "A"),
        (format!("\n{mark}{header}{row}"), "A"),
        (format!("{header}{mark}{row}"), "\u{feff}\"A\""),
        (format!("{mark}{header}\n{mark}{row}"), "\u{feff}\"A\""),
    ] {
        for size in [1, 2, 3, 4, 50, 1_000] {
            let read = csv_in_pieces(text.as_bytes(), &[size]);
            assert_eq!(
                told(&read),
                [format!("ok {name} (1)")],
                "{text:?} by {size}"
            );
        }
    }
}

#[test]
fn parts_of_an_order_are_records_of_their_own() {
    let text = [
        SHORT,
        &row(&[]),
        &row(&[(5, "2")]),
        &row(&[(1, "2026-02-02")]),
        &row(&[(1, "2026-02-02"), (4, "5")]),
    ];
    let read = csv(text.concat());
    assert_eq!(told(&read), ["ok WO-1 (2)", "ok WO-1 (1)", "ok WO-1 (1)"]);
}

#[test]
fn nothing_is_read_after_the_end() {
    let mut reader = CsvReader::new();
    let mut read = Vec::new();
    for piece in [SHORT, "", &row(&[]), ""] {
        reader.feed(piece.as_bytes(), &mut |it| read.push(it));
    }
    assert!(read.is_empty());
    reader.finish(&mut |it| read.push(it));
    reader.feed(row(&[(0, "WO-2")]).as_bytes(), &mut |it| read.push(it));
    reader.finish(&mut |it| read.push(it));
    assert_eq!(told(&read), ["ok WO-1 (1)"]);
}

#[test]
fn rows_at_the_size_of_the_buffers_are_read() {
    for length in (1_000..1_040).chain(65_400..65_440) {
        // The order has few characters, the spaces around it many.
        let spaces = " ".repeat(length);
        let text = format!("{SHORT}{}", row(&[(0, &format!("{spaces}A"))]));
        for text in [text.trim_end(), &text] {
            assert_eq!(told(&csv(text)), ["ok A (1)"], "{length}");
        }
    }
}

/// The page of the format: what it shows is what the readers do.
fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/production.md");
    std::fs::read_to_string(path).expect("the page is there")
}

#[test]
fn the_examples_of_the_page_are_one_record() {
    let page = page();
    let example = |language: &str| {
        let (_, block) = page.split_once(&format!("```{language}\n")).unwrap();
        block.split_once("```").unwrap().0.to_string()
    };
    let record = Record::from_json(example("json").trim_end()).unwrap();
    assert_eq!(record.materials.len(), 3);
    assert_eq!(csv(example("csv")), [Ok(record)]);
    for (cause, word) in Cause::ALL.into_iter().zip(Cause::WORDS) {
        let does = match cause.is_no_process_loss() {
            true => "left out |",
            false => "**counts as consumption**",
        };
        let row = format!("| `{word}` | {} | {does}", cause.chinese());
        assert!(page.contains(&row), "{row}");
    }
}

#[test]
fn the_errors_of_the_page_are_those_of_the_readers() {
    let page = page();
    let rows = page.split("## What is wrong with it").nth(1).unwrap();
    let rows = rows.split("\n## ").next().unwrap();
    let told: Vec<(String, String)> = rows
        .lines()
        .filter_map(|row| {
            let (code, rest) = row.strip_prefix("| `")?.split_once("` |")?;
            let (_, example) = rest.split_once(" | `")?;
            Some((code.into(), example.strip_suffix("` |")?.into()))
        })
        .collect();
    let broken = format!("{SHORT}{}WO-2,2026-02-01,C,1,960,1\n", order("WO-1", 2));
    let twice = [SHORT, &row(&[]), &row(&[])].concat();
    let of_csv = [
        csv(format!("{SHORT}{}", row(&[(6, "")]))),
        csv(SHORT.replace("material", "materials")),
        csv(SHORT.replace("\n", ",good\n")),
        csv(format!("{SHORT}{}", row(&[(1, "2026/2/1")]))),
        csv(format!(
            "{CSV_HEADER}\nA,2026-02-01,C,1,0,1,0,1,1,0.000001,,,\n"
        )),
        csv(format!("{SHORT}{}", row(&[(6, "-4")]))),
        csv(twice),
        csv(broken),
    ];
    let of_csv = of_csv.into_iter().flatten().filter_map(Result::err);
    let cut = r#"{"order":"WO-1","date":"2026-02-01","handbook":"C222626A0001","product":1,"version":"0","good":"960","rejected":"3","materials":[{"material":1,"issued":"1000","scrap":"40"},{"material":2,"issued":"5","cause":"breakage","stage":"sort"}],"note":"n""#;
    let of_json = [
        Record::from_json(&format!("{cut}}}").replace("\"960\"", "960.5")),
        Record::from_json(cut),
    ];
    let of_json = of_json.into_iter().filter_map(Result::err);
    let mut real: Vec<(String, String)> = of_csv
        .chain(of_json.map(|it| it.on_line(7)))
        .map(|it| (it.code().to_string(), it.to_string()))
        .collect();
    // As `an_order_has_an_end` has it.
    let long = "line 65538: order: more than 65536 rows of one order; give its parts their own dates or numbers";
    real.push(("limit_exceeded".into(), long.into()));
    for it in &told {
        assert!(real.contains(it), "{it:?}");
    }
    assert_eq!(told.len(), real.len());
}

/// A name with whatever may stand in one.
fn name(most: usize) -> impl Strategy<Value = String> {
    let letters = prop::sample::select(vec![
        'A', '7', '-', '工', '单', '"', ',', ';', '\t', '\n', '\r', ' ', '\\', '\u{0}', '\'', '𝌆',
    ]);
    prop::collection::vec(letters, 1..=most).prop_filter_map(
        "a cell has no spaces around it",
        |it| {
            let name: String = it.into_iter().collect();
            let cell = name.trim_matches([' ', '\u{3000}']);
            (!cell.is_empty()).then(|| cell.to_string())
        },
    )
}

fn quantity() -> impl Strategy<Value = Quantity> {
    let most = 10_i64.pow(18) - 1;
    let raw = prop_oneof![Just(0), 0..1_000_i64, 0..=most, Just(most)];
    raw.prop_map(|it| Quantity::from_raw(it).unwrap_or_default())
}

fn issue() -> impl Strategy<Value = Issue> {
    let cause = prop::option::of(prop::sample::select(Cause::ALL.to_vec()));
    let quantities = (quantity(), quantity(), quantity());
    (1..=9_999_u16, quantities, cause, prop::option::of(name(32))).prop_map(
        |(material, (issued, returned, scrap), cause, stage)| Issue {
            material,
            issued,
            returned,
            scrap,
            cause,
            stage,
        },
    )
}

fn record() -> impl Strategy<Value = Record> {
    let day = (2000..=2099_i32, 1..=366_u32)
        .prop_filter_map("a day", |(year, day)| Date::from_yo_opt(year, day));
    let names = (name(64), name(12), name(8));
    let made = (quantity(), quantity());
    let materials = prop::collection::vec(issue(), 1..40);
    (names, day, 1..=9_999_u16, made, materials).prop_map(
        |((order, handbook, version), date, product, (good, rejected), mut materials)| {
            let key = |it: &Issue| (it.material, it.cause, it.stage.clone());
            materials.sort_by_key(key);
            materials.dedup_by_key(|it| key(it));
            Record {
                order,
                date,
                handbook,
                product,
                version,
                good,
                rejected,
                materials,
            }
        },
    )
}

/// Records of which no two neighbours have the same head: they would be one.
fn records() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec(record(), 0..6).prop_map(|mut records| {
        records.dedup_by_key(|it| it.order.clone());
        records
    })
}

fn as_rows(record: &Record, delimiter: &str) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows = record.materials.iter().map(|it| {
        let cells = [
            quote(&record.order),
            record.date.to_string(),
            quote(&record.handbook),
            record.product.to_string(),
            quote(&record.version),
            record.good.to_string(),
            record.rejected.to_string(),
            it.material.to_string(),
            it.issued.to_string(),
            it.returned.to_string(),
            it.scrap.to_string(),
            it.cause.map_or("", Cause::as_str).to_string(),
            it.stage.as_deref().map_or(String::new(), quote),
        ];
        cells.join(delimiter) + "\n"
    });
    rows.collect()
}

fn as_json(record: &Record) -> String {
    // Escaped as serde_json would: by the code of the character.
    let quote = |text: &str| {
        let plain = |it: char| it.is_ascii_alphanumeric();
        let letters = text.encode_utf16().map(|it| {
            let letter = char::from_u32(it.into()).filter(|it| plain(*it));
            letter.map_or_else(|| format!("\\u{it:04x}"), String::from)
        });
        format!("\"{}\"", letters.collect::<String>())
    };
    let rows = record.materials.iter().map(|it| {
        let mut row = format!(
            r#"{{"material":{},"issued":"{}","returned":"{}","scrap":"{}""#,
            it.material, it.issued, it.returned, it.scrap
        );
        if let Some(cause) = it.cause {
            row += &format!(r#","cause":"{}""#, cause.as_str());
        }
        if let Some(stage) = &it.stage {
            row += &format!(r#","stage":{}"#, quote(stage));
        }
        row + "}"
    });
    format!(
        r#"{{"order":{},"date":"{}","handbook":{},"product":{},"version":{},"good":"{}","rejected":"{}","materials":[{}]}}"#,
        quote(&record.order),
        record.date,
        quote(&record.handbook),
        record.product,
        quote(&record.version),
        record.good,
        record.rejected,
        rows.collect::<Vec<_>>().join(",")
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_record_is_the_same_in_both_formats(records in records(), delimiter in prop::sample::select(vec![",", ";", "\t"])) {
        let rows: String = records.iter().map(|it| as_rows(it, delimiter)).collect();
        let text = CSV_HEADER.replace(',', delimiter) + "\n" + &rows;
        let expected: Read = records.iter().cloned().map(Ok).collect();
        prop_assert_eq!(&csv(&text), &expected);
        let json: Read = records.iter().map(|it| Record::from_json(&as_json(it))).collect();
        prop_assert_eq!(&json, &expected);
    }

    #[test]
    fn pieces_of_any_size_give_the_same(
        records in records(),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        // Damage: bytes that mean something, anywhere.
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"\",;\t\n\r \xE5\xFFx".to_vec())), 0..8),
        sizes in prop::collection::vec(0_usize..200, 1..8),
    ) {
        let rows: String = records.iter().map(|it| as_rows(it, ",")).collect();
        let mut text = format!("\u{feff}{CSV_HEADER}\n{rows}").replace('\n', end).into_bytes();
        for (at, byte) in damage {
            let at = at.index(text.len());
            text[at] = byte;
        }
        let whole = csv(&text);
        for size in [1, 2, 3, 5, 7, 64, 1024] {
            prop_assert_eq!(&csv_in_pieces(&text, &[size]), &whole, "pieces of {}", size);
        }
        let mut sizes = sizes;
        sizes.push(1);
        prop_assert_eq!(&csv_in_pieces(&text, &sizes), &whole);
    }

    /// Whatever is broken in a file, an order is never told with some of its rows.
    #[test]
    fn a_record_comes_whole_or_not_at_all(
        mut records in records(),
        damage in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        // Without line ends in names: what a broken quotation mark leaves of a row would be rows.
        for record in &mut records {
            let stages = record.materials.iter_mut().filter_map(|it| it.stage.as_mut());
            let head = [&mut record.order, &mut record.handbook, &mut record.version];
            for name in head.into_iter().chain(stages) {
                *name = name.replace(['\n', '\r'], "x");
            }
        }
        let rows: String = records.iter().map(|it| as_rows(it, ",")).collect();
        let mut text = format!("{CSV_HEADER}\n{rows}").into_bytes();
        for at in damage {
            let rows = &mut text[CSV_HEADER.len() + 1..];
            if !rows.is_empty() {
                rows[at.index(rows.len())] = 0xFF;
            }
        }
        for read in csv(&text).into_iter().flatten() {
            prop_assert!(records.contains(&read), "{:?}", read);
        }
    }
}

#[test]
fn rows_of_a_record_that_come_back_are_an_error_and_not_another_order() {
    use unit_consumption::production::CsvReader;
    let head = "order,date,handbook,product,good,material,issued\n";
    let row = |order: &str, material: u16| {
        format!("{order},2026-02-01,C222626A0001,1,10,{material},10\n")
    };
    let text = [
        head.to_string(),
        row("A", 1),
        row("B", 1),
        row("A", 2),
        row("A", 3),
        row("B", 2),
    ]
    .concat();
    let (mut good, mut told) = (Vec::new(), Vec::new());
    let mut reader = CsvReader::new();
    let mut sink = |it: Result<_, unit_consumption::production::RecordError>| match it {
        Ok(record) => good.push(record),
        Err(error) => told.push((error.line(), error.code(), error.field().to_string())),
    };
    reader.feed(text.as_bytes(), &mut sink);
    reader.finish(&mut sink);
    assert_eq!(good.len(), 2);
    let order = "order".to_string();
    assert_eq!(
        told,
        [
            (4, "duplicate_row", order.clone()),
            (6, "duplicate_row", order)
        ]
    );
}
