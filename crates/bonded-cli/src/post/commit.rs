//! Group commit: many entries, one wait for the disk; then their answers.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use super::answer::{Answer, Fate, Place};
use crate::error::Error;
use crate::journal::{AppendError, Journal};

/// Answers are written out at this size.
const OUT_BYTES: usize = 1 << 20;

/// Entries that are posted in memory and go to the disk together.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The lines of the accepted ones.
    pub(super) lines: Vec<u8>,
    /// What is said once they are on the disk.
    pub(super) answers: Vec<Answer>,
    /// All or none, even if the machine stops.
    pub(super) atomic: bool,
}

/// Where the groups go.
pub(super) struct Committer<'a> {
    /// None for a dry run.
    pub(super) journal: Option<&'a mut Journal>,
    /// The input, for its names.
    pub(super) files: &'a [PathBuf],
    /// Only answers that somebody has to look at are written.
    pub(super) quiet: bool,
    /// Where the answers go.
    pub(super) out: &'a mut (dyn Write + Send),
    /// How many entries are acknowledged.
    pub(super) acknowledged: u64,
    /// The last line that is.
    pub(super) last: Option<Place>,
}

impl Committer<'_> {
    /// Writes group after group, until there are no more or one fails.
    pub(super) fn all(mut self, groups: &Receiver<Group>) -> Result<(), Error> {
        for group in groups {
            if let Some(journal) = &mut self.journal {
                let appended = match group.atomic {
                    true => journal.append_atomically(&group.lines),
                    false => journal.append(&group.lines),
                };
                appended.map_err(|error| self.not_appended(error))?;
            }
            self.answer(&group.answers)?;
        }
        Ok(())
    }

    fn answer(&mut self, answers: &[Answer]) -> Result<(), Error> {
        let mut text = Vec::with_capacity(OUT_BYTES);
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
                self.write(&text)?;
                text.clear();
            }
        }
        self.write(&text)
    }

    fn name(&self, file: usize) -> String {
        let path = self.files.get(file).map(PathBuf::as_path);
        path.unwrap_or(Path::new("-"))
            .to_string_lossy()
            .into_owned()
    }

    fn write(&mut self, answers: &[u8]) -> Result<(), Error> {
        let told = self.out.write_all(answers).and_then(|()| self.out.flush());
        told.map_err(|error| self.not_told(error))
    }

    /// "3 entries of this run are in LEDGER, up to FILE line 17".
    fn until(&self) -> String {
        let (count, verb) = match self.acknowledged {
            0 => ("nothing".to_owned(), "is"),
            1 => ("1 entry".to_owned(), "is"),
            more => (format!("{more} entries"), "are"),
        };
        let journal = self
            .journal
            .as_ref()
            .map(|it| it.path().display().to_string());
        let journal = journal.unwrap_or_default();
        let place = self.last.filter(|_| self.acknowledged > 0);
        let place = place.map(|it| format!(", up to {} line {}", self.name(it.file), it.line));
        format!(
            "{count} of this run {verb} in {journal}{}",
            place.unwrap_or_default()
        )
    }

    fn not_appended(&self, error: AppendError) -> Error {
        let AppendError { source, undone } = error;
        let rest = match undone {
            true => "what could not be written whole was taken back",
            false => {
                "what was written last could not be taken back and may be there too, though it was \
                 not acknowledged"
            }
        };
        let advice = format!(
            "{}; {rest}; make room or mend the disk, then post the same files again: what is there \
             already is a duplicate",
            self.until()
        );
        let path = self
            .journal
            .as_ref()
            .map(|it| it.path())
            .unwrap_or(Path::new("-"));
        Error::io_advised(path, "written", source, advice)
    }

    fn not_told(&self, source: io::Error) -> Error {
        match self.journal {
            // A dry run has nothing to account for.
            None => source.into(),
            Some(_) => {
                let until = self.until();
                Error::untold(source, format!("{until}; post the rest of the files again"))
            }
        }
    }
}
