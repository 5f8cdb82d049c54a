//! By which step a code was typed, seen from the moment at which it was checked.
//!
//! The one idea: a kernel is a weight for each age of a code, in seconds since its step began on the device; how the code was typed
//! is a kernel, and what the service does with it stands apart, in [`Answers`]. It must not know any code.

use super::constants::{
    ACCEPTED_A_BAD_ONE, EXPIRED, FORGIVEN, HELD_UP_BY, LAST_STEP, NEXT_STEP, REFUSED_A_GOOD_ONE, THIS_STEP,
    TYPING_DELAY,
};
use crate::case::{Interval, Outcome, ServiceFacts};

/// The weight of each age. Over all steps that could be typed at one moment the weights sum to one at most.
pub(super) enum Kernel {
    /// Weights for stretches of ages: the first second, the first beyond, and the weight of each second.
    Steps(Vec<(i64, i64, f64)>),
    /// On the screen at some second of the last [`TYPING_DELAY`], each as probable as the next. The period in seconds.
    Delayed(i64),
}

impl Kernel {
    /// Typed as it should be, from a clock that is nearly right: the code of this step or of the last, now and then of the next.
    /// Further steps are typed where the service accepts them, `past` and `future` many.
    pub(super) fn typed(period: u32, past: i64, future: i64) -> Self {
        let further = ((past - 1).max(0) + (future - 1).max(0)).max(1) as f64;
        let steps = [
            (-future, -1, FORGIVEN / further),
            (-1, 0, NEXT_STEP),
            (0, 1, THIS_STEP),
            (1, 2, LAST_STEP),
            (2, past.saturating_add(1), FORGIVEN / further),
        ];
        Self::of_steps(period, &steps)
    }

    /// Typed as it should be, from a clock whose offset is known to the second.
    pub(super) fn delayed(period: u32) -> Self {
        Self::Delayed(i64::from(period))
    }

    /// Typed too late: one of the steps before those that are accepted, the latest first.
    pub(super) fn expired(period: u32, past: i64) -> Self {
        let first = past.max(1).saturating_add(1);
        let steps: Vec<_> = (first..).zip(EXPIRED).map(|(age, weight)| (age, age + 1, weight)).collect();
        Self::of_steps(period, &steps)
    }

    /// Held up on its way, or before: by so many steps.
    pub(super) fn held_up(period: u32) -> Self {
        let steps: Vec<_> = (0..).zip(HELD_UP_BY).map(|(age, weight)| (age, age + 1, weight)).collect();
        Self::of_steps(period, &steps)
    }

    /// Of ages in steps.
    fn of_steps(period: u32, steps: &[(i64, i64, f64)]) -> Self {
        let seconds = |age: i64| age.saturating_mul(i64::from(period));
        let steps = steps.iter().filter(|(from, to, _)| from < to);
        Self::Steps(steps.map(|(from, to, weight)| (seconds(*from), seconds(*to), *weight)).collect())
    }

    /// The ages with a weight: the first, and the first beyond.
    pub(super) fn reach(&self) -> (i64, i64) {
        match self {
            Self::Steps(steps) => (steps.first().map_or(0, |step| step.0), steps.last().map_or(0, |step| step.1)),
            Self::Delayed(period) => (0, period + TYPING_DELAY),
        }
    }

    /// The sum of the weights of the ages from `first` to `last`, inclusive.
    fn over(&self, first: i64, last: i64) -> f64 {
        if first > last {
            return 0.0;
        }
        match self {
            Self::Steps(steps) => {
                let within = |from: i64, to: i64| (last.saturating_add(1).min(to) - first.max(from)).max(0) as f64;
                steps.iter().map(|(from, to, weight)| weight * within(*from, *to)).sum()
            }
            Self::Delayed(period) => {
                let upto = |age: i64| begun(age) - begun(age - period);
                upto(last) - upto(first - 1)
            }
        }
    }

    /// The mean over the moments `at` (a mixture: each second as probable as the next) of the weight of the step that begins at
    /// `start`, times the answer. The device is `offset` seconds ahead of the times; the service accepts the step from
    /// `accepts.0` to before `accepts.1`.
    pub(super) fn weigh(&self, start: i64, at: Interval, offset: i64, accepts: (i64, i64), answers: Answers) -> f64 {
        let between = |first: i64, last: i64| self.over(first + offset - start, last + offset - start);
        let all = between(at.from, at.to);
        if all <= 0.0 {
            return 0.0;
        }
        let inside = between(at.from.max(accepts.0), at.to.min(accepts.1 - 1));
        (answers.to_good * inside + answers.to_bad * (all - inside)) / (at.to - at.from + 1) as f64
    }
}

/// The sum over the ages up to `age` of how probably the step had begun when the code was read.
fn begun(age: i64) -> f64 {
    let delays = TYPING_DELAY + 1;
    let ramp = age.clamp(-1, TYPING_DELAY);
    ((ramp + 1) * (ramp + 2)) as f64 / (2 * delays) as f64 + (age - TYPING_DELAY).max(0) as f64
}

/// How codes of one period are typed.
pub(super) struct Kernels {
    pub(super) period: u32,
    pub(super) typed: Kernel,
    pub(super) delayed: Kernel,
    pub(super) expired: Kernel,
    pub(super) held_up: Kernel,
}

impl Kernels {
    pub(super) fn new(period: u32, service: &ServiceFacts) -> Self {
        let (past, future) = (i64::from(service.past.unwrap_or(1)), i64::from(service.future.unwrap_or(1)));
        Self {
            period,
            typed: Kernel::typed(period, past, future),
            delayed: Kernel::delayed(period),
            expired: Kernel::expired(period, past),
            held_up: Kernel::held_up(period),
        }
    }
}

/// How probable the service's answer is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Answers {
    /// To a code that it would accept.
    pub(super) to_good: f64,
    /// To one that it would not.
    pub(super) to_bad: f64,
}

impl Answers {
    /// Whatever it answers to a code that it accepts, and nothing else counts.
    pub(super) const GOOD_ONLY: Self = Self { to_good: 1.0, to_bad: 0.0 };

    /// Whatever it answers counts.
    pub(super) const ANY: Self = Self { to_good: 1.0, to_bad: 1.0 };

    /// The answer of a service in order.
    pub(super) fn to(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Refused => Self { to_good: REFUSED_A_GOOD_ONE, to_bad: 1.0 - ACCEPTED_A_BAD_ONE },
            Outcome::Accepted => Self { to_good: 1.0 - REFUSED_A_GOOD_ONE, to_bad: ACCEPTED_A_BAD_ONE },
            Outcome::Untried => Self::ANY,
        }
    }

    /// The answer to a string that was answered before: that a bad one is refused again says nothing new.
    pub(super) fn again(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Refused => Self { to_bad: 1.0, ..Self::to(outcome) },
            _ => Self::to(outcome),
        }
    }

    /// The answer to a code that is bad whenever it is typed.
    pub(super) fn to_any(outcome: Outcome) -> Self {
        let to_bad = Self::to(outcome).to_bad;
        Self { to_good: to_bad, to_bad }
    }

    /// The mean over the moments `at`, for a string that was typed before: how it was typed is counted already.
    pub(super) fn mean(self, at: Interval, accepts: (i64, i64)) -> f64 {
        let inside = (at.to.min(accepts.1 - 1) - at.from.max(accepts.0) + 1).max(0) as f64;
        let all = (at.to - at.from + 1) as f64;
        (self.to_good * inside + self.to_bad * (all - inside)) / all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_a_moment_share_one() {
        for (kernel, least) in
            [(Kernel::typed(30, 1, 1), 0.98), (Kernel::typed(30, 3, 1), 0.999), (Kernel::delayed(30), 0.999)]
        {
            for moment in 0..30 {
                let sum: f64 = (-10..=10).map(|step| kernel.over(moment + 30 * step, moment + 30 * step)).sum();
                assert!(sum >= least && sum <= 1.0 + 1e-9, "{moment}: {sum}");
            }
        }
    }

    #[test]
    fn knowing_a_moment_less_well_is_a_mixture() {
        let kernel = Kernel::delayed(30);
        let accepts = (-30, 60);
        let weigh = |from, to| kernel.weigh(0, Interval { from, to }, 0, accepts, Answers::to(Outcome::Refused));
        let mean: f64 = (-40..=80).map(|second| weigh(second, second)).sum::<f64>() / 121.0;
        assert!((weigh(-40, 80) - mean).abs() < 1e-12);
        assert!(weigh(0, 0) < weigh(45, 45) || weigh(45, 45) > 0.0);
    }
}
