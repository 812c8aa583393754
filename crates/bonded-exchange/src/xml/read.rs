//! XML into a tree of records.

use std::io::BufRead as _;

use compact_str::CompactString;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::error::ExchangeError;
use crate::fields::{RecordKind, record_kind};
use crate::record::{Cell, Record, Value};
use crate::tree::{Attributes, Element, Node, local};

/// How much is read of a message.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a message.
    pub bytes: usize,
    /// How deep its elements nest.
    pub depth: usize,
    /// Characters of one value.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 512 << 20,
            depth: 32,
            text: 1 << 20,
        }
    }
}

/// Reads the root element of a message.
///
/// # Errors
/// `xml_malformed`, `xml_encoding`, `xml_document_type`, `xml_entity`, `xml_too_large`, `xml_too_deep`,
/// each with the line and the element.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Element, ExchangeError> {
    if bytes.len() > limits.bytes {
        return Err(ExchangeError::new(
            "xml_too_large",
            format!("{} bytes", bytes.len()),
            format!("at most {}", limits.bytes),
            "a message of this size is no customs document; split it",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = line_of(bytes, error.valid_up_to());
        ExchangeError::new(
            "xml_encoding",
            format!("a byte that is no UTF-8, at {}", error.valid_up_to()),
            "UTF-8",
            "save the file as UTF-8",
        )
        .at(line, "")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    no_controls(text)?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut parser = Parser {
        reader,
        text,
        limits,
        path: Vec::new(),
        order: Vec::new(),
    };
    parser.root()
}

/// XML has none, so they could not be written again.
fn no_controls(text: &str) -> Result<(), ExchangeError> {
    let bytes = text.as_bytes();
    let control = bytes.iter().position(|it| is_control(*it));
    let last_of_plane = |it| memchr::memmem::find(bytes, it);
    let found = control
        .or_else(|| last_of_plane("\u{fffe}".as_bytes()))
        .or_else(|| last_of_plane("\u{ffff}".as_bytes()));
    let Some(at) = found else {
        return Ok(());
    };
    let bad = text[at..].chars().next().unwrap_or_default();
    let found = format!("the character U+{:04X}", u32::from(bad));
    let advice = "the file is damaged or was cut off; fetch it again";
    let error = ExchangeError::new("xml_malformed", found, "well-formed XML", advice);
    Err(error.at(line_of(bytes, at), ""))
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

struct Parser<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    limits: &'a Limits,
    /// The elements that are open.
    path: Vec<CompactString>,
    /// The elements of the last record of a kind, in the order in which they stood: mostly those of the
    /// next one too.
    order: Vec<(&'static str, Vec<u16>)>,
}

impl<'a> Parser<'a> {
    fn error(
        &self,
        code: &'static str,
        found: &str,
        expected: &str,
        advice: &'static str,
    ) -> ExchangeError {
        let at = self
            .reader
            .error_position()
            .max(self.reader.buffer_position());
        let at = usize::try_from(at)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        let line = line_of(self.text.as_bytes(), at);
        ExchangeError::new(code, found, expected, advice).at(line, self.path.join("/"))
    }

    fn malformed(&self, found: &str) -> ExchangeError {
        let advice = "the file is damaged or was cut off; fetch it again";
        self.error("xml_malformed", found, "well-formed XML", advice)
    }

    fn next(&mut self) -> Result<Event<'a>, ExchangeError> {
        self.reader
            .read_event()
            .map_err(|error| self.malformed(&error.to_string()))
    }

    fn root(&mut self) -> Result<Element, ExchangeError> {
        let mut root = None;
        loop {
            match self.next()? {
                Event::Start(start) if root.is_none() => root = Some(self.outermost(&start, true)?),
                Event::Empty(start) if root.is_none() => {
                    root = Some(self.outermost(&start, false)?)
                }
                Event::Decl(declaration) => self.declaration(declaration.encoding())?,
                Event::Comment(_) | Event::PI(_) => {}
                Event::Text(text) if text.trim().is_empty() => {}
                Event::DocType(_) => return Err(self.document_type()),
                Event::Eof => break,
                Event::Start(start) | Event::Empty(start) => {
                    let found = format!("a second root element {}", shown(start.name().as_ref()));
                    return Err(self.malformed(&found));
                }
                _ => return Err(self.malformed("text outside of the root element")),
            }
        }
        root.ok_or_else(|| self.malformed("no element"))
    }

    fn declaration<E>(
        &self,
        encoding: Option<Result<std::borrow::Cow<'_, str>, E>>,
    ) -> Result<(), ExchangeError> {
        let Some(Ok(encoding)) = encoding else {
            return Ok(());
        };
        let known = ["utf-8", "utf8", "us-ascii", "ascii"];
        if known.iter().any(|it| encoding.eq_ignore_ascii_case(it)) {
            return Ok(());
        }
        let found = format!("encoding {:?}", shown(&encoding));
        Err(self.error("xml_encoding", &found, "UTF-8", "save the file as UTF-8"))
    }

    fn document_type(&self) -> ExchangeError {
        let advice =
            "no customs message has one; a file with one is not read, as it may define entities";
        self.error(
            "xml_document_type",
            "a document type (<!DOCTYPE …>)",
            "none",
            advice,
        )
    }

    /// The root; where it is itself a record it is put into an element of its own name.
    fn outermost(&mut self, start: &BytesStart<'a>, open: bool) -> Result<Element, ExchangeError> {
        match self.node(start, open)? {
            Node::Element(element) => Ok(element),
            record => Ok(Element::of("", vec![record])),
        }
    }

    fn node(&mut self, start: &BytesStart<'a>, open: bool) -> Result<Node, ExchangeError> {
        let name = start.name();
        let name: &str = name.as_ref();
        if self.path.len() >= self.limits.depth {
            let found = format!("elements nested {} deep", self.path.len() + 1);
            let expected = format!("at most {}", self.limits.depth);
            let advice = "no customs message nests so deep";
            return Err(self.error("xml_too_deep", &found, &expected, advice));
        }
        self.named(name)?;
        self.path.push(name.into());
        let attributes = self.attributes(start)?;
        let node = match record_kind(local(name)) {
            Some(kind) => Node::Record(self.record(kind, name, attributes, open)?),
            None => Node::Element(self.element(name, attributes, open)?),
        };
        self.path.pop();
        Ok(node)
    }

    /// A name that can be written again.
    fn named(&self, name: &str) -> Result<(), ExchangeError> {
        let inner = |it: char| it.is_alphanumeric() || matches!(it, '_' | ':' | '-' | '.' | '·');
        let first = |it: char| it.is_alphabetic() || matches!(it, '_' | ':');
        match name.starts_with(first) && name.chars().all(inner) {
            true => Ok(()),
            false => Err(self.malformed(&format!("the name {:?}", shown(name)))),
        }
    }

    fn attributes(&self, start: &BytesStart<'a>) -> Result<Attributes, ExchangeError> {
        if start.attributes_raw().trim().is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.malformed(&error.to_string()))?;
            self.named(attribute.key.as_ref())?;
            let value = self.unescape(attribute.value.as_ref())?;
            found.push((attribute.key.as_ref().into(), value.as_str().into()));
        }
        Ok(found)
    }

    fn element(
        &mut self,
        name: &str,
        attributes: Attributes,
        open: bool,
    ) -> Result<Element, ExchangeError> {
        let mut element = Element {
            name: name.into(),
            attributes,
            children: Vec::new(),
        };
        if !open {
            return Ok(element);
        }
        let mut text = CompactString::default();
        loop {
            match self.next()? {
                Event::Start(start) => {
                    flush(&mut element, &mut text);
                    let node = self.node(&start, true)?;
                    element.children.push(node);
                }
                Event::Empty(start) => {
                    flush(&mut element, &mut text);
                    let node = self.node(&start, false)?;
                    element.children.push(node);
                }
                Event::End(_) => break,
                other => self.collect(other, &mut text)?,
            }
        }
        flush(&mut element, &mut text);
        if element.children.len() > 1 {
            // Space between elements is ours to write.
            for child in &mut element.children {
                if let Node::Text(text) = child {
                    *text = text.trim().into();
                }
            }
        }
        Ok(element)
    }

    fn record(
        &mut self,
        kind: &'static RecordKind,
        name: &str,
        attributes: Attributes,
        open: bool,
    ) -> Result<Record, ExchangeError> {
        let mut record = Record::empty(kind);
        record.attributes = attributes;
        if name != kind.name {
            record.spelt = Some(name.into());
        }
        if !open {
            return Ok(record);
        }
        let at = self.order_of(kind);
        let order = std::mem::take(&mut self.order[at].1);
        record.cells.reserve(order.len());
        loop {
            self.plain_cells(kind, &order, &mut record.cells);
            match self.next()? {
                Event::Start(start) => {
                    let cell = self.cell(kind, &order, record.cells.len(), &start, true)?;
                    record.cells.push(cell);
                }
                Event::Empty(start) => {
                    let cell = self.cell(kind, &order, record.cells.len(), &start, false)?;
                    record.cells.push(cell);
                }
                Event::End(_) => break,
                other => {
                    let mut text = CompactString::default();
                    self.collect(other, &mut text)?;
                    if !text.trim().is_empty() {
                        let found =
                            format!("text {:?} among the elements of a record", shown(&text));
                        return Err(self.malformed(&found));
                    }
                }
            }
        }
        self.order[at].1 = record.order();
        Ok(record)
    }

    /// Elements of the shape that almost all have, taken without the parser: `<name>text</name>` and
    /// `<name/>`, of the table, without attributes, entities or line ends to be normalised. Stops before
    /// the first that is anything else, which is the parser's.
    fn plain_cells(&mut self, kind: &'static RecordKind, order: &[u16], cells: &mut Vec<Cell>) {
        let bytes = *self.reader.get_ref();
        let mut taken = 0;
        while let Some((cell, length)) = plain_cell(&bytes[taken..], kind, order, cells.len())
            && length <= self.limits.text
        {
            cells.push(cell);
            taken += length;
        }
        self.reader.stream().consume(taken);
    }

    fn order_of(&mut self, kind: &'static RecordKind) -> usize {
        match self.order.iter().position(|it| it.0 == kind.name) {
            Some(at) => at,
            None => {
                self.order.push((kind.name, Vec::new()));
                self.order.len() - 1
            }
        }
    }

    fn cell(
        &mut self,
        kind: &'static RecordKind,
        order: &[u16],
        place: usize,
        start: &BytesStart<'a>,
        open: bool,
    ) -> Result<Cell, ExchangeError> {
        let name = start.name();
        let name: &str = name.as_ref();
        let spelt_so = |at: &u16| {
            kind.fields
                .get(usize::from(*at))
                .is_some_and(|it| it.name == name)
        };
        let known = order.get(place).copied().filter(spelt_so).or_else(|| {
            let at = kind.position(local(name))?;
            u16::try_from(at).ok()
        });
        let plain = start.attributes_raw().trim().is_empty();
        if let Some(at) = known.filter(|at| plain && spelt_so(at)) {
            self.path.push(name.into());
            let value = match open {
                true => self.value()?,
                false => Some(Value::Empty),
            };
            let Some(value) = value else {
                return Err(self.malformed(&format!("elements within {}", shown(name))));
            };
            self.path.pop();
            return Ok(Cell::Field(at, value));
        }
        self.named(name)?;
        self.path.push(name.into());
        let attributes = self.attributes(start)?;
        let element = Box::new(self.element(name, attributes, open)?);
        self.path.pop();
        Ok(match known {
            Some(at) => Cell::Spelt(at, element),
            None => Cell::Other(element),
        })
    }

    /// The text of a leaf; `None` where it is none.
    fn value(&mut self) -> Result<Option<Value>, ExchangeError> {
        let mut text = CompactString::default();
        loop {
            match self.next()? {
                Event::End(_) => break,
                Event::Start(_) | Event::Empty(_) => return Ok(None),
                other => self.collect(other, &mut text)?,
            }
        }
        Ok(Some(match text.is_empty() {
            true => Value::Empty,
            false => Value::Text(text),
        }))
    }

    fn collect(&self, event: Event<'a>, text: &mut CompactString) -> Result<(), ExchangeError> {
        match event {
            Event::Text(it) => text.push_str(&it.xml10_content()),
            Event::CData(it) => text.push_str(&it.xml10_content()),
            Event::GeneralRef(it) => match it.resolve_char_ref() {
                Ok(Some(bad)) if !super::is_xml(bad) => {
                    return Err(self.malformed(&format!("the character U+{:04X}", u32::from(bad))));
                }
                Ok(Some(character)) => text.push(character),
                Ok(None) => {
                    let name = it.into_inner();
                    let Some(value) = quick_xml::escape::resolve_predefined_entity(&name) else {
                        return Err(self.entity(&name));
                    };
                    text.push_str(value);
                }
                Err(error) => return Err(self.malformed(&error.to_string())),
            },
            Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(_) => return Err(self.document_type()),
            Event::Eof => return Err(self.malformed("the end of the file")),
            _ => return Err(self.malformed("a declaration in the middle")),
        }
        if text.len() > self.limits.text {
            let found = "a value that is too long";
            let expected = format!("at most {} bytes", self.limits.text);
            let advice = "no element of a customs message is so long";
            return Err(self.error("xml_too_large", found, &expected, advice));
        }
        Ok(())
    }

    fn entity(&self, name: &str) -> ExchangeError {
        let found = format!("the entity &{};", shown(name));
        let advice = "no entity is expanded but &lt; &gt; &amp; &quot; &apos;";
        self.error("xml_entity", &found, "text", advice)
    }

    fn unescape(&self, text: &str) -> Result<CompactString, ExchangeError> {
        match quick_xml::escape::unescape(text) {
            Ok(text) => match text.chars().find(|&it| !super::is_xml(it)) {
                Some(bad) => {
                    Err(self.malformed(&format!("the character U+{:04X}", u32::from(bad))))
                }
                None => Ok(text.as_ref().into()),
            },
            Err(quick_xml::escape::EscapeError::UnrecognizedEntity(_, name)) => {
                Err(self.entity(&name))
            }
            Err(error) => Err(self.malformed(&error.to_string())),
        }
    }
}

/// One such element and the space before it: the cell, and how many bytes it takes.
fn plain_cell(
    bytes: &[u8],
    kind: &'static RecordKind,
    order: &[u16],
    place: usize,
) -> Option<(Cell, usize)> {
    let space = bytes.iter().position(|it| !it.is_ascii_whitespace())?;
    let tag = bytes.get(space..)?.strip_prefix(b"<")?;
    let expected = order.get(place).copied().unwrap_or(place as u16);
    let starts_with = |at: &u16| {
        let name = kind.fields.get(usize::from(*at))?.name.as_bytes();
        tag.strip_prefix(name)
            .filter(|it| matches!(it.first(), Some(b'>' | b'/')))
    };
    let (at, rest) = match starts_with(&expected) {
        Some(rest) => (expected, rest),
        None => {
            let mut all = 0..kind.fields.len() as u16;
            all.find_map(|at| starts_with(&at).map(|rest| (at, rest)))?
        }
    };
    let name = kind.fields.get(usize::from(at))?.name.as_bytes();
    let taken = |rest: &[u8]| bytes.len() - rest.len();
    if let Some(rest) = rest.strip_prefix(b"/>") {
        return Some((Cell::Field(at, Value::Empty), taken(rest)));
    }
    let text = rest.strip_prefix(b">")?;
    let end = memchr::memchr3(b'<', b'&', b'\r', text)?;
    let (text, rest) = text.split_at_checked(end)?;
    let rest = rest
        .strip_prefix(b"</")?
        .strip_prefix(name)?
        .strip_prefix(b">")?;
    let value = match text {
        [] => Value::Empty,
        text => Value::Text(std::str::from_utf8(text).ok()?.into()),
    };
    Some((Cell::Field(at, value), taken(rest)))
}

fn flush(element: &mut Element, text: &mut CompactString) {
    if !text.trim().is_empty() {
        element.children.push(Node::Text(text.as_str().into()));
    }
    text.clear();
}

/// From a file of others: not longer than one reads.
fn shown(text: &str) -> &str {
    let end = text.char_indices().nth(60).map_or(text.len(), |it| it.0);
    &text[..end]
}

fn line_of(bytes: &[u8], at: usize) -> u64 {
    let before = bytes.get(..at).unwrap_or(bytes);
    1 + before.iter().filter(|&&it| it == b'\n').count() as u64
}
