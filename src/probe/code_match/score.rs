//! Scores the explanations: the right secret, another one, a slip of the hand. Those that need more have files of their own.

use super::attempts::{Prepared, widest, window};
use super::candidates::{Candidate, Candidates, Relation};
use super::clock::{Shifts, prior};
use super::form::Form;
use super::offsets::Prior;
use super::parts::{Part, Parts, Sides, summed};
use super::slips::{self, Around, Slip, SlipFit};
use super::states::Memory;
use super::{Depth, WORDS};
use crate::case::{Case, Outcome, Status};
use crate::entry::Kind;
use crate::finding::{Detail, Fact, Measure};
use crate::otp;
use crate::probe::wording::said;

/// The share of codes that an explanation accounts for; the rest are mishaps of some other kind.
pub(super) const CLEAN: f64 = 0.99;
/// Likelihood ratio of a code that an explanation does not account for, and the price of each further slip.
pub(super) const MISHAP: f64 = 0.01;
/// The service refused what the explanation says it would accept.
pub(super) const REFUSED_A_GOOD_ONE: f64 = 0.02;
/// The service accepted what the explanation says it would refuse.
pub(super) const ACCEPTED_A_BAD_ONE: f64 = 0.001;
/// Codes before the window that can only have expired, and are not yet something kept from long ago.
pub(super) const EXPIRED_STEPS: i64 = 5;
/// How often somebody with one old entry shows a second one, of another account, without a copy that brought both back.
const ANOTHER_REVOKED: f64 = 0.002;
/// The most steps that a derived secret is compared at, for one code.
pub(super) const WIDEST_DERIVED: i64 = 64;
pub(super) const CLOCK_OFF: &str = "device-clock-off";
/// How often it has one on record that lies ahead of every code that can be shown.
const AHEAD_BY_ACCIDENT: f64 = 1e-5;
/// How often the service has a step at or after the code's on record, when nobody used the code before.
const USED_BY_ACCIDENT: f64 = 0.01;

/// Scores every explanation of one case.
pub(super) struct Scorer<'a> {
    pub(super) case: &'a Case,
    pub(super) candidates: &'a Candidates<'a>,
    pub(super) attempts: &'a [Prepared<'a>],
    pub(super) depth: Depth,
    /// `seen[candidate][attempt]`.
    seen: Vec<Vec<Seen>>,
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
    slips: Vec<SlipFit>,
}

impl<'a> Scorer<'a> {
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

    /// Every explanation of [`WORDS`] and every pair that can be tried at this depth, in its order.
    pub(super) fn measures(&self) -> Vec<Measure> {
        let mut measures = Vec::new();
        for words in WORDS.explanations {
            measures.extend(self.explanation(words.id));
            for pair in words.pairs {
                measures.extend(match *pair {
                    CLOCK_OFF => self.clock(Some(Relation(words.id, None))),
                    second => self.other_secret(Relation(words.id, Some(second))),
                });
            }
        }
        measures
    }

    /// `None`: nothing at hand can tell, or it is only tried by a wider search.
    fn explanation(&self, id: &'static str) -> Option<Measure> {
        if let Some(slip) = Slip::ALL.into_iter().find(|slip| slip.explanation() == id) {
            return self.slip(slip);
        }
        match id {
            CLOCK_OFF => self.clock(None),
            "valid-code" | "locked-account" | "expired-session" | "factor-disabled" | "other-factor-failed" => {
                self.valid(id)
            }
            "counter-ahead" | "counter-behind" => self.counter(id),
            "shared-counter" => self.shared_counter(),
            "devices-disagree" => Some(self.devices_disagree()),
            "drifting-device-clock" => self.drift(),
            "narrow-service-window" => self.narrow_window(),
            "restored-old-backup" => Some(self.restored_backup()),
            "service-clock-off" => self.service_clock(),
            "stale-learnt-skew" => self.stale_skew(),
            "uneven-service-clocks" => self.uneven_clocks(),
            // Which recovery codes are used up, the service alone knows; anything else is none.
            "used-recovery-code" => {
                let is_one = self.attempts.iter().any(|attempt| attempt.typed.is_recovery());
                (!is_one).then(|| self.impossible(id, None))
            }
            _ => self.other_secret(Relation(id, None)),
        }
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
        let before = (edge - slips::EXPIRED.len() as i64..edge).rev();
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

    /// Every code comes from another secret than the service's, or from a scheme of its own.
    fn other_secret(&self, relation: Relation) -> Option<Measure> {
        let mut parts = Parts::default();
        let rest = self.candidates.unlisted(relation);
        for (used, candidate) in self.candidates.list.iter().enumerate() {
            for (_, weight) in candidate.uses.iter().filter(|(of, _)| *of == relation) {
                let mut part = Part { ratio: 1.0, chance: 1.0, detail: candidate.detail.clone(), ..Part::default() };
                for (index, attempt) in self.attempts.iter().enumerate() {
                    let seen = self.seen(used, index);
                    let hit = attempt.unless_accepted(seen.hit);
                    let alone = relation != Relation::OLD || !self.is_of_another_revoked(used, index);
                    part.take(if alone { hit } else { hit.map(|hit| hit * ANOTHER_REVOKED) }, seen.space);
                }
                parts.add((1.0 - rest) * weight, discreet(relation, part));
            }
        }
        for (share, part) in self.schemes(relation) {
            parts.add(share, part);
        }
        if parts.ratios.is_empty() && !relation.is_of_entries() {
            return (self.depth > Depth::Near).then(|| self.impossible(relation.0, relation.1));
        }
        Some(parts.measure(relation.0, relation.1, rest, self.candidates.expected_known))
    }

    /// Whether the code was read off another entry than `used`, which is out of date as well.
    fn is_of_another_revoked(&self, used: usize, index: usize) -> bool {
        let by = self.attempts[index].shown_by.filter(|by| *by != used);
        let known = by.and_then(|by| self.candidates.list[by].known);
        known.is_some_and(|known| known.status == Some(Status::Revoked))
    }

    /// The measure of what cannot have made these codes: every one of them would be a mishap.
    pub(super) fn impossible(&self, explanation: &'static str, with: Option<&'static str>) -> Measure {
        let mut parts = Parts::default();
        parts.add(1.0, Part { ratio: MISHAP.powi(self.attempts.len() as i32), ..Part::default() });
        parts.measure(explanation, with, 0.0, false)
    }

    /// At least one code suffered the slip; each further one costs; the others are clean.
    fn slip(&self, slip: Slip) -> Option<Measure> {
        let mut parts = Parts::default();
        let number = Slip::ALL.iter().position(|other| *other == slip)?;
        for (used, weight) in self.own() {
            let sides: Vec<Sides> =
                (0..self.attempts.len()).map(|index| self.sides(slip, number, used, index)).collect();
            let mut part = summed(&sides, MISHAP);
            if slip == Slip::Elsewhere {
                // Such a number is no match: a wider search may still explain it.
                part.codes = part.codes.saturating_sub(1);
            }
            parts.add(weight, part);
        }
        // That a code was used before says that it is right, which needs the service's secret.
        let provable = match slip {
            Slip::Replayed | Slip::Watermark => self.candidates.expected_known,
            // Nothing can show where a number comes from.
            Slip::Elsewhere => false,
            _ => true,
        };
        if parts.ratios.is_empty() && slip == Slip::RecoveryCode {
            parts.add(1.0, summed(&self.recovery_forms(), MISHAP));
        }
        (!parts.ratios.is_empty()).then(|| parts.measure(slip.explanation(), None, 0.0, provable))
    }

    /// One attempt with and without the slip.
    fn sides(&self, slip: Slip, number: usize, used: usize, index: usize) -> Sides {
        let attempt = &self.attempts[index];
        let seen = self.seen(used, index);
        let accepted = if attempt.outcome == Outcome::Accepted { ACCEPTED_A_BAD_ONE } else { 1.0 };
        let refused = if attempt.outcome == Outcome::Refused { REFUSED_A_GOOD_ONE } else { 1.0 };
        let fit = match slip {
            Slip::Stale if attempt.typed.form != Form::Other => self.stale(used, index),
            _ => seen.slips.get(number).copied().unwrap_or_default(),
        };
        let remembered = |memory, by_accident: f64| {
            let hit = seen.hit.filter(|_| attempt.outcome == Outcome::Refused);
            match self.memory(used, index) {
                found if found == memory => (hit.map(|hit| hit / by_accident), seen.space),
                Memory::Unknown => (hit, seen.space),
                _ => (None, 0.0),
            }
        };
        let (slipped, space) = match slip {
            Slip::Replayed => remembered(Memory::Used, USED_BY_ACCIDENT),
            Slip::Watermark => remembered(Memory::Ahead, AHEAD_BY_ACCIDENT),
            // A code that is only read off the screen was on it at that moment, and nothing else was.
            Slip::Expired | Slip::Stale | Slip::Pin | Slip::Elsewhere if attempt.outcome == Outcome::Untried => {
                (None, 0.0)
            }
            _ => {
                let ratio = CLEAN * fit.probability / attempt.typed.by_chance;
                ((fit.probability > 0.0).then_some(ratio), fit.space)
            }
        };
        Sides {
            slipped: slipped.map(|ratio| ratio * accepted + MISHAP),
            slip_space: space,
            detail: self.slip_detail(slip, &fit, self.candidates.list[used].entry.kind),
            clean: seen.hit.map(|hit| hit * refused + MISHAP),
            clean_space: seen.space,
        }
    }

    fn slip_detail(&self, slip: Slip, fit: &SlipFit, kind: Kind) -> Detail {
        match (slip, fit.kind, fit.age, kind) {
            (Slip::Mistyped | Slip::Pin, Some(kind), _, _) => Detail::default().with("kind", said(kind)),
            (Slip::Expired | Slip::Stale, _, Some(age), Kind::Totp { period }) => {
                let steps = age + i64::from(self.case.service.past.unwrap_or(1).max(1));
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

/// Whose token it is, one code must not tell: among many tokens it fits some by luck.
fn discreet(relation: Relation, mut part: Part) -> Part {
    if relation == Relation::SWAPPED && part.codes < 2 {
        part.detail = Detail::default();
    }
    part
}

/// Each once, sorted.
pub(super) fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}
