//! A stream of bytes, cut into whole lines without ever holding one that is too long.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

/// How much is asked for at once.
const READ_BYTES: usize = 1 << 20;

/// Some lines.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// The number of the first, from 1.
    pub(crate) first_line: u64,
    /// Where it begins in the stream.
    pub(crate) offset: u64,
    /// What they are.
    pub(crate) content: Content,
}

impl Chunk {
    /// How many bytes of the stream it is.
    pub(crate) fn bytes(&self) -> u64 {
        match &self.content {
            Content::Lines(bytes) => bytes.len() as u64,
            Content::TooLong(bytes) => *bytes,
        }
    }
}

#[derive(Debug)]
pub(crate) enum Content {
    /// Whole lines, each with its line end; the last line of the stream may have none.
    Lines(Vec<u8>),
    /// One line that is longer than the limit, by its length. It was read and dropped.
    TooLong(u64),
}

/// The lines of a stream. A chunk is handed on as soon as one read has brought a whole line, so that
/// somebody who writes an entry into a pipe and waits for the answer gets it.
pub(crate) struct Chunks<R> {
    reader: R,
    /// The beginning of a line whose end is still to come.
    rest: Vec<u8>,
    line: u64,
    offset: u64,
    line_bytes_max: usize,
    done: bool,
}

impl<R: Read> Chunks<R> {
    pub(crate) fn new(reader: R, line_bytes_max: usize) -> Chunks<R> {
        Chunks {
            reader,
            rest: Vec::new(),
            line: 1,
            offset: 0,
            line_bytes_max,
            done: false,
        }
    }

    fn chunk(&mut self, content: Content) -> Chunk {
        let (lines, bytes) = match &content {
            Content::Lines(bytes) => (memchr_iter(b'\n', bytes).count() as u64, bytes.len() as u64),
            Content::TooLong(bytes) => (1, *bytes),
        };
        let (first_line, offset) = (self.line, self.offset);
        self.line += lines;
        self.offset += bytes;
        Chunk {
            first_line,
            offset,
            content,
        }
    }

    /// Reads more behind what is there; 0 at the end.
    fn read_more(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let start = bytes.len();
        bytes.resize(start + READ_BYTES, 0);
        let read = loop {
            match self.reader.read(&mut bytes[start..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        bytes.truncate(start + read.as_ref().copied().unwrap_or_default());
        read
    }

    fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            let start = bytes.len();
            if self.read_more(&mut bytes)? == 0 {
                self.done = true;
                let last = (!bytes.is_empty()).then(|| self.chunk(Content::Lines(bytes)));
                return Ok(last);
            }
            if let Some(at) = memrchr(b'\n', &bytes[start..]) {
                self.rest = bytes.split_off(start + at + 1);
                return Ok(Some(self.chunk(Content::Lines(bytes))));
            }
            if bytes.len() > self.line_bytes_max {
                return self.skip_line(bytes).map(Some);
            }
        }
    }

    fn skip_line(&mut self, mut bytes: Vec<u8>) -> io::Result<Chunk> {
        let mut skipped = bytes.len() as u64;
        loop {
            bytes.clear();
            let read = self.read_more(&mut bytes)?;
            if read == 0 {
                self.done = true;
                return Ok(self.chunk(Content::TooLong(skipped)));
            }
            if let Some(at) = memchr(b'\n', &bytes) {
                self.rest = bytes.split_off(at + 1);
                skipped += at as u64 + 1;
                // What is left may hold whole lines, and `rest` must not.
                return Ok(self.chunk(Content::TooLong(skipped)));
            }
            skipped += read as u64;
        }
    }
}

impl<R: Read> Iterator for Chunks<R> {
    type Item = io::Result<Chunk>;

    fn next(&mut self) -> Option<io::Result<Chunk>> {
        if let Some(at) = memrchr(b'\n', &self.rest) {
            let rest = self.rest.split_off(at + 1);
            let lines = std::mem::replace(&mut self.rest, rest);
            return Some(Ok(self.chunk(Content::Lines(lines))));
        }
        if self.done {
            return None;
        }
        let next = self.next_chunk();
        self.done |= next.is_err();
        next.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives at most so many bytes at once.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let size = self.1.min(self.0.len()).min(buffer.len());
            buffer[..size].copy_from_slice(&self.0[..size]);
            self.0 = &self.0[size..];
            Ok(size)
        }
    }

    fn lines(text: &str, at_once: usize, limit: usize) -> Vec<(u64, u64, String)> {
        let mut all = Vec::new();
        for chunk in Chunks::new(Drip(text.as_bytes(), at_once), limit) {
            let chunk = chunk.expect("no error");
            match chunk.content {
                Content::TooLong(size) => {
                    all.push((chunk.first_line, chunk.offset, format!("({size} bytes)")));
                }
                Content::Lines(bytes) => {
                    let (mut line, mut offset) = (chunk.first_line, chunk.offset);
                    for it in bytes.split_inclusive(|it| *it == b'\n') {
                        // One read may bring a whole line that is too long: the parser looks again.
                        let text = match it.len() > limit {
                            true => format!("({} bytes)", it.len()),
                            false => String::from_utf8_lossy(it).into_owned(),
                        };
                        all.push((line, offset, text));
                        line += 1;
                        offset += it.len() as u64;
                    }
                }
            }
        }
        all
    }

    #[test]
    fn lines_are_the_same_however_they_drip_in() {
        let text = "one\ntwo\n\n四四四\nlast";
        let expected = lines(text, 1_000, 1_000);
        assert_eq!(expected.len(), 5);
        assert_eq!(expected[4], (5, 19, "last".to_owned()));
        for at_once in 1..20 {
            assert_eq!(
                lines(text, at_once, 1_000),
                expected,
                "{at_once} bytes at once"
            );
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_dropped_and_counted() {
        let long = "x".repeat(50);
        let text = format!("a\n{long}\nb\nc\n{long}");
        for at_once in 1..30 {
            let lines = lines(&text, at_once, 20);
            let texts: Vec<&str> = lines.iter().map(|(_, _, it)| it.as_str()).collect();
            let numbers: Vec<u64> = lines.iter().map(|(it, ..)| *it).collect();
            assert_eq!(
                texts,
                ["a\n", "(51 bytes)", "b\n", "c\n", "(50 bytes)"],
                "{at_once}"
            );
            assert_eq!(numbers, [1, 2, 3, 4, 5]);
        }
    }
}
