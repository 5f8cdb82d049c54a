//! A clock that is off, of the device or of the service: every code compared with every step that an offset could have
//! brought on the screen, for the service's own secret or for another.
//!
//! The one idea: one offset has to fit every code, and which one is summed out. It must not know how common a cause is.

use super::bench::{Bench, distinct};
use super::candidates::Relation;
use super::constants::{MISHAP, ONE_PERSON_ALONE, REFUSED_A_GOOD_ONE};
use super::explanation::{Explanation, Row};
use super::offsets::{self, OffsetFit};
use super::parts::{Part, Parts};
use crate::case::Outcome;
use crate::finding::{Detail, Fact, Measure};
use crate::otp::POWERS_OF_TEN;
use crate::probe::wording::said;

pub(super) const ROWS: [Row; 3] = [
    Row::new(Explanation::DeviceClockOff, &["offset", "offset_seconds", "offset_range", "looks_like"], device),
    Row::new(
        Explanation::ServiceClockOff,
        &["service_offset", "offset", "offset_seconds", "offset_range", "looks_like"],
        service,
    ),
    Row::new(
        Explanation::UnevenServiceClocks,
        &["node", "offset", "offset_seconds", "offset_range", "looks_like"],
        uneven,
    ),
];

/// Every code comes from a clock that is off: of the service's own secret, or of one with `relation` to it.
fn measure(bench: &Bench<'_>, relation: Option<Relation>) -> Option<Measure> {
    let mut parts = Parts::default();
    for (used, candidate) in bench.candidates.list.iter().enumerate() {
        let weight: f64 = match relation {
            None => candidate.own,
            Some(relation) => candidate.uses.iter().filter(|(of, _)| *of == relation).map(|(_, w)| w).sum(),
        };
        if weight > 0.0 {
            // Codes that follow a counter know of no clock: then none of them fits this.
            let none = || Part { ratio: MISHAP.powi(bench.attempts.len() as i32), ..Part::default() };
            parts.add(weight, shifted(bench, used, relation.is_some()).unwrap_or_else(none));
        }
    }
    let provable = relation.is_none() || bench.candidates.expected_known;
    let (main, with) = match relation {
        None => (Explanation::DeviceClockOff, None),
        Some(relation) => (relation.0, Some(Explanation::DeviceClockOff)),
    };
    (!parts.ratios.is_empty()).then(|| parts.measure(main, with, 0.0, provable))
}

/// The device's clock.
fn device(bench: &Bench<'_>, _: Explanation) -> Option<Measure> {
    measure(bench, None)
}

/// Another secret and the device's clock at once.
pub(super) fn beside(bench: &Bench<'_>, main: Explanation, _: Explanation) -> Option<Measure> {
    measure(bench, Some(Relation(main, None)))
}

/// Every code of the service's own secret is shifted because the service's clock is off, while what other entries of the
/// device show is on time.
fn service(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    let mut parts = Parts::default();
    let is_own = |index: &usize| bench.attempts[*index].shown_by.is_none_or(|by| bench.candidates.list[by].own > 0.0);
    for (used, weight) in bench.own() {
        let (shifted, on_time): (Vec<usize>, Vec<usize>) = (0..bench.attempts.len()).partition(is_own);
        let none = || Part { ratio: MISHAP.powi(shifted.len() as i32), ..Part::default() };
        let mut part = shift_of(bench, used, false, &shifted).unwrap_or_else(none);
        for index in on_time {
            take_on_time(bench, &mut part, used, index);
        }
        parts.add(weight * ONE_PERSON_ALONE, part);
    }
    (!parts.ratios.is_empty()).then(|| parts.measure(id, None, 0.0, true))
}

/// One node's clock is off, the codes that went to the others fit.
fn uneven(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    let (used, _) = bench.own().next()?;
    let nodes = distinct(bench.attempts.iter().filter_map(|attempt| attempt.node));
    if nodes.len() < 2 {
        return Some(bench.impossible(id, None));
    }
    let mut parts = Parts::default();
    for node in &nodes {
        let there = |index: &usize| bench.attempts[*index].node == Some(*node);
        let (there, elsewhere): (Vec<usize>, Vec<usize>) = (0..bench.attempts.len()).partition(there);
        let Some(mut part) = shift_of(bench, used, false, &there) else { continue };
        for index in elsewhere {
            take_on_time(bench, &mut part, used, index);
        }
        part.detail = part.detail.with("node", Fact::Text((*node).to_owned()));
        parts.add(1.0 / nodes.len() as f64, part);
    }
    Some(parts.measure(id, None, 0.0, bench.candidates.expected_known))
}

/// Multiplies a code in that should be on time, and accepted if the service was asked.
pub(super) fn take_on_time(bench: &Bench<'_>, part: &mut Part, used: usize, index: usize) {
    let seen = bench.seen(used, index);
    let refused = bench.attempts[index].outcome == Outcome::Refused;
    part.take(seen.hit.map(|hit| if refused { hit * REFUSED_A_GOOD_ONE } else { hit }), seen.space);
}

fn shifted(bench: &Bench<'_>, used: usize, refused_anyway: bool) -> Option<Part> {
    let all: Vec<usize> = (0..bench.attempts.len()).collect();
    shift_of(bench, used, refused_anyway, &all)
}

/// One offset fits those attempts.
fn shift_of(bench: &Bench<'_>, used: usize, refused_anyway: bool, attempts: &[usize]) -> Option<Part> {
    let (period, prior) = bench.prior(&bench.candidates.list[used])?;
    let mut bounds = Vec::new();
    let mut tried = 0;
    for &index in attempts {
        let candidate = bench.attempts[index].shown_by.unwrap_or(used);
        let shifts = &bench.shifts[candidate];
        let hits = shifts.hits.iter().filter(|(attempt, _)| *attempt == index);
        bounds.extend(hits.map(|hit| bench.bound(candidate, *hit, refused_anyway)));
        tried = tried.max(shifts.tried);
    }
    let mut misses = vec![1.0; bench.attempts.len()];
    for &index in attempts {
        misses[index] = MISHAP;
    }
    let fit = offsets::weigh(&bounds, prior, &misses);
    let room = |index: &usize| {
        let typed = &bench.attempts[*index].typed;
        bench.candidates_per_offset(*index, period) / POWERS_OF_TEN[typed.digits.len()] as f64
    };
    let offsets_tried = tried as f64 / attempts.len().max(1) as f64;
    let chance = offsets_tried * fit.matched.iter().map(room).product::<f64>();
    let detail = clock_detail(bench, used, refused_anyway, &fit);
    Some(Part { ratio: fit.ratio, chance, tried, codes: fit.matched.len(), detail })
}

fn clock_detail(bench: &Bench<'_>, used: usize, other_entry: bool, fit: &OffsetFit) -> Detail {
    let mut detail = if other_entry { bench.candidates.list[used].detail.clone() } else { Detail::default() };
    if fit.matched.is_empty() {
        return detail;
    }
    let (from, to) = fit.range;
    let middle = i64::midpoint(from, to);
    detail = detail.with("offset_seconds", Fact::Number(middle)).with("offset_range", Fact::Range(from, to));
    let tolerance = (to - from) / 2 + 15;
    match bench.reference.and_then(|at| offsets::looks_like(middle, tolerance, at)) {
        Some(look) => detail.with("looks_like", said(look)),
        None => detail,
    }
}
