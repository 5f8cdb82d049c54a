//! The bench: one case, its candidates and codes, and one table of what matches where, filled once.
//!
//! The one idea: whatever several explanations read stands here, and none computes it again. It must not know of any explanation
//! how it scores.

use std::ops::RangeInclusive;

use super::Depth;
use super::attempts::{Prepared, accepts, widest, window};
use super::candidates::{Candidate, Candidates};
use super::clock_read::ClockRead;
use super::constants::{
    CLEAN, EXPIRED_STEPS, HELD_UP_BY, MISHAP, TYPING_DELAY, USUAL_PERIOD, WAITED_AFTER_TYPING, WIDEST_DERIVED,
};
use super::explanation::Explanation;
use super::kernel::{Answers, Kernel, Kernels};
use super::offsets::{Prior, ServicePrior};
use super::parts::{Part, Parts, sum};
use super::search::{Ground, Shifts, search};
use super::slips::{self, Around, Slip, SlipFit};
use super::worlds::{self, World};
use crate::case::{AtSource, Case, Outcome, ServiceFacts};
use crate::entry::{Entry, Kind};
use crate::finding::Measure;
use crate::otp::step;

/// One case with everything that the explanations read, computed once.
pub(super) struct Bench<'a> {
    pub(super) case: &'a Case,
    pub(super) candidates: &'a Candidates<'a>,
    pub(super) attempts: &'a [Prepared<'a>],
    pub(super) depth: Depth,
    /// `seen[candidate][attempt]`.
    pub(super) seen: Vec<Vec<Seen>>,
    /// By candidate; empty where its codes do not follow time.
    pub(super) shifts: Vec<Shifts>,
    /// About when the codes were typed, seconds since 1970; `None` where that is not known.
    pub(super) reference: Option<i64>,
    /// How common offsets are, by period.
    pub(super) priors: Vec<(u32, Prior)>,
    kernels: Vec<Kernels>,
    /// What was read off the device's clock.
    pub(super) reading: Option<ClockRead>,
    /// Which codes a standing fault may have touched.
    pub(super) worlds: Vec<World>,
    /// The most steps or counters that one code is compared with in what the service accepts, for one entry.
    pub(super) widest: i64,
}

/// One attempt seen through one candidate.
#[derive(Default)]
pub(super) struct Seen {
    /// Likelihood ratio where the code matches the window cleanly, before the service's answer is weighed.
    pub(super) hit: Option<f64>,
    /// The same where it comes late, as every code of the login does; for entries that are not the service's. One that may be is
    /// refused for being late alone.
    pub(super) held_up: Option<f64>,
    /// The steps of the window that match.
    pub(super) steps: Vec<i64>,
    /// Probability that a random string matches the window.
    pub(super) space: f64,
    /// In the order of [`Slip::ALL`]; empty for secrets that are not the service's.
    pub(super) slips: Vec<SlipFit>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        case: &'a Case,
        candidates: &'a Candidates<'a>,
        attempts: &'a [Prepared<'a>],
        depth: Depth,
    ) -> Self {
        let reference = attempts.iter().filter_map(|attempt| attempt.at).map(|at| at.to).max();
        let mut priors: Vec<(u32, Prior)> = Vec::new();
        for candidate in candidates.list.iter().filter(|candidate| candidate.is_searched(depth)) {
            if let (Kind::Totp { period }, Some(reference)) = (candidate.entry.kind, reference)
                && !priors.iter().any(|(of, _)| *of == period)
            {
                priors.push((period, prior(&case.service, period, reference)));
            }
        }
        let mut kernels: Vec<Kernels> = Vec::new();
        let periods = candidates.list.iter().filter_map(|candidate| match candidate.entry.kind {
            Kind::Totp { period } => Some(period),
            _ => None,
        });
        for period in periods.chain([USUAL_PERIOD]) {
            if !kernels.iter().any(|one| one.period == period) {
                kernels.push(Kernels::new(period, &case.service));
            }
        }
        let (reading, worlds) = (ClockRead::of(case), worlds::of(attempts));
        let (seen, shifts) = (Vec::new(), Vec::new());
        // The window is wider by what the service accepts besides.
        let widest = widest(candidates, attempts.len()) + WIDEST_DERIVED;
        let mut bench = Self {
            case,
            candidates,
            attempts,
            depth,
            seen,
            shifts,
            reference,
            priors,
            kernels,
            reading,
            worlds,
            widest,
        };
        let all = |candidate| attempts.iter().map(|attempt| bench.see(candidate, attempt)).collect();
        bench.seen = candidates.list.iter().map(all).collect();
        bench.widen(depth);
        bench
    }

    /// Searches for offsets that far. What was seen in the window stays.
    pub(super) fn widen(&mut self, depth: Depth) {
        self.depth = depth;
        let ground = Ground { attempts: self.attempts, depth, entries: self.candidates.entries() };
        let mut earlier = std::mem::take(&mut self.shifts).into_iter();
        let prior = |candidate| self.prior(candidate).map(|(_, prior)| prior);
        let shifts = self
            .candidates
            .list
            .iter()
            .map(|candidate| search(&ground, candidate, prior(candidate), earlier.next().unwrap_or_default()));
        self.shifts = shifts.collect();
    }

    fn see(&self, candidate: &Candidate<'_>, attempt: &Prepared) -> Seen {
        let typed = &attempt.typed;
        let digits = candidate.entry.digits;
        let Some(window) = window(&candidate.entry, &self.case.service, attempt.at) else { return Seen::default() };
        // A derived secret is not worth days of codes.
        let most = if candidate.derived { WIDEST_DERIVED } else { self.widest };
        if window.end() - window.start() > most {
            return Seen::default();
        }
        let edge = self.expired_before(&candidate.entry, attempt, *window.start());
        let timed = matches!(candidate.entry.kind, Kind::Totp { .. });
        // What may have run out, and what may come late.
        let ran_out = edge - if timed && candidate.own > 0.0 { EXPIRED_STEPS } else { 0 };
        let may_be_late = timed && candidate.is_surely_another();
        let late = *window.start() - if may_be_late { HELD_UP_BY.len() as i64 } else { 0 };
        let first = ran_out.min(late).min(*window.start()).max(0);
        let all: Vec<(i64, u64)> = match u64::try_from(*window.end()) {
            Ok(last) if !candidate.derived || typed.is_code_of(candidate) => {
                candidate.key_codes(first as u64..=last).map(|(at, code)| (at as i64, code)).collect()
            }
            _ => Vec::new(),
        };
        // Of the many secrets that are made of the service's, next to none shows what was typed.
        if candidate.derived && all.iter().all(|(_, code)| *code != typed.value) {
            let width = (window.end() - window.start().max(&0) + 1).max(0) as f64;
            return Seen { space: width / candidate.codes(), ..Seen::default() };
        }
        let among = |from: i64, to: i64| all.iter().copied().filter(move |(step, _)| (from..to).contains(step));
        let codes: Vec<(i64, u64)> = among(*window.start(), window.end().saturating_add(1)).collect();
        let mut before: Vec<(i64, u64)> = among(ran_out, edge).collect();
        before.reverse();
        let agreed = |step: i64| candidate.agrees(step as u64, typed.value);
        let is_typed =
            |(step, code): &&(i64, u64)| typed.is_code_of(candidate) && *code == typed.value && agreed(*step);
        let steps: Vec<i64> = codes.iter().filter(is_typed).map(|(step, _)| *step).collect();
        let width = codes.len() as f64;
        let typed_now: f64 = match candidate.entry.kind {
            Kind::Totp { period } => {
                let typed = &self.kernels(period).typed;
                sum(steps.iter().map(|&step| self.weigh(typed, period, step, attempt, Answers::GOOD_ONLY)))
            }
            _ => steps.len() as f64 / width,
        };
        let clean = |weight: f64| (weight > 0.0).then(|| CLEAN * weight / typed.by_chance);
        let hit = clean(typed_now);
        let held_up = match candidate.entry.kind {
            Kind::Totp { period } if may_be_late => {
                let earlier = among(late, *window.start()).filter(|shown| is_typed(&shown)).map(|(step, _)| step);
                let kernel = &self.kernels(period).held_up;
                let weigh = |step| self.weigh(kernel, period, step, attempt, Answers::ANY);
                clean(sum(earlier.chain(steps.iter().copied()).map(weigh)))
            }
            _ => hit,
        };
        let around = Around {
            window: codes.iter().map(|(_, code)| *code).collect(),
            expired: before.iter().map(|(_, code)| *code).collect(),
            digits: digits.get(),
        };
        let slips = if candidate.own > 0.0 && !around.window.is_empty() {
            let late = before.iter().chain(&codes).filter(is_typed).map(|(step, _)| *step);
            let expired = self.expired(candidate, attempt, late, typed_now, &around);
            let by_digit = [Slip::Mistyped, Slip::LostZero, Slip::Decorated, Slip::Mixed, Slip::Pin];
            let fit = |slip| match slip {
                Slip::Expired => expired,
                _ if candidate.in_letters && by_digit.contains(&slip) => SlipFit::default(),
                _ => slips::fit(slip, typed, &around),
            };
            Slip::ALL.map(fit).to_vec()
        } else {
            Vec::new()
        };
        Seen { hit, held_up, steps, space: width / candidate.codes(), slips }
    }

    /// How the steps of `late` fit a code that had run out when it was checked. `typed_now` is how well it fits one typed in time:
    /// where the time is that of typing, the code may have waited for the rest of it.
    fn expired(
        &self,
        candidate: &Candidate<'_>,
        attempt: &Prepared<'_>,
        late: impl Iterator<Item = i64>,
        typed_now: f64,
        around: &Around,
    ) -> SlipFit {
        let (Kind::Totp { period }, Some(at)) = (candidate.entry.kind, attempt.at) else { return SlipFit::default() };
        let kernel = &self.kernels(period).expired;
        let weighed: Vec<(i64, f64)> = late
            .map(|step| (step, self.weigh(kernel, period, step, attempt, Answers::ANY)))
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        let late = sum(weighed.iter().map(|(_, weight)| *weight));
        let waits = match attempt.source {
            Some(AtSource::Person | AtSource::ThisComputer | AtSource::Device) => WAITED_AFTER_TYPING,
            Some(AtSource::Service) | None => 0.0,
        };
        // How old it was, a time that is known to less than a period does not say.
        let known = at.to - at.from < i64::from(period);
        let first = step(at.to, period) + self.case.service.learnt_skew.unwrap_or(0)
            - i64::from(self.case.service.past.unwrap_or(1).max(1));
        let age = weighed.iter().map(|(step, _)| first - step).min().filter(|_| known && late > 0.0);
        let steps = around.expired.len() as f64 + if waits > 0.0 { around.window.len() as f64 } else { 0.0 };
        SlipFit {
            probability: (1.0 - waits) * late + waits * typed_now,
            space: steps / candidate.codes(),
            kind: None,
            age,
        }
    }

    /// How often the attempt's code is that of `step` by this kernel, where the device's clock is as the service expects.
    fn weigh(&self, kernel: &Kernel, period: u32, step: i64, attempt: &Prepared<'_>, answers: Answers) -> f64 {
        let skew = self.case.service.learnt_skew.unwrap_or(0).saturating_mul(i64::from(period));
        let start = step.saturating_mul(i64::from(period));
        let accepts = accepts(&self.case.service, period, step);
        attempt.at.map_or(0.0, |at| kernel.weigh(start, at, skew, accepts, answers))
    }

    /// The kernels of a period that some candidate has.
    pub(super) fn kernels(&self, period: u32) -> &Kernels {
        let found = self.kernels.iter().find(|kernels| kernels.period == period);
        found.unwrap_or(&self.kernels[0])
    }

    /// How many codes were refused.
    pub(super) fn refused(&self) -> usize {
        self.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Refused).count()
    }

    /// The digits that a code of the case has.
    pub(super) fn code_length(&self) -> usize {
        self.own().next().map_or(6, |(own, _)| usize::from(self.candidates.list[own].entry.digits.get()))
    }

    /// How common offsets of the service's own clock are.
    pub(super) fn service_prior(&self, period: u32) -> ServicePrior {
        ServicePrior::new(period, hidden(&self.case.service, period))
    }

    /// An attempt that a fault did not touch: typed in time, of the service's secret, and answered as such.
    pub(super) fn untouched(&self, index: usize) -> (Option<f64>, f64) {
        let outcome = self.attempts[index].outcome;
        let hits = self.own().filter_map(|(own, weight)| Some(weight * self.seen(own, index).hit?));
        let hit = sum(hits) * Answers::to(outcome).to_good;
        let space = self.own().map(|(own, _)| self.seen(own, index).space).fold(0.0, f64::max);
        ((hit > 0.0).then_some(hit), space)
    }

    /// The attempt as the explanation "candidate `used`" sees it: a code read off a named entry is that entry's.
    pub(super) fn seen(&self, used: usize, attempt: usize) -> &Seen {
        &self.seen[self.attempts[attempt].shown_by.unwrap_or(used)][attempt]
    }

    pub(super) fn own(&self) -> impl Iterator<Item = (usize, f64)> {
        let own = self.candidates.list.iter().enumerate().map(|(index, candidate)| (index, candidate.own));
        own.filter(|(_, weight)| *weight > 0.0)
    }

    /// The measure of what cannot have made these codes: every one of them would be a mishap.
    pub(super) fn impossible(&self, explanation: Explanation, with: Option<Explanation>) -> Measure {
        let mut parts = Parts::default();
        parts.add(1.0, Part { ratio: MISHAP.powi(self.attempts.len() as i32), ..Part::default() });
        parts.measure(explanation, with, 0.0, false)
    }

    /// The period of a candidate, and how common offsets of its device are.
    pub(super) fn prior(&self, candidate: &Candidate<'_>) -> Option<(u32, &Prior)> {
        let Kind::Totp { period } = candidate.entry.kind else { return None };
        self.priors.iter().find(|(of, _)| *of == period).map(|(_, prior)| (period, prior))
    }

    /// How many steps one offset allows for a code: a period's worth, plus what the delay and the unknown time add.
    pub(super) fn candidates_per_offset(&self, attempt: usize, period: u32) -> f64 {
        let unknown = self.attempts[attempt].at.map_or(0, |at| at.to - at.from);
        1.0 + (TYPING_DELAY + unknown) as f64 / f64::from(period)
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
}

/// How common offsets are where what the service's window forgives does not show.
fn prior(service: &ServiceFacts, period: u32, reference: i64) -> Prior {
    Prior::new(period, reference, hidden(service, period))
}

/// The offsets that the service's window forgives, with what it has learnt and without.
pub(super) fn hidden(service: &ServiceFacts, period: u32) -> [RangeInclusive<i64>; 2] {
    let seconds = |steps: Option<u32>| i64::from(steps.unwrap_or(1).max(1)).saturating_mul(i64::from(period));
    let (past, future) = (seconds(service.past), seconds(service.future));
    let skew = service.learnt_skew.unwrap_or(0).saturating_mul(i64::from(period));
    [skew.saturating_sub(past)..=skew.saturating_add(future), -past..=future]
}
