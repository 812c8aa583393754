//! The official closure report's own names (手册报核 EML121), computed from the statement's columns.
//!
//! The names are read in the message's field table; which of our columns customs counts in which
//! of them is a deduction (the official signs could not be read): `docs/closure.md`.

use serde::Serialize;
use unit_consumption::Total;

use crate::entry::Direction;
use crate::ids::{CustomsCode, HandbookNo, HsCode, MaterialSeq, ProductSeq, Uscc};
use crate::ledger::Ledger;
use crate::list::ListState;
use crate::statement::{MaterialRow, ProductRow};

/// The closure report of one handbook.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the message's own names")]
#[non_exhaustive]
pub struct ClosureReport {
    #[serde(rename = "EmlChgoffBsc")]
    pub head: ClosureHead,
    #[serde(rename = "EmlChgoffInvt")]
    pub lists: Vec<ClosureList>,
    #[serde(rename = "EmlChgoffMtpck")]
    pub materials: Vec<ClosureMaterial>,
    #[serde(rename = "EmlChgoffEndprd")]
    pub products: Vec<ClosureProduct>,
}

/// 报核表头.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the message's own names")]
#[non_exhaustive]
pub struct ClosureHead {
    pub eml_no: HandbookNo,
    pub bizop_etps_sccd: Uscc,
    pub bizop_etpsno: CustomsCode,
    pub bizop_etps_nm: String,
    pub owner_etps_sccd: Uscc,
    pub owner_etpsno: CustomsCode,
    pub owner_etps_nm: String,
    pub imp_invt_total_cnt: usize,
    pub exp_invt_total_cnt: usize,
    pub chgoff_mtpck_total_cnt: usize,
    pub chgoff_endprd_total_cnt: usize,
    pub master_cuscd: String,
}

/// 报核清单.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the message's own names")]
#[non_exhaustive]
pub struct ClosureList {
    pub eml_no: HandbookNo,
    pub bond_invt_no: String,
}

/// 报核料件.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the message's own names")]
#[non_exhaustive]
pub struct ClosureMaterial {
    pub eml_no: HandbookNo,
    pub typecd: &'static str,
    pub seqno: MaterialSeq,
    pub gdecd: HsCode,
    pub imp_total_qty: Total,
    pub dprcs_crdw_imp_qty: Total,
    pub sdin_qty: Total,
    pub reexp_qty: Total,
    pub mtpck_dstry_qty: Total,
    pub lfmt_qty: Total,
    pub remain_crdw_qty: Total,
    pub csm_total_qty: Total,
    pub remain_mtpck_qty: Total,
}

/// 报核成品.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the message's own names")]
#[non_exhaustive]
pub struct ClosureProduct {
    pub eml_no: HandbookNo,
    pub typecd: &'static str,
    pub seqno: ProductSeq,
    pub gdecd: HsCode,
    pub exp_total_qty: Total,
    pub dprcs_crdw_exp_qty: Total,
    pub endprd_retn_exch_imp_qty: Total,
    pub endprd_retn_exch_exp_qty: Total,
}

impl Ledger {
    /// The closure report of a handbook, as its books stand now; of an account book, of its current
    /// cycle. `None` where it is not here.
    pub fn closure_report(&self, handbook: HandbookNo) -> Option<ClosureReport> {
        self.closure_report_in(handbook, None)
    }

    /// The same of the Nth cycle (from 1) of an account book, as it stands at its end; `None` where
    /// there is no such cycle.
    pub fn closure_report_in(
        &self,
        handbook: HandbookNo,
        cycle: Option<u32>,
    ) -> Option<ClosureReport> {
        let book = self.book(self.book_at(handbook)?);
        let statement = self.statement_in(Some(handbook), None, cycle);
        let statement = statement.handbooks.into_iter().next()?;
        let of = cycle.map_or(book.current_cycle(), |it| it.saturating_sub(1) as usize);
        let until = cycle.and(book.cycle_to(of));
        let within = move |day| book.cycle_of(day) == of && until.is_none_or(|end| day <= end);
        let booked = || {
            let lists = book.lists.iter().map(|&it| self.list(it));
            lists.filter(move |it| it.state == ListState::Booked && it.booked().is_none_or(within))
        };
        let imports = booked()
            .filter(|it| it.direction == Direction::Import)
            .count();
        let number = |it: &crate::list::List| {
            it.customs_number
                .as_deref()
                .unwrap_or(&it.number)
                .to_string()
        };
        Some(ClosureReport {
            head: ClosureHead {
                eml_no: handbook,
                bizop_etps_sccd: book.operator.uscc,
                bizop_etpsno: book.operator.customs_code,
                bizop_etps_nm: book.operator.name.clone(),
                owner_etps_sccd: book.processor.uscc,
                owner_etpsno: book.processor.customs_code,
                owner_etps_nm: book.processor.name.clone(),
                imp_invt_total_cnt: imports,
                exp_invt_total_cnt: booked().count() - imports,
                chgoff_mtpck_total_cnt: statement.materials.len(),
                chgoff_endprd_total_cnt: statement.products.len(),
                master_cuscd: handbook.as_str()[1..5].into(),
            },
            lists: booked()
                .map(|it| ClosureList {
                    eml_no: handbook,
                    bond_invt_no: number(it),
                })
                .collect(),
            materials: statement
                .materials
                .iter()
                .map(|it| material(handbook, it))
                .collect(),
            products: statement
                .products
                .iter()
                .map(|it| product(handbook, it))
                .collect(),
        })
    }
}

fn material(eml_no: HandbookNo, row: &MaterialRow) -> ClosureMaterial {
    ClosureMaterial {
        eml_no,
        typecd: "I",
        seqno: row.seq,
        gdecd: row.hs,
        imp_total_qty: row.opening
            + row.imported
            + row.leftover_in
            + row.exchanged_in
            + row.adjusted
            - row.exchanged_out,
        dprcs_crdw_imp_qty: row.carried_in,
        sdin_qty: row.domestic_sale,
        reexp_qty: row.re_exported,
        mtpck_dstry_qty: row.destroyed,
        lfmt_qty: row.scrap_opening + row.loss_tangible,
        remain_crdw_qty: row.leftover_out + row.chain_out,
        csm_total_qty: row.consumed,
        remain_mtpck_qty: row.remaining,
    }
}

fn product(eml_no: HandbookNo, row: &ProductRow) -> ClosureProduct {
    ClosureProduct {
        eml_no,
        typecd: "E",
        seqno: row.seq,
        gdecd: row.hs,
        exp_total_qty: row.exported + row.exempted,
        dprcs_crdw_exp_qty: row.carried_out,
        endprd_retn_exch_imp_qty: row.returned_in,
        endprd_retn_exch_exp_qty: row.returned_out,
    }
}
