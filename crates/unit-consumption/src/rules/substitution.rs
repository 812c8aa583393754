use std::collections::BTreeMap;

use crate::Total;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::production::Cause;
use crate::view::{View, exact};

pub(super) static RULE: Rule = Rule {
    code: "substitution",
    severity: Severity::Error,
    title: "materials were substituted outside the conditions",
    text: "Bonded material serves its own purpose (专料专用). With customs' consent another material of the same kind, specification and quantity may stand in for it within the enterprise, without profit (串料); supplied materials (来料) never. Found: rows with the cause substitution on a handbook of supplied materials, or more of them than the handbook's memos (substitute) with a document cover.",
    way_out: "Ask for consent before exchanging, and record it (substitute) with its document; what was exchanged without it has to be told to customs.",
    law: &[sources::SUBSTITUTION],
    passes: "
        P1<M1*1
        substituted M1:5 document=S-1
        2026-02-01 P1:100 M1:95 M1:5!substitution
    ",
    fails: "
        P1<M1*1
        substituted M1:3 document=S-1
        2026-02-01 P1:100 M1:95 M1:5!substitution
    ",
    check,
};

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    let mut used: BTreeMap<u16, Total> = BTreeMap::new();
    for version in view.versions() {
        let declared = version.version.lines.iter().zip(&version.tally.lines);
        let declared = declared.map(|(line, it)| (line.material, it));
        let all = declared.chain(version.tally.undeclared.iter().map(|(&seq, it)| (seq, it)));
        for (seq, tally) in all {
            let substituted = tally.causes[Cause::Substitution as usize];
            if substituted.rows > 0 {
                *used.entry(seq).or_default() += exact(substituted.used).round5();
            }
        }
    }
    for (seq, used) in used {
        let memos = view.declaration.substitutions.iter();
        let covered: Total = memos
            .filter(|it| it.material == seq && it.document.is_some())
            .map(|it| it.quantity)
            .sum();
        let supplied = view.declaration.supplied_materials;
        if !supplied && used <= covered {
            continue;
        }
        let message = if supplied {
            format!(
                "{}: {used} substituted, but supplied materials (来料) may not be",
                view.material_text(seq)
            )
        } else {
            format!(
                "{}: {used} substituted, {covered} covered by customs' consent: {} not",
                view.material_text(seq),
                used - covered
            )
        };
        let difference = if supplied { used } else { used - covered };
        found.push(
            Finding::new(&RULE, view, message)
                .of_material(seq)
                .with("substituted", used)
                .with("covered", covered)
                .differing(difference),
        );
    }
}
