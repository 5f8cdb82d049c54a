//! Codes that follow a counter (RFC 4226), where the counter is not the one that the service expects.
//!
//! The one idea: each code of a sequence lies a few counters after the one before, so that the second tells much more than the
//! first. It must not know of clocks.

use super::Depth;
use super::attempts::{LOOK_AHEAD, window};
use super::bench::Bench;
use super::clock::take_on_time;
use super::constants::{ACCEPTED_A_BAD_ONE, CLEAN, MISHAP, REFUSED_A_GOOD_ONE};
use super::explanation::{Explanation, Row};
use super::parts::{Part, Parts, distinct};
use super::worlds::World;
use crate::case::Outcome;
use crate::entry::{Entry, Kind};
use crate::finding::{Detail, Fact, Measure};
use crate::otp::{self, Key};
use crate::probe::wording::said;

pub(super) const ROWS: [Row; 3] = [
    Row::new(Explanation::CounterAhead, &["counters"], counter),
    Row::new(Explanation::CounterBehind, &["counters"], counter),
    Row::new(Explanation::SharedCounter, &[], |bench, _| shared_counter(bench)),
];

/// The furthest counter from the expected one in the near search, and in the wider ones where one entry is the service's;
/// entries that may each be share it.
const NEAR: u64 = 100;
const FAR: u64 = 100_000;
/// How far two devices that share a secret may be apart.
const SHARED: u64 = 1_000;
/// How far a counter may have come where a time code is due.
const YOUNG: u64 = 1_000;
/// Two codes in a row are this many counters apart, at most.
const GAP: u64 = 10;

/// Counters that the first code may have, the nearer to `around` the likelier.
struct Range {
    first: u64,
    last: u64,
    around: u64,
}

/// A sequence of codes up to some counter, that of the attempt `last`.
struct Sequence {
    counter: u64,
    last: usize,
    ratio: f64,
    codes: usize,
}

impl Range {
    fn weight(&self, counter: u64) -> f64 {
        1.0 / (1.0 + counter.abs_diff(self.around) as f64)
    }

    fn sum(&self) -> f64 {
        (self.first..=self.last).map(|counter| self.weight(counter)).sum()
    }
}

/// `counter-ahead` or `counter-behind`.
fn counter(bench: &Bench<'_>, explanation: Explanation) -> Option<Measure> {
    let reach = if bench.depth == Depth::Near { NEAR } else { (FAR / bench.own().count().max(1) as u64).max(NEAR) };
    let look_ahead = u64::from(bench.case.service.look_ahead.unwrap_or(LOOK_AHEAD as u32));
    by_counter(bench, explanation, |counter, entry| {
        let beyond = counter.saturating_add(look_ahead).saturating_add(1);
        let range = match explanation {
            Explanation::CounterAhead => Range { first: beyond, last: beyond.saturating_add(reach), around: counter },
            _ => Range { first: counter.saturating_sub(reach), last: counter.checked_sub(1)?, around: counter },
        };
        Some(sequence(bench, entry, &range, &|_| true))
    })
}

/// Two devices with the same secret, each with a counter of its own.
fn shared_counter(bench: &Bench<'_>) -> Option<Measure> {
    let devices = distinct(bench.attempts.iter().filter_map(|attempt| attempt.device));
    by_counter(bench, Explanation::SharedCounter, |counter, entry| {
        let range =
            Range { first: counter.saturating_sub(SHARED), last: counter.saturating_add(SHARED), around: counter };
        let of = |device: &&str| sequence(bench, entry, &range, &|index| bench.attempts[index].device == Some(*device));
        let parts: Vec<Part> = devices.iter().map(of).collect();
        // One device alone, or one that shows nothing, shares with nobody.
        let sharing = devices.len() >= 2 && parts.iter().all(|part| part.codes > 0);
        sharing.then(|| Part {
            ratio: parts.iter().map(|part| part.ratio).product(),
            chance: parts.iter().map(|part| part.chance).product(),
            tried: parts.iter().map(|part| part.tried).sum(),
            codes: parts.iter().map(|part| part.codes).sum(),
            detail: Detail::default(),
        })
    })
}

/// A young counter where a time code is due, in one of the worlds.
pub(super) fn counter_for_time(bench: &Bench<'_>, used: usize, world: &World) -> Option<Part> {
    let Kind::Totp { .. } = bench.candidates.list[used].entry.kind else { return None };
    let range = Range { first: 0, last: YOUNG, around: 0 };
    let mut part = sequence(bench, used, &range, &|index| world.faulty[index]);
    for index in (0..bench.attempts.len()).filter(|&index| !world.faulty[index]) {
        take_on_time(bench, &mut part, index);
    }
    part.detail = Detail::default().with("kind", said("a code that follows a counter"));
    Some(part)
}

/// Measures an explanation of the service's own counters. Codes that follow time know of no counter.
fn by_counter(
    bench: &Bench<'_>,
    explanation: Explanation,
    part: impl Fn(u64, usize) -> Option<Part>,
) -> Option<Measure> {
    bench.own().next()?;
    let mut parts = Parts::default();
    for (used, weight) in bench.own() {
        if let Kind::Hotp { counter } = bench.candidates.list[used].entry.kind
            && let Some(part) = part(counter, used)
        {
            parts.add(weight, part);
        }
    }
    if parts.ratios.is_empty() {
        return Some(bench.impossible(explanation, None));
    }
    Some(parts.measure(explanation, None, 0.0, true))
}

/// How the service's answer fits a code of that counter.
fn answer_to(bench: &Bench<'_>, used: usize, index: usize, counter: u64) -> f64 {
    let entry = &bench.candidates.list[used].entry;
    let window = window(entry, &bench.case.service, None);
    let accepts = window.is_some_and(|window| i64::try_from(counter).is_ok_and(|counter| window.contains(&counter)));
    match (bench.attempts[index].outcome, accepts) {
        (Outcome::Refused, true) => REFUSED_A_GOOD_ONE,
        (Outcome::Accepted, false) => ACCEPTED_A_BAD_ONE,
        _ => 1.0,
    }
}

/// The codes that are of it, as a sequence that begins in `range`.
fn sequence(bench: &Bench<'_>, used: usize, range: &Range, is_of_it: &dyn Fn(usize) -> bool) -> Part {
    let candidate = &bench.candidates.list[used];
    let indices: Vec<usize> = (0..bench.attempts.len()).filter(|&index| is_of_it(index)).collect();
    let typed = |index: usize| &bench.attempts[index].typed;
    let readable = |index: &&usize| typed(**index).is_digits(candidate.entry.digits.get());
    let values: Vec<(usize, u64)> = indices.iter().filter(readable).map(|&index| (index, typed(index).value)).collect();
    let end = range.last.saturating_add(GAP * indices.len() as u64);
    let hits = hits(&candidate.key, &candidate.entry, range.first..=end, &values);
    let all = range.sum();
    let (mut none, mut sequences) = (1.0, Vec::<Sequence>::new());
    for &index in &indices {
        let attempt = &bench.attempts[index];
        let mut longer = Vec::new();
        for &(counter, _) in hits.iter().filter(|(_, at)| *at == index) {
            let hit = CLEAN / attempt.typed.by_chance * answer_to(bench, used, index, counter);
            let begins = if counter <= range.last { none * range.weight(counter) / all * hit } else { 0.0 };
            let mut sequence = Sequence { counter, last: index, ratio: begins, codes: 1 };
            for before in sequences.iter().filter(|one| (1..=GAP).contains(&one.counter.abs_diff(counter))) {
                let order = in_that_order(bench, before.last, index);
                let probability = if before.counter < counter { order } else { 1.0 - order };
                if probability <= 0.0 {
                    continue;
                }
                sequence.ratio += before.ratio * hit * probability / GAP as f64;
                sequence.codes = sequence.codes.max(before.codes + 1);
            }
            longer.push(sequence);
        }
        none *= MISHAP;
        for sequence in &mut sequences {
            sequence.ratio *= MISHAP;
        }
        sequences.extend(longer);
    }
    let strings = candidate.entry.digits.codes() as f64;
    let tried = range.last - range.first + 1;
    let ratio = sequences.iter().map(|sequence| sequence.ratio).sum::<f64>() + none;
    let Some(best) = sequences.into_iter().max_by(|a, b| a.ratio.total_cmp(&b.ratio)) else {
        return Part { ratio, chance: 1.0, tried, ..Part::default() };
    };
    let later = (GAP as f64 / strings).powi(best.codes as i32 - 1);
    let away = i64::try_from(best.counter.abs_diff(range.around)).unwrap_or(i64::MAX);
    let detail = Detail::default().with("counters", Fact::Number(away));
    Part { ratio, chance: tried as f64 / strings * later, tried, codes: best.codes, detail }
}

/// How probably the one attempt came before the other, which is listed after it.
fn in_that_order(bench: &Bench<'_>, one: usize, other: usize) -> f64 {
    match (bench.attempts[one].at, bench.attempts[other].at) {
        (Some(one), Some(other)) if one.to > other.from && other.to > one.from => 0.5,
        _ => 1.0,
    }
}

/// The counters of `range` whose code was typed, each with the attempt.
fn hits(key: &Key, entry: &Entry, range: std::ops::RangeInclusive<u64>, typed: &[(usize, u64)]) -> Vec<(u64, usize)> {
    let mut hits = Vec::new();
    for (counter, code) in key.codes(range, entry.digits) {
        for (index, _) in typed.iter().filter(|(_, value)| *value == code) {
            if otp::agrees(&entry.secret, entry.algorithm, entry.digits, counter, code) {
                hits.push((counter, *index));
            }
        }
    }
    hits
}
