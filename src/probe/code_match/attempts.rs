//! Which codes count, and what the service accepts at the moment of each.
//!
//! The one idea: a string counts once, with all that is known of when and where it was typed. It must not know whether it fits.

use std::ops::RangeInclusive;

use regex_lite::Regex;

use super::candidates::{Candidate, Candidates};
use super::constants::ACCEPTED_A_BAD_ONE;
use super::form::{Form, Typed};
use super::kernel::Answers;
use super::steam;
use crate::case::{AtSource, Attempt, Case, Interval, NEWEST, Outcome, ServiceFacts};
use crate::entry::{Entry, Kind};
use crate::otp::step;

/// Where a code has no time: how long before the last known one it may have been typed, and how long after.
const UNKNOWN_TIME: (i64, i64) = (24 * 3600, 3600);
/// The most steps or counters that one case is compared with in what the service accepts, over all codes and entries. Beyond
/// that a code that fits is luck, and takes seconds to find.
const MOST_COMPARED: i64 = 1_000_000;
/// The most of them for one code and one entry: a week of half minutes.
const WIDEST: i64 = 7 * 24 * 120;
/// Digits of a code where no entry says.
const USUAL_DIGITS: u8 = 6;
/// Counters accepted beyond the next one where the service does not say.
pub(super) const LOOK_AHEAD: i64 = 10;

/// A code that counts.
pub(super) struct Prepared<'c> {
    pub(super) typed: Typed,
    /// When it was typed; `None` where nothing bounds it, or too little to compare it.
    pub(super) at: Option<Interval>,
    pub(super) outcome: Outcome,
    /// Whether the service had accepted the same string before.
    pub(super) accepted_before: bool,
    /// Whether the service accepted the same string later, which it had refused.
    pub(super) accepted_later: bool,
    /// The same string handed in at other times: when, and what the service said.
    pub(super) repeats: Vec<(Interval, Outcome)>,
    /// The candidate that showed it, where that is known: a code that was read off a named entry.
    pub(super) shown_by: Option<usize>,
    /// The device that showed it.
    pub(super) device: Option<&'c str>,
    /// The entry that showed it, by its name.
    pub(super) entry: Option<&'c str>,
    /// Whose clock its time is by.
    pub(super) source: Option<AtSource>,
    /// The node of the service that answered.
    pub(super) node: Option<&'c str>,
}

/// The codes that count: the same string once, the newest eight, times filled in; none that could have been typed whenever.
pub(super) fn prepare<'c>(case: &'c Case, candidates: &Candidates<'_>) -> Vec<Prepared<'c>> {
    let mut lengths: Vec<u8> = Vec::new();
    let letters = candidates.list.iter().any(|candidate| candidate.in_letters);
    let genuine = candidates.list.iter().filter(|candidate| !candidate.derived && !candidate.in_letters);
    for digits in genuine.map(|candidate| candidate.entry.digits.get()) {
        if !lengths.contains(&digits) {
            lengths.push(digits);
        }
    }
    if lengths.is_empty() {
        lengths.push(USUAL_DIGITS);
    }
    let form = case.service.recovery_form.as_ref().and_then(|form| Regex::new(form).ok());
    let last = case.attempts.iter().filter_map(|attempt| attempt.at).map(|at| at.to).max();
    let unknown_time = last.map(|last| Interval { from: last - UNKNOWN_TIME.0, to: last + UNKNOWN_TIME.1 });

    let mut order: Vec<usize> = (0..case.attempts.len()).collect();
    order.sort_by_key(|&index| case.attempts[index].at.map(|at| at.to));
    let same = |a: &usize, b: &usize| case.attempts[*a].code == case.attempts[*b].code;
    let accepted = |index: &usize| case.attempts[*index].outcome == Outcome::Accepted;
    let all = order.clone();
    let before = |index: usize| all.iter().take_while(move |&&other| other != index);
    let is_shown = |index: usize| case.attempts[index].outcome == Outcome::Untried && case.attempts[index].at.is_some();
    // A string typed again says nothing new: its first refusal counts, or its acceptance if it was never refused. One that the
    // app shows is of that very moment, so that it counts before any other time at which it was typed.
    order.retain(|&index| {
        if let Some(&shown) = all.iter().find(|&&other| same(&other, &index) && is_shown(other)) {
            return shown == index;
        }
        let refused_before = before(index).any(|other| same(other, &index) && !accepted(other));
        let refused_too = all.iter().any(|other| same(other, &index) && !accepted(other));
        if accepted(&index) { !refused_too } else { !refused_before }
    });
    let order = &order[order.len().saturating_sub(NEWEST)..];
    let widest = widest(candidates, order.len());
    let periods = candidates.list.iter().filter_map(|candidate| match candidate.entry.kind {
        Kind::Totp { period } => Some(i64::from(period)),
        _ => None,
    });
    let longest = widest * periods.min().unwrap_or(i64::from(u32::MAX));

    let prepare = |&index: &usize| {
        let attempt = &case.attempts[index];
        let after = all.iter().skip_while(|&&other| other != index).skip(1);
        let again = all.iter().filter(|&&other| other != index && same(&other, &index));
        let again = again.filter(|&&other| case.attempts[other].outcome != Outcome::Untried);
        let untried = attempt.outcome == Outcome::Untried;
        let typed = Typed::new(attempt.code.text(), &lengths, form.as_ref(), untried);
        let position = |id: &String| candidates.list.iter().position(|one| one.id == Some(id));
        Prepared {
            typed: if letters { typed.in_letters() } else { typed },
            at: told(case, attempt).or(unknown_time).filter(|at| at.to - at.from <= longest),
            outcome: attempt.outcome,
            accepted_before: before(index).any(|other| same(other, &index) && accepted(other)),
            accepted_later: after.clone().any(|other| same(other, &index) && accepted(other)),
            repeats: again
                .filter_map(|&other| Some((case.attempts[other].at?, case.attempts[other].outcome)))
                .collect(),
            shown_by: attempt.entry.as_ref().filter(|_| untried).and_then(position),
            device: attempt.device.as_deref(),
            entry: attempt.entry.as_deref(),
            source: attempt.at_source.map(|source| if corrected(case, source) { AtSource::Person } else { source }),
            node: attempt.node.as_deref(),
        }
    };
    order
        .iter()
        .map(prepare)
        .filter(|attempt| attempt.at.is_some() || !follows_time(&attempt.typed, candidates))
        .collect()
}

/// Whether a string is a code of an entry that follows time, and of none that does not. Nothing bounds when it was typed: some
/// step of every such entry shows it, so that it speaks for none and against none.
fn follows_time(typed: &Typed, candidates: &Candidates<'_>) -> bool {
    let genuine = candidates.list.iter().filter(|candidate| !candidate.derived && typed.is_code_of(candidate));
    let mut timed = genuine.map(|candidate| matches!(candidate.entry.kind, Kind::Totp { .. })).peekable();
    timed.peek().is_some() && timed.all(|timed| timed)
}

/// The most steps or counters that one code is compared with in what the service accepts, for one entry.
pub(super) fn widest(candidates: &Candidates<'_>, codes: usize) -> i64 {
    (MOST_COMPARED / (candidates.entries() * codes).max(1) as i64).min(WIDEST)
}

/// The steps or counters of `entry` that the service accepts for a code typed at `at`. `None`: not to be computed.
pub(super) fn window(entry: &Entry, service: &ServiceFacts, at: Option<Interval>) -> Option<RangeInclusive<i64>> {
    let skew = service.learnt_skew.unwrap_or(0);
    match entry.kind {
        Kind::Totp { period } => {
            let at = at?;
            let (past, future) = (i64::from(service.past.unwrap_or(1)), i64::from(service.future.unwrap_or(1)));
            Some(step(at.from, period) + skew - past..=step(at.to, period) + skew + future)
        }
        Kind::Hotp { counter } => {
            let next = i64::try_from(counter).ok()?;
            Some(next..=next.saturating_add(service.look_ahead.map_or(LOOK_AHEAD, i64::from)))
        }
        Kind::Vendor(_) => None,
    }
}

/// The times from and to before which the service accepts the step, by a clock that is as the case says.
pub(super) fn accepts(service: &ServiceFacts, period: u32, step: i64) -> (i64, i64) {
    let skew = service.learnt_skew.unwrap_or(0);
    let (past, future) = (i64::from(service.past.unwrap_or(1)), i64::from(service.future.unwrap_or(1)));
    let begins = |step: i64| step.saturating_mul(i64::from(period));
    let step = step.saturating_sub(skew);
    (begins(step.saturating_sub(future)), begins(step.saturating_add(past).saturating_add(1)))
}

/// Whether times by the device's own clock can be put right, since it was read.
fn corrected(case: &Case, source: AtSource) -> bool {
    source == AtSource::Device && case.reading().is_some()
}

/// When a code was typed, as far as it is told.
fn told(case: &Case, attempt: &Attempt) -> Option<Interval> {
    let at = attempt.at?;
    let read = case.reading().filter(|_| attempt.at_source.is_some_and(|source| corrected(case, source)));
    let Some(read) = read else { return Some(at) };
    let edge = |at: i64, slack: f64| at.saturating_sub((read.offset_seconds + slack).round() as i64);
    Some(Interval { from: edge(at.from, read.uncertainty_seconds), to: edge(at.to, -read.uncertainty_seconds) })
}

impl Prepared<'_> {
    /// How probable the answers are to a code that the service refuses whenever it is typed.
    pub(super) fn answer_to_a_bad_one(&self) -> f64 {
        let accepted = self.repeats.iter().filter(|(_, outcome)| *outcome == Outcome::Accepted);
        accepted.fold(Answers::to(self.outcome).to_bad, |answers, _| answers * ACCEPTED_A_BAD_ONE)
    }

    /// What a match is worth under an explanation by which the service refuses the code.
    pub(super) fn unless_accepted(&self, hit: Option<f64>) -> Option<f64> {
        hit.map(|hit| hit * self.answer_to_a_bad_one())
    }
}

impl Typed {
    /// Whether it is a code of the candidate's length and alphabet.
    pub(super) fn is_code_of(&self, candidate: &Candidate<'_>) -> bool {
        if candidate.in_letters {
            return self.form == Form::Clean && steam::read(&self.text) == Some(self.value);
        }
        (self.form == Form::Clean || candidate.derived) && self.is_digits(candidate.entry.digits.get())
    }
}
