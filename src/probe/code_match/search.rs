//! The search over offsets: every code compared with every step that a clock could have brought on the screen.
//!
//! The one idea: each step is computed once, for all codes and however far the search goes. It must not know how well a match fits.

use super::Depth;
use super::attempts::Prepared;
use super::candidates::{Candidate, MOST_SEARCHED};
use super::constants::{MOST_FOR_DATES, MOST_UNKNOWN, TYPING_DELAY, WIDEST_DERIVED};
use super::offsets::Prior;
use crate::entry::Kind;

/// What is searched, and how far.
pub(super) struct Ground<'a> {
    pub(super) attempts: &'a [Prepared<'a>],
    pub(super) depth: Depth,
    /// How many entries of the case are compared.
    pub(super) entries: usize,
}

/// What the search over offsets found for one candidate.
#[derive(Default)]
pub(super) struct Shifts {
    /// Attempts with the steps whose code was typed, wherever the prior allows the offset.
    pub(super) hits: Vec<(usize, i64)>,
    /// Steps compared, over all attempts.
    pub(super) tried: u64,
    /// Whether wrong dates were left out, or codes cannot show one, since nobody knows about when one of them was typed.
    pub(super) without_dates: bool,
    /// The steps that were computed: from and to, apart from each other, in order.
    computed: Vec<(i64, i64)>,
    /// Those of them that show something typed, with the code.
    found: Vec<(i64, u64)>,
}

/// Compares every code with every step that an offset could have brought on the screen. `earlier` is what a search that went less
/// far has found: its steps are not computed again.
pub(super) fn search(ground: &Ground<'_>, candidate: &Candidate<'_>, prior: Option<&Prior>, earlier: Shifts) -> Shifts {
    let (Kind::Totp { period }, Some(prior)) =
        (candidate.entry.kind, prior.filter(|_| candidate.is_searched(ground.depth)))
    else {
        return Shifts::default();
    };
    let period = i64::from(period);
    let entries = ground.entries;
    let unknown = ground.attempts.iter().filter_map(|attempt| attempt.at).map(|at| at.to - at.from).max();
    let is_vague = entries as i64 * unknown.unwrap_or(0) > MOST_UNKNOWN * period;
    let depth = match ground.depth {
        _ if candidate.derived => Depth::Near,
        _ if entries > MOST_SEARCHED && candidate.own < 1.0 => Depth::Near,
        Depth::Far if is_vague => Depth::Others,
        depth => depth,
    };
    let ranges = prior.ranges(depth, candidate.own > 0.0);
    let mut tried = 0;
    let mut spans: Vec<(i64, i64, usize)> = Vec::new();
    for (index, attempt) in ground.attempts.iter().enumerate() {
        let Some(at) = attempt.at.filter(|_| attempt.typed.is_code_of(candidate)) else { continue };
        if candidate.derived && at.to - at.from > WIDEST_DERIVED * period {
            continue;
        }
        for range in &ranges {
            let first = (at.from + range.start() - TYPING_DELAY).div_euclid(period).max(0);
            let last = (at.to + range.end()).div_euclid(period);
            if first <= last {
                tried += (last - first + 1) as u64;
                spans.push((first, last, index));
            }
        }
    }
    spans.sort_unstable();
    let typed: Vec<u64> = ground.attempts.iter().map(|attempt| attempt.typed.value).collect();
    let Shifts { computed, mut found, .. } = earlier;
    let wanted = united(spans.iter().map(|&(first, last, _)| (first, last)));
    let missing = without(&wanted, &computed);
    let counters = missing.iter().flat_map(|&(first, last)| first as u64..last as u64 + 1);
    let shown = candidate.key_codes(counters).filter(|(_, code)| typed.contains(code));
    found.extend(shown.map(|(counter, code)| (counter as i64, code)));
    let mut hits = Vec::new();
    for &(step, code) in &found {
        let meant = |(first, last, index): &&(i64, i64, usize)| {
            ground.attempts[*index].typed.value == code && (*first..=*last).contains(&step)
        };
        let mut meant = spans.iter().filter(meant).map(|(_, _, index)| (*index, step)).peekable();
        if meant.peek().is_some() && candidate.agrees(step as u64, code) {
            hits.extend(meant);
        }
    }
    hits.sort_unstable();
    hits.dedup();
    let without_dates = is_vague || unknown.is_some_and(|unknown| unknown > MOST_FOR_DATES);
    Shifts { hits, tried, without_dates, computed: wanted, found }
}

/// The same steps, apart from each other. They begin one after the other.
fn united(spans: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, i64)> {
    let mut apart: Vec<(i64, i64)> = Vec::new();
    for (first, last) in spans {
        match apart.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => apart.push((first, last)),
        }
    }
    apart
}

/// The steps of `spans` that are in none of `others`; both are in order and apart from each other.
fn without(spans: &[(i64, i64)], others: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut left = Vec::new();
    for &(from, to) in spans {
        let mut next = from;
        for &(first, last) in others.iter().filter(|(first, last)| *first <= to && *last >= from) {
            left.push((next, first - 1));
            next = last + 1;
        }
        left.push((next, to));
    }
    left.retain(|(from, to)| from <= to);
    left
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn steps(spans: &[(i64, i64)]) -> Vec<i64> {
        let mut steps: Vec<i64> = spans.iter().flat_map(|(from, to)| *from..=*to).collect();
        steps.sort_unstable();
        steps
    }

    fn spans() -> impl Strategy<Value = Vec<(i64, i64)>> {
        vec((0..60_i64, 0..9_i64).prop_map(|(from, length)| (from, from + length)), 0..8)
    }

    proptest! {
        #[test]
        fn each_step_is_computed_once(wanted in spans(), computed in spans()) {
            let once = |spans: &[(i64, i64)]| {
                let mut spans = spans.to_vec();
                spans.sort_unstable();
                united(spans.into_iter())
            };
            let (wanted_once, computed_once) = (once(&wanted), once(&computed));
            let mut all = steps(&wanted);
            all.dedup();
            prop_assert_eq!(steps(&wanted_once), all.clone());
            prop_assert!(wanted_once.windows(2).all(|two| two[0].1 + 1 < two[1].0));
            let computed = steps(&computed);
            all.retain(|step| !computed.contains(step));
            prop_assert_eq!(steps(&without(&wanted_once, &computed_once)), all);
        }
    }
}
