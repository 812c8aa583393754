//! Rule 1: not above the approved quantity.

use unit_consumption::Total;

use super::{Refusal, rules};
use crate::book::Book;
use crate::law::{QUOTA_CHECK, journal};
use crate::list::Line;
use crate::modes::Movement;
use crate::units::Named;

rules! {
    QUOTA_EXCEEDED = Refusal "quota_exceeded" {
        "more than the approved quantity",
        "Counted against a material: used + imported + carried_in + leftover_in + exchanged_in (pending and booked) − exchanged_out (booked); against a product: used + exported + carried_out + exempted + returned_out (pending and booked) − returned_in (booked). Pending lists count at once.",
        "Have the approved quantity raised first (变更), or declare less.",
        [journal("Rules of the lists, 1"), QUOTA_CHECK], "
            book A M1:1000
            import L1 A M1:950
            import L2 A M1:50
            import L3 A M1:0.00001 -> refused quota_exceeded
        ",
    }
    PASSED_ABOVE_APPROVED = Warning "passed_above_approved" {
        "more is counted than is approved",
        "What customs deducted, or undid, is a fact; nothing more may be declared of the item.",
        "Have the approved quantity raised.",
        [journal("Rules of the lists, 1")], "
            book A M1:100
            import L1 A M1:100
            deduct L1 1=101 -> ok warns passed_above_approved
        ",
    }
}

/// The lines, already in the sums, stay within what is approved.
pub(crate) fn check(book: &Book, moved: Movement, lines: &[Line]) -> Result<(), Refusal> {
    if !(moved.is_material_in() || moved.is_product_out()) {
        return Ok(());
    }
    for line in lines {
        let (approved, counted, unit) = if moved.is_product() {
            let of = book.products.get(line.item);
            let counted = book.product_counted(line.item);
            (of.item.quantity, counted, of.item.unit)
        } else {
            let of = book.materials.get(line.item);
            let counted = book.material_counted(line.item);
            (of.item.quantity, counted, of.item.unit)
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
