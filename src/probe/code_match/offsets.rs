//! Clock offsets: how common each is, and which fit all codes at once.
//!
//! A code shown for the step `t` and typed within `[from, to]` bounds the offset (device minus service) to
//! `[t·P − to, (t+1)·P − from + typing delay]`. Every offset that at least one code allows is weighed by its prior;
//! all others together count as fitting nothing.
//!
//! The one idea: offsets have a prior of their own, and it is summed out. It must not know of any secret.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Months};

use super::super::Depth;
use super::constants::FINEST;
use super::parts::sum;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// The widest offset of the wide search, to either side.
const WIDE: i64 = 2 * DAY;
/// Steps to either side in the near search.
const NEAR_STEPS: i64 = 10;
/// How far a zone error or a wrong date lies from the exact multiple, in seconds, to either side.
const BUMP: i64 = 45;
/// Instants at which clocks without power wake up: the beginnings of 1970, 1980 and 2000, as seconds since 1970.
const RESETS: [i64; 3] = [0, 315_532_800, 946_684_800];
/// How much of all offsets each part holds; the bumps' own parts are in [`bump`].
const BODY: f64 = 0.75;
const RESET: f64 = 0.01;

/// How common offsets are, in seconds (device minus service; negative: behind).
pub(super) struct Prior {
    period: f64,
    /// Offsets that the service's window hides, and those that are none: the two differ where the service has learnt a skew.
    hidden: [RangeInclusive<i64>; 2],
    /// Sum of 1/(1+steps) over the body.
    harmonic: f64,
    far: Vec<RangeInclusive<i64>>,
    far_density: f64,
    resets: Vec<RangeInclusive<i64>>,
}

impl Prior {
    /// `at` is about when the codes were typed; `hidden` what the window forgives.
    pub(super) fn new(period: u32, at: i64, hidden: [RangeInclusive<i64>; 2]) -> Self {
        let harmonic = harmonic(WIDE / i64::from(period).max(1));
        let far = far_offsets(at);
        let far_density = 0.03 / (far.len().max(1) as f64 * (2 * BUMP) as f64);
        let resets = RESETS.into_iter().map(|reset| reset - at..=reset - at + DAY).collect();
        Self { period: f64::from(period), hidden, harmonic: harmonic.max(0.5), far, far_density, resets }
    }

    /// The share of all offsets in one second around `offset`.
    pub(super) fn density(&self, offset: i64) -> f64 {
        if self.hidden.iter().any(|range| range.contains(&offset)) {
            return 0.0;
        }
        let mut density = if offset.abs() <= WIDE { self.body(offset) + bump(offset) } else { 0.0 };
        if self.far.iter().any(|range| range.contains(&offset)) {
            density += self.far_density;
        }
        if self.resets.iter().any(|range| range.contains(&offset)) {
            density += RESET / (RESETS.len() as f64 * DAY as f64);
        }
        density
    }

    /// The part that falls off with the size of the offset, without what the window hides.
    pub(super) fn body(&self, offset: i64) -> f64 {
        let steps = offset.abs() as f64 / self.period;
        BODY / (2.0 * self.period * self.harmonic * (1.0 + steps))
    }

    /// The offsets to search at that depth, for the service's own secret or for another.
    pub(super) fn ranges(&self, depth: Depth, own: bool) -> Vec<RangeInclusive<i64>> {
        let near = NEAR_STEPS * self.period as i64;
        match (depth, own) {
            (Depth::Near, _) | (Depth::Wide, false) => vec![-near..=near],
            (Depth::Far, _) => self.far.iter().chain(&self.resets).cloned().chain([-WIDE..=WIDE]).collect(),
            _ => vec![-WIDE..=WIDE],
        }
    }
}

/// The sum of 1/(1+step) over so many steps.
fn harmonic(steps: i64) -> f64 {
    if steps < MANY {
        return (1..=steps).map(|step| 1.0 / (1 + step) as f64).sum();
    }
    // Euler and Maclaurin: what is left out is less than 1e-10 of it.
    let n = (steps + 1) as f64;
    n.ln() + EULER - 1.0 + 1.0 / (2.0 * n) - 1.0 / (12.0 * n * n)
}

/// From so many steps on they are not added one by one.
const MANY: i64 = 100;
/// How far the sum of 1/n is from the logarithm in the end.
const EULER: f64 = 0.577_215_664_901_532_9;

/// How common the offsets of services are: half of them lie within five minutes, and none looks like a time zone.
pub(super) struct ServicePrior {
    period: f64,
    /// Offsets that the service's window hides.
    hidden: [RangeInclusive<i64>; 2],
    /// The density at no offset of the near half, and of the other one.
    near: f64,
    further: f64,
}

/// Seconds that the near half of the services' offsets reaches.
const SERVICE_NEAR: i64 = 300;

impl ServicePrior {
    pub(super) fn new(period: u32, hidden: [RangeInclusive<i64>; 2]) -> Self {
        let mut prior = Self { period: f64::from(period), hidden, near: 1.0, further: 1.0 };
        // The integral of 1/(1 + x/P) from a to b, on both sides.
        let integral = |from: i64, to: i64| {
            prior.period * ((1.0 + to as f64 / prior.period) / (1.0 + from as f64 / prior.period)).ln()
        };
        let edge = |side: fn(&RangeInclusive<i64>) -> i64| prior.hidden.iter().map(side).max().unwrap_or(0);
        let (behind, ahead) = (edge(|range| -range.start()), edge(|range| *range.end()));
        let within = integral(behind.clamp(0, SERVICE_NEAR), SERVICE_NEAR)
            + integral(ahead.clamp(0, SERVICE_NEAR), SERVICE_NEAR);
        let beyond = integral(behind.clamp(SERVICE_NEAR, WIDE), WIDE) + integral(ahead.clamp(SERVICE_NEAR, WIDE), WIDE);
        (prior.near, prior.further) = match (within > 0.0, beyond > 0.0) {
            (true, true) => (0.5 / within, 0.5 / beyond),
            (true, false) => (1.0 / within, 0.0),
            (false, true) => (0.0, 1.0 / beyond),
            (false, false) => (0.0, 0.0),
        };
        prior
    }

    /// The share of all offsets (device minus service) in one second around `offset`.
    pub(super) fn density(&self, offset: i64) -> f64 {
        if offset.abs() > WIDE || self.hidden.iter().any(|range| range.contains(&offset)) {
            return 0.0;
        }
        let scale = if offset.abs() <= SERVICE_NEAR { self.near } else { self.further };
        scale / (1.0 + offset.abs() as f64 / self.period)
    }
}

/// Multiples of a quarter of an hour (time zones), of 12 hours (AM and PM) and of days, per second.
fn bump(offset: i64) -> f64 {
    let quarters = (offset + 450 * offset.signum()) / 900;
    if quarters == 0 || (offset - quarters * 900).abs() > BUMP {
        return 0.0;
    }
    let weight = match quarters.abs() {
        q if q % 96 == 0 => 0.010,
        48 => 0.020,
        q if q <= 56 && q % 4 == 0 => 0.004_5,
        q if q <= 56 && q % 2 == 0 => 0.000_5,
        q if q <= 56 => 0.000_2,
        _ => 0.0,
    };
    weight / (2 * BUMP) as f64
}

/// The share of all offsets of an app or a watch that has a zone or a day of its own, in one second around `offset`.
pub(super) fn reckoning(offset: i64) -> f64 {
    if offset.abs() > WIDE { 0.0 } else { bump(offset) / BUMPS }
}

/// All bumps together: one day and half of the second to either side, two halves of a day, hours, half hours and quarters up to 14 hours.
const BUMPS: f64 = 3.0 * 0.010 + 2.0 * 0.020 + 26.0 * 0.004_5 + 28.0 * 0.000_5 + 56.0 * 0.000_2;

/// Wrong days of the month (3 to 31 days), wrong months and wrong years (up to 20), to either side.
fn far_offsets(at: i64) -> Vec<RangeInclusive<i64>> {
    let mut offsets: Vec<i64> = (3..=31).flat_map(|days| [-days * DAY, days * DAY]).collect();
    if let Some(now) = DateTime::from_timestamp(at, 0) {
        for months in 1..12 {
            let there = [now.checked_add_months(Months::new(months)), now.checked_sub_months(Months::new(months))];
            offsets.extend(there.into_iter().flatten().map(|there| there.timestamp() - at));
        }
        for years in (-20..=20).filter(|years| *years != 0) {
            let there = now.with_year(now.year() + years);
            offsets.extend(there.map(|there| there.timestamp() - at));
        }
    }
    offsets.into_iter().map(|offset| offset - BUMP..=offset + BUMP).collect()
}

/// One code as a bound on the offset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// Seconds, inclusive.
    pub(super) from: i64,
    /// Seconds, exclusive.
    pub(super) to: i64,
    /// Likelihood ratio of the attempt where the offset lies within.
    pub(super) ratio: f64,
}

/// The offsets with which one step of an attempt fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) attempt: usize,
    /// Seconds, inclusive.
    pub(super) from: i64,
    /// Seconds, exclusive.
    pub(super) to: i64,
}

/// The offsets that fit, weighed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct OffsetFit {
    /// Likelihood ratio to chance, the prior over offsets summed out.
    pub(super) ratio: f64,
    /// The share of the best offset.
    pub(super) best: f64,
    /// The attempts that the best offset matches.
    pub(super) matched: Vec<usize>,
    /// The offsets that fit all of those, in seconds, inclusive.
    pub(super) range: (i64, i64),
}

/// Sums over all offsets. `misses[i]` is the likelihood ratio of attempt `i` where no offset at hand explains it, to which
/// `weight(reach, offset)` is added where one does. Beyond [`FINEST`] offsets they are taken in strides, each by its middle.
pub(super) fn sum_out(
    reaches: &[Reach],
    density: impl Fn(i64) -> f64,
    misses: &[f64],
    weight: impl Fn(usize, i64) -> f64,
) -> OffsetFit {
    let all_missed: f64 = misses.iter().product();
    let mut edges: Vec<i64> = reaches.iter().flat_map(|reach| [reach.from, reach.to]).collect();
    edges.sort_unstable();
    edges.dedup();
    let active =
        |from: i64, to: i64| (0..reaches.len()).filter(move |&at| reaches[at].from <= from && to <= reaches[at].to);
    let segments: Vec<(i64, i64, Vec<usize>)> =
        edges.windows(2).map(|edge| (edge[0], edge[1], active(edge[0], edge[1]).collect())).collect();
    let segments: Vec<_> = segments.into_iter().filter(|(_, _, here)| !here.is_empty()).collect();
    let seconds: i64 = segments.iter().map(|(from, to, _)| to - from).sum();
    let stride = (seconds / FINEST).max(1);
    let mut fit = OffsetFit::default();
    let (mut terms, mut covered) = (Vec::new(), 0.0);
    let mut likelihoods = misses.to_vec();
    for (from, to, here) in &segments {
        let mut at = *from;
        while at < *to {
            let width = stride.min(to - at);
            let offset = at + width / 2;
            let share = density(offset) * width as f64;
            likelihoods.copy_from_slice(misses);
            for &reach in here {
                likelihoods[reaches[reach].attempt] += weight(reach, offset);
            }
            let term = share * likelihoods.iter().product::<f64>();
            covered += share;
            terms.push(term);
            if term / width as f64 > fit.best {
                fit.best = term / width as f64;
                fit.matched = here.iter().map(|&reach| reaches[reach].attempt).collect();
                let from = here.iter().map(|&reach| reaches[reach].from).max().unwrap_or(*from);
                let to = here.iter().map(|&reach| reaches[reach].to).min().unwrap_or(*to);
                fit.range = (from, to - 1);
            }
            at += width;
        }
    }
    terms.push((1.0 - covered).max(0.0) * all_missed);
    fit.ratio = sum(terms);
    fit.matched.sort_unstable();
    fit.matched.dedup();
    fit
}

/// What an offset looks like, for a person.
pub(super) fn looks_like(offset: i64, tolerance: i64, at: i64) -> Option<&'static str> {
    let near = |unit: i64| {
        let rest = offset.rem_euclid(unit);
        offset.abs() > unit / 2 && rest.min(unit - rest) <= tolerance
    };
    let device = offset + at;
    if RESETS.into_iter().any(|reset| (reset..=reset + DAY).contains(&device)) {
        return Some("a clock that was reset");
    }
    if far_offsets(at).iter().any(|range| range.contains(&offset)) || near(DAY) {
        return Some("a wrong date");
    }
    if near(12 * HOUR) {
        return Some("morning and afternoon mixed up");
    }
    if offset.abs() <= 14 * HOUR && near(900) {
        return Some("a wrong time zone");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_800_000_000;

    #[test]
    fn the_shares_of_all_offsets_sum_to_about_one() {
        let prior = Prior::new(30, AT, [-30..=30, -30..=30]);
        let mut sum = 0.0;
        for range in prior.ranges(Depth::Far, true) {
            // The far ranges do not overlap the wide one, and they are few.
            sum += range.map(|offset| prior.density(offset)).sum::<f64>();
        }
        assert!((0.9..=1.1).contains(&sum), "{sum}");
    }

    #[test]
    fn many_steps_are_added_as_few_are() {
        for steps in [MANY, MANY + 1, 5_760, WIDE] {
            let one_by_one: f64 = (1..=steps).map(|step| 1.0 / (1 + step) as f64).sum();
            assert!((harmonic(steps) - one_by_one).abs() < 1e-9, "{steps}");
        }
    }

    #[test]
    fn one_offset_must_fit_both_codes() {
        let prior = Prior::new(30, AT, [-30..=30, -30..=30]);
        let reach = |attempt, from| Reach { attempt, from, to: from + 50 };
        let fit = |reaches: [Reach; 2]| sum_out(&reaches, |at| prior.density(at), &[0.01, 0.01], |_, _| 1e6);
        let together = fit([reach(0, -140), reach(1, -130)]);
        let apart = fit([reach(0, -140), reach(1, 900)]);
        assert_eq!(together.matched, [0, 1]);
        assert_eq!(together.range, (-130, -91));
        assert!(together.ratio > 1e5 * apart.ratio);
    }

    #[test]
    fn the_offsets_of_an_own_reckoning_sum_to_one() {
        let sum: f64 = (-WIDE..=WIDE).map(reckoning).sum();
        assert!((0.97..=1.03).contains(&sum), "{sum}");
    }

    #[test]
    fn the_offsets_of_services_sum_to_one_and_know_no_zones() {
        let prior = ServicePrior::new(30, [-30..=30, -30..=30]);
        let sum: f64 = (-WIDE..=WIDE).map(|offset| prior.density(offset)).sum();
        assert!((0.97..=1.03).contains(&sum), "{sum}");
        let near: f64 = (-300..=300).map(|offset| prior.density(offset)).sum();
        assert!((0.48..=0.52).contains(&near), "{near}");
        assert!(prior.density(3_600) < prior.density(3_500));
        assert!(prior.density(0) <= 0.0);
    }

    #[test]
    fn offsets_are_named_by_what_they_look_like() {
        assert_eq!(looks_like(3_600 + 10, 30, AT), Some("a wrong time zone"));
        assert_eq!(looks_like(-5 * 3_600 - 1_800, 30, AT), Some("a wrong time zone"));
        assert_eq!(looks_like(-12 * 3_600, 30, AT), Some("morning and afternoon mixed up"));
        assert_eq!(looks_like(86_400, 30, AT), Some("a wrong date"));
        assert_eq!(looks_like(1_000 - AT, 30, AT), Some("a clock that was reset"));
        assert_eq!(looks_like(-120, 30, AT), None);
    }
}
