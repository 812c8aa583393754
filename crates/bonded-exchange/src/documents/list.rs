//! 保税核注清单 (INV101).

use std::collections::BTreeSet;

use bonded_ledger::{Direction, Goods, Item, ListState, Movement, Trade};

use super::form::{Form, Layer, OURS, PAGE, unknown_particulars};
use super::warn;
use super::{Action, Document, Kind, Options, Paper, district, of_dialect, party};
use crate::fields::{self, Dialect};
use crate::on_file::{FiledHandbook, FiledList, OnFile, bonded_number};
use crate::particulars::Particulars;
use crate::problem::Problem;
use crate::tree::{Element, Node};

mod line;

/// What the Single Window fills in itself: it comes back in receipts, and is not sent.
const FILLED_BACK: &[&str] = &[
    "ListStat",
    "VrfdedMarkcd",
    "InvtIochkptStucd",
    "EntryStucd",
    "PassportUsedTypeCd",
    "NeedEntryModified",
];

/// The bonded list (核注清单) of that number, with its present lines: filed for the first time, changed
/// (its lines marked 1) or deleted, as the options say.
///
/// ```
/// use bonded_exchange::documents::{self, Options};
/// use bonded_exchange::{Envelope, OnFile, Particulars};
/// # use bonded_ledger::Entry;
/// # let journal = include_str!("../../../../seeds/ic-chain/journal.jsonl");
/// # let particulars = include_str!("../../../../seeds/exchange/particulars.json");
/// let mut on_file = OnFile::default();
/// for line in journal.lines() {
///     on_file.record(&Entry::from_json(line)?);
/// }
/// let particulars = Particulars::from_json(particulars, &["0615", "HF-BARE-01"])?;
/// let envelope = Envelope { message_id: "HF-BARE-01-1".into(), ..Envelope::default() };
/// let options = Options::client(envelope, "2026-01-12".parse()?).saved();
/// match documents::list(&on_file, "HF-BARE-01", &particulars, &options) {
///     Ok(document) => assert!(document.message.write().contains("<InvtMessage>")),
///     Err(problems) => panic!("{}", problems[0]),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Everything that is wrong with it.
pub fn list(
    on_file: &OnFile,
    number: &str,
    particulars: &Particulars,
    options: &Options,
) -> Result<Document, Vec<Problem>> {
    let mut paper = Paper::new(Kind::List, options);
    let list = on_file.list(number);
    let Some(list) = list else {
        let found = format!("no list {number:?}");
        let advice = "name a list by its number in the journal or by customs' number";
        paper.problem("list_unknown", found, "a list of the journal", advice, OURS);
        return Err(paper.problems);
    };
    let Some(book) = on_file.handbook(list.declared.handbook) else {
        let found = format!("no handbook {}", list.declared.handbook);
        let advice = "feed what is on file with the handbook's opening too";
        paper.problem(
            "handbook_unknown",
            found,
            "the list's handbook",
            advice,
            OURS,
        );
        return Err(paper.problems);
    };
    may_be_sent(list, &mut paper);
    let lines: BTreeSet<u32> = list.declared.lines.iter().map(|it| it.line).collect();
    unknown_particulars(particulars, |it| lines.contains(&it), &mut paper.problems);

    let way = Way::of(list, book);
    let head = head(on_file, list, book, &way, particulars, &mut paper);
    for line in &list.declared.lines {
        line::fill(line, list, book, &way, &head, particulars, &mut paper);
    }
    if options.dialect == Dialect::Client {
        paper.operator(particulars, head.declarant.as_deref());
        let system = match list.declared.handbook.is_account_book() {
            true => "95",
            false => "B1",
        };
        let system = particulars.head("SysId").unwrap_or(system);
        paper
            .beside
            .push(Node::Element(Element::of_text("SysId", system)));
    }
    paper.close()
}

fn may_be_sent(list: &FiledList, paper: &mut Paper<'_>) {
    let action = paper.options.action;
    if action != Action::Delete && list.state == ListState::Withdrawn {
        let advice = "a list that was withdrawn is never sent again; declare a new one";
        let found = format!("list {} is withdrawn", list.declared.number);
        paper.problem("list_withdrawn", found, "a list that stands", advice, OURS);
    }
    if action == Action::Change && list.amended == 0 {
        paper.problem(
            "nothing_amended",
            format!("list {} was never amended", list.declared.number),
            "an amend_list in the journal (变更次数 of 1 or more)",
            "post the amendment first, or file the list for the first time",
            PAGE,
        );
    }
}

/// What a list is for.
struct Way {
    carry_over: Option<&'static str>,
    /// The goods stay in the country.
    inland: bool,
    /// Duty is paid.
    taxed: bool,
    scrap: bool,
}

impl Way {
    fn of(list: &FiledList, book: &FiledHandbook) -> Way {
        let movement = movement(list, book.opened.trade);
        let leftover = matches!(movement, Some(Movement::LeftoverIn | Movement::LeftoverOut));
        let carries = movement.is_some_and(Movement::is_carry_over);
        let taxed = matches!(
            movement,
            Some(Movement::DomesticSale | Movement::ProductSale | Movement::ScrapSold)
        );
        let destroyed = matches!(
            movement,
            Some(Movement::Destroyed | Movement::ProductDestroyed | Movement::ScrapDestroyed)
        );
        Way {
            carry_over: carries.then_some(if leftover { "B" } else { "A" }),
            inland: carries || taxed || destroyed,
            taxed,
            scrap: movement.is_some_and(Movement::is_scrap),
        }
    }
}

/// What a list moves; `None` where no accepted entry can have said so.
fn movement(list: &FiledList, trade: Trade) -> Option<Movement> {
    let declared = &list.declared;
    let rows = bonded_ledger::modes::table();
    let fits = rows.filter(|(_, mode, of, direction, goods)| {
        *mode == declared.mode.as_str()
            && of.is_none_or(|it| it == trade)
            && *direction == declared.direction
            && *goods == declared.goods
    });
    fits.map(|it| it.0).next()
}

/// What the lines take from the head.
struct Head {
    /// 申报企业.
    declarant: Option<String>,
    /// 起运、运抵国.
    country: Option<String>,
}

fn head(
    on_file: &OnFile,
    list: &FiledList,
    book: &FiledHandbook,
    way: &Way,
    particulars: &Particulars,
    paper: &mut Paper<'_>,
) -> Head {
    let options = paper.options;
    let dialect = options.dialect;
    let kind = of_dialect(dialect, &fields::BOND_INVT_BSC, &fields::INVT_HEAD_TYPE);
    let declared = &list.declared;
    let mut carried = Layer::carried(kind, declared.ext.as_ref());
    if dialect == Dialect::Client {
        carried = carried.without(kind, FILLED_BACK);
    }
    let layers = [carried, Layer::particulars(kind, Some(&particulars.head))];
    let mut form = Form::new(kind, kind.name, &layers);
    let number = declared.handbook.as_str();
    let district = district(number);

    form.own_if("bondInvtNo", list.customs_number.as_deref());
    let changes = match options.action {
        Action::File => 0,
        Action::Change | Action::Delete => list.amended,
    };
    form.own("chgTmsCnt", changes);
    form.own("putrecNo", number);
    form.or("bondInvtTypecd", "0");
    match bonded_number(&declared.number) {
        false => form.own("etpsInnerInvtNo", &declared.number),
        true => form.or_if("etpsInnerInvtNo", declared.reference.as_deref()),
    }
    let [code, credit, name] = party(&book.opened.operator);
    form.own("bizopEtpsno", code);
    form.own("bizopEtpsSccd", credit);
    form.own("bizopEtpsNm", name);
    let [code, credit, name] = party(&book.opened.processor);
    form.own("rcvgdEtpsno", code);
    form.own("rvsngdEtpsSccd", credit);
    form.own("rcvgdEtpsNm", name);
    let declarants = ["dclEtpsno", "dclEtpsSccd", "dclEtpsNm"];
    form.party_or(declarants, Some(party(&book.opened.operator)));
    let declarant = declarants.map(|it| form.value(it).unwrap_or_default().to_owned());
    let inputs = ["InputCode", "InputCreditCode", "InputName"];
    form.party_or(inputs, Some(declarant.each_ref().map(String::as_str)));
    form.or("InputTime", options.day);
    form.or("invtDclTime", options.day);

    if let Some(other) = &declared.counterpart {
        form.own("rltPutrecNo", other.handbook);
        if let Some(name) = &other.list {
            related(on_file, name, &mut form);
        }
    }
    form.own(
        "impexpMarkcd",
        match declared.direction {
            Direction::Import => "I",
            Direction::Export => "E",
        },
    );
    form.own(
        "mtpckEndprdMarkcd",
        match declared.goods {
            Goods::Material => "I",
            Goods::Product => "E",
        },
    );
    form.own("supvModecd", declared.mode);
    form.own_if("ListType", way.carry_over);
    form.or_if("dclPlcCuscd", district);
    form.or_if("impexpPortcd", district.filter(|_| way.inland));
    form.or_if("trspModecd", way.inland.then_some("9"));
    form.or_if("stshipTrsarvNatcd", way.inland.then_some("142"));
    form.own_if("entryNo", declared.customs_declaration.as_deref());
    form.own("dclTypecd", options.action.code());
    declaration(declared.direction, &mut form);

    let head = Head {
        declarant: form.value("dclEtpsno").map(str::to_owned),
        country: form.value("stshipTrsarvNatcd").map(str::to_owned),
    };
    paper.add(form);
    head
}

/// The list of the other side of a carry-over, by customs' number of it.
fn related(on_file: &OnFile, name: &str, form: &mut Form<'_, '_>) {
    let other = on_file.list(name);
    let number = other.and_then(|it| it.customs_number.as_deref());
    let number = number.unwrap_or(name);
    form.own("rltInvtNo", number);
    if !bonded_number(number) {
        let found = format!("{number}, which is no number of customs");
        let advice = "customs numbers the receiving list first; book it with customs_number";
        warn(
            form,
            "related_number_unofficial",
            "rltInvtNo",
            found,
            advice,
        );
    }
}

/// Whether and how customs declarations come of it: 对应报关 by the operator, unless it is said otherwise.
fn declaration(direction: Direction, form: &mut Form<'_, '_>) {
    form.or("dclcusFlag", "1");
    if form.value("dclcusFlag") == Some("2") {
        // 非报关: nothing of a declaration may be filled in.
        form.or("GenDecFlag", "2");
        form.shut("dclcusTypecd");
        return;
    }
    form.or("dclcusTypecd", "2");
    form.or("GenDecFlag", "1");
    if form.value("dclcusTypecd") == Some("2") {
        let operator = ["bizopEtpsno", "bizopEtpsSccd", "bizopEtpsNm"]
            .map(|it| form.value(it).unwrap_or_default().to_owned());
        form.party_or(
            [
                "CorrEntryDclEtpsNo",
                "CorrEntryDclEtpsSccd",
                "CorrEntryDclEtpsNm",
            ],
            Some(operator.each_ref().map(String::as_str)),
        );
    }
    if form.value("GenDecFlag") == Some("1") {
        form.or(
            "DecType",
            match direction {
                Direction::Import => "1",
                Direction::Export => "2",
            },
        );
    }
}

pub(super) fn item(book: &FiledHandbook, goods: Goods, seq: u16) -> Option<&Item> {
    let book = &book.opened;
    match goods {
        Goods::Material => {
            let found = book.materials.iter().find(|it| it.seq.get() == seq);
            found.map(|it| &it.item)
        }
        Goods::Product => {
            let found = book.products.iter().find(|it| it.seq.get() == seq);
            found.map(|it| &it.item)
        }
    }
}
