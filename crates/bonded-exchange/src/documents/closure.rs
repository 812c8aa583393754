//! 手册报核 (EML121), from the ledger's closure report.

use bonded_ledger::ClosureReport;

use super::form::{Form, Layer, OURS, unknown_particulars};
use super::{Document, Kind, Options, Paper, warn};
use crate::fields::{self};
use crate::on_file::bonded_number;
use crate::particulars::Particulars;
use crate::problem::Problem;

/// The closure report (报核) of a handbook as [`bonded_ledger::Ledger::closure_report`] computes it. Which of our
/// columns stands in which element, and how sure that is, says `docs/closure.md`.
///
/// ```
/// use bonded_exchange::documents::{self, Options};
/// use bonded_exchange::{Envelope, Particulars};
/// use bonded_ledger::{Entry, Ledger};
/// let mut ledger = Ledger::new();
/// # for line in include_str!("../../../../seeds/ic-chain/journal.jsonl").lines() {
/// #     ledger.post(&Entry::from_json(line)?)?;
/// # }
/// let report = ledger.closure_report("C222626A0001".parse()?).expect("a handbook");
/// let envelope = Envelope {
///     message_id: "EML121-0001".into(),
///     file_name: "EML121-0001.EML".into(),
///     sender: "E010000".into(),
///     receiver: "CUS0000".into(),
///     sent: "2026-07-13T09:00:00".into(),
///     card: None,
/// };
/// let options = Options::customs(envelope, "2026-07-13".parse()?);
/// let document = documents::closure(&report, &Particulars::default(), &options)
///     .map_err(|problems| format!("{problems:?}"))?;
/// let head = document.message.record("EmlChgoffBsc").expect("a head");
/// assert_eq!(head.get("chgoffDclDate"), Some("2026-07-13"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Everything that is wrong with it.
pub fn closure(
    report: &ClosureReport,
    particulars: &Particulars,
    options: &Options,
) -> Result<Document, Vec<Problem>> {
    let mut paper = Paper::new(Kind::Closure, options);
    unknown_particulars(particulars, |_| false, &mut paper.problems);
    let number = report.head.eml_no;
    if number.is_account_book() {
        let advice = "report its cycle instead";
        let found = format!("account book {number}");
        paper.problem("not_a_handbook", found, "a handbook", advice, OURS);
    }
    head(report, particulars, &mut paper);
    lists(report, &mut paper);
    materials(report, &mut paper);
    products(report, &mut paper);
    paper.close()
}

fn head(report: &ClosureReport, particulars: &Particulars, paper: &mut Paper<'_>) {
    let kind = &fields::EML_CHGOFF_BSC;
    let layers = [Layer::particulars(kind, Some(&particulars.head))];
    let mut form = Form::new(kind, kind.name, &layers);
    let head = &report.head;
    form.own("emlNo", head.eml_no);
    form.own("bizopEtpsSccd", head.bizop_etps_sccd);
    form.own("bizopEtpsno", head.bizop_etpsno);
    form.own("bizopEtpsNm", &head.bizop_etps_nm);
    form.own("ownerEtpsSccd", head.owner_etps_sccd);
    form.own("ownerEtpsno", head.owner_etpsno);
    form.own("ownerEtpsNm", &head.owner_etps_nm);
    form.own("impInvtTotalCnt", head.imp_invt_total_cnt);
    form.own("expInvtTotalCnt", head.exp_invt_total_cnt);
    form.own("chgoffMtpckTotalCnt", head.chgoff_mtpck_total_cnt);
    form.own("chgoffEndprdTotalCnt", head.chgoff_endprd_total_cnt);
    form.own("chgoffDclDate", paper.options.day);
    form.or("dclTypeMarkcd", "1");
    form.or("masterCuscd", &head.master_cuscd);
    paper.add(form);
}

fn lists(report: &ClosureReport, paper: &mut Paper<'_>) {
    let kind = &fields::EML_CHGOFF_INVT;
    for (at, list) in report.lists.iter().enumerate() {
        let mut form = Form::new(kind, format!("{}[{}]", kind.name, at + 1), &[]);
        form.own("emlNo", list.eml_no);
        form.own("bondInvtNo", &list.bond_invt_no);
        if !bonded_number(&list.bond_invt_no) {
            let found = format!("{}, which is no number of customs", list.bond_invt_no);
            let advice = "book the list with the customs_number that customs gave it";
            warn(
                &mut form,
                "list_number_unofficial",
                "bondInvtNo",
                found,
                advice,
            );
        }
        paper.add(form);
    }
}

fn materials(report: &ClosureReport, paper: &mut Paper<'_>) {
    let kind = &fields::EML_CHGOFF_MTPCK;
    for (at, row) in report.materials.iter().enumerate() {
        let mut form = Form::new(kind, format!("{}[{}]", kind.name, at + 1), &[]);
        form.own("emlNo", row.eml_no);
        form.own("typecd", row.typecd);
        form.own("seqno", row.seqno);
        form.own("gdecd", row.gdecd);
        form.own("impTotalQty", row.imp_total_qty);
        form.own("dprcsCrdwImpQty", row.dprcs_crdw_imp_qty);
        form.own("sdinQty", row.sdin_qty);
        form.own("reexpQty", row.reexp_qty);
        form.own("mtpckDstryQty", row.mtpck_dstry_qty);
        form.own("lfmtQty", row.lfmt_qty);
        form.own("remainCrdwQty", row.remain_crdw_qty);
        form.own("csmTotalQty", row.csm_total_qty);
        form.own("remainMtpckQty", row.remain_mtpck_qty);
        paper.add(form);
    }
}

fn products(report: &ClosureReport, paper: &mut Paper<'_>) {
    let kind = &fields::EML_CHGOFF_ENDPRD;
    for (at, row) in report.products.iter().enumerate() {
        let mut form = Form::new(kind, format!("{}[{}]", kind.name, at + 1), &[]);
        form.own("emlNo", row.eml_no);
        form.own("typecd", row.typecd);
        form.own("seqno", row.seqno);
        form.own("gdecd", row.gdecd);
        form.own("expTotalQty", row.exp_total_qty);
        form.own("dprcsCrdwExpQty", row.dprcs_crdw_exp_qty);
        form.own("endprdRetnExchImpQty", row.endprd_retn_exch_imp_qty);
        form.own("endprdRetnExchExpQty", row.endprd_retn_exch_exp_qty);
        paper.add(form);
    }
}
