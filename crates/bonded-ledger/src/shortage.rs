//! The warning of a shortage, without exploding every list over the consumption table.
//!
//! After a full look at all materials, each version has a *weight*: the largest share of any
//! material's slack that one unit of it takes. While the weights of what leaves add up to less
//! than 1, no material can be short, whatever the mix. Only when they do not, all is looked at again.
//! Every approximation errs towards looking again.

use unit_consumption::{Total, round5};

use crate::book::Book;
use crate::list::Line;
use crate::modes::Movement;
use crate::rules::{Warning, consumption::SHORTAGE};
use crate::sums::Basis;
use crate::units::Named;

/// 1, in the fixed point of weights.
const ONE: u64 = 1 << 62;

#[derive(Clone, Debug, Default)]
pub(crate) struct Slack {
    /// What may still leave before all is looked at again.
    left: u64,
    /// Counts the looks; a weight of an earlier look is stale.
    epoch: u32,
    /// Per material: what was left at the last look, rounded down.
    of: Vec<i128>,
    /// Per version: the look it was weighed at, and its weight per 10^-5 unit.
    weights: Vec<(u32, u64)>,
}

impl Slack {
    /// Something else than a plain declaration happened: look again.
    pub(crate) fn forget(&mut self) {
        self.left = 0;
    }
}

impl Book {
    /// Warns of materials that the lines, already in the sums, make short.
    pub(crate) fn warn_of_shortage(
        &mut self,
        movement: Movement,
        lines: &[Line],
        warnings: &mut Vec<Warning>,
    ) {
        if !movement.is_product() || movement == Movement::ReturnedIn {
            return;
        }
        if self.slack_covers(lines) {
            return;
        }
        self.look(lines, warnings);
    }

    fn slack_covers(&mut self, lines: &[Line]) -> bool {
        if self.slack.left == 0 {
            return false;
        }
        let mut weight: u128 = 0;
        for line in lines {
            let quantity = u128::from(line.quantity.raw().unsigned_abs());
            let each = self.weight(line.version);
            let Some(sum) = quantity
                .checked_mul(u128::from(each))
                .and_then(|it| weight.checked_add(it))
            else {
                return false;
            };
            weight = sum;
        }
        match u64::try_from(weight)
            .ok()
            .and_then(|it| self.slack.left.checked_sub(it))
        {
            Some(left) => {
                self.slack.left = left;
                true
            }
            None => false,
        }
    }

    fn weight(&mut self, version: u32) -> u64 {
        let at = version as usize;
        if self.slack.weights.len() <= at {
            self.slack.weights.resize(self.versions.len(), (0, 0));
        }
        let (epoch, weight) = self.slack.weights[at];
        if epoch == self.slack.epoch {
            return weight;
        }
        let of = |(material, line): &(u16, unit_consumption::Consumption)| -> u64 {
            if line.bonded_gross().is_zero() {
                return 0;
            }
            let slack = self
                .slack
                .of
                .get(usize::from(*material))
                .copied()
                .unwrap_or(0);
            let (Some((numerator, denominator)), Ok(slack @ 1..)) =
                (line.bonded_gross().words(), u128::try_from(slack))
            else {
                return u64::MAX;
            };
            let share = (u128::from(numerator) * u128::from(ONE)).div_ceil(u128::from(denominator));
            u64::try_from(share.div_ceil(slack)).unwrap_or(u64::MAX)
        };
        let weight = self.versions[at].lines.iter().map(of).max().unwrap_or(0);
        self.slack.weights[at] = (self.slack.epoch, weight);
        weight
    }

    /// The full look: every material's slack, a warning for those that the lines consume.
    fn look(&mut self, lines: &[Line], warnings: &mut Vec<Warning>) {
        let all: Vec<i128> = (0..self.materials.len() as u16)
            .map(|at| self.slack_of(at))
            .collect();
        let mut touched: Vec<u16> = lines
            .iter()
            .flat_map(|line| &self.versions[line.version as usize].lines)
            .filter(|(_, line)| !line.bonded_gross().is_zero())
            .map(|(material, _)| *material)
            .collect();
        touched.sort_unstable();
        touched.dedup();
        for material in touched {
            if all[usize::from(material)] < 2 {
                warnings.extend(self.shortage(material));
            }
        }
        self.slack.of = all;
        self.slack.epoch = self.slack.epoch.wrapping_add(1).max(1);
        self.slack.left = ONE;
    }

    /// What would be left if all pending products were booked, rounded down generously.
    fn slack_of(&self, material: u16) -> i128 {
        let available =
            self.sums.materials[usize::from(material)].available(self.opening(material));
        let need = round5(self.users(material).map(|(version, line)| {
            let sums = &self.sums.versions[version];
            let all = |basis| sums.booked.of(basis) + sums.pending.of(basis);
            (
                all(Basis::Q) + all(Basis::S) + all(Basis::D),
                line.bonded_gross(),
            )
        }));
        // Three folds are rounded apart from each other: each may differ by half a step.
        (available - need).raw() - 2
    }

    fn shortage(&self, material: u16) -> Option<Warning> {
        let of = self.materials.get(material);
        let available =
            self.sums.materials[usize::from(material)].available(self.opening(material));
        let need: Total = [Basis::Q, Basis::S, Basis::D]
            .into_iter()
            .map(|it| self.fold_declared(material, it))
            .sum();
        let short = need - available;
        if short <= Total::ZERO {
            return None;
        }
        let message = format!(
            "{}: booked and pending products need {need}, {available} are there (what came in less what left as material), short by {short} {}",
            self.material_text(material),
            Named(of.item.unit),
        );
        Some(
            SHORTAGE
                .warn(message)
                .with("material", of.seq)
                .with("need", need)
                .with("available", available)
                .differing(short),
        )
    }
}
