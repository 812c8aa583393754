//! The goods of the chain: from the bare wafer to the chip on the reel.

use bonded_ledger::{Item, ListLine};

use super::goods::*;

pub(crate) const HS_BARE: &str = "3818001900";
pub(crate) const HS_CHIP: &str = "8542390000";

pub(crate) fn bare_wafer() -> Item {
    item("BW-200-P", HS_BARE, "裸晶圆", WAFER)
        .spec("单晶硅，P型掺杂，已切成圆片，直径200毫米，厚725微米")
        .legal(WAFER, Some(KILOGRAM))
        .price("42")
}

pub(crate) fn processed_wafer() -> Item {
    item("PW-200-LD8", HS_CHIP, "集成电路晶圆", WAFER)
        .spec("已蚀刻，未切割，未封装，直径200毫米，每片8640颗")
        .legal(PIECE, Some(KILOGRAM))
        .price("450")
}

pub(crate) fn tested_wafer() -> Item {
    let spec = "已蚀刻，未切割，未封装，已中测，直径200毫米，每片8640颗";
    let tested = item("TW-200-LD8", HS_CHIP, "集成电路晶圆（已中测）", WAFER).spec(spec);
    tested.legal(PIECE, Some(KILOGRAM)).price("470")
}

pub(crate) fn packaged_chip() -> Item {
    item("LD8-SO8-U", HS_CHIP, "集成电路（未终测）", PIECE)
        .spec("已蚀刻，已切割，已封装，SO8")
        .legal(PIECE, Some(KILOGRAM))
        .price("0.095")
}

pub(crate) fn finished_chip() -> Item {
    item("LD8-SO8", HS_CHIP, "集成电路", PIECE)
        .spec("已蚀刻，已切割，已封装，已终测，SO8，2500个/卷")
        .legal(PIECE, Some(KILOGRAM))
        .price("0.16")
}

pub(crate) fn strip() -> Item {
    let strip = item("LF-SO8-400", "8542900000", "引线框架", STRIP).spec("铜合金，镀银，每条400颗");
    strip.legal(KILOGRAM, None).price("1.15")
}

pub(crate) fn gold() -> Item {
    let gold = item("AU-25", "7108130000", "键合金丝", GRAM).spec("直径25.4微米，金含量99.99%");
    gold.legal(GRAM, None).price("138.5")
}

pub(crate) fn compound() -> Item {
    let compound = item("EMC-G600", "3907300090", "环氧塑封料", KILOGRAM).spec("初级形状，饼料");
    compound.legal(KILOGRAM, None).price("9.2")
}

/// So many of an item, for so much each. Its legal unit is the piece on both sides of a
/// carry-over, a wafer being one.
pub(crate) fn goods_line(seq: u16, quantity: u64, price: &str) -> ListLine {
    line(1, seq, quantity).legal(quantity).priced(price)
}
