use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "record_repeated",
    severity: Severity::Warning,
    title: "a production record comes twice",
    text: "A record is equal to an earlier one in every field; both count. Recognised among the 65,536 records before it, so that memory does not grow with the number of orders. In a CSV it is an error of the input: a record whose first seven columns come back is its rows torn apart.",
    way_out: "Remove the second record; two real parts of an order differ in date or quantity.",
    law: &[sources::RECORDS],
    passes: "
        P1<M1*1
        2026-02-01 P1:10 M1:10 order=A
        2026-02-01 P1:10 M1:10 order=B
    ",
    fails: "
        P1<M1*1
        2026-02-01 P1:10 M1:10 order=A
        2026-02-01 P1:10 M1:10 order=A
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    let repeated = &view.tally.repeated;
    if let Some((date, order)) = &repeated.first {
        let message = format!(
            "{} equal to an earlier one, the first is order {order} of {date}",
            match repeated.records {
                1 => "1 record is".to_string(),
                many => format!("{many} records are"),
            }
        );
        found.push(Finding::new(&RULE, view, message).with("records", repeated.records));
    }
}
