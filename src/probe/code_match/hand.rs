//! Slips of the hand: single codes that were right until somebody typed them.
//!
//! The one idea: at least one code suffered the slip, each further one costs, and the others are clean. It must not know how a
//! slip changes a code, which is [`super::slips`].

use super::attempts::{Prepared, window};
use super::bench::Bench;
use super::constants::{
    ACCEPTED_A_BAD_ONE, AHEAD_BY_ACCIDENT, CLEAN, EXPIRED_STEPS, FORM_ALONE, KEPT_STEPS, MISHAP, SHORTEST_PIN,
    USED_BY_ACCIDENT,
};
use super::explanation::{Explanation, Row};
use super::form::Form;
use super::kernel::Answers;
use super::parts::{Part, Parts, Sides, summed};
use super::slips::{self, Around, LONGEST_PIN, Slip, SlipFit};
use crate::case::Outcome;
use crate::entry::Kind;
use crate::finding::{Detail, Fact, Measure};
use crate::otp::POWERS_OF_TEN;
use crate::probe::wording::said;

pub(super) const ROWS: [Row; 12] = [
    row(Slip::Expired, &["age", "age_seconds", "age_steps"]),
    row(Slip::Mistyped, &["kind"]),
    row(Slip::LostZero, &[]),
    row(Slip::Decorated, &[]),
    row(Slip::Mixed, &[]),
    row(Slip::RecoveryCode, &[]),
    row(Slip::Replayed, &[]),
    row(Slip::Watermark, &[]),
    row(Slip::Stale, &["age", "age_seconds", "age_steps"]),
    row(Slip::Pin, &["kind"]),
    row(Slip::Elsewhere, &[]),
    Row::new(Explanation::UsedRecoveryCode, &[], used_recovery_code),
];

const fn row(slip: Slip, provides: &'static [&'static str]) -> Row {
    Row::new(slip.explanation(), provides, |bench, id| {
        Slip::ALL.into_iter().find(|slip| slip.explanation() == id).and_then(|found| slip_of(bench, found))
    })
}

/// Which recovery codes are used up, the service alone knows; anything else is none.
fn used_recovery_code(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    let is_one = bench.attempts.iter().any(|attempt| attempt.typed.is_recovery());
    (!is_one).then(|| bench.impossible(id, None))
}

/// What the service's memory says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// It was accepted before.
    Used,
    /// It was not, but a later one was that cannot have been shown yet.
    Ahead,
    /// Neither.
    Fresh,
    /// Nobody knows.
    Unknown,
}

/// At least one code suffered the slip; each further one costs; the others are clean.
fn slip_of(bench: &Bench<'_>, slip: Slip) -> Option<Measure> {
    let mut parts = Parts::default();
    let number = Slip::ALL.iter().position(|other| *other == slip)?;
    for (used, weight) in bench.own() {
        let sides: Vec<Sides> =
            (0..bench.attempts.len()).map(|index| sides(bench, slip, number, used, index)).collect();
        let mut part = summed(&sides, bench.refused(), MISHAP);
        if slip == Slip::Elsewhere {
            // Such a number is no match: a wider search may still explain it.
            part.codes = part.codes.saturating_sub(1);
        }
        parts.add(weight, part);
    }
    // That a code was used before says that it is right, which needs the service's secret.
    let provable = match slip {
        Slip::Replayed | Slip::Watermark => bench.candidates.expected_known,
        // Nothing can show where a number comes from.
        Slip::Elsewhere => false,
        Slip::Stale => parts.best.as_ref().is_some_and(|(_, part)| is_long_ago(&part.detail)),
        _ => true,
    };
    if parts.ratios.is_empty() && matches!(slip, Slip::RecoveryCode | Slip::Decorated) {
        let forms = forms_alone(bench, slip);
        if forms.iter().any(|side| side.slipped.is_some()) || slip == Slip::RecoveryCode {
            parts.add(1.0, summed(&forms, bench.refused(), MISHAP));
        }
    }
    if let Some(part) = (slip == Slip::Pin).then(|| shared_pin(bench)).flatten() {
        parts.add(FORM_ALONE, part);
    }
    (!parts.ratios.is_empty()).then(|| parts.measure(slip.explanation(), None, 0.0, provable))
}

/// Whether it was kept for so long that nobody takes it for a code that has run out: where those end is no sharp line.
fn is_long_ago(detail: &Detail) -> bool {
    matches!(detail.get("age_steps"), Some(Fact::Number(steps)) if *steps > KEPT_STEPS)
}

/// One attempt with and without the slip.
fn sides(bench: &Bench<'_>, slip: Slip, number: usize, used: usize, index: usize) -> Sides {
    let attempt = &bench.attempts[index];
    let seen = bench.seen(used, index);
    let later = if attempt.accepted_later { ACCEPTED_A_BAD_ONE } else { 1.0 };
    let accepted = Answers::to(attempt.outcome).to_bad * later;
    let refused = Answers::to(attempt.outcome).to_good;
    let fit = match slip {
        Slip::Stale if attempt.typed.form != Form::Other => stale(bench, used, index),
        _ => seen.slips.get(number).copied().unwrap_or_default(),
    };
    let remembered = |wanted, by_accident: f64| {
        let hit = seen.hit.filter(|_| attempt.outcome == Outcome::Refused);
        match memory(bench, used, index) {
            found if found == wanted => (hit.map(|hit| hit / by_accident), seen.space),
            Memory::Unknown => (hit, seen.space),
            _ => (None, 0.0),
        }
    };
    let (slipped, space) = match slip {
        Slip::Replayed => remembered(Memory::Used, USED_BY_ACCIDENT),
        Slip::Watermark => remembered(Memory::Ahead, AHEAD_BY_ACCIDENT),
        // A code that is only read off the screen was on it at that moment, and nothing else was.
        Slip::Expired | Slip::Stale | Slip::Pin | Slip::Elsewhere if attempt.outcome == Outcome::Untried => (None, 0.0),
        _ => {
            let ratio = CLEAN * fit.probability / attempt.typed.by_chance;
            ((fit.probability > 0.0).then_some(ratio), fit.space)
        }
    };
    Sides {
        slipped: slipped.map(|ratio| ratio * accepted + MISHAP),
        slip_space: space,
        detail: slip_detail(bench, slip, &fit, bench.candidates.list[used].entry.kind),
        clean: seen.hit.map(|hit| hit * refused + MISHAP),
        clean_space: seen.space,
    }
}

fn slip_detail(bench: &Bench<'_>, slip: Slip, fit: &SlipFit, kind: Kind) -> Detail {
    match (slip, fit.kind, fit.age, kind) {
        (Slip::Mistyped | Slip::Pin, Some(kind), _, _) => Detail::default().with("kind", said(kind)),
        (Slip::Expired | Slip::Stale, _, Some(age), Kind::Totp { period }) => {
            let steps = age + i64::from(bench.case.service.past.unwrap_or(1).max(1));
            Detail::default()
                .with("age_steps", Fact::Number(steps))
                .with("age_seconds", Fact::Number(steps * i64::from(period)))
        }
        _ => Detail::default(),
    }
}

fn forms_alone(bench: &Bench<'_>, slip: Slip) -> Vec<Sides> {
    let one = |attempt: &Prepared| {
        let around = Around { window: Vec::new(), expired: Vec::new(), digits: 6 };
        let fit = slips::fit(slip, &attempt.typed, &around);
        let slipped = (fit.probability > 0.0).then(|| CLEAN * fit.probability / attempt.typed.by_chance + MISHAP);
        Sides { slipped, slip_space: fit.space, detail: Detail::default(), clean: None, clean_space: 0.0 }
    };
    bench.attempts.iter().map(one).collect()
}

/// What the service remembers of the step of that attempt.
fn memory(bench: &Bench<'_>, used: usize, attempt: usize) -> Memory {
    let prepared = &bench.attempts[attempt];
    if prepared.accepted_before {
        return Memory::Used;
    }
    let entry = &bench.candidates.list[used].entry;
    let end = window(entry, &bench.case.service, prepared.at).map(|window| *window.end());
    let (Some(step), Some(end)) = (bench.seen(used, attempt).steps.iter().min(), end) else {
        return Memory::Unknown;
    };
    // What may have been accepted since is nothing to remember then.
    let is_before = |earlier: &Prepared<'_>| match (earlier.at, prepared.at) {
        (Some(earlier), Some(this)) => earlier.to <= this.from,
        _ => true,
    };
    let accepted_before = (0..attempt)
        .filter(|&earlier| bench.attempts[earlier].outcome == Outcome::Accepted && is_before(&bench.attempts[earlier]));
    let accepted = accepted_before.flat_map(|earlier| bench.seen(used, earlier).steps.iter().copied());
    let last = accepted.chain(bench.case.service.last_used_step).max();
    match (last, bench.case.service.watermark) {
        (Some(last), _) if (*step..=end).contains(&last) => Memory::Used,
        (Some(last), _) if last > end => Memory::Ahead,
        (_, Some(mark)) if mark >= *step => Memory::Ahead,
        (None, None) => Memory::Unknown,
        _ => Memory::Fresh,
    }
}

/// A code from longer ago than those that count as expired, as far as the search went.
fn stale(bench: &Bench<'_>, used: usize, attempt: usize) -> SlipFit {
    let (prepared, candidate) = (&bench.attempts[attempt], &bench.candidates.list[used]);
    let Some(window) = window(&candidate.entry, &bench.case.service, prepared.at) else { return SlipFit::default() };
    let edge = bench.expired_before(&candidate.entry, prepared, *window.start()) - EXPIRED_STEPS;
    let shifts = &bench.shifts[used];
    let ages = shifts.hits.iter().filter(|(index, step)| *index == attempt && *step < edge);
    let ages: Vec<i64> = ages.map(|(_, step)| edge - step).collect();
    let Some(youngest) = ages.iter().min() else { return SlipFit::default() };
    // Half of what the search went through lies before the window. The longer ago, the rarer.
    let reach = shifts.tried as f64 / (2 * bench.attempts.len()) as f64;
    let all = reach.max(2.0).ln() + 1.0;
    SlipFit {
        probability: ages.iter().map(|age| 1.0 / *age as f64).sum::<f64>() / all,
        space: reach / candidate.entry.digits.codes() as f64,
        kind: None,
        age: Some(youngest + EXPIRED_STEPS),
    }
}

/// The same digits in front of every code, or behind it: they are no part of the code, whatever its secret.
fn shared_pin(bench: &Bench<'_>) -> Option<Part> {
    let first = bench.attempts.first()?;
    let length = bench.attempts.iter().map(|attempt| attempt.typed.digits.len()).min()?;
    let same_length = bench.attempts.iter().all(|attempt| attempt.typed.digits.len() == length);
    let code = bench.code_length();
    let extra = length.checked_sub(code).filter(|extra| same_length && (SHORTEST_PIN..=LONGEST_PIN).contains(extra))?;
    if bench.attempts.len() < 2 {
        return None;
    }
    let all = |part: std::ops::Range<usize>| {
        bench.attempts.iter().all(|attempt| attempt.typed.digits[part.clone()] == first.typed.digits[part.clone()])
    };
    let kind = match (all(0..extra), all(code..length)) {
        (true, false) => "in front of it",
        (false, true) => "behind it",
        _ => return None,
    };
    let strings = POWERS_OF_TEN[length] as f64;
    let mut part = Part { ratio: 0.5 / LONGEST_PIN as f64, chance: 2.0, ..Part::default() };
    for (index, attempt) in bench.attempts.iter().enumerate() {
        let known = if index == 0 { 1.0 } else { POWERS_OF_TEN[extra] as f64 };
        part.ratio *= CLEAN * known / strings / attempt.typed.by_chance;
        part.chance /= known;
        part.codes += 1;
        part.tried += 1;
    }
    part.detail = Detail::default().with("kind", said(kind));
    Some(part)
}
