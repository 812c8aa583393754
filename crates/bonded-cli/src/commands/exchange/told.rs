//! What is wrong with a document, for people and for programs.

use std::collections::HashMap;

use bonded_exchange::{Problem, Severity};

use crate::console::Console;
use crate::text::counted;

/// Tells problems on standard error, the worst first. What is said of the same element of many lines
/// with the same words is said once.
pub(super) fn tell(of: &str, problems: &[Problem], console: &mut Console<'_>) {
    let alike = |it: &Problem| {
        let place = it.place.to_string();
        // Of a line nothing but its number differs: `InvtListType[3]/ClyMarkcd`.
        let element = place
            .rsplit_once("]/")
            .map_or(place.clone(), |it| it.1.to_owned());
        (it.code, element, it.found.clone(), it.expected.clone())
    };
    let mut told: Vec<(&Problem, usize)> = Vec::new();
    let mut seen: HashMap<_, usize> = HashMap::new();
    for problem in problems {
        match seen.get(&alike(problem)) {
            Some(&at) => told[at].1 += 1,
            None => {
                seen.insert(alike(problem), told.len());
                told.push((problem, 0));
            }
        }
    }
    told.sort_by_key(|it| std::cmp::Reverse(it.0.severity));
    for (problem, more) in told {
        let more = match more {
            0 => String::new(),
            more => format!(
                "; the same of {}",
                counted(more as u64, "more line", "more lines")
            ),
        };
        let text = format!(
            "{of}: {}: {problem}{more} [{}]",
            problem.code, problem.source
        );
        match problem.severity {
            Severity::Error => console.problem(text),
            Severity::Warning => console.warn(text),
        }
    }
}

/// Whether any of them keeps a document back.
pub(super) fn keep_back(problems: &[Problem]) -> bool {
    problems.iter().any(|it| it.severity == Severity::Error)
}
