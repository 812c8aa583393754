//! A list as a message has it: which, at which change, and what happened to it.

use bonded_ledger::Date;

use super::get::{day, get, of, whole};
use super::told::Answer;
use crate::message::Message;
use crate::on_file::{FiledList, bonded_number};
use crate::record::Record;

/// What a message says happened to a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// INV101: declared as it was sent.
    Sent,
    /// 预核扣, or approved and not deducted.
    PreDeducted,
    /// 已核扣.
    Deducted,
    /// 退单 of the declaration.
    Returned,
    /// 改单 accepted.
    Changed,
    /// 删单 accepted.
    Deleted,
    /// Nothing in the books.
    Informs(&'static str),
}

/// A list as a message has it.
#[derive(Debug)]
pub(crate) struct ListCopy<'m> {
    pub(crate) message: &'m Message,
    pub(crate) head: Option<&'m Record>,
    pub(crate) lines: Vec<&'m Record>,
    /// 清单编号.
    pub(crate) bond: Option<&'m str>,
    /// 预录入统一编号.
    pub(crate) preent: Option<&'m str>,
    /// 企业内部清单编号.
    pub(crate) inner: Option<&'m str>,
    /// 变更次数.
    pub(crate) change: Option<u32>,
    pub(crate) step: Step,
    /// 处理日期.
    pub(crate) handled: Option<Date>,
    /// 正式核扣时间.
    pub(crate) deducted: Option<Date>,
    /// 清单申报日期.
    pub(crate) declared: Option<Date>,
}

impl<'m> ListCopy<'m> {
    /// `None` where its values cannot be read: the answer says which.
    pub(crate) fn read(
        message: &'m Message,
        code: &str,
        answer: &mut Answer<'_, '_>,
    ) -> Option<ListCopy<'m>> {
        let result = message.record("HdeApprResult");
        let head = ["BondInvtBsc", "InvtHeadType"];
        let head = head.into_iter().find_map(|it| message.record(it));
        let lines = ["BondInvtDt", "InvtListType"];
        let lines = lines.into_iter().flat_map(|it| message.records(it));
        let bond = of(head, "bondInvtNo").or(of(result, "businessId"));
        let mut preent = of(head, "invtPreentNo").or(of(result, "etpsPreentNo"));
        // Before customs has approved it the pre-entry number stands in.
        let bond = match bond {
            Some(number) if bonded_number(number) => Some(number),
            number => {
                preent = preent.or(number);
                None
            }
        };
        let change = head.map_or(Ok(None), |it| whole(it, "chgTmsCnt"));
        let change = change.transpose();
        let change = change.or_else(|| result.and_then(|it| whole(it, "tmsCnt").transpose()));
        let change = told_of(change.transpose(), "chgTmsCnt", answer)?;
        let date = |name: &str, of: Option<&Record>, answer: &mut Answer<'_, '_>| {
            let read = of.map_or(Ok(None), |it| day(it, name));
            told_of(read, of.map_or("", |it| it.name()), answer)
        };
        let declared = date("invtDclTime", head, answer)?;
        let declared = declared.or(date("InputTime", head, answer)?);
        let copy = ListCopy {
            message,
            head,
            lines: lines.collect(),
            bond,
            preent,
            inner: of(head, "etpsInnerInvtNo"),
            change,
            step: Step::Informs(""),
            handled: date("manageDate", result, answer)?,
            deducted: date("formalVrfdedTime", head, answer)?,
            declared,
        };
        let step = match code {
            "INV101" => copy.sent(answer),
            "INV201" => copy.decided(result, answer),
            _ => copy.posted(answer),
        }?;
        // A document that declares is the first of its list.
        let first = (step == Step::Sent).then_some(0);
        let change = copy.change.or(first);
        Some(ListCopy {
            step,
            change,
            ..copy
        })
    }

    /// 手(账)册编号.
    pub(crate) fn book(&self) -> Option<&'m str> {
        of(self.head, "putrecNo")
    }

    /// Head and lines.
    pub(crate) fn is_whole(&self) -> bool {
        self.head.is_some() && !self.lines.is_empty()
    }

    /// How the list is called in words.
    pub(crate) fn called(&self) -> &'m str {
        self.bond.or(self.preent).or(self.inner).unwrap_or("?")
    }

    fn mark(&self) -> Option<&'m str> {
        of(self.head, "vrfdedMarkcd")
    }

    /// 已核扣, 已核销.
    pub(crate) fn is_deducted(&self) -> bool {
        matches!(self.mark(), Some("2" | "3"))
    }

    fn sent(&self, answer: &mut Answer<'_, '_>) -> Option<Step> {
        let Some(head) = self.head else {
            answer.missing("INV101", "BondInvtBsc", "a head (表头)");
            return None;
        };
        if self.message.declare_flag() == Some("0") {
            return Some(Step::Informs("saved, not declared (暂存)"));
        }
        Some(match get(head, "dclTypecd") {
            Some("2") => Step::Informs("a change asked for (变更): it counts when it is accepted"),
            Some("3") => Step::Informs("deletion asked for (删除): it counts when it is accepted"),
            _ => Step::Sent,
        })
    }

    /// INV201: what customs decided.
    fn decided(&self, result: Option<&Record>, answer: &mut Answer<'_, '_>) -> Option<Step> {
        let Some(manage) = of(result, "manageResult") else {
            answer.missing("HdeApprResult", "manageResult", "what customs decided");
            return None;
        };
        let asked = |it: Option<&'m str>| it.filter(|it| matches!(*it, "1" | "2" | "3"));
        let typecd = asked(result.and_then(|it| it.get("typecd")).map(|it| match it {
            "1" => "1",
            "2" => "2",
            "3" => "3",
            _ => "",
        }));
        let declared = asked(of(self.head, "dclTypecd"));
        if let (Some(typecd), Some(declared)) = (typecd, declared)
            && typecd != declared
        {
            answer.contradicts(
                "receipt_contradicts_itself",
                format!("typecd {typecd} and dclTypecd {declared}"),
                "one kind of application (1 备案, 2 变更, 3 删除)",
                "look the list up at the Single Window and post what became of it",
            );
            return None;
        }
        let change = self.change.is_some_and(|it| it > 0);
        let kind = declared
            .or(typecd)
            .unwrap_or(if change { "2" } else { "1" });
        let status = of(self.head, "invtStucd");
        Some(match (manage, kind) {
            ("2", _) => Step::Informs("looked at by hand (转人工)"),
            ("Y", _) => Step::Informs("taken in (入库成功)"),
            ("Z", _) => Step::Informs("not taken in (入库失败): correct it and send it again"),
            ("3", "1") => Step::Returned,
            ("3", "2") => {
                Step::Informs("the change was returned (退单): the list stands as it was")
            }
            ("3", _) => Step::Informs("the deletion was returned (退单): the list stands"),
            ("1" | "4" | "5", _) if status == Some("3") => Step::Deleted,
            ("1" | "4" | "5", "1") if status == Some("2") => Step::Returned,
            ("1" | "4" | "5", "2") => Step::Changed,
            ("1" | "4" | "5", "3") => Step::Deleted,
            // Both have to say so, where both speak.
            ("1", _) if self.mark().is_none() || self.is_deducted() => Step::Deducted,
            ("1" | "4" | "5", _) => Step::PreDeducted,
            _ => {
                answer.contradicts(
                    "result_unknown",
                    format!("manageResult {manage}"),
                    "1 通过, 2 转人工, 3 退单, 4 预核扣, 5 未核扣, Y 入库成功 or Z 入库失败",
                    "look the list up at the Single Window and post what became of it",
                );
                return None;
            }
        })
    }

    /// INV211: posted to the book.
    fn posted(&self, answer: &mut Answer<'_, '_>) -> Option<Step> {
        if self.head.is_none() {
            answer.missing("INV211", "BondInvtBsc", "a head (表头)");
            return None;
        }
        Some(match of(self.head, "invtStucd") {
            Some("2") => Step::Returned,
            Some("3") => Step::Deleted,
            _ if self.is_deducted() => Step::Deducted,
            _ if self.mark() == Some("1") => Step::PreDeducted,
            _ => Step::Informs("not deducted (未核扣)"),
        })
    }

    /// The list that it means: by 清单编号, 预录入编号 or one's own number, on the same book, one that
    /// still counts before one that was withdrawn.
    /// The lists that it may be, where only a number that several carry (the ERP's own document) says
    /// which: none of them is taken.
    pub(crate) fn ambiguous(&self, answer: &Answer<'_, '_>) -> Option<Vec<String>> {
        let key = self.inner?;
        let named = [self.bond, self.preent].into_iter().flatten();
        if self.find(answer).is_some_and(|it| {
            it.declared.number == key
                || it.customs_number.as_deref() == self.bond && self.bond.is_some()
                || named.clone().any(|own| {
                    it.declared.number == own || on_file(it, "invtPreentNo") == Some(own)
                })
        }) {
            return None;
        }
        let book = self.book();
        let lists = answer.books.on_file.lists_of_key(key).filter(|it| {
            it.withdrawn.is_none() && book.is_none_or(|own| own == it.declared.handbook.as_str())
        });
        let numbers: Vec<String> = lists.map(|it| it.declared.number.clone()).collect();
        (numbers.len() > 1).then_some(numbers)
    }

    pub(crate) fn find<'b>(&self, answer: &Answer<'_, 'b>) -> Option<&'b FiledList> {
        let books = *answer.books;
        let book = self.book();
        let fits = |list: &&FiledList| {
            let differs = |name: &str, own: Option<&str>| {
                let filed = on_file(list, name);
                matches!((filed, own), (Some(filed), Some(own)) if filed != own)
            };
            let customs = list
                .customs_number
                .as_deref()
                .or(on_file(list, "bondInvtNo"));
            let customs = customs.filter(|it| bonded_number(it));
            let other = matches!((customs, self.bond), (Some(it), Some(own)) if it != own);
            let elsewhere = book.is_some_and(|it| it != list.declared.handbook.as_str());
            !other && !elsewhere && !differs("invtPreentNo", self.preent)
        };
        let mut keys: Vec<&str> = Vec::new();
        for key in [self.bond, self.preent, self.inner].into_iter().flatten() {
            let mut next = Some(key);
            while let Some(key) = next.filter(|it| !keys.contains(it)) {
                keys.push(key);
                next = books.names.own(key);
            }
        }
        let mut withdrawn = None;
        for key in keys {
            for list in books.on_file.lists_of_key(key).filter(fits) {
                if list.withdrawn.is_none() {
                    return Some(list);
                }
                withdrawn = withdrawn.or(Some(list));
            }
        }
        withdrawn
    }
}

/// What a list carries of the interface.
pub(crate) fn on_file<'l>(list: &'l FiledList, name: &str) -> Option<&'l str> {
    let customs = list.declared.ext.as_ref()?.get("customs")?;
    customs.get(name)?.as_str().filter(|it| !it.is_empty())
}

fn told_of<T>(
    read: Result<Option<T>, crate::values::Unreadable>,
    record: &str,
    answer: &mut Answer<'_, '_>,
) -> Option<Option<T>> {
    match read {
        Ok(value) => Some(value),
        Err(found) => {
            answer.unreadable(record, found);
            None
        }
    }
}
