//! A ledger over a store: it answers only after the store has what it says.

use std::collections::HashMap;

use bonded_ledger::{Entry, Ledger, Receipt, Refusal};

mod posting;

use crate::error::{StoreError, StoreErrorKind};
use crate::hash::Head;
use crate::store::{Snapshot, Store};
use posting::Posted;

/// A ledger that outlives the process.
///
/// # Guarantees
/// - An entry that was acknowledged (`Ok`) is in the store, once. One that was refused is not.
/// - After an error of the store, and where all or none were none, the ledger in memory is built anew
///   from it, so that nobody reads what was not stored; where the store cannot be read the ledger is
///   empty until it can. Post the same entries again: what had been stored is told as duplicate.
/// - Others may post to the same store, from this process or another: what they posted is read before
///   anything is checked, so that two never overdraw one handbook.
///
/// What is asked of [`ledger`](DurableLedger::ledger) is as of the last posting or
/// [`sync`](DurableLedger::sync).
#[derive(Debug)]
pub struct DurableLedger<S> {
    store: S,
    ledger: Ledger,
    /// Up to where the ledger has read, or written.
    head: Head,
    /// The ledger says what the store says. Else it is built anew before it is used.
    fresh: bool,
    /// Receipts say what moved.
    telling: bool,
    /// How many records the latest snapshot that is known here stands for.
    snapshot_at: u64,
}

/// How entries that are posted together hang together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Together {
    /// Each for itself.
    Each,
    /// Up to the first that is refused.
    UntilRefused,
    /// All or none.
    Whole,
}

/// What became of entries that were posted together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answers {
    /// For each entry that was tried, in order: what it did, or why it was refused.
    pub answers: Vec<Result<Receipt, Refusal>>,
    /// The accepted ones are in the store. False where a refusal kept all of them out.
    pub stored: bool,
}

impl Answers {
    /// For ledgers that keep their entries in another way than a [`Store`].
    pub fn new(answers: Vec<Result<Receipt, Refusal>>, stored: bool) -> Answers {
        Answers { answers, stored }
    }
}

/// Why an entry was not posted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostError {
    /// The ledger refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a verification has seen.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// Where the journal ends.
    pub head: Head,
    /// How many records the snapshot that is kept stands for.
    pub snapshot: Option<u64>,
}

/// Why a store is not sound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record is not the one that was written.
    #[error("record {position}: {what}")]
    Record {
        /// The first one, from 1.
        position: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The journal is not the one whose head was kept elsewhere.
    #[error("the journal does not contain the head that was kept: {what}")]
    Head {
        /// What was found.
        what: String,
    },
    /// The snapshot says something else than the records.
    #[error(
        "the snapshot of {position} records says something else than they do; the records are \
         sound: take a new snapshot"
    )]
    Snapshot {
        /// How many records it stands for.
        position: u64,
    },
}

/// How much is read at once.
const READ_BYTES: usize = 8 << 20;

impl<S: Store> DurableLedger<S> {
    /// Opens what a store has: its latest snapshot and the records behind it, each checked against the
    /// hash that its successor carries.
    ///
    /// # Errors
    /// `Damaged` where a record is not what was written, or the ledger refuses it.
    pub fn open(store: S) -> Result<DurableLedger<S>, StoreError> {
        let mut opened = DurableLedger {
            store,
            ledger: Ledger::new(),
            head: Head::EMPTY,
            fresh: false,
            telling: true,
            snapshot_at: 0,
        };
        opened.sync()?;
        Ok(opened)
    }

    /// Whether receipts say what moved (they do, unless somebody does not want to know): without it
    /// posting is several times faster.
    pub fn tell(&mut self, telling: bool) {
        self.telling = telling;
    }

    /// What the ledger says, as of the last posting or [`sync`](DurableLedger::sync).
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The head of the journal that the ledger stands at. Kept elsewhere, it proves all before it.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The store.
    pub fn store(&mut self) -> &mut S {
        &mut self.store
    }

    /// The store together with the ledger and where it stands, for what is kept beside the journal.
    ///
    /// # Errors
    /// As [`sync`](DurableLedger::sync), which it begins with: nothing is kept of what is not stored.
    pub fn synced(&mut self) -> Result<(&mut S, &Ledger, Head), StoreError> {
        self.sync()?;
        Ok((&mut self.store, &self.ledger, self.head))
    }

    /// What the ledger says, without the store.
    pub fn into_ledger(self) -> Ledger {
        self.ledger
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.store
    }

    /// Reads what others have posted.
    ///
    /// # Errors
    /// As [`DurableLedger::open`].
    pub fn sync(&mut self) -> Result<(), StoreError> {
        if !self.fresh {
            (self.ledger, self.head) = restored(&mut self.store)?;
            self.snapshot_at = self.head.position;
        }
        // Until all is read it is not what the store says.
        self.fresh = false;
        self.head = read_on(&mut self.store, &mut self.ledger, self.head)?;
        self.fresh = true;
        Ok(())
    }

    /// Posts an entry and waits until the store has it.
    ///
    /// # Errors
    /// The ledger's refusal, or what the store says; after the latter the entry may be posted again.
    pub fn post(&mut self, entry: &Entry) -> Result<Receipt, PostError> {
        let mut answers = self.post_all(std::slice::from_ref(entry))?;
        match answers.answers.pop() {
            Some(answer) => Ok(answer?),
            None => Err(StoreError::new(StoreErrorKind::Other, "an entry has no answer").into()),
        }
    }

    /// Posts entries, each for itself: those that the ledger accepts are stored together, with one
    /// wait for the disk.
    ///
    /// # Errors
    /// What the store says: then none of them is acknowledged.
    pub fn post_all(&mut self, entries: &[Entry]) -> Result<Answers, StoreError> {
        self.post_together(entries, Together::Each)
    }

    /// Posts entries in order up to the first that the ledger refuses: those behind it are not tried,
    /// and have no answer.
    ///
    /// # Errors
    /// As [`DurableLedger::post_all`].
    pub fn post_until_refused(&mut self, entries: &[Entry]) -> Result<Answers, StoreError> {
        self.post_together(entries, Together::UntilRefused)
    }

    /// Posts entries all or none: where the ledger refuses one, none is stored and the rest is not
    /// tried.
    ///
    /// # Errors
    /// As [`DurableLedger::post_all`].
    pub fn post_atomically(&mut self, entries: &[Entry]) -> Result<Answers, StoreError> {
        self.post_together(entries, Together::Whole)
    }

    /// Posts entries in one of the ways of [`Together`].
    ///
    /// # Errors
    /// As [`DurableLedger::post_all`].
    pub fn post_together(
        &mut self,
        entries: &[Entry],
        how: Together,
    ) -> Result<Answers, StoreError> {
        loop {
            match self.try_to_post(entries, how) {
                // A store without a lock: somebody was faster, so the journal has grown.
                Err(error) if matches!(error.kind(), StoreErrorKind::Moved(_)) => {}
                answered => {
                    self.forget_what_is_not_stored();
                    return answered;
                }
            }
        }
    }

    /// Nobody reads from memory what the store does not have: the ledger is built anew, and where the
    /// store cannot be read it says nothing until it can.
    fn forget_what_is_not_stored(&mut self) {
        if !self.fresh && self.sync().is_err() {
            self.ledger = Ledger::new();
            self.head = Head::EMPTY;
            self.fresh = false;
        }
    }

    fn try_to_post(&mut self, entries: &[Entry], how: Together) -> Result<Answers, StoreError> {
        if !self.fresh {
            self.sync()?;
        }
        let now = self.store.lock()?;
        if now != self.head
            && let Err(error) = self.sync().and_then(|()| self.reached(now))
        {
            self.store.release();
            return Err(error);
        }
        // From here on memory may be ahead of the store.
        self.fresh = false;
        let posted = posting::post(&mut self.ledger, self.telling, self.head, entries, how);
        let Posted { batch, answers } = match posted {
            Ok(posted) => posted,
            Err(error) => {
                self.store.release();
                return Err(error);
            }
        };
        if how == Together::Whole && answers.last().is_some_and(Result::is_err) {
            self.store.release();
            // What was accepted before the refusal is in memory only.
            self.fresh = batch.is_empty();
            return Ok(Answers {
                answers,
                stored: false,
            });
        }
        if batch.is_empty() {
            self.store.release();
        } else {
            self.store.append(&batch)?;
            self.head = batch.end();
        }
        self.fresh = true;
        Ok(Answers {
            answers,
            stored: true,
        })
    }

    /// The records that were read end where the store says that they do, or behind it.
    fn reached(&mut self, told: Head) -> Result<(), StoreError> {
        let here = self.head;
        if here.position > told.position || here == told {
            return Ok(());
        }
        self.fresh = false;
        Err(StoreError::damaged(format!(
            "the store tells that its journal ends with {told}, and its records end with {here}"
        )))
    }

    /// Keeps a snapshot of the ledger as it is, so that opening need not read the whole journal.
    ///
    /// # Errors
    /// What the store says; nothing but the shortcut is lost.
    pub fn snapshot(&mut self) -> Result<(), StoreError> {
        self.sync()?;
        let snapshot = Snapshot {
            head: self.head,
            bytes: self.ledger.snapshot(),
        };
        self.store.keep_snapshot(&snapshot)?;
        self.snapshot_at = self.head.position;
        Ok(())
    }

    /// How many records the latest snapshot that is known here stands for: what is behind it is read
    /// one by one when the store is opened.
    pub fn snapshot_at(&self) -> u64 {
        self.snapshot_at
    }

    /// Takes a snapshot and lets the store put its batches together.
    ///
    /// # Errors
    /// What the store says; the journal is what it was.
    pub fn compact(&mut self) -> Result<(), StoreError> {
        self.snapshot()?;
        self.store.compact()
    }

    /// Reads the whole journal again from its first record on: each record is the one that its
    /// successor carries the hash of, the ledger accepts each, the snapshot says the same as the
    /// records, the head that the store tells is that of the last one, and heads that were `kept`
    /// elsewhere are the journal's.
    ///
    /// # Errors
    /// The first thing that is not sound.
    pub fn verify(&mut self, kept: &[Head]) -> Result<Verified, VerifyError> {
        verify_store(&mut self.store, kept)
    }
}

/// [`DurableLedger::verify`] for a store that need not open: the first record that is not sound is
/// named whatever a snapshot says.
///
/// # Errors
/// The first thing that is not sound.
pub fn verify_store(store: &mut impl Store, kept: &[Head]) -> Result<Verified, VerifyError> {
    let snapshot = store.snapshot()?;
    let mut ledger = Ledger::new();
    let mut seen = HashMap::new();
    let mut snapshot_equal = None;
    let mut look = |head: Head, ledger: &Ledger| {
        if kept.iter().any(|it| it.position == head.position) {
            seen.insert(head.position, head);
        }
        if let Some(it) = snapshot.as_ref().filter(|it| it.head == head) {
            snapshot_equal = Some(it.bytes == ledger.snapshot());
        }
    };
    look(Head::EMPTY, &ledger);
    let told = store.head()?;
    let head = verify_all(store, &mut ledger, &mut look)?;
    // Somebody may have posted meanwhile, never taken back.
    if head.position < told.position || (head.position == told.position && head != told) {
        let what = format!("expected, as the store tells the head {told}; found {head}");
        let position = head.position + 1;
        return Err(VerifyError::Record { position, what });
    }
    for kept in kept {
        let found = match seen.get(&kept.position) {
            Some(found) if found == kept => continue,
            Some(found) => found.to_string(),
            None => format!("only {} records", head.position),
        };
        let what = format!("expected {kept}, found {found}");
        return Err(VerifyError::Head { what });
    }
    match &snapshot {
        // One of an older form is not read, and says nothing wrong.
        Some(it) if Ledger::restore(&it.bytes).is_ok() && snapshot_equal != Some(true) => {
            let position = it.head.position;
            Err(VerifyError::Snapshot { position })
        }
        _ => Ok(Verified {
            head,
            snapshot: snapshot.map(|it| it.head.position),
        }),
    }
}

/// The ledger of the latest snapshot; an empty one where there is none that can be read.
fn restored(store: &mut impl Store) -> Result<(Ledger, Head), StoreError> {
    let empty = (Ledger::new(), Head::EMPTY);
    let Some(Snapshot { head, bytes }) = store.snapshot()? else {
        return Ok(empty);
    };
    let now = store.head()?;
    if head.position > now.position || (head.position == now.position && head.hash != now.hash) {
        return Err(StoreError::damaged(format!(
            "the snapshot was taken of {} records ({}), and the journal has {} ({}): records are \
             missing or another journal stands in their place; restore it from a backup",
            head.position, head.hash, now.position, now.hash
        )));
    }
    // A snapshot of another version, or one that is damaged, costs time and nothing else.
    Ok(Ledger::restore(&bytes).map_or(empty, |ledger| (ledger, head)))
}

/// Reads the records behind a head into a ledger, checked.
fn read_on(
    store: &mut impl Store,
    ledger: &mut Ledger,
    mut head: Head,
) -> Result<Head, StoreError> {
    loop {
        let batches = store.read(head.position, READ_BYTES)?;
        if batches.is_empty() {
            return Ok(head);
        }
        for batch in batches {
            let Some(rest) = batch.after(head.position) else {
                return Err(StoreError::damaged(format!(
                    "records behind {} were asked for, and the store gave up to {}",
                    head.position,
                    batch.end().position
                )));
            };
            if rest.start() != head {
                return Err(StoreError::damaged(format!(
                    "record {} carries {} as the hash of its predecessor, expected {}",
                    rest.start().position + 1,
                    rest.start().hash,
                    head.hash
                )));
            }
            rest.check_chain()
                .map_err(|it| StoreError::damaged(tampered(it.position)))?;
            for record in rest.records() {
                replay(ledger, record.line).map_err(|it| {
                    StoreError::damaged(format!("record {}: {it}", record.position))
                })?;
            }
            head = rest.end();
        }
    }
}

fn tampered(position: Option<u64>) -> String {
    match position {
        Some(it) => format!(
            "record {it} is not the one that its successor carries the hash of: it was changed, or a \
             record was removed, inserted or moved behind it"
        ),
        None => "a batch is not what was written".to_owned(),
    }
}

fn replay(ledger: &mut Ledger, line: &str) -> Result<(), String> {
    let entry = Entry::from_json(line).map_err(|it| format!("it is no entry: {it}"))?;
    match ledger.replay(&entry) {
        Ok(receipt) if receipt.duplicate => Err("it is there twice".to_owned()),
        Ok(_) => Ok(()),
        Err(refusal) => Err(format!("the ledger refuses it: {refusal}")),
    }
}

/// As [`read_on`] from the beginning, record by record, naming the first that is wrong.
fn verify_all(
    store: &mut impl Store,
    ledger: &mut Ledger,
    look: &mut impl FnMut(Head, &Ledger),
) -> Result<Head, VerifyError> {
    let mut head = Head::EMPTY;
    let wrong = |position: u64, what: String| VerifyError::Record { position, what };
    loop {
        let batches = store.read(head.position, READ_BYTES)?;
        if batches.is_empty() {
            return Ok(head);
        }
        for batch in batches {
            let next = head.position + 1;
            let Some(rest) = batch.after(head.position) else {
                return Err(wrong(next, "the store gave other records again".to_owned()));
            };
            if rest.start().position != head.position {
                let found = rest.start().position + 1;
                return Err(wrong(next, format!("missing; the next one is {found}")));
            }
            for record in rest.records() {
                if record.previous != head.hash {
                    // The hash that it carries is of what stood before it when it was written.
                    let what = match record.position {
                        1 => "it carries the hash of a predecessor".to_owned(),
                        at => format!(
                            "it was changed, or a record was removed, inserted or moved behind it: \
                             record {at} carries another hash of its predecessor"
                        ),
                    };
                    return Err(wrong((record.position - 1).max(1), what));
                }
                replay(ledger, record.line).map_err(|it| wrong(record.position, it))?;
                head = head.followed_by(record.line);
                look(head, ledger);
            }
            if rest.end() != head {
                return Err(wrong(
                    head.position,
                    format!("changed, as its batch ends with {}", rest.end().hash),
                ));
            }
        }
    }
}
