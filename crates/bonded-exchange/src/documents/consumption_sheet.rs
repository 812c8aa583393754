//! 耗料单 (CMB101): what the products of a period have consumed.

use bonded_ledger::{Date, HandbookNo, HandbookStatement, Ledger, ListFilter, ListState, Total};

use super::form::{Form, Layer, OURS, unknown_particulars};
use super::handbook::parties;
use super::{Action, Document, Kind, Options, Paper, district};
use crate::fields;
use crate::on_file::OnFile;
use crate::particulars::Particulars;
use crate::problem::{Place, Problem};

/// The columns of products whose booking consumes materials.
const CONSUMING: &[&str] = &[
    "exported",
    "carried_out",
    "exempted",
    "returned_in",
    "returned_out",
];

/// A period of an account book, within one cycle.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period {
    /// The account book.
    pub handbook: HandbookNo,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// The consumption sheet (耗料单) of an account book: the lists of products that were booked in a period,
/// the net consumption of each material, and its tangible loss as scrap (边角料).
///
/// The figures are differences of two statements, as of the last day and as of the day before the
/// first: so all sheets of a cycle add up to its statement, whatever was rounded where. An amendment or
/// withdrawal in the period of a list that was booked before it is in the figures, too.
///
/// # Errors
/// Everything that is wrong with it.
pub fn consumption_sheet(
    ledger: &Ledger,
    on_file: &OnFile,
    period: Period,
    particulars: &Particulars,
    options: &Options,
) -> Result<Document, Vec<Problem>> {
    let mut paper = Paper::new(Kind::ConsumptionSheet, options);
    unknown_particulars(particulars, |_| false, &mut paper.problems);
    let number = period.handbook;
    let as_of = |day| {
        let statement = ledger.statement_of(Some(number), Some(day));
        statement.handbooks.into_iter().next()
    };
    let (Some(book), Some(after)) = (on_file.handbook(number), as_of(period.to)) else {
        let found = format!("nothing of {number} on {}", period.to);
        let advice = "name an account book that was open by then";
        paper.problem("handbook_unknown", found, "an account book", advice, OURS);
        return Err(paper.problems);
    };
    if !number.is_account_book() {
        let found = format!("handbook {number}");
        let advice = "only account books have consumption sheets; report its closure";
        paper.problem(
            "not_an_account_book",
            found,
            "an account book",
            advice,
            OURS,
        );
    }
    if period.from > period.to {
        let found = format!("{} to {}", period.from, period.to);
        let advice = "give the first day first";
        paper.problem("period_empty", found, "a period", advice, OURS);
    }
    let before = period.from.pred_opt().and_then(as_of);
    let before = same_cycle(before, &after, period, &mut paper);
    head(&book.opened, period, particulars, &mut paper);
    let lists = lists(ledger, period, &mut paper);
    let rows = || {
        after
            .materials
            .iter()
            .map(|row| (row, of(before.as_ref(), row.seq.get())))
    };
    for (row, (net, _)) in rows() {
        let net = row.consumed_net - net;
        if net != Total::ZERO {
            consumed(row.seq.get(), &row.code, net, particulars, &mut paper);
        }
    }
    for (row, (_, loss)) in rows() {
        let loss = row.loss_tangible - loss;
        if loss != Total::ZERO {
            let item = book.opened.materials.iter().find(|it| it.seq == row.seq);
            let spec = item.and_then(|it| it.item.spec.as_deref());
            scrap(row, spec, loss, particulars, &mut paper);
        }
    }
    if lists == 0 && paper.records.len() == 1 {
        let found = format!(
            "no list of products booked from {} to {}",
            period.from, period.to
        );
        let advice = "there is nothing to declare for this period";
        paper.problem("period_empty", found, "products that left", advice, OURS);
    }
    paper.close()
}

/// The statement before the period; none where the cycle begins with it.
fn same_cycle(
    before: Option<HandbookStatement>,
    after: &HandbookStatement,
    period: Period,
    paper: &mut Paper<'_>,
) -> Option<HandbookStatement> {
    let begins = after.cycle.as_ref().map(|it| it.from);
    if begins == Some(period.from) {
        return None;
    }
    if begins.is_some_and(|it| period.from < it) && before.is_some() {
        let from = begins.map_or_else(String::new, |it| it.to_string());
        paper.problem(
            "period_over_cycles",
            format!("a period from {}", period.from),
            format!("one within the cycle that begins on {from}"),
            "write a sheet for each cycle",
            OURS,
        );
        return None;
    }
    before
}

/// Net consumption and tangible loss of a material before the period.
fn of(before: Option<&HandbookStatement>, seq: u16) -> (Total, Total) {
    let rows = before.map(|it| it.materials.iter());
    let row = rows.into_iter().flatten().find(|it| it.seq.get() == seq);
    row.map_or((Total::ZERO, Total::ZERO), |it| {
        (it.consumed_net, it.loss_tangible)
    })
}

fn head(
    book: &bonded_ledger::OpenHandbook,
    period: Period,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    let kind = &fields::SAS_CMB_BSC;
    let layers = [Layer::particulars(kind, Some(&particulars.head))];
    let mut form = Form::new(kind, kind.name, &layers);
    form.or(
        "chgTmsCnt",
        u8::from(paper.options.action == Action::Change),
    );
    form.own("dclTypecd", paper.options.action.code());
    form.own("emsNo", period.handbook);
    form.or_if("masterCuscd", district(period.handbook.as_str()));
    form.own("cmBeginTime", period.from);
    form.own("cmEndTime", format!("{} 23:59:59", period.to));
    let (operator, processor) = parties(book);
    form.own("bizopEtpsno", operator[0]);
    form.own("bizopEtpsSccd", operator[1]);
    form.own("bizopEtpsNm", operator[2]);
    form.own("rcvgdEtpsno", processor[0]);
    form.own("rvsngdEtpsSccd", processor[1]);
    form.own("rcvgdEtpsNm", processor[2]);
    form.or("dclTime", paper.options.day);
    form.or("dclMarkcd", "1");
    paper.add(form);
}

/// The lists of products that were booked in the period; answers how many.
fn lists(ledger: &Ledger, period: Period, paper: &mut Paper<'_>) -> usize {
    let kind = &fields::SAS_CMB_INVT;
    let filter = ListFilter {
        handbook: Some(period.handbook),
        ..ListFilter::default()
    };
    let mut written = 0;
    for list in ledger.lists(&filter) {
        let within = |day: Date| period.from <= day && day <= period.to;
        if !CONSUMING.contains(&list.column) || !list.booked.is_some_and(within) {
            continue;
        }
        let number = list.customs_number.as_deref().unwrap_or(&list.number);
        if list.state == ListState::Withdrawn.as_str() {
            paper.problems.push(
                Problem::error(
                    "list_withdrawn",
                    Place::Whole,
                    format!("{number}, booked in the period and withdrawn since"),
                    "a look",
                    "it is not named; its figures count until the day of its withdrawal",
                    OURS,
                )
                .as_warning(),
            );
            continue;
        }
        written += 1;
        let mut form = Form::new(kind, format!("{}[{written}]", kind.name), &[]);
        form.own("bondInvtNo", number);
        form.own("modfMarkcd", paper.options.action.mark());
        common(&mut form, paper);
        paper.add(form);
    }
    written
}

/// The sheet's number stands in every record, where customs has given one.
fn common(form: &mut Form<'_, '_>, paper: &Paper<'_>) {
    let head = paper.records.first();
    for name in ["cmbNo", "chgTmsCnt"] {
        form.own_if(name, head.and_then(|it| it.get(name)));
    }
}

fn consumed(seq: u16, code: &str, net: Total, particulars: &Particulars, paper: &mut Paper<'_>) {
    let kind = &fields::SAS_CMB_IMG;
    let layers = [Layer::particulars(kind, particulars.items.get(code))];
    let nth = paper
        .records
        .iter()
        .filter(|it| it.kind().name == kind.name)
        .count();
    let mut form = Form::new(kind, format!("{}[{}]", kind.name, nth + 1), &layers);
    common(&mut form, paper);
    form.own("mtpckSeqno", seq);
    form.own("ucnsNetUseupQty", net);
    form.own("modfMarkcd", paper.options.action.mark());
    paper.add(form);
}

fn scrap(
    row: &bonded_ledger::MaterialRow,
    spec: Option<&str>,
    loss: Total,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    let kind = &fields::SAS_CMB_RBG;
    let layers = [Layer::particulars(kind, particulars.items.get(&row.code))];
    let nth = paper
        .records
        .iter()
        .filter(|it| it.kind().name == kind.name)
        .count();
    let mut form = Form::new(kind, format!("{}[{}]", kind.name, nth + 1), &layers);
    common(&mut form, paper);
    form.own("mtpckSeqno", row.seq);
    // As it stands scrap is of another code and name, which the ledger learns when it is disposed of.
    form.or("gdecd", row.hs);
    form.or("gdsNm", &row.name);
    form.or_if("gdsSpcfModelDesc", spec);
    form.own("dclUnitcd", row.unit);
    form.own("dclQty", loss);
    form.own("modfMarkcd", paper.options.action.mark());
    paper.add(form);
}
