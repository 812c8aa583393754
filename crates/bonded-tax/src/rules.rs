//! The rules by which money is computed: each with its text, its articles and the smallest case. The
//! manual under `docs/reference/tax` is generated from here.

use std::fmt;

use bonded_ledger::Law;
use serde::Serialize;
use serde::ser::SerializeStruct;

pub(crate) mod sale; // What is levied on a sale,
pub(crate) mod interest; // for how long it was deferred,
pub(crate) mod selective; // and in a zone;
pub(crate) mod disposal; // what else may become of what remains;
pub(crate) mod collective; // when it is declared,
pub(crate) mod guarantee; // what stands behind it,
pub(crate) mod refund; // what comes back,
pub(crate) mod deadlines; // and until when.

/// A rule.
#[non_exhaustive]
pub struct Rule {
    /// Stable: never changed, never used again for anything else.
    pub code: &'static str,
    /// In one line.
    pub title: &'static str,
    /// What is computed, and how.
    pub text: &'static str,
    /// Where it comes from.
    pub law: &'static [Law],
    /// The smallest case, in the language of [`crate::cases`].
    pub case: &'static str,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.code).finish()
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.code == other.code
    }
}

/// Its code and its articles: what a figure is explained by.
impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Rule", 2)?;
        fields.serialize_field("rule", self.code)?;
        fields.serialize_field("law", self.law)?;
        fields.end()
    }
}

/// All rules, in the order of the manual.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let groups: [&[&Rule]; 8] = [
        sale::ALL,
        interest::ALL,
        selective::ALL,
        disposal::ALL,
        collective::ALL,
        guarantee::ALL,
        refund::ALL,
        deadlines::ALL,
    ];
    groups.into_iter().flatten().copied()
}

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().find(|it| it.code == code)
}

/// Statics of rules, and a list of them.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $title:literal, $text:literal, [$($law:expr),*], $case:expr;)*) => {
        $($(#[$doc])* pub(crate) static $name: Rule = Rule {
            code: $code, title: $title, text: $text, law: &[$($law),*], case: $case,
        };)*
        pub(crate) static ALL: &[&Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cases;

    #[test]
    fn every_case_runs_and_its_rule_is_among_what_is_said() {
        for rule in all() {
            let said = cases::run(rule.case).unwrap_or_else(|it| panic!("{}: {it}", rule.code));
            let own = said.iter().filter(|it| it.rule == rule);
            assert!(own.count() > 0, "{} says nothing in its case", rule.code);
        }
    }

    #[test]
    fn codes_are_unique_and_every_rule_has_a_source() {
        let codes: BTreeSet<&str> = all().map(|it| it.code).collect();
        assert_eq!(codes.len(), all().count());
        for rule in all() {
            assert!(!rule.law.is_empty(), "{}", rule.code);
            assert!(
                !rule.title.ends_with('.') && rule.text.ends_with('.'),
                "{}",
                rule.code
            );
            assert_eq!(find(rule.code), Some(rule));
        }
    }
}
