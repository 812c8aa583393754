//! What is to be done about what a count found (差异处置), and how it is told.

use serde::Serialize;
use unit_consumption::Total;

use super::assess::{Band, CycleMaterial};
use crate::book::Book;
use crate::ids::{Date, Unit};
use crate::rules::Reason;
use crate::rules::cycles::{DIFFERENCE_OPEN, REASON_MISSING};
use crate::units::Named;

/// What is still to be done about a material (差异处置). Each at least 0, in the units of the item.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ToSettle {
    /// To be added by `adjust_book` (核增).
    pub add: Total,
    /// Adjusted too much: to be taken back by `adjust_book`.
    pub take_back: Total,
    /// To be sold with tax (内销补税), by a list that `settles` the last day.
    pub sell: Total,
    /// Lists that settle the cycle hold too much: to be amended or withdrawn.
    pub sold_too_much: Total,
}

impl ToSettle {
    /// Nothing is to be done.
    pub fn is_none(&self) -> bool {
        *self == ToSettle::default()
    }

    /// What to do, in words and with the unit; empty where it is nothing.
    fn text(&self, unit: Unit, end: Date) -> String {
        let unit = Named(unit);
        let steps = [
            (
                self.add,
                format!("are to be added by adjust_book (核增) dated in the cycle, by {end}"),
            ),
            (
                self.take_back,
                format!("were adjusted too much: take them back by adjust_book dated by {end}"),
            ),
            (
                self.sell,
                "are to be sold with tax (内销补税, 0245/0644 or 9700, settles this day)".into(),
            ),
            (
                self.sold_too_much,
                format!(
                    "too much are in lists that settle this day: amend or withdraw them, those booked by {end} dated by then"
                ),
            ),
        ];
        let steps = steps.iter().filter(|(quantity, _)| !quantity.is_zero());
        let steps: Vec<String> = steps
            .map(|(quantity, what)| format!("{quantity} {unit} {what}"))
            .collect();
        steps.join("; ")
    }
}

impl CycleMaterial {
    /// What is still to be done: what was over is adjusted, what was short is sold, and what went too
    /// far either way is taken back where it was done.
    pub(super) fn to_settle(&self) -> ToSettle {
        let difference = self.difference.unwrap_or_default();
        let nothing = Total::ZERO;
        if self.open > nothing {
            let short = (-difference).max(nothing);
            let sold_too_much = (self.settled_by_lists - short).max(nothing).min(self.open);
            return ToSettle {
                sold_too_much,
                add: self.open - sold_too_much,
                ..ToSettle::default()
            };
        }
        let (open, over) = (-self.open, difference.max(nothing));
        let take_back = (self.adjusted - over).max(nothing).min(open);
        ToSettle {
            take_back,
            sell: open - take_back,
            ..ToSettle::default()
        }
    }

    /// Why the cycle cannot be reported with it.
    pub(super) fn reasons(&self, book: &Book, material: u16, end: Date) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let what = book.material_text(material);
        let judged = self.judged_text();
        let (counted, difference) = match (self.counted, self.difference) {
            (Some(counted), Some(difference)) => (counted.to_string(), difference),
            _ => ("nothing".into(), Total::ZERO),
        };
        if !self.open.is_zero() {
            let mut message = format!(
                "{what}: counted {counted}, book {}, {judged}; {}",
                self.book,
                self.to_do.text(self.unit, end)
            );
            if !self.adjusted_later.is_zero() {
                message.push_str(&format!(
                    "; adjustments of {} with cycle_over are dated after {end} and count in the next cycle",
                    self.adjusted_later
                ));
            }
            let mut reason = DIFFERENCE_OPEN
                .reason(message)
                .with("material", self.seq)
                .with("book", self.book);
            if let Some(counted) = self.counted {
                reason = reason
                    .with("counted", counted)
                    .with("difference", difference);
            }
            reasons.push(reason.with("basis", self.basis).differing(self.open));
        }
        if !self.without_note.is_empty() {
            let message = format!(
                "{what}: counted {counted}, book {}, {judged}: {} has no note with the reason",
                self.book,
                self.without_note.join(", ")
            );
            reasons.push(
                REASON_MISSING
                    .reason(message)
                    .with("material", self.seq)
                    .with("difference", difference)
                    .with("basis", self.basis)
                    .differing(difference),
            );
        }
        reasons
    }

    /// `short by 101, outside the band of 100 (1 % of 10000)`.
    pub fn judged_text(&self) -> String {
        let Some(difference) = self.difference else {
            return match self.judged {
                Band::Equal => "nothing remains, not counted".into(),
                _ => "not counted".into(),
            };
        };
        if difference.is_zero() {
            return "equal".into();
        }
        let side = match difference > Total::ZERO {
            true => "over",
            false => "short",
        };
        let size = difference.abs();
        match (self.allowed, self.judged) {
            (None, _) => format!("{side} by {size}, no band is open"),
            (Some(most), Band::WithinBand) => {
                format!(
                    "{side} by {size}, within the band of {most} (basis {})",
                    self.basis
                )
            }
            (Some(most), _) => {
                format!(
                    "{side} by {size}, outside the band of {most} (basis {})",
                    self.basis
                )
            }
        }
    }
}
