//! What is on file (备案资料): every particular of the books and lists that a journal tells, also those
//! with which the ledger does not compute.

use std::collections::{BTreeMap, HashMap};

use bonded_ledger::{
    AmendHandbook, ConsumptionLine, Date, DeclareList, Entry, EntryKind, HandbookNo, ListState,
    OpenHandbook, Version,
};

/// The books and lists of a journal with all their particulars: names, specifications, prices, units,
/// what an integrator carries along in `ext`.
///
/// Fed with the entries that a ledger has accepted, in their order. Documents are written from here
/// and from the ledger's figures; nothing here is a balance.
///
/// ```
/// use bonded_exchange::OnFile;
/// use bonded_ledger::Entry;
/// # let entry = Entry::from_json(include_str!("../tests/data/open.json"))?;
/// let mut on_file = OnFile::default();
/// on_file.record(&entry);
/// let book = on_file.handbook("C520719A9901".parse()?).expect("opened");
/// assert_eq!(book.opened.materials.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct OnFile {
    handbooks: BTreeMap<HandbookNo, FiledHandbook>,
    lists: Vec<FiledList>,
    names: HashMap<Box<str>, usize>,
}

/// A handbook or account book as it stands on file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FiledHandbook {
    /// As it was opened, with every amendment applied.
    pub opened: OpenHandbook,
    /// When it was opened.
    pub date: Date,
    /// How often it was amended (变更次数).
    pub amended: u32,
}

/// A list as it stands on file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FiledList {
    /// As it was declared, with its present lines.
    pub declared: DeclareList,
    /// When it was declared.
    pub date: Date,
    /// How often its lines were amended (变更次数).
    pub amended: u32,
    /// Whether it is pending, booked or withdrawn.
    pub state: ListState,
    /// Since when it is booked (已核扣).
    pub booked: Option<Date>,
    /// Customs' number of it (清单编号), where it is known.
    pub customs_number: Option<String>,
}

impl OnFile {
    /// Takes an entry that the ledger has accepted.
    pub fn record(&mut self, entry: &Entry) {
        match entry.kind() {
            EntryKind::OpenHandbook { handbook } => {
                let filed = FiledHandbook {
                    opened: (**handbook).clone(),
                    date: entry.date(),
                    amended: 0,
                };
                self.handbooks.insert(handbook.number, filed);
            }
            EntryKind::AmendHandbook(change) => {
                if let Some(filed) = self.handbooks.get_mut(&change.handbook) {
                    filed.amend(change);
                }
            }
            EntryKind::DeclareList { list } => self.declare(list, entry.date()),
            EntryKind::BookList(booked) => {
                let names = &mut self.names;
                let Some(&at) = names.get(booked.list.as_str()) else {
                    return;
                };
                let list = &mut self.lists[at];
                list.state = ListState::Booked;
                list.booked = Some(entry.date());
                if let Some(number) = &booked.customs_number {
                    names.insert(number.as_str().into(), at);
                    list.customs_number = Some(number.clone());
                }
                if booked.customs_declaration.is_some() {
                    list.declared
                        .customs_declaration
                        .clone_from(&booked.customs_declaration);
                }
                for passed in &booked.lines {
                    let lines = list.declared.lines.iter_mut();
                    for line in lines.filter(|it| it.line == passed.line) {
                        line.quantity = passed.quantity;
                        line.legal_quantity = passed.legal_quantity.or(line.legal_quantity);
                    }
                }
            }
            EntryKind::AmendList(change) => {
                if let Some(list) = self.list_mut(&change.list) {
                    list.declared.lines.clone_from(&change.lines);
                    list.amended += 1;
                }
            }
            EntryKind::WithdrawList { list } => {
                if let Some(list) = self.list_mut(list) {
                    list.state = ListState::Withdrawn;
                }
            }
            _ => {}
        }
    }

    fn declare(&mut self, declared: &DeclareList, date: Date) {
        let official = bonded_number(&declared.number);
        self.names
            .insert(declared.number.as_str().into(), self.lists.len());
        self.lists.push(FiledList {
            date,
            amended: 0,
            state: ListState::Pending,
            booked: None,
            customs_number: official.then(|| declared.number.clone()),
            declared: declared.clone(),
        });
    }

    fn list_mut(&mut self, name: &str) -> Option<&mut FiledList> {
        let at = *self.names.get(name)?;
        self.lists.get_mut(at)
    }

    /// A book by its number.
    pub fn handbook(&self, number: HandbookNo) -> Option<&FiledHandbook> {
        self.handbooks.get(&number)
    }

    /// All books, by number.
    pub fn handbooks(&self) -> impl Iterator<Item = &FiledHandbook> {
        self.handbooks.values()
    }

    /// A list by any of its names.
    pub fn list(&self, name: &str) -> Option<&FiledList> {
        self.names.get(name).and_then(|&at| self.lists.get(at))
    }

    /// All lists, in the order in which they were declared.
    pub fn lists(&self) -> impl Iterator<Item = &FiledList> {
        self.lists.iter()
    }

    /// The lists that carry an ERP's document number (`reference`).
    pub fn lists_of_reference<'a>(
        &'a self,
        reference: &'a str,
    ) -> impl Iterator<Item = &'a FiledList> {
        self.lists
            .iter()
            .filter(move |it| it.declared.reference.as_deref() == Some(reference))
    }
}

impl FiledHandbook {
    fn amend(&mut self, change: &AmendHandbook) {
        self.amended += 1;
        let book = &mut self.opened;
        if let Some(removed) = &change.removed {
            let gone = |line: &ConsumptionLine| {
                removed.consumptions.iter().any(|it| {
                    (it.product, it.material) == (line.product, line.material)
                        && Version::or_default(it.version.as_ref())
                            == Version::or_default(line.version.as_ref())
                })
            };
            book.consumptions.retain(|it| !gone(it));
            book.materials
                .retain(|it| !removed.materials.contains(&it.seq));
            book.products
                .retain(|it| !removed.products.contains(&it.seq));
        }
        for item in &change.materials {
            match book.materials.iter_mut().find(|it| it.seq == item.seq) {
                Some(old) => {
                    // Left out means kept.
                    let kept = (old.opening, old.used);
                    *old = item.clone();
                    old.opening = old.opening.or(kept.0);
                    old.used = old.used.or(kept.1);
                }
                None => book.materials.push(item.clone()),
            }
        }
        for item in &change.products {
            match book.products.iter_mut().find(|it| it.seq == item.seq) {
                Some(old) => {
                    let kept = old.used;
                    *old = item.clone();
                    old.used = old.used.or(kept);
                }
                None => book.products.push(item.clone()),
            }
        }
        for line in &change.consumptions {
            let key = |it: &ConsumptionLine| {
                let version = Version::or_default(it.version.as_ref()).to_owned();
                (it.product, it.material, version)
            };
            match book.consumptions.iter_mut().find(|it| key(it) == key(line)) {
                Some(old) => *old = line.clone(),
                None => book.consumptions.push(line.clone()),
            }
        }
        book.materials.sort_by_key(|it| it.seq);
        book.products.sort_by_key(|it| it.seq);
        book.valid_until = change.valid_until.unwrap_or(book.valid_until);
        book.credit = change.credit.or(book.credit);
        book.self_verification = change.self_verification.or(book.self_verification);
        book.role = change.role.or(book.role);
        if change.guarantee.is_some() {
            book.guarantee.clone_from(&change.guarantee);
        }
        if change.chain.is_some() {
            book.chain.clone_from(&change.chain);
        }
    }
}

/// Whether a text is a list's official number: `QD`, 4 digits of the district, 2 of the year, `I` or
/// `E`, 9 digits.
pub fn bonded_number(text: &str) -> bool {
    let digits = |from: usize, to: usize| {
        text.get(from..to)
            .is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
    };
    text.len() == 18
        && text.starts_with("QD")
        && digits(2, 8)
        && matches!(text.as_bytes()[8], b'I' | b'E')
        && digits(9, 18)
}
