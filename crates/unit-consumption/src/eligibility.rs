//! May the enterprise verify its own unit consumption (自核资格)? Dated conditions, each with its
//! source; a condition of which nobody said anything is told as unknown, not as met.

use serde::Serialize;

use crate::Date;
use crate::declaration::Enterprise;
use crate::law::{Certainty, Law, sources};

/// A condition of self-verification.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Condition {
    /// Not dishonest (非失信).
    Credit,
    /// Records networked with customs: "transparent information" (信息透明, 联网).
    Networked,
    /// Internal management in order.
    InternalControl,
    /// No open case (立案调查).
    NoOpenCase,
    /// No period of rectification (整改).
    NoRectification,
    /// No handbook overdue for its report (逾期未报核).
    NothingOverdue,
    /// The handbook carries the mark (企业具备自核资格标志).
    Marked,
}

/// A condition and since when it is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Asked {
    /// Which.
    pub condition: Condition,
    /// From this day on.
    pub from: Date,
    /// Until this day.
    pub until: Option<Date>,
}

/// Whether all conditions hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Eligibility {
    /// `Some(true)` when all hold, `Some(false)` when one fails, `None` when none fails and
    /// something is not known, or nothing is asked for on that day.
    pub eligible: Option<bool>,
    /// The conditions that are asked for.
    pub conditions: Vec<ConditionHeld>,
}

/// One condition of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConditionHeld {
    /// Its code.
    pub condition: &'static str,
    /// `None` where nobody said.
    pub holds: Option<bool>,
    /// In words.
    pub text: String,
    /// Its source.
    pub law: Law,
}

impl Condition {
    /// All of them.
    pub const ALL: [Condition; 7] = [
        Condition::Credit,
        Condition::Networked,
        Condition::InternalControl,
        Condition::NoOpenCase,
        Condition::NoRectification,
        Condition::NothingOverdue,
        Condition::Marked,
    ];

    /// The codes, in the same order.
    pub const WORDS: [&str; 7] = [
        "credit",
        "networked",
        "internal_control",
        "no_open_case",
        "no_rectification",
        "nothing_overdue",
        "marked",
    ];

    /// Its code.
    pub fn as_str(self) -> &'static str {
        Condition::WORDS[self as usize]
    }

    /// From its code.
    pub fn from_word(word: &str) -> Option<Condition> {
        let at = Condition::WORDS.iter().position(|it| *it == word)?;
        Some(Condition::ALL[at])
    }

    /// What it asks for.
    pub fn title(self) -> &'static str {
        match self {
            Condition::Credit => "the enterprise is not dishonest (非失信)",
            Condition::Networked => "its records are networked with customs (联网、信息透明)",
            Condition::InternalControl => "its internal management is in order (内部管理规范)",
            Condition::NoOpenCase => "no case is open against it (未被立案调查)",
            Condition::NoRectification => "it is in no period of rectification (未被责令整改)",
            Condition::NothingOverdue => {
                "no handbook of it is overdue for its report (无逾期未报核)"
            }
            Condition::Marked => "the handbook carries the mark of self-verification (自核资格)",
        }
    }

    /// What a dossier says under `enterprise` where it holds.
    pub fn in_dossier(self) -> &'static str {
        match self {
            Condition::Credit => "credit: \"regular\"",
            Condition::Networked => "networked: true",
            Condition::InternalControl => "internal_control: true",
            Condition::NoOpenCase => "case_open: false",
            Condition::NoRectification => "rectification: false",
            Condition::NothingOverdue => "overdue: false",
            Condition::Marked => "self_verification: true",
        }
    }

    /// Its source.
    pub fn law(self) -> Law {
        match self {
            Condition::Credit => Law::new(
                "沪府办发〔2016〕21号",
                "part five (1) (资信良好; read as not dishonest, as later announcements have it)",
                Certainty::Secondary,
                Some("2016-05-25"),
            ),
            Condition::Networked => sources::SELF_VERIFICATION,
            Condition::InternalControl => Law::new(
                "GACC 2018 No. 19",
                "(pilot of enterprise-unit supervision: clear internal management; a summary)",
                Certainty::Secondary,
                Some("2018-03-05"),
            ),
            Condition::NoOpenCase => sources::house(
                "(eligibility: who is under investigation changes no consumption, Decree 155 art. 18)",
            ),
            Condition::NoRectification => Law::new(
                sources::DECREE_219,
                "art. 14 (chaotic management, 整改期)",
                Certainty::Unverified,
                Some("2014-03-12"),
            ),
            Condition::NothingOverdue => Law::new(
                sources::DECREE_219,
                "(an overdue handbook keeps from new ones, 逾期未报核)",
                Certainty::Secondary,
                Some("2014-03-12"),
            ),
            Condition::Marked => Law::new(
                "Single Window handbook header",
                "企业具备自核资格标志 (etpsPosesSadjaQuaFlag)",
                Certainty::Secondary,
                None,
            ),
        }
    }

    fn holds(self, known: &Enterprise) -> Option<bool> {
        match self {
            Condition::Credit => known
                .credit
                .as_deref()
                .map(|it| !matches!(it, "dishonest" | "seriously_dishonest")),
            Condition::Networked => known.networked,
            Condition::InternalControl => known.internal_control,
            Condition::NoOpenCase => known.case_open.map(|it| !it),
            Condition::NoRectification => known.rectification.map(|it| !it),
            Condition::NothingOverdue => known.overdue.map(|it| !it),
            Condition::Marked => known.self_verification,
        }
    }
}

/// The conditions shipped, none before self-verification was thought of (2016-05-25).
pub fn builtin() -> Vec<Asked> {
    let from = |text: &str| crate::parse_date(text).unwrap_or_default();
    let row = |(condition, day): (Condition, &str)| Asked {
        condition,
        from: from(day),
        until: None,
    };
    [
        (Condition::Credit, "2016-05-25"),
        (Condition::Networked, "2016-05-25"),
        (Condition::InternalControl, "2018-03-05"),
        (Condition::NoOpenCase, "2016-05-25"),
        (Condition::NoRectification, "2016-05-25"),
        (Condition::NothingOverdue, "2016-05-25"),
        (Condition::Marked, "2016-05-25"),
    ]
    .into_iter()
    .map(row)
    .collect()
}

/// Looks at the conditions in force on a day (at all where there is none).
///
/// ```
/// use unit_consumption::declaration::Enterprise;
/// use unit_consumption::eligibility::{builtin, eligibility};
/// let known = Enterprise { credit: Some("dishonest".into()), ..Enterprise::default() };
/// let answer = eligibility(&known, &builtin(), None);
/// assert_eq!(answer.eligible, Some(false));
/// assert_eq!(answer.conditions[0].condition, "credit");
/// assert_eq!(answer.conditions[1].holds, None); // nobody said
/// ```
pub fn eligibility(known: &Enterprise, asked: &[Asked], day: Option<Date>) -> Eligibility {
    let in_force = |it: &&Asked| {
        day.is_none_or(|day| it.from <= day && it.until.is_none_or(|until| day <= until))
    };
    let conditions: Vec<ConditionHeld> = asked
        .iter()
        .filter(in_force)
        .map(|it| {
            let holds = it.condition.holds(known);
            let title = it.condition.title();
            ConditionHeld {
                condition: it.condition.as_str(),
                holds,
                text: match (holds, it.condition, known.credit.as_deref()) {
                    (Some(false), Condition::Credit, Some(credit)) => {
                        format!("{title}: no, its level is {credit}")
                    }
                    (Some(true), ..) => format!("{title}: yes"),
                    (Some(false), ..) => format!("{title}: no"),
                    (None, ..) => format!("{title}: not known"),
                },
                law: it.condition.law(),
            }
        })
        .collect();
    let eligible = if conditions.iter().any(|it| it.holds == Some(false)) {
        Some(false)
    } else if conditions.is_empty() || conditions.iter().any(|it| it.holds.is_none()) {
        None
    } else {
        Some(true)
    };
    Eligibility {
        eligible,
        conditions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_well() -> Enterprise {
        Enterprise {
            credit: Some("regular".into()),
            self_verification: Some(true),
            networked: Some(true),
            internal_control: Some(true),
            case_open: Some(false),
            rectification: Some(false),
            overdue: Some(false),
        }
    }

    #[test]
    fn each_condition_can_fail_alone() {
        assert_eq!(
            eligibility(&all_well(), &builtin(), None).eligible,
            Some(true)
        );
        type Spoil = fn(&mut Enterprise);
        let spoil: [(Condition, Spoil); 7] = [
            (Condition::Credit, |it| {
                it.credit = Some("seriously_dishonest".into())
            }),
            (Condition::Networked, |it| it.networked = Some(false)),
            (Condition::InternalControl, |it| {
                it.internal_control = Some(false)
            }),
            (Condition::NoOpenCase, |it| it.case_open = Some(true)),
            (Condition::NoRectification, |it| {
                it.rectification = Some(true)
            }),
            (Condition::NothingOverdue, |it| it.overdue = Some(true)),
            (Condition::Marked, |it| it.self_verification = Some(false)),
        ];
        for (condition, spoil) in spoil {
            let mut known = all_well();
            spoil(&mut known);
            let answer = eligibility(&known, &builtin(), None);
            let failing: Vec<_> = answer
                .conditions
                .iter()
                .filter(|it| it.holds == Some(false))
                .collect();
            assert_eq!(answer.eligible, Some(false));
            assert_eq!(failing.len(), 1);
            assert_eq!(failing[0].condition, condition.as_str());
        }
    }

    #[test]
    fn a_condition_has_its_days_and_says_what_it_asks_for() {
        let day = |text: &str| crate::parse_date(text);
        let asked = [Asked {
            condition: Condition::Credit,
            from: day("2021-01-01").unwrap_or_default(),
            until: day("2021-12-31"),
        }];
        let count = |on: &str| eligibility(&all_well(), &asked, day(on)).conditions.len();
        let counts = ["2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01"].map(count);
        assert_eq!(counts, [0, 1, 1, 0]);
        let mut known = all_well();
        let text = |known: &Enterprise| eligibility(known, &asked, None).conditions[0].text.clone();
        assert_eq!(
            text(&known),
            "the enterprise is not dishonest (非失信): yes"
        );
        known.credit = Some("dishonest".into());
        assert_eq!(
            text(&known),
            "the enterprise is not dishonest (非失信): no, its level is dishonest"
        );
        known.credit = None;
        assert_eq!(
            text(&known),
            "the enterprise is not dishonest (非失信): not known"
        );
        for (at, word) in Condition::WORDS.iter().enumerate() {
            assert_eq!(Condition::from_word(word), Some(Condition::ALL[at]));
            assert_eq!(Condition::ALL[at].as_str(), *word);
            assert!(Condition::ALL[at].title().contains('('));
        }
        assert_eq!(Condition::from_word("rich"), None);
    }

    #[test]
    fn what_is_not_known_is_not_met_and_what_is_not_in_force_is_not_asked() {
        let mut known = all_well();
        known.networked = None;
        assert_eq!(eligibility(&known, &builtin(), None).eligible, None);
        let early = crate::parse_date("2010-01-01");
        let answer = eligibility(&known, &builtin(), early);
        let asked: Vec<_> = answer.conditions.iter().map(|it| it.condition).collect();
        assert_eq!(asked, [""; 0]);
        assert_eq!(answer.eligible, None);
    }
}
