//! Group commit: many entries, one wait for the disk; then their answers.

use std::io;
use std::path::Path;
use std::sync::mpsc::Receiver;

use super::answer::Answer;
use super::teller::Teller;
use crate::error::Error;
use crate::journal::{AppendError, Journal};

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
    pub(super) teller: Teller<'a>,
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
            let told = self.teller.answer(&group.answers);
            told.map_err(|error| self.not_told(error))?;
        }
        Ok(())
    }

    fn until(&self) -> String {
        let path = self.journal.as_ref().map(|it| it.path());
        let path = path.unwrap_or(Path::new("-"));
        self.teller.until(&path.display().to_string())
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
