//! Every refusal, warning and reason: a stable code, what it means, what to do, its source, and
//! the smallest journal that provokes it. One file for each rule of the contract; the manual under
//! `docs/reference` is generated from here.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::law::Law;

pub(crate) mod input; // A line must be an entry,
pub(crate) mod identity; // its id must be new,
pub(crate) mod opening; // a book must be lawful,
pub(crate) mod amendment; // and stay so when it is changed.
pub(crate) mod form; // Rule 0: a list must fit its book,
pub(crate) mod quota; // 1: stay within what is approved,
pub(crate) mod validity; // 2: and within its validity,
pub(crate) mod consumption; // 3: have its consumption on file,
pub(crate) mod carry_over; // 4: agree with the other side,
pub(crate) mod balance; // 5: take no more than there is,
pub(crate) mod exchange; // 6: exchange no more than came.
pub(crate) mod lists; // What happens to a list afterwards.
pub(crate) mod memos; // Adjustments, counts and memos.
pub(crate) mod takings; // What goods really took.
pub(crate) mod cycles; // A book of cycles ends each of them,
pub(crate) mod closing; // and every book ends.

/// What a rule does when it applies.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum RuleKind {
    /// The entry is refused and changes nothing.
    Refusal,
    /// The entry is accepted; somebody should look.
    Warning,
    /// The handbook is not closable.
    Reason,
}

/// A rule, with its source.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Stable: never changed, never used again for anything else.
    pub code: &'static str,
    /// What it does.
    pub kind: RuleKind,
    /// In one line.
    pub title: &'static str,
    /// What it means and why.
    pub text: &'static str,
    /// What to do.
    pub way_out: &'static str,
    /// Where it comes from.
    pub law: &'static [Law],
    /// The smallest journal, in clerk's language, whose last entry provokes it; before it the
    /// smallest that passes. Empty where another rule's example shows it.
    pub script: &'static str,
}

macro_rules! rules {
    ($($(#[$meta:meta])* $name:ident = $kind:ident $code:literal {
        $title:literal, $text:literal, $way_out:literal, [$($law:expr),* $(,)?], $script:literal $(,)?
    })*) => {
        $(
            $(#[$meta])*
            pub(crate) static $name: crate::rules::Rule = crate::rules::Rule {
                code: $code,
                kind: crate::rules::RuleKind::$kind,
                title: $title,
                text: $text,
                way_out: $way_out,
                law: &[$($law),*],
                script: $script,
            };
        )*
        pub(crate) static ALL: &[&crate::rules::Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;

/// All rules: refusals in the order in which they are looked for.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        input::ALL,
        identity::ALL,
        opening::ALL,
        amendment::ALL,
        form::ALL,
        quota::ALL,
        validity::ALL,
        consumption::ALL,
        carry_over::ALL,
        balance::ALL,
        exchange::ALL,
        lists::ALL,
        memos::ALL,
        takings::ALL,
        cycles::ALL,
        closing::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code == code)
}

impl Rule {
    pub(crate) fn refuse(&'static self, message: impl Into<String>) -> Refusal {
        Refusal(Box::new(Evidence::new(self, message.into())))
    }

    pub(crate) fn warn(&'static self, message: impl Into<String>) -> Warning {
        Warning(Box::new(Evidence::new(self, message.into())))
    }

    pub(crate) fn reason(&'static self, message: impl Into<String>) -> Reason {
        Reason(Box::new(Evidence::new(self, message.into())))
    }
}

#[derive(Clone, Debug)]
struct Evidence {
    rule: &'static Rule,
    message: String,
    figures: Vec<(&'static str, String)>,
    difference: Option<String>,
    reasons: Vec<Reason>,
}

impl Evidence {
    fn new(rule: &'static Rule, message: String) -> Evidence {
        Evidence {
            rule,
            message,
            figures: Vec::new(),
            difference: None,
            reasons: Vec::new(),
        }
    }
}

impl PartialEq for Evidence {
    fn eq(&self, other: &Evidence) -> bool {
        self.rule.code == other.rule.code && self.message == other.message
    }
}

/// Why an entry is refused: nothing has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal(Box<Evidence>);

/// What somebody should look at; the entry is accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning(Box<Evidence>);

/// Why a handbook is not closable.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason(Box<Evidence>);

macro_rules! evidence {
    ($($name:ident),*) => {$(
        impl $name {
            /// The stable code.
            pub fn code(&self) -> &'static str {
                self.0.rule.code
            }

            /// With the figures and the difference.
            pub fn message(&self) -> &str {
                &self.0.message
            }

            /// The sources of the rule.
            pub fn law(&self) -> &'static [Law] {
                self.0.rule.law
            }

            /// The rule itself, with what to do.
            pub fn rule(&self) -> &'static Rule {
                self.0.rule
            }

            /// The figures of the message by name, as decimal text.
            pub fn figures(&self) -> &[(&'static str, String)] {
                &self.0.figures
            }

            /// By how much, where there is a difference.
            pub fn difference(&self) -> Option<&str> {
                self.0.difference.as_deref()
            }

            pub(crate) fn with(mut self, name: &'static str, figure: impl fmt::Display) -> Self {
                self.0.figures.push((name, figure.to_string()));
                self
            }

            pub(crate) fn differing(mut self, difference: impl fmt::Display) -> Self {
                self.0.difference = Some(difference.to_string());
                self
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0.message)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let Evidence { rule, message, figures, difference, reasons } = &*self.0;
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("code", rule.code)?;
                map.serialize_entry("message", message)?;
                map.serialize_entry("law", rule.law)?;
                if !figures.is_empty() {
                    map.serialize_entry("figures", &Figures(figures))?;
                }
                if let Some(difference) = difference {
                    map.serialize_entry("difference", difference)?;
                }
                if !reasons.is_empty() {
                    map.serialize_entry("reasons", reasons)?;
                }
                map.end()
            }
        }
    )*};
}
evidence!(Refusal, Warning, Reason);

impl std::error::Error for Refusal {}

impl Refusal {
    /// All reasons why a handbook cannot be reported for closure.
    pub fn reasons(&self) -> &[Reason] {
        &self.0.reasons
    }

    pub(crate) fn because(mut self, reasons: Vec<Reason>) -> Refusal {
        self.0.reasons = reasons;
        self
    }

    /// The refusal of a line that is not an entry.
    pub fn of_input(error: &crate::entry::InputError) -> Refusal {
        let rule = input::rule_of(error.code());
        let refusal = rule.refuse(error.to_string());
        if error.field().is_empty() {
            refusal
        } else {
            refusal.with("field", error.field())
        }
    }
}

struct Figures<'a>(&'a [(&'static str, String)]);

impl Serialize for Figures<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, figure)| (name, figure)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Each rule's own example: the last entry provokes it, what stands before passes.
    #[test]
    fn every_rule_does_what_its_example_says() {
        use crate::testkit::{Outcome, run};
        for rule in all().filter(|rule| !rule.script.is_empty()) {
            let steps =
                run(rule.script).unwrap_or_else(|problem| panic!("{}: {problem}", rule.code));
            let provoked = steps.iter().any(|step| match &step.outcome {
                Outcome::Refused(refusal) => {
                    refusal.code() == rule.code
                        || refusal.reasons().iter().any(|it| it.code() == rule.code)
                }
                Outcome::Accepted(warnings) => warnings.iter().any(|(code, _)| *code == rule.code),
                Outcome::Duplicate => false,
            });
            assert!(provoked, "{} is not provoked by its example", rule.code);
        }
    }

    #[test]
    fn codes_are_unique_and_every_rule_has_a_source() {
        let mut codes = BTreeSet::new();
        for rule in all() {
            // A reason and a refusal may share a code: a missing consumption is both.
            assert!(
                codes.insert((rule.kind, rule.code)),
                "{} stands twice",
                rule.code
            );
            assert!(!rule.law.is_empty(), "{} names no source", rule.code);
            assert!(!rule.way_out.is_empty(), "{} gives no way out", rule.code);
        }
    }
}
