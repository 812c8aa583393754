//! A book as a message has it, held against the book on file.

use bonded_ledger::{EntryKind, HandbookNo, Scope, Status};

use super::book::{BookCopy, Pause};
use super::get::of;
use super::told::{Answer, customs_ext, id, reasons};
use crate::message::Message;
use crate::on_file::FiledHandbook;
use crate::reconcile::{Compared, bare, compare};

/// EML211, EML221, EML241, EML301 and those of account books.
pub(super) fn read(message: &Message, code: &str, answer: &mut Answer<'_, '_>) {
    reasons(message, answer);
    let Some(copy) = BookCopy::read(message, answer) else {
        return;
    };
    let result = message.record("HdeApprResult");
    let manage = of(result, "manageResult");
    match code.get(3..).unwrap_or_default() {
        "221" => closure(&copy, message, manage, answer),
        "301" => copied(&copy, answer),
        "241" => {
            if !matches!(manage, None | Some("1")) {
                return undecided(&copy, manage, answer);
            }
            changed(&copy, answer);
            paused(&copy, message, answer);
        }
        _ => {
            let approved = manage.or(of(copy.head, "emapvStucd"));
            match approved {
                Some("1") => approve(&copy, message, answer),
                Some("3") => returned(&copy, message, answer),
                _ => undecided(&copy, manage, answer),
            }
        }
    }
}

/// NPTS001, EML111: an application. It counts when it is approved.
pub(super) fn sent(message: &Message, answer: &mut Answer<'_, '_>) {
    let heads = ["NptsEmlHead", "EmlPutrecBsc", "EmsPutrecBsc"];
    let head = heads.into_iter().find_map(|it| message.record(it));
    let number = of(head, "emlNo").or(of(head, "emsNo"));
    let own = head.and_then(|it| it.get("etpsPreentNo"));
    let number = number.or(own).unwrap_or("?");
    let what = match of(head, "dclTypecd") {
        Some("2") => "a change asked for (变更)",
        Some("3") => "its cancelling asked for (注销)",
        _ => "asked for (备案)",
    };
    answer.note(format!(
        "book {number}: {what}: it counts when it is approved (EML211)"
    ));
}

fn undecided(copy: &BookCopy<'_>, manage: Option<&str>, answer: &mut Answer<'_, '_>) {
    let what = match manage {
        Some("2") => "looked at by hand (转人工)",
        Some("Y") => "taken in (入库成功)",
        Some("Z") => "not taken in (入库失败): correct it and send it again",
        _ => "not decided",
    };
    answer.note(format!("book {}: {what}", copy.number));
}

fn filed<'b>(number: HandbookNo, answer: &Answer<'_, 'b>) -> Option<&'b FiledHandbook> {
    let books = *answer.books;
    books.on_file.handbook(number)
}

/// What was applied for: 1 备案, 2 变更, 3 注销.
fn application<'m>(copy: &BookCopy<'m>, message: &'m Message) -> &'m str {
    let typecd = of(message.record("HdeApprResult"), "typecd");
    let known = |it: &&str| matches!(*it, "1" | "2" | "3");
    let declared = of(copy.head, "dclTypecd").filter(known);
    let change = copy.change.is_some_and(|it| it > 0);
    let by_count = if change { "2" } else { "1" };
    declared.or(typecd.filter(known)).unwrap_or(by_count)
}

fn approve(copy: &BookCopy<'_>, message: &Message, answer: &mut Answer<'_, '_>) {
    match (application(copy, message), filed(copy.number, answer)) {
        ("3", _) => answer.note(format!(
            "book {}: cancelling approved (注销): close it by report_closure and accept_closure",
            copy.number
        )),
        (_, Some(_)) => changed(copy, answer),
        ("2", None) => answer.waits(
            "handbook_unknown",
            format!("a change of book {}, which is not here", copy.number),
            "a book that is open here",
            "deliver the receipt of its filing first, or a copy (EML301)",
        ),
        (_, None) => open(copy, answer),
    }
}

fn open(copy: &BookCopy<'_>, answer: &mut Answer<'_, '_>) {
    let Some((date, book)) = copy.opened(answer) else {
        return;
    };
    let number = copy.number;
    answer.note(format!("book {number}: opened"));
    answer.post(&["open_handbook", number.as_str()], date, book, None);
}

fn returned(copy: &BookCopy<'_>, message: &Message, answer: &mut Answer<'_, '_>) {
    if application(copy, message) == "1" && filed(copy.number, answer).is_some() {
        answer.contradicts(
            "returned_although_open",
            format!("book {}: its filing was returned (退单)", copy.number),
            "no return: the book is open here",
            "look the book up at the Single Window",
        );
        return;
    }
    answer.note(format!(
        "book {}: returned (退单), it stands as it was",
        copy.number
    ));
}

/// A change, or the part of it that the receipt holds.
fn changed(copy: &BookCopy<'_>, answer: &mut Answer<'_, '_>) {
    let number = copy.number;
    let Some(filed) = filed(number, answer) else {
        return answer.waits(
            "handbook_unknown",
            format!("book {number}, which is not here"),
            "a book that is open here",
            "deliver the receipt of its filing first, or a copy (EML301)",
        );
    };
    let change = copy.change.unwrap_or_default();
    if change < filed.change {
        return answer.known(format!(
            "book {number}: change {change}; change {} is on file",
            filed.change
        ));
    }
    let Compared {
        differences,
        amendment,
        notes,
    } = compare(copy, filed, answer.books, false);
    for note in notes {
        answer.note(note);
    }
    // One's own amendments count too: a change that was posted by hand is not missing.
    let known = filed.change.max(filed.amended);
    let fields = || {
        let fields: Vec<_> = differences.iter().map(ToString::to_string).collect();
        fields.join("; ")
    };
    if amendment.is_none() && change <= known {
        if differences.is_empty() {
            return answer.known(format!("book {number}: on file as it is"));
        }
        return answer.contradicts(
            "book_differs",
            format!("book {number}: {}", fields()),
            "what is on file",
            "no amendment can make it so: look the book up at the Single Window",
        );
    }
    if change > known.saturating_add(1) {
        return answer.waits(
            "change_missing",
            format!("book {number}: change {change} (变更次数)"),
            format!("change {} first, which is not here", known + 1),
            "deliver its receipt, or reconcile the book with a copy (EML301)",
        );
    }
    let number_of = change.to_string();
    let meaning = ["amend_handbook", number.as_str(), &number_of];
    if answer.books.ledger.has_entry(id(&meaning)) {
        return answer.contradicts(
            "book_differs",
            format!("book {number}, change {change} again: {}", fields()),
            "what the receipt of the same change said",
            "reconcile the book with a copy (EML301)",
        );
    }
    // A change of what the journal does not keep still counts as one.
    let amendment = amendment.unwrap_or_else(|| bare(number));
    let Some(date) = copy.changed.or(copy.handled).or(copy.approved) else {
        return answer.missing("HdeApprResult", "manageDate", "a day");
    };
    for it in differences.iter().filter(|it| !it.mended) {
        answer.note(format!("book {number}: {it}; {}", it.advice));
    }
    answer.note(format!("book {number}: change {change} approved"));
    let ext = customs_ext(&[("chgTmsCnt", &number_of)]);
    answer.post(
        &meaning,
        date,
        EntryKind::AmendHandbook(Box::new(amendment)),
        ext,
    );
}

/// A copy says also whether the book is suspended, not since when: the lists of before may still come,
/// and a suspension would keep them out.
fn open_from_copy(copy: &BookCopy<'_>, answer: &mut Answer<'_, '_>) {
    open(copy, answer);
    if let Some(Pause::Suspended(scope)) = copy.pause {
        answer.note(format!(
            "book {}: suspended (暂停: {scope}) in the copy; when its lists are here, post suspend_handbook \
             (`bonded exchange reconcile` offers it)",
            copy.number
        ));
    }
}

/// EML301: the whole book.
fn copied(copy: &BookCopy<'_>, answer: &mut Answer<'_, '_>) {
    let Some(filed) = filed(copy.number, answer) else {
        answer.note("opened from a copy: what was used before it is in no message; set opening and used by hand where the book runs");
        return open_from_copy(copy, answer);
    };
    let differences = compare(copy, filed, answer.books, true).differences;
    if differences.is_empty() {
        return answer.known(format!("book {}: on file as it is", copy.number));
    }
    answer.note(format!(
        "book {}: {} differences between the copy and what is on file: reconcile it",
        copy.number,
        differences.len()
    ));
}

/// EML241: suspended, resumed.
fn paused(copy: &BookCopy<'_>, message: &Message, answer: &mut Answer<'_, '_>) {
    let number = copy.number;
    let Some(filed) = filed(number, answer) else {
        return;
    };
    let scopes: &[Scope] = match copy.pause {
        Some(Pause::Running) => &[],
        Some(Pause::Suspended(Scope::Both)) => &[Scope::Both],
        Some(Pause::Suspended(Scope::Import)) => &[Scope::Import],
        Some(Pause::Suspended(Scope::Export)) => &[Scope::Export],
        Some(Pause::Other) | None => return,
    };
    let result = message.record("HdeApprResult");
    let (Some(date), Some(time)) = (copy.handled, of(result, "manageDate")) else {
        return answer.missing("HdeApprResult", "manageDate", "a time");
    };
    let time = time.replace('T', " ");
    let what = scopes
        .first()
        .map_or("resumed (恢复)", |_| "suspended (暂停)");
    if filed
        .paused
        .as_deref()
        .is_some_and(|it| it >= time.as_str())
    {
        return answer.known(format!(
            "book {number}: {what} at {time}, known or decided anew since"
        ));
    }
    let ext = customs_ext(&[("manageDate", &time)]);
    // What is suspended is exactly what the mark says: a resumption ends all, then it begins anew.
    let statement = answer.books.ledger.statement_of(Some(number), None);
    let now: &[&str] = statement.handbooks.first().map_or(&[], |it| &it.suspended);
    answer.note(format!("book {number}: {what} at {time}"));
    if scopes.is_empty() || !now.is_empty() {
        let kind = EntryKind::ResumeHandbook {
            handbook: number,
            reason: None,
        };
        let meaning = ["resume_handbook", number.as_str(), &time];
        answer.post(&meaning, date, kind, ext.clone());
    }
    for scope in scopes {
        let kind = EntryKind::SuspendHandbook {
            handbook: number,
            scope: *scope,
            reason: None,
        };
        let meaning = ["suspend_handbook", number.as_str(), &time];
        answer.post(&meaning, date, kind, ext.clone());
    }
}

/// EML221: what became of a closure report. The codes of account books and of other receipts are read
/// alike: 1 通过 or 5 正式核算通过 closes, 3 or 6 returns, all between them is told (`unverified`).
fn closure(
    copy: &BookCopy<'_>,
    message: &Message,
    manage: Option<&str>,
    answer: &mut Answer<'_, '_>,
) {
    let number = copy.number;
    if copy.is_account_book() {
        return answer.note(format!(
            "account book {number}: cycles (报核周期) are posted by hand, as report_cycle and accept_cycle"
        ));
    }
    let accepted = match manage {
        Some("1" | "5") => true,
        Some("3" | "6") => false,
        _ => {
            return answer.note(format!(
                "book {number}: closure {} (报核通过 2, 差异确认 7, 转人工): not decided yet",
                manage.unwrap_or("?")
            ));
        }
    };
    let mark = message.record("EmlChgoffBsc");
    let mark = of(mark, "emapvMarkcd").filter(|it| matches!(*it, "1" | "3"));
    if mark.is_some_and(|it| (it == "1") != accepted) {
        return answer.contradicts(
            "receipt_contradicts_itself",
            format!(
                "manageResult {}, emapvMarkcd {}",
                manage.unwrap_or_default(),
                mark.unwrap_or_default()
            ),
            "one decision",
            "look the book up at the Single Window",
        );
    }
    let Some(date) = copy.handled else {
        return answer.missing("HdeApprResult", "manageDate", "a day");
    };
    let statement = answer.books.ledger.statement_of(Some(number), None);
    let status = statement.handbooks.first().map(|it| it.status);
    let time = of(message.record("HdeApprResult"), "manageDate").unwrap_or_default();
    let what = match accepted {
        true => "accept_closure",
        false => "return_closure",
    };
    let meaning = [what, number.as_str(), time];
    if answer.books.ledger.has_entry(id(&meaning)) {
        return answer.known(format!("book {number}: {what} already"));
    }
    let reported = filed(number, answer).and_then(|it| it.reported);
    match (status, accepted) {
        // A late answer to a report that was returned since.
        (Some(Status::Reported), false) if reported > Some(date) => {
            answer.known(format!(
                "book {number}: an earlier report was returned on {date}"
            ));
        }
        (Some(Status::Reported), true) if reported > Some(date) => answer.contradicts(
            "closure_of_another_report",
            format!("book {number}: its closure was accepted (结案) on {date}"),
            format!(
                "a day not before its present report, {}",
                reported.map_or_else(String::new, |it| it.to_string())
            ),
            "look the book up at the Single Window",
        ),
        (Some(Status::Reported), _) => {
            answer.note(format!("book {number}: {what} on {date}"));
            let kind = match accepted {
                true => EntryKind::AcceptClosure { handbook: number },
                false => EntryKind::ReturnClosure { handbook: number },
            };
            answer.post(&meaning, date, kind, None);
        }
        (Some(Status::Closed), true) => answer.known(format!("book {number}: closed already")),
        (Some(Status::Closed), false) => answer.contradicts(
            "returned_although_closed",
            format!("book {number}: its closure was returned (退单)"),
            "no return: the book is closed (结案)",
            "look the book up at the Single Window",
        ),
        _ => answer.waits(
            "closure_not_reported",
            format!("book {number}: {what}"),
            "a closure report (报核) before it",
            "post report_closure first",
        ),
    }
}
