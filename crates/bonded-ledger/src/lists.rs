//! The lists of a ledger, as one asks for them.

use serde::Serialize;
use unit_consumption::Quantity;

use crate::entry::ItemRef;
use crate::ids::{Date, HandbookNo, Mode};
use crate::ledger::Ledger;
use crate::list::{Line, List, ListState};

/// A list in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ListSummary {
    /// Its number.
    pub number: String,
    /// 清单编号, once customs has given it.
    pub customs_number: Option<String>,
    /// 手册编号.
    pub handbook: HandbookNo,
    /// 监管方式.
    pub mode: Mode,
    /// The column it counts in.
    pub column: &'static str,
    /// `pending`, `booked` or `withdrawn`.
    pub state: &'static str,
    /// When it was declared.
    pub declared: Option<Date>,
    /// When it was booked.
    pub booked: Option<Date>,
    /// How many lines.
    pub lines: usize,
    /// The ERP's document number.
    pub reference: Option<String>,
    /// The other side of a carry-over.
    pub counterpart: Option<HandbookNo>,
    /// 报关单号.
    pub customs_declaration: Option<String>,
}

/// Which lists are asked for. Every condition that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct ListFilter<'a> {
    /// Of this handbook.
    pub handbook: Option<HandbookNo>,
    /// In this state.
    pub state: Option<ListState>,
    /// With this ERP document number.
    pub reference: Option<&'a str>,
}

/// A line of a list as it stands now.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PresentLine {
    /// Its number.
    pub line: u32,
    /// Which item of the handbook.
    #[serde(flatten)]
    pub item: ItemRef,
    /// 单耗版本号; of products only.
    pub version: Option<String>,
    /// What was declared, amended or what really passed, whichever came last.
    pub quantity: Quantity,
    /// 法定数量.
    pub legal_quantity: Option<Quantity>,
    /// 副产品.
    pub by_product: bool,
}

impl Ledger {
    /// Lists in the order of their declaration.
    pub fn lists(&self, filter: &ListFilter<'_>) -> Vec<ListSummary> {
        let lists = self.lists.iter().filter(|list| {
            let details = list.details.as_deref();
            let reference = details.and_then(|it| it.reference.as_deref());
            filter
                .handbook
                .is_none_or(|it| self.book(list.book).number == it)
                && filter.state.is_none_or(|it| list.state == it)
                && filter.reference.is_none_or(|it| reference == Some(it))
        });
        lists.map(|list| self.summary(list)).collect()
    }

    /// The numbers of all lists, in the order of their declaration.
    pub fn list_numbers(&self) -> impl ExactSizeIterator<Item = &str> {
        self.lists.iter().map(|list| &*list.number)
    }

    /// One list, by any of its names.
    pub fn list_summary(&self, name: &str) -> Option<ListSummary> {
        self.list_at(name).map(|at| self.summary(self.list(at)))
    }

    /// The lines of a list as they stand now, by any of its names. Those of a list that was withdrawn
    /// are the ones it had; they count nowhere.
    pub fn list_lines(&self, name: &str) -> Option<Vec<PresentLine>> {
        let list = self.list(self.list_at(name)?);
        let book = self.book(list.book);
        let present = |line: &Line| PresentLine {
            line: line.line,
            item: match list.movement.is_product() {
                true => ItemRef::Product(book.products.get(line.item).seq),
                false => ItemRef::Material(book.materials.get(line.item).seq),
            },
            version: match list.movement.is_product() {
                true => Some(book.versions[line.version as usize].name.to_string()),
                false => None,
            },
            quantity: line.quantity,
            legal_quantity: line.legal(),
            by_product: line.by_product,
        };
        Some(list.lines().iter().map(present).collect())
    }

    fn summary(&self, list: &List) -> ListSummary {
        let text = |it: &Option<Box<str>>| it.as_deref().map(str::to_string);
        ListSummary {
            number: list.number.to_string(),
            customs_number: text(&list.customs_number),
            handbook: self.book(list.book).number,
            mode: list.mode,
            column: list.movement.column(),
            state: list.state.as_str(),
            declared: list.declared(),
            booked: list.booked(),
            lines: list.lines().len(),
            reference: list.details.as_ref().and_then(|it| text(&it.reference)),
            counterpart: list.carry.as_ref().map(|it| it.handbook),
            customs_declaration: list
                .details
                .as_ref()
                .and_then(|it| text(&it.customs_declaration)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::Ledger;
    use crate::testkit::entries;

    #[test]
    fn a_list_is_asked_by_any_name_and_says_its_present_lines() {
        let mut ledger = Ledger::new();
        let script = "book A M1:100 P1:100 P1<M1*1/v=2
            import L1 A M1:7.5
            deduct L1 1=6
            export L2 A P1:2/v=2";
        for entry in entries(script).expect("a script") {
            ledger.post(&entry).expect("accepted");
        }
        let numbers: Vec<&str> = ledger.list_numbers().collect();
        assert_eq!(numbers.len(), 2);
        for number in &numbers {
            let summary = ledger.list_summary(number).expect("a list");
            assert_eq!(summary.number, *number);
            let lines = ledger.list_lines(number).expect("a list");
            assert_eq!(lines.len(), summary.lines);
        }
        let text = |number: &str| format!("{:?}", ledger.list_lines(number).expect("a list"));
        assert_eq!(
            text(numbers[0]),
            "[PresentLine { line: 1, item: Material(MaterialSeq(1)), version: None, \
             quantity: Quantity(600000), legal_quantity: None, by_product: false }]"
        );
        assert!(text(numbers[1]).contains("Product(ProductSeq(1)), version: Some(\"2\")"));
        assert!(ledger.list_lines("other").is_none());
        assert!(ledger.list_summary("other").is_none());
    }
}
