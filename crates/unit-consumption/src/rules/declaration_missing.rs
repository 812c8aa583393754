use crate::declaration::{Stage, Status};
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::view::View;

pub(super) static RULE: Rule = Rule {
    code: "declaration_missing",
    severity: Severity::Error,
    title: "goods left before their consumption was declared",
    text: "Unit consumption is declared before export, deep-processing carry-over or domestic sale; only with customs' consent before the report for closure. Found: goods of a version left while it is undeclared (未申报), or before the day on which it came on file; on a book that declares before closure, a version that was still undeclared when the handbook was reported.",
    way_out: "Declare at once and tell customs: clearance is refused for what is not declared; see voluntary disclosure.",
    law: &[sources::UC_BEFORE_EXPORT, sources::UC_BEFORE_CLOSURE],
    passes: "
        P1<M1*1
        version P1 on_file=2026-01-05 left=10 first=2026-02-01
    ",
    fails: "
        P1<M1*1
        version P1 on_file=2026-03-05 left=10 first=2026-02-01
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for version in view.versions() {
        let (left, status) = (version.version.left, version.version.status);
        // What came back since has left all the same.
        let gone = left.quantity + left.sold + left.destroyed;
        if gone.is_zero() && left.first.is_none() && !left.exported {
            continue;
        }
        let late = match view.declaration.stage {
            Stage::BeforeClosure => {
                if !(view.declaration.reported && status == Some(Status::Undeclared)) {
                    continue;
                }
                "the handbook was reported and it is still undeclared (未申报)".to_string()
            }
            _ => match version.version.on_file {
                _ if status == Some(Status::Undeclared) => {
                    "it is still undeclared (未申报)".to_string()
                }
                Some(on_file) if left.first.is_some_and(|it| it < on_file) => {
                    format!("it came on file on {on_file}")
                }
                _ => continue,
            },
        };
        let from = left.first.map(|it| format!(" from {it} on"));
        let message = format!(
            "{}: goods left{}, {late}",
            version.text(),
            from.unwrap_or_default()
        );
        let mut finding = Finding::new(&RULE, view, message)
            .of_version(version.version.product, &version.version.name);
        if let Some(first) = left.first {
            finding = finding.with("first_left", first);
        }
        found.push(finding.with("left", left.quantity));
    }
}
