//! Which handbooks an entry writes or reads: so which rows a posting locks.
//!
//! An entry writes one handbook. Beside it, it looks at another only through a carry-over: declaring,
//! deducting, amending or withdrawing a list with a counterpart looks at the list of the other
//! handbook and keeps in both whether the two still agree (`carry.rs` of the core); amending the items
//! of a handbook does so for all of its carry-overs. Whatever changes what the closing of a handbook
//! looks at therefore locks that handbook, so reporting a closure needs only its own row.
//!
//! Two entries without a handbook in common can be posted in either order, and the ledger is the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bonded_ledger::{Entry, EntryKind, HandbookNo, Ledger, ListFilter};

/// The handbooks of an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Touched {
    /// The one that it writes, whose journal holds it.
    pub(crate) own: HandbookNo,
    /// The ones that it reads.
    pub(crate) others: Vec<HandbookNo>,
}

impl Touched {
    pub(crate) fn all(&self) -> impl Iterator<Item = HandbookNo> + '_ {
        std::iter::once(self.own).chain(self.others.iter().copied())
    }
}

/// Where the lists of a ledger stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    opened: BTreeSet<HandbookNo>,
    lists: HashMap<Box<str>, (HandbookNo, Option<HandbookNo>)>,
    /// The other sides of a handbook's carry-overs.
    partners: BTreeMap<HandbookNo, BTreeSet<HandbookNo>>,
}

impl Places {
    /// Of a ledger as it is.
    pub(crate) fn of(ledger: &Ledger) -> Places {
        let mut places = Places::default();
        places.opened.extend(ledger.handbooks());
        for list in ledger.lists(&ListFilter::default()) {
            if let Some(name) = &list.customs_number {
                places.put(name, list.handbook, list.counterpart);
            }
            places.put(&list.number, list.handbook, list.counterpart);
        }
        places
    }

    fn put(&mut self, name: &str, handbook: HandbookNo, counterpart: Option<HandbookNo>) {
        self.lists.insert(name.into(), (handbook, counterpart));
        if let Some(other) = counterpart {
            self.partners.entry(handbook).or_default().insert(other);
        }
    }

    /// An entry was accepted.
    pub(crate) fn accepted(&mut self, entry: &Entry) {
        match entry.kind() {
            EntryKind::OpenHandbook { handbook } => {
                self.opened.insert(handbook.number);
            }
            EntryKind::DeclareList { list } => {
                let counterpart = list.counterpart.as_ref().map(|it| it.handbook);
                self.put(&list.number, list.handbook, counterpart);
            }
            EntryKind::BookList(it) => {
                if let Some(name) = &it.customs_number
                    && let Some((handbook, counterpart)) = self.lists.get(&*it.list).copied()
                {
                    self.put(name, handbook, counterpart);
                }
            }
            _ => {}
        }
    }

    /// The handbooks of an entry; `None` where its handbook or list is not here, so that the ledger
    /// refuses it.
    pub(crate) fn touched(&self, entry: &Entry) -> Option<Touched> {
        let of_list = |name: &str| {
            let (own, counterpart) = *self.lists.get(name)?;
            let others = counterpart.into_iter().collect();
            Some(Touched { own, others })
        };
        let of = |own: HandbookNo, others: Vec<HandbookNo>| {
            self.opened
                .contains(&own)
                .then_some(Touched { own, others })
        };
        match entry.kind() {
            EntryKind::OpenHandbook { handbook } => Some(Touched {
                own: handbook.number,
                others: Vec::new(),
            }),
            EntryKind::AmendHandbook(it) => {
                let partners = self.partners.get(&it.handbook);
                of(
                    it.handbook,
                    partners.into_iter().flatten().copied().collect(),
                )
            }
            EntryKind::DeclareList { list } => {
                let counterpart = list.counterpart.as_ref().map(|it| it.handbook);
                of(list.handbook, counterpart.into_iter().collect())
            }
            EntryKind::BookList(it) => of_list(&it.list),
            EntryKind::AmendList(it) => of_list(&it.list),
            EntryKind::WithdrawList { list } | EntryKind::ConfirmCounterpart { list, .. } => {
                of_list(list)
            }
            EntryKind::AdjustBook(it) => of(it.handbook, Vec::new()),
            EntryKind::CountStock(it) => of(it.handbook, Vec::new()),
            // Its lists are of its own handbook, or it is refused.
            EntryKind::DeclareConsumption(it) => of(it.handbook, Vec::new()),
            EntryKind::Outsource(it) => of(it.handbook, Vec::new()),
            EntryKind::SuspendHandbook { handbook, .. }
            | EntryKind::ResumeHandbook { handbook, .. }
            | EntryKind::Substitute { handbook, .. }
            | EntryKind::ReportClosure { handbook }
            | EntryKind::AcceptClosure { handbook }
            | EntryKind::ReturnClosure { handbook }
            | EntryKind::ReportCycle { handbook, .. }
            | EntryKind::AcceptCycle { handbook }
            | EntryKind::ReturnCycle { handbook }
            | EntryKind::WithdrawConsumption { handbook, .. } => of(*handbook, Vec::new()),
            // A kind that is not known here is not stored here: see `Plan::push`.
            _ => None,
        }
    }

    /// All handbooks that entries may write or read when they are posted one after the other, whichever
    /// of them are accepted; and whether one names a list or handbook that is not known here.
    pub(crate) fn touched_by(&self, entries: &[Entry]) -> (BTreeSet<HandbookNo>, bool) {
        let mut all = BTreeSet::new();
        let mut unknown = false;
        for (here, there) in self.foreseen(entries) {
            unknown |= here.is_none() && there.is_none();
            for touched in here.iter().chain(&there) {
                all.extend(touched.all());
            }
        }
        (all, unknown)
    }

    /// The handbook that each of the entries writes when they are posted one after the other.
    pub(crate) fn owners(&self, entries: &[Entry]) -> impl Iterator<Item = Option<HandbookNo>> {
        self.foreseen(entries)
            .map(|(here, there)| here.or(there).map(|it| it.own))
    }

    /// What each entry touches, by what is known here and by what the entries before it bring.
    fn foreseen(
        &self,
        entries: &[Entry],
    ) -> impl Iterator<Item = (Option<Touched>, Option<Touched>)> {
        // As if all were accepted. A name that is here already is what it is.
        let mut new = Places::default();
        entries.iter().map(move |entry| {
            let (here, there) = (self.touched(entry), new.touched(entry));
            if matches!(entry.kind(), EntryKind::DeclareList { .. })
                && here.is_none()
                && there.is_none()
            {
                return (here, there);
            }
            new.accepted(entry);
            if let EntryKind::BookList(it) = entry.kind()
                && let (Some(name), Some((handbook, counterpart))) =
                    (&it.customs_number, self.lists.get(&*it.list).copied())
            {
                new.put(name, handbook, counterpart);
            }
            (here, there)
        })
    }
}
