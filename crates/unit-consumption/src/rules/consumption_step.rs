use crate::exact::Exact;
use crate::finding::{Finding, Rule, Severity};
use crate::law::sources;
use crate::tally::{Made, month_text};
use crate::view::{LineView, Month, View, exact};

pub(super) static RULE: Rule = Rule {
    code: "consumption_step",
    severity: Severity::Warning,
    title: "from a month on, every month differs from what is declared",
    text: "The months in which units of a version were made, one by one; what moved in a month without units belongs to the one before (or to the first): used against expected, beyond the limit for deviations and in the same direction in each of the last months, at least as many as the policy says (2). A yield has risen or fallen (E2): goods made from then on need a version of their own; a used version may not be changed.",
    way_out: "Declare a new version with the consumption since that month, and let what was made since leave under it.",
    law: &[
        sources::UC_FROZEN,
        sources::UC_DEFINITION,
        sources::PRUDENCE,
    ],
    passes: "
        P1<M1*1
        2026-01-10 P1:100 M1:100
        2026-02-10 P1:100 M1:98
        2026-03-10 P1:100 M1:100
    ",
    fails: "
        P1<M1*1
        2026-01-10 P1:300 M1:300
        2026-02-10 P1:100 M1:98
        2026-03-10 P1:100 M1:98
    ",
    check,
};

/// The last months, all of them off in one direction.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// The first of them.
    pub(crate) month: i32,
    pub(crate) months: u32,
    pub(crate) used: i128,
    pub(crate) made: Made,
    pub(crate) rows: u64,
    /// What was made before.
    pub(crate) made_before: Made,
    pub(crate) used_before: i128,
    pub(crate) rows_before: u64,
}

/// The step of a line, where there is one.
pub(crate) fn step(line: &LineView<'_>) -> Option<Step> {
    if line.tally.rows == 0 || !line.of.made_something() {
        return None;
    }
    let limit = line.of.limits.deviation;
    let mut months = line.months();
    let mut step: Option<Step> = None;
    let mut less = None;
    while let Some(last) = months.last() {
        let judged = line.judge(last.taken.used, last.made, last.taken.rows, limit);
        let direction = Some(judged.difference.is_negative());
        if !judged.beyond || (less.is_some() && less != direction) {
            break;
        }
        less = direction;
        let so_far = step.get_or_insert_with(|| Step::starting(last.month));
        so_far.months += 1;
        so_far.take(last);
        months.pop();
    }
    let mut step = step.filter(|it| it.months >= line.of.limits.step_months)?;
    step.leave(&months);
    Some(step)
}

/// The first month that is off, and all after it, whatever they are: for a line that differs as a
/// whole, where a step is not (or not any more) to be seen in every month.
pub(crate) fn first_off(line: &LineView<'_>) -> Option<Step> {
    let limit = line.of.limits.deviation;
    let months = line.months();
    let off = |it: &Month| {
        line.judge(it.taken.used, it.made, it.taken.rows, limit)
            .beyond
    };
    let at = months.iter().position(off)?;
    let (before, since) = months.split_at(at);
    let mut step = Step::starting(months[at].month);
    for month in since.iter().rev() {
        step.months += 1;
        step.take(month);
    }
    step.leave(before);
    Some(step)
}

impl Step {
    fn starting(month: i32) -> Step {
        Step {
            month,
            months: 0,
            used: 0,
            made: Made::default(),
            rows: 0,
            made_before: Made::default(),
            used_before: 0,
            rows_before: 0,
        }
    }

    /// One month earlier.
    fn take(&mut self, month: &Month) {
        self.month = month.month;
        self.used += month.taken.used;
        self.rows += month.taken.rows;
        self.made.good += month.made.good;
        self.made.rejected += month.made.rejected;
    }

    fn leave(&mut self, before: &[Month]) {
        for month in before {
            self.used_before += month.taken.used;
            self.rows_before += month.taken.rows;
            self.made_before.good += month.made.good;
            self.made_before.rejected += month.made.rejected;
        }
    }
}

fn check(view: &View<'_>, found: &mut Vec<Finding>) {
    for line in view.lines() {
        let Some(step) = step(&line) else { continue };
        let limit = line.of.limits.deviation;
        let reading = line.reading();
        let since = line.judge_by(reading, step.used, step.made, step.rows, limit);
        let before = (step.used_before, step.made_before, step.rows_before);
        let before = line.judge_by(reading, before.0, before.1, before.2, limit);
        let per_unit = |it: Option<Exact>| it.map(|it| it.rounded_text(9));
        let (before, since_text) = (per_unit(before.actual()), per_unit(since.actual()));
        let month = month_text(step.month);
        let message = format!(
            "{}: declared {}; {} since {month}, off in each of {} months; {} before",
            line.text(),
            line.gross.rounded_text(9),
            since_text.as_deref().unwrap_or("no good unit"),
            step.months,
            before.as_deref().unwrap_or("nothing was made"),
        );
        let mut finding = Finding::new(&RULE, view, message)
            .of_version(line.of.version.product, &line.of.version.name)
            .of_material(line.line.material)
            .with("declared", line.gross.rounded_text(9))
            .with("since", month)
            .with("months", step.months)
            .with("made_since", exact(step.made.good).round5());
        if let Some(since) = since_text {
            finding = finding.with("actual_since", since);
        }
        if let Some(before) = before {
            finding = finding.with("actual_before", before);
        }
        found.push(finding.differing(since.difference.round5()));
    }
}
