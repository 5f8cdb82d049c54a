//! A clock whose offset grows: codes hours apart, each shifted, and no one shift fits them all.
//!
//! The one idea: the first and the last code give a line, and those between must lie on it. It must not know why a clock drifts.

use super::attempts::window;
use super::bench::Bench;
use super::clock::take_on_time;
use super::constants::{ACCEPTED_A_BAD_ONE, CLEAN, MISHAP, REFUSED_A_GOOD_ONE, TYPING_DELAY};
use super::explanation::{Explanation, Row};
use super::offsets::Bound;
use super::parts::{Part, Parts};
use crate::case::{Interval, Outcome};
use crate::entry::Kind;
use crate::finding::{Detail, Fact, Measure};
use crate::otp::POWERS_OF_TEN;

pub(super) const ROWS: [Row; 1] =
    [Row::new(Explanation::DriftingDeviceClock, &["drift", "offset", "offset_seconds", "seconds_a_day"], drift)];

/// Codes closer together than this show no drift, in seconds.
const SHORTEST: i64 = 3_600;
/// The fastest drift, in seconds a second: two minutes an hour.
const FASTEST: f64 = 1.0 / 30.0;
/// How far a code may lie off the line, in seconds: half of a period and the delay of typing.
const TOLERANCE: f64 = 25.0;

/// The first and the last code give the line, those between must lie on it.
fn drift(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    bench.own().next()?;
    let mut parts = Parts::default();
    for world in &bench.worlds {
        let (touched, others): (Vec<usize>, Vec<usize>) =
            (0..bench.attempts.len()).partition(|&index| world.faulty[index]);
        let times: Option<Vec<Interval>> = touched.iter().map(|&index| bench.attempts[index].at).collect();
        let Some(times) = times.filter(|times| times.len() >= 2 && apart(times) >= SHORTEST) else { continue };
        for (used, weight) in bench.own() {
            let none = || Part { ratio: MISHAP.powi(times.len() as i32), ..Part::default() };
            let mut part = line(bench, used, &touched, &times).unwrap_or_else(none);
            for &index in &others {
                take_on_time(bench, &mut part, index);
            }
            parts.add(weight * world.share, part);
        }
    }
    if parts.ratios.is_empty() {
        return Some(bench.impossible(id, None));
    }
    Some(parts.measure(id, None, 0.0, true))
}

/// The line through the codes at those places.
fn line(bench: &Bench<'_>, used: usize, places: &[usize], times: &[Interval]) -> Option<Part> {
    let (period, prior) = bench.prior(&bench.candidates.list[used])?;
    let (last, span) = (times.len() - 1, apart(times) as f64);
    let hits = &bench.shifts[used].hits;
    let of = |place: usize| hits.iter().filter(move |(index, _)| *index == places[place]);
    let bounds = |place: usize| of(place).filter_map(|hit| bound(bench, used, *hit)).collect::<Vec<_>>();
    let middle = |from: i64, to: i64| (from + to) as f64 / 2.0;
    let between: Vec<Vec<_>> = (1..last).map(bounds).collect();
    // Steps that some rate of drift brings on the screen.
    let reach = 2.0 * FASTEST * span / f64::from(period) + 1.0;
    let mut part = Part { tried: bench.shifts[used].tried, ..Part::default() };
    let mut best = 0.0;
    for start in bounds(0) {
        for end in bounds(last) {
            let constant = start.from.max(end.from) < start.to.min(end.to);
            let first = middle(start.from, start.to);
            let rate = (middle(end.from, end.to) - first) / span;
            if constant || rate.abs() > FASTEST {
                continue;
            }
            let share = prior.body(first as i64) * (start.to - start.from) as f64;
            let mut ratio = share * start.ratio * end.ratio / reach;
            let mut codes = 2;
            for (index, bounds) in between.iter().enumerate() {
                let expected = first + rate * (times[index + 1].to - times[0].to) as f64;
                let near = |bound: &&Bound| {
                    (middle(bound.from, bound.to) - expected).abs() <= TOLERANCE + (bound.to - bound.from) as f64 / 2.0
                };
                let hit = bounds.iter().find(near);
                codes += usize::from(hit.is_some());
                ratio *= hit.map_or(MISHAP, |bound| bound.ratio);
            }
            part.ratio += ratio;
            if ratio > best {
                best = ratio;
                part.codes = codes;
                let now = middle(end.from, end.to);
                part.detail = Detail::default()
                    .with("offset_seconds", Fact::Number(now as i64))
                    .with("seconds_a_day", Fact::Number((rate * 86_400.0).round() as i64));
            }
        }
    }
    let strings = |place: usize| POWERS_OF_TEN[bench.attempts[places[place]].typed.digits.len()] as f64;
    let offsets = part.tried as f64 / times.len() as f64;
    let others: f64 = (1..part.codes.saturating_sub(1)).map(|index| 4.0 / strings(index)).product();
    part.chance = offsets / strings(0) * reach / strings(last) * others;
    part.ratio += MISHAP.powi(times.len() as i32);
    Some(part)
}

/// The offsets at which the code of `step` can have been typed as that attempt; `None` where nothing bounds the time.
fn bound(bench: &Bench<'_>, used: usize, (attempt, step): (usize, i64)) -> Option<Bound> {
    let prepared = &bench.attempts[attempt];
    let entry = &bench.candidates.list[used].entry;
    let (Kind::Totp { period }, Some(at)) = (entry.kind, prepared.at) else { return None };
    let seconds = i64::from(period);
    let in_window = window(entry, &bench.case.service, prepared.at).is_some_and(|window| window.contains(&step));
    let outcome = match prepared.outcome {
        Outcome::Refused if in_window => REFUSED_A_GOOD_ONE,
        Outcome::Accepted if !in_window => ACCEPTED_A_BAD_ONE,
        _ => 1.0,
    };
    let allowed = bench.candidates_per_offset(attempt, period);
    Some(Bound {
        from: step * seconds - at.to,
        to: (step + 1) * seconds - at.from + TYPING_DELAY,
        ratio: CLEAN / (allowed * prepared.typed.by_chance) * outcome + MISHAP,
    })
}

/// Seconds from the first code to the last.
fn apart(times: &[Interval]) -> i64 {
    times.last().map_or(0, |last| last.to) - times.first().map_or(0, |first| first.to)
}
