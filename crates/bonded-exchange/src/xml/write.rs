//! A tree of records as XML.

use crate::record::{Cell, Record, Value};
use crate::tree::{Attributes, Element, Node};

/// Writes a message: UTF-8, an element a line, indented by two spaces.
pub fn write(root: &Element) -> String {
    let mut writer = Writer {
        out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
    };
    match (root.name.is_empty(), root.children.as_slice()) {
        // A message whose root is itself a record.
        (true, [Node::Record(record)]) => writer.record(record, 0),
        _ => writer.element(root, 0),
    }
    writer.out
}

struct Writer {
    out: String,
}

impl Writer {
    fn start(&mut self, name: &str, attributes: &Attributes, depth: usize) {
        for _ in 0..depth {
            self.out.push_str("  ");
        }
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            escape(value, &mut self.out);
            self.out.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn leaf(&mut self, name: &str, text: &str, depth: usize) {
        self.start(name, &Attributes::new(), depth);
        if text.is_empty() {
            self.out.push_str("/>\n");
            return;
        }
        self.out.push('>');
        escape(text, &mut self.out);
        self.end(name);
    }

    fn element(&mut self, element: &Element, depth: usize) {
        self.start(&element.name, &element.attributes, depth);
        match element.children.as_slice() {
            [] => self.out.push_str("/>\n"),
            [Node::Text(text)] => {
                self.out.push('>');
                escape(text, &mut self.out);
                self.end(&element.name);
            }
            children => {
                self.out.push_str(">\n");
                for child in children {
                    match child {
                        Node::Record(record) => self.record(record, depth + 1),
                        Node::Element(element) => self.element(element, depth + 1),
                        Node::Text(text) => {
                            escape(text.trim(), &mut self.out);
                            self.out.push('\n');
                        }
                    }
                }
                self.close(&element.name, depth);
            }
        }
    }

    fn close(&mut self, name: &str, depth: usize) {
        for _ in 0..depth {
            self.out.push_str("  ");
        }
        self.end(name);
    }

    fn record(&mut self, record: &Record, depth: usize) {
        self.start(record.name(), &record.attributes, depth);
        if record.cells.is_empty() {
            self.out.push_str("/>\n");
            return;
        }
        self.out.push_str(">\n");
        for cell in &record.cells {
            match cell {
                Cell::Field(at, value) => {
                    let field = record.kind().fields.get(usize::from(*at));
                    let name = field.map_or("", |it| it.name);
                    let text = match value {
                        Value::Text(text) => text.as_str(),
                        Value::Empty => "",
                    };
                    self.leaf(name, text, depth + 1);
                }
                Cell::Spelt(_, element) | Cell::Other(element) => self.element(element, depth + 1),
            }
        }
        self.close(record.name(), depth);
    }
}

/// What XML cannot hold is left out: it was never in a file that was read.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(character),
            it if super::is_xml(it) => out.push(it),
            _ => {}
        }
    }
}
