//! Rule 3: the consumption is on file before goods leave.

use super::{Refusal, rules};
use crate::book::Book;
use crate::entry::ConsumptionDeclared;
use crate::law::{UC_BEFORE_EXPORT, UC_DEFINITION, journal};
use crate::list::Line;
use crate::modes::Movement;

rules! {
    CONSUMPTION_MISSING = Refusal "consumption_missing" {
        "no unit consumption on file for this product and version",
        "On a before_export book a product leaves (any product movement but a return) only if at least one consumption is on file for its version: unit consumption is declared before export, carry-over or domestic sale; otherwise clearance is refused.",
        "Declare the unit consumption of the version first (amend_handbook).",
        [UC_BEFORE_EXPORT, journal("Rules of the lists, 3")], "
            book A M1:10/opening=10 P1 P1<M1*1
            export L1 A P1:1
            export L2 A P1:1/v=2 -> refused consumption_missing
        ",
    }
    SHORTAGE = Warning "shortage" {
        "the products that leave need more of a material than came in",
        "Booked and pending products, and products sold or destroyed, consume more than the book took in less what left as material. A late import document explains it; otherwise the consumption is overstated or non-bonded material was used.",
        "Look for imports not yet deducted; check the unit consumption and the bonded share.",
        [UC_DEFINITION, journal("Warnings")], "
            book A M1:10/opening=10 P1 P1<M1*1
            export L1 A P1:10
            export L2 A P1:1 -> ok warns shortage
        ",
    }
}

/// Whatever leaves a `before_export` book has its consumption on file.
pub(crate) fn check(book: &Book, moved: Movement, lines: &[Line]) -> Result<(), Refusal> {
    let leaves = moved.is_product() && moved != Movement::ReturnedIn;
    if !leaves || book.consumption_declared != ConsumptionDeclared::BeforeExport {
        return Ok(());
    }
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
    Ok(())
}
