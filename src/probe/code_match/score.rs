use super::attempts::{Prepared, window};
use super::candidates::{Candidate, Candidates, Relation};
use super::offsets::{self, Bound, OffsetFit, Prior, TYPING_DELAY};
use super::parts::{Part, Parts, Sides, summed};
use super::slips::{self, Around, Slip, SlipFit};
use super::{Depth, WORDS};
use crate::case::{Case, Outcome, ServiceFacts};
use crate::entry::Kind;
use crate::finding::{Detail, Fact, Measure};
use crate::otp::{self, POWERS_OF_TEN};

/// The share of codes that an explanation accounts for; the rest are mishaps of some other kind.
const CLEAN: f64 = 0.99;
/// Likelihood ratio of a code that an explanation does not account for, and the price of each further slip.
pub(super) const MISHAP: f64 = 0.01;
/// The service refused what the explanation says it would accept.
const REFUSED_A_GOOD_ONE: f64 = 0.02;
/// The service accepted what the explanation says it would refuse.
const ACCEPTED_A_BAD_ONE: f64 = 0.001;
/// Codes before the window that count as expired.
const EXPIRED_STEPS: i64 = 5;
/// How often the service has a step at or after the code's on record, when nobody used the code before.
const USED_BY_ACCIDENT: f64 = 0.01;

/// Scores every explanation of one case.
pub(super) struct Scorer<'a> {
    case: &'a Case,
    candidates: &'a Candidates<'a>,
    attempts: &'a [Prepared],
    depth: Depth,
    /// `seen[candidate][attempt]`.
    seen: Vec<Vec<Seen>>,
    /// By candidate; empty where its codes do not follow time.
    shifts: Vec<Shifts>,
    /// About when the codes were typed, seconds since 1970; `None` where that is not known.
    reference: Option<i64>,
    /// How common offsets are, by period.
    priors: Vec<(u32, Prior)>,
}

/// What the search over offsets found for one candidate.
#[derive(Default)]
struct Shifts {
    /// Attempts with the steps whose code was typed, wherever the prior allows the offset.
    hits: Vec<(usize, i64)>,
    /// Steps compared, over all attempts.
    tried: u64,
}

/// One attempt seen through one candidate.
struct Seen {
    /// Likelihood ratio where the code matches the window cleanly, before the service's answer is weighed.
    hit: Option<f64>,
    /// The steps of the window that match.
    steps: Vec<i64>,
    /// Probability that a random string matches the window.
    space: f64,
    /// In the order of [`Slip::ALL`].
    slips: Vec<SlipFit>,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(case: &'a Case, candidates: &'a Candidates<'a>, attempts: &'a [Prepared], depth: Depth) -> Self {
        let reference = attempts.iter().filter_map(|attempt| attempt.at).map(|at| at.to).max();
        let mut priors: Vec<(u32, Prior)> = Vec::new();
        for candidate in &candidates.list {
            if let (Kind::Totp { period }, Some(reference)) = (candidate.entry.kind, reference)
                && !priors.iter().any(|(of, _)| *of == period)
            {
                priors.push((period, prior(&case.service, period, reference)));
            }
        }
        let (seen, shifts) = (Vec::new(), Vec::new());
        let mut scorer = Self { case, candidates, attempts, depth, seen, shifts, reference, priors };
        let all = |candidate| attempts.iter().map(|attempt| scorer.see(candidate, attempt)).collect();
        scorer.seen = candidates.list.iter().map(all).collect();
        scorer.shifts = candidates.list.iter().map(|candidate| scorer.search(candidate)).collect();
        scorer
    }

    /// Every explanation of [`WORDS`] and every pair, in its order.
    pub(super) fn measures(&self) -> Vec<Measure> {
        let mut measures = Vec::new();
        for words in WORDS.explanations {
            let slip = Slip::ALL.into_iter().find(|slip| slip.explanation() == words.id);
            let relation = Relation::ALL.into_iter().find(|relation| relation.explanation() == words.id);
            measures.extend(match (slip, relation, words.id) {
                (Some(slip), _, _) => self.slip(slip),
                (_, Some(relation), _) => Some(self.other_secret(relation)),
                (_, _, "device-clock-off") => self.clock(None),
                _ => self.valid(),
            });
            for _ in words.pairs {
                measures.extend(relation.and_then(|relation| self.clock(Some(relation))));
            }
        }
        measures
    }

    fn see(&self, candidate: &Candidate<'_>, attempt: &Prepared) -> Seen {
        let typed = &attempt.typed;
        let digits = candidate.entry.digits;
        let Some(window) = window(candidate.entry, &self.case.service, attempt.at) else {
            return Seen { hit: None, steps: Vec::new(), space: 0.0, slips: vec![SlipFit::default(); Slip::ALL.len()] };
        };
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
        let before = (window.start() - EXPIRED_STEPS..*window.start()).rev();
        let timed = matches!(candidate.entry.kind, Kind::Totp { .. });
        let around = Around {
            window: codes.into_iter().map(|(_, code)| code).collect(),
            expired: before.filter(|_| timed && candidate.own > 0.0).filter_map(code).collect(),
            digits: digits.get(),
        };
        let slips = if candidate.own > 0.0 && !around.window.is_empty() {
            Slip::ALL.map(|slip| slips::fit(slip, typed, &around)).to_vec()
        } else {
            vec![SlipFit::default(); Slip::ALL.len()]
        };
        Seen { hit, steps, space: width / digits.codes() as f64, slips }
    }

    /// The attempt as the explanation "candidate `used`" sees it: a code read off a named entry is that entry's.
    fn seen(&self, used: usize, attempt: usize) -> &Seen {
        &self.seen[self.attempts[attempt].shown_by.unwrap_or(used)][attempt]
    }

    fn own(&self) -> impl Iterator<Item = (usize, f64)> {
        let own = self.candidates.list.iter().enumerate().map(|(index, candidate)| (index, candidate.own));
        own.filter(|(_, weight)| *weight > 0.0)
    }

    fn entry_detail(&self, used: usize) -> Detail {
        let candidate = &self.candidates.list[used];
        let name = candidate.id.map(str::to_owned).or_else(|| Some(format!("entries[{}]", candidate.place?)));
        name.map_or_else(Detail::default, |name| Detail::default().with("entry", Fact::Text(name)))
    }

    /// The code is right; something else refuses it.
    fn valid(&self) -> Option<Measure> {
        let mut parts = Parts::default();
        for (used, weight) in self.own() {
            let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
            for index in 0..self.attempts.len() {
                let seen = self.seen(used, index);
                part.take(seen.hit, seen.space);
            }
            parts.add(weight, part);
        }
        (!parts.ratios.is_empty()).then(|| parts.measure("valid-code", None, 0.0, self.candidates.expected_known))
    }

    /// Whether the step of that attempt was used before, as far as that is known.
    fn is_used(&self, used: usize, attempt: usize) -> Option<bool> {
        if self.attempts[attempt].accepted_before {
            return Some(true);
        }
        let accepted_before = (0..attempt).filter(|&earlier| self.attempts[earlier].outcome == Outcome::Accepted);
        let accepted = accepted_before.flat_map(|earlier| self.seen(used, earlier).steps.iter().copied());
        let last = accepted.chain(self.case.service.last_used_step).max()?;
        self.seen(used, attempt).steps.iter().min().map(|step| *step <= last)
    }

    /// Every code comes from another secret than the service's.
    fn other_secret(&self, relation: Relation) -> Measure {
        let mut parts = Parts::default();
        let listed = 1.0 - self.candidates.unlisted();
        for (used, candidate) in self.candidates.list.iter().enumerate() {
            for (_, weight) in candidate.uses.iter().filter(|(of, _)| *of == relation) {
                let mut part = Part { ratio: 1.0, chance: 1.0, tried: 0, codes: 0, detail: self.entry_detail(used) };
                for (index, attempt) in self.attempts.iter().enumerate() {
                    let seen = self.seen(used, index);
                    let accepted = attempt.outcome == Outcome::Accepted;
                    part.take(seen.hit.map(|hit| if accepted { hit * ACCEPTED_A_BAD_ONE } else { hit }), seen.space);
                }
                parts.add(listed * weight, part);
            }
        }
        let rest = self.candidates.unlisted();
        parts.measure(relation.explanation(), None, rest, self.candidates.expected_known)
    }

    /// At least one code suffered the slip; each further one costs; the others are clean.
    fn slip(&self, slip: Slip) -> Option<Measure> {
        let mut parts = Parts::default();
        let number = Slip::ALL.iter().position(|other| *other == slip)?;
        for (used, weight) in self.own() {
            let sides: Vec<Sides> =
                (0..self.attempts.len()).map(|index| self.sides(slip, number, used, index)).collect();
            parts.add(weight, summed(&sides));
        }
        // That a code was used before says that it is right, which needs the service's secret.
        let provable = slip != Slip::Replayed || self.candidates.expected_known;
        if parts.ratios.is_empty() && slip == Slip::RecoveryCode {
            parts.add(1.0, summed(&self.recovery_forms()));
        }
        (!parts.ratios.is_empty()).then(|| parts.measure(slip.explanation(), None, 0.0, provable))
    }

    /// One attempt with and without the slip.
    fn sides(&self, slip: Slip, number: usize, used: usize, index: usize) -> Sides {
        let attempt = &self.attempts[index];
        let seen = self.seen(used, index);
        let accepted = if attempt.outcome == Outcome::Accepted { ACCEPTED_A_BAD_ONE } else { 1.0 };
        let refused = if attempt.outcome == Outcome::Refused { REFUSED_A_GOOD_ONE } else { 1.0 };
        let fit = &seen.slips[number];
        let (slipped, space) = match slip {
            Slip::Replayed => {
                let hit = seen.hit.filter(|_| attempt.outcome == Outcome::Refused);
                match self.is_used(used, index) {
                    Some(true) => (hit.map(|hit| hit / USED_BY_ACCIDENT), seen.space),
                    Some(false) => (None, 0.0),
                    None => (hit, seen.space),
                }
            }
            // A code that is only read off the screen was on it at that moment.
            Slip::Expired if attempt.outcome == Outcome::Untried => (None, 0.0),
            _ => {
                let ratio = CLEAN * fit.probability / attempt.typed.by_chance;
                ((fit.probability > 0.0).then_some(ratio), fit.space)
            }
        };
        Sides {
            slipped: slipped.map(|ratio| ratio * accepted + MISHAP),
            slip_space: space,
            detail: self.slip_detail(slip, fit, self.candidates.list[used].entry.kind),
            clean: seen.hit.map(|hit| hit * refused + MISHAP),
            clean_space: seen.space,
        }
    }

    fn slip_detail(&self, slip: Slip, fit: &SlipFit, kind: Kind) -> Detail {
        match (slip, fit.kind, fit.age, kind) {
            (Slip::Mistyped, Some(kind), _, _) => Detail::default().with("kind", Fact::Text(kind.to_owned())),
            (Slip::Expired, _, Some(age), Kind::Totp { period }) => {
                let steps = age + i64::from(self.case.service.past.unwrap_or(1));
                Detail::default()
                    .with("age_steps", Fact::Number(steps))
                    .with("age_seconds", Fact::Number(steps * i64::from(period)))
            }
            _ => Detail::default(),
        }
    }

    fn recovery_forms(&self) -> Vec<Sides> {
        let one = |attempt: &Prepared| {
            let around = Around { window: Vec::new(), expired: Vec::new(), digits: 6 };
            let fit = slips::fit(Slip::RecoveryCode, &attempt.typed, &around);
            let slipped = (fit.probability > 0.0).then(|| CLEAN * fit.probability / attempt.typed.by_chance + MISHAP);
            Sides { slipped, slip_space: fit.space, detail: Detail::default(), clean: None, clean_space: 0.0 }
        };
        self.attempts.iter().map(one).collect()
    }

    /// Every code comes from a clock that is off: of the service's own secret, or of one with `relation` to it.
    fn clock(&self, relation: Option<Relation>) -> Option<Measure> {
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
            None => ("device-clock-off", None),
            Some(relation) => (relation.explanation(), Some("device-clock-off")),
        };
        (!parts.ratios.is_empty()).then(|| parts.measure(main, with, 0.0, provable))
    }

    fn shifted(&self, used: usize, refused_anyway: bool) -> Option<Part> {
        let (period, prior) = self.prior(&self.candidates.list[used])?;
        let mut bounds = Vec::new();
        let mut tried = 0;
        for index in 0..self.attempts.len() {
            let candidate = self.attempts[index].shown_by.unwrap_or(used);
            let shifts = &self.shifts[candidate];
            let hits = shifts.hits.iter().filter(|(attempt, _)| *attempt == index);
            bounds.extend(hits.map(|hit| self.bound(candidate, *hit, refused_anyway)));
            tried = tried.max(shifts.tried);
        }
        let misses = vec![MISHAP; self.attempts.len()];
        let fit = offsets::weigh(&bounds, prior, &misses);
        let room = |index: &usize| {
            let typed = &self.attempts[*index].typed;
            self.candidates_per_offset(*index, period) / POWERS_OF_TEN[typed.digits.len()] as f64
        };
        let offsets_tried = tried as f64 / self.attempts.len().max(1) as f64;
        let chance = offsets_tried * fit.matched.iter().map(room).product::<f64>();
        let detail = self.clock_detail(used, refused_anyway, &fit);
        Some(Part { ratio: fit.ratio, chance, tried, codes: fit.matched.len(), detail })
    }

    /// The period of a candidate, and how common offsets of its device are.
    fn prior(&self, candidate: &Candidate<'_>) -> Option<(u32, &Prior)> {
        let Kind::Totp { period } = candidate.entry.kind else { return None };
        self.priors.iter().find(|(of, _)| *of == period).map(|(_, prior)| (period, prior))
    }

    /// Compares every code with every step that an offset could have brought on the screen. Each step is computed once.
    fn search(&self, candidate: &Candidate<'_>) -> Shifts {
        let Some((period, prior)) = self.prior(candidate) else { return Shifts::default() };
        let period = i64::from(period);
        let ranges = prior.ranges(self.depth, candidate.own > 0.0);
        let mut tried = 0;
        let mut spans: Vec<(i64, i64, usize)> = Vec::new();
        for (index, attempt) in self.attempts.iter().enumerate() {
            let Some(at) = attempt.at.filter(|_| attempt.typed.is_code_of(candidate)) else { continue };
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
        let entry = candidate.entry;
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

    fn bound(&self, candidate: usize, (attempt, step): (usize, i64), refused_anyway: bool) -> Bound {
        let prepared = &self.attempts[attempt];
        let entry = self.candidates.list[candidate].entry;
        let Kind::Totp { period } = entry.kind else { unreachable!("only time-based entries are searched by offset") };
        let seconds = i64::from(period);
        let at = prepared.at.unwrap_or(crate::case::Interval { from: 0, to: 0 });
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
        let mut detail = if other_entry { self.entry_detail(used) } else { Detail::default() };
        if fit.matched.is_empty() {
            return detail;
        }
        let (from, to) = fit.range;
        let middle = i64::midpoint(from, to);
        detail = detail.with("offset_seconds", Fact::Number(middle)).with("offset_range", Fact::Range(from, to));
        let tolerance = (to - from) / 2 + 15;
        match self.reference.and_then(|at| offsets::looks_like(middle, tolerance, at)) {
            Some(look) => detail.with("looks_like", Fact::Text(look.to_owned())),
            None => detail,
        }
    }
}

/// How common offsets are where what the service's window forgives does not show.
fn prior(service: &ServiceFacts, period: u32, reference: i64) -> Prior {
    let seconds = |steps: Option<u32>| i64::from(steps.unwrap_or(1).max(1)) * i64::from(period);
    let skew = service.learnt_skew.unwrap_or(0) * i64::from(period);
    Prior::new(period, reference, skew - seconds(service.past)..=skew + seconds(service.future))
}
