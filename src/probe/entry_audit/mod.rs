//! Entries looked at before any code is typed: side by side ([`side_by_side`]), and against what the service checks.
//!
//! The one idea: an export shows what the app computes with, so that a wrong secret or parameter is seen without a code.
//! It must not take a list that may be incomplete for one that is not: what is missing there says nothing.

mod held;
mod oddities;

use crate::case::Case;
use crate::entry::{Account, Entry, Kind};
use crate::finding::{ExplanationWords, Finding, Measure, ProbeWords, Reading, Source};

pub use oddities::{App, Held, side_by_side};

pub(super) const WORDS: ProbeWords = ProbeWords {
    id: "entry-audit",
    explanations: &[
        words("algorithm-ignored", &["kind"]),
        words("counter-ahead", &["counters"]),
        words("counter-behind", &["counters"]),
        words("digits-ignored", &["kind"]),
        words("misread-secret", &["kind"]),
        words("mistyped-secret", &["kind"]),
        words("old-entry", &[]),
        words("overwritten-entry", &[]),
        words("period-ignored", &["kind"]),
        words("restored-old-backup", &[]),
        words("rotated-during-enrolment", &[]),
        words("truncated-secret", &["kind"]),
        words("unconfirmed-enrolment", &[]),
        words("wrong-entry", &[]),
        words("wrong-otp-type", &["kind"]),
    ],
    needs_secret: true,
};

const fn words(id: &'static str, provides: &'static [&'static str]) -> ExplanationWords {
    ExplanationWords { id, provides, pairs: &[] }
}

/// What an app shows that does not hold the service's secret but another of the account, against how often an app shows
/// that whose codes are refused for another reason: one of 200, which came from another device than the export.
const REPLACED: &[(&str, f64)] = &[
    ("old-entry", 100.0),
    ("overwritten-entry", 190.0),
    ("restored-old-backup", 190.0),
    ("rotated-during-enrolment", 190.0),
    ("unconfirmed-enrolment", 100.0),
    ("wrong-entry", 10.0),
];
/// The same where it holds none of the account: it is elsewhere, or has another name by now.
const ABSENT: &[(&str, f64)] = &[
    ("old-entry", 10.0),
    ("overwritten-entry", 20.0),
    ("restored-old-backup", 20.0),
    ("rotated-during-enrolment", 20.0),
    ("unconfirmed-enrolment", 10.0),
    ("wrong-entry", 40.0),
];
/// It holds the service's secret and others of the account: as the answer that the app shows several.
const AMONG_OTHERS: &[(&str, f64)] =
    &[("old-entry", 6.0), ("unconfirmed-enrolment", 3.0), ("rotated-during-enrolment", 0.05), ("wrong-entry", 1.0)];
/// It holds the service's secret, and no other of the account.
const ALONE: &[(&str, f64)] = &[
    ("old-entry", 0.06),
    ("overwritten-entry", 0.02),
    ("restored-old-backup", 0.05),
    ("rotated-during-enrolment", 0.05),
    ("unconfirmed-enrolment", 0.06),
    ("wrong-entry", 0.5),
];
/// How often luck alone would show as much as each of these tables.
const BY_CHANCE: f64 = 0.005;

/// What the entries of the app say of themselves, next to what the service checks. `None` unless both are known.
///
/// The numbers are judgements (`docs/inference.md`).
pub(super) fn run(case: &Case) -> Option<Finding> {
    let expected = case.expected.as_ref().filter(|expected| !matches!(expected.kind, Kind::Vendor(_)))?;
    if !case.entries_complete {
        return None;
    }
    let entries = || case.entries.iter().map(|known| &known.entry);
    let account = Account::of(expected);
    let same: Vec<&Entry> = entries().filter(|entry| entry.secret == expected.secret).collect();
    let others = entries().any(|entry| entry.secret != expected.secret && Account::of(entry).agrees(&account));
    let misspelt = if same.is_empty() { held::misspelt(expected, entries()) } else { None };
    let table = match (same.is_empty(), others) {
        // No other secret is one slip away from this one.
        (true, _) if misspelt.is_some() => &[],
        (true, true) => REPLACED,
        (true, false) => ABSENT,
        (false, true) => AMONG_OTHERS,
        (false, false) => ALONE,
    };
    let mut measures: Vec<Measure> =
        table.iter().map(|&(explanation, ratio)| held::measure(explanation, ratio, BY_CHANCE)).collect();
    measures.extend(misspelt);
    measures.extend(held::other_parameters(expected, &same, case.service.look_ahead));
    measures.sort_by_key(|measure| measure.explanation);
    Some(Finding { probe: WORDS.id, source: Source::Entries, reading: Reading::Measured(measures) })
}
