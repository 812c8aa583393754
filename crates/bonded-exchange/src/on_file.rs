//! What is on file (备案资料): every particular of the books and lists that a journal tells, also those
//! with which the ledger does not compute.

use std::collections::{BTreeMap, HashMap};

use bonded_ledger::{
    AmendHandbook, ConsumptionLine, Date, DeclareList, Entry, EntryKind, Ext, HandbookNo,
    ListState, OpenHandbook, Version,
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
    /// By what else a receipt may name a list: see [`OnFile::lists_of_key`].
    keys: HashMap<Box<str>, Vec<usize>>,
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
    /// Customs' own number of its last change (`chgTmsCnt`), where an entry carries it in
    /// `ext.customs`; 0 where none does.
    pub change: u32,
    /// Since when it is reported for closure (报核); `None` where it is open or closed.
    pub reported: Option<Date>,
    /// When customs last suspended or resumed it, `yyyy-MM-dd HH:mm:ss`, where an entry carries it in
    /// `ext.customs.manageDate`.
    pub paused: Option<String>,
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
    /// Customs' own number of its last change (`chgTmsCnt`): what the declaration or an amendment
    /// carries in `ext.customs`, and one more for each amendment that carries none.
    pub change: u32,
    /// Whether it is pending, booked or withdrawn.
    pub state: ListState,
    /// Since when it is booked (已核扣).
    pub booked: Option<Date>,
    /// Since when it is withdrawn (删单, 退单).
    pub withdrawn: Option<Date>,
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
                    change: change_of(handbook.ext.as_ref()).unwrap_or_default(),
                    reported: None,
                    paused: None,
                };
                self.handbooks.insert(handbook.number, filed);
            }
            EntryKind::AmendHandbook(change) => {
                if let Some(filed) = self.handbooks.get_mut(&change.handbook) {
                    filed.amend(change);
                    filed.change = filed.change.max(change_of(entry.ext()).unwrap_or_default());
                }
            }
            EntryKind::ReportClosure { handbook } => {
                if let Some(filed) = self.handbooks.get_mut(handbook) {
                    filed.reported = Some(entry.date());
                }
            }
            EntryKind::AcceptClosure { handbook } | EntryKind::ReturnClosure { handbook } => {
                if let Some(filed) = self.handbooks.get_mut(handbook) {
                    filed.reported = None;
                }
            }
            EntryKind::SuspendHandbook { handbook, .. }
            | EntryKind::ResumeHandbook { handbook, .. } => {
                let at = customs(entry.ext(), "manageDate");
                if let (Some(filed), Some(at)) = (self.handbooks.get_mut(handbook), at) {
                    filed.paused = filed.paused.take().max(Some(at.into()));
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
                    let counted = list.change.saturating_add(1);
                    list.change = change_of(entry.ext()).unwrap_or(counted);
                }
            }
            EntryKind::WithdrawList { list } => {
                if let Some(list) = self.list_mut(list) {
                    list.state = ListState::Withdrawn;
                    list.withdrawn = Some(entry.date());
                }
            }
            _ => {}
        }
    }

    fn declare(&mut self, declared: &DeclareList, date: Date) {
        let official = bonded_number(&declared.number);
        let at = self.lists.len();
        self.names.insert(declared.number.as_str().into(), at);
        let of_customs = KEYS.map(|it| customs(declared.ext.as_ref(), it));
        let keys = of_customs.into_iter().flatten();
        for key in keys.chain(declared.reference.as_deref()) {
            let lists = self.keys.entry(key.into()).or_default();
            if lists.last() != Some(&at) {
                lists.push(at);
            }
        }
        self.lists.push(FiledList {
            date,
            amended: 0,
            change: change_of(declared.ext.as_ref()).unwrap_or_default(),
            state: ListState::Pending,
            booked: None,
            withdrawn: None,
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

    /// The lists that a receipt may mean by a key: any of a list's names, the ERP's document number
    /// (`reference`), and what the list carries in `ext.customs` of 清单编号 (`bondInvtNo`),
    /// 预录入编号 (`invtPreentNo`) and 企业内部清单编号 (`etpsInnerInvtNo`). In the order in which
    /// they were declared, the one of that name first.
    pub fn lists_of_key<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a FiledList> {
        let named = self.names.get(key).copied();
        let keyed = self.keys.get(key).into_iter().flatten().copied();
        let all = named
            .into_iter()
            .chain(keyed.filter(move |&it| Some(it) != named));
        all.filter_map(|at| self.lists.get(at))
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
    /// The same with an amendment applied: as it will stand once the amendment is accepted.
    #[must_use]
    pub fn amended_by(&self, change: &AmendHandbook) -> FiledHandbook {
        let mut after = self.clone();
        after.amend(change);
        after
    }

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

/// What names a list in `ext.customs`.
const KEYS: [&str; 4] = ["bondInvtNo", "invtPreentNo", "SeqNo", "etpsInnerInvtNo"];

/// A value of the interface that an integrator carries along: `ext.customs`.
fn customs<'e>(ext: Option<&'e Ext>, element: &str) -> Option<&'e str> {
    let value = ext?.get("customs")?.get(element)?.as_str()?.trim();
    (!value.is_empty()).then_some(value)
}

fn change_of(ext: Option<&Ext>) -> Option<u32> {
    crate::values::plain_decimal(customs(ext, "chgTmsCnt")?)?
        .parse()
        .ok()
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
