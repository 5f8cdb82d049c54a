//! Clocks of device and service that differ, seen in times by which the device is right: the codes fit the times, and what was
//! refused or accepted tells how far apart the two are.
//!
//! The one idea: only the answers speak of the difference, and one offset has to explain them all. It must not know whose
//! times they are.

use super::attempts::{Prepared, accepts};
use super::bench::Bench;
use super::constants::{CLEAN, MISHAP};
use super::kernel::Answers;
use super::parts::{Part, sum};
use crate::case::{AtSource, Outcome};
use crate::entry::Kind;
use crate::finding::{Detail, Fact};

/// Offsets that are weighed one by one, in seconds to either side; beyond, every code is out of the window alike.
const NEAR: i64 = 900;
/// Offsets that explain the answers so much worse than the best one are not told, as a share of it.
const WORSE: f64 = 0.1;

/// The part of one secret, the codes of which were typed in time. How common an offset (device minus service) is, `density` says.
/// `has_log`: of the times the service's own are by the clock that is off, so that a code which fits them is right for it, and
/// hardly one of a device that is right.
pub(super) fn by_true_times(
    bench: &Bench<'_>,
    used: usize,
    attempts: &[usize],
    has_log: bool,
    density: impl Fn(i64) -> f64,
) -> Option<Part> {
    let Kind::Totp { period } = bench.candidates.list[used].entry.kind else { return None };
    let kernel = &bench.kernels(period).typed;
    let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
    let is_logged = |index: usize| has_log && bench.attempts[index].source == Some(AtSource::Service);
    // A code that was late by the log may have come in time by a service that is ahead. Every code that runs out looks so, but not
    // beside one that was refused in time by another clock.
    let in_time = |index: &&usize| !is_logged(**index) && !bench.seen(used, **index).steps.is_empty();
    let is_borne_out = attempts.iter().filter(in_time).any(|&index| bench.attempts[index].outcome == Outcome::Refused);
    let mut fits = Vec::new();
    for &index in attempts {
        let (attempt, seen) = (&bench.attempts[index], bench.seen(used, index));
        let shifted = || bench.shifts[used].hits.iter().filter(|hit| hit.0 == index).map(|hit| hit.1).collect();
        part.tried += 1;
        if seen.hit.is_some() {
            part.codes += 1;
            part.chance *= seen.space;
        }
        let steps: Vec<i64> = if is_borne_out && is_logged(index) { shifted() } else { seen.steps.clone() };
        fits.push((attempt, is_logged(index), steps));
    }
    // Where no code fits, none speaks of any offset.
    if fits.iter().all(|(.., steps)| steps.is_empty()) {
        part.ratio = MISHAP.powi(fits.len() as i32);
        return Some(part);
    }
    // The service is `offset` seconds behind the device, so that it accepts a step that much later.
    let likelihood = |offset: i64| -> f64 {
        let one = |(attempt, is_logged, steps): &(&Prepared<'_>, bool, Vec<i64>)| {
            let later = if *is_logged { 0 } else { offset };
            let weigh = |&step: &i64| {
                let (from, to) = accepts(&bench.case.service, period, step);
                let accepts = (from.saturating_add(later), to.saturating_add(later));
                let start = step * i64::from(period);
                let weigh = |ahead: i64| {
                    attempt.at.map_or(0.0, |at| kernel.weigh(start, at, ahead, accepts, Answers::to(attempt.outcome)))
                };
                // The device is right, so that by a log that is off it shows the code of another moment.
                let fit = match is_logged {
                    false => weigh(0),
                    true if is_borne_out => weigh(offset),
                    true => weigh(0).min(weigh(offset)),
                };
                let again = attempt.repeats.iter().map(|(at, outcome)| Answers::again(*outcome).mean(*at, accepts));
                fit * again.product::<f64>()
            };
            CLEAN / attempt.typed.by_chance * sum(steps.iter().map(weigh)) + MISHAP
        };
        fits.iter().map(one).product()
    };
    let weighed = |offset: i64| {
        let density = density(offset);
        // What the window hides needs no likelihood.
        (offset, density, if density > 0.0 { likelihood(offset) } else { 0.0 })
    };
    let offsets: Vec<(i64, f64, f64)> = (-NEAR..=NEAR).map(weighed).collect();
    // From one end to the other, whatever the order of the codes.
    let covered: f64 = offsets.iter().map(|(_, density, _)| *density).sum();
    let beyond = (1.0 - covered).max(0.0) * f64::midpoint(likelihood(-2 * NEAR), likelihood(2 * NEAR));
    part.ratio = offsets.iter().map(|(_, density, likelihood)| density * likelihood).chain([beyond]).sum();
    let best = offsets.iter().map(|(_, density, likelihood)| density * likelihood).fold(0.0, f64::max);
    let told = |(_, density, likelihood): &&(i64, f64, f64)| density * likelihood >= WORSE * best;
    let told: Vec<i64> = offsets.iter().filter(told).map(|(offset, _, _)| *offset).collect();
    // Where refusals alone speak, any clock that is far enough off explains them.
    if let (Some(&from), Some(&to)) = (told.first(), told.last())
        && part.codes > 0
        && to - from < told.len() as i64
        && (from > 0 || to < 0)
        && to - from < i64::from(period) * 4
    {
        part.detail = Detail::default()
            .with("offset_seconds", Fact::Number(i64::midpoint(from, to)))
            .with("offset_range", Fact::Range(from, to));
    }
    Some(part)
}
