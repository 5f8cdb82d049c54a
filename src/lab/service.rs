use crate::case::ServiceFacts;
use crate::entry::{Entry, Kind};
use crate::otp::{Key, step};

/// The party that checks codes.
pub(super) struct Service {
    /// The credential it checks against.
    pub(super) expected: Entry,
    /// What it can tell of itself.
    pub(super) facts: ServiceFacts,
    /// Seconds that its clock is ahead.
    pub(super) ahead: i64,
    /// Seconds that a node of it is ahead of the others, and that node.
    pub(super) uneven: Option<(&'static str, i64)>,
    /// Something that no fact tells stands in the way of every code.
    pub(super) closed: bool,
    /// The last step that it accepted, or the next counter.
    pub(super) used: Option<i64>,
}

/// What it says to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    Accepted,
    /// The code is right, and something else refuses it.
    Barred,
    Wrong,
}

impl Service {
    /// What the clock of that node says at `at`.
    pub(super) fn clock(&self, at: i64, node: Option<&str>) -> i64 {
        let node = self.uneven.filter(|(uneven, _)| node == Some(uneven)).map_or(0, |(_, ahead)| ahead);
        at + self.ahead + node
    }

    /// Puts right whatever is wrong with it and stands in no fact.
    pub(super) fn mend(&mut self) {
        (self.ahead, self.uneven, self.closed) = (0, None, false);
    }

    /// Checks a code as RFC 4226 and RFC 6238 say, and then whatever else has to be in order.
    pub(super) fn check(&mut self, typed: &str, at: i64, node: Option<&str>) -> Reply {
        let time = self.clock(at, node);
        let facts = &self.facts;
        let width = |steps: Option<u32>, usual: u32| i64::from(steps.unwrap_or(usual));
        let timed = !matches!(self.expected.kind, Kind::Hotp { .. });
        let counters = if let Kind::Hotp { counter } = self.expected.kind {
            let next = self.used.unwrap_or(counter as i64);
            next..=next + width(facts.look_ahead, 10)
        } else {
            let now = step(time, self.expected.period().unwrap_or(30)) + facts.learnt_skew.unwrap_or(0);
            now - width(facts.past, 1)..=now + width(facts.future, 1)
        };
        let key = Key::new(self.expected.algorithm, &self.expected.secret);
        let code = |counter: &i64| {
            let code = key.code(u64::try_from(*counter).unwrap_or(0), self.expected.digits);
            format!("{code:0width$}", width = usize::from(self.expected.digits.get()))
        };
        let Some(matched) = counters.into_iter().find(|counter| code(counter) == typed) else { return Reply::Wrong };
        let used =
            timed && [self.used, facts.last_used_step, facts.watermark].into_iter().flatten().any(|at| matched <= at);
        let shut = facts.locked == Some(true)
            || facts.factor_enabled == Some(false)
            || facts.failed_other_factor == Some(true)
            || facts.session_age.zip(facts.session_limit).is_some_and(|(age, limit)| age > limit);
        if used || shut || self.closed {
            return Reply::Barred;
        }
        self.used = Some(if timed { matched } else { matched + 1 });
        Reply::Accepted
    }
}
