//! Comma-separated values (RFC 4180) as rows of cells, each with the line of the file on which it
//! begins. The delimiter is `,`, `;` or a tab: whichever the first row has most of.

use super::error::WorkbookError;
use super::import::Limits;
use super::sheet::Value;

/// A row longer than this is no row: a quotation mark was never closed.
const LONGEST_ROW: usize = 1 << 20;
/// More cells than any table has.
const CELLS: usize = 1_024;

/// The text of a CSV, without a byte-order mark.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, WorkbookError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        unreadable(format!(
            "byte {} is not UTF-8; save it as \"CSV UTF-8\", or convert it: iconv -f GB18030 -t UTF-8",
            error.valid_up_to() + 1
        ))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Gives every row that has a cell that is not blank to `visit`, counted from 0 by its line, until it
/// answers `false`.
pub(crate) fn rows(
    text: &str,
    limits: &Limits,
    mut visit: impl FnMut(u32, Vec<(u32, Value)>) -> bool,
) -> Result<(), WorkbookError> {
    let delimiter = delimiter(text);
    let mut rest = text;
    let mut line = 0;
    while !rest.is_empty() {
        let begun = line;
        let mut cells = Vec::new();
        let mut column = 0;
        let row = rest;
        loop {
            let cell = Cell::read(rest, delimiter, line)?;
            line = cell.line;
            rest = cell.rest;
            if column as usize >= CELLS || row.len() - rest.len() > LONGEST_ROW {
                return Err(unreadable(format!(
                    "line {}: a row of more than {CELLS} cells or {LONGEST_ROW} bytes",
                    begun + 1
                )));
            }
            if let Some(value) = Value::of_text(&cell.text, limits) {
                cells.push((column, value));
            }
            column += 1;
            if cell.last {
                break;
            }
        }
        if !cells.is_empty() && !visit(begun, cells) {
            break;
        }
    }
    Ok(())
}

/// Whether a number of rows begins as a CSV may: no byte that no text has.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    !bytes.iter().take(4_096).any(|it| *it == 0)
}

fn delimiter(text: &str) -> char {
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    let mut quoted = false;
    for letter in text.trim_start_matches(['\n', '\r']).chars() {
        match letter {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                for count in counts.iter_mut().filter(|it| it.0 == letter) {
                    count.1 += 1;
                }
            }
        }
    }
    let mut best = counts[0];
    for count in counts {
        if count.1 > best.1 {
            best = count;
        }
    }
    best.0
}

struct Cell<'t> {
    text: std::borrow::Cow<'t, str>,
    /// The line on which it ends, from 0; where it is the last of its row, the next line.
    line: u32,
    last: bool,
    rest: &'t str,
}

impl<'t> Cell<'t> {
    fn read(text: &'t str, delimiter: char, line: u32) -> Result<Self, WorkbookError> {
        let ends = |it: char| it == delimiter || it == '\n' || it == '\r';
        let Some(quoted) = text.strip_prefix('"') else {
            let end = text.find(ends).unwrap_or(text.len());
            let (cell, rest) = text.split_at(end);
            return Ok(Cell::ended(cell.into(), rest, delimiter, line));
        };
        let mut cell = String::new();
        let mut rest = quoted;
        loop {
            let Some(end) = rest.find('"') else {
                return Err(unreadable(format!(
                    "line {}: a quotation mark is never closed",
                    line + 1
                )));
            };
            cell.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(after) => {
                    cell.push('"');
                    rest = after;
                }
                None => break,
            }
        }
        let within = cell.matches('\n').count();
        let end = rest.find(ends).unwrap_or(rest.len());
        if !rest[..end].trim().is_empty() {
            return Err(unreadable(format!(
                "line {}: something stands behind a closing quotation mark; double the marks within a cell",
                line + 1
            )));
        }
        let line = line.saturating_add(u32::try_from(within).unwrap_or(u32::MAX));
        Ok(Cell::ended(cell.into(), &rest[end..], delimiter, line))
    }

    fn ended(
        text: std::borrow::Cow<'t, str>,
        rest: &'t str,
        delimiter: char,
        line: u32,
    ) -> Cell<'t> {
        if let Some(rest) = rest.strip_prefix(delimiter) {
            return Cell {
                text,
                line,
                last: false,
                rest,
            };
        }
        let after = rest.strip_prefix("\r\n");
        let after = after.or_else(|| rest.strip_prefix(['\n', '\r']));
        Cell {
            text,
            line: line.saturating_add(1),
            last: true,
            rest: after.unwrap_or(rest),
        }
    }
}

/// A cell as it stands in a CSV: quoted where it must be.
pub(crate) fn cell(text: &str) -> std::borrow::Cow<'_, str> {
    match text.contains([',', ';', '\t', '"', '\n', '\r']) || text != text.trim() {
        true => format!("\"{}\"", text.replace('"', "\"\"")).into(),
        false => text.into(),
    }
}

fn unreadable(why: String) -> WorkbookError {
    WorkbookError::NotCsv(why)
}
