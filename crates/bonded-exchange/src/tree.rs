//! What stands around the records of a message, as it stood.

use crate::record::Record;

/// Names and values, in their order.
pub type Attributes = Vec<(Box<str>, Box<str>)>;

/// An element that no table knows, or that holds others.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Element {
    /// The name as it was spelt, with its prefix.
    pub name: Box<str>,
    /// Its attributes, namespaces among them.
    pub attributes: Attributes,
    /// What stands in it.
    pub children: Vec<Node>,
}

/// What stands in an element.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "most nodes of a message are records"
)]
pub enum Node {
    /// A head or line.
    Record(Record),
    /// Any other element.
    Element(Element),
    /// Text that is not only space.
    Text(Box<str>),
}

impl Element {
    /// An element with nothing in it.
    pub fn new(name: &str) -> Element {
        Element {
            name: name.into(),
            ..Element::default()
        }
    }

    /// An element with a text.
    pub fn of_text(name: &str, text: &str) -> Element {
        let mut element = Element::new(name);
        if !text.is_empty() {
            element.children.push(Node::Text(text.into()));
        }
        element
    }

    /// An element that holds others.
    pub fn of(name: &str, children: Vec<Node>) -> Element {
        Element {
            name: name.into(),
            children,
            ..Element::default()
        }
    }

    /// The same with an attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Element {
        self.attributes.push((name.into(), value.into()));
        self
    }

    /// The name without its prefix.
    pub fn local_name(&self) -> &str {
        local(&self.name)
    }

    /// Whether it has this name, in either case of its letters and with any prefix.
    pub fn is(&self, name: &str) -> bool {
        self.local_name().eq_ignore_ascii_case(name)
    }

    /// Its text; `None` where it holds none, or other elements.
    pub fn text(&self) -> Option<&str> {
        match self.children.as_slice() {
            [Node::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The first element of this name in it.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find_map(|it| match it {
            Node::Element(element) if element.is(name) => Some(element),
            _ => None,
        })
    }

    /// The records in it, at any depth, in their order.
    pub fn records(&self) -> Records<'_> {
        Records {
            stack: vec![self.children.iter()],
        }
    }

    /// The records in it, at any depth, to change them.
    pub fn each_record(&mut self, change: &mut dyn FnMut(&mut Record)) {
        for node in &mut self.children {
            match node {
                Node::Record(record) => change(record),
                Node::Element(element) => element.each_record(change),
                Node::Text(_) => {}
            }
        }
    }

    /// The first element of this name in it, at any depth.
    pub fn descendant(&self, name: &str) -> Option<&Element> {
        self.children.iter().find_map(|it| match it {
            Node::Element(element) if element.is(name) => Some(element),
            Node::Element(element) => element.descendant(name),
            _ => None,
        })
    }
}

/// The records of an element; see [`Element::records`].
#[derive(Debug)]
pub struct Records<'a> {
    stack: Vec<std::slice::Iter<'a, Node>>,
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a Record;

    fn next(&mut self) -> Option<&'a Record> {
        loop {
            match self.stack.last_mut()?.next() {
                Some(Node::Record(record)) => return Some(record),
                Some(Node::Element(element)) => self.stack.push(element.children.iter()),
                Some(Node::Text(_)) => {}
                None => drop(self.stack.pop()),
            }
        }
    }
}

pub(crate) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |it| it.1)
}
