//! `amend_handbook`: 变更, applied whole or not at all.

use std::collections::BTreeSet;

use unit_consumption::{Consumption, Quantity, Total};

use crate::book::Book;
use crate::cycle::Frozen;
use crate::entry::{AmendHandbook, By, ConsumptionDeclared, ConsumptionKey, Item, Version};
use crate::ids::Date;
use crate::ledger::{Ledger, Posting};
use crate::post::open::{
    below_counted, check_consumptions, check_period, check_self_verification, consumption_repeated,
    is_dishonest, repeated, warn_of_guarantee,
};
use crate::post::told::Before;
use crate::rules::Refusal;
use crate::rules::amendment::*;
use crate::rules::form::ITEM_UNKNOWN;
use crate::rules::opening::SELF_VERIFICATION_LOST;
use crate::rules::quota::QUOTA_EXCEEDED;

pub(crate) fn amend(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    entry: &AmendHandbook,
) -> Result<(), Refusal> {
    let at = ledger.open_book(entry.handbook, posting.date)?;
    let told = Before::consumptions(posting, &mut ledger.books[at as usize]);
    // A whole amendment is tried on a copy: amendments are few, and a refused one leaves no trace.
    let mut book = ledger.book(at).clone();
    let amendment = Amendment {
        entry,
        customs: entry.by == Some(By::Customs),
        frozen: match entry.consumptions.is_empty() && entry.removed.is_none() {
            true => Frozen::default(),
            false => ledger.frozen(&book),
        },
    };
    amendment.remove(&mut book)?;
    amendment.put_items(&mut book, posting)?;
    amendment.put_consumptions(&mut book, posting.date)?;
    amendment.put_rest(&mut book, posting)?;
    let items = !(entry.materials.is_empty() && entry.products.is_empty());
    ledger.books[at as usize] = book;
    if posting.tell {
        let book = &mut ledger.books[at as usize];
        book.keep_folds();
        told.tell(posting, book);
    }
    if items {
        ledger.refresh_carry_overs_of(at);
    }
    Ok(())
}

struct Amendment<'e> {
    entry: &'e AmendHandbook,
    customs: bool,
    /// What cycles that were reported or accepted tell of: frozen for everybody.
    frozen: Frozen,
}

impl Amendment<'_> {
    /// A version that goods were declared of cannot change, but for customs.
    fn check_frozen(&self, book: &Book, product: u16, version: &str) -> Result<(), Refusal> {
        if self.frozen.versions.contains(&(product, version.into())) {
            return Err(CONSUMPTION_FROZEN.refuse(format!(
                "{} version {version} was used in a cycle that was reported or accepted; add a new version",
                book.product_text(product)
            )));
        }
        let named = book
            .find_version(product, version)
            .map(|it| book.versions[it as usize].named);
        let before_export = book.consumption_declared == ConsumptionDeclared::BeforeExport;
        let lines = named.unwrap_or(0);
        if self.customs || !before_export || lines == 0 {
            return Ok(());
        }
        Err(CONSUMPTION_FROZEN.refuse(format!(
            "{} version {version}: {lines} {} of declared lists name it; add a new version",
            book.product_text(product),
            if lines == 1 { "line" } else { "lines" },
        )))
    }

    /// A cycle that was reported or accepted tells of the item, and does not change.
    fn check_untold(&self, what: &str, told: bool) -> Result<(), Refusal> {
        match told {
            false => Ok(()),
            true => Err(ITEM_IN_USE.refuse(format!(
                "{what} cannot be removed: a cycle that was reported or accepted tells of it"
            ))),
        }
    }

    fn remove(&self, book: &mut Book) -> Result<(), Refusal> {
        let Some(removed) = &self.entry.removed else {
            return Ok(());
        };
        for key in &removed.consumptions {
            self.remove_consumption(book, key)?;
        }
        if !removed.consumptions.is_empty() {
            book.index_users();
        }
        for seq in &removed.materials {
            let at = book
                .materials
                .find(seq.get())
                .ok_or_else(|| unknown(book, "material", seq.get()))?;
            let of = book.materials.get(at);
            let facts = [
                ("opening", of.opening.total()),
                ("used", of.used.total()),
                ("adjusted", book.all_of_material(at).adjusted),
                ("taken by consumption lists", book.taken_in_all(at)),
            ];
            self.check_untold(&book.material_text(at), self.frozen.materials.contains(&at))?;
            check_unused(&book.material_text(at), of.named, of.users.len(), &facts)?;
            book.materials.get_mut(at).removed = true;
        }
        for seq in &removed.products {
            let at = book
                .products
                .find(seq.get())
                .ok_or_else(|| unknown(book, "product", seq.get()))?;
            let of = book.products.get(at);
            let consumed = of
                .versions
                .values()
                .map(|&it| book.versions[it as usize].lines.len())
                .sum();
            self.check_untold(&book.product_text(at), self.frozen.products.contains(&at))?;
            check_unused(
                &book.product_text(at),
                of.named,
                consumed,
                &[("used", of.used.total())],
            )?;
            book.products.get_mut(at).removed = true;
        }
        Ok(())
    }

    fn remove_consumption(&self, book: &mut Book, key: &ConsumptionKey) -> Result<(), Refusal> {
        let name = Version::or_default(key.version.as_ref());
        let missing = || {
            CONSUMPTION_UNKNOWN.refuse(format!(
                "handbook {} has no consumption of material {} by product {} version {name}",
                book.number, key.material, key.product
            ))
        };
        let product = book.products.find(key.product.get()).ok_or_else(missing)?;
        let material = book
            .materials
            .find(key.material.get())
            .ok_or_else(missing)?;
        let version = book.find_version(product, name).ok_or_else(missing)?;
        let lines = &book.versions[version as usize].lines;
        let line = lines
            .binary_search_by_key(&material, |(it, _)| *it)
            .map_err(|_| missing())?;
        self.check_frozen(book, product, name)?;
        book.versions[version as usize].lines.remove(line);
        Ok(())
    }

    fn put_items(&self, book: &mut Book, posting: &mut Posting<'_>) -> Result<(), Refusal> {
        let mut seen = BTreeSet::new();
        if let Some(it) = self
            .entry
            .materials
            .iter()
            .find(|it| !seen.insert(it.seq.get()))
        {
            return Err(repeated("material", it.seq.get()));
        }
        seen.clear();
        if let Some(it) = self
            .entry
            .products
            .iter()
            .find(|it| !seen.insert(it.seq.get()))
        {
            return Err(repeated("product", it.seq.get()));
        }
        for given in &self.entry.materials {
            let mut given = given.clone();
            let existing = book.materials.find(given.seq.get());
            if let Some(at) = existing {
                let of = book.materials.get(at);
                let what = book.material_text(at);
                check_unit(&what, &of.item, &given.item, of.named, of.users.len())?;
                check_fixed(&what, "opening", of.opening, given.opening)?;
                check_fixed(&what, "used", of.used, given.used)?;
                (given.opening, given.used) = (Some(of.opening), Some(of.used));
            }
            let at = match existing {
                Some(at) => {
                    let of = book.materials.get_mut(at);
                    of.item = given.item.clone();
                    of.eligible = given.carry_over_eligible.unwrap_or(true);
                    of.consumable = given.consumable.unwrap_or(false);
                    at
                }
                None => book.add_material(&given, posting.date)?,
            };
            let of = book.materials.get(at);
            let counted = book.material_counted(at);
            self.check_approved(&book.material_text(at), counted, of.item.quantity, posting)?;
        }
        for given in &self.entry.products {
            let mut given = given.clone();
            let existing = book.products.find(given.seq.get());
            if let Some(at) = existing {
                let of = book.products.get(at);
                let what = book.product_text(at);
                let consumed: usize = of
                    .versions
                    .values()
                    .map(|&it| book.versions[it as usize].lines.len())
                    .sum();
                check_unit(&what, &of.item, &given.item, of.named, consumed)?;
                check_fixed(&what, "used", of.used, given.used)?;
                given.used = Some(of.used);
            }
            let at = match existing {
                Some(at) => {
                    book.products.get_mut(at).item = given.item.clone();
                    at
                }
                None => book.add_product(&given)?,
            };
            let of = book.products.get(at);
            let counted = book.product_counted(at);
            self.check_approved(&book.product_text(at), counted, of.item.quantity, posting)?;
        }
        Ok(())
    }

    /// Not below what is counted; customs' own amendment is a fact.
    fn check_approved(
        &self,
        what: &str,
        counted: Total,
        approved: Option<Quantity>,
        posting: &mut Posting<'_>,
    ) -> Result<(), Refusal> {
        let Some(warning) = below_counted(what, counted, approved) else {
            return Ok(());
        };
        if self.customs {
            posting.warnings.push(warning);
            return Ok(());
        }
        let approved = approved.unwrap_or_default();
        let over = counted - approved.total();
        let message = format!(
            "{what}: approved would be {approved}, {counted} is counted against it, over by {over}"
        );
        Err(QUOTA_EXCEEDED
            .refuse(message)
            .with("approved", approved)
            .with("counted", counted)
            .differing(over))
    }

    fn put_consumptions(&self, book: &mut Book, date: Date) -> Result<(), Refusal> {
        let lines = &self.entry.consumptions;
        let mut seen = BTreeSet::new();
        for line in lines {
            let version = Version::or_default(line.version.as_ref());
            if !seen.insert((line.product, line.material, version)) {
                return Err(consumption_repeated(line));
            }
        }
        let mut checked: Vec<(u16, &str, u16, Consumption)> = Vec::with_capacity(lines.len());
        for line in lines {
            let (product, material, consumption) = book.check_consumption(line)?;
            let version = Version::or_default(line.version.as_ref());
            checked.push((product, version, material, consumption));
        }
        for (product, version, material, consumption) in &checked {
            let on_file = book.find_version(*product, version).and_then(|it| {
                let lines = &book.versions[it as usize].lines;
                lines
                    .iter()
                    .find(|(it, _)| it == material)
                    .map(|(_, line)| line)
            });
            if on_file != Some(consumption) {
                self.check_frozen(book, *product, version)?;
            }
        }
        for (product, version, material, consumption) in checked {
            book.put_consumption(product, version, material, consumption, date);
        }
        if !lines.is_empty() {
            check_consumptions(book)?;
            book.index_users();
        }
        Ok(())
    }

    fn put_rest(&self, book: &mut Book, posting: &mut Posting<'_>) -> Result<(), Refusal> {
        let entry = self.entry;
        if let Some(until) = entry.valid_until {
            check_period(book.valid_from, until)?;
            if until < book.valid_until {
                let days = (book.valid_until - until).num_days();
                let message = format!(
                    "handbook {}: valid until {until} in place of {}, {days} days less",
                    book.number, book.valid_until
                );
                posting
                    .warnings
                    .push(VALIDITY_SHORTENED.warn(message).differing(days));
            }
            book.valid_until = until;
        }
        let credit = entry.credit.unwrap_or(book.credit);
        if entry.self_verification == Some(true) {
            check_self_verification(credit, true)?;
        }
        book.credit = credit;
        book.self_verification = entry.self_verification.unwrap_or(book.self_verification);
        if book.self_verification && is_dishonest(credit) {
            posting.warnings.push(SELF_VERIFICATION_LOST.warn(format!(
                "handbook {} verifies its own unit consumption, level {credit} may not",
                book.number
            )));
        }
        if let Some(guarantee) = &entry.guarantee {
            book.guarantee = Some(guarantee.clone());
        }
        book.role = entry.role.or(book.role);
        if let Some(chain) = &entry.chain {
            book.chain = Some(chain.as_str().into());
        }
        let looked_at =
            entry.guarantee.is_some() || entry.valid_until.is_some() || entry.credit.is_some();
        if looked_at {
            warn_of_guarantee(book, &mut posting.warnings);
        }
        Ok(())
    }
}

fn unknown(book: &Book, kind: &str, seq: u16) -> Refusal {
    ITEM_UNKNOWN.refuse(format!(
        "handbook {} has no {kind} {seq} to remove",
        book.number
    ))
}

fn check_unused(
    what: &str,
    lines: u32,
    consumptions: usize,
    facts: &[(&str, Total)],
) -> Result<(), Refusal> {
    let mut why = Vec::new();
    if lines > 0 {
        why.push(format!("{lines} lines of lists name it"));
    }
    if consumptions > 0 {
        why.push(format!("{consumptions} consumptions name it"));
    }
    let facts = facts.iter().filter(|(_, total)| !total.is_zero());
    why.extend(facts.map(|(name, total)| format!("{name} is {total}")));
    if why.is_empty() {
        return Ok(());
    }
    Err(ITEM_IN_USE.refuse(format!("{what} cannot be removed: {}", why.join(", "))))
}

fn check_unit(
    what: &str,
    old: &Item,
    new: &Item,
    lines: u32,
    consumptions: usize,
) -> Result<(), Refusal> {
    if old.unit == new.unit || (lines == 0 && consumptions == 0) {
        return Ok(());
    }
    Err(UNIT_IN_USE.refuse(format!(
        "{what}: unit {} cannot become {}, {lines} lines of lists and {consumptions} consumptions are in it",
        old.unit, new.unit
    )))
}

fn check_fixed(
    what: &str,
    field: &str,
    old: Quantity,
    new: Option<Quantity>,
) -> Result<(), Refusal> {
    match new {
        Some(new) if new != old => {
            let difference = new.total() - old.total();
            let message = format!("{what}: {field} is {old} for good, found {new}");
            Err(OPENING_CHANGED
                .refuse(message)
                .with("recorded", old)
                .with("found", new)
                .differing(difference))
        }
        _ => Ok(()),
    }
}
