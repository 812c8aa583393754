//! A file of production, and what it is.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::args::ProductionFormat;
use crate::error::Error;

/// How much is looked at for the first byte that is no blank.
const HEAD_BYTES_MAX: usize = 1 << 20;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// How files begin that are something else, what they are, and what to do.
const OTHERS: [(&[u8], &str, &str); 4] = [
    (
        bonded_exchange::workbook::MAGIC,
        "this is a workbook",
        "save the sheet as \"CSV UTF-8\" and give that",
    ),
    (
        b"\xD0\xCF\x11\xE0",
        "this is an .xls workbook of before 2007",
        "save the sheet as \"CSV UTF-8\" and give that",
    ),
    (
        b"\xFF\xFE",
        "this is UTF-16",
        "convert it: iconv -f UTF-16 -t UTF-8 IN > OUT",
    ),
    (
        b"\xFE\xFF",
        "this is UTF-16",
        "convert it: iconv -f UTF-16 -t UTF-8 IN > OUT",
    ),
];

/// A file, a pipe or standard input, opened.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) format: ProductionFormat,
    pub(super) reader: Box<dyn Read>,
}

pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// As people call it.
pub(super) fn name(path: &Path) -> String {
    match is_standard_input(path) {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// The size of a file, where it has one; an error for what can never be read.
pub(super) fn check(path: &Path) -> Result<Option<u64>, Error> {
    if is_standard_input(path) {
        return Ok(None);
    }
    let metadata = std::fs::metadata(path).map_err(|it| Error::io(path, "opened", it))?;
    if metadata.is_dir() {
        let advice = "name the files in it";
        return Err(Error::file(path, "this is a directory", advice));
    }
    if !metadata.is_file() {
        // What is read from a pipe to look at it would be gone.
        return Ok(None);
    }
    let mut file = File::open(path).map_err(|it| Error::io(path, "opened", it))?;
    let head = head(&mut file).map_err(|it| Error::io(path, "read", it))?;
    check_head(path, &head)?;
    Ok(Some(metadata.len()))
}

impl<'a> Source<'a> {
    /// Opens it; what it is says the format that is asked for, else its name, else how it begins.
    pub(super) fn open(
        path: &'a Path,
        asked: Option<ProductionFormat>,
    ) -> Result<Source<'a>, Error> {
        let mut reader: Box<dyn Read> = match is_standard_input(path) {
            true => Box::new(io::stdin()),
            false => Box::new(File::open(path).map_err(|it| Error::io(path, "opened", it))?),
        };
        let head = head(&mut reader).map_err(|it| Error::io(path, "read", it))?;
        check_head(path, &head)?;
        let format = asked
            .or_else(|| by_name(path))
            .unwrap_or_else(|| by_head(&head));
        Ok(Source {
            path,
            format,
            reader: Box::new(io::Cursor::new(head).chain(reader)),
        })
    }

    /// Reads what there is; 0 at the end.
    pub(super) fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

/// The beginning, up to where something stands.
fn head(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = vec![0; 4_096];
    let mut filled = 0;
    loop {
        if filled == head.len() {
            head.resize(head.len() * 2, 0);
        }
        let read = match reader.read(&mut head[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        filled += read;
        let told = first(&head[..filled]).is_some() && filled > BYTE_ORDER_MARK.len();
        if read == 0 || told || filled >= HEAD_BYTES_MAX {
            head.truncate(filled);
            return Ok(head);
        }
    }
}

/// The first byte that is no blank.
fn first(head: &[u8]) -> Option<u8> {
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    text.iter().copied().find(|it| !it.is_ascii_whitespace())
}

fn check_head(path: &Path, head: &[u8]) -> Result<(), Error> {
    match OTHERS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        Some((_, found, advice)) => Err(Error::file(path, *found, *advice)),
        None => Ok(()),
    }
}

fn by_name(path: &Path) -> Option<ProductionFormat> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" | "txt" => Some(ProductionFormat::Csv),
        "jsonl" | "json" | "ndjson" => Some(ProductionFormat::Jsonl),
        _ => None,
    }
}

fn by_head(head: &[u8]) -> ProductionFormat {
    match first(head) {
        Some(b'{') => ProductionFormat::Jsonl,
        _ => ProductionFormat::Csv,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_says_and_else_how_it_begins() {
        let name = |text: &str| by_name(Path::new(text));
        assert_eq!(name("a.CSV"), Some(ProductionFormat::Csv));
        assert_eq!(name("a.b.ndjson"), Some(ProductionFormat::Jsonl));
        assert_eq!(name("-"), None);
        assert_eq!(name("csv"), None);
        let begins = |text: &str| by_head(&head(&mut text.as_bytes()).expect("read"));
        assert_eq!(begins("\u{feff} \r\n\t{\"order\""), ProductionFormat::Jsonl);
        assert_eq!(begins("order,date"), ProductionFormat::Csv);
        assert_eq!(
            begins(&format!("{}{{}}", "\n".repeat(10_000))),
            ProductionFormat::Jsonl
        );
        assert_eq!(begins(""), ProductionFormat::Csv);
    }
}
