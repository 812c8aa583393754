//! Records as lines of JSON.

use unit_consumption::production::Record;

use super::LINE_BYTES_MAX;
use super::problem::Problem;
use crate::journal::{Chunk, Content, without_line_end};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads the lines of a chunk, but for blank ones.
pub(super) fn records(chunk: &Chunk, sink: &mut dyn FnMut(Result<Record, Problem>)) {
    let bytes = match &chunk.content {
        Content::Lines(bytes) => bytes.as_slice(),
        Content::TooLong(bytes) => {
            let (line, bytes) = (chunk.first_line, *bytes);
            return sink(Err(Problem::TooLong { line, bytes }));
        }
    };
    let text = match chunk.offset {
        0 => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes),
        _ => bytes,
    };
    let lines = text.split_inclusive(|it| *it == b'\n');
    for (line, number) in lines.zip(chunk.first_line..) {
        let line = without_line_end(line);
        if !line.trim_ascii().is_empty() {
            sink(record(line, number));
        }
    }
}

fn record(line: &[u8], number: u64) -> Result<Record, Problem> {
    // One read may bring a whole line that is too long.
    if line.len() > LINE_BYTES_MAX {
        let bytes = line.len() as u64;
        return Err(Problem::TooLong {
            line: number,
            bytes,
        });
    }
    let text = std::str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to();
        Problem::Encoding {
            line: number,
            column: at + 1,
            byte: line.get(at).copied().unwrap_or_default(),
        }
    })?;
    Record::from_json(text).map_err(|it| Problem::Record(it.on_line(number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Chunks;

    fn read(text: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        for chunk in Chunks::new(text, LINE_BYTES_MAX) {
            records(&chunk.expect("read"), &mut |it| {
                told.push(match it {
                    Ok(record) => record.order,
                    Err(problem) => problem.to_string(),
                });
            });
        }
        told
    }

    #[test]
    fn lines_are_numbered_whatever_stands_between_them() {
        let record = r#"{"order":"A","date":"2026-02-01","handbook":"C222626A0001","product":1,"good":"1","materials":[{"material":1,"issued":"1"}]}"#;
        let text = format!("\u{feff}{record}\r\n\r\n  \n{record}\nnonsense\n{record}");
        let told = read(text.as_bytes());
        assert_eq!(told.len(), 4);
        assert_eq!((&*told[0], &*told[1], &*told[3]), ("A", "A", "A"));
        assert!(told[2].starts_with("line 5: invalid_json: "), "{}", told[2]);
    }

    #[test]
    fn what_is_no_text_or_has_no_end_is_told() {
        let told = read(b"{\"order\":\"\xB9\xA4\"}\n");
        assert!(
            told[0].starts_with("line 1: invalid_utf8: byte 0xB9 at column 11 is not UTF-8"),
            "{}",
            told[0]
        );
        let long = format!("\n{}\n\n{{}}\n", "x".repeat(LINE_BYTES_MAX + 1));
        let told = read(long.as_bytes());
        assert!(
            told[0].starts_with("line 2: line_too_long: "),
            "{}",
            told[0]
        );
        assert!(
            told[1].starts_with("line 4: missing_field: "),
            "{}",
            told[1]
        );
    }
}
