//! What the service recorded of the login: a lock, a page that had expired, a factor that is off, a wrong password.

use crate::case::{Case, ServiceFacts};
use crate::finding::{Detail, ExplanationWords, Finding, Measure, Most, ProbeWords, Reading, Source};

pub(super) const WORDS: ProbeWords = ProbeWords {
    id: "service-record",
    explanations: &[
        words("expired-session"),
        words("factor-disabled"),
        words("locked-account"),
        words("other-factor-failed"),
    ],
    needs_secret: false,
    most: Most { ratio: RECORDED, per_code: 1.0, chance: 1.0 / RECORDED, provable: true },
};

const fn words(id: &'static str) -> ExplanationWords {
    ExplanationWords { id, provides: &[], pairs: &[] }
}

/// A record that refuses the login by itself, against how often it stands there when something else refused it; and
/// the reverse. The service's own record is nearly a rule, but another fault may come first.
const RECORDED: f64 = 1e5;
const NOT_RECORDED: f64 = 1e-5;

/// `None` if the service recorded nothing of the kind.
pub(super) fn run(case: &Case) -> Option<Finding> {
    let ServiceFacts { locked, session_age, session_limit, factor_enabled, failed_other_factor, .. } = case.service;
    let expired = session_age.zip(session_limit).map(|(age, limit)| age > limit);
    let recorded = |fact: Option<bool>| fact.map(|is_so| if is_so { RECORDED } else { NOT_RECORDED });
    let ratios = [
        recorded(expired),
        recorded(factor_enabled.map(|enabled| !enabled)),
        recorded(locked),
        recorded(failed_other_factor),
    ];
    let measures: Vec<Measure> =
        WORDS.explanations.iter().zip(ratios).filter_map(|(words, ratio)| Some(measure(words.id, ratio?))).collect();
    (!measures.is_empty()).then_some(Finding {
        probe: WORDS.id,
        source: Source::Service,
        compared: 0,
        reading: Reading::Measured(measures),
    })
}

fn measure(explanation: &'static str, ratio: f64) -> Measure {
    let detail = Detail::default();
    Measure { explanation, with: None, ratio, chance: 1.0 / RECORDED, codes: 0, tried: 1, provable: true, detail }
}
