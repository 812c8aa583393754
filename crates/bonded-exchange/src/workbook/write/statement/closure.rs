//! The closure report's figures under their official names.

use bonded_ledger::{ClosureMaterial, ClosureProduct, Total};

use super::super::table::{Cell, Head, Table};
use super::{Balances, head};

/// A figure of the report: element, Chinese name, ours, how sure, and how to get it.
pub(super) type Figure<R> = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    fn(&R) -> Total,
);

pub(super) const MATERIALS: &[Figure<ClosureMaterial>] = &[
    (
        "impTotalQty",
        "进口数量",
        "opening + imported + leftover_in + exchanged_in + adjusted − exchanged_out",
        "unverified: sums so that the report balances",
        |it| it.imp_total_qty,
    ),
    (
        "dprcsCrdwImpQty",
        "深加工进口数量",
        "carried_in",
        "unverified (name is plain)",
        |it| it.dprcs_crdw_imp_qty,
    ),
    (
        "sdinQty",
        "内销数量",
        "domestic_sale",
        "unverified (name is plain)",
        |it| it.sdin_qty,
    ),
    (
        "reexpQty",
        "复出口数量",
        "re_exported",
        "unverified (name is plain)",
        |it| it.reexp_qty,
    ),
    (
        "mtpckDstryQty",
        "料件销毁数量",
        "destroyed",
        "unverified (name is plain)",
        |it| it.mtpck_dstry_qty,
    ),
    (
        "lfmtQty",
        "边角料数量",
        "scrap_opening + loss_tangible",
        "unverified",
        |it| it.lfmt_qty,
    ),
    (
        "remainCrdwQty",
        "余料转出数量",
        "leftover_out + chain_out",
        "unverified: chain carry-over of materials has no field of its own",
        |it| it.remain_crdw_qty,
    ),
    (
        "csmTotalQty",
        "产品总耗用量",
        "consumed",
        "secondary",
        |it| it.csm_total_qty,
    ),
    (
        "remainMtpckQty",
        "料件剩余数量",
        "remaining",
        "secondary",
        |it| it.remain_mtpck_qty,
    ),
];

pub(super) const PRODUCTS: &[Figure<ClosureProduct>] = &[
    (
        "expTotalQty",
        "出口数量",
        "exported + exempted",
        "unverified: exemption has no field of its own",
        |it| it.exp_total_qty,
    ),
    (
        "dprcsCrdwExpQty",
        "深加工出口数量",
        "carried_out",
        "unverified (name is plain)",
        |it| it.dprcs_crdw_exp_qty,
    ),
    (
        "endprdRetnExchImpQty",
        "成品退换进口数量",
        "returned_in",
        "read (name)",
        |it| it.endprd_retn_exch_imp_qty,
    ),
    (
        "endprdRetnExchExpQty",
        "成品退换出口数量",
        "returned_out",
        "read (name)",
        |it| it.endprd_retn_exch_exp_qty,
    ),
];

pub(super) fn materials(balances: &Balances<'_>) -> Table {
    let rows = balances.closures.iter().flat_map(|it| &it.materials);
    let rows = rows.map(|it| {
        let figures = MATERIALS.iter().map(|figure| Cell::number((figure.4)(it)));
        let item = [
            Cell::text(it.eml_no),
            Cell::number(it.seqno),
            Cell::text(it.gdecd),
        ];
        item.into_iter().chain(figures).collect()
    });
    table("手册报核料件 EmlChgoffMtpck", MATERIALS, rows.collect())
}

pub(super) fn products(balances: &Balances<'_>) -> Table {
    let rows = balances.closures.iter().flat_map(|it| &it.products);
    let rows = rows.map(|it| {
        let figures = PRODUCTS.iter().map(|figure| Cell::number((figure.4)(it)));
        let item = [
            Cell::text(it.eml_no),
            Cell::number(it.seqno),
            Cell::text(it.gdecd),
        ];
        item.into_iter().chain(figures).collect()
    });
    table("手册报核成品 EmlChgoffEndprd", PRODUCTS, rows.collect())
}

fn ordinal() -> Head {
    Head {
        ordinal: true,
        ..head("序号", "seqno")
    }
}

fn table<R>(title: &str, figures: &[Figure<R>], rows: Vec<Vec<Cell>>) -> Table {
    let mut heads = vec![
        head("手册编号", "emlNo"),
        ordinal(),
        head("商品编码", "gdecd"),
    ];
    heads.extend(figures.iter().map(|it| Head {
        // The report has them all, also where they are 0.
        ..head(it.1, it.0)
    }));
    Table {
        title: title.to_owned(),
        heads,
        rows,
        frozen: 3,
        ..Table::default()
    }
}
