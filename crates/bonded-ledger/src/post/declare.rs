//! `declare_list`: 保税核注清单, checked by the rules in their order.

use std::collections::BTreeSet;

use chrono::{Datelike as _, Months, NaiveDate};
use unit_consumption::{Quantity, Total};

use crate::book::Book;
use crate::entry::{ConsumptionDeclared, DeclareList, Direction, Goods, ListLine, Role, Version};
use crate::ids::Date;
use crate::ledger::{Ledger, Posting};
use crate::limits::{LISTS_MAX, TOTAL_MAX};
use crate::list::{Change, ChangeKind, Line, List, ListDetails, ListState};
use crate::modes::{Movement, Unfit, movement};
use crate::parameters::{CARRY_OVER_MONTHS, EXPIRY_NOTICE_DAYS};
use crate::rules::balance::{BALANCE_EXCEEDED, CHAIN_EXPORT, SCRAP_EXCEEDED};
use crate::rules::carry_over::CARRY_OVER_LATE;
use crate::rules::consumption::CONSUMPTION_MISSING;
use crate::rules::exchange::{EXCHANGE_EXCEEDED, EXCHANGE_LATE};
use crate::rules::form::*;
use crate::rules::input::LIMIT_EXCEEDED;
use crate::rules::quota::QUOTA_EXCEEDED;
use crate::rules::validity::*;
use crate::rules::{Refusal, Warning};
use crate::units::Named;

pub(crate) fn declare(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    list: &DeclareList,
) -> Result<(), Refusal> {
    let at = ledger.open_book(list.handbook)?;
    check_suspended(ledger.book(at), list.direction)?;
    if ledger.list_at(&list.number).is_some() {
        return Err(LIST_EXISTS.refuse(format!(
            "number {:?} names another list; a number stays used for good",
            list.number
        )));
    }
    let moved = check_mode(ledger.book(at), list)?;
    let (lines, names) = check_lines(ledger.book(at), moved, &list.lines)?;
    check_belongings(ledger.book(at), moved, list)?;
    if ledger.book(at).lists.len() >= LISTS_MAX {
        return Err(LIMIT_EXCEEDED.refuse(format!("a handbook holds at most {LISTS_MAX} lists")));
    }

    let declared = Declared {
        date: posting.date,
        moved,
        delivered: list.delivered,
    };
    let (carry, lines) = with_lines(ledger, at, moved, lines, &names, false, |ledger, lines| {
        declared.check_quantities(ledger.book(at), lines, &mut posting.warnings)?;
        let own = ledger.book(at);
        let counterpart = list.counterpart.as_ref();
        let carry = counterpart
            .map(|it| ledger.check_carry_over(own, moved, it, lines, &mut posting.warnings))
            .transpose()?;
        if moved == Movement::ChainOut {
            ledger.check_chain_out(own, lines, counterpart.map(|it| it.handbook))?;
        }
        declared.check_balance(own, lines)?;
        Ok(carry)
    })?;

    let book = &mut ledger.books[at as usize];
    book.warn_of_shortage(moved, &lines, &mut posting.warnings);
    declared.warn(book, &lines, &mut posting.warnings);
    book.name(moved, &lines, false);
    let index = ledger.lists.len() as u32;
    book.lists.push(index);
    book.pending.insert(index);
    let number: Box<str> = list.number.as_str().into();
    ledger.by_name.insert(number.clone(), index);
    let receiving = carry.as_ref().and_then(|it| it.other);
    let has_carry = carry.is_some();
    ledger.lists.push(List {
        number,
        customs_number: None,
        book: at,
        movement: moved,
        mode: list.mode,
        state: ListState::Pending,
        carry: carry.map(Box::new),
        details: details(list),
        changes: vec![Change {
            kind: ChangeKind::Declared,
            date: posting.date,
            lines: Some(lines.into_boxed_slice()),
        }],
    });
    if let Some(receiving) = receiving
        && let Some(carry) = &mut ledger.lists[receiving as usize].carry
    {
        carry.other = Some(index);
    }
    if has_carry {
        ledger.refresh_carry_over(index);
    }
    Ok(())
}

fn details(list: &DeclareList) -> Option<Box<ListDetails>> {
    let text = |it: &Option<String>| it.as_deref().map(Into::into);
    let details = ListDetails {
        delivered: list.delivered,
        reference: text(&list.reference),
        settles: list.settles,
        customs_declaration: text(&list.customs_declaration),
    };
    let none = details.delivered.is_none()
        && details.reference.is_none()
        && details.settles.is_none()
        && details.customs_declaration.is_none();
    (!none).then(|| Box::new(details))
}

/// Puts lines into the sums, so that the rules see the book as it would be; takes them out again
/// where one refuses. Versions that are named for the first time get their place only afterwards:
/// a refused list leaves no trace.
pub(crate) fn with_lines<T>(
    ledger: &mut Ledger,
    at: u32,
    moved: Movement,
    mut lines: Vec<Line>,
    names: &[NewVersion],
    booked: bool,
    check: impl FnOnce(&Ledger, &[Line]) -> Result<T, Refusal>,
) -> Result<(T, Vec<Line>), Refusal> {
    let book = &mut ledger.books[at as usize];
    let versions = book.versions.len();
    for new in names {
        let version = book.version(new.product, &new.name);
        lines[new.line].version = version;
    }
    book.sums.apply(moved, booked, &lines, false);
    match check(ledger, &lines) {
        Ok(found) => Ok((found, lines)),
        Err(refusal) => {
            let book = &mut ledger.books[at as usize];
            book.sums.apply(moved, booked, &lines, true);
            for version in book.versions.drain(versions..) {
                book.products.get_mut(version.product).versions.pop();
            }
            book.sums.versions.truncate(versions);
            Err(refusal)
        }
    }
}

/// A version that a line names and the book does not know yet.
pub(crate) struct NewVersion {
    line: usize,
    product: u16,
    name: Box<str>,
}

fn check_suspended(book: &Book, direction: Direction) -> Result<(), Refusal> {
    let suspended = match direction {
        Direction::Import => book.import_suspended,
        Direction::Export => book.export_suspended,
    };
    if suspended {
        return Err(HANDBOOK_SUSPENDED.refuse(format!(
            "handbook {} is suspended for {direction} (暂停)",
            book.number
        )));
    }
    Ok(())
}

fn check_mode(book: &Book, list: &DeclareList) -> Result<Movement, Refusal> {
    let DeclareList {
        mode,
        direction,
        goods,
        ..
    } = list;
    let uses = |direction: &Direction, goods: &Goods| format!("{direction} of a {goods}");
    movement(*mode, book.trade, *direction, *goods).map_err(|unfit| match unfit {
        Unfit::Unknown { nearest } => MODE_UNKNOWN.refuse(match nearest {
            Some(nearest) => format!("no supervision mode {mode}, did you mean {nearest}?"),
            None => format!("no supervision mode {mode} of processing trade"),
        }),
        Unfit::NotKept { what } => MODE_NOT_KEPT.refuse(format!(
            "mode {mode} is {what}; such goods are not kept in a processing handbook"
        )),
        Unfit::Trade { would_fit } => MODE_TRADE_DIFFERS.refuse(match would_fit {
            Some(fit) => {
                format!(
                    "mode {mode} is not of trade {}, {fit} would fit",
                    book.trade
                )
            }
            None => format!("mode {mode} is not of trade {}", book.trade),
        }),
        Unfit::Use { would_fit, instead } => {
            let fits: Vec<String> = would_fit
                .iter()
                .map(|(direction, goods, it)| {
                    format!("{} ({})", uses(direction, goods), it.describe())
                })
                .collect();
            MODE_DIRECTION_DIFFERS.refuse(format!(
                "mode {mode} is for {}, found {}; for that these modes would fit: {}",
                fits.join(" or "),
                uses(direction, goods),
                instead.join(", ")
            ))
        }
    })
}

/// Rule 0 of the lines.
pub(crate) fn check_lines(
    book: &Book,
    moved: Movement,
    lines: &[ListLine],
) -> Result<(Vec<Line>, Vec<NewVersion>), Refusal> {
    if lines.is_empty() {
        return Err(LINES_MISSING.refuse("a list has one line at least"));
    }
    check_repeated(lines.iter().map(|it| it.line))?;
    let product = moved.is_product();
    let mut checked = Vec::with_capacity(lines.len());
    let mut names = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let found = if product {
            book.products.find(line.seq)
        } else {
            book.materials.find(line.seq)
        };
        let Some(item) = found else {
            let kind = if product {
                Goods::Product
            } else {
                Goods::Material
            };
            return Err(ITEM_UNKNOWN.refuse(format!(
                "line {}: handbook {} has no {kind} {}",
                line.line, book.number, line.seq
            )));
        };
        let mut version = 0;
        if product {
            let name = Version::or_default(line.version.as_ref());
            match book.find_version(item, name) {
                Some(known) => version = known,
                None => names.push(NewVersion {
                    line: at,
                    product: item,
                    name: name.into(),
                }),
            }
        }
        let mut new = Line::new(line.line, item, version, line.quantity);
        new.by_product = line.by_product.unwrap_or(false);
        checked.push(new.with_legal(line.legal_quantity));
    }
    if let Some(line) = lines.iter().find(|it| it.quantity <= Quantity::ZERO) {
        return Err(QUANTITY_NOT_POSITIVE.refuse(format!(
            "line {}: found {}, expected a quantity above 0",
            line.line, line.quantity
        )));
    }
    if !moved.is_scrap() {
        let odd = |it: &&ListLine| it.by_product.is_some() || it.presented().is_some();
        if let Some(line) = lines.iter().find(odd) {
            let field = if line.by_product.is_some() {
                "by_product"
            } else {
                "presented"
            };
            return Err(PRESENTED_NOT_ALLOWED.refuse(format!(
                "line {}: {field} belongs to scrap and by-products, found {}",
                line.line,
                moved.describe()
            )));
        }
    }
    Ok((checked, names))
}

pub(crate) fn check_repeated(lines: impl Iterator<Item = u32> + Clone) -> Result<(), Refusal> {
    // Lines mostly come in order, which needs no set.
    let mut last = 0;
    if lines
        .clone()
        .all(|line| std::mem::replace(&mut last, line) < line)
    {
        return Ok(());
    }
    let mut seen = BTreeSet::new();
    let mut lines = lines;
    match lines.find(|line| !seen.insert(*line)) {
        Some(line) => Err(LINE_REPEATED.refuse(format!("line {line} stands twice"))),
        None => Ok(()),
    }
}

/// Rule 0: `counterpart` and `settles` only where they belong.
fn check_belongings(book: &Book, moved: Movement, list: &DeclareList) -> Result<(), Refusal> {
    match (&list.counterpart, moved.is_carry_over()) {
        (None, true) => {
            return Err(COUNTERPART_MISSING.refuse(format!(
                "a {} names the other handbook in counterpart",
                moved.describe()
            )));
        }
        (Some(it), false) => {
            return Err(COUNTERPART_NOT_ALLOWED.refuse(format!(
                "counterpart {} on a {}, which has no other side",
                it.handbook,
                moved.describe()
            )));
        }
        _ => {}
    }
    let settles = matches!(moved, Movement::DomesticSale | Movement::ProductSale);
    if list.settles.is_some() && !(settles && book.number.is_account_book()) {
        return Err(SETTLES_NOT_ALLOWED.refuse(format!(
            "settles on a {} of handbook {}; only a domestic sale or 9700 of an account book (账册) settles a cycle",
            moved.describe(),
            book.number
        )));
    }
    Ok(())
}

/// A list under check: the rules see the book with its lines in the sums.
pub(crate) struct Declared {
    /// The date by which validity is measured.
    pub(crate) date: Date,
    pub(crate) moved: Movement,
    pub(crate) delivered: Option<Date>,
}

impl Declared {
    /// Rules 1 to 3.
    pub(crate) fn check_quantities(
        &self,
        book: &Book,
        lines: &[Line],
        warnings: &mut Vec<Warning>,
    ) -> Result<(), Refusal> {
        let moved = self.moved;
        let largest = book.sums.largest(moved, lines);
        if largest.raw() >= TOTAL_MAX {
            let message = format!(
                "a column of an item would reach {largest}, expected less than {}",
                Total::from_raw(TOTAL_MAX)
            );
            return Err(LIMIT_EXCEEDED.refuse(message));
        }
        if moved.is_material_in() || moved.is_product_out() {
            check_quota(book, moved, lines)?;
        }
        self.check_validity(book, warnings)?;
        let leaves = moved.is_product() && moved != Movement::ReturnedIn;
        if leaves && book.consumption_declared == ConsumptionDeclared::BeforeExport {
            for line in lines {
                let version = &book.versions[line.version as usize];
                if version.lines.is_empty() {
                    return Err(CONSUMPTION_MISSING.refuse(format!(
                        "line {}: {} version {} has no unit consumption on file; handbook {} declares it before export (出口前)",
                        line.line,
                        book.product_text(line.item),
                        version.name,
                        book.number
                    )));
                }
            }
        }
        Ok(())
    }

    /// Rules 5 and 6.
    pub(crate) fn check_balance(&self, book: &Book, lines: &[Line]) -> Result<(), Refusal> {
        let moved = self.moved;
        for line in lines {
            if moved.is_material_out() {
                // The lines are pending or booked already: nothing may be left owing.
                let sums = &book.sums.materials[usize::from(line.item)];
                let left = book.remaining(line.item) - sums.pending_out();
                if left < Total::ZERO {
                    let of = book.materials.get(line.item);
                    let wanted: Total = lines
                        .iter()
                        .filter(|it| it.item == line.item)
                        .map(|it| it.quantity.total())
                        .sum();
                    let there = left + wanted;
                    let message = format!(
                        "line {}: {}: {wanted} would leave, {there} remains (what is pending taken off), over by {} {}",
                        line.line,
                        book.material_text(line.item),
                        -left,
                        Named(of.item.unit)
                    );
                    return Err(BALANCE_EXCEEDED
                        .refuse(message)
                        .with("material", of.seq)
                        .with("wanted", wanted)
                        .with("remaining", there)
                        .differing(-left));
                }
            }
            let (what, left, right) = match moved {
                Movement::ExchangedIn => {
                    let sums = &book.sums.materials[usize::from(line.item)];
                    let out = sums.booked(Movement::ExchangedOut);
                    (book.material_text(line.item), sums.declared(moved), out)
                }
                Movement::ReturnedIn => {
                    let sums = &book.sums.products[usize::from(line.item)];
                    let used = book.products.get(line.item).used.total();
                    (
                        book.product_text(line.item),
                        sums.declared(moved),
                        sums.left() + used,
                    )
                }
                Movement::ReturnedOut => {
                    let sums = &book.sums.products[usize::from(line.item)];
                    let back = sums.booked(Movement::ReturnedIn);
                    (book.product_text(line.item), sums.declared(moved), back)
                }
                _ => continue,
            };
            let over = left - right;
            if over > Total::ZERO {
                let message = format!(
                    "line {}: {what}: {} would reach {left}, {right} went the other way (booked), over by {over}",
                    line.line,
                    moved.column()
                );
                return Err(EXCHANGE_EXCEEDED
                    .refuse(message)
                    .with("reached", left)
                    .with("covered", right)
                    .differing(over));
            }
        }
        Ok(())
    }

    /// Rule 2.
    fn check_validity(&self, book: &Book, warnings: &mut Vec<Warning>) -> Result<(), Refusal> {
        let Declared { date, moved, .. } = *self;
        let (from, until) = (book.valid_from, book.valid_until);
        let after = date > until;
        if date < from || (after && !moved.winds_up()) {
            let days = if after {
                (date - until).num_days()
            } else {
                (from - date).num_days()
            };
            let side = if after { "after" } else { "before" };
            let message = format!(
                "dated {date}, handbook {} is valid from {from} to {until}: {days} days {side} it",
                book.number
            );
            return Err(OUTSIDE_VALIDITY.refuse(message).differing(days));
        }
        if after {
            let days = (date - until).num_days();
            let message = format!(
                "{} dated {date}, {days} days after handbook {} expired on {until}",
                moved.describe(),
                book.number
            );
            warnings.push(AFTER_VALIDITY.warn(message).differing(days));
        }
        Ok(())
    }

    /// What is lawful and wants a look.
    pub(crate) fn warn(&self, book: &Book, lines: &[Line], warnings: &mut Vec<Warning>) {
        let Declared {
            date,
            moved,
            delivered,
        } = *self;
        let left = (book.valid_until - date).num_days();
        let notice = i64::from(EXPIRY_NOTICE_DAYS.on(date));
        if (0..=notice).contains(&left) {
            let message = format!(
                "handbook {} expires on {}, in {left} days",
                book.number, book.valid_until
            );
            warnings.push(EXPIRY_SOON.warn(message).differing(left));
            let second_leg = matches!(
                moved,
                Movement::ExchangedIn | Movement::ReturnedIn | Movement::ReturnedOut
            );
            if second_leg {
                let message = format!(
                    "{} declared {left} days before handbook {} expires on {}",
                    moved.describe(),
                    book.number,
                    book.valid_until
                );
                warnings.push(EXCHANGE_LATE.warn(message).differing(left));
            }
        }
        if let Some(guarantee) = book.guarantee.as_ref().filter(|it| it.valid_until < date) {
            let message = format!(
                "handbook {}: the guarantee ended on {}, the list is dated {date}",
                book.number, guarantee.valid_until
            );
            warnings.push(GUARANTEE_EXPIRED.warn(message));
        }
        if let Some(delivered) = delivered.filter(|_| moved.is_carry_over()) {
            warnings.extend(late(date, delivered));
        }
        if moved == Movement::Exported && book.chain.is_some() && book.role != Some(Role::IcDesign)
        {
            let is_chip = |it: &&Line| {
                book.products
                    .get(it.item)
                    .item
                    .hs
                    .as_str()
                    .starts_with("8542")
            };
            if let Some(line) = lines.iter().find(is_chip) {
                let message = format!(
                    "line {}: {} leaves the country from handbook {}, not from the design enterprise's",
                    line.line,
                    book.product_text(line.item),
                    book.number
                );
                warnings.push(CHAIN_EXPORT.warn(message));
            }
        }
        if moved.is_scrap() {
            warn_of_scrap(book, lines, warnings);
        }
    }
}

fn check_quota(book: &Book, moved: Movement, lines: &[Line]) -> Result<(), Refusal> {
    for line in lines {
        let (approved, counted, unit) = if moved.is_product() {
            let of = book.products.get(line.item);
            let sums = &book.sums.products[usize::from(line.item)];
            (of.item.quantity, sums.counted(of.used), of.item.unit)
        } else {
            let of = book.materials.get(line.item);
            let sums = &book.sums.materials[usize::from(line.item)];
            (of.item.quantity, sums.counted(of.used), of.item.unit)
        };
        let Some(approved) = approved else { continue };
        let over = counted - approved.total();
        if over > Total::ZERO {
            let what = if moved.is_product() {
                book.product_text(line.item)
            } else {
                book.material_text(line.item)
            };
            let message = format!(
                "line {}: {what}: approved {approved}, would reach {counted}, over by {over} {}",
                line.line,
                Named(unit)
            );
            return Err(QUOTA_EXCEEDED
                .refuse(message)
                .with("approved", approved)
                .with("reached", counted)
                .differing(over));
        }
    }
    Ok(())
}

/// Declared after the end of the month following the delivery, or across a New Year.
fn late(date: Date, delivered: Date) -> Option<Warning> {
    let months = CARRY_OVER_MONTHS.on(date) + 1;
    let first = NaiveDate::from_ymd_opt(delivered.year(), delivered.month(), 1)?;
    let due = first.checked_add_months(Months::new(months))?.pred_opt()?;
    if date > due {
        let days = (date - due).num_days();
        let message =
            format!("delivered on {delivered}, due by {due}, declared on {date}: {days} days late");
        return Some(CARRY_OVER_LATE.warn(message).differing(days));
    }
    (date.year() != delivered.year()).then(|| {
        CARRY_OVER_LATE.warn(format!(
            "delivered on {delivered} and declared on {date}, on the other side of a New Year"
        ))
    })
}

fn warn_of_scrap(book: &Book, lines: &[Line], warnings: &mut Vec<Warning>) {
    let mut seen = BTreeSet::new();
    for line in lines
        .iter()
        .filter(|it| !it.by_product && seen.insert(it.item))
    {
        let sums = &book.sums.materials[usize::from(line.item)];
        let pending: Total = Movement::ALL
            .into_iter()
            .filter(|it| it.is_scrap())
            .map(|it| sums.pending(it))
            .sum();
        let left = book.scrap(&book.sums, line.item) - pending;
        if left < Total::ZERO {
            let of = book.materials.get(line.item);
            let message = format!(
                "{}: scrap dealt with goes beyond what the declared loss makes by {} {}",
                book.material_text(line.item),
                -left,
                Named(of.item.unit)
            );
            warnings.push(SCRAP_EXCEEDED.warn(message).differing(-left));
        }
    }
}
