//! What a journal says beside quantities: amounts, dates, parties, guarantees. The ledger keeps none
//! of the money; here it is kept, list by list.

use std::collections::{BTreeMap, BTreeSet};

use bonded_ledger::{
    AmendHandbook, Amount, Credit, Currency, Date, DeclareList, Direction, Entry, EntryKind, Goods,
    Guarantee, HandbookNo, HsCode, Item, ItemRef, ListLine, Mode, Movement, OpenHandbook, Party,
    Presented, Quantity, Role, Trade, Unit, Version, modes,
};

use rust_decimal::Decimal;

use crate::explained::LineRef;
use crate::inputs::letters;

/// The papers of all books and lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Papers {
    pub(crate) books: BTreeMap<HandbookNo, BookPapers>,
    /// In the order of declaration.
    pub(crate) lists: Vec<ListPapers>,
    names: BTreeMap<String, usize>,
    of_book: BTreeMap<HandbookNo, Vec<usize>>,
    /// Receiving lists that name a material, or did before they were amended.
    received: BTreeMap<(HandbookNo, u16), BTreeSet<usize>>,
}

/// The papers of one book.
#[derive(Clone, Debug)]
pub(crate) struct BookPapers {
    pub(crate) trade: Trade,
    pub(crate) role: Option<Role>,
    pub(crate) operator: Party,
    pub(crate) processor: Party,
    pub(crate) credit: Credit,
    pub(crate) guarantee: Option<Guarantee>,
    pub(crate) valid_from: Date,
    pub(crate) valid_until: Date,
    /// How often it was extended (延期).
    pub(crate) extensions: u32,
    pub(crate) reported: Option<Date>,
    pub(crate) accepted: Option<Date>,
    /// The last days of accepted cycles.
    pub(crate) cycle_ends: Vec<Date>,
    pub(crate) cycle_reported: Option<Date>,
    /// When customs wrote cycles off (核销).
    pub(crate) written_off: Vec<Date>,
    pub(crate) materials: BTreeMap<u16, (Item, Quantity)>,
    /// From when on the opening of a material counts, where an amendment brought it; else the book's first day.
    pub(crate) opened: BTreeMap<u16, Date>,
    pub(crate) products: BTreeMap<u16, Item>,
    /// All processes were outsourced (全工序外发) on that day.
    pub(crate) outsourced_whole: Option<Date>,
}

/// The papers of one list.
#[derive(Clone, Debug)]
pub(crate) struct ListPapers {
    pub(crate) number: String,
    pub(crate) customs_number: Option<String>,
    pub(crate) handbook: HandbookNo,
    pub(crate) trade: Trade,
    pub(crate) mode: Mode,
    pub(crate) direction: Direction,
    pub(crate) movement: Movement,
    pub(crate) declared: Date,
    pub(crate) delivered: Option<Date>,
    pub(crate) customs_declaration: Option<String>,
    pub(crate) booked: Option<Date>,
    pub(crate) withdrawn: bool,
    /// The last day of the cycle it settles, where that is not the one that holds its day.
    pub(crate) settles: Option<Date>,
    pub(crate) lines: Vec<LinePapers>,
}

/// The cycle of a book that holds a day, and its last day where a list that settles it names it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Within {
    pub(crate) day: Date,
    pub(crate) ends: Option<Date>,
}

impl From<Date> for Within {
    fn from(day: Date) -> Within {
        Within { day, ends: None }
    }
}

/// The papers of one line.
#[derive(Clone, Debug)]
pub(crate) struct LinePapers {
    pub(crate) line: u32,
    pub(crate) item: ItemRef,
    pub(crate) version: String,
    /// As declared: what the amount is for.
    pub(crate) quantity: Quantity,
    pub(crate) amount: Option<(Amount, Currency)>,
    pub(crate) usd: Option<Amount>,
    pub(crate) presented: Option<Presented>,
    pub(crate) by_product: bool,
    /// The item as it was when the line was declared.
    pub(crate) hs: HsCode,
    pub(crate) name: String,
    pub(crate) unit: Unit,
}

impl Papers {
    /// Takes an entry that the ledger has accepted.
    pub(crate) fn take(&mut self, entry: &Entry) {
        let date = entry.date();
        match entry.kind() {
            EntryKind::OpenHandbook { handbook } => {
                self.books.insert(handbook.number, opened(handbook));
            }
            EntryKind::AmendHandbook(it) => {
                if let Some(book) = self.books.get_mut(&it.handbook) {
                    book.amend(it, date);
                }
            }
            EntryKind::DeclareList { list } => self.declare(date, list),
            EntryKind::BookList(it) => {
                let Some(at) = self.names.get(&it.list).copied() else {
                    return;
                };
                let list = &mut self.lists[at];
                list.booked = Some(date);
                if it.customs_declaration.is_some() {
                    list.customs_declaration.clone_from(&it.customs_declaration);
                }
                if let Some(name) = &it.customs_number {
                    list.customs_number = Some(name.clone());
                    self.names.insert(name.clone(), at);
                }
            }
            EntryKind::AmendList(it) => {
                if let Some(&at) = self.names.get(&it.list)
                    && let Some(book) = self.books.get(&self.lists[at].handbook)
                {
                    let product = self.lists[at].movement.is_product();
                    let lines = it.lines.iter().filter_map(|it| book.line(it, product));
                    self.lists[at].lines = lines.collect();
                    let papers = self.lists[at].clone();
                    self.index(at, &papers);
                }
            }
            EntryKind::WithdrawList { list } => {
                if let Some(&at) = self.names.get(list) {
                    self.lists[at].withdrawn = true;
                }
            }
            EntryKind::Outsource(it) if it.all_processes == Some(true) => {
                if let Some(book) = self.books.get_mut(&it.handbook) {
                    book.outsourced_whole.get_or_insert(date);
                }
            }
            EntryKind::ReportClosure { handbook } => {
                self.of(*handbook, |it| it.reported = Some(date))
            }
            EntryKind::AcceptClosure { handbook } => {
                self.of(*handbook, |it| it.accepted = Some(date))
            }
            EntryKind::ReturnClosure { handbook } => self.of(*handbook, |it| it.reported = None),
            EntryKind::ReportCycle {
                handbook,
                cycle_end,
            } => self.of(*handbook, |it| it.cycle_reported = Some(*cycle_end)),
            EntryKind::AcceptCycle { handbook } => self.of(*handbook, |it| {
                it.cycle_ends.extend(it.cycle_reported.take());
                it.written_off.push(date);
            }),
            EntryKind::ReturnCycle { handbook } => {
                self.of(*handbook, |it| it.cycle_reported = None)
            }
            _ => {}
        }
    }

    fn of(&mut self, handbook: HandbookNo, change: impl FnOnce(&mut BookPapers)) {
        if let Some(book) = self.books.get_mut(&handbook) {
            change(book);
        }
    }

    fn declare(&mut self, date: Date, list: &DeclareList) {
        let Some(book) = self.books.get(&list.handbook) else {
            return;
        };
        let moved = modes::table().find(|(_, code, trade, direction, goods)| {
            *code == list.mode.as_str()
                && trade.is_none_or(|it| it == book.trade)
                && (*direction, *goods) == (list.direction, list.goods)
        });
        let Some((movement, ..)) = moved else {
            return;
        };
        let product = list.goods == Goods::Product;
        let lines = list.lines.iter().filter_map(|it| book.line(it, product));
        let papers = ListPapers {
            number: list.number.clone(),
            customs_number: None,
            handbook: list.handbook,
            trade: book.trade,
            mode: list.mode,
            direction: list.direction,
            movement,
            declared: date,
            delivered: list.delivered,
            customs_declaration: list.customs_declaration.clone(),
            booked: None,
            withdrawn: false,
            settles: list.settles,
            lines: lines.collect(),
        };
        let at = self.lists.len();
        self.names.insert(list.number.clone(), at);
        self.of_book.entry(list.handbook).or_default().push(at);
        self.index(at, &papers);
        self.lists.push(papers);
    }

    fn index(&mut self, at: usize, list: &ListPapers) {
        if list.movement.is_material_in() {
            for material in list.lines.iter().filter_map(LinePapers::material) {
                let key = (list.handbook, material);
                self.received.entry(key).or_default().insert(at);
            }
        }
    }

    /// Lists by which a material came in, in the order of their declaration.
    pub(crate) fn received(
        &self,
        handbook: HandbookNo,
        material: u16,
    ) -> impl Iterator<Item = &ListPapers> {
        let lists = self.received.get(&(handbook, material)).into_iter();
        let lists = lists.flatten().map(|at| &self.lists[*at]);
        lists.filter(|it| !it.withdrawn)
    }

    /// A list, by any of its names.
    pub(crate) fn list(&self, name: &str) -> Option<&ListPapers> {
        self.names.get(name).map(|it| &self.lists[*it])
    }

    /// The lists of a book that count, in the order of their declaration.
    pub(crate) fn lists_of(
        &self,
        handbook: HandbookNo,
    ) -> impl Iterator<Item = &ListPapers> + Clone {
        let lists = self.of_book.get(&handbook).into_iter().flatten();
        let lists = lists.map(|at| &self.lists[*at]);
        lists.filter(|it| !it.withdrawn)
    }
}

fn opened(handbook: &OpenHandbook) -> BookPapers {
    let materials = handbook.materials.iter().map(|it| {
        let opening = it.opening.unwrap_or_default();
        (it.seq.get(), (it.item.clone(), opening))
    });
    let products = handbook.products.iter();
    BookPapers {
        trade: handbook.trade,
        role: handbook.role,
        operator: handbook.operator.clone(),
        processor: handbook.processor.clone(),
        credit: handbook.credit.unwrap_or(Credit::Regular),
        guarantee: handbook.guarantee.clone(),
        valid_from: handbook.valid_from,
        valid_until: handbook.valid_until,
        extensions: 0,
        reported: None,
        accepted: None,
        cycle_ends: Vec::new(),
        cycle_reported: None,
        written_off: Vec::new(),
        materials: materials.collect(),
        opened: BTreeMap::new(),
        products: products.map(|it| (it.seq.get(), it.item.clone())).collect(),
        outsourced_whole: None,
    }
}

impl BookPapers {
    /// The day from which the opening of a material counts (journal, "Account books: cycles").
    pub(crate) fn opens_on(&self, material: u16) -> Date {
        self.opened
            .get(&material)
            .copied()
            .unwrap_or(self.valid_from)
    }

    fn amend(&mut self, it: &AmendHandbook, date: Date) {
        if let Some(removed) = &it.removed {
            for seq in &removed.materials {
                self.materials.remove(&seq.get());
                self.opened.remove(&seq.get());
            }
            for seq in &removed.products {
                self.products.remove(&seq.get());
            }
        }
        for material in &it.materials {
            let seq = material.seq.get();
            let before = self.materials.get(&seq).map(|it| it.1);
            if before.is_none() {
                self.opened.insert(seq, date);
            }
            let opening = material.opening.or(before).unwrap_or_default();
            self.materials.insert(seq, (material.item.clone(), opening));
        }
        for product in &it.products {
            self.products
                .insert(product.seq.get(), product.item.clone());
        }
        if let Some(until) = it.valid_until {
            self.extensions += u32::from(until > self.valid_until);
            self.valid_until = until;
        }
        self.credit = it.credit.unwrap_or(self.credit);
        self.role = it.role.or(self.role);
        if it.guarantee.is_some() {
            self.guarantee.clone_from(&it.guarantee);
        }
    }

    fn line(&self, line: &ListLine, product: bool) -> Option<LinePapers> {
        let (item, of) = match product {
            true => (
                ItemRef::Product(bonded_ledger::ProductSeq::new(line.seq.into())?),
                self.products.get(&line.seq)?,
            ),
            false => (
                ItemRef::Material(bonded_ledger::MaterialSeq::new(line.seq.into())?),
                &self.materials.get(&line.seq)?.0,
            ),
        };
        let details = line.details.as_deref();
        let currency = details.and_then(|it| it.currency).or(of.currency);
        let amount = details.and_then(|it| it.amount);
        Some(LinePapers {
            line: line.line,
            item,
            version: Version::or_default(line.version.as_ref()).to_owned(),
            quantity: line.quantity,
            amount: amount.zip(currency),
            usd: details.and_then(|it| it.usd_amount),
            presented: line.presented().cloned(),
            by_product: line.by_product == Some(true),
            hs: of.hs,
            name: of.name.clone(),
            unit: of.unit,
        })
    }

    /// The last day of the cycle that holds a day, where it is reported or accepted.
    pub(crate) fn cycle_ended(&self, day: Date) -> Option<Date> {
        let ends = self.cycle_ends.iter().chain(&self.cycle_reported);
        ends.filter(|it| **it >= day).min().copied()
    }

    /// The last day of the cycle that a list settles: one that ended then, or is still open. What settles
    /// another day is an ordinary sale.
    pub(crate) fn settled_end(&self, list: &ListPapers) -> Option<Date> {
        let ended = || self.cycle_ends.iter().chain(&self.cycle_reported);
        let last = ended().max().copied();
        let settles = list.settles?;
        let is_end = last.is_none_or(|it| it < settles) || ended().any(|it| *it == settles);
        is_end.then_some(settles)
    }

    /// The first day of the cycle that holds a day; of a handbook, of its validity. A cycle has ended
    /// once it is reported: nothing is dated in it any more.
    pub(crate) fn cycle_begins(&self, day: Date) -> Date {
        let ends = self.cycle_ends.iter().chain(&self.cycle_reported);
        let ended = ends.filter(|it| **it < day).max();
        ended
            .and_then(|it| it.succ_opt())
            .unwrap_or(self.valid_from)
    }
}

impl ListPapers {
    /// Its own number, and customs' (清单编号).
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let customs = self.customs_number.iter().filter(|it| **it != self.number);
        std::iter::once(&self.number)
            .chain(customs)
            .map(String::as_str)
    }

    /// The cycle whose imports its goods came from.
    pub(crate) fn within(&self, book: &BookPapers, day: Date) -> Within {
        let settles = book.settled_end(self);
        Within {
            day: settles.unwrap_or(self.declared.min(day)),
            ends: settles,
        }
    }

    pub(crate) fn at(&self, line: &LinePapers) -> LineRef {
        LineRef {
            list: self.number.clone(),
            line: line.line,
        }
    }
}

impl LinePapers {
    pub(crate) fn material(&self) -> Option<u16> {
        match self.item {
            ItemRef::Material(it) => Some(it.get()),
            ItemRef::Product(_) => None,
        }
    }

    /// What the line says that its goods cost: its amount, else what it says in dollars.
    pub(crate) fn paid(&self) -> Option<(Decimal, String)> {
        let amount = self
            .amount
            .map(|(amount, currency)| (amount.decimal(), letters(currency.as_str())));
        amount.or_else(|| Some((self.usd?.decimal(), "USD".to_owned())))
    }

    pub(crate) fn product(&self) -> Option<u16> {
        match self.item {
            ItemRef::Product(it) => Some(it.get()),
            ItemRef::Material(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use bonded_ledger::parse_date;

    use super::*;

    /// Entries that no ledger has looked at yet.
    fn papers(lines: &[&str]) -> Papers {
        let mut papers = Papers::default();
        let opened = r#"{"id":"00000000-0000-4000-8000-000000000001","date":"2025-01-05","entry":"open_handbook","handbook":{"number":"E222626A0001","trade":"imported_materials","operator":PARTY,"processor":PARTY,"valid_from":"2025-01-01","valid_until":"2025-12-31","consumption_declared":"before_closure","materials":[{"seq":1,"code":"A","hs":"3907300090","name":"compound","unit":"035","opening":"7"}],"products":[]}}"#;
        let party = r#"{"uscc":"91350100M000100Y43","customs_code":"3501900001","name":"n"}"#;
        let mut all = vec![opened.replace("PARTY", party)];
        all.extend(
            lines
                .iter()
                .zip(2..)
                .map(|(line, at)| format!(r#"{{"id":"00000000-0000-4000-8000-{at:012}",{line}}}"#)),
        );
        for line in all {
            papers.take(&Entry::from_json(&line).unwrap_or_else(|it| panic!("{line}: {it}")));
        }
        papers
    }

    #[test]
    fn a_cycle_begins_after_the_one_that_was_accepted() {
        let papers = papers(&[
            r#""date":"2025-07-10","entry":"report_cycle","handbook":"E222626A0001","cycle_end":"2025-06-30""#,
            r#""date":"2025-07-12","entry":"return_cycle","handbook":"E222626A0001""#,
            r#""date":"2025-07-20","entry":"report_cycle","handbook":"E222626A0001","cycle_end":"2025-06-30""#,
            r#""date":"2025-08-01","entry":"accept_cycle","handbook":"E222626A0001""#,
        ]);
        let book = papers.books.values().next().unwrap();
        let begins = |it: &str| book.cycle_begins(parse_date(it).unwrap()).to_string();
        assert_eq!(begins("2025-06-30"), "2025-01-01");
        assert_eq!(begins("2025-07-01"), "2025-07-01");
        assert_eq!(book.written_off.len(), 1);
        assert_eq!(book.written_off[0].to_string(), "2025-08-01");
    }

    #[test]
    fn an_amendment_keeps_what_it_does_not_say() {
        let papers = papers(&[
            r#""date":"2025-02-01","entry":"amend_handbook","handbook":"E222626A0001","valid_until":"2026-06-30","materials":[{"seq":1,"code":"A","hs":"3907300090","name":"other","unit":"035"}]"#,
            r#""date":"2025-03-01","entry":"amend_handbook","handbook":"E222626A0001","valid_until":"2026-03-31","credit":"dishonest""#,
        ]);
        let book = papers.books.values().next().unwrap();
        assert_eq!(book.extensions, 1, "a shorter validity is no extension");
        assert_eq!(book.valid_until.to_string(), "2026-03-31");
        let (item, opening) = &book.materials[&1];
        assert_eq!(
            (item.name.as_str(), opening.to_string().as_str()),
            ("other", "7")
        );
        assert_eq!(book.credit, Credit::Dishonest);
    }
}
