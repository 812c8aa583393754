//! `open_handbook`: 手册设立 / 账册设立.

use std::collections::{BTreeMap, BTreeSet};

use unit_consumption::{Consumption, ConsumptionError, Percent, Quantity};

use crate::book::{Book, Items, Material, Product, Status};
use crate::entry::{
    ConsumptionLine, Credit, Guarantee, GuaranteeKind, MaterialItem, OpenHandbook, ProductItem,
    Trade, Version,
};
use crate::ids::Date;
use crate::ledger::{Ledger, Posting};
use crate::limits::CONSUMPTIONS_MAX;
use crate::parameters::GUARANTEE_EXTRA_DAYS;
use crate::rules::opening::*;
use crate::rules::{Refusal, Warning};
use crate::rules::{form::ITEM_UNKNOWN, input::LIMIT_EXCEEDED};
use crate::sums::{MaterialSums, ProductSums, Sums};

pub(crate) fn open(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    open: &OpenHandbook,
) -> Result<(), Refusal> {
    if ledger.book_at(open.number).is_some() {
        return Err(
            HANDBOOK_EXISTS.refuse(format!("handbook {} is open here already", open.number))
        );
    }
    let expected = match open.number.letter() {
        'B' => Some(Trade::SuppliedMaterials),
        'C' => Some(Trade::ImportedMaterials),
        _ => None,
    };
    if let Some(expected) = expected.filter(|it| *it != open.trade) {
        let message = format!(
            "handbook {} is of trade {expected} by its letter, found {}",
            open.number, open.trade
        );
        return Err(TRADE_MISMATCH.refuse(message));
    }
    check_period(open.valid_from, open.valid_until)?;
    let credit = open.credit.unwrap_or(Credit::Regular);
    let self_verification = open.self_verification.unwrap_or(false);
    if is_dishonest(credit) && open.number.is_account_book() {
        let message =
            format!("an account book (账册) is not open to an operator of level {credit}");
        return Err(CREDIT_TOO_LOW.refuse(message));
    }
    check_self_verification(credit, self_verification)?;

    let mut book = Book {
        number: open.number,
        trade: open.trade,
        role: open.role,
        chain: open.chain.as_deref().map(Into::into),
        operator: open.operator.clone(),
        processor: open.processor.clone(),
        credit,
        guarantee: open.guarantee.clone(),
        valid_from: open.valid_from,
        valid_until: open.valid_until,
        consumption_declared: open.consumption_declared,
        self_verification,
        opened: posting.date,
        status: Status::Open,
        import_suspended: false,
        export_suspended: false,
        materials: Items::default(),
        products: Items::default(),
        versions: Vec::new(),
        sums: Sums::default(),
        cycles: None,
        lists: Vec::new(),
        pending: BTreeSet::new(),
        unsettled: BTreeSet::new(),
        booked: Vec::new(),
        adjustments: Vec::new(),
        counts: Vec::new(),
        takings: Vec::new(),
        outsourced: Vec::new(),
        substituted: Vec::new(),
        slack: Default::default(),
        folds: None,
    };
    let mut warnings = Vec::new();
    // A running book may be recorded after its first cycle has ended.
    let there = posting.date.min(open.valid_from);
    for material in &open.materials {
        if book.materials.find(material.seq.get()).is_some() {
            return Err(repeated("material", material.seq.get()));
        }
        let at = book.add_material(material, there)?;
        let of = book.materials.get(at);
        warnings.extend(below_counted(
            &book.material_text(at),
            of.used,
            of.item.quantity,
        ));
    }
    for product in &open.products {
        if book.products.find(product.seq.get()).is_some() {
            return Err(repeated("product", product.seq.get()));
        }
        let at = book.add_product(product)?;
        let of = book.products.get(at);
        warnings.extend(below_counted(
            &book.product_text(at),
            of.used,
            of.item.quantity,
        ));
    }
    let mut seen = BTreeSet::new();
    for line in &open.consumptions {
        let version = Version::or_default(line.version.as_ref());
        if !seen.insert((line.product, line.material, version)) {
            return Err(consumption_repeated(line));
        }
        let (product, material, consumption) = book.check_consumption(line)?;
        book.put_consumption(product, version, material, consumption, posting.date);
    }
    book.index_users();
    posting.warnings.extend(warnings);
    warn_of_guarantee(&book, &mut posting.warnings);

    ledger
        .by_number
        .insert(book.number, ledger.books.len() as u32);
    ledger.books.push(book);
    Ok(())
}

pub(crate) fn check_period(from: Date, until: Date) -> Result<(), Refusal> {
    if until >= from {
        return Ok(());
    }
    let days = (from - until).num_days();
    let message = format!("valid until {until}, which is {days} days before valid from {from}");
    Err(INVALID_PERIOD.refuse(message).differing(days))
}

pub(crate) fn is_dishonest(credit: Credit) -> bool {
    matches!(credit, Credit::Dishonest | Credit::SeriouslyDishonest)
}

pub(crate) fn check_self_verification(credit: Credit, wanted: bool) -> Result<(), Refusal> {
    if !(wanted && is_dishonest(credit)) {
        return Ok(());
    }
    let message =
        format!("self-verification (自核资格) is not open to an operator of level {credit}");
    Err(CREDIT_TOO_LOW.refuse(message))
}

pub(crate) fn repeated(kind: &str, seq: u16) -> Refusal {
    ITEM_REPEATED.refuse(format!("{kind} {seq} stands twice"))
}

pub(crate) fn consumption_repeated(line: &ConsumptionLine) -> Refusal {
    let version = Version::or_default(line.version.as_ref());
    CONSUMPTION_REPEATED.refuse(format!(
        "the consumption of material {} by product {} version {version} stands twice",
        line.material, line.product
    ))
}

/// A warning where less is approved than counted.
pub(crate) fn below_counted(
    what: &str,
    counted: impl Into<unit_consumption::Total>,
    approved: Option<Quantity>,
) -> Option<Warning> {
    let (counted, approved) = (counted.into(), approved?);
    let over = counted - approved.total();
    if over <= unit_consumption::Total::ZERO {
        return None;
    }
    let message = format!("{what}: approved {approved}, counted {counted}, over by {over}");
    Some(
        APPROVED_BELOW_COUNTED
            .warn(message)
            .with("approved", approved)
            .with("counted", counted)
            .differing(over),
    )
}

pub(crate) fn warn_of_guarantee(book: &Book, warnings: &mut Vec<Warning>) {
    let Some(Guarantee {
        kind, valid_until, ..
    }) = book.guarantee
    else {
        if is_dishonest(book.credit) {
            let message = format!(
                "handbook {}: level {} and no guarantee on record",
                book.number, book.credit
            );
            warnings.push(GUARANTEE_MISSING.warn(message));
        }
        return;
    };
    let extra = GUARANTEE_EXTRA_DAYS.on(book.valid_until);
    let due = book
        .valid_until
        .checked_add_days(chrono::Days::new(extra.into()));
    let letter = kind == GuaranteeKind::Letter;
    if let Some(due) = due.filter(|due| letter && valid_until < *due) {
        let days = (due - valid_until).num_days();
        let message = format!(
            "handbook {}: the guarantee ends on {valid_until}, expected {due} (expiry {} and {extra} days), {days} days short",
            book.number, book.valid_until
        );
        warnings.push(GUARANTEE_TOO_SHORT.warn(message).differing(days));
    }
}

/// Numbers were removed and added again more often than a book can tell apart.
fn full(kind: &str) -> Refusal {
    LIMIT_EXCEEDED.refuse(format!(
        "{kind} were removed and added again too often, open a new handbook"
    ))
}

/// A book's consumption table stays within its limit.
pub(crate) fn check_consumptions(book: &Book) -> Result<(), Refusal> {
    let lines: usize = book.versions.iter().map(|it| it.lines.len()).sum();
    if lines <= CONSUMPTIONS_MAX {
        return Ok(());
    }
    let over = lines - CONSUMPTIONS_MAX;
    let message =
        format!("{lines} consumption lines, expected at most {CONSUMPTIONS_MAX}, {over} too many");
    Err(LIMIT_EXCEEDED.refuse(message).differing(over))
}

impl Book {
    /// Adds a material whose number is free, from a day on.
    pub(crate) fn add_material(&mut self, of: &MaterialItem, added: Date) -> Result<u16, Refusal> {
        if self.materials.is_full() {
            return Err(full("materials"));
        }
        self.folds = None;
        self.slack.forget();
        self.sums.materials.push(MaterialSums::default());
        self.cycles.iter_mut().for_each(|it| it.add_material());
        Ok(self.materials.push(Material {
            seq: of.seq,
            item: of.item.clone(),
            eligible: of.carry_over_eligible.unwrap_or(true),
            consumable: of.consumable.unwrap_or(false),
            opening: of.opening.unwrap_or_default(),
            added,
            used: of.used.unwrap_or_default(),
            removed: false,
            named: 0,
            users: Vec::new(),
        }))
    }

    /// The same for a product.
    pub(crate) fn add_product(&mut self, of: &ProductItem) -> Result<u16, Refusal> {
        if self.products.is_full() {
            return Err(full("products"));
        }
        self.sums.products.push(ProductSums::default());
        self.cycles.iter_mut().for_each(|it| it.add_product());
        Ok(self.products.push(Product {
            seq: of.seq,
            item: of.item.clone(),
            used: of.used.unwrap_or_default(),
            removed: false,
            named: 0,
            versions: BTreeMap::new(),
        }))
    }

    /// A consumption line whose items exist and whose figures are lawful.
    pub(crate) fn check_consumption(
        &self,
        line: &ConsumptionLine,
    ) -> Result<(u16, u16, Consumption), Refusal> {
        let unknown = |kind: &str, seq: u16| {
            ITEM_UNKNOWN.refuse(format!(
                "consumption of material {} by product {}: handbook {} has no {kind} {seq}",
                line.material, line.product, self.number
            ))
        };
        let (product, material) = (line.product.get(), line.material.get());
        let at_product = self
            .products
            .find(product)
            .ok_or_else(|| unknown("product", product))?;
        let at_material = self
            .materials
            .find(material)
            .ok_or_else(|| unknown("material", material))?;
        let tangible = line.tangible_loss.unwrap_or_default();
        let intangible = line.intangible_loss.unwrap_or_default();
        let share = line.bonded_share.unwrap_or(Percent::HUNDRED);
        let consumption = Consumption::new(line.net, tangible, intangible, share);
        let consumption = consumption.map_err(|error| {
            let what = format!("consumption of material {material} by product {product}: ");
            match error {
                ConsumptionError::LossTooHigh => LOSS_RATE_OUT_OF_RANGE.refuse(format!(
                    "{what}tangible {tangible} % and intangible {intangible} % add up to 100 % or more, expected less"
                )),
                error => LIMIT_EXCEEDED.refuse(format!("{what}{error}")),
            }
        })?;
        Ok((at_product, at_material, consumption))
    }

    /// Puts a consumption on file, in place of an earlier one. [`Book::index_users`] follows.
    pub(crate) fn put_consumption(
        &mut self,
        product: u16,
        version: &str,
        material: u16,
        consumption: Consumption,
        date: Date,
    ) {
        let version = self.version(product, version);
        let version = &mut self.versions[version as usize];
        if version.lines.is_empty() {
            version.on_file = Some(date);
        }
        let lines = &mut version.lines;
        match lines.binary_search_by_key(&material, |(it, _)| *it) {
            Ok(at) => lines[at].1 = consumption,
            Err(at) => lines.insert(at, (material, consumption)),
        }
    }
}
