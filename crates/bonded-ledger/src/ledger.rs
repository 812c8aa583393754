//! The ledger: one door for entries, and what can be asked.

use unit_consumption::Total;
use uuid::Uuid;

use crate::book::{Book, Status};
use crate::entry::{Entry, EntryKind};
use crate::ids::{Date, HandbookNo, MaterialSeq, ProductSeq};
use crate::index::{Index, Map};
use crate::list::List;
use crate::post;
use crate::rules::amendment::{HANDBOOK_CLOSED, HANDBOOK_REPORTED, HANDBOOK_UNKNOWN};
use crate::rules::cycles::CYCLE_FROZEN;
use crate::rules::identity::ID_REUSED;
use crate::rules::lists::LIST_UNKNOWN;
use crate::rules::{Refusal, Warning};

/// All handbooks, lists and balances that a journal says.
///
/// # Guarantees
/// - [`Ledger::post`] is the only door that changes it. A refused entry leaves no trace.
/// - After every entry, for every bonded material: what came in = what products consumed + what
///   left + what remains, and consumed = net + tangible + intangible loss; exactly.
/// - The same journal gives the same answers, byte for byte, on any machine.
///
/// # Example
/// ```
/// use bonded_ledger::{Entry, Ledger};
/// # let journal = include_str!("../tests/data/first.jsonl");
/// let mut ledger = Ledger::new();
/// for line in journal.lines() {
///     ledger.post(&Entry::from_json(line)?)?;
/// }
/// let book = "C222626A0001".parse()?;
/// let wafers = ledger.material(book, 1).unwrap();
/// assert_eq!(wafers.remaining.to_string(), "40");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub(crate) books: Vec<Book>,
    pub(crate) by_number: Map<HandbookNo, u32>,
    pub(crate) lists: Vec<List>,
    pub(crate) by_name: Index<Box<str>, u32>,
    pub(crate) ids: Index<Uuid, u128>,
    pub(crate) entries: u64,
}

/// What an accepted entry did.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Receipt {
    /// The same entry was here already: nothing has changed.
    pub duplicate: bool,
    /// What changed in the books, with what remains after it. Empty for duplicates, for lists that
    /// are only declared, and after [`Ledger::replay`].
    pub moved: Vec<Moved>,
    /// What somebody should look at.
    pub warnings: Vec<Warning>,
}

/// A change of one column.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Moved {
    /// The book.
    pub handbook: HandbookNo,
    /// The material, or
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<MaterialSeq>,
    /// the product whose column it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductSeq>,
    /// The column of the statement.
    pub column: &'static str,
    /// By how much it changed.
    pub quantity: Total,
    /// What remains of the material after it; of a product nothing remains.
    pub remaining: Option<Total>,
}

/// What one posting leaves behind while it is under way.
pub(crate) struct Posting<'e> {
    pub(crate) date: Date,
    pub(crate) entry: &'e Entry,
    pub(crate) warnings: Vec<Warning>,
    /// Tell what moved?
    pub(crate) tell: bool,
    pub(crate) moved: Vec<Moved>,
}

impl Posting<'_> {
    /// The entry gives a reason in its note.
    pub(crate) fn has_note(&self) -> bool {
        self.entry.note().is_some_and(|it| !it.trim().is_empty())
    }
}

impl Ledger {
    /// An empty ledger.
    pub fn new() -> Ledger {
        Ledger::default()
    }

    /// Posts an entry: the only door that changes the ledger.
    ///
    /// # Errors
    /// A refusal, with its stable code, the figures, the difference and the article; the ledger is
    /// untouched and the entry's id unused.
    pub fn post(&mut self, entry: &Entry) -> Result<Receipt, Refusal> {
        self.post_telling(entry, true)
    }

    /// The same without telling what moved: for reading a journal again, where nobody asks. The
    /// checks are the same, and so is the ledger afterwards.
    ///
    /// # Errors
    /// As [`Ledger::post`].
    pub fn replay(&mut self, entry: &Entry) -> Result<Receipt, Refusal> {
        self.post_telling(entry, false)
    }

    fn post_telling(&mut self, entry: &Entry, tell: bool) -> Result<Receipt, Refusal> {
        if let Some(&digest) = self.ids.get(&entry.id()) {
            if digest == entry.digest() {
                return Ok(Receipt {
                    duplicate: true,
                    moved: Vec::new(),
                    warnings: Vec::new(),
                });
            }
            let message = format!("id {} was used for an entry with other content", entry.id());
            return Err(ID_REUSED.refuse(message));
        }
        if let Some(fault) = entry.fault() {
            return Err(Refusal::of_input(fault));
        }
        let (date, warnings, moved) = (entry.date(), Vec::new(), Vec::new());
        let mut posting = Posting {
            date,
            entry,
            warnings,
            tell,
            moved,
        };
        self.dispatch(&mut posting)?;
        self.ids.insert::<Uuid>(entry.id(), entry.digest());
        self.entries += 1;
        let Posting {
            warnings, moved, ..
        } = posting;
        Ok(Receipt {
            duplicate: false,
            moved,
            warnings,
        })
    }

    fn dispatch(&mut self, posting: &mut Posting<'_>) -> Result<(), Refusal> {
        let entry = posting.entry;
        match entry.kind() {
            EntryKind::OpenHandbook { handbook } => post::open::open(self, posting, handbook),
            EntryKind::AmendHandbook(it) => post::amend::amend(self, posting, it),
            EntryKind::DeclareList { list } => post::declare::declare(self, posting, list),
            EntryKind::BookList(it) => post::lists::book(self, posting, it),
            EntryKind::AmendList(it) => post::lists::amend(self, posting, it),
            EntryKind::WithdrawList { list } => post::lists::withdraw(self, posting, list),
            EntryKind::ConfirmCounterpart {
                list,
                counterpart_list,
            } => post::lists::confirm(self, posting, list, counterpart_list),
            EntryKind::SuspendHandbook {
                handbook, scope, ..
            } => post::memos::suspend(self, posting, *handbook, *scope),
            EntryKind::ResumeHandbook { handbook, .. } => {
                post::memos::resume(self, posting, *handbook)
            }
            EntryKind::AdjustBook(it) => post::memos::adjust(self, posting, it),
            EntryKind::CountStock(it) => post::memos::count(self, posting, it),
            EntryKind::Outsource(it) => post::memos::outsource(self, posting, it),
            EntryKind::Substitute {
                handbook,
                material,
                quantity,
                document,
            } => post::memos::substitute(self, posting, *handbook, *material, *quantity, document),
            EntryKind::ReportClosure { handbook } => {
                post::closing::report(self, posting, *handbook)
            }
            EntryKind::AcceptClosure { handbook } => post::closing::accept(self, *handbook),
            EntryKind::ReturnClosure { handbook } => post::closing::give_back(self, *handbook),
            EntryKind::ReportCycle {
                handbook,
                cycle_end,
            } => post::cycles::report(self, posting, *handbook, *cycle_end),
            EntryKind::AcceptCycle { handbook } => post::cycles::accept(self, posting, *handbook),
            EntryKind::DeclareConsumption(it) => post::takings::declare(self, posting, it),
            EntryKind::WithdrawConsumption { handbook, number } => {
                post::takings::withdraw(self, posting, *handbook, number)
            }
            EntryKind::ReturnCycle { handbook } => post::cycles::give_back(self, *handbook),
        }
    }

    /// How many entries were accepted.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Whether an entry of this id was accepted.
    pub fn has_entry(&self, id: Uuid) -> bool {
        self.ids.get(&id).is_some()
    }

    /// The numbers of all books, in order.
    pub fn handbooks(&self) -> Vec<HandbookNo> {
        let mut numbers: Vec<HandbookNo> = self.books.iter().map(|it| it.number).collect();
        numbers.sort_unstable();
        numbers
    }

    pub(crate) fn book_at(&self, number: HandbookNo) -> Option<u32> {
        self.by_number.get(&number).copied()
    }

    /// The index of a book that is here.
    pub(crate) fn known_book(&self, number: HandbookNo) -> Result<u32, Refusal> {
        self.book_at(number).ok_or_else(|| {
            HANDBOOK_UNKNOWN.refuse(format!(
                "handbook {number} is not open here; post its open_handbook first"
            ))
        })
    }

    /// The index of a book that takes entries of this date.
    pub(crate) fn open_book(&self, number: HandbookNo, date: Date) -> Result<u32, Refusal> {
        let at = self.known_book(number)?;
        self.book_takes_entries_of(at, date)?;
        Ok(at)
    }

    /// The same of a book that is known: it is open, and no frozen cycle holds the date.
    pub(crate) fn book_takes_entries_of(&self, at: u32, date: Date) -> Result<(), Refusal> {
        self.book_takes_entries(at)?;
        let book = self.book(at);
        match book.frozen_until().filter(|end| date <= *end) {
            None => Ok(()),
            Some(end) => Err(CYCLE_FROZEN.refuse(format!(
                "dated {date}; nothing of book {} up to {end} changes any more: cycle {} is {}",
                book.number,
                book.cycle_of(date) + 1,
                book.told_cycle(book.cycle_of(date)).state
            ))),
        }
    }

    pub(crate) fn book_takes_entries(&self, at: u32) -> Result<(), Refusal> {
        let book = &self.books[at as usize];
        match book.status {
            Status::Open => Ok(()),
            Status::Reported => Err(HANDBOOK_REPORTED.refuse(format!(
                "handbook {} is reported for closure (已报核), it takes nothing but acceptance or return",
                book.number
            ))),
            Status::Closed => Err(HANDBOOK_CLOSED.refuse(format!(
                "handbook {} is closed (已结案), it takes no entry",
                book.number
            ))),
        }
    }

    /// The index of a list, by any of its names.
    pub(crate) fn list_at(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn known_list(&self, name: &str) -> Result<u32, Refusal> {
        self.list_at(name)
            .ok_or_else(|| LIST_UNKNOWN.refuse(format!("no list {name:?} is here")))
    }

    pub(crate) fn book(&self, at: u32) -> &Book {
        &self.books[at as usize]
    }

    pub(crate) fn list(&self, at: u32) -> &List {
        &self.lists[at as usize]
    }
}
