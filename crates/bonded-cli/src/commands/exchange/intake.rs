//! Files that come in: read, told against the ledger, posted.

use std::path::{Path, PathBuf};

use bonded_exchange::receipts::{self, Books, Names, Outcome};
use bonded_exchange::{Problem, Severity};
use bonded_ledger::{Entry, Receipt, Refusal, Warning};
use serde::Serialize;
use serde_json::Value;

use super::shelf::Shelf;
use super::source::{Content, Told, content};
use crate::console::Console;
use crate::error::Error;

/// What became of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    /// The ledger took what it says, or it only informs.
    Taken,
    /// What it says is in the ledger already.
    Known,
    /// What it speaks of is not there yet.
    Waits,
    /// It contradicts the ledger, its values cannot be, or the ledger refuses what it says.
    Held,
    /// It could not be read.
    Unread,
}

/// A file and what became of it: one JSON object a file, for programs.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Taken {
    #[serde(serialize_with = "as_text")]
    pub(super) file: PathBuf,
    pub(super) document: Option<String>,
    pub(super) status: Fate,
    entries: Vec<Posted>,
    pub(super) notes: Vec<String>,
    problems: Vec<Value>,
    #[serde(skip)]
    lines: Vec<String>,
    #[serde(skip)]
    reasons: Vec<String>,
    /// Numbers of one document, which later files need.
    #[serde(skip)]
    pub(super) names: Vec<(String, String)>,
}

#[derive(Clone, Debug, Serialize)]
struct Posted {
    id: String,
    entry: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Refusal>,
}

/// A name may be of any bytes.
fn as_text<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// A ledger that files are delivered to.
pub(super) struct Intake {
    shelf: Shelf,
    names: Names,
    told: Told,
    /// Nothing will come but what is here.
    complete: bool,
    /// There is no ledger: entries are printed.
    prints: bool,
    /// Whether any file changed something.
    changed: bool,
}

impl Taken {
    fn of(file: &Path, status: Fate) -> Taken {
        Taken {
            file: file.to_owned(),
            document: None,
            status,
            entries: Vec::new(),
            notes: Vec::new(),
            problems: Vec::new(),
            lines: Vec::new(),
            reasons: Vec::new(),
            names: Vec::new(),
        }
    }

    fn unread(file: &Path, why: String) -> Taken {
        Taken {
            reasons: vec![why],
            ..Taken::of(file, Fate::Unread)
        }
    }

    fn printed(mut self, entries: &[Entry]) -> Taken {
        self.lines = entries.iter().map(|it| it.line().into_owned()).collect();
        self
    }

    fn is_refused(&self) -> bool {
        self.entries.iter().any(|it| it.error.is_some())
    }

    /// The entries as lines of a journal.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// For a person: what of the accepted entries wants a look, a line each.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        let of = self.entries.iter().flat_map(|it| &it.warnings);
        of.map(|it| format!("{}: {}", it.code(), it.message()))
    }

    /// For a person: why it was not taken, a line each.
    pub(super) fn reasons(&self) -> String {
        self.reasons.join("\n")
    }
}

/// The entry's kind, as the journal has it.
fn word(entry: &Entry) -> Result<String, Error> {
    let json: Value = serde_json::from_str(&entry.line())?;
    Ok(json["entry"].as_str().unwrap_or_default().to_owned())
}

/// A problem for programs.
pub(super) fn problem(it: &Problem) -> Value {
    let severity = match it.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = it.place.to_string();
    serde_json::json!({
        "code": it.code,
        "severity": severity,
        "place": place.trim_end_matches(": "),
        "found": it.found,
        "expected": it.expected,
        "advice": it.advice,
        "source": it.source,
    })
}

impl Intake {
    pub(super) fn new(shelf: Shelf, told: Told) -> Intake {
        Intake {
            shelf,
            names: Names::default(),
            told,
            complete: false,
            prints: false,
            changed: false,
        }
    }

    /// Numbers that earlier files gave.
    pub(super) fn with_names(mut self, names: Names) -> Intake {
        self.names = names;
        self
    }

    /// Nothing will come but what is here.
    pub(super) fn complete(mut self, complete: bool) -> Intake {
        self.complete = complete;
        self
    }

    /// There is no ledger: what a workbook says is printed, whatever it relies on.
    pub(super) fn printing(mut self, prints: bool) -> Intake {
        self.prints = prints;
        self
    }

    /// Delivers files, in their order, again and again until nothing changes. `each` hears of every
    /// file once: when it was taken or held, or at the end that it waits.
    pub(super) fn all(
        &mut self,
        files: Vec<PathBuf>,
        console: &mut Console<'_>,
        each: &mut dyn FnMut(&Taken, &mut Console<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut left = files;
        loop {
            let mut waiting = Vec::new();
            let mut moved = false;
            for path in std::mem::take(&mut left) {
                let taken = self.one(&path)?;
                for (number, _) in &taken.names {
                    moved |= self.names.own(number).is_none();
                }
                self.learn(&taken);
                // What is refused may rely on another file, as the sending side of a carry-over does.
                if taken.status == Fate::Waits || taken.is_refused() {
                    waiting.push(taken);
                    continue;
                }
                moved |= taken.status == Fate::Taken;
                each(&taken, console)?;
            }
            if waiting.is_empty() || !moved {
                for taken in &waiting {
                    each(taken, console)?;
                }
                return Ok(());
            }
            left = waiting.into_iter().map(|it| it.file).collect();
        }
    }

    fn learn(&mut self, taken: &Taken) {
        for (number, own) in &taken.names {
            self.names.insert(number, own);
        }
    }

    /// Reads and posts one file.
    fn one(&mut self, path: &Path) -> Result<Taken, Error> {
        let content = match content(path, &self.told, &self.shelf.on_file) {
            Ok(content) => content,
            Err(error) => return Ok(Taken::unread(path, error.to_string())),
        };
        let (document, told) = match content {
            Content::Message(message) => {
                let mut books = Books::new(self.shelf.ledger(), &self.shelf.on_file, &self.names);
                books.nothing_else_comes = self.complete;
                let document = message.code().map(str::to_owned);
                (document, receipts::read(&message, &books))
            }
            Content::Entries {
                document,
                entries,
                notes,
            } => {
                let taken = Taken::of(path, Fate::Taken);
                // Without books to hold them against they are what the file says.
                let taken = match self.prints {
                    true => taken.printed(&entries),
                    false => self.post(taken, &entries)?,
                };
                return Ok(Taken {
                    document: Some(document.to_owned()),
                    notes,
                    ..taken
                });
            }
        };
        let reasons = |of: &[Problem]| of.iter().map(|it| format!("{}: {it}", it.code)).collect();
        let taken = Taken {
            document,
            notes: told.notes.clone(),
            problems: told.problems.iter().map(problem).collect(),
            reasons: reasons(&told.problems),
            names: told.names.clone(),
            ..Taken::of(path, Fate::Taken)
        };
        match told.outcome {
            Outcome::New => self.post(taken, &told.entries),
            Outcome::Known => Ok(Taken {
                status: Fate::Known,
                ..taken
            }),
            Outcome::Informs => Ok(taken),
            Outcome::Waits => Ok(Taken {
                status: Fate::Waits,
                ..taken
            }),
            _ => Ok(Taken {
                status: Fate::Held,
                ..taken
            }),
        }
    }

    fn post(&mut self, mut taken: Taken, entries: &[Entry]) -> Result<Taken, Error> {
        let answers = self.shelf.post(entries)?;
        let refused = answers.iter().any(Result::is_err);
        let new = |it: &Result<Receipt, Refusal>| it.as_ref().is_ok_and(|it| !it.duplicate);
        self.changed |= !refused && answers.iter().any(new);
        if !refused && !answers.iter().any(new) && !entries.is_empty() {
            taken.status = Fate::Known;
        }
        for (entry, answer) in entries.iter().zip(answers) {
            let (status, warnings, error) = match answer {
                Ok(_) if refused => ("not_posted", Vec::new(), None),
                Ok(it) if it.duplicate => ("duplicate", Vec::new(), None),
                Ok(it) => ("accepted", it.warnings, None),
                Err(refusal) => {
                    taken.status = Fate::Held;
                    taken.reasons.push(format!("{}: {refusal}", refusal.code()));
                    ("refused", Vec::new(), Some(refusal))
                }
            };
            if status == "accepted" {
                taken.lines.push(entry.line().into_owned());
            }
            taken.entries.push(Posted {
                id: entry.id().to_string(),
                entry: word(entry)?,
                status,
                warnings,
                error,
            });
        }
        Ok(taken)
    }

    /// After posting.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        match self.changed {
            true => self.shelf.settle(),
            false => Ok(()),
        }
    }
}
