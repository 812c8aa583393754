//! The head of a book, and what suspends it.

use bonded_ledger::{Scope, Status, Trade};

use super::Subject;
use super::book::{ASK, Comparison, MEND};
use crate::on_file::FiledHandbook;
use crate::receipts::{BookCopy, Books, PARTIES, Pause};
use crate::record::Record;

/// What customs has suspended, and what is suspended here, where they differ.
pub(super) fn suspension(
    copy: &BookCopy<'_>,
    books: &Books<'_>,
) -> Option<(Option<Scope>, Vec<&'static str>)> {
    let theirs = match copy.pause? {
        Pause::Running => None,
        Pause::Suspended(scope) => Some(scope),
        Pause::Other => return None,
    };
    let statement = books.ledger.statement_of(Some(copy.number), None);
    let ours = statement.handbooks.into_iter().next()?.suspended;
    (scope_text(theirs) != ours.join(", ")).then_some((theirs, ours))
}

fn scope_text(scope: Option<Scope>) -> &'static str {
    match scope {
        None => "",
        Some(Scope::Import) => "import",
        Some(Scope::Export) => "export",
        Some(Scope::Both) => "export, import",
    }
}

impl Comparison<'_> {
    pub(super) fn head(&mut self, head: &Record, filed: &FiledHandbook, books: &Books<'_>) {
        let at = &Subject::Head;
        let ours = self.ours;
        let letter = match ours.trade {
            Trade::SuppliedMaterials => "B",
            Trade::ImportedMaterials => "C",
        };
        if let Some(theirs) = head.get("emlType").filter(|it| *it != letter) {
            self.differs(
                at,
                "trade",
                Some(letter.into()),
                Some(theirs.into()),
                false,
                ASK,
            );
        }
        let parties = [&ours.operator, &ours.processor];
        let fields = [
            ["operator.uscc", "operator.customs_code", "operator.name"],
            ["processor.uscc", "processor.customs_code", "processor.name"],
        ];
        for ((party, elements), fields) in parties.into_iter().zip(PARTIES).zip(fields) {
            let own = [
                party.uscc.as_str(),
                party.customs_code.as_str(),
                &party.name,
            ];
            for ((own, element), field) in own.into_iter().zip(elements).zip(fields) {
                if let Some(theirs) = head.get(element).filter(|it| *it != own) {
                    let advice = "the journal keeps the parties of the filing: look the book up at the Single Window";
                    self.differs(
                        at,
                        field,
                        Some(own.into()),
                        Some(theirs.into()),
                        false,
                        advice,
                    );
                }
            }
        }
        if let Some(theirs) = self.copy.valid_until.filter(|it| *it != ours.valid_until) {
            let possible = theirs >= ours.valid_from;
            if possible {
                self.amendment.valid_until = Some(theirs);
            }
            let own = ours.valid_until.to_string();
            let advice = if possible { MEND } else { ASK };
            self.differs(
                at,
                "valid_until",
                Some(own),
                Some(theirs.to_string()),
                possible,
                advice,
            );
        }
        if let Some(theirs) = self
            .copy
            .declared
            .filter(|it| *it != ours.consumption_declared)
        {
            let own = ours.consumption_declared.to_string();
            self.differs(
                at,
                "consumption_declared",
                Some(own),
                Some(theirs.to_string()),
                false,
                ASK,
            );
        }
        let own = ours.self_verification.unwrap_or_default();
        if let Some(theirs) = self.copy.self_verification.filter(|it| *it != own) {
            self.amendment.self_verification = Some(theirs);
            let values = (Some(own.to_string()), Some(theirs.to_string()));
            self.differs(at, "self_verification", values.0, values.1, true, MEND);
        }
        if !self.whole {
            return;
        }
        if let Some(theirs) = self
            .copy
            .change
            .filter(|it| *it > filed.change.max(filed.amended))
        {
            let own = filed.change.max(filed.amended).to_string();
            let advice = "customs counts more changes than the journal: some receipt did not come, or changed nothing that is kept";
            self.differs(
                at,
                "change",
                Some(own),
                Some(theirs.to_string()),
                false,
                advice,
            );
        }
        let filed_mode = ours
            .ext
            .as_ref()
            .and_then(|it| it.get("customs")?.get("supvModecd")?.as_str());
        if let (Some(own), Some(theirs)) = (filed_mode, head.get("supvModecd"))
            && own != theirs
        {
            self.differs(
                at,
                "ext.customs.supvModecd",
                Some(own.into()),
                Some(theirs.into()),
                false,
                ASK,
            );
        }
        if let Some((theirs, now)) = suspension(self.copy, books) {
            let told = |it: String| (!it.is_empty()).then_some(it);
            let (own, theirs) = (told(now.join(", ")), told(scope_text(theirs).into()));
            let advice = "suspend_handbook and resume_handbook make it equal";
            self.differs(at, "suspended", own, theirs, true, advice);
        }
        let statement = books.ledger.statement_of(Some(self.copy.number), None);
        let status = statement.handbooks.first().map(|it| it.status);
        let closed = status == Some(Status::Closed);
        if closed != self.copy.closed.is_some() {
            let own = status.map(|it| it.as_str().to_owned());
            let theirs = self
                .copy
                .closed
                .map_or("open".into(), |it| format!("closed {it}"));
            let advice = match closed {
                true => "customs' copy has no 结案日期: it may be older than the closure",
                false => {
                    "report the closure here and read its EML221, or look up why customs closed the book"
                }
            };
            self.differs(at, "status", own, Some(theirs), false, advice);
        }
    }
}
