use std::cmp::Reverse;
use std::ops::Range;

use super::log::{Name, Record};
use super::place::{Named, PLACES};
use super::{CausePlace, DAY, chance};

/// Somebody who comes again within so many seconds comes once.
const VISIT: i64 = 3_600;
/// Fewer visits than this are no surge, and fewer outside of it say nothing of what is usual.
const ENOUGH: usize = 10;
/// How likely by luck a surge may be. It stands beside other tests, so it is a tenth of theirs.
const LUCKY: f64 = 0.001;
/// How many times as many people as before may come without any fault: of a place, whose share is compared besides; and of all.
const MORE_AT_A_PLACE: f64 = 1.25;
const MORE: f64 = 2.0;
/// How many times the odds of a place, or the people of all, are looked for.
const LOOKED_FOR: f64 = 4.0;
/// The hours right before count by themselves, in seconds: what grows through a morning does not jump.
const RIGHT_BEFORE: i64 = 3_600;
/// Names of a place that are looked at, those with the most visits.
const MOST_NAMES: usize = 64;
/// Surges that are looked for.
const MOST: usize = 6;

/// From some time on more people are refused than before.
#[derive(Debug)]
pub(super) struct Surge {
    /// Indices of records.
    pub(super) members: Vec<usize>,
    /// Where; `None`: everywhere.
    pub(super) place: Option<(CausePlace, Name)>,
    pub(super) since: i64,
    /// Visits while it lasts: there, and anywhere.
    pub(super) during: (usize, usize),
    /// The same of all other times.
    pub(super) else_when: (usize, usize),
    /// How long it lasts, and how long all other times are, in seconds.
    pub(super) seconds: (i64, i64),
    pub(super) luck: f64,
}

impl Surge {
    /// How much better two rates fit than one: greatest where the surge begins and ends.
    fn jump(&self) -> f64 {
        let parts = [(self.during.0, self.seconds.0), (self.else_when.0, self.seconds.1)];
        let parts = parts.map(|(count, seconds)| (count as f64, seconds.max(1) as f64));
        let rate =
            parts.iter().map(|(count, _)| count).sum::<f64>() / parts.iter().map(|(_, seconds)| seconds).sum::<f64>();
        parts
            .iter()
            .filter(|(count, _)| *count > 0.0)
            .map(|(count, seconds)| count * (count / seconds / rate).ln())
            .sum()
    }
}

/// Every surge among the records that are free; those of a place first.
pub(super) fn all(records: &[Record], free: Vec<usize>) -> Vec<Surge> {
    let mut free = free;
    let mut found = Vec::new();
    while found.len() < MOST {
        let visits = visits(records, &free);
        if visits.len() < 2 * ENOUGH {
            break;
        }
        let at_places = PLACES.iter().filter(|(place, _)| *place != CausePlace::Network);
        let at_places = at_places.filter_map(|(place, named)| at_place(records, &visits, *place, *named));
        let Some(mut surge) =
            at_places.max_by(|one, other| one.jump().total_cmp(&other.jump())).or_else(|| everywhere(&visits))
        else {
            break;
        };
        let named = surge.place.and_then(|(place, name)| {
            let here = |(of, named): &&(CausePlace, Named)| {
                *of == place && free.iter().any(|index| named(&records[*index]) == Some(name))
            };
            PLACES.iter().find(here).map(|(_, named)| (*named, name))
        });
        let until = surge.since + surge.seconds.0;
        let is_member = |index: &usize| {
            let record = &records[*index];
            record.at.is_some_and(|at| (surge.since..=until).contains(&at))
                && named.is_none_or(|(named, name)| named(record) == Some(name))
        };
        surge.members = free.iter().copied().filter(is_member).collect();
        free.retain(|index| !is_member(index));
        found.push(surge);
    }
    found
}

/// A person who comes: when, and which record tells of it.
type Visit = (i64, usize);

/// Who came when, in order of time.
fn visits(records: &[Record], some: &[usize]) -> Vec<Visit> {
    let mut timed: Vec<(u32, i64, usize)> =
        some.iter().filter_map(|index| Some((records[*index].person, records[*index].at?, *index))).collect();
    timed.sort_unstable();
    let mut visits: Vec<Visit> = Vec::with_capacity(timed.len());
    let mut last: Option<(u32, i64)> = None;
    for (person, at, index) in timed {
        if last.is_none_or(|(of, before)| of != person || at - before >= VISIT) {
            visits.push((at, index));
            last = Some((person, at));
        }
    }
    visits.sort_unstable();
    visits
}

/// The run of visits in which a sum of scores is greatest.
fn greatest(scores: impl Iterator<Item = f64>) -> Range<usize> {
    let (mut best, mut range) = (0.0, 0..0);
    let (mut sum, mut from) = (0.0, 0);
    for (index, score) in scores.enumerate() {
        if sum <= 0.0 {
            (sum, from) = (0.0, index);
        }
        sum += score;
        if sum > best {
            (best, range) = (sum, from..index + 1);
        }
    }
    range
}

/// The most remarkable surge at one node, app or the like, against the others at the same time.
fn at_place(records: &[Record], visits: &[Visit], place: CausePlace, named: Named) -> Option<Surge> {
    let placed: Vec<(i64, Name)> =
        visits.iter().filter_map(|(at, index)| Some((*at, named(&records[*index])?))).collect();
    let times: Vec<i64> = placed.iter().map(|(at, _)| *at).collect();
    let mut sorted: Vec<Name> = placed.iter().map(|(_, name)| *name).collect();
    sorted.sort_unstable();
    let mut visited: Vec<(usize, Name)> =
        sorted.chunk_by(|one, other| one == other).map(|chunk| (chunk.len(), chunk[0])).collect();
    visited.retain(|(count, _)| *count >= ENOUGH);
    visited.sort_unstable_by_key(|(count, name)| (Reverse(*count), *name));
    let kinds = visited.len().max(2) as f64;
    let mut best: Option<Surge> = None;
    for (count, name) in visited.into_iter().take(MOST_NAMES) {
        // Where nobody is elsewhere there is nothing to compare with.
        if count == placed.len() {
            continue;
        }
        let shares = [count as f64 / placed.len() as f64, 1.0 / kinds].map(|usual| by_share(&placed, name, usual));
        for range in shares.into_iter().chain(by_rate(&placed, name)) {
            let Some(mut surge) = of_name(&placed, &times, name, range) else { continue };
            surge.luck = (surge.luck * placed.len() as f64 * kinds).min(1.0);
            if surge.luck <= LUCKY && best.as_ref().is_none_or(|best| surge.jump() > best.jump()) {
                surge.place = Some((place, name));
                best = Some(surge);
            }
        }
    }
    best
}

/// How often the outside of a range is looked at again, which says what is usual.
const ROUNDS: usize = 3;

/// When a name's share is greatest; `usual` is its share to begin with.
fn by_share(placed: &[(i64, Name)], name: Name, usual: f64) -> Range<usize> {
    let is_here = |range: Range<usize>| placed[range].iter().filter(|(_, of)| *of == name).count();
    let all = is_here(0..placed.len());
    let (mut usual, mut range) = (usual.clamp(0.001, 0.9), 0..0);
    for _ in 0..ROUNDS {
        let more = LOOKED_FOR * usual / (1.0 + (LOOKED_FOR - 1.0) * usual);
        let (here, elsewhere) = ((more / usual).ln(), ((1.0 - more) / (1.0 - usual)).ln());
        range = greatest(placed.iter().map(|(_, of)| if *of == name { here } else { elsewhere }));
        let outside = placed.len() - range.len();
        usual = ((all - is_here(range.clone())) as f64 + 0.5) / (outside as f64 + 1.0);
    }
    range
}

/// When most come to a name, whoever comes to the others.
fn by_rate(placed: &[(i64, Name)], name: Name) -> Vec<Range<usize>> {
    let own: Vec<i64> = placed.iter().filter(|(_, of)| *of == name).map(|(at, _)| *at).collect();
    let among_all = |range: Range<usize>| {
        let (from, to) = (own[range.start], own[range.end - 1]);
        placed.partition_point(|(at, _)| *at < from)..placed.partition_point(|(at, _)| *at <= to)
    };
    busiest(&own).into_iter().map(among_all).collect()
}

/// When times are nearest to each other, as it seems each time that the others are looked at again.
fn busiest(times: &[i64]) -> Vec<Range<usize>> {
    /// What part of the mean rate may be the usual one, to begin with: where most of a log is the surge, a small one.
    const BEGINS: [f64; 3] = [1.0, 0.25, 0.06];
    let whole = lasts(times, &(0..times.len())).max(1) as f64;
    let mut ranges = Vec::new();
    for begin in BEGINS {
        let mut rate = begin * times.len() as f64 / whole;
        for _ in 0..ROUNDS {
            let gaps = times.windows(2).map(|two| (two[1] - two[0]) as f64);
            let scores = std::iter::once(0.0).chain(gaps).map(|gap| LOOKED_FOR.ln() - (LOOKED_FOR - 1.0) * rate * gap);
            let range = greatest(scores);
            let outside = (whole - lasts(times, &range) as f64).max(1.0);
            rate = ((times.len() - range.len()) as f64 + 0.5) / outside;
            ranges.push(range);
        }
    }
    ranges.retain(|range| !range.is_empty());
    ranges.dedup();
    ranges
}

/// What a range comes to for a name, if its share and its number are more than usual.
fn of_name(placed: &[(i64, Name)], times: &[i64], name: Name, range: Range<usize>) -> Option<Surge> {
    let is_here = |range: Range<usize>| placed[range].iter().filter(|(_, of)| *of == name).count();
    let all = is_here(0..placed.len());
    let during = (is_here(range.clone()), range.len());
    let else_when = (all - during.0, placed.len() - during.1);
    if during.0 < ENOUGH || else_when.1 < ENOUGH {
        return None;
    }
    let share = chance::drawn(during.0, during.1, else_when.0, else_when.1);
    // Where a node takes over from another its share grows, and not more people are refused than at all of them before.
    let more = crowded(times, &range, during.0, MORE_AT_A_PLACE)?;
    Some(surge(times, &range, during, else_when, share.max(more)))
}

/// When more people come than at any other time, whatever they share.
fn everywhere(visits: &[Visit]) -> Option<Surge> {
    let times: Vec<i64> = visits.iter().map(|(at, _)| *at).collect();
    let found = busiest(&times).into_iter().filter_map(|range| {
        let (during, else_when) = (range.len(), times.len() - range.len());
        if during < ENOUGH || else_when < ENOUGH {
            return None;
        }
        let luck = (crowded(&times, &range, during, MORE)? * times.len() as f64).min(1.0);
        (luck <= LUCKY).then(|| surge(&times, &range, (during, during), (else_when, else_when), luck))
    });
    found.max_by(|one, other| one.jump().total_cmp(&other.jump()))
}

fn surge(times: &[i64], range: &Range<usize>, during: (usize, usize), else_when: (usize, usize), luck: f64) -> Surge {
    let lasts = lasts(times, range);
    let whole = times[times.len() - 1] - times[0];
    let seconds = (lasts, whole - lasts);
    Surge { members: Vec::new(), place: None, since: times[range.start], during, else_when, seconds, luck }
}

/// From the first to the last, in seconds.
fn lasts(times: &[i64], range: &Range<usize>) -> i64 {
    if range.is_empty() { 0 } else { times[range.end - 1] - times[range.start] }
}

/// The chance that so `many` come within a range if `more` times as many as at other times may: as in all the rest, in the hour
/// before, and at the same time on the day before, whichever says the most for luck. `None`: there is no time before.
fn crowded(times: &[i64], range: &Range<usize>, many: usize, more: f64) -> Option<f64> {
    let (first, begin, lasts) = (times[0], times[range.start], lasts(times, range).max(1));
    let end = begin + lasts;
    let whole = times[times.len() - 1] - first;
    let came = |from: i64, to: i64| {
        times.partition_point(|at| *at < to).saturating_sub(times.partition_point(|at| *at < from))
    };
    let luck = |others: usize, long: i64| {
        let share = more * lasts as f64 / (more * lasts as f64 + long.max(1) as f64);
        // The first one marks the beginning, and is none of those that come within.
        chance::tail(many - 1 + others, share, many - 1)
    };
    let before = (begin - first).min(RIGHT_BEFORE);
    if before * 10 < lasts.min(RIGHT_BEFORE) {
        return None;
    }
    let rest = luck(times.len() - range.len(), whole - lasts);
    let right_before = luck(came(begin - before, begin), before);
    let yesterday = (begin - DAY >= first).then(|| luck(came(begin - DAY, end - DAY + 1), lasts));
    Some(rest.max(right_before).max(yesterday.unwrap_or(0.0)))
}
