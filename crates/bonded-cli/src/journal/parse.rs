//! Lines become entries, in threads of their own: reading and parsing cost more than posting.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TryRecvError, channel, sync_channel};

use bonded_ledger::{Entry, InputError, Refusal, Rule, Uuid, limits, rules};
use memchr::memchr;
use serde::Serialize;

use super::chunks::{Chunk, Chunks, Content};

/// The most threads that parse.
const PARSERS_MAX: usize = 4;
/// The most chunks that wait for a parser, and the most parsed ones that wait for the ledger.
const WAITING_MAX: usize = 4;
/// A text file of Windows may begin with it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Some lines, parsed.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The lines' bytes.
    pub(crate) bytes: Vec<u8>,
    /// Lines that are not empty, in order.
    pub(crate) lines: Vec<Line>,
    /// How far the stream has been read.
    pub(crate) end: u64,
    /// Where its memory came from.
    home: Option<Sender<Vec<Line>>>,
}

impl Drop for Batch {
    /// Memory is given back by the thread that took it: elsewhere the two would wait for each other
    /// at every single piece.
    fn drop(&mut self) {
        if let Some(home) = &self.home {
            let _ = home.send(std::mem::take(&mut self.lines));
        }
    }
}

/// One line that is not empty.
#[derive(Debug)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u64,
    /// Where it stands in its batch, without line end and byte order mark.
    pub(crate) range: Range<usize>,
    /// What it says.
    pub(crate) entry: Result<Entry, NotAnEntry>,
}

/// Why a line is not an entry.
#[derive(Clone, Debug)]
pub(crate) enum NotAnEntry {
    /// Its JSON is not one.
    Input(InputError),
    /// It is not UTF-8.
    Encoding {
        column: usize,
        byte: u8,
        utf_16: bool,
    },
    /// It is too long to be one.
    TooLong { bytes: u64 },
}

impl NotAnEntry {
    /// The id, where it has one.
    pub(crate) fn id(&self) -> Option<Uuid> {
        match self {
            NotAnEntry::Input(error) => error.id(),
            _ => None,
        }
    }

    /// Its stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            NotAnEntry::Input(error) => error.code(),
            NotAnEntry::Encoding { .. } => "invalid_utf8",
            NotAnEntry::TooLong { .. } => "line_too_long",
        }
    }

    /// What is wrong and what to do.
    pub(crate) fn message(&self) -> String {
        match self {
            NotAnEntry::Input(error) => error.to_string(),
            NotAnEntry::Encoding { utf_16: true, .. } => {
                "the file is UTF-16, expected UTF-8; convert it and post it again: \
                 iconv -f UTF-16 -t UTF-8 in.jsonl > out.jsonl"
                    .into()
            }
            NotAnEntry::Encoding { column, byte, .. } => format!(
                "byte 0x{byte:02X} at column {column} is not UTF-8, the file is probably GBK \
                 (GB 18030); convert it and post it again: \
                 iconv -f GB18030 -t UTF-8 in.jsonl > out.jsonl"
            ),
            NotAnEntry::TooLong { bytes } => format!(
                "the line has {bytes} bytes, expected at most {}; write every entry on a line of its \
                 own, and add the consumptions of a very large handbook by amendments",
                limits::ENTRY_BYTES_MAX
            ),
        }
    }

    /// The rule that refuses it.
    pub(crate) fn rule(&self) -> Option<&'static Rule> {
        rules::find(self.code())
    }
}

impl Serialize for NotAnEntry {
    /// As a refusal of the ledger is written.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let NotAnEntry::Input(error) = self {
            return Refusal::of_input(error).serialize(serializer);
        }
        #[derive(Serialize)]
        struct Wire<'a> {
            code: &'a str,
            message: &'a str,
            law: &'a [bonded_ledger::Law],
        }
        let law = self.rule().map(|it| it.law).unwrap_or_default();
        let (code, message) = (self.code(), &*self.message());
        Wire { code, message, law }.serialize(serializer)
    }
}

/// The lines of a stream, parsed, in order.
pub(crate) struct Batches {
    parsed: Vec<Receiver<Parsed>>,
    turn: usize,
    ended: bool,
}

enum Parsed {
    Batch(Batch),
    Failed(io::Error),
    End,
}

enum Raw {
    Chunk(Chunk),
    Failed(io::Error),
    End,
}

/// What [`Batches`] has at the moment.
pub(crate) enum Next {
    /// Some lines.
    Batch(Batch),
    /// Nothing yet.
    NotYet,
    /// The stream is at its end.
    End,
}

impl Batches {
    /// Begins to read. The threads end by themselves when the stream ends or nobody asks any more;
    /// nobody waits for them, as one may be waiting for a pipe.
    pub(crate) fn read(reader: impl Read + Send + 'static) -> io::Result<Batches> {
        let cores = std::thread::available_parallelism().map_or(1, |it| it.get());
        let parsers = cores.clamp(1, PARSERS_MAX);
        let mut raw = Vec::with_capacity(parsers);
        let mut parsed = Vec::with_capacity(parsers);
        for _ in 0..parsers {
            let (to_parser, from_reader) = sync_channel(WAITING_MAX);
            let (to_ledger, from_parser) = sync_channel(WAITING_MAX);
            spawn("parse", move || parse_all(&from_reader, &to_ledger))?;
            raw.push(to_parser);
            parsed.push(from_parser);
        }
        spawn("read", move || read_all(reader, &raw))?;
        Ok(Batches {
            parsed,
            turn: 0,
            ended: false,
        })
    }

    /// Waits for the next lines; `None` at the end.
    pub(crate) fn wait(&mut self) -> io::Result<Option<Batch>> {
        if self.ended {
            return Ok(None);
        }
        let Some(Ok(next)) = self.parsed.get(self.turn).map(Receiver::recv) else {
            return Err(vanished());
        };
        match self.accept(next)? {
            Next::Batch(batch) => Ok(Some(batch)),
            _ => Ok(None),
        }
    }

    /// The next lines, if they are here.
    pub(crate) fn poll(&mut self) -> io::Result<Next> {
        if self.ended {
            return Ok(Next::End);
        }
        match self.parsed.get(self.turn).map(Receiver::try_recv) {
            Some(Ok(next)) => self.accept(next),
            Some(Err(TryRecvError::Empty)) => Ok(Next::NotYet),
            _ => Err(vanished()),
        }
    }

    fn accept(&mut self, next: Parsed) -> io::Result<Next> {
        self.turn = (self.turn + 1) % self.parsed.len().max(1);
        match next {
            Parsed::Batch(batch) => Ok(Next::Batch(batch)),
            Parsed::End => {
                self.ended = true;
                Ok(Next::End)
            }
            Parsed::Failed(error) => {
                self.ended = true;
                Err(error)
            }
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = std::thread::Builder::new().name(name.into());
    thread.spawn(work).map(|_| ())
}

/// A thread that ends without saying so must not be taken for the end of the input.
fn vanished() -> io::Error {
    io::Error::other("the thread that reads has ended unexpectedly")
}

/// Hands the chunks round to the parsers; who asks in the same turn gets them in order.
fn read_all(reader: impl Read, parsers: &[SyncSender<Raw>]) {
    let mut chunks = Chunks::new(reader, limits::ENTRY_BYTES_MAX);
    for parser in parsers.iter().cycle() {
        let (raw, last) = match chunks.next() {
            Some(Ok(chunk)) => (Raw::Chunk(chunk), false),
            Some(Err(error)) => (Raw::Failed(error), true),
            None => (Raw::End, true),
        };
        if parser.send(raw).is_err() || last {
            return;
        }
    }
}

fn parse_all(raw: &Receiver<Raw>, ledger: &SyncSender<Parsed>) {
    let (home, spent) = channel();
    for raw in raw {
        spent.try_iter().for_each(drop);
        let parsed = match raw {
            Raw::Chunk(chunk) => {
                let mut batch = parse(chunk);
                batch.home = Some(home.clone());
                Parsed::Batch(batch)
            }
            Raw::Failed(error) => Parsed::Failed(error),
            Raw::End => Parsed::End,
        };
        if ledger.send(parsed).is_err() {
            return;
        }
    }
}

/// The lines of a chunk.
pub(crate) fn parse(chunk: Chunk) -> Batch {
    let Chunk {
        first_line,
        offset,
        content,
    } = chunk;
    let bytes = match content {
        Content::Lines(bytes) => bytes,
        Content::TooLong(bytes) => {
            let line = Line {
                number: first_line,
                range: 0..0,
                entry: Err(NotAnEntry::TooLong { bytes }),
            };
            return Batch {
                bytes: Vec::new(),
                lines: vec![line],
                end: offset + bytes,
                home: None,
            };
        }
    };
    let mut lines = Vec::new();
    let mut start = match offset == 0 && bytes.starts_with(BYTE_ORDER_MARK) {
        true => BYTE_ORDER_MARK.len(),
        false => 0,
    };
    let mut number = first_line;
    while start < bytes.len() {
        let next = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |it| start + it + 1);
        let line = without_line_end(&bytes[start..next]);
        if !line.iter().all(|it| matches!(it, b' ' | b'\t' | b'\r')) {
            lines.push(Line {
                number,
                range: start..start + line.len(),
                entry: parse_line(line),
            });
        }
        start = next;
        number += 1;
    }
    Batch {
        end: offset + bytes.len() as u64,
        bytes,
        lines,
        home: None,
    }
}

/// Without `\n` or `\r\n`.
pub(crate) fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn parse_line(line: &[u8]) -> Result<Entry, NotAnEntry> {
    if line.len() > limits::ENTRY_BYTES_MAX {
        let bytes = line.len() as u64;
        return Err(NotAnEntry::TooLong { bytes });
    }
    let text = std::str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to();
        NotAnEntry::Encoding {
            column: at + 1,
            byte: line.get(at).copied().unwrap_or_default(),
            utf_16: line.starts_with(&[0xFF, 0xFE]) || line.starts_with(&[0xFE, 0xFF]),
        }
    })?;
    Entry::from_json(text).map_err(NotAnEntry::Input)
}
