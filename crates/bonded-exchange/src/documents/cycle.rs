//! 账册报核 (EMS121), from the statement of a cycle.

use bonded_ledger::{Direction, HandbookStatement, MaterialRow, OpenHandbook, ProductRow, Total};

use super::form::{Form, Layer, OURS, unknown_particulars};
use super::handbook::parties;
use super::{Document, Kind, Options, Paper, district};
use crate::fields;
use crate::particulars::Particulars;
use crate::problem::Problem;

/// A cycle (核销周期) that is to be reported.
#[derive(Clone, Copy, Debug)]
pub struct CycleReport<'a> {
    /// The account book as it stands on file.
    pub book: &'a OpenHandbook,
    /// Its statement of the cycle.
    pub statement: &'a HandbookStatement,
    /// Which cycle, from 1 (报核次数).
    pub number: u32,
    /// The lists that took effect in it.
    pub lists: &'a [CycleList<'a>],
}

/// A list of a cycle.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CycleList<'a> {
    /// Customs' number (清单编号).
    pub number: &'a str,
    /// Which way its goods passed.
    pub direction: Direction,
}

/// The report of a cycle of an account book. Which of our columns stands in which element, and how sure
/// that is, says `docs/closure.md`. Amounts stand in it only where the particulars give them: the ledger
/// keeps quantities.
///
/// # Errors
/// Everything that is wrong with it.
pub fn cycle_closure(
    report: &CycleReport<'_>,
    particulars: &Particulars,
    options: &Options,
) -> Result<Document, Vec<Problem>> {
    let mut paper = Paper::new(Kind::CycleClosure, options);
    unknown_particulars(particulars, |_| false, &mut paper.problems);
    let statement = report.statement;
    if !statement.handbook.is_account_book() || report.book.number != statement.handbook {
        let found = format!(
            "handbook {}, statement of {}",
            report.book.number, statement.handbook
        );
        let advice = "handbooks are closed by their closure report";
        paper.problem(
            "not_an_account_book",
            found,
            "one account book",
            advice,
            OURS,
        );
    }
    head(report, particulars, &mut paper);
    lists(report, &mut paper);
    for row in &statement.materials {
        material(row, report, particulars, &mut paper);
    }
    for row in &statement.products {
        product(row, report, particulars, &mut paper);
    }
    paper.close()
}

fn head(report: &CycleReport<'_>, particulars: &Particulars, paper: &mut Paper<'_>) {
    let kind = &fields::EMS_CHGOFF_BSC;
    let layers = [Layer::particulars(kind, Some(&particulars.head))];
    let mut form = Form::new(kind, kind.name, &layers);
    let statement = report.statement;
    form.own("emsNo", statement.handbook);
    form.own("chgoffTmsCnt", report.number);
    form.or("chgoffTypecd", "1");
    let cycle = statement.cycle.as_ref();
    form.own_if("chgoffBeginTime", cycle.map(|it| it.from));
    match cycle.and_then(|it| it.to) {
        Some(last) => form.own("chgoffDueTime", last),
        None => {
            form.problem(
                "cycle_open",
                "chgoffDueTime",
                "a cycle without its last day",
                "a cycle that is reported",
                "post report_cycle first, and take the statement of that cycle",
                OURS,
            );
        }
    }
    let (operator, processor) = parties(report.book);
    form.own("bizopEtpsno", operator[0]);
    form.own("bizopEtpsSccd", operator[1]);
    form.own("bizopEtpsNm", operator[2]);
    form.own("rcvgdEtpsno", processor[0]);
    form.own("rvsngdEtpsSccd", processor[1]);
    form.own("rcvgdEtpsNm", processor[2]);
    let imports = report
        .lists
        .iter()
        .filter(|it| it.direction == Direction::Import)
        .count();
    form.own("impInvtTotalCnt", imports);
    form.own("expInvtTotalCnt", report.lists.len() - imports);
    form.own("chgoffMtpckTotalCnt", statement.materials.len());
    form.own("chgoffEndprdTotalCnt", statement.products.len());
    form.or("chgoffDclTime", paper.options.day);
    form.or("dclSourceMarkcd", "1");
    form.or_if("masterCuscd", district(statement.handbook.as_str()));
    paper.add(form);
}

fn lists(report: &CycleReport<'_>, paper: &mut Paper<'_>) {
    let kind = &fields::EMS_CHGOFF_INVT_LT;
    for (at, list) in report.lists.iter().enumerate() {
        let mut form = Form::new(kind, format!("{}[{}]", kind.name, at + 1), &[]);
        form.own("emsNo", report.statement.handbook);
        form.own("chgoffTmsCnt", report.number);
        form.own("bondInvtNo", list.number);
        form.or("dclTypecd", "1");
        paper.add(form);
    }
}

fn material(
    row: &MaterialRow,
    report: &CycleReport<'_>,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    line(
        report,
        row.seq.get(),
        &row.code,
        "I",
        particulars,
        paper,
        |form| {
            let brought = row.imported + row.leftover_in + row.exchanged_in - row.exchanged_out;
            form.own("vclrPridInitQty", row.opening);
            form.own("impOrExpTotalQty", brought);
            form.own("dprcsCrdwImpexpQty", row.carried_in);
            form.own("vrfaddQty", row.adjusted.max(Total::ZERO));
            form.own("vrfredQty", (-row.adjusted).max(Total::ZERO));
            form.own("csmTotalQty", row.consumed);
            form.own("tgblLossQty", row.loss_tangible);
            form.own("intgbLossQty", row.loss_intangible);
            form.own("sdinQty", row.domestic_sale);
            form.own("reexpQty", row.re_exported);
            form.own("remainMtpckTrfoutQty", row.leftover_out + row.chain_out);
            form.own("mtpckEndprdDstryQty", row.destroyed);
            form.own("lfmtImprQty", row.scrap_opening + row.loss_tangible);
            form.own("lfmtDstryQty", row.scrap_destroyed);
            form.own("shdRemainQty", row.remaining);
            form.own_if("actlRemainQty", row.counted);
            form.own_if("dsmlQty", row.counted.map(|it| it - row.remaining));
        },
    );
}

fn product(
    row: &ProductRow,
    report: &CycleReport<'_>,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    line(
        report,
        row.seq.get(),
        &row.code,
        "E",
        particulars,
        paper,
        |form| {
            form.own("impOrExpTotalQty", row.exported + row.exempted);
            form.own("dprcsCrdwImpexpQty", row.carried_out);
            form.own("sdinQty", row.domestic_sale);
            form.own("endprdRetnExchExpQty", row.returned_out);
            form.own("endprdRetnExchImpQty", row.returned_in);
            form.own("mtpckEndprdDstryQty", row.destroyed);
        },
    );
}

fn line(
    report: &CycleReport<'_>,
    seq: u16,
    code: &str,
    of: &str,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
    fill: impl FnOnce(&mut Form<'_, '_>),
) {
    let kind = &fields::EMS_CHGOFF_DT;
    let layers = [
        Layer::particulars(kind, particulars.items.get(code)),
        Layer::particulars(kind, Some(&particulars.line)),
    ];
    let same = |it: &&crate::record::Record| it.kind().name == kind.name;
    let nth = paper.records.iter().filter(same).count() + 1;
    let mut form = Form::new(kind, format!("{}[{nth}]", kind.name), &layers);
    form.own("emsNo", report.statement.handbook);
    form.own("chgoffTmsCnt", report.number);
    form.own("typecd", of);
    form.own("seqno", seq);
    fill(&mut form);
    paper.add(form);
}
