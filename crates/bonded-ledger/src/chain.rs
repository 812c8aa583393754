//! The IC chain (集成电路全产业链): which books carry over to which, and whether it is closed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use unit_consumption::Total;

use crate::book::Status;
use crate::carry::CarryOverState;
use crate::entry::{Goods, Role};
use crate::ids::{HandbookNo, HsCode, ProductSeq};
use crate::ledger::Ledger;
use crate::modes::Movement;

/// All chains of a ledger.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Chains {
    /// In order of name.
    pub chains: Vec<Chain>,
}

/// Handbooks that share a chain's name, or that carry-overs connect.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Chain {
    /// Its name; without one, its smallest handbook number.
    pub chain: String,
    /// Every carry-over matched or external, every handbook closable, reported or closed.
    pub closed: bool,
    /// In order of number.
    pub handbooks: Vec<ChainHandbook>,
    /// In the order in which they were declared.
    pub carry_overs: Vec<CarryOver>,
    /// What left the country.
    pub re_export: Vec<ReExport>,
}

/// A handbook of a chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChainHandbook {
    /// 手册编号.
    pub handbook: HandbookNo,
    /// What the enterprise does.
    pub role: Option<Role>,
    /// Open, reported or closed.
    pub status: Status,
    /// Ready to be reported?
    pub closable: bool,
}

/// A carry-over (结转), both sides of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CarryOver {
    /// The sending handbook.
    pub from: HandbookNo,
    /// The receiving handbook.
    pub to: HandbookNo,
    /// What leaves the sender.
    pub goods: Goods,
    /// The receiving list, where it is known.
    pub receiving_list: Option<String>,
    /// The sending list, where it is known.
    pub sending_list: Option<String>,
    /// How the sides stand to each other.
    pub state: CarryOverState,
}

/// Products that left the country (复出口).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReExport {
    /// 手册编号.
    pub handbook: HandbookNo,
    /// What the enterprise does.
    pub role: Option<Role>,
    /// Which product.
    pub product: ProductSeq,
    /// 商品编码.
    pub hs: HsCode,
    /// exported − returned_in + returned_out.
    pub quantity: Total,
}

/// A carry-over and the books kept here that it connects.
struct Connected {
    carry_over: CarryOver,
    ends: BTreeSet<u32>,
}

impl Ledger {
    /// All chains: by name, and where carry-overs connect handbooks without one.
    pub fn chains(&self) -> Chains {
        let all: Vec<Connected> = (0..self.lists.len() as u32)
            .filter_map(|at| self.carry_over(at))
            .collect();
        let mut groups: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        for (at, book) in self.books.iter().enumerate() {
            if let Some(name) = &book.chain {
                groups
                    .entry(name.to_string())
                    .or_default()
                    .insert(at as u32);
            }
        }
        for group in self.unnamed(&all) {
            let smallest = group.iter().map(|&at| self.book(at).number).min();
            if let Some(number) = smallest {
                groups.entry(number.to_string()).or_default().extend(group);
            }
        }
        let chains = groups
            .into_iter()
            .map(|(name, books)| self.chain(name, &books, &all));
        Chains {
            chains: chains.collect(),
        }
    }

    /// Books without a chain's name that have carry-overs, as far as these connect them.
    fn unnamed(&self, all: &[Connected]) -> Vec<BTreeSet<u32>> {
        let mut groups: Vec<BTreeSet<u32>> = Vec::new();
        for connected in all {
            let unnamed = |at: &u32| self.book(*at).chain.is_none();
            let ends: BTreeSet<u32> = connected.ends.iter().copied().filter(unnamed).collect();
            if ends.is_empty() {
                continue;
            }
            let (mut joined, rest): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|it| !it.is_disjoint(&ends));
            joined.push(ends);
            groups = rest;
            groups.push(joined.into_iter().flatten().collect());
        }
        groups
    }

    fn chain(&self, chain: String, books: &BTreeSet<u32>, all: &[Connected]) -> Chain {
        let mut sorted: Vec<u32> = books.iter().copied().collect();
        sorted.sort_unstable_by_key(|&at| self.book(at).number);
        let own = all.iter().filter(|it| !it.ends.is_disjoint(books));
        let carry_overs: Vec<CarryOver> = own.map(|it| it.carry_over.clone()).collect();
        let handbooks: Vec<ChainHandbook> = sorted
            .iter()
            .map(|&at| {
                let book = self.book(at);
                ChainHandbook {
                    handbook: book.number,
                    role: book.role,
                    status: book.status,
                    closable: self.closing_reasons(at).is_empty(),
                }
            })
            .collect();
        let settled =
            |it: &CarryOver| matches!(it.state, CarryOverState::Matched | CarryOverState::External);
        let done = |it: &ChainHandbook| it.closable || it.status != Status::Open;
        Chain {
            chain,
            closed: carry_overs.iter().all(settled) && handbooks.iter().all(done),
            handbooks,
            carry_overs,
            re_export: sorted.iter().flat_map(|&at| self.re_export(at)).collect(),
        }
    }

    fn re_export(&self, at: u32) -> Vec<ReExport> {
        let book = self.book(at);
        let of = |(at, product): (u16, &crate::book::Product)| {
            let sums = book.all_of_product(at);
            let quantity = sums.booked(Movement::Exported) - sums.booked(Movement::ReturnedIn)
                + sums.booked(Movement::ReturnedOut);
            (!quantity.is_zero()).then_some(ReExport {
                handbook: book.number,
                role: book.role,
                product: product.seq,
                hs: product.item.hs,
                quantity,
            })
        };
        book.products.present().filter_map(of).collect()
    }

    /// The carry-over that stands under this list: the receiving one, or the only one known.
    fn carry_over(&self, at: u32) -> Option<Connected> {
        let list = self.list(at);
        let carry = list.carry.as_ref()?;
        let own = self.book(list.book).number;
        let receiving = list.movement.is_receiving();
        if carry.kept && !receiving {
            return None;
        }
        let state = self.carry_over_state(at)?;
        let other = if carry.kept {
            self.book_at(carry.handbook)
        } else {
            None
        };
        let ends = [Some(list.book), other].into_iter().flatten().collect();
        let sending = if receiving {
            carry.other.map(|it| self.list(it))
        } else {
            Some(list)
        };
        let goods = match sending {
            Some(it) if it.movement.is_product() => Goods::Product,
            None if list.movement == Movement::CarriedIn => Goods::Product,
            _ => Goods::Material,
        };
        let number = Some(list.number.to_string());
        let named = carry.named.as_deref().map(str::to_string);
        let carry_over = match receiving {
            true => CarryOver {
                from: carry.handbook,
                to: own,
                goods,
                receiving_list: number,
                sending_list: sending.map(|it| it.number.to_string()).or(named),
                state,
            },
            false => CarryOver {
                from: own,
                to: carry.handbook,
                goods,
                receiving_list: named,
                sending_list: number,
                state,
            },
        };
        Some(Connected { carry_over, ends })
    }
}
