//! A look at the container before it is parsed: what is in it, how large it really is once inflated,
//! and the few things in it that would make the parser allocate without measure.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::error::WorkbookError;
use super::import::Limits;

/// The longest stretch between two `<`: a cell holds at most 32,767 characters, each of which may be
/// written as an entity.
const LONGEST_TEXT: u64 = 1 << 20;

/// Refuses what is not a zip container, is damaged (the checksums are compared), or is larger than
/// the limits allow. Sizes are counted while inflating: what the directory declares may be a lie.
pub(crate) fn inspect(bytes: &[u8], limits: &Limits) -> Result<(), WorkbookError> {
    within(bytes, limits)?;
    if is_old(bytes) {
        return Err(damaged(
            "it is an old .xls file or protected by a password; \
             open it in a spreadsheet program and save it as .xlsx without a password",
        ));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|e| damaged(&format!("it is no complete zip container ({e})")))?;
    if archive.len() > limits.parts {
        return Err(damaged("it has too many parts"));
    }
    let mut sheets = 0;
    for index in 0..archive.len() {
        let mut part = archive
            .by_index(index)
            .map_err(|e| damaged(&e.to_string()))?;
        // Every part is looked at, whatever its name: a relationship may point anywhere.
        let name = part.name().map_err(|e| damaged(&e.to_string()))?;
        let name = name.to_lowercase().replace('\\', "/");
        if name.contains("worksheets/") {
            let left = limits.sheet_bytes.saturating_sub(sheets);
            sheets += scan(&mut part, left, "the sheets together", limits.sheet_bytes)?;
        } else if name.ends_with("sharedstrings.xml") {
            let limit = limits.string_bytes;
            scan(&mut part, limit, "the table of strings", limit)?;
        } else {
            let limit = limits.part_bytes;
            scan(&mut part, limit, &name, limit)?;
        }
    }
    Ok(())
}

/// Refuses an empty file and one that is too long.
pub(crate) fn within(bytes: &[u8], limits: &Limits) -> Result<(), WorkbookError> {
    if bytes.is_empty() {
        return Err(damaged("the file is empty"));
    }
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large("the file", limits.file_bytes));
    }
    Ok(())
}

/// A workbook of before 2007, or one behind a password.
pub(crate) fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

fn scan(part: &mut impl Read, left: u64, what: &str, limit: u64) -> Result<u64, WorkbookError> {
    let mut buffer = vec![0; 64 << 10];
    let mut total = 0;
    let mut since_tag = 0;
    let mut counts = CountScan::default();
    loop {
        let read = part
            .read(&mut buffer)
            .map_err(|e| damaged(&format!("{what}: {e}")))?;
        let Some(chunk) = buffer.get(..read).filter(|c| !c.is_empty()) else {
            return Ok(total);
        };
        total += read as u64;
        if total > left {
            return Err(too_large(what, limit));
        }
        for byte in chunk {
            since_tag = if *byte == b'<' { 0 } else { since_tag + 1 };
            if since_tag > LONGEST_TEXT {
                return Err(too_large(&format!("a text in {what}"), LONGEST_TEXT));
            }
            if counts.is_absurd(*byte) {
                return Err(damaged(&format!(
                    "{what} declares an impossible number of strings"
                )));
            }
        }
    }
}

/// The parser reserves room for as many strings as `uniqueCount` declares; more than seven digits
/// cannot be true within the limits.
#[derive(Default)]
struct CountScan {
    matched: usize,
    digits: usize,
}

impl CountScan {
    const NAME: &'static [u8] = b"uniqueCount";

    fn is_absurd(&mut self, byte: u8) -> bool {
        if self.matched < Self::NAME.len() {
            let expected = Self::NAME.get(self.matched);
            self.matched = match expected == Some(&byte) {
                true => self.matched + 1,
                false => usize::from(byte == b'u'),
            };
            self.digits = 0;
            return false;
        }
        match byte {
            b'0'..=b'9' => self.digits += 1,
            b'=' | b'"' | b'\'' if self.digits == 0 => {}
            _ if byte.is_ascii_whitespace() && self.digits == 0 => {}
            _ => self.matched = usize::from(byte == b'u'),
        }
        self.digits > 7
    }
}

fn damaged(why: &str) -> WorkbookError {
    WorkbookError::NotAWorkbook(why.to_owned())
}

fn too_large(what: &str, limit: u64) -> WorkbookError {
    WorkbookError::TooLarge {
        what: what.to_owned(),
        limit,
    }
}
