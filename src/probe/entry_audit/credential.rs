//! What the app holds of the very credential that the service checks.

use super::super::code_match;
use super::super::wording::said;
use crate::case::KnownEntry;
use crate::entry::{Entry, Kind};
use crate::finding::{Detail, Fact, Measure, Most};

/// An app that holds other parameters than the service's, against how often one does so that works all the same: the
/// service may not keep to what its own QR code says.
const OTHER_PARAMETERS: f64 = 1e5;
/// A secret that is one slip away from the service's is no accident.
const MISSPELT: f64 = 1e9;
/// How often luck alone would make either.
const LUCK: f64 = 1e-9;

/// The most that is said of any entry.
pub(super) const MOST: Most = Most { ratio: MISSPELT, per_code: 1.0, chance: LUCK, provable: true };

/// A measure of one explanation that no code speaks for.
pub(super) fn measure(explanation: &'static str, ratio: f64, chance: f64) -> Measure {
    let detail = Detail::default();
    Measure { explanation, with: None, ratio, chance, codes: 0, tried: 1, provable: chance <= LUCK, detail }
}

fn seen(explanation: &'static str, ratio: f64, key: &'static str, fact: Fact) -> Measure {
    Measure { detail: Detail::default().with(key, fact), ..measure(explanation, ratio, LUCK) }
}

/// The first misspelling of the service's secret, whatever its entry is called by now.
pub(super) fn misspelt(expected: &Entry, held: &[&KnownEntry]) -> Option<Measure> {
    let secrets: Vec<_> = held.iter().map(|known| &known.entry.secret).collect();
    let (explanation, kind) = code_match::misspelling(expected, &secrets)?;
    Some(seen(explanation, MISSPELT, "kind", said(kind)))
}

/// What is different about the entries with the service's secret, if none of them is as the service has it. Counters are
/// compared only with a service's record, which knows its look-ahead: a QR code has the counter of the enrolment.
pub(super) fn other_parameters(expected: &Entry, same: &[&KnownEntry], look_ahead: Option<u32>) -> Vec<Measure> {
    let of_each: Vec<Vec<Measure>> = same.iter().map(|known| differences(expected, known, look_ahead)).collect();
    if of_each.iter().any(Vec::is_empty) { Vec::new() } else { of_each.into_iter().next().unwrap_or_default() }
}

fn differences(expected: &Entry, known: &KnownEntry, look_ahead: Option<u32>) -> Vec<Measure> {
    let KnownEntry { entry: held, assumed, .. } = known;
    let mut all = Vec::new();
    let mut add = |explanation, kind: &str| all.push(seen(explanation, OTHER_PARAMETERS, "kind", said(kind)));
    if !assumed.algorithm && held.algorithm_name() != expected.algorithm_name() {
        let standard = matches!(held.kind, Kind::Totp { .. } | Kind::Hotp { .. });
        add("algorithm-ignored", if standard { code_match::hash(held.algorithm) } else { held.algorithm_name() });
    }
    if !assumed.digits
        && held.digits != expected.digits
        && let Some(kind) = code_match::length(held.digits.get())
    {
        add("digits-ignored", kind);
    }
    match (expected.kind, held.kind) {
        (Kind::Totp { period }, Kind::Totp { period: other }) if period != other && !assumed.period => {
            if let Some(kind) = code_match::pace(other) {
                add("period-ignored", kind);
            }
        }
        (Kind::Totp { .. }, Kind::Hotp { .. }) => add("wrong-otp-type", "a code that follows a counter"),
        (Kind::Hotp { .. }, Kind::Totp { .. }) => add("wrong-otp-type", "a code that follows the time"),
        (Kind::Hotp { counter }, Kind::Hotp { counter: other }) => {
            let apart = Fact::Number(i64::try_from(counter.abs_diff(other)).unwrap_or(i64::MAX));
            match look_ahead {
                Some(_) if other < counter => {
                    all.push(seen("counter-behind", OTHER_PARAMETERS, "counters", apart));
                }
                Some(ahead) if other > counter.saturating_add(u64::from(ahead)) => {
                    all.push(seen("counter-ahead", OTHER_PARAMETERS, "counters", apart));
                }
                _ => {}
            }
        }
        _ => {}
    }
    all
}
