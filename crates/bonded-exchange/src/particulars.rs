//! What a document needs and no ledger knows: ports, ways of transport, who declares.

use std::collections::BTreeMap;

/// The particulars of a document, under the official names of its elements (of either dialect, in
/// either case).
///
/// The ledger's own figures are never overruled by them. Of two that give the same element, the one
/// nearer to the line counts: `lines` before `line`; and what the journal carries in `ext.customs` of
/// a list, line, item or handbook stands between `head`/`line` and `lines`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Particulars {
    /// Of the head.
    pub head: BTreeMap<String, String>,
    /// Of every line.
    pub line: BTreeMap<String, String>,
    /// Of single lines, by their number.
    pub lines: BTreeMap<u32, BTreeMap<String, String>>,
}

impl Particulars {
    /// Of the head.
    pub fn head(&self, element: &str) -> Option<&str> {
        find(&self.head, element)
    }

    /// Of every line.
    pub fn line(&self, element: &str) -> Option<&str> {
        find(&self.line, element)
    }

    /// Of one line alone.
    pub fn of_line(&self, line: u32, element: &str) -> Option<&str> {
        find(self.lines.get(&line)?, element)
    }
}

fn find<'a>(map: &'a BTreeMap<String, String>, element: &str) -> Option<&'a str> {
    let exact = map.get(element);
    let alike = || {
        let mut all = map.iter();
        all.find(|it| it.0.eq_ignore_ascii_case(element))
            .map(|it| it.1)
    };
    exact
        .or_else(alike)
        .map(String::as_str)
        .filter(|it| !it.trim().is_empty())
}
