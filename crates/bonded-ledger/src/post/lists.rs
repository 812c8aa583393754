//! What happens to a declared list: deducted, amended, withdrawn, confirmed.

use unit_consumption::Total;

use crate::book::{Book, Booked};
use crate::entry::{AmendList, BookList};
use crate::ids::Date;
use crate::ledger::{Ledger, Posting};
use crate::list::{Change, ChangeKind, Line, ListState};
use crate::modes::Movement;
use crate::post::declare::{check_balance, check_quantities, with_lines};
use crate::post::told::Before;
use crate::rules::balance::NEGATIVE_REMAINING;
use crate::rules::carry_over::SENDING_FIRST;
use crate::rules::exchange::EXCHANGE_UNCOVERED;
use crate::rules::form::{LIST_EXISTS, check_lines, check_repeated};
use crate::rules::lists::*;
use crate::rules::quota::PASSED_ABOVE_APPROVED;
use crate::rules::takings::LIST_COVERED;
use crate::rules::{Refusal, Warning};
use crate::rules::{balance, cycles, exchange, validity};

/// A list that takes this entry: known, its book open, not withdrawn, not before its declaration.
fn check_list(ledger: &Ledger, name: &str, date: Date, passing: bool) -> Result<u32, Refusal> {
    let at = ledger.known_list(name)?;
    let list = ledger.list(at);
    ledger.book_takes_entries_of(list.book, date)?;
    if list.state == ListState::Withdrawn {
        return Err(LIST_WITHDRAWN.refuse(format!("list {name} was withdrawn (删单)")));
    }
    if passing && list.state == ListState::Booked {
        return Err(LIST_BOOKED.refuse(format!("list {name} is booked already (已核扣)")));
    }
    if let Some(declared) = list.declared().filter(|it| date < *it) {
        let days = (declared - date).num_days();
        let message =
            format!("dated {date}, {days} days before list {name} was declared on {declared}");
        return Err(DATE_BEFORE_DECLARATION.refuse(message).differing(days));
    }
    if !passing {
        cycles::check_list(ledger.book(list.book), list)?;
        if let Some(taking) = ledger.book(list.book).taking_of(at) {
            return Err(LIST_COVERED.refuse(format!(
                "list {name} is covered by consumption list {}; withdraw that first",
                taking.number
            )));
        }
    }
    Ok(at)
}

pub(crate) fn book(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    entry: &BookList,
) -> Result<(), Refusal> {
    let at = check_list(ledger, &entry.list, posting.date, true)?;
    if let Some(name) = &entry.customs_number
        && ledger.list_at(name).is_some_and(|it| it != at)
    {
        return Err(LIST_EXISTS.refuse(format!("number {name:?} names another list already")));
    }
    let passed = check_passed(ledger, at, entry)?;

    let list = &ledger.lists[at as usize];
    let (moved, declared) = (list.movement, list.lines());
    let lines = passed.as_deref().unwrap_or(declared);
    let book = &mut ledger.books[list.book as usize];
    let before = Before::lines(posting, book, moved, &[lines]);
    book.sums.apply(moved, false, declared, true);
    book.apply_booked(moved, lines, false);
    book.pending.remove(&at);
    book.booked.push(Booked::List(at));
    before.tell(posting, book);
    if passed.is_some() {
        posting.warnings.extend(cycles::passed(book, list));
        warn_of_fact(book, moved, lines, &mut posting.warnings);
        warn_of_exchange(book, moved, lines, &mut posting.warnings);
        balance::warn(book, moved, lines, &mut posting.warnings);
    }
    if passed.is_some() || moved.is_material_out() {
        book.slack.forget();
        warn_of_negative(book, moved, lines, &mut posting.warnings);
    }

    let list = &mut ledger.lists[at as usize];
    list.state = ListState::Booked;
    list.changes.push(Change {
        kind: ChangeKind::Booked,
        date: posting.date,
        lines: passed.map(Vec::into_boxed_slice),
    });
    if let Some(name) = &entry.customs_number {
        list.customs_number = Some(name.as_str().into());
        ledger.by_name.insert::<str>(name.as_str().into(), at);
    }
    if let Some(number) = &entry.customs_declaration {
        list.details.get_or_insert_default().customs_declaration = Some(number.as_str().into());
    }
    warn_of_order(ledger, at, &mut posting.warnings);
    posting.warnings.extend(ledger.refresh_carry_over(at));
    Ok(())
}

/// The complete lines as they passed, where that differs.
fn check_passed(ledger: &Ledger, at: u32, entry: &BookList) -> Result<Option<Vec<Line>>, Refusal> {
    if entry.lines.is_empty() {
        return Ok(None);
    }
    let list = ledger.list(at);
    let mut lines = list.lines().to_vec();
    let mut by_number: Vec<(u32, usize)> = lines
        .iter()
        .enumerate()
        .map(|(index, it)| (it.line, index))
        .collect();
    by_number.sort_unstable();
    for passed in &entry.lines {
        let Ok(found) = by_number.binary_search_by_key(&passed.line, |(number, _)| *number) else {
            let message = format!("list {} has no line {}", entry.list, passed.line);
            return Err(LINE_UNKNOWN.refuse(message));
        };
        let line = &mut lines[by_number[found].1];
        line.quantity = passed.quantity;
        *line = line.with_legal(passed.legal_quantity.or(line.legal()));
    }
    check_repeated(entry.lines.iter().map(|it| it.line))?;
    Ok(Some(lines))
}

pub(crate) fn amend(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    entry: &AmendList,
) -> Result<(), Refusal> {
    let at = check_list(ledger, &entry.list, posting.date, false)?;
    let list = ledger.list(at);
    let (moved, book_at) = (list.movement, list.book);
    let booked = list.state == ListState::Booked;
    // The list keeps its date: validity is measured by it.
    let date = list.declared().unwrap_or(posting.date);
    let old: Vec<Line> = list.lines().to_vec();
    let (lines, names) = check_lines(ledger.book(book_at), moved, &entry.lines)?;

    let told = {
        let book = &mut ledger.books[book_at as usize];
        let told = Before::lines(posting, book, moved, &[&old, &lines]);
        take(book, moved, booked, &old, true);
        told
    };
    let checked = with_lines(
        ledger,
        book_at,
        moved,
        lines,
        &names,
        booked,
        |ledger, lines| {
            let own = ledger.book(book_at);
            check_quantities(own, date, moved, lines, &mut posting.warnings)?;
            if moved == Movement::ChainOut {
                ledger.check_chain_out(own, lines, None)?;
            }
            check_balance(own, moved, lines)
        },
    );
    let ((), lines) = match checked {
        Ok(checked) => checked,
        Err(refusal) => {
            take(
                &mut ledger.books[book_at as usize],
                moved,
                booked,
                &old,
                false,
            );
            return Err(refusal);
        }
    };

    let book = &mut ledger.books[book_at as usize];
    if booked && moved.is_product() {
        // The sums were changed under the folds; they are found again from the sums.
        book.folds = None;
        if posting.tell {
            book.keep_folds();
        }
    }
    book.slack.forget();
    book.name(moved, &old, true);
    book.name(moved, &lines, false);
    told.tell(posting, book);
    let warnings = &mut posting.warnings;
    book.warn_of_shortage(moved, &lines, warnings);
    validity::warn(book, posting.date, warnings);
    exchange::warn(book, posting.date, moved, warnings);
    balance::warn(book, moved, &lines, warnings);
    warn_of_negative(book, moved, &old, warnings);
    warn_of_exchange(book, moved, &old, warnings);
    warn_of_fact(book, moved, &old, warnings);
    let list = &mut ledger.lists[at as usize];
    list.changes.push(Change {
        kind: ChangeKind::Amended,
        date: posting.date,
        lines: Some(lines.into_boxed_slice()),
    });
    if let Some(details) = list.details.as_mut().filter(|it| it.settles.is_some()) {
        details.noted |= posting.has_note();
    }
    posting.warnings.extend(ledger.refresh_carry_over(at));
    Ok(())
}

/// Takes lines out of the sums, or puts them back.
fn take(book: &mut Book, moved: Movement, booked: bool, lines: &[Line], out: bool) {
    book.sums.apply(moved, booked, lines, out);
    if booked && moved.is_product() {
        book.folds = None;
    }
}

pub(crate) fn withdraw(
    ledger: &mut Ledger,
    posting: &mut Posting<'_>,
    name: &str,
) -> Result<(), Refusal> {
    let at = check_list(ledger, name, posting.date, false)?;
    let list = &mut ledger.lists[at as usize];
    let moved = list.movement;
    let booked = list.state == ListState::Booked;
    list.state = ListState::Withdrawn;
    let lines: Vec<Line> = list.lines().to_vec();
    list.changes.push(Change {
        kind: ChangeKind::Withdrawn,
        date: posting.date,
        lines: None,
    });
    let receiving = list
        .carry
        .as_ref()
        .and_then(|it| it.other)
        .filter(|_| !moved.is_receiving());
    let book = &mut ledger.books[list.book as usize];
    if booked {
        let told = Before::lines(posting, book, moved, &[&lines]);
        book.apply_booked(moved, &lines, true);
        told.tell(posting, book);
    } else {
        book.sums.apply(moved, false, &lines, true);
        book.pending.remove(&at);
    }
    book.slack.forget();
    book.name(moved, &lines, true);
    warn_of_negative(book, moved, &lines, &mut posting.warnings);
    warn_of_exchange(book, moved, &lines, &mut posting.warnings);
    warn_of_fact(book, moved, &lines, &mut posting.warnings);
    // The receiving list is free for another sending list.
    if let Some(carry) = receiving.and_then(|it| ledger.lists[it as usize].carry.as_mut()) {
        carry.other = None;
    }
    posting.warnings.extend(ledger.refresh_carry_over(at));
    Ok(())
}

pub(crate) fn confirm(
    ledger: &mut Ledger,
    posting: &Posting<'_>,
    name: &str,
    theirs: &str,
) -> Result<(), Refusal> {
    let at = ledger.known_list(name)?;
    let list = ledger.list(at);
    ledger.book_takes_entries_of(list.book, posting.date)?;
    if list.state == ListState::Withdrawn {
        return Err(LIST_WITHDRAWN.refuse(format!("list {name} was withdrawn (删单)")));
    }
    if !list.is_external() {
        let message = format!("list {name} is not one side of an external carry-over");
        return Err(NOT_EXTERNAL.refuse(message));
    }
    if let Some(carry) = &mut ledger.lists[at as usize].carry {
        carry.named = Some(theirs.into());
    }
    Ok(())
}

/// More is counted than is approved, by what passed or by what was undone: a fact.
fn warn_of_fact(book: &Book, moved: Movement, lines: &[Line], warnings: &mut Vec<Warning>) {
    let product = moved.is_product_out() || moved == Movement::ReturnedIn;
    if !(product || moved.is_material_in() || moved == Movement::ExchangedOut) {
        return;
    }
    let mut seen = std::collections::BTreeSet::new();
    for line in lines.iter().filter(|it| seen.insert(it.item)) {
        let (what, counted, approved) = if product {
            let of = book.products.get(line.item);
            let counted = book.product_counted(line.item);
            (book.product_text(line.item), counted, of.item.quantity)
        } else {
            let of = book.materials.get(line.item);
            let counted = book.material_counted(line.item);
            (book.material_text(line.item), counted, of.item.quantity)
        };
        let Some(approved) = approved else { continue };
        let over = counted - approved.total();
        if over > Total::ZERO {
            let message =
                format!("{what}: approved {approved}, {counted} is counted now, over by {over}");
            warnings.push(
                PASSED_ABOVE_APPROVED
                    .warn(message)
                    .with("approved", approved)
                    .with("counted", counted)
                    .differing(over),
            );
        }
    }
}

/// Less than nothing remains of a material that was named.
fn warn_of_negative(book: &Book, moved: Movement, lines: &[Line], warnings: &mut Vec<Warning>) {
    if !(moved.is_material_in() || moved.is_material_out()) {
        return;
    }
    let mut items: Vec<u16> = lines.iter().map(|it| it.item).collect();
    items.sort_unstable();
    items.dedup();
    for item in items {
        warnings.extend(negative(book, item));
    }
}

pub(crate) fn negative(book: &Book, item: u16) -> Option<Warning> {
    let remaining = book.remaining(item);
    (remaining < Total::ZERO).then(|| {
        let message = format!(
            "{}: {} more left the book than came in",
            book.material_text(item),
            -remaining
        );
        NEGATIVE_REMAINING
            .warn(message)
            .with("remaining", remaining)
            .differing(-remaining)
    })
}

/// One leg of an exchange is no longer covered by the other: by what passed, or by what was undone.
fn warn_of_exchange(book: &Book, moved: Movement, lines: &[Line], warnings: &mut Vec<Warning>) {
    use Movement::*;
    let mut warn = |what: String, over: Total| {
        if over > Total::ZERO {
            let message =
                format!("{what}: the exchange is not covered by what went first, {over} too many");
            warnings.push(EXCHANGE_UNCOVERED.warn(message).differing(over));
        }
    };
    let mut seen = std::collections::BTreeSet::new();
    for line in lines.iter().filter(|it| seen.insert(it.item)) {
        if matches!(moved, ExchangedOut | ExchangedIn) {
            let sums = book.all_of_material(line.item);
            let over = sums.declared(ExchangedIn) - sums.booked(ExchangedOut);
            warn(book.material_text(line.item), over);
        }
        if matches!(moved, Exported | CarriedOut | Exempted | ReturnedIn) {
            let sums = book.all_of_product(line.item);
            let used = book.products.get(line.item).used.total();
            let over = sums.declared(ReturnedIn) - sums.left() - used;
            warn(book.product_text(line.item), over);
        }
        if matches!(moved, ReturnedIn | ReturnedOut) {
            let sums = book.all_of_product(line.item);
            let over = sums.declared(ReturnedOut) - sums.booked(ReturnedIn);
            warn(book.product_text(line.item), over);
        }
    }
}

fn warn_of_order(ledger: &Ledger, at: u32, warnings: &mut Vec<Warning>) {
    let list = ledger.list(at);
    let sending = list.movement.is_carry_over() && !list.movement.is_receiving();
    let receiving = list
        .carry
        .as_ref()
        .and_then(|it| it.other)
        .filter(|_| sending);
    let pending = receiving.filter(|&it| ledger.list(it).state == ListState::Pending);
    if let Some(receiving) = pending {
        warnings.push(SENDING_FIRST.warn(format!(
            "sending list {} is deducted before receiving list {}",
            list.number,
            ledger.list(receiving).number
        )));
    }
}
