//! Codes that are right, or would be at another service: what the service remembers, how wide it looks, what it has learnt.

use super::attempts::{Prepared, window};
use super::parts::{Part, Parts, Sides, summed};
use super::score::{CLEAN, EXPIRED_STEPS, MISHAP, REFUSED_A_GOOD_ONE, Scorer};
use super::slips::SlipFit;
use crate::case::{Outcome, ServiceFacts};
use crate::entry::{Entry, Kind};
use crate::finding::{Detail, Measure};
use crate::otp::{self, step};

/// How many services accept nothing before the current step, or nothing after it.
const NARROW_SERVICES: f64 = 0.02;
/// How often a service that learns skews has one on record.
const SKEW_ON_RECORD: f64 = 0.02;

/// What the service's memory says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// It was accepted before.
    Used,
    /// It was not, but a later one was that cannot have been shown yet.
    Ahead,
    /// Neither.
    Fresh,
    /// Nobody knows.
    Unknown,
}

impl Scorer<'_> {
    /// The code is right; something else refuses it, which the codes cannot tell.
    pub(super) fn valid(&self, explanation: &'static str) -> Option<Measure> {
        let mut parts = Parts::default();
        for (used, weight) in self.own() {
            let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
            for index in 0..self.attempts.len() {
                let seen = self.seen(used, index);
                part.take(seen.hit, seen.space);
            }
            parts.add(weight, part);
        }
        (!parts.ratios.is_empty()).then(|| parts.measure(explanation, None, 0.0, self.candidates.expected_known))
    }

    /// What the service remembers of the step of that attempt.
    pub(super) fn memory(&self, used: usize, attempt: usize) -> Memory {
        let prepared = &self.attempts[attempt];
        if prepared.accepted_before {
            return Memory::Used;
        }
        let entry = &self.candidates.list[used].entry;
        let end = window(entry, &self.case.service, prepared.at).map(|window| *window.end());
        let (Some(step), Some(end)) = (self.seen(used, attempt).steps.iter().min(), end) else {
            return Memory::Unknown;
        };
        let accepted_before = (0..attempt).filter(|&earlier| self.attempts[earlier].outcome == Outcome::Accepted);
        let accepted = accepted_before.flat_map(|earlier| self.seen(used, earlier).steps.iter().copied());
        let last = accepted.chain(self.case.service.last_used_step).max();
        match (last, self.case.service.watermark) {
            (Some(last), _) if (*step..=end).contains(&last) => Memory::Used,
            (Some(last), _) if last > end => Memory::Ahead,
            (_, Some(mark)) if mark >= *step => Memory::Ahead,
            (None, None) => Memory::Unknown,
            _ => Memory::Fresh,
        }
    }

    /// The step from which codes count as expired: before the window, and before what RFC 6238 section 5.2 advises to accept.
    pub(super) fn expired_before(&self, entry: &Entry, attempt: &Prepared<'_>, start: i64) -> i64 {
        match (entry.kind, attempt.at) {
            (Kind::Totp { period }, Some(at)) => {
                start.min(step(at.from, period) + self.case.service.learnt_skew.unwrap_or(0) - 1)
            }
            _ => start,
        }
    }

    /// A code from longer ago than those that count as expired, as far as the search went.
    pub(super) fn stale(&self, used: usize, attempt: usize) -> SlipFit {
        let (prepared, candidate) = (&self.attempts[attempt], &self.candidates.list[used]);
        let Some(window) = window(&candidate.entry, &self.case.service, prepared.at) else { return SlipFit::default() };
        let edge = self.expired_before(&candidate.entry, prepared, *window.start()) - EXPIRED_STEPS;
        let shifts = &self.shifts[used];
        let ages = shifts.hits.iter().filter(|(index, step)| *index == attempt && *step < edge);
        let ages: Vec<i64> = ages.map(|(_, step)| edge - step).collect();
        let Some(youngest) = ages.iter().min() else { return SlipFit::default() };
        // Half of what the search went through lies before the window. The longer ago, the rarer.
        let reach = shifts.tried as f64 / (2 * self.attempts.len()) as f64;
        let all = reach.max(2.0).ln() + 1.0;
        SlipFit {
            probability: ages.iter().map(|age| 1.0 / *age as f64).sum::<f64>() / all,
            space: reach / candidate.entry.digits.codes() as f64,
            kind: None,
            age: Some(youngest + EXPIRED_STEPS),
        }
    }

    /// At least one code is that of a neighbouring step which the service does not accept, although RFC 6238 section 5.2
    /// advises it.
    pub(super) fn narrow_window(&self) -> Option<Measure> {
        let ServiceFacts { past, future, .. } = self.case.service;
        // A narrow window on record is itself evidence.
        let record = match (past, future) {
            (Some(0), _) | (_, Some(0)) => 1.0 / NARROW_SERVICES,
            (Some(_), Some(_)) => 0.0,
            _ => 1.0,
        };
        let mut parts = Parts::default();
        for (used, weight) in self.own() {
            let sides: Vec<Sides> = (0..self.attempts.len()).map(|index| self.beside(used, index)).collect();
            parts.add(weight * record, summed(&sides, 1.0));
        }
        let measure = || parts.measure("narrow-service-window", None, 0.0, self.candidates.expected_known);
        if record > 0.0 && self.own().next().is_some() {
            return Some(measure());
        }
        self.own().next().map(|_| self.impossible("narrow-service-window", None))
    }

    /// One attempt as a code of the step before or after, where the service does not accept that, and as a code in time.
    fn beside(&self, used: usize, index: usize) -> Sides {
        let (attempt, candidate) = (&self.attempts[index], &self.candidates.list[used]);
        let seen = self.seen(used, index);
        let entry = &candidate.entry;
        let mut steps = Vec::new();
        if let (Kind::Totp { period }, Some(at)) = (entry.kind, attempt.at) {
            steps.extend((self.case.service.past.unwrap_or(0) == 0).then(|| step(at.from, period) - 1));
            steps.extend((self.case.service.future.unwrap_or(0) == 0).then(|| step(at.to, period) + 1));
        }
        let shows = |step: &&i64| {
            let counter = u64::try_from(**step).ok();
            counter.is_some_and(|counter| candidate.key.code(counter, entry.digits) == attempt.typed.value)
        };
        let agreed =
            |step: &i64| otp::agrees(&entry.secret, entry.algorithm, entry.digits, *step as u64, attempt.typed.value);
        let own = attempt.shown_by.is_none_or(|by| by == used) && attempt.typed.is_code_of(candidate);
        let hit = own && steps.iter().find(shows).is_some_and(agreed);
        let width = steps.len() as f64;
        let slipped = hit.then(|| CLEAN / (width * attempt.typed.by_chance));
        let refused = if attempt.outcome == Outcome::Refused { REFUSED_A_GOOD_ONE } else { 1.0 };
        Sides {
            slipped: attempt.unless_accepted(slipped).map(|ratio| ratio + MISHAP),
            slip_space: width / entry.digits.codes() as f64,
            detail: Detail::default(),
            clean: seen.hit.map(|hit| hit * refused + MISHAP),
            clean_space: seen.space,
        }
    }

    /// The codes are on time, but the service adds a skew to its own time that no longer holds.
    pub(super) fn stale_skew(&self) -> Option<Measure> {
        const ID: &str = "stale-learnt-skew";
        self.own().next()?;
        if self.case.service.learnt_skew.is_none_or(|skew| skew == 0) {
            return Some(self.impossible(ID, None));
        }
        let unskewed = ServiceFacts { learnt_skew: None, ..self.case.service.clone() };
        let mut parts = Parts::default();
        for (used, weight) in self.own() {
            let candidate = &self.candidates.list[used];
            let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
            for (index, attempt) in self.attempts.iter().enumerate() {
                let Some(steps) = window(&candidate.entry, &unskewed, attempt.at) else { continue };
                let count = (steps.end() - steps.start() + 1) as f64;
                let shows = |step: i64| {
                    let counter = u64::try_from(step).ok();
                    counter.is_some_and(|counter| {
                        candidate.key.code(counter, candidate.entry.digits) == attempt.typed.value
                    })
                };
                let hit = attempt.typed.is_code_of(candidate) && steps.into_iter().any(shows);
                let seen = self.seen(used, index);
                let ratio = hit.then(|| CLEAN / (count * attempt.typed.by_chance));
                // A code that fits the skewed window as well should not have been refused.
                let refused = attempt.outcome == Outcome::Refused && seen.hit.is_some();
                let ratio = ratio.map(|ratio| if refused { ratio * REFUSED_A_GOOD_ONE } else { ratio });
                part.take(ratio, count / candidate.entry.digits.codes() as f64);
            }
            parts.add(weight / SKEW_ON_RECORD, part);
        }
        Some(parts.measure(ID, None, 0.0, self.candidates.expected_known))
    }
}
