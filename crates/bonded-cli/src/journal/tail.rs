//! The end of a journal: a machine that stops in the middle of a write leaves half a line.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bonded_ledger::limits;
use memchr::memrchr;

use super::parse::without_line_end;

/// How the last line of a journal stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tail {
    /// It has its line end, or there is none.
    Ended,
    /// It has no line end and is a whole JSON object: it counts.
    Whole,
    /// It is cut off: the journal counts up to this length. What a broken write of an entry leaves
    /// begins like one, is all zeros or stands behind whole lines; anything else is not ours to cut.
    Torn { at: u64, like_an_entry: bool },
}

/// Looks at the end of the first `length` bytes.
pub(crate) fn look(file: &mut File, length: u64) -> io::Result<Tail> {
    let (at, tail) = last_line(file, length)?;
    if tail.is_empty() {
        return Ok(Tail::Ended);
    }
    if is_object(&tail) {
        return Ok(Tail::Whole);
    }
    let begins = tail.iter().find(|it| !it.is_ascii_whitespace());
    let like_an_entry =
        at > 0 || begins.is_none_or(|it| *it == b'{') || tail.iter().all(|it| *it == 0);
    Ok(Tail::Torn { at, like_an_entry })
}

/// Where a file's last line end stands among its first `length` bytes: what follows it is unfinished.
pub(crate) fn end_of_lines(file: &mut File, length: u64) -> io::Result<u64> {
    last_line(file, length).map(|(at, _)| at)
}

/// What follows the last line end, and where it begins. Of one that is too long only the beginning
/// is given.
fn last_line(file: &mut File, length: u64) -> io::Result<(u64, Vec<u8>)> {
    const STEP: u64 = 64 << 10;
    let mut end = length;
    let mut tail_at = 0;
    while end > 0 {
        let start = end.saturating_sub(STEP);
        if let Some(at) = memrchr(b'\n', &part(file, start, end)?) {
            tail_at = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    let held = length.min(tail_at + limits::ENTRY_BYTES_MAX as u64 + 1);
    Ok((tail_at, part(file, tail_at, held)?))
}

fn part(file: &mut File, start: u64, end: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(end - start).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_object(line: &[u8]) -> bool {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let line = without_line_end(line).trim_ascii();
    line.starts_with(b"{")
        && line.len() <= limits::ENTRY_BYTES_MAX
        && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn looked(bytes: &[u8]) -> Tail {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        look(&mut file, bytes.len() as u64).expect("read")
    }

    #[test]
    fn half_a_line_is_told_from_a_whole_one() {
        assert_eq!(looked(b""), Tail::Ended);
        assert_eq!(looked(b"{}\n"), Tail::Ended);
        assert_eq!(looked(b"{}\n{\"a\":1}"), Tail::Whole);
        assert_eq!(looked(b"{\"a\":1}\r"), Tail::Whole);
        let torn = |at, like_an_entry| Tail::Torn { at, like_an_entry };
        assert_eq!(looked(b"{}\n{\"a\":"), torn(3, true));
        assert_eq!(looked(b"{}\n\0\0\0"), torn(3, true));
        assert_eq!(looked(b"{}\n  "), torn(3, true));
        assert_eq!(looked(b"PK\x03\x04"), torn(0, false));
        assert_eq!(looked(b"{}\n17"), torn(3, true));
    }

    #[test]
    fn a_long_last_line_is_found_from_behind() {
        let long = format!("{{}}\n{{\"a\":\"{}", "x".repeat(200_000));
        let torn = Tail::Torn {
            at: 3,
            like_an_entry: true,
        };
        assert_eq!(looked(long.as_bytes()), torn);
        assert_eq!(looked(format!("{long}\"}}").as_bytes()), Tail::Whole);
    }
}
