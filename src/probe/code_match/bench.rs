//! The bench: one case, its candidates and codes, and one table of what matches where, filled once.
//!
//! The one idea: whatever several explanations read stands here, and none computes it again. It must not know of any explanation
//! how it scores.

use super::Depth;
use super::attempts::{Prepared, widest, window};
use super::candidates::{Candidate, Candidates, MOST_SEARCHED};
use super::constants::{
    ACCEPTED_A_BAD_ONE, CLEAN, EXPIRED, MISHAP, MOST_UNKNOWN, REFUSED_A_GOOD_ONE, TYPING_DELAY, WIDEST_DERIVED,
};
use super::explanation::Explanation;
use super::offsets::{Bound, Prior};
use super::parts::{Part, Parts};
use super::slips::{self, Around, Slip, SlipFit};
use crate::case::{Case, Interval, Outcome, ServiceFacts};
use crate::entry::{Entry, Kind};
use crate::finding::Measure;
use crate::otp::{self, step};

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
    /// The most steps or counters that one code is compared with in what the service accepts, for one entry.
    pub(super) widest: i64,
}

/// One attempt seen through one candidate.
#[derive(Default)]
pub(super) struct Seen {
    /// Likelihood ratio where the code matches the window cleanly, before the service's answer is weighed.
    pub(super) hit: Option<f64>,
    /// The steps of the window that match.
    pub(super) steps: Vec<i64>,
    /// Probability that a random string matches the window.
    pub(super) space: f64,
    /// In the order of [`Slip::ALL`]; empty for secrets that are not the service's.
    pub(super) slips: Vec<SlipFit>,
}

/// What the search over offsets found for one candidate.
#[derive(Default)]
pub(super) struct Shifts {
    /// Attempts with the steps whose code was typed, wherever the prior allows the offset.
    pub(super) hits: Vec<(usize, i64)>,
    /// Steps compared, over all attempts.
    pub(super) tried: u64,
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
        let (seen, shifts) = (Vec::new(), Vec::new());
        // The window is wider by what the service accepts besides.
        let widest = widest(candidates, attempts.len()) + WIDEST_DERIVED;
        let mut scorer = Self { case, candidates, attempts, depth, seen, shifts, reference, priors, widest };
        let all = |candidate| attempts.iter().map(|attempt| scorer.see(candidate, attempt)).collect();
        scorer.seen = candidates.list.iter().map(all).collect();
        scorer.shifts = candidates.list.iter().map(|candidate| scorer.search(candidate)).collect();
        scorer
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
        let code = |step: i64| u64::try_from(step).ok().map(|counter| candidate.key.code(counter, digits));
        let codes: Vec<(i64, u64)> = window.clone().filter_map(|step| Some((step, code(step)?))).collect();
        let agreed = |step: i64| {
            otp::agrees(&candidate.entry.secret, candidate.entry.algorithm, digits, step as u64, typed.value)
        };
        let matching = codes.iter().filter(|(step, code)| *code == typed.value && agreed(*step));
        let steps: Vec<i64> =
            if typed.is_code_of(candidate) { matching.map(|(step, _)| *step).collect() } else { Vec::new() };
        let width = codes.len() as f64;
        let hit = (!steps.is_empty()).then(|| CLEAN / (width * typed.by_chance));
        let edge = self.expired_before(&candidate.entry, attempt, *window.start());
        let before = (edge - EXPIRED.len() as i64..edge).rev();
        let timed = matches!(candidate.entry.kind, Kind::Totp { .. });
        let around = Around {
            window: codes.into_iter().map(|(_, code)| code).collect(),
            expired: before.filter(|_| timed && candidate.own > 0.0).filter_map(code).collect(),
            digits: digits.get(),
        };
        let slips = if candidate.own > 0.0 && !around.window.is_empty() {
            Slip::ALL.map(|slip| slips::fit(slip, typed, &around)).to_vec()
        } else {
            Vec::new()
        };
        Seen { hit, steps, space: width / digits.codes() as f64, slips }
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

    /// Compares every code with every step that an offset could have brought on the screen. Each step is computed once.
    fn search(&self, candidate: &Candidate<'_>) -> Shifts {
        let Some((period, prior)) = self.prior(candidate).filter(|_| candidate.is_searched(self.depth)) else {
            return Shifts::default();
        };
        let period = i64::from(period);
        let entries = self.candidates.entries();
        let unknown = self.attempts.iter().filter_map(|attempt| attempt.at).map(|at| at.to - at.from).max();
        let is_vague = entries as i64 * unknown.unwrap_or(0) > MOST_UNKNOWN * period;
        let depth = match self.depth {
            _ if candidate.derived => Depth::Near,
            _ if entries > MOST_SEARCHED && candidate.own < 1.0 => Depth::Near,
            Depth::Far if is_vague => Depth::Others,
            depth => depth,
        };
        let ranges = prior.ranges(depth, candidate.own > 0.0);
        let mut tried = 0;
        let mut spans: Vec<(i64, i64, usize)> = Vec::new();
        for (index, attempt) in self.attempts.iter().enumerate() {
            let Some(at) = attempt.at.filter(|_| attempt.typed.is_code_of(candidate)) else { continue };
            if candidate.derived && at.to - at.from > WIDEST_DERIVED * period {
                continue;
            }
            for range in &ranges {
                let first = (at.from + range.start() - TYPING_DELAY).div_euclid(period).max(0);
                let last = (at.to + range.end()).div_euclid(period);
                if first <= last {
                    tried += (last - first + 1) as u64;
                    spans.push((first, last, index));
                }
            }
        }
        spans.sort_unstable();
        let typed: Vec<u64> = self.attempts.iter().map(|attempt| attempt.typed.value).collect();
        let mut hits = Vec::new();
        let mut done = -1;
        for &(first, last, _) in &spans {
            let counters = first.max(done + 1) as u64..=last as u64;
            for (counter, code) in candidate.key.codes(counters, candidate.entry.digits) {
                if typed.contains(&code) {
                    let step = counter as i64;
                    let meant = |(first, last, index): &&(i64, i64, usize)| {
                        self.attempts[*index].typed.value == code && (*first..=*last).contains(&step)
                    };
                    hits.extend(spans.iter().filter(meant).map(|(_, _, index)| (*index, step, code)));
                }
            }
            done = done.max(last);
        }
        let entry = &candidate.entry;
        hits.retain(|(_, step, code)| otp::agrees(&entry.secret, entry.algorithm, entry.digits, *step as u64, *code));
        let mut hits: Vec<(usize, i64)> = hits.into_iter().map(|(index, step, _)| (index, step)).collect();
        hits.sort_unstable();
        hits.dedup();
        Shifts { hits, tried }
    }

    /// How many steps one offset allows for a code: a period's worth, plus what the delay and the unknown time add.
    pub(super) fn candidates_per_offset(&self, attempt: usize, period: u32) -> f64 {
        let unknown = self.attempts[attempt].at.map_or(0, |at| at.to - at.from);
        1.0 + (TYPING_DELAY + unknown) as f64 / f64::from(period)
    }

    pub(super) fn bound(&self, candidate: usize, (attempt, step): (usize, i64), refused_anyway: bool) -> Bound {
        let prepared = &self.attempts[attempt];
        let entry = &self.candidates.list[candidate].entry;
        let Kind::Totp { period } = entry.kind else { unreachable!("only time-based entries are searched by offset") };
        let seconds = i64::from(period);
        let at = prepared.at.unwrap_or(Interval::instant(0));
        let in_window = window(entry, &self.case.service, prepared.at).is_some_and(|window| window.contains(&step));
        let outcome = match prepared.outcome {
            Outcome::Refused if in_window && !refused_anyway => REFUSED_A_GOOD_ONE,
            Outcome::Accepted if !in_window || refused_anyway => ACCEPTED_A_BAD_ONE,
            _ => 1.0,
        };
        let allowed = self.candidates_per_offset(attempt, period);
        Bound {
            attempt,
            from: step * seconds - at.to,
            to: (step + 1) * seconds - at.from + TYPING_DELAY,
            ratio: CLEAN / (allowed * prepared.typed.by_chance) * outcome + MISHAP,
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
}

/// How common offsets are where what the service's window forgives does not show.
pub(super) fn prior(service: &ServiceFacts, period: u32, reference: i64) -> Prior {
    let seconds = |steps: Option<u32>| i64::from(steps.unwrap_or(1).max(1)) * i64::from(period);
    let (past, future) = (seconds(service.past), seconds(service.future));
    let skew = service.learnt_skew.unwrap_or(0) * i64::from(period);
    Prior::new(period, reference, [skew - past..=skew + future, -past..=future])
}

/// Each once, sorted.
pub(super) fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}
