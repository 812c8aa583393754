//! The state of one handbook: what was approved, and the running totals of what has moved. A
//! running total per product version is enough to know every material's consumption, so no list is
//! exploded over the consumption table when it is posted.

use std::collections::BTreeMap;

use unit_consumption::{
    Consumption, Fraction, Percent, Quantity, RunningSum, Total, is_zero, round5,
};

use crate::cycle::Cycles;
use crate::entry::{
    ConsumptionDeclared, Credit, Ground, Guarantee, Item, ItemRef, Party, Role, Trade,
};
use crate::ids::{Date, HandbookNo, MaterialSeq, ProductSeq, Uscc};
use crate::list::Line;
use crate::modes::Movement;
use crate::shortage::Slack;
use crate::sums::{Basis, Folds, MaterialSums, Sums, VersionSums};
use crate::taking::Taking;

/// Where a book stands (手册状态).
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Takes entries.
    Open,
    /// 已报核: takes acceptance or return.
    Reported,
    /// 已结案: takes nothing.
    Closed,
}

impl Status {
    /// `open`, `reported` or `closed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Reported => "reported",
            Status::Closed => "closed",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub(crate) number: HandbookNo,
    pub(crate) trade: Trade,
    pub(crate) role: Option<Role>,
    pub(crate) chain: Option<Box<str>>,
    pub(crate) operator: Party,
    pub(crate) processor: Party,
    pub(crate) credit: Credit,
    pub(crate) guarantee: Option<Guarantee>,
    pub(crate) valid_from: Date,
    pub(crate) valid_until: Date,
    pub(crate) consumption_declared: ConsumptionDeclared,
    pub(crate) self_verification: bool,
    pub(crate) opened: Date,
    pub(crate) status: Status,
    pub(crate) import_suspended: bool,
    pub(crate) export_suspended: bool,
    pub(crate) materials: Items<Material>,
    pub(crate) products: Items<Product>,
    pub(crate) versions: Vec<VersionOf>,
    /// Of an account book: those of the current cycle, with all that is pending.
    pub(crate) sums: Sums,
    /// Cycles of an account book that were reported or accepted; `None` where there are none.
    pub(crate) cycles: Option<Box<Cycles>>,
    /// Its lists in the order of declaration.
    pub(crate) lists: Vec<u32>,
    pub(crate) pending: std::collections::BTreeSet<u32>,
    /// Receiving lists of carry-overs that keep it from closing.
    pub(crate) unsettled: std::collections::BTreeSet<u32>,
    /// What was booked, in journal order: lists and adjustments.
    pub(crate) booked: Vec<Booked>,
    pub(crate) adjustments: Vec<Adjustment>,
    pub(crate) counts: Vec<Count>,
    /// Consumption lists (耗料清单).
    pub(crate) takings: Vec<Taking>,
    pub(crate) outsourced: Vec<Outsourced>,
    pub(crate) substituted: Vec<Substituted>,
    pub(crate) slack: Slack,
    /// The folds of each material, kept up to date while movements are asked for.
    pub(crate) folds: Option<Vec<Folds>>,
}

/// Items of one kind: dense, found by number, in the order they came.
#[derive(Clone, Debug)]
pub(crate) struct Items<T> {
    by_seq: Vec<u16>,
    all: Vec<T>,
}

impl<T> Default for Items<T> {
    fn default() -> Items<T> {
        Items {
            by_seq: Vec::new(),
            all: Vec::new(),
        }
    }
}

pub(crate) trait Numbered {
    fn seq(&self) -> u16;
    fn removed(&self) -> bool;
}

impl<T: Numbered> Items<T> {
    /// The index of an item that is there.
    #[inline]
    pub(crate) fn find(&self, seq: u16) -> Option<u16> {
        self.by_seq
            .get(usize::from(seq))
            .and_then(|at| at.checked_sub(1))
            .filter(|&at| !self.all[usize::from(at)].removed())
    }

    /// Adds an item whose number is free. What was removed under it keeps its own place, so that
    /// lists that were withdrawn still name what they named.
    pub(crate) fn push(&mut self, item: T) -> u16 {
        let seq = usize::from(item.seq());
        if self.by_seq.len() <= seq {
            self.by_seq.resize(seq + 1, 0);
        }
        self.all.push(item);
        // `Items::is_full` is asked before.
        self.by_seq[seq] = self.all.len() as u16;
        self.by_seq[seq] - 1
    }

    #[inline]
    pub(crate) fn get(&self, at: u16) -> &T {
        &self.all[usize::from(at)]
    }

    pub(crate) fn get_mut(&mut self, at: u16) -> &mut T {
        &mut self.all[usize::from(at)]
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// All that ever were, in the order they came.
    pub(crate) fn all(&self) -> &[T] {
        &self.all
    }

    /// So many items were removed and added again that no index is left.
    pub(crate) fn is_full(&self) -> bool {
        self.all.len() >= usize::from(u16::MAX) - 1
    }

    /// Items that are there, in order of number.
    pub(crate) fn present(&self) -> impl Iterator<Item = (u16, &T)> {
        let slots = self.by_seq.iter().filter_map(|at| at.checked_sub(1));
        slots
            .map(|at| (at, self.get(at)))
            .filter(|(_, it)| !it.removed())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Material {
    pub(crate) seq: MaterialSeq,
    pub(crate) item: Item,
    pub(crate) eligible: bool,
    pub(crate) consumable: bool,
    pub(crate) opening: Quantity,
    /// From when on the opening counts: the date of the amendment that added the item; what the book
    /// opened with counts from its first day on.
    pub(crate) added: Date,
    pub(crate) used: Quantity,
    pub(crate) removed: bool,
    /// Lines of lists (not withdrawn, present) that name it.
    pub(crate) named: u32,
    /// Where it is consumed: version and line of the version.
    pub(crate) users: Vec<(u32, u32)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) seq: ProductSeq,
    pub(crate) item: Item,
    pub(crate) used: Quantity,
    pub(crate) removed: bool,
    pub(crate) named: u32,
    /// Its versions by name: those with a consumption, and those that a list named.
    pub(crate) versions: BTreeMap<Box<str>, u32>,
}

impl Numbered for Material {
    fn seq(&self) -> u16 {
        self.seq.get()
    }
    fn removed(&self) -> bool {
        self.removed
    }
}

impl Numbered for Product {
    fn seq(&self) -> u16 {
        self.seq.get()
    }
    fn removed(&self) -> bool {
        self.removed
    }
}

/// A version of a product's consumption table.
#[derive(Clone, Debug)]
pub(crate) struct VersionOf {
    pub(crate) product: u16,
    pub(crate) name: Box<str>,
    /// Material and consumption, in order of material.
    pub(crate) lines: Vec<(u16, Consumption)>,
    /// The day on which its first line came on file.
    pub(crate) on_file: Option<Date>,
    pub(crate) named: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Adjustment {
    pub(crate) date: Date,
    pub(crate) material: u16,
    pub(crate) quantity: Quantity,
    pub(crate) ground: Ground,
    /// Its entry carries a note: the reason that customs asks for at the end of a cycle.
    pub(crate) noted: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Booked {
    List(u32),
    Adjusted(u32),
    /// By a consumption list.
    Taken(u32),
}

#[derive(Clone, Debug)]
pub(crate) struct Count {
    pub(crate) date: Date,
    /// Material, quantity − undeclared_in + undeclared_out.
    pub(crate) materials: Vec<(u16, Total)>,
    pub(crate) products: Vec<(u16, Box<str>, Quantity)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Outsourced {
    pub(crate) date: Date,
    pub(crate) contractor: Uscc,
    pub(crate) item: ItemRef,
    /// Dispatched, or minus returned.
    pub(crate) quantity: Total,
}

/// A substitution (串料) with customs' consent.
#[derive(Clone, Debug)]
pub(crate) struct Substituted {
    pub(crate) material: u16,
    pub(crate) quantity: Quantity,
    pub(crate) document: Box<str>,
}

impl Book {
    /// `fold` of the contract over the booked quantities of a basis.
    pub(crate) fn fold(&self, sums: &Sums, material: u16, basis: Basis) -> Total {
        let terms = self
            .users(material)
            .map(|(version, line)| (sums.versions[version].booked.of(basis), line.bonded_gross()));
        round5(terms)
    }

    /// The fold of booked and pending quantities.
    pub(crate) fn fold_declared(&self, material: u16, basis: Basis) -> Total {
        let terms = self.users(material).map(|(version, line)| {
            let sums = &self.sums.versions[version];
            (
                sums.booked.of(basis) + sums.pending.of(basis),
                line.bonded_gross(),
            )
        });
        round5(terms)
    }

    /// Σ Q × some fraction of the consumption, rounded once.
    pub(crate) fn sum_of<'a>(
        &'a self,
        sums: &'a Sums,
        material: u16,
        fraction: impl Fn(&'a Consumption) -> &'a Fraction + Clone + 'a,
    ) -> Total {
        let terms = self.users(material);
        round5(terms.map(|(version, line)| (sums.versions[version].booked.q, fraction(line))))
    }

    /// True where Σ Q × gross × t × b is exactly 0.
    pub(crate) fn no_tangible_loss(&self, sums: &Sums, material: u16) -> bool {
        let takes = |line: &Consumption| {
            line.tangible_loss() != Percent::ZERO && line.bonded_share() != Percent::ZERO
        };
        let booked = |version: usize| sums.versions[version].booked.q;
        let losing = || self.users(material).filter(|(_, line)| takes(line));
        if losing().all(|(version, _)| booked(version).is_zero()) {
            return true;
        }
        if losing().all(|(version, _)| booked(version) >= Total::ZERO) {
            return false;
        }
        // More was returned of one version than left of it: terms may cancel out.
        let fractions: Vec<(Total, Fraction)> = losing()
            .map(|(version, line)| (sums.versions[version].booked.q, line.bonded_tangible()))
            .collect();
        is_zero(
            fractions
                .iter()
                .map(|(quantity, fraction)| (*quantity, fraction)),
        )
    }

    pub(crate) fn users(
        &self,
        material: u16,
    ) -> impl Iterator<Item = (usize, &Consumption)> + Clone {
        self.materials
            .get(material)
            .users
            .iter()
            .map(|&(version, line)| {
                let version = version as usize;
                (version, &self.versions[version].lines[line as usize].1)
            })
    }

    /// What remains now; from the kept folds where there are any.
    pub(crate) fn remaining(&self, material: u16) -> Total {
        let sums = &self.sums.materials[usize::from(material)];
        let taken = |basis| self.current_fold(material, basis);
        sums.available(self.opening(material)) - taken(Basis::Q) - taken(Basis::S) - taken(Basis::D)
    }

    /// The fold of what is booked now.
    pub(crate) fn current_fold(&self, material: u16, basis: Basis) -> Total {
        let kept = self.folds.as_ref().map(|it| &it[usize::from(material)]);
        let rounded = kept.and_then(|it| match basis {
            Basis::Q => it.q.rounded(),
            Basis::S => it.s.rounded(),
            Basis::D => it.d.rounded(),
        });
        rounded.unwrap_or_else(|| self.fold(&self.sums, material, basis))
    }

    /// Scrap that is left now: scrap_opening + loss_tangible − what was dealt with.
    pub(crate) fn scrap(&self, material: u16) -> Total {
        self.scrap_opening(material) + self.scrap_arisen(&self.sums, material)
    }

    /// Scrap that arose, less what was dealt with.
    pub(crate) fn scrap_arisen(&self, sums: &Sums, material: u16) -> Total {
        let scrap: Total = Movement::ALL
            .into_iter()
            .filter(|it| it.is_scrap())
            .map(|it| sums.materials[usize::from(material)].booked(it))
            .sum();
        self.losses(sums, material).1 - scrap
    }

    /// consumed_net, loss_tangible, loss_intangible of the contract.
    pub(crate) fn losses(&self, sums: &Sums, material: u16) -> (Total, Total, Total) {
        let consumed = self.fold(sums, material, Basis::Q);
        let net = self.sum_of(sums, material, Consumption::bonded_net);
        let loss = consumed - net;
        let MaterialSums {
            taken_net,
            taken_scrap,
            ..
        } = sums.materials[usize::from(material)];
        if self.no_tangible_loss(sums, material) {
            return (net + taken_net, taken_scrap, loss);
        }
        let intangible = self.sum_of(sums, material, Consumption::bonded_intangible);
        let (low, high) = (loss.min(Total::ZERO), loss.max(Total::ZERO));
        let tangible = (loss - intangible).clamp(low, high);
        // A consumption list says what went into the goods and what is scrap.
        (net + taken_net, tangible + taken_scrap, loss - tangible)
    }

    /// Begins to keep the folds, so that what each posting moves can be told at once.
    pub(crate) fn keep_folds(&mut self) {
        if self.folds.is_some() {
            return;
        }
        let fold = |at: u16, basis: Basis| -> RunningSum {
            let booked = |version: usize| self.sums.versions[version].booked.of(basis);
            self.users(at)
                .map(|(version, line)| (booked(version), line.bonded_gross()))
                .collect()
        };
        let of = |at: u16| Folds {
            q: fold(at, Basis::Q),
            s: fold(at, Basis::S),
            d: fold(at, Basis::D),
        };
        self.folds = Some((0..self.materials.len() as u16).map(of).collect());
    }

    /// Applies booked lines to sums and kept folds.
    pub(crate) fn apply_booked(&mut self, movement: Movement, lines: &[Line], back: bool) {
        self.sums.apply(movement, true, lines, back);
        let (true, Some(folds)) = (movement.is_product(), &mut self.folds) else {
            return;
        };
        let (basis, returns) = movement.basis();
        for line in lines {
            let quantity = line.quantity.total();
            let quantity = if back != returns { -quantity } else { quantity };
            for (material, consumption) in &self.versions[line.version as usize].lines {
                let folds = &mut folds[usize::from(*material)];
                let sum = match basis {
                    Basis::Q => &mut folds.q,
                    Basis::S => &mut folds.s,
                    Basis::D => &mut folds.d,
                };
                sum.add(quantity, consumption.bonded_gross());
            }
        }
    }

    /// The version of a product, where one of this name is known.
    pub(crate) fn find_version(&self, product: u16, name: &str) -> Option<u32> {
        self.products.get(product).versions.get(name).copied()
    }

    /// The version of a product; a name seen for the first time gets a place.
    pub(crate) fn version(&mut self, product: u16, name: &str) -> u32 {
        if let Some(found) = self.find_version(product, name) {
            return found;
        }
        let at = self.versions.len() as u32;
        self.versions.push(VersionOf {
            product,
            name: name.into(),
            lines: Vec::new(),
            on_file: None,
            named: 0,
        });
        self.sums.versions.push(VersionSums::default());
        self.products
            .get_mut(product)
            .versions
            .insert(name.into(), at);
        self.slack.forget();
        at
    }

    /// Finds again where each material is consumed, after the consumption table has changed.
    pub(crate) fn index_users(&mut self) {
        let mut users = vec![Vec::new(); self.materials.len()];
        for (version, of) in self.versions.iter().enumerate() {
            for (line, (material, _)) in of.lines.iter().enumerate() {
                users[usize::from(*material)].push((version as u32, line as u32));
            }
        }
        for (at, users) in users.into_iter().enumerate() {
            self.materials.get_mut(at as u16).users = users;
        }
        self.folds = None;
        self.slack.forget();
    }

    /// Counts lines that name items and versions, or no longer do.
    pub(crate) fn name(&mut self, movement: Movement, lines: &[Line], back: bool) {
        let count = |named: &mut u32| *named = if back { *named - 1 } else { *named + 1 };
        for line in lines {
            if movement.is_product() {
                count(&mut self.products.get_mut(line.item).named);
                count(&mut self.versions[line.version as usize].named);
            } else {
                count(&mut self.materials.get_mut(line.item).named);
            }
        }
    }

    /// `material 3 (裸晶圆 bare wafer)`.
    pub(crate) fn material_text(&self, at: u16) -> String {
        let material = self.materials.get(at);
        format!("material {} ({})", material.seq, material.item.name)
    }

    /// `product 3 (芯片 chip)`.
    pub(crate) fn product_text(&self, at: u16) -> String {
        let product = self.products.get(at);
        format!("product {} ({})", product.seq, product.item.name)
    }
}
