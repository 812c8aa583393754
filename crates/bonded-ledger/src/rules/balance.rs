//! Rule 5: no more material leaves than remains.

use std::collections::BTreeSet;

use unit_consumption::Total;

use super::{Refusal, Warning, rules};
use crate::book::Book;
use crate::entry::Role;
use crate::law::{CUSTOMS_LAW_33, IC_CHAIN, PENALTY_18, SCRAP, journal};
use crate::list::Line;
use crate::modes::Movement;
use crate::parameters::CHIP_HEADING;
use crate::units::Named;

rules! {
    BALANCE_EXCEEDED = Refusal "balance_exceeded" {
        "more material would leave than remains",
        "Exchange out, chain carry-over, leftover out, re-export, domestic sale and destruction of materials take at most remaining − pending_out. A material that is not there cannot leave: untrue records are fined 5–30 % of the goods' value.",
        "Post the import that is missing, or declare what is really there.",
        [CUSTOMS_LAW_33, PENALTY_18, journal("Rules of the lists, 5")], "
            book A M1:10/opening=10
            re_export L1 A M1:4
            re_export L2 A M1:6
            re_export L3 A M1:0.00001 -> refused balance_exceeded
        ",
    }
    NEGATIVE_REMAINING = Warning "negative_remaining" {
        "less than nothing remains",
        "After this entry more of a material has left the book than came in. A late document explains it; at closure it must be 0.",
        "Find the import not yet deducted, or the list that was wrong.",
        [PENALTY_18], "
            book A M1
            import L1 A M1:10
            deduct L1
            re_export L2 A M1:10
            deduct L2
            withdraw L1 -> ok warns negative_remaining
        ",
    }
    SCRAP_EXCEEDED = Warning "scrap_exceeded" {
        "more scrap is dealt with than the declared loss makes",
        "Scrap (边角料) lies within the unit consumption: more than its tangible loss means an understated loss rate, or goods that are not scrap.",
        "Check the tangible loss rate; what is not scrap is a leftover or a defective.",
        [SCRAP], "
            book A M1:100/opening=100 P1 P1<M1*9/loss=10
            export L1 A P1:10
            deduct L1
            scrap_sell L2 A M1:10
            scrap_sell L3 A M1:1 -> ok warns scrap_exceeded
        ",
    }
    CHAIN_EXPORT = Warning "chain_export" {
        "chips leave the country from another handbook than the design enterprise's",
        "In the IC chain the finished product is re-exported by the design enterprise.",
        "Carry the chips over to the design enterprise's handbook, unless the contract provides otherwise.",
        [IC_CHAIN], "
            book A role=ic_design chain=X M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            book B role=packaging_test chain=X M1:10/opening=10 P1/hs=8542310000 P1<M1*1
            export L1 A P1:1
            export L2 B P1:1 -> ok warns chain_export
        ",
    }
}

/// The lines, pending or booked already, leave nothing owing.
pub(crate) fn check(book: &Book, moved: Movement, lines: &[Line]) -> Result<(), Refusal> {
    if !moved.is_material_out() {
        return Ok(());
    }
    let mut seen = BTreeSet::new();
    for line in lines.iter().filter(|it| seen.insert(it.item)) {
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
    Ok(())
}

/// Scrap beyond the loss, chips beside the chain.
pub(crate) fn warn(book: &Book, moved: Movement, lines: &[Line], warnings: &mut Vec<Warning>) {
    if moved == Movement::Exported && book.chain.is_some() && book.role != Some(Role::IcDesign) {
        let is_chip = |it: &&Line| {
            book.products
                .get(it.item)
                .item
                .hs
                .as_str()
                .starts_with(CHIP_HEADING)
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
        let left = book.scrap(line.item) - pending;
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
