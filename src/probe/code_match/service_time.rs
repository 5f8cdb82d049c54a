//! Clocks of device and service that differ, seen in times by which the device is right: the codes fit the times, and what was
//! refused or accepted tells how far apart the two are.
//!
//! The one idea: only the answers speak of the difference, and one offset has to explain them all. It must not know whose
//! times they are.

use super::attempts::accepts;
use super::bench::Bench;
use super::constants::{CLEAN, MISHAP};
use super::kernel::Answers;
use super::parts::{Part, sum};
use crate::case::AtSource;
use crate::entry::Kind;
use crate::finding::{Detail, Fact};

/// Offsets that are weighed one by one, in seconds to either side; beyond, every code is out of the window alike.
const NEAR: i64 = 900;
/// Offsets that explain the answers so much worse than the best one are not told, as a share of it.
const WORSE: f64 = 0.1;

/// The part of one secret, the codes of which were typed in time. How common an offset (device minus service) is, `density` says.
/// `has_log`: of the times the service's own are by the clock that is off, so that a code which fits them is right for it.
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
    let mut fits = Vec::new();
    for &index in attempts {
        let (attempt, seen) = (&bench.attempts[index], bench.seen(used, index));
        part.tried += 1;
        if seen.hit.is_some() {
            part.codes += 1;
            part.chance *= seen.space;
        }
        fits.push((attempt, &seen.steps));
    }
    // Where no code fits, none speaks of any offset.
    if fits.iter().all(|(_, steps)| steps.is_empty()) {
        part.ratio = MISHAP.powi(fits.len() as i32);
        return Some(part);
    }
    // The service is `offset` seconds behind the device, so that it accepts a step that much later.
    let likelihood = |offset: i64| -> f64 {
        let one = |(attempt, steps): &(&super::attempts::Prepared<'_>, &Vec<i64>)| {
            let later = if has_log && attempt.source == Some(AtSource::Service) { 0 } else { offset };
            let weigh = |&step: &i64| {
                let (from, to) = accepts(&bench.case.service, period, step);
                let accepts = (from.saturating_add(later), to.saturating_add(later));
                let start = step * i64::from(period);
                let fit =
                    attempt.at.map_or(0.0, |at| kernel.weigh(start, at, 0, accepts, Answers::to(attempt.outcome)));
                let again = attempt.repeats.iter().map(|(at, outcome)| Answers::again(*outcome).mean(*at, accepts));
                fit * again.product::<f64>()
            };
            CLEAN / attempt.typed.by_chance * sum(steps.iter().map(weigh)) + MISHAP
        };
        fits.iter().map(one).product()
    };
    let offsets: Vec<(i64, f64, f64)> =
        (-NEAR..=NEAR).map(|offset| (offset, density(offset), likelihood(offset))).collect();
    let covered = sum(offsets.iter().map(|(_, density, _)| *density));
    let beyond = (1.0 - covered).max(0.0) * f64::midpoint(likelihood(-2 * NEAR), likelihood(2 * NEAR));
    part.ratio = sum(offsets.iter().map(|(_, density, likelihood)| density * likelihood).chain([beyond]));
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
