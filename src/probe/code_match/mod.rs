//! Codes compared with the secrets that could have made them: the measured heart of the diagnosis.
//!
//! The one idea: every explanation is scored by one number, the likelihood of *all* codes together over their likelihood
//! by chance, with everything uncertain in it summed out (which secret, which offset, which slip on which code). The
//! derivation is in `docs/inference.md`. It must not know how common a cause is.

mod attempts;
mod candidates;
mod clock;
mod offsets;
mod parts;
mod score;
mod slips;
mod typed;

use super::Depth;
use crate::case::Case;
use crate::finding::{ExplanationWords, Finding, ProbeWords, Reading, Source};

pub(super) const WORDS: ProbeWords = ProbeWords {
    id: "code-match",
    explanations: &[
        ExplanationWords { id: "decorated-code", provides: &[], pairs: &[] },
        ExplanationWords {
            id: "device-clock-off",
            provides: &["offset", "offset_seconds", "offset_range", "looks_like"],
            pairs: &[],
        },
        ExplanationWords { id: "expired-code", provides: &["age", "age_seconds", "age_steps"], pairs: &[] },
        ExplanationWords { id: "lost-leading-zero", provides: &[], pairs: &[] },
        ExplanationWords { id: "mistyped-code", provides: &["kind"], pairs: &[] },
        ExplanationWords { id: "mixed-codes", provides: &[], pairs: &[] },
        ExplanationWords { id: "old-entry", provides: &["entry"], pairs: &["device-clock-off"] },
        ExplanationWords { id: "recovery-code-as-code", provides: &[], pairs: &[] },
        ExplanationWords { id: "replayed-code", provides: &[], pairs: &[] },
        ExplanationWords { id: "rotated-during-enrolment", provides: &["entry"], pairs: &[] },
        ExplanationWords { id: "unconfirmed-enrolment", provides: &["entry"], pairs: &[] },
        ExplanationWords { id: "valid-code", provides: &[], pairs: &[] },
        ExplanationWords { id: "wrong-entry", provides: &["entry"], pairs: &["device-clock-off"] },
    ],
    needs_secret: true,
};

/// Compares every code of the case with every secret that could have made it.
pub(super) fn run(case: &Case, depth: Depth) -> Finding {
    let candidates = candidates::Candidates::of(case);
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
    Finding { probe: WORDS.id, source: Source::Codes, reading }
}
