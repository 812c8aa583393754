//! What the goods of some lists really took (实际耗用), with its evidence, in place of what their unit
//! consumption says.
//!
//! There are three ways to know what products took: by unit consumption (单耗), by consumption list
//! (耗料清单), by work order (工单). They differ in who says it, not in what is said: quantities of
//! materials, net and scrap, for goods that left. A taking is that, of the lists that it covers. Goods
//! that it covers leave the sums of their versions, so that no unit consumption is counted for them,
//! and what it says is added exactly. So posting a list costs what it did, and a work order will be
//! another source of the same thing.

use serde::Serialize;
use unit_consumption::{Quantity, Total};

use crate::book::Book;
use crate::ids::{Date, HandbookNo, MaterialSeq};
use crate::ledger::Ledger;
use crate::list::ListState;
use crate::sums::{Basis, Sums};

/// A consumption list, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Taking {
    pub(crate) number: Box<str>,
    pub(crate) date: Date,
    pub(crate) withdrawn: Option<Date>,
    /// The lists that it covers.
    pub(crate) lists: Vec<u32>,
    /// Material, net, scrap.
    pub(crate) materials: Vec<(u16, Quantity, Quantity)>,
}

impl Taking {
    /// It counts on this day.
    fn counts_on(&self, day: Option<Date>) -> bool {
        match day {
            None => self.withdrawn.is_none(),
            Some(day) => self.date <= day && self.withdrawn.is_none_or(|it| day < it),
        }
    }
}

impl Book {
    /// The consumption list that tells what the goods of a list took.
    pub(crate) fn taking_of(&self, list: u32) -> Option<&Taking> {
        let mut takings = self.takings.iter().filter(|it| it.withdrawn.is_none());
        takings.find(|it| it.lists.contains(&list))
    }

    /// What consumption lists, counting or withdrawn, say of a material.
    pub(crate) fn taken_in_all(&self, material: u16) -> Total {
        let rows = self.takings.iter().flat_map(|it| &it.materials);
        let rows = rows.filter(|(at, ..)| *at == material);
        rows.map(|(_, net, scrap)| net.total() + scrap.total())
            .sum()
    }

    /// What products took of a material: by unit consumption and by consumption lists.
    pub(crate) fn consumed(&self, sums: &Sums, material: u16) -> Total {
        self.fold(sums, material, Basis::Q) + sums.materials[usize::from(material)].taken()
    }
}

/// A consumption list (耗料清单), as `Ledger::consumption_lists` tells it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConsumptionList {
    /// 账册编号.
    pub handbook: HandbookNo,
    /// 耗料单编号.
    pub number: String,
    /// The day from which it counts.
    pub date: Date,
    /// The day from which it counts no more.
    pub withdrawn: Option<Date>,
    /// The cycle in which it counts, from 1.
    pub cycle: u32,
    /// The lists that it covers (关联核注清单), by our numbers.
    pub lists: Vec<String>,
    /// What their goods took.
    pub materials: Vec<ConsumptionListMaterial>,
}

/// What goods took of a material, by a consumption list. In the units of the item, 5 decimals.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConsumptionListMaterial {
    /// 料件序号.
    pub seq: MaterialSeq,
    /// 净耗用数量: what is in the goods.
    pub net: Quantity,
    /// 边角料.
    pub scrap: Quantity,
}

impl Ledger {
    /// The consumption lists of an account book, or of all, in the order in which they were declared;
    /// withdrawn ones too.
    pub fn consumption_lists(&self, handbook: Option<HandbookNo>) -> Vec<ConsumptionList> {
        let asked = |book: &&Book| handbook.is_none_or(|it| it == book.number);
        let of = |book: &Book, taking: &Taking| ConsumptionList {
            handbook: book.number,
            number: taking.number.to_string(),
            date: taking.date,
            withdrawn: taking.withdrawn,
            cycle: book.cycle_of(taking.date) as u32 + 1,
            lists: taking
                .lists
                .iter()
                .map(|&it| self.list(it).number.to_string())
                .collect(),
            materials: taking
                .materials
                .iter()
                .map(|(material, net, scrap)| ConsumptionListMaterial {
                    seq: book.materials.get(*material).seq,
                    net: *net,
                    scrap: *scrap,
                })
                .collect(),
        };
        let mut found: Vec<ConsumptionList> = self
            .books
            .iter()
            .filter(asked)
            .flat_map(|book| book.takings.iter().map(move |it| of(book, it)))
            .collect();
        found.sort_by_key(|it| it.handbook);
        found
    }

    /// What the consumption lists of a book say on a day, put into sums or taken out of them.
    pub(crate) fn put_takings(&self, book: &Book, sums: &mut Sums, day: Option<Date>, back: bool) {
        for taking in book.takings.iter().filter(|it| it.counts_on(day)) {
            for list in taking.lists.iter().map(|&it| self.list(it)) {
                let booked = match day {
                    Some(day) => list.as_of(day),
                    None => list.now(),
                };
                if let Some((true, lines)) = booked {
                    sums.cover(lines, back);
                }
            }
            sums.take(taking, back);
        }
    }

    /// A list whose goods a consumption list may tell of.
    pub(crate) fn is_coverable(&self, list: u32) -> bool {
        let list = self.list(list);
        let (basis, returns) = list.movement.basis();
        list.state == ListState::Booked
            && list.movement.is_product()
            && basis == Basis::Q
            && !returns
    }
}
