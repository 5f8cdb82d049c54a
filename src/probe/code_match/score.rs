//! Scores every explanation but the clock's ([`super::clock`]): the right secret, another one, a slip of the hand.

use super::attempts::{Prepared, window};
use super::candidates::{Candidate, Candidates, Relation};
use super::clock::{Shifts, prior};
use super::offsets::Prior;
use super::parts::{Part, Parts, Sides, summed};
use super::slips::{self, Around, Slip, SlipFit};
use super::{Depth, WORDS};
use crate::case::{Case, Outcome};
use crate::entry::Kind;
use crate::finding::{Detail, Fact, Measure};
use crate::otp;

/// The share of codes that an explanation accounts for; the rest are mishaps of some other kind.
pub(super) const CLEAN: f64 = 0.99;
/// Likelihood ratio of a code that an explanation does not account for, and the price of each further slip.
pub(super) const MISHAP: f64 = 0.01;
/// The service refused what the explanation says it would accept.
pub(super) const REFUSED_A_GOOD_ONE: f64 = 0.02;
/// The service accepted what the explanation says it would refuse.
pub(super) const ACCEPTED_A_BAD_ONE: f64 = 0.001;
/// Codes before the window that count as expired.
const EXPIRED_STEPS: i64 = 5;
/// How often the service has a step at or after the code's on record, when nobody used the code before.
const USED_BY_ACCIDENT: f64 = 0.01;

/// Scores every explanation of one case.
pub(super) struct Scorer<'a> {
    pub(super) case: &'a Case,
    pub(super) candidates: &'a Candidates<'a>,
    pub(super) attempts: &'a [Prepared],
    pub(super) depth: Depth,
    /// `seen[candidate][attempt]`.
    seen: Vec<Vec<Seen>>,
    /// By candidate; empty where its codes do not follow time.
    pub(super) shifts: Vec<Shifts>,
    /// About when the codes were typed, seconds since 1970; `None` where that is not known.
    pub(super) reference: Option<i64>,
    /// How common offsets are, by period.
    pub(super) priors: Vec<(u32, Prior)>,
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

    pub(super) fn entry_detail(&self, used: usize) -> Detail {
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
}
