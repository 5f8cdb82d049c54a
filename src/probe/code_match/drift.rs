//! A clock whose offset grows: codes hours apart, each shifted. Where one shift fits them all, so does a clock that hardly drifts.
//!
//! The one idea: the first and the last code give a line, and those between must lie on it. It must not know why a clock drifts.

use super::bench::{Bench, hidden};
use super::clock::take_on_time;
use super::constants::{CLEAN, MISHAP, READ_ELSEWHERE, TYPING_DELAY};
use super::explanation::{Explanation, Row};
use super::kernel::Answers;
use super::offsets::Bound;
use super::parts::{Part, Parts};
use crate::case::Interval;
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
            // Of a time that is hardly known, the part from which a clock can have drifted so far.
            let drifted = (FASTEST * span) as i64;
            let (from, to) = (start.from.max(end.from - drifted), start.to.min(end.to + drifted));
            if from >= to {
                continue;
            }
            let first = middle(from, to);
            let rate = (middle(end.from, end.to) - first) / span;
            let common = (prior.body(first as i64) * (to - from) as f64).min(1.0);
            // Any rate is as common as another, so that of the places that a clock can get to each is as probable.
            let got_to = |from: i64, to: i64| ((to - from) as f64 / (2.0 * FASTEST * span)).min(1.0);
            // It was read when the last code was there, or since.
            let share = match bench.reading.filter(|reading| reading.off) {
                Some(reading) => {
                    READ_ELSEWHERE * common * got_to(end.from, end.to)
                        + (1.0 - READ_ELSEWHERE) * reading.share(end.from, end.to) * got_to(from, to)
                }
                None => common * got_to(end.from, end.to),
            };
            let mut ratio = share
                * answered(bench, period, places[0], &start, from, to)
                * answered(bench, period, places[last], &end, end.from, end.to);
            let mut codes = 2;
            for (index, bounds) in between.iter().enumerate() {
                let expected = first + rate * (apart(&times[..=index + 1])) as f64;
                let near = |bound: &&Bound| {
                    (middle(bound.from, bound.to) - expected).abs() <= TOLERANCE + (bound.to - bound.from) as f64 / 2.0
                };
                let hit = bounds.iter().find(near);
                codes += usize::from(hit.is_some());
                ratio *=
                    hit.map_or(MISHAP, |bound| answered(bench, period, places[index + 1], bound, bound.from, bound.to));
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
    let allowed = bench.candidates_per_offset(attempt, period);
    Some(Bound {
        from: step * seconds - at.to,
        to: (step + 1) * seconds - at.from + TYPING_DELAY,
        ratio: CLEAN / (allowed * prepared.typed.by_chance),
    })
}

/// How probable a code and the answer to it are, where the clock was off by some of those offsets: the service sees by how much.
fn answered(bench: &Bench<'_>, period: u32, attempt: usize, bound: &Bound, from: i64, to: i64) -> f64 {
    let [forgiven, _] = hidden(&bench.case.service, period);
    let good = (to.min(forgiven.end() + 1) - from.max(*forgiven.start())).max(0) as f64 / (to - from).max(1) as f64;
    let answers = Answers::to(bench.attempts[attempt].outcome);
    bound.ratio * (good * answers.to_good + (1.0 - good) * answers.to_bad) + MISHAP
}

/// Seconds from the first code to the last; where a time is hardly known, from its middle.
fn apart(times: &[Interval]) -> i64 {
    let middle = |time: &Interval| i64::midpoint(time.from, time.to);
    times.last().map_or(0, middle) - times.first().map_or(0, middle)
}
