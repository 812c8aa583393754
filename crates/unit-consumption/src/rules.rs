//! The rules of self-verification (企业自核单耗), one file each: what it looks at, its source, the
//! smallest case that passes and the smallest that it finds. The manual under
//! `docs/reference/consumption` is generated from here.

pub use crate::finding::{Rule, Severity};

mod unknown_item; // What production names is declared,
mod record_repeated; // and told once.
mod filed_form; // The declaration says one thing in every form,
mod line_missing; // it is complete,
mod never_issued; // nothing in it is idle,
mod not_declared; // nothing beside it is used,
mod mass_balance; // what goes in comes out,
mod wafer_map; // a wafer has so many dies,
mod wafer_unit; // counted in the right unit,
mod shared_input; // shared without remainder,
mod yield_chain; // and its loss is that of its steps.
mod standard_exceeded; // It keeps within the standards,
mod standard_undercut;
mod declaration_missing; // and it was declared in time,
mod version_not_valid; // for the time in which it is used,
mod evidence_incomplete; // with what stands behind it.
mod output_short; // What left was made,
mod defect_counted_twice; // what was rejected is accounted for once,
mod used_negative; // what was used is a quantity,
mod declared_differs; // and it is what is declared,
mod consumption_step; // all the time,
mod consumption_drift;
mod outlier; // in every order,
mod nothing_made; // and for something.
mod scrap_short; // What was lost became scrap,
mod scrap_excess; // and no more than that;
mod observed_mass; // nothing vanished,
mod stage_yield; // no step is worse than declared.
mod not_process_loss; // What is no process loss stays out,
mod substitution; // and what stood in for it is lawful.

/// All rules, in the order in which they are applied and told.
pub static ALL: [&Rule; 30] = [
    &unknown_item::RULE,
    &record_repeated::RULE,
    &filed_form::RULE,
    &line_missing::RULE,
    &never_issued::RULE,
    &not_declared::RULE,
    &mass_balance::RULE,
    &wafer_map::RULE,
    &wafer_unit::RULE,
    &shared_input::RULE,
    &yield_chain::RULE,
    &standard_exceeded::RULE,
    &standard_undercut::RULE,
    &declaration_missing::RULE,
    &version_not_valid::RULE,
    &evidence_incomplete::RULE,
    &output_short::RULE,
    &defect_counted_twice::RULE,
    &used_negative::RULE,
    &declared_differs::RULE,
    &consumption_step::RULE,
    &consumption_drift::RULE,
    &outlier::RULE,
    &nothing_made::RULE,
    &scrap_short::RULE,
    &scrap_excess::RULE,
    &observed_mass::RULE,
    &stage_yield::RULE,
    &not_process_loss::RULE,
    &substitution::RULE,
];

pub(crate) use consumption_step::{Step, first_off, step};
pub(crate) use declared_differs::{RULE as DECLARED_DIFFERS, money};
pub(crate) use never_issued::RULE as NEVER_ISSUED;

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    ALL.into_iter().find(|rule| rule.code == code)
}

/// Its place in [`ALL`].
pub(crate) fn place(rule: &Rule) -> usize {
    ALL.iter()
        .position(|it| it.code == rule.code)
        .unwrap_or(ALL.len())
}

/// `1 record`, `2 records`.
fn records(count: u64) -> String {
    match count {
        1 => "1 record".to_string(),
        many => format!("{many} records"),
    }
}

/// `1 row`, `2 rows`.
fn rows(count: u64) -> String {
    match count {
        1 => "1 row".to_string(),
        many => format!("{many} rows"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cases;

    #[test]
    fn every_rule_finds_its_failing_case_and_passes_the_other() {
        for rule in ALL {
            let found = |script: &str| -> Vec<String> {
                let report = cases::run(script).unwrap_or_else(|it| panic!("{}: {it}", rule.code));
                let findings = report.findings().filter(|it| it.code() == rule.code);
                findings.map(ToString::to_string).collect()
            };
            assert!(!found(rule.fails).is_empty(), "{} finds nothing", rule.code);
            let passing = found(rule.passes);
            assert!(passing.is_empty(), "{} finds {passing:?}", rule.code);
        }
    }

    /// The smallest case is not spoilt by something else.
    #[test]
    fn a_passing_case_has_no_error() {
        for rule in ALL {
            let report = cases::run(rule.passes).unwrap();
            let errors = report
                .findings()
                .filter(|it| it.severity() == Severity::Error);
            let told: Vec<String> = errors.map(|it| format!("{}: {it}", it.code())).collect();
            assert!(told.is_empty(), "{}: {told:?}", rule.code);
        }
    }

    #[test]
    fn codes_are_unique_and_every_rule_has_a_source_and_a_way_out() {
        let codes: BTreeSet<&str> = ALL.iter().map(|it| it.code).collect();
        assert_eq!(codes.len(), ALL.len());
        for rule in ALL {
            assert!(!rule.law.is_empty(), "{}", rule.code);
            assert!(!rule.way_out.is_empty(), "{}", rule.code);
            assert!(find(rule.code).is_some());
        }
    }
}
