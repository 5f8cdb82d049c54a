//! The code is right; something else refuses it, which the codes cannot tell.
//!
//! The one idea: such a code matches what the service accepts at that moment. It must not know what else refuses it.

use super::bench::Bench;
use super::constants::{ACCEPTED_A_BAD_ONE, MENDED, REFUSED_A_GOOD_ONE, WENT_AWAY};
use super::explanation::{Explanation, Row};
use super::parts::{Part, Parts};
use crate::case::Outcome;
use crate::finding::Measure;

pub(super) const ROWS: [Row; 7] = [
    Row::new(Explanation::ValidCode, &[], passing),
    Row::new(Explanation::LockedAccount, &[], standing),
    Row::new(Explanation::ExpiredSession, &[], passing),
    Row::new(Explanation::FactorDisabled, &[], standing),
    Row::new(Explanation::OtherFactorFailed, &[], passing),
    Row::new(Explanation::MissingPin, &[], standing),
    Row::new(Explanation::ServiceKeyLost, &[], standing),
];

/// What refuses one login and not the next.
fn passing(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    measure(bench, id, 1.0)
}

/// What stays until somebody puts it right: a code that was accepted speaks against it, unless it came after.
fn standing(bench: &Bench<'_>, id: Explanation) -> Option<Measure> {
    let outcome = |index: &usize| bench.attempts[*index].outcome;
    let last_refusal = (0..bench.attempts.len()).rev().find(|index| outcome(index) == Outcome::Refused);
    let accepted: Vec<usize> = (0..bench.attempts.len()).filter(|index| outcome(index) == Outcome::Accepted).collect();
    let switch = match accepted.first() {
        None => 1.0,
        first if first > last_refusal.as_ref() => MENDED,
        _ => ACCEPTED_A_BAD_ONE.powi(accepted.len() as i32),
    };
    measure(bench, id, switch)
}

fn measure(bench: &Bench<'_>, id: Explanation, switch: f64) -> Option<Measure> {
    let mut parts = Parts::default();
    for (used, weight) in bench.own() {
        let mut part = Part { ratio: switch, chance: 1.0, ..Part::default() };
        for (index, attempt) in bench.attempts.iter().enumerate() {
            let seen = bench.seen(used, index);
            let answered = match attempt.outcome {
                Outcome::Accepted => 1.0 - REFUSED_A_GOOD_ONE,
                _ if attempt.accepted_later => WENT_AWAY,
                _ => 1.0,
            };
            part.take(seen.hit.map(|hit| hit * answered), seen.space);
        }
        parts.add(weight, part);
    }
    (!parts.ratios.is_empty()).then(|| parts.measure(id, None, 0.0, bench.candidates.expected_known))
}
