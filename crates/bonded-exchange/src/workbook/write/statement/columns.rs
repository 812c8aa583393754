//! The columns of figures, with what each means and rests on.

use bonded_ledger::{Certainty, Law, MaterialRow, ProductRow, Quantity, Total};
use unit_consumption::sources::{
    CUSTOMS_LAW_33, SCRAP_DEFECTIVES, UC_DEFINITION, UC_FORMULA, UC_LOSS,
};

use super::super::table::Head;

/// A column of figures of a row.
pub(super) struct Column<R: 'static> {
    /// Its field in the statement.
    pub(super) field: &'static str,
    pub(super) chinese: &'static str,
    pub(super) english: &'static str,
    pub(super) group: &'static str,
    pub(super) always: bool,
    pub(super) of: fn(&R) -> Option<Total>,
    pub(super) meaning: &'static str,
    /// The supervision modes that count in it, 来料 / 进料.
    pub(super) modes: &'static str,
    pub(super) law: &'static [Law],
}

impl<R> Column<R> {
    pub(super) fn head(&self) -> Head {
        Head {
            chinese: self.chinese,
            english: self.english,
            group: self.group,
            always: self.always,
            ..Head::default()
        }
    }
}

const JOURNAL: &str = "bonded journal contract";
const MODES: Law = Law::new(
    JOURNAL,
    "Supervision modes and what they move",
    Certainty::Read,
    None,
);
const ARITHMETIC: Law = Law::new(JOURNAL, "Arithmetic", Certainty::Read, None);
const RULE_1: Law = Law::new(JOURNAL, "Rules of the lists, 1", Certainty::Read, None);
const OPEN: Law = Law::new(JOURNAL, "open_handbook", Certainty::Read, None);
const ADJUST: Law = Law::new(JOURNAL, "adjust_book", Certainty::Read, None);
const COUNT: Law = Law::new(JOURNAL, "count_stock", Certainty::Read, None);
const PENDING: Law = Law::new(JOURNAL, "declare_list", Certainty::Read, None);

const IN: &str = "进 In";
const OUT: &str = "出 Out";
const LEFT: &str = "结余 Left";
const CONSUMED: &str = "其中耗用 Of the consumed";
const SCRAP: &str = "边角料 Scrap";
const OPEN_LISTS: &str = "预核扣 Pending";
const ALONE: &str = "";

macro_rules! columns {
    ($row:ty: $($group:ident $always:literal $field:ident $chinese:literal $english:literal
        ($of:expr) $meaning:literal $modes:literal [$($law:expr),*]),* $(,)?) => {
        &[$(Column {
            field: stringify!($field),
            chinese: $chinese,
            english: $english,
            group: $group,
            always: $always,
            of: { const OF: fn(&$row) -> Option<Total> = $of; OF },
            meaning: $meaning,
            modes: $modes,
            law: &[$($law),*],
        }),*]
    };
}

pub(super) const MATERIALS: &[Column<MaterialRow>] = columns!(MaterialRow:
    ALONE true approved "备案数量" "approved" (|it| it.approved.map(Quantity::total))
        "备案数量；空白为不限 · approved quantity; blank where it is not limited" "" [RULE_1],
    IN false opening "期初" "opening" (|it| Some(it.opening))
        "接管账册时的结余 · what remained when the running book was taken over" "" [OPEN],
    IN true imported "进口" "imported" (|it| Some(it.imported))
        "料件进口 · direct import of materials" "0214 / 0615, 0715" [MODES],
    IN false carried_in "深加工转入" "carried in" (|it| Some(it.carried_in))
        "深加工结转转入 · deep-processing carry-over in" "0255 / 0654" [MODES],
    IN false leftover_in "余料转入" "leftover in" (|it| Some(it.leftover_in))
        "余料结转转入 · leftover carry-over in" "0258 / 0657" [MODES],
    IN false exchanged_in "退换进口" "exchanged in" (|it| Some(it.exchanged_in))
        "料件退换进口 · materials exchanged, in" "0300 / 0700" [MODES],
    IN false adjusted "核增核减" "adjusted" (|it| Some(it.adjusted))
        "海关核增、核减 · adjustments of the book" "" [ADJUST],
    OUT false exchanged_out "退换出口" "exchanged out" (|it| Some(it.exchanged_out))
        "料件退换出口 · materials exchanged, out" "0300 / 0700" [MODES],
    OUT true consumed "成品耗用" "consumed" (|it| Some(it.consumed))
        "出口等成品 × 单耗（净耗 ÷ (1 − 损耗率)）× 保税比例，合计后四舍五入一次至 5 位 · products that left × unit consumption × bonded share, rounded once after the sum"
        "" [UC_DEFINITION, UC_FORMULA, ARITHMETIC],
    OUT false chain_out "链内转出" "chain out" (|it| Some(it.chain_out))
        "集成电路全产业链料件保税结转转出 · chain carry-over of materials out" "0255 / 0654" [MODES],
    OUT false leftover_out "余料转出" "leftover out" (|it| Some(it.leftover_out))
        "余料结转转出 · leftover carry-over out" "0258 / 0657" [MODES],
    OUT false re_exported "料件复出" "re-exported" (|it| Some(it.re_exported))
        "料件复出 · materials re-exported" "0265 / 0664" [MODES],
    OUT false domestic_sale "内销" "domestic sale" (|it| Some(it.domestic_sale))
        "料件内销、后续补税，成品内销折料 · domestic sale of materials, tax paid afterwards, and products sold at home folded to materials"
        "0245 / 0644; 9700" [MODES, ARITHMETIC],
    OUT false destroyed "销毁" "destroyed" (|it| Some(it.destroyed))
        "料件销毁，成品、残次品销毁折料 · materials destroyed, and products folded to materials" "0200" [MODES, ARITHMETIC],
    LEFT true remaining "剩余" "remaining" (|it| Some(it.remaining))
        "进 − 出；报核前应为 0 · in − out; 0 before it is reported for closure" "" [ARITHMETIC, CUSTOMS_LAW_33],
    CONSUMED false consumed_net "净耗" "net" (|it| Some(it.consumed_net))
        "成品 × 净耗 · products × net consumption: what is in them" "" [UC_LOSS, ARITHMETIC],
    CONSUMED false loss_tangible "有形损耗" "tangible loss" (|it| Some(it.loss_tangible))
        "有形损耗 = 耗用 − 净耗 − 无形损耗 · the part of the loss that becomes scrap" "" [UC_LOSS, ARITHMETIC],
    CONSUMED false loss_intangible "无形损耗" "intangible loss" (|it| Some(it.loss_intangible))
        "无形损耗 · the part of the loss of which nothing is left" "" [UC_LOSS, ARITHMETIC],
    SCRAP false scrap_opening "期初边角料" "scrap opening" (|it| Some(it.scrap_opening))
        "期初边角料 · scrap at the beginning of the cycle" "" [ARITHMETIC],
    SCRAP false scrap_sold "边角料内销" "scrap sold" (|it| Some(it.scrap_sold))
        "边角料内销 · scrap sold" "0845 / 0844" [SCRAP_DEFECTIVES, MODES],
    SCRAP false scrap_re_exported "边角料复出" "scrap re-exported" (|it| Some(it.scrap_re_exported))
        "边角料复出 · scrap re-exported" "0865 / 0864" [SCRAP_DEFECTIVES, MODES],
    SCRAP false scrap_destroyed "边角料销毁" "scrap destroyed" (|it| Some(it.scrap_destroyed))
        "边角料销毁 · scrap destroyed" "0400" [SCRAP_DEFECTIVES, MODES],
    SCRAP false scrap "边角料结余" "scrap" (|it| Some(it.scrap))
        "期初 + 有形损耗 − 已处置；不为 0 只作提示 · opening + tangible loss − disposed of; only warned of where not 0" "" [SCRAP_DEFECTIVES, ARITHMETIC],
    SCRAP false by_product "副产品" "by-product" (|it| Some(it.by_product))
        "副产品 · by-products disposed of" "" [SCRAP_DEFECTIVES],
    OPEN_LISTS false pending_in "待入" "pending in" (|it| Some(it.pending_in))
        "预核扣清单将增加的数量 · pending lists that will raise what remains" "" [PENDING],
    OPEN_LISTS false pending_out "待出" "pending out" (|it| Some(it.pending_out))
        "预核扣清单将减少的数量（不含成品、边角料） · pending lists that name the material and will lower what remains" "" [PENDING],
    ALONE false counted "盘点" "counted" (|it| it.counted)
        "最近一次盘点：库存 + 成品、在制品折料；空白为未盘 · the latest count, with the material inside products; blank where not counted" "" [COUNT],
);

pub(super) const PRODUCTS: &[Column<ProductRow>] = columns!(ProductRow:
    ALONE true approved "备案数量" "approved" (|it| it.approved.map(Quantity::total))
        "备案数量；空白为不限 · approved quantity; blank where it is not limited" "" [RULE_1],
    OUT true exported "出口" "exported" (|it| Some(it.exported))
        "成品出口 · export of products" "0214 / 0615, 0715" [MODES],
    OUT false carried_out "深加工转出" "carried out" (|it| Some(it.carried_out))
        "深加工结转转出 · deep-processing carry-over out" "0255 / 0654" [MODES],
    OUT false exempted "减免" "exempted" (|it| Some(it.exempted))
        "成品转减免税 · products to duty-exempt use" "0345 / 0744" [MODES],
    OUT false returned_in "退换进口" "returned in" (|it| Some(it.returned_in))
        "成品退换进口 · products exchanged, in" "4400 / 4600" [MODES],
    OUT false returned_out "退换出口" "returned out" (|it| Some(it.returned_out))
        "成品退换出口 · products exchanged, out" "4400 / 4600" [MODES],
    OUT false domestic_sale "内销" "domestic sale" (|it| Some(it.domestic_sale))
        "成品内销（折料见料件表） · products sold at home; folded on the sheet of materials" "0245 / 0644" [MODES],
    OUT false destroyed "销毁" "destroyed" (|it| Some(it.destroyed))
        "成品、残次品销毁 · products and defectives destroyed" "0200" [MODES],
    OPEN_LISTS false pending_out "待出" "pending out" (|it| Some(it.pending_out))
        "预核扣清单中待出的成品 · pending lists by which products leave" "" [PENDING],
);
