//! Is a book ready to close (可否报核)? Every reason why not, with its figures.

use unit_consumption::Total;

use crate::book::{Book, Status};
use crate::carry::CarryOverState;
use crate::entry::ItemRef;
use crate::ids::{Date, HandbookNo, Uscc};
use crate::ledger::Ledger;
use crate::modes::Movement;
use crate::parameters::REPORT_DAYS;
use crate::rules::closing::*;
use crate::rules::{Reason, Warning};
use crate::units::Named;

impl Ledger {
    /// Every reason why a book is not ready to be reported for closure; empty where it is. `None`
    /// where there is no such book.
    pub fn reasons(&self, handbook: HandbookNo) -> Option<Vec<Reason>> {
        self.book_at(handbook).map(|at| self.closing_reasons(at))
    }

    /// What is warned of, not required, before a book is reported: scrap and exchanges not
    /// settled, goods out at contractors, and by a day, where one is given, an overdue report.
    pub fn closing_advice(&self, handbook: HandbookNo, on: Option<Date>) -> Option<Vec<Warning>> {
        self.book_at(handbook)
            .map(|at| self.closing_warnings(at, on))
    }

    /// Empty where the book is closable.
    pub(crate) fn closing_reasons(&self, at: u32) -> Vec<Reason> {
        let book = self.book(at);
        match book.status {
            Status::Open => {}
            Status::Reported => {
                return vec![REASON_REPORTED.reason(format!(
                    "handbook {} is reported for closure (已报核)",
                    book.number
                ))];
            }
            Status::Closed => {
                return vec![
                    REASON_CLOSED.reason(format!("handbook {} is closed (已结案)", book.number)),
                ];
            }
        }
        let mut reasons = Vec::new();
        for &list in &book.pending {
            let list = self.list(list);
            let since = list
                .declared()
                .map(|it| format!(" since {it}"))
                .unwrap_or_default();
            reasons.push(REASON_PENDING.reason(format!(
                "list {} is pending (预核扣){since}: {}",
                list.number,
                list.movement.describe()
            )));
        }
        for &receiving in &book.unsettled {
            reasons.extend(self.unsettled(receiving));
        }
        for (version, of) in book.versions.iter().enumerate() {
            let left = book.sums.versions[version].booked.q;
            if !left.is_zero() && of.lines.is_empty() {
                let message = format!(
                    "{} version {}: {left} left, no unit consumption on file",
                    book.product_text(of.product),
                    of.name
                );
                let product = book.products.get(of.product).seq;
                reasons.push(
                    REASON_CONSUMPTION
                        .reason(message)
                        .with("product", product)
                        .with("quantity", left)
                        .differing(left),
                );
            }
        }
        for (material, of) in book.materials.present() {
            let remaining = book.remaining(material);
            if remaining.is_zero() {
                continue;
            }
            let verb = if remaining > Total::ZERO {
                "remain"
            } else {
                "too many have left"
            };
            let message = format!(
                "{}: {} {} {verb}, expected 0",
                book.material_text(material),
                remaining.abs(),
                Named(of.item.unit)
            );
            reasons.push(
                REASON_REMAINING
                    .reason(message)
                    .with("material", of.seq)
                    .with("remaining", remaining)
                    .differing(remaining),
            );
        }
        reasons
    }

    fn unsettled(&self, receiving: u32) -> Option<Reason> {
        let list = self.list(receiving);
        let carry = list.carry.as_ref()?;
        let from = carry.handbook;
        let to = self.book(list.book).number;
        match self.carry_over_state(receiving)? {
            CarryOverState::ReceivingOnly => Some(REASON_RECEIVING_ONLY.reason(format!(
                "handbook {to} received by list {} from handbook {from}, which has no sending list",
                list.number
            ))),
            CarryOverState::Differs => {
                let sending = carry
                    .other
                    .map(|it| self.list(it).number.clone())
                    .unwrap_or_default();
                Some(REASON_DIFFERS.reason(format!(
                    "carry-over from handbook {from} (list {sending}) to {to} (list {}) differs",
                    list.number
                )))
            }
            _ => None,
        }
    }

    /// Warned of, not required. `on`: the day by which the report is overdue or not.
    pub(crate) fn closing_warnings(&self, at: u32, on: Option<Date>) -> Vec<Warning> {
        let book = self.book(at);
        let mut warnings = Vec::new();
        for (material, of) in book.materials.present() {
            let scrap = book.scrap(material);
            if !scrap.is_zero() {
                let message = format!(
                    "{}: scrap (边角料) of {scrap} {} is not settled",
                    book.material_text(material),
                    Named(of.item.unit)
                );
                warnings.push(
                    SCRAP_LEFT
                        .warn(message)
                        .with("scrap", scrap)
                        .differing(scrap),
                );
            }
        }
        for (material, _) in book.materials.present() {
            let sums = book.all_of_material(material);
            let (out, back) = (
                sums.booked(Movement::ExchangedOut),
                sums.booked(Movement::ExchangedIn),
            );
            warnings.extend(open_exchange(&book.material_text(material), out, back));
        }
        for (product, _) in book.products.present() {
            let sums = book.all_of_product(product);
            let (back, out) = (
                sums.booked(Movement::ReturnedIn),
                sums.booked(Movement::ReturnedOut),
            );
            warnings.extend(open_exchange(&book.product_text(product), back, out));
        }
        for (contractor, item, quantity) in outside(book, None) {
            let what = match item {
                ItemRef::Material(seq) => format!("material {seq}"),
                ItemRef::Product(seq) => format!("product {seq}"),
            };
            let message = format!("{what}: {quantity} still out at contractor {contractor}");
            warnings.push(GOODS_OUTSIDE.warn(message).differing(quantity));
        }
        let days = on.map(|on| (on - book.valid_until).num_days());
        let allowed = i64::from(REPORT_DAYS.on(book.valid_until));
        if let Some(days) = days.filter(|days| *days > allowed) {
            let message = format!(
                "handbook {} expired on {}, {days} days ago; the report is due within {allowed} days",
                book.number, book.valid_until
            );
            warnings.push(OVERDUE.warn(message).differing(days - allowed));
        }
        warnings
    }
}

fn open_exchange(what: &str, first: Total, second: Total) -> Option<Warning> {
    let open = first - second;
    (!open.is_zero()).then(|| {
        let message = format!(
            "{what}: exchange not completed, {first} went first, {second} came second, {open} open"
        );
        EXCHANGE_OPEN.warn(message).differing(open)
    })
}

/// Dispatched − returned, where not 0: by contractor, then materials before products, then number.
pub(crate) fn outside(book: &Book, as_of: Option<Date>) -> Vec<(Uscc, ItemRef, Total)> {
    let mut sums = std::collections::BTreeMap::<(Uscc, ItemRef), Total>::new();
    for row in book
        .outsourced
        .iter()
        .filter(|it| as_of.is_none_or(|day| it.date <= day))
    {
        *sums.entry((row.contractor, row.item)).or_default() += row.quantity;
    }
    let rows = sums
        .into_iter()
        .map(|((contractor, item), quantity)| (contractor, item, quantity));
    rows.filter(|(_, _, quantity)| !quantity.is_zero())
        .collect()
}
