//! Files that are read whole: workbooks, a few entries, a dossier, a policy.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use bonded_ledger::Entry;
use serde::de::IgnoredAny;

use crate::error::Error;
use crate::journal::Batches;
use bonded_exchange::workbook::Limits;

/// A file, as far as a workbook may be long.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    read_within(path, Limits::default().file_bytes)
}

/// A file of at most so many bytes, and one more, so that who reads it sees that it is too long.
pub(super) fn read_within(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Error> {
    let unread = |it| Error::io(path, "read", it);
    let file = File::open(path).map_err(|it| Error::io(path, "opened", it))?;
    if file.metadata().map_err(unread)?.is_dir() {
        return Err(Error::file(
            path,
            "this is a directory",
            "name the file in it",
        ));
    }
    let mut bytes = Vec::new();
    file.take(bytes_max + 1)
        .read_to_end(&mut bytes)
        .map_err(unread)?;
    Ok(bytes)
}

/// Writes a file whole. Part of one may be left where the system fails; that is told.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(path, bytes).map_err(|it| Error::io(path, "written", it))
}

/// A file as text.
pub(super) fn read_text(path: &Path) -> Result<String, Error> {
    let bytes = read(path)?;
    if bytes.len() as u64 > Limits::default().file_bytes {
        let found = format!("longer than {} bytes", Limits::default().file_bytes);
        return Err(Error::file(path, found, "expected a file of a few objects"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let advice = "convert it: iconv -f GB18030 -t UTF-8 IN > OUT";
        Error::file(path, format!("byte {} is not UTF-8", at + 1), advice)
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// The JSON values of a text, each with the line where it begins: one on many lines, or one a line.
pub(super) fn values<'t>(path: &Path, text: &'t str) -> Result<Vec<(u64, &'t str)>, Error> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let mut values = Vec::new();
    let mut start = 0;
    while let Some(read) = stream.next() {
        if let Err(error) = read {
            let line = error.line() as u64;
            let message = format!("not JSON: {error}");
            let advice = "expected one JSON object, or one a line";
            return Err(Error::line(path, line, "invalid_json", message, advice));
        }
        let end = stream.byte_offset();
        let value = &text[start..end];
        let begins = start + (value.len() - value.trim_start().len());
        let before = text[..begins].bytes().filter(|it| *it == b'\n').count();
        values.push((before as u64 + 1, value.trim()));
        start = end;
    }
    Ok(values)
}

/// Hands on every entry of a file with its line; the first that is none is an error. `bytes`: the file,
/// as far as one entry on many lines may be long.
pub(super) fn each_entry(
    path: &Path,
    bytes: &[u8],
    expected: &str,
    sink: &mut dyn FnMut(u64, &Entry) -> Result<(), Error>,
) -> Result<(), Error> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let text = text.trim_start_matches('\u{feff}');
    match Entry::from_json(text) {
        Ok(entry) => return sink(1, &entry),
        // One JSON value, but no entry: its lines would say less.
        Err(error) if serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            let message = error.to_string();
            return Err(Error::line(path, 1, error.code(), message, expected));
        }
        Err(_) => {}
    }
    let file = File::open(path).map_err(|it| Error::io(path, "opened", it))?;
    let unread = |it| Error::io(path, "read", it);
    let mut batches = Batches::read(file).map_err(unread)?;
    while let Some(batch) = batches.wait().map_err(unread)? {
        for line in &batch.lines {
            let entry = line
                .entry
                .as_ref()
                .map_err(|it| Error::line(path, line.number, it.code(), it.message(), expected))?;
            sink(line.number, entry)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_on_one_line_or_on_many() {
        let path = Path::new("d.json");
        let lines = |text: &str| -> Vec<u64> {
            let values = values(path, text).expect("JSON");
            values.iter().map(|it| it.0).collect()
        };
        assert_eq!(lines("\n{\n \"a\": 1\n}\n"), [2]);
        assert_eq!(lines("{}\n\n{}\n{\"a\":\n1}"), [1, 3, 4]);
        assert!(lines("").is_empty());
        let error = values(path, "{}\n{\"a\" 1}").expect_err("no JSON");
        assert!(
            error
                .to_string()
                .starts_with("d.json, line 2: invalid_json: ")
        );
    }
}
