//! A clock that is off, of the device or of the service: every code compared with every step that an offset could have
//! brought on the screen, for the service's own secret or for another.
//!
//! The one idea: one offset has to fit every code that it touched, and which one is summed out. It must not know how common a
//! cause is.

use super::attempts::accepts;
use super::bench::Bench;
use super::candidates::Relation;
use super::constants::{CLEAN, MISHAP, ONE_PERSON_ALONE, READ_ELSEWHERE, TIMES_BY_THE_SERVICE};
use super::explanation::{Explanation, Row};
use super::kernel::Answers;
use super::offsets::{self, OffsetFit, Reach};
use super::parts::{Part, Parts, distinct};
use super::service_time;
use super::worlds::{self, World};
use crate::case::{AtSource, Outcome};
use crate::entry::Kind;
use crate::finding::{Detail, Fact, Measure};
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

/// What a shift is weighed by.
#[derive(Clone, Copy)]
enum Whose {
    /// The device's clock, and what was read off it.
    Devices,
    /// That of the service, or of one node.
    Services,
    /// The device's, with a secret that the service refuses whatever the time.
    WithAnotherSecret,
    /// What an app or a watch makes of a clock that is right: another zone or day.
    OwnReckoning,
}

/// The device's clock.
fn device(bench: &Bench<'_>, _: Explanation) -> Option<Measure> {
    measure(bench, None)
}

/// Another secret and the device's clock at once.
pub(super) fn beside(bench: &Bench<'_>, main: Explanation) -> Option<Measure> {
    measure(bench, Some(Relation(main, None)))
}

/// Every code that was at fault comes from a clock that is off: of the service's own secret, or of one with `relation` to it.
fn measure(bench: &Bench<'_>, relation: Option<Relation>) -> Option<Measure> {
    let mut parts = Parts::default();
    let mut contradicted = false;
    let whose = if relation.is_some() { Whose::WithAnotherSecret } else { Whose::Devices };
    for (used, candidate) in bench.candidates.list.iter().enumerate() {
        let weight: f64 = match relation {
            None => candidate.own,
            Some(relation) => candidate.used_as(relation),
        };
        for world in bench.worlds.iter().filter(|_| weight > 0.0) {
            let (faulty, others): (Vec<usize>, Vec<usize>) =
                (0..bench.attempts.len()).partition(|&index| world.faulty[index]);
            // Codes that follow a counter know of no clock: then none of them fits this.
            let none = || Part { ratio: MISHAP.powi(faulty.len() as i32), ..Part::default() };
            let mut part = clock_off(bench, used, whose, &faulty).unwrap_or_else(none);
            for index in others {
                take_on_time(bench, &mut part, index);
            }
            contradicted |= part.detail.get("measured_seconds").is_some();
            parts.add(weight * world.share, part);
        }
    }
    let provable = (relation.is_none() || bench.candidates.expected_known) && !contradicted;
    let (main, with) = match relation {
        None => (Explanation::DeviceClockOff, None),
        Some(relation) => (relation.0, Some(Explanation::DeviceClockOff)),
    };
    (!parts.ratios.is_empty()).then(|| parts.measure(main, with, 0.0, provable))
}

/// Every code of the service's own secret is shifted because the service's clock is off, while what other entries of the
/// device show is on time.
fn service(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    let mut parts = Parts::default();
    let is_own = |index: &usize| bench.attempts[*index].shown_by.is_none_or(|by| bench.candidates.list[by].own > 0.0);
    let bounded = bench.attempts.iter().any(|attempt| attempt.accepted_later);
    let alone = if bounded || bench.reading.is_some() { 1.0 } else { ONE_PERSON_ALONE };
    let by_service = times_by_the_service(bench, bounded);
    let worlds = worlds::of_the_service(bench.attempts);
    let true_times = |used: usize, attempts: &[usize]| {
        let Kind::Totp { period } = bench.candidates.list[used].entry.kind else { return None };
        let prior = bench.service_prior(period);
        service_time::by_true_times(bench, used, attempts, true, |offset| prior.density(offset))
    };
    for (used, weight, (world, faulty)) in
        bench.own().flat_map(|(used, weight)| worlds.iter().map(move |world| (used, weight, world)))
    {
        let (shifted, on_time): (Vec<usize>, Vec<usize>) =
            (0..bench.attempts.len()).partition(|index| faulty[*index] && is_own(index));
        let none = || Part { ratio: MISHAP.powi(shifted.len() as i32), ..Part::default() };
        let mut add = |share: f64, mut part: Part| {
            for &index in &on_time {
                let seen = bench.seen(used, index);
                part.take(seen.hit.map(|hit| hit * Answers::to(bench.attempts[index].outcome).to_good), seen.space);
            }
            parts.add(weight * alone * world * share, part);
        };
        add(by_service, shift_of(bench, used, Whose::Services, &shifted).unwrap_or_else(none));
        if by_service < 1.0 {
            add(1.0 - by_service, true_times(used, &shifted).unwrap_or_else(none));
        }
    }
    (!parts.ratios.is_empty()).then(|| parts.measure(id, None, 0.0, true))
}

/// The probability that the times are the service's own, or as good. A person's are none where the person's clock was read as right,
/// or where one code was refused and later accepted as itself.
fn times_by_the_service(bench: &Bench<'_>, bounded: bool) -> f64 {
    let vouched = bounded || bench.reading.is_some_and(|reading| reading.on_time);
    let count = |of: AtSource| bench.attempts.iter().filter(|attempt| attempt.source == Some(of)).count();
    let all = bench.attempts.len();
    match () {
        () if count(AtSource::Service) == all => 1.0,
        () if count(AtSource::Device) == all => 0.0,
        () if count(AtSource::Person) == all && vouched => 0.0,
        () if vouched || count(AtSource::ThisComputer) + count(AtSource::Person) > 0 => TIMES_BY_THE_SERVICE,
        () => 1.0,
    }
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
        let Some(mut part) = shift_of(bench, used, Whose::Services, &there) else { continue };
        for index in elsewhere {
            take_on_time(bench, &mut part, index);
        }
        part.detail = part.detail.with("node", Fact::Text((*node).to_owned()));
        parts.add(1.0 / nodes.len() as f64, part);
    }
    Some(parts.measure(id, None, 0.0, bench.candidates.expected_known))
}

/// Multiplies a code in that the fault did not touch.
pub(super) fn take_on_time(bench: &Bench<'_>, part: &mut Part, index: usize) {
    let (hit, space) = bench.untouched(index);
    part.take(hit, space);
}

/// The device's clock is off, by its own times or by others. By its own its codes always fit, and all that the offset tells is why
/// they are refused.
fn clock_off(bench: &Bench<'_>, used: usize, whose: Whose, attempts: &[usize]) -> Option<Part> {
    let own = |index: &usize| bench.attempts[*index].source == Some(AtSource::Device);
    let (by_itself, by_others): (Vec<usize>, Vec<usize>) = attempts.iter().partition(|index| own(index));
    if by_others.is_empty() && matches!(whose, Whose::Devices) {
        let (_, prior) = bench.prior(&bench.candidates.list[used])?;
        return service_time::by_true_times(bench, used, attempts, false, |offset| prior.density(offset));
    }
    let mut part = shift_of(bench, used, whose, &by_others)?;
    for index in by_itself {
        let seen = bench.seen(used, index);
        part.take(bench.attempts[index].unless_accepted(seen.hit), seen.space);
    }
    Some(part)
}

/// One offset fits those attempts.
fn shift_of(bench: &Bench<'_>, used: usize, whose: Whose, attempts: &[usize]) -> Option<Part> {
    let (period, prior) = bench.prior(&bench.candidates.list[used])?;
    let (mut reaches, mut steps, mut tried) = (Vec::new(), Vec::new(), 0);
    for &index in attempts {
        let candidate = bench.attempts[index].shown_by.unwrap_or(used);
        let shifts = &bench.shifts[candidate];
        let (Kind::Totp { period }, Some(at)) = (bench.candidates.list[candidate].entry.kind, bench.attempts[index].at)
        else {
            continue;
        };
        let (from, to) = bench.kernels(period).delayed.reach();
        for &(_, step) in shifts.hits.iter().filter(|(attempt, _)| *attempt == index) {
            let start = step * i64::from(period);
            reaches.push(Reach { attempt: index, from: start + from - at.to, to: start + to - at.from });
            steps.push((period, step));
        }
        tried = tried.max(shifts.tried);
    }
    let mut misses = vec![1.0; bench.attempts.len()];
    for &index in attempts {
        misses[index] = MISHAP;
    }
    let weight = |reach: usize, offset: i64| {
        let (period, step) = steps[reach];
        let attempt = &bench.attempts[reaches[reach].attempt];
        let Some(at) = attempt.at else { return 0.0 };
        let refused_anyway = matches!(whose, Whose::WithAnotherSecret);
        let answers = |outcome: Outcome| if refused_anyway { Answers::to_any(outcome) } else { Answers::to(outcome) };
        let accepts = accepts(&bench.case.service, period, step);
        let start = step * i64::from(period);
        let fit = bench.kernels(period).delayed.weigh(start, at, offset, accepts, answers(attempt.outcome));
        // That a bad one is refused again says nothing new.
        let again = attempt.repeats.iter().map(|(at, outcome)| match outcome {
            Outcome::Refused if refused_anyway => 1.0,
            Outcome::Refused => Answers::again(*outcome).mean(*at, accepts),
            _ => answers(*outcome).mean(*at, accepts),
        });
        let again: f64 = again.product();
        CLEAN / attempt.typed.by_chance * fit * again
    };
    let reading = bench.reading.filter(|reading| match whose {
        Whose::Devices => reading.off,
        // Beside another secret it says as much when it was right.
        Whose::WithAnotherSecret => true,
        Whose::Services | Whose::OwnReckoning => false,
    });
    let service = bench.service_prior(period);
    let density = |offset: i64| match (whose, reading) {
        (Whose::Services, _) => service.density(offset),
        (Whose::OwnReckoning, _) => offsets::reckoning(offset),
        // Then it is that of another clock, if it is off at all.
        (Whose::WithAnotherSecret, Some(reading)) if reading.on_time => READ_ELSEWHERE * prior.density(offset),
        (_, Some(reading)) => READ_ELSEWHERE * prior.density(offset) + (1.0 - READ_ELSEWHERE) * reading.density(offset),
        _ => prior.density(offset),
    };
    let fit = offsets::sum_out(&reaches, density, &misses, weight);
    let room = |index: &usize| bench.candidates_per_offset(*index, period) / bench.attempts[*index].typed.strings;
    let offsets_tried = tried as f64 / attempts.len().max(1) as f64;
    let chance = offsets_tried * fit.matched.iter().map(room).product::<f64>();
    let mut detail = clock_detail(bench, used, whose, &fit);
    // No one offset explains the codes and the reading.
    if let Some(reading) = reading.filter(|reading| !fit.matched.is_empty() && !reading.meets(fit.range)) {
        detail = detail
            .with("looks_like", said("a clock other than the one that was read"))
            .with("measured_seconds", Fact::Number(reading.offset.round() as i64));
    }
    Some(Part { ratio: fit.ratio, chance, tried, codes: fit.matched.len(), detail })
}

/// Every code that was at fault is off by a whole number of quarters of an hour or of days, by what an app makes of the time.
pub(super) fn by_own_reckoning(bench: &Bench<'_>, used: usize, world: &World) -> Option<Part> {
    let (faulty, others): (Vec<usize>, Vec<usize>) = (0..bench.attempts.len()).partition(|&index| world.faulty[index]);
    let mut part = shift_of(bench, used, Whose::OwnReckoning, &faulty)?;
    for index in others {
        take_on_time(bench, &mut part, index);
    }
    Some(part)
}

fn clock_detail(bench: &Bench<'_>, used: usize, whose: Whose, fit: &OffsetFit) -> Detail {
    let other_entry = matches!(whose, Whose::WithAnotherSecret);
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
