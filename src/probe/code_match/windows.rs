//! Services whose window is not the usual one: too narrow, or moved by a skew that no longer holds.
//!
//! The one idea: the code is of the right time, and the service looks elsewhere. It must not know how services keep a window.

use super::attempts::window;
use super::bench::Bench;
use super::constants::{CLEAN, MISHAP, NARROW_SERVICES, REFUSED_A_GOOD_ONE, SKEW_ON_RECORD};
use super::explanation::{Explanation, Row};
use super::parts::{Part, Parts, Sides, summed};
use crate::case::{Outcome, ServiceFacts};
use crate::entry::Kind;
use crate::finding::{Detail, Measure};
use crate::otp::step;

pub(super) const ROWS: [Row; 2] = [
    Row::new(Explanation::NarrowServiceWindow, &[], narrow_window),
    Row::new(Explanation::StaleLearntSkew, &[], stale_skew),
];

/// At least one code is that of a neighbouring step which the service does not accept, although RFC 6238 section 5.2
/// advises it.
fn narrow_window(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    let ServiceFacts { past, future, .. } = bench.case.service;
    // A narrow window on record is itself evidence.
    let record = match (past, future) {
        (Some(0), _) | (_, Some(0)) => 1.0 / NARROW_SERVICES,
        (Some(_), Some(_)) => 0.0,
        _ => 1.0,
    };
    let mut parts = Parts::default();
    for (used, weight) in bench.own() {
        let sides: Vec<Sides> = (0..bench.attempts.len()).map(|index| beside(bench, used, index)).collect();
        parts.add(weight * record, summed(&sides, bench.refused(), 1.0));
    }
    let measure = || parts.measure(id, None, 0.0, bench.candidates.expected_known);
    if record > 0.0 && bench.own().next().is_some() {
        return Some(measure());
    }
    bench.own().next().map(|_| bench.impossible(id, None))
}

/// One attempt as a code of the step before or after, where the service does not accept that, and as a code in time.
fn beside(bench: &Bench<'_>, used: usize, index: usize) -> Sides {
    let (attempt, candidate) = (&bench.attempts[index], &bench.candidates.list[used]);
    let seen = bench.seen(used, index);
    let entry = &candidate.entry;
    let mut steps = Vec::new();
    if let (Kind::Totp { period }, Some(at)) = (entry.kind, attempt.at) {
        steps.extend((bench.case.service.past.unwrap_or(0) == 0).then(|| step(at.from, period) - 1));
        steps.extend((bench.case.service.future.unwrap_or(0) == 0).then(|| step(at.to, period) + 1));
    }
    let shows = |step: &&i64| candidate.code_of(**step) == Some(attempt.typed.value);
    let agreed = |step: &i64| candidate.agrees(*step as u64, attempt.typed.value);
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
fn stale_skew(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    bench.own().next()?;
    if bench.case.service.learnt_skew.is_none_or(|skew| skew == 0) {
        return Some(bench.impossible(id, None));
    }
    let unskewed = ServiceFacts { learnt_skew: None, ..bench.case.service.clone() };
    let mut parts = Parts::default();
    for (used, weight) in bench.own() {
        let candidate = &bench.candidates.list[used];
        let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
        for (index, attempt) in bench.attempts.iter().enumerate() {
            let Some(steps) = window(&candidate.entry, &unskewed, attempt.at) else { continue };
            let count = (steps.end() - steps.start() + 1) as f64;
            let shows = |step: i64| candidate.code_of(step) == Some(attempt.typed.value);
            let hit = attempt.typed.is_code_of(candidate) && steps.into_iter().any(shows);
            let seen = bench.seen(used, index);
            let ratio = hit.then(|| CLEAN / (count * attempt.typed.by_chance));
            // A code that fits the skewed window as well should not have been refused.
            let refused = attempt.outcome == Outcome::Refused && seen.hit.is_some();
            let ratio = ratio.map(|ratio| if refused { ratio * REFUSED_A_GOOD_ONE } else { ratio });
            part.take(ratio, count / candidate.entry.digits.codes() as f64);
        }
        parts.add(weight / SKEW_ON_RECORD, part);
    }
    Some(parts.measure(id, None, 0.0, bench.candidates.expected_known))
}
