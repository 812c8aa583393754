//! Bytes become rows of cells: pieces are put together, lines counted, the delimiter found.

use csv_core::ReadRecordResult;
use exact_json::{Error, Path};

/// A row longer than this is no row: a quotation mark was never closed.
const ROW_MAX: usize = 64 * 1024;
const COLUMNS_MAX: usize = 256;

/// One row, or why it is none.
pub(super) enum Row<'r> {
    Cells(Cells<'r>),
    /// The rows after it can be read.
    Broken(Error),
    /// Nothing after it can be read.
    End(Error),
}

/// The cells of one row.
pub(super) struct Cells<'r> {
    text: &'r str,
    /// Where each cell ends; all of them between characters.
    ends: &'r [usize],
    /// From the end of a cell to the next: 1 where the delimiters still stand in the text.
    gap: usize,
}

impl<'r> Cells<'r> {
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// One of them, without the spaces around it.
    pub(super) fn get(&self, at: usize) -> &'r str {
        let before = at.checked_sub(1).map(|before| self.ends[before] + self.gap);
        let cell = self.text.get(before.unwrap_or(0)..self.ends[at]);
        let cell = cell.unwrap_or_default();
        // Most cells have none, which two bytes tell.
        let bytes = cell.as_bytes();
        let plain = |it: Option<&u8>| it.is_none_or(u8::is_ascii_graphic);
        if plain(bytes.first()) && plain(bytes.last()) {
            return cell;
        }
        cell.trim_matches([' ', '\u{3000}'])
    }

    /// Nothing in any of them: what spreadsheets write below the last row.
    pub(super) fn are_blank(&self) -> bool {
        (0..self.count()).all(|at| self.get(at).is_empty())
    }
}

/// What is done with a row and the line in which it begins.
pub(super) type Sink<'s> = &'s mut dyn FnMut(u64, Row<'_>);

/// Reads rows from bytes that come in pieces.
pub(super) struct Rows {
    /// `None` until the first line is there, and with it the delimiter.
    core: Option<csv_core::Reader>,
    first: Vec<u8>,
    /// True for the bytes at which a cell may end, or quotes begin.
    special: Box<[bool; 256]>,
    output: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    ended: usize,
    /// The line of the next byte, and of the first byte of the row in hand.
    line: u64,
    begun: Option<u64>,
    after_return: bool,
    /// Nothing more is read.
    done: bool,
}

impl Rows {
    pub(super) fn new() -> Rows {
        Rows {
            core: None,
            first: Vec::new(),
            special: Box::new([false; 256]),
            output: vec![0; 1024],
            filled: 0,
            ends: vec![0; COLUMNS_MAX],
            ended: 0,
            line: 1,
            begun: None,
            after_return: false,
            done: false,
        }
    }

    /// The line of the next byte.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn feed(&mut self, piece: &[u8], sink: Sink<'_>) {
        if self.core.is_some() {
            return self.read(piece, sink);
        }
        self.first.extend_from_slice(piece);
        self.pass_over_what_precedes();
        let new = self.first.len().saturating_sub(piece.len());
        let complete = self.first[new..].iter().any(|it| is_line_end(*it));
        if complete || self.first.len() > ROW_MAX {
            self.begin(sink);
        }
    }

    /// A byte-order mark and blank lines are no header.
    fn pass_over_what_precedes(&mut self) {
        let mut first = std::mem::take(&mut self.first);
        loop {
            let text = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&first);
            let blank = text.iter().take_while(|it| is_line_end(**it)).count();
            self.count_lines(&text[..blank]);
            let passed = first.len() - text.len() + blank;
            if passed == 0 {
                break;
            }
            first.drain(..passed);
        }
        self.first = first;
    }

    pub(super) fn finish(&mut self, sink: Sink<'_>) {
        if self.core.is_none() {
            self.begin(sink);
        }
        while self.begun.is_some() && !self.done {
            // Inside quotes a line end is one more letter, everywhere else it ends the row.
            let read = self.advance(b"\n", sink);
            if read > 0 && self.begun.is_some() && !self.done {
                let message = "a quotation mark is not closed, the file ends in its cell; nothing from this line on was read";
                self.end(message.to_string(), sink);
            }
        }
        self.done = true;
    }

    /// The delimiter is the one that the header has: spreadsheets write what their country does.
    fn begin(&mut self, sink: Sink<'_>) {
        let first = std::mem::take(&mut self.first);
        let header = first.split(|it| is_line_end(*it)).next();
        let header = header.unwrap_or_default();
        let count = |wanted: u8| header.iter().filter(|it| **it == wanted).count();
        let delimiters = [b'\t', b';', b','].into_iter();
        let delimiter = delimiters.max_by_key(|it| count(*it)).unwrap_or(b',');
        for special in [delimiter, b'"', b'\n', b'\r'] {
            self.special[usize::from(special)] = true;
        }
        let mut core = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        // It takes the first row that it sees for the first of the file, and a mark before it away.
        core.read_record(b"\n", &mut [0], &mut [0]);
        self.core = Some(core);
        self.read(&first, sink);
    }

    fn read(&mut self, piece: &[u8], sink: Sink<'_>) {
        let mut input = piece;
        while !self.done {
            if self.begun.is_none() {
                let blank = input.iter().take_while(|it| is_line_end(**it)).count();
                self.count_lines(&input[..blank]);
                input = &input[blank..];
                if let Some(length) = self.cut(input) {
                    emit(
                        self.line,
                        &input[..length],
                        &self.ends[..self.ended],
                        1,
                        sink,
                    );
                    self.ended = 0;
                    input = &input[length..];
                    continue;
                }
            }
            // What csv-core takes an empty input for is its end.
            if input.is_empty() {
                return;
            }
            self.begun.get_or_insert(self.line);
            let read = self.advance(input, sink);
            input = &input[read..];
        }
    }

    /// The length of the row that begins here, with its cells in `ends`: where it lies whole in the
    /// piece and has no quotation mark. Every other one is csv-core's.
    fn cut(&mut self, input: &[u8]) -> Option<usize> {
        let input = &input[..input.len().min(ROW_MAX)];
        let mut cells = 0;
        let mut from = 0;
        loop {
            let special = |it: &u8| self.special[usize::from(*it)];
            let at = from + input[from..].iter().position(special)?;
            if input[at] == b'"' {
                return None;
            }
            *self.ends.get_mut(cells)? = at;
            cells += 1;
            if is_line_end(input[at]) {
                self.after_return = false;
                self.ended = cells;
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// Reads on in a row that has begun, to its end or to that of the input; tells how many bytes.
    fn advance(&mut self, input: &[u8], sink: Sink<'_>) -> usize {
        let Some(core) = &mut self.core else { return 0 };
        let (result, read, written, ended) = core.read_record(
            input,
            &mut self.output[self.filled..],
            &mut self.ends[self.ended..],
        );
        self.count_lines(&input[..read]);
        self.filled += written;
        self.ended += ended;
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            ReadRecordResult::OutputFull if self.output.len() < ROW_MAX => {
                self.output.resize(self.output.len() * 2, 0);
            }
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                let message = format!(
                    "a row of more than {ROW_MAX} bytes or {COLUMNS_MAX} columns, is a quotation mark not closed? Nothing from this line on was read"
                );
                self.end(message, sink);
            }
            ReadRecordResult::Record => self.row(sink),
        }
        read
    }

    fn row(&mut self, sink: Sink<'_>) {
        let line = self.begun.take().unwrap_or(self.line);
        let bytes = &self.output[..std::mem::take(&mut self.filled)];
        let ends = &self.ends[..std::mem::take(&mut self.ended)];
        emit(line, bytes, ends, 0, sink);
    }

    fn end(&mut self, message: String, sink: Sink<'_>) {
        self.done = true;
        let line = self.begun.unwrap_or(self.line);
        sink(line, Row::End(invalid_csv(message)));
    }

    fn count_lines(&mut self, bytes: &[u8]) {
        let newlines = bytes.iter().filter(|it| **it == b'\n').count();
        let returns = bytes.iter().filter(|it| **it == b'\r').count();
        let mut lines = newlines + returns;
        // `\r\n` is one line end.
        if returns > 0 || self.after_return {
            let pairs = bytes.windows(2).filter(|it| *it == b"\r\n").count();
            let split = self.after_return && bytes.first() == Some(&b'\n');
            lines -= pairs + usize::from(split);
        }
        self.after_return = bytes.last().map_or(self.after_return, |it| *it == b'\r');
        self.line += lines as u64;
    }
}

fn emit(line: u64, bytes: &[u8], ends: &[usize], gap: usize, sink: Sink<'_>) {
    let text = std::str::from_utf8(bytes).ok();
    // Bytes of two cells could be a character only together.
    match text.filter(|it| ends.iter().all(|&end| it.is_char_boundary(end))) {
        Some(text) => sink(line, Row::Cells(Cells { text, ends, gap })),
        None => {
            let message = "not UTF-8; save the sheet as \"CSV UTF-8\", or convert it: iconv -f GB18030 -t UTF-8 IN > OUT";
            sink(line, Row::Broken(invalid_csv(message)));
        }
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

pub(super) fn invalid_csv(message: impl Into<String>) -> Error {
    Error::new("invalid_csv", &Path::Root, message)
}
