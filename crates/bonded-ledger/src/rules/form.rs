//! Rule 0: a list must be of a kind that its book can keep.

use std::collections::BTreeSet;

use unit_consumption::Quantity;

use super::cycles::SETTLES_ACCEPTED;
use super::{Refusal, rules};
use crate::book::Book;
use crate::entry::{DeclareList, Direction, Goods, ListLine, Version};
use crate::law::{DESTROYED, ITEM_NO, LIST, MODES, journal};
use crate::list::Line;
use crate::modes::{Movement, Unfit, movement};

rules! {
    HANDBOOK_SUSPENDED = Refusal "handbook_suspended" {
        "the book is suspended for this direction",
        "While suspended (暂停) a new list of that direction is refused; what is pending may still be deducted.",
        "Wait for customs to resume the book (恢复).",
        [journal("suspend_handbook / resume_handbook")], "
            book A M1
            suspend A export
            import L1 A M1:1
            suspend A import
            import L2 A M1:1 -> refused handbook_suspended
        ",
    }
    LIST_EXISTS = Refusal "list_exists" {
        "the number names another list already",
        "A list's number, ours or customs', is unique within the ledger and stays used for good.",
        "Give the list a number of its own; a corrected list is amended, not declared again.",
        [journal("declare_list"), LIST], "
            book A M1
            import L1 A M1:1
            withdraw L1
            import L1 A M1:1 -> refused list_exists
        ",
    }
    MODE_UNKNOWN = Refusal "mode_unknown" {
        "no supervision mode of processing trade has this code",
        "The supervision mode (监管方式) says what a list moves.",
        "Correct the code: bonded explain modes lists all.",
        [MODES], "
            book A M1
            import L1 A mode=0615 M1:1
            import L2 A mode=0616 M1:1 -> refused mode_unknown
        ",
    }
    MODE_NOT_KEPT = Refusal "mode_not_kept" {
        "goods of this supervision mode are not kept in a processing handbook",
        "Repair, equipment, zone goods and general trade have books of their own or none.",
        "Keep the document elsewhere, or correct the mode.",
        [MODES], "
            book A M1
            import L1 A mode=1371 M1:1 -> refused mode_not_kept
        ",
    }
    MODE_TRADE_DIFFERS = Refusal "mode_trade_differs" {
        "the mode belongs to the other trade",
        "来料加工 and 进料加工 have codes of their own; they must match the handbook's trade.",
        "Use the code of the book's trade that the message names.",
        [MODES], "
            book A M1
            import L1 A mode=0214 M1:1 -> refused mode_trade_differs
        ",
    }
    MODE_DIRECTION_DIFFERS = Refusal "mode_direction_differs" {
        "the mode does not go with this direction and goods",
        "Each mode is used with certain directions and goods; domestic sale, for instance, is an import list.",
        "Correct the direction or goods, or use another mode; the message names what would fit.",
        [MODES], "
            book A M1:10/opening=10
            re_export L1 A M1:1
            import L2 A mode=0664 M1:1 -> refused mode_direction_differs
        ",
    }
    LINES_MISSING = Refusal "lines_missing" {
        "a list without lines",
        "A list moves something.",
        "Add the lines; a list that is to move nothing is withdrawn.",
        [LIST], "
            book A M1
            import L1 A -> refused lines_missing
        ",
    }
    LINE_REPEATED = Refusal "line_repeated" {
        "two lines have the same number",
        "Lines are numbered, no number twice; an item may stand in several lines.",
        "Number the lines anew.",
        [journal("declare_list")], "
            book A M1
            import L1 A M1:1 M1:2
            import L2 A M1:1/line=1 M1:2/line=1 -> refused line_repeated
        ",
    }
    ITEM_UNKNOWN = Refusal "item_unknown" {
        "the book has no item of this number",
        "A line names an item of its handbook: a material's number or a product's, as the goods say.",
        "Correct the number, or amend the handbook first.",
        [journal("declare_list"), ITEM_NO], "
            book A M1
            import L1 A M1:1
            import L2 A M2:1 -> refused item_unknown
        ",
    }
    QUANTITY_NOT_POSITIVE = Refusal "quantity_not_positive" {
        "a declared quantity must be above 0",
        "A correction is an amendment or a withdrawal, never a negative line.",
        "Correct the quantity, or leave the line out.",
        [journal("declare_list")], "
            book A M1
            import L1 A M1:0.00001
            import L2 A M1:0 -> refused quantity_not_positive
        ",
    }
    PRESENTED_NOT_ALLOWED = Refusal "presented_not_allowed" {
        "only scrap lines say how goods are presented",
        "presented and by_product belong to scrap and by-products (边角料、副产品), which are dealt with as they stand.",
        "Leave the field out, or use a scrap mode.",
        [journal("declare_list"), DESTROYED], "
            book A M1
            scrap_sell L1 A M1:1/by_product
            import L2 A M1:1/by_product -> refused presented_not_allowed
        ",
    }
    COUNTERPART_MISSING = Refusal "counterpart_missing" {
        "a carry-over names the other side's handbook",
        "Carry-over (结转) is two lists that must agree: each names the other handbook.",
        "Add counterpart.handbook.",
        [journal("Carry-over")], "
            book A M1
            carry_in L1 A M1:1 with=C999999A0009
            carry_in L2 A M1:1 -> refused counterpart_missing
        ",
    }
    COUNTERPART_NOT_ALLOWED = Refusal "counterpart_not_allowed" {
        "only a carry-over has a counterpart",
        "The mode says that the goods cross the border, are sold or destroyed: no other handbook takes part.",
        "Leave counterpart out, or use a carry-over mode.",
        [journal("declare_list")], "
            book A M1
            import L1 A M1:1
            import L2 A M1:1 with=C999999A0009 -> refused counterpart_not_allowed
        ",
    }
    SETTLES_NOT_ALLOWED = Refusal "settles_not_allowed" {
        "only a domestic sale or later tax of an account book settles a cycle",
        "settles names the cycle whose shortage the list makes good.",
        "Leave settles out.",
        [journal("declare_list")], "
            book A kind=E M1:10/opening=10
            sell L1 A M1:1 settles=2026-01-31
            import L2 A M1:1 settles=2026-01-31 -> refused settles_not_allowed
        ",
    }
}

/// A version that a line names and the book does not know yet.
pub(crate) struct NewVersion {
    pub(crate) line: usize,
    pub(crate) product: u16,
    pub(crate) name: Box<str>,
}

pub(crate) fn check_suspended(book: &Book, direction: Direction) -> Result<(), Refusal> {
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

pub(crate) fn check_mode(book: &Book, list: &DeclareList) -> Result<Movement, Refusal> {
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
pub(crate) fn check_belongings(
    book: &Book,
    moved: Movement,
    list: &DeclareList,
) -> Result<(), Refusal> {
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
    if let (Some(day), Some(end)) = (list.settles, book.accepted_until())
        && day <= end
    {
        return Err(SETTLES_ACCEPTED.refuse(format!(
            "settles {day}: the cycles of book {} up to {end} are accepted",
            book.number
        )));
    }
    Ok(())
}
