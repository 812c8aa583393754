//! 流转申报表 (BHL101): a carry-over, both sides of it.

use std::collections::BTreeMap;

use bonded_ledger::{Direction, HandbookNo, Item, ListLine, ListState};

use super::form::{Form, Layer, OURS, unknown_particulars};
use super::list::item;
use super::{Document, Kind, Options, Paper, district, party};
use crate::fields;
use crate::on_file::{FiledList, OnFile};
use crate::particulars::Particulars;
use crate::problem::{Place, Problem};

/// The carry-over declaration (流转申报表) of a carry-over, by the number of either of its lists. Where the
/// other side is kept here its lines stand beside ours, paired by `rotateDclSeqno`: the first of a
/// commodity code (of leftovers: of a name and unit) with the first of it, and so on. Where it is not,
/// only our side is filled in; the other party's particulars may be given.
///
/// The codes of `rotateTypecd` were not found: it is written only where it is given.
/// `trfinTrfoutMarkcd` is `I` for lines in and `E` for lines out, as elsewhere (`unverified`).
///
/// # Errors
/// Everything that is wrong with it.
pub fn carry_over(
    on_file: &OnFile,
    number: &str,
    particulars: &Particulars,
    options: &Options,
) -> Result<Document, Vec<Problem>> {
    let mut paper = Paper::new(Kind::CarryOver, options);
    unknown_particulars(particulars, |_| false, &mut paper.problems);
    let Some(ours) = on_file.list(number) else {
        let found = format!("no list {number:?}");
        let advice = "name either list of the carry-over by its number in the journal";
        paper.problem("list_unknown", found, "a list of the journal", advice, OURS);
        return Err(paper.problems);
    };
    let Some(counterpart) = &ours.declared.counterpart else {
        let found = format!("list {number} of mode {}", ours.declared.mode);
        let advice = "only carry-overs have a declaration of their own";
        paper.problem("not_a_carry_over", found, "a carry-over", advice, OURS);
        return Err(paper.problems);
    };
    let theirs = other_side(on_file, ours);
    if theirs.is_none() {
        let problem = Problem::error(
            "other_side_unknown",
            Place::Whole,
            format!("no list of the other side, {}", counterpart.handbook),
            "the lines of both sides",
            "the other enterprise fills in its own lines",
            OURS,
        );
        paper.problems.push(problem.as_warning());
    }
    let receiving = ours.declared.direction == Direction::Import;
    let (sent, received) = match receiving {
        true => (theirs, Some(ours)),
        false => (Some(ours), theirs),
    };
    let (from, to) = match receiving {
        true => (counterpart.handbook, ours.declared.handbook),
        false => (ours.declared.handbook, counterpart.handbook),
    };
    head(
        on_file,
        ours,
        (sent, from),
        (received, to),
        particulars,
        &mut paper,
    );
    lines(on_file, sent, received, particulars, &mut paper);
    paper.close()
}

/// The sending list names the receiving one.
fn other_side<'a>(on_file: &'a OnFile, ours: &FiledList) -> Option<&'a FiledList> {
    let names = |it: &FiledList, name: &str| {
        it.declared.number == name || it.customs_number.as_deref() == Some(name)
    };
    match ours.declared.direction {
        Direction::Export => {
            let name = ours.declared.counterpart.as_ref()?.list.as_deref()?;
            on_file.list(name)
        }
        Direction::Import => on_file.lists().find(|it| {
            let other = it.declared.counterpart.as_ref();
            it.state != ListState::Withdrawn
                && it.declared.direction == Direction::Export
                && other.is_some_and(|other| {
                    other.handbook == ours.declared.handbook
                        && other.list.as_deref().is_some_and(|name| names(ours, name))
                })
        }),
    }
}

/// A side: its list, where it is here, and its book.
type Side<'a> = (Option<&'a FiledList>, HandbookNo);

fn head(
    on_file: &OnFile,
    ours: &FiledList,
    out: Side<'_>,
    into: Side<'_>,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    let kind = &fields::ROTATE_DCL_BSC;
    let layers = [Layer::particulars(kind, Some(&particulars.head))];
    let mut form = Form::new(kind, kind.name, &layers);
    let customs = ours.declared.ext.as_ref().and_then(|it| it.get("customs"));
    let applied = customs
        .and_then(|it| it.get("applyNo"))
        .and_then(|it| it.as_str());
    form.or_if("rotateDclNo", applied);
    let changes = match paper.options.action {
        super::Action::File => 0,
        _ => ours.amended,
    };
    form.or("chgTmsCnt", changes);
    form.own("dclTypecd", paper.options.action.code());
    for ((list, number), prefix) in [(out, "trfout"), (into, "trfin")] {
        let name = |rest: &str| format!("{prefix}{rest}");
        form.own(&name("OriactNo"), number);
        form.or_if(&name("PlcCuscd"), district(number.as_str()));
        if let Some(list) = list {
            form.or(&name("EtpsInnerNo"), &list.declared.number);
            form.or(&name("DclTime"), paper.options.day);
        }
        let party = on_file
            .handbook(number)
            .map(|it| party(&it.opened.operator));
        if let Some([code, credit, called]) = party {
            form.own(&name("Etpsno"), code);
            form.own(&name("EtpsSccd"), credit);
            form.own(&name("EtpsNm"), called);
        }
        let declarant = ["DclEtpsno", "DclEtpsSccd", "DclEtpsNm"].map(name);
        form.party_or(declarant.each_ref().map(String::as_str), party);
    }
    paper.add(form);
}

/// The lines that belong together: of one commodity code; of leftovers, of one name and unit.
type Key = (String, String);

fn keyed<'a>(
    on_file: &'a OnFile,
    list: Option<&'a FiledList>,
    paper: &mut Paper<'_>,
) -> Vec<(Key, &'a ListLine, &'a Item)> {
    let Some(list) = list else {
        return Vec::new();
    };
    let declared = &list.declared;
    let book = on_file.handbook(declared.handbook);
    let leftover = matches!(declared.mode.as_str(), "0258" | "0657");
    let mut all = Vec::new();
    for line in &declared.lines {
        match book.and_then(|it| item(it, declared.goods, line.seq)) {
            Some(item) => {
                let key = match leftover {
                    true => (item.name.clone(), item.unit.to_string()),
                    false => (item.hs.to_string(), String::new()),
                };
                all.push((key, line, item));
            }
            None => {
                let found = format!("line {} of {}", line.line, declared.number);
                let advice = "the handbook no longer has its item; amend the list first";
                paper.problem(
                    "item_unknown",
                    found,
                    "an item of the handbook",
                    advice,
                    OURS,
                );
            }
        }
    }
    all
}

fn lines(
    on_file: &OnFile,
    sent: Option<&FiledList>,
    received: Option<&FiledList>,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    let received_lines = keyed(on_file, received, paper);
    let sent_lines = keyed(on_file, sent, paper);
    // The nth line of a key on either side has one number.
    let mut numbers: BTreeMap<(Key, usize), usize> = BTreeMap::new();
    let mut sides = Vec::new();
    for (mark, all) in [("I", &received_lines), ("E", &sent_lines)] {
        let mut seen: BTreeMap<&Key, usize> = BTreeMap::new();
        for (key, line, item) in all {
            let nth = seen.entry(key).and_modify(|it| *it += 1).or_insert(1);
            let next = numbers.len() + 1;
            let number = *numbers.entry((key.clone(), *nth)).or_insert(next);
            sides.push((number, mark, *line, *item));
        }
    }
    sides.sort_by_key(|it| (it.0, it.1));
    let both = !received_lines.is_empty() && !sent_lines.is_empty();
    for (number, mark, line, item) in &sides {
        let pair = sides.iter().any(|it| it.0 == *number && it.1 != *mark);
        line_of(*number, mark, line, item, both && !pair, particulars, paper);
    }
}

fn line_of(
    number: usize,
    mark: &str,
    line: &ListLine,
    item: &Item,
    alone: bool,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) {
    let kind = &fields::ROTATE_DCL_DT;
    let layers = [
        Layer::particulars(kind, particulars.items.get(&item.code)),
        Layer::particulars(kind, Some(&particulars.line)),
    ];
    let place = paper.records.len();
    let mut form = Form::new(kind, format!("{}[{place}]", kind.name), &layers);
    let head = paper.records.first();
    for name in ["rotateDclNo", "chgTmsCnt"] {
        form.own_if(name, head.and_then(|it| it.get(name)));
    }
    form.own("trfinTrfoutMarkcd", mark);
    form.own("rotateDclSeqno", number);
    form.own("oriactGdsSeqno", line.seq);
    form.own("gdecd", item.hs);
    form.own("gdsNm", &item.name);
    form.own_if("gdsSpcfModelDesc", item.spec.as_deref());
    form.own("dclUnitcd", item.unit);
    form.own("dclQty", line.quantity);
    form.own_if("lawfUnitcd", item.legal_unit);
    let same = item.legal_unit == Some(item.unit);
    let legal = line.legal_quantity.or(same.then_some(line.quantity));
    form.own_if("lawfQty", legal);
    form.own("modfMarkcd", paper.options.action.mark());
    if alone {
        let found = format!("a line of {} that the other side has no line for", item.hs);
        let advice = "the sides have another number of lines of this code";
        super::warn(&mut form, "line_unpaired", "rotateDclSeqno", found, advice);
    }
    paper.add(form);
}
