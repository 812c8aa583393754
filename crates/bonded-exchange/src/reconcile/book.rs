//! A book as customs has it against the book on file, field by field.

use std::collections::BTreeSet;

use bonded_ledger::{
    AmendHandbook, By, ConsumptionKey, ConsumptionLine, Currency, Goods, HandbookNo, Item,
    MaterialItem, OpenHandbook, Percent, ProductItem, Removed, Scope, Status, Version,
};

use super::{Difference, Likely, Subject};
use crate::codes::Codes;
use crate::on_file::FiledHandbook;
use crate::receipts::{BookCopy, Books, PARTIES, Pause};
use crate::record::Record;

/// What came of it.
pub(crate) struct Compared {
    pub(crate) differences: Vec<Difference>,
    /// What makes equal what is `mended`.
    pub(crate) amendment: Option<AmendHandbook>,
    pub(crate) notes: Vec<String>,
}

/// A comparison under way.
struct Comparison<'c> {
    copy: &'c BookCopy<'c>,
    ours: &'c OpenHandbook,
    likely: Likely,
    /// The copy is the whole book: what it does not have customs does not have.
    whole: bool,
    /// Items that lists name: materials, products.
    named: [BTreeSet<u16>; 2],
    codes: Codes,
    differences: Vec<Difference>,
    amendment: AmendHandbook,
}

/// Holds a copy against what is on file. `whole`: the copy is all of the book, not a change of it.
pub(crate) fn compare(
    copy: &BookCopy<'_>,
    filed: &FiledHandbook,
    books: &Books<'_>,
    whole: bool,
) -> Compared {
    let older = copy.change.is_some_and(|it| it < filed.change);
    let mut comparison = Comparison {
        copy,
        ours: &filed.opened,
        likely: if older { Likely::Ours } else { Likely::Customs },
        whole,
        named: named(copy, books),
        codes: Codes::builtin(),
        differences: Vec::new(),
        amendment: bare(copy.number),
    };
    if let Some(head) = copy.head {
        comparison.head(head, filed, books);
    }
    comparison.materials();
    comparison.products();
    comparison.consumptions();
    let Comparison {
        mut differences,
        amendment,
        ..
    } = comparison;
    differences.sort_by(|a, b| a.subject.cmp(&b.subject));
    let mended = differences
        .iter()
        .any(|it| it.mended && it.field != "suspended");
    let mut notes = Vec::new();
    if whole && older {
        notes.push(format!(
            "the copy is of change {}, change {} is on file: where they differ ours is probably right",
            copy.change.unwrap_or_default(),
            filed.change
        ));
    }
    Compared {
        differences,
        amendment: mended.then_some(amendment),
        notes,
    }
}

/// What customs has suspended, and what is suspended here, where they differ.
pub(super) fn suspension(
    copy: &BookCopy<'_>,
    books: &Books<'_>,
) -> Option<(Option<Scope>, Vec<&'static str>)> {
    let theirs = match copy.pause? {
        Pause::Running => None,
        Pause::Suspended(scope) => Some(scope),
        Pause::Other => return None,
    };
    let statement = books.ledger.statement_of(Some(copy.number), None);
    let ours = statement.handbooks.into_iter().next()?.suspended;
    (scope_text(theirs) != ours.join(", ")).then_some((theirs, ours))
}

fn scope_text(scope: Option<Scope>) -> &'static str {
    match scope {
        None => "",
        Some(Scope::Import) => "import",
        Some(Scope::Export) => "export",
        Some(Scope::Both) => "export, import",
    }
}

fn named(copy: &BookCopy<'_>, books: &Books<'_>) -> [BTreeSet<u16>; 2] {
    let mut named = [BTreeSet::new(), BTreeSet::new()];
    let lists = books.on_file.lists();
    for list in lists.filter(|it| it.declared.handbook == copy.number && it.withdrawn.is_none()) {
        let at = usize::from(list.declared.goods == Goods::Product);
        named[at].extend(list.declared.lines.iter().map(|it| it.seq));
    }
    named
}

/// An amendment by customs that changes nothing.
pub(crate) fn bare(handbook: HandbookNo) -> AmendHandbook {
    AmendHandbook {
        handbook,
        materials: Vec::new(),
        products: Vec::new(),
        consumptions: Vec::new(),
        removed: None,
        valid_until: None,
        credit: None,
        guarantee: None,
        self_verification: None,
        role: None,
        chain: None,
        by: Some(By::Customs),
        document: None,
    }
}

const MEND: &str = "amend_handbook by customs makes it equal";
const ASK: &str = "nothing in the journal changes it: look the book up at the Single Window";

impl Comparison<'_> {
    fn differs(
        &mut self,
        subject: &Subject,
        field: &'static str,
        ours: Option<String>,
        customs: Option<String>,
        mended: bool,
        advice: &str,
    ) {
        self.differences.push(Difference {
            subject: subject.clone(),
            field,
            ours,
            customs,
            likely: self.likely,
            mended,
            advice: advice.into(),
        });
    }

    fn head(&mut self, head: &Record, filed: &FiledHandbook, books: &Books<'_>) {
        let at = &Subject::Head;
        let ours = self.ours;
        let letter = match ours.trade {
            bonded_ledger::Trade::SuppliedMaterials => "B",
            bonded_ledger::Trade::ImportedMaterials => "C",
        };
        if let Some(theirs) = head.get("emlType").filter(|it| *it != letter) {
            self.differs(
                at,
                "trade",
                Some(letter.into()),
                Some(theirs.into()),
                false,
                ASK,
            );
        }
        let parties = [&ours.operator, &ours.processor];
        let fields = [
            ["operator.uscc", "operator.customs_code", "operator.name"],
            ["processor.uscc", "processor.customs_code", "processor.name"],
        ];
        for ((party, elements), fields) in parties.into_iter().zip(PARTIES).zip(fields) {
            let own = [
                party.uscc.as_str(),
                party.customs_code.as_str(),
                &party.name,
            ];
            for ((own, element), field) in own.into_iter().zip(elements).zip(fields) {
                if let Some(theirs) = head.get(element).filter(|it| *it != own) {
                    let advice = "the journal keeps the parties of the filing: look the book up at the Single Window";
                    self.differs(
                        at,
                        field,
                        Some(own.into()),
                        Some(theirs.into()),
                        false,
                        advice,
                    );
                }
            }
        }
        if let Some(theirs) = self.copy.valid_until.filter(|it| *it != ours.valid_until) {
            let possible = theirs >= ours.valid_from;
            if possible {
                self.amendment.valid_until = Some(theirs);
            }
            let own = ours.valid_until.to_string();
            let advice = if possible { MEND } else { ASK };
            self.differs(
                at,
                "valid_until",
                Some(own),
                Some(theirs.to_string()),
                possible,
                advice,
            );
        }
        if let Some(theirs) = self
            .copy
            .declared
            .filter(|it| *it != ours.consumption_declared)
        {
            let own = ours.consumption_declared.to_string();
            self.differs(
                at,
                "consumption_declared",
                Some(own),
                Some(theirs.to_string()),
                false,
                ASK,
            );
        }
        let own = ours.self_verification.unwrap_or_default();
        if let Some(theirs) = self.copy.self_verification.filter(|it| *it != own) {
            self.amendment.self_verification = Some(theirs);
            let values = (Some(own.to_string()), Some(theirs.to_string()));
            self.differs(at, "self_verification", values.0, values.1, true, MEND);
        }
        if !self.whole {
            return;
        }
        if let Some(theirs) = self
            .copy
            .change
            .filter(|it| *it > filed.change.max(filed.amended))
        {
            let own = filed.change.max(filed.amended).to_string();
            let advice = "customs counts more changes than the journal: some receipt did not come, or changed nothing that is kept";
            self.differs(
                at,
                "change",
                Some(own),
                Some(theirs.to_string()),
                false,
                advice,
            );
        }
        let filed_mode = ours
            .ext
            .as_ref()
            .and_then(|it| it.get("customs")?.get("supvModecd")?.as_str());
        if let (Some(own), Some(theirs)) = (filed_mode, head.get("supvModecd"))
            && own != theirs
        {
            self.differs(
                at,
                "ext.customs.supvModecd",
                Some(own.into()),
                Some(theirs.into()),
                false,
                ASK,
            );
        }
        if let Some((theirs, now)) = suspension(self.copy, books) {
            let told = |it: String| (!it.is_empty()).then_some(it);
            let (own, theirs) = (told(now.join(", ")), told(scope_text(theirs).into()));
            let advice = "suspend_handbook and resume_handbook make it equal";
            self.differs(at, "suspended", own, theirs, true, advice);
        }
        let statement = books.ledger.statement_of(Some(self.copy.number), None);
        let status = statement.handbooks.first().map(|it| it.status);
        let closed = status == Some(Status::Closed);
        if closed != self.copy.closed.is_some() {
            let own = status.map(|it| it.as_str().to_owned());
            let theirs = self
                .copy
                .closed
                .map_or("open".into(), |it| format!("closed {it}"));
            let advice = match closed {
                true => "customs' copy has no 结案日期: it may be older than the closure",
                false => {
                    "report the closure here and read its EML221, or look up why customs closed the book"
                }
            };
            self.differs(at, "status", own, Some(theirs), false, advice);
        }
    }

    /// The fields of an item; answers what it would be, and whether an amendment may say so.
    fn item(
        &mut self,
        subject: &Subject,
        ours: &Item,
        theirs: &Item,
        in_use: bool,
    ) -> (Item, bool) {
        let before = self.differences.len();
        let mut made = theirs.clone();
        // Another unit is another item where something counts in this one.
        let may = ours.unit == theirs.unit || !in_use;
        let advice = match may {
            true => MEND,
            false => {
                "lists or unit consumption are in our unit: no amendment can change it; look the item up at the Single Window"
            }
        };
        let text = |it: &str| Some(it.to_owned());
        let fields = [
            ("code", text(&ours.code), text(&theirs.code)),
            ("hs", text(ours.hs.as_str()), text(theirs.hs.as_str())),
            ("name", text(ours.name.trim()), text(theirs.name.trim())),
            ("unit", text(ours.unit.as_str()), text(theirs.unit.as_str())),
        ];
        for (field, own, their) in fields {
            if own != their {
                self.differs(subject, field, own, their, may, advice);
            }
        }
        let shown = |it: &Option<bonded_ledger::Unit>| it.map(|it| it.to_string());
        let trimmed = |it: &Option<String>| it.as_deref().map(|it| it.trim().to_owned());
        let mut optional = vec![
            ("spec", trimmed(&ours.spec), trimmed(&theirs.spec)),
            (
                "legal_unit",
                shown(&ours.legal_unit),
                shown(&theirs.legal_unit),
            ),
            (
                "legal_unit_2",
                shown(&ours.legal_unit_2),
                shown(&theirs.legal_unit_2),
            ),
        ];
        let equal = |own: &Option<_>, their: &Option<_>| own == their;
        optional.retain(|(_, own, their)| !equal(own, their));
        if ours.quantity != theirs.quantity {
            let shown = |it: &Item| it.quantity.map(|it| it.to_string());
            optional.push(("quantity", shown(ours), shown(theirs)));
        }
        let decimal = |it: &Item| it.price.map(|it| it.decimal().normalize());
        if decimal(ours) != decimal(theirs) {
            let shown = |it: &Item| decimal(it).map(|it| it.to_string());
            optional.push(("price", shown(ours), shown(theirs)));
        }
        if self.currency(ours.currency) != self.currency(theirs.currency) {
            let shown = |it: &Item| it.currency.map(|it| it.to_string());
            optional.push(("currency", shown(ours), shown(theirs)));
        }
        for (field, own, their) in optional {
            // An account book's quantity may be without a limit; all else that is left empty is not said.
            let said = their.is_some() || (field == "quantity" && self.copy.is_account_book());
            if !said && !self.whole {
                continue;
            }
            let advice = match said {
                true => advice,
                false => {
                    "the copy leaves it empty: ours is kept; clear it by amend_handbook where customs has none"
                }
            };
            self.differs(subject, field, own, their, said && may, advice);
        }
        made.spec = made.spec.or(ours.spec.clone());
        made.legal_unit = made.legal_unit.or(ours.legal_unit);
        made.legal_unit_2 = made.legal_unit_2.or(ours.legal_unit_2);
        made.price = made.price.or(ours.price);
        made.currency = match self.currency(ours.currency) == self.currency(theirs.currency) {
            true => ours.currency,
            false => theirs.currency.or(ours.currency),
        };
        if !self.copy.is_account_book() {
            made.quantity = made.quantity.or(ours.quantity);
        }
        made.ext = merged(ours, theirs);
        let changed = self.differences[before..].iter().any(|it| it.mended);
        (made, changed)
    }

    fn currency(&self, currency: Option<Currency>) -> Option<String> {
        let currency = currency?;
        let known = self.codes.currency(currency.as_str());
        Some(known.map_or_else(|| currency.to_string(), |it| it.letters.clone()))
    }

    /// An item on one side only.
    fn one_sided(&mut self, subject: &Subject, name: &str, here: bool, in_use: bool) -> bool {
        let may = !here || !in_use;
        let advice = match (here, may) {
            (false, _) => MEND,
            (true, true) => {
                "customs does not have it: amend_handbook by customs removes it, unless a change of ours waits for approval"
            }
            (true, false) => {
                "customs does not have it, and lists name it: look up whether its change was approved"
            }
        };
        let (own, theirs) = match here {
            true => (Some(name.to_owned()), None),
            false => (None, Some(name.to_owned())),
        };
        self.differs(subject, "present", own, theirs, may, advice);
        may
    }

    fn materials(&mut self) {
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

    fn products(&mut self) {
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

    fn unused(
        &self,
        opening: Option<bonded_ledger::Quantity>,
        used: Option<bonded_ledger::Quantity>,
    ) -> bool {
        let zero = |it: Option<bonded_ledger::Quantity>| {
            it.is_none_or(|it| it == bonded_ledger::Quantity::ZERO)
        };
        zero(opening) && zero(used)
    }

    fn removed(&mut self) -> &mut Removed {
        self.amendment.removed.get_or_insert_default()
    }

    fn consumptions(&mut self) {
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

/// What we carry along, with what customs says of the same elements.
fn merged(ours: &Item, theirs: &Item) -> Option<bonded_ledger::Ext> {
    let mut ext = ours.ext.clone().unwrap_or_default();
    let theirs = theirs
        .ext
        .as_ref()
        .and_then(|it| it.get("customs")?.as_object());
    if let Some(theirs) = theirs {
        let customs = ext
            .entry("customs")
            .or_insert_with(|| serde_json::Value::Object(Default::default()));
        if let Some(customs) = customs.as_object_mut() {
            customs.extend(theirs.clone());
        }
    }
    (!ext.is_empty()).then_some(ext)
}
