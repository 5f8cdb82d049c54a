//! Codes compared with the secrets that could have made them: the measured heart of the diagnosis.
//!
//! The one idea: every explanation is scored by one number, the likelihood of *all* codes together over their likelihood
//! by chance, with everything uncertain in it summed out (which secret, which offset, which slip on which code). The
//! derivation is in `docs/inference.md`. It must not know how common a cause is.

mod attempts;
mod bench;
mod candidates;
mod clock;
mod clock_read;
mod constants;
mod counters;
mod devices;
mod drift;
mod entries;
mod explanation;
mod form;
mod hand;
mod in_window;
mod kernel;
mod misspelt;
mod offsets;
mod parts;
mod schemes;
mod search;
mod service_time;
mod slips;
mod spelling;
mod steam;
mod table;
mod variants;
mod windows;
mod worlds;

use attempts::Prepared;
use candidates::Candidates;

use super::Depth;
use crate::case::Case;
use crate::finding::{CODE_MATCH, Finding, ProbeWords, Reading, Source};

pub(super) use spelling::misspelling;
pub(super) use variants::{hash, length, pace};

pub(super) const WORDS: ProbeWords =
    ProbeWords { id: CODE_MATCH, explanations: &table::EXPLANATIONS, needs_secret: true, most: constants::MOST };

/// Compares every code of the case with every secret that could have made it, from `depth` on, and each time wider while
/// `wants_more` says so of what was found.
pub(super) fn run(case: &Case, depth: Depth, wants_more: &mut dyn FnMut(Finding) -> bool) {
    let any_may_be_right = case.expected.is_none() && case.entries.len() > candidates::MOST_SEARCHED;
    let mut depth = if any_may_be_right { Depth::Near } else { depth };
    let mut tell = |reading| {
        wants_more(Finding { probe: WORDS.id, source: Source::Codes, compared: case.attempts.len(), reading })
    };
    loop {
        let mut candidates = Candidates::of(case, depth);
        let attempts = attempts::prepare(case, &candidates);
        if let Some(nothing) = nothing_to_compare(case, &candidates, &attempts) {
            tell(nothing);
            return;
        }
        if depth > Depth::Near {
            candidates.misspell(case, &attempts);
        }
        let mut bench = bench::Bench::new(case, &candidates, &attempts, depth);
        loop {
            let go_on = tell(Reading::Measured(table::measures(&bench)));
            let Some(wider) = depth.wider().filter(|_| go_on && !any_may_be_right) else { return };
            // The near search has fewer secrets; all others have the same.
            let has_more = depth == Depth::Near;
            depth = wider;
            if has_more {
                break;
            }
            bench.widen(depth);
        }
    }
}

fn nothing_to_compare(case: &Case, candidates: &Candidates<'_>, attempts: &[Prepared<'_>]) -> Option<Reading> {
    if case.attempts.is_empty() {
        Some(Reading::Unavailable("no code to compare".to_owned()))
    } else if attempts.is_empty() {
        // Nobody knows when they were typed: they say nothing of any explanation, and another one would.
        Some(Reading::Measured(Vec::new()))
    } else if candidates.list.is_empty() && !attempts.iter().any(|attempt| attempt.typed.is_recovery()) {
        Some(Reading::Unavailable(if candidates.skipped > 0 {
            "codes of this kind (Yandex, mOTP or another hash) cannot be computed here".to_owned()
        } else {
            "no secret to compare the code with".to_owned()
        }))
    } else {
        None
    }
}
