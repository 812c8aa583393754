use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::tally::Unknown;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "unknown_item",
    severity: Severity::Error,
    title: "production names what the handbook does not have",
    text: "A record names a product, a version or a material that is not on file. Its quantities count nowhere, so every figure of the report lacks them. At most 1,000 names are told one by one, the smallest first.",
    way_out: "Correct the numbers in the records, or put the item or version on file (变更).",
    law: &[sources::UC_DEFINITION, sources::RECORDS],
    passes: "
        P1<M1*1
        2026-02-01 P1:10 M1:10
    ",
    fails: "
        P1<M1*1
        2026-02-01 P1:10 v=2 M1:10
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for (name, sample) in &view.tally.unknown {
        let what = match name {
            Unknown::Product(seq) => format!("product {seq}"),
            Unknown::Version(seq, version) => {
                format!("{} version {version:?}", view.product_text(*seq))
            }
            Unknown::Material(seq) => format!("material {seq}"),
        };
        let first = sample
            .first
            .as_ref()
            .map_or(String::new(), |(date, order)| {
                format!(", first in order {order} of {date}")
            });
        let message = format!(
            "{what} is not on file, but in {}{first}",
            super::records(sample.records)
        );
        let finding = Finding::new(&RULE, view, message)
            .with("records", sample.records)
            .with("quantity", sample.total());
        found.push(match name {
            Unknown::Product(seq) => finding.of_product(*seq),
            Unknown::Version(seq, version) => finding.of_version(*seq, version),
            Unknown::Material(seq) => finding.of_material(*seq),
        });
    }
}
