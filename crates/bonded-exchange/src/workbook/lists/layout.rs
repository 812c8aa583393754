//! The columns of lists: those of our template, and the 27 of the body that the Single Window imports.

use super::super::row::{Column, Layout, Other, column, kept};
use super::super::values::{key, narrow, trim};
use crate::fields;

/// Our template: what the lines of a list have in common, then the line. English names are the
/// journal's.
pub(crate) static LISTS: Layout = Layout {
    sheets: &["清单", "lists"],
    english: "lists",
    columns: &[
        column("number", &["清单编号", "number", "企业内部清单编号"], true),
        column("date", &["申报日期", "date"], false),
        column(
            "handbook",
            &[
                "手(账)册编号",
                "handbook",
                "手册编号",
                "账册编号",
                "备案编号",
            ],
            true,
        ),
        column("direction", &["进出口标志", "direction", "进出口"], true),
        column("goods", &["料件成品标志", "goods", "料件、成品标志"], true),
        column("mode", &["监管方式", "mode", "监管方式代码"], true),
        column(
            "counterpart_handbook",
            &["对方手(账)册编号", "counterpart_handbook", "关联备案编号"],
            false,
        ),
        column(
            "counterpart_list",
            &["对方清单编号", "counterpart_list", "关联清单编号"],
            false,
        ),
        column("delivered", &["收发货日期", "delivered"], false),
        column("reference", &["企业单据号", "reference"], false),
        column("settles", &["核销周期截止日", "settles"], false),
        column(
            "customs_declaration",
            &["报关单号", "customs_declaration"],
            false,
        ),
        column("line", &["序号", "line"], false),
        column("seq", &["备案序号", "seq"], false),
        column("code", &["商品料号", "code", "料号"], false),
        column("quantity", &["申报数量", "quantity"], true),
        column("legal_quantity", &["法定数量", "legal_quantity"], false),
        column(
            "legal_quantity_2",
            &["第二法定数量", "legal_quantity_2"],
            false,
        ),
        column(
            "amount",
            &["企业申报总价", "amount", "申报总价", "总价"],
            false,
        ),
        column("currency", &["币制", "currency"], false),
        column("usd_amount", &["美元统计总金额", "usd_amount"], false),
        column("version", &["单耗版本号", "version"], false),
        column("origin", &["原产国(地区)", "origin", "原产国"], false),
        column("by_product", &["副产品", "by_product"], false),
        column("presented_hs", &["报验商品编码", "presented_hs"], false),
        column("presented_name", &["报验商品名称", "presented_name"], false),
        column("presented_unit", &["报验计量单位", "presented_unit"], false),
        column(
            "presented_quantity",
            &["报验数量", "presented_quantity"],
            false,
        ),
    ],
    optional_in_account_book: &[],
    others: Some(element),
};

/// The body of a list, as the Single Window imports it, in its order. Fields that are elements have
/// none in the journal.
pub(crate) static BODY: Layout = Layout {
    sheets: &["表体"],
    english: "the body of a list",
    columns: &[
        column("line", &["序号", "商品序号"], false),
        column("seq", &["备案序号"], true),
        column("code", &["商品料号", "料号"], false),
        kept("entryGdsSeqno", &["报关单商品序号"]),
        kept("applyTbSeqno", &["流转申报表序号"]),
        kept("gdecd", &["商品编码"]),
        kept("gdsNm", &["商品名称"]),
        kept("gdsSpcfModelDesc", &["规格型号", "商品规格型号"]),
        column("currency", &["币制"], false),
        kept("dclUnitcd", &["申报计量单位代码", "申报计量单位"]),
        kept("lawfUnitcd", &["法定计量单位代码", "法定计量单位"]),
        kept(
            "secdLawfUnitcd",
            &["法定第二计量单位代码", "法定第二计量单位"],
        ),
        column("quantity", &["申报数量"], true),
        column("legal_quantity", &["法定数量"], false),
        column("legal_quantity_2", &["第二法定数量"], false),
        kept("dclUprcAmt", &["企业申报单价", "申报单价"]),
        column("amount", &["企业申报总价", "申报总价"], false),
        column("origin", &["原产国(地区)"], false),
        kept("destinationNatcd", &["最终目的国(地区)"]),
        kept("wtSfVal", &["重量比例因子"]),
        kept("fstSfVal", &["第一比例因子"]),
        kept("secdSfVal", &["第二比例因子"]),
        kept("grossWt", &["毛重"]),
        kept("netWt", &["净重"]),
        kept("lvyrlfModecd", &["征免方式"]),
        column("version", &["单耗版本号"], false),
        kept("rmk", &["备注"]),
    ],
    optional_in_account_book: &[],
    others: None,
};

/// The headers of the body exactly as the Single Window's template writes them, in its order.
pub(crate) const BODY_HEADERS: [&str; 27] = [
    "序号",
    "备案序号",
    "商品料号",
    "报关单商品序号",
    "流转申报表序号",
    "商品编码",
    "商品名称",
    "规格型号",
    "币制",
    "申报计量单位代码",
    "法定计量单位代码",
    "法定第二计量单位代码",
    "申报数量",
    "法定数量",
    "第二法定数量",
    "企业申报单价",
    "企业申报总价",
    "原产国(地区）",
    "最终目的国（地区）",
    "重量比例因子",
    "第一比例因子",
    "第二比例因子",
    "毛重",
    "净重",
    "征免方式",
    "单耗版本号",
    "备注",
];

/// The columns of the body that the journal has no field for: they are elements.
pub(crate) fn elements() -> impl Iterator<Item = &'static Column> {
    BODY.columns.iter().filter(|it| it.kept)
}

/// What a column of our template is that the template does not name: an element of the line, by its
/// official or Chinese name; with `list.` before it one of the head; with `customs.` any element whatever;
/// with `ext.` the integrator's own.
pub(crate) fn element(name: &str) -> Option<Other> {
    let name = narrow(name);
    let name = trim(&name);
    let (head, name) = match name.strip_prefix("list.") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    if let Some(own) = name.strip_prefix("ext.") {
        let named = !own.is_empty() && own != "customs";
        let element = format!("ext.{own}");
        return named.then_some(Other { head, element });
    }
    // An element that the tables do not know, or in a place where they do not expect it.
    if let Some(element) = name.strip_prefix("customs.").filter(|it| !it.is_empty()) {
        let element = element.to_owned();
        return Some(Other { head, element });
    }
    let of_line = || {
        let chinese = elements().find(|it| it.names.iter().any(|n| *n == key(name)));
        let field = fields::BOND_INVT_DT.field(name).map(|it| it.name);
        chinese.map(|it| it.field).or(field)
    };
    let of_head = || {
        let customs = fields::BOND_INVT_BSC.field(name).map(|it| it.name);
        customs.or_else(|| fields::INVT_HEAD_TYPE.field(name).map(|it| it.name))
    };
    let (head, element) = match head {
        true => (true, of_head()?),
        false => match of_line() {
            Some(it) => (false, it),
            None => (true, of_head()?),
        },
    };
    Some(Other {
        head,
        element: lower_first(element),
    })
}

/// As customs spells it: `GenDecFlag` of the client's head is `genDecFlag`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|it| it.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
