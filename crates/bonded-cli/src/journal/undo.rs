//! What makes an atomic run whole or nothing even when the machine stops in the middle: a small file
//! beside the journal that holds the length to go back to.
//!
//! It is on the disk before the first byte is appended, and is removed when the last one is. Who
//! opens the journal and finds it goes back to that length.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// `<journal>.undo`.
pub(crate) fn path_of(journal: &Path) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(".undo");
    name.into()
}

/// What the file beside a journal says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Undo {
    /// There is none.
    None,
    /// It was not finished, so nothing was appended under it.
    Unfinished,
    /// The journal counts up to this length.
    To(u64),
}

/// Looks for one.
pub(crate) fn read(journal: &Path) -> io::Result<Undo> {
    match fs::read(path_of(journal)) {
        Ok(bytes) => Ok(parse(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Undo::None),
        Err(error) => Err(error),
    }
}

fn parse(bytes: &[u8]) -> Undo {
    // The line end is written last: without it the number may have lost digits.
    let digits = bytes.strip_suffix(b"\n").unwrap_or_default();
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(digits).ok().filter(|_| plain);
    match number.and_then(|it| it.parse().ok()) {
        Some(length) => Undo::To(length),
        None => Undo::Unfinished,
    }
}

/// Writes it, so that a power loss does not take it away.
pub(crate) fn write(journal: &Path, length: u64) -> io::Result<()> {
    let mut file = File::create(path_of(journal))?;
    writeln!(file, "{length}")?;
    file.sync_all()?;
    sync_folder(journal)
}

/// Removes it, so that a power loss does not bring it back.
pub(crate) fn remove(journal: &Path) -> io::Result<()> {
    fs::remove_file(path_of(journal))?;
    sync_folder(journal)
}

/// Makes the names in a file's folder durable.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Only Unix can open a folder; elsewhere names are durable with their file.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_its_line_end_is_unfinished() {
        assert_eq!(parse(b"1234\n"), Undo::To(1234));
        assert_eq!(parse(b"0\n"), Undo::To(0));
        for bytes in [
            &b""[..],
            b"\n",
            b"123",
            b"12x\n",
            b"-1\n",
            b"99999999999999999999\n",
            b"\0\0\0",
        ] {
            assert_eq!(parse(bytes), Undo::Unfinished, "{bytes:?}");
        }
    }
}
