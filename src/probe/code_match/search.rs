//! The search over offsets: every code compared with every step that a clock could have brought on the screen.
//!
//! The one idea: each step is computed once, for all codes. It must not know how well a match fits.

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
}

/// Compares every code with every step that an offset could have brought on the screen. Each step is computed once.
pub(super) fn search(ground: &Ground<'_>, candidate: &Candidate<'_>, prior: Option<&Prior>) -> Shifts {
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
    let mut hits = Vec::new();
    let mut done = -1;
    for &(first, last, _) in &spans {
        let counters = first.max(done + 1) as u64..=last as u64;
        for (counter, code) in candidate.key_codes(counters) {
            if typed.contains(&code) {
                let step = counter as i64;
                let meant = |(first, last, index): &&(i64, i64, usize)| {
                    ground.attempts[*index].typed.value == code && (*first..=*last).contains(&step)
                };
                hits.extend(spans.iter().filter(meant).map(|(_, _, index)| (*index, step, code)));
            }
        }
        done = done.max(last);
    }
    hits.retain(|(_, step, code)| candidate.agrees(*step as u64, *code));
    let mut hits: Vec<(usize, i64)> = hits.into_iter().map(|(index, step, _)| (index, step)).collect();
    hits.sort_unstable();
    hits.dedup();
    Shifts { hits, tried, without_dates: is_vague || unknown.is_some_and(|unknown| unknown > MOST_FOR_DATES) }
}
