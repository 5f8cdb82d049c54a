//! The code is right; something else refuses it, which the codes cannot tell.
//!
//! The one idea: such a code matches what the service accepts at that moment. It must not know what else refuses it.

use super::bench::Bench;
use super::explanation::{Explanation, Row};
use super::parts::{Part, Parts};
use crate::finding::Measure;

pub(super) const ROWS: [Row; 5] = [
    Row::new(Explanation::ValidCode, &[], valid),
    Row::new(Explanation::LockedAccount, &[], valid),
    Row::new(Explanation::ExpiredSession, &[], valid),
    Row::new(Explanation::FactorDisabled, &[], valid),
    Row::new(Explanation::OtherFactorFailed, &[], valid),
];

/// The code is right; something else refuses it, which the codes cannot tell.
fn valid(bench: &Bench<'_>, explanation: Explanation) -> Option<Measure> {
    let mut parts = Parts::default();
    for (used, weight) in bench.own() {
        let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
        for index in 0..bench.attempts.len() {
            let seen = bench.seen(used, index);
            part.take(seen.hit, seen.space);
        }
        parts.add(weight, part);
    }
    (!parts.ratios.is_empty()).then(|| parts.measure(explanation, None, 0.0, bench.candidates.expected_known))
}
