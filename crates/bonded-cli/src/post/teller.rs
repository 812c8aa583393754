//! What is said of entries once they are kept, and how far a run has come.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::answer::{Answer, Fate, Place};

/// Answers are written out at this size.
const OUT_BYTES: usize = 1 << 20;

/// Where the answers go.
pub(super) struct Teller<'a> {
    /// The input, for its names.
    pub(super) files: &'a [PathBuf],
    /// Only answers that somebody has to look at are written.
    pub(super) quiet: bool,
    pub(super) out: &'a mut (dyn Write + Send),
    /// How many entries are acknowledged.
    pub(super) acknowledged: u64,
    /// The last line that is answered.
    pub(super) last: Option<Place>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        files: &'a [PathBuf],
        quiet: bool,
        out: &'a mut (dyn Write + Send),
    ) -> Teller<'a> {
        Teller {
            files,
            quiet,
            out,
            acknowledged: 0,
            last: None,
        }
    }

    pub(super) fn answer(&mut self, answers: &[Answer]) -> io::Result<()> {
        let mut text = Vec::new();
        let mut name = (usize::MAX, String::new());
        for answer in answers {
            if matches!(answer.fate, Fate::Accepted(_)) {
                self.acknowledged += 1;
            }
            self.last = Some(answer.place);
            if !self.quiet || answer.wants_attention() {
                if name.0 != answer.place.file {
                    name = (answer.place.file, self.name(answer.place.file));
                }
                answer.write(&name.1, &mut text)?;
            }
            if text.len() >= OUT_BYTES {
                self.out.write_all(&text)?;
                text.clear();
            }
        }
        self.out.write_all(&text)?;
        self.out.flush()
    }

    fn name(&self, file: usize) -> String {
        let path = self.files.get(file).map(PathBuf::as_path);
        path.unwrap_or(Path::new("-"))
            .to_string_lossy()
            .into_owned()
    }

    /// "3 entries of this run are in LEDGER, up to FILE line 17".
    pub(super) fn until(&self, ledger: &str) -> String {
        let (count, verb) = match self.acknowledged {
            0 => ("nothing".to_owned(), "is"),
            1 => ("1 entry".to_owned(), "is"),
            more => (format!("{more} entries"), "are"),
        };
        let place = self.last.filter(|_| self.acknowledged > 0);
        let place = place.map(|it| format!(", up to {} line {}", self.name(it.file), it.line));
        format!(
            "{count} of this run {verb} in {ledger}{}",
            place.unwrap_or_default()
        )
    }
}
