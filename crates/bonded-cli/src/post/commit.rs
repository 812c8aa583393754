//! Group commit: many entries, one wait for the disk; then their answers.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use crate::error::Error;
use crate::journal::{AppendError, Journal};

/// Entries that are posted in memory and go to the disk together.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The lines of the accepted ones.
    pub(super) journal: Vec<u8>,
    /// What is said once they are on the disk.
    pub(super) answers: Vec<u8>,
    /// How many were accepted.
    pub(super) entries: u64,
    /// The last line that is answered.
    pub(super) last: Place,
    /// All or none, even if the machine stops.
    pub(super) atomic: bool,
}

/// A line of the input.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// The index of its file.
    pub(super) file: usize,
    /// From 1.
    pub(super) line: u64,
}

impl Group {
    pub(super) fn size(&self) -> usize {
        self.journal.len() + self.answers.len()
    }
}

/// How far it has come.
struct Acknowledged<'a> {
    files: &'a [PathBuf],
    entries: u64,
    last: Option<Place>,
}

/// Writes group after group, until there are no more or one fails.
pub(super) fn all(
    groups: &Receiver<Group>,
    mut journal: Option<&mut Journal>,
    files: &[PathBuf],
    out: &mut (dyn Write + Send),
) -> Result<(), Error> {
    let mut acknowledged = Acknowledged {
        files,
        entries: 0,
        last: None,
    };
    for group in groups {
        if let Some(journal) = &mut journal {
            let appended = match group.atomic {
                true => journal.append_atomically(&group.journal),
                false => journal.append(&group.journal),
            };
            appended.map_err(|error| acknowledged.not_appended(journal, error))?;
        }
        let told = out.write_all(&group.answers).and_then(|()| out.flush());
        acknowledged.entries += group.entries;
        acknowledged.last = Some(group.last);
        told.map_err(|error| acknowledged.not_told(journal.as_deref(), error))?;
    }
    Ok(())
}

impl Acknowledged<'_> {
    /// "3 entries are in LEDGER, up to FILE line 17".
    fn until(&self, journal: &Journal) -> String {
        let count = match self.entries {
            0 => "nothing of this run".to_owned(),
            1 => "1 entry of this run".to_owned(),
            more => format!("{more} entries of this run"),
        };
        let verb = if self.entries > 1 { "are" } else { "is" };
        let place = self.last.filter(|_| self.entries > 0).and_then(|it| {
            let file = self.files.get(it.file)?;
            Some(format!(", up to {} line {}", file.display(), it.line))
        });
        let journal = journal.path().display();
        format!("{count} {verb} in {journal}{}", place.unwrap_or_default())
    }

    fn not_appended(&self, journal: &Journal, error: AppendError) -> Error {
        let AppendError { source, undone } = error;
        let until = self.until(journal);
        let rest = if undone {
            "what could not be written was taken back".to_owned()
        } else {
            format!(
                "what was written behind byte {} could not be taken back and may be there too, \
                 though it was not acknowledged",
                journal.good()
            )
        };
        let advice = format!(
            "{until}; {rest}; make room or mend the disk, then post the same files again: what is \
             there already is a duplicate"
        );
        Error::io_advised(journal.path(), "written", source, advice)
    }

    fn not_told(&self, journal: Option<&Journal>, source: io::Error) -> Error {
        match journal {
            // A dry run has nothing to account for.
            None => source.into(),
            Some(journal) => {
                let until = self.until(journal);
                Error::untold(source, format!("{until}; what comes after it was not posted"))
            }
        }
    }
}
