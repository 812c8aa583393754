//! The rows of a book: materials, products, unit consumption.

use bonded_ledger::{
    ConsumptionKey, ConsumptionLine, MaterialItem, Percent, ProductItem, Quantity, Removed, Version,
};

use super::Subject;
use super::book::{Comparison, MEND};

impl Comparison<'_> {
    pub(super) fn materials(&mut self) {
        let (copy, ours) = (self.copy, self.ours);
        for theirs in &copy.materials {
            let seq = theirs.seq.get();
            let subject = Subject::Material { seq };
            let Some(own) = ours.materials.iter().find(|it| it.seq == theirs.seq) else {
                self.one_sided(&subject, &theirs.item.name, false, false);
                self.amendment.materials.push(theirs.clone());
                continue;
            };
            let consumed = ours.consumptions.iter().any(|it| it.material == own.seq);
            let in_use = consumed || self.named[0].contains(&seq);
            let (item, mut changed) = self.item(&subject, &own.item, &theirs.item, in_use);
            let consumable = own.consumable.unwrap_or_default();
            if let Some(said) = theirs.consumable.filter(|it| *it != consumable) {
                let may = own.item.unit == theirs.item.unit || !in_use;
                let values = (Some(consumable.to_string()), Some(said.to_string()));
                self.differs(&subject, "consumable", values.0, values.1, may, MEND);
                changed |= may;
            }
            if changed {
                self.amendment.materials.push(MaterialItem {
                    item,
                    consumable: theirs.consumable.or(own.consumable),
                    opening: None,
                    used: None,
                    ..own.clone()
                });
            }
        }
        for own in &ours.materials {
            let gone = copy.removed.materials.contains(&own.seq);
            let there = copy.materials.iter().any(|it| it.seq == own.seq);
            if !there && (gone || self.whole) {
                let seq = own.seq.get();
                let subject = Subject::Material { seq };
                let in_use = self.named[0].contains(&seq) || !self.unused(own.opening, own.used);
                if self.one_sided(&subject, &own.item.name, true, in_use) {
                    self.removed().materials.push(own.seq);
                }
            }
        }
    }

    pub(super) fn products(&mut self) {
        let (copy, ours) = (self.copy, self.ours);
        for theirs in &copy.products {
            let seq = theirs.seq.get();
            let subject = Subject::Product { seq };
            let Some(own) = ours.products.iter().find(|it| it.seq == theirs.seq) else {
                self.one_sided(&subject, &theirs.item.name, false, false);
                self.amendment.products.push(theirs.clone());
                continue;
            };
            let consumes = ours.consumptions.iter().any(|it| it.product == own.seq);
            let in_use = consumes || self.named[1].contains(&seq);
            let (item, changed) = self.item(&subject, &own.item, &theirs.item, in_use);
            if changed {
                self.amendment.products.push(ProductItem {
                    seq: own.seq,
                    item,
                    used: None,
                });
            }
        }
        for own in &ours.products {
            let gone = copy.removed.products.contains(&own.seq);
            let there = copy.products.iter().any(|it| it.seq == own.seq);
            if !there && (gone || self.whole) {
                let seq = own.seq.get();
                let subject = Subject::Product { seq };
                let in_use = self.named[1].contains(&seq) || !self.unused(None, own.used);
                if self.one_sided(&subject, &own.item.name, true, in_use) {
                    self.removed().products.push(own.seq);
                }
            }
        }
    }

    fn unused(&self, opening: Option<Quantity>, used: Option<Quantity>) -> bool {
        let zero = |it: Option<Quantity>| it.is_none_or(|it| it == Quantity::ZERO);
        zero(opening) && zero(used)
    }

    fn removed(&mut self) -> &mut Removed {
        self.amendment.removed.get_or_insert_default()
    }

    pub(super) fn consumptions(&mut self) {
        let (copy, ours) = (self.copy, self.ours);
        for theirs in &copy.consumptions {
            let subject = subject_of(theirs);
            let Some(own) = ours.consumptions.iter().find(|it| same(it, theirs)) else {
                let net = format!("net {}", theirs.net);
                self.differs(&subject, "present", None, Some(net), true, MEND);
                self.amendment.consumptions.push(theirs.clone());
                continue;
            };
            let before = self.differences.len();
            if own.net != theirs.net {
                let values = (Some(own.net.to_string()), Some(theirs.net.to_string()));
                self.differs(&subject, "net", values.0, values.1, true, MEND);
            }
            let zero = Percent::default();
            let rates = [
                (
                    "tangible_loss",
                    own.tangible_loss,
                    theirs.tangible_loss,
                    zero,
                ),
                (
                    "intangible_loss",
                    own.intangible_loss,
                    theirs.intangible_loss,
                    zero,
                ),
                (
                    "bonded_share",
                    own.bonded_share,
                    theirs.bonded_share,
                    Percent::HUNDRED,
                ),
            ];
            for (field, own, theirs, default) in rates {
                let (own, theirs) = (own.unwrap_or(default), theirs.unwrap_or(default));
                if own != theirs {
                    let values = (Some(own.to_string()), Some(theirs.to_string()));
                    self.differs(&subject, field, values.0, values.1, true, MEND);
                }
            }
            if self.differences.len() > before {
                self.amendment.consumptions.push(theirs.clone());
            }
        }
        for own in &ours.consumptions {
            let gone = copy.removed.consumptions.iter().any(|it| {
                (it.product, it.material) == (own.product, own.material)
                    && Version::or_default(it.version.as_ref())
                        == Version::or_default(own.version.as_ref())
            });
            let there = copy.consumptions.iter().any(|it| same(it, own));
            if !there && (gone || self.whole) {
                let subject = subject_of(own);
                let net = format!("net {}", own.net);
                self.one_sided(&subject, &net, true, false);
                self.removed().consumptions.push(ConsumptionKey {
                    product: own.product,
                    material: own.material,
                    version: own.version.clone(),
                });
            }
        }
    }
}

fn same(a: &ConsumptionLine, b: &ConsumptionLine) -> bool {
    let key = |it: &ConsumptionLine| {
        let version = Version::or_default(it.version.as_ref()).to_owned();
        (it.product, it.material, version)
    };
    key(a) == key(b)
}

fn subject_of(line: &ConsumptionLine) -> Subject {
    Subject::Consumption {
        product: line.product.get(),
        material: line.material.get(),
        version: Version::or_default(line.version.as_ref()).into(),
    }
}
