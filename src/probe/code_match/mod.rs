//! Codes compared with the secrets that could have made them: the measured heart of the diagnosis.
//!
//! The one idea: every explanation is scored by one number, the likelihood of *all* codes together over their likelihood
//! by chance, with everything uncertain in it summed out (which secret, which offset, which slip on which code). The
//! derivation is in `docs/inference.md`. It must not know how common a cause is.

mod attempts;
mod candidates;
mod clock;
mod counters;
mod devices;
mod drift;
mod form;
mod offsets;
mod parts;
mod schemes;
mod score;
mod slips;
mod spelling;
mod states;
mod variants;

use super::Depth;
use crate::case::Case;
use crate::finding::{CODE_MATCH, ExplanationWords, Finding, ProbeWords, Reading, Source};

pub(super) use spelling::misspelling;
pub(super) use variants::{hash, length, pace};

const fn words(
    id: &'static str,
    provides: &'static [&'static str],
    pairs: &'static [&'static str],
) -> ExplanationWords {
    ExplanationWords { id, provides, pairs }
}

pub(super) const WORDS: ProbeWords = ProbeWords {
    id: CODE_MATCH,
    explanations: &[
        words("algorithm-ignored", &["kind"], &["device-clock-off", "digits-ignored", "period-ignored"]),
        words("client-bug", &["kind"], &[]),
        words("code-from-elsewhere", &[], &[]),
        words("counter-ahead", &["counters"], &[]),
        words("counter-behind", &["counters"], &[]),
        words("decorated-code", &[], &[]),
        words("device-clock-off", &["offset", "offset_seconds", "offset_range", "looks_like"], &[]),
        words("devices-disagree", &["device", "entry"], &[]),
        words("digits-ignored", &["kind"], &["device-clock-off", "period-ignored"]),
        words("drifting-device-clock", &["drift", "offset", "offset_seconds", "seconds_a_day"], &[]),
        words("expired-code", &["age", "age_seconds", "age_steps"], &[]),
        words("expired-session", &[], &[]),
        words("factor-disabled", &[], &[]),
        words("future-watermark", &[], &[]),
        words("locked-account", &[], &[]),
        words("lost-leading-zero", &[], &[]),
        words("misread-secret", &["kind"], &[]),
        words("mistyped-code", &["kind"], &[]),
        words("mistyped-secret", &["kind"], &[]),
        words("mixed-codes", &[], &[]),
        words("narrow-service-window", &[], &[]),
        words("old-entry", &["entry"], &["device-clock-off"]),
        words("other-factor-failed", &[], &[]),
        words("overwritten-entry", &["entry"], &[]),
        words("period-ignored", &["kind"], &["device-clock-off"]),
        words("pin-and-code", &["kind"], &[]),
        words("recovery-code-as-code", &[], &[]),
        words("replayed-code", &[], &[]),
        words("restored-old-backup", &[], &[]),
        words("rotated-during-enrolment", &["entry"], &[]),
        words("service-clock-off", &["service_offset", "offset", "offset_seconds", "offset_range", "looks_like"], &[]),
        words("shared-counter", &[], &[]),
        words("stale-autofill", &["age", "age_seconds", "age_steps"], &[]),
        words("stale-learnt-skew", &[], &[]),
        words("swapped-tokens", &["entry"], &[]),
        words("truncated-secret", &["kind"], &[]),
        words("unconfirmed-enrolment", &["entry"], &[]),
        words("uneven-service-clocks", &["node", "offset", "offset_seconds", "offset_range", "looks_like"], &[]),
        words("used-recovery-code", &[], &[]),
        words("valid-code", &[], &[]),
        words("vendor-variant", &["kind"], &[]),
        words("wrong-entry", &["entry"], &["device-clock-off"]),
        words("wrong-epoch", &["kind"], &[]),
        words("wrong-otp-type", &["kind"], &[]),
    ],
    needs_secret: true,
};

/// Compares every code of the case with every secret that could have made it.
pub(super) fn run(case: &Case, depth: Depth) -> Finding {
    let any_may_be_right = case.expected.is_none() && case.entries.len() > candidates::MOST_SEARCHED;
    let depth = if any_may_be_right { Depth::Near } else { depth };
    let candidates = candidates::Candidates::of(case, depth);
    let attempts = attempts::prepare(case, &candidates);
    let reading = if attempts.is_empty() {
        Reading::Unavailable("no code to compare".to_owned())
    } else if candidates.list.is_empty() && !attempts.iter().any(|attempt| attempt.typed.is_recovery()) {
        Reading::Unavailable(if candidates.skipped > 0 {
            "codes of this kind (Steam, Yandex, mOTP or another hash) cannot be computed here".to_owned()
        } else {
            "no secret to compare the code with".to_owned()
        })
    } else {
        Reading::Measured(score::Scorer::new(case, &candidates, &attempts, depth).measures())
    };
    Finding { probe: WORDS.id, source: Source::Codes, compared: case.attempts.len(), reading }
}
