//! The explanations that a clock is off, of the device or of the service: every code compared with every step that an
//! offset could have brought on the screen, for the service's own secret or for another.

use super::Depth;
use super::attempts::window;
use super::candidates::{Candidate, MOST_SEARCHED, Relation};
use super::offsets::{self, Bound, OffsetFit, Prior, TYPING_DELAY};
use super::parts::{Part, Parts};
use super::score::{
    ACCEPTED_A_BAD_ONE, CLEAN, CLOCK_OFF, MISHAP, REFUSED_A_GOOD_ONE, Scorer, WIDEST_DERIVED, distinct,
};
use crate::case::{Interval, Outcome, ServiceFacts};
use crate::entry::Kind;
use crate::finding::{Detail, Fact, Measure};
use crate::otp::{self, POWERS_OF_TEN};
use crate::probe::wording::said;

/// How often a service whose clock is off shows in the case of one person before it is known of.
const ONE_PERSON_ALONE: f64 = 0.5;
/// How many steps the time of a code may be unknown by, over all entries, where wrong dates are searched as well.
const MOST_UNKNOWN: i64 = 6_400;

/// What the search over offsets found for one candidate.
#[derive(Default)]
pub(super) struct Shifts {
    /// Attempts with the steps whose code was typed, wherever the prior allows the offset.
    pub(super) hits: Vec<(usize, i64)>,
    /// Steps compared, over all attempts.
    pub(super) tried: u64,
}

impl Scorer<'_> {
    /// Every code comes from a clock that is off: of the service's own secret, or of one with `relation` to it.
    pub(super) fn clock(&self, relation: Option<Relation>) -> Option<Measure> {
        let mut parts = Parts::default();
        for (used, candidate) in self.candidates.list.iter().enumerate() {
            let weight: f64 = match relation {
                None => candidate.own,
                Some(relation) => candidate.uses.iter().filter(|(of, _)| *of == relation).map(|(_, w)| w).sum(),
            };
            if weight > 0.0 {
                // Codes that follow a counter know of no clock: then none of them fits this.
                let none = || Part { ratio: MISHAP.powi(self.attempts.len() as i32), ..Part::default() };
                parts.add(weight, self.shifted(used, relation.is_some()).unwrap_or_else(none));
            }
        }
        let provable = relation.is_none() || self.candidates.expected_known;
        let (main, with) = match relation {
            None => (CLOCK_OFF, None),
            Some(relation) => (relation.0, Some(CLOCK_OFF)),
        };
        (!parts.ratios.is_empty()).then(|| parts.measure(main, with, 0.0, provable))
    }

    /// Every code of the service's own secret is shifted because the service's clock is off, while what other entries of the
    /// device show is on time.
    pub(super) fn service_clock(&self) -> Option<Measure> {
        let mut parts = Parts::default();
        let is_own = |index: &usize| self.attempts[*index].shown_by.is_none_or(|by| self.candidates.list[by].own > 0.0);
        for (used, weight) in self.own() {
            let (shifted, on_time): (Vec<usize>, Vec<usize>) = (0..self.attempts.len()).partition(is_own);
            let none = || Part { ratio: MISHAP.powi(shifted.len() as i32), ..Part::default() };
            let mut part = self.shift_of(used, false, &shifted).unwrap_or_else(none);
            for index in on_time {
                self.take_on_time(&mut part, used, index);
            }
            parts.add(weight * ONE_PERSON_ALONE, part);
        }
        (!parts.ratios.is_empty()).then(|| parts.measure("service-clock-off", None, 0.0, true))
    }

    /// One node's clock is off, the codes that went to the others fit.
    pub(super) fn uneven_clocks(&self) -> Option<Measure> {
        const ID: &str = "uneven-service-clocks";
        let (used, _) = self.own().next()?;
        let nodes = distinct(self.attempts.iter().filter_map(|attempt| attempt.node));
        if nodes.len() < 2 {
            return Some(self.impossible(ID, None));
        }
        let mut parts = Parts::default();
        for node in &nodes {
            let there = |index: &usize| self.attempts[*index].node == Some(*node);
            let (there, elsewhere): (Vec<usize>, Vec<usize>) = (0..self.attempts.len()).partition(there);
            let Some(mut part) = self.shift_of(used, false, &there) else { continue };
            for index in elsewhere {
                self.take_on_time(&mut part, used, index);
            }
            part.detail = part.detail.with("node", Fact::Text((*node).to_owned()));
            parts.add(1.0 / nodes.len() as f64, part);
        }
        Some(parts.measure(ID, None, 0.0, self.candidates.expected_known))
    }

    /// Multiplies a code in that should be on time, and accepted if the service was asked.
    pub(super) fn take_on_time(&self, part: &mut Part, used: usize, index: usize) {
        let seen = self.seen(used, index);
        let refused = self.attempts[index].outcome == Outcome::Refused;
        part.take(seen.hit.map(|hit| if refused { hit * REFUSED_A_GOOD_ONE } else { hit }), seen.space);
    }

    fn shifted(&self, used: usize, refused_anyway: bool) -> Option<Part> {
        let all: Vec<usize> = (0..self.attempts.len()).collect();
        self.shift_of(used, refused_anyway, &all)
    }

    /// One offset fits those attempts.
    fn shift_of(&self, used: usize, refused_anyway: bool, attempts: &[usize]) -> Option<Part> {
        let (period, prior) = self.prior(&self.candidates.list[used])?;
        let mut bounds = Vec::new();
        let mut tried = 0;
        for &index in attempts {
            let candidate = self.attempts[index].shown_by.unwrap_or(used);
            let shifts = &self.shifts[candidate];
            let hits = shifts.hits.iter().filter(|(attempt, _)| *attempt == index);
            bounds.extend(hits.map(|hit| self.bound(candidate, *hit, refused_anyway)));
            tried = tried.max(shifts.tried);
        }
        let mut misses = vec![1.0; self.attempts.len()];
        for &index in attempts {
            misses[index] = MISHAP;
        }
        let fit = offsets::weigh(&bounds, prior, &misses);
        let room = |index: &usize| {
            let typed = &self.attempts[*index].typed;
            self.candidates_per_offset(*index, period) / POWERS_OF_TEN[typed.digits.len()] as f64
        };
        let offsets_tried = tried as f64 / attempts.len().max(1) as f64;
        let chance = offsets_tried * fit.matched.iter().map(room).product::<f64>();
        let detail = self.clock_detail(used, refused_anyway, &fit);
        Some(Part { ratio: fit.ratio, chance, tried, codes: fit.matched.len(), detail })
    }

    /// The period of a candidate, and how common offsets of its device are.
    pub(super) fn prior(&self, candidate: &Candidate<'_>) -> Option<(u32, &Prior)> {
        let Kind::Totp { period } = candidate.entry.kind else { return None };
        self.priors.iter().find(|(of, _)| *of == period).map(|(_, prior)| (period, prior))
    }

    /// Compares every code with every step that an offset could have brought on the screen. Each step is computed once.
    pub(super) fn search(&self, candidate: &Candidate<'_>) -> Shifts {
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
    fn candidates_per_offset(&self, attempt: usize, period: u32) -> f64 {
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

    fn clock_detail(&self, used: usize, other_entry: bool, fit: &OffsetFit) -> Detail {
        let mut detail = if other_entry { self.candidates.list[used].detail.clone() } else { Detail::default() };
        if fit.matched.is_empty() {
            return detail;
        }
        let (from, to) = fit.range;
        let middle = i64::midpoint(from, to);
        detail = detail.with("offset_seconds", Fact::Number(middle)).with("offset_range", Fact::Range(from, to));
        let tolerance = (to - from) / 2 + 15;
        match self.reference.and_then(|at| offsets::looks_like(middle, tolerance, at)) {
            Some(look) => detail.with("looks_like", said(look)),
            None => detail,
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
