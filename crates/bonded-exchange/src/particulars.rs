//! What a document needs and no ledger knows: ports, ways of transport, who declares.

use std::collections::BTreeMap;

use crate::error::ExchangeError;

/// The particulars of a document, under the official names of its elements (of either dialect, in
/// either case).
///
/// The ledger's own figures are never overruled by them. Of two that give the same element, the one
/// nearer to the line counts: `lines` before `items` before `line`; and what the journal carries in
/// `ext.customs` of a list, line, item or handbook stands between `head`/`line` and `items`.
#[derive(Clone, Debug, Default, Eq, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Particulars {
    /// Of the head.
    pub head: BTreeMap<String, String>,
    /// Of every line.
    pub line: BTreeMap<String, String>,
    /// Of every line of an item, by its code (料号).
    pub items: BTreeMap<String, BTreeMap<String, String>>,
    /// Of single lines, by their number.
    pub lines: BTreeMap<u32, BTreeMap<String, String>>,
}

impl Particulars {
    /// Reads the particulars of a document from JSON: an object of particulars, each with any of `head`,
    /// `line`, `items`, `lines`. What stands under `*` holds for every document; what stands under one of
    /// `names` (a supervision mode, a handbook, the number of the list), in their order, goes before it.
    ///
    /// ```
    /// use bonded_exchange::Particulars;
    /// let json = r#"{
    ///     "*": {"head": {"DclEtpsno": "3122200001"}},
    ///     "0615": {"head": {"TrspModecd": "5", "StshipTrsarvNatcd": "116"}},
    ///     "HF-01": {"head": {"TrspModecd": "2"}, "lines": {"3": {"GrossWt": "12.5"}}}
    /// }"#;
    /// let particulars = Particulars::from_json(json, &["0615", "HF-01"])?;
    /// assert_eq!(particulars.head("TrspModecd"), Some("2"));
    /// assert_eq!(particulars.head("StshipTrsarvNatcd"), Some("116"));
    /// assert_eq!(particulars.of_line(3, "grossWt"), Some("12.5"));
    /// # Ok::<(), bonded_exchange::ExchangeError>(())
    /// ```
    ///
    /// # Errors
    /// `particulars_malformed`, with the line of the file.
    pub fn from_json(json: &str, names: &[&str]) -> Result<Particulars, ExchangeError> {
        let mut all: BTreeMap<String, Particulars> =
            serde_json::from_str(json).map_err(|error| {
                ExchangeError::new(
                    "particulars_malformed",
                    error.to_string(),
                    "an object of particulars, each with head, line, items or lines",
                    "elements hold texts: write \"TrspModecd\": \"5\"",
                )
                .at(error.line() as u64, "")
            })?;
        let mut particulars = all.remove("*").unwrap_or_default();
        for name in names {
            if let Some(nearer) = all.remove(*name) {
                particulars.overlay(nearer);
            }
        }
        Ok(particulars)
    }

    fn overlay(&mut self, nearer: Particulars) {
        put(&mut self.head, nearer.head);
        put(&mut self.line, nearer.line);
        for (code, of) in nearer.items {
            put(self.items.entry(code).or_default(), of);
        }
        for (line, of) in nearer.lines {
            put(self.lines.entry(line).or_default(), of);
        }
    }

    /// Of the head.
    pub fn head(&self, element: &str) -> Option<&str> {
        find(&self.head, element)
    }

    /// Of every line.
    pub fn line(&self, element: &str) -> Option<&str> {
        find(&self.line, element)
    }

    /// Of the lines of an item, by its code.
    pub fn of_item(&self, code: &str, element: &str) -> Option<&str> {
        find(self.items.get(code)?, element)
    }

    /// Of one line alone.
    pub fn of_line(&self, line: u32, element: &str) -> Option<&str> {
        find(self.lines.get(&line)?, element)
    }
}

/// Puts in what is nearer, whatever the case of its names.
fn put(all: &mut BTreeMap<String, String>, nearer: BTreeMap<String, String>) {
    for (name, value) in nearer {
        all.retain(|it, _| *it == name || !it.eq_ignore_ascii_case(&name));
        all.insert(name, value);
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
