//! A book as customs has it against the book on file, field by field.

use std::collections::BTreeSet;

use bonded_ledger::{AmendHandbook, By, Currency, Goods, HandbookNo, Item, OpenHandbook};

use super::{Difference, Likely, Subject};
use crate::codes::Codes;
use crate::on_file::FiledHandbook;
use crate::receipts::{BookCopy, Books};

/// What came of it.
pub(crate) struct Compared {
    pub(crate) differences: Vec<Difference>,
    /// What makes equal what is `mended`.
    pub(crate) amendment: Option<AmendHandbook>,
    pub(crate) notes: Vec<String>,
}

/// A comparison under way.
pub(super) struct Comparison<'c> {
    pub(super) copy: &'c BookCopy<'c>,
    pub(super) ours: &'c OpenHandbook,
    pub(super) likely: Likely,
    /// The copy is the whole book: what it does not have customs does not have.
    pub(super) whole: bool,
    /// Items that lists name: materials, products.
    pub(super) named: [BTreeSet<u16>; 2],
    pub(super) codes: Codes,
    pub(super) differences: Vec<Difference>,
    pub(super) amendment: AmendHandbook,
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

pub(super) const MEND: &str = "amend_handbook by customs makes it equal";
pub(super) const ASK: &str =
    "nothing in the journal changes it: look the book up at the Single Window";

impl Comparison<'_> {
    pub(super) fn differs(
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

    /// The fields of an item; answers what it would be, and whether an amendment may say so.
    pub(super) fn item(
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
    pub(super) fn one_sided(
        &mut self,
        subject: &Subject,
        name: &str,
        here: bool,
        in_use: bool,
    ) -> bool {
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
