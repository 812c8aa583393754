//! Notes: what the reader of an entry should know. One line a kind, not one a row.

/// How many places of a kind are named; the rest is counted.
const NAMED: usize = 8;

#[derive(Debug, Default)]
pub(crate) struct Notes {
    kinds: Vec<Kind>,
}

#[derive(Debug)]
struct Kind {
    text: String,
    places: Vec<String>,
    count: usize,
}

impl Notes {
    /// A note that stands for itself.
    pub(crate) fn add(&mut self, text: String) {
        self.kinds.push(Kind {
            text,
            places: Vec::new(),
            count: 0,
        });
    }

    /// A note that many rows may share; they are gathered under its text.
    pub(crate) fn at(&mut self, text: &str, place: impl FnOnce() -> String) {
        let index = match self
            .kinds
            .iter()
            .position(|k| k.count > 0 && k.text == text)
        {
            Some(index) => index,
            None => {
                self.add(text.to_owned());
                self.kinds.len() - 1
            }
        };
        if let Some(kind) = self.kinds.get_mut(index) {
            kind.count += 1;
            if kind.places.len() < NAMED {
                kind.places.push(place());
            }
        }
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.kinds.into_iter().map(Kind::into_line).collect()
    }
}

impl Kind {
    fn into_line(self) -> String {
        if self.count == 0 {
            return self.text;
        }
        let more = match self.count - self.places.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{} ({}{more})", self.text, self.places.join(", "))
    }
}
