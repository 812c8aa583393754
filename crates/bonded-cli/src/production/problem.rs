//! Why something is no production record, as people read it.

use std::fmt;

use unit_consumption::production::RecordError;

use super::LINE_BYTES_MAX;

/// What is wrong with a line or a row.
#[derive(Debug)]
pub(super) enum Problem {
    /// A value in it.
    Record(RecordError),
    /// It is not UTF-8.
    Encoding { line: u64, column: usize, byte: u8 },
    /// It is too long to be a record.
    TooLong { line: u64, bytes: u64 },
}

impl fmt::Display for Problem {
    /// The line, the stable code, and in words: the field, what was found, what was expected.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Record(it) => {
                write!(f, "line {}: {}: {}", it.line(), it.code(), it.message())
            }
            Problem::Encoding { line, column, byte } => write!(
                f,
                "line {line}: invalid_utf8: byte 0x{byte:02X} at column {column} is not UTF-8, the \
                 file is probably GBK (GB 18030); convert it: iconv -f GB18030 -t UTF-8 IN > OUT"
            ),
            Problem::TooLong { line, bytes } => write!(
                f,
                "line {line}: line_too_long: the line has {bytes} bytes, expected at most \
                 {LINE_BYTES_MAX}; write every record on a line of its own"
            ),
        }
    }
}
