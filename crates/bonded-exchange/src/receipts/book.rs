//! A handbook or account book as a message has it: as it was approved, changed, or copied whole.

use bonded_ledger::{
    ConsumptionDeclared, ConsumptionLine, Date, HandbookNo, MaterialItem, OpenHandbook, Party,
    ProductItem, Removed, Scope, Trade,
};

use super::get::{carried_along, day, get, of, whole};
use super::told::{Answer, SOURCE};
use crate::fields::{EML_PUTREC_BSC, EMS_PUTREC_BSC};
use crate::message::Message;
use crate::problem::{Place, Problem};
use crate::record::Record;
use crate::values::Unreadable;

/// Whether customs lets goods pass (暂停进出口标记).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pause {
    Running,
    Suspended(Scope),
    /// Something that suspends no direction.
    Other,
}

/// A book as a message has it.
#[derive(Debug)]
pub(crate) struct BookCopy<'m> {
    pub(crate) number: HandbookNo,
    pub(crate) head: Option<&'m Record>,
    /// 变更次数.
    pub(crate) change: Option<u32>,
    pub(crate) valid_until: Option<Date>,
    pub(crate) declared: Option<ConsumptionDeclared>,
    pub(crate) self_verification: Option<bool>,
    /// 备案批准日期.
    pub(crate) approved: Option<Date>,
    /// 变更批准日期.
    pub(crate) changed: Option<Date>,
    /// 申报时间.
    pub(crate) applied: Option<Date>,
    /// 处理日期.
    pub(crate) handled: Option<Date>,
    pub(crate) pause: Option<Pause>,
    /// 结案日期.
    pub(crate) closed: Option<Date>,
    pub(crate) materials: Vec<MaterialItem>,
    pub(crate) products: Vec<ProductItem>,
    pub(crate) consumptions: Vec<ConsumptionLine>,
    /// What is marked as deleted (修改标志 2).
    pub(crate) removed: Removed,
}

/// The elements of a head that the journal has a field for.
const HEAD: [&str; 14] = [
    "emlNo",
    "emsNo",
    "emlType",
    "bizopEtpsSccd",
    "bizopEtpsno",
    "bizopEtpsNm",
    "rvsngdEtpsSccd",
    "rcvgdEtpsno",
    "rcvgdEtpsNm",
    "validDate",
    "finishValidDate",
    "ucnsDclSegcd",
    "etpsPosesSadjaQuaFlag",
    "putrecApprTime",
];
/// The operator's elements, then the processor's: credit code, customs code, name.
pub(crate) const PARTIES: [[&str; 3]; 2] = [
    ["bizopEtpsSccd", "bizopEtpsno", "bizopEtpsNm"],
    ["rvsngdEtpsSccd", "rcvgdEtpsno", "rcvgdEtpsNm"],
];

impl<'m> BookCopy<'m> {
    /// `None` where its values cannot be read, or where it is of no processing book: the answer says it.
    pub(crate) fn read(message: &'m Message, answer: &mut Answer<'_, '_>) -> Option<BookCopy<'m>> {
        let result = message.record("HdeApprResult");
        let heads = [
            "EmlPutrecBsc",
            "EmsPutrecBsc",
            "EmlChgoffBsc",
            "EmsChgoffBsc",
        ];
        let head = heads.into_iter().find_map(|it| message.record(it));
        let number = of(head, "emlNo").or(of(head, "emsNo"));
        let Some(text) = number.or(of(result, "businessId")) else {
            answer.missing(
                "HdeApprResult",
                "businessId",
                "the book's number (手册编号)",
            );
            return None;
        };
        let number = match text.parse::<HandbookNo>() {
            Ok(number) if number.is_processing() => number,
            _ => {
                answer.note(format!("{text} is no processing handbook: moves no book"));
                return None;
            }
        };
        let dates = || {
            let on = |it: Option<&Record>, name: &str| it.map_or(Ok(None), |it| day(it, name));
            let change = head.map_or(Ok(None), |it| whole(it, "chgTmsCnt"))?;
            let times = result.map_or(Ok(None), |it| whole(it, "tmsCnt"))?;
            Ok::<_, Unreadable>((
                change.or(times),
                on(head, "validDate")?.or(on(head, "finishValidDate")?),
                on(head, "putrecApprTime")?,
                on(head, "chgApprTime")?,
                on(head, "dclTime")?,
                on(result, "manageDate")?,
                on(head, "clcaseDate")?,
            ))
        };
        let (change, valid_until, approved, changed, applied, handled, closed) = match dates() {
            Ok(dates) => dates,
            Err(found) => {
                answer.unreadable(head.map_or("HdeApprResult", |it| it.name()), found);
                return None;
            }
        };
        let mut copy = BookCopy {
            number,
            head: head.filter(|it| it.kind().field("ucnsDclSegcd").is_some()),
            change,
            valid_until,
            declared: match of(head, "ucnsDclSegcd") {
                Some("1") => Some(ConsumptionDeclared::BeforeExport),
                Some("2") => Some(ConsumptionDeclared::BeforeClosure),
                _ => None,
            },
            self_verification: of(head, "etpsPosesSadjaQuaFlag").map(|it| it == "1"),
            approved,
            changed,
            applied,
            handled,
            pause: of(head, "pauseImpexpMarkcd").map(|it| pause(it, number)),
            closed,
            materials: Vec::new(),
            products: Vec::new(),
            consumptions: Vec::new(),
            removed: Removed::default(),
        };
        for name in ["EmlPutrecDt", "EmsPutrecDt"] {
            for (at, record) in message.records(name).enumerate() {
                copy.item(at, record, answer);
            }
        }
        for name in ["EmlPutrecUcnsDt", "EmsPutrecUcnsDt"] {
            for (at, record) in message.records(name).enumerate() {
                copy.consumption(at, record, answer);
            }
        }
        (!answer.is_faulty()).then_some(copy)
    }

    pub(crate) fn is_account_book(&self) -> bool {
        self.number.is_account_book()
    }

    /// The book as it would be opened; the answer says what is missing.
    pub(super) fn opened(&self, answer: &mut Answer<'_, '_>) -> Option<(Date, OpenHandbook)> {
        let Some(head) = self.head else {
            answer.waits(
                "book_without_head",
                format!("book {} was approved, the receipt does not hold it", self.number),
                "head, items and unit consumption",
                "ask for the receipt again (EML141), deliver a copy (EML301), or import its workbook",
            );
            return None;
        };
        let trade = match self.number.letter() {
            'B' => Trade::SuppliedMaterials,
            'C' => Trade::ImportedMaterials,
            _ => {
                answer.contradicts(
                    "trade_unknown",
                    format!("account book {}", self.number),
                    "来料加工 or 进料加工, which the message does not say",
                    "post its open_handbook by hand, or import its workbook with its trade",
                );
                return None;
            }
        };
        let Some(date) = self.approved.or(self.handled).or(self.applied) else {
            answer.missing(
                head.name(),
                "putrecApprTime",
                "the day of approval (备案批准日期)",
            );
            return None;
        };
        let Some(valid_until) = self.valid_until else {
            answer.missing(
                head.name(),
                "validDate",
                "the last day of validity (有效期)",
            );
            return None;
        };
        answer.note(format!(
            "book {}: valid from {date}, the day of approval: the message has only the last day",
            self.number
        ));
        if self.declared.is_none() {
            answer.note(
                "单耗申报环节 is not said: before export (出口前), customs' default, was taken",
            );
        }
        let operator = party(head, &PARTIES[0], answer);
        let processor = match PARTIES[1].iter().any(|it| get(head, it).is_some()) {
            true => party(head, &PARTIES[1], answer),
            false => operator.clone(),
        };
        let kind = match self.is_account_book() {
            true => &EMS_PUTREC_BSC,
            false => &EML_PUTREC_BSC,
        };
        let book = OpenHandbook {
            number: self.number,
            trade,
            role: None,
            chain: None,
            operator: operator?,
            processor: processor?,
            credit: None,
            guarantee: None,
            valid_from: date,
            valid_until,
            consumption_declared: self.declared.unwrap_or(ConsumptionDeclared::BeforeExport),
            self_verification: self.self_verification,
            materials: self.materials.clone(),
            products: self.products.clone(),
            consumptions: self.consumptions.clone(),
            ext: carried_along(head, kind, &HEAD),
        };
        Some((date, book))
    }
}

fn party(head: &Record, elements: &[&str; 3], answer: &mut Answer<'_, '_>) -> Option<Party> {
    let [uscc, customs_code, name] = elements.map(|it| get(head, it).unwrap_or_default());
    Party::new(uscc, customs_code, name)
        .map_err(|error| {
            answer.faulty(Problem::error(
                "party_unreadable",
                Place::Element(format!("{}/{}", head.name(), elements[0])),
                error.to_string(),
                "credit code, customs code and name of an enterprise",
                "ask for the receipt again, or post open_handbook by hand",
                SOURCE,
            ));
        })
        .ok()
}

/// 暂停进出口标记: the codes of handbooks and of account books are not the same.
fn pause(code: &str, number: HandbookNo) -> Pause {
    match (number.is_account_book(), code) {
        (_, "1" | "2") => Pause::Running,
        (false, "6" | "9") | (true, "3" | "6") => Pause::Suspended(Scope::Both),
        (false, "7") | (true, "4") => Pause::Suspended(Scope::Import),
        (false, "8") | (true, "5") => Pause::Suspended(Scope::Export),
        _ => Pause::Other,
    }
}
