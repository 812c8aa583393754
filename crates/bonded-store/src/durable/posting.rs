//! Entries into the ledger, and what it accepts into a batch: of many entries on two threads, as
//! hashing and packing them takes about as long as checking them.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, Builder, Scope, ScopedJoinHandle};

use bonded_ledger::{Entry, Ledger, Receipt, Refusal};

use super::Together;
use crate::batch::Batch;
use crate::error::{StoreError, StoreErrorKind};
use crate::hash::Head;

/// What became of entries, in memory.
pub(super) struct Posted {
    /// What was accepted.
    pub(super) batch: Batch,
    /// In order; fewer than there are entries where it was not to go on after a refusal.
    pub(super) answers: Vec<Result<Receipt, Refusal>>,
}

/// So many bytes are accepted before it is worth to begin a thread for the rest,
const ALONE_BYTES: usize = 64 << 10;
/// if there are so many more.
const REST_MIN: usize = 16;
/// In so many parts the rest is handed over: waking a thread costs as much as a few entries do.
const PARTS: usize = 6;

/// # Errors
/// Where they are too many for one batch.
pub(super) fn post(
    ledger: &mut Ledger,
    telling: bool,
    head: Head,
    entries: &[Entry],
    how: Together,
) -> Result<Posted, StoreError> {
    let mut batch = Batch::new(head);
    let mut answers = Vec::with_capacity(entries.len());
    let mut rest = entries.iter();
    let mut goes_on = true;
    let mut answer = |entry: &Entry| {
        let answer = match telling {
            true => ledger.post(entry),
            false => ledger.replay(entry),
        };
        let accepted = matches!(&answer, Ok(it) if !it.duplicate);
        let goes_on = answer.is_ok() || how == Together::Each;
        answers.push(answer);
        (accepted, goes_on)
    };
    while goes_on && (batch.text().len() < ALONE_BYTES || rest.len() < REST_MIN) {
        let Some(entry) = rest.next() else { break };
        let accepted;
        (accepted, goes_on) = answer(entry);
        if accepted {
            push(&mut batch, entry)?;
        }
    }
    if goes_on && rest.len() > 0 {
        let alone = thread::available_parallelism().is_ok_and(|it| it.get() == 1);
        batch = thread::scope(|scope| {
            let mut beside = match alone {
                true => Beside::This(batch),
                false => Beside::begin(scope, batch, rest.len() / PARTS + 1),
            };
            for entry in rest {
                let (accepted, goes_on) = answer(entry);
                if accepted {
                    beside.push(entry)?;
                }
                if !goes_on {
                    break;
                }
            }
            beside.end()
        })?;
    }
    Ok(Posted { batch, answers })
}

fn push(batch: &mut Batch, entry: &Entry) -> Result<(), StoreError> {
    let line = entry.line();
    if !batch.has_room(line.len()) {
        let advice = "the entries are too many for one batch; post fewer at once";
        return Err(StoreError::new(StoreErrorKind::Other, advice));
    }
    batch.push(&line);
    Ok(())
}

/// A batch that another thread fills, or this one where there is no other.
enum Beside<'scope, 'a> {
    Another {
        to: Sender<Vec<&'a Entry>>,
        some: Vec<&'a Entry>,
        part: usize,
        filled: ScopedJoinHandle<'scope, Result<Batch, StoreError>>,
    },
    This(Batch),
}

impl<'scope, 'a: 'scope> Beside<'scope, 'a> {
    fn begin(scope: &'scope Scope<'scope, '_>, batch: Batch, part: usize) -> Beside<'scope, 'a> {
        let (give, taken) = channel();
        let (to, from) = channel();
        let thread = Builder::new().spawn_scoped(scope, move || fill(&taken, &from));
        // The batch is given only to a thread that there is.
        match thread {
            Ok(filled) => match give.send(batch) {
                Ok(()) => Beside::Another {
                    to,
                    some: Vec::with_capacity(part),
                    part,
                    filled,
                },
                Err(unsent) => Beside::This(unsent.0),
            },
            _ => Beside::This(batch),
        }
    }

    fn push(&mut self, entry: &'a Entry) -> Result<(), StoreError> {
        match self {
            Beside::This(batch) => push(batch, entry),
            Beside::Another { to, some, part, .. } => {
                some.push(entry);
                if some.len() >= *part {
                    // Where nobody takes it any more the end says why.
                    let _ = to.send(std::mem::replace(some, Vec::with_capacity(*part)));
                }
                Ok(())
            }
        }
    }

    fn end(self) -> Result<Batch, StoreError> {
        match self {
            Beside::This(batch) => Ok(batch),
            Beside::Another {
                to, some, filled, ..
            } => {
                let _ = to.send(some);
                drop(to);
                filled.join().unwrap_or_else(|panic| resume_unwind(panic))
            }
        }
    }
}

fn fill(batch: &Receiver<Batch>, from: &Receiver<Vec<&Entry>>) -> Result<Batch, StoreError> {
    let ended = || StoreError::new(StoreErrorKind::Other, "nothing was handed over");
    let mut batch = batch.recv().map_err(|_| ended())?;
    for some in from {
        for entry in some {
            push(&mut batch, entry)?;
        }
        batch.pack();
    }
    Ok(batch)
}
