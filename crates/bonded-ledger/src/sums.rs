//! What has moved: running totals per material, per product and per version.

use unit_consumption::{Quantity, RunningSum, Total};

use crate::book::Book;
use crate::list::Line;
use crate::modes::Movement;
use crate::taking::Taking;

const MATERIAL_MOVEMENTS: usize = 13;
const PRODUCT_MOVEMENTS: usize = Movement::COUNT - MATERIAL_MOVEMENTS;

/// What has moved: booked and pending, per material, per product, per version.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) materials: Vec<MaterialSums>,
    pub(crate) products: Vec<ProductSums>,
    pub(crate) versions: Vec<VersionSums>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MaterialSums {
    booked: [Total; MATERIAL_MOVEMENTS],
    pending: [Total; MATERIAL_MOVEMENTS],
    pub(crate) by_product: Total,
    pub(crate) adjusted: Total,
    /// By consumption lists: what went into goods, and scrap.
    pub(crate) taken_net: Total,
    pub(crate) taken_scrap: Total,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ProductSums {
    booked: [Total; PRODUCT_MOVEMENTS],
    pending: [Total; PRODUCT_MOVEMENTS],
}

/// Q, S and D of a version, booked and pending.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct VersionSums {
    pub(crate) booked: Qsd,
    pub(crate) pending: Qsd,
}

/// Quantities of products: left (Q), sold at home (S), destroyed (D).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Qsd {
    pub(crate) q: Total,
    pub(crate) s: Total,
    pub(crate) d: Total,
}

/// The running folds of a material.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Folds {
    pub(crate) q: RunningSum,
    pub(crate) s: RunningSum,
    pub(crate) d: RunningSum,
}

/// Which of Q, S and D.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Basis {
    Q,
    S,
    D,
}

impl Qsd {
    #[inline]
    pub(crate) fn of(&self, basis: Basis) -> Total {
        match basis {
            Basis::Q => self.q,
            Basis::S => self.s,
            Basis::D => self.d,
        }
    }
}

impl Movement {
    /// Which running total of the version it moves, and whether it takes back.
    #[inline]
    pub(crate) fn basis(self) -> (Basis, bool) {
        match self {
            Movement::ProductSale => (Basis::S, false),
            Movement::ProductDestroyed => (Basis::D, false),
            Movement::ReturnedIn => (Basis::Q, true),
            _ => (Basis::Q, false),
        }
    }
}

impl MaterialSums {
    #[inline]
    pub(crate) fn booked(&self, movement: Movement) -> Total {
        self.booked[movement.index()]
    }

    pub(crate) fn pending(&self, movement: Movement) -> Total {
        self.pending[movement.index()]
    }

    /// Pending and booked.
    pub(crate) fn declared(&self, movement: Movement) -> Total {
        self.booked(movement) + self.pending(movement)
    }

    /// With what was booked in earlier cycles.
    pub(crate) fn and(mut self, earlier: &MaterialSums) -> MaterialSums {
        put_in(&mut self.booked, &earlier.booked);
        self.by_product += earlier.by_product;
        self.adjusted += earlier.adjusted;
        self.taken_net += earlier.taken_net;
        self.taken_scrap += earlier.taken_scrap;
        self
    }

    pub(crate) fn pending_in(&self) -> Total {
        Movement::ALL
            .into_iter()
            .filter(|it| it.is_material_in())
            .map(|it| self.pending(it))
            .sum()
    }

    pub(crate) fn pending_out(&self) -> Total {
        Movement::ALL
            .into_iter()
            .filter(|it| it.is_material_out())
            .map(|it| self.pending(it))
            .sum()
    }

    /// Everything but what products took by their unit consumption: what came in less what left as
    /// material and what consumption lists say.
    pub(crate) fn available(&self, opening: Total) -> Total {
        use Movement::*;
        let came = [Imported, CarriedIn, LeftoverIn, ExchangedIn];
        let left = [
            ExchangedOut,
            ChainOut,
            LeftoverOut,
            ReExported,
            DomesticSale,
            Destroyed,
        ];
        let sum = |all: &[Movement]| -> Total { all.iter().map(|&it| self.booked(it)).sum() };
        opening + sum(&came) + self.adjusted - sum(&left) - self.taken()
    }

    /// What consumption lists say that products took.
    pub(crate) fn taken(&self) -> Total {
        self.taken_net + self.taken_scrap
    }

    /// imported + carried_in + leftover_in + exchanged_in: what the band of a cycle is measured by.
    pub(crate) fn came_in(&self) -> Total {
        let booked = |it| self.booked(it);
        Movement::ALL
            .into_iter()
            .filter(|it| it.is_material_in())
            .map(booked)
            .sum()
    }

    /// What counts against the approved quantity (rule 1).
    pub(crate) fn counted(&self, used: Quantity) -> Total {
        use Movement::*;
        used.total()
            + self.declared(Imported)
            + self.declared(CarriedIn)
            + self.declared(LeftoverIn)
            + self.declared(ExchangedIn)
            - self.booked(ExchangedOut)
    }
}

impl ProductSums {
    #[inline]
    pub(crate) fn booked(&self, movement: Movement) -> Total {
        self.booked[movement.index() - MATERIAL_MOVEMENTS]
    }

    pub(crate) fn pending(&self, movement: Movement) -> Total {
        self.pending[movement.index() - MATERIAL_MOVEMENTS]
    }

    pub(crate) fn declared(&self, movement: Movement) -> Total {
        self.booked(movement) + self.pending(movement)
    }

    /// With what was booked in earlier cycles.
    pub(crate) fn and(mut self, earlier: &ProductSums) -> ProductSums {
        put_in(&mut self.booked, &earlier.booked);
        self
    }

    pub(crate) fn pending_out(&self) -> Total {
        let leaves = |it: &Movement| it.is_product() && *it != Movement::ReturnedIn;
        Movement::ALL
            .into_iter()
            .filter(leaves)
            .map(|it| self.pending(it))
            .sum()
    }

    /// Booked, that a return may bring back: exported + carried_out + exempted.
    pub(crate) fn left(&self) -> Total {
        self.booked(Movement::Exported)
            + self.booked(Movement::CarriedOut)
            + self.booked(Movement::Exempted)
    }

    /// What counts against the approved quantity (rule 1).
    pub(crate) fn counted(&self, used: Quantity) -> Total {
        used.total()
            + self.declared(Movement::Exported)
            + self.declared(Movement::CarriedOut)
            + self.declared(Movement::Exempted)
            + self.declared(Movement::ReturnedOut)
            - self.booked(Movement::ReturnedIn)
    }
}

fn put_in(sums: &mut [Total], others: &[Total]) {
    for (sum, other) in sums.iter_mut().zip(others) {
        *sum += *other;
    }
}

fn take_out(sums: &mut [Total], others: &[Total]) {
    for (sum, other) in sums.iter_mut().zip(others) {
        *sum -= *other;
    }
}

impl Sums {
    pub(crate) fn of_size(book: &Book) -> Sums {
        Sums {
            materials: vec![MaterialSums::default(); book.materials.len()],
            products: vec![ProductSums::default(); book.products.len()],
            versions: vec![VersionSums::default(); book.versions.len()],
        }
    }

    /// Adds lines, or takes them back. Cannot fail.
    pub(crate) fn apply(&mut self, movement: Movement, booked: bool, lines: &[Line], back: bool) {
        if movement.is_product() {
            let (basis, returns) = movement.basis();
            let column = movement.index() - MATERIAL_MOVEMENTS;
            for line in lines {
                let quantity = if back {
                    -line.quantity.total()
                } else {
                    line.quantity.total()
                };
                let product = &mut self.products[usize::from(line.item)];
                let columns = if booked {
                    &mut product.booked
                } else {
                    &mut product.pending
                };
                columns[column] += quantity;
                let version = &mut self.versions[line.version as usize];
                let sums = if booked {
                    &mut version.booked
                } else {
                    &mut version.pending
                };
                let quantity = if returns { -quantity } else { quantity };
                match basis {
                    Basis::Q => sums.q += quantity,
                    Basis::S => sums.s += quantity,
                    Basis::D => sums.d += quantity,
                }
            }
            return;
        }
        let column = movement.index();
        for line in lines {
            let quantity = if back {
                -line.quantity.total()
            } else {
                line.quantity.total()
            };
            let material = &mut self.materials[usize::from(line.item)];
            if line.by_product {
                // Pending by-products stand in no column.
                material.by_product += if booked { quantity } else { Total::ZERO };
                continue;
            }
            let columns = if booked {
                &mut material.booked
            } else {
                &mut material.pending
            };
            columns[column] += quantity;
        }
    }

    /// Adds what is booked in the others to what is booked here.
    pub(crate) fn put_in_booked(&mut self, others: &Sums) {
        for (sums, other) in self.materials.iter_mut().zip(&others.materials) {
            *sums = sums.and(other);
        }
        for (sums, other) in self.products.iter_mut().zip(&others.products) {
            *sums = sums.and(other);
        }
        for (sums, other) in self.versions.iter_mut().zip(&others.versions) {
            sums.booked.q += other.booked.q;
            sums.booked.s += other.booked.s;
            sums.booked.d += other.booked.d;
        }
    }

    /// As if nothing were pending.
    pub(crate) fn forget_pending(&mut self) {
        for sums in &mut self.materials {
            sums.pending = Default::default();
        }
        for sums in &mut self.products {
            sums.pending = Default::default();
        }
        for sums in &mut self.versions {
            sums.pending = Qsd::default();
        }
    }

    /// Takes what is booked in the others out of what is booked here.
    pub(crate) fn take_out_booked(&mut self, others: &Sums) {
        for (sums, other) in self.materials.iter_mut().zip(&others.materials) {
            take_out(&mut sums.booked, &other.booked);
            sums.by_product -= other.by_product;
            sums.adjusted -= other.adjusted;
            sums.taken_net -= other.taken_net;
            sums.taken_scrap -= other.taken_scrap;
        }
        for (sums, other) in self.products.iter_mut().zip(&others.products) {
            take_out(&mut sums.booked, &other.booked);
        }
        for (sums, other) in self.versions.iter_mut().zip(&others.versions) {
            let (booked, other) = (&mut sums.booked, other.booked);
            booked.q -= other.q;
            booked.s -= other.s;
            booked.d -= other.d;
        }
    }

    /// Booked goods whose materials a consumption list tells leave the sums of their versions, or
    /// come back to them.
    pub(crate) fn cover(&mut self, lines: &[Line], back: bool) {
        for line in lines {
            let quantity = line.quantity.total();
            let q = &mut self.versions[line.version as usize].booked.q;
            *q += if back { quantity } else { -quantity };
        }
    }

    /// What a consumption list says, or no longer says.
    pub(crate) fn take(&mut self, taking: &Taking, back: bool) {
        for (material, net, scrap) in &taking.materials {
            let sums = &mut self.materials[usize::from(*material)];
            let (net, scrap) = (net.total(), scrap.total());
            sums.taken_net += if back { -net } else { net };
            sums.taken_scrap += if back { -scrap } else { scrap };
        }
    }

    /// The largest total of the items that the lines name, in the column that they move.
    pub(crate) fn largest(&self, moved: Movement, lines: &[Line]) -> Total {
        let of = |line: &Line| match moved.is_product() {
            true => self.products[usize::from(line.item)].declared(moved),
            false => self.materials[usize::from(line.item)].declared(moved),
        };
        lines.iter().map(of).max().unwrap_or_default()
    }
}
