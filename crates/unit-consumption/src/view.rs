//! What a rule looks at: the declaration, what production says, and the limits, joined.

use crate::declaration::{Declaration, Defects, Line, Material, Product, Version};
use crate::exact::Exact;
use crate::policy::{Limits, Policy};
use crate::production::Cause;
use crate::rules::step;
use crate::tally::{LineTally, Made, Taken, Tally, VersionTally};
use crate::{Percent, Total};

/// One handbook, ready to be judged.
#[derive(Clone, Copy)]
pub(crate) struct View<'v> {
    pub(crate) declaration: &'v Declaration,
    pub(crate) tally: &'v Tally,
    pub(crate) policy: &'v Policy,
}

/// One version of it.
#[derive(Clone, Copy)]
pub(crate) struct VersionView<'v> {
    pub(crate) declaration: &'v Declaration,
    pub(crate) version: &'v Version,
    pub(crate) tally: &'v VersionTally,
    pub(crate) limits: &'v Limits,
}

/// One line of a version.
#[derive(Clone)]
pub(crate) struct LineView<'v> {
    pub(crate) of: VersionView<'v>,
    pub(crate) line: &'v Line,
    pub(crate) tally: &'v LineTally,
    /// 单耗, bonded and other material together.
    pub(crate) gross: Exact,
}

/// Used against needed, of so many units.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) units: Exact,
    pub(crate) used: Exact,
    pub(crate) expected: Exact,
    /// Used less expected.
    pub(crate) difference: Exact,
    /// Farther from 0 than the limit.
    pub(crate) beyond: bool,
}

/// Quantities have 5 decimals, so each row (issued, returned) is known to one of the last digit. It
/// is added to every limit: an order that is right to the last digit then never adds a finding.
pub(crate) fn rounding(rows: u64) -> Exact {
    exact(rows.into())
}

pub(crate) fn exact(raw: i128) -> Exact {
    Exact::from(Total::from_raw(raw))
}

impl<'v> View<'v> {
    pub(crate) fn versions(&self) -> impl Iterator<Item = VersionView<'v>> + use<'v> {
        let view = *self;
        let both = view.declaration.versions.iter().zip(&view.tally.versions);
        both.map(move |(version, tally)| VersionView {
            declaration: view.declaration,
            version,
            tally,
            limits: view
                .policy
                .on(version.on_file.or(view.declaration.valid_from)),
        })
    }

    /// Lines of which something is bonded: what is domestic altogether (bonded share 0) is not
    /// customs' concern, and no export of bonded stock has it.
    pub(crate) fn lines(&self) -> impl Iterator<Item = LineView<'v>> + use<'v> {
        let lines = self.versions().flat_map(|version| version.lines());
        lines.filter(LineView::is_bonded)
    }

    pub(crate) fn version(&self, product: u16, name: &str) -> Option<VersionView<'v>> {
        self.versions()
            .find(|it| it.version.product == product && it.version.name == name)
    }

    /// `material 3 (金线)`.
    pub(crate) fn material_text(&self, seq: u16) -> String {
        named(
            "material",
            seq,
            self.declaration.material(seq).map(|it| it.name.as_str()),
        )
    }

    /// `product 1 (成品芯片)`.
    pub(crate) fn product_text(&self, seq: u16) -> String {
        named(
            "product",
            seq,
            self.declaration.product(seq).map(|it| it.name.as_str()),
        )
    }
}

fn named(kind: &str, seq: u16, name: Option<&str>) -> String {
    match name.filter(|it| !it.is_empty()) {
        Some(name) => format!("{kind} {seq} ({name})"),
        None => format!("{kind} {seq}"),
    }
}

impl<'v> VersionView<'v> {
    pub(crate) fn lines(&self) -> impl Iterator<Item = LineView<'v>> + use<'v> {
        let of = *self;
        let both = of.version.lines.iter().zip(&of.tally.lines);
        both.map(move |(line, tally)| LineView {
            of,
            line,
            tally,
            gross: Exact::of(&line.consumption.gross()),
        })
    }

    pub(crate) fn line(&self, material: u16) -> Option<LineView<'v>> {
        self.lines().find(|it| it.line.material == material)
    }

    pub(crate) fn product(&self) -> Option<&'v Product> {
        self.declaration.product(self.version.product)
    }

    /// The units that the material was used for: with rejects where they are folded, without where
    /// they are inside the loss; both where nobody said.
    pub(crate) fn units(&self, made: Made) -> Vec<Exact> {
        let (good, all) = (exact(made.good), exact(made.good + made.rejected));
        match self.version.defects {
            Some(Defects::InLoss) => vec![good],
            Some(Defects::Folded) => vec![all],
            None => vec![good, all],
        }
    }

    /// `product 1 (成品芯片) version 0`.
    pub(crate) fn text(&self) -> String {
        let name = self.product().map(|it| it.name.as_str());
        let product = named("product", self.version.product, name);
        format!("{product} version {}", self.version.name)
    }

    pub(crate) fn made_something(&self) -> bool {
        self.tally.made.good + self.tally.made.rejected > 0
    }

    /// The months in which units were made, with what was taken of one material. What moved in a month
    /// without units belongs to the one before it, or to the first where none is before.
    pub(crate) fn months_of(&self, of: &LineTally) -> Vec<Month> {
        let mut months: Vec<Month> = Vec::new();
        let mut ahead = Month::default();
        let mut taken = of.months.iter().peekable();
        let mut made = self.tally.months.iter().peekable();
        loop {
            let next = match (taken.peek(), made.peek()) {
                (None, None) => break,
                (Some(a), Some(b)) => a.0.min(b.0),
                (Some(a), None) => a.0,
                (None, Some(b)) => b.0,
            };
            let mut month = Month {
                month: next,
                taken: taken
                    .next_if(|it| it.0 == next)
                    .map(|it| *it.1)
                    .unwrap_or_default(),
                made: made
                    .next_if(|it| it.0 == next)
                    .map(|it| *it.1)
                    .unwrap_or_default(),
            };
            match months.last_mut() {
                _ if self.made_units(month.made) => {
                    month.add(&std::mem::take(&mut ahead));
                    months.push(month);
                }
                Some(before) => before.add(&month),
                None => {
                    ahead.month = month.month;
                    ahead.add(&month);
                }
            }
        }
        if months.is_empty() && (ahead.taken.rows > 0 || ahead.made != Made::default()) {
            months.push(ahead);
        }
        months
    }

    /// Units that material was used for, by the reading that counts the fewest.
    fn made_units(&self, made: Made) -> bool {
        match self.version.defects {
            Some(Defects::Folded) => made.good + made.rejected > 0,
            _ => made.good > 0,
        }
    }
}

impl<'v> LineView<'v> {
    pub(crate) fn material(&self) -> Option<&'v Material> {
        self.of.declaration.material(self.line.material)
    }

    pub(crate) fn is_bonded(&self) -> bool {
        self.line.consumption.bonded_share() != Percent::ZERO
    }

    /// A row names it, with a cause or without.
    pub(crate) fn was_issued(&self) -> bool {
        self.tally.rows > 0 || self.tally.causes.iter().any(|it| it.rows > 0)
    }

    /// A consumable that was used as such, and as nothing else.
    pub(crate) fn was_consumed_only(&self) -> bool {
        let others = |cause: &Cause| *cause != Cause::Consumable;
        let mut others = Cause::ALL.into_iter().filter(others);
        self.material().is_some_and(|it| it.consumable)
            && self.tally.rows == 0
            && others.all(|it| self.tally.causes[it as usize].rows == 0)
    }

    pub(crate) fn unit(&self) -> &'v str {
        self.material().map_or("", |it| it.unit.as_str())
    }

    /// `product 1 (成品芯片) version 0, material 3 (金线)`.
    pub(crate) fn text(&self) -> String {
        let name = self.material().map(|it| it.name.as_str());
        let material = named("material", self.line.material, name);
        format!("{}, {material}", self.of.text())
    }

    /// The units by the reading that asks for the least: good ones, but where rejects are folded.
    pub(crate) fn fewest_units(&self) -> Exact {
        let readings = self.of.units(self.of.tally.made);
        readings.into_iter().min().unwrap_or_default()
    }

    /// All of it against the declared gross, by the limit for deviations. Beyond it is what is beyond
    /// it by every reading; the figures are those of one.
    pub(crate) fn judged(&self) -> Judged {
        let (made, rows) = (self.of.tally.made, self.tally.rows);
        let limit = self.of.limits.deviation;
        let mut judged = self.judge_by(self.reading(), self.tally.used, made, rows, limit);
        judged.beyond = self.is_bonded() && self.judge(self.tally.used, made, rows, limit).beyond;
        judged
    }

    /// What was used against what the units need. Where nobody said where rejects are accounted
    /// for, the reading that lies nearer counts: what fits either way fits.
    pub(crate) fn judge(&self, used: i128, made: Made, rows: u64, limit: Percent) -> Judged {
        let judged = |reading| self.judge_by(reading, used, made, rows, limit);
        let (first, second) = match self.of.version.defects {
            Some(Defects::InLoss) => return judged(Reading::Good),
            Some(Defects::Folded) => return judged(Reading::All),
            None => (judged(Reading::Good), judged(Reading::All)),
        };
        let key = |it: &Judged| (it.beyond, it.difference.abs());
        if key(&second) < key(&first) {
            second
        } else {
            first
        }
    }

    /// By one reading.
    pub(crate) fn judge_by(
        &self,
        reading: Reading,
        used: i128,
        made: Made,
        rows: u64,
        limit: Percent,
    ) -> Judged {
        let used = exact(used);
        let units = reading.units(made);
        let expected = &units * &self.gross;
        let difference = &used - &expected;
        let beyond = difference.abs() > expected.percent(limit) + rounding(rows);
        Judged {
            units,
            used,
            expected,
            difference,
            beyond,
        }
    }

    /// The one reading by which a line's figures are given: where nobody said, the one that lies
    /// nearer before a step, else over all.
    pub(crate) fn reading(&self) -> Reading {
        match self.of.version.defects {
            Some(Defects::InLoss) => return Reading::Good,
            Some(Defects::Folded) => return Reading::All,
            None => {}
        }
        let whole = || (self.tally.used, self.of.tally.made);
        let (used, made) = match step(self) {
            Some(step) if step.made_before.good > 0 => (step.used_before, step.made_before),
            _ => whole(),
        };
        let off = |reading: Reading| {
            let expected = reading.units(made) * self.gross.clone();
            (exact(used) - expected).abs()
        };
        if off(Reading::All) < off(Reading::Good) {
            Reading::All
        } else {
            Reading::Good
        }
    }

    /// Month by month: what was taken and what was made.
    pub(crate) fn months(&self) -> Vec<Month> {
        self.of.months_of(self.tally)
    }
}

/// A month of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Month {
    pub(crate) month: i32,
    pub(crate) taken: Taken,
    pub(crate) made: Made,
}

impl Month {
    fn add(&mut self, other: &Month) {
        self.taken.rows += other.taken.rows;
        self.taken.used += other.taken.used;
        self.taken.scrap += other.taken.scrap;
        self.made.good += other.made.good;
        self.made.rejected += other.made.rejected;
    }
}

/// Which units a material was used for: the good ones (rejects are inside the loss), or all (rejects
/// are folded back).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reading {
    Good,
    All,
}

impl Reading {
    pub(crate) fn units(self, made: Made) -> Exact {
        match self {
            Reading::Good => exact(made.good),
            Reading::All => exact(made.good + made.rejected),
        }
    }
}

impl Judged {
    /// The difference in percent of what was expected.
    pub(crate) fn percent(&self) -> Option<Exact> {
        self.difference.percent_of(&self.expected)
    }

    /// What one unit really took.
    pub(crate) fn actual(&self) -> Option<Exact> {
        (!self.units.is_zero()).then(|| &self.used / &self.units)
    }
}
